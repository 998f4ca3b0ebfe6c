//! The desk as a job of a shell: whether the terminal is its own at the moment.

use rustix::process::{getpgid, getpgrp, getppid, getsid};
use rustix::stdio::stdin;
use rustix::termios::tcgetpgrp;

/// Whether the terminal listens to this program and not to the shell behind it. A job that a shell continues without giving
/// it the terminal (`bg`, and `kill`, which wakes it so that it can end) is stopped by the system at its first touch.
///
/// Where there are no jobs, the terminal is ours.
pub(super) fn is_in_front() -> bool {
    tcgetpgrp(stdin()).map_or(true, |front| front == getpgrp())
}

/// Whether a shell is there to continue this program once it is stopped. The system asks the same before a key of the
/// terminal stops anybody; what stops a whole job without fail does not ask.
pub(super) fn can_be_continued() -> bool {
    let (Ok(session), Some(parent)) = (getsid(None), getppid()) else { return false };
    if getpgid(Some(parent)) == Ok(getpgrp()) {
        // Started by a part of the same job, such as a script: a shell made the job, unless it is the session's first.
        session != getpgrp()
    } else {
        getsid(Some(parent)) == Ok(session)
    }
}
