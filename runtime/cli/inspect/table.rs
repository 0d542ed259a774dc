//! Tables: the calls of a run, the newest runs.

use super::outline::first_words;
use super::words;
use crate::cli::paint::{self, Paint};
use crate::inspect::{Call, Engine, State, Trajectory, cost_of};
use crate::model::prices::Prices;

/// Columns of the last column where no terminal says how many there are.
const LAST: usize = 80;

/// The fewest columns in which the last column says something: where less is left, it stands on a line of its own.
const LEAST: usize = 24;

/// A table with its head; numbers stand at the right.
pub(super) struct Table {
    head: Vec<&'static str>,
    right: &'static [usize],
    rows: Vec<(Vec<String>, bool)>,
}

impl Table {
    fn new(head: &[&'static str], right: &'static [usize]) -> Table {
        Table { head: head.to_vec(), right, rows: Vec::new() }
    }

    /// Takes a row; one that `failed` is painted so.
    fn row(&mut self, cells: Vec<String>, failed: bool) {
        let cells = cells.iter().map(|cell| paint::harmless(cell).replace('\n', " ")).collect();
        self.rows.push((cells, failed));
    }

    /// The table as lines. The last column is cut to the terminal's width; in a narrow one it stands below.
    pub(super) fn render(&self, paint: Paint, columns: Option<usize>) -> String {
        let mut widths: Vec<usize> = self.head.iter().map(|head| paint::width(head)).collect();
        for (cells, _) in &self.rows {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = (*width).max(paint::width(cell));
            }
        }
        let head: Vec<String> = self.head.iter().map(ToString::to_string).collect();
        // Each line by itself: lines are cut apart afterwards.
        let each = |text: String, style: &dyn Fn(&str) -> String| {
            text.lines().map(|line| style(line) + "\n").collect::<String>()
        };
        let mut out = each(self.line(&head, &widths, columns), &|line| paint.bold(line));
        for (cells, failed) in &self.rows {
            let style = |line: &str| if *failed { paint.bad(line) } else { line.to_string() };
            out.push_str(&each(self.line(cells, &widths, columns), &style));
        }
        out
    }

    fn line(&self, cells: &[String], widths: &[usize], columns: Option<usize>) -> String {
        let Some((last, before)) = cells.split_last() else { return String::new() };
        let mut line = String::new();
        for (index, (cell, width)) in before.iter().zip(widths).enumerate() {
            let gap = " ".repeat(width.saturating_sub(paint::width(cell)));
            if self.right.contains(&index) {
                line.push_str(&format!("{gap}{cell}  "));
            } else {
                line.push_str(&format!("{cell}{gap}  "));
            }
        }
        let room = columns.map_or(LAST, |columns| columns.saturating_sub(paint::width(&line)));
        match columns {
            Some(columns) if room < LEAST && !last.is_empty() => {
                let below = paint::cut(last, columns.saturating_sub(2));
                format!("{}\n  {below}", line.trim_end())
            }
            _ => format!("{line}{}", paint::cut(last, room)).trim_end().to_string(),
        }
    }
}

/// All calls of a run; with `failed`, those without a reply.
pub(super) fn calls(run: &Trajectory, prices: &Prices, failed: bool) -> Table {
    let head = ["call", "place", "model", "began", "time", "tokens", "cost", "status", "asked"];
    let mut table = Table::new(&head, &[0, 3, 4, 5, 6]);
    for (engine, _, _, call) in run.calls() {
        let is_failed = call.exchange.failure.is_some();
        if failed && !is_failed {
            continue;
        }
        table.row(
            vec![
                call.call.to_string(),
                place(engine, &call.at),
                call.exchange.model.clone(),
                call.started_ms.map(words::time).unwrap_or_default(),
                words::time(call.exchange.millis),
                tokens(call),
                cost(call, prices),
                status(call),
                first_words(&call.instruction, 300),
            ],
            is_failed,
        );
    }
    table
}

/// A place in a run: `1.1/2#0`, and `child 3: 1.1/2#0` in a child.
fn place(engine: &Engine, at: &str) -> String {
    match engine.number {
        0 => at.to_string(),
        child => format!("child {child}: {at}"),
    }
}

fn tokens(call: &Call) -> String {
    let usage = call.exchange.counted();
    match (usage.input, usage.output) {
        (None, None) => String::new(),
        (input, output) => {
            words::about(input.unwrap_or_default().saturating_add(output.unwrap_or_default()))
        }
    }
}

fn cost(call: &Call, prices: &Prices) -> String {
    match cost_of(&call.exchange, prices) {
        None => "?".to_string(),
        Some(0.0) => String::new(),
        Some(cost) => words::usd(cost),
    }
}

fn status(call: &Call) -> String {
    match (&call.exchange.failure, call.exchange.free) {
        (Some(failure), _) => {
            // The name that records have for it.
            let kind = serde_json::to_value(failure.kind).unwrap_or_default();
            kind.as_str().unwrap_or("failed").replace('_', " ")
        }
        (None, Some(crate::engine::event::Free::Cache)) => "cached".to_string(),
        (None, Some(crate::engine::event::Free::Shared)) => "shared".to_string(),
        (None, None) => "done".to_string(),
    }
}

/// Runs, a row each.
pub(super) fn runs(runs: &[Trajectory]) -> Table {
    let head = ["run", "when", "ended", "turns", "calls", "time", "cost", "question"];
    let mut table = Table::new(&head, &[3, 4, 5, 6]);
    for run in runs {
        let cost = match run.totals.cost_usd {
            None => "?".to_string(),
            Some(0.0) => String::new(),
            Some(cost) => words::usd(cost),
        };
        let is_failed = matches!(run.state, State::Failed);
        table.row(
            vec![
                run.id.clone(),
                when(&run.run.started),
                run.state.word().to_string(),
                words::number(run.totals.turns),
                words::number(run.totals.calls),
                run.ended_ms.map(words::time).unwrap_or_default(),
                cost,
                first_words(&run.run.question, 300),
            ],
            is_failed,
        );
    }
    table
}

/// A moment without its seconds: records are in UTC.
fn when(started: &str) -> String {
    started.get(..16).map_or_else(|| started.to_string(), |start| start.replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_is_never_cut_to_a_few_letters() {
        let mut table = Table::new(&["run", "question"], &[]);
        table.row(vec!["r".repeat(40), "What was the reason of all that?".to_string()], false);
        let render = |columns| table.render(Paint { on: false }, columns);
        let (id, gap) = ("r".repeat(40), " ".repeat(37));
        assert_eq!(
            render(Some(60)),
            format!("run\n  question\n{id}\n  What was the reason of all that?\n")
        );
        assert_eq!(
            render(Some(66)),
            format!("run{gap}  question\n{id}  What was the reason o...\n")
        );
        assert!(render(None).ends_with("  What was the reason of all that?\n"));
        for columns in 42..100 {
            let lines = render(Some(columns));
            assert!(lines.lines().all(|line| paint::width(line) <= columns), "{columns}: {lines}");
        }
    }
}
