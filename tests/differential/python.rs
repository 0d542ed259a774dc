//! The reference: one CPython process that runs every program of the test.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// What a program does in CPython.
#[derive(Debug)]
pub struct Reference {
    /// What it printed.
    pub output: String,
    /// Type and message of the exception that ended it.
    pub error: Option<String>,
}

/// Why there is nothing to compare with; `None` if python3 is there and is the version wanted.
pub fn missing() -> Option<String> {
    let version = "import sys; print('%d.%d' % sys.version_info[:2])";
    match Command::new("python3").args(["-I", "-c", version]).output() {
        Err(error) => Some(format!("python3 does not start: {error}")),
        Ok(output) => {
            let found = String::from_utf8_lossy(&output.stdout).trim().to_string();
            (found != "3.11").then(|| format!("expected python3 3.11, found {found:?}"))
        }
    }
}

/// Runs programs in order, all in one process.
pub fn run_all(script: &Path, sources: &[String]) -> std::io::Result<Vec<Reference>> {
    let mut child = Command::new("python3")
        // Isolated: no user site, no PYTHON* variables, so that a run is the same everywhere.
        .arg("-I")
        .arg(script)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let replies = read_on_a_thread(&mut child)?;
    let mut requests = child.stdin.take().ok_or_else(|| std::io::Error::other("no stdin"))?;
    for source in sources {
        writeln!(requests, "{}", serde_json::json!({ "source": source }))?;
    }
    drop(requests);
    let found = replies.join().map_err(|_| std::io::Error::other("the reader ended early"))??;
    child.wait()?;
    if found.len() != sources.len() {
        let message = format!("{} replies to {} programs", found.len(), sources.len());
        return Err(std::io::Error::other(message));
    }
    Ok(found)
}

type Reader = std::thread::JoinHandle<std::io::Result<Vec<Reference>>>;

/// Replies are read while requests are written: else both pipes fill and nobody moves.
fn read_on_a_thread(child: &mut Child) -> std::io::Result<Reader> {
    let stdout = child.stdout.take().ok_or_else(|| std::io::Error::other("no stdout"))?;
    Ok(std::thread::spawn(move || read_replies(stdout)))
}

fn read_replies(stdout: ChildStdout) -> std::io::Result<Vec<Reference>> {
    BufReader::new(stdout)
        .lines()
        .map(|line| {
            let reply: serde_json::Value = serde_json::from_str(&line?)?;
            Ok(Reference {
                output: reply["output"].as_str().unwrap_or_default().to_string(),
                error: reply["error"].as_str().map(str::to_string),
            })
        })
        .collect()
}
