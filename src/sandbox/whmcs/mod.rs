//! WHMCS as its clients see it on the wire.

use serde::{Deserialize, Serialize};

use super::{Credentials, Shared};

/// WHMCS's own tables.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Db {}

/// WHMCS's paths over the shared world, open to whoever knows `credentials`.
pub fn router(_world: Shared, _credentials: &Credentials) -> axum::Router {
    axum::Router::new()
}
