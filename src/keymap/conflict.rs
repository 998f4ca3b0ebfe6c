//! Keys that cannot do what is wanted of them: two actions want one, or another program takes it first.

use crate::flow::{Action, Key, KeyPress, Layer, Over};

use super::{Binding, Chords, Keymap, Preset, name_of, types_text};

/// Actions that share a key on purpose: where the first can be done it comes before the second. In a list `/` filters, and a
/// second press of it searches; what lies over the screen has some keys of its own where the desk's would move or open.
const MEANT: &[(Action, Action)] = &[
    (Action::Filter, Action::Search),
    (Action::Over(Over::Leave), Action::Quit),
    (Action::Over(Over::NextField), Action::Down),
    (Action::Over(Over::PreviousField), Action::Up),
    (Action::Over(Over::Submit), Action::Open),
    (Action::Over(Over::DriveOn), Action::First),
    (Action::Over(Over::DriveOn), Action::Over(Over::First)),
    (Action::Over(Over::ShowColumn), Action::Over(Over::PageDown)),
    (Action::Over(Over::AskEachTime), Action::Over(Over::PageDown)),
];

/// The desk's own actions that everything that lies over the screen knows too, or that work whatever lies over it.
const EVERYWHERE: [Action; 12] = [
    Action::Up,
    Action::Down,
    Action::PageUp,
    Action::PageDown,
    Action::First,
    Action::Last,
    Action::Open,
    Action::Quit,
    Action::Repaint,
    Action::Suspend,
    Action::Lock,
    Action::Privacy,
];

/// Another program that takes a key before the desk sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rival {
    /// tmux's prefix.
    Tmux,
    /// GNU screen's prefix.
    Screen,
    /// An input method switches with it.
    InputMethod,
}

impl Rival {
    /// Who takes it, and what a person would see of it.
    pub const fn why(self) -> &'static str {
        match self {
            Self::Tmux => "tmux takes it, unless it was given another prefix",
            Self::Screen => "GNU screen takes it, unless it was given another",
            Self::InputMethod => "input methods for Japanese switch with it",
        }
    }

    /// The key of the same in the language tables.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Tmux => "keys-rival-tmux",
            Self::Screen => "keys-rival-screen",
            Self::InputMethod => "keys-rival-input-method",
        }
    }

    /// Who takes this key. Ctrl-S and Ctrl-Q are nobody's: the desk switches the terminal's flow control off.
    fn of(press: KeyPress) -> Option<Self> {
        let (ctrl, alt) = (press.modifiers.ctrl, press.modifiers.alt);
        match press.key {
            Key::Char('b') if ctrl && !alt => Some(Self::Tmux),
            Key::Char('a') if ctrl && !alt => Some(Self::Screen),
            Key::Char(' ' | '\\') if ctrl => Some(Self::InputMethod),
            Key::Char(' ' | '`') if alt => Some(Self::InputMethod),
            Key::Char(' ') if press.modifiers.shift => Some(Self::InputMethod),
            _ => None,
        }
    }
}

/// A key another program may take first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fight {
    /// The action it would not reach, as the configuration names it: `desk.search`.
    pub action: String,
    /// The keys, as people write them.
    pub keys: String,
    /// Who takes one of them.
    pub rival: Rival,
}

impl std::fmt::Display for Fight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "keys.{}: {}: {}", self.action, self.keys, self.rival.why())
    }
}

impl Keymap {
    /// The keys that another program may take first.
    pub fn fights(&self) -> Vec<Fight> {
        let fight = |it: &Binding| {
            let rival = it.keys.presses().iter().find_map(|press| Rival::of(*press))?;
            let action = format!("{}.{}", it.layer.name(), name_of(it.action, it.layer));
            Some(Fight { action, keys: it.keys.label(), rival })
        };
        self.bindings.iter().filter_map(fight).collect()
    }

    /// What stands against an action's keys in this map.
    pub(super) fn against(&self, action: Action, layer: Layer, preset: Preset) -> Option<String> {
        let own = || self.bindings.iter().filter(move |it| it.action == action && it.layer == layer);
        for it in own() {
            if preset.counts() && counts(it) {
                return Some(format!("{}: with preset = \"vim\" 1 to 9 say how often", it.keys.label()));
            }
            for other in self.bindings.iter().filter(|other| other.action != action || other.layer != layer) {
                if let Some(why) = clash(it, other) {
                    return Some(why);
                }
            }
            if let Some(longer) = own().find(|other| it.keys.begins(&other.keys)) {
                return Some(format!(
                    "{} is the beginning of {}, which would never be reached",
                    it.keys.label(),
                    longer.keys.label()
                ));
            }
        }
        None
    }
}

/// Its first key is a digit that counts.
fn counts(it: &Binding) -> bool {
    matches!(it.keys.presses(), [first, ..] if super::digit(*first).is_some_and(|n| n > 0))
}

/// Why two bindings cannot stand beside each other.
fn clash(it: &Binding, other: &Binding) -> Option<String> {
    let meant = |a: &Binding, b: &Binding| MEANT.contains(&(a.action, b.action));
    if !together(it, other) || meant(it, other) || meant(other, it) {
        return None;
    }
    let (keys, theirs) = (it.keys.label(), other.keys.label());
    let who = format!("{}.{}", other.layer.name(), name_of(other.action, other.layer));
    if it.keys == other.keys {
        return Some(format!("{keys} is {who} already: take it from there, or choose another"));
    }
    // What lies over the screen takes single keys, so there nothing is begun.
    if it.layer.lies_over() != other.layer.lies_over() {
        return None;
    }
    if it.keys.begins(&other.keys) {
        return Some(format!("{keys} is the beginning of {theirs} for {who}, which would never be reached"));
    }
    other
        .keys
        .begins(&it.keys)
        .then(|| format!("{keys} begins with {theirs}, which is {who}, and would never be reached"))
}

/// Why keys cannot be had in a layer, whoever else has them.
pub(super) fn out_of_place(keys: &Chords, layer: Layer) -> Option<String> {
    let label = keys.label();
    match keys.presses() {
        _ if !layer.lies_over() => None,
        [one] if layer.types() && types_text(*one) => Some(format!("{label} types or edits text there")),
        [_] => None,
        _ => Some(format!("{label}: what lies over the screen takes single keys")),
    }
}

/// Whether two bindings can count at one moment. Of the tabs' own layers one does, and of those over the screen.
fn together(it: &Binding, other: &Binding) -> bool {
    match (it.layer, other.layer) {
        (a, b) if a == b => true,
        (Layer::Changes(_), Layer::Changes(_)) => false,
        (a, b) if !a.lies_over() && !b.lies_over() => true,
        (Layer::Overlay, b) if b.lies_over() => true,
        (a, Layer::Overlay) if a.lies_over() => true,
        (a, b) if a.lies_over() && b.lies_over() => false,
        (a, _) => EVERYWHERE.contains(if a.lies_over() { &other.action } else { &it.action }),
    }
}
