//! The desk as lines: what somebody hears who cannot see a screen.

use std::io::Write as _;
use std::process::Stdio;

use super::{madoguchi, text};

/// What is said to these lines.
fn conversation(args: &[&str], lines: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let all: Vec<&str> = ["--customers", "0", "--plain"].iter().chain(args).copied().collect();
    let mut desk = madoguchi(home.path(), &all).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    desk.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = desk.wait_with_output().unwrap();
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}{}", text(&output.stderr));
    assert!(!said.contains('\u{1b}'), "an escape sequence was said: {said}");
    said
}

#[test]
fn a_customer_is_found_and_taken_in_hand_by_number() {
    let said = conversation(&[], "customer find Lindqvist\n1\ncustomer show\nquit\n");
    assert!(said.contains("The sandbox is open"), "{said}");
    assert!(said.contains("Customers: 1"), "{said}");
    assert!(said.contains("1. Customer no. C-000001; "), "{said}");
    assert!(said.contains("In hand: C-000001"), "{said}");
    assert!(said.contains("C-000001> "), "{said}");
    assert_eq!(
        said.matches("Account (Salesforce): ").count(),
        2,
        "the one in hand is shown again without a name: {said}"
    );
    assert!(!said.contains("  "), "nothing is told by columns: {said}");
}

#[test]
fn what_cannot_be_done_is_said_and_the_conversation_goes_on() {
    let lines = "7\nnote --text \"open\nfrobnicate\nsandbox\ncustomer show C-999999\ncustomer find Nobodyatall\nhelp\n";
    let said = conversation(&[], lines);
    for expected in
        ["Nothing was found yet", "left open", "frobnicate", "command of the shell", "Nothing fits", "quit: leaves"]
    {
        assert!(said.contains(expected), "{expected} was not said: {said}");
    }
}

#[test]
fn a_change_is_about_the_customer_in_hand_and_waits_for_its_word() {
    let note = "note --text 'calls back at three'";
    let said = conversation(&[], &format!("customer show C-000002\n{note}\nn\n{note}\ny\nquit\n"));
    assert!(said.contains("Not confirmed: nothing was sent"), "{said}");
    assert_eq!(said.matches("Type y to confirm").count(), 2, "{said}");
    assert!(said.contains("C-000002  "), "the receipt names the customer: {said}");
}

#[test]
fn how_it_was_opened_is_not_said_again() {
    let note = "note --customer C-000002 --text x --yes";
    let said = conversation(&[], &format!("--read-only {note}\n{note} --profile sandbox\n{note} --plain\nquit\n"));
    for option in ["--read-only", "--profile", "--plain"] {
        assert!(said.contains(&format!("{option} says how madoguchi is opened")), "{option}: {said}");
    }
    assert!(!said.contains("C-000002  "), "nothing was written: {said}");
}

#[test]
fn a_line_that_is_no_text_is_said_and_the_conversation_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let args = ["--customers", "0", "--plain"];
    let mut desk = madoguchi(home.path(), &args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    desk.stdin.take().unwrap().write_all(b"customer find \xff\xfe\ncustomer find Lindqvist\nquit\n").unwrap();
    let output = desk.wait_with_output().unwrap();
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("no text in UTF-8") && said.contains("C-000001"), "{said}");
}

#[test]
fn it_speaks_japanese() {
    let said = conversation(&["--language", "ja"], "customer find Lindqvist\nquit\n");
    assert!(said.contains("サンドボックスに接続しました") && said.contains("C-000001"), "{said}");
}
