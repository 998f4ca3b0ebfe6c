//! The health panel: how each system is, how the desk hears of changes, what is held, and what is out for many customers.
//! Who leads a shift holds a system's changes here, and tells every desk of this machine what to tell callers.

use std::borrow::Cow;

use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::form::{Field, Form, FormState, Value as FormValue};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::TextInput;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::{self, Move};
use madoguchi_ui::table::{self, Cell, Column, Table, TableState, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::access::{self, Access};
use crate::domain::notification::Incident;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::{
    Action, Health, HealthState, Held, Input, Key, KeyPress, Layer, MouseKind, Over, Stream, StreamState, Tend,
};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::edit;

use super::{Outcome, Wish, frame, in_form, step};

const WIDTH: u16 = 104;
const HEIGHT: u16 = 30;
/// What is told of each system, by the key of its label.
const FACTS: [&str; 8] = [
    "systems-state",
    "systems-latency",
    "systems-errors",
    "systems-breaker",
    "systems-last-good",
    "systems-calls-left",
    "systems-signed-in",
    "systems-changes",
];
/// The head of the table and its facts.
const TABLE: u16 = 1 + FACTS.len() as u16;
/// Lines below: why something cannot be done, and the keys.
const FOOT: u16 = 2;
const WHAT: usize = 0;
const TELL: usize = 1;

/// How everything stands.
#[derive(Debug)]
pub struct SystemsState {
    /// Each system.
    pub health: Vec<Health>,
    /// How the desk hears of changes; `None` before it was told.
    pub stream: Option<Stream>,
    /// Systems whose changes are held, or wait to be let go.
    pub held: Vec<Held>,
    /// What is out for many customers.
    pub incident: Option<Incident>,
}

/// The panel.
#[derive(Debug)]
pub struct SystemsPanel {
    state: SystemsState,
    access: Access,
    offset: usize,
    /// What is out is being written.
    editing: Option<FormState>,
    /// It was being written, and was left.
    left: Option<FormState>,
    /// It was said to be over, and that is to be confirmed: it holds for every desk.
    ending: bool,
    /// It was to be told and something is empty.
    lacking: bool,
}

impl SystemsPanel {
    /// A panel for somebody who may do this.
    pub const fn new(state: SystemsState, access: Access) -> Self {
        Self { state, access, offset: 0, editing: None, left: None, ending: false, lacking: false }
    }

    /// The same with what was being written another time.
    #[must_use]
    pub fn restored(mut self, left: Option<FormState>) -> Self {
        self.left = left;
        self
    }

    /// What was being written and was not told.
    pub fn unsent(&self) -> Option<&FormState> {
        self.editing.as_ref().or(self.left.as_ref())
    }

    /// Sees how everything stands now.
    pub fn take(&mut self, state: SystemsState) {
        self.state = state;
    }

    /// Esc leaves the question or the form, then the panel. What was typed is kept.
    pub fn back(&mut self) -> bool {
        if let Some(form) = self.editing.take() {
            self.left = Some(form);
            return true;
        }
        std::mem::take(&mut self.ending)
    }

    fn parts(screen: Rect) -> (Rect, Rect, Rect) {
        let inner = Panel::inner(overlay::centred(screen, WIDTH, HEIGHT));
        let table = Rect { height: TABLE.min(inner.height), ..inner };
        let foot = FOOT.min(inner.height - table.height);
        let body = Rect { y: table.bottom(), height: inner.height - table.height - foot, ..inner };
        (table, body, Rect { y: body.bottom(), height: foot, ..inner })
    }

    /// Why the person may not hold a system or speak for all desks.
    fn why_not(&self) -> Option<&'static str> {
        if self.access.read_only {
            Some("systems-why-read-only")
        } else if self.access.role < access::Role::Supervisor {
            Some("systems-why-role")
        } else {
            None
        }
    }

    fn held(&self, system: System) -> Option<&Held> {
        self.state.held.iter().find(|it| it.system == system)
    }

    fn is_held(&self, system: System) -> bool {
        self.held(system).is_some_and(|held| held.since.is_some())
    }

    /// Scrolls, holds, lets go, writes what is out.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let (_, body, _) = Self::parts(screen);
        if self.editing.is_some() {
            return self.edit(input, body, scene);
        }
        let lines = detail::height(&self.entries(scene), body.width);
        let by = match input {
            Input::Key(press) => match scene.keys.over(*press, Layer::Systems).and_then(step) {
                Some(Move::By(by)) => by,
                Some(Move::Page(by)) => by * body.height as isize,
                Some(Move::Home) => -(lines as isize),
                Some(_) => lines as isize,
                None => return self.key(*press, scene),
            },
            Input::Mouse(mouse) => match mouse.kind {
                MouseKind::WheelUp => -3,
                MouseKind::WheelDown => 3,
                MouseKind::Click => 0,
            },
            _ => 0,
        };
        self.offset = scroll::scrolled(self.offset, by, lines, usize::from(body.height));
        Outcome::Stay
    }

    fn key(&mut self, press: KeyPress, scene: &Scene<'_>) -> Outcome {
        // What holds for every desk is not done by a key that is held down.
        if press.repeat {
            return Outcome::Stay;
        }
        let may = self.why_not().is_none();
        if std::mem::take(&mut self.ending) {
            let yes = scene.keys.action(press, &[Layer::Confirm]) == Some(Action::Over(Over::Confirm));
            return if yes && may { Outcome::Wish(Wish::Tend(Tend::Incident(None))) } else { Outcome::Stay };
        }
        match scene.keys.over(press, Layer::Systems) {
            Some(Action::Quit | Action::Systems | Action::Open) => Outcome::Close,
            Some(Action::Over(Over::Incident)) if may => {
                let before = self.state.incident.as_ref();
                let line = |text: Option<&Text>| FormValue::Text(TextInput::new(text.map_or("", Text::as_str)));
                let values = vec![line(before.map(|it| &it.what)), line(before.map(|it| &it.tell))];
                let form = self.left.take().unwrap_or_else(|| FormState::new(values));
                (self.editing, self.lacking) = (Some(form), false);
                Outcome::Stay
            }
            Some(Action::Over(Over::IncidentOver)) if may && self.state.incident.is_some() => {
                self.ending = true;
                Outcome::Stay
            }
            // A system by its number.
            _ => match press.key {
                Key::Char(c @ '1'..='3') if may => {
                    let system = System::ALL[c as usize - '1' as usize];
                    Outcome::Wish(Wish::Tend(Tend::Hold(system, !self.is_held(system))))
                }
                _ => Outcome::Stay,
            },
        }
    }

    fn edit(&mut self, input: &Input, area: Rect, scene: &Scene<'_>) -> Outcome {
        let fields = self.fields(scene);
        let Some(form) = &mut self.editing else { return Outcome::Stay };
        match input {
            Input::Key(press) => match in_form(*press, scene) {
                Some(Over::Submit) if press.repeat => {}
                Some(Over::Submit) => {
                    let text = |field: usize| Text::line(form.text(field));
                    let (what, tell) = (text(WHAT), text(TELL));
                    if what.is_empty() || tell.is_empty() {
                        self.lacking = true;
                        return Outcome::Stay;
                    }
                    self.editing = None;
                    return Outcome::Wish(Wish::Incident { what, tell });
                }
                Some(Over::PreviousField) => form.go(Move::By(-1), &fields, area),
                Some(Over::NextField) => form.go(Move::By(1), &fields, area),
                _ => {
                    let focus = form.focus;
                    if let Some(FormValue::Text(line)) = form.values.get_mut(focus) {
                        edit::key(line, *press);
                    }
                }
            },
            Input::Paste(text) => {
                form.paste(&Text::line(text));
            }
            Input::Mouse(mouse) if mouse.kind == MouseKind::Click => {
                form.click(Position::new(mouse.x, mouse.y), &fields, area);
            }
            Input::Mouse(_) | Input::Resize { .. } | Input::Focus(_) => {}
        }
        Outcome::Stay
    }

    fn fields<'a>(&self, scene: &Scene<'a>) -> Vec<Field<'a>> {
        let lacking = |field: usize| {
            let empty = self.editing.as_ref().is_some_and(|form| form.text(field).trim().is_empty());
            if self.lacking && empty { scene.say("systems-incident-lacking") } else { "".into() }
        };
        vec![
            Field::new(scene.say("systems-incident-what"))
                .help(scene.say("systems-incident-what-help"))
                .error(lacking(WHAT)),
            Field::new(scene.say("systems-incident-tell"))
                .help(scene.say("systems-incident-tell-help"))
                .error(lacking(TELL)),
        ]
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        frame(&scene.say("systems-title"), screen, WIDTH, HEIGHT, buf, scene);
        let (area, body, foot) = Self::parts(screen);
        let mut columns = vec![Column::new("", Width::Fixed(16))];
        columns.extend(System::ALL.map(|system| Column::new(system.name(), Width::Fill(16))));
        let rows = Facts { panel: self, scene };
        // No row of it is chosen: what can be done is done to a system.
        let state = TableState { unplaced: true, ..TableState::default() };
        Table { columns: &columns, rows: &rows, state: &state, focused: false, empty: "" }.render(area, buf, theme);
        let put = |buf: &mut Buffer, y: u16, words: &str, role: Role| {
            if y < foot.bottom() {
                text::put_fit(buf, foot.x, y, foot.width, words, theme.style(role), theme.glyphs.ellipsis);
            }
        };
        if let Some(form) = &self.editing {
            put(buf, foot.y + 1, &scene.say_keyed("systems-keys-incident"), Role::Dim);
            return Form { fields: &self.fields(scene), state: form }.render(body, buf, theme);
        }
        let entries = self.entries(scene);
        let most = detail::height(&entries, body.width).saturating_sub(usize::from(body.height));
        detail::render(&entries, self.offset.min(most), body, buf, theme);
        let why = self.why_not();
        if self.ending {
            put(buf, foot.y, &scene.say("systems-ask-over"), Role::Warning);
            put(buf, foot.y + 1, &scene.say_keyed("systems-keys-over"), Role::Dim);
            return None;
        }
        if let Some(why) = why {
            put(buf, foot.y, &scene.say(why), Role::Warning);
        }
        let keys = if self.state.incident.is_some() { "systems-keys-during" } else { "systems-keys" };
        put(buf, foot.y + 1, &scene.say_keyed(keys), Role::Dim);
        None
    }

    /// What does not fit into a cell: faults, who holds what, the stream, the incident.
    fn entries(&self, scene: &Scene<'_>) -> Vec<Entry<'static>> {
        let mut entries = Vec::new();
        for health in &self.state.health {
            if let Some(fault) = &health.fault {
                let mark = if health.state == HealthState::Down { Mark::Critical } else { Mark::Warning };
                entries.push(Entry::marked(health.system.name(), scene.fault(fault), mark));
            }
        }
        for held in &self.state.held {
            entries.push(Entry::marked(held.system.name(), held_words(held, scene), Mark::Warning));
        }
        let say = |key: &'static str| scene.words.say(key).into_owned();
        entries.push(Entry::Section(say("systems-stream").into()));
        let (mark, words) = self.stream(scene);
        entries.push(Entry::marked(say("systems-stream-state"), words, mark));
        let delivered = self.state.stream.as_ref().and_then(|stream| stream.delivered);
        entries.push(match delivered {
            Some((used, allowed)) => {
                let of = of(used, allowed, scene);
                let scarce = allowed > 0 && used.saturating_mul(10) >= allowed.saturating_mul(9);
                let words = scene.with("systems-delivered-of", &[("of", Value::Text(&of))]);
                if scarce {
                    Entry::marked(say("systems-delivered"), words, Mark::Warning)
                } else {
                    Entry::field(say("systems-delivered"), words)
                }
            }
            None => Entry::toned(say("systems-delivered"), scene.unknown(), Role::Unknown),
        });
        entries.push(Entry::Section(say("systems-incident").into()));
        match &self.state.incident {
            None => entries.push(Entry::Text(say("systems-no-incident").into(), Role::Dim)),
            Some(incident) => {
                let by = incident.by.to_string();
                let since = scene.moment(Some(incident.since)).into_owned();
                let values = [("since", Value::Text(&since)), ("by", Value::Text(&by))];
                entries.push(Entry::marked(say("systems-incident-what"), incident.what.to_string(), Mark::Critical));
                entries.push(Entry::field(say("systems-incident-tell"), incident.tell.to_string()));
                entries.push(Entry::field(say("label-since"), scene.with("systems-since-by", &values)));
            }
        }
        entries
    }

    fn stream(&self, scene: &Scene<'_>) -> (Mark, String) {
        let Some(stream) = &self.state.stream else { return (Mark::Unknown, scene.unknown()) };
        let since = scene.moment(Some(stream.since)).into_owned();
        let with = |key: &str, values: &[(&str, Value<'_>)]| scene.with(key, values);
        match &stream.state {
            StreamState::Off => (Mark::Off, scene.words.say("systems-stream-off").into_owned()),
            StreamState::Connecting => {
                (Mark::Pending, with("systems-stream-connecting", &[("since", Value::Text(&since))]))
            }
            StreamState::Listening { desks } => {
                let values = [("since", Value::Text(&since)), ("n", Value::Number(*desks as i64))];
                (Mark::Good, with("systems-stream-listening", &values))
            }
            StreamState::Shared => (Mark::Good, with("systems-stream-shared", &[("since", Value::Text(&since))])),
            StreamState::Lost { why, again } => {
                let again = again.map_or_else(
                    || scene.words.say("systems-stream-never").into_owned(),
                    |at| with("systems-stream-again", &[("at", Value::Text(&time::clock_with_seconds(at)))]),
                );
                let why = scene.words.phrase(&why.phrase(), scene.revealed);
                let values =
                    [("since", Value::Text(&since)), ("why", Value::Text(&why)), ("again", Value::Text(&again))];
                (Mark::Critical, with("systems-stream-lost", &values))
            }
        }
    }
}

fn of(used: u64, allowed: u64, scene: &Scene<'_>) -> String {
    let number = |n: u64| Value::Number(i64::try_from(n).unwrap_or(i64::MAX));
    scene.with("systems-n-of", &[("n", number(used)), ("all", number(allowed))])
}

fn held_words(held: &Held, scene: &Scene<'_>) -> String {
    let n = Value::Number(held.queued as i64);
    match held.since {
        Some(since) => {
            let since = scene.moment(Some(since)).into_owned();
            let by = held.by.to_string();
            scene.with("systems-held-by", &[("since", Value::Text(&since)), ("by", Value::Text(&by)), ("n", n)])
        }
        None => scene.with("systems-released", &[("n", n)]),
    }
}

struct Facts<'a> {
    panel: &'a SystemsPanel,
    scene: &'a Scene<'a>,
}

impl Facts<'_> {
    fn fact(&self, health: &Health, fact: usize) -> Cell<'_> {
        let scene = self.scene;
        let figures = &health.figures;
        let unknown = || Cell::new(scene.unknown(), Role::Unknown);
        match fact {
            0 => {
                let (mark, key) = match health.state {
                    HealthState::Unknown => (Mark::Off, "systems-unasked"),
                    HealthState::Up => (Mark::Good, "systems-up"),
                    HealthState::Degraded => (Mark::Warning, "health-degraded"),
                    HealthState::Down => (Mark::Critical, "health-down"),
                };
                Cell::marked(mark, scene.words.say(key))
            }
            1 => match (figures.p50_ms, figures.p95_ms) {
                (Some(half), Some(most)) => format!("{half} / {most} ms").into(),
                _ => health.latency_ms.map_or_else(unknown, |ms| format!("{ms} ms").into()),
            },
            2 if figures.calls == 0 => unknown(),
            2 => {
                let words = of(u64::from(figures.failed), u64::from(figures.calls), scene);
                if figures.failed > 0 { Cell::marked(Mark::Warning, words) } else { words.into() }
            }
            3 => match figures.held_until.filter(|until| *until > scene.now) {
                Some(until) => {
                    let until = time::clock_with_seconds(until);
                    Cell::marked(Mark::Warning, scene.with("systems-breaker-until", &[("until", Value::Text(&until))]))
                }
                None => Cell::new(scene.words.say("systems-breaker-closed"), Role::Text),
            },
            4 => match health.last_good {
                Some(at) => scene.age(at).into(),
                None => Cell::new(scene.words.say("never"), Role::Unknown),
            },
            5 => match health.calls {
                Some((used, allowed)) => of(allowed.saturating_sub(used), allowed, scene).into(),
                None => Cell::new(scene.words.say("systems-not-told"), Role::Dim),
            },
            // WHMCS is asked with its secret each time: there is no session to tell of.
            6 => match figures.signed_in {
                Some(at) => time::clock(at).into(),
                None => Cell::new(scene.words.say("systems-not-told"), Role::Dim),
            },
            _ => match self.panel.held(health.system) {
                Some(held) => {
                    let n = Value::Number(held.queued as i64);
                    let key = if held.since.is_some() { "systems-held" } else { "systems-released" };
                    Cell::marked(Mark::Warning, scene.with(key, &[("n", n)]))
                }
                None => Cell::new(scene.words.say("systems-go-through"), Role::Text),
            },
        }
    }
}

impl table::Rows for Facts<'_> {
    fn len(&self) -> usize {
        FACTS.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let Some(system) = column.checked_sub(1).map(|at| System::ALL[at]) else {
            let label: Cow<'_, str> = self.scene.words.say(FACTS[row]);
            return Cell::new(label, Role::Label);
        };
        let health = self.panel.state.health.iter().find(|health| health.system == system);
        health.map_or_else(|| "".into(), |health| self.fact(health, row))
    }
}
