//! Finding and opening customers across the three systems of the sandbox, over real HTTP.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use madoguchi::backend::Backend;
use madoguchi::domain::customer::{ClientId, CustomerKey};
use madoguchi::domain::links::LinkFinding;
use madoguchi::domain::status::Place;
use madoguchi::domain::system::System;
use madoguchi::flow::fault::FaultKind;
use madoguchi::flow::msg::{Health, HealthState, Msg};
use madoguchi::flow::query::{CustomerPart, Hit, Query, Renewal, Reply, SearchReply, Searched, Slot};
use madoguchi::runtime::connect::settings_of;
use madoguchi::sandbox::{self, Sandbox, SandboxOptions, faults};
use tokio::sync::mpsc;

/// A backend on a sandbox of the documented customers.
struct Desk {
    sandbox: Sandbox,
    backend: Backend,
    health: Arc<Mutex<Vec<Health>>>,
}

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().expect("a timestamp")
}

#[expect(clippy::unwrap_used, reason = "a test's helper fails with its test")]
impl Desk {
    async fn open() -> Self {
        let options = SandboxOptions::new(0, 7, now());
        let sandbox = sandbox::start(options).await.unwrap();
        sandbox.ready().await.unwrap();
        let health = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&health);
        let backend =
            Backend::new(settings_of(&sandbox), Arc::new(now), &(Arc::new(move |h| into.lock().unwrap().push(h)) as _));
        Self { sandbox, backend: backend.unwrap(), health }
    }

    async fn ask(&self, query: Query) -> Vec<Reply> {
        // Small on purpose: the backend waits for a slow reader.
        let (sender, mut messages) = mpsc::channel(1);
        let mut replies = Vec::new();
        let read = self.backend.read(Slot::Search, 1, query, sender);
        let collect = async {
            while let Some(message) = messages.recv().await {
                if let Msg::Reply { reply, .. } = message {
                    replies.push(reply);
                }
            }
        };
        futures_util::future::join(Box::pin(read), collect).await;
        replies
    }

    async fn search(&self, typed: &str) -> Vec<SearchReply> {
        let replies = self.ask(Query::Search(typed.to_owned())).await;
        replies
            .into_iter()
            .filter_map(|reply| if let Reply::Search(reply) = reply { Some(reply) } else { None })
            .collect()
    }

    async fn hits(&self, typed: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        for reply in self.search(typed).await {
            match reply {
                SearchReply::Hits(_, more) => hits.extend(more),
                SearchReply::Failed(fault) => panic!("{typed}: {fault}"),
                _ => {}
            }
        }
        hits
    }

    /// Opens the first hit of a search.
    async fn customer(&self, typed: &str) -> Opened {
        let hits = self.hits(typed).await;
        let key = hits.first().unwrap_or_else(|| panic!("{typed} finds nobody")).key.clone();
        self.opened(key).await
    }

    async fn opened(&self, key: CustomerKey) -> Opened {
        let replies = self.ask(Query::Customer(key)).await;
        Opened(
            replies.into_iter().filter_map(|r| if let Reply::Customer(part) = r { Some(part) } else { None }).collect(),
        )
    }
}

/// The parts of a customer as they came.
struct Opened(Vec<CustomerPart>);

/// The last part of a kind.
macro_rules! last {
    ($opened:expr, $kind:ident) => {
        $opened
            .0
            .iter()
            .rev()
            .find_map(|part| if let CustomerPart::$kind(remote) = part { Some(remote) } else { None })
            .unwrap_or_else(|| panic!("no {}", stringify!($kind)))
    };
}

impl Opened {
    fn findings(&self) -> Vec<LinkFinding> {
        last!(self, Links).value().cloned().unwrap_or_default()
    }

    fn faults(&self) -> BTreeSet<(System, &'static str)> {
        let mut faults = BTreeSet::new();
        for part in &self.0 {
            macro_rules! note {
                ($($kind:ident)*) => {
                    match part {
                        $(CustomerPart::$kind(remote) => if let Some(fault) = &remote.fault {
                            faults.insert((fault.system, stringify!($kind)));
                        },)*
                        CustomerPart::Line(_, remote) => if let Some(fault) = &remote.fault {
                            faults.insert((fault.system, "Line"));
                        },
                        // Opening a customer reads nothing deeper.
                        _ => {}
                    }
                };
            }
            note!(Account Client Links Subscriptions Invoices PayMethods Orders WhmcsOrders Opportunities Cases Tickets SimCards Activity);
        }
        faults
    }
}

#[tokio::test]
async fn every_documented_word_finds_its_customer() {
    let desk = Desk::open().await;
    let mut missed = Vec::new();
    let mut tried = 0;
    for row in include_str!("../assets/sandbox.md").lines().filter(|line| line.starts_with("| `")) {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let (Some(who), Some(words)) = (cells.next(), cells.next()) else { continue };
        let who = who.trim_matches('`');
        // The documented customers' client ids follow their customer numbers; a WHMCS hit may tell no more.
        let client = who.trim_start_matches("C-").trim_start_matches('#').parse::<u64>().unwrap() % 1000 + 1000;
        for word in words.split('`').skip(1).step_by(2) {
            tried += 1;
            let hits = desk.hits(word).await;
            let is_it = |hit: &Hit| hit.customer_number.as_str() == who || hit.key.client == Some(ClientId(client));
            let by_line = hits.iter().any(|hit| hit.system == System::Freebit);
            if !hits.iter().any(is_it) && !by_line {
                missed.push(format!(
                    "{who}: {word} finds {:?}",
                    hits.iter().map(|h| (h.system, h.why)).collect::<Vec<_>>()
                ));
            }
        }
    }
    assert!(tried > 60, "the page lists words");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[tokio::test]
async fn a_good_customer_comes_in_whole() {
    let desk = Desk::open().await;
    let opened = desk.customer("C-000001").await;
    assert_eq!(opened.faults(), BTreeSet::new());
    assert_eq!(opened.findings(), []);
    assert_eq!(last!(opened, Account).value().unwrap().number.as_str(), "C-000001");
    assert_eq!(last!(opened, Client).value().unwrap().customer_number.as_str(), "C-000001");
    assert!(!last!(opened, Subscriptions).value().unwrap().rows.is_empty());
    assert!(!last!(opened, PayMethods).value().unwrap().is_empty());
    assert!(!last!(opened, SimCards).value().unwrap().rows.is_empty());
    let lines: Vec<_> = opened.0.iter().filter(|part| matches!(part, CustomerPart::Line(..))).collect();
    assert_eq!(lines.len(), 1, "one line is read, not all of them");
}

#[tokio::test]
async fn it_is_the_same_customer_from_either_side() {
    let desk = Desk::open().await;
    let hit = desk.hits("C-000001").await.remove(0);
    let (account, client) = (hit.key.account, hit.key.client);
    assert!(account.is_some() && client.is_some(), "the hit knows both sides");
    for key in [
        CustomerKey { account, client, line: None },
        CustomerKey { account, client: None, line: None },
        CustomerKey { account: None, client, line: None },
    ] {
        let opened = desk.opened(key.clone()).await;
        assert_eq!(opened.faults(), BTreeSet::new(), "{key:?}");
        assert_eq!(last!(opened, Account).value().unwrap().id, account.unwrap());
        assert_eq!(last!(opened, Client).value().unwrap().id, client.unwrap());
        assert!(opened.findings().is_empty());
        assert!(opened.0.iter().any(|part| matches!(part, CustomerPart::Line(..))));
    }
}

#[tokio::test]
async fn the_line_that_was_searched_is_the_line_that_is_read() {
    let desk = Desk::open().await;
    let hits = desk.hits("090-0200-0013").await;
    let hit = hits.iter().find(|hit| hit.why == Searched::LineNumber).expect("a line");
    let opened = desk.opened(hit.key.clone()).await;
    let read: Vec<_> =
        opened.0.iter().filter_map(|p| if let CustomerPart::Line(l, r) = p { Some((l, r)) } else { None }).collect();
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].0.digits(), "09002000013");
    assert!(read[0].1.value().is_some());
}

#[tokio::test]
async fn broken_links_are_told_and_not_guessed_over() {
    let desk = Desk::open().await;
    let twins = desk.customer("#1044").await.findings();
    assert!(
        twins.iter().any(|finding| matches!(finding, LinkFinding::SeveralClients(ids) if ids.len() == 2)),
        "{twins:?}"
    );

    let missing = desk.customer("C-000045").await;
    assert!(missing.findings().iter().any(|finding| matches!(finding, LinkFinding::ClientMissing(_))));
    assert_eq!(last!(missing, Invoices).fault.as_ref().unwrap().kind, FaultKind::NotFound, "unknown, not empty");
    assert!(last!(missing, Account).value().is_some());

    let orphan = desk.customer("#1046").await;
    assert!(orphan.findings().iter().any(|finding| matches!(finding, LinkFinding::AccountMissing(_))));
    assert!(last!(orphan, Subscriptions).value().is_some());
    assert_eq!(last!(orphan, Orders).fault.as_ref().unwrap().kind, FaultKind::NotFound);

    let apart = desk.customer("C-000047").await;
    assert!(apart.findings().contains(&LinkFinding::AccountNamesNoClient), "{:?}", apart.findings());
    let apart = desk.customer("#1047").await;
    assert!(apart.findings().contains(&LinkFinding::ClientNamesNoAccount), "{:?}", apart.findings());
}

#[tokio::test]
async fn a_system_that_is_down_leaves_the_others_and_what_was_known() {
    let desk = Desk::open().await;
    let key = desk.hits("C-000001").await.remove(0).key;
    let before = desk.opened(key.clone()).await;
    desk.sandbox
        .misbehave(faults::Order::on(faults::System::Salesforce, faults::Fault::TooMany429 { retry_after: 600 }));
    let after = desk.opened(key.clone()).await;
    let account = last!(after, Account);
    assert_eq!(account.fault.as_ref().unwrap().kind, FaultKind::TooMany);
    assert_eq!(account.value(), last!(before, Account).value(), "the last known value stays");
    assert_eq!(account.known.as_ref().unwrap().read_at, now());
    assert_eq!(last!(after, Orders).value(), last!(before, Orders).value());
    assert!(last!(after, Invoices).fault.is_none() && last!(after, Subscriptions).value().is_some());
    assert!(desk.health.lock().unwrap().iter().any(|h| h.system == System::Salesforce && h.state != HealthState::Up));

    // From WHMCS's side the account is remembered by the client.
    let from_client = desk.opened(CustomerKey { account: None, ..key }).await;
    assert!(last!(from_client, Account).value().is_some());
    assert!(last!(from_client, Cases).fault.is_some());
}

#[tokio::test]
async fn a_part_that_is_not_permitted_is_unknown_alone() {
    let desk = Desk::open().await;
    let key = desk.hits("C-000001").await.remove(0).key;
    let error = faults::Fault::VendorError { code: "403".to_owned(), message: Some("Access Denied".to_owned()) };
    desk.sandbox.misbehave(faults::Order::on(faults::System::Whmcs, error).matching("GetInvoices"));
    let opened = desk.opened(key).await;
    assert_eq!(opened.faults(), BTreeSet::from([(System::Whmcs, "Invoices")]));
    assert!(last!(opened, Invoices).value().is_none());
}

#[tokio::test]
async fn opening_from_a_hit_costs_few_calls() {
    let desk = Desk::open().await;
    let key = desk.hits("C-000001").await.remove(0).key;
    let calls = |desk: &Desk| {
        desk.sandbox
            .counts()
            .iter()
            .map(|(system, by)| (*system, by.values().sum::<u64>()))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let before = calls(&desk);
    desk.opened(key).await;
    let after = calls(&desk);
    let spent = |system| after.get(&system).copied().unwrap_or(0) - before.get(&system).copied().unwrap_or(0);
    assert_eq!(spent(faults::System::Salesforce), 1, "one batch");
    assert!(spent(faults::System::Whmcs) <= 8, "{}", spent(faults::System::Whmcs));
    assert!(spent(faults::System::Freebit) <= 4, "{}", spent(faults::System::Freebit));
}

#[tokio::test]
async fn what_cannot_be_searched_is_said() {
    let desk = Desk::open().await;
    let replies = desk.search("090-0100-0001").await;
    assert!(replies.contains(&SearchReply::CannotSearch(System::Whmcs, Searched::Phone)), "{replies:?}");
    assert!(
        replies.contains(&SearchReply::Finished(System::Salesforce))
            && replies.contains(&SearchReply::Finished(System::Freebit))
    );
    let replies = desk.search("4820193375").await;
    assert!(
        replies.iter().any(|reply| matches!(reply, SearchReply::LookedOnlyAt { system: System::Whmcs, .. })),
        "{replies:?}"
    );
}

#[tokio::test]
async fn a_postal_code_finds_who_lives_there() {
    let desk = Desk::open().await;
    let opened = desk.customer("C-000001").await;
    let account = last!(opened, Account).value().unwrap().clone();
    let code = account.address.split(' ').next().unwrap().to_owned();
    let bare = code.replace('-', "");
    for typed in [code.clone(), format!("〒{bare}"), bare] {
        let hits = desk.hits(&typed).await;
        let hit = hits.iter().find(|hit| hit.key.account == Some(account.id));
        let hit = hit.unwrap_or_else(|| panic!("{typed} finds {hits:?}"));
        assert_eq!((hit.why, hit.matched.as_str()), (Searched::PostalCode, code.as_str()));
    }
    let replies = desk.search(&code).await;
    assert!(replies.contains(&SearchReply::CannotSearch(System::Whmcs, Searched::PostalCode)));
}

#[tokio::test]
async fn a_name_and_the_end_of_a_number_have_to_fit_both() {
    let desk = Desk::open().await;
    let opened = desk.customer("C-000001").await;
    let account = last!(opened, Account).value().unwrap().clone();
    let digits = account.phones[0].phone.as_ref().unwrap().digits().to_owned();
    let tail = &digits[digits.len() - 4..];
    let family = account.name.split_whitespace().next().unwrap();
    for name in [family, account.kana.split(' ').next().unwrap()] {
        let hits = desk.hits(&format!("{name} {tail}")).await;
        let salesforce: Vec<_> = hits.iter().filter(|hit| hit.system == System::Salesforce).collect();
        assert!(salesforce.iter().any(|hit| hit.key.account == Some(account.id)), "{name} {tail} finds {hits:?}");
        assert!(salesforce.iter().all(|hit| matches!(hit.why, Searched::PhoneTail | Searched::LineNumber)));
    }
    assert!(desk.hits(&format!("nobody {tail}")).await.is_empty());
    assert!(desk.hits(&format!("{family} 0000")).await.is_empty());
}

#[tokio::test]
async fn a_records_id_opens_at_the_record() {
    let desk = Desk::open().await;
    let opened = desk.customer("C-000001").await;
    let opportunity = last!(opened, Opportunities).value().unwrap().rows[0].id;
    assert_eq!(desk.hits(opportunity.as_str()).await[0].opens, Place::Opportunity(opportunity));
    let order = last!(opened, Orders).value().unwrap().rows[0].clone();
    assert_eq!(desk.hits(order.id.as_str()).await[0].opens, Place::Order(Some(order.number)));
}

#[tokio::test]
async fn hostile_words_are_only_words() {
    let desk = Desk::open().await;
    for typed in ["' OR Name != '", "\\", "%", "__", "{FIND}", "a\u{0}b\u{202e}", "O'Neil\\' --", "🦀", "*"] {
        for reply in desk.search(typed).await {
            if let SearchReply::Hits(_, hits) = reply {
                assert!(hits.len() < 5, "{typed:?} finds {} customers", hits.len());
            }
        }
    }
}

#[tokio::test]
async fn what_changed_elsewhere_is_read_again_by_itself() {
    let desk = Desk::open().await;
    let opened = desk.customer("C-000002").await;
    let (account, client) = (last!(opened, Account).value().unwrap().id, last!(opened, Client).value().unwrap().id);
    let key = CustomerKey { account: Some(account), client: Some(client), line: None };
    let renew = async |key: &CustomerKey, renewal| {
        let replies = desk.ask(Query::Renew(key.clone(), renewal)).await;
        let part = |reply| if let Reply::Customer(part) = reply { Some(part) } else { None };
        Opened(replies.into_iter().filter_map(part).collect())
    };
    let invoices = renew(&key, Renewal::Invoices).await;
    assert_eq!(invoices.0.len(), 1, "{:?}", invoices.0);
    assert_eq!(last!(invoices, Invoices).value(), last!(opened, Invoices).value());
    let salesforce = renew(&key, Renewal::Salesforce).await;
    assert_eq!(last!(salesforce, Account).value(), last!(opened, Account).value());
    assert_eq!(last!(salesforce, Cases).value(), last!(opened, Cases).value());
    assert_eq!(last!(salesforce, Orders).value(), last!(opened, Orders).value());
    let whmcs = |part: &CustomerPart| matches!(part, CustomerPart::Client(_) | CustomerPart::Invoices(_));
    assert!(!salesforce.0.iter().any(whmcs), "{:?}", salesforce.0);
    let nobody = CustomerKey { client: None, ..key };
    assert_eq!(renew(&nobody, Renewal::Invoices).await.0, [], "there is no client to ask for");
}
