//! The table: rules in one notation, terminals in the spelling of each format.
//!
//! Notation: `"x"` a literal, lower case a rule, upper case a terminal, `?` `*` `+` `|` `( )` as usual,
//! `nl` line ends with comments (left out for readers), `_` at least one blank (left out where the
//! format separates words by itself).

/// Rules in order, the first the start; each with its body.
pub(super) const RULES: &[(&str, &str)] = &[
    ("start", "nl? stmts?"),
    ("stmts", "stmt (sep stmt)* sep?"),
    ("sep", r#"nl | ";" nl?"#),
    ("stmt", "if_stmt | for_stmt | while_stmt | def_stmt | try_stmt | simple"),
    ("block", r#""{" body"#),
    ("body", r#"nl? "}" | nl? stmts "}""#),
    ("if_stmt", r#""if" _ expr block (ELIF expr block)* (ELSE body)?"#),
    ("for_stmt", r#""for" _ targets "in" _ exprs block (ELSE body)?"#),
    ("while_stmt", r#""while" _ expr block (ELSE body)?"#),
    ("def_stmt", r#""def" _ NAME "(" params? ")" block"#),
    ("try_stmt", r#""try" block (EXCEPT body (ELSE body)? (FINALLY body)? | FINALLY body)"#),
    ("params", r#"param ("," param)*"#),
    ("param", r#"NAME ("=" expr)? | "*" NAME | "**" NAME"#),
    ("targets", r#"target ("," target)*"#),
    ("target", r#""*"? postfix"#),
    (
        "simple",
        r#""return" (_ exprs)? | "break" | "continue" | "pass" | "raise" (_ expr)?
         | "assert" _ expr ("," expr)? | "del" _ targets | "global" _ names | "nonlocal" _ names
         | import | exprs ("=" exprs)* | exprs AUGMENTED exprs"#,
    ),
    ("names", r#"NAME ("," NAME)*"#),
    (
        "import",
        r#""import" _ imported ("," imported)*
         | "from" _ path "import" _ ("*" | imported ("," imported)*)"#,
    ),
    ("imported", r#"path ("as" _ NAME)?"#),
    ("path", "NAME (DOT NAME)*"),
    ("exprs", "item (comma item)* comma?"),
    ("item", r#""*"? expr"#),
    ("comma", r#""," nl?"#),
    ("expr", r#""lambda" (_ params)? ":" expr | disj ("if" _ disj "else" _ expr)?"#),
    ("disj", r#"conj ("or" _ conj)*"#),
    ("conj", r#"inv ("and" _ inv)*"#),
    ("inv", r#""not" _ inv | cmp"#),
    ("cmp", "bits (cmp_op bits)*"),
    ("cmp_op", r#"COMPARISON | "in" _ | "not" _ "in" _ | "is" _ ("not" _)?"#),
    ("bits", r#"shift (("|" | "^" | "&") shift)*"#),
    ("shift", r#"arith (("<<" | ">>") arith)*"#),
    ("arith", r#"term (("+" | "-") term)*"#),
    ("term", r#"factor (("*" | "/" | "//" | "%") factor)*"#),
    ("factor", r#"("-" | "+" | "~") factor | postfix ("**" factor)?"#),
    ("postfix", "atom trailer*"),
    ("trailer", r#""(" nl? args? ")" | "[" sub "]" | DOT NAME"#),
    ("args", "arg (comma arg)* comma? nl?"),
    ("arg", r#"NAME "=" expr | "*" expr | "**" expr | expr comp?"#),
    ("sub", r#"expr | expr? ":" expr? (":" expr?)?"#),
    ("comp", r#"(FOR targets "in" _ disj (("if" _ | IF) disj)*)+"#),
    (
        "atom",
        r#"NAME | NUMBER | texts | "True" | "False" | "None"
         | "(" nl? ")" | "(" nl? exprs nl? ")" | "(" nl? item comp nl? ")"
         | "[" nl? "]" | "[" nl? exprs nl? "]" | "[" nl? item comp nl? "]"
         | "{" nl? "}" | "{" nl? exprs nl? "}" | "{" nl? item comp nl? "}"
         | "{" nl? entries nl? "}" | "{" nl? expr ":" expr comp nl? "}""#,
    ),
    ("entries", "entry (comma entry)* comma?"),
    ("entry", r#"expr ":" expr | "**" expr"#),
    ("texts", "TEXT (TEXT | NEXT_TEXT)*"),
];

/// A terminal in each format.
pub(super) struct Terminal {
    /// Its name in [`RULES`].
    pub(super) name: &'static str,
    /// What a reader sees instead; empty for the name itself.
    pub(super) ebnf: &'static str,
    /// A Lark regex or alternatives of them, without look-around or lazy parts.
    pub(super) lark: &'static str,
    /// The body of a GBNF rule, blanks after it included.
    pub(super) gbnf: &'static str,
}

/// Line ends, blank lines and comments between them, as part of a regex.
const NEWLINES: &str = r"(\r?\n([ \t\r\n]|#[^\n]*\n)*)?";

/// The regex of a word that swallows the line end before it, so that `else` may follow on a line
/// of its own. What follows the word is part of it: a name that begins with the word must not be
/// taken for it.
pub(super) fn with_newlines(regex: &str) -> String {
    // Needed where the word alone is a literal too: lexers that merge states could not tell them apart.
    regex.replace("NL!", NEWLINES.trim_end_matches('?')).replace("NL", NEWLINES)
}

/// The terminals. `NL` in a Lark regex stands for line ends and comments, `NL!` for at least one.
pub(super) const TERMINALS: &[Terminal] = &[
    Terminal { name: "ELIF", ebnf: "\"elif\"", lark: r"/NLelif[ \t]/", gbnf: r#"nl? "elif" b"# },
    Terminal {
        name: "ELSE",
        ebnf: "\"else\" \"{\"",
        lark: r"/NLelse[ \t]*\{/",
        gbnf: r#"nl? "else" s "{" s"#,
    },
    Terminal {
        name: "EXCEPT",
        ebnf: "\"except\" [ NAME ] \"{\"",
        lark: r"/NLexcept([ \t]+[^\W\d]\w*)?[ \t]*\{/",
        gbnf: r#"nl? "except" (b name)? s "{" s"#,
    },
    Terminal {
        name: "FINALLY",
        ebnf: "\"finally\" \"{\"",
        lark: r"/NLfinally[ \t]*\{/",
        gbnf: r#"nl? "finally" s "{" s"#,
    },
    Terminal { name: "FOR", ebnf: "\"for\"", lark: r"/NLfor[ \t]/", gbnf: r#"nl? "for" b"# },
    Terminal { name: "IF", ebnf: "\"if\"", lark: r"/NL!if[ \t]/", gbnf: r#"nl "if" b"# },
    Terminal { name: "DOT", ebnf: "\".\"", lark: r"/NL\./", gbnf: r#"nl? "." s"# },
    Terminal {
        name: "NAME",
        ebnf: "",
        lark: r"/[^\W\d]\w*/",
        gbnf: r"[A-Za-z_\u00a1-\uffff] [A-Za-z0-9_\u00a1-\uffff]* s",
    },
    Terminal {
        name: "NUMBER",
        ebnf: "",
        lark: r"/0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*(\.[0-9_]+)?([eE][+-]?[0-9_]+)?/",
        gbnf: r#"("0" [xX] [0-9a-fA-F_]+ | "0" [oO] [0-7_]+ | "0" [bB] [01_]+ | [0-9] [0-9_]* ("." [0-9_]+)? ([eE] [+-]? [0-9_]+)?) s"#,
    },
    Terminal {
        name: "TEXT",
        ebnf: "",
        lark: r#"/(r|f|rf)?"([^"\\\n]|\\.)*"/ | /(r|f|rf)?'([^'\\\n]|\\.)*'/ | /(r|f|rf)?"""([^"\\]|\\(.|\n)|"([^"\\]|\\(.|\n))|""([^"\\]|\\(.|\n)))*"""/"#,
        gbnf: r#"("rf" | "r" | "f")? (long | "\"" ([^"\\\n] | "\\" [^\n])* "\"" | "'" ([^'\\\n] | "\\" [^\n])* "'") s"#,
    },
    Terminal {
        name: "NEXT_TEXT",
        ebnf: "TEXT",
        lark: r#"/NL!(r|f|rf)?"([^"\\\n]|\\.)*"/ | /NL!(r|f|rf)?'([^'\\\n]|\\.)*'/"#,
        gbnf: "nl text",
    },
    Terminal {
        name: "COMPARISON",
        ebnf: r#""==" | "!=" | "<=" | ">=" | "<" | ">""#,
        lark: r#""==" | "!=" | "<=" | ">=" | "<" | ">""#,
        gbnf: r#"("==" | "!=" | "<=" | ">=" | "<" | ">") s"#,
    },
    Terminal {
        name: "AUGMENTED",
        ebnf: r#""+=" | "-=" | "*=" | "/=" | "//=" | "%=" | "**=" | "|=" | "&=" | "^=" | "<<=" | ">>=""#,
        lark: r#""+=" | "-=" | "*=" | "/=" | "//=" | "%=" | "**=" | "|=" | "&=" | "^=" | "<<=" | ">>=""#,
        gbnf: r#"("+=" | "-=" | "*=" | "/=" | "//=" | "%=" | "**=" | "|=" | "&=" | "^=" | "<<=" | ">>=") s"#,
    },
];
