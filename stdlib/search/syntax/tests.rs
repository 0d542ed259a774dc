//! Rewriting of patterns; what they match is tested against CPython elsewhere.

use super::*;

fn regex(pattern: &str) -> String {
    translate(pattern, 0, Mode::Search, Needs::default()).unwrap().regex
}

fn problem(pattern: &str) -> (String, usize) {
    let error = translate(pattern, 0, Mode::Search, Needs::default()).unwrap_err();
    (error.message, error.position)
}

#[test]
fn literals_are_recognised() {
    let literal =
        |pattern, flags| translate(pattern, flags, Mode::Search, Needs::default()).unwrap().literal;
    assert_eq!(literal("magic number", 0).as_deref(), Some("magic number"));
    assert_eq!(literal(r"a\.b\|c{", 0).as_deref(), Some("a.b|c{"));
    assert_eq!(literal("a.b", 0), None);
    assert_eq!(literal("ab", IGNORE_CASE), None);
    assert_eq!(literal("12:34", IGNORE_CASE).as_deref(), Some("12:34"));
    assert_eq!(literal("", 0), None);
}

#[test]
fn pythons_syntax_is_rewritten() {
    assert_eq!(regex(r"^a$"), r"\Aa\z");
    assert_eq!(regex(r"(?m)^a$"), r"(?m:^)a(?m:$)");
    assert_eq!(regex(r"a\Z"), r"a\z");
    assert_eq!(regex(r"x{,3}"), r"x{0,3}");
    assert_eq!(regex(r"{}{a}"), r"\{\}\{a\}");
    assert_eq!(regex(r"\<b\>\/\-\é"), r"<b>\/\-é");
    assert_eq!(regex(r"[]a[&&]"), r"[\]a\[\&\&]");
    assert_eq!(regex(r"[\w-]"), r"[\w\-]");
    assert_eq!(regex(r"a(?i)b"), r"(?i)ab");
    assert_eq!(regex("(?x) a b # c\n [ ]"), r"ab[ ]");
    assert_eq!(regex(r"\0\101\x41"), r"\x00AA");
    assert_eq!(regex(r"(a)(?P<n>b)\1"), r"(a)(?P<n>b)(?:\1)");
    assert_eq!(regex(r"(?s).(?-s:.)"), r"(?s:.)(?:.)");
}

#[test]
fn names_of_groups_are_kept() {
    let names = translate(r"(a)(?P<n>b)(?:c)", 0, Mode::Search, Needs::default()).unwrap().names;
    assert_eq!(names, [None, None, Some("n".to_string())]);
}

#[test]
fn errors_are_those_of_python() {
    assert_eq!(problem("(a"), ("missing ), unterminated subpattern".into(), 0));
    assert_eq!(problem("a)"), ("unbalanced parenthesis".into(), 1));
    assert_eq!(problem("*a"), ("nothing to repeat".into(), 0));
    assert_eq!(problem("a**"), ("multiple repeat".into(), 2));
    assert_eq!(problem("[a"), ("unterminated character set".into(), 0));
    assert_eq!(problem("[z-a]"), ("bad character range z-a".into(), 1));
    assert_eq!(problem(r"\q"), (r"bad escape \q".into(), 0));
    assert_eq!(problem("a{3,1}"), ("min repeat greater than max repeat".into(), 1));
    assert_eq!(problem(r"(a)\2"), ("invalid group reference 2".into(), 4));
    assert_eq!(problem("é("), ("missing ), unterminated subpattern".into(), 1));
}
