//! Holds the arrows of the house: which room may know which, and which crates a room may name. It reads the sources
//! as text, so that an arrow drawn the wrong way fails here by name before anybody builds on it.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file, in lines. A room that needs more needs another file.
const LONGEST: usize = 700;

/// A room, the rooms it may use, and the guarded crates it may name.
struct Room {
    name: &'static str,
    uses: &'static [&'static str],
    crates: &'static [&'static str],
}

const fn room(name: &'static str, uses: &'static [&'static str], crates: &'static [&'static str]) -> Room {
    Room { name, uses, crates }
}

/// Everything above the line between screen and wire.
const SCREEN: &[&str] = &["ratatui", "madoguchi_ui", "nucleo_matcher"];

/// The whole house. A new room is put here with what it may use, or the test names it.
const ROOMS: &[Room] = &[
    room("domain", &[], &[]),
    room("flow", &["domain"], &[]),
    room("keymap", &["domain", "flow"], &[]),
    room("locale", &["domain"], &["fluent_bundle"]),
    room("scene", &["domain", "flow", "keymap", "locale"], SCREEN),
    room("tabs", &["domain", "flow", "locale", "scene"], SCREEN),
    room(
        "overlays",
        &["domain", "flow", "keymap", "locale", "scene", "tabs", "told"],
        // The square of a code that is shown.
        &["ratatui", "madoguchi_ui", "nucleo_matcher", "qrcode"],
    ),
    room("app", &["domain", "flow", "keymap", "locale", "overlays", "scene", "tabs", "told"], SCREEN),
    room(
        "backend",
        &["audit", "domain", "flow", "folder"],
        // The journal is here: a file, hashed entries, drawn codes.
        // Field packs are sealed here.
        // So is the event bus: gRPC, and what its events are written in.
        // And what is wrong with a certificate is told.
        &[
            "tokio",
            "reqwest",
            "backon",
            "governor",
            "tracing",
            "rusqlite",
            "aws_lc_rs",
            "argon2",
            "tokio_rustls",
            "tonic",
            "tonic_prost",
            "prost",
            "apache_avro",
            // Its way through a proxy, and the keys and certificates that profiles name.
            "hyper_util",
            "rustls_pki_types",
        ],
    ),
    room(
        "sandbox",
        &["domain", "config"],
        &[
            "tokio",
            "tokio_util",
            "axum",
            "tracing",
            "aws_lc_rs",
            "rcgen",
            "tokio_rustls",
            "rustls",
            "tonic",
            "tonic_prost",
            "prost",
            "apache_avro",
        ],
    ),
    // Seals its lines, and masks what must not be in them. Below the backend, which writes what it changes into the log.
    room("audit", &["domain", "flow", "folder"], &["aws_lc_rs"]),
    // Whose a folder is.
    room("folder", &[], &["rustix"]),
    // Secrets are fetched here, before anything else runs: a file's owner is looked at, a program is ended, a keyring asked.
    room(
        "config",
        &["backend", "domain", "flow", "keymap"],
        &["clap", "toml", "directories", "madoguchi_ui", "rustix", "keyring_core", "dbus_secret_service_keyring_store"],
    ),
    room("told", &["domain", "flow", "locale"], &[]),
    room("cli", &["config", "domain", "locale"], &["clap", "clap_complete"]),
    room(
        "commands",
        // Personal data is shown only once the audit log has it.
        &["audit", "cli", "config", "domain", "flow", "folder", "locale", "logging", "runtime", "told"],
        &["tokio"],
    ),
    room("logging", &["folder"], &["directories", "tracing_subscriber", "tracing_appender"]),
    // What is measured and what is drawn is as wide by one table.
    room("terminal", &["flow"], &["madoguchi_ui", "ratatui", "crossterm", "rustix", "tokio", "tracing"]),
    room(
        "runtime",
        &["app", "audit", "backend", "cli", "config", "domain", "flow", "folder", "logging", "sandbox", "terminal"],
        &["ratatui", "rustix", "tokio", "tracing"],
    ),
    room(
        "start",
        &["app", "audit", "cli", "commands", "config", "flow", "locale", "logging", "runtime", "sandbox", "terminal"],
        &["madoguchi_ui", "tokio", "anstyle_query", "clap_complete", "clap_mangen"],
    ),
];

/// Crates that only some rooms may name. The others (numbers, text, serde, dates) harm nobody.
const GUARDED: &[&str] = &[
    "tokio",
    "tokio_util",
    "reqwest",
    "axum",
    "ratatui",
    "ratatui_core",
    "ratatui_widgets",
    "madoguchi_ui",
    "crossterm",
    "rustix",
    "backon",
    "governor",
    "tracing",
    "tracing_subscriber",
    "tracing_appender",
    "clap",
    "clap_complete",
    "clap_mangen",
    "toml",
    "directories",
    "tui_input",
    "fluent_bundle",
    "nucleo_matcher",
    "qrcode",
    "aws_lc_rs",
    "argon2",
    "rusqlite",
    "rustls",
    "tokio_rustls",
    "rcgen",
    "tonic",
    "tonic_prost",
    "prost",
    "apache_avro",
    "anstyle_query",
    "color_eyre",
    "keyring_core",
    "dbus_secret_service_keyring_store",
    "hyper_util",
    "rustls_pki_types",
];

/// What `ui` may depend on: cells, text, and how a theme is written down.
const UI_MAY_DEPEND_ON: &[&str] = &["compact_str", "ratatui-core", "ratatui-widgets", "tui-input", "serde", "toml"];

/// A source file: where, and its code without comments.
struct Source {
    path: PathBuf,
    code: String,
    lines: usize,
}

impl Source {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
        Self { code: code.collect::<Vec<_>>().join("\n"), lines: text.lines().count(), path }
    }

    /// Modules between the crate's root and this file.
    fn depth(&self, src: &Path) -> usize {
        let inside = self.path.strip_prefix(src).unwrap();
        inside.components().count() - usize::from(inside.ends_with("mod.rs"))
    }

    fn room(&self, src: &Path) -> String {
        let inside = self.path.strip_prefix(src).unwrap().with_extension("");
        inside.components().next().unwrap().as_os_str().to_str().unwrap().to_owned()
    }

    fn is_test(&self) -> bool {
        let stem = self.path.file_stem().unwrap().to_str().unwrap();
        matches!(stem, "tests" | "testing")
            || stem.ends_with("_tests")
            || self.path.components().any(|part| part.as_os_str() == "tests")
    }

    /// The code that ships: without the test module at the end.
    fn shipped(&self) -> &str {
        self.code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(Source::read(path));
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The word a piece of code begins with.
fn word(code: &str) -> &str {
    code.split(|c| !is_word(c)).next().unwrap_or_default()
}

/// The words that follow `prefix` as a path: one, or all the first ones of a group in braces.
fn after<'a>(code: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| is_word(c) || c == ':') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            None => drop(found.insert(word(rest))),
            Some(group) => found.extend(members(group)),
        }
    }
    found
}

/// The first word of each member of a group, which ends with its closing brace.
fn members(group: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut begins) = (0, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' => begins |= depth == 0,
            c if c.is_whitespace() => {}
            _ if begins && depth == 0 => {
                found.push(word(&group[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    found
}

/// The other rooms a file uses, by `crate::…` or by climbing to the root with `super::…`.
fn rooms_used(source: &Source, src: &Path) -> BTreeSet<String> {
    let climb = "super::".repeat(source.depth(src));
    let names: BTreeSet<&str> = ROOMS.iter().map(|room| room.name).collect();
    let climbed = after(source.shipped(), &climb).into_iter().filter(|word| names.contains(word));
    let used: BTreeSet<&str> = after(source.shipped(), "crate::").into_iter().chain(climbed).collect();
    let own = source.room(src);
    used.into_iter().filter(|used| *used != own).map(str::to_owned).collect()
}

#[test]
fn a_room_uses_only_rooms_below_it() {
    let src = root().join("src");
    let mut wrong = Vec::new();
    for source in sources(&src).into_iter().filter(|source| !source.is_test()) {
        let name = source.room(&src);
        if matches!(name.as_str(), "main" | "lib") {
            continue;
        }
        let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
            wrong.push(format!("{name} is a new room: say in tests/architecture.rs what it may use"));
            continue;
        };
        for used in rooms_used(&source, &src).iter().filter(|used| !room.uses.contains(&used.as_str())) {
            wrong.push(format!("{}: {name} may not use {used}", source.path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_two_rooms_use_each_other() {
    for room in ROOMS {
        for used in room.uses {
            let other = ROOMS.iter().find(|other| other.name == *used).unwrap();
            assert!(!other.uses.contains(&room.name), "{} and {used} use each other", room.name);
        }
    }
    for (room, never) in [("backend", "sandbox"), ("sandbox", "backend"), ("app", "backend"), ("tabs", "app")] {
        let room = ROOMS.iter().find(|it| it.name == room).unwrap();
        assert!(!room.uses.contains(&never), "{} never uses {never}", room.name);
    }
}

#[test]
fn a_room_names_only_the_crates_it_may() {
    let src = root().join("src");
    let mut wrong = Vec::new();
    for source in sources(&src).iter().filter(|source| !source.is_test()) {
        let name = source.room(&src);
        let Some(room) = ROOMS.iter().find(|room| room.name == name) else { continue };
        for guarded in GUARDED.iter().filter(|guarded| !room.crates.contains(guarded)) {
            let path = format!("{guarded}::");
            if !after(source.shipped(), &path).is_empty() {
                wrong.push(format!("{}: {name} may not name {guarded}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_readable() {
    let folders = ["src", "ui/src", "tests", "benches"].map(|folder| root().join(folder));
    let all: Vec<Source> = folders.iter().filter(|folder| folder.exists()).flat_map(|folder| sources(folder)).collect();
    assert!(all.len() > 100, "the sources were found");
    let long: Vec<String> = all
        .iter()
        .filter(|source| source.lines > LONGEST)
        .map(|source| format!("{}: {} lines", source.path.display(), source.lines))
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines:\n{}", long.join("\n"));
    let main = Source::read(root().join("src/main.rs"));
    assert!(main.lines <= 60, "main.rs only reads the command line: {} lines", main.lines);
}

#[test]
fn nothing_that_ships_unwraps() {
    let mut wrong = Vec::new();
    for folder in ["src", "ui/src"] {
        for source in sources(&root().join(folder)).iter().filter(|source| !source.is_test()) {
            for (number, line) in (1..).zip(source.shipped().lines()) {
                if line.contains(".unwrap()") || line.contains("todo!(") || line.contains("unimplemented!(") {
                    wrong.push(format!("{}:{number}: {}", source.path.display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "say what is impossible with expect(…), or return an error:\n{}", wrong.join("\n"));
}

#[test]
fn widgets_know_cells_and_text_and_nothing_of_the_business() {
    let manifest = fs::read_to_string(root().join("ui/Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    for line in dependencies.lines().filter(|line| !line.trim().is_empty()) {
        let name = line.split(['.', ' ', '=']).next().unwrap();
        let may = UI_MAY_DEPEND_ON.contains(&name) || name.starts_with("unicode-");
        assert!(may, "ui may not depend on {name}");
    }
    let business = ["customer", "invoice", "salesforce", "whmcs", "freebit", "msisdn", "subscription"];
    for source in sources(&root().join("ui/src")).iter().filter(|source| !source.is_test()) {
        let code = source.shipped().to_lowercase();
        for word in business {
            assert!(!code.contains(word), "{} speaks of {word}", source.path.display());
        }
    }
}

#[test]
fn the_reader_sees_every_way_to_write_an_arrow() {
    let code = "use crate::{app, domain::{text::Text, time}, flow};\nlet x = crate::backend::Backend::new();\n\
                pub(crate) use other_crate::nothing;";
    let seen: Vec<&str> = after(code, "crate::").into_iter().collect();
    assert_eq!(seen, ["app", "backend", "domain", "flow"]);
    let climbing = Source { path: PathBuf::from("src/tabs/edit.rs"), code: "super::super::app::App".into(), lines: 1 };
    assert_eq!(rooms_used(&climbing, Path::new("src")).into_iter().collect::<Vec<_>>(), ["app"]);
    let at_home = Source { path: PathBuf::from("src/tabs/mod.rs"), code: "super::flow::Tab".into(), lines: 1 };
    assert_eq!(rooms_used(&at_home, Path::new("src")).into_iter().collect::<Vec<_>>(), ["flow"]);
}
