//! A real process in a real pseudo-terminal, and what an emulator shows of it.

use std::env;
use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use portable_pty::{ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// After so much silence a test has failed. Nothing waits this long when all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process in a pseudo-terminal.
pub struct Pty {
    _master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    ended: Receiver<u32>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    /// What is shown.
    pub glass: vt100::Parser,
    /// Everything that came so far.
    pub bytes: Vec<u8>,
}

impl Pty {
    /// The desk in this home, with these variables and no others, and with these arguments.
    pub fn desk(home: &TempDir, variables: &[(&str, &str)], args: &[&str], (width, height): (u16, u16)) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_madoguchi"));
        command.env_clear();
        command.env("HOME", home.path());
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        for (name, value) in variables {
            command.env(name, value);
        }
        command.args(args);
        command.cwd("/");
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let killer = child.clone_killer();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send_output, output) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if send_output.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let (send_end, ended) = mpsc::channel();
        thread::spawn(move || send_end.send(child.wait().unwrap().exit_code()));
        let keys = pair.master.take_writer().unwrap();
        let glass = vt100::Parser::new(NonZeroU16::new(height).unwrap(), NonZeroU16::new(width).unwrap(), 0);
        Self { _master: pair.master, keys, output, ended, killer, glass, bytes: Vec::new() }
    }

    /// What is on the glass.
    pub fn text(&self) -> String {
        self.glass.screen().contents()
    }

    /// Takes what comes until nothing came for so long. False where nothing came at all.
    pub fn look(&mut self, quiet: Duration) -> bool {
        let before = self.bytes.len();
        while let Ok(bytes) = self.output.recv_timeout(quiet) {
            self.glass.process(&bytes);
            self.bytes.extend(bytes);
        }
        self.bytes.len() > before
    }

    /// Reads until the glass shows a text.
    #[track_caller]
    pub fn until(&mut self, text: &str) {
        while !self.text().contains(text) {
            let Ok(bytes) = self.output.recv_timeout(PATIENCE) else { panic!("never {text}; shown:\n{}", self.text()) };
            self.glass.process(&bytes);
            self.bytes.extend(bytes);
        }
    }

    /// Types.
    pub fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Leaves by the desk's own key, and answers everything that came until the end.
    #[track_caller]
    pub fn end(mut self) -> Vec<u8> {
        self.send("\x11\x11");
        while let Ok(bytes) = self.output.recv_timeout(PATIENCE) {
            self.bytes.extend(bytes);
        }
        self.bytes.clone()
    }

    /// Leaves by the desk's own key, and answers the exit code.
    #[track_caller]
    pub fn quit(mut self) -> u32 {
        self.send("\x11");
        self.ended.recv_timeout(PATIENCE).expect("it never ended")
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.killer.kill();
    }
}
