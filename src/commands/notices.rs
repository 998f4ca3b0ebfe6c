//! Notices without a screen: what the desk's centre shows, a line each. Followed through the same door as the desk's, so that a
//! machine listens once, whoever it is; told with customer numbers and never with names.

use std::io::{self, ErrorKind, IsTerminal as _, Write};

use jiff::Timestamp;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::session::Session;
use super::{Exit, Stop};
use crate::cli::{FollowArgs, ListArgs, NoticesCommand};
use crate::domain::drift::Drift;
use crate::domain::mask::free_text;
use crate::domain::notification::{Kept, Mute, NotificationKey, Owner, Source, Standing};
use crate::domain::status::Tone;
use crate::domain::time;
use crate::flow::{FaultKind, Live, Msg, StreamState};
use crate::locale::Words;
use crate::runtime;

/// What is known so far.
#[derive(Debug, Default)]
struct Heard {
    /// Notices that wait until it is known what is muted.
    waiting: Vec<Kept>,
    mutes: Option<Vec<Mute>>,
    told: Vec<NotificationKey>,
}

impl Heard {
    /// Takes what was heard. Answers the notices that are to be told, the oldest first.
    fn take(&mut self, live: Live) -> Vec<Kept> {
        match live {
            Live::Notifications(kept) => self.waiting.extend(kept),
            Live::Mutes(mutes) => self.mutes = Some(mutes),
            Live::Changed(_) | Live::Stream(_) | Live::Held(_) | Live::Incident(_) => {}
        }
        if self.mutes.is_some() { self.all() } else { Vec::new() }
    }

    /// Everything that is not told yet and waits for somebody.
    fn all(&mut self) -> Vec<Kept> {
        let mut new = Vec::new();
        for kept in std::mem::take(&mut self.waiting) {
            let key = &kept.notification.key;
            if kept.standing != Standing::New {
                // Put aside, it is told once more when it waits again.
                self.told.retain(|told| told != key);
            } else if !self.is_muted(&kept) && !self.told.contains(key) {
                self.told.push(key.clone());
                new.push(kept);
            }
        }
        new.sort_by_key(|kept| kept.notification.at);
        new
    }

    fn is_muted(&self, kept: &Kept) -> bool {
        self.mutes.iter().flatten().any(|mute| mute.covers(&kept.notification))
    }
}

/// Runs one of the commands about notices.
pub(super) async fn run(session: &mut Session, command: &NoticesCommand) -> Result<Exit, Stop> {
    match command {
        NoticesCommand::List(args) => list(session, args).await,
        NoticesCommand::Follow(args) => follow(session, args).await,
    }
}

async fn list(session: &mut Session, args: &ListArgs) -> Result<Exit, Stop> {
    let (mut heard, mut waiting) = (Heard::default(), Vec::new());
    session.kept(|live| waiting.extend(heard.take(live))).await?;
    waiting.extend(heard.all());
    waiting.reverse();
    let mut out = io::stdout().lock();
    if args.json {
        let rows: Vec<Value> = waiting.iter().map(row).collect();
        let notices =
            json!({ "read_at": Session::now().to_string(), "fault": null, "total": rows.len(), "rows": rows });
        let faults: [Value; 0] = [];
        let told = json!({
            "exit": Exit::Done as u8, "customer": null, "revealed": false, "faults": faults, "notices": notices,
        });
        writeln!(out, "{told}")?;
    } else if waiting.is_empty() {
        writeln!(out, "{}", session.words.say("centre-empty"))?;
    } else {
        for kept in &waiting {
            writeln!(out, "{}", line(kept, &session.words))?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

async fn follow(session: &mut Session, args: &FollowArgs) -> Result<Exit, Stop> {
    let as_json = args.json || !io::stdout().is_terminal();
    let mut heard = Heard::default();
    session.listen();
    let ends = async {
        match args.lasting {
            Some(lasting) => tokio::time::sleep(lasting).await,
            None => std::future::pending().await,
        }
    };
    let interrupted = runtime::interrupted();
    tokio::pin!(ends, interrupted);
    loop {
        let msg = tokio::select! {
            msg = session.next() => msg,
            ended = &mut interrupted => return ended.map(|()| Exit::Done).map_err(Stop::from),
            () = &mut ends => return Ok(Exit::Done),
        };
        let Msg::Live(live) = msg else { continue };
        if let Live::Stream(stream) = &live {
            match &stream.state {
                StreamState::Off => {
                    return Err(Stop::new(Exit::Refused, session.words.say("doctor-events-off").into_owned()));
                }
                StreamState::Lost { why, .. } => {
                    let why = session.words.phrase(&why.phrase(), false);
                    writeln!(io::stderr(), "madoguchi: {why}")?;
                }
                StreamState::Connecting | StreamState::Listening { .. } | StreamState::Shared => {}
            }
        }
        let new = heard.take(live);
        match tell(&mut io::stdout().lock(), &new, as_json, &session.words) {
            Ok(()) => {}
            // Nobody reads any more: that is one way to end it.
            Err(why) if why.kind() == ErrorKind::BrokenPipe => return Ok(Exit::Done),
            Err(why) => return Err(why.into()),
        }
    }
}

fn tell(out: &mut impl Write, new: &[Kept], as_json: bool, words: &Words) -> io::Result<()> {
    for kept in new {
        if as_json {
            writeln!(out, "{}", row(kept))?;
        } else {
            writeln!(out, "{}", line(kept, words))?;
        }
    }
    out.flush()
}

fn tone(tone: Tone) -> (&'static str, char) {
    match tone {
        Tone::Critical => ("critical", '✗'),
        Tone::Warning => ("warning", '!'),
        Tone::Info | Tone::Neutral => ("info", 'i'),
    }
}

/// A notice as JSON. The names are promised to scripts.
fn row(kept: &Kept) -> Value {
    let told = &kept.notification;
    let text = |text: &str| if text.is_empty() { Value::Null } else { free_text(text).into() };
    let number = told.who.as_ref().map(|who| who.number.as_str()).filter(|number| !number.is_empty());
    let (owner, name) = match &told.owner {
        Owner::Mine => ("mine", None),
        Owner::MyQueue(name) => ("my-queue", Some(name.as_str())),
        Owner::Other(name) => ("other", Some(name.as_str())),
        Owner::Nobody => ("nobody", None),
    };
    let source = match told.key.source {
        Source::System(system) => system.name(),
        Source::Desk => "desk",
    };
    json!({
        "at": told.at.to_string(), "reached": kept.reached.to_string(), "tone": tone(told.kind.tone()).0,
        "kind": told.kind.name(), "drift": told.drift.as_ref().map(Drift::name), "customer": number,
        "about": text(&told.about), "detail": text(&told.detail), "owner": owner, "owner_name": name,
        "source": source.to_lowercase(),
    })
}

/// A notice as a line.
fn line(kept: &Kept, words: &Words) -> String {
    let told = &kept.notification;
    let number = told.who.as_ref().map(|who| who.number.to_string()).unwrap_or_default();
    let blank = " ".repeat(10_usize.saturating_sub(number.width()));
    let detail = match FaultKind::by_key(&told.detail) {
        Some(kind) => words.say(kind.key()),
        None => free_text(&told.detail),
    };
    let about = free_text(&told.about);
    let says = [words.told(told), about.into_owned(), detail.into_owned()];
    let says: Vec<String> = says.into_iter().filter(|part| !part.is_empty()).collect();
    let owner = match &told.owner {
        Owner::Mine => format!(" · {}", words.say("centre-owner-me")),
        Owner::MyQueue(name) | Owner::Other(name) => format!(" · {name}"),
        Owner::Nobody => String::new(),
    };
    let at: Timestamp = told.at;
    format!("{}  {}  {number}{blank}  {}{owner}", time::date_time(at), tone(told.kind.tone()).1, says.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::CustomerKey;
    use crate::domain::notification::{Notification, NotificationKind, Whose};
    use crate::domain::system::System;
    use crate::domain::text::Text;
    use crate::locale::Language;

    fn kept(subject: &str, kind: NotificationKind, standing: Standing) -> Kept {
        let key = NotificationKey {
            source: Source::System(System::Salesforce),
            subject: Text::line(subject),
            state: Text::line(kind.name()),
        };
        let who = Whose { key: CustomerKey::default(), number: Text::line("C-000021"), name: Text::line("Mina Sato") };
        let notification = Notification {
            key,
            kind,
            who: Some(who),
            about: Text::line("090-0200-0021"),
            detail: Text::line("PROVISIONING_ERROR"),
            drift: None,
            opens: None,
            owner: Owner::Mine,
            at: Timestamp::UNIX_EPOCH,
        };
        Kept { notification, standing, reached: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn what_is_muted_or_was_told_is_not_told_and_what_waits_again_is() {
        let failed = || kept("1", NotificationKind::OrderFailed, Standing::New);
        let mut heard = Heard::default();
        let muted = kept("2", NotificationKind::OrderApproved, Standing::New);
        assert!(heard.take(Live::Notifications(vec![failed(), muted])).is_empty(), "who knows what is muted?");
        let mute = Mute { kind: Some(NotificationKind::OrderApproved), customer: None };
        assert_eq!(heard.take(Live::Mutes(vec![mute])), [failed()]);
        assert!(heard.take(Live::Notifications(vec![failed()])).is_empty());
        let aside = kept("1", NotificationKind::OrderFailed, Standing::Done(Timestamp::UNIX_EPOCH));
        assert!(heard.take(Live::Notifications(vec![aside])).is_empty());
        assert_eq!(heard.take(Live::Notifications(vec![failed()])), [failed()]);
    }

    #[test]
    fn a_line_names_nobody_and_masks_numbers_of_lines() {
        let kept = kept("1", NotificationKind::OrderFailed, Standing::New);
        let (json, said) = (row(&kept).to_string(), line(&kept, &Words::new(Language::English)));
        for told in [&json, &said] {
            assert!(told.contains("C-000021") && !told.contains("Mina") && !told.contains("0200"), "{told}");
        }
        assert!(said.contains("!  C-000021    Order failed · ") && said.ends_with(" · me"), "{said}");
    }
}
