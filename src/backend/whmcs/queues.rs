//! What waits in WHMCS over all customers: the board's counts and the lists behind them, the oldest first.

use futures_util::future::join_all;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::convert::{self, Names, date, yen};
use super::{Params, Whmcs, wire};
use crate::backend::lenient::{flag, id, text};
use crate::domain::billing::Invoice;
use crate::domain::customer::{ClientId, CustomerKey};
use crate::domain::queue::{Queue, QueueItem, Tally};
use crate::domain::status::{Count, Place};
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::board::{Cursor, QueuePage};
use crate::flow::fault::{Fault, FaultKind, Hint};
use crate::flow::said::{self, Message};

/// Rows of a page.
const ROWS: u64 = 25;
/// Pending orders looked at to find the oldest one.
const ORDERS: u64 = 100;

/// What is watched of the invoices: those that went past their day last, and the newest that are not paid.
const WATCHED: [Params<'static>; 2] = [
    &[("status", "Overdue"), ("orderby", "duedate"), ("order", "desc")],
    &[("status", "Unpaid"), ("orderby", "id"), ("order", "desc")],
];

/// An invoice that somebody may have to be told of.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchedInvoice {
    /// The invoice.
    pub invoice: Invoice,
    /// Whose, and what people call it.
    pub item: QueueItem,
}

/// One of WHMCS's queues, and how to ask for it.
struct Asked {
    action: &'static str,
    params: Params<'static>,
    list: (&'static str, &'static str),
}

const TICKETS: Asked = Asked {
    action: "GetTickets",
    // Without the second WHMCS leaves out the departments that the API's admin is no member of.
    params: &[("status", "Awaiting Reply"), ("ignore_dept_assignments", "1")],
    list: ("tickets", "ticket"),
};
const INVOICES: Asked = Asked {
    action: "GetInvoices",
    params: &[("status", "Overdue"), ("orderby", "duedate"), ("order", "asc")],
    list: ("invoices", "invoice"),
};
const PENDING: Asked = Asked { action: "GetOrders", params: &[("status", "Pending")], list: ("orders", "order") };
const FAILURES: Asked = Asked { action: "GetModuleQueue", params: &[], list: ("queue", "queue") };

impl Whmcs {
    /// How much waits in one of WHMCS's queues, and since when the oldest. All four cost five calls at most, four when
    /// few tickets wait. Of more than a hundred pending orders, listed the newest first, the oldest is not told.
    pub async fn tally(&self, queue: Queue) -> Result<Tally, Fault> {
        let names = &self.names;
        match queue {
            Queue::TicketsAwaiting => {
                let since = |row: &wire::Ticket| names.moment(&row.lastreply);
                let page = self.rows(&TICKETS, 0, ROWS).await?;
                let (count, mut oldest) = (page.total, oldest(&page, since));
                if oldest.is_none() && count > ROWS {
                    let last = self.rows(&TICKETS, count - 1, 1).await?;
                    oldest = last.rows.first().and_then(since);
                }
                Ok(tally(count, oldest))
            }
            Queue::InvoicesOverdue => {
                let page = self.rows(&INVOICES, 0, 1).await?;
                Ok(tally(page.total, page.rows.first().and_then(|row| due(row, names))))
            }
            Queue::WhmcsOrdersPending => {
                let page = self.rows(&PENDING, 0, ORDERS).await?;
                Ok(tally(page.total, oldest(&page, |row: &wire::Order| names.moment(&row.date))))
            }
            Queue::ModuleFailures => {
                let failures = self.failures().await?;
                Ok(tally(failures.len() as u64, failures.first().and_then(|row| row.since(names))))
            }
            _ => Err(not_ours()),
        }
    }

    /// A page of one of WHMCS's queues, the oldest first: the first page, or the one that begins where another ended.
    pub async fn queue_page(&self, queue: Queue, from: Option<&Cursor>) -> Result<QueuePage, Fault> {
        let taken = match from {
            None => 0,
            Some(cursor) => cursor.0.parse().map_err(|_| not_ours())?,
        };
        let names = &self.names;
        let (rows, total) = match queue {
            Queue::TicketsAwaiting => {
                let (rows, total) =
                    self.oldest_first(&TICKETS, taken, |row: &wire::Ticket| names.moment(&row.lastreply)).await?;
                (rows.iter().filter_map(|row| ticket(row, names)).collect(), total)
            }
            Queue::InvoicesOverdue => {
                let page = self.rows(&INVOICES, taken, ROWS).await?;
                (page.rows.iter().filter_map(|row| invoice(row, names)).collect(), page.total)
            }
            Queue::WhmcsOrdersPending => {
                let (rows, total) =
                    self.oldest_first(&PENDING, taken, |row: &wire::Order| names.moment(&row.date)).await?;
                (rows.iter().filter_map(|row| order(row, names)).collect(), total)
            }
            Queue::ModuleFailures => {
                let failures = self.failures().await?;
                let page = failures.iter().skip(usize::try_from(taken).unwrap_or(usize::MAX)).take(ROWS as usize);
                (self.with_clients(page.collect()).await, failures.len() as u64)
            }
            _ => return Err(not_ours()),
        };
        let next = taken + ROWS;
        Ok(QueuePage { rows, total: Some(total), next: (next < total).then(|| Cursor(next.to_string())) })
    }

    /// The tops of two lists of invoices that are not paid, each once: two calls however many there are.
    pub async fn watched_invoices(&self) -> Result<Vec<WatchedInvoice>, Fault> {
        let mut watched: Vec<WatchedInvoice> = Vec::new();
        for params in WATCHED {
            let page = self.rows::<wire::Invoice>(&Asked { params, ..INVOICES }, 0, ROWS).await?;
            for row in &page.rows {
                let (Some(invoice), Some(item)) = (convert::invoice(row, &self.names), invoice(row, &self.names))
                else {
                    continue;
                };
                if watched.iter().all(|known| known.invoice.id != invoice.id) {
                    watched.push(WatchedInvoice { invoice, item });
                }
            }
        }
        Ok(watched)
    }

    async fn rows<T: DeserializeOwned>(&self, asked: &Asked, start: u64, limit: u64) -> Result<wire::Page<T>, Fault> {
        let mut params = asked.params.to_vec();
        let (start, limit) = (start.to_string(), limit.to_string());
        params.extend([("limitstart", &*start), ("limitnum", &*limit)]);
        self.page(asked.action, &params, asked.list).await
    }

    /// The rows behind the `taken` oldest ones, and how many there are. WHMCS sorts neither tickets nor orders as asked, so
    /// from a list that begins with the newest pages are taken from its end.
    async fn oldest_first<T: DeserializeOwned>(
        &self,
        asked: &Asked,
        taken: u64,
        since: impl Fn(&T) -> Option<Timestamp>,
    ) -> Result<(Vec<T>, u64), Fault> {
        // Two rows tell the direction; the end has to be found anew, for the list grows and shrinks while it is read.
        let first = self.rows(asked, 0, if taken == 0 { ROWS } else { 2 }).await?;
        let total = first.total;
        let begins_with_oldest = first.rows.first().map(&since) < first.rows.last().map(&since);
        let mut rows = match (taken, begins_with_oldest) {
            (0, true) => first.rows,
            (0, false) if total <= ROWS => first.rows,
            (_, true) => self.rows(asked, taken, ROWS).await?.rows,
            (_, false) => {
                let end = total.saturating_sub(taken);
                let start = end.saturating_sub(ROWS);
                if start == end { Vec::new() } else { self.rows(asked, start, end - start).await?.rows }
            }
        };
        rows.sort_by_key(since);
        Ok((rows, total))
    }

    /// Every module command that waits to be tried again, the oldest first. The list has no pages: it comes whole.
    async fn failures(&self) -> Result<Vec<FailureRow>, Fault> {
        let page: wire::Page<FailureRow> = self.page(FAILURES.action, FAILURES.params, FAILURES.list).await?;
        let mut rows: Vec<FailureRow> = page.rows.into_iter().filter(|row| row.completed != Some(true)).collect();
        rows.sort_by_key(|row| (row.since(&self.names), row.id));
        Ok(rows)
    }

    /// A failure names its service and not whose it is, so each service of a page is looked up once. One that cannot be
    /// read leaves its customer unknown. An add-on's failure names the add-on, which cannot be looked up.
    async fn with_clients(&self, rows: Vec<&FailureRow>) -> Vec<QueueItem> {
        let mut services: Vec<u64> = rows.iter().filter_map(|row| row.service()).collect();
        services.sort_unstable();
        services.dedup();
        let look_up = services.into_iter().map(|id| async move {
            let params = [("serviceid", &*id.to_string())];
            let page = self.page::<wire::Product>("GetClientsProducts", &params, ("products", "product")).await.ok()?;
            page.rows.into_iter().find(|row| row.id == Some(id))
        });
        let known: Vec<wire::Product> = join_all(look_up).await.into_iter().flatten().collect();
        let service = |row: &FailureRow| known.iter().find(|it| it.id == row.service());
        rows.into_iter().map(|row| row.item(service(row), &self.names)).collect()
    }
}

fn tally(count: u64, oldest: Option<Timestamp>) -> Tally {
    Tally { count: Count { n: count, at_least: false }, oldest }
}

/// The oldest of a list, when its first page can tell: it is the whole list, or it begins with the oldest.
fn oldest<T>(page: &wire::Page<T>, since: impl Fn(&T) -> Option<Timestamp>) -> Option<Timestamp> {
    let (first, last) = (page.rows.first().and_then(&since)?, page.rows.last().and_then(&since)?);
    if page.rows.len() as u64 >= page.total {
        page.rows.iter().filter_map(since).min()
    } else {
        (first < last).then_some(first)
    }
}

fn not_ours() -> Fault {
    let message = Message::ours(said::NO_WHMCS_QUEUE);
    Fault { system: System::Whmcs, kind: FaultKind::NotFound, message, hint: Hint::None }
}

fn item(number: Text, client: Option<u64>, opens: Place) -> QueueItem {
    QueueItem {
        system: System::Whmcs,
        number,
        customer: CustomerKey { client: client.map(ClientId), ..CustomerKey::default() },
        name: Text::default(),
        kana: Text::default(),
        what: Text::default(),
        status: Vec::new(),
        priority: Text::default(),
        owner: Text::default(),
        amount: None,
        since: None,
        due: None,
        opens,
    }
}

/// A ticket waits since its last reply, which was the customer's. Whom it is flagged to comes as an id only.
fn ticket(row: &wire::Ticket, names: &Names) -> Option<QueueItem> {
    Some(QueueItem {
        name: Text::html(&row.name),
        what: Text::html(&row.subject),
        status: vec![Text::html(&row.status)],
        priority: Text::html(&row.priority),
        since: names.moment(&row.lastreply),
        ..item(Text::html(&row.tid), row.userid, Place::Ticket(Some(row.id?)))
    })
}

/// When an invoice's last day began.
fn due(row: &wire::Invoice, names: &Names) -> Option<Timestamp> {
    date(&row.duedate).and_then(|day| names.midnight(day))
}

fn invoice(row: &wire::Invoice, names: &Names) -> Option<QueueItem> {
    let id = row.id?;
    let person = convert::name(&row.firstname, &row.lastname);
    let number = Text::html(&row.invoicenum);
    let number = if number.is_empty() { Text::line(&id.to_string()) } else { number };
    Some(QueueItem {
        name: if person.is_empty() { Text::html(&row.companyname) } else { person },
        what: Text::html(&row.paymentmethod),
        status: vec![Text::html(&row.status)],
        amount: yen(&row.total),
        since: due(row, names),
        due: due(row, names),
        ..item(number, row.userid, Place::Invoice(Some(id)))
    })
}

fn order(row: &wire::Order, names: &Names) -> Option<QueueItem> {
    let read = convert::order(row, names)?;
    Some(QueueItem {
        name: Text::html(&row.name),
        status: [read.status, read.payment].into_iter().filter(|word| !word.is_empty()).collect(),
        what: read.what,
        amount: read.amount,
        since: read.date,
        ..item(read.number, row.userid, Place::WhmcsOrder(Some(read.id)))
    })
}

/// A row of `GetModuleQueue`: a command to a provisioning module that failed and will be tried again.
#[derive(Debug, Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct FailureRow {
    #[serde(deserialize_with = "id")]
    id: Option<u64>,
    /// `service`, `addon` or `domain`.
    #[serde(deserialize_with = "text")]
    service_type: String,
    #[serde(deserialize_with = "id")]
    service_id: Option<u64>,
    #[serde(deserialize_with = "text")]
    module_name: String,
    #[serde(deserialize_with = "text")]
    module_action: String,
    #[serde(deserialize_with = "text")]
    last_attempt: String,
    #[serde(deserialize_with = "text")]
    last_attempt_error: String,
    #[serde(deserialize_with = "flag")]
    completed: Option<bool>,
    #[serde(deserialize_with = "text")]
    created_at: String,
}

impl FailureRow {
    fn since(&self, names: &Names) -> Option<Timestamp> {
        names.moment(&self.created_at).or_else(|| names.moment(&self.last_attempt))
    }

    fn service(&self) -> Option<u64> {
        self.service_id.filter(|_| matches!(self.service_type.as_str(), "service" | "product" | ""))
    }

    fn item(&self, service: Option<&wire::Product>, names: &Names) -> QueueItem {
        let product = service.map(|it| it.name.as_str()).unwrap_or_default();
        let what = [&*self.module_name, &*self.module_action, product];
        let what: Vec<&str> = what.into_iter().filter(|word| !word.is_empty()).collect();
        let number = self.service_id.map(|id| Text::line(&id.to_string())).unwrap_or_default();
        QueueItem {
            what: Text::html(&what.join(" ")),
            status: vec![Text::html(&self.last_attempt_error)],
            since: self.since(names),
            ..item(number, service.and_then(|it| it.clientid), Place::Subscription(self.service()))
        }
    }
}
