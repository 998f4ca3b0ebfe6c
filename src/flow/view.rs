//! What the configuration says of lists.

use std::path::PathBuf;

/// How lists are looked at and where they are written to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lists {
    /// Saved views of all lists.
    pub views: Vec<View>,
    /// The folder that files are written to unless another is typed.
    pub folder: PathBuf,
}

/// A saved view of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The list's name, e.g. `invoices`.
    pub list: String,
    /// What the view is called.
    pub name: String,
    /// Names of the columns it shows, in their order; all of them when empty.
    pub columns: Vec<String>,
    /// Name of the column it is sorted by, with `-` before it for largest first; empty for the order of the system.
    pub sort: String,
    /// What stands in the filter.
    pub filter: String,
}
