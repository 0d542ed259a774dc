//! Programs with small damage: the same ones on every run.

pub(crate) use crate::random::numbers::Random;

/// What a slip of the pen may put into a program.
const PIECES: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "=", "==", "+", "-", "*", "**", "/", "<",
    ">", "!", "&&", "|", "?", "@", "$", "\"", "'", "\n", " ", " if ", " else ", " for ", " in ",
    " not ", " and ", " is ", " lambda ", " return ", " def ", " try ", " except ", " while ",
    " import ", " as ", " del ", " x ", " 1 ", " \"t\" ", " None ", "f\"", "...", "->", "=>", "++",
];

/// Removes, doubles, inserts or swaps something small.
pub(crate) fn damaged(source: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = source.chars().collect();
    for _ in 0..1 + random.below(2) {
        let at = random.below(chars.len() + 1);
        match random.below(4) {
            0 => {
                let end = (at + 1 + random.below(6)).min(chars.len());
                chars.drain(at..end);
            }
            1 => {
                let end = (at + 1 + random.below(6)).min(chars.len());
                let piece: Vec<char> = chars[at..end].to_vec();
                let to = random.below(chars.len() + 1);
                chars.splice(to..to, piece);
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                chars.splice(at..at, piece.chars());
            }
        }
    }
    chars.into_iter().collect()
}
