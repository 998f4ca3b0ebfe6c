//! The map of the house.
//!
//! ```text
//!        key/mouse/paste                                   ┌──────────────── pure, synchronous, no tokio ────────────────┐
//! terminal ───────────► runtime ── Msg::Input ────────────►│ overlay stack → focused input → keymap(layer) → Action     │
//!    ▲                    ▲  │                             │        App::update(msg) ─► state  +  Vec<Effect>           │
//!    │  frame ≤ 60/s,     │  │◄───────── Effect ───────────│        App::view(&self)  ─► cells + cursor                 │
//!    │  only when dirty   │  │                             └────────────────────────────────────────────────────────────┘
//!    └────────────────────┤  │ Read{slot, generation, query} · Audit · Copy · Quit
//!                         │  ▼
//!                         │ backend ── whmcs · salesforce · freebit clients ──HTTP──► the real systems, or the sandbox on 127.0.0.1
//!                         └──┘ Msg::Reply{slot, generation, …} → dropped if the generation is old
//! ```
//!
//! | room | job | never |
//! |---|---|---|
//! | [`domain`] | plain data and rules: customer, status, invoice, line, phone, name | IO, clocks, anything else here |
//! | [`flow`] | the language both sides speak, closed types, one file per arrow | ratatui, tokio, reqwest |
//! | [`backend`] | turns questions into answers: one client per system, their failures told as faults | screens, the sandbox |
//! | [`runtime`] | the only loop: input, messages and time meet the app, effects are carried out | being used by anyone but main and tests |
//! | [`terminal`] | one write a frame, modes entered once and left exactly once, bytes → [`flow::Input`] | questions to the terminal; being used by anyone but runtime and main |
//! | [`sandbox`] | the three vendors' wire protocols over one seeded world, loopback only | the backend: a misreading must fail a contract test, not cancel out |

pub mod app;
pub mod audit;
pub mod backend;
pub mod cli;
pub mod config;
pub mod domain;
pub mod flow;
pub mod keymap;
pub mod locale;
pub mod logging;
pub mod overlays;
pub mod runtime;
pub mod sandbox;
pub mod scene;
pub mod start;
pub mod tabs;
pub mod terminal;
