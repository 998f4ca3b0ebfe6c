//! What the screens are told: this desk's own, and those of the machine's other desks.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio::sync::mpsc::Sender;

use super::site::WHO;
use crate::backend::Backend;
use crate::backend::journal::{Hold, Journal, JournalError, News};
use crate::domain::notification::{Incident, Kept, Mute, Owner};
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::flow::live::{Changed, Held, Live, Stream, StreamState};
use crate::flow::msg::Msg;
use crate::flow::said::Message;

/// What one desk of a machine tells another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// There is something new in the journal.
    News,
    /// Records changed.
    Changed(Vec<Changed>),
    /// Whether anybody hears, why not, when it is tried again, and how many events were delivered.
    Stream {
        /// Nothing is heard, for this reason.
        lost: Option<Message>,
        /// When it is tried again.
        again: Option<Timestamp>,
        /// Since when.
        since: Timestamp,
        /// Events delivered today, and how many may be.
        delivered: Option<(u64, u64)>,
    },
}

/// Tells the screens.
pub struct Out<'a> {
    backend: &'a Backend,
    journal: &'a Journal,
    messages: &'a Sender<Msg>,
    /// The machine's other desks.
    others: broadcast::Sender<Frame>,
    state: Mutex<Stream>,
}

/// Frames that wait for a desk that is slow. One that missed some looks at everything.
const WAITING: usize = 64;

impl<'a> Out<'a> {
    /// Tells this desk's screen.
    pub fn new(backend: &'a Backend, journal: &'a Journal, messages: &'a Sender<Msg>) -> Self {
        let state = Stream { state: StreamState::Connecting, delivered: None, since: (backend.now.0)() };
        Self { backend, journal, messages, others: broadcast::channel(WAITING).0, state: Mutex::new(state) }
    }

    /// What another desk is told from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Frame> {
        self.others.subscribe()
    }

    /// A message as it is, for this desk alone.
    pub async fn say(&self, msg: Msg) {
        let _ = self.messages.send(msg).await;
    }

    /// Tells everybody what is new in the journal.
    pub async fn news(&self) {
        self.own_news().await;
        let _ = self.others.send(Frame::News);
    }

    /// Tells this desk alone what is new in the journal.
    pub async fn own_news(&self) {
        if let Err(error) = self.backend.tell_news(self.journal, self.messages).await {
            tracing::error!(%error, "what was heard cannot be read");
        }
    }

    /// Learns who is at the desk and which queues they work on, so that it is told whose matter something is. Answers whether
    /// that is known now.
    pub async fn learn_who(&self) -> bool {
        self.backend.learn_who().await
    }

    /// Tells this desk once more what turned out to be its person's matter.
    pub async fn own_again(&self) {
        let Ok(Some(news)) = self.journal.news(0).await else { return };
        let seen = self.backend.notify.seen.lock().await;
        let placed = news.notifications.into_iter().map(|(kept, owner)| seen.placed(kept, owner.as_deref()));
        let ours = |kept: &Kept| matches!(kept.notification.owner, Owner::Mine | Owner::MyQueue(_));
        let kept: Vec<Kept> = placed.filter(ours).collect();
        drop(seen);
        if !kept.is_empty() {
            self.say(Msg::Live(Live::Notifications(kept))).await;
        }
    }

    /// Tells everybody that records changed.
    pub async fn changed(&self, changed: Vec<Changed>) {
        if !changed.is_empty() {
            let _ = self.others.send(Frame::Changed(changed.clone()));
            self.own_changed(changed).await;
        }
    }

    /// Tells this desk alone that records changed.
    pub async fn own_changed(&self, changed: Vec<Changed>) {
        for changed in changed {
            self.say(Msg::Live(Live::Changed(changed))).await;
        }
    }

    /// Another desk listens, and says how it does.
    pub async fn shared(&self, told: Frame) {
        let Frame::Stream { lost, again, since, delivered } = told else { return };
        let state = match lost {
            None => StreamState::Shared,
            Some(why) => StreamState::Lost { why, again },
        };
        let stream = Stream { state, delivered, since };
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&stream);
        self.say(Msg::Live(Live::Stream(stream))).await;
    }

    /// This desk listens, for as many others as there are.
    pub async fn listening(&self) {
        self.stream(StreamState::Listening { desks: self.others.receiver_count() }).await;
    }

    /// Another desk came or went.
    pub async fn counted(&self) {
        if matches!(self.now_so().state, StreamState::Listening { .. }) {
            self.listening().await;
        }
    }

    /// How it is listened, where that is another way than before.
    pub async fn stream(&self, state: StreamState) {
        let told = {
            let mut known = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let same = std::mem::discriminant(&known.state) == std::mem::discriminant(&state);
            if !same {
                known.since = (self.backend.now.0)();
            }
            known.state = state;
            known.clone()
        };
        self.tell(told).await;
    }

    /// How many events were delivered today.
    pub async fn figures(&self, delivered: Option<(u64, u64)>) {
        let told = {
            let mut known = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            known.delivered = delivered;
            known.clone()
        };
        self.tell(told).await;
    }

    /// How it is listened now.
    pub fn now_so(&self) -> Stream {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn tell(&self, stream: Stream) {
        let _ = self.others.send(frame(&stream));
        self.say(Msg::Live(Live::Stream(stream))).await;
    }
}

/// How the desk that listens does, for another.
pub fn frame(stream: &Stream) -> Frame {
    let (lost, again) = match &stream.state {
        StreamState::Lost { why, again } => (Some(why.clone()), *again),
        StreamState::Connecting | StreamState::Off | StreamState::Listening { .. } | StreamState::Shared => {
            (None, None)
        }
    };
    Frame::Stream { lost, again, since: stream.since, delivered: stream.delivered }
}

impl Backend {
    async fn learn_who(&self) -> bool {
        let Ok(agent) = self.salesforce.agent().await else { return false };
        let queues = self.salesforce.my_queues().await.unwrap_or_default();
        let mut seen = self.notify.seen.lock().await;
        let me = Some(agent.id.as_str().to_owned());
        if seen.me.is_some() && seen.me != me {
            // What was somebody else's matter is placed anew.
            seen.heard = 0;
        }
        (seen.me, seen.queues) = (me, queues);
        true
    }

    /// The same after somebody signed in by hand: what was told already may be another person's matter now.
    pub(in crate::backend) async fn learn_who_anew(&self) {
        if self.learn_who().await {
            self.notify.nudge.notify_one();
        }
    }

    /// Sends what is kept, without listening. Whose matter it is is told where that is known soon.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub(in crate::backend) async fn tell_kept(&self, messages: &Sender<Msg>) -> Result<(), Phrase> {
        let engine = self.engine.as_ref().map_err(Clone::clone)?;
        let _ = tokio::time::timeout(WHO, self.learn_who()).await;
        self.tell_news(engine.journal(), messages).await.map_err(|error| {
            tracing::error!(%error, "what was heard cannot be read");
            error.phrase()
        })
    }

    /// Sends what is new in the journal, told as this desk sees it.
    pub(super) async fn tell_news(&self, journal: &Journal, messages: &Sender<Msg>) -> Result<(), JournalError> {
        // One at a time: what is new is told once.
        let mut seen = self.notify.seen.lock().await;
        Self::tell_held(&mut seen, journal, messages).await?;
        let Some(News { heard, notifications, mutes, incident }) = journal.news(seen.heard).await? else {
            return Ok(());
        };
        if !notifications.is_empty() {
            let kept = notifications.into_iter().map(|(kept, owner)| seen.placed(kept, owner.as_deref())).collect();
            let _ = messages.send(Msg::Live(Live::Notifications(kept))).await;
        }
        if seen.mutes.as_ref() != Some(&mutes) {
            let _ = messages.send(Msg::Live(Live::Mutes(mutes.clone()))).await;
            seen.mutes = Some(mutes);
        }
        if seen.incident != incident {
            let _ = messages.send(Msg::Live(Live::Incident(incident.clone()))).await;
            seen.incident = incident;
        }
        seen.heard = heard;
        Ok(())
    }

    /// Sends what is held otherwise than this desk's screen was told, and has the machine's other desks look for it too.
    pub(in crate::backend) async fn tell_holds(
        &self,
        journal: &Journal,
        messages: &Sender<Msg>,
    ) -> Result<(), JournalError> {
        let mut seen = self.notify.seen.lock().await;
        if Self::tell_held(&mut seen, journal, messages).await? {
            self.notify.nudge.notify_one();
        }
        Ok(())
    }

    /// Sends what is held otherwise than before. Answers whether anything is.
    async fn tell_held(seen: &mut Seen, journal: &Journal, messages: &Sender<Msg>) -> Result<bool, JournalError> {
        let mut news = false;
        for Hold { system, since, by, queued } in journal.holds().await? {
            let queued = usize::try_from(queued).unwrap_or(usize::MAX);
            let held = Held { system, since, by: Text::line(&by), queued };
            let known = seen.held.iter().position(|it| it.system == system);
            let idle = since.is_none() && queued == 0;
            if known.map_or(idle, |at| seen.held[at] == held) {
                continue;
            }
            if let Some(at) = known {
                seen.held.remove(at);
            }
            seen.held.push(held.clone());
            let _ = messages.send(Msg::Live(Live::Held(held))).await;
            news = true;
        }
        Ok(news)
    }
}

/// What this desk's screen was told.
#[derive(Debug, Default)]
pub struct Seen {
    heard: i64,
    mutes: Option<Vec<Mute>>,
    incident: Option<Incident>,
    held: Vec<Held>,
    me: Option<String>,
    queues: Vec<String>,
}

impl Seen {
    /// Whose matter it is as seen from this desk.
    fn placed(&self, mut kept: Kept, owner: Option<&str>) -> Kept {
        if let (Some(owner), Owner::Other(name)) = (owner, &kept.notification.owner) {
            if self.me.as_deref() == Some(owner) {
                kept.notification.owner = Owner::Mine;
            } else if self.queues.iter().any(|queue| queue == owner) {
                kept.notification.owner = Owner::MyQueue(name.clone());
            }
        }
        kept
    }
}
