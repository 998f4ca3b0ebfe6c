//! From where a stream begins, how much it sends, and when it speaks or ends by itself.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::time::Instant;
use tonic::Code;

use super::changes::case;
use super::client::*;
use crate::sandbox::{Pace, Sandbox};

/// Hours of world time.
fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

async fn subjects(client: &mut Client, ask: Ask, count: usize) -> Vec<String> {
    let mut stream = client.subscribe(ask).await;
    let mut subjects = Vec::new();
    for event in stream.events(count).await {
        subjects.push(client.read(&event).await.0["Subject"].as_str().unwrap().to_owned());
    }
    subjects
}

#[tokio::test]
async fn a_stream_begins_at_the_end_at_the_beginning_or_behind_an_event() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    for subject in ["a", "b", "c"] {
        case(&sandbox, subject);
    }
    let mut all = client.subscribe(from(CASES, EARLIEST, 10)).await;
    let events = all.events(3).await;
    let positions: Vec<u64> = events.iter().map(|event| position(&event.replay)).collect();
    assert!(positions.is_sorted_by(|a, b| a < b));
    assert!(positions.windows(2).any(|pair| pair[1] > pair[0] + 1), "nobody may count on the next one: {positions:?}");
    assert_eq!(subjects(&mut client, after(CASES, &events[0].replay, 2), 2).await, ["b", "c"]);
    assert_eq!(subjects(&mut client, after(CASES, &events[1].replay[..8], 1), 1).await, ["c"], "eight bytes will do");
    let mut latest = client.listen(&sandbox, CASES, 10).await;
    case(&sandbox, "d");
    let heard = latest.next().await;
    assert_eq!(client.read(&heard.events[0]).await.0["Subject"], "d");
    assert_eq!(heard.events.len(), 1);
    assert_eq!((heard.pending, position(&heard.latest)), (9, sandbox.last_event()));
}

#[tokio::test]
async fn a_replay_id_that_is_none_or_too_old_is_refused() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    case(&sandbox, "old");
    let mut stream = client.subscribe(from(CASES, EARLIEST, 1)).await;
    let old = stream.events(1).await.remove(0).replay;
    let corrupted = "subscription.fetch.replayid.corrupted";
    let beyond = [&(position(&old) + 1000).to_be_bytes()[..], &[0, 0]].concat();
    let marked = [&old[..8], &[0, 1]].concat();
    for replay in [&b"abc"[..], &beyond, &marked, &[0; 10]] {
        let mut stream = client.subscribe(after(CASES, replay, 1)).await;
        refused(&stream.end().await, Code::InvalidArgument, corrupted);
    }
    let mut stream = client.subscribe(from(CASES, CUSTOM, 1)).await;
    refused(&stream.end().await, Code::InvalidArgument, "subscription.fetch.replayid.validation.failed");

    sandbox.advance(hours(71));
    case(&sandbox, "younger");
    let mut client = Client::of(&sandbox).await;
    assert_eq!(client.subscribe(after(CASES, &old, 1)).await.events(1).await.len(), 1);
    sandbox.advance(hours(2));
    let mut client = Client::of(&sandbox).await;
    assert_eq!(subjects(&mut client, from(CASES, EARLIEST, 5), 1).await, ["younger"], "kept for 72 hours");
    // The event itself is gone and so is the one that told of it; what came after is all there.
    let before = [&(position(&old) - 1).to_be_bytes()[..], &[0, 0]].concat();
    let mut stream = client.subscribe(after(CASES, &before, 1)).await;
    refused(&stream.end().await, Code::InvalidArgument, corrupted);
}

#[tokio::test]
async fn no_more_is_sent_than_was_asked_for() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let mut stream = client.listen(&sandbox, CASES, 2).await;
    for number in 0..250 {
        case(&sandbox, &format!("case {number}"));
    }
    let mut first = stream.events(2).await;
    assert_eq!(sandbox.streams()[0].pending, 0);
    stream.more(1);
    stream.more(2);
    first.extend(stream.events(3).await);
    // More than a hundred is a hundred.
    stream.more(1000);
    let mut hundred = Vec::new();
    loop {
        let answer = stream.next().await;
        hundred.extend(answer.events);
        assert_eq!(answer.pending as usize, 100 - hundred.len());
        if answer.pending == 0 {
            break;
        }
    }
    first.extend(hundred);
    stream.more(100);
    first.extend(stream.events(100).await);
    stream.more(45);
    first.extend(stream.events(45).await);
    let mut numbers = Vec::new();
    for event in &first {
        numbers.push(client.read(event).await.0["Subject"].as_str().unwrap().to_owned());
    }
    let expected: Vec<String> = (0..250).map(|number| format!("case {number}")).collect();
    assert_eq!(numbers, expected);
    assert_eq!(sandbox.streams()[0].delivered, 250);
    assert_eq!(
        client.rest("GET", "/limits", serde_json::Value::Null).await.1["DailyDeliveredPlatformEvents"]["Remaining"],
        25_000 - 250
    );
}

#[tokio::test]
async fn nonsense_in_the_middle_of_a_stream_ends_it() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    for count in [0, -1] {
        let mut stream = client.subscribe(from(CASES, LATEST, count)).await;
        refused(&stream.end().await, Code::InvalidArgument, "subscription.fetch.requested.events.invalid");
    }
    let mut stream = client.listen(&sandbox, CASES, 1).await;
    stream.ask(from(CASES, EARLIEST, 1));
    stream.ask(from(ACCOUNTS, LATEST, 1));
    refused(&stream.end().await, Code::InvalidArgument, "subscription.fetch.topic.mismatch");
    silence(&sandbox).await;
    sandbox.pace_streams(Pace { streams: 1, ..Pace::default() });
    let _only = client.listen(&sandbox, CASES, 1).await;
    let mut stream = client.subscribe(from(CASES, LATEST, 1)).await;
    refused(&stream.end().await, Code::ResourceExhausted, "concurrent.client.limit.exceeded");
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_says_that_it_lives_and_an_idle_one_ends() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let mut stream = client.listen(&sandbox, CASES, 1).await;
    let began = Instant::now();
    for turn in 1..=2 {
        let alive = stream.next().await;
        assert_eq!((alive.events.len(), alive.pending), (0, 1));
        assert_eq!(position(&alive.latest), sandbox.last_event());
        assert_eq!(began.elapsed().as_secs(), 270 * turn);
    }
    case(&sandbox, "the one that was asked for");
    assert_eq!(stream.next().await.events.len(), 1);
    let served = Instant::now();
    assert!(stream.answers.message().await.unwrap().is_none(), "nothing is asked of it");
    assert_eq!(served.elapsed().as_secs(), 60);
    silence(&sandbox).await;
    // So does one that was never asked for anything.
    let mut stream = client.open().await.unwrap();
    assert!(stream.answers.message().await.unwrap().is_none());
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing_behind() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let stream = client.listen(&sandbox, CASES, 1).await;
    assert_eq!(sandbox.streams()[0].topic, CASES);
    drop(stream);
    silence(&sandbox).await;
    // One that only asks for nothing more is sent what it is owed.
    let mut stream = client.listen(&sandbox, CASES, 2).await;
    let Subscribed { asks, answers } = &mut stream;
    let (other, _) = tokio::sync::mpsc::unbounded_channel();
    drop(std::mem::replace(asks, other));
    case(&sandbox, "one");
    case(&sandbox, "two");
    let mut events = 0;
    while let Some(answer) = answers.message().await.unwrap() {
        events += answer.events.len();
    }
    assert_eq!(events, 2);
}

#[tokio::test]
async fn streams_end_when_the_server_goes_away_or_the_world_does() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let mut streams = [client.listen(&sandbox, CASES, 1).await, client.listen(&sandbox, ACCOUNTS, 1).await];
    sandbox.cut_streams();
    for stream in &mut streams {
        refused(&stream.end().await, Code::Unavailable, "service.unavailable");
    }
    silence(&sandbox).await;
    let http = crate::sandbox::tests::http();
    let mut stream = client.listen(&sandbox, CASES, 1).await;
    let told: serde_json::Value =
        http.get(sandbox.control.join("streams").unwrap()).send().await.unwrap().json().await.unwrap();
    assert_eq!((&told["open"][0]["topic"], &told["open"][0]["pending"]), (&CASES.into(), &1.into()));
    let answer = http.post(sandbox.control.join("streams").unwrap()).json(&serde_json::json!({"idle_ms": 50_000}));
    let told: serde_json::Value = answer.send().await.unwrap().json().await.unwrap();
    assert_eq!((&told["pace"]["idle_ms"], &told["pace"]["keepalive_ms"]), (&50_000.into(), &270_000.into()));
    http.delete(sandbox.control.join("streams").unwrap()).send().await.unwrap();
    refused(&stream.end().await, Code::Unavailable, "service.unavailable");
    let mut stream = client.listen(&sandbox, CASES, 1).await;
    http.post(sandbox.control.join("reset").unwrap()).send().await.unwrap();
    refused(&stream.end().await, Code::Unavailable, "service.unavailable");
}

#[tokio::test]
async fn a_slow_reader_holds_up_nobody_and_loses_nothing() {
    let sandbox = Arc::new(Sandbox::for_test(today()).await.unwrap());
    let mut client = Client::of(&sandbox).await;
    let mut slow = client.listen(&sandbox, CASES, 1).await;
    let mut quick = client.listen(&sandbox, CASES, 100).await;
    for number in 0..60 {
        case(&sandbox, &format!("{number}"));
    }
    let all = quick.events(60).await;
    let mut one_by_one = slow.events(1).await;
    while one_by_one.len() < 60 {
        slow.more(1);
        one_by_one.extend(slow.events(1).await);
    }
    assert_eq!(one_by_one, all);
}
