//! Where secrets come from: an environment variable, a program, a file or the keyring of the desktop. Never the
//! configuration itself, which is copied, mailed and kept in repositories, and never the command line, which everybody on
//! a machine can read.
//!
//! Decisions:
//! - One secret has one source. Two are refused: nobody should have to guess which one counted.
//! - A file counts only when its owner is the person at the desk and nobody else may read it. It is looked at after it was
//!   opened, so that it cannot be another one by the time it is read.
//! - A program is started as it is written, not through a shell, and has `PATIENCE`. What it says beside its answer is
//!   dropped, because a secret may be in it.
//! - No sentence here repeats what was read, nor what stands where the name of a source should: it could be the secret,
//!   pasted into the wrong place. Where nothing is found under a name, the key that it stands at is told instead; a file
//!   that is there, or a program that ran, is named.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, geteuid, kill_process};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::keyring::{self, KeyringError};
use crate::backend::salesforce::session::jwt::KeyError;

/// How long a program may take: it may ask somebody for a passphrase in a window of its own.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest secret, in bytes. A private key has some thousand.
const LONGEST: usize = 64 << 10;

/// The secrets of a profile, by the table and the word that their keys begin with.
const STEMS: [(&str, &str); 7] = [
    ("salesforce", "client_secret"),
    ("salesforce", "private_key"),
    ("whmcs", "identifier"),
    ("whmcs", "secret"),
    ("whmcs", "access_key"),
    ("freebit", "oem_id"),
    ("freebit", "oem_key"),
];

/// What a secret's key ends with, by its source.
pub(super) const ENDINGS: [&str; 4] = ["_env", "_command", "_file", "_keyring"];

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Argv(pub Vec<String>);

impl<'de> Deserialize<'de> for Argv {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Argv;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a program and its arguments as a list, like [\"pass\", \"show\", \"desk/salesforce\"]")
            }

            // Not repeated: what was written may be the secret.
            fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Argv, E> {
                Err(E::custom(
                    "write the program and its arguments as a list, like [\"pass\", \"show\", \"desk/salesforce\"]: no \
                     shell takes a line apart",
                ))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<Argv, A::Error> {
                let mut all = Vec::new();
                while let Some(word) = words.next_element::<String>()? {
                    all.push(word);
                }
                if all.first().is_none_or(String::is_empty) {
                    return Err(A::Error::custom("the list begins with the program"));
                }
                Ok(Argv(all))
            }
        }
        deserializer.deserialize_any(Words)
    }
}

/// The name of an environment variable. What cannot be one is refused without being repeated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variable(pub String);

impl<'de> Deserialize<'de> for Variable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.chars().all(word) && !name.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(Self(name));
        }
        Err(D::Error::custom("the name of an environment variable belongs here, not what it holds"))
    }
}

/// Where one secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An environment variable of this name.
    Variable(String),
    /// What this program answers.
    Command(Vec<String>),
    /// What this file holds.
    File(PathBuf),
    /// The entry of this name in the keyring.
    Keyring(String),
}

/// What a secret looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A word: what stands on the first line.
    Line,
    /// A text of several lines, such as a private key.
    Whole,
}

/// The four keys of one secret, as they were written.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a> {
    /// The table they are in.
    pub table: &'static str,
    /// What all four begin with.
    pub stem: &'static str,
    /// `…_env`.
    pub env: &'a Variable,
    /// `…_command`.
    pub command: &'a Argv,
    /// `…_file`.
    pub file: &'a Path,
    /// `…_keyring`.
    pub keyring: &'a str,
}

impl Keys<'_> {
    /// The one source that was named; `None` where none was.
    ///
    /// # Errors
    /// Two were named. The sentence says which.
    pub fn source(&self) -> Result<Option<Source>, String> {
        let named = [
            (!self.env.0.is_empty()).then(|| Source::Variable(self.env.0.clone())),
            (!self.command.0.is_empty()).then(|| Source::Command(self.command.0.clone())),
            (!self.file.as_os_str().is_empty()).then(|| Source::File(self.file.to_path_buf())),
            (!self.keyring.is_empty()).then(|| Source::Keyring(self.keyring.to_owned())),
        ];
        let mut named = named.into_iter().zip(ENDINGS).filter_map(|(source, ending)| Some((source?, ending)));
        match (named.next(), named.next()) {
            (Some((_, one)), Some((_, two))) => {
                let stem = self.stem;
                Err(format!("{stem}{one} and {stem}{two} are both set: a secret comes from one place"))
            }
            (first, _) => Ok(first.map(|(source, _)| source)),
        }
    }

    /// The key that a source was named at, as `whmcs.secret_env`.
    pub fn key(&self, source: &Source) -> String {
        format!("{}.{}{}", self.table, self.stem, source.ending())
    }

    /// That none of the four is there, and which there could be.
    pub fn none(&self) -> String {
        let stem = self.stem;
        format!("nothing says where {stem} comes from: set {stem}_env, {stem}_command, {stem}_file or {stem}_keyring")
    }
}

/// What is said to somebody who wrote a secret itself into a profile, at the key `at`; `None` for any other key.
pub(super) fn pasted(at: &str) -> Option<String> {
    let mut parts = at.rsplit('.');
    let (key, table) = (parts.next()?, parts.next()?);
    STEMS.iter().find(|(of, stem)| *of == table && *stem == key).map(|(_, stem)| {
        format!(
            "a secret is never in this file: set {stem}_env (an environment variable), {stem}_command (a program), \
             {stem}_file (a file that only you can read) or {stem}_keyring, and take this line out; who could read the \
             file may know the secret by now"
        )
    })
}

/// Why a secret could not be had. No sentence holds what was read.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not there.
    #[error("{0}: the environment variable of this name is not set; it should hold a secret of the profile")]
    Unset(String),
    /// The file cannot be read.
    #[error("{0}: the file of this name cannot be read: {1}")]
    Unreadable(String, io::Error),
    /// What is there is no file.
    #[error("{0} is no file")]
    NoFile(PathBuf),
    /// Others can read the file.
    #[error("the file {0} has mode {1:04o}, so others can read the secret in it: chmod 600 {0}")]
    Open(PathBuf, u32),
    /// The file is somebody else's.
    #[error("the file {0} belongs to the user {1}, not to you: a secret is read from a file of your own")]
    Foreign(PathBuf, u32),
    /// There is nothing, or too much, or no text.
    #[error("{0} holds no secret: {1}")]
    Unusable(String, &'static str),
    /// The program cannot be started.
    #[error("{0}: the program of this name cannot be started: {1}")]
    Unstarted(String, io::Error),
    /// The program failed.
    #[error("the program {0} {1}; what it said is not shown, because a secret may be in it")]
    Failed(String, String),
    /// The program went on and on.
    #[error("the program {0} did not answer within {1} s")]
    Slow(String, u64),
    /// What was read is no private key.
    #[error("private_key cannot be used: {0}")]
    Key(#[from] KeyError),
    /// The keyring did not give it.
    #[error("{0}: keyring: {1}")]
    Keyring(String, KeyringError),
}

impl Source {
    /// What the key ends with that it was named at.
    const fn ending(&self) -> &'static str {
        let [env, command, file, keyring] = ENDINGS;
        match self {
            Self::Variable(_) => env,
            Self::Command(_) => command,
            Self::File(_) => file,
            Self::Keyring(_) => keyring,
        }
    }

    /// Reads the secret of the source that is named at `key`. `variable` answers the environment's variables.
    ///
    /// # Errors
    /// It cannot be had. The sentence says what would help.
    pub fn read(
        &self,
        key: &str,
        shape: Shape,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<SecretString, SecretError> {
        match self {
            Self::Variable(name) => {
                let value = variable(name).filter(|value| !value.is_empty());
                let value = value.ok_or_else(|| SecretError::Unset(key.to_owned()))?;
                // A variable of one line is how keys travel through most services.
                let value = if shape == Shape::Whole { value.replace("\\n", "\n") } else { value };
                shaped(value.into_bytes(), shape, &format!("the environment variable {name}"))
            }
            Self::Command(argv) => {
                let said = run(key, argv, PATIENCE)?;
                shaped(said, shape, &format!("what the program {} said", program(argv)))
            }
            Self::File(path) => shaped(file(key, path)?, shape, &format!("the file {}", path.display())),
            Self::Keyring(name) => {
                let kept = keyring::ask(name).map_err(|why| SecretError::Keyring(key.to_owned(), why))?;
                shaped(kept, shape, &format!("the entry {name} of the keyring"))
            }
        }
    }

    /// What is plainly not there, without starting a program or asking a keyring.
    pub fn is_missing(&self, variable: impl Fn(&str) -> Option<String>) -> bool {
        match self {
            Self::Variable(name) => variable(name).is_none(),
            Self::File(path) => opened("", path).is_err(),
            Self::Command(_) | Self::Keyring(_) => false,
        }
    }
}

/// The secret of its shape, of what was read. What is not needed is wiped.
fn shaped(read: Vec<u8>, shape: Shape, whence: &str) -> Result<SecretString, SecretError> {
    let read = Zeroizing::new(read);
    let unusable = |why| SecretError::Unusable(whence.to_owned(), why);
    if read.len() > LONGEST {
        return Err(unusable("it is too long for one"));
    }
    let text = std::str::from_utf8(&read).map_err(|_| unusable("it is no text"))?;
    let secret = match shape {
        Shape::Line => text.lines().next().unwrap_or_default().trim_end_matches('\r'),
        Shape::Whole => text.trim(),
    };
    if secret.is_empty() { Err(unusable("it is empty")) } else { Ok(SecretString::from(secret)) }
}

/// A file that nobody else can read, open. What a FIFO would wait for is not waited for.
fn opened(key: &str, path: &Path) -> Result<File, SecretError> {
    let unreadable = |why| SecretError::Unreadable(key.to_owned(), why);
    let nonblock = OFlags::NONBLOCK.bits().cast_signed();
    let open = std::fs::OpenOptions::new().read(true).custom_flags(nonblock).open(path);
    let file = open.map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err(SecretError::NoFile(path.to_path_buf()));
    }
    if about.uid() != geteuid().as_raw() {
        return Err(SecretError::Foreign(path.to_path_buf(), about.uid()));
    }
    let mode = about.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(SecretError::Open(path.to_path_buf(), mode));
    }
    Ok(file)
}

fn file(key: &str, path: &Path) -> Result<Vec<u8>, SecretError> {
    let mut read = Vec::new();
    let whole = opened(key, path)?.take(LONGEST as u64 + 1).read_to_end(&mut read);
    whole.map_err(|why| SecretError::Unreadable(key.to_owned(), why))?;
    Ok(read)
}

fn program(argv: &[String]) -> &str {
    argv.first().map(String::as_str).unwrap_or_default()
}

/// What a program answers on standard output.
fn run(key: &str, argv: &[String], patience: Duration) -> Result<Vec<u8>, SecretError> {
    let name = || program(argv).to_owned();
    let unstarted = |why| SecretError::Unstarted(key.to_owned(), why);
    let mut command = Command::new(program(argv));
    command.args(argv.iter().skip(1)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(unstarted)?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let (tell, told) = mpsc::channel();
    let wait = move || {
        let mut said = Vec::new();
        let read = match child.stdout.take() {
            Some(out) => out.take(LONGEST as u64 + 1).read_to_end(&mut said),
            None => Ok(0),
        };
        let _ = tell.send(read.and_then(|_| child.wait()).map(|status| (status, said)));
    };
    let started = thread::Builder::new().name("secret".to_owned()).spawn(wait);
    started.map_err(unstarted)?;
    match told.recv_timeout(patience) {
        Ok(Ok((status, said))) if status.success() => Ok(said),
        Ok(Ok((status, said))) => {
            drop(Zeroizing::new(said));
            Err(SecretError::Failed(name(), ended(status)))
        }
        Ok(Err(why)) => Err(unstarted(why)),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            // The thread that waits for it takes it away.
            let _ = pid.map(|pid| kill_process(pid, Signal::KILL));
            Err(SecretError::Slow(name(), patience.as_secs()))
        }
    }
}

fn ended(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit code {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "failed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(source: &Source, shape: Shape) -> Result<String, String> {
        let variable = |name: &str| (name == "SET").then(|| "from-the-environment".to_owned());
        let secret = source.read("profiles.live.whmcs.secret_x", shape, variable).map_err(|error| error.to_string())?;
        Ok(secret.expose_secret().to_owned())
    }

    fn command(words: &[&str]) -> Source {
        Source::Command(words.iter().copied().map(str::to_owned).collect())
    }

    #[test]
    fn a_variable_holds_a_secret_or_is_named() {
        assert_eq!(read(&Source::Variable("SET".to_owned()), Shape::Line).unwrap(), "from-the-environment");
        let key = Source::Variable("KEY".to_owned());
        let key = key.read("", Shape::Whole, |_| Some("-----\\nabc\\n-----".to_owned()));
        assert_eq!(key.unwrap().expose_secret(), "-----\nabc\n-----");
    }

    #[test]
    fn a_program_answers_on_its_first_line() {
        assert_eq!(read(&command(&["printf", "hush\\nuser: me\\n"]), Shape::Line).unwrap(), "hush");
        assert_eq!(read(&command(&["printf", "a\\nb\\n"]), Shape::Whole).unwrap(), "a\nb");
        // No shell sees it.
        assert_eq!(read(&command(&["echo", "$HOME; `id`"]), Shape::Line).unwrap(), "$HOME; `id`");
        assert!(read(&command(&["true"]), Shape::Line).unwrap_err().contains("it is empty"));
        assert!(read(&command(&["/nonexistent/program"]), Shape::Line).unwrap_err().contains("cannot be started"));
    }

    #[test]
    fn what_a_failing_program_said_is_not_repeated() {
        let error = read(&command(&["sh", "-c", "echo hush-hush; echo hush-hush >&2; exit 3"]), Shape::Line);
        let error = error.unwrap_err();
        assert!(error.contains("exit code 3") && !error.contains("hush"), "{error}");
        let endless = read(&command(&["yes", "hush"]), Shape::Line).unwrap_err();
        assert!(endless.contains("signal") && !endless.contains("hush"), "{endless}");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let argv = ["sleep", "600"].map(str::to_owned);
        let error = run("", &argv, Duration::from_millis(1)).unwrap_err().to_string();
        assert!(error.contains("sleep did not answer"), "{error}");
    }

    #[test]
    fn a_file_counts_when_nobody_else_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "hush\r\nsecond line\n").unwrap();
        let at = |mode: u32| {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            read(&Source::File(path.clone()), Shape::Line)
        };
        assert_eq!(at(0o600).unwrap(), "hush");
        assert_eq!(at(0o400).unwrap(), "hush");
        for mode in [0o644, 0o640, 0o604, 0o620] {
            let error = at(mode).unwrap_err();
            assert!(error.contains(&format!("mode {mode:04o}")) && error.contains("chmod 600 "), "{error}");
            assert!(error.contains(path.to_str().unwrap()) && !error.contains("hush"), "{error}");
        }
        let elsewhere = |path: &Path| read(&Source::File(path.to_path_buf()), Shape::Line).unwrap_err();
        assert!(elsewhere(&folder.path().join("none")).contains("cannot be read"));
        assert!(elsewhere(folder.path()).contains("is no file"));
    }

    /// A name under which nothing is found may be the secret itself.
    #[test]
    fn a_source_that_is_not_there_is_told_by_its_key() {
        let keyring = Err::<(), _>(KeyringError::NoEntry).map_err(|why| SecretError::Keyring("key".to_owned(), why));
        assert!(keyring.unwrap_err().to_string().starts_with("key: keyring: it holds no entry"));
        for source in [
            Source::Variable("hushhush".to_owned()),
            Source::File("hush-hush".into()),
            Source::File("/hush/hush".into()),
            Source::File("hush".repeat(2_000).into()),
            command(&["hush-hush"]),
        ] {
            let error = read(&source, Shape::Line).unwrap_err();
            assert!(error.starts_with("profiles.live.whmcs.secret_x: ") && !error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn what_is_plainly_missing_is_known_without_asking() {
        let unset = |_: &str| None;
        assert!(Source::Variable("A".to_owned()).is_missing(unset));
        assert!(Source::File("/nonexistent/x".into()).is_missing(unset));
        assert!(!command(&["false"]).is_missing(unset));
    }
}
