use super::super::billing::ProductKind;
use super::super::phone::{Fixtures, Msisdn};
use super::*;

const CARD: &str = "AX0000000000001";
const EID: &str = "89049032000000000000000500002280";

fn msisdn(digits: &str) -> Msisdn {
    Msisdn::parse(digits, Fixtures::Allowed).unwrap()
}

fn record(n: u8) -> SalesforceId {
    SalesforceId::parse(&format!("006000000000{n:03}")).unwrap()
}

fn service() -> Subscription {
    Subscription {
        id: 2001,
        name: Text::line("SIM Voice 10GB"),
        group: Text::default(),
        kind: ProductKind::Sim,
        status: ServiceStatus::Active,
        amount: None,
        cycle: Text::default(),
        registered: None,
        next_due: None,
        order: None,
        label: Text::default(),
        line: Some(msisdn("09001000001")),
        product_number: Text::line(CARD),
        eid: Text::line(EID),
        opportunity: Some(record(1)),
        suspension_reason: Text::default(),
        no_suspend_until: None,
        fields: Vec::new(),
        options: Vec::new(),
        product: None,
    }
}

fn opportunity(n: u8, whmcs_service: Option<u64>) -> Opportunity {
    Opportunity {
        id: record(n),
        name: Text::default(),
        stage: Text::line("Active"),
        whmcs_service,
        cancels: None,
        sim_cancels: None,
        notice: Text::default(),
        sim_notice: Text::default(),
        line_return: Text::default(),
    }
}

fn card(product_number: &str, line: &str, eid: &str) -> SimCard {
    SimCard {
        id: SalesforceId::parse("a0X000000000001").unwrap(),
        product_number: Text::line(product_number),
        line: Some(msisdn(line)),
        iccid: Text::default(),
        eid: Text::line(eid),
        esim: None,
        kind: Text::default(),
        status: Text::default(),
    }
}

fn line(product_number: &str, eid: &str, state: LineState) -> Line {
    Line {
        msisdn: msisdn("09001000001"),
        state,
        plan: Text::default(),
        network: Text::default(),
        started: None,
        product_number: Text::line(product_number),
        iccid: Text::default(),
        eid: Text::line(eid),
        size: Text::default(),
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

/// What differs, and who says otherwise than WHMCS.
fn facts(service: &Subscription, elsewhere: &Elsewhere<'_>) -> Vec<(Fact, Option<System>)> {
    of_service(service, elsewhere).into_iter().map(|it| (it.about, it.said.last().map(|said| said.0))).collect()
}

#[test]
fn opportunity_and_service_name_each_other_or_are_told() {
    let all = |rows: &[Opportunity], complete| {
        of_service(&service(), &Elsewhere { opportunities: Some((rows, complete)), ..Elsewhere::default() })
    };
    let said = |about, whmcs: &str, salesforce: &str| Disagreement {
        about,
        said: vec![(System::Whmcs, Text::line(whmcs)), (System::Salesforce, Text::line(salesforce))],
    };
    let (first, second) = (record(1), record(2));
    assert_eq!(all(&[opportunity(1, Some(2001)), opportunity(2, Some(7))], true), []);
    // One that names nobody yet is not written back, and no two values stand against each other.
    assert_eq!(all(&[opportunity(1, None)], true), []);
    assert_eq!(all(&[opportunity(1, Some(7))], true), [said(Fact::Service, "2001", "7")]);
    let crossed = all(&[opportunity(1, Some(7)), opportunity(2, Some(2001))], true);
    assert_eq!(crossed, [said(Fact::Opportunity, first.as_str(), second.as_str())]);
    assert_eq!(all(&[], true), [said(Fact::Opportunity, first.as_str(), "")]);
    assert_eq!(all(&[], false), [], "it may be among those that were not read");
    let unlinked = Subscription { opportunity: None, ..service() };
    let rows = [opportunity(1, Some(2001))];
    let elsewhere = Elsewhere { opportunities: Some((&rows, true)), ..Elsewhere::default() };
    assert_eq!(of_service(&unlinked, &elsewhere), [said(Fact::Opportunity, "", first.as_str())]);
    assert_eq!(of_service(&unlinked, &Elsewhere { opportunities: Some((&[], true)), ..elsewhere }), []);
}

#[test]
fn card_and_line_are_compared_with_what_the_service_names() {
    for (product_number, number, eid, expected) in [
        (CARD, "09001000001", EID, vec![]),
        ("ax-0000000000001", "09001000001", "8904 9032 0000 0000 0000 0005 0000 2280", vec![]),
        (CARD, "09001000002", EID, vec![Fact::Line]),
        ("AX0000000000009", "09001000001", EID, vec![Fact::ProductNumber]),
        (CARD, "09001000001", "89049032000000000000000500002298", vec![Fact::Eid]),
        (CARD, "09001000001", "", vec![]),
        (CARD, "09001000001", "-", vec![]),
        ("AX0000000000009", "09001000002", "1", vec![]),
    ] {
        let cards = [card(product_number, number, eid)];
        let found = facts(&service(), &Elsewhere { cards: Some(&cards), ..Elsewhere::default() });
        assert_eq!(found.iter().map(|it| it.0).collect::<Vec<_>>(), expected, "{product_number} {number} {eid}");
    }
}

#[test]
fn freebit_has_the_last_word_of_the_line_only() {
    let told = |line: &Line, status| {
        let service = Subscription { status, ..service() };
        facts(&service, &Elsewhere { line: Some(line), ..Elsewhere::default() })
    };
    let well = line(CARD, EID, LineState::Active);
    assert_eq!(told(&well, ServiceStatus::Active), []);
    assert_eq!(told(&well, ServiceStatus::Suspended), []);
    assert_eq!(told(&well, ServiceStatus::Terminated), [(Fact::ActiveButNotBilled, None)]);
    let ended = line(CARD, "", LineState::Ended);
    assert_eq!(told(&ended, ServiceStatus::Active), [(Fact::EndedButBilled, None)]);
    let stopped = line(CARD, EID, LineState::Suspended);
    assert_eq!(told(&stopped, ServiceStatus::Active), [(Fact::StoppedButBilled, None)]);
    assert_eq!(told(&stopped, ServiceStatus::Suspended), []);
    let swapped = line("AX0000000000009", EID, LineState::Active);
    assert_eq!(told(&swapped, ServiceStatus::Active), [(Fact::ProductNumber, Some(System::Freebit))]);
}

#[test]
fn a_lines_numbers_are_told_with_every_value() {
    let plastic = Line { size: Text::line("nano"), ..line(CARD, "", LineState::Active) };
    let same =
        SimCard { kind: Text::line("Physical SIM"), esim: Some(false), ..card("ax 0000000000001", "09001000001", "") };
    assert_eq!(of_line(Some(&plastic), Some(&same), None), []);
    assert_eq!(of_line(None, Some(&same), None), []);
    let silent = card("", "09001000001", "");
    assert_eq!(of_line(Some(&plastic), Some(&silent), None), [], "nothing said is nothing else said");
    let other = SimCard { kind: Text::line("eSIM"), esim: Some(true), ..card("AX0000000000002", "09001000001", "") };
    let said = |about, freebit: &str, salesforce: &str| Disagreement {
        about,
        said: vec![(System::Freebit, Text::line(freebit)), (System::Salesforce, Text::line(salesforce))],
    };
    assert_eq!(
        of_line(Some(&plastic), Some(&other), None),
        [said(Fact::ProductNumber, CARD, "AX0000000000002"), said(Fact::Kind, "nano", "eSIM")]
    );
    let ended = Line { state: LineState::Ended, ..plastic };
    let billed = of_line(Some(&ended), None, Some(&service()));
    assert_eq!(billed, [Disagreement { about: Fact::EndedButBilled, said: vec![] }]);
}
