//! What happens elsewhere, as the desk knows it: notifications and the rules that mute them, the stream, what is held, what
//! is out for many customers. The state here is pure; [`tend`] is what a person does about it, [`moved`] what is read again
//! because of it, [`told`] how the status bar tells it.

mod moved;
mod tend;
mod told;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use madoguchi_ui::form::FormState;

use crate::domain::notification::{Incident, Kept, Mute, NotificationKey, Standing};
use crate::domain::status::Tone;
use crate::domain::system::System;
use crate::flow::{Changed, Held, Live, Stream, Tend};

use moved::Moved;

/// Notifications kept. Who has more open ones than this needs the queues, not a list.
const KEPT: usize = 3_000;
/// What reached the site longer ago is no news to somebody whose desk only now hears of it.
const NEWS: SignedDuration = SignedDuration::from_mins(2);

/// How many there are of each kind of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub(super) critical: usize,
    pub(super) warning: usize,
    pub(super) info: usize,
}

impl Counts {
    const fn add(&mut self, tone: Tone) {
        match tone {
            Tone::Critical => self.critical += 1,
            Tone::Warning => self.warning += 1,
            Tone::Info | Tone::Neutral => self.info += 1,
        }
    }

    pub(super) const fn total(self) -> usize {
        self.critical + self.warning + self.info
    }

    /// The most urgent of them.
    const fn worst(self) -> Tone {
        match self {
            Self { critical: 1.., .. } => Tone::Critical,
            Self { warning: 1.., .. } => Tone::Warning,
            _ => Tone::Info,
        }
    }
}

/// What is known of what happens elsewhere.
#[derive(Debug)]
pub(super) struct Elsewhere {
    kept: HashMap<NotificationKey, Arc<Kept>>,
    /// Dropped because there were too many.
    dropped: u64,
    mutes: Vec<Mute>,
    pub(super) stream: Option<Stream>,
    /// Systems whose changes are held, and those that were.
    held: Vec<Held>,
    pub(super) incident: Option<Incident>,
    /// What was being written about one, and was not told.
    unsent: Option<FormState>,
    /// The banner of the incident is folded to one row.
    pub(super) folded: bool,
    /// What nobody dealt with yet, counted when something changed and not in every frame.
    open: Counts,
    /// The one that the status bar tells.
    newest: Option<Arc<Kept>>,
    /// A caller is being served since then.
    quiet: Option<Timestamp>,
    /// What came meanwhile and was not told.
    missed: Counts,
    /// The window has the keyboard.
    focused: bool,
    /// When a person was last called to the desk.
    alerted: Option<Timestamp>,
    /// What takes back what was done last, the latest at the end.
    undo: Vec<Tend>,
    moved: Moved,
}

impl Default for Elsewhere {
    fn default() -> Self {
        Self {
            kept: HashMap::new(),
            dropped: 0,
            mutes: Vec::new(),
            stream: None,
            held: Vec::new(),
            incident: None,
            unsent: None,
            folded: false,
            open: Counts::default(),
            newest: None,
            quiet: None,
            missed: Counts::default(),
            // A terminal that never tells has it.
            focused: true,
            alerted: None,
            undo: Vec::new(),
            moved: Moved::default(),
        }
    }
}

/// What taking something came to.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// What nobody here knew yet and somebody should be told now.
    fresh: Vec<Arc<Kept>>,
    /// Records changed.
    changed: Option<Changed>,
}

impl Elsewhere {
    /// Takes what happened elsewhere.
    pub(super) fn update(&mut self, live: Live, now: Timestamp) -> Taken {
        let mut taken = Taken::default();
        match live {
            Live::Notifications(all) => {
                for kept in all {
                    taken.fresh.extend(self.keep(kept, now));
                }
                self.shrink();
                self.count(now);
            }
            Live::Mutes(mutes) => {
                self.mutes = mutes;
                self.count(now);
            }
            Live::Changed(changed) => taken.changed = Some(changed),
            Live::Stream(stream) => self.stream = Some(stream),
            Live::Held(held) => {
                self.held.retain(|it| it.system != held.system);
                if held.since.is_some() || held.queued > 0 {
                    self.held.push(held);
                }
            }
            Live::Incident(incident) => {
                // Another one is news: it shows itself whole.
                self.folded &= incident.is_some()
                    && self.incident.as_ref().map(|it| it.since) == incident.as_ref().map(|it| it.since);
                self.incident = incident;
            }
        }
        taken
    }

    /// Keeps one. Answers it where it is news.
    fn keep(&mut self, kept: Kept, now: Timestamp) -> Option<Arc<Kept>> {
        let known = self.kept.contains_key(&kept.notification.key);
        let kept = Arc::new(kept);
        self.kept.insert(kept.notification.key.clone(), Arc::clone(&kept));
        let new = !known && kept.standing == Standing::New && !self.is_muted(&kept);
        (new && now.duration_since(kept.reached) < NEWS).then_some(kept)
    }

    /// Drops what there is no room for: first what was dealt with, last what must stay; of equals the oldest.
    fn shrink(&mut self) {
        let Some(many) = self.kept.len().checked_sub(KEPT).filter(|many| *many > 0) else { return };
        let rank = |kept: &Kept| {
            let dealt_with = matches!(kept.standing, Standing::Done(_));
            (!dealt_with, kept.notification.kind.stays(), kept.reached)
        };
        let mut all: Vec<_> = self.kept.iter().map(|(key, kept)| (rank(kept), key.clone())).collect();
        all.sort_unstable();
        for (_, key) in all.into_iter().take(many) {
            self.kept.remove(&key);
            self.dropped += 1;
        }
    }

    fn is_muted(&self, kept: &Kept) -> bool {
        self.mutes.iter().any(|mute| mute.covers(&kept.notification))
    }

    /// Counts what nobody dealt with, and finds what the status bar tells: the newest, and during a call the newest of
    /// before or of what spares nobody.
    pub(super) fn count(&mut self, now: Timestamp) {
        let mut open = Counts::default();
        let mut newest: Option<(Timestamp, &Arc<Kept>)> = None;
        for kept in self.kept.values().filter(|kept| waits(kept.standing, now) && !self.is_muted(kept)) {
            open.add(kept.notification.kind.tone());
            let shown = shown_at(kept);
            if self.quiet.is_some_and(|since| shown > since) && !kept.notification.kind.stays() {
                continue;
            }
            let order = |at: Timestamp, kept: &Kept| (at, kept.notification.at, kept.notification.key.clone());
            if newest.is_none_or(|(at, it)| order(at, it) < order(shown, kept)) {
                newest = Some((shown, kept));
            }
        }
        self.newest = newest.map(|(_, kept)| Arc::clone(kept));
        self.open = open;
    }

    /// Whom the notifications name.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.kept.values().filter_map(|kept| kept.notification.who.as_ref()).map(|who| who.name.as_str())
    }

    /// Whether anything waits for somebody.
    pub(super) const fn waits(&self) -> bool {
        self.open.total() > 0
    }

    /// What stands in the way of one being put aside: it stays until what it tells of is closed.
    fn stays(&self, key: &NotificationKey) -> bool {
        self.kept.get(key).is_some_and(|kept| kept.notification.kind.stays())
    }

    fn stand(&mut self, key: &NotificationKey, standing: Standing) {
        if let Some(kept) = self.kept.get_mut(key) {
            *kept = Arc::new(Kept { standing, ..Kept::clone(kept) });
        }
    }

    /// Does at once what the site will confirm.
    fn tend(&mut self, tend: &Tend, now: Timestamp) {
        match tend {
            Tend::Done(key) => self.stand(key, Standing::Done(now)),
            Tend::Again(key) => self.stand(key, Standing::New),
            Tend::Snooze(key, until) => self.stand(key, Standing::Snoozed(*until)),
            Tend::Mute(mute) if !self.mutes.contains(mute) => self.mutes.push(mute.clone()),
            Tend::Unmute(mute) => self.mutes.retain(|it| it != mute),
            // A rule that is there already; and what holds for every desk, which is shown once it holds.
            Tend::Mute(_) | Tend::Hold(..) | Tend::Incident(_) => {}
        }
        self.count(now);
    }

    /// Everything that is kept.
    fn all(&self) -> Vec<Arc<Kept>> {
        self.kept.values().cloned().collect()
    }

    /// How a system is held.
    fn held(&self, system: System) -> Option<&Held> {
        self.held.iter().find(|it| it.system == system)
    }
}

/// Whether a notification waits for somebody: it is new, or the time it was put off to has come.
pub(super) fn waits(standing: Standing, now: Timestamp) -> bool {
    match standing {
        Standing::New => true,
        Standing::Snoozed(until) => until <= now,
        Standing::Done(_) => false,
    }
}

/// When it came up: what was put off comes up anew.
fn shown_at(kept: &Kept) -> Timestamp {
    match kept.standing {
        Standing::Snoozed(until) => until.max(kept.reached),
        _ => kept.reached,
    }
}
