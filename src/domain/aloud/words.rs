//! The word for each character.

use unicode_normalization::UnicodeNormalization;
use wana_kana::ConvertJapanese;

use crate::domain::name::{everyday, is_ideograph};

const DAKUTEN: char = '\u{3099}';
const HANDAKUTEN: char = '\u{309A}';

const NATO: [&str; 26] = [
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo", "Lima",
    "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Uniform", "Victor", "Whiskey", "X-ray",
    "Yankee", "Zulu",
];

const LETTERS: [&str; 26] = [
    "エー",
    "ビー",
    "シー",
    "ディー",
    "イー",
    "エフ",
    "ジー",
    "エイチ",
    "アイ",
    "ジェイ",
    "ケー",
    "エル",
    "エム",
    "エヌ",
    "オー",
    "ピー",
    "キュー",
    "アール",
    "エス",
    "ティー",
    "ユー",
    "ブイ",
    "ダブリュー",
    "エックス",
    "ワイ",
    "ゼット",
];

const DIGITS: [(&str, &str); 10] = [
    ("zero", "ゼロ"),
    ("one", "イチ"),
    ("two", "ニ"),
    ("three", "サン"),
    ("four", "ヨン"),
    ("five", "ゴ"),
    ("six", "ロク"),
    ("seven", "ナナ"),
    ("eight", "ハチ"),
    ("nine", "キュウ"),
];

/// The spelling table of Japan's rules for radio stations (和文通話表).
const KANA: [(char, &str); 48] = [
    ('ア', "朝日のア"),
    ('イ', "いろはのイ"),
    ('ウ', "上野のウ"),
    ('エ', "英語のエ"),
    ('オ', "大阪のオ"),
    ('カ', "為替のカ"),
    ('キ', "切手のキ"),
    ('ク', "クラブのク"),
    ('ケ', "景色のケ"),
    ('コ', "子供のコ"),
    ('サ', "桜のサ"),
    ('シ', "新聞のシ"),
    ('ス', "すずめのス"),
    ('セ', "世界のセ"),
    ('ソ', "そろばんのソ"),
    ('タ', "煙草のタ"),
    ('チ', "千鳥のチ"),
    ('ツ', "鶴亀のツ"),
    ('テ', "手紙のテ"),
    ('ト', "東京のト"),
    ('ナ', "名古屋のナ"),
    ('ニ', "日本のニ"),
    ('ヌ', "沼津のヌ"),
    ('ネ', "ねずみのネ"),
    ('ノ', "野原のノ"),
    ('ハ', "はがきのハ"),
    ('ヒ', "飛行機のヒ"),
    ('フ', "富士山のフ"),
    ('ヘ', "平和のヘ"),
    ('ホ', "保険のホ"),
    ('マ', "マッチのマ"),
    ('ミ', "三笠のミ"),
    ('ム', "無線のム"),
    ('メ', "明治のメ"),
    ('モ', "もみじのモ"),
    ('ヤ', "大和のヤ"),
    ('ユ', "弓矢のユ"),
    ('ヨ', "吉野のヨ"),
    ('ラ', "ラジオのラ"),
    ('リ', "りんごのリ"),
    ('ル', "留守居のル"),
    ('レ', "れんげのレ"),
    ('ロ', "ローマのロ"),
    ('ワ', "わらびのワ"),
    ('ヰ', "ゐどのヰ"),
    ('ヱ', "かぎのあるヱ"),
    ('ヲ', "尾張のヲ"),
    ('ン', "おしまいのン"),
];

const SMALL: &str = "ァィゥェォッャュョヮヵヶ";
const LARGE: &str = "アイウエオツヤユヨワカケ";

const SIGNS: [(char, &str, &str); 46] = [
    (' ', "space", "スペース"),
    ('!', "exclamation mark", "感嘆符"),
    ('"', "quotation mark", "引用符"),
    ('#', "number sign", "シャープ"),
    ('$', "dollar sign", "ドル記号"),
    ('%', "percent sign", "パーセント"),
    ('&', "ampersand", "アンド"),
    ('\'', "apostrophe", "アポストロフィ"),
    ('’', "apostrophe", "アポストロフィ"),
    ('(', "opening parenthesis", "かっこ"),
    (')', "closing parenthesis", "かっこ閉じ"),
    ('*', "asterisk", "アスタリスク"),
    ('+', "plus", "プラス"),
    (',', "comma", "カンマ"),
    ('-', "hyphen", "ハイフン"),
    ('.', "dot", "ドット"),
    ('/', "slash", "スラッシュ"),
    (':', "colon", "コロン"),
    (';', "semicolon", "セミコロン"),
    ('<', "less-than sign", "小なり"),
    ('=', "equals sign", "イコール"),
    ('>', "greater-than sign", "大なり"),
    ('?', "question mark", "疑問符"),
    ('@', "at", "アットマーク"),
    ('[', "opening bracket", "角かっこ"),
    ('\\', "backslash", "バックスラッシュ"),
    (']', "closing bracket", "角かっこ閉じ"),
    ('^', "caret", "ハット"),
    ('_', "underscore", "アンダーバー"),
    ('`', "backquote", "バッククォート"),
    ('{', "opening brace", "波かっこ"),
    ('|', "vertical bar", "縦棒"),
    ('}', "closing brace", "波かっこ閉じ"),
    ('~', "tilde", "チルダ"),
    ('¥', "yen sign", "円記号"),
    ('·', "middle dot", "中点"),
    ('・', "middle dot", "中点"),
    ('ー', "long-vowel mark", "長音"),
    ('゛', "voicing mark", "濁点"),
    ('゜', "half-voicing mark", "半濁点"),
    (DAKUTEN, "voicing mark", "濁点"),
    (HANDAKUTEN, "half-voicing mark", "半濁点"),
    ('ヽ', "iteration mark", "繰り返し記号"),
    ('ゝ', "iteration mark", "繰り返し記号"),
    ('ゞ', "voiced iteration mark", "繰り返し記号に濁点"),
    ('ヾ', "voiced iteration mark", "繰り返し記号に濁点"),
];

/// Latin letters that are no letter with a mark.
const OTHER_LETTERS: [(char, &str, &str); 8] = [
    ('ø', "Oscar with stroke", "斜線付きのオー"),
    ('đ', "Delta with stroke", "横線付きのディー"),
    ('ł', "Lima with stroke", "斜線付きのエル"),
    ('ß', "sharp Sierra", "エスツェット"),
    ('æ', "Alfa Echo joined", "エーとイーの合字"),
    ('œ', "Oscar Echo joined", "オーとイーの合字"),
    ('ı', "India without dot", "点のないアイ"),
    ('þ', "thorn", "ソーン"),
];

const MARKS: [(char, &str, &str); 15] = [
    ('\u{300}', "grave accent", "グレイヴ・アクセント"),
    ('\u{301}', "acute accent", "アキュート・アクセント"),
    ('\u{302}', "circumflex", "サーカムフレックス"),
    ('\u{303}', "tilde", "チルダ"),
    ('\u{304}', "macron", "マクロン"),
    ('\u{306}', "breve", "ブレーヴェ"),
    ('\u{307}', "dot above", "上の点"),
    ('\u{308}', "diaeresis", "ウムラウト"),
    ('\u{309}', "hook above", "上のフック"),
    ('\u{30A}', "ring", "リング"),
    ('\u{30B}', "double acute accent", "ダブル・アキュート"),
    ('\u{30C}', "caron", "ハーチェク"),
    ('\u{31B}', "horn", "ホーン"),
    ('\u{323}', "dot below", "下の点"),
    ('\u{327}', "cedilla", "セディーユ"),
];

/// A kanji that is read out as it is.
pub(super) fn is_ordinary_kanji(c: char) -> bool {
    matches!(kanji(c), Some(Kanji::Ordinary))
}

/// How a kanji is read out.
enum Kanji {
    /// As it is.
    Ordinary,
    /// Listeners would write this everyday one instead.
    FormOf(char),
    /// Typefaces may lack it.
    Rare,
}

fn kanji(c: char) -> Option<Kanji> {
    let usual = everyday(c);
    match c {
        '々' | '〆' | '〇' => Some(Kanji::Ordinary),
        _ if !is_ideograph(c) => None,
        _ if usual != c => Some(Kanji::FormOf(usual)),
        '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'.. => Some(Kanji::Rare),
        _ => Some(Kanji::Ordinary),
    }
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

fn letter(c: char, names: &[&'static str; 26]) -> Option<&'static str> {
    names.get(usize::try_from(u32::from(c.to_ascii_lowercase()).checked_sub(u32::from('a'))?).ok()?).copied()
}

fn digit(c: char) -> Option<(&'static str, &'static str)> {
    c.to_digit(10).and_then(|at| DIGITS.get(at as usize)).copied()
}

fn sign(c: char) -> Option<(&'static str, &'static str)> {
    SIGNS.iter().find(|(sign, ..)| *sign == c).map(|(_, english, japanese)| (*english, *japanese))
}

/// `É` as `e` and its marks; `None` unless it is a Latin letter with marks that all have names.
fn marked(c: char) -> Option<(char, Vec<(&'static str, &'static str)>)> {
    let mut parts = c.nfd();
    let base = parts.next().filter(char::is_ascii_alphabetic)?;
    let named = |mark| MARKS.iter().find(|(known, ..)| *known == mark).map(|(_, en, ja)| (*en, *ja));
    let marks: Option<Vec<_>> = parts.map(named).collect();
    marks.filter(|marks| !marks.is_empty()).map(|marks| (base, marks))
}

fn other_letter(c: char) -> Option<(&'static str, &'static str)> {
    let lower = c.to_lowercase().next()?;
    OTHER_LETTERS.iter().find(|(other, ..)| *other == lower).map(|(_, english, japanese)| (*english, *japanese))
}

/// Any kana as katakana, large and without its mark: whether it was small, and the mark.
fn kana(c: char) -> Option<(char, bool, Option<char>)> {
    let katakana = match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60)?,
        _ => c,
    };
    let mut parts = katakana.nfd();
    let (base, mark) = (parts.next()?, parts.next());
    let large = SMALL.chars().zip(LARGE.chars()).find(|(small, _)| *small == base).map(|(_, large)| large);
    let base_kana = large.unwrap_or(base);
    KANA.iter().any(|(known, _)| *known == base_kana).then_some((base_kana, large.is_some(), mark))
}

pub(super) fn english(c: char, cased: bool) -> String {
    let latin = |c: char| letter(c, &NATO).map(|word| with_case(c, cased, word, "capital ", "small "));
    if let Some(word) = latin(c) {
        return word;
    }
    if let Some((word, _)) = digit(c).or_else(|| sign(c)).or_else(|| other_letter(c)) {
        return word.to_owned();
    }
    if let Some((base, marks)) = marked(c) {
        let marks: Vec<_> = marks.iter().map(|(english, _)| *english).collect();
        return format!("{} with {}", latin(base).unwrap_or_default(), marks.join(" and "));
    }
    if let Some((base, small, mark)) = kana(c) {
        // By their sounds alone these would be taken for ジ and ズ.
        let sound = match (base, mark) {
            ('チ', Some(_)) => "di".to_owned(),
            ('ツ', Some(_)) => "du".to_owned(),
            ('ウ', Some(_)) => "vu".to_owned(),
            _ => [Some(base), mark].into_iter().flatten().nfc().collect::<String>().to_romaji(),
        };
        return format!("{}{sound}", if small { "small " } else { "" });
    }
    match kanji(c) {
        Some(Kanji::Ordinary) => c.to_string(),
        Some(Kanji::FormOf(usual)) => format!("a form of {usual} ({})", code_point(c)),
        Some(Kanji::Rare) => format!("{c} ({})", code_point(c)),
        None => code_point(c),
    }
}

pub(super) fn japanese(c: char, cased: bool) -> String {
    let latin = |c: char| letter(c, &LETTERS).map(|word| with_case(c, cased, word, "大文字の", "小文字の"));
    if let Some(word) = latin(c) {
        return word;
    }
    if let Some((_, word)) = digit(c).or_else(|| sign(c)).or_else(|| other_letter(c)) {
        return word.to_owned();
    }
    if let Some((base, marks)) = marked(c) {
        let marks: Vec<_> = marks.iter().map(|(_, japanese)| *japanese).collect();
        return format!("{}付きの{}", marks.join("と"), latin(base).unwrap_or_default());
    }
    if let Some((base, small, mark)) = kana(c) {
        let word = KANA.iter().find(|(known, _)| *known == base).map_or("", |(_, word)| word);
        let mark = match mark {
            Some(HANDAKUTEN) => "に半濁点",
            Some(_) => "に濁点",
            None => "",
        };
        return format!("{}{word}{mark}", if small { "小さい" } else { "" });
    }
    match kanji(c) {
        Some(Kanji::Ordinary) => c.to_string(),
        Some(Kanji::FormOf(usual)) => format!("{usual}の異体字（{}）", code_point(c)),
        Some(Kanji::Rare) => format!("{c}（{}）", code_point(c)),
        None => code_point(c),
    }
}

fn with_case(c: char, cased: bool, word: &str, capital: &str, small: &str) -> String {
    let case = match (cased, c.is_ascii_uppercase()) {
        (false, _) => "",
        (true, true) => capital,
        (true, false) => small,
    };
    format!("{case}{word}")
}
