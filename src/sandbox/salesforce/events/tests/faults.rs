//! What may be ordered to go wrong on the way to a subscriber.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tonic::Code;

use super::changes::case;
use super::client::*;
use crate::sandbox::Sandbox;
use crate::sandbox::faults::{Fault, Order, System};
use crate::sandbox::tests::http;

/// A sandbox, a client of it, and a stream of cases that owes a hundred events.
async fn listening() -> (Sandbox, Client, Subscribed) {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let stream = client.listen(&sandbox, CASES, 100).await;
    (sandbox, client, stream)
}

fn order(sandbox: &Sandbox, fault: Fault) {
    sandbox.misbehave(Order::on(System::Salesforce, fault).times(1));
}

async fn subjects(client: &mut Client, events: &[Consumed]) -> Vec<Value> {
    let mut subjects = Vec::new();
    for event in events {
        subjects.push(client.read(event).await.0["Subject"].clone());
    }
    subjects
}

#[tokio::test]
async fn events_are_lost_doubled_and_overtaken() {
    let (sandbox, mut client, mut stream) = listening().await;
    order(&sandbox, Fault::LoseEvent);
    case(&sandbox, "lost");
    case(&sandbox, "kept");
    assert_eq!(subjects(&mut client, &stream.events(1).await).await, ["kept"]);

    order(&sandbox, Fault::DuplicateEvent);
    case(&sandbox, "twice");
    let twice = stream.events(2).await;
    assert_eq!(twice[0], twice[1]);
    assert_eq!(subjects(&mut client, &twice).await, ["twice", "twice"]);

    order(&sandbox, Fault::DelayEvent);
    case(&sandbox, "first");
    case(&sandbox, "second");
    let overtaken = stream.events(2).await;
    assert_eq!(subjects(&mut client, &overtaken).await, ["second", "first"]);
    assert!(position(&overtaken[0].replay) > position(&overtaken[1].replay));
    assert_eq!(sandbox.events_since(0).iter().filter(|it| it.entity == "Case").count(), 5, "the log knows them all");
}

#[tokio::test]
async fn gaps_and_overflows_say_little() {
    let (sandbox, mut client, mut stream) = listening().await;
    order(&sandbox, Fault::GapEvent);
    let id = case(&sandbox, "not told");
    order(&sandbox, Fault::OverflowEvent);
    case(&sandbox, "not told either");
    case(&sandbox, "told");
    let events = stream.events(3).await;
    let [gap, overflow, told] = [&events[0], &events[1], &events[2]];
    let gap = client.read(gap).await;
    assert_eq!((gap.what(), gap.header("recordIds")), (("GAP_CREATE", "Case", 1), &json!([id])));
    assert_eq!(gap.told(), [""; 0]);
    let overflow = client.read(overflow).await;
    assert_eq!(overflow.what(), ("GAP_OVERFLOW", "Case", 1));
    assert_eq!(overflow.header("recordIds"), &json!(["000000000000000AAA"]));
    assert_eq!(overflow.told(), [""; 0]);
    assert_eq!(client.read(told).await.0["Subject"], "told");
}

#[tokio::test]
async fn a_cut_stream_goes_on_where_it_ended() {
    let (sandbox, mut client, mut stream) = listening().await;
    sandbox.misbehave(Order::on(System::Salesforce, Fault::CutStream).after(1).times(1));
    case(&sandbox, "before the cut");
    let last = stream.events(1).await.remove(0);
    case(&sandbox, "after the cut");
    refused(&stream.end().await, Code::Unavailable, "service.unavailable");
    let mut again = client.subscribe(after(CASES, &last.replay, 10)).await;
    assert_eq!(subjects(&mut client, &again.events(1).await).await, ["after the cut"]);
}

#[tokio::test]
async fn a_session_may_end_in_the_middle_of_a_stream() {
    let (sandbox, mut client, mut stream) = listening().await;
    order(&sandbox, Fault::ExpiredStream);
    case(&sandbox, "not heard");
    refused(&stream.end().await, Code::Unauthenticated, "service.auth.error");
    let status = client.open().await.err().unwrap();
    refused(&status, Code::Unauthenticated, "service.auth.error");
    let mut client = Client::of(&sandbox).await;
    let mut again = client.subscribe(from(CASES, EARLIEST, 10)).await;
    assert_eq!(subjects(&mut client, &again.events(1).await).await, ["not heard"]);
}

#[tokio::test]
async fn a_good_replay_id_may_be_called_corrupted() {
    let (sandbox, mut client, mut stream) = listening().await;
    case(&sandbox, "one");
    let replay = stream.events(1).await.remove(0).replay;
    order(&sandbox, Fault::CorruptReplay);
    client.listen(&sandbox, CASES, 1).await;
    let mut refusal = client.subscribe(after(CASES, &replay, 1)).await;
    refused(&refusal.end().await, Code::InvalidArgument, "subscription.fetch.replayid.corrupted");
    case(&sandbox, "two");
    assert_eq!(client.subscribe(after(CASES, &replay, 1)).await.events(1).await.len(), 1);
}

#[tokio::test]
async fn all_subscribers_share_one_allowance() {
    let (sandbox, mut client, mut first) = listening().await;
    let mut second = client.listen(&sandbox, CASES, 100).await;
    let url = sandbox.control.join("streams").unwrap();
    let told: Value = http().post(url).json(&json!({"deliveries": 4})).send().await.unwrap().json().await.unwrap();
    assert_eq!(told["deliveries"], json!({"allowed": 4, "left": 4}));
    case(&sandbox, "one");
    let one = first.events(1).await.remove(0);
    second.events(1).await;
    let limits = client.rest("GET", "/limits", Value::Null).await.1;
    assert_eq!(limits["DailyDeliveredPlatformEvents"], json!({"Max": 4, "Remaining": 2}));
    assert_eq!(limits["HourlyPublishedPlatformEvents"], json!({"Max": 250_000, "Remaining": 249_999}));
    case(&sandbox, "two");
    first.events(1).await;
    second.events(1).await;
    case(&sandbox, "three");
    for stream in [&mut first, &mut second] {
        refused(&stream.end().await, Code::ResourceExhausted, "subscription.limit.exceeded");
    }
    let mut refusal = client.subscribe(after(CASES, &one.replay, 1)).await;
    refused(&refusal.end().await, Code::ResourceExhausted, "subscription.limit.exceeded");
    sandbox.advance(SignedDuration::from_hours(24));
    let mut client = Client::of(&sandbox).await;
    let mut again = client.subscribe(after(CASES, &one.replay, 10)).await;
    assert_eq!(subjects(&mut client, &again.events(2).await).await, ["two", "three"]);

    order(&sandbox, Fault::AllocationExhausted);
    case(&sandbox, "four");
    refused(&again.end().await, Code::ResourceExhausted, "subscription.limit.exceeded");
}
