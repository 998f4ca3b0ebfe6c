//! Reads under way. The one place that starts work for the app, and that knows when none is left.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio::task::{self, AbortHandle, JoinSet};

use crate::domain::status::Tone;
use crate::flow::{Carried, Command, Generation, Msg, Notice, NoticeText, Query, Slot};

/// Messages that may wait for the app. A reader whose message does not fit waits; nothing is dropped.
const WAITING: usize = 256;

/// Where a read sends what it finds.
pub type Messages = mpsc::Sender<Msg>;

/// Answers one read: sends any number of messages, then ends. It need not send [`Msg::Ended`].
pub type Read = Arc<dyn Fn(Slot, Generation, Query, Messages) -> BoxFuture<'static, ()> + Send + Sync>;

/// Carries out one command: sends any number of messages, then ends with one [`Msg::Carried`].
pub type Carry = Arc<dyn Fn(Command, Messages) -> BoxFuture<'static, ()> + Send + Sync>;

/// Tells what happens elsewhere: sends any number of messages, and never ends.
pub type Listen = BoxFuture<'static, ()>;

/// The reads under way, at most one a slot, and the changes being carried out.
///
/// A read owes one [`Msg::Ended`], whatever becomes of it; nothing owed is what idle means.
pub struct Work {
    source: Source,
    carry: Option<Carry>,
    /// Changes being carried out. None is ever cancelled.
    carried: HashSet<task::Id>,
    /// What listens to what happens elsewhere.
    listening: Option<task::Id>,
    /// Commands whose end was not handed over yet.
    owed: usize,
    sender: Messages,
    messages: mpsc::Receiver<Msg>,
    tasks: JoinSet<()>,
    running: HashMap<task::Id, (Slot, Generation)>,
    newest: HashMap<Slot, AbortHandle>,
    /// The end of a read that is held back until what it sent before has been handed over.
    ended: Vec<Msg>,
}

/// Whom reads are put to.
enum Source {
    /// Nobody yet; these reads wait.
    Starting(Vec<(Slot, Generation, Query)>),
    /// This one.
    Up(Read),
    /// Nobody, for good.
    Failed,
}

impl Default for Work {
    fn default() -> Self {
        let (sender, messages) = mpsc::channel(WAITING);
        Self {
            source: Source::Starting(Vec::new()),
            carry: None,
            carried: HashSet::new(),
            listening: None,
            owed: 0,
            sender,
            messages,
            tasks: JoinSet::new(),
            running: HashMap::new(),
            newest: HashMap::new(),
            ended: Vec::new(),
        }
    }
}

impl Work {
    /// For others who have something to say to the app.
    pub fn messages(&self) -> Messages {
        self.sender.clone()
    }

    /// Now there is somebody to ask: starts what was asked for so far.
    pub fn connect(&mut self, read: Read) {
        self.settle(Source::Up(read));
    }

    /// There will never be anybody to ask: every read ends unanswered.
    pub fn give_up(&mut self) {
        self.settle(Source::Failed);
    }

    fn settle(&mut self, source: Source) {
        if let Source::Starting(early) = std::mem::replace(&mut self.source, source) {
            for (slot, generation, query) in early {
                self.start(slot, generation, query);
            }
        }
    }

    /// Now there is somebody to carry changes out.
    pub fn connect_carry(&mut self, carry: Carry) {
        self.carry = Some(carry);
    }

    /// Listens to what happens elsewhere, for as long as this lives. Nothing is owed by it.
    pub fn listen(&mut self, listen: Listen) {
        let task = self.tasks.spawn(listen);
        self.listening = Some(task.id());
    }

    /// Carries a command out. Nothing cancels it.
    pub fn carry(&mut self, command: Command) {
        self.owed += 1;
        match &self.carry {
            Some(carry) => {
                let task = self.tasks.spawn(carry(command, self.sender.clone()));
                self.carried.insert(task.id());
            }
            // Nothing is lost by these: what is being typed is still on the screen.
            None if matches!(command, Command::Draft(..) | Command::Look(_) | Command::Forget) => {
                self.ended.push(Msg::Carried(Carried::Taken));
            }
            None => self.ended.push(Msg::Carried(Carried::Refused("operation-not-connected".into()))),
        }
    }

    /// How many commands are being carried out, or have ended and were not handed over yet.
    pub const fn carrying(&self) -> usize {
        self.owed
    }

    /// Starts a read. An older one in the slot is cancelled.
    pub fn start(&mut self, slot: Slot, generation: Generation, query: Query) {
        self.cancel(slot);
        match &mut self.source {
            Source::Starting(early) => early.push((slot, generation, query)),
            Source::Up(read) => {
                let handle = self.tasks.spawn(read(slot, generation, query, self.sender.clone()));
                self.running.insert(handle.id(), (slot, generation));
                self.newest.insert(slot, handle);
            }
            Source::Failed => self.ended.push(Msg::Ended { slot, generation }),
        }
    }

    /// Nobody waits for this slot any more.
    pub fn cancel(&mut self, slot: Slot) {
        if let Source::Starting(early) = &mut self.source {
            early.retain(|(early, ..)| *early != slot);
        }
        if let Some(handle) = self.newest.remove(&slot) {
            handle.abort();
        }
    }

    /// Nothing is under way and nothing waits to be handed over.
    pub fn is_idle(&self) -> bool {
        let early = matches!(&self.source, Source::Starting(early) if !early.is_empty());
        // A command's task may outlive its last message by a moment; it brings no other, so nobody may wait for it.
        let reads = self.running.values().any(|(slot, _)| !slot.waits_for_a_person());
        !early && !reads && self.owed == 0 && self.ended.is_empty() && self.messages.is_empty()
    }

    /// The next message, when there is one. Never resolves while idle. May be dropped and called again.
    pub async fn next(&mut self) -> Msg {
        loop {
            if let Some(msg) = self.ready() {
                return msg;
            }
            tokio::select! {
                Some(msg) = self.messages.recv() => return self.handed_over(msg),
                Some(joined) = self.tasks.join_next_with_id() => self.end(joined),
            }
        }
    }

    /// The next message, if it is already here.
    pub fn ready(&mut self) -> Option<Msg> {
        // Messages come before ends: what a read sent was in the channel when it ended.
        let msg = self.messages.try_recv().ok().or_else(|| self.ended.pop())?;
        Some(self.handed_over(msg))
    }

    fn handed_over(&mut self, msg: Msg) -> Msg {
        if matches!(msg, Msg::Carried(_)) {
            self.owed = self.owed.saturating_sub(1);
        }
        msg
    }

    fn end(&mut self, joined: Result<(task::Id, ()), task::JoinError>) {
        let (id, panicked) = match joined {
            Ok((id, ())) => (id, false),
            Err(error) => (error.id(), error.is_panic()),
        };
        if self.carried.remove(&id) {
            if panicked {
                // What was written down before stays; the journal says where it stands.
                self.ended.push(Msg::Carried(Carried::Refused("operation-panicked".into())));
            }
            return;
        }
        if self.listening == Some(id) {
            self.listening = None;
            if panicked {
                self.ended.push(panicked_notice());
            }
            return;
        }
        let Some((slot, generation)) = self.running.remove(&id) else { return };
        if self.newest.get(&slot).is_some_and(|newest| newest.id() == id) {
            self.newest.remove(&slot);
        }
        // The app knows an old generation when it sees one, so a cancelled read ends like any other.
        self.ended.push(Msg::Ended { slot, generation });
        if panicked {
            self.ended.push(panicked_notice());
        }
    }
}

fn panicked_notice() -> Msg {
    Msg::Notice(Notice { tone: Tone::Critical, text: NoticeText::Words("notice-task-panicked") })
}

#[cfg(test)]
mod tests {
    use std::future;

    use futures_util::FutureExt as _;

    use super::*;
    use crate::flow::{Reply, SearchReply};

    fn search(text: &str) -> Query {
        Query::Search(text.to_owned())
    }

    /// Answers a search for `n` with `n` messages; never answers “wait”; panics at “panic”.
    fn counting() -> Read {
        Arc::new(|slot, generation, query, messages| {
            async move {
                let Query::Search(text) = query else { return };
                match text.as_str() {
                    "wait" => future::pending().await,
                    "panic" => panic!("as asked"),
                    _ => {}
                }
                for _ in 0..text.parse().unwrap() {
                    let reply = Reply::Search(SearchReply::Asked(Vec::new()));
                    messages.send(Msg::Reply { slot, generation, reply }).await.unwrap();
                }
            }
            .boxed()
        })
    }

    /// What comes until nothing is owed: replies as their generation, ends as the negative of it, notices as 0.
    async fn drain(work: &mut Work) -> Vec<i64> {
        let mut seen = Vec::new();
        while !work.is_idle() {
            seen.push(match work.next().await {
                Msg::Reply { generation, .. } => generation as i64,
                Msg::Ended { generation, .. } => -(generation as i64),
                Msg::Notice(_) => 0,
                other => panic!("{other:?}"),
            });
        }
        seen
    }

    #[tokio::test]
    async fn a_read_ends_after_all_it_said() {
        let mut work = Work::default();
        work.connect(counting());
        work.start(Slot::Search, 7, search("1000"));
        let seen = drain(&mut work).await;
        assert_eq!(seen.len(), 1001, "more than fits the channel, and nothing is lost");
        assert_eq!(seen.last(), Some(&-7));
    }

    #[tokio::test]
    async fn a_newer_read_cancels_the_older() {
        let mut work = Work::default();
        work.connect(counting());
        work.start(Slot::Search, 1, search("wait"));
        work.start(Slot::Line, 5, search("0"));
        work.start(Slot::Search, 2, search("1"));
        let mut seen = drain(&mut work).await;
        seen.sort_unstable();
        assert_eq!(seen, [-5, -2, -1, 2]);
    }

    #[tokio::test]
    async fn reads_asked_for_early_start_once_connected() {
        let mut work = Work::default();
        work.start(Slot::Search, 1, search("1"));
        work.start(Slot::Search, 2, search("1"));
        assert!(!work.is_idle());
        assert!(work.next().now_or_never().is_none());
        work.connect(counting());
        assert_eq!(drain(&mut work).await, [2, -2]);
    }

    #[tokio::test]
    async fn reads_end_when_nobody_ever_answers() {
        let mut work = Work::default();
        work.start(Slot::Search, 1, search("1"));
        work.give_up();
        work.start(Slot::Line, 2, search("1"));
        let mut seen = drain(&mut work).await;
        seen.sort_unstable();
        assert_eq!(seen, [-2, -1]);
    }

    #[tokio::test]
    async fn a_read_that_panics_ends_with_a_notice() {
        let mut work = Work::default();
        work.connect(counting());
        work.start(Slot::Search, 3, search("panic"));
        assert_eq!(drain(&mut work).await, [0, -3]);
    }

    #[tokio::test]
    async fn what_listens_is_owed_nothing_and_what_it_says_is_heard() {
        let mut work = Work::default();
        work.connect(counting());
        let messages = work.messages();
        let (say, mut said) = mpsc::channel::<()>(1);
        work.listen(
            async move {
                said.recv().await;
                messages.send(Msg::Minute).await.unwrap();
                future::pending::<()>().await;
            }
            .boxed(),
        );
        assert!(work.is_idle());
        assert!(work.next().now_or_never().is_none());
        say.send(()).await.unwrap();
        assert_eq!(work.next().await, Msg::Minute);
        assert!(work.is_idle());
    }

    #[tokio::test]
    async fn what_listens_and_panics_is_told_once() {
        let mut work = Work::default();
        work.connect(counting());
        work.listen(async { panic!("as asked") }.boxed());
        assert!(matches!(work.next().await, Msg::Notice(_)));
        assert!(work.is_idle());
    }

    #[tokio::test]
    async fn idle_waits_for_ever() {
        let mut work = Work::default();
        work.connect(counting());
        assert!(work.is_idle());
        assert!(work.next().now_or_never().is_none());
        work.start(Slot::Line, 1, search("wait"));
        work.cancel(Slot::Line);
        assert_eq!(drain(&mut work).await, [-1]);
    }
}
