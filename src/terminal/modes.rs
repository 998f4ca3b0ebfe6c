//! The modes the desk needs, entered once and left exactly once: on quit, error, panic and signal alike.

use std::env;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::stdio::{dup2_stderr, stderr, stdin, stdout};
use rustix::termios::{OptionalActions, QueueSelector, Termios, isatty, tcflush, tcgetattr, tcsetattr};

/// Alternate screen; no wrapping at the right edge (a character wider than we think must not push the screen up);
/// bracketed paste; mouse clicks and wheel with SGR coordinates, no motion; focus; no cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[?1004h\x1b[?25l";
/// The same backwards, with the style and the scroll region as a shell expects them.
const LEAVE: &[u8] = b"\x1b[m\x1b[r\x1b[?1004l\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?7h\x1b[?1049l\x1b[?25h";

/// Why the terminal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// A pipe or a file stands where the terminal should.
    #[error(
        "madoguchi needs a terminal, and its standard {0} is not one; start it in a terminal window without redirection"
    )]
    NotATerminal(&'static str),
    /// `TERM=dumb`: no cursor addressing.
    #[error("madoguchi needs a full-screen terminal, and TERM says “dumb”; start it in a terminal window")]
    Dumb,
    /// The system refused.
    #[error("the terminal refused its settings: {0}")]
    Io(#[from] io::Error),
}

/// What to put back. One process has one terminal, and the panic hook must reach it: hence a static.
static BEFORE: Mutex<Option<Before>> = Mutex::new(None);

struct Before {
    termios: Termios,
    stderr: Option<OwnedFd>,
}

fn before() -> MutexGuard<'static, Option<Before>> {
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the terminal over, or sets its modes again. While it is ours, what libraries print to standard error goes to `log` (or nowhere)
/// instead of over the screen, unless the person has redirected it already.
pub(super) fn enter(log: Option<&File>) -> Result<(), EnterError> {
    if !isatty(stdin()) {
        return Err(EnterError::NotATerminal("input"));
    }
    if !isatty(stdout()) {
        return Err(EnterError::NotATerminal("output"));
    }
    if env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return Err(EnterError::Dumb);
    }
    let mut before = before();
    let termios = match &*before {
        // Something else had the terminal meanwhile, such as a shell while we were stopped.
        Some(before) => before.termios.clone(),
        None => {
            let termios = tcgetattr(stdin()).map_err(io::Error::from)?;
            *before = Some(Before { termios: termios.clone(), stderr: divert_stderr(log).ok().flatten() });
            termios
        }
    };
    let mut raw = termios;
    raw.make_raw();
    tcsetattr(stdin(), OptionalActions::Now, &raw).map_err(io::Error::from)?;
    super::write_all(ENTER)?;
    Ok(())
}

/// Points standard error away from the terminal; answers where it pointed.
fn divert_stderr(log: Option<&File>) -> io::Result<Option<OwnedFd>> {
    if !isatty(stderr()) {
        return Ok(None);
    }
    let original = rustix::io::fcntl_dupfd_cloexec(stderr(), 3)?;
    match log {
        Some(log) => dup2_stderr(log)?,
        None => dup2_stderr(File::options().write(true).open("/dev/null")?)?,
    }
    Ok(Some(original))
}

/// Gives the terminal back. Does nothing the second time, so every way out may call it.
pub fn leave() {
    let Some(before) = before().take() else { return };
    // Each step is tried whatever became of the one before: half a restore is better than none.
    let _ = super::write_all(LEAVE);
    // Mouse reports and keys that nobody read would be typed into the shell.
    let _ = tcflush(stdin(), QueueSelector::IFlush);
    let _ = tcsetattr(stdin(), OptionalActions::Now, &before.termios);
    if let Some(stderr) = before.stderr {
        let _ = dup2_stderr(stderr);
    }
}

/// Puts back what needs no writing. For the way out when the terminal takes nothing more, where [`leave`] would wait
/// for ever.
pub fn abandon() {
    if let Ok(Some(before)) = BEFORE.try_lock().as_deref() {
        let _ = tcsetattr(stdin(), OptionalActions::Now, &before.termios);
    }
}
