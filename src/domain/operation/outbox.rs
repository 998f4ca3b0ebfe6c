//! What waits in the outbox: a change that could not be sent, with what was known when it was written. Before it is sent the
//! records are read, and who sends it sees what they say now beside what was known then.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Plan;
use crate::domain::change::Values;
use crate::domain::phrase::Phrase;
use crate::domain::system::System;

/// Something a record says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is, as a plan's differences call it.
    pub what: Phrase,
    /// What stands there.
    pub says: Phrase,
}

impl Fact {
    /// A fact.
    pub fn new(what: &'static str, says: Phrase) -> Self {
        Self { what: what.into(), says }
    }
}

/// How a plan came into the outbox, and what is compared before it leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// Why it cannot be sent; nothing once the records were read for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Unread>,
    /// When it was written.
    pub written: Timestamp,
    /// What the records said then, as far as it was known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Fact>,
    /// How old that was: when it had been read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_at: Option<Timestamp>,
}

/// A system that cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Which.
    pub system: System,
    /// What happened.
    pub why: Phrase,
}

/// What was typed for a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// Under which key it is kept as a draft.
    pub key: String,
    /// What stood in the fields.
    pub values: Values,
}

/// Something a record said, says, and will say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// What it is.
    pub what: Phrase,
    /// When the change was written; nothing where that was not known.
    pub then: Option<Phrase>,
    /// Now; nothing where that was not read, or nothing stands there.
    pub now: Option<Phrase>,
    /// Once the change is sent; nothing where it leaves it as it is.
    pub to: Option<Phrase>,
}

impl Compared {
    /// Whether it became another since the change was written.
    pub fn changed(&self) -> bool {
        matches!((&self.then, &self.now), (Some(then), Some(now)) if then != now)
    }
}

/// Whether the records changed since a change was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// They say what they said.
    Same,
    /// Something says something else.
    Changed,
    /// What they said was not known.
    Unknown,
    /// They cannot be read now.
    Unread,
}

impl Plan {
    /// Whether it can only be kept in the outbox: the records could not be read for it.
    pub fn waits(&self) -> bool {
        self.outbox.as_ref().is_some_and(|outbox| outbox.unread.is_some())
    }

    /// The same as it waits in the outbox: written then, and not sent because of this.
    #[must_use]
    pub fn kept(&self, written: Timestamp, why: &Phrase) -> Self {
        if self.waits() {
            return self.clone();
        }
        let system = self.steps.first().map_or(System::Salesforce, |step| step.write.system());
        let outbox = Outbox {
            unread: Some(Unread { system, why: why.clone() }),
            written,
            then: self.facts.clone(),
            known_at: Some(self.read_at),
        };
        Self { outbox: Some(Box::new(outbox)), ..self.clone() }
    }

    /// What becomes of it once it is planned anew: the same operation, with what was known when it was written.
    #[must_use]
    pub fn anew(self, plan: Self) -> Self {
        let unread = plan.outbox.and_then(|outbox| outbox.unread);
        let outbox = self.outbox.map(|outbox| Box::new(Outbox { unread, ..*outbox }));
        Self { id: self.id, typing: self.typing, outbox, ..plan }
    }

    /// What the records said, say and will say, one by one.
    pub fn compared(&self) -> Vec<Compared> {
        let Some(outbox) = &self.outbox else { return Vec::new() };
        let mut lines: Vec<Compared> = Vec::new();
        for it in &outbox.then {
            line(&mut lines, &it.what).then = Some(it.says.clone());
        }
        for it in self.facts.iter().filter(|_| outbox.unread.is_none()) {
            line(&mut lines, &it.what).now = Some(it.says.clone());
        }
        for it in &self.differences {
            line(&mut lines, &it.what).to = Some(it.to.clone());
        }
        lines
    }

    /// Whether the records changed since it was written.
    pub fn since(&self) -> Since {
        let Some(outbox) = &self.outbox else { return Since::Same };
        if outbox.unread.is_some() {
            return Since::Unread;
        }
        let lines = self.compared();
        if lines.iter().any(Compared::changed) {
            Since::Changed
        } else if lines.iter().any(|line| line.then.is_none() && line.now.is_some()) {
            Since::Unknown
        } else {
            Since::Same
        }
    }
}

/// The line about something; one is begun where there is none.
fn line<'a>(lines: &'a mut Vec<Compared>, what: &Phrase) -> &'a mut Compared {
    let at = lines.iter().position(|line| line.what == *what).unwrap_or_else(|| {
        lines.push(Compared { what: what.clone(), then: None, now: None, to: None });
        lines.len() - 1
    });
    &mut lines[at]
}
