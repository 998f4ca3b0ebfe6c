//! The arithmetic of blocks of several lines, one below the other: what stands where, and what has to be shown.

use std::ops::Range;

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
