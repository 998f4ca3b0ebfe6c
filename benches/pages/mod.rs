//! What each page costs, exactly: allocations of a frame and of a key, and the bytes a cursor's move sends. The desk is the
//! tests' one, with the real clients reading a sandbox, so that sheets and faults are those a person sees.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has no figures")]

#[expect(dead_code, reason = "the tests' desk does more than is measured here")]
#[path = "../../tests/common/mod.rs"]
mod common;

use std::hint::black_box;

use allocation_counter::measure;
use common::Desk;
use madoguchi::flow::{Input, Key, KeyPress, Msg};
use madoguchi::terminal::screen::Screen;

const SIZE: (u16, u16) = (120, 40);

/// Who is open, and the keys that lead to the page. Nobody is open where there is no name.
const PAGES: [(&str, &str, &str); 15] = [
    ("board", "", "b"),
    ("queue", "", "b end up enter"),
    ("dashboard", "C-000001", "1"),
    ("dashboard, help", "C-000001", "1 ?"),
    ("dashboard, 400 bills", "C-000055", "1"),
    ("timeline", "C-000055", "1 ]"),
    ("services", "C-000055", "2"),
    ("invoices", "C-000055", "3"),
    ("invoices, no pane", "C-000055", "3 d"),
    ("transactions", "C-000055", "3 ]"),
    ("orders", "C-000009", "4"),
    ("x-ray", "C-000009", "4 ]"),
    ("lines", "C-000009", "5"),
    ("usage", "C-000009", "5 ]"),
    ("cases and tickets", "C-000036", "6"),
];

/// What a key may send: a move of the cursor, and a row that is scrolled, in bytes.
const BUDGET: [usize; 2] = [350, 500];
/// Bytes a second of a slow line, and of 9,600 baud.
const LINES: [usize; 2] = [20_000, 960];

/// Prints a line for each page, and what is over the budget. The last columns say how long a move of the cursor is on its
/// way over a slow line and at 9,600 baud, in milliseconds.
pub fn figures() {
    println!("at {}x{}: allocations | bytes | ms on its way", SIZE.0, SIZE.1);
    println!(
        "{:<24}{:>7}{:>7} |{:>7}{:>7}{:>7}{:>9} |{:>8}{:>8}",
        "", "frame", "key", "first", "left", "move", "scrolled", "20 kB/s", "9600 Bd"
    );
    let mut over = Vec::new();
    for (name, customer, keys) in PAGES {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        if runtime.block_on(page(name, customer, keys)).iter().zip(BUDGET).any(|(sent, may)| *sent > may) {
            over.push(name);
        }
    }
    let [moved, scrolled] = BUDGET;
    let over = if over.is_empty() { "none".to_owned() } else { over.join(", ") };
    println!("a move may send {moved} bytes, a scrolled row {scrolled}; over it: {over}");
}

/// Answers the bytes of a move and of a scrolled row.
async fn page(name: &str, customer: &str, keys: &str) -> [usize; 2] {
    let mut desk = Desk::open().await;
    desk.resize(SIZE.0, SIZE.1);
    if !customer.is_empty() {
        desk.open_customer(customer).await;
    }
    for key in keys.split(' ') {
        desk.press(key).await;
    }
    let mut screen = Screen::new(SIZE.0, SIZE.1, true);
    let first = draw(&desk, &mut screen);
    let frame = measure(|| _ = black_box(draw(&desk, &mut screen))).count_total;
    let key = measure(|| _ = black_box(down(&mut desk, &mut screen))).count_total;
    desk.settle().await;
    draw(&desk, &mut screen);
    // A row that was rested on, with all that was read of it, is left; then the key is held: in sight, and at the edge.
    let left = down(&mut desk, &mut screen);
    let moves = mean((0..12).map(|_| down(&mut desk, &mut screen)));
    (0..40).for_each(|_| _ = down(&mut desk, &mut screen));
    let scrolled = mean((0..60).map(|_| down(&mut desk, &mut screen)));
    let [slow, slowest] = LINES.map(|line| moves * 1_000 / line);
    println!("{name:<24}{frame:>7}{key:>7} |{first:>7}{left:>7}{moves:>7}{scrolled:>9} |{slow:>8}{slowest:>8}");
    [moves, scrolled]
}

fn draw(desk: &Desk, screen: &mut Screen) -> usize {
    screen.draw(|buffer| desk.app.view(buffer)).len()
}

fn down(desk: &mut Desk, screen: &mut Screen) -> usize {
    desk.handle(Msg::Input(Input::Key(KeyPress::plain(Key::Down))));
    draw(desk, screen)
}

/// The mean of the frames that sent something: a list that ended sends nothing.
fn mean(bytes: impl Iterator<Item = usize>) -> usize {
    let sent: Vec<usize> = bytes.filter(|bytes| *bytes > 0).collect();
    sent.iter().sum::<usize>() / sent.len().max(1)
}
