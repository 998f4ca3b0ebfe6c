//! How each system is, as its own calls show it. Nothing is sent to find out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::Now;
use super::http::{Call, Outcome, Watcher};
use crate::domain::system::System;
use crate::flow::fault::FaultKind;
use crate::flow::msg::{Figures, Health, HealthState};

/// Is told whenever a call showed how a system is. Must not block.
pub type HealthSink = Arc<dyn Fn(Health) + Send + Sync>;

/// How far back the figures look, and over how many calls at most.
const LATELY: SignedDuration = SignedDuration::from_mins(5);
const MOST: usize = 1_000;

/// A watcher that turns the outcomes of one system's calls into its health.
pub(super) fn watcher(system: System, now: Now, sink: HealthSink) -> Watcher {
    let known = Mutex::new((Health::unasked(system), 0, Lately::default()));
    Arc::new(move |outcome: Outcome| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let (health, failures, lately) = &mut *known;
        let now = now();
        health.figures = lately.note(&outcome, health.figures, now);
        note(health, failures, outcome, now);
        sink(health.clone());
    })
}

/// One failure is a bad moment; two in a row, a refused sign-in or held calls are an outage. A system that refuses the desk's
/// address is there, but not for this desk.
fn note(health: &mut Health, failures: &mut u32, outcome: Outcome, now: Timestamp) {
    health.calls = outcome.calls.or(health.calls);
    match outcome.fault {
        Some(fault) if fault.kind.is_outage() => {
            *failures += 1;
            let down = *failures > 1 || matches!(fault.kind, FaultKind::SignIn | FaultKind::Held);
            health.state = if down { HealthState::Down } else { HealthState::Degraded };
            health.fault = Some(fault);
        }
        Some(fault) if fault.shuts_out() => {
            health.state = HealthState::Degraded;
            health.fault = Some(fault);
        }
        _ => {
            *failures = 0;
            health.state = HealthState::Up;
            health.latency_ms = Some(millis(outcome.took));
            health.last_good = Some(now);
            health.fault = None;
        }
    }
}

fn millis(took: std::time::Duration) -> u32 {
    took.as_millis().try_into().unwrap_or(u32::MAX)
}

/// The calls of the last minutes.
#[derive(Debug, Default)]
struct Lately(VecDeque<Past>);

/// One of them.
#[derive(Debug, Clone, Copy)]
struct Past {
    at: Timestamp,
    took_ms: u32,
    failed: bool,
}

impl Lately {
    fn note(&mut self, outcome: &Outcome, before: Figures, now: Timestamp) -> Figures {
        let kind = outcome.fault.as_ref().map(|fault| fault.kind);
        let failed = kind.is_some_and(FaultKind::is_outage);
        match outcome.call {
            Call::Told => {
                if let Some(last) = self.0.back_mut() {
                    last.failed |= failed;
                }
            }
            // A call that was held back was never sent.
            _ if kind == Some(FaultKind::Held) => {}
            Call::Ordinary | Call::SignIn => self.0.push_back(Past { at: now, took_ms: millis(outcome.took), failed }),
        }
        let old = |past: &Past| now.duration_since(past.at) > LATELY;
        while self.0.len() > MOST || self.0.front().is_some_and(old) {
            self.0.pop_front();
        }
        let mut answered: Vec<u32> = self.0.iter().filter(|past| !past.failed).map(|past| past.took_ms).collect();
        answered.sort_unstable();
        let within = |percent: usize| answered.get((answered.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        let held = outcome.held.and_then(|held| SignedDuration::try_from(held).ok());
        Figures {
            p50_ms: within(50),
            p95_ms: within(95),
            calls: self.0.len() as u32,
            failed: self.0.iter().filter(|past| past.failed).count() as u32,
            held_until: held.and_then(|held| now.checked_add(held).ok()),
            signed_in: match (outcome.call, kind) {
                (_, Some(FaultKind::SignIn)) => None,
                (Call::SignIn, None) => Some(now),
                _ => before.signed_in,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::http::Error;
    use std::time::Duration;

    #[test]
    fn one_failure_degrades_two_are_down_and_an_answer_heals() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&seen);
        let sink: HealthSink = Arc::new(move |health| into.lock().unwrap().push((health.state, health.latency_ms)));
        let watch = watcher(System::Whmcs, Arc::new(|| jiff::Timestamp::UNIX_EPOCH), sink);
        let call = |error: Option<Error>| {
            watch(Outcome {
                took: Duration::from_millis(12),
                fault: error.map(|error| error.fault(System::Whmcs)),
                calls: None,
                call: Call::Ordinary,
                held: None,
            });
        };
        call(None);
        call(Some(Error::Dropped));
        call(Some(Error::Dropped));
        call(None);
        call(Some(Error::Held { retry_in: Duration::from_secs(1) }));
        let up = (HealthState::Up, Some(12));
        let down = (HealthState::Down, Some(12));
        assert_eq!(*seen.lock().unwrap(), [up, (HealthState::Degraded, Some(12)), down, up, down]);
    }

    /// Outcomes at seconds, and the figures after the last of them.
    fn figures(outcomes: &[(i64, Outcome)]) -> Figures {
        let (mut lately, mut figures) = (Lately::default(), Figures::default());
        for (second, outcome) in outcomes {
            figures = lately.note(outcome, figures, Timestamp::from_second(*second).unwrap());
        }
        figures
    }

    fn outcome(call: Call, took_ms: u64, error: Option<Error>) -> Outcome {
        let fault = error.map(|error| error.fault(System::Salesforce));
        Outcome { took: Duration::from_millis(took_ms), fault, calls: None, call, held: None }
    }

    #[test]
    fn figures_are_of_the_answers_of_the_last_minutes() {
        let mut calls: Vec<(i64, Outcome)> = vec![(0, outcome(Call::Ordinary, 9_000, None))];
        calls.extend((1..=20).map(|n| (299 + n, outcome(Call::Ordinary, n as u64 * 10, None))));
        let told = figures(&calls);
        assert_eq!((told.calls, told.failed, told.p50_ms, told.p95_ms), (20, 0, Some(100), Some(190)));
        calls.push((320, outcome(Call::Ordinary, 30_000, Some(Error::Dropped))));
        let told = figures(&calls);
        assert_eq!((told.calls, told.failed, told.p95_ms), (21, 1, Some(190)), "a failure is no answer");
    }

    #[test]
    fn what_was_held_back_is_no_call_and_says_until_when() {
        let held = Duration::from_secs(7);
        let holding = Outcome { held: Some(held), ..outcome(Call::Ordinary, 0, Some(Error::Held { retry_in: held })) };
        let told = figures(&[(10, outcome(Call::Ordinary, 5, Some(Error::Dropped))), (20, holding)]);
        assert_eq!((told.calls, told.failed), (1, 1));
        assert_eq!(told.held_until, Some(Timestamp::from_second(27).unwrap()));
        assert_eq!(told.p50_ms, None, "unknown, not zero");
    }

    #[test]
    fn a_session_is_as_old_as_its_sign_in_and_over_when_it_is_refused() {
        let signed_in = (5, outcome(Call::SignIn, 30, None));
        let told = figures(&[signed_in.clone(), (60, outcome(Call::Ordinary, 20, None))]);
        assert_eq!(told.signed_in, Some(Timestamp::from_second(5).unwrap()));
        let refused = Outcome {
            fault: Some(crate::flow::fault::Fault {
                system: System::Salesforce,
                kind: FaultKind::SignIn,
                message: crate::flow::said::Message::default(),
                hint: crate::flow::fault::Hint::None,
            }),
            ..outcome(Call::Told, 0, None)
        };
        let told = figures(&[signed_in, (60, outcome(Call::Ordinary, 20, None)), (60, refused)]);
        assert_eq!((told.signed_in, told.calls, told.failed), (None, 2, 1));
    }
}
