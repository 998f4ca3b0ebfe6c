//! The two layouts of keys that come with the desk.

use serde::Deserialize;

use crate::flow::ActionSpec;

/// Which layout the configuration's own keys are laid over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Every key is one action: those of the action table. The digits are the tabs.
    #[default]
    Plain,
    /// As in vi: the digits count, `g` begins what goes somewhere.
    Vim,
}

impl Preset {
    /// An action's keys.
    pub fn keys(self, spec: &ActionSpec) -> &'static [&'static str] {
        let own = VIM.iter().find(|(name, _)| self == Self::Vim && *name == spec.name);
        own.map_or(spec.keys, |(_, keys)| keys)
    }

    /// Digits say how often.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Vim)
    }
}

/// Where vi's keys differ from those of the table. Ctrl-F and Ctrl-B are no pages here: Ctrl-B is tmux's.
const VIM: &[(&str, &[&str])] = &[
    ("tab-dashboard", &["g 1", "alt-1"]),
    ("tab-subscriptions", &["g 2", "alt-2"]),
    ("tab-billing", &["g 3", "alt-3"]),
    ("tab-orders", &["g 4", "alt-4"]),
    ("tab-sim", &["g 5", "alt-5"]),
    ("tab-support", &["g 6", "alt-6"]),
    ("next-tab", &["g t", "l", "tab", "right"]),
    ("previous-tab", &["g T", "h", "backtab", "left"]),
    ("down", &["j", "down"]),
    ("up", &["k", "up"]),
    ("first", &["g g", "home"]),
    ("page-down", &["ctrl-d", "pagedown"]),
    ("page-up", &["ctrl-u", "pageup"]),
    ("history-back", &["ctrl-o", "-", "backspace", "alt-left"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::actions;

    #[test]
    fn every_row_is_of_an_action_and_differs() {
        for (name, keys) in VIM {
            let spec = actions().find(|spec| spec.name == *name).unwrap_or_else(|| panic!("{name} is no action"));
            assert_ne!(spec.keys, *keys, "{name}");
        }
    }
}
