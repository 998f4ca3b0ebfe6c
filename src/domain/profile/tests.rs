use super::super::phone::{Fixtures, Msisdn};
use super::super::salesforce_id::SalesforceId;
use super::super::text::Text;
use super::super::words::Words;
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

fn card(kind: &str) -> SimCard {
    SimCard {
        id: SalesforceId::parse("a01000000000001AAA").unwrap(),
        product_number: Text::default(),
        line: None,
        iccid: Text::default(),
        eid: Text::default(),
        kind: text(kind),
        esim: Words::default().esim(kind),
        status: Text::default(),
    }
}

#[test]
fn a_profile_is_never_called_installed() {
    let (esim, plastic) = (line("esim", "89049032000000000000000000004237"), line("nano", ""));
    assert_eq!(profile(Some(&plastic), None, None), Profile::Physical);
    assert_eq!(profile(Some(&esim), None, None), Profile::Confirmed);
    let waiting = Line { state: LineState::Waiting, ..esim };
    assert_eq!(profile(Some(&waiting), None, None), Profile::Requested);
    assert_eq!(profile(None, None, None), Profile::Unknown);
    assert_eq!(profile(None, Some(&card("eSIM")), None), Profile::Unknown);
}
