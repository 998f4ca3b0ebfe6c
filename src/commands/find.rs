//! Whose change it is: the one customer that a number names.

use std::ops::ControlFlow;

use super::session::Session;
use super::{Exit, Stop};
use crate::cli::ChangeArgs;
use crate::domain::change::{FieldKind, SubjectKind, Who};
use crate::domain::customer::CustomerKey;
use crate::domain::recognise::{What, recognise};
use crate::domain::text::Text;
use crate::flow::{CustomerPart, Fault, Hit, Query, Reply, SearchReply, Searched, Slot};

/// Finds whom a change is about, by what was named or by what the change is about. Never guesses between two.
pub(super) async fn customer(session: &mut Session, args: &ChangeArgs) -> Result<Who, Stop> {
    let say = |key: &str| session.words.say(key).into_owned();
    let (typed, fits): (String, &[Searched]) = match &args.customer {
        Some(typed) => {
            let named = recognise(typed, &session.shapes).guesses.into_iter().any(|guess| {
                matches!(
                    guess.what,
                    What::CustomerNumber(_) | What::ClientId(_) | What::SalesforceId(_) | What::Phone(_)
                )
            });
            if !named {
                return Err(Stop::new(Exit::Usage, say("cli-customer-wrong")));
            }
            let fits = &[Searched::CustomerNumber, Searched::ClientId, Searched::RecordId, Searched::LineNumber];
            (typed.clone(), fits)
        }
        None => subject(args).ok_or_else(|| Stop::new(Exit::Usage, say("cli-whose")))?,
    };
    let hits = search(session, typed, fits).await?;
    let say = |key: &str| session.words.say(key).into_owned();
    let mut found: Vec<(CustomerKey, Text)> = Vec::new();
    for hit in hits {
        match found.iter_mut().find(|(key, _)| key.same_customer(&hit.key)) {
            Some((key, number)) => {
                key.account = key.account.or(hit.key.account);
                key.client = key.client.or(hit.key.client);
                key.line = key.line.take().or(hit.key.line);
                if number.is_empty() {
                    *number = hit.customer_number;
                }
            }
            None => found.push((hit.key, hit.customer_number)),
        }
    }
    match found.len() {
        0 => Err(Stop::new(Exit::Usage, say("cli-nobody"))),
        1 => Ok(whole(session, found.remove(0).0).await),
        _ => {
            let who: Vec<String> = found.iter().map(|(key, number)| named(key, number)).collect();
            let who = who.join(", ");
            let values = [("who", crate::locale::Value::Text(&who))];
            Err(Stop::new(Exit::Usage, session.words.with("cli-several", &values)))
        }
    }
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
        Some(fault) if hits.is_empty() => Err(Stop::fault(&fault)),
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
fn named(key: &CustomerKey, number: &Text) -> String {
    match (number.is_empty(), key.client, key.account) {
        (false, ..) => number.to_string(),
        (true, Some(client), _) => client.to_string(),
        (true, None, Some(account)) => account.as_str().to_owned(),
        (true, None, None) => String::new(),
    }
}
