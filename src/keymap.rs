//! Which key means which action, made from the one action table.

use crate::flow::{Action, Key, KeyPress, Layer, Modifiers, actions};

/// Keys and what they mean, most specific layer first.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<(Layer, KeyPress, Action)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let bindings = actions()
            .flat_map(|spec| spec.keys.iter().filter_map(move |name| Some((spec.layer, parse(name)?, spec.action))));
        Self { bindings: bindings.collect() }
    }
}

impl Keymap {
    /// What a key means where these layers are active; the first layer that knows the key decides.
    pub fn action(&self, press: KeyPress, layers: &[Layer]) -> Option<Action> {
        let press = KeyPress { repeat: false, ..press };
        layers.iter().find_map(|layer| {
            self.bindings.iter().find(|(l, key, _)| l == layer && *key == press).map(|(_, _, action)| *action)
        })
    }

    /// The first key of an action as people write it, e.g. `Ctrl-P`; empty when it has none.
    pub fn label(&self, action: Action) -> String {
        self.bindings.iter().find(|(_, _, a)| *a == action).map(|(_, key, _)| label(*key)).unwrap_or_default()
    }

    /// All keys of an action as people write them, where these layers are active. A key that a more specific layer took
    /// comes to the action when it is pressed again: in a list `/` filters, and `/ /` goes to the search. One that a change
    /// took is not the action's there.
    pub fn labels(&self, action: Action, layers: &[Layer]) -> Vec<String> {
        let of_action = self.bindings.iter().filter(|(_, _, a)| *a == action);
        let written = of_action.filter_map(|(_, key, _)| {
            let key_label = label(*key);
            match self.action(*key, layers) {
                Some(first) if first == action => Some(key_label),
                None => Some(key_label),
                Some(Action::Change(_)) => None,
                Some(_) => Some(format!("{key_label} {key_label}")),
            }
        });
        written.collect()
    }
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
        _ => match rest {
            "enter" => Key::Enter,
            "esc" => Key::Esc,
            "tab" => Key::Tab,
            "backtab" => Key::BackTab,
            "space" => Key::Char(' '),
            "up" => Key::Up,
            "down" => Key::Down,
            "left" => Key::Left,
            "right" => Key::Right,
            "home" => Key::Home,
            "end" => Key::End,
            "pageup" => Key::PageUp,
            "pagedown" => Key::PageDown,
            "delete" => Key::Delete,
            "insert" => Key::Insert,
            "backspace" => Key::Backspace,
            _ => Key::F(rest.strip_prefix('f')?.parse().ok()?),
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
    match press.key {
        Key::Char(' ') => text.push_str("Space"),
        Key::Char(c) if press.modifiers.ctrl => text.extend(c.to_uppercase()),
        Key::Char(c) => text.push(c),
        Key::F(n) => {
            text.push('F');
            text.push_str(&n.to_string());
        }
        Key::Enter => text.push_str("Enter"),
        Key::Esc => text.push_str("Esc"),
        Key::Tab => text.push_str("Tab"),
        Key::BackTab => text.push_str("Shift-Tab"),
        Key::Backspace => text.push_str("Backspace"),
        Key::Delete => text.push_str("Del"),
        Key::Insert => text.push_str("Ins"),
        Key::Up => text.push_str("Up"),
        Key::Down => text.push_str("Down"),
        Key::Left => text.push_str("Left"),
        Key::Right => text.push_str("Right"),
        Key::Home => text.push_str("Home"),
        Key::End => text.push_str("End"),
        Key::PageUp => text.push_str("PgUp"),
        Key::PageDown => text.push_str("PgDn"),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::Part;
    use crate::flow::ActionSpec;

    #[test]
    fn every_default_key_can_be_read_and_means_one_thing() {
        let mut seen: Vec<(KeyPress, ActionSpec)> = Vec::new();
        for spec in actions() {
            for name in spec.keys {
                let press = parse(name).unwrap_or_else(|| panic!("{name} is no key"));
                for (_, other) in seen.iter().filter(|(p, _)| *p == press) {
                    let (a, b) = (spec.layer, other.layer);
                    let apart = match (a, b) {
                        // Changes of two tabs never meet, and on its tab a change comes before the rest: see below.
                        (Layer::Changes(a), Layer::Changes(b)) => a != b,
                        (Layer::Changes(_), _) | (_, Layer::Changes(_)) => true,
                        // To look for something is to look in the list, where there is one, before all customers.
                        _ => *name == "/" && a != b,
                    };
                    assert!(apart, "{name} means both {} ({b:?}) and {} ({a:?})", other.name, spec.name);
                }
                seen.push((press, spec));
            }
        }
    }

    #[test]
    fn a_change_takes_no_key_of_the_desk() {
        let keys = Keymap::default();
        let general = [Layer::Records, Layer::Details, Layer::Customer, Layer::Desk];
        for part in [Part::Customer, Part::Service, Part::Billing, Part::Order, Part::Sim, Part::Support] {
            let mut layers = vec![Layer::Changes(part)];
            layers.extend(general);
            for spec in actions().filter(|spec| !spec.keys.is_empty() && general.contains(&spec.layer)) {
                let own = keys.labels(spec.action, &general);
                assert_eq!(keys.labels(spec.action, &layers), own, "{} on {part:?}", spec.name);
            }
        }
    }

    #[test]
    fn every_action_stands_once() {
        for spec in actions() {
            assert_eq!(
                actions().filter(|s| s.action == spec.action || s.name == spec.name).count(),
                1,
                "{}",
                spec.name
            );
        }
    }

    #[test]
    fn chords_are_read_and_written() {
        for (name, expected) in [("ctrl-p", "Ctrl-P"), ("G", "G"), ("-", "-"), ("f5", "F5"), ("backtab", "Shift-Tab")] {
            assert_eq!(parse(name).map(label).as_deref(), Some(expected), "{name}");
        }
        assert_eq!(parse("hyper-x"), None);
        assert_eq!(parse("nonsense"), None);
    }
}
