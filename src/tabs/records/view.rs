//! How a list's screen is laid out and drawn.

use madoguchi_ui::input::InputView;
use madoguchi_ui::table::{self, Cell, Table};
use madoguchi_ui::text;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::flow::Fault;
use crate::locale::Value;
use crate::scene::{Scene, fault_mark};

use super::{Key, Record, Records, Source};

/// Where the parts of a records screen stand.
#[derive(Debug, Clone, Copy)]
pub struct Areas {
    filter: Rect,
    faults: Rect,
    /// What list and pane share.
    pub room: Rect,
    pub table: Rect,
    pub detail: Option<Rect>,
}

impl Areas {
    /// Whether the pane stands beside the list, in the same rows of the screen.
    pub fn beside(&self) -> bool {
        self.detail.is_some_and(|detail| detail.y == self.room.y)
    }
}

/// Something to be said of a filter.
#[derive(Debug, Clone, Copy)]
enum Remark<'a> {
    /// There is no such field.
    UnknownField(&'a str),
    /// No row holds its words, and those shown come near.
    OnlyNear,
}

impl<R: Record> Records<R> {
    /// Where the parts stand.
    pub(super) fn areas(&self, area: Rect, of: &R::Of) -> Areas {
        let faults = faults(&R::sources(of)).count() as u16;
        let filter = match (self.filtering || !self.filter.is_empty(), self.remark()) {
            (false, _) => 0,
            (true, None) => 1,
            (true, Some(_)) => 2,
        };
        let row = |y: u16, height: u16| Rect { x: area.x, y, width: area.width, height };
        let filter = row(area.y, filter.min(area.height));
        let faults = row(filter.bottom(), faults.min(area.height - filter.height));
        let room = row(faults.bottom(), area.height - filter.height - faults.height);
        let (table, detail) = self.pane.below(self.rows.all().len()).split(room);
        Areas { filter, faults, room, table, detail }
    }

    /// The columns shown, as the table takes them.
    pub(super) fn titles<'a>(&self, scene: &Scene<'a>) -> Vec<table::Column<'a>> {
        let column = |column: &usize| {
            let column = &R::COLUMNS[*column];
            table::Column {
                title: scene.say(column.title),
                width: column.width,
                align: column.align,
                priority: column.priority,
            }
        };
        self.columns.shown().iter().map(column).collect()
    }

    fn remark(&self) -> Option<Remark<'_>> {
        let unknown = self.rows.filter().unknown.as_deref().map(Remark::UnknownField);
        unknown.or_else(|| self.rows.near().then_some(Remark::OnlyNear))
    }

    /// What the filter compares a column with that it cannot be compared with.
    fn incomparable(&self) -> Option<(usize, &str)> {
        /// Rows looked at for what kind of value a column has.
        const SOME: usize = 100;
        self.rows.filter().incomparable(|column| {
            let keys = self.rows.all().iter().take(SOME).map(R::COLUMNS[column].key);
            keys.into_iter().find(|key| *key != Key::Missing).unwrap_or(Key::Missing)
        })
    }

    fn said(remark: Remark<'_>, scene: &Scene<'_>) -> String {
        match remark {
            Remark::OnlyNear => scene.say("filter-near").into_owned(),
            Remark::UnknownField(field) => {
                let fields: Vec<&str> = R::COLUMNS.iter().map(|column| column.name).collect();
                let values = [("field", Value::Text(field)), ("fields", Value::Text(&fields.join(", ")))];
                scene.with("filter-unknown-field", &values)
            }
        }
    }

    /// Draws the screen. Returns where the terminal's cursor belongs while the filter is typed.
    pub(super) fn draw(&self, area: Rect, buf: &mut Buffer, of: &R::Of, scene: &Scene<'_>) -> Option<Position> {
        let areas = self.areas(area, of);
        let theme = scene.theme;
        let sources = R::sources(of);
        let cursor = if areas.filter.height > 0 { self.draw_filter(areas.filter, buf, scene) } else { None };
        for (y, fault) in (areas.faults.top()..areas.faults.bottom()).zip(faults(&sources)) {
            let mark = fault_mark(fault);
            let (room, style) = (area.width.saturating_sub(2), theme.style(mark.role()));
            let said = format!("{} {}", theme.glyphs.mark(mark), scene.fault(fault));
            text::put_fit(buf, area.x + 1, y, room, &said, style, theme.glyphs.ellipsis);
        }
        let empty = match self.incomparable() {
            Some((column, text)) => {
                let values = [("text", Value::Text(text)), ("field", Value::Text(R::COLUMNS[column].name))];
                scene.with("filter-incomparable", &values).into()
            }
            None => scene.say(self.empty(&sources)),
        };
        let (columns, state) = (self.titles(scene), self.state());
        let rows = Shown { records: self, scene };
        let focused = !self.filtering && !self.pane.focused();
        let table = Table { columns: &columns, rows: &rows, state: &state, focused, empty: &empty };
        table.render(areas.table, buf, theme);
        if let Some(area) = areas.detail {
            self.pane.view(&self.sheet(of, scene), area, buf, scene);
        }
        cursor
    }

    fn draw_filter(&self, area: Rect, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
        let prompt = format!("{} ", scene.say("filter-label"));
        let placeholder = scene.say("filter-placeholder");
        let error = self.remark().map(|remark| Self::said(remark, scene)).unwrap_or_default();
        let view = InputView {
            prompt: &prompt,
            placeholder: &placeholder,
            error: &error,
            masked: false,
            focused: self.filtering,
        };
        view.render(&self.filter, area, buf, scene.theme)
    }

    /// Key of what an empty list says.
    fn empty(&self, sources: &[Source<'_>]) -> &'static str {
        if !self.filter.is_empty() {
            "records-filtered-empty"
        } else if sources.iter().any(|source| source.loading) {
            "loading"
        } else if sources.iter().all(|source| source.read_at.is_none()) {
            let failed = sources.iter().any(Source::unread) || sources.iter().all(|source| source.fault.is_none());
            if failed { "records-no-source" } else { "records-no-record" }
        } else if sources.iter().any(Source::unread) {
            "records-empty-as-far-as-read"
        } else {
            "records-empty"
        }
    }
}

/// What went wrong, each once: sources of one system mostly fail together.
fn faults<'a>(sources: &[Source<'a>]) -> impl Iterator<Item = &'a Fault> {
    let of = |source: &Source<'a>| source.fault;
    sources.iter().enumerate().filter_map(move |(at, source)| {
        let fault = of(source)?;
        let said = |other: &Fault| other.system == fault.system && other.kind == fault.kind;
        (!sources[..at].iter().filter_map(of).any(said)).then_some(fault)
    })
}

impl Source<'_> {
    /// It failed and was never read: what it holds is unknown. What does not exist there holds nothing.
    fn unread(&self) -> bool {
        self.read_at.is_none() && self.fault.is_some_and(|fault| !fault.is_absence())
    }

    /// The source with its age, and how much of a longer list was read.
    pub(super) fn say(&self, scene: &Scene<'_>) -> String {
        let age = match self.read_at {
            Some(at) => scene.age(at),
            None if self.loading => scene.say("loading").into_owned(),
            None => scene.unknown(),
        };
        let partial = self.rows.filter(|(read, all)| read < all).map(|(read, all)| {
            let values = [("shown", Value::Number(read as i64)), ("total", Value::Number(all as i64))];
            format!(", {}", scene.with("records-partial", &values))
        });
        format!("{} {age}{}", self.system.mark(), partial.unwrap_or_default())
    }
}

/// The rows as the table asks for them: only those in sight are made.
struct Shown<'a, R> {
    records: &'a Records<R>,
    scene: &'a Scene<'a>,
}

impl<R: Record> table::Rows for Shown<'_, R> {
    fn len(&self) -> usize {
        self.records.rows.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let column = self.records.columns.shown().get(column).and_then(|column| R::COLUMNS.get(*column));
        match (self.records.rows.at(row), column) {
            (Some(record), Some(column)) => (column.cell)(record, self.scene),
            _ => Cell::from(""),
        }
    }

    fn is_marked(&self, row: usize) -> bool {
        self.records.rows.index(row).is_some_and(|index| self.records.marks.holds(index))
    }

    fn is_changed(&self, row: usize) -> bool {
        let record = self.records.rows.at(row);
        record.is_some_and(|record| self.records.changed.holds(record, self.scene.now))
    }
}
