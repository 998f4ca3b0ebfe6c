//! What happens elsewhere, without a screen.

use std::time::Duration;

use clap::{Args, Subcommand};

/// What is done with notices.
#[derive(Debug, Clone, Subcommand)]
pub enum NoticesCommand {
    /// List what waits for somebody now. Nothing is listened to.
    List(ListArgs),
    /// Tell what waits, and what happens from now on, a line each, until interrupted.
    Follow(FollowArgs),
}

/// How what waits is listed.
#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    /// Answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// How what happens is followed.
#[derive(Debug, Clone, Args)]
pub struct FollowArgs {
    /// Tell each as JSON on a line of its own, as is done where standard output is no terminal.
    #[arg(long)]
    pub json: bool,
    /// End after so long, like 90s, 10m or 8h.
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub lasting: Option<Duration>,
}

impl NoticesCommand {
    /// Whether it is answered as JSON for sure.
    pub const fn json(&self) -> bool {
        match self {
            Self::List(args) => args.json,
            Self::Follow(args) => args.json,
        }
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a time is needed like 90s, 10m or 8h".to_owned();
    let (digits, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let n: u64 = digits.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "s" => Some(n),
        "m" => n.checked_mul(60),
        "h" => n.checked_mul(3600),
        _ => None,
    };
    seconds.filter(|seconds| (1..=7 * 86_400).contains(seconds)).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_its_unit() {
        for (text, seconds) in [("90s", Some(90)), ("10m", Some(600)), ("8h", Some(28_800))] {
            assert_eq!(duration(text).ok().map(|it| it.as_secs()), seconds, "{text}");
        }
        for text in ["", "m", "10", "0s", "-1m", "9999h", "1d", "１０分"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
