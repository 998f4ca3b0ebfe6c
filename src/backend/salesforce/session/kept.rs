//! What is kept of a sign-in with the browser: the refresh token, in a file of its own for each profile in the desk's state
//! folder.
//!
//! Decisions:
//! - The file is its owner's alone (0600 in a folder of 0700), and is not read when that changed: then others may have it.
//! - It is replaced, never rewritten: a whole new file is on the disk before it takes the old one's name.
//! - A refresh token may be good once (rotation). So one process at a time uses it, held by a lock on a file beside it, and
//!   whoever comes next reads the file again.
//! - It says for which org and app it is, and is sent nowhere else.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::flow::said::{self, Message};
use crate::folder;

/// How often somebody who waits looks whether the lock is free.
const LOOK: Duration = Duration::from_millis(50);
/// How long another desk may hold it: as long as a sign-in and its repetitions take.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where the sign-in of one profile is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    folder: PathBuf,
    profile: String,
    name: String,
}

/// What is kept.
#[derive(Clone, Deserialize)]
pub struct Token {
    /// The org it was given by.
    pub url: Url,
    /// The app it was given to.
    pub client_id: String,
    /// What signs in again.
    pub refresh_token: SecretString,
}

impl Token {
    /// It is the same one.
    pub fn is(&self, other: &SecretString) -> bool {
        self.refresh_token.expose_secret() == other.expose_secret()
    }
}

/// Why nothing is kept, or what is kept cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The file or its folder cannot be used.
    #[error("{0} cannot be used: {1}")]
    Io(PathBuf, io::Error),
    /// Others can read it.
    #[error("{0} has mode {1:04o}, so others can read the sign-in in it: chmod 600 {0}, or better sign in anew")]
    Open(PathBuf, u32),
    /// It is something else.
    #[error("{0} is no kept sign-in")]
    Strange(PathBuf),
    /// Another process holds it and does not let go.
    #[error("{0} is held by another desk that is signing in")]
    Held(PathBuf),
}

impl KeptError {
    /// For people.
    pub fn message(&self) -> Message {
        let of = |sentence, path: &Path| Message::ours(sentence).with("path", path.display());
        match self {
            Self::Io(path, why) => of(said::FILE_UNUSABLE, path).with("why", why),
            Self::Open(path, mode) => of(said::FILE_OPEN, path).with("mode", format!("{mode:04o}")),
            Self::Strange(path) => of(said::FILE_STRANGE, path),
            Self::Held(path) => of(said::FILE_HELD, path),
        }
    }
}

/// Held while a kept sign-in is used or replaced. Dropping it lets go.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "it is held, not looked at")] File);

impl Kept {
    /// Of a profile, below the desk's state folder.
    pub fn of(state: &Path, profile: &str) -> Self {
        // Two profiles never share a file, and none leaves the folder.
        let name = utf8_percent_encode(profile, NON_ALPHANUMERIC).to_string();
        Self { folder: state.join("sign-in"), profile: profile.to_owned(), name }
    }

    /// Whose it is.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.json", self.name))
    }

    /// Waits until nobody else uses it.
    ///
    /// # Errors
    /// It cannot be locked, or another process holds it for too long.
    pub async fn lock(&self) -> Result<Lock, KeptError> {
        folder::own(&self.folder).map_err(|unfit| KeptError::Io(self.folder.clone(), unfit.into()))?;
        let path = self.folder.join(format!("{}.lock", self.name));
        let open = folder::file().write(true).create(true).truncate(false).open(&path);
        let file = open.map_err(|why| KeptError::Io(path.clone(), why))?;
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                match file.try_lock() {
                    Ok(()) => return Ok(()),
                    Err(TryLockError::WouldBlock) => tokio::time::sleep(LOOK).await,
                    Err(TryLockError::Error(why)) => return Err(why),
                }
            }
        });
        match waited.await {
            Ok(Ok(())) => Ok(Lock(file)),
            Ok(Err(why)) => Err(KeptError::Io(path, why)),
            Err(_) => Err(KeptError::Held(path)),
        }
    }

    /// What is kept; `None` where nobody signed in.
    ///
    /// # Errors
    /// It is there and cannot be used.
    pub fn read(&self) -> Result<Option<Token>, KeptError> {
        let path = self.path();
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(KeptError::Io(path, why)),
        };
        let failed = |why| KeptError::Io(path.clone(), why);
        let mode = file.metadata().map_err(failed)?.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeptError::Open(path, mode));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        serde_json::from_str(&text).map(Some).map_err(|_| KeptError::Strange(path))
    }

    /// Keeps a sign-in in place of the one before. It is whole on the disk, or the old one is still there.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, token: &Token) -> Result<(), KeptError> {
        let fresh = self.folder.join(format!("{}.{:016x}.new", self.name, fastrand::u64(..)));
        let text = json!({
            "url": token.url,
            "client_id": token.client_id,
            "refresh_token": token.refresh_token.expose_secret(),
        });
        let written = (|| {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
            file.write_all(text.to_string().as_bytes())?;
            file.sync_all()?;
            fs::rename(&fresh, self.path())?;
            File::open(&self.folder)?.sync_all()
        })();
        written.map_err(|why| {
            let _ = fs::remove_file(&fresh);
            KeptError::Io(self.path(), why)
        })
    }

    /// Keeps nothing any more.
    ///
    /// # Errors
    /// The file cannot be taken away.
    pub fn forget(&self) -> Result<(), KeptError> {
        match fs::remove_file(self.path()) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(KeptError::Io(self.path(), why)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn token(text: &str) -> Token {
        let url = Url::parse("https://example.my.salesforce.com/").unwrap();
        Token { url, client_id: "consumer".to_owned(), refresh_token: text.into() }
    }

    #[tokio::test]
    async fn a_sign_in_is_kept_for_its_owner_alone_and_replaced_whole() {
        let state = tempfile::tempdir().unwrap();
        let kept = Kept::of(state.path(), "live/../../x");
        assert!(kept.read().unwrap().is_none());
        let lock = kept.lock().await.unwrap();
        kept.write(&token("one")).unwrap();
        kept.write(&token("two")).unwrap();
        drop(lock);
        assert!(kept.read().unwrap().unwrap().is(&"two".into()));
        let folder = state.path().join("sign-in");
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(kept.path()).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "the file and its lock, in the folder");
        kept.forget().unwrap();
        kept.forget().unwrap();
        assert!(kept.read().unwrap().is_none());
    }

    #[tokio::test]
    async fn what_others_can_read_or_is_something_else_is_not_used() {
        let state = tempfile::tempdir().unwrap();
        let kept = Kept::of(state.path(), "live");
        drop(kept.lock().await.unwrap());
        kept.write(&token("hush")).unwrap();
        fs::set_permissions(kept.path(), fs::Permissions::from_mode(0o640)).unwrap();
        let error = kept.read().map(drop).unwrap_err().to_string();
        assert!(error.contains("mode 0640") && !error.contains("hush"), "{error}");
        fs::set_permissions(kept.path(), fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(kept.path(), "{\"refresh_token\": \"hush\"}").unwrap();
        let error = kept.read().map(drop).unwrap_err().to_string();
        assert!(error.contains("is no kept sign-in") && !error.contains("hush"), "{error}");
    }

    /// A file that cannot be written leaves the old one.
    #[tokio::test]
    async fn a_sign_in_that_cannot_be_kept_leaves_the_old_one() {
        let state = tempfile::tempdir().unwrap();
        let kept = Kept::of(state.path(), "live");
        drop(kept.lock().await.unwrap());
        kept.write(&token("one")).unwrap();
        let gone = Kept { folder: state.path().join("nowhere"), ..kept.clone() };
        assert!(matches!(gone.write(&token("two")), Err(KeptError::Io(..))));
        assert!(kept.read().unwrap().unwrap().is(&"one".into()));
    }

    #[tokio::test(start_paused = true)]
    async fn one_process_at_a_time_uses_it() {
        let state = tempfile::tempdir().unwrap();
        let kept = Kept::of(state.path(), "live");
        let first = kept.lock().await.unwrap();
        assert!(matches!(kept.lock().await, Err(KeptError::Held(_))), "the time passes by itself");
        let waiting = tokio::join!(kept.lock(), async {
            tokio::time::sleep(LOOK * 3).await;
            drop(first);
        });
        assert!(waiting.0.is_ok());
    }
}
