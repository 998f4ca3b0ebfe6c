//! A thread that reads the terminal.

use std::io;
use std::thread;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::stdio::stdin;
use tokio::sync::mpsc;

use super::decode::Decoder;
use super::{Heard, job};
use crate::flow::Input;

/// Inputs that may wait for the desk. A paste is one input; nobody types this much ahead, and who does waits in the
/// terminal's own queue.
const WAITING: usize = 256;
/// Between two looks whether the terminal is ours again while somebody types for another job.
const BEHIND_ANOTHER: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };

/// Starts reading. The channel closes when the terminal is gone: end of file, hang-up or an error.
///
/// Blocks without waking until something is typed, and never waits to be joined: it ends with the process.
/// Goes on where `decoder` stands, after what was `typed` before.
pub(super) fn listen(decoder: Decoder, typed: Vec<Input>) -> io::Result<mpsc::Receiver<Heard>> {
    let (sender, receiver) = mpsc::channel(WAITING);
    thread::Builder::new().name("terminal-input".into()).spawn(move || read_until_gone(&sender, decoder, typed))?;
    Ok(receiver)
}

fn read_until_gone(sender: &mpsc::Sender<Heard>, mut decoder: Decoder, mut inputs: Vec<Input>) {
    let mut buffer = [0; 4096];
    loop {
        let reached = (0..decoder.well()).map(|_| Heard::Reached);
        let ground = decoder.ground().map(Heard::Ground);
        for heard in reached.chain(ground).chain(inputs.drain(..).map(Heard::Input)) {
            if sender.blocking_send(heard).is_err() {
                return;
            }
        }
        let stdin = stdin();
        let mut polled = [PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut polled, decoder.patience().as_ref()) {
            Ok(0) => decoder.decide(&mut inputs),
            // What is typed meanwhile is the shell's, and who reads it is stopped by the system.
            Ok(_) if polled[0].revents().contains(PollFlags::IN) && !job::is_in_front() => {
                let _ = poll(&mut [], Some(&BEHIND_ANOTHER));
            }
            Ok(_) if polled[0].revents().contains(PollFlags::IN) => match rustix::io::read(stdin, &mut buffer) {
                Ok(0) => return,
                Ok(n) => decoder.feed(&buffer[..n], &mut inputs),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return, // EIO: the other end of the pty is closed
            },
            Err(Errno::INTR) => {}
            // Hang-up, or a descriptor that is no longer one.
            Ok(_) | Err(_) => return,
        }
    }
}
