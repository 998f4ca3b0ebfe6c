//! The messages of `eventbus.v1`, as the vendor's `pubsub_api.proto` numbers their fields. Written down here a second
//! time, apart from the desk's own, so that a number read wrongly there cannot agree with one read wrongly here.

use prost::Message;

/// `ReplayPreset`: only what happens from now on.
pub(super) const LATEST: i32 = 0;
/// Everything that is kept.
pub(super) const EARLIEST: i32 = 1;
/// What follows a replay id.
pub(super) const CUSTOM: i32 = 2;

/// `ErrorCode.PUBLISH`: this event was not published.
pub(super) const NOT_PUBLISHED: i32 = 1;

/// Asks for a topic.
#[derive(Clone, PartialEq, Message)]
pub(super) struct TopicRequest {
    #[prost(string, tag = "1")]
    pub(super) topic_name: String,
}

/// A topic.
#[derive(Clone, PartialEq, Message)]
pub(super) struct TopicInfo {
    #[prost(string, tag = "1")]
    pub(super) topic_name: String,
    #[prost(string, tag = "2")]
    pub(super) tenant_guid: String,
    #[prost(bool, tag = "3")]
    pub(super) can_publish: bool,
    #[prost(bool, tag = "4")]
    pub(super) can_subscribe: bool,
    #[prost(string, tag = "5")]
    pub(super) schema_id: String,
    #[prost(string, tag = "6")]
    pub(super) rpc_id: String,
}

/// Asks for a schema.
#[derive(Clone, PartialEq, Message)]
pub(super) struct SchemaRequest {
    #[prost(string, tag = "1")]
    pub(super) schema_id: String,
}

/// A schema.
#[derive(Clone, PartialEq, Message)]
pub(super) struct SchemaInfo {
    #[prost(string, tag = "1")]
    pub(super) schema_json: String,
    #[prost(string, tag = "2")]
    pub(super) schema_id: String,
    #[prost(string, tag = "3")]
    pub(super) rpc_id: String,
}

/// A header of an event; the vendor reserves them.
#[derive(Clone, PartialEq, Message)]
pub(super) struct EventHeader {
    #[prost(string, tag = "1")]
    pub(super) key: String,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) value: Vec<u8>,
}

/// An event as it was published.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ProducerEvent {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(string, tag = "2")]
    pub(super) schema_id: String,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) payload: Vec<u8>,
    #[prost(message, repeated, tag = "4")]
    pub(super) headers: Vec<EventHeader>,
}

/// An event as it is delivered.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ConsumerEvent {
    #[prost(message, optional, tag = "1")]
    pub(super) event: Option<ProducerEvent>,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) replay_id: Vec<u8>,
}

/// Asks for so many events more; the first one says of what and from where.
#[derive(Clone, PartialEq, Message)]
pub(super) struct FetchRequest {
    #[prost(string, tag = "1")]
    pub(super) topic_name: String,
    #[prost(int32, tag = "2")]
    pub(super) replay_preset: i32,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) replay_id: Vec<u8>,
    #[prost(int32, tag = "4")]
    pub(super) num_requested: i32,
    #[prost(string, tag = "5")]
    pub(super) auth_refresh: String,
}

/// Events, or none to say that the stream is alive.
#[derive(Clone, PartialEq, Message)]
pub(super) struct FetchResponse {
    #[prost(message, repeated, tag = "1")]
    pub(super) events: Vec<ConsumerEvent>,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) latest_replay_id: Vec<u8>,
    #[prost(string, tag = "3")]
    pub(super) rpc_id: String,
    #[prost(int32, tag = "4")]
    pub(super) pending_num_requested: i32,
}

/// Events to publish.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PublishRequest {
    #[prost(string, tag = "1")]
    pub(super) topic_name: String,
    #[prost(message, repeated, tag = "2")]
    pub(super) events: Vec<ProducerEvent>,
    #[prost(string, tag = "3")]
    pub(super) auth_refresh: String,
}

/// Why an event was not published.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PublishError {
    #[prost(int32, tag = "1")]
    pub(super) code: i32,
    #[prost(string, tag = "2")]
    pub(super) msg: String,
}

/// What became of one event.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PublishResult {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) replay_id: Vec<u8>,
    #[prost(message, optional, tag = "2")]
    pub(super) error: Option<PublishError>,
    #[prost(string, tag = "3")]
    pub(super) correlation_key: String,
}

/// What became of all.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PublishResponse {
    #[prost(message, repeated, tag = "1")]
    pub(super) results: Vec<PublishResult>,
    #[prost(string, tag = "2")]
    pub(super) schema_id: String,
    #[prost(string, tag = "3")]
    pub(super) rpc_id: String,
}

/// A position as the vendor's clients see it: eight bytes, the high one first, and two that are 0.
pub(super) fn replay_id(position: u64) -> Vec<u8> {
    [&position.to_be_bytes()[..], &[0, 0]].concat()
}

/// The position in a replay id of ten bytes, or of the eight that some clients send back.
pub(super) fn position(replay_id: &[u8]) -> Option<u64> {
    let bytes = match replay_id {
        [bytes @ .., 0, 0] if replay_id.len() == 10 => bytes,
        bytes => bytes,
    };
    bytes.try_into().ok().map(u64::from_be_bytes)
}
