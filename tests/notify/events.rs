//! Events: what is told of them, once, and which reads they make old.

use jiff::SignedDuration;
use madoguchi::domain::notification::{NotificationKind, Standing};
use madoguchi::domain::status::Place;
use madoguchi::domain::text::Text;
use madoguchi::flow::{Live, RecordKind};
use madoguchi::sandbox::faults::{Fault, Order, System};

use crate::wire::{Event, replay};
use crate::{Desk, Site, kinds};

fn failed(id: &str, at_ms: i64) -> Event {
    Event::update("Order", id, at_ms, &[("Activation_Status__c", "Failed"), ("Activation_Error_Code__c", "210")])
}

#[tokio::test]
async fn an_order_that_failed_is_told_with_whose_it_is_and_then_its_reads_are_old() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    assert_eq!((subscriber.topic.as_str(), subscriber.behind.as_ref()), (crate::ORDERS, None));
    let (id, number) = site.order(0);
    subscriber.tell(vec![failed(&id, site.now_ms()).told(1)], 99);

    let kept = desk.notifications().await;
    let [kept] = kept.as_slice() else { panic!("{kept:?}") };
    let told = &kept.notification;
    assert_eq!((told.kind, kept.standing), (NotificationKind::OrderFailed, Standing::New));
    assert_eq!((told.about.as_str(), told.detail.as_str()), (number.as_str(), "210"));
    assert_eq!(told.opens, Some(Place::Xray(Text::line(&number))));
    let who = told.who.as_ref().unwrap();
    assert!(who.number.starts_with("C-") && !who.name.is_empty() && who.key.account.is_some());

    let changed = desk.changed().await;
    assert_eq!(changed.record, RecordKind::Order);
    assert_eq!(changed.ids, [Text::line(&id)]);
    assert_eq!(changed.account, who.key.account);
    assert_eq!(changed.fields.len(), 2);
    assert!(!changed.ours);

    // Every call carries the session of the other calls.
    let instance = site.sandbox.salesforce.as_str().trim_end_matches('/').to_owned();
    for (token, carried, tenant) in site.bus.carried() {
        assert!(!token.is_empty() && carried == instance, "{carried}");
        assert_eq!((tenant.len(), &tenant[..3]), (18, "00D"));
    }
}

#[tokio::test]
async fn the_same_event_twice_is_told_once_and_a_late_one_all_the_same() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    let (id, _) = site.order(0);
    let now = site.now_ms();
    let activating = Event::update("Order", &id, now + 2, &[("Activation_Status__c", "Activating")]);
    // Twice in one answer, then once more; a second failure before the attempt that led to it.
    subscriber.tell(vec![failed(&id, now).told(1), failed(&id, now).told(1)], 98);
    assert_eq!(desk.told_until_changed(&id).await, [NotificationKind::OrderFailed]);
    subscriber.tell(vec![failed(&id, now).told(1)], 97);
    subscriber.tell(vec![failed(&id, now + 3).told(3), activating.told(2)], 95);
    let (other, _) = site.order(1);
    subscriber.tell(vec![failed(&other, now).told(4)], 94);
    let told = desk.told_until_changed(&other).await;
    assert_eq!(told, [NotificationKind::OrderFailed, NotificationKind::OrderFailed]);
    assert_eq!(site.bus.schemas(), ["Order"], "a schema is asked for once");
}

#[tokio::test]
async fn what_an_operation_of_ours_wrote_is_not_announced_and_what_others_wrote_in_its_name_is() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    let (plan, id) = desk.approves_an_order(&site).await;
    let origin = format!("com/salesforce/api/rest/66.0;client=madoguchi-{}-{}", desk.site, plan.id);
    let status = |id: &str, status, origin: &str, n: u8| {
        let event = Event::update("Order", id, site.now_ms() + i64::from(n), &[("Status", status)]);
        Event { origin: origin.to_owned(), ..event }.told(n)
    };
    let told = async |desk: &mut Desk, event| {
        subscriber.tell(vec![event], 99);
        let mut told = Vec::new();
        loop {
            match desk.live().await {
                Live::Changed(changed) => {
                    told.retain(|kind| *kind != NotificationKind::OrderSlow);
                    return (told, changed.ours);
                }
                Live::Notifications(kept) => told.extend(kinds(&kept)),
                _ => {}
            }
        }
    };
    assert_eq!(told(&mut desk, status(&id, "Approved", &origin, 1)).await, (Vec::new(), true));

    // A flow of the org's that wrote in the same transaction is somebody else.
    let flow = Event { origin: origin.clone(), ..failed(&id, site.now_ms() + 2) };
    assert_eq!(told(&mut desk, flow.told(2)).await, (vec![NotificationKind::OrderFailed], false));
    // So is who says that another record was written by it, who names no operation, or one that this site does not know.
    let (other, _) = site.order_other_than(&id);
    let approved = (vec![NotificationKind::OrderApproved], false);
    assert_eq!(told(&mut desk, status(&other, "Approved", &origin, 3)).await, approved);
    let nameless = format!("x;client=madoguchi-{}", desk.site);
    assert_eq!(told(&mut desk, status(&id, "Approved", &nameless, 4)).await, approved);
    let unknown = format!("x;client=madoguchi-{}-01935c3a-8f00-7abc-8def-0123456789ab", desk.site);
    assert_eq!(told(&mut desk, status(&id, "Approved", &unknown, 5)).await, approved);
    let elsewhere = format!("x;client=madoguchi-0000000000000000-{}", plan.id);
    assert_eq!(told(&mut desk, status(&id, "Approved", &elsewhere, 6)).await, approved);
}

#[tokio::test]
async fn a_record_that_is_read_is_not_announced_for_what_an_operation_of_ours_made_of_it() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    let (_, id) = desk.approves_an_order(&site).await;
    let gap = |id: &str, n: u8| Event { kind: 5, ..Event::update("Order", id, site.now_ms(), &[]) }.told(n);
    subscriber.tell(vec![gap(&id, 1)], 99);
    assert_eq!(desk.told_until_changed(&id).await, []);
    // The same of an order that somebody else approved.
    let (other, _) = site.order_other_than(&id);
    site.write(&other, &[("Status", "Draft")]);
    subscriber.tell(vec![gap(&other, 2)], 98);
    desk.told_until_changed(&other).await;
    site.write(&other, &[("Status", "Approved")]);
    subscriber.tell(vec![gap(&other, 3)], 97);
    assert_eq!(desk.told_until_changed(&other).await, [NotificationKind::OrderApproved]);
}

#[tokio::test]
async fn what_was_received_and_not_kept_when_the_desk_died_is_told_to_the_next_and_once() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    let (id, _) = site.order(0);
    let now = site.now_ms();
    let event = Event::update("Order", &id, now, &[("Status", "Draft")]);
    subscriber.tell(vec![event.told(1)], 99);
    desk.told_until_changed(&id).await;

    // Whose it is cannot be read: the desk dies while it waits for that.
    site.sandbox.misbehave(Order::on(System::Salesforce, Fault::HangBefore).matching("composite/batch").times(1));
    subscriber.tell(vec![failed(&id, now + 1).told(2)], 98);
    site.sandbox.hung(1).await;
    drop(desk);

    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    assert_eq!(subscriber.behind, Some(replay(1)), "the position is that of what was kept");
    subscriber.tell(vec![failed(&id, now + 1).told(2)], 99);
    assert_eq!(kinds(&desk.notifications().await), [NotificationKind::OrderFailed]);
    drop(desk);

    // Kept this time: another desk hears of it at once, and nothing once more.
    let mut desk = site.desk().await;
    assert_eq!(kinds(&desk.notifications().await), [NotificationKind::OrderFailed]);
    let subscriber = site.bus.subscriber().await;
    assert_eq!(subscriber.behind, Some(replay(2)));
    subscriber.tell(vec![failed(&id, now + 1).told(2)], 99);
    assert_eq!(desk.told_until_changed(&id).await, []);
}

#[tokio::test]
async fn a_gap_is_read_and_an_overflow_reads_the_whole_kind() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    site.pass(SignedDuration::from_mins(1));
    let (id, _) = site.order(0);
    site.write(&id, &[("Activation_Status__c", "Failed"), ("Activation_Error_Code__c", "400-356")]);
    let gap = Event { kind: 5, ..Event::update("Order", &id, site.now_ms(), &[]) };
    subscriber.tell(vec![gap.told(1)], 99);
    let kept = desk.notifications().await;
    assert_eq!(kinds(&kept), [NotificationKind::OrderFailed]);
    assert!(kept[0].notification.detail.starts_with("400-356"));
    assert_eq!(desk.changed().await.ids, [Text::line(&id)]);

    site.pass(SignedDuration::from_mins(5));
    let (other, number) = site.order(1);
    site.write(&other, &[("Activation_Status__c", "Failed")]);
    let overflow = Event { kind: 8, ..Event::update("Order", &other, site.now_ms(), &[]) };
    subscriber.tell(vec![overflow.told(2)], 98);
    let kept = desk.notifications().await;
    assert_eq!(kept.iter().map(|kept| kept.notification.about.as_str()).collect::<Vec<_>>(), [number]);
    let changed = desk.changed().await;
    assert_eq!((changed.record, changed.ids.len()), (RecordKind::Order, 0));
}

#[tokio::test]
async fn an_event_that_cannot_be_read_reads_the_kind_instead() {
    let mut site = Site::open().await;
    let mut desk = site.desk().await;
    let subscriber = site.bus.subscriber().await;
    site.pass(SignedDuration::from_mins(1));
    let (id, number) = site.order(0);
    site.write(&id, &[("Activation_Status__c", "Failed")]);
    let mut event = failed(&id, site.now_ms()).told(1);
    event.event.as_mut().unwrap().payload.truncate(20);
    subscriber.tell(vec![event], 99);
    // Nothing but the position came of the event itself; what it told of is found by reading, at once.
    let kept = desk.notifications().await;
    assert_eq!(kept[0].notification.about.as_str(), number);
    assert!(desk.changed().await.ids.is_empty());
}
