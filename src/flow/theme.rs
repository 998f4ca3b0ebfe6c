//! Themes of a person's own, as their files have them.

/// A theme's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeFile {
    /// What the theme is called.
    pub name: String,
    /// What the file says; empty where it cannot be read.
    pub text: String,
    /// Why it cannot be used: the file, the line, what is wrong and what would be right.
    pub wrong: Option<String>,
}
