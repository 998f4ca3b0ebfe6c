//! The program as it is typed at a shell, in a home of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The program with a home and nothing of the environment that could configure it.
pub fn madoguchi(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
    command.env_clear().env("HOME", home).env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8").stdin(Stdio::null());
    command
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A home whose runs have something in common.
pub struct Place {
    pub home: TempDir,
    /// The environment the program is started in.
    env: Vec<(&'static str, String)>,
    /// What is typed before every command.
    first: &'static [&'static str],
}

impl Place {
    /// An empty home, where this is typed before every command.
    pub fn typing(first: &'static [&'static str]) -> Self {
        Self { home: tempfile::tempdir().unwrap(), env: Vec::new(), first }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.env.push((name, value.to_owned()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = madoguchi(self.home.path());
        command.args(self.first).args(args).envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What was said, of a command that ended so.
    #[track_caller]
    pub fn ends(&self, args: &[&str], code: i32) -> String {
        let output = self.run(args);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
        said
    }

    /// The answer as JSON, whose exit code is the process's.
    #[track_caller]
    pub fn json(&self, args: &[&str], code: i32) -> Value {
        let all: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        let output = self.run(&all);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", text(&output.stderr));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["exit"], code, "{told}");
        told
    }
}
