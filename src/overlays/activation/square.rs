//! The code as a square to scan, in the sizes there are.

use madoguchi_ui::modules::{LEAST_MARGIN, MARGIN, Modules, ModulesView};
use madoguchi_ui::theme::Theme;
use qrcode::{Color, EcLevel, QrCode};
use ratatui::layout::Rect;

/// How much of a square may be unreadable, and how wide its margin is: the first that fits is drawn.
const CHOICES: [(usize, u16); 4] = [(0, MARGIN), (0, LEAST_MARGIN), (1, MARGIN), (1, LEAST_MARGIN)];

/// The same code twice: with room for a smudge, and as small as it can be.
#[derive(Debug)]
pub(super) struct Squares([Option<Modules>; 2]);

impl Squares {
    /// The squares of a text. There is none of one that is too long.
    pub(super) fn of(text: &str) -> Self {
        Self([EcLevel::M, EcLevel::L].map(|level| {
            let code = QrCode::with_error_correction_level(text, level).ok()?;
            let dark: Vec<bool> = code.into_colors().into_iter().map(|color| color == Color::Dark).collect();
            Modules::new(dark)
        }))
    }

    /// The best one that fits this room.
    pub(super) fn fitting(&self, room: Rect, inverted: bool, theme: &Theme) -> Option<ModulesView<'_>> {
        self.all(inverted).find(|square| {
            let (width, height) = square.size(theme.glyphs);
            width <= room.width && height <= room.height
        })
    }

    /// Columns and rows of the smallest.
    pub(super) fn least(&self, theme: &Theme) -> Option<(u16, u16)> {
        self.all(false).map(|square| square.size(theme.glyphs)).min()
    }

    fn all(&self, inverted: bool) -> impl Iterator<Item = ModulesView<'_>> {
        let view = move |(which, margin): (usize, u16)| {
            self.0[which].as_ref().map(|modules| ModulesView { modules, margin, inverted })
        };
        CHOICES.into_iter().filter_map(view)
    }
}
