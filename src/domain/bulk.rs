//! One change for many rows. Each row is an operation of its own; all of them know which rows they were confirmed with, so
//! that what was not begun can be told, and gone on with, by whichever desk comes next.

use serde::{Deserialize, Serialize};

use super::access::Role;
use super::operation_id::OperationId;
use super::phrase::Phrase;

/// Which rows an operation was confirmed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// The first row's id, which names all of them.
    pub id: OperationId,
    /// Its place among them, from 1.
    pub at: usize,
    /// How many there are.
    pub of: usize,
}

/// How many rows are changed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// By anybody who may make the change at all.
    pub alone: usize,
    /// By a supervisor. More are never changed at once.
    pub most: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { alone: 20, most: 100 }
    }
}

impl Caps {
    /// Whether somebody in that role may change so many rows at once.
    ///
    /// # Errors
    /// Why not.
    pub fn allows(self, rows: usize, role: Role) -> Result<(), Phrase> {
        let told = |key, most: usize| Err(Phrase::new(key).with("most", most as i64).with("rows", rows as i64));
        if rows > self.most {
            told("bulk-too-many", self.most)
        } else if rows > self.alone && role < Role::Supervisor {
            told("bulk-needs-supervisor", self.alone)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::CallerLevel;
    use crate::domain::change::{self, FieldKind, Harm, Part};

    #[test]
    fn what_takes_money_or_touches_a_line_is_never_made_for_many_rows() {
        for spec in change::specs().filter(|spec| spec.bulk) {
            assert_eq!((spec.harm, spec.level), (Harm::Harmless, CallerLevel::V0), "{}", spec.name);
            assert_ne!(spec.part, Part::Sim, "{}", spec.name);
            let about = spec.fields.iter().any(|field| matches!(field.kind, FieldKind::Subject(_)));
            assert!(about, "{} is about no row", spec.name);
        }
    }

    #[test]
    fn more_rows_need_a_supervisor_and_there_is_an_end_for_everybody() {
        let caps = Caps { alone: 2, most: 3 };
        let key = |rows, role| caps.allows(rows, role).err().map(|why| why.key.into_owned());
        assert_eq!((key(2, Role::Operator), key(3, Role::Supervisor)), (None, None));
        assert_eq!(key(3, Role::Operator).as_deref(), Some("bulk-needs-supervisor"));
        assert_eq!(key(4, Role::Admin).as_deref(), Some("bulk-too-many"));
    }
}
