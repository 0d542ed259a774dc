//! The system prompt in its variants: short, and with examples that run.

use rlm_lang_std::prompt::{PromptFields, Variant, system};
use rlm_lang_std::text::Source;
use rlm_lang_syntax::printer;

use crate::decoder;
use crate::fresh::is_fresh;
use crate::programs::fenced;
use crate::run::{Setting, run};
use crate::tokens;

/// Tokens that a prompt may cost.
const MOST_TOKENS: usize = 1_500;

fn prompt(variant: Variant) -> String {
    system(&PromptFields { variant, ..PromptFields::default() })
}

#[test]
fn prompts_are_fresh_and_short() {
    let mut counts = Vec::new();
    for &variant in Variant::ALL {
        let name = match variant {
            Variant::Full => "prompt.md".to_string(),
            other => format!("prompt-{}.md", other.name()),
        };
        let prompt = prompt(variant);
        is_fresh(&name, &prompt);
        let tokens = tokens::count(&prompt);
        println!("{name}: {tokens} tokens");
        assert!(tokens <= MOST_TOKENS, "{name}: {tokens} tokens");
        counts.push(tokens);
    }
    // The one for small models is the shortest.
    assert_eq!(counts.iter().min(), counts.get(1));
}

/// Inputs on which one or another example has something to find.
const INPUTS: &[(&str, &str)] = &[
    ("contract.txt", "§ 1\nThe warranty is void after two years.\nSupplier: Oak & Co, Norway\n"),
    (
        "service.log",
        "user=ada GET /a ms=12\nuser=bo GET /b ms=340\nstatus=open\nstatus=open\nstatus=done\n",
    ),
    ("sales.csv", "country,amount\nDE,\"1,200\"\nFR,300\nDE,50\n"),
];

/// Replies to the calls of the examples.
const SCRIPT: &str = r#"=== call (?s)supplier ===
[{"supplier": "Oak & Co", "country": "Norway"}]
=== call (?s). ===
Two years.
"#;

#[test]
fn examples_run_end_differently_and_are_canonical() {
    for &variant in Variant::ALL {
        let examples = fenced(variant.name(), &prompt(variant));
        // The first is `peek(context)`; three more follow.
        assert_eq!(examples.len(), 4, "{variant:?}");
        for example in &examples {
            let canonical = printer::format(&example.source).unwrap();
            assert_eq!(decoder::read(&canonical), Ok(()), "{canonical}");
            let wide = example.source.lines().any(|line| line.chars().count() > 100);
            assert!(wide || canonical == example.source, "{canonical}");
            let runs = INPUTS.iter().map(|(name, text)| {
                let source = Source::from_bytes(*name, text.as_bytes().to_vec());
                run(&example.source, &Setting { script: Some(SCRIPT), ..Setting::new(source) })
            });
            let told: Vec<String> =
                runs.filter(|ran| !ran.told.is_empty()).map(|ran| ran.told).collect();
            assert!(told.len() < INPUTS.len(), "{}\n{told:?}", example.source);
        }
        let last = |source: &str| source.lines().last().unwrap_or_default().to_string();
        let ends: Vec<String> = examples.iter().skip(1).map(|one| last(&one.source)).collect();
        let answers = ends.iter().filter(|line| line.starts_with("answer(")).count();
        assert_eq!(answers, 1, "{ends:?}");
        assert!(ends.iter().filter(|line| line.starts_with("print(")).count() <= 1, "{ends:?}");
    }
}
