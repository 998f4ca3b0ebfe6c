//! Where the parts of the screen stand. Pure: `update` and `view` ask the same function.

use ratatui::layout::Rect;

/// The smallest screen the desk works on.
pub const LEAST: (u16, u16) = (80, 24);

/// The rows of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    /// Who, where, and on which systems.
    pub header: Rect,
    /// What is out for many customers, and what to tell them; of no height when nothing is.
    pub banner: Rect,
    /// Tab bar, or search box.
    pub bar: Rect,
    /// The open tab, or the hits.
    pub body: Rect,
    /// Keys that work here.
    pub hints: Rect,
    /// Systems, notice, clock.
    pub status: Rect,
}

/// Lays the screen out with a banner of so many rows; `None` when it is too small to be of use.
pub const fn areas(screen: Rect, banner: u16) -> Option<Areas> {
    if screen.width < LEAST.0 || screen.height < LEAST.1 {
        return None;
    }
    Some(Areas {
        header: Rect { height: 1, ..screen },
        banner: Rect { y: screen.y + 1, height: banner, ..screen },
        bar: Rect { y: screen.y + 1 + banner, height: 1, ..screen },
        body: Rect { y: screen.y + 2 + banner, height: screen.height - 4 - banner, ..screen },
        hints: Rect { y: screen.y + screen.height - 2, height: 1, ..screen },
        status: Rect { y: screen.y + screen.height - 1, height: 1, ..screen },
    })
}
