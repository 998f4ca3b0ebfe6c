//! How changes are carried out, and who may have what changed.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;

use crate::backend::operations::{PinHash, Rules, Supervisor};
use crate::domain::access::{self, CallerLevel, Role};
use crate::domain::bulk::Caps;

/// How changes are carried out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Operations {
    /// Seconds in which a request without an answer may still have its effect.
    pub settle_seconds: u32,
    /// Milliseconds before a write of which nothing left this machine is sent once more.
    pub retry_pause_ms: u64,
    /// Minutes a system may take before a person is asked.
    pub ask_after_minutes: u32,
    /// Minutes after which what was interrupted goes on only when a person says so.
    pub resume_within_minutes: u32,
    /// Minutes a second person's code is good.
    pub code_minutes: u32,
    /// Seconds between two looks at something that waits.
    pub look_seconds: u32,
}

impl Default for Operations {
    fn default() -> Self {
        Self {
            settle_seconds: 30,
            retry_pause_ms: 2_000,
            ask_after_minutes: 60,
            resume_within_minutes: 60,
            code_minutes: 15,
            look_seconds: 20,
        }
    }
}

/// Who may have what changed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Access {
    /// How the journal and a receipt name the person; empty for their name on this machine.
    pub name: String,
    /// What they may do.
    pub role: RoleChoice,
    /// This desk changes nothing.
    pub read_only: bool,
    /// Roles that are others here, by the verb's name.
    pub roles: BTreeMap<String, Role>,
    /// Caller levels that are others here, by the verb's name.
    pub levels: BTreeMap<String, CallerLevel>,
    /// Who may confirm as a second person at this desk.
    pub supervisors: Vec<Supervisor>,
    /// What opens this desk when it is locked: `pin`, or `sign-in`, by the person who was at it.
    pub lock: LockChoice,
    /// That PIN, hashed by `madoguchi pin`; `None` is written as an empty text.
    #[serde(deserialize_with = "pin")]
    pub lock_pin: Option<PinHash>,
    /// How many marked rows anybody changes at once.
    pub bulk_alone: usize,
    /// How many a supervisor changes at once, and nobody more.
    pub bulk_most: usize,
}

impl Default for Access {
    fn default() -> Self {
        let Caps { alone, most } = Caps::default();
        Self {
            name: String::new(),
            role: RoleChoice::default(),
            read_only: false,
            roles: BTreeMap::new(),
            levels: BTreeMap::new(),
            supervisors: Vec::new(),
            lock: LockChoice::default(),
            lock_pin: None,
            bulk_alone: alone,
            bulk_most: most,
        }
    }
}

/// What opens a locked desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockChoice {
    /// The PIN, where there is one.
    #[default]
    Pin,
    /// The sign-in of the person who was at it.
    SignIn,
}

/// A hashed PIN; an empty text is none.
fn pin<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<PinHash>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(serde::de::Error::custom) }
}

/// What the person at the desk may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoleChoice {
    /// Everything in the embedded sandbox, what an operator may elsewhere.
    #[default]
    Auto,
    /// Looks.
    Viewer,
    /// Serves customers.
    Operator,
    /// Mends, and confirms what cannot be undone.
    Supervisor,
    /// May everything.
    Admin,
}

impl RoleChoice {
    /// The role, at the embedded sandbox or elsewhere.
    pub const fn role(self, embedded: bool) -> Role {
        match self {
            Self::Auto if embedded => Role::Admin,
            Self::Auto | Self::Operator => Role::Operator,
            Self::Viewer => Role::Viewer,
            Self::Supervisor => Role::Supervisor,
            Self::Admin => Role::Admin,
        }
    }
}

impl Access {
    /// What the configuration says of roles.
    pub fn rules(&self) -> access::Rules {
        access::Rules {
            roles: self.roles.clone(),
            levels: self.levels.clone(),
            bulk: Caps { alone: self.bulk_alone, most: self.bulk_most },
        }
    }
}

impl Operations {
    /// How the engine carries changes out.
    pub fn rules(&self, access: &Access) -> Rules {
        let seconds = |n: u32| SignedDuration::from_secs(i64::from(n));
        let minutes = |n: u32| SignedDuration::from_mins(i64::from(n));
        Rules {
            settle: seconds(self.settle_seconds),
            pause: Duration::from_millis(self.retry_pause_ms),
            ask_after: minutes(self.ask_after_minutes),
            resume_within: minutes(self.resume_within_minutes),
            code_good: minutes(self.code_minutes),
            look_pause: seconds(self.look_seconds),
            access: access.rules(),
            read_only: access.read_only,
            supervisors: access.supervisors.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_engines() {
        let (ours, its) = (Operations::default().rules(&Access::default()), Rules::default());
        assert_eq!(format!("{ours:?}"), format!("{its:?}"));
    }

    #[test]
    fn everything_may_be_tried_in_the_sandbox() {
        assert_eq!((RoleChoice::Auto.role(true), RoleChoice::Auto.role(false)), (Role::Admin, Role::Operator));
        assert_eq!(RoleChoice::Viewer.role(true), Role::Viewer);
    }

    #[test]
    fn supervisors_are_read() {
        let pin = crate::backend::operations::PinHash::of_sandbox("4711");
        let text = format!(
            "role = \"supervisor\"\n[roles]\ntop-up = \"admin\"\n[levels]\ntop-up = \"V2\"\n[[supervisors]]\nname = \"Kato\"\npin = \"{pin}\""
        );
        let access: Access = toml::from_str(&text).unwrap();
        assert_eq!(access.supervisors, [Supervisor { name: "Kato".to_owned(), pin }]);
        assert_eq!(access.rules().levels["top-up"], CallerLevel::V2);
        assert!(toml::from_str::<Access>("[[supervisors]]\nname = \"Kato\"\npin = \"4711\"").is_err());
    }
}
