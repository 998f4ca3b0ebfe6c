//! Which desks live, told without clocks: each holds the lock on a file of its own until its process ends, however it ends.
//!
//! The system lets go of a lock with the process that held it. So a desk whose file can be locked is dead, and stays so: no
//! two have the same name. Heartbeats were decided against: a laptop that slept would look dead and then go on.

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

    /// Whether a desk is dead. Asked with a shared lock, so that two who ask at once do not take each other for it.
    ///
    /// A file that is missing belonged to a desk that was cleared away; one that cannot be asked counts as a living desk's.
    pub fn dead(&self, desk: &Desk) -> io::Result<bool> {
        if *desk == self.own {
            return Ok(false);
        }
        let file = match File::open(name(&self.folder, desk)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Removes the files of dead desks. Only while no other desk joins. What cannot be removed is left to the next.
    pub fn clear(&self) {
        let Ok(files) = fs::read_dir(&self.folder) else { return };
        for file in files.flatten() {
            let path = file.path();
            let desk = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            if let Some(Ok(true)) = desk.map(|desk| self.dead(&desk)) {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

fn name(folder: &Path, desk: &Desk) -> PathBuf {
    folder.join(format!("{desk}.lock"))
}
