//! The pure core by messages: no backend, no terminal, no clock. What happens goes in, what to do and what is on the
//! screen comes out.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use jiff::{SignedDuration, Timestamp};
use madoguchi::app::{App, Options};
use madoguchi::domain::billing::{Invoice, InvoiceStatus, Listing};
use madoguchi::domain::customer::{ClientId, CustomerKey};
use madoguchi::domain::ledger::Transaction;
use madoguchi::domain::money::Yen;
use madoguchi::domain::status::Place;
use madoguchi::domain::system::System;
use madoguchi::domain::text::Text;
use madoguchi::flow::said::Message;
use madoguchi::flow::{
    AuditAct, CustomerPart, DeeperKind, Effect, Environment, Fault, FaultKind, Generation, Health, HealthState, Hint,
    Hit, Input, Key, KeyPress, Msg, Query, Remote, Reply, SearchReply, Searched, Slot,
};
use madoguchi_ui::color::Depth;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

#[path = "core/doors.rs"]
mod doors;
#[path = "core/incident.rs"]
mod incident;
#[path = "core/live.rs"]
mod live;
#[path = "core/lock.rs"]
mod lock;
#[path = "core/looks.rs"]
mod looks;
#[path = "core/told.rs"]
mod told;

struct Core {
    app: App,
    now: Timestamp,
}

impl Core {
    fn new() -> Self {
        let now: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        let mut core = Self { app: App::new(options(), now), now };
        core.tell(Msg::Input(Input::Resize { width: 120, height: 40 }));
        core.tell(Msg::Environment(Environment::Sandbox { control: String::new() }));
        core
    }

    fn tell(&mut self, msg: Msg) -> Vec<Effect> {
        self.app.update(msg, self.now)
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        self.tell(Msg::Input(Input::Key(KeyPress::plain(key))))
    }

    fn type_text(&mut self, text: &str) -> Vec<Effect> {
        text.chars().flat_map(|c| self.key(Key::Char(c))).collect()
    }

    fn search_reply(&mut self, generation: Generation, reply: SearchReply) -> Vec<Effect> {
        self.tell(Msg::Reply { slot: Slot::Search, generation, reply: Reply::Search(reply) })
    }

    fn part(&mut self, generation: Generation, part: CustomerPart) {
        self.tell(Msg::Reply { slot: Slot::Customer, generation, reply: Reply::Customer(part) });
    }

    /// Searches, finds one customer and opens it. Answers the generation of the customer's read.
    fn open(&mut self) -> Generation {
        let asked = read_of(&self.type_text("mori"), Slot::Search).unwrap();
        self.search_reply(asked, SearchReply::Hits(System::Whmcs, vec![hit("Aiko Mori", 41)]));
        self.tell(Msg::Ended { slot: Slot::Search, generation: asked });
        read_of(&self.key(Key::Enter), Slot::Customer).unwrap()
    }

    fn screen(&self) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
        self.app.view(&mut buffer);
        let row = |y: u16| (0..120).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..40).map(row).collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    fn shows(&self, text: &str) {
        assert!(self.screen().contains(text), "{text:?} should be on the screen:\n{}", self.screen());
    }

    #[track_caller]
    fn hides(&self, text: &str) {
        assert!(!self.screen().contains(text), "{text:?} should not be on the screen:\n{}", self.screen());
    }
}

/// How the desk of the tests looks.
fn options() -> Options {
    Options { depth: Depth::Ansi256, ..Options::default() }
}

/// The newest read that was asked for in a slot.
fn read_of(effects: &[Effect], slot: Slot) -> Option<Generation> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Read { slot: s, generation, .. } if *s == slot => Some(*generation),
        _ => None,
    })
}

fn hit(name: &str, client: u64) -> Hit {
    Hit {
        system: System::Whmcs,
        key: CustomerKey { client: Some(ClientId(client)), ..CustomerKey::default() },
        name: Text::line(name),
        kana: Text::default(),
        customer_number: Text::default(),
        why: Searched::Name,
        matched: Text::line(name),
        opens: Place::Dashboard,
    }
}

fn unpaid(id: u64, due: &str) -> Invoice {
    Invoice {
        id,
        number: Text::default(),
        date: None,
        due: Some(due.parse().unwrap()),
        paid: None,
        last_capture: None,
        total: Yen(3300),
        credit: Yen::ZERO,
        status: InvoiceStatus::Unpaid,
        gateway: Text::default(),
    }
}

fn fault(system: System) -> Fault {
    Fault { system, kind: FaultKind::Timeout, message: Message::default(), hint: Hint::TryAgain }
}

#[test]
fn an_answer_to_an_older_search_is_dropped() {
    let mut core = Core::new();
    let first = read_of(&core.type_text("mo"), Slot::Search).unwrap();
    let second = read_of(&core.type_text("r"), Slot::Search).unwrap();
    core.search_reply(second, SearchReply::Hits(System::Whmcs, vec![hit("Aiko Mori", 41)]));
    core.search_reply(first, SearchReply::Hits(System::Whmcs, vec![hit("Moses Okafor", 42)]));
    core.tell(Msg::Ended { slot: Slot::Search, generation: first });
    core.shows("Aiko Mori");
    core.hides("Okafor");
}

#[test]
fn each_letter_asks_anew_and_an_empty_box_asks_nobody() {
    let mut core = Core::new();
    let effects = core.type_text("mo");
    let asked: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Read { query: Query::Search(text), .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(asked, ["m", "mo"]);
    core.key(Key::Backspace);
    assert_eq!(core.key(Key::Backspace), [Effect::Cancel(Slot::Search)]);
}

#[test]
fn enter_before_the_answer_opens_the_only_customer_and_never_a_guess() {
    for (hits, opens) in [(vec![hit("Aiko Mori", 41)], true), (vec![hit("Aiko Mori", 41), hit("Ken Mori", 42)], false)]
    {
        let mut core = Core::new();
        let asked = read_of(&core.type_text("mori"), Slot::Search).unwrap();
        assert_eq!(core.key(Key::Enter), []);
        core.search_reply(asked, SearchReply::Hits(System::Whmcs, hits));
        let effects = core.tell(Msg::Ended { slot: Slot::Search, generation: asked });
        assert_eq!(read_of(&effects, Slot::Customer).is_some(), opens);
    }
}

#[test]
fn what_failed_keeps_its_last_value_with_its_age_and_is_never_zero() {
    let mut core = Core::new();
    let read = core.open();
    core.shows("reading");
    let invoices = Listing { rows: vec![unpaid(9001, "2026-11-10")], total: 1 };
    let read_at = core.now;
    core.part(read, CustomerPart::Invoices(Remote::read(invoices, read_at)));
    core.part(read, CustomerPart::Orders(Remote::failed(fault(System::Salesforce), None)));
    core.tell(Msg::Ended { slot: Slot::Customer, generation: read });
    core.shows("1 invoice overdue: ¥3,300, oldest 12 days");
    let open_orders = core.screen().lines().find(|line| line.contains("Open orders")).unwrap().to_owned();
    assert!(open_orders.contains("unknown"), "{open_orders}");

    core.now = core.now.checked_add(SignedDuration::from_mins(5)).unwrap();
    let again = read_of(&core.key(Key::Char('r')), Slot::Customer).unwrap();
    core.part(again, CustomerPart::Invoices(Remote::failed(fault(System::Whmcs), None)));
    core.tell(Msg::Ended { slot: Slot::Customer, generation: again });
    core.shows("1 invoice overdue");
    core.shows("5m ago · WHMCS did not answer in time");
}

#[test]
fn a_reveal_is_audited_and_what_cannot_be_audited_stays_masked() {
    let mut core = Core::new();
    core.open();
    let effects = core.key(Key::Char('R'));
    assert!(
        matches!(&effects[..], [Effect::Audit(entry)] if entry.act == AuditAct::Reveal && entry.customer == "#41"),
        "{effects:?}"
    );
    core.tell(Msg::AuditFailed);
    core.shows("The audit log cannot be written");
    let effects = core.key(Key::Char('R'));
    assert!(matches!(effects.first(), Some(Effect::Audit(_))), "masked again, so this is a reveal once more");
}

#[test]
fn systems_are_marked_and_going_down_is_said_once() {
    let mut core = Core::new();
    let down = |state| Health { state, ..Health::unasked(System::Freebit) };
    core.tell(Msg::Health(down(HealthState::Down)));
    core.tell(Msg::Health(down(HealthState::Down)));
    core.shows("Freebit is down");
    core.key(Key::Esc);
    core.key(Key::Char('n'));
    assert_eq!(core.screen().matches("Freebit is down").count(), 3, "in the list, whole below it, in the status bar");
}

#[test]
fn a_minute_or_an_old_answer_asks_for_nothing() {
    let mut core = Core::new();
    core.open();
    for msg in [Msg::Minute, Msg::Tick, Msg::Ended { slot: Slot::Line, generation: 99 }] {
        assert_eq!(core.tell(msg), []);
    }
}

#[test]
fn a_screen_too_small_says_so_and_one_cell_is_no_panic() {
    let core = Core::new();
    for (width, height) in [(0, 0), (1, 1), (5, 2), (50, 15), (79, 24), (80, 23)] {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        assert_eq!(core.app.view(&mut buffer), None);
    }
    let mut buffer = Buffer::empty(Rect::new(0, 0, 50, 15));
    core.app.view(&mut buffer);
    let first: String = (0..50).map(|x| buffer[(x, 0)].symbol()).collect();
    assert!(first.starts_with("Please make the window larger"), "{first}");
}

#[test]
fn what_was_asked_about_one_customer_is_never_shown_for_another() {
    let mut core = Core::new();
    core.open();
    core.key(Key::Char('3'));
    let slot = Slot::Deeper(DeeperKind::Transactions);
    let asked = read_of(&core.key(Key::Char(']')), slot).expect("the page reads its payments");
    core.tell(Msg::Input(Input::Key(KeyPress::plain(Key::Char('1')))));
    let before = core.key(Key::Char('/'));
    assert_eq!(read_of(&before, slot), None);
    let search = read_of(&core.type_text("other"), Slot::Search).unwrap();
    core.search_reply(search, SearchReply::Hits(System::Whmcs, vec![hit("Other Person", 42)]));
    core.tell(Msg::Ended { slot: Slot::Search, generation: search });
    let effects = core.key(Key::Enter);
    assert!(effects.contains(&Effect::Cancel(slot)), "{effects:?}");

    let late = Transaction {
        id: 1,
        at: None,
        gateway: Text::line("of-the-first"),
        reference: Text::default(),
        description: Text::default(),
        received: Some(Yen(4321)),
        paid_out: None,
        fee: None,
        invoice: None,
    };
    let part = CustomerPart::Transactions(Remote::read(Listing { rows: vec![late], total: 1 }, core.now));
    core.tell(Msg::Reply { slot, generation: asked, reply: Reply::Customer(part) });
    core.key(Key::Char('3'));
    core.key(Key::Char(']'));
    core.hides("4,321");
    core.hides("of-the-first");
}
