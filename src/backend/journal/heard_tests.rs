//! What is heard is kept whole or not at all, once, and for every desk.

use std::sync::Arc;

use tempfile::TempDir;

use crate::backend::journal::{Heard, Journal, KnownState, Update, World};
use crate::domain::notification::{
    Incident, Mute, Notification, NotificationKey, NotificationKind, Owner, Source, Standing,
};
use crate::domain::text::Text;
use jiff::{Timestamp, ToSpan as _};

fn noon() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

async fn desk(folder: &TempDir, world: &str) -> Journal {
    at(folder, world, noon()).await
}

async fn at(folder: &TempDir, world: &str, now: Timestamp) -> Journal {
    Journal::open(folder.path(), World::Lasting(world.to_owned()), Arc::new(move || now)).await.unwrap()
}

fn key(subject: &str, state: &str) -> NotificationKey {
    NotificationKey { source: Source::Desk, subject: Text::line(subject), state: Text::line(state) }
}

fn heard(subject: &str, state: &str) -> Heard {
    let notification = Notification {
        key: key(subject, state),
        kind: NotificationKind::OrderFailed,
        who: None,
        about: Text::line(subject),
        detail: Text::default(),
        drift: None,
        opens: None,
        owner: Owner::Nobody,
        at: noon(),
    };
    Heard { notification, owner: Some("005".to_owned()) }
}

fn told(subjects: &[(&str, &str)], position: &[u8]) -> Update {
    let notifications = subjects.iter().map(|(subject, state)| heard(subject, state)).collect();
    let positions = vec![("/data/OrderChangeEvent".to_owned(), position.to_vec())];
    Update { notifications, positions, ..Update::default() }
}

#[tokio::test]
async fn what_is_told_twice_is_kept_once_and_the_position_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, other) = (desk(&folder, "one").await, desk(&folder, "one").await);
    assert_eq!(desk.hear(told(&[("801", "failed 1"), ("802", "failed 1")], &[1])).await.unwrap(), 2);
    let seen = other.news(0).await.unwrap().unwrap();
    assert_eq!(seen.notifications.len(), 2);
    // Nothing new: nobody is told anything, and yet it was heard that far.
    assert_eq!(other.hear(told(&[("801", "failed 1")], &[2])).await.unwrap(), 0);
    assert_eq!(desk.news(seen.heard).await.unwrap(), None);
    let position = desk.positions().await.unwrap()["/data/OrderChangeEvent"].clone();
    assert_eq!((position.replay, position.at), (vec![2], noon()));
    // A new state is another matter.
    assert_eq!(desk.hear(told(&[("801", "failed 2")], &[3])).await.unwrap(), 1);
    assert_eq!(other.news(seen.heard).await.unwrap().unwrap().notifications.len(), 1);
}

#[tokio::test]
async fn a_position_that_is_lost_leaves_since_when_it_should_be_heard() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder, "one").await;
    desk.hear(told(&[], &[1])).await.unwrap();
    let later = at(&folder, "one", noon() + 80.hours()).await;
    later.lose_position("/data/OrderChangeEvent".to_owned()).await.unwrap();
    let position = desk.positions().await.unwrap()["/data/OrderChangeEvent"].clone();
    assert_eq!((position.replay, position.at), (Vec::new(), noon()));
}

#[tokio::test]
async fn worlds_hear_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, other) = (desk(&folder, "one").await, desk(&folder, "two").await);
    desk.hear(told(&[("801", "failed 1")], &[1])).await.unwrap();
    assert_eq!(other.news(0).await.unwrap().unwrap().notifications, []);
    assert!(other.positions().await.unwrap().is_empty());
    assert!(!other.stand(key("801", "failed 1"), Standing::Done(noon())).await.unwrap());
    assert_eq!(desk.site(), other.site(), "and share a machine");
    let elsewhere = tempfile::tempdir().unwrap();
    assert_ne!(self::desk(&elsewhere, "one").await.site(), desk.site());
}

#[tokio::test]
async fn what_became_of_it_is_told_to_the_others_and_not_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, other) = (desk(&folder, "one").await, desk(&folder, "one").await);
    desk.hear(told(&[("801", "failed 1"), ("802", "failed 1")], &[1])).await.unwrap();
    let seen = other.news(0).await.unwrap().unwrap().heard;
    assert!(desk.stand(key("801", "failed 1"), Standing::Done(noon())).await.unwrap());
    let news = other.news(seen).await.unwrap().unwrap();
    assert_eq!(news.notifications.len(), 1);
    assert_eq!(news.notifications[0].0.standing, Standing::Done(noon()));
    assert_eq!(news.notifications[0].1.as_deref(), Some("005"));
    let start = other.news(0).await.unwrap().unwrap();
    assert_eq!(start.notifications.len(), 1);
    assert_eq!(start.notifications[0].0.notification.about.as_str(), "802");
    // What it told of is over: it is dealt with by itself.
    let over = Update { closed: vec![key("802", "failed 1"), key("803", "never told")], ..Update::default() };
    assert_eq!(desk.hear(over).await.unwrap(), 1);
    assert_eq!(other.news(0).await.unwrap().unwrap().notifications, []);
}

#[tokio::test]
async fn what_was_dealt_with_is_forgotten_long_after_it_could_be_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder, "one").await;
    desk.hear(told(&[("801", "failed 1"), ("802", "failed 1")], &[1])).await.unwrap();
    desk.stand(key("801", "failed 1"), Standing::Done(noon())).await.unwrap();
    let later = at(&folder, "one", noon() + (31 * 24).hours()).await;
    later.hear(told(&[("803", "failed 1")], &[2])).await.unwrap();
    assert_eq!(later.notification(key("801", "failed 1")).await.unwrap(), None);
    assert!(later.notification(key("802", "failed 1")).await.unwrap().is_some());
}

#[tokio::test]
async fn states_rules_and_an_incident_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder, "one").await;
    let state = |subject: &str, word: &str| KnownState {
        subject: subject.to_owned(),
        aspect: "activation".to_owned(),
        state: word.to_owned(),
        at: noon(),
        covered: None,
    };
    let states = vec![state("801", "Activating"), state("802", "Failed")];
    desk.hear(Update { states, ..Update::default() }).await.unwrap();
    let known = desk.known_states(vec!["801".to_owned(), "809".to_owned()]).await.unwrap();
    assert_eq!(known, [state("801", "Activating")]);
    let activating = desk.in_state("activation", vec!["Activating".to_owned()]).await.unwrap();
    assert_eq!(activating, known);
    let ended = vec![("801".to_owned(), "activation".to_owned())];
    desk.hear(Update { ended, ..Update::default() }).await.unwrap();
    assert_eq!(desk.in_state("activation", vec!["Activating".to_owned()]).await.unwrap(), []);

    let rule = Mute { kind: None, customer: Some(Text::line("C-000021")) };
    desk.mute(rule.clone(), true).await.unwrap();
    desk.mute(rule.clone(), true).await.unwrap();
    let incident =
        Incident { what: Text::line("out"), tell: Text::line("wait"), since: noon(), by: Text::line("Hanako") };
    desk.incident(Some(incident.clone())).await.unwrap();
    let news = desk.news(0).await.unwrap().unwrap();
    assert_eq!((news.mutes, news.incident), (vec![rule.clone()], Some(incident)));
    desk.mute(rule, false).await.unwrap();
    desk.incident(None).await.unwrap();
    let news = desk.news(news.heard).await.unwrap().unwrap();
    assert_eq!((news.mutes, news.incident), (Vec::new(), None));
}
