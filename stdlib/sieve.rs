//! Tests that loops ask of each line before they do anything else: `line.startswith("Date: ")`,
//! `"ERROR" in line`.
//!
//! Most lines of a large input fail them. Asked of a native sequence in one go, a line that fails is never
//! made into a value. A test answers as the interpreter would, tells the same bytes as looked at, and
//! counts the same steps.

use memchr::memmem::Finder;

use crate::text::Text;
use crate::text::seen::Look;
use crate::value::{List, More, Piece, Storage, Value};

/// A question about one text, whose answer depends on nothing else.
pub enum Test {
    /// `t.startswith(...)`, with the bytes of one or several.
    Starts(Vec<Box<[u8]>>),
    /// `t.endswith(...)`
    Ends(Vec<Box<[u8]>>),
    /// `"..." in t`, with at least one byte.
    Holds(Box<Finder<'static>>),
    /// `t` as a condition.
    Filled,
    /// `not a`
    Not(Box<Test>),
    /// `a and b`
    And(Box<Test>, Box<Test>),
    /// `a or b`
    Or(Box<Test>, Box<Test>),
    /// Anything else: only the interpreter can answer.
    Other,
}

impl Test {
    /// `needle in t`; [`Test::Other`] for the empty needle.
    pub fn holds(needle: &Text) -> Test {
        match needle.is_empty() {
            true => Test::Other,
            false => Test::Holds(Box::new(Finder::new(needle.bytes()).into_owned())),
        }
    }

    /// Whether it is not known at once that only the interpreter can answer.
    pub fn may_answer(&self) -> bool {
        match self {
            Test::Other => false,
            Test::Not(test) | Test::And(test, _) | Test::Or(test, _) => test.may_answer(),
            Test::Starts(_) | Test::Ends(_) | Test::Holds(_) | Test::Filled => true,
        }
    }

    /// The answer for a part of a text; `None` where only the interpreter can tell, or it would take more than
    /// `most` steps. Counts on with the steps of what comes before it.
    #[inline]
    fn answer(&self, piece: &Piece<'_>, steps: &mut u64, most: u64) -> Option<bool> {
        let Piece { text, range, bytes } = piece;
        Some(match self {
            Test::Starts(several) => several.iter().any(|one| {
                text.looked_at(range.start..range.start + one.len().min(bytes.len()), Look::Sliced);
                // Most differ in the first byte.
                one.first().is_none_or(|first| bytes.first() == Some(first))
                    && bytes.starts_with(one)
            }),
            Test::Ends(several) => several.iter().any(|one| {
                text.looked_at(range.end - one.len().min(bytes.len())..range.end, Look::Sliced);
                bytes.ends_with(one)
            }),
            Test::Holds(finder) => {
                *steps += bytes.len() as u64 / 64;
                if *steps > most {
                    return None;
                }
                let found = finder.find(bytes);
                let end = found.map_or(range.end, |at| range.start + at + finder.needle().len());
                text.looked_at(range.start..end, Look::Searched);
                found.is_some()
            }
            Test::Filled => !bytes.is_empty(),
            Test::Not(test) => !test.answer(piece, steps, most)?,
            Test::And(first, second) => {
                first.answer(piece, steps, most)? && second.answer(piece, steps, most)?
            }
            Test::Or(first, second) => {
                first.answer(piece, steps, most)? || second.answer(piece, steps, most)?
            }
            Test::Other => return None,
        })
    }
}

/// Tests in the order in which they are asked, up to the first that holds.
pub struct Sieve {
    /// The tests.
    pub tests: Vec<Test>,
    /// Steps for each item, beside what the tests cost.
    pub steps_each: u64,
    /// Further steps for an item that passes none.
    pub steps_more: u64,
}

/// How far a [`Sieve`] came.
#[derive(Debug)]
pub struct Sifted {
    /// Items that passed no test.
    pub left_out: usize,
    /// What they cost, and the found one up to its test.
    pub steps: u64,
    /// What comes next.
    pub next: Next,
}

/// What stands behind the items that were left out.
#[derive(Debug)]
pub enum Next {
    /// An item that passes the test of this number.
    Found(usize, Value),
    /// An item that is for the interpreter, or for which the steps do not suffice.
    Unclear,
    /// No text: the end of the list, or other values.
    Nothing,
}

impl Sieve {
    /// Goes through the items of a list from number `from` on, for at most `most` steps.
    pub fn sift(&self, list: &List, from: usize, most: u64) -> Sifted {
        let mut sifted = Sifted { left_out: 0, steps: 0, next: Next::Nothing };
        let mut ask = |piece: Piece<'_>| self.ask(&piece, most, &mut sifted);
        match &*list.storage() {
            Storage::Lazy(sequence) => sequence.each_piece(from, &mut ask),
            Storage::Values(values) => {
                for value in values.get(from..).unwrap_or_default() {
                    let Value::Text(text) = value else { break };
                    let (range, bytes) = (0..text.byte_len(), text.unread());
                    if ask(Piece { text, range, bytes }) != More::Yes {
                        break;
                    }
                }
            }
        }
        sifted
    }

    /// Asks an item; goes on while items pass no test.
    #[inline]
    fn ask(&self, piece: &Piece<'_>, most: u64, sifted: &mut Sifted) -> More {
        let mut steps = sifted.steps + self.steps_each;
        let mut passed = None;
        for (number, test) in self.tests.iter().enumerate() {
            // Nothing is looked at that is not paid for.
            let answer = if steps <= most { test.answer(piece, &mut steps, most) } else { None };
            match answer {
                Some(false) => {}
                Some(true) => {
                    passed = Some(number);
                    break;
                }
                None => {
                    sifted.next = Next::Unclear;
                    return More::Left;
                }
            }
        }
        if passed.is_none() {
            steps += self.steps_more;
        }
        if steps > most {
            sifted.next = Next::Unclear;
            return More::Left;
        }
        sifted.steps = steps;
        match passed {
            Some(number) => {
                let item = piece.text.slice_bytes(piece.range.clone());
                sifted.next = Next::Found(number, Value::Text(item));
                More::Taken
            }
            None => {
                sifted.left_out += 1;
                More::Yes
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::Pieces;

    fn sieve(tests: Vec<Test>) -> Sieve {
        Sieve { tests, steps_each: 2, steps_more: 0 }
    }

    #[test]
    fn items_are_left_out_up_to_the_first_that_passes() {
        let text = Text::from("a 1\nb 2\nERROR x\nDate: 1\nb");
        let date = || Test::Starts(vec![Box::from(&b"Date: "[..])]);
        let lines = Pieces::lines(&text).into_list();
        let values = List::new(lines.to_vec());
        for list in [lines, values] {
            let found = |tests, from, most| {
                let sifted = sieve(tests).sift(&list, from, most);
                format!("{} {} {:?}", sifted.left_out, sifted.steps, sifted.next)
            };
            assert_eq!(found(vec![date()], 0, 100), "3 8 Found(0, 'Date: 1')");
            let both = || vec![Test::holds(&Text::from("ERROR")), date()];
            assert_eq!(found(both(), 0, 100), "2 6 Found(0, 'ERROR x')");
            assert_eq!(found(both(), 3, 100), "0 2 Found(1, 'Date: 1')");
            // Nothing else passes; steps that suffice for two more items.
            assert_eq!(found(vec![date()], 4, 100), "1 2 Nothing");
            assert_eq!(found(vec![date()], 0, 5), "2 4 Unclear");
            let unclear = Test::And(Box::new(Test::holds(&Text::from("b"))), Box::new(Test::Other));
            assert_eq!(found(vec![unclear], 0, 100), "1 2 Unclear");
        }
    }

    #[test]
    fn other_values_are_for_the_interpreter() {
        let list = List::new(vec![Value::from("a"), Value::Int(1), Value::from("b")]);
        let sifted = sieve(vec![Test::Not(Box::new(Test::Filled))]).sift(&list, 0, 100);
        assert_eq!((sifted.left_out, sifted.steps), (1, 2));
        assert!(matches!(sifted.next, Next::Nothing));
        let range = crate::ranges::Range::list(0, 5, 1);
        let sifted = sieve(vec![Test::Filled]).sift(&range, 0, 100);
        assert!(matches!(sifted.next, Next::Nothing) && sifted.left_out == 0);
    }
}
