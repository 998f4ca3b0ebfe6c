//! A real process in a real pseudo-terminal, and what an emulator shows of it.

use std::env;
use std::time::Duration;

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use super::held::{Held, emulator};

/// A process in a pseudo-terminal.
pub struct Pty {
    held: Held,
    /// What is shown.
    pub glass: vt100::Parser,
    /// Everything that came so far.
    pub bytes: Vec<u8>,
}

impl Pty {
    /// The desk in this home, with these variables and no others, and with these arguments.
    pub fn desk(home: &TempDir, variables: &[(&str, &str)], args: &[&str], size: (u16, u16)) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_madoguchi"));
        command.env_clear();
        command.env("HOME", home.path());
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        for (name, value) in variables {
            command.env(name, value);
        }
        command.args(args);
        command.cwd("/");
        let (held, ()) = Held::start(command, size, |_| ());
        Self { held, glass: emulator(size), bytes: Vec::new() }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.glass.process(bytes);
        self.bytes.extend(bytes);
    }

    /// What is on the glass.
    pub fn text(&self) -> String {
        self.glass.screen().contents()
    }

    /// Takes what comes until nothing came for so long. False where nothing came at all.
    pub fn look(&mut self, quiet: Duration) -> bool {
        let before = self.bytes.len();
        while let Ok(bytes) = self.held.next_within(quiet) {
            self.take(&bytes);
        }
        self.bytes.len() > before
    }

    /// Reads until the glass shows a text.
    #[track_caller]
    pub fn until(&mut self, text: &str) {
        while !self.text().contains(text) {
            let Some(bytes) = self.held.next() else { panic!("never {text}; shown:\n{}", self.text()) };
            self.take(&bytes);
        }
    }

    /// Types.
    pub fn send(&mut self, keys: &str) {
        self.held.send(keys);
    }

    /// Leaves by the desk's own key, and answers everything that came until the end.
    #[track_caller]
    pub fn end(mut self) -> Vec<u8> {
        self.send("\x11\x11");
        while let Some(bytes) = self.held.next() {
            self.bytes.extend(bytes);
        }
        self.bytes
    }

    /// Leaves by the desk's own key, and answers the exit code.
    #[track_caller]
    pub fn quit(mut self) -> u32 {
        self.send("\x11");
        self.held.ended()
    }
}
