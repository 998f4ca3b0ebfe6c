//! The configuration that counts: the defaults, with what the file and the command line say over them.

use toml::{Table, Value};

use super::secrets::ENDINGS;
use super::{Config, GlyphChoice, LanguageChoice};

/// Every key with its default and what it is for.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

/// That what should be shown is no TOML.
pub type Unreadable = toml::de::Error;

/// What the command line, and the environment through it, says over a file.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// The profile.
    pub profile: Option<String>,
    /// The desk's language.
    pub language: Option<LanguageChoice>,
    /// Its theme.
    pub theme: Option<String>,
    /// Its shapes.
    pub glyphs: Option<GlyphChoice>,
    /// That this desk changes nothing.
    pub read_only: bool,
    /// How many customers the sandbox invents.
    pub customers: Option<usize>,
    /// From which number.
    pub seed: Option<u64>,
}

impl Flags {
    /// As a file would say it.
    fn table(&self) -> Table {
        let word = |choice: &dyn std::fmt::Debug| Value::from(format!("{choice:?}").to_lowercase());
        let number = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok()).map(Value::from);
        let of = |pairs: Vec<(&str, Option<Value>)>| -> Table {
            pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
        };
        let desk = of(vec![
            ("language", self.language.map(|it| word(&it))),
            ("theme", self.theme.as_deref().map(Value::from)),
            ("glyphs", self.glyphs.map(|it| word(&it))),
        ]);
        let customers = self.customers.and_then(|n| u64::try_from(n).ok());
        of(vec![
            ("profile", self.profile.as_deref().map(Value::from)),
            ("desk", Some(desk.into())),
            ("access", Some(of(vec![("read_only", self.read_only.then(|| true.into()))]).into())),
            ("sandbox", Some(of(vec![("customers", number(customers)), ("seed", number(self.seed))]).into())),
        ])
    }
}

impl Config {
    /// What counts, as a file would say it: the defaults, over them `file`, over that `flags`. Hashes of PINs are hidden.
    /// `file` was read as a configuration before.
    pub fn shown(file: &str, flags: &Flags) -> Result<String, Unreadable> {
        let mut shown: Table = toml::from_str(EXAMPLE)?;
        let profile: Table = toml::from_str(&uncommented(EXAMPLE))?;
        let profile = profile.get("profiles").and_then(|all| all.get("live")).and_then(Value::as_table);
        lay(&mut shown, &toml::from_str(file)?);
        lay(&mut shown, &flags.table());
        if let (Some(Value::Table(all)), Some(example)) = (shown.get_mut("profiles"), profile) {
            for (_, one) in all.iter_mut() {
                let Value::Table(written) = one else { continue };
                let mut whole = example.clone();
                // A sandbox has its event bus beside Salesforce.
                if written.get("sandbox").and_then(Value::as_bool) == Some(true)
                    && let Some(Value::Table(salesforce)) = whole.get_mut("salesforce")
                {
                    salesforce.remove("pubsub");
                }
                with_its_own_sources(&mut whole, written);
                lay(&mut whole, written);
                *written = whole;
            }
        }
        if let Some(Value::Array(all)) = shown.get_mut("access").and_then(|access| access.get_mut("supervisors")) {
            for pin in all.iter_mut().filter_map(|one| one.get_mut("pin")) {
                *pin = "hidden".into();
            }
        }
        if let Some(pin) = shown.get_mut("access").and_then(|access| access.get_mut("lock_pin"))
            && pin.as_str() != Some("")
        {
            *pin = "hidden".into();
        }
        Ok(toml::to_string(&shown).unwrap_or_default())
    }
}

/// The example with its optional parts in force.
pub fn uncommented(example: &str) -> String {
    let line = |line: &str| line.strip_prefix("#| ").or_else(|| line.strip_prefix("#|")).unwrap_or(line).to_owned();
    example.lines().map(line).fold(String::new(), |text, line| text + &line + "\n")
}

/// Takes out of the example where its secrets come from, where the profile says another place.
fn with_its_own_sources(example: &mut Table, written: &Table) {
    for (name, table) in example.iter_mut() {
        let (Value::Table(table), Some(Value::Table(written))) = (table, written.get(name)) else { continue };
        table.retain(|key, _| {
            let stem = ENDINGS.iter().find_map(|ending| key.strip_suffix(ending));
            stem.is_none_or(|stem| !ENDINGS.iter().any(|ending| written.contains_key(&format!("{stem}{ending}"))))
        });
    }
}

fn lay(under: &mut Table, over: &Table) {
    for (key, value) in over {
        match (under.get_mut(key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => lay(under, over),
            _ => _ = under.insert(key.clone(), value.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn parse(text: &str) -> Config {
        Config::parse(text, Path::new("config.toml")).unwrap()
    }

    #[test]
    fn what_is_shown_of_no_file_is_the_default_configuration() {
        assert_eq!(parse(&Config::shown("", &Flags::default()).unwrap()), Config::default());
    }

    #[test]
    fn what_is_shown_counts_and_hides_pins() {
        let file = "[desk]\ntheme = \"light\"\nlanguage = \"ja\"\n[access]\nsupervisors = [{ name = \"Kato\", \
                    pin = \"pbkdf2-sha256$1$AAAA$BBBB\" }]\n";
        let flags = Flags { language: Some(LanguageChoice::En), ..Flags::default() };
        let shown = Config::shown(file, &flags).unwrap();
        assert!(shown.contains("theme = \"light\"") && shown.contains("language = \"en\""), "{shown}");
        assert!(shown.contains("Kato") && shown.contains("hidden") && !shown.contains("BBBB"), "{shown}");
    }

    /// A profile is shown with what it leaves to the defaults.
    #[test]
    fn a_profile_is_shown_whole() {
        let text = uncommented(EXAMPLE).replace("[profiles.live", "[profiles.other");
        let written = parse(&text);
        let short = text.lines().filter(|line| !line.contains("customer_number_field"));
        let short = short.fold(String::new(), |text, line| text + line + "\n");
        let shown = parse(&Config::shown(&short, &Flags::default()).unwrap());
        assert_eq!(shown.profiles["other"], written.profiles["other"]);
    }

    /// Where secrets come from is shown, and only where: there is nothing else in the file.
    #[test]
    fn a_profiles_own_sources_are_shown_in_place_of_the_examples() {
        let text = uncommented(EXAMPLE).replace("[profiles.live", "[profiles.other");
        let text = text.replace(
            "client_secret_env = \"MADOGUCHI_SALESFORCE_SECRET\"",
            "client_secret_command = [\"pass\", \"show\", \"desk\"]",
        );
        let shown = Config::shown(&text, &Flags::default()).unwrap();
        assert!(shown.contains("\"pass\"") && !shown.contains("MADOGUCHI_SALESFORCE_SECRET"), "{shown}");
        assert_eq!(parse(&shown).profiles["other"], parse(&text).profiles["other"]);
    }
}
