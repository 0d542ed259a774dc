//! The table: rules in one notation, terminals in the spelling of each format.
//!
//! Notation: `"x"` a literal, lower case a rule, upper case a terminal, `?` `*` `+` `|` `( )` as usual,
//! `nl` line ends with comments, `lead` what may stand before the first statement (both left out for
//! readers), `_` at least one blank (left out where the format separates words by itself).

/// Rules in order, the first the start; each with its body.
pub(super) const RULES: &[(&str, &str)] = &[
    ("start", "lead? stmts?"),
    ("stmts", "stmt (sep stmt)* sep?"),
    ("sep", r#"nl | ";" nl?"#),
    ("stmt", "if_stmt | for_stmt | while_stmt | def_stmt | try_stmt | simple"),
    ("block", r#""{" nl? stmts? "}""#),
    ("if_stmt", r#""if" _ expr block (nl? "elif" _ expr block)* else_part?"#),
    ("else_part", r#"nl? "else" block"#),
    ("for_stmt", r#""for" _ targets "in" _ exprs block else_part?"#),
    ("while_stmt", r#""while" _ expr block else_part?"#),
    ("def_stmt", r#""def" _ NAME "(" params? ")" block"#),
    ("try_stmt", r#""try" block (handler+ else_part? final_part? | final_part)"#),
    (
        "handler",
        r#"nl? (EXCEPT | EXCEPT_AS ("." NAME)* as_name? | EXCEPT "(" path ("," path)* ")" as_name?) block"#,
    ),
    ("as_name", r#""as" _ NAME"#),
    ("final_part", r#"nl? "finally" block"#),
    ("params", r#"param ("," param)*"#),
    ("param", r#"NAME ("=" expr)? | "*" NAME? | "**" NAME"#),
    ("targets", r#"target ("," target)*"#),
    ("target", r#""*"? (place | "(" targets comma? ")" | "[" targets comma? "]")"#),
    ("place", r#"NAME | postfix (nl? "." NAME | "[" sub "]")"#),
    (
        "simple",
        r#""return" (_ exprs)? | "break" | "continue" | "pass" | "raise" (_ expr)?
         | "assert" _ expr ("," expr)? | "del" _ targets | "global" _ names | "nonlocal" _ names
         | import | (targets comma? "=")* exprs | place AUGMENTED exprs"#,
    ),
    ("names", r#"NAME ("," NAME)*"#),
    (
        "import",
        r#""import" _ imported ("," imported)*
         | "from" _ path "import" _ ("*" | imported ("," imported)*)"#,
    ),
    ("imported", r#"path ("as" _ NAME)?"#),
    ("path", r#"NAME ("." NAME)*"#),
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
    ("trailer", r#""(" nl? args? ")" | "[" sub "]" | nl? "." NAME"#),
    ("args", "arg (comma arg)* comma? nl?"),
    ("arg", r#"NAME "=" expr | "*" expr | "**" expr | expr comp?"#),
    ("sub", r#"expr | expr? ":" expr? (":" expr?)?"#),
    ("comp", r#"(nl? "for" _ targets "in" _ disj (nl? "if" _ disj)*)+"#),
    (
        "atom",
        r#"NAME | NUMBER | texts | "True" | "False" | "None"
         | "(" nl? ")" | "(" nl? NAME ":=" expr nl? ")" | "(" nl? exprs nl? ")" | "(" nl? item comp nl? ")"
         | "[" nl? "]" | "[" nl? exprs nl? "]" | "[" nl? item comp nl? "]"
         | "{" nl? "}" | "{" nl? exprs nl? "}" | "{" nl? item comp nl? "}"
         | "{" nl? entries nl? "}" | "{" nl? expr ":" expr comp nl? "}""#,
    ),
    ("entries", "entry (comma entry)* comma?"),
    ("entry", r#"expr ":" expr | "**" expr"#),
    ("texts", "TEXT (nl? TEXT)*"),
];

/// A terminal in each format.
pub(super) struct Terminal {
    /// Its name in [`RULES`].
    pub(super) name: &'static str,
    /// What a reader sees instead; empty for the name itself.
    pub(super) ebnf: &'static str,
    /// A Lark regex or alternatives of them, without look-around or lazy parts. `KEYWORDS` stands for
    /// the words of the language as alternatives; `&` and `~` are "and" and "not" of `llguidance`.
    pub(super) lark: &'static str,
    /// The body of a GBNF rule, blanks after it included.
    pub(super) gbnf: &'static str,
}

/// The terminals.
///
/// Engines with a lexer take the longest match and never back up, so no terminal may begin like
/// another and end later, unless what is between them decides: line ends before `else` or `.` are
/// part of rules therefore, and the two forms of `except` swallow their blanks.
pub(super) const TERMINALS: &[Terminal] = &[
    Terminal { name: "EXCEPT", ebnf: "\"except\"", lark: r"/except[ \t]*/", gbnf: r#""except" s"# },
    Terminal {
        name: "EXCEPT_AS",
        ebnf: "\"except\" NAME",
        lark: r"/except[ \t]+[^\W\d]\w*/ & ~/except[ \t]+(KEYWORDS)/",
        gbnf: r#""except" b name"#,
    },
    Terminal {
        name: "NAME",
        ebnf: "",
        lark: r"/[^\W\d]\w*/ & ~/KEYWORDS/",
        gbnf: r"[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u3040-\ud7ff] [A-Za-z0-9_\u00b7-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u3040-\ud7ff]* s",
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
        lark: r#"/(r|f|rf)?"([^"\\\n]|\\.)*"/ | /(r|f|rf)?'([^'\\\n]|\\.)*'/ | /(r|f|rf)?"""([^"\\]|\\(.|\n)|"([^"\\]|\\(.|\n))|""([^"\\]|\\(.|\n)))*"""/ | /(r|f|rf)?'''([^'\\]|\\(.|\n)|'([^'\\]|\\(.|\n))|''([^'\\]|\\(.|\n)))*'''/"#,
        gbnf: r#"("rf" | "r" | "f")? (long | long-single | "\"" ([^"\\\n] | "\\" [^\n])* "\"" | "'" ([^'\\\n] | "\\" [^\n])* "'") s"#,
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
