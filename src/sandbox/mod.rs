//! The three systems' wire protocols over one seeded world, on loopback.
//!
//! Each vendor owns its own tables, as in reality, so that they can drift apart; the seed fills all three from one
//! invented population. What is committed in Salesforce's tables is told to whoever subscribes. Nothing here knows the
//! desk's clients: a misreading must fail a contract test, not cancel out.

mod amend;
pub mod clock;
mod control;
pub mod day;
pub mod faults;
mod form;
pub mod freebit;
mod gate;
mod keys;
pub mod names;
mod outbox;
pub mod salesforce;
pub mod seed;
mod serve;
pub mod state;
mod tls;
pub mod whmcs;
pub mod worker;

use std::sync::{Arc, RwLock};

use serde::{Deserialize, Serialize};

pub use clock::Clock;
pub use day::{Day, Made};
pub use gate::{Counts, Hanging};
pub use salesforce::events::{
    bus::Emitted,
    streams::{OpenStream, Pace, Streaming},
};
pub use salesforce::setup::USERNAME;
pub use serve::{Ports, Sandbox, SandboxError, SandboxOptions, shared, start};

/// Everything the sandbox remembers: the time and each vendor's own tables.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct World {
    /// By which a desk tells this world from others; given by the first desk that needs one.
    #[serde(default)]
    pub name: Option<String>,
    /// World time, which tests and the control endpoint may advance or speed up.
    pub clock: Clock,
    /// Salesforce's tables.
    pub salesforce: salesforce::Db,
    /// WHMCS's tables.
    pub whmcs: whmcs::Db,
    /// Freebit's lines.
    pub freebit: freebit::Db,
    /// What fulfils approved orders.
    #[serde(default)]
    pub worker: worker::Worker,
}

/// The world as the vendors' handlers share it. The guard is never held across an await.
pub type Shared = Arc<RwLock<World>>;

/// What a client needs to sign in to the sandbox. Fixed words, the same for every sandbox: they open nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Consumer key of the Salesforce external client app.
    pub salesforce_client_id: String,
    /// Consumer secret of the Salesforce external client app.
    pub salesforce_client_secret: String,
    /// WHMCS API identifier.
    pub whmcs_identifier: String,
    /// WHMCS API secret.
    pub whmcs_secret: String,
    /// Freebit OEM id.
    pub freebit_oem_id: String,
    /// Freebit OEM key.
    pub freebit_oem_key: String,
    /// Public half (DER) of the key that signs assertions at Salesforce; without one no signature is looked at.
    pub salesforce_key: Option<Vec<u8>>,
}

impl Default for Credentials {
    fn default() -> Self {
        let own = str::to_owned;
        Self {
            salesforce_client_id: own("sandbox-client"),
            salesforce_client_secret: own("sandbox-client-secret"),
            whmcs_identifier: own("sandbox-identifier"),
            whmcs_secret: own("sandbox-secret"),
            freebit_oem_id: own("SANDBOXOEM"),
            freebit_oem_key: own("sandbox-oem-key"),
            salesforce_key: None,
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
