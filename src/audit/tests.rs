use std::fs;
use std::path::Path;
use std::thread;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::domain::system::System;
use crate::flow::{AuditAct, AuditStep};

fn entry(customer: &str) -> AuditEntry {
    AuditEntry {
        at: "2026-11-22T09:00:00Z".parse().unwrap(),
        act: AuditAct::Reveal,
        customer: customer.to_owned(),
        note: String::new(),
        step: None,
    }
}

fn changed() -> AuditEntry {
    let step = AuditStep {
        operation: "019aa6f1-8e80-7000-8000-000000000001".to_owned(),
        verb: "top-up".to_owned(),
        step: "capture".to_owned(),
        system: Some(System::Whmcs),
        before: "Unpaid".to_owned(),
        after: "Paid".to_owned(),
        result: "done".to_owned(),
    };
    AuditEntry {
        act: AuditAct::Outcome, note: "税務調査".to_owned(), step: Some(Box::new(step)), ..entry("C-00012")
    }
}

fn log(folder: &TempDir) -> AuditLog {
    AuditLog::open(Some(folder.path()), "hana ko")
}

fn bytes(folder: &TempDir) -> Vec<u8> {
    fs::read(path(folder.path())).unwrap()
}

fn put(folder: &TempDir, bytes: &[u8]) {
    fs::write(path(folder.path()), bytes).unwrap();
}

fn checked(folder: &TempDir) -> Checked {
    check(&bytes(folder))
}

fn check(bytes: &[u8]) -> Checked {
    verify(bytes, None).unwrap()
}

fn bad(checked: &Checked) -> Option<(u64, Flaw)> {
    checked.bad.map(|bad| (bad.line, bad.flaw))
}

/// A log of four lines.
fn four() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in [entry("C-00012"), changed(), entry("7"), changed()] {
        log(&folder).write(&entry).unwrap();
    }
    folder
}

#[test]
fn a_line_tells_who_did_what_to_whom_in_which_words() {
    let folder = tempfile::tempdir().unwrap();
    log(&folder).write(&changed()).unwrap();
    let text = String::from_utf8(bytes(&folder)).unwrap();
    let expected = format!(
        r#"{{"seq":1,"at":"2026-11-22T09:00:00Z","jst":"2026-11-22 18:00:00","actor":"hana_ko","act":"outcome","customer":"C-00012","operation":"019aa6f1-8e80-7000-8000-000000000001","verb":"top-up","step":"capture","system":"WHMCS","before":"Unpaid","after":"Paid","result":"done","note":"税務調査","prev":"{NOTHING}","hash":""#
    );
    assert!(text.starts_with(&expected), "{text}");
    assert!(text.ends_with("\"}\n"));
    let shown = show(&path(folder.path()), 9).unwrap();
    let words = "2026-11-22 18:00:00  hana_ko  outcome  C-00012  019aa6f1-8e80-7000-8000-000000000001  top-up  capture  \
                 WHMCS  Unpaid → Paid  done  税務調査";
    assert_eq!(shown, [words]);
}

#[test]
fn lines_are_added_and_cannot_be_forged() {
    let folder = tempfile::tempdir().unwrap();
    log(&folder).write(&entry("C-00012")).unwrap();
    AuditLog::open(Some(folder.path()), "taro").write(&entry("7\nforged\u{202e}\u{9b}31m")).unwrap();
    let text = String::from_utf8(bytes(&folder)).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(text.contains(r#""customer":"7\\nforged\\u{202e}\\u{9b}31m""#), "{text}");
    let found = checked(&folder);
    assert_eq!((found.lines, found.sound(), found.unfinished), (2, true, false));
    assert!(found.to_string().starts_with("2 lines checked\nlast seal "), "{found}");
    assert!(found.to_string().ends_with("\nsound"), "{found}");
}

#[test]
fn without_a_folder_every_write_fails() {
    assert!(AuditLog::open(None, "taro").write(&entry("C-1")).is_err());
    let folder = tempfile::tempdir().unwrap();
    assert!(AuditLog::open(Some(&folder.path().join("missing")), "taro").write(&entry("C-1")).is_err());
}

#[test]
fn what_must_not_be_in_the_log_is_masked_wherever_it_comes_in() {
    let secrets = [
        "89049032000000000000000000001234",
        "8904 9032 0000 0000 0000 0000 0000 1234",
        "8904-9032-0000-0000-0000-0000-0000-1234",
        "8981100000000001234",
        "090-0000-1234",
        "09000001234",
        "090 0000 1234",
        "090.0000.1234",
        "０９０－００００－１２３４",
        "+81 90 0000 1234",
        "misaki@example.jp",
        "8981 1000 0000 0001 234",
        "PUK 12345678",
        "4242 4242 4242 4242",
        "LPA:1$smdp.example.jp$MATCHING-CODE",
        "lpa:1$smdp.example.jp$MATCHING-CODE",
    ];
    for secret in secrets {
        let said = format!("「{secret}」 was ({secret}), then {secret}");
        let step =
            AuditStep { before: said.clone(), after: said.clone(), result: said.clone(), ..*changed().step.unwrap() };
        let folder = tempfile::tempdir().unwrap();
        log(&folder).write(&AuditEntry { note: said, step: Some(Box::new(step)), ..changed() }).unwrap();
        let text = String::from_utf8(bytes(&folder)).unwrap();
        assert!(!text.contains(secret) && !text.contains("MATCHING"), "{text}");
        assert!(text.contains("**"), "{text}");
    }
    assert_eq!(
        discreet("3 rows, 2026-11-22, ¥1,980, invoice 100234, ch_3PqX1234567890"),
        "3 rows, 2026-11-22, ¥1,980, invoice 100234, ch_3PqX1234567890"
    );
}

#[test]
fn long_texts_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let long = "\u{202e}".repeat(50_000);
    for _ in 0..2 {
        log(&folder).write(&AuditEntry { note: long.clone(), ..changed() }).unwrap();
    }
    assert!(bytes(&folder).len() < 40_000);
    assert_eq!(checked(&folder).lines, 2);
}

#[test]
fn a_log_cut_at_any_byte_of_its_last_line_goes_on_and_tells_of_it() {
    let whole = bytes(&four());
    let third = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for length in third..=whole.len() {
        let folder = tempfile::tempdir().unwrap();
        put(&folder, &whole[..length]);
        let found = checked(&folder);
        assert!(found.sound(), "{length}: {found:?}");
        assert_eq!(found.unfinished, length != third && length != whole.len(), "{length}");
        log(&folder).write(&entry("8")).unwrap();
        let text = bytes(&folder);
        assert_eq!(&text[..length], &whole[..length], "nothing is taken away");
        let found = check(&text);
        assert!(found.sound() && !found.unfinished, "{length}: {found:?}");
        // All of the line but its end is the whole line.
        let kept = length + 1 >= whole.len();
        let expected = if kept {
            (5, 0)
        } else if length == third {
            (4, 0)
        } else {
            (5, 1)
        };
        assert_eq!((found.lines, found.cut), expected, "{length}");
    }
}

#[test]
fn a_second_crash_while_the_first_is_told_of_is_told_of_too() {
    let whole = bytes(&four());
    let folder = tempfile::tempdir().unwrap();
    put(&folder, &whole[..whole.len() - 100]);
    let before = bytes(&folder).len();
    log(&folder).write(&entry("8")).unwrap();
    let mended = bytes(&folder);
    for length in before..=mended.len() {
        put(&folder, &mended[..length]);
        assert!(checked(&folder).sound(), "{length}");
        log(&folder).write(&entry("9")).unwrap();
        let found = checked(&folder);
        assert!(found.sound() && !found.unfinished && found.cut >= 1, "{length}: {found:?}");
    }
}

#[test]
fn the_first_line_of_all_may_be_cut_off_too() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder, b"{\"seq\":1,\"at");
    log(&folder).write(&entry("8")).unwrap();
    let found = checked(&folder);
    assert_eq!((found.lines, found.cut, found.before, found.sound()), (2, 1, 0, true));
    put(&folder, &[0; 4096]);
    assert!(checked(&folder).sound(), "what never reached the disk is nothing");
    log(&folder).write(&entry("8")).unwrap();
    assert_eq!((checked(&folder).lines, checked(&folder).cut), (2, 1));
}

#[test]
fn lines_of_earlier_versions_are_named_by_the_first_of_the_chain() {
    let old = "2026-11-22T09:00:00Z hana_ko reveal C-00012\n2026-11-22T09:00:00Z taro reveal 7\n";
    for old in [old, &old[..old.len() - 1]] {
        let folder = tempfile::tempdir().unwrap();
        put(&folder, old.as_bytes());
        let found = checked(&folder);
        assert_eq!((found.before, found.sound()), (2, true));
        assert!(found.to_string().contains("2 lines from before the chain; there is no chain yet"), "{found}");
        log(&folder).write(&entry("8")).unwrap();
        log(&folder).write(&entry("9")).unwrap();
        let found = checked(&folder);
        assert_eq!((found.before, found.lines, found.sound()), (2, 3, true), "{found:?}");
        let shown = show(&path(folder.path()), 9).unwrap();
        assert_eq!((shown.len(), shown[0].as_str()), (5, "2026-11-22T09:00:00Z hana_ko reveal C-00012"));
        assert!(shown[2].contains("chain-begun"), "{shown:?}");
        let text = String::from_utf8(bytes(&folder)).unwrap();
        assert_eq!(bad(&check(text.replacen("taro", "jiro", 1).as_bytes())), Some((3, Flaw::Mistaken)));
    }
}

#[test]
fn an_earlier_version_that_writes_behind_the_chain_is_found() {
    let folder = four();
    let mut text = bytes(&folder);
    text.extend_from_slice(b"2026-11-22T09:00:00Z taro reveal 7\n");
    put(&folder, &text);
    assert_eq!(bad(&checked(&folder)), Some((5, Flaw::Foreign)));
    // The desk goes on all the same, and that line stays found.
    log(&folder).write(&entry("8")).unwrap();
    assert_eq!(String::from_utf8(bytes(&folder)).unwrap().lines().count(), 7);
    assert_eq!(bad(&checked(&folder)), Some((5, Flaw::Foreign)));
}

#[test]
fn every_field_that_is_changed_is_found() {
    let text = String::from_utf8(bytes(&four())).unwrap();
    let second = text.lines().nth(1).unwrap();
    let told: serde_json::Map<String, serde_json::Value> = serde_json::from_str(second).unwrap();
    assert_eq!(told.len(), 16);
    for (name, value) in &told {
        let old = format!("\"{name}\":{value}");
        let other = if value.is_u64() { "9".to_owned() } else { value.to_string().replacen('"', "\"x", 1) };
        assert!(second.contains(&old), "{old}");
        let line = second.replacen(&old, &format!("\"{name}\":{other}"), 1);
        let found = bad(&check(text.replacen(second, &line, 1).as_bytes())).map(|(line, _)| line);
        assert_eq!(found, Some(2), "{name}");
    }
}

#[test]
fn lines_taken_out_put_in_or_exchanged_are_found() {
    let text = String::from_utf8(bytes(&four())).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let found = |order: &[usize]| bad(&check(order.iter().map(|at| lines[*at]).collect::<String>().as_bytes()));
    assert_eq!(found(&[0, 1, 2, 3]), None);
    assert_eq!(found(&[1, 2, 3]), Some((1, Flaw::Torn)));
    assert_eq!(found(&[0, 2, 3]), Some((2, Flaw::Torn)));
    assert_eq!(found(&[0, 2, 1, 3]), Some((2, Flaw::Torn)));
    assert_eq!(found(&[0, 1, 1, 2, 3]), Some((3, Flaw::Torn)));
    // Whole lines cut from the end show against a seal that was noted.
    assert_eq!(found(&[0, 1]), None);
    let noted = check(text.as_bytes()).last.unwrap();
    let still = |order: &[usize]| {
        let text: String = order.iter().map(|at| lines[*at]).collect();
        verify(text.as_bytes(), Some(&noted)).unwrap()
    };
    assert!(still(&[0, 1, 2, 3]).sound());
    assert!(!still(&[0, 1, 2]).sound());
    assert!(still(&[0, 1, 2]).to_string().ends_with("BAD: the noted seal is not there: lines were cut away"));
    // A line sealed anew still breaks the next one.
    let (body, _) = lines[1].rsplit_once(",\"hash\"").unwrap();
    let forged = seal(format!("{}}}", body.replace("Paid", "Free"))).0;
    let text = [lines[0], &forged, lines[2], lines[3]].concat();
    assert_eq!(bad(&check(text.as_bytes())), Some((3, Flaw::Torn)));
}

#[test]
fn two_desks_write_at_once_and_the_chain_holds() {
    let folder = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        for person in ["hanako", "taro", "jiro"] {
            let log = AuditLog::open(Some(folder.path()), person);
            scope.spawn(move || {
                for _ in 0..20 {
                    log.write(&changed()).unwrap();
                }
            });
        }
    });
    let found = checked(&folder);
    assert_eq!((found.lines, found.cut, found.sound()), (60, 0, true));
}

#[test]
fn the_log_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = four();
    assert_eq!(fs::metadata(path(folder.path())).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(show(Path::new("/nowhere/audit.log"), 1).is_err());
}

#[test]
fn a_log_is_not_written_where_others_may_write_nor_through_a_link() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("elsewhere");
    fs::write(&elsewhere, "theirs").unwrap();
    std::os::unix::fs::symlink(&elsewhere, path(folder.path())).unwrap();
    assert!(log(&folder).write(&entry("1")).is_err());
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "theirs");
    fs::remove_file(path(folder.path())).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let error = log(&folder).write(&entry("1")).unwrap_err().to_string();
    assert!(error.contains("others may write to"), "{error}");
    assert!(!path(folder.path()).exists());
}

#[test]
fn a_changed_first_line_is_not_one_from_before_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    log(&folder).write(&entry("7")).unwrap();
    let whole = bytes(&folder);
    // A line end makes two lines of it.
    for (at, to) in (0..whole.len() - 1).flat_map(|at| [(at, 0), (at, b'\n')]) {
        let mut text = whole.clone();
        text[at] = to;
        put(&folder, &text);
        let found = checked(&folder);
        assert!(!found.sound() || found.unfinished, "{at}: {found:?}");
        log(&folder).write(&entry("8")).unwrap();
        let found = checked(&folder);
        assert!(!found.sound() || found.cut > 0, "{at}: {found:?}");
    }
}

fn any_entry() -> impl Strategy<Value = AuditEntry> {
    (any::<String>(), any::<String>(), proptest::option::of(any::<[String; 5]>())).prop_map(|(customer, note, step)| {
        let step = step.map(|[verb, step, before, after, result]| {
            let operation = "019aa6f1-8e80-7000-8000-000000000001".to_owned();
            Box::new(AuditStep { operation, verb, step, system: Some(System::Freebit), before, after, result })
        });
        AuditEntry { customer, note, step, ..entry("") }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_written_makes_a_chain_and_any_changed_byte_breaks_it(
        entries in prop::collection::vec(any_entry(), 1..5),
        at in any::<prop::sample::Index>(),
        to in any::<u8>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        for entry in &entries {
            log(&folder).write(entry).unwrap();
        }
        let mut text = bytes(&folder);
        let found = check(&text);
        prop_assert_eq!((found.lines, found.sound(), found.unfinished), (entries.len() as u64, true, false));
        let at = at.index(text.len());
        prop_assume!(text[at] != to);
        text[at] = to;
        let found = check(&text);
        prop_assert!(!found.sound() || found.unfinished, "byte {} to {}: {:?}", at, to, found);
    }
}
