//! What happens elsewhere, told at a shell: as it happens, once for the machine, without names, and ended in every way there is.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use madoguchi::sandbox::worker::Mode;
use madoguchi::sandbox::{self, Day, Sandbox, SandboxOptions};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::{madoguchi, run, text};

/// Topics that are listened to.
const TOPICS: usize = 2;

/// A machine, and systems in this process.
struct Place {
    sandbox: Sandbox,
    home: TempDir,
}

impl Place {
    async fn new() -> Self {
        let now = "2026-11-24T01:00:00Z".parse().unwrap();
        let options = SandboxOptions { worker: Mode::Off, ..SandboxOptions::new(0, 1, now) };
        let sandbox = Box::pin(sandbox::start(options)).await.unwrap();
        sandbox.ready().await.unwrap();
        let home = tempfile::tempdir().unwrap();
        let Sandbox { salesforce, whmcs, freebit, credentials, .. } = &sandbox;
        let config = format!(
            "profile = \"s\"\n[live]\ntopics = [\"/data/OrderChangeEvent\", \"/data/AccountChangeEvent\"]\n\
             [profiles.s]\nsandbox = true\n\
             [profiles.s.salesforce]\nurl = \"{salesforce}\"\nclient_id = \"{}\"\nclient_secret_env = \"S\"\n\
             [profiles.s.whmcs]\nurl = \"{whmcs}\"\nidentifier_env = \"I\"\nsecret_env = \"W\"\n\
             [profiles.s.freebit]\nurl = \"{freebit}\"\noem_id_env = \"O\"\noem_key_env = \"K\"\n",
            credentials.salesforce_client_id
        );
        std::fs::write(home.path().join("config.toml"), config).unwrap();
        Self { sandbox, home }
    }

    fn command(&self, args: &[&str]) -> Command {
        let file = self.home.path().join("config.toml");
        let all: Vec<&str> = ["--config", file.to_str().unwrap()].iter().chain(args).copied().collect();
        let mut command = madoguchi(Path::new(self.home.path()), &all);
        let it = &self.sandbox.credentials;
        for (name, value) in [
            ("S", &it.salesforce_client_secret),
            ("I", &it.whmcs_identifier),
            ("W", &it.whmcs_secret),
            ("O", &it.freebit_oem_id),
            ("K", &it.freebit_oem_key),
        ] {
            command.env(name, value);
        }
        command
    }

    fn follow(&self, args: &[&str]) -> Following {
        let all: Vec<&str> = ["notices", "follow"].iter().chain(args).copied().collect();
        let mut child = self.command(&all).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = Some(BufReader::new(child.stdout.take().unwrap()).lines());
        Following { child, lines }
    }

    /// Waits until somebody listens.
    async fn listened_to(&self) {
        self.sandbox.streaming().wait_for(|streams| streams.now >= TOPICS).await.unwrap();
    }

    async fn live(&self, seed: u64) {
        let made = self.sandbox.day(Day { events: 150, seconds: 0, seed }).await;
        assert!(made.over && made.events >= 150);
    }
}

struct Following {
    child: Child,
    lines: Option<Lines<BufReader<ChildStdout>>>,
}

impl Following {
    fn next(&mut self) -> Value {
        serde_json::from_str(&self.lines.as_mut().unwrap().next().unwrap().unwrap()).unwrap()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap(), signal).unwrap();
    }
}

/// A test that failed half-way leaves no process behind.
impl Drop for Following {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_happens_is_told_as_it_happens_and_the_machine_listens_once() {
    let place = Box::pin(Place::new()).await;
    let mut first = place.follow(&[]);
    place.listened_to().await;
    place.live(1).await;
    let told = first.next();
    let mut names: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let promised = "about at customer detail drift kind owner owner_name reached source tone";
    assert_eq!(names, promised.split(' ').collect::<Vec<_>>());
    // A client's own number, where WHMCS told of it before anybody knew whose account that is.
    assert!(told["customer"].as_str().unwrap().starts_with(['C', '#']), "{told}");

    // Another one reads what the first keeps, and asks Salesforce for no event.
    let mut second = place.follow(&["--json"]);
    let again = second.next();
    assert_eq!(place.sandbox.streams().len(), TOPICS, "{:?}", place.sandbox.streams());

    let output = place.command(&["notices", "list", "--json"]).output().unwrap();
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &listed["exit"], &listed["revealed"]), (Some(0), &0.into(), &false.into()));
    let rows = listed["notices"]["rows"].as_array().unwrap();
    assert!(rows.contains(&again), "{again} is not in {listed}");
    assert!(rows.contains(&told) && listed["notices"]["total"] == rows.len(), "{told} is not in {listed}");
    let said = text(&place.command(&["notices", "list"]).output().unwrap().stdout);
    assert!(said.lines().count() >= rows.len() && said.contains(told["customer"].as_str().unwrap()), "{said}");
    // Names of the day's customers are in Salesforce, and nowhere here.
    let people = place
        .sandbox
        .look(|world| world.salesforce.rows("Account").map(|row| row.text("LastName").to_owned()).collect::<Vec<_>>());
    for name in people.iter().filter(|name| name.len() > 2) {
        assert!(!said.contains(name.as_str()) && !listed.to_string().contains(name.as_str()), "{name}");
    }

    // Whoever listened goes, and the other goes on.
    first.signal(Signal::TERM);
    assert_eq!(first.child.wait().unwrap().code(), Some(0));
    place.sandbox.streaming().wait_for(|streams| streams.ever >= 2 * TOPICS as u64).await.unwrap();
    place.live(2).await;
    // Nobody reads any more: the next notice ends it.
    drop(second.lines.take());
    place.live(3).await;
    assert_eq!(second.child.wait().unwrap().code(), Some(0));
    assert_eq!(place.follow(&["--for", "1s"]).child.wait().unwrap().code(), Some(0), "its time is over");

    let mut third = place.follow(&[]);
    third.next();
    third.signal(Signal::INT);
    assert_eq!(third.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_desk_that_is_told_not_to_listen_says_so() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config.toml");
    std::fs::write(&file, "[live]\non = false\n").unwrap();
    let args = ["--customers", "0", "--config", file.to_str().unwrap(), "notices", "follow"];
    let output = madoguchi(home.path(), &args).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("[live] on = false"), "{}", text(&output.stderr));
    assert_eq!(run(&["notices", "follow", "--for", "soon"]).status.code(), Some(2));
    let nothing = run(&["--customers", "0", "notices", "list"]);
    assert_eq!((nothing.status.code(), &*text(&nothing.stdout)), (Some(0), "Nothing happened elsewhere\n"));
}

#[test]
fn notices_that_cannot_be_read_are_not_none() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".local/state/madoguchi");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("journal.db"), "this is no journal, whatever it is called").unwrap();
    let output = madoguchi(home.path(), &["--customers", "0", "notices", "list", "--json"]).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &told["exit"]), (Some(1), &1.into()), "{told}");
    assert!(told["refused"][0].as_str().is_some_and(|why| !why.is_empty()), "{told}");
}
