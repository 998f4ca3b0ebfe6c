//! Every state on every size: nothing panics, nothing leaves the screen, nothing from outside reaches the terminal.

use madoguchi::flow::{Input, Mouse, MouseKind, Msg};
use madoguchi::sandbox::faults::{Fault, Order};
use ratatui::buffer::Buffer;

use super::common::Desk;

const SIZES: [(u16, u16); 12] = [
    (1, 1),
    (2, 1),
    (1, 30),
    (30, 1),
    (50, 15),
    (79, 24),
    (80, 23),
    (80, 24),
    (81, 25),
    (120, 40),
    (200, 60),
    (300, 24),
];

/// Ways to get somewhere, from an open desk.
const WAYS: [&str; 23] = [
    "",
    "esc",
    "f1",
    "ctrl-p",
    "esc n",
    "esc @",
    "enter",
    "enter 2",
    "enter 3",
    "enter 4",
    "enter 5",
    "enter 6",
    "enter 2 d",
    "enter 3 f 7",
    "enter 3 s s S",
    "enter 5 G J J J",
    "enter 6 G pagedown pageup",
    "enter R",
    "enter 5 R",
    "enter ?",
    "enter 4 :",
    "enter L",
    "enter 5 L T T T",
];

/// No cell may hold what a terminal obeys, what reorders text, or what cannot be seen.
#[track_caller]
fn assert_harmless(buffer: &Buffer, state: &str) {
    for (at, cell) in buffer.content.iter().enumerate() {
        let symbol = cell.symbol();
        let hostile = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
                || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{061c}' | '\u{fff9}'..='\u{fffb}')
        };
        assert!(!symbol.contains(hostile), "{state}: cell {at} holds {}", symbol.escape_unicode());
        assert!(madoguchi_ui::text::width(symbol) <= 2, "{state}: {symbol:?} is wider than two cells");
    }
}

/// Wide characters keep their second cell, so that each row is as wide as the screen.
#[track_caller]
fn assert_exact(buffer: &Buffer, state: &str) {
    for y in 0..buffer.area.height {
        let line = super::common::line(buffer, y);
        let width = madoguchi_ui::text::width(&line);
        assert_eq!(width, usize::from(buffer.area.width), "{state}: row {y} is {width} wide: {line:?}");
    }
}

async fn on_every_size(desk: &mut Desk, state: &str) {
    for (width, height) in SIZES {
        let state = format!("{state} at {width}×{height}");
        let (buffer, cursor) = desk.resize(width, height).draw();
        assert_harmless(&buffer, &state);
        assert_exact(&buffer, &state);
        if let Some(at) = cursor {
            assert!(buffer.area.contains(at), "{state}: the cursor is at {at}");
        }
        // Keys and clicks where there is hardly a screen.
        for key in ["down", "pageup", "up"] {
            desk.keys(key);
        }
        for (x, y) in [(0, 0), (width / 2, height / 2), (width, height), (u16::MAX, u16::MAX)] {
            for kind in [MouseKind::WheelDown, MouseKind::WheelUp] {
                desk.handle(Msg::Input(Input::Mouse(Mouse { kind, x, y })));
            }
        }
        desk.draw();
    }
    desk.resize(120, 40).settle().await;
}

#[tokio::test]
async fn every_state_fits_every_size() {
    for customer in ["Emma Lindqvist", "Rui Duarte", "#1046"] {
        for way in WAYS {
            let mut desk = Desk::open().await;
            desk.search(customer).await.press(way).await;
            on_every_size(&mut desk, &format!("{customer} {way:?}")).await;
        }
    }
}

#[tokio::test]
async fn hostile_and_endless_words_stay_words() {
    for customer in ["Hostile", "Wijesundara", "髙雄", "山添", "窓口商事"] {
        for way in [
            "",
            "enter",
            "enter R",
            "enter 2",
            "enter 3",
            "enter 4",
            "enter 5 R",
            "enter 6",
            "enter 6 G",
            "enter 6 down d",
        ] {
            let mut desk = Desk::open().await;
            desk.search(customer).await.press(way).await;
            on_every_size(&mut desk, &format!("{customer} {way:?}")).await;
        }
    }
    let mut desk = Desk::open().await;
    desk.open_customer("Hostile").await.press("6").await;
    desk.assert_shows("Your terminal is m"); // the words are there, their commands are not
}

#[tokio::test]
async fn hostile_words_of_a_failing_system_stay_words() {
    let sentence = "\u{1b}]0;owned\u{7}\u{202e}\u{9b}2J down\u{0} \u{200b}".repeat(50);
    let fault = Fault::VendorError { code: "403".to_owned(), message: Some(sentence) };
    let mut desk = Desk::open().await;
    desk.search("Emma Lindqvist").await;
    desk.sandbox.misbehave(Order::everywhere(fault));
    desk.press("enter").await;
    for key in ["1", "2", "5", "6", "n"] {
        desk.press(key).await;
        on_every_size(&mut desk, &format!("a hostile refusal on {key}")).await;
    }
}

#[tokio::test]
async fn too_small_a_screen_says_so_and_grows_again() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await;
    let before = desk.screen();
    for (width, height) in [(79, 24), (80, 23), (50, 15)] {
        desk.resize(width, height).assert_shows("Please make the window larger").assert_hides("C-000001");
    }
    desk.resize(1, 1).resize(120, 40);
    assert_eq!(desk.screen(), before);
}
