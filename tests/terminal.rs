//! The terminal as a person has it: a real process in a real pseudo-terminal, its bytes shown by an emulator.
//!
//! Most tests open a small desk of their own, which knows how to panic; it runs in this test program started once
//! more. Nothing sleeps: tests read until what they wait for is on the glass.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "a test reads the glass on a thread of its own")]

mod held;
#[path = "terminal/jobs.rs"]
mod jobs;
#[path = "terminal/stalled.rs"]
mod stalled;

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;

use futures_util::FutureExt as _;
use jiff::Timestamp;
use madoguchi::flow::{Effect, Environment, Input, Key, Msg, NoticeText, Query, Slot};
use madoguchi::runtime::{self, Connected, Desk};
use portable_pty::{CommandBuilder, MasterPty, native_pty_system};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::Style;
use rustix::process::{Signal, kill_process};
use tempfile::TempDir;

use held::{Held, PATIENCE, cells, emulator, pty_size};

/// Set for the process in the pseudo-terminal.
const INSIDE: &str = "MADOGUCHI_TEST_INSIDE";
/// Set besides where that process asks its terminal for the background.
const ASKS: &str = "MADOGUCHI_TEST_ASKS";

/// A desk with just enough to look at.
#[derive(Default)]
struct SmallDesk {
    size: (u16, u16),
    line: String,
    notice: String,
    ground: String,
    keys: usize,
    /// Below its lines it fills the screen with something else after each key.
    full: bool,
}

impl Desk for SmallDesk {
    fn update(&mut self, msg: Msg, _now: Timestamp) -> Vec<Effect> {
        self.keys += usize::from(matches!(msg, Msg::Input(Input::Key(_))));
        match msg {
            Msg::Ground(ground) => self.ground = format!("on {ground:?}"),
            Msg::Input(Input::Resize { width, height }) => self.size = (width, height),
            Msg::Input(Input::Paste(text)) => self.line = format!("pasted {text}"),
            Msg::Input(Input::Key(press)) => match press.key {
                Key::Char('q') => return vec![Effect::Quit],
                Key::Char('z') if press.modifiers.ctrl => return vec![Effect::Suspend],
                Key::Char('p') => panic!("the desk panics as asked"),
                Key::Char('w') => return vec![Effect::Read { slot: Slot::Line, generation: 1, query: Query::Hello }],
                Key::Char('c') => return vec![Effect::Copy("窓口".to_owned())],
                // Asked for twice, it is told once.
                Key::Char('s') => return vec![Effect::Second, Effect::Second],
                Key::Char('f') => self.full = true,
                Key::Char('i') => self.line = format!("number {}.", std::process::id()),
                Key::Char(c) => self.line = format!("key {c}"),
                key => self.line = format!("key {key:?}"),
            },
            Msg::Notice(notice) => {
                self.notice = match notice.text {
                    NoticeText::Words(words) => words.to_owned(),
                    NoticeText::Path(_, path) => path,
                    NoticeText::Phrase(phrase) => phrase.key.into_owned(),
                    NoticeText::Sentence(sentence) => sentence,
                };
            }
            Msg::Second => self.line.push_str(" and a second"),
            Msg::Environment(Environment::Live { profile }) => self.line = profile,
            _ => {}
        }
        Vec::new()
    }

    fn view(&self, buffer: &mut Buffer) -> Option<Position> {
        let (width, height) = self.size;
        let keys = format!("keys {} {}", self.keys, self.ground);
        let lines = [format!("窓口 desk {width}x{height}"), self.line.clone(), self.notice.clone(), keys];
        for (y, line) in (0..buffer.area.height).zip(lines) {
            buffer.set_string(0, y, line, Style::new());
        }
        if self.full {
            let row = ["ab", "cd"][self.keys % 2].repeat(usize::from(width) / 2);
            for y in 4..buffer.area.height {
                buffer.set_string(0, y, &row, Style::new());
            }
        }
        None
    }

    fn asks_ground(&self) -> bool {
        env::var_os(ASKS).is_some()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is a whole process, and its exit code is what is tested")]
/// Not a test of its own: the process inside the pseudo-terminal.
#[test]
fn inside() {
    if env::var_os(INSIDE).is_none() {
        return;
    }
    color_eyre::install().unwrap();
    let code = runtime::open(madoguchi::logging::start(), SmallDesk::default(), None, |_| async {
        Connected {
            environment: Environment::Live { profile: "connected".to_owned() },
            read: Some(Arc::new(|_, _, _, _| async { panic!("secret words of a worker") }.boxed())),
            carry: None,
            live: None,
            keep: None,
        }
    });
    std::process::exit(i32::from(code)); // the test harness would answer with a code of its own
}

/// A process in a pseudo-terminal, and what it shows.
struct Pty {
    held: Held,
    glass: vt100::Parser,
    /// Everything that came so far.
    bytes: Vec<u8>,
    before: String,
    home: TempDir,
}

impl Pty {
    fn small_desk() -> Self {
        Self::with_command(&[], |_| {})
    }

    /// Runs the small desk, through another command if one is given.
    fn with_command(through: &[&str], adjust: impl FnOnce(&mut CommandBuilder)) -> Self {
        let own = env::current_exe().unwrap();
        let arguments = through.iter().map(OsString::from).chain([own.into_os_string()]);
        let mut command = CommandBuilder::from_argv(arguments.collect());
        command.args(["inside", "--exact", "--nocapture", "--test-threads=1"]);
        command.env(INSIDE, "1");
        adjust(&mut command);
        Self::spawn(command)
    }

    fn spawn(mut command: CommandBuilder) -> Self {
        let home = tempfile::tempdir().unwrap();
        command.cwd("/");
        if command.get_env("TERM").is_none_or(|term| Some(term) == env::var_os("TERM").as_deref()) {
            command.env("TERM", "xterm-256color");
        }
        command.env_remove("TERM_PROGRAM");
        command.env_remove("XDG_STATE_HOME");
        if command.get_env("HOME").is_none_or(|home| Some(home) == env::var_os("HOME").as_deref()) {
            command.env("HOME", home.path());
        }
        let (held, before) = Held::start(command, (80, 24), termios);
        Self { held, glass: emulator((80, 24)), bytes: Vec::new(), before, home }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.glass.process(bytes);
        self.bytes.extend(bytes);
    }

    fn text(&self) -> String {
        self.glass.screen().contents()
    }

    /// Reads until the glass is as wanted.
    #[track_caller]
    fn until(&mut self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        while !wanted(self.glass.screen()) {
            let Some(bytes) = self.held.next() else {
                let tail = String::from_utf8_lossy(&self.bytes).replace('\x1b', "^");
                panic!("never {what}; shown:\n{}\nbytes: {tail}", self.text())
            };
            self.take(&bytes);
        }
    }

    /// Reads until the terminal was sent these bytes.
    #[track_caller]
    fn until_bytes(&mut self, wanted: &[u8]) {
        while !self.bytes.windows(wanted.len()).any(|bytes| bytes == wanted) {
            let bytes = self.held.next().expect("they never come");
            self.take(&bytes);
        }
    }

    #[track_caller]
    fn until_text(&mut self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }

    fn type_bytes(&mut self, bytes: impl AsRef<[u8]>) {
        self.held.send(bytes);
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.glass.screen_mut().set_size(cells(height), cells(width));
        self.held.resize((width, height));
    }

    /// Waits for the end and answers the exit code, after the terminal was found as it was before.
    #[track_caller]
    fn restored_end(&mut self) -> u32 {
        let code = self.held.ended();
        loop {
            match self.held.next_within(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("somebody still holds the terminal"),
            }
        }
        assert_eq!(modes_left(&self.bytes), Vec::<String>::new());
        assert_eq!(termios(&*self.held.master), self.before);
        code
    }
}

fn termios(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

/// Private modes that were set and not reset, or the other way round for those that are on from the start.
fn modes_left(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut state = BTreeMap::new();
    for part in text.split("\x1b[?").skip(1) {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        state.insert(part[..digits].to_owned(), part[digits..].starts_with('h'));
    }
    let left = state.into_iter().filter(|(mode, on)| *on != ["7", "25"].contains(&mode.as_str())).map(|(mode, _)| mode);
    // Kitty's keyboard protocol is put on a stack, and taken from it.
    let keys = (text.matches("\x1b[>1u").count(), text.matches("\x1b[<1u").count());
    left.chain((keys.0 != keys.1).then(|| format!("keys {keys:?}"))).collect()
}

#[test]
fn opens_and_quits() {
    let mut pty = Pty::small_desk();
    pty.until_text("窓口 desk 80x24");
    pty.until_text("connected");
    assert!(pty.glass.screen().alternate_screen() && pty.glass.screen().hide_cursor());
    assert!(!modes_left(&pty.bytes).is_empty(), "the test can see modes");
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
    assert!(!pty.glass.screen().alternate_screen());
}

#[test]
fn signals_end_it_with_their_code() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT, Signal::ALARM, Signal::USR1, Signal::USR2] {
        let mut pty = Pty::small_desk();
        pty.until_text("connected");
        kill_process(pty.held.pid, signal).unwrap();
        assert_eq!(pty.restored_end(), 128 + signal.as_raw() as u32);
    }
}

#[test]
fn a_terminal_that_is_gone_ends_it() {
    // With a controlling terminal the system sends SIGHUP; without, end of file is all there is to notice.
    for controlling in [true, false] {
        let mut command = CommandBuilder::new(env::current_exe().unwrap());
        command.args(["inside", "--exact", "--nocapture", "--test-threads=1"]);
        command.env(INSIDE, "1");
        command.env("TERM", "xterm");
        command.set_controlling_tty(controlling);
        let pair = native_pty_system().openpty(pty_size((80, 24))).unwrap();
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains("desk 80x24") {
            let mut buffer = [0; 1024];
            let n = reader.read(&mut buffer).unwrap();
            seen.extend(&buffer[..n]);
        }
        drop((reader, pair.master));
        assert_eq!(child.wait().unwrap().exit_code(), 129);
    }
}

#[test]
fn survives_a_storm_of_sizes() {
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    for (width, height) in [(1, 1), (300, 90), (2, 1), (1, 50), (300, 2), (17, 3), (80, 1), (5, 40), (120, 40)] {
        pty.resize(width, height);
    }
    pty.until_text("desk 120x40");
    for size in 1..60 {
        pty.resize(size, 61 - size);
    }
    pty.resize(100, 30);
    pty.until_text("窓口 desk 100x30");
    // No glass is as large, and the memory for it is not there.
    pty.held.resize((u16::MAX, u16::MAX));
    pty.until_text("窓口 desk 1000x500");
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() {
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    pty.type_bytes("p");
    assert_eq!(pty.restored_end(), 101);
    let text = String::from_utf8_lossy(&pty.bytes).into_owned();
    let left = text.find("\x1b[?1049l").expect("it leaves the alternate screen");
    let told = text.find("the desk panics as asked").expect("it tells");
    assert!(left < told);
    assert_eq!(text.matches("\x1b[?1049l").count(), 1, "restored once");
    // Where a terminal has no other screen, nothing of a customer stays in sight.
    let before = text.find("\x1b[?1004l").expect("it takes the modes back");
    assert!(text[..before].ends_with("\x1b[H\x1b[2J"), "it wipes the screen first");
}

#[test]
fn a_second_is_told_when_it_was_asked_for_and_no_more() {
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    pty.type_bytes("s");
    pty.until_text("connected and a second");
    pty.type_bytes("s");
    pty.until_text("connected and a second and a second");
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
    assert!(!pty.glass.screen().contents().contains("and a second and a second and"));
}

#[test]
fn a_panic_in_the_background_leaves_the_screen_alone() {
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    pty.type_bytes("w");
    pty.until_text("notice-task-panicked");
    assert!(pty.glass.screen().alternate_screen());
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
    assert!(!String::from_utf8_lossy(&pty.bytes).contains("secret words"));
    let logs = pty.home.path().join(".local/state/madoguchi");
    let mut written = String::new();
    for file in fs::read_dir(logs).unwrap() {
        written.push_str(&fs::read_to_string(file.unwrap().path()).unwrap());
    }
    assert!(written.contains("a background task panicked") && written.contains("tests/terminal.rs"), "{written}");
    assert!(!written.contains("secret words"), "{written}");
}

#[test]
fn keys_and_pastes_arrive_however_they_are_cut() {
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    pty.type_bytes(&"田".as_bytes()[..2]);
    pty.type_bytes(&"田".as_bytes()[2..]);
    pty.until_text("key 田");
    pty.type_bytes("\x1b");
    pty.until_text("key Esc");
    pty.type_bytes("\x1b[200~太郎\x1b[31m\x1b[201~");
    pty.until_text("pasted 太郎");
    pty.type_bytes("\x1b[1;5A");
    pty.until_text("key Up");
    pty.type_bytes("\x1b[27u");
    pty.until_text("key Esc");
    pty.type_bytes("\x1b[128512u");
    pty.until_text("key 😀");
}

#[test]
fn a_paste_whose_end_was_lost_gives_the_keys_back() {
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    pty.type_bytes("\x1b[200~太郎");
    pty.until_text("pasted 太郎");
    pty.type_bytes("x");
    pty.until_text("key x");
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
}

#[test]
fn terminals_that_pass_over_it_are_asked_to_tell_keys_apart() {
    for (term, asked) in [("xterm-256color", true), ("tmux-256color", true), ("vt100", false), ("linux", false)] {
        let mut pty = Pty::with_command(&[], |command| {
            command.env("TERM", term);
        });
        pty.until_text("connected");
        assert_eq!(String::from_utf8_lossy(&pty.bytes).contains("\x1b[>1u"), asked, "{term}");
        assert!(!pty.text().contains("1u"), "{term}");
        pty.type_bytes("q");
        assert_eq!(pty.restored_end(), 0);
    }
}

#[test]
fn copies_through_the_terminal() {
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    pty.type_bytes("cq");
    assert_eq!(pty.restored_end(), 0);
    assert!(String::from_utf8_lossy(&pty.bytes).contains("\x1b]52;c;56qT5Y+j\x1b\\"));
}

/// Where the terminal is known to have no clipboard, the text is in a file, and it is said where.
#[test]
fn copies_to_a_file_where_the_terminal_has_no_clipboard() {
    use std::os::unix::fs::PermissionsExt as _;
    let runtime = tempfile::tempdir().unwrap();
    let mut pty = Pty::with_command(&[], |command| {
        command.env("TERM", "linux");
        command.env("XDG_RUNTIME_DIR", runtime.path());
    });
    pty.until_text("connected");
    let path = runtime.path().join("madoguchi/copied.txt");
    pty.type_bytes("c");
    pty.until_text(path.to_str().unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), "窓口");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    pty.type_bytes("cq");
    assert_eq!(pty.restored_end(), 0);
    assert!(!String::from_utf8_lossy(&pty.bytes).contains("]52;"));
    assert!(!path.exists(), "it goes with the desk");
}

#[test]
fn opens_without_a_place_for_its_log() {
    let mut pty = Pty::with_command(&[], |command| command.env("HOME", "/proc/nowhere"));
    pty.until_text("there is no log");
    pty.until_text("connected");
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
}

const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";
const LIGHT: &str = "\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\";
const DARK: &str = "\x1b]11;rgb:1c1c/1c1c/1c1c\x07";
const WHAT_IT_IS: &str = "\x1b[?62;22c";

fn asking_desk() -> Pty {
    let mut pty = Pty::with_command(&[], |command| command.env(ASKS, "1"));
    pty.until_bytes(QUESTION);
    pty
}

#[test]
fn a_terminal_that_tells_its_background_is_believed_and_keys_typed_meanwhile_arrive() {
    for (answer, ground) in [(LIGHT, "on Light"), (DARK, "on Dark")] {
        let mut pty = asking_desk();
        pty.type_bytes(format!("a{answer}b{WHAT_IT_IS}"));
        pty.until_text(&format!("keys 2 {ground}"));
        pty.type_bytes("q");
        assert_eq!(pty.restored_end(), 0);
        let asked = String::from_utf8_lossy(&pty.bytes).matches("]11;?").count();
        assert_eq!(asked, 1, "it is asked once");
    }
}

#[test]
fn a_terminal_that_does_not_know_or_says_nothing_opens_too() {
    for answer in [WHAT_IT_IS, ""] {
        let mut pty = asking_desk();
        pty.type_bytes(format!("a{answer}"));
        pty.until_text("keys 1");
        assert!(!pty.text().contains("on "), "{}", pty.text());
        pty.type_bytes("q");
        assert_eq!(pty.restored_end(), 0);
    }
}

#[test]
fn an_answer_that_comes_late_is_an_answer_and_nothing_that_was_typed() {
    let mut pty = asking_desk();
    pty.until_text("connected");
    let (begin, end) = LIGHT.split_at(9);
    pty.type_bytes(begin);
    pty.type_bytes(end);
    pty.type_bytes(format!("{WHAT_IT_IS}x"));
    pty.until_text("key x");
    assert!(pty.text().contains("keys 1 on Light"), "{}", pty.text());
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
}

/// Programs ask terminals many things, and an answer that comes late comes to the desk.
#[test]
fn answers_to_what_others_asked_are_nothing_that_was_typed() {
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    let clipboard = format!("\x1b]52;c;{}\x1b\\", "QUFB".repeat(2000));
    pty.type_bytes(format!("\x1bP>|XTerm(370)\x1b\\{clipboard}\x1b]lits title\x1b\\x"));
    pty.until_text("key x");
    assert!(pty.text().contains("keys 1"), "{}", pty.text());
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
}

#[test]
fn the_real_desk_is_light_in_a_light_terminal() {
    for (answer, ground) in [(LIGHT, 231), (DARK, 234)] {
        let mut pty = real_desk();
        pty.until_bytes(QUESTION);
        pty.type_bytes(format!("{answer}{WHAT_IT_IS}"));
        pty.until_text("SANDBOX");
        let painted = pty.glass.screen().cell(12, 40).map(vt100::Cell::bgcolor);
        assert_eq!(painted, Some(vt100::Color::Idx(ground)));
        pty.type_bytes("\x11");
        assert_eq!(pty.restored_end(), 0);
    }
}

/// What the terminal said is known at the next start, before it says it again.
#[test]
fn the_real_desk_opens_as_light_as_it_was_left() {
    let home = tempfile::tempdir().unwrap();
    let real_desk = || {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_madoguchi"));
        command.env("HOME", home.path());
        Pty::spawn(command)
    };
    for answer in [LIGHT, ""] {
        let mut pty = real_desk();
        pty.until_bytes(QUESTION);
        pty.type_bytes(answer);
        pty.until_text("SANDBOX");
        pty.until("light", |screen| screen.cell(12, 40).is_some_and(|cell| cell.bgcolor() == vt100::Color::Idx(231)));
        pty.type_bytes("\x11");
        assert_eq!(pty.restored_end(), 0);
    }
}

/// A terminal behind a slow line: what it has not drawn yet is waited for, and then the newest frame is sent.
#[test]
fn no_frame_is_sent_to_a_glass_that_is_behind() {
    const MARK: &[u8] = b"\x1b[5n";
    const DRAWN: &str = "\x1b[0n";
    let mut pty = Pty::small_desk();
    pty.until_text("connected");
    pty.type_bytes("f");
    pty.until_bytes(MARK);
    pty.type_bytes(DRAWN);
    for key in 2..5 {
        pty.type_bytes("x");
        pty.until_text(&format!("keys {key}"));
    }
    // Three full frames are on their way. A copy is no frame: it shows that the keys before it were taken.
    pty.type_bytes("xxc");
    pty.until_bytes(b"\x1b]52;c;");
    assert!(pty.text().contains("keys 4"), "{}", pty.text());
    pty.type_bytes(DRAWN);
    pty.until_text("keys 7");
    pty.type_bytes("q");
    assert_eq!(pty.restored_end(), 0);
}

#[test]
fn where_a_theme_is_named_or_nobody_would_answer_nothing_is_asked() {
    for (name, value) in [("MADOGUCHI_THEME", "dark"), ("TERM", "linux"), ("TERM", "vt100"), ("NO_COLOR", "1")] {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_madoguchi"));
        command.env(name, value);
        let mut pty = Pty::spawn(command);
        pty.until_text("SANDBOX");
        assert!(!String::from_utf8_lossy(&pty.bytes).contains("]11;"), "{name}={value}");
        pty.type_bytes("\x11");
        assert_eq!(pty.restored_end(), 0);
    }
}

fn real_desk() -> Pty {
    Pty::spawn(CommandBuilder::new(env!("CARGO_BIN_EXE_madoguchi")))
}

#[test]
fn the_real_desk_opens_and_quits() {
    let mut pty = real_desk();
    pty.until_text("SANDBOX");
    pty.type_bytes("\x11"); // Ctrl-Q works from the search box too, where q is a letter
    assert_eq!(pty.restored_end(), 0);
}

/// The file is looked at when the window gets the keyboard; what is wrong in it is said, and what was stays in force.
#[test]
fn the_real_desk_takes_another_configuration_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let write = |desk: &str, keys: &str, age: u64| {
        // What happens elsewhere would stand where a remark does, and the tour among the keys.
        let text = format!("[desk]\ntour = false\n{desk}[keys.desk]\n{keys}[live]\non = false\n");
        fs::write(&path, text).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(age)).unwrap();
    };
    write("", "help = [\"f7\"]\n", 90);
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_madoguchi"));
    command.args(["--config", path.to_str().unwrap()]);
    let mut pty = Pty::spawn(command);
    pty.resize(120, 40);
    pty.until_text("F7 help");
    write("", "help = [\"f8\"]\n", 80);
    pty.type_bytes("\x1b[I");
    pty.until_text("F8 help");
    write("", "help = [\"f9\"]\nboard = [\"n\"]\n", 70);
    pty.type_bytes("\x1b[O\x1b[I");
    pty.until_text("config.toml:5: keys.desk.board");
    pty.until_text("F8 help");
    write("language = \"ja\"\n", "help = [\"f8\"]\n", 60);
    pty.type_bytes("\x1b[I");
    pty.until_text("F8 ヘルプ");
    pty.type_bytes("\x11");
    assert_eq!(pty.restored_end(), 0);
}

#[test]
fn the_real_desk_gives_the_terminal_back_on_a_signal() {
    let mut pty = real_desk();
    pty.until_text("SANDBOX");
    pty.resize(1, 1);
    pty.resize(40, 10);
    kill_process(pty.held.pid, Signal::TERM).unwrap();
    assert_eq!(pty.restored_end(), 143);
}

#[test]
fn the_real_desk_locks_and_its_pin_opens_it() {
    let home = tempfile::tempdir().unwrap();
    let mut pin = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
    pin.arg("pin").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut pin = pin.spawn().unwrap();
    pin.stdin.take().unwrap().write_all(b"4711\n4711\n").unwrap();
    let hash = String::from_utf8(pin.wait_with_output().unwrap().stdout).unwrap();
    let folder = home.path().join(".config/madoguchi");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), format!("[access]\nlock_pin = \"{}\"", hash.trim())).unwrap();

    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_madoguchi"));
    command.env("HOME", home.path());
    command.env_remove("XDG_CONFIG_HOME");
    let mut pty = Pty::spawn(command);
    pty.until_text("SANDBOX");
    pty.type_bytes("\x18");
    pty.until_text("This desk is locked");
    assert!(!pty.text().contains("SANDBOX"), "{}", pty.text());
    pty.type_bytes("4711");
    pty.until("the PIN as signs", |screen| screen.contents().contains("∗∗∗∗"));
    pty.type_bytes("\r");
    pty.until_text("SANDBOX");
    pty.type_bytes("\x11");
    assert_eq!(pty.restored_end(), 0);
}

#[test]
fn without_a_terminal_it_says_so_in_a_sentence() {
    let output = Command::new(env!("CARGO_BIN_EXE_madoguchi")).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("madoguchi: ") && said.contains("needs a terminal") && said.lines().count() == 1,
        "{said}"
    );
}
