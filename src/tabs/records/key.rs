//! What a row is ordered, compared and exported by in a column.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};

use jiff::Timestamp;
use jiff::civil::Date;
use madoguchi_ui::table::Direction;

use crate::domain::collate::NameKey;
use crate::domain::money::Yen;

/// A row's value in a column. Filters compare numbers and days by it; the export writes it where its type says more than
/// the cell's text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key<'a> {
    /// A place in an order nobody reads, such as how urgent a state is; equal places are told apart by the word.
    Rank(u8, Cow<'a, str>),
    /// A number: a count, an amount in yen, megabytes.
    Number(i64),
    /// A day.
    Day(Date),
    /// A moment.
    Moment(Timestamp),
    /// How long it is since a day. Rows know no clock: it is counted where it is asked for, and the older day is more.
    Since(Reverse<Date>),
    /// Text.
    Text(Cow<'a, str>),
    /// A name: by its reading where one is known.
    Name(NameKey),
    /// There is none, or none is known.
    Missing,
}

impl<'a> Key<'a> {
    /// A text; an empty one is missing.
    pub fn text(text: &'a str) -> Self {
        if text.is_empty() { Self::Missing } else { Self::Text(Cow::Borrowed(text)) }
    }

    /// A name, with its reading in kana where one is known; an empty one is missing.
    pub fn name(name: &str, reading: &str) -> Self {
        Self::or_missing(NameKey::of(name, reading), Self::Name)
    }

    /// A number that is never negative, such as a WHMCS id.
    pub fn count(n: u64) -> Self {
        Self::Number(i64::try_from(n).unwrap_or(i64::MAX))
    }

    /// The days since this one.
    pub fn since(day: Option<Date>) -> Self {
        day.map_or(Self::Missing, |day| Self::Since(Reverse(day)))
    }

    /// The key of a value that may be missing.
    pub fn or_missing<T>(value: Option<T>, key: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Missing, key)
    }

    /// How two rows follow each other. What is missing stands last whichever way the others go: nobody sorts by a date
    /// to see the rows without one.
    pub fn order(&self, other: &Self, direction: Direction) -> Ordering {
        match (self, other, direction) {
            (Self::Missing, _, _) | (_, Self::Missing, _) | (_, _, Direction::Ascending) => self.cmp(other),
            _ => other.cmp(self),
        }
    }
}

impl From<Option<i64>> for Key<'_> {
    fn from(n: Option<i64>) -> Self {
        n.map_or(Self::Missing, Self::Number)
    }
}

impl From<Option<Yen>> for Key<'_> {
    fn from(yen: Option<Yen>) -> Self {
        yen.map(|yen| yen.0).into()
    }
}

impl From<Option<Date>> for Key<'_> {
    fn from(day: Option<Date>) -> Self {
        day.map_or(Self::Missing, Self::Day)
    }
}

impl From<Option<Timestamp>> for Key<'_> {
    fn from(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Missing, Self::Moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_stands_last_both_ways() {
        let mut keys = [Key::Missing, Key::Number(2), Key::Number(-1)];
        keys.sort_by(|a, b| a.order(b, Direction::Ascending));
        assert_eq!(keys, [Key::Number(-1), Key::Number(2), Key::Missing]);
        keys.sort_by(|a, b| a.order(b, Direction::Descending));
        assert_eq!(keys, [Key::Number(2), Key::Number(-1), Key::Missing]);
    }

    #[test]
    fn the_older_day_is_the_longer_time() {
        let day = |day| Key::since(Some(jiff::civil::date(2026, 11, day)));
        assert_eq!(day(20).order(&day(21), Direction::Ascending), Ordering::Greater);
        assert_eq!(day(20).order(&Key::since(None), Direction::Ascending), Ordering::Less);
    }

    #[test]
    fn an_empty_text_is_missing() {
        assert_eq!(Key::text(""), Key::Missing);
        assert_eq!(Key::from(None::<i64>), Key::Missing);
        assert_eq!(Key::count(u64::MAX), Key::Number(i64::MAX));
    }
}
