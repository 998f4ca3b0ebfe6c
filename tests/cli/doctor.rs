//! The examination at a shell: what is promised to scripts, the exit codes, and what a narrow terminal shows.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::{LIVE, madoguchi, text};

fn doctor(home: &Path, args: &[&str]) -> Output {
    let all: Vec<&str> = ["--customers", "0", "doctor"].iter().chain(args).copied().collect();
    madoguchi(home, &all).output().unwrap()
}

/// The code of every finding, with its verdict.
fn codes(told: &Value) -> Vec<(&str, &str)> {
    let all = told["findings"].as_array().unwrap().iter();
    all.map(|it| (it["code"].as_str().unwrap(), it["verdict"].as_str().unwrap())).collect()
}

#[test]
fn the_embedded_sandbox_is_well_and_says_so_in_the_promised_shape() {
    let home = tempfile::tempdir().unwrap();
    let output = doctor(home.path(), &["--json", "--strict", "--line", "090-0200-0002", "--writes"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["exit"], &told["profile"]), (&0.into(), &"sandbox".into()));
    for verdict in ["unknown", "warning", "wrong"] {
        assert_eq!(told["verdicts"][verdict], 0, "{told}");
    }
    let (mut areas, all) = (Vec::new(), told["findings"].as_array().unwrap());
    for it in all {
        let mut names: Vec<&str> = it.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["about", "area", "code", "do", "says", "values", "verdict"]);
        assert_eq!(it["do"].is_null(), it["verdict"] == "ok", "{it}");
        areas.push(it["area"].as_str().unwrap());
    }
    areas.dedup();
    assert_eq!(areas, ["configuration", "machine", "salesforce", "whmcs", "freebit"]);
    assert!(codes(&told).contains(&("folder", "ok")) && codes(&told).contains(&("disk", "ok")), "{told}");
    assert!(!told.to_string().contains("0200-0002") && !told.to_string().contains("09002000002"), "masked: {told}");
}

#[test]
fn a_folder_that_others_may_write_to_is_the_reason_that_is_given() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".local/state/madoguchi");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
    let output = doctor(home.path(), &["--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(codes(&told).contains(&("folder-open", "warning")), "{told}");
    let journal = told["findings"].as_array().unwrap().iter().find(|it| it["code"] == "journal-unopened").unwrap();
    let says = journal["says"].as_str().unwrap();
    assert!(says.contains("others may write to") && says.contains("madoguchi (mode 0777)"), "{says}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn it_is_told_in_sections_that_fit_a_narrow_terminal_in_both_languages() {
    let home = tempfile::tempdir().unwrap();
    for (language, words) in [
        ("en", ["Configuration", "This machine", "Salesforce", "WHMCS", "Freebit", "Together: "]),
        ("ja", ["設定", "この端末", "Salesforce", "WHMCS", "Freebit", "合計: "]),
    ] {
        let args = ["--customers", "0", "--language", language, "doctor"];
        let output = madoguchi(home.path(), &args).output().unwrap();
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{said}");
        let places: Vec<Option<usize>> =
            words.iter().map(|word| said.find(&format!("\n{word}")).or(said.find(word))).collect();
        assert!(places.is_sorted() && places.iter().all(Option::is_some), "{said}");
        assert!(said.lines().all(|line| line.width() <= 80), "{said}");
        assert!(!said.contains('\u{1b}') && !said.contains("doctor-"), "{said}");
    }
}

#[test]
fn what_is_wrong_ends_with_a_code_for_scripts() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    let at = |config: &str, args: &[&str]| {
        std::fs::write(&file, config).unwrap();
        let all: Vec<&str> = ["--config", file.to_str().unwrap(), "--customers", "0", "doctor"]
            .into_iter()
            .chain(args.iter().copied())
            .collect();
        let mut run = madoguchi(home.path(), &all);
        for name in ["SF_SECRET", "WH_ID", "WH_SECRET", "FB_ID", "FB_KEY"] {
            run.env(name, "hush-hush");
        }
        run.output().unwrap()
    };
    // A configuration that cannot be used is a finding too.
    for (config, args) in [("[desk]\ntheme = \"pink\"", &["--json"][..]), ("", &["--json", "--profile", "live"])] {
        let output = at(config, args);
        assert_eq!(output.status.code(), Some(2));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(codes(&told), [("config-wrong", "wrong")]);
    }
    let said = text(&at("[desk]\ntheme = \"pink\"", &[]).stdout);
    assert!(said.contains("pink") && said.contains("config check"), "{said}");

    // Nobody listens at any of the three.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nowhere = LIVE.replace("https://example.com", &format!("http://127.0.0.1:{port}"));
    let output = at(&nowhere, &["--profile", "live", "--json"]);
    assert_eq!(output.status.code(), Some(7), "{}", text(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let refused = codes(&told).into_iter().filter(|it| *it == ("connection-refused", "wrong")).count();
    assert_eq!((refused, &told["profile"]), (3, &"live".into()));
    assert!(codes(&told).contains(&("plain-http", "note")) && codes(&told).contains(&("secrets-there", "ok")));
    assert!(!told.to_string().contains("hush-hush"));

    // One that is reached and is not as configured.
    let output = at("[sale]\nprice_book = \"Portall\"", &["--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let it = told["findings"].as_array().unwrap().iter().find(|it| it["code"] == "price-book-missing").unwrap();
    assert_eq!((&it["about"], &it["values"]["near"]), (&"sale.price_book".into(), &"Portal".into()));

    // A warning alone ends so for those who ask for it.
    let warns = "[sla]\nminutes = { High = 60, Medium = 240 }";
    assert_eq!((at(warns, &[]).status.code(), at(warns, &["--strict"]).status.code()), (Some(0), Some(1)));
    assert_eq!(at("", &["--line", "12"]).status.code(), Some(2));
}
