//! What the tests of several widgets share.

use ratatui_core::buffer::Buffer;

use crate::color::Depth;
use crate::glyphs::GlyphSet;
use crate::text::symbol_width;
use crate::theme::{Theme, builtin};

/// The theme tests draw with.
pub(crate) fn theme() -> Theme {
    builtin("dark").unwrap().lower(Depth::Ansi256, GlyphSet::Unicode)
}

/// The rows of a buffer as a terminal shows them: the cell behind a wide character is not a blank of its own.
pub(crate) fn lines(buf: &Buffer) -> Vec<String> {
    let row = |y| {
        let mut line = String::new();
        let mut x = buf.area.left();
        while x < buf.area.right() {
            let symbol = buf[(x, y)].symbol();
            line.push_str(symbol);
            x += symbol_width(symbol);
        }
        line
    };
    (buf.area.top()..buf.area.bottom()).map(row).collect()
}
