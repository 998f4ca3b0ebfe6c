//! An e-mail's HTML as plain text: tags, styles and scripts go, lines and paragraphs stay, links keep their words.
//!
//! Decided against a crate that renders HTML: nothing is laid out here, and what comes out is sanitised as all text is.

use crate::domain::text::Text;

/// The text of a page or a fragment. What has no tag at all is text already, and keeps its line breaks.
pub fn plain(html: &str) -> Text {
    if !html.contains('<') {
        return Text::html_block(html);
    }
    let mut out = Lines::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.text(&rest[..at]);
        rest = &rest[at..];
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.find("-->").map_or("", |end| &comment[end + 3..])
        } else if let Some((tag, after)) = tag(rest) {
            out.tag(tag);
            if tag.hides_content() { behind_end_of(tag.name, after) } else { after }
        } else {
            out.text("<");
            &rest[1..]
        };
    }
    out.text(rest);
    Text::html_block(&out.written)
}

#[derive(Clone, Copy)]
struct Tag<'a> {
    name: &'a str,
    closes: bool,
}

/// The tag at the start of the text, and what is behind it. A `<` that begins no finished tag is a character.
fn tag(text: &str) -> Option<(Tag<'_>, &str)> {
    let inside = text.strip_prefix('<')?;
    let closes = inside.starts_with('/');
    let name = inside.strip_prefix('/').unwrap_or(inside);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
        return None;
    }
    let end = name.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')).unwrap_or(name.len());
    let mut quote = None;
    let close = name.char_indices().find(|(_, c)| match (quote, c) {
        (None, '>') => true,
        (None, '"' | '\'') => {
            quote = Some(*c);
            false
        }
        (Some(open), c) if open == *c => {
            quote = None;
            false
        }
        _ => false,
    });
    // A quote that never closes ends with the tag all the same.
    let close = close.map(|(at, _)| at).or_else(|| name.find('>'))?;
    Some((Tag { name: &name[..end.min(close)], closes }, &name[close + 1..]))
}

impl Tag<'_> {
    fn is(self, names: &[&str]) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(self.name))
    }

    fn hides_content(self) -> bool {
        !self.closes && self.is(&["style", "script", "head", "title", "template"])
    }
}

/// Behind `</name…>`. One that is never closed hides nothing.
fn behind_end_of<'a>(name: &str, text: &'a str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = &rest[at..];
        match tag(rest) {
            Some((end, after)) if end.name.eq_ignore_ascii_case(name) => return after,
            _ => rest = &rest[2..],
        }
    }
    text
}

/// Text as a browser would break it: white space is one space, and line breaks come from tags.
#[derive(Default)]
struct Lines {
    written: String,
    /// Line breaks owed before the next character; two leave an empty line.
    breaks: usize,
    space: bool,
}

impl Lines {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_ascii_whitespace() {
                self.space = true;
                continue;
            }
            if self.breaks > 0 && !self.written.is_empty() {
                self.written.push_str(&"\n\n"[..self.breaks]);
            } else if self.space && self.breaks == 0 && !self.written.is_empty() {
                self.written.push(' ');
            }
            (self.breaks, self.space) = (0, false);
            self.written.push(c);
        }
    }

    fn tag(&mut self, tag: Tag<'_>) {
        if tag.is(&["br"]) {
            self.breaks = (self.breaks + 1).min(2);
        } else if tag.is(&["p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "hr"]) {
            self.breaks = 2;
        } else if tag.is(&["div", "tr", "li", "section", "header", "footer", "center", "dt", "dd", "pre"]) {
            self.breaks = self.breaks.max(1);
            if tag.is(&["li"]) && !tag.closes {
                self.text("-");
                self.space = true;
            }
        } else if tag.is(&["td", "th"]) {
            self.space = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(html: &str, text: &str) {
        assert_eq!(plain(html), text, "{html:?}");
    }

    #[test]
    fn paragraphs_lines_lists_and_tables_stay_apart() {
        check(
            "<p>Dear Aiko,</p>\r\n<p>Your   invoice<br>#9001<br/>is paid.</p>",
            "Dear Aiko,\n\nYour invoice\n#9001\nis paid.",
        );
        check("<ul><li>SIM</li>\n<li>VPN</li></ul>Bye", "- SIM\n- VPN\n\nBye");
        check("<table><tr><td>Total</td><td>&yen;3,300</td></tr><tr><th>Due</th></tr></table>", "Total ¥3,300\nDue");
        check("<DIV>a</DIV><div>b</div><br><br><br><br>c", "a\nb\n\nc");
    }

    #[test]
    fn styles_scripts_and_comments_go_and_links_keep_their_words() {
        check("<head><title>T</title><style>p{}</style></head><header>Hi</header>", "Hi");
        check("a<style type=\"text/css\">p > b { x }</style>b<script>if (1<2) {}</script>c<!-- <b>no</b> -->d", "abcd");
        check("<a href='https://example.com/?a>b'>Pay here</a>", "Pay here");
        check("<!DOCTYPE html><?xml version='1'?>x", "x");
        check("seen <style>never closed", "seen never closed");
        check("x <!-- never closed", "x");
    }

    #[test]
    fn what_is_no_tag_is_text_and_entities_are_decoded_once() {
        check("1 < 2 and <3 <b", "1 < 2 and <3 <b");
        check("<p>&lt;b&gt; &amp;amp; O&#039;Neil</p>", "<b> &amp; O'Neil");
        check("Plain\r\ntext, &amp; nothing else", "Plain\ntext, & nothing else");
        check("<a title=\"never closed>seen", "seen");
        check("<p>\u{1b}[31mred</p>", "red");
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_safe(html in "[<>/!a-d =\"'\\-p&;\n\u{1b}字]{0,200}") {
            let text = plain(&html);
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
            // What has no tag at all keeps its line breaks.
            prop_assert!(!html.contains('<') || !text.contains("\n\n\n"));
        }
    }
}
