//! The examples of the reference run, and give what they say.

use rlm_lang_std::builtin::Table;
use rlm_lang_std::reference::{example, example_source};
use rlm_lang_syntax::signature::Catalog;

use crate::run::{Setting, run};

/// What the models of the examples reply.
const SCRIPT: &str = r#"=== call (?s)7 prime ===
yes
=== call (?s)8 prime ===
no
=== call (?s)It broke ===
["complaint", "question"]
=== call (?s)complaint ===
yes
=== chat (?s)letter|first ===
```rlm
peek(context)
answer("Bo")
```
=== chat (?s)last ===
```rlm
peek(context)
answer("Ada")
```
"#;

#[test]
fn every_example_gives_its_result() {
    let setting = Setting { script: Some(SCRIPT), ..Setting::new(example_source()) };
    let mut wrong = String::new();
    for signature in Table::get().signatures() {
        let Some(example) = example(signature) else {
            wrong += &format!("{}: no example with a result\n", signature.name);
            continue;
        };
        let found = run(example.program, &setting).result();
        if found != example.result {
            wrong += &format!("{}\n  gives  {found}\n", example.program);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
