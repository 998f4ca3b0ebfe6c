//! The field pack: customers that are taken along on a day on the road, sealed with a passphrase, for some hours.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, de};

/// The fewest characters of a passphrase. A pack can be stolen with the machine, and then guessed at for as long as it takes.
pub const LEAST_CHARS: usize = 12;
/// The most hours a pack can be opened.
pub const MOST_HOURS: i64 = 48;
/// The most customers that go into one: what is lost with a machine is a day's work, not a customer base.
pub const MOST_CUSTOMERS: usize = 50;

/// What the organisation decides about packs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// For how many hours a pack can be opened, [`MOST_HOURS`] at most.
    #[serde(deserialize_with = "hours")]
    pub hours: i64,
    /// How many customers go into one, [`MOST_CUSTOMERS`] at most.
    #[serde(deserialize_with = "customers")]
    pub customers: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self { hours: 14, customers: 20 }
    }
}

impl Rules {
    /// Until when a pack that is made now can be opened.
    pub fn until(&self, now: Timestamp) -> Timestamp {
        let hours = self.hours.clamp(1, MOST_HOURS);
        now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(now)
    }
}

fn hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let hours = i64::deserialize(deserializer)?;
    if (1..=MOST_HOURS).contains(&hours) {
        return Ok(hours);
    }
    Err(de::Error::custom(format!("a pack can be opened for 1 to {MOST_HOURS} hours, not {hours}")))
}

fn customers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let n = usize::deserialize(deserializer)?;
    if (1..=MOST_CUSTOMERS).contains(&n) {
        return Ok(n);
    }
    Err(de::Error::custom(format!("1 to {MOST_CUSTOMERS} customers go into a pack, not {n}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_is_for_a_day_whatever_is_configured() {
        let now: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        assert_eq!(Rules::default().until(now).to_string(), "2026-11-22T15:00:00Z");
        let long = Rules { hours: 10_000, ..Rules::default() };
        assert_eq!(long.until(now), now + SignedDuration::from_hours(MOST_HOURS));
        for wrong in ["{\"hours\": 49}", "{\"hours\": 0}", "{\"customers\": 51}", "{\"customers\": 0}"] {
            assert!(serde_json::from_str::<Rules>(wrong).is_err(), "{wrong}");
        }
    }
}
