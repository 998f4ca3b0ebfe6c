//! Charts of amounts: bars that lie, one a row, and columns that stand, one a day. Nothing and unknown look different.

use std::borrow::Cow;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Position, Rect};

use crate::empty;
use crate::gauge::{eighth, steps};
use crate::glyphs::Mark;
use crate::scroll;
use crate::text::{self, Align, put, put_aligned, put_fit};
use crate::theme::{Role, Theme};

/// An amount with its name and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar<'a> {
    /// What it is of.
    pub label: Cow<'a, str>,
    /// The amount in words. Says so where it is unknown.
    pub words: Cow<'a, str>,
    /// The amount. `None` is not known.
    pub value: Option<u64>,
}

/// Lying bars, one a row: label, words, bar. The longest is the largest value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bars<'a> {
    /// From the top.
    pub bars: &'a [Bar<'a>],
    /// The one that is pointed out, by a sign and a style.
    pub highlight: Option<usize>,
    /// The first one shown. Kept below the last screen.
    pub offset: usize,
}

/// Before the label: the sign of the row pointed out, and a blank.
const GUTTER: u16 = 2;
/// Fewer cells than this do not tell amounts apart.
const LEAST: u16 = 4;

impl Bars<'_> {
    /// Draws as many rows as fit, with a scrollbar where there are more.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let offset = self.first(area);
        let whole = area.width.saturating_sub(GUTTER + 1);
        let label = longest(self.bars.iter().map(|bar| &bar.label)).min(usize::from(whole) * 2 / 5) as u16;
        let words =
            longest(self.bars.iter().map(|bar| &bar.words)).min(usize::from(whole.saturating_sub(label + 1))) as u16;
        let room = Some(whole.saturating_sub(label + words + 2)).filter(|room| *room >= LEAST).unwrap_or(0);
        let max = self.bars.iter().filter_map(|bar| bar.value).max().unwrap_or(0);
        let ellipsis = theme.glyphs.ellipsis;
        for (y, at) in (area.top()..area.bottom()).zip(offset..self.bars.len()) {
            let bar = &self.bars[at];
            let lit = self.highlight == Some(at);
            if lit {
                put(buf, area.x, y, 1, theme.glyphs.cursor, theme.style(Role::Accent));
            }
            let mut x = area.x + GUTTER;
            put_fit(buf, x, y, label.min(whole), &bar.label, theme.style(Role::Label), ellipsis);
            x += label + 1;
            let role = if bar.value.is_some() { Role::Text } else { Role::Unknown };
            put_aligned(buf, x, y, words, &bar.words, theme.style(role), ellipsis, Align::Right);
            x += words + 1;
            match bar.value {
                None => {
                    put(buf, x, y, room.min(1), theme.glyphs.mark(Mark::Unknown), theme.style(Role::Unknown));
                }
                Some(value) => {
                    let style = theme.style(if lit { Role::BarHighlight } else { Role::Bar });
                    let filled = steps(value, max, u64::from(room) * 8);
                    for cell in 0..filled.div_ceil(8).min(room.into()) as u16 {
                        put(buf, x + cell, y, 1, eighth(theme, filled, cell.into()), style);
                    }
                }
            }
        }
        scroll::render(Rect { x: area.right() - 1, width: 1, ..area }, buf, theme, offset, self.bars.len());
    }

    /// The bar at this place of the screen, wherever in its row.
    pub fn bar_at(&self, area: Rect, at: Position) -> Option<usize> {
        let bar = self.first(area) + usize::from(at.y.checked_sub(area.y)?);
        (area.contains(at) && bar < self.bars.len()).then_some(bar)
    }

    fn first(&self, area: Rect) -> usize {
        scroll::scrolled(self.offset, 0, self.bars.len(), area.height.into())
    }
}

fn longest<'a>(texts: impl Iterator<Item = &'a Cow<'a, str>>) -> usize {
    texts.map(|text| text::width(text)).max().unwrap_or(0)
}

/// An amount in a row of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<'a> {
    /// What stands below it where there is room.
    pub label: Cow<'a, str>,
    /// The amount. `None` is not known and leaves a gap.
    pub value: Option<u64>,
}

/// Standing columns, as many as a month or two have days. The highest is the largest value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns<'a> {
    /// From the left; where there is no room for all, the first ones are left out.
    pub columns: &'a [Column<'a>],
    /// The one that is pointed out, by a sign below it and a style.
    pub highlight: Option<usize>,
    /// The largest value in words, for the axis. See [`Columns::max`].
    pub max: &'a str,
    /// What to say where no value is known.
    pub empty: &'a str,
}

/// Where the columns stand.
struct Ground {
    /// The room of the columns themselves.
    chart: Rect,
    /// The first column shown.
    first: usize,
    /// Cells from one column to the next.
    pitch: u16,
}

impl Ground {
    /// The place of a shown column, over the height of the chart: one cell stays free between two where there is room.
    fn place(&self, column: usize) -> Rect {
        let x = self.chart.x + (column - self.first) as u16 * self.pitch;
        Rect { x, width: (self.pitch - 1).max(1), ..self.chart }
    }
}

/// Columns one cell high and wide as text, for where there is room for nothing but text. What is not known is a blank.
pub fn spark(values: &[Option<u64>], theme: &Theme) -> String {
    let max = values.iter().flatten().copied().max().unwrap_or(0);
    let one = |value: &Option<u64>| match value {
        None => " ",
        Some(0) => theme.glyphs.ground,
        Some(value) => theme.glyphs.rising[steps(*value, max, 8) as usize],
    };
    values.iter().map(one).collect()
}

/// Wider columns look like boxes.
const WIDEST: u16 = 4;

impl Columns<'_> {
    /// The largest known value, or none where nothing is known.
    pub fn max(columns: &[Column<'_>]) -> Option<u64> {
        columns.iter().filter_map(|column| column.value).max()
    }

    /// Draws the columns over a line of labels, with the axis at the left.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let area = area.intersection(buf.area);
        let Some(max) = Self::max(self.columns) else {
            empty::render(area, buf, theme, self.empty);
            return;
        };
        let Some(ground) = self.ground(area) else { return };
        let Ground { chart, first, .. } = ground;
        self.axis(area, chart, buf, theme);
        for at in first..self.columns.len() {
            let place = ground.place(at);
            let lit = self.highlight == Some(at);
            match self.columns[at].value {
                // A gap.
                None => {}
                Some(0) => {
                    for x in place.left()..place.right() {
                        put(buf, x, place.bottom() - 1, 1, theme.glyphs.ground, theme.style(Role::Dim));
                    }
                }
                Some(value) => {
                    let style = theme.style(if lit { Role::BarHighlight } else { Role::Bar });
                    let filled = steps(value, max, u64::from(place.height) * 8);
                    for (cell, y) in (place.top()..place.bottom()).rev().enumerate().take(filled.div_ceil(8) as usize) {
                        let eighths = filled.saturating_sub(cell as u64 * 8).min(8) as usize;
                        for x in place.left()..place.right() {
                            put(buf, x, y, 1, theme.glyphs.rising[eighths], style);
                        }
                    }
                }
            }
        }
        if chart.bottom() < area.bottom() {
            self.labels(&ground, chart.bottom(), buf, theme);
        }
    }

    /// The column at this place of the screen, wherever in its height.
    pub fn column_at(&self, area: Rect, at: Position) -> Option<usize> {
        let ground = self.ground(area)?;
        if !area.contains(at) || at.x < ground.chart.x {
            return None;
        }
        let column = ground.first + usize::from((at.x - ground.chart.x) / ground.pitch);
        (column < self.columns.len()).then_some(column)
    }

    fn ground(&self, area: Rect) -> Option<Ground> {
        if area.is_empty() || self.columns.is_empty() {
            return None;
        }
        let labels = u16::from(area.height > 2);
        let axis = text::width(self.max).min(usize::from(area.width)) as u16 + 1;
        // The axis may take a third; without room for it the columns alone still show the shape.
        let axis = if axis <= area.width / 3 { axis } else { 0 };
        let room = Rect { x: area.x + axis, width: area.width - axis, height: area.height - labels, ..area };
        let shown = self.columns.len().min(room.width.into());
        let pitch = (room.width / shown as u16).clamp(1, WIDEST);
        let chart = Rect { width: shown as u16 * pitch, ..room };
        Some(Ground { chart, first: self.columns.len() - shown, pitch })
    }

    fn axis(&self, area: Rect, chart: Rect, buf: &mut Buffer, theme: &Theme) {
        let Some(cells) = (chart.x - area.x).checked_sub(1) else { return };
        let style = theme.style(Role::Dim);
        put_aligned(buf, area.x, area.y, cells, self.max, style, "", Align::Right);
        if chart.height > 1 {
            put_aligned(buf, area.x, chart.bottom() - 1, cells, "0", style, "", Align::Right);
        }
    }

    /// The one pointed out and the last, then the first and what fits between them.
    fn labels(&self, ground: &Ground, y: u16, buf: &mut Buffer, theme: &Theme) {
        let chart = ground.chart;
        let last = self.columns.len() - 1;
        let mut taken: Vec<(u16, u16)> = Vec::new();
        let mut free = |from: u16, to: u16| {
            let fits = from >= chart.x && to <= chart.right() && taken.iter().all(|(a, b)| to < *a || *b < from);
            if fits {
                taken.push((from, to));
            }
            fits
        };
        if let Some(at) = self.highlight.filter(|at| (ground.first..=last).contains(at)) {
            let x = ground.place(at).x;
            let label = &self.columns[at].label;
            let cells = text::width(label).min(usize::from(chart.width)) as u16;
            let style = theme.style(Role::BarHighlight);
            put(buf, x, y, 1, theme.glyphs.ascending, style);
            if free(x, x + 1 + cells) {
                put(buf, x + 1, y, cells, label, style);
            } else if x >= cells && free(x - cells, x + 1) {
                put(buf, x - cells, y, cells, label, style);
            } else {
                free(x, x + 1);
            }
        }
        let style = theme.style(Role::Dim);
        // Every so many days, so that the labels stand evenly and apart.
        let widest = longest(self.columns[ground.first..].iter().map(|column| &column.label));
        let stride = (widest + 1).div_ceil(ground.pitch.into());
        for at in [last].into_iter().chain((ground.first..=last).step_by(stride)) {
            let label = &self.columns[at].label;
            let cells = text::width(label).min(usize::from(chart.width)) as u16;
            let start = ground.place(at).x;
            // The last one may stand a little to the left of its column.
            let x = if at == last { start.min(chart.right() - cells.min(chart.width)) } else { start };
            if cells > 0 && self.highlight != Some(at) && free(x, x + cells) {
                put(buf, x, y, cells, label, style);
            }
        }
    }
}

#[cfg(test)]
#[path = "bars_tests.rs"]
mod tests;
