//! A profile that points at a sandbox started alone, as it points at real systems: the program and its configuration file, a
//! secret from each source, each way to sign in, certificates of the house and a proxy. Each opens a customer by the same
//! reads as the desk does.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[expect(dead_code, reason = "it uses its part of it")]
#[path = "../shell/mod.rs"]
mod shell;
#[path = "../vendor/mod.rs"]
mod vendor;

mod browser;
mod network;
mod refresh;
mod sources;

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use madoguchi::sandbox::Credentials;
use serde_json::Value;
use tempfile::TempDir;

use shell::{Place, madoguchi, text};

/// Nothing takes this long when all is well.
const PATIENCE: Duration = Duration::from_mins(1);

/// A sandbox of its own process.
struct Alone {
    child: Child,
    _out: BufReader<ChildStdout>,
    salesforce: String,
    whmcs: String,
    freebit: String,
    control: String,
    home: TempDir,
}

impl Alone {
    /// One whose assertions must be signed with [`Alone::key`].
    fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let key = home.path().join("desk.pem");
        let args = ["sandbox", "--customers", "0", "--key-file", key.to_str().unwrap()];
        let mut child = madoguchi(home.path()).args(args).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut address = || {
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            line.split_whitespace().nth(1).unwrap().to_owned()
        };
        let [salesforce, whmcs, freebit, control] = [address(), address(), address(), address()];
        Self { child, _out: out, salesforce, whmcs, freebit, control, home }
    }

    fn key(&self) -> PathBuf {
        self.home.path().join("desk.pem")
    }

    /// Changes how signing in goes.
    async fn sign_in(&self, order: Value) -> Value {
        let answer = http().post(format!("{}sign-in", self.control)).json(&order).send().await.unwrap();
        answer.error_for_status().unwrap().json().await.unwrap()
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
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.timeout(PATIENCE).build().unwrap()
}

/// A desk's home with a configuration for one profile, `alone`.
impl Place {
    /// A profile whose tables hold these lines besides their addresses.
    fn new(alone: &Alone, [salesforce, whmcs, freebit]: [&str; 3]) -> Self {
        Self::at("sandbox = true", [&alone.salesforce, &alone.whmcs, &alone.freebit], [salesforce, whmcs, freebit])
    }

    fn at(profile: &str, urls: [&str; 3], [salesforce, whmcs, freebit]: [&str; 3]) -> Self {
        let place = Self::typing(&[]);
        let config = format!(
            "profile = \"alone\"\n[profiles.alone]\n{profile}\n\
             [profiles.alone.salesforce]\nurl = \"{}\"\nclient_id = \"{}\"\n{salesforce}\n\
             [profiles.alone.whmcs]\nurl = \"{}\"\n{whmcs}\n\
             [profiles.alone.freebit]\nurl = \"{}\"\n{freebit}\n",
            urls[0],
            Credentials::default().salesforce_client_id,
            urls[1],
            urls[2],
        );
        let folder = place.path(".config/madoguchi");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.toml"), config).unwrap();
        place
    }

    /// With WHMCS's and Freebit's secrets in the environment, where [`OTHERS`] looks for them.
    fn with_others(self) -> Self {
        let it = Credentials::default();
        let whmcs = self.with("WH_ID", &it.whmcs_identifier).with("WH_SECRET", &it.whmcs_secret);
        whmcs.with("FB_ID", &it.freebit_oem_id).with("FB_KEY", &it.freebit_oem_key)
    }

    /// A file with a secret in it.
    fn file(&self, name: &str, secret: &str, mode: u32) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, secret).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    /// Opens a customer, of whom all three systems tell.
    #[track_caller]
    fn opens_a_customer(&self) {
        self.opens_a_customer_with(&["account", "services", "lines"]);
    }

    /// Opens a customer, of whom these parts are told.
    #[track_caller]
    fn opens_a_customer_with(&self, parts: &[&str]) {
        let output = self.run(&["customer", "show", "C-000001", "--json"]);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{said}");
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&told["customer"], &told["faults"]), (&"C-000001".into(), &Value::Array(Vec::new())), "{told}");
        for part in parts {
            let part = &told[*part];
            assert!(part["fault"].is_null() && (part["total"] != 0 || part["value"].is_object()), "{told}");
        }
    }

    /// The kept sign-in, as it lies on the disk.
    fn kept(&self) -> PathBuf {
        self.path(".local/state/madoguchi/sign-in/alone.json")
    }
}

/// Where the secrets of the other two systems are.
const OTHERS: [&str; 2] =
    ["identifier_env = \"WH_ID\"\nsecret_env = \"WH_SECRET\"", "oem_id_env = \"FB_ID\"\noem_key_env = \"FB_KEY\""];
