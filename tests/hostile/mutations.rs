//! The fuzz targets without a fuzzer: their seeds, and seeded mutations of them.

use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};
use rlm_lang::interpreter::memory::on_large_stack;

use crate::exercise::{TARGETS, Target};
use crate::numbers::Random;

/// Mutated inputs of a target.
const MUTATIONS: usize = 150;

/// Inputs for the targets of programs longer than this are left out: they are tests already.
const LONGEST: usize = 4096;

/// Pieces that mutations put in.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "\"",
    "'",
    "f\"{",
    "}\"",
    "\"\"\"",
    "\n",
    "\n    ",
    "\r\n",
    " for x in ",
    " if ",
    " else ",
    "lambda x: ",
    "def f(x):\n",
    "return ",
    "try:\n",
    "except ",
    "=",
    "==",
    "**",
    "//",
    "<<",
    " and ",
    " not ",
    " in ",
    "*",
    "-",
    ".",
    "9223372036854775808",
    "1e999",
    "0x",
    "\\",
    "\0",
    "\u{feff}",
    "é",
    "😀",
    "(?<=",
    "(?P<n>",
    "\\1",
    "{1000}",
    "*?",
    "|",
    "```rlm\n",
    "\n```\n",
    "~~~",
    "null",
    "NaN",
    ",,",
    "\"\"",
    ";",
    "#",
    "context",
    "ask(",
    ".join(",
    "sorted(",
    "re.sub(",
    "%",
];

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for &(name, target) in TARGETS {
        trials.push(Trial::test(format!("mutations::{name}"), move || mutate(name, target)));
    }
    trials
}

fn mutate(name: &str, target: Target) -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut files = Vec::new();
    collect(&root.join("fuzz/seeds").join(name), &mut files);
    if files.is_empty() {
        return Err(format!("no seeds for {name}").into());
    }
    if matches!(name, "parse" | "fmt" | "check" | "interpret") {
        collect(&root.join("suite"), &mut files);
    }
    files.sort();
    let mut seeds = Vec::new();
    for file in files {
        let seed = std::fs::read(&file)?;
        if seed.len() <= LONGEST || file.starts_with(root.join("fuzz")) {
            seeds.push(seed);
        }
    }
    on_large_stack(move || {
        for seed in &seeds {
            target(seed);
        }
        let mut random = Random(0x2545_f491_4f6c_dd1d);
        for _ in 0..MUTATIONS {
            target(&mutated(&seeds, &mut random));
        }
    })?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_program = path.extension().is_none_or(|e| e == "rlm");
        if path.is_dir() && is_program {
            collect(&path, files);
        } else if is_program {
            files.push(path);
        }
    }
}

/// A part of a seed with a few changes.
fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let seed = &seeds[random.below(seeds.len())];
    let start = if random.below(2) == 0 { 0 } else { random.below(seed.len()) };
    let length = (seed.len() - start).min(600);
    let mut bytes = seed[start..start + length].to_vec();
    for _ in 0..1 + random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(6) {
            0 => {
                let piece = PIECES[random.below(PIECES.len())].repeat(1 + random.below(3));
                bytes.splice(at..at, piece.into_bytes());
            }
            1 => {
                let piece = PIECES[random.below(PIECES.len())].repeat(30);
                bytes.splice(at..at, piece.into_bytes());
            }
            2 => {
                let end = (at + random.below(20)).min(bytes.len());
                bytes.drain(at..end);
            }
            3 => bytes.insert(at, random.below(256) as u8),
            4 => {
                let end = (at + random.below(60)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            _ => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len());
                let end = (from + random.below(80)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
        }
    }
    bytes
}
