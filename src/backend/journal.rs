//! The journal: what was confirmed, what was about to be sent, what came of it. SQLite, one file for all desks of this machine.
//!
//! A call returns only when its transaction is on the disk, so whatever was written before the first byte of an act is there
//! after any crash. The database runs on one thread of its own; [`Journal`] is the async door to it. Several desks share the
//! file: at most one living desk works on an operation ([`Lease`]), and a desk that was taken for dead is refused at its next
//! write. What was told about an operation can be added to, never changed ([`Journal::verify`]).
//!
//! The journal keeps JSON it does not understand: what a change, a plan or a state is, the engine knows.

mod approvals;
mod chain;
mod desks;
mod drafts;
mod error;
mod heard;
mod hold;
mod lease;
mod operations;
mod schema;
mod store;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use aws_lc_rs::rand;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::Now;
use crate::domain::notification::{self, Incident, Kept, Mute, NotificationKey};
use crate::domain::operation_id::OperationId;
use crate::domain::system::System;
pub use approvals::{Answer, Approval, ApprovalError, Asked, Code, Verdict};
pub use chain::{Bad, Verified};
pub use drafts::{Draft, Protection};
pub use error::JournalError;
pub use heard::{Heard, KnownState, News, Position, Update};
pub use hold::{Gate, Hold};
pub use lease::{Hands, Lease};
pub use operations::{AWAITS_SECOND, Confirmed, Entry, EntryKind, Inserted, Operation, Record, Standing};
use store::Store;
pub use store::World;

/// Jobs that wait for the journal's thread before callers wait too.
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce(&mut Store) + Send>;
type Jobs = mpsc::WeakSender<Message>;

enum Message {
    Job(Job),
    Close,
}

/// The open journal of one world. Clones share it; the last one closes it.
///
/// A call whose future is dropped is carried out all the same.
#[derive(Clone)]
pub struct Journal {
    jobs: mpsc::Sender<Message>,
    ended: Arc<tokio::sync::Mutex<Option<oneshot::Receiver<()>>>>,
    place: Arc<Place>,
}

/// Where a journal is, and whose.
#[derive(Debug)]
struct Place {
    folder: PathBuf,
    world: World,
    site: String,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens `journal.db` in the desk's state folder, making both where they are missing.
    ///
    /// `now` stamps entries, and codes expire by it, so it had better not run faster than people type.
    ///
    /// # Errors
    /// The file cannot be opened or is no journal of ours. Nothing may be changed in any system then.
    pub async fn open(folder: &Path, world: World, now: Now) -> Result<Self, JournalError> {
        let (jobs, inbox) = mpsc::channel(QUEUE);
        let (opened, outcome) = oneshot::channel();
        let (ending, ended) = oneshot::channel();
        let folder = folder.to_path_buf();
        let path = folder.clone();
        let (place, of) = (folder.clone(), world.clone());
        // A plain thread: waiting for the disk must hold up nobody but who asked.
        let work = move || {
            match Store::open(&folder, &world, now) {
                Ok(store) => {
                    let _ = opened.send(Ok(store.site.clone()));
                    serve(store, inbox);
                }
                Err(error) => drop(opened.send(Err(error))),
            }
            let _ = ending.send(());
        };
        thread::Builder::new()
            .name("journal".to_owned())
            .spawn(work)
            .map_err(|error| JournalError::Unopened { path, why: error.to_string() })?;
        let site = outcome.await.map_err(|_| JournalError::Closed)??;
        let place = Arc::new(Place { folder: place, world: of, site });
        Ok(Self { jobs, ended: Arc::new(tokio::sync::Mutex::new(Some(ended))), place })
    }

    /// The folder it lies in.
    pub fn folder(&self) -> &Path {
        &self.place.folder
    }

    /// What its operations are about.
    pub fn world(&self) -> &World {
        &self.place.world
    }

    /// What the desks that share its file are called together: always the same, and nobody else's.
    pub fn site(&self) -> &str {
        &self.place.site
    }

    /// Closes the journal for every clone, and returns when the file is closed. What is leased may be taken over from then on.
    pub async fn close(self) {
        let _ = self.jobs.send(Message::Close).await;
        if let Some(ended) = self.ended.lock().await.take() {
            let _ = ended.await;
        }
    }

    async fn ask<T, E>(&self, job: impl FnOnce(&mut Store) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<JournalError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |store| drop(answer.send(job(store))));
        self.jobs.send(Message::Job(job)).await.map_err(|_| JournalError::Closed)?;
        answered.await.map_err(|_| JournalError::Closed)?
    }

    /// Keeps a confirmed operation and takes its lease. A second one with the same id is the first: nothing is written, and
    /// there is no lease.
    pub async fn insert(
        &self,
        confirmed: Confirmed,
        standing: Standing,
    ) -> Result<(Inserted, Option<Lease>), JournalError> {
        self.insert_beside(confirmed, standing, |_| false).await
    }

    /// The same, unless an open operation stands in its way, by what was asked for with it. One that waits for its second
    /// person does not: nothing of it was sent.
    pub async fn insert_beside(
        &self,
        confirmed: Confirmed,
        standing: Standing,
        shuts_out: impl Fn(&Value) -> bool + Send + 'static,
    ) -> Result<(Inserted, Option<Lease>), JournalError> {
        let jobs = self.jobs.downgrade();
        self.ask(move |store| {
            let id = confirmed.id;
            let inserted = operations::insert(store, confirmed, standing, &shuts_out)?;
            let new = matches!(inserted, Inserted::New(_));
            let lease = new.then(|| Lease::new(id, false, store.held.clone(), jobs));
            Ok((inserted, lease))
        })
        .await
    }

    /// Keeps several confirmed operations, all of them or none, and takes no lease. One whose id is there already stays as it
    /// is.
    pub async fn insert_all(&self, confirmed: Vec<Confirmed>, standing: Standing) -> Result<(), JournalError> {
        self.ask(move |store| operations::insert_all(store, confirmed, &standing)).await
    }

    /// Keeps an entry and the operation's new standing in one transaction. Answers the entry's number.
    ///
    /// # Errors
    /// Among others [`JournalError::NotHeld`]: another desk works on it, or an intent is told by who has no lease.
    pub async fn record(&self, record: Record) -> Result<i64, JournalError> {
        self.ask(|store| operations::record(store, record)).await
    }

    /// One operation.
    pub async fn operation(&self, id: OperationId) -> Result<Option<Operation>, JournalError> {
        self.ask(move |store| operations::operation(&store.db, &store.world, id)).await
    }

    /// Those that are not over, oldest first.
    pub async fn open_operations(&self) -> Result<Vec<Operation>, JournalError> {
        self.ask(|store| operations::open_operations(&store.db, &store.world)).await
    }

    /// The latest, by what was last written about them.
    pub async fn recent(&self, limit: u32) -> Result<Vec<Operation>, JournalError> {
        self.ask(move |store| operations::recent(&store.db, &store.world, limit)).await
    }

    /// The latest of one customer.
    pub async fn of_customer(&self, customer: String, limit: u32) -> Result<Vec<Operation>, JournalError> {
        self.ask(move |store| operations::of_customer(&store.db, &store.world, &customer, limit)).await
    }

    /// What was written about one operation, in order.
    pub async fn entries(&self, id: OperationId) -> Result<Vec<Entry>, JournalError> {
        self.ask(move |store| operations::entries(&store.db, &store.world, id)).await
    }

    /// The number of the last entry, and which operations have entries after `seq`, whichever desk wrote them. As cheap as
    /// asking whether anything changed at all: it reads the end of an index.
    pub async fn changes_since(&self, seq: i64) -> Result<(i64, Vec<OperationId>), JournalError> {
        self.ask(move |store| operations::changes_since(&store.db, &store.world, seq)).await
    }

    /// Takes an operation into this desk's hands; `None` while somebody living works on it, here or in another desk.
    pub async fn lease(&self, id: OperationId) -> Result<Option<Lease>, JournalError> {
        let jobs = self.jobs.downgrade();
        self.ask(move |store| {
            let taken = lease::take(store, id)?;
            Ok(taken.map(|taken_over| Lease::new(id, taken_over, store.held.clone(), jobs)))
        })
        .await
    }

    /// In whose hands an operation is.
    pub async fn hands(&self, id: OperationId) -> Result<Hands, JournalError> {
        self.ask(move |store| lease::hands(store, id)).await
    }

    /// Asks for a second person: the code they have to type within that time. A request that was open is replaced.
    pub async fn ask_approval(&self, id: OperationId, by: String, good: SignedDuration) -> Result<Code, JournalError> {
        self.ask(move |store| approvals::ask(store, id, &by, good)).await
    }

    /// Which operation a code is about, so that the second person sees it first. A wrong code is counted.
    pub async fn find_approval(&self, typed: String) -> Result<OperationId, ApprovalError> {
        self.ask(move |store| approvals::find(store, &typed)).await
    }

    /// Writes down what a second person says. Which roles may is the caller's to know.
    pub async fn answer_approval(
        &self,
        asked: Asked,
        by: String,
        role: String,
        verdict: Verdict,
    ) -> Result<OperationId, ApprovalError> {
        self.ask(move |store| approvals::answer(store, &asked, &by, &role, &verdict)).await
    }

    /// The latest request for an operation.
    pub async fn approval(&self, id: OperationId) -> Result<Option<Approval>, JournalError> {
        self.ask(move |store| approvals::approval(store, id)).await
    }

    /// Keeps what was typed, in place of the draft before.
    pub async fn draft_save(&self, key: String, body: String) -> Result<(), JournalError> {
        self.ask(move |store| drafts::save(store, &key, &body)).await
    }

    /// The draft of that key.
    pub async fn draft_load(&self, key: String) -> Result<Option<Draft>, JournalError> {
        self.ask(move |store| drafts::load(store, &key)).await
    }

    /// Forgets a draft.
    pub async fn draft_drop(&self, key: String) -> Result<(), JournalError> {
        self.ask(move |store| drafts::forget(store, &key)).await
    }

    /// Every draft, the latest first.
    pub async fn drafts(&self) -> Result<Vec<Draft>, JournalError> {
        self.ask(|store| drafts::all(store)).await
    }

    /// Protects a line from being ended, until a moment or until it is taken away.
    pub async fn protect(
        &self,
        line: String,
        until: Option<Timestamp>,
        by: String,
        why: String,
    ) -> Result<(), JournalError> {
        self.ask(move |store| drafts::protect(store, &line, until, &by, &why)).await
    }

    /// Lets a line's protection rest until a moment, after which it holds again by itself.
    pub async fn lift_protection(&self, line: String, until: Timestamp) -> Result<(), JournalError> {
        self.ask(move |store| drafts::lift(store, &line, until)).await
    }

    /// Takes a line's protection away.
    pub async fn unprotect(&self, line: String) -> Result<(), JournalError> {
        self.ask(move |store| drafts::unprotect(store, &line)).await
    }

    /// A line's protection; one whose time is over is none, one that rests says until when.
    pub async fn protection(&self, line: String) -> Result<Option<Protection>, JournalError> {
        self.ask(move |store| drafts::protection(store, &line)).await
    }

    /// How far each topic was listened to.
    pub async fn positions(&self) -> Result<BTreeMap<String, Position>, JournalError> {
        self.ask(|store| heard::positions(store)).await
    }

    /// Keeps what was heard: notifications, what their subjects came to, and how far it was listened, all or nothing.
    /// Answers how many of the notifications are new, or are dealt with by it.
    pub async fn hear(&self, update: Update) -> Result<usize, JournalError> {
        self.ask(move |store| heard::hear(store, &update)).await
    }

    /// A topic's position is none any more.
    pub async fn lose_position(&self, topic: String) -> Result<(), JournalError> {
        self.ask(move |store| heard::lose_position(store, &topic)).await
    }

    /// Forgets how far other topics than these were listened to.
    pub async fn keep_positions(&self, topics: Vec<String>) -> Result<(), JournalError> {
        self.ask(move |store| heard::keep_positions(store, &topics)).await
    }

    /// What is known of some subjects.
    pub async fn known_states(&self, subjects: Vec<String>) -> Result<Vec<KnownState>, JournalError> {
        self.ask(move |store| heard::known_states(store, &subjects)).await
    }

    /// Every subject of which one aspect came to one of these states.
    pub async fn in_state(&self, aspect: &'static str, states: Vec<String>) -> Result<Vec<KnownState>, JournalError> {
        self.ask(move |store| heard::in_state(store, aspect, &states)).await
    }

    /// What changed after `heard`, whichever desk did it; at 0 all that is not dealt with. `None` when nothing did.
    pub async fn news(&self, heard: i64) -> Result<Option<News>, JournalError> {
        self.ask(move |store| heard::news(store, heard)).await
    }

    /// What became of a notification. Answers whether there is such a one.
    pub async fn stand(&self, key: NotificationKey, standing: notification::Standing) -> Result<bool, JournalError> {
        self.ask(move |store| heard::stand(store, &key, standing)).await
    }

    /// One notification.
    pub async fn notification(&self, key: NotificationKey) -> Result<Option<Kept>, JournalError> {
        self.ask(move |store| heard::notification(store, &key)).await
    }

    /// Announces what a rule covers no more, or again.
    pub async fn mute(&self, rule: Mute, on: bool) -> Result<(), JournalError> {
        self.ask(move |store| heard::mute(store, &rule, on)).await
    }

    /// Says that something is out for many customers, or that it is not any more.
    pub async fn incident(&self, incident: Option<Incident>) -> Result<(), JournalError> {
        self.ask(move |store| heard::incident(store, incident.as_ref())).await
    }

    /// Holds a system's changes in the name of somebody, for every desk of the machine; or lets them go.
    pub async fn hold(&self, system: System, by: Option<String>) -> Result<(), JournalError> {
        self.ask(move |store| hold::hold(store, system, by.as_deref())).await
    }

    /// Every system that is held or ever was, and how many operations wait for it.
    pub async fn holds(&self) -> Result<Vec<Hold>, JournalError> {
        self.ask(|store| hold::holds(store)).await
    }

    /// Whether an operation may write to a system now. After a hold one is let go in each span of `pace`, the oldest first,
    /// by all desks together.
    pub async fn gate(&self, id: OperationId, system: System, pace: SignedDuration) -> Result<Gate, JournalError> {
        self.ask(move |store| hold::gate(store, id, system, pace)).await
    }

    /// An operation waits for its turn no more.
    pub async fn leave_line(&self, id: OperationId) -> Result<(), JournalError> {
        self.ask(move |store| hold::leave_line(store, id)).await
    }

    /// Walks the world's entries and says the first that is not as it was written.
    pub async fn verify(&self) -> Result<Verified, JournalError> {
        self.ask(|store| chain::verify(&store.db, &store.world)).await
    }
}

/// A new operation's id.
///
/// # Errors
/// The system gives no random numbers.
pub fn new_id(at: Timestamp) -> Result<OperationId, JournalError> {
    Ok(OperationId::new(at, random()?))
}

fn serve(mut store: Store, mut inbox: mpsc::Receiver<Message>) {
    while let Some(Message::Job(job)) = inbox.blocking_recv() {
        job(&mut store);
    }
}

fn random<const N: usize>() -> Result<[u8; N], JournalError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| JournalError::Failed("the system gives no random numbers".to_owned()))?;
    Ok(bytes)
}
