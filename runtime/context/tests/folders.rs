//! Folders: which files, in which order, under which names.

use std::path::Path;

use super::{Folder, load, texts};
use crate::context::LoadOptions;
use crate::context::find::spoken;

#[test]
fn files_stand_in_the_order_of_their_paths() {
    let folder = Folder::new(&[
        ("src/b.rs", "b"),
        ("src/a/z.rs", "z"),
        ("src/a.rs", "a"),
        ("src/a/deep/x.rs", "x"),
        ("README", "r"),
    ]);
    let context = folder.load(&["src"]);
    let names = ["src/a/deep/x.rs", "src/a/z.rs", "src/a.rs", "src/b.rs"];
    assert_eq!(folder.names(&context), names);
    assert_eq!(texts(&context), ["x", "z", "a", "b"]);
    assert_eq!(folder.names(&folder.load(&["README", "src/a"])), ["README", names[0], names[1]]);
}

#[test]
fn hidden_and_ignored_files_are_left_out() {
    let folder = Folder::new(&[
        (".gitignore", "*.log\nbuild/\n"),
        (".env", "secret"),
        (".cache/a", "a"),
        ("build/out.txt", "out"),
        ("a.txt", "a"),
        ("b.log", "b"),
        ("sub/.gitignore", "!c.log"),
        ("sub/c.log", "c"),
        ("sub/d.log", "d"),
    ]);
    assert_eq!(folder.names(&folder.load(&[""])), ["a.txt", "sub/c.log"]);
    // The rules of the folders above hold too.
    assert_eq!(folder.names(&folder.load(&["sub"])), ["sub/c.log"]);
    // What is named is read.
    assert_eq!(texts(&folder.load(&["b.log", ".env"])), ["b", "secret"]);
    let all = folder.load_all(&[""]);
    assert_eq!(folder.names(&all).len(), 9);
    assert!(folder.names(&all).contains(&".cache/a".into()));
}

#[test]
fn names_are_what_a_user_would_say() {
    for (path, name) in [
        ("./src/lib.rs", "src/lib.rs"),
        ("src//lib.rs", "src/lib.rs"),
        ("src/./lib.rs", "src/lib.rs"),
        ("../lib.rs", "../lib.rs"),
        ("/src/lib.rs", "/src/lib.rs"),
    ] {
        assert_eq!(spoken(Path::new(path)), name);
    }
    // Tests run in the folder of the package.
    let names = |path: &str| -> Vec<String> {
        let context = load(&[path.into()], &LoadOptions::default()).unwrap();
        context.source.documents().iter().map(|d| d.name.clone()).collect()
    };
    assert!(names(".").contains(&"lang/ast.rs".into()));
    assert!(names("./lang").contains(&"lang/ast.rs".into()));
    assert!(names("lang/").contains(&"lang/ast.rs".into()));
    assert!(names("lang/../lang").contains(&"lang/../lang/ast.rs".into()));
    assert_eq!(names("./lang/ast.rs"), ["lang/ast.rs"]);
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::super::{Folder, texts};

    #[test]
    fn a_loop_ends() {
        let folder = Folder::new(&[("a/b/c.txt", "c")]);
        symlink(folder.path().join("a"), folder.path().join("a/b/up")).unwrap();
        symlink("me", folder.path().join("a/me")).unwrap();
        let context = folder.load(&["a"]);
        assert_eq!(folder.names(&context), ["a/b/c.txt"]);
        assert_eq!(context.notes, ["2 symbolic links not followed"]);
        assert!(folder.error(&["a/me"]).starts_with("cannot read a/me: "));
    }

    #[test]
    fn a_named_link_is_followed() {
        let folder = Folder::new(&[("real/c.txt", "c")]);
        symlink("real", folder.path().join("link")).unwrap();
        symlink("real/c.txt", folder.path().join("file")).unwrap();
        symlink("nowhere", folder.path().join("broken")).unwrap();
        assert_eq!(folder.names(&folder.load(&["link"])), ["link/c.txt"]);
        assert_eq!(folder.names(&folder.load(&["file", "link"])), ["file"]);
        assert_eq!(texts(&folder.load(&["file"])), ["c"]);
        assert_eq!(folder.error(&["broken"]), "broken is a link to a file that does not exist");
    }

    #[test]
    fn what_is_no_file_is_left_alone() {
        let folder = Folder::new(&[("a.txt", "a")]);
        let _socket = UnixListener::bind(folder.path().join("socket")).unwrap();
        assert_eq!(folder.names(&folder.load(&[""])), ["a.txt"]);
    }
}
