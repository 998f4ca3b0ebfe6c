//! The language both sides speak. Closed types, one file per arrow.

pub mod action;
pub mod activation;
pub mod alert;
pub mod board;
pub mod customer;
pub mod deeper;
pub mod doctor;
pub mod effect;
pub mod fault;
pub mod ground;
pub mod input;
pub mod link;
pub mod live;
pub mod lock;
pub mod msg;
pub mod operation;
pub mod over;
pub mod pack;
pub mod query;
pub mod remote;
pub mod routine;
pub mod said;
pub mod sign_in;
pub mod theme;
pub mod view;
mod whole;

pub use action::{Action, ActionSpec, Group, Layer, Tab, actions, bindable};
pub use activation::{Activation, ActivationOf, ActivationTold, NoActivation};
pub use alert::{Alert, Alerts, Desktop};
pub use board::{Board, Cursor, QueueList, QueuePage};
pub use customer::{Customer, Keyed};
pub use deeper::{Deeper, DeeperKind};
pub use doctor::{Area, Code, Examination, Finding, Verdict};
pub use effect::{AuditAct, AuditEntry, AuditStep, Effect, LARGEST_COPY};
pub use fault::{Fault, FaultKind, Hint};
pub use ground::Ground;
pub use input::{Input, Key, KeyPress, Modifiers, Mouse, MouseKind};
pub use link::ScreenLink;
pub use live::{Changed, Held, Live, RecordKind, Stream, StreamState, Tend};
pub use lock::{HashedPin, LockKey, LockRules, Unlock};
pub use msg::{Environment, Figures, Health, HealthState, Msg, Notice, NoticeText};
pub use operation::{
    Can, Carried, Command, Looking, OperationState, OperationView, Pin, PlanRefused, StepState, StepView,
};
pub use over::Over;
pub use pack::{
    Pack, PackCommand, PackHead, PackOf, PackQuery, PackReply, PackSeen, PackShut, PackTold, Packed, Passphrase,
};
pub use query::{Agent, CustomerPart, Generation, Hit, LineReads, Query, Renewal, Reply, SearchReply, Searched, Slot};
pub use remote::{Known, Remote};
pub use routine::RoutineFile;
pub use sign_in::{Pages, Pasted, SignInQuery, SignInReply};
pub use theme::ThemeFile;
pub use view::{Lists, View};
