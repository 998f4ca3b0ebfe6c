//! A text over the screen, to read aloud or take along: it scrolls, and the copy key takes all of it.

use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::panel::Panel;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::flow::{Action, Input, Layer};
use crate::scene::Scene;
use crate::tabs::Copied;

use super::{Outcome, column, draw_page, page, scroll};

const HEIGHT: u16 = 40;

/// A text with its title.
#[derive(Debug)]
pub struct PlainText {
    title: String,
    text: Copied,
    offset: usize,
}

impl PlainText {
    /// A text from its first line on.
    pub const fn new(title: String, text: Copied) -> Self {
        Self { title, text, offset: 0 }
    }

    /// Says what is known of it by now.
    pub fn tell(&mut self, title: &str, text: Copied) {
        if self.title == title {
            self.text = text;
        }
    }

    fn entries(&self, scene: &Scene<'_>) -> Vec<Entry<'static>> {
        let line = |line: &str| Entry::Text(line.to_owned().into(), Role::Text);
        let mut entries: Vec<Entry<'static>> = self.text.text.split('\n').map(line).collect();
        entries.push(line(""));
        entries.push(Entry::Text(scene.say_keyed("text-copy").into(), Role::Dim));
        entries
    }

    /// Copies, scrolls or closes.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        if let Input::Key(press) = input {
            match scene.keys.action(*press, &[Layer::Records, Layer::Customer]) {
                Some(Action::Copy) => return Outcome::Copy(self.text.clone()),
                // The key that opened it closes it.
                Some(Action::AsText) => return Outcome::Close,
                _ => {}
            }
        }
        let entries = self.entries(scene);
        scroll(&mut self.offset, &entries, input, screen, height(&entries, screen), scene)
    }

    /// Draws it.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let entries = self.entries(scene);
        draw_page(&self.title, &entries, self.offset, screen, height(&entries, screen), buf, scene);
    }
}

/// As high as the text, within bounds.
fn height(entries: &[Entry<'_>], screen: Rect) -> u16 {
    let inner = column(Panel::inner(page(screen, HEIGHT)));
    let lines = detail::height(entries, inner.width).min(usize::from(HEIGHT)) as u16;
    (lines + 2).min(HEIGHT)
}
