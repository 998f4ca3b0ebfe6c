//! When somebody is here: Japan's national holidays, and the hours in which promised time runs.
//!
//! Holidays are computed and not listed, so that next year's are there without a release. The law's rules are a table with the
//! years in which each held; what parliament moved for one year (an accession, the Olympic games) is in the same table.

use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Timestamp, ToSpan};
use thiserror::Error;

use super::text::Text;
use super::time;

/// A national holiday of Japan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holiday {
    /// Its name in English.
    pub english: &'static str,
    /// Its name in Japanese.
    pub japanese: &'static str,
}

const SUBSTITUTE: Holiday = Holiday { english: "Substitute Holiday", japanese: "振替休日" };
const CITIZENS: Holiday = Holiday { english: "Citizens' Holiday", japanese: "国民の休日" };

/// On which day of a year a holiday is.
#[derive(Clone, Copy)]
enum When {
    /// Month and day.
    On(i8, i8),
    /// The n-th Monday of the month.
    Monday(i8, i8),
    /// The spring equinox in Japan.
    Spring,
    /// The autumn equinox in Japan.
    Autumn,
}

impl When {
    fn day(self, year: i16) -> Option<Date> {
        match self {
            Self::On(month, day) => Date::new(year, month, day).ok(),
            Self::Monday(month, nth) => Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, Weekday::Monday).ok(),
            Self::Spring => Date::new(year, 3, equinox(year, 20_843_100)?).ok(),
            Self::Autumn => Date::new(year, 9, equinox(year, 23_248_800)?).ok(),
        }
    }

    fn month(self) -> i8 {
        match self {
            Self::On(month, _) | Self::Monday(month, _) => month,
            Self::Spring => 3,
            Self::Autumn => 9,
        }
    }
}

/// The day of an equinox by the usual approximation, good for 1980 to 2099; `start` is its moment in 1980 in millionths of a
/// day. The real day is announced each February for the year after, and has agreed so far.
fn equinox(year: i16, start: i32) -> Option<i8> {
    if !(1980..=2099).contains(&year) {
        return None;
    }
    let years = i32::from(year) - 1980;
    i8::try_from((start + 242_194 * years) / 1_000_000 - years / 4).ok()
}

/// The law, year by year: when, in which years, English name, Japanese name.
const LAW: [(When, RangeInclusive<i16>, &str, &str); 37] = [
    (When::On(1, 1), 1949..=9999, "New Year's Day", "元日"),
    (When::On(1, 15), 1949..=1999, "Coming of Age Day", "成人の日"),
    (When::Monday(1, 2), 2000..=9999, "Coming of Age Day", "成人の日"),
    (When::On(2, 11), 1967..=9999, "National Foundation Day", "建国記念の日"),
    (When::On(2, 23), 2020..=9999, "Emperor's Birthday", "天皇誕生日"),
    (When::On(2, 24), 1989..=1989, "State Funeral of Emperor Showa", "昭和天皇の大喪の礼"),
    (When::Spring, 1949..=9999, "Vernal Equinox Day", "春分の日"),
    (When::On(4, 29), 1949..=1988, "Emperor's Birthday", "天皇誕生日"),
    (When::On(4, 29), 1989..=2006, "Greenery Day", "みどりの日"),
    (When::On(4, 29), 2007..=9999, "Showa Day", "昭和の日"),
    (When::On(5, 1), 2019..=2019, "Accession of the Emperor", "天皇の即位の日"),
    (When::On(5, 3), 1949..=9999, "Constitution Memorial Day", "憲法記念日"),
    (When::On(5, 4), 2007..=9999, "Greenery Day", "みどりの日"),
    (When::On(5, 5), 1949..=9999, "Children's Day", "こどもの日"),
    (When::On(6, 9), 1993..=1993, "Wedding of the Crown Prince", "皇太子徳仁親王の結婚の儀"),
    (When::On(7, 20), 1996..=2002, "Marine Day", "海の日"),
    (When::Monday(7, 3), 2003..=2019, "Marine Day", "海の日"),
    (When::On(7, 23), 2020..=2020, "Marine Day", "海の日"),
    (When::On(7, 24), 2020..=2020, "Sports Day", "スポーツの日"),
    (When::On(7, 22), 2021..=2021, "Marine Day", "海の日"),
    (When::On(7, 23), 2021..=2021, "Sports Day", "スポーツの日"),
    (When::Monday(7, 3), 2022..=9999, "Marine Day", "海の日"),
    (When::On(8, 11), 2016..=2019, "Mountain Day", "山の日"),
    (When::On(8, 10), 2020..=2020, "Mountain Day", "山の日"),
    (When::On(8, 8), 2021..=2021, "Mountain Day", "山の日"),
    (When::On(8, 11), 2022..=9999, "Mountain Day", "山の日"),
    (When::On(9, 15), 1966..=2002, "Respect for the Aged Day", "敬老の日"),
    (When::Monday(9, 3), 2003..=9999, "Respect for the Aged Day", "敬老の日"),
    (When::Autumn, 1948..=9999, "Autumnal Equinox Day", "秋分の日"),
    (When::On(10, 10), 1966..=1999, "Health and Sports Day", "体育の日"),
    (When::Monday(10, 2), 2000..=2019, "Health and Sports Day", "体育の日"),
    (When::On(10, 22), 2019..=2019, "Enthronement Ceremony", "即位礼正殿の儀"),
    (When::Monday(10, 2), 2022..=9999, "Sports Day", "スポーツの日"),
    (When::On(11, 3), 1948..=9999, "Culture Day", "文化の日"),
    (When::On(11, 12), 1990..=1990, "Enthronement Ceremony", "即位礼正殿の儀"),
    (When::On(11, 23), 1948..=9999, "Labour Thanksgiving Day", "勤労感謝の日"),
    (When::On(12, 23), 1989..=2018, "Emperor's Birthday", "天皇誕生日"),
];

/// The holiday that the law names for this day, without the days that only stand in for others.
fn named(day: Date) -> Option<Holiday> {
    let rule = LAW.iter().find(|(when, years, ..)| {
        when.month() == day.month() && years.contains(&day.year()) && when.day(day.year()) == Some(day)
    })?;
    Some(Holiday { english: rule.2, japanese: rule.3 })
}

/// The national holiday on this day, if there is one, from 1980 on. After 2099 the equinoxes are not known and so are no
/// holidays here.
pub fn holiday(day: Date) -> Option<Holiday> {
    named(day).or_else(|| stands_in(day).then_some(SUBSTITUTE)).or_else(|| sandwiched(day).then_some(CITIZENS))
}

/// A holiday on a Sunday moves to the next day that is none; before 2007 only to the Monday.
fn stands_in(day: Date) -> bool {
    let mut before = day;
    loop {
        let Ok(earlier) = before.yesterday() else { return false };
        before = earlier;
        match (named(before), before.weekday()) {
            (None, _) => return false,
            (Some(_), Weekday::Sunday) => return true,
            (Some(_), _) if day.year() < 2007 => return false,
            (Some(_), _) => {}
        }
    }
}

/// A day between two holidays is one too, since December 1985; until 2006 not when it was a Sunday.
fn sandwiched(day: Date) -> bool {
    let near = |day: Result<Date, jiff::Error>| day.is_ok_and(|day| named(day).is_some());
    day.year() >= 1986
        && (day.year() >= 2007 || day.weekday() != Weekday::Sunday)
        && near(day.yesterday())
        && near(day.tomorrow())
}

/// Opening hours of a day, in minutes after midnight in Japan: `0..=1440`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    opens: u16,
    closes: u16,
}

/// Days on which nobody is here although the calendar says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedDays {
    /// Every year, from one month and day to another, both included; over the turn of the year if the first is later.
    Yearly {
        /// First month and day.
        from: (i8, i8),
        /// Last month and day.
        to: (i8, i8),
    },
    /// Once, both days included.
    Once {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
}

/// Why a text tells neither hours nor closed days.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// Not hours.
    #[error("“{0}” is not hours like 09:00-18:00, the first earlier than the second, 24:00 at the latest")]
    Hours(Text),
    /// Not days.
    #[error("“{0}” is not days like 12-29..01-03, 08-15 or 2026-08-13..2026-08-15")]
    Days(Text),
}

/// `09:00-18:00`.
impl FromStr for Hours {
    type Err = CalendarError;

    fn from_str(written: &str) -> Result<Self, CalendarError> {
        let minutes = |clock: &str| {
            let (hour, minute) = clock.trim().split_once(':')?;
            let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
            (hour < 24 && minute < 60 || (hour, minute) == (24, 0)).then(|| u16::from(hour) * 60 + u16::from(minute))
        };
        let hours = written.split_once('-').and_then(|(opens, closes)| {
            let hours = Self { opens: minutes(opens)?, closes: minutes(closes)? };
            (hours.opens < hours.closes).then_some(hours)
        });
        hours.ok_or_else(|| CalendarError::Hours(Text::line(written)))
    }
}

fn two_digits(written: &str) -> Option<u8> {
    (written.len() == 2 && written.bytes().all(|byte| byte.is_ascii_digit())).then(|| written.parse().ok()).flatten()
}

/// `12-29..01-03`, `08-15`, `2026-08-13..2026-08-15` or `2026-08-13`.
impl FromStr for ClosedDays {
    type Err = CalendarError;

    fn from_str(written: &str) -> Result<Self, CalendarError> {
        let (from, to) = written.split_once("..").unwrap_or((written, written));
        let (from, to) = (from.trim(), to.trim());
        let once = || {
            let (from, to) = (time::salesforce_date(from).ok()?, time::salesforce_date(to).ok()?);
            (from <= to).then_some(Self::Once { from, to })
        };
        let yearly = || Some(Self::Yearly { from: month_day(from)?, to: month_day(to)? });
        once().or_else(yearly).ok_or_else(|| CalendarError::Days(Text::line(written)))
    }
}

/// Also 02-29, which most years do not have.
fn month_day(written: &str) -> Option<(i8, i8)> {
    let (month, day) = written.split_once('-')?;
    let (month, day) = (i8::try_from(two_digits(month)?).ok()?, i8::try_from(two_digits(day)?).ok()?);
    Date::new(2028, month, day).ok().map(|_| (month, day))
}

impl ClosedDays {
    fn contains(self, day: Date) -> bool {
        match self {
            Self::Once { from, to } => (from..=to).contains(&day),
            Self::Yearly { from, to } => {
                let this = (day.month(), day.day());
                if from <= to { (from..=to).contains(&this) } else { this >= from || this <= to }
            }
        }
    }
}

/// The hours in which an organisation in Japan works. National holidays are always closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusinessCalendar {
    /// Hours of each weekday, Monday first.
    week: [Option<Hours>; 7],
    closed: Vec<ClosedDays>,
}

/// Monday to Friday, 09:00 to 18:00, closed from December 29 to January 3.
impl Default for BusinessCalendar {
    fn default() -> Self {
        let hours = Some(Hours { opens: 9 * 60, closes: 18 * 60 });
        Self {
            week: [hours, hours, hours, hours, hours, None, None],
            closed: vec![ClosedDays::Yearly { from: (12, 29), to: (1, 3) }],
        }
    }
}

impl BusinessCalendar {
    /// Looking for an open minute gives up after so many days: the calendar has none.
    const HORIZON: usize = 3_700;

    /// A calendar with the hours of each weekday, Monday first (`None` is closed), and the days closed besides.
    pub fn new(week: [Option<Hours>; 7], closed: Vec<ClosedDays>) -> Self {
        Self { week, closed }
    }

    /// The hours of that day, in Japan's wall clock; `None` when it is closed all day.
    fn hours(&self, day: Date) -> Option<Hours> {
        let hours = self.week[usize::try_from(day.weekday().to_monday_zero_offset()).ok()?]?;
        let closed = self.closed.iter().any(|days| days.contains(day)) || holiday(day).is_some();
        (!closed).then_some(hours)
    }

    /// Opening and closing moment of that day.
    fn window(&self, day: Date) -> Option<(Timestamp, Timestamp)> {
        let hours = self.hours(day)?;
        let moment = |minutes: u16| {
            let midnight = time::from_jst(DateTime::from_parts(day, jiff::civil::Time::midnight()))?;
            midnight.checked_add(i64::from(minutes).minutes()).ok()
        };
        Some((moment(hours.opens)?, moment(hours.closes)?))
    }

    /// Whether somebody is here at that moment. The closing minute is closed.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.window(time::today(at)).is_some_and(|(opens, closes)| opens <= at && at < closes)
    }

    /// Whole open minutes from `from` to `to`; 0 when `to` is not later.
    pub fn open_minutes_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        let mut seconds = 0;
        for day in days_from(time::today(from)).take_while(|day| *day <= time::today(to)) {
            if let Some((opens, closes)) = self.window(day) {
                let (start, end) = (opens.max(from), closes.min(to));
                seconds += (end.as_second() - start.as_second()).max(0);
            }
        }
        seconds / 60
    }

    /// The moment at which `minutes` open minutes have passed since `from`; `from` itself for none. A closing time and not the
    /// next day's opening, where both would do. `None` when the calendar never opens, or not soon enough to matter (ten years).
    pub fn add_open_minutes(&self, from: Timestamp, minutes: i64) -> Option<Timestamp> {
        let mut left = minutes.checked_mul(60)?;
        if left <= 0 {
            return Some(from);
        }
        for day in days_from(time::today(from)).take(Self::HORIZON) {
            let Some((opens, closes)) = self.window(day) else { continue };
            let start = opens.max(from);
            let here = closes.as_second() - start.as_second();
            if here >= left {
                return start.checked_add(left.seconds()).ok();
            }
            left -= here.max(0);
        }
        None
    }
}

fn days_from(first: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.tomorrow().ok())
}

#[cfg(test)]
mod tests;
