//! Python's `operator` module: operators as functions.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::ast::{BinaryOp, CompareOp, UnaryOp};

use crate::builtin::Builtin;
use crate::fault::Fault;
use crate::host::Host;
use crate::operators;
use crate::subscript;
use crate::value::Value;

/// The builtins of this module.
pub const ALL: &[&Builtin] = &[
    &ADD, &SUB, &MUL, &TRUEDIV, &FLOORDIV, &MODULO, &POW, &AND, &OR, &XOR, &EQ, &NE, &LT, &LE, &GT,
    &GE, &CONTAINS, &GETITEM, &NEG, &NOT,
];

enum Operator {
    Binary(BinaryOp),
    Compare(CompareOp),
}

use Operator::{Binary, Compare};

fn apply(host: &mut dyn Host, operator: Operator, a: Value, b: Value) -> Result<Value, Fault> {
    match operator {
        Binary(op) => operators::binary(host, op, a, b),
        Compare(op) => operators::compare(host, op, &a, &b).map(Value::Bool),
    }
}

/// Functions of two values, each with its name in programs and its operator.
macro_rules! functions {
    ($($(#[doc = $doc:literal])+ $name:ident |x| $written:literal $operator:expr;)+) => {$(
        $(#[doc = $doc])+
        #[builtin(group = "values", name = $written)]
        pub fn $name(
            host: &mut dyn Host,
            /// The left side.
            a: Value,
            /// The right side.
            b: Value,
        ) -> Result<Value, Fault> {
            apply(host, $operator, a, b)
        }
    )+};
}

functions! {
    /// `a + b`
    ///
    /// ```rlm
    /// operator.add(1, 2)  # -> 3
    /// ```
    add |x| "operator.add" Binary(BinaryOp::Add);
    /// `a - b`
    ///
    /// ```rlm
    /// operator.sub(3, 2)  # -> 1
    /// ```
    sub |x| "operator.sub" Binary(BinaryOp::Sub);
    /// `a * b`
    ///
    /// ```rlm
    /// reduce(operator.mul, [2, 3, 4])  # -> 24
    /// ```
    mul |x| "operator.mul" Binary(BinaryOp::Mul);
    /// `a / b`
    ///
    /// ```rlm
    /// operator.truediv(1, 2)  # -> 0.5
    /// ```
    truediv |x| "operator.truediv" Binary(BinaryOp::Div);
    /// `a // b`
    ///
    /// ```rlm
    /// operator.floordiv(7, 2)  # -> 3
    /// ```
    floordiv |x| "operator.floordiv" Binary(BinaryOp::FloorDiv);
    /// `a % b`
    ///
    /// ```rlm
    /// operator.mod(7, 2)  # -> 1
    /// ```
    modulo |x| "operator.mod" Binary(BinaryOp::Mod);
    /// `a ** b`
    ///
    /// ```rlm
    /// operator.pow(2, 3)  # -> 8
    /// ```
    pow |x| "operator.pow" Binary(BinaryOp::Pow);
    /// `a & b`
    ///
    /// ```rlm
    /// operator.and_({1, 2}, {2})  # -> {2}
    /// ```
    and_ |x| "operator.and_" Binary(BinaryOp::BitAnd);
    /// `a | b`
    ///
    /// ```rlm
    /// reduce(operator.or_, [{1}, {2}])  # -> {1, 2}
    /// ```
    or_ |x| "operator.or_" Binary(BinaryOp::BitOr);
    /// `a ^ b`
    ///
    /// ```rlm
    /// operator.xor(6, 3)  # -> 5
    /// ```
    xor |x| "operator.xor" Binary(BinaryOp::BitXor);
    /// `a == b`
    ///
    /// ```rlm
    /// operator.eq(1, 1.0)  # -> True
    /// ```
    eq |x| "operator.eq" Compare(CompareOp::Equal);
    /// `a != b`
    ///
    /// ```rlm
    /// operator.ne(1, 2)  # -> True
    /// ```
    ne |x| "operator.ne" Compare(CompareOp::NotEqual);
    /// `a < b`
    ///
    /// ```rlm
    /// operator.lt(1, 2)  # -> True
    /// ```
    lt |x| "operator.lt" Compare(CompareOp::Less);
    /// `a <= b`
    ///
    /// ```rlm
    /// operator.le(2, 2)  # -> True
    /// ```
    le |x| "operator.le" Compare(CompareOp::LessEqual);
    /// `a > b`
    ///
    /// ```rlm
    /// operator.gt(1, 2)  # -> False
    /// ```
    gt |x| "operator.gt" Compare(CompareOp::Greater);
    /// `a >= b`
    ///
    /// ```rlm
    /// operator.ge(1, 2)  # -> False
    /// ```
    ge |x| "operator.ge" Compare(CompareOp::GreaterEqual);
}

/// `b in a`
///
/// ```rlm
/// operator.contains([1, 2], 2)  # -> True
/// ```
#[builtin(group = "values", name = "operator.contains")]
pub fn contains(
    host: &mut dyn Host,
    /// What holds the item.
    a: Value,
    /// The item.
    b: Value,
) -> Result<bool, Fault> {
    operators::compare(host, CompareOp::In, &b, &a)
}

/// `a[b]`
///
/// ```rlm
/// operator.getitem({"n": 1}, "n")  # -> 1
/// ```
#[builtin(group = "values", name = "operator.getitem")]
pub fn getitem(
    host: &mut dyn Host,
    /// The list or dict.
    a: Value,
    /// The position or key.
    b: Value,
) -> Result<Value, Fault> {
    subscript::index(host, &a, &b)
}

/// `-a`
///
/// ```rlm
/// sorted([1, 3], key=operator.neg)  # -> [3, 1]
/// ```
#[builtin(group = "values", name = "operator.neg")]
pub fn neg(
    host: &mut dyn Host,
    /// A number.
    a: Value,
) -> Result<Value, Fault> {
    operators::unary(host, UnaryOp::Minus, a)
}

/// `not a`
///
/// ```rlm
/// operator.not_([])  # -> True
/// ```
#[builtin(group = "values", name = "operator.not_")]
pub fn not_(
    /// Any value.
    a: Value,
) -> bool {
    !a.truthy()
}
