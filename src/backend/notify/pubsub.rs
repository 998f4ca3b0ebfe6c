//! The client of Salesforce's event bus: gRPC by hand, over the session that the other calls use.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use secrecy::ExposeSecret as _;
use tokio::sync::mpsc;
use tonic::client::Grpc;
use tonic::metadata::MetadataValue;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};
use tonic_prost::ProstCodec;
use url::Url;

use super::avro::Schema;
use super::proto::{FetchRequest, FetchResponse, ReplayPreset, SchemaInfo, SchemaRequest, TopicInfo, TopicRequest};
use super::refused::{Refused, Remedy};
use super::through::{Through, Unfit};
use crate::backend::http::is_loopback;
use crate::backend::salesforce::Pass;
use crate::backend::trust::Trust;

/// Time to connect, and for the answer of a call that is no stream.
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(30);
/// The connection is tried this often while nothing is said, and given up when nothing comes back.
const PING: Duration = Duration::from_mins(1);
const PONG: Duration = Duration::from_secs(20);

/// Where the event bus is.
#[derive(Debug, Clone)]
pub struct Bus {
    endpoint: Endpoint,
    /// The proxy on the way, if there is one.
    through: Result<Option<Through>, Unfit>,
}

/// An address that cannot be used for the event bus.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// It is none.
    #[error("the address of the event bus cannot be used")]
    Address,
    /// A certificate that was to be trusted too cannot be read.
    #[error("the certificate {0} cannot be read")]
    Certificate(PathBuf),
}

impl Bus {
    /// The bus at an address (see [`crate::backend::http::base_address`]): TLS, or in the clear on this machine alone.
    ///
    /// # Errors
    /// The address or the certificate is none.
    pub fn new(address: &Url, trusted: Option<&PathBuf>, trust: &Trust) -> Result<Self, BusError> {
        let https = address.scheme() == "https";
        if !https && !is_loopback(address) {
            return Err(BusError::Address);
        }
        let origin = address.as_str().trim_end_matches('/').to_owned();
        let mut endpoint = Endpoint::from_shared(origin)
            .map_err(|_| BusError::Address)?
            .connect_timeout(CONNECT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(PING)
            .keep_alive_timeout(PONG)
            .keep_alive_while_idle(true);
        if https {
            let mut tls = ClientTlsConfig::new().with_webpki_roots();
            if let Some(path) = trusted {
                let pem = std::fs::read(path).map_err(|_| BusError::Certificate(path.clone()))?;
                tls = tls.ca_certificate(Certificate::from_pem(pem));
            }
            if !trust.pem().is_empty() {
                tls = tls.ca_certificate(Certificate::from_pem(trust.pem()));
            }
            // A machine without a bundle of its own has no native roots, which is an error of theirs and none of ours.
            let native = endpoint.clone().tls_config(tls.clone().with_native_roots());
            endpoint = native.or_else(|_| endpoint.tls_config(tls)).map_err(|_| BusError::Address)?;
        }
        let through = if is_loopback(address) { Ok(None) } else { Through::of_environment(endpoint.uri(), CONNECT) };
        if through.is_err() {
            tracing::warn!("the event bus is reached through a proxy that is spoken to in plain HTTP, or not at all");
        }
        Ok(Self { endpoint, through })
    }

    /// Connects.
    ///
    /// # Errors
    /// It cannot be reached.
    pub async fn connect(&self) -> Result<Channel, Refused> {
        match &self.through {
            Ok(None) => self.endpoint.connect().await.map_err(|_| Refused::unreachable()),
            Ok(Some(through)) => through.connect(&self.endpoint).await,
            Err(Unfit) => Err(Refused::unreachable()),
        }
    }
}

/// From where a topic is listened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// From now on.
    Now,
    /// Behind this position.
    Behind(Vec<u8>),
}

/// Schemas that were asked for. One that has an id is never another.
#[derive(Debug, Default)]
pub struct Schemas(Mutex<HashMap<String, Arc<Schema>>>);

impl Schemas {
    fn known(&self, id: &str) -> Option<Arc<Schema>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn keep(&self, id: &str, schema: Schema) -> Arc<Schema> {
        let schema = Arc::new(schema);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), Arc::clone(&schema));
        schema
    }
}

/// A connection with what opens it.
pub struct Client<'a> {
    /// The connection.
    pub channel: Channel,
    /// What every call carries.
    pub pass: Pass,
    /// Schemas known so far.
    pub schemas: &'a Schemas,
}

impl Client<'_> {
    fn request<T>(&self, message: T) -> Result<Request<T>, Refused> {
        let mut request = Request::new(message);
        let never = |_| Refused { remedy: Remedy::Never, code: "service.auth.headers.invalid".to_owned() };
        let mut token: MetadataValue<_> = self.pass.token().expose_secret().parse().map_err(never)?;
        token.set_sensitive(true);
        let instance = self.pass.instance().as_str().trim_end_matches('/').parse().map_err(never)?;
        let tenant = self.pass.tenant().parse().map_err(never)?;
        request.metadata_mut().insert("accesstoken", token);
        request.metadata_mut().insert("instanceurl", instance);
        request.metadata_mut().insert("tenantid", tenant);
        Ok(request)
    }

    async fn ask<Q, A>(&self, method: &'static str, question: Q) -> Result<A, Refused>
    where
        Q: prost::Message + Send + Sync + 'static,
        A: prost::Message + Default + Send + Sync + 'static,
    {
        let request = self.request(question)?;
        let mut grpc = Grpc::new(self.channel.clone());
        let asking = async {
            grpc.ready().await.map_err(|_| Refused::unreachable())?;
            let path = path(method)?;
            grpc.unary(request, path, ProstCodec::<Q, A>::default()).await.map_err(|status| Refused::of(&status))
        };
        let answer = tokio::time::timeout(ANSWER, asking).await.map_err(|_| Refused::unreachable())?;
        answer.map(tonic::Response::into_inner)
    }

    /// What is known of a topic.
    pub async fn topic(&self, name: &str) -> Result<TopicInfo, Refused> {
        let info: TopicInfo = self.ask("GetTopic", TopicRequest { topic_name: name.to_owned() }).await?;
        if info.can_subscribe {
            Ok(info)
        } else {
            Err(Refused { remedy: Remedy::Never, code: "subscription.topic.cannot.subscribe".to_owned() })
        }
    }

    /// A schema, asked for once.
    pub async fn schema(&self, id: &str) -> Result<Arc<Schema>, Refused> {
        if let Some(known) = self.schemas.known(id) {
            return Ok(known);
        }
        let info: SchemaInfo = self.ask("GetSchema", SchemaRequest { schema_id: id.to_owned() }).await?;
        let unreadable = |_| Refused { remedy: Remedy::Never, code: "schema.validation.failed".to_owned() };
        Ok(self.schemas.keep(id, Schema::parse(&info.schema_json).map_err(unreadable)?))
    }

    /// Listens to a topic. The stream opens when it is first polled, and is asked for more through [`Asking::more`].
    pub fn listen(&self, topic: &str, from: Start, at_once: i32) -> Result<Listening, Refused> {
        let (preset, replay_id) = match from {
            Start::Now => (ReplayPreset::Latest, Vec::new()),
            Start::Behind(id) => (ReplayPreset::Custom, id),
        };
        let first = FetchRequest {
            topic_name: topic.to_owned(),
            replay_preset: preset.into(),
            replay_id,
            num_requested: at_once,
            auth_refresh: String::new(),
        };
        // What is asked for adds up to what may be owed, so that a few places are always enough.
        let (more, asked) = mpsc::channel(4);
        let rest = stream::unfold(asked, |mut asked| async { asked.recv().await.map(|request| (request, asked)) });
        let request = self.request(stream::iter([first]).chain(rest))?;
        let mut grpc = Grpc::new(self.channel.clone());
        let path = path("Subscribe")?;
        let opening = async move {
            grpc.ready().await.map_err(|_| Status::unavailable("not connected"))?;
            let answer = grpc.streaming(request, path, ProstCodec::<FetchRequest, FetchResponse>::default()).await;
            answer.map(tonic::Response::into_inner)
        };
        let events = stream::once(opening).try_flatten().map_err(|status| Refused::of(&status)).boxed();
        Ok(Listening { events, asking: Asking { topic: topic.to_owned(), more, at_once } })
    }
}

/// A method's path. It is a constant, so it is always one.
fn path<P: std::str::FromStr>(method: &str) -> Result<P, Refused> {
    format!("/eventbus.v1.PubSub/{method}").parse().map_err(|_| Refused::unreachable())
}

/// A topic that is listened to.
pub struct Listening {
    /// What is heard.
    pub events: BoxStream<'static, Result<FetchResponse, Refused>>,
    /// How more is asked for.
    pub asking: Asking,
}

/// Asks for more events before the server has sent all that it owes.
pub struct Asking {
    topic: String,
    more: mpsc::Sender<FetchRequest>,
    at_once: i32,
}

impl Asking {
    /// Asks for as many as may be owed at once, when few are left.
    pub fn more(&self, owed: i32) {
        let low = self.at_once / 4;
        if owed > low {
            return;
        }
        let request = FetchRequest {
            topic_name: self.topic.clone(),
            num_requested: self.at_once - owed.clamp(0, self.at_once - 1),
            ..FetchRequest::default()
        };
        // No room means that the server was asked and has not read it.
        let _ = self.more.try_send(request);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bus(address: &str) -> Result<Bus, BusError> {
        Bus::new(&Url::parse(address).unwrap(), None, &Trust::default())
    }

    #[test]
    fn the_bus_is_behind_tls_or_on_this_machine() {
        assert!(bus("https://api.pubsub.salesforce.com:7443/").is_ok());
        assert!(bus("http://127.0.0.1:8080/").is_ok());
        assert_eq!(bus("http://api.pubsub.salesforce.com:7443/").err(), Some(BusError::Address));
        let missing = PathBuf::from("/nowhere/certificate.pem");
        let address = Url::parse("https://127.0.0.1:7443/").unwrap();
        assert_eq!(Bus::new(&address, Some(&missing), &Trust::default()).err(), Some(BusError::Certificate(missing)));
    }
}
