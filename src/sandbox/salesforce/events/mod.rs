//! Events: what is committed in the org's tables, told to whoever subscribes.
//!
//! [`change`] derives what a transaction changed, `platform` has the org's own events, [`bus`] keeps both for 72 hours.
//! `layout` makes their Avro schemas, `payload` their bytes over `avro`. `service` is the Pub/Sub API over gRPC with
//! `wire`'s messages: `topic` names what can be subscribed to, `subscribe` is one subscription, [`streams`] are all
//! that are open, `refusal` says no. `rest` is the little of it that is REST.
//!
//! An event is kept as what changed, and becomes bytes when it is delivered: where nobody listens, nothing is encoded.

mod avro;
pub mod bus;
pub mod change;
mod layout;
mod payload;
mod platform;
mod refusal;
pub(super) mod rest;
pub(in crate::sandbox) mod service;
pub mod streams;
mod subscribe;
#[cfg(test)]
mod tests;
mod topic;
mod wire;

pub use bus::Bus;
pub use platform::{PlatformEvent, Said};
pub(super) use platform::{Words, eligibility, provisioning, said_of_case};
