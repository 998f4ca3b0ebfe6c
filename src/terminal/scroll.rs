//! Finds the band of rows that moved up or down as a whole, so that the terminal moves it itself: one new row is
//! sent instead of thirty.

use ratatui::buffer::{Buffer, Cell};

use super::pen::{Pen, looks_same};

/// Scrolling must save more than this many bytes: below it, the terminal's work and the risk are not worth it.
const WORTH: i32 = 100;
/// Region set and reset, the move to its edge.
const OVERHEAD: i32 = 20;
/// Farther jumps share little; looking for them costs more than it finds.
const FARTHEST: usize = 30;

/// Rows `top..=bottom` move by `by` rows: up when positive, down when negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scroll {
    pub(super) top: u16,
    pub(super) bottom: u16,
    pub(super) by: i16,
}

/// The scroll that saves the most bytes on the way from `shown` to `next`, if any is worth it.
///
/// Both buffers have the same size and hold `""` under wide characters.
pub(super) fn find(shown: &Buffer, next: &Buffer) -> Option<Scroll> {
    let (width, height) = (usize::from(next.area.width), usize::from(next.area.height));
    if width == 0 || height < 3 {
        return None;
    }
    let old: Vec<&[Cell]> = shown.content.chunks_exact(width).collect();
    let new: Vec<&[Cell]> = next.content.chunks_exact(width).collect();
    let plain: Vec<i32> = old.iter().zip(&new).map(|(old, new)| cost(old, new)).collect();
    if plain.iter().sum::<i32>() < WORTH + OVERHEAD {
        return None;
    }
    let by = most_seen_shift(&old, &new, &plain)?;
    best_band(&old, &new, &plain, by)
}

/// The distance by which most changed rows moved, judged by the text of their left half: what stands at the right
/// may be a pane of its own.
fn most_seen_shift(old: &[&[Cell]], new: &[&[Cell]], plain: &[i32]) -> Option<isize> {
    let old_marks: Vec<Option<u64>> = old.iter().map(|row| mark(row)).collect();
    let height = old.len();
    let reach = FARTHEST.min(height - 2);
    let mut votes = vec![0_u32; 2 * reach + 1];
    for (y, row) in new.iter().enumerate() {
        if plain[y] == 0 {
            continue;
        }
        let Some(wanted) = mark(row) else { continue };
        let from = y.saturating_sub(reach);
        let until = (y + reach + 1).min(height);
        for (i, old_mark) in old_marks[from..until].iter().enumerate() {
            if *old_mark == Some(wanted) {
                votes[from + i + reach - y] += 1;
            }
        }
    }
    votes[reach] = 0;
    let (winner, count) = votes.iter().enumerate().max_by_key(|(_, count)| **count)?;
    (*count > 0).then_some(winner as isize - reach as isize)
}

/// A hash of what the left half of a row says, `None` for a blank one.
fn mark(row: &[Cell]) -> Option<u64> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut said = false;
    for cell in &row[..row.len().div_ceil(2)] {
        for byte in cell.symbol().bytes() {
            said |= byte != b' ';
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    said.then_some(hash)
}

/// The rows between which moving by `by` saves the most. Every pair of edges is tried on running sums.
fn best_band(old: &[&[Cell]], new: &[&[Cell]], plain: &[i32], by: isize) -> Option<Scroll> {
    let height = old.len();
    let distance = by.unsigned_abs();
    let blank = vec![Cell::EMPTY; new[0].len()];
    // What each row saves when it receives its moved neighbour, and when it receives a blank row.
    let mut moved = vec![0_i32; height + 1];
    let mut blanked = vec![0_i32; height + 1];
    for y in 0..height {
        let source = y.checked_add_signed(by).filter(|source| *source < height);
        let save = source.map_or(0, |source| plain[y] - cost(old[source], new[y]));
        moved[y + 1] = moved[y] + save;
        blanked[y + 1] = blanked[y] + plain[y] - cost(&blank, new[y]);
    }
    let mut best: Option<(i32, Scroll)> = None;
    for top in 0..height {
        for end in top + distance + 1..=height {
            let (moved_rows, blank_rows) = if by > 0 {
                ((top, end - distance), (end - distance, end))
            } else {
                ((top + distance, end), (top, top + distance))
            };
            let saved =
                moved[moved_rows.1] - moved[moved_rows.0] + blanked[blank_rows.1] - blanked[blank_rows.0] - OVERHEAD;
            if saved > best.map_or(WORTH, |(most, _)| most) {
                best = Some((saved, Scroll { top: top as u16, bottom: (end - 1) as u16, by: by as i16 }));
            }
        }
    }
    best.map(|(_, scroll)| scroll)
}

/// About how many bytes turn one row into the other: text, a move for each gap, an SGR for each new style, an erase
/// for a blank end.
fn cost(old: &[Cell], new: &[Cell]) -> i32 {
    let mut bytes = 0;
    let mut since_text = 0;
    let mut pen: Option<Pen> = None;
    let mut last_changed = None;
    for (x, (old, new)) in old.iter().zip(new).enumerate() {
        if looks_same(old, new) {
            continue;
        }
        if last_changed.is_none_or(|last| last + 1 != x) {
            bytes += 5;
        }
        last_changed = Some(x);
        let wanted = pen.unwrap_or(Pen::PLAIN).towards(new);
        if pen != Some(wanted) {
            bytes += 6;
            pen = Some(wanted);
        }
        if new.symbol() == " " {
            since_text += 1;
        } else {
            bytes += since_text + new.symbol().len() as i32;
            since_text = 0;
        }
    }
    bytes + since_text.min(4)
}
