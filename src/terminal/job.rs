//! The desk as a job of a shell: whether the terminal is its own at the moment.

use rustix::process::getpgrp;
use rustix::stdio::stdin;
use rustix::termios::tcgetpgrp;

/// Whether the terminal listens to this program and not to the shell behind it. A job that a shell continues without giving
/// it the terminal (`bg`, and `kill`, which wakes it so that it can end) is stopped by the system at its first touch.
///
/// Where there are no jobs, the terminal is ours.
pub(super) fn is_in_front() -> bool {
    tcgetpgrp(stdin()).map_or(true, |front| front == getpgrp())
}
