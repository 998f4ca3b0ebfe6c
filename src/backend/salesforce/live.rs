//! What notifications are made of: records by their ids or since a moment, many objects in one call. An event tells only the
//! fields that changed; whose they are and what they are called has to be read.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::convert::{moment, reference, text};
use super::names::{Names, standard as s};
use super::queues::Rules;
use super::soql::{Condition, Name, Order, Soql};
use super::wire::Record;
use super::{Part, Rows, Salesforce, joined, talk};
use crate::domain::customer::CustomerKey;
use crate::domain::history::Side;
use crate::domain::links::client_in_link;
use crate::domain::notification::Whose;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::flow::fault::Fault;
use crate::flow::live::RecordKind;

/// Ids in one query: its condition may have 4,000 characters.
const IDS: usize = 120;
/// Queries in one call.
const PARTS: usize = 20;
/// Orders that are being activated, of which so many are looked at.
const ACTIVATING: u32 = 2_000;
/// How often it is asked for what changed, each time from where the answer before ended. An answer has some pages of 2,000
/// records, so that a night's change of every account is read, and memory stays bounded.
const ROUNDS: usize = 5;
/// Words of a case that are looked at for who spoke last.
const WORDS: u32 = 5;

/// What a record may come to that somebody should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// Order: its status.
    Status,
    /// Order: its activation.
    Activation,
    /// Account: the residence card.
    Verification,
    /// Account: whether internet can be had.
    Eligibility,
    /// Opportunity: when internet ends.
    EndsInternet,
    /// Opportunity: when the SIM ends.
    EndsSim,
    /// Case: when the customer last wrote.
    Reply,
}

impl Aspect {
    /// What it is kept as.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Activation => "activation",
            Self::Verification => "verification",
            Self::Eligibility => "eligibility",
            Self::EndsInternet => "ends-internet",
            Self::EndsSim => "ends-sim",
            Self::Reply => "reply",
        }
    }

    /// The aspects of a kind of record that are fields, and the fields.
    pub fn fields(kind: RecordKind, names: &Names) -> Vec<(Self, Name)> {
        match kind {
            RecordKind::Order => {
                vec![(Self::Status, s::STATUS), (Self::Activation, names.order_activation.clone())]
            }
            RecordKind::Account => vec![
                (Self::Verification, names.id_status.clone()),
                (Self::Eligibility, names.eligibility_status.clone()),
            ],
            RecordKind::Opportunity => vec![
                (Self::EndsInternet, names.opportunity_cancels.clone()),
                (Self::EndsSim, names.opportunity_sim_cancels.clone()),
            ],
            RecordKind::Case | RecordKind::OrderItem | RecordKind::Invoice => Vec::new(),
        }
    }
}

/// A record as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Which kind.
    pub kind: RecordKind,
    /// Which.
    pub id: SalesforceId,
    /// Its account.
    pub account: Option<SalesforceId>,
    /// Whose it is.
    pub who: Option<Whose>,
    /// What people call it.
    pub about: Text,
    /// Whose matter it is: id and name. Nobody's, for an account.
    pub owner: Option<(String, Text)>,
    /// Error code of an order, what internet an account can have, subject of a case.
    pub code: Text,
    /// More words about that.
    pub words: Text,
    /// What it came to, and when by its own word where it has one.
    pub states: Vec<(Aspect, String, Option<Timestamp>)>,
    /// When it last changed.
    pub modified: Timestamp,
}

/// What is to be read of one kind of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// These.
    Ids(Vec<SalesforceId>),
    /// What changed after a moment.
    Since(Timestamp),
    /// Orders that are being activated.
    Activating,
}

/// What the comments and e-mails of a case are called in it.
const COMMENTS: Name = Name::fixed("CaseComments");
const EMAILS: Name = Name::fixed("EmailMessages");

/// What was read.
#[derive(Debug, Default)]
pub struct Found {
    /// Records, each as it is now; one that changed meanwhile may be there twice, the newer one behind.
    pub seen: Vec<Seen>,
    /// Why some of them are missing.
    pub fault: Option<Fault>,
    /// More changed than is read: until then nothing is missing.
    pub until: Option<Timestamp>,
}

/// One query.
struct Asked {
    kind: RecordKind,
    /// For what changed: after when.
    since: Option<Timestamp>,
    query: Soql,
}

impl Salesforce {
    /// Reads records, all kinds in one call. Each query has its own failure; those of one kind that is told once is enough.
    /// What changed is read on from where an answer ended, within reason.
    pub async fn seen(&self, wanted: &BTreeMap<RecordKind, Wanted>, rules: &Rules) -> Result<Found, Fault> {
        let mut asked: Vec<Asked> = wanted.iter().flat_map(|(kind, wanted)| self.asked(*kind, wanted, rules)).collect();
        let mut found = Found::default();
        for _ in 0..ROUNDS {
            let mut rest = Vec::new();
            for asked in asked.chunks(PARTS) {
                let parts: Vec<Part> = asked.iter().map(|it| Part::Query(it.query.clone())).collect();
                let answers = self.batch("events", &parts).await?;
                for (Asked { kind, since, .. }, rows) in asked.iter().zip(answers) {
                    let rows = match rows {
                        Ok(rows) => rows,
                        Err(error) => {
                            found.fault.get_or_insert(error);
                            continue;
                        }
                    };
                    if let (Some(since), Some(last)) = (since, ends_early(&rows)) {
                        let mut on = last;
                        if last.as_second() <= since.as_second() {
                            // More of them changed within one second than an answer holds: they cannot be told apart.
                            found.read_until(last);
                            on = last.saturating_add(SignedDuration::from_secs(1)).unwrap_or(last);
                        }
                        rest.extend(self.asked(*kind, &Wanted::Since(on), rules));
                    }
                    found.seen.extend(rows.records.iter().filter_map(|row| self.read_seen(*kind, row)));
                }
            }
            asked = rest;
            if asked.is_empty() {
                break;
            }
        }
        asked.iter().filter_map(|it| it.since).for_each(|since| found.read_until(since));
        Ok(found)
    }

    /// What is asked for one kind of record.
    fn asked(&self, kind: RecordKind, wanted: &Wanted, rules: &Rules) -> Vec<Asked> {
        let query = |condition: &Condition| self.query(kind, rules, condition);
        let asked = |since, query| Asked { kind, since, query };
        match wanted {
            Wanted::Ids(ids) => {
                let some = |ids: &[SalesforceId]| {
                    let ids = ids.iter().map(|id| id.as_str().to_owned()).collect();
                    query(&Condition::OneOf(s::ID, ids)).map(|query| asked(None, query))
                };
                ids.chunks(IDS).filter_map(some).collect()
            }
            Wanted::Since(moment) => {
                let query = query(&Condition::After(s::STAMP, *moment));
                let query = query.map(|query| query.ordered(&[(&s::STAMP, Order::Rising)]));
                query.map(|query| asked(Some(*moment), query)).into_iter().collect()
            }
            Wanted::Activating => {
                let activating = self.words.activation.activating.all().to_vec();
                let runs = Condition::OneOf(self.names.order_activation.clone(), activating);
                let open = Condition::NoneOf(s::STATUS, self.words.finished());
                let query = query(&Condition::All(vec![runs, open]));
                query.map(|query| asked(None, query.limit(ACTIVATING))).into_iter().collect()
            }
        }
    }

    /// The query for one kind of record; `None` for those that say nothing by themselves.
    fn query(&self, kind: RecordKind, rules: &Rules, condition: &Condition) -> Option<Soql> {
        let n = &self.names;
        let of_account = |field: &Name| s::ACCOUNT_PARENT.dot(field);
        let customer = [&s::NAME, &n.account_number, &n.account_whmcs];
        let mut fields = vec![s::ID, s::LAST_MODIFIED, s::STAMP];
        let object = match kind {
            RecordKind::Account => {
                fields.extend(customer.map(Name::clone));
                let dates = [&n.id_submitted, &n.id_verified, &n.eligibility_requested, &n.eligibility_checked];
                fields.extend(dates.map(Name::clone));
                fields.extend([&n.eligibility, &n.id_rejection].map(Name::clone));
                s::ACCOUNT
            }
            RecordKind::Order => {
                fields.extend([s::ORDER_NUMBER, n.order_error_code.clone(), n.order_error_message.clone()]);
                s::ORDER
            }
            RecordKind::Case => {
                fields.extend([s::CASE_NUMBER, s::SUBJECT]);
                s::CASE
            }
            RecordKind::Opportunity => {
                fields.push(s::NAME);
                s::OPPORTUNITY
            }
            RecordKind::OrderItem | RecordKind::Invoice => return None,
        };
        if kind != RecordKind::Account {
            fields.extend([s::ACCOUNT_ID, s::OWNER_ID, s::OWNER_NAME]);
            fields.extend(customer.map(of_account));
        }
        fields.extend(Aspect::fields(kind, n).into_iter().map(|(_, field)| field));
        let mut query = Soql::select(&fields, &object);
        if kind == RecordKind::Case {
            query = query.with(
                Soql::select(&[s::CREATED, s::CREATOR_LOGIN, s::CREATOR_TYPE], &COMMENTS)
                    .filter(&Condition::Flag(s::IS_PUBLISHED, true))
                    .newest_by(&s::CREATED)
                    .limit(WORDS),
            );
            if rules.answers_by_email {
                query = query.with(
                    Soql::select(&[s::MESSAGE_DATE, s::INCOMING], &EMAILS)
                        .filter(&Condition::NoneOf(s::STATUS, vec![talk::DRAFT.to_owned()]))
                        .newest_by(&s::MESSAGE_DATE)
                        .limit(WORDS),
                );
            }
        }
        Some(query.filter(condition))
    }

    fn read_seen(&self, kind: RecordKind, row: &Record) -> Option<Seen> {
        let n = &self.names;
        let id = reference(row, &s::ID)?;
        let account = if kind == RecordKind::Account { Some(id) } else { reference(row, &s::ACCOUNT_ID) };
        let of_account = |field: &Name| {
            text(row, &if kind == RecordKind::Account { field.clone() } else { s::ACCOUNT_PARENT.dot(field) })
        };
        let client = client_in_link(&of_account(&n.account_whmcs));
        let who = account.map(|account| Whose {
            key: CustomerKey { account: Some(account), client, line: None },
            number: of_account(&n.account_number),
            name: of_account(&s::NAME),
        });
        let (about, code, words) = match kind {
            RecordKind::Order => (&s::ORDER_NUMBER, Some(&n.order_error_code), Some(&n.order_error_message)),
            RecordKind::Case => (&s::CASE_NUMBER, Some(&s::SUBJECT), None),
            RecordKind::Opportunity => (&s::NAME, None, None),
            _ => (&n.account_number, Some(&n.eligibility), Some(&n.id_rejection)),
        };
        let about = if kind == RecordKind::Account { Text::default() } else { text(row, about) };
        let owner = text(row, &s::OWNER_NAME);
        let owner = reference(row, &s::OWNER_ID).map(|id| (id.as_str().to_owned(), owner));
        let mut states: Vec<(Aspect, String, Option<Timestamp>)> = Aspect::fields(kind, n)
            .into_iter()
            .map(|(aspect, field)| match aspect {
                Aspect::EndsInternet | Aspect::EndsSim => {
                    (aspect, moment(row, &field).map(word).unwrap_or_default(), None)
                }
                _ => (aspect, row.text(&field), self.own_date(aspect, row)),
            })
            .collect();
        if kind == RecordKind::Case {
            let wrote = self.customer_wrote(row);
            states.push((Aspect::Reply, wrote.map(word).unwrap_or_default(), wrote));
        }
        let of = |field: Option<&Name>| field.map(|field| text(row, field)).unwrap_or_default();
        let modified = moment(row, &s::LAST_MODIFIED)?;
        Some(Seen { kind, id, account, who, about, owner, code: of(code), words: of(words), states, modified })
    }

    /// When an account came to a state, where it says so.
    fn own_date(&self, aspect: Aspect, row: &Record) -> Option<Timestamp> {
        let n = &self.names;
        let dates = match aspect {
            Aspect::Verification => [&n.id_submitted, &n.id_verified],
            Aspect::Eligibility => [&n.eligibility_requested, &n.eligibility_checked],
            _ => return None,
        };
        dates.into_iter().filter_map(|field| moment(row, field)).max()
    }

    /// When the customer last wrote in a case.
    fn customer_wrote(&self, row: &Record) -> Option<Timestamp> {
        let comments = row.children(&COMMENTS);
        let comments = comments.iter().filter(|word| self.people.side(word) == Side::Customer);
        let comments = comments.filter_map(|word| moment(word, &s::CREATED));
        let mails = row.children(&EMAILS);
        let mails =
            mails.iter().filter(|mail| mail.flag(&s::INCOMING)).filter_map(|mail| moment(mail, &s::MESSAGE_DATE));
        comments.chain(mails).max()
    }

    /// The ids of the queues that the person at the desk works on.
    pub async fn my_queues(&self) -> Result<Vec<String>, Fault> {
        let me = self.agent().await?.id;
        let query = Soql::select(&[GROUP_ID], &GROUP_MEMBER).filter(&Condition::Is(MEMBER, me.as_str().to_owned()));
        let rows = self.batch("my-queues", &[Part::Query(query)]).await?.into_iter().next();
        let rows = rows.unwrap_or_else(|| Ok(Rows::default()))?;
        Ok(rows.records.iter().filter_map(|row| reference(row, &GROUP_ID)).map(|id| id.as_str().to_owned()).collect())
    }

    /// Events delivered to the whole organisation in the last 24 hours, and how many may be. `None` where it is not told.
    pub async fn deliveries(&self) -> Result<Option<(u64, u64)>, Fault> {
        let path = format!("services/data/{}/limits", super::VERSION);
        let limits = self.call("limits", |client, instance| client.get(joined(instance, &path))).await?;
        let of = |name: &str| limits.get("DailyDeliveredPlatformEvents")?.get(name)?.as_u64();
        Ok(of("Max").and_then(|max| Some((max.saturating_sub(of("Remaining")?), max))))
    }
}

/// When the last record changed of an answer that does not hold all of them.
fn ends_early(rows: &Rows) -> Option<Timestamp> {
    let whole = rows.records.len() as u64 >= rows.total;
    rows.records.last().filter(|_| !whole).and_then(|last| moment(last, &s::STAMP))
}

impl Found {
    fn read_until(&mut self, moment: Timestamp) {
        self.until = Some(self.until.map_or(moment, |until| until.min(moment)));
    }
}

const GROUP_MEMBER: Name = Name::fixed("GroupMember");
const GROUP_ID: Name = Name::fixed("GroupId");
const MEMBER: Name = Name::fixed("UserOrGroupId");

/// A moment as it is kept, the same whether an event or a record told it.
pub fn word(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
