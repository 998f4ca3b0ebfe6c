//! The reference in `assets/reference` is generated from the code, and this test fails when the two drift apart:
//! every action with its keys, every configuration key, every role of the themes, every message, every command.
//!
//! `MADOGUCHI_REFERENCE=write cargo test --test reference` writes it anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use madoguchi::cli;
use madoguchi::config::show::{EXAMPLE, uncommented};
use madoguchi::flow::over::OVERS;
use madoguchi::flow::{ActionSpec, actions};
use madoguchi::keymap::Preset;
use madoguchi::locale::{Language, Words};
use madoguchi_ui::theme::Role;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A page under its heading.
fn page(title: &str, about: &str) -> String {
    format!("# {title}\n\n{about}\n\nGenerated from the code; `cargo test --test reference` says when it is old.\n")
}

/// Text as a cell of a table.
fn cell(text: &str) -> String {
    text.trim().replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('\n', "<br>")
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", text.replace('|', "\\|")) }
}

/// Every action: its name for `[keys]`, its words, its default keys, and where they work.
fn keys() -> String {
    let mut out = page(
        "Actions and keys",
        "Every action has a name, the table of the configuration it stands in, and keys; what is done on the screen has words.",
    );
    let (english, japanese) = (Words::new(Language::English), Words::new(Language::Japanese));
    let mut specs: Vec<_> = actions().collect();
    let mut groups: Vec<_> = specs.iter().map(|spec| spec.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let row = |out: &mut String, spec: &ActionSpec, words: [String; 2]| {
        let keys: Vec<String> = Preset::Plain.keys(spec).iter().map(|key| code(key)).collect();
        let vim = if Preset::Vim.keys(spec) == spec.keys { &[][..] } else { Preset::Vim.keys(spec) };
        let vim: Vec<String> = vim.iter().map(|key| code(key)).collect();
        let [english, japanese] = words;
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | `keys.{}` | {english} | {japanese} |",
            spec.name,
            keys.join(" "),
            vim.join(" "),
            spec.layer.name(),
        );
    };
    let head = "| Action | Keys | With `preset = \"vim\"` | Table | English | Japanese |\n|---|---|---|---|---|---|\n";
    for group in groups {
        let title = english.say(&format!("group-{}", group.name())).into_owned();
        let _ = write!(out, "\n## {title}\n\n{head}");
        for spec in specs.extract_if(.., |spec| spec.group == group) {
            let words = spec.words();
            row(&mut out, &spec, [cell(&english.say(&words)), cell(&japanese.say(&words))]);
        }
    }
    let _ = write!(out, "\n## What lies over the screen\n\nIts last line names them.\n\n{head}");
    for spec in OVERS {
        row(&mut out, spec, [String::new(), String::new()]);
    }
    out
}

/// Every key of the configuration with its default, from the example that is proved to have them all.
fn configuration() -> String {
    let mut out = page(
        "Configuration",
        "Every key with its default, from [config.example.toml](../../config.example.toml). What stands under a profile \
         or can stand any number of times is shown as an example.",
    );
    let (mut about, mut open) = (String::new(), String::new());
    let _ = write!(out, "\n| Key | Default | |\n|---|---|---|\n");
    for line in uncommented(EXAMPLE).lines() {
        if open.is_empty() && line.trim().is_empty() {
            about.clear();
        } else if open.is_empty()
            && let Some(comment) = line.strip_prefix('#')
        {
            about.push_str(comment);
        } else if open.is_empty() && line.starts_with('[') {
            let _ = write!(out, "\n## `{line}`\n\n{}\n\n| Key | Default | |\n|---|---|---|\n", about.trim());
            about.clear();
        } else {
            open.push_str(line);
            open.push('\n');
            // A value may go on over several lines.
            if toml::from_str::<toml::Table>(&open).is_ok() {
                let (key, value) = open.split_once('=').expect("a key has a value");
                let _ = writeln!(out, "| `{}` | {} | {} |", key.trim(), code(&one_line(value)), cell(&about));
                open.clear();
                about.clear();
            }
        }
    }
    assert_eq!(open, "", "the example ends within a value");
    out
}

fn one_line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every role of a theme, and what it is in the themes that come with the desk.
fn themes() -> String {
    let mut out = page(
        "Themes",
        "A theme gives each role a look: `fg`, `bg` (a number of the 256-colour palette, `#rrggbb`, or a name) and \
         `modifiers`. `inherits` names a theme that says the rest.",
    );
    let mut names: Vec<String> = fs::read_dir(root().join("themes"))
        .expect("the themes")
        .filter_map(|it| Some(it.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort_unstable();
    let _ = write!(
        out,
        "\n| Role | |{}\n|---|---|{}\n",
        names.iter().fold(String::new(), |row, it| row + " " + it + " |"),
        "---|".repeat(names.len())
    );
    let files: Vec<toml::Table> = names
        .iter()
        .map(|name| fs::read_to_string(root().join(format!("themes/{name}.toml"))).expect("a theme"))
        .map(|text| toml::from_str(&text).expect("a theme is TOML"))
        .collect();
    for role in Role::ALL {
        let looks = files.iter().fold(String::new(), |row, file| {
            let look = file.get("roles").and_then(|roles| roles.get(role.name()));
            row + " " + &code(&look.map(ToString::to_string).unwrap_or_default()) + " |"
        });
        let _ = writeln!(out, "| `{}` | {} |{looks}", role.name(), cell(role.about()));
    }
    out
}

/// The messages of a language, in their order.
fn table(language: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join(format!("assets/locales/{language}.ftl"))).expect("a language");
    let mut all: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        if line.starts_with([' ', '}']) {
            if let Some((_, text)) = all.last_mut() {
                text.push('\n');
                text.push_str(line.trim());
            }
        } else if let Some((id, text)) = line.split_once('=') {
            all.push((id.trim().to_owned(), text.trim().to_owned()));
        }
    }
    all
}

/// Every message in both languages.
fn messages() -> String {
    let mut out = page("Messages", "Every text of the desk by its key, in the syntax of Project Fluent.");
    let _ = write!(out, "\n| Key | English | Japanese |\n|---|---|---|\n");
    let japanese: std::collections::HashMap<String, String> = table("ja").into_iter().collect();
    for (id, english) in table("en") {
        let japanese = japanese.get(&id).map(String::as_str).unwrap_or_default();
        let _ = writeln!(out, "| `{id}` | {} | {} |", cell(&english), cell(japanese));
    }
    out
}

/// Every command with its options.
fn commands() -> String {
    let mut out = page("Commands", "What `--help` says of each, in English.");
    write_command(&mut out, cli::whole(Language::English).term_width(100), "");
    out
}

fn write_command(out: &mut String, command: clap::Command, above: &str) {
    let name = format!("{above} {}", command.get_name()).trim().to_owned();
    // What this machine's environment says is no part of it.
    let mut command = command.mut_args(|arg| arg.hide_env_values(true)).bin_name(&name).disable_help_subcommand(true);
    let help = command.render_long_help().to_string();
    let help = help.lines().fold(String::new(), |all, line| all + line.trim_end() + "\n");
    let _ = write!(out, "\n## {name}\n\n```\n{}\n```\n", help.trim_end());
    let below: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    for one in below {
        write_command(out, one.term_width(100), &name);
    }
}

#[test]
fn the_reference_is_what_the_code_says() {
    let folder = root().join("assets/reference");
    let pages = [
        ("keys.md", keys()),
        ("configuration.md", configuration()),
        ("themes.md", themes()),
        ("messages.md", messages()),
        ("commands.md", commands()),
    ];
    let write = std::env::var("MADOGUCHI_REFERENCE").is_ok_and(|it| it == "write");
    if write {
        fs::create_dir_all(&folder).expect("a folder for the reference");
    }
    for (name, said) in &pages {
        let path = folder.join(name);
        if write {
            fs::write(&path, said).expect("the reference can be written");
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        if let Some((old, new)) = written.lines().zip(said.lines()).find(|(old, new)| old != new) {
            panic!(
                "{name} is old:\n  it says {old}\n  it should {new}\nMADOGUCHI_REFERENCE=write cargo test --test reference"
            );
        }
        assert_eq!(written.len(), said.len(), "{name} is old: MADOGUCHI_REFERENCE=write cargo test --test reference");
    }
    let there: BTreeSet<_> = fs::read_dir(&folder)
        .expect("the reference")
        .filter_map(|it| it.ok()?.file_name().into_string().ok())
        .collect();
    let expected: BTreeSet<_> = pages.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(there, expected, "no page is left over");
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md").is_file());
}
