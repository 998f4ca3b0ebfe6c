//! Keys as the configuration gives them: others, none, one after the other, counted.

use madoguchi::flow::{Effect, Input, Mouse, MouseKind, Msg};

use super::common::Desk;

const VIM: &str = "[keys]\npreset = \"vim\"\n";

/// The row of the list of invoices that the cursor stands on, from 0.
fn row(desk: &Desk) -> Option<usize> {
    let screen = desk.screen();
    let head = screen.iter().position(|line| line.starts_with("  Number"))?;
    screen[head + 1..].iter().position(|line| line.starts_with("▸ "))
}

#[tokio::test]
async fn an_action_has_the_keys_it_was_given_and_every_hint_says_so() {
    let mut desk = Desk::with_keys(
        "[keys.desk]\nboard = [\"f7\"]\nrefresh = [\"ctrl-r\"]\npalette = [\"f6\"]\nnotices = []\nhelp = [\"f9\"]\n",
    )
    .await;
    desk.assert_shows("F6 actions").assert_shows("F9 help").assert_hides("Ctrl-P").assert_hides("F1 ");
    desk.press("f9").await.assert_shows("What works here").assert_shows("F7").assert_shows("Ctrl-R");
    desk.press("esc").await;
    desk.open_customer("Emma Lindqvist").await;
    desk.assert_shows("Ctrl-R read again").assert_hides("r read again");
    desk.press("n").await.assert_hides("Notices");
    desk.press("b").await.assert_shows("Emma Lindqvist");
    desk.press("f6").await;
    desk.type_text("happened").assert_shows("Show what happened elsewhere");
    desk.press("enter").await.assert_shows("Notices");
    desk.press("esc f7").await.assert_hides("› Dashboard");
}

#[tokio::test]
async fn a_letter_given_to_the_help_is_still_a_letter_in_the_search_box() {
    let mut desk = Desk::with_keys("[keys.desk]\nhelp = [\"Q\", \"f1\"]\n").await;
    desk.type_text("Quinn").settle().await;
    desk.assert_hides("What works here").assert_shows("Find Quinn");
    desk.press("esc Q").await.assert_shows("What works here");
}

#[tokio::test]
async fn what_may_follow_is_shown_until_something_does() {
    let mut desk =
        Desk::with_keys("[keys.desk]\nboard = [\"; b\"]\nhelp = [\"; h\", \"f1\"]\npack = [\"; p\"]\n").await;
    desk.open_customer("Emma Lindqvist").await.press(";").await;
    desk.assert_shows("b  What waits").assert_shows("h  What works here").assert_shows("Esc back");
    // What cannot be done here says why; nothing that was pressed wrongly is done.
    desk.press("z").await.assert_shows("; z: nothing here").assert_shows("b  What waits");
    desk.press("h").await.assert_shows("┌─ What works here").assert_hides("nothing here");
    desk.press("esc ; esc").await.assert_hides("b  What waits").assert_shows("C-000001");
    desk.press("b").await.assert_shows("C-000001");
    desk.press(";").await;
    desk.handle(Msg::Input(Input::Mouse(Mouse { kind: MouseKind::WheelDown, x: 60, y: 20 })));
    desk.assert_hides("b  What waits");
    desk.press("; b").await.assert_hides("› Dashboard");
    desk.press("; ctrl-q").await;
    assert_eq!(desk.effects, [Effect::Quit], "whatever was begun");
}

#[tokio::test]
async fn what_may_follow_is_said_in_the_language_of_the_desk() {
    let mut desk = Desk::with_keys("[keys]\npreset = \"vim\"\n").await;
    desk.open_customer("Emma Lindqvist").await.press("L g").await;
    desk.assert_shows("g  ").assert_shows("Esc 戻る").assert_hides("Esc back");
}

#[tokio::test]
async fn vi_counts_and_goes_where_it_is_told() {
    let mut desk = Desk::with_keys(VIM).await;
    desk.open_customer("Emma Lindqvist").await.assert_shows("g 1-6 tabs");
    desk.press("g 3").await.assert_shows("› Billing");
    desk.press("g t").await.assert_shows("› Orders");
    desk.press("g T").await.assert_shows("› Billing");
    desk.press("alt-1").await.assert_shows("› Dashboard");
    desk.press("2 g t").await.assert_shows("› Billing");
    let first = row(&desk);
    assert_eq!(first, Some(0), "{}", desk.screen().join("\n"));
    desk.press("2 j").await;
    assert_eq!(row(&desk), Some(2));
    desk.press("2").await.assert_shows("2 times");
    desk.press("k").await.assert_hides("2 times");
    assert_eq!(row(&desk), Some(0));
    desk.press("3 G").await;
    assert_eq!(row(&desk), Some(2));
    desk.press("2 g g").await;
    assert_eq!(row(&desk), Some(1));
    desk.press("g g").await;
    assert_eq!(row(&desk), Some(0));
    // A number that is left does nothing; in a filter it is text.
    desk.press("5 esc j").await;
    assert_eq!(row(&desk), Some(1));
    desk.press("/ 5").await.assert_hides("5 times");
    desk.press("esc esc q").await;
    assert_eq!(desk.effects, [Effect::Quit]);
}

#[tokio::test]
async fn in_the_plain_layout_a_digit_is_a_tab_at_once() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("3").await.assert_shows("› Billing").assert_shows("1-6 tabs");
    desk.press("g").await;
    assert_eq!(row(&desk), Some(0));
}

#[tokio::test]
async fn keys_that_others_take_first_are_told_at_the_start() {
    let desk = Desk::with_keys("[keys.desk]\nboard = [\"ctrl-b\"]\n").await;
    desk.assert_shows("Ctrl-B may not reach the desk: tmux takes it first");
    let desk = Desk::with_keys("[keys.desk]\nboard = [\"Q\"]\n").await;
    desk.assert_hides("may not reach");
}

#[tokio::test]
async fn another_configuration_counts_at_once_and_a_wrong_one_changes_nothing() {
    let mut desk = Desk::with_keys("[keys.desk]\nboard = [\"f7\"]\n").await;
    desk.open_customer("Emma Lindqvist").await.press("f7").await.assert_hides("› Dashboard");
    desk.press("esc").await;
    desk.open_customer("Emma Lindqvist").await;
    desk.reconfigure("[keys.desk]\nboard = [\"f8\"]\n").assert_shows("The configuration was read again");
    desk.press("f7").await.assert_shows("C-000001");
    desk.press("f8").await.assert_hides("› Dashboard");
    desk.reconfigure("[keys.desk]\nboard = [\"f8\"]\nhelp = [\"f8\"]\n");
    desk.assert_shows("config.toml:").assert_shows(": keys.desk.");
    desk.press("f8").await.assert_hides("What works here");
    assert!(desk.effects.is_empty());
}

#[tokio::test]
async fn what_lies_over_the_screen_has_keys_of_its_own_that_can_be_others() {
    let mut desk = Desk::with_keys(
        "[keys.centre]\nmute = [\"f3\"]\nrules = []\nkind = [\"K\"]\n[keys.overlay]\nleave = [\"f12\"]\n\
         [keys.systems]\nincident = [\"f6\"]\n[keys.desk]\nback = []\n",
    )
    .await;
    desk.open_customer("Emma Lindqvist").await.press("n").await;
    desk.assert_shows("F3 mute").assert_shows("K all kinds").assert_hides("rules").assert_hides("m mute");
    desk.assert_shows("F12 back");
    desk.press("M").await.assert_shows("Notices");
    desk.press("f12").await.assert_hides("Notices");
    desk.press("H").await.assert_shows("F6 something is out");
    desk.press("esc").await.assert_hides("F6 something is out");
}

#[tokio::test]
async fn a_change_is_confirmed_with_the_key_it_was_given_and_with_no_other() {
    let mut desk = Desk::with_keys(
        "[keys.form]\nsubmit = [\"f10\"]\n[keys.confirm]\nconfirm = [\"C\"]\n[keys.dashboard]\nremind = [\"f4\"]\n",
    )
    .await;
    desk.open_customer("Emma Lindqvist").await.press("f4").await;
    desk.assert_shows("F10 go on");
    desk.type_text("Call back about the bill").press("tab").await;
    desk.type_text("3d").press("enter").await.assert_shows("F10 go on");
    desk.press("f10").await;
    desk.assert_shows("C confirm").assert_shows("Is this right?");
    desk.pass_seconds(1).press("y").await.assert_shows("Is this right?");
    desk.press("C").await.assert_hides("Is this right?");
    assert!(desk.effects.iter().any(|it| matches!(it, Effect::Run(_))), "{:?}", desk.effects);
}
