//! Who may try the credentials. WHMCS can ban an address for a quarter of an hour after three refused sign-ins, and every call
//! is one: a screen full of reads with a wrong secret would be enough.
//!
//! While nobody knows whether the credentials are good, one call at a time is sent and the others wait for it; not for long,
//! because a refusal comes quickly. Once they were refused twice, nothing is sent until a ban would be over, or the desk is
//! started anew with others.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync;
use tokio::time::{Instant, timeout};

use super::reply::Refusal;
use crate::backend::http::Safety;
use crate::domain::system::System;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::said::{self, Message};

/// Refused sign-ins after which the desk waits.
const ENOUGH: u32 = 2;
/// How long: more than the usual ban.
const PAUSE: Duration = Duration::from_mins(16);
/// A call that took longer than this is slow and no refused sign-in: nobody waits for it any more.
const SLOW: Duration = Duration::from_secs(5);

/// What is known of the credentials.
#[derive(Debug, Default)]
pub(super) struct Door {
    state: Mutex<State>,
    /// Held by the call that tries them.
    trying: sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    good: bool,
    refused: u32,
    until: Option<Instant>,
    /// How many of those that tried them had no answer, and what the last one had instead.
    unanswered: (u64, Option<Fault>),
}

/// By what a call may be sent.
#[derive(Debug)]
pub(super) enum Pass<'a> {
    /// The credentials are good, as far as anybody knows.
    Known,
    /// It tries them. While it is held, nobody else does.
    Tries(#[expect(dead_code, reason = "it is held, not looked at")] sync::MutexGuard<'a, ()>),
    /// It waited long enough for another one that does.
    Impatient,
}

impl Door {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until this call may be sent.
    pub(super) async fn pass(&self, safety: Safety) -> Result<Pass<'_>, Fault> {
        self.may()?;
        let (good, before) = {
            let state = self.state();
            (state.good, state.unanswered.0)
        };
        if good {
            return Ok(Pass::Known);
        }
        let turn = timeout(SLOW, self.trying.lock()).await;
        self.may()?;
        let Ok(turn) = turn else { return Ok(Pass::Impatient) };
        let state = self.state();
        match &state.unanswered {
            // A screen's dozen reads fail with the first of them, and not each in its turn.
            (times, Some(fault)) if *times > before && safety == Safety::Read => Err(fault.clone()),
            _ if state.good => Ok(Pass::Known),
            _ => Ok(Pass::Tries(turn)),
        }
    }

    /// Whether a call whose turn came may still be sent.
    pub(super) fn lets(&self, pass: &Pass<'_>) -> bool {
        self.may().is_ok() && (!matches!(pass, Pass::Known) || self.state().good)
    }

    /// Whether anything may be sent now.
    fn may(&self) -> Result<(), Fault> {
        let state = self.state();
        let Some(left) = state.until.and_then(|until| until.checked_duration_since(Instant::now())) else {
            return Ok(());
        };
        let minutes = left.as_secs().div_ceil(60).max(1);
        Err(Fault {
            system: System::Whmcs,
            kind: FaultKind::SignIn,
            message: Message::ours(said::SIGN_INS_REFUSED).with("times", state.refused).with("n", minutes),
            hint: Hint::CheckCredentials,
        })
    }

    /// No answer came.
    pub(super) fn unanswered(&self, fault: &Fault) {
        let mut state = self.state();
        if !state.good {
            state.unanswered = (state.unanswered.0 + 1, Some(fault.clone()));
        }
    }

    /// An answer came.
    pub(super) fn answered(&self, refusal: Option<&Refusal>) {
        let mut state = self.state();
        match refusal {
            Some(Refusal::SignIn(_)) => {
                state.good = false;
                state.refused += 1;
                state.until = (state.refused >= ENOUGH).then(|| Instant::now() + PAUSE);
            }
            // Whoever is in front of WHMCS did not look at them.
            Some(Refusal::Address(_) | Refusal::Page(_) | Refusal::Unreadable { .. }) => {}
            _ => *state = State { good: true, ..State::default() },
        }
    }
}
