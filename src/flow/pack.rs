//! The field pack: app → backend, what to take along and what opens it; backend → app, what was found.

use std::fmt;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use unicode_normalization::UnicodeNormalization as _;

use crate::domain::customer::CustomerKey;
use crate::domain::system::System;
use crate::domain::text::Text;

use super::customer::Customer;
use super::fault::{Fault, FaultKind, Hint};
use super::remote::Remote;

/// What seals a pack. Its `Debug` shows nothing, and it is wiped when it is dropped.
#[derive(Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// As it was typed. Another keyboard's full-width letters are the same letters.
    pub fn new(typed: &str) -> Self {
        Self(SecretString::from(typed.nfkc().collect::<String>()))
    }

    /// For the one place that makes a key of it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// How many characters it has.
    pub fn chars(&self) -> usize {
        self.expose().chars().count()
    }
}

impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Passphrase {}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// What is written on a pack: readable without its passphrase, and sealed with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackHead {
    /// When it was made.
    pub made: Timestamp,
    /// Until when it can be opened.
    pub until: Timestamp,
    /// How many customers are in it.
    pub customers: u32,
}

/// A pack that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// What is written on it.
    pub head: PackHead,
    /// Who is in it.
    pub customers: Vec<Customer>,
}

/// Whom a pack is made of, each with what they are called until they are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackOf {
    /// These.
    These(Vec<(CustomerKey, Text)>),
    /// Whom the person promised to see today: their promises that are due.
    Today,
}

/// What is asked about packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackQuery {
    /// Whether there is one. Those whose time is over are deleted.
    Look,
    /// Read these customers, to be put into one.
    Read(PackOf),
    /// Open it.
    Open(Passphrase),
}

/// What was found about packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackReply {
    /// What lies on this machine.
    Seen(PackSeen),
    /// Who is being read, and how many more there were than go into one.
    Reading(Vec<(CustomerKey, Text)>, usize),
    /// Who was to be seen today could not be read.
    NotReading(Fault),
    /// One of them, by place, as far as could be read.
    Read(usize, Box<Customer>),
    /// The open pack, or why it is not.
    Opened(Result<Box<Pack>, PackShut>),
}

/// What lies on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackSeen {
    /// Nothing.
    Nothing,
    /// A pack.
    There(PackHead),
    /// One whose time was over, and which was deleted.
    Expired(PackHead),
    /// A file that is no whole pack.
    Damaged,
    /// Something that this machine does not let be read.
    Unreadable,
}

/// Why a pack does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackShut {
    /// There is none.
    Gone,
    /// The passphrase is another one.
    Wrong,
    /// The file is not as it was written.
    Damaged,
    /// Its time is over.
    Expired,
    /// This machine's clock stands before the moment it was made, so nobody can tell whether its time is over.
    ClockBack,
    /// The file cannot be read.
    Unreadable,
}

impl PackShut {
    /// The key of the sentence that says so.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Gone => "pack-shut-gone",
            Self::Wrong => "pack-shut-wrong",
            Self::Damaged => "pack-shut-damaged",
            Self::Expired => "pack-shut-expired",
            Self::ClockBack => "pack-shut-clock",
            Self::Unreadable => "pack-shut-unreadable",
        }
    }
}

/// What is done about packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackCommand {
    /// Seal this one in the place of the one before.
    Seal(Box<Pack>, Passphrase),
    /// Delete the one there is.
    Drop,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackTold {
    /// It is on the disk.
    Sealed(PackHead),
    /// It is not, and why, by the key of the sentence.
    NotSealed(&'static str),
    /// There is none any more.
    Dropped,
    /// It could not be deleted.
    NotDropped,
}

/// How much of a customer was read for a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packed {
    /// Everything, now.
    Whole,
    /// What these systems tell is older, or missing where no moment is told.
    Partly(Vec<(System, Option<Timestamp>)>),
    /// Nobody was found.
    Nothing,
}

/// How a part stands: fine, old, or missing.
fn stands<T>(part: &Remote<T>) -> Option<(System, Option<Timestamp>)> {
    let fault = part.fault.as_ref().filter(|fault| !fault.is_absence())?;
    Some((fault.system, part.known.as_ref().map(|known| known.read_at)))
}

fn missing<T>(part: &mut Remote<T>, system: System) {
    if part.known.is_none() && part.fault.is_none() {
        part.fault = Some(Fault {
            system,
            kind: FaultKind::NotPacked,
            message: super::said::Message::default(),
            hint: Hint::None,
        });
    }
}

impl Customer {
    /// How much of the customer was read.
    pub fn packed(&self) -> Packed {
        if self.account.known.is_none()
            && self.client.known.is_none()
            && self.lines.iter().all(|it| it.1.known.is_none())
        {
            return Packed::Nothing;
        }
        let parts = [
            stands(&self.account),
            stands(&self.orders),
            stands(&self.cases),
            stands(&self.opportunities),
            stands(&self.sim_cards),
            stands(&self.changes),
            stands(&self.follow_ups),
            stands(&self.client),
            stands(&self.subscriptions),
            stands(&self.invoices),
            stands(&self.whmcs_orders),
            stands(&self.tickets),
            stands(&self.activity),
            stands(&self.transactions),
            stands(&self.credits),
            stands(&self.emails),
            stands(&self.addons),
            stands(&self.cancel_requests),
        ];
        let lines = self.lines.iter().map(|(_, line)| stands(line));
        let said = self.case_messages.iter().map(|(_, said)| stands(said));
        let mut partly: Vec<(System, Option<Timestamp>)> = Vec::new();
        for (system, at) in parts.into_iter().chain(lines).chain(said).flatten() {
            match partly.iter_mut().find(|(it, _)| *it == system) {
                // What is missing counts more than what is old, and the oldest more than the others.
                Some((_, known)) => *known = known.zip(at).map(|(known, at)| known.min(at)),
                None => partly.push((system, at)),
            }
        }
        if partly.is_empty() { Packed::Whole } else { Packed::Partly(partly) }
    }

    /// As the customer comes out of a pack that was made at this moment. What was not put into it is said to be missing.
    #[must_use]
    pub fn unpacked(mut self, made: Timestamp) -> Self {
        self.from_pack = Some(made);
        missing(&mut self.account, System::Salesforce);
        missing(&mut self.orders, System::Salesforce);
        missing(&mut self.cases, System::Salesforce);
        missing(&mut self.opportunities, System::Salesforce);
        missing(&mut self.sim_cards, System::Salesforce);
        missing(&mut self.changes, System::Salesforce);
        missing(&mut self.follow_ups, System::Salesforce);
        missing(&mut self.client, System::Whmcs);
        missing(&mut self.subscriptions, System::Whmcs);
        missing(&mut self.invoices, System::Whmcs);
        missing(&mut self.pay_methods, System::Whmcs);
        missing(&mut self.whmcs_orders, System::Whmcs);
        missing(&mut self.tickets, System::Whmcs);
        missing(&mut self.activity, System::Whmcs);
        missing(&mut self.transactions, System::Whmcs);
        missing(&mut self.credits, System::Whmcs);
        missing(&mut self.emails, System::Whmcs);
        missing(&mut self.addons, System::Whmcs);
        missing(&mut self.cancel_requests, System::Whmcs);
        missing(&mut self.products, System::Whmcs);
        missing(&mut self.catalogue, System::Salesforce);
        missing(&mut self.email_templates, System::Whmcs);
        self
    }
}
