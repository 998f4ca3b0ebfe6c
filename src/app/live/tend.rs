//! What the desk does about what happens elsewhere, and what a person does: tells it, keeps quiet during a call, calls
//! somebody who looks elsewhere, puts aside, mutes, holds, and says what is out for many customers.

use std::sync::Arc;

use jiff::SignedDuration;
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::access::{self, CallerLevel};
use crate::domain::notification::{Incident, Kept, Standing};
use crate::domain::queue::{Queue, Tally};
use crate::domain::status::Tone;
use crate::domain::text::Text;
use crate::flow::{Action, Alert, Alerts, Command, Desktop, Effect, Live, Remote, Tend};
use crate::locale::Value;
use crate::overlays::{Centre, Overlay, SystemsPanel, SystemsState, Told};
use crate::scene::Scene;

use super::super::{App, View, scene};
use super::{Counts, Elsewhere};

/// Between two calls: whoever was called need not be called for each of a hundred.
const ALERTS: SignedDuration = SignedDuration::from_secs(10);
/// Steps that can be taken back.
const UNDONE: usize = 50;

impl Elsewhere {
    /// The window got or lost the keyboard.
    pub(in crate::app) const fn focus(&mut self, focused: bool) {
        self.focused = focused;
    }

    /// The list of the queue is being read because something changed.
    pub(in crate::app) const fn is_listing(&self) -> bool {
        self.moved.queue.running
    }
}

impl App {
    /// Something happened elsewhere.
    pub(in crate::app) fn live(&mut self, live: Live) {
        let taken = self.elsewhere.update(live, self.now);
        if let Some(changed) = &taken.changed {
            self.moved(changed);
            return;
        }
        self.announce(&taken.fresh);
        self.show_elsewhere();
    }

    /// Time passed: what was put off comes up again, marks go.
    pub(in crate::app) fn time_passes(&mut self) {
        self.woken();
        self.elsewhere.count(self.now);
        self.show_elsewhere();
    }

    /// Tells what nobody here knew yet. During a call only what spares nobody; the rest is counted.
    fn announce(&mut self, fresh: &[Arc<Kept>]) {
        let quiet = self.elsewhere.quiet.is_some();
        let mut loud = Vec::new();
        for kept in fresh {
            if quiet && !kept.notification.kind.stays() {
                self.elsewhere.missed.add(kept.notification.kind.tone());
            } else {
                loud.push(kept);
            }
        }
        self.alert(&loud);
    }

    /// Calls somebody who looks elsewhere.
    fn alert(&mut self, loud: &[&Arc<Kept>]) {
        let by = self.look.options.alerts;
        let lately = self.elsewhere.alerted.is_some_and(|at| self.now.duration_since(at) < ALERTS);
        let Some(worst) = loud.iter().min_by_key(|kept| kept.notification.kind.tone()) else { return };
        if self.elsewhere.focused || lately || by == (Alerts { bell: false, desktop: Desktop::Off }) {
            return;
        }
        // Others see a desktop too: a kind and a number, never a name; and where they see the screen no number either.
        let scene = scene(&self.look, self.now, false);
        let mut words = scene.notification(worst.notification.kind);
        if let Some(who) = worst.notification.who.as_ref().filter(|_| !self.private) {
            words = format!("{words} {}", who.number);
        }
        if loud.len() > 1 {
            words = scene
                .with("alert-and-more", &[("what", Value::Text(&words)), ("n", Value::Number(loud.len() as i64 - 1))]);
        }
        if self.lock.is_some() {
            words = scene.say("alert-locked").into_owned();
        }
        self.elsewhere.alerted = Some(self.now);
        self.effects.push(Effect::Alert(Alert { by, words: Text::line(&words) }));
    }

    /// A call lasts from the caller's verification until their customer is left. What came meanwhile is told then.
    pub(in crate::app) fn watch_call(&mut self) {
        let serving = self.view == View::Customer && self.customer.is_some() && self.access().caller > CallerLevel::V0;
        if serving == self.elsewhere.quiet.is_some() {
            return;
        }
        self.elsewhere.quiet = serving.then_some(self.now);
        let missed = std::mem::take(&mut self.elsewhere.missed);
        self.elsewhere.count(self.now);
        if !serving && missed.total() > 0 {
            self.tell_missed(missed);
        }
    }

    fn tell_missed(&mut self, missed: Counts) {
        let key = self.scene().key(Action::Notices);
        let values = [
            ("n", Value::Number(missed.total() as i64)),
            ("warnings", Value::Number(missed.warning as i64)),
            ("key", Value::Text(&key)),
        ];
        let text = self.look.words.with("notice-missed", &values);
        self.notices.add(self.now, missed.worst(), text);
    }

    /// Opens the notification centre.
    pub(in crate::app) fn open_centre(&mut self) {
        let mut centre = Centre::default();
        centre.take(self.told(), self.now);
        self.overlays.push(Overlay::Centre(Box::new(centre)));
    }

    /// Opens the health panel.
    pub(in crate::app) fn open_systems(&mut self) {
        let panel = SystemsPanel::new(self.systems_state(), self.access()).restored(self.elsewhere.unsent.take());
        self.overlays.push(Overlay::Systems(Box::new(panel)));
    }

    /// The health panel was closed: what was being written in it is kept.
    pub(in crate::app) fn systems_closed(&mut self, panel: &SystemsPanel) {
        self.elsewhere.unsent = panel.unsent().cloned();
        if self.elsewhere.unsent.is_some() {
            self.say(Tone::Neutral, "change-draft-kept");
        }
    }

    fn told(&self) -> Told {
        Told {
            kept: self.elsewhere.all(),
            mutes: self.elsewhere.mutes.clone(),
            remarks: self.notices.all(),
            dropped: self.elsewhere.dropped,
        }
    }

    fn systems_state(&self) -> SystemsState {
        SystemsState {
            health: self.health.clone(),
            stream: self.elsewhere.stream.clone(),
            held: self.elsewhere.held.clone(),
            incident: self.elsewhere.incident.clone(),
        }
    }

    /// Overlays that show what happens elsewhere see how it stands now.
    pub(in crate::app) fn show_elsewhere(&mut self) {
        for at in 0..self.overlays.len() {
            match &self.overlays[at] {
                Overlay::Centre(_) => {
                    let (told, now) = (self.told(), self.now);
                    if let Overlay::Centre(centre) = &mut self.overlays[at] {
                        centre.take(told, now);
                    }
                }
                Overlay::Systems(_) => {
                    let state = self.systems_state();
                    if let Overlay::Systems(panel) = &mut self.overlays[at] {
                        panel.take(state);
                    }
                }
                _ => {}
            }
        }
    }

    /// Does what a person wants done about it. What stays is not put aside, whoever asks.
    pub(in crate::app) fn tend(&mut self, tend: Tend) {
        let refused = match &tend {
            Tend::Done(key) | Tend::Snooze(key, _) => self.elsewhere.stays(key),
            Tend::Hold(..) | Tend::Incident(_) => !self.leads(),
            _ => false,
        };
        if refused {
            return;
        }
        let back = match &tend {
            Tend::Done(key) | Tend::Snooze(key, _) => Some(Tend::Again(key.clone())),
            Tend::Again(key) => self.elsewhere.kept.get(key).and_then(|kept| match kept.standing {
                Standing::Done(_) => Some(Tend::Done(key.clone())),
                Standing::Snoozed(until) => Some(Tend::Snooze(key.clone(), until)),
                Standing::New => None,
            }),
            Tend::Mute(mute) => Some(Tend::Unmute(mute.clone())),
            Tend::Unmute(mute) => Some(Tend::Mute(mute.clone())),
            Tend::Hold(..) | Tend::Incident(_) => None,
        };
        self.elsewhere.undo.extend(back);
        let many = self.elsewhere.undo.len().saturating_sub(UNDONE);
        self.elsewhere.undo.drain(..many);
        self.carry_tend(tend);
    }

    /// Takes back what was done last.
    pub(in crate::app) fn untend(&mut self) {
        match self.elsewhere.undo.pop() {
            Some(tend) => self.carry_tend(tend),
            None => self.say(Tone::Neutral, "notice-nothing-to-undo"),
        }
        self.show_elsewhere();
    }

    fn carry_tend(&mut self, tend: Tend) {
        self.elsewhere.tend(&tend, self.now);
        self.effects.push(Effect::Run(Command::Tend(tend, self.actor())));
        self.show_elsewhere();
    }

    /// Says that something is out for many customers.
    pub(in crate::app) fn begin_incident(&mut self, what: Text, tell: Text) {
        let since = self.elsewhere.incident.as_ref().map_or(self.now, |incident| incident.since);
        let by = self.actor_name();
        self.tend(Tend::Incident(Some(Incident { what, tell, since, by })));
    }

    /// Whether the person may hold systems and speak for all desks.
    fn leads(&self) -> bool {
        let access = self.access();
        access.role >= access::Role::Supervisor && !access.read_only
    }

    /// A queue was counted. A count that changed elsewhere says so for a moment.
    pub(in crate::app) fn tallied(&mut self, queue: Queue, tally: Remote<Tally>) {
        let count = |tally: &Remote<Tally>| tally.value().map(|it| it.count);
        let before = self.board.tallies.iter().find(|(it, _)| *it == queue).and_then(|(_, tally)| count(tally));
        let after = count(&tally);
        self.board.take(queue, tally);
        if self.elsewhere.moved.board.running && before.is_some() && after.is_some() && before != after {
            let until = self.board_page.mark(queue, self.now);
            self.mark_what_moved(Some(until));
        }
    }

    /// Another customer is open.
    pub(in crate::app) fn forget_moved(&mut self) {
        self.elsewhere.moved.forget_customer();
    }

    /// Folds the banner, or unfolds it. It goes when what it tells of is over.
    pub(in crate::app) fn fold_banner(&mut self) {
        if self.elsewhere.incident.is_some() {
            self.elsewhere.folded = !self.elsewhere.folded;
        } else {
            self.say(Tone::Neutral, "notice-no-incident");
        }
    }

    /// Rows that the banner takes.
    pub(in crate::app) fn banner_rows(&self) -> u16 {
        self.incident_rows() + u16::from(self.shows_packed())
    }

    const fn incident_rows(&self) -> u16 {
        match (&self.elsewhere.incident, self.elsewhere.folded) {
            (None, _) => 0,
            (Some(_), true) => 1,
            (Some(_), false) => 2,
        }
    }

    /// Draws what is out, and below it that a customer comes from a pack.
    pub(in crate::app) fn draw_banner(&self, area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
        if self.shows_packed() && area.height > 0 {
            self.draw_packed(Rect { y: area.bottom() - 1, height: 1, ..area }, buf, scene);
        }
        let area = Rect { height: area.height.min(self.incident_rows()), ..area };
        let Some(incident) = &self.elsewhere.incident else { return };
        let theme = scene.theme;
        let style = theme.style(Role::Header);
        text::fill(buf, area, style);
        let age = scene.age(incident.since);
        let key = scene.key(Action::Banner);
        let what = scene.with("banner-what", &[("what", Value::Text(&incident.what)), ("age", Value::Text(&age))]);
        let tell = scene.with("banner-tell", &[("tell", Value::Text(&incident.tell))]);
        let mark = theme.glyphs.mark(madoguchi_ui::glyphs::Mark::Critical);
        let rows = if self.elsewhere.folded {
            [format!("{mark} {what}  {tell}"), String::new()]
        } else {
            [format!("{mark} {what}"), format!("  {tell}")]
        };
        let keys = scene
            .with(if self.elsewhere.folded { "banner-unfold" } else { "banner-fold" }, &[("key", Value::Text(&key))]);
        let width = (text::width(&keys) as u16).min(area.width);
        let roles = [Role::Critical, Role::Warning];
        for ((y, row), role) in (area.top()..area.bottom()).zip(rows).zip(roles) {
            let style = style.patch(theme.style(role));
            let room =
                if y == area.top() { area.width.saturating_sub(width + 4) } else { area.width.saturating_sub(2) };
            text::put_fit(buf, area.x + 1, y, room, &row, style, theme.glyphs.ellipsis);
        }
        text::put(buf, area.right().saturating_sub(width + 1), area.y, width, &keys, style);
    }
}
