//! What the desk talks to: the configured profile, or the embedded sandbox over real HTTP with the same clients.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use super::{Connected, Messages, Read};
use crate::backend::{Backend, HealthSink, Settings, SettingsError, freebit, salesforce, whmcs};
use crate::cli::WorldArgs;
use crate::config::SandboxConfig;
use crate::domain::phone::Fixtures;
use crate::domain::recognise::Shapes;
use crate::domain::sla::Promises;
use crate::flow::{Environment, Msg};
use crate::sandbox::{self, Sandbox, SandboxError, SandboxOptions};

/// What to connect to.
#[derive(Debug)]
pub enum Target {
    /// The embedded sandbox.
    Sandbox {
        /// Its world.
        options: Box<SandboxOptions>,
        /// How long nothing may be typed before a search is sent.
        search_pause: Duration,
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

/// Connects. A failure is an environment of its own, so that the desk opens and says why.
pub async fn connect(target: Target, messages: Messages) -> Connected {
    match target {
        Target::Sandbox { options, search_pause } => match embedded(*options, search_pause, messages).await {
            Ok(connected) => connected,
            Err(why) => failed(why),
        },
        Target::Profile { name: profile, settings, sandboxed } => match reader(*settings, messages) {
            Ok(read) => {
                let environment = if sandboxed {
                    Environment::Sandbox { control: String::new() }
                } else {
                    Environment::Live { profile }
                };
                Connected { environment, read: Some(read), carry: None, keep: None }
            }
            Err(why) => failed(why.to_string()),
        },
    }
}

fn failed(why: String) -> Connected {
    Connected { environment: Environment::Failed(why), read: None, carry: None, keep: None }
}

async fn embedded(options: SandboxOptions, search_pause: Duration, messages: Messages) -> Result<Connected, String> {
    let sandbox = sandbox::start(options).await.map_err(|error: SandboxError| error.to_string())?;
    let settings = Settings { search_pause, ..settings_of(&sandbox) };
    let read = reader(settings, messages).map_err(|error| error.to_string())?;
    let environment = Environment::Sandbox { control: sandbox.control.to_string() };
    Ok(Connected { environment, read: Some(read), carry: None, keep: Some(Box::new(Embedded(Some(sandbox)))) })
}

/// The embedded sandbox, which lives as long as the desk and so as the process.
struct Embedded(Option<Sandbox>);

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(sandbox) = self.0.take() {
            sandbox.abandon();
        }
    }
}

/// A backend as the runtime calls it.
pub fn reader(settings: Settings, messages: Messages) -> Result<Read, SettingsError> {
    // A health update that finds no room is dropped: the next call sends a newer one.
    let health: HealthSink = Arc::new(move |health| drop(messages.try_send(Msg::Health(health))));
    let backend = Arc::new(Backend::new(settings, Arc::new(Timestamp::now), &health)?);
    Ok(Arc::new(move |slot, generation, query, messages| {
        let backend = Arc::clone(&backend);
        Box::pin(async move { backend.read(slot, generation, query, messages).await })
    }))
}

/// The settings that reach a sandbox.
pub fn settings_of(sandbox: &Sandbox) -> Settings {
    let secret = |text: &String| SecretString::from(text.clone());
    let credentials = &sandbox.credentials;
    Settings {
        salesforce: sandbox.salesforce.clone(),
        salesforce_login: salesforce::Login {
            client_id: secret(&credentials.salesforce_client_id),
            client_secret: secret(&credentials.salesforce_client_secret),
        },
        salesforce_names: salesforce::names::Names::default(),
        salesforce_people: salesforce::People {
            agent: String::new(),
            portal: vec!["worker@sandbox.example.jp".to_owned()],
        },
        waiting: salesforce::queues::Rules::default(),
        promises: Promises::default(),
        office: Arc::default(),
        whmcs: sandbox.whmcs.clone(),
        whmcs_login: whmcs::Login {
            identifier: secret(&credentials.whmcs_identifier),
            secret: secret(&credentials.whmcs_secret),
            access_key: None,
        },
        whmcs_names: whmcs::convert::Names::default(),
        freebit: sandbox.freebit.clone(),
        freebit_login: freebit::Login {
            oem_id: secret(&credentials.freebit_oem_id),
            oem_key: secret(&credentials.freebit_oem_key),
        },
        freebit_setup: freebit::Setup::default(),
        fixtures: Fixtures::Allowed,
        shapes: Shapes::default(),
        search_pause: Duration::ZERO,
    }
}

/// The sandbox's options from the configuration and the command line; the latter wins.
pub fn world(config: &SandboxConfig, args: &WorldArgs, ports: Option<sandbox::Ports>) -> SandboxOptions {
    let state: Option<PathBuf> = args.state.clone();
    let (customers, seed) = (args.customers.unwrap_or(config.customers), args.seed.unwrap_or(config.seed));
    SandboxOptions { state, ports, ..SandboxOptions::new(customers, seed, Timestamp::now()) }
}
