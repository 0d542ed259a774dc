//! From the syntax tree to code: names become slots, literals become values.
//!
//! Variables of the top level belong to the session and stay for the next program. A function's
//! variables are slots of its frame; those that an inner function uses are cells. A variable of a
//! comprehension is a slot of the surrounding frame under a name of its own.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use indexmap::IndexSet;
use num_bigint::BigInt;
use rlm_lang_std::builtin::{Builtin, Table};
use rlm_lang_std::constants;
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{Function, Value};
use rlm_lang_syntax::ast::{self, ExprKind, StmtKind};
use rlm_lang_syntax::codes::Code as ErrorCode;
use rlm_lang_syntax::diagnostic::Diagnostic;
use rlm_lang_syntax::errors;
use rlm_lang_syntax::libraries;
use rlm_lang_syntax::scope;
use rlm_lang_syntax::signature::{Catalog, FIXED_INPUT, Type};
use rlm_lang_syntax::span::Span;
use rlm_lang_syntax::visit::{Child, statement_children};

use super::code::*;
use super::effects::Mentions;
use super::sieve::{self, LoopSieve};
use super::summary::Summary;

mod answers;
mod own;

use answers::ANSWER_CONTENT;

/// Names that the session knows: variables of earlier programs, and import aliases.
#[derive(Default)]
pub(crate) struct Names {
    /// Variables in order of first assignment; the index is the slot.
    pub globals: IndexSet<String>,
    /// `import datetime as dt`: `dt` stands for `datetime`.
    pub aliases: HashMap<String, String>,
    /// What the session's programs mention.
    pub mentions: Mentions,
    /// Names that functions of the session's programs may read.
    pub used_in_functions: HashSet<String>,
}

/// Lowers a checked program. New variables are added to `names`.
///
/// # Errors
/// Names that nothing defines, and misplaced statements, should the checker have let them pass.
pub(crate) fn lower(
    body: &[ast::Stmt],
    table: &Table,
    names: &mut Names,
    program: u32,
) -> Result<Code, Vec<Diagnostic>> {
    find_imports(body, &mut names.aliases);
    names.mentions.add(table, body);
    let used_in_functions = scope::used_in_functions(body);
    names.used_in_functions.extend(used_in_functions.iter().cloned());
    for name in scope::bound(body).names {
        if !names.aliases.contains_key(&name) {
            names.globals.insert(name);
        }
    }
    let mut lowerer = Lowerer {
        names,
        table,
        functions: vec![Frame::new(HashSet::new(), used_in_functions)],
        errors: Vec::new(),
        program,
    };
    let body = lowerer.block(body);
    let frame = lowerer.functions.pop().map(|f| f.size).unwrap_or_default();
    if lowerer.errors.is_empty() { Ok(Code { body, frame, program }) } else { Err(lowerer.errors) }
}

/// Binds the names that imports bring in, wherever in the program they stand.
fn find_imports(body: &[ast::Stmt], aliases: &mut HashMap<String, String>) {
    for stmt in body {
        if let StmtKind::Import(imported) = &stmt.kind {
            for item in imported {
                aliases.insert(item.name.text.clone(), item.path.clone());
            }
        }
        statement_children(stmt, &mut |child| {
            if let Child::Block(block) = child {
                find_imports(&block.body, aliases);
            }
        });
    }
}

struct Lowerer<'a> {
    names: &'a mut Names,
    table: &'a Table,
    /// Frames from the top level to the innermost function.
    functions: Vec<Frame>,
    errors: Vec<Diagnostic>,
    program: u32,
}

/// One function being lowered (or the top level).
struct Frame {
    /// Variables by name; the last map is that of the innermost comprehension.
    scopes: Vec<HashMap<String, Place>>,
    /// Names declared `global`.
    globals: HashSet<String>,
    /// Names that inner functions use: bound ones become cells.
    shared: HashSet<String>,
    captures: Vec<Place>,
    captured: HashMap<String, usize>,
    size: FrameSize,
}

impl Frame {
    fn new(globals: HashSet<String>, shared: HashSet<String>) -> Frame {
        Frame {
            scopes: vec![HashMap::new()],
            globals,
            shared,
            captures: Vec::new(),
            captured: HashMap::new(),
            size: FrameSize::default(),
        }
    }

    /// A new variable in the innermost scope.
    fn bind(&mut self, name: &str) -> Place {
        let place = if self.shared.contains(name) {
            self.size.cells += 1;
            Place::Cell(self.size.cells - 1)
        } else {
            self.size.slots += 1;
            Place::Local(self.size.slots - 1)
        };
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_string(), place);
        }
        place
    }

    fn find(&self, name: &str) -> Option<Place> {
        if self.globals.contains(name) {
            return None;
        }
        self.scopes.iter().rev().find_map(|scope| scope.get(name).copied())
    }
}

impl Lowerer<'_> {
    fn frame(&mut self) -> &mut Frame {
        let last = self.functions.len() - 1;
        &mut self.functions[last]
    }

    /// Where a name lives, seen from the innermost function.
    fn variable(&mut self, name: &str) -> Option<Place> {
        let innermost = self.functions.len() - 1;
        if let Some(place) = self.find_from(innermost, name) {
            return Some(place);
        }
        self.names.globals.get_index_of(name).map(Place::Global)
    }

    /// Looks in the frame and in those around it, capturing along the way.
    fn find_from(&mut self, depth: usize, name: &str) -> Option<Place> {
        let frame = &self.functions[depth];
        if let Some(place) = frame.find(name) {
            return Some(place);
        }
        if depth == 0 || frame.globals.contains(name) {
            return None;
        }
        if let Some(&index) = frame.captured.get(name) {
            return Some(Place::Captured(index));
        }
        let outer = self.find_from(depth - 1, name)?;
        if let Place::Global(_) = outer {
            return Some(outer);
        }
        let frame = &mut self.functions[depth];
        let index = frame.captures.len();
        frame.captures.push(outer);
        frame.captured.insert(name.to_string(), index);
        Some(Place::Captured(index))
    }

    fn error(&mut self, code: ErrorCode, span: Span, message: impl Into<String>) {
        self.errors.push(Diagnostic::error(code, span, message));
    }

    fn block(&mut self, body: &[ast::Stmt]) -> Vec<Stmt> {
        let mut code = Vec::with_capacity(body.len());
        for stmt in body {
            code.extend(self.stmt(stmt));
            code.extend(self.answer_dict(stmt));
        }
        code
    }

    fn optional_block(&mut self, block: Option<&ast::Block>) -> Vec<Stmt> {
        block.map_or_else(Vec::new, |block| self.block(&block.body))
    }

    fn stmt(&mut self, stmt: &ast::Stmt) -> Option<Stmt> {
        let op = match &stmt.kind {
            StmtKind::Expr(expr) => StmtOp::Expr(self.expr(expr)),
            StmtKind::Assign { targets, value } => {
                if let [target] = targets.as_slice()
                    && self.answer_field(target) == Some("ready")
                {
                    return Some(self.answer_when(value, stmt.span));
                }
                if scope::assigns_itself(targets, value) {
                    return Some(Stmt { op: StmtOp::Pass, span: stmt.span });
                }
                let value = self.expr(value);
                let targets = targets.iter().map(|t| self.target(t)).collect();
                StmtOp::Assign { targets, value }
            }
            StmtKind::AugAssign { target, op, value } => {
                let value = self.expr(value);
                StmtOp::Augment { target: self.target(target), op: *op, value }
            }
            StmtKind::If { branches, otherwise } => StmtOp::If {
                branches: branches
                    .iter()
                    .map(|(condition, block)| (self.expr(condition), self.block(&block.body)))
                    .collect(),
                otherwise: self.optional_block(otherwise.as_ref()),
            },
            StmtKind::For { target, iterable, body, otherwise } => {
                let iterable = self.expr(iterable);
                let target = self.target(target);
                let body = self.block(&body.body);
                let otherwise = self.optional_block(otherwise.as_ref());
                let summary =
                    Some(Summary::of_loop(self.table, &body)).filter(|s| self.may_call(s));
                let ahead = !self.names.mentions.iterators;
                let sieve = LoopSieve::of_loop(self.table, &target, &body);
                let parts = ForLoop { target, iterable, body, otherwise, summary, ahead, sieve };
                StmtOp::For(Box::new(parts))
            }
            StmtKind::While { condition, body, otherwise } => StmtOp::While {
                condition: self.expr(condition),
                body: self.block(&body.body),
                otherwise: self.optional_block(otherwise.as_ref()),
            },
            StmtKind::Def { name, params, body } => {
                let function = self.function(&name.text, params, FunctionBody::Block(&body.body));
                let value = Expr { op: Op::Function(function), span: name.span };
                let target = self.name_target(&name.text, name.span);
                StmtOp::Assign { targets: vec![target], value }
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                let body = self.block(&body.body);
                let handlers = handlers
                    .iter()
                    .map(|h| Handler {
                        kinds: h.kinds.iter().filter_map(|kind| self.caught(kind)).collect(),
                        place: h.name.as_ref().and_then(|n| self.variable(&n.text)),
                        body: self.block(&h.body.body),
                    })
                    .collect();
                StmtOp::Try(Box::new(Try {
                    body,
                    handlers,
                    otherwise: self.optional_block(otherwise.as_ref()),
                    finally: self.optional_block(finally.as_ref()),
                }))
            }
            StmtKind::Return(value) => StmtOp::Return(value.as_ref().map(|v| self.expr(v))),
            StmtKind::Break => StmtOp::Break,
            StmtKind::Continue => StmtOp::Continue,
            StmtKind::Pass => StmtOp::Pass,
            StmtKind::Assert { condition, message } => StmtOp::Assert {
                condition: self.expr(condition),
                message: message.as_ref().map(|m| self.expr(m)),
            },
            StmtKind::Raise(value) => StmtOp::Raise(value.as_ref().map(|v| self.expr(v))),
            StmtKind::Del(targets) => {
                StmtOp::Delete(targets.iter().map(|t| self.target(t)).collect())
            }
            // Imports were bound before anything else.
            StmtKind::Import(_) | StmtKind::Global(_) | StmtKind::Nonlocal(_) => return None,
            StmtKind::Error => {
                self.error(ErrorCode::Syntax, stmt.span, "this statement could not be read");
                return None;
            }
        };
        Some(Stmt { op, span: stmt.span })
    }

    fn caught(&mut self, kind: &ast::Name) -> Option<Caught> {
        if let Some(place) = self.variable(&kind.text) {
            return Some(Caught::Variable(place));
        }
        let path = self.resolve_alias(&kind.text);
        let known = path.rsplit('.').next().and_then(errors::kind);
        if known.is_none() {
            let message = format!("nothing is called `{}`", kind.text);
            self.error(ErrorCode::UnknownName, kind.span, message);
        }
        known.map(Caught::Kind)
    }

    fn name_target(&mut self, name: &str, span: Span) -> Target {
        let place = self.variable(name).unwrap_or_else(|| {
            // Reached only by names that `scope::bound` does not see.
            let frame_is_top = self.functions.len() == 1;
            if frame_is_top {
                Place::Global(self.names.globals.insert_full(name.to_string()).0)
            } else {
                self.frame().bind(name)
            }
        });
        if self.is_fixed(name, place) {
            self.errors.push(
                Diagnostic::error(
                    ErrorCode::InputAssigned,
                    span,
                    format!("{name} is an input and cannot be assigned"),
                )
                .with_help("pick another name"),
            );
        }
        Target::Name(place)
    }

    fn target(&mut self, target: &ast::Expr) -> Target {
        let span = target.span;
        if self.answer_field(target).is_some() {
            return Target::Name(self.answer_content());
        }
        match &target.kind {
            ExprKind::Name(name) => self.name_target(name, span),
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let star = items.iter().position(|i| matches!(i.kind, ExprKind::Starred(_)));
                let items = items
                    .iter()
                    .map(|item| match &item.kind {
                        ExprKind::Starred(inner) => self.target(inner),
                        _ => self.target(item),
                    })
                    .collect();
                Target::Tuple { items, star, span }
            }
            ExprKind::Index { object, index } => {
                Target::Index { object: self.expr(object), index: self.expr(index), span }
            }
            ExprKind::Slice { object, start, stop, step } => {
                Target::Slice(Box::new(self.slice(object, start, stop, step)))
            }
            ExprKind::Attribute { object, name } => Target::Attribute {
                object: self.expr(object),
                name: Rc::from(name.text.as_str()),
                span,
            },
            _ => {
                self.error(ErrorCode::BadTarget, span, "this cannot be assigned");
                Target::Tuple { items: Vec::new(), star: None, span }
            }
        }
    }

    fn function(
        &mut self,
        name: &str,
        params: &[ast::Param],
        body: FunctionBody<'_>,
    ) -> Rc<FunctionCode> {
        // A lone `*` takes no argument: it only parts the others.
        let bare = params.iter().position(|p| p.kind == ast::ParamKind::Bare);
        let params: Vec<&ast::Param> =
            params.iter().filter(|p| p.kind != ast::ParamKind::Bare).collect();
        // Defaults are evaluated where the function is made.
        let defaults: Vec<_> =
            params.iter().map(|p| p.default.as_ref().map(|d| self.expr(d))).collect();
        let (bound, shared) = match body {
            FunctionBody::Block(body) => (scope::bound(body), scope::used_in_functions(body)),
            FunctionBody::Expr(expr) => {
                let names = scope::walrus_names(expr).into_iter().map(str::to_string).collect();
                let bound = scope::Bound { names, ..scope::Bound::default() };
                (bound, scope::used_in_lambdas(expr))
            }
        };
        for global in &bound.globals {
            self.names.globals.insert(global.clone());
        }
        self.functions.push(Frame::new(bound.globals.into_iter().collect(), shared));
        let param_names: HashSet<&str> = params.iter().map(|p| p.name.text.as_str()).collect();
        // Arguments arrive in the first slots, in order of the parameters.
        self.frame().size.slots = params.len();
        let params_code: Vec<ParamCode> = params
            .iter()
            .zip(defaults)
            .enumerate()
            .map(|(index, (param, default))| {
                let name = param.name.text.clone();
                let frame = self.frame();
                let cell = if frame.shared.contains(&name) {
                    match frame.bind(&name) {
                        Place::Cell(cell) => Some(cell),
                        _ => None,
                    }
                } else {
                    if let Some(scope) = frame.scopes.last_mut() {
                        scope.insert(name.clone(), Place::Local(index));
                    }
                    None
                };
                ParamCode { name, default, cell }
            })
            .collect();
        for name in &bound.names {
            let is_import = self.names.aliases.contains_key(name);
            if !param_names.contains(name.as_str()) && !is_import {
                self.frame().bind(name);
            }
        }
        let body = match body {
            FunctionBody::Block(body) => Body::Block(self.block(body)),
            FunctionBody::Expr(expr) => Body::Expr(self.expr(expr)),
        };
        let kind = |wanted| params.iter().position(|p| p.kind == wanted);
        let (star, double_star) = (kind(ast::ParamKind::Star), kind(ast::ParamKind::DoubleStar));
        let by_position = bare.or(star).or(double_star).unwrap_or(params.len());
        let (frame, captures) = match self.functions.pop() {
            Some(frame) => (frame.size, frame.captures),
            None => (FrameSize::default(), Vec::new()),
        };
        let summary = Summary::of_function(self.table, &params_code, &body);
        Rc::new(FunctionCode {
            name: name.to_string(),
            params: params_code,
            star,
            double_star,
            by_position,
            frame,
            captures,
            body,
            summary,
            program: self.program,
        })
    }

    fn boxed(&mut self, expr: &ast::Expr) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    fn expr(&mut self, expr: &ast::Expr) -> Expr {
        let span = expr.span;
        if self.answer_field(expr) == Some("content") {
            let place = self.answer_content();
            return Expr { op: Op::Variable(place, Rc::from(ANSWER_CONTENT)), span };
        }
        let op = match &expr.kind {
            ExprKind::None => Op::Const(Value::None),
            ExprKind::Bool(b) => Op::Const(Value::Bool(*b)),
            ExprKind::Int(digits) => Op::Const(self.integer(digits, span)),
            ExprKind::Float(x) => Op::Const(Value::Float(*x)),
            ExprKind::Text(literal) => Op::Const(Value::Text(Text::from(literal.value.as_str()))),
            ExprKind::Format(parts) => Op::Format(self.pieces(parts)),
            ExprKind::Name(name) => self.name(name, span),
            ExprKind::List(items) => Op::List(self.items(items)),
            ExprKind::Tuple(items) => Op::Tuple(self.items(items)),
            ExprKind::Set(items) => Op::Set(self.items(items)),
            ExprKind::Dict(items) => Op::Dict(
                items
                    .iter()
                    .map(|item| match item {
                        ast::DictItem::Pair(k, v) => DictEntry::Pair(self.expr(k), self.expr(v)),
                        ast::DictItem::Spread(d) => DictEntry::Spread(self.expr(d)),
                    })
                    .collect(),
            ),
            ExprKind::Comprehension { kind, element, clauses } => {
                self.comprehension((*kind).into(), element, None, clauses)
            }
            ExprKind::DictComprehension { key, value, clauses } => {
                self.comprehension(Collect::Dict, key, Some(value), clauses)
            }
            ExprKind::Call { function, args } => self.call(function, args),
            ExprKind::Attribute { object, name } => self.attribute(object, name),
            ExprKind::Index { object, index } => {
                Op::Index { object: self.boxed(object), index: self.boxed(index) }
            }
            ExprKind::Slice { object, start, stop, step } => {
                Op::Slice(Box::new(self.slice(object, start, stop, step)))
            }
            ExprKind::Unary { op, operand } => self.unary(*op, operand),
            ExprKind::Binary { op, left, right } => {
                Op::Binary { op: *op, left: self.boxed(left), right: self.boxed(right) }
            }
            ExprKind::Logical { op, left, right } => {
                let (left, right) = (self.boxed(left), self.boxed(right));
                match op {
                    ast::BoolOp::And => Op::And(left, right),
                    ast::BoolOp::Or => Op::Or(left, right),
                }
            }
            ExprKind::Compare { first, rest } => self.compare(first, rest),
            ExprKind::Conditional { condition, then, otherwise } => Op::Conditional(Box::new((
                self.expr(condition),
                self.expr(then),
                self.expr(otherwise),
            ))),
            ExprKind::Walrus { name, value } => {
                let value = self.boxed(value);
                match self.name_target(&name.text, name.span) {
                    Target::Name(place) => Op::Walrus(place, value),
                    _ => value.op,
                }
            }
            ExprKind::Lambda { params, body } => {
                Op::Function(self.function("lambda", params, FunctionBody::Expr(body)))
            }
            ExprKind::Starred(_) => {
                self.error(ErrorCode::Syntax, span, "`*` is not expected here");
                Op::Const(Value::None)
            }
            ExprKind::Error => {
                self.error(ErrorCode::Syntax, span, "this expression could not be read");
                Op::Const(Value::None)
            }
        };
        Expr { op, span }
    }

    fn integer(&mut self, digits: &str, span: Span) -> Value {
        if let Ok(small) = digits.parse::<i64>() {
            return Value::Int(small);
        }
        match digits.parse::<BigInt>() {
            Ok(big) => Value::int(big),
            Err(_) => {
                self.error(ErrorCode::BadNumber, span, "this is not a number");
                Value::None
            }
        }
    }

    /// `-5` is a constant, not an operation.
    fn unary(&mut self, op: ast::UnaryOp, operand: &ast::Expr) -> Op {
        let operand = self.expr(operand);
        match (op, &operand.op) {
            (ast::UnaryOp::Minus, Op::Const(Value::Int(n))) if *n != i64::MIN => {
                Op::Const(Value::Int(-n))
            }
            (ast::UnaryOp::Minus, Op::Const(Value::Float(x))) => Op::Const(Value::Float(-x)),
            _ => Op::Unary { op, operand: Box::new(operand) },
        }
    }

    fn compare(&mut self, first: &ast::Expr, rest: &[(ast::CompareOp, ast::Expr)]) -> Op {
        let first = self.boxed(first);
        let mut rest: Vec<_> = rest.iter().map(|(op, e)| (*op, self.expr(e))).collect();
        if rest.len() == 1
            && let Some((op, right)) = rest.pop()
        {
            return Op::Compare { op, left: first, right: Box::new(right) };
        }
        Op::CompareChain { first, rest }
    }

    fn pieces(&mut self, parts: &[ast::FormatPart]) -> Vec<Piece> {
        parts
            .iter()
            .map(|part| match part {
                ast::FormatPart::Text(text) => Piece::Text(text.clone()),
                ast::FormatPart::Field { value, label, conversion, spec } => Piece::Field {
                    value: self.expr(value),
                    label: label.clone(),
                    conversion: *conversion,
                    spec: if spec.is_empty() { None } else { Some(self.pieces(spec)) },
                },
            })
            .collect()
    }

    fn items(&mut self, items: &[ast::Expr]) -> Vec<Item> {
        items
            .iter()
            .map(|item| match &item.kind {
                ExprKind::Starred(inner) => Item { value: self.expr(inner), star: true },
                _ => Item { value: self.expr(item), star: false },
            })
            .collect()
    }

    /// A name that is read: a variable, an input, a builtin as a value, a constant of a module.
    fn name(&mut self, name: &str, span: Span) -> Op {
        if let Some(place) = self.variable(name)
            && !self.is_fixed(name, place)
        {
            return Op::Variable(place, Rc::from(name));
        }
        if let Some(input) = Input::named(name) {
            return Op::Input(input);
        }
        if name == "__name__" {
            return Op::Const(Value::from("__main__"));
        }
        if let Some(value) = self.named_value(name) {
            return Op::Const(value);
        }
        let near = self.nearest(name);
        let mut error =
            Diagnostic::error(ErrorCode::UnknownName, span, format!("nothing is called `{name}`"));
        error.help = near.map(|near| format!("did you mean `{near}`?"));
        self.errors.push(error);
        Op::Const(Value::None)
    }

    /// The context's name can be a parameter or a loop variable of a comprehension, but no global.
    fn is_fixed(&self, name: &str, place: Place) -> bool {
        name == FIXED_INPUT && matches!(place, Place::Global(_))
    }

    /// The function or constant that a dotted path stands for, aliases resolved.
    fn named_value(&self, path: &str) -> Option<Value> {
        let path = self.resolve_alias(path);
        let last = path.rsplit('.').next().unwrap_or_default();
        if errors::is_kind(last) || path.contains('.') && errors::kind(last).is_some() {
            let kind = errors::kind(last)?;
            return Some(Value::Function(Rc::new(Function::Kind(kind))));
        }
        if let Some(value) = constants::constant(&path) {
            return Some(value);
        }
        let builtin = self.table.function(&path)?;
        Some(Value::Function(Rc::new(Function::Builtin(builtin))))
    }

    /// `dt.datetime` with `import datetime as dt` is `datetime.datetime`.
    fn resolve_alias(&self, path: &str) -> String {
        let (head, rest) = match path.split_once('.') {
            Some((head, rest)) => (head, Some(rest)),
            None => (path, None),
        };
        let head = self.names.aliases.get(head).map_or(head, String::as_str);
        rest.map_or_else(|| head.to_string(), |rest| format!("{head}.{rest}"))
    }

    fn builtin(&self, path: &str) -> Option<&'static Builtin> {
        self.table.function(&self.resolve_alias(path))
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let globals = self.names.globals.iter().map(String::as_str);
        let all = globals.chain(self.table.function_names());
        rlm_lang_syntax::suggest::nearest(name, all).map(str::to_string)
    }

    /// `re.findall`, `datetime.datetime.strptime`: a path whose first name is a module and no
    /// variable.
    fn module_path(&mut self, expr: &ast::Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Name(name) => {
                let is_module = self.names.aliases.contains_key(name) || self.table.module(name);
                (is_module && self.variable(name).is_none()).then(|| name.clone())
            }
            // What a constant has is an attribute of a value.
            ExprKind::Attribute { object, name } => self
                .module_path(object)
                .map(|path| format!("{path}.{}", name.text))
                .filter(|path| !self.table.constant(&self.resolve_alias(path))),
            _ => None,
        }
    }

    /// `str.lower` as in `key=str.lower`: the method itself, waiting for its value. A builtin
    /// takes that value as its first argument.
    fn method_of_type(&mut self, object: &ast::Expr, name: &str) -> Option<&'static Builtin> {
        let ExprKind::Name(of) = &object.kind else { return None };
        let owner = match of.as_str() {
            "str" => Type::Text,
            "list" => Type::List,
            "tuple" => Type::Tuple,
            "dict" => Type::Dict,
            "set" => Type::Set,
            "int" => Type::Int,
            "float" => Type::Float,
            _ => return None,
        };
        let method = self.table.method(owner, name).filter(|m| m.signature.is_method())?;
        let starts_with_value = method.signature.receiver.is_none_or(|slot| slot == 0);
        (starts_with_value && self.variable(of).is_none()).then_some(method)
    }

    fn attribute(&mut self, object: &ast::Expr, name: &ast::Name) -> Op {
        if let Some(method) = self.method_of_type(object, &name.text) {
            return Op::Const(Value::Function(Rc::new(Function::Builtin(method))));
        }
        if let Some(path) = self.module_path(object) {
            let path = format!("{path}.{}", name.text);
            if let Some(value) = self.named_value(&path) {
                return Op::Const(value);
            }
            let message = format!("nothing is called `{path}`");
            let mut error = Diagnostic::error(ErrorCode::UnknownName, name.span, message);
            error.help = libraries::instead_of(&self.resolve_alias(&path)).map(str::to_string);
            self.errors.push(error);
            return Op::Const(Value::None);
        }
        Op::Attribute { object: self.boxed(object), name: Rc::from(name.text.as_str()) }
    }

    fn slice(
        &mut self,
        object: &ast::Expr,
        start: &Option<Box<ast::Expr>>,
        stop: &Option<Box<ast::Expr>>,
        step: &Option<Box<ast::Expr>>,
    ) -> SliceCode {
        let from_end = |bound: &Option<Box<ast::Expr>>| {
            bound
                .as_ref()
                .is_some_and(|b| matches!(b.kind, ExprKind::Unary { op: ast::UnaryOp::Minus, .. }))
        };
        SliceCode {
            object: self.expr(object),
            start: start.as_ref().map(|e| self.expr(e)),
            stop: stop.as_ref().map(|e| self.expr(e)),
            step: step.as_ref().map(|e| self.expr(e)),
            start_from_end: from_end(start),
            stop_from_end: from_end(stop),
        }
    }

    fn comprehension(
        &mut self,
        kind: Collect,
        element: &ast::Expr,
        value: Option<&ast::Expr>,
        clauses: &[ast::Clause],
    ) -> Op {
        let assigned = own::assigned(element, value, clauses);
        let are_own = own::are_own(&assigned, element, value, clauses);
        self.frame().scopes.push(HashMap::new());
        let clauses: Vec<Clause> = clauses
            .iter()
            .map(|clause| match clause {
                ast::Clause::For { target, iterable } => {
                    let iterable = self.expr(iterable);
                    for name in scope::target_names(target) {
                        self.frame().bind(name);
                    }
                    Clause::For { target: self.target(target), iterable }
                }
                ast::Clause::If(condition) => Clause::If(self.expr(condition)),
            })
            .collect();
        let element = self.expr(element);
        let value = value.map(|v| self.expr(v));
        self.frame().scopes.pop();
        let own = if are_own { self.own_places(&assigned) } else { None };
        let in_order = own.is_none() && !assigned.is_empty();
        let summary = Summary::default();
        let sieve = match clauses.split_first() {
            Some((Clause::For { target, .. }, rest)) => sieve::of_clauses(self.table, target, rest),
            _ => None,
        };
        let mut code = Comprehension {
            kind,
            element,
            value,
            clauses,
            concurrent: false,
            own: own.unwrap_or_default(),
            until: None,
            summary,
            sieve,
        };
        code.summary = Summary::of_items(self.table, &code);
        code.summary.changes |= self.names.mentions.shared_state();
        code.concurrent = !in_order && self.may_call(&code.summary);
        Op::Comprehension(Box::new(code))
    }

    /// Where variables live that items may have for themselves; `None` where a function may read one: it
    /// sees what the item before left there.
    fn own_places(&mut self, names: &[&str]) -> Option<Vec<Place>> {
        let mut places = Vec::new();
        for name in names {
            let place = self.variable(name)?;
            let fits = match place {
                Place::Global(_) => !self.names.used_in_functions.contains(*name),
                place => matches!(place, Place::Local(_)),
            };
            places.push(Some(place).filter(|_| fits)?);
        }
        Some(places)
    }

    /// Whether code may call models, as far as is known before it runs.
    fn may_call(&self, summary: &Summary) -> bool {
        let through_functions = summary.unknown || !summary.reads.is_empty();
        self.names.mentions.models && (summary.calls || through_functions)
    }

    fn args(&mut self, args: &[ast::Arg]) -> Args {
        let (mut positional, mut keywords, mut spreads) = (Vec::new(), Vec::new(), Vec::new());
        for arg in args {
            match arg {
                ast::Arg::Positional(value) => {
                    positional.push(Item { value: self.expr(value), star: false });
                }
                ast::Arg::Star(value) => {
                    positional.push(Item { value: self.expr(value), star: true });
                }
                ast::Arg::Keyword(name, value) => {
                    keywords.push((Rc::from(name.text.as_str()), self.expr(value)));
                }
                ast::Arg::DoubleStar(value) => spreads.push(self.expr(value)),
            }
        }
        Args::new(positional, keywords, spreads)
    }

    fn call(&mut self, function: &ast::Expr, args: &[ast::Arg]) -> Op {
        match &function.kind {
            ExprKind::Name(name) => {
                let variable = self.variable(name).filter(|&place| !self.is_fixed(name, place));
                match (variable, self.builtin(name)) {
                    (None, Some(builtin)) => self.call_builtin(builtin, args),
                    (_, builtin) => {
                        let function = self.expr(function);
                        Op::Call(Box::new(Call { function, builtin, args: self.args(args) }))
                    }
                }
            }
            ExprKind::Attribute { object, name } => {
                if let Some(path) = self.module_path(object) {
                    let path = format!("{path}.{}", name.text);
                    if let Some(builtin) = self.builtin(&path) {
                        return self.call_builtin(builtin, args);
                    }
                }
                if let Some(method) = self.method_of_type(object, &name.text) {
                    return self.call_builtin(method, args);
                }
                Op::CallMethod(Box::new(CallMethod {
                    object: self.expr(object),
                    name: Rc::from(name.text.as_str()),
                    args: self.args(args),
                    cache: std::cell::Cell::new(None),
                }))
            }
            _ => {
                let function = self.expr(function);
                Op::Call(Box::new(Call { function, builtin: None, args: self.args(args) }))
            }
        }
    }

    fn call_builtin(&mut self, builtin: &'static Builtin, args: &[ast::Arg]) -> Op {
        let mut args = self.args(args);
        if let Some(Item { value, star: false }) = args.positional.first_mut()
            && let Op::Comprehension(code) = &mut value.op
            && code.kind == Collect::Generator
        {
            code.until = Until::of(builtin.signature.name);
        }
        let slots = super::arguments::static_slots(&builtin.signature, &args);
        Op::CallBuiltin(Box::new(CallBuiltin { builtin, args, slots }))
    }
}

#[derive(Clone, Copy)]
enum FunctionBody<'a> {
    Block(&'a [ast::Stmt]),
    Expr(&'a ast::Expr),
}
