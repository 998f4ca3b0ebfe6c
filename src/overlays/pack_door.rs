//! Opening a field pack: what is written on it, the passphrase, who is in it; and throwing it away.

use jiff::Timestamp;
use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::form::{Field, Form, FormState, Value as Line};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::TextInput;
use madoguchi_ui::overlay;
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll::Move;
use madoguchi_ui::table::{Cell, Column, Rows, Table, TableState, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::customer::CustomerKey;
use crate::domain::status::Place;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::{Action, Input, KeyPress, Layer, MouseKind, Over, Pack, PackHead, PackSeen, PackShut, Passphrase};
use crate::scene::Scene;
use crate::tabs::{Did, edit};

use super::{Outcome, Wish, frame, in_form, step};

const WIDTH: u16 = 76;
/// While it is closed.
const SHUT: u16 = 11;
/// With its customers in sight.
const OPEN: u16 = 26;
/// What is written on it.
const HEAD: u16 = 4;

/// The pack, closed or open.
#[derive(Debug)]
pub struct PackDoor {
    head: Option<PackHead>,
    stage: Stage,
    form: FormState,
    table: TableState,
}

#[derive(Debug)]
enum Stage {
    /// Nobody looked yet whether there is one.
    Looking,
    /// The passphrase is asked for; why the last one did not open it.
    Shut(Option<PackShut>),
    /// It is being tried.
    Trying,
    /// There is nothing to open, and why.
    Nothing(&'static str),
    /// Who is in it.
    Open(Vec<Row>),
    /// Whether it is to be thrown away.
    Dropping,
}

/// Somebody in it.
#[derive(Debug)]
struct Row {
    key: CustomerKey,
    name: Text,
    number: String,
    read: Option<Timestamp>,
}

impl PackDoor {
    /// The pack as far as it is known.
    pub fn new(head: Option<PackHead>, open: Option<&Pack>) -> Self {
        let stage = if head.is_some() { Stage::Shut(None) } else { Stage::Looking };
        let form = FormState::new(vec![Line::Text(TextInput::default())]);
        let mut door = Self { head, stage, form, table: TableState::default() };
        if let Some(pack) = open {
            door.opened(pack);
        }
        door
    }

    /// Asks whether this pack is to be thrown away.
    pub fn dropping(head: PackHead) -> Self {
        Self { stage: Stage::Dropping, ..Self::new(Some(head), None) }
    }

    /// Somebody looked whether there is one.
    pub fn seen(&mut self, seen: PackSeen) {
        if !matches!(self.stage, Stage::Looking | Stage::Shut(_)) {
            return;
        }
        self.head = None;
        self.stage = match seen {
            PackSeen::There(head) => {
                self.head = Some(head);
                match std::mem::replace(&mut self.stage, Stage::Looking) {
                    Stage::Shut(why) => Stage::Shut(why),
                    _ => Stage::Shut(None),
                }
            }
            PackSeen::Nothing => Stage::Nothing(PackShut::Gone.key()),
            PackSeen::Expired(_) => Stage::Nothing(PackShut::Expired.key()),
            PackSeen::Damaged => Stage::Nothing(PackShut::Damaged.key()),
            PackSeen::Unreadable => Stage::Nothing(PackShut::Unreadable.key()),
        };
    }

    /// It did not open. A passphrase can be typed again; nothing else helps with the others.
    pub fn shut(&mut self, why: PackShut) {
        self.stage = match why {
            PackShut::Wrong | PackShut::ClockBack => Stage::Shut(Some(why)),
            _ => Stage::Nothing(why.key()),
        };
    }

    /// What became of it could not be written down, so it is closed again.
    pub fn unaudited(&mut self) {
        self.stage = Stage::Nothing("pack-shut-unaudited");
    }

    /// It is open.
    pub fn opened(&mut self, pack: &Pack) {
        let row = |customer: &crate::flow::Customer| Row {
            key: customer.key.clone(),
            name: customer.name().clone(),
            number: customer.reference(),
            read: customer.account.known.as_ref().map(|it| it.read_at).or_else(|| {
                let client = customer.client.known.as_ref();
                client.map(|it| it.read_at)
            }),
        };
        self.head = Some(pack.head);
        self.form.values[0] = Line::Text(TextInput::default());
        self.stage = Stage::Open(pack.customers.iter().map(row).collect());
    }

    /// Whether it waits for a passphrase.
    pub const fn is_shut(&self) -> bool {
        matches!(self.stage, Stage::Looking | Stage::Shut(_) | Stage::Trying)
    }

    fn inner(&self, screen: Rect) -> Rect {
        Panel::inner(overlay::centred(screen, WIDTH, self.height()))
    }

    fn height(&self) -> u16 {
        match &self.stage {
            Stage::Open(rows) => (rows.len() as u16).saturating_add(HEAD + 5).min(OPEN),
            _ => SHUT,
        }
    }

    /// Types, opens, chooses.
    pub fn input(&mut self, input: &Input, screen: Rect, scene: &Scene<'_>) -> Outcome {
        let height = usize::from(self.inner(screen).height.saturating_sub(HEAD + 2));
        match input {
            Input::Key(press) => return self.key(*press, height, scene),
            Input::Paste(text) if matches!(self.stage, Stage::Shut(_)) => {
                self.form.paste(text);
            }
            Input::Mouse(mouse) => {
                let step = match mouse.kind {
                    MouseKind::WheelUp => Move::View(-3),
                    MouseKind::WheelDown => Move::View(3),
                    MouseKind::Click => return Outcome::Stay,
                };
                self.go(step, height);
            }
            Input::Paste(_) | Input::Resize { .. } | Input::Focus(_) => {}
        }
        Outcome::Stay
    }

    fn go(&mut self, step: Move, height: usize) {
        if let Stage::Open(rows) = &self.stage {
            self.table.scroll.go(step, rows.len(), height);
        }
    }

    fn key(&mut self, press: KeyPress, height: usize, scene: &Scene<'_>) -> Outcome {
        let submits = in_form(press, scene) == Some(Over::Submit);
        let action = scene.keys.action(press, &[Layer::Confirm, Layer::Overlay, Layer::Desk]);
        match (&self.stage, action) {
            (Stage::Dropping, Some(Action::Over(Over::Confirm))) if !press.repeat => Outcome::Wish(Wish::DropPack),
            (Stage::Shut(_), _) if submits && !press.repeat => {
                let typed = Passphrase::new(self.form.text(0));
                self.form.values[0] = Line::Text(TextInput::default());
                if typed.chars() == 0 {
                    return Outcome::Stay;
                }
                self.stage = Stage::Trying;
                Outcome::Wish(Wish::OpenPack(typed))
            }
            (Stage::Shut(_), _) => {
                if let Some(Line::Text(line)) = self.form.values.first_mut() {
                    edit::key(line, press);
                }
                Outcome::Stay
            }
            (Stage::Open(rows), Some(Action::Open)) if !press.repeat => match rows.get(self.table.scroll.cursor) {
                Some(row) => {
                    let (key, called) = (row.key.clone(), row.name.clone());
                    Outcome::Do(Did::OpenCustomer { key, called, opens: Place::Dashboard })
                }
                None => Outcome::Close,
            },
            (Stage::Open(_), action) => {
                if let Some(step) = action.and_then(step) {
                    self.go(step, height);
                }
                Outcome::Stay
            }
            (Stage::Nothing(_), Some(Action::Open)) if !press.repeat => Outcome::Close,
            _ => Outcome::Stay,
        }
    }

    /// What is written on it, and how it stands.
    fn entries(&self, scene: &Scene<'_>) -> Vec<Entry<'static>> {
        let mut entries = Vec::new();
        if let Some(head) = &self.head {
            let made = format!("{} ({})", time::date_time(head.made), scene.age(head.made));
            let label = |key: &'static str| scene.words.say(key).into_owned();
            entries.push(Entry::field(label("pack-label-customers"), head.customers.to_string()));
            entries.push(Entry::field(label("pack-label-made"), made));
            entries.push(Entry::field(label("pack-label-until"), time::date_time(head.until)));
        }
        let says = |key: &str| scene.words.say(key).into_owned();
        match &self.stage {
            Stage::Looking => entries.push(Entry::Text(says("loading").into(), Role::Dim)),
            Stage::Trying => entries.push(Entry::marked("", says("pack-trying"), Mark::Pending)),
            Stage::Shut(Some(why)) => entries.push(Entry::marked("", says(why.key()), Mark::Critical)),
            Stage::Shut(None) | Stage::Open(_) => {}
            Stage::Nothing(key) => entries.push(Entry::marked("", says(key), Mark::Critical)),
            Stage::Dropping => entries.push(Entry::marked("", says("pack-drop-ask"), Mark::Warning)),
        }
        entries
    }

    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let inner = frame(&scene.say("pack-title"), screen, WIDTH, self.height(), buf, scene);
        let keys = match &self.stage {
            Stage::Shut(_) => "pack-keys-open",
            Stage::Open(_) => "pack-keys-choose",
            Stage::Dropping => "pack-keys-drop",
            Stage::Looking | Stage::Trying | Stage::Nothing(_) => "pack-keys-over",
        };
        let y = inner.bottom().saturating_sub(1);
        text::put_fit(
            buf,
            inner.x,
            y,
            inner.width,
            &scene.say_keyed(keys),
            theme.style(Role::Dim),
            theme.glyphs.ellipsis,
        );
        let room = Rect { height: inner.height.saturating_sub(1), ..inner };
        let entries = self.entries(scene);
        match &self.stage {
            Stage::Open(rows) => {
                detail::render(&entries, 0, Rect { height: HEAD.min(room.height), ..room }, buf, theme);
                let columns = [
                    Column::new(scene.say("column-name"), Width::Fill(20)),
                    Column::new(scene.say("column-number"), Width::Fixed(12)),
                    Column::new(scene.say("column-read"), Width::Fixed(12)).priority(1),
                ];
                let body = Rect { y: room.y + HEAD, height: room.height.saturating_sub(HEAD), ..room };
                let listed = Listed { rows, scene };
                Table { columns: &columns, rows: &listed, state: &self.table, focused: true, empty: "" }
                    .render(body, buf, theme);
                None
            }
            Stage::Shut(_) => {
                let height = (detail::height(&entries, room.width) as u16).min(room.height);
                detail::render(&entries, 0, Rect { height, ..room }, buf, theme);
                let form = Rect { y: room.y + height + 1, height: room.height.saturating_sub(height + 1), ..room };
                let field = Field { masked: true, ..Field::new(scene.say("pack-passphrase")) };
                Form { fields: &[field], state: &self.form }.render(form, buf, theme)
            }
            _ => {
                detail::render(&entries, 0, room, buf, theme);
                None
            }
        }
    }
}

struct Listed<'a> {
    rows: &'a [Row],
    scene: &'a Scene<'a>,
}

impl Rows for Listed<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let row = &self.rows[row];
        match column {
            0 => row.name.as_str().into(),
            1 => row.number.as_str().into(),
            _ => Cell::new(row.read.map(|at| self.scene.age(at)).unwrap_or_default(), Role::Dim),
        }
    }
}
