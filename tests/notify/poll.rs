//! What no event tells: looked at, told once, and closed when it is over.

use jiff::SignedDuration;
use jiff::civil::date;
use madoguchi::domain::notification::{Kept, NotificationKind, Owner, Standing};
use madoguchi::domain::status::Place;
use madoguchi::flow::{Carried, Live, Query, Slot, Tend};
use madoguchi::sandbox::faults::{Fault, Order, System};

use crate::wire::Event;
use crate::{Desk, Site};

/// Waits for a notification that fits.
async fn told(desk: &mut Desk, fits: impl Fn(&Kept) -> bool) -> Kept {
    loop {
        if let Live::Notifications(kept) = desk.live().await
            && let Some(kept) = kept.into_iter().find(&fits)
        {
            return kept;
        }
    }
}

#[tokio::test]
async fn invoices_that_went_past_their_day_and_refused_cards_are_told() {
    let mut site = Site::open().await;
    site.poll_minutes = 5;
    // An invoice whose last day was yesterday, and whose card was tried this morning.
    let (id, client) = site.sandbox.change(|world| {
        let id = world.whmcs.invoices.open().next().unwrap().id;
        let client = world.whmcs.invoices.update(id, |invoice| {
            invoice.due = date(2026, 11, 21);
            invoice.captured_at = Some(date(2026, 11, 22).at(9, 30, 0, 0));
            invoice.client_id
        });
        (id, client.unwrap())
    });
    let mut desk = site.desk().await;
    let of_it = |kind| {
        move |kept: &Kept| kept.notification.kind == kind && kept.notification.opens == Some(Place::Invoice(Some(id)))
    };
    let overdue = told(&mut desk, of_it(NotificationKind::InvoiceOverdue)).await.notification;
    assert!(overdue.detail.starts_with('¥'), "{}", overdue.detail);
    let who = overdue.who.unwrap();
    assert_eq!(who.key.client.map(|client| client.0), Some(client));
    assert!(!who.name.is_empty());
    drop(desk);
    // Known already: the next desk is told of both at its start, and of neither once more.
    let mut desk = site.desk().await;
    let refused = told(&mut desk, of_it(NotificationKind::CaptureFailed)).await;
    assert_eq!(refused.notification.at, "2026-11-22T00:30:00Z".parse().unwrap());
}

#[tokio::test]
async fn an_answer_that_is_due_is_told_with_whose_it_is_on_either_side() {
    let mut site = Site::open().await;
    site.poll_minutes = 5;
    let desk_person = site.sandbox.look(|world| {
        let user = world.salesforce.rows("User").find(|it| it.text("Name") == "Sandbox Desk").unwrap();
        user.id().to_owned()
    });
    // Open since a week, and nobody answered: it is the person's at this desk.
    let (case, customer) = site.sandbox.look(|world| {
        let case = world.salesforce.rows("Case").find(|it| it.text("Status") == "New").unwrap();
        let account = world.salesforce.get(case.text("AccountId")).unwrap();
        (case.id().to_owned(), account.text("SF_Account_No__c").to_owned())
    });
    site.write(&case, &[("OwnerId", &desk_person), ("Priority", "High")]);
    site.pass(SignedDuration::from_hours(24 * 7));
    let number = site.sandbox.look(|world| world.salesforce.get(&case).unwrap().text("CaseNumber").to_owned());
    let mut desk = site.desk().await;
    let due = told(&mut desk, |kept| {
        kept.notification.kind == NotificationKind::CaseDue && kept.notification.about.as_str() == number
    });
    let due = due.await.notification;
    assert_eq!(due.who.map(|who| who.number.to_string()), Some(customer));
    assert_eq!(due.owner, Owner::Mine);
    drop(desk);

    // A colleague closes it elsewhere: nothing is owed any more, and nobody has to put that aside.
    site.write(&case, &[("Status", "Closed")]);
    let mut desk = site.desk().await;
    let over = told(&mut desk, |kept| kept.notification.key == due.key && matches!(kept.standing, Standing::Done(_)));
    assert!(matches!(over.await.standing, Standing::Done(_)));
}

#[tokio::test]
async fn an_order_that_is_activated_for_too_long_is_told_by_the_desks_own_clock() {
    let mut site = Site::open().await;
    let desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    let (id, number) = site.order(0);
    site.write(&id, &[("Activation_Status__c", "Activating")]);
    let event = Event::update("Order", &id, site.now_ms(), &[("Activation_Status__c", "Activating")]);
    subscriber.tell(vec![event.told(1)], 99);
    let mut desk = desk;
    desk.told_until_changed(&id).await;
    drop(desk);

    let slow = move |kept: &Kept| {
        kept.notification.kind == NotificationKind::OrderSlow && kept.notification.about.as_str() == number
    };
    site.pass(SignedDuration::from_mins(14));
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    let (other, _) = site.order(1);
    let event = Event::update("Order", &other, site.now_ms(), &[("Status", "Draft")]);
    subscriber.tell(vec![event.told(2)], 99);
    loop {
        match desk.live().await {
            Live::Notifications(kept) => assert!(!kept.iter().any(&slow), "not yet"),
            Live::Changed(_) => break,
            _ => {}
        }
    }
    drop(desk);

    site.pass(SignedDuration::from_mins(2));
    let mut desk = site.desk().await;
    let kept = told(&mut desk, slow).await;
    assert_eq!(kept.notification.at.as_millisecond() + 16 * 60_000, site.now_ms());
}

#[tokio::test]
async fn a_system_that_is_down_stands_until_it_is_back() {
    let site = Site::open().await;
    let mut desk = site.desk().await;
    let of =
        |kind| move |kept: &Kept| kept.notification.kind == kind && kept.notification.key.subject.as_str() == "WHMCS";
    site.sandbox.misbehave(Order::on(System::Whmcs, Fault::ExpiredSession));
    desk.work.start(Slot::Hello, 1, Query::Hello);
    let down = told(&mut desk, of(NotificationKind::SystemDown)).await;
    assert_eq!(down.standing, Standing::New);
    assert!(down.notification.who.is_none() && !down.notification.detail.is_empty());
    let (_, carried) = desk.tend(Tend::Done(down.notification.key)).await;
    assert_eq!(carried, Carried::Refused("tend-stays".into()));

    desk.work.start(Slot::Hello, 2, Query::Hello);
    let (mut back, mut over) = (false, false);
    while !(back && over) {
        if let Live::Notifications(kept) = desk.live().await {
            back |= kept.iter().any(of(NotificationKind::SystemBack));
            let done = |kept: &Kept| matches!(kept.standing, Standing::Done(_));
            over |= kept.iter().any(|kept| of(NotificationKind::SystemDown)(kept) && done(kept));
        }
    }
}

#[tokio::test]
async fn how_many_events_were_delivered_is_told() {
    let mut site = Site::open().await;
    site.poll_minutes = 5;
    let mut desk = site.desk().await;
    loop {
        if let Live::Stream(stream) = desk.live().await
            && let Some((_, allowed)) = stream.delivered
        {
            assert_eq!(allowed, 25_000);
            break;
        }
    }
}
