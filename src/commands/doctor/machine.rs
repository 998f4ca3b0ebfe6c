//! What the desk keeps on this machine.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use super::path_of;
use crate::audit;
use crate::flow::{Area, Code, Finding};
use crate::folder::{self, Whose};
use crate::runtime;

/// Less room than this, in MB, is soon used up by logs and the journal.
const LOW_MB: u64 = 200;

fn found(code: Code) -> Finding {
    Finding::new(Area::Machine, code)
}

/// The folder, the audit log in it, and the disk. The journal is the backend's.
pub(super) fn look(folder: Option<&Path>) -> Vec<Finding> {
    let Some(folder) = folder else { return vec![found(Code::FolderMissing)] };
    let mut findings = vec![match folder::whose(folder) {
        Ok(Whose::Own) => found(Code::Folder).with("path", path_of(folder)),
        Ok(_) => found(Code::FolderOpen).with("path", path_of(folder)),
        Err(_) => found(Code::FolderMissing),
    }];
    findings.push(audit_log(folder));
    findings.push(match runtime::room(folder) {
        Ok(bytes) => {
            let mb = bytes / 1_000_000;
            let code = if mb < LOW_MB { Code::DiskLow } else { Code::Disk };
            found(code).with("n", i64::try_from(mb).unwrap_or(i64::MAX))
        }
        Err(_) => found(Code::DiskUntold),
    });
    findings
}

fn audit_log(folder: &Path) -> Finding {
    let path = audit::path(folder);
    let unread =
        |why: io::Error| found(Code::AuditUnread).with("path", path_of(&path)).with("why", why.to_string().as_str());
    let log = match File::options().read(true).append(true).open(&path) {
        Ok(log) => log,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return found(Code::AuditEmpty),
        Err(why) => return unread(why),
    };
    match audit::verify(BufReader::new(log), None) {
        Ok(checked) => match checked.bad {
            Some(bad) => {
                let line = i64::try_from(bad.line).unwrap_or(i64::MAX);
                found(Code::AuditBroken).with("n", line).with("why", bad.flaw.to_string().as_str())
            }
            None => found(Code::AuditSound).with("n", i64::try_from(checked.lines).unwrap_or(i64::MAX)),
        },
        Err(why) => unread(why),
    }
}

/// The proxy that calls of real systems go through, without what opens it.
pub(super) fn proxy(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let set = names.into_iter().find_map(|name| variable(name).filter(|it| !it.is_empty()))?;
    let address = set.rsplit_once('@').map_or(&*set, |(_, after)| after);
    Some(address.split_once("://").map_or(address, |(_, after)| after).trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_opens_a_proxy_is_not_told() {
        for (set, told) in [
            ("http://proxy.example.jp:3128/", "proxy.example.jp:3128"),
            ("http://user:secret@proxy.example.jp:3128", "proxy.example.jp:3128"),
            ("proxy.example.jp", "proxy.example.jp"),
        ] {
            assert_eq!(proxy(|name| (name == "https_proxy").then(|| set.to_owned())).as_deref(), Some(told));
        }
        assert_eq!(proxy(|_| None), None);
    }

    #[test]
    fn a_folder_is_its_owners_and_its_log_is_followed() {
        let codes = |folder: &Path| look(Some(folder)).into_iter().map(|it| it.code).take(2).collect::<Vec<_>>();
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(codes(folder.path()), [Code::Folder, Code::AuditEmpty]);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(audit::path(folder.path()), "{}\n{\"n\":1}\n").unwrap();
        let found = codes(folder.path());
        assert_eq!(found[0], Code::FolderOpen);
        fs::remove_file(audit::path(folder.path())).unwrap();
        fs::create_dir(audit::path(folder.path())).unwrap();
        assert_eq!(codes(folder.path()), [Code::FolderOpen, Code::AuditUnread]);
        assert_eq!(codes(&folder.path().join("gone"))[0], Code::FolderMissing);
        assert_eq!(look(None)[0].code, Code::FolderMissing);
    }
}
