//! The desk as a job of a shell: stopped, continued before and behind it, ended.

use rustix::process::Pid;

use super::*;

/// The desk under a shell with jobs, which then does this.
fn under_a_shell(then: &str) -> Pty {
    let script = format!("\"$0\" \"$@\"; echo at the shell; {then}");
    Pty::with_command(&["sh", "-mc", &script], |_| {})
}

#[test]
fn stops_for_the_shell_and_comes_back() {
    let mut pty = under_a_shell("read line; fg > /dev/null");
    pty.until_text("connected");
    pty.type_bytes("\x1a");
    pty.until_text("at the shell");
    assert_eq!(modes_left(&pty.bytes), Vec::<String>::new());
    pty.type_bytes("\n");
    pty.until_text("desk 80x24");
    pty.type_bytes("x");
    pty.until_text("key x");
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
}

/// What the terminal has still to say is the desk's to hear; one that says nothing is not waited for long.
#[test]
fn the_last_answer_of_the_terminal_is_not_typed_into_the_shell() {
    for answer in ["\x1b[0n", ""] {
        let mut pty = under_a_shell("read line; echo \"read <$line>\"; read line; fg > /dev/null");
        pty.until_text("connected");
        pty.type_bytes("f");
        pty.until_bytes(b"\x1b[5n");
        pty.type_bytes(format!("\x1a{answer}"));
        pty.until_text("at the shell");
        pty.type_bytes("\n");
        pty.until_text("read <>");
        pty.type_bytes("\n");
        pty.until_text("desk 80x24");
        pty.type_bytes("q");
        assert_eq!(pty.restored_end(), 0);
    }
}

/// Who stops it from elsewhere finds the terminal given back, as who presses the key.
#[test]
fn a_desk_that_is_stopped_from_elsewhere_gives_the_terminal_back() {
    let mut pty = under_a_shell("read line; fg > /dev/null");
    pty.until_text("connected");
    pty.type_bytes("i");
    pty.until("its number", |screen| screen.contents().contains("number ") && screen.contents().contains('.'));
    let text = pty.text();
    let number = text.split("number ").nth(1).and_then(|it| it.split('.').next()).unwrap();
    kill_process(Pid::from_raw(number.parse().unwrap()).unwrap(), Signal::TSTP).unwrap();
    pty.until_text("at the shell");
    assert_eq!(modes_left(&pty.bytes), Vec::<String>::new());
    pty.type_bytes("\n");
    pty.until_text("desk 80x24");
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
}

#[test]
fn where_no_shell_could_continue_it_does_not_stop() {
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    pty.type_bytes("\x1ax");
    pty.until_text("key x");
    kill_process(pty.held.pid, Signal::TSTP).unwrap();
    pty.type_bytes("y");
    pty.until_text("key y");
    assert!(pty.glass.screen().alternate_screen());
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
}

/// A shell continues a stopped job that it ends, and the system stops again what touches the terminal behind a shell.
#[test]
fn a_stopped_desk_is_ended_by_its_shell() {
    let mut pty = under_a_shell("kill -TERM %1; bg > /dev/null; wait %1; echo ended $?");
    pty.until_text("connected");
    pty.type_bytes("\x1a");
    pty.until_text("ended 143");
    assert_eq!(pty.restored_end(), 0);
    let entered = String::from_utf8_lossy(&pty.bytes).matches("\x1b[?1049h").count();
    assert_eq!(entered, 1, "it does not take the terminal again");
}

/// Continued behind the shell it lives on and shows nothing; what is typed is the shell's, and another signal still ends it.
#[test]
fn behind_its_shell_a_desk_touches_nothing() {
    let mut pty =
        under_a_shell("bg > /dev/null; read line; echo \"read $line\"; kill -TERM %1; wait %1; echo ended $?");
    pty.until_text("connected");
    pty.type_bytes("\x1a");
    pty.until_text("at the shell");
    pty.type_bytes("for the shell\n");
    pty.until_text("read for the shell");
    pty.until_text("ended 143");
    assert_eq!(pty.restored_end(), 0);
}

#[test]
fn a_desk_behind_its_shell_is_fetched_before_it() {
    let mut pty = under_a_shell("bg > /dev/null; read line; fg > /dev/null");
    pty.until_text("connected");
    pty.type_bytes("\x1a");
    pty.until_text("at the shell");
    pty.type_bytes("for the shell\n");
    pty.until_text("desk 80x24");
    pty.type_bytes("x");
    pty.until_text("key x");
    assert!(pty.text().contains("keys 2"), "{}", pty.text());
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
}
