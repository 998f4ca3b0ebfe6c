//! The dashboard: one customer at a glance, every part with its own age and its own fault.

mod blocks;
mod happened;
mod identity;
mod timeline;
mod words;

use std::borrow::Cow;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::panel::{Aside, Panel};
use madoguchi_ui::scroll::{Move, Scroll};
use madoguchi_ui::text;
use madoguchi_ui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::status::{self, Place, Task};
use crate::domain::time;
use crate::flow::{Action, Customer, Deeper, Mouse, MouseKind};
use crate::locale::Value;
use crate::scene::{Scene, tone_mark, tone_role};

use super::page::{Bookmark, Page};
use super::{Copied, Did, list};

use blocks::{Block, Line};

/// The pages, from left to right.
pub fn pages() -> Vec<Box<dyn Page<Of = Customer>>> {
    vec![Box::<Dashboard>::default(), list::<timeline::Entry>(), list::<identity::Known>()]
}

/// The dashboard's own state: the tasks and the cursor in them.
#[derive(Debug, Default)]
pub struct Dashboard {
    tasks: Vec<Task>,
    scroll: Scroll,
    /// The cursor was put where it is. One that never was stays on the first task while parts come in.
    placed: bool,
}

/// Where the blocks stand, the tasks first.
struct Placed<'a> {
    block: Block<'a>,
    area: Rect,
}

impl Page for Dashboard {
    type Of = Customer;

    /// Takes what is now known of the customer.
    fn refresh(&mut self, customer: &Customer, scene: &Scene<'_>) {
        let under_cursor = self.tasks.get(self.scroll.cursor).filter(|_| self.placed).cloned();
        let lines = customer.lines.iter().filter_map(|(_, line)| line.value());
        self.tasks = status::tasks(&customer.facts(), lines, scene.today());
        self.tasks.extend(customer.undelivered(scene.now));
        self.tasks.sort_by_key(|task| task.tone);
        if let Some(at) = self.tasks.iter().position(|task| Some(task) == under_cursor.as_ref()) {
            self.scroll.cursor = at;
        }
    }

    /// Does what an action means here.
    fn act(&mut self, action: Action, area: Rect, customer: &Customer, scene: &Scene<'_>) -> Did {
        let step = match action {
            Action::Up => Move::By(-1),
            Action::Down => Move::By(1),
            Action::PageUp => Move::Page(-1),
            Action::PageDown => Move::Page(1),
            Action::First => Move::Home,
            Action::Last => Move::End,
            Action::Open => return self.tasks.get(self.scroll.cursor).map_or(Did::Nothing, opened),
            Action::ReadLine => {
                return customer.all_lines().into_iter().next().map_or(Did::Nothing, Did::ReadLine);
            }
            Action::Copy => return Did::Copy(Copied::plain(customer.reference())),
            _ => return Did::Nothing,
        };
        self.placed = true;
        self.scroll.go(step, self.tasks.len(), self.task_rows(area, customer, scene));
        Did::Something
    }

    fn title(&self) -> &'static str {
        "page-overview"
    }

    fn holds(&self, place: &Place) -> bool {
        matches!(place, Place::Dashboard)
    }

    fn stands_at(&self, place: &Place) -> bool {
        self.tasks.get(self.scroll.cursor).is_some_and(|task| task.opens == *place)
    }

    /// Promises, because a late one is a task, and what tells whether paid data came.
    fn needs(&self, customer: &Customer) -> Vec<Deeper> {
        let read_on = customer.invoices.known.as_ref().map(|known| time::today(known.read_at));
        let top_up = read_on.and_then(|day| customer.top_up_to_read(day));
        std::iter::once(Deeper::FollowUps).chain(top_up).collect()
    }

    fn bookmark(&self) -> Bookmark {
        Bookmark { row: self.scroll.cursor, ..Bookmark::default() }
    }

    fn restore(&mut self, bookmark: &Bookmark, _: &Scene<'_>) {
        (self.scroll.cursor, self.placed) = (bookmark.row, true);
    }

    /// A click on a task selects it, a second one opens it; the wheel moves the cursor.
    fn mouse(&mut self, mouse: Mouse, area: Rect, customer: &Customer, scene: &Scene<'_>) -> Did {
        let rows = self.task_rows(area, customer, scene);
        match mouse.kind {
            MouseKind::WheelUp => self.scroll.go(Move::By(-1), self.tasks.len(), rows),
            MouseKind::WheelDown => self.scroll.go(Move::By(1), self.tasks.len(), rows),
            MouseKind::Click => {
                let placed = self.layout(area, customer, scene);
                let Some(tasks) = placed.first().map(|placed| body(placed.area, area.height)) else {
                    return Did::Nothing;
                };
                if !tasks.contains(Position::new(mouse.x, mouse.y)) {
                    return Did::Nothing;
                }
                let row = self.scroll.visible(self.tasks.len(), rows).nth(usize::from(mouse.y - tasks.y));
                match row {
                    Some(row) if row == self.scroll.cursor => return opened(&self.tasks[row]),
                    Some(row) => (self.scroll.cursor, self.placed) = (row, true),
                    None => return Did::Nothing,
                }
            }
        }
        Did::Something
    }

    /// Draws the dashboard.
    fn view(&self, area: Rect, buf: &mut Buffer, customer: &Customer, scene: &Scene<'_>) -> Option<Position> {
        for (i, placed) in self.layout(area, customer, scene).into_iter().enumerate() {
            let inner = placed.head(i == 0, area.height, buf, scene);
            let tasks = (i == 0 && !self.tasks.is_empty()).then_some(self.scroll);
            placed.block.draw(inner, tasks, buf, scene);
        }
        None
    }
}

/// A task leads to the form that settles it, or to its place.
fn opened(task: &Task) -> Did {
    task.settled_by().map_or_else(|| Did::Go(task.opens.clone()), Did::Change)
}

impl Dashboard {
    fn task_rows(&self, area: Rect, customer: &Customer, scene: &Scene<'_>) -> usize {
        let placed = self.layout(area, customer, scene);
        placed.first().map_or(0, |placed| usize::from(body(placed.area, area.height).height))
    }

    /// Columns by width; in each column every block gets what it needs, and what is short is taken from the longest.
    fn layout<'a>(&self, area: Rect, customer: &'a Customer, scene: &Scene<'a>) -> Vec<Placed<'a>> {
        let tasks = self.task_block(customer, scene);
        let [who, glance, pay, net, id, lines, links, activity] = blocks::all(customer, scene);
        let columns: Vec<Vec<Block<'_>>> = match area.width {
            150.. => vec![vec![tasks, glance, activity], vec![who, links], vec![pay, net, id, lines]],
            60.. => vec![vec![tasks, glance, lines, activity], vec![who, pay, net, id, links]],
            _ => vec![vec![tasks, glance, who, pay, net, id, lines, links, activity]],
        };
        let count = columns.len() as u16;
        let frame = if framed(area.height) { 2 } else { 1 };
        let mut placed = Vec::new();
        for (i, mut column) in columns.into_iter().enumerate() {
            let left = area.x + area.width * i as u16 / count;
            // Frames part the columns by themselves; bare ones need a blank between them.
            let gap = u16::from(!framed(area.height) && i as u16 + 1 < count);
            let right = area.x + area.width * (i as u16 + 1) / count - gap;
            let inner = right - left - if framed(area.height) { 2 } else { 0 };
            for block in &mut column {
                block.wrap(inner);
            }
            let heights = fit(&column, area.height, frame);
            let mut y = area.y;
            for (block, height) in column.into_iter().zip(heights) {
                placed.push(Placed { block, area: Rect { x: left, y, width: right - left, height } });
                y += height;
            }
        }
        placed
    }

    fn task_block<'a>(&self, customer: &'a Customer, scene: &Scene<'a>) -> Block<'a> {
        let mut block = blocks::tasks_head(customer, scene);
        block.lines = if self.tasks.is_empty() {
            vec![Line::marked(Mark::Good, scene.say("no-tasks"))]
        } else {
            let line = |task: &Task| Line {
                label: None,
                text: words::task(&task.kind, scene).into(),
                role: tone_role(task.tone),
                mark: Some(tone_mark(task.tone)),
                cut: false,
            };
            self.tasks.iter().map(line).collect()
        };
        if self.tasks.is_empty() && block.unsure {
            block.lines = vec![Line::marked(Mark::Unknown, scene.unknown())];
        }
        block
    }
}

const fn framed(height: u16) -> bool {
    height >= 34
}

/// The room of a block below its title.
const fn body(area: Rect, screen_height: u16) -> Rect {
    if framed(screen_height) {
        return Panel::inner(area);
    }
    let head = if area.height > 0 { 1 } else { 0 };
    Rect { y: area.y + head, height: area.height - head, ..area }
}

impl Placed<'_> {
    /// Its name, and how many of its lines there is no room for. A list is long anywhere: its rest is no surprise.
    fn title(&self, screen_height: u16, scene: &Scene<'_>) -> Cow<'_, str> {
        let room = usize::from(body(self.area, screen_height).height);
        let more = self.block.lines.len().saturating_sub(room);
        if more == 0 || !self.block.wraps {
            return Cow::Borrowed(&self.block.title);
        }
        let more = scene.with("panel-more", &[("n", Value::Number(more as i64))]);
        format!("{} {} {more}", self.block.title, scene.theme.glyphs.ellipsis).into()
    }

    /// Draws frame or title line with the age at its right, and returns the room below.
    fn head(&self, focused: bool, screen_height: u16, buf: &mut Buffer, scene: &Scene<'_>) -> Rect {
        let block = &self.block;
        let title = self.title(screen_height, scene);
        let aside = Aside { text: &block.aside.0, role: block.aside.1, mark: block.aside.2 };
        let aside = (!block.aside.0.is_empty()).then_some(aside);
        if framed(screen_height) {
            return Panel { title: &title, aside, focused }.render(self.area, buf, scene.theme);
        }
        let area = self.area;
        if area.height == 0 || area.width < 8 {
            return Rect::default();
        }
        let theme = scene.theme;
        let role = if focused { Role::BorderFocus } else { Role::Heading };
        let room = area.width - 1;
        let end = text::put_fit(buf, area.x, area.y, room, &title, theme.style(role), theme.glyphs.ellipsis);
        if let Some(aside) = aside {
            let sign = aside.mark.map(|mark| format!("{} ", theme.glyphs.mark(mark))).unwrap_or_default();
            let words = format!("{sign}{}", aside.text);
            let left = (area.x + room).saturating_sub(end + 1);
            let words = text::truncate(&words, usize::from(left), theme.glyphs.ellipsis);
            let x = area.x + room - text::width(&words) as u16;
            text::put(buf, x, area.y, left, &words, theme.style(aside.role));
        }
        body(area, screen_height)
    }
}

/// Heights for the blocks of a column: each what it needs, shortened from the longest on when they do not all fit.
fn fit(column: &[Block<'_>], height: u16, frame: u16) -> Vec<u16> {
    let mut heights: Vec<u16> = column.iter().map(|block| block.lines.len() as u16 + frame).collect();
    let least = frame + 1;
    loop {
        let sum: u16 = heights.iter().sum();
        if sum <= height {
            return heights;
        }
        // Lists give way first: theirs is the only text that goes on elsewhere, by scrolling or on a tab.
        let can_give = |heights: &[u16], lists: bool| {
            let blocks = (0..column.len()).filter(|i| heights[*i] > least && (!lists || !column[*i].wraps));
            blocks.max_by_key(|i| heights[*i])
        };
        match can_give(&heights, true).or_else(|| can_give(&heights, false)) {
            Some(i) => heights[i] -= 1,
            None => break,
        }
    }
    // Not even one line each: the first ones get theirs.
    let mut left = height;
    for height in &mut heights {
        *height = (*height).min(left);
        left -= *height;
    }
    heights
}
