//! Kana and Latin letters: how the one is read and the other is spelled.

use wana_kana::{ConvertJapanese, Options};

use super::PER_WORD;

/// Hiragana as katakana.
pub(super) fn katakana(hiragana: &str) -> String {
    hiragana
        .chars()
        .map(|c| match c {
            'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// The ways a folded word of kana or Latin letters may be written in hiragana, likeliest first. None for anything else, nor for
/// Latin words that are not Japanese syllables.
pub(super) fn kana_readings(word: &str) -> Vec<String> {
    if is_kana(word) {
        let mut out = vec![word.to_owned()];
        if word.contains('ー') {
            out.push(without_long_marks(word));
        }
        return out;
    }
    if !word.chars().all(|c| c.is_ascii_lowercase() || c == '\'' || macron(c).is_some()) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for spelled in syllable_spellings(&plain(word)) {
        let kana = spelled.to_hiragana_with_opt(Options::default());
        if is_kana(&kana) && !out.contains(&kana) {
            out.push(kana);
        }
    }
    out.truncate(PER_WORD);
    out
}

fn is_kana(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| matches!(c, 'ぁ'..='ゖ' | 'ー')) && !word.starts_with('ー')
}

/// `さとー` as `さとう`: the vowel that the mark prolongs, spelled.
fn without_long_marks(word: &str) -> String {
    katakana(word).to_hiragana_with_opt(Options::default())
}

fn macron(c: char) -> Option<char> {
    Some(match c {
        'ā' => 'a',
        'ī' => 'i',
        'ū' => 'u',
        'ē' => 'e',
        'ō' => 'o',
        _ => return None,
    })
}

/// Latin letters as an input method wants them, with `:` after a vowel that is surely long.
fn plain(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 4);
    let chars: Vec<char> = word.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let next = chars.get(at + 1).copied();
        match c {
            'l' => out.push('r'),
            // Namba, Homma
            'm' if matches!(next, Some('b' | 'p' | 'm')) => out.push('n'),
            // Hatchi
            't' if next == Some('c') => out.push('c'),
            // Satoh, Ohno; but not Ohara
            'h' if out.ends_with('o') && !next.is_some_and(is_vowel) => out.push(':'),
            _ => match macron(c) {
                Some(vowel) => out.extend([vowel, ':']),
                None => out.push(c),
            },
        }
    }
    out
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'i' | 'u' | 'e' | 'o' | 'ā' | 'ī' | 'ū' | 'ē' | 'ō')
}

/// Latin spellings rarely say which vowels are long and where ん ends a syllable: the plain reading, then one with each such
/// place decided otherwise, then with all of them. The end of the word comes short first, being the beginning of the long one.
fn syllable_spellings(plain: &str) -> Vec<String> {
    let chars: Vec<char> = plain.trim_end_matches(':').chars().collect();
    // What may be put in at a place, besides nothing.
    let mut places: Vec<(usize, char)> = Vec::new();
    let mut surely_long = false;
    for (at, &c) in chars.iter().enumerate() {
        let next = chars.get(at + 1).copied();
        match (c, next) {
            (_, Some(':')) => surely_long = true,
            ('o', Some(next)) if !matches!(next, 'o' | 'u') => places.push((at + 1, if at == 0 { 'o' } else { 'u' })),
            ('u', Some(next)) if next != 'u' => places.push((at + 1, 'u')),
            ('n', Some(next)) if at > 0 && chars[at - 1] != 'n' && (is_vowel(next) || next == 'y') => {
                places.push((at + 1, '\''));
            }
            _ => {}
        }
    }
    places.truncate(PER_WORD);
    let choices = std::iter::once(Vec::new())
        .chain(places.iter().map(|place| vec![*place]))
        .chain((places.len() > 1).then(|| places.clone()));
    let mut out = Vec::new();
    for choice in choices {
        out.push(spell(&chars, &choice, false));
        if surely_long {
            out.push(spell(&chars, &choice, true));
        }
    }
    if matches!(chars.last(), Some('o' | 'u')) {
        out.push(spell(&chars, &[], false) + "u");
    }
    out
}

/// The letters with `put` put in and `:` replaced by the vowel that lengthens: お at the start of a word and う behind others
/// (大野, 佐藤), or with `other_long` the rarer way round (王, 徹).
fn spell(chars: &[char], put: &[(usize, char)], other_long: bool) -> String {
    let mut out = String::new();
    for (at, &c) in chars.iter().enumerate() {
        out.extend(put.iter().filter(|(place, _)| *place == at).map(|(_, c)| *c));
        match c {
            ':' => out.push(match (out.chars().next_back(), at == 1) {
                (Some('o'), first) => {
                    if first == other_long {
                        'u'
                    } else {
                        'o'
                    }
                }
                (Some('e'), _) => {
                    if other_long {
                        'e'
                    } else {
                        'i'
                    }
                }
                (Some(vowel), _) => vowel,
                (None, _) => continue,
            }),
            _ => out.push(c),
        }
    }
    out
}

/// The ways hiragana is spelled in Latin letters in people's documents: passport Hepburn, as typed into an input method, with
/// `oh`, and Kunrei.
pub(super) fn romaji_spellings(hiragana: &str) -> Vec<String> {
    let typed = katakana_long(hiragana);
    let full = typed.replace('\'', "");
    let short = shortened(&full);
    let mut out = vec![
        m_before_labials(&short),
        short.clone(),
        m_before_labials(&full),
        full.clone(),
        m_before_labials(&with_oh(&full)),
        with_oh(&full),
        kunrei(&short),
        kunrei(&full),
    ];
    if typed != full {
        out.insert(2, shortened(&typed));
    }
    out
}

/// Syllables that only foreign names have. The library spells their small vowel as one of its own: `fuo` for フォ.
const FOREIGN: [(&str, &str); 23] = [
    ("ふぁ", "fa"),
    ("ふぃ", "fi"),
    ("ふぇ", "fe"),
    ("ふぉ", "fo"),
    ("ゔぁ", "va"),
    ("ゔぃ", "vi"),
    ("ゔぇ", "ve"),
    ("ゔぉ", "vo"),
    ("てぃ", "ti"),
    ("でぃ", "di"),
    ("とぅ", "tu"),
    ("どぅ", "du"),
    ("うぃ", "wi"),
    ("うぇ", "we"),
    ("うぉ", "wo"),
    ("しぇ", "she"),
    ("じぇ", "je"),
    ("ちぇ", "che"),
    ("つぁ", "tsa"),
    ("つぉ", "tso"),
    ("くぁ", "kwa"),
    ("くぉ", "kwo"),
    ("ゔ", "vu"),
];

/// Hiragana in Latin letters; a long-vowel mark doubles its vowel.
fn katakana_long(hiragana: &str) -> String {
    let foreign = |kana: String, (syllable, latin): &(&str, &str)| {
        if kana.contains(syllable) { kana.replace(syllable, latin) } else { kana }
    };
    let romaji = FOREIGN.iter().fold(hiragana.to_owned(), foreign).to_romaji_with_opt(Options::default());
    let mut out = String::with_capacity(romaji.len());
    for c in romaji.chars() {
        match (c, out.chars().next_back()) {
            ('ー' | '-', Some(vowel)) if is_vowel(vowel) => out.push(vowel),
            ('ー' | '-', _) => {}
            _ => out.push(c),
        }
    }
    out
}

fn shortened(romaji: &str) -> String {
    ["ou", "oo", "uu", "aa", "ee"].iter().fold(romaji.to_owned(), |romaji, long| romaji.replace(long, &long[..1]))
}

fn m_before_labials(romaji: &str) -> String {
    romaji.replace("nb", "mb").replace("np", "mp").replace("nm", "mm")
}

fn with_oh(romaji: &str) -> String {
    let mut out = String::with_capacity(romaji.len());
    let mut rest = romaji;
    while let Some(c) = rest.chars().next() {
        let long = rest.starts_with("ou") || rest.starts_with("oo");
        if long && !rest[2..].starts_with(is_vowel) {
            out.push_str("oh");
            rest = &rest[2..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Hepburn as Kunrei: `shi` as `si`, `tsu` as `tu`.
fn kunrei(romaji: &str) -> String {
    [
        ("tch", "cch"),
        ("cch", "tch"),
        ("shi", "si"),
        ("sh", "sy"),
        ("chi", "ti"),
        ("ch", "ty"),
        ("dzu", "zu"),
        ("tsu", "tu"),
        ("fu", "hu"),
        ("ji", "zi"),
        ("jy", "zy"),
        ("j", "zy"),
    ]
    .iter()
    .fold(romaji.to_owned(), |romaji, (hepburn, kunrei)| romaji.replace(hepburn, kunrei))
}

/// One form for all ways to write a reading in kana: small letters large (banks store ショウコ as シヨウコ), no long marks, and one
/// letter for those that sound alike. `None` for a word that has other letters.
pub(super) fn kana_key(word: &str) -> Option<String> {
    let word = if is_kana(word) { without_long_marks(word) } else { return None };
    let large = |c| match c {
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ゎ' => {
            char::from_u32(u32::from(c) + 1).unwrap_or(c)
        }
        'ゕ' => 'か',
        'ゖ' => 'け',
        'ぢ' => 'じ',
        'づ' => 'ず',
        'を' => 'お',
        'ゐ' => 'い',
        'ゑ' => 'え',
        _ => c,
    };
    Some(word.chars().map(large).collect())
}

/// One form for all ways to spell a reading in kana or Latin letters: Kunrei, short vowels, `n` before everything, `r` for `l`.
/// `None` for a word that has other letters.
pub(super) fn romaji_key(word: &str) -> Option<String> {
    let romaji = if is_kana(word) { katakana_long(word) } else { word.to_owned() };
    let mut key = String::with_capacity(romaji.len());
    for c in plain(&romaji).chars() {
        match c {
            'a'..='z' => key.push(c),
            ':' | '\'' | '-' => {}
            _ => return None,
        }
    }
    let key = kunrei(&key).replace("du", "zu");
    let key = shortened(&key).replace("ii", "i");
    (!key.is_empty()).then_some(key)
}
