//! A circuit breaker: after enough failures in a row nothing is sent to a system until it had time to recover.
//!
//! Pure: the time of every question is an argument, so its tests need no clock. Only failures of the system itself count
//! (no connection, no answer in time, HTTP 5xx); a refusal such as "not found" proves that the system is alive.

use std::time::Duration;
use tokio::time::Instant;

use super::jitter::Jitter;

/// When to open and for how long to stay so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerRules {
    /// Failures in a row that open it.
    pub failures: u32,
    /// How long nothing is sent before one call may probe, at least; up to half of it more is left to chance, so that the
    /// desks of many sites do not probe together.
    pub cool_down: Duration,
}

impl Default for BreakerRules {
    fn default() -> Self {
        Self { failures: 6, cool_down: Duration::from_secs(15) }
    }
}

/// The state of one system's breaker.
#[derive(Debug)]
pub struct Breaker {
    rules: BreakerRules,
    state: State,
    jitter: Jitter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed {
        failures: u32,
    },
    Open {
        until: Instant,
    },
    /// One probe is on its way; everybody else waits for its outcome.
    HalfOpen,
}

/// Leave to send one call. Its outcome must be told by [`Breaker::succeeded`], [`Breaker::failed`] or [`Breaker::abandoned`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// An ordinary call.
    Ordinary,
    /// The one call that finds out whether the system is back.
    Probe,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The system needs this long before a probe may be tried.
    For(Duration),
    /// A probe is on its way; its outcome decides.
    Probing,
}

impl Breaker {
    /// A closed breaker.
    pub fn new(rules: BreakerRules, jitter: Jitter) -> Self {
        Self { rules, state: State::Closed { failures: 0 }, jitter }
    }

    /// May a call be sent?
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn ask(&mut self, now: Instant) -> Result<Leave, Refusal> {
        match self.state {
            State::Closed { .. } => Ok(Leave::Ordinary),
            State::Open { until } if now >= until => {
                self.state = State::HalfOpen;
                Ok(Leave::Probe)
            }
            State::Open { until } => Err(Refusal::For(until - now)),
            State::HalfOpen => Err(Refusal::Probing),
        }
    }

    /// The system answered.
    pub fn succeeded(&mut self) {
        self.state = State::Closed { failures: 0 };
    }

    /// The system failed. A late failure of a call sent before the breaker opened does not lengthen the cool-down.
    pub fn failed(&mut self, leave: Leave, now: Instant) {
        let opens = match (self.state, leave) {
            (State::HalfOpen, Leave::Probe) => true,
            (State::Closed { failures }, _) => failures + 1 >= self.rules.failures,
            (State::Open { .. } | State::HalfOpen, _) => false,
        };
        if opens {
            self.state = State::Open { until: now + self.jitter.from(self.rules.cool_down) };
        } else if let State::Closed { failures } = &mut self.state {
            *failures += 1;
        }
    }

    /// The call was dropped before its outcome was known. A probe makes room for the next one at once.
    pub fn abandoned(&mut self, leave: Leave, now: Instant) {
        if leave == Leave::Probe && self.state == State::HalfOpen {
            self.state = State::Open { until: now };
        }
    }

    /// How long nothing is sent, from now.
    pub fn held(&self, now: Instant) -> Option<Duration> {
        match self.state {
            State::Open { until } => until.checked_duration_since(now).filter(|left| !left.is_zero()),
            State::Closed { .. } | State::HalfOpen => None,
        }
    }

    /// Nothing is sent at the moment.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: BreakerRules = BreakerRules { failures: 3, cool_down: Duration::from_secs(10) };
    /// With all that is left to chance.
    const LONGEST: Duration = Duration::from_secs(15);

    fn opened(at: Instant) -> Breaker {
        let mut breaker = Breaker::new(RULES, Jitter::seeded(1));
        for _ in 0..3 {
            let leave = breaker.ask(at).unwrap();
            breaker.failed(leave, at);
        }
        breaker
    }

    #[test]
    fn opens_after_failures_in_a_row_only() {
        let now = Instant::now();
        let mut breaker = Breaker::new(RULES, Jitter::seeded(2));
        for _ in 0..5 {
            breaker.failed(Leave::Ordinary, now);
            breaker.failed(Leave::Ordinary, now);
            breaker.succeeded();
        }
        assert_eq!(breaker.ask(now), Ok(Leave::Ordinary));
        let until = opened(now).held(now).unwrap();
        assert!((RULES.cool_down..=LONGEST).contains(&until), "{until:?}");
        assert_eq!(opened(now).ask(now), Err(Refusal::For(until)));
        let later = Duration::from_secs(4);
        assert_eq!(opened(now).held(now + later), until.checked_sub(later));
        assert_eq!(opened(now).held(now + until), None);
        assert_eq!(breaker.held(now), None);
    }

    #[test]
    fn lets_one_probe_through_after_the_cool_down() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + LONGEST;
        assert_eq!(breaker.ask(later), Ok(Leave::Probe));
        assert_eq!(breaker.ask(later), Err(Refusal::Probing));
        breaker.succeeded();
        assert_eq!(breaker.ask(later), Ok(Leave::Ordinary));
    }

    #[test]
    fn a_failed_probe_cools_down_again_and_an_abandoned_one_does_not() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + LONGEST;
        let probe = breaker.ask(later).unwrap();
        breaker.abandoned(probe, later);
        let probe = breaker.ask(later).unwrap();
        breaker.failed(probe, later);
        assert!(matches!(breaker.ask(later), Err(Refusal::For(left)) if (RULES.cool_down..=LONGEST).contains(&left)));
    }

    #[test]
    fn late_failures_do_not_lengthen_the_cool_down() {
        let now = Instant::now();
        let mut breaker = opened(now);
        breaker.failed(Leave::Ordinary, now + Duration::from_secs(9));
        assert_eq!(breaker.ask(now + LONGEST), Ok(Leave::Probe));
    }

    #[test]
    fn desks_whose_calls_failed_at_one_moment_do_not_probe_at_one_moment() {
        let now = Instant::now();
        let probes = (0..200).map(|desk| {
            let mut breaker = Breaker::new(RULES, Jitter::seeded(desk));
            (0..3).for_each(|_| breaker.failed(Leave::Ordinary, now));
            breaker.held(now).unwrap().as_millis() / 500
        });
        let mut in_half_second = std::collections::BTreeMap::<u128, usize>::new();
        probes.for_each(|at| *in_half_second.entry(at).or_default() += 1);
        assert!(in_half_second.len() >= 9 && in_half_second.values().all(|n| *n <= 40), "{in_half_second:?}");
    }
}
