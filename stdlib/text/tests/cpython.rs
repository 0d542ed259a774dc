//! The same as CPython's `data.decode('utf-8', 'replace')[a:b:c]`, asked of CPython itself.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::text::{Source, Text};

/// Reads one case a line, `HEX A B C` with `-` for a bound left out; prints the length and the
/// slice in hex, and whether it equals and sorts before the text without its first byte.
const SCRIPT: &str = r#"
import sys
for line in sys.stdin.read().splitlines():
    data, *bounds = line.split(" ")
    data = bytes.fromhex(data)
    text, other = data.decode("utf-8", "replace"), data[1:].decode("utf-8", "replace")
    a, b, c = (None if bound == "-" else int(bound) for bound in bounds)
    print(len(text), text[a:b:c].encode().hex() or "-", text == other, text < other)
"#;

/// A small generator of numbers, so that the cases are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % sides
    }

    fn bytes(&mut self) -> Vec<u8> {
        const PIECES: [&[u8]; 8] = [
            b"word ",
            "é".as_bytes(),
            "€".as_bytes(),
            "😀".as_bytes(),
            b"\n",
            b"\xE2\x82",
            b"\xED\xA0\x80",
            b"\xF4\x90\x80\x80",
        ];
        let mut bytes = Vec::new();
        for _ in 0..self.roll(30) {
            match self.roll(3) {
                0 => bytes.push(self.roll(256) as u8),
                1 => bytes.push(0x80 + self.roll(128) as u8),
                _ => bytes.extend_from_slice(PIECES[self.roll(8) as usize]),
            }
        }
        bytes
    }

    fn bound(&mut self) -> Option<i64> {
        (self.roll(4) > 0).then(|| self.roll(60) as i64 - 30)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

#[test]
#[allow(clippy::print_stderr)] // says why nothing was tested
fn decodes_and_slices_as_cpython() {
    let mut dice = Dice(42);
    let (mut input, mut expected) = (String::new(), String::new());
    for _ in 0..250 {
        let bytes = dice.bytes();
        let (start, stop) = (dice.bound(), dice.bound());
        let step = Some(dice.bound().unwrap_or(1)).filter(|&step| step != 0);
        let shown = |bound: Option<i64>| bound.map_or("-".to_owned(), |bound| bound.to_string());
        writeln!(input, "{} {} {} {}", hex(&bytes), shown(start), shown(stop), shown(step))
            .unwrap();

        let text = Text::whole(&Source::with_blocks(bytes.clone(), 3));
        let rest = bytes.get(1..).unwrap_or_default().to_vec();
        let other = Text::whole(&Source::from_bytes("rest", rest));
        let slice = text.python_slice(start, stop, step.unwrap_or(1));
        let shown = if slice.is_empty() { "-".into() } else { hex(slice.to_str().as_bytes()) };
        let word = |truth| if truth { "True" } else { "False" };
        let (same, before) = (word(text == other), word(text < other));
        writeln!(expected, "{} {shown} {same} {before}", text.char_len()).unwrap();
    }
    let child = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: there is no python3 to compare with");
        return;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).unwrap();
    for ((case, answer), ours) in input.lines().zip(answers.lines()).zip(expected.lines()) {
        assert_eq!(ours, answer, "for {case}");
    }
    assert_eq!(answers.lines().count(), 250);
}
