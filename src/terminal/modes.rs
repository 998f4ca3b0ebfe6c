//! The modes the desk needs, entered once and left exactly once: on quit, error, panic and signal alike.

use std::env;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::Command as _;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen};
use rustix::stdio::{dup2_stderr, stderr, stdin, stdout};
use rustix::termios::{OptionalActions, QueueSelector, Termios, isatty, tcflush, tcgetattr, tcsetattr};

// The sequences are crossterm's, but for two things. Its mouse capture also asks for every motion (1002, 1003), which is
// a report, a wake-up and a few bytes a moved cell over a slow line: the desk asks for clicks and wheel alone. And its
// event reader is not used: when the terminal goes away it spins on the end of file for ever, and it cannot be told
// otherwise from outside; `events` reads for itself.
/// Mouse clicks and wheel, no motion, with SGR coordinates.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
/// The same backwards.
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";
/// The whole screen scrolls again; crossterm has no word for scroll regions.
const WHOLE_REGION: &str = "\x1b[r";

/// Nothing stays behind where a terminal keeps the other screen in sight, as GNU screen does unless it is told not to.
const WIPE: &str = "\x1b[H\x1b[2J";

/// Alternate screen; no wrapping at the right edge (a character wider than we think must not push the screen up);
/// bracketed paste; mouse; focus; no cursor.
fn write_enter(out: &mut String) -> fmt::Result {
    EnterAlternateScreen.write_ansi(out)?;
    DisableLineWrap.write_ansi(out)?;
    EnableBracketedPaste.write_ansi(out)?;
    out.write_str(MOUSE_ON)?;
    EnableFocusChange.write_ansi(out)?;
    Hide.write_ansi(out)
}

/// The same backwards, with the style and the scroll region as a shell expects them.
fn write_leave(out: &mut String) -> fmt::Result {
    SetAttribute(Attribute::Reset).write_ansi(out)?;
    out.write_str(WHOLE_REGION)?;
    out.write_str(WIPE)?;
    DisableFocusChange.write_ansi(out)?;
    out.write_str(MOUSE_OFF)?;
    DisableBracketedPaste.write_ansi(out)?;
    EnableLineWrap.write_ansi(out)?;
    LeaveAlternateScreen.write_ansi(out)?;
    Show.write_ansi(out)
}

/// The bytes of a sequence, for one write.
fn bytes_of(sequence: impl FnOnce(&mut String) -> fmt::Result) -> io::Result<Vec<u8>> {
    let mut out = String::with_capacity(80);
    sequence(&mut out).map_err(io::Error::other)?;
    Ok(out.into_bytes())
}

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
    let termios = if let Some(before) = &*before {
        // Something else had the terminal meanwhile, such as a shell while we were stopped.
        before.termios.clone()
    } else {
        let termios = tcgetattr(stdin()).map_err(io::Error::from)?;
        *before = Some(Before { termios: termios.clone(), stderr: divert_stderr(log).ok().flatten() });
        termios
    };
    let mut raw = termios;
    raw.make_raw();
    tcsetattr(stdin(), OptionalActions::Now, &raw).map_err(io::Error::from)?;
    super::write_all(&bytes_of(write_enter)?)?;
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
    let _ = bytes_of(write_leave).and_then(|bytes| super::write_all(&bytes));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that was set is unset, in the reverse order, whatever the library's next version writes.
    #[test]
    fn what_is_entered_is_left_backwards() {
        let private = |bytes: Vec<u8>, last: char| -> Vec<String> {
            let text = String::from_utf8(bytes).unwrap();
            let modes = text.split("\x1b[?").filter_map(|it| it.strip_suffix(last));
            modes.map(ToOwned::to_owned).collect()
        };
        let mut entered = private(bytes_of(write_enter).unwrap(), 'h');
        entered.reverse();
        assert_eq!(entered, ["1004", "1006", "1000", "2004", "1049"]);
        assert_eq!(private(bytes_of(write_leave).unwrap(), 'l'), entered);
    }
}
