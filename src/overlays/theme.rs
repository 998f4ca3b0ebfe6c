//! The themes there are. The one under the cursor is tried at once, on the screen around the list.

use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::picker::{Item, Items, Picker, PickerState};
use madoguchi_ui::scroll::{Move, Scroll};
use madoguchi_ui::themes::{AUTO, Themes};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::name::fold;
use crate::flow::Input;
use crate::locale::Value;
use crate::scene::Scene;

use super::pick::{Picked, pick};
use super::{Outcome, frame};

const WIDTH: u16 = 60;
const HEIGHT: u16 = 13;

/// The themes, what was typed and which it leaves.
#[derive(Debug)]
pub struct ThemePicker {
    all: Vec<Entry>,
    left: Vec<usize>,
    state: PickerState,
}

#[derive(Debug)]
struct Entry {
    name: String,
    aside: String,
    usable: bool,
}

impl ThemePicker {
    /// The themes there are, the cursor on the one in use. `auto` is the one that `auto` means in this terminal.
    pub fn new(themes: &Themes, auto: &str, used: &str, screen: Rect, scene: &Scene<'_>) -> Self {
        let mut picker = Self { all: Vec::new(), left: Vec::new(), state: PickerState::default() };
        picker.take(themes, auto, scene);
        picker.go_to(used, screen);
        picker
    }

    /// Takes the themes as they are now. The cursor stays on its theme.
    pub fn refresh(&mut self, themes: &Themes, auto: &str, screen: Rect, scene: &Scene<'_>) {
        let at = self.under().map(|entry| entry.name.clone());
        self.take(themes, auto, scene);
        if let Some(name) = at {
            self.go_to(&name, screen);
        }
    }

    fn take(&mut self, themes: &Themes, auto: &str, scene: &Scene<'_>) {
        let aside = scene.with("theme-auto", &[("name", Value::Text(auto))]);
        self.all = vec![Entry { name: AUTO.to_owned(), aside, usable: true }];
        self.all.extend(themes.all().iter().map(|listed| {
            let aside = match &listed.palette {
                Err(why) => why.clone(),
                Ok(_) if listed.own => scene.say("theme-own").into_owned(),
                Ok(_) => String::new(),
            };
            Entry { name: listed.name.clone(), aside, usable: listed.palette.is_ok() }
        }));
        self.find();
    }

    fn go_to(&mut self, name: &str, screen: Rect) {
        if let Some(at) = self.left.iter().position(|at| self.all[*at].name == name) {
            self.state.go(Move::To(at), self.left.len(), Self::inner(screen));
        }
    }

    fn find(&mut self) {
        let typed = fold(self.state.input.value());
        self.left = (0..self.all.len()).filter(|at| fold(&self.all[*at].name).contains(&typed)).collect();
        self.state.scroll = Scroll::default();
    }

    fn under(&self) -> Option<&Entry> {
        self.left.get(self.state.scroll.cursor).map(|at| &self.all[*at])
    }

    /// The theme under the cursor, if it can be used.
    pub fn tried(&self) -> Option<&str> {
        self.under().filter(|entry| entry.usable).map(|entry| entry.name.as_str())
    }

    fn chosen(&self) -> Outcome {
        self.tried().map_or(Outcome::Stay, |name| Outcome::Theme(name.to_owned()))
    }

    fn inner(screen: Rect) -> Rect {
        Panel::inner(overlay::centred(screen, WIDTH, HEIGHT))
    }

    /// Types, moves, chooses.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let inner = Self::inner(screen);
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
        let inner = frame(&scene.say("theme-title"), screen, WIDTH, HEIGHT, buf, scene);
        let (placeholder, empty) = (scene.say("choice-placeholder"), scene.say("choice-empty"));
        let picker = Picker { state: &self.state, items: self, placeholder: &placeholder, empty: &empty };
        picker.render(inner, buf, scene.theme)
    }
}

impl Items for ThemePicker {
    fn len(&self) -> usize {
        self.left.len()
    }

    fn item(&self, at: usize) -> Item<'_> {
        let entry = &self.all[self.left[at]];
        Item {
            text: entry.name.as_str().into(),
            matches: [].as_slice().into(),
            aside: entry.aside.as_str().into(),
            mark: None,
            disabled: !entry.usable,
        }
    }
}
