//! Readings without a screen: the desk's own search and reads, answered as tables or as JSON.
//!
//! What was read is told whatever failed beside it: a system that is out is said on standard error and by the exit code.

mod answer;
mod evidence;
mod rows;

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::ops::ControlFlow;

use self::answer::{Answer, Body, Cell, Part, fault_words};
use super::find::{self, Found};
use super::session::Session;
use super::{Exit, Stop};
use crate::cli::{
    CaseCommand, CaseListArgs, CustomerCommand, FindArgs, How, InvoiceCommand, OrderCommand, Reading, SimCommand,
};
use crate::domain::customer::ClientId;
use crate::domain::line::Line;
use crate::domain::mask::mask;
use crate::domain::order::Order;
use crate::domain::phone::Msisdn;
use crate::domain::recognise::{What, recognise};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text;
use crate::domain::time;
use crate::domain::web::WebRecord;
use crate::domain::xray::Fact;
use crate::flow::{Customer, Deeper, Fault, Hit, Query, QueueList, Remote, Reply, SearchReply, Searched, Slot};
use crate::locale::{self, Words};

/// A customer as the search found them, and why.
struct Match {
    hits: Vec<Hit>,
}

impl Match {
    /// What the first system that knows it says.
    fn first<T>(&self, of: impl Fn(&Hit) -> Option<T>) -> Option<T> {
        self.hits.iter().find_map(of)
    }

    fn number(&self) -> String {
        self.first(|hit| Some(hit.customer_number.to_string()).filter(|it| !it.is_empty())).unwrap_or_default()
    }

    /// As the audit log calls them.
    fn reference(&self) -> String {
        let client = || self.first(|hit| hit.key.client.map(|id| id.to_string()));
        let account = || self.first(|hit| hit.key.account.map(|id| id.to_string()));
        Some(self.number()).filter(|it| !it.is_empty()).or_else(client).or_else(account).unwrap_or_default()
    }

    fn row(&self, revealed: bool, session: &Session) -> answer::Row {
        let client = |id: ClientId| Cell::count(id.0).of(WebRecord::Client(id));
        let account = |id: SalesforceId| Cell::text(id.as_str()).of(WebRecord::Salesforce(id));
        let text = |of: fn(&Hit) -> &str| {
            Cell::text(&self.first(|hit| Some(of(hit).to_owned()).filter(|it| !it.is_empty())).unwrap_or_default())
        };
        let why: BTreeSet<String> = self
            .hits
            .iter()
            .map(|hit| {
                let matched = match hit.why.personal() {
                    Some(kind) if !revealed => mask(kind, &hit.matched),
                    _ => hit.matched.to_string(),
                };
                format!("{} {matched}", session.words.say(hit.why.key())).trim_end().to_owned()
            })
            .collect();
        let systems: BTreeSet<&str> = self.hits.iter().map(|hit| hit.system.name()).collect();
        vec![
            ("customer", "label-customer-number", Cell::text(&self.number())),
            ("client", "label-client", Cell::any(self.first(|hit| hit.key.client), client)),
            ("account", "label-record-id", Cell::any(self.first(|hit| hit.key.account), account)),
            ("name", "column-name", text(|hit| &hit.name)),
            ("kana", "label-name-kana", text(|hit| &hit.kana)),
            ("why", "column-why", Cell::List(why.into_iter().collect())),
            ("systems", "column-from", Cell::List(systems.into_iter().map(str::to_owned).collect())),
        ]
    }
}

/// Finds customers as the search box does.
async fn find(session: &mut Session, args: &FindArgs) -> Result<Exit, Stop> {
    if text::folded(&args.text.join(" ")).trim().is_empty() {
        return Err(wrong(session, "cli-find-nothing"));
    }
    let mut found: Vec<Match> = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    // What was looked for in a part alone, and so may be elsewhere.
    let (mut remarks, mut partly): (Vec<SearchReply>, bool) = (Vec::new(), false);
    session
        .ask(Slot::Search, Query::Search(args.text.join(" ")), |reply| {
            match reply {
                Reply::Search(SearchReply::Hits(_, hits)) => hits.into_iter().for_each(|hit| add(&mut found, hit)),
                Reply::Search(SearchReply::Failed(fault)) => faults.push(fault),
                Reply::Search(remark) => {
                    partly |= matches!(remark, SearchReply::OnlyFirst(_) | SearchReply::LookedOnlyAt { .. });
                    remarks.push(remark);
                }
                _ => {}
            }
            ControlFlow::Continue(())
        })
        .await;
    for remark in remarks.iter().filter_map(|it| words_of(it, &session.words)) {
        writeln!(io::stderr(), "madoguchi: {remark}")?;
    }
    if found.is_empty() && faults.is_empty() {
        return Err(no_such(session));
    }
    let whom: Vec<String> = found.iter().map(Match::reference).collect();
    let revealed = session.reveals(args.how.reveal.as_deref(), &whom)?;
    session.found = whom;
    let rows: Vec<answer::Row> = found.iter().map(|it| it.row(revealed, session)).collect();
    let total = (!partly && faults.is_empty()).then_some(rows.len() as u64);
    let body = Body::Many(Some((rows, total)));
    let parts = vec![Part::made("customers", "cli-title-found", Some(Session::now()), body)];
    let answer = Answer { customer: String::new(), revealed, parts, beside: faults };
    told(session, &answer, args.how.json, Exit::Done)
}

/// What a system said beside its hits.
fn words_of(remark: &SearchReply, words: &Words) -> Option<String> {
    let system = |it: System| ("system", locale::Value::Text(it.name()));
    Some(match remark {
        SearchReply::CannotSearch(it, what) => {
            words.with("search-cannot", &[system(*it), ("what", locale::Value::Text(&words.say(what.key())))])
        }
        SearchReply::LookedOnlyAt { system: it, searched, newest } => {
            let what = words.say(searched.key());
            let newest = locale::Value::Number(i64::try_from(*newest).unwrap_or(i64::MAX));
            words.with("search-newest", &[system(*it), ("what", locale::Value::Text(&what)), ("n", newest)])
        }
        SearchReply::OnlyFirst(it) => words.with("search-only-first", &[system(*it)]),
        SearchReply::Remembered(it) => words.with("search-remembered", &[system(*it)]),
        _ => return None,
    })
}

/// Adds a hit to the customer it is of. A hit that knows both identities joins what each of them brought.
fn add(found: &mut Vec<Match>, hit: Hit) {
    let (mut same, others): (Vec<Match>, Vec<Match>) =
        std::mem::take(found).into_iter().partition(|it| it.hits.iter().any(|its| its.key.same_customer(&hit.key)));
    let mut hits: Vec<Hit> = same.drain(..).flat_map(|it| it.hits).collect();
    hits.push(hit);
    // Whoever answered first, the name is Salesforce's.
    hits.sort_by_key(|it| it.system);
    *found = others;
    found.push(Match { hits });
}

/// Reads what was asked for, and tells it.
pub(super) async fn read(session: &mut Session, asked: &Reading<'_>) -> Result<Exit, Stop> {
    match asked {
        Reading::Customer(CustomerCommand::Find(args)) => find(session, args).await,
        Reading::Customer(CustomerCommand::Show { which, how }) => customer(session, which, how).await,
        Reading::Invoice(InvoiceCommand::Show { which, how }) => invoice(session, which, how).await,
        Reading::Order(OrderCommand::Show { which, how }) => order(session, which, how, false).await,
        Reading::Order(OrderCommand::Xray { which, how }) => order(session, which, how, true).await,
        Reading::Sim(SimCommand::Show { which, how }) => sim(session, which, how, false).await,
        Reading::Sim(SimCommand::Usage { which, how }) => sim(session, which, how, true).await,
        Reading::Case(CaseCommand::Show { which, how }) => case(session, which, how).await,
        Reading::Case(CaseCommand::List(args)) => cases(session, args).await,
    }
}

fn no_such(session: &Session) -> Stop {
    Stop::new(Exit::Refused, session.words.say("cli-no-such").into_owned())
}

fn wrong(session: &Session, key: &str) -> Stop {
    Stop::new(Exit::Usage, session.words.say(key).into_owned())
}

/// Writes an answer: what was read to standard output, what went wrong to standard error too.
fn told(session: &mut Session, answer: &Answer, as_json: bool, at_least: Exit) -> Result<Exit, Stop> {
    if !answer.customer.is_empty() {
        session.in_hand = Some(answer.customer.clone());
    }
    let exit = match answer.exit() {
        Exit::Done => at_least,
        exit => exit,
    };
    let mut out = io::stdout().lock();
    if as_json {
        writeln!(out, "{}", answer.json(exit))?;
    } else if session.plain {
        write!(out, "{}", answer.sentences(&session.words, Session::now()))?;
    } else {
        write!(out, "{}", answer.text(&session.words, Session::now(), &session.pages))?;
    }
    out.flush()?;
    for fault in answer.faults() {
        writeln!(io::stderr(), "madoguchi: {}", fault_words(fault, &session.words))?;
    }
    Ok(exit)
}

/// The one customer whose record this is.
async fn whose(session: &mut Session, typed: String, fits: &[Searched]) -> Result<Found, Stop> {
    match find::one(session, typed, fits, "cli-several-fit").await? {
        Some(found) => Ok(found),
        None => Err(no_such(session)),
    }
}

async fn customer(session: &mut Session, which: &str, how: &How) -> Result<Exit, Stop> {
    if !find::names_one(session, which) {
        return Err(wrong(session, "cli-which-customer"));
    }
    let found = whose(session, which.to_owned(), find::CUSTOMER).await?;
    let it = session.open_customer(found.key).await;
    let revealed = session.reveals(how.reveal.as_deref(), &[it.reference()])?;
    let lines: Vec<answer::Row> =
        it.all_lines().iter().map(|line| vec![("line", "column-line", rows::line(line, revealed))]).collect();
    let known = it.knows_its_lines() || !lines.is_empty();
    let total = it.knows_its_lines().then_some(lines.len() as u64);
    let lines = Body::Many(known.then_some((lines, total)));
    // As old as the older of the two lists that name them.
    let services = it.subscriptions.known.as_ref().map(|known| known.read_at);
    let cards = it.sim_cards.known.as_ref().map(|known| known.read_at);
    let named = services.into_iter().chain(cards).min();
    let parts = vec![
        Part::one("account", "cli-title-account", &it.account, |it| rows::account(it, revealed)),
        Part::one("client", "cli-title-client", &it.client, |it| rows::client(it, revealed)),
        Part::rows("links", "panel-links", &it.links, |found| {
            found
                .iter()
                .map(|it| vec![("finding", "column-what", Cell::Named(it.name(), session.words.finding(it)))])
                .collect()
        }),
        Part::list("services", "section-services", &it.subscriptions, |it| rows::service(it, revealed)),
        Part::list("invoices", "cli-title-invoices", &it.invoices, rows::invoice),
        Part::rows("pay_methods", "section-pay-methods", &it.pay_methods, |all| {
            all.iter().map(|it| rows::pay_method(it, revealed)).collect()
        }),
        Part::list("orders", "cli-title-orders", &it.orders, rows::order),
        Part::list("whmcs_orders", "cli-title-whmcs-orders", &it.whmcs_orders, |it| rows::whmcs_order(it, revealed)),
        Part::made("lines", "panel-lines", named, lines),
        Part::list("cards", "cli-title-cards", &it.sim_cards, |it| rows::card(it, revealed)),
        Part::list("cases", "cli-title-cases", &it.cases, |it| rows::case(it, revealed)),
        Part::list("tickets", "cli-title-tickets", &it.tickets, |it| rows::ticket(it, revealed)),
    ];
    let answer = Answer { customer: it.reference(), revealed, parts, beside: Vec::new() };
    told(session, &answer, how.json, Exit::Done)
}

async fn invoice(session: &mut Session, which: &str, how: &How) -> Result<Exit, Stop> {
    let typed = format!("inv:{which}");
    reads_as(session, &typed, |what| matches!(what, What::InvoiceNumber(_)))?;
    let found = whose(session, typed, &[Searched::Invoice]).await?;
    let Place::Invoice(Some(id)) = found.opens else { return Err(no_such(session)) };
    let mut it = session.open_customer(found.key).await;
    session.look(&mut it, Deeper::Invoice(id)).await;
    let revealed = session.reveals(how.reveal.as_deref(), &[it.reference()])?;
    let row = it.invoices.value().and_then(|list| list.rows.iter().find(|row| row.id == id)).map(rows::invoice);
    let unread = Remote::default();
    let detail = it.invoice_details.get(&id).unwrap_or(&unread);
    let parts = vec![
        Part::of("invoice", "label-invoice", &it.invoices, Body::One(row)),
        Part::one("detail", "panel-detail", detail, |it| rows::invoice_detail(it, revealed)),
        Part::rows("items", "section-items", detail, |it| it.items.iter().map(|it| rows::item(it, revealed)).collect()),
        Part::rows("payments", "section-payments", detail, |it| {
            it.transactions.iter().map(|it| rows::payment(it, revealed)).collect()
        }),
    ];
    let answer = Answer { customer: it.reference(), revealed, parts, beside: Vec::new() };
    told(session, &answer, how.json, Exit::Done)
}

/// What was typed can be what is asked for.
fn reads_as(session: &Session, typed: &str, is: impl Fn(&What) -> bool) -> Result<(), Stop> {
    let fits = recognise(typed, &session.shapes).guesses.iter().any(|guess| is(&guess.what));
    if fits { Ok(()) } else { Err(wrong(session, "cli-which-number")) }
}

async fn order(session: &mut Session, which: &str, how: &How, through: bool) -> Result<Exit, Stop> {
    let typed = format!("order:{which}");
    reads_as(session, &typed, |what| matches!(what, What::OrderNumber(_)))?;
    let found = whose(session, typed, &[Searched::Order]).await?;
    let (Place::Order(Some(number)) | Place::Xray(number)) = found.opens else { return Err(no_such(session)) };
    let mut it = session.open_customer(found.key).await;
    let order = it.orders.value().and_then(|list| list.rows.iter().find(|row| row.number == number)).cloned();
    if order.is_none() && it.orders.value().is_some() {
        return Err(no_such(session));
    }
    let beside = match (&order, through) {
        (Some(order), true) => trace(session, &mut it, order).await,
        _ => Vec::new(),
    };
    let revealed = session.reveals(how.reveal.as_deref(), &[it.reference()])?;
    let row = order.as_ref().map(|it| rows::order_detail(it, revealed));
    let mut parts = vec![Part::of("order", "label-salesforce-order", &it.orders, Body::One(row))];
    if through {
        let now = Session::now();
        let seen = order.as_ref().map(|order| it.xray(order, &session.office, now));
        let steps = seen.as_ref().map(|seen| {
            let rows: Vec<answer::Row> = seen.steps.iter().map(|step| rows::step(step, revealed)).collect();
            let total = rows.len() as u64;
            (rows, Some(total))
        });
        parts.push(Part::made("xray", "label-xray", Some(now), Body::One(seen.as_ref().map(rows::xray))));
        parts.push(Part::made("steps", "cli-title-steps", Some(now), Body::Many(steps)));
        let evidence = seen.as_ref().map(|seen| evidence::of(seen, revealed));
        parts.push(Part::made("evidence", "cli-title-steps", Some(now), Body::Data(evidence)));
    } else {
        let items = order.as_ref().map(|order| {
            let rows: Vec<answer::Row> = order.items.iter().map(rows::order_item).collect();
            let total = rows.len() as u64;
            (rows, Some(total))
        });
        parts.push(Part::of("items", "section-items", &it.orders, Body::Many(items)));
    }
    let answer = Answer { customer: it.reference(), revealed, parts, beside };
    told(session, &answer, how.json, Exit::Done)
}

/// Reads what an order leaves its traces in, as the desk does when somebody looks. Answers what could not be read.
async fn trace(session: &mut Session, it: &mut Customer, order: &Order) -> Vec<Fault> {
    session.look(it, Deeper::Changes).await;
    session.look(it, Deeper::Emails).await;
    let seen = it.xray(order, &session.office, Session::now());
    let unread = seen.steps.iter().flat_map(|step| &step.evidence).find_map(|said| match &said.fact {
        Fact::LineUnread(line) => Some(line.clone()),
        _ => None,
    });
    if let Some(line) = unread {
        session.look(it, Deeper::Line(line)).await;
    }
    let faults = [
        &it.account.fault,
        &it.client.fault,
        &it.subscriptions.fault,
        &it.invoices.fault,
        &it.pay_methods.fault,
        &it.whmcs_orders.fault,
        &it.opportunities.fault,
        &it.sim_cards.fault,
        &it.changes.fault,
        &it.emails.fault,
    ];
    faults.into_iter().chain(it.lines.iter().map(|(_, line)| &line.fault)).flatten().cloned().collect()
}

async fn sim(session: &mut Session, which: &str, how: &How, usage: bool) -> Result<Exit, Stop> {
    let Ok(line) = Msisdn::parse(which, session.fixtures) else { return Err(wrong(session, "cli-which-line")) };
    let mut read: Remote<Line> = Remote::default();
    session
        .ask(Slot::Line, Query::Line(line.clone()), |reply| {
            if let Reply::Line(_, answer) = reply {
                read.take(answer);
            }
            ControlFlow::Continue(())
        })
        .await;
    if read.value().is_none() && read.fault.as_ref().is_some_and(Fault::is_absence) {
        return Err(no_such(session));
    }
    // Whose it is comes from the other systems. The line is told without them.
    let (found, exit) = match find::one(session, line.to_string(), &[Searched::LineNumber], "cli-several-fit").await {
        Ok(found) => (found, Exit::Done),
        Err(stop) => {
            for why in &stop.why {
                writeln!(io::stderr(), "madoguchi: {why}")?;
            }
            (None, if stop.exit == Exit::Unreachable { Exit::Unreachable } else { Exit::Done })
        }
    };
    let customer = found.as_ref().map(|it| find::named(&it.key, &it.number)).unwrap_or_default();
    let known = if customer.is_empty() { "?".to_owned() } else { customer.clone() };
    let revealed = session.reveals(how.reveal.as_deref(), &[known])?;
    let parts = if usage {
        let today = read.known.as_ref().map(|known| time::today(known.read_at));
        let used = read.value().and_then(|line| line.usage.as_ref()).zip(today);
        let throttled = used.map(|(usage, _)| {
            vec![
                ("line", "label-line", rows::line(&line, revealed)),
                ("throttled", "label-throttled", Cell::told(usage.throttled, Cell::Flag)),
            ]
        });
        let days = used.map(|(usage, today)| rows::days(usage, today));
        let top_ups = read.value().and_then(|line| line.top_ups.as_ref());
        let top_ups = top_ups.map(|all| all.iter().map(rows::top_up).collect::<Vec<_>>());
        vec![
            Part::of("usage", "section-data", &read, Body::One(throttled)),
            Part::of("days", "label-used-days", &read, Body::Many(days.map(|rows| (rows, None)))),
            Part::of("top_ups", "label-top-ups", &read, Body::Many(top_ups.map(|rows| (rows, None)))),
        ]
    } else {
        vec![Part::one("sim", "section-line", &read, |line| rows::sim(line, revealed))]
    };
    told(session, &Answer { customer, revealed, parts, beside: Vec::new() }, how.json, exit)
}

async fn case(session: &mut Session, which: &str, how: &How) -> Result<Exit, Stop> {
    let typed = format!("case:{which}");
    reads_as(session, &typed, |what| matches!(what, What::CaseNumber(_)))?;
    let found = whose(session, typed, &[Searched::Case]).await?;
    let Place::Case(Some(number)) = found.opens else { return Err(no_such(session)) };
    let mut it = session.open_customer(found.key).await;
    let case = it.cases.value().and_then(|list| list.rows.iter().find(|row| row.number == number)).cloned();
    match &case {
        Some(case) => session.look(&mut it, Deeper::Case(case.id)).await,
        None if it.cases.value().is_some() => return Err(no_such(session)),
        None => {}
    }
    let revealed = session.reveals(how.reveal.as_deref(), &[it.reference()])?;
    let unread = Remote::default();
    let messages = case.as_ref().and_then(|case| it.case_messages.get(&case.id)).unwrap_or(&unread);
    let row = case.as_ref().map(|case| rows::case_detail(case, revealed));
    let parts = vec![
        Part::of("case", "cli-title-case", &it.cases, Body::One(row)),
        Part::list("messages", "cli-title-messages", messages, |it| rows::message(it, revealed)),
    ];
    told(session, &Answer { customer: it.reference(), revealed, parts, beside: Vec::new() }, how.json, Exit::Done)
}

async fn cases(session: &mut Session, args: &CaseListArgs) -> Result<Exit, Stop> {
    let mut list = QueueList::opening(args.queue());
    let mut from = None;
    loop {
        let first = from.is_none();
        session
            .ask(Slot::Queue, Query::Queue(list.queue, from.take()), |reply| {
                if let Reply::Queue { page, .. } = reply {
                    list.take(first, page);
                }
                ControlFlow::Continue(())
            })
            .await;
        from = list.page.value().and_then(|page| page.next.clone());
        let enough = list.page.value().is_none_or(|page| page.rows.len() >= args.most as usize);
        if enough || from.is_none() || list.page.fault.is_some() {
            break;
        }
    }
    let rows = list.page.value().map(|page| {
        let rows: Vec<answer::Row> = page.rows.iter().take(args.most as usize).map(rows::waiting).collect();
        (rows, page.total)
    });
    let parts = vec![Part::of("cases", "cli-title-cases", &list.page, Body::Many(rows))];
    told(
        session,
        &Answer { customer: String::new(), revealed: false, parts, beside: Vec::new() },
        args.json,
        Exit::Done,
    )
}
