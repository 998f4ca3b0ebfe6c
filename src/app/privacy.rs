//! Privacy: while others look at the screen, names and customer numbers are hidden like all that is personal.
//!
//! Names stand in so many places, and within texts that people wrote, that hiding them where they are drawn would forget
//! one. So it is done to the finished screen: whatever of the names that the desk knows stands there, wherever it came from.
//! Nothing but the screen changes; what is copied, searched for and sent is what it is.

use madoguchi_ui::text;
use ratatui::buffer::Buffer;

use crate::domain::recognise::Shapes;
use crate::domain::status::Tone;
use crate::scene::Scene;

use super::App;

/// Digits of a customer number that stay, to recognise one that somebody says.
const DIGITS_KEPT: usize = 2;

impl App {
    pub(super) fn switch_privacy(&mut self) {
        self.private = !self.private;
        if self.private && std::mem::take(&mut self.revealed) {
            self.refresh_tabs();
        }
        self.say(Tone::Info, if self.private { "notice-privacy-on" } else { "notice-privacy-off" });
    }

    /// Hides what others should not see on the finished screen. What is revealed of the open customer stays.
    pub(super) fn hide(&self, buf: &mut Buffer, scene: &Scene<'_>) {
        let names = self.names();
        let parts = parts(&names);
        let open = self.customer.as_ref().filter(|_| self.revealed);
        let number = open.and_then(|customer| customer.account.value()).map(|account| account.number.to_string());
        let width = usize::from(buf.area.width);
        let mut rows: Vec<Row> = (0..buf.area.height).map(|y| Row::of(buf, y)).collect();
        for row in &mut rows {
            row.hide_names(&parts, scene.theme.glyphs.ellipsis);
            row.hide_numbers(&self.look.options.shapes, number.as_deref());
        }
        hide_broken(&mut rows, &parts);
        for (y, row) in (0..).zip(&rows) {
            row.write(buf, y, width);
        }
    }

    /// The names that the desk knows, without those of the open customer where they are revealed.
    fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        let found = self.search.found.iter();
        names.extend(found.flat_map(|found| [found.name.as_str(), found.kana.as_str()]));
        let pages = self.queue.iter().filter_map(|list| list.page.value());
        let rows = pages.flat_map(|page| page.rows.iter());
        names.extend(rows.flat_map(|row| [row.name.as_str(), row.kana.as_str()]));
        names.extend(self.elsewhere.names());
        names.extend(self.packs.names());
        if let Some(customer) = &self.customer {
            let own = customer.names();
            if self.revealed {
                names.retain(|name| !own.contains(name));
            } else {
                names.extend(own);
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The names and their words, in small letters: a text may call somebody by one of them, and a system in capitals. A single
/// character is no word to look for, and neither are two Latin letters.
fn parts(names: &[&str]) -> Vec<String> {
    let words = names.iter().flat_map(|name| name.split([' ', '\u{3000}', '・', ',', '(', ')']));
    let mut parts: Vec<String> = names.iter().copied().chain(words).map(str::to_ascii_lowercase).collect();
    parts.retain(|part| text::width(part) >= 3);
    // The longest first, so that a name is hidden whole.
    parts.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    parts.dedup();
    parts
}

/// Hides Japanese names that a wrapped text broke: how such a name goes on stands where a row below begins. Latin names
/// break between their words, and are found by them.
fn hide_broken(rows: &mut [Row], names: &[String]) {
    for y in 1..rows.len() {
        let (above, below) = rows.split_at_mut(y);
        let (Some(above), Some(below)) = (above.last_mut(), below.first_mut()) else { continue };
        let (ends, begins) = (above.edges(false), below.edges(true));
        for name in names.iter().filter(|name| !name.is_ascii()) {
            for (head, tail) in name.char_indices().skip(1).map(|(cut, _)| name.split_at(cut)) {
                for end in &ends {
                    // In the same pane what goes on begins further left.
                    let goes_on = |begin: &&usize| {
                        below.text[**begin..].starts_with(tail) && below.cells[**begin] < above.cells[end - 1]
                    };
                    let begin = begins.iter().find(goes_on).filter(|_| above.text[..*end].ends_with(head));
                    if let Some(begin) = begin {
                        above.star(end - head.len(), *end);
                        below.star(*begin, begin + tail.len());
                    }
                }
            }
        }
    }
}

/// A row of the screen as text, in small letters, with the cell that each byte of it stands in.
struct Row {
    text: String,
    cells: Vec<u16>,
    /// Cells that get a star.
    hidden: Vec<u16>,
}

impl Row {
    fn of(buf: &Buffer, y: u16) -> Self {
        let (mut text, mut cells) = (String::new(), Vec::new());
        let mut x = 0;
        while x < buf.area.width {
            let symbol = buf[(buf.area.x + x, buf.area.y + y)].symbol();
            text.push_str(symbol);
            cells.resize(text.len(), x);
            x += text::symbol_width(symbol);
        }
        text.make_ascii_lowercase();
        Self { text, cells, hidden: Vec::new() }
    }

    /// Hides these names, and the beginnings of them that were cut.
    fn hide_names(&mut self, names: &[String], ellipsis: &str) {
        let cut = self.text.contains(ellipsis);
        for name in names {
            let mut found: Vec<(usize, usize)> =
                self.text.match_indices(name.as_str()).map(|(at, name)| (at, at + name.len())).collect();
            if cut {
                for (end, _) in name.char_indices().skip(2) {
                    let begun = format!("{}{ellipsis}", &name[..end]);
                    found.extend(self.text.match_indices(&begun).map(|(at, _)| (at, at + end)));
                }
            }
            for (from, to) in found {
                if self.is_word(from, to) {
                    self.star(from, to);
                }
            }
        }
    }

    /// Where words of this row begin, or end.
    fn edges(&self, begin: bool) -> Vec<usize> {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let edge = |at: &usize| {
            let (before, behind) = self.text.split_at(*at);
            let (before, behind) = (letter(before.chars().next_back()), letter(behind.chars().next()));
            before != behind && behind == begin
        };
        let bounds = self.text.char_indices().map(|(at, _)| at).chain([self.text.len()]);
        bounds.filter(edge).collect()
    }

    /// Latin letters are a name only where no other letter goes on: Mori is not in Morita.
    fn is_word(&self, from: usize, to: usize) -> bool {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let (before, after) = (self.text[..from].chars().next_back(), self.text[to..].chars().next());
        let (first, last) = (self.text[from..].chars().next(), self.text[..to].chars().next_back());
        let goes_on = latin(first) && latin(before) || latin(last) && latin(after);
        !goes_on
    }

    /// Stars for a name, but for the first letter of a word of several.
    fn star(&mut self, from: usize, to: usize) {
        let mut begins = true;
        for (at, c) in self.text[from..to].char_indices() {
            if c.is_whitespace() {
                begins = true;
                continue;
            }
            let alone = self.text[from + at + c.len_utf8()..to].chars().next().is_none_or(char::is_whitespace);
            if !std::mem::take(&mut begins) || alone {
                self.hidden.push(self.cells[from + at]);
            }
        }
    }

    /// Hides customer numbers of that shape, but for their last digits.
    fn hide_numbers(&mut self, shapes: &Shapes, but: Option<&str>) {
        let start = format!("{}{}", shapes.customer_prefix, shapes.customer_separator).to_ascii_lowercase();
        if start.is_empty() {
            return;
        }
        let starts: Vec<usize> = self.text.match_indices(&start).map(|(at, start)| at + start.len()).collect();
        for from in starts {
            let digits = self.text[from..].bytes().take_while(u8::is_ascii_digit).count();
            let whole = &self.text[from - start.len()..from + digits];
            if digits == shapes.customer_digits && !but.is_some_and(|but| but.eq_ignore_ascii_case(whole)) {
                let hidden = digits.saturating_sub(DIGITS_KEPT);
                self.hidden.extend_from_slice(&self.cells[from..from + hidden]);
            }
        }
    }

    fn write(&self, buf: &mut Buffer, y: u16, width: usize) {
        for x in &self.hidden {
            let at = (buf.area.x + x, buf.area.y + y);
            let wide = text::symbol_width(buf[at].symbol()) > 1;
            buf[at].set_symbol("*");
            if wide && usize::from(*x) + 1 < width {
                buf[(at.0 + 1, at.1)].set_symbol("*");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    /// How these rows of a screen are shown.
    fn hidden_rows(shown: &[&str], names: &[&str]) -> Vec<String> {
        let mut buf = Buffer::empty(Rect::new(0, 0, 40, shown.len() as u16));
        for (y, shown) in (0..).zip(shown) {
            text::put(&mut buf, 0, y, 40, shown, Style::new());
        }
        let mut rows: Vec<Row> = (0..buf.area.height).map(|y| Row::of(&buf, y)).collect();
        for row in &mut rows {
            row.hide_names(&parts(names), "⋯");
            row.hide_numbers(&Shapes::default(), Some("C-000001"));
        }
        hide_broken(&mut rows, &parts(names));
        let symbols = |buf: &Buffer, y| {
            let mut x = 0;
            std::iter::from_fn(|| {
                let symbol = (x < 40).then(|| buf[(x, y)].symbol().to_owned())?;
                x += text::symbol_width(&symbol);
                Some(symbol)
            })
            .collect::<String>()
        };
        for (y, row) in (0..).zip(&rows) {
            row.write(&mut buf, y, 40);
        }
        (0..buf.area.height).map(|y| symbols(&buf, y).trim_end().to_owned()).collect()
    }

    fn hidden(shown: &str, names: &[&str]) -> String {
        hidden_rows(&[shown], names).remove(0)
    }

    #[test]
    fn a_name_that_a_wrapped_text_broke_is_hidden_in_both_rows() {
        let names = ["高瀬 美咲", "タカセ ミサキ"];
        assert_eq!(hidden_rows(&["│ 昨日高 │ ok", "│ 瀬様から │"], &names), ["│ 昨日** │ ok", "│ **様から │"]);
        assert_eq!(hidden_rows(&["電話のタカ", "セ様"], &names), ["電話のタ**", "**様"]);
        assert_eq!(hidden_rows(&["│ 高 │", "│ 低 瀬戸 │"], &names), ["│ 高 │", "│ 低 瀬戸 │"]);
        assert_eq!(hidden_rows(&["高 │ 一", "二 │ 瀬戸"], &names), ["高 │ 一", "二 │ 瀬戸"]);
    }

    #[test]
    fn names_are_hidden_wherever_they_stand_and_take_as_many_cells() {
        for (shown, masked) in [
            ("Aiko Mori 3m ago", "A*** M*** 3m ago"),
            ("高瀬 愛様の回線", "高** **様の回線"),
            ("タカセ アイ", "タ**** ア**"),
            ("an answer for Mori, of Moriyama", "an answer for M***, of Moriyama"),
            ("Aiko Mo⋯ │", "A*** M*⋯ │"),
            ("高瀬⋯", "高**⋯"),
            ("愛知県", "愛知県"),
            ("MORI AIKO / aiko", "M*** A*** / a***"),
            ("nobody", "nobody"),
        ] {
            let masked_now = hidden(shown, &["Aiko Mori", "高瀬 愛", "タカセ アイ"]);
            assert_eq!(masked_now, masked);
            assert_eq!(text::width(&masked_now), text::width(shown));
        }
    }

    #[test]
    fn customer_numbers_keep_their_last_digits() {
        assert_eq!(hidden("C-000021 and C-000001, C-12 #41", &[]), "C-****21 and C-000001, C-12 #41");
    }
}
