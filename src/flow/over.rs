//! The actions of what lies over the screen. They have keys as the others have, and no place in palette and help: each overlay
//! names its own in its last line.

use super::action::{Action, ActionSpec, Group, Layer};

/// Something a person can do in what lies over the screen. What moves, opens, copies and reads again there are the desk's own
/// [`Action`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Over {
    /// Leave it, without effect.
    Leave,
    /// One page down, besides the desk's own key for that.
    PageDown,
    /// To the beginning, besides the desk's own key for that.
    First,
    /// One option up, while what is looked for is typed.
    PickUp,
    /// One option down.
    PickDown,
    /// Go on with what the form says.
    Submit,
    /// To the next field.
    NextField,
    /// To the previous field.
    PreviousField,
    /// Write in both languages.
    BothLanguages,
    /// Copy the address that a browser is to open.
    CopyAddress,
    /// Yes, do it.
    Confirm,
    /// What can be done in its place.
    Instead,
    /// Look what became of a change.
    Verify,
    /// Go on with a change that stopped.
    DriveOn,
    /// Go on with the rows of a change that was begun.
    ResumeRows,
    /// Take a change back.
    TakeBack,
    /// Show the activation code a change ended with.
    ChangeCode,
    /// Hand a change over.
    HandOver,
    /// Close a change unfinished.
    CloseChange,
    /// Say that what a change waits for has come.
    HasCome,
    /// Type a second person's code.
    TypeCode,
    /// Put a receipt into a case.
    Post,
    /// A notification is dealt with.
    Done,
    /// Take the last thing back that was done to notifications.
    Untend,
    /// A notification is for later.
    Later,
    /// Notifications like this one are not announced any more.
    Mute,
    /// Show what is not announced.
    Rules,
    /// Announce again.
    Announce,
    /// Choose the kind that is shown.
    Kind,
    /// Choose how urgent it has to be.
    Urgency,
    /// Choose whose are shown.
    Whose,
    /// Show what was put aside too.
    Aside,
    /// Look at what waits and send it.
    Send,
    /// Send all that nobody changed meanwhile.
    SendAll,
    /// Edit what waits.
    EditKept,
    /// Throw away what waits.
    DropKept,
    /// Tell every desk that something is out.
    Incident,
    /// Tell that it is over.
    IncidentOver,
    /// Stop before the next row.
    StopRows,
    /// Go on with the rows that are left.
    GoOn,
    /// Ask for a value each time a routine is run, or never.
    AskEachTime,
    /// Delete a step of what was recorded.
    DropStep,
    /// Throw away what was recorded.
    DropRecording,
    /// Show or hide a column.
    ShowColumn,
    /// Move a column up.
    ColumnUp,
    /// Move a column down.
    ColumnDown,
    /// Sort by a column.
    SortColumn,
    /// Turn a square's light and dark around.
    Invert,
}

const fn row(over: Over, name: &'static str, keys: &'static [&'static str], layer: Layer) -> ActionSpec {
    ActionSpec { action: Action::Over(over), name, keys, layer, group: Group::Desk }
}

/// Every action of what lies over the screen, once.
pub const OVERS: &[ActionSpec] = &[
    row(Over::Leave, "leave", &["esc", "ctrl-c", "ctrl-g"], Layer::Overlay),
    row(Over::PageDown, "page-down", &["space"], Layer::Overlay),
    row(Over::First, "first", &[], Layer::Overlay),
    row(Over::PickUp, "up", &["ctrl-p"], Layer::Picker),
    row(Over::PickDown, "down", &["ctrl-n"], Layer::Picker),
    row(Over::Submit, "submit", &["enter", "ctrl-s"], Layer::Form),
    row(Over::NextField, "next-field", &["tab", "down"], Layer::Form),
    row(Over::PreviousField, "previous-field", &["backtab", "up"], Layer::Form),
    row(Over::BothLanguages, "both-languages", &["ctrl-t"], Layer::Form),
    row(Over::CopyAddress, "copy-address", &["ctrl-y"], Layer::Form),
    row(Over::Confirm, "confirm", &["y"], Layer::Confirm),
    row(Over::Instead, "instead", &["i"], Layer::Confirm),
    row(Over::Verify, "verify", &["v"], Layer::Operations),
    row(Over::DriveOn, "drive-on", &["g"], Layer::Operations),
    row(Over::ResumeRows, "resume", &["m"], Layer::Operations),
    row(Over::TakeBack, "take-back", &["u"], Layer::Operations),
    row(Over::ChangeCode, "activation-code", &["E"], Layer::Operations),
    row(Over::HandOver, "hand-over", &["h"], Layer::Operations),
    row(Over::CloseChange, "close", &["c"], Layer::Operations),
    row(Over::HasCome, "has-come", &["n"], Layer::Operations),
    row(Over::TypeCode, "type-code", &["a"], Layer::Operations),
    row(Over::Post, "post", &["p"], Layer::Operations),
    row(Over::Done, "done", &["d"], Layer::Centre),
    row(Over::Untend, "undo", &["u"], Layer::Centre),
    row(Over::Later, "later", &["z"], Layer::Centre),
    row(Over::Mute, "mute", &["m"], Layer::Centre),
    row(Over::Rules, "rules", &["M"], Layer::Centre),
    row(Over::Announce, "announce", &["x"], Layer::Centre),
    row(Over::Kind, "kind", &["f"], Layer::Centre),
    row(Over::Urgency, "urgency", &["s"], Layer::Centre),
    row(Over::Whose, "whose", &["w"], Layer::Centre),
    row(Over::Aside, "aside", &["a"], Layer::Centre),
    row(Over::Send, "send", &["s"], Layer::Outbox),
    row(Over::SendAll, "send-all", &["a"], Layer::Outbox),
    row(Over::EditKept, "edit", &["e"], Layer::Outbox),
    row(Over::DropKept, "drop", &["c"], Layer::Outbox),
    row(Over::Incident, "incident", &["i"], Layer::Systems),
    row(Over::IncidentOver, "incident-over", &["e"], Layer::Systems),
    row(Over::StopRows, "stop", &["s"], Layer::Rows),
    row(Over::GoOn, "go-on", &["m"], Layer::Rows),
    row(Over::AskEachTime, "ask", &["space"], Layer::Routine),
    row(Over::DropStep, "delete", &["x"], Layer::Routine),
    row(Over::DropRecording, "throw-away", &["X"], Layer::Routine),
    row(Over::ShowColumn, "show", &["space"], Layer::Columns),
    row(Over::ColumnUp, "move-up", &["K", "ctrl-up"], Layer::Columns),
    row(Over::ColumnDown, "move-down", &["J", "ctrl-down"], Layer::Columns),
    row(Over::SortColumn, "sort", &["s"], Layer::Columns),
    row(Over::Invert, "invert", &["i"], Layer::Code),
];
