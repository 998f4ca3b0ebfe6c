//! The desks of one machine: one of them listens for all, and when it goes another takes over.

use std::os::unix::fs::PermissionsExt as _;

use jiff::Timestamp;
use madoguchi::domain::notification::{NotificationKind, Standing};
use madoguchi::flow::{Carried, Live, StreamState, Tend};

use crate::wire::{Event, replay};
use crate::{Desk, Site, kinds};

fn failed(id: &str, at_ms: i64) -> Event {
    Event::update("Order", id, at_ms, &[("Activation_Status__c", "Failed")])
}

/// Waits until a desk listens for so many others.
async fn listens_for(desk: &mut Desk, others: usize) {
    while desk.stream().await.state != (StreamState::Listening { desks: others }) {}
}

#[tokio::test]
async fn one_listens_for_all_and_another_goes_on_where_it_ended() {
    let mut site = Site::open().await;
    let mut first = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    subscriber.keep_alive(1, 100);
    listens_for(&mut first, 0).await;
    let mut second = site.desk().await;
    listens_for(&mut first, 1).await;
    assert_eq!(second.stream().await.state, StreamState::Shared);
    assert!(site.bus.waiting().is_none(), "what is delivered counts once");

    let (id, _) = site.order(0);
    subscriber.tell(vec![failed(&id, site.now_ms()).told(2)], 99);
    for desk in [&mut first, &mut second] {
        assert_eq!(desk.told_until_changed(&id).await, [NotificationKind::OrderFailed]);
    }

    // Nobody else may open the door.
    let doors = std::fs::read_dir(site.folder.path()).unwrap().flatten().map(|file| file.path());
    let doors: Vec<_> = doors.filter(|path| path.extension().is_some_and(|it| it == "sock")).collect();
    assert_eq!(doors.len(), 1);
    assert_eq!(std::fs::metadata(&doors[0]).unwrap().permissions().mode() & 0o777, 0o600);

    drop(first);
    let subscriber = site.bus.subscriber().await;
    assert_eq!(subscriber.behind, Some(replay(2)));
    subscriber.keep_alive(2, 100);
    listens_for(&mut second, 0).await;
    // What was told before is not told again, and what comes now is.
    let (other, _) = site.order(1);
    subscriber.tell(vec![failed(&id, site.now_ms()).told(2), failed(&other, site.now_ms()).told(3)], 98);
    assert_eq!(second.told_until_changed(&other).await, [NotificationKind::OrderFailed]);
}

#[tokio::test]
async fn what_one_desk_deals_with_the_other_sees() {
    let mut site = Site::open().await;
    let mut first = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    subscriber.keep_alive(1, 100);
    let mut second = site.desk().await;
    listens_for(&mut first, 1).await;
    let (id, _) = site.order(0);
    subscriber.tell(vec![failed(&id, site.now_ms()).told(2)], 99);
    let key = first.notifications().await.remove(0).notification.key;
    assert_eq!(kinds(&second.notifications().await), [NotificationKind::OrderFailed]);

    let done = Standing::Done(Timestamp::from_millisecond(site.now_ms()).unwrap());
    let (_, carried) = second.tend(Tend::Done(key.clone())).await;
    assert_eq!(carried, Carried::Taken);
    assert_eq!(first.notifications().await[0].standing, done);
    let (_, carried) = first.tend(Tend::Again(key)).await;
    assert_eq!(carried, Carried::Taken);
    assert_eq!(second.notifications().await[0].standing, Standing::New);
}

#[tokio::test]
async fn a_desk_that_is_served_says_why_nothing_is_heard() {
    let mut site = Site::open().await;
    let mut first = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    subscriber.keep_alive(1, 100);
    let mut second = site.desk().await;
    listens_for(&mut first, 1).await;
    assert_eq!(second.stream().await.state, StreamState::Shared);
    subscriber.refuse(tonic::Code::ResourceExhausted, "subscription.limit.exceeded");
    for desk in [&mut first, &mut second] {
        loop {
            if let Live::Stream(stream) = desk.live().await
                && let StreamState::Lost { why, again: Some(_) } = stream.state
            {
                assert!(why.contains("used up"), "{why}");
                break;
            }
        }
    }
}
