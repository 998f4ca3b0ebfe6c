//! The folder in which the desk keeps what it writes, which is its person's alone. Whoever else may write there could have the
//! desk write through a link into anything of that person's, or believe what they put there.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::process::geteuid;

/// Whose a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// This person's alone.
    Own,
    /// This person's, and others may look into it.
    Seen,
    /// This person's, and others may write there; with its mode.
    Open(u32),
    /// Another user's.
    Foreign(u32),
}

/// Why nothing is kept in a folder.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Others may write there.
    #[error("others may write to {0} (mode {1:04o}): look at what is in it, then chmod 700 {0}")]
    Open(PathBuf, u32),
    /// It is somebody else's.
    #[error("{0} belongs to the user {1}, not to you: move it away")]
    Foreign(PathBuf, u32),
    /// It cannot be made or looked at.
    #[error("{0} cannot be written ({1})")]
    Io(PathBuf, io::Error),
}

impl From<Unfit> for io::Error {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Io(_, why) => why,
            other => Self::new(io::ErrorKind::PermissionDenied, other),
        }
    }
}

/// Whose a folder is.
///
/// # Errors
/// It is not there, or cannot be looked at.
pub fn whose(folder: &Path) -> io::Result<Whose> {
    let about = fs::metadata(folder)?;
    let mode = about.mode() & 0o7777;
    Ok(match () {
        () if about.uid() != geteuid().as_raw() => Whose::Foreign(about.uid()),
        () if mode & 0o022 != 0 => Whose::Open(mode),
        () if mode & 0o077 != 0 => Whose::Seen,
        () => Whose::Own,
    })
}

/// Makes a folder where it is missing, and has nobody but its person look into it.
///
/// # Errors
/// Others may write there, or it cannot be had.
pub fn own(folder: &Path) -> Result<(), Unfit> {
    let failed = |why| Unfit::Io(folder.to_path_buf(), why);
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    check(folder)
}

/// Has nobody but its person look into a folder that is there.
///
/// # Errors
/// Others may write there, or it cannot be had.
pub fn check(folder: &Path) -> Result<(), Unfit> {
    let failed = |why| Unfit::Io(folder.to_path_buf(), why);
    match whose(folder).map_err(failed)? {
        Whose::Own => Ok(()),
        Whose::Seen => fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(failed),
        // What is in it may be theirs by now, so taking their rights away is not enough.
        Whose::Open(mode) => Err(Unfit::Open(folder.to_path_buf(), mode)),
        Whose::Foreign(user) => Err(Unfit::Foreign(folder.to_path_buf(), user)),
    }
}

/// How a file in it is opened: for its person alone, and not through a link.
pub fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600).custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_folder_is_its_persons_alone_or_is_not_used() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("state/madoguchi");
        own(&folder).unwrap();
        assert_eq!((mode(&folder), whose(&folder).unwrap()), (0o700, Whose::Own));
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(whose(&folder).unwrap(), Whose::Seen);
        own(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        for shared in [0o777, 0o770, 0o702] {
            fs::set_permissions(&folder, Permissions::from_mode(shared)).unwrap();
            let error = own(&folder).unwrap_err().to_string();
            assert!(error.contains(&format!("mode {shared:04o}")) && error.contains("chmod 700 /"), "{error}");
            assert_eq!(mode(&folder), shared, "what is in it may be anybody's");
        }
    }

    #[test]
    fn a_link_is_not_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(file().append(true).create(true).open(&link).is_err() && !target.exists());
        file().append(true).create(true).open(&target).unwrap();
        assert_eq!(mode(&target), 0o600);
    }
}
