//! How each system is, as its own calls show it. Nothing is sent to find out.

use std::sync::{Arc, Mutex, PoisonError};

use super::Now;
use super::http::{Outcome, Watcher};
use crate::domain::system::System;
use crate::flow::fault::FaultKind;
use crate::flow::msg::{Health, HealthState};

/// Is told whenever a call showed how a system is. Must not block.
pub type HealthSink = Arc<dyn Fn(Health) + Send + Sync>;

/// A watcher that turns the outcomes of one system's calls into its health.
pub(super) fn watcher(system: System, now: Now, sink: HealthSink) -> Watcher {
    let known = Mutex::new((Health::unasked(system), 0));
    Arc::new(move |outcome: Outcome| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let (health, failures) = &mut *known;
        note(health, failures, outcome, now());
        sink(health.clone());
    })
}

/// One failure is a bad moment; two in a row, a refused sign-in or held calls are an outage. A system that refuses the desk's
/// address is there, but not for this desk.
fn note(health: &mut Health, failures: &mut u32, outcome: Outcome, now: jiff::Timestamp) {
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
            health.latency_ms = Some(outcome.took.as_millis().try_into().unwrap_or(u32::MAX));
            health.last_good = Some(now);
            health.fault = None;
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
}
