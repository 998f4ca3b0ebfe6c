//! A line typed where nobody can read it, for secrets.

use std::io::{self, BufRead as _, Write as _};

use rustix::stdio::stdin;
use rustix::termios::{LocalModes, OptionalActions, Termios, isatty, tcgetattr, tcsetattr};

/// Asks for a line on standard error and reads it from standard input, without showing it where that is a terminal.
///
/// # Errors
/// Standard input cannot be read, or the person gave up (Ctrl-C, end of input).
pub fn ask_hidden(prompt: &str) -> io::Result<String> {
    let mut out = io::stderr().lock();
    write!(out, "{prompt}")?;
    out.flush()?;
    let hidden = Hidden::new()?;
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line)?;
    drop(hidden);
    writeln!(out)?;
    let line = line.trim_end_matches(['\r', '\n']);
    // Signals are off meanwhile, so that none leaves the terminal without its echo.
    if read == 0 || line.contains('\u{3}') {
        return Err(io::Error::new(io::ErrorKind::Interrupted, "nothing was typed"));
    }
    Ok(line.to_owned())
}

/// The terminal without echo, until this is dropped.
struct Hidden(Option<Termios>);

impl Hidden {
    fn new() -> io::Result<Self> {
        if !isatty(stdin()) {
            return Ok(Self(None));
        }
        let before = tcgetattr(stdin())?;
        let mut modes = before.clone();
        modes.local_modes -= LocalModes::ECHO | LocalModes::ISIG;
        tcsetattr(stdin(), OptionalActions::Flush, &modes)?;
        Ok(Self(Some(before)))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(stdin(), OptionalActions::Now, before);
        }
    }
}
