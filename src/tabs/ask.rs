//! What a page asks a person in an overlay, and what it is told. The page knows what to ask and what an answer means; the
//! overlay knows neither.

use std::path::PathBuf;

use madoguchi_ui::table::Sort;

use super::Did;

/// Something asked over the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// One of a few.
    Choose(Choice),
    /// Which columns, in which order, sorted by which.
    Columns(ColumnsAsked),
    /// What is to be written to a file.
    Export(ExportAsked),
}

/// One of a few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Key of the title in the language table.
    pub title: &'static str,
    /// What can be chosen.
    pub options: Vec<ChoiceOption>,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceOption {
    /// What it is.
    pub text: String,
    /// More about it.
    pub aside: String,
    /// What choosing it comes to.
    pub did: Did,
}

/// The columns of a list as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnsAsked {
    /// The titles, by the column's number.
    pub titles: Vec<String>,
    /// How they stand.
    pub layout: Layout,
}

/// How the columns of a list stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// Every column by its number, in order, and whether it is shown.
    pub columns: Vec<(usize, bool)>,
    /// By what the rows are sorted, by the column's number.
    pub sort: Option<Sort>,
}

/// What can be written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportAsked {
    /// How many rows are shown, how many there are, how many are marked.
    pub rows: [usize; 3],
    /// Where to, without what follows the last dot.
    pub stem: PathBuf,
    /// It would hold personal data, so a reason is asked.
    pub personal: bool,
}

/// What a page was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Show the columns so.
    Layout(Layout),
    /// Show the columns so, with this filter.
    View(Layout, String),
    /// Write this to a file.
    Export(ExportWish),
}

/// What is to be written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportWish {
    /// Which rows.
    pub rows: ExportRows,
    /// In which form.
    pub format: ExportFormat,
    /// Where to.
    pub path: PathBuf,
    /// Why, where personal data is shown.
    pub reason: String,
}

/// Which rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportRows {
    /// Those that pass the filter.
    Shown,
    /// Every one that was read.
    All,
    /// The marked ones.
    Marked,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated, for spreadsheets.
    Csv,
    /// An array of objects, for programs.
    Json,
}

impl ExportFormat {
    /// What follows the last dot of the file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// A file ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Where to.
    pub path: PathBuf,
    /// What it holds.
    pub content: String,
    /// It holds personal data, so it is audited.
    pub personal: bool,
    /// What the audit log says of it: which list, how many rows, why.
    pub note: String,
}
