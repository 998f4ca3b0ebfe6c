//! A tour of the desk by doing: the line of keys says first what to try next, and goes on once it was done. It takes neither
//! room nor keys, so whoever has no time for it works as if it were not there.

use madoguchi_ui::hints::Hint;

use crate::domain::status::Tone;
use crate::flow::{Action, Effect, Environment, Tab};
use crate::locale::Value;
use crate::scene::Scene;

use super::{App, View};

/// The steps in their order: the action that each is about, and its words.
const STEPS: [(Action, &str); 7] = [
    (Action::Open, "tour-find"),
    (Action::Tab(Tab::Billing), "tour-tab"),
    (Action::Open, "tour-details"),
    (Action::Back, "tour-back"),
    (Action::Changes, "tour-changes"),
    (Action::Notices, "tour-notices"),
    (Action::Help, "tour-help"),
];
/// The first is over once a customer is open, however they were found.
const FIND: usize = 0;

/// Where somebody is on the tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tour(usize);

impl App {
    /// Begins the tour, for whoever is here the first time.
    pub(super) fn offer_tour(&mut self) {
        self.tour = Some(Tour(FIND));
        self.say(Tone::Info, "notice-tour");
    }

    /// Begins the tour, or ends it.
    pub(super) fn switch_tour(&mut self) {
        if self.tour.is_some() {
            self.end_tour("notice-tour-left");
        } else {
            self.offer_tour();
        }
    }

    /// Goes on where this was the step.
    pub(super) fn toured(&mut self, action: Action) {
        let step = self.tour.and_then(|tour| Some((tour, STEPS.get(tour.0)?.0)));
        if let Some((Tour(at), wanted)) = step
            && at != FIND
            && wanted == action
        {
            self.go_on(at + 1);
        }
    }

    /// Goes on once a customer is open.
    pub(super) fn mind_tour(&mut self) {
        if self.tour == Some(Tour(FIND)) && self.view == View::Customer {
            self.go_on(FIND + 1);
        }
    }

    fn go_on(&mut self, next: usize) {
        if next < STEPS.len() {
            self.tour = Some(Tour(next));
        } else {
            self.end_tour("notice-tour-over");
        }
    }

    fn end_tour(&mut self, words: &'static str) {
        self.tour = None;
        self.effects.push(Effect::Toured);
        self.say(Tone::Info, words);
    }

    /// What to try next, as the first of the hints.
    pub(super) fn tour_hint<'a>(&self, scene: &Scene<'a>) -> Option<(Action, Hint<'a>)> {
        let Tour(at) = self.tour?;
        let (action, words) = STEPS.get(at)?;
        // Who is invented can be looked for by everybody.
        let invented = at == FIND && matches!(self.environment, Environment::Sandbox { .. });
        let words = if invented { "tour-find-sandbox" } else { words };
        let values = [
            ("at", Value::Number(at as i64 + 1)),
            ("all", Value::Number(STEPS.len() as i64)),
            ("what", Value::Text(&scene.say(words))),
        ];
        Some((*action, Hint::new(scene.keys.label(*action), scene.with("tour-step", &values), 0)))
    }
}
