//! A run as one page: no network, no file beside it, whatever the texts in it say.
//!
//! What models and inputs wrote is data: it stands as JSON in a block that browsers do not run, and the
//! page's own script shows it as text. A policy in the page allows that one script and that one style by
//! their digests, and nothing from anywhere else.

mod data;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::Trajectory;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// The parts of the script, in order.
const SCRIPT: &[&str] = &[
    include_str!("base.js"),
    include_str!("tree.js"),
    include_str!("timeline.js"),
    include_str!("coverage.js"),
    include_str!("main.js"),
];

/// What a page may be large, in bytes: long texts are shortened until it is not larger.
const LARGEST: usize = 5_000_000;

/// Longest texts that are tried, in characters, from the most to the least.
const LONGEST: &[usize] = &[40_000, 8_000, 3_000, 1_200, 500, 200, 80, 20];

/// The page of a run.
pub fn page(run: &Trajectory) -> String {
    let script = SCRIPT.concat();
    let frame = TEMPLATE.len() + STYLE.len() + script.len();
    let mut json = String::new();
    for longest in LONGEST {
        json = data::json(run, *longest);
        if frame + json.len() <= LARGEST {
            break;
        }
    }
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '{}'; script-src '{}'",
        source_of(STYLE),
        source_of(&script)
    );
    let title = escaped(&run.run.question.chars().take(80).collect::<String>());
    // Each of them once, from the last to the first, so that what is put in is not looked at.
    let mut page = TEMPLATE.to_string();
    for (name, content) in [
        ("{{script}}", script.as_str()),
        ("{{data}}", json.as_str()),
        ("{{style}}", STYLE),
        ("{{title}}", title.as_str()),
        ("{{policy}}", policy.as_str()),
    ] {
        if let Some(at) = page.find(name) {
            page.replace_range(at..at + name.len(), content);
        }
    }
    page
}

/// How a policy names an inline script or style.
fn source_of(content: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

/// A text in HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}
