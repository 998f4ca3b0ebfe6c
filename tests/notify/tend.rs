//! What a person does about notifications: kept for every desk, and told to it.

use jiff::{SignedDuration, Timestamp};
use madoguchi::audit::{path, verify};
use madoguchi::domain::notification::{Incident, Kept, Mute, NotificationKind, Standing};
use madoguchi::domain::system::System;
use madoguchi::domain::text::Text;
use madoguchi::flow::{Carried, Held, Live, Tend};

use crate::bus::Subscriber;
use crate::wire::Event;
use crate::{Desk, Site};

async fn failed(site: &mut Site, desk: &mut Desk) -> (Kept, Subscriber) {
    let subscriber = site.bus.subscriber().await;
    let (id, _) = site.order(0);
    let event = Event::update("Order", &id, site.now_ms(), &[("Activation_Status__c", "Failed")]);
    subscriber.tell(vec![event.told(1)], 99);
    (desk.notifications().await.remove(0), subscriber)
}

fn standing(told: &[Live]) -> Vec<Standing> {
    let kept = told.iter().filter_map(|live| if let Live::Notifications(kept) = live { Some(kept) } else { None });
    kept.flatten().map(|kept| kept.standing).collect()
}

#[tokio::test]
async fn what_is_dealt_with_is_told_so_and_not_again_at_the_next_start() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let (kept, subscriber) = failed(&mut site, &mut desk).await;
    let key = kept.notification.key;
    let now = Timestamp::from_millisecond(site.now_ms()).unwrap();
    let later = now + SignedDuration::from_hours(1);
    for (tend, expected) in [
        (Tend::Snooze(key.clone(), later), Standing::Snoozed(later)),
        (Tend::Again(key.clone()), Standing::New),
        (Tend::Done(key.clone()), Standing::Done(now)),
    ] {
        let (told, carried) = desk.tend(tend).await;
        assert_eq!((standing(&told), carried), (vec![expected], Carried::Taken));
    }
    let (_, carried) = desk.tend(Tend::Snooze(key.clone(), now)).await;
    assert_eq!(carried, Carried::Refused("tend-past".into()));
    let unknown = madoguchi::domain::notification::NotificationKey { subject: Text::line("nothing"), ..key };
    assert_eq!(desk.tend(Tend::Done(unknown)).await.1, Carried::Refused("tend-unknown".into()));
    drop((desk, subscriber));

    // What is dealt with is not told at the start; the same order failing again is another matter.
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    let (id, _) = site.order(0);
    let event = Event::update("Order", &id, site.now_ms() + 5, &[("Activation_Status__c", "Failed")]);
    subscriber.tell(vec![event.told(2)], 99);
    assert_eq!(desk.told_until_changed(&id).await, [NotificationKind::OrderFailed]);
}

#[tokio::test]
async fn rules_and_an_incident_are_kept_for_the_next_desk() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let rule = Mute { kind: Some(NotificationKind::OrderApproved), customer: None };
    let incident = Incident {
        what: Text::line("Freebit is out"),
        tell: Text::line("Lines cannot be changed before 15:00."),
        since: Timestamp::from_millisecond(site.now_ms()).unwrap(),
        by: Text::line("Hanako Kato"),
    };
    let (told, carried) = desk.tend(Tend::Mute(rule.clone())).await;
    assert!(told.contains(&Live::Mutes(vec![rule.clone()])), "{told:?}");
    assert_eq!(carried, Carried::Taken);
    let (told, _) = desk.tend(Tend::Incident(Some(incident.clone()))).await;
    assert!(told.contains(&Live::Incident(Some(incident.clone()))), "{told:?}");
    let nothing = Mute { kind: None, customer: None };
    assert_eq!(desk.tend(Tend::Mute(nothing)).await.1, Carried::Refused("tend-mutes-nothing".into()));
    drop(desk);

    let mut desk = site.desk().await;
    let mut told = Vec::new();
    while told.len() < 2 {
        if let live @ (Live::Mutes(_) | Live::Incident(_)) = desk.live().await {
            told.push(live);
        }
    }
    assert_eq!(told, [Live::Mutes(vec![rule.clone()]), Live::Incident(Some(incident))]);
    let (told, _) = desk.tend(Tend::Unmute(rule)).await;
    assert!(told.contains(&Live::Mutes(Vec::new())), "{told:?}");
    let (told, _) = desk.tend(Tend::Incident(None)).await;
    assert!(told.contains(&Live::Incident(None)), "{told:?}");
    let _ = site.bus.waiting();
}

#[tokio::test]
async fn a_held_system_is_told_to_every_desk_and_to_the_next_one() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let mut other = site.desk().await;
    let since = Some(Timestamp::from_millisecond(site.now_ms()).unwrap());
    let held = Held { system: System::Freebit, since, by: Text::line("Kato"), queued: 0 };
    let (told, carried) = desk.tend(Tend::Hold(System::Freebit, true)).await;
    assert_eq!((told.contains(&Live::Held(held.clone())), carried), (true, Carried::Taken), "{told:?}");
    assert_eq!(other.held().await, held);
    drop(desk);
    let mut next = site.desk().await;
    assert_eq!(next.held().await, held);
    next.tend(Tend::Hold(System::Freebit, false)).await;
    assert_eq!(other.held().await, Held { since: None, by: Text::default(), ..held });
    let _ = site.bus.waiting();
}

/// The lines of the audit log, as it is on the disk.
fn audited(site: &Site) -> Vec<serde_json::Value> {
    let log = std::fs::read(path(site.folder.path())).unwrap_or_default();
    assert_eq!(verify(log.as_slice(), None).unwrap().bad, None);
    let lines = String::from_utf8(log).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn what_every_desk_will_see_is_audited_with_who_wanted_it_and_not_done_where_it_cannot_be() {
    let site = Site::open().await;
    let mut desk = site.desk().await;
    let incident = Incident {
        what: Text::line("Fibre is out in Minato"),
        tell: Text::line("Work goes on until 15:00."),
        since: Timestamp::from_millisecond(site.now_ms()).unwrap(),
        by: Text::line("Kato"),
    };
    for tend in [
        Tend::Hold(System::Freebit, true),
        Tend::Incident(Some(incident)),
        Tend::Incident(None),
        Tend::Hold(System::Freebit, false),
    ] {
        assert_eq!(desk.tend(tend).await.1, Carried::Taken);
    }
    let lines = audited(&site);
    let told = |name: &str| lines.iter().map(|line| line[name].as_str().unwrap_or_default()).collect::<Vec<_>>();
    assert_eq!(told("act"), ["hold", "incident", "incident-over", "let-go"]);
    assert_eq!(told("system"), ["Freebit", "", "", "Freebit"]);
    assert_eq!(told("actor"), ["hana(1000)"; 4]);
    assert!(told("note").iter().all(|note| note.starts_with("by Kato (supervisor")), "{lines:?}");
    assert_eq!(told("after")[1], "Fibre is out in Minato; callers are told: Work goes on until 15:00.");

    let log = path(site.folder.path());
    std::fs::remove_file(&log).unwrap();
    std::fs::create_dir(&log).unwrap();
    let (told, carried) = desk.tend(Tend::Hold(System::Freebit, true)).await;
    assert_eq!(carried, Carried::Refused("tend-no-audit".into()));
    assert!(!told.iter().any(|live| matches!(live, Live::Held(_))), "{told:?}");
}
