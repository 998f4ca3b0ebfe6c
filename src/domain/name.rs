//! Names, as the same person is written in three systems: kanji here, kana there, Latin letters on the bill.
//!
//! A reading cannot be derived from kanji (佐藤 is not knowably さとう), so a name typed in kanji finds kanji, and a name typed in
//! kana or Latin letters finds the readings, whichever of the two they are stored in. Nothing here is for showing: folding
//! throws away what a name's owner cares about.

mod spelling;

use unicode_normalization::UnicodeNormalization;

use super::text::{Text, folded};
use spelling::{kana_readings, katakana, romaji_spellings};

/// Candidates of one kind are never more than this: each becomes part of a request.
const CANDIDATES: usize = 16;
/// Spellings of one word that are looked at.
const PER_WORD: usize = 8;
/// More words than this are no name, and their combinations are not tried.
const WORDS: usize = 6;
/// Words of a stored name, in all its spellings together, that are compared: a hostile one could have hundreds.
const STORED_WORDS: usize = 16;

/// The letters a name is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Chinese characters.
    Kanji,
    /// さとう
    Hiragana,
    /// サトウ
    Katakana,
    /// ｻﾄｳ
    HalfWidthKatakana,
    /// Latin letters, also accented or full-width.
    Romaji,
    /// Several of them.
    Mixed,
    /// None of them.
    Other,
}

/// What a text is written in; spaces, punctuation and the long-vowel mark do not count.
pub fn script(text: &str) -> Script {
    let mut seen = None;
    for c in text.chars() {
        let this = match c {
            'ー' | 'ｰ' | '・' | '･' | '゛' | '゜' | 'ﾞ' | 'ﾟ' => continue,
            'ぁ'..='ゟ' => Script::Hiragana,
            'ァ'..='ヿ' | 'ㇰ'..='ㇿ' => Script::Katakana,
            '\u{FF66}'..='\u{FF9D}' => Script::HalfWidthKatakana,
            '々' | '〆' | '〇' => Script::Kanji,
            _ if is_ideograph(c) => Script::Kanji,
            'Ａ'..='Ｚ' | 'ａ'..='ｚ' => Script::Romaji,
            _ if c.is_alphabetic() && is_latin(c) => Script::Romaji,
            _ if c.is_alphabetic() => Script::Other,
            _ => continue,
        };
        match seen {
            None => seen = Some(this),
            Some(before) if before == this => {}
            Some(_) => return Script::Mixed,
        }
    }
    seen.unwrap_or(Script::Other)
}

pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Whether any letter of the name is Latin.
pub fn has_latin(name: &str) -> bool {
    name.chars().any(|c| c.is_alphabetic() && is_latin(c))
}

fn is_latin(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

/// Ways to write a name, for systems that can only compare beginnings. Each list is free of repetitions, most likely first, at
/// most 16 long. Words are separated by one space; a name of several words comes in both orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchNames {
    /// What was typed, with single spaces.
    pub as_typed: Text,
    /// What it was typed in.
    pub script: Script,
    /// As typed, with kanji exchanged for their other forms (髙橋 for 高橋), and in plain width (`(株)` for `㈱`).
    pub written: Vec<String>,
    /// In Latin letters, lower case, where the reading is known.
    pub romaji: Vec<String>,
    /// In full-width katakana, where the reading is known.
    pub katakana: Vec<String>,
    /// The same in half-width katakana.
    pub half_width: Vec<String>,
}

/// The candidates for a name somebody typed.
pub fn variants(typed: &str) -> SearchNames {
    let typed = Text::line(typed);
    let spaced: Vec<&str> = typed.split_whitespace().collect();
    let as_typed = Text::line(&spaced.join(" "));
    let words: Vec<String> = words(&fold(&typed)).into_iter().take(WORDS).collect();
    let kanas: Vec<Vec<String>> = words.iter().map(|word| kana_readings(word)).collect();
    let romajis: Vec<Vec<String>> = words.iter().zip(&kanas).map(|(word, kanas)| latin(word, kanas)).collect();

    let mut romaji = in_both_orders(&romajis);
    covered_by_prefix(&mut romaji, |shorter, longer| longer.starts_with(shorter));
    let mut katakana: Vec<String> = in_both_orders(&kanas).iter().map(|kana| katakana(kana)).collect();
    covered_by_prefix(&mut katakana, |shorter, longer| {
        let (shorter, longer) = (shorter.split(' '), longer.split(' '));
        shorter.zip(longer).all(|(shorter, longer)| longer.starts_with(shorter))
    });
    let half_width = katakana.iter().map(|kana| half_width(kana)).collect();
    SearchNames { script: script(&typed), written: other_kanji(&as_typed), as_typed, romaji, katakana, half_width }
}

/// The ways to write one folded word in Latin letters.
fn latin(word: &str, kanas: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    if word.chars().all(|c| c.is_ascii_alphabetic() || c == '\'') {
        out.push(word.to_owned());
    }
    for kana in kanas {
        out.extend(romaji_spellings(kana));
    }
    distinct(out, PER_WORD)
}

/// Every choice of one spelling per word, the likeliest choices first, in the order typed and turned round.
fn in_both_orders(words: &[Vec<String>]) -> Vec<String> {
    if words.is_empty() || words.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    // The rank of a choice is the sum of its words' ranks.
    let mut choices: Vec<(usize, Vec<&str>)> = vec![(0, Vec::new())];
    for spellings in words {
        choices = choices
            .iter()
            .flat_map(|(rank, chosen)| {
                spellings.iter().enumerate().map(move |(at, spelling)| {
                    let mut chosen = chosen.clone();
                    chosen.push(spelling);
                    (rank + at, chosen)
                })
            })
            .collect();
        choices.sort_by_key(|(rank, _)| *rank);
        choices.truncate(CANDIDATES);
    }
    let mut out = Vec::new();
    for (_, mut chosen) in choices {
        out.push(chosen.join(" "));
        chosen.rotate_left(1);
        out.push(chosen.join(" "));
        let back = 2 % chosen.len();
        chosen.rotate_right(back);
        out.push(chosen.join(" "));
    }
    distinct(out, CANDIDATES)
}

/// Drops what a search for another candidate finds as well.
fn covered_by_prefix(candidates: &mut Vec<String>, covers: impl Fn(&str, &str) -> bool) {
    let all = candidates.clone();
    candidates.retain(|longer| !all.iter().any(|shorter| shorter != longer && covers(shorter, longer)));
}

fn distinct(candidates: Vec<String>, most: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for candidate in candidates {
        if out.len() < most && !out.contains(&candidate) {
            out.push(candidate);
        }
    }
    out
}

/// Kanji that people and registers exchange for one another in names, the everyday form first.
const EXCHANGED: [(char, &str); 25] = [
    ('高', "髙"),
    ('崎', "﨑嵜碕"),
    ('斎', "斉齋齊"),
    ('辺', "邊邉"),
    ('沢', "澤"),
    ('浜', "濵濱"),
    ('広', "廣"),
    ('国', "國"),
    ('桜', "櫻"),
    ('真', "眞"),
    ('恵', "惠"),
    ('竜', "龍"),
    ('滝', "瀧"),
    ('徳', "德"),
    ('栄', "榮"),
    ('淵', "渕"),
    ('島', "嶋嶌"),
    ('富', "冨"),
    ('吉', "𠮷"),
    ('条', "條"),
    ('関', "關"),
    ('桧', "檜"),
    ('渋', "澁"),
    ('塩', "鹽"),
    ('児', "兒"),
];

pub(super) fn everyday(c: char) -> char {
    EXCHANGED.iter().find(|(_, others)| others.contains(c)).map_or(c, |(everyday, _)| *everyday)
}

fn other_kanji(typed: &str) -> Vec<String> {
    let mut out = vec![typed.to_owned(), typed.chars().map(everyday).collect(), folded(typed)];
    for (at, c) in typed.char_indices() {
        let base = everyday(c);
        let Some((_, others)) = EXCHANGED.iter().find(|(everyday, _)| *everyday == base) else { continue };
        for other in others.chars() {
            out.push(format!("{}{other}{}", &typed[..at], &typed[at + c.len_utf8()..]));
        }
    }
    distinct(out, PER_WORD)
}

/// One form for everything that reads alike on paper: NFKC, lower case, accents dropped, katakana as hiragana, kanji in their
/// everyday form, and one space for every space or separator.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(&mut out, text);
    out
}

/// Writes the text as [`fold`] has it behind what is there.
pub fn fold_into(out: &mut String, text: &str) {
    // An amount's sign says nothing that its digits do not.
    let plain = text.strip_prefix('¥').unwrap_or(text);
    if plain.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return fold_ascii(out, plain);
    }
    out.push_str(&fold_unicode(text));
}

fn fold_unicode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in folded(text).chars().flat_map(char::to_lowercase) {
        match c {
            'ァ'..='ヶ' => out.push(char::from_u32(u32::from(c) - 0x60).unwrap_or(c)),
            'đ' => out.push('d'),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            // Long vowels are a reading, not an accent.
            'ā' | 'ī' | 'ū' | 'ē' | 'ō' | 'ー' => out.push(c),
            'â' => out.push('ā'),
            'î' => out.push('ī'),
            'û' => out.push('ū'),
            'ê' => out.push('ē'),
            'ô' => out.push('ō'),
            '’' | '‘' | '`' | '´' | '\'' => out.push('\''),
            // Typed for want of the long-vowel mark.
            '-' if out.ends_with(|before| matches!(before, 'ぁ'..='ゖ')) => out.push('ー'),
            _ if is_latin(c) => out.extend(c.nfd().filter(char::is_ascii)),
            _ if c.is_alphanumeric() => out.push(everyday(c)),
            // Marks that belong to no letter here: the dakuten of decomposed kana was composed before.
            _ if unicode_normalization::char::is_combining_mark(c) => {}
            _ => out.push(' '),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As [`fold`], for the letters most of a list is made of: a hundred thousand rows are folded at once.
fn fold_ascii(out: &mut String, text: &str) {
    let start = out.len();
    for c in text.chars() {
        match c {
            '`' | '\'' => out.push('\''),
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            _ if out.len() == start || out.ends_with(' ') => {}
            _ => out.push(' '),
        }
    }
    if out.len() > start && out.ends_with(' ') {
        out.pop();
    }
}

fn words(folded: &str) -> Vec<String> {
    folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Katakana in half width, as banks and old systems store it: ガ becomes ｶﾞ.
pub fn half_width(katakana: &str) -> String {
    katakana
        .nfd()
        .map(|c| match c {
            '\u{3099}' => 'ﾞ',
            '\u{309A}' => 'ﾟ',
            'ァ'..='ー' => ('\u{FF66}'..='\u{FF9D}').find(|half| half.nfkc().eq([c])).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// Why a name matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// As it is written.
    Written,
    /// By how it is read: kana against kana or Latin letters in any of their spellings.
    Reading,
}

/// Whether every word of `query` begins a word of the name whose spellings and parts are `fields`, in any order, also when the
/// one or the other has no spaces.
pub fn matches(query: &str, fields: &[&str]) -> Option<Why> {
    let asked = words(&fold(query));
    let names: Vec<String> = fields.iter().flat_map(|field| words(&fold(field))).take(STORED_WORDS).collect();
    if asked.is_empty() || asked.len() > WORDS {
        return None;
    }
    if fits(&asked, &names) {
        return Some(Why::Written);
    }
    [spelling::kana_key, spelling::romaji_key].into_iter().find_map(|key| {
        let asked: Option<Vec<String>> = asked.iter().map(|word| key(word)).collect();
        let names: Vec<String> = names.iter().filter_map(|word| key(word)).collect();
        fits(&asked?, &names).then_some(Why::Reading)
    })
}

fn fits(asked: &[String], names: &[String]) -> bool {
    each_begins_another(asked, names, &mut vec![false; names.len()]) || unspaced(&asked.concat(), names)
}

fn each_begins_another(asked: &[String], names: &[String], used: &mut [bool]) -> bool {
    let Some((word, rest)) = asked.split_first() else { return true };
    // Kanji names are often stored without a space, so their parts are found inside, several in one.
    if word.chars().any(is_ideograph) {
        return names.iter().any(|name| name.contains(word)) && each_begins_another(rest, names, used);
    }
    (0..names.len()).any(|at| {
        if used[at] || !names[at].starts_with(word) {
            return false;
        }
        used[at] = true;
        let fits = each_begins_another(rest, names, used);
        used[at] = false;
        fits
    })
}

fn unspaced(asked: &str, names: &[String]) -> bool {
    names.iter().enumerate().any(|(at, first)| {
        first.starts_with(asked)
            || asked.strip_prefix(first.as_str()).is_some_and(|rest| {
                names.iter().enumerate().any(|(other, second)| other != at && second.starts_with(rest))
            })
    })
}

#[cfg(test)]
mod tests;
