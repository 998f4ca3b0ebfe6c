//! Text → tokens, each with the place where it stands.

use super::QueryError;

/// One word of a query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Token<'a> {
    /// A name or keyword.
    Word(&'a str),
    /// A string literal as written between its quotes, escapes untouched: `\%` means something in LIKE alone.
    Text(&'a str),
    /// A number.
    Number(&'a str),
    /// A day or moment, as written.
    Date(&'a str),
    /// Punctuation or a comparison.
    Symbol(&'a str),
    /// Nothing more.
    End,
}

/// All tokens with their byte offsets, the last one being [`Token::End`].
pub fn tokens(source: &str) -> Result<Vec<(Token<'_>, usize)>, QueryError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        let (token, length) = match c {
            _ if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '\'' => {
                let end = closing_quote(rest).ok_or_else(|| {
                    QueryError::malformed(at, "line breaks not allowed in string literals or missing quote")
                })?;
                (Token::Text(&rest[1..end]), end + 1)
            }
            _ if c.is_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                (Token::Word(&rest[..end]), end)
            }
            _ if c.is_ascii_digit() || (matches!(c, '-' | '+' | '.') && starts_number(&rest[1..])) => number(rest),
            '<' | '>' | '!' if rest[1..].starts_with('=') || rest.starts_with("<>") => (Token::Symbol(&rest[..2]), 2),
            '(' | ')' | ',' | '.' | '=' | '<' | '>' | ':' => (Token::Symbol(&rest[..1]), 1),
            other => return Err(QueryError::malformed(at, format!("unexpected char: '{other}'"))),
        };
        found.push((token, at));
        at += length;
    }
    found.push((Token::End, source.len()));
    Ok(found)
}

fn closing_quote(literal: &str) -> Option<usize> {
    let mut escaped = false;
    literal.char_indices().skip(1).find_map(|(at, c)| {
        let closes = c == '\'' && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at)
    })
}

fn starts_number(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// A number, or a date: those begin with four digits and a hyphen.
fn number(rest: &str) -> (Token<'_>, usize) {
    let bytes = rest.as_bytes();
    let is_date = bytes.len() > 4 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-';
    if is_date {
        let end = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | ':' | 'T' | 't' | 'Z' | 'z' | '+' | '.'));
        let end = end.unwrap_or(rest.len());
        return (Token::Date(&rest[..end]), end);
    }
    let mut end = 1;
    while let Some(c) = rest[end..].chars().next() {
        let exponent_sign = matches!(c, '+' | '-') && rest[..end].ends_with(['e', 'E']);
        if !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || exponent_sign) {
            break;
        }
        end += 1;
    }
    (Token::Number(&rest[..end]), end)
}

/// One character of a LIKE pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pattern {
    /// This character, case folded.
    One(char),
    /// `_`: any one character.
    Any,
    /// `%`: any run of characters.
    Run,
}

/// A literal's value. `\_` and `\%` are illegal here; so is any escape the documentation does not name.
pub fn unescape(raw: &str, at: usize) -> Result<String, QueryError> {
    let mut value = String::with_capacity(raw.len());
    each_char(raw, at, |c, escape| {
        let legal = !escape || !matches!(c, '_' | '%');
        value.push(c);
        legal
    })?;
    Ok(value)
}

/// A LIKE literal's pattern.
pub fn pattern(raw: &str, at: usize) -> Result<Vec<Pattern>, QueryError> {
    let mut pattern = Vec::with_capacity(raw.len());
    each_char(raw, at, |c, escape| {
        pattern.push(match (c, escape) {
            ('_', false) => Pattern::Any,
            ('%', false) => Pattern::Run,
            _ => Pattern::One(fold(c)),
        });
        true
    })?;
    Ok(pattern)
}

/// Case folding for comparison: one character to one character.
pub fn fold(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

fn each_char(raw: &str, at: usize, mut take: impl FnMut(char, bool) -> bool) -> Result<(), QueryError> {
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            take(c, false);
            continue;
        }
        let escape = chars.next().unwrap_or('\\');
        let meant = match escape {
            'n' | 'N' => Some('\n'),
            'r' | 'R' => Some('\r'),
            't' | 'T' => Some('\t'),
            'b' | 'B' => Some('\u{8}'),
            'f' | 'F' => Some('\u{c}'),
            '"' | '\'' | '\\' | '_' | '%' => Some(escape),
            'u' => unicode(&mut chars),
            _ => None,
        };
        if !meant.is_some_and(|c| take(c, true)) {
            let message =
                format!("Invalid string literal '{raw}'. Illegal character sequence '\\{escape}' in string literal.");
            return Err(QueryError::malformed(at, message));
        }
    }
    Ok(())
}

/// `\uXXXX`, and the second half of a surrogate pair where the first needs one.
fn unicode(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let unit = |chars: &mut std::str::Chars<'_>| {
        let digits = chars.as_str().get(..4).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let value = u16::from_str_radix(digits, 16).ok()?;
        *chars = chars.as_str()[4..].chars();
        Some(value)
    };
    let first = unit(chars)?;
    if !(0xD800..0xDC00).contains(&first) {
        return char::from_u32(u32::from(first));
    }
    *chars = chars.as_str().strip_prefix("\\u")?.chars();
    let second = unit(chars)?;
    char::decode_utf16([first, second]).next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_where_they_stand() {
        let tokens =
            tokens("SELECT Id FROM A WHERE x>=-1.5e3 AND d = 2026-11-22T10:00:00+09:00 AND n='O\\'Neil'").unwrap();
        let words: Vec<_> = tokens.iter().map(|(token, _)| *token).collect();
        assert_eq!(words[5..8], [Token::Word("x"), Token::Symbol(">="), Token::Number("-1.5e3")]);
        assert_eq!(words[11], Token::Date("2026-11-22T10:00:00+09:00"));
        assert_eq!(words[15], Token::Text("O\\'Neil"));
        assert_eq!(tokens[1].1, 7);
    }

    #[test]
    fn escapes() {
        for (raw, value) in [
            (r"O\'Neil", Some("O'Neil")),
            (r"a\\", Some("a\\")),
            (r"\u3042\n", Some("あ\n")),
            (r"\uD83D\uDE00", Some("😀")),
            (r"\uD83D", None),
            (r"\q", None),
            (r"100\%", None),
            (r"\u30", None),
        ] {
            assert_eq!(unescape(raw, 0).ok().as_deref(), value, "{raw}");
        }
        assert_eq!(pattern(r"a\%_%", 0).unwrap(), [Pattern::One('a'), Pattern::One('%'), Pattern::Any, Pattern::Run]);
    }
}
