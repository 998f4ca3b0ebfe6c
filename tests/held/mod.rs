//! A real process in a real pseudo-terminal: what it writes, what it is sent, and how it ends.

#![expect(dead_code, reason = "each test uses its part of it")]

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use portable_pty::{ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::Pid;

/// After so much silence a test has failed. Nothing waits this long when all is well.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A process in a pseudo-terminal. Dropping it ends the process.
pub struct Held {
    /// The terminal's own side.
    pub master: Box<dyn MasterPty + Send>,
    /// The process.
    pub pid: Pid,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    ended: Receiver<u32>,
    killer: Box<dyn ChildKiller + Send + Sync>,
}

impl Held {
    /// Starts it on a terminal of this size; `look` sees that before.
    pub fn start<T>(command: CommandBuilder, size: (u16, u16), look: impl FnOnce(&dyn MasterPty) -> T) -> (Self, T) {
        let pair = native_pty_system().openpty(pty_size(size)).unwrap();
        let before = look(&*pair.master);
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let pid = Pid::from_raw(child.process_id().unwrap() as i32).unwrap();
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
        (Self { master: pair.master, pid, keys, output, ended, killer }, before)
    }

    /// What comes next, unless nothing comes for so long, or ever again.
    pub fn next_within(&self, quiet: Duration) -> Result<Vec<u8>, RecvTimeoutError> {
        self.output.recv_timeout(quiet)
    }

    /// What comes next, if anything does.
    pub fn next(&self) -> Option<Vec<u8>> {
        self.next_within(PATIENCE).ok()
    }

    /// What has come already.
    pub fn ready(&self) -> Option<Vec<u8>> {
        self.output.try_recv().ok()
    }

    /// Types.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.keys.write_all(bytes.as_ref()).unwrap();
        self.keys.flush().unwrap();
    }

    /// The terminal is of this size from now on.
    pub fn resize(&self, size: (u16, u16)) {
        self.master.resize(pty_size(size)).unwrap();
    }

    /// Waits for the end, and answers the exit code.
    #[track_caller]
    pub fn ended(&self) -> u32 {
        self.ended.recv_timeout(PATIENCE).expect("it never ended")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.killer.kill();
    }
}

/// What shows such a terminal's bytes.
pub fn emulator((width, height): (u16, u16)) -> vt100::Parser {
    vt100::Parser::new(cells(height), cells(width), 0)
}

/// So many columns or rows.
pub fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap()
}

/// A terminal's size as the system is told it.
pub fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}
