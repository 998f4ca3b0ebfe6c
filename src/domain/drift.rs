//! Drift: what the systems say of one customer and cannot all be true, at somebody's cost until it is put right. Each is told
//! once and stands until they agree again. What was not read neither drifts nor agrees.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::agreement::{self, Elsewhere, Fact};
use super::billing::{Listing, ServiceStatus, Subscription};
use super::line::Line;
use super::links::LinkFinding;
use super::money::Yen;
use super::notification::NotificationKind;
use super::order::{ActivationStatus, OrderStatus};
use super::salesforce_id::SalesforceId;
use super::status::{self, Facts, Place};
use super::text::Text;

/// What the systems disagree on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drift {
    /// The line has ended at the carrier, and WHMCS bills it.
    EndedLineBilled,
    /// The line is stopped at the carrier, and WHMCS bills it as one that works.
    StoppedLineBilled,
    /// WHMCS has ended the service, and its line still works.
    EndedServiceRuns,
    /// Money was taken for an order that could not be activated.
    OrderNotDelivered,
    /// Data was paid for, and the line's history does not know it.
    DataNotDelivered,
    /// The links between the systems.
    Link(LinkFinding),
}

impl Drift {
    /// What is told of it.
    pub const fn kind(&self) -> NotificationKind {
        match self {
            Self::OrderNotDelivered | Self::DataNotDelivered => NotificationKind::PaidNotDelivered,
            _ => NotificationKind::Drift,
        }
    }

    /// Its name: in the journal, and in the language table under `drift-…`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EndedLineBilled => "ended-line-billed",
            Self::StoppedLineBilled => "stopped-line-billed",
            Self::EndedServiceRuns => "ended-service-runs",
            Self::OrderNotDelivered => "order-not-delivered",
            Self::DataNotDelivered => "data-not-delivered",
            Self::Link(finding) => finding.name(),
        }
    }
}

/// What a drift is about: until that was read again, nobody can say that it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The links.
    Links,
    /// A Salesforce order.
    Order(SalesforceId),
    /// A WHMCS service and its line.
    Service(u64),
    /// A WHMCS invoice and the line it was paid for.
    Invoice(u64),
}

/// As it is kept.
impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Links => f.write_str("links"),
            Self::Order(id) => write!(f, "order {}", id.as_str()),
            Self::Service(id) => write!(f, "service {id}"),
            Self::Invoice(id) => write!(f, "invoice {id}"),
        }
    }
}

impl FromStr for Topic {
    type Err = ();

    fn from_str(kept: &str) -> Result<Self, ()> {
        let (what, id) = kept.split_once(' ').unwrap_or((kept, ""));
        match what {
            "links" => Ok(Self::Links),
            "order" => SalesforceId::parse(id).map(Self::Order).map_err(drop),
            "service" => id.parse().map(Self::Service).map_err(drop),
            "invoice" => id.parse().map(Self::Invoice).map_err(drop),
            _ => Err(()),
        }
    }
}

/// A drift that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub what: Drift,
    /// About what.
    pub topic: Topic,
    /// As people call it: an order's number, a line.
    pub about: Text,
    /// What it is about in yen, where it is about money that was taken.
    pub sum: Option<Yen>,
    /// The place that clears it.
    pub opens: Place,
}

/// Every drift, by what was read: the facts just now, and `lines` as Freebit told of them just now.
pub fn found(facts: &Facts<'_>, lines: &[&Line]) -> Vec<Found> {
    let mut found = Vec::new();
    for finding in facts.links.unwrap_or_default() {
        let what = Drift::Link(finding.clone());
        found.push(Found { what, topic: Topic::Links, about: Text::default(), sum: None, opens: Place::Dashboard });
    }
    for order in facts.orders.map(|list| list.rows.as_slice()).unwrap_or_default() {
        let failed = order.activation == ActivationStatus::Failed && order.status != OrderStatus::Cancelled;
        if let Some(paid) = status::paid_order_of(facts, order).filter(|_| failed) {
            found.push(Found {
                what: Drift::OrderNotDelivered,
                topic: Topic::Order(order.id),
                about: order.number.clone(),
                sum: paid.amount,
                opens: Place::Xray(order.number.clone()),
            });
        }
    }
    let services = facts.subscriptions.map(|list| list.rows.as_slice()).unwrap_or_default();
    for service in services {
        let Some(line) = line_of(service, lines) else { continue };
        let differs = agreement::of_service(service, &Elsewhere { line: Some(line), ..Elsewhere::default() });
        let what = differs.iter().find_map(|differs| match differs.about {
            Fact::EndedButBilled => Some(Drift::EndedLineBilled),
            Fact::StoppedButBilled => Some(Drift::StoppedLineBilled),
            // The number may have gone on with another service.
            Fact::ActiveButNotBilled if !is_billed(line, services) => Some(Drift::EndedServiceRuns),
            _ => None,
        });
        found.extend(what.map(|what| Found {
            what,
            topic: Topic::Service(service.id),
            about: Text::line(&line.msisdn.to_string()),
            sum: None,
            opens: Place::Subscription(Some(service.id)),
        }));
    }
    found
}

fn line_of<'a>(service: &Subscription, lines: &[&'a Line]) -> Option<&'a Line> {
    let number = service.line.as_ref()?;
    lines.iter().find(|line| line.msisdn == *number).copied()
}

fn is_billed(line: &Line, services: &[Subscription]) -> bool {
    let runs = |it: &Subscription| !matches!(it.status, ServiceStatus::Terminated | ServiceStatus::Cancelled);
    services.iter().any(|service| service.line.as_ref() == Some(&line.msisdn) && runs(service))
}

/// Whether enough was read to say that there is no drift about something. Invoices are no part of the facts alone.
pub fn is_judged(topic: Topic, facts: &Facts<'_>, lines: &[&Line]) -> bool {
    match topic {
        Topic::Links => facts.links.is_some(),
        Topic::Order(_) => {
            facts.orders.is_some_and(Listing::complete) && facts.whmcs_orders.is_some_and(Listing::complete)
        }
        Topic::Service(id) => facts.subscriptions.is_some_and(|list| {
            let service = list.rows.iter().find(|it| it.id == id);
            service.map_or(list.complete(), |it| it.line.is_none() || line_of(it, lines).is_some())
        }),
        Topic::Invoice(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::ClientId;

    #[test]
    fn a_topic_reads_back_as_it_is_kept() {
        let order = SalesforceId::parse("8015g00000XyZabAAB").unwrap();
        for topic in [Topic::Links, Topic::Order(order), Topic::Service(310), Topic::Invoice(9001)] {
            assert_eq!(topic.to_string().parse(), Ok(topic));
        }
        assert_eq!("order".parse::<Topic>(), Err(()));
    }

    #[test]
    fn what_was_not_read_is_not_judged() {
        let link = LinkFinding::ClientMissing(ClientId(41));
        let links = [link.clone()];
        let facts = Facts { links: Some(&links), ..Facts::default() };
        let drifts: Vec<Drift> = found(&facts, &[]).into_iter().map(|found| found.what).collect();
        assert_eq!(drifts, [Drift::Link(link)]);
        assert!(is_judged(Topic::Links, &facts, &[]) && !is_judged(Topic::Service(310), &facts, &[]));
        assert!(!is_judged(Topic::Links, &Facts::default(), &[]));
    }
}
