//! The query language: [`lexer`] → [`parser`] → [`ast`], looked up by [`field`] and [`filter`], answered by [`eval`]
//! and written by [`render`].

pub mod ast;
pub mod columns;
pub mod dates;
pub mod eval;
pub mod field;
pub mod filter;
pub mod lexer;
pub mod parser;
pub mod render;
#[cfg(test)]
mod tests;

use super::error::ApiError;

pub use eval::{Answer, Plan, Scene};

/// How many characters of a query an error message repeats on either side of the place.
const CONTEXT: usize = 40;

/// What is wrong with a query and where.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryError {
    code: &'static str,
    at: usize,
    message: String,
}

impl QueryError {
    /// An error at a byte offset of the source.
    pub fn new(code: &'static str, at: usize, message: impl Into<String>) -> Self {
        Self { code, at, message: message.into() }
    }

    /// A query that cannot be read.
    pub fn malformed(at: usize, message: impl Into<String>) -> Self {
        Self::new("MALFORMED_QUERY", at, message)
    }

    /// The error as the API words it: the query around the place, a caret under it, row and column counted from 1.
    pub fn into_api(self, source: &str) -> ApiError {
        let at = source.floor_char_boundary(self.at);
        let row = source[..at].matches('\n').count();
        let line_start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = source[line_start..].lines().next().unwrap_or_default();
        let column = source[line_start..at].chars().count();
        let skipped = column.saturating_sub(CONTEXT);
        let shown: String = line.chars().skip(skipped).take(2 * CONTEXT).collect();
        let caret = " ".repeat(column - skipped);
        let message = format!("\n{shown}\n{caret}^\nERROR at Row:{}:Column:{}\n{}", row + 1, column + 1, self.message);
        ApiError::new(self.code, message)
    }
}
