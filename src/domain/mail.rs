//! Templates of WHMCS's e-mails.

use super::text::Text;

/// A template that the desk may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its name.
    pub name: Text,
    /// Its subject, which may have gaps.
    pub subject: Text,
    /// What it is about.
    pub kind: TemplateKind,
}

/// What a template is about. Those about tickets are the help desk's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateKind {
    /// A client.
    General,
    /// An invoice.
    Invoice,
    /// A service.
    Product,
}
