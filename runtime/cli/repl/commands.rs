//! Commands of the REPL, which begin with a colon: one table for help, completion and reading.

/// A command.
pub(super) struct Command {
    /// What stands after the colon.
    pub name: &'static str,
    /// What it takes.
    pub takes: &'static str,
    /// What it does.
    pub about: &'static str,
    /// What it is.
    pub kind: Kind,
}

/// What a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Help,
    Vars,
    Docs,
    Time,
    Load,
    Save,
    SaveOver,
    Model,
    Limits,
    Undo,
    Quit,
}

/// All commands.
pub(super) const COMMANDS: &[Command] = &[
    command("help", "[NAME]", "commands, or what a function or method does", Kind::Help),
    command("vars", "", "the variables and what they hold", Kind::Vars),
    command("docs", "", "the documents of the input", Kind::Docs),
    command("time", "CODE", "run it, and say how long it took", Kind::Time),
    command("load", "FILE", "run a program from a file", Kind::Load),
    command("save", "FILE", "write what was typed as a program", Kind::Save),
    command("save!", "FILE", "the same, over a file that is there", Kind::SaveOver),
    command(
        "model",
        "[NAME|URL]",
        "the model that programs call; with a name or URL, another one",
        Kind::Model,
    ),
    command("limits", "", "what is left of the limits", Kind::Limits),
    command("undo", "", "forget the last program and what it changed", Kind::Undo),
    command("quit", "", "leave; so do exit and Ctrl-D", Kind::Quit),
];

const fn command(
    name: &'static str,
    takes: &'static str,
    about: &'static str,
    kind: Kind,
) -> Command {
    Command { name, takes, about, kind }
}

/// A line as a command with its argument: `None` if it is none, an error if there is no such command.
/// A beginning that only one command has is enough.
pub(super) fn read(line: &str) -> Option<Result<(Kind, &str), String>> {
    let line = line.trim();
    if matches!(line, "exit" | "quit" | "exit()" | "quit()") {
        return Some(Ok((Kind::Quit, "")));
    }
    let rest = line.strip_prefix(':')?;
    let (name, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let mut fitting = COMMANDS.iter().filter(|command| command.name.starts_with(name));
    Some(match (fitting.next(), fitting.next()) {
        (Some(one), None) if !name.is_empty() => Ok((one.kind, argument.trim())),
        (Some(_), Some(_)) if !name.is_empty() => {
            // `save` is the beginning of `save!`, too.
            let all = || COMMANDS.iter().filter(|command| command.name.starts_with(name));
            let shortest = all().min_by_key(|command| command.name.len());
            match shortest.filter(|one| all().all(|other| other.name.starts_with(one.name))) {
                Some(one) => Ok((one.kind, argument.trim())),
                None => Err(format!(":{name} may mean several commands; :help lists them")),
            }
        }
        _ => Err(format!("there is no command :{name}; :help lists them")),
    })
}

/// The list that `:help` shows.
pub(super) fn help() -> String {
    let mut out = String::from(
        "Type programs: variables stay, the last value is shown. Tab completes, Ctrl-R searches what \
         was typed before,\nCtrl-C stops a running program.\n\n",
    );
    for command in COMMANDS {
        let call = format!(":{} {}", command.name, command.takes);
        out.push_str(&format!("  {call:<18} {}\n", command.about));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_are_enough() {
        assert_eq!(read(":q"), Some(Ok((Kind::Quit, ""))));
        assert_eq!(read(" :h grep "), Some(Ok((Kind::Help, "grep"))));
        assert_eq!(read(":save  a b.rlm"), Some(Ok((Kind::Save, "a b.rlm"))));
        assert_eq!(read(":s a.rlm"), Some(Ok((Kind::Save, "a.rlm"))));
        assert_eq!(read(":save! a.rlm"), Some(Ok((Kind::SaveOver, "a.rlm"))));
        assert!(read(":l").is_some_and(|read| read.is_err_and(|e| e.contains("several"))));
        assert!(read(":frob").is_some_and(|read| read.is_err_and(|e| e.contains("no command"))));
        assert!(read(":").is_some_and(|read| read.is_err()));
        assert_eq!(read("x = 1"), None);
        assert_eq!(read("exit"), Some(Ok((Kind::Quit, ""))));
    }
}
