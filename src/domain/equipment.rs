//! The equipment of one mobile line: what three systems say of its card, compared, and what can be known of its profile.
//! Freebit's line is the measure here; [`super::agreement`] starts from WHMCS's service.

use super::billing::{ServiceStatus, Subscription};
use super::line::{Line, LineState};
use super::order::{ActivationStatus, Order, SimCard};
use super::system::System;
use super::text::{self, Text};

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// The number printed on the card.
    ProductNumber,
    /// ICCID.
    Iccid,
    /// EID.
    Eid,
}

/// Systems name different things where they should name one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A number of the equipment, with every system that names one. Personal data.
    Number {
        /// Which.
        what: Compared,
        /// Who says what.
        values: Vec<(System, Text)>,
    },
    /// Freebit knows an eSIM and Salesforce a card of plastic, or the other way round.
    Kind {
        /// Freebit's size, e.g. `esim`.
        freebit: Text,
        /// Salesforce's type, e.g. `Physical SIM`.
        salesforce: Text,
    },
    /// The line has ended and WHMCS still bills it.
    EndedButBilled,
    /// WHMCS has ended the service and the line still works.
    ActiveButNotBilled,
}

/// What the systems disagree on; a part that was not read takes no part.
pub fn differences(line: Option<&Line>, card: Option<&SimCard>, service: Option<&Subscription>) -> Vec<Difference> {
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
    let numbers = [
        number(Compared::ProductNumber, &product_number),
        number(Compared::Iccid, &iccid),
        number(Compared::Eid, &eid),
    ];
    let mut found: Vec<Difference> = numbers.into_iter().flatten().collect();
    if let (Some(line), Some(card)) = (line, card)
        && !line.size.is_empty()
        && !card.kind.is_empty()
        && is_esim(&line.size) != is_esim(&card.kind)
    {
        found.push(Difference::Kind { freebit: line.size.clone(), salesforce: card.kind.clone() });
    }
    if let (Some(line), Some(service)) = (line, service) {
        match (&line.state, &service.status) {
            (LineState::Ended, ServiceStatus::Active) => found.push(Difference::EndedButBilled),
            (LineState::Active, ServiceStatus::Terminated | ServiceStatus::Cancelled) => {
                found.push(Difference::ActiveButNotBilled);
            }
            _ => {}
        }
    }
    found
}

/// The values that were told, if they are not all the same.
fn number(what: Compared, told: &[(System, Option<&Text>)]) -> Option<Difference> {
    let told = told.iter().filter_map(|(system, value)| Some((*system, value.filter(|value| !value.is_empty())?)));
    let values: Vec<(System, Text)> = told.map(|(system, value)| (system, value.clone())).collect();
    let differ = values.windows(2).any(|two| bare(&two[0].1) != bare(&two[1].1));
    differ.then_some(Difference::Number { what, values })
}

/// Letters and digits alone: who writes a number in groups means the same number.
fn bare(number: &str) -> String {
    let kept = text::folded(number).chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    kept.to_ascii_uppercase()
}

fn is_esim(word: &str) -> bool {
    bare(word).contains("ESIM")
}

/// What can be known of an eSIM profile. Freebit learns that the carrier confirmed the order; whether the phone downloaded
/// the profile, it never learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A card of plastic has none.
    Physical,
    /// Asked for, not confirmed.
    Requested,
    /// The carrier confirmed it: the line is in service on this EID.
    Confirmed,
    /// Nobody says.
    Unknown,
}

/// What the line and the order it came from tell of its profile.
pub fn profile(line: Option<&Line>, card: Option<&SimCard>, order: Option<&Order>) -> Profile {
    let sizes = [line.map(|it| &it.size), card.map(|it| &it.kind), order.map(|it| &it.sim_type)];
    let size = sizes.into_iter().flatten().find(|size| !size.is_empty());
    let eid = line.is_some_and(|line| !line.eid.is_empty());
    match size {
        Some(size) if !is_esim(size) && !eid => return Profile::Physical,
        None if !eid => return Profile::Unknown,
        _ => {}
    }
    match (line.map(|line| &line.state), order.map(|order| &order.activation)) {
        (Some(LineState::Active | LineState::Suspended | LineState::Ended), _) => Profile::Confirmed,
        (Some(LineState::Waiting | LineState::Temporary), _)
        | (None, Some(ActivationStatus::Activating | ActivationStatus::Scheduled)) => Profile::Requested,
        _ => Profile::Unknown,
    }
}

/// How much data a product's name promises, in MB (1 GB = 1,000 MB): `SIM Voice 10GB` is 10,000. `None` when it names none.
pub fn plan_size_mb(name: &str) -> Option<i64> {
    let name = text::folded(name).to_ascii_uppercase();
    [("GB", 1000), ("MB", 1)].into_iter().find_map(|(unit, mb)| {
        name.match_indices(unit).find_map(|(at, _)| {
            let before = name[..at].trim_end();
            let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            // A dot before the digits would make this another number.
            let whole = !before[..before.len() - digits].ends_with(['.', ',']);
            let size: i64 = before[before.len() - digits..].parse().ok().filter(|_| whole)?;
            size.checked_mul(mb)
        })
    })
}

#[cfg(test)]
mod tests;
