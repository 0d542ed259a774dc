//! `rlm-lang verify`: is what the answer of a run cites still there?

use rlm_lang_std::output::one_line;
use serde::Serialize;

use super::args::{Inputs, Verify};
use super::failure::Failure;
use super::{exit, replay, settings};
use crate::context::Context;
use crate::engine::Citation;
use crate::engine::event::{Event, RunInfo};
use crate::record::verify::{Standing, standing};

/// A citation and how it stands.
#[derive(Serialize)]
struct Checked<'c> {
    #[serde(flatten)]
    citation: &'c Citation,
    #[serde(flatten)]
    standing: Standing,
}

pub(super) fn verify(args: &Verify) -> Result<u8, Failure> {
    let recorded = replay::find(&args.run)?;
    let answer = recorded.events.iter().rev().find_map(|event| match event {
        Event::Answer { engine: 0, sources, .. } => Some(sources),
        _ => None,
    });
    let Some(sources) = answer else {
        return Err(Failure::failed(format!("{} has no answer, so nothing is cited", args.run)));
    };
    let contexts =
        if sources.is_empty() { Vec::new() } else { inputs(&recorded.run, &args.paths)? };
    let inputs: Vec<_> = contexts.iter().map(|context| context.source.clone()).collect();
    let checked: Vec<Checked<'_>> = sources
        .iter()
        .map(|citation| Checked { citation, standing: standing(citation, &inputs) })
        .collect();
    if args.json {
        let text = serde_json::to_string(&checked).map_err(|e| Failure::failed(e.to_string()))?;
        println!("{text}");
    } else {
        tell(&checked);
    }
    let all = checked.iter().all(|checked| checked.standing.is_there());
    Ok(if all { exit::DONE } else { exit::FAILED })
}

fn tell(checked: &[Checked<'_>]) {
    for Checked { citation, standing } in checked {
        let place = citation.place();
        let place = one_line(&place);
        match standing {
            Standing::Ok => println!("ok       {place}"),
            Standing::Moved { now_document, now_line, .. } => {
                println!("moved    {place} is now {}:{now_line}", one_line(now_document));
            }
            Standing::Changed => println!("changed  {place}"),
            Standing::Gone => println!("gone     {place}"),
        }
    }
    let there = checked.iter().filter(|checked| checked.standing.is_there()).count();
    match checked.len() {
        0 => println!("the answer cites nothing"),
        all => println!("{there} of {all} cited texts are still there"),
    }
}

/// The inputs as they are now, as far as they are there: all at once, or else one by one.
fn inputs(run: &RunInfo, paths: &[String]) -> Result<Vec<Context>, Failure> {
    if !paths.is_empty() {
        let mut context = settings::load(&given(run, paths.to_vec()), true)?;
        if context.source.documents().len() == run.documents.len() {
            // The same documents under other names.
            let names = run.documents.iter().map(|document| document.name.clone());
            context.source.rename(names);
        }
        return Ok(vec![context]);
    }
    replay::in_folder(run, || {
        if let Ok(context) = settings::load(&given(run, run.paths.clone()), true) {
            return Ok(vec![context]);
        }
        let mut found = Vec::new();
        for path in &run.paths {
            match settings::load(&given(run, vec![path.clone()]), true) {
                Ok(context) => found.push(context),
                Err(failure) => eprintln!("note: {}", failure.into_message()),
            }
        }
        Ok(found)
    })
}

fn given(run: &RunInfo, paths: Vec<String>) -> Inputs {
    Inputs { paths, context: Vec::new(), all: run.all, no_mmap: run.no_mmap }
}
