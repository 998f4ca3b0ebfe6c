//! What a person does at the desk, key by key, against the three systems in a sandbox.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "../common/mod.rs"]
mod common;

mod afterwards;
mod aloud;
mod billing;
mod changes;
mod cursor;
mod customer;
mod dashboard;
mod esim;
mod fields;
mod frame;
mod hand;
mod jobs;
mod keys;
mod live;
mod log;
mod narrow;
mod orders;
mod outbox;
mod pack;
mod records;
mod routines;
mod rows;
mod sale;
mod search;
mod sign_in;
mod sim;
mod states;
mod subscriptions;
mod support;
mod tabs;
mod tour;
mod trouble;
