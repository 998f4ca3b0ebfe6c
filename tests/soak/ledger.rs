//! What should have been told, by the sandbox's own log and tables, against what was. The desk's classification had no part in
//! it: it is written down here once more, from the words of the organisation.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi::domain::notification::{Kept, NotificationKind, Source};
use madoguchi::domain::system::System;
use madoguchi::sandbox::salesforce::cell::Cell;
use madoguchi::sandbox::salesforce::events::bus::Event;
use madoguchi::sandbox::salesforce::events::change::Change;
use madoguchi::sandbox::salesforce::row::Record;
use madoguchi::sandbox::salesforce::setup::Staff;
use madoguchi::sandbox::{Sandbox, World};
use serde_json::{Map, Value};

/// A notice: about which record, of what kind, and when it happened, in milliseconds.
pub type Notice = (String, &'static str, i64);

/// An object, a field of it, and what the words in it tell.
type Telling = (&'static str, &'static str, &'static [(&'static str, NotificationKind)]);

/// The fields that come to something somebody is told of, and what they come to.
const TELLING: [Telling; 4] = [
    ("Order", "Status", &[("Approved", NotificationKind::OrderApproved)]),
    (
        "Order",
        "Activation_Status__c",
        &[("Failed", NotificationKind::OrderFailed), ("Activated", NotificationKind::OrderActivated)],
    ),
    (
        "Account",
        "Id_Verification_Status__c",
        &[
            ("Submitted", NotificationKind::IdSubmitted),
            ("Verified", NotificationKind::IdVerified),
            ("Rejected", NotificationKind::IdRejected),
        ],
    ),
    (
        "Account",
        "Internet_Eligibility_Status__c",
        &[
            ("Pending", NotificationKind::EligibilityAsked),
            ("Eligible", NotificationKind::Eligible),
            ("Ineligible", NotificationKind::Ineligible),
        ],
    ),
];

/// The fields that tell by having a value at all.
const ENDING: [(&str, NotificationKind); 2] = [
    ("ScheduledCancellationDateAndTime__c", NotificationKind::CancellationInternet),
    ("SIMScheduledCancellationDateAndTime__c", NotificationKind::CancellationSim),
];

/// How it adds up.
#[derive(Debug, Default)]
pub struct Balance {
    /// Notices that the log deserves, without those about what customers wrote.
    pub deserved: usize,
    /// What was told, without them.
    pub told: usize,
    /// Deserved and not told.
    pub lost: Vec<Notice>,
    /// Told more than once.
    pub doubled: Vec<Notice>,
    /// Told and not deserved.
    pub unfounded: Vec<Notice>,
    /// What customers wrote in cases.
    pub replies: usize,
    /// Those that were told, each by a notice of its own.
    pub replies_told: usize,
    /// Those that nobody was told of, though the customer wrote nothing after them.
    pub replies_lost: Vec<Notice>,
}

impl Balance {
    /// Nothing is lost, told twice or made up; and there was something to tell.
    #[track_caller]
    pub fn assert_even(&self) {
        let Self { lost, doubled, unfounded, replies_lost, .. } = self;
        let wrong = [lost, doubled, unfounded, replies_lost].map(Vec::len);
        assert_eq!(wrong, [0; 4], "lost, doubled, unfounded, replies lost: {self:#?}");
        assert_eq!(self.deserved, self.told);
        assert!(self.deserved > 0 && self.replies_told > 0, "{self:#?}");
    }
}

/// Two words for one thing are told once, and which of them a desk knows depends on when it came. Nobody is at the second
/// word when a day begins.
pub fn settle(sandbox: &Sandbox) {
    sandbox.change(|world| {
        let between = |it: &Record<'_>| it.text("Id_Verification_Status__c") == "Under Review";
        let ids: Vec<String> = world.salesforce.rows("Account").filter(between).map(|it| it.id().to_owned()).collect();
        for id in ids {
            let fields: Map<String, Value> =
                [("Id_Verification_Status__c".to_owned(), "Submitted".into())].into_iter().collect();
            world.salesforce.update(&id, fields).unwrap();
        }
    });
}

/// What a change tells.
fn told_by(change: &Change) -> Vec<Notice> {
    let value = |field: &str| change.entity.column(field).and_then(|column| change.values.get(column));
    let words = TELLING.iter().filter(|(entity, ..)| *entity == change.entity.name).filter_map(|(_, field, words)| {
        let became = value(field)?.text()?;
        words.iter().find(|(word, _)| *word == became).map(|(_, kind)| *kind)
    });
    let ends = ENDING.iter().filter(|(field, _)| change.entity.name == "Opportunity" && value(field).is_some());
    let kinds: Vec<&'static str> = words.chain(ends.map(|(_, kind)| *kind)).map(NotificationKind::name).collect();
    let about = |id: &_| -> String { format!("{id}") };
    let ids: Vec<String> = change.records.iter().map(about).collect();
    ids.iter().flat_map(|id| kinds.iter().map(|kind| (id.clone(), *kind, change.commit.at))).collect()
}

/// When customers wrote in each case.
fn replies(world: &World) -> BTreeMap<String, BTreeSet<i64>> {
    let mut replies: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    let mut wrote = |case: &str, at: Option<&Cell>| {
        if let Some(Cell::Time(at)) = at {
            replies.entry(case.to_owned()).or_default().insert(*at);
        }
    };
    let customers = Staff::Worker.id().to_string();
    for comment in world.salesforce.rows("CaseComment") {
        let public = comment.get("IsPublished") == Some(&Cell::Bool(true));
        if public && comment.text("CreatedById") == customers {
            wrote(comment.text("ParentId"), comment.get("CreatedDate"));
        }
    }
    for mail in world.salesforce.rows("EmailMessage") {
        if mail.get("Incoming") == Some(&Cell::Bool(true)) {
            wrote(mail.text("ParentId"), mail.get("MessageDate"));
        }
    }
    replies
}

/// What was told against what the log after a position deserves.
pub fn balance(world: &World, from: u64, kept: &[Kept]) -> Balance {
    let mut balance = Balance::default();
    let (mut deserved, mut since) = (BTreeSet::new(), i64::MAX);
    for entry in world.salesforce.events.after(from) {
        since = since.min(entry.at);
        if let Event::Change(change) = &entry.event {
            deserved.extend(told_by(change));
        }
    }
    balance.deserved = deserved.len();

    let kinds: BTreeSet<&str> = TELLING
        .iter()
        .flat_map(|(_, _, words)| words.iter().map(|(_, kind)| kind.name()))
        .chain(ENDING.iter().map(|(_, kind)| kind.name()))
        .collect();
    let of_salesforce = kept.iter().map(|kept| &kept.notification);
    let of_salesforce = of_salesforce.filter(|told| told.key.source == Source::System(System::Salesforce));
    let notices: Vec<Notice> =
        of_salesforce.map(|told| (told.key.subject.to_string(), told.kind.name(), told.at.as_millisecond())).collect();
    let mut told = BTreeSet::new();
    for notice in notices.iter().filter(|(_, kind, _)| kinds.contains(kind)) {
        balance.told += 1;
        if !told.insert(notice.clone()) {
            balance.doubled.push(notice.clone());
        }
    }
    balance.lost = deserved.difference(&told).cloned().collect();
    balance.unfounded = told.difference(&deserved).cloned().collect();

    let wrote = replies(world);
    balance.replies = wrote.values().flatten().filter(|at| **at >= since).count();
    let reply = NotificationKind::CaseReply.name();
    let mut told: BTreeSet<(String, i64)> = BTreeSet::new();
    for notice in notices.iter().filter(|(_, kind, _)| *kind == reply) {
        let (case, _, at) = notice;
        if !wrote.get(case).is_some_and(|wrote| wrote.contains(at)) {
            balance.unfounded.push(notice.clone());
        } else if !told.insert((case.clone(), *at)) {
            balance.doubled.push(notice.clone());
        }
    }
    balance.replies_told = told.iter().filter(|(_, at)| *at >= since).count();
    // Who wrote twice before anybody looked is told of once: the last word always is.
    let last = wrote.iter().filter_map(|(case, wrote)| Some((case.clone(), *wrote.last()?)));
    let unheard = last.filter(|last| last.1 >= since && !told.contains(last));
    balance.replies_lost = unheard.map(|(case, at)| (case, reply, at)).collect();
    balance
}
