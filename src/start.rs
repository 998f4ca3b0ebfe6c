//! From the command line to a running desk, or to the sandbox alone.
#![expect(clippy::disallowed_methods, reason = "the desk's first clock reading is here")]

use std::env;
use std::fs::File;
use std::io::{self, BufReader, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;
use madoguchi_ui::color::Depth;
use madoguchi_ui::glyphs::GlyphSet;
use madoguchi_ui::themes::AUTO;

use crate::app::{self, App, Options};
use crate::cli::{self, AuditCommand, Cli, Command, ConfigCommand, DeskArgs, SandboxArgs, WorldArgs};
use crate::commands::doctor::Place;
use crate::config::{
    self, Config, ConfigError, DesktopChoice, GlyphChoice, HyperlinkChoice, LanguageChoice, ViewConfig, WebPages,
    WidthChoice,
};
use crate::flow::{Alerts, Desktop, Ground, Lists, LockRules, ThemeFile, View};
use crate::locale::{Language, Words};
use crate::runtime::Watch;
use crate::runtime::connect::{self, Changes, Target};
use crate::runtime::spoken::wordbook;
use crate::sandbox::{self, Ports, SandboxError};
use crate::{audit, commands, logging, runtime, terminal};

/// Why nothing was started. The sentence is for the person who typed the command.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Something it says fits nothing there is, as a saved view of a list there is not.
    #[error("the configuration cannot be used: {0}")]
    Unfit(String),
    /// There is no such theme, or it cannot be used.
    #[error("{0}")]
    Theme(String),
    /// A routine cannot be used.
    #[error("{0}")]
    Routine(String),
    /// There is nothing to sign in to.
    #[error("{0}")]
    NoSignIn(String),
    /// A PIN cannot be hashed.
    #[error("{0}")]
    Pin(String),
    /// The sandbox did not start.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// There is no state folder to look in.
    #[error("no home folder is known: name the file (--config, or the log's)")]
    Homeless,
    /// A log cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unread(String, io::Error),
    /// Nothing can be written there.
    #[error("{0} cannot be written: {1}")]
    Unwritten(String, io::Error),
    /// The system refused something a program needs.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl StartError {
    /// Nobody reads what is written any more.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Runs what the command line asks for. Answers the exit code.
///
/// # Errors
/// Nothing was started; the sentence says why.
pub fn run(cli: &Cli) -> Result<ExitCode, StartError> {
    let config = || Config::load(cli.desk.config.as_deref());
    match &cli.command {
        // Whatever the configuration says.
        Some(Command::Pin) => hash_pin(),
        Some(Command::Completions { shell }) => completions(*shell),
        Some(Command::Man { folder }) => manual(folder.as_deref()),
        Some(Command::Audit(command)) => look_at_audit(command),
        Some(Command::Config(command)) => look_at_config(*command, &cli.desk),
        Some(command @ (Command::Login | Command::Logout)) => {
            let config = config()?;
            let profile = cli.desk.profile.as_deref().unwrap_or(&config.profile);
            let words = Words::new(language(&config, &cli.desk));
            let org = config.org(profile, |name| env::var(name).ok())?;
            let org = org.ok_or_else(|| StartError::NoSignIn(words.say("login-sandbox").into_owned()))?;
            let in_or_out = match command {
                Command::Logout => commands::sign_out,
                _ => commands::sign_in,
            };
            Ok(in_or_out(&words, &org, profile)?.into())
        }
        Some(Command::Sandbox(args)) => sandbox_alone(&config()?, args, &args.world.or(&cli.desk.world)),
        Some(command @ Command::Doctor(args)) => {
            let desk =
                DeskArgs { profile: args.profile.clone().or_else(|| cli.desk.profile.clone()), ..cli.desk.clone() };
            match config().map_err(StartError::from).and_then(|config| without_screen(&config, &desk, Some(command))) {
                // That it cannot be used is the first thing an examination may find.
                Err(StartError::Config(why)) => {
                    let profile = desk.profile.clone().unwrap_or_default();
                    let place = Place { file: file_of(&desk), profile };
                    let words = Words::new(language(&Config::default(), &desk));
                    Ok(commands::doctor::misconfigured(&why.to_string(), args, &place, &words)?.into())
                }
                ended => ended,
            }
        }
        Some(command) => {
            match config().map_err(StartError::from).and_then(|it| without_screen(&it, &cli.desk, Some(command))) {
                // A program reads standard output alone.
                Err(why) if command.json() && !why.is_closed_pipe() => {
                    Ok(commands::refused_json(commands::Exit::Usage, &[why.to_string()]).into())
                }
                ended => ended,
            }
        }
        None => {
            let config = config()?;
            let plain = cli.desk.plain || config.desk.plain;
            if plain { without_screen(&config, &cli.desk, None) } else { desk(&config, &cli.desk) }
        }
    }
}

/// Runs one of the commands that need the systems and no screen.
fn without_screen(config: &Config, args: &DeskArgs, command: Option<&Command>) -> Result<ExitCode, StartError> {
    let target = target(config, args)?;
    let WorldArgs { customers, seed, state } = &args.world;
    let named = args.profile.is_some() || customers.is_some() || seed.is_some() || state.is_some();
    let run = commands::Run {
        words: Words::new(language(config, args)),
        invented: matches!(target, Target::Sandbox { .. }) && !named,
        target,
        rules: connect::Rules { read_only: config.access.read_only || args.read_only, ..rules(config) },
        config,
        plain: args.plain || config.desk.plain,
        pages: if io::stdout().is_terminal() { pages(config, args) } else { WebPages::default() },
        place: Place { file: file_of(args), profile: args.profile.clone().unwrap_or_else(|| config.profile.clone()) },
    };
    Ok(run.command(command)?.into())
}

/// The pages of records elsewhere; none where the terminal is told no links.
fn pages(config: &Config, args: &DeskArgs) -> WebPages {
    let told = match config.desk.hyperlinks {
        HyperlinkChoice::Auto => terminal::has_hyperlinks(|name| env::var(name).ok()),
        HyperlinkChoice::Always => true,
        HyperlinkChoice::Never => false,
    };
    let profile = args.profile.as_ref().unwrap_or(&config.profile);
    if told { config.web_pages(profile) } else { WebPages::default() }
}

/// Where the configuration is read from.
fn file_of(args: &DeskArgs) -> Option<PathBuf> {
    args.config.clone().or_else(config::default_path)
}

/// What the command line and the configuration say to connect to.
fn target(config: &Config, args: &DeskArgs) -> Result<Target, StartError> {
    let profile = args.profile.as_deref().unwrap_or(&config.profile);
    Ok(match config.settings(profile, |name| env::var(name).ok())? {
        Some((settings, sandboxed)) => {
            Target::Profile { name: profile.to_owned(), settings: Box::new(settings), sandboxed }
        }
        None => Target::Sandbox {
            options: Box::new(connect::world(&config.sandbox, &args.world, None)),
            search_pause: config.desk.search_pause(),
            office: Arc::new(config.office()),
            live: config.live.clone(),
        },
    })
}

/// How changes are carried out.
fn rules(config: &Config) -> connect::Rules {
    config.operations.rules(&config.access)
}

fn desk(config: &Config, args: &DeskArgs) -> Result<ExitCode, StartError> {
    let target = target(config, args)?;
    let embedded = matches!(target, Target::Sandbox { .. });
    let options = options(config, args, embedded)?;
    app::check(&options, Timestamp::now()).map_err(StartError::Unfit)?;
    let mut app = App::new(options, Timestamp::now());
    if args.pack {
        app.begin_with_pack();
    }
    let logging = logging::start();
    let rules = connect::Rules { read_only: config.access.read_only || args.read_only, ..rules(config) };
    let changes = Changes { folder: logging.folder.clone(), person: runtime::person(), rules };
    let code =
        runtime::open(logging, app, watch(args, embedded), |messages| connect::connect(target, changes, messages));
    Ok(ExitCode::from(code))
}

/// The configuration's file, for as long as the desk runs.
fn watch(args: &DeskArgs, embedded: bool) -> Option<Watch> {
    let path = args.config.clone().or_else(config::default_path)?;
    let (args, file) = (args.clone(), path.clone());
    let read = move || {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            // Taken away, the defaults count.
            Err(error) if error.kind() == io::ErrorKind::NotFound && args.config.is_none() => String::new(),
            Err(error) => return Err(error.to_string()),
        };
        // There is one file, and little room to say where in it.
        let folder = file.parent().map(|folder| format!("{}/", folder.display())).unwrap_or_default();
        let short = |said: String| said.strip_prefix(&folder).map_or_else(|| said.clone(), ToOwned::to_owned);
        let config = Config::parse(&text, &file).map_err(|error| short(error.to_string()))?;
        options(&config, &args, embedded).map(Box::new).map_err(|error| error.to_string())
    };
    let routines = config::routines::beside(&path);
    Some(Watch::new(vec![path, routines], read))
}

/// Asks for a PIN twice and prints its hash.
fn hash_pin() -> Result<ExitCode, StartError> {
    let first = terminal::ask_hidden("PIN: ")?;
    let second = terminal::ask_hidden("The same again: ")?;
    if first != second {
        return Err(StartError::Pin("the two are not the same".to_owned()));
    }
    let hash = connect::PinHash::of(&first).map_err(|error| StartError::Pin(error.to_string()))?;
    writeln!(io::stdout().lock(), "{hash}")?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what makes a shell complete the commands. Packages put it where the shell looks for it.
fn completions(shell: clap_complete::Shell) -> Result<ExitCode, StartError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::whole(Language::English), "madoguchi", &mut script);
    let mut out = io::stdout().lock();
    out.write_all(&script)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the manual page, or writes that of every command into a folder.
fn manual(folder: Option<&Path>) -> Result<ExitCode, StartError> {
    let command = cli::whole(Language::English);
    if let Some(folder) = folder {
        let unwritten = |why| StartError::Unwritten(folder.display().to_string(), why);
        clap_mangen::generate_to(command, folder).map_err(unwritten)?;
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        let mut out = io::stdout().lock();
        out.write_all(&page)?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Flags win over the configuration, which wins over what the environment suggests.
fn options(config: &Config, args: &DeskArgs, embedded: bool) -> Result<Options, StartError> {
    let mut seat = config.seat(&runtime::person(), embedded);
    seat.read_only |= args.read_only;
    let wide = config.desk.ambiguous == WidthChoice::Wide;
    let glyphs = match args.glyphs.unwrap_or(config.desk.glyphs) {
        GlyphChoice::Ascii => GlyphSet::Ascii,
        GlyphChoice::Auto if env::var("TERM").is_ok_and(|term| terminal::is_old(&term)) => GlyphSet::Ascii,
        GlyphChoice::Auto | GlyphChoice::Unicode if wide => GlyphSet::Neutral,
        GlyphChoice::Auto | GlyphChoice::Unicode => GlyphSet::Unicode,
    };
    let theme = args.theme.as_ref().unwrap_or(&config.desk.theme).clone();
    let path = args.config.clone().or_else(config::default_path);
    let folder = path.as_deref().map(config::themes::beside).unwrap_or_default();
    let variable = |name: &str| env::var(name).ok();
    let routines = path.as_deref().map(config::routines::beside);
    let depth = depth();
    let profile = args.profile.as_ref().unwrap_or(&config.profile);
    let key = config.lock_key(profile).map_err(|why| StartError::Unfit(format!("access.lock: {why}")))?;
    Ok(Options {
        language: language(config, args),
        ask_ground: depth != Depth::None && terminal::may_be_asked(variable),
        ground: variable("COLORFGBG")
            .as_deref()
            .and_then(Ground::of_variable)
            .or_else(runtime::kept_ground)
            .unwrap_or_default(),
        own_themes: own_themes(&theme, &folder)?,
        theme_folder: Some(folder),
        routines: routines.as_deref().map(config::routines::read).unwrap_or_default(),
        routine_folder: routines,
        theme,
        depth,
        glyphs,
        // What cannot be so was refused where the file was read.
        keys: config.keys.keymap().unwrap_or_default(),
        wide,
        shapes: config.numbers.shapes(),
        lists: lists(config),
        office: Arc::new(config.office()),
        clipboard: terminal::has_clipboard(variable),
        pages: pages(config, args),
        private: config.desk.privacy,
        tour: config.desk.tour && runtime::first_time(),
        lock: LockRules { minutes: config.desk.lock_minutes, key },
        seat,
        recorded: recorded(variable),
        alerts: alerts(config),
    })
}

/// A person's own themes. The one that is wanted is there and can be used.
fn own_themes(wanted: &str, folder: &Path) -> Result<Vec<ThemeFile>, StartError> {
    config::themes::known(wanted, folder).map_err(|why| StartError::Theme(format!("there is no theme {why}")))?;
    let themes = config::themes::read(folder);
    let needed = if wanted == AUTO { &["dark", "light"][..] } else { &[wanted] };
    let wrong = themes.iter().filter(|file| needed.contains(&file.name.as_str())).find_map(|file| file.wrong.clone());
    wrong.map_or(Ok(themes), |why| Err(StartError::Theme(why)))
}

/// What calls a person while another window has the keyboard.
const fn alerts(config: &Config) -> Alerts {
    let desktop = match config.desk.desktop_notifications {
        DesktopChoice::Off => Desktop::Off,
        DesktopChoice::Osc9 => Desktop::Osc9,
        DesktopChoice::Osc777 => Desktop::Osc777,
        DesktopChoice::Osc99 => Desktop::Osc99,
    };
    Alerts { bell: config.desk.bell, desktop }
}

/// Whether a recorder of terminal sessions says that it is on: asciinema, and BSD's script. Others say nothing.
fn recorded(variable: impl Fn(&str) -> Option<String>) -> bool {
    ["ASCIINEMA_REC", "SCRIPT"].iter().any(|name| variable(name).is_some_and(|value| !value.is_empty()))
}

fn language(config: &Config, args: &DeskArgs) -> Language {
    match args.language.unwrap_or(config.desk.language) {
        LanguageChoice::En => Language::English,
        LanguageChoice::Ja => Language::Japanese,
        LanguageChoice::Auto => Language::of_locale(|name| env::var(name).ok()),
    }
}

fn lists(config: &Config) -> Lists {
    let view = |view: &ViewConfig| View {
        list: view.list.clone(),
        name: view.name.clone(),
        columns: view.columns.clone(),
        sort: view.sort.clone(),
        filter: view.filter.clone(),
    };
    Lists { views: config.views.iter().map(view).collect(), folder: config.export.folder() }
}

fn depth() -> Depth {
    if anstyle_query::no_color() {
        return Depth::None;
    }
    let term = env::var("TERM").unwrap_or_default();
    if anstyle_query::truecolor() {
        Depth::True
    } else if term.contains("256color") || term.contains("direct") {
        Depth::Ansi256
    } else if matches!(term.as_str(), "" | "dumb")
        || term.ends_with("-mono")
        || term.ends_with("-m")
        || terminal::is_old(&term)
    {
        Depth::None
    } else {
        Depth::Ansi16
    }
}

fn look_at_config(command: ConfigCommand, args: &DeskArgs) -> Result<ExitCode, StartError> {
    let mut out = io::stdout().lock();
    let named = args.config.as_deref();
    let path = file_of(args).ok_or(StartError::Homeless)?;
    let file = config::File::read(named);
    match command {
        ConfigCommand::Path => {
            writeln!(out, "{}", path.display())?;
            if matches!(file, Ok(None)) {
                writeln!(io::stderr(), "madoguchi: there is no such file, so the defaults count")?;
            }
        }
        ConfigCommand::Check => {
            let file = file?;
            let config = Config::load(named)?;
            let profile = args.profile.as_deref().unwrap_or(&config.profile);
            config.settings(profile, |name| env::var(name).ok())?;
            let embedded = matches!(profile, "" | "sandbox");
            let options = options(&config, args, embedded)?;
            app::check(&options, Timestamp::now()).map_err(StartError::Unfit)?;
            for fight in options.keys.fights() {
                writeln!(out, "{fight}")?;
            }
            if let Some(why) = options.own_themes.iter().find_map(|file| file.wrong.clone()) {
                return Err(StartError::Theme(why));
            }
            if let Some(why) = options.routines.iter().find_map(|file| file.routine.as_ref().err()) {
                return Err(StartError::Routine(why.clone()));
            }
            let there = if file.is_some() { "in order" } else { "not there: the defaults count" };
            writeln!(out, "{}: {there}", path.display())?;
            writeln!(out, "profile: {}", if embedded { "sandbox, embedded" } else { profile })?;
            for (name, it) in config.profiles.iter().filter(|(name, _)| *name != profile) {
                let missing = it.missing(|name| env::var(name).ok());
                if !missing.is_empty() {
                    writeln!(out, "not in use: {name}, without {}", missing.join(", "))?;
                }
            }
        }
        ConfigCommand::Show => {
            let file = file?;
            Config::load(named)?;
            let text = file.as_ref().map_or("", |file| file.text.as_str());
            let wrong = |error: config::show::Unreadable| StartError::Unfit(error.to_string());
            write!(out, "{}", Config::shown(text, &flags(args)).map_err(wrong)?)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The options that say what a file could say, as it would. What the environment says came in with them.
fn flags(args: &DeskArgs) -> config::show::Flags {
    config::show::Flags {
        profile: args.profile.clone(),
        language: args.language,
        theme: args.theme.clone(),
        glyphs: args.glyphs,
        read_only: args.read_only,
        customers: args.world.customers,
        seed: args.world.seed,
    }
}

fn look_at_audit(command: &AuditCommand) -> Result<ExitCode, StartError> {
    let (AuditCommand::Verify { file, .. } | AuditCommand::Show { file, .. }) = command;
    let path = match file {
        Some(file) => file.clone(),
        None => audit::path(&logging::state_folder().ok_or(StartError::Homeless)?),
    };
    let unread = |error| StartError::Unread(path.display().to_string(), error);
    let (text, sound) = match command {
        AuditCommand::Show { last, .. } => (audit::show(&path, *last).map_err(unread)?.join("\n"), true),
        AuditCommand::Verify { noted, .. } => {
            let log = File::open(&path).map_err(unread)?;
            let checked = audit::verify(BufReader::new(log), noted.as_deref()).map_err(unread)?;
            (checked.to_string(), checked.sound())
        }
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(ExitCode::from(u8::from(!sound)))
}

/// Runs the sandbox until it is interrupted, and says where it is and what opens it.
fn sandbox_alone(config: &Config, args: &SandboxArgs, world: &WorldArgs) -> Result<ExitCode, StartError> {
    let ports = Ports {
        salesforce: args.salesforce_port,
        whmcs: args.whmcs_port,
        freebit: args.freebit_port,
        control: args.control_port,
        pubsub: args.pubsub_port,
    };
    let mut options = connect::world(&config.sandbox, world, Some(ports));
    options.words = wordbook(&config.words);
    options.key_file.clone_from(&args.key_file);
    let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = tokio.block_on(async {
        let sandbox = sandbox::start(options).await?;
        sandbox.ready().await?;
        say(&sandbox, args.key_file.as_deref())?;
        runtime::interrupted().await?;
        sandbox.abandon();
        Ok(ExitCode::SUCCESS)
    });
    tokio.shutdown_background();
    ended
}

fn say(sandbox: &sandbox::Sandbox, key: Option<&Path>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let it = &sandbox.credentials;
    writeln!(
        out,
        "salesforce {}  client {} secret {}",
        sandbox.salesforce, it.salesforce_client_id, it.salesforce_client_secret
    )?;
    writeln!(out, "whmcs      {}  identifier {} secret {}", sandbox.whmcs, it.whmcs_identifier, it.whmcs_secret)?;
    writeln!(out, "freebit    {}  oemId {} oemKey {}", sandbox.freebit, it.freebit_oem_id, it.freebit_oem_key)?;
    writeln!(out, "control    {}", sandbox.control)?;
    writeln!(out, "pub/sub    {}  trust {}pubsub/certificate", sandbox.pubsub_tls, sandbox.control)?;
    let key = key.map(|key| format!("  key {}", key.display())).unwrap_or_default();
    writeln!(out, "user       {}{key}", sandbox::USERNAME)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_follows_the_locale() {
        for (set, expected) in [
            (&[("LANG", "ja_JP.UTF-8")][..], Language::Japanese),
            (&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")], Language::English),
            (&[("LC_ALL", ""), ("LC_MESSAGES", "ja")], Language::Japanese),
            (&[], Language::English),
            (&[("LANG", "é")], Language::English),
        ] {
            let variable = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(Language::of_locale(variable), expected, "{set:?}");
        }
    }
}
