//! Files that a person asked for.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::domain::status::Tone;
use crate::flow::{Msg, Notice, NoticeText};

/// Writes a new file that its owner alone can read, and the folders it stands in where they are missing.
///
/// # Errors
/// The file is there already, or the system refuses it. What was begun of it is taken away.
pub fn write(path: &Path, content: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(content.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a list looks like a whole one.
        let _ = fs::remove_file(path);
    }
    written
}

/// What is said of it.
pub fn told(path: &Path, written: io::Result<()>) -> Msg {
    let (tone, text) = match written {
        Ok(()) => (Tone::Info, NoticeText::Path("notice-exported", path.display().to_string())),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            (Tone::Warning, NoticeText::Path("notice-export-exists", path.display().to_string()))
        }
        Err(_) => (Tone::Critical, NoticeText::Path("notice-export-failed", path.display().to_string())),
    };
    Msg::Notice(Notice { tone, text })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_is_its_owners_alone_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("invoices.csv");
        write(&path, "a\n").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = write(&path, "b\n");
        assert_eq!(again.as_ref().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\n");
        assert!(matches!(told(&path, again), Msg::Notice(Notice { tone: Tone::Warning, .. })));
        assert!(write(&path.join("below a file"), "").is_err());
    }
}
