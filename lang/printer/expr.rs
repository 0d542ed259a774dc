//! Expressions: minimal parentheses, and brackets broken one item a line where a line gets long.

use crate::ast::{
    Arg, BinaryOp, BoolOp, Clause, CompareOp, ComprehensionKind, DictItem, Expr, ExprKind,
    FormatPart, Param, ParamKind, UnaryOp,
};
use crate::lexer::Comment;
use crate::number;
use crate::printer::comments::{Comments, own_lines, trailing};
use crate::printer::text::{self, Part, Style};
use crate::printer::{STEP, WIDEST};
use crate::span::Span;

/// How tightly an expression binds; what stands around it asks for a least one.
pub(super) type Binding = u8;

/// Anything but a tuple without parentheses.
pub(super) const ANY: Binding = 1;
const OR: Binding = 2;
const AND: Binding = 3;
const NOT: Binding = 4;
const COMPARE: Binding = 5;
const UNARY: Binding = 12;
const POWER: Binding = 13;
const POSTFIX: Binding = 14;
const ATOM: Binding = 15;

/// Room kept at a line's end for what follows a bracket.
const MARGIN: usize = 2;

/// Writes expressions.
pub(super) struct ExprPrinter<'a> {
    source: &'a str,
    pub(super) comments: Comments<'a>,
    pub(super) out: String,
    /// Columns before the current statement.
    pub(super) indent: usize,
    /// Brackets stay on one line.
    pub(super) flat: bool,
    /// Inside a field of an f-string.
    in_field: bool,
}

/// Something between brackets.
enum Item<'e> {
    Value(&'e Expr, Binding),
    Keyword(&'e str, Span, &'e Expr),
    Starred(&'static str, &'e Expr),
    Pair(&'e Expr, &'e Expr),
    Clause(&'e Clause),
    Piece(String, Span),
}

impl Item<'_> {
    fn span(&self) -> Span {
        match self {
            Item::Value(value, _) | Item::Starred(_, value) => value.span,
            Item::Keyword(_, span, value) => span.to(value.span),
            Item::Pair(key, value) => key.span.to(value.span),
            Item::Clause(Clause::For { target, iterable }) => target.span.to(iterable.span),
            Item::Clause(Clause::If(condition)) => condition.span,
            Item::Piece(_, span) => *span,
        }
    }
}

impl<'a> ExprPrinter<'a> {
    pub(super) fn new(source: &'a str, comments: &'a [Comment]) -> ExprPrinter<'a> {
        ExprPrinter {
            source,
            comments: Comments::new(source, comments),
            out: String::new(),
            indent: 0,
            flat: false,
            in_field: false,
        }
    }

    /// Columns of the current line so far.
    pub(super) fn column(&self) -> usize {
        let line = self.out.rfind('\n').map_or(0, |at| at + 1);
        self.out.get(line..).unwrap_or_default().chars().count()
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// What `write` writes on one line.
    pub(super) fn flatly(&mut self, write: impl FnOnce(&mut Self)) -> String {
        let before = (std::mem::take(&mut self.out), self.flat);
        self.flat = true;
        write(self);
        self.flat = before.1;
        std::mem::replace(&mut self.out, before.0)
    }

    /// True if a text fits on the rest of the line; of several lines the first must.
    fn fits(&self, text: &str) -> bool {
        let first = text.lines().next().unwrap_or_default();
        self.column() + first.chars().count() + MARGIN <= WIDEST
    }

    /// An expression; in parentheses if it binds less tightly than `least`.
    pub(super) fn expr(&mut self, expr: &Expr, least: Binding) {
        if binding(&expr.kind) < least {
            self.push("(");
            self.bare(expr);
            self.push(")");
        } else {
            self.bare(expr);
        }
    }

    /// A value or targets at the top of a statement: a tuple needs no parentheses if it fits.
    pub(super) fn top(&mut self, expr: &Expr) {
        let ExprKind::Tuple(items) = &expr.kind else { return self.expr(expr, ANY) };
        if items.len() < 2 || self.comments.any_in(expr.span) && !self.flat {
            return self.expr(expr, ANY);
        }
        let text = self.flatly(|p| p.items(items));
        if self.flat || self.fits(&text) {
            self.push(&text);
        } else {
            self.expr(expr, ANY);
        }
    }

    /// Items on one line.
    fn items(&mut self, items: &[Expr]) {
        for (index, item) in items.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.expr(item, ANY);
        }
    }

    fn bare(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::None | ExprKind::Error => self.push("None"),
            ExprKind::Bool(value) => self.push(if *value { "True" } else { "False" }),
            ExprKind::Int(digits) => self.int(digits, expr.span),
            ExprKind::Float(value) => self.float(*value, expr.span),
            ExprKind::Text(_) | ExprKind::Format(_) => self.text(expr),
            ExprKind::Name(name) => self.push(name),
            ExprKind::List(items) => self.display("[", items, "]", expr.span),
            ExprKind::Set(items) => self.display("{", items, "}", expr.span),
            ExprKind::Tuple(items) => match items.as_slice() {
                [one] => {
                    self.push("(");
                    self.expr(one, ANY);
                    self.push(",)");
                }
                items => self.display("(", items, ")", expr.span),
            },
            ExprKind::Dict(items) => self.dict(items, expr.span),
            ExprKind::Comprehension { kind, element, clauses } => {
                let (open, close) = match kind {
                    ComprehensionKind::List => ("[", "]"),
                    ComprehensionKind::Set => ("{", "}"),
                    ComprehensionKind::Generator => ("(", ")"),
                };
                self.comprehension(open, Item::Value(element, ANY), clauses, close, expr.span);
            }
            ExprKind::DictComprehension { key, value, clauses } => {
                self.comprehension("{", Item::Pair(key, value), clauses, "}", expr.span);
            }
            ExprKind::Call { function, args } => {
                self.expr(function, POSTFIX);
                self.arguments(args, Span { start: function.span.end, ..expr.span });
            }
            ExprKind::Attribute { object, name } => {
                let number = matches!(object.kind, ExprKind::Int(_) | ExprKind::Float(_));
                self.expr(object, if number { ATOM + 1 } else { POSTFIX });
                self.push(".");
                self.push(&name.text);
            }
            ExprKind::Index { object, index } => {
                self.expr(object, POSTFIX);
                self.push("[");
                self.expr(index, ANY);
                self.push("]");
            }
            ExprKind::Slice { object, start, stop, step } => {
                self.expr(object, POSTFIX);
                self.push("[");
                self.bound(start.as_deref());
                self.push(":");
                self.bound(stop.as_deref());
                if step.is_some() {
                    self.push(":");
                    self.bound(step.as_deref());
                }
                self.push("]");
            }
            ExprKind::Unary { op, operand } => self.unary(*op, operand),
            ExprKind::Binary { op: BinaryOp::Pow, left, right } => {
                self.expr(left, POSTFIX);
                self.push(" ** ");
                self.expr(right, UNARY);
            }
            ExprKind::Binary { op, left, right } => {
                self.expr(left, strength(*op));
                self.push(&format!(" {} ", sign(*op)));
                self.expr(right, strength(*op) + 1);
            }
            ExprKind::Logical { op, left, right } => {
                let (least, word) = match op {
                    BoolOp::Or => (OR, " or "),
                    BoolOp::And => (AND, " and "),
                };
                self.expr(left, least);
                self.push(word);
                self.expr(right, least + 1);
            }
            ExprKind::Compare { first, rest } => {
                self.expr(first, COMPARE + 1);
                for (op, operand) in rest {
                    self.push(&format!(" {} ", comparison(*op)));
                    self.expr(operand, COMPARE + 1);
                }
            }
            ExprKind::Conditional { condition, then, otherwise } => {
                self.expr(then, OR);
                self.push(" if ");
                self.expr(condition, OR);
                self.push(" else ");
                self.expr(otherwise, ANY);
            }
            ExprKind::Lambda { params, body } => {
                self.push(if params.is_empty() { "lambda" } else { "lambda " });
                self.params(params);
                self.push(": ");
                self.expr(body, ANY);
            }
            ExprKind::Walrus { name, value } => {
                self.push("(");
                self.push(&name.text);
                self.push(" := ");
                self.expr(value, ANY);
                self.push(")");
            }
            ExprKind::Starred(inner) => {
                self.push("*");
                self.expr(inner, ANY);
            }
        }
    }

    fn bound(&mut self, bound: Option<&Expr>) {
        if let Some(bound) = bound {
            self.expr(bound, OR);
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr) {
        let (sign, least) = match op {
            UnaryOp::Minus => ("-", UNARY),
            UnaryOp::Plus => ("+", UNARY),
            UnaryOp::Invert => ("~", UNARY),
            UnaryOp::Not => ("not ", NOT),
        };
        self.push(sign);
        // `--x` is another thing at the start of a line.
        if op != UnaryOp::Not && matches!(operand.kind, ExprKind::Unary { .. }) {
            self.push(" ");
        }
        self.expr(operand, least);
    }

    /// Parameters between commas.
    pub(super) fn params(&mut self, params: &[Param]) {
        for (index, param) in params.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.push(match param.kind {
                ParamKind::Plain => "",
                ParamKind::Star | ParamKind::Bare => "*",
                ParamKind::DoubleStar => "**",
            });
            self.push(&param.name.text);
            if let Some(default) = &param.default {
                self.push("=");
                self.expr(default, ANY);
            }
        }
    }

    fn source_at(&self, span: Span) -> &'a str {
        self.source.get(span.range()).unwrap_or_default()
    }

    /// An integer as it was written, if it was.
    fn int(&mut self, digits: &str, span: Span) {
        let written = self.source_at(span).trim_matches(['(', ')', ' ']);
        let kept = written.starts_with(|c: char| c.is_ascii_digit())
            && number::int(written).as_deref() == Some(digits)
            && (digits == "0" || !written.starts_with('0') || written.contains(['x', 'o', 'b']));
        self.push(if kept { written } else { digits });
    }

    /// A float as it was written, unless digits are missing around its point.
    fn float(&mut self, value: f64, span: Span) {
        let written = self.source_at(span).trim_matches(['(', ')', ' ']);
        let digits = |part: Option<&str>| {
            part.is_some_and(|part| part.contains(|c: char| c.is_ascii_digit()))
        };
        let (whole, rest) = written.split_once('.').unwrap_or((written, "0"));
        let rest = rest.split(['e', 'E']).next();
        if digits(Some(whole)) && digits(rest) && number::float(written) == Some(value) {
            self.push(written);
        } else if value.is_infinite() {
            self.push("1e999");
        } else {
            self.push(&format!("{value:?}"));
        }
    }

    /// A text or f-string; adjacent literals stay apart.
    fn text(&mut self, expr: &Expr) {
        let written = self.source_at(expr.span);
        if written.trim_matches(['(', ')', ' ']) == "__name__" {
            return self.push("__name__");
        }
        let pieces = text::pieces(written).unwrap_or_default();
        match pieces.as_slice() {
            [] => self.text_of(&expr.kind, None),
            [one] => self.text_of(&expr.kind, Some(one)),
            several => {
                let printed: Vec<String> = several.iter().map(|piece| self.piece(piece)).collect();
                let line = printed.join(" ");
                if self.flat || self.fits(&line) {
                    return self.push(&line);
                }
                let items = printed.into_iter().map(|piece| Item::Piece(piece, expr.span));
                self.break_items("(", items.collect(), ")", "", expr.span);
            }
        }
    }

    /// One of several adjacent literals, from its source.
    fn piece(&self, source: &str) -> String {
        let parsed = crate::parse(source);
        let mut printer = ExprPrinter::new(source, &[]);
        (printer.flat, printer.in_field) = (true, self.in_field);
        match parsed.program.body.first().map(|statement| &statement.kind) {
            Some(crate::ast::StmtKind::Expr(expr)) => printer.text_of(&expr.kind, Some(source)),
            _ => printer.push(source),
        }
        printer.out
    }

    fn text_of(&mut self, kind: &ExprKind, written: Option<&str>) {
        let printed = match kind {
            ExprKind::Text(literal) => text::literal(literal, written, self.in_field),
            ExprKind::Format(parts) => {
                let style = written.map(text::style).unwrap_or_default();
                let raw = style.raw && specs_are_simple(parts);
                let printed: Vec<Part> = parts.iter().map(|part| self.part(part)).collect();
                text::format_string(&printed, Style { raw, ..style }, self.in_field)
            }
            _ => return,
        };
        self.push(&printed);
    }

    fn part(&mut self, part: &FormatPart) -> Part {
        match part {
            FormatPart::Text(text) => Part::Text(text.clone()),
            field => Part::Field(self.field(field)),
        }
    }

    /// `{x!r:spec}`
    fn field(&mut self, field: &FormatPart) -> String {
        let FormatPart::Field { value, label, conversion, spec } = field else {
            return String::new();
        };
        let outer = std::mem::replace(&mut self.in_field, true);
        let value = match label {
            Some(label) => label.clone(),
            None => {
                // A lambda's colon would begin the format.
                let lambda = matches!(value.kind, ExprKind::Lambda { .. });
                self.flatly(|p| p.expr(value, if lambda { ATOM } else { ANY }))
            }
        };
        let mut out = String::from(if value.starts_with('{') { "{ " } else { "{" });
        out.push_str(&value);
        if let Some(letter) = conversion {
            out.push('!');
            out.push(*letter);
        }
        if !spec.is_empty() {
            out.push(':');
            for part in spec {
                match part {
                    FormatPart::Text(text) => out.push_str(&text::spec(text)),
                    field => out.push_str(&self.field(field)),
                }
            }
        }
        self.in_field = outer;
        out + "}"
    }

    fn display(&mut self, open: &str, items: &[Expr], close: &str, span: Span) {
        let items = items.iter().map(|item| Item::Value(item, ANY)).collect();
        self.bracket(open, items, close, ",", span);
    }

    fn dict(&mut self, items: &[DictItem], span: Span) {
        let items = items.iter().map(|item| match item {
            DictItem::Pair(key, value) => Item::Pair(key, value),
            DictItem::Spread(dict) => Item::Starred("**", dict),
        });
        self.bracket("{", items.collect(), "}", ",", span);
    }

    fn comprehension(
        &mut self,
        open: &str,
        element: Item<'_>,
        clauses: &[Clause],
        close: &str,
        span: Span,
    ) {
        let items = std::iter::once(element).chain(clauses.iter().map(Item::Clause));
        self.bracket(open, items.collect(), close, "", span);
    }

    fn arguments(&mut self, args: &[Arg], span: Span) {
        if let [Arg::Positional(Expr { kind, span: inner })] = args
            && let ExprKind::Comprehension { kind, element, clauses } = kind
            && *kind == ComprehensionKind::Generator
        {
            let span = span.to(*inner);
            return self.comprehension("(", Item::Value(element, ANY), clauses, ")", span);
        }
        let items = args.iter().map(|arg| match arg {
            Arg::Positional(value) => Item::Value(value, ANY),
            Arg::Keyword(name, value) => Item::Keyword(&name.text, name.span, value),
            Arg::Star(value) => Item::Starred("*", value),
            Arg::DoubleStar(value) => Item::Starred("**", value),
        });
        self.bracket("(", items.collect(), ")", ",", span);
    }

    /// Items in brackets: on one line if they fit and hold no comment.
    fn bracket(&mut self, open: &str, items: Vec<Item<'_>>, close: &str, comma: &str, span: Span) {
        let commented = !self.flat && self.comments.any_in(span);
        if !commented {
            let text = self.flatly(|p| {
                p.push(open);
                for (index, item) in items.iter().enumerate() {
                    p.push(if index > 0 { comma } else { "" });
                    p.push(if index > 0 { " " } else { "" });
                    p.item(item);
                }
                p.push(close);
            });
            if self.flat || items.is_empty() || self.fits(&text) {
                return self.push(&text);
            }
        }
        self.break_items(open, items, close, comma, span);
    }

    /// Items in brackets, one a line, with the comments between them.
    fn break_items(
        &mut self,
        open: &str,
        items: Vec<Item<'_>>,
        close: &str,
        comma: &str,
        span: Span,
    ) {
        self.push(open);
        self.indent += STEP;
        let starts: Vec<u32> = items.iter().map(|item| item.span().start).collect();
        for (index, item) in items.iter().enumerate() {
            let place = item.span();
            self.comment_lines(span.start, place.start);
            self.new_line();
            self.item(item);
            self.push(comma);
            let next = starts.get(index + 1).copied().unwrap_or(span.end);
            if place.end <= next {
                self.trailing_comment(place.end, next);
            }
        }
        self.comment_lines(span.start, span.end);
        self.indent -= STEP;
        self.new_line();
        self.push(close);
    }

    fn comment_lines(&mut self, from: u32, to: u32) {
        for comment in self.comments.take(from, to) {
            for line in own_lines(comment) {
                self.new_line();
                self.push(&line);
            }
        }
    }

    /// Comments behind code on its line.
    pub(super) fn trailing_comment(&mut self, from: u32, to: u32) {
        let found = self.comments.take_on_line(from, to);
        if !found.is_empty() {
            self.push("  ");
            self.push(&trailing(&found));
        }
    }

    /// A line end and the indentation of the next line.
    pub(super) fn new_line(&mut self) {
        self.push("\n");
        self.push(&" ".repeat(self.indent));
    }

    fn item(&mut self, item: &Item<'_>) {
        match item {
            Item::Value(value, least) => self.expr(value, *least),
            Item::Keyword(name, _, value) => {
                self.push(name);
                self.push("=");
                self.expr(value, ANY);
            }
            Item::Starred(stars, value) => {
                self.push(stars);
                self.expr(value, ANY);
            }
            Item::Pair(key, value) => {
                self.expr(key, OR);
                self.push(": ");
                self.expr(value, ANY);
            }
            Item::Clause(Clause::For { target, iterable }) => {
                self.push("for ");
                let target = self.flatly(|p| p.top(target));
                self.push(&target);
                self.push(" in ");
                self.expr(iterable, OR);
            }
            Item::Clause(Clause::If(condition)) => {
                self.push("if ");
                self.expr(condition, OR);
            }
            Item::Piece(text, _) => self.push(text),
        }
    }
}

fn specs_are_simple(parts: &[FormatPart]) -> bool {
    parts.iter().all(|part| match part {
        FormatPart::Text(_) => true,
        FormatPart::Field { spec, .. } => spec.iter().all(|part| match part {
            FormatPart::Text(text) => text::is_simple_spec(text),
            FormatPart::Field { .. } => true,
        }),
    })
}

fn binding(kind: &ExprKind) -> Binding {
    match kind {
        ExprKind::Lambda { .. } | ExprKind::Conditional { .. } | ExprKind::Starred(_) => ANY,
        ExprKind::Logical { op: BoolOp::Or, .. } => OR,
        ExprKind::Logical { op: BoolOp::And, .. } => AND,
        ExprKind::Unary { op: UnaryOp::Not, .. } => NOT,
        ExprKind::Compare { .. } => COMPARE,
        ExprKind::Binary { op, .. } => strength(*op),
        ExprKind::Unary { .. } => UNARY,
        ExprKind::Call { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Index { .. }
        | ExprKind::Slice { .. } => POSTFIX,
        _ => ATOM,
    }
}

fn strength(op: BinaryOp) -> Binding {
    match op {
        BinaryOp::BitOr => 6,
        BinaryOp::BitXor => 7,
        BinaryOp::BitAnd => 8,
        BinaryOp::ShiftLeft | BinaryOp::ShiftRight => 9,
        BinaryOp::Add | BinaryOp::Sub => 10,
        BinaryOp::Mul | BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod => 11,
        BinaryOp::Pow => POWER,
    }
}

/// The sign of an operator.
pub(super) fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::FloorDiv => "//",
        BinaryOp::Mod => "%",
        BinaryOp::Pow => "**",
        BinaryOp::BitOr => "|",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitXor => "^",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
    }
}

fn comparison(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "==",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterEqual => ">=",
        CompareOp::In => "in",
        CompareOp::NotIn => "not in",
        CompareOp::Is => "is",
        CompareOp::IsNot => "is not",
    }
}
