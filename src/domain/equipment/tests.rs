use super::super::phone::{Fixtures, Msisdn};
use super::super::salesforce_id::SalesforceId;
use super::*;

fn text(written: &str) -> Text {
    Text::line(written)
}

fn line(size: &str, eid: &str) -> Line {
    Line {
        msisdn: Msisdn::parse("090-0123-4567", Fixtures::Allowed).unwrap(),
        state: LineState::Active,
        plan: Text::default(),
        network: Text::default(),
        started: None,
        product_number: text("AX0000000000001"),
        iccid: text("8981100000000000010"),
        eid: text(eid),
        size: text(size),
        voice: None,
        sms: None,
        voice_mail: None,
        call_waiting: None,
        roaming: None,
        quota_left_mb: None,
        lock: None,
        planned: None,
        usage: None,
        top_ups: None,
    }
}

fn card(product_number: &str, iccid: &str, eid: &str, kind: &str) -> SimCard {
    SimCard {
        id: SalesforceId::parse("a01000000000001AAA").unwrap(),
        product_number: text(product_number),
        line: None,
        iccid: text(iccid),
        eid: text(eid),
        kind: text(kind),
        status: Text::default(),
    }
}

#[test]
fn what_is_equal_but_for_its_groups_agrees() {
    let line = line("nano", "");
    let same = card("ax0000000000001", "8981 1000 0000 0000 010", "", "Physical SIM");
    assert_eq!(differences(Some(&line), Some(&same), None), []);
    assert_eq!(differences(None, Some(&same), None), []);
    assert_eq!(differences(Some(&line), Some(&card("", "", "", "")), None), [], "nothing said is nothing else said");
}

#[test]
fn what_differs_is_told_with_every_value() {
    let line = line("nano", "");
    let other = card("AX0000000000002", "8981100000000000010", "", "eSIM");
    let numbers = vec![(System::Freebit, text("AX0000000000001")), (System::Salesforce, text("AX0000000000002"))];
    let kinds = Difference::Kind { freebit: text("nano"), salesforce: text("eSIM") };
    assert_eq!(
        differences(Some(&line), Some(&other), None),
        [Difference::Number { what: Compared::ProductNumber, values: numbers }, kinds]
    );
}

#[test]
fn a_profile_is_never_called_installed() {
    let (esim, plastic) = (line("esim", "89049032000000000000000000004237"), line("nano", ""));
    assert_eq!(profile(Some(&plastic), None, None), Profile::Physical);
    assert_eq!(profile(Some(&esim), None, None), Profile::Confirmed);
    let waiting = Line { state: LineState::Waiting, ..esim };
    assert_eq!(profile(Some(&waiting), None, None), Profile::Requested);
    assert_eq!(profile(None, None, None), Profile::Unknown);
    assert_eq!(profile(None, Some(&card("", "", "", "eSIM")), None), Profile::Unknown);
}

#[test]
fn a_plans_size_is_read_from_its_name_or_not_known() {
    for (name, mb) in [
        ("SIM Voice 10GB", Some(10_000)),
        ("SIM データ ２５ ＧＢ", Some(25_000)),
        ("Data 500MB", Some(500)),
        ("SIM Voice", None),
        ("1.5GB", None),
        ("GB", None),
        ("99999999999999999999GB", None),
    ] {
        assert_eq!(plan_size_mb(name), mb, "{name}");
    }
}
