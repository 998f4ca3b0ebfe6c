//! What is under the cursor, spelled for the telephone: in groups, in English and in Japanese.

use madoguchi_ui::detail::Entry;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::aloud::spell;
use crate::flow::Input;
use crate::scene::Scene;
use crate::tabs::Aloud;

use super::{Outcome, draw_page, scroll};

const HEIGHT: u16 = 34;

/// The overlay.
#[derive(Debug)]
pub struct ReadAloud {
    items: Vec<Aloud>,
    offset: usize,
}

impl ReadAloud {
    /// These, in this order. Empty ones are left out.
    pub fn new(mut items: Vec<Aloud>) -> Self {
        items.retain(|item| !item.text.trim().is_empty());
        Self { items, offset: 0 }
    }

    fn entries(&self, scene: &Scene<'_>) -> Vec<Entry<'static>> {
        let mut entries = Vec::new();
        for item in &self.items {
            let groups = spell(item.kind, &item.text);
            let shown: Vec<&str> = groups.iter().map(|group| group.shown.as_str()).collect();
            let label = scene.words.say(item.label);
            entries.push(Entry::Section(format!("{label}  {}", shown.join(" ")).into()));
            if groups.is_empty() {
                entries.push(Entry::Text(scene.words.say("aloud-never").into_owned().into(), Role::Warning));
            }
            for group in groups {
                // Kanji have no spelling: their word is themselves, which is said once.
                let japanese = (group.japanese != group.english).then_some(group.japanese);
                let said = [Some(group.english), japanese].into_iter().flatten().collect::<Vec<_>>();
                entries.push(Entry::field(group.shown, said.join("  ·  ")));
            }
        }
        if entries.is_empty() {
            entries.push(Entry::Text(scene.words.say("aloud-nothing").into_owned().into(), Role::Dim));
        }
        entries
    }

    /// Scrolls or closes.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let entries = self.entries(scene);
        scroll(&mut self.offset, &entries, input, screen, HEIGHT, scene)
    }

    /// Draws it.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        draw_page(&scene.say("aloud-title"), &self.entries(scene), self.offset, screen, HEIGHT, buf, scene);
    }
}
