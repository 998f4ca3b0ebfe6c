//! Time as staff in Japan speak of it, and the ways three systems write it.
//!
//! Calendar questions ("due in three days", "end of the month") are asked in Japan's time zone, which has no summer time.
//! Nothing here reads a clock: `now` is always an argument.

use std::fmt::{Display, Write as _};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use thiserror::Error;

use super::text::Text;

static JST: TimeZone = jiff::tz::get!("Asia/Tokyo");

/// Why a text is not a date or a time.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("“{written}” is not {expected}")]
pub struct TimeError {
    /// What was read.
    pub written: Text,
    /// What would have been right, as words: `a date like 2026-11-22`.
    pub expected: &'static str,
}

/// Japan's time zone, compiled in: no zone files are needed.
pub fn jst() -> TimeZone {
    JST.clone()
}

/// The calendar date and wall clock in Japan at that moment.
pub fn in_jst(at: Timestamp) -> DateTime {
    JST.to_datetime(at)
}

/// The calendar date in Japan at that moment.
pub fn today(now: Timestamp) -> Date {
    in_jst(now).date()
}

/// The moment at which that wall clock was shown in Japan; `None` beyond the year 9999.
pub fn from_jst(wall: DateTime) -> Option<Timestamp> {
    JST.to_timestamp(wall).ok()
}

/// `2026-11-22`, the date in Japan.
pub fn date(at: Timestamp) -> String {
    today(at).to_string()
}

/// `2026-11-22 19:03`, in Japan.
pub fn date_time(at: Timestamp) -> String {
    // Piece by piece a text grows and is moved; its length is known.
    let mut out = String::with_capacity(16);
    let written = write!(out, "{}", wall_clock(at));
    debug_assert!(written.is_ok(), "a String takes everything");
    out
}

/// As [`date_time`], for whoever writes it somewhere.
pub fn wall_clock(at: Timestamp) -> impl Display {
    in_jst(at).strftime("%Y-%m-%d %H:%M")
}

/// `2026-11-22`.
pub fn iso(date: Date) -> String {
    let mut out = String::with_capacity(10);
    let written = write!(out, "{date}");
    debug_assert!(written.is_ok(), "a String takes everything");
    out
}

/// `19:03`, in Japan.
pub fn clock(at: Timestamp) -> String {
    time_of_day(at).to_string()
}

/// As [`clock`], for whoever writes it somewhere.
pub fn time_of_day(at: Timestamp) -> impl Display {
    in_jst(at).strftime("%H:%M")
}

/// `19:03:04`, in Japan.
pub fn clock_with_seconds(at: Timestamp) -> String {
    in_jst(at).strftime("%H:%M:%S").to_string()
}

/// Calendar days from today (in Japan) until `date`: 0 today, 1 tomorrow, -1 yesterday.
pub fn days_until(date: Date, now: Timestamp) -> i64 {
    days_between(today(now), date)
}

/// Calendar days by which `date` has passed in Japan; `None` when it has not, so that "due today" is not yet overdue.
pub fn days_overdue(date: Date, now: Timestamp) -> Option<i64> {
    let late = -days_until(date, now);
    (late > 0).then_some(late)
}

/// Calendar days from `from` to `to`.
pub fn days_between(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).map_or(0, |span| span.get_days()))
}

/// The last day of the month `date` is in.
pub fn month_end(date: Date) -> Date {
    date.last_of_month()
}

/// The first day of the month after the one `date` is in.
pub fn next_month_start(date: Date) -> Date {
    date.last_of_month().tomorrow().unwrap_or(Date::MAX)
}

/// How long ago something was, in whole seconds; what lies in the future is "now", because clocks of several systems differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Age {
    /// Whole seconds, never negative.
    pub seconds: i64,
}

/// The unit in which an age is best said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgeUnit {
    /// Below one minute.
    Seconds,
    /// Below one hour.
    Minutes,
    /// Below one day (24 hours).
    Hours,
    /// 24 hours and more.
    Days,
}

/// The age at `now` of something that happened `then`.
pub fn age(now: Timestamp, then: Timestamp) -> Age {
    Age { seconds: now.as_second().saturating_sub(then.as_second()).max(0) }
}

impl Age {
    /// The largest unit that fits, and how many whole ones: 150 seconds are `(2, Minutes)`. The words are the locale's.
    pub fn parts(self) -> (i64, AgeUnit) {
        match self.seconds {
            ..60 => (self.seconds, AgeUnit::Seconds),
            60..3_600 => (self.seconds / 60, AgeUnit::Minutes),
            3_600..86_400 => (self.seconds / 3_600, AgeUnit::Hours),
            _ => (self.seconds / 86_400, AgeUnit::Days),
        }
    }
}

/// A Salesforce datetime, `2026-11-22T10:03:04.000+0000`: milliseconds, and an offset without a colon, which is not RFC 3339.
/// `Z` and `+09:00` are read too.
pub fn salesforce_datetime(written: &str) -> Result<Timestamp, TimeError> {
    written.trim().parse().map_err(|_| wrong(written, "a date and time like 2026-11-22T10:03:04.000+0000"))
}

/// A Salesforce date, `2026-11-22`: a calendar day without a zone, which nothing may shift.
pub fn salesforce_date(written: &str) -> Result<Date, TimeError> {
    iso_date(written.trim()).ok_or_else(|| wrong(written, "a date like 2026-11-22"))
}

/// A WHMCS date, `2026-11-22`, with or without a time of day that is ignored. WHMCS writes "no date" as `0000-00-00`, as
/// nothing, or (PHP's reading of that) as `-0001-11-30`.
pub fn whmcs_date(written: &str) -> Result<Option<Date>, TimeError> {
    let trimmed = written.trim();
    if whmcs_never(trimmed) {
        return Ok(None);
    }
    let day = trimmed.get(..10).filter(|_| trimmed.len() == 10 || trimmed[10..].starts_with([' ', 'T']));
    day.and_then(iso_date).map(Some).ok_or_else(|| wrong(written, "a date like 2026-11-22"))
}

/// A WHMCS date and time, `2026-11-22 19:03:04`, which carries no zone: `zone` is the one the installation is set to. A date
/// alone is its midnight. "No date" as in [`whmcs_date`].
pub fn whmcs_datetime(written: &str, zone: &TimeZone) -> Result<Option<Timestamp>, TimeError> {
    let trimmed = written.trim();
    if whmcs_never(trimmed) {
        return Ok(None);
    }
    let wall = iso_date(trimmed).map(|day| day.to_datetime(jiff::civil::Time::midnight())).or_else(|| {
        let spaced = trimmed.len() >= 16 && matches!(trimmed.as_bytes()[10], b' ' | b'T');
        spaced.then(|| trimmed.parse::<DateTime>().ok()).flatten()
    });
    wall.and_then(|wall| zone.to_timestamp(wall).ok())
        .map(Some)
        .ok_or_else(|| wrong(written, "a date and time like 2026-11-22 19:03:04"))
}

fn whmcs_never(written: &str) -> bool {
    written.is_empty() || written.starts_with("0000-00-00") || written.starts_with('-') || written == "null"
}

/// A Freebit date, `20261122`.
pub fn freebit_date(written: &str) -> Result<Date, TimeError> {
    compact_date(written.trim()).ok_or_else(|| wrong(written, "a date like 20261122"))
}

/// A Freebit date and time, `20261122190304`, on Japan's wall clock.
pub fn freebit_datetime(written: &str) -> Result<Timestamp, TimeError> {
    let trimmed = written.trim();
    let wall = (trimmed.len() == 14).then(|| {
        let day = compact_date(trimmed.get(..8)?)?;
        let part = |from: usize| number(trimmed.get(from..from + 2)?);
        let time = jiff::civil::Time::new(part(8)? as i8, part(10)? as i8, part(12)? as i8, 0).ok()?;
        from_jst(day.to_datetime(time))
    });
    wall.flatten().ok_or_else(|| wrong(written, "a date and time like 20261122190304"))
}

/// As Freebit writes and wants a date: `20261122`.
pub fn to_freebit_date(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

fn iso_date(written: &str) -> Option<Date> {
    let bytes = written.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    ymd(written.get(..4)?, written.get(5..7)?, written.get(8..)?)
}

fn compact_date(written: &str) -> Option<Date> {
    if written.len() != 8 {
        return None;
    }
    ymd(written.get(..4)?, written.get(4..6)?, written.get(6..)?)
}

fn ymd(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(number(year)?, number(month)? as i8, number(day)? as i8).ok()
}

/// A number of at most four digits and nothing but digits (a sign would be read as a different date).
fn number(digits: &str) -> Option<i16> {
    (digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

fn wrong(written: &str, expected: &'static str) -> TimeError {
    TimeError { written: Text::line(written), expected }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as ymd;
    use proptest::prelude::*;

    use super::*;

    fn at(written: &str) -> Timestamp {
        written.parse().unwrap()
    }

    #[test]
    fn shows_japanese_wall_clock() {
        let late = at("2026-11-22T15:03:04Z");
        assert_eq!(date(late), "2026-11-23");
        assert_eq!(date_time(late), "2026-11-23 00:03");
        assert_eq!(clock(late), "00:03");
        assert_eq!(clock_with_seconds(late), "00:03:04");
    }

    #[test]
    fn counts_calendar_days_in_japan() {
        let just_before_midnight = at("2026-11-22T14:59:59Z");
        let midnight = at("2026-11-22T15:00:00Z");
        assert_eq!(days_until(ymd(2026, 11, 23), just_before_midnight), 1);
        assert_eq!(days_until(ymd(2026, 11, 23), midnight), 0);
        assert_eq!(days_until(ymd(2027, 11, 23), midnight), 365);
        assert_eq!(days_overdue(ymd(2026, 11, 22), just_before_midnight), None);
        assert_eq!(days_overdue(ymd(2026, 11, 22), midnight), Some(1));
    }

    #[test]
    fn months_end_where_they_end() {
        for (day, end, next) in [
            (ymd(2026, 11, 22), ymd(2026, 11, 30), ymd(2026, 12, 1)),
            (ymd(2028, 2, 1), ymd(2028, 2, 29), ymd(2028, 3, 1)),
            (ymd(2026, 12, 31), ymd(2026, 12, 31), ymd(2027, 1, 1)),
        ] {
            assert_eq!((month_end(day), next_month_start(day)), (end, next));
        }
        assert_eq!(next_month_start(Date::MAX), Date::MAX);
    }

    #[test]
    fn ages_have_one_unit() {
        for (seconds, parts) in [
            (0, (0, AgeUnit::Seconds)),
            (59, (59, AgeUnit::Seconds)),
            (150, (2, AgeUnit::Minutes)),
            (7_200, (2, AgeUnit::Hours)),
            (5 * 86_400 + 1, (5, AgeUnit::Days)),
        ] {
            assert_eq!(Age { seconds }.parts(), parts);
        }
        assert_eq!(age(at("2026-11-22T00:00:00Z"), at("2026-11-22T00:00:09Z")).seconds, 0);
        assert_eq!(age(at("2026-11-22T00:01:00Z"), at("2026-11-22T00:00:09Z")).seconds, 51);
    }

    #[test]
    fn reads_salesforce() {
        let moment = at("2026-11-22T10:03:04Z");
        for written in ["2026-11-22T10:03:04.000+0000", "2026-11-22T10:03:04Z", "2026-11-22T19:03:04.000+09:00"] {
            assert_eq!(salesforce_datetime(written), Ok(moment), "{written}");
        }
        assert_eq!(salesforce_date("2026-11-22"), Ok(ymd(2026, 11, 22)));
        for bad in ["", "2026-11-22", "2026-11-22T10:03:04", "yesterday"] {
            assert!(salesforce_datetime(bad).is_err(), "{bad}");
        }
        let error = salesforce_date("22/11/2026").unwrap_err();
        assert_eq!(error.to_string(), "“22/11/2026” is not a date like 2026-11-22");
    }

    #[test]
    fn reads_whmcs() {
        let zone = jst();
        for never in ["", " ", "0000-00-00", "0000-00-00 00:00:00", "-0001-11-30", "-0001-11-30 00:00:00", "null"] {
            assert_eq!(whmcs_date(never), Ok(None), "{never}");
            assert_eq!(whmcs_datetime(never, &zone), Ok(None), "{never}");
        }
        assert_eq!(whmcs_date("2026-11-22"), Ok(Some(ymd(2026, 11, 22))));
        assert_eq!(whmcs_date("2026-11-22 23:59:59"), Ok(Some(ymd(2026, 11, 22))));
        assert_eq!(whmcs_datetime("2026-11-22 19:03:04", &zone), Ok(Some(at("2026-11-22T10:03:04Z"))));
        assert_eq!(whmcs_datetime("2026-11-22", &zone), Ok(Some(at("2026-11-21T15:00:00Z"))));
        assert_eq!(whmcs_datetime("2026-11-22 10:03:04", &TimeZone::UTC), Ok(Some(at("2026-11-22T10:03:04Z"))));
        for bad in ["2026-13-01", "2026-02-30", "22/11/2026", "2026-11-2", "2026-11-22x", "＋２０２６-1-1"] {
            assert!(whmcs_date(bad).is_err(), "{bad}");
            assert!(whmcs_datetime(bad, &zone).is_err(), "{bad}");
        }
    }

    #[test]
    fn reads_freebit() {
        assert_eq!(freebit_date("20261122"), Ok(ymd(2026, 11, 22)));
        assert_eq!(freebit_datetime("20261122190304"), Ok(at("2026-11-22T10:03:04Z")));
        for bad in ["", "2026112", "20261322", "00000000", "+2026112", "20261122250000"] {
            assert!(freebit_date(bad).is_err() && freebit_datetime(bad).is_err(), "{bad}");
        }
        assert_eq!(to_freebit_date(ymd(2026, 1, 2)), "20260102");
    }

    proptest! {
        #[test]
        fn never_panics(written in "\\PC{0,24}|[-0-9:T +.Z]{0,30}") {
            let _ = (salesforce_datetime(&written), salesforce_date(&written), freebit_date(&written), freebit_datetime(&written));
            let _ = (whmcs_date(&written), whmcs_datetime(&written, &TimeZone::UTC));
        }
    }
}
