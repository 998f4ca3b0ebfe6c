//! Salesforce: who the desk is there, and whether the org is as it is configured.

use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use futures_util::stream;

use super::fields::{self, Object};
use super::{Over, Visit, list, near, words};
use crate::backend::notify::refused::{Refused, Remedy};
use crate::backend::salesforce::soql::Name;
use crate::backend::salesforce::{Described, Salesforce, Whose};
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::doctor::{Area, Code, Finding};
use crate::flow::fault::{Fault, FaultKind, Hint};

const SYSTEM: System = System::Salesforce;
const AREA: Area = Area::System(SYSTEM);
/// Objects that are asked for at once.
const AT_ONCE: usize = 4;
/// A day's allowance of which less than this part, in percent, is left.
const LOW_PERCENT: u64 = 10;
/// A number that no customer has, and an id that no record has: what is asked about them finds nothing and costs nothing.
const NOBODY: &str = "madoguchi-doctor";
const NO_RECORD: &str = "001000000000000";

fn found(code: Code) -> Finding {
    Finding::new(AREA, code)
}

fn count(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

impl Visit<'_> {
    fn org(&self) -> &Salesforce {
        &self.backend.salesforce
    }

    pub(super) async fn salesforce(&self) -> Result<(), Over> {
        let org = self.org();
        let address = org.versions_at().ok_or(Over)?;
        let reached = self.reach(SYSTEM, org.http(), &address).await?;
        match Salesforce::serves(&reached.body) {
            Some(true) => self.say(found(Code::VersionServed).with("version", Salesforce::VERSION)).await,
            Some(false) => self.say(found(Code::VersionUnserved).with("version", Salesforce::VERSION)).await,
            // Whoever answered will be heard of by the sign-in.
            None => {}
        }
        self.sign_in().await?;
        self.allowances().await;
        futures_util::join!(self.people(), self.objects(), self.sale(), self.questions(), self.topics());
        Ok(())
    }

    async fn sign_in(&self) -> Result<(), Over> {
        let org = self.org();
        let pass = match org.pass().await {
            Ok(pass) => pass,
            Err(fault) => {
                let code = match (fault.kind, fault.hint) {
                    (_, Hint::SignInAgain) => Code::SignedOut,
                    (FaultKind::SignIn, _) => Code::SignInRefused,
                    _ => Code::Broken,
                };
                self.say(found(code).with("about", "sign-in").with("why", fault.message.phrase())).await;
                return Err(Over);
            }
        };
        let host = Text::line(pass.instance().host_str().unwrap_or_default());
        let (identity, organization) = futures_util::join!(org.identity(), org.organization());
        match identity {
            Ok(it) => {
                let who = Text::line(&format!("{} ({})", it.name, it.username));
                self.say(found(Code::SignedIn).with("who", who).with("where", host)).await;
            }
            Err(fault) if fault.kind == FaultKind::SignIn => {
                self.say(found(Code::SignInRefused).with("why", fault.message.phrase())).await;
                return Err(Over);
            }
            Err(fault) => self.say(found(Code::IdentityUntold).with("why", fault.message.phrase())).await,
        }
        match organization {
            Ok(it) => {
                let code = if it.sandbox { Code::OrganizationSandbox } else { Code::Organization };
                self.say(found(code).with("name", it.name).with("instance", it.instance)).await;
            }
            Err(fault) => self.unread("Organization", &fault).await,
        }
        Ok(())
    }

    async fn allowances(&self) {
        let told = match self.org().allowances().await {
            Ok(told) => told,
            Err(fault) => return self.unread("limits", &fault).await,
        };
        let names = ["DailyApiRequests", "DailyDeliveredPlatformEvents"];
        let codes = [(Code::Calls, Code::CallsLow), (Code::Deliveries, Code::DeliveriesLow)];
        for ((left, name), (enough, low)) in told.into_iter().zip(names).zip(codes) {
            self.say(match left {
                Some((left, most)) => {
                    let code = if left.saturating_mul(100) < most.saturating_mul(LOW_PERCENT) { low } else { enough };
                    found(code).with("left", count(left)).with("most", count(most))
                }
                None => found(Code::LimitUntold).with("about", name),
            })
            .await;
        }
    }

    /// Who is at the desk, who writes for customers, and who gets what the desk hands over.
    async fn people(&self) {
        let org = self.org();
        self.say(match org.agent().await {
            Ok(agent) => found(Code::Agent).with("name", agent.name),
            Err(fault) => found(Code::AgentMissing).with("why", fault.message.phrase()),
        })
        .await;
        if org.portal().is_empty() {
            self.say(found(Code::PortalUsersNone)).await;
        } else {
            match org.active_users(org.portal()).await {
                Ok(there) => {
                    let is = |name: &&String| there.iter().any(|it| it.eq_ignore_ascii_case(name));
                    let (known, missing): (Vec<_>, Vec<_>) = org.portal().iter().partition(is);
                    for name in missing {
                        self.say(found(Code::PortalUserMissing).with("about", name.as_str())).await;
                    }
                    if !known.is_empty() {
                        self.say(found(Code::PortalUsers).with("n", count(known.len()))).await;
                    }
                }
                Err(fault) => self.unread("User", &fault).await,
            }
        }
        let owner = &self.backend.office.sim.suspension_owner;
        if !owner.is_empty() {
            match org.may_own(owner).await {
                Ok(true) => {}
                Ok(false) => self.say(found(Code::OwnerMissing).with("about", owner.as_str())).await,
                Err(fault) => self.unread("User, Group", &fault).await,
            }
        }
    }

    /// Every object that is used: that it is there, its fields, the words of its picklists, its record types.
    async fn objects(&self) {
        let (org, backend) = (self.org(), self.backend);
        let names = &org.names;
        let asked = Object::ALL
            .into_iter()
            .filter_map(|object| Some((object, Name::try_from(object.name(names).to_owned()).ok()?)));
        let describe = async |(object, name): (Object, Name)| (object, org.describe(&name).await);
        let mut described = stream::iter(asked).map(describe).buffered(AT_ONCE);
        let (mut fields, mut words) = (0, 0);
        while let Some((object, answer)) = described.next().await {
            let place = Text::line(object.name(names));
            match answer {
                Ok(Some(it)) => {
                    let (n, wrong) = fields::check(object, &it, names, self.changes());
                    fields += n - wrong.len();
                    self.say_all(wrong).await;
                    let rules = (names, &*backend.office);
                    let (n, wrong) = words::check(object, &it, rules, self.changes());
                    words += n;
                    self.say_all(wrong).await;
                    self.record_types(object, &it).await;
                }
                Ok(None) => self.say(found(Code::ObjectMissing).with("about", place)).await,
                Err(fault) => self.unread(&format!("describe {place}"), &fault).await,
            }
        }
        if fields > 0 {
            self.say(found(Code::Fields).with("n", count(fields))).await;
        }
        if words > 0 {
            self.say(found(Code::PicklistWords).with("n", count(words))).await;
        }
        self.histories().await;
    }

    async fn record_types(&self, object: Object, described: &Described) {
        let waiting = &self.backend.waiting;
        let (key, wanted) = match object {
            Object::Order => ("board.order_record_types", &waiting.order_record_types),
            Object::Case => ("board.case_record_types", &waiting.case_record_types),
            _ => return,
        };
        let there: Vec<&str> = described.record_types.iter().map(String::as_str).collect();
        let missing: Vec<&String> = wanted.iter().filter(|it| !there.contains(&it.as_str())).collect();
        let all = missing.is_empty() && !wanted.is_empty();
        for word in missing {
            let finding = found(Code::RecordTypeMissing).with("about", key).with("word", word.as_str());
            self.say(finding.with("near", near(word, &there)).with("there", list(&there))).await;
        }
        if all {
            self.say(found(Code::RecordTypes).with("about", key).with("n", count(wanted.len()))).await;
        }
    }

    async fn histories(&self) {
        let names = &self.org().names;
        let histories = [&names.account_history, &names.order_history, &names.case_history, &names.opportunity_history];
        let mut there = 0;
        for name in histories {
            match self.org().describe(name).await {
                Ok(Some(_)) => there += 1,
                Ok(None) => self.say(found(Code::HistoryMissing).with("about", name.as_str())).await,
                Err(fault) => self.unread(&format!("describe {name}"), &fault).await,
            }
        }
        if there > 0 {
            self.say(found(Code::Histories).with("n", there)).await;
        }
    }

    /// The price book, and what is named by its SKU.
    async fn sale(&self) {
        let sale = &self.backend.office.sale;
        let books = match self.org().price_books().await {
            Ok(books) => books,
            Err(fault) => return self.unread("Pricebook2", &fault).await,
        };
        let books: Vec<&str> = books.iter().map(String::as_str).collect();
        let book = Text::line(&sale.price_book);
        if !books.contains(&sale.price_book.as_str()) {
            let finding = found(Code::PriceBookMissing).with("about", "sale.price_book").with("word", book);
            return self.say(finding.with("near", near(&sale.price_book, &books)).with("there", list(&books))).await;
        }
        let sold = match self.org().catalogue(&sale.price_book).await {
            Ok(sold) => sold,
            Err(fault) => return self.unread("PricebookEntry", &fault).await,
        };
        if sold.is_empty() {
            return self.say(found(Code::PriceBookEmpty).with("word", book)).await;
        }
        self.say(found(Code::PriceBook).with("word", book).with("n", count(sold.len()))).await;
        let skus: Vec<&str> = sold.iter().map(|entry| entry.sku.as_str()).collect();
        let installations = sale.installations.iter().map(|(key, it)| (format!("sale.installations.{key}"), &it.sku));
        let named = [("sale.weekend".to_owned(), &sale.weekend), ("sale.home_phone".to_owned(), &sale.home_phone)];
        for (key, sku) in named.into_iter().chain(installations) {
            if !sku.is_empty() && !sold.iter().any(|entry| entry.is_called(sku)) {
                let finding = found(Code::SkuMissing).with("about", Text::line(&key)).with("word", sku.as_str());
                self.say(finding.with("near", near(sku, &skus))).await;
            }
        }
    }

    /// The desk's own queries, about nobody: what a describe allows, a query may still refuse.
    async fn questions(&self) {
        let (org, asking) = (self.org(), self.backend.asking());
        let Ok(nobody) = SalesforceId::parse(NO_RECORD) else { return };
        let whose = Whose::Number(Text::line(NOBODY));
        let (customer, changes, promises, case, queues) = futures_util::join!(
            org.customer(&whose),
            org.changes(nobody),
            org.follow_ups(nobody),
            org.messages(nobody),
            org.tallies(&asking),
        );
        let mut refused: Vec<(String, Fault)> = Vec::new();
        let mut note = |what: &str, fault: Option<Fault>| {
            refused.extend(fault.map(|fault| (what.to_owned(), fault)));
        };
        match customer {
            Ok(it) => {
                note("Account", it.accounts.err());
                note("Order", it.orders.err());
                note("Opportunity", it.opportunities.err());
                note("Case", it.cases.err());
                note(org.names.sim.as_str(), it.cards.err());
            }
            Err(fault) => note("Account", Some(fault)),
        }
        note("history", changes.fault);
        note("Task", promises.fault);
        note("CaseComment", case.fault);
        let asked = 8 + queues.len();
        for (queue, tally) in queues {
            note(&format!("{queue:?}"), tally.err());
        }
        let mut told = BTreeSet::new();
        let well = asked - refused.len().min(asked);
        for (what, fault) in refused {
            if fault.kind.is_outage() {
                self.unread(&what, &fault).await;
            } else if told.insert(fault.message.to_string()) {
                self.say(found(Code::QuestionRefused).with("about", what.as_str()).with("why", fault.message.phrase()))
                    .await;
            }
        }
        if well > 0 {
            self.say(found(Code::Questions).with("n", count(well))).await;
        }
    }

    /// The topics of the event bus.
    async fn topics(&self) {
        let ears = &self.backend.notify;
        let Some(topics) = ears.topics() else { return self.say(found(Code::EventsOff)).await };
        let Ok(pass) = self.org().pass().await else { return };
        let bus = |why: &Refused| found(Code::BusUnreachable).with("why", why.code.as_str());
        let client = match ears.client(pass).await {
            Ok(client) => client,
            Err(why) => return self.say(bus(&why)).await,
        };
        let mut well = 0;
        for topic in topics {
            let finding = match client.topic(topic).await {
                Ok(_) => {
                    well += 1;
                    continue;
                }
                Err(Refused { code, .. }) if code == "topic.not.found" || code == "not found" => {
                    found(Code::TopicMissing)
                }
                Err(Refused { remedy: Remedy::Again, code }) if code == "unreachable" => {
                    return self.say(bus(&Refused::unreachable())).await;
                }
                Err(why) => found(Code::TopicRefused).with("why", why.code.as_str()),
            };
            self.say(finding.with("about", topic.as_str())).await;
        }
        if well > 0 {
            self.say(found(Code::Topics).with("n", well)).await;
        }
    }
}
