//! The program as it is typed at a shell without a terminal: what it says, its exit codes, and the sandbox alone.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod changes;
mod doctor;
mod notices;
mod plain;
mod readings;
mod routine;
#[path = "../shell/mod.rs"]
mod shell;
mod shells;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use madoguchi::audit::AuditLog;
use madoguchi::flow::{AuditAct, AuditEntry};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use shell::text;

/// The program with these arguments.
fn madoguchi(home: &Path, args: &[&str]) -> Command {
    let mut command = shell::madoguchi(home);
    command.args(args);
    command
}

fn run(args: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    madoguchi(home.path(), args).output().unwrap()
}

/// Nothing was started: exit code 2, nothing on standard output, and a sentence with these words.
#[track_caller]
fn assert_refused(output: &Output, words: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(text(&output.stdout), "");
    for word in words {
        assert!(said.contains(word), "{said:?} should say {word:?}");
    }
    assert!(!said.contains("panicked") && !said.contains("src/"), "a sentence for a person, not for us: {said}");
}

#[test]
fn help_and_version_go_to_standard_output() {
    for args in [&["--help"][..], &["-h"], &["help"], &["sandbox", "--help"]] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        let said = text(&output.stdout);
        for word in ["Usage: madoguchi", "--customers", "--seed", "--state"] {
            assert!(said.contains(word), "{args:?} should tell of {word}: {said}");
        }
    }
    let help = text(&run(&["--help"]).stdout);
    for word in ["--config", "--profile", "--language", "--theme", "--glyphs", "sandbox", "MADOGUCHI_CONFIG"] {
        assert!(help.contains(word), "{word}");
    }
    let version = run(&["--version"]);
    assert_eq!(text(&version.stdout), concat!("madoguchi ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_wrong_word_is_answered_with_what_would_be_right() {
    for (args, words) in [
        (&["--customers", "many"][..], &["many", "--customers", "0 to 100000"][..]),
        (&["--customers", "100001"], &["0 to 100000"]),
        (&["--customers", "-5"], &["-5"]),
        (&["--seed", "x"], &["--seed"]),
        (&["--theme", "pink"], &["pink", "dark, light, contrast, mono"]),
        (&["--language", "fr"], &["auto, en, ja"]),
        (&["--glyphs", "emoji"], &["unicode, ascii"]),
        (&["--frobnicate"], &["--frobnicate", "--help"]),
        (&["sandbxo"], &["sandbxo"]),
        (&["sandbox", "--whmcs-port", "99999"], &["--whmcs-port", "65535"]),
        (&["--profile", "live"], &["no profile \"live\"", "sandbox"]),
        (&["--config", "/nonexistent/config.toml"], &["/nonexistent/config.toml", "cannot be read"]),
    ] {
        assert_refused(&run(args), words);
    }
}

#[test]
fn a_wrong_configuration_is_named_by_file_place_and_remedy() {
    for (config, words) in [
        ("[desk]\ntheme = \"pink\"", &["config.toml:2: desk.theme: ", "dark, light, contrast, mono"][..]),
        ("[dekk]\n", &["config.toml:1: dekk: ", "did you mean \"desk\"?"]),
        ("profile = ", &["config.toml:1: "]),
        ("[sandbox]\ncustomers = -1", &["sandbox.customers"]),
        ("profile = \"live\"", &["no profile \"live\""]),
        ("\u{1b}[31m = 1", &["config.toml:1: "]),
        ("\"\\u001b[31m\" = 1", &["config.toml:1: ", "there are: profile"]),
    ] {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("my config.toml");
        std::fs::write(&file, config).unwrap();
        let file = file.to_str().unwrap();
        for args in [&["--config", file][..], &["--config", file, "--seed", "1"]] {
            let output = madoguchi(home.path(), args).output().unwrap();
            assert_refused(&output, words);
            assert!(!text(&output.stderr).contains('\u{1b}'), "{config:?}");
        }
        assert_refused(&madoguchi(home.path(), &["--config", file, "config", "check"]).output().unwrap(), words);
        let output = madoguchi(home.path(), &[]).env("MADOGUCHI_CONFIG", file).output().unwrap();
        assert_refused(&output, words);
    }
}

#[test]
fn a_theme_of_ones_own_lies_beside_the_configuration() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/madoguchi/themes");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("ours.toml", "inherits = \"night\"\n[roles]\ngood = { fg = \"#00aa00\" }");
    write("night.toml", "inherits = \"dark\"");
    // It is taken, and all that is missing is a terminal.
    assert_refused(&madoguchi(home.path(), &["--theme", "ours"]).output().unwrap(), &["needs a terminal"]);
    let said = madoguchi(home.path(), &["--theme", "orus", "config", "check"]).output().unwrap();
    assert_refused(&said, &["no theme \"orus\"", "did you mean \"ours\"?", "terminal, night, ours"]);
    std::fs::write(home.path().join(".config/madoguchi/config.toml"), "[desk]\ntheme = \"ours\"").unwrap();
    assert_eq!(madoguchi(home.path(), &["config", "check"]).output().unwrap().status.code(), Some(0));
    write("night.toml", "inherits = \"dark\"\n[roles]\nwarnign = { fg = 1 }");
    for args in [&[][..], &["config", "check"], &["--theme", "dark", "config", "check"]] {
        let said = madoguchi(home.path(), args).output().unwrap();
        assert_refused(&said, &["night.toml:3: roles.warnign: ", "did you mean \"warning\"?"]);
    }
}

/// Systems that nothing is asked of.
const LIVE: &str = r#"
[profiles.live.salesforce]
url = "https://example.com"
client_id = "id"
client_secret_env = "SF_SECRET"
[profiles.live.whmcs]
url = "https://example.com"
identifier_env = "WH_ID"
secret_env = "WH_SECRET"
[profiles.live.freebit]
url = "https://example.com/emptool/api/"
oem_id_env = "FB_ID"
oem_key_env = "FB_KEY"
"#;
const PIN: &str = "pbkdf2-sha256$600000$0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a$0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b";

#[test]
fn a_secret_that_is_not_set_is_named_and_one_that_is_set_is_not_told() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    std::fs::write(&file, LIVE).unwrap();
    let args = ["--config", file.to_str().unwrap(), "--profile", "live"];
    assert_refused(
        &madoguchi(home.path(), &args).output().unwrap(),
        &["profiles.live.salesforce.client_secret_env", "not set"],
    );
    let output = madoguchi(home.path(), &args).env("SF_SECRET", "hush-hush").output().unwrap();
    assert_refused(&output, &["profiles.live.whmcs.identifier_env"]);
    assert!(!text(&output.stderr).contains("hush-hush"));
}

#[test]
fn the_configuration_is_found_checked_and_shown() {
    let home = tempfile::tempdir().unwrap();
    let at = |args: &[&str]| madoguchi(home.path(), args).env("MADOGUCHI_THEME", "mono").output().unwrap();
    let path = text(&at(&["config", "path"]).stdout).trim_end().to_owned();
    assert!(path.starts_with(home.path().to_str().unwrap()) && path.ends_with("config.toml"), "{path}");
    assert!(text(&at(&["config", "check"]).stdout).contains("the defaults count"));

    std::fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
    let config = format!(
        "[desk]\nlanguage = \"ja\"\n[access]\nname = \"Hana\"\nsupervisors = [{{ name = \"Kato\", pin = \"{PIN}\" }}]\n{LIVE}"
    );
    std::fs::write(&path, config).unwrap();
    let checked = at(&["config", "check"]);
    let said = text(&checked.stdout);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stderr));
    assert!(
        said.contains("in order")
            && said.contains("not in use: live, without salesforce.client_secret_env, whmcs.identifier_env"),
        "{said}"
    );
    assert_refused(
        &at(&["--profile", "live", "config", "check"]),
        &["profiles.live.salesforce.client_secret_env", "not set"],
    );

    let shown = text(&at(&["--glyphs", "ascii", "config", "show"]).stdout);
    let there = toml::from_str::<toml::Table>(&shown).unwrap();
    let desk = &there["desk"];
    let desk = ["language", "theme", "glyphs", "search_pause_ms"].map(|key| desk[key].to_string());
    assert_eq!(desk, ["\"ja\"", "\"mono\"", "\"ascii\"", "120"]);
    assert!(shown.contains("Kato") && !shown.contains(PIN), "{shown}");
    assert_eq!(there["profiles"]["live"]["whmcs"]["names"]["customer_number_field"].as_integer(), Some(198));
}

#[test]
fn without_a_terminal_the_desk_says_what_it_needs() {
    assert_refused(&run(&[]), &["madoguchi needs a terminal"]);
    let home = tempfile::tempdir().unwrap();
    // Nothing is on a screen that is not there: no modes, no frames, not a byte.
    let output = madoguchi(home.path(), &["--theme", "mono"]).env("TERM", "dumb").output().unwrap();
    assert_refused(&output, &["terminal"]);
}

#[test]
fn the_audit_log_is_checked_and_shown_whatever_the_configuration_says() {
    let home = tempfile::tempdir().unwrap();
    assert_refused(&madoguchi(home.path(), &["audit", "verify"]).output().unwrap(), &["audit.log", "cannot be read"]);

    let folder = home.path().join(".local/state/madoguchi");
    std::fs::create_dir_all(&folder).unwrap();
    let log = AuditLog::open(Some(&folder), "hanako(1000)");
    for customer in ["C-000001", "C-000002", "C-000003"] {
        let at = "2026-11-22T09:00:00Z".parse().unwrap();
        let (customer, note) = (customer.to_owned(), String::new());
        log.write(&AuditEntry { at, act: AuditAct::Reveal, customer, note, step: None }).unwrap();
    }
    std::fs::create_dir_all(home.path().join(".config/madoguchi")).unwrap();
    std::fs::write(home.path().join(".config/madoguchi/config.toml"), "not = [right").unwrap();
    let output = madoguchi(home.path(), &["audit", "verify"]).output().unwrap();
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}{}", text(&output.stderr));
    assert!(said.starts_with("3 lines checked\nlast seal ") && said.ends_with("\nsound\n"), "{said}");
    let seal = said.lines().nth(1).unwrap().rsplit(' ').next().unwrap().to_owned();

    let shown = madoguchi(home.path(), &["audit", "show", "--last", "1"]).output().unwrap();
    assert_eq!(text(&shown.stdout), "2026-11-22 18:00:00  hanako(1000)  reveal  C-000003\n");

    let file = folder.join("audit.log");
    let whole = std::fs::read_to_string(&file).unwrap();
    let elsewhere = home.path().join("copy.log");
    std::fs::write(&elsewhere, whole.replace("C-000002", "C-000009")).unwrap();
    let verify = |args: &[&str]| {
        let args = [&["audit", "verify", elsewhere.to_str().unwrap()], args].concat();
        let output = madoguchi(home.path(), &args).output().unwrap();
        (output.status.code(), text(&output.stdout))
    };
    let (code, said) = verify(&[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("1 line checked") && said.contains("BAD: line 2: it was changed"), "{said}");
    std::fs::write(&elsewhere, whole.split_inclusive('\n').take(2).collect::<String>()).unwrap();
    assert_eq!(verify(&[]).0, Some(0), "whole lines cut from the end do not show by themselves");
    assert_eq!(verify(&["--noted", &seal]).0, Some(1));
}

/// A sandbox of its own process.
struct Alone {
    child: Child,
    out: BufReader<ChildStdout>,
    _home: TempDir,
}

impl Alone {
    fn start(args: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let args: Vec<&str> = ["sandbox", "--customers", "60"].iter().chain(args).copied().collect();
        let mut child = madoguchi(home.path(), &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out, _home: home }
    }

    /// The address and the words after it, of the four lines it prints once it answers.
    fn addresses(&mut self) -> Vec<(String, String, String)> {
        let mut lines = Vec::new();
        for line in self.out.by_ref().lines() {
            let line = line.unwrap();
            let mut words = line.split_whitespace();
            let Some((name, address)) = words.next().zip(words.next()).filter(|(_, it)| it.starts_with("http")) else {
                continue;
            };
            lines.push((name.to_owned(), address.to_owned(), words.collect::<Vec<_>>().join(" ")));
            if name == "control" {
                break;
            }
        }
        lines
    }

    /// Ends it with a signal and answers its exit code and what it complained about.
    fn end(&mut self, signal: Signal) -> (Option<i32>, String) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
        let mut complaints = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
        (self.child.wait().unwrap().code(), complaints)
    }
}

/// A test that failed half-way leaves no process behind.
impl Drop for Alone {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap()
}

async fn get(url: String) -> Value {
    http().get(url).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn the_sandbox_alone_prints_its_ports_answers_and_ends_when_asked() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut alone = Alone::start(&[]);
        let printed = alone.addresses();
        let names: Vec<&str> = printed.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["salesforce", "whmcs", "freebit", "control"]);
        for (name, address, _) in &printed {
            assert!(address.starts_with("http://127.0.0.1:"), "{name} listens on loopback: {address}");
        }
        let state = get(format!("{}state", printed[3].1)).await;
        assert_eq!(state["customers_asked_for"], 60);

        let words: Vec<&str> = printed[1].2.split_whitespace().collect();
        assert_eq!((words[0], words[2]), ("identifier", "secret"));
        let form = [
            ("action", "GetClients"),
            ("identifier", words[1]),
            ("secret", words[3]),
            ("responsetype", "json"),
            ("search", "Lindqvist"),
        ];
        let url = format!("{}includes/api.php", printed[1].1);
        let answer: Value = http().post(url).form(&form).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["clients"]["client"][0]["firstname"], "Emma", "{answer}");

        let (code, complaints) = alone.end(signal);
        assert_eq!((code, complaints.as_str()), (Some(0), ""));
    }
}

#[tokio::test]
async fn the_sandbox_listens_where_it_is_told_and_says_so_when_it_cannot() {
    let mut first = Alone::start(&[]);
    let taken = first.addresses()[1].1.rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    let home = tempfile::tempdir().unwrap();
    let output = madoguchi(home.path(), &["sandbox", "--whmcs-port", &taken]).output().unwrap();
    assert_refused(&output, &[&taken, "another sandbox may be running"]);
    first.end(Signal::TERM);

    let mut second = Alone::start(&["--whmcs-port", &taken]);
    assert!(second.addresses()[1].1.contains(&format!(":{taken}/")));
    second.end(Signal::TERM);
}

#[tokio::test]
async fn the_state_is_kept_between_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world.json");
    let file = file.to_str().unwrap();
    let mut alone = Alone::start(&["--state", file, "--seed", "7"]);
    let control = alone.addresses()[3].1.clone();
    let moved: Value = http()
        .post(format!("{control}clock"))
        .json(&json!({ "advance_seconds": 86_400 * 400 }))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let (code, _) = alone.end(Signal::TERM);
    assert_eq!(code, Some(0));

    let mut again = Alone::start(&["--state", file, "--seed", "7"]);
    let control = again.addresses()[3].1.clone();
    let state = get(format!("{control}state")).await;
    assert!(state["now"].as_str() >= moved["now"].as_str(), "{state} goes on after {moved}");
    again.end(Signal::TERM);

    std::fs::write(file, "my shopping list").unwrap();
    let home = tempfile::tempdir().unwrap();
    let output = madoguchi(home.path(), &["sandbox", "--state", file]).output().unwrap();
    assert_refused(&output, &["world.json", "not a sandbox state file"]);
    assert_eq!(std::fs::read_to_string(file).unwrap(), "my shopping list", "what is not ours is left alone");
}
