//! A vendor that answers what a test recorded, on a loopback port of its own, and remembers what it was asked.

#![expect(dead_code, reason = "each contract test uses its part of it")]
#![expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
#![expect(clippy::needless_pass_by_value, reason = "answers are written where they are given")]

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use madoguchi::backend::http::{Http, Outcome, Rules};
use madoguchi::backend::pace::Budget;
use madoguchi::domain::system::System;
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

/// What a vendor was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Asked {
    /// A field of a form body.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.body.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The body, or the form field `json`, as JSON.
    pub(crate) fn json(&self) -> Value {
        let text = self.form("json").unwrap_or_else(|| self.body.clone());
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// What it answers.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    never: bool,
}

pub(crate) fn json(body: impl ToString) -> Answer {
    status(200, body)
}

pub(crate) fn status(status: u16, body: impl ToString) -> Answer {
    let headers = vec![("content-type", "application/json".to_owned())];
    Answer { status, headers, body: body.to_string().into_bytes(), never: false }
}

pub(crate) fn page(status: u16) -> Answer {
    let body = b"<!DOCTYPE html><html><body>Sorry, EmitterException</body></html>".to_vec();
    Answer { status, headers: vec![("content-type", "text/html; charset=UTF-8".to_owned())], body, never: false }
}

pub(crate) fn bytes(body: &[u8]) -> Answer {
    Answer { status: 200, headers: Vec::new(), body: body.to_vec(), never: false }
}

/// The answer never comes.
pub(crate) fn silence() -> Answer {
    Answer { never: true, ..json("") }
}

impl Answer {
    pub(crate) fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    async fn response(self) -> Response {
        if self.never {
            std::future::pending::<()>().await;
        }
        let mut response = Response::builder().status(StatusCode::from_u16(self.status).unwrap());
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(Body::from(self.body)).unwrap()
    }
}

/// The vendor. Ends with its test's runtime.
pub(crate) struct Vendor {
    pub(crate) url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Vendor {
    /// Answers each call by `answer`, which is told how many came before it.
    pub(crate) async fn start(answer: impl Fn(usize, &Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&asked), Arc::new(answer));
        let router = Router::new().fallback(move |request: Request| {
            let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
            async move {
                let (head, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.unwrap();
                let call = Asked {
                    method: head.method.to_string(),
                    target: head.uri.to_string(),
                    headers: head.headers,
                    body: String::from_utf8_lossy(&body).into_owned(),
                };
                let reply = {
                    let mut seen = seen.lock().unwrap();
                    let reply = answer(seen.len(), &call);
                    seen.push(call);
                    reply
                };
                reply.response().await
            }
        });
        #[expect(clippy::disallowed_methods, reason = "the vendor of a test is its own program")]
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked }
    }

    /// Everything it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn calls(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// Rules that wait for nothing, so that tests do not either.
pub(crate) fn rules() -> Rules {
    let many = NonZeroU32::new(10_000).unwrap();
    let budget = Budget { per_second: many, burst: many, parallel: 4, patience: Duration::ZERO };
    Rules { pause: Duration::from_millis(1), ..Rules::with_budget(budget) }
}

/// A client's transport to `url` and everything its watcher was told.
pub(crate) fn http(system: System, url: &Url, rules: Rules) -> (Http, Arc<Mutex<Vec<Outcome>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&told);
    let watcher = Arc::new(move |outcome| into.lock().unwrap().push(outcome));
    (Http::new(system, url, rules, watcher).unwrap(), told)
}
