use std::cell::Cell as Counter;

use super::*;
use crate::testing::{lines, theme};

struct Sample {
    len: usize,
    asked: Counter<usize>,
}

impl Rows for Sample {
    fn len(&self) -> usize {
        self.len
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        self.asked.set(self.asked.get() + 1);
        match column {
            0 => ["田中　太郎", "ﾔﾏﾀﾞ", "髙﨑 Hanako"][row % 3].into(),
            1 => format!("{row}円").into(),
            _ => Cell::marked(Mark::ALL[row % Mark::ALL.len()], "word"),
        }
    }
}

fn sample(len: usize) -> Sample {
    Sample { len, asked: Counter::new(0) }
}

fn columns() -> Vec<Column<'static>> {
    vec![
        Column::new("Name", Width::Fill(6)),
        Column::new("Yen", Width::Fixed(6)).right().priority(1),
        Column::new("State", Width::Min(6)).priority(2),
    ]
}

fn draw(rows: &Sample, state: &TableState, width: u16, height: u16) -> Vec<String> {
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    let columns = columns();
    Table { columns: &columns, rows, state, focused: true, empty: "Nothing here" }.render(buf.area, &mut buf, &theme());
    lines(&buf)
}

#[test]
fn japanese_keeps_its_columns() {
    let state = TableState { sort: Some(Sort { column: 1, direction: Direction::Descending }), ..Default::default() };
    assert_eq!(
        draw(&sample(3), &state, 30, 5),
        [
            "  Name          Yen▾ State    ",
            "▸ 田中　太郎     0円 ✓ word   ",
            "  ﾔﾏﾀﾞ           1円 i word   ",
            "  髙﨑 Hanako    2円 ! word   ",
            "                              ",
        ]
    );
}

#[test]
fn columns_go_by_priority() {
    assert_eq!(draw(&sample(1), &TableState::default(), 20, 2), ["  Name          Yen ", "▸ 田中　太郎    0円 "]);
    assert_eq!(draw(&sample(1), &TableState::default(), 10, 2), ["  Name    ", "▸ 田中　⋯ "]);
}

#[test]
fn widths_add_up_to_the_room() {
    for width in 24..200 {
        let placed = layout(&columns(), width);
        let last = placed.last().unwrap();
        assert_eq!(last.x + last.width + BAR, width);
        assert!(placed.windows(2).all(|pair| pair[0].x + pair[0].width + GAP == pair[1].x));
    }
}

#[test]
fn a_hundred_thousand_rows_cost_what_ten_do() {
    let rows = sample(100_000);
    let state = TableState { scroll: Scroll { cursor: 54_321, offset: 54_320 }, ..TableState::default() };
    draw(&rows, &state, 60, 11);
    assert_eq!(rows.asked.get(), 10 * 3);
}

#[test]
fn clicks_find_rows_and_columns() {
    let area = Rect::new(5, 3, 30, 5);
    let state = TableState { scroll: Scroll { cursor: 7, offset: 6 }, ..TableState::default() };
    assert_eq!(state.row_at(area, 100, Position::new(10, 4)), Some(6));
    assert_eq!(state.row_at(area, 100, Position::new(10, 7)), Some(9));
    assert_eq!(state.row_at(area, 100, Position::new(10, 3)), None);
    assert_eq!(state.row_at(area, 100, Position::new(10, 8)), None);
    assert_eq!(state.row_at(area, 100, Position::new(4, 4)), None);
    assert_eq!(TableState::default().row_at(area, 2, Position::new(10, 6)), None);
    assert_eq!(column_at(&columns(), area, Position::new(7, 3)), Some(0));
    assert_eq!(column_at(&columns(), area, Position::new(20, 3)), Some(1));
    assert_eq!(column_at(&columns(), area, Position::new(5, 3)), None);
    assert_eq!(column_at(&columns(), area, Position::new(20, 4)), None);
}

#[test]
fn sorting_toggles() {
    let mut state = TableState::default();
    let mut next = |column| {
        state.toggle_sort(column);
        state.sort.map(|sort| (sort.column, sort.direction))
    };
    assert_eq!(next(1), Some((1, Direction::Ascending)));
    assert_eq!(next(1), Some((1, Direction::Descending)));
    assert_eq!(next(1), None);
    next(1);
    assert_eq!(next(0), Some((0, Direction::Ascending)));
}

#[test]
fn empty_says_so() {
    assert!(draw(&sample(0), &TableState::default(), 30, 5).iter().any(|line| line.contains("Nothing here")));
}
