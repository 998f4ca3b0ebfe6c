//! The search's side of the screen: the box, the hits, and what the systems said beside them.

use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::input::InputView;
use madoguchi_ui::table::{self, Cell, Table, Width};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::system::System;
use crate::locale::Value;
use crate::overlays::search_help;
use crate::scene::Scene;

use super::layout::Areas;
use super::problems;
use super::search::{Found, Remark, Search};

/// Where the hits and the remarks stand.
#[derive(Debug, Clone, Copy)]
pub struct ResultAreas {
    /// One line: how many, and who is still being asked.
    pub summary: Rect,
    /// The table of hits.
    pub hits: Rect,
    /// What was said beside them.
    pub remarks: Rect,
}

/// Lays out the body: remarks at the bottom, never more than half of it.
pub fn areas(search: &Search, body: Rect) -> ResultAreas {
    let remarks = (search.remarks.len() as u16).min(body.height / 2);
    let summary = Rect { height: body.height.min(1), ..body };
    let hits = Rect { y: summary.bottom(), height: body.height - summary.height - remarks, ..body };
    ResultAreas { summary, hits, remarks: Rect { y: hits.bottom(), height: remarks, ..body } }
}

/// Draws box and hits. Returns where the terminal's cursor belongs.
pub fn view(search: &Search, screen: Areas, buf: &mut Buffer, scene: &Scene<'_>) -> Option<Position> {
    let theme = scene.theme;
    let prompt = format!("{} ", scene.say("search-label"));
    let placeholder = scene.say("search-placeholder");
    let view =
        InputView { prompt: &prompt, placeholder: &placeholder, error: "", masked: false, focused: search.focused };
    let cursor = view.render(&search.input, screen.bar, buf, theme);
    if search.input.is_empty() {
        // The board of the shift stands there.
        return cursor;
    }
    let areas = areas(search, screen.body);
    // Right below the box: what is wrong with what was typed, else how the search stands.
    let (words, role) = match search.problems.first() {
        Some(problem) => (problems::sentence(problem, scene), Role::Warning),
        None => (summary(search, scene), Role::Dim),
    };
    text::put_fit(
        buf,
        areas.summary.x + 2,
        areas.summary.y,
        areas.summary.width - 2,
        &words,
        theme.style(role),
        theme.glyphs.ellipsis,
    );
    let empty = if search.running {
        "loading"
    } else if search.failed() {
        "search-no-answer"
    } else if search.asked {
        "search-no-hits"
    } else if !search.problems.is_empty() {
        "search-mend"
    } else {
        "search-too-short"
    };
    let empty = scene.say(empty);
    let columns = columns(scene);
    let rows = Hits { found: &search.found, scene };
    let focused = !search.focused || !search.found.is_empty();
    let table = Table { columns: &columns, rows: &rows, state: &search.table, focused, empty: &empty };
    table.render(areas.hits, buf, theme);
    for (y, remark) in (areas.remarks.top()..areas.remarks.bottom()).zip(&search.remarks) {
        let (words, mark) = say(remark, scene);
        let role = if mark == Mark::Critical { Role::Critical } else { Role::Dim };
        text::put(buf, areas.remarks.x, y, 1, theme.glyphs.mark(mark), theme.style(mark.role()));
        text::put_fit(
            buf,
            areas.remarks.x + 2,
            y,
            areas.remarks.width - 2,
            &words,
            theme.style(role),
            theme.glyphs.ellipsis,
        );
    }
    cursor
}

/// What can be typed, while nothing is; as much of it as there is room for.
pub fn welcome(area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
    let mut entries = vec![Entry::Section(scene.words.say("search-help-title").into_owned().into())];
    entries.extend(search_help(scene));
    let width = area.width.min(76);
    let height = (entries.len() as u16 + 1).min(area.height);
    let area = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 3, width, height };
    detail::render(&entries, 0, area, buf, scene.theme);
}

fn summary(search: &Search, scene: &Scene<'_>) -> String {
    let count = scene.with("search-hits", &[("n", Value::Number(search.found.len() as i64))]);
    if search.waiting.is_empty() {
        return if search.found.is_empty() { String::new() } else { count };
    }
    let systems: Vec<&str> = search.waiting.iter().map(|system| system.name()).collect();
    let asking = scene.with("search-asking", &[("systems", Value::Text(&systems.join(", ")))]);
    if search.found.is_empty() { asking } else { format!("{count} · {asking}") }
}

fn say(remark: &Remark, scene: &Scene<'_>) -> (String, Mark) {
    match remark {
        Remark::Cannot(system, what) => {
            let what = scene.say(what.key());
            let values = [("system", Value::Text(system.name())), ("what", Value::Text(&what))];
            (scene.with("search-cannot", &values), Mark::Off)
        }
        Remark::Newest(system, what, n) => {
            let what = scene.say(what.key());
            let values =
                [("system", Value::Text(system.name())), ("what", Value::Text(&what)), ("n", Value::Number(*n as i64))];
            (scene.with("search-newest", &values), Mark::Info)
        }
        Remark::OnlyFirst(system) => {
            (scene.with("search-only-first", &[("system", Value::Text(system.name()))]), Mark::Info)
        }
        Remark::Remembered(system) => {
            (scene.with("search-remembered", &[("system", Value::Text(system.name()))]), Mark::Warning)
        }
        Remark::Failed(fault) => (scene.fault(fault), Mark::Critical),
    }
}

fn columns<'a>(scene: &Scene<'a>) -> Vec<table::Column<'a>> {
    vec![
        table::Column::new(scene.say("column-name"), Width::Fill(18)),
        table::Column::new(scene.say("column-number"), Width::Fixed(10)).priority(2),
        table::Column::new(scene.say("label-client"), Width::Fixed(12)).priority(3),
        table::Column::new(scene.say("column-why"), Width::Fill(28)).priority(1),
        table::Column::new(scene.say("column-from"), Width::Fixed(8)).priority(1),
    ]
}

struct Hits<'a> {
    found: &'a [Found],
    scene: &'a Scene<'a>,
}

impl table::Rows for Hits<'_> {
    fn len(&self) -> usize {
        self.found.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let found = &self.found[row];
        match column {
            0 if found.kana.is_empty() => Cell::from(found.name.as_str()),
            0 => Cell::from([found.name.as_str(), found.kana.as_str()].join("  ")),
            1 => Cell::from(found.customer_number.as_str()),
            2 => Cell::from(Written::some(found.key.client)),
            3 => Cell::new(why(found, self.scene), Role::Dim),
            _ if found.packed.is_some() => Cell::new(self.scene.words.say("from-pack"), Role::Warning),
            _ => {
                let mut marks = String::with_capacity(8);
                for system in System::ALL.into_iter().filter(|it| found.why.iter().any(|(system, ..)| system == it)) {
                    if !marks.is_empty() {
                        marks.push(' ');
                    }
                    marks.push_str(system.mark());
                }
                Cell::from(marks)
            }
        }
    }
}

/// Why a customer matched: each reason once, however many systems gave it.
fn why(found: &Found, scene: &Scene<'_>) -> String {
    let mut reasons = String::with_capacity(64);
    for system in System::ALL {
        for (_, what, matched) in found.why.iter().filter(|(it, ..)| *it == system) {
            let before = reasons.len();
            if before > 0 {
                reasons.push_str(", ");
            }
            let start = reasons.len();
            reasons.push_str(&scene.say(what.key()));
            reasons.push(' ');
            match what.personal() {
                Some(kind) => reasons.push_str(&crate::domain::mask::mask(kind, matched)),
                None => reasons.push_str(matched),
            }
            if reasons[..before].split(", ").any(|reason| *reason == reasons[start..]) {
                reasons.truncate(before);
            }
        }
    }
    reasons
}
