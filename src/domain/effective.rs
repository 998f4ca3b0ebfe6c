//! The day a change of a line takes effect.
//!
//! Freebit takes a missing day for "at once", and what happened at once cannot be called back. So a change that has a day is
//! never made without one here: "now" is a word that has to be typed, and every other day is counted in Japan.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::phrase::Phrase;
use super::text::{Text, folded};
use super::time;

/// From when a change counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectiveDate {
    /// At once. Somebody spelled it out.
    Now,
    /// From this day in Japan (a new plan), or with its end (the end of a line).
    On(Date),
}

/// Why a text is no day a change can take effect on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EffectiveError {
    /// Not a day.
    #[error("“{0}” is no day: write one like 2026-12-01, or next-month, month-end, or now for at once")]
    NotADay(Text),
    /// A day that is over.
    #[error("{0} is over")]
    Past(Date),
    /// Further away than anybody plans; a mistyped year.
    #[error("{0} is more than a year away")]
    TooFar(Date),
}

/// Days ahead that are not taken for a mistyped year.
const FURTHEST: i64 = 366;

impl EffectiveDate {
    /// Reads `now`, `next-month` (its first day), `month-end` (the last day of this month), or a day that is not over.
    ///
    /// # Errors
    /// What would be right.
    pub fn parse(written: &str, now: Timestamp) -> Result<Self, EffectiveError> {
        let word = folded(written).trim().to_ascii_lowercase();
        let today = time::today(now);
        let day = match word.as_str() {
            "now" => return Ok(Self::Now),
            "next-month" => time::next_month_start(today),
            "month-end" => time::month_end(today),
            "today" => today,
            "tomorrow" => today.tomorrow().unwrap_or(Date::MAX),
            _ => time::salesforce_date(&word).map_err(|_| EffectiveError::NotADay(Text::line(written)))?,
        };
        match time::days_between(today, day) {
            ..0 => Err(EffectiveError::Past(day)),
            0..=FURTHEST => Ok(Self::On(day)),
            _ => Err(EffectiveError::TooFar(day)),
        }
    }

    /// The day itself, as it is written into a request: for "now" the day it is sent on.
    pub fn day(self, now: Timestamp) -> Date {
        match self {
            Self::Now => time::today(now),
            Self::On(day) => day,
        }
    }

    /// Whether its day is over.
    pub fn is_over(self, now: Timestamp) -> bool {
        matches!(self, Self::On(day) if day < time::today(now))
    }

    /// In words, for a change that begins with the day.
    pub fn begins(self) -> Phrase {
        match self {
            Self::Now => Phrase::new("effective-now"),
            Self::On(day) => Phrase::new("effective-from").with("day", day),
        }
    }

    /// In words, for something that ends with the day.
    pub fn ends(self) -> Phrase {
        match self {
            Self::Now => Phrase::new("effective-now"),
            Self::On(day) => Phrase::new("effective-until").with("day", day),
        }
    }
}

/// The last day of a month on which something can still be asked for with effect from the month's end: 25 where the 25th is
/// the last. In a month that has no such day, its last day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutOff(pub i8);

impl CutOff {
    /// The last day on which one can ask, in the month of `day`.
    pub fn of(self, day: Date) -> Date {
        let last = time::month_end(day);
        last.with().day(self.0.clamp(1, last.day())).build().unwrap_or(last)
    }

    /// Whether it is over for the present month, in Japan: the whole of the day itself counts.
    pub fn is_over(self, now: Timestamp) -> bool {
        let today = time::today(now);
        today > self.of(today)
    }

    /// The first month end at which something asked for now can end.
    pub fn first_end(self, now: Timestamp) -> Date {
        let today = time::today(now);
        let this = time::month_end(today);
        if self.is_over(now) { time::month_end(time::next_month_start(today)) } else { this }
    }

    /// A day's word as it can be kept: after the cut-off this month's end is no end that can be asked for any more. Any other
    /// word is itself.
    pub fn soonest(self, word: &str, now: Timestamp) -> Option<Date> {
        match word {
            "month-end" => Some(self.first_end(now)),
            "next-month" => Some(self.first_begin(now)),
            _ => None,
        }
    }

    /// Why something can not be asked for any more that ends with this day: the cut-off for its month is over.
    pub fn too_late(self, end: EffectiveDate, now: Timestamp) -> Option<Phrase> {
        let first = self.first_end(now);
        let late = matches!(end, EffectiveDate::On(day) if day < first);
        let says = || {
            let last = self.of(time::today(now));
            Phrase::new("check-end-cut-off").with("last", last).with("first", first)
        };
        late.then(says)
    }

    /// The first of a month on which something asked for now can begin.
    pub fn first_begin(self, now: Timestamp) -> Date {
        time::next_month_start(self.first_end(now))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn jst(day: Date, hour: i8, minute: i8, second: i8) -> Timestamp {
        time::from_jst(day.at(hour, minute, second, 0)).unwrap()
    }

    #[test]
    fn now_is_only_now_when_it_is_spelled() {
        let now = jst(date(2026, 11, 22), 12, 0, 0);
        for (written, read) in [
            ("now", Ok(EffectiveDate::Now)),
            (" NOW ", Ok(EffectiveDate::Now)),
            ("next-month", Ok(EffectiveDate::On(date(2026, 12, 1)))),
            ("month-end", Ok(EffectiveDate::On(date(2026, 11, 30)))),
            ("2026-11-22", Ok(EffectiveDate::On(date(2026, 11, 22)))),
            ("2026-11-21", Err(EffectiveError::Past(date(2026, 11, 21)))),
            ("2062-11-22", Err(EffectiveError::TooFar(date(2062, 11, 22)))),
        ] {
            assert_eq!(EffectiveDate::parse(written, now), read, "{written}");
        }
        for wrong in ["", "soon", "2026-11-31", "20261130", "11/30"] {
            assert!(matches!(EffectiveDate::parse(wrong, now), Err(EffectiveError::NotADay(_))), "{wrong}");
        }
    }

    #[test]
    fn the_cut_off_is_counted_in_japan_to_the_second() {
        let rule = CutOff(25);
        for (day, last, over_end) in [
            (date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 31)),
            (date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 31)),
            (date(2027, 2, 25), date(2027, 2, 28), date(2027, 3, 31)),
            (date(2028, 2, 25), date(2028, 2, 29), date(2028, 3, 31)),
            (date(2027, 1, 25), date(2027, 1, 31), date(2027, 2, 28)),
        ] {
            let before = jst(day, 23, 59, 59);
            assert_eq!((rule.is_over(before), rule.first_end(before)), (false, last));
            assert_eq!(rule.first_begin(before), last.tomorrow().unwrap());
            let after = jst(day.tomorrow().unwrap(), 0, 0, 0);
            assert_eq!(after.duration_since(before).as_secs(), 1);
            assert_eq!((rule.is_over(after), rule.first_end(after)), (true, over_end));
        }
    }

    #[test]
    fn a_day_no_month_has_is_the_last_one() {
        assert_eq!(CutOff(31).of(date(2027, 2, 3)), date(2027, 2, 28));
        assert_eq!(CutOff(0).of(date(2027, 2, 3)), date(2027, 2, 1));
        assert!(!CutOff(31).is_over(jst(date(2026, 11, 30), 23, 59, 59)));
    }

    /// I6: every night of eight years, in months of 28, 29, 30 and 31 days, at the last second of the day in Japan and at the
    /// first of the next.
    #[test]
    fn every_midnight_of_eight_years_is_japans() {
        let rule = CutOff(25);
        let mut lengths = std::collections::BTreeSet::new();
        let mut day = date(2024, 1, 1);
        while day < date(2032, 1, 1) {
            let last = time::month_end(day);
            lengths.insert(last.day());
            let (evening, next) = (jst(day, 23, 59, 59), day.tomorrow().unwrap());
            let midnight = jst(next, 0, 0, 0);
            assert_eq!((time::today(evening), time::today(midnight)), (day, next));
            assert_eq!(midnight.duration_since(evening).as_secs(), 1, "no hour is lost or twice");
            assert_eq!(rule.is_over(evening), day.day() > 25, "{day}");
            let this = if day.day() > 25 { time::month_end(last.tomorrow().unwrap()) } else { last };
            assert_eq!((rule.first_end(evening), rule.first_begin(evening)), (this, this.tomorrow().unwrap()), "{day}");
            let read = |word| EffectiveDate::parse(word, evening).unwrap().day(evening);
            assert_eq!([read("today"), read("tomorrow"), read("month-end")], [day, next, last]);
            assert_eq!(read("next-month"), last.tomorrow().unwrap());
            // What was asked for in the evening is over or is not, by the day in Japan and by nothing else.
            assert!(!EffectiveDate::On(day).is_over(evening) && EffectiveDate::On(day).is_over(midnight));
            day = next;
        }
        assert_eq!(lengths.into_iter().collect::<Vec<_>>(), [28, 29, 30, 31]);
    }

    proptest! {
        #[test]
        fn ends_are_month_ends_and_begins_are_firsts(seconds in 0_i64..4_000_000_000, cut_off in 1_i8..=31) {
            let now = Timestamp::from_second(seconds).unwrap();
            let rule = CutOff(cut_off);
            let (end, begin, today) = (rule.first_end(now), rule.first_begin(now), time::today(now));
            prop_assert!(end >= today && end == time::month_end(end));
            prop_assert_eq!(begin, end.tomorrow().unwrap());
            prop_assert_eq!(begin.day(), 1);
            prop_assert_eq!(rule.is_over(now), today.day() > cut_off.min(time::month_end(today).day()));
            // What is read as a day comes back as that day, and never as "now".
            prop_assert_eq!(EffectiveDate::parse(&time::iso(begin), now), Ok(EffectiveDate::On(begin)));
        }
    }
}
