//! Finding the programs in a model's reply.
//!
//! Code stands in fences labelled `rlm`; other labels that models use are taken where there is no
//! `rlm` fence. A fence closes only at a line that holds nothing but the fence, because programs
//! contain texts with backticks in them. Whatever was not understood is said back.

/// A fenced program in a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The code between the fence lines, line ends as they were.
    pub code: String,
    /// Whether a closing fence was found.
    pub closed: bool,
}

/// Labels that mean a program, most wanted first.
const LABELS: &[&[&str]] =
    &[&["rlm"], &["repl", "python", "py", "tool_code", "code", "python3"], &[""]];

/// The programs of a reply, in order.
pub fn programs(reply: &str) -> Vec<Fence> {
    let all = fences(reply);
    for labels in LABELS {
        let found: Vec<Fence> = all
            .iter()
            .filter(|(label, _)| labels.contains(&label.as_str()))
            .map(|(_, fence)| fence.clone())
            .filter(|fence| !fence.code.trim().is_empty())
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// All fences with their labels in lower case.
fn fences(reply: &str) -> Vec<(String, Fence)> {
    let mut found = Vec::new();
    let mut open: Option<(String, usize, char, usize, String)> = None;
    for line in reply.split_inclusive('\n') {
        let trimmed = line.trim();
        match &mut open {
            None => {
                if let Some((mark, length, label)) = opening(trimmed) {
                    let indent = line.len() - line.trim_start().len();
                    open = Some((label, length, mark, indent, String::new()));
                }
            }
            Some((label, length, mark, indent, code)) => {
                let closes =
                    trimmed.chars().count() >= *length && trimmed.chars().all(|c| c == *mark);
                if closes {
                    let code = std::mem::take(code);
                    found.push((std::mem::take(label), Fence { code, closed: true }));
                    open = None;
                } else {
                    code.push_str(without_indent(line, *indent));
                }
            }
        }
    }
    if let Some((label, _, _, _, code)) = open {
        found.push((label, Fence { code, closed: false }));
    }
    found
}

/// The fence character, the fence's length and the label of an opening line.
fn opening(line: &str) -> Option<(char, usize, String)> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|&c| c == mark).count();
    let label = line.get(length..)?.trim();
    // "```x = 1```" on one line is prose.
    if length < 3 || label.contains(mark) {
        return None;
    }
    let word = label.split_whitespace().next().unwrap_or("");
    Some((mark, length, word.trim_matches(['{', '}', '.']).to_lowercase()))
}

/// A fence inside a list item is indented; so is its code.
fn without_indent(line: &str, indent: usize) -> &str {
    let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(indent.min(blank)..).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(reply: &str) -> Vec<String> {
        programs(reply).into_iter().map(|f| f.code).collect()
    }

    #[test]
    fn takes_rlm_fences_in_order() {
        let reply = "Plan.\n```rlm\na = 1\n```\nthen\n```rlm\nb = 2\n```\n```json\n{}\n```";
        assert_eq!(codes(reply), ["a = 1\n", "b = 2\n"]);
    }

    #[test]
    fn takes_other_labels_only_without_rlm() {
        assert_eq!(codes("```python\nx\n```\n```rlm\ny\n```"), ["y\n"]);
        assert_eq!(codes("```repl\nx\n```"), ["x\n"]);
        assert_eq!(codes("```\nx\n```"), ["x\n"]);
        assert_eq!(codes("```json\n{}\n```"), Vec::<String>::new());
    }

    #[test]
    fn closes_only_at_a_line_of_its_own() {
        let reply = "```rlm\nx = t.replace(\"```json\", \"\").replace(\"```\", \"\")\ny = 1\n```";
        assert_eq!(
            codes(reply),
            ["x = t.replace(\"```json\", \"\").replace(\"```\", \"\")\ny = 1\n"]
        );
    }

    #[test]
    fn marks_a_fence_left_open() {
        let found = programs("```rlm\nx = [1,\n");
        assert_eq!(found, [Fence { code: "x = [1,\n".to_string(), closed: false }]);
    }

    #[test]
    fn keeps_longer_fences_apart_and_strips_their_indent() {
        assert_eq!(codes("````rlm\nx\n```\ny\n````"), ["x\n```\ny\n"]);
        assert_eq!(codes("- do:\n  ```rlm\n  if a {\n    b\n  }\n  ```"), ["if a {\n  b\n}\n"]);
        assert_eq!(codes("```rlm\r\nx\r\n```\r\n"), ["x\r\n"]);
    }

    #[test]
    fn prose_in_backticks_is_no_fence() {
        assert_eq!(codes("use ```x = 1``` here"), Vec::<String>::new());
        assert_eq!(codes(""), Vec::<String>::new());
    }
}
