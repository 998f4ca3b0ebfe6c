//! Filing Freebit's notices in a folder, as the vendor leaves them on a server for its customers to fetch.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::Shared;

/// The folder, once there is one. It is held while files are written, so that each is written once.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    folder: Mutex<Option<PathBuf>>,
}

impl Outbox {
    /// Makes `folder` the one; it is made when it does not exist.
    pub(super) fn open(&self, folder: PathBuf) -> io::Result<()> {
        fs::create_dir_all(&folder)?;
        *self.folder.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder);
        Ok(())
    }

    /// Files the notices that have come by now and were not filed. What cannot be written is tried again next time.
    pub(super) fn deliver(&self, world: &Shared) {
        let folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(folder) = folder.as_deref() else { return };
        let due: Vec<(u64, String, String)> = {
            let world = world.read().unwrap_or_else(PoisonError::into_inner);
            let fresh = world.freebit.notices(world.clock.now()).filter(|notice| !notice.filed);
            fresh.map(|notice| (notice.number, notice.name(), notice.csv())).collect()
        };
        let mut filed = Vec::with_capacity(due.len());
        for (number, name, text) in due {
            match write(folder, &name, &text) {
                Ok(()) => filed.push(number),
                Err(error) => tracing::warn!(%error, "notice not filed"),
            }
        }
        if !filed.is_empty() {
            world.write().unwrap_or_else(PoisonError::into_inner).freebit.filed(&filed);
        }
    }
}

/// In one step: a reader sees the whole file or none.
fn write(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let beside = folder.join(format!(".{name}.tmp"));
    fs::write(&beside, text)?;
    fs::rename(&beside, folder.join(name))
}
