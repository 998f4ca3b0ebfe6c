use jiff::civil::date;

use super::*;
use crate::domain::billing::InvoiceStatus;
use crate::domain::history::{Field, Subject};
use crate::domain::line::{LineState, Lock, TopUp};
use crate::domain::phone::Fixtures;

fn at(moment: &str) -> Timestamp {
    moment.parse().unwrap()
}

fn text(written: &str) -> Text {
    Text::line(written)
}

fn list<T>(rows: Vec<T>) -> Listing<T> {
    Listing { total: rows.len() as u64, rows }
}

fn logged(moment: &str, what: &str) -> Activity {
    Activity { at: Some(at(moment)), what: text(what), who: text("System") }
}

fn invoice(day: Date, status: InvoiceStatus, paid: Option<&str>, last_capture: Option<&str>) -> Invoice {
    Invoice {
        id: 9001,
        number: Text::default(),
        date: Some(day),
        due: None,
        paid: paid.map(at),
        last_capture: last_capture.map(at),
        total: Yen(3300),
        credit: Yen::ZERO,
        status,
        gateway: text("stripe"),
    }
}

fn money(moment: &str) -> Transaction {
    Transaction {
        id: 4,
        at: Some(at(moment)),
        gateway: text("stripe"),
        reference: Text::default(),
        description: Text::default(),
        received: Some(Yen(3300)),
        paid_out: None,
        fee: None,
        invoice: Some(9001),
    }
}

/// The events as short words, top to bottom.
fn words(timeline: &Timeline) -> Vec<&'static str> {
    let word = |event: &Event| match event.what {
        What::Logged { .. } => "logged",
        What::InvoiceIssued { .. } => "issued",
        What::InvoicePaid { .. } => "paid",
        What::CaptureTried { .. } => "tried",
        What::Money { .. } => "money",
        What::Credit { .. } => "credit",
        What::Mail { .. } => "mail",
        What::TicketOpened { .. } => "ticket",
        What::TicketReplied { .. } => "reply",
        What::Said { .. } => "said",
        What::CaseOpened { .. } => "case",
        What::Changed(_) => "changed",
        What::LineStarted(_) => "started",
        What::LineLocked { .. } => "locked",
        What::ToppedUp { .. } => "topped up",
        _ => "other",
    };
    timeline.events.iter().map(word).collect()
}

#[test]
fn newest_first_and_days_before_their_moments() {
    // 2026-11-09T15:30Z is already the 10th in Japan.
    let activity = list(vec![
        logged("2026-11-09T14:59:00Z", "the evening before"),
        logged("2026-11-09T15:30:00Z", "half past midnight"),
    ]);
    let invoices = list(vec![invoice(date(2026, 11, 10), InvoiceStatus::Paid, Some("2026-11-10T02:00:00Z"), None)]);
    let parts = Parts { activity: Some(&activity), invoices: Some(&invoices), ..Parts::default() };
    let timeline = timeline(&parts);
    assert_eq!(words(&timeline), ["paid", "logged", "issued", "logged"]);
    assert_eq!(timeline.events[2].when, When::Day(date(2026, 11, 10)));
    assert_eq!(timeline.events[2].place, Some(Place::Invoice(Some(9001))));
}

#[test]
fn what_is_told_twice_stays_and_is_told_apart() {
    let activity = list(vec![
        logged("2026-11-10T02:00:40Z", "Invoice Marked Paid - Invoice ID: 9001"),
        logged("2026-11-10T02:00:20Z", "Invoice Marked Paid - Invoice ID: 9002"),
        logged("2026-11-10T02:10:00Z", "Invoice Viewed - Invoice ID: 9001"),
    ]);
    let invoices = list(vec![invoice(date(2026, 11, 1), InvoiceStatus::Paid, Some("2026-11-10T02:00:00Z"), None)]);
    let transactions = list(vec![money("2026-11-10T02:00:00Z")]);
    let parts = Parts {
        activity: Some(&activity),
        invoices: Some(&invoices),
        transactions: Some(&transactions),
        ..Parts::default()
    };
    let timeline = timeline(&parts);
    assert_eq!(words(&timeline), ["logged", "logged", "logged", "paid", "money", "issued"]);
    let echoes: Vec<bool> = timeline.events.iter().map(|event| event.echo).collect();
    assert_eq!(echoes, [false, true, false, false, false, false]);
    assert_eq!(timeline.events[2].place, Some(Place::Invoice(Some(9002))));
}

#[test]
fn a_capture_is_told_while_the_invoice_is_open_and_drafts_never() {
    let tried = Some("2026-11-10T02:00:00Z");
    for (status, paid, expected) in [
        (InvoiceStatus::Unpaid, None, vec!["tried", "issued"]),
        (InvoiceStatus::Paid, Some("2026-11-11T02:00:00Z"), vec!["paid", "issued"]),
        (InvoiceStatus::Draft, None, vec![]),
    ] {
        let invoices = list(vec![invoice(date(2026, 11, 1), status, paid, tried)]);
        let parts = Parts { invoices: Some(&invoices), ..Parts::default() };
        assert_eq!(words(&timeline(&parts)), expected);
    }
}

fn message(moment: &str, body: &str) -> Message {
    Message {
        at: Some(at(moment)),
        who: text("Aiko Mori"),
        side: Side::Customer,
        kind: MessageKind::Reply,
        public: true,
        subject: Text::default(),
        body: Text::block(body),
        files: Vec::new(),
    }
}

#[test]
fn a_tickets_messages_take_the_place_of_its_last_reply() {
    let ticket = Ticket {
        id: 12,
        number: text("AB-1"),
        subject: text("Slow"),
        status: text("Open"),
        priority: text("High"),
        opened: Some(at("2026-11-10T02:00:00Z")),
        last_reply: Some(at("2026-11-10T05:00:00Z")),
    };
    let tickets = list(vec![ticket]);
    let parts = Parts { tickets: Some(&tickets), ..Parts::default() };
    let unread = timeline(&parts);
    assert_eq!(words(&unread), ["reply", "ticket"]);
    let gap = Gap { source: System::Whmcs, part: Part::Messages(text("AB-1")), why: GapWhy::NotRead };
    assert!(unread.gaps.contains(&gap));
    let messages = list(vec![message("2026-11-10T05:00:00Z", "Still slow.\nPlease call.")]);
    let read = [(12, &messages)];
    let read = timeline(&Parts { ticket_messages: &read, ..parts });
    assert_eq!(words(&read), ["said", "ticket"]);
    assert!(!read.gaps.contains(&gap));
    assert!(matches!(&read.events[0].what, What::Said { beginning, .. } if *beginning == "Still slow. Please call."));
}

#[test]
fn what_was_not_read_is_a_gap() {
    let empty = timeline(&Parts::default());
    assert_eq!(empty.events, []);
    let parts: Vec<Part> = empty.gaps.iter().map(|gap| gap.part.clone()).collect();
    assert_eq!(
        parts,
        [
            Part::Account,
            Part::Orders,
            Part::Cases,
            Part::Changes,
            Part::FollowUps,
            Part::Invoices,
            Part::Transactions,
            Part::Credits,
            Part::Emails,
            Part::WhmcsOrders,
            Part::Services,
            Part::CancelRequests,
            Part::Tickets,
            Part::Activity,
        ]
    );
    assert!(empty.gaps.iter().all(|gap| gap.why == GapWhy::NotRead));
}

#[test]
fn a_list_that_was_cut_says_how_far_back_it_goes() {
    let mut activity = list(vec![logged("2026-11-10T02:00:00Z", "b"), logged("2026-11-08T02:00:00Z", "a")]);
    activity.total = 40;
    let timeline = timeline(&Parts { activity: Some(&activity), ..Parts::default() });
    let why = GapWhy::Older { than: Some(When::At(at("2026-11-08T02:00:00Z"))), missing: 38 };
    assert!(timeline.gaps.contains(&Gap { source: System::Whmcs, part: Part::Activity, why }));
}

#[test]
fn lines_tell_what_freebit_keeps_and_say_what_it_does_not() {
    let msisdn = Msisdn::parse("090-0200-0013", Fixtures::Allowed).unwrap();
    let other = Msisdn::parse("090-0200-0014", Fixtures::Allowed).unwrap();
    let line = Line {
        msisdn: msisdn.clone(),
        state: LineState::Active,
        plan: Text::default(),
        network: Text::default(),
        started: Some(date(2026, 11, 1)),
        product_number: Text::default(),
        iccid: Text::default(),
        eid: Text::default(),
        size: Text::default(),
        voice: None,
        sms: None,
        voice_mail: None,
        call_waiting: None,
        roaming: None,
        quota_left_mb: None,
        lock: Some(Lock { what: Operation::Network, since: Some(at("2026-11-20T02:48:00Z")), until: None }),
        planned: None,
        usage: None,
        top_ups: Some(vec![TopUp {
            mb: Some(1_000),
            at: Some(at("2026-11-12T02:00:00Z")),
            expires: None,
            code: text("9001"),
        }]),
    };
    let lines = [(msisdn, Some(&line)), (other.clone(), None)];
    let timeline = timeline(&Parts { lines: &lines, ..Parts::default() });
    assert_eq!(words(&timeline), ["locked", "topped up", "started"]);
    let freebit: Vec<_> = timeline.gaps.iter().filter(|gap| gap.source == System::Freebit).collect();
    assert_eq!((&freebit[0].part, freebit[0].why), (&Part::Line(other), GapWhy::NotRead));
    assert_eq!((&freebit[1].part, freebit[1].why), (&Part::LineOperations, GapWhy::NotKept));
}

#[test]
fn that_a_record_came_to_be_is_told_once() {
    let change = |field: Field, of: Subject| Change {
        at: Some(at("2026-11-10T02:00:00Z")),
        who: text("Portal Worker"),
        of,
        field,
        old: Text::default(),
        new: text("Approved"),
    };
    let changes = list(vec![
        change(Field::Created, Subject::Case(text("00000007"))),
        change(Field::Status, Subject::Case(text("00000007"))),
        change(Field::Created, Subject::Case(text("00000008"))),
    ]);
    let case = Case {
        id: "500000000000001".parse().unwrap(),
        number: text("00000007"),
        subject: text("Slow"),
        status: text("New"),
        closed: false,
        priority: text("High"),
        kind: Text::default(),
        origin: Text::default(),
        owner: Text::default(),
        owner_id: None,
        description: Text::default(),
        created: Some(at("2026-11-10T02:00:00Z")),
        modified: None,
    };
    let cases = list(vec![case]);
    let timeline = timeline(&Parts { changes: Some(&changes), cases: Some(&cases), ..Parts::default() });
    assert_eq!(words(&timeline), ["case", "changed", "changed"]);
    assert_eq!(timeline.events[1].place, Some(Place::Case(Some(text("00000007")))));
}
