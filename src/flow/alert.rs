//! How somebody who looks elsewhere is called to the desk.

use crate::domain::text::Text;

/// What calls a person while another window has the keyboard. Nothing, unless the configuration wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Alerts {
    /// The terminal's bell.
    pub bell: bool,
    /// A notification of the desktop.
    pub desktop: Desktop,
}

/// The sequence by which the terminal is asked to show a notification of the desktop. Terminals know one or the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Desktop {
    /// None.
    #[default]
    Off,
    /// `OSC 9`: iTerm2, Windows Terminal, WezTerm, Ghostty, mintty.
    Osc9,
    /// `OSC 777`: urxvt, foot, VTE, WezTerm, Ghostty.
    Osc777,
    /// `OSC 99`: kitty, foot.
    Osc99,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// By what.
    pub by: Alerts,
    /// What it says: a kind and a customer number at most, because others see a desktop too.
    pub words: Text,
}
