//! The messages of Salesforce's event bus, `eventbus.v1`, by their field numbers. Only what the desk says and hears.

/// Asks what is known of a topic.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TopicRequest {
    /// `/data/AccountChangeEvent`.
    #[prost(string, tag = "1")]
    pub topic_name: String,
}

/// What is known of a topic.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TopicInfo {
    /// Its name.
    #[prost(string, tag = "1")]
    pub topic_name: String,
    /// Whose it is.
    #[prost(string, tag = "2")]
    pub tenant_guid: String,
    /// It may be published to.
    #[prost(bool, tag = "3")]
    pub can_publish: bool,
    /// It may be listened to.
    #[prost(bool, tag = "4")]
    pub can_subscribe: bool,
    /// The schema of its events now.
    #[prost(string, tag = "5")]
    pub schema_id: String,
    /// What this call is called in Salesforce's logs.
    #[prost(string, tag = "6")]
    pub rpc_id: String,
}

/// Asks for a schema.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SchemaRequest {
    /// Which.
    #[prost(string, tag = "1")]
    pub schema_id: String,
}

/// A schema.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SchemaInfo {
    /// As JSON.
    #[prost(string, tag = "1")]
    pub schema_json: String,
    /// Which.
    #[prost(string, tag = "2")]
    pub schema_id: String,
    /// What this call is called in Salesforce's logs.
    #[prost(string, tag = "3")]
    pub rpc_id: String,
}

/// From where events are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum ReplayPreset {
    /// From now on.
    Latest = 0,
    /// From the oldest that is kept.
    Earliest = 1,
    /// From a position.
    Custom = 2,
}

/// Asks for more events. The first one says of which topic, and from where.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct FetchRequest {
    /// Which topic.
    #[prost(string, tag = "1")]
    pub topic_name: String,
    /// From where.
    #[prost(enumeration = "ReplayPreset", tag = "2")]
    pub replay_preset: i32,
    /// The position, for a custom one.
    #[prost(bytes = "vec", tag = "3")]
    pub replay_id: Vec<u8>,
    /// How many more.
    #[prost(int32, tag = "4")]
    pub num_requested: i32,
    /// Reserved.
    #[prost(string, tag = "5")]
    pub auth_refresh: String,
}

/// Events, or none to show that the stream lives.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct FetchResponse {
    /// The events.
    #[prost(message, repeated, tag = "1")]
    pub events: Vec<ConsumerEvent>,
    /// The position behind everything told so far.
    #[prost(bytes = "vec", tag = "2")]
    pub latest_replay_id: Vec<u8>,
    /// What this call is called in Salesforce's logs.
    #[prost(string, tag = "3")]
    pub rpc_id: String,
    /// How many are still owed.
    #[prost(int32, tag = "4")]
    pub pending_num_requested: i32,
}

/// An event with its position.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ConsumerEvent {
    /// The event.
    #[prost(message, optional, tag = "1")]
    pub event: Option<ProducerEvent>,
    /// The position behind it.
    #[prost(bytes = "vec", tag = "2")]
    pub replay_id: Vec<u8>,
}

/// An event.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ProducerEvent {
    /// What tells it from others.
    #[prost(string, tag = "1")]
    pub id: String,
    /// The schema it was written with.
    #[prost(string, tag = "2")]
    pub schema_id: String,
    /// What it says.
    #[prost(bytes = "vec", tag = "3")]
    pub payload: Vec<u8>,
}
