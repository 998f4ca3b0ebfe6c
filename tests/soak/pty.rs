//! The real program in a pseudo-terminal whose bytes are counted, shown by an emulator and forgotten: a soak makes too many
//! of them to be kept.

use std::ffi::OsString;
use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use portable_pty::{ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// After so much silence a run has failed. Nothing waits this long when all is well.
const PATIENCE: Duration = Duration::from_mins(1);
const WIDTH: u16 = 120;
const HEIGHT: u16 = 40;
/// Between these a frame comes in several pieces, and a terminal shows nothing of it.
const SYNC: [&[u8]; 2] = [b"\x1b[?2026h", b"\x1b[?2026l"];

/// A program in a pseudo-terminal.
pub struct Pty {
    _master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    ended: Receiver<u32>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    /// The process.
    pub pid: u32,
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
        let size = PtySize { rows: HEIGHT, cols: WIDTH, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let pid = child.process_id().unwrap();
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
        let glass = vt100::Parser::new(NonZeroU16::new(HEIGHT).unwrap(), NonZeroU16::new(WIDTH).unwrap(), 0);
        let (part, bytes, frames) = (Vec::new(), 0, 0);
        Self { _master: pair.master, keys, output, ended, killer, pid, glass, part, bytes, frames }
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
        while let Ok(bytes) = self.output.try_recv() {
            self.take(&bytes);
        }
    }

    /// Takes the next that comes.
    #[track_caller]
    pub fn next(&mut self) {
        let Ok(bytes) = self.output.recv_timeout(PATIENCE) else { panic!("nothing comes; shown:\n{}", self.text()) };
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
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
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
        self.ended.recv_timeout(PATIENCE).expect("it never ended")
    }

    /// Ends it where it stands.
    pub fn kill(self) {
        kill_process(Pid::from_raw(self.pid as i32).unwrap(), Signal::KILL).unwrap();
        self.ended.recv_timeout(PATIENCE).expect("it never ended");
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.killer.kill();
    }
}
