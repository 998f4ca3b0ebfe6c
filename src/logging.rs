//! The log: a file a day in the person's state folder, never the screen, never personal data.
//!
//! `MADOGUCHI_LOG` chooses what is written, in the usual `target=level` form; by default our own `info` and
//! everybody's `warn`. Bodies, queries and names are not logged by whoever writes here, at any level.

use std::env;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::folder;

/// Log files kept, one a day.
const DAYS_KEPT: usize = 14;
/// Lines that may wait for the disk; more are left out. Room for them is taken at the start, and for the 128,000 that are usual
/// it was four megabytes.
const LINES_WAITING: usize = 4_000;
/// What libraries printed is kept up to this size, in bytes, and begun anew after.
const LARGEST_STDERR: u64 = 1 << 20;

/// What the log needs while the program runs. Dropping it writes what is still to be written.
#[derive(Debug, Default)]
pub struct Logging {
    /// Where the desk keeps what it writes; `None` without a home. Who writes there says what is wrong with it.
    pub folder: Option<PathBuf>,
    /// Takes what libraries print while the screen is up.
    pub stderr: Option<File>,
    /// Why there is no log, as a sentence.
    pub problem: Option<String>,
    /// Writes the rest when it is dropped.
    _guard: Option<WorkerGuard>,
}

/// Starts logging, once a process. A folder that cannot be written means no log, not no desk.
pub fn start() -> Logging {
    let Some(folder) = state_folder() else {
        return Logging { problem: Some("there is no log: no home folder is known".to_owned()), ..Logging::default() };
    };
    start_in(&folder).unwrap_or_else(|problem| Logging {
        folder: Some(folder),
        problem: Some(problem),
        ..Logging::default()
    })
}

/// Where the desk keeps what it writes: `~/.local/state/madoguchi` on Linux; the person's data folder where there is no such
/// thing. `None` without a home.
pub fn state_folder() -> Option<PathBuf> {
    let own = ProjectDirs::from("", "", "madoguchi")?;
    Some(own.state_dir().unwrap_or_else(|| own.data_local_dir()).to_path_buf())
}

fn start_in(folder: &Path) -> Result<Logging, String> {
    let say =
        |what: &dyn std::fmt::Display| format!("there is no log: {} cannot be written ({what})", folder.display());
    // The appender would print its complaint over the screen, so the folder is made first.
    folder::own(folder).map_err(|unfit| format!("there is no log: {unfit}"))?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("madoguchi")
        .filename_suffix("log")
        .max_log_files(DAYS_KEPT)
        .build(folder)
        .map_err(|error| say(&error))?;
    close(folder).map_err(|error| say(&error))?;
    let (writer, guard) = NonBlockingBuilder::default().buffered_lines_limit(LINES_WAITING).finish(appender);
    let filter = env::var("MADOGUCHI_LOG").ok().and_then(|words| words.parse::<Targets>().ok());
    let usual = || Targets::new().with_default(LevelFilter::WARN).with_target("madoguchi", LevelFilter::INFO);
    let filter = filter.unwrap_or_else(usual);
    let to_file = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    tracing_subscriber::registry().with(filter).with(to_file).try_init().map_err(|error| say(&error))?;
    Ok(Logging {
        folder: Some(folder.to_path_buf()),
        stderr: stderr_file(folder).ok(),
        problem: None,
        _guard: Some(guard),
    })
}

/// The appender opens its files as the system does; nobody but their person reads them.
fn close(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().unwrap_or_default();
        if name.starts_with("madoguchi.") && entry.file_type()?.is_file() {
            fs::set_permissions(entry.path(), Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

fn stderr_file(folder: &Path) -> io::Result<File> {
    let path = folder.join("stderr.log");
    let file = folder::file().append(true).create(true).open(path)?;
    if file.metadata()?.len() > LARGEST_STDERR {
        file.set_len(0)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_written_is_a_sentence() {
        let problem = start_in(Path::new("/proc/nowhere/madoguchi")).unwrap_err();
        assert!(problem.starts_with("there is no log: /proc/nowhere/madoguchi cannot be written"), "{problem}");
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        let problem = start_in(folder.path()).unwrap_err();
        assert!(problem.starts_with("there is no log: others may write to /"), "{problem}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_log_is_its_persons_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("madoguchi.2026-11-22.log");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        close(folder.path()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_libraries_print_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        stderr_file(folder.path()).unwrap().set_len(LARGEST_STDERR + 1).unwrap();
        assert_eq!(stderr_file(folder.path()).unwrap().metadata().unwrap().len(), 0);
    }
}
