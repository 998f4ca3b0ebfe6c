//! The language both sides speak. Closed types, one file per arrow.

pub mod action;
pub mod customer;
pub mod effect;
pub mod fault;
pub mod input;
pub mod msg;
pub mod query;
pub mod remote;

pub use action::{ACTIONS, Action, ActionSpec, Group, Layer, Tab};
pub use customer::Customer;
pub use effect::{AuditAct, AuditEntry, Effect};
pub use fault::{Fault, FaultKind, Hint};
pub use input::{Input, Key, KeyPress, Modifiers, Mouse, MouseKind};
pub use msg::{Environment, Health, HealthState, Msg, Notice, NoticeText};
pub use query::{CustomerPart, Generation, Hit, Query, Reply, SearchReply, Searched, Slot};
pub use remote::{Known, Remote};
