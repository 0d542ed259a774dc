//! The library as a Rust program meets it: questions, programs, own functions, own models.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::print_stdout)] // a skipped test says why

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rlm_lang::engine::event::{Event, Observer};
use rlm_lang::extend::{Fault, Host, Prompt, Text, Value, builtin};
use rlm_lang::model::{BoxFuture, Finish, Model, ModelError, Purpose, Reply, Request, Usage};
use rlm_lang::{Ending, Engine, Error, Input, Limits};

/// Half of a number.
///
/// It must be even.
#[builtin(group = "own", aliases("halve"))]
pub fn half(
    /// The number.
    #[aliases("number")]
    n: i64,
) -> Result<i64, Fault> {
    if n % 2 == 0 { Ok(n / 2) } else { Err(Fault::bad_value(format!("{n} is odd"))) }
}

/// The longest document's name.
#[builtin(group = "text", effect = Reads, prompt = "longest()  the name of the longest document")]
pub fn longest(host: &mut dyn Host) -> Text {
    let docs = host.docs().to_vec();
    let texts: Vec<Text> = docs.iter().filter_map(Value::as_text).collect();
    let longest = texts.iter().max_by_key(|text| text.byte_len());
    let place = longest.and_then(Text::place);
    Text::from(place.map(|place| place.name.to_string()).unwrap_or_default())
}

/// Asks a model for one word.
#[builtin(group = "own", effect = Calls)]
pub fn one_word(
    host: &mut dyn Host,
    /// About what.
    about: Text,
) -> Result<Text, Fault> {
    let prompt = Prompt {
        instruction: Text::from("One word."),
        data: vec![about],
        schema: None,
        model: None,
    };
    host.complete(vec![prompt])?.remove(0).map_err(Fault::bad_value)
}

/// Takes a taken name.
#[builtin(group = "own", name = "grep")]
pub fn another_grep() {}

/// Takes a taken name by its alias.
#[builtin(group = "own", aliases("len"))]
pub fn size_of() {}

/// Takes the name of an input.
#[builtin(group = "own", name = "context")]
pub fn another_context() {}

/// Has a name that cannot be written.
#[builtin(group = "own", name = "while")]
pub fn keyword() {}

/// Another one with the name of an own one.
#[builtin(group = "own", name = "half")]
pub fn another_half() {}

/// A method of texts.
#[builtin(group = "own", owners(Text))]
pub fn shout(
    /// The text.
    t: String,
) -> String {
    t.to_uppercase() + "!"
}

/// A property of texts.
#[builtin(group = "own", owners(Text), property)]
pub fn loud(
    /// The text.
    t: String,
) -> String {
    t.to_uppercase()
}

/// A method that calls a model.
#[builtin(group = "own", owners(Text), effect = Calls)]
pub fn in_a_word(
    host: &mut dyn Host,
    /// The text.
    t: Text,
) -> Result<Text, Fault> {
    one_word(host, t)
}

fn with_half() -> Engine {
    Engine::builder().without_models().builtin(&HALF).builtin(&LONGEST).build().unwrap()
}

fn answer(engine: &Engine, program: &str) -> String {
    let ran = engine.run(program, &Input::text("some text")).unwrap_or_else(|e| panic!("{e}"));
    ran.answer.expect("an answer").text
}

#[test]
fn own_functions_are_called_like_any_other() {
    let engine = with_half();
    assert_eq!(answer(&engine, "answer(half(4) + halve(number=6))"), "5");
    assert_eq!(answer(&engine, "answer(list(map(half, [2, 4])))"), "[1, 2]");
    assert_eq!(answer(&engine, "answer(longest())"), "text");
    let engine = Engine::builder().without_models().builtin(&SHOUT).build().unwrap();
    assert_eq!(answer(&engine, "answer(\"a\".shout())"), "A!");
    // Also where the name is only known when the program runs.
    assert_eq!(answer(&engine, "answer(getattr(\"a\", \"shout\")())"), "A!");
    assert_eq!(answer(&engine, "answer(hasattr(\"a\", \"shout\"))"), "True");
    assert!(with_half().run("getattr(\"a\", \"shout\")()", &Input::text("")).is_err());
    let engine = Engine::builder().without_models().builtin(&LOUD).build().unwrap();
    assert_eq!(answer(&engine, "answer(\"{0.loud}\".format(\"a\"))"), "A");
}

#[test]
fn they_are_this_engines_only() {
    let bare = Engine::builder().without_models().build().unwrap();
    assert_eq!(bare.check("half(4)")[0].message, "nothing is called `half`");
    assert!(with_half().check("half(4)").is_empty());
    assert!(bare.doc("half").is_none() && !bare.prompt().contains("half("));
}

#[test]
fn checker_prompt_and_reference_know_them() {
    let engine = with_half();
    let wrong = |program: &str| engine.check(program).remove(0).message;
    assert!(wrong("half()").contains("half"), "{}", wrong("half()"));
    assert!(wrong("half(1, 2)").contains("half"), "{}", wrong("half(1, 2)"));
    assert!(wrong("haf(1)").contains("haf"));
    let prompt = engine.prompt();
    assert!(prompt.contains("half(n)  # Half of a number."), "{prompt}");
    assert_eq!(prompt.matches("longest()").count(), 1, "{prompt}");
    assert_eq!(
        prompt.lines().count(),
        Engine::builder().without_models().build().unwrap().prompt().lines().count() + 2
    );
    let doc = engine.doc("halve").unwrap();
    assert!(doc.starts_with("half(n)  -> int") && doc.contains("It must be even."), "{doc}");
}

#[test]
fn their_errors_are_the_programs_errors() {
    let engine = with_half();
    let error = engine.run("print(1)\nhalf(3)", &Input::text("")).unwrap_err();
    let Error::Fault { message, is_limit: false, printed } = error else { panic!("{error:?}") };
    assert!(message.contains("line 2") && message.contains("3 is odd"), "{message}");
    assert_eq!(printed, "1\n");
    assert_eq!(answer(&engine, "try { half(3) } except e { answer(str(e)) }"), "3 is odd");
    let error = engine.run("half(str(len(context)))", &Input::text("")).unwrap_err();
    assert!(error.to_string().contains("expected an int, found a text"), "{error}");
}

#[test]
fn taken_names_are_refused() {
    let clashes = [
        (&ANOTHER_GREP, "grep"),
        (&SIZE_OF, "len"),
        (&ANOTHER_CONTEXT, "context"),
        (&KEYWORD, "while"),
    ];
    for (builtin, name) in clashes {
        let Err(error) = Engine::builder().without_models().builtin(builtin).build() else {
            panic!("{name} was taken");
        };
        let text = error.to_string();
        assert!(text.starts_with(&format!("the function `{name}` of tests/library.rs:")), "{text}");
    }
    let twice = Engine::builder().without_models().builtin(&HALF).builtin(&ANOTHER_HALF).build();
    assert!(matches!(twice.err(), Some(Error::Builtin(_))));
}

/// A model that replies slowly, and counts how many requests it has at once.
#[derive(Default)]
struct Slow {
    now: AtomicUsize,
    most: AtomicUsize,
    told: Mutex<Vec<String>>,
}

impl Model for Slow {
    fn complete(&self, request: Request) -> BoxFuture<'_, Result<Reply, ModelError>> {
        Box::pin(async move {
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(30)).await;
            self.now.fetch_sub(1, Ordering::SeqCst);
            let text = match request.purpose {
                Purpose::Root => {
                    self.told.lock().unwrap().push(request.messages[0].content.clone());
                    "```rlm\nanswer([one_word(line) for line in context.splitlines()])\n```"
                }
                Purpose::Call => "word",
            };
            Ok(Reply {
                text: text.to_string(),
                usage: Usage { input: Some(10), output: Some(1), ..Usage::default() },
                finish: Finish::Stop,
                left_after: None,
                other_usage: None,
                model: "slow".to_string(),
                tries: 1,
                elapsed: Duration::ZERO,
            })
        })
    }

    fn name(&self) -> &str {
        "slow"
    }
}

/// Keeps the totals of the answer.
#[derive(Default)]
struct Totals(Mutex<Option<(u64, u64)>>);

impl Observer for Totals {
    fn event(&self, event: &Event) {
        if let Event::Answer { totals, .. } = event {
            *self.0.lock().unwrap() = Some((totals.calls, totals.tokens()));
        }
    }
}

#[test]
fn a_function_that_is_declared_to_call_models_runs_at_the_same_time() {
    let (model, totals) = (Arc::new(Slow::default()), Arc::new(Totals::default()));
    let engine = Engine::builder()
        .own_model(model.clone())
        .observer(totals.clone())
        .concurrency(3)
        .builtin(&ONE_WORD)
        .build()
        .unwrap();
    let answer = engine.ask("Which words?", &Input::text("a\nb\nc\nd\ne\nf")).unwrap();
    assert_eq!(answer.text, "[\"word\", \"word\", \"word\", \"word\", \"word\", \"word\"]");
    assert_eq!(answer.ending, Ending::Answered);
    assert_eq!(model.most.load(Ordering::SeqCst), 3);
    assert!(model.told.lock().unwrap()[0].contains("one_word(about)"));
    assert_eq!(*totals.0.lock().unwrap(), Some((6, 77)));
}

#[test]
fn so_does_a_method() {
    let model = Arc::new(Slow::default());
    let engine = Engine::builder().own_model(model.clone()).concurrency(3).builtin(&IN_A_WORD);
    let program = "answer([line.in_a_word() for line in context.splitlines()])";
    let ran = engine.build().unwrap().run(program, &Input::text("a\nb\nc")).unwrap();
    assert_eq!(ran.answer.unwrap().text, "[\"word\", \"word\", \"word\"]");
    assert_eq!(model.most.load(Ordering::SeqCst), 3);
}

#[test]
fn limits_hold_and_say_so() {
    let engine = Engine::builder()
        .own_model(Arc::new(Slow::default()))
        .builtin(&ONE_WORD)
        .limits(Limits { calls: Some(2), ..Limits::default() })
        .build()
        .unwrap();
    let three = "answer([one_word(t) for t in [\"a\", \"b\", \"c\"]])";
    let error = engine.run(three, &Input::text("")).unwrap_err();
    assert!(error.to_string().contains("2"), "{error}");
    let engine = Engine::builder()
        .without_models()
        .limits(Limits { steps: 100_000, ..Limits::default() })
        .build()
        .unwrap();
    let error = engine.run("while True { pass }", &Input::text("")).unwrap_err();
    assert!(matches!(error, Error::Fault { is_limit: true, .. }), "{error:?}");
}

#[test]
fn errors_say_what_to_do() {
    let missing = Engine::new("script:no/such.script").err().unwrap();
    assert!(matches!(missing, Error::Model(_)) && missing.to_string().contains("no/such.script"));
    let missing = Input::load(["no/such/file"]).unwrap_err();
    assert!(missing.to_string().contains("no/such/file"), "{missing}");
    let engine = Engine::builder().without_models().build().unwrap();
    let error = engine.run("x = = 1", &Input::text("")).unwrap_err();
    assert!(matches!(&error, Error::Program(text) if text.contains("line 1")), "{error:?}");
    let error = engine.ask("Anything?", &Input::text("")).unwrap_err();
    assert_eq!(error.to_string(), "this engine was built without models");
    let error = engine.run("ask(\"a\")", &Input::text("")).unwrap_err();
    assert!(error.to_string().contains("without models"), "{error}");
}

#[test]
fn an_engine_is_shared_between_threads_and_lives_in_asynchronous_code() {
    let engine = Arc::new(with_half());
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let engine = engine.clone();
            std::thread::spawn(move || answer(&engine, &format!("answer(half({}))", n * 2)))
        })
        .collect();
    let answers: Vec<String> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(answers, ["0", "1", "2", "3"]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let engine = with_half();
        assert_eq!(answer(&engine, "answer(half(2))"), "1");
    });
}

/// What an example prints; `None` where it was not built, as with `cargo test --test library`.
fn example(name: &str) -> Option<String> {
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent()?.parent()?.join("examples").join(name);
    if !program.exists() {
        println!("skipped: the example {name} is not built; cargo test builds it");
        return None;
    }
    let output = std::process::Command::new(program)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    Some(text)
}

#[test]
fn the_examples_do_what_they_say() {
    if let Some(text) = example("embed") {
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].contains("declared at lang/codes.rs:"), "{text}");
        assert!(lines[1].starts_with("source: lang/codes.rs:"), "{text}");
        assert!(
            lines[2].ends_with(" documents") && lines[3].ends_with("lines with fn main"),
            "{text}"
        );
    }
    if let Some(text) = example("own_builtin") {
        for part in [
            "no service is called \"down\"",
            "the services are billing and search",
            "before it runs: ",
            "The party hereinafter \"Ada\" did cause an interruption of the service \"billing\"",
        ] {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
    }
}
