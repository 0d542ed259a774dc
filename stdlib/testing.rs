//! A runner for unit tests: calls builtins, counts fuel and memory, keeps what is printed.

use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Type;

use crate::builtin::{Builtin, Table};
use crate::fault::Fault;
use crate::host::{Budget, Host, Prompt, SubQuestion};
use crate::text::{Source, Text};
use crate::value::{Function, List, Value, repr};

/// The fake runner.
pub(crate) struct FakeHost {
    /// The input.
    pub(crate) context: Text,
    /// What was printed.
    pub(crate) printed: String,
    /// Notes in order, repeated ones too.
    pub(crate) notes: Vec<(Code, String)>,
    /// Fuel left.
    pub(crate) fuel: u64,
    /// The most bytes that one request may ask for.
    pub(crate) memory: usize,
    /// Bytes taken over from other threads.
    pub(crate) adopted: usize,
    /// Replies of the fake model in order; then every call fails.
    pub(crate) replies: Vec<Result<Text, String>>,
    /// What the model was asked.
    pub(crate) prompts: Vec<Prompt>,
    /// The answer, once given.
    pub(crate) answer: Option<Value>,
}

impl FakeHost {
    /// A runner with an empty input.
    pub(crate) fn new() -> FakeHost {
        FakeHost::over("")
    }

    /// A runner whose input is one document `input.txt`.
    pub(crate) fn over(input: &str) -> FakeHost {
        let source = Source::from_bytes("input.txt", input.as_bytes().to_vec());
        FakeHost {
            context: Text::whole(&source),
            printed: String::new(),
            notes: Vec::new(),
            fuel: 10_000_000,
            memory: 64 << 20,
            adopted: 0,
            replies: Vec::new(),
            prompts: Vec::new(),
            answer: None,
        }
    }

    /// Calls a builtin function with positional arguments.
    pub(crate) fn run(&mut self, name: &str, args: &[Value]) -> Result<Value, Fault> {
        self.run_with(name, args, &[])
    }

    /// Calls a builtin function with positional and keyword arguments.
    pub(crate) fn run_with(
        &mut self,
        name: &str,
        args: &[Value],
        keywords: &[(&str, Value)],
    ) -> Result<Value, Fault> {
        let builtin = Table::get().function(name).unwrap_or_else(|| panic!("no function {name}"));
        self.apply(builtin, None, args, keywords)
    }

    /// Calls `receiver.name(args)`.
    pub(crate) fn method(
        &mut self,
        receiver: &Value,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Fault> {
        self.method_with(receiver, name, args, &[])
    }

    /// Calls `receiver.name(args, keyword=...)`.
    pub(crate) fn method_with(
        &mut self,
        receiver: &Value,
        name: &str,
        args: &[Value],
        keywords: &[(&str, Value)],
    ) -> Result<Value, Fault> {
        let ty: Type = receiver.ty();
        let builtin =
            Table::get().method(ty, name).unwrap_or_else(|| panic!("{ty:?} has no method {name}"));
        self.apply(builtin, Some(receiver), args, keywords)
    }

    fn apply(
        &mut self,
        builtin: &'static Builtin,
        receiver: Option<&Value>,
        args: &[Value],
        keywords: &[(&str, Value)],
    ) -> Result<Value, Fault> {
        use rlm_lang_syntax::signature::Arity;
        let signature = &builtin.signature;
        let mut bound = vec![Value::Unset; signature.params.len()];
        if let Some(receiver) = receiver {
            bound[signature.receiver.unwrap_or(0)] = receiver.clone();
        }
        let mut slots = signature.positional(receiver.is_some());
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let slot = slots.next().unwrap_or_else(|| panic!("too many: {}", signature.name));
            if signature.params[slot].arity == Arity::Rest {
                let rest = std::iter::once(arg).chain(args.by_ref()).cloned().collect();
                bound[slot] = Value::tuple(rest);
            } else {
                bound[slot] = arg.clone();
            }
        }
        let mut others = crate::value::Map::default();
        for (name, value) in keywords {
            match signature.param_index(name) {
                Some(slot) => bound[slot] = value.clone(),
                None if signature.keywords().is_some() => {
                    others.insert(Value::from(*name), value.clone());
                }
                None => panic!("{} has no argument {name}", signature.name),
            }
        }
        if let Some(slot) = signature.keywords() {
            bound[slot] = Value::Dict(crate::value::Dict::new(others));
        }
        (builtin.call)(self, &mut bound)
    }
}

impl Host for FakeHost {
    fn call(&mut self, function: &Value, args: &mut Vec<Value>) -> Result<Value, Fault> {
        let Value::Function(function) = function else {
            return Err(crate::convert::expected("a function", function));
        };
        match &**function {
            Function::Builtin(builtin) => self.apply(builtin, None, args, &[]),
            Function::Method { receiver, builtin } => {
                self.apply(builtin, Some(receiver), args, &[])
            }
            Function::Kind(kind) => Ok(crate::errors::make(kind, std::mem::take(args))),
            Function::User(user) => {
                let body = user.as_any().downcast_ref::<Native>().unwrap();
                (body.0)(args)
            }
        }
    }

    fn call_named(
        &mut self,
        function: &Value,
        mut args: Vec<Value>,
        keywords: Vec<(String, Value)>,
    ) -> Result<Value, Fault> {
        let named: Vec<(&str, Value)> =
            keywords.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        match function {
            Value::Function(f) => match &**f {
                Function::Builtin(builtin) => self.apply(builtin, None, &args, &named),
                Function::Method { receiver, builtin } => {
                    self.apply(builtin, Some(receiver), &args, &named)
                }
                _ => self.call(function, &mut args),
            },
            _ => self.call(function, &mut args),
        }
    }

    fn context(&self) -> Text {
        self.context.clone()
    }

    fn docs(&self) -> List {
        let Some(source) = self.context.source() else { return List::new(Vec::new()) };
        let documents = 0..source.documents().len();
        List::new(documents.map(|i| Value::Text(source.document_text(i))).collect())
    }

    fn question(&self) -> Text {
        Text::from("what?")
    }

    fn print(&mut self, text: &str) -> Result<(), Fault> {
        self.printed.push_str(text);
        Ok(())
    }

    fn note(&mut self, code: Code, message: String) {
        self.notes.push((code, message));
    }

    fn spend(&mut self, steps: u64) -> Result<(), Fault> {
        match self.fuel.checked_sub(steps) {
            Some(left) => {
                self.fuel = left;
                Ok(())
            }
            None => Err(Fault::limit(Code::OutOfSteps, "out of steps")),
        }
    }

    fn reserve(&mut self, bytes: usize) -> Result<(), Fault> {
        if bytes > self.memory {
            return Err(Fault::limit(Code::OutOfMemory, "out of memory"));
        }
        Ok(())
    }

    fn memory_left(&self) -> usize {
        self.memory
    }

    fn adopt(&mut self, bytes: usize) {
        self.adopted += bytes;
    }

    fn complete(&mut self, prompts: Vec<Prompt>) -> Result<Vec<Result<Text, String>>, Fault> {
        let replies = (0..prompts.len())
            .map(|_| {
                if self.replies.is_empty() {
                    Err("no reply".to_string())
                } else {
                    self.replies.remove(0)
                }
            })
            .collect();
        self.prompts.extend(prompts);
        Ok(replies)
    }

    fn recurse(&mut self, questions: Vec<SubQuestion>) -> Result<Vec<Result<Text, String>>, Fault> {
        Ok(questions.into_iter().map(|q| Ok(q.question)).collect())
    }

    fn answer(&mut self, value: Value, _sources: Option<List>) -> Fault {
        self.answer = Some(value);
        Fault::answered()
    }

    fn budget(&mut self) -> Budget {
        Budget::default()
    }

    fn window_chars(&self) -> Option<usize> {
        None
    }

    fn variables(&self) -> Vec<(String, Value)> {
        Vec::new()
    }
}

/// A function written in Rust, in place of one of the program.
struct Native(Box<Body>);

type Body = dyn Fn(&[Value]) -> Result<Value, Fault>;

impl crate::value::UserFunction for Native {
    fn name(&self) -> &str {
        "lambda"
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// A function value that runs Rust code.
pub(crate) fn function(body: impl Fn(&[Value]) -> Result<Value, Fault> + 'static) -> Value {
    Value::Function(std::rc::Rc::new(Function::User(Box::new(Native(Box::new(body))))))
}

/// A builtin as a function value, as in `key=len`.
pub(crate) fn named(name: &str) -> Value {
    let builtin = Table::get().function(name).unwrap_or_else(|| panic!("no function {name}"));
    Value::Function(std::rc::Rc::new(Function::Builtin(builtin)))
}

/// A value from a literal in Python's notation: numbers, quoted texts, lists, tuples, dicts, sets.
pub(crate) fn lit(text: &str) -> Value {
    let mut parser = Literal { rest: text };
    let value = parser.value();
    parser.space();
    assert!(parser.rest.is_empty(), "left over in {text:?}: {:?}", parser.rest);
    value
}

/// What a result prints as, `error: message` for an error.
pub(crate) fn shown(result: Result<Value, Fault>) -> String {
    match result {
        Ok(value) => repr(&value),
        Err(fault) => format!("error: {}", fault.message),
    }
}

struct Literal<'a> {
    rest: &'a str,
}

impl Literal<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn until(&mut self, close: &str) -> Vec<Value> {
        let mut items = Vec::new();
        while !self.eat(close) {
            items.push(self.value());
            self.eat(",");
        }
        items
    }

    fn value(&mut self) -> Value {
        self.space();
        for (word, value) in [
            ("None", Value::None),
            ("True", Value::Bool(true)),
            ("False", Value::Bool(false)),
            ("nan", Value::Float(f64::NAN)),
            ("inf", Value::Float(f64::INFINITY)),
            ("-inf", Value::Float(f64::NEG_INFINITY)),
            ("set()", Value::Set(crate::value::Set::new(Default::default()))),
        ] {
            if self.eat(word) {
                return value;
            }
        }
        if self.eat("[") {
            return Value::list(self.until("]"));
        }
        if self.eat("(") {
            return Value::tuple(self.until(")"));
        }
        if self.eat("{") {
            return self.braces();
        }
        if let Some(quote) = self.rest.chars().next().filter(|c| "'\"".contains(*c)) {
            let body = &self.rest[1..];
            let end = body.find(quote).unwrap();
            self.rest = &body[end + 1..];
            return Value::from(body[..end].replace("\\n", "\n").as_str());
        }
        let end = self.rest.find([',', ']', ')', '}', ' ', ':']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        if word.contains(['.', 'e']) {
            return Value::Float(word.parse().unwrap());
        }
        Value::int(word.parse().unwrap_or_else(|_| panic!("no literal: {word:?}")))
    }

    fn braces(&mut self) -> Value {
        let (mut map, mut members) =
            (crate::value::Map::default(), crate::value::Members::default());
        while !self.eat("}") {
            let key = self.value();
            if self.eat(":") {
                map.insert(key, self.value());
            } else {
                members.insert(key);
            }
            self.eat(",");
        }
        if members.is_empty() {
            Value::Dict(crate::value::Dict::new(map))
        } else {
            Value::Set(crate::value::Set::new(members))
        }
    }
}
