//! The language of a list's filter.
//!
//! ```text
//! tanaka 090            both anywhere in the row, as the screen shows it
//! "in two words"        these words together
//! status:unpaid         in this column; its title in either language does as well, or a beginning that only one has
//! total:>=3,300 total:<¥10,000 data:<1GB
//! due:2026-11 due:>today paid:>=-7d        days, months, years; d, w, m, y from today
//! late:>30                                 days since then
//! -refunded !status:paid                   rows without it
//! ```
//!
//! Pure: text in, terms out. What a cell does not show because it is masked is neither found nor compared.

use std::cmp::{Ordering, Reverse};

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use crate::domain::money::Yen;
use crate::domain::name::fold;
use crate::domain::time;

use super::key::Key;

/// Stands before a folded cell whose text is masked: its key must not answer for it.
pub const MASKED: char = '\u{1}';

/// A filter as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    terms: Vec<Term>,
    /// A field there is not, as it was typed. The other terms hold.
    pub unknown: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    inverse: bool,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// Anywhere in the row.
    Words(String),
    /// In the column's cell, or equal to its number or day.
    Holds(usize, Operand),
    /// The column's value stands so to the operand.
    Compares(usize, Op, Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

/// What a column is compared with: whatever the same letters can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Operand {
    /// As it was typed.
    typed: String,
    text: String,
    number: Option<i64>,
    /// First and last day.
    days: Option<(Date, Date)>,
    /// As many days.
    span: Option<i64>,
    /// From when days are counted.
    today: Date,
}

/// What the columns may be called, and which each is.
#[derive(Debug, Clone, Default)]
pub struct Names(Vec<(String, usize)>);

impl Names {
    /// The names of columns, given in any number of languages.
    pub fn new<T: AsRef<str>>(names: impl IntoIterator<Item = (T, usize)>) -> Self {
        Self(names.into_iter().map(|(name, column)| (joined(name.as_ref()), column)).collect())
    }

    /// The column of this name, or the only one whose name begins so.
    fn find(&self, typed: &str) -> Option<usize> {
        let typed = joined(typed);
        if let Some((_, column)) = self.0.iter().find(|(name, _)| *name == typed) {
            return Some(*column);
        }
        let mut begun = self.0.iter().filter(|(name, _)| !typed.is_empty() && name.starts_with(&typed));
        let (_, column) = begun.next()?;
        begun.all(|(_, other)| other == column).then_some(*column)
    }
}

/// A name in one form, without what separates its words.
fn joined(name: &str) -> String {
    fold(name).replace(' ', "")
}

impl Filter {
    /// Reads what was typed. What is not finished yet, such as `status:`, asks for nothing.
    pub fn parse(typed: &str, names: &Names, today: Date) -> Self {
        let mut filter = Self::default();
        for token in tokens(typed) {
            match token.term(names, today) {
                Ok(term) => filter.terms.extend(term),
                Err(field) => filter.unknown = Some(field),
            }
        }
        filter
    }

    /// What a column of numbers or days is compared with and that means neither. `key` is a column's value in some row.
    pub fn incomparable<'k>(&self, key: impl Fn(usize) -> Key<'k>) -> Option<(usize, &str)> {
        self.terms.iter().find_map(|term| {
            let Test::Compares(column, _, operand) = &term.test else { return None };
            let means = match key(*column) {
                Key::Number(_) => operand.number.is_some(),
                Key::Day(_) | Key::Moment(_) => operand.days.is_some(),
                Key::Since(_) => operand.span.is_some(),
                Key::Rank(..) | Key::Text(_) | Key::Name(_) | Key::Missing => true,
            };
            (!means).then_some((*column, operand.typed.as_str()))
        })
    }

    /// Whether rows that `before` held back cannot pass this one, so that only what was shown need be looked at.
    pub fn narrows(&self, before: &Self) -> bool {
        before.terms.len() <= self.terms.len()
            && before.terms.iter().zip(&self.terms).all(|(before, now)| match (&before.test, &now.test) {
                (Test::Words(before_words), Test::Words(now_words)) if !before.inverse && !now.inverse => {
                    now_words.contains(before_words.as_str())
                }
                _ => before == now,
            })
    }

    /// Whether a row passes: its folded cells in one line, parted by line feeds, and its keys by column.
    pub fn passes<'k>(&self, line: &str, key: impl Fn(usize) -> Key<'k>) -> bool {
        self.terms.iter().all(|term| term.test.passes(line, &key) != term.inverse)
    }

    /// As [`Self::passes`], with words whose letters stand near each other in their order: for when nothing holds them
    /// as they were typed.
    pub fn nearly_passes<'k>(&self, line: &str, key: impl Fn(usize) -> Key<'k>) -> bool {
        self.terms.iter().all(|term| match &term.test {
            Test::Words(words) if !term.inverse => words.split(' ').all(|word| near(word, line)),
            test => test.passes(line, &key) != term.inverse,
        })
    }

    /// Whether [`Self::nearly_passes`] could find more: a word of one or two letters is near everything.
    pub fn may_be_loose(&self) -> bool {
        let words = self.terms.iter().filter_map(|term| match &term.test {
            Test::Words(words) if !term.inverse => Some(words),
            _ => None,
        });
        let mut letters = words.map(|words| words.chars().count()).peekable();
        letters.peek().is_some() && letters.all(|letters| letters >= 3)
    }
}

impl Test {
    fn passes<'k>(&self, line: &str, key: impl Fn(usize) -> Key<'k>) -> bool {
        let cell = |column: usize| line.split('\n').nth(column).unwrap_or_default();
        match self {
            Self::Words(words) => line.contains(words.as_str()),
            Self::Holds(column, operand) => {
                let cell = cell(*column);
                // A state's key has its word, so that a filter in the configuration holds in both languages.
                cell.contains(&operand.text)
                    || !cell.starts_with(MASKED)
                        && match key(*column) {
                            Key::Rank(_, word) => fold(&word).contains(&operand.text),
                            key => operand.equals(&key),
                        }
            }
            Self::Compares(column, op, operand) => {
                let cell = cell(*column);
                !cell.starts_with(MASKED) && operand.stands(*op, &key(*column), cell)
            }
        }
    }
}

impl Operand {
    fn parse(typed: &str, today: Date) -> Self {
        let (number, days, span) = (number(typed), days(typed, today), span(typed));
        Self { typed: typed.to_owned(), text: fold(typed), number, days, span, today }
    }

    fn equals(&self, key: &Key<'_>) -> bool {
        matches!(key, Key::Number(_) | Key::Day(_) | Key::Moment(_)) && self.stands(Op::Equal, key, "")
    }

    /// Whether a value stands so to the operand. A value of another kind does not, and one that is missing never does.
    fn stands(&self, op: Op, key: &Key<'_>, cell: &str) -> bool {
        let day = |day: Date| {
            self.days.map(|(first, last)| match day {
                day if day < first => Ordering::Less,
                day if day > last => Ordering::Greater,
                _ => Ordering::Equal,
            })
        };
        let order = match key {
            Key::Number(n) => self.number.map(|number| n.cmp(&number)),
            Key::Day(it) => day(*it),
            Key::Moment(at) => day(time::today(*at)),
            // Where the cell says nothing, nothing has been going on since then.
            Key::Since(Reverse(it)) if cell.is_empty() || *it > self.today => None,
            Key::Since(Reverse(it)) => self.span.map(|span| time::days_between(*it, self.today).cmp(&span)),
            Key::Rank(..) | Key::Text(_) | Key::Name(_) => Some(cell.cmp(self.text.as_str())),
            Key::Missing => None,
        };
        order.is_some_and(|order| match op {
            Op::Less => order.is_lt(),
            Op::AtMost => order.is_le(),
            Op::Equal => order.is_eq(),
            Op::AtLeast => order.is_ge(),
            Op::More => order.is_gt(),
        })
    }
}

/// An amount or a count: `3300`, `3,300`, `¥3,300`, `3300円`; with `MB` or `GB` it is megabytes (1 GB = 1,000 MB).
fn number(typed: &str) -> Option<i64> {
    let lower = typed.trim().to_lowercase();
    for (unit, mb) in [("gb", 1000.0), ("mb", 1.0)] {
        if let Some(amount) = lower.strip_suffix(unit) {
            return amount.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(|n| (n * mb) as i64);
        }
    }
    Yen::parse(lower.trim_end_matches('円')).ok().map(|yen| yen.0)
}

/// So many days: `30`, `30d`, `30日`.
fn span(typed: &str) -> Option<i64> {
    let typed = fold(typed);
    typed.trim_end_matches(['d', '日']).trim().parse().ok()
}

/// The days that a text means: one day, a month, a year, or so long before or after today.
fn days(typed: &str, today: Date) -> Option<(Date, Date)> {
    let typed = typed.trim().to_lowercase();
    let near = |days: i64| today.checked_add(days.days()).ok();
    let one = match typed.as_str() {
        "today" | "今日" | "本日" => Some(today),
        "yesterday" | "昨日" => near(-1),
        "tomorrow" | "明日" => near(1),
        _ => relative(&typed).and_then(|span| today.checked_add(span).ok()),
    };
    if let Some(day) = one {
        return Some((day, day));
    }
    let mut parts = typed.split(['-', '/', '.']).map(|part| part.parse::<i16>().ok());
    let year = parts.next()??;
    if !(1900..=2999).contains(&year) {
        return None;
    }
    let Some(month) = parts.next() else {
        return Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?));
    };
    let month = i8::try_from(month?).ok()?;
    let Some(day) = parts.next() else {
        let first = Date::new(year, month, 1).ok()?;
        return Some((first, first.last_of_month()));
    };
    let day = Date::new(year, month, i8::try_from(day?).ok()?).ok()?;
    parts.next().is_none().then_some((day, day))
}

/// `-7d`, `+2w`, `3m`, `-1y`.
fn relative(typed: &str) -> Option<Span> {
    let unit = typed.chars().last().filter(char::is_ascii_alphabetic)?;
    let n: i64 = typed[..typed.len() - 1].parse().ok().filter(|n| (-99_999..=99_999).contains(n))?;
    match unit {
        'd' => Span::new().try_days(n),
        'w' => Span::new().try_weeks(n),
        'm' => Span::new().try_months(n),
        'y' => Span::new().try_years(n),
        _ => return None,
    }
    .ok()
}

/// A piece of what was typed.
#[derive(Debug, Default)]
struct Token {
    text: String,
    /// It begins with a quotation mark, so nothing in it is an operator.
    quoted: bool,
    /// Where its first colon outside quotation marks is.
    colon: Option<usize>,
}

/// Parts a text at its spaces; quotation marks hold words together, and one that is never closed holds the rest.
fn tokens(typed: &str) -> Vec<Token> {
    let mut tokens = vec![Token::default()];
    let mut open = false;
    for c in typed.chars() {
        let last = tokens.len() - 1;
        let token = &mut tokens[last];
        match c {
            '"' | '“' | '”' => {
                token.quoted |= token.text.is_empty();
                open = !open;
            }
            c if c.is_whitespace() && !open => tokens.push(Token::default()),
            // A Japanese keyboard writes them wide.
            ':' | '：' if !open && !token.quoted && token.colon.is_none() => {
                token.colon = Some(token.text.len());
                token.text.push(':');
            }
            c => token.text.push(c),
        }
    }
    tokens.retain(|token| !token.text.is_empty());
    tokens
}

impl Token {
    /// What it asks for; nothing while it is not finished. The error is a field there is not.
    fn term(&self, names: &Names, today: Date) -> Result<Option<Term>, String> {
        let signed = self.text.strip_prefix(['-', '!', '！']).filter(|rest| !self.quoted && !rest.is_empty());
        let (inverse, text) = signed.map_or((false, self.text.as_str()), |rest| (true, rest));
        let sign = self.text.len() - text.len();
        let term = |test| Ok(Some(Term { inverse, test }));
        let field = self.colon.map(|colon| (&text[..colon.saturating_sub(sign)], &self.text[colon + 1..]));
        // 10:30 is a time, not a field.
        let Some((field, value)) = field.filter(|(field, _)| field.chars().next().is_some_and(char::is_alphabetic))
        else {
            let words = fold(text);
            return if words.is_empty() { Ok(None) } else { term(Test::Words(words)) };
        };
        let column = names.find(field).ok_or_else(|| field.to_owned())?;
        let (op, value) = operator(value);
        let operand = Operand::parse(value, today);
        if operand.text.is_empty() {
            return Ok(None);
        }
        match op {
            None => term(Test::Holds(column, operand)),
            Some(op) => term(Test::Compares(column, op, operand)),
        }
    }
}

fn operator(value: &str) -> (Option<Op>, &str) {
    let wide = |c: char| match c {
        '＜' => '<',
        '＞' => '>',
        '＝' => '=',
        c => c,
    };
    let mut chars = value.chars();
    let (first, second) = (chars.next().map(wide), chars.next().map(wide));
    let (op, signs) = match (first, second) {
        (Some('>'), Some('=')) => (Op::AtLeast, 2),
        (Some('<'), Some('=')) => (Op::AtMost, 2),
        (Some('>'), _) => (Op::More, 1),
        (Some('<'), _) => (Op::Less, 1),
        (Some('='), _) => (Op::Equal, 1),
        _ => return (None, value),
    };
    let at = value.char_indices().nth(signs).map_or(value.len(), |(at, _)| at);
    (Some(op), &value[at..])
}

/// Whether a word's letters stand in their order within one cell, with no more between them than there are of them.
fn near(word: &str, line: &str) -> bool {
    let Some(first) = word.chars().next() else { return true };
    let reach = word.chars().count() * 2;
    in_order(word, line)
        && line.split('\n').filter(|cell| !cell.starts_with(MASKED)).any(|cell| {
            cell.match_indices(first).any(|(start, _)| {
                let mut wanted = word.chars().peekable();
                for c in cell[start..].chars().take(reach) {
                    wanted.next_if_eq(&c);
                }
                wanted.peek().is_none()
            })
        })
}

/// Whether a word's letters stand in their order anywhere in the line. Most lines are held back by this alone, and a letter
/// is found much faster than a line is read.
fn in_order(word: &str, line: &str) -> bool {
    let mut rest = line;
    word.chars().all(|c| {
        let found = rest.find(c);
        rest = found.map_or("", |at| &rest[at + c.len_utf8()..]);
        found.is_some()
    })
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
