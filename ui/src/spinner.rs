//! A sign that something is under way.

use crate::glyphs::Mark;
use crate::theme::Theme;

/// The shape at this tick. Without ticks (reduced motion, or nothing asks for them) it stands still.
pub fn frame(theme: &Theme, tick: Option<u64>) -> &'static str {
    let frames = theme.glyphs.spinner;
    tick.and_then(|tick| frames.get(tick as usize % frames.len()).copied())
        .unwrap_or_else(|| theme.glyphs.mark(Mark::Pending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::theme;

    #[test]
    fn turns_and_stands_still() {
        let theme = theme();
        assert_ne!(frame(&theme, Some(0)), frame(&theme, Some(1)));
        assert_eq!(frame(&theme, Some(u64::MAX)).chars().count(), 1);
        assert_eq!(frame(&theme, None), "»");
    }
}
