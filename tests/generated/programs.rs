//! Every program of the repository that is written by hand.

use std::path::{Path, PathBuf};

use rlm_lang_std::builtin::Table;
use rlm_lang_syntax::codes::Code;
use rlm_lang_syntax::signature::Catalog;

/// A program and where it stands.
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) source: String,
}

/// A path of the repository.
pub(crate) fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Programs in files, in fences of documents, in tables of habits and codes, and in the reference.
pub(crate) fn all() -> Vec<Program> {
    let mut all = Vec::new();
    for folder in ["tests/suite", "lang/tests/programs", "examples"] {
        let files = files(&root(folder), "rlm");
        all.extend(files.into_iter().map(|path| Program {
            name: path.display().to_string(),
            source: std::fs::read_to_string(&path).unwrap(),
        }));
    }
    for folder in ["docs", "stdlib/prompt"] {
        for path in files(&root(folder), "md") {
            all.extend(fenced(
                &path.display().to_string(),
                &std::fs::read_to_string(&path).unwrap(),
            ));
        }
    }
    all.extend(fenced("README.md", &std::fs::read_to_string(root("README.md")).unwrap()));
    for signature in Table::get().signatures() {
        all.extend(fenced(&format!("example of {}", signature.name), signature.docs));
    }
    all.extend(Code::ALL.iter().map(|code| Program {
        name: format!("program of {code}"),
        source: code.program().to_string(),
    }));
    all.extend(habits());
    all
}

/// The programs of the table of habits.
pub(crate) fn habits() -> Vec<Program> {
    let text = std::fs::read_to_string(root("lang/tests/habits.txt")).unwrap();
    let text = format!("\n{text}");
    let section = |section: &str| {
        let (head, rest) = section.split_once('\n').unwrap();
        let (source, _) = rest.split_once("\n---\n").unwrap();
        Program { name: format!("habit: {head}"), source: source.to_string() }
    };
    text.split("\n=== ").skip(1).map(section).collect()
}

/// The programs in the fences of a text.
pub(crate) fn fenced(name: &str, text: &str) -> Vec<Program> {
    let after = text.split("```rlm\n").skip(1);
    let bodies = after.filter_map(|rest| rest.split_once("```").map(|(body, _)| body));
    bodies
        .enumerate()
        .map(|(i, body)| Program { name: format!("{name}, {}", i + 1), source: body.to_string() })
        .collect()
}

/// Files below a folder with an extension, sorted; folders that are contexts are left out.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() && path.extension().is_none_or(|e| e != "ctx") {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}
