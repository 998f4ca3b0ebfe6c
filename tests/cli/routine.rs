//! Routines at a shell: listed, looked at, planned whole before anything is sent, carried out up to what fails.

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;

use super::{madoguchi, text};

const TOP_UP: &str = r#"
[parameters.line]
[parameters.gb]
default = "3"

[[steps]]
go = "sim"

[[steps]]
change = "top-up"
fields = { line = "{line}", gb = "{gb}" }

[[steps]]
change = "note"
fields = { text = "Topped up {gb} GB" }
"#;

const REMIND: &str = r#"
[[steps]]
go = "invoices"
[[steps]]
filter = "status:unpaid"
[[steps]]
mark = "all"
[[steps]]
change = "send-email"
rows = "invoice"
fields = { template = "First Invoice Overdue Notice" }
"#;

/// A home with routines of these names.
fn home(routines: &[(&str, &str)]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/madoguchi/routines");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in routines {
        std::fs::write(folder.join(format!("{name}.toml")), text).unwrap();
    }
    home
}

fn run(home: &Path, line: &str) -> Output {
    let args: Vec<&str> = ["--customers", "0", "routine"].into_iter().chain(line.split_whitespace()).collect();
    madoguchi(home, &args).output().unwrap()
}

#[track_caller]
fn assert_ends(home: &Path, line: &str, code: i32, words: &[&str]) -> String {
    let output = run(home, line);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{line}: {said}");
    for word in words {
        assert!(said.contains(word), "{line}: {said:?} should say {word:?}");
    }
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[track_caller]
fn told(home: &Path, line: &str, code: i32) -> Value {
    let output = run(home, line);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{line}: {said}{}", text(&output.stderr));
    let told: Value = serde_json::from_str(&said).unwrap_or_else(|why| panic!("{line}: {why}: {said}"));
    assert_eq!(told["exit"], code, "{told}");
    told
}

#[test]
fn routines_are_listed_and_shown_without_any_system() {
    let home = home(&[("top-up-3", TOP_UP), ("remind", REMIND), ("broken", "[[steps]]\ngo = \"biling\"")]);
    let said = assert_ends(home.path(), "list", 0, &["top-up-3: 3 steps, asks for line, gb", "remind: 4 steps"]);
    assert!(said.contains("broken.toml:2: steps[0].go") && said.contains("did you mean \"billing\"?"), "{said}");
    let words =
        ["--set line=…  (asked each time)", "--set gb=…  (3 unless told)", "1 Go to SIM › Lines", "Topped up {gb} GB"];
    assert_ends(home.path(), "show top-up-3", 0, &words);
    assert_ends(home.path(), "show broken", 2, &["broken.toml:2: ", "did you mean \"billing\"?"]);
    assert_ends(home.path(), "show remnd", 2, &["no routine \"remnd\"", "Did you mean \"remind\"?"]);
    let listed = told(home.path(), "list --json", 0);
    assert_eq!(listed["routines"].as_array().unwrap().len(), 3);
    assert_eq!((&listed["routines"][1]["name"], &listed["routines"][1]["wrong"]), (&"remind".into(), &Value::Null));
    let shown = told(home.path(), "show top-up-3 --json", 0);
    assert_eq!((&shown["parameters"][0]["own"], &shown["parameters"][1]["default"]), (&true.into(), &"3".into()));
    assert_eq!(shown["steps"][1]["verb"], "top-up");
    let checked = madoguchi(home.path(), &["config", "check"]).output().unwrap();
    assert_eq!(checked.status.code(), Some(2));
    assert!(text(&checked.stderr).contains("broken.toml:2: steps[0].go: "), "{}", text(&checked.stderr));
    let nobody = tempfile::tempdir().unwrap();
    assert_ends(nobody.path(), "list", 0, &["no routines yet"]);
}

#[test]
fn a_dry_run_tells_every_step_and_what_it_costs() {
    let home = home(&[("top-up-3", TOP_UP)]);
    let line = "run top-up-3 --customer C-000002 --set line=09002000002 --caller V1";
    let words = ["1 Go to SIM › Lines: skipped", "2 Add data: would be done", "Add 3 GB", "3 Note: would be done"];
    let said = assert_ends(home.path(), &format!("{line} --dry-run"), 0, &words);
    assert!(said.contains("Topped up 3 GB") && said.contains("¥1,500 altogether"), "{said}");
    assert!(!said.contains("0200-0002"), "the line is masked as on the desk: {said}");
    let told = told(home.path(), &format!("{line} --set gb=1 --dry-run --json"), 0);
    assert_eq!((&told["price"], &told["customer"]), (&"500".into(), &"C-000002".into()));
    let states: Vec<&str> = told["steps"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["skipped", "planned", "planned"]);
    assert_eq!(told["steps"][1]["plans"][0]["price"], "500");
    // Nothing but the line is enough: it finds its customer.
    assert_ends(home.path(), "run top-up-3 --set line=09002000002 --caller V1 --dry-run", 0, &["C-000002"]);
    assert_ends(home.path(), line, 3, &["would be done", "--yes"]);
}

#[test]
fn what_is_asked_must_be_told_and_fit() {
    let home = home(&[("top-up-3", TOP_UP), ("remind", REMIND), ("look", "[[steps]]\ngo = \"board\"")]);
    assert_ends(home.path(), "run top-up-3 --customer C-000002 --dry-run", 2, &["--set line=…: Needed"]);
    let line = "run top-up-3 --customer C-000002 --set line=12 --set gb=many --dry-run";
    assert_ends(home.path(), line, 2, &["2 top-up: --line:", "2 top-up: --gb:"]);
    let line = "run top-up-3 --customer C-000002 --set lien=09002000002";
    assert_ends(home.path(), line, 2, &["no \"lien\"", "Did you mean \"line\"?"]);
    assert_ends(home.path(), "run remind --customer C-000002 --dry-run", 2, &["--set rows=…", "parted by commas"]);
    assert_ends(home.path(), "run look --customer C-000002 --dry-run", 2, &["nothing to run"]);
    assert_ends(home.path(), "run top-up-3 --customer Takase --set line=09002000002", 2, &["--customer takes"]);
}

#[test]
fn what_is_refused_is_said_and_nothing_after_it_is_tried() {
    let home = home(&[("top-up-3", TOP_UP)]);
    let line = "run top-up-3 --customer C-000002 --set line=09002000002 --yes";
    let words = ["2 Add data: refused", "3 Note: not tried", "Needs a caller verified to V1"];
    assert_ends(home.path(), line, 1, &words);
    let told = told(home.path(), &format!("{line} --json"), 1);
    let states: Vec<&str> = told["steps"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["skipped", "refused", "not-tried"]);
    assert!(told["steps"][1]["why"][0].as_str().unwrap().contains("V1"), "{told}");
    let line = "run top-up-3 --customer C-000013 --set line=09002000013 --caller V1 --yes";
    assert_ends(home.path(), line, 1, &["2 Add data: refused", "running on the line", "3 Note: not tried"]);
}

#[test]
fn every_change_leaves_its_own_receipt() {
    let home = home(&[("top-up-3", TOP_UP)]);
    let line = "run top-up-3 --customer C-000002 --set line=09002000002 --set gb=1 --caller V1 --yes";
    let said = assert_ends(home.path(), line, 0, &["2 Add data: done", "3 Note: done"]);
    assert!(said.contains("Transaction ") && said.matches("C-000002  ").count() >= 2, "{said}");
    let told = told(home.path(), &format!("{line} --json"), 0);
    for n in [1, 2] {
        assert_eq!(
            (&told["steps"][n]["state"], &told["steps"][n]["operations"][0]["state"]),
            (&"done".into(), &"done".into())
        );
    }
    let verified = madoguchi(home.path(), &["audit", "verify"]).output().unwrap();
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
}

#[test]
fn a_conversation_runs_one_for_the_customer_in_hand_and_asks_as_ever() {
    let home = home(&[("top-up-3", TOP_UP)]);
    let talk = |lines: &str| {
        let args = ["--customers", "0", "--plain"];
        let mut desk = madoguchi(home.path(), &args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        desk.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        text(&desk.wait_with_output().unwrap().stdout)
    };
    let run = "routine run top-up-3 --set line=09002000002 --set gb=2 --caller V1";
    let said = talk(&format!("routine list\ncustomer show C-000002\n{run}\ny\n7\n{run}\ny\n1000\nquit\n"));
    assert!(said.contains("top-up-3: 3 steps"), "{said}");
    assert!(said.contains("2 Add data: refused") && said.contains("3 Note: not tried"), "{said}");
    assert!(said.contains("2 Add data: done") && said.contains("3 Note: done"), "the amount was typed: {said}");
    assert!(!said.contains("    "), "nothing is told by columns: {said}");
}

#[test]
fn a_parameter_is_told_once() {
    let home = home(&[("top3", TOP_UP)]);
    assert_ends(
        home.path(),
        "run top3 --set line=09002000002 --set gb=1 --set gb=5 --caller V1 --yes",
        2,
        &["gb", "twice"],
    );
}
