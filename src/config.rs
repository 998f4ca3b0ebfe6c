//! The configuration: a TOML file in the user's configuration folder, every key optional.
//!
//! Without a file, or without a `profile`, the desk runs against the embedded sandbox. Secrets are never in the file: it
//! names the environment variables that hold them. `config.example.toml` lists every key with its default, and a test
//! proves that it does.

pub mod changes;
mod desk;
pub mod show;
mod sla;
pub mod themes;
mod wrong;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use crate::backend::{Settings, freebit, notify, salesforce, whmcs};
use crate::domain::access::Seat;
use crate::domain::change;
use crate::domain::macros::{Macro, Macros};
use crate::domain::nearest;
use crate::domain::office::Office;
use crate::domain::pack;
use crate::domain::phone::Fixtures;
use crate::domain::recognise::Shapes;
use crate::domain::template::{Template, Templates};
use crate::domain::text::Text;
use crate::domain::{bill_rules, catalogue, delivery, reviews, sim_rules, xray};
pub use desk::{Desk, DesktopChoice, GlyphChoice, LanguageChoice};
pub use sla::Sla;
pub use wrong::ConfigError;

/// Everything that can be configured.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Which of `profiles` to use; empty for the sandbox.
    pub profile: String,
    /// How the desk looks and speaks.
    pub desk: Desk,
    /// How this organisation writes its own numbers.
    pub numbers: Numbers,
    /// What counts as waiting on the board of the shift.
    pub board: salesforce::queues::Rules,
    /// By when customers are promised an answer.
    pub sla: Sla,
    /// What an order's steps are told by.
    pub orders: xray::Rules,
    /// What is decided in reviews of orders, cards and addresses.
    pub reviews: reviews::Rules,
    /// What is decided about selling.
    pub sale: catalogue::Rules,
    /// What a top-up costs, and how long it may take.
    pub top_ups: delivery::Rules,
    /// What is sold and decided about lines.
    pub sim: sim_rules::Rules,
    /// What is decided about money.
    pub billing: bill_rules::Rules,
    /// What is heard from elsewhere.
    pub live: notify::Rules,
    /// How changes are carried out.
    pub operations: changes::Operations,
    /// Who may have what changed.
    pub access: changes::Access,
    /// What is taken along on the road.
    pub pack: pack::Rules,
    /// Files that lists are written to.
    pub export: Export,
    /// Replies that are written once, besides those that come with the desk.
    pub templates: Vec<Template>,
    /// What is done with a case in one go, besides what comes with the desk.
    pub macros: Vec<Macro>,
    /// Saved views of lists.
    pub views: Vec<ViewConfig>,
    /// The embedded sandbox.
    pub sandbox: SandboxConfig,
    /// Real systems, by name.
    pub profiles: BTreeMap<String, Profile>,
}

/// Files that lists are written to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Export {
    /// The folder that is proposed; empty for the person's downloads.
    pub folder: PathBuf,
}

impl Export {
    /// The folder that is proposed: the configured one, the person's downloads, or where the desk was started.
    pub fn folder(&self) -> PathBuf {
        if !self.folder.as_os_str().is_empty() {
            return self.folder.clone();
        }
        let dirs = directories::UserDirs::new();
        let home = |dirs: &directories::UserDirs| dirs.download_dir().unwrap_or(dirs.home_dir()).to_path_buf();
        dirs.as_ref().map(home).unwrap_or_default()
    }
}

/// A saved view of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewConfig {
    /// The list, e.g. `invoices`.
    pub list: String,
    /// What the view is called.
    pub name: String,
    /// The columns it shows, in their order; all of them when empty.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The column it is sorted by, with `-` before it for largest first.
    #[serde(default)]
    pub sort: String,
    /// What stands in the filter.
    #[serde(default)]
    pub filter: String,
}

/// How this organisation writes its own numbers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Numbers {
    /// What a customer number starts with.
    pub customer_prefix: String,
    /// What stands between prefix and digits.
    pub customer_separator: String,
    /// How many digits follow.
    pub customer_digits: usize,
}

impl Default for Numbers {
    fn default() -> Self {
        let Shapes { customer_prefix, customer_separator, customer_digits } = Shapes::default();
        Self { customer_prefix, customer_separator, customer_digits }
    }
}

impl Numbers {
    /// As the search understands them.
    pub fn shapes(&self) -> Shapes {
        Shapes {
            customer_prefix: self.customer_prefix.clone(),
            customer_separator: self.customer_separator.clone(),
            customer_digits: self.customer_digits,
        }
    }
}

/// The embedded sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SandboxConfig {
    /// How many customers it invents, up to [`MOST_CUSTOMERS`].
    #[serde(deserialize_with = "customers")]
    pub customers: usize,
    /// From which number it invents them.
    pub seed: u64,
}

/// The most customers the sandbox invents.
pub const MOST_CUSTOMERS: usize = 100_000;

fn customers<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let n = usize::deserialize(deserializer)?;
    if n > MOST_CUSTOMERS {
        let why = format!("{n} customers are too many, up to {MOST_CUSTOMERS} can be invented");
        return Err(serde::de::Error::custom(why));
    }
    Ok(n)
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self { customers: 300, seed: 1 }
    }
}

/// Real systems under one name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The systems are a sandbox started alone on this machine: the header says so, and numbers that can belong to
    /// nobody are taken for lines.
    #[serde(default)]
    pub sandbox: bool,
    /// Salesforce.
    pub salesforce: SalesforceProfile,
    /// WHMCS.
    pub whmcs: WhmcsProfile,
    /// Freebit.
    pub freebit: FreebitProfile,
}

/// Where Salesforce is and what opens it (client credentials).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SalesforceProfile {
    /// The org's My Domain address.
    pub url: Url,
    /// Consumer key of the external client app.
    pub client_id: String,
    /// Environment variable that holds the consumer secret.
    pub client_secret_env: String,
    /// The event bus's address; empty for the vendor's own, or, in a sandbox, for that of `url`.
    #[serde(default)]
    pub pubsub: Option<Url>,
    /// A file with a certificate (PEM) that is trusted for the event bus besides the usual ones.
    #[serde(default)]
    pub pubsub_certificate: Option<PathBuf>,
    /// User name of the person at the desk, whose cases are "mine"; empty for the user the external client app acts as.
    #[serde(default)]
    pub agent: String,
    /// User names under which the customer portal stores what customers write.
    #[serde(default)]
    pub portal_users: Vec<String>,
    /// The org's own names of objects and fields.
    #[serde(default)]
    pub names: salesforce::names::Names,
}

/// Where WHMCS is and what opens it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhmcsProfile {
    /// The installation's address, without `includes/api.php`.
    pub url: Url,
    /// Environment variable that holds the API identifier.
    pub identifier_env: String,
    /// Environment variable that holds the API secret.
    pub secret_env: String,
    /// Environment variable that holds the access key; empty for none.
    #[serde(default)]
    pub access_key_env: String,
    /// The installation's own names.
    #[serde(default)]
    pub names: whmcs::convert::Names,
}

/// Where Freebit is and what opens it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreebitProfile {
    /// The API's address, with `/emptool/api/`.
    pub url: Url,
    /// Environment variable that holds the OEM id.
    pub oem_id_env: String,
    /// Environment variable that holds the OEM key.
    pub oem_key_env: String,
    /// Paths and units.
    #[serde(default)]
    pub setup: freebit::Setup,
}

impl Config {
    /// Who sits at a desk, of the embedded sandbox or of real systems. `person` is how this machine knows them.
    pub fn seat(&self, person: &str, embedded: bool) -> Seat {
        let name = if self.access.name.is_empty() { person } else { &self.access.name };
        Seat { name: Text::line(name), role: self.access.role.role(embedded), read_only: self.access.read_only }
    }

    /// What the organisation decides, as the screens need it.
    pub fn office(&self) -> Office {
        Office {
            promises: self.sla.promises(),
            orders: self.orders.clone(),
            top_ups: self.top_ups.clone(),
            access: self.access.rules(),
            reviews: self.reviews.clone(),
            sale: self.sale.clone(),
            offer: self.sim.offer(),
            sim: self.sim.clone(),
            billing: self.billing.clone(),
            pack: self.pack.clone(),
            templates: Templates::default().with(&self.templates),
            macros: Macros::default().with(&self.macros),
        }
    }

    /// Reads a file, or the one in the user's configuration folder when none is named. No file is the default
    /// configuration, unless it was named.
    pub fn load(named: Option<&Path>) -> Result<Self, ConfigError> {
        match File::read(named)? {
            Some(File { path, text }) => Self::parse(&text, &path),
            None => Ok(Self::default()),
        }
    }

    /// Reads a configuration from text; `path` is for the error, and for the themes that lie beside it.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let root = || serde_path_to_error::Track::new().path();
        let tree = toml::Deserializer::parse(text).map_err(|error| ConfigError::read(&error, &root(), text, path))?;
        let config: Self = serde_path_to_error::deserialize(tree)
            .map_err(|error| ConfigError::read(error.inner(), error.path(), text, path))?;
        let wrong = |key: String, why: String| ConfigError::at(key, why, text, path);
        themes::known(&config.desk.theme, &themes::beside(path)).map_err(|why| wrong("desk.theme".to_owned(), why))?;
        let templates = Templates::default().with(&config.templates);
        for (n, it) in config.macros.iter().enumerate() {
            it.check(&templates).map_err(|why| wrong(format!("macros[{n}]"), why))?;
        }
        let verbs: Vec<&str> = change::specs().map(|spec| spec.name).collect();
        let (roles, levels) = (config.access.roles.keys(), config.access.levels.keys());
        let named = roles.map(|verb| ("roles", verb)).chain(levels.map(|verb| ("levels", verb)));
        for (table, verb) in named {
            if !verbs.contains(&verb.as_str()) {
                return Err(wrong(format!("access.{table}.{verb}"), nearest::instead(verb, &verbs)));
            }
        }
        Ok(config)
    }

    /// The environment variables that hold a profile's secrets.
    pub fn secrets(profile: &Profile) -> Vec<&str> {
        let Profile { salesforce, whmcs, freebit, .. } = profile;
        let all = [
            &salesforce.client_secret_env,
            &whmcs.identifier_env,
            &whmcs.secret_env,
            &whmcs.access_key_env,
            &freebit.oem_id_env,
            &freebit.oem_key_env,
        ];
        all.into_iter().map(String::as_str).filter(|name| !name.is_empty()).collect()
    }

    /// The settings of a profile, with its secrets from the environment, and whether it is a sandbox too. `None` means the
    /// embedded sandbox.
    pub fn settings(
        &self,
        profile: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<(Settings, bool)>, ConfigError> {
        if profile.is_empty() || profile == "sandbox" {
            return Ok(None);
        }
        let Some(chosen) = self.profiles.get(profile) else {
            let mut there: Vec<&str> = vec!["sandbox"];
            there.extend(self.profiles.keys().map(String::as_str));
            return Err(ConfigError::NoProfile(nearest::instead(profile, &there)));
        };
        let secret = |name: &str| {
            let value = variable(name).filter(|value| !value.is_empty());
            value.map(SecretString::from).ok_or_else(|| ConfigError::NoSecret(name.to_owned()))
        };
        let Profile { sandbox, salesforce, whmcs, freebit } = chosen;
        let addresses = [Some(&salesforce.url), salesforce.pubsub.as_ref(), Some(&whmcs.url), Some(&freebit.url)];
        if *sandbox && addresses.into_iter().flatten().any(|url| !is_loopback(url)) {
            return Err(ConfigError::SandboxElsewhere(profile.to_owned()));
        }
        let access_key = match whmcs.access_key_env.as_str() {
            "" => None,
            name => Some(secret(name)?),
        };
        let settings = Settings {
            salesforce: salesforce.url.clone(),
            salesforce_login: crate::backend::salesforce::Login {
                client_id: salesforce.client_id.clone().into(),
                client_secret: secret(&salesforce.client_secret_env)?,
            },
            salesforce_names: salesforce.names.clone(),
            salesforce_people: crate::backend::salesforce::People {
                agent: salesforce.agent.clone(),
                portal: salesforce.portal_users.clone(),
            },
            waiting: self.board.clone(),
            promises: self.sla.promises(),
            office: Arc::new(self.office()),
            whmcs: whmcs.url.clone(),
            whmcs_login: crate::backend::whmcs::Login {
                identifier: secret(&whmcs.identifier_env)?,
                secret: secret(&whmcs.secret_env)?,
                access_key,
            },
            whmcs_names: whmcs.names.clone(),
            freebit: freebit.url.clone(),
            freebit_login: crate::backend::freebit::Login {
                oem_id: secret(&freebit.oem_id_env)?,
                oem_key: secret(&freebit.oem_key_env)?,
            },
            freebit_setup: freebit.setup.clone(),
            fixtures: if *sandbox { Fixtures::Allowed } else { Fixtures::Refused },
            shapes: self.numbers.shapes(),
            live: notify::Setup {
                rules: self.live.clone(),
                bus: salesforce.pubsub.clone().or_else(|| Url::parse(PUBSUB).ok().filter(|_| !sandbox)),
                trusted: salesforce.pubsub_certificate.clone(),
                ..notify::Setup::default()
            },
            search_pause: self.desk.search_pause(),
        };
        Ok(Some((settings, *sandbox)))
    }
}

/// A configuration's file, as it was written.
#[derive(Debug, Clone)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

impl File {
    /// Reads the file that is named, or the one in the user's configuration folder. `None` where there is none there.
    ///
    /// # Errors
    /// It cannot be read, or the named one is not there.
    pub fn read(named: Option<&Path>) -> Result<Option<Self>, ConfigError> {
        let Some(path) = named.map(Path::to_path_buf).or_else(default_path) else { return Ok(None) };
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(Self { path, text })),
            Err(why) if named.is_none() && why.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(ConfigError::Unreadable { path, why }),
        }
    }
}

/// Where the vendor has its event bus, for every org.
const PUBSUB: &str = "https://api.pubsub.salesforce.com:7443/";

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// `config.toml` in the user's configuration folder; `None` without a home.
pub fn default_path() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "madoguchi").map(|dirs| dirs.config_dir().join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    use show::EXAMPLE;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new("config.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn the_example_says_the_defaults() {
        assert_eq!(parse(EXAMPLE).unwrap(), Config::default());
    }

    /// Every line of the example that is commented out with `# key = …` is a key that exists.
    #[test]
    fn the_examples_profile_is_sound_when_it_is_uncommented() {
        let text = show::uncommented(EXAMPLE);
        let config = parse(&text).unwrap();
        let live = &config.profiles["live"];
        assert_eq!(live.salesforce.names, salesforce::names::Names::default());
        assert_eq!(live.whmcs.names, whmcs::convert::Names::default());
        assert_eq!(live.freebit.setup, freebit::Setup::default());
        assert_eq!(live.salesforce.pubsub.as_ref().map(Url::as_str), Some(PUBSUB));
        let settings = config.settings("live", |name| Some(format!("value of {name}"))).unwrap();
        assert!(settings.is_some());
    }

    #[test]
    fn what_is_wrong_is_named_with_what_would_be_right() {
        for (text, says) in [
            (
                "[desk]\ntheme = \"drak\"",
                &["config.toml:2: desk.theme: \"drak\" (did you mean \"dark\"?)", "light"][..],
            ),
            ("\n\n[dsek]\n", &["config.toml:3: dsek: \"dsek\" (did you mean \"desk\"?)"]),
            ("[sandbox]\ncustomers = \"many\"", &["config.toml:2: sandbox.customers: "]),
            ("[sandbox]\ncustomers = 200000000", &["config.toml:2: sandbox.customers: ", "100000"]),
            ("profile = ", &["config.toml:1: "]),
            (
                "[access]\nname = \"x\"\nroles = { topup = \"viewer\" }",
                &["config.toml:3: access.roles.topup", "\"top-up\"?"],
            ),
            ("[access.levels]\ncpature = \"V1\"", &["config.toml:2: access.levels.cpature", "\"capture\"?"]),
            ("\n[profiles.live]\nsandbox = true", &["config.toml:2: profiles.live", "salesforce"]),
            ("[[macros]]\ncode = \"x\"\nen = \"X\"\nja = \"X\"\nstatus = \"shut\"", &["macros[0].status", "closed"]),
            ("[[macros]]\ncode = \"x\"\nen = \"X\"\nja = \"X\"\ntemplate = \"y\"", &["macros[0]", "pay-link"]),
        ] {
            let error = parse(text).unwrap_err();
            for word in says {
                assert!(error.contains(word), "{error:?} should name {word}");
            }
        }
    }

    #[test]
    fn a_sandbox_is_on_this_machine() {
        let at = |host: &str| {
            format!(
                "[profiles.s]\nsandbox = true\n\
                 [profiles.s.salesforce]\nurl = \"http://127.0.0.1:1/\"\nclient_id = \"c\"\nclient_secret_env = \"S\"\n\
                 [profiles.s.whmcs]\nurl = \"http://{host}:2/\"\nidentifier_env = \"S\"\nsecret_env = \"S\"\n\
                 [profiles.s.freebit]\nurl = \"http://localhost:3/\"\noem_id_env = \"S\"\noem_key_env = \"S\"\n"
            )
        };
        let settings = |host: &str| parse(&at(host)).unwrap().settings("s", |_| Some("secret".to_owned()));
        assert!(matches!(settings("127.0.0.1"), Ok(Some((settings, true))) if settings.fixtures == Fixtures::Allowed));
        assert!(matches!(settings("billing.example.com"), Err(ConfigError::SandboxElsewhere(_))));
    }

    #[test]
    fn a_profile_needs_to_be_there_and_to_have_its_secrets() {
        let config = Config::default();
        assert!(matches!(config.settings("", |_| None), Ok(None)));
        let error = config.settings("live", |_| None).unwrap_err().to_string();
        assert!(error.contains("\"live\"") && error.contains("sandbox"), "{error}");
    }
}
