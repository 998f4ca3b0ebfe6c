//! Salesforce as its clients see it on the wire.
//!
//! [`schema`] and [`objects`] say what there is, [`db`] keeps it, `rules` compute what the vendor computes. [`http`]
//! takes requests, [`oauth`] lets clients in, [`api`] sends each call to its room: [`query`] over [`soql`], [`search`],
//! [`records`], [`collections`], [`composite`], [`describe`]. [`events`] tells whoever subscribes what was changed.

mod accept;
pub mod api;
pub mod cell;
pub mod collections;
pub mod composite;
mod conditions;
pub mod db;
pub mod describe;
pub mod error;
pub mod events;
pub mod flows;
mod history;
pub mod http;
pub mod id;
pub mod oauth;
pub mod objects;
pub mod query;
pub mod records;
mod reference;
pub mod row;
mod rules;
pub mod schema;
pub mod search;
pub mod setup;
pub mod soql;
#[cfg(test)]
mod tests;
mod validation;
pub mod wordbook;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;

use super::{Credentials, Shared};

pub use db::{Asked, Db};
pub use error::ApiError;

/// Salesforce's paths over the shared world, open to whoever knows `credentials`.
pub fn router(world: Shared, credentials: &Credentials) -> axum::Router {
    axum::Router::new()
        .fallback(http::handle)
        // The gate in front has its own limit; the framework's refusal is no answer of this vendor.
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::new(http::Site::new(world, credentials)))
}
