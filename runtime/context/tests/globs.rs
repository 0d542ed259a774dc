//! Globs.

use super::Folder;

fn folder() -> Folder {
    Folder::new(&[
        (".gitignore", "*.log\n"),
        (".config/x.md", "x"),
        ("a.md", "a"),
        ("a.txt", "a"),
        ("docs/b.md", "b"),
        ("docs/deep/c.md", "c"),
        ("docs/deep/c.txt", "c"),
        ("logs/1.log", "1"),
        ("logs/2.log", "2"),
    ])
}

#[test]
fn a_star_stays_in_its_folder_two_do_not() {
    let folder = folder();
    let names = |pattern| folder.names(&folder.load(&[pattern]));
    assert_eq!(names("*.md"), ["a.md"]);
    assert_eq!(names("docs/*.md"), ["docs/b.md"]);
    assert_eq!(names("**/*.md"), ["a.md", "docs/b.md", "docs/deep/c.md"]);
    assert_eq!(names("**/c.{md,txt}"), ["docs/deep/c.md", "docs/deep/c.txt"]);
    assert_eq!(names("docs/[ab].m?"), ["docs/b.md"]);
    assert_eq!(names("./docs/./*.md"), ["docs/b.md"]);
}

#[test]
fn a_folder_that_matches_gives_its_files() {
    let folder = folder();
    assert_eq!(
        folder.names(&folder.load(&["do*"])),
        ["docs/b.md", "docs/deep/c.md", "docs/deep/c.txt"]
    );
}

#[test]
fn hidden_files_match_if_the_pattern_says_so() {
    let folder = folder();
    assert_eq!(folder.names(&folder.load(&[".config/*.md"])), [".config/x.md"]);
    assert_eq!(folder.names(&folder.load(&[".c*/*.md"])), [".config/x.md"]);
}

#[test]
fn ignored_files_match_if_nothing_else_does() {
    let folder = folder();
    let context = folder.load(&["logs/*.log"]);
    assert_eq!(folder.names(&context), ["logs/1.log", "logs/2.log"]);
    let notes: Vec<String> = context.notes.iter().map(|note| folder.without_root(note)).collect();
    assert_eq!(notes, ["logs/*.log matches only files that .gitignore names; they are read"]);
    assert_eq!(folder.names(&folder.load(&["logs*", "*/b.*"])).len(), 3);
}

#[test]
fn a_file_of_just_that_name_wins() {
    let folder = Folder::new(&[("[a].txt", "brackets"), ("a.txt", "a")]);
    assert_eq!(folder.names(&folder.load(&["[a].txt"])), ["[a].txt"]);
    assert_eq!(folder.names(&folder.load(&["[ab].txt"])), ["a.txt"]);
}

#[test]
fn what_matches_nothing_is_an_error() {
    let folder = folder();
    let help = "; * stays inside one folder, ** goes into all folders below";
    assert_eq!(folder.error(&["*.rs"]), format!("nothing matches *.rs{help}"));
    assert_eq!(folder.error(&["none/*.md"]), format!("nothing matches none/*.md{help}"));
    assert!(folder.error(&["a{b"]).starts_with("a{b is no file and no glob: "));
}
