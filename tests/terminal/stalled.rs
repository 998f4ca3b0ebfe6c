//! A terminal that takes nothing more: stopped by its flow control, its line gone without a word.

use rustix::fs::{Mode, OFlags, open};
use rustix::termios::{Action, tcflow};

use super::*;

/// The small desk in a terminal that took its first frame and takes nothing from then on.
fn stalled_desk() -> Pty {
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    let terminal = open(pty.held.master.tty_name().unwrap(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    tcflow(&terminal, Action::OOff).unwrap();
    pty
}

#[test]
fn a_desk_whose_terminal_takes_nothing_ends_when_it_is_asked_to() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let pty = stalled_desk();
        kill_process(pty.held.pid, signal).unwrap();
        assert_eq!(pty.held.ended(), code);
        assert_eq!(termios(&*pty.held.master), pty.before);
    }
}

/// Its own key asks it to leave, and that hangs; the signal comes after.
#[test]
fn a_desk_that_hangs_in_leaving_ends_when_it_is_asked_to() {
    let mut pty = stalled_desk();
    pty.type_bytes("q");
    kill_process(pty.held.pid, Signal::TERM).unwrap();
    assert_eq!(pty.held.ended(), 143);
    assert_eq!(termios(&*pty.held.master), pty.before);
}
