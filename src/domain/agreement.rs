//! Whether the three systems say the same of one service and of one line. They hold the same facts as text that people
//! and workers copy, so they drift; where they differ, every value is told and none is called right.

use std::borrow::Cow;

use super::billing::{ServiceStatus, Subscription};
use super::line::{Line, LineState};
use super::order::{Opportunity, SimCard};
use super::profile::is_esim;
use super::salesforce_id::SalesforceId;
use super::system::System;
use super::text::{self, Text};

/// One fact of which the systems say different things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Which fact.
    pub about: Fact,
    /// Who says what; empty when that system says nothing. Nobody is quoted where the fact itself says both sides.
    pub said: Vec<(System, Text)>,
}

/// The facts that are kept more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fact {
    /// The Salesforce opportunity of a service.
    Opportunity,
    /// The WHMCS service of an opportunity.
    Service,
    /// The line's number. Personal data.
    Line,
    /// The number printed on the card. Personal data.
    ProductNumber,
    /// The ICCID. Personal data.
    Iccid,
    /// The EID. Personal data.
    Eid,
    /// An eSIM, or a card of plastic.
    Kind,
    /// The line has ended and WHMCS still bills it.
    EndedButBilled,
    /// The line is stopped and WHMCS bills it as one that works.
    StoppedButBilled,
    /// WHMCS has ended the service and the line still works.
    ActiveButNotBilled,
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
    let number = bare(&service.product_number);
    let same = all.iter().find(|card| !number.is_empty() && bare(&card.product_number) == number);
    same.or_else(|| all.iter().find(|card| card.line.is_some() && card.line == service.line))
}

/// Where another system differs from WHMCS about a service. What only one of them says is no difference, except that a
/// service must name the opportunity that names it: that half of the link is what the portal's worker writes last and so
/// loses first.
pub fn of_service(service: &Subscription, elsewhere: &Elsewhere<'_>) -> Vec<Disagreement> {
    let mut found = Vec::new();
    if let Some((opportunities, complete)) = elsewhere.opportunities {
        found.extend(linked(service, opportunities, complete));
    }
    if let Some(card) = elsewhere.cards.and_then(|cards| card_of(service, cards)) {
        let line = |line: Option<&super::phone::Msisdn>| line.map(|it| Text::line(&it.to_string())).unwrap_or_default();
        let (whmcs, salesforce) = (line(service.line.as_ref()), line(card.line.as_ref()));
        for (about, whmcs, says) in [
            (Fact::Line, &whmcs, &salesforce),
            (Fact::ProductNumber, &service.product_number, &card.product_number),
            (Fact::Eid, &service.eid, &card.eid),
        ] {
            found.extend(compared(about, &[(System::Whmcs, Some(whmcs)), (System::Salesforce, Some(says))]));
        }
    }
    if let Some(line) = elsewhere.line {
        for (about, whmcs, says) in
            [(Fact::ProductNumber, &service.product_number, &line.product_number), (Fact::Eid, &service.eid, &line.eid)]
        {
            found.extend(compared(about, &[(System::Whmcs, Some(whmcs)), (System::Freebit, Some(says))]));
        }
        if service.line.as_ref() == Some(&line.msisdn) {
            found.extend(billed(service, line));
        }
    }
    found
}

/// What the systems disagree on about a line's equipment and its state; a part that was not read takes no part.
pub fn of_line(line: Option<&Line>, card: Option<&SimCard>, service: Option<&Subscription>) -> Vec<Disagreement> {
    let product_number = [
        (System::Freebit, line.map(|it| &it.product_number)),
        (System::Salesforce, card.map(|it| &it.product_number)),
        (System::Whmcs, service.map(|it| &it.product_number)),
    ];
    let iccid = [(System::Freebit, line.map(|it| &it.iccid)), (System::Salesforce, card.map(|it| &it.iccid))];
    let eid = [
        (System::Freebit, line.map(|it| &it.eid)),
        (System::Salesforce, card.map(|it| &it.eid)),
        (System::Whmcs, service.map(|it| &it.eid)),
    ];
    let numbers =
        [compared(Fact::ProductNumber, &product_number), compared(Fact::Iccid, &iccid), compared(Fact::Eid, &eid)];
    let mut found: Vec<Disagreement> = numbers.into_iter().flatten().collect();
    if let (Some(line), Some(card)) = (line, card)
        && !line.size.is_empty()
        && card.esim.is_some_and(|esim| esim != is_esim(&line.size))
    {
        let said = vec![(System::Freebit, line.size.clone()), (System::Salesforce, card.kind.clone())];
        found.push(Disagreement { about: Fact::Kind, said });
    }
    if let (Some(line), Some(service)) = (line, service) {
        found.extend(billed(service, line));
    }
    found
}

/// Whether a service and the customer's opportunities name each other.
fn linked(service: &Subscription, opportunities: &[Opportunity], complete: bool) -> Option<Disagreement> {
    let named = service.opportunity.as_ref();
    let id = named.map(SalesforceId::as_str).unwrap_or_default();
    let naming = opportunities.iter().find(|it| it.whmcs_service == Some(service.id));
    let differ = |about, whmcs: &str, says: &str| {
        let said = vec![(System::Whmcs, Text::line(whmcs)), (System::Salesforce, Text::line(says))];
        Some(Disagreement { about, said })
    };
    match (named, named.and_then(|id| opportunities.iter().find(|it| it.id == *id)), naming) {
        // Both ends name each other.
        (Some(_), Some(to), _) if to.whmcs_service == Some(service.id) => None,
        (_, _, Some(from)) => differ(Fact::Opportunity, id, from.id.as_str()),
        (Some(_), Some(to), None) => {
            to.whmcs_service.and_then(|other| differ(Fact::Service, &service.id.to_string(), &other.to_string()))
        }
        (Some(_), None, None) if complete => differ(Fact::Opportunity, id, ""),
        // Nobody names anybody, or the one named may be among those that were not read.
        (None, _, None) | (Some(_), None, None) => None,
    }
}

/// Billed although it has ended or is stopped, or ended although it runs. A suspended service with a running line is ordinary: WHMCS
/// suspends billing without telling the carrier.
fn billed(service: &Subscription, line: &Line) -> Option<Disagreement> {
    let about = match (&line.state, &service.status) {
        (LineState::Ended, ServiceStatus::Active) => Fact::EndedButBilled,
        (LineState::Suspended, ServiceStatus::Active) => Fact::StoppedButBilled,
        (LineState::Active, ServiceStatus::Terminated | ServiceStatus::Cancelled) => Fact::ActiveButNotBilled,
        _ => return None,
    };
    Some(Disagreement { about, said: Vec::new() })
}

/// The values that were told, if they are not all the same.
fn compared(about: Fact, told: &[(System, Option<&Text>)]) -> Option<Disagreement> {
    let told = told.iter().filter_map(|(system, value)| Some((*system, (*value)?)));
    let told: Vec<_> = told.map(|(system, value)| (system, value, bare(value))).filter(|it| !it.2.is_empty()).collect();
    let differ = told.windows(2).any(|two| two[0].2 != two[1].2);
    differ.then(|| Disagreement { about, said: told.into_iter().map(|it| (it.0, it.1.clone())).collect() })
}

/// Letters and digits alone: identifiers are copied by hand, and who writes one in groups means the same one.
fn bare(written: &str) -> String {
    let folded = if written.is_ascii() { Cow::Borrowed(written) } else { Cow::Owned(text::folded(written)) };
    folded.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests;
