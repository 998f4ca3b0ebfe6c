//! What packages put beside the program: completions and manual pages, made from the same command line.

use std::process::Stdio;

use super::{madoguchi, text};

#[test]
fn shells_complete_every_command() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let output = madoguchi(home.path(), &["completions", shell]).output().unwrap();
        assert!(output.status.success(), "{shell}: {}", text(&output.stderr));
        let script = text(&output.stdout);
        for word in ["xray", "top-up", "countersign", "sandbox", "dry-run"] {
            assert!(script.contains(word), "{shell} does not complete {word}");
        }
    }
    assert_eq!(madoguchi(home.path(), &["completions", "cmd"]).output().unwrap().status.code(), Some(2));
}

#[test]
fn every_command_has_a_manual_page() {
    let home = tempfile::tempdir().unwrap();
    let output = madoguchi(home.path(), &["man"]).output().unwrap();
    let page = text(&output.stdout);
    for word in [".TH madoguchi 1", "SYNOPSIS", "countersign", "Exit codes"] {
        assert!(page.contains(word), "the page does not say {word}: {page}");
    }
    let pages = home.path().join("pages");
    std::fs::create_dir(&pages).unwrap();
    assert!(madoguchi(home.path(), &["man", pages.to_str().unwrap()]).output().unwrap().status.success());
    for name in ["madoguchi.1", "madoguchi-top-up.1", "madoguchi-order-xray.1", "madoguchi-case.1"] {
        assert!(pages.join(name).is_file(), "{name} is missing");
    }
    let nowhere = home.path().join("nowhere");
    let output = madoguchi(home.path(), &["man", nowhere.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
}

#[test]
fn whoever_has_read_enough_is_told_nothing() {
    let home = tempfile::tempdir().unwrap();
    for args in [&["man"][..], &["--customers", "0", "customer", "show", "C-000002"]] {
        let mut command = madoguchi(home.path(), args);
        let mut desk = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(desk.stdout.take());
        let output = desk.wait_with_output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{args:?}");
    }
}
