//! What Salesforce can look for, asked as one batch. `LIKE` ignores spelling, not meaning: every row is compared with what
//! was typed before it becomes a hit.

use super::{answer, remember, remembered, send};
use crate::backend::salesforce::names::{Names, standard as s};
use crate::backend::salesforce::soql::{Condition, Like, Name, SearchIn, Soql, Sosl};
use crate::backend::salesforce::wire::Record;
use crate::backend::salesforce::{Part, Whose, convert};
use crate::backend::{Backend, Replies};
use crate::domain::customer::CustomerKey;
use crate::domain::links::client_in_link;
use crate::domain::name::{self, Script, SearchNames};
use crate::domain::phone::{Fixtures, Msisdn, Phone, PhoneTail};
use crate::domain::recognise::What;
use crate::domain::salesforce_id::{SalesforceId, SalesforceObject};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::fault::{Fault, FaultKind};
use crate::flow::query::{Hit, SearchReply, Searched};

/// One part of the batch, and how its rows become hits.
pub(super) struct Ask {
    part: Part,
    /// The relationship to the account; `None` when the rows are accounts.
    account: Option<Name>,
    matched: Matcher,
}

type Matcher = Box<dyn Fn(&Record) -> Option<Match> + Send + Sync>;

/// Why a row matches.
struct Match {
    why: Searched,
    matched: Text,
    line: Option<Msisdn>,
    opens: Place,
}

/// Rows read of one part.
const ROWS: u32 = 50;
/// Spellings of a name that go into one condition, which Salesforce bounds at 4,000 characters.
const SPELLINGS: usize = 8;

/// What to ask for the readings of what was typed.
pub(super) fn plan(guesses: &[What], names: &Names, fixtures: Fixtures) -> Vec<Ask> {
    let plan = Plan { names, fixtures };
    // A batch takes 25 parts; no reading needs more than four and few texts have more than five readings.
    guesses.iter().flat_map(|what| plan.of(what)).take(25).collect()
}

/// Asks everything in one call. Answers how many hits there were.
pub(super) async fn ask(backend: &Backend, asks: Vec<Ask>, guesses: &[What], replies: &Replies) -> usize {
    if asks.is_empty() {
        return 0;
    }
    let parts: Vec<Part> = asks.iter().map(|ask| ask.part.clone()).collect();
    let found = match backend.salesforce.batch("search", &parts).await {
        Ok(results) => {
            let mut hits = Vec::new();
            let mut failed: Option<Fault> = None;
            let mut cut = false;
            for (ask, result) in asks.iter().zip(results) {
                match result {
                    Ok(rows) => {
                        cut |= rows.records.len() >= ROWS as usize;
                        hits.extend(rows.records.iter().filter_map(|row| ask.hit(row, &backend.salesforce.names)));
                    }
                    Err(fault) if fault.kind == FaultKind::NotFound => {}
                    Err(fault) => failed = failed.or(Some(fault)),
                }
            }
            let found = answer(replies, System::Salesforce, hits, failed).await;
            if cut {
                send(replies, SearchReply::OnlyFirst(System::Salesforce)).await;
            }
            found
        }
        Err(fault) => remember(replies, System::Salesforce, remembered::accounts(backend, guesses), fault).await,
    };
    send(replies, SearchReply::Finished(System::Salesforce)).await;
    found
}

impl Ask {
    fn hit(&self, row: &Record, names: &Names) -> Option<Hit> {
        let Match { why, matched, line, opens } = (self.matched)(row)?;
        let field = |name: &Name| self.account.as_ref().map_or_else(|| name.clone(), |account| account.dot(name));
        let text = |name: &Name| Text::line(&row.text(&field(name)));
        let account = SalesforceId::parse(&row.text(&field(&s::ID))).ok()?;
        let kana = [&names.account_last_kana, &names.account_first_kana].map(text);
        let kana = kana.iter().filter(|part| !part.is_empty()).map(Text::as_str).collect::<Vec<_>>().join(" ");
        Some(Hit {
            system: System::Salesforce,
            key: CustomerKey { account: Some(account), client: client_in_link(&text(&names.account_whmcs)), line },
            name: text(&s::NAME),
            kana: Text::line(&kana),
            customer_number: text(&names.account_number),
            why,
            matched,
            opens,
        })
    }
}

impl Ask {
    /// The same, of those whose name, or the account's name or its reading, fits too.
    fn named(self, typed: Text, names: &Names) -> Self {
        let of_account = [&s::NAME, &names.account_last_kana, &names.account_first_kana];
        let account = self.account.as_ref();
        let mut fields: Vec<Name> =
            of_account.map(|field| account.map_or_else(|| field.clone(), |account| account.dot(field))).into();
        if account.is_some() {
            fields.push(s::NAME);
        }
        let matched = self.matched;
        let both = move |row: &Record| {
            let stored: Vec<String> = fields.iter().map(|field| row.text(field)).collect();
            let parts: Vec<&str> = stored.iter().map(String::as_str).collect();
            name::matches(&typed, &parts)?;
            matched(row)
        };
        Self { matched: Box::new(both), ..self }
    }
}

struct Plan<'a> {
    names: &'a Names,
    fixtures: Fixtures,
}

impl Plan<'_> {
    fn of(&self, what: &What) -> Vec<Ask> {
        let n = self.names;
        let is = |field: &Name, value: &str| Condition::Is(field.clone(), value.to_owned());
        match what {
            What::Phone(phone) => self.phones(phone.digits(), &Number::Whole(phone.clone())),
            What::PhoneTail(tail) => self.phones(tail.digits(), &Number::Tail(tail.clone())),
            What::NameAndTail(names, tail) => self
                .phones(tail.digits(), &Number::Tail(tail.clone()))
                .into_iter()
                .map(|ask| ask.named(names.as_typed.clone(), n))
                .collect(),
            What::PostalCode(code) => self.postal_code(code),
            What::Email(email) => self.emails(|field| is(field, email)),
            What::EmailFragment(part) if part.starts_with('@') => {
                self.emails(|field| Condition::Like(field.clone(), Like::holding(part)))
            }
            What::EmailFragment(part) => self.emails(|field| Condition::Like(field.clone(), Like::beginning(part))),
            What::Name(names) => self.names(names),
            What::CustomerNumber(number) => {
                vec![self.accounts(
                    &[],
                    &is(&n.account_number, number),
                    same(Searched::CustomerNumber, &n.account_number),
                )]
            }
            What::ClientId(id) => {
                let id = *id;
                let link = n.account_whmcs.clone();
                let names_it = move |row: &Record| {
                    let text = Text::line(&row.text(&link));
                    (client_in_link(&text) == Some(id)).then(|| dashboard(Searched::ClientId, text))
                };
                vec![self.accounts(&[], &Whose::Client(id).of_account(n), Box::new(names_it))]
            }
            What::OrderNumber(number) => {
                vec![self.orders(&is(&s::ORDER_NUMBER, number), Searched::Order, &s::ORDER_NUMBER)]
            }
            What::WhmcsOrderId(id) => {
                vec![self.orders(&is(&n.order_whmcs, &id.to_string()), Searched::WhmcsOrder, &n.order_whmcs)]
            }
            What::WhmcsOrderNumber(number) => {
                vec![self.orders(&is(&n.order_whmcs, &number.to_string()), Searched::WhmcsOrder, &n.order_whmcs)]
            }
            What::CaseNumber(number) => vec![self.cases(&is(&s::CASE_NUMBER, number))],
            What::Eid(eid) => vec![
                self.cards(&is(&n.sim_eid, eid.as_str()), self.card(Searched::Eid, &n.sim_eid)),
                self.orders(&is(&n.order_eid, eid.as_str()), Searched::Eid, &n.order_eid),
            ],
            What::Iccid(iccid) => {
                vec![self.cards(&is(&n.sim_iccid, iccid.as_str()), self.card(Searched::Iccid, &n.sim_iccid))]
            }
            What::ProductNumber(number) => {
                vec![self.cards(&is(&s::NAME, number.as_str()), self.card(Searched::ProductNumber, &s::NAME))]
            }
            What::SalesforceId(id) => self.record(*id),
            What::InvoiceNumber(_) => Vec::new(),
        }
    }

    /// The fields of an account that make a hit, through a relationship where the rows are not accounts.
    fn hit_fields(&self, account: Option<&Name>) -> Vec<Name> {
        let n = self.names;
        let fields =
            [&s::ID, &s::NAME, &n.account_number, &n.account_whmcs, &n.account_last_kana, &n.account_first_kana];
        fields.map(|field| account.map_or_else(|| field.clone(), |account| account.dot(field))).to_vec()
    }

    fn ask(
        &self,
        object: &Name,
        account: Option<Name>,
        fields: &[Name],
        condition: &Condition,
        matched: Matcher,
    ) -> Ask {
        let mut all = self.hit_fields(account.as_ref());
        for field in fields {
            if !all.contains(field) {
                all.push(field.clone());
            }
        }
        let query = Soql::select(&all, object).filter(condition).limit(ROWS);
        Ask { part: Part::Query(query), account, matched }
    }

    fn accounts(&self, fields: &[Name], condition: &Condition, matched: Matcher) -> Ask {
        self.ask(&s::ACCOUNT, None, fields, condition, matched)
    }

    fn contacts(&self, fields: &[Name], condition: &Condition, matched: Matcher) -> Ask {
        self.ask(&s::CONTACT, Some(s::ACCOUNT_PARENT), fields, condition, matched)
    }

    fn orders(&self, condition: &Condition, why: Searched, field: &Name) -> Ask {
        let matched = field.clone();
        let read = move |row: &Record| {
            let opens = Place::Order(Some(Text::line(&row.text(&s::ORDER_NUMBER))));
            Some(Match { why, matched: Text::line(&row.text(&matched)), line: None, opens })
        };
        let fields = [s::ORDER_NUMBER, field.clone()];
        self.ask(&s::ORDER, Some(s::ACCOUNT_PARENT), &fields, condition, Box::new(read))
    }

    fn cases(&self, condition: &Condition) -> Ask {
        let read = |row: &Record| {
            let number = Text::line(&row.text(&s::CASE_NUMBER));
            Some(Match { why: Searched::Case, matched: number.clone(), line: None, opens: Place::Case(Some(number)) })
        };
        self.ask(&s::CASE, Some(s::ACCOUNT_PARENT), &[s::CASE_NUMBER], condition, Box::new(read))
    }

    fn cards(&self, condition: &Condition, matched: Matcher) -> Ask {
        let n = self.names;
        let fields = [n.sim_line.clone(), n.sim_iccid.clone(), n.sim_eid.clone(), s::NAME];
        self.ask(&n.sim, Some(n.sim_account.relation()), &fields, condition, matched)
    }

    /// A card found by one of its own numbers.
    fn card(&self, why: Searched, field: &Name) -> Matcher {
        let (field, line, fixtures) = (field.clone(), self.names.sim_line.clone(), self.fixtures);
        Box::new(move |row| {
            let line = Msisdn::parse(&row.text(&line), fixtures).ok();
            let matched = Text::line(&row.text(&field));
            Some(Match { why, matched, opens: Place::Line(line.clone()), line })
        })
    }

    /// Phones of accounts and contacts, and lines of cards. `LIKE` finds every spelling in plain digits; the search index
    /// also knows full-width ones and is quick in a large org.
    fn phones(&self, digits: &str, number: &Number) -> Vec<Ask> {
        // Stored as +81 90… the leading zero is missing.
        let tail = digits.strip_prefix('0').unwrap_or(digits);
        let like = |fields: &[Name]| {
            Condition::Any(
                fields.iter().map(|field| Condition::Like(field.clone(), Like::phone_ending(tail))).collect(),
            )
        };
        let contact_phones = [s::PHONE, s::MOBILE_PHONE];
        let contact_fields = [s::PHONE, s::MOBILE_PHONE, s::NAME];
        let line = self.names.sim_line.clone();
        let (fixtures, whole) = (self.fixtures, number.clone());
        let on_card = {
            let line = line.clone();
            move |row: &Record| {
                let msisdn = Msisdn::parse(&row.text(&line), fixtures).ok()?;
                whole.matches(msisdn.phone()).then(|| Match {
                    why: if matches!(whole, Number::Whole(_)) { Searched::LineNumber } else { Searched::PhoneTail },
                    matched: Text::line(msisdn.digits()),
                    opens: Place::Line(Some(msisdn.clone())),
                    line: Some(msisdn),
                })
            }
        };
        let mut fields = self.hit_fields(None);
        fields.extend(convert::PHONES);
        let indexed = Sosl::find(digits, SearchIn::Phones, &s::ACCOUNT, &fields, ROWS);
        let indexed = indexed.map(|search| Ask {
            part: Part::Search(search),
            account: None,
            matched: number.clone().matcher(convert::PHONES.to_vec()),
        });
        let mut asks = vec![
            self.cards(&like(&[line]), Box::new(on_card)),
            self.accounts(&convert::PHONES, &like(&convert::PHONES), number.clone().matcher(convert::PHONES.to_vec())),
            self.contacts(&contact_fields, &like(&contact_phones), number.clone().matcher(contact_phones.to_vec())),
        ];
        asks.extend(indexed);
        asks
    }

    /// Who lives there, with the code spelled as in an address or in digits alone.
    fn postal_code(&self, code: &str) -> Vec<Ask> {
        let spellings = vec![code.to_owned(), code.replace('-', "")];
        let is = |field: &Name| Condition::OneOf(field.clone(), spellings.clone());
        let found = |fields: Vec<Name>| -> Matcher {
            let spellings = spellings.clone();
            Box::new(move |row| {
                let code = fields.iter().map(|field| row.text(field)).find(|text| spellings.contains(text))?;
                Some(dashboard(Searched::PostalCode, Text::line(&code)))
            })
        };
        let of_accounts = [s::MAILING_POSTAL_CODE, s::BILLING_POSTAL_CODE];
        let any = Condition::Any(of_accounts.iter().map(is).collect());
        vec![
            self.accounts(&of_accounts, &any, found(of_accounts.to_vec())),
            self.contacts(&[s::CONTACT_POSTAL_CODE], &is(&s::CONTACT_POSTAL_CODE), found(vec![s::CONTACT_POSTAL_CODE])),
        ]
    }

    fn emails(&self, condition: impl Fn(&Name) -> Condition) -> Vec<Ask> {
        vec![
            self.accounts(&[s::PERSON_EMAIL], &condition(&s::PERSON_EMAIL), same(Searched::Email, &s::PERSON_EMAIL)),
            self.contacts(&[s::EMAIL], &condition(&s::EMAIL), same(Searched::Email, &s::EMAIL)),
        ]
    }

    fn names(&self, typed: &SearchNames) -> Vec<Ask> {
        let n = self.names;
        let mut written: Vec<Condition> = Vec::new();
        let spellings = typed.written.iter().chain(&typed.romaji).chain(&typed.katakana).chain(&typed.half_width);
        for spelling in std::iter::once(&typed.as_typed.to_string()).chain(spellings).take(SPELLINGS * 2) {
            let condition = name_holds(&s::NAME, spelling, typed.script);
            if !written.contains(&condition) {
                written.push(condition);
            }
        }
        let by_name = Condition::Any(written.clone());
        let kana = typed.katakana.iter().take(SPELLINGS).chain(typed.half_width.iter().take(SPELLINGS));
        written.extend(kana.map(|spelling| {
            let words: Vec<&str> = spelling.split(' ').collect();
            let begins = |field: &Name, word: &str| Condition::Like(field.clone(), Like::beginning(word));
            match words.as_slice() {
                [family, given] => {
                    Condition::All(vec![begins(&n.account_last_kana, family), begins(&n.account_first_kana, given)])
                }
                _ => Condition::Any(vec![
                    begins(&n.account_last_kana, words[0]),
                    begins(&n.account_first_kana, words[0]),
                ]),
            }
        }));
        let matcher = |fields: Vec<Name>| -> Matcher {
            let typed = typed.as_typed.clone();
            Box::new(move |row| {
                let stored: Vec<String> = fields.iter().map(|field| row.text(field)).collect();
                let parts: Vec<&str> = stored.iter().map(String::as_str).collect();
                let why = match name::matches(&typed, &parts)? {
                    name::Why::Written => Searched::Name,
                    name::Why::Reading => Searched::Kana,
                };
                let shown =
                    if why == Searched::Kana && parts.len() > 1 { parts[1..].join(" ") } else { stored[0].clone() };
                Some(dashboard(why, Text::line(if shown.trim().is_empty() { &stored[0] } else { &shown })))
            })
        };
        let account_fields = vec![s::NAME, n.account_last_kana.clone(), n.account_first_kana.clone()];
        vec![
            self.accounts(&[], &Condition::Any(written), matcher(account_fields)),
            self.contacts(&[s::NAME], &by_name, matcher(vec![s::NAME])),
        ]
    }

    /// A record by its id, whatever it is, as far as it leads to an account.
    fn record(&self, id: SalesforceId) -> Vec<Ask> {
        let is_it = Condition::Is(s::ID, id.as_str().to_owned());
        let found = || same(Searched::RecordId, &s::ID);
        match id.object() {
            SalesforceObject::Account => vec![self.accounts(&[], &is_it, found())],
            SalesforceObject::Contact => vec![self.contacts(&[s::ID], &is_it, found())],
            SalesforceObject::Order => vec![self.orders(&is_it, Searched::RecordId, &s::ID)],
            SalesforceObject::Case => vec![self.cases(&is_it)],
            SalesforceObject::Opportunity => {
                let opens = move |row: &Record| {
                    let matched = Text::line(&row.text(&s::ID));
                    Some(Match { why: Searched::RecordId, matched, line: None, opens: Place::Opportunity(id) })
                };
                vec![self.ask(&s::OPPORTUNITY, Some(s::ACCOUNT_PARENT), &[s::ID], &is_it, Box::new(opens))]
            }
            _ => Vec::new(),
        }
    }
}

/// A phone number as far as it was typed.
#[derive(Clone)]
enum Number {
    Whole(Phone),
    Tail(PhoneTail),
}

impl Number {
    fn matches(&self, phone: &Phone) -> bool {
        match self {
            Self::Whole(number) => number == phone,
            Self::Tail(tail) => phone.matches_suffix(tail),
        }
    }

    /// Finds which of the stored numbers it is.
    fn matcher(self, fields: Vec<Name>) -> Matcher {
        let why = if matches!(self, Self::Whole(_)) { Searched::Phone } else { Searched::PhoneTail };
        Box::new(move |row| {
            let stored = fields.iter().map(|field| row.text(field));
            let same = stored.into_iter().find(|text| Phone::parse(text).is_ok_and(|phone| self.matches(&phone)))?;
            Some(dashboard(why, Text::line(&same)))
        })
    }
}

/// Every word of a name is in the field, in any order. Kanji typed without a space may be stored with one, so anything may
/// stand between its characters.
fn name_holds(field: &Name, spelling: &str, script: Script) -> Condition {
    let words: Vec<&str> = spelling.split_whitespace().collect();
    if let ([word], Script::Kanji) = (words.as_slice(), script)
        && word.chars().count() > 2
    {
        return Condition::Like(field.clone(), Like::holding_spread(word));
    }
    let mut holds: Vec<Condition> =
        words.iter().map(|word| Condition::Like(field.clone(), Like::holding(word))).collect();
    // In one order, so that a name typed in both is one condition.
    holds.sort_by_key(ToString::to_string);
    if holds.len() == 1 { holds.remove(0) } else { Condition::All(holds) }
}

fn dashboard(why: Searched, matched: Text) -> Match {
    Match { why, matched, line: None, opens: Place::Dashboard }
}

/// The condition alone decides; the field is shown.
fn same(why: Searched, field: &Name) -> Matcher {
    let field = field.clone();
    Box::new(move |row| Some(dashboard(why, Text::line(&row.text(&field)))))
}
