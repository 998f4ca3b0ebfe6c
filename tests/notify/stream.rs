//! The stream: what ends it, from where it goes on, and what is said meanwhile.

use std::time::Duration;

use jiff::SignedDuration;
use madoguchi::domain::notification::NotificationKind;
use madoguchi::flow::{Msg, NoticeText, StreamState};
use madoguchi::locale::{Language, Words};
use madoguchi::sandbox::faults::{Fault, Order, System};
use tonic::Code;

use crate::bus::Subscriber;
use crate::wire::{Event, names_order, replay};
use crate::{ORDERS, Site, kinds};

fn draft(id: &str, at_ms: i64) -> Event {
    Event::update("Order", id, at_ms, &[("Status", "Draft")])
}

#[tokio::test]
async fn more_is_asked_for_before_the_server_has_sent_all_that_it_owes() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let mut subscriber = site.bus.subscriber().await;
    assert_eq!(subscriber.requested, 100);
    let (id, _) = site.order(0);
    subscriber.tell(vec![draft(&id, site.now_ms()).told(1)], 26);
    desk.told_until_changed(&id).await;
    subscriber.tell(vec![draft(&id, site.now_ms()).told(2)], 25);
    let more = subscriber.asks.message().await.unwrap().unwrap();
    assert_eq!(more.num_requested, 75);
}

#[tokio::test]
async fn a_position_that_only_a_sign_of_life_told_is_kept() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    subscriber.keep_alive(9, 100);
    assert!(matches!(desk.stream().await.state, StreamState::Listening { desks: 0 }));
    subscriber.refuse(Code::Unavailable, "service.unavailable");
    let again = site.bus.subscriber().await;
    assert_eq!(again.behind, Some(replay(9)));
    assert!(matches!(desk.stream().await.state, StreamState::Lost { again: Some(_), .. }));
}

#[tokio::test]
async fn what_passes_is_tried_again_from_where_it_was() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let (id, _) = site.order(0);
    let mut subscriber = site.bus.subscriber().await;
    for (position, code) in
        [(1, "service.unavailable"), (2, "subscription.internal.error"), (3, "topic.api.unavailable")]
    {
        subscriber.tell(vec![draft(&id, site.now_ms() + i64::from(position)).told(position)], 99);
        desk.told_until_changed(&id).await;
        subscriber.refuse(Code::Unavailable, code);
        subscriber = site.bus.subscriber().await;
        assert_eq!(subscriber.behind, Some(replay(position)), "{code}");
    }
    // The connection itself going away is no other.
    drop(subscriber);
    let subscriber = site.bus.subscriber().await;
    assert_eq!(subscriber.behind, Some(replay(3)));
}

#[tokio::test]
async fn a_position_that_is_none_any_more_is_made_up_for_by_reading_and_that_is_said() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    let (id, number) = site.order(0);
    subscriber.tell(vec![draft(&id, site.now_ms()).told(1)], 99);
    desk.told_until_changed(&id).await;
    let missed = site.now_ms() + 1;
    site.pass(SignedDuration::from_hours(80));
    site.write(&id, &[("Activation_Status__c", "Failed")]);
    subscriber.refuse(Code::InvalidArgument, "subscription.fetch.replayid.corrupted");

    let subscriber = site.bus.subscriber().await;
    assert_eq!(subscriber.behind, None, "from now on");
    // Once it is listened to again, and not before, what was missed is read.
    subscriber.keep_alive(7, 100);
    let mut told = Vec::new();
    while !told.contains(&NotificationKind::EventsRead) {
        let kept = desk.notifications().await;
        if let Some(order) = kept.iter().find(|kept| kept.notification.kind == NotificationKind::OrderFailed) {
            assert_eq!(order.notification.about.as_str(), number);
        }
        if let Some(read) = kept.iter().find(|kept| kept.notification.kind == NotificationKind::EventsRead) {
            assert_eq!(read.notification.detail.as_str(), "2026-11-22 10:00 – 2026-11-25 18:00");
        }
        told.extend(kinds(&kept));
    }
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(desk.changed().await.ids.is_empty());
    // The event itself, should it come after all, tells nothing new.
    let event = Event::update("Order", &id, missed, &[("Activation_Status__c", "Failed")]);
    subscriber.tell(vec![event.told(8)], 99);
    assert_eq!(desk.told_until_changed(&id).await, []);
}

/// What was delivered counts against the org's day, and another connection would have it delivered again.
#[tokio::test]
async fn while_nothing_can_be_read_what_was_heard_is_held_and_not_asked_for_again() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let mut subscriber = site.bus.subscriber().await;
    subscriber.keep_alive(1, 100);
    assert!(matches!(desk.stream().await.state, StreamState::Listening { .. }));
    let (id, _) = site.order(0);
    site.write(&id, &[("Activation_Status__c", "Failed")]);
    let failed = Event::update("Order", &id, site.now_ms(), &[("Activation_Status__c", "Failed")]);
    let used_up = Fault::VendorError { code: "REQUEST_LIMIT_EXCEEDED".to_owned(), message: None };
    site.sandbox.misbehave(Order::on(System::Salesforce, used_up).matching("composite/batch"));
    subscriber.tell(vec![failed.told(2)], 20);
    for _ in 0..3 {
        let StreamState::Lost { why, again: Some(_) } = desk.stream().await.state else { panic!("it is not held") };
        assert!(why.contains("REQUEST_LIMIT_EXCEEDED"), "{why}");
    }
    assert!(site.bus.waiting().is_none(), "nobody comes back for the same events");
    site.sandbox.behave();
    assert_eq!(desk.told_until_changed(&id).await, [NotificationKind::OrderFailed]);
    assert_eq!(subscriber.asks.message().await.unwrap().unwrap().num_requested, 80, "the first that is asked for");
    assert!(site.bus.waiting().is_none());
}

#[tokio::test]
async fn deliveries_that_are_used_up_are_said_and_not_asked_for_again() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    subscriber.refuse(Code::ResourceExhausted, "subscription.limit.exceeded");
    let stream = desk.stream().await;
    let StreamState::Lost { why, again: Some(again) } = stream.state else { panic!("{stream:?}") };
    assert!(why.contains("used up"), "{why}");
    assert_eq!(again.as_millisecond() - site.now_ms(), 3_600_000);
    assert!(site.bus.waiting().is_none());
}

#[tokio::test]
async fn a_topic_that_is_not_there_is_said_once_and_the_others_go_on() {
    let mut site = Site::with(&["/event/Nope__e", ORDERS]).await;
    site.bus.without_topic("/event/Nope__e");
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    assert_eq!(subscriber.topic, ORDERS);
    let said = loop {
        if let Msg::Notice(notice) = desk.work.next().await {
            break notice;
        }
    };
    let NoticeText::Phrase(said) = said.text else { panic!("{said:?}") };
    let said = Words::new(Language::English).phrase(&said, false);
    assert_eq!(said, "/event/Nope__e: Salesforce's event bus refused (topic.not.found)");
    subscriber.refuse(Code::Unavailable, "service.unavailable");
    assert_eq!(site.bus.subscriber().await.topic, ORDERS);
    assert!(site.bus.waiting().is_none());
}

#[tokio::test]
async fn without_any_topic_nothing_is_tried() {
    let mut site = Site::open().await;
    site.bus.without_topic(ORDERS);
    let mut desk = site.desk().await;
    let stream = desk.stream().await;
    assert!(matches!(stream.state, StreamState::Lost { again: None, .. }), "{stream:?}");
    assert!(site.bus.waiting().is_none());
}

#[tokio::test]
async fn a_session_that_ended_is_replaced_and_the_stream_goes_on() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    let (id, _) = site.order(0);
    // The stream outlives its token; the schema it needs now is refused with the old one.
    site.bus.end_tokens();
    subscriber.tell(vec![draft(&id, site.now_ms()).told(1)], 99);
    desk.told_until_changed(&id).await;
    let tokens = |site: &Site| {
        let mut tokens: Vec<String> = site.bus.carried().into_iter().map(|(token, ..)| token).collect();
        tokens.dedup();
        tokens.len()
    };
    assert_eq!(tokens(&site), 2);

    // Refused at the door, it signs in and comes back at once.
    site.bus.end_tokens();
    subscriber.refuse(Code::Unauthenticated, "service.auth.error");
    let subscriber = site.bus.subscriber().await;
    assert_eq!(subscriber.behind, Some(replay(1)));
    assert_eq!(tokens(&site), 3);
    let signed_in = site.sandbox.counts()[&System::Salesforce].get("token").copied();
    assert!(signed_in.is_none_or(|times| times >= 3), "{signed_in:?}");
}

#[tokio::test]
async fn what_happened_while_no_desk_listened_is_told_from_the_position() {
    let mut site = Site::open().await;
    let desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    // Before any position is known the desk ends. The next reads what may have been missed since.
    drop((desk, subscriber));
    site.pass(SignedDuration::from_mins(30));
    let (id, _) = site.order(0);
    site.write(&id, &[("Activation_Status__c", "Failed")]);
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    assert_eq!(subscriber.behind, None);
    subscriber.keep_alive(5, 100);
    let mut told = Vec::new();
    while told.len() < 2 {
        told.extend(kinds(&desk.notifications().await));
    }
    told.sort_by_key(|kind| kind.name());
    assert_eq!(told, [NotificationKind::EventsRead, NotificationKind::OrderFailed]);
}

/// The streams of an order's changes and of another topic.
async fn both(site: &mut Site) -> (Subscriber, Subscriber) {
    let (one, two) = (site.bus.subscriber().await, site.bus.subscriber().await);
    if one.topic == ORDERS { (one, two) } else { (two, one) }
}

/// An order that failed and then worked after all, while nobody had heard of either: its events, at positions from here.
fn failed_and_worked(site: &Site, id: &str, position: u8) -> Vec<crate::wire::ConsumerEvent> {
    site.pass(SignedDuration::from_secs(20));
    site.write(id, &[("Activation_Status__c", "Activated")]);
    let became = |word, seconds: i64| {
        Event::update("Order", id, site.now_ms() - seconds * 1_000, &[("Activation_Status__c", word)])
    };
    vec![became("Failed", 10).told(position), became("Activated", 0).told(position + 1)]
}

const BOTH: [NotificationKind; 2] = [NotificationKind::OrderFailed, NotificationKind::OrderActivated];

#[tokio::test]
async fn an_event_that_names_a_record_does_not_stand_for_changes_that_are_on_their_way() {
    let mut site = Site::with(&["/event/OrderProvisionRequested__e", ORDERS]).await;
    let mut desk = site.desk().await;
    let (orders, other) = both(&mut site).await;
    orders.keep_alive(1, 100);
    assert!(matches!(desk.stream().await.state, StreamState::Listening { .. }));
    let (id, _) = site.order(0);
    let events = failed_and_worked(&site, &id, 2);
    other.tell(vec![names_order(&id, site.now_ms(), 9)], 99);
    assert_eq!(desk.told_until_changed(&id).await, [], "what it came to is told by its own change");
    orders.tell(events, 98);
    assert_eq!(kinds(&desk.notifications().await), BOTH);
}

#[tokio::test]
async fn where_changes_are_not_heard_an_event_that_names_a_record_has_it_read() {
    let mut site = Site::with(&["/event/OrderProvisionRequested__e"]).await;
    let mut desk = site.desk().await;
    let other = site.bus.subscriber().await;
    let (id, _) = site.order(0);
    failed_and_worked(&site, &id, 2);
    other.tell(vec![names_order(&id, site.now_ms(), 9)], 99);
    assert_eq!(desk.told_until_changed(&id).await, [NotificationKind::OrderActivated]);
}

#[tokio::test]
async fn a_topic_that_was_never_heard_has_nothing_read_that_another_tells_from_its_position() {
    let mut site = Site::with(&["/data/OrderItemChangeEvent", ORDERS]).await;
    let mut desk = site.desk().await;
    let (orders, _items) = both(&mut site).await;
    let (id, _) = site.order(0);
    orders.tell(vec![draft(&id, site.now_ms()).told(1)], 99);
    desk.told_until_changed(&id).await;
    drop(desk);

    let events = failed_and_worked(&site, &id, 2);
    let mut desk = site.desk().await;
    let (orders, items) = both(&mut site).await;
    assert_eq!((orders.behind.as_ref(), items.behind.as_ref()), (Some(&replay(1)), None));
    items.keep_alive(5, 100);
    // The screens are told that items may have changed.
    assert!(desk.changed().await.ids.is_empty());
    orders.tell(events, 98);
    assert_eq!(kinds(&desk.notifications().await), BOTH);
}

/// A topic that was taken out of the configuration was heard last some time; nothing that is heard now was missed since then.
#[tokio::test]
async fn an_overflow_is_read_since_a_topic_was_heard_that_is_still_listened_to() {
    let mut site = Site::with(&["/data/OrderItemChangeEvent", ORDERS]).await;
    let mut desk = site.desk().await;
    let (orders, _items) = both(&mut site).await;
    let ((lost, _), (other, _)) = (site.order(0), site.order(1));
    orders.tell(vec![draft(&other, site.now_ms()).told(1)], 99);
    desk.told_until_changed(&other).await;
    drop(desk);
    site.topics = vec![ORDERS.to_owned()];
    let mut desk = site.desk().await;
    let orders = site.bus.subscriber().await;
    site.pass(SignedDuration::from_hours(10));
    site.write(&lost, &[("Activation_Status__c", "Failed")]);
    site.pass(SignedDuration::from_hours(1));
    orders.tell(vec![draft(&other, site.now_ms()).told(2)], 99);
    desk.told_until_changed(&other).await;
    let overflow = Event { kind: 8, ..Event::update("Order", &other, site.now_ms(), &[]) };
    orders.tell(vec![overflow.told(3), draft(&other, site.now_ms() + 1).told(4)], 97);
    assert_eq!(desk.told_until_changed(&other).await, [], "its event came before what was heard last");
}

#[tokio::test]
async fn a_topic_that_says_nothing_is_made_up_for_all_the_same_though_another_speaks() {
    let mut site = Site::with(&["/data/OrderItemChangeEvent", ORDERS]).await;
    site.settle = Duration::from_millis(300);
    let desk = site.desk().await;
    let subscribers = both(&mut site).await;
    drop((desk, subscribers));
    let (id, _) = site.order(0);
    failed_and_worked(&site, &id, 2);
    let mut desk = site.desk().await;
    let (_orders, items) = both(&mut site).await;
    items.keep_alive(5, 100);
    assert_eq!(kinds(&desk.notifications().await), [NotificationKind::OrderActivated]);
}
