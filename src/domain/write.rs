//! Writes: one change of one record in one system, complete enough to be sent, checked and told after a restart.
//!
//! A write is data. How it is sent, how its effect is proved by reading, and what undoes it is the backend's; which writes
//! a change needs, in which order, is decided by its plan.

pub mod desk;
pub mod freebit;
pub mod salesforce;
pub mod whmcs;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::system::System;

/// What was learned while a change was carried out, by name: `invoice`, `transaction`, `quota_code`. Ids and amounts of the
/// systems, never a secret. What is only there to tell an effect from what was there before begins with `_`.
pub type Facts = BTreeMap<String, String>;

/// One write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// To Salesforce.
    Salesforce(salesforce::Write),
    /// To WHMCS.
    Whmcs(whmcs::Write),
    /// To Freebit.
    Freebit(freebit::Write),
    /// To the desk's own journal.
    Desk(desk::Write),
}

impl Write {
    /// Where it goes.
    pub const fn system(&self) -> System {
        match self {
            Self::Salesforce(_) => System::Salesforce,
            Self::Whmcs(_) => System::Whmcs,
            // What the desk keeps is about lines, so it is shown beside what Freebit does with them.
            Self::Freebit(_) | Self::Desk(_) => System::Freebit,
        }
    }
}

/// An id that is known, or that an earlier write of the same change will learn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Id {
    /// This one.
    Known(String),
    /// The fact of this name.
    Fact(String),
}

impl Id {
    /// A WHMCS id.
    pub fn number(id: u64) -> Self {
        Self::Known(id.to_string())
    }

    /// What an earlier write learns under this name.
    pub fn fact(name: &str) -> Self {
        Self::Fact(name.to_owned())
    }

    /// The id, once it is known.
    pub fn get<'a>(&'a self, facts: &'a Facts) -> Option<&'a str> {
        match self {
            Self::Known(id) => Some(id),
            Self::Fact(name) => facts.get(name).map(String::as_str),
        }
    }
}
