//! Files that a person asked for, and the little that one start tells the next.

use std::env;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::domain::status::Tone;
use crate::flow::{Ground, Msg, Notice, NoticeText};
use crate::{folder, logging};

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

/// Writes a small file into the state folder, unless others may write there.
fn keep(name: &str, text: &str) -> io::Result<()> {
    let Some(state) = logging::state_folder() else { return Ok(()) };
    folder::own(&state)?;
    folder::file().write(true).create(true).truncate(true).open(state.join(name))?.write_all(text.as_bytes())
}

/// The file in the state folder that says that somebody was led round.
const TOURED: &str = "toured";

/// Remembers that the tour is over.
pub fn keep_toured() {
    if let Err(error) = keep(TOURED, "") {
        tracing::warn!(kind = ?error.kind(), "it cannot be kept that the tour is over");
    }
}

/// The file in the state folder that says what the terminal's text stood on last.
const GROUND: &str = "ground";

/// Remembers whether the terminal is dark or light, so that the next start need not begin with the wrong one.
pub fn keep_ground(ground: Ground) {
    if kept_ground() != Some(ground)
        && let Err(error) = keep(GROUND, ground.word())
    {
        tracing::warn!(kind = ?error.kind(), "it cannot be kept whether the terminal is dark or light");
    }
}

/// Whether the terminal was dark or light when it said so last.
pub fn kept_ground() -> Option<Ground> {
    Ground::of_word(&fs::read_to_string(logging::state_folder()?.join(GROUND)).ok()?)
}

/// Whether nobody was led round yet. Where nothing can be kept, nobody is led round at every start.
pub fn first_time() -> bool {
    logging::state_folder().is_some_and(|folder| !folder.join(TOURED).exists())
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

/// What is said of a routine that was to be kept in this folder.
pub fn told_routine(folder: &Path, kept: io::Result<PathBuf>) -> Msg {
    let (tone, text) = match kept {
        Ok(path) => (Tone::Info, NoticeText::Path("notice-routine-kept", path.display().to_string())),
        Err(_) => (Tone::Critical, NoticeText::Path("notice-routine-failed", folder.display().to_string())),
    };
    Msg::Notice(Notice { tone, text })
}

/// What was copied where the terminal has no clipboard: beside the person's other short-lived files, which go when they log
/// out, or with what the desk keeps.
fn copy_path() -> Option<PathBuf> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute() && path.is_dir());
    let folder = runtime.map(|runtime| runtime.join("madoguchi")).or_else(logging::state_folder)?;
    Some(folder.join("copied.txt"))
}

/// Keeps what was copied in a file that its owner alone can read, in place of what was copied before.
///
/// # Errors
/// The system refuses it, or no folder is known.
pub fn keep_copy(text: &str) -> io::Result<PathBuf> {
    let path = copy_path().ok_or(io::ErrorKind::NotFound)?;
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // Whatever stands there, a link too, is not written through.
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => write(&path, text)?,
    }
    Ok(path)
}

/// What is said of it.
pub fn told_copy(kept: io::Result<PathBuf>) -> Msg {
    let (tone, text) = match kept {
        Ok(path) => (Tone::Info, NoticeText::Path("notice-copied-file", path.display().to_string())),
        Err(_) => (Tone::Warning, NoticeText::Words("notice-copy-failed")),
    };
    Msg::Notice(Notice { tone, text })
}

/// Nothing that was copied stays when the desk is left.
pub fn drop_copy() {
    if let Some(path) = copy_path() {
        let _ = fs::remove_file(path);
    }
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
