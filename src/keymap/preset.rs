//! The two layouts of keys that come with the desk.

use serde::Deserialize;

use crate::flow::{Action, ActionSpec, Over, Tab};

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
        let own = VIM.iter().find(|(action, _)| self == Self::Vim && *action == spec.action);
        own.map_or(spec.keys, |(_, keys)| keys)
    }

    /// Digits say how often.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Vim)
    }
}

/// Where vi's keys differ from those of the table. Ctrl-F and Ctrl-B are no pages here: Ctrl-B is tmux's.
const VIM: &[(Action, &[&str])] = &[
    (Action::Tab(Tab::Dashboard), &["g 1", "alt-1"]),
    (Action::Tab(Tab::Subscriptions), &["g 2", "alt-2"]),
    (Action::Tab(Tab::Billing), &["g 3", "alt-3"]),
    (Action::Tab(Tab::Orders), &["g 4", "alt-4"]),
    (Action::Tab(Tab::Sim), &["g 5", "alt-5"]),
    (Action::Tab(Tab::Support), &["g 6", "alt-6"]),
    (Action::NextTab, &["g t", "l", "tab", "right"]),
    (Action::PreviousTab, &["g T", "h", "backtab", "left"]),
    (Action::Down, &["j", "down"]),
    (Action::Up, &["k", "up"]),
    (Action::First, &["g g", "home"]),
    (Action::Over(Over::First), &["g"]),
    (Action::PageDown, &["ctrl-d", "pagedown"]),
    (Action::PageUp, &["ctrl-u", "pageup"]),
    (Action::HistoryBack, &["ctrl-o", "-", "backspace", "alt-left"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::bindable;

    #[test]
    fn every_row_is_of_an_action_and_differs() {
        for (action, keys) in VIM {
            let spec = bindable().find(|spec| spec.action == *action).unwrap_or_else(|| panic!("{action:?}"));
            assert_ne!(spec.keys, *keys, "{}", spec.name);
        }
    }
}
