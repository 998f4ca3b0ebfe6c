//! A machine with a desk on it, and the systems it looks at: a sandbox in this process that lives busy days, and what the desk
//! kept of them on its disk.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use madoguchi::backend::journal::{Journal, World as Worlds};
use madoguchi::backend::notify::Rules;
use madoguchi::domain::notification::Kept;
use madoguchi::sandbox::worker::Mode;
use madoguchi::sandbox::{self, Day, Made, Sandbox, SandboxOptions};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::ledger::{self, Balance};
use super::pty::Pty;

/// Nothing takes this long when all is well.
const PATIENCE: Duration = Duration::from_mins(1);
/// The profile the desk is started with.
const PROFILE: &str = "soak";
/// Keys after which whoever types stops waiting.
const KEYS: usize = 20_000;

/// The machine.
pub struct Site {
    /// The systems.
    pub sandbox: Arc<Sandbox>,
    /// What runs them.
    pub runtime: Runtime,
    /// What the desk kept.
    pub journal: Journal,
    /// What the desk finds at home.
    home: TempDir,
    /// Where the last event stood before any desk listened.
    from: u64,
}

impl Site {
    /// A machine nobody works at yet, and systems with so many customers.
    pub fn open(customers: usize) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let home = tempfile::tempdir().unwrap();
        let (sandbox, journal) = runtime.block_on(async {
            let options = SandboxOptions { worker: Mode::Off, ..SandboxOptions::new(customers, 1, Timestamp::now()) };
            let sandbox = sandbox::start(options).await.unwrap();
            sandbox.ready().await.unwrap();
            let world = format!("{PROFILE} {} {} {}", sandbox.salesforce, sandbox.whmcs, sandbox.freebit);
            let folder = home.path().join(".local/state/madoguchi");
            let journal = Journal::open(&folder, Worlds::Lasting(world), Arc::new(Timestamp::now)).await.unwrap();
            (sandbox, journal)
        });
        ledger::settle(&sandbox);
        let from = sandbox.last_event();
        let site = Self { sandbox: Arc::new(sandbox), runtime, journal, home, from };
        site.configure();
        site
    }

    fn config(&self) -> PathBuf {
        self.home.path().join("config.toml")
    }

    /// A profile that reaches the sandbox.
    fn configure(&self) {
        let Sandbox { salesforce, whmcs, freebit, credentials, .. } = &*self.sandbox;
        let id = &credentials.salesforce_client_id;
        let config = format!(
            "[profiles.{PROFILE}]\nsandbox = true\n\
             [profiles.{PROFILE}.salesforce]\nurl = \"{salesforce}\"\nclient_id = \"{id}\"\n\
             client_secret_env = \"SOAK_SALESFORCE\"\nportal_users = [\"worker@sandbox.example.jp\"]\n\
             [profiles.{PROFILE}.whmcs]\nurl = \"{whmcs}\"\nidentifier_env = \"SOAK_WHMCS_ID\"\nsecret_env = \"SOAK_WHMCS\"\n\
             [profiles.{PROFILE}.freebit]\nurl = \"{freebit}\"\noem_id_env = \"SOAK_FREEBIT_ID\"\noem_key_env = \"SOAK_FREEBIT\"\n"
        );
        fs::write(self.config(), config).unwrap();
    }

    /// Somebody sits down at the first desk. Answers once it heard of every topic how far it is: before, what an event names is
    /// read, and what it is by then stands for what it was between.
    #[track_caller]
    pub fn first_desk(&self, program: &str) -> Pty {
        self.sandbox.pace_streams(sandbox::Pace { keepalive_ms: 100, ..sandbox::Pace::default() });
        let mut desk = self.desk(program);
        self.type_until(&mut desk, "placed", || self.positions().len() == Rules::default().topics.len());
        self.sandbox.pace_streams(sandbox::Pace::default());
        desk
    }

    /// Somebody sits down at a desk. Answers once it listens to every topic, with the cursor in the search box.
    #[track_caller]
    pub fn desk(&self, program: &str) -> Pty {
        let own = &self.sandbox.credentials;
        let mut variables: Vec<(String, OsString)> = [
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("MADOGUCHI_PROFILE", PROFILE),
            ("SOAK_SALESFORCE", &own.salesforce_client_secret),
            ("SOAK_WHMCS_ID", &own.whmcs_identifier),
            ("SOAK_WHMCS", &own.whmcs_secret),
            ("SOAK_FREEBIT_ID", &own.freebit_oem_id),
            ("SOAK_FREEBIT", &own.freebit_oem_key),
        ]
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into();
        variables.push(("HOME".to_owned(), self.home.path().into()));
        variables.push(("MADOGUCHI_CONFIG".to_owned(), self.config().into()));
        let mut desk = Pty::open(program, &variables);
        desk.until("SANDBOX");
        let (mut streaming, topics) = (self.sandbox.streaming(), Rules::default().topics.len());
        self.wait(async move { drop(streaming.wait_for(|streaming| streaming.now == topics).await.unwrap()) });
        desk
    }

    /// Waits for what should come.
    #[track_caller]
    pub fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, what).await }).expect("it never comes")
    }

    /// A day begins.
    pub fn day(&self, events: u64, seconds: u32, seed: u64) -> JoinHandle<Made> {
        let sandbox = Arc::clone(&self.sandbox);
        self.runtime.spawn(async move { sandbox.day(Day { events, seconds, seed }).await })
    }

    /// How far each topic was heard and kept.
    fn positions(&self) -> BTreeMap<String, u64> {
        let positions = self.runtime.block_on(self.journal.positions()).unwrap();
        let position = |replay: &[u8]| replay.first_chunk::<8>().map(|at| u64::from_be_bytes(*at));
        positions.into_iter().filter_map(|(topic, it)| Some((topic, position(&it.replay)?))).collect()
    }

    /// How many events of the desk's topics are not kept yet.
    pub fn behind(&self) -> usize {
        let (positions, topics) = (self.positions(), Rules::default().topics);
        let heard = |topic: &String| positions.get(topic).copied().unwrap_or(self.from);
        let from = topics.iter().map(heard).min().unwrap_or(self.from);
        let open = self.sandbox.events_since(from).into_iter().filter(|event| topics.contains(&event.topic));
        open.filter(|event| event.position > heard(&event.topic)).count()
    }

    /// How many events of the desk's topics there were.
    pub fn events(&self) -> u64 {
        let topics = Rules::default().topics;
        self.sandbox.events_since(self.from).iter().filter(|event| topics.contains(&event.topic)).count() as u64
    }

    /// How many events were sent to whoever listens now.
    pub fn delivered(&self) -> u64 {
        self.sandbox.streams().iter().map(|stream| stream.delivered).sum()
    }

    /// Types letters and takes them away again until something is so. Answers how many keys it took.
    #[track_caller]
    pub fn type_until(&self, desk: &mut Pty, what: &str, so: impl Fn() -> bool) -> usize {
        // On an empty line stands another page: each key would draw it.
        desk.key("t");
        let mut keys = 1;
        while !so() {
            assert!(keys < KEYS, "never {what}: {} events behind; shown:\n{}", self.behind(), desk.text());
            desk.key("k");
            desk.key("\x7f");
            keys += 2;
        }
        desk.key("\x7f");
        keys + 1
    }

    /// What stands in the journal that nobody dealt with.
    pub fn kept(&self) -> Vec<Kept> {
        let news = self.runtime.block_on(self.journal.news(0)).unwrap();
        news.map(|news| news.notifications.into_iter().map(|(kept, _)| kept).collect()).unwrap_or_default()
    }

    /// What the desk told against what the sandbox's log deserves.
    pub fn balance(&self) -> Balance {
        self.sandbox.look(|world| ledger::balance(world, self.from, &self.kept()))
    }
}
