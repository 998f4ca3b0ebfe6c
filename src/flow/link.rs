//! A stretch of the screen that leads elsewhere.

use std::sync::Arc;

/// Cells of one row, and the address that a terminal is told they lead to. The address is made by
/// [`domain::web`](crate::domain::web) and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenLink {
    /// Column of the first cell.
    pub x: u16,
    /// The row.
    pub y: u16,
    /// How many cells.
    pub width: u16,
    /// Where they lead.
    pub to: Arc<str>,
}
