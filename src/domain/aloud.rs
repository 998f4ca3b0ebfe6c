//! Identifiers and names as they are read out over a telephone, in English and in Japanese.
//!
//! Long numbers are cut where listeners write them down; letters get the words of the NATO alphabet and kana those of the
//! radio regulations' Japanese spelling table. Digits are said plainly: callers are no radio operators, so nine is not
//! "niner", and Japanese digits are ゼロ, イチ, ニ with ヨン and ナナ, which cannot be mistaken for one another. Kanji have no
//! spelling and are shown as they are. Nothing is left out: a character without a name is read as its code point.

mod words;

use unicode_normalization::UnicodeNormalization;

use super::phone::Phone;
use super::sim::Lpa;

/// What is read out, and so where it is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoken {
    /// Phone or line number: as people group it, 3-4-4 for a mobile.
    Phone,
    /// ICCID, EID or IMEI: in fours.
    Sim,
    /// A card's product number: its letters, then fours.
    ProductNumber,
    /// Order, invoice, case or customer number: digits in fours or threes, hyphens read.
    Number,
    /// A Salesforce record id, in threes. The only kind in which capital and small letters differ.
    RecordId,
    /// E-mail address: in words, its signs read.
    Email,
    /// A name: word by word, in any script.
    Name,
    /// Anything else: word by word, numbers cut as numbers.
    Other,
}

/// A few characters that are said in one breath.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpelledGroup {
    /// The characters.
    pub shown: String,
    /// How to say them in English: `zero nine zero`, `Echo Mike Mike Alfa`.
    pub english: String,
    /// How to say them in Japanese: `ゼロ キュウ ゼロ`, `為替のカに濁点`.
    pub japanese: String,
}

/// How to read `text` out, group by group. An eSIM activation code is never read out, whoever listens could take the line: for
/// it, as for nothing, there are no groups.
pub fn spell(kind: Spoken, text: &str) -> Vec<SpelledGroup> {
    let text = plain_width(text);
    if is_activation_code(&text) {
        return Vec::new();
    }
    let groups = match kind {
        Spoken::Phone => phone(&text),
        Spoken::Sim => chunks(&without_separators(&text), 4),
        Spoken::ProductNumber => pieces(&text).iter().flat_map(|piece| chunks_of_digits(piece)).collect(),
        Spoken::RecordId => chunks(&text, 3),
        Spoken::Number | Spoken::Other | Spoken::Email => {
            pieces(&text).iter().flat_map(|piece| number(piece)).collect()
        }
        Spoken::Name => text.split_whitespace().map(str::to_owned).collect(),
    };
    let cased = kind == Spoken::RecordId;
    groups
        .into_iter()
        .map(|shown| SpelledGroup {
            english: said(&shown, |c| words::english(c, cased)),
            japanese: said(&shown, |c| words::japanese(c, cased)),
            shown,
        })
        .collect()
}

/// Also one that is misspelled or cut off, or stands among other words.
fn is_activation_code(text: &str) -> bool {
    text.to_ascii_lowercase().contains("lpa:") || text.split_whitespace().any(|word| Lpa::parse(word).is_ok())
}

/// Full-width letters and half-width kana as the ordinary ones they mean; everything else stays as it was written.
fn plain_width(text: &str) -> String {
    let narrow = |c: char| matches!(c, '\u{FF01}'..='\u{FF9F}' | '\u{3000}');
    text.chars().flat_map(|c| if narrow(c) { c.nfkc().collect() } else { vec![c] }).nfc().collect()
}

fn phone(text: &str) -> Vec<String> {
    match Phone::parse(text) {
        Ok(phone) if phone.groups().len() > 1 => phone.groups().into_iter().map(str::to_owned).collect(),
        Ok(phone) => pieces(&phone.e164()).iter().flat_map(|piece| number(piece)).collect(),
        Err(_) => pieces(text).iter().flat_map(|piece| number(piece)).collect(),
    }
}

fn without_separators(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// Runs of digits, runs of letters, and each sign alone; spaces only separate.
fn pieces(text: &str) -> Vec<String> {
    #[derive(PartialEq, Clone, Copy)]
    enum Class {
        Digit,
        Letter,
        Sign,
        Space,
    }
    let class = |c: char| match c {
        _ if c.is_whitespace() => Class::Space,
        '0'..='9' => Class::Digit,
        'ー' => Class::Letter,
        _ if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => Class::Letter,
        _ => Class::Sign,
    };
    let mut pieces: Vec<String> = Vec::new();
    let mut before = Class::Space;
    for c in text.chars() {
        let this = class(c);
        match pieces.last_mut() {
            _ if this == Class::Space => {}
            Some(piece) if this == before && this != Class::Sign => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        before = this;
    }
    pieces
}

fn chunks(text: &str, length: usize) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(length).map(|chunk| chunk.iter().collect()).collect()
}

fn is_number(piece: &str) -> bool {
    piece.bytes().all(|byte| byte.is_ascii_digit())
}

fn chunks_of_digits(piece: &str) -> Vec<String> {
    if is_number(piece) { chunks(piece, 4) } else { vec![piece.to_owned()] }
}

/// A number in fours where that comes out even, else in threes without leaving one digit alone; anything else as it is.
fn number(piece: &str) -> Vec<String> {
    if !is_number(piece) || piece.len() <= 4 {
        return vec![piece.to_owned()];
    }
    if piece.len().is_multiple_of(4) {
        return chunks(piece, 4);
    }
    let mut groups = chunks(piece, 3);
    if groups.last().is_some_and(|last| last.len() == 1)
        && let Some(alone) = groups.pop()
        && let Some(last) = groups.last_mut()
    {
        last.push_str(&alone);
    }
    groups
}

/// The words of the characters, one after the other; kanji stay together.
fn said(group: &str, word: impl Fn(char) -> String) -> String {
    let mut out = String::new();
    let mut before = None;
    for c in group.chars() {
        let kanji = |c: char| words::is_ordinary_kanji(c);
        if before.is_some_and(|before| !(kanji(before) && kanji(c))) {
            out.push(' ');
        }
        out.push_str(&word(c));
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(kind: Spoken, text: &str) -> String {
        spell(kind, text).into_iter().map(|group| group.shown).collect::<Vec<_>>().join("|")
    }

    fn english(kind: Spoken, text: &str) -> String {
        spell(kind, text).into_iter().map(|group| group.english).collect::<Vec<_>>().join(", ")
    }

    fn japanese(kind: Spoken, text: &str) -> String {
        spell(kind, text).into_iter().map(|group| group.japanese).collect::<Vec<_>>().join("、")
    }

    #[test]
    fn numbers_are_cut_where_people_write_them_down() {
        for (kind, text, groups) in [
            (Spoken::Phone, "09001234567", "090|0123|4567"),
            (Spoken::Phone, "+81 90-0123-4567", "090|0123|4567"),
            (Spoken::Phone, "0300001234", "03|0000|1234"),
            (Spoken::Phone, "02000123456789", "0200|01234|56789"),
            (Spoken::Phone, "+14155550123", "+|141|555|501|23"),
            (Spoken::Phone, "ask mother", "ask|mother"),
            (Spoken::Sim, "8981 1000 0000 0000 010", "8981|1000|0000|0000|010"),
            (Spoken::Sim, "89049032123451234512345678901235", "8904|9032|1234|5123|4512|3456|7890|1235"),
            (Spoken::ProductNumber, "AX1234567890123", "AX|1234|5678|9012|3"),
            (Spoken::Number, "00000007", "0000|0007"),
            (Spoken::Number, "4829103756", "482|910|3756"),
            (Spoken::Number, "C-000123", "C|-|000|123"),
            (Spoken::Number, "12345", "123|45"),
            (Spoken::Number, "1234", "1234"),
            (Spoken::RecordId, "801Q0000000ab1D", "801|Q00|000|00a|b1D"),
            (Spoken::Email, "marco.bellini@example.jp", "marco|.|bellini|@|example|.|jp"),
            (Spoken::Name, "Emma  Lindqvist", "Emma|Lindqvist"),
            (Spoken::Name, "ﾔﾏｿﾞｴ", "ヤマゾエ"),
            (Spoken::Other, "１２３ AB-9", "123|AB|-|9"),
            (Spoken::Other, " ", ""),
        ] {
            assert_eq!(shown(kind, text), groups, "{text}");
        }
    }

    #[test]
    fn in_english() {
        for (kind, text, said) in [
            (Spoken::Phone, "09001234567", "zero nine zero, zero one two three, four five six seven"),
            (Spoken::Number, "C-000123", "Charlie, hyphen, zero zero zero, one two three"),
            (
                Spoken::Email,
                "a_x+1@example.jp",
                "Alfa, underscore, X-ray, plus, one, at, Echo X-ray Alfa Mike Papa Lima Echo, dot, Juliett Papa",
            ),
            (Spoken::RecordId, "8aB", "eight small Alfa capital Bravo"),
            (Spoken::Name, "Chloé", "Charlie Hotel Lima Oscar Echo with acute accent"),
            (Spoken::Name, "Yılmaz", "Yankee India without dot Lima Mike Alfa Zulu"),
            (Spoken::Name, "O'Neil", "Oscar apostrophe November Echo India Lima"),
            (Spoken::Name, "タカセ", "ta ka se"),
            (Spoken::Name, "ギャラリー", "gi small ya ra ri long-vowel mark"),
            (Spoken::Name, "高瀬", "高瀬"),
            (Spoken::Other, "☎", "U+260E"),
        ] {
            assert_eq!(english(kind, text), said, "{text}");
        }
    }

    #[test]
    fn in_japanese() {
        for (kind, text, said) in [
            (Spoken::Phone, "09001234567", "ゼロ キュウ ゼロ、ゼロ イチ ニ サン、ヨン ゴ ロク ナナ"),
            (Spoken::Number, "C-8", "シー、ハイフン、ハチ"),
            (Spoken::ProductNumber, "AX1", "エー エックス、イチ"),
            (Spoken::Email, "a.b@x", "エー、ドット、ビー、アットマーク、エックス"),
            (Spoken::Name, "タカセ", "煙草のタ 為替のカ 世界のセ"),
            (Spoken::Name, "ﾔﾏｿﾞｴ", "大和のヤ マッチのマ そろばんのソに濁点 英語のエ"),
            (Spoken::Name, "ポール", "保険のホに半濁点 長音 留守居のル"),
            (Spoken::Name, "リョッヴ", "りんごのリ 小さい吉野のヨ 小さい鶴亀のツ 上野のウに濁点"),
            (Spoken::Name, "ヰヱヲン", "ゐどのヰ かぎのあるヱ 尾張のヲ おしまいのン"),
            (Spoken::Name, "さとう", "桜のサ 東京のト 上野のウ"),
            (Spoken::Name, "みすゞ", "三笠のミ すずめのス 繰り返し記号に濁点"),
            (Spoken::Name, "Zoé", "ゼット オー アキュート・アクセント付きのイー"),
            (Spoken::Name, "小田切 愛子", "小田切、愛子"),
            (Spoken::RecordId, "aB", "小文字のエー 大文字のビー"),
        ] {
            assert_eq!(japanese(kind, text), said, "{text}");
        }
    }

    #[test]
    fn rare_kanji_are_told_apart_from_their_everyday_forms() {
        assert_eq!(japanese(Spoken::Name, "髙雄"), "高の異体字（U+9AD9） 雄");
        assert_eq!(english(Spoken::Name, "𠮷田"), "a form of 吉 (U+20BB7) 田");
        assert_eq!(japanese(Spoken::Name, "𠀋"), "𠀋（U+2000B）");
    }

    #[test]
    fn an_activation_code_is_never_read_out() {
        for secret in [
            "LPA:1$smdp.example.com$ABC",
            "1$smdp.example.com$ABC",
            " lpa:1$broken",
            "ＬＰＡ：１＄",
            "code LPA:1$a.b$c",
            "scan 1$a.b$c now",
        ] {
            for kind in [Spoken::Other, Spoken::Number, Spoken::Email, Spoken::Name, Spoken::Sim] {
                assert_eq!(spell(kind, secret), [], "{secret}");
            }
        }
    }

    #[test]
    fn every_kana_letter_and_digit_has_a_word() {
        for c in ('ァ'..='ヶ').chain('ぁ'..='ゖ').chain('a'..='z').chain('A'..='Z').chain('0'..='9').chain('!'..='/')
        {
            let group = &spell(Spoken::Name, &c.to_string())[0];
            assert!(!group.english.is_empty() && !group.english.starts_with("U+"), "{c}");
            assert!(!group.japanese.is_empty() && !group.japanese.starts_with("U+"), "{c}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_dropped(text in "[0-9A-Za-zァ-ヶ一-龠☀-☎@._-]{1,30}") {
            for kind in [Spoken::Number, Spoken::RecordId, Spoken::Email, Spoken::Name, Spoken::Other] {
                if !is_activation_code(&text) {
                    let shown: String = spell(kind, &text).into_iter().map(|group| group.shown).collect();
                    prop_assert_eq!(&shown, &text);
                }
            }
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            for kind in [Spoken::Phone, Spoken::Sim, Spoken::ProductNumber, Spoken::Name, Spoken::Other] {
                for group in spell(kind, &text) {
                    prop_assert!(!group.english.is_empty() && !group.japanese.is_empty());
                }
            }
        }
    }
}
