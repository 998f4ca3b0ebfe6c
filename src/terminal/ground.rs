//! The one question the desk asks a terminal: what colour is behind its text. Asked once, before anything else is read, and
//! hardly waited for: a terminal that never answers must not cost a start more than one that does. An answer that comes
//! later counts when it comes, and the next start begins with it.
//!
//! Crates for it were decided against. They read the terminal by themselves, so what is typed meanwhile is gone with what
//! they throw away, and an answer that comes late is typed into whatever has the keyboard by then. The reader of keys is
//! here anyway: with it nothing is lost, and a late answer is still an answer.
#![expect(clippy::disallowed_methods, reason = "a wait that keys go on through needs a clock")]

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::stdio::stdin;

use super::decode::Decoder;
use crate::flow::{Ground, Input};

/// The colour of the background (OSC 11), and then what every terminal answers (DA1): where that comes first, the other
/// never will.
pub(super) const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";

/// How long the answer is waited for before the first frame: as long as a terminal on this machine takes.
const PATIENCE: Duration = Duration::from_millis(5);

/// Whether the terminal that the environment tells of may be asked. The others do not answer, or show the question.
pub fn may_be_asked(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let term = variable("TERM").unwrap_or_default();
    // tmux calls itself screen too, and answers.
    let screen = (set("STY") || term.starts_with("screen")) && !set("TMUX");
    let plain = ["dumb", "linux", "vt", "ansi", "cons", "cygwin"].iter().any(|it| term.starts_with(it));
    !term.is_empty() && !screen && (!plain || term.starts_with("vte"))
}

/// Waits for the answer, and keeps what is typed meanwhile.
pub(super) fn answer(decoder: &mut Decoder, typed: &mut Vec<Input>) -> Option<Ground> {
    let until = Instant::now() + PATIENCE;
    let mut buffer = [0; 4096];
    loop {
        if let Some(ground) = decoder.ground() {
            return Some(ground);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || decoder.answered() {
            return None;
        }
        let stdin = stdin();
        let mut polled = [PollFd::new(&stdin, PollFlags::IN)];
        let patience = Timespec { tv_sec: 0, tv_nsec: i64::from(left.subsec_nanos()) };
        match poll(&mut polled, Some(&patience)) {
            Ok(_) if polled[0].revents().contains(PollFlags::IN) => match rustix::io::read(stdin, &mut buffer) {
                // The terminal is gone: who listens next finds that out.
                Ok(0) | Err(_) => return None,
                Ok(n) => decoder.feed(&buffer[..n], typed),
            },
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) | Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_terminals_that_answer_are_asked() {
        for (set, asked) in [
            (&[("TERM", "xterm-256color")][..], true),
            (&[("TERM", "foot")], true),
            (&[("TERM", "vte-256color")], true),
            (&[("TERM", "tmux-256color"), ("TMUX", "/tmp/tmux")], true),
            (&[("TERM", "screen-256color"), ("TMUX", "/tmp/tmux")], true),
            (&[("TERM", "screen-256color")], false),
            (&[("TERM", "xterm"), ("STY", "1.pts")], false),
            (&[("TERM", "linux")], false),
            (&[("TERM", "vt100")], false),
            (&[("TERM", "dumb")], false),
            (&[("TERM", "")], false),
            (&[], false),
        ] {
            let variable = |name: &str| set.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(may_be_asked(variable), asked, "{set:?}");
        }
    }
}
