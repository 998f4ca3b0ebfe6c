//! Routines, without a screen.

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::{Args, Subcommand};

use crate::domain::access::CallerLevel;

/// What is done with routines.
#[derive(Debug, Clone, Subcommand)]
pub enum RoutineCommand {
    /// List the routines there are, and what is wrong with those that cannot be used.
    List {
        /// Answer as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say what a routine asks and does.
    Show {
        /// Its name.
        #[arg(value_name = "NAME")]
        name: String,
        /// Answer as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Run a routine for one customer. Its changes count; what goes about in the desk is skipped.
    Run(RoutineArgs),
}

/// How a routine is run.
#[derive(Debug, Clone, Args)]
pub struct RoutineArgs {
    /// Its name.
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Whose: a customer number, a client like #41, or the number of a line.
    #[arg(long, value_name = "C-000123|#41|LINE")]
    pub customer: Option<String>,
    /// What a parameter is. "rows" says which rows are meant where a step is for marked ones, parted by commas.
    #[arg(long, value_name = "PARAMETER=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// How sure you are of the caller. Kept in the audit log.
    #[arg(long, value_name = "V0|V1|V2", ignore_case = true, default_value = "V0", hide_default_value = true,
          hide_possible_values = true, value_parser = PossibleValuesParser::new(["V0", "V1", "V2"]).map(level))]
    pub caller: CallerLevel,
    /// Read and say what would be done; send nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Confirm without asking.
    #[arg(long)]
    pub yes: bool,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
    /// Change things although the profile is live.
    #[arg(long)]
    pub write: bool,
}

impl RoutineCommand {
    /// Whether it is answered as JSON.
    pub const fn json(&self) -> bool {
        match self {
            Self::List { json } | Self::Show { json, .. } => *json,
            Self::Run(args) => args.json,
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed over so")]
fn level(name: String) -> CallerLevel {
    match name.to_ascii_uppercase().as_str() {
        "V1" => CallerLevel::V1,
        "V2" => CallerLevel::V2,
        _ => CallerLevel::V0,
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a parameter and its value are needed, like gb=3")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::{Cli, Command};
    use super::*;

    #[test]
    fn a_run_is_told_its_parameters() {
        let words = "madoguchi routine run remind --customer C-000002 --set gb=3 --set text=a=b --caller v1 --dry-run";
        let cli = Cli::try_parse_from(words.split(' ')).unwrap();
        let Some(Command::Routine(RoutineCommand::Run(args))) = cli.command else { panic!("it was not read") };
        let set: Vec<(&str, &str)> = args.set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!((args.name.as_str(), set), ("remind", vec![("gb", "3"), ("text", "a=b")]));
        assert_eq!((args.caller, args.dry_run, args.yes), (CallerLevel::V1, true, false));
        assert!(Cli::try_parse_from(["madoguchi", "routine", "run", "remind", "--set", "gb"]).is_err());
        assert!(Cli::try_parse_from(["madoguchi", "routine", "run", "remind", "--caller", "V7"]).is_err());
    }
}
