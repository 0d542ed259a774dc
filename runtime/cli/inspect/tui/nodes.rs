//! The tree of a run as a list: each node with how far in it stands, what it is called, and where what it
//! shows is found.

use super::super::block::{Block, Kind};
use super::super::{detail, outline, words};
use crate::inspect::{Engine, Program, Trajectory, Turn, group};
use crate::model::prices::Prices;

/// What a node stands for. Indices are those of the trajectory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Of {
    Run,
    Turn { engine: usize, turn: usize },
    Program { engine: usize, turn: usize, program: usize },
    Calls { engine: usize, turn: usize, program: usize },
    Call { engine: usize, turn: usize, program: usize, call: usize },
    Child { engine: usize },
    Answer { engine: usize },
    Note { note: usize },
}

/// A node of the tree.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub of: Of,
    pub depth: usize,
    pub title: String,
    /// Something in it failed.
    pub failed: bool,
    pub open: bool,
    /// The nodes behind this one that stand below it.
    pub below: usize,
}

/// Calls up to which a program shows them at once.
const FEW: usize = 10;

/// All nodes, in order.
pub(super) fn nodes(run: &Trajectory, prices: &Prices) -> Vec<Node> {
    let mut tree = Tree { run, prices, nodes: Vec::new() };
    tree.leaf(Of::Run, 0, outline::first_words(&run.run.question, 200), false);
    tree.engine(0, 0);
    for (note, text) in run.notes.iter().enumerate() {
        tree.leaf(Of::Note { note }, 0, format!("note: {}", text.message), false);
    }
    tree.nodes
}

struct Tree<'r> {
    run: &'r Trajectory,
    prices: &'r Prices,
    nodes: Vec<Node>,
}

impl Tree<'_> {
    fn leaf(&mut self, of: Of, depth: usize, title: String, failed: bool) -> usize {
        // Nothing that a model wrote may change the terminal.
        let title = crate::cli::paint::harmless(&title).replace('\n', " ");
        self.nodes.push(Node { of, depth, title, failed, open: false, below: 0 });
        self.nodes.len() - 1
    }

    /// Closes a branch that began at a node: what was added since stands below it.
    fn branch(&mut self, at: usize, open: bool) {
        let below = self.nodes.len() - at - 1;
        if let Some(node) = self.nodes.get_mut(at) {
            node.below = below;
            node.open = open;
        }
    }

    fn engine(&mut self, index: usize, depth: usize) {
        let run = self.run;
        let Some(engine) = run.engines.get(index) else { return };
        for (number, turn) in engine.turns.iter().enumerate() {
            let at = self.turn(index, number, turn, depth);
            for (program, ran) in turn.programs.iter().enumerate() {
                self.program((index, number, program), ran, engine, depth + 1);
            }
            self.branch(at, true);
        }
        if let Some(end) = &engine.end {
            let title = format!("answer: {}", outline::first_words(&end.text, 200));
            self.leaf(Of::Answer { engine: index }, depth, title, end.reason.is_some());
        }
    }

    fn turn(&mut self, engine: usize, turn: usize, of: &Turn, depth: usize) -> usize {
        let exchange = of.exchange.as_ref();
        let failed = exchange.is_some_and(|exchange| exchange.failure.is_some());
        let plan = exchange.and_then(|exchange| exchange.reply.as_deref()).map(outline::plan);
        let name = outline::title(of, self.prices);
        let name = name.split_once("  ").map_or(name.as_str(), |(name, _)| name);
        let plan = plan.filter(|plan| !plan.is_empty()).map(|plan| format!(": {plan}"));
        let title = format!("{name}{}", plan.unwrap_or_default());
        self.leaf(Of::Turn { engine, turn }, depth, title, failed)
    }

    fn program(
        &mut self,
        (engine, turn, program): (usize, usize, usize),
        ran: &Program,
        parent: &Engine,
        depth: usize,
    ) {
        let code = ran.canonical.as_ref().or(ran.code.as_ref());
        let first = code.map(|code| outline::first_words(code, 100)).unwrap_or_default();
        let failed = ran.error.is_some() || !ran.refused.is_empty();
        let title = format!("program {}: {first}", ran.number);
        let at = self.leaf(Of::Program { engine, turn, program }, depth, title, failed);
        if !ran.calls.is_empty() {
            let sum = group(ran.calls.iter().map(|call| &call.exchange));
            let of = Of::Calls { engine, turn, program };
            let calls = self.leaf(of, depth + 1, words::group(&sum), sum.failed > 0);
            for (call, made) in ran.calls.iter().enumerate() {
                let title = format!(
                    "{}: {}",
                    words::time(made.exchange.millis.saturating_sub(made.exchange.waited)),
                    outline::first_words(&made.instruction, 200)
                );
                let of = Of::Call { engine, turn, program, call };
                self.leaf(of, depth + 2, title, made.exchange.failure.is_some());
            }
            self.branch(calls, ran.calls.len() <= FEW);
        }
        for number in ran.children.iter().filter(|child| **child > parent.number) {
            let found = self.run.engines.binary_search_by_key(number, |engine| engine.number);
            let Ok(index) = found else { continue };
            let asked = self.run.engines.get(index).and_then(|child| child.asked.as_ref());
            let question = asked.map(|asked| outline::first_words(&asked.question, 200));
            let title = format!("child {number}: {}", question.unwrap_or_default());
            let child = self.leaf(Of::Child { engine: index }, depth + 1, title, false);
            self.engine(index, depth + 2);
            self.branch(child, false);
        }
        self.branch(at, true);
    }
}

/// What a node shows.
pub(super) fn blocks(run: &Trajectory, prices: &Prices, of: Of) -> Vec<Block> {
    found(run, prices, of).unwrap_or_default()
}

fn found(run: &Trajectory, prices: &Prices, of: Of) -> Option<Vec<Block>> {
    Some(match of {
        Of::Run => outline::head(run),
        Of::Turn { engine, turn } => {
            let engine = run.engines.get(engine)?;
            detail::turn_alone(engine, engine.turns.get(turn)?, prices)
        }
        Of::Program { engine, turn, program } => {
            detail::program(run.engines.get(engine)?.turns.get(turn)?.programs.get(program)?)
        }
        Of::Calls { engine, turn, program } => {
            let program = run.engines.get(engine)?.turns.get(turn)?.programs.get(program)?;
            let sum = words::group(&group(program.calls.iter().map(|call| &call.exchange)));
            let mut blocks = vec![Block::new(0, Kind::Title, &sum)];
            for call in &program.calls {
                let failed = call.exchange.failure.is_some();
                let kind = if failed { Kind::Error } else { Kind::Text };
                blocks.push(Block::new(2, kind, &outline::call_line(call, prices)));
            }
            blocks
        }
        Of::Call { engine, turn, program, call } => {
            let program = run.engines.get(engine)?.turns.get(turn)?.programs.get(program)?;
            detail::call(program.calls.get(call)?, prices)
        }
        Of::Child { engine } => detail::child(run.engines.get(engine)?),
        Of::Answer { engine } => detail::answer(run.engines.get(engine)?),
        Of::Note { note } => vec![Block::new(0, Kind::Text, &run.notes.get(note)?.message)],
    })
}
