//! Every action over real HTTP, against a small installation made by hand.

use std::sync::{Arc, RwLock};

use jiff::Timestamp;
use jiff::civil::{date, datetime};
use serde_json::{Value, json};

use super::db::*;
use super::{Empty, Lists, Numbers, Refusals, Release, Style, router};
use crate::sandbox::{Clock, Credentials, Shared, World};

mod changes;
mod door;
mod samples;
mod shapes;
mod writes;

use samples::small;

/// A served installation.
struct Desk {
    world: Shared,
    url: String,
    http: reqwest::Client,
}

impl Desk {
    async fn open(whmcs: Db) -> Self {
        let clock = Clock::stopped("2026-11-22T03:00:00Z".parse::<Timestamp>().unwrap());
        let world: Shared = Arc::new(RwLock::new(World { clock, whmcs, ..World::default() }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/includes/api.php", listener.local_addr().unwrap());
        let app = router(world.clone(), &Credentials::default());
        #[expect(clippy::disallowed_methods, reason = "a test serves what it asks")]
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let roots =
            webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|it| reqwest::Certificate::from_der(it).unwrap());
        let http = reqwest::Client::builder().tls_certs_only(roots).no_proxy().build().unwrap();
        Self { world, url, http }
    }

    async fn small() -> Self {
        Self::open(small()).await
    }

    fn style(&self, style: Style) {
        self.world.write().unwrap().whmcs.settings.style = style;
    }

    /// Posts a form without credentials.
    async fn post(&self, query: &str, form: &[(&str, &str)]) -> (u16, String) {
        let url = format!("{}{query}", self.url);
        let answer = self.http.post(url).form(form).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Asks with the sandbox's own credentials.
    async fn ask(&self, action: &str, params: &[(&str, &str)]) -> Value {
        let mut form = vec![
            ("action", action),
            ("identifier", "sandbox-identifier"),
            ("secret", "sandbox-secret"),
            ("responsetype", "json"),
        ];
        form.extend_from_slice(params);
        let (status, text) = self.post("", &form).await;
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Asks for what must be refused, and answers the words.
    async fn refused(&self, action: &str, params: &[(&str, &str)]) -> String {
        let answer = self.ask(action, params).await;
        assert_eq!(answer["result"], "error", "{answer}");
        answer["message"].as_str().unwrap().to_owned()
    }
}

/// Checks that `answer` holds all of `expected`: objects by their keys, the rest exactly.
#[track_caller]
fn holds(answer: &Value, expected: &Value) {
    if let (Value::Object(answer), Value::Object(expected)) = (answer, expected) {
        for (key, value) in expected {
            holds(answer.get(key).unwrap_or_else(|| panic!("no {key:?} in {answer:?}")), value);
        }
    } else if let (Value::Array(rows), Value::Array(wanted)) = (answer, expected) {
        assert_eq!(rows.len(), wanted.len(), "{answer} is not as long as {expected}");
        rows.iter().zip(wanted).for_each(|(row, it)| holds(row, it));
    } else {
        assert_eq!(answer, expected);
    }
}
