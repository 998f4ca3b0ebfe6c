//! Days and deadlines in words: what an agent says on the telephone.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

use crate::domain::time;
use crate::locale::Value;
use crate::scene::Scene;

/// `1 December`; with the year where it is another than this one.
pub fn day(date: Date, scene: &Scene<'_>) -> String {
    let year = date.year().to_string();
    let values = [
        ("day", Value::Number(date.day().into())),
        ("month", Value::Number(date.month().into())),
        ("year", Value::Text(&year)),
    ];
    scene.with(if date.year() == scene.today().year() { "day-words" } else { "day-words-year" }, &values)
}

/// `in 8 days`, `tomorrow`, `today`, `3 days ago`.
pub fn distance(date: Date, scene: &Scene<'_>) -> String {
    let days = time::days_until(date, scene.now);
    let (key, n) = match days {
        0 => return scene.say("days-today").into_owned(),
        1 => return scene.say("days-tomorrow").into_owned(),
        -1 => return scene.say("days-yesterday").into_owned(),
        2.. => ("days-ahead", days),
        _ => ("days-ago", -days),
    };
    scene.with(key, &[("n", Value::Number(n))])
}

/// `1 December, in 8 days`.
pub fn day_and_distance(date: Date, scene: &Scene<'_>) -> String {
    format!("{}, {}", day(date, scene), distance(date, scene))
}

/// What is left until a moment, by the minute: `in 18 min`, `in 2 h 5 min`. `None` once it is over.
pub fn left(until: Timestamp, scene: &Scene<'_>) -> Option<String> {
    let seconds = until.as_second() - scene.now.as_second();
    // Rounded up: a lock with half a minute left is not over.
    let minutes = (seconds > 0).then_some((seconds + 59) / 60)?;
    let values = [("h", Value::Number(minutes / 60)), ("m", Value::Number(minutes % 60))];
    Some(scene.with(if minutes < 60 { "left-minutes" } else { "left-hours" }, &values))
}

/// Key of a weekday's short name.
pub fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "weekday-mon",
        Weekday::Tuesday => "weekday-tue",
        Weekday::Wednesday => "weekday-wed",
        Weekday::Thursday => "weekday-thu",
        Weekday::Friday => "weekday-fri",
        Weekday::Saturday => "weekday-sat",
        Weekday::Sunday => "weekday-sun",
    }
}
