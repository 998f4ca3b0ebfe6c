//! One connection to the event bus and the topics on it, from the first sign-in to whatever ends it; and when it is tried
//! again.
//!
//! What is heard goes into the journal together with how far it was heard, and only then to the screens. Where a topic has
//! no position, or lost it, it is listened to from now on, and once that is so, what may have been missed is read.
//!
//! While what was heard cannot be read or kept, it stays here, its streams stay open, and nothing more is asked of them: a
//! new connection would have everything since the last position delivered again, and deliveries are the whole org's.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, SelectAll};
use futures_util::{FutureExt as _, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::avro::Event;
use super::hear::{Batch, Hearing, KINDS, Unheard};
use super::out::Out;
use super::pace::{Holding, Pace};
use super::proto::{ConsumerEvent, FetchResponse};
use super::pubsub::{Asking, Client, Listening, Start};
use super::refused::{Refused, Remedy};
use crate::backend::jitter::Jitter;
use crate::backend::journal::{JournalError, Position, Update};
use crate::domain::status::Tone;
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::live::{RecordKind, StreamState};
use crate::flow::msg::{Msg, Notice, NoticeText};
use crate::flow::said::{self, Message};

/// A living stream says something at least this often: 270 s by its own word, and a little for the way.
const SILENCE: Duration = Duration::from_secs(330);
/// Until then a topic may say its first word.
pub const SETTLED: Duration = Duration::from_secs(3);
/// While many events come, those of so long a time are taken in together: each time may cost a call. The first is at once.
const GATHER: Duration = Duration::from_millis(200);
/// Events taken in at once.
const AT_ONCE: usize = 200;
/// A position older than this may be none any more; what it covers is worth saying.
const WORTH_SAYING: SignedDuration = SignedDuration::from_mins(2);

/// What ended a connection.
#[derive(Debug)]
enum End {
    /// The event bus.
    Refused(Refused),
    /// Salesforce's other calls.
    Fault(Fault),
    /// The journal.
    Journal(JournalError),
    /// No topic is left that can be listened to.
    Nothing,
}

impl From<Refused> for End {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<JournalError> for End {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<Unheard> for End {
    fn from(unheard: Unheard) -> Self {
        match unheard {
            Unheard::Fault(fault) => Self::Fault(fault),
            Unheard::Journal(error) => Self::Journal(error),
        }
    }
}

impl End {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Refused(refused) => refused.remedy,
            // A sign-in that is refused again and again locks the user out.
            Self::Fault(fault) if fault.kind == FaultKind::SignIn => Remedy::Slower,
            Self::Fault(_) | Self::Journal(_) => Remedy::Again,
            Self::Nothing => Remedy::Never,
        }
    }

    fn why(&self) -> Message {
        match self {
            Self::Refused(refused) => refused.message(),
            Self::Fault(fault) => {
                let system = fault.system.name();
                Message::ours(said::OF_SYSTEM).with("system", system).with_said("what", &fault.message)
            }
            Self::Journal(error) => {
                tracing::warn!(%error, "the journal failed");
                Message::ours(said::JOURNAL_UNREAD)
            }
            Self::Nothing => Message::ours(said::NO_TOPICS),
        }
    }
}

/// Listens for ever.
pub struct Stream<'a> {
    /// Takes in what is heard.
    pub hearing: Hearing<'a>,
    /// Tells the screens.
    pub out: &'a Out<'a>,
}

/// What the stream of a topic said.
type Word = (usize, Result<FetchResponse, Refused>);

/// The topics of one connection.
struct Topics {
    heard: SelectAll<BoxStream<'static, Word>>,
    names: Vec<String>,
    asking: Vec<Option<Asking>>,
    /// From when on what may have been missed is to be read, by topic.
    missed: BTreeMap<usize, Missed>,
    /// Topics that are open: nothing that is committed from now on is missed of them.
    open: BTreeSet<usize>,
}

impl Topics {
    /// The kinds of record whose changes are told by a topic of their own, among topics.
    fn own<'a>(&'a self, topics: impl Iterator<Item = usize> + 'a) -> impl Iterator<Item = RecordKind> + 'a {
        let heard = topics.filter(|topic| self.asking[*topic].is_some());
        heard.filter_map(|topic| own_kind(&self.names[topic]))
    }

    /// The kinds of record to be read where a topic may have missed something of them. What has a topic of its own tells its
    /// changes itself, or is read when that one was missed.
    fn unheard(&self, topic: usize) -> BTreeSet<RecordKind> {
        let own: BTreeSet<RecordKind> = self.own((0..self.names.len()).filter(|other| *other != topic)).collect();
        kinds_of(&self.names[topic]).into_iter().filter(|kind| !own.contains(kind)).collect()
    }
}

/// What may have been missed of a topic.
#[derive(Debug, Clone, Copy)]
struct Missed {
    since: Timestamp,
    /// There was a position, and it is none any more.
    lost: bool,
}

impl Stream<'_> {
    fn now(&self) -> Timestamp {
        (self.hearing.backend.now.0)()
    }

    /// Listens, and after every end again.
    pub async fn run(&self) {
        let mut pace = Pace::new(self.hearing.backend.notify.pause, Jitter::default());
        let mut refused: BTreeSet<String> = BTreeSet::new();
        self.out.stream(StreamState::Connecting).await;
        loop {
            pace.tried(Instant::now());
            let Err(end) = self.listen(&mut refused).await;
            tracing::warn!(remedy = ?end.remedy(), why = %end.why(), "the event stream ended");
            let pause = pace.pause(end.remedy(), Instant::now());
            let again = pause.and_then(|pause| self.now().checked_add(SignedDuration::try_from(pause).ok()?).ok());
            if pause != Some(Duration::ZERO) {
                self.out.stream(StreamState::Lost { why: end.why(), again }).await;
            }
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                // Only another configuration helps.
                None => std::future::pending().await,
            }
        }
    }

    /// One connection.
    async fn listen(&self, refused: &mut BTreeSet<String>) -> Result<Infallible, End> {
        let backend = self.hearing.backend;
        let pass = backend.salesforce.pass().await?;
        let channel = backend.notify.bus.connect().await?;
        let mut client = Client { channel, pass, schemas: &backend.notify.schemas };
        let topics = self.usable(&mut client, refused).await?;
        if topics.is_empty() {
            return Err(End::Nothing);
        }
        let mut topics = self.open(&client, topics).await?;
        let settled = Instant::now() + backend.notify.settle;
        let (mut listening, mut settling) = (false, true);
        let mut gathered = Instant::now();
        let mut next = None;
        loop {
            let silent = Instant::now() + SILENCE;
            let held = next.take();
            let first = if held.is_some() {
                held
            } else {
                tokio::select! {
                    biased;
                    () = sleep_until(settled), if settling => None,
                    first = timeout_at(silent, topics.heard.next()) => match first {
                        Ok(Some(first)) => Some(first),
                        Ok(None) => return Err(Refused::ended().into()),
                        Err(_) => return Err(Refused::silent().into()),
                    },
                }
            };
            settling &= first.is_some();
            // After the time to settle, whatever was not heard of yet counts as open too.
            let open: Vec<usize> = match &first {
                None => (0..topics.names.len()).collect(),
                Some((topic, Ok(_))) => vec![*topic],
                Some(_) => Vec::new(),
            };
            if first.as_ref().is_none_or(|(_, heard)| heard.is_ok()) && !listening {
                listening = true;
                self.out.listening().await;
            }
            topics.open.extend(&open);
            self.catch_up(&mut topics, &open).await?;
            if let Some(first) = first {
                if first.1.as_ref().is_ok_and(|heard| !heard.events.is_empty()) {
                    sleep_until(gathered).await;
                    gathered = Instant::now() + GATHER;
                }
                next = self.take(&mut client, &mut topics, first, refused).await?;
            }
        }
    }

    /// The topics that can be listened to. One that cannot is said once and left out.
    async fn usable(&self, client: &mut Client<'_>, refused: &mut BTreeSet<String>) -> Result<Vec<String>, End> {
        let mut usable = Vec::new();
        for name in &self.hearing.backend.notify.rules.topics {
            if refused.contains(name) {
                continue;
            }
            if self.hearing.backend.notify.checked(name) {
                usable.push(name.clone());
                continue;
            }
            let mut asked = client.topic(name).await;
            if matches!(&asked, Err(refusal) if refusal.remedy == Remedy::SignIn) {
                client.pass = self.hearing.backend.salesforce.pass_after(&client.pass).await?;
                asked = client.topic(name).await;
            }
            match asked {
                Ok(_) => {
                    self.hearing.backend.notify.check(name);
                    usable.push(name.clone());
                }
                Err(refusal) if refusal.remedy == Remedy::Never => self.leave_out(name, &refusal, refused).await,
                Err(refusal) => return Err(refusal.into()),
            }
        }
        Ok(usable)
    }

    async fn leave_out(&self, name: &str, why: &Refused, refused: &mut BTreeSet<String>) {
        tracing::warn!(topic = name, code = why.code, "a topic cannot be listened to");
        refused.insert(name.to_owned());
        let said = Message::ours(said::OF_PARTS).with("who", name).with_said("what", &why.message());
        let text = NoticeText::Phrase(said.phrase());
        self.out.say(Msg::Notice(Notice { tone: Tone::Warning, text })).await;
    }

    /// What was heard could not be read or kept: says so, and waits before it is tried again.
    async fn hold(&self, holding: &mut Option<Holding>, why: Unheard) {
        let holding = holding.get_or_insert_with(|| Holding::new(self.hearing.backend.notify.pause, Jitter::default()));
        let end = End::from(why);
        // A limit of calls is one that somebody has to wait for; a refused sign-in locks the user out.
        let long = matches!(&end, End::Fault(Fault { kind: FaultKind::TooMany, hint: Hint::Wait, .. }))
            || end.remedy() == Remedy::Slower;
        let pause = holding.pause(long);
        tracing::warn!(why = %end.why(), "what was heard is held until it can be read");
        let again = SignedDuration::try_from(pause).ok().and_then(|pause| self.now().checked_add(pause).ok());
        self.out.stream(StreamState::Lost { why: end.why(), again }).await;
        tokio::time::sleep(pause).await;
    }

    /// What was held is read and kept.
    async fn let_go(&self, held: Option<Holding>) {
        if held.is_some() {
            self.out.listening().await;
        }
    }

    /// Subscribes to topics, each from where it was heard last.
    async fn open(&self, client: &Client<'_>, names: Vec<String>) -> Result<Topics, End> {
        let journal = self.hearing.journal;
        // What nobody listens to any more is no moment since which something could have been missed.
        journal.keep_positions(self.hearing.backend.notify.rules.topics.clone()).await?;
        let known = journal.positions().await?;
        let new: Vec<String> = names.iter().filter(|name| !known.contains_key(*name)).cloned().collect();
        if !new.is_empty() {
            // From now on it is known since when it should have been heard.
            let positions = new.into_iter().map(|name| (name, Vec::new())).collect();
            journal.hear(Update { positions, ..Update::default() }).await?;
            if known.is_empty() {
                self.hearing.learn().await?;
            }
        }
        let mut topics = Topics {
            heard: SelectAll::new(),
            names: Vec::new(),
            asking: Vec::new(),
            missed: BTreeMap::new(),
            open: BTreeSet::new(),
        };
        for (at, name) in names.into_iter().enumerate() {
            let from = match known.get(&name) {
                Some(Position { replay, .. }) if !replay.is_empty() => {
                    topics.open.insert(at);
                    Start::Behind(replay.clone())
                }
                Some(Position { at: since, .. }) => {
                    let lost = self.hearing.backend.notify.is_lost(&name);
                    topics.missed.insert(at, Missed { since: *since, lost });
                    Start::Now
                }
                None => Start::Now,
            };
            let at_once = self.hearing.backend.notify.rules.at_once.clamp(1, 100);
            let Listening { events, asking } = client.listen(&name, from, at_once)?;
            let ended = stream::iter([Err(Refused::ended())]);
            topics.heard.push(events.chain(ended).map(move |heard| (at, heard)).boxed());
            topics.names.push(name);
            topics.asking.push(Some(asking));
        }
        Ok(topics)
    }

    /// Reads what may have been missed of topics that are open now.
    async fn catch_up(&self, topics: &mut Topics, open: &[usize]) -> Result<(), End> {
        let missed: Vec<(usize, Missed)> =
            open.iter().filter_map(|topic| Some((*topic, topics.missed.remove(topic)?))).collect();
        let Some(since) = missed.iter().map(|(_, missed)| missed.since).min() else { return Ok(()) };
        let old = missed.iter().flat_map(|(topic, _)| kinds_of(&topics.names[*topic])).collect();
        let unheard = missed.iter().flat_map(|(topic, _)| topics.unheard(*topic)).collect::<BTreeSet<_>>();
        let mut held = None;
        let read = loop {
            match self.hearing.read_since(&unheard, since).await {
                Ok(read) => break read,
                Err(why) => self.hold(&mut held, why).await,
            }
        };
        self.let_go(held).await;
        let changed = self.hearing.whole(&old);
        let long = !unheard.is_empty() && self.now().duration_since(since) >= WORTH_SAYING;
        if long || read.until.is_some() || missed.iter().any(|(_, missed)| missed.lost) {
            self.hearing.tell_gap(since, read.until).await?;
        }
        let names: Vec<String> = missed.into_iter().map(|(topic, _)| topics.names[topic].clone()).collect();
        for name in &names {
            self.hearing.backend.notify.found(name);
        }
        let positions = names.into_iter().map(|name| (name, Vec::new())).collect();
        self.hearing.journal.hear(Update { positions, ..Update::default() }).await?;
        self.out.news().await;
        self.out.changed(changed).await;
        Ok(())
    }

    /// Takes in what was heard, and all that is already here behind it. Answers the first word of a topic of which something
    /// may have been missed: that is read before.
    async fn take(
        &self,
        client: &mut Client<'_>,
        topics: &mut Topics,
        first: Word,
        refused: &mut BTreeSet<String>,
    ) -> Result<Option<Word>, End> {
        let mut batch = Batch::default();
        let mut owed: BTreeMap<usize, i32> = BTreeMap::new();
        let mut end = None;
        let mut next = Some(first);
        while let Some((topic, heard)) = next.take() {
            match heard {
                Ok(response) => {
                    topics.open.insert(topic);
                    owed.insert(topic, response.pending_num_requested);
                    self.add(client, &topics.names[topic], response, &mut batch).await?;
                }
                // It was left out; the end of its stream is no news.
                Err(_) if topics.asking[topic].is_none() => {}
                Err(refusal) => {
                    end = Some((topic, refusal));
                    break;
                }
            }
            if batch.events.len() < AT_ONCE {
                next = topics.heard.next().now_or_never().flatten();
            }
            if next.as_ref().is_some_and(|(topic, heard)| heard.is_ok() && topics.missed.contains_key(topic)) {
                break;
            }
        }
        batch.topics = topics.open.iter().map(|topic| topics.names[*topic].clone()).collect();
        batch.told = topics.own(topics.open.iter().copied()).collect();
        let heard = !(batch.events.is_empty() && batch.unreadable.is_empty());
        let mut held = None;
        let changed = loop {
            match self.hearing.take(&batch).await {
                Ok(changed) => break changed,
                Err(why) => self.hold(&mut held, why).await,
            }
        };
        self.let_go(held).await;
        if heard {
            // The news first: what is old may keep a screen busy reading.
            self.out.news().await;
            self.out.changed(changed).await;
        }
        for (topic, owed) in owed {
            topics.asking[topic].iter().for_each(|asking| asking.more(owed));
        }
        if let Some((topic, refusal)) = end {
            self.ended(client, topics, (topic, refusal), refused).await?;
        }
        Ok(next)
    }

    /// A topic's stream ended. Where only that topic is at fault the others go on.
    async fn ended(
        &self,
        client: &mut Client<'_>,
        topics: &mut Topics,
        (topic, refusal): (usize, Refused),
        refused: &mut BTreeSet<String>,
    ) -> Result<(), End> {
        let name = topics.names[topic].clone();
        match refusal.remedy {
            Remedy::Never => {
                topics.asking[topic] = None;
                topics.missed.remove(&topic);
                self.leave_out(&name, &refusal, refused).await;
                if topics.asking.iter().all(Option::is_none) { Err(End::Nothing) } else { Ok(()) }
            }
            Remedy::StartOver => {
                self.hearing.journal.lose_position(name.clone()).await?;
                self.hearing.backend.notify.lose(&name);
                Err(refusal.into())
            }
            Remedy::SignIn => {
                client.pass = self.hearing.backend.salesforce.pass_after(&client.pass).await?;
                Err(refusal.into())
            }
            Remedy::Again | Remedy::Slower | Remedy::UsedUp => Err(refusal.into()),
        }
    }

    /// Reads the events of one answer.
    async fn add(
        &self,
        client: &mut Client<'_>,
        topic: &str,
        response: FetchResponse,
        batch: &mut Batch,
    ) -> Result<(), End> {
        let mut position = response.latest_replay_id;
        for ConsumerEvent { event, replay_id } in response.events {
            if !replay_id.is_empty() {
                position = replay_id;
            }
            let Some(event) = event else { continue };
            match self.read(client, &event.schema_id, &event.payload).await? {
                Some(event) => batch.events.push(event),
                None => batch.unreadable.extend(kinds_of(topic)),
            }
        }
        if !position.is_empty() {
            batch.positions.retain(|(known, _)| known != topic);
            batch.positions.push((topic.to_owned(), position));
        }
        Ok(())
    }

    /// Reads one event; `None` where it cannot be.
    async fn read(&self, client: &mut Client<'_>, schema: &str, payload: &[u8]) -> Result<Option<Event>, End> {
        let mut found = client.schema(schema).await;
        if matches!(&found, Err(refusal) if refusal.remedy == Remedy::SignIn) {
            // A stream outlives its token; a new question does not.
            client.pass = self.hearing.backend.salesforce.pass_after(&client.pass).await?;
            found = client.schema(schema).await;
        }
        let event = match found {
            Ok(schema) => schema.read(payload).map_err(|why| why.to_string()),
            Err(refusal) if refusal.remedy == Remedy::Never => Err(refusal.to_string()),
            Err(refusal) => return Err(refusal.into()),
        };
        if let Err(why) = &event {
            tracing::warn!(why, bytes = payload.len(), "an event cannot be read");
        }
        Ok(event.ok())
    }
}

/// The kind of record all of whose changes a topic tells, with what became of the fields that somebody is told of. What is
/// said in a case is in no field of it.
fn own_kind(topic: &str) -> Option<RecordKind> {
    match topic {
        "/data/AccountChangeEvent" => Some(RecordKind::Account),
        "/data/OrderChangeEvent" => Some(RecordKind::Order),
        "/data/OpportunityChangeEvent" => Some(RecordKind::Opportunity),
        _ => None,
    }
}

/// The kinds of record that a topic tells of, where its name says so; of a channel it may be any.
fn kinds_of(topic: &str) -> Vec<RecordKind> {
    let name = topic.rsplit('/').next().unwrap_or_default();
    match name {
        "AccountChangeEvent" | "Account_Eligibility_Update__e" => vec![RecordKind::Account],
        "CaseChangeEvent" | "Case_Status_Update__e" => vec![RecordKind::Case],
        "OrderChangeEvent" | "OrderItemChangeEvent" | "OrderProvisionRequested__e" => vec![RecordKind::Order],
        "OpportunityChangeEvent" => vec![RecordKind::Opportunity],
        _ => KINDS.to_vec(),
    }
}
