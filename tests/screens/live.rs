//! What happens elsewhere, as it stands on the screen: the status bar, the centre, the health panel and the banner, in both
//! languages and without colours. No system is asked: messages come in, and what they make is drawn.

use jiff::{SignedDuration, Timestamp};
use madoguchi::app::{App, Options};
use madoguchi::domain::access::{Role, Seat};
use madoguchi::domain::customer::{ClientId, CustomerKey};
use madoguchi::domain::notification::{
    Incident, Kept, Mute, Notification, NotificationKey, NotificationKind as Kind, Owner, Source, Standing, Whose,
};
use madoguchi::domain::system::System;
use madoguchi::domain::text::Text;
use madoguchi::flow::said::Message;
use madoguchi::flow::{
    Environment, Fault, FaultKind, Figures, Health, HealthState, Held, Hint, Input, Key, KeyPress, Live, Msg, Stream,
    StreamState,
};
use madoguchi::locale::Language;
use madoguchi_ui::color::Depth;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::common::{line, options};
use super::{SIZES, compare};

struct Screen {
    app: App,
    now: Timestamp,
}

impl Screen {
    fn new(language: Language, depth: Depth) -> Self {
        let now: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        let seat = Seat { name: Text::line("Kato"), role: Role::Supervisor, read_only: false };
        let mut screen = Self { app: App::new(Options { language, depth, seat, ..options() }, now), now };
        screen.tell(Msg::Input(Input::Resize { width: 120, height: 40 }));
        screen.tell(Msg::Environment(Environment::Sandbox { control: String::new() }));
        screen.key(Key::Esc);
        screen
    }

    fn tell(&mut self, msg: Msg) {
        self.app.update(msg, self.now);
    }

    fn key(&mut self, key: Key) -> &mut Self {
        self.tell(Msg::Input(Input::Key(KeyPress::plain(key))));
        self
    }

    fn ago(&self, minutes: i64) -> Timestamp {
        self.now.checked_sub(SignedDuration::from_mins(minutes)).unwrap()
    }

    fn draw(&mut self, (width, height): (u16, u16)) -> Buffer {
        self.tell(Msg::Input(Input::Resize { width, height }));
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        self.app.view(&mut buffer);
        buffer
    }

    fn keep(&mut self, name: &str) {
        for (width, height) in SIZES {
            let buffer = self.draw((width, height));
            let rows: Vec<String> = (0..height).map(|y| line(&buffer, y).trim_end().to_owned()).collect();
            compare(&format!("{name}-{width}x{height}"), &rows.join("\n"));
        }
    }

    /// A morning on which a lot happened.
    fn busy(&mut self) -> &mut Self {
        let customer = |number: &str, name: &str| Whose {
            key: CustomerKey { client: Some(ClientId(41)), ..CustomerKey::default() },
            number: Text::line(number),
            name: Text::line(name),
        };
        let okafor = || Some(customer("C-000021", "Moses Okafor"));
        let takase = || Some(customer("C-000002", "髙瀬 美奈"));
        let me = || Owner::Mine;
        let queue = || Owner::MyQueue(Text::line("Tier 1"));
        let (sf, wh) = (Source::System(System::Salesforce), Source::System(System::Whmcs));
        let happened = [
            (sf, Kind::OrderFailed, okafor(), "00000210", "210 SIM not found", queue(), 3),
            (sf, Kind::CaseReply, okafor(), "00001042", "Where is my SIM?", me(), 12),
            (Source::Desk, Kind::PaidNotDelivered, takase(), "9001", "¥3,300", me(), 25),
            (wh, Kind::InvoiceOverdue, takase(), "8975", "¥6,160", Owner::Nobody, 200),
            (wh, Kind::SystemDown, None, "", "did not answer in time", Owner::Nobody, 7),
            (sf, Kind::EventsRead, None, "", "", Owner::Nobody, 41),
            (sf, Kind::IdSubmitted, Some(customer("C-000030", "Ana Kovács")), "", "", queue(), 90),
        ];
        let kept =
            |(source, kind, who, about, detail, owner, minutes): (Source, Kind, _, &str, &str, Owner, i64)| Kept {
                notification: Notification {
                    key: NotificationKey { source, subject: Text::line(about), state: Text::line(kind.name()) },
                    kind,
                    who,
                    about: Text::line(about),
                    detail: Text::line(detail),
                    drift: None,
                    opens: None,
                    owner,
                    at: self.ago(minutes),
                },
                standing: match kind {
                    Kind::IdSubmitted => Standing::Done(self.ago(60)),
                    Kind::InvoiceOverdue => Standing::Snoozed("2026-11-27T01:00:00Z".parse().unwrap()),
                    _ => Standing::New,
                },
                reached: self.ago(minutes),
            };
        let kept: Vec<Kept> = happened.into_iter().map(kept).collect();
        let since = self.ago(7);
        let held = Held { system: System::Whmcs, since: Some(since), by: Text::line("Kato"), queued: 3 };
        let stream = Stream { state: StreamState::Listening { desks: 2 }, delivered: Some((1_204, 50_000)), since };
        let mute = Mute { kind: Some(Kind::CaseReply), customer: Some(Text::line("C-000099")) };
        self.tell(Msg::Live(Live::Mutes(vec![mute])));
        self.tell(Msg::Live(Live::Held(held)));
        self.tell(Msg::Live(Live::Stream(stream)));
        self.systems();
        // The desk's own remark is older than what happened.
        self.now = self.now.checked_add(SignedDuration::from_mins(2)).unwrap();
        self.tell(Msg::Live(Live::Notifications(kept)));
        self
    }

    fn systems(&mut self) {
        let figures = Figures {
            p50_ms: Some(45),
            p95_ms: Some(120),
            calls: 80,
            failed: 0,
            held_until: None,
            signed_in: Some(self.ago(50)),
        };
        let good = Some(self.now);
        let health = |system, state| Health { state, last_good: good, ..Health::unasked(system) };
        let up = health(System::Salesforce, HealthState::Up);
        self.tell(Msg::Health(Health { latency_ms: Some(45), calls: Some((812, 15_000)), figures, ..up }));
        let fault = Fault {
            system: System::Whmcs,
            kind: FaultKind::Timeout,
            message: Message::default(),
            hint: Hint::TryAgain,
        };
        let until = self.now.checked_add(SignedDuration::from_mins(3)).ok();
        let figures = Figures {
            p50_ms: Some(900),
            p95_ms: Some(8_000),
            calls: 12,
            failed: 5,
            held_until: until,
            signed_in: None,
        };
        let down = health(System::Whmcs, HealthState::Down);
        self.tell(Msg::Health(Health { fault: Some(fault), last_good: Some(self.ago(8)), figures, ..down }));
    }

    fn outage(&mut self) -> &mut Self {
        let incident = Incident {
            what: Text::line("世田谷区 光回線の障害 / Fibre in Setagaya is down"),
            tell: Text::line("We know, and work on it; it should be back by 18:00. No visit is needed."),
            since: self.ago(20),
            by: Text::line("Kato"),
        };
        self.tell(Msg::Live(Live::Incident(Some(incident))));
        self
    }
}

#[test]
fn live_on_the_screen() {
    for (language, tag) in [(Language::English, ""), (Language::Japanese, "ja-")] {
        let mut screen = Screen::new(language, Depth::True);
        screen.busy().outage();
        screen.keep(&format!("{tag}live-board"));
        screen.key(Key::Char('0')).keep(&format!("{tag}live-banner-folded"));
        screen.key(Key::Char('n')).keep(&format!("{tag}centre"));
        screen.key(Key::Char('a')).key(Key::Char('d')).keep(&format!("{tag}centre-aside"));
        screen.key(Key::Char('M')).keep(&format!("{tag}centre-rules"));
        screen.key(Key::Esc).key(Key::Esc).key(Key::Char('H')).keep(&format!("{tag}systems"));
        screen.key(Key::Char('i')).keep(&format!("{tag}systems-incident"));
    }
}

#[test]
fn live_without_colours_says_the_same() {
    let drawn = |depth: Depth| {
        let mut screen = Screen::new(Language::English, depth);
        screen.busy().outage();
        let board = screen.draw((120, 40));
        let centre = screen.key(Key::Char('n')).draw((120, 40));
        let systems = screen.key(Key::Esc).key(Key::Char('H')).draw((120, 40));
        [board, centre, systems]
    };
    for (coloured, plain) in drawn(Depth::True).iter().zip(&drawn(Depth::None)) {
        let words = |buffer: &Buffer| (0..40).map(|y| line(buffer, y)).collect::<Vec<_>>();
        assert_eq!(words(coloured), words(plain));
        assert!(plain.content.iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset)));
    }
}
