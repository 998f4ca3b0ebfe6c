//! The rules that look over all systems, on what the sandbox's customers really hold: the documented orders that stopped, and
//! the timeline.

use std::sync::Arc;

use jiff::Timestamp;
use madoguchi::backend::Backend;
use madoguchi::domain::billing::ProductKind;
use madoguchi::domain::customer::CustomerKey;
use madoguchi::domain::office::Office;
use madoguchi::domain::phone::{Fixtures, Msisdn};
use madoguchi::domain::system::System;
use madoguchi::domain::text::Text;
use madoguchi::domain::timeline::{GapWhy, Part, What};
use madoguchi::domain::xray::{Cause, Lane, StepState, Xray};
use madoguchi::flow::msg::Msg;
use madoguchi::flow::query::{Hit, Query, Reply, SearchReply, Slot};
use madoguchi::flow::{Customer, Deeper};
use madoguchi::runtime::connect::settings_of;
use madoguchi::sandbox::{self, Sandbox, SandboxOptions};
use tokio::sync::mpsc;

struct Desk {
    /// Held so that it goes on answering.
    _sandbox: Sandbox,
    backend: Backend,
}

fn now() -> Timestamp {
    "2026-11-20T03:00:00Z".parse().expect("a timestamp")
}

#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
impl Desk {
    async fn open() -> Self {
        let options = SandboxOptions::new(0, 7, now());
        let sandbox = sandbox::start(options).await.unwrap();
        sandbox.ready().await.unwrap();
        let backend = Backend::new(settings_of(&sandbox), Arc::new(now), &(Arc::new(|_| {}) as _));
        Self { backend: backend.unwrap(), _sandbox: sandbox }
    }

    async fn ask(&self, query: Query) -> Vec<Reply> {
        let (sender, mut messages) = mpsc::channel(1);
        let mut replies = Vec::new();
        let read = self.backend.read(Slot::Customer, 1, query, sender);
        let collect = async {
            while let Some(message) = messages.recv().await {
                if let Msg::Reply { reply, .. } = message {
                    replies.push(reply);
                }
            }
        };
        futures_util::future::join(Box::pin(read), collect).await;
        replies
    }

    async fn take(&self, customer: &mut Customer, query: Query) {
        for reply in self.ask(query).await {
            match reply {
                Reply::Customer(part) => customer.take(part),
                Reply::Line(msisdn, line) => customer.line_mut(&msisdn).take(line),
                _ => {}
            }
        }
    }

    /// The customer with that number, with what a look through an order needs; `line` is read from Freebit.
    async fn customer(&self, number: u64, line: bool) -> Customer {
        let called = format!("C-{number:06}");
        let hit = self.ask(Query::Search(called.clone())).await.into_iter().find_map(|reply| match reply {
            Reply::Search(SearchReply::Hits(_, hits)) => hits.into_iter().next(),
            _ => None,
        });
        let Some(Hit { key, .. }) = hit else { panic!("{called} is not found") };
        let mut customer = Customer::opening(key.clone(), Text::default());
        self.take(&mut customer, Query::Customer(key)).await;
        let key: CustomerKey = customer.key.clone();
        for deeper in [Deeper::Changes, Deeper::Emails, Deeper::Transactions, Deeper::FollowUps] {
            self.take(&mut customer, Query::Deeper(key.clone(), deeper)).await;
        }
        if line {
            let msisdn = Msisdn::parse(&format!("0900200{number:04}"), Fixtures::Allowed).unwrap();
            self.take(&mut customer, Query::Line(msisdn)).await;
        }
        customer
    }
}

/// The customer's only SIM order.
fn look(customer: &Customer) -> Xray {
    let orders = customer.orders.value().expect("orders were read");
    let order = orders.rows.iter().find(|order| order.kind == ProductKind::Sim).expect("a SIM order");
    customer.xray(order, &Office::default(), now())
}

fn picture(xray: &Xray) -> String {
    let letter = |state: &StepState| match state {
        StepState::Done { .. } => 'D',
        StepState::Waiting { .. } => 'W',
        StepState::Failed { .. } => 'F',
        StepState::NotReached => '-',
        StepState::NotNeeded => 'n',
        StepState::Unknown { .. } => '?',
    };
    xray.steps.iter().map(|step| letter(&step.state)).collect()
}

#[tokio::test]
async fn every_documented_order_that_stopped_is_seen_where_it_stopped() {
    let desk = Desk::open().await;
    let missing = Cause::PaymentMethodMissing { now_on_file: Some(false) };
    for (number, expected, cause) in [
        (19, "F---------", missing),
        (20, "DW--------", Cause::EventLost),
        (21, "DDF-------", Cause::UnknownAccount),
        (22, "DDDW------", Cause::SalesforceNotUpdated),
        (23, "DDDDF-----", Cause::ProductMappingMissing),
        (24, "DDDDDF----", Cause::NotOrdered),
        (25, "DDDDDDF---", Cause::NotAccepted),
        (26, "DDDDDDDW--", Cause::IdsNotWrittenBack),
        (27, "DDDDDDDDW-", Cause::OpportunityBehind),
        (28, "DDDDDDDDDW", Cause::SideEffectsMissing { card: true, mail: true }),
        (29, "DDF-------", Cause::UnsupportedCombination),
    ] {
        // Up to the third step there is no line that Freebit could tell of.
        let customer = desk.customer(number, picture_has_line(expected)).await;
        let xray = look(&customer);
        assert_eq!(picture(&xray), expected, "C-{number:06}");
        assert_eq!(xray.cause, Some(cause), "C-{number:06}");
        assert_eq!(xray.divergence, expected.find(['W', 'F']), "C-{number:06}");
    }
}

fn picture_has_line(picture: &str) -> bool {
    picture.as_bytes()[2] == b'D'
}

#[tokio::test]
async fn an_order_that_went_well_is_done_from_end_to_end() {
    let desk = Desk::open().await;
    let mut customer = desk.customer(1, false).await;
    let xray = look(&customer);
    assert_eq!((picture(&xray).as_str(), xray.divergence, xray.cause), ("DDDDDDDDDD", None, None));
    assert!(xray.steps[3].evidence.iter().any(|said| said.lane == Lane::Worker), "the change is dated by its history");
    customer.lines.clear();
    assert_eq!(picture(&look(&customer)), "DD?DDDDDDD");
}

#[tokio::test]
async fn one_column_tells_of_all_three_systems_and_of_what_it_lacks() {
    let desk = Desk::open().await;
    let customer = desk.customer(2, true).await;
    let timeline = customer.timeline();
    for system in System::ALL {
        assert!(timeline.events.iter().any(|event| event.source == system), "{system:?}");
    }
    let told = |is: &dyn Fn(&What) -> bool| timeline.events.iter().any(|event| is(&event.what));
    assert!(told(&|what| matches!(what, What::ToppedUp { .. })));
    assert!(told(&|what| matches!(what, What::InvoicePaid { .. })));
    assert!(told(&|what| matches!(what, What::Changed(_))));
    assert!(timeline.events.is_sorted_by_key(|event| std::cmp::Reverse(event.when.day())));
    let unread: Vec<&Part> =
        timeline.gaps.iter().filter(|gap| gap.why == GapWhy::NotRead).map(|gap| &gap.part).collect();
    assert!(unread.contains(&&Part::Credits) && !unread.contains(&&Part::Emails), "{unread:?}");
}
