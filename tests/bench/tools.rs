//! Tools of the benchmark scripts: `generate SIZE FILE [--ascii]` and `serve PORT_FILE`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]
#![allow(missing_docs, unreachable_pub)]

mod data;
mod server;

use std::io::{BufWriter, Write};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["generate", size, path, rest @ ..] => {
            let file = std::fs::File::create(path).expect("the output file");
            let mut out = BufWriter::with_capacity(1 << 20, file);
            data::write(bytes(size), rest.contains(&"--ascii"), &mut out).expect("writing");
            out.flush().expect("writing");
        }
        ["serve", port_file] => server::serve(std::path::Path::new(port_file)),
        // `cargo bench` runs every target: this one has nothing to measure.
        _ => eprintln!("usage: tools generate SIZE FILE [--ascii] | tools serve PORT_FILE"),
    }
}

/// `10M` is ten million bytes.
fn bytes(size: &str) -> u64 {
    let unit = match size.as_bytes().last() {
        Some(b'K') => 1_000,
        Some(b'M') => 1_000_000,
        Some(b'G') => 1_000_000_000,
        _ => 1,
    };
    let digits = size.trim_end_matches(['K', 'M', 'G']);
    digits.parse::<u64>().expect("a size such as 10M") * unit
}
