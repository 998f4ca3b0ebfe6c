//! How much data one line uses, day by day: a chart over a table of the same days.

use std::borrow::Cow;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use madoguchi_ui::bars::{Bar, Bars, Column, Columns};
use madoguchi_ui::scroll::{self, Move};
use madoguchi_ui::table::{self, Cell, Table, TableState, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::line::{Line, Usage};
use crate::domain::mask::Personal;
use crate::domain::phone::Msisdn;
use crate::domain::time;
use crate::flow::{Action, Customer, Mouse, MouseKind, Remote};
use crate::locale::Value;
use crate::scene::Scene;
use crate::tabs::cells::data_kb;
use crate::tabs::days;
use crate::tabs::page::{Bookmark, Page};
use crate::tabs::{Copied, Did};

use super::freshness;

/// The days of one line. With several lines, a list at the left chooses which.
#[derive(Debug, Default)]
pub struct UsagePage {
    lines: Vec<(Msisdn, Remote<Line>)>,
    list: TableState,
    /// Somebody chose the line. Until then it is the one read last.
    chosen: bool,
    /// The first day shown in the table.
    offset: usize,
}

/// Where the parts stand.
#[derive(Debug, Clone, Copy, Default)]
struct Areas {
    list: Rect,
    heading: Rect,
    chart: Rect,
    days: Rect,
}

/// What a line used on one day.
struct Day {
    date: Date,
    kb: Option<i64>,
}

const HEADING: u16 = 3;
const LIST: u16 = 29;

impl UsagePage {
    fn current(&self) -> Option<&(Msisdn, Remote<Line>)> {
        self.lines.get(self.list.scroll.cursor.min(self.lines.len().checked_sub(1)?))
    }

    fn days(&self) -> Vec<Day> {
        let known = self.current().and_then(|(_, line)| line.known.as_ref());
        let usage = known.and_then(|known| Some((known.value.usage.as_ref()?, known.read_at)));
        usage.map(|(usage, read_at)| all_days(usage, read_at)).unwrap_or_default()
    }

    fn areas(&self, area: Rect) -> Areas {
        let list = if self.lines.len() > 1 && area.width >= 70 { LIST } else { 0 };
        let right = Rect { x: area.x + list, width: area.width - list, ..area };
        let part = |y: u16, height: u16| Rect { y, height: height.min(right.bottom().saturating_sub(y)), ..right };
        let heading = part(right.y, HEADING);
        let rest = right.height.saturating_sub(HEADING);
        let chart = part(heading.bottom(), (rest / 2).clamp(4, 12));
        let days = part(chart.bottom() + 1, right.height);
        Areas { list: Rect { width: list, ..area }, heading, chart, days }
    }

    fn scroll_days(&mut self, by: isize, areas: Areas) {
        self.offset = scroll::scrolled(self.offset, by, self.days().len(), areas.days.height.into());
    }

    fn choose(&mut self, step: Move, areas: Areas) {
        if self.lines.len() > 1 {
            let before = self.list.scroll.cursor;
            self.list.go(step, self.lines.len(), areas.list);
            self.chosen = true;
            if self.list.scroll.cursor != before {
                self.offset = 0;
            }
            return;
        }
        match step {
            Move::By(by) => self.scroll_days(by, areas),
            Move::Home => self.offset = 0,
            Move::End => self.scroll_days(1_000, areas),
            Move::Page(_) | Move::To(_) | Move::View(_) => {}
        }
    }

    /// Whose days these are and what they come to.
    fn heading(&self, area: Rect, buf: &mut Buffer, customer: &Customer, scene: &Scene<'_>) {
        let theme = scene.theme;
        let Some((msisdn, line)) = self.current() else { return };
        let mut number = scene.personal(Personal::Phone, &msisdn.to_string());
        if self.lines.len() > 1 {
            let at = self.list.scroll.cursor as i64 + 1;
            let values = [("at", Value::Number(at)), ("of", Value::Number(self.lines.len() as i64))];
            number = format!("{number}  {}", scene.with("usage-line-of", &values));
        }
        let fresh = freshness(line.known.as_ref(), customer, scene);
        let (state, role) = match (&line.fault, line.loading) {
            (_, true) => (scene.say("loading").into_owned(), Role::Dim),
            (Some(fault), false) => (scene.fault(fault), Role::Critical),
            (None, false) => (fresh, Role::Dim),
        };
        let totals = line.value().and_then(|line| line.usage.as_ref()).map(|usage| totals(usage, scene));
        let rows = [(number, Role::Heading), (state, role), (totals.unwrap_or_default(), Role::Text)];
        for (y, (words, role)) in (area.top()..area.bottom()).zip(rows) {
            let room = area.width.saturating_sub(2);
            text::put_fit(buf, area.x + 1, y, room, &words, theme.style(role), theme.glyphs.ellipsis);
        }
    }

    /// Why there is nothing to draw.
    fn empty(&self, customer: &Customer, scene: &Scene<'_>) -> String {
        match self.current() {
            None if customer.subscriptions.loading || customer.sim_cards.loading => scene.say("loading").into_owned(),
            None if !customer.knows_its_lines() => scene.say("records-no-source").into_owned(),
            None => scene.say("lines-none").into_owned(),
            Some((_, line)) if line.loading => scene.say("loading").into_owned(),
            Some((_, line)) if line.known.is_some() => scene.say("usage-unknown").into_owned(),
            Some(_) => {
                let (open, read) = (scene.key(Action::Open), scene.key(Action::ReadLine));
                scene.with("line-not-read", &[("open", Value::Text(&open)), ("read", Value::Text(&read))])
            }
        }
    }
}

/// The day of reading first, then the days before it, at most thirty of them.
fn all_days(usage: &Usage, read_at: Timestamp) -> Vec<Day> {
    let today = time::today(read_at);
    let before = usage.days_kb.iter().take(30).zip(1_i64..);
    let before = before.map(|(kb, back)| Day { date: today.saturating_sub(back.days()), kb: *kb });
    let first = Day { date: today, kb: usage.today_kb };
    std::iter::once(first).chain(before).collect()
}

/// `Today 350 MB · 30 days before: 9.2 GB`; a sum over days that were not all told is at least that much.
fn totals(usage: &Usage, scene: &Scene<'_>) -> String {
    let before: Vec<Option<i64>> = usage.days_kb.iter().take(30).copied().collect();
    let sum = data_kb(before.iter().flatten().sum());
    let today = usage.today_kb.map_or_else(|| scene.unknown(), data_kb);
    let days = Value::Number(before.len() as i64);
    let key = match (before.is_empty(), before.contains(&None)) {
        (true, _) => "usage-today",
        (false, false) => "usage-sum",
        (false, true) => "usage-sum-at-least",
    };
    let mut words = scene.with(key, &[("today", Value::Text(&today)), ("sum", Value::Text(&sum)), ("days", days)]);
    if usage.throttled == Some(true) {
        words = format!("{words} · {}", scene.say("label-throttled"));
    }
    words
}

impl Page for UsagePage {
    type Of = Customer;

    fn title(&self) -> &'static str {
        "page-usage"
    }

    fn refresh(&mut self, customer: &Customer, _: &Scene<'_>) {
        let under_cursor = self.current().filter(|_| self.chosen).map(|(msisdn, _)| msisdn.clone());
        let line = |msisdn: Msisdn| {
            let remote = customer.line(&msisdn).cloned().unwrap_or_default();
            (msisdn, remote)
        };
        self.lines = customer.all_lines().into_iter().map(line).collect();
        let read_at = |i: &usize| self.lines[*i].1.known.as_ref().map(|known| known.read_at);
        let at = if let Some(msisdn) = under_cursor {
            self.lines.iter().position(|(it, _)| *it == msisdn)
        } else {
            // Backwards, because of equals the last one is the greatest.
            (0..self.lines.len()).rev().filter(|i| read_at(i).is_some()).max_by_key(read_at)
        };
        self.list.scroll.cursor = at.unwrap_or(0);
    }

    fn act(&mut self, action: Action, area: Rect, _: &Customer, _: &Scene<'_>) -> Did {
        let areas = self.areas(area);
        let page = isize::try_from(areas.days.height.max(2) - 1).unwrap_or(1);
        match action {
            Action::Up => self.choose(Move::By(-1), areas),
            Action::Down => self.choose(Move::By(1), areas),
            Action::First => self.choose(Move::Home, areas),
            Action::Last => self.choose(Move::End, areas),
            Action::PageUp => self.scroll_days(-page, areas),
            Action::PageDown => self.scroll_days(page, areas),
            Action::ReadLine => {
                return self.current().map_or(Did::Nothing, |(msisdn, _)| Did::ReadLine(msisdn.clone()));
            }
            Action::Open => {
                let never = self.current().filter(|(_, line)| line.known.is_none() && !line.loading);
                return never.map_or(Did::Nothing, |(msisdn, _)| Did::ReadLine(msisdn.clone()));
            }
            Action::Copy => {
                let digits = self.current().map(|(msisdn, _)| msisdn.digits().to_owned());
                return digits.map_or(Did::Nothing, |text| Did::Copy(Copied { text, personal: true }));
            }
            _ => return Did::Nothing,
        }
        Did::Something
    }

    /// A click chooses a line; the wheel scrolls the days.
    fn mouse(&mut self, mouse: Mouse, area: Rect, _: &Customer, _: &Scene<'_>) -> Did {
        let areas = self.areas(area);
        let at = Position::new(mouse.x, mouse.y);
        match mouse.kind {
            MouseKind::WheelUp => self.scroll_days(-3, areas),
            MouseKind::WheelDown => self.scroll_days(3, areas),
            MouseKind::Click => match self.list.row_at(areas.list, self.lines.len(), at) {
                Some(row) => self.choose(Move::To(row), areas),
                None => return Did::Nothing,
            },
        }
        Did::Something
    }

    fn view(&self, area: Rect, buf: &mut Buffer, customer: &Customer, scene: &Scene<'_>) -> Option<Position> {
        let areas = self.areas(area);
        if areas.list.width > 0 {
            let columns = [
                table::Column::new(scene.say("column-line"), Width::Fixed(14)),
                table::Column::new(scene.say("column-read"), Width::Fixed(8)),
            ];
            let rows = Lines { lines: &self.lines, scene };
            let table = Table { columns: &columns, rows: &rows, state: &self.list, focused: true, empty: "" };
            table.render(Rect { width: areas.list.width - 1, ..areas.list }, buf, scene.theme);
        }
        self.heading(areas.heading, buf, customer, scene);
        let days = self.days();
        let empty = self.empty(customer, scene);
        let kb = |day: &Day| day.kb.map(|kb| kb.max(0).unsigned_abs());
        let columns: Vec<Column<'_>> = days
            .iter()
            .rev()
            .map(|day| Column { label: Cow::Owned(format!("{}/{}", day.date.month(), day.date.day())), value: kb(day) })
            .collect();
        let max = Columns::max(&columns).and_then(|kb| i64::try_from(kb).ok()).map(data_kb).unwrap_or_default();
        let chart = Columns { columns: &columns, highlight: columns.len().checked_sub(1), max: &max, empty: &empty };
        chart.render(areas.chart, buf, scene.theme);
        let bars: Vec<Bar<'_>> = days
            .iter()
            .map(|day| Bar {
                label: Cow::Owned(format!("{} {}", time::iso(day.date), scene.words.say(days::weekday(day.date)))),
                words: day.kb.map_or_else(|| scene.unknown(), data_kb).into(),
                value: kb(day),
            })
            .collect();
        Bars { bars: &bars, highlight: Some(0), offset: self.offset }.render(areas.days, buf, scene.theme);
        None
    }

    fn holds(&self, _: &crate::domain::status::Place) -> bool {
        false
    }

    fn stands_at(&self, place: &crate::domain::status::Place) -> bool {
        let current = self.current().map(|(line, _)| line);
        matches!(place, crate::domain::status::Place::Line(Some(line)) if current == Some(line))
    }

    fn freshness(&self, _: &Customer, scene: &Scene<'_>) -> String {
        let read_at = self.current().and_then(|(_, line)| line.known.as_ref()).map(|known| known.read_at);
        let mark = crate::domain::system::System::Freebit.mark();
        read_at.map(|at| format!("{mark} {}", scene.age(at))).unwrap_or_default()
    }

    fn bookmark(&self) -> Bookmark {
        let identity = self.current().map(|(msisdn, _)| msisdn.digits().to_owned());
        Bookmark { row: self.list.scroll.cursor, identity, ..Bookmark::default() }
    }

    fn restore(&mut self, bookmark: &Bookmark, _: &Scene<'_>) {
        let same = |(msisdn, _): &(Msisdn, Remote<Line>)| bookmark.identity.as_deref() == Some(msisdn.digits());
        self.list.scroll.cursor = self.lines.iter().position(same).unwrap_or(bookmark.row);
        self.chosen = true;
    }
}

/// The lines as the table asks for them.
struct Lines<'a> {
    lines: &'a [(Msisdn, Remote<Line>)],
    scene: &'a Scene<'a>,
}

impl table::Rows for Lines<'_> {
    fn len(&self) -> usize {
        self.lines.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let Some((msisdn, line)) = self.lines.get(row) else { return Cell::from("") };
        match (column, &line.known) {
            (0, _) => Cell::from(self.scene.personal(Personal::Phone, &msisdn.to_string())),
            (_, Some(known)) => Cell::new(self.scene.age(known.read_at), Role::Dim),
            (_, None) => Cell::new("-", Role::Dim),
        }
    }
}
