//! How the Pub/Sub API says no: a gRPC status, and in its trailers the vendor's own code and the call's id.

use tonic::metadata::{AsciiMetadataValue, MetadataMap};
use tonic::{Code, Status};

/// What every code begins with.
pub(super) const PREFIX: &str = "sfdc.platform.eventbus.grpc.";

/// The refusals that happen here. Others can be ordered by their code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The session is over, or is another org's.
    Auth,
    /// A header is missing.
    AuthHeaders,
    /// The session given in the middle of a stream is no good.
    AuthRefresh,
    /// The server goes away.
    Unavailable,
    /// Too many streams.
    Clients,
    /// There is no such topic.
    TopicNotFound,
    /// No topic was named.
    TopicEmpty,
    /// The topic is not for whoever calls to publish on.
    TopicPermission,
    /// There is no such schema, or not for this topic.
    Schema,
    /// The replay id is none, or too old.
    ReplayCorrupted,
    /// A replay id was promised and not given.
    ReplayMissing,
    /// Nothing, or less, was asked for.
    Requested,
    /// Another topic in the middle of a stream.
    TopicMismatch,
    /// The day's deliveries are used up.
    Allocation,
    /// No event, or too many at once.
    EventCount,
}

impl Refusal {
    /// The status, the code behind [`PREFIX`], and the sentence.
    fn words(self) -> (Code, &'static str, &'static str) {
        match self {
            Self::Auth => (
                Code::Unauthenticated,
                "service.auth.error",
                "An authentication exception occurred. Provide valid authentication headers and try again.",
            ),
            Self::AuthHeaders => (
                Code::Unauthenticated,
                "service.auth.headers.invalid",
                "The authentication headers accesstoken, instanceurl and tenantid are required.",
            ),
            Self::AuthRefresh => (
                Code::Unauthenticated,
                "service.auth.refresh.invalid",
                "The auth_refresh value isn't valid. Provide a valid access token and try again.",
            ),
            Self::Unavailable => {
                (Code::Unavailable, "service.unavailable", "The service is temporarily unavailable. Try again later.")
            }
            Self::Clients => (
                Code::ResourceExhausted,
                "concurrent.client.limit.exceeded",
                "You have exceeded the maximum number of concurrent streams.",
            ),
            Self::TopicNotFound => {
                (Code::NotFound, "topic.not.found", "The topic wasn't found. Verify the topic name and try again.")
            }
            Self::TopicEmpty => (Code::InvalidArgument, "topic.validation.empty", "The topic name can't be empty."),
            Self::TopicPermission => (
                Code::PermissionDenied,
                "topic.meta.permission",
                "You don't have permission to publish to the topic, or it can't be published to.",
            ),
            Self::Schema => (
                Code::InvalidArgument,
                "schema.validation.failed",
                "The schema ID validation failed. Ensure that the schema ID is valid.",
            ),
            Self::ReplayCorrupted => (
                Code::InvalidArgument,
                "subscription.fetch.replayid.corrupted",
                "The Replay ID validation failed. Ensure that the Replay ID is valid.",
            ),
            Self::ReplayMissing => (
                Code::InvalidArgument,
                "subscription.fetch.replayid.validation.failed",
                "The Replay ID validation failed. A Replay ID is required with the CUSTOM replay preset.",
            ),
            Self::Requested => (
                Code::InvalidArgument,
                "subscription.fetch.requested.events.invalid",
                "The number of requested events must be greater than 0.",
            ),
            Self::TopicMismatch => (
                Code::InvalidArgument,
                "subscription.fetch.topic.mismatch",
                "The topic can't change in the course of a subscription.",
            ),
            Self::Allocation => (
                Code::ResourceExhausted,
                "subscription.limit.exceeded",
                "You have exceeded the event delivery limit for your org within 24 hours.",
            ),
            Self::EventCount => (
                Code::InvalidArgument,
                "publish.event.count.invalid",
                "The number of events in a publish request must be from 1 to 200.",
            ),
        }
    }

    /// As a status with its trailers.
    pub(super) fn status(self, rpc_id: &str) -> Status {
        let (code, word, message) = self.words();
        status(code, &format!("{PREFIX}{word}"), message, rpc_id)
    }
}

/// Any code, as a fault orders it: `service.unavailable`, in full or without what all begin with.
pub(super) fn ordered(code: &str, message: &str, rpc_id: &str) -> Status {
    let word = code.strip_prefix(PREFIX).unwrap_or(code);
    let kind = match word {
        _ if word.starts_with("service.auth.") => Code::Unauthenticated,
        _ if word.starts_with("service.protection.") || word.contains("limit") => Code::ResourceExhausted,
        _ if word.ends_with("permission") || word.starts_with("service.tenant") => Code::PermissionDenied,
        _ if word.ends_with("unavailable") => Code::Unavailable,
        "topic.not.found" => Code::NotFound,
        "subscription.internal.error" => Code::Internal,
        "publish.stream.sweeper.timeout" => Code::DeadlineExceeded,
        _ if word.starts_with("topic.") || word.starts_with("schema.") => Code::InvalidArgument,
        _ if word.starts_with("subscription.") || word.starts_with("publish.") => Code::InvalidArgument,
        _ => Code::Unknown,
    };
    status(kind, &format!("{PREFIX}{word}"), message, rpc_id)
}

fn status(code: Code, word: &str, message: &str, rpc_id: &str) -> Status {
    let mut trailers = MetadataMap::new();
    for (name, text) in [("error-code", word), ("rpc-id", rpc_id)] {
        if let Ok(value) = AsciiMetadataValue::try_from(text) {
            trailers.insert(name, value);
        }
    }
    Status::with_metadata(code, format!("{message} rpcId: {rpc_id}"), trailers)
}
