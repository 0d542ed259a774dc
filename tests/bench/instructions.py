#!/usr/bin/env python3
"""Instruction counts of small programs, compared with those that are stored: sees a regression on any machine.

    tests/bench/instructions.py [NAME ...]            compare
    UPDATE=1 tests/bench/instructions.py [NAME ...]   store what was counted

Times depend on what else runs; instructions, counted by valgrind, hardly do. Every program of `counted/` runs
once over seeded data; those of `start.rlm`, which does nothing, are subtracted from the others. A count may
differ from the stored one by TOLERANCE; fewer is an error, too, so that the figures stay true. Builds with the
profile `quick`, a release without link-time optimisation, which builds sooner. Where valgrind is missing nothing is
compared, and a line says so. Counts depend on the processor (wide instructions are chosen when a program
starts) and on the compiler: both are stored with the figures, and on others a difference is told, but is no
error.
"""
import json, os, platform, re, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
COUNTED = os.path.join(HERE, "counted")
STORED = os.path.join(HERE, "instructions.json")
# Two runs differ by less than 0.05 %; a change of code far away moves what is inlined, which needs some room.
TOLERANCE = 0.03


def built():
    """The binary, as a path."""
    subprocess.run(["cargo", "build", "--profile", "quick", "--bin", "rlm-lang", "--locked"], cwd=TOP, check=True)
    found = subprocess.run(["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=TOP, check=True,
                           stdout=subprocess.PIPE, text=True)
    return os.path.join(json.loads(found.stdout)["target_directory"], "quick", "rlm-lang")


def data():
    """Half a megabyte of log lines, records and prose, some of it not ASCII: the same everywhere."""
    words = ["the", "café", "of", "context", "straße", "window", "and", "東京", "needle", "is", "found", "…"]
    state, lines = 1, []

    def below(n):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 33) % n

    for number in range(6000):
        kind = below(4)
        if kind == 0:
            lines.append(f"Date: 2024-0{1 + below(9)}-{10 + below(18)} || User: {below(900)} || Instance: {words[below(12)]}")
        elif kind == 1:
            level = ["INFO", "WARN", "ERROR"][below(3)]
            lines.append(f"2024-05-01T10:{below(60):02}:{below(60):02} {level} request {number} status={200 + below(300)}")
        else:
            lines.append(" ".join(words[below(12)] + str(below(50)) for _ in range(6 + below(14))) + ".")
    return "\n".join(lines) + "\n"


def count(command, output):
    """Instructions of one process, in all its threads."""
    # `--cache-sim=no`: only instructions are of interest, and they are counted twice as fast.
    done = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
                           *command], stdout=output, stderr=subprocess.PIPE, text=True)
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if done.returncode or not found:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}: {done.stderr[-2000:]}")
    return int(found[1].replace(",", ""))


def measure(binary, wanted):
    """Instructions by program."""
    names = sorted(name[:-4] for name in os.listdir(COUNTED) if name.endswith(".rlm"))
    sources = {name: open(os.path.join(COUNTED, name + ".rlm"), encoding="utf-8").read() for name in names}
    with tempfile.TemporaryDirectory() as folder:
        context, program = os.path.join(folder, "context.txt"), os.path.join(folder, "long.rlm")
        with open(context, "w", encoding="utf-8") as out:
            out.write(data())
        with open(program, "w", encoding="utf-8") as out:
            out.write("".join(sources.values()) * 10)

        def of(name):
            command = [binary, "run", "-q", os.path.join(COUNTED, name + ".rlm"), context]
            return count([binary, "check", program] if name == "check" else command, subprocess.DEVNULL)

        start = of("start")
        rest = [name for name in [*names, "check"] if name != "start" and (not wanted or name in wanted)]
        return {"start": start} | {name: of(name) - start for name in rest}


def processor():
    """The processor's name, as Linux tells it."""
    try:
        found = re.search(r"(?m)^model name\s*: (.*)$", open("/proc/cpuinfo").read())
    except OSError:
        found = None
    return found[1] if found else platform.machine()


def origin():
    """What the figures depend on, beside the source."""
    compiler = subprocess.run(["rustc", "--version"], cwd=TOP, check=True, stdout=subprocess.PIPE, text=True)
    valgrind = subprocess.run(["valgrind", "--version"], check=True, stdout=subprocess.PIPE, text=True)
    return {"rustc": compiler.stdout.strip(), "valgrind": valgrind.stdout.strip(), "processor": processor()}


def compared(found, stored):
    """Prints a table; the names of what differs by more than the tolerance, or is not stored."""
    differing = []
    for name, now in found.items():
        before = stored["instructions"].get(name)
        change = f"{100 * (now / before - 1):+.1f} %" if before else "new"
        far = before is None or abs(now - before) > TOLERANCE * before
        differing += [name] if far else []
        print(f"{name:12} {now:>12,} {change:>8}{'   differs' if far else ''}", flush=True)
    return differing


def main():
    if not shutil.which("valgrind"):
        print("skipped: instructions are counted by valgrind, which is not installed")
        return
    wanted = sys.argv[1:]
    stored = json.load(open(STORED)) if os.path.exists(STORED) else {"instructions": {}}
    found = measure(built(), wanted)
    differing = compared(found, stored)
    if os.environ.get("UPDATE"):
        kept = stored["instructions"] if wanted else {}
        with open(STORED, "w") as out:
            json.dump({**origin(), "instructions": dict(sorted((kept | found).items()))}, out, indent=1)
            out.write("\n")
    elif differing:
        here = origin()
        others = [f"{key}: stored {stored.get(key)}, here {here[key]}" for key in here if stored.get(key) != here[key]]
        told = [f"expected the stored instructions within {TOLERANCE:.0%}, found others: {', '.join(differing)}"]
        if others:
            print("\n".join([*told, "which may be so because of", *others]))
        else:
            sys.exit("\n".join([*told, "if the change is meant: UPDATE=1 tests/bench/instructions.py"]))


if __name__ == "__main__":
    main()
