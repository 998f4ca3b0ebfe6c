//! The map of the house.
//!
//! madoguchi is one desk over three systems. A pure core (`App::update(msg) -> effects`, `App::view`), a thin runtime that
//! alone owns clock, channels, tasks and terminal, an async backend that turns questions into messages, and a sandbox that
//! speaks the three vendors' wire protocols on loopback.
//!
//! ```text
//!        key/mouse/paste                                   ┌──────────────── pure, synchronous, no tokio ────────────────┐
//! terminal ───────────► runtime ── Msg::Input ────────────►│ overlay stack → focused input → keymap(layer) → Action     │
//!    ▲                    ▲  │                             │        App::update(msg) ─► state  +  Vec<Effect>           │
//!    │  frame ≤ 60/s,     │  │◄───────── Effect ───────────│        App::view(&self)  ─► cells + cursor                 │
//!    │  only when dirty   │  │                             └────────────────────────────────────────────────────────────┘
//!    └────────────────────┤  │ Read{slot, generation, query} · Run(command) · Audit · Copy · Quit
//!                         │  ▼
//!                         │ backend ── operations ── journal (SQLite, on this machine)
//!                         │  └─ whmcs · salesforce · freebit clients ──HTTP──► the real systems, or the sandbox on 127.0.0.1
//!                         └──┘ Msg::Reply{slot, generation, …} → dropped if the generation is old
//! ```
//!
//! # Rooms, from the ground up
//!
//! | room | job | never |
//! |---|---|---|
//! | `madoguchi_ui` (crate) | widgets, themes, text measured in cells | domain words, IO, a clock |
//! | [`domain`] | plain data and rules: customer, status, invoice, line, phone, name | IO, clocks, anything else here |
//! | [`flow`] | the language both sides speak, closed types, one file per arrow | ratatui, tokio, reqwest |
//! | [`locale`], [`keymap`], [`scene`] | words, keys, and what a view needs to turn data into both | knowing a tab or the app |
//! | [`tabs`] | each tab a row of pages; nearly all of them, and the board's queues, are one generic records screen | the app, each other's insides, the backend |
//! | [`overlays`] | help, palette, notices, the systems' health, columns, views, exports, packs, what is spelled: a stack over the screen | the app, the backend |
//! | [`app`] | everything on the screen as state: `update`, `view`, `perform` | the backend, tokio, clocks |
//! | [`backend`] | turns questions into answers and plans into operations: one client per system, their failures told as faults; `operations` plans, carries and proves changes over the `journal`; `notify` hears what happens elsewhere and keeps it there; `pack` seals what is taken along; `doctor` looks whether the systems are as configured | screens, the sandbox |
//! | [`sandbox`] | the three vendors' wire protocols over one seeded world, loopback only | the backend: a misreading must fail a contract test, not cancel out |
//! | [`terminal`] | one write a frame, modes entered once and left exactly once, bytes → [`flow::Input`] | a second question to the terminal; being used by anyone but runtime and main |
//! | [`runtime`] | the only loop: input, messages and time meet the app, effects are carried out; connects desk and systems | being used by anyone but main and tests |
//! | [`told`] | what a plan, an operation and a receipt say, for the screen and the command line alike | deciding anything |
//! | [`commands`] | readings, changes and what became of them without a screen, one by one or as a conversation in lines: the same reads, plans and engine | a terminal's modes |
//! | [`folder`] | that what the desk keeps lies where its person alone may write | knowing what that is |
//! | [`config`], [`cli`], [`start`], [`logging`], [`audit`] | from the command line to a running desk, and what it writes down | views |
//!
//! The arrows between them are held by `tests/architecture.rs`, by cargo (the widgets' crate) and by `clippy.toml` (clocks,
//! spawns, sleeps).
//!
//! # Rules of the flow
//!
//! 1. A newer read in a slot cancels the older; the generation catches the one that already answered.
//! 2. What the page in sight needs is read once, when somebody looks ([`flow::Deeper`]); what follows the cursor is read once it
//!    rests. Opening another customer makes every answer about the one before old.
//! 3. Every read ends in exactly one [`flow::Msg::Ended`]; nothing owed is what idle means, so tests never sleep.
//! 4. `view` takes `&self`: no clock, no IO, no building of rows that are not in sight. Scroll offsets are state, computed in
//!    `update` from the pure [`app::layout`].
//! 5. Time enters with a message. The clock and the ages move by the minute, a countdown by the second while it is
//!    in sight: an idle desk sleeps.
//! 6. Whoever fails shows what was last known with its age, and the fault in place. Unknown is unknown, never zero. A system
//!    that was lost is tried again after pauses that grow to a bound and differ by chance, so that desks make no storm.
//! 7. Parse once at the edge: past `backend/*/convert.rs` nobody sees a vendor's JSON, and past [`domain::text::Text`]
//!    nobody sees a hostile character.
//! 8. One action table feeds keymap, palette, help and hints; one table per language feeds every word.
//! 9. What cannot be written into the audit log is not shown, and not sent.
//! 10. What happens elsewhere moves the screen, not the person at it: a change makes only what it touches be read again, a
//!     burst is one read, and cursor, filter, draft and overlays stay. What is shown for a moment ends by one wake-up.
//!
//! # Rules of what is taken along
//!
//! 1. A field pack is readable by its passphrase alone and until its time is over; both are decided where it is sealed
//!    ([`backend::pack`]), never by a screen. What a key costs is never configured.
//! 2. No secret goes into it: by its place, by its shape ([`domain::secret`]), and by a last look at what is sealed.
//! 3. A customer out of a pack is asked nothing about and not changed, until a system answered for them.
//!
//! # Rules of what opens a system
//!
//! 1. A secret comes from one named place ([`config::secrets`]), is fetched before anything starts, and is in no sentence, log,
//!    `Debug` or file of ours but the sign-in of a browser, which only its owner can read.
//! 2. That sign-in is used by one desk at a time, and what follows it is on the disk before its session is used. What was
//!    refused is not sent again; the fault says what a person does.
//! 3. Who answers proves it by a certificate, and nothing switches that off; plain HTTP never leaves this machine; no redirect
//!    is followed.
//!
//! # Rules of what is heard
//!
//! 1. How far the event bus was heard is kept with what it told, in one transaction: whatever ends a desk, nothing is passed
//!    over and nothing is announced twice. What is kept is shown, nothing else.
//! 2. A notification is told by who noticed, about what, and the state it came to. Put aside, it stays so until its subject
//!    comes to another state. What is critical stands until what it tells of is over: what the systems disagree on, until
//!    that was read again and they agree.
//! 3. Where events may have been missed the records are read instead, and that is said. A record that is read is compared with
//!    what is known of it. Where nothing was missed it is not read: what it is by now would stand for changes on their way.
//! 4. One desk of a machine listens for all of them, and looks at what no event tells. When it goes, another goes on.
//! 5. What this site wrote itself makes reads old and announces nothing: what an event's operation wrote by the journal, this
//!    field of this record to this value. What else comes in its name is told.
//!
//! # Rules of a change
//!
//! 1. A verb and its fields ([`domain::change`]) make a typed change; reading the systems makes its [`domain::operation::Plan`];
//!    a person confirms the plan they saw, and that plan alone is carried out. The desk's forms and the command line are made
//!    from the same table of verbs.
//! 2. A write is sent after its intent is on the disk, and once. An answer that never came is settled by reading; only a person
//!    has a write sent again, after reading proved that it had no effect.
//! 3. What is next follows from the plan and the journal's entries alone ([`domain::operation::next`]), so it does not matter
//!    which desk goes on, or when.
//! 4. Before the point of no return a change that fails is taken back; behind it the way is forward, and a person is asked
//!    where it is blocked. Nothing that was paid and not delivered can be put aside unclosed.
//! 5. What may wait ([`domain::change::Offline`]) and cannot be sent waits in the outbox. It leaves only by a person's hand, who
//!    saw what the records said when it was written, and say now. Money, lines and orders never wait there.
//! 6. A change is never cancelled by the screen. Leaving waits for what is being sent, not for what a vendor takes its time for.

pub mod app;
pub mod audit;
pub mod backend;
pub mod cli;
pub mod commands;
pub mod config;
pub mod domain;
pub mod flow;
pub mod folder;
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
pub mod told;
