//! The real program in a pseudo-terminal whose bytes are counted, shown by an emulator and forgotten: a soak makes too many
//! of them to be kept.

#[path = "../held/mod.rs"]
mod held;

use std::ffi::OsString;

use portable_pty::CommandBuilder;
use rustix::process::{Pid, Signal, kill_process};

use held::{Held, emulator};

const SIZE: (u16, u16) = (120, 40);
/// Between these a frame comes in several pieces, and a terminal shows nothing of it.
const SYNC: [&[u8]; 2] = [b"\x1b[?2026h", b"\x1b[?2026l"];

/// A program in a pseudo-terminal.
pub struct Pty {
    held: Held,
    glass: vt100::Parser,
    /// What came of a frame that is not whole yet.
    part: Vec<u8>,
    /// Bytes so far.
    pub bytes: u64,
    /// Frames so far. Two that came while nobody read may count as one.
    pub frames: u64,
}

impl Pty {
    /// Starts a program with these variables and no others.
    pub fn open(program: &str, variables: &[(String, OsString)]) -> Self {
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        for (name, value) in variables {
            command.env(name, value);
        }
        command.cwd("/");
        let (held, ()) = Held::start(command, SIZE, |_| ());
        Self { held, glass: emulator(SIZE), part: Vec::new(), bytes: 0, frames: 0 }
    }

    /// The process.
    pub fn pid(&self) -> Pid {
        self.held.pid
    }

    /// What is on the glass.
    pub fn text(&self) -> String {
        self.glass.screen().contents()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.part.extend_from_slice(bytes);
        let at = |mark: &[u8]| self.part.windows(mark.len()).rposition(|it| it == mark);
        let [begun, ended] = SYNC.map(at);
        if begun > ended {
            return;
        }
        self.frames += 1;
        self.glass.process(&self.part);
        self.part.clear();
    }

    /// Takes what has come so far.
    pub fn look(&mut self) {
        while let Some(bytes) = self.held.ready() {
            self.take(&bytes);
        }
    }

    /// Takes the next that comes.
    #[track_caller]
    pub fn next(&mut self) {
        let Some(bytes) = self.held.next() else { panic!("nothing comes; shown:\n{}", self.text()) };
        self.take(&bytes);
    }

    /// Reads until the glass shows a text.
    #[track_caller]
    pub fn until(&mut self, text: &str) {
        while !self.text().contains(text) {
            self.next();
        }
    }

    /// Types.
    pub fn send(&mut self, keys: &str) {
        self.held.send(keys);
    }

    /// Types a letter into the line with the cursor, or takes one away, and reads until it is seen.
    #[track_caller]
    pub fn key(&mut self, letter: &str) {
        self.look();
        let (row, column) = self.glass.screen().cursor_position();
        let expected = (row, if letter == "\x7f" { column.saturating_sub(1) } else { column + 1 });
        self.send(letter);
        while self.glass.screen().cursor_position() != expected {
            self.next();
        }
    }

    /// Leaves by the desk's own key, and answers the exit code.
    #[track_caller]
    pub fn quit(mut self) -> u32 {
        self.send("\x11");
        self.held.ended()
    }

    /// Ends it where it stands.
    pub fn kill(self) {
        kill_process(self.pid(), Signal::KILL).unwrap();
        self.held.ended();
    }
}
