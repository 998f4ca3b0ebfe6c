//! The gRPC service `eventbus.v1.PubSub`, answered by hand: five methods are too few for generated code.

use std::pin::Pin;
use std::sync::{Arc, PoisonError};

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value as Avro;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request as HttpRequest, State};
use axum::response::Response as HttpResponse;
use futures_util::Stream;
use tonic::metadata::MetadataMap;
use tonic::server::{Grpc, StreamingService, UnaryService};
use tonic::{Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;
use uuid::Uuid;

use super::layout;
use super::platform::{PlatformEvent, Words};
use super::refusal::{Refusal, ordered};
use super::subscribe;
use super::topic::Topic;
use super::wire::{
    FetchRequest, FetchResponse, NOT_PUBLISHED, ProducerEvent, PublishError, PublishRequest, PublishResponse,
    PublishResult, SchemaInfo, SchemaRequest, TopicInfo, TopicRequest, replay_id,
};
use crate::sandbox::faults::{Call, Fault, Moment, System};
use crate::sandbox::gate::{self, Gate, Switchboard};
use crate::sandbox::salesforce::id::Id;
use crate::sandbox::salesforce::setup;
use crate::sandbox::{World, worker};

/// Events that may be published at once.
const PUBLISHED_AT_ONCE: usize = 200;

/// What all calls of the service share.
#[derive(Debug)]
pub(in crate::sandbox) struct Hub {
    gate: Gate,
}

impl Hub {
    pub(super) fn board(&self) -> &Switchboard {
        &self.gate.switchboard
    }

    fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.board().world.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The service's paths. They do not pass the gate that collects whole bodies, but suffer the same faults.
pub(in crate::sandbox) fn router(gate: Gate) -> Router {
    let hub = Arc::new(Hub { gate });
    Router::new().route("/eventbus.v1.PubSub/{method}", axum::routing::any(answer)).with_state(hub)
}

async fn answer(State(hub): State<Arc<Hub>>, Path(method): Path<String>, request: HttpRequest) -> HttpResponse {
    let board = hub.board();
    if !board.world_is_there().await {
        return Status::unavailable("the sandbox's world could not be made").into_http::<Body>();
    }
    worker::catch_up_shared(&board.world);
    let label = format!("PubSub/{method}");
    board.count(System::Salesforce, &label);
    let target = request.uri().path().to_owned();
    let reads = method != "Publish";
    let call = Call { system: System::Salesforce, label: &label, target: &target, reads, moment: Moment::Call };
    let sentence = board.faults().judge(&call);
    if !sentence.wait.is_zero() {
        tokio::time::sleep(sentence.wait).await;
    }
    let rpc_id = rpc_id();
    match &sentence.fault {
        Some(Fault::VendorError { code, message }) => {
            return ordered(code, message.as_deref().unwrap_or(code), &rpc_id).into_http::<Body>();
        }
        Some(Fault::ExpiredSession) => gate::expire(&hub.gate),
        Some(Fault::HangBefore | Fault::HangAfter) => return board.hang().await,
        fault => {
            if let Some(answer) = gate::instead(&hub.gate, fault.as_ref()) {
                return answer;
            }
        }
    }
    let answer = dispatch(Arc::clone(&hub), rpc_id, &method, request).await;
    if !reads {
        board.touch();
    }
    answer.map(Body::new)
}

async fn dispatch(
    hub: Arc<Hub>,
    rpc_id: String,
    method: &str,
    request: HttpRequest,
) -> axum::http::Response<tonic::body::Body> {
    let call = Rpc { hub, rpc_id };
    match method {
        "GetTopic" => Grpc::new(ProstCodec::default()).unary(Unary(call, topic), request).await,
        "GetSchema" => Grpc::new(ProstCodec::default()).unary(Unary(call, schema), request).await,
        "Publish" => Grpc::new(ProstCodec::default()).unary(Unary(call, publish), request).await,
        "Subscribe" => {
            let mut grpc: Grpc<ProstCodec<FetchResponse, FetchRequest>> = Grpc::new(ProstCodec::default());
            grpc.streaming(Subscribe(call), request).await
        }
        _ => Status::unimplemented(format!("{method} is not offered here")).into_http(),
    }
}

/// A call about to be answered.
struct Rpc {
    hub: Arc<Hub>,
    rpc_id: String,
}

impl Rpc {
    /// Lets in whoever brings a session of this org.
    fn authorise(&self, metadata: &MetadataMap) -> Result<(), Status> {
        let header = |name: &str| metadata.get(name).and_then(|value| value.to_str().ok()).filter(|it| !it.is_empty());
        let given = header("accesstoken").zip(header("instanceurl")).zip(header("tenantid"));
        let ((token, instance), tenant) = given.ok_or_else(|| self.refuse(Refusal::AuthHeaders))?;
        let here = url::Url::parse(instance).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        let ours = Id::parse(tenant) == Some(setup::org_id());
        let open = self.hub.read(|world| world.salesforce.sessions.is_open(token, world.clock.now()));
        if here && ours && open { Ok(()) } else { Err(self.refuse(Refusal::Auth)) }
    }

    fn refuse(&self, refusal: Refusal) -> Status {
        refusal.status(&self.rpc_id)
    }
}

/// A method with one request and one answer.
struct Unary<A, B>(Rpc, fn(&Rpc, A) -> Result<B, Refusal>);

impl<A: Send + 'static, B: Send + 'static> UnaryService<A> for Unary<A, B> {
    type Response = B;
    type Future = std::future::Ready<Result<Response<B>, Status>>;

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let Self(call, method) = self;
        let answer = call.authorise(request.metadata()).and_then(|()| {
            method(call, request.into_inner()).map(Response::new).map_err(|refusal| call.refuse(refusal))
        });
        std::future::ready(answer)
    }
}

struct Subscribe(Rpc);

impl StreamingService<FetchRequest> for Subscribe {
    type Response = FetchResponse;
    type ResponseStream = Pin<Box<dyn Stream<Item = Result<FetchResponse, Status>> + Send>>;
    type Future = std::future::Ready<Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: Request<Streaming<FetchRequest>>) -> Self::Future {
        let Self(call) = self;
        let answer = call.authorise(request.metadata()).map(|()| {
            let stream = subscribe::open(Arc::clone(&call.hub), call.rpc_id.clone(), request.into_inner());
            Response::new(Box::pin(stream) as Self::ResponseStream)
        });
        std::future::ready(answer)
    }
}

fn topic(call: &Rpc, request: TopicRequest) -> Result<TopicInfo, Refusal> {
    let topic = named(&request.topic_name)?;
    Ok(TopicInfo {
        topic_name: request.topic_name,
        tenant_guid: format!("core/sandbox/{}", setup::org_id()),
        can_publish: matches!(topic, Topic::Said(_)),
        can_subscribe: true,
        schema_id: topic.schema_id().to_owned(),
        rpc_id: call.rpc_id.clone(),
    })
}

fn schema(call: &Rpc, request: SchemaRequest) -> Result<SchemaInfo, Refusal> {
    let schema = layout::schema_by_id(&request.schema_id).ok_or(Refusal::Schema)?;
    Ok(SchemaInfo { schema_json: schema.json.clone(), schema_id: request.schema_id, rpc_id: call.rpc_id.clone() })
}

fn publish(call: &Rpc, request: PublishRequest) -> Result<PublishResponse, Refusal> {
    let Topic::Said(event) = named(&request.topic_name)? else { return Err(Refusal::TopicPermission) };
    if request.events.is_empty() || request.events.len() > PUBLISHED_AT_ONCE {
        return Err(Refusal::EventCount);
    }
    if request.events.iter().any(|given| given.schema_id != event.schema.id) {
        return Err(Refusal::Schema);
    }
    let mut world = call.hub.board().world.write().unwrap_or_else(PoisonError::into_inner);
    let now = world.clock.now();
    world.salesforce.set_now(now);
    let results = request.events.into_iter().map(|given| {
        let ProducerEvent { id, payload, .. } = given;
        match read(event, &payload) {
            Ok(words) => {
                let (id, position) = world.salesforce.publish(words, Uuid::parse_str(&id).ok());
                let correlation_key = id.to_string();
                PublishResult { replay_id: replay_id(position), error: None, correlation_key }
            }
            Err(says) => PublishResult {
                replay_id: Vec::new(),
                error: Some(PublishError { code: NOT_PUBLISHED, msg: says }),
                correlation_key: id,
            },
        }
    });
    let results = results.collect();
    Ok(PublishResponse { results, schema_id: event.schema.id.clone(), rpc_id: call.rpc_id.clone() })
}

fn named(topic: &str) -> Result<Topic, Refusal> {
    if topic.is_empty() {
        return Err(Refusal::TopicEmpty);
    }
    Topic::parse(topic).ok_or(Refusal::TopicNotFound)
}

/// Reads a published event with its schema.
fn read(event: &'static PlatformEvent, mut payload: &[u8]) -> Result<Words, String> {
    let schema = apache_avro::Schema::parse_str(&event.schema.json).map_err(|error| error.to_string())?;
    let reader = GenericDatumReader::builder(&schema).build().map_err(|error| error.to_string())?;
    let value = reader.read_value(&mut payload).map_err(|error| error.to_string())?;
    let Avro::Record(fields) = value else { return Err("not a record".to_owned()) };
    if !payload.is_empty() {
        return Err(format!("{} bytes too many", payload.len()));
    }
    let text = |value: &Avro| match value {
        Avro::Union(_, inner) => match inner.as_ref() {
            Avro::String(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    let values = event.fields.iter().map(|name| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.and_then(|(_, value)| text(value))
    });
    Ok((event, values.collect()))
}

/// A call's id, by which the vendor's support finds it.
fn rpc_id() -> String {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).expect("the machine has a source of randomness");
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}
