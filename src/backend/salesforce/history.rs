//! What Salesforce remembers of a customer's records: one row per changed field, told by whoever changed it.
//!
//! Each object keeps its history in an object of its own, and an org may have some of them switched off or hidden. What one
//! of them refuses is said, the others are shown. The beginning of a record is in no history of an org that began to keep
//! one later, so it is read from the records themselves.

use std::collections::{BTreeSet, HashMap};

use super::convert::{id, moment, reference, text};
use super::names::{Names, standard as s};
use super::soql::{Condition, Name, Soql};
use super::wire::Record;
use super::{Part, Partly, Rows, Salesforce, missing};
use crate::domain::billing::Listing;
use crate::domain::history::{Change, Field, Subject};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::flow::fault::Fault;
use crate::flow::said;

/// Rows read of one history.
const ROWS: u32 = 200;
/// The field that a history names when a record came to be; there is no such field.
const CREATED: &str = "created";
/// What a history calls the owner.
const OWNER: &str = "Owner";
/// The history that every org keeps of opportunities: not fields but the whole as it was from then on.
const SNAPSHOTS: &str = "OpportunityHistory";
/// What a snapshot tells.
const SNAPSHOT: [Name; 3] = [s::STAGE, s::AMOUNT, s::CLOSE_DATE];

/// Which object a history belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Account,
    Order,
    Case,
    Opportunity,
}

/// One history: where it is kept and how its rows lead to the account.
struct History<'a> {
    kind: Kind,
    object: &'a Name,
    /// The reference to the record.
    record: Name,
    /// The account of that record.
    account: Name,
    /// What the record is called.
    called: Option<Name>,
}

impl History<'_> {
    fn all(names: &Names) -> [History<'_>; 4] {
        let history = |kind, object, record, account, called| History { kind, object, record, account, called };
        [
            history(Kind::Account, &names.account_history, s::ACCOUNT_ID, s::ACCOUNT_ID, None),
            history(Kind::Order, &names.order_history, s::ORDER_ID, s::ORDER_ACCOUNT, Some(s::ORDER_OF_NUMBER)),
            history(Kind::Case, &names.case_history, s::CASE_ID, s::CASE_ACCOUNT, Some(s::CASE_OF_NUMBER)),
            history(
                Kind::Opportunity,
                &names.opportunity_history,
                s::OPPORTUNITY_ID,
                s::OPPORTUNITY_ACCOUNT,
                Some(s::OPPORTUNITY_NAME),
            ),
        ]
    }

    fn tells_snapshots(&self) -> bool {
        self.object.as_str().eq_ignore_ascii_case(SNAPSHOTS)
    }

    /// Its newest rows, and how many it has.
    fn parts(&self, account: SalesforceId) -> [Part; 2] {
        let own = Condition::Is(self.account.clone(), account.as_str().to_owned());
        let told: &[Name] = if self.tells_snapshots() { &SNAPSHOT } else { &[s::FIELD, s::OLD_VALUE, s::NEW_VALUE] };
        let rows = Soql::select(
            [&self.record, &s::CREATED, &s::CREATOR].into_iter().chain(&self.called).chain(told),
            self.object,
        )
        .filter(&own)
        .newest_by(&s::CREATED)
        .limit(ROWS);
        [Part::Query(rows), Part::Query(Soql::count(self.object).filter(&own))]
    }

    fn subject(&self, row: &Record) -> Option<Subject> {
        let called = self.called.as_ref().map(|called| text(row, called)).unwrap_or_default();
        subject(self.kind, reference(row, &self.record), called)
    }

    /// The rows as changes.
    fn read(&self, rows: &Rows, names: &Names) -> Vec<Told> {
        if self.tells_snapshots() { self.snapshots(rows, names) } else { self.fields(rows, names) }
    }

    fn fields(&self, rows: &Rows, names: &Names) -> Vec<Told> {
        // A changed reference is told twice, by name and by id.
        let by_name: BTreeSet<[String; 3]> =
            rows.records.iter().filter(|row| !tells_ids(row)).map(|row| self.moment_of_field(row)).collect();
        let mut told = Vec::new();
        for row in &rows.records {
            if tells_ids(row) && by_name.contains(&self.moment_of_field(row)) {
                continue;
            }
            let Some(of) = self.subject(row) else { continue };
            let change = Change {
                at: moment(row, &s::CREATED),
                who: text(row, &s::CREATOR),
                of,
                field: field_of(&row.text(&s::FIELD), names),
                old: text(row, &s::OLD_VALUE),
                new: text(row, &s::NEW_VALUE),
            };
            told.push(Told { record: reference(row, &self.record), change });
        }
        told
    }

    fn moment_of_field(&self, row: &Record) -> [String; 3] {
        [row.text(&self.record), row.text(&s::FIELD), row.text(&s::CREATED)]
    }

    /// What differs from the snapshot before. The first snapshot of an opportunity is its beginning, which the opportunity
    /// itself tells.
    fn snapshots(&self, rows: &Rows, names: &Names) -> Vec<Told> {
        let mut before: HashMap<String, &Record> = HashMap::new();
        let mut told = Vec::new();
        for row in rows.records.iter().rev() {
            let Some(older) = before.insert(row.text(&self.record), row) else { continue };
            let Some(of) = self.subject(row) else { continue };
            for field in &SNAPSHOT {
                let (old, new) = (text(older, field), text(row, field));
                if old != new {
                    let field = field_of(field.as_str(), names);
                    let (at, who) = (moment(row, &s::CREATED), text(row, &s::CREATOR));
                    let change = Change { at, who, of: of.clone(), field, old, new };
                    told.push(Told { record: reference(row, &self.record), change });
                }
            }
        }
        told
    }
}

/// A change with the record it happened to.
struct Told {
    record: Option<SalesforceId>,
    change: Change,
}

/// The field that a history names.
fn field_of(name: &str, names: &Names) -> Field {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    match name {
        _ if is(CREATED) => Field::Created,
        _ if is(s::STATUS.as_str()) => Field::Status,
        // A reference is told by its relation.
        _ if is(OWNER) || is(s::OWNER_ID.as_str()) => Field::Owner,
        _ if is(s::PRIORITY.as_str()) => Field::Priority,
        _ if is(s::STAGE.as_str()) => Field::Stage,
        _ if is(s::AMOUNT.as_str()) => Field::Amount,
        _ if is(s::CLOSE_DATE.as_str()) => Field::CloseDate,
        _ if is(names.order_activation.as_str()) => Field::Activation,
        _ if is(names.eligibility_status.as_str()) => Field::Eligibility,
        _ if is(names.id_status.as_str()) => Field::Verification,
        _ => Field::Other(Text::line(name)),
    }
}

fn subject(kind: Kind, record: Option<SalesforceId>, called: Text) -> Option<Subject> {
    Some(match kind {
        Kind::Account => Subject::Account,
        Kind::Order => Subject::Order(called),
        Kind::Case => Subject::Case(called),
        Kind::Opportunity => Subject::Opportunity { id: record?, name: called },
    })
}

fn tells_ids(row: &Record) -> bool {
    let values = [&s::OLD_VALUE, &s::NEW_VALUE].map(|value| row.text(value));
    let is_id = |value: &String| value.is_empty() || SalesforceId::parse(value).is_ok();
    values.iter().any(|value| !value.is_empty()) && values.iter().all(is_id)
}

/// Records whose beginning is read from themselves: object and what it calls its records.
const BEGINNINGS: [(Kind, Name, Name); 3] = [
    (Kind::Order, s::ORDER, s::ORDER_NUMBER),
    (Kind::Case, s::CASE, s::CASE_NUMBER),
    (Kind::Opportunity, s::OPPORTUNITY, s::NAME),
];

impl Salesforce {
    /// What happened to the account's records, newest first, in one call.
    pub async fn changes(&self, account: SalesforceId) -> Partly<Listing<Change>> {
        let histories = History::all(&self.names);
        let mut parts: Vec<Part> = histories.iter().flat_map(|history| history.parts(account)).collect();
        let own = Condition::Is(s::ACCOUNT_ID, account.as_str().to_owned());
        parts.extend(BEGINNINGS.map(|(_, object, called)| {
            let fields = [s::ID, called, s::CREATED, s::CREATOR];
            Part::Query(Soql::select(&fields, &object).filter(&own).newest_by(&s::CREATED).limit(ROWS))
        }));
        let answers = match self.batch("changes", &parts).await {
            Ok(answers) => answers,
            Err(fault) => return Partly::failed(fault),
        };
        let mut answers = answers.into_iter();
        let mut next = || answers.next().unwrap_or_else(|| Err(super::unreadable(said::PART_MISSING)));
        let mut found = Found::default();
        for history in &histories {
            let (rows, count) = (next(), next());
            found.take(history.object, rows, |rows| {
                (history.read(rows, &self.names), count.map_or(0, |count| count.total))
            });
        }
        for (kind, object, called) in &BEGINNINGS {
            found.take(object, next(), |rows| {
                let told = rows.records.iter().filter_map(|row| beginning(*kind, called, row)).collect();
                (told, rows.total)
            });
        }
        found.done()
    }
}

fn beginning(kind: Kind, called: &Name, row: &Record) -> Option<Told> {
    let record = id(row)?;
    let of = subject(kind, Some(record), text(row, called))?;
    let (at, who, field) = (moment(row, &s::CREATED), text(row, &s::CREATOR), Field::Created);
    Some(Told {
        record: Some(record),
        change: Change { at, who, of, field, old: Text::default(), new: Text::default() },
    })
}

/// What was told so far, and who did not tell.
#[derive(Default)]
struct Found {
    told: Vec<Change>,
    begun: BTreeSet<SalesforceId>,
    /// Rows that there are and that were not read.
    unread: u64,
    answered: bool,
    faults: Vec<(String, Fault)>,
}

impl Found {
    fn take(&mut self, object: &Name, rows: Result<Rows, Fault>, read: impl FnOnce(&Rows) -> (Vec<Told>, u64)) {
        let rows = match rows {
            Ok(rows) => rows,
            Err(fault) => return self.faults.push((object.to_string(), fault)),
        };
        self.answered = true;
        let (told, total) = read(&rows);
        self.unread += total.saturating_sub(rows.records.len() as u64);
        for Told { record, change } in told {
            let begins = change.field == Field::Created;
            // A history that knows the beginning comes before the record that tells it too.
            if begins && record.is_some_and(|record| !self.begun.insert(record)) {
                continue;
            }
            self.told.push(change);
        }
    }

    fn done(mut self) -> Partly<Listing<Change>> {
        self.told.sort_by_key(|change| std::cmp::Reverse(change.at));
        let total = self.told.len() as u64 + self.unread;
        let value = self.answered.then_some(Listing { rows: self.told, total });
        Partly { value, fault: missing(self.faults) }
    }
}
