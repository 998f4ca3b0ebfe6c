//! What is left of an operation when it is over: one line to copy, and its details.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::operation::{Actor, Ending, OperationId, Plan, Written, facts};
use super::phrase::Phrase;
use super::text::Text;
use super::write::Facts;

/// The proof of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Of which operation.
    pub id: OperationId,
    /// How it ended.
    pub ending: Ending,
    /// What it did.
    pub title: Phrase,
    /// What it was about.
    pub about: Phrase,
    /// Whose.
    pub customer: Text,
    /// Who confirmed it.
    pub actor: Actor,
    /// When it was over.
    pub at: Timestamp,
    /// Ids and amounts, by name.
    pub facts: Facts,
}

impl Receipt {
    /// The receipt of an operation that is over. `None` while it is not.
    pub fn of(plan: &Plan, actor: &Actor, entries: &[Written]) -> Option<Self> {
        let (at, ending) = entries.iter().rev().find_map(|written| match written.entry {
            super::operation::Entry::Finished(ending) => Some((written.at, ending)),
            _ => None,
        })?;
        Some(Self {
            id: plan.id,
            ending,
            title: plan.title.clone(),
            about: plan.about.clone(),
            customer: plan.change.who.number.clone(),
            actor: actor.clone(),
            at,
            facts: facts(entries).into_iter().filter(|(name, _)| !name.starts_with('_')).collect(),
        })
    }
}
