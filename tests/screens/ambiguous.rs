//! The screens in a terminal that draws characters of ambiguous width two cells wide, as many in Japan are set to.

use madoguchi::app::{App, Options};
use madoguchi::locale::Language;
use madoguchi_ui::ambiguous::is_letter;
use madoguchi_ui::glyphs::GlyphSet;
use madoguchi_ui::text;
use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr as _;

use super::common::Desk;
use super::tabs::TABS;

/// Whatever runs on this thread afterwards measures as usual.
struct Narrow;

impl Drop for Narrow {
    fn drop(&mut self) {
        text::draw_ambiguous_wide(false);
    }
}

async fn desk() -> Desk {
    let mut desk = Desk::closed().await;
    let options = Options { language: Language::Japanese, glyphs: GlyphSet::Neutral, wide: true, ..Options::default() };
    *desk.app = App::new(options, "2026-11-22T01:00:00Z".parse().unwrap());
    desk.resize(120, 40).connect().await;
    desk.settle().await;
    desk
}

/// Every character stands in as many cells as such a terminal gives it: nothing is drawn over its second half, and none
/// hangs over the edge.
#[track_caller]
fn assert_fits(buffer: &Buffer) -> usize {
    let width = usize::from(buffer.area.width);
    let mut ambiguous = 0;
    for (y, row) in buffer.content.chunks_exact(width).enumerate() {
        let mut x = 0;
        while x < width {
            let symbol = row[x].symbol();
            let letters = symbol.chars().filter(|c| is_letter(*c)).count();
            let cells = (symbol.width_cjk() + letters).max(1);
            ambiguous += usize::from(cells > symbol.width().max(1));
            assert!(x + cells <= width, "{symbol:?} hangs over the edge of row {y}");
            for covered in &row[x + 1..x + cells] {
                assert_eq!(covered.symbol(), " ", "something stands on the second half of {symbol:?} in row {y}");
            }
            x += cells;
        }
    }
    ambiguous
}

#[tokio::test]
async fn every_tab_fits_where_ambiguous_characters_are_wide() {
    let _narrow = Narrow;
    let mut desk = Box::pin(desk()).await;
    let mut ambiguous = 0;
    for (key, _, customer) in TABS {
        desk.open_customer(customer).await.press(key).await;
        for (width, height) in [(80, 24), (120, 40)] {
            desk.resize(width, height);
            ambiguous += assert_fits(&desk.draw().0);
        }
    }
    assert!(ambiguous > 0, "there are such characters among the texts");
    desk.open_customer("高瀬").await;
    super::keep(&mut desk, "ambiguous-dashboard");
    desk.press("3").await;
    super::keep(&mut desk, "ambiguous-billing");
}
