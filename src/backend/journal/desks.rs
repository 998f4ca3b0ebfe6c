//! Which desks live, told without clocks: each holds the lock on a file of its own until its process ends, however it ends.
//!
//! The system lets go of a lock with the process that held it. So a desk whose file can be locked is dead, and while that
//! lock is held nobody else takes what it left. Heartbeats were decided against: a laptop that slept would look dead and
//! then go on.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use super::random;

/// A desk's name: random, new with every start.
pub type Desk = Uuid;

/// The folder of locks, and our own.
#[derive(Debug, Clone)]
pub struct Desks {
    folder: PathBuf,
    own: Desk,
    /// Held, never read: the last clone lets go of it.
    _lock: Arc<File>,
}

impl Desks {
    /// Makes this desk known. Only while no other desk joins or clears: between making and locking, a file looks dead.
    pub fn join(state: &Path) -> io::Result<Self> {
        let folder = state.join("desks");
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let own = uuid::Builder::from_random_bytes(random::<16>().map_err(io::Error::other)?).into_uuid();
        let lock = OpenOptions::new().write(true).create_new(true).mode(0o600).open(name(&folder, &own))?;
        lock.lock()?;
        Ok(Self { folder, own, _lock: Arc::new(lock) })
    }

    /// This desk.
    pub const fn own(&self) -> Desk {
        self.own
    }

    /// Whether a desk is dead. The lock in the answer keeps others from finding the same until it is dropped.
    ///
    /// A file that is missing belonged to a desk that was cleared away; one that cannot be asked counts as a living desk's.
    pub fn dead(&self, desk: &Desk) -> io::Result<Option<Death>> {
        if *desk == self.own {
            return Ok(None);
        }
        let file = match OpenOptions::new().write(true).open(name(&self.folder, desk)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(Death { _lock: None })),
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => Ok(Some(Death { _lock: Some(file) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Removes the files of dead desks. Only while no other desk joins. What cannot be removed is left to the next.
    pub fn clear(&self) {
        let Ok(files) = fs::read_dir(&self.folder) else { return };
        for file in files.flatten() {
            let path = file.path();
            let desk = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            if let Some(Ok(Some(_death))) = desk.map(|desk| self.dead(&desk)) {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

/// That a desk is dead, for as long as this is kept.
#[derive(Debug)]
pub struct Death {
    _lock: Option<File>,
}

fn name(folder: &Path, desk: &Desk) -> PathBuf {
    folder.join(format!("{desk}.lock"))
}
