//! Steps of one piece of work, each followed through four lanes side by side. In little room each step stands above its
//! lanes instead.

use std::borrow::Cow;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};
use ratatui_core::style::Style;

use crate::glyphs::Mark;
use crate::scroll::{self, Move};
use crate::stack::{Stack, Walk};
use crate::text::{self, fill, put, put_fit};
use crate::theme::{Role, Theme};

/// How many lanes there are.
pub const LANES: usize = 4;

/// How far a step is in one lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane<'a> {
    /// The sign that tells it at a glance.
    pub mark: Mark,
    /// A few words.
    pub text: Cow<'a, str>,
}

impl<'a> Lane<'a> {
    /// A sign and a few words.
    pub fn new(mark: Mark, text: impl Into<Cow<'a, str>>) -> Self {
        Self { mark, text: text.into() }
    }
}

/// A step and its lanes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'a> {
    /// What is done in it.
    pub name: Cow<'a, str>,
    /// How far it is. `None` where the step has nothing to do with the lane.
    pub lanes: [Option<Lane<'a>>; LANES],
}

/// Where someone is among the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LanesState {
    /// The step under the cursor, from 0.
    pub cursor: usize,
    /// The first line shown, the titles not counted.
    pub offset: usize,
}

impl LanesState {
    /// Moves among the steps drawn in `area`.
    pub fn go(&mut self, step: Move, steps: &[Step<'_>], area: Rect) {
        let layout = Layout::of(steps, area);
        (self.cursor, self.offset) = layout.walk(|walk| walk.go((self.cursor, self.offset), step));
    }

    /// The step at this place of the screen, drawn in `area`.
    pub fn step_at(&self, steps: &[Step<'_>], area: Rect, at: Position) -> Option<usize> {
        let layout = Layout::of(steps, area);
        let line = at.y.checked_sub(layout.body.y)?;
        if !layout.body.contains(at) {
            return None;
        }
        layout.stack.at(layout.offset(*self) + usize::from(line))
    }
}

/// Steps and lanes ready to draw.
#[derive(Debug, Clone, Copy)]
pub struct Lanes<'a> {
    /// What the lanes are.
    pub titles: &'a [Cow<'a, str>; LANES],
    /// In order.
    pub steps: &'a [Step<'a>],
    /// The step that is pointed out: where the lanes stop agreeing.
    pub highlight: Option<usize>,
    /// Cursor and first line shown.
    pub state: &'a LanesState,
    /// Whether it has the keyboard.
    pub focused: bool,
}

/// Lanes stand side by side from this width on, in cells.
const WIDE: u16 = 100;
/// The cursor, the sign of the step pointed out, and a blank.
const GUTTER: u16 = 3;
/// Blank cells between two lanes.
const GAP: u16 = 1;

/// Where everything stands.
struct Layout {
    wide: bool,
    /// The steps, without the titles above.
    body: Rect,
    stack: Stack,
}

impl Layout {
    fn of(steps: &[Step<'_>], area: Rect) -> Self {
        let wide = area.width >= WIDE;
        let titles = u16::from(wide && area.height > 1);
        let body = Rect { y: area.y.saturating_add(titles), height: area.height - titles, ..area };
        let lines = |step: &Step<'_>| if wide { 1 } else { 1 + step.lanes.iter().flatten().count() };
        Self { wide, body, stack: Stack::of(steps.iter().map(lines)) }
    }

    fn walk<T>(&self, go: impl Fn(&Walk<'_>) -> T) -> T {
        let height = usize::from(self.body.height).max(1);
        go(&Walk { stack: &self.stack, height, selectable: &|_| true, lead: &|_| 0 })
    }

    fn offset(&self, state: LanesState) -> usize {
        self.walk(|walk| walk.nearest(state.cursor, true).map_or(0, |step| walk.fitted(step, state.offset)))
    }
}

impl Lanes<'_> {
    /// Draws what is in sight, with a scrollbar where it is not all.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let area = area.intersection(buf.area);
        if area.is_empty() || self.steps.is_empty() {
            return;
        }
        let layout = Layout::of(self.steps, area);
        let body = layout.body;
        let offset = layout.offset(*self.state);
        let places = self.places(area, layout.wide);
        if layout.wide && body.y > area.y {
            let style = theme.style(Role::Heading);
            for (title, (x, width)) in self.titles.iter().zip(places.lanes) {
                put_fit(buf, area.x + x, area.y, width, title, style, theme.glyphs.ellipsis);
            }
        }
        let cursor = self.state.cursor.min(self.steps.len() - 1);
        for at in layout.stack.visible(offset, body.height.into()) {
            let lines = layout.stack.span(at);
            let row = |line: usize| {
                let y = (lines.start + line).checked_sub(offset)?;
                (y < usize::from(body.height)).then_some(body.y + y as u16)
            };
            let over = (self.highlight == Some(at)).then(|| theme.style(Role::Highlight));
            if let Some(style) = over {
                for y in (0..lines.len()).filter_map(row) {
                    fill(buf, Rect { y, height: 1, width: area.width - 1, ..area }, style);
                }
            }
            let chosen = (at == cursor).then(|| theme.style(self.cursor_role()));
            let pen = Pen { over, name: chosen.or(over), area, places: &places, theme };
            if let Some(y) = row(0) {
                if let Some(style) = chosen {
                    let width = (GUTTER + places.name).min(area.width - 1);
                    fill(buf, Rect { y, height: 1, width, ..area }, style);
                }
                self.gutter(at, chosen.is_some(), y, &pen, buf);
            }
            let step = &self.steps[at];
            if layout.wide {
                if let Some(y) = row(0) {
                    pen.across(step, y, buf);
                }
            } else {
                pen.down(step, self.titles, row, buf);
            }
        }
        let bar = Rect { x: area.right() - 1, width: 1, ..body };
        scroll::render(bar, buf, theme, offset, layout.stack.total());
    }

    /// The cursor covers a step's name: over all of it, what stands in the lanes would lose the roles that tell it, and a
    /// slow line would pay for all their cells.
    const fn cursor_role(&self) -> Role {
        if self.focused { Role::Selection } else { Role::SelectionIdle }
    }

    fn gutter(&self, step: usize, cursor: bool, y: u16, pen: &Pen<'_>, buf: &mut Buffer) {
        let g = pen.theme.glyphs;
        if cursor {
            let sign = if self.focused { g.cursor } else { g.cursor_idle };
            put(buf, pen.area.x, y, 1, sign, pen.name_style(Role::Accent));
        }
        if self.highlight == Some(step) {
            let x = pen.area.x + 1;
            put(buf, x, y, pen.right().saturating_sub(x).min(1), g.mark(Mark::Warning), pen.name_style(Role::Warning));
        }
    }

    fn places(&self, area: Rect, wide: bool) -> Places {
        // The last cell is the scrollbar's.
        let whole = area.width.saturating_sub(GUTTER + 1);
        let longest =
            |texts: &mut dyn Iterator<Item = &Cow<'_, str>>| texts.map(|it| text::width(it)).max().unwrap_or(0);
        let most = if wide { usize::from(whole) * 3 / 10 } else { usize::from(whole) };
        let name = longest(&mut self.steps.iter().map(|step| &step.name)).min(most) as u16;
        let title = longest(&mut self.titles.iter()).min(usize::from(whole) / 3) as u16;
        let lane = (whole - name) / LANES as u16;
        let lanes = std::array::from_fn(|at| (GUTTER + name + lane * at as u16 + GAP, lane.saturating_sub(GAP)));
        Places { name, title, lanes }
    }
}

/// How the width is divided.
struct Places {
    /// Cells of the names.
    name: u16,
    /// Cells of the titles, one below the other.
    title: u16,
    /// First cell and width of each lane, side by side.
    lanes: [(u16, u16); LANES],
}

/// Draws one step.
struct Pen<'a> {
    /// The style of everything, if the step is pointed out.
    over: Option<Style>,
    /// The style of its name, if the step is pointed out or under the cursor.
    name: Option<Style>,
    area: Rect,
    places: &'a Places,
    theme: &'a Theme,
}

impl Pen<'_> {
    fn style(&self, role: Role) -> Style {
        self.over.unwrap_or_else(|| self.theme.style(role))
    }

    fn name_style(&self, role: Role) -> Style {
        self.name.unwrap_or_else(|| self.theme.style(role))
    }

    /// The cell after the last one, which is the scrollbar's.
    fn right(&self) -> u16 {
        self.area.right() - 1
    }

    fn words(&self, x: u16, y: u16, cells: u16, words: &str, style: Style, buf: &mut Buffer) {
        let room = cells.min(self.right().saturating_sub(x));
        put_fit(buf, x, y, room, words, style, self.theme.glyphs.ellipsis);
    }

    fn lane(&self, lane: &Lane<'_>, x: u16, y: u16, cells: u16, buf: &mut Buffer) {
        let style = self.style(lane.mark.role());
        self.words(x, y, cells.min(1), self.theme.glyphs.mark(lane.mark), style, buf);
        self.words(x + 2, y, cells.saturating_sub(2), &lane.text, style, buf);
    }

    fn across(&self, step: &Step<'_>, y: u16, buf: &mut Buffer) {
        self.words(self.area.x + GUTTER, y, self.places.name, &step.name, self.name_style(Role::Text), buf);
        for (lane, (x, width)) in step.lanes.iter().zip(self.places.lanes) {
            if let Some(lane) = lane {
                self.lane(lane, self.area.x + x, y, width, buf);
            }
        }
    }

    fn down(
        &self,
        step: &Step<'_>,
        titles: &[Cow<'_, str>; LANES],
        row: impl Fn(usize) -> Option<u16>,
        buf: &mut Buffer,
    ) {
        let x = self.area.x + GUTTER;
        if let Some(y) = row(0) {
            self.words(x, y, self.area.width, &step.name, self.name_style(Role::Heading), buf);
        }
        let shown = titles.iter().zip(&step.lanes).filter_map(|(title, lane)| Some(title).zip(lane.as_ref()));
        for (i, (title, lane)) in shown.enumerate() {
            if let Some(y) = row(i + 1) {
                self.words(x + 2, y, self.places.title, title, self.style(Role::Label), buf);
                self.lane(lane, x + 2 + self.places.title + GAP, y, self.area.width, buf);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lines, theme};

    const TITLES: [Cow<'static, str>; LANES] =
        [Cow::Borrowed("Orders"), Cow::Borrowed("Billing"), Cow::Borrowed("回線"), Cow::Borrowed("Worker")];

    fn steps() -> Vec<Step<'static>> {
        let lane = Lane::new;
        vec![
            Step {
                name: "1 validate".into(),
                lanes: [Some(lane(Mark::Good, "approved")), None, None, Some(lane(Mark::Good, "10:02"))],
            },
            Step {
                name: "2 SIMの開通".into(),
                lanes: [
                    Some(lane(Mark::Pending, "activating since 10:02")),
                    None,
                    Some(lane(Mark::Critical, "210 unknown account")),
                    Some(lane(Mark::Unknown, "no event")),
                ],
            },
            Step { name: "3 write back".into(), lanes: [None, None, None, Some(lane(Mark::Off, "not begun"))] },
        ]
    }

    fn draw(width: u16, height: u16, state: LanesState) -> (Vec<String>, Buffer) {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
        let steps = steps();
        Lanes { titles: &TITLES, steps: &steps, highlight: Some(1), state: &state, focused: true }.render(
            buf.area,
            &mut buf,
            &theme(),
        );
        (lines(&buf).iter().map(|line| line.trim_end().to_owned()).collect(), buf)
    }

    #[test]
    fn wide_lanes_stand_side_by_side() {
        let (lines, buf) = draw(100, 5, LanesState::default());
        assert_eq!(
            lines,
            [
                "                Orders               Billing              回線                 Worker",
                "▸  1 validate   ✓ approved                                                     ✓ 10:02",
                " ! 2 SIMの開通  » activating since ⋯                      ✗ 210 unknown accou⋯ ? no event",
                "   3 write back                                                                - not begun",
                "",
            ]
        );
        let bg = |x: u16, y: u16| Some(buf[(x, y)].bg);
        let [cursor, pointed_out] = [Role::Selection, Role::Highlight].map(|role| theme().style(role).bg);
        assert_eq!([bg(0, 1), bg(5, 1)], [cursor, cursor]);
        assert_ne!(bg(50, 1), cursor, "what stands in the lanes keeps its roles");
        assert_eq!([bg(5, 2), bg(50, 2)], [pointed_out, pointed_out]);
    }

    #[test]
    fn narrow_lanes_stand_below_their_step() {
        let (lines, _) = draw(40, 8, LanesState { cursor: 1, offset: 0 });
        assert_eq!(
            lines,
            [
                "   1 validate                          ▐",
                "     Orders  ✓ approved                ▐",
                "     Worker  ✓ 10:02                   ▐",
                "▸! 2 SIMの開通                         ▐",
                "     Orders  » activating since 10:02  ▐",
                "     回線    ✗ 210 unknown account     ▐",
                "     Worker  ? no event                ▐",
                "   3 write back",
            ]
        );
    }

    #[test]
    fn a_step_is_shown_whole_and_found_by_any_of_its_lines() {
        let steps = steps();
        let area = Rect::new(0, 0, 40, 5);
        let mut state = LanesState::default();
        let mut after = |step| {
            state.go(step, &steps, area);
            (state.cursor, state.offset)
        };
        assert_eq!(after(Move::By(1)), (1, 2));
        assert_eq!(after(Move::By(9)), (2, 4));
        assert_eq!(after(Move::View(-1)), (1, 3));
        assert_eq!(state.step_at(&steps, area, Position::new(3, 4)), Some(2));
        assert_eq!(state.step_at(&steps, area, Position::new(3, 3)), Some(1));
        let wide = Rect::new(0, 0, 120, 5);
        let state = LanesState::default();
        assert_eq!([0, 1, 4].map(|y| state.step_at(&steps, wide, Position::new(3, y))), [None, Some(0), None]);
    }
}
