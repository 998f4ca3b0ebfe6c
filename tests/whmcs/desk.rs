//! What the desk is told when it looks closer at a customer: through the backend, with its memory and its pauses.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use madoguchi::backend::{Backend, Settings};
use madoguchi::domain::billing::Listing;
use madoguchi::domain::customer::{ClientId, CustomerKey};
use madoguchi::domain::ledger::Transaction;
use madoguchi::domain::service::Cycle;
use madoguchi::flow::deeper::Deeper;
use madoguchi::flow::fault::{Fault, FaultKind};
use madoguchi::flow::msg::Msg;
use madoguchi::flow::query::{CustomerPart, Query, Reply, Slot};
use madoguchi::flow::remote::Remote;
use madoguchi::runtime::connect::settings_of;
use madoguchi::sandbox::{Sandbox, faults};
use tokio::sync::mpsc;

use crate::with_sandbox;

struct Desk {
    sandbox: Sandbox,
    backend: Backend,
}

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().expect("a timestamp")
}

#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
impl Desk {
    async fn open() -> Self {
        Self::pausing(Duration::ZERO).await
    }

    async fn pausing(search_pause: Duration) -> Self {
        let (sandbox, _) = with_sandbox().await;
        let settings = Settings { search_pause, ..settings_of(&sandbox) };
        let backend = Backend::new(settings, Arc::new(now), &(Arc::new(|_| ()) as _)).unwrap();
        Self { sandbox, backend }
    }

    async fn ask(&self, query: Query) -> Vec<Reply> {
        let (sender, mut messages) = mpsc::channel(1);
        let collect = async {
            let mut replies = Vec::new();
            while let Some(message) = messages.recv().await {
                if let Msg::Reply { reply, .. } = message {
                    replies.push(reply);
                }
            }
            replies
        };
        let read = Box::pin(self.backend.read(Slot::Hello, 1, query, sender));
        futures_util::future::join(read, collect).await.1
    }

    /// The one part that a closer look is answered with.
    async fn part(&self, key: &CustomerKey, deeper: Deeper) -> CustomerPart {
        match self.ask(Query::Deeper(key.clone(), deeper)).await.remove(0) {
            Reply::Customer(part) => part,
            other => panic!("{other:?}"),
        }
    }

    async fn transactions(&self, key: &CustomerKey) -> Remote<Listing<Transaction>> {
        match self.part(key, Deeper::Transactions).await {
            CustomerPart::Transactions(remote) => remote,
            other => panic!("{other:?}"),
        }
    }

    /// Calls to WHMCS so far.
    fn calls(&self) -> u64 {
        self.sandbox.counts().get(&faults::System::Whmcs).map_or(0, |by| by.values().sum())
    }

    /// A client who paid something.
    fn payer(&self) -> CustomerKey {
        client(self.sandbox.look(|world| world.whmcs.transactions.iter().next().unwrap().client_id))
    }

    fn down(&self) {
        let fault = faults::Fault::TooMany429 { retry_after: 600 };
        self.sandbox.misbehave(faults::Order::on(faults::System::Whmcs, fault));
    }
}

fn client(id: u64) -> CustomerKey {
    CustomerKey { client: Some(ClientId(id)), ..CustomerKey::default() }
}

/// The fault of a part, whichever part it is.
fn fault(part: &CustomerPart) -> Option<&Fault> {
    match part {
        CustomerPart::Transactions(it) => it.fault.as_ref(),
        CustomerPart::Credits(it) => it.fault.as_ref(),
        CustomerPart::Emails(it) => it.fault.as_ref(),
        CustomerPart::Addons(it) => it.fault.as_ref(),
        CustomerPart::CancelRequests(it) => it.fault.as_ref(),
        CustomerPart::Products(it) => it.fault.as_ref(),
        CustomerPart::Invoice(_, it) => it.fault.as_ref(),
        CustomerPart::Ticket(_, it) => it.fault.as_ref(),
        CustomerPart::Quote { quote, .. } => quote.fault.as_ref(),
        other => panic!("{other:?}"),
    }
}

const OF_A_CLIENT: [Deeper; 5] =
    [Deeper::Transactions, Deeper::Credits, Deeper::Emails, Deeper::Addons, Deeper::CancelRequests];

#[tokio::test]
async fn an_account_without_a_client_is_a_fault_and_costs_no_call() {
    let desk = Desk::open().await;
    let nobody = CustomerKey::default();
    let quote = Deeper::Quote { service: 1, product: 2, cycle: Cycle::Monthly };
    for deeper in OF_A_CLIENT.into_iter().chain([quote]) {
        let part = desk.part(&nobody, deeper).await;
        assert_eq!(fault(&part).unwrap().kind, FaultKind::NotFound, "{part:?}");
    }
    assert_eq!(desk.calls(), 0);
}

#[tokio::test]
async fn a_client_that_is_not_there_has_nothing_known_rather_than_nothing() {
    let desk = Desk::open().await;
    let missing = client(999_999);
    for deeper in OF_A_CLIENT {
        let part = desk.part(&missing, deeper).await;
        assert_eq!(fault(&part).unwrap().kind, FaultKind::NotFound, "{part:?}");
    }
    let real = client(desk.sandbox.look(|world| {
        let db = &world.whmcs;
        db.clients.iter().map(|it| it.id).find(|id| db.credits.of(*id).next().is_none()).unwrap()
    }));
    match desk.part(&real, Deeper::Credits).await {
        CustomerPart::Credits(Remote { known: Some(known), fault: None, .. }) => assert_eq!(known.value.total, 0),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_was_read_once_stays_with_its_age_when_whmcs_is_down() {
    let desk = Desk::open().await;
    let key = desk.payer();
    let before = desk.transactions(&key).await;
    assert!(before.fault.is_none() && before.value().is_some_and(|listing| !listing.rows.is_empty()));
    let invoices: Vec<u64> = desk.sandbox.look(|world| world.whmcs.invoices.iter().map(|it| it.id).take(2).collect());
    let mut details = Vec::new();
    for id in &invoices {
        details.push(desk.part(&key, Deeper::Invoice(*id)).await);
    }
    desk.down();
    let after = desk.transactions(&key).await;
    assert_eq!(after.fault.unwrap().kind, FaultKind::TooMany);
    assert_eq!(after.known, before.known);
    for (id, before) in invoices.iter().zip(&details) {
        match (desk.part(&key, Deeper::Invoice(*id)).await, before) {
            (CustomerPart::Invoice(_, after), CustomerPart::Invoice(_, before)) => {
                assert!(after.fault.is_some() && after.value().is_some());
                assert_eq!(after.value(), before.value(), "one invoice's lines are not another's");
            }
            other => panic!("{other:?}"),
        }
    }
    let unread = desk.part(&key, Deeper::Credits).await;
    assert!(matches!(&unread, CustomerPart::Credits(it) if it.known.is_none()), "{unread:?}");
}

#[tokio::test]
async fn cancellations_use_the_services_that_the_opening_read() {
    let desk = Desk::open().await;
    let (id, services) = desk.sandbox.look(|world| {
        let request = world.whmcs.cancel_requests.iter().next().unwrap();
        (request.client_id, world.whmcs.cancel_requests.of(request.client_id).count())
    });
    for _ in 0..2 {
        match desk.part(&client(id), Deeper::CancelRequests).await {
            CustomerPart::CancelRequests(remote) => assert_eq!(remote.value().unwrap().rows.len(), services),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(desk.calls(), 4, "nobody opened the customer, so its services are read too");
    desk.ask(Query::Customer(client(id))).await;
    let before = desk.calls();
    desk.part(&client(id), Deeper::CancelRequests).await;
    assert_eq!(desk.calls() - before, 1);
}

#[tokio::test]
async fn running_over_a_list_costs_no_call() {
    let desk = Desk::pausing(Duration::from_hours(1)).await;
    let key = desk.payer();
    for deeper in [Deeper::Invoice(1), Deeper::Ticket(1), Deeper::Quote { service: 1, product: 2, cycle: Cycle::Free }]
    {
        let read = desk.ask(Query::Deeper(key.clone(), deeper));
        let cursor_moves_on = tokio::task::yield_now();
        futures_util::future::select(Box::pin(read), Box::pin(cursor_moves_on)).await;
    }
    assert_eq!(desk.calls(), 0);
    desk.transactions(&key).await;
    assert!(desk.calls() > 0, "a page that was turned to waits for nothing");
}

#[tokio::test]
async fn the_greeting_tells_the_version() {
    let desk = Desk::open().await;
    assert!(desk.ask(Query::Hello).await.contains(&Reply::WhmcsMajor(9)));
    desk.down();
    assert!(!desk.ask(Query::Hello).await.iter().any(|reply| matches!(reply, Reply::WhmcsMajor(_))));
}
