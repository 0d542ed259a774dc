//! `unicodedata`: forms and kinds of characters.

use rlm_lang_macros::builtin;
use rlm_lang_syntax::codes::Code;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::fault::Fault;
use crate::host::Host;
use crate::text::Text;

/// A text in a normal form of Unicode: `NFC`, `NFD`, `NFKC` or `NFKD`.
///
/// ```rlm
/// unicodedata.normalize("NFKC", "ﬁn")  # -> 'fin'
/// ```
#[builtin(group = "text", name = "unicodedata.normalize")]
pub fn normalize(
    host: &mut dyn Host,
    /// The form.
    form: Text,
    /// The text.
    unistr: Text,
) -> Result<Text, Fault> {
    host.spend(1 + unistr.byte_len() as u64 / 16)?;
    host.reserve(unistr.byte_len().saturating_mul(3))?;
    if unistr.is_ascii() {
        return Ok(unistr);
    }
    let text = unistr.to_str();
    Ok(Text::from(match &*form.to_str() {
        "NFC" => text.nfc().collect::<String>(),
        "NFD" => text.nfd().collect(),
        "NFKC" => text.nfkc().collect(),
        "NFKD" => text.nfkd().collect(),
        other => {
            let message = format!("expected NFC, NFD, NFKC or NFKD, found {other:?}");
            return Err(Fault::new(Code::BadValue, message));
        }
    }))
}

fn one(text: &Text) -> Result<char, Fault> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(Fault::new(
            Code::WrongType,
            format!("expected one character, found a text of {}", text.char_len()),
        )),
    }
}

/// The kind of a character in two letters: `Lu`, `Nd`, `Mn`.
///
/// ```rlm
/// unicodedata.category("A")  # -> 'Lu'
/// ```
#[builtin(group = "text", name = "unicodedata.category")]
pub fn category(
    /// The character.
    chr: Text,
) -> Result<String, Fault> {
    use GeneralCategory as Kind;
    let kind = match one(&chr)?.general_category() {
        Kind::UppercaseLetter => "Lu",
        Kind::LowercaseLetter => "Ll",
        Kind::TitlecaseLetter => "Lt",
        Kind::ModifierLetter => "Lm",
        Kind::OtherLetter => "Lo",
        Kind::NonspacingMark => "Mn",
        Kind::SpacingMark => "Mc",
        Kind::EnclosingMark => "Me",
        Kind::DecimalNumber => "Nd",
        Kind::LetterNumber => "Nl",
        Kind::OtherNumber => "No",
        Kind::ConnectorPunctuation => "Pc",
        Kind::DashPunctuation => "Pd",
        Kind::OpenPunctuation => "Ps",
        Kind::ClosePunctuation => "Pe",
        Kind::InitialPunctuation => "Pi",
        Kind::FinalPunctuation => "Pf",
        Kind::OtherPunctuation => "Po",
        Kind::MathSymbol => "Sm",
        Kind::CurrencySymbol => "Sc",
        Kind::ModifierSymbol => "Sk",
        Kind::OtherSymbol => "So",
        Kind::SpaceSeparator => "Zs",
        Kind::LineSeparator => "Zl",
        Kind::ParagraphSeparator => "Zp",
        Kind::Control => "Cc",
        Kind::Format => "Cf",
        Kind::Surrogate => "Cs",
        Kind::PrivateUse => "Co",
        Kind::Unassigned => "Cn",
    };
    Ok(kind.to_string())
}

/// The combining class of a character; 0 for one that stands by itself.
///
/// ```rlm
/// unicodedata.combining("a")  # -> 0
/// ```
#[builtin(group = "text", name = "unicodedata.combining")]
pub fn combining(
    /// The character.
    chr: Text,
) -> Result<i64, Fault> {
    Ok(i64::from(canonical_combining_class(one(&chr)?)))
}
