//! A day at the desk: how much it makes, and that a subscriber hears all of it in order.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::*;
use crate::sandbox::tests::http;
use crate::sandbox::worker::Mode;
use crate::sandbox::{Day, Sandbox};

#[tokio::test]
async fn ten_thousand_events_are_heard_in_order_and_once() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    sandbox.change(|world| world.worker.switch(Mode::Off));
    let mut client = Client::of(&sandbox).await;
    let mut stream = client.listen(&sandbox, "/data/ChangeEvents", 100).await;
    let before = sandbox.last_event();
    let (made, heard) = tokio::join!(sandbox.day(Day { events: 10_000, seconds: 0, seed: 7 }), async {
        let (mut heard, mut last) = (Vec::new(), 0);
        // More than half of a day's events are changes.
        while heard.len() < 5_000 {
            let answer = stream.next().await;
            for event in answer.events {
                let at = position(&event.replay);
                assert!(at > last, "{at} after {last}");
                last = at;
                heard.push((at, event.event.unwrap().id));
            }
            if answer.pending < 50 {
                stream.more(100 - answer.pending);
            }
        }
        heard
    });
    assert!(made.over && made.from == before && (10_000..10_050).contains(&made.events), "{made:?}");
    let log = sandbox.events_since(before);
    assert_eq!(log.len() as u64, made.events);
    let changes: Vec<_> = log.iter().filter(|it| it.topic.starts_with("/data/")).collect();
    let told: Vec<_> = changes.iter().take(heard.len()).map(|it| (it.position, it.id.clone())).collect();
    assert_eq!(heard, told, "nothing lost, nothing twice");
    let topics: BTreeSet<&str> = log.iter().map(|it| it.topic.as_str()).collect();
    for topic in [
        ACCOUNTS,
        CASES,
        "/data/OrderChangeEvent",
        "/data/OpportunityChangeEvent",
        "/event/Account_Eligibility_Update__e",
        "/event/Case_Status_Update__e",
        "/event/OrderProvisionRequested__e",
    ] {
        assert!(topics.contains(topic), "{topic}");
    }
    let keys: BTreeSet<_> = changes.iter().map(|it| (&it.transaction, it.sequence)).collect();
    assert_eq!(keys.len(), changes.len(), "a transaction and a number name one event");
    let (overdue, failed) = sandbox.look(|world| {
        let today = world.clock.today();
        let overdue = world.whmcs.invoices.open().filter(|it| it.is_overdue(today)).count();
        let failed = world.whmcs.activity.iter().filter(|it| it.description.starts_with("Credit Card Payment Failed"));
        (overdue, failed.count())
    });
    assert!(overdue > 5 && failed > 5, "WHMCS had its share: {overdue} {failed}");
}

#[tokio::test]
async fn the_same_seed_is_the_same_day() {
    let mut days = Vec::new();
    for seed in [3, 3, 4] {
        let sandbox = Sandbox::for_test(today()).await.unwrap();
        sandbox.day(Day { events: 200, seconds: 0, seed }).await;
        let log = sandbox.events_since(0).into_iter();
        days.push(log.map(|it| (it.topic, it.change, it.records)).collect::<Vec<_>>());
    }
    assert_eq!(days[0], days[1]);
    assert_ne!(days[0], days[2]);
}

#[tokio::test]
async fn a_day_can_be_ordered_at_the_control_endpoint_and_read_there() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let before = sandbox.last_event();
    let control = |path: &str| sandbox.control.join(path).unwrap();
    let answer = http().post(control("day")).json(&json!({"events": 50, "seed": 1})).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let answer: Value = answer.json().await.unwrap();
    let from = answer["from"].as_u64().unwrap();
    assert_eq!(from, before);
    let made = loop {
        let made: Value = http().get(control("day")).send().await.unwrap().json().await.unwrap();
        if made["over"] == true {
            break made;
        }
    };
    let log: Value = http().get(control(&format!("events?after={from}"))).send().await.unwrap().json().await.unwrap();
    let log = log.as_array().unwrap();
    assert_eq!((log.len() as u64, &log.last().unwrap()["position"]), (made["events"].as_u64().unwrap(), &made["to"]));
    assert!(log.iter().all(|event| event["topic"].is_string() && event["id"].as_str().unwrap().len() == 36));
    let answer = http().post(control("day")).json(&json!({"evnets": 50})).send().await.unwrap();
    assert_eq!(answer.status(), 422);
}

#[tokio::test(start_paused = true)]
async fn a_day_takes_as_long_as_it_is_told_to() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let began = tokio::time::Instant::now();
    let made = sandbox.day(Day { events: 300, seconds: 60, seed: 1 }).await;
    assert!(made.events >= 300);
    assert!((59..=61).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}
