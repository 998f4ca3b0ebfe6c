//! How a routine on its way looks.

use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Column, Rows, Table, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::money::Yen;
use crate::domain::operation::{Confirm, Plan};
use crate::domain::phrase::Phrase;
use crate::flow::{OperationState, OperationView, PlanRefused};
use crate::locale::Value;
use crate::scene::Scene;
use crate::told;

use super::super::confirm::{plan_entries, refused};
use super::super::frame;
use super::super::operations::{state_words, waits};
use super::{Doing, FOOT, RoutineRun, Stage, Stands, warns};

impl RoutineRun {
    /// The line below, how it looks, and which keys work.
    fn question(&self, scene: &Scene<'_>) -> (String, Role, &'static str) {
        let say = |key: &'static str| scene.say(key).into_owned();
        let (done, of) = self.count();
        let values = [("done", Value::Number(done as i64)), ("of", Value::Number(of as i64))];
        match &self.stage {
            Stage::Looking(_) => (say("routine-looking"), Role::Dim, "routine-keys-looking"),
            Stage::Planned(_) if self.is_refused() => (say("routine-cannot"), Role::Critical, "routine-keys-over"),
            Stage::Planned(_) if self.changes() == 0 => (say("routine-went"), Role::Accent, "routine-keys-over"),
            Stage::Planned(_) => {
                let price = self.price();
                let costs = if price.0 > 0 {
                    let price = price.to_string();
                    format!("{} · ", scene.with("routine-costs", &[("price", Value::Text(&price))]))
                } else {
                    String::new()
                };
                (format!("{costs}{}", say("routine-ask")), Role::Accent, "routine-keys-ask")
            }
            Stage::Making(_) if self.stopping => {
                (scene.with("routine-stopping", &values), Role::Warning, "routine-keys-stopping")
            }
            Stage::Making(_) => (scene.with("routine-making", &values), Role::Accent, "routine-keys-making"),
            Stage::Stopped(_, why) => {
                let words = scene.with("routine-stopped-at", &values);
                let words = if why.is_empty() { words } else { format!("{words} {why}") };
                let keys = if self.can_go_on().is_some() { "routine-keys-stopped" } else { "routine-keys-over" };
                (words, Role::Warning, keys)
            }
            Stage::Over => (scene.with("routine-over", &values), Role::Accent, "routine-keys-over"),
        }
    }

    /// Draws it.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        let theme = scene.theme;
        let area = self.area(screen, scene);
        let values = [("name", Value::Text(&self.name)), ("who", Value::Text(&self.who.number))];
        let inner = frame(&scene.with("routine-title", &values), screen, area.width, area.height, buf, scene);
        let (table, below, foot) = self.parts(inner);
        let columns = [
            Column::new(scene.say("routine-column-step"), Width::Fill(20)),
            Column::new(scene.say("rows-column-stands"), Width::Fill(24)),
        ];
        let listed = Listed { doings: &self.doings, scene };
        Table { columns: &columns, rows: &listed, state: &self.table, focused: true, empty: "" }
            .render(table, buf, theme);
        if let Some(doing) = self.current() {
            let entries = doing.entries(scene);
            let most = detail::height(&entries, below.width).saturating_sub(usize::from(below.height));
            detail::render(&entries, self.offset.min(most), below, buf, theme);
            if self.offset < most {
                let more = scene.say("confirm-more");
                text::put_fit(buf, foot.x, foot.y, foot.width, &more, theme.style(Role::Dim), theme.glyphs.ellipsis);
            }
        }
        let (question, role, keys) = self.question(scene);
        let put = |buf: &mut Buffer, y: u16, words: &str, role: Role| {
            text::put_fit(buf, foot.x, y, foot.width, words, theme.style(role), theme.glyphs.ellipsis);
        };
        put(buf, foot.y + 1, &question, role);
        put(buf, foot.y + FOOT - 1, &scene.say_keyed(keys), Role::Dim);
    }
}

impl Doing {
    /// What it does, in a sentence: of a change what its plan says, once there is one.
    pub(super) fn says(&self, scene: &Scene<'_>) -> String {
        match (self.step.change(), self.plans()) {
            (Some(asked), [plan, ..]) => {
                let title = scene.words.phrase(&plan.title, scene.revealed).replace('\n', " ");
                match asked.rows {
                    Some(_) => scene.with("routine-step-rows", &[("verb", Value::Text(&title))]),
                    None => title,
                }
            }
            (Some(asked), []) => told::routine::name(asked, scene.words),
            (None, _) => told::routine::step(&self.step, scene.words),
        }
    }

    /// How it stands, as a sign and words.
    pub(super) fn stands(&self, scene: &Scene<'_>) -> (Mark, String) {
        let say = |key: &'static str| scene.say(key).into_owned();
        let phrase = |it: &Phrase| scene.words.phrase(it, scene.revealed);
        match &self.stands {
            Stands::Ahead => (Mark::Off, say("routine-not-tried")),
            Stands::Went => (Mark::Good, say("routine-done")),
            Stands::Reading(_) => (Mark::Pending, say("rows-row-reading")),
            Stands::Would(plans) if plans.iter().any(warns) => (Mark::Warning, would(plans, scene)),
            Stands::Would(plans) => (Mark::Info, would(plans, scene)),
            Stands::Asked(_) => (Mark::Pending, say("routine-asked")),
            Stands::Refused(PlanRefused::Blocked(why)) => (Mark::Critical, phrase(why)),
            Stands::Refused(PlanRefused::Fault(fault)) => (Mark::Critical, scene.fault(fault)),
            Stands::Refused(PlanRefused::Wrong(wrong)) => {
                let one = |it: &crate::domain::change::Wrong| {
                    format!("{}: {}", scene.words.say(&format!("field-{}", it.field)), phrase(&it.why))
                };
                (Mark::Critical, wrong.iter().map(one).collect::<Vec<_>>().join(" "))
            }
            Stands::Begun(ids, views) => {
                // The one that is worst off tells for all.
                let worst = views.iter().find(|it| !matches!(it.state, OperationState::Done));
                match worst.or_else(|| views.first()) {
                    None => (Mark::Pending, say("state-running")),
                    Some(view) => {
                        let (mark, words) = state_words(view, scene);
                        let why = waits(view, scene);
                        let done = views.iter().filter(|it| matches!(it.state, OperationState::Done)).count();
                        let counted = if ids.len() > 1 { format!("{done}/{} {words}", ids.len()) } else { words };
                        (mark, if why.is_empty() { counted } else { format!("{counted}: {why}") })
                    }
                }
            }
        }
    }

    /// What it does, in full.
    pub(super) fn entries(&self, scene: &Scene<'_>) -> Vec<Entry<'static>> {
        let phrase = |it: &Phrase| scene.words.phrase(it, scene.revealed);
        match &self.stands {
            Stands::Refused(why) => refused(why, scene),
            Stands::Begun(_, views) if !views.is_empty() => {
                let one = |view: &OperationView| {
                    let (mark, words) = state_words(view, scene);
                    let label = view.who().number.to_string();
                    let mut lines = vec![Entry::marked(label, format!("{} {words}", phrase(&view.about)), mark)];
                    let told = view.receipt.as_ref().map(|it| told::receipt(it, scene.words));
                    lines.extend(told.map(|told| Entry::Text(told.into(), Role::Text)));
                    lines
                };
                views.iter().flat_map(one).collect()
            }
            _ => match self.plans() {
                [] => {
                    let words = match self.step.change() {
                        Some(_) => told::routine::step(&self.step, scene.words),
                        None => scene.say("routine-goes-about").into_owned(),
                    };
                    vec![Entry::Text(words.into(), Role::Dim)]
                }
                [plan] => {
                    let mut entries = plan_entries(plan, scene);
                    if plan.second {
                        entries.push(Entry::marked("", scene.say("confirm-second").into_owned(), Mark::Warning));
                    }
                    entries
                }
                plans => plans
                    .iter()
                    .map(|plan| {
                        let mark = if warns(plan) { Mark::Warning } else { Mark::Good };
                        Entry::marked(plan.change.who.number.to_string(), phrase(&plan.about), mark)
                    })
                    .collect(),
            },
        }
    }
}

/// That it would be done, how often, for how much, and what is asked before.
fn would(plans: &[Plan], scene: &Scene<'_>) -> String {
    let mut words = vec![scene.say("routine-planned").into_owned()];
    if plans.len() > 1 {
        words.push(scene.with("bulk-rows", &[("n", Value::Number(plans.len() as i64))]));
    }
    let price: i64 = plans.iter().filter_map(|plan| plan.price).map(|yen| yen.0).sum();
    if price > 0 {
        words.push(Yen(price).to_string());
    }
    if plans.iter().any(|plan| plan.confirm != Confirm::Key) || plans.len() > 1 {
        words.push(scene.say("routine-will-ask").into_owned());
    }
    if plans.iter().any(|plan| plan.second) {
        words.push(scene.say("confirm-second").into_owned());
    }
    if plans.iter().any(Plan::waits) {
        words.push(scene.say("state-outbox").into_owned());
    }
    words.join(" · ")
}

struct Listed<'a> {
    doings: &'a [Doing],
    scene: &'a Scene<'a>,
}

impl Rows for Listed<'_> {
    fn len(&self) -> usize {
        self.doings.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let doing = &self.doings[row];
        if column == 0 {
            return format!("{} {}", row + 1, doing.says(self.scene)).into();
        }
        let (mark, words) = doing.stands(self.scene);
        Cell::marked(mark, words)
    }
}
