//! The OAuth endpoints: authorize, token, revoke, introspect, userinfo and the identity.

use std::collections::HashMap;

use aws_lc_rs::{digest, hmac};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::{Code, Sessions, jwt};
use crate::sandbox::Credentials;
use crate::sandbox::salesforce::http::{Site, origin};
use crate::sandbox::salesforce::setup::{self, Staff};

/// What a client gets that asks for no scope in particular.
const SCOPES: &str = "id api refresh_token";

type Params = HashMap<String, String>;

/// An error of the token endpoint.
#[derive(Clone, Copy)]
struct Refusal {
    status: u16,
    error: &'static str,
    description: &'static str,
}

fn refuse(error: &'static str, description: &'static str) -> Refusal {
    let status = if error == "invalid_client" { 401 } else { 400 };
    Refusal { status, error, description }
}

/// Answers every path that is about signing in.
pub fn answer(site: &Site, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Response<Body> {
    let query = uri.query().unwrap_or_default();
    let params: Params = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .chain(url::form_urlencoded::parse(body).into_owned())
        .collect();
    let origin = origin(headers);
    match (method.as_str(), uri.path().trim_end_matches('/')) {
        ("GET" | "POST", "/services/oauth2/authorize") => {
            // Who signs in types that on the page; an address cannot say it.
            let typed = params.get("username").filter(|_| method == Method::POST);
            authorize(site, &params, typed.map(String::as_str))
        }
        ("POST", "/services/oauth2/token") => {
            let result = token(site, headers, &params, &origin);
            result.map_or_else(refusal, |body| json_response(200, &body))
        }
        ("POST" | "GET", "/services/oauth2/revoke") => {
            let token = params.get("token").map(String::as_str).unwrap_or_default();
            if site.write().salesforce.sessions.revoke(token) {
                json_response(200, &Value::Null)
            } else {
                refusal(refuse("unsupported_token_type", "this token type is not supported"))
            }
        }
        ("POST", "/services/oauth2/introspect") => introspect(site, headers, &params),
        ("GET" | "POST", "/services/oauth2/userinfo") => identity(site, headers, &params, &origin),
        ("GET", "/.well-known/openid-configuration") => json_response(200, &discovery(&origin)),
        ("GET" | "POST", path) if path.starts_with(&format!("/id/{}/", setup::org_id())) => {
            identity(site, headers, &params, &origin)
        }
        (_, "/services/oauth2/token") => refusal(refuse("invalid_request", "must use HTTP POST")),
        _ => html(404, "URL No Longer Exists"),
    }
}

fn json_response(status: u16, body: &Value) -> Response<Body> {
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::OK))
        .header(header::CONTENT_TYPE, "application/json;charset=UTF-8")
        .header(header::CACHE_CONTROL, "no-cache, no-store")
        .body(body)
        .unwrap_or_default()
}

fn refusal(refusal: Refusal) -> Response<Body> {
    json_response(refusal.status, &json!({"error": refusal.error, "error_description": refusal.description}))
}

fn html(status: u16, words: &str) -> Response<Body> {
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST))
        .header(header::CONTENT_TYPE, "text/html;charset=UTF-8")
        .body(Body::from(format!("<html><head><title>Error</title></head><body>{words}</body></html>")))
        .unwrap_or_default()
}

/// The browser step. The sandbox's user is signed in already and says yes at once, or no, as they were told to; with
/// `prompt=login` whoever is there is asked who they are first, by a page that posts a user name. Passwords there are none.
fn authorize(site: &Site, params: &Params, typed: Option<&str>) -> Response<Body> {
    let param = |name: &str| params.get(name).map(String::as_str);
    // A bad redirect address shows a page: an error must not be sent to a stranger.
    let Some(mut redirect) = param("redirect_uri").and_then(loopback) else {
        return html(
            400,
            "error=redirect_uri_mismatch&amp;error_description=redirect_uri%20must%20match%20configuration",
        );
    };
    if param("client_id") != Some(site.app.salesforce_client_id.as_str()) {
        return html(400, "error=invalid_client_id&amp;error_description=client%20identifier%20invalid");
    }
    let asked_anew = param("prompt").is_some_and(|prompt| prompt.split_whitespace().any(|word| word == "login"));
    let user = match typed.map(Staff::of_username) {
        Some(Some(user)) => user,
        Some(None) => return html(200, "Please check your username and password."),
        None if asked_anew => return html(200, "<form method=\"post\"><input name=\"username\"></form>"),
        None => Staff::Desk,
    };
    let challenge = param("code_challenge");
    let refused = if param("response_type") != Some("code") {
        Some(("unsupported_response_type", "response type not supported"))
    } else if param("code_challenge_method").is_some_and(|method| method != "S256") {
        Some(("invalid_request", "invalid code challenge method"))
    } else if challenge.is_some_and(|challenge| !is_challenge(challenge)) {
        Some(("invalid_request", "invalid code challenge"))
    } else if !site.read().salesforce.sessions.habits().consent {
        Some(("access_denied", "end-user denied authorization"))
    } else {
        None
    };
    if let Some((error, description)) = refused {
        redirect.query_pairs_mut().append_pair("error", error).append_pair("error_description", description);
    } else {
        let mut world = site.write();
        let code = Code {
            redirect: param("redirect_uri").unwrap_or_default().to_owned(),
            challenge: challenge.map(str::to_owned),
            scope: param("scope").unwrap_or(SCOPES).to_owned(),
            issued: world.clock.now(),
            user,
        };
        let code = world.salesforce.sessions.add_code(code);
        redirect.query_pairs_mut().append_pair("code", &code);
    }
    if let Some(state) = param("state") {
        redirect.query_pairs_mut().append_pair("state", state);
    }
    Response::builder()
        .status(StatusCode::FOUND)
        .header(header::LOCATION, redirect.as_str())
        .body(Body::empty())
        .unwrap_or_default()
}

/// A redirect address on this machine; every port counts as registered.
fn loopback(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    (url.scheme() == "http" && local).then_some(url)
}

/// base64url of a SHA-256, without padding.
fn is_challenge(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|digest| digest.len() == 32)
}

fn token(site: &Site, headers: &HeaderMap, params: &Params, origin: &str) -> Result<Value, Refusal> {
    let param = |name: &str| params.get(name).map(String::as_str);
    let mut world = site.write();
    let now = world.clock.now();
    let sessions = &mut world.salesforce.sessions;
    let app = &site.app;
    match param("grant_type") {
        Some("client_credentials") => {
            authenticate(app, headers, params, true)?;
            Ok(granted(app, sessions, now, origin, ("api id", Staff::Desk), None))
        }
        Some("urn:ietf:params:oauth:grant-type:jwt-bearer") => {
            let assertion = param("assertion").unwrap_or_default();
            let claims = jwt::read(assertion, app.salesforce_key.as_deref());
            let claims = claims.ok_or_else(|| refuse("invalid_grant", "invalid assertion"))?;
            if claims.issuer != app.salesforce_client_id {
                return Err(refuse("invalid_client_id", "client identifier invalid"));
            }
            let audience = claims.audience.trim_end_matches('/');
            let audiences = ["https://login.salesforce.com", "https://test.salesforce.com", origin];
            if !audiences.contains(&audience) {
                return Err(refuse("invalid_grant", "audience is invalid"));
            }
            if claims.subject != setup::USERNAME {
                return Err(refuse("invalid_grant", "user hasn't approved this consumer"));
            }
            Ok(granted(app, sessions, now, origin, ("api id", Staff::Desk), None))
        }
        Some("authorization_code") => {
            authenticate(app, headers, params, false)?;
            let code = param("code").and_then(|code| sessions.take_code(code, now));
            let code = code.ok_or_else(|| refuse("invalid_grant", "expired authorization code"))?;
            if param("redirect_uri") != Some(code.redirect.as_str()) {
                return Err(refuse("redirect_uri_mismatch", "redirect_uri must match configuration"));
            }
            check_verifier(code.challenge.as_deref(), param("code_verifier"))?;
            let refresh = asks_for_refresh(&code.scope).then(|| sessions.add_refresh(&code.scope, code.user));
            Ok(granted(app, sessions, now, origin, (&code.scope, code.user), refresh))
        }
        Some("refresh_token") => {
            authenticate(app, headers, params, false)?;
            let renewed = param("refresh_token").and_then(|token| sessions.renew(token));
            let (used, next) = renewed.ok_or_else(|| refuse("invalid_grant", "expired access/refresh token"))?;
            Ok(granted(app, sessions, now, origin, (&used.scope, used.user), next))
        }
        Some(_) => Err(refuse("unsupported_grant_type", "grant type not supported")),
        None => Err(refuse("invalid_request", "grant_type is required")),
    }
}

fn asks_for_refresh(scope: &str) -> bool {
    scope.split_whitespace().any(|word| matches!(word, "refresh_token" | "offline_access" | "full"))
}

/// The app's id, and its secret: in the body or as HTTP Basic. A public client sends none, unless it must.
fn authenticate(app: &Credentials, headers: &HeaderMap, params: &Params, secret_needed: bool) -> Result<(), Refusal> {
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| basic(value.to_str().ok()?));
    let (id, secret) = match basic {
        Some((id, secret)) => (id, Some(secret)),
        None => (params.get("client_id").cloned().unwrap_or_default(), params.get("client_secret").cloned()),
    };
    if id != app.salesforce_client_id {
        return Err(refuse("invalid_client_id", "client identifier invalid"));
    }
    match secret {
        Some(secret) if secret == app.salesforce_client_secret => Ok(()),
        None if !secret_needed => Ok(()),
        _ => Err(refuse("invalid_client", "invalid client credentials")),
    }
}

fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some((decode(id), decode(secret)))
}

/// Real clients send verifiers of up to 171 characters, more than the standard's 128.
fn check_verifier(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), Refusal> {
    match (challenge, verifier) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(refuse("invalid_grant", "code verifier is required")),
        (Some(challenge), Some(verifier)) => {
            let digest = digest::digest(&digest::SHA256, verifier.as_bytes());
            let fits = (43..=171).contains(&verifier.len()) && URL_SAFE_NO_PAD.encode(digest) == challenge;
            if fits { Ok(()) } else { Err(refuse("invalid_request", "invalid code verifier")) }
        }
    }
}

/// The answer of the token endpoint. There is no `expires_in`, and `issued_at` is a string.
fn granted(
    app: &Credentials,
    sessions: &mut Sessions,
    now: Timestamp,
    origin: &str,
    (scope, user): (&str, Staff),
    refresh: Option<String>,
) -> Value {
    let id = identity_url(origin, user);
    let issued_at = now.as_millisecond().to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, app.salesforce_client_secret.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, format!("{id}{issued_at}").as_bytes()));
    let mut answer = json!({"access_token": sessions.sign_in(scope, user, now)});
    if let Some(refresh) = refresh {
        answer["refresh_token"] = json!(refresh);
    }
    answer["signature"] = json!(signature);
    answer["scope"] = json!(scope);
    answer["instance_url"] = json!(origin);
    answer["id"] = json!(id);
    answer["token_type"] = json!("Bearer");
    answer["issued_at"] = json!(issued_at);
    answer
}

fn identity_url(origin: &str, user: Staff) -> String {
    format!("{origin}/id/{}/{}", setup::org_id(), user.id())
}

fn introspect(site: &Site, headers: &HeaderMap, params: &Params) -> Response<Body> {
    if let Err(error) = authenticate(&site.app, headers, params, false) {
        return refusal(error);
    }
    let world = site.read();
    let sessions = &world.salesforce.sessions;
    let token = params.get("token").map(String::as_str).unwrap_or_default();
    let live = sessions.open.get(token).filter(|_| sessions.is_open(token, world.clock.now()));
    let body = live.map_or(json!({"active": false}), |session| {
        let issued = session.issued.as_second();
        json!({
            "active": true,
            "scope": session.scope,
            "client_id": site.app.salesforce_client_id,
            "username": session.user.username(),
            "sub": session.user.id().to_string(),
            "token_type": "access_token",
            "iat": issued,
            "nbf": issued,
            "exp": issued + sessions.life.as_secs(),
        })
    });
    json_response(200, &body)
}

/// Who the token belongs to. Without a good one: 403 and a bare word, not JSON.
fn identity(site: &Site, headers: &HeaderMap, params: &Params, origin: &str) -> Response<Body> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|header| header.split_once(' ')).map(|(_, token)| token.trim());
    let token = token.or_else(|| params.get("oauth_token").or_else(|| params.get("access_token")).map(String::as_str));
    let world = site.read();
    let Some(token) = token else { return html(403, "Missing_OAuth_Token") };
    let Some(staff) = world.salesforce.sessions.whose(token, world.clock.now()) else {
        return html(403, "Bad_OAuth_Token");
    };
    let (user, username) = (staff.id().to_string(), staff.username());
    let name = world.salesforce.get(&user).map(|user| user.text("Name").to_owned()).unwrap_or_default();
    let rest = format!("{origin}/services/data/v{{version}}/");
    let id = identity_url(origin, staff);
    json_response(
        200,
        &json!({
            "id": id,
            "sub": id,
            "user_id": user,
            "organization_id": setup::org_id().to_string(),
            "username": username,
            "preferred_username": username,
            "nick_name": username.split('@').next(),
            "display_name": name,
            "name": name,
            "email": username,
            "email_verified": true,
            "zoneinfo": "Asia/Tokyo",
            "timezone": "Asia/Tokyo",
            "locale": "ja_JP",
            "language": "ja",
            "user_type": "STANDARD",
            "active": true,
            "asserted_user": true,
            "urls": {
                "rest": rest,
                "sobjects": format!("{rest}sobjects/"),
                "query": format!("{rest}query/"),
                "search": format!("{rest}search/"),
                "recent": format!("{rest}recent/"),
                "profile": format!("{origin}/{user}"),
            },
        }),
    )
}

fn discovery(origin: &str) -> Value {
    let oauth = |name: &str| format!("{origin}/services/oauth2/{name}");
    json!({
        "issuer": origin,
        "authorization_endpoint": oauth("authorize"),
        "token_endpoint": oauth("token"),
        "revocation_endpoint": oauth("revoke"),
        "introspection_endpoint": oauth("introspect"),
        "userinfo_endpoint": oauth("userinfo"),
        "scopes_supported": ["id", "api", "refresh_token"],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    })
}
