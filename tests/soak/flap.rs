//! A network that comes and goes: what is heard over it, and how often it is tried.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use madoguchi::audit::AuditLog;
use madoguchi::backend::journal::{Journal, World};
use madoguchi::backend::notify::{Rules, Setup};
use madoguchi::backend::operations::{Engine, Rules as HowToChange};
use madoguchi::backend::{Backend, Now};
use madoguchi::domain::notification::Kept;
use madoguchi::runtime::{Work, connect};
use madoguchi::sandbox::worker::Mode;
use madoguchi::sandbox::{self, Day, Sandbox, SandboxOptions};
use tempfile::TempDir;
use tokio::time::Instant;

use super::ledger;
use super::line::Line;

/// Connections that break in the middle of whatever is being said.
const BREAKS: usize = 50;

/// A desk without its screen behind a line.
struct Desk {
    work: Work,
    journal: Journal,
    _folder: TempDir,
}

async fn systems() -> Sandbox {
    let options = SandboxOptions { worker: Mode::Off, ..SandboxOptions::new(60, 1, Timestamp::now()) };
    let sandbox = sandbox::start(options).await.unwrap();
    sandbox.ready().await.unwrap();
    ledger::settle(&sandbox);
    sandbox
}

impl Desk {
    async fn behind(line: &Line, sandbox: &Sandbox, pause: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now: Now = Arc::new(Timestamp::now);
        let journal = Journal::open(folder.path(), World::Lasting("flap".to_owned()), Arc::clone(&now)).await.unwrap();
        let engine =
            Engine::new(journal.clone(), AuditLog::open(Some(folder.path()), "hana(1000)"), HowToChange::default());
        let mut settings = connect::settings_of(sandbox);
        settings.live = Setup {
            rules: Rules { poll_minutes: 0, ..Rules::default() },
            bus: Some(line.url.clone()),
            pause,
            ..Setup::default()
        };
        let backend = Backend::new(settings, now, &(Arc::new(|_| {}) as _)).unwrap();
        let backend = Arc::new(backend.with_engine(Ok(engine)));
        let mut work = Work::default();
        let (read, carry) = connect::doors(&backend);
        work.connect(read);
        work.connect_carry(carry);
        work.listen(connect::ears(&backend, work.messages()));
        Self { work, journal, _folder: folder }
    }

    /// Goes on until everything of the desk's topics is kept.
    async fn hear(&mut self, sandbox: &Sandbox) {
        while !self.is_whole(sandbox).await {
            self.work.next().await;
        }
    }

    /// Whether of every topic the last event is kept.
    async fn is_whole(&self, sandbox: &Sandbox) -> bool {
        let positions = self.journal.positions().await.unwrap();
        let events = sandbox.events_since(0);
        Rules::default().topics.iter().all(|topic| {
            let Some(last) = events.iter().rev().find(|event| event.topic == *topic) else { return true };
            let heard = positions.get(topic).and_then(|it| it.replay.first_chunk::<8>());
            heard.is_some_and(|at| u64::from_be_bytes(*at) >= last.position)
        })
    }

    async fn kept(&self) -> Vec<Kept> {
        let news = self.journal.news(0).await.unwrap().unwrap();
        news.notifications.into_iter().map(|(kept, _)| kept).collect()
    }

    /// Waits until it is known of every topic how far it was heard.
    async fn placed(&mut self, sandbox: &Sandbox) {
        sandbox.pace_streams(sandbox::Pace { keepalive_ms: 50, ..sandbox::Pace::default() });
        loop {
            let positions = self.journal.positions().await.unwrap();
            if positions.values().filter(|it| !it.replay.is_empty()).count() == Rules::default().topics.len() {
                break;
            }
        }
        sandbox.pace_streams(sandbox::Pace::default());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_breaks_fifty_times_loses_and_doubles_nothing_and_each_break_is_one_attempt() {
    let sandbox = systems().await;
    let from = sandbox.last_event();
    let line = Line::to(&sandbox.salesforce, 40_000).await;
    let mut desk = Desk::behind(&line, &sandbox, Duration::ZERO).await;
    desk.placed(&sandbox).await;
    line.break_next(BREAKS);
    // The connection that is there is ended in an orderly way; from the next on they break.
    sandbox.cut_streams();
    let mut seed = 0;
    while line.to_break() > 0 {
        let mut day = pin!(sandbox.day(Day { events: 300, seconds: 1, seed }));
        loop {
            tokio::select! {
                _ = &mut day => break,
                _ = desk.work.next() => {}
            }
        }
        desk.hear(&sandbox).await;
        seed += 1;
    }
    // The last to break may still hold.
    assert!([BREAKS, BREAKS + 1].contains(&(line.tries() - 1)), "{}", line.tries());
    let kept = desk.kept().await;
    sandbox.look(|world| ledger::balance(world, from, &kept)).assert_even();
}

#[tokio::test(start_paused = true)]
async fn a_line_that_never_holds_is_tried_a_few_times_a_minute_and_not_in_step() {
    let sandbox = systems().await;
    let mut line = Line::to(&sandbox.salesforce, 0).await;
    line.break_next(usize::MAX);
    let mut desk = Desk::behind(&line, &sandbox, Setup::default().pause).await;
    let tried = {
        let mut tried = pin!(line.tried(40));
        loop {
            tokio::select! {
                tried = &mut tried => break tried,
                _ = desk.work.next() => {}
            }
        }
    };
    let in_a_minute = |from: &Instant| {
        let minute = *from..*from + Duration::from_mins(1);
        tried.iter().filter(|at| minute.contains(at)).count()
    };
    let most = tried.iter().map(in_a_minute).max().unwrap();
    assert!(most <= 8, "{most} in a minute");
    let pauses: Vec<Duration> = tried.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // Desks of many sites that lost the same bus do not come back together.
    let (long, of_length) = (&pauses[10..], |it: &Duration| it.as_millis());
    assert!(long.iter().map(of_length).collect::<BTreeSet<_>>().len() > long.len() / 2, "{long:?}");
    assert!(long.iter().all(|it| *it >= Duration::from_secs(14)), "{long:?}");
}
