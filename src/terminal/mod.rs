//! The terminal: what it shows ([`screen`]), its modes, what a person does in it.
//!
//! Speaks to standard input and output of this process and to nothing else. Asks the terminal two questions: what its text
//! stands on (`ground`), once, where a theme depends on it; and whether it has drawn what it was sent (`line`). A terminal
//! that does not answer costs no time.

mod alert;
mod clipboard;
mod decode;
mod events;
mod ground;
mod hidden;
mod hyperlinks;
mod job;
mod kin;
mod line;
mod links;
mod modes;
mod pen;
pub mod screen;
mod scroll;

use std::env;
use std::fs::File;
use std::io;
use std::mem;
use std::panic;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ratatui::buffer::Buffer;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Signal, kill_current_process_group};
use rustix::stdio::stdout;
use rustix::termios::tcgetwinsize;
use tokio::sync::mpsc;

pub use self::clipboard::has_clipboard;
use self::decode::Decoder;
pub use self::ground::may_be_asked;
pub use self::hidden::ask_hidden;
pub use self::hyperlinks::has_hyperlinks;
pub use self::kin::is_old;
use self::line::Line;
pub use self::modes::{EnterError, abandon, leave};
use self::screen::{Screen, Shown};
use crate::flow::{Alert, Ground, Input, LARGEST_COPY};

/// The size assumed where the terminal does not tell: what every terminal had once.
const FALLBACK_SIZE: (u16, u16) = (80, 24);
/// No glass is larger. What tells more, as a line whose other end was never told its size, would take the memory that is left.
const LARGEST_SIZE: (u16, u16) = (1000, 500);

/// What comes from the terminal.
#[derive(Debug)]
pub enum Heard {
    /// Somebody did something.
    Input(Input),
    /// What its text stands on.
    Ground(Ground),
    /// What was sent is on the glass, up to a question.
    Reached,
}

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub struct Terminal {
    screen: Screen,
    line: Line,
    /// Where standard error goes meanwhile.
    log: Option<File>,
    /// Where the reading of what is typed stands, before it is listened to.
    decoder: Decoder,
    /// What was typed while the terminal was asked.
    typed: Vec<Input>,
}

impl Terminal {
    /// Takes over the terminal on standard input and output. Until it is given back, standard error goes to `log`.
    pub fn enter(log: Option<File>) -> Result<Self, EnterError> {
        modes::enter(log.as_ref())?;
        Ok(Self { screen: glass(size()), line: new_line(), log, decoder: Decoder::default(), typed: Vec::new() })
    }

    /// Asks the terminal whether it is dark or light, and waits a moment for the answer. One that comes later is told by
    /// [`listen`](Self::listen), and so is what is typed meanwhile.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn ask_ground(&mut self) -> io::Result<Option<Ground>> {
        write_all(ground::QUESTION)?;
        Ok(ground::answer(&mut self.decoder, &mut self.typed))
    }

    /// Starts reading what is typed. The channel closes when the terminal is gone.
    pub fn listen(&mut self) -> io::Result<mpsc::Receiver<Heard>> {
        events::listen(mem::take(&mut self.decoder), mem::take(&mut self.typed))
    }

    /// Characters of ambiguous width take two cells.
    pub fn widen(&mut self, wide: bool) {
        self.screen = glass(self.size()).widening(wide);
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.screen.size()
    }

    /// Takes the terminal's present size and answers it as an input. The next frame is complete.
    pub fn resized(&mut self) -> Input {
        let (width, height) = size();
        self.screen.resize(width, height);
        Input::Resize { width, height }
    }

    /// Draws a frame: one write, or none when nothing changed.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw<S: Into<Shown>>(&mut self, render: impl FnOnce(&mut Buffer) -> S) -> io::Result<()> {
        let frame = self.screen.draw(render);
        if self.line.send(frame.len()) { write_all(&[frame, line::MARK].concat()) } else { write_all(frame) }
    }

    /// What was sent is on the glass, up to a question.
    pub fn reached(&mut self) {
        self.line.reached();
    }

    /// Whether the glass is so far behind what was sent that a new frame would come late.
    pub fn is_behind(&self) -> bool {
        self.line.is_behind()
    }

    /// Whether the terminal may still answer. Left before it did, the answer is typed into whatever comes next.
    pub fn awaits_answer(&self) -> bool {
        self.line.may_answer()
    }

    /// The terminal does not answer any more: it is not waited for again.
    pub fn give_up(&mut self) {
        self.line.give_up();
    }

    /// Asks the terminal to put text on the clipboard (OSC 52), which also works through SSH. Answers `false` where it is
    /// known to have none, and for text that it would ignore because of its length.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<bool> {
        if text.len() > LARGEST_COPY || !has_clipboard(|name| env::var(name).ok()) {
            return Ok(false);
        }
        let encoded = BASE64.encode(text);
        write_all(format!("\x1b]52;c;{encoded}\x1b\\").as_bytes())?;
        Ok(true)
    }

    /// Calls a person who looks elsewhere. Whether the terminal does anything about it cannot be known.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn alert(&mut self, alert: &Alert) -> io::Result<()> {
        write_all(&alert::bytes(alert))
    }

    /// The next frame is complete, whatever the terminal shows now.
    pub fn repaint(&mut self) {
        self.screen.forget();
    }

    /// Gives the terminal back and asks the system to stop the program and the rest of its job, as Ctrl-Z does everywhere.
    /// It may run on for a moment, and for good where no shell could ever continue it; [`resume`](Self::resume) comes next.
    ///
    /// # Errors
    /// The system refused.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        // Not the signal of the key: that one is the desk's own to take, so that nobody stops it with the terminal taken. Nor
        // the one that stops without fail: only the system knows whether a shell is there that could continue it, since a
        // parent outside of a container cannot be asked for its job or session.
        Ok(kill_current_process_group(Signal::TTIN)?)
    }

    /// Whether the terminal may be touched. While another job of its shell has it, the system stops who does.
    pub fn is_in_front(&self) -> bool {
        job::is_in_front()
    }

    /// Takes the terminal again after the program was stopped, and answers its size. The next frame is complete.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn resume(&mut self) -> io::Result<Input> {
        modes::enter(self.log.as_ref()).map_err(io::Error::other)?;
        self.line = new_line();
        Ok(self.resized())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        leave();
    }
}

/// Puts the terminal back before a panic on this thread (the one that owns the screen) is reported by the hook that
/// was installed before. A panic on any other thread leaves the screen alone: the desk lives on, the log says where
/// it was, and who waits for that work gets to know. What the panic said is not logged; it may quote a customer.
pub fn restore_on_panic() {
    let report = panic::take_hook();
    let owner = thread::current().id();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().id() == owner {
            leave();
            report(panic);
        } else {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, thread = thread::current().name(), "a background task panicked");
        }
    }));
}

fn new_line() -> Line {
    Line::new(may_be_asked(|name| env::var(name).ok()))
}

fn size() -> (u16, u16) {
    match tcgetwinsize(stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => {
            (size.ws_col.min(LARGEST_SIZE.0), size.ws_row.min(LARGEST_SIZE.1))
        }
        _ => FALLBACK_SIZE,
    }
}

/// The shadow of a terminal of this kind and size.
fn glass((width, height): (u16, u16)) -> Screen {
    let old = env::var("TERM").is_ok_and(|term| is_old(&term));
    Screen::new(width, height, erases_with_colour()).knowing_little(old)
}

/// Does this terminal fill what it erases with the current background? Only those that are known to.
fn erases_with_colour() -> bool {
    let term = env::var("TERM").unwrap_or_default();
    ["xterm", "tmux", "rxvt", "linux", "alacritty", "foot", "kitty", "wezterm", "ghostty", "konsole", "vte"]
        .iter()
        .any(|known| term.starts_with(known))
}

/// Writes everything to the terminal, in one piece where the system takes it so.
fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(stdout(), bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => bytes = &bytes[n..],
            Err(Errno::INTR) => {}
            // Another program that shares the terminal has made it non-blocking.
            Err(Errno::AGAIN) => {
                let stdout = stdout();
                match poll(&mut [PollFd::new(&stdout, PollFlags::OUT)], None) {
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
