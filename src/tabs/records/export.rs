//! A list as a file: CSV for spreadsheets, JSON for programs. Both hold what the cells show, so what is masked stays masked;
//! numbers, days and moments stand as what they are.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::time;
use crate::scene::Scene;
use crate::tabs::ask::ExportFormat;

use super::rows::is_masked;
use super::{Column, Key, Record};

/// What stands in a field of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Field {
    Nothing,
    Number(i64),
    Text(String),
}

/// The rows in these columns as the content of a file.
pub fn content<'a, R: Record>(
    format: ExportFormat,
    columns: &[usize],
    rows: impl Iterator<Item = &'a R>,
    scene: &Scene<'_>,
) -> String {
    let columns: Vec<&Column<R>> = columns.iter().filter_map(|column| R::COLUMNS.get(*column)).collect();
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let rows = rows.map(|row| columns.iter().map(|column| field(column, row, scene)).collect::<Vec<_>>());
    match format {
        ExportFormat::Csv => csv(&names, rows),
        ExportFormat::Json => json(&names, rows),
    }
}

fn field<R: Record>(column: &Column<R>, row: &R, scene: &Scene<'_>) -> Field {
    let cell = (column.cell)(row, scene);
    if is_masked(&cell.text, scene) {
        return Field::Text(cell.text.into_owned());
    }
    match (column.key)(row) {
        Key::Missing => Field::Nothing,
        Key::Number(n) => Field::Number(n),
        Key::Day(day) => Field::Text(time::iso(day)),
        Key::Moment(at) => Field::Text(moment(at)),
        // Where the cell says nothing, nothing has been going on since then.
        Key::Since(_) if cell.text.is_empty() => Field::Nothing,
        Key::Since(Reverse(day)) => Field::Number(time::days_between(day, scene.today())),
        Key::Rank(..) | Key::Text(_) | Key::Name(_) => Field::Text(cell.text.into_owned()),
    }
}

/// A moment in Japan, with its distance from UTC: `2026-11-22T10:00:00+09:00`.
fn moment(at: Timestamp) -> String {
    at.to_zoned(time::jst()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// With a byte order mark: without it Excel in Japan takes the file for Shift_JIS.
fn csv(names: &[&str], rows: impl Iterator<Item = Vec<Field>>) -> String {
    let mut bytes = Vec::from("\u{feff}");
    let mut writer = csv::Writer::from_writer(&mut bytes);
    // Writing into memory does not fail; a record of another length cannot be, each is made from the same columns.
    let mut written = writer.write_record(names);
    for row in rows {
        let record = row.into_iter().map(|field| match field {
            Field::Nothing => String::new(),
            Field::Number(n) => n.to_string(),
            Field::Text(text) => defused(text),
        });
        written = written.and_then(|()| writer.write_record(record));
    }
    let written = written.and_then(|()| Ok(writer.flush()?));
    debug_assert!(written.is_ok(), "{written:?}");
    drop(writer);
    String::from_utf8(bytes).unwrap_or_default()
}

/// A text that a spreadsheet takes for a text: what begins like a formula is quoted by an apostrophe.
fn defused(text: String) -> String {
    // A wide sign begins a formula where the input is Japanese.
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text
    }
}

fn json(names: &[&str], rows: impl Iterator<Item = Vec<Field>>) -> String {
    let object = |row: Vec<Field>| {
        let value = |field| match field {
            Field::Nothing => Value::Null,
            Field::Number(n) => Value::from(n),
            Field::Text(text) => Value::from(text),
        };
        Value::Object(
            names.iter().map(|name| (*name).to_owned()).zip(row.into_iter().map(value)).collect::<Map<_, _>>(),
        )
    };
    // One object a line: a long file can be read and compared line by line.
    let lines: Vec<String> = rows.map(|row| object(row).to_string()).collect();
    if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Field {
        Field::Text(text.to_owned())
    }

    #[test]
    fn a_spreadsheet_finds_no_formula() {
        let formulas = ["=1+1", "+81-90", "-2+3", "@SUM(A1)", "\tx", "\rx", "＝1"];
        let rows = formulas.iter().map(|it| vec![text(it), Field::Number(-3300), Field::Nothing]);
        let written = csv(&["a", "b", "c"], rows);
        assert!(written.starts_with("\u{feff}a,b,c\n"), "{written:?}");
        for formula in formulas {
            assert!(written.contains(&format!("'{formula}")), "{formula:?} in {written:?}");
        }
        assert_eq!(written.matches(",-3300,").count(), formulas.len(), "numbers stay numbers: {written:?}");
    }

    #[test]
    fn commas_quotes_and_breaks_stay_in_their_field() {
        let written = csv(&["a", "b"], [vec![text("1,\"2\"\n3"), text("田中　太郎")]].into_iter());
        assert_eq!(written, "\u{feff}a,b\n\"1,\"\"2\"\"\n3\",田中　太郎\n");
    }

    #[test]
    fn json_has_names_numbers_and_nothing() {
        let written = json(
            &["id", "name"],
            [vec![Field::Number(7), Field::Nothing], vec![Field::Nothing, text("=x")]].into_iter(),
        );
        assert_eq!(written, "[\n{\"id\":7,\"name\":null},\n{\"id\":null,\"name\":\"=x\"}\n]\n");
        assert_eq!(json(&["id"], std::iter::empty()), "[]\n");
    }

    #[test]
    fn moments_are_said_in_japans_time() {
        assert_eq!(moment("2026-11-22T01:00:00Z".parse().unwrap()), "2026-11-22T10:00:00+09:00");
    }
}
