//! The notices so far, newest first.

use jiff::Timestamp;
use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::status::Tone;
use crate::domain::time;
use crate::flow::Input;
use crate::scene::{Scene, tone_mark, tone_role};

use super::{Outcome, frame, scroll};

const WIDTH: u16 = 100;
const HEIGHT: u16 = 30;

/// A notice that was kept, in words.
#[derive(Debug, Clone)]
pub struct Kept {
    /// When it came.
    pub at: Timestamp,
    /// How much it matters.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// The list as it was when opened.
#[derive(Debug)]
pub struct NoticeList {
    notices: Vec<Kept>,
    offset: usize,
}

impl NoticeList {
    /// A list of these, newest first.
    pub const fn new(notices: Vec<Kept>) -> Self {
        Self { notices, offset: 0 }
    }

    fn entries(&self, scene: &Scene<'_>) -> Vec<Entry<'static>> {
        if self.notices.is_empty() {
            return vec![Entry::Text(scene.words.say("notices-empty").into_owned().into(), Role::Dim)];
        }
        let entry = |kept: &Kept| Entry::Field {
            label: time::clock(kept.at).into(),
            value: kept.text.clone().into(),
            role: tone_role(kept.tone),
            mark: Some(tone_mark(kept.tone)),
            link: false,
        };
        self.notices.iter().map(entry).collect()
    }

    /// Scrolls or closes.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let entries = self.entries(scene);
        scroll(&mut self.offset, &entries, input, screen, (WIDTH, HEIGHT))
    }

    /// Draws it.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let inner = frame(&scene.say("notices-title"), screen, WIDTH, HEIGHT, buf, scene);
        detail::render(&self.entries(scene), self.offset, inner, buf, scene.theme);
    }
}
