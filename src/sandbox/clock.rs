//! World time: where the world started, plus what has passed since, times a speed.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp, Zoned, civil};
use serde::{Deserialize, Serialize};

/// The sandbox's own clock. It can be advanced, sped up or stopped, so that a change that takes a vendor thirty
/// minutes can be watched in a test without waiting.
#[derive(Debug, Clone)]
pub struct Clock {
    world: Timestamp,
    anchor: Instant,
    speed: f64,
}

/// What is kept of a clock on disk: the instant of the process that read it means nothing to the next one.
#[derive(Serialize, Deserialize)]
struct Frozen {
    now: Timestamp,
    speed: f64,
}

impl Clock {
    /// A clock that shows `at` now and runs at the pace of the real one.
    pub fn starting(at: Timestamp) -> Self {
        Self { world: at, anchor: instant(), speed: 1.0 }
    }

    /// A clock that shows `at` until it is advanced.
    pub fn stopped(at: Timestamp) -> Self {
        Self { world: at, anchor: instant(), speed: 0.0 }
    }

    /// World time now.
    pub fn now(&self) -> Timestamp {
        let real = instant().saturating_duration_since(self.anchor);
        let passed = SignedDuration::try_from_secs_f64(real.as_secs_f64() * self.speed).unwrap_or(SignedDuration::MAX);
        self.world.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// World time now as Japan's clocks show it: the vendors write dates in JST.
    pub fn jst(&self) -> Zoned {
        jst(self.now())
    }

    /// Today's date in Japan.
    pub fn today(&self) -> civil::Date {
        self.jst().date()
    }

    /// World seconds per real second.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// How long it takes until it shows `at`; `None` when it never does.
    pub fn real_time_until(&self, at: Timestamp) -> Option<Duration> {
        let left = at.duration_since(self.now()).as_secs_f64().max(0.0);
        if self.speed > 0.0 { Duration::try_from_secs_f64(left / self.speed).ok() } else { None }
    }

    /// Moves world time forward by `by`; a negative span moves it back.
    pub fn advance(&mut self, by: SignedDuration) {
        self.set(self.now().saturating_add(by).unwrap_or(Timestamp::MAX));
    }

    /// Makes it `at` now, at the same speed.
    pub fn set(&mut self, at: Timestamp) {
        self.world = at;
        self.anchor = instant();
    }

    /// From now on `speed` world seconds pass in a real one: 0 stops the clock. Not a number, negative and
    /// beyond a million are taken as the nearest that makes sense.
    pub fn run_at(&mut self, speed: f64) {
        self.set(self.now());
        self.speed = if speed.is_nan() { 1.0 } else { speed.clamp(0.0, 1_000_000.0) };
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::stopped(Timestamp::UNIX_EPOCH)
    }
}

impl Serialize for Clock {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Frozen { now: self.now(), speed: self.speed }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Frozen { now, speed } = Frozen::deserialize(deserializer)?;
        let mut clock = Self::stopped(now);
        clock.run_at(speed);
        Ok(clock)
    }
}

/// `at` on Japan's clocks.
pub fn jst(at: Timestamp) -> Zoned {
    at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)))
}

#[expect(clippy::disallowed_methods, reason = "the world's time is driven by the machine's monotonic clock, here only")]
fn instant() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_stopped_clock_moves_only_when_told() {
        let mut clock = Clock::stopped(at("2026-11-22T01:00:00Z"));
        assert_eq!(clock.now(), at("2026-11-22T01:00:00Z"));
        clock.advance(SignedDuration::from_mins(30));
        assert_eq!(clock.now(), at("2026-11-22T01:30:00Z"));
    }

    #[test]
    fn the_date_is_japans() {
        assert_eq!(Clock::stopped(at("2026-11-22T15:30:00Z")).today(), civil::date(2026, 11, 23));
    }

    #[test]
    fn nonsense_speeds_are_tamed_and_survive_the_disk() {
        for (speed, taken) in [(f64::NAN, 1.0), (-3.0, 0.0), (f64::INFINITY, 1_000_000.0), (60.0, 60.0)] {
            let mut clock = Clock::starting(at("2026-11-22T01:00:00Z"));
            clock.run_at(speed);
            let back: Clock = serde_json::from_str(&serde_json::to_string(&clock).unwrap()).unwrap();
            assert_eq!(back.speed().to_bits(), f64::to_bits(taken));
            assert!(back.now() >= at("2026-11-22T01:00:00Z"));
        }
    }
}
