//! Which rows the centre shows, and in which order.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::notification::{Kept, NotificationKey, Owner, Standing};
use crate::domain::status::Tone;

use super::{Centre, Remark, Whose, groups};

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
    let whose = match (centre.whose, &told.owner) {
        (Whose::All, _) | (_, Owner::Mine) | (Whose::MineAndQueues, Owner::MyQueue(_)) => true,
        // What nobody may leave standing is everybody's as long as it is nobody's.
        (_, Owner::Nobody) => told.kind.stays(),
        (_, Owner::MyQueue(_) | Owner::Other(_)) => false,
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
    let shown = centre.told.kept.iter().map(|kept| (kept, state(kept, centre, now)));
    let mut shown: Vec<_> = shown.filter(|(kept, state)| is_shown(kept, *state, centre)).collect();
    // Whatever order they are kept in, what is shown is the same.
    shown.sort_unstable_by(|(a, _), (b, _)| a.notification.key.cmp(&b.notification.key));
    let of = groups::groups(shown.iter().map(|(kept, _)| *kept));
    let mut latest: HashMap<Option<usize>, Timestamp> = HashMap::new();
    for (group, (kept, _)) in of.iter().zip(&shown) {
        let last = latest.entry(*group).or_insert(kept.notification.at);
        *last = kept.notification.at.max(*last);
    }
    let mut shown: Vec<_> = of.into_iter().zip(shown).collect();
    shown.sort_by_cached_key(|(group, (kept, _))| {
        let last = latest.get(group).copied();
        (std::cmp::Reverse(last), *group, std::cmp::Reverse(kept.notification.at), kept.notification.key.clone())
    });
    let mut rows = Vec::with_capacity(shown.len());
    let mut before: Option<Option<usize>> = None;
    for (group, (kept, state)) in shown {
        let first = before != Some(group);
        before = Some(group);
        rows.push(Row::Kept { kept: Arc::clone(kept), first, state });
    }
    if centre.kind.is_none() {
        let remarks = centre.told.remarks.iter().filter(|remark| is_urgent(remark.tone, centre));
        rows.extend(remarks.enumerate().map(|(n, remark)| Row::Remark { remark: remark.clone(), first: n == 0 }));
    }
    rows
}
