//! Two runs beside each other.

use similar::TextDiff;

use super::block::{Block, Kind};
use super::{outline, words};
use crate::inspect::Trajectory;

/// Columns of the names of facts.
const NAME: usize = 10;

/// Facts beside each other, then what is different in programs and answers.
pub(super) fn blocks(one: &Trajectory, other: &Trajectory) -> Vec<Block> {
    let mut blocks = vec![Block::new(0, Kind::Title, &format!("{} -> {}", one.id, other.id))];
    for ((name, a), (_, b)) in facts(one).into_iter().zip(facts(other)) {
        let text = if a == b { a } else { format!("{a} -> {b}") };
        blocks.push(Block::new(2, Kind::Text, &format!("{name:<NAME$}{text}")));
    }
    difference(&mut blocks, "programs", &programs(one), &programs(other), (&one.id, &other.id));
    difference(&mut blocks, "answer", &answer(one), &answer(other), (&one.id, &other.id));
    blocks
}

fn facts(run: &Trajectory) -> Vec<(&'static str, String)> {
    let totals = &run.totals;
    let cost = match totals.cost_usd {
        None => "unknown".to_string(),
        Some(0.0) => "nothing".to_string(),
        Some(cost) => words::usd(cost),
    };
    let bytes: u64 = run.run.documents.iter().map(|document| document.bytes).sum();
    let count = run.run.documents.len() as u64;
    vec![
        ("question", outline::first_words(&run.run.question, 200)),
        ("model", run.run.model.name.clone()),
        ("sub-model", run.run.sub_model.name.clone()),
        (
            "input",
            format!("{}, {}", words::counted(count, "document"), words::counted(bytes, "byte")),
        ),
        ("ended", outline::ending(run)),
        ("turns", words::number(totals.turns)),
        ("calls", words::number(totals.calls)),
        ("failed", words::number(totals.failed)),
        ("tokens in", words::number(totals.input_tokens)),
        ("out", words::number(totals.output_tokens)),
        ("cost", cost),
    ]
}

/// The programs of the root, each below a line that says where it stood.
fn programs(run: &Trajectory) -> String {
    let mut text = String::new();
    for turn in &run.root().turns {
        for program in &turn.programs {
            let code = program.canonical.as_ref().or(program.code.as_ref());
            text.push_str(&format!("# turn {}, program {}\n", turn.number, program.number));
            text.push_str(code.map(String::as_str).unwrap_or_default().trim_end());
            text.push('\n');
        }
    }
    text
}

fn answer(run: &Trajectory) -> String {
    let text = run.root().end.as_ref().map(|end| end.text.trim_end()).unwrap_or_default();
    format!("{text}\n")
}

/// What is different in two texts, or that nothing is.
fn difference(
    blocks: &mut Vec<Block>,
    name: &str,
    one: &str,
    other: &str,
    (from, to): (&str, &str),
) {
    blocks.push(Block::new(0, Kind::Text, ""));
    if one == other {
        blocks.push(Block::new(0, Kind::Title, &format!("{name}  the same in both")));
        return;
    }
    blocks.push(Block::new(0, Kind::Title, name));
    let diff = TextDiff::from_lines(one, other);
    let unified = diff.unified_diff().context_radius(3).header(from, to).to_string();
    blocks.push(Block::new(0, Kind::Difference, &unified));
}
