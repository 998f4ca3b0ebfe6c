//! Signing in with a browser, and out again.

use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::thread;

use tokio::sync::mpsc;

use super::Exit;
use crate::config::Org;
use crate::flow::Pages;
use crate::locale::{Value, Words};
use crate::logging;
use crate::runtime::browse;
use crate::runtime::sign_in::{self, Heard, SignIn, SignedOut};

/// Lines that may be pasted before one was looked at.
const PASTED: usize = 4;

/// Signs in for a profile: prints where to go, and waits for the browser or for what is pasted.
///
/// # Errors
/// The process cannot be set up or nothing can be written.
pub fn sign_in(words: &Words, org: &Org, profile: &str) -> io::Result<Exit> {
    let log = logging::start();
    let runtime = runtime()?;
    let ended = runtime.block_on(asked(words, org, log.folder.as_deref(), profile));
    runtime.shutdown_background();
    ended
}

/// Signs out of a profile: at the org, and here.
///
/// # Errors
/// The process cannot be set up or nothing can be written.
pub fn sign_out(words: &Words, org: &Org, profile: &str) -> io::Result<Exit> {
    let log = logging::start();
    let runtime = runtime()?;
    let ended = runtime.block_on(sign_in::sign_out(org, log.folder.as_deref(), profile));
    runtime.shutdown_background();
    match ended {
        Ok(None) => by_itself(words, profile),
        Ok(Some(SignedOut::Nobody)) => said(&words.say("logout-nobody"), Exit::Done),
        Ok(Some(SignedOut::Revoked)) => said(&words.say("logout-done"), Exit::Done),
        Ok(Some(SignedOut::Forgotten(fault))) => {
            let why = words.phrase(&fault.phrase(), false);
            complained(&words.with("logout-forgotten", &[("why", Value::Text(&why))]), Exit::Unreachable)
        }
        Err(why) => complained(&words.phrase(&why, false), Exit::Refused),
    }
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
}

async fn asked(words: &Words, org: &Org, state: Option<&Path>, profile: &str) -> io::Result<Exit> {
    let begun = match SignIn::begin(org, state, profile).await {
        Ok(Some(begun)) => begun,
        Ok(None) => return by_itself(words, profile),
        Err(why) => return complained(&words.phrase(&why, false), Exit::Usage),
    };
    let redirect = begun.redirect().to_string();
    let back = ("redirect", Value::Text(&redirect));
    {
        let mut out = io::stdout().lock();
        writeln!(out, "{}\n\n{}\n", words.say("login-open"), begun.url())?;
        if let Some(why) = &begun.closed {
            let why = why.to_string();
            writeln!(out, "{}", words.with("login-port-taken", &[("why", Value::Text(&why))]))?;
        }
        writeln!(out, "{}", words.with("login-paste", &[back]))?;
        out.flush()?;
    }
    browse::show(begun.url().to_string());
    let mut pasted = lines()?;
    let pages = Pages {
        done: words.say("login-page-done").into_owned(),
        not_done: words.say("login-page-not-done").into_owned(),
    };
    loop {
        match begun.next(&mut pasted, &pages).await {
            Heard::SignedIn(who) => {
                let values = [("who", Value::Text(who.as_str())), ("profile", Value::Text(profile))];
                let key = if who.is_empty() { "login-done-nobody" } else { "login-done" };
                return said(&words.with(key, &values), Exit::Done);
            }
            Heard::Failed(why) => return complained(&words.phrase(&why, false), Exit::Refused),
            Heard::Denied(why) => {
                let why = words.with("login-denied", &[("why", Value::Text(why.as_str()))]);
                return complained(&why, Exit::Refused);
            }
            Heard::Nobody => return complained(&words.say("login-no-way-back"), Exit::NotConfirmed),
            Heard::Nonsense => writeln!(io::stderr(), "{}", words.with("login-nonsense", &[back]))?,
            Heard::OtherSignIn => writeln!(io::stderr(), "{}", words.say("login-other"))?,
        }
    }
}

fn by_itself(words: &Words, profile: &str) -> io::Result<Exit> {
    complained(&words.with("login-by-itself", &[("profile", Value::Text(profile))]), Exit::Usage)
}

fn said(what: &str, exit: Exit) -> io::Result<Exit> {
    writeln!(io::stdout(), "{what}")?;
    Ok(exit)
}

fn complained(what: &str, exit: Exit) -> io::Result<Exit> {
    writeln!(io::stderr(), "madoguchi: {what}")?;
    Ok(exit)
}

/// What is typed or pasted, a line at a time. The thread waits for a terminal that nobody may ever type at, and ends with the
/// process.
fn lines() -> io::Result<mpsc::Receiver<String>> {
    let (tell, told) = mpsc::channel(PASTED);
    thread::Builder::new().name("pasted".to_owned()).spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if tell.blocking_send(line).is_err() {
                return;
            }
        }
    })?;
    Ok(told)
}
