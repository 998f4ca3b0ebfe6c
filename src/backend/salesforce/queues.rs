//! What waits in Salesforce over all customers: counted for the board in one call, listed page by page, oldest first.
//!
//! Since when an order waits is read from the record: for a review when it was placed, otherwise when it last changed. A
//! change meanwhile makes it look younger, so that nothing is called stuck too early.

use jiff::civil::{DateTime, Time};
use jiff::{Timestamp, ToSpan};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::convert::{Called, day, moment, reference, text, yen};
use super::names::{Names, standard as s};
use super::soql::{Condition, Name, Order, Soql};
use super::wire::{Query, Record};
use super::{Part, Rows, Salesforce, VERSION, joined, talk, unreadable};
use crate::domain::customer::CustomerKey;
use crate::domain::history::Side;
use crate::domain::links::client_in_link;
use crate::domain::queue::{Queue, QueueItem, Tally};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::sla::{Matter, Promises, Sla};
use crate::domain::status::{Count, Place};
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::words::Said;
use crate::flow::board::{Cursor, QueuePage};
use crate::flow::fault::Fault;
use crate::flow::said;

/// What is looked at for what waits, and when it waits for too long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Minutes after which an order that does not move is stuck.
    pub stuck_minutes: u32,
    /// Record types (developer names) of orders that are looked at; none for all.
    pub order_record_types: Vec<String>,
    /// Record types (developer names) of cases that are looked at; none for all.
    pub case_record_types: Vec<String>,
    /// Case e-mails count as words of the customer and as answers; needs Email-to-Case.
    pub answers_by_email: bool,
    /// Open cases looked at, oldest first, to find those whose answer is due.
    pub cases_judged: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            stuck_minutes: 15,
            order_record_types: Vec::new(),
            case_record_types: Vec::new(),
            answers_by_email: true,
            cases_judged: 1_000,
        }
    }
}

/// Rows of a page: the least Salesforce can be asked for.
const PAGE: &str = "batchSize=200";
/// Words of a case that are looked at for who spoke last.
const WORDS: u32 = 5;
/// What a case's comments and e-mails are called in the case.
const COMMENTS: Name = Name::fixed("CaseComments");
const EMAILS: Name = Name::fixed("EmailMessages");

/// What is asked of the queues, and when.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// What is looked at.
    pub rules: &'a Rules,
    /// What customers were promised.
    pub promises: &'a Promises,
    /// The present.
    pub now: Timestamp,
}

/// One queue as Salesforce can be asked for it.
struct Waiting {
    object: Name,
    since: Name,
    condition: Condition,
}

impl Asking<'_> {
    /// `me` is whose cases and promises are asked for; a queue of somebody's own is `None` without.
    fn waiting(&self, (n, words): Called<'_>, queue: Queue, me: Option<SalesforceId>) -> Option<Waiting> {
        let r = self.rules;
        let (status, activation) = (&words.order_status, &words.activation);
        let one_of = |field: &Name, said: &[&Said]| {
            Condition::OneOf(field.clone(), said.iter().flat_map(|said| said.all()).cloned().collect())
        };
        let order = |since: Name, mut all: Vec<Condition>| {
            all.extend(typed(&r.order_record_types));
            Waiting { object: s::ORDER, since, condition: Condition::All(all) }
        };
        let case = |condition: Option<Condition>| {
            let mut all = vec![Condition::Flag(s::IS_CLOSED, false)];
            all.extend(condition);
            all.extend(typed(&r.case_record_types));
            Waiting { object: s::CASE, since: s::CREATED, condition: Condition::All(all) }
        };
        let mine = |me: SalesforceId| Condition::Is(s::OWNER_ID, me.as_str().to_owned());
        let unfinished = || Condition::NoneOf(s::STATUS, words.finished());
        Some(match queue {
            Queue::OrdersInReview => order(s::CREATED, vec![one_of(&s::STATUS, &[&status.pending_review])]),
            Queue::OrdersStuck => {
                let still = Condition::Any(vec![
                    one_of(&n.order_activation, &[&activation.not_started]),
                    Condition::Empty(n.order_activation.clone()),
                ]);
                let begins = one_of(&s::STATUS, &[&status.approved, &status.reactivate]);
                let never_began = Condition::All(vec![begins, still]);
                let runs = Condition::All(vec![one_of(&n.order_activation, &[&activation.activating]), unfinished()]);
                let since = self.now.checked_sub(i64::from(r.stuck_minutes).minutes()).unwrap_or(self.now);
                let long = Condition::Before(s::LAST_MODIFIED, since);
                order(s::LAST_MODIFIED, vec![Condition::Any(vec![runs, never_began]), long])
            }
            Queue::OrdersFailed => {
                let failed = one_of(&n.order_activation, &[&activation.failed]);
                order(s::LAST_MODIFIED, vec![failed, unfinished()])
            }
            Queue::IdWaiting => Waiting {
                object: s::ACCOUNT,
                since: n.id_submitted.clone(),
                condition: one_of(&n.id_status, &[&words.id_status.waiting]),
            },
            Queue::EligibilityWaiting => Waiting {
                object: s::ACCOUNT,
                since: n.eligibility_requested.clone(),
                condition: one_of(&n.eligibility_status, &[&words.eligibility.pending]),
            },
            Queue::CasesMine => case(Some(mine(me?))),
            Queue::CasesUnassigned => case(Some(Condition::Is(s::OWNER_TYPE, "Queue".to_owned()))),
            Queue::CasesOpen | Queue::CasesBreaching => case(None),
            Queue::FollowUpsDue => Waiting {
                object: s::TASK,
                since: s::ACTIVITY_DATE,
                condition: Condition::All(vec![
                    mine(me?),
                    Condition::Flag(s::IS_CLOSED, false),
                    Condition::Until(s::ACTIVITY_DATE, time::today(self.now)),
                ]),
            },
            Queue::TicketsAwaiting | Queue::InvoicesOverdue | Queue::WhmcsOrdersPending | Queue::ModuleFailures => {
                return None;
            }
        })
    }

    /// The rows of a queue, oldest first.
    fn list(&self, names: &Names, Waiting { object, since, condition }: &Waiting) -> Soql {
        let n = names;
        let through = *object != s::ACCOUNT;
        let account = |field: &Name| if through { s::ACCOUNT_PARENT.dot(field) } else { field.clone() };
        let mut fields: Vec<Name> = vec![s::ID];
        let who = [&s::NAME, &n.account_last_kana, &n.account_first_kana, &n.account_number, &n.account_whmcs];
        fields.extend(who.map(account));
        let own: &[&Name] = match object {
            it if *it == s::ORDER => &[
                &s::ACCOUNT_ID,
                &s::ORDER_NUMBER,
                &s::STATUS,
                &n.order_type,
                &n.order_activation,
                &n.order_error_code,
                &s::TOTAL_AMOUNT,
                &s::OWNER_NAME,
            ],
            it if *it == s::CASE => &[
                &s::ACCOUNT_ID,
                &s::CASE_NUMBER,
                &s::SUBJECT,
                &s::STATUS,
                &s::PRIORITY,
                &s::IS_CLOSED,
                &s::OWNER_ID,
                &s::OWNER_NAME,
            ],
            it if *it == s::TASK => &[
                &s::ACCOUNT_ID,
                &s::SUBJECT,
                &s::STATUS,
                &s::PRIORITY,
                &s::OWNER_NAME,
                &s::WHAT_NAME,
                &s::WHAT_TYPE,
                &s::WHAT_ID,
            ],
            _ => &[&n.id_status, &n.eligibility_status, &n.id_note, &n.eligibility_notes],
        };
        fields.extend(own.iter().map(|&field| field.clone()));
        fields.push(since.clone());
        let mut query = Soql::select(&fields, object);
        if *object == s::ORDER {
            query = query.with_children([&s::PRODUCT_NAME], &s::ORDER_ITEMS);
        }
        if *object == s::CASE {
            query = query.with(
                Soql::select(&[s::CREATED, s::CREATOR_LOGIN, s::CREATOR_TYPE], &COMMENTS)
                    .filter(&Condition::Flag(s::IS_PUBLISHED, true))
                    .newest_by(&s::CREATED)
                    .limit(WORDS),
            );
            if self.rules.answers_by_email {
                query = query.with(
                    Soql::select(&[s::MESSAGE_DATE, s::INCOMING], &EMAILS)
                        .filter(&Condition::NoneOf(s::STATUS, vec![talk::DRAFT.to_owned()]))
                        .newest_by(&s::MESSAGE_DATE)
                        .limit(WORDS),
                );
            }
        }
        query.filter(condition).ordered(&[(since, Order::Rising)])
    }
}

/// The condition on record types, when some are named.
fn typed(types: &[String]) -> Option<Condition> {
    (!types.is_empty()).then(|| Condition::OneOf(s::RECORD_TYPE, types.to_vec()))
}

impl Salesforce {
    /// Counts what waits in every queue that Salesforce keeps, in one call once it is known who is asking. Each queue has
    /// its own failure.
    pub async fn tallies(&self, asking: &Asking<'_>) -> Vec<(Queue, Result<Tally, Fault>)> {
        let me = self.agent().await;
        let mut counted: Vec<(Queue, Result<Tally, Fault>)> = Vec::new();
        let mut asked = Vec::new();
        let mut parts = Vec::new();
        for queue in Queue::ALL.into_iter().filter(|queue| queue.system() == System::Salesforce) {
            let me = me.as_ref().map(|agent| agent.id);
            match (asking.waiting(self.called(), queue, me.as_ref().ok().copied()), me) {
                (Some(waiting), _) => {
                    asked.push(queue);
                    parts.push(Part::Query(match queue {
                        Queue::CasesBreaching => asking.list(&self.names, &waiting).limit(asking.rules.cases_judged),
                        _ => Soql::tally(&waiting.object, &waiting.since).filter(&waiting.condition),
                    }));
                }
                (None, Err(fault)) => counted.push((queue, Err(fault.clone()))),
                (None, Ok(_)) => {}
            }
        }
        match self.batch("board", &parts).await {
            Ok(answers) => counted.extend(asked.into_iter().zip(answers).map(|(queue, rows)| {
                let tally = match queue {
                    Queue::CasesBreaching => rows.map(|rows| self.breaching(asking, &rows).tally()),
                    _ => rows.and_then(|rows| tally(&rows)),
                };
                (queue, tally)
            })),
            Err(fault) => counted.extend(asked.into_iter().map(|queue| (queue, Err(fault.clone())))),
        }
        counted
    }

    /// A page of a queue in one call: the first, or the one that `from` names. The answers due are one page, the most
    /// pressing first: which they are is known once all were looked at.
    pub async fn queue_page(
        &self,
        asking: &Asking<'_>,
        queue: Queue,
        from: Option<&Cursor>,
    ) -> Result<QueuePage, Fault> {
        let me = match queue {
            Queue::CasesMine | Queue::FollowUpsDue => Some(self.agent().await?.id),
            _ => None,
        };
        let waiting = asking.waiting(self.called(), queue, me).ok_or_else(|| unreadable(said::NO_QUEUE))?;
        let query = asking.list(&self.names, &waiting);
        if queue == Queue::CasesBreaching {
            return Ok(self.judged(asking, query).await?.page());
        }
        let path = match from {
            Some(Cursor(path)) if path.starts_with("/services/data/") => path.clone(),
            Some(_) => return Err(unreadable(said::STRANGE_PAGE)),
            None => {
                format!("services/data/{VERSION}/query?q={}", utf8_percent_encode(query.as_str(), NON_ALPHANUMERIC))
            }
        };
        let answer = self
            .call("queue", |client, instance| client.get(joined(instance, &path)).header("Sforce-Query-Options", PAGE))
            .await?;
        let page: Query = serde_json::from_value(answer).map_err(|_| unreadable(said::OTHER_PAGE))?;
        Ok(QueuePage {
            rows: page.records.iter().filter_map(|row| self.item(asking, queue, &waiting, row)).collect(),
            total: Some(page.total_size),
            next: page.next_records_url.map(Cursor),
        })
    }

    /// Every case whose answer is overdue or nearly.
    pub async fn cases_due(&self, asking: &Asking<'_>) -> Result<Breaching, Fault> {
        let waiting = asking.waiting(self.called(), Queue::CasesBreaching, None);
        let waiting = waiting.ok_or_else(|| unreadable(said::NO_QUEUE))?;
        self.judged(asking, asking.list(&self.names, &waiting)).await
    }

    async fn judged(&self, asking: &Asking<'_>, query: Soql) -> Result<Breaching, Fault> {
        let parts = [Part::Query(query.limit(asking.rules.cases_judged))];
        let rows = self.batch("queue", &parts).await?.into_iter().next();
        let rows = rows.unwrap_or_else(|| Err(unreadable(said::PART_MISSING)))?;
        Ok(self.breaching(asking, &rows))
    }

    fn breaching(&self, asking: &Asking<'_>, rows: &Rows) -> Breaching {
        let waiting = asking.waiting(self.called(), Queue::CasesBreaching, None);
        let mut rows_due: Vec<(Sla, DueCase)> = Vec::new();
        for row in &rows.records {
            let sla = self.matter(row, |matter| asking.promises.sla(matter, asking.now));
            if matches!(sla, Sla::Breached { .. } | Sla::Soon { .. })
                && let Some(item) = waiting.as_ref().and_then(|it| self.item(asking, Queue::CasesBreaching, it, row))
            {
                let customer = text(row, &s::ACCOUNT_PARENT.dot(&self.names.account_number));
                rows_due.push((sla, DueCase { item, customer, owner: reference(row, &s::OWNER_ID) }));
            }
        }
        rows_due.sort_by_key(|(sla, _)| sla.urgency());
        // LIMIT bounds the total too, so a full list says nothing about the rest.
        let cut = rows.records.len() >= asking.rules.cases_judged as usize || rows.total > rows.records.len() as u64;
        Breaching { rows: rows_due.into_iter().map(|(_, case)| case).collect(), cut }
    }

    /// What the promise needs to know of a case: when it was opened, and who spoke last.
    fn matter<T>(&self, row: &Record, judge: impl FnOnce(&Matter<'_>) -> T) -> T {
        let mut words: Vec<(Side, Option<Timestamp>)> =
            row.children(&COMMENTS).iter().map(|word| (self.people.side(word), moment(word, &s::CREATED))).collect();
        words.extend(row.children(&EMAILS).iter().map(|mail| {
            let side = if mail.flag(&s::INCOMING) { Side::Customer } else { Side::Staff };
            (side, moment(mail, &s::MESSAGE_DATE))
        }));
        let last = |side| words.iter().filter(|(who, _)| *who == side).filter_map(|(_, at)| *at).max();
        judge(&Matter {
            priority: &text(row, &s::PRIORITY),
            status: &text(row, &s::STATUS),
            closed: row.flag(&s::IS_CLOSED),
            opened: moment(row, &s::CREATED),
            customer_wrote: last(Side::Customer),
            we_answered: last(Side::Staff),
        })
    }

    fn item(&self, asking: &Asking<'_>, queue: Queue, waiting: &Waiting, row: &Record) -> Option<QueueItem> {
        let n = &self.names;
        let (is, own_id) = (|object: Name| waiting.object == object, reference(row, &s::ID)?);
        let of_account = |field: &Name| {
            let field = if is(s::ACCOUNT) { field.clone() } else { s::ACCOUNT_PARENT.dot(field) };
            text(row, &field)
        };
        let account = if is(s::ACCOUNT) { Some(own_id) } else { reference(row, &s::ACCOUNT_ID) };
        let key = CustomerKey { account, client: client_in_link(&of_account(&n.account_whmcs)), line: None };
        let mut item = QueueItem {
            system: System::Salesforce,
            number: of_account(&n.account_number),
            customer: key,
            name: of_account(&s::NAME),
            kana: Text::line(
                &[&n.account_last_kana, &n.account_first_kana].map(|field| of_account(field).to_string()).join(" "),
            ),
            what: text(row, &s::SUBJECT),
            status: stated([text(row, &s::STATUS)]),
            priority: text(row, &s::PRIORITY),
            owner: text(row, &s::OWNER_NAME),
            amount: None,
            since: beginning(row, &waiting.since),
            due: None,
            opens: Place::Dashboard,
        };
        if is(s::ORDER) {
            item.number = text(row, &s::ORDER_NUMBER);
            item.what = products(row, n);
            item.amount = yen(row, &s::TOTAL_AMOUNT);
            if queue == Queue::OrdersInReview {
                item.opens = Place::Order(Some(item.number.clone()));
            } else {
                let words = [&n.order_error_code, &n.order_activation, &s::STATUS].map(|field| text(row, field));
                item.status = stated(words);
                item.opens = Place::Xray(item.number.clone());
            }
        } else if is(s::CASE) {
            item.number = text(row, &s::CASE_NUMBER);
            item.opens = Place::Case(Some(item.number.clone()));
            item.due = self.matter(row, |matter| match asking.promises.sla(matter, asking.now) {
                Sla::Breached { .. } | Sla::Soon { .. } | Sla::Running { .. } => asking.promises.deadline(matter),
                Sla::Paused | Sla::Late { .. } | Sla::Met | Sla::None | Sla::Unknown => None,
            });
        } else if is(s::TASK) {
            // It is owed until the end of its day.
            item.due = day(row, &s::ACTIVITY_DATE).and_then(|day| midnight(day.tomorrow().ok()?));
            let about = text(row, &s::WHAT_NAME);
            item.opens = match (row.text(&s::WHAT_TYPE).as_str(), reference(row, &s::WHAT_ID)) {
                ("Case", _) => Place::Case(Some(about)),
                ("Order", _) => Place::Order(Some(about)),
                ("Opportunity", Some(id)) => Place::Opportunity(id),
                _ => Place::FollowUp(Some(own_id)),
            };
        } else {
            let (status, note) = match queue {
                Queue::IdWaiting => (&n.id_status, &n.id_note),
                _ => (&n.eligibility_status, &n.eligibility_notes),
            };
            (item.status, item.what) = (stated([text(row, status)]), text(row, note));
        }
        Some(item)
    }
}

/// A case whose answer is overdue or nearly, with what its row does not say.
#[derive(Debug, Clone, PartialEq)]
pub struct DueCase {
    /// Its row.
    pub item: QueueItem,
    /// The customer's number.
    pub customer: Text,
    /// The person or the queue it belongs to.
    pub owner: Option<SalesforceId>,
}

/// Cases whose answer is overdue or nearly, the most pressing first.
pub struct Breaching {
    /// These.
    pub rows: Vec<DueCase>,
    /// Not every open case was looked at.
    pub cut: bool,
}

impl Breaching {
    fn tally(&self) -> Tally {
        let count = Count { n: self.rows.len() as u64, at_least: self.cut };
        Tally { count, oldest: self.rows.iter().filter_map(|row| row.item.since).min() }
    }

    fn page(self) -> QueuePage {
        let total = (!self.cut).then_some(self.rows.len() as u64);
        QueuePage { rows: self.rows.into_iter().map(|case| case.item).collect(), total, next: None }
    }
}

fn tally(rows: &Rows) -> Result<Tally, Fault> {
    let row = rows.records.first().ok_or_else(|| unreadable(said::NO_COUNT))?;
    let n = row.int(&Soql::HOW_MANY).and_then(|n| u64::try_from(n).ok());
    let n = n.ok_or_else(|| unreadable(said::ODD_COUNT))?;
    Ok(Tally { count: Count { n, at_least: false }, oldest: beginning(row, &Soql::LEAST) })
}

/// A moment, or the beginning of a day in Japan.
fn beginning(row: &Record, field: &Name) -> Option<Timestamp> {
    moment(row, field).or_else(|| midnight(day(row, field)?))
}

fn midnight(day: jiff::civil::Date) -> Option<Timestamp> {
    time::from_jst(DateTime::from_parts(day, Time::midnight()))
}

/// What was ordered, each product once.
fn products(row: &Record, names: &Names) -> Text {
    let mut products: Vec<Text> =
        row.children(&s::ORDER_ITEMS).iter().map(|item| text(item, &s::PRODUCT_NAME)).collect();
    products.retain(|product| !product.is_empty());
    products.dedup();
    if products.is_empty() {
        return text(row, &names.order_type);
    }
    Text::line(&products.iter().map(Text::as_str).collect::<Vec<_>>().join(", "))
}

fn stated<const N: usize>(words: [Text; N]) -> Vec<Text> {
    words.into_iter().filter(|word| !word.is_empty()).collect()
}
