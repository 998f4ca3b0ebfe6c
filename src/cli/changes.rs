//! A command for every change, made from the table of verbs: its fields are the options, its help is the language table's.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::builder::{ArgAction, Resettable};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args as _, CommandFactory as _, FromArgMatches as _};

use super::{Cli, Command, DeskArgs};
use crate::domain::access::CallerLevel;
use crate::domain::change::{self, Field, FieldKind, Need, Spec, Values};
use crate::locale::{Language, Value, Words};

/// A change as it was typed. Whether its fields are right is known when they are read.
#[derive(Debug, Clone)]
pub struct ChangeArgs {
    /// Which.
    pub spec: &'static Spec,
    /// What stands in its fields.
    pub values: Values,
    /// Whose, as typed.
    pub customer: Option<String>,
    /// How sure the person is of the caller.
    pub caller: CallerLevel,
    /// Say what would be done, and stop.
    pub dry_run: bool,
    /// Do not ask.
    pub yes: bool,
    /// Answer as JSON.
    pub json: bool,
    /// A live profile may be changed by this run.
    pub write: bool,
}

/// Reads the process's command line. Says what is wrong, or the help that was asked for, and ends the process.
pub fn parse() -> Cli {
    try_parse(std::env::args_os(), language()).unwrap_or_else(|error| error.exit())
}

/// The language of the help: no configuration is read before the command line is.
fn language() -> Language {
    let named = std::env::var("MADOGUCHI_LANGUAGE").ok().and_then(|tag| Language::from_tag(&tag));
    named.unwrap_or_else(|| Language::of_locale(|name| std::env::var(name).ok()))
}

/// Reads a command line.
///
/// # Errors
/// What is wrong with it, or the help that was asked for.
pub fn try_parse(
    args: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    language: Language,
) -> Result<Cli, clap::Error> {
    of_matches(&matches(args, language)?)
}

/// Reads one line of a conversation: a command for the connection that there is.
///
/// # Errors
/// What is wrong with it, or the help that was asked for. How the desk is opened was said when it was.
pub fn try_parse_line(words: &[String], language: Language) -> Result<Option<Command>, clap::Error> {
    let matches = matches(std::iter::once("madoguchi").chain(words.iter().map(String::as_str)), language)?;
    let typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    if let Some(arg) = opening().into_iter().find(|arg| typed(arg.get_id().as_str())) {
        let option = format!("--{}", arg.get_long().unwrap_or_default());
        let why = Words::new(language).with("talk-opened", &[("option", Value::Text(&option))]);
        return Err(clap::Error::raw(ErrorKind::ArgumentConflict, why));
    }
    Ok(of_matches(&matches)?.command)
}

/// The options that say how the desk is opened.
fn opening() -> Vec<Arg> {
    DeskArgs::augment_args(clap::Command::new("")).get_arguments().cloned().collect()
}

fn matches(
    args: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    language: Language,
) -> Result<ArgMatches, clap::Error> {
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    let mut command = Cli::command();
    // A variable that is set to nothing says nothing.
    for arg in opening() {
        if arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty()) {
            command = command.mut_arg(arg.get_id(), |arg| arg.env(Resettable::Reset));
        }
    }
    // The desk alone needs none of them.
    if args.len() > 1 {
        command = with_changes(command, &Words::new(language));
    }
    command.try_get_matches_from(args)
}

fn of_matches(matches: &ArgMatches) -> Result<Cli, clap::Error> {
    let change = matches.subcommand().filter(|(_, its)| its.subcommand_name().is_none());
    match change.and_then(|(name, its)| Some((change::spec(name)?, its))) {
        None => Cli::from_arg_matches(matches),
        Some((spec, its)) => {
            let desk = DeskArgs::from_arg_matches(matches)?;
            Ok(Cli { command: Some(Command::Change(read(spec, its))), desk })
        }
    }
}

/// The whole command line, with nothing hidden, for what is generated of it: completions and manual pages.
pub fn whole(language: Language) -> clap::Command {
    let names: Vec<&str> = change::specs().map(|spec| spec.name).collect();
    let all = with_changes(Cli::command(), &Words::new(language));
    names.into_iter().fold(all, |all, name| all.mut_subcommand(name, |change| change.hide(false)))
}

/// The command line with a command for every change.
fn with_changes(mut command: clap::Command, words: &Words) -> clap::Command {
    for (id, key) in [("config", "cli-config"), ("profile", "cli-profile")] {
        command = command.mut_arg(id, |arg| arg.help(words.say(key).into_owned()));
    }
    let mut list = format!("{}:\n", words.say("cli-changes"));
    let mut part = None;
    let mut specs: Vec<&'static Spec> = change::specs().collect();
    specs.sort_by_key(|spec| spec.part);
    for spec in specs {
        if part != Some(spec.part) {
            part = Some(spec.part);
            let _ = write!(list, "\n  {}:", words.say(spec.part.key()));
        }
        let _ = write!(list, " {}", spec.name);
        // `case` opens one, `case show` looks at one.
        command = match command.find_subcommand(spec.name) {
            None => command.subcommand(of(spec, clap::Command::new(spec.name).hide(true), words)),
            Some(_) => command.mut_subcommand(spec.name, |reads| {
                let about = reads.get_about().cloned();
                let either = reads.subcommand_required(false).arg_required_else_help(false);
                // In the list of commands it is more than the change.
                of(spec, either.args_conflicts_with_subcommands(true), words).about(about.unwrap_or_default())
            }),
        };
    }
    let codes = words.say("cli-codes").into_owned();
    command.after_help(format!("{list}\n\n{codes}"))
}

/// The change's options and help, on a command that has its name.
fn of(spec: &'static Spec, command: clap::Command, words: &Words) -> clap::Command {
    let say = |key: &str| words.say(key).into_owned();
    let flag = |name: &'static str, key: &str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(say(key));
    let mut command = command
        .about(say(&format!("verb-{}", spec.name)))
        .long_about(format!("{}\n\n{}", say(&format!("verb-{}", spec.name)), say(&format!("verb-{}-help", spec.name))))
        .after_help(say("cli-codes"))
        .arg(Arg::new("customer").long("customer").value_name("C-000123|#41|LINE").help(say("cli-customer")));
    for field in spec.fields {
        command = command.arg(option(field, words));
    }
    command
        .arg(
            Arg::new("caller")
                .long("caller")
                .value_name("V0|V1|V2")
                .ignore_case(true)
                .value_parser(["V0", "V1", "V2"])
                .hide_possible_values(true)
                .help(say("cli-caller")),
        )
        .arg(flag("dry-run", "cli-dry-run"))
        .arg(flag("yes", "cli-yes"))
        .arg(flag("json", "cli-json"))
        .arg(flag("write", "cli-write"))
}

/// The option of a field. It takes any text: what is right is said by the reader, for all fields at once.
fn option(field: &'static Field, words: &Words) -> Arg {
    let mut help = words.say(&format!("field-{}", field.name)).into_owned();
    match field.need {
        Need::Required => {}
        Need::Optional => {
            let _ = write!(help, " ({})", words.say("cli-optional"));
        }
        Need::Default(value) => {
            let _ = write!(help, " ({})", words.with("cli-default", &[("value", Value::Text(value))]));
        }
    }
    if let FieldKind::Choice(choices) = field.kind {
        let _ = write!(help, ": {}", choices.join(", "));
    }
    if field.kind == FieldKind::Block {
        let _ = write!(help, " ({})", words.say("cli-stdin"));
    }
    let arg = Arg::new(field.name).long(field.name).value_name(value_name(field.kind)).help(help);
    match field.kind {
        FieldKind::Flag => arg.num_args(0..=1).default_missing_value("yes").require_equals(true),
        _ => arg,
    }
}

const fn value_name(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Subject(_) => "WHICH",
        FieldKind::Number => "N",
        FieldKind::Yen => "YEN",
        FieldKind::Date => "DAY",
        FieldKind::Moment => "WHEN",
        FieldKind::Line | FieldKind::Block => "TEXT",
        FieldKind::Flag => "yes|no",
        FieldKind::Eid => "EID",
        FieldKind::Choice(_) => "WORD",
        FieldKind::OneOf(_) => "NAME",
    }
}

fn read(spec: &'static Spec, matches: &ArgMatches) -> ChangeArgs {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let values = spec.fields.iter().filter_map(|field| Some((field.name.to_owned(), text(field.name)?))).collect();
    let caller = match text("caller").unwrap_or_default().to_ascii_uppercase().as_str() {
        "V1" => CallerLevel::V1,
        "V2" => CallerLevel::V2,
        _ => CallerLevel::V0,
    };
    ChangeArgs {
        spec,
        values,
        customer: text("customer"),
        caller,
        dry_run: matches.get_flag("dry-run"),
        yes: matches.get_flag("yes"),
        json: matches.get_flag("json"),
        write: matches.get_flag("write"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of the options every change has. No field may have one of them.
    const OWN: [&str; 8] = ["customer", "caller", "dry-run", "yes", "json", "write", "config", "profile"];

    #[test]
    fn every_change_has_a_sound_command_with_words() {
        for language in Language::ALL {
            let words = Words::new(language);
            with_changes(Cli::command(), &words).debug_assert();
            for spec in change::specs() {
                for key in [format!("verb-{}", spec.name), format!("verb-{}-help", spec.name)] {
                    assert_ne!(words.say(&key), key, "{language:?}");
                }
                for field in spec.fields {
                    let key = format!("field-{}", field.name);
                    assert_ne!(words.say(&key), key, "{language:?}");
                    assert!(!OWN.contains(&field.name), "{} has a field called {}", spec.name, field.name);
                }
            }
        }
    }

    #[test]
    fn fields_are_options_and_are_not_judged_here() {
        let words = "madoguchi --seed 7 top-up --line 09002000002 --gb many --caller v1 --dry-run --profile live";
        let cli = try_parse(words.split(' '), Language::English).unwrap();
        assert_eq!((cli.desk.world.seed, cli.desk.profile.as_deref()), (Some(7), Some("live")));
        let Some(Command::Change(change)) = cli.command else { panic!("the change was not read") };
        assert_eq!((change.spec.name, change.caller, change.dry_run), ("top-up", CallerLevel::V1, true));
        assert_eq!(change.values["gb"], "many");
        assert!(try_parse(["madoguchi", "top-up", "--frobnicate"], Language::English).is_err());
    }
}
