//! The audit log: who saw or took personal data of whom. Append-only, one line an act, never the data itself.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::flow::AuditEntry;

/// The open audit log of this person on this machine.
#[derive(Debug)]
pub struct AuditLog {
    file: Result<File, io::ErrorKind>,
    person: String,
}

impl AuditLog {
    /// Opens `audit.log` in a folder, readable by its owner alone. `person` is who works here, as the system knows them.
    ///
    /// A log that cannot be opened is no reason not to start: every [`write`](Self::write) says so again, and what
    /// must not happen unwritten does not happen.
    pub fn open(folder: Option<&Path>, person: &str) -> Self {
        let file = folder.ok_or(io::ErrorKind::NotFound).and_then(|folder| {
            let path = folder.join("audit.log");
            OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(|error| error.kind())
        });
        let person = person.chars().map(|c| if c.is_control() || c.is_whitespace() { '_' } else { c }).collect();
        Self { file, person }
    }

    /// Writes a line and returns when the system has it.
    ///
    /// # Errors
    /// The log cannot be written: what the line tells must not happen.
    pub fn write(&mut self, entry: &AuditEntry) -> io::Result<()> {
        let file = self.file.as_mut().map_err(|kind| io::Error::from(*kind))?;
        let AuditEntry { at, act, customer, note } = entry;
        let (act, customer) = (act.word(), customer.escape_default());
        let space = if note.is_empty() { "" } else { " " };
        let line = format!("{at} {} {act} {customer}{space}{}\n", self.person, one_line(note));
        file.write_all(line.as_bytes())
    }
}

/// A note that cannot be taken for another line: Japanese stays readable, what breaks lines does not break this one.
fn one_line(note: &str) -> String {
    let escaped = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    note.chars().map(|c| if escaped(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::flow::AuditAct;

    #[test]
    fn lines_are_added_and_cannot_be_forged() {
        let folder = tempfile::tempdir().unwrap();
        let entry = |customer: &str| AuditEntry {
            at: "2026-11-22T09:00:00Z".parse().unwrap(),
            act: AuditAct::Reveal,
            customer: customer.to_owned(),
            note: String::new(),
        };
        AuditLog::open(Some(folder.path()), "hana ko").write(&entry("C-00012")).unwrap();
        AuditLog::open(Some(folder.path()), "taro").write(&entry("7\nforged")).unwrap();
        let log = fs::read_to_string(folder.path().join("audit.log")).unwrap();
        assert_eq!(log, "2026-11-22T09:00:00Z hana_ko reveal C-00012\n2026-11-22T09:00:00Z taro reveal 7\\nforged\n");
    }

    #[test]
    fn a_note_stands_at_the_end_of_its_line() {
        assert_eq!(one_line("3 rows: 税務調査\nforged\u{2028}"), "3 rows: 税務調査\\nforged\\u{2028}");
    }

    #[test]
    fn without_a_folder_every_write_fails() {
        let entry = AuditEntry {
            at: "2026-11-22T09:00:00Z".parse().unwrap(),
            act: AuditAct::Reveal,
            customer: "C-1".to_owned(),
            note: String::new(),
        };
        assert!(AuditLog::open(None, "taro").write(&entry).is_err());
        let folder = tempfile::tempdir().unwrap();
        assert!(AuditLog::open(Some(&folder.path().join("missing")), "taro").write(&entry).is_err());
    }
}
