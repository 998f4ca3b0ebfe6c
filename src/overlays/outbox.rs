//! The outbox: what was written while a system could not be reached, and waits. Below the list stands what the one under the
//! cursor will write, and what its records said when it was written beside what they say now. Nothing is sent before that was
//! read and seen.

use jiff::Timestamp;
use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::{InputView, TextInput};
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::{self, Move};
use madoguchi_ui::table::{Cell, Column, Rows, Table, TableState, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::access::Access;
use crate::domain::operation::{Compared, Decision, OperationId, Plan, Since};
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::{Action, Input, KeyPress, Layer, MouseKind, OperationState, OperationView, Over, PlanRefused};
use crate::locale::{Shown, Value};
use crate::scene::Scene;
use crate::tabs::edit;

use super::confirm::DWELL;
use super::{Outcome, Wish, frame, in_form, step};

const WIDTH: u16 = 104;
const HEIGHT: u16 = 36;
/// Lines below: what is asked or was refused, and the keys, which take both where they have to.
const FOOT: u16 = 2;
/// Rows of the list with its titles, where what is below needs the room.
const LIST: u16 = 8;

/// What waits, and what its records say now.
#[derive(Debug)]
pub struct OutboxList {
    access: Access,
    waiting: Vec<Waiting>,
    table: TableState,
    /// The first line shown of the one under the cursor.
    offset: usize,
    asking: Option<Asking>,
    /// When something was read last: what is pressed right behind that was not meant for it.
    since: Timestamp,
    /// Why the last key did nothing.
    refused: String,
}

#[derive(Debug)]
struct Waiting {
    view: OperationView,
    read: Read,
}

/// What its records say.
#[derive(Debug)]
enum Read {
    /// Nobody asked yet.
    Not,
    Reading,
    Plan(Box<Plan>),
    Refused(PlanRefused),
}

/// What is asked below the list.
#[derive(Debug)]
enum Asking {
    /// Why it is dropped.
    Drop(TextInput),
    /// Whether all that can be are to be sent.
    All,
}

impl Waiting {
    /// The plan as it is known: read again, or as it was written.
    fn plan(&self) -> Option<&Plan> {
        match &self.read {
            Read::Plan(plan) => Some(plan),
            Read::Not | Read::Reading | Read::Refused(_) => self.view.kept.as_deref(),
        }
    }

    /// The plan by which it can be sent now.
    fn ready(&self) -> Option<&Plan> {
        match &self.read {
            Read::Plan(plan) if plan.blocked().is_none() && !plan.waits() && self.view.state.in_outbox() => Some(plan),
            _ => None,
        }
    }

    /// How it stands, as a sign and words.
    fn stands(&self, scene: &Scene<'_>) -> (Mark, String) {
        let say = |key: &'static str| scene.say(key).into_owned();
        if !self.view.state.in_outbox() {
            return (Mark::Pending, say("state-running"));
        }
        match &self.read {
            Read::Not => (Mark::Off, say("outbox-not-read")),
            Read::Reading => (Mark::Pending, say("outbox-reading")),
            Read::Refused(_) => (Mark::Critical, say("outbox-refused")),
            Read::Plan(plan) if plan.blocked().is_some() => (Mark::Critical, say("outbox-blocked")),
            Read::Plan(plan) => match plan.since() {
                Since::Unread => (Mark::Off, say("outbox-unreachable")),
                Since::Same => (Mark::Good, say("outbox-same")),
                Since::Changed => (Mark::Warning, say("outbox-changed")),
                Since::Unknown => (Mark::Unknown, say("outbox-unknown")),
            },
        }
    }
}

impl OutboxList {
    /// What waits, not read yet.
    pub fn new(access: Access, operations: &[OperationView], now: Timestamp) -> Self {
        let mut list = Self {
            access,
            waiting: Vec::new(),
            table: TableState::default(),
            offset: 0,
            asking: None,
            since: now,
            refused: String::new(),
        };
        list.take(operations);
        list
    }

    /// Sees how the operations stand now. What is being sent stays in sight until it is over.
    pub fn take(&mut self, operations: &[OperationView]) {
        let under_cursor = self.current().map(|it| it.view.id);
        let mut before: Vec<Waiting> = std::mem::take(&mut self.waiting);
        let listed = |id: OperationId| before.iter().any(|it| it.view.id == id);
        let mut waiting: Vec<OperationView> =
            operations.iter().filter(|it| it.state.in_outbox() || !it.state.over() && listed(it.id)).cloned().collect();
        // In the order in which they were written: so they are sent.
        waiting.sort_by_key(|it| (it.started, it.id));
        for view in waiting {
            let known = before.iter().position(|it| it.view.id == view.id).map(|at| before.remove(at));
            // What was read for another writing, or before it was tried, says nothing any more.
            let read = match known {
                Some(known) if known.view.kept == view.kept && known.view.state == view.state => known.read,
                _ => Read::Not,
            };
            self.waiting.push(Waiting { view, read });
        }
        let stays = under_cursor.and_then(|id| self.waiting.iter().position(|it| it.view.id == id));
        self.table.scroll.cursor = stays.unwrap_or(self.table.scroll.cursor).min(self.waiting.len().saturating_sub(1));
        if stays.is_none() {
            self.offset = 0;
        }
    }

    /// Those that are to be read, which are being read from now on.
    pub fn read_all(&mut self) -> Vec<OperationId> {
        self.asking = None;
        let open = self.waiting.iter_mut().filter(|it| it.view.state.in_outbox());
        open.map(|it| {
            it.read = Read::Reading;
            it.view.id
        })
        .collect()
    }

    /// Whether one waits that nobody has read yet.
    pub fn wants_reading(&self) -> bool {
        let not = |it: &Waiting| it.view.state.in_outbox() && matches!(it.read, Read::Not);
        !self.waiting.iter().any(|it| matches!(it.read, Read::Reading)) && self.waiting.iter().any(not)
    }

    /// Takes what the records of one say now.
    pub fn take_read(&mut self, id: OperationId, plan: Result<Box<Plan>, PlanRefused>, now: Timestamp) {
        let Some(it) = self.waiting.iter_mut().find(|it| it.view.id == id) else { return };
        it.read = match plan {
            Ok(plan) => Read::Plan(plan),
            Err(why) => Read::Refused(why),
        };
        self.since = now;
    }

    /// Reading is over: what brought nothing is said to have.
    pub fn end_reading(&mut self) {
        for it in self.waiting.iter_mut().filter(|it| matches!(it.read, Read::Reading)) {
            it.read = Read::Refused(PlanRefused::Blocked("confirm-no-answer".into()));
        }
    }

    /// What was asked for cannot be done, and why.
    pub fn refused(&mut self, why: String) {
        self.refused = why;
    }

    /// Esc leaves what is being asked, then the list.
    pub fn back(&mut self) -> bool {
        self.asking.take().is_some()
    }

    fn current(&self) -> Option<&Waiting> {
        self.waiting.get(self.table.scroll.cursor)
    }

    /// Those that can be sent at once: their records say what they said.
    fn same(&self) -> Vec<Plan> {
        let same = |plan: &&Plan| plan.since() == Since::Same;
        self.waiting.iter().filter_map(Waiting::ready).filter(same).cloned().collect()
    }

    /// As tall as the one that says most needs it, so that nothing jumps while the cursor moves.
    fn area(&self, screen: Rect, scene: &Scene<'_>) -> Rect {
        let width = Panel::inner(overlay::centred(screen, WIDTH, HEIGHT)).width;
        let most = self.waiting.iter().map(|it| detail::height(&entries(it, scene), width)).max().unwrap_or_default();
        let rows = u16::try_from(self.waiting.len().max(1)).unwrap_or(LIST).saturating_add(1).min(LIST);
        let below = u16::try_from(most).unwrap_or(HEIGHT);
        // The frame, and blanks around what is below the list.
        overlay::centred(screen, WIDTH, rows.saturating_add(below).saturating_add(FOOT + 4).min(HEIGHT))
    }

    fn parts(inner: Rect, rows: usize) -> (Rect, Rect, Rect) {
        let foot = FOOT.min(inner.height);
        let room = inner.height - foot;
        let list = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(1).clamp(2, LIST).min(room);
        let table = Rect { height: list, ..inner };
        let below = Rect { y: table.bottom() + 1, height: room.saturating_sub(list + 2), ..inner };
        (table, below, Rect { y: inner.bottom() - foot, height: foot, ..inner })
    }

    /// Looks, sends, edits, drops.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let inner = Panel::inner(self.area(screen, scene));
        let (table, below, _) = Self::parts(inner, self.waiting.len());
        if let Some(asking) = &mut self.asking {
            return match asking {
                Asking::Drop(line) => match input {
                    Input::Key(press) if in_form(*press, scene) == Some(Over::Submit) => self.drop_it(*press),
                    Input::Key(press) => {
                        edit::key(line, *press);
                        Outcome::Stay
                    }
                    Input::Paste(text) => {
                        line.paste(text);
                        Outcome::Stay
                    }
                    _ => Outcome::Stay,
                },
                Asking::All => self.answer_all(input, scene),
            };
        }
        if matches!(input, Input::Key(_)) {
            self.refused.clear();
        }
        let step = match input {
            Input::Key(press) => match scene.keys.over(*press, Layer::Outbox).and_then(step) {
                Some(Move::Page(page)) => {
                    self.scroll(page * (below.height.max(2) as isize - 1), below, scene);
                    return Outcome::Stay;
                }
                Some(step) => step,
                None => return self.key(*press, scene),
            },
            Input::Mouse(mouse) => {
                match mouse.kind {
                    MouseKind::WheelUp => self.scroll(-3, below, scene),
                    MouseKind::WheelDown => self.scroll(3, below, scene),
                    MouseKind::Click => {}
                }
                return Outcome::Stay;
            }
            _ => return Outcome::Stay,
        };
        self.table.scroll.go(step, self.waiting.len(), usize::from(table.height.saturating_sub(1)));
        self.offset = 0;
        Outcome::Stay
    }

    fn scroll(&mut self, by: isize, below: Rect, scene: &Scene<'_>) {
        let lines = self.current().map_or(0, |it| detail::height(&entries(it, scene), below.width));
        self.offset = scroll::scrolled(self.offset, by, lines, usize::from(below.height));
    }

    fn key(&mut self, press: KeyPress, scene: &Scene<'_>) -> Outcome {
        // A key that is held decides nothing.
        if press.repeat {
            return Outcome::Stay;
        }
        let Some(action) = scene.keys.over(press, Layer::Outbox) else { return Outcome::Stay };
        match action {
            Action::Quit | Action::Outbox => return Outcome::Close,
            Action::Refresh => return Outcome::Wish(Wish::ReadOutbox),
            _ => {}
        }
        let Some(it) = self.current() else { return Outcome::Stay };
        let (id, open) = (it.view.id, it.view.state.in_outbox());
        if self.access.read_only || !open {
            return Outcome::Stay;
        }
        match action {
            Action::Open | Action::Over(Over::Send) => match &it.read {
                Read::Plan(plan) if !plan.waits() => Outcome::Wish(Wish::LookAtKept(plan.clone())),
                Read::Reading => Outcome::Stay,
                _ => self.cannot(scene, "outbox-cannot-send"),
            },
            Action::Over(Over::SendAll) => {
                if self.same().is_empty() {
                    return self.cannot(scene, "outbox-none-same");
                }
                self.asking = Some(Asking::All);
                self.since = scene.now;
                Outcome::Stay
            }
            Action::Over(Over::EditKept) => Outcome::Wish(Wish::EditKept(id)),
            Action::Over(Over::DropKept) => {
                self.asking = Some(Asking::Drop(TextInput::default()));
                Outcome::Stay
            }
            _ => Outcome::Stay,
        }
    }

    fn cannot(&mut self, scene: &Scene<'_>, why: &'static str) -> Outcome {
        self.refused = scene.say(why).into_owned();
        Outcome::Stay
    }

    fn drop_it(&mut self, press: KeyPress) -> Outcome {
        let Some(Asking::Drop(line)) = &self.asking else { return Outcome::Stay };
        let typed = line.value().trim().to_owned();
        if typed.is_empty() || press.repeat {
            return Outcome::Stay;
        }
        self.asking = None;
        let id = self.current().map(|it| it.view.id);
        id.map_or(Outcome::Stay, |id| Outcome::Wish(Wish::Decide(id, Decision::Close(Text::line(&typed)))))
    }

    fn answer_all(&mut self, input: &Input, scene: &Scene<'_>) -> Outcome {
        let Input::Key(press) = input else { return Outcome::Stay };
        if press.repeat || scene.now.duration_since(self.since) < DWELL {
            return Outcome::Stay;
        }
        self.asking = None;
        let yes = scene.keys.action(*press, &[Layer::Confirm]) == Some(Action::Over(Over::Confirm));
        if yes { Outcome::Wish(Wish::SendKept(self.same())) } else { Outcome::Stay }
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let area = self.area(screen, scene);
        let inner = frame(&scene.say("outbox-title"), screen, area.width, area.height, buf, scene);
        let (table, below, foot) = Self::parts(inner, self.waiting.len());
        let columns = [
            // As wide as what changed, and as a customer's number.
            Column::new(scene.say("operations-state"), Width::Fixed(21)),
            Column::new(scene.say("operations-what"), Width::Fill(16)),
            Column::new(scene.say("operations-about"), Width::Fill(16)).priority(1),
            Column::new(scene.say("column-number"), Width::Fixed(9)),
            Column::new(scene.say("operations-age"), Width::Fixed(8)),
        ];
        let rows = Listed { waiting: &self.waiting, scene };
        let empty = scene.say("outbox-empty");
        Table { columns: &columns, rows: &rows, state: &self.table, focused: true, empty: &empty }
            .render(table, buf, theme);
        if let Some(it) = self.current() {
            let entries = entries(it, scene);
            let most = detail::height(&entries, below.width).saturating_sub(usize::from(below.height));
            detail::render(&entries, self.offset.min(most), below, buf, theme);
        }
        if let Some(Asking::Drop(line)) = &self.asking {
            let prompt = format!("{} ", scene.say("outbox-ask-drop"));
            let view = InputView { prompt: &prompt, placeholder: "", error: "", masked: false, focused: true };
            return view.render(line, Rect { height: 1, ..foot }, buf, theme);
        }
        let put = |buf: &mut Buffer, y: u16, words: &str, role: Role| {
            text::put_fit(buf, foot.x, y, foot.width, words, theme.style(role), theme.glyphs.ellipsis);
        };
        let keys = match &self.asking {
            Some(Asking::All) => {
                let n = self.same().len();
                let values = [("n", Value::Number(n as i64)), ("of", Value::Number(self.waiting.len() as i64))];
                put(buf, foot.y, &scene.with("outbox-ask-all", &values), Role::Accent);
                "outbox-keys-all"
            }
            _ if self.waiting.is_empty() => "confirm-keys-reading",
            _ if self.access.read_only => "outbox-keys-read-only",
            _ => "outbox-keys",
        };
        if self.asking.is_none() && !self.refused.is_empty() {
            put(buf, foot.y, &self.refused, Role::Warning);
        }
        put(buf, foot.bottom().saturating_sub(1), &scene.say_keyed(keys), Role::Dim);
        None
    }
}

struct Listed<'a> {
    waiting: &'a [Waiting],
    scene: &'a Scene<'a>,
}

impl Rows for Listed<'_> {
    fn len(&self) -> usize {
        self.waiting.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let (it, scene) = (&self.waiting[row], self.scene);
        let phrase = |says: &Phrase| scene.words.phrase(says, scene.shown(&it.view.who().key));
        match column {
            0 => {
                let (mark, words) = it.stands(scene);
                Cell::marked(mark, words)
            }
            1 => phrase(&it.view.title).into(),
            2 => phrase(&it.view.about).into(),
            3 => it.view.who().number.to_string().into(),
            _ => scene.age(it.view.started).into(),
        }
    }
}

/// The one under the cursor: why it waits, and what its records said, say and will say.
fn entries(it: &Waiting, scene: &Scene<'_>) -> Vec<Entry<'static>> {
    let say = |key: &'static str| scene.words.say(key).into_owned();
    let shown = scene.shown(&it.view.who().key);
    let mut entries = Vec::new();
    if let OperationState::Outbox(Some(why)) = &it.view.state {
        entries.push(Entry::marked(say("outbox-why"), scene.words.phrase(why, shown), Mark::Warning));
    }
    match &it.read {
        Read::Refused(why) => {
            entries.push(Entry::marked(say("outbox-now"), refused(why, shown, scene), Mark::Critical));
        }
        Read::Plan(plan) => {
            if let Some(why) = plan.blocked() {
                let why = scene.words.phrase(why, shown);
                entries.push(Entry::marked(say("outbox-now"), why, Mark::Critical));
            }
        }
        Read::Not | Read::Reading => {}
    }
    if let Some(plan) = it.plan() {
        entries.extend(compared(plan, shown, scene));
    }
    entries
}

fn refused(why: &PlanRefused, shown: Shown, scene: &Scene<'_>) -> String {
    match why {
        PlanRefused::Fault(fault) => scene.fault(fault),
        PlanRefused::Blocked(why) => scene.words.phrase(why, shown),
        PlanRefused::Wrong(wrong) => {
            wrong.iter().map(|it| scene.words.phrase(&it.why, shown)).collect::<Vec<_>>().join(" ")
        }
    }
}

/// When a plan was written, how old what was known then was, and line by line what its records said, say and will say.
pub fn compared(plan: &Plan, shown: Shown, scene: &Scene<'_>) -> Vec<Entry<'static>> {
    let Some(outbox) = &plan.outbox else { return Vec::new() };
    let say = |key: &'static str| scene.words.say(key).into_owned();
    let written = time::date_time(outbox.written);
    let written = match outbox.known_at {
        Some(at) => {
            let at = time::date_time(at);
            scene.with("outbox-written-known", &[("at", Value::Text(&written)), ("known", Value::Text(&at))])
        }
        None => scene.with("outbox-written-unknown", &[("at", Value::Text(&written))]),
    };
    let mut entries = vec![Entry::field(say("outbox-written"), written)];
    if plan.outbox.as_ref().is_some_and(|outbox| outbox.unread.is_none()) {
        let read = time::date_time(plan.read_at);
        entries.push(Entry::field(say("outbox-now"), scene.with("outbox-read-at", &[("at", Value::Text(&read))])));
    }
    entries.extend(plan.compared().iter().map(|line| one(line, plan.waits(), shown, scene)));
    entries
}

/// One line: what it was and is, and what it will be.
fn one(line: &Compared, unread: bool, shown: Shown, scene: &Scene<'_>) -> Entry<'static> {
    let phrase = |it: &Phrase| scene.words.phrase(it, shown);
    let label = phrase(&line.what);
    let (then, now) = (line.then.as_ref().map(phrase), line.now.as_ref().map(phrase));
    let stood = match (&then, &now) {
        (Some(then), Some(now)) if then == now => scene.with("outbox-line-same", &[("now", Value::Text(now))]),
        (Some(then), Some(now)) => {
            scene.with("outbox-line-changed", &[("then", Value::Text(then)), ("now", Value::Text(now))])
        }
        (None, Some(now)) => scene.with("outbox-line-unknown", &[("now", Value::Text(now))]),
        (Some(then), None) if unread => scene.with("outbox-line-then", &[("then", Value::Text(then))]),
        (Some(then), None) => scene.with("outbox-line-gone", &[("then", Value::Text(then))]),
        (None, None) => String::new(),
    };
    let to = line.to.as_ref().map(phrase);
    let words = match (stood.is_empty(), to) {
        (true, to) => to.unwrap_or_default(),
        (false, None) => stood,
        (false, Some(to)) => {
            scene.with("outbox-line-becomes", &[("stood", Value::Text(&stood)), ("to", Value::Text(&to))])
        }
    };
    if line.changed() { Entry::marked(label, words, Mark::Warning) } else { Entry::field(label, words) }
}
