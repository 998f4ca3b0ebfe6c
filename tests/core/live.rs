//! What happens elsewhere, by messages: what is told, what is put aside, what is read again.

use jiff::{SignedDuration, Timestamp};
use madoguchi::app::{App, Options};
use madoguchi::domain::access::{Role, Seat};
use madoguchi::domain::billing::{Invoice, InvoiceStatus, Listing};
use madoguchi::domain::customer::{ClientId, CustomerKey};
use madoguchi::domain::notification::{
    Kept, Mute, Notification, NotificationKey, NotificationKind, Owner, Source, Standing, Whose,
};
use madoguchi::domain::queue::{Queue, QueueItem, Tally};
use madoguchi::domain::status::{Count, Place, Tone};
use madoguchi::domain::system::System;
use madoguchi::domain::text::Text;
use madoguchi::flow::said::Message;
use madoguchi::flow::{
    Alerts, Changed, Command, Cursor, CustomerPart, Desktop, Effect, Environment, Figures, Generation, Health,
    HealthState, Held, Input, Key, Live, Mouse, MouseKind, Msg, Notice, NoticeText, QueuePage, RecordKind, Remote,
    Renewal, Reply, Slot, Stream, StreamState, Tend,
};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Core, options, read_of, unpaid};

/// Whose client that is: the open customer's is 41.
fn client_of(customer: &str) -> ClientId {
    let digits = customer.trim_start_matches(|c: char| !c.is_ascii_digit()).trim_start_matches('0');
    ClientId(if customer == "C-000021" { 41 } else { digits.parse().unwrap() })
}

/// What reached the site just now of a customer: `210` of `C-000021`.
pub(super) fn kept(core: &Core, kind: NotificationKind, customer: &str, subject: &str) -> Kept {
    let who = (!customer.is_empty()).then(|| Whose {
        key: CustomerKey { client: Some(client_of(customer)), ..CustomerKey::default() },
        number: Text::line(customer),
        name: Text::line("Aiko Mori"),
    });
    let key = NotificationKey {
        source: Source::System(System::Salesforce),
        subject: Text::line(subject),
        state: Text::line(kind.name()),
    };
    let notification = Notification {
        key,
        kind,
        who,
        about: Text::line(subject),
        detail: Text::default(),
        drift: None,
        opens: Some(Place::Invoice(Some(9001))),
        owner: Owner::Nobody,
        at: core.now,
    };
    Kept { notification, standing: Standing::New, reached: core.now }
}

pub(super) fn seated(role: Role, alerts: Alerts) -> Core {
    let now: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
    let seat = Seat { name: Text::line("taro"), role, read_only: false };
    let mut core = Core { app: App::new(Options { seat, alerts, ..options() }, now), now };
    core.tell(Msg::Input(Input::Resize { width: 120, height: 40 }));
    core.tell(Msg::Environment(Environment::Sandbox { control: String::new() }));
    core
}

impl Core {
    pub(super) fn live(&mut self, live: Live) -> Vec<Effect> {
        self.tell(Msg::Live(live))
    }

    pub(super) fn happens(&mut self, kind: NotificationKind, customer: &str, subject: &str) -> Kept {
        let kept = kept(self, kind, customer, subject);
        self.live(Live::Notifications(vec![kept.clone()]));
        kept
    }

    pub(super) fn pass(&mut self, by: SignedDuration, msg: Msg) -> Vec<Effect> {
        self.now = self.now.checked_add(by).unwrap();
        self.tell(msg)
    }

    /// The line of the screen that holds this.
    #[track_caller]
    pub(super) fn line(&self, text: &str) -> String {
        let screen = self.screen();
        let found = screen.lines().find(|line| line.contains(text)).map(str::to_owned);
        found.unwrap_or_else(|| panic!("{text:?} should be on\n{screen}"))
    }

    pub(super) fn status(&self, width: u16) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, 40));
        self.app.view(&mut buffer);
        (0..width).map(|x| buffer[(x, 39)].symbol()).collect()
    }

    /// Opens the customer's invoices: two of them, with the cursor on the second.
    pub(super) fn with_invoices(&mut self) -> Generation {
        let read = self.open();
        let invoices = Listing { rows: vec![unpaid(9001, "2026-11-10"), unpaid(9002, "2026-11-12")], total: 2 };
        self.part(read, CustomerPart::Invoices(Remote::read(invoices, self.now)));
        self.tell(Msg::Ended { slot: Slot::Customer, generation: read });
        self.key(Key::Char('3'));
        self.key(Key::Down);
        read
    }

    /// Somebody says how sure they are of the caller: by a code that came back.
    fn verify(&mut self) {
        self.key(Key::Char('v'));
        for _ in 0..3 {
            self.key(Key::Down);
        }
        self.key(Key::Right);
        self.key(Key::Down);
        self.type_text("4711");
        self.key(Key::Enter);
        self.shows("V2");
    }
}

pub(super) fn tended(effects: &[Effect]) -> Vec<Tend> {
    let tend =
        |effect: &Effect| if let Effect::Run(Command::Tend(tend, _)) = effect { Some(tend.clone()) } else { None };
    effects.iter().filter_map(tend).collect()
}

fn of_client(record: RecordKind, ids: &[&str], client: u64) -> Live {
    Live::Changed(Changed {
        system: System::Whmcs,
        record,
        ids: ids.iter().map(|id| Text::line(id)).collect(),
        account: None,
        client: Some(ClientId(client)),
        fields: Vec::new(),
        ours: false,
        at: Timestamp::UNIX_EPOCH,
    })
}

#[test]
fn the_status_bar_tells_the_newest_and_counts_the_rest_at_any_width() {
    let mut core = Core::new();
    core.happens(NotificationKind::CaseReply, "C-000022", "00000777");
    core.happens(NotificationKind::Drift, "C-000023", "8801");
    core.now = core.now.checked_add(SignedDuration::from_mins(1)).unwrap();
    core.happens(NotificationKind::OrderFailed, "C-000021", "00000210");
    core.pass(SignedDuration::from_mins(3), Msg::Minute);
    for width in [80, 100, 120, 160] {
        let status = core.status(width);
        assert!(status.contains("! SF Order failed C-000021"), "{width}: {status}");
        assert!(status.contains("✗1 !1 i1"), "by mark and number: {status}");
    }
    assert!(core.status(120).contains("Aiko Mori 00000210 3m ago"), "{}", core.status(120));
    // What the desk itself says comes first while it is new, and both are told when systems are down.
    core.key(Key::Esc);
    core.key(Key::Char('T'));
    core.key(Key::Enter);
    assert!(core.status(80).contains("Theme:"), "{}", core.status(80));
    core.pass(SignedDuration::from_mins(2), Msg::Minute);
    for system in System::ALL {
        core.tell(Msg::Health(Health { state: HealthState::Degraded, ..Health::unasked(system) }));
    }
    let status = core.status(80);
    assert!(status.contains("! SF Order failed") && status.contains("! WH"), "{status}");
}

#[test]
fn on_80_cells_a_remark_is_cut_at_its_end_and_the_systems_keep_their_marks() {
    let mut core = Core::new();
    for system in System::ALL {
        let health = Health::unasked(system);
        let good = Some(core.now);
        core.tell(Msg::Health(Health { state: HealthState::Up, latency_ms: Some(7), last_good: good, ..health }));
    }
    let listening = StreamState::Listening { desks: 0 };
    core.live(Live::Stream(Stream { state: listening, delivered: None, since: core.now }));
    let whole = core.status(80);
    assert!(whole.contains("✓ SF 7ms now  ✓ WH 7ms now  ✓ FB 7ms now  ✓ events"), "{whole}");
    let said = "The topic cannot be listened to: this user may not see all the accounts";
    core.tell(Msg::Notice(Notice { tone: Tone::Warning, text: NoticeText::Sentence(said.to_owned()) }));
    let status = core.status(80);
    assert!(status.contains("✓ SF  ✓ WH  ✓ FB  ! The topic cannot be listened to: this"), "{status}");
    assert!(status.contains('⋯') && !status.contains("accounts"), "{status}");
    // Where there is room for all, nothing gives way.
    let wide = core.status(160);
    assert!(wide.contains("✓ SF 7ms now") && wide.contains(said), "{wide}");
    core.pass(SignedDuration::from_mins(2), Msg::Minute);
    core.happens(NotificationKind::OrderFailed, "C-000021", "00000210");
    let status = core.status(80);
    assert!(status.contains("✓ SF  ✓ WH  ✓ FB") && status.contains("! SF Order failed C-000021"), "{status}");
}

#[test]
fn what_is_held_and_how_events_come_stands_in_the_status_bar() {
    let mut core = Core::new();
    let since = core.now;
    let lost = StreamState::Lost { why: Message::theirs("the link is gone"), again: None };
    core.live(Live::Stream(Stream { state: lost, delivered: None, since }));
    core.live(Live::Held(Held { system: System::Whmcs, since: Some(since), by: Text::line("Kato"), queued: 3 }));
    let status = core.status(80);
    assert!(status.contains("! WH held 3") && status.contains("! no events since 10:00"), "{status}");
    core.live(Live::Held(Held { system: System::Whmcs, since: None, by: Text::default(), queued: 0 }));
    core.live(Live::Stream(Stream { state: StreamState::Shared, delivered: None, since }));
    let status = core.status(120);
    assert!(!status.contains("held") && status.contains("events by another desk"), "{status}");
}

#[test]
fn a_system_with_hardly_any_calls_left_says_so_on_every_screen() {
    let mut core = Core::new();
    let calls = |used| {
        let health = Health::unasked(System::Salesforce);
        Health {
            state: HealthState::Up,
            latency_ms: Some(7),
            last_good: Some(core_now()),
            calls: Some((used, 1000)),
            ..health
        }
    };
    core.tell(Msg::Health(calls(100)));
    assert!(!core.status(80).contains("left") && core.status(140).contains("90% left"), "{}", core.status(140));
    core.tell(Msg::Health(calls(950)));
    assert!(core.status(80).contains("! SF 7ms now 5% left"), "{}", core.status(80));
}

fn core_now() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

#[test]
fn what_is_done_goes_and_comes_back_only_when_its_subject_changes() {
    let mut core = Core::new();
    core.key(Key::Esc);
    let first = core.happens(NotificationKind::OrderFailed, "C-000021", "00000210");
    core.key(Key::Char('n'));
    core.shows("Order failed");
    let effects = core.key(Key::Char('d'));
    assert_eq!(tended(&effects), [Tend::Done(first.notification.key.clone())]);
    core.shows("Nothing of this waits for anybody");
    assert!(!core.status(120).contains("!1"), "{}", core.status(120));
    // The site says the same once more: nothing new.
    let done = Kept { standing: Standing::Done(core.now), ..first.clone() };
    core.live(Live::Notifications(vec![done]));
    core.shows("Nothing of this waits for anybody");
    let key = NotificationKey { state: Text::line("order-failed 310"), ..first.notification.key.clone() };
    let again = Kept { notification: Notification { key, ..first.notification.clone() }, ..first.clone() };
    core.live(Live::Notifications(vec![again]));
    core.shows("1 of 2");
    assert!(core.status(120).contains("!1"), "{}", core.status(120));
    // The second undo finds what was done first.
    let effects = core.key(Key::Char('u'));
    assert_eq!(tended(&effects), [Tend::Again(first.notification.key)]);
    core.shows("2 of 2");
}

#[test]
fn what_stays_is_neither_put_aside_nor_muted_and_says_why() {
    let mut core = Core::new();
    core.key(Key::Esc);
    core.happens(NotificationKind::PaidNotDelivered, "C-000021", "9001");
    core.key(Key::Char('n'));
    for key in ['d', 'z', 'm'] {
        let effects = core.key(Key::Char(key));
        assert_eq!(tended(&effects), [], "{key}");
        core.shows("It stands until what it tells of is closed");
    }
    core.live(Live::Mutes(vec![Mute { kind: None, customer: Some(Text::line("C-000021")) }]));
    core.shows("PAID, NOT DELIVERED");
    assert!(core.status(120).contains("✗1"));
}

#[test]
fn what_is_put_off_comes_back_by_itself() {
    let mut core = Core::new();
    core.key(Key::Esc);
    let it = core.happens(NotificationKind::CaseReply, "C-000021", "00000777");
    core.key(Key::Char('n'));
    core.key(Key::Char('z'));
    core.type_text("soon");
    assert_eq!(tended(&core.key(Key::Enter)), []);
    core.shows("A moment like 3d, 2h");
    core.key(Key::Esc);
    core.key(Key::Char('z'));
    core.type_text("2h");
    let effects = core.key(Key::Enter);
    let until = core.now.checked_add(SignedDuration::from_hours(2)).unwrap();
    assert_eq!(tended(&effects), [Tend::Snooze(it.notification.key, until)]);
    core.shows("0 of 1");
    core.key(Key::Char('a'));
    core.shows("12:00");
    core.key(Key::Char('a'));
    core.pass(SignedDuration::from_mins(119), Msg::Minute);
    core.shows("0 of 1");
    core.pass(SignedDuration::from_mins(1), Msg::Minute);
    core.shows("1 of 1");
    assert!(core.status(120).contains("SF Customer answered C-000021"), "{}", core.status(120));
}

#[test]
fn a_rule_mutes_what_it_covers_and_is_taken_back_from_the_list() {
    let mut core = Core::new();
    core.key(Key::Esc);
    core.happens(NotificationKind::InvoiceOverdue, "C-000021", "9001");
    core.key(Key::Char('n'));
    core.key(Key::Char('m'));
    core.shows("1 this kind  2 this customer");
    let rule = Mute { kind: Some(NotificationKind::InvoiceOverdue), customer: Some(Text::line("C-000021")) };
    assert_eq!(tended(&core.key(Key::Char('3'))), [Tend::Mute(rule.clone())]);
    core.happens(NotificationKind::InvoiceOverdue, "C-000021", "9002");
    core.happens(NotificationKind::InvoiceOverdue, "C-000022", "9003");
    core.shows("1 of 3");
    assert!(core.status(120).contains("!1"), "{}", core.status(120));
    core.key(Key::Char('M'));
    core.shows("What is not announced");
    assert_eq!(tended(&core.key(Key::Enter)), [Tend::Unmute(rule)]);
    core.shows("Everything is announced");
    core.key(Key::Esc);
    core.shows("3 of 3");
}

#[test]
fn the_centre_stands_by_customer_and_shows_whose_and_what_one_wants() {
    let mut core = Core::new();
    core.key(Key::Esc);
    let owned = |core: &mut Core, owner, kind, customer: &str, subject: &str| {
        core.now = core.now.checked_add(SignedDuration::from_secs(1)).unwrap();
        let mut it = kept(core, kind, customer, subject);
        it.notification.owner = owner;
        core.live(Live::Notifications(vec![it]));
    };
    owned(&mut core, Owner::Mine, NotificationKind::CaseReply, "C-000021", "case-a");
    owned(&mut core, Owner::MyQueue(Text::line("Tier 1")), NotificationKind::OrderFailed, "C-000022", "order-b");
    owned(&mut core, Owner::Other(Text::line("Hanako")), NotificationKind::OrderFailed, "C-000021", "order-c");
    owned(&mut core, Owner::Nobody, NotificationKind::SystemDown, "", "WHMCS");
    core.key(Key::Char('n'));
    let at = |core: &Core, text: &str| core.screen().lines().position(|line| line.contains(text)).unwrap();
    let order = ["WHMCS", "order-c", "case-a", "order-b"].map(|text| at(&core, text));
    assert!(order.is_sorted(), "newest first, by customer: {order:?}\n{}", core.screen());
    // A system that is down is nobody's, and is for everybody.
    core.key(Key::Char('w'));
    core.shows("2 of 4");
    core.shows("WHMCS");
    core.hides("order-b");
    core.key(Key::Char('w'));
    core.shows("3 of 4");
    core.key(Key::Char('w'));
    core.key(Key::Char('s'));
    core.shows("critical only");
    core.shows("1 of 4");
    core.key(Key::Char('s'));
    core.shows("3 of 4");
    core.key(Key::Char('s'));
    core.key(Key::Home);
    core.key(Key::Down);
    core.key(Key::Char('f'));
    core.shows("2 of 4");
    core.hides("case-a");
}

#[test]
fn enter_goes_where_it_is_cleared() {
    let mut core = Core::new();
    core.key(Key::Esc);
    core.happens(NotificationKind::CaptureFailed, "C-000021", "9001");
    core.key(Key::Char('n'));
    let effects = core.key(Key::Enter);
    assert!(read_of(&effects, Slot::Customer).is_some(), "{effects:?}");
    core.hides("Notices:");
    core.shows("Invoices");
    core.key(Key::Char('b'));
    core.now = core.now.checked_add(SignedDuration::from_secs(1)).unwrap();
    core.happens(NotificationKind::SystemDown, "", "WHMCS");
    core.key(Key::Char('n'));
    core.key(Key::Enter);
    core.shows("How the systems are");
}

#[test]
fn a_click_chooses_and_a_second_one_opens() {
    let mut core = Core::new();
    core.key(Key::Esc);
    core.happens(NotificationKind::CaseReply, "C-000021", "first-one");
    core.now = core.now.checked_add(SignedDuration::from_secs(1)).unwrap();
    core.happens(NotificationKind::CaptureFailed, "C-000022", "second-one");
    core.key(Key::Char('n'));
    let y = core.screen().lines().position(|line| line.contains("first-one")).unwrap() as u16;
    let click = |core: &mut Core| {
        let mouse = Mouse { kind: MouseKind::Click, x: 20, y };
        core.tell(Msg::Input(Input::Mouse(mouse)))
    };
    click(&mut core);
    core.shows("Notices:");
    let effects = click(&mut core);
    assert!(read_of(&effects, Slot::Customer).is_some(), "{effects:?}");
}

#[test]
fn a_call_is_not_disturbed_but_by_what_spares_nobody() {
    let alerts = Alerts { bell: true, desktop: Desktop::Off };
    let mut core = seated(Role::Operator, alerts);
    core.open();
    core.verify();
    core.tell(Msg::Input(Input::Focus(false)));
    core.pass(SignedDuration::from_mins(2), Msg::Minute);
    let reply = kept(&core, NotificationKind::CaseReply, "C-000022", "00000777");
    let failed = kept(&core, NotificationKind::OrderFailed, "C-000023", "00000210");
    let effects = core.live(Live::Notifications(vec![reply, failed]));
    assert_eq!(effects, [], "no bell");
    assert!(!core.status(120).contains("Order failed"), "{}", core.status(120));
    assert!(core.status(120).contains("!1 i1"), "they are counted: {}", core.status(120));
    let paid = kept(&core, NotificationKind::PaidNotDelivered, "C-000024", "9001");
    let effects = core.live(Live::Notifications(vec![paid]));
    assert!(matches!(&effects[..], [Effect::Alert(_)]), "{effects:?}");
    assert!(core.status(120).contains("PAID, NOT DELIVERED C-000024"), "{}", core.status(120));
    core.pass(SignedDuration::from_secs(1), Msg::Minute);
    core.key(Key::Char('b'));
    core.shows("During the call 2 came, 1 of them warnings");
}

#[test]
fn somebody_who_looks_elsewhere_is_called_if_they_want_to_be_and_no_name_is_told() {
    let mut silent = Core::new();
    silent.tell(Msg::Input(Input::Focus(false)));
    let it = kept(&silent, NotificationKind::OrderFailed, "C-000021", "00000210");
    assert_eq!(silent.live(Live::Notifications(vec![it])), [], "off unless it is wanted");

    let mut core = seated(Role::Operator, Alerts { bell: true, desktop: Desktop::Osc9 });
    let it = kept(&core, NotificationKind::OrderFailed, "C-000021", "1");
    assert_eq!(core.live(Live::Notifications(vec![it])), [], "the window has the keyboard");
    core.tell(Msg::Input(Input::Focus(false)));
    let two = vec![
        kept(&core, NotificationKind::CaseReply, "C-000022", "2"),
        kept(&core, NotificationKind::OrderFailed, "C-000021", "3"),
    ];
    let effects = core.live(Live::Notifications(two));
    let [Effect::Alert(alert)] = &effects[..] else { panic!("one call for both: {effects:?}") };
    assert_eq!(alert.words.as_str(), "Order failed C-000021 and 1 more");
    let it = kept(&core, NotificationKind::OrderFailed, "C-000021", "4");
    assert_eq!(core.live(Live::Notifications(vec![it])), [], "they were called a moment ago");
    core.now = core.now.checked_add(SignedDuration::from_secs(11)).unwrap();
    let it = kept(&core, NotificationKind::OrderFailed, "C-000021", "5");
    assert_eq!(core.live(Live::Notifications(vec![it])).len(), 1);
    // Where others see the screen they see no number on the desktop either.
    core.now = core.now.checked_add(SignedDuration::from_secs(11)).unwrap();
    core.key(Key::F(2));
    core.tell(Msg::Input(Input::Focus(false)));
    let it = kept(&core, NotificationKind::OrderFailed, "C-000021", "7");
    let effects = core.live(Live::Notifications(vec![it]));
    let [Effect::Alert(alert)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(alert.words.as_str(), "Order failed");
    core.key(Key::F(2));
    core.tell(Msg::Input(Input::Focus(false)));
    // What was there before the desk was started calls nobody.
    core.now = core.now.checked_add(SignedDuration::from_secs(11)).unwrap();
    let mut old = kept(&core, NotificationKind::OrderFailed, "C-000021", "6");
    old.reached = core.now.checked_sub(SignedDuration::from_hours(3)).unwrap();
    assert_eq!(core.live(Live::Notifications(vec![old])), []);
}

#[test]
fn no_more_are_kept_than_anybody_reads_and_the_centre_says_so() {
    let mut core = Core::new();
    core.key(Key::Esc);
    let paid = kept(&core, NotificationKind::PaidNotDelivered, "C-000001", "the-oldest");
    core.live(Live::Notifications(vec![paid]));
    core.now = core.now.checked_add(SignedDuration::from_secs(1)).unwrap();
    let many = (0..3_100).map(|n| kept(&core, NotificationKind::CaseReply, "C-000002", &format!("case-{n}")));
    let many: Vec<Kept> = many.collect();
    core.live(Live::Notifications(many));
    core.key(Key::Char('n'));
    core.shows("3000 of 3000  101 dropped");
    core.key(Key::Char('s'));
    core.shows("the-oldest");
}

#[test]
fn a_change_of_the_open_customer_reads_what_it_touches_and_a_burst_is_one_read() {
    let mut core = Core::new();
    core.with_invoices();
    let slot = Slot::Renew(Renewal::Invoices);
    assert_eq!(core.live(of_client(RecordKind::Invoice, &["7"], 99)), [], "another customer's");
    let effects = core.live(of_client(RecordKind::Invoice, &["9001"], 41));
    let [Effect::Read { slot: read, generation, .. }] = &effects[..] else { panic!("one read: {effects:?}") };
    assert_eq!(*read, slot);
    let generation = *generation;
    for n in 0..500 {
        let effects = core.live(of_client(RecordKind::Invoice, &["9001"], 41));
        let reads = effects.iter().filter(|it| matches!(it, Effect::Read { .. })).count();
        assert_eq!(reads, 0, "one is on its way: {n}");
    }
    core.now = core.now.checked_add(SignedDuration::from_secs(5)).unwrap();
    let after = core.tell(Msg::Ended { slot, generation });
    assert!(read_of(&after, slot).is_some_and(|next| next > generation), "and one more for all of them: {after:?}");
    let last = read_of(&after, slot).unwrap();
    assert_eq!(core.tell(Msg::Ended { slot, generation: last }), [], "and no more");
}

#[test]
fn rows_that_changed_say_so_for_a_moment_and_nothing_else_moves() {
    let mut core = Core::new();
    core.with_invoices();
    core.key(Key::Char('n'));
    let effects = core.live(of_client(RecordKind::Invoice, &["9002"], 41));
    let slot = Slot::Renew(Renewal::Invoices);
    let generation = read_of(&effects, slot).unwrap();
    let changed = Invoice { status: InvoiceStatus::Paid, ..unpaid(9002, "2026-11-12") };
    let rows = vec![unpaid(9003, "2026-12-01"), changed, unpaid(9001, "2026-11-10")];
    let part = CustomerPart::Invoices(Remote::read(Listing { rows, total: 3 }, core.now));
    let effects = core.tell(Msg::Reply { slot, generation, reply: Reply::Customer(part) });
    assert!(matches!(&effects[..], [Effect::Wake(_)]), "woken once for the end of the mark: {effects:?}");
    assert_eq!(core.tell(Msg::Ended { slot, generation }), []);
    core.shows("Notices:");
    core.key(Key::Esc);
    assert!(core.line("9002").contains("▸*"), "the cursor stays on its own: {}", core.line("9002"));
    assert!(core.line("9003").contains('*') && !core.line("9001").contains('*'), "{}", core.screen());
    core.shows("* 2 just changed");
    let effects = core.pass(SignedDuration::from_secs(6), Msg::Tick);
    assert_eq!(effects, [], "nothing is marked, nothing wakes the desk");
    assert!(!core.line("9002").contains('*'), "{}", core.line("9002"));
}

#[test]
fn what_is_not_in_sight_is_read_when_it_comes_into_sight() {
    let mut core = Core::new();
    core.with_invoices();
    core.key(Key::Char('b'));
    let slot = Slot::Renew(Renewal::Invoices);
    assert_eq!(read_of(&core.live(of_client(RecordKind::Invoice, &["9001"], 41)), slot), None);
    assert!(read_of(&core.key(Key::Char('-')), slot).is_some());
}

fn item(number: &str, priority: &str) -> QueueItem {
    QueueItem {
        system: System::Salesforce,
        number: Text::line(number),
        customer: CustomerKey::default(),
        name: Text::line("Aiko Mori"),
        kana: Text::default(),
        what: Text::default(),
        status: vec![Text::line("Failed")],
        priority: Text::line(priority),
        owner: Text::default(),
        amount: None,
        since: None,
        due: None,
        opens: Place::Dashboard,
    }
}

#[test]
fn an_open_queue_is_read_again_and_whoever_is_down_there_stays() {
    let mut core = Core::new();
    core.key(Key::Esc);
    core.key(Key::Down);
    let generation = read_of(&core.key(Key::Enter), Slot::Queue).unwrap();
    let queue = Queue::ALL[0];
    let page = |core: &Core, rows: Vec<QueueItem>, next: Option<&str>| {
        let next = next.map(|next| Cursor(next.to_owned()));
        Remote::read(QueuePage { rows, total: Some(4), next }, core.now)
    };
    let first = page(&core, vec![item("A1", ""), item("A2", "")], Some("2"));
    core.tell(Msg::Reply { slot: Slot::Queue, generation, reply: Reply::Queue { queue, first: true, page: first } });
    core.tell(Msg::Ended { slot: Slot::Queue, generation });
    let generation = read_of(&core.key(Key::Down), Slot::Queue).expect("the next page is read near the end");
    let second = page(&core, vec![item("A3", ""), item("A4", "")], None);
    core.tell(Msg::Reply { slot: Slot::Queue, generation, reply: Reply::Queue { queue, first: false, page: second } });
    core.tell(Msg::Ended { slot: Slot::Queue, generation });
    core.key(Key::End);
    assert!(core.line("A4").contains('▸'));

    let order = |core: &mut Core| {
        core.live(Live::Changed(Changed {
            system: System::Salesforce,
            record: RecordKind::Order,
            ids: Vec::new(),
            account: None,
            client: None,
            fields: Vec::new(),
            ours: false,
            at: Timestamp::UNIX_EPOCH,
        }))
    };
    let generation = read_of(&order(&mut core), Slot::Queue).expect("the queue lists orders");
    assert_eq!(read_of(&order(&mut core), Slot::Queue), None, "one is on its way");
    // A1 is dealt with, and A3 came up to the first page.
    let renewed = page(&core, vec![item("A2", ""), item("A3", "High")], Some("2"));
    core.tell(Msg::Reply { slot: Slot::Queue, generation, reply: Reply::Queue { queue, first: true, page: renewed } });
    let effects = core.tell(Msg::Ended { slot: Slot::Queue, generation });
    assert_eq!(read_of(&effects, Slot::Queue), None, "not so soon: {effects:?}");
    core.hides("A1");
    assert!(core.line("A4").contains('▸'), "{}", core.screen());
    assert_eq!(core.screen().matches("A3").count(), 1);
    let effects = core.pass(SignedDuration::from_secs(4), Msg::Tick);
    assert!(read_of(&effects, Slot::Queue).is_some(), "but in its time: {effects:?}");
}

#[test]
fn the_board_is_counted_again_only_so_often_and_a_count_that_changed_says_so() {
    let mut core = Core::new();
    core.key(Key::Esc);
    let tally = |core: &Core, n| Remote::read(Tally { count: Count { n, at_least: false }, oldest: None }, core.now);
    let (queue, slot) = (Queue::OrdersFailed, Slot::Board);
    let first = tally(&core, 3);
    core.tell(Msg::Reply { slot, generation: 1, reply: Reply::Tally(queue, first) });
    core.tell(Msg::Ended { slot, generation: 1 });
    let case = || of_client(RecordKind::Case, &["500000000000001"], 99);
    let generation = read_of(&core.live(case()), slot).expect("what waits is counted");
    assert_eq!(read_of(&core.live(case()), slot), None);
    let four = tally(&core, 4);
    let effects = core.tell(Msg::Reply { slot, generation, reply: Reply::Tally(queue, four) });
    assert!(effects.iter().any(|it| matches!(it, Effect::Wake(_))), "{effects:?}");
    core.tell(Msg::Ended { slot, generation });
    assert!(core.line("Orders failed").contains('*') || core.line("failed").contains('*'), "{}", core.screen());
    let effects = core.pass(SignedDuration::from_secs(7), Msg::Tick);
    assert_eq!(read_of(&effects, slot), None, "a count asks every system: {effects:?}");
    assert!(matches!(&effects[..], [Effect::Wake(_)]), "{effects:?}");
    let effects = core.pass(SignedDuration::from_secs(9), Msg::Tick);
    assert!(read_of(&effects, slot).is_some(), "{effects:?}");
}

#[test]
fn whoever_leads_the_shift_holds_a_system_and_others_are_told_why_not() {
    let mut core = seated(Role::Operator, Alerts::default());
    core.key(Key::Esc);
    core.key(Key::Char('H'));
    core.shows("Only a supervisor holds a system");
    assert_eq!(tended(&core.key(Key::Char('2'))), []);

    let mut core = seated(Role::Supervisor, Alerts::default());
    core.key(Key::Esc);
    let figures = Figures {
        p50_ms: Some(45),
        p95_ms: Some(120),
        calls: 80,
        failed: 2,
        held_until: Some(core.now.checked_add(SignedDuration::from_secs(30)).unwrap()),
        signed_in: Some(core.now),
    };
    let health = Health::unasked(System::Whmcs);
    core.tell(Msg::Health(Health { state: HealthState::Degraded, figures, ..health }));
    core.key(Key::Char('H'));
    for told in ["45 / 120 ms", "2 of 80", "until 10:00:30", "not told", "unknown"] {
        core.shows(told);
    }
    assert_eq!(tended(&core.key(Key::Char('2'))), [Tend::Hold(System::Whmcs, true)]);
    core.live(Live::Held(Held { system: System::Whmcs, since: Some(core.now), by: Text::line("taro"), queued: 1 }));
    core.shows("held, 1 wait");
    assert_eq!(tended(&core.key(Key::Char('2'))), [Tend::Hold(System::Whmcs, false)]);
}
