//! The page of a run, in a real browser. Where none is installed its tests are left out, and say so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout)] // a skipped test says why
#![allow(dead_code, unreachable_pub)] // the helpers are shared by all tests

#[allow(unreachable_pub)] // as the other helpers of `support`
#[path = "support/browser.rs"]
mod browser;
#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use browser::Browser;
use serde_json::Value;
use support::process::{ends, fenced, folder_with, run, script};
use support::trajectories::{self, Size};
use tempfile::TempDir;

/// The largest page, in bytes.
const LARGEST: u64 = 5_000_000;

/// The browser, or a line that says why a test is left out.
fn browser() -> Option<Browser> {
    let browser = Browser::start();
    if browser.is_none() {
        println!("skipped: Chromium is not installed");
    }
    browser
}

/// Writes the page of a record beside it.
fn page_of(record: &Path) -> PathBuf {
    let path = record.with_extension("html");
    let folder = record.parent().unwrap();
    let (name, page) = (record.to_str().unwrap(), path.to_str().unwrap());
    ends(&run(folder, &["inspect", name, "--html", page]), 0, &[]);
    let size = std::fs::metadata(&path).unwrap().len();
    assert!(size <= LARGEST, "{size} bytes");
    path
}

/// What a model or an input may say to a page that believes it.
const HOSTILE: &str = "</script><script>window.pwned = 1</script><img src=x onerror=\"window.pwned = 2\">\
                       <!-- {{data}} {{script}} \u{2028} <svg onload=window.pwned=3> &lt; ]]>";

/// The record of a run with everything that a page shows.
fn recorded() -> (TempDir, PathBuf) {
    let a: String = (0..400).map(|i| format!("a line {i} of ten\n")).collect();
    let b = format!("the total is 120 marks\n{HOSTILE}\n");
    let turns = [
        fenced(&format!(
            "print(len(context), docs[0][200:230], docs[0][:3000].count(\"ten\"))\nprint(docs[1])\nx = 'one' # {HOSTILE}"
        )),
        fenced(
            "rs = [ask(\"kind?\", l) for l in lines(docs[0])[10:40]]\nprint(rs[0])\nbad = 1 / 0",
        ),
        fenced(
            "hit = grep(\"total\", docs[1])[0]\nprint(recurse(\"CHILD what?\", docs[0][0:900]))\nprint(hit)",
        ),
        fenced("answer(f\"120: {docs[1]}\", sources=[hit, docs[0][20:40]])"),
    ];
    let turns: Vec<String> = turns.iter().map(|turn| format!("{HOSTILE}\n{turn}")).collect();
    let turns: Vec<&str> = turns.iter().map(String::as_str).collect();
    let script = script(&turns)
        + &format!("=== call kind ===\n{HOSTILE}\n=== chat CHILD ===\n=== turn ===\n")
        + &fenced("print(context[5:30])\nanswer(context[0:10])");
    let folder = folder_with(&[("a.txt", &a), ("b <b>.txt", &b), ("s", &script)]);
    let args = ["ask", HOSTILE, "a.txt", "b <b>.txt", "--model", "script:s", "--max-depth", "1"];
    let output = run(folder.path(), &[&args[..], &["--trace", "t.jsonl"]].concat());
    ends(&output, 0, &[]);
    let record = folder.path().join("t.jsonl");
    (folder, record)
}

/// The bytes of each kind that a record tells of one document, counted byte by byte.
fn figures(record: &Path, document: &str) -> Vec<usize> {
    let text = std::fs::read_to_string(record).unwrap();
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let documents = events[0]["documents"].as_array().unwrap();
    let it = documents.iter().find(|one| one["name"] == document).unwrap();
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let start = number(&it["start"]);
    let whole: BTreeSet<usize> = (start..start + number(&it["bytes"])).collect();
    let mut kinds: [BTreeSet<usize>; 5] = Default::default();
    let mut add = |kind: usize, from: usize, to: usize| {
        kinds[kind].extend((from..to).filter(|at| whole.contains(at)));
    };
    for event in &events {
        let pairs = |name: &str| event[name].as_array().cloned().unwrap_or_default();
        if event["event"] == "coverage" {
            let shown = if event["engine"] == 0 { 3 } else { 2 };
            for (kind, name) in [(0, "searched"), (1, "sliced"), (2, "sent"), (shown, "shown")] {
                pairs(name).iter().for_each(|pair| add(kind, number(&pair[0]), number(&pair[1])));
            }
        }
        for text in pairs("data") {
            if let Some(place) = text["place"].as_str() {
                let (from, to) = place.rsplit_once(':').unwrap().1.split_once('-').unwrap();
                add(2, from.parse().unwrap(), to.parse().unwrap());
            }
        }
        if event["event"] == "answer" && event["engine"] == 0 {
            pairs("sources").iter().for_each(|s| add(4, number(&s["start"]), number(&s["end"])));
        }
    }
    let touched: BTreeSet<usize> = kinds.iter().flatten().copied().collect();
    let rest = whole.difference(&touched).count();
    kinds.iter().map(BTreeSet::len).chain([rest]).collect()
}

#[test]
fn a_page_shows_the_run_and_obeys_nobody() {
    let Some(mut browser) = browser() else { return };
    let (_folder, record) = recorded();
    let page = page_of(&record);
    browser.open(&page);
    assert_eq!(browser.value("document.documentElement.dataset.ready"), "yes");
    assert_eq!(browser.value("typeof window.pwned"), "undefined");
    assert_eq!(browser.value("document.querySelectorAll('script').length"), 2);
    let shown = browser.value("document.body.innerText");
    let shown = shown.as_str().unwrap();
    for part in [
        "answered",
        HOSTILE,
        "120: the total is",
        "b <b>.txt:1",
        "turn 2, program 1 — error, line 3: division by zero",
        "children",
        "never touched",
    ] {
        assert!(shown.contains(part), "{part:?} is not in: {shown}");
    }
    // Everything is opened once, and what models said still runs nowhere.
    browser.value(
        "for (const node of everything(root)) { reveal(node); setOpen(node, true); nextHit(1) }",
    );
    browser.value("document.querySelector('.sources a').click()");
    assert_eq!(browser.value("document.querySelectorAll('svg .pin').length"), 1);
    assert_eq!(browser.value("typeof window.pwned"), "undefined");
    assert_eq!(browser.errors(), [""; 0]);
    let own = format!("file://{}", page.display()).replace(' ', "%20");
    let others: Vec<String> = browser.requests().into_iter().filter(|url| *url != own).collect();
    assert_eq!(others, [""; 0]);
    // Nothing can be asked for either, even if a script tried.
    let asked = "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')";
    assert_eq!(browser.value(asked), "refused");
    assert!(browser.errors().iter().any(|error| error.contains("Content Security Policy")));
}

#[test]
fn figures_on_the_page_are_those_of_the_record() {
    let Some(mut browser) = browser() else { return };
    let (_folder, record) = recorded();
    browser.open(&page_of(&record));
    let table = browser.value(
        "Array.from(document.querySelectorAll('#maps tbody tr'), (row) => [row.cells[0].textContent, \
         ...Array.from(row.cells).slice(2).map((cell) => Number(cell.dataset.bytes))])",
    );
    for row in table.as_array().unwrap() {
        let (name, told) = row.as_array().unwrap().split_first().unwrap();
        let told: Vec<usize> = told.iter().map(|n| n.as_u64().unwrap() as usize).collect();
        let wanted = figures(&record, name.as_str().unwrap());
        assert_eq!(told, wanted, "{name}");
        // Every kind occurs, or the test would see nothing.
        let is_first = name == "a.txt";
        assert!(!is_first || wanted.iter().all(|bytes| *bytes > 0), "{wanted:?}");
    }
    assert_eq!(table.as_array().unwrap().len(), 2);
}

#[test]
fn the_keyboard_goes_everywhere() {
    let Some(mut browser) = browser() else { return };
    let (_folder, record) = recorded();
    browser.open(&page_of(&record));
    let focus = "document.activeElement.id || document.activeElement.getAttribute('role') || \
                 document.activeElement.tagName";
    let mut reached = BTreeSet::new();
    for _ in 0..30 {
        browser.press("Tab");
        reached.insert(browser.value(focus).as_str().unwrap().to_string());
    }
    for place in ["query", "treeitem", "detail", "img"] {
        assert!(reached.contains(place), "{place} is not in {reached:?}");
    }
    // The outline is seen where the focus is.
    let outline = "getComputedStyle(document.activeElement).outlineStyle";
    browser.value("document.activeElement.blur()");
    browser.press("/");
    assert_eq!(browser.value(focus), "query");
    assert_eq!(browser.value(outline), "solid");
    for key in "total".chars() {
        browser.press(&key.to_string());
    }
    assert_eq!(browser.value("document.getElementById('query').value"), "total");
    browser.press("Enter");
    let hits = browser.value("document.getElementById('hits').textContent");
    assert!(hits.as_str().unwrap().starts_with("1 of "), "{hits}");
    browser.value("focusOn(root)");
    let selected = "document.querySelector('[aria-selected=true] .name').textContent";
    browser.press("ArrowDown");
    assert_eq!(browser.value(selected), "turn 1");
    browser.press("ArrowRight");
    browser.press("ArrowRight");
    assert!(browser.value(selected).as_str().unwrap().starts_with("program 1:"));
    browser.press("ArrowLeft");
    browser.press("ArrowLeft");
    browser.press("ArrowLeft");
    assert_eq!(browser.value(selected), "the run");
    assert_eq!(browser.value(outline), "solid");
    // The timeline zooms and goes back.
    browser.value("document.querySelector('canvas').focus()");
    browser.press("+");
    assert_eq!(browser.value("timeline.to - timeline.from < timeline.last - timeline.first"), true);
    browser.press("0");
    assert_eq!(browser.value("timeline.to === timeline.last"), true);
    assert_eq!(browser.errors(), [""; 0]);
}

#[test]
fn a_large_run_stays_small_on_the_page() {
    let folder = TempDir::new().unwrap();
    let record = folder.path().join("large.jsonl");
    let size = Size { turns: 200, calls: 10_000 };
    std::fs::write(&record, trajectories::record(7, size)).unwrap();
    let page = page_of(&record);
    let Some(mut browser) = browser() else { return };
    browser.open(&page);
    assert_eq!(
        browser.value("Array.from(everything(root)).filter((n) => n.kind === 'call').length"),
        10_000
    );
    let elements = "document.querySelectorAll('*').length";
    assert!(browser.value(elements).as_u64().unwrap() < 4_000);
    // Lanes are as many as calls were under way at once.
    assert!(browser.value("timeline.rows.length").as_u64().unwrap() < 200);
    browser.value("searchFor('ticket 9999'); nextHit(1)");
    let detail = browser.value("document.getElementById('detail').innerText");
    assert!(detail.as_str().unwrap().contains("Is ticket 9999 about billing?"), "{detail}");
    assert!(browser.value(elements).as_u64().unwrap() < 5_000);
    assert_eq!(browser.errors(), [""; 0]);
}
