//! The syntax tree: what a program says, with the place of every part.
//!
//! One tree serves the checker, the formatter and the interpreter's lowering. Habits of other
//! languages are already turned into their canonical form here (`&&` is [`BoolOp::And`], a
//! Python block is a [`Block`]); what was accepted with a note is in [`Parsed::notes`].
//!
//! [`Parsed::notes`]: crate::Parsed

use crate::span::Span;

/// A name with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The name as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// Statements between braces, on a header's line or indented below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// The statements in order.
    pub body: Vec<Stmt>,
    /// From the opening to the closing brace (or from the first to the last statement).
    pub span: Span,
}

/// A statement with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of statement.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// `print(x)`: an expression for its effect, or for its value at the end of a program.
    Expr(Expr),
    /// `x = 1`, `a, b = f()`, `x = y = 0` (two targets).
    Assign {
        /// Targets from left to right; each is a name, an index, an attribute, a slice, or a
        /// tuple or list of targets, one of which may be starred.
        targets: Vec<Expr>,
        /// What is assigned.
        value: Expr,
    },
    /// `x += 1`
    AugAssign {
        /// A name, an index or an attribute.
        target: Expr,
        /// `+` for `+=`, and so on.
        op: BinaryOp,
        /// The right side.
        value: Expr,
    },
    /// `if a { } elif b { } else { }`
    If {
        /// Conditions with their blocks: `if`, then each `elif`.
        branches: Vec<(Expr, Block)>,
        /// `else { }`
        otherwise: Option<Block>,
    },
    /// `for x, y in xs { } else { }`
    For {
        /// A target as in [`StmtKind::Assign`].
        target: Expr,
        /// What is walked.
        iterable: Expr,
        /// The body.
        body: Block,
        /// Runs when no `break` ended the loop.
        otherwise: Option<Block>,
    },
    /// `while c { } else { }`
    While {
        /// The condition.
        condition: Expr,
        /// The body.
        body: Block,
        /// Runs when no `break` ended the loop.
        otherwise: Option<Block>,
    },
    /// `def f(x, y=1) { }`
    Def {
        /// The function's name.
        name: Name,
        /// Its parameters.
        params: Vec<Param>,
        /// Its body.
        body: Block,
    },
    /// `try { } except e { } else { } finally { }`
    Try {
        /// What is tried.
        body: Block,
        /// `except e { }`: the first whose kinds fit takes the error.
        handlers: Vec<Handler>,
        /// Runs when nothing failed.
        otherwise: Option<Block>,
        /// Runs in any case.
        finally: Option<Block>,
    },
    /// `return x`
    Return(Option<Expr>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `pass`
    Pass,
    /// `assert ok, "why not"`
    Assert {
        /// What must be true.
        condition: Expr,
        /// The message if it is not.
        message: Option<Expr>,
    },
    /// `raise x`: stops with that error or message; alone it passes on the error being handled.
    Raise(Option<Expr>),
    /// `del x, d["k"]`
    Del(Vec<Expr>),
    /// `global x, y`
    Global(Vec<Name>),
    /// `nonlocal x, y`
    Nonlocal(Vec<Name>),
    /// `import re`, `from collections import Counter as C`, `import datetime as dt`. Known modules
    /// need no import; the statement only binds the aliases.
    Import(Vec<ImportedName>),
    /// What could not be parsed; a program with one never runs.
    Error,
}

/// One name brought in by an `import`.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedName {
    /// The dotted path: `re`, `collections.Counter`.
    pub path: String,
    /// The name it is known by in the program: the alias, or the last part of the path.
    pub name: Name,
}

/// `except e { }`, `except ValueError as e { }`
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// The kinds of error that it takes, as written (`json.JSONDecodeError`); without any, and for
    /// `Exception`, all.
    pub kinds: Vec<Name>,
    /// The variable that gets the error.
    pub name: Option<Name>,
    /// The handler's body.
    pub body: Block,
}

/// One parameter of a function or lambda.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// `x=1`
    pub default: Option<Expr>,
    /// Plain, `*args` or `**kwargs`.
    pub kind: ParamKind,
}

/// How a parameter collects arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// One argument.
    Plain,
    /// `*args`: the rest of the positional ones.
    Star,
    /// `**kwargs`: the rest of the keyword ones.
    DoubleStar,
    /// `*` alone, without a name: parameters after it take arguments by name only.
    Bare,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// `12`, `60_000`, `0x1f`: decimal digits without separators, of any length.
    Int(String),
    /// `1.5`, `2e6`
    Float(f64),
    /// A text; adjacent literals are joined, escapes are resolved.
    Text(TextLiteral),
    /// `f"{x:.2f} and {y}"`; adjacent literals are joined into one.
    Format(Vec<FormatPart>),
    /// `x`
    Name(String),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `(a, b)`, `a, b`
    Tuple(Vec<Expr>),
    /// `{a, b}`
    Set(Vec<Expr>),
    /// `{k: v, **d}`
    Dict(Vec<DictItem>),
    /// `[f(x) for x in xs if c]`, `{...}` as a set, or a bare generator, which makes a list.
    Comprehension {
        /// What is built.
        kind: ComprehensionKind,
        /// The value of one item.
        element: Box<Expr>,
        /// `for` and `if` in order, the first a `for`.
        clauses: Vec<Clause>,
    },
    /// `{k: v for ...}`
    DictComprehension {
        /// Key of one item.
        key: Box<Expr>,
        /// Value of one item.
        value: Box<Expr>,
        /// As in [`ExprKind::Comprehension`].
        clauses: Vec<Clause>,
    },
    /// `f(x, key=y)`
    Call {
        /// What is called.
        function: Box<Expr>,
        /// The arguments as written.
        args: Vec<Arg>,
    },
    /// `x.name`
    Attribute {
        /// The value.
        object: Box<Expr>,
        /// The name after the dot.
        name: Name,
    },
    /// `x[i]`
    Index {
        /// The value.
        object: Box<Expr>,
        /// The index or key.
        index: Box<Expr>,
    },
    /// `x[a:b:c]`
    Slice {
        /// The value.
        object: Box<Expr>,
        /// First position.
        start: Option<Box<Expr>>,
        /// One past the last position.
        stop: Option<Box<Expr>>,
        /// Step.
        step: Option<Box<Expr>>,
    },
    /// `-x`, `not x`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a and b`, `a or b`
    Logical {
        /// The operator.
        op: BoolOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a < b <= c`: each operand is evaluated once.
    Compare {
        /// The first operand.
        first: Box<Expr>,
        /// Each further operator with its right operand.
        rest: Vec<(CompareOp, Expr)>,
    },
    /// `a if c else b`
    Conditional {
        /// The condition.
        condition: Box<Expr>,
        /// Value if true.
        then: Box<Expr>,
        /// Value if false.
        otherwise: Box<Expr>,
    },
    /// `lambda x, y=1: x + y`
    Lambda {
        /// Its parameters.
        params: Vec<Param>,
        /// Its value.
        body: Box<Expr>,
    },
    /// `(x := e)`: the value, assigned on the way.
    Walrus {
        /// The variable.
        name: Name,
        /// Its value, and that of the expression.
        value: Box<Expr>,
    },
    /// `*xs` in a list, tuple, set or target.
    Starred(Box<Expr>),
    /// What could not be parsed.
    Error,
}

/// A text literal.
#[derive(Clone, Debug, PartialEq)]
pub struct TextLiteral {
    /// The text, escapes resolved.
    pub value: String,
    /// Written as `r"..."`; the formatter keeps that.
    pub raw: bool,
}

/// A part of an f-string.
#[derive(Clone, Debug, PartialEq)]
pub enum FormatPart {
    /// Literal text, escapes and doubled braces resolved.
    Text(String),
    /// `{expr!r:spec}`
    Field {
        /// The expression.
        value: Box<Expr>,
        /// The source of the expression with its `=` if it was written `{x=}`, to be printed first.
        label: Option<String>,
        /// `!r`, `!s` or `!a`.
        conversion: Option<char>,
        /// What follows `:`; may contain fields itself (`{x:<{width}}`).
        spec: Vec<FormatPart>,
    },
}

/// An item of a dict display.
#[derive(Clone, Debug, PartialEq)]
pub enum DictItem {
    /// `k: v`
    Pair(Expr, Expr),
    /// `**d`
    Spread(Expr),
}

/// What a comprehension builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    /// `[... for ...]`
    List,
    /// `{... for ...}`
    Set,
    /// `(... for ...)` or a bare argument `f(... for ...)`.
    Generator,
}

/// A clause of a comprehension.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// `for target in iterable`
    For {
        /// Target as in an assignment.
        target: Expr,
        /// What is walked.
        iterable: Expr,
    },
    /// `if condition`
    If(Expr),
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// `x`
    Positional(Expr),
    /// `name=x`
    Keyword(Name, Expr),
    /// `*xs`
    Star(Expr),
    /// `**d`
    DoubleStar(Expr),
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-x`
    Minus,
    /// `+x`
    Plus,
    /// `~x`
    Invert,
    /// `not x`
    Not,
}

/// Operators with two operands that always evaluate both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `//`
    FloorDiv,
    /// `%`
    Mod,
    /// `**`
    Pow,
    /// `|`
    BitOr,
    /// `&`
    BitAnd,
    /// `^`
    BitXor,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
}

/// Operators that may skip their right operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoolOp {
    /// `and`
    And,
    /// `or`
    Or,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `is`
    Is,
    /// `is not`
    IsNot,
}
