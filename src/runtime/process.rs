//! From an opened terminal to an exit code.

use std::env;
use std::io::{self, Write as _};
use std::panic::{self, AssertUnwindSafe};

use tokio::runtime::{Builder, Runtime};

use super::{Connected, Desk, Messages, Watch, run};
use crate::audit::AuditLog;
use crate::domain::status::Tone;
use crate::flow::{Msg, Notice, NoticeText};
use crate::logging::Logging;
use crate::terminal::{self, Terminal};

/// Threads for the systems' answers and the sandbox, besides the one that owns the screen. One keeps up with the 10,000
/// events a minute of the soak; what blocks has threads of its own.
const WORKERS: usize = 1;

/// Takes the terminal, shows the desk until it ends and gives the terminal back.
///
/// Answers the exit code: 0 as asked, 2 there is no usable terminal, 101 a panic, 128 and its number for a signal, 1 otherwise.
pub fn open<D, C>(mut logging: Logging, desk: D, watch: Option<Watch>, connect: impl FnOnce(Messages) -> C) -> u8
where
    D: Desk,
    C: Future<Output = Connected> + Send + 'static,
{
    let terminal = match Terminal::enter(logging.stderr.take()) {
        Ok(terminal) => terminal,
        Err(error) => return refuse(&error, 2),
    };
    terminal::restore_on_panic();
    let tokio = match tokio_runtime() {
        Ok(tokio) => tokio,
        Err(error) => {
            drop(terminal);
            return refuse(&error, 1);
        }
    };
    let audit = AuditLog::open(logging.folder.as_deref(), &person());
    let problem = logging.problem.take();
    let opening = problem.map(|why| Msg::Notice(Notice { tone: Tone::Warning, text: NoticeText::Sentence(why) }));

    // A panic has put the terminal back and been reported by the hook. It is caught only so that what still runs in the
    // background cannot delay the end.
    let ended = panic::catch_unwind(AssertUnwindSafe(|| {
        tokio.block_on(run(desk, terminal, audit, watch, opening.into_iter().collect(), connect))
    }));
    tokio.shutdown_background();
    match ended {
        Ok(Ok(exit)) => exit.code(),
        Ok(Err(error)) => refuse(&error, 1),
        Err(_) => 101,
    }
}

fn tokio_runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(WORKERS).thread_name("desk-worker").enable_all().build()
}

/// Says on standard error why the desk cannot open.
fn refuse(error: &dyn std::error::Error, code: u8) -> u8 {
    let _ = writeln!(io::stderr(), "madoguchi: {error}");
    code
}

/// Who works here, for the audit log: the name they go by, and the number they cannot choose.
pub fn person() -> String {
    let name = env::var("LOGNAME").or_else(|_| env::var("USER")).ok().filter(|name| !name.is_empty());
    format!("{}({})", name.as_deref().unwrap_or("uid"), rustix::process::getuid().as_raw())
}
