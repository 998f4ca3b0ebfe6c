//! What the log keeps of a day's work: never a name, a number, an address or a secret.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use madoguchi::sandbox::faults::{Fault, Order};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use super::common::Desk;

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl io::Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Paper {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Everything about these customers, and everything that opens the systems, that must not be in a log.
fn secrets(desk: &Desk, customers: &[u64]) -> Vec<String> {
    let mut secrets = vec!["Emma".to_owned(), "Lindqvist".to_owned(), "リンドクヴィスト".to_owned(), "高瀬".to_owned()];
    desk.sandbox.look(|world| {
        for id in customers {
            let client = world.whmcs.clients.get(1000 + id).unwrap();
            secrets.extend([&client.email, &client.phone, &client.address1, &client.lastname].map(Clone::clone));
            let hyphened = format!("090-0100-{id:04}");
            secrets.extend([hyphened, format!("0900200{id:04}"), format!("0900100{id:04}")]);
            if let Some(line) = world.freebit.line(&format!("0900200{id:04}"), world.clock.now()) {
                secrets.push(line.product_number);
                secrets.extend(line.iccid.into_iter().chain(line.eid).chain(line.imsi));
            }
            for method in world.whmcs.pay_methods.of(1000 + id) {
                secrets.push(method.remote_token.clone());
            }
        }
    });
    let own = &desk.sandbox.credentials;
    secrets.extend([
        own.salesforce_client_secret.clone(),
        own.whmcs_secret.clone(),
        own.whmcs_identifier.clone(),
        own.freebit_oem_key.clone(),
        own.freebit_oem_id.clone(),
        own.salesforce_client_id.clone(),
        "Bearer".to_owned(),
        "access_token".to_owned(),
        "authKey".to_owned(),
    ]);
    secrets.retain(|secret| !secret.is_empty());
    secrets
}

#[tokio::test]
async fn a_days_log_holds_no_secret_and_no_personal_data() {
    let paper = Paper::default();
    // As the program logs, with our own words down to the last. For the whole process: a listener for one thread hears
    // only what no other test happened to pass by first.
    let layer = tracing_subscriber::fmt::layer().with_writer(paper.clone()).with_ansi(false);
    let filter: Targets = "warn,madoguchi=trace".parse().unwrap();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(filter).with(layer)).unwrap();

    let mut desk = Desk::open().await;
    let secrets = secrets(&desk, &[1, 2, 9]);
    for typed in ["Emma Lindqvist", "090-0100-0001", "0900200", "高瀬", "takase misaki", "emma@example.jp", "C-000009"]
    {
        desk.search(typed).await;
    }
    for secret in secrets.iter().take(20) {
        desk.search(secret).await;
    }
    desk.open_customer("Emma Lindqvist").await.press("R 2 3 4 5 u y 6 R").await;
    desk.open_customer("C-000009").await.press("5 u R").await;
    for fault in [
        Fault::Html500,
        Fault::Garbage,
        Fault::DropBefore,
        Fault::ExpiredSession,
        Fault::VendorError {
            code: "403".to_owned(),
            message: Some("no entry for Emma Lindqvist 09001000001".to_owned()),
        },
    ] {
        desk.sandbox.misbehave(Order::everywhere(fault).times(4));
        desk.press("r").await;
        desk.sandbox.behave();
        desk.search("Emma Lindqvist").await;
    }
    desk.press("enter r").await;

    let log = paper.text();
    assert!(log.lines().count() > 50, "the log was captured:\n{log}");
    assert!(log.contains("madoguchi::backend"), "the clients log their calls");
    for secret in &secrets {
        let found = log.lines().find(|line| line.contains(secret.as_str()));
        assert!(found.is_none(), "{secret} is in the log: {}", found.unwrap_or_default());
    }
    let audited = format!("{:?}", desk.audited());
    assert!(audited.contains("C-000001") && !audited.contains("Emma"), "{audited}");
}
