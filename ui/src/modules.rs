//! A square of dark and light modules, as cameras read them: dark on light whatever the theme, with a light margin around.
//!
//! Two modules stand one above the other in a cell of half blocks; the ASCII set has two blank cells for each instead, told
//! apart by their background alone. Where there are no colours, what is light is the text's own colour or what lies behind
//! it, as the theme expects the terminal to be; [`ModulesView::inverted`] is for one that is the other way round.

use std::fmt;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use crate::glyphs::Glyphs;
use crate::theme::Theme;

/// The margin that is asked for around the modules.
pub const MARGIN: u16 = 4;
/// The margin that cameras can do with.
pub const LEAST_MARGIN: u16 = 2;

/// The modules, row by row. What they tell may be a secret: `Debug` shows their number alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Modules {
    side: u16,
    dark: Box<[bool]>,
}

impl Modules {
    /// A square of these. `None` where they make no square.
    pub fn new(dark: impl Into<Box<[bool]>>) -> Option<Self> {
        let dark = dark.into();
        let side = u16::try_from(dark.len().isqrt()).ok()?;
        (usize::from(side) * usize::from(side) == dark.len()).then_some(Self { side, dark })
    }

    /// How many stand in a row.
    pub const fn side(&self) -> u16 {
        self.side
    }

    /// Whether the one in this place is dark. Outside everything is light.
    fn is_dark(&self, x: i32, y: i32) -> bool {
        let side = i32::from(self.side);
        (0..side).contains(&x) && (0..side).contains(&y) && self.dark[(y * side + x) as usize]
    }
}

impl fmt::Debug for Modules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Modules({})", self.side)
    }
}

/// Draws modules.
#[derive(Debug, Clone, Copy)]
pub struct ModulesView<'a> {
    /// Which.
    pub modules: &'a Modules,
    /// Light modules around them.
    pub margin: u16,
    /// Where there are no colours: the terminal is not as the theme expects it.
    pub inverted: bool,
}

impl ModulesView<'_> {
    /// Columns and rows it takes with these shapes.
    pub fn size(&self, glyphs: &Glyphs) -> (u16, u16) {
        let across = self.modules.side + 2 * self.margin;
        if glyphs.halves.is_some() { (across, across.div_ceil(2)) } else { (2 * across, across) }
    }

    /// Draws all of them at the upper left of the area, or nothing where they do not fit: half a square cannot be read.
    /// Answers whether they were drawn.
    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) -> bool {
        let area = area.intersection(buf.area);
        let (width, height) = self.size(theme.glyphs);
        if width > area.width || height > area.height {
            return false;
        }
        let (light, dark) = theme.paper(self.inverted);
        let margin = i32::from(self.margin);
        let at = |x: u16, y: u16| self.modules.is_dark(i32::from(x) - margin, i32::from(y) - margin);
        for y in 0..height {
            for x in 0..width {
                let (symbol, style): (&str, Style) = match theme.glyphs.halves {
                    Some([upper, lower]) => match (at(x, 2 * y), at(x, 2 * y + 1)) {
                        (false, false) => (" ", light),
                        (true, true) => (" ", dark),
                        (true, false) => (upper, light),
                        (false, true) => (lower, light),
                    },
                    None => (" ", if at(x / 2, y) { dark } else { light }),
                };
                let cell = &mut buf[(area.x + x, area.y + y)];
                cell.reset();
                cell.set_symbol(symbol).set_style(style);
            }
        }
        true
    }
}

#[cfg(test)]
#[path = "modules_tests.rs"]
mod tests;
