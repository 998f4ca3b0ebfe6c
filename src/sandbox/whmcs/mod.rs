//! WHMCS as its clients see it on the wire: what it stores, and how it answers `includes/api.php`.

pub mod db;
mod installation;
mod table;
mod words;

pub use db::Db;

use super::{Credentials, Shared};

/// WHMCS's paths over the shared world, open to whoever knows `credentials`.
pub fn router(_world: Shared, _credentials: &Credentials) -> axum::Router {
    axum::Router::new()
}
