//! The program: reads the command line and says in one sentence why something could not be started.

use std::io::Write as _;
use std::process::ExitCode;

use color_eyre::eyre::Result;
use madoguchi::{cli, start};

fn main() -> Result<ExitCode> {
    color_eyre::install()?;
    let cli = cli::parse();
    Ok(start::run(&cli).unwrap_or_else(|error| {
        // Whoever read the answer has read enough, as `head` does.
        if error.is_closed_pipe() {
            return ExitCode::SUCCESS;
        }
        // A wrong configuration is the person's to mend: they need the sentence, not a report of where we noticed.
        let _ = writeln!(std::io::stderr(), "madoguchi: {error}");
        ExitCode::from(2)
    }))
}
