//! The command palette, made from the action table. What cannot be done here is greyed and says why.

use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::picker::{Item, Items, Picker, PickerState};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::change::{Part, Spec};
use crate::flow::{Action, ActionSpec, Group, Input, Layer, Tab, actions};
use crate::locale::{Value, Words};
use crate::scene::Scene;

use super::pick::{Picked, pick};
use super::{Outcome, frame, runnable};

const WIDTH: u16 = 64;
/// Of the changes: why one cannot be made is longer than a key.
const CHANGES_WIDTH: u16 = 78;
const HEIGHT: u16 = 22;

/// The palette: what was typed and which actions it leaves.
#[derive(Debug)]
pub struct Palette {
    layers: Vec<Layer>,
    /// Every action, and why it cannot be done now, where something stands against it.
    actions: Vec<(ActionSpec, Option<String>)>,
    /// The actions' words in the desk's other language: people look for what they know it by.
    elsewhere: Vec<String>,
    /// Only changes: those of the open tab first.
    changes: bool,
    /// How many rows are marked, for changes of all of them.
    marked: usize,
    /// What the routines are called, by their places.
    routines: Vec<String>,
    state: PickerState,
    found: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    spec: ActionSpec,
    why_not: Option<String>,
    words: String,
    matches: Vec<u32>,
}

impl Palette {
    /// A palette on a screen where these layers are active. `why_not` says why an action cannot be done now, where
    /// something stands against it.
    pub fn new(layers: Vec<Layer>, why_not: impl Fn(Action) -> Option<String>, scene: &Scene<'_>) -> Self {
        let other = Words::new(scene.words.language().next());
        let elsewhere = actions().map(|spec| other.say(&spec.words()).into_owned()).collect();
        let actions = actions().map(|spec| (spec, why_not(spec.action))).collect();
        let (state, found) = (PickerState::default(), Vec::new());
        let routines = Vec::new();
        let mut palette = Self { layers, actions, elsewhere, changes: false, marked: 0, routines, state, found };
        palette.find(scene);
        palette
    }

    /// A palette of nothing but the changes that can be asked for: those `many` for all the marked rows, then, with a
    /// customer open, those of the open tab, then the others.
    pub fn of_changes(
        layers: Vec<Layer>,
        (marked, many): (usize, &[&'static Spec]),
        customer: bool,
        why_not: impl Fn(Action) -> Option<String>,
        scene: &Scene<'_>,
    ) -> Self {
        let mut palette = Self::new(layers, &why_not, scene);
        (palette.changes, palette.marked) = (true, marked);
        if !customer {
            (palette.actions, palette.elsewhere) = (Vec::new(), Vec::new());
        }
        let other = Words::new(scene.words.language().next());
        for spec in many {
            let action = Action::ChangeRows(spec.name);
            let spec = ActionSpec {
                action,
                name: spec.name,
                keys: &[],
                layer: Layer::Changes(spec.part),
                group: Group::Change,
            };
            palette.actions.push((spec, why_not(action)));
            palette.elsewhere.push(other.say(&spec.words()).into_owned());
        }
        palette.find(scene);
        palette
    }

    /// The same with these routines behind the other actions.
    #[must_use]
    pub fn with_routines(
        mut self,
        routines: Vec<String>,
        why_not: impl Fn(Action) -> Option<String>,
        scene: &Scene<'_>,
    ) -> Self {
        for (at, name) in routines.iter().enumerate() {
            let action = Action::Routine(at);
            let (name_of, keys, layer) = ("routine", &[][..], Layer::Customer);
            let spec = ActionSpec { action, name: name_of, keys, layer, group: Group::Change };
            self.actions.push((spec, why_not(action)));
            self.elsewhere.push(name.clone());
        }
        self.routines = routines;
        self.find(scene);
        self
    }

    /// What an action is called here.
    fn words(&self, spec: &ActionSpec, scene: &Scene<'_>) -> String {
        let words = || scene.words.say(&spec.words()).into_owned();
        match spec.action {
            Action::ChangeRows(_) => {
                let words = words();
                let values = [("n", Value::Number(self.marked as i64)), ("what", Value::Text(&words))];
                scene.with("changes-for-marked", &values)
            }
            Action::Routine(at) => {
                let name = self.routines.get(at).map(String::as_str).unwrap_or_default();
                scene.with("palette-routine", &[("name", Value::Text(name))])
            }
            _ => words(),
        }
    }

    /// Keeps what matches the words of an action in either language or its name, best first; what can be done here before what cannot.
    fn find(&mut self, scene: &Scene<'_>) {
        let typed = self.state.input.value().to_owned();
        let pattern = Pattern::parse(&typed, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut found: Vec<(bool, u32, Found)> = Vec::new();
        for ((spec, why_not), elsewhere) in self.actions.iter().zip(&self.elsewhere) {
            if self.changes && !matches!(spec.action, Action::Change(_) | Action::ChangeRows(_)) {
                continue;
            }
            let words = self.words(spec, scene);
            let (mut chars, mut name, mut other) = (Vec::new(), Vec::new(), Vec::new());
            let mut matches = Vec::new();
            let by_words = pattern.indices(Utf32Str::new(&words, &mut chars), &mut matcher, &mut matches);
            let by_name = pattern.score(Utf32Str::new(spec.name, &mut name), &mut matcher);
            let by_other = || pattern.score(Utf32Str::new(elsewhere, &mut other), &mut matcher);
            let Some(score) = by_words.or(by_name).or_else(by_other) else { continue };
            matches.sort_unstable();
            matches.dedup();
            let it = Found { spec: *spec, why_not: why_not.clone(), words, matches };
            found.push((self.runs(&it), score, it));
        }
        if typed.is_empty() {
            let elsewhere = |found: &Found| self.changes && !runnable(found.spec.layer, &self.layers);
            let one = |found: &Found| !matches!(found.spec.action, Action::ChangeRows(_));
            found.sort_by_key(|(runs, _, found)| (one(found), elsewhere(found), !runs));
        } else {
            found.sort_by_key(|(runnable, score, _)| (!runnable, std::cmp::Reverse(*score)));
        }
        self.found = found.into_iter().map(|(.., found)| found).collect();
        self.state.scroll = madoguchi_ui::scroll::Scroll::default();
    }

    /// Whether it can be done here. A change can be asked for wherever its customer is open.
    fn runs(&self, found: &Found) -> bool {
        let here = matches!(found.spec.layer, Layer::Changes(_)) || runnable(found.spec.layer, &self.layers);
        here && found.why_not.is_none()
    }

    const fn width(&self) -> u16 {
        if self.changes { CHANGES_WIDTH } else { WIDTH }
    }

    fn chosen(&self) -> Outcome {
        match self.found.get(self.state.scroll.cursor) {
            Some(found) if self.runs(found) => Outcome::Run(found.spec.action),
            _ => Outcome::Stay,
        }
    }

    /// Types, moves, runs.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let inner = Panel::inner(overlay::centred(screen, self.width(), HEIGHT));
        let len = self.found.len();
        match pick(&mut self.state, input, len, inner, scene) {
            Picked::Chosen => return self.chosen(),
            Picked::Typed => self.find(scene),
            Picked::Nothing => {}
        }
        Outcome::Stay
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let inner = frame(
            &scene.say(if self.changes { "changes-title" } else { "palette-title" }),
            screen,
            self.width(),
            HEIGHT,
            buf,
            scene,
        );
        let items = Listed { palette: self, scene };
        let (placeholder, empty) = (scene.say("palette-placeholder"), scene.say("palette-empty"));
        Picker { state: &self.state, items: &items, placeholder: &placeholder, empty: &empty }.render(
            inner,
            buf,
            scene.theme,
        )
    }
}

struct Listed<'a> {
    palette: &'a Palette,
    scene: &'a Scene<'a>,
}

impl Listed<'_> {
    /// The key of a change, behind that of its tab where another is open: here the key alone may mean something else.
    fn key_of(&self, spec: ActionSpec, part: Part) -> String {
        let key = self.scene.keys.label(spec.action);
        let tab = Tab::ALL.into_iter().find(|tab| tab.part() == part);
        match tab.filter(|_| !key.is_empty() && !runnable(spec.layer, &self.palette.layers)) {
            Some(tab) => format!("{} {key}", self.scene.keys.label(Action::Tab(tab))).trim_start().to_owned(),
            None => key.to_owned(),
        }
    }
}

impl Items for Listed<'_> {
    fn len(&self) -> usize {
        self.palette.found.len()
    }

    fn item(&self, at: usize) -> Item<'_> {
        let found = &self.palette.found[at];
        let disabled = !self.palette.runs(found);
        let key = || self.scene.keys.labels(found.spec.action, &self.palette.layers).into_iter().next();
        let aside = match (&found.why_not, disabled, found.spec.layer) {
            (Some(why), ..) => why.as_str().into(),
            (None, false, Layer::Changes(part)) => self.key_of(found.spec, part).into(),
            (None, false, _) => key().unwrap_or_default().into(),
            (None, true, Layer::Records) => self.scene.say("palette-needs-list"),
            (None, true, Layer::Details) => self.scene.say("palette-needs-details"),
            (None, true, _) => self.scene.say("palette-not-here"),
        };
        Item {
            text: found.words.as_str().into(),
            matches: found.matches.as_slice().into(),
            aside,
            mark: None,
            disabled,
        }
    }
}
