//! What the desk talks to: the configured profile, or the embedded sandbox over real HTTP with the same clients.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use super::spoken::wordbook;
use super::{Carry, Connected, Listen, Messages, Read};
use crate::audit::AuditLog;
use crate::backend::journal::{Journal, World};
use crate::backend::operations::{Engine, Supervisor};
pub use crate::backend::operations::{PinHash, Rules};
use crate::backend::pack::Packs;
use crate::backend::trust::Trust;
use crate::backend::{Backend, HealthSink, Settings, SettingsError, freebit, notify, salesforce, whmcs};
use crate::cli::WorldArgs;
use crate::config::SandboxConfig;
use crate::domain::office::Office;
use crate::domain::phone::Fixtures;
use crate::domain::phrase::Phrase;
use crate::domain::recognise::Shapes;
use crate::domain::sla::Promises;
use crate::domain::status::Tone;
use crate::flow::{Environment, Msg, Notice, NoticeText, Unlock};
use crate::sandbox::{self, Credentials, Sandbox, SandboxError, SandboxOptions};

/// What to connect to.
#[derive(Debug)]
pub enum Target {
    /// The embedded sandbox.
    Sandbox {
        /// Its world.
        options: Box<SandboxOptions>,
        /// How long nothing may be typed before a search is sent.
        search_pause: Duration,
        /// The rules of the house: the sandbox's customers live by them too.
        office: Arc<Office>,
        /// What is heard from elsewhere.
        live: notify::Rules,
    },
    /// The systems of a profile.
    Profile {
        /// The profile's name.
        name: String,
        /// Where they are and what opens them.
        settings: Box<Settings>,
        /// The profile says that they are a sandbox.
        sandboxed: bool,
    },
}

/// What the embedded sandbox is called among the profiles.
const SANDBOX: &str = "sandbox";

/// What changes are carried out with.
#[derive(Debug)]
pub struct Changes {
    /// Where the journal and the audit log are kept; `None` where nothing can be.
    pub folder: Option<PathBuf>,
    /// Who works here, as the system knows them.
    pub person: String,
    /// How.
    pub rules: Rules,
}

/// Connects. A failure is an environment of its own, so that the desk opens and says why.
pub async fn connect(target: Target, changes: Changes, messages: Messages) -> Connected {
    let connected = match target {
        Target::Sandbox { options, search_pause, office, live } => {
            let options = SandboxOptions { words: wordbook(&office.words), ..*options };
            let house = |settings| Settings {
                promises: office.promises.clone(),
                office,
                search_pause,
                live: notify::Setup { rules: live, ..notify::Setup::default() },
                ..settings
            };
            embedded(options, house, changes, messages).await
        }
        Target::Profile { name, settings, sandboxed } => profile(name, *settings, sandboxed, changes, messages).await,
    };
    connected.unwrap_or_else(|why| Connected {
        environment: Environment::Failed(why),
        read: None,
        carry: None,
        live: None,
        keep: None,
    })
}

async fn profile(
    profile: String,
    settings: Settings,
    sandboxed: bool,
    changes: Changes,
    messages: Messages,
) -> Result<Connected, String> {
    let packs = Packs::new(changes.folder.clone(), &profile);
    let settings = settings.kept_in(changes.folder.as_deref(), &profile);
    let world = format!("{profile} {} {} {}", settings.salesforce, settings.whmcs, settings.freebit);
    let engine = told(open(World::Lasting(world), changes).await, &messages).await;
    let Clients { read, carry, live } =
        clients(settings, (engine, packs), messages).map_err(|error| error.to_string())?;
    let environment =
        if sandboxed { Environment::Sandbox { control: String::new() } } else { Environment::Live { profile } };
    Ok(Connected { environment, read: Some(read), carry: Some(carry), live: Some(live), keep: None })
}

async fn embedded(
    options: SandboxOptions,
    house: impl FnOnce(Settings) -> Settings,
    changes: Changes,
    messages: Messages,
) -> Result<Connected, String> {
    let kept = options.state.is_some();
    let notices = NoticeFolder::open(options.state.as_deref());
    let mut options = options;
    if let Some(folder) = &notices {
        options.notices = Some(folder.path.clone());
    }
    let sandbox = sandbox::start(options).await.map_err(|error: SandboxError| error.to_string())?;
    let world = if kept {
        // A world that is there tomorrow has a name of its own, which is in its file.
        sandbox.ready().await.map_err(|error| error.to_string())?;
        World::Lasting(sandbox.change(|world| world.name.get_or_insert_with(name).clone()))
    } else {
        World::Passing(name())
    };
    let packs = Packs::new(changes.folder.clone(), SANDBOX);
    let mut changes = changes;
    if changes.rules.supervisors.is_empty() {
        changes.rules.supervisors.push(sandbox_supervisor());
    }
    let engine = told(open(world, changes).await, &messages).await;
    let mut settings = house(settings_of(&sandbox));
    if let Some(folder) = &notices {
        // Not the configured one: that is where a real carrier's notices are.
        Arc::make_mut(&mut settings.office).sim.notice_folder.clone_from(&folder.path);
    }
    let Clients { read, carry, live } =
        clients(settings, (engine, packs), messages).map_err(|error| error.to_string())?;
    let environment = Environment::Sandbox { control: sandbox.control.to_string() };
    let keep = Some(Box::new(Embedded { sandbox: Some(sandbox), _notices: notices }) as _);
    Ok(Connected { environment, read: Some(read), carry: Some(carry), live: Some(live), keep })
}

/// Who confirms as a second person in the embedded sandbox. The PIN is in the README.
fn sandbox_supervisor() -> Supervisor {
    Supervisor { name: "Sandbox supervisor".to_owned(), pin: PinHash::of_sandbox("0000") }
}

/// A name for a world that nobody named.
fn name() -> String {
    format!("sandbox {:032x}", fastrand::u128(..))
}

/// Opens what changes are carried out with. A journal that cannot be opened is no reason not to look at customers: every
/// change is refused with the reason.
pub async fn open(world: World, changes: Changes) -> Result<Engine, Phrase> {
    let Changes { folder, person, rules } = changes;
    let Some(folder) = folder else { return Err("journal-no-folder".into()) };
    let audit = AuditLog::open(Some(&folder), &person);
    match Journal::open(&folder, world, Arc::new(Timestamp::now)).await {
        Ok(journal) => Ok(Engine::new(journal, audit, rules)),
        Err(error) => {
            tracing::error!(%error, "the journal cannot be opened");
            Err(error.phrase())
        }
    }
}

/// Says at once why nothing can be changed: nobody should find out with a customer on the line.
async fn told(engine: Result<Engine, Phrase>, messages: &Messages) -> Result<Engine, Phrase> {
    if let Err(why) = &engine {
        let text = NoticeText::Phrase(why.clone());
        let _ = messages.send(Msg::Notice(Notice { tone: Tone::Critical, text })).await;
    }
    engine
}

/// The folder in which the embedded sandbox files the carrier's notices, and in which the desk finds them. It is its owner's
/// alone: there are activation codes in it.
struct NoticeFolder {
    path: PathBuf,
    /// It goes with its world.
    passing: bool,
}

impl NoticeFolder {
    /// Beside the file of a world that is kept, else among what passes. `None` where it cannot be made: then the desk has no
    /// notices, and says so.
    fn open(state: Option<&Path>) -> Option<Self> {
        let path = match state {
            Some(state) => state.with_extension("notices"),
            None => std::env::temp_dir().join(format!("madoguchi-notices-{:032x}", fastrand::u128(..))),
        };
        match DirBuilder::new().recursive(state.is_some()).mode(0o700).create(&path) {
            Ok(()) => Some(Self { path, passing: state.is_none() }),
            Err(error) => {
                tracing::warn!(%error, "there is no folder for the sandbox's notices");
                None
            }
        }
    }
}

impl Drop for NoticeFolder {
    fn drop(&mut self) {
        if self.passing
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, "the folder of the sandbox's notices stays behind");
        }
    }
}

/// The embedded sandbox, which lives as long as the desk and so as the process.
struct Embedded {
    sandbox: Option<Sandbox>,
    _notices: Option<NoticeFolder>,
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            sandbox.abandon();
        }
    }
}

/// A backend as the runtime calls it.
struct Clients {
    read: Read,
    carry: Carry,
    live: Listen,
}

fn clients(
    settings: Settings,
    (engine, packs): (Result<Engine, Phrase>, Packs),
    messages: Messages,
) -> Result<Clients, SettingsError> {
    // A health update that finds no room is dropped: the next call sends a newer one.
    let telling = messages.clone();
    let health: HealthSink = Arc::new(move |health| drop(telling.try_send(Msg::Health(health))));
    let backend = Backend::new(settings, Arc::new(Timestamp::now), &health)?.with_engine(engine).with_packs(packs);
    let backend = Arc::new(backend);
    let (read, carry) = doors(&backend);
    Ok(Clients { read, carry, live: ears(&backend, messages) })
}

/// What a backend hears from elsewhere, for as long as it is polled.
pub fn ears(backend: &Arc<Backend>, messages: Messages) -> Listen {
    Box::pin(Arc::clone(backend).live(messages))
}

/// The two doors of a backend: to read, and to carry changes out.
pub fn doors(backend: &Arc<Backend>) -> (Read, Carry) {
    let (reads, carries) = (Arc::clone(backend), Arc::clone(backend));
    let read: Read = Arc::new(move |slot, generation, query, messages| {
        let backend = Arc::clone(&reads);
        Box::pin(async move { backend.read(slot, generation, query, messages).await })
    });
    let carry: Carry = Arc::new(move |command, messages| Box::pin(Arc::clone(&carries).carry(command, messages)));
    (read, carry)
}

/// Whether the PIN that was typed is the one that the hash was made of.
pub fn unlocks(unlock: &Unlock) -> bool {
    unlock.hash.0.parse::<PinHash>().is_ok_and(|hash| hash.fits(&unlock.typed.0))
}

/// The settings that reach a sandbox.
pub fn settings_of(sandbox: &Sandbox) -> Settings {
    let Sandbox { salesforce, whmcs, freebit, credentials, .. } = sandbox;
    settings_at(salesforce.clone(), whmcs.clone(), freebit.clone(), credentials)
}

/// The settings that reach a sandbox of another process.
pub fn settings_at(salesforce: Url, whmcs: Url, freebit: Url, credentials: &Credentials) -> Settings {
    let secret = |text: &String| SecretString::from(text.clone());
    Settings {
        salesforce,
        salesforce_login: salesforce::Login {
            client_id: secret(&credentials.salesforce_client_id),
            client_secret: secret(&credentials.salesforce_client_secret),
        }
        .into(),
        salesforce_names: salesforce::names::Names::default(),
        salesforce_people: salesforce::People {
            agent: String::new(),
            portal: vec!["worker@sandbox.example.jp".to_owned()],
        },
        waiting: salesforce::queues::Rules::default(),
        promises: Promises::default(),
        office: Arc::default(),
        whmcs,
        whmcs_login: whmcs::Login {
            identifier: secret(&credentials.whmcs_identifier),
            secret: secret(&credentials.whmcs_secret),
            access_key: None,
        },
        whmcs_names: whmcs::convert::Names::default(),
        freebit,
        freebit_login: freebit::Login {
            oem_id: secret(&credentials.freebit_oem_id),
            oem_key: secret(&credentials.freebit_oem_key),
        },
        freebit_setup: freebit::Setup::default(),
        fixtures: Fixtures::Allowed,
        shapes: Shapes::default(),
        trust: Trust::default(),
        live: notify::Setup::default(),
        search_pause: Duration::ZERO,
    }
}

/// The sandbox's options from the configuration and the command line; the latter wins.
pub fn world(config: &SandboxConfig, args: &WorldArgs, ports: Option<sandbox::Ports>) -> SandboxOptions {
    let state: Option<PathBuf> = args.state.clone();
    let (customers, seed) = (args.customers.unwrap_or(config.customers), args.seed.unwrap_or(config.seed));
    SandboxOptions { state, ports, ..SandboxOptions::new(customers, seed, Timestamp::now()) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_folder_for_notices_is_its_owners_and_goes_with_a_world_that_passes() {
        let passing = NoticeFolder::open(None).unwrap();
        let path = passing.path.clone();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(path.join("esim.csv"), "a code").unwrap();
        drop(passing);
        assert!(!path.exists());

        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("world.json");
        for _ in 0..2 {
            let kept = NoticeFolder::open(Some(&state)).unwrap();
            assert_eq!(kept.path, home.path().join("world.notices"));
            drop(kept);
            assert!(home.path().join("world.notices").is_dir(), "it stays, and is found again");
        }
    }
}
