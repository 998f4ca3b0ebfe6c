//! The configuration: a TOML file in the user's configuration folder, every key optional.
//!
//! Without a file, or without a `profile`, the desk runs against the embedded sandbox. Secrets are never in the file: it
//! says where they are ([`secrets`]). `config.example.toml` lists every key with its default, and a test
//! proves that it does.

pub mod changes;
mod desk;
pub mod keyring;
pub mod keys;
mod profile;
pub mod routines;
pub mod secrets;
pub mod show;
mod sla;
pub mod themes;
mod wrong;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use crate::backend::salesforce::Org;
use crate::backend::{notify, salesforce};
use crate::domain::access::Seat;
use crate::domain::change;
use crate::domain::macros::{Macro, Macros};
use crate::domain::nearest;
use crate::domain::office::Office;
use crate::domain::pack;
use crate::domain::recognise::Shapes;
use crate::domain::template::{Template, Templates};
use crate::domain::text::Text;
pub use crate::domain::web::WebPages;
use crate::domain::{bill_rules, catalogue, delivery, reviews, sim_rules, words, xray};
use crate::flow::{HashedPin, LockKey};
use changes::LockChoice;
pub use desk::{Desk, DesktopChoice, GlyphChoice, HyperlinkChoice, LanguageChoice, WidthChoice};
pub use profile::{FlowWord, FreebitProfile, Profile, SalesforceProfile, WhmcsProfile};
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
    /// Which keys do what.
    pub keys: keys::Keys,
    /// How this organisation writes its own numbers.
    pub numbers: Numbers,
    /// What Salesforce calls what the desk means.
    pub words: words::Words,
    /// What waits on the board of the shift.
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

impl Config {
    /// Who sits at a desk, of the embedded sandbox or of real systems. `person` is how this machine knows them.
    pub fn seat(&self, person: &str, embedded: bool) -> Seat {
        let name = if self.access.name.is_empty() { person } else { &self.access.name };
        Seat { name: Text::line(name), role: self.access.role.role(embedded), read_only: self.access.read_only }
    }

    /// What opens a locked desk of this profile.
    ///
    /// # Errors
    /// It signs in by itself, so no sign-in can open it. The sentence says what would be right.
    pub fn lock_key(&self, profile: &str) -> Result<LockKey, String> {
        let pin = self.access.lock_pin.as_ref().map(|pin| LockKey::Pin(HashedPin(pin.to_string())));
        let signs_in = self.profiles.get(profile).map(|profile| profile.salesforce.flow);
        match (self.access.lock, signs_in) {
            (LockChoice::SignIn, Some(FlowWord::Browser)) => Ok(LockKey::SignIn),
            (LockChoice::SignIn, Some(flow)) => Err(format!(
                "\"sign-in\" needs flow = \"browser\", and the profile {profile} has \"{}\", which signs in without \
                 anybody: write \"pin\", and what \"madoguchi pin\" prints into access.lock_pin",
                flow.word()
            )),
            _ => Ok(pin.unwrap_or_default()),
        }
    }

    /// Where the records of a profile have pages; the embedded sandbox has none.
    pub fn web_pages(&self, profile: &str) -> WebPages {
        self.profiles.get(profile).map(Profile::web_pages).unwrap_or_default()
    }

    /// What the organisation decides, as the screens need it.
    pub fn office(&self) -> Office {
        Office {
            words: self.words.clone(),
            promises: self.sla.promises(&self.words),
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
        .in_their_words()
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
        let config: Self = toml::from_str(text).map_err(|error| ConfigError::read(&error, text, path))?;
        let wrong = |key: String, why: String| ConfigError::at(&key, &why, text, path);
        themes::known(&config.desk.theme, &themes::beside(path)).map_err(|why| wrong("desk.theme".to_owned(), why))?;
        config.words.check().map_err(|(key, why)| wrong(key, why))?;
        config.keys.keymap().map_err(|it| wrong(format!("keys.{}.{}", it.layer, it.action), it.why))?;
        let unopened = config.access.lock == LockChoice::Pin && config.access.lock_pin.is_none();
        if config.desk.lock_minutes > 0 && unopened {
            let why = "a desk that locks itself needs something that opens it: put what \"madoguchi pin\" prints into \
                       access.lock_pin, write access.lock = \"sign-in\" where people sign in with a browser, or write 0";
            return Err(wrong("desk.lock_minutes".to_owned(), why.to_owned()));
        }
        config.lock_key(&config.profile).map_err(|why| wrong("access.lock".to_owned(), why))?;
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
        for (name, profile) in &config.profiles {
            profile.check().map_err(|(at, why)| wrong(format!("profiles.{name}.{at}"), why))?;
        }
        Ok(config)
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

    #[test]
    fn a_sign_in_opens_the_desk_of_a_profile_that_has_one() {
        let profile = |name: &str, flow: &str| {
            format!(
                "[profiles.{name}]\n[profiles.{name}.salesforce]\nurl = \"https://x.my.salesforce.com\"\n\
                 client_id = \"x\"\n{flow}\n[profiles.{name}.whmcs]\nurl = \"https://x.example.jp\"\n\
                 identifier_env = \"A\"\nsecret_env = \"B\"\n[profiles.{name}.freebit]\n\
                 url = \"https://x.example.jp\"\noem_id_env = \"C\"\noem_key_env = \"D\"\n"
            )
        };
        let two = format!("{}{}", profile("live", "flow = \"browser\""), profile("jobs", "client_secret_env = \"E\""));
        let of = |profile: &str| parse(&format!("profile = \"{profile}\"\n[access]\nlock = \"sign-in\"\n{two}"));
        let config = of("live").unwrap();
        assert_eq!(config.lock_key("live"), Ok(LockKey::SignIn));
        assert_eq!(config.lock_key("sandbox"), Ok(LockKey::Touch), "nobody is signed in there");
        assert!(config.lock_key("jobs").is_err());
        let error = of("jobs").unwrap_err();
        for word in ["config.toml:3: access.lock: ", "flow = \"browser\"", "client-credentials", "\"pin\""] {
            assert!(error.contains(word), "{error}");
        }
        let minutes = format!("profile = \"live\"\ndesk.lock_minutes = 5\naccess.lock = \"sign-in\"\n{two}");
        assert!(parse(&minutes).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named_with_what_would_be_right() {
        for (text, says) in [
            (
                "[desk]\ntheme = \"drak\"",
                &["config.toml:2: desk.theme: \"drak\" (did you mean \"dark\"?)", "light"][..],
            ),
            (
                "[board]\n\nreview = [\"Waits\"]",
                &["config.toml:3: board.review: ", "words.order_status.pending_review"],
            ),
            ("[words.order_status]\naproved = \"A\"", &["config.toml:2: words.order_status.aproved", "\"approved\"?"]),
            ("[words.order_status]\napproved = []", &["config.toml:2: words.order_status.approved", "Salesforce"]),
            (
                "[words.order_status]\napproved = [\"Go\", \"Processed\"]",
                &["config.toml:1: words.order_status.processed", "\"Processed\" means approved"],
            ),
            ("\n\n[dsek]\n", &["config.toml:3: dsek: \"dsek\" (did you mean \"desk\"?)"]),
            ("[sandbox]\ncustomers = \"many\"", &["config.toml:2: sandbox.customers: "]),
            ("[sandbox]\ncustomers = 200000000", &["config.toml:2: sandbox.customers: ", "100000"]),
            ("profile = ", &["config.toml:1: "]),
            ("[desk]\nlock_minutes = 5", &["config.toml:2: desk.lock_minutes: ", "madoguchi pin", "lock_pin"]),
            ("[access]\nlock = \"signin\"", &["config.toml:2: access.lock: ", "sign-in"]),
            ("[access]\nlock_pin = \"4711\"", &["config.toml:2: access.lock_pin: ", "pbkdf2"]),
            (
                "[access]\nname = \"x\"\nroles = { topup = \"viewer\" }",
                &["config.toml:3: access.roles.topup", "\"top-up\"?"],
            ),
            ("[access.levels]\ncpature = \"V1\"", &["config.toml:2: access.levels.cpature", "\"capture\"?"]),
            ("[keys]\npreset = \"emacs\"", &["config.toml:2: keys.preset: ", "plain", "vim"]),
            ("[keys.dsek]\nsearch = []", &["config.toml:1: keys.dsek: \"dsek\" (did you mean \"desk\"?)"]),
            (
                "[keys.desk]\nboard = []\nserach = [\"/\"]",
                &["config.toml:3: keys.desk.serach: \"serach\" (did you mean \"search\"?)"],
            ),
            ("[keys.desk]\nsearch = [\"ctrl-pgup\"]", &["config.toml:2: keys.desk.search: ", "\"ctrl-pageup\"?"]),
            ("[keys]\n\nsim = { top-up = [\"b\"] }", &["config.toml:3: keys.sim.top-up: ", "desk.board"]),
            ("\n[profiles.live]\nsandbox = true", &["config.toml:2: profiles.live: ", "salesforce"]),
            ("[profiles.live.whmcs]\nurl = \"https://x.example.jp\"", &["config.toml:1: profiles.live", "missing"]),
            ("[[macros]]\n\n[[macros]]\ncode = 1", &["config.toml:1: macros[0]: ", "missing"]),
            ("[billing]\ngateways = 1", &["config.toml:2: billing.gateways: "]),
            ("[[macros]]\ncode = \"x\"\nen = \"X\"\nja = \"X\"\nstatus = \"shut\"", &["macros[0].status", "closed"]),
            ("[[macros]]\ncode = \"x\"\nen = \"X\"\nja = \"X\"\ntemplate = \"y\"", &["macros[0]", "pay-link"]),
        ] {
            let error = parse(text).unwrap_err();
            for word in says {
                assert!(error.contains(word), "{error:?} should name {word}");
            }
        }
    }
}
