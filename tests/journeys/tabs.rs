//! The six tabs: real rows, any order, a filter, and a detail pane.

use madoguchi::flow::{Effect, MouseKind};

use super::common::Desk;

#[tokio::test]
async fn six_tabs_list_what_the_systems_hold() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Emma Lindqvist").await;
    for (key, tab, rows) in [
        ("1", "Dashboard", &["To do", "At a glance", "Pay methods"][..]),
        ("2", "Subscriptions", &["Internet Silver (Home 1G)", "SIM Voice 10GB", "¥1,980"]),
        ("3", "Billing", &["¥7,458", "✓ Paid", "2026-11-10"]),
        ("4", "Orders", &["00000001", "00000002", "✓ Processed", "SF", "WH"]),
        ("5", "SIM", &["***-****-0001", "9.5 GB", "5G"]),
        ("6", "Support", &["Change of e-mail address", "Closed"]),
    ] {
        desk.press(key).await.assert_shows(&format!("› {tab}"));
        for row in rows {
            desk.assert_shows(row);
        }
    }
    // The tab keys go round.
    desk.press("tab").await.assert_shows("› Dashboard");
    desk.press("backtab").await.assert_shows("› Support");
    desk.press("left").await.assert_shows("› SIM");
}

#[tokio::test]
async fn six_lines_of_one_customer_are_listed_and_read_one_by_one() {
    let mut desk = Desk::open().await;
    desk.open_customer("Rui Duarte").await.assert_shows("6 lines, 1 read from Freebit");
    desk.press("5").await;
    let lines = desk.screen().iter().filter(|line| line.contains("***-****-")).count();
    assert!(lines >= 6, "{}", desk.screen().join("\n"));
    desk.press("G").await.assert_shows("Not read yet");
    desk.press("u").await.assert_hides("Not read yet");
    desk.press("1").await.assert_shows("6 lines, 2 read from Freebit");
}

/// Amounts of the rows on the screen, top to bottom.
fn amounts(desk: &Desk) -> Vec<i64> {
    let amount = |line: &String| {
        let (_, rest) = line.split_once('¥')?;
        let digits: String =
            rest.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect();
        digits.parse().ok()
    };
    desk.screen().iter().skip(3).filter_map(amount).collect()
}

/// Where the titles of the columns stand: below the bar of pages, where the tab has one.
fn titles(desk: &Desk) -> usize {
    let screen = desk.screen();
    2 + usize::from(!screen[2].contains("Status") && !screen[2].contains("Kind"))
}

#[tokio::test]
async fn a_list_is_sorted_by_every_column_and_turned_around() {
    let mut desk = Desk::open().await;
    desk.resize(200, 40).open_customer("Zimmermann").await.press("3 d").await;
    desk.press("s s s s").await; // number, date, due, total
    let ascending = amounts(&desk);
    assert!(ascending.len() > 20 && ascending.is_sorted(), "{ascending:?}");
    desk.press("S").await;
    let descending = amounts(&desk);
    assert!(descending.iter().rev().is_sorted() && descending != ascending, "{descending:?}");
    // One press a column, and after the last one the order the rows came in.
    for (tab, columns) in [("2", 4..12), ("3", 4..12), ("4", 4..12), ("6", 4..12)] {
        // Without the detail pane every column is in sight.
        desk.open_customer("Emma Lindqvist").await.press(tab).await.press("d").await;
        let at = titles(&desk);
        let (unsorted, rows) = (desk.screen()[at].clone(), desk.screen()[at..].len());
        let mut sorted = 0;
        while sorted < 20 && desk.press("s").await.screen()[at] != unsorted {
            sorted += 1;
            assert_eq!(desk.screen()[at].matches(['▴', '▾']).count(), 1, "{}", desk.screen()[at]);
            assert_eq!(desk.screen()[at..].len(), rows);
        }
        assert!(columns.contains(&sorted), "tab {tab} has {sorted} columns to sort by");
    }
}

#[tokio::test]
async fn a_long_list_says_how_much_of_it_was_read() {
    let mut desk = Desk::open().await;
    desk.open_customer("Zimmermann").await.press("3").await;
    let bar = desk.screen()[1].clone();
    assert!(bar.contains("of 400 read") || bar.contains("WH now"), "{bar}");
    let first = desk.row();
    desk.press("G").await;
    assert_ne!(desk.row(), first);
    desk.press("g").await;
    assert_eq!(desk.row(), first);
    desk.press("pagedown pageup").await;
    assert_eq!(desk.row(), first);
}

#[tokio::test]
async fn a_filter_keeps_what_it_shows_and_esc_drops_it() {
    let mut desk = Desk::open().await;
    desk.open_customer("Zimmermann").await.press("3").await;
    desk.keys("f").type_text("refunded");
    desk.assert_shows("Filter refunded").assert_shows("Refunded").assert_hides("✓ Paid");
    assert!(desk.draw().1.is_some(), "the cursor stands in the filter");
    desk.press("enter").await.assert_shows("Filter refunded");
    assert!(desk.draw().1.is_none());
    desk.press("esc").await.assert_hides("Filter refunded").assert_shows("✓ Paid");
    desk.assert_shows("› Billing");
    desk.keys("f").type_text("no such words").assert_shows("Nothing matches the filter");
    desk.press("esc esc").await.assert_shows("Find Zimmermann");
}

#[tokio::test]
async fn masked_data_cannot_be_guessed_through_the_filter() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("5").await;
    desk.keys("f").type_text("0900100").assert_shows("Nothing matches the filter");
}

#[tokio::test]
async fn the_detail_pane_follows_the_cursor_scrolls_and_goes() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("2").await;
    desk.assert_shows("Details").assert_shows("Name              Internet Silver (Home 1G)");
    desk.press("down down").await.assert_shows("Name              SIM Voice 10GB");
    desk.press("d").await.assert_hides("Details");
    desk.press("d").await.assert_shows("Details");
    desk.resize(80, 24).press("5").await;
    let before = desk.screen();
    desk.press("J J").await;
    assert_ne!(desk.screen(), before, "the details scroll");
    desk.press("K K").await;
    assert_eq!(desk.screen(), before);
}

#[tokio::test]
async fn copying_takes_the_number_under_the_cursor() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("1 y").await;
    assert_eq!(desk.effects, [Effect::Copy("C-000001".to_owned())]);
    desk.effects.clear();
    desk.press("5 y").await.assert_shows("this was written to the audit log");
    assert_eq!(desk.audited().len(), 1);
    assert!(matches!(&desk.effects[..], [Effect::Audit(_), Effect::Copy(_)]), "audited first: {:?}", desk.effects);
}

#[tokio::test]
async fn the_mouse_chooses_rows_sorts_by_titles_and_scrolls() {
    let mut desk = Desk::open().await;
    desk.open_customer("Zimmermann").await;
    desk.click("3 Billing").await.assert_shows("› Billing");
    let rows = desk.screen();
    let fifth = rows[7].split_whitespace().next().unwrap().to_owned();
    desk.click(&fifth).await;
    assert!(desk.row().starts_with(&fifth), "{}", desk.row());
    desk.press("g").await;
    desk.click("Total").await;
    let sorted = amounts(&desk);
    assert!(sorted.is_sorted(), "{sorted:?}");
    desk.click("Total").await;
    assert!(amounts(&desk).iter().rev().is_sorted());
    desk.press("g").await;
    let top = titles(&desk) + 1;
    let first = |desk: &Desk| desk.screen()[top].split_whitespace().nth(1).unwrap().to_owned();
    let before = first(&desk);
    desk.mouse(MouseKind::WheelDown, "¥");
    assert_ne!(first(&desk), before);
    desk.mouse(MouseKind::WheelUp, "¥");
    assert_eq!(desk.screen()[top].split_whitespace().next().unwrap(), "1");
}

#[tokio::test]
async fn actions_are_found_by_their_words_in_either_language() {
    let mut desk = Desk::open().await;
    desk.keys("ctrl-p").type_text("テーマ");
    desk.assert_shows("Change the theme");
    desk.keys("esc esc L ctrl-p").type_text("change the theme");
    desk.assert_shows("配色 (テーマ) を変更");
}

#[tokio::test]
async fn copying_where_nothing_is_says_so() {
    let mut desk = Desk::open().await;
    desk.open_customer("C-000002").await.press("6 y").await.assert_shows("Nothing to copy here");
    assert!(!desk.effects.iter().any(|effect| matches!(effect, madoguchi::flow::Effect::Copy(_))));
}

#[tokio::test]
async fn help_says_first_what_the_screen_is_for() {
    for language in ["", "L"] {
        let mut desk = Desk::open().await;
        desk.resize(120, 40).press("esc").await;
        if !language.is_empty() {
            desk.press(language).await;
        }
        let (here, board) =
            if language.is_empty() { ("Where you are", "What waits") } else { ("この画面", "全顧客") };
        desk.press("?").await.assert_shows(here).assert_shows(board);
        desk.press("esc").await.open_customer("Emma Lindqvist").await;
        for tab in 1..=6 {
            desk.press(&tab.to_string()).await;
            let first = desk.screen()[2].clone();
            // Every page of the tab, until the first comes again.
            for _ in 0..7 {
                desk.press("?").await.assert_shows(here).assert_hides("about-");
                desk.press("esc ]").await;
                if desk.screen()[2] == first {
                    break;
                }
            }
        }
    }
}
