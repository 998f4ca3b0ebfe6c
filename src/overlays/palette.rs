//! The command palette, made from the action table. What cannot be done here is greyed and says why.

use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::picker::{Item, Items, Picker, PickerState};
use madoguchi_ui::scroll::Move;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::flow::{ACTIONS, ActionSpec, Input, Key, Layer, MouseKind};
use crate::locale::Words;
use crate::scene::Scene;
use crate::tabs::edit;

use super::{Outcome, frame, runnable};

const WIDTH: u16 = 64;
const HEIGHT: u16 = 22;

/// The palette: what was typed and which actions it leaves.
#[derive(Debug)]
pub struct Palette {
    layers: &'static [Layer],
    /// The actions' words in the desk's other language: people look for what they know it by.
    elsewhere: Vec<String>,
    state: PickerState,
    found: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    spec: &'static ActionSpec,
    words: String,
    matches: Vec<u32>,
}

impl Palette {
    /// A palette on a screen where these layers are active.
    pub fn new(layers: &'static [Layer], scene: &Scene<'_>) -> Self {
        let other = Words::new(scene.words.language().next());
        let elsewhere = ACTIONS.iter().map(|spec| other.say(&key(spec)).into_owned()).collect();
        let mut palette = Self { layers, elsewhere, state: PickerState::default(), found: Vec::new() };
        palette.find(scene);
        palette
    }

    /// Keeps what matches the words of an action in either language or its name, best first; what can be done here before what cannot.
    fn find(&mut self, scene: &Scene<'_>) {
        let typed = self.state.input.value().to_owned();
        let pattern = Pattern::parse(&typed, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut found: Vec<(bool, u32, Found)> = Vec::new();
        for (spec, elsewhere) in ACTIONS.iter().zip(&self.elsewhere) {
            let words = scene.words.say(&key(spec)).into_owned();
            let (mut chars, mut name, mut other) = (Vec::new(), Vec::new(), Vec::new());
            let mut matches = Vec::new();
            let by_words = pattern.indices(Utf32Str::new(&words, &mut chars), &mut matcher, &mut matches);
            let by_name = pattern.score(Utf32Str::new(spec.name, &mut name), &mut matcher);
            let by_other = || pattern.score(Utf32Str::new(elsewhere, &mut other), &mut matcher);
            let Some(score) = by_words.or(by_name).or_else(by_other) else { continue };
            matches.sort_unstable();
            matches.dedup();
            found.push((runnable(spec.layer, self.layers), score, Found { spec, words, matches }));
        }
        if typed.is_empty() {
            found.sort_by_key(|(runnable, ..)| !runnable);
        } else {
            found.sort_by_key(|(runnable, score, _)| (!runnable, std::cmp::Reverse(*score)));
        }
        self.found = found.into_iter().map(|(.., found)| found).collect();
        self.state.scroll = madoguchi_ui::scroll::Scroll::default();
    }

    fn chosen(&self) -> Outcome {
        match self.found.get(self.state.scroll.cursor) {
            Some(found) if runnable(found.spec.layer, self.layers) => Outcome::Run(found.spec.action),
            _ => Outcome::Stay,
        }
    }

    /// Types, moves, runs.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let inner = Panel::inner(overlay::centred(screen, WIDTH, HEIGHT));
        let len = self.found.len();
        match input {
            Input::Key(press) => {
                let ctrl = press.modifiers.ctrl;
                match press.key {
                    Key::Enter => return self.chosen(),
                    Key::Up => self.state.go(Move::By(-1), len, inner),
                    Key::Down => self.state.go(Move::By(1), len, inner),
                    Key::Char('p') if ctrl => self.state.go(Move::By(-1), len, inner),
                    Key::Char('n') if ctrl => self.state.go(Move::By(1), len, inner),
                    Key::PageUp => self.state.go(Move::Page(-1), len, inner),
                    Key::PageDown => self.state.go(Move::Page(1), len, inner),
                    _ => {
                        if edit::key(&mut self.state.input, *press) {
                            self.find(scene);
                        }
                    }
                }
            }
            Input::Paste(text) => {
                if self.state.input.paste(text) {
                    self.find(scene);
                }
            }
            Input::Mouse(mouse) => match mouse.kind {
                MouseKind::WheelUp => self.state.go(Move::View(-3), len, inner),
                MouseKind::WheelDown => self.state.go(Move::View(3), len, inner),
                MouseKind::Click => {
                    if let Some(at) = self.state.item_at(inner, len, Position::new(mouse.x, mouse.y)) {
                        self.state.go(Move::To(at), len, inner);
                        return self.chosen();
                    }
                }
            },
            Input::Resize { .. } | Input::Focus(_) => {}
        }
        Outcome::Stay
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let inner = frame(&scene.say("palette-title"), screen, WIDTH, HEIGHT, buf, scene);
        let items = Listed { palette: self, scene };
        let (placeholder, empty) = (scene.say("palette-placeholder"), scene.say("palette-empty"));
        Picker { state: &self.state, items: &items, placeholder: &placeholder, empty: &empty }.render(
            inner,
            buf,
            scene.theme,
        )
    }
}

/// Key of an action's words.
fn key(spec: &ActionSpec) -> String {
    format!("action-{}", spec.name)
}

struct Listed<'a> {
    palette: &'a Palette,
    scene: &'a Scene<'a>,
}

impl Items for Listed<'_> {
    fn len(&self) -> usize {
        self.palette.found.len()
    }

    fn item(&self, at: usize) -> Item<'_> {
        let Found { spec, words, matches } = &self.palette.found[at];
        let disabled = !runnable(spec.layer, self.palette.layers);
        let aside = match (disabled, spec.layer) {
            (false, _) => {
                self.scene.keys.labels(spec.action, self.palette.layers).into_iter().next().unwrap_or_default().into()
            }
            (true, Layer::Records) => self.scene.say("palette-needs-list"),
            (true, Layer::Details) => self.scene.say("palette-needs-details"),
            (true, _) => self.scene.say("palette-not-here"),
        };
        Item { text: words.as_str().into(), matches: matches.as_slice().into(), aside, mark: None, disabled }
    }
}
