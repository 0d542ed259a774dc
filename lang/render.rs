//! Diagnostics for readers: a short plain form for models, `ariadne` for people, JSON for programs.

use ariadne::{CharSet, Color, Config, IndexType, Label, Report, ReportKind, Source};
use serde::Serialize;

use crate::check::ENOUGH;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Lines, clamp};
use crate::span::Span;

/// The widest source line that the plain form shows, in characters.
const WIDEST: usize = 80;

/// Source lines longer than this, in bytes, are shown cut.
const LONGEST: usize = 400;

/// The most errors that are shown together; of more, the number is told.
const MOST: usize = 3;

/// The plain form, two lines: what and where with the remedy, then the source line, cut to about 80
/// characters around the place.
///
/// ```text
/// error, line 3: expected `)`, found `]`; close the bracket
/// 3 | top = f(x]
/// ```
pub fn plain(source: &str, diagnostic: &Diagnostic) -> String {
    plain_in(source, &Lines::new(source), diagnostic)
}

/// The plain form of several, each on lines of its own, without a line end at the end: the first three
/// errors with the number of the others, and all notes.
pub fn plain_all(source: &str, diagnostics: &[Diagnostic]) -> String {
    let lines = Lines::new(source);
    let (shown, more) = shown(diagnostics);
    let texts = shown.iter().map(|one| plain_in(source, &lines, one)).chain(more);
    texts.collect::<Vec<String>>().join("\n")
}

/// What is shown of diagnostics, and a line about the errors that are not.
fn shown(diagnostics: &[Diagnostic]) -> (Vec<&Diagnostic>, Option<String>) {
    let is_error = |one: &&Diagnostic| one.severity == Severity::Error;
    let count = diagnostics.iter().filter(is_error).count();
    let mut left = MOST;
    let shown = diagnostics.iter().filter(|one| {
        let fits = !is_error(one) || left > 0;
        left = left.saturating_sub(usize::from(is_error(one)));
        fits
    });
    let more = (count > MOST).then(|| {
        let (others, s) = (count - MOST, if count - MOST == 1 { "" } else { "s" });
        let at_least = if count >= ENOUGH { " at least" } else { "" };
        format!("and {others} more error{s}{at_least}")
    });
    (shown.collect(), more)
}

fn plain_in(source: &str, lines: &Lines<'_>, diagnostic: &Diagnostic) -> String {
    let place = clamp(source, diagnostic.span);
    let line = lines.line(place.start);
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Note => "note",
    };
    let help = diagnostic.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    let message = &diagnostic.message;
    let text = window(lines.text(line), lines.column(place.start) - 1);
    if text.is_empty() {
        return format!("{kind}, line {line}: {message}{help}");
    }
    format!("{kind}, line {line}: {message}{help}\n{line} | {text}")
}

/// A line cut to [`WIDEST`] characters around a column (from 0); cuts show as `...`.
fn window(line: &str, column: usize) -> String {
    let line = line.trim_end();
    let count = line.chars().count();
    if count <= WIDEST {
        return line.to_string();
    }
    let start = column.saturating_sub(WIDEST / 2).min(count - WIDEST);
    let shown: String = line.chars().skip(start).take(WIDEST).collect();
    let before = if start > 0 { "..." } else { "" };
    let after = if start + WIDEST < count { "..." } else { "" };
    format!("{before}{shown}{after}")
}

/// The boxed form for terminals: diagnostics with their source lines, places marked; as many as
/// [`plain_all`] shows. `name` stands for the program (a file's name).
pub fn fancy(name: &str, source: &str, diagnostics: &[Diagnostic], color: bool) -> String {
    let config = Config::new()
        .with_color(color)
        .with_char_set(if color { CharSet::Unicode } else { CharSet::Ascii })
        .with_index_type(IndexType::Byte)
        .with_tab_width(4);
    let mut out = Vec::new();
    let lines = Lines::new(source);
    let (shown, more) = shown(diagnostics);
    for diagnostic in shown {
        // ariadne prints whole lines: one of a megabyte would push the message off the screen.
        let line = lines.text(lines.line(clamp(source, diagnostic.span).start));
        if line.len() > LONGEST {
            out.extend(plain_in(source, &lines, diagnostic).bytes());
            out.push(b'\n');
            continue;
        }
        let (kind, tint) = match diagnostic.severity {
            Severity::Error => (ReportKind::Error, Color::Red),
            Severity::Note => (ReportKind::Advice, Color::Blue),
        };
        let place = |span: Span| (name, clamp(source, span));
        let mut report = Report::build(kind, place(diagnostic.span))
            .with_config(config)
            .with_code(diagnostic.code)
            .with_message(&diagnostic.message)
            .with_label(Label::new(place(diagnostic.span)).with_message("here").with_color(tint));
        for (span, text) in &diagnostic.labels {
            report.add_label(Label::new(place(*span)).with_message(text).with_color(Color::Blue));
        }
        if let Some(help) = &diagnostic.help {
            report.set_help(help);
        }
        // Writing to memory fails only if formatting does; then the plain form must serve.
        if report.finish().write((name, Source::from(source)), &mut out).is_err() {
            out.extend(plain(source, diagnostic).bytes());
            out.push(b'\n');
        }
    }
    let text = String::from_utf8_lossy(&out);
    text.lines()
        .chain(more.as_deref())
        .map(str::trim_end)
        .fold(String::new(), |all, line| all + line + "\n")
}

/// A diagnostic for programs that read JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Json {
    /// `E201`
    pub code: Code,
    /// `error` or `note`
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// First byte of the place.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Line of the place, from 1.
    pub line: usize,
    /// Column of the place, from 1, in characters.
    pub column: usize,
    /// Line of the end of the place, from 1.
    pub end_line: usize,
    /// Column of the end of the place, from 1, in characters.
    pub end_column: usize,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Diagnostics with lines and columns, ready for `serde_json`.
pub fn json(source: &str, diagnostics: &[Diagnostic]) -> Vec<Json> {
    let lines = Lines::new(source);
    diagnostics
        .iter()
        .map(|one| {
            let place = clamp(source, one.span);
            Json {
                code: one.code,
                severity: one.severity,
                message: one.message.clone(),
                start: one.span.start,
                end: one.span.end,
                line: lines.line(place.start),
                column: lines.column(place.start),
                end_line: lines.line(place.end),
                end_column: lines.column(place.end),
                help: one.help.clone(),
            }
        })
        .collect()
}
