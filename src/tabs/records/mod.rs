//! The generic records screen: a table with a cursor, any column to sort by, a filter, and a detail pane. Written once; a
//! tab says what its rows are.
//!
//! # Adding a list
//!
//! 1. One file in `tabs/`: the row type and its [`Record`]. `NAME` is the list's name in the configuration and in exports,
//!    and never changes; `TITLE` is a key `page-…` of both language tables, and so is each column's `title`.
//! 2. A [`Column`] has a `name` (for `field:value`, configuration, export), a `cell` (what is read on the screen, masked
//!    where it is personal: the filter looks at nothing else), and a [`Key`] (what it is ordered and compared by). Give
//!    numbers, days and moments as what they are, `Word::key` for a state, [`Key::Missing`] where there is nothing.
//! 3. `sources` says which parts the rows come from; ages, faults, "first N of M" and skeletons follow from it.
//!    `version` counts changes of whatever else the rows are made of; with it they are not made anew for nothing.
//! 4. `list_needs` and `needs` say what is read only when somebody looks: for the list, and for the row under the cursor.
//! 5. `holds` names the places the list shows, `is_at` which of its rows a place is; every link on the desk then leads there.
//! 6. `act` is for keys the list does not know itself. It is asked first, except while the filter is typed.
//! 7. `VIEWS` are the views that come with it; the configuration adds others under `NAME`.
//! 8. A line in [`Tabs::default`](super::Tabs) puts the page on its tab.

mod changed;
mod columns;
mod export;
mod filter;
pub mod headed;
mod key;
mod marks;
mod menu;
mod rows;
mod screen;
mod view;

use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;

use crate::domain::aloud::Spoken;
use crate::domain::customer::CustomerKey;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::web::WebRecord;
use crate::flow::{Action, Deeper, Fault, Remote};
use crate::scene::Scene;

use super::sheet::Sheet;
use super::{Aloud, Copied, Did};

pub use key::Key;
pub use menu::BuiltIn;
pub use screen::Records;

/// A column of a records screen.
pub struct Column<R: 'static> {
    /// What filters, configuration and exports call it: a lower-case word that never changes.
    pub name: &'static str,
    /// Key of its title in the language table.
    pub title: &'static str,
    /// How wide it is.
    pub width: Width,
    /// Where its cells stand.
    pub align: Align,
    /// The higher, the sooner it is hidden in a narrow window.
    pub priority: u8,
    /// What stands in a row's cell.
    pub cell: for<'a> fn(&'a R, &Scene<'a>) -> Cell<'a>,
    /// What a row is ordered, compared and exported by.
    pub key: fn(&R) -> Key<'_>,
}

/// Where a list comes from, how old it is and what is wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Which system.
    pub system: System,
    /// When it was read; `None` when it never was.
    pub read_at: Option<jiff::Timestamp>,
    /// Why the last read failed.
    pub fault: Option<&'a Fault>,
    /// It is being read.
    pub loading: bool,
    /// Rows read and rows there are.
    pub rows: Option<(u64, u64)>,
    /// Counts the answers.
    pub version: u64,
}

impl<'a> Source<'a> {
    /// The state of a part; `rows` counts what was read and what there is.
    pub fn of<T>(system: System, part: &'a Remote<T>, rows: impl Fn(&T) -> (u64, u64)) -> Self {
        let known = part.known.as_ref();
        Self {
            system,
            read_at: known.map(|known| known.read_at),
            fault: part.fault.as_ref(),
            loading: part.loading,
            rows: known.map(|known| rows(&known.value)),
            version: part.version(),
        }
    }
}

/// What a page lists.
pub trait Record: std::fmt::Debug + Send + Sized + 'static {
    /// What the rows are read from: the open customer, or what the whole desk works on.
    type Of: 'static;

    /// What configuration and exports call the list: a lower-case word that never changes.
    const NAME: &'static str;

    /// Key of the page's title in the language table.
    const TITLE: &'static str;

    /// The columns, the identifying one first.
    const COLUMNS: &'static [Column<Self>];

    /// The views that come with the list.
    const VIEWS: &'static [BuiltIn] = &[];

    /// Whether the details are shown before somebody asks for them.
    const DETAIL: bool = true;

    /// The rows.
    fn collect(of: &Self::Of) -> Vec<Self>;

    /// Where the rows come from.
    fn sources(of: &Self::Of) -> Vec<Source<'_>>;

    /// Counts the changes of all that rows are made of, beyond the sources' own state. With it a list of any length costs
    /// nothing when something else was read; without it rows are made anew whenever anything was.
    fn version(_: &Self::Of) -> Option<u64> {
        None
    }

    /// What the detail pane says.
    fn detail(&self, of: &Self::Of, sheet: &mut Sheet<'_>);

    /// The same record after a new read has the same identity.
    fn identity(&self) -> String;

    /// What the copy key takes.
    fn copied(&self) -> Copied;

    /// What the list needs beyond what is read anyway.
    fn list_needs(_: &Self::Of) -> Vec<Deeper> {
        Vec::new()
    }

    /// What the row needs while the cursor rests on it.
    fn needs(&self, _: &Self::Of) -> Option<Deeper> {
        None
    }

    /// Whether this list shows places of this kind, be their rows read or not.
    fn holds(_: &Place) -> bool {
        false
    }

    /// Whether this row is the place.
    fn is_at(&self, _: &Place) -> bool {
        false
    }

    /// The record whose page elsewhere shows the row.
    fn page(&self) -> Option<WebRecord> {
        None
    }

    /// Where opening the row leads, when it is more than its details.
    fn opens(&self) -> Option<Place> {
        None
    }

    /// What a change of the row is about; nothing where rows of this kind are not changed many at once.
    fn stands_for(&self) -> Option<Place> {
        None
    }

    /// Whose the row is, where the list is not one customer's.
    fn whose(&self) -> Option<CustomerKey> {
        None
    }

    /// What it is called beside others. No personal data.
    fn called(&self) -> String {
        self.identity()
    }

    /// What is spelled for the telephone: by default what the copy key takes.
    fn aloud(&self) -> Vec<Aloud> {
        let Copied { text, personal } = self.copied();
        vec![Aloud { label: "label-copied", kind: Spoken::Number, text, personal }]
    }

    /// What an action means on this row that it does not mean on every list's.
    fn act(&self, _: Action, _: &Self::Of, _: &Scene<'_>) -> Did {
        Did::Nothing
    }
}
