//! The desk as a person drives it: keys in, a screen out, and behind it the real clients talking HTTP to a sandbox in
//! this process. Time stands still and nothing sleeps: [`Desk::settle`] runs until no message is owed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use madoguchi::app::{App, Options};
use madoguchi::audit::AuditLog;
use madoguchi::backend::journal::{Journal, World};
use madoguchi::backend::operations::{Engine, PinHash, Rules, Supervisor};
use madoguchi::backend::pack::{Cost, Packs};
use madoguchi::backend::salesforce::SignIn;
use madoguchi::backend::{Backend, HealthSink, Now};
use madoguchi::config;
use madoguchi::domain::access::Seat;
use madoguchi::flow::{
    Command, CustomerPart, Effect, Environment, Health, Input, Key, KeyPress, LockKey, LockRules, Looking, Msg, Reply,
};
use madoguchi::keymap;
use madoguchi::runtime::{Work, connect};
use madoguchi::sandbox::Sandbox;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Nothing takes this long when all is well.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A desk, what it talks to, and what it asked the outside to do.
pub struct Desk {
    /// Boxed: futures that hold a desk would be too large to be moved about.
    pub app: Box<App>,
    pub sandbox: Arc<Sandbox>,
    pub work: Work,
    /// The real clients, once it is connected.
    pub backend: Option<Arc<Backend>>,
    /// Seconds since 1970, for the desk and its clients alike.
    clock: Arc<AtomicI64>,
    /// Effects that reach beyond reading: copies, audit entries, repaint, quit.
    pub effects: Vec<Effect>,
    /// The audit log takes no more lines.
    pub audit_broken: bool,
    size: (u16, u16),
    /// What it was started with.
    options: Options,
    /// Where journal and audit log of the changes are.
    pub folder: Arc<tempfile::TempDir>,
    /// Where the carrier's notices are, if that is configured.
    pub notices: Option<tempfile::TempDir>,
    /// How it signs in to Salesforce, if not as the sandbox's app.
    pub sign_in: Option<Box<SignIn>>,
}

impl Desk {
    /// A desk of 120 by 40 on a sandbox of its own, connected and idle.
    pub async fn open() -> Self {
        Box::pin(Self::open_for(Seat::default())).await
    }

    /// The same with somebody in particular at it.
    pub async fn open_for(seat: Seat) -> Self {
        let mut desk = Box::pin(Self::closed_for(seat)).await;
        Box::pin(desk.connect()).await;
        desk.settle().await;
        desk
    }

    /// A desk with the keys that a configuration gives it.
    pub async fn with_keys(configuration: &str) -> Self {
        let mut desk = Box::pin(Self::closed_for(Seat::default())).await;
        let config = madoguchi::config::Config::parse(configuration, std::path::Path::new("config.toml")).unwrap();
        desk.options.keys = config.keys.keymap().unwrap();
        Box::pin(desk.restart()).await;
        desk
    }

    /// This opens it when it is locked, from now on.
    pub fn lock_with(&mut self, key: LockKey) -> &mut Self {
        self.options.lock = LockRules { minutes: 0, key };
        *self.app = App::new(self.options.clone(), told_by(&self.clock));
        let (width, height) = self.size;
        self.resize(width, height);
        self
    }

    /// A desk that has drawn and is not connected yet.
    pub async fn closed() -> Self {
        Box::pin(Self::closed_for(Seat::default())).await
    }

    async fn closed_for(seat: Seat) -> Self {
        let now = now();
        let sandbox = Arc::new(Box::pin(Sandbox::for_test(now)).await.unwrap());
        let (clock, folder) = (Arc::new(AtomicI64::new(now.as_second())), Arc::new(tempfile::tempdir().unwrap()));
        Self::with(sandbox, clock, folder, seat)
    }

    fn with(sandbox: Arc<Sandbox>, clock: Arc<AtomicI64>, folder: Arc<tempfile::TempDir>, seat: Seat) -> Self {
        let routines = folder.path().join("routines");
        let options = Options { seat, routine_folder: Some(routines), ..options() };
        let mut desk = Self {
            app: Box::new(App::new(options.clone(), told_by(&clock))),
            options,
            sandbox,
            work: Work::default(),
            backend: None,
            clock,
            effects: Vec::new(),
            audit_broken: false,
            size: (0, 0),
            folder,
            notices: None,
            sign_in: None,
        };
        desk.resize(120, 40);
        desk
    }

    /// The configuration's file says something else by now.
    pub fn reconfigure(&mut self, configuration: &str) -> &mut Self {
        let config = madoguchi::config::Config::parse(configuration, std::path::Path::new("config.toml"));
        let said = config.map_err(|error| error.to_string()).map(|config| {
            let keys = config.keys.keymap().unwrap();
            Box::new(Options { keys, ..self.options.clone() })
        });
        self.app.refit(said, false, told_by(&self.clock));
        self
    }

    /// A colleague's desk on the same machine, connected and idle.
    pub async fn beside(&self, seat: Seat) -> Self {
        let mut desk = Self::with(Arc::clone(&self.sandbox), Arc::clone(&self.clock), Arc::clone(&self.folder), seat);
        Box::pin(desk.connect()).await;
        desk.settle().await;
        desk
    }

    /// The desk dies where it stands, and another is started over what was on the disk.
    pub async fn restart(&mut self) -> &mut Self {
        self.work = Work::default();
        *self.app = App::new(self.options.clone(), told_by(&self.clock));
        let (width, height) = self.size;
        self.resize(width, height);
        self.connect().await;
        self.settle().await;
        self
    }

    /// Connects to the sandbox as the runtime does.
    pub async fn connect(&mut self) {
        let backend = Box::pin(self.clients()).await;
        let (read, carry) = connect::doors(self.backend.insert(backend));
        self.work.connect(read);
        self.work.connect_carry(carry);
        self.handle(Msg::Environment(Environment::Sandbox { control: String::new() }));
    }

    /// The real backend with the time standing still, and every answer told to have taken 7 ms.
    async fn clients(&self) -> Arc<Backend> {
        let messages = self.work.messages();
        let health: HealthSink = Arc::new(move |health: Health| {
            let health = Health { latency_ms: health.latency_ms.map(|_| 7), ..health };
            drop(messages.try_send(Msg::Health(health)));
        });
        let clock = Arc::clone(&self.clock);
        let now: Now = Arc::new(move || told_by(&clock));
        let folder = self.folder.path();
        let journal = Journal::open(folder, World::Lasting("test".to_owned()), Arc::clone(&now)).await.unwrap();
        let rules = Rules {
            settle: SignedDuration::ZERO,
            pause: Duration::ZERO,
            look_pause: SignedDuration::ZERO,
            supervisors: vec![Supervisor { name: "Kato".to_owned(), pin: PinHash::of_sandbox("0000") }],
            ..Rules::default()
        };
        let engine = Engine::new(journal, AuditLog::open(Some(folder), "taro(1000)"), rules);
        let mut settings = connect::settings_of(&self.sandbox);
        if let Some(notices) = &self.notices {
            let mut office = (*settings.office).clone();
            notices.path().clone_into(&mut office.sim.notice_folder);
            settings.office = Arc::new(office);
        }
        if let Some(sign_in) = &self.sign_in {
            settings.salesforce_login = (**sign_in).clone();
        }
        let backend = Backend::new(settings, now, &health).unwrap();
        let packs = Packs::new(Some(folder.to_owned()), "test").at_cost(Cost::LEAST);
        Arc::new(backend.with_engine(Ok(engine)).with_packs(packs))
    }

    /// Hands a message to the app and carries out what it answers, as the runtime does.
    pub fn handle(&mut self, msg: Msg) {
        for effect in self.app.update(msg, told_by(&self.clock)) {
            match effect {
                Effect::Read { slot, generation, query } => self.work.start(slot, generation, query),
                Effect::Cancel(slot) => self.work.cancel(slot),
                Effect::Run(command) => {
                    self.effects.push(Effect::Run(command.clone()));
                    self.work.carry(command);
                }
                Effect::Unlock(unlock) => self.handle(Msg::Unlocked(connect::unlocks(&unlock))),
                Effect::Tick | Effect::Wake(_) => {}
                Effect::KeepRoutine(folder, routine) => {
                    config::routines::keep(&folder, &routine).unwrap();
                    self.handle(Msg::Routines(config::routines::read(&folder)));
                }
                Effect::Audit(_) if self.audit_broken => {
                    self.handle(Msg::AuditFailed);
                    return;
                }
                effect => self.effects.push(effect),
            }
        }
    }

    /// Lets minutes pass.
    pub fn pass(&mut self, minutes: i64) -> &mut Self {
        self.pass_seconds(60 * minutes).handle(Msg::Minute);
        self
    }

    /// What time it is at the desk.
    pub fn now(&self) -> Timestamp {
        told_by(&self.clock)
    }

    /// Looks again at the changes on their way, as the runtime does every now and then.
    pub async fn look(&mut self) -> &mut Self {
        self.work.carry(Command::Look(Looking::GoesOn));
        self.settle().await;
        self
    }

    /// Lets seconds pass, which nobody tells the app: it learns of them with the next message.
    pub fn pass_seconds(&mut self, seconds: i64) -> &mut Self {
        self.clock.fetch_add(seconds, Ordering::Relaxed);
        self
    }

    /// Runs until nothing is owed. Answers are handed over system by system, so that the order in which three
    /// systems happen to answer does not show.
    #[track_caller]
    pub fn settle(&mut self) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let all = async {
                while !self.work.is_idle() {
                    let mut burst = vec![self.work.next().await];
                    while !self.work.is_idle() {
                        burst.push(self.work.next().await);
                    }
                    burst.sort_by_key(turn);
                    for msg in burst {
                        self.handle(msg);
                    }
                }
            };
            assert!(tokio::time::timeout(PATIENCE, all).await.is_ok(), "the desk at {caller} never comes to rest");
        }
    }

    /// Presses keys, written like `/ ctrl-p enter`, and does not wait for what comes of them.
    #[track_caller]
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for name in keys.split_whitespace() {
            let press = keymap::parse(name).unwrap_or_else(|| panic!("{name} is no key"));
            self.handle(Msg::Input(Input::Key(press)));
        }
        self
    }

    /// Types a text, letter by letter.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.handle(Msg::Input(Input::Key(KeyPress::plain(Key::Char(c)))));
        }
        self
    }

    /// Presses keys and waits for what comes of them.
    pub async fn press(&mut self, keys: &str) -> &mut Self {
        self.keys(keys).settle().await;
        self
    }

    /// Puts a text into the search box in one piece, and waits for the hits.
    pub async fn search(&mut self, text: &str) -> &mut Self {
        // In a list the first key opens its filter, and on an empty one the second goes to the customers.
        self.keys("/ ctrl-u /");
        self.handle(Msg::Input(Input::Paste(text.to_owned())));
        self.settle().await;
        self
    }

    /// Finds the one customer a text finds, and opens it.
    pub async fn open_customer(&mut self, text: &str) -> &mut Self {
        self.search(text).await.press("enter").await
    }

    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.size = (width, height);
        self.handle(Msg::Input(Input::Resize { width, height }));
        self
    }

    /// The screen's cells and where the cursor stands.
    pub fn draw(&self) -> (Buffer, Option<Position>) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        let cursor = self.app.view(&mut buffer);
        (buffer, cursor)
    }

    /// The screen as lines, wide characters once, without the blanks at the right.
    pub fn screen(&self) -> Vec<String> {
        let (buffer, _) = self.draw();
        (0..buffer.area.height).map(|y| line(&buffer, y).trim_end().to_owned()).collect()
    }

    #[track_caller]
    pub fn assert_shows(&self, text: &str) -> &Self {
        let screen = self.screen();
        assert!(screen.iter().any(|line| line.contains(text)), "{text:?} should be on\n{}", screen.join("\n"));
        self
    }
}

/// When everything happens: Sunday, 22 November 2026, 10:00 in Japan.
fn now() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

fn told_by(clock: &AtomicI64) -> Timestamp {
    Timestamp::from_second(clock.load(Ordering::Relaxed)).unwrap()
}

/// How the desk of the tests looks.
pub fn options() -> Options {
    Options::default()
}

/// One row of a buffer; the cell behind a wide character is not printed.
pub fn line(buffer: &Buffer, y: u16) -> String {
    let mut line = String::new();
    let mut x = 0;
    while x < buffer.area.width {
        let symbol = buffer[(x, y)].symbol();
        line.push_str(symbol);
        x += (madoguchi_ui::text::width(symbol) as u16).max(1);
    }
    line
}

/// Where a message stands in the order that does not depend on which system was faster.
fn turn(msg: &Msg) -> (u8, u8) {
    use madoguchi::flow::SearchReply::{CannotSearch, Failed, Finished, Hits, LookedOnlyAt, OnlyFirst};
    match msg {
        Msg::Reply { reply: Reply::Search(Hits(system, _)), .. } => (1, *system as u8),
        Msg::Reply {
            reply: Reply::Search(CannotSearch(system, _) | LookedOnlyAt { system, .. } | OnlyFirst(system)),
            ..
        } => (2, *system as u8),
        Msg::Reply { reply: Reply::Search(Finished(system)), .. } => (3, *system as u8),
        Msg::Reply { reply: Reply::Search(Failed(fault)), .. } => (3, fault.system as u8),
        Msg::Reply { reply: Reply::Customer(part), .. } => (1, place(part)),
        Msg::Reply { .. } => (1, 0),
        Msg::Health(health) => (5, health.system as u8),
        Msg::Ended { .. } => (9, 0),
        _ => (0, 0),
    }
}

const fn place(part: &CustomerPart) -> u8 {
    match part {
        CustomerPart::Key(_) => 0,
        CustomerPart::Account(_) => 1,
        CustomerPart::Client(_) => 2,
        CustomerPart::Links(_) => 3,
        CustomerPart::Subscriptions(_) => 4,
        CustomerPart::Line(..) => 6,
        _ => 5,
    }
}
