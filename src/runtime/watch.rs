//! The configuration's files, looked at again while the desk runs: when the terminal gets the keyboard, every minute, and at
//! a key when nobody looked for a while. Nothing is woken up for it.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::app::Options;

/// Between two looks at a key: a key that is held looks once.
const BETWEEN: Duration = Duration::from_secs(2);
/// What was written a moment ago may not be whole yet.
const RESTS: Duration = Duration::from_millis(300);

/// What the configuration says by now, or why it cannot be used.
pub type Reread = Result<Box<Options>, String>;

/// The files and how they are read.
pub struct Watch {
    paths: Vec<PathBuf>,
    read: Box<dyn Fn() -> Reread>,
    seen: Vec<(PathBuf, Option<Stamp>)>,
    looked: Instant,
}

/// What differs when a file is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    inode: u64,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("paths", &self.paths).finish_non_exhaustive()
    }
}

impl Watch {
    /// These files, as they are now, and those in these folders. What is not there yet may come.
    pub fn new(paths: Vec<PathBuf>, read: impl Fn() -> Reread + 'static) -> Self {
        let seen = stamps(&paths);
        Self { paths, read: Box::new(read), seen, looked: Instant::now() }
    }

    /// What they say, if they changed and rest.
    pub(super) fn look(&mut self) -> Option<Reread> {
        self.looked = Instant::now();
        let now = stamps(&self.paths);
        if now == self.seen || now.iter().filter_map(|(_, stamp)| stamp.as_ref()).any(Stamp::is_fresh) {
            return None;
        }
        self.seen = now;
        Some((self.read)())
    }

    /// The same at a key: not every time.
    pub(super) fn look_at_key(&mut self) -> Option<Reread> {
        if self.looked.elapsed() < BETWEEN { None } else { self.look() }
    }

    /// What they say, whatever they said before.
    pub(super) fn read(&mut self) -> Reread {
        self.looked = Instant::now();
        self.seen = stamps(&self.paths);
        (self.read)()
    }
}

impl Stamp {
    /// Written a moment ago. A clock that is behind the file's makes nobody wait.
    fn is_fresh(&self) -> bool {
        self.modified.and_then(|at| SystemTime::now().duration_since(at).ok()).is_some_and(|age| age < RESTS)
    }
}

/// Every file with what it is by now; of a folder those in it.
fn stamps(paths: &[PathBuf]) -> Vec<(PathBuf, Option<Stamp>)> {
    let stamp = |path: &Path| {
        let it = fs::metadata(path).ok()?;
        Some(Stamp { modified: it.modified().ok(), length: it.len(), inode: it.ino() })
    };
    let mut all = Vec::with_capacity(paths.len());
    for path in paths {
        if path.is_dir() {
            let there = fs::read_dir(path).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
            let mut there: Vec<PathBuf> = there.collect();
            there.sort();
            all.extend(there.into_iter().map(|path| (path.clone(), stamp(&path))));
        } else {
            all.push((path.clone(), stamp(path)));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str, age: u64) {
        fs::write(path, text).unwrap();
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    }

    #[tokio::test]
    async fn a_file_is_read_when_it_became_another_and_rests() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let from = path.clone();
        let read = move || Err(fs::read_to_string(&from).unwrap_or_default());
        let mut watch = Watch::new(vec![path.clone()], read);
        let said = |reread: Option<Reread>| reread.map(|it| it.map(drop).unwrap_err());
        assert_eq!(said(watch.look()), None, "it is not there");
        write(&path, "first", 60);
        assert_eq!(said(watch.look_at_key()), None, "somebody looked a moment ago");
        assert_eq!(said(watch.look()).as_deref(), Some("first"));
        assert_eq!(said(watch.look()), None, "once");
        write(&path, "half", 0);
        assert_eq!(said(watch.look()), None, "it is being written");
        write(&path, "second", 50);
        assert_eq!(said(watch.look()).as_deref(), Some("second"));
        assert_eq!(said(Some(watch.read())).as_deref(), Some("second"), "asked for, it is read whatever it was");
        fs::remove_file(&path).unwrap();
        assert_eq!(said(watch.look()).as_deref(), Some(""), "gone is a change too");
    }
    #[tokio::test]
    async fn a_folder_is_looked_through() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("routines");
        let mut watch = Watch::new(vec![path.clone()], || Err("read".to_owned()));
        assert!(watch.look().is_none(), "it is not there");
        fs::create_dir(&path).unwrap();
        write(&path.join("one.toml"), "first", 60);
        assert!(watch.look().is_some());
        assert!(watch.look().is_none(), "once");
        write(&path.join("one.toml"), "second", 50);
        assert!(watch.look().is_some(), "what is in it changed, and not the folder itself");
        fs::remove_file(path.join("one.toml")).unwrap();
        assert!(watch.look().is_some());
    }
}
