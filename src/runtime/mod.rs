//! The loop: the one place where input, messages and time meet the app, and where its effects are carried out.
//!
//! A key goes: [`terminal`](crate::terminal) → `Msg::Input` → `App::update` → effects → here → [`work`] → messages
//! → `App::update` → frame. Nothing else starts work, reads a clock or touches the terminal.
#![expect(clippy::disallowed_methods, reason = "the runtime is where clocks are read and tasks started")]

pub mod browse;
pub mod connect;
mod export;
mod leaving;
mod machine;
mod process;
pub mod sign_in;
mod signals;
pub mod spoken;
mod watch;
pub mod work;

use std::collections::HashMap;
use std::io;
use std::pin::pin;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};

use self::leaving::leave_anyway;
pub use self::machine::room;
pub use self::process::{open, person};
use self::signals::{Signal, Signals};
pub use self::watch::{Reread, Watch};
pub use self::work::{Carry, Listen, Messages, Read, Work};
use crate::app::App;
use crate::audit::AuditLog;
use crate::config;
use crate::domain::operation::OperationId;
use crate::domain::status::Tone;
use crate::flow::{
    Command, Effect, Environment, Input, Looking, Msg, Notice, NoticeText, OperationState, OperationView,
};
use crate::terminal::screen::Shown;
use crate::terminal::{Heard, Terminal};
pub use export::{first_time, kept_ground};

/// At most 60 frames a second, however many messages come.
const FRAME: Duration = Duration::from_millis(16);
/// Between two steps of an animation: slow enough that a spinner costs a slow line nothing.
const STEP: Duration = Duration::from_millis(200);
/// Between two steps of a countdown.
const SECOND: Duration = Duration::from_secs(1);
/// Messages handled before the loop looks around again.
const BATCH: usize = 256;
/// The system stops the program sooner than this after it was asked to, if it does.
const STOPPING: Duration = Duration::from_millis(100);
/// How long the answers to what was sent are waited for when the program is asked to end by a signal.
const ANSWERING: Duration = Duration::from_secs(3);
/// Between two looks whether a shell gave the terminal back to a desk that runs behind it: not each tells.
const BEHIND_SHELL: Duration = Duration::from_secs(1);
/// Between two looks while a colleague is asked.
const ASKING: Duration = Duration::from_secs(2);
/// A terminal that answered, and then for so long did not, never will: the slowest lines take this long for a screen.
const SILENCE: Duration = Duration::from_secs(5);
/// How long the terminal's last answer is waited for before it is given back.
const LAST_ANSWER: Duration = Duration::from_millis(150);
/// An update that takes longer is a bug worth a line in the log.
const SLOW: Duration = Duration::from_millis(50);

/// What the runtime drives. The app is the one; tests drive smaller ones.
pub trait Desk {
    /// Takes what happened and when, answers what to do about it.
    fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect>;
    /// Draws everything into a blank buffer and answers where the cursor stands.
    fn view(&self, buffer: &mut Buffer) -> Option<Position>;
    /// The same, with what of it leads to pages elsewhere.
    fn frame(&self, buffer: &mut Buffer) -> Shown {
        self.view(buffer).into()
    }
    /// Whether the terminal is to be asked if it is dark or light before the first frame.
    fn asks_ground(&self) -> bool {
        false
    }
    /// Takes what the configuration says by now; `asked` when a person wanted it read. A desk without one takes nothing.
    fn refit(&mut self, _said: Reread, _asked: bool, _now: Timestamp) {}
    /// Whether the terminal draws characters of ambiguous width two cells wide.
    fn draws_wide(&self) -> bool {
        false
    }
}

/// What the desk talks to, once it is up.
pub struct Connected {
    /// What it is.
    pub environment: Environment,
    /// Answers reads. Without it (it failed to start) reads end unanswered.
    pub read: Option<Read>,
    /// Carries changes out. Without it each is refused.
    pub carry: Option<Carry>,
    /// Tells what happens elsewhere. Without it nothing is told.
    pub live: Option<Listen>,
    /// What must live as long as the desk: the embedded sandbox.
    pub keep: Option<Box<dyn Send>>,
}

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// As asked.
    Quit,
    /// The terminal is gone.
    Gone,
    /// A signal of this number.
    Signal(u8),
}

impl Exit {
    /// The exit code a shell expects: 0, or 128 and the signal. A terminal that is gone is a hang-up.
    pub fn code(self) -> u8 {
        match self {
            Self::Quit => 0,
            Self::Gone => 128 + 1,
            Self::Signal(number) => 128 + number,
        }
    }
}

/// Drives the desk until it ends. The terminal is given back when this returns, whatever else is still ending.
///
/// `opening` is handled before the first frame. `connect` is called after the first frame, so that nothing the desk talks to delays it.
///
/// # Errors
/// The process cannot listen to signals or read the terminal.
pub async fn run<D, C>(
    desk: D,
    mut terminal: Terminal,
    audit: AuditLog,
    watch: Option<Watch>,
    opening: Vec<Msg>,
    connect: impl FnOnce(Messages) -> C,
) -> io::Result<Exit>
where
    D: Desk,
    C: Future<Output = Connected> + Send + 'static,
{
    let mut signals = Signals::all()?;
    terminal.widen(desk.draws_wide());
    let ground = if desk.asks_ground() { terminal.ask_ground()? } else { None };
    let mut inputs = terminal.listen()?;
    let leaving = leave_anyway()?;

    let mut running = Running::new(desk, terminal, audit, watch);
    // Asked only now: a size that changed before the signals were listened to would be missed.
    let size = running.terminal.resized();
    running.handle(Msg::Input(size));
    for msg in ground.map(Msg::Ground).into_iter().chain(opening) {
        running.input(msg);
    }
    running.draw();

    let mut last_frame = Instant::now();
    let mut connecting = tokio::spawn(connect(running.work.messages()));
    let mut connected = false;
    let mut _keep = None;
    // Kept across turns: a timer made anew each turn wakes the thread that minds the timers.
    let mut minute = pin!(sleep_until(next_minute()));

    let exit = loop {
        if let Some(exit) = running.may_leave() {
            break exit;
        }
        if running.may_stop() {
            running.suspend();
        }
        leaving.waits(running.leaving.is_some());
        running.mind_line();
        // The frame comes first: a flood of messages must not keep it from being drawn. Its deadline keeps it from being
        // drawn too often, and a frame that is due is drawn without a timer, which would wake another thread.
        if running.may_draw() && last_frame.elapsed() >= FRAME {
            running.draw();
            last_frame = Instant::now();
            continue;
        }
        let (leave_by, due) = (running.leave_by(), running.due());
        tokio::select! {
            biased;
            () = sleep_until(last_frame + FRAME), if running.may_draw() => {}
            signal = signals.next() => running.signal(signal),
            input = inputs.recv(), if !running.gone => match input {
                Some(input) => running.inputs(input, &mut inputs),
                None => running.go(),
            },
            msg = running.work.next() => {
                running.handle(msg);
                for _ in 1..BATCH {
                    let Some(msg) = running.work.ready() else { break };
                    running.handle(msg);
                }
            }
            outcome = &mut connecting, if !connected => {
                connected = true;
                _keep = running.connect(outcome.unwrap_or_else(|_| Connected {
                    environment: Environment::Failed("starting it failed unexpectedly; the log says where".to_owned()),
                    read: None,
                    carry: None,
                    live: None,
                    keep: None,
                }));
            }
            () = sleep_until(running.step.unwrap_or(last_frame)), if running.step.is_some() => {
                running.step = None;
                running.handle(Msg::Tick);
            }
            () = sleep_until(running.second.unwrap_or(last_frame)), if running.second.is_some() => {
                running.second = None;
                running.handle(Msg::Second);
            }
            () = sleep_until(running.stops.unwrap_or(last_frame)), if running.stops.is_some() => {}
            () = sleep_until(running.away.unwrap_or(last_frame)), if running.away.is_some() => running.resume(),
            () = sleep_until(running.behind.unwrap_or(last_frame)), if running.behind.is_some() => running.terminal.give_up(),
            () = sleep_until(leave_by.unwrap_or(last_frame)), if leave_by.is_some() => running.leave(),
            () = sleep_until(due.unwrap_or(last_frame)), if due.is_some() => running.look(),
            () = &mut minute => {
                minute.as_mut().reset(next_minute());
                running.reread(Watch::look);
                running.handle(Msg::Minute);
                running.look();
            }
        }
    };
    connecting.abort();
    running.await_answer(&mut inputs).await;
    export::drop_copy();
    drop(running); // gives the terminal back before anything that may take longer, or hangs in that
    leaving.left();
    Ok(exit)
}

/// The desk and everything its effects reach.
struct Running<D> {
    desk: D,
    terminal: Terminal,
    audit: AuditLog,
    watch: Option<Watch>,
    work: Work,
    /// Something was handled since the last frame.
    dirty: bool,
    /// When the desk is to be woken: for the next step of an animation, or for what it put off.
    step: Option<Instant>,
    /// When a countdown goes on.
    second: Option<Instant>,
    /// It will stop, once the terminal has answered, and by then at the latest.
    stops: Option<Instant>,
    /// Stopped, or about to be, or behind a shell. When this comes and nobody has continued the program, it was not stopped.
    away: Option<Instant>,
    /// The glass is behind what was sent. When this comes and it says nothing, it never will.
    behind: Option<Instant>,
    /// The terminal is gone: nobody types, and nothing can be drawn.
    gone: bool,
    /// How it will end, and by when at the latest, once what was sent is answered.
    leaving: Option<(Exit, Option<Instant>)>,
    exit: Option<Exit>,
    /// When each operation that waits is to be looked at again.
    waiting: HashMap<OperationId, Instant>,
    /// There is somebody to look.
    looks: bool,
}

impl<D: Desk> Running<D> {
    fn new(desk: D, terminal: Terminal, audit: AuditLog, watch: Option<Watch>) -> Self {
        Self {
            desk,
            terminal,
            audit,
            watch,
            work: Work::default(),
            dirty: true,
            step: None,
            second: None,
            stops: None,
            away: None,
            behind: None,
            gone: false,
            leaving: None,
            exit: None,
            waiting: HashMap::new(),
            looks: false,
        }
    }

    /// How the loop ends, once it may: changes that are being sent are waited for.
    fn may_leave(&self) -> Option<Exit> {
        self.exit.or_else(|| self.leaving.filter(|_| self.work.carrying() == 0).map(|(exit, _)| exit))
    }

    /// When the loop ends whatever is being sent.
    fn leave_by(&self) -> Option<Instant> {
        self.leaving.and_then(|(_, by)| by)
    }

    fn leave(&mut self) {
        self.exit = self.leaving.map(|(exit, _)| exit);
    }

    /// The terminal is gone. What is being sent has a little time.
    fn go(&mut self) {
        self.gone = true;
        if self.leaving.is_none() {
            self.leaving = Some((Exit::Gone, Some(Instant::now() + ANSWERING)));
            self.handle(Msg::Leaving);
        }
    }

    /// When the next waiting operation is due.
    fn due(&self) -> Option<Instant> {
        self.waiting.values().min().copied()
    }

    /// Looks again at what waits, and at what other desks did.
    fn look(&mut self) {
        let now = Instant::now();
        for due in self.waiting.values_mut().filter(|due| **due <= now) {
            *due = now + ASKING;
        }
        if self.looks && self.leaving.is_none() && self.work.carrying() == 0 {
            self.work.carry(Command::Look(Looking::GoesOn));
        }
    }

    /// Remembers when an operation is to be looked at again: when its system said, or soon while a colleague is asked.
    fn remember(&mut self, view: &OperationView) {
        let due = match &view.state {
            OperationState::AwaitsSecond { .. } => Some(ASKING),
            OperationState::WaitsForSystem { until: Some(until), .. } => {
                let left = until.duration_since(Timestamp::now());
                Some(Duration::try_from(left).unwrap_or_default().max(ASKING))
            }
            _ => None,
        };
        match due {
            Some(due) => drop(self.waiting.insert(view.id, Instant::now() + due)),
            None => drop(self.waiting.remove(&view.id)),
        }
    }

    /// Hands a message to the desk and carries out what it answers.
    fn handle(&mut self, msg: Msg) {
        self.dirty = true;
        if let Msg::Operation(view) = &msg {
            self.remember(view);
        }
        let begun = Instant::now();
        let effects = self.desk.update(msg, Timestamp::now());
        let took = begun.elapsed();
        if took > SLOW {
            tracing::warn!(took_ms = took.as_millis(), "a slow turn");
        }
        for effect in effects {
            // What could not be written into the audit log must not happen either.
            if !self.carry_out(effect) {
                break;
            }
        }
    }

    /// Carries an effect out. Answers whether those behind it may be.
    fn carry_out(&mut self, effect: Effect) -> bool {
        match effect {
            Effect::Read { slot, generation, query } => self.work.start(slot, generation, query),
            Effect::Cancel(slot) => self.work.cancel(slot),
            Effect::Run(command) => self.work.carry(command),
            Effect::Audit(entry) => {
                if let Err(error) = self.audit.write(&entry) {
                    tracing::error!(kind = ?error.kind(), "the audit log cannot be written");
                    self.handle(Msg::AuditFailed);
                    return false;
                }
            }
            Effect::Copy(text) => {
                let copied = self.terminal.copy(&text);
                if matches!(copied, Ok(false)) {
                    let kept = export::keep_copy(&text);
                    self.handle(export::told_copy(kept));
                }
                self.unless_gone(&copied.map(drop));
            }
            Effect::Export { path, content } => {
                let written = export::write(&path, &content);
                if let Err(error) = &written {
                    tracing::error!(kind = ?error.kind(), "a file cannot be written");
                }
                self.handle(export::told(&path, written));
            }
            Effect::Unlock(unlock) => {
                let messages = self.work.messages();
                // Hashing takes long on purpose.
                tokio::task::spawn_blocking(move || {
                    drop(messages.blocking_send(Msg::Unlocked(connect::unlocks(&unlock))));
                });
            }
            Effect::ReadThemes(folder) => self.handle(Msg::Themes(config::themes::read(&folder))),
            Effect::Browse(url) => browse::show(url),
            Effect::KeepRoutine(folder, routine) => {
                let kept = config::routines::keep(&folder, &routine);
                if let Err(error) = &kept {
                    tracing::error!(kind = ?error.kind(), "a routine cannot be written");
                }
                self.handle(export::told_routine(&folder, kept));
                self.handle(Msg::Routines(config::routines::read(&folder)));
            }
            Effect::Tick => self.wake_in(STEP),
            Effect::Wake(after) => self.wake_in(Duration::try_from(after).unwrap_or_default()),
            Effect::Alert(alert) => {
                let called = self.terminal.alert(&alert);
                self.unless_gone(&called);
            }
            Effect::Second => {
                self.second.get_or_insert_with(|| Instant::now() + SECOND);
            }
            Effect::Repaint => {
                self.terminal.repaint();
                self.dirty = true;
            }
            // Where that cannot be kept, the tour is offered once more.
            Effect::Toured => export::keep_toured(),
            Effect::Reload => {
                let said = self.watch.as_mut().map(Watch::read);
                self.refit(said, true);
            }
            Effect::Suspend => self.stop(),
            Effect::Quit => self.quit(),
        }
        true
    }

    /// Hands the desk what its configuration says by now, if it changed.
    fn reread(&mut self, look: impl FnOnce(&mut Watch) -> Option<Reread>) {
        let said = self.watch.as_mut().and_then(look);
        self.refit(said, false);
    }

    fn refit(&mut self, said: Option<Reread>, asked: bool) {
        let Some(said) = said else { return };
        self.dirty = true;
        self.desk.refit(said, asked, Timestamp::now());
    }

    /// Wakes the desk after this long, or sooner where it asked for that.
    fn wake_in(&mut self, after: Duration) {
        let at = Instant::now() + after;
        self.step = Some(self.step.map_or(at, |step| step.min(at)));
    }

    /// Handles an input and all that wait behind it, so that no frame is drawn for a state that is already past.
    fn inputs(&mut self, first: Heard, more: &mut mpsc::Receiver<Heard>) {
        self.hear(first);
        for _ in 1..BATCH {
            if self.may_leave().is_some() || self.may_stop() {
                return;
            }
            let Ok(input) = more.try_recv() else { return };
            self.hear(input);
        }
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Input(input) => self.input(Msg::Input(input)),
            Heard::Ground(ground) => self.input(Msg::Ground(ground)),
            Heard::Reached => {
                self.terminal.reached();
                self.behind = None;
            }
        }
    }

    /// Remembers since when the glass is behind.
    fn mind_line(&mut self) {
        if !self.terminal.is_behind() {
            self.behind = None;
        } else if self.behind.is_none() {
            self.behind = Some(Instant::now() + SILENCE);
        }
    }

    /// What the terminal still has to say would be typed into whatever comes after the desk.
    async fn await_answer(&mut self, inputs: &mut mpsc::Receiver<Heard>) {
        let until = Instant::now() + LAST_ANSWER;
        while !self.gone && self.away.is_none() && self.terminal.awaits_answer() {
            match timeout_at(until, inputs.recv()).await {
                Ok(Some(Heard::Reached)) => self.terminal.reached(),
                Ok(Some(Heard::Input(_) | Heard::Ground(_))) => {}
                Ok(None) | Err(_) => return,
            }
        }
    }

    fn signal(&mut self, signal: Signal) {
        match signal {
            Signal::End(number) => {
                // Asked twice, it goes at once.
                if self.leaving.is_some() {
                    self.exit = Some(Exit::Signal(number));
                }
                self.leaving = Some((Exit::Signal(number), Some(Instant::now() + ANSWERING)));
                self.handle(Msg::Quit);
            }
            Signal::Stop => self.stop(),
            Signal::Resized => {
                let input = self.terminal.resized();
                self.handle(Msg::Input(input));
            }
            Signal::Continued => self.resume(),
        }
    }

    /// Leaves, or waits for what is being sent and says so. Asked again, it leaves at once: the journal has it.
    fn quit(&mut self) {
        match self.leaving {
            Some((Exit::Signal(_), _)) => {}
            Some(_) => self.exit = Some(Exit::Quit),
            None => {
                self.leaving = Some((Exit::Quit, None));
                if self.work.carrying() > 0 {
                    self.handle(notice(Tone::Warning, "notice-leaving-waits"));
                }
            }
        }
    }

    fn may_draw(&self) -> bool {
        self.dirty && self.away.is_none() && self.stops.is_none() && !self.gone && !self.terminal.is_behind()
    }

    /// Stops as soon as it may.
    fn stop(&mut self) {
        self.stops.get_or_insert_with(|| Instant::now() + LAST_ANSWER);
    }

    /// Whether it is to stop now: what the terminal still has to say would be typed into the shell.
    fn may_stop(&self) -> bool {
        self.stops.is_some_and(|by| !self.terminal.awaits_answer() || by <= Instant::now())
    }

    fn suspend(&mut self) {
        self.stops = None;
        match self.terminal.suspend() {
            Ok(()) => self.away = Some(Instant::now() + STOPPING),
            Err(_) => self.go(),
        }
    }

    fn resume(&mut self) {
        // A shell that ends a stopped job, or lets it run behind itself, keeps the terminal. And who was asked to end by a
        // signal has nothing more to show.
        if !self.terminal.is_in_front() || matches!(self.leaving, Some((Exit::Signal(_), _))) {
            self.away = Some(Instant::now() + BEHIND_SHELL);
            return;
        }
        self.away = None;
        match self.terminal.resume() {
            Ok(input) => {
                self.handle(Msg::Input(input));
                self.handle(Msg::Minute);
            }
            Err(_) => self.go(),
        }
    }

    fn connect(&mut self, connected: Connected) -> Option<Box<dyn Send>> {
        match connected.read {
            Some(read) => self.work.connect(read),
            None => self.work.give_up(),
        }
        if let Some(carry) = connected.carry {
            self.work.connect_carry(carry);
            self.looks = true;
        }
        if let Some(live) = connected.live {
            self.work.listen(live);
        }
        self.handle(Msg::Environment(connected.environment));
        // What an earlier desk left unfinished is settled first.
        self.look();
        connected.keep
    }

    /// Takes an input. Somebody who comes back, or types, finds the configuration as it is by now.
    fn input(&mut self, input: Msg) {
        match input {
            Msg::Input(Input::Focus(true)) => self.reread(Watch::look),
            Msg::Input(Input::Key(_)) => self.reread(Watch::look_at_key),
            Msg::Ground(ground) => export::keep_ground(ground),
            _ => {}
        }
        self.handle(input);
    }

    fn draw(&mut self) {
        self.dirty = false;
        let drawn = self.terminal.draw(|buffer| self.desk.frame(buffer));
        self.unless_gone(&drawn);
    }

    fn unless_gone(&mut self, written: &io::Result<()>) {
        if written.is_err() {
            self.go();
        }
    }
}

fn notice(tone: Tone, words: &'static str) -> Msg {
    Msg::Notice(Notice { tone, text: NoticeText::Words(words) })
}

impl Desk for App {
    fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        Self::update(self, msg, now)
    }

    fn frame(&self, buffer: &mut Buffer) -> Shown {
        Self::frame(self, buffer).into()
    }

    fn view(&self, buffer: &mut Buffer) -> Option<Position> {
        Self::view(self, buffer)
    }

    fn asks_ground(&self) -> bool {
        Self::asks_ground(self)
    }

    fn refit(&mut self, said: Reread, asked: bool, now: Timestamp) {
        Self::refit(self, said, asked, now);
    }

    fn draws_wide(&self) -> bool {
        Self::draws_wide(self)
    }
}

/// Waits until the process is asked to end.
///
/// # Errors
/// The system refuses a signal handler.
pub async fn interrupted() -> io::Result<()> {
    let mut signals = Signals::ends()?;
    while !matches!(signals.next().await, Signal::End(_)) {}
    Ok(())
}

/// When the wall clock's next minute begins. One wake-up a minute is all an idle desk costs.
fn next_minute() -> Instant {
    let into = Timestamp::now().as_millisecond().rem_euclid(60_000) as u64;
    Instant::now() + Duration::from_millis(60_000 - into)
}
