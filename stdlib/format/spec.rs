//! Reading a format spec.

use rlm_lang_syntax::codes::Code;

use crate::fault::Fault;

/// Wider fields than this are a mistake or an attack.
const WIDEST: usize = 1_000_000;

/// Digits behind the point: a float has no more than about 1,100.
const MOST_DIGITS: usize = 10_000;

/// `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`
#[derive(Debug)]
pub(super) struct Spec {
    pub(super) fill: char,
    /// One of `<>=^`, if written or implied by a leading zero.
    pub(super) align: Option<char>,
    /// The alignment of values that say nothing.
    pub(super) default_align: char,
    /// One of `+- `.
    pub(super) sign: Option<char>,
    /// `z`: minus zero loses its sign.
    pub(super) no_minus_zero: bool,
    /// `#`
    pub(super) alternate: bool,
    pub(super) width: usize,
    /// `,` or `_`
    pub(super) grouping: Option<char>,
    pub(super) precision: Option<usize>,
    pub(super) kind: Option<char>,
}

fn is_align(c: char) -> bool {
    matches!(c, '<' | '>' | '=' | '^')
}

impl Spec {
    /// Reads a spec for a type whose values stand on one side by default.
    ///
    /// # Errors
    /// For what is no spec.
    pub(super) fn parse(text: &str, default_align: char) -> Result<Spec, Fault> {
        let chars: Vec<char> = text.chars().collect();
        let mut cursor = Cursor { chars: &chars, at: 0 };
        let mut spec = Spec {
            fill: ' ',
            align: None,
            default_align,
            sign: None,
            no_minus_zero: false,
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: None,
        };
        let mut has_fill = false;
        if let (Some(fill), Some(align)) = (cursor.peek(0), cursor.peek(1).filter(|c| is_align(*c)))
        {
            (spec.fill, spec.align, has_fill) = (fill, Some(align), true);
            cursor.at += 2;
        } else {
            spec.align = cursor.eat_if(is_align);
        }
        spec.sign = cursor.eat_if(|c| matches!(c, '+' | '-' | ' '));
        spec.no_minus_zero = cursor.eat_if(|c| c == 'z').is_some();
        spec.alternate = cursor.eat_if(|c| c == '#').is_some();
        if !has_fill && cursor.eat_if(|c| c == '0').is_some() {
            spec.fill = '0';
            if spec.align.is_none() && default_align == '>' {
                spec.align = Some('=');
            }
        }
        spec.width = cursor.number(WIDEST)?.unwrap_or(0);
        spec.grouping = cursor.eat_if(|c| matches!(c, ',' | '_'));
        if spec.grouping.is_some() && cursor.peek(0).is_some_and(|c| matches!(c, ',' | '_')) {
            return Err(bad(text).with_help("use one thousands separator: , or _"));
        }
        if cursor.eat_if(|c| c == '.').is_some() {
            spec.precision = cursor.number(MOST_DIGITS)?;
            if spec.precision.is_none() {
                return Err(bad(text).with_help("digits are missing after the point: .2f"));
            }
        }
        spec.kind = cursor.eat_if(|_| true);
        if cursor.at < chars.len() {
            return Err(bad(text));
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    fn check_grouping(&self) -> Result<(), Fault> {
        let fits = match (self.grouping, self.kind) {
            (None, _)
            | (Some(_), None | Some('d' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' | 's' | 'c')) => {
                true
            }
            (Some('_'), Some('b' | 'o' | 'x' | 'X')) => true,
            (Some(_), Some(_)) => false,
        };
        if fits {
            return Ok(());
        }
        let (mark, kind) = (self.grouping.unwrap_or(','), self.kind.unwrap_or('s'));
        Err(Fault::new(Code::BadValue, format!("the format code {kind} does not go with {mark}")))
    }

    /// The alignment in force.
    pub(super) fn alignment(&self) -> char {
        self.align.unwrap_or(self.default_align)
    }
}

fn bad(text: &str) -> Fault {
    let shown: String = text.chars().take(40).collect();
    Fault::new(Code::BadValue, format!("this is no format spec: {shown}")).with_help(
        "write [fill][< > ^][width][,][.digits][type], such as >10, .2f, ,.1f, 05d or .0%",
    )
}

/// The error for a format code that does not fit the value.
pub(super) fn unfit(kind: char, expected: &str, found: &str) -> Fault {
    if !"bcdeEfFgGnosxX%".contains(kind) {
        return bad(&kind.to_string());
    }
    Fault::new(Code::WrongType, format!("the format code {kind} expects {expected}, found {found}"))
}

struct Cursor<'a> {
    chars: &'a [char],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn eat_if(&mut self, test: impl FnOnce(char) -> bool) -> Option<char> {
        let c = self.peek(0).filter(|c| test(*c))?;
        self.at += 1;
        Some(c)
    }

    fn number(&mut self, most: usize) -> Result<Option<usize>, Fault> {
        let mut value: Option<usize> = None;
        while let Some(digit) = self.peek(0).and_then(|c| c.to_digit(10)) {
            let next = value.unwrap_or(0).saturating_mul(10).saturating_add(digit as usize);
            if next > most {
                return Err(Fault::new(
                    Code::BadValue,
                    format!("a format spec with a width or precision above {most}"),
                ));
            }
            value = Some(next);
            self.at += 1;
        }
        Ok(value)
    }
}
