//! The frame around everything: palette, help, languages, themes, mouse, and the way back.

use madoguchi::flow::{Effect, Input, Key, KeyPress, Mouse, MouseKind, Msg, actions};
use madoguchi::sandbox::faults::{Fault, Order, System};

use super::common::Desk;

#[tokio::test]
async fn the_frame_says_where_one_is_and_how_the_systems_are() {
    let mut desk = Desk::open().await;
    desk.assert_shows("SANDBOX")
        .assert_shows("10:00 JST")
        .assert_shows("✓ SF 7ms now")
        .assert_shows("✓ WH")
        .assert_shows("✓ FB");
    desk.open_customer("Emma Lindqvist").await.assert_shows("Find › Emma Lindqvist C-000001 › Dashboard");
    desk.pass(61).assert_shows("11:01 JST").assert_shows("✓ SF 7ms 1h ago");
    desk.sandbox.misbehave(Order::on(System::Whmcs, Fault::Html500));
    desk.press("r").await.assert_shows("✗ WH down").assert_shows("WHMCS is down");
    desk.press("n").await.assert_shows("Notices").assert_shows("11:01");
    desk.press("esc").await.assert_hides("Notices");
}

#[tokio::test]
async fn the_palette_runs_what_can_be_run_and_greys_the_rest_with_the_reason() {
    let mut desk = Desk::open().await;
    desk.press("ctrl-p").await;
    desk.type_text("reveal").assert_shows("Show or mask personal data").assert_shows("needs an open customer");
    desk.press("enter").await.assert_shows("needs an open customer");
    assert!(desk.effects.is_empty(), "a greyed action does nothing");
    desk.press("esc").await.assert_hides("needs an open customer");

    desk.open_customer("Emma Lindqvist").await.press(":").await;
    desk.type_text("sort").assert_shows("needs a list");
    desk.press("ctrl-u").await;
    desk.type_text("billing").press("enter").await.assert_shows("› Billing");
    desk.press(":").await;
    assert!(desk.draw().1.is_some(), "the cursor stands in the palette's box");
    desk.type_text("no such thing").assert_shows("No such action");
}

#[tokio::test]
async fn every_action_is_in_the_palette() {
    let mut desk = Desk::open().await;
    desk.resize(120, 50).press("ctrl-p").await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in actions() {
        seen.extend(desk.screen());
        desk.press("down").await;
    }
    let all = seen.into_iter().collect::<Vec<_>>().join("\n");
    for words in ["Find a customer", "Leave the desk", "Change the theme", "Read this line from Freebit", "Sort by"] {
        assert!(all.contains(words), "{words} should be in the palette:\n{all}");
    }
}

#[tokio::test]
async fn help_tells_what_works_on_this_screen() {
    let mut desk = Desk::open().await;
    let mut helps = Vec::new();
    for (screen, says, hides) in [
        ("", "What can be typed here", "Show or mask personal data"),
        ("customer", "Show or mask personal data", "Sort by the next column"),
        ("2", "Sort by the next column", "What can be typed here"),
    ] {
        match screen {
            "" => {}
            "customer" => drop(desk.open_customer("Emma Lindqvist").await),
            key => drop(desk.press(key).await),
        }
        desk.resize(120, 60).press("f1").await.assert_shows("What works here");
        desk.assert_shows(says).assert_hides(hides);
        helps.push(desk.screen());
        desk.press("esc").await.assert_hides("What works here");
    }
    assert!(helps[0] != helps[1] && helps[1] != helps[2]);
    desk.press("?").await.assert_shows("What works here");
}

/// Esc leaves whatever is open, and nothing has happened.
#[tokio::test]
async fn esc_backs_out_of_everything_without_effect() {
    for way_in in ["ctrl-p", "f1", "esc n", "esc :", "enter ?", "enter 2 f", "enter 3 :", "enter 5 n", "enter 4 f x y"]
    {
        let mut desk = Desk::open().await;
        desk.search("Emma Lindqvist").await;
        desk.press(way_in).await;
        let deep = desk.screen();
        for _ in 0..4 {
            desk.press("esc").await;
        }
        desk.assert_shows("Find Emma Lindqvist").assert_shows("C-000001");
        assert!(desk.effects.is_empty(), "{way_in}: {:?}", desk.effects);
        assert_ne!(desk.screen(), deep, "{way_in}");
        for _ in 0..8 {
            desk.press("esc").await; // never past the search, never out of the desk
        }
        assert!(desk.effects.is_empty());
    }
}

#[tokio::test]
async fn the_desk_ends_when_asked_and_not_when_typed() {
    for keys in ["ctrl-q", "ctrl-c", "esc q"] {
        let mut desk = Desk::open().await;
        desk.press(keys).await;
        assert_eq!(desk.effects, [Effect::Quit], "{keys}");
    }
    let mut desk = Desk::open().await;
    desk.type_text("q").settle().await;
    assert!(desk.effects.is_empty(), "a q in the box is a letter");
    desk.handle(Msg::Quit);
    assert_eq!(desk.effects, [Effect::Quit]);
}

#[tokio::test]
async fn the_language_changes_everywhere_at_once() {
    let mut desk = Desk::open().await;
    desk.open_customer("Priya Raman").await.assert_shows("To do").assert_shows("No pay method on file");
    desk.press("L").await.assert_hides("To do").assert_hides("No pay method on file").assert_hides("Dashboard");
    let japanese = desk.screen().concat();
    assert!(japanese.contains("ダッシュボード") || japanese.contains('概'), "{japanese}");
    for key in ["2", "3", "4", "5", "6", "?"] {
        desk.press(key).await;
        for english in ["Details", "Status", "Name ", "Sort by", "What works"] {
            desk.assert_hides(english);
        }
    }
    desk.press("esc L 1").await.assert_shows("To do");
}

#[tokio::test]
async fn the_theme_changes_and_only_the_colours_with_it() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await;
    let (first, _) = desk.draw();
    let mut looks = vec![first];
    for name in ["light", "contrast", "mono"] {
        desk.press("T down enter").await.assert_shows(&format!("Theme: {name}"));
        looks.push(desk.draw().0);
    }
    let body = |y: u16| 3..y;
    for pair in looks.windows(2) {
        let styles =
            |look: &ratatui::buffer::Buffer| look.content.iter().map(ratatui::buffer::Cell::style).collect::<Vec<_>>();
        assert_ne!(styles(&pair[0]), styles(&pair[1]));
        for y in body(30) {
            assert_eq!(super::common::line(&pair[0], y), super::common::line(&pair[1], y));
        }
    }
    desk.press("T").await.type_text("dark").press("enter").await;
    assert_eq!(desk.draw().0[(5, 5)].style(), looks[0][(5, 5)].style(), "back to the first");
}

#[tokio::test]
async fn the_mouse_opens_hits_tabs_tasks_and_hints() {
    let mut desk = Desk::open().await;
    desk.search("@example.jp").await;
    let second = desk.screen()[5].trim().chars().take(12).collect::<String>();
    desk.click(&second).await;
    assert!(desk.row().starts_with(second.trim()), "the first click chooses: {}", desk.row());
    desk.click(&second).await.assert_shows("› Dashboard");
    desk.click("5 SIM").await.assert_shows("› SIM");
    desk.click("? help").await.assert_shows("What works here");
    desk.press("esc").await;

    desk.open_customer("Bellini").await;
    desk.click("2 invoices overdue").await.assert_shows("› Billing");
    desk.click("1 Dashboard").await;
    desk.click("Esc back").await.assert_shows("Find Bellini");
    desk.handle(Msg::Input(Input::Mouse(Mouse { kind: MouseKind::Click, x: 10, y: 1 })));
    assert!(desk.draw().1.is_some(), "a click on the box gives it the keyboard");
}

#[tokio::test]
async fn the_wheel_scrolls_hits_and_help() {
    let mut desk = Desk::open().await;
    desk.resize(80, 24).search("@example.jp").await;
    let before = desk.screen();
    desk.mouse(MouseKind::WheelDown, "C-0000");
    assert_ne!(desk.screen()[4..20], before[4..20]);
    desk.mouse(MouseKind::WheelUp, "C-0000");
    assert_eq!(desk.screen()[4], before[4].replace('▸', " "));
    desk.press("f1").await;
    let top = desk.screen();
    desk.mouse(MouseKind::WheelDown, "What works here");
    assert_ne!(desk.screen(), top);
}

#[tokio::test]
async fn held_keys_and_pastes_are_taken_in_one_piece() {
    let mut desk = Desk::open().await;
    desk.handle(Msg::Input(Input::Paste("  Emma\r\nLindqvist\u{7}\u{200b}  ".to_owned())));
    desk.settle().await;
    desk.assert_shows("C-000001");
    desk.open_customer("Zimmermann").await.press("3").await;
    let first = desk.row();
    for _ in 0..3 {
        let held = KeyPress { repeat: true, ..KeyPress::plain(Key::Down) };
        desk.handle(Msg::Input(Input::Key(held)));
    }
    assert_ne!(desk.row(), first, "a held key moves on");
}

/// On a screen that others see nobody's name stands, in hits, lists, notices and texts; what is copied is what it is.
#[tokio::test]
async fn privacy_hides_names_and_numbers_until_they_are_revealed() {
    let mut desk = Desk::open().await;
    desk.search("高瀬").await;
    desk.assert_shows("C-000002");
    desk.press("f2").await.assert_hides("高瀬").assert_hides("C-000002").assert_shows("C-****02");
    desk.press("enter").await;
    for key in ["1", "2", "3", "4", "5", "6"] {
        desk.press(key).await.assert_hides("高瀬").assert_hides("タカセ").assert_hides("C-000002");
    }
    desk.press("1 R").await.assert_shows("高瀬").assert_shows("C-000002");
    desk.press("f2").await.assert_shows("高瀬");
    // What was revealed is not, once others look again.
    desk.press("f2").await.assert_hides("高瀬");
    // Whoever looks over a shoulder does not wait until a form is left.
    desk.press("f2 :").await.assert_shows("高瀬").assert_shows("Actions");
    desk.press("f2").await.assert_hides("高瀬").assert_shows("Actions");
}
