//! How long opening a customer takes when every answer of every system is 150 ms late, and how many calls it costs.
//!
//! `cargo bench --bench open_customer`. The bar: the whole dashboard within 1.2 × the longest chain of dependent calls.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has no figures")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use madoguchi::backend::Backend;
use madoguchi::domain::customer::CustomerKey;
use madoguchi::flow::Msg;
use madoguchi::flow::query::{CustomerPart, Query, Reply, SearchReply, Slot};
use madoguchi::runtime::connect::settings_of;
use madoguchi::sandbox::faults::{Fault, Order, System};
use madoguchi::sandbox::{self, Sandbox, SandboxOptions};
use tokio::sync::mpsc;

const LATE: Duration = Duration::from_millis(150);
/// An ordinary customer: internet, a SIM, invoices, a card.
const CUSTOMER: &str = "C-000001";
const RUNS: usize = 5;

#[tokio::main]
async fn main() {
    let options = SandboxOptions::new(300, 1, Timestamp::now());
    let sandbox = sandbox::start(options).await.unwrap();
    sandbox.ready().await.unwrap();
    let backend = Backend::new(settings_of(&sandbox), Arc::new(Timestamp::now), &(Arc::new(|_| {}) as _)).unwrap();
    // The desk says hello when it starts, so that nobody waits for a sign-in later.
    ask(&backend, Query::Hello).await;
    let key = find(&backend).await;
    let both = key.clone();
    let account = CustomerKey { client: None, ..key.clone() };
    let client = CustomerKey { account: None, ..key };
    sandbox.misbehave(Order::everywhere(Fault::Latency { ms: LATE.as_millis() as u64, jitter_ms: 0 }));

    println!("opening {CUSTOMER}, every answer {} ms late, best of {RUNS}", LATE.as_millis());
    println!("{:<28}{:>7}{:>10}{:>11}{:>8}  upstream calls", "from", "chain", "first", "complete", "ratio");
    for (name, key, chain) in [
        ("a hit that knows both", both, "services → line"),
        ("a WHMCS client alone", client, "services → line"),
        ("a Salesforce account alone", account, "account → services → line"),
    ] {
        measure(&sandbox, &backend, name, &key, chain).await;
    }
}

async fn measure(sandbox: &Sandbox, backend: &Backend, name: &str, key: &CustomerKey, chain: &str) {
    let hops = chain.split('→').count() as u32;
    let mut best = (Duration::MAX, Duration::MAX);
    let mut calls = BTreeMap::new();
    for _ in 0..RUNS {
        let before = counts(sandbox);
        let (first, complete) = open(backend, key.clone()).await;
        calls = counts(sandbox);
        for (system, calls) in &mut calls {
            *calls -= before.get(system).unwrap_or(&0);
        }
        best = best.min((complete, first));
        // Freebit refills its budget at one line a second.
        tokio::time::sleep(Duration::from_millis(1_050)).await;
    }
    let (complete, first) = best;
    let ratio = complete.as_secs_f64() / (LATE * hops).as_secs_f64();
    let calls: Vec<String> = calls.iter().map(|(system, calls)| format!("{system:?} {calls}")).collect();
    println!(
        "{name:<28}{hops:>7}{:>7} ms{:>8} ms{ratio:>7.2}×  {}   ({chain})",
        first.as_millis(),
        complete.as_millis(),
        calls.join(", ")
    );
}

/// Time to the first part and to the last.
async fn open(backend: &Backend, key: CustomerKey) -> (Duration, Duration) {
    let start = Instant::now();
    let (sender, mut messages) = mpsc::channel(64);
    let mut first = None;
    let collect = async {
        while let Some(message) = messages.recv().await {
            first.get_or_insert_with(|| start.elapsed());
            if let Msg::Reply { reply: Reply::Customer(CustomerPart::Line(_, line)), .. } = message {
                assert!(line.fault.is_none(), "{:?}", line.fault);
            }
        }
    };
    let read = Box::pin(backend.read(Slot::Customer, 1, Query::Customer(key), sender));
    futures_util::future::join(read, collect).await;
    (first.unwrap(), start.elapsed())
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

async fn find(backend: &Backend) -> CustomerKey {
    let replies = ask(backend, Query::Search(CUSTOMER.to_owned())).await;
    let hits = replies.into_iter().find_map(|reply| match reply {
        Reply::Search(SearchReply::Hits(_, hits)) if !hits.is_empty() => Some(hits),
        _ => None,
    });
    hits.unwrap().remove(0).key
}

fn counts(sandbox: &Sandbox) -> BTreeMap<System, u64> {
    sandbox.counts().into_iter().map(|(system, calls)| (system, calls.values().sum())).collect()
}
