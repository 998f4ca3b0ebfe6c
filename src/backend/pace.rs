//! How fast and how wide one system may be asked: a rate budget and a cap of calls at the same time.

use governor::clock::{Clock, Reference};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep};

/// The budget of one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Calls a second that are refilled.
    pub per_second: NonZeroU32,
    /// Calls that may be sent at once after a rest.
    pub burst: NonZeroU32,
    /// Calls in flight at the same time.
    pub parallel: usize,
    /// A call that would have to wait longer than this for the budget is refused instead.
    pub patience: Duration,
}

/// A call would have to wait this long for its system's rate budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverBudget(pub Duration);

/// Tokio's clock, so that paused time in a test pauses the budget too.
#[derive(Debug, Clone, Copy, Default)]
struct TokioClock;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Tick(Instant);

impl std::ops::Add<governor::nanos::Nanos> for Tick {
    type Output = Self;
    fn add(self, other: governor::nanos::Nanos) -> Self {
        Self(self.0 + Duration::from(other))
    }
}

impl Reference for Tick {
    fn duration_since(&self, earlier: Self) -> governor::nanos::Nanos {
        self.0.saturating_duration_since(earlier.0).into()
    }
    fn saturating_sub(&self, duration: governor::nanos::Nanos) -> Self {
        Self(self.0.checked_sub(duration.into()).unwrap_or(self.0))
    }
}

impl Clock for TokioClock {
    type Instant = Tick;
    fn now(&self) -> Tick {
        Tick(Instant::now())
    }
}

/// What follows a cursor is read at once after a rest, and while the cursor runs only where it comes to rest.
#[derive(Debug)]
pub struct Rest {
    pause: Duration,
    moved: Mutex<Option<Instant>>,
}

impl Rest {
    /// A cursor that has not moved for `pause` rests.
    pub const fn new(pause: Duration) -> Self {
        Self { pause, moved: Mutex::new(None) }
    }

    /// The cursor moved. Comes back at once where it had rested before, else when it rests again: whoever waits is dropped
    /// by a newer move.
    pub async fn moved(&self) {
        let now = Instant::now();
        let before = self.moved.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        if before.is_some_and(|before| now - before < self.pause) {
            sleep(self.pause).await;
        }
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, TokioClock, StateInformationMiddleware>;

/// A call's turn. It is over when this is dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    _lane: SemaphorePermit<'a>,
    /// How many calls more could be sent at once now.
    pub left: u32,
}

/// Hands out turns within a [`Budget`].
#[derive(Debug)]
pub struct Pace {
    limiter: Limiter,
    lanes: Semaphore,
    patience: Duration,
}

impl Pace {
    /// A full budget.
    pub fn new(budget: Budget) -> Self {
        let quota = Quota::per_second(budget.per_second).allow_burst(budget.burst);
        Self {
            limiter: RateLimiter::direct_with_clock(quota, TokioClock).with_middleware(),
            lanes: Semaphore::new(budget.parallel.max(1)),
            patience: budget.patience,
        }
    }

    /// Waits for a lane, then for the budget.
    pub async fn turn(&self) -> Result<Turn<'_>, OverBudget> {
        let start = tokio::time::Instant::now();
        let lane = self.lanes.acquire().await.expect("the semaphore is never closed");
        loop {
            let not_until = match self.limiter.check() {
                Ok(state) => return Ok(Turn { _lane: lane, left: state.remaining_burst_capacity() }),
                Err(not_until) => not_until,
            };
            let wait = not_until.wait_time_from(TokioClock.now());
            // Waiting for a lane counts too, or a queue of calls would wait for ever.
            if start.elapsed() + wait > self.patience {
                return Err(OverBudget(wait));
            }
            tokio::time::sleep(wait).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn budget(per_second: u32, burst: u32, parallel: usize, patience_ms: u64) -> Budget {
        Budget {
            per_second: NonZeroU32::new(per_second).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
            parallel,
            patience: Duration::from_millis(patience_ms),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_free_then_a_call_waits_its_turn() {
        let pace = Pace::new(budget(1, 3, 9, 5_000));
        let start = tokio::time::Instant::now();
        for left in [2, 1, 0] {
            assert_eq!(pace.turn().await.unwrap().left, left);
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        drop(pace.turn().await.unwrap());
        assert!(start.elapsed() >= Duration::from_millis(999));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_would_wait_too_long_is_refused() {
        let pace = Pace::new(budget(1, 1, 9, 100));
        drop(pace.turn().await.unwrap());
        assert!(pace.turn().await.unwrap_err().0 > Duration::from_millis(500));
    }

    #[tokio::test(start_paused = true)]
    async fn lanes_bound_what_is_in_flight() {
        let pace = Pace::new(budget(1000, 1000, 2, 0));
        let first = pace.turn().await.unwrap();
        let _second = pace.turn().await.unwrap();
        let mut third = std::pin::pin!(pace.turn());
        assert!(third.as_mut().now_or_never().is_none());
        drop(first);
        assert!(third.await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_cursor_that_rested_is_answered_at_once_and_a_running_one_where_it_stops() {
        let rest = Rest::new(Duration::from_millis(120));
        assert!(rest.moved().now_or_never().is_some());
        for _ in 0..3 {
            let mut running = std::pin::pin!(rest.moved());
            assert!(running.as_mut().now_or_never().is_none());
            tokio::time::advance(Duration::from_millis(33)).await;
        }
        let start = Instant::now();
        rest.moved().await;
        assert_eq!(start.elapsed().as_millis(), 120);
        // As long as it took to wait, nobody moved.
        assert!(rest.moved().now_or_never().is_some());
    }
}
