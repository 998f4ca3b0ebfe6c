//! What a frame costs: CPU time and allocations of `App::view` and the screen's differ together, on the screens an
//! agent looks at all day, and that a hundred thousand rows cost what a thousand do.
//!
//! `cargo bench --bench draw`. The bars: under 1 ms at 200×60, at most 300 allocations, at most 5 % growth, a key in
//! 100,000 rows within 1.3 times of one in 100 rows.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod pages;

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{Timestamp, ToSpan as _};
use madoguchi::app::{App, Options};
use madoguchi::domain::billing::{
    Activity, Invoice, InvoiceStatus, Listing, PayMethod, PayMethodKind, ProductKind, ServiceStatus, Subscription,
};
use madoguchi::domain::customer::{
    Account, Client, ClientId, Contact, CustomerKey, Eligibility, EligibilityState, Verification, VerificationState,
};
use madoguchi::domain::money::Yen;
use madoguchi::domain::phone::{Fixtures, Msisdn, Phone};
use madoguchi::domain::salesforce_id::SalesforceId;
use madoguchi::domain::status::Place;
use madoguchi::domain::system::System;
use madoguchi::domain::text::Text;
use madoguchi::flow::{
    CustomerPart, Effect, Environment, Health, HealthState, Hit, Input, Key, KeyPress, Msg, Remote, Reply, SearchReply,
    Searched, Slot,
};
use madoguchi::locale::Language;
use madoguchi::terminal::screen::Screen;
use madoguchi_ui::color::Depth;

const SIZES: [(u16, u16); 2] = [(120, 40), (200, 60)];

fn now() -> Timestamp {
    "2026-11-20T10:00:00+09:00".parse().expect("a timestamp")
}

/// A desk that is driven by messages, and the screen it is drawn on.
struct Bench {
    app: App,
    screen: Screen,
    /// The generation of the read each slot waits for.
    generations: HashMap<Slot, u64>,
}

impl Bench {
    fn new((width, height): (u16, u16)) -> Self {
        let options = Options { language: Language::Japanese, depth: Depth::Ansi256, ..Options::default() };
        let mut bench = Self {
            app: App::new(options, now()),
            screen: Screen::new(width, height, true),
            generations: HashMap::new(),
        };
        bench.send(Msg::Input(Input::Resize { width, height }));
        bench.send(Msg::Environment(Environment::Sandbox { control: "http://127.0.0.1:4/".to_owned() }));
        for system in System::ALL {
            let state = HealthState::Up;
            let (latency_ms, last_good) = (Some(12), Some(now()));
            bench.send(Msg::Health(Health { state, latency_ms, last_good, ..Health::unasked(system) }));
        }
        bench
    }

    fn send(&mut self, msg: Msg) {
        for effect in self.app.update(msg, now()) {
            if let Effect::Read { slot, generation, .. } = effect {
                self.generations.insert(slot, generation);
            }
        }
    }

    fn key(&mut self, key: Key) {
        self.send(Msg::Input(Input::Key(KeyPress::plain(key))));
    }

    fn reply(&mut self, slot: Slot, reply: Reply) {
        let generation = self.generations[&slot];
        self.send(Msg::Reply { slot, generation, reply });
    }

    fn end(&mut self, slot: Slot) {
        let generation = self.generations[&slot];
        self.send(Msg::Ended { slot, generation });
    }

    fn draw(&mut self) -> usize {
        self.screen.draw(|buffer| self.app.view(buffer)).len()
    }

    /// The hits of a common name.
    fn hits(size: (u16, u16)) -> Self {
        let mut bench = Self::new(size);
        "田中".chars().for_each(|c| bench.key(Key::Char(c)));
        let found = (0..200).map(hit).collect();
        bench.reply(Slot::Search, Reply::Search(SearchReply::Asked(vec![System::Salesforce])));
        bench.reply(Slot::Search, Reply::Search(SearchReply::Hits(System::Salesforce, found)));
        bench.end(Slot::Search);
        bench
    }

    /// An open customer with this many invoices.
    fn customer(size: (u16, u16), invoices: u64) -> Self {
        let mut bench = Self::hits(size);
        bench.key(Key::Enter);
        bench.key(Key::Enter);
        for part in parts(invoices) {
            bench.reply(Slot::Customer, Reply::Customer(part));
        }
        bench.end(Slot::Customer);
        bench
    }

    fn records(size: (u16, u16), invoices: u64) -> Self {
        let mut bench = Self::customer(size, invoices);
        bench.key(Key::Char('3'));
        bench
    }

    fn help(size: (u16, u16)) -> Self {
        let mut bench = Self::customer(size, 400);
        bench.key(Key::Char('?'));
        bench
    }
}

fn id(prefix: &str, n: u64) -> SalesforceId {
    SalesforceId::parse(&format!("{prefix}5g000{n:07}")).expect("an id of 15 characters")
}

fn hit(n: u64) -> Hit {
    Hit {
        system: System::Salesforce,
        key: CustomerKey { account: Some(id("001", n)), client: Some(ClientId(1000 + n)), line: None },
        name: Text::line(&format!("田中 美咲{n}")),
        kana: Text::line("タナカ ミサキ"),
        customer_number: Text::line(&format!("C{n:06}")),
        why: Searched::Name,
        matched: Text::line("田中"),
        opens: Place::Dashboard,
    }
}

fn parts(invoices: u64) -> Vec<CustomerPart> {
    let number = "09001234567";
    let phone = Contact { written: Text::line(number), phone: Phone::parse(number).ok() };
    let account = Account {
        id: id("001", 0),
        number: Text::line("C000000"),
        name: Text::line("田中 美咲"),
        kana: Text::line("タナカ ミサキ"),
        email: Text::line("misaki.tanaka@example.jp"),
        phones: vec![phone.clone()],
        address: Text::line("東京都千代田区丸の内1-1-1 サンプルビル 1203"),
        birthdate: "1990-04-01".parse().ok(),
        corporate: false,
        whmcs_link: Text::line("#1000 - 田中 美咲"),
        created: Some(now()),
        modified: Some(now()),
        eligibility: Eligibility {
            state: EligibilityState::Eligible,
            offering: Text::line("Home 1G"),
            ..Eligibility::default()
        },
        verification: Verification { state: VerificationState::Verified, ..Verification::default() },
    };
    let client = Client {
        id: ClientId(1000),
        name: Text::line("田中 美咲"),
        company: Text::line(""),
        email: Text::line("misaki.tanaka@example.jp"),
        phone,
        address: Text::line("東京都千代田区丸の内1-1-1"),
        status: Text::line("Active"),
        credit: Some(Yen(500)),
        customer_number: Text::line("C000000"),
        language: Text::line("japanese"),
    };
    let card = PayMethod {
        id: 1,
        kind: PayMethodKind::Card,
        brand: Text::line("Visa"),
        last_four: Text::line("4242"),
        expires: "2026-12-31".parse().ok(),
        description: Text::line(""),
        gateway: Text::default(),
    };
    let services = (0..12).map(subscription).collect();
    let bills = (0..invoices).map(invoice).collect();
    let happened = |n| Activity {
        at: Some(now()),
        what: Text::line(&format!("請求書 #{n} を発行しました")),
        who: Text::line("System"),
    };
    vec![
        CustomerPart::Account(Remote::read(account, now())),
        CustomerPart::Client(Remote::read(client, now())),
        CustomerPart::Links(Remote::read(Vec::new(), now())),
        CustomerPart::PayMethods(Remote::read(vec![card], now())),
        CustomerPart::Subscriptions(Remote::read(Listing { rows: services, total: 12 }, now())),
        CustomerPart::Invoices(Remote::read(Listing { rows: bills, total: invoices }, now())),
        CustomerPart::Orders(Remote::read(Listing { rows: Vec::new(), total: 0 }, now())),
        CustomerPart::Cases(Remote::read(Listing { rows: Vec::new(), total: 0 }, now())),
        CustomerPart::Activity(Remote::read(Listing { rows: (0..40).map(happened).collect(), total: 40 }, now())),
    ]
}

fn subscription(n: u64) -> Subscription {
    Subscription {
        id: 5000 + n,
        name: Text::line("SIM 音声 10GB"),
        group: Text::line("SIM"),
        kind: ProductKind::Sim,
        status: ServiceStatus::Active,
        amount: Some(Yen(2980)),
        cycle: Text::line("Monthly"),
        registered: "2024-01-05".parse().ok(),
        next_due: "2026-12-01".parse().ok(),
        order: Some(n),
        label: Text::line(""),
        line: Msisdn::parse(&format!("0900{n:07}"), Fixtures::Allowed).ok(),
        product_number: Text::line(""),
        eid: Text::line(""),
        opportunity: None,
        suspension_reason: Text::line(""),
        no_suspend_until: None,
        fields: Vec::new(),
        options: Vec::new(),
        product: None,
    }
}

fn invoice(n: u64) -> Invoice {
    let day = now().to_zoned(jiff::tz::TimeZone::UTC).date() - ((n % 400) as i64).days();
    Invoice {
        id: n,
        number: Text::line(&format!("INV-{n:06}")),
        date: Some(day),
        due: Some(day),
        paid: (!n.is_multiple_of(3)).then(now),
        last_capture: None,
        total: Yen(3300 + n as i64),
        credit: Yen::ZERO,
        status: if n.is_multiple_of(3) { InvoiceStatus::Unpaid } else { InvoiceStatus::Paid },
        gateway: Text::line("stripe"),
    }
}

/// A frame after a key: what holding Down costs.
fn step(bench: &mut Bench) -> usize {
    bench.key(Key::Down);
    bench.draw()
}

fn frames(criterion: &mut Criterion) {
    type Scene = (&'static str, fn((u16, u16)) -> Bench);
    let scenes: [Scene; 6] = [
        ("hits", Bench::hits),
        ("dashboard", |size| Bench::customer(size, 400)),
        ("help", Bench::help),
        ("100 rows", |size| Bench::records(size, 100)),
        ("1 000 rows", |size| Bench::records(size, 1_000)),
        ("100 000 rows", |size| Bench::records(size, 100_000)),
    ];
    for size in SIZES {
        for (name, make) in scenes {
            let mut bench = make(size);
            let first = bench.draw();
            bench.draw();
            let frame = allocation_counter::measure(|| _ = black_box(bench.draw()));
            let stepped = allocation_counter::measure(|| _ = black_box(step(&mut bench)));
            // In sight, and at the lower edge, where the list scrolls.
            let in_sight = step(&mut bench);
            (0..60).for_each(|_| _ = step(&mut bench));
            // Beside a pane the list turns by half a screen: one step in many costs more, so the mean tells.
            let at_edge = (0..30).map(|_| step(&mut bench)).sum::<usize>() / 30;
            let name = format!("{name} {}x{}", size.0, size.1);
            println!(
                "{name}: first frame {first} bytes; a cursor move {in_sight}, at the edge {at_edge}; a frame {} allocations; \
                 a key and its frame {}",
                frame.count_total, stepped.count_total
            );
            criterion.bench_function(&format!("frame/{name}"), |b| b.iter(|| black_box(bench.draw())));
            criterion.bench_function(&format!("key/{name}"), |b| b.iter(|| black_box(step(&mut bench))));
        }
    }
}

/// What a reply costs the desk: every tab takes what is now known.
fn replies(criterion: &mut Criterion) {
    for invoices in [400, 100_000] {
        let mut bench = Bench::records((120, 40), invoices);
        let links = || CustomerPart::Links(Remote::read(Vec::new(), now()));
        bench.key(Key::Char('R'));
        criterion.bench_function(&format!("reply/{invoices} rows"), |b| {
            b.iter(|| bench.reply(Slot::Customer, Reply::Customer(links())));
        });
    }
}

/// A key in a short list and in a long one, in turn, so that both meet the same weather.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn lengths(_: &mut Criterion) {
    for size in SIZES {
        let mut benches = [Bench::records(size, 100), Bench::records(size, 100_000)];
        let mut took = [Vec::new(), Vec::new()];
        for round in 0..800 {
            for (bench, took) in benches.iter_mut().zip(&mut took) {
                // Up and down, so that the short list never ends.
                let key = if round / 40 % 2 == 0 { Key::Down } else { Key::Up };
                let begun = std::time::Instant::now();
                bench.key(key);
                black_box(bench.draw());
                took.push(begun.elapsed());
            }
        }
        let [short, long] = took.map(|mut took| {
            took.sort_unstable();
            took[took.len() / 2].as_secs_f64() * 1e6
        });
        println!(
            "a key and its frame at {}x{}: {short:.0} µs in 100 rows, {long:.0} µs in 100 000, {:.2} times",
            size.0,
            size.1,
            long / short
        );
    }
    let mut bench = Bench::records((120, 40), 100_000);
    bench.key(Key::Char('/'));
    for c in "invo paid 0099".chars() {
        let begun = std::time::Instant::now();
        bench.key(Key::Char(c));
        println!("filtering 100 000 rows by one more letter, {c:?}: {} µs", begun.elapsed().as_micros());
    }
}

/// First, because they are exact and soon there.
fn exact(_: &mut Criterion) {
    pages::figures();
}

criterion_group!(benches, exact, lengths, frames, replies);
criterion_main!(benches);
