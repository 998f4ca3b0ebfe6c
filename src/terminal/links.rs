//! Which cells lead where (OSC 8): what the glass has, what it is to have, and which link the terminal writes with.
//!
//! Without links there is nothing here, and nothing is sent. A cell that leads elsewhere than before is written again, or
//! an old address would stay behind the same text.

use std::ops::Range;
use std::sync::Arc;

use crate::flow::ScreenLink;

type To = Option<Arc<str>>;

/// The links of a glass, cell by cell; empty where there are none.
#[derive(Debug, Default)]
pub(super) struct Links {
    cells: Vec<To>,
}

impl Links {
    /// Those of a frame of this size.
    pub(super) fn of(links: Vec<ScreenLink>, width: u16, height: u16) -> Self {
        let mut cells = Vec::new();
        for link in links {
            if link.y >= height {
                continue;
            }
            cells.resize(usize::from(width) * usize::from(height), None);
            let row = usize::from(link.y) * usize::from(width);
            let (from, to) = (link.x.min(width), link.x.saturating_add(link.width).min(width));
            cells[row + usize::from(from)..row + usize::from(to)].fill(Some(link.to));
        }
        Self { cells }
    }

    /// Where a cell leads.
    pub(super) fn at(&self, cell: usize) -> Option<&Arc<str>> {
        self.cells.get(cell)?.as_ref()
    }

    /// These cells were erased.
    pub(super) fn erase(&mut self, cells: Range<usize>) {
        if let Some(cells) = self.cells.get_mut(cells) {
            cells.fill(None);
        }
    }

    /// A band of rows moved up by so many cells, or down.
    pub(super) fn rotate(&mut self, band: Range<usize>, up: bool, by: usize) {
        let Some(band) = self.cells.get_mut(band) else { return };
        let kept = band.len() - by;
        if up {
            band.rotate_left(by);
            band[kept..].fill(None);
        } else {
            band.rotate_right(by);
            band[..by].fill(None);
        }
    }
}

/// The link that the terminal writes with.
#[derive(Debug, Default)]
pub(super) struct Open(To);

impl Open {
    /// Writes what it takes to write with another one, or with none.
    pub(super) fn change(&mut self, to: Option<&Arc<str>>, out: &mut Vec<u8>) {
        if self.0.as_ref() != to {
            out.extend_from_slice(b"\x1b]8;;");
            out.extend_from_slice(to.map(|to| to.as_bytes()).unwrap_or_default());
            out.extend_from_slice(b"\x1b\\");
            self.0 = to.cloned();
        }
    }

    /// Whether it is this one.
    pub(super) fn is(&self, to: Option<&Arc<str>>) -> bool {
        self.0.as_ref() == to
    }
}
