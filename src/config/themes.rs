//! A person's own themes: files beside the configuration, each a theme of its name. What is wrong in one is told by file, line
//! and role, with the word that was probably meant.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use madoguchi_ui::color;
use madoguchi_ui::theme::{BUILTIN, Palette, Role, ThemeError, Wrong};
use madoguchi_ui::themes::AUTO;

use super::ConfigError;
use crate::domain::nearest;
use crate::flow::ThemeFile;

/// No theme of more bytes is read: all roles take a few thousand.
const LARGEST: u64 = 64 * 1024;

/// The folder of the themes that belong to a configuration.
pub fn beside(config: &Path) -> PathBuf {
    config.with_file_name("themes")
}

/// Whether there is a theme of that name: with the desk, or in this folder.
///
/// # Errors
/// The nearest name there is, and all of them.
pub fn known(name: &str, folder: &Path) -> Result<(), String> {
    let own = files(folder);
    let mut names: Vec<&str> = vec![AUTO];
    names.extend(BUILTIN);
    names.extend(own.keys().map(String::as_str).filter(|name| !BUILTIN.contains(name)));
    if names.contains(&name) { Ok(()) } else { Err(nearest::instead(name, &names)) }
}

/// The themes of this folder, and what is wrong with those that cannot be used.
pub fn read(folder: &Path) -> Vec<ThemeFile> {
    let files = files(folder);
    let texts: BTreeMap<&str, Result<String, ConfigError>> =
        files.iter().map(|(name, path)| (name.as_str(), text(path))).collect();
    let own = |name: &str| texts.get(name)?.as_ref().ok().cloned();
    let file = |(name, path): (&String, &PathBuf)| {
        let (name, text) = (name.clone(), own(name).unwrap_or_default());
        let wrong = match &texts[name.as_str()] {
            Err(error) => Some(error.to_string()),
            Ok(_) => Palette::named(&name, own).err().map(|error| {
                let path = files.get(&error.theme).unwrap_or(path);
                let names: Vec<&str> = BUILTIN.iter().copied().chain(files.keys().map(String::as_str)).collect();
                told(&error, path, &own(&error.theme).unwrap_or_default(), &names).to_string()
            }),
        };
        ThemeFile { name, text, wrong }
    };
    files.iter().map(file).collect()
}

/// The files of a folder that are themes, by the themes' names.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let there = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let themes = there.filter(|path| path.extension().is_some_and(|it| it == "toml"));
    let named = themes.filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), path)));
    // A name stands on the screen and in a configuration: nothing in it may move anything.
    let plain = |name: &str| !matches!(name, "" | AUTO) && !name.chars().any(|c| c.is_control() || c == '"');
    named.filter(|(name, _)| plain(name)).collect()
}

fn text(path: &Path) -> Result<String, ConfigError> {
    let unread = |why| ConfigError::Unreadable { path: path.to_path_buf(), why };
    let known = fs::metadata(path).map_err(unread)?;
    if !known.is_file() || known.len() > LARGEST {
        return Err(unread(std::io::Error::other("it is no file of a theme's size")));
    }
    fs::read_to_string(path).map_err(unread)
}

/// What is wrong in a theme, at its place.
fn told(error: &ThemeError, path: &Path, text: &str, names: &[&str]) -> ConfigError {
    let at = |key: &str, why: String| ConfigError::at(key, &why, text, path);
    match &error.wrong {
        Wrong::Syntax { at, why } => ConfigError::said(why, *at, text, path),
        Wrong::UnknownRole(name) => {
            let roles: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
            at(&format!("roles.{name}"), nearest::instead(name, &roles))
        }
        Wrong::MissingRole(name) => {
            at("roles", format!("the role \"{name}\" is not given; give it, or inherit a theme that does"))
        }
        Wrong::BadColor { key, value } => {
            let meant = nearest::of(value, color::NAMES).map(|name| format!(" (did you mean \"{name}\"?)"));
            let right = format!("\"#rrggbb\", 0 to 255, or one of {}", color::NAMES.join(", "));
            at(key, format!("\"{value}\" is no colour{}; a colour is {right}", meant.unwrap_or_default()))
        }
        Wrong::UnknownParent(name) => at("inherits", nearest::instead(name, names)),
        Wrong::Loop(name) => at("inherits", format!("\"{name}\" leads back to itself")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these themes, as it is read.
    fn themes(written: &[(&str, &str)]) -> Vec<ThemeFile> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in written {
            fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
        }
        read(folder.path())
    }

    #[track_caller]
    fn wrong(written: &[(&str, &str)], name: &str) -> String {
        let themes = themes(written);
        themes.iter().find(|file| file.name == name).and_then(|file| file.wrong.clone()).unwrap()
    }

    #[test]
    fn a_file_is_a_theme_of_its_name() {
        let [night, ours] = [("night", "inherits = \"dark\""), ("ours", "inherits = \"night\"")];
        let file = |(name, text): (&str, &str)| ThemeFile { name: name.into(), text: text.into(), wrong: None };
        assert_eq!(themes(&[ours, night, ("auto", "")]), [file(night), file(ours)]);
        assert_eq!(read(Path::new("/nonexistent/themes")), []);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("folder.toml")).unwrap();
        assert!(read(folder.path())[0].wrong.as_ref().unwrap().contains("folder.toml"));
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place_with_what_would_be_right() {
        for (text, words) in [
            (
                "inherits = \"dark\"\n[roles]\nwarnign = { fg = 1 }",
                &["ours.toml:3: roles.warnign: ", "did you mean \"warning\"?"][..],
            ),
            (
                "inherits = \"dark\"\n\n[roles]\ngood = { fg = \"gren\" }",
                &["ours.toml:4: roles.good.fg: ", "\"green\"?", "#rrggbb"],
            ),
            ("inherits = \"dark\"\n[roles.good]\nfg = 1\nbg = 256", &["ours.toml:4: roles.good.bg: \"256\""]),
            ("# first\ninherits = \"drak\"", &["ours.toml:2: inherits: ", "did you mean \"dark\"?"]),
            ("inherits = \"dark\"\nblink = true", &["ours.toml:2: ", "\"blink\"", "paint"]),
            (
                "inherits = \"dark\"\n[roles]\ngood = { modifiers = [\"bald\"] }",
                &["ours.toml:3: ", "did you mean \"bold\"?", "reversed"],
            ),
            ("inherits = \"ours\"", &["ours.toml:1: inherits: \"ours\" leads back to itself"]),
            ("inherits = ", &["ours.toml:1: "]),
            ("", &["ours.toml: roles: the role \"text\" is not given"]),
        ] {
            let said = wrong(&[("ours", text)], "ours");
            assert!(
                words.iter().all(|word| said.contains(word)) && !said.contains('\n'),
                "{said:?} should say {words:?}"
            );
        }
    }

    /// The file that is to blame is named, not the one that was asked for.
    #[test]
    fn a_parents_mistake_stands_in_the_parent() {
        let parent = ("night", "inherits = \"dark\"\n[roles]\nbrd = {}");
        let said = wrong(&[("ours", "inherits = \"night\""), parent], "ours");
        assert!(said.contains("night.toml:3: roles.brd"), "{said}");
        let said = wrong(&[("a", "inherits = \"b\""), ("b", "inherits = \"a\"")], "a");
        assert!(said.contains("b.toml:1: inherits: \"a\" leads back"), "{said}");
    }

    #[test]
    fn a_name_is_known_or_the_nearest_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("night.toml"), "").unwrap();
        assert_eq!(known("night", folder.path()), Ok(()));
        assert!(["contrast", "auto"].iter().all(|name| known(name, folder.path()).is_ok()));
        let said = known("nigth", folder.path()).unwrap_err();
        assert!(said.contains("did you mean \"night\"?") && said.contains("terminal, night"), "{said}");
    }
}
