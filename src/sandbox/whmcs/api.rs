//! The door: one path, three error channels, and who may pass.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::any;
use jiff::civil::DateTime;
use serde_json::{Map, Value};

use super::actions::{self, Run};
use super::db::{Actions, Admin, Db, Id};
use super::params::Params;
use super::reply::{Format, Refusal, error};
use super::style::{Refusals, Release, Style};
use crate::sandbox::{Credentials, Shared};

/// PHP's usual `post_max_size`.
const LARGEST_BODY: usize = 8 << 20;

/// WHMCS's paths over the shared world, open to whoever knows `credentials`, which act as the first admin and may
/// do everything. Further credentials, each with its roles, and the installation's habits are in the settings.
pub fn router(world: Shared, credentials: &Credentials) -> Router {
    let door = Arc::new(Door { world, credentials: credentials.clone() });
    Router::new()
        .route("/includes/api.php", any(answer))
        // PHP takes what follows the script for its path info.
        .route("/includes/api.php/", any(answer))
        .fallback(|| async {
            (StatusCode::NOT_FOUND, Html("<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>"))
        })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(door)
}

struct Door {
    world: Shared,
    credentials: Credentials,
}

/// One call as its action sees it.
pub(super) struct Ask<'a> {
    pub(super) params: &'a Params,
    /// The server's local time.
    pub(super) now: DateTime,
    pub(super) style: Style,
    /// The admin whose credential it is.
    pub(super) caller: Caller,
}

/// Who acts.
pub(super) struct Caller {
    pub(super) admin_id: Id,
    pub(super) username: String,
    pub(super) name: String,
    pub(super) departments: Vec<Id>,
    pub(super) ip: String,
}

/// A call that does not reach its action.
struct Denied(StatusCode, String);

async fn answer(State(door): State<Arc<Door>>, request: Request) -> Response {
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let from = from.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, Html("<h1>Request Entity Too Large</h1>")).into_response();
    };
    door.call(&read(&parts.uri, &parts.headers, &body), from)
}

/// PHP fills its variables from the query and from a form, urlencoded or multipart, and from no other kind of body.
/// Multipart is what PHP's own curl sends when it is given an array.
fn read(uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Params {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    Params::parse(uri.query().unwrap_or_default(), kind, body)
}

impl Door {
    fn call(&self, params: &Params, from: IpAddr) -> Response {
        let name = params.text("action").to_ascii_lowercase();
        let mut format = Format::asked(params);
        let (style, outcome) = self.run(params, &name, from);
        let (status, mut body) = match outcome {
            Ok(Ok(body)) => (StatusCode::OK, body),
            Ok(Err(Refusal(words))) => (StatusCode::OK, error(&words)),
            Err(Denied(status, words)) => {
                if style.refusals == Refusals::Nvp {
                    format = Format::Nvp;
                }
                (status, error(&words))
            }
        };
        style.apply(&mut body);
        format.respond(status, &name, style.version().0, body)
    }

    #[expect(clippy::type_complexity, reason = "denied at the door, refused by a rule, or answered: said once")]
    fn run(
        &self,
        params: &Params,
        name: &str,
        from: IpAddr,
    ) -> (Style, Result<Result<Map<String, Value>, Refusal>, Denied>) {
        let (style, now, admitted) = {
            let world = self.world.read().unwrap_or_else(PoisonError::into_inner);
            let style = world.whmcs.settings.style;
            let now = world.clock.jst().datetime();
            let admitted = self.admit(&world.whmcs, params, name, from);
            if let Ok((caller, Run::Read(action))) = admitted {
                let ask = Ask { params, now, style, caller };
                return (style, Ok(action(&world.whmcs, &ask)));
            }
            (style, now, admitted)
        };
        let outcome = admitted.map(|(caller, run)| {
            let ask = Ask { params, now, style, caller };
            let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
            match run {
                Run::Read(action) => action(&world.whmcs, &ask),
                Run::Write(action) => action(&mut world.whmcs, &ask),
                Run::Unknown => Err(Refusal(unknown_action(style).to_owned())),
            }
        });
        (style, outcome)
    }

    fn admit(&self, db: &Db, params: &Params, name: &str, from: IpAddr) -> Result<(Caller, Run), Denied> {
        let settings = &db.settings;
        let by_key = settings.access_key.as_deref().is_some_and(|key| params.get("accesskey") == Some(key));
        if !by_key && settings.allowed_ips.as_ref().is_some_and(|it| !it.contains(&from)) {
            return Err(forbidden(format!("Invalid IP {from}")));
        }
        let (admin, allowed) = self.sign_in(db, params)?;
        if !admin.api_access {
            return Err(forbidden("Access Denied"));
        }
        if name.is_empty() {
            return Err(Denied(StatusCode::BAD_REQUEST, "Empty action request".to_owned()));
        }
        let run = actions::find(name);
        if !matches!(run, Run::Unknown) && !allowed.allow(name) {
            return Err(forbidden(format!("Invalid Permissions: API action \"{name}\" is not allowed")));
        }
        let caller = Caller {
            admin_id: admin.id,
            username: admin.username.clone(),
            name: admin.full_name(),
            departments: admin.departments.clone(),
            ip: from.to_string(),
        };
        Ok((caller, run))
    }

    /// The admin behind the credentials: an API pair, the same pair as user name and password, or an admin's user
    /// name with the MD5 of the password. Some clients send empty fields beside the real pair.
    fn sign_in<'a>(&'a self, db: &'a Db, params: &Params) -> Result<(&'a Admin, &'a Actions), Denied> {
        let pair = |user, word| Some((params.get(user)?, params.get(word)?));
        let Some((user, word)) = pair("identifier", "secret").or_else(|| pair("username", "password")) else {
            return Err(forbidden("Invalid or missing credentials"));
        };
        if user == self.credentials.whmcs_identifier {
            let admin = db.admins.iter().next().filter(|_| word == self.credentials.whmcs_secret);
            return admitted(admin, &Actions::All);
        }
        if let Some(credential) = db.settings.credentials.iter().find(|it| it.identifier == user) {
            let admin = db.admins.get(credential.admin_id).filter(|_| word == credential.secret);
            return admitted(admin, &credential.actions);
        }
        match db.admins.named(user).next() {
            Some(admin) if params.get("identifier").is_none() => {
                if !admin.password_md5.eq_ignore_ascii_case(word) {
                    return Err(forbidden("Invalid password provided"));
                }
                admitted(Some(admin), &Actions::All)
            }
            _ => Err(forbidden("Authentication Failed")),
        }
    }
}

/// Runs an action from inside the sandbox, in the name of the first admin: what the portal's worker has WHMCS do.
/// Fails with the vendor's words.
pub fn act(db: &mut Db, now: DateTime, action: &str, fields: &[(&str, &str)]) -> Result<Map<String, Value>, String> {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let params = Params::parse("", "application/x-www-form-urlencoded", form.as_bytes());
    let admin = db.admins.iter().next();
    let caller = Caller {
        admin_id: admin.map_or(0, |it| it.id),
        username: admin.map_or_else(String::new, |it| it.username.clone()),
        name: admin.map_or_else(String::new, Admin::full_name),
        departments: Vec::new(),
        ip: "203.0.113.5".to_owned(),
    };
    let ask = Ask { params: &params, now, style: db.settings.style, caller };
    let answer = match actions::find(action) {
        Run::Read(run) => run(db, &ask),
        Run::Write(run) => run(db, &ask),
        Run::Unknown => Err(Refusal(unknown_action(ask.style).to_owned())),
    };
    answer.map_err(|Refusal(words)| words)
}

fn admitted<'a>(admin: Option<&'a Admin>, actions: &'a Actions) -> Result<(&'a Admin, &'a Actions), Denied> {
    match admin {
        None => Err(forbidden("Authentication Failed")),
        Some(admin) if admin.disabled => Err(forbidden("Administrator Account Disabled")),
        Some(admin) => Ok((admin, actions)),
    }
}

fn forbidden(words: impl Into<String>) -> Denied {
    Denied(StatusCode::FORBIDDEN, words.into())
}

/// Both texts are met in the wild; the older says "command".
fn unknown_action(style: Style) -> &'static str {
    match style.release {
        Release::V8 => "Command Not Found",
        Release::V9 => "The requested API Action could not be found.",
    }
}
