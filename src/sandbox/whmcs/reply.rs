//! What goes back: answers, refusals, and the text forms WHMCS gives to money, dates and flags.

use std::fmt::Write as _;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value, json};

use super::db::{Currency, Id};
use super::params::Params;

/// An action's answer, or the sentence of its refusal (HTTP 200 with `result: "error"`).
pub(super) type Answer = Result<Map<String, Value>, Refusal>;

/// Why a business rule said no, in the vendor's words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) String);

/// Refuses with these words.
pub(super) fn refuse<T>(words: &str) -> Result<T, Refusal> {
    Err(Refusal(words.to_owned()))
}

/// `result: "success"` followed by the fields of `rest`.
#[expect(clippy::unnecessary_wraps, reason = "an action answers or refuses; this is how it answers")]
pub(super) fn success(rest: Value) -> Answer {
    let mut answer = Map::new();
    answer.insert("result".to_owned(), "success".into());
    if let Value::Object(fields) = rest {
        answer.extend(fields);
    }
    Ok(answer)
}

/// The fields of several objects one after the other: rows longer than one macro can hold.
pub(super) fn joined<const N: usize>(parts: [Value; N]) -> Map<String, Value> {
    let fields = parts.into_iter().filter_map(|it| match it {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    fields.flatten().collect()
}

/// Which rows of a list were asked for: `limitstart` (0) and `limitnum` (25).
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub(super) start: usize,
    pub(super) limit: usize,
}

impl Page {
    pub(super) fn asked(params: &Params) -> Self {
        let start = params.int("limitstart").and_then(|it| usize::try_from(it).ok()).unwrap_or(0);
        let limit = params.int("limitnum").and_then(|it| usize::try_from(it).ok()).filter(|it| *it > 0).unwrap_or(25);
        Self { start, limit }
    }

    /// This page of rows whose number is known: what comes before is skipped, what comes after is not looked at.
    pub(super) fn of<T>(self, total: usize, rows: impl Iterator<Item = T>, row: impl FnMut(T) -> Value) -> Rows {
        let page: Vec<Value> = rows.skip(self.start).take(self.limit).map(row).collect();
        Rows { total, start: self.start, page }
    }

    /// This page of rows that must be looked at to be counted.
    pub(super) fn counted<T>(self, rows: impl Iterator<Item = T>, row: impl FnMut(T) -> Value) -> Rows {
        let rows: Vec<T> = rows.collect();
        self.of(rows.len(), rows.into_iter(), row)
    }
}

/// One page of rows and how many there are in all.
pub(super) struct Rows {
    pub(super) total: usize,
    pub(super) start: usize,
    pub(super) page: Vec<Value>,
}

impl Rows {
    /// The usual envelope with `outer.inner[]`.
    pub(super) fn envelope(self, outer: &str, inner: &str) -> Answer {
        success(json!({
            "totalresults": self.total, "startnumber": self.start, "numreturned": self.page.len(),
            outer: {inner: self.page},
        }))
    }

    /// The envelope of the actions that answer `totalresults` as a string.
    pub(super) fn envelope_with_text_total(self, outer: &str, inner: &str) -> Answer {
        let total = self.total.to_string();
        let mut answer = self.envelope(outer, inner)?;
        answer.insert("totalresults".to_owned(), total.into());
        Ok(answer)
    }
}

/// Yen as a two-decimal string: `3300.00`.
pub(super) fn money(yen: i64) -> String {
    format!("{yen}.00")
}

/// Yen for eyes, as statistics and quotes write it: the sign comes after the prefix, as in `¥-500 JPY`.
pub(super) fn price(yen: i64, currency: Option<&Currency>) -> String {
    let Some(currency) = currency else { return money(yen) };
    let digits = yen.unsigned_abs().to_string();
    let grouped = |mark: &str| {
        let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|it| str::from_utf8(it).ok()).collect();
        groups.join(mark)
    };
    let number = match currency.format {
        2 => grouped(",") + ".00",
        3 => grouped(".") + ",00",
        4 => grouped(","),
        _ => digits.clone() + ".00",
    };
    format!("{}{}{number}{}", currency.prefix, if yen < 0 { "-" } else { "" }, currency.suffix)
}

/// A date, or `0000-00-00`.
pub(super) fn date(date: Option<Date>) -> String {
    date.map_or_else(|| "0000-00-00".to_owned(), |it| it.to_string())
}

/// A local time without an offset, or `0000-00-00 00:00:00`.
pub(super) fn moment(at: Option<DateTime>) -> String {
    at.map_or_else(|| "0000-00-00 00:00:00".to_owned(), |it| it.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// `on` or nothing, as check boxes are stored.
pub(super) fn on(flag: bool) -> &'static str {
    if flag { "on" } else { "" }
}

/// An id as text.
pub(super) fn text(id: Id) -> String {
    id.to_string()
}

/// Text as WHMCS stored it: its input filter escapes what HTML means something by.
pub(super) fn html(text: &str) -> String {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#039;"),
            _ => out.push(it),
        }
    }
    out
}

/// Several lines as a browser's form sent them, and as WHMCS stored them: CRLF and escaped.
pub(super) fn lines(text: &str) -> String {
    html(&text.replace("\r\n", "\n").replace('\n', "\r\n"))
}

/// What the caller asked to be answered in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Also when nothing was asked for.
    Json,
    Xml,
    /// `key=value;`, deprecated.
    Nvp,
}

impl Format {
    pub(super) fn asked(params: &Params) -> Self {
        match params.text("responsetype").to_ascii_lowercase().as_str() {
            "xml" => Self::Xml,
            "nvp" => Self::Nvp,
            _ => Self::Json,
        }
    }

    /// The HTTP answer.
    pub(super) fn respond(self, status: StatusCode, action: &str, version: &str, body: Map<String, Value>) -> Response {
        let (kind, text) = match self {
            Self::Json => ("application/json", Value::Object(body).to_string()),
            Self::Xml => ("application/xml", xml(action, version, &body)),
            Self::Nvp => ("text/plain; charset=utf-8", nvp(&body)),
        };
        (status, [(header::CONTENT_TYPE, kind)], text).into_response()
    }
}

/// An error body.
pub(super) fn error(message: &str) -> Map<String, Value> {
    Map::from_iter([("result".to_owned(), "error".into()), ("message".to_owned(), message.into())])
}

/// The plain-text form of an error.
fn nvp(body: &Map<String, Value>) -> String {
    let mut out = String::new();
    for (key, value) in body {
        match value {
            Value::String(text) => _ = write!(out, "{key}={text};"),
            Value::Object(_) | Value::Array(_) | Value::Null => {}
            other => _ = write!(out, "{key}={other};"),
        }
    }
    out
}

/// `<whmcsapi>` with the action echoed in lower case.
fn xml(action: &str, version: &str, body: &Map<String, Value>) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    _ = writeln!(out, "<whmcsapi version=\"{version}\">");
    _ = writeln!(out, "<action>{}</action>", html(&action.to_ascii_lowercase()));
    for (key, value) in body {
        element(&mut out, key, value);
    }
    out.push_str("</whmcsapi>");
    out
}

fn element(out: &mut String, key: &str, value: &Value) {
    // An XML name cannot start with a digit; a list repeats its element's name.
    let name = if key.starts_with(|it: char| it.is_ascii_digit()) { format!("item{key}") } else { key.to_owned() };
    match value {
        Value::Array(items) => items.iter().for_each(|it| element(out, key, it)),
        Value::Object(fields) => {
            _ = writeln!(out, "<{name}>");
            for (key, value) in fields {
                element(out, key, value);
            }
            _ = writeln!(out, "</{name}>");
        }
        Value::String(text) if text.contains(['<', '&', '>']) => {
            _ = writeln!(out, "<{name}><![CDATA[{}]]></{name}>", text.replace("]]>", "]]]]><![CDATA[>"));
        }
        Value::String(text) => _ = writeln!(out, "<{name}>{text}</{name}>"),
        Value::Null => _ = writeln!(out, "<{name}></{name}>"),
        Value::Bool(flag) => _ = writeln!(out, "<{name}>{}</{name}>", if *flag { "1" } else { "" }),
        Value::Number(number) => _ = writeln!(out, "<{name}>{number}</{name}>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_prices() {
        let yen = |format| Currency { id: 1, code: "JPY".into(), prefix: "¥".into(), suffix: " JPY".into(), format };
        assert_eq!(money(3300), "3300.00");
        assert_eq!(price(-1_234_567, Some(&yen(4))), "¥-1,234,567 JPY");
        assert_eq!(price(1000, Some(&yen(1))), "¥1000.00 JPY");
        assert_eq!(price(1000, Some(&yen(3))), "¥1.000,00 JPY");
    }

    #[test]
    fn text_is_escaped_as_stored() {
        assert_eq!(html("O'Neil & <b>\""), "O&#039;Neil &amp; &lt;b&gt;&quot;");
        assert_eq!(lines("a\nb\r\nc"), "a\r\nb\r\nc");
    }

    #[test]
    fn xml_nests_lists_and_keeps_markup_apart() {
        let Value::Object(body) = json!({"result": "success", "x": {"y": [{"id": 1, "s": "<b>]]>"}, {"id": 2}]}})
        else {
            unreachable!()
        };
        let text = xml("GetX", "9.0.1", &body).replace('\n', "");
        assert!(text.contains("<action>getx</action><result>success</result><x><y><id>1</id>"), "{text}");
        assert!(text.contains("<![CDATA[<b>]]]]><![CDATA[>]]></s></y><y><id>2</id></y></x></whmcsapi>"), "{text}");
    }
}
