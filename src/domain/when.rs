//! Moments as people at a desk say them: `3d`, `2h`, `fri 10:00`, `tomorrow`, `2026-12-01 10:00`.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan as _};

use super::time;

/// The hour of a day alone: the morning, when somebody can still act on it.
const MORNING: Time = Time::constant(9, 0, 0, 0);

/// Reads a moment (JST), seen from `now`. `None` for anything else.
pub fn read(written: &str, now: Timestamp) -> Option<Timestamp> {
    let written = written.trim().to_ascii_lowercase();
    let iso = written.starts_with(|c: char| c.is_ascii_digit()).then(|| written.split_once('t')).flatten();
    let (day, clock) = written.split_once(' ').or(iso).unwrap_or((&written, ""));
    let clock = clock.trim();
    let today = time::today(now);
    if let Some((hours, minutes)) = day.split_once(':').filter(|_| clock.is_empty()) {
        // A time alone is its next one.
        let at = time::from_jst(today.to_datetime(hour(hours, minutes)?))?;
        return if at > now { Some(at) } else { at.checked_add(24.hours()).ok() };
    }
    let time_of_day = match clock.split_once(':') {
        Some((hours, minutes)) => Some(hour(hours, minutes)?),
        None if clock.is_empty() => None,
        None => Some(hour(clock.trim_end_matches('h'), "0")?),
    };
    match (span(day), time_of_day) {
        (Some((count, 'm')), None) => now.checked_add(count.minutes()).ok(),
        (Some((count, 'h')), None) => now.checked_add(count.hours()).ok(),
        (Some((count, 'd')), clock) => at(today.checked_add(count.days()).ok()?, clock),
        (Some((count, 'w')), clock) => at(today.checked_add(count.weeks()).ok()?, clock),
        (Some(_), _) => None,
        (None, clock) => at(date(day, today)?, clock),
    }
}

fn at(day: Date, clock: Option<Time>) -> Option<Timestamp> {
    time::from_jst(day.to_datetime(clock.unwrap_or(MORNING)))
}

fn hour(hours: &str, minutes: &str) -> Option<Time> {
    Time::new(hours.parse().ok()?, minutes.parse().ok()?, 0, 0).ok()
}

/// `3d` is three days.
fn span(written: &str) -> Option<(i64, char)> {
    let unit = written.chars().next_back()?;
    let count: i64 = written.strip_suffix(unit)?.parse().ok()?;
    (matches!(unit, 'm' | 'h' | 'd' | 'w') && (1..=10_000).contains(&count)).then_some((count, unit))
}

fn date(written: &str, today: Date) -> Option<Date> {
    let weekday = match written {
        "today" => return Some(today),
        "tomorrow" => return today.tomorrow().ok(),
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        date => return date.parse().ok(),
    };
    today.nth_weekday(1, weekday).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_people_say_them() {
        // Sunday, 22 November 2026, 10:00 in Japan.
        let now: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        for (written, expected) in [
            ("3d", "2026-11-25 09:00"),
            ("3d 10:00", "2026-11-25 10:00"),
            ("2h", "2026-11-22 12:00"),
            ("45m", "2026-11-22 10:45"),
            ("1w", "2026-11-29 09:00"),
            ("fri 10:00", "2026-11-27 10:00"),
            ("SUN", "2026-11-29 09:00"),
            ("tomorrow 18", "2026-11-23 18:00"),
            ("15:30", "2026-11-22 15:30"),
            ("9:00", "2026-11-23 09:00"),
            ("2026-12-01", "2026-12-01 09:00"),
            ("2026-12-01 10:30", "2026-12-01 10:30"),
            ("2026-12-01t10:30", "2026-12-01 10:30"),
        ] {
            assert_eq!(read(written, now).map(time::date_time).as_deref(), Some(expected), "{written}");
        }
        for written in ["", "soon", "3x", "0d", "fri 25:00", "2026-02-30", "d", "3d 2d", "99999999d"] {
            assert_eq!(read(written, now), None, "{written}");
        }
    }
}
