//! The few shapes the widgets draw themselves, in two sets.
//!
//! Many Japanese terminals show characters of *ambiguous* width (box lines, `●`, `…`) two cells wide. So measured text
//! uses none of them: the ellipsis, the marks, the cursor and the arrows of the Unicode set are all of neutral width.
//! Only frames and bars are ambiguous, and they are ASCII in the set for terminals that widen them.

use crate::theme::Role;

/// Which set of shapes to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum GlyphSet {
    /// Box lines, check marks, braille spinner.
    #[default]
    Unicode,
    /// As Unicode, but with nothing of ambiguous width: frames and bars in ASCII, for terminals that widen them.
    Neutral,
    /// Seven-bit only, for terminals or fonts that cannot do better.
    Ascii,
}

impl GlyphSet {
    /// The shapes of this set.
    pub const fn glyphs(self) -> &'static Glyphs {
        match self {
            Self::Unicode => &UNICODE,
            Self::Neutral => &NEUTRAL,
            Self::Ascii => &ASCII,
        }
    }
}

/// Shapes, each one cell wide.
#[derive(Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Horizontal line.
    pub horizontal: &'static str,
    /// Vertical line.
    pub vertical: &'static str,
    /// Corners: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    /// Ends a text that was cut.
    pub ellipsis: &'static str,
    /// Stands in the gutter of the selected row.
    pub cursor: &'static str,
    /// Stands in the gutter of the selected row of a pane without the keyboard.
    pub cursor_idle: &'static str,
    /// Sorted upwards, smallest first.
    pub ascending: &'static str,
    /// Sorted downwards, largest first.
    pub descending: &'static str,
    /// Between breadcrumbs.
    pub separator: &'static str,
    /// Follows a value that leads somewhere.
    pub link: &'static str,
    /// Stands in the gutter of a row that changed a moment ago.
    pub changed: &'static str,
    /// The thumb of a scrollbar.
    pub thumb: &'static str,
    /// Stands for one hidden character.
    pub masked: &'static str,
    /// Frames of the spinner.
    pub spinner: &'static [&'static str],
    /// A bar cell filled from the left by 0/8 to 8/8; the ASCII set knows only some, half and full.
    pub eighths: [&'static str; 9],
    /// A column's cell filled from below by 0/8 to 8/8; as above.
    pub rising: [&'static str; 9],
    /// A column of nothing: not filled, and yet there.
    pub ground: &'static str,
    /// The upper and the lower half of a cell. The ASCII set has none.
    pub halves: Option<[&'static str; 2]>,
    marks: [&'static str; MARKS],
}

impl Glyphs {
    /// The shape of a mark.
    pub const fn mark(&self, mark: Mark) -> &'static str {
        self.marks[mark as usize]
    }
}

/// A one-cell sign that says in a shape what a colour may say too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Fine, done, up.
    Good,
    /// Worth knowing.
    Info,
    /// Needs attention.
    Warning,
    /// Broken, overdue, down.
    Critical,
    /// Cannot be told.
    Unknown,
    /// Known, but old.
    Stale,
    /// Under way.
    Pending,
    /// Nothing to say: off, never, none.
    Off,
    /// Nothing at all: its words only stand in line with marked ones. Before an amount, a dash would be a minus.
    Blank,
}

const MARKS: usize = 9;

impl Mark {
    /// Every mark.
    pub const ALL: [Self; MARKS] = [
        Self::Good,
        Self::Info,
        Self::Warning,
        Self::Critical,
        Self::Unknown,
        Self::Stale,
        Self::Pending,
        Self::Off,
        Self::Blank,
    ];

    /// The role that colours this mark.
    pub const fn role(self) -> Role {
        match self {
            Self::Good => Role::Good,
            Self::Info | Self::Pending => Role::Info,
            Self::Warning => Role::Warning,
            Self::Critical => Role::Critical,
            Self::Unknown => Role::Unknown,
            Self::Stale => Role::Stale,
            Self::Off | Self::Blank => Role::Dim,
        }
    }
}

const UNICODE: Glyphs = Glyphs {
    horizontal: "─",
    vertical: "│",
    corners: ["┌", "┐", "└", "┘"],
    ellipsis: "⋯",
    cursor: "▸",
    cursor_idle: "▹",
    ascending: "▴",
    descending: "▾",
    separator: "›",
    link: "›",
    changed: "*",
    thumb: "▐",
    masked: "∗",
    spinner: &["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"],
    eighths: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    rising: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    ground: "_",
    halves: Some(["▀", "▄"]),
    marks: ["✓", "i", "!", "✗", "?", "~", "»", "-", " "],
};

const NEUTRAL: Glyphs = Glyphs {
    horizontal: ASCII.horizontal,
    vertical: ASCII.vertical,
    corners: ASCII.corners,
    eighths: ASCII.eighths,
    rising: ASCII.rising,
    halves: None,
    ..UNICODE
};

const ASCII: Glyphs = Glyphs {
    horizontal: "-",
    vertical: "|",
    corners: ["+", "+", "+", "+"],
    ellipsis: "~",
    cursor: ">",
    cursor_idle: "-",
    ascending: "^",
    descending: "v",
    separator: ">",
    link: ">",
    changed: "*",
    thumb: "#",
    masked: "*",
    spinner: &["|", "/", "-", "\\"],
    eighths: [" ", "-", "-", "-", "=", "=", "=", "=", "#"],
    rising: [" ", ".", ".", ".", ":", ":", ":", ":", "#"],
    ground: "_",
    halves: None,
    marks: ["+", "i", "!", "x", "?", "~", ">", "-", " "],
};

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn measured(g: &Glyphs) -> Vec<&str> {
        let mut all = vec![g.ellipsis, g.cursor, g.cursor_idle, g.ascending, g.descending];
        all.extend([g.separator, g.link, g.thumb, g.masked, g.ground, g.changed]);
        all.extend(g.spinner);
        all.extend(g.marks);
        all
    }

    #[test]
    fn every_shape_is_one_cell_and_measured_ones_stay_so_in_a_japanese_setting() {
        for set in [GlyphSet::Unicode, GlyphSet::Neutral, GlyphSet::Ascii] {
            let g = set.glyphs();
            for shape in measured(g) {
                assert_eq!((shape.width(), shape.width_cjk()), (1, 1), "{shape}");
            }
            for shape in g.eighths.into_iter().chain(g.rising).chain(g.corners).chain([g.horizontal, g.vertical]) {
                assert_eq!(shape.width(), 1, "{shape}");
                assert!(set == GlyphSet::Unicode || shape.is_ascii());
            }
        }
        assert!(measured(&ASCII).iter().all(|shape| shape.is_ascii()));
    }

    #[test]
    fn marks_differ_from_each_other() {
        for set in [GlyphSet::Unicode, GlyphSet::Ascii] {
            let mut shapes: Vec<_> = Mark::ALL.iter().map(|mark| set.glyphs().mark(*mark)).collect();
            shapes.sort_unstable();
            shapes.dedup();
            assert_eq!(shapes.len(), MARKS);
        }
    }
}
