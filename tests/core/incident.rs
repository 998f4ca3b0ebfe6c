//! What is out for many customers: said to every desk, and over only when somebody says so twice.

use jiff::SignedDuration;
use madoguchi::domain::access::Role;
use madoguchi::domain::notification::Incident;
use madoguchi::domain::text::Text;
use madoguchi::flow::{Alerts, Input, Key, Live, Mouse, MouseKind, Msg, Tend};

use super::Core;
use super::live::{seated, tended};

/// A supervisor's desk on which something that is out is being written.
fn writing() -> Core {
    let mut core = seated(Role::Supervisor, Alerts::default());
    core.key(Key::Esc);
    core.key(Key::Char('H'));
    core.key(Key::Char('i'));
    core.type_text("Fibre in Setagaya");
    core
}

#[test]
fn what_is_out_stands_on_every_screen_until_it_is_over() {
    let mut core = writing();
    core.key(Key::Enter);
    core.shows("Both are needed");
    core.key(Key::Tab);
    core.type_text("back by 18:00");
    let effects = core.key(Key::Enter);
    let tended_to = tended(&effects);
    let [Tend::Incident(Some(incident))] = &tended_to[..] else { panic!("{effects:?}") };
    assert_eq!((incident.what.as_str(), incident.tell.as_str()), ("Fibre in Setagaya", "back by 18:00"));
    assert_eq!((incident.by.as_str(), incident.since), ("taro", core.now));
    core.live(Live::Incident(Some(incident.clone())));
    core.key(Key::Esc);
    let row = |core: &Core, y: usize| core.screen().lines().nth(y).unwrap().to_owned();
    assert!(row(&core, 1).contains("✗ Fibre in Setagaya (now)"), "{}", core.screen());
    assert!(row(&core, 2).contains("Tell callers: back by 18:00"), "{}", core.screen());
    core.key(Key::Char('0'));
    assert!(row(&core, 1).contains("Fibre in Setagaya (now)  Tell callers: back by 18:00"), "{}", row(&core, 1));
    assert!(!row(&core, 2).contains("Tell callers"));
    // Another one shows itself whole.
    let since = core.now.checked_add(SignedDuration::from_mins(1)).unwrap();
    let other = Incident { what: Text::line("SIM data"), since, ..incident.clone() };
    core.live(Live::Incident(Some(other)));
    assert!(row(&core, 2).contains("Tell callers"), "{}", core.screen());
    core.key(Key::Char('H'));
    // One key ends nothing for every desk.
    assert_eq!(tended(&core.key(Key::Char('e'))), []);
    core.shows("Is it over?");
    assert_eq!(tended(&core.key(Key::Char('x'))), []);
    core.hides("Is it over?");
    core.key(Key::Char('e'));
    assert_eq!(tended(&core.key(Key::Char('y'))), [Tend::Incident(None)]);
    core.live(Live::Incident(None));
    core.key(Key::Esc);
    core.hides("Tell callers");
}

#[test]
fn what_was_typed_of_an_incident_is_kept_when_it_is_left() {
    let mut core = writing();
    core.key(Key::Esc);
    core.hides("Fibre in Setagaya");
    core.key(Key::Char('i'));
    core.shows("Fibre in Setagaya");
    core.key(Key::Esc);
    core.key(Key::Esc);
    core.shows("What was typed is kept");
    core.key(Key::Char('H'));
    core.key(Key::Char('i'));
    core.shows("Fibre in Setagaya");
}

#[test]
fn clicks_find_their_rows_below_the_banner() {
    let mut core = Core::new();
    core.with_invoices();
    let incident =
        Incident { what: Text::line("Fibre"), tell: Text::line("soon"), since: core.now, by: Text::line("Kato") };
    core.live(Live::Incident(Some(incident)));
    let y = core.screen().lines().position(|line| line.contains("9001")).unwrap() as u16;
    let mouse = Mouse { kind: MouseKind::Click, x: 5, y };
    core.tell(Msg::Input(Input::Mouse(mouse)));
    assert!(core.line("9001").contains('▸'), "{}", core.screen());
}
