//! `rlm-lang inspect`: what a run did.

mod block;
mod compare;
mod detail;
mod outline;
pub(super) mod pager;
mod table;
mod tui;
mod words;

use std::path::{Path, PathBuf};

use super::args::Inspect;
use super::failure::Failure;
use super::{exit, save, settings};
use crate::inspect::{self, State, Trajectory};
use crate::model::prices::Prices;
use crate::record::{RecordError, folder};
use block::Block;
use pager::Page;

pub(super) fn inspect(args: &Inspect) -> Result<u8, Failure> {
    let page = Page::new();
    let Some(name) = &args.run else { return list(args, &page) };
    let prices = settings::prices(args.prices.as_deref())?;
    let (path, run) = read(name)?;
    if args.json {
        return json(&run);
    }
    if args.interactive {
        return tui::walk(&run, &path, &prices);
    }
    if let Some(file) = &args.export_official {
        return export(&run, &prices, file);
    }
    if let Some(file) = &args.html {
        return html(&run, file);
    }
    if args.program {
        return pager::print(kept(&run, &path)?.as_bytes());
    }
    if args.calls {
        let table = table::calls(&run, &prices, args.failed);
        return page.show(&table.render(page.paint, page.columns));
    }
    page.show(&block::render(&blocks(args, &run, &prices)?, page.paint, page.columns))
}

/// Writes the page of a run.
fn html(run: &Trajectory, file: &Path) -> Result<u8, Failure> {
    let written = std::fs::write(file, inspect::html::page(run));
    written.map_err(|error| Failure::file("write", file, &error))?;
    Ok(exit::DONE)
}

/// The view that was asked for.
fn blocks(args: &Inspect, run: &Trajectory, prices: &Prices) -> Result<Vec<Block>, Failure> {
    if let Some(name) = &args.turn {
        return turn(run, name, prices);
    }
    if let Some(other) = &args.diff {
        return Ok(compare::blocks(run, &read(other)?.1));
    }
    if args.failed {
        return Ok(detail::failures(run));
    }
    Ok(outline::blocks(run, prices))
}

/// The run that a user means.
fn read(name: &str) -> Result<(PathBuf, Trajectory), Failure> {
    let failed = |error: RecordError| Failure::failed(error.message);
    let path = folder::find(name).map_err(failed)?;
    let run = inspect::read(&path).map_err(|error| explained(error, &path))?;
    Ok((path, run))
}

/// What is no record may be a program: that is easily mixed up.
fn explained(error: RecordError, path: &Path) -> Failure {
    let shown = path.display();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("rlm") => Failure::failed(format!(
            "{shown} is a program, not the record of a run; rlm-lang run {shown} runs it"
        )),
        _ => Failure::failed(error.message),
    }
}

/// Writes a run as a log of the official implementation.
fn export(run: &Trajectory, prices: &Prices, file: &Path) -> Result<u8, Failure> {
    let mut log = Vec::new();
    inspect::export_official(run, prices, &mut log).map_err(|error| {
        Failure::failed(format!("cannot write the log: {}", crate::told::io_reason(&error)))
    })?;
    if file == Path::new("-") {
        return pager::print(&log);
    }
    std::fs::write(file, log).map_err(|error| Failure::file("write", file, &error))?;
    Ok(exit::DONE)
}

fn json(value: &impl serde::Serialize) -> Result<u8, Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::failed(format!("cannot write JSON: {error}")))?;
    pager::print((text + "\n").as_bytes())
}

/// One turn in full: `3`, or `1.2` for turn 2 of child 1.
fn turn(run: &Trajectory, name: &str, prices: &Prices) -> Result<Vec<Block>, Failure> {
    let (engine, number) = name.split_once('.').unwrap_or(("0", name));
    let (Ok(engine), Ok(number)) = (engine.parse::<u64>(), number.parse::<u64>()) else {
        let expected = "expected the number of a turn, such as 3, or 1.2 for turn 2 of child 1";
        return Err(Failure::usage(format!("--turn: {expected}, found {name:?}")));
    };
    let Some(engine) = run.engine(engine) else {
        let children = run.engines.len().saturating_sub(1) as u64;
        let has = words::counted(children, "child").replace("childs", "children");
        return Err(Failure::failed(format!("--turn: the run has {has}, none of number {engine}")));
    };
    let turns: Vec<_> = engine.turns.iter().filter(|turn| turn.number == number).collect();
    if turns.is_empty() {
        let last = engine.turns.last().map_or(0, |turn| turn.number);
        return Err(Failure::failed(format!(
            "--turn: there is no turn {name}; the last is {last}"
        )));
    }
    Ok(turns.into_iter().flat_map(|turn| detail::turn(engine, turn, prices)).collect())
}

/// The program that the answer needed, as `--save` writes it.
fn kept(run: &Trajectory, path: &Path) -> Result<String, Failure> {
    if let Some(program) = inspect::kept_program(run) {
        return Ok(save::text(&program, &run.run, Some(path), None));
    }
    let mut programs = run.root().turns.iter().flat_map(|turn| &turn.programs);
    let says_where = programs.any(|program| program.reached.is_some());
    let why = match run.state {
        State::Answered if run.direct.is_some() => "the input was sent directly, without programs",
        State::Answered if !says_where => {
            "the record does not say where its programs ended; rlm-lang replay RUN --save FILE finds out"
        }
        _ => "no program gave the answer",
    };
    Err(Failure::failed(format!("{}: there is no program to keep: {why}", run.id)))
}

/// The newest runs.
fn list(args: &Inspect, page: &Page) -> Result<u8, Failure> {
    let paths = folder::newest(args.limit).map_err(|error| Failure::failed(error.message))?;
    // What is no record, or one of another version, is passed over: it was not asked for by name.
    let runs: Vec<Trajectory> = paths.iter().filter_map(|path| inspect::read(path).ok()).collect();
    if args.json {
        return json(&runs.iter().map(summary).collect::<Vec<_>>());
    }
    if runs.is_empty() {
        eprintln!("note: there are no runs yet; rlm-lang ask QUESTION PATH makes one");
    }
    page.show(&table::runs(&runs).render(page.paint, page.columns))
}

/// A run of the list, as JSON.
fn summary(run: &Trajectory) -> serde_json::Value {
    serde_json::json!({
        "id": run.id,
        "started": run.run.started,
        "question": run.run.question,
        "state": run.state,
        "reason": run.reason,
        "ended_ms": run.ended_ms,
        "totals": run.totals,
    })
}
