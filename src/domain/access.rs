//! Who may change what: the person's role, how sure they are of the caller, and whether this desk may write at all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bulk::Caps;
use super::change::Spec;
use super::phrase::Phrase;
use super::text::Text;

/// What a person may do at the desk. A later one may do all that an earlier one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Serves customers.
    #[default]
    Operator,
    /// Confirms what cannot be undone, mends links, gives credit beyond an operator's limit.
    Supervisor,
    /// May everything.
    Admin,
}

impl Role {
    /// The key of its name in the language table.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Viewer => "role-viewer",
            Self::Operator => "role-operator",
            Self::Supervisor => "role-supervisor",
            Self::Admin => "role-admin",
        }
    }
}

/// How sure the person at the desk is that the caller is the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CallerLevel {
    /// Nobody knows who is calling.
    #[default]
    V0,
    /// Two facts fit: birth date, address, amount of the last invoice.
    V1,
    /// A one-time code came back over a channel on file, or the customer is signed in at the portal.
    V2,
}

impl CallerLevel {
    /// As people write it. The same in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V0 => "V0",
            Self::V1 => "V1",
            Self::V2 => "V2",
        }
    }
}

/// Who sits at this desk, from the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seat {
    /// Their name, as the journal and the audit log have it.
    pub name: Text,
    /// Their role.
    pub role: Role,
    /// This desk only looks, and nobody at it can change that.
    pub read_only: bool,
}

/// What the configuration says of roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// A role for verbs whose own is another here, by the verb's name.
    pub roles: BTreeMap<String, Role>,
    /// A caller level for verbs whose own is another here, by the verb's name.
    pub levels: BTreeMap<String, CallerLevel>,
    /// How many rows are changed at once.
    pub bulk: Caps,
}

impl Rules {
    /// How well a caller has to be known here for a change of this verb.
    pub fn level(&self, spec: &Spec) -> CallerLevel {
        self.levels.get(spec.name).copied().unwrap_or(spec.level)
    }
}

/// Who sits at the desk and what is known of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The person's role.
    pub role: Role,
    /// How sure they are of the caller.
    pub caller: CallerLevel,
    /// This desk changes nothing for now.
    pub read_only: bool,
}

impl Access {
    /// Whether the secret that a change ends with may be shown: by who may ask for the change, whatever this desk may write, to
    /// a caller of whom one is as sure as can be, however little the configuration asks for the change.
    ///
    /// # Errors
    /// Why not, and what would help.
    pub fn may_see_secret_of(&self, spec: &Spec, rules: &Rules) -> Result<(), Phrase> {
        let level = CallerLevel::V2;
        if self.caller < level {
            return Err(Phrase::new("access-caller").with("level", level.name()));
        }
        Self { read_only: false, ..*self }.allows(spec, rules)
    }

    /// Whether a change may be asked for.
    ///
    /// # Errors
    /// Why not, and what would help.
    pub fn allows(&self, spec: &Spec, rules: &Rules) -> Result<(), Phrase> {
        let role = rules.roles.get(spec.name).copied().unwrap_or(spec.role);
        let level = rules.level(spec);
        if self.read_only {
            Err("access-read-only".into())
        } else if self.role < role {
            Err(Phrase::new("access-role").with("role", Phrase::new(role.key())))
        } else if self.caller < level {
            Err(Phrase::new("access-caller").with("level", level.name()))
        } else {
            Ok(())
        }
    }
}
