//! Whose change it is: the one customer that a number names.

use std::ops::ControlFlow;

use super::session::Session;
use super::{Exit, Stop};
use crate::cli::ChangeArgs;
use crate::domain::change::{FieldKind, SubjectKind, Who};
use crate::domain::customer::CustomerKey;
use crate::domain::recognise::{What, recognise};
use crate::domain::status::Place;
use crate::domain::text::Text;
use crate::flow::{CustomerPart, Fault, Hit, Query, Reply, SearchReply, Searched, Slot};

/// What names one customer.
pub(super) const CUSTOMER: &[Searched] =
    &[Searched::CustomerNumber, Searched::ClientId, Searched::RecordId, Searched::LineNumber];

/// Finds whom a change is about, by what was named or by what the change is about. Never guesses between two.
pub(super) async fn customer(session: &mut Session, args: &ChangeArgs) -> Result<Who, Stop> {
    let say = |key: &str| session.words.say(key).into_owned();
    let (typed, fits): (String, &[Searched]) = match &args.customer {
        Some(typed) => {
            if !names_one(session, typed) {
                return Err(Stop::new(Exit::Usage, say("cli-customer-wrong")));
            }
            (typed.clone(), CUSTOMER)
        }
        None => subject(args).ok_or_else(|| Stop::new(Exit::Usage, say("cli-whose")))?,
    };
    match one(session, typed, fits, "cli-several").await? {
        Some(found) => Ok(whole(session, found.key).await),
        None => Err(Stop::new(Exit::Usage, session.words.say("cli-nobody").into_owned())),
    }
}

/// Whether what was typed can name one customer: a number does, a name does not.
pub(super) fn names_one(session: &Session, typed: &str) -> bool {
    recognise(typed, &session.shapes).guesses.into_iter().any(|guess| {
        matches!(guess.what, What::CustomerNumber(_) | What::ClientId(_) | What::SalesforceId(_) | What::Phone(_))
    })
}

/// A customer that a search found.
#[derive(Debug)]
pub(super) struct Found {
    /// How to open it.
    pub key: CustomerKey,
    /// Customer number; empty where no system told it.
    pub number: Text,
    /// Where what was searched for stands.
    pub opens: Place,
}

/// The one customer that fits. Two are told with `several`, never guessed between.
pub(super) async fn one(
    session: &mut Session,
    typed: String,
    fits: &[Searched],
    several: &str,
) -> Result<Option<Found>, Stop> {
    let mut found: Vec<Found> = Vec::new();
    for hit in search(session, typed, fits).await? {
        match found.iter_mut().find(|it| it.key.same_customer(&hit.key)) {
            Some(Found { key, number, opens }) => {
                key.account = key.account.or(hit.key.account);
                key.client = key.client.or(hit.key.client);
                key.line = key.line.take().or(hit.key.line);
                if number.is_empty() {
                    *number = hit.customer_number;
                }
                if !opens.is_record() {
                    *opens = hit.opens;
                }
            }
            None => found.push(Found { key: hit.key, number: hit.customer_number, opens: hit.opens }),
        }
    }
    if found.len() > 1 {
        let who: Vec<String> = found.iter().map(|it| named(&it.key, &it.number)).collect();
        let values = [("who", crate::locale::Value::Text(&who.join(", ")))];
        return Err(Stop::new(Exit::Usage, session.words.with(several, &values)));
    }
    Ok(found.pop())
}

/// Whether what a field names finds its customer by itself.
pub(super) const fn finds_customer(kind: FieldKind) -> bool {
    use SubjectKind::{Case, Invoice, Line, Order};
    matches!(kind, FieldKind::Subject(Line | Invoice | Order | Case))
}

/// What the change is about, as it is searched for.
fn subject(args: &ChangeArgs) -> Option<(String, &'static [Searched])> {
    args.spec.fields.iter().find_map(|field| {
        let FieldKind::Subject(kind) = field.kind else { return None };
        let value = args.values.get(field.name)?;
        match kind {
            SubjectKind::Line => Some((value.clone(), &[Searched::LineNumber] as &[_])),
            SubjectKind::Invoice => Some((format!("inv:{value}"), &[Searched::Invoice])),
            SubjectKind::Order => Some((format!("order:{value}"), &[Searched::Order])),
            SubjectKind::Case => Some((format!("case:{value}"), &[Searched::Case])),
            SubjectKind::Service | SubjectKind::Opportunity | SubjectKind::Ticket | SubjectKind::Task => None,
        }
    })
}

async fn search(session: &mut Session, typed: String, fits: &[Searched]) -> Result<Vec<Hit>, Stop> {
    let mut hits: Vec<Hit> = Vec::new();
    let mut failed: Option<Fault> = None;
    session
        .ask(Slot::Search, Query::Search(typed), |reply| {
            match reply {
                Reply::Search(SearchReply::Hits(_, more)) => {
                    hits.extend(more.into_iter().filter(|hit| fits.contains(&hit.why)));
                }
                Reply::Search(SearchReply::Failed(fault)) => failed = Some(fault),
                _ => {}
            }
            ControlFlow::Continue(())
        })
        .await;
    match failed {
        // A system that did not answer may know another one.
        Some(fault) if hits.is_empty() => Err(Stop::fault(&fault, &session.words)),
        _ => Ok(hits),
    }
}

/// Both identities of a customer and their number, as far as the systems say.
async fn whole(session: &mut Session, mut key: CustomerKey) -> Who {
    let line = key.line.take();
    let (mut account, mut client) = (None, None);
    session
        .ask(Slot::Customer, Query::Customer(key.clone()), |reply| {
            match reply {
                Reply::Customer(CustomerPart::Key(more)) => {
                    key.account = key.account.or(more.account);
                    key.client = key.client.or(more.client);
                }
                Reply::Customer(CustomerPart::Account(it)) => {
                    account = Some(it.value().map(|it| it.number.clone()).unwrap_or_default());
                }
                Reply::Customer(CustomerPart::Client(it)) => {
                    client = Some(it.value().map(|it| it.customer_number.clone()).unwrap_or_default());
                }
                _ => {}
            }
            if account.is_some() && client.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await;
    let number = [account, client].into_iter().flatten().find(|number| !number.is_empty()).unwrap_or_default();
    let number = Text::line(&named(&key, &number));
    key.line = line;
    Who { key, number }
}

/// How people name the customer: the customer number, or the client's.
pub(super) fn named(key: &CustomerKey, number: &Text) -> String {
    match (number.is_empty(), key.client, key.account) {
        (false, ..) => number.to_string(),
        (true, Some(client), _) => client.to_string(),
        (true, None, Some(account)) => account.as_str().to_owned(),
        (true, None, None) => String::new(),
    }
}
