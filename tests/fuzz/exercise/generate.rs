//! Programs out of choices: well formed, every name known, the arguments mostly of the right type and
//! the values mostly extreme. What random bytes cannot reach is behind the first type error.

use arbitrary::{Result, Unstructured};
use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::signature::{Arity, Catalog, Signature, Type};

/// Statements of a block.
const MOST: usize = 6;

/// Nesting of statements and of expressions.
const DEPTH: u32 = 3;

const INTS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "7",
    "100",
    "-3",
    "65536",
    "2 ** 31",
    "9223372036854775807",
    "-9223372036854775808",
    "10 ** 30",
    "-(2 ** 64)",
    "10 ** 10",
    "True",
];

const FLOATS: &[&str] = &[
    "0.0",
    "-0.0",
    "0.1",
    "1.5",
    "-2.5",
    "1e308",
    "5e-324",
    "1e16",
    "float(\"inf\")",
    "float(\"nan\")",
];

const TEXTS: &[&str] = &[
    r#""""#,
    r#""a""#,
    r#""a,b,,c""#,
    r#""naïve 日本 😀""#,
    r#""line one\nline two\r\nthree""#,
    r#""\x00\ufeff\u2028""#,
    r#""{} {0} {x!r:>5} %s %d %(a)s""#,
    r#""(a|b)*?c+""#,
    r#""(?<=a)(?P<n>x)\\1""#,
    r#""[{\"k\": [1, null]}, 1e999]""#,
    r#""2024-02-30 12:61""#,
    r#""%Y-%m-%d""#,
    r#""ab" * 3000"#,
    r#""nan""#,
    r#""-1_000.5e3""#,
    "context",
];

const BINARY: &[&str] = &[
    "+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "and", "or", "<", "<=", "==",
    "!=", "in", "not in", "is",
];

/// Fill, alignment, sign, width, precision and kind of a format spec.
const SPECS: &[&str] = &["", ">", "*^", "+", "010", "9999999", ",", "_", ".3", ".999999", "#"];
const KINDS: &[&str] = &["", "d", "x", "b", "e", "f", "g", "%", "s", "c", "n", "Q"];

const NAMES: &[&str] = &["x", "y", "z"];

/// Texts of the input and what may be done with them.
const VIEWS: &[&str] = &[
    "context",
    "context[:60]",
    "context[100:400]",
    "context[-90:]",
    "context[30:31]",
    "lines(context)[3]",
    "lines(context)[-20][2:9]",
    "search(r\"entry (.)\", context[600:])",
    "x",
    "x",
    "context[900:905]",
    r#""e""#,
    r#"" ""#,
    r#"",""#,
    r#""entry é3 of""#,
    r#""\\d+""#,
    r#""\n""#,
    r#""name""#,
];

/// A program that looks at its input, a statement at a time.
pub fn looking(choices: &mut Unstructured<'_>) -> Result<String> {
    let mut writer = Writer { texts: VIEWS, ..Writer::new(choices) };
    let view = writer.pick(VIEWS)?;
    writer.line(&format!("x = {view}"));
    let (from, to) = (writer.below(70)?, writer.below(70)?);
    writer.line(&format!("y = lines(context)[{from}:{to}]"));
    writer.line("z = {l[:4]: l for l in y}");
    for _ in 0..3 {
        let depth = 1 + writer.below(2)? as u32;
        let call = match writer.below(2)? {
            0 => writer.method_call(depth)?,
            _ => writer.function_call(depth)?,
        };
        writer.line(&format!("try {{ x = {call}"));
        writer.line("print(x) } except Exception as e { print(e) }");
    }
    Ok(writer.out)
}

/// A program.
pub fn program(choices: &mut Unstructured<'_>) -> Result<String> {
    let mut writer = Writer::new(choices);
    writer.out.push_str("x = 1\ny = [3, \"b\", None]\nz = {\"a\": [1.5], 2: (1, 2)}\n");
    writer.block(DEPTH)?;
    Ok(writer.out)
}

struct Writer<'c, 'b> {
    choices: &'c mut Unstructured<'b>,
    out: String,
    indent: usize,
    looping: bool,
    /// What texts are written as.
    texts: &'static [&'static str],
}

impl<'c, 'b> Writer<'c, 'b> {
    fn new(choices: &'c mut Unstructured<'b>) -> Self {
        Writer { choices, out: String::new(), indent: 0, looping: false, texts: TEXTS }
    }

    fn below(&mut self, n: usize) -> Result<usize> {
        // Once the bytes are used up every choice is the first one: programs end.
        self.choices.choose_index(n.max(1))
    }

    fn pick(&mut self, all: &[&'static str]) -> Result<&'static str> {
        let index = self.below(all.len())?;
        Ok(all[index])
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(&"    ".repeat(self.indent));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn block(&mut self, depth: u32) -> Result<()> {
        for _ in 0..=self.below(MOST)? {
            self.statement(depth)?;
        }
        Ok(())
    }

    fn inside(&mut self, head: &str, depth: u32, looping: bool) -> Result<()> {
        self.line(&format!("{head} {{"));
        self.indent += 1;
        let outer = std::mem::replace(&mut self.looping, looping);
        self.block(depth - 1)?;
        self.looping = outer;
        self.indent -= 1;
        self.line("}");
        Ok(())
    }

    fn statement(&mut self, depth: u32) -> Result<()> {
        let kinds = if depth == 0 { 7 } else { 13 };
        let name = self.pick(NAMES)?;
        match self.below(kinds)? {
            0 => {
                let value = self.expr(Type::Any, DEPTH)?;
                self.line(&value);
            }
            1 | 2 => {
                let value = self.expr(Type::Any, DEPTH)?;
                self.line(&format!("{name} = {value}"));
            }
            3 => {
                let (op, value) =
                    (self.pick(&["+", "-", "*", "//", "|"])?, self.expr(Type::Any, 2)?);
                self.line(&format!("{name} {op}= {value}"));
            }
            4 => {
                let (index, value) = (self.expr(Type::Any, 1)?, self.expr(Type::Any, 2)?);
                self.line(&format!("{name}[{index}] = {value}"));
            }
            5 => {
                let value = self.expr(Type::Any, DEPTH)?;
                self.line(&format!("print({value})"));
            }
            6 if self.looping => {
                let word = self.pick(&["break", "continue"])?;
                self.line(word);
            }
            6 => {
                let value = self.expr(Type::List, 2)?;
                self.line(&format!("x, *y = {value}"));
            }
            7 => {
                let condition = self.expr(Type::Bool, 2)?;
                self.inside(&format!("if {condition}"), depth, self.looping)?;
            }
            8 => {
                let items = self.expr(Type::List, 2)?;
                self.inside(&format!("for {name} in {items}"), depth, true)?;
            }
            9 => {
                let condition = self.expr(Type::Bool, 2)?;
                self.inside(&format!("while {condition}"), depth, true)?;
            }
            10 => {
                self.inside("try", depth, self.looping)?;
                self.inside("except Exception as e", depth, self.looping)?;
            }
            11 => {
                self.inside("def f(x, y=1, *z)", depth, false)?;
                let argument = self.expr(Type::Any, 2)?;
                self.line(&format!("z = f({argument})"));
            }
            _ => {
                self.inside("try", depth, self.looping)?;
                self.inside("finally", depth, self.looping)?;
            }
        }
        Ok(())
    }

    /// An expression, mostly of a type.
    fn expr(&mut self, ty: Type, depth: u32) -> Result<String> {
        // One in eight is of another type.
        let ty = if self.below(8)? == 7 { Type::Any } else { ty };
        if depth == 0 {
            return self.leaf(ty);
        }
        let d = depth - 1;
        Ok(match self.below(14)? {
            0 => self.leaf(ty)?,
            1 => self.pick(NAMES)?.to_string(),
            2 | 3 => self.function_call(d)?,
            4 | 5 => self.method_call(d)?,
            6 => {
                let op = self.pick(BINARY)?;
                format!("({} {op} {})", self.expr(ty, d)?, self.expr(ty, d)?)
            }
            7 => format!("{}[{}]", self.group(Type::Any, d)?, self.expr(Type::Int, d)?),
            8 => {
                let (from, to) = (self.expr(Type::Int, 0)?, self.expr(Type::Int, 0)?);
                let step = self.pick(&["", ":2", ":-1", ":0", ":2 ** 63"])?;
                format!("{}[{from}:{to}{step}]", self.group(Type::Any, d)?)
            }
            9 => {
                let (items, name) = (self.expr(Type::List, d)?, self.pick(NAMES)?);
                let value = self.expr(Type::Any, d)?;
                let (open, close) =
                    [("[", "]"), ("{", "}"), ("list(", ")"), ("{1: ", "}")][self.below(4)?];
                format!("{open}{value} for {name} in {items}{close}")
            }
            10 => format!("(lambda x=1, *y: {})", self.expr(Type::Any, d)?),
            11 => {
                let (spec, kind) = (self.pick(SPECS)?, self.pick(KINDS)?);
                let convert = self.pick(&["", "!r", "="])?;
                format!("f\"{{{}{convert}:{spec}{kind}}}\"", self.pick(NAMES)?)
            }
            12 => format!(
                "({} if {} else {})",
                self.expr(ty, d)?,
                self.expr(Type::Bool, d)?,
                self.expr(ty, d)?
            ),
            _ => {
                let (a, b) = (self.expr(Type::Any, d)?, self.expr(Type::Any, d)?);
                match self.below(4)? {
                    0 => format!("[{a}, {b}]"),
                    1 => format!("({a}, {b})"),
                    2 => format!("{{{a}: {b}}}"),
                    _ => format!("{{{a}, {b}}}"),
                }
            }
        })
    }

    /// The same in parentheses, to stand before a dot or bracket.
    fn group(&mut self, ty: Type, depth: u32) -> Result<String> {
        Ok(format!("({})", self.expr(ty, depth)?))
    }

    fn leaf(&mut self, ty: Type) -> Result<String> {
        let leaf = match ty {
            Type::Int => self.pick(INTS)?,
            Type::Float => self.pick(FLOATS)?,
            Type::Bool => self.pick(&["True", "False", "x", "y == z"])?,
            Type::Text | Type::Context | Type::Match | Type::Pattern => self.pick(self.texts)?,
            Type::List | Type::Tuple | Type::Set | Type::Iterator => self.pick(&[
                "[]",
                "[1, 2, 3]",
                "y",
                "range(10)",
                "range(10 ** 18)",
                "[[1, 2], [3]]",
                "\"abc\"",
                "lines(context)",
                "z.items()",
                "{1, 2}",
                "(x,)",
                "[{\"a\": 1}, {\"a\": None}]",
                "iter([1, 2])",
                "[\"b\", \"a\", \"b\"]",
            ])?,
            Type::Dict => self.pick(&["{}", "z", "{\"a\": 1}", "Counter(\"aab\")"])?,
            Type::Function => self.pick(&[
                "len",
                "str",
                "lambda a: a",
                "lambda *a: y",
                "lambda a: 1 / 0",
                "lambda a, b: a",
                "str.lower",
            ])?,
            Type::Date => self.pick(&["date(\"2024-02-29\")", "date(\"0001-01-01 00:00\")"])?,
            Type::Duration => self.pick(&["timedelta(days=1)", "timedelta(days=10 ** 9)"])?,
            _ => match self.below(6)? {
                0 => self.pick(INTS)?,
                1 => self.pick(FLOATS)?,
                2 => self.pick(self.texts)?,
                3 => "None",
                _ => self.pick(NAMES)?,
            },
        };
        Ok(format!("({leaf})"))
    }

    fn function_call(&mut self, depth: u32) -> Result<String> {
        let names = Table::get().function_names();
        let index = self.below(names.len())?;
        let name = names[index];
        let Some(builtin) = Table::get().function(name) else { return Ok("None".to_string()) };
        let args = self.arguments(&builtin.signature, false, depth)?;
        Ok(format!("{name}({args})"))
    }

    fn method_call(&mut self, depth: u32) -> Result<String> {
        let all = Table::get().signatures();
        let methods: Vec<&Signature> = all.iter().copied().filter(|s| s.is_method()).collect();
        let index = self.below(methods.len())?;
        let signature = methods[index];
        let owner = signature.owners[self.below(signature.owners.len())?];
        let object = self.group(owner, depth)?;
        let args = self.arguments(signature, true, depth)?;
        Ok(format!("{object}.{}({args})", signature.name))
    }

    fn arguments(&mut self, signature: &Signature, method: bool, depth: u32) -> Result<String> {
        let mut args = Vec::new();
        for slot in signature.positional(method) {
            let param = &signature.params[slot];
            // Arguments that have a default are given half the time.
            if param.default.is_some() && self.below(2)? == 0 {
                break;
            }
            match param.arity {
                Arity::One => args.push(self.expr(param.ty, depth)?),
                Arity::Rest => {
                    for _ in 0..self.below(3)? {
                        args.push(self.expr(param.ty, depth)?);
                    }
                }
                _ => {}
            }
        }
        for param in signature.params.iter().filter(|p| p.arity == Arity::KeywordOnly) {
            if self.below(4)? == 3 {
                args.push(format!("{}={}", param.name, self.expr(param.ty, depth)?));
            }
        }
        Ok(args.join(", "))
    }
}
