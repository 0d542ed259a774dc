//! The tree that runs: names resolved to slots, constants made, builtins looked up.

use std::cell::Cell;
use std::rc::Rc;

use rlm_lang_std::builtin::Builtin;
use rlm_lang_std::sieve::Sieve;
use rlm_lang_std::value::Value;
use rlm_lang_syntax::ast::{BinaryOp, CompareOp, ComprehensionKind, UnaryOp};
use rlm_lang_syntax::signature::Type;
use rlm_lang_syntax::span::Span;

use super::outside::Outside;
use super::quick::QuickMethod;
use super::sieve::LoopSieve;
use super::summary::Summary;

/// A program ready to run.
pub(crate) struct Code {
    /// The statements.
    pub body: Vec<Stmt>,
    /// Slots and cells of the top level, for variables of comprehensions.
    pub frame: FrameSize,
    /// Which of the session's programs it is, for places in messages.
    pub program: u32,
}

/// How many local variables a function or program needs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FrameSize {
    /// Plain slots.
    pub slots: usize,
    /// Variables that inner functions share.
    pub cells: usize,
}

/// A function or lambda.
pub(crate) struct FunctionCode {
    pub name: String,
    pub params: Vec<ParamCode>,
    /// The index of `*args` and `**kwargs` in `params`.
    pub star: Option<usize>,
    pub double_star: Option<usize>,
    /// How many parameters take an argument by position.
    pub by_position: usize,
    pub frame: FrameSize,
    /// Where each captured variable is found when the function is made.
    pub captures: Vec<Place>,
    pub body: Body,
    pub summary: Summary,
    pub program: u32,
}

impl FunctionCode {
    /// Whether every parameter takes one argument by position.
    pub(crate) fn is_plain(&self) -> bool {
        self.by_position == self.params.len()
    }
}

pub(crate) enum Body {
    /// A lambda's expression.
    Expr(Expr),
    /// A function's statements.
    Block(Vec<Stmt>),
}

pub(crate) struct ParamCode {
    pub name: String,
    pub default: Option<Expr>,
    /// Arguments arrive in the slot of their index; a parameter that inner functions use is moved
    /// to this cell.
    pub cell: Option<usize>,
}

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// A slot of the present frame.
    Local(usize),
    /// A cell of the present frame.
    Cell(usize),
    /// A cell that the present function captured.
    Captured(usize),
    /// A variable of the session.
    Global(usize),
}

pub(crate) struct Stmt {
    pub op: StmtOp,
    pub span: Span,
}

pub(crate) enum StmtOp {
    Expr(Expr),
    Assign { targets: Vec<Target>, value: Expr },
    Augment { target: Target, op: BinaryOp, value: Expr },
    If { branches: Vec<(Expr, Vec<Stmt>)>, otherwise: Vec<Stmt> },
    For(Box<ForLoop>),
    While { condition: Expr, body: Vec<Stmt>, otherwise: Vec<Stmt> },
    Try(Box<Try>),
    Return(Option<Expr>),
    Break,
    Continue,
    Pass,
    Assert { condition: Expr, message: Option<Expr> },
    Raise(Option<Expr>),
    Delete(Vec<Target>),
}

pub(crate) struct ForLoop {
    pub target: Target,
    pub iterable: Expr,
    pub body: Vec<Stmt>,
    pub otherwise: Vec<Stmt>,
    /// Where rounds may call models: what they can do.
    pub summary: Option<Summary>,
    /// Rounds may be looked at before their time: nothing moves on by being looked at.
    pub ahead: bool,
    /// Tests of the item that come before all else.
    pub sieve: Option<LoopSieve>,
}

pub(crate) struct Try {
    pub body: Vec<Stmt>,
    pub handlers: Vec<Handler>,
    pub otherwise: Vec<Stmt>,
    pub finally: Vec<Stmt>,
}

/// `except`
pub(crate) struct Handler {
    /// The kinds of error that it takes; all if there is none.
    pub kinds: Vec<Caught>,
    /// Where the error goes.
    pub place: Option<Place>,
    pub body: Vec<Stmt>,
}

/// What an `except` names.
pub(crate) enum Caught {
    Kind(&'static str),
    /// A variable that holds a kind, or a tuple of kinds.
    Variable(Place),
}

/// What can be assigned.
pub(crate) enum Target {
    Name(Place),
    Tuple { items: Vec<Target>, star: Option<usize>, span: Span },
    Index { object: Expr, index: Expr, span: Span },
    Slice(Box<SliceCode>),
    Attribute { object: Expr, name: Rc<str>, span: Span },
}

pub(crate) struct Expr {
    pub op: Op,
    pub span: Span,
}

pub(crate) enum Op {
    Const(Value),
    Variable(Place, Rc<str>),
    Input(Input),
    Format(Vec<Piece>),
    List(Vec<Item>),
    Tuple(Vec<Item>),
    Set(Vec<Item>),
    Dict(Vec<DictEntry>),
    Comprehension(Box<Comprehension>),
    Call(Box<Call>),
    CallBuiltin(Box<CallBuiltin>),
    CallMethod(Box<CallMethod>),
    Attribute {
        object: Box<Expr>,
        name: Rc<str>,
    },
    Index {
        object: Box<Expr>,
        index: Box<Expr>,
    },
    Slice(Box<SliceCode>),
    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    CompareChain {
        first: Box<Expr>,
        rest: Vec<(CompareOp, Expr)>,
    },
    Conditional(Box<(Expr, Expr, Expr)>),
    /// `(x := e)`
    Walrus(Place, Box<Expr>),
    Function(Rc<FunctionCode>),
}

/// The inputs of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Context,
    Docs,
    Question,
}

impl Input {
    /// The input of this name.
    pub(crate) fn named(name: &str) -> Option<Input> {
        [Input::Context, Input::Docs, Input::Question]
            .into_iter()
            .find(|input| input.name() == name)
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Input::Context => "context",
            Input::Docs => "docs",
            Input::Question => "question",
        }
    }

    /// What it is in this run.
    pub(crate) fn value(self, outside: &dyn Outside) -> Value {
        match self {
            Input::Context => Value::Text(outside.context()),
            Input::Docs => Value::List(outside.docs()),
            Input::Question => Value::Text(outside.question()),
        }
    }
}

pub(crate) struct Item {
    pub value: Expr,
    pub star: bool,
}

pub(crate) enum DictEntry {
    Pair(Expr, Expr),
    Spread(Expr),
}

pub(crate) enum Piece {
    Text(String),
    Field { value: Expr, label: Option<String>, conversion: Option<char>, spec: Option<Vec<Piece>> },
}

pub(crate) struct SliceCode {
    pub object: Expr,
    pub start: Option<Expr>,
    pub stop: Option<Expr>,
    pub step: Option<Expr>,
    /// Written with a minus: counts from the end. A computed negative bound is clamped instead.
    pub start_from_end: bool,
    pub stop_from_end: bool,
}

pub(crate) struct Comprehension {
    pub kind: Collect,
    /// The element, or the key of a dict.
    pub element: Expr,
    /// The value of a dict.
    pub value: Option<Expr>,
    pub clauses: Vec<Clause>,
    /// Items may call models: whether they do is known when they run.
    pub concurrent: bool,
    /// Variables of the surroundings that items which run at the same time each have for themselves: the
    /// last one's value stays.
    pub own: Vec<Place>,
    /// What ends a walk early: the rest would not be looked at.
    pub until: Option<Until>,
    /// What an item can do.
    pub summary: Summary,
    /// Tests of the first clause's item that come before all else.
    pub sieve: Option<Sieve>,
}

/// The item after which a function needs no more: `any` of a generator stops at the first true one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// A true one.
    True,
    /// A false one.
    False,
    /// The first.
    First,
}

impl Until {
    /// What a builtin that is called with a generator stops at.
    pub(crate) fn of(builtin: &str) -> Option<Until> {
        match builtin {
            "any" => Some(Until::True),
            "all" => Some(Until::False),
            "next" | "first" => Some(Until::First),
            _ => None,
        }
    }

    /// Whether an item is the last one that is needed.
    pub(crate) fn is_met(self, item: &Value) -> bool {
        match self {
            Until::True => item.truthy(),
            Until::False => !item.truthy(),
            Until::First => true,
        }
    }
}

/// What a comprehension collects into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collect {
    List,
    /// A list that `next` takes items from.
    Generator,
    Set,
    Dict,
}

impl From<ComprehensionKind> for Collect {
    fn from(kind: ComprehensionKind) -> Collect {
        match kind {
            ComprehensionKind::List => Collect::List,
            ComprehensionKind::Generator => Collect::Generator,
            ComprehensionKind::Set => Collect::Set,
        }
    }
}

pub(crate) enum Clause {
    For { target: Target, iterable: Expr },
    If(Expr),
}

/// A call of a value.
pub(crate) struct Call {
    pub function: Expr,
    /// For `name(...)`: the builtin of that name, used when the variable holds no function.
    pub builtin: Option<&'static Builtin>,
    pub args: Args,
}

/// A call of a builtin by its own name.
pub(crate) struct CallBuiltin {
    pub builtin: &'static Builtin,
    pub args: Args,
    /// For arguments without stars: the parameter of each, positional ones first.
    pub slots: Option<Vec<usize>>,
}

/// A call `x.name(...)`.
pub(crate) struct CallMethod {
    pub object: Expr,
    pub name: Rc<str>,
    pub args: Args,
    /// What was found for the last receiver: receivers rarely change their type.
    pub cache: Cell<Option<FoundMethod>>,
}

/// A method of a type, as one call finds it.
#[derive(Clone, Copy)]
pub(crate) struct FoundMethod {
    pub ty: Type,
    pub builtin: &'static Builtin,
    /// The call's arguments fill the parameters beside the receiver one by one.
    pub in_order: bool,
    /// The quick way, where the call's arguments allow one.
    pub quick: Option<QuickMethod>,
}

/// Arguments as written.
pub(crate) struct Args {
    pub positional: Vec<Item>,
    pub keywords: Vec<(Rc<str>, Expr)>,
    pub spreads: Vec<Expr>,
    /// Positional arguments without stars only: nothing has to be matched by name.
    pub plain: bool,
}

impl Args {
    pub(crate) fn new(
        positional: Vec<Item>,
        keywords: Vec<(Rc<str>, Expr)>,
        spreads: Vec<Expr>,
    ) -> Args {
        let mut args = Args { positional, keywords, spreads, plain: false };
        args.plain = args.keywords.is_empty() && args.spreads.is_empty() && !args.has_star();
        args
    }

    pub(crate) fn has_star(&self) -> bool {
        self.positional.iter().any(|item| item.star)
    }
}
