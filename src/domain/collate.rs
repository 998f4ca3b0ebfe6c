//! The order of names, as a Japanese list has them: Latin letters, then what has a reading in gojūon order, then kanji whose
//! reading nobody knows.
//!
//! A reading cannot be derived from kanji, so names in kanji without one cannot be put among the others; they follow by
//! their code, equal families together. Within gojūon, what is written small, voiced or as a long vowel is first compared as
//! if it were not (ハ, バ and パ are one letter, カー is カア), and only names that are equal then are told apart by it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::name::{self, Script};

/// A place in the order of names. Keys are compared, never shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey {
    kind: Kind,
    /// What is compared first: letters without case and accents, kana without marks.
    plain: String,
    /// What tells equal ones apart.
    marked: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Latin,
    Kana,
    Kanji,
}

impl NameKey {
    /// The key of a name with its reading in kana, where one is known; empty where not. `None` where there is no name.
    pub fn of(name: &str, reading: &str) -> Option<Self> {
        let spoken = [reading, name].into_iter().find(|text| is_kana(text));
        if let Some(spoken) = spoken {
            let (plain, marked) = gojuon(spoken);
            return Some(Self { kind: Kind::Kana, plain, marked });
        }
        let text = [name, reading].into_iter().map(str::trim).find(|text| !text.is_empty())?;
        let kind = if matches!(name::script(text), Script::Kanji | Script::Mixed) { Kind::Kanji } else { Kind::Latin };
        Some(Self { kind, plain: letters(text), marked: text.to_owned() })
    }
}

/// Whether every letter is kana, however it is written.
fn is_kana(text: &str) -> bool {
    let letters = || text.nfkc().filter(|c| c.is_alphabetic());
    letters().next().is_some() && letters().all(|c| matches!(c, 'ぁ'..='ヿ'))
}

/// Letters without case, accents and width; words parted by one space.
fn letters(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    words(&plain.collect::<String>())
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Katakana as it is compared first, and as it tells equals apart.
fn gojuon(text: &str) -> (String, String) {
    let katakana: String = words(&text.nfkc().collect::<String>()).chars().map(katakana).collect();
    let mut plain = String::new();
    // Decomposed, a voiced kana is its plain one with a mark.
    for c in katakana.nfd().filter(|c| !is_combining_mark(*c)) {
        let next = match c {
            'ー' => plain.chars().next_back().and_then(vowel).unwrap_or('ー'),
            'ヽ' => plain.chars().next_back().unwrap_or('ヽ'),
            '・' => ' ',
            c => large(c),
        };
        plain.push(next);
    }
    (words(&plain), katakana)
}

const fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => match char::from_u32(c as u32 + 0x60) {
            Some(katakana) => katakana,
            None => c,
        },
        c => c,
    }
}

const fn large(c: char) -> char {
    match c {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        c => c,
    }
}

/// The vowel that a plain kana ends in.
fn vowel(c: char) -> Option<char> {
    let rows = [
        ('ア', "アカサタナハマヤラワ"),
        ('イ', "イキシチニヒミリヰ"),
        ('ウ', "ウクスツヌフムユル"),
        ('エ', "エケセテネヘメレヱ"),
        ('オ', "オコソトノホモヨロヲ"),
    ];
    rows.into_iter().find(|(_, row)| row.contains(c)).map(|(vowel, _)| vowel)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted<'a>(names: &[(&'a str, &str)]) -> Vec<&'a str> {
        let mut keyed: Vec<_> = names.iter().rev().map(|(name, kana)| (NameKey::of(name, kana), *name)).collect();
        keyed.sort();
        keyed.into_iter().map(|(_, name)| name).collect()
    }

    #[track_caller]
    fn in_order(names: &[(&str, &str)]) {
        let want: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        assert_eq!(sorted(names), want);
    }

    #[test]
    fn names_stand_by_their_reading() {
        in_order(&[
            ("青木 愛", "アオキ アイ"),
            ("伊藤 誠", "いとう まこと"),
            ("川田 実", "ｶﾜﾀﾞ ﾐﾉﾙ"),
            ("髙瀬 明", "タカセ アキラ"),
            ("高瀬 愛", "タカセ マナ"),
            ("鳩山 一", "ハトヤマ ハジメ"),
            ("馬場 恵", "ババ メグミ"),
            ("渡辺 進", "ワタナベ ススム"),
        ]);
    }

    #[test]
    fn a_family_stands_together() {
        in_order(&[("a", "タカ セイイチ"), ("b", "タカ ワタル"), ("c", "タカセ アイ"), ("d", "タカセ　イチロウ")]);
    }

    #[test]
    fn marks_small_kana_and_long_vowels_decide_only_between_equals() {
        in_order(&[
            ("1", "カアト"),
            ("2", "カート"),
            ("3", "カード"),
            ("4", "カトウ"),
            ("5", "ハン"),
            ("6", "バン"),
            ("7", "パン"),
            ("8", "ハンダ"),
            ("9", "ミツコ"),
            ("10", "ミッコア"),
        ]);
        // The same however it is written.
        let key = |text| NameKey::of("", text);
        assert_eq!(key("ﾊﾞﾝﾄﾞｳ ｼﾞｭﾝ"), key("バンドウ　ジュン"));
        assert_eq!(key("ばんどう じゅん"), key("バンドウ ジュン"));
        assert_eq!(key("すゞき").map(|key| key.plain), key("すすき").map(|key| key.plain));
    }

    #[test]
    fn latin_comes_first_and_kanji_without_a_reading_last() {
        in_order(&[
            ("Aiko Mori", ""),
            ("Ａｌｅｘ Tan", ""),
            ("Éva Kovács", ""),
            ("Zoe Smith", ""),
            ("ソフィア", ""),
            ("山田 花子", "ヤマダ ハナコ"),
            ("田中 一郎", ""),
            ("田中 二郎", ""),
            ("高橋 三郎", ""),
        ]);
    }

    #[test]
    fn a_reading_in_letters_is_no_kana_and_no_name_is_no_place() {
        assert_eq!(NameKey::of("Aiko", "AIKO"), NameKey::of("Aiko", ""));
        assert_eq!(NameKey::of("", ""), None);
        assert_eq!(NameKey::of(" ", "　"), None);
        assert!(NameKey::of("", "サトウ すみこ").is_some_and(|key| key.kind == Kind::Kana));
    }
}
