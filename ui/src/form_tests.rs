use super::*;
use crate::testing::{lines, theme};

fn fields() -> Vec<Field<'static>> {
    vec![
        Field { placeholder: "invoices.csv".into(), ..Field::new("File") }.help("in the folder for downloads"),
        Field::new("形式").options(vec!["CSV".into(), "JSON".into()]),
        Field::new("Reveal personal data").help("asks why"),
        Field::new("Reason").error("at least four letters, because it is kept for the audit"),
    ]
}

fn state() -> FormState {
    FormState::new(vec![
        Value::Text(TextInput::default()),
        Value::Choice { at: 0, of: 2 },
        Value::Check(true),
        Value::Text(TextInput::new("ab")),
    ])
}

fn draw(state: &FormState, width: u16, height: u16) -> (Vec<String>, Option<Position>) {
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    let cursor = Form { fields: &fields(), state }.render(buf.area, &mut buf, &theme());
    (lines(&buf).iter().map(|line| line.trim_end().to_owned()).collect(), cursor)
}

#[test]
fn labels_fields_and_what_is_wrong_with_them() {
    let (lines, cursor) = draw(&state(), 60, 9);
    assert_eq!(
        lines,
        [
            "▸ File                  invoices.csv",
            "                        in the folder for downloads",
            "  形式                  (*) CSV  ( ) JSON",
            "  Reveal personal data  [x]",
            "                        asks why",
            "  Reason                ab",
            "                        ✗ at least four letters, because it",
            "                          is kept for the audit",
            "",
        ]
    );
    assert_eq!(cursor, Some(Position::new(24, 0)));
}

#[test]
fn in_little_room_labels_stand_above() {
    let mut it = state();
    it.focus = 1;
    let (lines, cursor) = draw(&it, 18, 7);
    assert_eq!(
        lines,
        [
            "  File           ▐",
            "  invoices.csv   ▐",
            "  in the folder  ▐",
            "  for downloads",
            "▸ 形式",
            "  < CSV >",
            "  Reveal persona⋯",
        ]
    );
    assert_eq!(cursor, None);
}

#[test]
fn keys_go_to_the_field_with_the_keyboard() {
    let fields = fields();
    let area = Rect::new(0, 0, 60, 9);
    let mut it = state();
    assert!(it.edit(Edit::InsertChar('x')) && it.paste("yz"));
    assert_eq!(it.text(0), "xyz");
    assert!(!it.turn(true));
    it.go(Move::By(1), &fields, area);
    assert!(it.turn(true) && it.choice(1) == Some(1));
    assert!(it.turn(true) && it.choice(1) == Some(0));
    assert!(it.turn(false) && it.choice(1) == Some(1));
    assert!(!it.edit(Edit::InsertChar('x')) && !it.paste("x"));
    it.go(Move::By(1), &fields, area);
    assert!(it.turn(true) && !it.is_checked(2));
    it.go(Move::By(9), &fields, area);
    assert_eq!(it.focus, 3);
    assert_eq!((it.text(1), it.choice(0), it.is_checked(9)), ("", None, false));
}

#[test]
fn the_field_with_the_keyboard_is_in_sight() {
    let fields = fields();
    let area = Rect::new(0, 0, 60, 3);
    let mut it = state();
    it.go(Move::End, &fields, area);
    let (lines, cursor) = draw(&it, 60, 3);
    assert!(lines[0].starts_with("▸ Reason"), "{lines:?}");
    assert_eq!(cursor.unwrap().y, 0);
}

#[test]
fn clicks_choose_tick_and_place_the_cursor() {
    let fields = fields();
    let area = Rect::new(5, 2, 60, 9);
    let mut it = state();
    let mut click = |x: u16, y: u16| {
        let hit = it.click(Position::new(5 + x, 2 + y), &fields, area);
        (hit, it.focus, it.choice(1), it.is_checked(2))
    };
    assert_eq!(click(34, 2), (true, 1, Some(1), true));
    assert_eq!(click(32, 2), (true, 1, Some(1), true));
    assert_eq!(click(25, 2), (true, 1, Some(0), true));
    assert_eq!(click(25, 3), (true, 2, Some(0), false));
    assert_eq!(click(3, 0), (true, 0, Some(0), false));
    assert_eq!(click(25, 8), (false, 0, Some(0), false));
    assert!(it.click(Position::new(29, 7), &fields, area));
    it.edit(Edit::InsertChar('x'));
    assert_eq!(it.text(3), "xab");
}

#[test]
fn what_was_typed_is_not_for_debug_output() {
    let mut it = state();
    it.paste("hunter2");
    assert!(!format!("{it:?}").contains("hunter2"));
}

#[test]
fn what_is_hidden_takes_no_line_and_no_keyboard() {
    let mut fields = fields();
    fields[1].hidden = true;
    fields[2].hidden = true;
    let mut it = state();
    let area = Rect::new(0, 0, 60, 9);
    assert_eq!(Form { fields: &fields, state: &it }.height(60), 5);
    it.go(Move::By(1), &fields, area);
    assert_eq!(it.focus, 3);
    it.go(Move::By(-1), &fields, area);
    assert_eq!(it.focus, 0);
    let mut buf = Buffer::empty(area);
    Form { fields: &fields, state: &it }.render(area, &mut buf, &theme());
    let lines: Vec<String> = lines(&buf).iter().map(|line| line.trim_end().to_owned()).collect();
    assert_eq!(lines[..3], ["▸ File    invoices.csv", "          in the folder for downloads", "  Reason  ab"]);
    // What it held is there when it is asked for again.
    assert!(it.is_checked(2));
}
