//! Whether the three systems say the same of one service. They hold the same facts as text that people and workers copy,
//! so they drift; where two differ, both values are told and neither is called right.

use super::billing::{ServiceStatus, Subscription};
use super::line::{Line, LineState};
use super::order::{Opportunity, SimCard};
use super::salesforce_id::SalesforceId;
use super::system::System;

/// One fact of which WHMCS and another system say different things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Which fact.
    pub about: Fact,
    /// What WHMCS says of the service. Empty when it says nothing.
    pub whmcs: String,
    /// Who says otherwise.
    pub other: System,
    /// What that system says. Empty when it says nothing.
    pub says: String,
}

/// The facts that are kept twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fact {
    /// The Salesforce opportunity of a service.
    Opportunity,
    /// The WHMCS service of an opportunity.
    Service,
    /// The line's number. Personal data.
    Line,
    /// The card's product number. Personal data.
    ProductNumber,
    /// The EID. Personal data.
    Eid,
    /// Whether the line is in service.
    State,
}

/// What is known of a service elsewhere. `None` is not read, and nothing is said of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Elsewhere<'a> {
    /// The customer's Salesforce opportunities, and whether that is all of them.
    pub opportunities: Option<(&'a [Opportunity], bool)>,
    /// The customer's cards in Salesforce's inventory.
    pub cards: Option<&'a [SimCard]>,
    /// The service's line as Freebit tells it.
    pub line: Option<&'a Line>,
}

/// The opportunity that belongs to a service: the one the service names, else the one that names the service.
pub fn opportunity_of<'a>(service: &Subscription, all: &'a [Opportunity]) -> Option<&'a Opportunity> {
    let named = service.opportunity.as_ref().and_then(|id| all.iter().find(|it| it.id == *id));
    named.or_else(|| all.iter().find(|it| it.whmcs_service == Some(service.id)))
}

/// The card that belongs to a service: the one with its product number, else the one on its line.
pub fn card_of<'a>(service: &Subscription, all: &'a [SimCard]) -> Option<&'a SimCard> {
    let same =
        all.iter().find(|card| told(&card.product_number) && same(&card.product_number, &service.product_number));
    same.or_else(|| all.iter().find(|card| card.line.is_some() && card.line == service.line))
}

/// Where the systems differ about a service. What only one of them says is no difference, except that a service must name
/// the opportunity that names it: that half of the link is what the portal's worker writes last and so loses first.
pub fn disagreements(service: &Subscription, elsewhere: &Elsewhere<'_>) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let mut differ = |about, whmcs: &str, other, says: &str| {
        found.push(Disagreement { about, whmcs: whmcs.to_owned(), other, says: says.to_owned() });
    };
    if let Some((opportunities, complete)) = elsewhere.opportunities {
        let named = service.opportunity.as_ref();
        let id = named.map(SalesforceId::as_str).unwrap_or_default();
        let naming = opportunities.iter().find(|it| it.whmcs_service == Some(service.id));
        match (named, named.and_then(|id| opportunities.iter().find(|it| it.id == *id)), naming) {
            // Both ends name each other.
            (Some(_), Some(to), _) if to.whmcs_service == Some(service.id) => {}
            (_, _, Some(from)) => differ(Fact::Opportunity, id, System::Salesforce, from.id.as_str()),
            (Some(_), Some(to), None) => {
                if let Some(other) = to.whmcs_service {
                    differ(Fact::Service, &service.id.to_string(), System::Salesforce, &other.to_string());
                }
            }
            (Some(_), None, None) if complete => differ(Fact::Opportunity, id, System::Salesforce, ""),
            // Nobody names anybody, or the one named may be among those that were not read.
            (None, _, None) | (Some(_), None, None) => {}
        }
    }
    if let Some(card) = elsewhere.cards.and_then(|cards| card_of(service, cards)) {
        let (whmcs, salesforce) = (number(service.line.as_ref()), number(card.line.as_ref()));
        for (about, whmcs, says) in [
            (Fact::Line, whmcs.as_str(), salesforce.as_str()),
            (Fact::ProductNumber, &service.product_number, &card.product_number),
            (Fact::Eid, &service.eid, &card.eid),
        ] {
            if told(whmcs) && told(says) && !same(whmcs, says) {
                differ(about, whmcs, System::Salesforce, says);
            }
        }
    }
    if let Some(line) = elsewhere.line {
        for (about, whmcs, says) in
            [(Fact::ProductNumber, &service.product_number, &line.product_number), (Fact::Eid, &service.eid, &line.eid)]
        {
            if told(whmcs) && told(says) && !same(whmcs, says) {
                differ(about, whmcs, System::Freebit, says);
            }
        }
        if service.line.as_ref() == Some(&line.msisdn) && states_differ(&service.status, &line.state) {
            differ(Fact::State, "", System::Freebit, "");
        }
    }
    found
}

/// Billed although it has ended, or ended although it runs. A suspended service with a running line is ordinary: WHMCS
/// suspends billing without telling the carrier.
const fn states_differ(service: &ServiceStatus, line: &LineState) -> bool {
    matches!(
        (service, line),
        (ServiceStatus::Active, LineState::Ended)
            | (ServiceStatus::Terminated | ServiceStatus::Cancelled, LineState::Active)
    )
}

fn number(line: Option<&super::phone::Msisdn>) -> String {
    line.map(ToString::to_string).unwrap_or_default()
}

fn told(value: &str) -> bool {
    value.chars().any(char::is_alphanumeric)
}

/// Equal but for blanks, hyphens and case: identifiers are copied by hand.
fn same(a: &str, b: &str) -> bool {
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect() };
    plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use super::super::billing::ProductKind;
    use super::super::phone::{Fixtures, Msisdn};
    use super::super::text::Text;
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

    fn facts(service: &Subscription, elsewhere: &Elsewhere<'_>) -> Vec<(Fact, System)> {
        disagreements(service, elsewhere).into_iter().map(|it| (it.about, it.other)).collect()
    }

    #[test]
    fn opportunity_and_service_name_each_other_or_are_told() {
        let all = |rows: &[Opportunity], complete| {
            disagreements(&service(), &Elsewhere { opportunities: Some((rows, complete)), ..Elsewhere::default() })
        };
        assert_eq!(all(&[opportunity(1, Some(2001)), opportunity(2, Some(7))], true), []);
        // One that names nobody yet is not written back, and no two values stand against each other.
        assert_eq!(all(&[opportunity(1, None)], true), []);
        let other = all(&[opportunity(1, Some(7))], true);
        assert_eq!((other[0].about, &*other[0].whmcs, &*other[0].says), (Fact::Service, "2001", "7"));
        let crossed = all(&[opportunity(1, Some(7)), opportunity(2, Some(2001))], true);
        assert_eq!(crossed.len(), 1);
        assert_eq!((crossed[0].about, &*crossed[0].says), (Fact::Opportunity, record(2).as_str()));
        assert_eq!(all(&[], true)[0].says, "");
        assert_eq!(all(&[], false), [], "it may be among those that were not read");
        let unlinked = Subscription { opportunity: None, ..service() };
        let rows = [opportunity(1, Some(2001))];
        let elsewhere = Elsewhere { opportunities: Some((&rows, true)), ..Elsewhere::default() };
        assert_eq!(facts(&unlinked, &elsewhere), [(Fact::Opportunity, System::Salesforce)]);
        assert_eq!(disagreements(&unlinked, &Elsewhere { opportunities: Some((&[], true)), ..elsewhere }), []);
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
        assert_eq!(told(&well, ServiceStatus::Terminated), [(Fact::State, System::Freebit)]);
        let ended = line(CARD, "", LineState::Ended);
        assert_eq!(told(&ended, ServiceStatus::Active), [(Fact::State, System::Freebit)]);
        let swapped = line("AX0000000000009", EID, LineState::Active);
        assert_eq!(told(&swapped, ServiceStatus::Active), [(Fact::ProductNumber, System::Freebit)]);
    }
}
