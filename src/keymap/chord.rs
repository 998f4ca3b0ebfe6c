//! Keys as people write them: a chord like `ctrl-p`, and one after the other like `g g`.

use crate::domain::nearest;
use crate::flow::{Key, KeyPress, Modifiers};

/// More keys than this, one after the other, nobody remembers.
pub const MOST: usize = 3;

/// The keys that are not characters, as they are written and as people call them.
const NAMED: &[(&str, Key, &str)] = &[
    ("enter", Key::Enter, "Enter"),
    ("esc", Key::Esc, "Esc"),
    ("tab", Key::Tab, "Tab"),
    ("backtab", Key::BackTab, "Shift-Tab"),
    ("space", Key::Char(' '), "Space"),
    ("up", Key::Up, "Up"),
    ("down", Key::Down, "Down"),
    ("left", Key::Left, "Left"),
    ("right", Key::Right, "Right"),
    ("home", Key::Home, "Home"),
    ("end", Key::End, "End"),
    ("pageup", Key::PageUp, "PgUp"),
    ("pagedown", Key::PageDown, "PgDn"),
    ("delete", Key::Delete, "Del"),
    ("insert", Key::Insert, "Ins"),
    ("backspace", Key::Backspace, "Backspace"),
];

/// What others write for some of them.
const ELSEWHERE: &[(&str, &str)] = &[
    ("return", "enter"),
    ("escape", "esc"),
    ("pgup", "pageup"),
    ("pgdn", "pagedown"),
    ("pgdown", "pagedown"),
    ("del", "delete"),
    ("ins", "insert"),
    ("bs", "backspace"),
    ("spc", "space"),
];

/// The last function key.
const LAST_F: u8 = 24;

/// Keys that are pressed one after the other. No text, no allocation: it is compared at every key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chords {
    presses: [KeyPress; MOST],
    len: u8,
}

impl Default for Chords {
    fn default() -> Self {
        Self { presses: [KeyPress::plain(Key::Esc); MOST], len: 0 }
    }
}

impl From<KeyPress> for Chords {
    fn from(press: KeyPress) -> Self {
        Self::default().then(press)
    }
}

impl Chords {
    /// These, and behind them one more. What is held down is as good as pressed.
    #[must_use]
    pub fn then(mut self, press: KeyPress) -> Self {
        if let Some(place) = self.presses.get_mut(usize::from(self.len)) {
            *place = KeyPress { repeat: false, ..press };
            self.len += 1;
        }
        self
    }

    /// One after the other.
    pub fn presses(&self) -> &[KeyPress] {
        &self.presses[..usize::from(self.len)]
    }

    /// None was pressed.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The key that comes behind these.
    pub fn after(&self, begun: &Self) -> Option<KeyPress> {
        self.presses().strip_prefix(begun.presses())?.first().copied()
    }

    /// Another begins with these and goes on.
    pub fn begins(&self, other: &Self) -> bool {
        self.len < other.len && other.presses().starts_with(self.presses())
    }

    /// As people write it, e.g. `g g`.
    pub fn label(&self) -> String {
        self.presses().iter().map(|press| label(*press)).collect::<Vec<_>>().join(" ")
    }

    /// Reads keys with blanks between them.
    ///
    /// # Errors
    /// What is wrong, with what would be right.
    pub fn read(written: &str) -> Result<Self, String> {
        let names: Vec<&str> = written.split_whitespace().collect();
        if names.is_empty() {
            return Err("an empty text is no key; an empty list takes an action's keys away".to_owned());
        }
        if names.len() > MOST {
            return Err(format!("\"{written}\" is more than {MOST} keys one after the other"));
        }
        names.iter().try_fold(Self::default(), |keys, name| {
            let press = parse(name).ok_or_else(|| no_key(name))?;
            match unsendable(press) {
                Some(instead) => Err(format!("no terminal sends \"{name}\" as a key of its own: {instead}")),
                None => Ok(keys.then(press)),
            }
        })
    }
}

/// The sentence about a word that is no key.
fn no_key(name: &str) -> String {
    let (held, bare) = name.rsplit_once('-').map_or(("", name), |(held, bare)| (held, bare));
    let words: Vec<&str> = NAMED.iter().map(|(word, ..)| *word).collect();
    let lower = bare.to_lowercase();
    let elsewhere = ELSEWHERE.iter().find(|(word, _)| *word == lower).map(|(_, right)| *right);
    let exact = words.iter().find(|word| **word == lower).copied();
    let meant = exact.or(elsewhere).or_else(|| nearest::of(&lower, &words));
    let meant = match (meant, held) {
        (Some(word), "") => format!(" (did you mean \"{word}\"?)"),
        (Some(word), held) => format!(" (did you mean \"{}-{word}\"?)", held.to_lowercase()),
        (None, _) => String::new(),
    };
    format!(
        "\"{name}\" is no key{meant}; keys are one character, f1 to f{LAST_F}, {}, with ctrl-, alt- or shift- before",
        words.join(", ")
    )
}

/// What to write instead of a key that terminals do not send, or not as a key of its own.
fn unsendable(press: KeyPress) -> Option<String> {
    let Modifiers { ctrl, alt, shift } = press.modifiers;
    let instead = match press.key {
        Key::Char(c) if ctrl => match c {
            'i' => "it is tab",
            'm' => "it is enter",
            'h' => "it is backspace",
            '[' => "it is esc",
            _ if shift => "with Control, Shift makes no difference",
            'A'..='Z' => {
                return Some(format!("with Control, capitals are no others: write ctrl-{}", c.to_ascii_lowercase()));
            }
            'a'..='z' | ' ' | '\\' | ']' | '^' | '_' => return None,
            _ => "Control goes with letters, space, \\, ], ^ and _",
        },
        Key::Char(c) if shift => return Some(format!("write it as the character it types, like {}", c.to_uppercase())),
        Key::Esc if ctrl || alt || shift => "esc goes with nothing",
        Key::BackTab if ctrl || alt || shift => "backtab is Shift-Tab already",
        Key::Tab if shift => "write backtab",
        Key::Tab if ctrl || alt => "tab goes with nothing but Shift, as backtab",
        Key::Enter | Key::Backspace if ctrl || shift => "it goes with alt- alone",
        _ => return None,
    };
    Some(instead.to_owned())
}

/// True for a key that writes or edits text, and so belongs to the box that has the focus.
pub fn types_text(press: KeyPress) -> bool {
    let Modifiers { ctrl, alt, .. } = press.modifiers;
    match press.key {
        Key::Char(c) if ctrl => matches!(c, 'a' | 'e' | 'u' | 'k' | 'w' | 'h' | 'd'),
        Key::Char(c) if alt => matches!(c, 'b' | 'f' | 'd'),
        Key::Char(_) | Key::Backspace | Key::Delete | Key::Left | Key::Right | Key::Home | Key::End => true,
        _ => false,
    }
}

/// Reads a chord like `ctrl-p`, `G`, `pageup`, `f5`. `None` when it is no key.
pub fn parse(name: &str) -> Option<KeyPress> {
    let mut modifiers = Modifiers::NONE;
    let mut rest = name;
    while let Some((prefix, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
        match prefix {
            "ctrl" => modifiers.ctrl = true,
            "alt" => modifiers.alt = true,
            "shift" => modifiers.shift = true,
            _ => return None,
        }
        rest = after;
    }
    let mut chars = rest.chars();
    let key = match (chars.next(), chars.next()) {
        (Some(c), None) => Key::Char(c),
        _ => match NAMED.iter().find(|(word, ..)| *word == rest) {
            Some((_, key, _)) => *key,
            None => Key::F(rest.strip_prefix('f')?.parse().ok().filter(|n| (1..=LAST_F).contains(n))?),
        },
    };
    Some(KeyPress { key, modifiers, repeat: false })
}

/// A key as people write it.
pub fn label(press: KeyPress) -> String {
    let mut text = String::new();
    for (held, word) in
        [(press.modifiers.ctrl, "Ctrl-"), (press.modifiers.alt, "Alt-"), (press.modifiers.shift, "Shift-")]
    {
        if held {
            text.push_str(word);
        }
    }
    match (press.key, NAMED.iter().find(|(_, key, _)| *key == press.key)) {
        (_, Some((.., word))) => text.push_str(word),
        (Key::Char(c), None) if press.modifiers.ctrl => text.extend(c.to_uppercase()),
        (Key::Char(c), None) => text.push(c),
        (Key::F(n), None) => {
            text.push('F');
            text.push_str(&n.to_string());
        }
        (_, None) => {}
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_are_read_and_written() {
        for (name, expected) in [
            ("ctrl-p", "Ctrl-P"),
            ("G", "G"),
            ("-", "-"),
            ("f5", "F5"),
            ("backtab", "Shift-Tab"),
            ("space", "Space"),
            ("ctrl-alt-x", "Ctrl-Alt-x"),
        ] {
            assert_eq!(parse(name).map(label).map(|it| it.to_lowercase()), Some(expected.to_lowercase()), "{name}");
        }
        for no in ["hyper-x", "nonsense", "f0", "f25", "", "ctrl-"] {
            assert_eq!(parse(no), None, "{no}");
        }
        assert_eq!(Chords::read("g  G").map(|keys| keys.label()).as_deref(), Ok("g G"));
        assert_eq!(Chords::read("space c").map(|keys| keys.label()).as_deref(), Ok("Space c"));
    }

    #[test]
    fn what_is_no_key_is_told_with_what_would_be() {
        for (written, says) in [
            ("", "an empty list"),
            ("a b c d", "more than 3"),
            ("Enter", "\"enter\"?"),
            ("ctrl-pgdown", "\"ctrl-pagedown\"?"),
            ("hyper-x", "\"hyper-x\" is no key"),
            ("ctrl-i", "it is tab"),
            ("ctrl-m", "it is enter"),
            ("ctrl-[", "it is esc"),
            ("ctrl-P", "write ctrl-p"),
            ("shift-a", "like A"),
            ("ctrl-1", "letters"),
            ("ctrl-enter", "alt- alone"),
            ("g shift-tab", "write backtab"),
        ] {
            let error = Chords::read(written).unwrap_err();
            assert!(error.contains(says), "{written}: {error}");
        }
    }

    #[test]
    fn a_sequence_goes_on_where_it_was_begun() {
        let read = |text| Chords::read(text).unwrap();
        let (g, gg) = (read("g"), read("g g"));
        assert!(g.begins(&gg) && !gg.begins(&g) && !g.begins(&g) && !read("x").begins(&gg));
        assert_eq!(gg.after(&g), parse("g"));
        assert_eq!(gg.after(&gg), None);
        let held = KeyPress { repeat: true, ..parse("g").unwrap() };
        assert_eq!(g.then(held), gg);
        assert_eq!(gg.then(held).then(held).presses().len(), MOST, "one too many changes nothing");
    }
}
