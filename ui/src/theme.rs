//! Themes: what a role looks like.
//!
//! Widgets name a [`Role`], never a colour. A theme file is parsed into a [`Palette`] (every role present, parents merged)
//! and *lowered* once to what the terminal can show, giving the [`Theme`] that widgets draw with.
//!
//! ```toml
//! inherits = "dark"            # optional; then only what differs needs to be said
//! background = "#1c1c1c"       # what the colours are chosen against
//! foreground = "#d0d0d0"       # what `default` text looks like on it
//! paint = false                # true: fill the screen with the background; false: leave the terminal's own
//! contrast = 4.5               # how much text contrasts at least where the terminal has only sixteen colours
//!
//! [roles]
//! warning = { fg = 221, modifiers = ["bold"] }
//! ```

mod file;

use std::collections::BTreeMap;

use ratatui_core::style::{Color, Modifier, Style};

use crate::color::{self, Depth};
use crate::glyphs::{GlyphSet, Glyphs};

pub use file::{ThemeError, Wrong};

macro_rules! roles {
    ($(#[doc = $doc:literal] $role:ident = $name:literal,)+) => {
        /// What a piece of the screen means; the theme says how that looks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Role { $(#[doc = $doc] $role,)+ }

        impl Role {
            /// Every role, in the order of the theme files.
            pub const ALL: &[Self] = &[$(Self::$role,)+];

            /// The name in a theme file.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$role => $name,)+ }
            }

            /// What it means, for those who write a theme.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$role => $doc.trim_ascii(),)+ }
            }
        }
    };
}

roles! {
    /// Ordinary text.
    Text = "text",
    /// Text that may be overlooked.
    Dim = "dim",
    /// Headings and column titles.
    Heading = "heading",
    /// What should be noticed without being an alarm.
    Accent = "accent",
    /// The name of a value.
    Label = "label",
    /// A value hidden until it is asked for.
    Masked = "masked",
    /// A value that leads somewhere. Widgets underline it in any theme.
    Link = "link",
    /// A row that is pointed out without being selected.
    Highlight = "highlight",
    /// The bars of a chart.
    Bar = "bar",
    /// The one bar that is pointed out.
    BarHighlight = "bar_highlight",
    /// The selected row.
    Selection = "selection",
    /// The selected row of a pane without the keyboard.
    SelectionIdle = "selection_idle",
    /// The part of a text that matched a search. Laid over other roles.
    Match = "match",
    /// Frames.
    Border = "border",
    /// The frame of the pane with the keyboard.
    BorderFocus = "border_focus",
    /// The title in a frame.
    Title = "title",
    /// The scrollbar's thumb.
    Scrollbar = "scrollbar",
    /// Fine.
    Good = "good",
    /// Worth knowing.
    Info = "info",
    /// Needs attention.
    Warning = "warning",
    /// Broken or overdue.
    Critical = "critical",
    /// Known, but old.
    Stale = "stale",
    /// Cannot be told.
    Unknown = "unknown",
    /// A key to press, in hints and help.
    Key = "key",
    /// The header's bar.
    Header = "header",
    /// What stands out in the header.
    HeaderText = "header_text",
    /// A tab.
    Tab = "tab",
    /// The open tab.
    TabActive = "tab_active",
    /// The status bar.
    Status = "status",
    /// The word that says that nothing here is real.
    Sandbox = "sandbox",
    /// The word that says that everything here is real.
    Live = "live",
    /// An input field.
    Input = "input",
    /// What an empty input field suggests.
    Placeholder = "placeholder",
}

impl Role {
    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}

/// The names of the themes that come with the program.
pub const BUILTIN: &[&str] = &["dark", "light", "contrast", "mono", "deuteranopia", "terminal"];

fn builtin_source(name: &str) -> Option<&'static str> {
    match name {
        "dark" => Some(include_str!("../../themes/dark.toml")),
        "light" => Some(include_str!("../../themes/light.toml")),
        "contrast" => Some(include_str!("../../themes/contrast.toml")),
        "mono" => Some(include_str!("../../themes/mono.toml")),
        "deuteranopia" => Some(include_str!("../../themes/deuteranopia.toml")),
        "terminal" => Some(include_str!("../../themes/terminal.toml")),
        _ => None,
    }
}

/// The theme of this name that comes with the program (see [`BUILTIN`]).
pub fn builtin(name: &str) -> Option<Palette> {
    // A test reads every built-in theme, so a failure here cannot ship.
    Palette::named(name, |_| None).ok()
}

/// A theme as written: every role with its colours, before lowering.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    background: Color,
    foreground: Color,
    paint: bool,
    contrast: f64,
    styles: BTreeMap<Role, Style>,
}

impl Palette {
    /// The theme at what the terminal can show, with the shapes it can show.
    pub fn lower(&self, depth: Depth, glyphs: GlyphSet) -> Theme {
        let mut theme = Theme {
            styles: [Style::new(); ROLES],
            base: Style::new(),
            paper: self.paper(depth),
            glyphs: glyphs.glyphs(),
        };
        for (role, style) in &self.styles {
            theme.styles[*role as usize] = self.lowered(*style, depth);
        }
        if self.paint && depth != Depth::None {
            theme.base.bg = color::lower(self.background, depth);
            theme.base.fg = color::lower(self.foreground, depth);
        }
        theme
    }

    /// Light and dark as a camera sees them. Without colours one is what lies behind the text and the other the text's own
    /// colour; which is which follows from what the theme's colours are chosen against.
    fn paper(&self, depth: Depth) -> [Style; 2] {
        if depth == Depth::None {
            let on = |color| color::contrast(self.background, color).unwrap_or_default();
            let (behind, front) = (Style::new(), Style::new().add_modifier(Modifier::REVERSED));
            return if on(Color::Black) > on(Color::White) { [behind, front] } else { [front, behind] };
        }
        let [black, white] = [Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)].map(|it| color::lower(it, depth));
        [Style { fg: black, bg: white, ..Style::new() }, Style { fg: white, bg: black, ..Style::new() }]
    }

    fn lowered(&self, style: Style, depth: Depth) -> Style {
        let mut lowered = Style { fg: None, bg: None, ..style };
        if depth == Depth::None {
            // A bar or a selection made only of a background would vanish.
            if style.bg.is_some_and(|bg| bg != Color::Reset) {
                lowered.add_modifier |= Modifier::REVERSED;
            }
            return lowered;
        }
        lowered.fg = style.fg.and_then(|fg| color::lower(fg, depth));
        lowered.bg = style.bg.and_then(|bg| color::lower(bg, depth));
        if depth == Depth::Ansi16 {
            (lowered.fg, lowered.bg) = self.readable(lowered.fg, lowered.bg);
        }
        lowered
    }

    /// Sixteen colours are few: where the nearest one cannot be read on its background, black, white or the colour of plain
    /// text can, and where nothing can, the theme's two colours are turned around. The marks and the words still tell what
    /// the colour would have.
    fn readable(&self, fg: Option<Color>, bg: Option<Color>) -> (Option<Color>, Option<Color>) {
        let Some(text) = fg.filter(|fg| *fg != Color::Reset) else { return (None, bg) };
        let contrast = |fg, bg| color::contrast(fg, bg).unwrap_or(f64::INFINITY);
        let own = |color| color::lower(color, Depth::Ansi16).unwrap_or(Color::Reset);
        let Some(ground) = bg.filter(|bg| *bg != Color::Reset) else {
            let reads = contrast(text, own(self.background)) >= self.contrast;
            let plain = if self.paint { own(self.foreground) } else { Color::Reset };
            return (Some(if reads { text } else { plain }), bg);
        };
        let black = contrast(Color::Black, ground) > contrast(Color::White, ground);
        let clearest = if black { Color::Black } else { Color::White };
        if contrast(text, ground) >= self.contrast {
            (fg, bg)
        } else if contrast(clearest, ground) >= self.contrast || !self.paint {
            (Some(clearest), bg)
        } else {
            (Some(own(self.background)), Some(own(self.foreground)))
        }
    }
}

const ROLES: usize = Role::ALL.len();

/// What the widgets draw with: one style a role at the terminal's depth, and the shapes.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    styles: [Style; ROLES],
    base: Style,
    paper: [Style; 2],
    /// The shapes to draw.
    pub glyphs: &'static Glyphs,
}

impl Theme {
    /// How a role looks.
    pub const fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// Dark on light whatever the theme: the style of what is light, in which the text is dark, and of what is dark. Without
    /// colours, `inverted` is for a terminal that is light where the theme expects it dark, or the other way round.
    pub fn paper(&self, inverted: bool) -> (Style, Style) {
        let [light, dark] = self.paper;
        let colours = light.bg.is_some();
        if inverted && !colours { (dark, light) } else { (light, dark) }
    }

    /// What lies under everything: nothing where the theme leaves the terminal's own background, otherwise its colours.
    pub const fn base(&self) -> Style {
        self.base
    }
}

#[cfg(test)]
#[path = "theme_tests.rs"]
mod tests;
