//! `[desk]`: how the desk looks and speaks.

use std::time::Duration;

use serde::Deserialize;

/// How the desk looks and speaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Desk {
    /// `auto` (from the locale), `en` or `ja`.
    pub language: LanguageChoice,
    /// `auto` (`dark` or `light`, as the terminal is), a theme that comes with the desk (`dark`, `light`, `contrast`, `mono`, `deuteranopia`, `terminal`) or a file's in the
    /// folder `themes` beside the configuration.
    pub theme: String,
    /// `auto` (ASCII on a VT100 and its kin), `unicode`, or `ascii` for terminals and fonts that cannot do better.
    pub glyphs: GlyphChoice,
    /// Whoever is here the first time is led round.
    pub tour: bool,
    /// Lines instead of a screen, and sentences instead of tables, for screen readers.
    pub plain: bool,
    /// How many cells the terminal gives characters of ambiguous width: `narrow` (one) or `wide` (two).
    pub ambiguous: WidthChoice,
    /// Names and customer numbers are hidden too, for a screen that others see.
    pub privacy: bool,
    /// Minutes without a key after which the desk locks itself; 0 for never. It needs something that opens
    /// it (`access.lock`).
    pub lock_minutes: u32,
    /// How long nothing may be typed before a search is sent, in milliseconds.
    pub search_pause_ms: u64,
    /// The terminal's bell rings for what happens elsewhere while another window has the keyboard.
    pub bell: bool,
    /// Whether ids lead to the pages of their records: `auto`, where the terminal is known to make links, `always` or `never`.
    pub hyperlinks: HyperlinkChoice,
    /// `off`, or the sequence by which this terminal shows notifications of the desktop: `osc9`, `osc777` or `osc99`.
    pub desktop_notifications: DesktopChoice,
}

impl Desk {
    /// How long nothing may be typed before a search is sent.
    pub const fn search_pause(&self) -> Duration {
        Duration::from_millis(self.search_pause_ms)
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            language: LanguageChoice::Auto,
            theme: "auto".to_owned(),
            glyphs: GlyphChoice::Auto,
            tour: true,
            plain: false,
            ambiguous: WidthChoice::Narrow,
            privacy: false,
            lock_minutes: 0,
            search_pause_ms: 120,
            bell: false,
            hyperlinks: HyperlinkChoice::Auto,
            desktop_notifications: DesktopChoice::Off,
        }
    }
}

/// Which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LanguageChoice {
    /// From the locale.
    Auto,
    /// English.
    En,
    /// Japanese.
    Ja,
}

/// Which shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum GlyphChoice {
    /// As the terminal calls itself.
    Auto,
    /// Lines and marks.
    Unicode,
    /// ASCII only.
    Ascii,
}

/// How wide characters are about which terminals disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WidthChoice {
    /// One cell.
    Narrow,
    /// Two cells.
    Wide,
}

/// Whether a terminal is told links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HyperlinkChoice {
    /// Where it is known to make them.
    Auto,
    /// Whatever it is.
    Always,
    /// Never.
    Never,
}

/// Which sequence shows a notification of the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DesktopChoice {
    /// None.
    Off,
    /// `OSC 9`.
    Osc9,
    /// `OSC 777`.
    Osc777,
    /// `OSC 99`.
    Osc99,
}
