//! Salesforce as its clients see it on the wire.
//!
//! [`schema`] and [`objects`] say what there is, [`db`] keeps it, [`rules`] compute what the vendor computes.

mod accept;
pub mod cell;
pub mod db;
pub mod error;
pub mod id;
pub mod oauth;
pub mod objects;
pub mod row;
mod rules;
pub mod schema;
pub mod setup;
pub mod soql;

use super::{Credentials, Shared};

pub use db::Db;
pub use error::ApiError;

/// Salesforce's paths over the shared world, open to whoever knows `credentials`.
pub fn router(_world: Shared, _credentials: &Credentials) -> axum::Router {
    axum::Router::new()
}
