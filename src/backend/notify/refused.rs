//! What is done when Salesforce's event bus refuses or ends a call: told by the code in the answer's trailer, and by gRPC's
//! own status where there is none.

use tonic::{Code, Status};

use crate::flow::said::{self, Message};

/// The trailer that says why.
const TRAILER: &str = "error-code";
/// What every code begins with.
const PREFIX: &str = "sfdc.platform.eventbus.grpc.";

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Sign in anew and open the stream again.
    SignIn,
    /// Open the stream again after a pause.
    Again,
    /// Open it again after a long pause: too much was asked of it.
    Slower,
    /// The position is none any more: listen from now on, and read what may have been missed.
    StartOver,
    /// The day's deliveries are used up. Asking again uses up nothing and brings nothing.
    UsedUp,
    /// Asking again brings the same answer, until somebody sets it right.
    Never,
}

/// A call that was refused, or a stream that ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct Refused {
    /// What is to be done.
    pub remedy: Remedy,
    /// The code, without what all of them begin with; gRPC's own where there was none.
    pub code: String,
}

impl Refused {
    /// Reads a status. Its words are not kept: they may repeat what was sent.
    pub fn of(status: &Status) -> Self {
        let trailer = status.metadata().get(TRAILER).and_then(|code| code.to_str().ok()).unwrap_or_default();
        let code = trailer.strip_prefix(PREFIX).unwrap_or(trailer);
        let known = by_code(code);
        let remedy = known.unwrap_or_else(|| by_status(status.code()));
        let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let code: String = code.chars().filter(plain).take(80).collect();
        let code = if code.is_empty() { grpc_name(status.code()).to_owned() } else { code };
        Self { remedy, code }
    }

    /// The connection could not be made, or went away.
    pub fn unreachable() -> Self {
        Self { remedy: Remedy::Again, code: "unreachable".to_owned() }
    }

    /// Nothing was heard for longer than a living stream is silent.
    pub fn silent() -> Self {
        Self { remedy: Remedy::Again, code: "silent".to_owned() }
    }

    /// The stream ended without a reason.
    pub fn ended() -> Self {
        Self { remedy: Remedy::Again, code: "ended".to_owned() }
    }

    /// For people.
    pub fn message(&self) -> Message {
        match (self.remedy, self.code.as_str()) {
            (_, "unreachable") => Message::ours(said::BUS_UNREACHABLE),
            (_, "silent") => Message::ours(said::BUS_SILENT),
            (_, "ended") => Message::ours(said::BUS_ENDED),
            (Remedy::UsedUp, _) => Message::ours(said::EVENTS_USED_UP),
            (_, code) => Message::ours(said::BUS_REFUSED).with("code", code),
        }
    }
}

/// What a code asks for; `None` for one that is not known.
fn by_code(code: &str) -> Option<Remedy> {
    Some(match code {
        "service.auth.error" | "service.auth.refresh.invalid" => Remedy::SignIn,
        "service.unavailable"
        | "topic.api.unavailable"
        | "schema.api.unavailable"
        | "subscription.internal.error"
        | "subscription.fetch.overflow"
        | "subscription.fetch.replay.repeated" => Remedy::Again,
        "service.protection.triggered"
        | "service.protection.stream.limit.triggered"
        | "concurrent.client.limit.exceeded" => Remedy::Slower,
        "subscription.fetch.replayid.corrupted" | "subscription.fetch.replayid.validation.failed" => Remedy::StartOver,
        "subscription.limit.exceeded" => Remedy::UsedUp,
        "service.auth.headers.invalid"
        | "service.tenant.license"
        | "topic.not.found"
        | "topic.meta.permission"
        | "topic.validation.empty"
        | "schema.meta.permission"
        | "schema.validation.failed"
        | "subscription.fetch.requested.events.invalid"
        | "subscription.fetch.topic.mismatch"
        | "subscription.topic.cannot.subscribe" => Remedy::Never,
        _ => return None,
    })
}

fn by_status(code: Code) -> Remedy {
    match code {
        Code::Unauthenticated => Remedy::SignIn,
        Code::ResourceExhausted => Remedy::Slower,
        Code::PermissionDenied | Code::NotFound | Code::InvalidArgument | Code::Unimplemented => Remedy::Never,
        _ => Remedy::Again,
    }
}

fn grpc_name(code: Code) -> &'static str {
    match code {
        Code::Unauthenticated => "unauthenticated",
        Code::PermissionDenied => "permission denied",
        Code::NotFound => "not found",
        Code::InvalidArgument => "invalid argument",
        Code::Unimplemented => "not there",
        Code::ResourceExhausted => "too much",
        Code::DeadlineExceeded => "too late",
        _ => "unreachable",
    }
}

#[cfg(test)]
mod tests {
    use tonic::metadata::MetadataMap;

    use super::*;

    fn refused(status: Code, code: &str) -> Refused {
        let mut trailers = MetadataMap::new();
        if !code.is_empty() {
            trailers.insert(TRAILER, code.parse().unwrap());
        }
        Refused::of(&Status::with_metadata(status, "Aiko Mori was asked for. rpcId: 1234", trailers))
    }

    #[test]
    fn every_code_has_its_remedy() {
        for (code, remedy) in [
            ("service.auth.error", Remedy::SignIn),
            ("service.auth.refresh.invalid", Remedy::SignIn),
            ("service.auth.headers.invalid", Remedy::Never),
            ("service.unavailable", Remedy::Again),
            ("service.protection.triggered", Remedy::Slower),
            ("service.protection.stream.limit.triggered", Remedy::Slower),
            ("service.tenant.license", Remedy::Never),
            ("concurrent.client.limit.exceeded", Remedy::Slower),
            ("topic.not.found", Remedy::Never),
            ("topic.meta.permission", Remedy::Never),
            ("topic.api.unavailable", Remedy::Again),
            ("topic.validation.empty", Remedy::Never),
            ("schema.meta.permission", Remedy::Never),
            ("schema.api.unavailable", Remedy::Again),
            ("schema.validation.failed", Remedy::Never),
            ("subscription.fetch.replayid.corrupted", Remedy::StartOver),
            ("subscription.fetch.replayid.validation.failed", Remedy::StartOver),
            ("subscription.fetch.requested.events.invalid", Remedy::Never),
            ("subscription.fetch.topic.mismatch", Remedy::Never),
            ("subscription.fetch.overflow", Remedy::Again),
            ("subscription.fetch.replay.repeated", Remedy::Again),
            ("subscription.limit.exceeded", Remedy::UsedUp),
            ("subscription.topic.cannot.subscribe", Remedy::Never),
            ("subscription.internal.error", Remedy::Again),
        ] {
            // The code decides, whatever gRPC's own status says.
            let refused = refused(Code::InvalidArgument, &format!("{PREFIX}{code}"));
            assert_eq!((refused.remedy, refused.code.as_str()), (remedy, code));
        }
    }

    #[test]
    fn without_a_code_that_is_known_the_status_decides() {
        for (status, remedy) in [
            (Code::Unauthenticated, Remedy::SignIn),
            (Code::PermissionDenied, Remedy::Never),
            (Code::Unavailable, Remedy::Again),
            (Code::Unknown, Remedy::Again),
            (Code::ResourceExhausted, Remedy::Slower),
        ] {
            assert_eq!(refused(status, "").remedy, remedy);
            assert_eq!(refused(status, "sfdc.platform.eventbus.grpc.something.new").remedy, remedy);
        }
    }

    #[test]
    fn the_servers_words_are_not_repeated() {
        let said = refused(Code::NotFound, "sfdc.platform.eventbus.grpc.topic.not.found").to_string();
        assert_eq!(said, "Salesforce's event bus refused (topic.not.found)");
        assert!(!refused(Code::Unknown, "").to_string().contains("Aiko"));
    }
}
