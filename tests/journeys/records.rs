//! What every list can do: gone over, filtered, marked, arranged, copied and written to a file.

use madoguchi::app;
use madoguchi::flow::{AuditAct, Effect, Lists, View};

use super::common::{Desk, options};

/// Rows of the list on the screen.
fn rows(desk: &Desk) -> usize {
    desk.screen().iter().filter(|line| line.contains('¥')).count()
}

#[tokio::test]
async fn enter_goes_over_the_details_and_a_link_leads_to_its_tab() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Emma Lindqvist").await.press("2").await;
    let row = desk.row();
    // Into the pane: up and down now go over the values, the list stays where it is.
    desk.press("enter down down").await;
    assert_eq!(desk.screen().iter().filter(|line| line.contains(row.trim())).count(), 1);
    let copied = desk.press("y").await.copied();
    assert_eq!(copied.as_deref(), Some("¥4,800"), "the third value is what it costs");
    // To the line of text that leads elsewhere, and there.
    desk.click("WHMCS order").await.click("WHMCS order").await;
    desk.assert_shows("› Orders");
}

#[tokio::test]
async fn esc_leaves_the_details_before_it_leaves_the_customer() {
    let mut desk = Desk::open().await;
    desk.open_customer("Emma Lindqvist").await.press("2 enter esc").await;
    desk.assert_shows("› Subscriptions");
    let before = desk.row();
    desk.press("down").await;
    assert_ne!(desk.row(), before, "the list has the keyboard again");
}

#[tokio::test]
async fn the_details_are_made_larger_and_smaller_up_to_an_end() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Emma Lindqvist").await.press("2").await;
    let edge = |desk: &Desk| desk.find("Details").x;
    let ordinary = edge(&desk);
    desk.press("<").await;
    assert!(edge(&desk) < ordinary);
    desk.press(">").await;
    assert_eq!(edge(&desk), ordinary);
    for _ in 0..40 {
        desk.press(">").await;
    }
    let least = edge(&desk);
    desk.press("<").await;
    assert!(edge(&desk) < least, "the end is where it is, however often the key was pressed");
}

#[tokio::test]
async fn a_filter_compares_fields_and_takes_out_what_is_not_wanted() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Zimmermann").await.press("3 d").await;
    let all = rows(&desk);
    desk.keys("/").type_text("status:refunded");
    let refunded = rows(&desk);
    desk.assert_shows("Refunded").assert_hides("✓ Paid");
    assert!(refunded > 0 && refunded < all);
    desk.keys("ctrl-u").type_text("-refunded").assert_hides("Refunded");
    desk.keys("ctrl-u").type_text("total:>1 total:<1").assert_shows("Nothing matches the filter");
    desk.keys("ctrl-u").type_text("合計:>=1 date:<today");
    assert!(rows(&desk) > 0, "a title in the other language names its column");
    desk.keys("ctrl-u").type_text("date:>today").assert_shows("Nothing matches the filter");
    // A field there is not is named with those there are, and what was typed stays.
    desk.keys("ctrl-u").type_text("colour:red refunded");
    desk.assert_shows("no “colour” here").assert_shows("number, date, due").assert_shows("Filter colour:red refunded");
    assert_eq!(rows(&desk), refunded, "the other words hold");
    // Letters left out are forgiven where nothing holds the word itself.
    desk.keys("ctrl-u").type_text("refnded").assert_shows("what comes near").assert_shows("Refunded");
}

#[tokio::test]
async fn masked_numbers_cannot_be_compared_either() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Emma Lindqvist").await.press("5").await;
    desk.keys("/").type_text("line:>000").assert_shows("Nothing matches the filter");
    desk.keys("esc").press("R").await.keys("/").type_text("line:>000");
    desk.assert_hides("Nothing matches the filter");
}

#[tokio::test]
async fn what_no_row_matches_is_looked_for_among_the_customers() {
    let mut desk = Desk::open().await;
    desk.open_customer("Zimmermann").await.press("3").await;
    desk.keys("/").type_text("Emma Lindqvist");
    desk.press("enter").await.assert_shows("Find Emma Lindqvist").assert_shows("C-000001");
    // And the filter's key on an empty filter goes there at once.
    desk.open_customer("Zimmermann").await.press("3 / /").await.assert_hides("› Billing").assert_hides("Filter");
    desk.type_text("Rui Duarte").settle().await;
    desk.assert_shows("Find Rui Duarte");
}

#[tokio::test]
async fn marked_rows_are_counted_and_copied_together() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Zimmermann").await.press("3").await;
    desk.press("space space").await.assert_shows("2 marked");
    let copied = desk.press("y").await.copied().unwrap();
    assert_eq!(copied.lines().count(), 2, "{copied:?}");
    desk.press("down down M").await.assert_shows("5 marked");
    // Marks stay on their rows whatever is shown and however it is sorted.
    desk.press("s S").await.assert_shows("5 marked");
    desk.press("*").await.assert_hides("5 marked");
    let all = desk.line_with("marked");
    desk.press("*").await.assert_hides("marked");
    desk.keys("/").type_text("refunded");
    desk.press("enter *").await;
    assert_ne!(desk.line_with("marked"), all, "only what is shown is marked");
    desk.press("esc").await.assert_shows("marked");
    desk.press("esc").await.assert_hides("marked").assert_shows("› Billing");
}

/// Path and content of the file that was asked for last.
fn exported(desk: &Desk) -> Option<(String, String)> {
    desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Export { path, content } => Some((path.display().to_string(), content.clone())),
        _ => None,
    })
}

#[tokio::test]
async fn columns_are_hidden_moved_and_sorted_by() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Zimmermann").await.press("3 d").await;
    let titles = |desk: &Desk| desk.line_with("Number").split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let before = titles(&desk);
    assert_eq!(before[..2], ["Number", "Date"]);
    // The second column goes, the third goes to the front and sorts, largest first.
    desk.press("| down space down K K s s").await.assert_shows("largest first");
    desk.press("enter").await.assert_shows("▾");
    let after = titles(&desk);
    assert_eq!(after.len(), before.len() - 1, "{after:?}");
    assert!(!after.contains(&"Date".to_owned()) && after[0].starts_with(&before[2]), "{after:?}");
    // Esc leaves everything as it was.
    desk.press("| space esc").await;
    assert_eq!(titles(&desk), after);
    // The next customer's list has the same columns.
    desk.open_customer("Emma Lindqvist").await.press("3").await;
    assert_eq!(titles(&desk), after);
    // And a view brings everything back.
    desk.press("w enter").await;
    assert_eq!(titles(&desk), before);
}

#[tokio::test]
async fn a_view_filters_and_sorts_at_once_in_either_language() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Zimmermann").await.press("3 w").await;
    desk.type_text("unpaid").press("enter").await.assert_shows("Filter status:unpaid").assert_hides("✓ Paid");
    desk.press("esc L w").await;
    desk.type_text("未払い").press("enter").await.assert_shows("status:unpaid").assert_hides("✓ 支払済");
}

#[test]
fn a_configured_view_with_a_wrong_word_is_refused_with_the_right_one() {
    let now = "2026-11-22T01:00:00Z".parse().unwrap();
    let check = |view: View| {
        let lists = Lists { views: vec![view], ..Lists::default() };
        app::check(&app::Options { lists, ..options() }, now)
    };
    let view = || View {
        list: "invoices".to_owned(),
        name: "Large".to_owned(),
        columns: vec!["number".to_owned(), "total".to_owned()],
        sort: "-total".to_owned(),
        filter: "status:unpaid total:>=10000".to_owned(),
    };
    assert_eq!(check(view()), Ok(()));
    for (wrong, right) in [
        (View { list: "invoice".to_owned(), ..view() }, "did you mean \"invoices\""),
        (View { columns: vec!["totl".to_owned()], ..view() }, "did you mean \"total\""),
        (View { sort: "-stauts".to_owned(), ..view() }, "did you mean \"status\""),
        (View { filter: "dew:today".to_owned(), ..view() }, "did you mean \"due\""),
    ] {
        let why = check(wrong).unwrap_err();
        assert!(why.contains(right) && why.contains("Large"), "{why}");
    }
}

#[tokio::test]
async fn the_copy_menu_takes_the_row_or_any_cell() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Zimmermann").await.press("3 Y").await.assert_shows("Whole row");
    desk.press("down enter").await;
    let row = desk.copied().unwrap();
    assert!(row.contains('\t') && row.contains('¥'), "{row:?}");
    desk.press("Y").await.type_text("total").press("enter").await;
    assert!(desk.copied().unwrap().starts_with('¥'));
    // A masked number is copied as it is shown; shown, its copy is audited.
    desk.open_customer("Emma Lindqvist").await.press("5 Y").await.type_text("line").press("enter").await;
    assert_eq!(desk.copied().as_deref(), Some("***-****-0001"));
    assert!(desk.audited().is_empty());
    desk.press("R Y").await.type_text("09").press("enter").await;
    assert!(desk.audited().iter().any(|entry| entry.act == AuditAct::CopyPersonal));
}

#[tokio::test]
async fn a_list_is_written_to_a_file_as_it_is_shown() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Emma Lindqvist").await.press("5 ctrl-e").await;
    desk.assert_shows("stays masked").assert_shows(".csv");
    desk.press("enter").await;
    let (path, content) = exported(&desk).unwrap();
    assert!(path.contains("lines-2026-11-22") && path.contains(".csv"), "{path}");
    assert!(content.starts_with("\u{feff}line,") && content.contains("***-****-0001"), "{content}");
    assert!(desk.audited().is_empty(), "nothing personal is in it");
    // What is empty is not written, which is said.
    desk.press("5 ]").await.press("6 ] ctrl-e").await.assert_shows("there is nothing to write to a file");
    // Marked rows come first in the choice; the form of the file gives its name the ending.
    desk.press("3 space space ctrl-e").await.assert_shows("marked (2)");
    desk.press("down right").await.assert_shows(".json");
    desk.press("enter").await;
    let (path, content) = exported(&desk).unwrap();
    assert!(path.contains(".json") && content.lines().count() == 4, "{content}");
    assert!(content.contains("\"total\":"), "{content}");
}

#[tokio::test]
async fn what_is_revealed_leaves_only_with_a_reason_that_is_audited_first() {
    let mut desk = Desk::open().await;
    desk.resize(160, 40).open_customer("Emma Lindqvist").await.press("5 R").await;
    desk.effects.clear();
    desk.press("ctrl-e").await.assert_shows("will stand in the file");
    desk.press("enter").await.assert_shows("Needed here");
    assert_eq!(exported(&desk), None);
    desk.type_text("asked for by the customer").press("enter").await;
    let (_, content) = exported(&desk).unwrap();
    assert!(!content.contains("***"), "{content}");
    assert!(
        matches!(&desk.effects[..], [Effect::Audit(entry), Effect::Export { .. }]
            if entry.act == AuditAct::Export && entry.note.contains("asked for by the customer")),
        "{:?}",
        desk.effects
    );
}
