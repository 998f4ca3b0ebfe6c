//! What the real desk sends to a terminal that knows what a VT100 knows and no more: nothing that it would not understand.

use super::pty::Pty;

/// What a VT100 would make of these bytes, or the first thing that it would not know.
fn understood(text: &str) -> Result<(), String> {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_control()) {
        let sequence = &rest[at..];
        let length = match sequence.as_bytes() {
            [b'\r' | b'\n', ..] => 1,
            [0x1b, b'M', ..] => 2,
            [0x1b, b'[', ..] => known(&sequence[2..]).map(|length| 2 + length).ok_or_else(|| told(sequence))?,
            _ => return Err(told(sequence)),
        };
        rest = &sequence[length..];
    }
    Ok(())
}

fn told(sequence: &str) -> String {
    sequence.chars().take(20).collect::<String>().replace('\x1b', "^")
}

/// How long the rest of a control sequence is, if a VT100 knows it.
fn known(sequence: &str) -> Option<usize> {
    let end = sequence.find(|c: char| c.is_ascii_alphabetic())?;
    let numbers = || sequence[..end].split(';').map(|n| if n.is_empty() { Some(0) } else { n.parse::<u16>().ok() });
    let fits = match sequence.as_bytes()[end] {
        b'A'..=b'D' | b'H' | b'r' => numbers().all(|n| n.is_some()),
        b'J' | b'K' => numbers().all(|n| n.is_some_and(|n| n < 3)),
        // Bold, underlined, blinking, reversed; and nothing of it alone is taken back.
        b'm' => numbers().all(|n| n.is_some_and(|n| [0, 1, 4, 5, 7].contains(&n))),
        b'h' | b'l' => &sequence[..end] == "?7",
        _ => false,
    };
    fits.then_some(end + 1)
}

#[test]
fn a_vt100_is_sent_nothing_that_it_does_not_know() {
    for term in ["vt100", "vt220"] {
        let home = tempfile::tempdir().unwrap();
        let variables = [("TERM", term), ("LANG", "C.UTF-8")];
        let mut desk = Pty::desk(&home, &variables, &["--customers", "0", "--language", "en"], (80, 24));
        desk.until("SANDBOX");
        desk.send("C-000002\r");
        desk.until("Subscriptions");
        // A list whose rows move, its details, and what lies over it.
        desk.send("3");
        desk.until("Invoices");
        desk.send("jjjG");
        desk.send("?");
        desk.until("What works here");
        desk.send("\x18");
        desk.until("hidden, not locked");
        let bytes = desk.end();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(understood(&text), Ok(()), "{term}");
        let drawn = text.chars().find(|c| ('\u{2190}'..='\u{27ff}').contains(c));
        assert_eq!(drawn, None, "lines and marks are ASCII");
    }
}
