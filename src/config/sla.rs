//! By when customers are promised an answer, as it is configured.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::domain::calendar::{BusinessCalendar, ClosedDays, Hours};
use crate::domain::sla::{Promise, Promises};
use crate::domain::words::{List, Said, Words};

/// What was promised, and when somebody is here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sla {
    /// Opening hours in Japan, Monday first; an empty text is a closed day. National holidays are always closed.
    #[serde(deserialize_with = "hours")]
    pub hours: [Option<Hours>; 7],
    /// Days closed besides: `12-29..01-03`, `08-15`, `2026-08-13..2026-08-15`.
    #[serde(deserialize_with = "closed")]
    pub closed: Vec<ClosedDays>,
    /// Minutes until an answer, by the word of the priority: ours or one of the system's.
    #[serde(deserialize_with = "minutes")]
    pub minutes: BTreeMap<String, i64>,
    /// Priorities whose time runs at night and on holidays too.
    pub around_the_clock: Vec<String>,
    /// Statuses in which somebody else has to act: our word for one, or the system's.
    pub paused: Vec<String>,
    /// The last part of the time, in percent, in which an answer is called due soon.
    #[serde(deserialize_with = "percent")]
    pub soon_percent: u8,
}

impl Default for Sla {
    fn default() -> Self {
        let Promises { priorities, soon_percent, .. } = Promises::default();
        let around_the_clock = priorities.iter().filter(|(_, promise)| promise.around_the_clock);
        let open: Option<Hours> = "09:00-18:00".parse().ok();
        Self {
            hours: [open, open, open, open, open, None, None],
            closed: "12-29..01-03".parse().into_iter().collect(),
            around_the_clock: around_the_clock.map(|(word, _)| word.clone()).collect(),
            minutes: priorities.into_iter().map(|(word, promise)| (word, promise.minutes)).collect(),
            paused: ["awaiting-customer", "On Hold"].map(str::to_owned).into(),
            soon_percent,
        }
    }
}

impl Sla {
    /// As the board and the screens understand it.
    pub fn promises(&self, words: &Words) -> Promises {
        let mut priorities: Vec<(String, Promise)> = Vec::new();
        for (word, minutes) in &self.minutes {
            let around_the_clock = self.around_the_clock.iter().any(|it| it.eq_ignore_ascii_case(word));
            let promise = Promise { minutes: *minutes, around_the_clock };
            // WHMCS's own words may be the same as ours.
            for word in
                std::iter::once(word).chain(words.named(List::CasePriorityWords, word).into_iter().flat_map(Said::all))
            {
                if !priorities.iter().any(|(known, _)| known == word) {
                    priorities.push((word.clone(), promise));
                }
            }
        }
        let paused = |word: &String| match words.named(List::CaseStatusWords, word) {
            Some(theirs) => theirs.all().to_vec(),
            None => vec![word.clone()],
        };
        Promises {
            priorities,
            paused: self.paused.iter().flat_map(paused).collect(),
            soon_percent: self.soon_percent,
            calendar: BusinessCalendar::new(self.hours, self.closed.clone()),
        }
    }
}

fn hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[Option<Hours>; 7], D::Error> {
    let written = <[String; 7]>::deserialize(deserializer)?;
    let mut hours = [None; 7];
    for (day, written) in hours.iter_mut().zip(&written) {
        if !written.trim().is_empty() {
            *day = Some(written.parse().map_err(D::Error::custom)?);
        }
    }
    Ok(hours)
}

fn closed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ClosedDays>, D::Error> {
    let written = Vec::<String>::deserialize(deserializer)?;
    written.iter().map(|days| days.parse().map_err(D::Error::custom)).collect()
}

/// The most that can be promised: a year.
const MOST_MINUTES: i64 = 525_600;

fn minutes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, i64>, D::Error> {
    let minutes = BTreeMap::<String, i64>::deserialize(deserializer)?;
    match minutes.iter().find(|(_, minutes)| !(1..=MOST_MINUTES).contains(*minutes)) {
        Some((word, _)) => {
            Err(D::Error::custom(format!("{word}: an answer is promised within 1 to {MOST_MINUTES} minutes")))
        }
        None => Ok(minutes),
    }
}

fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let percent = u8::deserialize(deserializer)?;
    if percent > 100 { Err(D::Error::custom("percent go to 100")) } else { Ok(percent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_is_promised_by_default() {
        let (mut read, mut told) = (Sla::default().promises(&Words::default()), Promises::default());
        read.priorities.sort_by(|(a, _), (b, _)| a.cmp(b));
        told.priorities.sort_by(|(a, _), (b, _)| a.cmp(b));
        assert_eq!(read, told);
    }

    #[test]
    fn what_is_no_time_is_refused_with_what_would_be_one() {
        for (text, says) in [
            ("hours = [\"9-18\", \"\", \"\", \"\", \"\", \"\", \"\"]", "09:00-18:00"),
            ("hours = [\"09:00-18:00\"]", "7"),
            ("closed = [\"new year\"]", "12-29..01-03"),
            ("minutes = { P1 = 0 }", "P1"),
            ("soon_percent = 101", "100"),
        ] {
            let error = toml::from_str::<Sla>(text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
