//! The same screens in a light terminal and in one without colours. What is meant stands in words and marks, which are the
//! same in all of them; colours and weights only help, and are kept here as they are.

use std::fmt::Write as _;

use madoguchi::app::{App, Options};
use madoguchi_ui::color::{self, Depth};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use super::common::Desk;
use super::tabs::TABS;

const THEMES: [(&str, Depth); 5] = [
    ("dark", Depth::True),
    ("light", Depth::True),
    ("dark", Depth::None),
    ("deuteranopia", Depth::Ansi256),
    ("terminal", Depth::Ansi16),
];

/// A connected desk of 120 by 40 that looks like this.
async fn desk(theme: &str, depth: Depth) -> Desk {
    let mut desk = Desk::closed().await;
    let options = Options { theme: theme.to_owned(), depth, ..Options::default() };
    *desk.app = App::new(options, "2026-11-22T01:00:00Z".parse().unwrap());
    desk.resize(120, 40).connect().await;
    desk.settle().await;
    desk
}

/// Every tab in its trouble, as it is drawn.
async fn troubles(theme: &str, depth: Depth) -> Vec<(&'static str, Buffer)> {
    let mut desk = Box::pin(desk(theme, depth)).await;
    let mut drawn = Vec::new();
    for (key, tab, customer) in TABS {
        desk.open_customer(customer).await.press(key).await;
        drawn.push((tab, desk.draw().0));
        if tab == "orders" {
            drawn.push(("x-ray", desk.press("]").await.draw().0));
        }
    }
    drawn
}

#[tokio::test]
async fn colours_only_help() {
    let mut looks = Vec::new();
    for (theme, depth) in THEMES {
        looks.push(troubles(theme, depth).await);
    }
    let [dark, others @ ..] = looks.as_slice() else { unreachable!("there is a first") };
    for (other, (theme, _)) in others.iter().zip(&THEMES[1..]) {
        for ((tab, dark), (_, other)) in dark.iter().zip(other) {
            assert_eq!(words(dark), words(other), "{theme}, {tab}: words and marks do not depend on the colours");
        }
    }
    let (light, none, deuteranopia) = (&looks[1], &looks[2], &looks[3]);
    for (tab, none) in none {
        for cell in &none.content {
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{tab}: no colour is written");
        }
    }
    for (tab, look) in light.iter().chain(deuteranopia) {
        for cell in look.content.iter().filter(|cell| !cell.symbol().trim().is_empty()) {
            let contrast = color::contrast(cell.fg, cell.bg).unwrap_or(f64::MAX);
            assert!(
                contrast >= 3.0,
                "{tab}: {:?} has a contrast of {contrast} only: {:?}",
                cell.symbol(),
                cell.style()
            );
        }
    }
    super::compare("look-light", &dump(light));
    super::compare("look-no-colour", &dump(none));
}

fn words(buffer: &Buffer) -> Vec<String> {
    (0..buffer.area.height).map(|y| super::steady(&super::common::line(buffer, y))).collect()
}

/// The screens with each run of cells that is not plain in braces behind the letter of its style.
fn dump(screens: &[(&str, Buffer)]) -> String {
    let mut styles: Vec<Style> = Vec::new();
    let mut shown = String::new();
    for (tab, buffer) in screens {
        let plain = commonest(buffer);
        writeln!(shown, "==== {tab}").unwrap();
        for y in 0..buffer.area.height {
            shown.push_str(line(buffer, y, plain, &mut styles).trim_end());
            shown.push('\n');
        }
    }
    let legend = styles.iter().enumerate().map(|(i, style)| format!("{} {}\n", letter(i), name(*style)));
    format!("{}{shown}", legend.collect::<String>())
}

fn line(buffer: &Buffer, y: u16, plain: Style, styles: &mut Vec<Style>) -> String {
    let mut text = String::new();
    let (mut x, mut open) = (0, None);
    while x < buffer.area.width {
        let cell = &buffer[(x, y)];
        let style = cell.style();
        if open != Some(style) {
            if open.is_some_and(|open| open != plain) {
                text.push('}');
            }
            if style != plain {
                let known = styles.iter().position(|known| *known == style);
                let at = known.unwrap_or_else(|| {
                    styles.push(style);
                    styles.len() - 1
                });
                text.push('{');
                text.push(letter(at));
                text.push(' ');
            }
            open = Some(style);
        }
        text.push_str(cell.symbol());
        x += (madoguchi_ui::text::width(cell.symbol()) as u16).max(1);
    }
    if open.is_some_and(|open| open != plain) {
        text.push('}');
    }
    text
}

/// The style of most cells.
fn commonest(buffer: &Buffer) -> Style {
    let mut counts: Vec<(Style, usize)> = Vec::new();
    for cell in &buffer.content {
        match counts.iter_mut().find(|(style, _)| *style == cell.style()) {
            Some((_, count)) => *count += 1,
            None => counts.push((cell.style(), 1)),
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(style, _)| style).unwrap_or_default()
}

fn letter(i: usize) -> char {
    char::from(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[i])
}

fn name(style: Style) -> String {
    let colour = |what: &str, colour: Option<Color>| match colour {
        None | Some(Color::Reset) => String::new(),
        Some(colour) => format!("{what} {colour} "),
    };
    let weight =
        if style.add_modifier == Modifier::empty() { String::new() } else { format!("{:?}", style.add_modifier) };
    format!("{}{}{weight}", colour("on", style.bg), colour("in", style.fg)).trim_end().to_owned()
}
