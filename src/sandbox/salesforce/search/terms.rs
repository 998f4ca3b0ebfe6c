//! What is searched for, and whether a record's text holds it.

use crate::sandbox::salesforce::cell::Cell;
use crate::sandbox::salesforce::error::ApiError;
use crate::sandbox::salesforce::row::Record;
use crate::sandbox::salesforce::schema::{Field, Kind};
use crate::sandbox::salesforce::soql::lexer::fold;

/// Characters with a meaning of their own in a search, unless escaped.
const SPECIAL: &str = "?&|!{}[]()^~*:\\\"'+-";

/// The fewest digits at its end by which a phone number is found.
const FEWEST_DIGITS: usize = 4;

/// Which fields are looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// All that hold text.
    All,
    /// Names.
    Name,
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Phone,
}

impl Group {
    /// `ALL`, `NAME`, `EMAIL`, `PHONE`, `SIDEBAR`; other words are none.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_uppercase().as_str() {
            "ALL" | "SIDEBAR" => Self::All,
            "NAME" => Self::Name,
            "EMAIL" => Self::Email,
            "PHONE" => Self::Phone,
            _ => return None,
        })
    }

    fn holds(self, field: &Field) -> bool {
        match self {
            Self::All => matches!(
                field.kind,
                Kind::Text(_)
                    | Kind::LongText(_)
                    | Kind::Comment(_)
                    | Kind::Email
                    | Kind::Phone
                    | Kind::AutoNumber
                    | Kind::Url
                    | Kind::Picklist(..)
            ),
            Self::Name => matches!(field.name, "Name" | "LastName" | "FirstName" | "Subject" | "MasterLabel"),
            Self::Email => field.kind == Kind::Email,
            Self::Phone => field.kind == Kind::Phone,
        }
    }
}

/// One thing to find: text, and whether more may stand before and after it within a word.
#[derive(Clone, Debug, PartialEq)]
struct Term {
    /// Folded; the pieces between wildcards, in order.
    pieces: Vec<String>,
    open_start: bool,
    open_end: bool,
    /// The digits, where there is nothing else but what phone numbers are written with.
    digits: Option<String>,
}

/// What is searched for: any of these, each being all of its terms but none of the excluded.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms(Vec<Vec<(Term, bool)>>);

impl Terms {
    /// Reads a search expression: words (all must be there), `"phrases"`, `*` and `?`, AND, OR, AND NOT, escapes.
    pub fn parse(expression: &str) -> Result<Self, ApiError> {
        let mut any = vec![Vec::new()];
        let mut negated = false;
        for word in words(expression)? {
            match word {
                Word::And => {}
                Word::Not => negated = true,
                Word::Or => any.push(Vec::new()),
                Word::Term(term) => {
                    if let Some(all) = any.last_mut() {
                        all.push((term, std::mem::take(&mut negated)));
                    }
                }
            }
        }
        any.retain(|all| all.iter().any(|(_, negated)| !negated));
        let letters = any.iter().flatten().flat_map(|(term, _)| &term.pieces).map(|piece| piece.chars().count()).max();
        match letters {
            None => Err(malformed("No search term found.")),
            Some(0 | 1) => Err(malformed("search term must be longer than one character")),
            Some(_) => Ok(Self(any)),
        }
    }

    /// Does a record hold it in these fields?
    pub fn fit(&self, record: Record<'_>, group: Group, text: &mut Buffers) -> bool {
        text.fill(record, group);
        self.0.iter().any(|all| all.iter().all(|(term, negated)| term.is_in(text) != *negated))
    }
}

fn malformed(why: &str) -> ApiError {
    ApiError::new("MALFORMED_SEARCH", why)
}

enum Word {
    And,
    Or,
    Not,
    Term(Term),
}

fn words(expression: &str) -> Result<Vec<Word>, ApiError> {
    let mut words = Vec::new();
    let mut chars = expression.chars().peekable();
    while let Some(&c) = chars.peek() {
        if c.is_whitespace() || matches!(c, '(' | ')') {
            chars.next();
            continue;
        }
        let quoted = c == '"';
        if quoted {
            chars.next();
        }
        // `None` stands for a wildcard.
        let mut written: Vec<Option<char>> = Vec::new();
        let mut closed = !quoted;
        while let Some(&c) = chars.peek() {
            match c {
                '\\' => {
                    chars.next();
                    let escaped =
                        chars.next().ok_or_else(|| malformed("a backslash must be followed by a character"))?;
                    if !SPECIAL.contains(escaped) {
                        written.push(Some('\\'));
                    }
                    written.push(Some(escaped));
                    continue;
                }
                '"' if quoted => {
                    chars.next();
                    closed = true;
                    break;
                }
                '(' | ')' | '"' if !quoted => break,
                c if c.is_whitespace() && !quoted => break,
                '*' | '?' => written.push(None),
                c => written.push(Some(c)),
            }
            chars.next();
        }
        if !closed {
            return Err(malformed("missing closing quote in search term"));
        }
        let plain: Option<String> = written.iter().copied().collect();
        words.push(match plain.as_deref() {
            Some("AND" | "&" | "&&") if !quoted => Word::And,
            Some("OR" | "|" | "||") if !quoted => Word::Or,
            Some("NOT" | "!") if !quoted => Word::Not,
            _ => Word::Term(term(&written)),
        });
    }
    Ok(words)
}

fn term(written: &[Option<char>]) -> Term {
    let pieces: Vec<String> = written
        .split(Option::is_none)
        .map(|piece| piece.iter().flatten().map(|c| fold(*c)).collect::<String>())
        .filter(|piece| !piece.is_empty())
        .collect();
    let phone_like = written.iter().flatten().all(|c| c.is_ascii_digit() || " -()+.".contains(*c));
    let digits: String = written.iter().flatten().filter(|c| c.is_ascii_digit()).collect();
    Term {
        pieces,
        open_start: written.first() == Some(&None),
        open_end: written.last() == Some(&None),
        digits: (phone_like && digits.len() >= FEWEST_DIGITS).then_some(digits),
    }
}

impl Term {
    fn is_in(&self, text: &Buffers) -> bool {
        self.is_in_text(&text.text)
            || self.digits.as_ref().is_some_and(|digits| {
                text.phones.split('\n').any(|phone| {
                    phone.ends_with(digits.as_str()) || self.open_end && phone.starts_with(digits.as_str())
                })
            })
    }

    fn is_in_text(&self, text: &str) -> bool {
        let Some((first, rest)) = self.pieces.split_first() else { return false };
        text.match_indices(first.as_str()).any(|(at, _)| {
            if !self.open_start && inside_word(text, at) {
                return false;
            }
            let mut end = at + first.len();
            // What a wildcard stands for does not cross into the next word.
            for piece in rest {
                let word_end = text[end..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |stop| end + stop);
                let Some(found) = text[end..].find(piece.as_str()).filter(|found| end + found <= word_end) else {
                    return false;
                };
                end += found + piece.len();
            }
            self.open_end || !inside_word(text, end)
        })
    }
}

/// Is this place within a word? Japanese is indexed by pairs of characters, so no place in it is.
fn inside_word(text: &str, at: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() && !is_japanese(c);
    text[..at].chars().next_back().is_some_and(word) && text[at..].chars().next().is_some_and(word)
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff61}'..='\u{ff9f}')
}

/// A record's text, gathered once and used again for the next record.
#[derive(Debug, Default)]
pub struct Buffers {
    text: String,
    phones: String,
}

impl Buffers {
    fn fill(&mut self, record: Record<'_>, group: Group) {
        self.text.clear();
        self.phones.clear();
        for (column, cell) in record.row.cells() {
            let field = record.object.field(*column);
            let Cell::Text(value) = cell else { continue };
            if !group.holds(field) {
                continue;
            }
            self.text.extend(value.chars().map(fold));
            self.text.push('\n');
            if field.kind == Kind::Phone {
                self.phones.extend(value.chars().filter(char::is_ascii_digit));
                self.phones.push('\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits() {
        let buffers = Buffers {
            text: "窓口 太郎\ntaro@example.jp\nyamada taro\nc-000123\n".to_owned(),
            phones: "09001234567\n".to_owned(),
        };
        for (expression, fits) in [
            ("taro", true),
            ("tar", false),
            ("tar*", true),
            ("*mada", true),
            ("ya*da", true),
            ("ya*taro", false),
            ("yamada AND jiro", false),
            ("jiro OR yamada", true),
            ("yamada AND NOT taro", false),
            ("\"yamada taro\"", true),
            ("\"taro yamada\"", false),
            ("taro yamada", true),
            ("窓口", true),
            ("太郎 窓口", true),
            ("郎太", false),
            ("taro@example.jp", true),
            (r"c\-000123", true),
            (r"090\-0123\-4567", true),
            ("4567", true),
            ("0123", false),
            ("0900123*", true),
        ] {
            let terms = Terms::parse(expression).unwrap();
            let found = terms.0.iter().any(|all| all.iter().all(|(term, no)| term.is_in(&buffers) != *no));
            assert_eq!(found, fits, "{expression}");
        }
    }

    #[test]
    fn what_is_no_search() {
        for expression in ["", "a", "*", "\"abc", "abc\\", "NOT abc", "( )"] {
            assert_eq!(Terms::parse(expression).unwrap_err().code, "MALFORMED_SEARCH", "{expression}");
        }
    }
}
