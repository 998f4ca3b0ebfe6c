//! The real cursor stands where text goes, in every line that can be typed into: input methods open their candidates there.

use madoguchi_ui::text;
use ratatui::layout::Position;

use super::common::{Desk, line};

/// Where the cursor stands, if it does.
#[track_caller]
fn cursor(desk: &Desk, what: &str) -> Position {
    let (buffer, at) = desk.draw();
    let at = at.unwrap_or_else(|| panic!("{what}: there is no cursor on\n{}", desk.screen().join("\n")));
    assert!(buffer.area.contains(at), "{what}: {at:?}");
    at
}

/// Types two wide characters: they stand where the cursor was, and it stands behind them.
#[track_caller]
fn types(desk: &mut Desk, what: &str) {
    let before = cursor(desk, what);
    desk.type_text("高瀬");
    let after = cursor(desk, what);
    assert_eq!(after, Position::new(before.x + 4, before.y), "{what}");
    let row = line(&desk.draw().0, before.y);
    let written = row.match_indices("高瀬").any(|(at, _)| text::width(&row[..at]) == usize::from(before.x));
    assert!(written, "{what}: typed at {before:?} of {row:?}");
}

/// The same where nobody may read it: a sign for each character.
#[track_caller]
fn types_hidden(desk: &mut Desk, what: &str) {
    let before = cursor(desk, what);
    desk.type_text("1高");
    assert_eq!(cursor(desk, what), Position::new(before.x + 2, before.y), "{what}");
    assert!(!desk.screen().concat().contains("1高"), "{what}: it can be read");
}

#[tokio::test]
async fn it_stands_where_text_goes_in_every_input() {
    let mut desk = Desk::open().await;
    types(&mut desk, "the search");
    desk.open_customer("窓口商事").await;
    desk.press("3 /").await;
    types(&mut desk, "the filter of a list");
    desk.press("esc :").await;
    types(&mut desk, "the palette");
    desk.press("esc T").await;
    types(&mut desk, "the themes");
    desk.press("esc Y").await;
    types(&mut desk, "what to copy");
    desk.press("esc w").await;
    types(&mut desk, "the views");
    desk.press("esc ctrl-e down down").await;
    types(&mut desk, "the path of an export");
    desk.press("esc +").await;
    types(&mut desk, "the list of changes");
    desk.press("esc 1 +").await.type_text("note").press("enter").await;
    types(&mut desk, "the form of a change");
    desk.press("esc esc :").await.type_text("pack").press("enter").await;
    types_hidden(&mut desk, "the passphrase of a pack");
}
