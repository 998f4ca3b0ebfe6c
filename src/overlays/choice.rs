//! One of a few, found by typing: the copy menu, the views of a list.

use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::picker::{Item, Items, Picker, PickerState};
use madoguchi_ui::scroll::Scroll;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::name::fold;
use crate::flow::Input;
use crate::scene::Scene;
use crate::tabs::ask::{Choice, ChoiceOption};

use super::pick::{Picked, pick};
use super::{Outcome, frame};

const WIDTH: u16 = 72;
const HEIGHT: u16 = 18;

/// A choice: what was typed and which options it leaves.
#[derive(Debug)]
pub struct Chooser {
    choice: Choice,
    state: PickerState,
    left: Vec<usize>,
}

impl Chooser {
    /// A choice with every option left.
    pub fn new(choice: Choice) -> Self {
        let left = (0..choice.options.len()).collect();
        Self { choice, state: PickerState::default(), left }
    }

    fn find(&mut self) {
        let typed = fold(self.state.input.value());
        let holds = |option: &ChoiceOption| fold(&option.text).contains(&typed) || fold(&option.aside).contains(&typed);
        self.left = (0..self.choice.options.len()).filter(|at| holds(&self.choice.options[*at])).collect();
        self.state.scroll = Scroll::default();
    }

    fn chosen(&self) -> Outcome {
        let chosen = self.left.get(self.state.scroll.cursor).map(|at| self.choice.options[*at].did.clone());
        chosen.map_or(Outcome::Stay, Outcome::Do)
    }

    /// Types, moves, chooses.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let inner = Panel::inner(overlay::centred(screen, WIDTH, HEIGHT));
        let len = self.left.len();
        match pick(&mut self.state, input, len, inner, scene) {
            Picked::Chosen => return self.chosen(),
            Picked::Typed => self.find(),
            Picked::Nothing => {}
        }
        Outcome::Stay
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let inner = frame(&scene.say(self.choice.title), screen, WIDTH, HEIGHT, buf, scene);
        let (placeholder, empty) = (scene.say("choice-placeholder"), scene.say("choice-empty"));
        let picker = Picker { state: &self.state, items: self, placeholder: &placeholder, empty: &empty };
        picker.render(inner, buf, scene.theme)
    }
}

impl Items for Chooser {
    fn len(&self) -> usize {
        self.left.len()
    }

    fn item(&self, at: usize) -> Item<'_> {
        let option = &self.choice.options[self.left[at]];
        Item {
            text: option.text.as_str().into(),
            matches: [].as_slice().into(),
            aside: option.aside.as_str().into(),
            mark: None,
            disabled: false,
        }
    }
}
