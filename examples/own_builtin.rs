//! Functions of one's own in the language. From the repository's root:
//! `cargo run --release --example own_builtin`
//!
//! A register of services that only this program can read becomes two functions. The checker knows their
//! arguments, the prompt tells models of them, and their errors are errors of the program.

#![allow(clippy::print_stdout)] // an example shows what came of it

use rlm_lang::extend::{Fault, Host, Prompt, Text, Value, builtin};
use rlm_lang::{Engine, Error, Input};

/// Who answers for which service.
const OWNERS: &[(&str, &str)] = &[("billing", "Ada"), ("search", "Grace")];

/// Who answers for a service.
#[builtin(group = "register", aliases("owner"))]
fn owner_of(
    /// The service.
    service: String,
) -> Result<String, Fault> {
    match OWNERS.iter().find(|(known, _)| *known == service) {
        Some((_, owner)) => Ok((*owner).to_string()),
        None => Err(Fault::bad_value(format!("no service is called {service:?}"))
            .with_help("the services are billing and search")),
    }
}

/// A text in the words of a lawyer, by a model.
///
/// Declared as a function that calls models: in a comprehension its items run at the same time, and
/// the run's limits count its calls.
#[builtin(group = "register", effect = Calls, prompt = "legal(text)  the text in the words of a lawyer")]
fn legal(
    host: &mut dyn Host,
    /// What to rewrite.
    text: Text,
) -> Result<Value, Fault> {
    let prompt = Prompt {
        instruction: Text::from("Rewrite this in the words of a lawyer."),
        data: vec![text],
        schema: None,
        model: None,
    };
    match host.complete(vec![prompt])?.pop() {
        Some(Ok(reply)) => Ok(Value::Text(reply)),
        Some(Err(reason)) => Err(Fault::bad_value(format!("the model did not answer: {reason}"))),
        None => Err(Fault::bad_value("the model did not answer")),
    }
}

fn main() -> Result<(), Error> {
    let engine = Engine::builder()
        .model("script:examples/own_builtin.script")
        .builtin(&OWNER_OF)
        .builtin(&LEGAL)
        .build()?;
    let log = Input::text("billing down\nsearch slow\nbilling up\n");

    let ran = engine.run("answer({s: owner_of(s) for s in set(findall(r\"\\w+\"))})", &log);
    if let Err(error) = ran {
        println!("{error}\n");
    }
    for finding in engine.check("owner_of()") {
        println!("before it runs: {}\n", finding.message);
    }
    let answer = engine.ask("Whom do we sue?", &log)?;
    println!("{}", answer.text);
    Ok(())
}
