//! The lines of an official log. Fields that only some versions write may be missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::event::TextReference;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Line {
    /// How the run was set up.
    Metadata {
        /// When, as Python's `isoformat` without a time zone.
        #[serde(default)]
        timestamp: Option<String>,
        #[serde(flatten)]
        setup: Box<Setup>,
    },
    /// A turn.
    Iteration(Box<Iteration>),
}

/// How a run was set up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Setup {
    #[serde(default)]
    pub root_model: Option<String>,
    #[serde(default)]
    pub max_depth: Option<u32>,
    #[serde(default)]
    pub max_iterations: Option<u64>,
    #[serde(default)]
    pub backend: Option<String>,
    #[serde(default)]
    pub backend_kwargs: Option<serde_json::Value>,
    #[serde(default)]
    pub environment_type: Option<String>,
    #[serde(default)]
    pub environment_kwargs: Option<serde_json::Value>,
    #[serde(default)]
    pub other_backends: Option<Vec<String>>,
}

/// A turn.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Iteration {
    /// `iteration`, where it stands below a child and not on a line of its own.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    pub iteration: u64,
    #[serde(default)]
    pub timestamp: Option<String>,
    /// The messages that were sent; in old logs one text.
    #[serde(default)]
    pub prompt: serde_json::Value,
    #[serde(default)]
    pub response: String,
    #[serde(default)]
    pub code_blocks: Vec<CodeBlock>,
    /// A text; in old logs also a pair of a kind and a text.
    #[serde(default)]
    pub final_answer: serde_json::Value,
    /// In seconds.
    #[serde(default)]
    pub iteration_time: Option<f64>,
}

/// A program with what came of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CodeBlock {
    pub code: String,
    pub result: Outcome,
}

/// What came of a program.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Outcome {
    #[serde(default)]
    pub stdout: String,
    #[serde(default)]
    pub stderr: String,
    #[serde(default)]
    pub locals: serde_json::Map<String, serde_json::Value>,
    /// In seconds.
    #[serde(default)]
    pub execution_time: Option<f64>,
    #[serde(default)]
    pub rlm_calls: Vec<Completion>,
    #[serde(default)]
    pub final_answer: serde_json::Value,
}

/// A model call of a program, or a child.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Completion {
    #[serde(default)]
    pub root_model: Option<String>,
    /// A text; where messages were passed, those.
    #[serde(default)]
    pub prompt: serde_json::Value,
    #[serde(default)]
    pub response: String,
    /// What the viewer shows, and the logger does not write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_tokens: Option<u64>,
    #[serde(default)]
    pub usage_summary: Usages,
    /// In seconds.
    #[serde(default)]
    pub execution_time: Option<f64>,
    /// What the child did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Box<Child>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Ours: where the data of the call stands, which the prompt names at its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<TextReference>,
}

/// What a child did.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Child {
    #[serde(default)]
    pub run_metadata: Setup,
    #[serde(default)]
    pub iterations: Vec<Iteration>,
}

/// What was used, by model.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Usages {
    #[serde(default)]
    pub model_usage_summaries: BTreeMap<String, Used>,
}

/// What was used of one model.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Used {
    #[serde(default)]
    pub total_calls: Option<u64>,
    #[serde(default)]
    pub total_input_tokens: Option<u64>,
    #[serde(default)]
    pub total_output_tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_cost: Option<f64>,
}
