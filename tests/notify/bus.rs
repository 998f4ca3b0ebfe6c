//! An event bus that says what a test tells it to, on a port of its own.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt as _, unfold};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tonic::metadata::MetadataMap;
use tonic::server::{Grpc, StreamingService, UnaryService};
use tonic::{Code, Status, Streaming};
use tonic_prost::ProstCodec;
use url::Url;

use crate::wire::{FetchRequest, FetchResponse, SchemaInfo, SchemaRequest, TopicInfo, TopicRequest, schema};

/// What every code begins with.
const PREFIX: &str = "sfdc.platform.eventbus.grpc.";

/// Somebody subscribed.
pub struct Subscriber {
    pub topic: String,
    /// `None` from now on, otherwise behind a position.
    pub behind: Option<Vec<u8>>,
    pub requested: i32,
    /// What it asks for later.
    pub asks: Streaming<FetchRequest>,
    say: mpsc::UnboundedSender<Result<FetchResponse, Status>>,
}

impl Subscriber {
    /// Tells events, and how many are still owed.
    pub fn tell(&self, events: Vec<crate::wire::ConsumerEvent>, owed: i32) {
        let latest_replay_id = events.last().map(|event| event.replay_id.clone()).unwrap_or_default();
        let rpc_id = "rpc".to_owned();
        let _ = self.say.send(Ok(FetchResponse { events, latest_replay_id, rpc_id, pending_num_requested: owed }));
    }

    /// Shows that the stream lives.
    pub fn keep_alive(&self, position: u8, owed: i32) {
        let latest_replay_id = crate::wire::replay(position);
        let _ = self.say.send(Ok(FetchResponse {
            latest_replay_id,
            pending_num_requested: owed,
            ..FetchResponse::default()
        }));
    }

    /// Ends with an error's code.
    pub fn refuse(self, status: Code, code: &str) {
        let _ = self.say.send(Err(refusal(status, code)));
    }
}

/// A status with its code in the trailer.
fn refusal(status: Code, code: &str) -> Status {
    let mut trailers = MetadataMap::new();
    trailers.insert("error-code", format!("{PREFIX}{code}").parse().unwrap());
    trailers.insert("rpc-id", "rpc".parse().unwrap());
    Status::with_metadata(status, "It is so. rpcId: rpc", trailers)
}

#[derive(Default)]
struct Inner {
    subscribers: Option<mpsc::UnboundedSender<Subscriber>>,
    /// Tokens that are over.
    over: BTreeSet<String>,
    /// Topics that do not exist.
    unknown: BTreeSet<String>,
    /// How the next calls of a method end.
    refusals: Vec<(&'static str, Code, String)>,
    /// What was carried by calls: token, instance, tenant.
    carried: Vec<(String, String, String)>,
    schemas: Vec<String>,
    topics: Vec<String>,
}

/// The bus.
pub struct Bus {
    pub url: Url,
    inner: Arc<Mutex<Inner>>,
    subscribers: mpsc::UnboundedReceiver<Subscriber>,
}

impl Bus {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let (sender, subscribers) = mpsc::unbounded_channel();
        let inner = Arc::new(Mutex::new(Inner { subscribers: Some(sender), ..Inner::default() }));
        let router = Router::new().route("/eventbus.v1.PubSub/{method}", post(answer)).with_state(Arc::clone(&inner));
        #[expect(clippy::disallowed_methods, reason = "the vendor of a test is its own program")]
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, inner, subscribers }
    }

    /// The next who subscribes.
    pub async fn subscriber(&mut self) -> Subscriber {
        tokio::time::timeout(crate::PATIENCE, self.subscribers.recv()).await.expect("nobody subscribes").unwrap()
    }

    /// Whoever subscribed and was not looked at yet.
    pub fn waiting(&mut self) -> Option<Subscriber> {
        self.subscribers.try_recv().ok()
    }

    /// The tokens that were carried so far are over.
    pub fn end_tokens(&self) {
        let mut inner = self.inner.lock().unwrap();
        let over: Vec<String> = inner.carried.iter().map(|(token, ..)| token.clone()).collect();
        inner.over.extend(over);
    }

    pub fn without_topic(&self, topic: &str) {
        self.inner.lock().unwrap().unknown.insert(topic.to_owned());
    }

    /// The next call of a method is refused with a code.
    pub fn refuse_next(&self, method: &'static str, status: Code, code: &str) {
        self.inner.lock().unwrap().refusals.push((method, status, code.to_owned()));
    }

    pub fn carried(&self) -> Vec<(String, String, String)> {
        self.inner.lock().unwrap().carried.clone()
    }

    /// Schemas that were asked for, in order.
    pub fn schemas(&self) -> Vec<String> {
        self.inner.lock().unwrap().schemas.clone()
    }
}

async fn answer(State(inner): State<Arc<Mutex<Inner>>>, Path(method): Path<String>, request: Request) -> Response {
    let call = Call::of(inner, request.headers());
    let answer = match method.as_str() {
        "GetTopic" => topic(call, request).await,
        "GetSchema" => given(call, request).await,
        "Subscribe" => subscribed(call, request).await,
        other => panic!("{other} is not there"),
    };
    answer.map(Body::new)
}

type Bytes = axum::http::Response<tonic::body::Body>;

fn topic(call: Call, request: Request) -> BoxFuture<'static, Bytes> {
    Box::pin(async move { Grpc::new(ProstCodec::<TopicInfo, TopicRequest>::default()).unary(call, request).await })
}

fn given(call: Call, request: Request) -> BoxFuture<'static, Bytes> {
    Box::pin(async move { Grpc::new(ProstCodec::<SchemaInfo, SchemaRequest>::default()).unary(call, request).await })
}

fn subscribed(call: Call, request: Request) -> BoxFuture<'static, Bytes> {
    Box::pin(
        async move { Grpc::new(ProstCodec::<FetchResponse, FetchRequest>::default()).streaming(call, request).await },
    )
}

struct Call {
    inner: Arc<Mutex<Inner>>,
    over: bool,
}

impl Call {
    fn of(inner: Arc<Mutex<Inner>>, headers: &HeaderMap) -> Self {
        let said = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
        let carried = (said("accesstoken"), said("instanceurl"), said("tenantid"));
        let over = {
            let mut inner = inner.lock().unwrap();
            inner.carried.push(carried.clone());
            inner.over.contains(&carried.0)
        };
        Self { inner, over }
    }

    fn check(&self, method: &str) -> Result<(), Status> {
        if self.over {
            return Err(refusal(Code::Unauthenticated, "service.auth.error"));
        }
        let mut inner = self.inner.lock().unwrap();
        let Some(at) = inner.refusals.iter().position(|(refused, ..)| *refused == method) else { return Ok(()) };
        let (_, status, code) = inner.refusals.remove(at);
        Err(refusal(status, &code))
    }
}

type Answered<T> = BoxFuture<'static, Result<tonic::Response<T>, Status>>;

impl UnaryService<TopicRequest> for Call {
    type Response = TopicInfo;
    type Future = Answered<TopicInfo>;

    fn call(&mut self, request: tonic::Request<TopicRequest>) -> Self::Future {
        let topic_name = request.into_inner().topic_name;
        let answer = self.check("GetTopic").and_then(|()| {
            let mut inner = self.inner.lock().unwrap();
            inner.topics.push(topic_name.clone());
            if inner.unknown.contains(&topic_name) {
                return Err(refusal(Code::NotFound, "topic.not.found"));
            }
            Ok(TopicInfo { topic_name, can_subscribe: true, schema_id: "now".to_owned() })
        });
        Box::pin(async move { answer.map(tonic::Response::new) })
    }
}

impl UnaryService<SchemaRequest> for Call {
    type Response = SchemaInfo;
    type Future = Answered<SchemaInfo>;

    fn call(&mut self, request: tonic::Request<SchemaRequest>) -> Self::Future {
        let schema_id = request.into_inner().schema_id;
        let answer = self.check("GetSchema").map(|()| {
            self.inner.lock().unwrap().schemas.push(schema_id.clone());
            SchemaInfo { schema_json: schema(&schema_id), schema_id }
        });
        Box::pin(async move { answer.map(tonic::Response::new) })
    }
}

impl StreamingService<FetchRequest> for Call {
    type Response = FetchResponse;
    type ResponseStream = BoxStream<'static, Result<FetchResponse, Status>>;
    type Future = Answered<Self::ResponseStream>;

    fn call(&mut self, request: tonic::Request<Streaming<FetchRequest>>) -> Self::Future {
        let (inner, checked) = (Arc::clone(&self.inner), self.check("Subscribe"));
        Box::pin(async move {
            checked?;
            let mut asks = request.into_inner();
            let Some(first) = asks.message().await? else { return Err(Status::invalid_argument("nothing asked")) };
            let (say, said) = mpsc::unbounded_channel();
            let behind = (first.replay_preset == 2).then_some(first.replay_id);
            let subscriber = Subscriber { topic: first.topic_name, behind, requested: first.num_requested, asks, say };
            let subscribers = inner.lock().unwrap().subscribers.clone();
            let _ = subscribers.unwrap().send(subscriber);
            let answers = unfold(said, |mut said| async { said.recv().await.map(|answer| (answer, said)) });
            Ok(tonic::Response::new(answers.boxed()))
        })
    }
}
