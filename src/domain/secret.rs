//! What nobody may take along in writing: activation codes of eSIMs, PIN and PUK, numbers of cards. Systems keep none of them
//! in a field of its own that the desk reads, but people write them into cases and notes, so they are found by their shape.
//! Too much is hidden rather than too little.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};
use unicode_segmentation::UnicodeSegmentation as _;

/// What stands where a secret stood.
pub const HIDDEN: &str = "****";

/// How far behind its name a secret is looked for, in bytes.
const NEAR: usize = 40;

/// A card's number is written with no more characters: nineteen digits, and what stands between.
const MOST_OF_CARD: usize = 23;

/// What a secret is called, and what it looks like.
const NAMES: [(&str, Looks); 16] = [
    ("puk", Looks::Digits),
    ("pin", Looks::Digits),
    ("cvv", Looks::Digits),
    ("cvc", Looks::Digits),
    ("security code", Looks::Digits),
    ("セキュリティコード", Looks::Digits),
    ("暗証番号", Looks::Digits),
    ("activation code", Looks::Code),
    ("activationcode", Looks::Code),
    ("アクティベーションコード", Looks::Code),
    ("matching id", Looks::Code),
    ("matchingid", Looks::Code),
    ("confirmation code", Looks::Code),
    ("確認コード", Looks::Code),
    ("password", Looks::Code),
    ("パスワード", Looks::Code),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    /// Three digits or more.
    Digits,
    /// Six letters, digits and hyphens or more, a digit among them.
    Code,
}

/// A text without the secrets in it.
pub fn hide(text: &str) -> Cow<'_, str> {
    let plain = text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes;
    let spans = if plain { spans(text) } else { spans_in_full_width(text) };
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to) in spans {
        // Two may share a character that stands for several: `½` is the end of one number and the beginning of another.
        out.push_str(text.get(at..from).unwrap_or_default());
        out.push_str(HIDDEN);
        at = to;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// Whether there is a secret in a text.
pub fn is_in(text: &str) -> bool {
    hide(text) != text
}

/// Whether what is called so is a secret, whatever it looks like.
pub fn is_name(name: &str) -> bool {
    let name: String = name.nfkc().collect();
    NAMES.iter().any(|(word, _)| word_at(&name, word, 0).is_some())
}

/// Where secrets stand, from left to right, none within another. It is asked of every line that is drawn, so where none stands
/// nothing is allocated.
fn spans(text: &str) -> Vec<(usize, usize)> {
    // There is none without a digit.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let mut found = activation_codes(text);
    named(text, &mut found);
    cards(text, &mut found);
    found.sort_unstable();
    let mut apart: Vec<(usize, usize)> = Vec::with_capacity(found.len());
    for (from, to) in found {
        match apart.last_mut() {
            Some(last) if from < last.1 => last.1 = last.1.max(to),
            _ => apart.push((from, to)),
        }
    }
    apart
}

/// The same whatever width it is written in: in full width it is the same secret, and the screen would show it as well.
fn spans_in_full_width(text: &str) -> Vec<(usize, usize)> {
    let mut folded = String::with_capacity(text.len());
    // Where in the text each byte of the folded one comes from.
    let mut whence: Vec<(usize, usize)> = Vec::with_capacity(text.len());
    for (at, written) in text.grapheme_indices(true) {
        folded.extend(written.nfkc());
        whence.resize(folded.len(), (at, at + written.len()));
    }
    spans(&folded).into_iter().map(|(from, to)| (whence[from].0, whence[to - 1].1)).collect()
}

const fn is_code(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// `LPA:1$server$…`, with or without what stands before the 1.
fn activation_codes(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("1$") {
        let host = bytes[at + 2..].iter().take_while(|byte| is_code(**byte) || **byte == b'.').count();
        let behind = at + 2 + host;
        if host == 0 || bytes.get(behind) != Some(&b'$') {
            continue;
        }
        let rest = bytes[behind..].iter().take_while(|byte| is_code(**byte) || matches!(byte, b'.' | b'$')).count();
        let said = text.get(at.saturating_sub(4)..at).is_some_and(|word| word.eq_ignore_ascii_case("lpa:"));
        found.push((if said { at - 4 } else { at }, behind + rest));
    }
    found
}

/// Where a word stands from a byte on, in whatever case, with no letter on either side where it is made of letters that could
/// go on.
fn word_at(text: &str, word: &str, from: usize) -> Option<usize> {
    let (bytes, word) = (text.as_bytes(), word.as_bytes());
    let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    let stands = |at: &usize| {
        bytes[*at..at + word.len()].eq_ignore_ascii_case(word)
            && !letter(at.checked_sub(1).map(|before| &bytes[before]))
            && !letter(bytes.get(at + word.len()))
    };
    (from..(bytes.len() + 1).saturating_sub(word.len())).find(stands)
}

/// What follows the name of a secret and looks like one.
fn named(text: &str, found: &mut Vec<(usize, usize)>) {
    for (word, looks) in NAMES {
        let mut from = 0;
        while let Some(at) = word_at(text, word, from) {
            from = at + word.len();
            found.extend(first_like(text, from, looks));
        }
    }
}

/// The first run of letters, digits and hyphens near a byte that looks so.
fn first_like(text: &str, from: usize, looks: Looks) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() && at - from <= NEAR {
        // It was hidden before.
        if bytes[at..].starts_with(HIDDEN.as_bytes()) {
            return None;
        }
        let long = bytes[at..].iter().take_while(|byte| is_code(**byte)).count();
        let run = &bytes[at..at + long];
        let digits = run.iter().filter(|byte| byte.is_ascii_digit()).count();
        let fits = match looks {
            Looks::Digits => digits >= 3,
            Looks::Code => digits >= 1 && long >= 6,
        };
        if fits {
            return Some((at, at + long));
        }
        at += long.max(1);
    }
    None
}

/// Numbers of cards: as many digits as a brand has, grouped as on a card or not at all, with the check digit that fits. An
/// ICCID has one too, and begins as no card's does.
fn cards(text: &str, found: &mut Vec<(usize, usize)>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let joins = |at: usize| matches!(bytes[at], b' ' | b'-') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let end = (at..bytes.len()).find(|at| !bytes[*at].is_ascii_digit() && !joins(*at)).unwrap_or(bytes.len());
        let alone = |byte: Option<&u8>| !byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let before = at.checked_sub(1).map(|before| &bytes[before]);
        if alone(before) && alone(bytes.get(end)) && is_card(&bytes[at..end]) {
            found.push((at, end));
        }
        at = end;
    }
}

fn is_card(written: &[u8]) -> bool {
    if !(13..=MOST_OF_CARD).contains(&written.len()) {
        return false;
    }
    let groups: Vec<usize> = written.split(|byte| !byte.is_ascii_digit()).map(<[u8]>::len).collect();
    let digits: Vec<u8> = written.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0').collect();
    let grouped = match groups.as_slice() {
        [_] | [4, 6, 4 | 5] => true,
        [fours @ .., last] => fours.iter().all(|n| *n == 4) && (1..=4).contains(last) && groups.len() >= 4,
        [] => false,
    };
    let brand = matches!(
        (digits.len(), digits.as_slice()),
        (14, [3, 0 | 6 | 8, ..]) | (15, [3, 4 | 7, ..]) | (13 | 16..=19, [2..=6, ..])
    );
    grouped && brand && luhn(&digits)
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_free_text_are_hidden() {
        for (text, hidden) in [
            ("Her code is LPA:1$smdp.example.com$QR-G-5C-1LS, sent again", "Her code is ****, sent again"),
            ("lpa:1$smdp.example.com$ABC$1.3.6.1$1", "****"),
            ("コードは1$smdp.example.com$04386-AGYFT です", "コードは**** です"),
            ("PUK: 12345678 / PIN1 4711", "PUK: **** / PIN1 ****"),
            ("puk1 = 87654321", "puk1 = ****"),
            ("暗証番号は4711です", "暗証番号は****です"),
            ("Activation code: QR-G-5C-1LS-1W1Z9P7", "Activation code: ****"),
            ("card 4242 4242 4242 4242 refused", "card **** refused"),
            ("4242424242424242", "****"),
            ("3782-822463-10005", "****"),
            ("424242424242429½230003122003223", "********"),
            ("PUK 12345678, ask for 4711", "PUK ****, ask for 4711"),
            ("彼女のＰＵＫ：１２３４５６７８ です", "彼女のＰＵＫ：**** です"),
            ("PUK 12345678, ＰＩＮ４７１１、ﾊﾟｽﾜｰﾄﾞ abc123", "PUK ****, ＰＩＮ****、ﾊﾟｽﾜｰﾄﾞ ****"),
        ] {
            assert_eq!(hide(text), hidden, "{text}");
            assert!(is_in(text) && !is_in(&hide(text)), "{text}");
        }
    }

    #[test]
    fn what_a_field_engineer_needs_is_not_hidden() {
        for text in [
            "090-0200-0002",
            "+819002000002",
            "02000123456789",
            "8981300023541280014",
            "89049032123451234512345678901235",
            "AX0000000000001",
            "5003000000D8cuIAAR",
            "4820193375",
            "2026-11-22T01:00:00Z",
            "Shipping: opinion about 1234 spinning things",
            "〒105-0014 東京都港区芝1-2-3",
            "pi_4242424242424242",
            "4242 4242 4242 4241",
            "",
        ] {
            assert_eq!(hide(text), text);
        }
    }

    #[test]
    fn fields_are_known_by_their_names() {
        for name in ["PUK", "SIM PIN", "puk2", "Activation Code", "アクティベーションコード", "Password", "ＰＩＮ"]
        {
            assert!(is_name(name), "{name}");
        }
        for name in ["SIM Number", "Shipping", "EID", "Opinion", "Serial Number"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
