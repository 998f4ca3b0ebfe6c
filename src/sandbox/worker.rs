//! The customer portal's worker: it fulfils orders that somebody approves or sends round again, in the ten steps every
//! order takes, on the world's clock.
//!
//! Nothing runs in the background. Whoever looks at the world lets the worker first do what was due until then, so that
//! a stopped clock is a stopped worker, and a clock put forward by an hour finds an hour's work done, dated within it.
//! What was approved before the world began is left as it is: stuck orders stay stuck until somebody acts on them.

mod steps;

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Shared, World};
use steps::{Outcome, Step};

/// World time each step takes at the usual pace: an order is fulfilled within a minute.
const USUAL_PACE: SignedDuration = SignedDuration::from_secs(5);

/// Whether the worker works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum Mode {
    /// Five seconds of world time for each step.
    #[default]
    On,
    /// So many minutes of world time for each step.
    Slow {
        /// Minutes a step takes.
        #[serde(default = "three")]
        minutes: u32,
    },
    /// It does nothing, and never hears of what was asked for meanwhile. What it was busy with stays where it is.
    Off,
}

fn three() -> u32 {
    3
}

/// The worker and what it is busy with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Worker {
    mode: Mode,
    /// Cards that the carrier refuses, by chip id or by the number printed on them: its result code and its sentence.
    pub refused_cards: BTreeMap<String, (String, String)>,
    jobs: Vec<Job>,
}

/// An order on its way, and when its next step is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Job {
    order: String,
    step: Step,
    due: Timestamp,
}

impl Worker {
    /// Whether it works.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Lets it work at another pace from the next step on, or stops it for good: it forgets what it was busy with.
    pub fn switch(&mut self, mode: Mode) {
        self.mode = mode;
        if mode == Mode::Off {
            self.jobs.clear();
        }
    }

    /// Orders it is busy with.
    pub fn busy_with(&self) -> impl Iterator<Item = &str> {
        self.jobs.iter().map(|job| job.order.as_str())
    }

    fn pace(&self) -> SignedDuration {
        match self.mode {
            Mode::On | Mode::Off => USUAL_PACE,
            Mode::Slow { minutes } => SignedDuration::from_mins(i64::from(minutes)),
        }
    }

    fn due(&self, now: Timestamp) -> bool {
        self.jobs.iter().any(|job| job.due <= now)
    }

    /// The job that is due first, of several the one that was heard of first.
    fn take_first(&mut self, now: Timestamp) -> Option<Job> {
        let jobs = self.jobs.iter().enumerate().filter(|(_, job)| job.due <= now);
        let (place, _) = jobs.min_by_key(|(_, job)| job.due)?;
        Some(self.jobs.remove(place))
    }
}

/// Hears what was asked for in Salesforce. An order it is busy with already is not begun a second time.
pub(super) fn listen(world: &mut World) {
    let asked = world.salesforce.take_asked();
    let worker = &mut world.worker;
    if worker.mode == Mode::Off {
        return;
    }
    for asked in asked {
        if worker.busy_with().any(|order| order == asked.order) {
            continue;
        }
        let due = later(asked.at, worker.pace());
        worker.jobs.push(Job { order: asked.order, step: Step::FIRST, due });
    }
}

/// Does everything that was due until now, in the order of time.
pub(super) fn catch_up(world: &mut World) {
    listen(world);
    let now = world.clock.now();
    while let Some(job) = world.worker.take_first(now) {
        match steps::take(world, &job.order, job.step, job.due) {
            Outcome::Done => {
                if let Some(step) = job.step.next() {
                    let due = later(job.due, world.worker.pace());
                    world.worker.jobs.push(Job { step, due, ..job });
                }
            }
            // A moment that has come already is no reason to wait.
            Outcome::Wait(until) => world.worker.jobs.push(Job { due: until.max(later(job.due, USUAL_PACE)), ..job }),
            Outcome::Over => {}
        }
    }
    world.salesforce.set_now(now);
}

/// Ends when there is something to do by the world's clock; never while that stands still or nothing is on its way.
pub(super) async fn next_due(shared: &Shared) {
    let wait = {
        let world = shared.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let next = world.worker.jobs.iter().map(|job| job.due).min();
        next.and_then(|at| world.clock.real_time_until(at))
    };
    match wait {
        Some(wait) => tokio::time::sleep(wait.max(Duration::from_millis(1))).await,
        None => std::future::pending().await,
    }
}

/// The same for a world that others look at too: it is locked for writing only when there is something to do.
pub(super) fn catch_up_shared(shared: &Shared) {
    let idle = {
        let world = shared.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        !world.worker.due(world.clock.now())
    };
    if !idle {
        catch_up(&mut shared.write().unwrap_or_else(std::sync::PoisonError::into_inner));
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
