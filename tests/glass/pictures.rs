//! The pictures of the README. `cargo test --test glass -- --ignored`
//! takes them anew; the ordinary run looks that each of them is there and shown.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::pty::Pty;
use super::svg;

/// A picture: its file, what is on it, and from a fresh desk the keys with what has to be seen after each.
struct Picture {
    name: &'static str,
    shows: &'static str,
    args: &'static [&'static str],
    steps: &'static [(&'static str, &'static str)],
}

const DARK: &[&str] = &["--theme", "dark", "--language", "en"];

const PICTURES: &[Picture] = &[
    Picture {
        name: "board",
        shows: "What waits over all customers",
        args: DARK,
        steps: &[("", "SANDBOX"), ("\x1b", "Orders")],
    },
    Picture { name: "dashboard", shows: "A customer's dashboard", args: DARK, steps: &[("C-000002\r", "Takase")] },
    Picture {
        name: "subscriptions",
        shows: "Subscriptions, with the services' details",
        args: DARK,
        steps: &[("C-000002\r", "Takase"), ("2", "SIM Voice")],
    },
    Picture {
        name: "billing",
        shows: "Billing: invoices, and what is on the one under the cursor",
        args: DARK,
        steps: &[("C-000003\r", "C-000003"), ("3", "Invoices")],
    },
    Picture {
        name: "orders",
        shows: "An order that stopped: its ten steps through three systems, where, why, and what to do",
        args: DARK,
        steps: &[("C-000021\r", "C-000021"), ("4", "Activation"), ("X", "210")],
    },
    Picture {
        name: "sim",
        shows: "A mobile line as Freebit tells it",
        args: DARK,
        steps: &[("C-000002\r", "Takase"), ("5", "0002")],
    },
    Picture {
        name: "support",
        shows: "Cases and tickets, and what was said",
        args: DARK,
        steps: &[("C-000063\r", "C-000063"), ("6", "Cases")],
    },
    Picture {
        name: "japanese",
        shows: "The dashboard in Japanese, on a light terminal",
        args: &["--theme", "light", "--language", "ja"],
        steps: &[("C-000002\r", "高瀬")],
    },
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/screenshots")
}

/// Nothing moves any more, on a machine that does nothing else.
const STILL: Duration = Duration::from_millis(1500);

#[test]
#[ignore = "takes the README's pictures"]
fn take_the_pictures() {
    fs::create_dir_all(folder()).unwrap();
    for picture in PICTURES {
        let home = tempfile::tempdir().unwrap();
        let folder_of_config = home.path().join(".config/madoguchi");
        fs::create_dir_all(&folder_of_config).unwrap();
        fs::write(folder_of_config.join("config.toml"), "[desk]\ntour = false\n").unwrap();
        let args: Vec<&str> = picture.args.iter().chain(&["--customers", "40"]).copied().collect();
        let variables = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8"), ("USER", "hana")];
        let mut desk = Pty::desk(&home, &variables, &args, (120, 40));
        desk.until("SANDBOX");
        desk.look(STILL);
        for (keys, seen) in picture.steps {
            desk.send(keys);
            desk.until(seen);
            desk.look(STILL);
        }
        fs::write(folder().join(format!("{}.svg", picture.name)), svg::draw(desk.glass.screen(), picture.shows))
            .unwrap();
        assert_eq!(desk.quit(), 0);
    }
}

#[test]
fn the_readme_shows_every_picture() {
    let readme = fs::read_to_string(folder().join("../../README.md")).unwrap();
    for Picture { name, shows, .. } in PICTURES {
        let file = format!("assets/screenshots/{name}.svg");
        assert!(readme.contains(&format!("]({file})")), "the README does not show {file}");
        let drawn = fs::read_to_string(folder().join(format!("{name}.svg"))).unwrap();
        assert!(
            drawn.contains(&format!("<title>{}</title>", shows.replace(' ', "\u{a0}"))),
            "{file} is another picture"
        );
        assert!(drawn.len() < 200_000, "{file} is too heavy for a README");
    }
    let there = fs::read_dir(folder()).unwrap().count();
    assert_eq!(there, PICTURES.len(), "a picture is left over");
}
