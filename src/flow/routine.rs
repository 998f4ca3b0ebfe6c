//! Routines, as their files have them.

use std::sync::Arc;

use crate::domain::routine::Routine;

/// A routine's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutineFile {
    /// What the routine is called.
    pub name: String,
    /// The routine, or why it cannot be used: the file, the line, what is wrong and what would be right.
    pub routine: Result<Arc<Routine>, String>,
}
