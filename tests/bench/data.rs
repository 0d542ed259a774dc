//! Seeded contexts: the same bytes for the same size, on every machine.
//!
//! Of the lines 45 % are prose, 30 % log lines, 25 % records (`Date: ... || User: ... || Instance: ...`).
//! About one prose line in 15 holds words of two to four bytes a character, unless `ascii`. Ten needles
//! `The special magic number for WORD is: 1234567` lie at 3 %, 13 %, ... 93 %; the last word is `zanzibar`.

use std::io::{self, Write};

/// splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    #[allow(clippy::cast_possible_truncation)] // the high half of the product is below `n`
    fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// Small values are far likelier than large ones.
    fn skewed(&mut self, n: u64) -> u64 {
        self.below(n) * self.below(n) / n
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }
}

const COMMON: &[&str] = &[
    "the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "was", "on", "with", "as",
    "be", "at", "by", "this", "have", "from", "or", "one", "had", "not", "but", "what", "all",
    "were", "when", "we", "there", "can", "an", "your", "which", "their", "said", "if", "will",
    "each", "about", "how", "up", "out", "them", "then", "she", "many", "some", "so", "these",
    "would", "other", "into", "has", "more", "her", "two", "like", "him", "see", "time", "could",
    "no", "make", "than", "first", "been", "its", "who", "now", "people", "my", "made", "over",
    "did", "down", "only", "way", "find", "use", "may", "water", "long", "little", "very", "after",
    "words",
];
const SYLLABLES: &[&str] = &[
    "ba", "con", "der", "el", "fra", "gen", "hi", "in", "jor", "ka", "lum", "men", "nor", "o",
    "per", "qua", "ri", "sta", "tion", "u", "ver", "wil", "xen", "ya", "zo", "ment", "ing", "tor",
    "al", "est",
];
const FOREIGN: &[&str] = &[
    "café",
    "naïve",
    "Zürich",
    "señor",
    "Привет",
    "мир",
    "данные",
    "東京",
    "検索",
    "文脈",
    "한국어",
    "λόγος",
    "→",
    "…",
    "“quoted”",
    "🚀",
    "🙂",
    "🔥",
    "é",
];
const NEEDLES: &[&str] = &[
    "amber", "birch", "cobalt", "dune", "ember", "fjord", "garnet", "harbor", "indigo", "zanzibar",
];
const MONTHS: &[&str] =
    &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SERVICES: &[&str] =
    &["auth", "billing", "cart", "gateway", "index", "mailer", "search", "storage"];

/// Writes about `size` bytes (a last line may reach over it).
///
/// # Errors
/// Those of the output.
pub fn write(size: u64, ascii: bool, out: &mut impl Write) -> io::Result<()> {
    let mut random = Random(1);
    let mut words: Vec<String> = COMMON.iter().map(ToString::to_string).collect();
    while words.len() < 4000 {
        let count = 2 + random.below(3);
        words.push((0..count).map(|_| *random.pick(SYLLABLES)).collect());
    }
    let mut line = Vec::with_capacity(4096);
    if !ascii {
        // So that every size holds more than ASCII.
        line.extend_from_slice("Notebook → a café in 東京 🚀\n".as_bytes());
    }
    let (mut written, mut needle) = (0, 0);
    while written < size {
        if needle < NEEDLES.len() && written >= size / 100 * (3 + 10 * needle as u64) {
            let number = 1_000_000 + random.below(9_000_000);
            writeln!(line, "The special magic number for {} is: {number}", NEEDLES[needle])?;
            needle += 1;
        }
        match random.below(100) {
            0..=44 => {
                let count = 6 + random.below(14);
                prose(&mut random, &words, count, ascii, &mut line);
                line.extend_from_slice(b".\n");
            }
            45..=74 => log_line(&mut random, &mut line)?,
            _ => record(&mut random, &words, ascii, &mut line)?,
        }
        out.write_all(&line)?;
        written += line.len() as u64;
        line.clear();
    }
    Ok(())
}

fn prose(random: &mut Random, words: &[String], count: u64, ascii: bool, out: &mut Vec<u8>) {
    let foreign = !ascii && random.below(15) == 0;
    for i in 0..count {
        if i > 0 {
            out.push(b' ');
        }
        if foreign && random.below(4) == 0 {
            out.extend_from_slice(random.pick(FOREIGN).as_bytes());
            continue;
        }
        let start = out.len();
        let known = if random.below(2) == 0 { COMMON.len() } else { words.len() };
        out.extend_from_slice(words[random.skewed(known as u64) as usize].as_bytes());
        if i == 0 {
            out[start].make_ascii_uppercase();
        }
    }
}

fn log_line(random: &mut Random, out: &mut Vec<u8>) -> io::Result<()> {
    let level = match random.below(1000) {
        0 => "ERROR",
        1..=20 => "WARN ",
        _ => "INFO ",
    };
    let status = match level {
        "ERROR" => 500,
        _ if random.below(40) == 0 => 404,
        _ => 200,
    };
    let r = random.next();
    let (month, day) = (1 + r % 12, 1 + (r >> 8) % 28);
    let (hour, minute, second) = ((r >> 16) % 24, (r >> 24) % 60, (r >> 32) % 60);
    let (millis, worker) = ((r >> 40) % 1000, (r >> 50) % 16);
    let service = SERVICES[(r >> 54) as usize % SERVICES.len()];
    let (id, took, user) = (random.next() & 0xffff_ffff, random.skewed(900), random.below(100_000));
    writeln!(
        out,
        "2024-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z {level} \
         [worker-{worker}] svc.{service} request id={id:08x} status={status} took={took}ms \
         path=/api/v1/users/{user}"
    )
}

fn record(random: &mut Random, words: &[String], ascii: bool, out: &mut Vec<u8>) -> io::Result<()> {
    let r = random.next();
    let month = MONTHS[(r % 12) as usize];
    let (day, year, user) =
        (1 + (r >> 8) % 28, 2015 + (r >> 16) % 10, 10_000 + random.skewed(5000));
    write!(out, "Date: {month} {day:02}, {year} || User: {user} || Instance: ")?;
    let count = 5 + random.below(10);
    prose(random, words, count, ascii, out);
    out.write_all(b"?\n")
}
