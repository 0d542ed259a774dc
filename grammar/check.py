"""Feeds the programs of this repository to engines that the Rust tests do not load.

    pip install xgrammar tree-sitter        (xgrammar pulls torch)
    cargo build && python3 grammar/check.py

Every program that `rlm-lang fmt` takes must be accepted in canonical form: by `rlm.gbnf` in xgrammar, and by
`tree-sitter/src/parser.c` without an ERROR node. How many of the others are refused is printed. An engine
that is not installed is skipped, and said to be.
"""

import ctypes
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = ROOT / "target/debug/rlm-lang"


def fences(text):
    return [rest.split("```", 1)[0] for rest in text.split("```rlm\n")[1:]]


def programs():
    """Files, fences of documents, the table of habits, the examples of the reference."""
    found = []
    for folder in ["tests/suite", "lang/tests/programs", "examples"]:
        for path in sorted((ROOT / folder).rglob("*.rlm")):
            if not any(part.endswith(".ctx") for part in path.parts):
                found.append(path.read_text())
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "grammar").glob("*.md"))]:
        found += fences(path.read_text())
    for section in ("\n" + (ROOT / "lang/tests/habits.txt").read_text()).split("\n=== ")[1:]:
        found.append(section.split("\n", 1)[1].split("\n---\n")[0] + "\n")
    for builtin in json.loads((ROOT / "grammar/builtins.json").read_text())["builtins"]:
        found.append(builtin["example"] + "\n")
    return sorted(set(found))


def canonical(program):
    """The canonical form; None for a program with an error."""
    done = subprocess.run([BINARY, "fmt", "-"], input=program.encode(), capture_output=True)
    return done.stdout.decode() if done.returncode == 0 else None


def xgrammar_checker():
    import xgrammar
    from xgrammar.testing import _is_grammar_accept_string

    grammar = xgrammar.Grammar.from_ebnf((ROOT / "grammar/rlm.gbnf").read_text())
    return lambda text: _is_grammar_accept_string(grammar, text)


def tree_sitter_checker():
    import tree_sitter

    source = ROOT / "grammar/tree-sitter/src"
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "rlm.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-I", source, source / "parser.c", "-o", library], check=True)
        loaded = ctypes.CDLL(str(library))
    loaded.tree_sitter_rlm.restype = ctypes.c_void_p
    language = tree_sitter.Language(loaded.tree_sitter_rlm())
    tree_sitter.Query(language, (ROOT / "grammar/tree-sitter/queries/highlights.scm").read_text())
    parser = tree_sitter.Parser(language)
    return lambda text: not parser.parse(text.encode()).root_node.has_error


def main():
    forms = [(program, canonical(program)) for program in programs()]
    good = [form for _, form in forms if form is not None]
    bad = [program for program, form in forms if form is None]
    failed = False
    for name, checker in [("rlm.gbnf in xgrammar", xgrammar_checker), ("tree-sitter", tree_sitter_checker)]:
        try:
            accepts = checker()
        except ImportError as missing:
            print(f"{name}: skipped, {missing}")
            continue
        refused = [form for form in good if not accepts(form)]
        still = sum(not accepts(program) for program in bad)
        print(f"{name}: {len(good) - len(refused)} of {len(good)} canonical programs accepted, "
              f"{still} of {len(bad)} with an error refused")
        for form in refused[:3]:
            print(form)
        failed = failed or bool(refused)
    sys.exit(failed)


if __name__ == "__main__":
    main()
