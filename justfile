# What cargo alone does not do. `just` (https://just.systems) lists it; without `just`, each task is the
# line below its name.

# Lists the tasks.
[private]
default:
    @just --list

# Runs the binary against model servers that no one here wrote: tests/interop/README.md
interop *words:
    tests/interop/run {{ words }}

# Measures the goals of speed and memory beside other programs: tests/bench/README.md
bench *options:
    tests/bench/run.py {{ options }}

# Fuzzes one target, with `cargo install cargo-fuzz`: tests/fuzz/README.md
fuzz target="generated" seconds="300":
    mkdir -p tests/fuzz/corpus/{{ target }}
    RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir tests/fuzz -s none {{ target }} tests/fuzz/corpus/{{ target }} tests/fuzz/seeds/{{ target }} -- -dict=tests/fuzz/tokens.dict -max_len=4096 -rss_limit_mb=4096 -max_total_time={{ seconds }}

# Makes 100,000 calls to a server that lies, with a look at the memory: docs/models.md
soak:
    cargo test --release --test providers -- --ignored --nocapture soak
