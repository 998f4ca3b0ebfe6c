//! When the event bus is tried again. A link that comes and goes makes no storm: the pauses grow until one connection lasted.

use std::time::Duration;

use tokio::time::Instant;

use super::refused::Remedy;
use crate::backend::jitter::Jitter;

/// The first pause. Each is twice the one before, and a part of it is left to chance so that the desks of many sites do not
/// come back at once.
pub const FIRST: Duration = Duration::from_secs(1);
/// The longest.
const LONGEST: Duration = Duration::from_secs(30);
/// A connection that lasted so long was a good one.
const GOOD: Duration = Duration::from_mins(1);
/// When too much was asked.
const SLOWER: Duration = Duration::from_mins(1);
/// When the day's deliveries are used up.
const USED_UP: Duration = Duration::from_hours(1);

/// The pauses between attempts.
#[derive(Debug)]
pub struct Pace {
    first: Duration,
    pause: Duration,
    opened: Option<Instant>,
    /// The last attempt was made at once.
    at_once: bool,
    jitter: Jitter,
}

impl Pace {
    /// Attempts of which the first pause is so long.
    pub fn new(first: Duration, jitter: Jitter) -> Self {
        Self { first, pause: first, opened: None, at_once: false, jitter }
    }

    /// It is being tried.
    pub fn tried(&mut self, now: Instant) {
        self.opened = Some(now);
    }

    /// How long to wait after an attempt, or a connection, ended; `None` when trying again is of no use.
    pub fn pause(&mut self, remedy: Remedy, now: Instant) -> Option<Duration> {
        let lasted = self.opened.is_some_and(|opened| now.duration_since(opened) >= GOOD);
        if lasted {
            self.pause = self.first;
            self.at_once = false;
        }
        // A new sign-in or another position helps at once, but not twice in a row.
        if matches!(remedy, Remedy::SignIn | Remedy::StartOver) && !self.at_once {
            self.at_once = true;
            return Some(Duration::ZERO);
        }
        let pause = match remedy {
            Remedy::Never => return None,
            Remedy::UsedUp => return Some(USED_UP),
            Remedy::Slower => self.pause.max(SLOWER),
            Remedy::Again | Remedy::SignIn | Remedy::StartOver => self.pause,
        };
        self.pause = (self.pause * 2).min(LONGEST);
        Some(self.jitter.up_to(pause))
    }
}

/// The pauses while what was heard cannot be read. The streams stay open meanwhile, so that nobody else waits for it.
#[derive(Debug)]
pub struct Holding {
    first: Duration,
    pause: Duration,
    jitter: Jitter,
}

impl Holding {
    /// The first pause is so long; a minute's worth of it where calls are used up.
    pub fn new(first: Duration, jitter: Jitter) -> Self {
        Self { first, pause: first, jitter }
    }

    /// How long to wait before the next attempt: up to a minute, and where calls are used up at least one, up to an hour.
    pub fn pause(&mut self, used_up: bool) -> Duration {
        let minute = self.first * 60;
        let (least, most) = if used_up { (minute, minute * 60) } else { (self.first, minute) };
        let pause = self.pause.clamp(least, most);
        self.pause = pause * 2;
        self.jitter.up_to(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_flaps_is_tried_a_few_times_a_minute() {
        let mut pace = Pace::new(FIRST, Jitter::seeded(1));
        let (start, mut now, mut tries) = (Instant::now(), Instant::now(), Vec::new());
        // Ten minutes in which every connection lasts three seconds.
        while now < start + Duration::from_mins(10) {
            pace.tried(now);
            tries.push(now);
            now += Duration::from_secs(3);
            now += pace.pause(Remedy::Again, now).unwrap();
        }
        let worst = tries
            .iter()
            .map(|from| tries.iter().filter(|at| *at >= from && **at < *from + Duration::from_mins(1)).count());
        assert!(worst.clone().max().unwrap() <= 8, "{:?}", worst.max());
        assert!(tries.len() <= 45, "{}", tries.len());
    }

    #[test]
    fn desks_that_lost_the_link_at_one_moment_come_back_one_after_the_other() {
        const DESKS: u64 = 200;
        let start = Instant::now();
        let back = start + Duration::from_mins(5);
        let mut came: Vec<Duration> = Vec::new();
        for desk in 0..DESKS {
            let (mut pace, mut now) = (Pace::new(FIRST, Jitter::seeded(desk)), start);
            pace.tried(now);
            // A dead link refuses at once.
            while now < back {
                now += pace.pause(Remedy::Again, now).unwrap();
                pace.tried(now);
            }
            came.push(now - back);
        }
        let last = came.iter().max().unwrap();
        assert!(*last <= LONGEST, "all are back soon: {last:?}");
        for second in 0..=LONGEST.as_secs() {
            let at_once = came.iter().filter(|it| it.as_secs() == second).count();
            assert!(at_once <= 25, "{at_once} of {DESKS} in second {second}");
        }
    }

    #[test]
    fn after_a_good_connection_it_is_tried_soon() {
        let (mut pace, mut now) = (Pace::new(FIRST, Jitter::seeded(2)), Instant::now());
        for _ in 0..10 {
            pace.tried(now);
            now += pace.pause(Remedy::Again, now).unwrap();
        }
        pace.tried(now);
        now += GOOD;
        assert!(pace.pause(Remedy::Again, now).unwrap() <= FIRST);
    }

    #[test]
    fn what_is_held_is_tried_seldom_and_seldomer_where_calls_are_used_up() {
        let times = |used_up| {
            let (mut holding, mut waited, mut times) = (Holding::new(FIRST, Jitter::seeded(4)), Duration::ZERO, 0);
            while waited < Duration::from_hours(6) {
                waited += holding.pause(used_up);
                times += 1;
            }
            times
        };
        assert!((360..=730).contains(&times(false)), "{}", times(false));
        assert!((6..=20).contains(&times(true)), "{}", times(true));
        let mut holding = Holding::new(FIRST, Jitter::seeded(5));
        assert!(holding.pause(true) >= SLOWER / 2);
        assert!(Holding::new(FIRST, Jitter::seeded(6)).pause(false) <= FIRST);
    }

    #[test]
    fn a_sign_in_helps_at_once_and_then_has_to_wait() {
        let (mut pace, now) = (Pace::new(FIRST, Jitter::seeded(3)), Instant::now());
        assert_eq!(pace.pause(Remedy::SignIn, now), Some(Duration::ZERO));
        assert!(pace.pause(Remedy::SignIn, now).unwrap() > Duration::ZERO);
        assert!(pace.pause(Remedy::Slower, now).unwrap() >= SLOWER / 2);
        assert_eq!(pace.pause(Remedy::UsedUp, now), Some(USED_UP));
        assert_eq!(pace.pause(Remedy::Never, now), None);
    }
}
