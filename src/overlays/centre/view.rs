//! How the centre is drawn.

use std::borrow::Cow;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::InputView;
use madoguchi_ui::table::{self, Cell, Column, Table, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::notification::{Kept, Mute, Owner};
use crate::domain::status::Tone;
use crate::domain::time;
use crate::locale::Value;
use crate::overlays::frame;
use crate::scene::{Scene, tone_mark};

use super::rows::{Row, State};
use super::{Centre, HEIGHT, Mode, WIDTH, Whose};

/// The column that says what became of a notification, where that is shown.
const STATE: usize = 4;

impl Centre {
    /// Draws it. Returns where the terminal's cursor belongs.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let theme = scene.theme;
        let rules = matches!(self.mode, Mode::Rules(_));
        let title = scene.say(if rules { "centre-rules-title" } else { "centre-title" });
        frame(&title, screen, WIDTH, HEIGHT, buf, scene);
        let (head, body, foot) = Self::parts(screen);
        let dim = theme.style(Role::Dim);
        let put = |buf: &mut Buffer, y: u16, words: &str, role: Role| {
            if y < foot.bottom() {
                text::put_fit(buf, head.x, y, head.width, words, theme.style(role), theme.glyphs.ellipsis);
            }
        };
        if let Mode::Rules(state) = &self.mode {
            let columns = [
                Column::new(scene.say("centre-what"), Width::Fill(20)),
                Column::new(scene.say("column-number"), Width::Fill(12)),
            ];
            let rows = Rules { mutes: &self.told.mutes, scene };
            let empty = scene.say("centre-no-rules");
            Table { columns: &columns, rows: &rows, state, focused: true, empty: &empty }.render(body, buf, theme);
            put(buf, foot.bottom().saturating_sub(1), &scene.say_keyed("centre-keys-rules"), Role::Dim);
            return None;
        }
        text::put_fit(buf, head.x, head.y, head.width, &self.shown(scene), dim, theme.glyphs.ellipsis);
        let rows = Listed { rows: &self.rows, aside: self.aside, scene };
        let empty = scene.say(if self.told.kept.is_empty() { "centre-empty" } else { "centre-filtered-empty" });
        let columns = self.columns(scene);
        Table { columns: &columns, rows: &rows, state: &self.table, focused: true, empty: &empty }
            .render(body, buf, theme);
        if let Some(row) = self.current() {
            let whole = whole(row, scene);
            let lines = text::wrap(&whole, usize::from(foot.width));
            for (y, line) in (foot.y..foot.y + 2).zip(lines) {
                put(buf, y, line, Role::Text);
            }
        }
        if let Some(key) = self.said {
            put(buf, foot.y + 2, &scene.say(key), Role::Warning);
        }
        let last = foot.bottom().saturating_sub(1);
        match &self.mode {
            Mode::Snooze(line) => {
                let prompt = format!("{} ", scene.say("centre-ask-snooze"));
                let placeholder = scene.say("centre-snooze-example");
                let view =
                    InputView { prompt: &prompt, placeholder: &placeholder, error: "", masked: false, focused: true };
                return view.render(line, Rect { y: last, height: 1, ..foot }, buf, theme);
            }
            Mode::Mute => {
                let customer = self.chosen().is_some_and(|kept| kept.notification.who.is_some());
                put(
                    buf,
                    last,
                    &scene.say_keyed(if customer { "centre-ask-mute" } else { "centre-ask-mute-kind" }),
                    Role::Accent,
                );
            }
            _ => put(buf, last, &scene.say_keyed("centre-keys"), Role::Dim),
        }
        None
    }

    /// How much of all is shown, and by what it was chosen, each with its key.
    fn shown(&self, scene: &Scene<'_>) -> String {
        let kind =
            self.kind.map_or_else(|| scene.words.say("centre-all-kinds").into_owned(), |it| scene.notification(it));
        let urgency = scene.words.say(match self.least {
            None => "centre-any-urgency",
            Some(Tone::Critical) => "centre-critical",
            Some(_) => "centre-warnings",
        });
        let whose = scene.words.say(match self.whose {
            Whose::All => "centre-everybody",
            Whose::Mine => "centre-mine",
            Whose::MineAndQueues => "centre-my-queues",
        });
        let aside = scene.words.say(if self.aside { "centre-aside" } else { "centre-not-aside" });
        let listed = self.rows.iter().filter(|row| matches!(row, Row::Kept { .. })).count();
        let values = [("n", Value::Number(listed as i64)), ("all", Value::Number(self.told.kept.len() as i64))];
        let mut words = vec![scene.with("centre-listed", &values)];
        if self.told.dropped > 0 {
            let n = i64::try_from(self.told.dropped).unwrap_or(i64::MAX);
            words.push(scene.with("centre-dropped", &[("n", Value::Number(n))]));
        }
        words.extend([
            format!("<centre.kind> {kind}"),
            format!("<centre.urgency> {urgency}"),
            format!("<centre.whose> {whose}"),
            format!("<centre.aside> {aside}"),
        ]);
        // What has lost its key is still said: it is how what is shown was chosen.
        words.iter().map(|it| scene.keyed_or_bare(it)).collect::<Vec<_>>().join("  ")
    }

    fn columns<'a>(&self, scene: &Scene<'a>) -> Vec<Column<'a>> {
        let mut columns = vec![
            Column::new(scene.say("column-number"), Width::Fixed(10)),
            Column::new(scene.say("column-name"), Width::Fill(12)).priority(4),
            Column::new(scene.say("centre-what"), Width::Fill(24)),
            Column::new(scene.say("centre-about"), Width::Min(10)).priority(1),
            Column::new(scene.say("column-from"), Width::Fixed(6)).priority(5),
            Column::new(scene.say("column-owner"), Width::Min(9)).priority(6),
            Column::new(scene.say("operations-age"), Width::Fixed(8)).right(),
        ];
        if self.aside {
            columns.insert(STATE, Column::new(scene.say("column-status"), Width::Fixed(17)).priority(2));
        }
        columns
    }
}

/// A row without what its columns cut.
fn whole(row: &Row, scene: &Scene<'_>) -> String {
    match row {
        Row::Remark { remark, .. } => remark.text.clone(),
        Row::Kept { kept, .. } => {
            let told = &kept.notification;
            let who = told.who.as_ref().map(|who| format!("{} {}", who.number, who.name)).unwrap_or_default();
            let pieces = [
                scene.notification(told.kind),
                told.drift.as_ref().map(|_| scene.told(told)).unwrap_or_default(),
                who,
                scene.free_text(&told.about).into_owned(),
                scene.detail(told).into_owned(),
                owner(&told.owner, scene).into_owned(),
                scene.moment(Some(told.at)).into_owned(),
            ];
            let pieces: Vec<String> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
            pieces.join("  ")
        }
    }
}

fn owner<'a>(owner: &'a Owner, scene: &Scene<'a>) -> Cow<'a, str> {
    match owner {
        Owner::Mine => scene.say("centre-owner-me"),
        Owner::MyQueue(name) | Owner::Other(name) => Cow::Borrowed(name.as_str()),
        Owner::Nobody => Cow::Borrowed(""),
    }
}

struct Listed<'a> {
    rows: &'a [Row],
    /// What became of each is shown.
    aside: bool,
    scene: &'a Scene<'a>,
}

impl Listed<'_> {
    fn kept<'b>(&'b self, kept: &'b Kept, first: bool, state: State, column: usize) -> Cell<'b> {
        let (told, scene) = (&kept.notification, self.scene);
        match column {
            0 => told.who.as_ref().map_or("-", |who| who.number.as_str()).into(),
            1 => told.who.as_ref().filter(|_| first).map_or("", |who| who.name.as_str()).into(),
            2 => {
                let mark = tone_mark(told.kind.tone());
                if state == State::Waits {
                    Cell::marked(mark, scene.told(told))
                } else {
                    // It was put aside: how urgent it was is still told by its sign.
                    Cell { role: Role::Dim, ..Cell::marked(mark, scene.told(told)) }
                }
            }
            3 => Cell::new(scene.free_text(&told.about), Role::Text),
            4 => Cell::new(state_words(state, scene), Role::Dim),
            5 => Cell::new(scene.source(told.key.source), Role::Dim),
            6 => Cell::new(owner(&told.owner, scene), Role::Dim),
            _ => scene.age(told.at).into(),
        }
    }
}

impl table::Rows for Listed<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let column = if self.aside || column < STATE { column } else { column + 1 };
        match (&self.rows[row], column) {
            (Row::Kept { kept, first, state }, _) => self.kept(kept, *first, *state, column),
            (Row::Remark { first: true, .. }, 0) => Cell::new(self.scene.say("centre-desk"), Role::Heading),
            (Row::Remark { remark, .. }, 2) => {
                let mark = tone_mark(remark.tone);
                let mark = if mark == Mark::Off { Mark::Blank } else { mark };
                Cell { role: Role::Text, ..Cell::marked(mark, remark.text.as_str()) }
            }
            (Row::Remark { remark, .. }, 7) => time::clock(remark.at).into(),
            (Row::Remark { .. }, _) => "".into(),
        }
    }
}

fn state_words(state: State, scene: &Scene<'_>) -> String {
    match state {
        State::Waits => String::new(),
        State::Muted => scene.words.say("centre-state-muted").into_owned(),
        State::Done(at) => scene.with("centre-state-done", &[("at", Value::Text(&time::clock(at)))]),
        State::Snoozed(until) => scene.with("centre-state-snoozed", &[("until", Value::Text(&short(until, scene)))]),
    }
}

/// A moment: the time today, the day otherwise.
fn short(at: jiff::Timestamp, scene: &Scene<'_>) -> String {
    if time::today(at) == scene.today() { time::clock(at) } else { time::date_time(at) }
}

struct Rules<'a> {
    mutes: &'a [Mute],
    scene: &'a Scene<'a>,
}

impl table::Rows for Rules<'_> {
    fn len(&self) -> usize {
        self.mutes.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let mute = &self.mutes[row];
        let words = match column {
            0 => mute.kind.map_or_else(|| self.scene.say("centre-all-kinds"), |it| self.scene.notification(it).into()),
            _ => match &mute.customer {
                Some(number) => Cow::Borrowed(number.as_str()),
                None => self.scene.say("centre-all-customers"),
            },
        };
        Cell::new(words, Role::Text)
    }
}
