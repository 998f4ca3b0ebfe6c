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

use super::job;
use super::kin::{is_old, is_screen};

// The sequences are crossterm's, but for two things. Its mouse capture also asks for every motion (1002, 1003), which is
// a report, a wake-up and a few bytes a moved cell over a slow line: the desk asks for clicks and wheel alone. And its
// event reader is not used: when the terminal goes away it spins on the end of file for ever, and it cannot be told
// otherwise from outside; `events` reads for itself.
/// Mouse clicks and wheel, no motion, with SGR coordinates.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
/// The same backwards.
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";
/// Kitty's keyboard protocol, its first step alone: Esc and what goes with Control or Alt are sent as what they are. Nothing
/// is asked: a terminal that does not know it passes over it.
const KEYS_ON: &str = "\x1b[>1u";
/// The same backwards. A terminal keeps these on a stack, one for each of its two screens.
const KEYS_OFF: &str = "\x1b[<1u";
/// The whole screen scrolls again; crossterm has no word for scroll regions.
const WHOLE_REGION: &str = "\x1b[r";

/// How the terminal is to send keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// As it always did.
    Plain,
    /// So that Esc and the sequences that begin with it are told apart.
    Apart,
}

impl Keys {
    /// What this terminal is asked for. Only those of families that pass over what they do not know are asked for more:
    /// the Linux console, real terminals and what calls itself like them would print it.
    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        const KNOWN: [&str; 13] = [
            "xterm",
            "tmux",
            "screen",
            "rxvt",
            "alacritty",
            "foot",
            "kitty",
            "wezterm",
            "ghostty",
            "rio",
            "konsole",
            "vte",
            "contour",
        ];
        let term = variable("TERM").unwrap_or_default();
        let apple = variable("TERM_PROGRAM").is_some_and(|program| program == "Apple_Terminal");
        if !apple && KNOWN.iter().any(|known| term.starts_with(known)) { Self::Apart } else { Self::Plain }
    }
}

/// What this terminal is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    keys: Keys,
    /// To report clicks and the wheel.
    mouse: bool,
    /// Anything that came after the VT100: another screen, pastes and the focus told apart, no cursor.
    modes: bool,
}

impl Asked {
    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let modes = !is_old(&variable("TERM").unwrap_or_default());
        // GNU screen that reports the mouse keeps Esc to itself until another key follows: the desk is left by it.
        let mouse = modes && !is_screen(&variable);
        Self { keys: Keys::of(variable), mouse, modes }
    }
}

/// Nothing stays behind where a terminal keeps the other screen in sight, as GNU screen does unless it is told not to.
const WIPE: &str = "\x1b[H\x1b[2J";

/// Alternate screen; no wrapping at the right edge (a character wider than we think must not push the screen up);
/// bracketed paste; mouse; focus; no cursor.
fn write_enter(out: &mut String, asked: Asked) -> fmt::Result {
    if !asked.modes {
        return DisableLineWrap.write_ansi(out);
    }
    EnterAlternateScreen.write_ansi(out)?;
    DisableLineWrap.write_ansi(out)?;
    out.write_str(match asked.keys {
        Keys::Plain => "",
        Keys::Apart => KEYS_ON,
    })?;
    EnableBracketedPaste.write_ansi(out)?;
    out.write_str(if asked.mouse { MOUSE_ON } else { "" })?;
    EnableFocusChange.write_ansi(out)?;
    Hide.write_ansi(out)
}

/// The same backwards, with the style and the scroll region as a shell expects them.
fn write_leave(out: &mut String, asked: Asked) -> fmt::Result {
    SetAttribute(Attribute::Reset).write_ansi(out)?;
    out.write_str(WHOLE_REGION)?;
    out.write_str(WIPE)?;
    if !asked.modes {
        return EnableLineWrap.write_ansi(out);
    }
    DisableFocusChange.write_ansi(out)?;
    out.write_str(if asked.mouse { MOUSE_OFF } else { "" })?;
    DisableBracketedPaste.write_ansi(out)?;
    out.write_str(match asked.keys {
        Keys::Plain => "",
        Keys::Apart => KEYS_OFF,
    })?;
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
    asked: Asked,
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
    let asked = Asked::of(|name| env::var(name).ok());
    let mut again = "";
    let termios = if let Some(before) = &*before {
        // Something else had the terminal meanwhile, such as a shell while we were stopped.
        if asked.keys == Keys::Apart {
            again = KEYS_OFF;
        }
        before.termios.clone()
    } else {
        let termios = tcgetattr(stdin()).map_err(io::Error::from)?;
        *before = Some(Before { termios: termios.clone(), asked, stderr: divert_stderr(log).ok().flatten() });
        termios
    };
    let mut raw = termios;
    raw.make_raw();
    tcsetattr(stdin(), OptionalActions::Now, &raw).map_err(io::Error::from)?;
    super::write_all(&bytes_of(|out| {
        out.write_str(again)?;
        write_enter(out, asked)
    })?)?;
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

/// What is to be put back, while there is something.
fn to_put_back() -> Option<(Asked, Termios)> {
    before().as_ref().map(|before| (before.asked, before.termios.clone()))
}

/// Gives the terminal back. Does nothing the second time, so every way out may call it.
pub fn leave() {
    let Some((asked, termios)) = to_put_back() else { return };
    // Each step is tried whatever became of the one before: half a restore is better than none.
    write_left(asked);
    // A shell that has the terminal has set it as it likes, and would see us stopped instead of ended.
    if job::is_in_front() {
        // Mouse reports and keys that nobody read would be typed into the shell.
        let _ = tcflush(stdin(), QueueSelector::IFlush);
        let _ = tcsetattr(stdin(), OptionalActions::Now, &termios);
    }
    // Forgotten only now: a terminal that takes nothing holds us above, and `abandon` still has it to put back.
    let before = before().take();
    if let Some(stderr) = before.and_then(|before| before.stderr) {
        let _ = dup2_stderr(stderr);
    }
}

/// The same for the way out when [`leave`] would wait for ever, or nobody comes to call it: first what needs no writing.
pub fn abandon() {
    let Some((asked, termios)) = to_put_back() else { return };
    if job::is_in_front() {
        let _ = tcsetattr(stdin(), OptionalActions::Now, &termios);
    }
    write_left(asked);
}

fn write_left(asked: Asked) {
    let _ = bytes_of(|out| write_leave(out, asked)).and_then(|bytes| super::write_all(&bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Asked = Asked { keys: Keys::Apart, mouse: true, modes: true };

    /// Everything that was set is unset, in the reverse order, whatever the library's next version writes.
    #[test]
    fn what_is_entered_is_left_backwards() {
        let private = |bytes: Vec<u8>, last: char| -> Vec<String> {
            let text = String::from_utf8(bytes).unwrap();
            let modes = text.split('\x1b').filter_map(|it| it.strip_prefix("[?")?.strip_suffix(last));
            modes.map(ToOwned::to_owned).collect()
        };
        let mut entered = private(bytes_of(|out| write_enter(out, ALL)).unwrap(), 'h');
        entered.reverse();
        assert_eq!(entered, ["1004", "1006", "1000", "2004", "1049"]);
        assert_eq!(private(bytes_of(|out| write_leave(out, ALL)).unwrap(), 'l'), entered);
    }

    #[test]
    fn screen_is_not_asked_for_the_mouse_and_what_is_old_for_nothing_new() {
        let of = |pairs: &[(&str, &str)]| {
            Asked::of(|name| pairs.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(of(&[("TERM", "xterm-256color")]).mouse);
        assert!(of(&[("TERM", "screen-256color"), ("TMUX", "/tmp/tmux")]).mouse);
        let screen = of(&[("TERM", "screen.xterm-256color"), ("STY", "1.pts")]);
        assert!(!screen.mouse && screen.modes);
        let old = of(&[("TERM", "vt100")]);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert_eq!(text(bytes_of(|out| write_enter(out, old)).unwrap()), "\x1b[?7l");
        let left = text(bytes_of(|out| write_leave(out, old)).unwrap());
        assert_eq!(left, "\x1b[0m\x1b[r\x1b[H\x1b[2J\x1b[?7h");
    }

    #[test]
    fn only_who_passes_over_it_is_asked_to_tell_keys_apart() {
        let of = |term: &str, program: &str| {
            let pairs = [("TERM", term.to_owned()), ("TERM_PROGRAM", program.to_owned())];
            Keys::of(|name| pairs.iter().find(|(it, _)| *it == name).map(|(_, value)| value.clone()))
        };
        for term in ["xterm-256color", "tmux-256color", "screen", "xterm-kitty", "foot", "alacritty", "xterm-ghostty"] {
            assert_eq!(of(term, ""), Keys::Apart, "{term}");
        }
        for term in ["linux", "vt100", "vt220", "ansi", "cons25", "sun", ""] {
            assert_eq!(of(term, ""), Keys::Plain, "{term}");
            let asked = Asked { keys: of(term, ""), ..ALL };
            let bytes = bytes_of(|out| write_enter(out, asked)).unwrap();
            assert!(!bytes.ends_with(b"u") && !bytes.windows(2).any(|it| it == b"1u"), "{term}");
        }
        assert_eq!(of("xterm-256color", "Apple_Terminal"), Keys::Plain);
        // Each screen of a terminal has its own stack: both lie between entering and leaving the other screen.
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let entered = text(bytes_of(|out| write_enter(out, ALL)).unwrap());
        assert!(entered.find("\x1b[?1049h") < entered.find(KEYS_ON));
        let left = text(bytes_of(|out| write_leave(out, ALL)).unwrap());
        assert!(left.find(KEYS_OFF).is_some_and(|at| Some(at) < left.find("\x1b[?1049l")));
    }
}
