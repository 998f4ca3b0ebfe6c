//! Text from outside, made safe to put on a screen.
//!
//! Names, subjects and messages come from three systems and, through them, from anybody. Whatever they hold, a [`Text`] can
//! neither move the cursor nor change the terminal, reorder its neighbours or break the layout. What is removed leaves no
//! trace, what cannot be shown becomes U+FFFD, what is too long ends in a visible `…`.
//!
//! Decided against: NFKC (it would turn `①` into `1` and `㈱` into `(株)`, and a name must read as its owner wrote it), and
//! keeping zero-width joiners or emoji variation selectors (terminals disagree about their width; a family of three may
//! well be drawn as three people). Ideographic variation selectors stay: they are part of Japanese names and have no width
//! anywhere.

use std::{fmt, ops::Deref, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

/// Combining marks kept on one base character; Vietnamese, Thai and pointed Hebrew need fewer, "zalgo" needs hundreds.
const MARKS_PER_BASE: usize = 4;
const ELLIPSIS: char = '…';
const REPLACEMENT: char = '\u{FFFD}';

/// How long a text may be, and whether it may have several lines.
struct Shape {
    lines: bool,
    graphemes: usize,
    /// A single grapheme may hold any number of characters (Indic conjuncts), so those are counted too.
    chars: usize,
    /// Bytes looked at: everything behind is cut before any work is done on it.
    bytes: usize,
}

const LINE: Shape = Shape { lines: false, graphemes: 500, chars: 2_000, bytes: 64 * 1024 };
const BLOCK: Shape = Shape { lines: true, graphemes: 20_000, chars: 80_000, bytes: 512 * 1024 };

/// Text that is safe to show: no control characters, no escape sequences, no bidirectional or zero-width tricks, NFC,
/// bounded. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// One line of at most 500 graphemes: line breaks and tabs become spaces, the ends are trimmed.
    pub fn line(raw: &str) -> Self {
        Self::shaped(raw, &LINE)
    }

    /// Several lines, at most 20,000 graphemes together: every kind of line break becomes `\n`.
    pub fn block(raw: &str) -> Self {
        Self::shaped(raw, &BLOCK)
    }

    /// One line of bytes that should be UTF-8; what is not becomes U+FFFD.
    pub fn from_bytes(raw: &[u8]) -> Self {
        let seen = &raw[..raw.len().min(LINE.bytes + 1)];
        Self::line(&String::from_utf8_lossy(seen))
    }

    /// One line in which HTML entities are decoded exactly once. WHMCS stores what people type as entities (`O&#039;Neil`).
    pub fn html(raw: &str) -> Self {
        Self::decoded(raw, &LINE)
    }

    /// As [`Text::html`], keeping line breaks.
    pub fn html_block(raw: &str) -> Self {
        Self::decoded(raw, &BLOCK)
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn decoded(raw: &str, shape: &Shape) -> Self {
        // A little more than is looked at, so that the cut still shows as an ellipsis.
        Self::shaped(&html_escape::decode_html_entities(head(raw, shape.bytes + 8)), shape)
    }

    fn shaped(raw: &str, shape: &Shape) -> Self {
        if raw.len() <= shape.graphemes && raw.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Self(Arc::from(trimmed(raw, shape.lines)));
        }
        let seen = head(raw, shape.bytes);
        let visible = limit_marks(&composed(&without_controls(seen, shape.lines)));
        Self(Arc::from(fitted(trimmed(&visible, shape.lines), shape, seen.len() < raw.len())))
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(Arc::from(""))
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Made safe again: what is read back may have been written by somebody else.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|raw| Self::block(&raw))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

/// For reading codes and comparing names, never for showing: one safe line, NFKC (full-width digits become digits), and short.
pub fn folded(raw: &str) -> String {
    Text::line(head(raw, 1_024)).nfkc().collect()
}

/// The longest prefix of at most `bytes` bytes.
fn head(raw: &str, bytes: usize) -> &str {
    &raw[..raw.floor_char_boundary(bytes)]
}

fn trimmed(text: &str, lines: bool) -> &str {
    if lines { text.trim_end().trim_start_matches('\n') } else { text.trim() }
}

/// What becomes of one character that is not part of an escape sequence.
enum Fate {
    Keep,
    Drop,
    Space,
    Break,
    Replace,
}

fn fate(c: char) -> Fate {
    match c {
        '\t' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => Fate::Space,
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Break,
        ' '..='~' => Fate::Keep,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}'
        // soft hyphen, grapheme joiner, Arabic letter mark, fillers and invisible vowels
        | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{3164}' | '\u{FFA0}'
        // zero-width spaces and joiners, marks, embeddings, overrides and isolates of direction, invisible operators
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        // variation selectors, byte order mark, interlinear annotations, shorthand and musical format controls
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        // tags
        | '\u{E0000}'..='\u{E00FF}' => Fate::Drop,
        // private use, noncharacters and planes without characters: what a terminal draws there is anybody's guess
        '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{40000}'..='\u{DFFFF}'
        | '\u{E01F0}'.. => Fate::Replace,
        _ if matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF) => Fate::Replace,
        _ => Fate::Keep,
    }
}

/// Drops escape sequences and what has no business on a screen.
fn without_controls(raw: &str, lines: bool) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '\u{1B}' => after_escape(after),
            '\u{9B}' => after_csi(after),
            '\u{90}' | '\u{98}' | '\u{9D}'..='\u{9F}' => after_string(after),
            _ => {
                match fate(c) {
                    Fate::Keep if is_ideographic_selector(c) => {
                        if out.chars().next_back().is_some_and(is_ideograph) {
                            out.push(c);
                        }
                    }
                    Fate::Keep => out.push(c),
                    Fate::Drop => {}
                    Fate::Space => out.push(' '),
                    Fate::Break => out.push(if lines { '\n' } else { ' ' }),
                    Fate::Replace => out.push(REPLACEMENT),
                }
                if c == '\r' { after.strip_prefix('\n').unwrap_or(after) } else { after }
            }
        };
    }
    out
}

fn after_escape(rest: &str) -> &str {
    match rest.chars().next() {
        Some('[') => after_csi(&rest[1..]),
        Some(']' | 'P' | 'X' | '^' | '_') => after_string(&rest[1..]),
        _ => {
            let rest = rest.trim_start_matches(|c| matches!(c, ' '..='/'));
            rest.strip_prefix(|c| matches!(c, '0'..='~')).unwrap_or(rest)
        }
    }
}

fn after_csi(rest: &str) -> &str {
    let rest = rest.trim_start_matches(|c| matches!(c, '0'..='?'));
    let rest = rest.trim_start_matches(|c| matches!(c, ' '..='/'));
    rest.strip_prefix(|c| matches!(c, '@'..='~')).unwrap_or(rest)
}

/// Behind a device or operating-system string. An unfinished one loses only its opening, so that nothing can be hidden by
/// opening a string and never closing it.
fn after_string(rest: &str) -> &str {
    match rest.find(char::is_control) {
        Some(end) if rest[end..].starts_with(['\u{7}', '\u{1B}', '\u{18}', '\u{1A}', '\u{9C}']) => &rest[end..],
        _ => rest,
    }
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_ideographic_selector(c: char) -> bool {
    matches!(c, '\u{E0100}'..='\u{E01EF}')
}

/// NFC, except that compatibility ideographs stay: NFC would silently replace the `福` (U+FA1B) of somebody's name by
/// another character.
fn composed(text: &str) -> String {
    let compatibility = |c| matches!(c, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}');
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(compatibility) {
        let plain = piece.trim_end_matches(compatibility);
        out.extend(plain.nfc());
        out.push_str(&piece[plain.len()..]);
    }
    out
}

/// Keeps a few marks per base and none without one, and replaces Hangul jamo that composed into nothing (a run of them is
/// one grapheme of any width).
fn limit_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = MARKS_PER_BASE;
    for c in text.chars() {
        if is_combining_mark(c) {
            if marks < MARKS_PER_BASE {
                out.push(c);
                marks += 1;
            }
        } else {
            marks = if c.is_whitespace() { MARKS_PER_BASE } else { 0 };
            let jamo = matches!(c, '\u{1100}'..='\u{11FF}' | '\u{A960}'..='\u{A97F}' | '\u{D7B0}'..='\u{D7FF}');
            out.push(if jamo { REPLACEMENT } else { c });
        }
    }
    out
}

/// The text within its limits, ending in an ellipsis when something was cut here or before.
fn fitted(text: &str, shape: &Shape, cut: bool) -> String {
    let mut chars = 0;
    let mut last = 0;
    for (count, (at, grapheme)) in text.grapheme_indices(true).enumerate() {
        chars += grapheme.chars().count();
        if count >= shape.graphemes || chars > shape.chars {
            return ended(&text[..last]);
        }
        // The last place where an ellipsis still fits.
        if count < shape.graphemes - 1 && chars < shape.chars {
            last = at + grapheme.len();
        }
    }
    if cut { ended(&text[..last]) } else { text.to_owned() }
}

fn ended(text: &str) -> String {
    let mut out = text.trim_end().to_owned();
    out.push(ELLIPSIS);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[track_caller]
    fn line(raw: &str, shown: &str) {
        assert_eq!(Text::line(raw), shown, "{raw:?}");
    }

    #[test]
    fn plain_text_stays() {
        for text in [
            "Aiko Mori",
            "田中　太郎",
            "ﾔﾏﾀﾞ ﾀﾛｳ",
            "髙橋 ① ㈱ 﨑",
            "福\u{FA1B}",
            "naïve",
            "สวัสดี",
            "नमस्ते",
            "🐈 ok",
            "辻\u{E0100}",
        ] {
            line(text, text);
        }
    }

    #[test]
    fn escape_sequences_vanish() {
        line("a\u{1b}[31mred\u{1b}[0m", "ared");
        line("a\u{1b}]0;title\u{7}b", "ab");
        line("a\u{1b}]8;;http://x\u{1b}\\link", "alink");
        line("a\u{9b}2Jb\u{9d}52;c;aGk=\u{9c}c", "abc");
        line("a\u{1b}(0b\u{1b}cd\u{1b}", "abd");
        line("a\u{1b}Pdevice\u{1b}\\b", "ab");
        line("\u{1b}]0;never closed", "0;never closed");
        line("\u{1b}[12", "");
        line("\u{1b}[\u{1b}[31mA", "A");
    }

    #[test]
    fn invisible_and_reordering_characters_vanish() {
        line("inv\u{202e}oice\u{2066}x\u{2069}", "invoicex");
        line("pay\u{200b}pal\u{feff}\u{2060}\u{ad}\u{200c}", "paypal");
        line("👨\u{200d}👩\u{200d}👧", "👨👩👧");
        line("a\u{E0041}b\u{E000}\u{10FFFF}", "ab\u{FFFD}\u{FFFD}");
        line("x\u{E0100}", "x");
    }

    #[test]
    fn lines_and_blocks() {
        line(" a\tb\r\nc\u{a0}d\u{2028}e\n", "a b c d e");
        assert_eq!(Text::block("\n\na\r\n\tb\rc\u{85}d\n\n"), "a\n b\nc\nd");
        assert_eq!(Text::from_bytes(b"a\xff\xfeb"), "a\u{FFFD}\u{FFFD}b");
    }

    #[test]
    fn composes_but_does_not_simplify() {
        line("か\u{3099}き", "がき");
        line("ハ\u{309A}", "パ");
        line("ｶﾞ①㈱", "ｶﾞ①㈱");
        line("\u{1112}\u{1161}\u{11ab}", "한");
        line("\u{1112}\u{1112}", "\u{FFFD}\u{FFFD}");
    }

    #[test]
    fn marks_are_few_and_have_a_base() {
        let zalgo = format!("a{}b", "\u{316}".repeat(200));
        line(&zalgo, &format!("a{}b", "\u{316}".repeat(4)));
        line("\u{308}a \u{308}b", "a b");
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(Text::html("O&#039;Neil &amp;amp; Sons"), "O'Neil &amp; Sons");
        assert_eq!(Text::html("<\u{1b}&#91;2Jy&lt;b&gt;"), "<y<b>");
        // A reference to a control character stays what was typed.
        assert_eq!(Text::html("x&#27;[2Jy"), "x&#27;[2Jy");
        assert_eq!(Text::html_block("a&lt;\r\nb"), "a<\nb");
    }

    #[test]
    fn long_text_ends_visibly() {
        let long = Text::line(&"字".repeat(1_000_000));
        assert_eq!(long.graphemes(true).count(), 500);
        assert!(long.ends_with("字…"));
        line(&"a".repeat(500), &"a".repeat(500));
        assert_eq!(Text::line(&"a".repeat(501)), format!("{}…", "a".repeat(499)).as_str());
        assert!(Text::block(&"b\n".repeat(600_000)).ends_with("b…"));
        assert!(Text::line(&"क\u{94d}".repeat(400_000)).chars().count() <= 2_000);
        assert_eq!(Text::line(&"\u{1b}[m".repeat(400_000)), "…");
        assert_eq!(Text::html(&"&#97;".repeat(400_000)).graphemes(true).count(), 500);
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_safe(raw in proptest::collection::vec(any::<char>(), 0..200)) {
            check(&raw.into_iter().collect::<String>())?;
        }

        #[test]
        fn whatever_comes_in_from_the_worst_alphabet_is_safe(raw in "[\u{1b}\u{9b}\u{9d}\\[\\]0;mA \n\r\t\u{7}\u{202e}\u{200d}\u{fe0f}\u{e0100}字福\u{FA1B}\u{1100}\u{1161}\u{11a8}\u{308}\u{316}\u{3099}か👩]{0,600}") {
            check(&raw)?;
        }

        #[test]
        fn bytes_and_entities_never_panic(raw in proptest::collection::vec(any::<u8>(), 0..300)) {
            check(&Text::from_bytes(&raw))?;
            check(&Text::html(&String::from_utf8_lossy(&raw)))?;
        }
    }

    fn check(raw: &str) -> Result<(), TestCaseError> {
        let line = Text::line(raw);
        prop_assert!(!line.chars().any(char::is_control));
        prop_assert!(line.width() <= 4 * 2_000);
        prop_assert_eq!(&Text::line(&line), &line);
        let block = Text::block(raw);
        prop_assert!(!block.chars().any(|c| c.is_control() && c != '\n'));
        prop_assert_eq!(&Text::block(&block), &block);
        Ok(())
    }
}
