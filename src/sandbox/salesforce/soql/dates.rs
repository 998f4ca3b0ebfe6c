//! Relative dates: `TODAY`, `LAST_N_DAYS:30`, `THIS_MONTH` and their kin, as days in the user's zone.

use jiff::Span;
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::{TimeZone, offset};

/// Days from the first up to, not including, the second.
pub type Days = (Date, Date);

const FIXED: &[&str] = &[
    "YESTERDAY",
    "TODAY",
    "TOMORROW",
    "LAST_WEEK",
    "THIS_WEEK",
    "NEXT_WEEK",
    "LAST_MONTH",
    "THIS_MONTH",
    "NEXT_MONTH",
    "LAST_QUARTER",
    "THIS_QUARTER",
    "NEXT_QUARTER",
    "LAST_YEAR",
    "THIS_YEAR",
    "NEXT_YEAR",
    "LAST_90_DAYS",
    "NEXT_90_DAYS",
];

const UNITS: &[&str] = &["DAYS", "WEEKS", "MONTHS", "QUARTERS", "YEARS"];

/// Is this word (upper case) a relative date?
pub fn is_relative(word: &str) -> bool {
    FIXED.contains(&word) || counted(word).is_some()
}

/// Does it need `:n` after it?
pub fn takes_count(word: &str) -> bool {
    counted(word).is_some()
}

/// `LAST_N_DAYS` → (`LAST_N`, `DAYS`); `N_DAYS_AGO` → (`AGO`, `DAYS`).
fn counted(word: &str) -> Option<(&'static str, &'static str)> {
    let unit = |text: &str| UNITS.iter().find(|unit| **unit == text).copied();
    if let Some(rest) = word.strip_prefix("LAST_N_") {
        return Some(("LAST_N", unit(rest)?));
    }
    if let Some(rest) = word.strip_prefix("NEXT_N_") {
        return Some(("NEXT_N", unit(rest)?));
    }
    Some(("AGO", unit(word.strip_prefix("N_")?.strip_suffix("_AGO")?)?))
}

/// The days meant by a relative date at this moment; `None` where the calendar ends.
pub fn days(word: &str, count: i64, now: Timestamp) -> Option<Days> {
    let today = day_of(now.as_millisecond());
    if let Some((direction, unit)) = counted(word) {
        let step = |n: i64| unit_span(unit, n);
        let this = start_of(unit, today)?;
        return Some(match direction {
            // The running day belongs to "last n days", the running month not to "last n months".
            "LAST_N" if unit == "DAYS" => (this.checked_sub(step(count)?).ok()?, this.checked_add(step(1)?).ok()?),
            "LAST_N" => (this.checked_sub(step(count)?).ok()?, this),
            "NEXT_N" => (this.checked_add(step(1)?).ok()?, this.checked_add(step(count + 1)?).ok()?),
            _ => {
                let start = this.checked_sub(step(count)?).ok()?;
                (start, start.checked_add(step(1)?).ok()?)
            }
        });
    }
    match word {
        "LAST_90_DAYS" => return days("LAST_N_DAYS", 90, now),
        "NEXT_90_DAYS" => return days("NEXT_N_DAYS", 90, now),
        _ => {}
    }
    let (unit, shift) = match word {
        "YESTERDAY" => ("DAYS", -1),
        "TOMORROW" => ("DAYS", 1),
        "LAST_WEEK" => ("WEEKS", -1),
        "THIS_WEEK" => ("WEEKS", 0),
        "NEXT_WEEK" => ("WEEKS", 1),
        "LAST_MONTH" => ("MONTHS", -1),
        "THIS_MONTH" => ("MONTHS", 0),
        "NEXT_MONTH" => ("MONTHS", 1),
        "LAST_QUARTER" => ("QUARTERS", -1),
        "THIS_QUARTER" => ("QUARTERS", 0),
        "NEXT_QUARTER" => ("QUARTERS", 1),
        "LAST_YEAR" => ("YEARS", -1),
        "THIS_YEAR" => ("YEARS", 0),
        "NEXT_YEAR" => ("YEARS", 1),
        _ => ("DAYS", 0),
    };
    let start = start_of(unit, today)?.checked_add(unit_span(unit, shift)?).ok()?;
    Some((start, start.checked_add(unit_span(unit, 1)?).ok()?))
}

fn unit_span(unit: &str, n: i64) -> Option<Span> {
    let (days, months) = match unit {
        "DAYS" => (n, 0),
        "WEEKS" => (n * 7, 0),
        "MONTHS" => (0, n),
        "QUARTERS" => (0, n * 3),
        _ => (0, n * 12),
    };
    Span::new().try_days(days).ok()?.try_months(months).ok()
}

fn start_of(unit: &str, day: Date) -> Option<Date> {
    match unit {
        "DAYS" => Some(day),
        "WEEKS" if day.weekday() == Weekday::Sunday => Some(day),
        "WEEKS" => day.nth_weekday(-1, Weekday::Sunday).ok(),
        "MONTHS" => Some(day.first_of_month()),
        "QUARTERS" => Date::new(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).ok(),
        _ => Some(day.first_of_year()),
    }
}

/// The user's zone: the sandbox's users are in Japan, which has no summer time.
fn zone() -> TimeZone {
    TimeZone::fixed(offset(9))
}

/// The day in the user's zone on which a moment (milliseconds UTC) falls.
pub fn day_of(ms: i64) -> Date {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone()).date()
}

/// The moment (milliseconds UTC) at which a day begins in the user's zone.
pub fn start_of_day(day: Date) -> i64 {
    day.to_zoned(zone()).map_or(0, |zoned| zoned.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_dates_in_japan() {
        // Monday the 23rd of November in Japan, still Sunday in Greenwich.
        let now: Timestamp = "2026-11-22T15:30:00Z".parse().unwrap();
        for (word, count, start, end) in [
            ("TODAY", 0, "2026-11-23", "2026-11-24"),
            ("YESTERDAY", 0, "2026-11-22", "2026-11-23"),
            ("THIS_WEEK", 0, "2026-11-22", "2026-11-29"),
            ("LAST_WEEK", 0, "2026-11-15", "2026-11-22"),
            ("THIS_MONTH", 0, "2026-11-01", "2026-12-01"),
            ("NEXT_MONTH", 0, "2026-12-01", "2027-01-01"),
            ("LAST_QUARTER", 0, "2026-07-01", "2026-10-01"),
            ("THIS_YEAR", 0, "2026-01-01", "2027-01-01"),
            ("LAST_N_DAYS", 7, "2026-11-16", "2026-11-24"),
            ("NEXT_N_DAYS", 3, "2026-11-24", "2026-11-27"),
            ("N_DAYS_AGO", 3, "2026-11-20", "2026-11-21"),
            ("LAST_N_MONTHS", 2, "2026-09-01", "2026-11-01"),
            ("N_YEARS_AGO", 1, "2025-01-01", "2026-01-01"),
        ] {
            assert!(is_relative(word));
            let (from, to) = days(word, count, now).unwrap();
            assert_eq!((from.to_string(), to.to_string()), (start.to_owned(), end.to_owned()), "{word}:{count}");
        }
        assert!(!is_relative("SOMEDAY") && !is_relative("LAST_N_MOONS"));
        assert_eq!(days("N_YEARS_AGO", 100_000, now), None);
    }
}
