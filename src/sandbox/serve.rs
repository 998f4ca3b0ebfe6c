//! Starting and ending a sandbox: loopback ports, the making of the world, the file it is kept in.

use std::{
    fmt::Debug,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::{
    Router, middleware,
    serve::{Listener, ListenerExt as _},
};
use jiff::{SignedDuration, Timestamp};
use tokio::{net::TcpListener, sync::watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

use super::{
    Clock, Credentials, Shared, World, control,
    day::{self, Day, Made},
    faults::{Order, System},
    freebit,
    gate::{self, Counts, Gate, Hanging, Switchboard, Vendor},
    keys,
    salesforce::{
        self,
        events::{
            self,
            bus::Emitted,
            streams::{OpenStream, Pace, Streaming},
        },
        wordbook::Wordbook,
    },
    seed::Recipe,
    state::{self, StateError},
    tls::Identity,
    whmcs,
    worker::{self, Mode},
};

/// Writes that follow each other closely are saved together.
const DEBOUNCE: Duration = Duration::from_millis(300);

/// What a sandbox is made of.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// Customers besides the documented ones are made up to this number; there are never fewer than the documented
    /// ones.
    pub customers: usize,
    /// The same seed, number of customers and day give the same world.
    pub seed: u64,
    /// Keep the world in this file: read at the start when it exists, replaced after changes and at the end.
    pub state: Option<PathBuf>,
    /// The time the world starts at; everything in it is dated relative to this.
    pub today: Timestamp,
    /// Ports to listen on; without them the system chooses.
    pub ports: Option<Ports>,
    /// Whether the portal's worker fulfils approved orders, and how fast. A world read from a file keeps its own.
    pub worker: Mode,
    /// Assertions at Salesforce must be signed by the key in this file, which is made when it is not there.
    pub key_file: Option<PathBuf>,
    /// File Freebit's completion notices in this folder, each when its time has come.
    pub notices: Option<PathBuf>,
    /// What Salesforce's picklists are called outside, where that is something else than here.
    pub words: Wordbook,
}

impl SandboxOptions {
    /// A world of so many customers that starts at `today`: any ports, nothing on disk, the worker at its usual pace.
    pub fn new(customers: usize, seed: u64, today: Timestamp) -> Self {
        let (worker, state, ports) = (Mode::default(), None, None);
        Self { customers, seed, state, today, ports, worker, key_file: None, notices: None, words: Wordbook::default() }
    }
}

/// Ports on 127.0.0.1; 0 lets the system choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// Salesforce.
    pub salesforce: u16,
    /// WHMCS.
    pub whmcs: u16,
    /// Freebit.
    pub freebit: u16,
    /// The control endpoint.
    pub control: u16,
    /// Salesforce's Pub/Sub API over TLS.
    pub pubsub: u16,
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A port could not be had.
    #[error("the sandbox cannot listen on 127.0.0.1:{port}: {source}; another sandbox may be running")]
    Port {
        /// The port asked for; 0 stands for any.
        port: u16,
        /// What the operating system said.
        source: io::Error,
    },
    /// The folder for notices cannot be used.
    #[error("the sandbox cannot file notices in {folder}: {source}")]
    Notices {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file with the key cannot be used.
    #[error("the sandbox cannot use the key in {path}: {source}")]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// The state file cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The certificate for TLS could not be made.
    #[error("the sandbox's certificate could not be made: {source}")]
    Certificate {
        /// What the maker said.
        source: io::Error,
    },
    /// The world could not be made, which is a bug.
    #[error("the sandbox's world could not be made")]
    World,
}

/// A running sandbox. Dropping it stops the servers and saves what is not yet saved.
#[derive(Debug)]
#[must_use = "dropping a sandbox stops it"]
pub struct Sandbox {
    /// Where Salesforce's paths begin: `/services/…`.
    pub salesforce: Url,
    /// Where WHMCS's paths begin: `includes/api.php`.
    pub whmcs: Url,
    /// Where Freebit's paths begin, `/emptool/api/` included.
    pub freebit: Url,
    /// The control endpoint.
    pub control: Url,
    /// Salesforce's Pub/Sub API over TLS; without it answers beside REST, at `salesforce`.
    pub pubsub_tls: Url,
    /// What a client must trust to speak with `pubsub_tls`: a certificate in PEM.
    pub pubsub_certificate: String,
    /// What a client signs in with.
    pub credentials: Credentials,
    switchboard: Arc<Switchboard>,
    stop: CancellationToken,
    tasks: TaskTracker,
    keeper: Option<Keeper>,
}

/// Starts a sandbox. The ports answer when this returns; calls that come before the world is made wait for it.
pub async fn start(options: SandboxOptions) -> Result<Sandbox, SandboxError> {
    let ports = options.ports.unwrap_or(Ports { salesforce: 0, whmcs: 0, freebit: 0, control: 0, pubsub: 0 });
    let salesforce = listen(ports.salesforce).await?;
    let whmcs = listen(ports.whmcs).await?;
    let freebit = listen(ports.freebit).await?;
    let control = listen(ports.control).await?;
    let pubsub = listen(ports.pubsub).await?;
    let identity = Identity::new().map_err(|source| SandboxError::Certificate { source })?;
    let mut credentials = Credentials::default();
    if let Some(path) = options.key_file {
        let public = keys::public_of(&path).map_err(|source| SandboxError::Key { path, source })?;
        credentials.salesforce_key = Some(public);
    }

    let world = Shared::default();
    let (made, ready) = watch::channel(false);
    let switchboard = Arc::new(Switchboard::new(Arc::clone(&world), ready, options.seed));
    let recipe =
        Recipe { customers: options.customers, seed: options.seed, today: options.today, worker: options.worker };
    let keeper = options.state.map(|path| Keeper { path, world: Arc::clone(&world) });
    let kept = match keeper.clone() {
        Some(keeper) => {
            let load = move || state::check(&keeper.path).and_then(|()| state::load(&keeper.path));
            tokio::task::spawn_blocking(load).await.map_err(|_| SandboxError::World)??
        }
        None => None,
    };
    let words = Arc::new(options.words);
    make(kept, (recipe.clone(), Arc::clone(&words)), Arc::clone(&world), made);

    let sandbox = Sandbox {
        salesforce: base(&salesforce, ""),
        whmcs: base(&whmcs, ""),
        freebit: base(&freebit, "emptool/api/"),
        control: base(&control, ""),
        pubsub_tls: address("https", &pubsub, ""),
        pubsub_certificate: identity.pem.clone(),
        credentials,
        switchboard: Arc::clone(&switchboard),
        stop: CancellationToken::new(),
        tasks: TaskTracker::new(),
        keeper,
    };
    sandbox.open(System::Salesforce, salesforce, salesforce::router);
    sandbox.open(System::Whmcs, whmcs, whmcs::router);
    sandbox.open(System::Freebit, freebit, freebit::router);
    sandbox
        .serve(identity.guard(pubsub), events::service::router(sandbox.gate(System::Salesforce, salesforce::router)));
    let (certificate, tasks) = (identity.pem, sandbox.tasks.clone());
    sandbox.serve(quick(control), control::router(control::Control { switchboard, recipe, words, certificate, tasks }));
    sandbox.keep();
    if let Some(folder) = options.notices {
        let opened = sandbox.file_notices_in(folder.clone());
        opened.map_err(|source| SandboxError::Notices { folder, source })?;
    }
    Ok(sandbox)
}

impl Sandbox {
    /// A sandbox for a test: a small world, the clock stopped at `today`, any ports, nothing on disk.
    pub async fn for_test(today: Timestamp) -> Result<Self, SandboxError> {
        let sandbox = start(SandboxOptions::new(0, 1, today)).await?;
        sandbox.ready().await?;
        sandbox.change(|world| world.clock = Clock::stopped(today));
        Ok(sandbox)
    }

    /// Waits until the world is made. Calls wait by themselves; this is for who wants to look into it.
    pub async fn ready(&self) -> Result<(), SandboxError> {
        if self.switchboard.world_is_there().await { Ok(()) } else { Err(SandboxError::World) }
    }

    /// Looks into the world, as it is by the world's clock.
    pub fn look<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        worker::catch_up_shared(&self.switchboard.world);
        look(&self.switchboard.world.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world behind its vendors' backs.
    pub fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        worker::catch_up_shared(&self.switchboard.world);
        let out = change(&mut self.switchboard.world.write().unwrap_or_else(PoisonError::into_inner));
        // Who listens hears of what is due by a clock that was put forward, though nobody calls.
        worker::catch_up_shared(&self.switchboard.world);
        self.switchboard.touch();
        self.switchboard.outbox.deliver(&self.switchboard.world);
        out
    }

    /// From now on Freebit's notices are filed in `folder`, each when its time has come; those that came before are filed
    /// at once. The folder is made when it does not exist.
    pub fn file_notices_in(&self, folder: PathBuf) -> io::Result<()> {
        self.switchboard.outbox.open(folder)?;
        let (board, stop) = (Arc::clone(&self.switchboard), self.stop.clone());
        self.tasks.spawn(async move {
            if !board.world_is_there().await {
                return;
            }
            loop {
                let deliver = Arc::clone(&board);
                if tokio::task::spawn_blocking(move || deliver.outbox.deliver(&deliver.world)).await.is_err() {
                    return;
                }
                tokio::select! {
                    () = board.stirred.notified() => {}
                    () = next_notice(&board.world) => {}
                    () = stop.cancelled() => return,
                }
            }
        });
        Ok(())
    }

    /// Puts a fault in force and names it.
    pub fn misbehave(&self, order: Order) -> u64 {
        self.switchboard.faults().add(order)
    }

    /// Lifts all faults.
    pub fn behave(&self) {
        self.switchboard.faults().clear();
    }

    /// Moves world time forward by `by`; a negative span moves it back.
    pub fn advance(&self, by: SignedDuration) {
        self.change(|world| world.clock.advance(by));
    }

    /// World time now.
    pub fn now(&self) -> Timestamp {
        self.look(|world| world.clock.now())
    }

    /// Waits until `calls` calls in all were left hanging, and says how many are.
    pub async fn hung(&self, calls: u64) -> Hanging {
        let mut hanging = self.switchboard.hanging();
        // The sender lives as long as the switchboard, which `self` holds.
        hanging.wait_for(|hanging| hanging.ever >= calls).await.map_or_else(|_| Hanging::default(), |hanging| *hanging)
    }

    /// The calls that hang, now and ever, for whoever waits for something else about them.
    pub fn hanging(&self) -> watch::Receiver<Hanging> {
        self.switchboard.hanging()
    }

    /// Calls so far.
    pub fn counts(&self) -> Counts {
        self.switchboard.counts()
    }

    /// Salesforce's events after a position, oldest first: what was committed, whoever heard of it. 0 stands before all.
    pub fn events_since(&self, position: u64) -> Vec<Emitted> {
        self.look(|world| world.salesforce.events.log(position).collect())
    }

    /// Where Salesforce's last event stands.
    pub fn last_event(&self) -> u64 {
        self.look(|world| world.salesforce.events.last())
    }

    /// The streams that listen to Salesforce's events.
    pub fn streams(&self) -> Vec<OpenStream> {
        self.switchboard.streams.open()
    }

    /// How many streams listen, now and ever: for whoever waits until one does.
    pub fn streaming(&self) -> watch::Receiver<Streaming> {
        self.switchboard.streams.count()
    }

    /// Ends every stream as if the server went away.
    pub fn cut_streams(&self) {
        self.switchboard.streams.cut();
    }

    /// How streams live from now on.
    pub fn pace_streams(&self, pace: Pace) {
        self.switchboard.streams.set_pace(pace);
    }

    /// Lives a day at the desk: what colleagues, customers and vendors do meanwhile. Ends when it is over.
    pub async fn day(&self, day: Day) -> Made {
        day::live(&self.switchboard, day).await
    }

    /// Stops the servers and saves the world.
    pub async fn stop(mut self) -> Result<(), SandboxError> {
        self.stop.cancel();
        self.switchboard.streams.cut();
        self.tasks.close();
        match self.keeper.take() {
            Some(keeper) if self.switchboard.world_is_there().await => {
                tokio::task::spawn_blocking(move || keeper.save()).await.map_err(|_| SandboxError::World)??;
            }
            _ => {}
        }
        Ok(())
    }

    /// Stops and saves, but does not take the world apart: for whoever ends the process next. A hundred thousand
    /// customers are gigabytes of small pieces, which the system takes back at once and we one by one, in many seconds.
    pub fn abandon(mut self) {
        self.end();
        std::mem::forget(self);
    }

    fn end(&mut self) {
        self.stop.cancel();
        // Connections live on as long as a stream does.
        self.switchboard.streams.cut();
        if let Some(keeper) = self.keeper.take()
            && *self.switchboard.ready.borrow()
            && let Err(error) = keeper.save()
        {
            tracing::warn!(%error, "sandbox state not saved");
        }
    }

    fn gate(&self, system: System, vendor: Vendor) -> Gate {
        Gate { system, switchboard: Arc::clone(&self.switchboard), vendor, credentials: self.credentials.clone() }
    }

    fn open(&self, system: System, listener: TcpListener, vendor: Vendor) {
        let gate = self.gate(system, vendor);
        let router = vendor(Arc::clone(&self.switchboard.world), &self.credentials);
        // Streams have no end that the gate could wait for: they have a door of their own.
        let streams = if system == System::Salesforce { events::service::router(gate.clone()) } else { Router::new() };
        // As a fallback, so that the gate comes before the vendor looks at the path.
        let gated = Router::new().fallback_service(router).layer(middleware::from_fn_with_state(gate, gate::pass));
        self.serve(quick(listener), streams.fallback_service(gated));
    }

    fn serve<L: Listener<Addr: Debug>>(&self, listener: L, router: Router) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            let stopped = stop.clone();
            let server = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
            tokio::select! {
                _ = server => {}
                () = stopped.cancelled() => {}
            }
        });
    }

    /// Saves after changes, in the background.
    fn keep(&self) {
        let Some(keeper) = self.keeper.clone() else { return };
        let (board, stop) = (Arc::clone(&self.switchboard), self.stop.clone());
        self.tasks.spawn(async move {
            if !board.world_is_there().await {
                return;
            }
            loop {
                tokio::select! {
                    () = board.changed.notified() => {}
                    () = stop.cancelled() => return,
                }
                tokio::select! {
                    () = tokio::time::sleep(DEBOUNCE) => {}
                    () = stop.cancelled() => return,
                }
                let keeper = keeper.clone();
                match tokio::task::spawn_blocking(move || keeper.save()).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::warn!(%error, "sandbox state not saved"),
                    Err(_) => return,
                }
            }
        });
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.end();
    }
}

/// Where the world is kept on disk.
#[derive(Debug, Clone)]
struct Keeper {
    path: PathBuf,
    world: Shared,
}

impl Keeper {
    /// Copies the world before writing it, so that nobody waits for the disk.
    fn save(&self) -> Result<(), StateError> {
        let copy = self.world.read().unwrap_or_else(PoisonError::into_inner).clone();
        state::save(&self.path, &copy)
    }
}

/// Makes the world off the async threads; the gates open when it is there.
fn make(kept: Option<World>, (recipe, words): (Recipe, Arc<Wordbook>), world: Shared, made: watch::Sender<bool>) {
    tokio::task::spawn_blocking(move || {
        let mut fresh = match kept {
            Some(mut kept) => {
                // A world that slept on disk wakes up today, never in its own future.
                let now = kept.clock.now().max(recipe.today);
                kept.clock.set(now);
                kept
            }
            None => recipe.world(),
        };
        fresh.salesforce.events.open();
        fresh.salesforce.words = words;
        *world.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        made.send_replace(true);
    });
}

/// Ends when the next notice comes by the world's clock; never while that stands still or nothing is on its way.
async fn next_notice(world: &Shared) {
    let wait = {
        let world = world.read().unwrap_or_else(PoisonError::into_inner);
        let (now, speed) = (world.clock.now(), world.clock.speed());
        let next = world.freebit.next_notice(now).filter(|_| speed > 0.0);
        next.and_then(|at| Duration::try_from_secs_f64(at.duration_since(now).as_secs_f64() / speed).ok())
    };
    match wait {
        Some(wait) => tokio::time::sleep(wait.max(Duration::from_millis(1))).await,
        None => std::future::pending().await,
    }
}

/// Small answers must not wait for the peer's acknowledgement.
fn quick(listener: TcpListener) -> impl Listener<Addr = SocketAddr> {
    listener.tap_io(|io| {
        let _ = io.set_nodelay(true);
    })
}

async fn listen(port: u16) -> Result<TcpListener, SandboxError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|source| SandboxError::Port { port, source })
}

fn base(listener: &TcpListener, path: &str) -> Url {
    address("http", listener, path)
}

fn address(scheme: &str, listener: &TcpListener, path: &str) -> Url {
    let address = listener.local_addr().unwrap_or_else(|_| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    Url::parse(&format!("{scheme}://{address}/{path}")).expect("an address and a fixed path make a URL")
}

/// A shared world that is already there, for the vendors' own tests.
pub fn shared(world: World) -> Shared {
    Arc::new(RwLock::new(world))
}
