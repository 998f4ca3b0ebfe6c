//! What events come to, without a wire: words of the organisation, what is known, what is told and what is kept.

use super::*;
use crate::backend::salesforce::names::Names;
use crate::domain::customer::CustomerKey;
use crate::domain::notification::Whose;

const ORDER: &str = "8015g00000XyZabAAB";

fn id(text: &str) -> SalesforceId {
    SalesforceId::parse(&text[..15]).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_311_784 + second).unwrap()
}

fn seen(
    kind: RecordKind,
    id: SalesforceId,
    states: Vec<(Aspect, &str, Option<Timestamp>)>,
    modified: Timestamp,
) -> Seen {
    let account = self::id("0015g00000XyZabAAB");
    Seen {
        kind,
        id,
        account: Some(account),
        who: Some(Whose {
            key: CustomerKey { account: Some(account), ..CustomerKey::default() },
            number: Text::line("C-000021"),
            name: Text::line("Mina Sato"),
        }),
        about: Text::line("00000107"),
        owner: Some(("0055g000001AbCdAAK".to_owned(), Text::line("Hanako Kato"))),
        code: Text::line("210"),
        words: Text::line("Unknown account"),
        states: states.into_iter().map(|(aspect, state, own)| (aspect, state.to_owned(), own)).collect(),
        modified,
    }
}

fn fact(aspect: Aspect, state: &str, at: Timestamp) -> Fact {
    let kind = RecordKind::Order;
    let (code, words) = (Text::default(), Text::default());
    Fact { kind, subject: id(ORDER), aspect, state: state.to_owned(), at, ours: false, code, words }
}

/// Tells facts in their order, as if they came one by one with nothing but what was kept between them.
struct Desk {
    names: Names,
    words: words::Words,
    seen: HashMap<SalesforceId, Seen>,
    known: Vec<KnownState>,
    told: Vec<(NotificationKind, String)>,
}

impl Desk {
    fn new() -> Self {
        let seen = [(id(ORDER), seen(RecordKind::Order, id(ORDER), Vec::new(), at(0)))].into();
        Self { names: Names::default(), words: words::Words::default(), seen, known: Vec::new(), told: Vec::new() }
    }

    fn tell(&mut self, with: impl FnOnce(&mut Teller<'_>)) -> Vec<NotificationKind> {
        let words = Words { names: &self.names, words: &self.words };
        let mut teller = Teller::new(words, &self.seen, self.known.clone());
        with(&mut teller);
        let update = teller.finish();
        for state in update.states {
            self.known.retain(|known| (&known.subject, &known.aspect) != (&state.subject, &state.aspect));
            self.known.push(state);
        }
        for (subject, aspect) in update.ended {
            self.known.retain(|known| (&known.subject, &known.aspect) != (&subject, &aspect));
        }
        let mut kinds = Vec::new();
        for heard in update.notifications {
            let told = (heard.notification.kind, heard.notification.key.state.to_string());
            // The journal keeps one of each key.
            if !self.told.contains(&told) {
                kinds.push(told.0);
                self.told.push(told);
            }
        }
        kinds
    }

    fn fact(&mut self, aspect: Aspect, state: &str, second: i64) -> Vec<NotificationKind> {
        let fact = fact(aspect, state, at(second));
        self.tell(|teller| teller.fact(&fact))
    }

    fn look(
        &mut self,
        states: Vec<(Aspect, &str, Option<Timestamp>)>,
        modified: i64,
        since: i64,
    ) -> Vec<NotificationKind> {
        self.seen.insert(id(ORDER), seen(RecordKind::Order, id(ORDER), states, at(modified)));
        self.tell(|teller| teller.look(&id(ORDER), at(since), |_, _| false))
    }
}

#[test]
fn an_orders_way_is_told_step_by_step_and_each_failure_is_one() {
    let mut desk = Desk::new();
    assert_eq!(desk.fact(Aspect::Status, "Draft", 0), []);
    assert_eq!(desk.fact(Aspect::Status, "Approved", 1), [NotificationKind::OrderApproved]);
    assert_eq!(desk.fact(Aspect::Activation, "Activating", 2), []);
    assert_eq!(desk.fact(Aspect::Activation, "Failed", 3), [NotificationKind::OrderFailed]);
    // The same event once more, and the one before it late.
    assert_eq!(desk.fact(Aspect::Activation, "Failed", 3), []);
    assert_eq!(desk.fact(Aspect::Activation, "Activating", 2), []);
    // A retry that is an approval by its meaning is none by its word.
    assert_eq!(desk.fact(Aspect::Status, "Reactivate", 4), []);
    assert_eq!(desk.fact(Aspect::Activation, "Failed", 6), [NotificationKind::OrderFailed]);
    assert_eq!(desk.fact(Aspect::Activation, "Activating", 5), []);
    assert_eq!(desk.fact(Aspect::Activation, "Activated", 7), [NotificationKind::OrderActivated]);
}

#[test]
fn what_a_failure_says_is_the_events_word_before_the_records() {
    let mut desk = Desk::new();
    let said = Fact { code: Text::line("400-356"), ..fact(Aspect::Activation, "Failed", at(1)) };
    desk.tell(|teller| {
        teller.fact(&said);
        let told = &teller.update.notifications[0];
        assert_eq!(told.notification.detail.as_str(), "400-356");
        assert_eq!(told.notification.about.as_str(), "00000107");
        assert_eq!(told.notification.opens, Some(Place::Xray(Text::line("00000107"))));
        assert_eq!(told.notification.owner, Owner::Other(Text::line("Hanako Kato")));
        assert_eq!(told.owner.as_deref(), Some("0055g000001AbCdAAK"));
        assert_eq!(told.notification.key.state.as_str(), "order-failed 400-356 2026-11-22T01:43:05.000Z");
    });
    desk.tell(|teller| {
        teller.fact(&fact(Aspect::Activation, "Failed", at(2)));
        assert_eq!(teller.update.notifications[0].notification.detail.as_str(), "210 Unknown account");
    });
}

#[test]
fn a_card_that_was_sent_in_and_is_looked_at_is_one_thing() {
    let mut desk = Desk::new();
    assert_eq!(desk.fact(Aspect::Verification, "Submitted", 1), [NotificationKind::IdSubmitted]);
    assert_eq!(desk.fact(Aspect::Verification, "Under Review", 2), []);
    assert_eq!(desk.fact(Aspect::Verification, "Rejected", 3), [NotificationKind::IdRejected]);
    assert_eq!(desk.fact(Aspect::Verification, "Submitted", 4), [NotificationKind::IdSubmitted]);
    assert_eq!(desk.fact(Aspect::Verification, "Verified", 5), [NotificationKind::IdVerified]);
    assert_eq!(desk.fact(Aspect::Eligibility, "Pending", 6), [NotificationKind::EligibilityAsked]);
    assert_eq!(desk.fact(Aspect::Eligibility, "Eligible", 7), [NotificationKind::Eligible]);
    assert_eq!(desk.fact(Aspect::Eligibility, "Ineligible", 8), [NotificationKind::Ineligible]);
    assert_eq!(desk.fact(Aspect::Eligibility, "Something else", 9), []);
}

#[test]
fn internet_and_sim_end_apart() {
    let mut desk = Desk::new();
    let end = word(at(3_000_000));
    assert_eq!(desk.fact(Aspect::EndsInternet, &end, 1), [NotificationKind::CancellationInternet]);
    assert_eq!(desk.fact(Aspect::EndsSim, &end, 1), [NotificationKind::CancellationSim]);
    assert_eq!(desk.fact(Aspect::EndsSim, "", 2), []);
    assert_eq!(desk.fact(Aspect::EndsSim, &end, 3), [NotificationKind::CancellationSim]);
}

#[test]
fn what_this_site_did_is_known_and_not_told() {
    let mut desk = Desk::new();
    let ours = Fact { ours: true, ..fact(Aspect::Verification, "Verified", at(1)) };
    assert_eq!(desk.tell(|teller| teller.fact(&ours)), []);
    assert_eq!(desk.known[0].state, "Verified");
    // A catch-up that reads it later finds nothing new.
    assert_eq!(desk.look(vec![(Aspect::Verification, "Verified", Some(at(1)))], 2, 0), []);
}

#[test]
fn a_record_that_is_read_is_news_only_where_it_is_another_than_known() {
    let mut desk = Desk::new();
    // Never heard of: what it came to long ago is no news.
    assert_eq!(desk.look(vec![(Aspect::Verification, "Verified", Some(at(-90_000)))], 5, 0), []);
    assert_eq!(desk.look(vec![(Aspect::Activation, "Failed", None)], 5, 0), [NotificationKind::OrderFailed]);
    assert_eq!(desk.look(vec![(Aspect::Activation, "Failed", None)], 6, 0), []);
    assert_eq!(desk.look(vec![(Aspect::Activation, "Activated", None)], 7, 0), [NotificationKind::OrderActivated]);
}

#[test]
fn an_event_that_a_query_overtook_is_not_told_again() {
    let mut desk = Desk::new();
    assert_eq!(desk.look(vec![(Aspect::Activation, "Failed", None)], 5, 0), [NotificationKind::OrderFailed]);
    // Told by the second, it was seen to the end of it.
    let during = Fact {
        at: at(5).saturating_add(SignedDuration::from_millis(700)).unwrap(),
        ..fact(Aspect::Activation, "Failed", at(5))
    };
    assert_eq!(desk.tell(|teller| teller.fact(&during)), []);
    assert_eq!(desk.fact(Aspect::Activation, "Activating", 4), []);
    // What another came to in that second was not seen.
    let other = Fact { state: "Activated".to_owned(), ..during };
    assert_eq!(desk.tell(|teller| teller.fact(&other)), [NotificationKind::OrderActivated]);
    assert_eq!(desk.fact(Aspect::Activation, "Failed", 8), [NotificationKind::OrderFailed]);
}

#[test]
fn a_customers_word_is_told_once_however_often_the_case_changes() {
    let mut desk = Desk::new();
    let wrote = |second| {
        let wrote = at(second);
        (Aspect::Reply, word(wrote), Some(wrote))
    };
    let look = |desk: &mut Desk, second, modified, since| {
        let (aspect, state, own) = wrote(second);
        desk.look(vec![(aspect, &state, own)], modified, since)
    };
    assert_eq!(look(&mut desk, -9_000, 0, -600), [], "what was written yesterday is no reply");
    assert_eq!(look(&mut desk, 10, 10, -590), [NotificationKind::CaseReply]);
    assert_eq!(look(&mut desk, 10, 50, -550), []);
    assert_eq!(look(&mut desk, 60, 60, -540), [NotificationKind::CaseReply]);
}

#[test]
fn what_is_gone_is_forgotten() {
    let mut desk = Desk::new();
    desk.fact(Aspect::Activation, "Activating", 1);
    desk.tell(|teller| teller.gone(&id(ORDER)));
    assert_eq!(desk.known, []);
}

#[test]
fn ids_tell_what_kind_of_record_they_are() {
    for (text, kind) in [
        ("0015g00000XyZab", Some(RecordKind::Account)),
        ("5005g00000XyZab", Some(RecordKind::Case)),
        ("8015g00000XyZab", Some(RecordKind::Order)),
        ("8025g00000XyZab", Some(RecordKind::OrderItem)),
        ("0065g00000XyZab", Some(RecordKind::Opportunity)),
        ("0055g00000XyZab", None),
    ] {
        assert_eq!(kind_of_id(&SalesforceId::parse(text).unwrap()), kind);
    }
}
