//! What to leave out when there is no room for all.

/// Which of these pieces are shown in `room` cells with `gap` cells between two: pieces are given as (cells, priority), and
/// the one with the highest priority number is dropped first, of equals the last. Pieces keep their order.
pub(crate) fn fit(pieces: impl IntoIterator<Item = (usize, u8)>, room: usize, gap: usize) -> Vec<bool> {
    let pieces: Vec<(usize, u8)> = pieces.into_iter().collect();
    let mut shown = vec![true; pieces.len()];
    let mut needed: usize =
        pieces.iter().map(|(cells, _)| cells + gap).fold(0, usize::saturating_add).saturating_sub(gap);
    while needed > room {
        let Some(worst) = (0..pieces.len()).filter(|i| shown[*i]).max_by_key(|i| pieces[*i].1) else { break };
        shown[worst] = false;
        needed = needed.saturating_sub(pieces[worst].0 + gap);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_important_goes_first_and_the_rest_keeps_its_order() {
        let pieces = [(5, 1), (5, 3), (5, 2), (5, 3)];
        assert_eq!(fit(pieces, 23, 1), [true, true, true, true]);
        assert_eq!(fit(pieces, 22, 1), [true, true, true, false]);
        assert_eq!(fit(pieces, 11, 1), [true, false, true, false]);
        assert_eq!(fit(pieces, 4, 1), [false, false, false, false]);
    }
}
