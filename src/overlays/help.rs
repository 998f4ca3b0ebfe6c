//! Contextual help, made from the action table: what works on this screen, and with which keys.

use madoguchi_ui::detail::Entry;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::flow::{Action, Group, Input, Layer, actions};
use crate::locale::Value;
use crate::scene::Scene;

use super::{Outcome, draw_page, scroll};

const HEIGHT: u16 = 44;
const GROUPS: [Group; 6] = [Group::Find, Group::Move, Group::List, Group::Customer, Group::Change, Group::Desk];

/// The help of one screen, written when it is opened: nothing it says changes while it is read.
#[derive(Debug)]
pub struct Help {
    entries: Vec<Entry<'static>>,
    offset: usize,
}

impl Help {
    /// Help for the screen that `about` tells of, where these layers are active; with `search` it says what can be typed
    /// into the search box. `why_not` says why an action cannot be done now, where something stands against it.
    pub fn new(
        about: &str,
        layers: &[Layer],
        search: bool,
        why_not: &impl Fn(Action) -> Option<String>,
        scene: &Scene<'_>,
    ) -> Self {
        let mut entries = vec![Entry::Section(scene.words.say("help-here").into_owned().into())];
        entries.push(Entry::Text(scene.words.say(about).into_owned().into(), Role::Text));
        if search {
            entries.push(Entry::Section(scene.words.say("search-help-title").into_owned().into()));
            entries.extend(search_help(scene));
        }
        for group in GROUPS {
            let mut of_group = actions().filter(|spec| spec.group == group && layers.contains(&spec.layer)).peekable();
            if of_group.peek().is_some() {
                let heading = format!("group-{}", group.name());
                entries.push(Entry::Section(scene.words.say(&heading).into_owned().into()));
            }
            for spec in of_group {
                let keys = scene.keys.labels(spec.action, layers).join(", ");
                let words = scene.words.say(&spec.words()).into_owned();
                entries.push(match why_not(spec.action) {
                    Some(why) => Entry::toned(keys, format!("{words} ({why})"), Role::Dim),
                    None => Entry::field(keys, words),
                });
            }
        }
        let palette = scene.key(Action::Palette);
        entries.push(Entry::Text(scene.with("help-more", &[("key", Value::Text(&palette))]).into(), Role::Dim));
        Self { entries, offset: 0 }
    }

    /// Scrolls or closes.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        scroll(&mut self.offset, &self.entries, input, screen, HEIGHT, scene)
    }

    /// Draws it.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        draw_page(&scene.say("help-title"), &self.entries, self.offset, screen, HEIGHT, buf, scene);
    }
}

/// What can be typed into the search box, with examples.
pub fn search_help(scene: &Scene<'_>) -> Vec<Entry<'static>> {
    ["phone", "name", "email", "customer", "invoice", "order", "case", "card"]
        .into_iter()
        .map(|what| {
            let label = scene.words.say(&format!("search-help-{what}")).into_owned();
            let text = scene.words.say(&format!("search-help-{what}-text")).into_owned();
            Entry::field(label, text)
        })
        .collect()
}
