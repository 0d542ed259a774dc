//! The interpreter as builtins see it.

use rlm_lang_std::builtin::Table;
use rlm_lang_std::fault::Fault;
use rlm_lang_std::host::{Budget, Host, Prompt, SubQuestion};
use rlm_lang_std::text::Text;
use rlm_lang_std::value::{List, Value};
use rlm_lang_syntax::codes::Code;

use super::comprehension::Collected;
use super::outside::Work;
use super::schedule::Batch;
use super::{Machine, TICK, memory};

impl Host for Machine<'_> {
    fn call(&mut self, function: &Value, args: &mut Vec<Value>) -> Result<Value, Fault> {
        self.call_value(function, args)
    }

    fn may_wait(&self, function: &Value) -> bool {
        self.reach_of(function).calls
    }

    fn call_each(
        &mut self,
        function: &Value,
        arguments: Vec<Vec<Value>>,
    ) -> Result<Vec<Value>, Fault> {
        let span = self.statement;
        self.lane.advance();
        let wanted = self.count_of(function).saturating_mul(arguments.len() as u64);
        self.admit(wanted, None, span)?;
        let batch = Batch { code: None, ordered: self.reach_of(function).changes, span };
        let mut collected = Collected::List(Vec::with_capacity(arguments.len()));
        let mut next = arguments.into_iter();
        self.run_items(
            &batch,
            &mut || next.next().map(Value::tuple),
            &mut collected,
            &|machine, arguments| {
                let mut arguments = arguments.items()?.to_vec();
                let value = machine.call_value(function, &mut arguments)?;
                Ok(Collected::List(vec![value]))
            },
        )?;
        Ok(match collected {
            Collected::List(values) => values,
            // It was made a list above.
            Collected::Set(_) | Collected::Dict(_) => Vec::new(),
        })
    }

    fn call_named(
        &mut self,
        function: &Value,
        args: Vec<Value>,
        keywords: Vec<(String, Value)>,
    ) -> Result<Value, Fault> {
        self.call_value_named(function, args, keywords)
    }

    fn table(&self) -> &Table {
        self.table
    }

    fn context(&self) -> Text {
        self.outside.context()
    }

    fn docs(&self) -> List {
        self.outside.docs()
    }

    fn question(&self) -> Text {
        self.outside.question()
    }

    fn print(&mut self, text: &str) -> Result<(), Fault> {
        self.print_in_order(text)
    }

    fn note(&mut self, code: Code, message: String) {
        self.add_note(code, message);
    }

    fn spend(&mut self, steps: u64) -> Result<(), Fault> {
        if steps < self.tick && steps < TICK {
            self.tick -= steps;
            return Ok(());
        }
        self.checkpoint(steps)
    }

    fn reserve(&mut self, bytes: usize) -> Result<(), Fault> {
        self.check_memory(bytes)
    }

    fn memory_left(&self) -> usize {
        self.fuel.memory.saturating_sub(self.memory_used())
    }

    fn adopt(&mut self, bytes: usize) {
        memory::adopt(bytes);
    }

    fn complete(&mut self, prompts: Vec<Prompt>) -> Result<Vec<Result<Text, String>>, Fault> {
        Ok(self.wait_for(Work::Prompts(prompts))?.each)
    }

    fn recurse(&mut self, questions: Vec<SubQuestion>) -> Result<Vec<Result<Text, String>>, Fault> {
        Ok(self.wait_for(Work::Children(questions))?.each)
    }

    fn answer(&mut self, value: Value, sources: Option<List>) -> Fault {
        match self.outside.answer(value, sources) {
            Ok(()) => Fault::answered(),
            Err(refused) => refused,
        }
    }

    fn budget(&mut self) -> Budget {
        self.lane.advance();
        if let Some(scratch) = &mut self.scratch {
            // What follows depends on something that is not known yet.
            scratch.spoil();
            return Budget::default();
        }
        self.outside.budget(&self.lane)
    }

    fn window_chars(&self) -> Option<usize> {
        self.outside.window_chars()
    }

    fn variables(&self) -> Vec<(String, Value)> {
        self.variable_names
            .iter()
            .zip(&self.globals)
            .filter(|(_, value)| !matches!(value, Value::Unset))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}
