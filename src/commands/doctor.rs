//! The examination without a screen: what the configuration and this machine are like is looked at here, the systems by the
//! backend. Told section by section as a table, or whole as JSON.

mod machine;
mod print;

use std::io::{self, IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::session::Session;
use super::{Exit, Run, Stop};
use crate::cli::DoctorArgs;
use crate::domain::phone::Msisdn;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::{Area, Code, Examination, Finding, Query, Reply, Slot, Verdict};
use crate::locale::Words;
use crate::runtime::connect::Target;
use print::Told;

/// Where the configuration is, and what of it is used.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its file; `None` where no folder is known for one.
    pub file: Option<PathBuf>,
    /// The profile.
    pub profile: String,
}

/// Examines everything.
pub(super) async fn run(run: Run<'_>, args: &DoctorArgs, folder: Option<PathBuf>) -> Result<Exit, Stop> {
    let mut told = Told::new(args, run.place.profile.clone());
    told.take_all(configuration(&run));
    told.take_all(machine::look(folder.as_deref()));
    told.over(&[Area::Configuration], &run.words)?;
    if io::stderr().is_terminal() && !args.json {
        writeln!(io::stderr(), "{}", run.words.say("doctor-looking"))?;
    }
    let words = Words::new(run.words.language());
    let mut session = match Session::open(run, folder).await {
        Ok(session) => session,
        // An address that may not be used, most likely.
        Err(Stop { why, .. }) => {
            let why = Text::line(&why.join(". "));
            told.take(Finding::new(Area::Configuration, Code::ConfigWrong).with("why", why));
            return told.end(&words);
        }
    };
    let line = match args.line.as_deref().map(|typed| Msisdn::parse(typed, session.fixtures)) {
        Some(Err(_)) => return Err(Stop::new(Exit::Usage, words.say("cli-which-line").into_owned())),
        Some(Ok(line)) => Some(line),
        None => None,
    };
    let how = Examination { writes: args.writes, line, patience: args.patience() };
    let mut written = Ok(());
    session
        .ask(Slot::Examination, Query::Examine(how), |reply| {
            match reply {
                Reply::Finding(finding) => told.take(finding),
                Reply::Examined(system) => written = told.over(&[Area::Machine, Area::System(system)], &words),
                _ => {}
            }
            if written.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await;
    written?;
    told.end(&words)
}

/// Tells that the configuration cannot be used: then there is nothing to examine.
///
/// # Errors
/// Nothing can be written to standard output.
pub fn misconfigured(why: &str, args: &DoctorArgs, place: &Place, words: &Words) -> io::Result<Exit> {
    let mut told = Told::new(args, place.profile.clone());
    told.take(Finding::new(Area::Configuration, Code::ConfigWrong).with("why", Text::line(why)));
    match told.end(words) {
        Ok(exit) => Ok(exit),
        Err(Stop { exit, why }) => {
            for why in why {
                writeln!(io::stderr(), "madoguchi: {why}")?;
            }
            Ok(exit)
        }
    }
}

fn path_of(path: &Path) -> Text {
    Text::line(&path.display().to_string())
}

/// What is configured, as far as it is the same on every machine.
fn configuration(run: &Run<'_>) -> Vec<Finding> {
    let found = |code| Finding::new(Area::Configuration, code);
    let mut findings = Vec::new();
    let file = run.place.file.as_deref();
    findings.push(match file.filter(|file| file.exists()) {
        Some(file) => found(Code::ConfigRead).with("path", path_of(file)),
        None => found(Code::ConfigDefault).with("path", file.map(path_of).unwrap_or_default()),
    });
    match &run.target {
        Target::Sandbox { .. } => findings.push(found(Code::ProfileSandbox).with("name", "sandbox")),
        Target::Profile { name, settings, sandboxed } => {
            let code = if *sandboxed { Code::ProfileSandbox } else { Code::ProfileLive };
            findings.push(found(code).with("name", name.as_str()));
            // Without one of them there would be no settings.
            findings.push(found(Code::SecretsThere));
            let addresses = [&settings.salesforce, &settings.whmcs, &settings.freebit];
            let plain = System::ALL.into_iter().zip(addresses).filter(|(_, address)| address.scheme() == "http");
            let plain: Vec<&str> = plain.map(|(system, _)| system.name()).collect();
            if !plain.is_empty() {
                findings.push(found(Code::PlainHttp).with("about", Text::line(&plain.join(", "))));
            }
            if plain.len() < addresses.len()
                && let Some(proxy) = machine::proxy(|name| std::env::var(name).ok())
            {
                findings.push(found(Code::Proxy).with("host", Text::line(&proxy)));
            }
        }
    }
    if run.rules.read_only {
        findings.push(found(Code::ReadOnly));
    }
    findings
}

/// How an examination ends for a script.
fn exit(findings: &[Finding], strict: bool) -> Exit {
    let any = |is: &dyn Fn(&Finding) -> bool| findings.iter().any(is);
    if any(&|it| it.code == Code::ConfigWrong) {
        Exit::Usage
    } else if any(&|it| it.code.unreachable()) {
        Exit::Unreachable
    } else if any(&|it| it.verdict() == Verdict::Wrong) || (strict && any(&|it| it.verdict() > Verdict::Note)) {
        Exit::Refused
    } else {
        Exit::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_decides_how_it_ends() {
        let of = |codes: &[Code], strict| {
            let all: Vec<Finding> = codes.iter().map(|code| Finding::new(Area::Machine, *code)).collect();
            exit(&all, strict)
        };
        assert_eq!(of(&[Code::Reached, Code::WordUnused], true), Exit::Done);
        assert_eq!(of(&[Code::DiskLow, Code::Skipped], false), Exit::Done);
        assert_eq!(of(&[Code::DiskLow], true), Exit::Refused);
        assert_eq!(of(&[Code::ClockUntold], true), Exit::Refused);
        assert_eq!(of(&[Code::FieldMissing], false), Exit::Refused);
        assert_eq!(of(&[Code::FieldMissing, Code::NameUnknown], false), Exit::Unreachable);
        assert_eq!(of(&[Code::NameUnknown, Code::ConfigWrong], false), Exit::Usage);
    }
}
