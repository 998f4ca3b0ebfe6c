//! The control endpoint: JSON on its own loopback port, for tests, benchmarks and people who want to see a system
//! fail.
//!
//! | call | does |
//! |---|---|
//! | `GET /state` | how the world was made, its time, and how many rows each system holds |
//! | `GET /faults` | the faults in force: `[{"id":1,"system":"whmcs",…}]` |
//! | `POST /faults` | one [`Order`] more, e.g. `{"system":"whmcs","matching":"GetInvoices","fault":{"kind":"latency","ms":150}}`; answers `{"id":1}` |
//! | `DELETE /faults`, `DELETE /faults/1` | lifts all, lifts one |
//! | `POST /clock` | any of `{"advance_seconds":600,"speed":60,"set":"2026-12-01T00:00:00Z"}`; answers the new time |
//! | `GET /counts` | calls so far, by system and by action or path; `complaint: …` counts what a vendor forbids |
//! | `DELETE /counts` | counts from zero again |
//! | `GET /hanging`, `GET /hanging/3` | how many calls hang, `{"now":1,"ever":3}`; the second answers once three were left hanging |
//! | `GET /worker` | whether the portal's worker works, and the orders it is busy with |
//! | `POST /worker` | `{"mode":"on"}`, `{"mode":"slow","minutes":3}` or `{"mode":"off"}` |
//! | `GET /flows` | which of Salesforce's flows run: `{"Tell_Customer_Of_Review":true}` |
//! | `POST /flows` | switches them by name, e.g. `{"Tell_Customer_Of_Review":false}` |
//! | `GET /freebit/notices` | the names of Freebit's notices that have come, oldest first |
//! | `GET /freebit/notices/{name}` | one of them, CSV |
//! | `GET /events`, `GET /events?after=5936010` | Salesforce's events, at most a thousand, oldest first |
//! | `GET /streams` | who listens to them, how streams live and how many deliveries are left today |
//! | `POST /streams` | any of `{"keepalive_ms":5000,"idle_ms":5000,"streams":10,"deliveries":100}`, what streams and their allowance are from now on |
//! | `DELETE /streams` | ends every stream as if the server went away |
//! | `GET /pubsub/certificate` | what to trust at the Pub/Sub port, PEM |
//! | `GET /sign-in` | how signing in to Salesforce goes, and how many sessions and refresh tokens are good |
//! | `POST /sign-in` | any of `{"consent":false,"rotate":false,"end_sessions":true,"end_refresh_tokens":true}` |
//! | `POST /day` | lives a day at the desk, `{"events":10000,"seconds":60,"seed":1}`; answers when it begins |
//! | `GET /day` | how many events of it came, and whether it is over |
//! | `POST /reset` | makes the world anew, lifts all faults, counts from zero |

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;

use super::{
    World,
    day::{self, Day},
    faults::Order,
    freebit::Notice,
    gate::{Hanging, Switchboard},
    salesforce::{events::streams::Pace, oauth::Habits, wordbook::Wordbook},
    seed::Recipe,
    worker::{self, Mode},
};

/// Said to whoever asks for anything else.
const CALLS: &str = "GET /state\nGET, POST, DELETE /faults\nDELETE /faults/{id}\nPOST /clock\nGET, DELETE /counts\nGET /hanging\nGET /hanging/{calls}\nGET, POST /worker\nGET, POST /flows\nGET /events\nGET, POST, DELETE /streams\nGET /pubsub/certificate\nGET, POST /sign-in\nGET, POST /day\nGET /freebit/notices\nGET /freebit/notices/{name}\nPOST /reset\n";

/// Events told at once.
const LOGGED: usize = 1000;

/// What the control endpoint works on.
#[derive(Debug, Clone)]
pub(super) struct Control {
    pub(super) switchboard: Arc<Switchboard>,
    pub(super) recipe: Recipe,
    pub(super) words: Arc<Wordbook>,
    pub(super) certificate: String,
    pub(super) tasks: TaskTracker,
}

pub(super) fn router(control: Control) -> Router {
    Router::new()
        .route("/state", get(state))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/faults/{id}", delete(lift_fault))
        .route("/clock", post(clock))
        .route("/counts", get(counts).delete(clear_counts))
        .route("/hanging", get(hanging))
        .route("/hanging/{calls}", get(hung))
        .route("/worker", get(worker).post(switch_worker))
        .route("/flows", get(flows).post(switch_flows))
        .route("/freebit/notices", get(notices))
        .route("/freebit/notices/{name}", get(notice))
        .route("/events", get(events))
        .route("/streams", get(streams).post(pace_streams).delete(cut_streams))
        .route("/pubsub/certificate", get(certificate))
        .route("/sign-in", get(sign_ins).post(change_sign_ins))
        .route("/day", get(day).post(live))
        .route("/reset", post(reset))
        .fallback(async || (StatusCode::NOT_FOUND, CALLS))
        .with_state(control)
}

/// A change of world time; what is left out stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ClockOrder {
    set: Option<Timestamp>,
    advance_seconds: Option<i64>,
    speed: Option<f64>,
}

#[derive(Serialize)]
struct InForce<'a> {
    id: u64,
    #[serde(flatten)]
    order: &'a Order,
}

impl Control {
    fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.switchboard.world.read().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn state(State(control): State<Control>) -> Json<Value> {
    let recipe = &control.recipe;
    control.switchboard.world_is_there().await;
    Json(control.read(|world| {
        json!({
            "customers_asked_for": recipe.customers,
            "seed": recipe.seed,
            "today": recipe.today,
            "now": world.clock.now(),
            "speed": world.clock.speed(),
            "accounts": world.salesforce.rows("Account").count(),
            "clients": world.whmcs.clients.len(),
            "invoices": world.whmcs.invoices.len(),
            "lines": world.freebit.len(),
        })
    }))
}

async fn faults(State(control): State<Control>) -> Json<Value> {
    let faults = control.switchboard.faults();
    Json(json!(faults.in_force().iter().map(|(id, order)| InForce { id: *id, order }).collect::<Vec<_>>()))
}

async fn add_fault(State(control): State<Control>, Json(order): Json<Order>) -> Response {
    if order.times == Some(0) || !(0.0..=1.0).contains(&order.probability) {
        let says = "times counts from 1, and probability lies from 0 to 1";
        return (StatusCode::UNPROCESSABLE_ENTITY, says).into_response();
    }
    Json(json!({ "id": control.switchboard.faults().add(order) })).into_response()
}

async fn clear_faults(State(control): State<Control>) -> StatusCode {
    control.switchboard.faults().clear();
    StatusCode::NO_CONTENT
}

async fn lift_fault(State(control): State<Control>, Path(id): Path<u64>) -> StatusCode {
    if control.switchboard.faults().lift(id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn clock(State(control): State<Control>, Json(order): Json<ClockOrder>) -> Response {
    if !control.switchboard.world_is_there().await {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let answer = {
        let mut world = control.switchboard.world.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = order.set {
            world.clock.set(at);
        }
        if let Some(seconds) = order.advance_seconds {
            world.clock.advance(SignedDuration::from_secs(seconds));
        }
        if let Some(speed) = order.speed {
            world.clock.run_at(speed);
        }
        json!({ "now": world.clock.now(), "speed": world.clock.speed() })
    };
    worker::catch_up_shared(&control.switchboard.world);
    control.switchboard.touch();
    let board = Arc::clone(&control.switchboard);
    if tokio::task::spawn_blocking(move || board.outbox.deliver(&board.world)).await.is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    Json(answer).into_response()
}

async fn counts(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.switchboard.counts()))
}

async fn clear_counts(State(control): State<Control>) -> StatusCode {
    control.switchboard.forget_counts();
    StatusCode::NO_CONTENT
}

async fn hanging(State(control): State<Control>) -> Json<Hanging> {
    let hanging = *control.switchboard.hanging().borrow();
    Json(hanging)
}

async fn hung(State(control): State<Control>, Path(calls): Path<u64>) -> Response {
    match control.switchboard.hanging().wait_for(|hanging| hanging.ever >= calls).await {
        Ok(hanging) => Json(*hanging).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn worker(State(control): State<Control>) -> Json<Value> {
    control.switchboard.world_is_there().await;
    worker::catch_up_shared(&control.switchboard.world);
    Json(control.read(|world| {
        let mut answer = json!(world.worker.mode());
        answer["busy_with"] = world.worker.busy_with().collect();
        answer
    }))
}

async fn switch_worker(State(control): State<Control>, Json(mode): Json<Mode>) -> Response {
    if !control.switchboard.world_is_there().await {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    worker::catch_up_shared(&control.switchboard.world);
    control.switchboard.world.write().unwrap_or_else(PoisonError::into_inner).worker.switch(mode);
    control.switchboard.touch();
    worker(State(control)).await.into_response()
}

async fn flows(State(control): State<Control>) -> Json<BTreeMap<String, bool>> {
    control.switchboard.world_is_there().await;
    Json(control.read(|world| {
        let rows = world.salesforce.rows("FlowDefinitionView");
        rows.map(|it| (it.text("ApiName").to_owned(), world.salesforce.flow_is_active(it.text("ApiName")))).collect()
    }))
}

async fn switch_flows(State(control): State<Control>, Json(wanted): Json<BTreeMap<String, bool>>) -> Response {
    if !control.switchboard.world_is_there().await {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let known = {
        let mut world = control.switchboard.world.write().unwrap_or_else(PoisonError::into_inner);
        wanted.iter().all(|(name, active)| world.salesforce.switch_flow(name, *active))
    };
    control.switchboard.touch();
    if known { flows(State(control)).await.into_response() } else { StatusCode::NOT_FOUND.into_response() }
}

async fn notices(State(control): State<Control>) -> Json<Value> {
    Json(control.read(|world| json!(world.freebit.notices(world.clock.now()).map(Notice::name).collect::<Vec<_>>())))
}

async fn notice(State(control): State<Control>, Path(name): Path<String>) -> Response {
    let csv = control.read(|world| {
        let mut come = world.freebit.notices(world.clock.now());
        come.find(|notice| notice.name() == name).map(Notice::csv)
    });
    match csv {
        Some(csv) => ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], csv).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What is asked of the log.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct After {
    after: u64,
}

async fn events(State(control): State<Control>, Query(After { after }): Query<After>) -> Json<Value> {
    control.switchboard.world_is_there().await;
    worker::catch_up_shared(&control.switchboard.world);
    Json(control.read(|world| json!(world.salesforce.events.log(after).take(LOGGED).collect::<Vec<_>>())))
}

/// A change of how streams live; what is left out stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PaceOrder {
    keepalive_ms: Option<u64>,
    idle_ms: Option<u64>,
    streams: Option<usize>,
    deliveries: Option<u64>,
}

async fn streams(State(control): State<Control>) -> Json<Value> {
    control.switchboard.world_is_there().await;
    let streams = &control.switchboard.streams;
    let (allowed, left) = control.read(|world| world.salesforce.events.deliveries(world.clock.now()));
    let open = streams.open();
    Json(json!({"open": open, "pace": streams.pace(), "deliveries": {"allowed": allowed, "left": left}}))
}

async fn pace_streams(State(control): State<Control>, Json(order): Json<PaceOrder>) -> Json<Value> {
    control.switchboard.world_is_there().await;
    let all = &control.switchboard.streams;
    let now = all.pace();
    all.set_pace(Pace {
        keepalive_ms: order.keepalive_ms.unwrap_or(now.keepalive_ms),
        idle_ms: order.idle_ms.unwrap_or(now.idle_ms),
        streams: order.streams.unwrap_or(now.streams),
    });
    if let Some(deliveries) = order.deliveries {
        control.read(|world| world.salesforce.events.allow(deliveries));
    }
    streams(State(control)).await
}

async fn cut_streams(State(control): State<Control>) -> StatusCode {
    control.switchboard.streams.cut();
    StatusCode::NO_CONTENT
}

async fn certificate(State(control): State<Control>) -> Response {
    ([(header::CONTENT_TYPE, "application/x-pem-file")], control.certificate).into_response()
}

/// A change of how signing in goes; what is left out stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SignInOrder {
    consent: Option<bool>,
    rotate: Option<bool>,
    end_sessions: bool,
    end_refresh_tokens: bool,
}

async fn sign_ins(State(control): State<Control>) -> Json<Value> {
    control.switchboard.world_is_there().await;
    Json(control.read(|world| {
        let ((sessions, refresh_tokens), habits) =
            (world.salesforce.sessions.alive(), world.salesforce.sessions.habits());
        json!({"sessions": sessions, "refresh_tokens": refresh_tokens, "consent": habits.consent, "rotate": habits.rotate})
    }))
}

async fn change_sign_ins(State(control): State<Control>, Json(order): Json<SignInOrder>) -> Response {
    if !control.switchboard.world_is_there().await {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    {
        let mut world = control.switchboard.world.write().unwrap_or_else(PoisonError::into_inner);
        let sessions = &mut world.salesforce.sessions;
        let now = sessions.habits();
        sessions.set_habits(Habits {
            consent: order.consent.unwrap_or(now.consent),
            rotate: order.rotate.unwrap_or(now.rotate),
        });
        if order.end_sessions {
            sessions.expire_all();
        }
        if order.end_refresh_tokens {
            sessions.end_refresh_tokens();
        }
    }
    sign_ins(State(control)).await.into_response()
}

async fn day(State(control): State<Control>) -> Json<Value> {
    let made = *control.switchboard.day.borrow();
    Json(json!(made))
}

async fn live(State(control): State<Control>, Json(day): Json<Day>) -> Response {
    if !control.switchboard.world_is_there().await {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let from = control.read(|world| world.salesforce.events.last());
    let board = Arc::clone(&control.switchboard);
    control.tasks.spawn(async move { day::live(&board, day).await });
    (StatusCode::ACCEPTED, Json(json!({"from": from}))).into_response()
}

async fn reset(State(control): State<Control>) -> StatusCode {
    let recipe = control.recipe.clone();
    let Ok(mut fresh) = tokio::task::spawn_blocking(move || recipe.world()).await else {
        return StatusCode::INTERNAL_SERVER_ERROR;
    };
    // Whoever listened to the old world is cut off with it.
    fresh.salesforce.events.open();
    fresh.salesforce.words = Arc::clone(&control.words);
    *control.switchboard.world.write().unwrap_or_else(PoisonError::into_inner) = fresh;
    control.switchboard.calm();
    control.switchboard.touch();
    StatusCode::NO_CONTENT
}
