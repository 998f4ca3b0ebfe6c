//! Which rows the centre shows, and in which order.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::notification::{Kept, NotificationKey, Owner, Standing};
use crate::domain::status::Tone;
use crate::domain::text::Text;

use super::{Centre, Remark, Whose};

/// One row.
#[derive(Debug)]
pub(super) enum Row {
    /// Something that happened elsewhere.
    Kept {
        kept: Arc<Kept>,
        /// The first of its customer: it says the name for all of them.
        first: bool,
        state: State,
    },
    /// Something the desk said.
    Remark { remark: Remark, first: bool },
}

/// What became of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It waits for somebody.
    Waits,
    /// It was put off until then.
    Snoozed(Timestamp),
    /// It was dealt with, then.
    Done(Timestamp),
    /// A rule mutes it.
    Muted,
}

/// What tells a row from others.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Id {
    Kept(NotificationKey),
    Remark(Timestamp, String),
}

impl Row {
    pub(super) fn id(&self) -> Id {
        match self {
            Self::Kept { kept, .. } => Id::Kept(kept.notification.key.clone()),
            Self::Remark { remark, .. } => Id::Remark(remark.at, remark.text.clone()),
        }
    }
}

fn state(kept: &Kept, centre: &Centre, now: Timestamp) -> State {
    match kept.standing {
        Standing::Done(at) => State::Done(at),
        Standing::Snoozed(until) if until > now => State::Snoozed(until),
        _ if centre.told.mutes.iter().any(|mute| mute.covers(&kept.notification)) => State::Muted,
        Standing::New | Standing::Snoozed(_) => State::Waits,
    }
}

fn is_shown(kept: &Kept, state: State, centre: &Centre) -> bool {
    let told = &kept.notification;
    let whose = match centre.whose {
        Whose::All => true,
        Whose::Mine => told.owner == Owner::Mine,
        Whose::MineAndQueues => matches!(told.owner, Owner::Mine | Owner::MyQueue(_)),
    };
    whose
        && (centre.aside || state == State::Waits)
        && centre.kind.is_none_or(|kind| kind == told.kind)
        && is_urgent(told.kind.tone(), centre)
}

fn is_urgent(tone: Tone, centre: &Centre) -> bool {
    centre.least.is_none_or(|least| tone <= least)
}

/// The rows: the customer of whom was heard last comes first, and what was heard last of each; the desk itself comes last.
pub(super) fn rows(centre: &Centre, now: Timestamp) -> Vec<Row> {
    let mut shown: Vec<(Arc<Kept>, State)> = Vec::new();
    let mut latest: HashMap<Option<Text>, Timestamp> = HashMap::new();
    for kept in &centre.told.kept {
        let state = state(kept, centre, now);
        if is_shown(kept, state, centre) {
            let last = latest.entry(group(kept)).or_insert(kept.notification.at);
            *last = kept.notification.at.max(*last);
            shown.push((Arc::clone(kept), state));
        }
    }
    shown.sort_by_cached_key(|(kept, _)| {
        let group = group(kept);
        let last = latest.get(&group).copied();
        (std::cmp::Reverse(last), group, std::cmp::Reverse(kept.notification.at), kept.notification.key.clone())
    });
    let mut rows = Vec::with_capacity(shown.len());
    let mut before: Option<Option<Text>> = None;
    for (kept, state) in shown {
        let group = group(&kept);
        let first = before.as_ref() != Some(&group);
        before = Some(group);
        rows.push(Row::Kept { kept, first, state });
    }
    if centre.kind.is_none() {
        let remarks = centre.told.remarks.iter().filter(|remark| is_urgent(remark.tone, centre));
        rows.extend(remarks.enumerate().map(|(n, remark)| Row::Remark { remark: remark.clone(), first: n == 0 }));
    }
    rows
}

/// Whose it is: a customer's, or nobody's. Whose number is not told is known by their name.
fn group(kept: &Kept) -> Option<Text> {
    let who = kept.notification.who.as_ref()?;
    Some(if who.number.is_empty() { who.name.clone() } else { who.number.clone() })
}
