//! A run as an official log.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::shape::{Child, CodeBlock, Completion, Iteration, Line, Outcome, Setup, Usages, Used};
use crate::engine::event::{Exchange, RunInfo, TextReference};
use crate::inspect::{Call, Engine, Program, Trajectory, cost_of};
use crate::model::Usage;
use crate::model::prices::Prices;

/// Writes a run in the form of the official implementation's log, for its viewer. The record does not hold
/// the system prompt: the log says so in its place.
///
/// # Errors
/// Those of the output.
pub fn export(run: &Trajectory, prices: &Prices, out: &mut impl Write) -> io::Result<()> {
    let start = run.run.started.parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let log = Log { run, prices, start };
    let timestamp = Some(log.moment(Some(0)));
    let setup = Box::new(setup(&run.run, run.root()));
    line(out, &Line::Metadata { timestamp, setup })?;
    for iteration in log.iterations(run.root()) {
        line(out, &Line::Iteration(Box::new(iteration)))?;
    }
    out.flush()
}

fn line(out: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

fn setup(run: &RunInfo, engine: &Engine) -> Setup {
    let model = if engine.depth == 0 { &run.model } else { &run.sub_model };
    let others = (run.sub_model.name != run.model.name).then(|| vec![run.sub_model.api.clone()]);
    Setup {
        root_model: Some(model.name.clone()),
        max_depth: Some(run.limits.depth),
        max_iterations: Some(run.limits.turns),
        backend: Some(model.api.clone()),
        backend_kwargs: Some(json!({ "model_name": model.name, "base_url": model.base_url })),
        environment_type: Some("rlm-lang".to_string()),
        environment_kwargs: Some(json!({})),
        other_backends: others,
    }
}

struct Log<'r> {
    run: &'r Trajectory,
    prices: &'r Prices,
    start: jiff::Timestamp,
}

impl Log<'_> {
    /// A moment of the run as Python's `isoformat` writes it.
    fn moment(&self, millis: Option<u64>) -> String {
        let after = i64::try_from(millis.unwrap_or_default()).unwrap_or_default();
        let moment = self.start.checked_add(jiff::SignedDuration::from_millis(after));
        moment.unwrap_or(self.start).strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string()
    }

    /// The turns of an engine that have a reply, with the conversation before each.
    fn iterations(&self, engine: &Engine) -> Vec<Iteration> {
        let mut messages = self.begin(engine);
        let mut iterations: Vec<Iteration> = Vec::new();
        for turn in &engine.turns {
            let reply = turn.exchange.as_ref().and_then(|exchange| exchange.reply.as_ref());
            let Some(reply) = reply else { continue };
            let started = turn.started_ms.zip(turn.ended_ms.or(turn.replied_ms));
            iterations.push(Iteration {
                iteration: iterations.len() as u64 + 1,
                timestamp: Some(self.moment(turn.ended_ms.or(turn.replied_ms))),
                prompt: Value::Array(messages.clone()),
                response: reply.clone(),
                code_blocks: turn.programs.iter().map(|program| self.block(program)).collect(),
                final_answer: Value::Null,
                iteration_time: started.map(|(start, end)| seconds(end.saturating_sub(start))),
                ..Iteration::default()
            });
            messages.push(message("assistant", reply));
            if let Some(result) = &turn.result {
                messages.push(message("user", result));
            }
        }
        if let (Some(end), Some(last)) = (&engine.end, iterations.last_mut()) {
            last.final_answer = Value::String(end.text.clone());
            if let Some(block) = last.code_blocks.last_mut() {
                block.result.final_answer = Value::String(end.text.clone());
            }
        }
        iterations
    }

    fn begin(&self, engine: &Engine) -> Vec<Value> {
        let info = &self.run.run;
        let (question, context) = match &engine.asked {
            Some(asked) => (&asked.question, format!("a text of {} bytes", asked.context.bytes)),
            None => {
                let names: Vec<String> = info
                    .documents
                    .iter()
                    .map(|document| format!("{} ({} bytes)", document.name, document.bytes))
                    .collect();
                (&info.question, names.join(", "))
            }
        };
        let prompt = info.prompt.as_deref().unwrap_or("full");
        let system = format!(
            "(the system prompt of rlm-lang {}, variant {prompt}; it is not part of the record)",
            info.rlm_lang
        );
        let first = format!("{ANSWER}{question}\n\nYour context is {context}.");
        vec![message("system", &system), message("user", &first)]
    }

    fn block(&self, program: &Program) -> CodeBlock {
        let mut calls: Vec<(Option<u64>, Completion)> =
            program.calls.iter().map(|call| (call.started_ms, self.call(call))).collect();
        let children = program.children.iter().filter_map(|number| self.run.engine(*number));
        calls.extend(children.map(|child| (child.started_ms, self.child(child))));
        calls.sort_by_key(|(started, _)| *started);
        let took = program.started_ms.zip(program.ended_ms);
        CodeBlock {
            code: program.code.clone().unwrap_or_default(),
            result: Outcome {
                stdout: program.printed.clone(),
                stderr: program.error.clone().unwrap_or_default(),
                execution_time: Some(
                    took.map_or(0.0, |(start, end)| seconds(end.saturating_sub(start))),
                ),
                rlm_calls: calls.into_iter().map(|(_, call)| call).collect(),
                ..Outcome::default()
            },
        }
    }

    fn call(&self, call: &Call) -> Completion {
        let exchange = &call.exchange;
        let usage = exchange.counted();
        Completion {
            root_model: Some(exchange.model.clone()),
            prompt: Value::String(format!("{}{}", call.instruction, named(&call.data))),
            response: exchange.reply.clone().unwrap_or_default(),
            prompt_tokens: Some(usage.input.unwrap_or_default()),
            completion_tokens: Some(usage.output.unwrap_or_default()),
            usage_summary: self.used(exchange),
            execution_time: Some(seconds(exchange.millis)),
            metadata: None,
            error: exchange.failure.as_ref().map(|failure| failure.message.clone()),
            data: call.data.clone(),
        }
    }

    fn child(&self, child: &Engine) -> Completion {
        let took = child.started_ms.zip(child.ended_ms);
        let asked = child.asked.as_ref();
        Completion {
            root_model: Some(self.run.run.sub_model.name.clone()),
            prompt: asked.map_or(Value::Null, |asked| Value::String(asked.question.clone())),
            response: child.end.as_ref().map(|end| end.text.clone()).unwrap_or_default(),
            prompt_tokens: Some(0),
            completion_tokens: Some(0),
            execution_time: Some(
                took.map_or(0.0, |(start, end)| seconds(end.saturating_sub(start))),
            ),
            metadata: Some(Box::new(Child {
                run_metadata: setup(&self.run.run, child),
                iterations: self
                    .iterations(child)
                    .into_iter()
                    .map(|turn| Iteration { kind: Some("iteration".to_string()), ..turn })
                    .collect(),
            })),
            error: child.end.as_ref().and_then(|end| end.reason.clone()),
            data: asked.map(|asked| vec![asked.context.clone()]).unwrap_or_default(),
            usage_summary: Usages::default(),
        }
    }

    fn used(&self, exchange: &Exchange) -> Usages {
        let Usage { input, output, .. } = exchange.counted();
        let used = Used {
            total_calls: Some(1),
            total_input_tokens: Some(input.unwrap_or_default()),
            total_output_tokens: Some(output.unwrap_or_default()),
            total_cost: cost_of(exchange, self.prices),
        };
        Usages { model_usage_summaries: [(exchange.model.clone(), used)].into() }
    }
}

/// How the first message begins where there is a question.
pub(super) const ANSWER: &str = "Answer the following: ";

/// The data of a call as its prompt names it: the texts themselves are in no record.
pub(super) fn named(data: &[TextReference]) -> String {
    let mut text = String::new();
    for reference in data {
        let place = reference.place.as_deref().unwrap_or("a text that the program made");
        text.push_str(&format!("\n\n[{place}, {} bytes]", reference.bytes));
    }
    text
}

fn message(role: &str, content: &str) -> Value {
    json!({ "role": role, "content": content })
}

fn seconds(millis: u64) -> f64 {
    std::time::Duration::from_millis(millis).as_secs_f64()
}
