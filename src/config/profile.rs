//! A profile: where three real systems are, and where the secrets are that open them.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::secrets::{Argv, Keys, SecretError, Shape, Source, Variable};
use super::{Config, ConfigError};
use crate::backend::http::{base_address, is_loopback};
use crate::backend::salesforce::SignIn;
use crate::backend::salesforce::session::browser::Browser;
use crate::backend::salesforce::session::jwt::{Jwt, SigningKey};
use crate::backend::trust::Trust;
use crate::backend::{Settings, freebit, notify, salesforce, whmcs};
use crate::domain::nearest;
use crate::domain::phone::Fixtures;
use crate::domain::web::WebPages;

/// Where the vendor has its event bus, for every org.
pub(super) const PUBSUB: &str = "https://api.pubsub.salesforce.com:7443/";

/// Real systems under one name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The systems are a sandbox started alone on this machine: the header says so, and numbers that can belong to
    /// nobody are taken for lines.
    #[serde(default)]
    pub sandbox: bool,
    /// A file with certificates (PEM) that are believed besides the usual ones, by all of its systems; empty for none.
    #[serde(default)]
    pub ca_file: PathBuf,
    /// Salesforce.
    pub salesforce: SalesforceProfile,
    /// WHMCS.
    pub whmcs: WhmcsProfile,
    /// Freebit.
    pub freebit: FreebitProfile,
}

/// How the desk signs in to Salesforce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlowWord {
    /// As the app, with its secret.
    #[default]
    ClientCredentials,
    /// As a user whom the org approved, with a private key.
    Jwt,
    /// As the person who signed in with their browser.
    Browser,
}

/// Where Salesforce is and what opens it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SalesforceProfile {
    /// The org's My Domain address.
    pub url: Url,
    /// Consumer key of the external client app.
    pub client_id: String,
    /// How the desk signs in.
    #[serde(default)]
    pub flow: FlowWord,
    /// Environment variable that holds the consumer secret.
    #[serde(default)]
    pub client_secret_env: Variable,
    /// A program that tells it.
    #[serde(default)]
    pub client_secret_command: Argv,
    /// A file with it.
    #[serde(default)]
    pub client_secret_file: PathBuf,
    /// Its entry in the keyring.
    #[serde(default)]
    pub client_secret_keyring: String,
    /// Environment variable that holds the private key (PEM).
    #[serde(default)]
    pub private_key_env: Variable,
    /// A program that tells it.
    #[serde(default)]
    pub private_key_command: Argv,
    /// A file with it.
    #[serde(default)]
    pub private_key_file: PathBuf,
    /// Its entry in the keyring.
    #[serde(default)]
    pub private_key_keyring: String,
    /// User name that the private key signs in as.
    #[serde(default)]
    pub username: String,
    /// For whom the signature is: the vendor's login host.
    #[serde(default = "login_host")]
    pub audience: String,
    /// The port of this machine that a browser comes back to.
    #[serde(default = "callback_port")]
    pub callback_port: u16,
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

fn login_host() -> String {
    "https://login.salesforce.com".to_owned()
}

/// The vendor's own tools come back to it.
const fn callback_port() -> u16 {
    1717
}

/// Where WHMCS is and what opens it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhmcsProfile {
    /// The installation's address, without `includes/api.php`.
    pub url: Url,
    /// Environment variable that holds the API identifier.
    #[serde(default)]
    pub identifier_env: Variable,
    /// A program that tells it.
    #[serde(default)]
    pub identifier_command: Argv,
    /// A file with it.
    #[serde(default)]
    pub identifier_file: PathBuf,
    /// Its entry in the keyring.
    #[serde(default)]
    pub identifier_keyring: String,
    /// Environment variable that holds the API secret.
    #[serde(default)]
    pub secret_env: Variable,
    /// A program that tells it.
    #[serde(default)]
    pub secret_command: Argv,
    /// A file with it.
    #[serde(default)]
    pub secret_file: PathBuf,
    /// Its entry in the keyring.
    #[serde(default)]
    pub secret_keyring: String,
    /// Environment variable that holds the access key; with none of the four there is none.
    #[serde(default)]
    pub access_key_env: Variable,
    /// A program that tells it.
    #[serde(default)]
    pub access_key_command: Argv,
    /// A file with it.
    #[serde(default)]
    pub access_key_file: PathBuf,
    /// Its entry in the keyring.
    #[serde(default)]
    pub access_key_keyring: String,
    /// Where its administration is, for links to clients, services, invoices, orders and tickets; without it there are none.
    #[serde(default, deserialize_with = "address")]
    pub admin_url: Option<Url>,
    /// The installation's own names.
    #[serde(default)]
    pub names: whmcs::convert::Names,
}

/// An address; an empty text is none.
fn address<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(serde::de::Error::custom) }
}

/// Where Freebit is and what opens it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreebitProfile {
    /// The API's address, with `/emptool/api/`.
    pub url: Url,
    /// Environment variable that holds the OEM id.
    #[serde(default)]
    pub oem_id_env: Variable,
    /// A program that tells it.
    #[serde(default)]
    pub oem_id_command: Argv,
    /// A file with it.
    #[serde(default)]
    pub oem_id_file: PathBuf,
    /// Its entry in the keyring.
    #[serde(default)]
    pub oem_id_keyring: String,
    /// Environment variable that holds the OEM key.
    #[serde(default)]
    pub oem_key_env: Variable,
    /// A program that tells it.
    #[serde(default)]
    pub oem_key_command: Argv,
    /// A file with it.
    #[serde(default)]
    pub oem_key_file: PathBuf,
    /// Its entry in the keyring.
    #[serde(default)]
    pub oem_key_keyring: String,
    /// Paths and units.
    #[serde(default)]
    pub setup: freebit::Setup,
}

/// A secret of a profile: its keys, and whether the profile needs it.
struct Asked<'a> {
    keys: Keys<'a>,
    need: Need,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// It cannot be without.
    Needed,
    /// It may have it.
    Possible,
    /// What the profile chose has no use for it: it is not fetched for nothing.
    Useless,
}

macro_rules! keys {
    ($of:expr, $table:literal $stem:literal: $env:ident $command:ident $file:ident $keyring:ident) => {
        Keys {
            table: $table,
            stem: $stem,
            env: &$of.$env,
            command: &$of.$command,
            file: &$of.$file,
            keyring: &$of.$keyring,
        }
    };
}

#[rustfmt::skip]
impl SalesforceProfile {
    fn client_secret(&self) -> Keys<'_> {
        keys!(self, "salesforce" "client_secret": client_secret_env client_secret_command client_secret_file client_secret_keyring)
    }

    fn private_key(&self) -> Keys<'_> {
        keys!(self, "salesforce" "private_key": private_key_env private_key_command private_key_file private_key_keyring)
    }
}

#[rustfmt::skip]
impl WhmcsProfile {
    fn identifier(&self) -> Keys<'_> {
        keys!(self, "whmcs" "identifier": identifier_env identifier_command identifier_file identifier_keyring)
    }

    fn secret(&self) -> Keys<'_> {
        keys!(self, "whmcs" "secret": secret_env secret_command secret_file secret_keyring)
    }

    fn access_key(&self) -> Keys<'_> {
        keys!(self, "whmcs" "access_key": access_key_env access_key_command access_key_file access_key_keyring)
    }
}

#[rustfmt::skip]
impl FreebitProfile {
    fn oem_id(&self) -> Keys<'_> {
        keys!(self, "freebit" "oem_id": oem_id_env oem_id_command oem_id_file oem_id_keyring)
    }

    fn oem_key(&self) -> Keys<'_> {
        keys!(self, "freebit" "oem_key": oem_key_env oem_key_command oem_key_file oem_key_keyring)
    }
}

impl FlowWord {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client-credentials",
            Self::Jwt => "jwt",
            Self::Browser => "browser",
        }
    }
}

impl Profile {
    /// Where its records have pages.
    pub(super) fn web_pages(&self) -> WebPages {
        let admin = self.whmcs.admin_url.clone().and_then(|url| base_address(url).ok());
        WebPages::new(base_address(self.salesforce.url.clone()).ok(), admin)
    }

    fn trust(&self) -> Result<Trust, ConfigError> {
        if self.ca_file.as_os_str().is_empty() {
            return Ok(Trust::default());
        }
        Trust::read(&self.ca_file).map_err(|why| ConfigError::Trust("ca_file", why))
    }

    /// The event bus's own certificate, once it is known that it is one.
    fn bus_certificate(&self) -> Result<Option<PathBuf>, ConfigError> {
        let Some(path) = &self.salesforce.pubsub_certificate else { return Ok(None) };
        Trust::read(path).map_err(|why| ConfigError::Trust("salesforce.pubsub_certificate", why))?;
        Ok(Some(path.clone()))
    }

    fn asked(&self) -> [Asked<'_>; 7] {
        let one = |keys, need| Asked { keys, need };
        let (secret, key) = match self.salesforce.flow {
            FlowWord::ClientCredentials => (Need::Needed, Need::Useless),
            FlowWord::Jwt => (Need::Useless, Need::Needed),
            FlowWord::Browser => (Need::Possible, Need::Useless),
        };
        [
            one(self.salesforce.client_secret(), secret),
            one(self.salesforce.private_key(), key),
            one(self.whmcs.identifier(), Need::Needed),
            one(self.whmcs.secret(), Need::Needed),
            one(self.whmcs.access_key(), Need::Possible),
            one(self.freebit.oem_id(), Need::Needed),
            one(self.freebit.oem_key(), Need::Needed),
        ]
    }

    /// What is wrong in it, at which key, beyond what its types say.
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        let Self { salesforce, whmcs, freebit, .. } = self;
        let addresses = [("salesforce", &salesforce.url), ("whmcs", &whmcs.url), ("freebit", &freebit.url)];
        for (table, address) in addresses {
            base_address(address.clone()).map_err(|why| (format!("{table}.url"), why.to_string()))?;
        }
        for (key, url) in [("salesforce.pubsub", &salesforce.pubsub), ("whmcs.admin_url", &whmcs.admin_url)] {
            let checked = url.clone().map(base_address).transpose();
            checked.map_err(|why| (key.to_owned(), why.to_string()))?;
        }
        for Asked { keys, need } in self.asked() {
            let table = keys.table;
            match (keys.source(), need) {
                (Ok(None), Need::Needed) => return Err((table.to_owned(), keys.none())),
                (Ok(Some(_)), Need::Useless) => {
                    let stem = keys.stem;
                    let why = format!("flow = \"{}\" has no use for {stem}: take it out", self.salesforce.flow.word());
                    return Err((table.to_owned(), why));
                }
                (Ok(_), _) => {}
                (Err(why), _) => return Err((table.to_owned(), why)),
            }
        }
        if salesforce.flow == FlowWord::Jwt && salesforce.username.is_empty() {
            let why = "flow = \"jwt\" signs in as one user: username says which";
            return Err(("salesforce".to_owned(), why.to_owned()));
        }
        Ok(())
    }

    /// What of its secrets is plainly not there. No program is started and no keyring is asked.
    pub fn missing(&self, variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let missing = |it: Asked<'_>| {
            let source: Source = it.keys.source().ok().flatten()?;
            source.is_missing(&variable).then(|| it.keys.key(&source))
        };
        self.asked().into_iter().filter_map(missing).collect()
    }
}

/// Reads secrets one after the other and keeps why some could not be had, so that all of them are told at once.
struct Reader<'a, F> {
    profile: &'a str,
    variable: F,
    why: Vec<SecretError>,
}

impl<F: Fn(&str) -> Option<String>> Reader<'_, F> {
    /// The secret, `None` where no source is named or it could not be had.
    fn read(&mut self, keys: Keys<'_>, shape: Shape) -> Option<SecretString> {
        // Two sources were refused when the file was read.
        let source = keys.source().ok().flatten()?;
        let key = format!("profiles.{}.{}", self.profile, keys.key(&source));
        let read = source.read(&key, shape, &self.variable);
        read.map_err(|why| self.why.push(why)).ok()
    }

    fn word(&mut self, keys: Keys<'_>) -> SecretString {
        self.read(keys, Shape::Line).unwrap_or_default()
    }

    /// How an org is signed in to; `None` where what it takes cannot be had.
    fn sign_in(&mut self, salesforce: &SalesforceProfile) -> Option<SignIn> {
        let client_id = &salesforce.client_id;
        Some(match salesforce.flow {
            FlowWord::ClientCredentials => SignIn::from(salesforce::Login {
                client_id: client_id.clone().into(),
                client_secret: self.read(salesforce.client_secret(), Shape::Line)?,
            }),
            FlowWord::Jwt => {
                let pem = self.read(salesforce.private_key(), Shape::Whole)?;
                let key = SigningKey::from_pem(&pem).map_err(|why| self.why.push(SecretError::Key(why))).ok()?;
                let (client_id, username) = (client_id.clone().into(), salesforce.username.clone());
                SignIn::Jwt(Jwt { client_id, key, username, audience: salesforce.audience.clone() })
            }
            FlowWord::Browser => {
                let named = salesforce.client_secret().source().ok().flatten().is_some();
                let secret = self.read(salesforce.client_secret(), Shape::Line);
                if named && secret.is_none() {
                    return None;
                }
                SignIn::Browser(Browser::new(client_id.clone(), secret, salesforce.callback_port))
            }
        })
    }
}

impl Config {
    /// A profile that is there; `None` is the embedded sandbox.
    fn chosen(&self, profile: &str) -> Result<Option<&Profile>, ConfigError> {
        if profile.is_empty() || profile == "sandbox" {
            return Ok(None);
        }
        self.profiles.get(profile).map(Some).ok_or_else(|| {
            let mut there: Vec<&str> = vec!["sandbox"];
            there.extend(self.profiles.keys().map(String::as_str));
            ConfigError::NoProfile(nearest::instead(profile, &there))
        })
    }

    /// The org of a profile alone, with what signs in to it. `None` means the embedded sandbox.
    pub fn org(
        &self,
        profile: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<salesforce::Org>, ConfigError> {
        let Some(chosen) = self.chosen(profile)? else { return Ok(None) };
        let (salesforce, trust) = (&chosen.salesforce, chosen.trust()?);
        let mut secrets = Reader { profile, variable, why: Vec::new() };
        let sign_in = secrets.sign_in(salesforce).ok_or(ConfigError::Secrets(secrets.why))?;
        Ok(Some(salesforce::Org { url: salesforce.url.clone(), sign_in, trust }))
    }

    /// The settings of a profile, with its secrets from where it says, and whether it is a sandbox too. `None` means the
    /// embedded sandbox.
    pub fn settings(
        &self,
        profile: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<(Settings, bool)>, ConfigError> {
        let Some(chosen) = self.chosen(profile)? else { return Ok(None) };
        let Profile { sandbox, salesforce, whmcs, freebit, .. } = chosen;
        let trust = chosen.trust()?;
        let addresses = [Some(&salesforce.url), salesforce.pubsub.as_ref(), Some(&whmcs.url), Some(&freebit.url)];
        if *sandbox && addresses.into_iter().flatten().any(|url| !is_loopback(url)) {
            return Err(ConfigError::SandboxElsewhere(profile.to_owned()));
        }
        let mut secrets = Reader { profile, variable, why: Vec::new() };
        let sign_in = secrets.sign_in(salesforce);
        let whmcs_login = whmcs::Login {
            identifier: secrets.word(whmcs.identifier()),
            secret: secrets.word(whmcs.secret()),
            access_key: secrets.read(whmcs.access_key(), Shape::Line),
        };
        let freebit_login =
            freebit::Login { oem_id: secrets.word(freebit.oem_id()), oem_key: secrets.word(freebit.oem_key()) };
        let Some(salesforce_login) = sign_in.filter(|_| secrets.why.is_empty()) else {
            return Err(ConfigError::Secrets(secrets.why));
        };
        let settings = Settings {
            salesforce: salesforce.url.clone(),
            salesforce_login,
            salesforce_names: salesforce.names.clone(),
            salesforce_people: salesforce::People {
                agent: salesforce.agent.clone(),
                portal: salesforce.portal_users.clone(),
            },
            waiting: self.board.clone(),
            promises: self.sla.promises(&self.words),
            office: Arc::new(self.office()),
            whmcs: whmcs.url.clone(),
            whmcs_login,
            whmcs_names: whmcs.names.clone(),
            freebit: freebit.url.clone(),
            freebit_login,
            freebit_setup: freebit.setup.clone(),
            fixtures: if *sandbox { Fixtures::Allowed } else { Fixtures::Refused },
            shapes: self.numbers.shapes(),
            trust,
            live: notify::Setup {
                rules: self.live.clone(),
                bus: salesforce.pubsub.clone().or_else(|| Url::parse(PUBSUB).ok().filter(|_| !sandbox)),
                trusted: chosen.bus_certificate()?,
                ..notify::Setup::default()
            },
            search_pause: self.desk.search_pause(),
        };
        Ok(Some((settings, *sandbox)))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use secrecy::ExposeSecret as _;

    use super::super::show::{EXAMPLE, uncommented};
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new("config.toml")).map_err(|error| error.to_string())
    }

    /// A sandbox's profile with other lines in place of where WHMCS's secret comes from.
    fn with(lines: &str) -> String {
        format!(
            "[profiles.s.salesforce]\nurl = \"http://127.0.0.1:1/\"\nclient_id = \"c\"\nclient_secret_env = \"S\"\n\
             [profiles.s.whmcs]\nurl = \"http://127.0.0.1:2/\"\nidentifier_env = \"S\"\n{lines}\n\
             [profiles.s.freebit]\nurl = \"http://localhost:3/\"\noem_id_env = \"S\"\noem_key_env = \"S\"\n"
        )
    }

    /// Every line of the example that is commented out with `# key = …` is a key that exists.
    #[test]
    fn the_examples_profile_is_sound_when_it_is_uncommented() {
        let config = parse(&uncommented(EXAMPLE)).unwrap();
        let live = &config.profiles["live"];
        assert_eq!(live.salesforce.names, salesforce::names::Names::default());
        assert_eq!(live.whmcs.names, whmcs::convert::Names::default());
        assert_eq!(live.freebit.setup, freebit::Setup::default());
        assert_eq!(live.salesforce.pubsub.as_ref().map(Url::as_str), Some(PUBSUB));
        let settings = config.settings("live", |name| Some(format!("value of {name}"))).unwrap();
        assert!(settings.is_some());
    }

    #[test]
    fn a_sandbox_is_on_this_machine() {
        let at = |host: &str| {
            let text = with("secret_env = \"S\"").replace("http://127.0.0.1:2/", &format!("https://{host}:2/"));
            text.replace("[profiles.s.salesforce]", "[profiles.s]\nsandbox = true\n[profiles.s.salesforce]")
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
        let config =
            parse(&with("secret_env = \"A\"").replace("identifier_env = \"S\"", "identifier_env = \"B\"")).unwrap();
        let error = config.settings("s", |name| (name == "S").then(|| "x".to_owned())).unwrap_err().to_string();
        for key in ["profiles.s.whmcs.secret_env: ", "profiles.s.whmcs.identifier_env: "] {
            assert!(error.contains(key), "all that is missing: {error}");
        }
    }

    #[test]
    fn a_secret_comes_from_one_place_that_is_named() {
        let program = parse(&with("secret_command = [\"printf\", \"hush\"]")).unwrap();
        let (settings, _) = program.settings("s", |_| Some("x".to_owned())).unwrap().unwrap();
        assert_eq!(settings.whmcs_login.secret.expose_secret(), "hush");
        for (lines, says) in [
            (
                "",
                &["config.toml:5: profiles.s.whmcs: ", "secret_env, secret_command, secret_file or secret_keyring"][..],
            ),
            ("secret_env = \"S\"\nsecret_file = \"/x\"", &["secret_env and secret_file are both set"]),
            ("secret_command = []", &["profiles.s.whmcs.secret_command: the list begins with the program"]),
            ("secret_cmd = \"S\"", &["config.toml:8: profiles.s.whmcs.secret_cmd: ", "did you mean"]),
        ] {
            let error = parse(&with(lines)).unwrap_err();
            for word in says {
                assert!(error.contains(word), "{error:?} should name {word}");
            }
        }
    }

    /// Whatever was pasted where, it is not repeated.
    #[test]
    fn a_secret_in_the_file_is_refused_and_not_told() {
        for (lines, says) in [
            (
                "secret = \"hush-hush\"",
                &["config.toml:8: profiles.s.whmcs.secret: ", "never in this file", "secret_file"][..],
            ),
            ("secret_env = \"hush-hush\"", &["secret_env: the name of an environment variable"]),
            ("secret_command = \"echo hush-hush\"", &["secret_command: ", "as a list"]),
            ("access_key = \"hush-hush\"\nsecret_env = \"S\"", &["access_key_env"]),
        ] {
            let error = parse(&with(lines)).unwrap_err();
            for word in says {
                assert!(error.contains(word), "{error:?} should name {word}");
            }
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn an_address_in_the_clear_is_named_where_it_stands() {
        let text = with("secret_env = \"S\"").replace("http://127.0.0.1:2/", "http://billing.example.com/");
        let error = parse(&text).unwrap_err();
        assert!(error.contains("config.toml:6: profiles.s.whmcs.url: ") && error.contains("not https"), "{error}");
        let bus = "client_id = \"c\"\npubsub = \"http://bus.example.com:7443/\"";
        let error = parse(&with("secret_env = \"S\"").replace("client_id = \"c\"", bus)).unwrap_err();
        assert!(
            error.contains("config.toml:4: profiles.s.salesforce.pubsub: ") && error.contains("not https"),
            "{error}"
        );
    }

    #[test]
    fn a_certificate_of_the_event_bus_is_one() {
        let with_it = "client_id = \"c\"\npubsub_certificate = \"/nonexistent/bus.pem\"";
        let config = parse(&with("secret_env = \"S\"").replace("client_id = \"c\"", with_it)).unwrap();
        let error = config.settings("s", |_| Some("secret".to_owned())).unwrap_err().to_string();
        assert!(error.starts_with("salesforce.pubsub_certificate: ") && error.contains("bus.pem"), "{error}");
    }
}
