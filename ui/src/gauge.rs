//! A bar that says how much of something is used or left, a countdown included. What is not known is not drawn as nothing.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Modifier;

use crate::glyphs::Mark;
use crate::text::{self, pieces, put, put_fit};
use crate::theme::{Role, Theme};

/// How full a gauge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// This much of the whole. More than the whole is full; of a whole of zero nothing is.
    Of {
        /// What is used, left, or gone by.
        part: u64,
        /// What there is of it.
        whole: u64,
    },
    /// Cannot be told.
    Unknown,
}

/// Where the words of a gauge stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Words<'a> {
    /// There are none.
    #[default]
    None,
    /// In the bar; the filled part is reversed under them.
    Inside(&'a str),
    /// At the right of the bar. In little room they stay and the bar goes.
    Beside(&'a str),
}

/// A gauge ready to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gauge<'a> {
    /// How full it is.
    pub level: Level,
    /// What it says.
    pub words: Words<'a>,
    /// How the bar looks.
    pub role: Role,
}

/// Brackets and three cells: less does not show a level.
const LEAST: u16 = 5;

impl Gauge<'_> {
    /// Draws the bar between brackets in the first row of the area. What is not nothing shows at least a sliver, what is not
    /// everything is never quite full.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let mut area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let unknown = self.level == Level::Unknown;
        if let Words::Beside(words) = self.words {
            let style = theme.style(if unknown { Role::Unknown } else { Role::Text });
            let wanted = text::width(words).min(area.width.into()) as u16;
            let bar = area.width.saturating_sub(wanted + 1);
            if bar < LEAST {
                put_fit(buf, area.x, area.y, area.width, words, style, theme.glyphs.ellipsis);
                return;
            }
            put(buf, area.x + bar + 1, area.y, wanted, words, style);
            area.width = bar;
        }
        if area.width < 3 {
            return;
        }
        let dim = theme.style(Role::Dim);
        put(buf, area.x, area.y, 1, "[", dim);
        put(buf, area.right() - 1, area.y, 1, "]", dim);
        let inner = Rect { x: area.x + 1, width: area.width - 2, height: 1, ..area };
        match self.level {
            Level::Of { part, whole } => {
                let steps = steps(part, whole, u64::from(inner.width) * 8);
                for (cell, x) in (inner.left()..inner.right()).enumerate() {
                    put(buf, x, inner.y, 1, eighth(theme, steps, cell), theme.style(self.role));
                }
                if let Words::Inside(words) = self.words {
                    self.inside(words, steps, inner, buf, theme);
                }
            }
            Level::Unknown => {
                let words = match self.words {
                    Words::Inside(words) if !words.is_empty() => words,
                    _ => theme.glyphs.mark(Mark::Unknown),
                };
                let style = theme.style(Role::Unknown);
                put_fit(buf, centred(words, inner), inner.y, inner.width, words, style, theme.glyphs.ellipsis);
            }
        }
    }

    fn inside(&self, words: &str, steps: u64, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let words = text::truncate(words, area.width.into(), theme.glyphs.ellipsis);
        let mut x = centred(&words, area);
        for piece in pieces(&words) {
            // A cell that is at least half full counts as filled: letters leave no room for eighths.
            let filled = steps >= u64::from(x - area.x) * 8 + 4;
            let style = theme.style(if filled { self.role } else { Role::Text });
            let style = if filled { style.add_modifier(Modifier::REVERSED) } else { style };
            let next = put(buf, x, area.y, area.right().saturating_sub(x), piece.symbol, style);
            if next == x {
                break;
            }
            x = next;
        }
    }
}

/// The bar alone, with its brackets, as text of so many cells: for where there is room for nothing but text.
pub fn written(level: Level, cells: u16, theme: &Theme) -> String {
    let inner = usize::from(cells.saturating_sub(2));
    let bar: String = match level {
        Level::Of { part, whole } => {
            let steps = steps(part, whole, inner as u64 * 8);
            (0..inner).map(|cell| eighth(theme, steps, cell)).collect()
        }
        Level::Unknown => theme.glyphs.mark(Mark::Unknown).repeat(inner.min(1)) + &" ".repeat(inner.saturating_sub(1)),
    };
    format!("[{bar}]")
}

fn centred(words: &str, area: Rect) -> u16 {
    area.x + (area.width - text::width(words).min(area.width.into()) as u16) / 2
}

/// What stands in this cell of a bar of so many eighths.
pub(crate) fn eighth(theme: &Theme, steps: u64, cell: usize) -> &'static str {
    theme.glyphs.eighths[steps.saturating_sub(cell as u64 * 8).min(8) as usize]
}

/// `part` of `whole`, in whole steps of a bar: none only for nothing, all only for everything.
pub(crate) fn steps(part: u64, whole: u64, steps: u64) -> u64 {
    if part >= whole {
        return if whole == 0 { 0 } else { steps };
    }
    let exact = u128::from(part) * u128::from(steps) / u128::from(whole);
    (exact as u64).clamp(u64::from(part > 0), steps.saturating_sub(1).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Depth;
    use crate::glyphs::GlyphSet;
    use crate::testing::{lines, theme};
    use crate::theme::builtin;

    fn draw(level: Level, words: Words<'_>, width: u16, theme: &Theme) -> Buffer {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        Gauge { level, words, role: Role::Good }.render(buf.area, &mut buf, theme);
        buf
    }

    fn line(level: Level, words: Words<'_>, width: u16) -> String {
        lines(&draw(level, words, width, &theme())).remove(0)
    }

    #[test]
    fn bars() {
        let bar = |part, whole| line(Level::Of { part, whole }, Words::None, 6);
        assert_eq!(bar(0, 10), "[    ]");
        assert_eq!(bar(1, 1_000_000), "[▏   ]");
        assert_eq!(bar(5, 8), "[██▌ ]");
        assert_eq!(bar(u64::MAX - 1, u64::MAX), "[███▉]");
        assert_eq!(bar(9, 8), "[████]");
        assert_eq!(bar(1, 0), "[    ]");
    }

    #[test]
    fn seven_bits_show_a_sliver_too() {
        let ascii = builtin("mono").unwrap().lower(Depth::None, GlyphSet::Ascii);
        let bar = |part| lines(&draw(Level::Of { part, whole: 100 }, Words::None, 6, &ascii)).remove(0);
        assert_eq!([bar(0), bar(1), bar(60), bar(100)], ["[    ]", "[-   ]", "[##- ]", "[####]"]);
    }

    #[test]
    fn unknown_is_not_nothing() {
        assert_eq!(line(Level::Unknown, Words::None, 7), "[  ?  ]");
        assert_eq!(line(Level::Unknown, Words::Inside("not known"), 9), "[not kn⋯]");
        assert_eq!(line(Level::Unknown, Words::Beside("no answer"), 17), "[  ?  ] no answer");
    }

    #[test]
    fn words_stay_when_the_bar_goes() {
        let half = Level::Of { part: 5, whole: 10 };
        assert_eq!(line(half, Words::Beside("5 GB"), 11), "[██  ] 5 GB");
        assert_eq!(line(half, Words::Beside("5 GB"), 9), "5 GB     ");
        assert_eq!(line(half, Words::Beside("12:34 left"), 6), "12:34⋯");
    }

    #[test]
    fn words_inside_are_reversed_over_what_is_filled() {
        let buf = draw(Level::Of { part: 5, whole: 10 }, Words::Inside("残り5 GB"), 14, &theme());
        assert_eq!(lines(&buf), ["[██残り5 GB  ]"]);
        let reversed: Vec<u16> = (0..14).filter(|x| buf[(*x, 0)].modifier.contains(Modifier::REVERSED)).collect();
        assert_eq!(reversed, [3, 4, 5, 6]);
    }

    #[test]
    fn a_bar_is_written_as_it_is_drawn() {
        let theme = theme();
        assert_eq!(written(Level::Of { part: 5, whole: 8 }, 6, &theme), "[██▌ ]");
        assert_eq!(written(Level::Unknown, 6, &theme), "[?   ]");
        assert_eq!(written(Level::Of { part: 1, whole: 2 }, 0, &theme), "[]");
    }
}
