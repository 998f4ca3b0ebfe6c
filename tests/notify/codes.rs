//! Every code with which the event bus ends a stream or refuses a call, as it comes over the wire, and what the desk does then.

use jiff::Timestamp;
use madoguchi::domain::notification::NotificationKind;
use madoguchi::flow::{Msg, NoticeText, StreamState};
use madoguchi::locale::{Language, Words};
use tonic::Code;

use crate::bus::Subscriber;
use crate::wire::{Event, replay};
use crate::{Desk, ORDERS, Site, kinds};

/// What is to be seen of it from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// It comes back behind what it heard.
    Again,
    /// It signs in anew, and comes back behind what it heard.
    SignsIn,
    /// It comes back from now on.
    StartsOver,
    /// It says that it comes back in half a minute or a minute.
    Slower,
    /// It says that it comes back in an hour, and that the day's events are used up.
    UsedUp,
    /// It says why once, and never comes back.
    Never,
}

/// The vendor's list, each code with the status it comes with.
const CODES: [(Code, &str, Then); 27] = [
    (Code::Unauthenticated, "service.auth.error", Then::SignsIn),
    (Code::Unauthenticated, "service.auth.headers.invalid", Then::Never),
    (Code::Unauthenticated, "service.auth.refresh.invalid", Then::SignsIn),
    (Code::Unavailable, "service.unavailable", Then::Again),
    (Code::ResourceExhausted, "service.protection.triggered", Then::Slower),
    (Code::ResourceExhausted, "service.protection.stream.limit.triggered", Then::Slower),
    (Code::PermissionDenied, "service.tenant.license", Then::Never),
    (Code::ResourceExhausted, "concurrent.client.limit.exceeded", Then::Slower),
    (Code::NotFound, "topic.not.found", Then::Never),
    (Code::PermissionDenied, "topic.meta.permission", Then::Never),
    (Code::Unavailable, "topic.api.unavailable", Then::Again),
    (Code::InvalidArgument, "topic.validation.empty", Then::Never),
    (Code::PermissionDenied, "schema.meta.permission", Then::Never),
    (Code::Unavailable, "schema.api.unavailable", Then::Again),
    (Code::InvalidArgument, "schema.validation.failed", Then::Never),
    (Code::InvalidArgument, "subscription.fetch.replayid.corrupted", Then::StartsOver),
    (Code::InvalidArgument, "subscription.fetch.replayid.validation.failed", Then::StartsOver),
    (Code::InvalidArgument, "subscription.fetch.requested.events.invalid", Then::Never),
    (Code::InvalidArgument, "subscription.fetch.topic.mismatch", Then::Never),
    (Code::InvalidArgument, "subscription.fetch.overflow", Then::Again),
    (Code::InvalidArgument, "subscription.fetch.replay.repeated", Then::Again),
    (Code::ResourceExhausted, "subscription.limit.exceeded", Then::UsedUp),
    (Code::PermissionDenied, "subscription.topic.cannot.subscribe", Then::Never),
    (Code::Internal, "subscription.internal.error", Then::Again),
    // What ends calls the desk never makes: gRPC's own status decides.
    (Code::DeadlineExceeded, "publish.stream.sweeper.timeout", Then::Again),
    (Code::InvalidArgument, "publish.event.count.invalid", Then::Never),
    (Code::NotFound, "managed.subscription.not.found", Then::Never),
];

fn draft(id: &str, at_ms: i64) -> Event {
    Event::update("Order", id, at_ms, &[("Status", "Draft")])
}

/// Listens anew, and hears an event at a position.
async fn listening(site: &mut Site, position: u8) -> (Desk, Subscriber) {
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    let (id, _) = site.order(0);
    subscriber.tell(vec![draft(&id, site.now_ms() + i64::from(position)).told(position)], 99);
    desk.told_until_changed(&id).await;
    (desk, subscriber)
}

async fn lost(desk: &mut Desk) -> (String, Option<i64>) {
    loop {
        if let StreamState::Lost { why, again } = desk.stream().await.state {
            return (why.to_string(), again.map(Timestamp::as_millisecond));
        }
    }
}

fn sign_ins(site: &Site) -> usize {
    let mut tokens: Vec<String> = site.bus.carried().into_iter().map(|(token, ..)| token).collect();
    tokens.dedup();
    tokens.len()
}

#[tokio::test]
async fn every_code_that_ends_a_stream_is_dealt_with_as_it_asks() {
    let mut site = Site::open().await;
    for ((status, code, then), position) in CODES.into_iter().zip(1..) {
        let (mut desk, subscriber) = listening(&mut site, position).await;
        let before = sign_ins(&site);
        if then == Then::SignsIn {
            site.bus.end_tokens();
        }
        subscriber.refuse(status, code);
        match then {
            Then::Again | Then::SignsIn | Then::StartsOver => {
                let again = site.bus.subscriber().await;
                assert_eq!(again.topic, ORDERS);
                let behind = (then != Then::StartsOver).then(|| replay(position));
                assert_eq!(again.behind, behind, "{code}");
                assert_eq!(sign_ins(&site) - before, usize::from(then == Then::SignsIn), "{code}");
            }
            Then::Slower | Then::UsedUp => {
                let (why, again) = lost(&mut desk).await;
                let seconds = (again.unwrap() - site.now_ms()) / 1_000;
                let said = if then == Then::Slower { 30..=60 } else { 3_600..=3_600 };
                assert!(said.contains(&seconds), "{code}: {seconds}");
                assert_eq!(why.contains("used up"), then == Then::UsedUp, "{code}: {why}");
                assert!(site.bus.waiting().is_none(), "{code}");
            }
            Then::Never => {
                let said = loop {
                    if let Msg::Notice(notice) = desk.work.next().await {
                        break notice.text;
                    }
                };
                let NoticeText::Phrase(said) = said else { panic!("{said:?}") };
                let said = Words::new(Language::English).phrase(&said, false);
                assert_eq!(said, format!("{ORDERS}: Salesforce's event bus refused ({code})"));
                assert_eq!(lost(&mut desk).await.1, None, "{code}");
                assert!(site.bus.waiting().is_none(), "{code}");
            }
        }
    }
}

#[tokio::test]
async fn a_topic_is_asked_about_again_when_that_passes_and_left_out_when_it_does_not() {
    let mut site = Site::open().await;
    for (status, code) in [
        (Code::Unavailable, "topic.api.unavailable"),
        (Code::Unavailable, "service.unavailable"),
        (Code::Unauthenticated, "service.auth.error"),
    ] {
        site.bus.refuse_next("GetTopic", status, code);
        let desk = site.desk().await;
        assert_eq!(site.bus.subscriber().await.topic, ORDERS, "{code}");
        drop(desk);
    }
    for (status, code) in [
        (Code::NotFound, "topic.not.found"),
        (Code::PermissionDenied, "topic.meta.permission"),
        (Code::InvalidArgument, "topic.validation.empty"),
        (Code::PermissionDenied, "service.tenant.license"),
        (Code::Unauthenticated, "service.auth.headers.invalid"),
    ] {
        site.bus.refuse_next("GetTopic", status, code);
        let mut desk = site.desk().await;
        assert_eq!(lost(&mut desk).await.1, None, "{code}");
        assert!(site.bus.waiting().is_none(), "{code}");
    }
}

#[tokio::test]
async fn an_event_whose_schema_is_refused_is_told_all_the_same_and_once() {
    let mut site = Site::open().await;
    let failed = [("Activation_Status__c", "Failed"), ("Activation_Error_Code__c", "210")];
    let works: Vec<String> = site.sandbox.look(|world| {
        let works = world.salesforce.rows("Order").filter(|it| it.text("Activation_Status__c") == "Activated");
        works.map(|it| it.id().to_owned()).collect()
    });
    let mut position = 0;
    for (status, code) in [
        (Code::Unavailable, "schema.api.unavailable"),
        (Code::Unauthenticated, "service.auth.error"),
        (Code::PermissionDenied, "schema.meta.permission"),
        (Code::InvalidArgument, "schema.validation.failed"),
    ] {
        // A desk that starts anew knows no schema yet.
        let mut desk = site.desk().await;
        let mut subscriber = site.bus.subscriber().await;
        site.pass(jiff::SignedDuration::from_mins(1));
        let id = &works[usize::from(position)];
        site.write(id, &failed);
        position += 1;
        let event = Event::update("Order", id, site.now_ms(), &failed).told(position);
        site.bus.refuse_next("GetSchema", status, code);
        subscriber.tell(vec![event.clone()], 99);
        if code == "schema.api.unavailable" {
            // Nothing of it was kept: it is heard once more.
            subscriber = site.bus.subscriber().await;
            assert_ne!(subscriber.behind, Some(replay(position)));
            subscriber.tell(vec![event], 99);
        }
        // Each desk is told what stands from before; this one order is new.
        let new = loop {
            let kept = desk.notifications().await;
            if let Some(kept) = kept.into_iter().find(|kept| kept.notification.key.subject.as_str() == *id) {
                break kept;
            }
        };
        assert_eq!(kinds(&[new]), [NotificationKind::OrderFailed], "{code}");
        // A schema that is refused for good is asked for again with the next event: nothing is lost by its coming late.
        let after = Event::update("Order", id, site.now_ms() + 1, &[("Status", "Draft")]);
        subscriber.tell(vec![after.told(position + 100)], 98);
        assert_eq!(desk.told_until_changed(id).await, [], "{code}");
    }
}
