//! What every list can do: gone over, filtered, marked, arranged, copied and written to a file.

use super::common::Desk;

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
    assert_eq!(copied.as_deref(), Some("Internet"), "the third value is what kind of service it is");
    // To the line of text that leads elsewhere, and there.
    for _ in 0..12 {
        desk.press("down").await;
        desk.press("enter").await;
        if !desk.screen()[0].contains("› Subscriptions") {
            break;
        }
    }
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
