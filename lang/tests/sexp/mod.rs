//! A tree in one line, without places: what two ways of writing the same have in common.

use rlm_lang_syntax::ast::*;

pub(crate) fn program(source: &str) -> String {
    let parsed = rlm_lang_syntax::parse(source);
    assert_eq!(parsed.errors, [], "{source}");
    block(&parsed.program)
}

/// A program's tree without places, and without imports that change nothing.
#[allow(dead_code)] // for those who compare
pub(crate) fn meaning(source: &str) -> String {
    let tree = program(source);
    let needless = |statement: &str| {
        let names = statement.strip_prefix("import ").map(|names| names.split(", "));
        names.is_some_and(|mut names| {
            names.all(|name| name.split_once(" as ").is_some_and(|(path, alias)| path == alias))
        })
    };
    tree.split("; ").filter(|statement| !needless(statement)).collect::<Vec<_>>().join("; ")
}

fn block(block: &Block) -> String {
    let all: Vec<String> = block.body.iter().map(statement).collect();
    all.join("; ")
}

fn else_block(name: &str, body: &Option<Block>) -> String {
    body.as_ref().map(|body| format!(" {name} {{{}}}", block(body))).unwrap_or_default()
}

fn statement(statement: &Stmt) -> String {
    match &statement.kind {
        StmtKind::Expr(value) => expr(value),
        StmtKind::Assign { targets, value } => {
            let targets: String = targets.iter().map(|target| expr(target) + " = ").collect();
            targets + &expr(value)
        }
        StmtKind::AugAssign { target, op, value } => {
            format!("{} {op:?}= {}", expr(target), expr(value))
        }
        StmtKind::If { branches, otherwise } => {
            let all: Vec<String> = branches
                .iter()
                .map(|(c, body)| format!("if {} {{{}}}", expr(c), block(body)))
                .collect();
            all.join(" el") + &else_block("else", otherwise)
        }
        StmtKind::For { target, iterable, body, otherwise } => {
            let head = format!("for {} in {} {{{}}}", expr(target), expr(iterable), block(body));
            head + &else_block("else", otherwise)
        }
        StmtKind::While { condition, body, otherwise } => {
            format!("while {} {{{}}}", expr(condition), block(body))
                + &else_block("else", otherwise)
        }
        StmtKind::Def { name, params: list, body } => {
            format!("def {}({}) {{{}}}", name.text, params(list), block(body))
        }
        StmtKind::Try { body, handlers, otherwise, finally } => {
            let handler = |handler: &Handler| {
                let kinds: Vec<&str> =
                    handler.kinds.iter().map(|kind| kind.text.as_str()).collect();
                let name = handler.name.as_ref().map(|name| name.text.clone()).unwrap_or_default();
                format!(" except {}:{name} {{{}}}", kinds.join(","), block(&handler.body))
            };
            format!("try {{{}}}", block(body))
                + &handlers.iter().map(handler).collect::<String>()
                + &else_block("else", otherwise)
                + &else_block("finally", finally)
        }
        StmtKind::Return(value) => format!("return {}", option(value)),
        StmtKind::Raise(value) => format!("raise {}", option(value)),
        StmtKind::Assert { condition, message } => {
            format!("assert {} {}", expr(condition), option(message))
        }
        StmtKind::Del(targets) => format!("del {}", list(targets)),
        StmtKind::Global(names) => format!("global {}", names_of(names)),
        StmtKind::Nonlocal(names) => format!("nonlocal {}", names_of(names)),
        StmtKind::Import(names) => {
            let all: Vec<String> =
                names.iter().map(|n| format!("{} as {}", n.path, n.name.text)).collect();
            format!("import {}", all.join(", "))
        }
        StmtKind::Break => "break".to_string(),
        StmtKind::Continue => "continue".to_string(),
        StmtKind::Pass => "pass".to_string(),
        StmtKind::Error => "ERROR".to_string(),
    }
}

fn names_of(names: &[Name]) -> String {
    let all: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
    all.join(", ")
}

fn option(value: &Option<Expr>) -> String {
    value.as_ref().map(expr).unwrap_or_default()
}

fn list(items: &[Expr]) -> String {
    let all: Vec<String> = items.iter().map(expr).collect();
    all.join(", ")
}

fn params(params: &[Param]) -> String {
    let all: Vec<String> = params
        .iter()
        .map(|param| {
            let star = match param.kind {
                ParamKind::Plain => "",
                ParamKind::Star | ParamKind::Bare => "*",
                ParamKind::DoubleStar => "**",
            };
            let default =
                param.default.as_ref().map(|d| format!("={}", expr(d))).unwrap_or_default();
            format!("{star}{}{default}", param.name.text)
        })
        .collect();
    all.join(", ")
}

pub(crate) fn expr(e: &Expr) -> String {
    let boxed = |e: &Option<Box<Expr>>| e.as_ref().map(|e| expr(e)).unwrap_or_default();
    match &e.kind {
        ExprKind::None => "None".to_string(),
        ExprKind::Bool(value) => if *value { "True" } else { "False" }.to_string(),
        ExprKind::Int(digits) => digits.clone(),
        ExprKind::Float(value) => format!("{value:?}"),
        ExprKind::Text(text) => format!("{:?}", text.value),
        ExprKind::Format(parts) => format!("f<{}>", format_parts(parts)),
        ExprKind::Name(name) => name.clone(),
        ExprKind::List(items) => format!("[{}]", list(items)),
        ExprKind::Tuple(items) => format!("({},)", list(items)),
        ExprKind::Set(items) => format!("{{{}}}", list(items)),
        ExprKind::Dict(items) => {
            let all: Vec<String> = items
                .iter()
                .map(|item| match item {
                    DictItem::Pair(key, value) => format!("{}: {}", expr(key), expr(value)),
                    DictItem::Spread(dict) => format!("**{}", expr(dict)),
                })
                .collect();
            format!("{{{}}}", all.join(", "))
        }
        ExprKind::Comprehension { kind, element, clauses: all } => {
            format!("{kind:?}({}{})", expr(element), clauses(all))
        }
        ExprKind::DictComprehension { key, value, clauses: all } => {
            format!("Dict({}: {}{})", expr(key), expr(value), clauses(all))
        }
        ExprKind::Call { function, args } => {
            let all: Vec<String> = args
                .iter()
                .map(|arg| match arg {
                    Arg::Positional(value) => expr(value),
                    Arg::Keyword(name, value) => format!("{}={}", name.text, expr(value)),
                    Arg::Star(value) => format!("*{}", expr(value)),
                    Arg::DoubleStar(value) => format!("**{}", expr(value)),
                })
                .collect();
            format!("{}({})", expr(function), all.join(", "))
        }
        ExprKind::Attribute { object, name } => format!("{}.{}", expr(object), name.text),
        ExprKind::Index { object, index } => format!("{}[{}]", expr(object), expr(index)),
        ExprKind::Slice { object, start, stop, step } => {
            format!("{}[{}:{}:{}]", expr(object), boxed(start), boxed(stop), boxed(step))
        }
        ExprKind::Unary { op, operand } => format!("({op:?} {})", expr(operand)),
        ExprKind::Binary { op, left, right } => format!("({} {op:?} {})", expr(left), expr(right)),
        ExprKind::Logical { op, left, right } => format!("({} {op:?} {})", expr(left), expr(right)),
        ExprKind::Compare { first, rest } => {
            let rest: String = rest.iter().map(|(op, e)| format!(" {op:?} {}", expr(e))).collect();
            format!("({}{rest})", expr(first))
        }
        ExprKind::Conditional { condition, then, otherwise } => {
            format!("({} if {} else {})", expr(then), expr(condition), expr(otherwise))
        }
        ExprKind::Lambda { params: all, body } => {
            format!("(lambda {}: {})", params(all), expr(body))
        }
        ExprKind::Walrus { name, value } => format!("({} := {})", name.text, expr(value)),
        ExprKind::Starred(inner) => format!("*{}", expr(inner)),
        ExprKind::Error => "ERROR".to_string(),
    }
}

fn clauses(clauses: &[Clause]) -> String {
    clauses
        .iter()
        .map(|clause| match clause {
            Clause::For { target, iterable } => {
                format!(" for {} in {}", expr(target), expr(iterable))
            }
            Clause::If(condition) => format!(" if {}", expr(condition)),
        })
        .collect()
}

fn format_parts(parts: &[FormatPart]) -> String {
    let all: Vec<String> = parts
        .iter()
        .map(|part| match part {
            FormatPart::Text(text) => format!("{text:?}"),
            FormatPart::Field { value, label, conversion, spec } => {
                let label = label.as_ref().map(|label| format!("{label:?} ")).unwrap_or_default();
                let conversion = conversion.map(|c| format!("!{c}")).unwrap_or_default();
                let spec = if spec.is_empty() {
                    String::new()
                } else {
                    format!(":<{}>", format_parts(spec))
                };
                format!("{{{label}{}{conversion}{spec}}}", expr(value))
            }
        })
        .collect();
    all.join(" ")
}
