//! The carrier's completion notices: CSV files in a folder, with a line of names and one row for each change that is done.
//!
//! The vendor's layout is not public, so columns are found by their names and files of other shapes are passed over. An
//! activation code in a notice is a key to the line: it is read when somebody wants to see it, and kept nowhere.

use std::path::Path;
use std::{fs, io};

use jiff::{SignedDuration, Timestamp};

use crate::domain::sim::Lpa;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::{Activation, ActivationOf, ActivationTold, NoActivation};

/// The newest files looked at, by name, which begins with what was done and when.
const FILES: usize = 500;
/// A notice has two lines; what is larger than this is none.
const LARGEST: u64 = 64 * 1024;
/// Minutes by which the carrier's clock may differ from ours.
const CLOCKS_APART: i64 = 5;

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
    let mut all = read(folder).await.unwrap_or_default();
    all.retain(|notice| notice.account == account);
    all
}

/// The earliest a notice can say that it was done when it was asked for at that moment: the carrier's clock and ours are two.
pub fn earliest(asked: Timestamp) -> Option<Timestamp> {
    asked.checked_sub(SignedDuration::from_mins(CLOCKS_APART)).ok()
}

/// What the notices say of an eSIM's activation code. The code itself is in the answer only where it is wanted.
pub async fn activation(folder: &Path, of: &ActivationOf, code: bool) -> Activation {
    if folder.as_os_str().is_empty() {
        return Activation::Missing(NoActivation::NoFolder);
    }
    match read(folder).await {
        Ok(all) => found(all, of, code),
        Err(error) => {
            tracing::warn!(kind = ?error.kind(), "the folder for the carrier's notices cannot be read");
            Activation::Missing(NoActivation::Unreadable)
        }
    }
}

fn found(all: Vec<Notice>, of: &ActivationOf, code: bool) -> Activation {
    let since = of.since.and_then(earliest);
    let our_chip = |notice: &Notice| of.eid.as_ref().is_some_and(|eid| notice.eid == eid.as_str());
    let may_be = |notice: &Notice| notice.eid.is_empty() || of.eid.is_none() || our_chip(notice);
    let our_line = |notice: &Notice| notice.account == of.line.digits();
    let about_esims: Vec<Notice> = all
        .into_iter()
        .filter(|notice| notice.what.contains("esim") || notice.activation.is_some())
        .filter(|notice| since.is_none() || notice.at >= since)
        .collect();
    let newest = |which: &dyn Fn(&Notice) -> bool| about_esims.iter().find(|notice| which(notice)).cloned();
    if let Some(notice) = newest(&|notice| our_line(notice) && may_be(notice)) {
        let Notice { at, file, .. } = notice;
        return match (notice.done, notice.activation) {
            (false, _) => Activation::Missing(NoActivation::Refused { at, file }),
            (true, None) => Activation::Missing(NoActivation::NoCode { file }),
            (true, Some(lpa)) => {
                let (host, confirmation) = (lpa.host().to_owned(), lpa.confirmation_required());
                let told = ActivationTold { at, file, host, confirmation };
                Activation::Found { told, code: code.then_some(lpa) }
            }
        };
    }
    Activation::Missing(match (newest(&our_line), newest(&our_chip)) {
        (Some(other), _) => NoActivation::OtherChip { file: other.file },
        (None, Some(other)) => NoActivation::OtherLine { file: other.file },
        (None, None) => NoActivation::NoNotice,
    })
}

/// How many notices there are in a folder.
pub async fn count(folder: &Path) -> io::Result<usize> {
    Ok(read(folder).await?.len())
}

/// All notices, newest first.
async fn read(folder: &Path) -> io::Result<Vec<Notice>> {
    let folder = folder.to_path_buf();
    // Files are read where waiting for a disk holds up nobody.
    tokio::task::spawn_blocking(move || read_all(&folder)).await.map_err(io::Error::other)?
}

fn read_all(folder: &Path) -> io::Result<Vec<Notice>> {
    let mut files: Vec<_> = fs::read_dir(folder)?
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
        found.extend(notices(&String::from_utf8_lossy(&bytes), &name));
    }
    found.sort_by_key(|notice| std::cmp::Reverse(notice.at));
    Ok(found)
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
    use crate::domain::phone::{Fixtures, Msisdn};
    use crate::domain::sim::Eid;

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

    const EID: &str = "89049032000000000000000000004237";
    const OTHER: &str = "89049032123451234512345678901235";

    /// What a folder with these rows (account, result, minute, eid, code) says of the line.
    fn says(rows: &[(&str, &str, u32, &str, &str)], eid: Option<&str>, since: Option<&str>) -> Activation {
        let notice = |(n, (account, result, minute, eid, code)): (usize, &(&str, &str, u32, &str, &str))| {
            let text = format!(
                "account,func,result,date,eid,activationCode\n{account},esim,{result},2026112210{minute:02}00,{eid},{code}"
            );
            notices(&text, &Text::line(&format!("{n}.csv"))).remove(0)
        };
        let mut all: Vec<Notice> = rows.iter().enumerate().map(notice).collect();
        all.sort_by_key(|notice| std::cmp::Reverse(notice.at));
        let of = ActivationOf {
            line: Msisdn::parse("09002000009", Fixtures::Allowed).unwrap(),
            eid: eid.map(|eid| Eid::parse(eid).unwrap()),
            since: since.map(|at| at.parse().unwrap()),
        };
        found(all, &of, true)
    }

    /// The matching id, or the reason with the file.
    fn short(activation: &Activation) -> String {
        match activation {
            Activation::Found { code, .. } => code.as_ref().unwrap().expose_matching_id(),
            Activation::Missing(why) => format!("{why:?}"),
        }
    }

    #[test]
    fn the_newest_code_of_the_line_and_the_chip_counts() {
        let (ours, theirs) = ("09002000009", "09002000010");
        let (old, new) = ("1$smdp.example.com$OLD", "1$smdp.example.com$NEW");
        for (rows, eid, since, expected) in [
            (&[(ours, "OK", 0, EID, old), (ours, "OK", 30, EID, new)][..], Some(EID), None, "NEW"),
            // One of before is about another profile, give or take what two clocks differ by.
            (&[(ours, "OK", 0, EID, old)], Some(EID), Some("2026-11-22T01:05:00Z"), "OLD"),
            (&[(ours, "OK", 0, EID, old)], Some(EID), Some("2026-11-22T01:05:01Z"), "NoNotice"),
            (&[(ours, "OK", 0, EID, old), (ours, "NG", 30, "", "")], Some(EID), None, "Refused"),
            (&[(ours, "NG", 0, "", ""), (ours, "OK", 30, EID, new)], Some(EID), None, "NEW"),
            (&[(ours, "OK", 0, "", new)], Some(EID), None, "NEW"),
            (&[(ours, "OK", 0, EID, "1$host$A_B")], Some(EID), None, "NoCode"),
            (&[(ours, "OK", 0, OTHER, new)], Some(EID), None, "OtherChip"),
            (&[(ours, "OK", 0, OTHER, new)], None, None, "NEW"),
            (&[(theirs, "OK", 0, EID, new)], Some(EID), None, "OtherLine"),
            (&[(theirs, "OK", 0, OTHER, new)], Some(EID), None, "NoNotice"),
            (&[], None, None, "NoNotice"),
        ] {
            let said = short(&says(rows, eid, since));
            assert!(said.starts_with(expected), "{rows:?}: {said}");
        }
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_told_from_one_without_notices() {
        let folder = tempfile::tempdir().unwrap();
        let of =
            ActivationOf { line: Msisdn::parse("09002000009", Fixtures::Allowed).unwrap(), eid: None, since: None };
        for (path, expected) in [
            (Path::new("").to_owned(), NoActivation::NoFolder),
            (folder.path().join("gone"), NoActivation::Unreadable),
            (folder.path().to_owned(), NoActivation::NoNotice),
        ] {
            assert_eq!(activation(&path, &of, true).await, Activation::Missing(expected));
        }
        let text =
            "account,func,result,date,activationCode\n09002000009,esim,OK,20261122100000,1$smdp.example.com$AB-12";
        fs::write(folder.path().join("1.csv"), text).unwrap();
        let Activation::Found { told, code: None } = activation(folder.path(), &of, false).await else {
            panic!("a code that nobody wanted, or none at all")
        };
        assert_eq!((told.host.as_str(), &*told.file), ("smdp.example.com", "1.csv"));
    }
}
