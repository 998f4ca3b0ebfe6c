//! The arithmetic of blocks of several lines, one below the other: what stands where, and what has to be shown.

use std::ops::Range;

use crate::scroll::{Move, scrolled};

/// Where each block ends, in lines.
pub(crate) struct Stack {
    ends: Vec<usize>,
}

impl Stack {
    /// Blocks of these heights, from the top.
    pub(crate) fn of(heights: impl Iterator<Item = usize>) -> Self {
        let mut end = 0;
        let ends = heights.map(|lines| {
            end += lines;
            end
        });
        Self { ends: ends.collect() }
    }

    /// Lines of all blocks.
    pub(crate) fn total(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// The lines of a block. Past the last block: nothing, at the end.
    pub(crate) fn span(&self, block: usize) -> Range<usize> {
        let start = block.checked_sub(1).map_or(0, |before| self.ends.get(before).copied().unwrap_or(self.total()));
        start..self.ends.get(block).copied().unwrap_or(start)
    }

    /// The block that has this line.
    pub(crate) fn at(&self, line: usize) -> Option<usize> {
        (line < self.total()).then(|| self.ends.partition_point(|end| *end <= line))
    }

    /// The blocks of which at least one line is shown.
    pub(crate) fn visible(&self, offset: usize, height: usize) -> Range<usize> {
        let from = self.ends.partition_point(|end| *end <= offset);
        let last = self.at((offset + height).saturating_sub(1)).map_or(self.ends.len(), |block| block + 1);
        if height == 0 { from..from } else { from..last.max(from) }
    }
}

/// The offset nearest to this one that shows all of the lines, or nothing but them where they are more than fit.
pub(crate) fn reveal(lines: &Range<usize>, offset: usize, height: usize) -> usize {
    let other = lines.end.saturating_sub(height);
    offset.clamp(lines.start.min(other), lines.start.max(other))
}

/// As [`reveal`], but content with a single line in sight.
pub(crate) fn in_sight(lines: &Range<usize>, offset: usize, height: usize) -> usize {
    let seen = lines.start < offset + height && offset < lines.end;
    if seen { offset } else { reveal(lines, offset, height) }
}

/// A cursor that goes from block to block, and the first line shown.
///
/// Blocks that cannot be selected are passed over; one taller than the screen is scrolled through before it is left.
pub(crate) struct Walk<'a> {
    /// The blocks.
    pub(crate) stack: &'a Stack,
    /// Lines shown, at least 1.
    pub(crate) height: usize,
    /// Whether the cursor may stand on this block.
    pub(crate) selectable: &'a dyn Fn(usize) -> bool,
    /// Lines above this block that are shown with it where both fit.
    pub(crate) lead: &'a dyn Fn(usize) -> usize,
}

impl Walk<'_> {
    /// Cursor and first line after a move.
    pub(crate) fn go(&self, (cursor, offset): (usize, usize), step: Move) -> (usize, usize) {
        let cursor = self.nearest(cursor, true).unwrap_or(0);
        let mut at = (cursor, self.fitted(cursor, offset));
        let page = isize::try_from((self.height - 1).max(1)).unwrap_or(isize::MAX);
        match step {
            Move::By(by) => {
                // Nothing has more steps than lines and blocks.
                for _ in 0..by.unsigned_abs().min(self.stack.ends.len() + self.stack.total()) {
                    at = self.step(at, by > 0);
                }
                at
            }
            Move::Page(by) => self.page(at, by.saturating_mul(page)),
            Move::Home => self.edge(true),
            Move::End => self.edge(false),
            Move::To(block) => {
                let block = self.nearest(block, true).unwrap_or(0);
                (block, self.revealed(block, at.1))
            }
            Move::View(by) => {
                let offset = scrolled(at.1, by, self.stack.total(), self.height);
                (self.follow(at.0, offset), offset)
            }
        }
    }

    /// The first line to show: none beyond the end, and some line of the cursor's block is in sight.
    pub(crate) fn fitted(&self, cursor: usize, offset: usize) -> usize {
        let offset = scrolled(offset, 0, self.stack.total(), self.height);
        in_sight(&self.stack.span(cursor), offset, self.height)
    }

    /// The block itself if it can be selected, else the nearest that can, in this direction if there is one.
    pub(crate) fn nearest(&self, block: usize, down: bool) -> Option<usize> {
        let block = block.min(self.stack.ends.len().saturating_sub(1));
        self.selectable(block, down).or_else(|| self.selectable(block, !down))
    }

    fn selectable(&self, from: usize, down: bool) -> Option<usize> {
        let len = self.stack.ends.len();
        let can = |block: &usize| (self.selectable)(*block);
        if down { (from..len).find(can) } else { (0..len.min(from + 1)).rev().find(can) }
    }

    /// The first line to show so that all of this block is seen, or its start.
    fn revealed(&self, block: usize, offset: usize) -> usize {
        let lines = self.stack.span(block);
        let led = lines.start.saturating_sub((self.lead)(block))..lines.end;
        reveal(if led.len() <= self.height { &led } else { &lines }, offset, self.height)
    }

    fn step(&self, (cursor, offset): (usize, usize), down: bool) -> (usize, usize) {
        let lines = self.stack.span(cursor);
        let tall = lines.len() > self.height;
        let more = if down { lines.end > offset + self.height } else { lines.start < offset };
        if tall && more {
            return (cursor, offset.saturating_add_signed(if down { 1 } else { -1 }));
        }
        let next = if down { cursor.checked_add(1) } else { cursor.checked_sub(1) };
        match next.and_then(|from| self.selectable(from, down)) {
            Some(next) => {
                let lines = self.stack.span(next);
                // A tall one is entered at the end one comes from.
                let offset = match down {
                    _ if lines.len() <= self.height => self.revealed(next, offset),
                    true => lines.start,
                    false => lines.end - self.height,
                };
                (next, offset)
            }
            None if !down && !tall => self.edge(true),
            None => (cursor, offset),
        }
    }

    /// The first or last block, and all that can be shown beyond it.
    fn edge(&self, first: bool) -> (usize, usize) {
        let end = if first { 0 } else { usize::MAX };
        let block = self.nearest(end, first).unwrap_or(0);
        (block, self.fitted(block, end))
    }

    fn page(&self, (cursor, offset): (usize, usize), by: isize) -> (usize, usize) {
        let total = self.stack.total();
        let from = self.stack.span(cursor).start.max(offset);
        let line = from.saturating_add_signed(by).min(total.saturating_sub(1));
        let offset = scrolled(offset, by, total, self.height);
        let Some(block) = self.stack.at(line).and_then(|block| self.nearest(block, by > 0)) else {
            return (cursor, offset);
        };
        let lines = self.stack.span(block);
        if lines.len() > self.height {
            (block, in_sight(&lines, offset, self.height))
        } else {
            (block, self.revealed(block, offset))
        }
    }

    /// The nearest block in sight, one that is wholly in sight if there is any.
    fn follow(&self, cursor: usize, offset: usize) -> usize {
        let shown = || self.stack.visible(offset, self.height).filter(|block| (self.selectable)(*block));
        let whole = |block: &usize| {
            let lines = self.stack.span(*block);
            offset <= lines.start && lines.end <= offset + self.height
        };
        let near = |block: &usize| block.abs_diff(cursor);
        shown().filter(whole).min_by_key(near).or_else(|| shown().min_by_key(near)).unwrap_or(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_lines_find_each_other() {
        let it = Stack::of([2, 0, 3, 1].into_iter());
        assert_eq!(it.total(), 6);
        assert_eq!([it.span(0), it.span(1), it.span(2), it.span(3), it.span(9)], [0..2, 2..2, 2..5, 5..6, 6..6]);
        assert_eq!([it.at(0), it.at(2), it.at(5), it.at(6)], [Some(0), Some(2), Some(3), None]);
        assert_eq!([it.visible(0, 2), it.visible(1, 2), it.visible(4, 9), it.visible(0, 0)], [0..1, 0..3, 2..4, 0..0]);
        let none = Stack::of([].into_iter());
        assert_eq!((none.total(), none.at(0), none.visible(0, 5)), (0, None, 0..0));
    }

    #[test]
    fn what_is_shown_follows_what_is_wanted_by_the_least() {
        assert_eq!(reveal(&(4..6), 0, 10), 0);
        assert_eq!(reveal(&(4..6), 0, 5), 1);
        assert_eq!(reveal(&(4..6), 9, 5), 4);
        assert_eq!(reveal(&(4..24), 0, 5), 4);
        assert_eq!(reveal(&(4..24), 10, 5), 10);
        assert_eq!(reveal(&(4..24), 40, 5), 19);
        assert_eq!(in_sight(&(4..6), 5, 5), 5);
        assert_eq!(in_sight(&(4..6), 6, 5), 4);
    }
}
