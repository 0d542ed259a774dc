//! The engine for Rust programs: models, limits and own functions set once, then questions asked and
//! programs run.

use std::sync::Arc;

use rlm_lang_std::builtin::{Builtin, Table};
use rlm_lang_std::fault::FaultKind;
use rlm_lang_std::output::preview;
use rlm_lang_std::text::Text;
use rlm_lang_syntax::diagnostic::Diagnostic;
use rlm_lang_syntax::{check, render};
use tokio::runtime::Runtime;

use crate::context::{self, Context, LoadOptions};
use crate::engine::event::{Observer, Observers};
use crate::engine::{self, Answer, Direct, Hub, Ledger, Limits, ProgramOutside, Task};
use crate::error::Error;
use crate::interpreter::{Session, memory};
use crate::model::prices::Prices;
use crate::model::{Api, HttpOptions, Model, ModelConfig, Secret, Wanted, connect};

/// Answers questions over inputs, and runs programs over them.
///
/// It can be shared between threads; each question has a ledger of its own. Everything here blocks: in
/// asynchronous code call it on a thread for blocking work.
///
/// Programs are stopped by the memory limit only if the process counts its memory, by
/// `#[global_allocator] static A: rlm_lang::interpreter::memory::Counting = rlm_lang::interpreter::memory::Counting;`.
///
/// ```
/// # fn main() -> Result<(), rlm_lang::Error> {
/// use rlm_lang::{Engine, Input, Limits};
///
/// // A scripted model plays the root; a name such as "gpt-5" needs a key in the environment.
/// # let folder = tempfile::tempdir().map_err(|e| rlm_lang::Error::System(e.to_string()))?;
/// # let file = folder.path().join("a.script");
/// # std::fs::write(&file, "```rlm\nanswer(len(grep(r\"err\")))\n```").map_err(|e| rlm_lang::Error::System(e.to_string()))?;
/// # let model = format!("script:{}", file.display());
/// let engine = Engine::builder().model(model).limits(Limits { turns: 5, ..Limits::default() }).build()?;
/// let answer = engine.ask("How many errors are there?", &Input::text("ok\nerr 1\nerr 2\n"))?;
/// assert_eq!(answer.text, "2");
/// # Ok(())
/// # }
/// ```
pub struct Engine {
    models: Option<Pair>,
    limits: Limits,
    direct: Direct,
    concurrency: usize,
    observers: Observers,
    table: Arc<Table>,
    /// There until the engine is dropped.
    runtime: Option<Runtime>,
}

/// The root model and the one that programs call.
type Pair = (Arc<dyn Model>, Arc<dyn Model>);

impl Engine {
    /// An engine with this root model, which programs call too; everything else as it usually is. See
    /// [`Builder::model`] for names.
    ///
    /// # Errors
    /// When no such model can be used: no key, no such script.
    pub fn new(model: impl Into<String>) -> Result<Engine, Error> {
        Engine::builder().model(model).build()
    }

    /// An engine that is put together step by step.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Answers a question: the root model writes programs over the input until it answers.
    ///
    /// An answer that a limit cut short is an answer too: [`Answer::ending`] tells.
    ///
    /// # Errors
    /// When there is no model, or the root model cannot be reached or refuses.
    pub fn ask(&self, question: impl Into<String>, input: &Input) -> Result<Answer, Error> {
        let hub = self.hub()?;
        let task = Task::new(Text::from(question.into()), input.text.clone());
        on_its_thread(|| engine::run(&hub, &task))?.map_err(|error| Error::Run(error.message))
    }

    /// Runs a program over the input, without a root model; the models that the program calls are
    /// those of the engine.
    ///
    /// ```
    /// # fn main() -> Result<(), rlm_lang::Error> {
    /// use rlm_lang::{Engine, Input};
    ///
    /// let engine = Engine::builder().without_models().build()?;
    /// let ran = engine.run("print(len(docs))\nanswer(context.upper())", &Input::text("abc"))?;
    /// assert_eq!(ran.printed, "1\n");
    /// assert_eq!(ran.answer.map(|answer| answer.text).as_deref(), Some("ABC"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Errors that are found before it runs ([`Error::Program`]), and those that stop it
    /// ([`Error::Fault`]).
    pub fn run(&self, program: &str, input: &Input) -> Result<Ran, Error> {
        let findings = self.check(program);
        if !findings.is_empty() {
            return Err(Error::Program(render::plain_all(program, &findings)));
        }
        on_its_thread(|| self.run_checked(program, input))?
    }

    fn run_checked(&self, program: &str, input: &Input) -> Result<Ran, Error> {
        let task = Task::new(Text::default(), input.text.clone());
        let hub = self.hub().map_err(|error| error.to_string());
        let mut printed = Vec::new();
        let mut outside = ProgramOutside::new(task, &mut printed, Box::new(move || hub.clone()));
        outside.unused = self.limits.unused();
        outside.deadline = self.limits.time.and_then(|t| std::time::Instant::now().checked_add(t));
        let mut session = Session::with_table(self.table.clone());
        let parsed = rlm_lang_syntax::parse(program);
        let outcome = session
            .run(program, &parsed.program.body, &mut outside, self.limits.fuel())
            .map_err(|errors| Error::Program(render::plain_all(program, &errors)))?;
        outside.end();
        let answer =
            outside.take_answer().map(|(v, s)| engine::answer_of(&v, s.as_ref(), &input.text));
        drop(outside);
        let printed = String::from_utf8_lossy(&printed).into_owned();
        if let Some(fault) = &outcome.error {
            let message = engine::fault_text(fault, &session);
            let is_limit = fault.kind == FaultKind::Limit;
            return Err(Error::Fault { message, is_limit, printed });
        }
        const SHOWN: usize = 10_000;
        let value = outcome.value.as_ref().map(|value| preview(value, SHOWN));
        Ok(Ran { printed, answer, value, steps: outcome.steps })
    }

    /// The errors of a program, found without running it: syntax, names, arguments, regexes.
    ///
    /// ```
    /// # fn main() -> Result<(), rlm_lang::Error> {
    /// let engine = rlm_lang::Engine::builder().without_models().build()?;
    /// let findings = engine.check("answer(greb(\"a\"))");
    /// assert_eq!(findings[0].message, "nothing is called `greb`");
    /// # Ok(())
    /// # }
    /// ```
    pub fn check(&self, program: &str) -> Vec<Diagnostic> {
        let parsed = rlm_lang_syntax::parse(program);
        check::check(&parsed, &*self.table, &check::Options { known: &[] })
    }

    /// What a model is told of the language, with the engine's own functions.
    pub fn prompt(&self) -> String {
        let fields = rlm_lang_std::prompt::PromptFields {
            calls: self.limits.calls,
            turns: self.limits.turns,
            recursion: self.limits.depth > 0,
            ..Default::default()
        };
        rlm_lang_std::prompt::system_for(&self.table, &fields)
    }

    /// What the functions and methods of this name do, as `rlm-lang doc` shows it; `None` if there are
    /// none.
    pub fn doc(&self, name: &str) -> Option<String> {
        crate::pages::of(&self.table, name)
    }

    fn hub(&self) -> Result<Arc<Hub>, Error> {
        let (Some((root, sub)), Some(runtime)) = (self.models.clone(), &self.runtime) else {
            return Err(Error::Model("this engine was built without models".to_string()));
        };
        let hub = Hub::new(
            (root, sub),
            runtime.handle().clone(),
            Ledger::with_prices(self.limits.clone(), Prices::shipped()),
            self.observers.clone(),
            self.concurrency,
        );
        let mut hub = hub.with_table(self.table.clone());
        hub.direct = self.direct;
        Ok(Arc::new(hub))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Requests that nobody waits for must not delay the end; and a runtime that is dropped inside
        // of another one panics, unless it is dropped like this.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Programs need a large stack.
fn on_its_thread<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Error> {
    memory::on_large_stack(work).map_err(|error| Error::System(error.to_string()))
}

/// What a program did.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Everything it printed.
    pub printed: String,
    /// Its answer, if it gave one.
    pub answer: Option<Answer>,
    /// The value of its last statement as the REPL shows it, if that was an expression; long ones are
    /// shortened.
    pub value: Option<String>,
    /// Steps it took: the same for the same program, input and replies.
    pub steps: u64,
}

/// What is asked about: texts that stay outside of the model.
#[derive(Clone, Debug)]
pub struct Input {
    context: Arc<Context>,
    text: Text,
}

impl Input {
    /// A text of the program's own; it becomes the document `text`.
    pub fn text(text: impl Into<String>) -> Input {
        Input::of(Context::from_text("text", text))
    }

    /// Files, folders (`.gitignore` is honoured), globs, or `-` for standard input. Large files are
    /// mapped, not read.
    ///
    /// # Errors
    /// A path that leads nowhere or cannot be read.
    pub fn load<P: Into<String>>(paths: impl IntoIterator<Item = P>) -> Result<Input, Error> {
        Input::load_with(paths, &LoadOptions::default())
    }

    /// The same, with options.
    ///
    /// # Errors
    /// As for [`Input::load`].
    pub fn load_with<P: Into<String>>(
        paths: impl IntoIterator<Item = P>,
        options: &LoadOptions,
    ) -> Result<Input, Error> {
        let paths: Vec<String> = paths.into_iter().map(Into::into).collect();
        let loaded = context::load(&paths, options);
        loaded.map(Input::of).map_err(|error| Error::Input(error.to_string()))
    }

    fn of(context: Context) -> Input {
        let text = context.text();
        Input { context: Arc::new(context), text }
    }

    /// What is worth knowing of the files: skipped ones, converted ones. One sentence each.
    pub fn notes(&self) -> &[String] {
        &self.context.notes
    }

    /// Says which mapped file was written to since it was loaded; answers about it may be wrong.
    pub fn changed(&self) -> Option<String> {
        self.context.changed()
    }
}

/// Puts an [`Engine`] together. What is not said is taken from the environment as by the command line
/// (`RLM_MODEL`, `OPENAI_API_KEY`, `OPENAI_BASE_URL` and so on), or is as it usually is.
#[derive(Default)]
#[must_use = "an engine comes from build()"]
pub struct Builder {
    root: Wanted,
    sub: Wanted,
    own_root: Option<Arc<dyn Model>>,
    own_sub: Option<Arc<dyn Model>>,
    without_models: bool,
    limits: Limits,
    direct: Direct,
    concurrency: Option<usize>,
    observers: Observers,
    builtins: Vec<&'static Builtin>,
}

/// Requests in flight at once, unless the builder says otherwise.
pub(crate) const CONCURRENCY: usize = 16;

impl Builder {
    /// The model that writes programs: a name that its provider knows, or `script:FILE`.
    pub fn model(mut self, name: impl Into<String>) -> Builder {
        self.root.model = Some(name.into());
        self
    }

    /// The model that programs call; the root model if left out.
    pub fn sub_model(mut self, name: impl Into<String>) -> Builder {
        self.sub.model = Some(name.into());
        self
    }

    /// Where the server of both models is, such as `http://localhost:8080/v1`.
    pub fn base_url(mut self, url: impl Into<String>) -> Builder {
        self.root.base_url = Some(url.into());
        self
    }

    /// The protocol of that server; guessed from name and URL if left out.
    pub fn api(mut self, api: Api) -> Builder {
        self.root.api = Some(api);
        self
    }

    /// The key for that server; the environment's if left out. It appears in no record and no message.
    pub fn key(mut self, key: &str) -> Builder {
        self.root.key = Secret::new(key);
        self
    }

    /// A model of your own instead of one that is named. Without [`Builder::own_sub_model`] programs
    /// call it too.
    pub fn own_model(mut self, model: Arc<dyn Model>) -> Builder {
        self.own_root = Some(model);
        self
    }

    /// A model of your own for the calls of programs.
    pub fn own_sub_model(mut self, model: Arc<dyn Model>) -> Builder {
        self.own_sub = Some(model);
        self
    }

    /// No model at all: for programs that call none.
    pub fn without_models(mut self) -> Builder {
        self.without_models = true;
        self
    }

    /// What each question, and each program with its calls, may use.
    pub fn limits(mut self, limits: Limits) -> Builder {
        self.limits = limits;
        self
    }

    /// Whether an input that fits the root model's window is sent to it without programs; where the
    /// window is known and the input small, if left out.
    pub fn direct(mut self, mode: Direct) -> Builder {
        self.direct = mode;
        self
    }

    /// Requests in flight at once for each question; 16 if left out.
    pub fn concurrency(mut self, most: usize) -> Builder {
        self.concurrency = Some(most);
        self
    }

    /// Someone who is told what happens; may be called several times.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Builder {
        self.observers.0.push(observer);
        self
    }

    /// A function of your own, made by [`macro@crate::extend::builtin`]: programs can call it, the
    /// checker knows its arguments and effect, the prompt tells models of it.
    pub fn builtin(mut self, builtin: &'static Builtin) -> Builder {
        self.builtins.push(builtin);
        self
    }

    /// The engine.
    ///
    /// # Errors
    /// When no model can be used, or an own function has the name of another one.
    pub fn build(self) -> Result<Engine, Error> {
        let table = if self.builtins.is_empty() {
            Table::shared()
        } else {
            Arc::new(Table::with(&self.builtins).map_err(|e| Error::Builtin(e.message))?)
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("models")
            .enable_all()
            .build()
            .map_err(|error| Error::System(format!("cannot start: {error}")))?;
        let models = if self.without_models { None } else { Some(self.models(&runtime)?) };
        Ok(Engine {
            models,
            limits: self.limits,
            direct: self.direct,
            concurrency: self.concurrency.unwrap_or(CONCURRENCY),
            observers: self.observers,
            table,
            runtime: Some(runtime),
        })
    }

    fn models(&self, runtime: &Runtime) -> Result<Pair, Error> {
        let _inside = runtime.enter();
        let env = |name: &str| std::env::var(name).ok();
        let failed = |error: crate::model::ModelError| Error::Model(error.message);
        let sub_is_named = self.sub.model.is_some();
        if let Some(root) = &self.own_root
            && (self.own_sub.is_some() || !sub_is_named)
        {
            return Ok((root.clone(), self.own_sub.clone().unwrap_or_else(|| root.clone())));
        }
        let mut config = ModelConfig::root(&self.root, &env).map_err(failed)?;
        let mut sub_config = ModelConfig::sub(&self.sub, &config, &env).map_err(failed)?;
        for one in [&mut config, &mut sub_config] {
            one.window = one.window.or_else(|| Prices::shipped().window(&one.model));
        }
        let root = match &self.own_root {
            Some(root) => root.clone(),
            None => connect(&config, HttpOptions::default()).map_err(failed)?,
        };
        let sub = match &self.own_sub {
            Some(sub) => sub.clone(),
            None if sub_config == config && self.own_root.is_none() => root.clone(),
            None => connect(&sub_config, HttpOptions::default()).map_err(failed)?,
        };
        Ok((root, sub))
    }
}
