//! `docs/record.md` names every event and every field of a record.

use std::collections::BTreeSet;

/// Collects the names of a record's fields, and the kinds of its events, from real lines.
fn names(value: &serde_json::Value, into: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => {
            for (name, value) in object {
                into.insert(name.clone());
                if name == "event" || name == "kind" || name == "ending" || name == "free" {
                    into.insert(value.as_str().unwrap_or("kind").to_string());
                }
                names(value, into);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| names(item, into)),
        _ => {}
    }
}

#[test]
fn the_page_names_every_field() {
    use rlm_lang::engine::event::*;
    use rlm_lang::engine::{Direct, Limits};
    let failure = Failure { kind: rlm_lang::model::ErrorKind::Server, message: String::new() };
    let exchange = Exchange {
        reply: Some(String::new()),
        finish: Some(rlm_lang::model::Finish::Length),
        failure: Some(failure),
        free: Some(Free::Shared),
        answered_by: Some(String::new()),
        counted: Some(rlm_lang::model::Usage::default()),
        waited: 1,
        other_usage: Some(serde_json::json!({"cost": 1})),
        ..Exchange::default()
    };
    let text = TextReference { place: Some(String::new()), bytes: 0, blake3: String::new() };
    let model = ModelInfo {
        name: String::new(),
        api: String::new(),
        base_url: "http://x".to_string(),
        window: Some(1),
    };
    let document =
        DocumentInfo { name: String::new(), bytes: 0, start: Some(0), blake3: String::new() };
    let run = RunInfo {
        version: RECORD_VERSION,
        rlm_lang: String::new(),
        started: String::new(),
        question: String::new(),
        program: Some(String::new()),
        folder: String::new(),
        paths: Vec::new(),
        all: true,
        no_mmap: true,
        model: model.clone(),
        sub_model: model,
        limits: Limits::default(),
        concurrency: 1,
        direct: Direct::Auto,
        prompt: Some(String::new()),
        documents: vec![document],
    };
    let (engine, at, message) = (0, String::new(), String::new());
    let events = [
        Event::Run(Box::new(run)),
        Event::Resumed {
            rlm_lang: String::new(),
            started: String::new(),
            limits: Limits::default(),
        },
        Event::Direct { tokens: 1, window: Some(1) },
        Event::Turn { engine, turn: 1, last: true, exchange: exchange.clone() },
        Event::Compacted { engine, turn: 1, times: 1, exchange: exchange.clone() },
        Event::Program {
            engine,
            turn: 1,
            program: 1,
            code: String::new(),
            printed: String::new(),
            error: Some(String::new()),
            reached: Some([0, 1]),
            steps: 0,
            interrupted: true,
            untaken: vec![String::new()],
        },
        Event::Result { engine, turn: 1, message: message.clone() },
        Event::Call {
            engine,
            call: 1,
            at: at.clone(),
            instruction: String::new(),
            data: vec![text.clone()],
            exchange,
        },
        Event::Child { engine, parent: 0, at: at.clone(), question: String::new(), context: text },
        Event::Sent { engine, at: at.clone(), model: String::new(), input: 1, recorded: false },
        Event::Refused { engine, at: at.clone(), message: message.clone() },
        Event::Budget { engine, at, budget: Default::default() },
        Event::Coverage {
            engine,
            turn: 1,
            searched: vec![[0, 1]],
            sliced: vec![[0, 1]],
            sent: vec![[0, 1]],
            shown: vec![[0, 1]],
        },
        Event::Answer {
            engine,
            text: String::new(),
            ending: EndingKind::Limit,
            reason: Some(String::new()),
            totals: Default::default(),
            sources: vec![rlm_lang::Citation { automatic: true, ..Default::default() }],
        },
        Event::Note { message: message.clone() },
        Event::Diverged { engine, message },
    ];
    let mut all = BTreeSet::new();
    for event in &events {
        let line = serde_json::to_string(event).unwrap();
        // What is written can be read back, and is then written the same way.
        let back: Event = serde_json::from_str(&line).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), line);
        names(&serde_json::to_value(event).unwrap(), &mut all);
    }
    let page = include_str!("../../docs/record.md");
    let missing: Vec<&String> =
        all.iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/record.md does not name {missing:?}");
    assert!(page.contains(&format!("The version of this format is {RECORD_VERSION}.")));
}
