//! Changes as they are typed at a shell: planned, refused, confirmed, and told by exit code.

use std::process::Output;

use serde_json::Value;

use super::{Alone, madoguchi, text};

/// Runs against an embedded sandbox of the documented customers.
fn run(line: &str) -> Output {
    let home = tempfile::tempdir().unwrap();
    let args: Vec<&str> = ["--customers", "0"].into_iter().chain(line.split_whitespace()).collect();
    madoguchi(home.path(), &args).output().unwrap()
}

#[track_caller]
fn assert_ends(line: &str, code: i32, words: &[&str]) -> Output {
    let output = run(line);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{line}: {said}");
    for word in words {
        assert!(said.contains(word), "{line}: {said:?} should say {word:?}");
    }
    assert!(!said.contains("panicked"), "{said}");
    output
}

#[test]
fn help_lists_every_change_and_each_has_its_own() {
    let output = assert_ends("--help", 0, &["top-up", "SIM:", "Exit codes: 0 done", "operations", "countersign"]);
    assert!(text(&output.stderr).is_empty());
    assert_ends("top-up --help", 0, &["--customer", "--line", "--gb", "--dry-run", "--yes", "--json", "Exit codes"]);
    let home = tempfile::tempdir().unwrap();
    let output = madoguchi(home.path(), &["top-up", "--help"]).env("LANG", "ja_JP.UTF-8").output().unwrap();
    assert!(text(&output.stdout).contains("データを追加"));
}

/// What is typed is written as it is typed; who reads the plan later reads nobody's number in it.
#[test]
fn a_number_that_was_typed_is_masked_in_the_plan() {
    let line = "remind --customer C-000002 --subject call-09002000002 --at tomorrow --caller V1 --dry-run";
    let output = assert_ends(line, 0, &["call-*******0002"]);
    assert!(!text(&output.stdout).contains("09002000002"));
    // A cheaper product gives something back: WHMCS writes that as a price below nothing.
    let line = "upgrade --customer C-000001 --service 3 --product 30 --caller V1 --dry-run";
    assert_ends(line, 0, &["Order SIM Data 5GB, which gives ¥1,000 back before tax"]);
}

#[test]
fn a_dry_run_says_the_plan() {
    let line = "top-up --customer C-000002 --line 09002000002 --gb 2 --caller V1 --dry-run";
    let output = assert_ends(line, 0, &["Add 2 GB", "¥1,000", "1 WHMCS", "3 Freebit", "no way back", "C-000002"]);
    assert!(!text(&output.stdout).contains("0200-0002"), "the line is masked as on the desk");
    // Nothing but the line is enough: it finds its customer.
    assert_ends("top-up --line 090-0200-0002 --caller V1 --dry-run", 0, &["C-000002"]);
    let output = assert_ends("top-up --customer #1002 --line 09002000002 --caller V1 --dry-run --json", 0, &[]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["exit"], &told["plan"]["customer"]), (&0.into(), &"C-000002".into()));
    assert_eq!(told["plan"]["steps"].as_array().unwrap().len(), 3);
}

#[test]
fn without_a_terminal_nothing_is_confirmed() {
    assert_ends("top-up --line 09002000002 --caller V1", 3, &["Add 1 GB", "--yes"]);
}

#[test]
fn what_is_wrong_is_said_of_every_field_at_once() {
    assert_ends("top-up --customer C-000002 --line 12 --gb many", 2, &["--line:", "--gb:"]);
    assert_ends("top-up --customer C-000002", 2, &["--line: Needed"]);
    assert_ends("top-up --gb 1", 2, &["--customer"]);
    assert_ends("top-up --customer Takase --line 09002000002", 2, &["--customer takes"]);
    assert_ends("top-up --customer C-999999 --line 09002000002", 2, &["No customer fits"]);
    assert_ends("top-up --customer #1044 --line 09002000002 --caller V7", 2, &["--caller", "V7"]);
    // Digits are digits, as wide as they are typed.
    assert_ends("capture --customer C-000007 --invoice ９９９９９９ --dry-run", 1, &[]);
    assert_ends("add-credit --customer C-000002 --amount １０００ --reason x --caller V1 --dry-run", 0, &["¥1,000"]);
    assert_ends("operation 12 verify", 2, &["an operation's id looks like"]);
    assert_ends("operation 01935c3a-8f00-7abc-8def-0123456789ab close", 2, &["--reason"]);
}

#[test]
fn what_stands_against_it_is_said() {
    let output = assert_ends("top-up --line 09002000002 --yes", 1, &["a caller verified to V1; --caller V1"]);
    assert!(!text(&output.stderr).contains("press"), "there is no key to press");
    let output = assert_ends("top-up --line 09002000002 --yes --json", 1, &[]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(told["refused"][0].as_str().unwrap().contains("--caller V1"), "{told}");
    assert_eq!(told["plan"]["customer"], "C-000002");
    assert_ends("top-up --line 09002000013 --caller V1 --yes", 1, &["running on the line"]);
}

#[test]
fn a_system_that_cannot_be_reached_is_named() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    let config = "[profiles.s]\nsandbox = true\n\
        [profiles.s.salesforce]\nurl = \"http://127.0.0.1:9/\"\nclient_id = \"c\"\nclient_secret_env = \"S\"\n\
        [profiles.s.whmcs]\nurl = \"http://127.0.0.1:9/\"\nidentifier_env = \"S\"\nsecret_env = \"S\"\n\
        [profiles.s.freebit]\nurl = \"http://127.0.0.1:9/\"\noem_id_env = \"S\"\noem_key_env = \"S\"\n";
    std::fs::write(&file, config).unwrap();
    let args = ["top-up", "--line", "09002000002", "--config", file.to_str().unwrap(), "--profile", "s"];
    let output = madoguchi(home.path(), &args).env("S", "secret").output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", text(&output.stderr));
}

#[test]
fn a_live_profile_is_changed_only_where_that_is_said() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    let config = "profile = \"live\"\n\
        [profiles.live.salesforce]\nurl = \"http://127.0.0.1:9/\"\nclient_id = \"c\"\nclient_secret_env = \"S\"\n\
        [profiles.live.whmcs]\nurl = \"http://127.0.0.1:9/\"\nidentifier_env = \"S\"\nsecret_env = \"S\"\n\
        [profiles.live.freebit]\nurl = \"http://127.0.0.1:9/\"\noem_id_env = \"S\"\noem_key_env = \"S\"\n";
    std::fs::write(&file, config).unwrap();
    let id = "01935c3a-8f00-7abc-8def-0123456789ab";
    for line in [format!("operation {id} drive-on"), "countersign AAA-AAA".to_owned()] {
        let args: Vec<&str> = ["--config", file.to_str().unwrap()].into_iter().chain(line.split_whitespace()).collect();
        let output = madoguchi(home.path(), &args).env("S", "secret").output().unwrap();
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains("--write"), "{line}: {said}");
    }
    // One that says nothing about it is told apart from one that knows no such profile.
    let args = ["--config", file.to_str().unwrap(), "top-up", "--line", "09002000002", "--json"];
    let output = madoguchi(home.path(), &args).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &told["exit"]), (Some(2), &2.into()), "{told}");
    assert!(
        told["refused"][0].as_str().unwrap().contains("client_secret_env: the environment variable"),
        "a program is told what is missing: {told}"
    );
}

#[test]
fn it_is_said_when_the_sandbox_answers_that_nobody_named() {
    let home = tempfile::tempdir().unwrap();
    let find = ["customer", "find", "C-000002", "--json"];
    let output = madoguchi(home.path(), &find).env("MADOGUCHI_PROFILE", "").output().unwrap();
    assert!(text(&output.stderr).contains("customers are invented"), "{}", text(&output.stderr));
    let output = madoguchi(home.path(), &find).env("MADOGUCHI_PROFILE", "sandbox").output().unwrap();
    assert!(!text(&output.stderr).contains("invented"), "{}", text(&output.stderr));
}

#[test]
fn a_confirmed_change_is_carried_out_and_leaves_a_receipt() {
    let mut alone = Alone::start(&[]);
    let addresses = alone.addresses();
    let words = |n: usize| addresses[n].2.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (salesforce, whmcs, freebit) = (words(0), words(1), words(2));
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    let config = format!(
        "[profiles.s]\nsandbox = true\n\
         [profiles.s.salesforce]\nurl = \"{}\"\nclient_id = \"{}\"\nclient_secret_env = \"SF\"\n\
         [profiles.s.whmcs]\nurl = \"{}\"\nidentifier_env = \"WI\"\nsecret_env = \"WS\"\n\
         [profiles.s.freebit]\nurl = \"{}\"\noem_id_env = \"FI\"\noem_key_env = \"FK\"\n",
        addresses[0].1, salesforce[1], addresses[1].1, addresses[2].1
    );
    std::fs::write(&file, config).unwrap();
    let command = |line: &str| {
        let args: Vec<&str> =
            ["--config", file.to_str().unwrap(), "--profile", "s"].into_iter().chain(line.split_whitespace()).collect();
        let mut command = madoguchi(home.path(), &args);
        command.env("SF", &salesforce[3]).env("WI", &whmcs[1]).env("WS", &whmcs[3]);
        command.env("FI", &freebit[1]).env("FK", &freebit[3]);
        command
    };
    let run = |line: &str| command(line).output().unwrap();
    let output = run("top-up --line 09002000002 --caller V1 --yes");
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}{}", text(&output.stderr));
    for word in ["done", "Invoice ", "Transaction ", "C-000002", "090-****-0002"] {
        assert!(said.contains(word), "{said} should say {word}");
    }
    // It was sent, whether or not that can be told.
    if cfg!(target_os = "linux") {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = command("top-up --line 09002000002 --caller V1 --yes");
        assert_eq!(command.stdout(full).status().unwrap().code(), Some(0));
    }
    let output = run("operations");
    assert_eq!((output.status.code(), &*text(&output.stdout)), (Some(0), "No operation is unfinished\n"));
    let output = run("top-up --line 09002000002 --caller V1 --yes --json");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["exit"], &told["operation"]["state"]), (&0.into(), &"done".into()), "{told}");
    let id = told["operation"]["id"].as_str().unwrap();
    // What is over is not decided about.
    assert_eq!(run(&format!("operation {id} drive-on")).status.code(), Some(1));
    let verified = madoguchi(home.path(), &["audit", "verify"]).output().unwrap();
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
}
