//! The event bus's messages and events as bytes, written down from the vendor's documents: the client had no part in them.

use std::collections::BTreeMap;

#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TopicRequest {
    #[prost(string, tag = "1")]
    pub topic_name: String,
}

#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TopicInfo {
    #[prost(string, tag = "1")]
    pub topic_name: String,
    #[prost(bool, tag = "4")]
    pub can_subscribe: bool,
    #[prost(string, tag = "5")]
    pub schema_id: String,
}

#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SchemaRequest {
    #[prost(string, tag = "1")]
    pub schema_id: String,
}

#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SchemaInfo {
    #[prost(string, tag = "1")]
    pub schema_json: String,
    #[prost(string, tag = "2")]
    pub schema_id: String,
}

#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct FetchRequest {
    #[prost(string, tag = "1")]
    pub topic_name: String,
    /// 0 from now on, 2 behind a position.
    #[prost(int32, tag = "2")]
    pub replay_preset: i32,
    #[prost(bytes = "vec", tag = "3")]
    pub replay_id: Vec<u8>,
    #[prost(int32, tag = "4")]
    pub num_requested: i32,
}

#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct FetchResponse {
    #[prost(message, repeated, tag = "1")]
    pub events: Vec<ConsumerEvent>,
    #[prost(bytes = "vec", tag = "2")]
    pub latest_replay_id: Vec<u8>,
    #[prost(string, tag = "3")]
    pub rpc_id: String,
    #[prost(int32, tag = "4")]
    pub pending_num_requested: i32,
}

#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ConsumerEvent {
    #[prost(message, optional, tag = "1")]
    pub event: Option<ProducerEvent>,
    #[prost(bytes = "vec", tag = "2")]
    pub replay_id: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ProducerEvent {
    #[prost(string, tag = "1")]
    pub id: String,
    #[prost(string, tag = "2")]
    pub schema_id: String,
    #[prost(bytes = "vec", tag = "3")]
    pub payload: Vec<u8>,
}

/// The fields of a change event in the tests, behind its header.
const FIELDS: [&str; 3] = ["Status", "Activation_Status__c", "Activation_Error_Code__c"];

/// What the organisation itself says when an order is to be fulfilled.
pub const PROVISION: &str = "OrderProvisionRequested__e";

/// The schema of an object's change events, or of the organisation's own event.
pub fn schema(entity: &str) -> String {
    if entity == PROVISION {
        return format!(
            r#"{{"type":"record","name":"{entity}","namespace":"com.sforce.eventbus","fields":[
            {{"name":"CreatedDate","type":"long"}},{{"name":"CreatedById","type":"string"}},
            {{"name":"Order_Id__c","type":["null","string"],"default":null}}]}}"#
        );
    }
    let header = r#"{"name":"ChangeEventHeader","type":{"type":"record","name":"ChangeEventHeader","fields":[
        {"name":"entityName","type":"string"},{"name":"recordIds","type":{"type":"array","items":"string"}},
        {"name":"changeType","type":{"type":"enum","name":"ChangeType","symbols":["CREATE","UPDATE","DELETE","UNDELETE",
        "GAP_CREATE","GAP_UPDATE","GAP_DELETE","GAP_UNDELETE","GAP_OVERFLOW","SNAPSHOT"]}},
        {"name":"changeOrigin","type":"string"},{"name":"transactionKey","type":"string"},
        {"name":"sequenceNumber","type":"int"},{"name":"commitTimestamp","type":"long"},
        {"name":"commitNumber","type":"long"},{"name":"commitUser","type":"string"},
        {"name":"nulledFields","type":{"type":"array","items":"string"}},
        {"name":"diffFields","type":{"type":"array","items":"string"}},
        {"name":"changedFields","type":{"type":"array","items":"string"}}]}}"#;
    let fields = FIELDS.map(|name| format!(r#"{{"name":"{name}","type":["null","string"],"default":null}}"#)).join(",");
    format!(
        r#"{{"type":"record","name":"{entity}ChangeEvent","namespace":"com.sforce.eventbus","fields":[{header},{fields}]}}"#
    )
}

fn long(value: i64) -> Vec<u8> {
    let mut rest = ((value << 1) ^ (value >> 63)) as u64;
    let mut bytes = Vec::new();
    while rest > 0x7f {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn string(text: &str) -> Vec<u8> {
    [long(text.len() as i64), text.as_bytes().to_vec()].concat()
}

fn strings(texts: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if !texts.is_empty() {
        bytes.extend(long(texts.len() as i64));
        for text in texts {
            bytes.extend(string(text));
        }
    }
    bytes.push(0);
    bytes
}

/// What happened to a record.
#[derive(Clone)]
pub struct Event {
    pub entity: &'static str,
    pub ids: Vec<String>,
    /// By its place in the enumeration: 1 an update, 5 a gap, 8 an overflow.
    pub kind: i64,
    pub origin: String,
    pub at_ms: i64,
    pub fields: BTreeMap<&'static str, String>,
}

impl Event {
    /// An update of one record.
    pub fn update(entity: &'static str, id: &str, at_ms: i64, fields: &[(&'static str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let origin = "com/salesforce/api/rest/66.0;client=worker".to_owned();
        Self { entity, ids: vec![id.to_owned()], kind: 1, origin, at_ms, fields }
    }

    /// The bytes.
    pub fn payload(&self) -> Vec<u8> {
        let bits = FIELDS.iter().enumerate().filter(|(_, name)| self.fields.contains_key(*name));
        let bits = bits.fold(0_u32, |bits, (at, _)| bits | 1 << (at + 1));
        let changed = if bits == 0 { Vec::new() } else { vec![format!("0x{bits:02X}")] };
        let mut bytes = [
            string(self.entity),
            strings(&self.ids),
            long(self.kind),
            string(&self.origin),
            string("0002343d-9d90-e395-ed20-cf416ba652ad"),
            long(1),
            long(self.at_ms),
            long(7),
            string("0055g000001AbCdAAK"),
            strings(&[]),
            strings(&[]),
            strings(&changed),
        ]
        .concat();
        for name in FIELDS {
            match self.fields.get(name) {
                Some(value) => bytes.extend([vec![2], string(value)].concat()),
                None => bytes.push(0),
            }
        }
        bytes
    }

    /// As it is told, with its position.
    pub fn told(&self, position: u8) -> ConsumerEvent {
        let event = ProducerEvent {
            id: format!("{:032x}", u128::from(position)),
            schema_id: self.entity.to_owned(),
            payload: self.payload(),
        };
        ConsumerEvent { event: Some(event), replay_id: replay(position) }
    }
}

/// The organisation's own event that names an order, as it is told with its position.
pub fn names_order(id: &str, at_ms: i64, position: u8) -> ConsumerEvent {
    let payload = [long(at_ms), string("0055g000001AbCdAAK"), vec![2], string(id)].concat();
    let id = format!("{:032x}", u128::from(position));
    let event = ProducerEvent { id, schema_id: PROVISION.to_owned(), payload };
    ConsumerEvent { event: Some(event), replay_id: replay(position) }
}

/// A position as Salesforce writes them: eight bytes and two that are nothing.
pub fn replay(position: u8) -> Vec<u8> {
    vec![0, 0, 0, 0, 0, 0, 0x5a, position, 0, 0]
}
