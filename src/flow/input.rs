//! terminal → app: what a person did, free of any terminal library.

/// Something that came from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key went down, or repeated while held.
    Key(KeyPress),
    /// The mouse did something at a cell.
    Mouse(Mouse),
    /// Text pasted in one piece (bracketed paste). Hostile: may hold anything.
    Paste(String),
    /// The terminal now has this many columns and rows.
    Resize {
        /// Columns, in cells.
        width: u16,
        /// Rows, in cells.
        height: u16,
    },
    /// The terminal window gained (`true`) or lost (`false`) the keyboard.
    Focus(bool),
}

/// A key with the modifiers held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyPress {
    /// Which key.
    pub key: Key,
    /// What was held with it.
    pub modifiers: Modifiers,
    /// The key is held and this press is a repeat (known only where the terminal tells).
    pub repeat: bool,
}

impl KeyPress {
    /// A plain press without modifiers.
    pub const fn plain(key: Key) -> Self {
        Self { key, modifiers: Modifiers::NONE, repeat: false }
    }

    /// A press with Control held.
    pub const fn ctrl(c: char) -> Self {
        Self { key: Key::Char(c), modifiers: Modifiers { ctrl: true, ..Modifiers::NONE }, repeat: false }
    }
}

/// The keys the desk can tell apart. A capital letter is `Char` of the capital, without `shift`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character as typed, after the keyboard layout.
    Char(char),
    /// Function key, 1 to 24.
    F(u8),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift-Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// Modifier keys held during a press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Modifiers {
    /// Control.
    pub ctrl: bool,
    /// Alt, Option or Meta.
    pub alt: bool,
    /// Shift, only where it is not already part of the character.
    pub shift: bool,
}

impl Modifiers {
    /// Nothing held.
    pub const NONE: Self = Self { ctrl: false, alt: false, shift: false };
}

/// A mouse event at a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What happened.
    pub kind: MouseKind,
    /// Column, 0 at the left.
    pub x: u16,
    /// Row, 0 at the top.
    pub y: u16,
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseKind {
    /// Left button pressed.
    Click,
    /// Wheel away from the person.
    WheelUp,
    /// Wheel towards the person.
    WheelDown,
}
