//! Signing in with a browser and by a signature: the program waits, and the test is the browser.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::json;
use url::Url;

use super::{Alone, OTHERS, Place, http};

/// The sandbox's browser may come back to any port, so the system picks one.
const BROWSER: &str = "flow = \"browser\"\ncallback_port = 0";

/// `madoguchi login`, waiting.
struct Login {
    child: Child,
    out: BufReader<ChildStdout>,
    stdin: Option<ChildStdin>,
    /// Where it sends the browser.
    url: Url,
}

impl Login {
    fn begin(place: &Place) -> Self {
        let mut command = place.command(&["login"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (mut out, stdin) = (BufReader::new(child.stdout.take().unwrap()), child.stdin.take());
        let mut line = String::new();
        while !line.starts_with("http://127.0.0.1:") {
            line.clear();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "it ended without an address");
        }
        Self { child, out, stdin, url: Url::parse(line.trim()).unwrap() }
    }

    /// Where the org sends a browser that went there.
    async fn consented(&self) -> String {
        let answer = http().get(self.url.clone()).send().await.unwrap();
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    fn paste(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The exit code and everything it said.
    fn ended(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        self.out.read_to_string(&mut said).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn param(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

fn refresh_token(place: &Place) -> String {
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(place.kept()).unwrap()).unwrap();
    kept["refresh_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_browser_that_comes_back_signs_in_for_as_long_as_the_org_allows() {
    let alone = Alone::start();
    let place = Place::new(&alone, [BROWSER, OTHERS[0], OTHERS[1]]).with_others();
    let said = place.ends(&["customer", "show", "C-000001"], 7);
    assert!(said.contains("nobody signed in with a browser yet") && said.contains("madoguchi login"), "{said}");

    let login = Login::begin(&place);
    let back = Url::parse(&login.consented().await).unwrap();
    assert_eq!(param(&login.url, "code_challenge_method"), "S256");
    assert!(param(&login.url, "redirect_uri").starts_with("http://localhost:") && back.path() == "/OauthRedirect");
    // A page of somebody else's knows the port, not the word.
    let mut strange = back.clone();
    strange.query_pairs_mut().clear().append_pair("code", "theirs").append_pair("state", "guessed");
    assert_eq!(http().get(strange).send().await.unwrap().status(), 400);
    let page = http().get(back.clone()).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("You are signed in"));
    let (code, said) = login.ended();
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("Signed in as desk@sandbox.example.jp") && said.contains("belongs to another sign-in"),
        "{said}"
    );
    let secret = param(&back, "code");
    assert!(!said.contains(&secret), "{said}");

    let mode = std::fs::metadata(place.kept()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Each sign-in replaces the token, and the next one signs in with the new.
    let mut tokens = vec![refresh_token(&place)];
    for _ in 0..2 {
        place.opens_a_customer();
        tokens.push(refresh_token(&place));
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 3);
    alone.sign_in(json!({"rotate": false})).await;
    place.opens_a_customer();
    place.opens_a_customer();
    assert_eq!(refresh_token(&place), tokens[2], "an org that does not replace it");

    // Ended there: said, with what to do.
    alone.sign_in(json!({"end_refresh_tokens": true})).await;
    let said = place.ends(&["customer", "show", "C-000001"], 7);
    let words = "the sign-in is over (invalid_grant: expired access/refresh token); sign in with: madoguchi login --profile alone";
    assert!(said.contains(words), "{said}");
    let log = std::fs::read_dir(place.path(".local/state/madoguchi")).unwrap();
    for file in log.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        for secret in tokens.iter().chain([&secret]) {
            assert!(!text.contains(secret.as_str()), "{}", file.display());
        }
    }
}

/// Over SSH the browser is elsewhere, and ends on a page that it cannot open.
#[tokio::test]
async fn where_a_browser_ended_is_pasted() {
    let alone = Alone::start();
    let place = Place::new(&alone, [BROWSER, OTHERS[0], OTHERS[1]]).with_others();
    let mut login = Login::begin(&place);
    let back = login.consented().await;
    let mut other = Url::parse(&back).unwrap();
    let code = param(&other, "code");
    other.query_pairs_mut().clear().append_pair("code", &code).append_pair("state", "of another");
    login.paste("yes, please");
    let authorize = login.url.to_string();
    login.paste(&authorize);
    login.paste(other.as_str());
    login.paste("");
    login.paste(&format!("  {back}"));
    let (exit, said) = login.ended();
    assert_eq!(exit, Some(0), "{said}");
    assert_eq!(said.matches("That is not the address the sign-in ended on").count(), 2, "{said}");
    assert!(said.contains("belongs to another sign-in") && said.contains("Signed in as desk@"), "{said}");
    place.opens_a_customer();

    let said = place.ends(&["logout"], 0);
    assert!(said.contains("Salesforce ended the sign-in") && !place.kept().exists(), "{said}");
    assert_eq!(alone.sign_in(json!({})).await["refresh_tokens"], 0);
    assert!(place.ends(&["logout"], 0).contains("Nobody was signed in"));
    place.ends(&["customer", "show", "C-000001"], 7);
}

#[tokio::test]
async fn a_sign_in_that_is_denied_or_comes_late_says_so() {
    let alone = Alone::start();
    let place = Place::new(&alone, [BROWSER, OTHERS[0], OTHERS[1]]).with_others();
    alone.sign_in(json!({"consent": false})).await;
    let login = Login::begin(&place);
    let page = http().get(login.consented().await).send().await.unwrap();
    assert_eq!(page.status(), 400);
    let (exit, said) = login.ended();
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains("Salesforce did not allow it: access_denied end-user denied"), "{said}");

    alone.sign_in(json!({"consent": true})).await;
    let mut login = Login::begin(&place);
    let back = login.consented().await;
    let clock = http().post(format!("{}clock", alone.control)).json(&json!({"advance_seconds": 1000}));
    clock.send().await.unwrap().error_for_status().unwrap();
    login.paste(&back);
    let (exit, said) = login.ended();
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains("the code is over"), "{said}");
    assert!(!place.kept().exists());

    // Nobody can come back and nobody can paste.
    let mut login = Login::begin(&place);
    let port: u16 = Url::parse(&param(&login.url, "redirect_uri")).unwrap().port().unwrap();
    let second = Place::new(&alone, [&BROWSER.replace('0', &port.to_string()), OTHERS[0], OTHERS[1]]).with_others();
    let said = second.ends(&["login"], 3);
    assert!(
        said.contains("The browser cannot come back to this machine") && said.contains("nobody was signed in"),
        "{said}"
    );
    drop(login.stdin.take());
}

#[test]
fn a_signature_signs_in_as_one_user() {
    let (alone, other) = (Alone::start(), Alone::start());
    let lines = |key: &std::path::Path, user: &str| {
        format!("flow = \"jwt\"\nprivate_key_file = \"{}\"\nusername = \"{user}\"", key.display())
    };
    let user = "desk@sandbox.example.jp";
    let place = |lines: &str| Place::new(&alone, [lines, OTHERS[0], OTHERS[1]]).with_others();
    place(&lines(&alone.key(), user)).opens_a_customer();
    let program = format!(
        "flow = \"jwt\"\nprivate_key_command = [\"cat\", \"{}\"]\nusername = \"{user}\"\naudience = \"https://test.salesforce.com\"",
        alone.key().display()
    );
    place(&program).opens_a_customer();

    let said = place(&lines(&other.key(), user)).ends(&["customer", "show", "C-000001"], 7);
    assert!(said.contains("invalid_grant invalid assertion"), "{said}");
    let said = place(&lines(&alone.key(), "nobody@example.jp")).ends(&["customer", "show", "C-000001"], 7);
    assert!(said.contains("user hasn't approved this consumer"), "{said}");
    let said = place("flow = \"jwt\"\nprivate_key_env = \"FB_KEY\"\nusername = \"x\"").ends(&["config", "check"], 2);
    assert!(said.contains("private_key cannot be used: it holds no RSA private key"), "{said}");
    let said = place(&lines(&alone.key(), user)).ends(&["login"], 2);
    assert!(said.contains("signs in by itself"), "{said}");
}
