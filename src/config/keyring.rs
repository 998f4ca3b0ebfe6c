//! Secrets from the keyring of the desktop.
//!
//! A Secret Service that is locked asks for a password in a window and waits for as long as nobody answers; over SSH nobody
//! ever does, and starting the service may block as well. Some services fall over when several sessions ask at once. So one
//! thread of its own asks, one question after the other, and nobody waits longer than `BUDGET`. It is no task of the
//! runtime, which would wait for it at the end.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use keyring_core::{Entry, Error};

/// How long the keyring may take for one answer.
const BUDGET: Duration = Duration::from_secs(2);
/// Under what name the desk's entries are kept; the configuration names the entry.
pub const SERVICE: &str = "madoguchi";

/// Why the keyring gave nothing. What a keyring says of itself is its own words, never a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// The program cannot ask one.
    #[error(
        "this program was built without the keyring: build it with --features os-keyring, or use a variable, a program or a \
         file"
    )]
    NotBuilt,
    /// There is none.
    #[error("there is no keyring to be reached ({0}): over SSH there mostly is none")]
    Absent(String),
    /// It is locked.
    #[error("it is locked or asks for something ({0}): unlock it first")]
    Locked(String),
    /// It did not answer.
    #[error("it did not answer within {} s: it may be locked and wait for a password in a window", .0.as_secs())]
    Slow(Duration),
    /// An earlier question is not answered yet.
    #[error("it still has not answered an earlier question")]
    Stuck,
    /// It holds nothing of that name.
    #[error(
        "it holds no entry of this name: put it there with `secret-tool store --label=madoguchi service madoguchi username \
         NAME`"
    )]
    NoEntry,
    /// It holds several.
    #[error("it holds several entries of this name: only one may have service madoguchi and this user name")]
    Several,
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

type Answer = Result<Vec<u8>, KeyringError>;

struct Question {
    name: String,
    answer: Sender<Answer>,
}

/// The thread that asks, once somebody needed it.
static ASKING: Mutex<Option<Sender<Question>>> = Mutex::new(None);

/// The secret that the keyring keeps for the desk under `name`.
///
/// # Errors
/// It gave none, or none in time.
pub fn ask(name: &str) -> Answer {
    // Held while waiting: one question after the other.
    let mut asking = ASKING.lock().unwrap_or_else(PoisonError::into_inner);
    let thread = match &*asking {
        Some(thread) => thread.clone(),
        None => asking.insert(start()?).clone(),
    };
    let answer = within(&thread, name, BUDGET);
    if matches!(answer, Err(KeyringError::Slow(_))) {
        // It may wait for ever: nobody waits for it a second time.
        *asking = Some(mpsc::channel().0);
    }
    answer
}

/// Asks a thread and waits for so long.
fn within(thread: &Sender<Question>, name: &str, budget: Duration) -> Answer {
    let (answer, answered) = mpsc::channel();
    let question = Question { name: name.to_owned(), answer };
    thread.send(question).map_err(|_| KeyringError::Stuck)?;
    answered.recv_timeout(budget).unwrap_or(Err(KeyringError::Slow(budget)))
}

fn start() -> Result<Sender<Question>, KeyringError> {
    let (ask, asked) = mpsc::channel();
    let failed = |error: std::io::Error| KeyringError::Failed(error.to_string());
    thread::Builder::new().name("keyring".to_owned()).spawn(move || serve(&asked)).map_err(failed)?;
    Ok(ask)
}

fn serve(asked: &Receiver<Question>) {
    for Question { name, answer } in asked {
        let found = look(&name);
        // Whoever asked may have gone.
        let _ = answer.send(found);
    }
}

fn look(name: &str) -> Answer {
    open()?;
    let entry = Entry::new(SERVICE, name).map_err(|error| told(&error))?;
    entry.get_secret().map_err(|error| told(&error))
}

/// Opens the store that is asked, unless one was set.
fn open() -> Result<(), KeyringError> {
    if keyring_core::get_default_store().is_some() {
        return Ok(());
    }
    #[cfg(feature = "os-keyring")]
    {
        let store = dbus_secret_service_keyring_store::Store::new();
        let store = store.map_err(|error| match told(&error) {
            KeyringError::Failed(why) => KeyringError::Absent(why),
            other => other,
        })?;
        keyring_core::set_default_store(store);
        Ok(())
    }
    #[cfg(not(feature = "os-keyring"))]
    Err(KeyringError::NotBuilt)
}

fn told(error: &Error) -> KeyringError {
    // By kind, not as they print themselves: some carry what was read.
    match error {
        Error::NoEntry => KeyringError::NoEntry,
        Error::Ambiguous(_) => KeyringError::Several,
        Error::NoStorageAccess(why) => KeyringError::Locked(why.to_string()),
        Error::PlatformFailure(why) => KeyringError::Failed(why.to_string()),
        Error::NoDefaultStore => KeyringError::Absent("no store".to_owned()),
        _ => KeyringError::Failed("it gave an answer that cannot be used".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use keyring_core::mock;

    use super::*;

    /// One test, because a process has one store.
    #[test]
    fn the_keyring_gives_what_it_holds_and_says_why_it_does_not() {
        keyring_core::set_default_store(mock::Store::new().unwrap());
        let entry = Entry::new(SERVICE, "live-salesforce").unwrap();
        entry.set_password("hush").unwrap();
        assert_eq!(ask("live-salesforce"), Ok(b"hush".to_vec()));

        let error = ask("nobody").unwrap_err();
        assert_eq!(error, KeyringError::NoEntry);
        assert!(error.to_string().contains("secret-tool store"), "{error}");

        let locked = || Error::NoStorageAccess("the collection is locked".into());
        entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(locked());
        let error = ask("live-salesforce").unwrap_err();
        assert!(matches!(&error, KeyringError::Locked(why) if why.contains("locked")), "{error}");
        assert_eq!(ask("live-salesforce"), Ok(b"hush".to_vec()), "once it is unlocked");

        let leaky = Error::BadEncoding(b"hush".to_vec());
        assert!(!told(&leaky).to_string().contains("hush"));
    }

    #[test]
    fn a_keyring_that_waits_for_somebody_is_not_waited_for() {
        let (ask, _asked) = mpsc::channel();
        let error = within(&ask, "x", Duration::from_millis(1)).unwrap_err();
        assert!(error.to_string().contains("may be locked"), "{error}");
    }
}
