//! Why the journal did not do what was asked.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use thiserror::Error;

use crate::domain::operation_id::OperationId;
use crate::domain::phrase::Phrase;
use crate::folder::Unfit;

/// The journal's failures, each a sentence for the person. After any of them nothing may be sent to a system: what is not
/// on the disk did not happen.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The file or its folder cannot be opened.
    #[error("the journal cannot be opened: {path} ({why})", path = path.display())]
    Unopened {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// Others may write where it lies.
    #[error("the journal is not used: others may write to {path} (mode {mode:04o}); look at what is in it, then chmod 700 {path}", path = .0.display(), mode = .1)]
    Open(PathBuf, u32),
    /// It lies in somebody else's folder.
    #[error("the journal is not used: {path} belongs to the user {user}, not to you; move it away", path = .0.display(), user = .1)]
    Foreign(PathBuf, u32),
    /// The file is no journal, or its pages make no sense.
    #[error("the journal is damaged ({0}): move it away or restore it, then nothing more is lost")]
    Damaged(String),
    /// The disk is full.
    #[error("the journal cannot be written: no room is left on its disk")]
    Full,
    /// The file or its disk is read-only.
    #[error("the journal cannot be written: its file or its disk is read-only")]
    ReadOnly,
    /// Other desks held the file longer than this one waits.
    #[error("the journal was busy for too long: another desk is writing to it")]
    Busy,
    /// A newer program made the file, and this one could misread it.
    #[error("the journal was written by a newer madoguchi (layout {found}, this one knows {known}): update this one")]
    Newer {
        /// The file's layout.
        found: i64,
        /// The latest layout known here.
        known: i64,
    },
    /// The journal's thread has ended.
    #[error("the journal is closed")]
    Closed,
    /// No operation of that id in this world.
    #[error("the journal knows no operation {0}")]
    Unknown(OperationId),
    /// The operation is not this desk's to write about: another one works on it, or nobody took it.
    #[error("operation {0} is not in this desk's hands")]
    NotHeld(OperationId),
    /// A text is longer than the journal takes.
    #[error("too long to be kept: {0} bytes")]
    TooLong(usize),
    /// Anything else the database says.
    #[error("the journal failed: {0}")]
    Failed(String),
}

impl JournalError {
    /// The same for the person at the desk, in their language. The log keeps the English one.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Unopened { path, why } => Phrase::new("journal-unopened")
                .with("path", path.display().to_string().as_str())
                .with("why", why.as_str()),
            Self::Open(folder, mode) => Phrase::new("journal-folder-open")
                .with("path", folder.display().to_string().as_str())
                .with("mode", format!("{mode:04o}").as_str()),
            Self::Foreign(folder, user) => Phrase::new("journal-folder-foreign")
                .with("path", folder.display().to_string().as_str())
                .with("user", user.to_string().as_str()),
            Self::Damaged(why) => Phrase::new("journal-damaged").with("why", why.as_str()),
            Self::Full => "journal-full".into(),
            Self::ReadOnly => "journal-read-only".into(),
            Self::Busy => "journal-busy".into(),
            Self::Newer { found, known } => Phrase::new("journal-newer").with("found", *found).with("known", *known),
            Self::Closed => "journal-closed".into(),
            Self::Unknown(id) => Phrase::new("journal-unknown").with("id", id.to_string().as_str()),
            Self::NotHeld(_) => "operation-elsewhere".into(),
            Self::TooLong(bytes) => {
                Phrase::new("journal-too-long").with("n", i64::try_from(*bytes).unwrap_or(i64::MAX))
            }
            Self::Failed(why) => Phrase::new("journal-failed").with("why", why.as_str()),
        }
    }
}

impl From<Unfit> for JournalError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Open(folder, mode) => Self::Open(folder, mode),
            Unfit::Foreign(folder, user) => Self::Foreign(folder, user),
            Unfit::Io(path, why) => Self::Unopened { path, why: why.to_string() },
        }
    }
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        let why = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(why),
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Failed(why),
        }
    }
}

impl From<serde_json::Error> for JournalError {
    fn from(error: serde_json::Error) -> Self {
        // Without the text itself, which may be about somebody.
        Self::Damaged(format!("{:?} in a stored value", error.classify()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Words};

    #[test]
    fn each_failure_is_said_in_both_languages() {
        let [en, ja] = [Language::English, Language::Japanese].map(Words::new);
        let why = || "＊".to_owned();
        for error in [
            JournalError::Unopened { path: PathBuf::from("＊"), why: why() },
            JournalError::Open(PathBuf::from("＊"), 0o777),
            JournalError::Foreign(PathBuf::from("＊"), 1000),
            JournalError::Damaged(why()),
            JournalError::Full,
            JournalError::ReadOnly,
            JournalError::Busy,
            JournalError::Newer { found: 9, known: 8 },
            JournalError::TooLong(70_000),
            JournalError::Failed(why()),
        ] {
            let english = en.phrase(&error.phrase(), true);
            assert_eq!(english.replace(',', "").to_lowercase(), error.to_string().replace(',', "").to_lowercase());
            let japanese = ja.phrase(&error.phrase(), true);
            assert!(!japanese.contains("journal"), "{japanese}");
            assert_eq!(japanese.matches('＊').count(), english.matches('＊').count(), "{japanese}");
        }
    }
}
