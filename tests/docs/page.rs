//! A page of the docs: its blocks of code, and what they are said to print.

use regex::Regex;

/// One command of a dialogue.
pub struct Step {
    pub command: String,
    /// What the page says it prints.
    pub expected: String,
    /// Where the command stands, from 1.
    pub line: usize,
}

/// A block of code that is run.
pub enum Block {
    /// `console`
    Dialogue(Vec<Step>),
    /// `sh`, with the line of its first command.
    Commands(String, usize),
    /// `rlm`, the same.
    Program(String, usize),
}

/// The blocks of a page from top to bottom.
pub struct Page {
    pub blocks: Vec<Block>,
}

const PROMPT: &str = "$ ";

impl Page {
    /// Reads the fenced blocks of Markdown that stand at the margin.
    pub fn read(text: &str) -> Page {
        let mut blocks = Vec::new();
        let mut lines = text.lines().enumerate();
        while let Some((_, line)) = lines.next() {
            let Some((fence, kind)) = opening(line) else { continue };
            let inner: Vec<(usize, &str)> =
                lines.by_ref().take_while(|(_, line)| *line != fence).collect();
            let start = inner.first().map_or(0, |(number, _)| number + 1);
            let code = || inner.iter().map(|(_, line)| format!("{line}\n")).collect();
            match kind {
                "console" => blocks.push(Block::Dialogue(steps(&inner))),
                "sh" => blocks.push(Block::Commands(code(), start)),
                "rlm" => blocks.push(Block::Program(code(), start)),
                _ => {}
            }
        }
        Page { blocks }
    }

    /// The page with what its dialogues print now, in the order of their commands. Output that is
    /// shown with wildcards stays as it is while it fits.
    pub fn with_printed(&self, text: &str, printed: &[String]) -> String {
        let mut out = String::new();
        let mut steps = self.blocks.iter().filter_map(|block| match block {
            Block::Dialogue(steps) => Some(steps),
            _ => None,
        });
        let mut printed = printed.iter();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            out.push_str(line);
            out.push('\n');
            let Some((fence, "console")) = opening(line) else { continue };
            for step in steps.next().into_iter().flatten() {
                let found = printed.next().map_or("", String::as_str);
                let fits = matches(&step.expected, found);
                let shown = if fits { &step.expected } else { found };
                out.push_str(&format!("{PROMPT}{}\n{shown}", step.command));
            }
            lines.by_ref().find(|line| *line == fence);
            out.push_str(&format!("{fence}\n"));
        }
        out
    }
}

/// The fence that a line opens, and what it says of the block. A longer fence holds shorter ones.
fn opening(line: &str) -> Option<(&str, &str)> {
    let kind = line.trim_start_matches('`');
    let fence = &line[..line.len() - kind.len()];
    (fence.len() >= 3).then_some((fence, kind))
}

fn steps(lines: &[(usize, &str)]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut open = false;
    for (number, line) in lines {
        match (line.strip_prefix(PROMPT), steps.last_mut()) {
            (Some(command), _) => {
                let (command, expected) = (command.to_string(), String::new());
                open = command.ends_with('\\');
                steps.push(Step { command, expected, line: number + 1 });
            }
            (None, Some(step)) if open => {
                step.command.push('\n');
                step.command.push_str(line);
                open = line.ends_with('\\');
            }
            (None, Some(step)) => {
                step.expected.push_str(line);
                step.expected.push('\n');
            }
            (None, None) => panic!("line {}: a console block starts with `{PROMPT}`", number + 1),
        }
    }
    steps
}

/// Whether output fits what a page shows: `...` alone on a line is any lines, `[..]` any text within one.
pub fn matches(shown: &str, printed: &str) -> bool {
    let mut pattern = String::from(r"\A");
    for line in shown.lines() {
        if line == "..." {
            pattern.push_str(r"(?:[^\n]*\n)*?");
            continue;
        }
        let parts: Vec<String> = line.split("[..]").map(regex::escape).collect();
        pattern.push_str(&parts.join(r"[^\n]*?"));
        pattern.push_str(r"\n");
    }
    pattern.push_str(r"\z");
    Regex::new(&pattern).is_ok_and(|regex| regex.is_match(printed))
}
