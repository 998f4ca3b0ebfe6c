//! The Pub/Sub API over real sockets, heard by a client that knows the vendor's protocol from its documents alone.

mod changes;
mod client;
mod days;
mod faults;
mod said;
mod streams;
mod wire;
