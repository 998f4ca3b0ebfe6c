//! What every list can do: gone over, filtered, marked, arranged, copied and written to a file.

use super::common::Desk;

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
