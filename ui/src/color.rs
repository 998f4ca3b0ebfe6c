//! Colours: how a theme file spells them, how they are lowered to what a terminal can show, and how they contrast.

use ratatui_core::style::Color;

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Depth {
    /// No colour at all: modifiers carry everything (`NO_COLOR`, dumb terminals).
    None,
    /// The sixteen ANSI colours.
    Ansi16,
    /// The 256-colour palette.
    Ansi256,
    /// 24-bit colour.
    True,
}

/// The names of colours that people write, for the one who wrote another.
pub const NAMES: &[&str] = &[
    "default",
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "gray",
    "dark-gray",
    "light-red",
    "light-green",
    "light-yellow",
    "light-blue",
    "light-magenta",
    "light-cyan",
    "white",
];

/// Reads a colour: `#rrggbb`, a palette index `0` to `255`, an ANSI name such as `red` or `light-blue`, or `default`
/// (whatever the terminal uses). `None` when it is none of these.
pub fn parse(text: &str) -> Option<Color> {
    match text.trim() {
        "default" => Some(Color::Reset),
        other => other.parse().ok(),
    }
}

/// The nearest colour that `depth` can show. `None` means "write no colour".
///
/// What a theme spells by index stays an index even at [`Depth::True`]: `38;5;n` is half as long on the wire as
/// `38;2;r;g;b`, and over a slow line that is what a person feels.
pub fn lower(color: Color, depth: Depth) -> Option<Color> {
    match (depth, color) {
        (Depth::None, _) => None,
        (_, Color::Reset) => Some(Color::Reset),
        (Depth::Ansi256, Color::Rgb(..)) => Some(nearest_256(rgb(color)?)),
        (Depth::Ansi16, Color::Indexed(n)) if n < 16 => Some(ANSI[usize::from(n)].0),
        (Depth::Ansi16, Color::Indexed(_) | Color::Rgb(..)) => Some(nearest_16(rgb(color)?)),
        _ => Some(color),
    }
}

/// The WCAG contrast ratio of two colours, 1.0 to 21.0. `None` when either is the terminal's own default.
pub fn contrast(a: Color, b: Color) -> Option<f64> {
    let (a, b) = (luminance(rgb(a)?), luminance(rgb(b)?));
    Some((a.max(b) + 0.05) / (a.min(b) + 0.05))
}

/// The ANSI colours in palette order with xterm's default values. Terminals may show others; nothing better is known.
const ANSI: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn rgb(color: Color) -> Option<[u8; 3]> {
    match color {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(n) => Some(indexed(n)),
        named => ANSI.iter().find(|(ansi, _)| *ansi == named).map(|(_, value)| *value),
    }
}

fn indexed(n: u8) -> [u8; 3] {
    match n {
        0..16 => ANSI[usize::from(n)].1,
        16..232 => {
            let n = usize::from(n - 16);
            [CUBE[n / 36], CUBE[n / 6 % 6], CUBE[n % 6]]
        }
        _ => [8 + 10 * (n - 232); 3],
    }
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

fn nearest_256(target: [u8; 3]) -> Color {
    (16..=255).min_by_key(|n| distance(indexed(*n), target)).map_or(Color::Reset, Color::Indexed)
}

/// The colour whose meaning is nearest: greys by lightness, hues by hue and then by lightness. Plain distance would make a
/// soft red magenta and most muted colours grey.
fn nearest_16(target: [u8; 3]) -> Color {
    let light = luminance(target);
    let wanted = hue(target);
    let off = |value: [u8; 3]| match (wanted, hue(value)) {
        (Some(a), Some(b)) => (a - b).rem_euclid(360).min((b - a).rem_euclid(360)),
        (None, None) => 0,
        _ => 360,
    };
    ANSI.iter()
        .min_by(|(_, a), (_, b)| {
            let lightness = |value: [u8; 3]| (luminance(value) - light).abs();
            off(*a).cmp(&off(*b)).then(lightness(*a).total_cmp(&lightness(*b)))
        })
        .map_or(Color::Reset, |(color, _)| *color)
}

/// Degrees on the colour circle; greys have none.
fn hue([r, g, b]: [u8; 3]) -> Option<i32> {
    let (r, g, b) = (i32::from(r), i32::from(g), i32::from(b));
    let max = r.max(g).max(b);
    let spread = max - r.min(g).min(b);
    if spread < 40 {
        return None;
    }
    let sixth = |from: i32, to: i32| 60 * (from - to) / spread;
    Some(match max {
        _ if max == r => sixth(g, b).rem_euclid(360),
        _ if max == g => 120 + sixth(b, r),
        _ => 240 + sixth(r, g),
    })
}

fn luminance(c: [u8; 3]) -> f64 {
    let [r, g, b] = light(c);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// As light adds up, 0 to 1 each.
fn light(c: [u8; 3]) -> [f64; 3] {
    c.map(|v| {
        let v = f64::from(v) / 255.0;
        if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    })
}

/// Red, green and blue of a colour as light adds up. `None` for the terminal's own default.
#[cfg(test)]
pub(crate) fn linear(color: Color) -> Option<[f64; 3]> {
    rgb(color).map(light)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        assert_eq!(parse("#00ff7f"), Some(Color::Rgb(0, 255, 127)));
        assert_eq!(parse("24"), Some(Color::Indexed(24)));
        assert_eq!(parse("light-blue"), Some(Color::LightBlue));
        assert_eq!(parse("default"), Some(Color::Reset));
        assert!(NAMES.iter().all(|name| parse(name).is_some()));
        assert_eq!(parse("256"), None);
        assert_eq!(parse("#12"), None);
        assert_eq!(parse("mauve-ish"), None);
    }

    #[test]
    fn lowering_never_leaves_the_depth() {
        for n in 0..=255 {
            assert_eq!(lower(Color::Indexed(n), Depth::None), None);
            assert!(!matches!(lower(Color::Indexed(n), Depth::Ansi16), Some(Color::Indexed(_) | Color::Rgb(..))));
            assert_eq!(lower(Color::Indexed(n), Depth::True), Some(Color::Indexed(n)));
        }
        assert_eq!(lower(Color::Rgb(0, 95, 135), Depth::Ansi256), Some(Color::Indexed(24)));
        assert_eq!(lower(Color::Rgb(250, 10, 10), Depth::Ansi16), Some(Color::LightRed));
        assert_eq!(lower(Color::Rgb(255, 135, 135), Depth::Ansi16), Some(Color::LightRed));
        assert_eq!(lower(Color::Rgb(0, 95, 0), Depth::Ansi16), Some(Color::Green));
        assert_eq!(lower(Color::Indexed(238), Depth::Ansi16), Some(Color::Black));
        assert_eq!(lower(Color::Indexed(252), Depth::Ansi16), Some(Color::Gray));
        assert_eq!(lower(Color::Reset, Depth::Ansi16), Some(Color::Reset));
    }

    #[test]
    fn contrast_is_wcags() {
        let close = |a: Option<f64>, b: f64| (a.unwrap() - b).abs() < 0.05;
        assert!(close(contrast(Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)), 21.0));
        assert!(close(contrast(Color::Rgb(118, 118, 118), Color::Rgb(255, 255, 255)), 4.54));
        assert_eq!(contrast(Color::Reset, Color::Black), None);
    }
}
