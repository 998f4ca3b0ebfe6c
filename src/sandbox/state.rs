//! The world on disk: one JSON file that says which format it is, replaced in one step.

use std::{
    fs,
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::World;

const FORMAT: &str = "madoguchi sandbox";
/// Raised when a table changes shape so that an older file no longer reads.
const VERSION: u32 = 1;

/// Why a state file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file could not be opened, read, written or moved into place.
    #[error("the sandbox's state file {path} cannot be used: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is something else.
    #[error("{path} is not a sandbox state file; give another name or move it away")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by another version of this program.
    #[error(
        "{path} holds a sandbox of format {found}, this program reads format {VERSION}; move it away to start anew"
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The format it says it has.
        found: u32,
    },
    /// The file says it is ours but cannot be understood.
    #[error("{path} is damaged: {source}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
}

#[derive(Deserialize)]
struct Label {
    format: String,
    version: u32,
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    version: u32,
    world: &'a World,
}

#[derive(Deserialize)]
struct Read {
    world: World,
}

/// The world kept in `path`, or nothing when there is no such file yet.
pub fn load(path: &Path) -> Result<Option<World>, StateError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StateError::File { path: path.to_owned(), source }),
    };
    let label: Label = serde_json::from_slice(&bytes).map_err(|_| StateError::Foreign { path: path.to_owned() })?;
    if label.format != FORMAT {
        return Err(StateError::Foreign { path: path.to_owned() });
    }
    if label.version != VERSION {
        return Err(StateError::Version { path: path.to_owned(), found: label.version });
    }
    let read: Read =
        serde_json::from_slice(&bytes).map_err(|source| StateError::Damaged { path: path.to_owned(), source })?;
    Ok(Some(read.world))
}

/// Whether `path` can be written later on: better said at the start than after an hour's work.
pub fn check(path: &Path) -> Result<(), StateError> {
    let beside = beside(path);
    let tried = fs::File::create(&beside).and_then(|_| fs::remove_file(&beside));
    tried.map_err(|source| StateError::File { path: path.to_owned(), source })
}

/// Replaces `path` by `world` in one step: a reader sees the old file or the new one, never half of either.
pub fn save(path: &Path, world: &World) -> Result<(), StateError> {
    let beside = beside(path);
    write(&beside, world).and_then(|()| fs::rename(&beside, path)).map_err(|source| {
        let _ = fs::remove_file(&beside);
        StateError::File { path: path.to_owned(), source }
    })
}

/// The temporary name is in the same folder, because a rename across file systems is no single step.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

fn write(path: &Path, world: &World) -> io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    serde_json::to_writer(&mut file, &Written { format: FORMAT, version: VERSION, world })?;
    file.flush()?;
    file.get_ref().sync_all()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::sandbox::Clock;

    #[test]
    fn a_world_comes_back_as_it_was_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        assert!(load(&path).unwrap().is_none());
        let mut world = World { clock: Clock::stopped("2026-11-22T00:00:00Z".parse().unwrap()), ..World::default() };
        save(&path, &world).unwrap();
        world.clock.advance(SignedDuration::from_hours(1));
        save(&path, &world).unwrap();
        assert_eq!(load(&path).unwrap().unwrap().clock.now(), world.clock.now());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays behind");
    }

    #[test]
    fn strange_files_are_refused_with_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        for (text, says) in [
            ("shopping list", "not a sandbox state file"),
            (r#"{"format":"recipe","version":1}"#, "not a sandbox state file"),
            (r#"{"format":"madoguchi sandbox","version":99,"world":{}}"#, "format 99"),
            (r#"{"format":"madoguchi sandbox","version":1,"world":{"clock":1}}"#, "damaged"),
        ] {
            fs::write(&path, text).unwrap();
            let error = load(&path).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text, "a refused file is left alone");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let path = Path::new("/nonexistent-folder/world.json");
        assert!(save(path, &World::default()).is_err());
        assert!(check(path).unwrap_err().to_string().contains("nonexistent-folder"));
        let folder = tempfile::tempdir().unwrap();
        check(&folder.path().join("world.json")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing stays behind");
    }
}
