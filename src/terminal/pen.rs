//! The style the terminal writes with, and the shortest way from one to the next.

use std::io::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Modifiers a person can see on a blank cell; they, and then the text colour too, matter on spaces.
pub(super) const SEEN_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::CROSSED_OUT)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK);

/// Each modifier with the SGR number that sets it and the one that clears it.
const MODIFIERS: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Colours and modifiers as the terminal holds them (SGR state).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pen {
    pub(super) fg: Color,
    pub(super) bg: Color,
    pub(super) modifier: Modifier,
}

impl Pen {
    /// What `CSI m` leaves.
    pub(super) const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// The pen that paints this cell exactly.
    pub(super) fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// The pen for this cell that is nearest to `self`: a blank shows neither its text colour nor its weight, so
    /// those stay as they are and cost nothing.
    pub(super) fn towards(self, cell: &Cell) -> Self {
        if is_blank(cell) {
            let modifier = self.modifier.difference(SEEN_ON_BLANK);
            Self { fg: self.fg, bg: cell.bg, modifier }
        } else {
            Self::of(cell)
        }
    }

    /// Appends the shortest SGR that turns `self` into `next`; nothing when they are equal.
    pub(super) fn change(self, next: Self, out: &mut Vec<u8>) {
        if self == next {
            return;
        }
        let start = out.len();
        self.write_steps(next, out);
        let stepwise = out.len() - start;
        next.write_from_reset(out);
        if out.len() - start - stepwise < stepwise {
            out.drain(start..start + stepwise);
        } else {
            out.truncate(start + stepwise);
        }
    }

    /// The same for a terminal that cannot clear one thing alone.
    pub(super) fn renew(self, next: Self, out: &mut Vec<u8>) {
        if self != next {
            next.write_from_reset(out);
        }
    }

    fn write_from_reset(self, out: &mut Vec<u8>) {
        let mut sgr = Sgr::begin(out);
        if self != Self::PLAIN {
            sgr.number(0);
        }
        for (modifier, on, _) in MODIFIERS {
            if self.modifier.contains(modifier) {
                sgr.number(on);
            }
        }
        if self.fg != Color::Reset {
            sgr.colour(self.fg, Layer::Text);
        }
        if self.bg != Color::Reset {
            sgr.colour(self.bg, Layer::Ground);
        }
        sgr.end();
    }

    fn write_steps(self, next: Self, out: &mut Vec<u8>) {
        let mut sgr = Sgr::begin(out);
        let mut held = self.modifier;
        for (modifier, _, off) in MODIFIERS {
            if held.contains(modifier) && !next.modifier.contains(modifier) {
                sgr.number(off);
                // One number clears a pair (bold and dim, both blinks): what should stay is set again below.
                for (other, _, other_off) in MODIFIERS {
                    if other_off == off {
                        held.remove(other);
                    }
                }
            }
        }
        for (modifier, on, _) in MODIFIERS {
            if next.modifier.contains(modifier) && !held.contains(modifier) {
                sgr.number(on);
            }
        }
        if self.fg != next.fg {
            sgr.colour(next.fg, Layer::Text);
        }
        if self.bg != next.bg {
            sgr.colour(next.bg, Layer::Ground);
        }
        sgr.end();
    }
}

/// A space nobody can tell from its neighbour by anything but its background.
pub(super) fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && !cell.modifier.intersects(SEEN_ON_BLANK)
}

/// Leaves of a cell's looks what a VT100 has: bold, underlined, blinking, reversed.
pub(super) fn lower(cell: &mut Cell) {
    (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
    cell.modifier &= Modifier::BOLD | Modifier::UNDERLINED | Modifier::SLOW_BLINK | Modifier::REVERSED;
}

/// Two cells that look the same on the glass.
pub(super) fn looks_same(a: &Cell, b: &Cell) -> bool {
    a.bg == b.bg
        && a.symbol() == b.symbol()
        && ((a.fg == b.fg && a.modifier == b.modifier) || (is_blank(a) && is_blank(b)))
}

#[derive(Clone, Copy)]
enum Layer {
    Text,
    Ground,
}

/// One `CSI … m` in the making.
struct Sgr<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Sgr<'a> {
    fn begin(out: &'a mut Vec<u8>) -> Self {
        out.extend_from_slice(b"\x1b[");
        Self { out, first: true }
    }

    fn number(&mut self, n: u8) {
        if !self.first {
            self.out.push(b';');
        }
        self.first = false;
        number(self.out, u16::from(n));
    }

    fn colour(&mut self, colour: Color, layer: Layer) {
        let (normal, bright, extended, default) = match layer {
            Layer::Text => (30, 90, 38, 39),
            Layer::Ground => (40, 100, 48, 49),
        };
        match palette(colour) {
            Palette::Default => self.number(default),
            Palette::Index(n @ 0..=7) => self.number(normal + n),
            Palette::Index(n @ 8..=15) => self.number(bright + n - 8),
            Palette::Index(n) => [extended, 5, n].into_iter().for_each(|n| self.number(n)),
            Palette::Rgb(r, g, b) => [extended, 2, r, g, b].into_iter().for_each(|n| self.number(n)),
        }
    }

    fn end(self) {
        self.out.push(b'm');
    }
}

enum Palette {
    Default,
    Index(u8),
    Rgb(u8, u8, u8),
}

fn palette(colour: Color) -> Palette {
    match colour {
        Color::Reset => Palette::Default,
        Color::Black => Palette::Index(0),
        Color::Red => Palette::Index(1),
        Color::Green => Palette::Index(2),
        Color::Yellow => Palette::Index(3),
        Color::Blue => Palette::Index(4),
        Color::Magenta => Palette::Index(5),
        Color::Cyan => Palette::Index(6),
        Color::Gray => Palette::Index(7),
        Color::DarkGray => Palette::Index(8),
        Color::LightRed => Palette::Index(9),
        Color::LightGreen => Palette::Index(10),
        Color::LightYellow => Palette::Index(11),
        Color::LightBlue => Palette::Index(12),
        Color::LightMagenta => Palette::Index(13),
        Color::LightCyan => Palette::Index(14),
        Color::White => Palette::Index(15),
        Color::Indexed(n) => Palette::Index(n),
        Color::Rgb(r, g, b) => Palette::Rgb(r, g, b),
    }
}

/// Appends a decimal number.
pub(super) fn number(out: &mut Vec<u8>, n: u16) {
    write!(out, "{n}").expect("a Vec takes every byte");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sgr(from: Pen, to: Pen) -> String {
        let mut out = Vec::new();
        from.change(to, &mut out);
        String::from_utf8(out).unwrap().replace('\x1b', "^")
    }

    #[test]
    fn the_shorter_of_reset_and_steps_is_sent() {
        let red = Pen { fg: Color::Red, ..Pen::PLAIN };
        let bold_red = Pen { modifier: Modifier::BOLD, ..red };
        let busy = Pen { fg: Color::Indexed(200), bg: Color::Blue, modifier: Modifier::BOLD | Modifier::UNDERLINED };
        assert_eq!(sgr(Pen::PLAIN, Pen::PLAIN), "");
        assert_eq!(sgr(Pen::PLAIN, red), "^[31m");
        assert_eq!(sgr(red, bold_red), "^[1m");
        assert_eq!(sgr(bold_red, red), "^[22m");
        assert_eq!(sgr(busy, Pen::PLAIN), "^[m");
        assert_eq!(sgr(Pen::PLAIN, busy), "^[1;4;38;5;200;44m");
    }

    #[test]
    fn clearing_one_of_a_pair_keeps_the_other() {
        let both = Pen { modifier: Modifier::BOLD | Modifier::DIM, fg: Color::Rgb(1, 2, 3), bg: Color::Indexed(99) };
        assert_eq!(sgr(both, Pen { modifier: Modifier::DIM, ..both }), "^[22;2m");
    }
}
