//! What the systems disagree on: told once, closed when they agree again, and never on what could not be read.

use jiff::SignedDuration;
use jiff::civil::date;
use madoguchi::domain::customer::CustomerKey;
use madoguchi::domain::drift::Drift;
use madoguchi::domain::links::client_in_link;
use madoguchi::domain::notification::{Kept, NotificationKind, Standing};
use madoguchi::domain::status::Place;
use madoguchi::flow::{Carried, Live, Msg, Query, Slot, Tend};
use madoguchi::sandbox::faults::{Fault, Order, System};
use madoguchi::sandbox::whmcs::db::{InvoiceStatus, ServiceStatus};

use crate::wire::Event;
use crate::{Desk, PATIENCE, Site};

/// A customer whose line has ended, and WHMCS bills it.
const BILLED: &str = "C-000018";

fn key_of(site: &Site, number: &str) -> CustomerKey {
    site.sandbox.look(|world| {
        let account = world.salesforce.rows("Account").find(|it| it.text("SF_Account_No__c") == number).unwrap();
        let client = client_in_link(account.text("WH_Account__c"));
        CustomerKey { account: account.id().parse().ok(), client, line: None }
    })
}

/// Sets the status of the client's services that have a line.
fn lines_are(site: &Site, key: &CustomerKey, status: ServiceStatus) {
    let client = key.client.unwrap().0;
    site.sandbox.change(|world| {
        let all: Vec<u64> =
            world.whmcs.services.of(client).filter(|it| !it.domain.is_empty()).map(|it| it.id).collect();
        assert!(!all.is_empty());
        for id in all {
            world.whmcs.services.update(id, |it| it.status = status);
        }
    });
}

/// What is told next of what the systems disagree on about this customer.
async fn told(desk: &mut Desk, number: &str) -> Kept {
    loop {
        if let Live::Notifications(kept) = desk.live().await {
            let found = kept.into_iter().find(|kept| {
                kept.notification.drift.is_some()
                    && kept.notification.who.as_ref().is_some_and(|who| who.number.as_str() == number)
            });
            if let Some(found) = found {
                return found;
            }
        }
    }
}

/// Reads a customer as somebody does who opens them, and answers what of drift is told until a while after it.
async fn opened(desk: &mut Desk, key: &CustomerKey) -> Vec<Kept> {
    desk.work.start(Slot::Customer, 1, Query::Customer(key.clone()));
    let mut told = Vec::new();
    let all = async {
        loop {
            match desk.work.next().await {
                Msg::Live(Live::Notifications(kept)) => {
                    told.extend(kept.into_iter().filter(|kept| kept.notification.drift.is_some()));
                }
                Msg::Ended { slot: Slot::Customer, .. } => break,
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, all).await.expect("it never ends");
    // What is kept is told with the next news at the latest: somebody else's remark brings it.
    let mute = madoguchi::domain::notification::Mute { kind: Some(NotificationKind::Eligible), customer: None };
    for tend in [Tend::Mute(mute.clone()), Tend::Unmute(mute)] {
        for live in desk.tend(tend).await.0 {
            if let Live::Notifications(kept) = live {
                told.extend(kept.into_iter().filter(|kept| kept.notification.drift.is_some()));
            }
        }
    }
    told
}

#[tokio::test]
async fn a_drift_is_told_once_after_something_happened_to_its_customer_and_is_over_when_the_truth_agrees() {
    let mut site = Site::open().await;
    site.quiet = SignedDuration::ZERO;
    let key = key_of(&site, BILLED);
    let account = key.account.unwrap().as_str().to_owned();
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    // An event that names a record and not its account.
    let record = site.sandbox.look(|world| {
        let of_it = |object| world.salesforce.rows(object).find(|it| it.text("AccountId") == account);
        of_it("Opportunity").unwrap().id().to_owned()
    });
    let happens = |n: u8| {
        let event = Event::update("Opportunity", &record, site.now_ms() + i64::from(n), &[("Status", "x")]);
        subscriber.tell(vec![event.told(n)], 99);
    };
    happens(1);
    let drift = told(&mut desk, BILLED).await;
    let notification = drift.notification.clone();
    assert_eq!((notification.kind, drift.standing), (NotificationKind::Drift, Standing::New));
    assert_eq!(notification.drift, Some(Drift::EndedLineBilled));
    assert!(matches!(notification.opens, Some(Place::Subscription(Some(_)))) && !notification.about.is_empty());
    // Nobody asked for it, and how much a line used is not read of lines that nobody asks for.
    let freebit = &site.sandbox.counts()[&System::Freebit];
    let calls =
        |name: &str| freebit.iter().filter(|(call, _)| call.contains(name)).map(|(_, calls)| calls).sum::<u64>();
    assert!(calls("getDetail") > 0 && calls("getQuotaHistory") > 0, "{freebit:?}");
    assert_eq!(calls("getTrafficInfo"), 0);
    // It cannot be put aside.
    let (_, carried) = desk.tend(Tend::Done(notification.key.clone())).await;
    assert_eq!(carried, Carried::Refused("tend-stays".into()));

    // Again nothing new; then the line cannot be read, and that is no agreement; then WHMCS ends the service.
    assert_eq!(opened(&mut desk, &key).await, []);
    let broken = Fault::VendorError { code: "999".to_owned(), message: None };
    site.sandbox.misbehave(Order::on(System::Freebit, broken).matching("getDetail").times(1));
    assert_eq!(opened(&mut desk, &key).await, []);
    lines_are(&site, &key, ServiceStatus::Terminated);
    happens(2);
    let over = told(&mut desk, BILLED).await;
    assert_eq!(over.notification.key, notification.key);
    assert!(matches!(over.standing, Standing::Done(_)));

    // Billed once more it is another matter.
    site.pass(SignedDuration::from_mins(5));
    lines_are(&site, &key, ServiceStatus::Active);
    happens(3);
    let again = told(&mut desk, BILLED).await;
    assert_eq!(again.standing, Standing::New);
    assert_ne!(again.notification.key, notification.key);
}

#[tokio::test]
async fn who_opens_a_customer_tells_every_desk_what_the_systems_disagree_on() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let mut other = site.desk().await;
    let key = key_of(&site, BILLED);
    let found = opened(&mut desk, &key).await;
    assert_eq!(
        found.iter().filter_map(|kept| kept.notification.drift.clone()).collect::<Vec<_>>(),
        [Drift::EndedLineBilled]
    );
    assert_eq!(told(&mut other, BILLED).await.notification, found[0].notification);
    assert_eq!(opened(&mut other, &key).await, []);
    let _ = site.bus.waiting();
}

#[tokio::test]
async fn a_card_that_ends_before_the_next_invoice_is_told_until_there_is_another() {
    let mut site = Site::open().await;
    site.poll_minutes = 5;
    // One invoice is to come, next month; the card is good to the end of this one.
    let client = site.sandbox.change(|world| {
        let open: Vec<u64> = world.whmcs.invoices.open().map(|it| it.id).collect();
        let has_card = |client| world.whmcs.pay_methods.of(client).next().is_some_and(|it| !it.last_four.is_empty());
        let chosen =
            open.iter().copied().find(|id| has_card(world.whmcs.invoices.get(*id).unwrap().client_id)).unwrap();
        let client = world.whmcs.invoices.get(chosen).unwrap().client_id;
        for id in open {
            world.whmcs.invoices.update(id, |it| {
                if id == chosen {
                    (it.status, it.due) = (InvoiceStatus::Unpaid, date(2026, 12, 10));
                } else {
                    it.status = InvoiceStatus::Paid;
                }
            });
        }
        client
    });
    let ends = |month| {
        site.sandbox.change(|world| {
            let cards: Vec<u64> = world.whmcs.pay_methods.of(client).map(|it| it.id).collect();
            for id in cards {
                world.whmcs.pay_methods.update(id, |it| it.expires = Some(month));
            }
        });
    };
    ends(date(2026, 11, 1));
    let mut desk = site.desk().await;
    let card = async |desk: &mut Desk| loop {
        if let Live::Notifications(kept) = desk.live().await
            && let Some(kept) = kept.into_iter().find(|it| it.notification.kind == NotificationKind::CardExpiring)
        {
            return kept;
        }
    };
    let told = card(&mut desk).await;
    assert_eq!(told.standing, Standing::New);
    let notification = told.notification;
    assert_eq!((notification.opens, notification.detail.as_str()), (Some(Place::PayMethods), "2026-11"));
    assert_eq!(notification.who.unwrap().key.client.map(|client| client.0), Some(client));
    drop(desk);

    // A day later there is another card.
    ends(date(2028, 2, 1));
    site.pass(SignedDuration::from_hours(25));
    let mut desk = site.desk().await;
    let over = loop {
        let told = card(&mut desk).await;
        if matches!(told.standing, Standing::Done(_)) {
            break told.notification.key;
        }
    };
    assert_eq!(over, notification.key);
}
