//! What is found and shown at a shell: the shape that is promised to scripts, what is masked, and the exit codes.

use serde_json::Value;

use super::shell::{Place, text};
use super::{madoguchi, run};

impl Place {
    /// A home whose runs share one world of the documented customers.
    fn with_a_world() -> Self {
        Self::typing(&["--customers", "0"])
    }

    fn audited(&self) -> String {
        std::fs::read_to_string(self.path(".local/state/madoguchi/audit.log")).unwrap_or_default()
    }
}

/// The names in an object.
fn names(of: &Value) -> Vec<&str> {
    of.as_object().unwrap().keys().map(String::as_str).collect()
}

#[track_caller]
fn assert_names(of: &Value, expected: &str) {
    let mut expected: Vec<&str> = expected.split_whitespace().collect();
    expected.sort_unstable();
    let mut there = names(of);
    there.sort_unstable();
    assert_eq!(there, expected);
}

#[test]
fn customers_are_found_as_in_the_search_box() {
    let place = Place::with_a_world();
    let told = place.json(&["customer", "find", "Lindqvist"], 0);
    assert_names(&told, "exit customer revealed faults customers");
    assert_names(&told["customers"], "read_at fault rows total");
    let row = &told["customers"]["rows"][0];
    assert_names(row, "customer client account name kana why systems");
    assert_eq!((&row["customer"], &row["client"]), (&"C-000001".into(), &1001.into()));
    assert_eq!(told["customers"]["total"], 1, "what both systems find is one customer");
    // Words need no quotes, and a number that was found by is masked.
    place.ends(&["customer", "find", "Emma", "Lindqvist"], 0);
    let said = place.ends(&["customer", "find", "090-0200-0002"], 0);
    assert!(said.contains("C-000002") && said.contains("*0002") && !said.contains("2000002"), "{said}");
    assert!(place.ends(&["customer", "find", "Nobodyatall"], 1).contains("Nothing fits"));
    assert!(place.ends(&["customer", "find"], 2).contains("TEXT"));
}

#[test]
fn a_customer_is_shown_with_the_age_of_every_part_and_masked() {
    let place = Place::with_a_world();
    let told = place.json(&["customer", "show", "C-000002"], 0);
    assert_names(
        &told,
        "exit customer revealed faults account client links services invoices pay_methods orders whmcs_orders lines \
         cards cases tickets",
    );
    assert_eq!((&told["customer"], &told["revealed"]), (&"C-000002".into(), &false.into()));
    for part in ["account", "client"] {
        assert_names(&told[part], "read_at fault value");
        assert!(told[part]["read_at"].is_string(), "{told}");
    }
    for part in ["services", "invoices", "pay_methods", "orders", "whmcs_orders", "lines", "cards", "cases", "tickets"]
    {
        assert_names(&told[part], "read_at fault rows total");
        assert!(told[part]["rows"].is_array(), "{part}: {told}");
    }
    let account = &told["account"]["value"];
    assert_names(
        account,
        "number id name kana corporate email phones address birthdate eligibility verification created modified",
    );
    assert!(account["email"].as_str().unwrap().contains("***@"), "{account}");
    assert_eq!(told["lines"]["rows"][0]["line"], "***-****-0002");
    assert!(!told.to_string().contains("0200-0002") && !told.to_string().contains("09002000002"), "{told}");
    assert!(place.audited().is_empty(), "what is masked is not audited");

    let said = place.ends(&["customer", "show", "#1002"], 0);
    assert!(said.contains("Account (Salesforce) · now") && said.contains("C-000002"), "{said}");
    // Neither identity names the other: the half there is is told, and what is not known is said.
    let told = place.json(&["customer", "show", "C-000058"], 0);
    assert_eq!((&told["client"]["value"], &told["client"]["fault"]["kind"]), (&Value::Null, &"not-found".into()));
    assert!(place.ends(&["customer", "show", "C-000058"], 0).contains("? WHMCS"));

    place.ends(&["customer", "show", "C-999999"], 1);
    place.ends(&["customer", "show", "Takase"], 2);
    place.ends(&["customer", "show"], 2);
    assert_eq!(place.json(&["customer", "show", "C-999999"], 1)["refused"].as_array().unwrap().len(), 1);
}

#[test]
fn personal_data_is_shown_for_a_reason_that_is_kept() {
    let place = Place::with_a_world();
    let args = ["customer", "show", "C-000002", "--reveal", "the caller asked to compare"];
    let told = place.json(&args, 0);
    assert_eq!((&told["revealed"], &told["lines"]["rows"][0]["line"]), (&true.into(), &"090-0200-0002".into()));
    let log = place.audited();
    assert_eq!(log.lines().count(), 1, "{log}");
    for word in ["\"reveal\"", "C-000002", "the caller asked to compare"] {
        assert!(log.contains(word), "{log}");
    }
    assert!(!log.contains("0200"), "{log}");
    assert!(place.ends(&["customer", "show", "C-000002", "--reveal", " "], 2).contains("--reveal"));

    // What cannot be written there is not shown.
    let log = place.path(".local/state/madoguchi/audit.log");
    std::fs::remove_file(&log).unwrap();
    std::fs::create_dir(&log).unwrap();
    let said = place.ends(&args, 1);
    assert!(said.contains("audit log") && !said.contains("0200-0002"), "{said}");
}

#[test]
fn a_line_is_shown_with_what_it_used() {
    let place = Place::with_a_world();
    let told = place.json(&["sim", "show", "090-0200-0013"], 0);
    assert_names(&told, "exit customer revealed faults sim");
    assert_eq!(told["customer"], "C-000013");
    let sim = &told["sim"]["value"];
    assert_names(
        sim,
        "line state plan network started quota_left_mb voice sms voice_mail call_waiting roaming locked_by \
         locked_until planned planned_on size product_number iccid eid",
    );
    assert_eq!((&sim["line"], &sim["locked_by"]), (&"***-****-0013".into(), &"network".into()));
    assert!(sim["locked_until"].is_string() && sim["planned"].is_null(), "{sim}");

    let told = place.json(&["sim", "usage", "09002000002"], 0);
    assert_names(&told, "exit customer revealed faults usage days top_ups");
    assert_eq!(told["usage"]["value"]["throttled"], true);
    let days = told["days"]["rows"].as_array().unwrap();
    assert_names(&days[0], "day kb");
    assert!(days.len() > 7 && days[0]["day"].as_str() > days[1]["day"].as_str(), "{told}");
    assert_names(&told["top_ups"]["rows"][0], "at mb expires");
    assert!(place.ends(&["sim", "usage", "09002000002"], 0).contains("Slowed down"));

    assert!(place.ends(&["sim", "show", "12"], 2).contains("090-1234-5678"));
    place.ends(&["sim", "show", "090-0299-9999"], 1);
}

#[test]
fn an_order_is_shown_and_looked_through() {
    let place = Place::with_a_world();
    let told = place.json(&["customer", "show", "C-000021"], 0);
    let number = told["orders"]["rows"].as_array().unwrap().iter().find(|row| row["activation"] == "failed").unwrap();
    let number = number["number"].as_str().unwrap();
    let told = place.json(&["order", "show", number], 0);
    assert_names(&told, "exit customer revealed faults order items");
    assert_eq!((&told["customer"], &told["order"]["value"]["number"]), (&"C-000021".into(), &number.into()));
    assert_names(&told["items"]["rows"][0], "product quantity price cycle whmcs_service");

    let told = place.json(&["order", "xray", number], 0);
    assert_names(&told, "exit customer revealed faults order xray steps evidence");
    let said = told["evidence"]["rows"].as_array().unwrap();
    assert_eq!(told["evidence"]["total"], said.len());
    let of = |fact: &str| said.iter().find(|it| it["fact"] == fact).unwrap_or_else(|| panic!("{fact}: {told}"));
    assert_names(of("status"), "step says fact state");
    assert_eq!((&of("stage")["says"], &of("stage")["step"]), (&"salesforce".into(), &9.into()));
    assert_eq!(of("written-back")["id"], Value::Null);
    let xray = &told["xray"]["value"];
    assert_names(xray, "stands_at stopped_at cause remedy past_return");
    assert_eq!((&xray["stopped_at"], &xray["cause"]), (&"freebit".into(), &"unknown-account".into()), "{told}");
    assert_eq!(xray["remedy"], "register-card");
    let steps = told["steps"]["rows"].as_array().unwrap();
    assert_eq!((steps.len(), &steps[2]["state"], &steps[0]["state"]), (10, &"failed".into(), &"done".into()));
    assert_names(&steps[0], "number step state at says");
    assert!(place.ends(&["order", "xray", number], 0).contains("210"));
    place.ends(&["order", "xray", "99999999"], 1);
    place.ends(&["order", "show", "no number"], 2);
}

#[test]
fn an_invoice_is_shown_with_its_lines() {
    let place = Place::with_a_world();
    let told = place.json(&["customer", "show", "C-000003"], 0);
    let id = told["invoices"]["rows"][0]["id"].as_u64().unwrap().to_string();
    let told = place.json(&["invoice", "show", &id], 0);
    assert_names(&told, "exit customer revealed faults invoice detail items payments");
    assert_eq!(told["customer"], "C-000003");
    assert_names(&told["invoice"]["value"], "id number date due total credit status paid gateway");
    assert_names(&told["detail"]["value"], "status subtotal tax balance notes");
    assert_names(&told["items"]["rows"][0], "description amount taxed service");
    assert!(place.ends(&["invoice", "show", &id], 0).contains('¥'));
    place.ends(&["invoice", "show", "99999999"], 1);
}

#[test]
fn cases_are_listed_and_one_is_shown_with_what_was_said() {
    let place = Place::with_a_world();
    let told = place.json(&["case", "list"], 0);
    assert_names(&told, "exit customer revealed faults cases");
    let mine = told["cases"]["rows"].as_array().unwrap();
    assert_names(&mine[0], "number subject status priority owner name account since due");
    assert!(mine.iter().all(|row| row["owner"] == "Sandbox Desk"), "{told}");
    let all = place.json(&["case", "list", "--all"], 0)["cases"]["rows"].as_array().unwrap().len();
    let nobodys = place.json(&["case", "list", "--unassigned"], 0)["cases"]["rows"].as_array().unwrap().len();
    assert!(all > mine.len() && all > nobodys && nobodys > 0, "{all} {nobodys}");
    assert_eq!(place.json(&["case", "list", "--all", "--most", "2"], 0)["cases"]["rows"].as_array().unwrap().len(), 2);
    place.ends(&["case", "list", "--breaching"], 0);
    place.ends(&["case", "list", "--mine", "--all"], 2);

    let told = place.json(&["case", "show", "00000007"], 0);
    assert_names(&told, "exit customer revealed faults case messages");
    assert_eq!((&told["customer"], &told["case"]["value"]["number"]), (&"C-000036".into(), &"00000007".into()));
    assert_names(&told["messages"]["rows"][0], "at who side kind public body");
    place.ends(&["case", "show", "99999999"], 1);
}

#[test]
fn the_words_are_those_of_the_language() {
    let place = Place::with_a_world();
    let place = place.with("LANG", "ja_JP.UTF-8");
    let output = place.run(&["sim", "show", "09002000002"]);
    assert!(text(&output.stdout).contains("残データ"), "{}", text(&output.stdout));
}

#[test]
fn a_system_that_is_out_is_said_and_the_others_are_told() {
    let mut alone = super::Alone::start(&[]);
    let addresses = alone.addresses();
    let words = |n: usize| addresses[n].2.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (salesforce, freebit) = (words(0), words(2));
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    let config = format!(
        "[profiles.s]\nsandbox = true\n\
         [profiles.s.salesforce]\nurl = \"{}\"\nclient_id = \"{}\"\nclient_secret_env = \"SF\"\n\
         [profiles.s.whmcs]\nurl = \"http://127.0.0.1:9/\"\nidentifier_env = \"FI\"\nsecret_env = \"FI\"\n\
         [profiles.s.freebit]\nurl = \"{}\"\noem_id_env = \"FI\"\noem_key_env = \"FK\"\n",
        addresses[0].1, salesforce[1], addresses[2].1
    );
    std::fs::write(&file, config).unwrap();
    let run = |line: &str| {
        let named = ["--config", file.to_str().unwrap(), "--profile", "s"];
        let args: Vec<&str> = line.split_whitespace().chain(named).collect();
        let mut command = madoguchi(home.path(), &args);
        command.env("SF", &salesforce[3]).env("FI", &freebit[1]).env("FK", &freebit[3]).output().unwrap()
    };
    let output = run("customer show C-000002 --json");
    assert_eq!(output.status.code(), Some(7), "{}", text(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&told["account"]["value"]["number"], &told["faults"][0]["system"]),
        (&"C-000002".into(), &"WHMCS".into())
    );
    assert_eq!((&told["invoices"]["rows"], &told["invoices"]["total"]), (&Value::Null, &Value::Null), "{told}");
    assert!(told["invoices"]["fault"]["kind"].is_string(), "{told}");
    assert!(text(&output.stderr).contains("madoguchi: WHMCS: "), "{}", text(&output.stderr));
    assert_eq!(run("invoice show 5").status.code(), Some(7), "who could not be asked may know it");
}

#[test]
fn nothing_is_not_looked_for() {
    for nothing in ["", "  ", "\u{3000}"] {
        let output = run(&["--customers", "0", "customer", "find", nothing]);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains("nothing to look for"), "{said}");
    }
}
