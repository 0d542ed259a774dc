//! Memory that a second thread allocated for a program is counted where it is freed.

use libtest_mimic::{Failed, Trial};
use rlm_lang::interpreter::Fuel;
use rlm_lang::interpreter::memory::{in_use, on_large_stack};
use rlm_lang_std::text::Text;
use rlm_lang_std::value::Value;

use crate::exercise;

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("threads::what_two_threads_find_is_counted", || on_large_stack(searched)?)]
}

/// Searches of a text that two threads share: as much is in use afterwards as before.
fn searched() -> Result<(), Failed> {
    /// Lines of the text, 64 bytes each; what one thread finds takes 4 MB.
    const LINES: usize = (1 << 20) + 1;
    /// Half of that, in bytes.
    const SLACK: usize = 2 << 20;
    let text = Text::from(format!("a{}\n", ".".repeat(62)).repeat(LINES));
    for source in ["print(len(findall(\"a\", text)))", "print(len(grep(\"a\", text)))"] {
        let before = in_use();
        let ran = exercise::run(source, &[("text", Value::Text(text.clone()))], Fuel::default());
        let printed = ran.map(|ran| ran.printed).unwrap_or_default();
        if printed.trim_end() != LINES.to_string() {
            return Err(format!("{source}: expected {LINES}, found {printed:?}").into());
        }
        let after = in_use();
        if after.abs_diff(before) > SLACK {
            return Err(format!("{source}: {before} bytes before it, {after} afterwards").into());
        }
    }
    Ok(())
}
