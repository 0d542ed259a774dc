//! The list that the tab key shows: never more than the screen holds. The line editor would ask whether
//! it should go on, and hear no Ctrl-C until that is answered.

use rustyline::completion::Pair;

use super::complete::Candidate;
use crate::cli::paint;

/// Columns of the words about a choice.
const ABOUT: usize = 60;

/// Columns of a name that has words about it.
const NAME: usize = 16;

/// Something that may be chosen.
pub(super) struct Choice {
    /// How it is shown.
    pub name: String,
    /// What it is, in a few words.
    pub about: String,
    /// What is written if it is chosen.
    pub text: String,
}

impl From<Candidate> for Choice {
    fn from(one: Candidate) -> Choice {
        Choice { name: one.text.clone(), about: one.about, text: one.text }
    }
}

impl From<Pair> for Choice {
    fn from(pair: Pair) -> Choice {
        Choice { name: pair.display, about: String::new(), text: pair.replacement }
    }
}

/// The choices as they fit on a screen of so many lines and columns: each with what it is, else the names
/// alone beside each other, else the first of them.
pub(super) fn fitting(mut all: Vec<Choice>, (lines, columns): (usize, usize)) -> Vec<Pair> {
    // The line that is written stays, and the cursor's.
    let lines = lines.saturating_sub(2).max(2);
    if all.len() <= lines {
        return all.into_iter().map(|choice| with_about(choice, columns)).collect();
    }
    // The line editor puts two spaces between columns.
    let widest = all.iter().map(|choice| paint::width(&choice.name)).max().unwrap_or(0) + 2;
    let beside = (columns / widest).max(1);
    if all.len().div_ceil(beside) <= lines {
        let pair = |choice: Choice| Pair { display: choice.name, replacement: choice.text };
        return all.into_iter().map(pair).collect();
    }
    let prefix = common_prefix(&all);
    let more = all.len() - (lines - 1);
    all.truncate(lines - 1);
    let mut pairs: Vec<Pair> = all.into_iter().map(|choice| with_about(choice, columns)).collect();
    pairs.push(Pair { display: format!("... {more} more: type on"), replacement: prefix });
    pairs
}

fn with_about(choice: Choice, columns: usize) -> Pair {
    let width = paint::width(&choice.name).max(NAME);
    let about = paint::cut(&choice.about, ABOUT.min(columns.saturating_sub(width + 3)));
    let display = match about.is_empty() {
        true => choice.name,
        false => format!("{:<NAME$} {about}", choice.name),
    };
    Pair { display, replacement: choice.text }
}

/// What all of them begin with: the tab key writes it.
fn common_prefix(all: &[Choice]) -> String {
    let mut prefix = all.first().map(|choice| choice.text.as_str()).unwrap_or_default();
    for choice in all {
        let same = prefix.chars().zip(choice.text.chars()).take_while(|(a, b)| a == b);
        let length = same.map(|(c, _)| c.len_utf8()).sum();
        prefix = prefix.get(..length).unwrap_or_default();
    }
    prefix.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(count: usize) -> Vec<Choice> {
        let one = |i: usize| {
            let name = format!("name_{i:03}");
            Choice { about: format!("what number {i} is for"), text: name.clone(), name }
        };
        (0..count).map(one).collect()
    }

    fn rows(pairs: &[Pair], columns: usize) -> usize {
        let widest = pairs.iter().map(|pair| paint::width(&pair.display)).max().unwrap() + 2;
        pairs.len().div_ceil((columns / widest.min(columns)).max(1))
    }

    #[test]
    fn any_number_fits_on_any_screen() {
        for (lines, columns) in [(24, 80), (12, 50), (4, 20), (1, 1), (60, 200)] {
            for count in [1, 5, 30, 264] {
                let pairs = fitting(choices(count), (lines, columns));
                assert!(rows(&pairs, columns) <= lines.saturating_sub(2).max(2), "{lines} {count}");
            }
        }
    }

    #[test]
    fn few_are_explained_more_are_named_and_many_are_counted() {
        let few = fitting(choices(5), (24, 80));
        assert_eq!(few[4].display, "name_004         what number 4 is for");
        let more = fitting(choices(100), (24, 80));
        assert_eq!((more.len(), more[99].display.as_str()), (100, "name_099"));
        let many = fitting(choices(264), (24, 80));
        assert_eq!(many.len(), 22);
        assert!(many[0].display.contains("what number 0"), "{}", many[0].display);
        assert_eq!(many[21].display, "... 243 more: type on");
        assert_eq!(many[21].replacement, "name_");
    }

    #[test]
    fn narrow_screens_cut_what_is_said() {
        let pairs = fitting(choices(3), (24, 30));
        assert!(pairs.iter().all(|pair| paint::width(&pair.display) < 30));
    }
}
