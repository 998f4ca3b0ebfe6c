//! One session shared by many calls: whoever finds it missing or over signs in, everybody else waits for that and uses the
//! result. Sessions live in memory only.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::flow::fault::{Fault, FaultKind};

/// A session with its place in the row of sessions.
pub struct Session<T> {
    /// What calls carry.
    pub value: T,
    serial: u64,
}

/// The one session of a system.
pub struct Sessions<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    current: Option<Arc<Session<T>>>,
    signed_in: u64,
    refused: Option<(Instant, Fault)>,
}

/// After a refusal nobody tries again for this long, so that a screen full of reads is one refused sign-in and not twenty.
const REFUSED_PAUSE: Duration = Duration::from_secs(5);

impl<T> std::fmt::Debug for Sessions<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions(…)")
    }
}

impl<T> Default for Sessions<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { current: None, signed_in: 0, refused: None }) }
    }
}

impl<T> Sessions<T> {
    /// The session in use; signs in when there is none.
    pub async fn current(&self, sign_in: impl AsyncFnOnce() -> Result<T, Fault>) -> Result<Arc<Session<T>>, Fault> {
        self.other_than(None, sign_in).await
    }

    /// A session after `over` was refused. Signs in unless another call already did.
    pub async fn after(
        &self,
        over: &Session<T>,
        sign_in: impl AsyncFnOnce() -> Result<T, Fault>,
    ) -> Result<Arc<Session<T>>, Fault> {
        self.other_than(Some(over.serial), sign_in).await
    }

    /// Somebody signed in by hand, perhaps somebody else: nothing of before counts, and the next call signs in at once.
    pub async fn forget(&self) {
        let mut state = self.state.lock().await;
        (state.current, state.refused) = (None, None);
    }

    async fn other_than(
        &self,
        over: Option<u64>,
        sign_in: impl AsyncFnOnce() -> Result<T, Fault>,
    ) -> Result<Arc<Session<T>>, Fault> {
        // Held while signing in: whoever comes meanwhile waits here and finds the new session.
        let mut state = self.state.lock().await;
        if let Some(current) = state.current.as_ref().filter(|current| Some(current.serial) != over) {
            return Ok(Arc::clone(current));
        }
        if let Some((at, fault)) = &state.refused
            && at.elapsed() < REFUSED_PAUSE
        {
            return Err(fault.clone());
        }
        state.current = None;
        match sign_in().await {
            Ok(value) => {
                state.signed_in += 1;
                state.refused = None;
                let session = Arc::new(Session { value, serial: state.signed_in });
                state.current = Some(Arc::clone(&session));
                Ok(session)
            }
            Err(fault) => {
                state.refused = (fault.kind == FaultKind::SignIn).then(|| (Instant::now(), fault.clone()));
                Err(fault)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::system::System;
    use crate::flow::fault::Hint;
    use std::cell::Cell;

    fn refusal() -> Fault {
        Fault {
            system: System::Freebit,
            kind: FaultKind::SignIn,
            message: crate::flow::said::Message::default(),
            hint: Hint::None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_find_a_session_over_sign_in_once() {
        let sessions = Sessions::default();
        let times = Cell::new(0);
        let sign_in = async || {
            tokio::time::sleep(Duration::from_millis(50)).await;
            times.set(times.get() + 1);
            Ok(times.get())
        };
        let first = sessions.current(sign_in).await.unwrap();
        let after = futures_util::future::join_all((0..20).map(|_| sessions.after(&first, sign_in))).await;
        assert!(after.iter().all(|session| session.as_ref().is_ok_and(|session| session.value == 2)));
        assert_eq!(times.get(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_sign_in_is_not_tried_again_at_once() {
        let sessions = Sessions::<u32>::default();
        let times = Cell::new(0);
        let sign_in = async || {
            times.set(times.get() + 1);
            Err(refusal())
        };
        for _ in 0..5 {
            assert_eq!(sessions.current(sign_in).await.err(), Some(refusal()));
        }
        assert_eq!(times.get(), 1);
        tokio::time::advance(REFUSED_PAUSE).await;
        assert!(sessions.current(sign_in).await.is_err());
        assert_eq!(times.get(), 2);
    }
}
