//! What the real desk sends to terminals that can show few colours, or none.

use std::collections::BTreeSet;
use std::fs;

use super::pty::Pty;

/// How a colour is told to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    /// One of the sixteen.
    Named,
    /// One of 256.
    Indexed,
    /// Red, green and blue.
    Exact,
}

/// Every way in which a colour is told in these bytes.
fn told(bytes: &[u8]) -> BTreeSet<Told> {
    let text = String::from_utf8_lossy(bytes);
    let mut ways = BTreeSet::new();
    for part in text.split("\x1b[").skip(1) {
        let Some((params, _)) =
            part.split_once('m').filter(|(it, _)| it.bytes().all(|b| b.is_ascii_digit() || b == b';'))
        else {
            continue;
        };
        let mut params = params.split(';').map(|it| it.parse().unwrap_or(0));
        while let Some(n) = params.next() {
            match n {
                30..=37 | 40..=47 | 90..=97 | 100..=107 => _ = ways.insert(Told::Named),
                38 | 48 if params.next() == Some(5) => {
                    params.next();
                    ways.insert(Told::Indexed);
                }
                38 | 48 => {
                    params.nth(2);
                    ways.insert(Told::Exact);
                }
                _ => {}
            }
        }
    }
    ways
}

/// The desk with a theme that asks for exact colours. Answers how it told them.
fn desk(variables: &[(&str, &str)]) -> BTreeSet<Told> {
    let home = tempfile::tempdir().unwrap();
    let themes = home.path().join(".config/madoguchi/themes");
    fs::create_dir_all(&themes).unwrap();
    fs::write(
        themes.join("own.toml"),
        "inherits = \"dark\"\n[roles]\nheading = { fg = \"#ff8812\" }\nlabel = { fg = 141 }\n",
    )
    .unwrap();
    let mut desk = Pty::desk(&home, variables, &["--theme", "own", "--customers", "0", "--language", "en"], (100, 30));
    desk.until("SANDBOX");
    desk.send("C-000002\r");
    desk.until("C-000002");
    desk.until("Takase");
    let bytes = desk.bytes.clone();
    assert_eq!(desk.quit(), 0);
    told(&bytes)
}

#[test]
fn a_terminal_is_told_colours_as_it_can_show_them() {
    use Told::{Exact, Indexed, Named};
    let utf8 = ("LANG", "C.UTF-8");
    for (variables, may, must) in [
        (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), utf8][..], &[Exact, Indexed][..], &[Exact][..]),
        (&[("TERM", "xterm-256color"), utf8], &[Indexed], &[Indexed]),
        (&[("TERM", "xterm"), utf8], &[Named], &[Named]),
        (&[("TERM", "linux"), utf8], &[Named], &[Named]),
        (&[("TERM", "vt100"), utf8], &[], &[]),
        (&[("TERM", "xterm-mono"), utf8], &[], &[]),
        (&[("TERM", "xterm-256color"), ("NO_COLOR", "1"), utf8], &[], &[]),
        (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("NO_COLOR", "1"), utf8], &[], &[]),
    ] {
        let ways = desk(variables);
        assert!(ways.iter().all(|way| may.contains(way)), "{variables:?}: {ways:?}");
        assert!(must.iter().all(|way| ways.contains(way)), "{variables:?}: {ways:?}");
    }
}
