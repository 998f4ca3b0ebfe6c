//! What the backend logs about a journey: its calls, and never what was said in them.
//!
//! Alone in its file because it listens to the whole process.

use std::io;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use madoguchi::backend::Backend;
use madoguchi::flow::Msg;
use madoguchi::flow::query::{Query, Reply, SearchReply, Slot};
use madoguchi::runtime::connect::settings_of;
use madoguchi::sandbox::{self, SandboxOptions, faults};
use tokio::sync::mpsc;

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn ask(backend: &Backend, query: Query) -> Vec<Reply> {
    let (sender, mut messages) = mpsc::channel(1024);
    Box::pin(backend.read(Slot::Search, 1, query, sender)).await;
    let mut replies = Vec::new();
    while let Some(message) = messages.recv().await {
        if let Msg::Reply { reply, .. } = message {
            replies.push(reply);
        }
    }
    replies
}

#[tokio::test]
async fn the_log_tells_calls_and_never_what_was_said() {
    let log = Log::default();
    let into = log.clone();
    let everything = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    everything.with_writer(move || into.clone()).init();

    let now: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
    let options = SandboxOptions::new(0, 7, now);
    let sandbox = sandbox::start(options).await.unwrap();
    let backend = Backend::new(settings_of(&sandbox), Arc::new(move || now), &(Arc::new(|_| {}) as _)).unwrap();
    for typed in ["高瀬", "090-0200-0002", "marco.bellini@example.jp", "C-000001"] {
        for reply in ask(&backend, Query::Search(typed.to_owned())).await {
            if let Reply::Search(SearchReply::Hits(_, hits)) = reply {
                for hit in hits {
                    ask(&backend, Query::Customer(hit.key)).await;
                }
            }
        }
    }
    sandbox.misbehave(faults::Order::everywhere(faults::Fault::Html500).times(3));
    ask(&backend, Query::Search("Emma Lindqvist".to_owned())).await;

    let written = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(written.contains("GetClientsDetails") && written.contains("took_ms"), "calls are logged");
    let own = &sandbox.credentials;
    for secret in [
        &own.salesforce_client_secret,
        &own.whmcs_secret,
        &own.freebit_oem_key,
        "Bearer 00D",
        "高瀬",
        "%E9%AB%98",
        "0200-0002",
        "09002000002",
        "bellini",
        "Lindqvist",
        "リンドクヴィスト",
        "C-000001",
        "SELECT",
    ] {
        assert!(!written.contains(secret), "{secret} is in the log");
    }
}
