//! The whole protocol over real HTTP.

mod auth;
mod composites;
mod rules;
mod searches;
mod wire;
mod work;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Map, Value, json};

use super::*;
use crate::sandbox::{Clock, World};

/// The org alone on a port of its own, its clock stopped.
pub(super) struct Org {
    world: Shared,
    base: String,
    http: reqwest::Client,
    token: String,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Org {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn now() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

impl Org {
    #[expect(clippy::disallowed_methods, reason = "a test's own server")]
    async fn open() -> Self {
        let world = Shared::default();
        world.write().unwrap().clock = Clock::stopped(now());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let app = router(Arc::clone(&world), &Credentials::default());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut org = Self { world, base, http, token: String::new(), server };
        let (status, body) = org.sign_in(&[("grant_type", "client_credentials")]).await;
        assert_eq!(status, 200, "{body}");
        org.token = body["access_token"].as_str().unwrap().to_owned();
        org
    }

    /// The token endpoint, with the app's id and secret.
    async fn sign_in(&self, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let app = Credentials::default();
        let mut form = form.to_vec();
        form.push(("client_id", &app.salesforce_client_id));
        form.push(("client_secret", &app.salesforce_client_secret));
        self.token_call(&form).await
    }

    async fn token_call(&self, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let request = self.http.post(format!("{}/services/oauth2/token", self.base)).form(form);
        answer(request).await
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let path = if path.starts_with("/services") { path.to_owned() } else { format!("/services/data/v68.0{path}") };
        let method: Method = method.parse().unwrap();
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let request = self.request(method, path);
        answer(if body.is_null() { request } else { request.json(&body) }).await
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn soql(&self, query: &str) -> Value {
        let (status, body) = answer(self.request("GET", "/query").query(&[("q", query)])).await;
        assert_eq!(status, 200, "{query}: {body}");
        body
    }

    /// Puts a record in behind the API's back.
    fn insert(&self, object: &str, fields: Value) -> String {
        self.change(|world| {
            world.salesforce.set_now(world.clock.now());
            world.salesforce.insert(object, fields_of(fields)).unwrap()
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.world.write().unwrap())
    }

    fn wait(&self, span: SignedDuration) {
        self.change(|world| world.clock.advance(span));
    }
}

fn fields_of(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("{other}"),
    }
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(json!(text)) })
}
