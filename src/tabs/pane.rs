//! The detail pane: a sheet in a frame, with a scroll offset.

use madoguchi_ui::detail::{self, Entry};
use madoguchi_ui::panel::Panel;
use madoguchi_ui::scroll;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::scene::Scene;

/// Draws the pane.
pub fn view(entries: &[Entry<'_>], offset: usize, area: Rect, buf: &mut Buffer, scene: &Scene<'_>) {
    let title = scene.say("panel-detail");
    let inner = Panel { title: &title, aside: None, focused: false }.render(area, buf, scene.theme);
    detail::render(entries, offset, inner, buf, scene.theme);
}

/// The offset after scrolling by some lines, kept within what there is to see.
pub fn scrolled(entries: &[Entry<'_>], area: Rect, offset: usize, by: isize) -> usize {
    let inner = Panel::inner(area);
    scroll::scrolled(offset, by, detail::height(entries, inner.width), usize::from(inner.height))
}
