//! The carrier's completion notices: CSV files in a folder, with a line of names and one row for each change that is done.
//!
//! The vendor's layout is not public, so columns are found by their names and files of other shapes are passed over. An
//! activation code in a notice is a key to the line: it is read when somebody wants to see it, and kept nowhere.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use crate::domain::sim::Lpa;
use crate::domain::text::Text;
use crate::domain::time;

/// The newest files looked at, by name, which begins with what was done and when.
const FILES: usize = 500;
/// A notice has two lines; what is larger than this is none.
const LARGEST: u64 = 64 * 1024;

/// What one notice tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The line, digits.
    pub account: String,
    /// The vendor's name of what was done, e.g. `esim`.
    pub what: String,
    /// Whether the carrier did it.
    pub done: bool,
    /// When.
    pub at: Option<Timestamp>,
    /// The chip, for an eSIM. Personal data.
    pub eid: String,
    /// The activation code of a new profile.
    pub activation: Option<Lpa>,
    /// The file's name.
    pub file: Text,
}

/// The notices about a line, newest first. A folder that cannot be read has none: then a person has to know.
pub async fn about(folder: &Path, account: &str) -> Vec<Notice> {
    if folder.as_os_str().is_empty() {
        return Vec::new();
    }
    let (folder, account) = (folder.to_path_buf(), account.to_owned());
    // Files are read where waiting for a disk holds up nobody.
    let read = tokio::task::spawn_blocking(move || read(&folder, &account)).await;
    read.unwrap_or_default()
}

fn read(folder: &Path, account: &str) -> Vec<Notice> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|ext| ext.eq_ignore_ascii_case("csv")))
        .filter(|entry| entry.metadata().is_ok_and(|it| it.is_file() && it.len() <= LARGEST))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let mut found = Vec::new();
    for (_, path) in files.into_iter().rev().take(FILES) {
        let Ok(bytes) = fs::read(&path) else { continue };
        let name = path.file_name().map(|name| Text::line(&name.to_string_lossy())).unwrap_or_default();
        let rows = notices(&String::from_utf8_lossy(&bytes), &name);
        found.extend(rows.into_iter().filter(|notice| notice.account == account));
    }
    found.sort_by_key(|notice| std::cmp::Reverse(notice.at));
    found
}

/// The notices in a file.
pub fn notices(text: &str, file: &Text) -> Vec<Notice> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(cells);
    let Some(names) = lines.next() else { return Vec::new() };
    let place = |name: &str| names.iter().position(|it| it.eq_ignore_ascii_case(name));
    let (Some(account), Some(what), Some(result)) = (place("account"), place("func"), place("result")) else {
        return Vec::new();
    };
    let (date, eid, code) = (place("date"), place("eid"), place("activationCode"));
    let of = |row: &[String], at: Option<usize>| at.and_then(|at| row.get(at)).cloned().unwrap_or_default();
    let notice = |row: Vec<String>| Notice {
        account: of(&row, Some(account)),
        what: of(&row, Some(what)).to_ascii_lowercase(),
        done: of(&row, Some(result)).eq_ignore_ascii_case("ok"),
        at: time::freebit_datetime(&of(&row, date)).ok(),
        eid: of(&row, eid),
        activation: Lpa::parse(&of(&row, code)).ok(),
        file: file.clone(),
    };
    lines.filter(|row| row.len() > 1).map(notice).collect()
}

/// The cells of a row; quotes around one are taken off.
fn cells(line: &str) -> Vec<String> {
    line.split(',').map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_names() {
        let file = Text::line("esim.csv");
        let text = "\u{feff}func,account,result,date,activationCode,eid\r\n\
                    esim,09001234567,OK,20261122103000,LPA:1$smdp.example.com$AB-12,89049032000000000000000000004237\r\n\
                    \"ESIM\",\"09001234568\",NG,,,\r\n";
        let found = notices(text, &file);
        assert_eq!(found.len(), 2);
        assert!(found[0].done && found[0].activation.is_some() && found[0].at.is_some());
        assert_eq!((found[1].what.as_str(), found[1].done, found[1].at), ("esim", false, None));
        assert!(!format!("{found:?}").contains("AB-12"), "an activation code is never printed");
        for other in ["", "a,b,c\n1,2,3", "account\n0900"] {
            assert_eq!(notices(other, &file), [], "{other}");
        }
    }
}
