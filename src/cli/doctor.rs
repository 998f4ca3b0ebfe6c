//! How the desk and its systems are examined.

use std::time::Duration;

use clap::Args;

/// How the desk and its systems are examined.
#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {
    /// Profile of the configuration to examine.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Try the actions of WHMCS that change something too, where they can have no effect: on records that are not there, with
    /// nothing to change.
    #[arg(long)]
    pub writes: bool,
    /// Read this line from Freebit. Without one no line is read.
    #[arg(long, value_name = "NUMBER")]
    pub line: Option<String>,
    /// How many seconds each system may take.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=600))]
    pub patience: u32,
    /// Exit with 1 for warnings, and for what could not be looked at, too.
    #[arg(long)]
    pub strict: bool,
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

impl DoctorArgs {
    /// How long each system may take.
    pub const fn patience(&self) -> Duration {
        Duration::from_secs(self.patience as u64)
    }
}
