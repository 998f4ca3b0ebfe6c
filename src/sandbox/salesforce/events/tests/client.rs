//! A client of the tests' own: its messages are written down here once more, so that the service cannot agree with
//! itself.

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value as Avro;
use axum::http::uri::PathAndQuery;
use futures_util::stream;
use jiff::Timestamp;
use prost::Message;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tonic::client::Grpc;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Request, Status, Streaming};
use tonic_prost::ProstCodec;

use crate::sandbox::Sandbox;
use crate::sandbox::tests::http;

pub(super) const LATEST: i32 = 0;
pub(super) const EARLIEST: i32 = 1;
pub(super) const CUSTOM: i32 = 2;

pub(super) const CASES: &str = "/data/CaseChangeEvent";
pub(super) const ACCOUNTS: &str = "/data/AccountChangeEvent";

#[derive(Clone, PartialEq, Message)]
pub(super) struct Name {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct TopicAnswer {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) tenant: String,
    #[prost(bool, tag = "3")]
    pub(super) publish: bool,
    #[prost(bool, tag = "4")]
    pub(super) subscribe: bool,
    #[prost(string, tag = "5")]
    pub(super) schema: String,
    #[prost(string, tag = "6")]
    pub(super) rpc: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct SchemaAnswer {
    #[prost(string, tag = "1")]
    pub(super) json: String,
    #[prost(string, tag = "2")]
    pub(super) id: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Ask {
    #[prost(string, tag = "1")]
    pub(super) topic: String,
    #[prost(int32, tag = "2")]
    pub(super) preset: i32,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) replay: Vec<u8>,
    #[prost(int32, tag = "4")]
    pub(super) count: i32,
    #[prost(string, tag = "5")]
    pub(super) token: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Produced {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(string, tag = "2")]
    pub(super) schema: String,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) payload: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Consumed {
    #[prost(message, optional, tag = "1")]
    pub(super) event: Option<Produced>,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) replay: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Fetched {
    #[prost(message, repeated, tag = "1")]
    pub(super) events: Vec<Consumed>,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) latest: Vec<u8>,
    #[prost(string, tag = "3")]
    pub(super) rpc: String,
    #[prost(int32, tag = "4")]
    pub(super) pending: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Publish {
    #[prost(string, tag = "1")]
    pub(super) topic: String,
    #[prost(message, repeated, tag = "2")]
    pub(super) events: Vec<Produced>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Failed {
    #[prost(int32, tag = "1")]
    pub(super) code: i32,
    #[prost(string, tag = "2")]
    pub(super) says: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Became {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) replay: Vec<u8>,
    #[prost(message, optional, tag = "2")]
    pub(super) error: Option<Failed>,
    #[prost(string, tag = "3")]
    pub(super) key: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Published {
    #[prost(message, repeated, tag = "1")]
    pub(super) results: Vec<Became>,
    #[prost(string, tag = "2")]
    pub(super) schema: String,
}

pub(super) fn today() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

/// A subscriber, signed in.
pub(super) struct Client {
    pub(super) grpc: Grpc<Channel>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) token: String,
    base: String,
}

impl Client {
    /// Over plain HTTP/2, beside REST.
    pub(super) async fn of(sandbox: &Sandbox) -> Self {
        let base = sandbox.salesforce.as_str().trim_end_matches('/').to_owned();
        let channel = Endpoint::from_shared(base.clone()).unwrap().connect().await.unwrap();
        Self::over(channel, base, sandbox).await
    }

    /// Over TLS, trusting what the sandbox says it has.
    pub(super) async fn secured(sandbox: &Sandbox) -> Self {
        let trust = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(&sandbox.pubsub_certificate));
        let endpoint = Endpoint::from_shared(sandbox.pubsub_tls.to_string()).unwrap().tls_config(trust).unwrap();
        let base = sandbox.salesforce.as_str().trim_end_matches('/').to_owned();
        Self::over(endpoint.connect().await.unwrap(), base, sandbox).await
    }

    async fn over(channel: Channel, base: String, sandbox: &Sandbox) -> Self {
        let app = &sandbox.credentials;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &app.salesforce_client_id),
            ("client_secret", &app.salesforce_client_secret),
        ];
        let answer = http().post(format!("{base}/services/oauth2/token")).form(&form).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        let org = answer["id"].as_str().unwrap().rsplit('/').nth(1).unwrap().to_owned();
        let headers = vec![("accesstoken", token.clone()), ("instanceurl", base.clone()), ("tenantid", org)];
        Self { grpc: Grpc::new(channel), headers, token, base }
    }

    fn dress<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        for (name, value) in &self.headers {
            request.metadata_mut().insert(*name, value.parse().unwrap());
        }
        request
    }

    pub(super) async fn call<A, B>(&mut self, method: &str, message: A) -> Result<B, Status>
    where
        A: Message + Send + Sync + 'static,
        B: Message + Default + Send + Sync + 'static,
    {
        self.grpc.ready().await.unwrap();
        let path: PathAndQuery = format!("/eventbus.v1.PubSub/{method}").parse().unwrap();
        let request = self.dress(message);
        let codec: ProstCodec<A, B> = ProstCodec::default();
        self.grpc.unary(request, path, codec).await.map(tonic::Response::into_inner)
    }

    /// Opens a stream without asking for anything.
    pub(super) async fn open(&mut self) -> Result<Subscribed, Status> {
        self.grpc.ready().await.unwrap();
        let (asks, asked) = mpsc::unbounded_channel::<Ask>();
        let asked = stream::unfold(asked, async |mut asked| asked.recv().await.map(|ask| (ask, asked)));
        let path = PathAndQuery::from_static("/eventbus.v1.PubSub/Subscribe");
        let codec: ProstCodec<Ask, Fetched> = ProstCodec::default();
        let answers = self.grpc.streaming(self.dress(asked), path, codec).await?.into_inner();
        Ok(Subscribed { asks, answers })
    }

    /// Opens a stream and asks for events.
    pub(super) async fn subscribe(&mut self, ask: Ask) -> Subscribed {
        let stream = self.open().await.unwrap();
        stream.ask(ask);
        stream
    }

    /// The same, and waits until the service knows from where.
    pub(super) async fn listen(&mut self, sandbox: &Sandbox, topic: &str, count: i32) -> Subscribed {
        let mut streaming = sandbox.streaming();
        let before = streaming.borrow().ever;
        let stream = self.subscribe(from(topic, LATEST, count)).await;
        streaming.wait_for(|streaming| streaming.ever > before).await.unwrap();
        stream
    }

    pub(super) async fn schema(&mut self, id: &str) -> String {
        let answer: SchemaAnswer = self.call("GetSchema", Name { name: id.to_owned() }).await.unwrap();
        assert_eq!(answer.id, id);
        answer.json
    }

    /// Reads an event with its own schema.
    pub(super) async fn read(&mut self, event: &Consumed) -> Read {
        let event = event.event.as_ref().unwrap();
        let schema = Schema::parse_str(&self.schema(&event.schema).await).unwrap();
        let mut bytes = event.payload.as_slice();
        let value = GenericDatumReader::builder(&schema).build().unwrap().read_value(&mut bytes).unwrap();
        assert!(bytes.is_empty(), "bytes behind the event");
        Read(json_of(value))
    }

    /// A REST call as another client of the org.
    pub(super) async fn rest(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/services/data/v68.0{path}", self.base);
        let request = http().request(method.parse().unwrap(), url).bearer_auth(&self.token);
        let request = request.header("Sforce-Call-Options", "client=another");
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
    }
}

/// An open stream.
pub(super) struct Subscribed {
    pub(super) asks: mpsc::UnboundedSender<Ask>,
    pub(super) answers: Streaming<Fetched>,
}

impl Subscribed {
    pub(super) fn ask(&self, ask: Ask) {
        // A call that was refused listens no more; how it ended is read from its answers.
        let _ = self.asks.send(ask);
    }

    pub(super) fn more(&self, count: i32) {
        self.ask(Ask { count, ..Ask::default() });
    }

    pub(super) async fn next(&mut self) -> Fetched {
        self.answers.message().await.unwrap().unwrap()
    }

    /// So many events, however they come, and none beyond.
    pub(super) async fn events(&mut self, count: usize) -> Vec<Consumed> {
        let mut events = Vec::new();
        while events.len() < count {
            events.extend(self.next().await.events);
        }
        assert_eq!(events.len(), count);
        events
    }

    /// How the stream ends.
    pub(super) async fn end(&mut self) -> Status {
        loop {
            match self.answers.message().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("ended without a word"),
                Err(status) => return status,
            }
        }
    }
}

/// Waits until nobody listens.
pub(super) async fn silence(sandbox: &Sandbox) {
    sandbox.streaming().wait_for(|streaming| streaming.now == 0).await.unwrap();
}

pub(super) fn from(topic: &str, preset: i32, count: i32) -> Ask {
    Ask { topic: topic.to_owned(), preset, count, ..Ask::default() }
}

pub(super) fn after(topic: &str, replay: &[u8], count: i32) -> Ask {
    Ask { replay: replay.to_vec(), ..from(topic, CUSTOM, count) }
}

/// What a refusal carries: its status, the vendor's code and an id that its sentence names too.
#[track_caller]
pub(super) fn refused(status: &Status, code: Code, word: &str) {
    assert_eq!(status.code(), code, "{status:?}");
    let trailer = |name: &str| status.metadata().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(trailer("error-code"), format!("sfdc.platform.eventbus.grpc.{word}"));
    let rpc = trailer("rpc-id");
    assert_eq!(rpc.len(), 36);
    assert!(status.message().ends_with(&format!("rpcId: {rpc}")), "{}", status.message());
}

pub(super) fn position(replay: &[u8]) -> u64 {
    assert_eq!((replay.len(), &replay[8..]), (10, &[0, 0][..]));
    u64::from_be_bytes(replay[..8].try_into().unwrap())
}

/// An event that was read.
#[derive(Debug)]
pub(super) struct Read(pub(super) Value);

impl Read {
    pub(super) fn header(&self, name: &str) -> &Value {
        &self.0["ChangeEventHeader"][name]
    }

    /// What happened, and to what.
    pub(super) fn what(&self) -> (&str, &str, usize) {
        let text = |name| self.header(name).as_str().unwrap();
        (text("changeType"), text("entityName"), self.header("recordIds").as_array().unwrap().len())
    }

    /// Fields other than the header that are not null.
    pub(super) fn told(&self) -> Vec<&str> {
        let fields = self.0.as_object().unwrap().iter();
        fields
            .filter(|(name, it)| *name != "ChangeEventHeader" && !it.is_null())
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

fn json_of(value: Avro) -> Value {
    match value {
        Avro::Null => Value::Null,
        Avro::Boolean(it) => json!(it),
        Avro::Int(it) => json!(it),
        Avro::Long(it) => json!(it),
        Avro::Double(it) => json!(it),
        Avro::String(it) | Avro::Enum(_, it) => json!(it),
        Avro::Union(_, it) => json_of(*it),
        Avro::Array(them) => them.into_iter().map(json_of).collect(),
        Avro::Record(fields) => Value::Object(fields.into_iter().map(|(name, it)| (name, json_of(it))).collect()),
        other => panic!("{other:?}"),
    }
}
