//! Where packs lie: one a profile, readable by its owner alone, whole or not at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::seal;
use crate::flow::pack::PackHead;

const BEGINS: &str = "field-pack-";
const ENDS: &str = ".sealed";
const HALF: &str = ".half";
/// No pack is larger.
const LARGEST: u64 = 256 << 20;

/// Where the pack of a profile is.
pub fn path(folder: &Path, profile: &str) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let profile: String = profile.chars().map(plain).collect();
    folder.join(format!("{BEGINS}{profile}{ENDS}"))
}

/// Writes a pack in the place of the one before, and returns when the disk has it.
///
/// # Errors
/// The system refuses it. The one before is still there then.
pub fn write(path: &Path, sealed: &[u8]) -> io::Result<()> {
    let half = path.with_extension(format!("{:016x}{HALF}", fastrand::u64(..)));
    let written = write_new(&half, sealed).and_then(|()| fs::rename(&half, path));
    if written.is_err() {
        let _ = fs::remove_file(&half);
        return written;
    }
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    // Whatever this process's mask takes away or leaves.
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads a pack. `None` where there is none.
///
/// # Errors
/// There is something that cannot be read.
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Deletes a pack. Answers whether there was one.
///
/// # Errors
/// There is one, and it stays.
pub fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Deletes the packs of every profile whose time is over, and what a crash left half-written an hour ago or more. Answers
/// what was written on those that are gone.
pub fn sweep(folder: &Path, now: Timestamp) -> Vec<(PathBuf, PackHead)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut gone = Vec::new();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.starts_with(BEGINS) {
            continue;
        }
        if name.ends_with(HALF) {
            // Another desk may be writing it now.
            let old = |at: Timestamp| now.duration_since(at).as_hours() >= 1;
            let changed = fs::metadata(&path).and_then(|it| it.modified()).ok().map(Timestamp::try_from);
            if matches!(changed, Some(Ok(at)) if old(at)) {
                let _ = fs::remove_file(&path);
            }
        } else if name.ends_with(ENDS)
            && let Ok(Some(bytes)) = read(&path)
            && let Some(head) = seal::head(&bytes)
            && now >= head.until
        {
            match fs::remove_file(&path) {
                Ok(()) => gone.push((path, head)),
                Err(error) => {
                    tracing::error!(kind = ?error.kind(), "a field pack whose time is over cannot be deleted");
                }
            }
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_pack_is_its_owners_alone_and_takes_the_place_of_the_one_before_whole() {
        let home = tempfile::tempdir().unwrap();
        let path = path(home.path(), "live ../x");
        assert_eq!(path.parent(), Some(home.path()), "a profile's name leads nowhere else");
        assert_eq!(read(&path).unwrap(), None);
        for bytes in [b"first".as_slice(), b"second"] {
            write(&path, bytes).unwrap();
            assert_eq!(mode(&path), 0o600);
            assert_eq!(read(&path).unwrap().as_deref(), Some(bytes));
        }
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing half-written stays");
        assert!(remove(&path).unwrap() && !remove(&path).unwrap());
        assert!(write(&home.path().join("no folder").join("x"), b"x").is_err());
    }
}
