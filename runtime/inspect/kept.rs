//! The program that is left of a run, from its record alone: the input is not needed for that.

use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::span::Span;

use super::Trajectory;
use crate::engine::{Kept, kept_program as sliced};

/// The statements that the answer needed, as a program in canonical form: what `ask --save` writes. Nothing
/// where no program gave the answer, and for a record without `reached`.
pub fn kept_program(run: &Trajectory) -> Option<String> {
    let programs = run.root().turns.iter().flat_map(|turn| &turn.programs);
    let kept: Vec<Kept> = programs
        // A program that was refused has an error and came nowhere.
        .filter(|program| program.error.is_none() || program.reached.is_some())
        .filter_map(|program| {
            let source = program.code.clone()?;
            let ended_in = program.reached.map(|[start, end]| Span { start, end });
            let answered = program.reached.is_some() && program.error.is_none();
            Some(Kept { source, ended_in, answered })
        })
        .collect();
    sliced(Table::get(), &kept)
}
