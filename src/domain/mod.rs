//! Plain data and rules of the business. Knows nothing of screens, wires or clocks: time enters as an argument.

pub mod agreement;
pub mod aloud;
pub mod billing;
pub mod calendar;
pub mod customer;
pub mod history;
pub mod ledger;
pub mod line;
pub mod links;
pub mod mask;
pub mod money;
pub mod name;
pub mod order;
pub mod phone;
pub mod queue;
pub mod recognise;
pub mod salesforce_id;
pub mod service;
pub mod sim;
pub mod sla;
pub mod statement;
pub mod status;
pub mod system;
pub mod text;
pub mod time;
pub mod xray;
