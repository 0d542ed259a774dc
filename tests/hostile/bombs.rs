//! The programs of `bombs.txt`, each between `=== name` and `--- end`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};
use rlm_lang::interpreter::Fuel;
use rlm_lang::interpreter::memory::on_large_stack;

use super::memory::peak;
use crate::exercise::{self, Ran};

/// Little enough for a debug build to use it up at once.
const FUEL: Fuel = Fuel { steps: 60_000, memory: 32 << 20 };

/// What may be in use beyond the limit: large allocations are asked for before they are made, small
/// ones are noticed some thousand steps later, and a vector that doubles stands beside its old self.
pub const SLACK: usize = 96 << 20;

struct Bomb {
    name: String,
    program: String,
    end: String,
}

pub fn trials() -> Vec<Trial> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/bombs.txt");
    let all = read(&std::fs::read_to_string(&file).unwrap_or_default());
    if std::env::var_os("UPDATE").is_some() {
        return vec![Trial::test("bombs::update", move || update(&file, &all))];
    }
    let mut trials: Vec<Trial> = all.into_iter().map(trial).collect();
    let count = trials.len();
    trials.push(Trial::test("bombs::are_there", move || {
        if count < 200 { Err(format!("only {count} bombs").into()) } else { Ok(()) }
    }));
    trials
}

fn trial(bomb: Bomb) -> Trial {
    Trial::test(format!("bombs::{}", bomb.name), move || {
        let found = end_of(&bomb.program)?;
        if found == bomb.end {
            return Ok(());
        }
        Err(format!("{}--- expected\n{}\n--- found\n{found}", bomb.program, bomb.end).into())
    })
}

fn update(file: &PathBuf, all: &[Bomb]) -> Result<(), Failed> {
    let mut out = String::new();
    for bomb in all {
        let end = end_of(&bomb.program)?;
        let _ = writeln!(out, "=== {}\n{}--- {end}", bomb.name, bomb.program);
    }
    std::fs::write(file, out)?;
    Ok(())
}

fn read(text: &str) -> Vec<Bomb> {
    let parts = text.split("=== ").skip(1);
    parts
        .map(|part| {
            let (name, rest) = part.split_once('\n').unwrap_or((part, ""));
            let (program, end) = rest.rsplit_once("--- ").unwrap_or((rest, ""));
            let (name, end) = (name.trim().to_string(), end.trim_end().to_string());
            Bomb { name, program: program.to_string(), end }
        })
        .collect()
}

/// How a program ends, in one line.
fn end_of(program: &str) -> Result<String, Failed> {
    let source = program.to_string();
    let (ran, grown) = on_large_stack(move || (exercise::run(&source, &[], FUEL), peak()))?;
    if grown > FUEL.memory + SLACK {
        return Err(format!("{} MB were in use at once", grown >> 20).into());
    }
    Ok(match ran {
        None => "refused before it runs".to_string(),
        Some(Ran { printed, end, .. }) => {
            let shown = printed.lines().chain(end.lines()).map(str::trim_end);
            let line = shown.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" | ");
            line.chars().take(160).collect::<String>().trim_end().to_string()
        }
    })
}
