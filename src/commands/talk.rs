//! The desk as a conversation: the commands, typed one after the other and answered in sentences. For those who hear the
//! screen rather than see it, and for terminals that can show lines alone.
//!
//! It is the same commands over one connection. What a screen would show by place is said: how many there are, which of them
//! this is, and whose record is in hand, so that it need not be named again.

use std::io::{self, BufRead as _, Write as _};

use super::session::Session;
use super::{Exit, Stop, dispatch, find};
use crate::cli::{self, Command};
use crate::domain::change::{self, Spec};
use crate::flow::Environment;
use crate::locale::{Value, Words};

/// What a line asks for that is no command of the shell.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// Nothing.
    Nothing,
    /// To leave.
    Leave,
    /// What can be typed.
    Help,
    /// One of those that were found, counted from 1.
    Pick(usize),
    /// A command, in words.
    Run(Vec<String>),
}

/// Goes on until the person leaves or standard input is over.
pub(super) async fn run(session: &mut Session) -> Result<Exit, Stop> {
    session.talks = true;
    greet(session)?;
    loop {
        prompt(session)?;
        let mut line = Vec::new();
        if io::stdin().lock().read_until(b'\n', &mut line)? == 0 {
            return Ok(Exit::Done);
        }
        match str::from_utf8(&line).map_err(|_| "talk-not-text").and_then(understood) {
            Ok(Asked::Nothing) => {}
            Ok(Asked::Leave) => return Ok(Exit::Done),
            Ok(Asked::Help) => say(&session.words.say("talk-help"))?,
            Ok(Asked::Pick(n)) => {
                if let Some(number) = session.found.get(n.wrapping_sub(1)).cloned() {
                    typed(session, &["customer".to_owned(), "show".to_owned(), number]).await?;
                } else {
                    let most = i64::try_from(session.found.len()).unwrap_or_default();
                    say(&session.words.with("talk-no-such", &[("n", Value::Number(most))]))?;
                }
            }
            Ok(Asked::Run(words)) => typed(session, &words).await?,
            Err(key) => say(&session.words.say(key))?,
        }
    }
}

fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

fn greet(session: &Session) -> io::Result<()> {
    let words = &session.words;
    let whose = match &session.environment {
        Environment::Live { profile } => words.with("talk-live", &[("profile", Value::Text(profile))]),
        _ => words.say("talk-sandbox").into_owned(),
    };
    say(&format!("madoguchi. {whose} {}", words.say("talk-how")))
}

fn prompt(session: &Session) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match session.in_hand.as_deref() {
        Some(number) => write!(out, "{number}> ")?,
        None => write!(out, "> ")?,
    }
    out.flush()
}

/// Reads one line. The key of what is wrong with it.
fn understood(line: &str) -> Result<Asked, &'static str> {
    let words = words_of(line).ok_or("talk-quote")?;
    Ok(match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Asked::Nothing,
        ["quit" | "exit" | "bye" | "q"] => Asked::Leave,
        ["help" | "?"] => Asked::Help,
        [one] if one.bytes().all(|b| b.is_ascii_digit()) && one.len() < 3 => Asked::Pick(one.parse().unwrap_or(0)),
        _ => Asked::Run(words),
    })
}

/// The words of a line; quotes keep several together. Nothing where a quote is left open. A shell's rules would take `#41` for
/// a remark and the apostrophe of O'Neil for a quote.
fn words_of(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' && word.as_ref().is_none_or(|word| word.ends_with('=')) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// Runs what was typed, and says how it ended where it did not go well.
async fn typed(session: &mut Session, words: &[String]) -> io::Result<()> {
    let words = with_customer(session, words);
    let command = match cli::try_parse_line(&words, session.words.language()) {
        Ok(command) => command,
        // Help that was asked for comes this way too.
        Err(error) => return say(error.render().to_string().trim_end()),
    };
    let Some(command) = command.filter(Command::needs_systems) else {
        return say(&session.words.say("talk-elsewhere"));
    };
    let before = session.in_hand.clone();
    let ended = dispatch(session, &command).await;
    if let Err(Stop { why, .. }) = ended {
        for why in why {
            say(&why)?;
        }
    }
    if let (true, Some(number)) = (session.in_hand != before, session.in_hand.as_deref()) {
        say(&session.words.with("talk-in-hand", &[("number", Value::Text(number))]))?;
    }
    Ok(())
}

/// A reading or a change that names no customer is about the one in hand.
fn with_customer(session: &Session, words: &[String]) -> Vec<String> {
    let mut words = words.to_vec();
    let Some(number) = session.in_hand.clone() else { return words };
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["customer", "show"] => words.push(number),
        ["routine", "run", _, ref more @ ..] if !more.iter().any(|it| it.starts_with("--customer")) => {
            words.extend(["--customer".to_owned(), number]);
        }
        [verb, ..] => {
            let change = change::spec(verb).filter(|_| verb != "case" || !reads_cases(&words));
            let names =
                |option: &str| words.iter().any(|word| word == option || word.starts_with(&format!("{option}=")));
            // What the change is about finds its customer by itself.
            let finds = |spec: &Spec| {
                let subjects = spec.fields.iter().filter(|field| find::finds_customer(field.kind));
                subjects.map(|field| format!("--{}", field.name)).any(|option| names(&option))
            };
            let named = ["--customer", "--help", "-h"].into_iter().any(names);
            if change.is_some_and(|spec| !finds(spec)) && !named {
                words.extend(["--customer".to_owned(), number]);
            }
        }
        [] => {}
    }
    words
}

fn reads_cases(words: &[String]) -> bool {
    words.get(1).is_some_and(|word| word == "list" || word == "show")
}

impl Command {
    /// Whether it is answered by the systems, rather than by what is on this machine.
    fn needs_systems(&self) -> bool {
        self.reading().is_some()
            || matches!(
                self,
                Self::Change(_) | Self::Routine(_) | Self::Operations(_) | Self::Operation(_) | Self::Countersign(_)
            )
    }
}

/// The lines of a block of text, up to a line with a single full stop.
pub(super) fn block(words: &Words) -> io::Result<String> {
    say(&words.say("talk-block"))?;
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if io::stdin().read_line(&mut line)? == 0 || line.trim_end() == "." {
            return Ok(text);
        }
        text.push_str(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_a_shell_reads_it() {
        let run = |words: &[&str]| Ok(Asked::Run(words.iter().map(|it| (*it).to_owned()).collect()));
        for (line, expected) in [
            ("", Ok(Asked::Nothing)),
            ("  \n", Ok(Asked::Nothing)),
            ("quit\n", Ok(Asked::Leave)),
            ("2\n", Ok(Asked::Pick(2))),
            ("0\n", Ok(Asked::Pick(0))),
            ("customer find Emma Lindqvist\n", run(&["customer", "find", "Emma", "Lindqvist"])),
            ("note --text 'the \"big\" one'", run(&["note", "--text", "the \"big\" one"])),
            ("note --text \"\"", run(&["note", "--text", ""])),
            ("note --text \"left open", Err("talk-quote")),
            ("customer show #41", run(&["customer", "show", "#41"])),
            ("customer find O'Neil", run(&["customer", "find", "O'Neil"])),
            ("note --text='two words'", run(&["note", "--text=two words"])),
            ("09002000002", run(&["09002000002"])),
        ] {
            assert_eq!(understood(line), expected, "{line:?}");
        }
    }
}
