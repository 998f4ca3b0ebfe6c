//! Whose line it is that is changed: the caller was verified as one customer, and a number may be anybody's.

use madoguchi::domain::operation::{CheckState, Plan};
use madoguchi::domain::phrase::Phrase;
use madoguchi::sandbox::faults::{Fault, Order, System};
use madoguchi::sandbox::whmcs::db::ServiceStatus;

use super::{Office, port_in};

const OWN: (&str, &str) = ("C-000001", "09002000001");
/// Its order is stuck: the line is live, its card is kept for the order, and WHMCS knows nothing of it.
const STUCK: (&str, &str) = ("C-000022", "09002000022");
const OTHER: &str = "C-000003";
/// A line that Freebit has and nobody else knows.
const NOBODYS: &str = "09002009999";

/// A verb and what it is asked with, beside the line.
type Asked = (&'static str, &'static [(&'static str, &'static str)]);

/// Every verb of a line that is there.
const VERBS: &[Asked] = &[
    ("top-up", &[]),
    ("plan-change", &[("plan", "PNEW_25GB_V")]),
    ("voice-options", &[("roaming", "on")]),
    ("network", &[("network", "5G")]),
    ("suspend-request", &[]),
    ("protect", &[("reason", "fraud")]),
    ("esim-reissue", &[("eid", "89049032000000000000000000004237")]),
    ("sim-cancel", &[("reason", "moving")]),
    ("unprotect", &[("reason", "moving")]),
];
/// Of these a caller has to be known as well as can be.
const SURE: [&str; 3] = ["esim-reissue", "sim-cancel", "unprotect"];

async fn asked(office: &Office, number: &str, line: &str, (verb, more): Asked) -> Plan {
    let fields: Vec<(&str, &str)> = [("line", line)].into_iter().chain(more.iter().copied()).collect();
    office.plan(number, verb, &fields).await
}

/// How it stands that the line is theirs.
fn theirs(plan: &Plan) -> &CheckState {
    let checks: Vec<_> = plan.checks.iter().filter(|it| it.what.key == "check-line-theirs").collect();
    assert_eq!(checks.len(), 1, "asked once: {plan:#?}");
    &checks[0].state
}

/// The same in two words.
fn stands(plan: &Plan) -> (&'static str, &str) {
    match theirs(plan) {
        CheckState::Passed => ("passed", ""),
        CheckState::Warns(why) => ("warns", &why.key),
        CheckState::Failed(why) => ("failed", &why.key),
    }
}

/// A line at Freebit that no other system links.
fn unlinked(office: &Office) {
    office.sandbox.change(|world| {
        let mut line = world.freebit.line(OWN.1, world.clock.now()).unwrap();
        NOBODYS.clone_into(&mut line.account);
        world.freebit.insert(line);
    });
}

#[tokio::test]
async fn nothing_is_changed_of_another_customers_line() {
    let office = Office::open().await;
    for asking in VERBS {
        for (whose, line) in [OWN, STUCK] {
            let plan = asked(&office, OTHER, line, *asking).await;
            assert_eq!(stands(&plan), ("failed", "check-line-of-another"), "{} {line}", asking.0);
            let who = plan.blocked().unwrap();
            assert!(format!("{who:?}").contains(whose), "whose it is is said: {who:?}");
            let own = asked(&office, whose, line, *asking).await;
            assert_eq!(stands(&own), ("passed", ""), "{} {line}", asking.0);
        }
    }
}

#[tokio::test]
async fn a_line_that_only_whmcs_knows_of_is_not_another_customers_either() {
    let office = Office::open().await;
    office.sandbox.change(|world| {
        let cards: Vec<String> = world.salesforce.rows("SIM_Inventory__c").map(|it| it.id().to_string()).collect();
        for card in cards {
            world.salesforce.delete(&card).unwrap();
        }
    });
    let plan = asked(&office, OTHER, OWN.1, VERBS[3]).await;
    let CheckState::Failed(why) = theirs(&plan) else { panic!("{plan:#?}") };
    assert_eq!(
        *why,
        Phrase::new("check-line-of-another").with("who", madoguchi::domain::text::Text::line("WHMCS #1001"))
    );
}

#[tokio::test]
async fn a_line_that_no_system_links_is_a_persons_to_judge_unless_the_caller_must_be_sure() {
    let office = Office::open().await;
    unlinked(&office);
    for asking in VERBS {
        let plan = asked(&office, OWN.0, NOBODYS, *asking).await;
        let expected = if SURE.contains(&asking.0) { "failed" } else { "warns" };
        assert_eq!(stands(&plan), (expected, "check-line-of-nobody"), "{}", asking.0);
    }
}

#[tokio::test]
async fn a_service_that_has_ended_says_whose_the_line_was() {
    let office = Office::open().await;
    unlinked(&office);
    office.sandbox.change(|world| {
        let services = &mut world.whmcs.services;
        let mut old = services.of(1001).find(|it| it.domain.replace('-', "") == OWN.1).cloned().unwrap();
        (old.id, old.status) = (0, ServiceStatus::Cancelled);
        NOBODYS.clone_into(&mut old.domain);
        old.custom_fields.clear();
        services.insert(old);
    });
    for asking in VERBS {
        let plan = asked(&office, OWN.0, NOBODYS, *asking).await;
        assert_eq!(stands(&plan), ("warns", "check-line-was-theirs"), "{}", asking.0);
        // That it was somebody's once makes it nobody else's now.
        let plan = asked(&office, OTHER, NOBODYS, *asking).await;
        assert_eq!(stands(&plan).1, "check-line-of-nobody", "{}", asking.0);
    }
}

#[tokio::test]
async fn one_system_that_answers_is_enough_and_none_is_no_proof() {
    let office = Office::open().await;
    let (network, reissue) = (VERBS[3], VERBS[6]);
    let who = office.customer(OWN.0).await;
    let plan = async |(verb, more): Asked| {
        let fields: Vec<(&str, &str)> = [("line", OWN.1)].into_iter().chain(more.iter().copied()).collect();
        office.try_plan(office.change(&who, verb, &fields)).await.unwrap()
    };
    office.sandbox.misbehave(Order::on(System::Whmcs, Fault::Unavailable503));
    assert_eq!(stands(&plan(reissue).await), ("passed", ""), "the card is theirs");
    office.sandbox.misbehave(Order::on(System::Salesforce, Fault::Unavailable503));
    assert_eq!(stands(&plan(network).await), ("warns", "check-line-unread"));
    assert_eq!(stands(&plan(reissue).await), ("failed", "check-line-unread"));
}

#[tokio::test]
async fn a_number_that_comes_from_another_carrier_is_nobodys_yet() {
    let office = Office::open().await;
    assert_eq!(stands(&office.plan(OWN.0, "port-in", &port_in("090-0777-0001")).await), ("passed", ""));
    let plan = office.plan(OTHER, "port-in", &port_in(OWN.1)).await;
    assert_eq!(stands(&plan), ("failed", "check-line-of-another"));
}
