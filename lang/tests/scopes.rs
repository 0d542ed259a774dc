//! Names that bodies bind and functions use; places of nodes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use rlm_lang_syntax::ast::StmtKind;
use rlm_lang_syntax::scope::{bound, target_names, used_in_functions, used_in_lambdas};
use rlm_lang_syntax::{parse, span::Span};

fn names(source: &str) -> Vec<String> {
    let parsed = parse(source);
    assert_eq!(parsed.errors, []);
    bound(&parsed.program.body).names
}

#[test]
fn a_body_binds_what_it_assigns() {
    let source =
        "a = b = 1\nc, (d, *e), f[0], g.h = x\ni += 1\nfor j, k in y { l = 1 } else { m = 1 }
if z { n = 1 } elif z { o = 1 } else { p = 1 }\nwhile z { q = 1 }\ndef r(s) { t = 1 }
try { u = 1 } except v { w = 1 } else { aa = 1 } finally { ab = 1 }\nimport re, json as ac
from math import pi, e as ad\ndel ae, af[0]\na = [ag for ag in x]; h = lambda ah: ah";
    assert_eq!(
        names(source).join(" "),
        "a b c d e i j k l m n o p q r u v w aa ab re ac pi ad ae h"
    );
}

#[test]
fn declared_names_are_not_bound() {
    let parsed = parse("def f() {\n global a, b\n nonlocal c\n a = c = d = 1\n global a\n}");
    let StmtKind::Def { body, .. } = &parsed.program.body[0].kind else { panic!() };
    let found = bound(&body.body);
    assert_eq!(
        (found.names, found.globals, found.nonlocals),
        (vec!["d".into()], vec!["a".into(), "b".into()], vec!["c".into()])
    );
}

#[test]
fn targets_name_variables_only() {
    let parsed = parse("a, [b, *c], d[e], f.g = x");
    let StmtKind::Assign { targets, .. } = &parsed.program.body[0].kind else { panic!() };
    assert_eq!(target_names(&targets[0]), ["a", "b", "c"]);
}

#[test]
fn functions_use_what_they_read() {
    let parsed =
        parse("a = b\ndef f(c=d) { return e + (lambda g: h)(1) }\ni = [lambda: j for k in l]");
    let mut used: Vec<String> = used_in_functions(&parsed.program.body).into_iter().collect();
    used.sort();
    assert_eq!(used, ["e", "h", "j"]);
    let StmtKind::Assign { value, .. } = &parsed.program.body[2].kind else { panic!() };
    assert_eq!(used_in_lambdas(value).into_iter().collect::<Vec<_>>(), ["j"]);
}

#[test]
fn places_are_bytes_of_the_source() {
    let source = "é = 'ü'\nif é == 1:\n    print(f\"ß{é + (2)}\")\nelse { pass }\n";
    let parsed = parse(source);
    let text = |span: Span| &source[span.range()];
    let body = &parsed.program.body;
    assert_eq!(text(body[0].span), "é = 'ü'");
    assert_eq!(text(body[1].span), "if é == 1:\n    print(f\"ß{é + (2)}\")\nelse { pass }");
    let StmtKind::If { branches, otherwise } = &body[1].kind else { panic!() };
    assert_eq!(text(branches[0].0.span), "é == 1");
    assert_eq!(text(branches[0].1.span), "print(f\"ß{é + (2)}\")");
    assert_eq!(text(otherwise.as_ref().unwrap().span), "{ pass }");
    let mut found = Vec::new();
    fn walk(expr: &rlm_lang_syntax::ast::Expr, found: &mut Vec<Span>) {
        found.push(expr.span);
        rlm_lang_syntax::visit::expression_children(expr, &mut |child| walk(child, found));
    }
    let StmtKind::Expr(call) = &branches[0].1.body[0].kind else { panic!() };
    walk(call, &mut found);
    let texts: Vec<&str> = found.into_iter().map(text).collect();
    assert_eq!(
        texts,
        ["print(f\"ß{é + (2)}\")", "print", "f\"ß{é + (2)}\"", "é + (2)", "é", "(2)"]
    );
}
