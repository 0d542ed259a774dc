//! The engine from Rust. From the repository's root, without a key:
//! `cargo run --release --example embed`
//!
//! The scripted model plays the root; with `OPENAI_API_KEY` set, `Engine::new("gpt-5")` takes its place.

#![allow(clippy::print_stdout)] // an example shows what came of it

use rlm_lang::{Engine, Error, Input};

fn main() -> Result<(), Error> {
    let engine = Engine::new("script:examples/tour.script")?;
    let input = Input::load(["lang", "stdlib", "runtime"])?;
    let answer = engine.ask("Which error code is used most, and where is it declared?", &input)?;
    println!("{}", answer.text);

    // The answer's sources are places in the input.
    for source in &answer.sources {
        println!("source: {}:{}", source.document, source.line);
    }

    // A program of one's own needs no model.
    let ran = engine.run("print(len(docs), \"documents\")\nlen(grep(r\"fn main\"))", &input)?;
    println!("{}{} lines with fn main", ran.printed, ran.value.unwrap_or_default());
    Ok(())
}
