//! Who this is in each system, side by side, and what each keeps of the customer: for "who is this?", for an address that
//! was changed in one place only, and for "send me my data".

use std::borrow::Cow;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::aloud::Spoken;
use crate::domain::billing::Listing;
use crate::domain::customer::{Account, Client, Contact, VerificationState};
use crate::domain::line::LineState;
use crate::domain::links::LinkFinding;
use crate::domain::mask::Personal;
use crate::domain::name;
use crate::domain::status::{Count, Place};
use crate::domain::system::System;
use crate::flow::{Customer, Deeper, Remote};
use crate::scene::Scene;
use crate::tabs::cells;
use crate::tabs::records::{BuiltIn, Column, Key, Record, Source};
use crate::tabs::sheet::Sheet;
use crate::tabs::{Aloud, Copied};

use super::blocks::{postcode, written};

/// One thing that the systems may each know of the customer.
#[derive(Debug, Clone)]
pub struct Known {
    /// Key of its name.
    what: &'static str,
    salesforce: Said,
    whmcs: Said,
    freebit: Said,
    agree: Agree,
    /// Key of a sentence about it.
    note: Option<&'static str>,
    /// What is wrong with the links; only the link's row has any.
    findings: Vec<LinkFinding>,
    /// Where its records are.
    place: Option<Place>,
}

/// What a system says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// It was not read.
    Unread,
    /// It is being read.
    Reading,
    /// It keeps no such thing.
    NotKept,
    /// It has the room for it, and nothing is there.
    Nothing,
    /// A text.
    Plain(String),
    /// A word of the language table, and since when.
    Since(&'static str, String),
    /// Personal data.
    Personal(Personal, String),
    /// So many records.
    Count(Count),
}

/// Whether the systems say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agree {
    Yes,
    No,
    /// Only one of them can say it, or they say it in ways that cannot be compared.
    Incomparable,
}

impl Said {
    fn of(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Plain(text.to_owned()) }
    }

    fn personal(kind: Personal, text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Nothing } else { Self::Personal(kind, text) }
    }

    /// What a part says, once it was read.
    fn read<T>(part: &Remote<T>, say: impl FnOnce(&T) -> Self) -> Self {
        match part.value() {
            Some(value) => say(value),
            None if part.loading => Self::Reading,
            None => Self::Unread,
        }
    }

    fn listed<T>(part: &Remote<Listing<T>>) -> Self {
        Self::read(part, |list| {
            // The system counted them all, however many were read.
            Self::Count(Count { n: list.total.max(list.rows.len() as u64), at_least: false })
        })
    }

    const fn text(&self) -> Option<&str> {
        match self {
            Self::Plain(text) | Self::Personal(_, text) => Some(text.as_str()),
            _ => None,
        }
    }

    fn words<'a>(&'a self, scene: &Scene<'a>) -> Cow<'a, str> {
        match self {
            Self::Unread => scene.say("unknown"),
            Self::Reading => scene.say("loading"),
            Self::NotKept => Cow::Borrowed(""),
            Self::Nothing => scene.say("identity-nothing"),
            Self::Plain(text) => Cow::Borrowed(text),
            Self::Since(word, day) if day.is_empty() => scene.say(word),
            Self::Since(word, day) => Cow::Owned(format!("{} · {day}", scene.say(word))),
            Self::Personal(kind, text) => Cow::Owned(scene.personal(*kind, text)),
            Self::Count(count) => Cow::Owned(scene.count(Some(*count))),
        }
    }

    fn cell<'a>(&'a self, scene: &Scene<'a>) -> Cell<'a> {
        let role = match self {
            Self::Unread => Role::Unknown,
            Self::Reading | Self::NotKept | Self::Nothing => Role::Dim,
            Self::Personal(..) if !scene.revealed => Role::Masked,
            Self::Plain(_) | Self::Since(..) | Self::Personal(..) | Self::Count(_) => Role::Text,
        };
        Cell::new(self.words(scene), role)
    }

    fn key(&self) -> Key<'_> {
        match self {
            Self::Plain(text) | Self::Personal(_, text) => Key::text(text),
            Self::Since(_, day) => Key::text(day),
            Self::Count(count) => Key::count(count.n),
            Self::Unread | Self::Reading | Self::NotKept | Self::Nothing => Key::Missing,
        }
    }
}

impl Known {
    fn new(what: &'static str, salesforce: Said, whmcs: Said) -> Self {
        Self {
            what,
            salesforce,
            whmcs,
            freebit: Said::NotKept,
            agree: Agree::Incomparable,
            note: None,
            findings: Vec::new(),
            place: None,
        }
    }

    /// Compared where both sides say something.
    fn compared(self, same: impl FnOnce(&str, &str) -> Option<bool>) -> Self {
        let agree = match (self.salesforce.text(), self.whmcs.text()) {
            (Some(one), Some(other)) => match same(one, other) {
                Some(true) => Agree::Yes,
                Some(false) => Agree::No,
                None => Agree::Incomparable,
            },
            _ => Agree::Incomparable,
        };
        Self { agree, ..self }
    }

    fn noted(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }

    fn at(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }

    fn mark<'a>(&self, scene: &Scene<'a>) -> Cell<'a> {
        let (mark, key) = match self.agree {
            Agree::Yes => (Mark::Good, "identity-agree"),
            Agree::No => (Mark::Critical, "identity-differ"),
            Agree::Incomparable => return Cell::new("", Role::Dim),
        };
        Cell { mark: Some(mark), ..Cell::new(scene.words.say(key), mark.role()) }
    }
}

/// The rows: who it is, then what is kept.
fn rows(customer: &Customer) -> Vec<Known> {
    let mut rows = who(customer);
    rows.extend(kept(customer));
    rows
}

fn who(customer: &Customer) -> Vec<Known> {
    let account = |say: &dyn Fn(&Account) -> Said| Said::read(&customer.account, say);
    let client = |say: &dyn Fn(&Client) -> Said| Said::read(&customer.client, say);
    let findings = customer.links.value().cloned().unwrap_or_default();
    let link = Known {
        agree: match (customer.links.value().is_some(), findings.is_empty()) {
            (true, true) => Agree::Yes,
            (true, false) => Agree::No,
            (false, _) => Agree::Incomparable,
        },
        findings,
        ..Known::new(
            "identity-link",
            account(&|it| Said::of(&it.whmcs_link)),
            client(&|it| Said::of(&it.customer_number)),
        )
        .noted("identity-link-note")
    };
    let kana = customer.account.value().map(|it| it.kana.to_string()).unwrap_or_default();
    let same_name = |one: &str, other: &str| {
        let known = [one, kana.as_str()];
        if name::matches(other, &known).is_some() {
            return Some(true);
        }
        // A name in kanji alone says nothing about how it is read.
        let comparable = name::script(one) == name::script(other) || !kana.is_empty();
        comparable.then_some(false)
    };
    let phones = |it: &Account| {
        let mut phones: Vec<String> = it.phones.iter().map(written).collect();
        phones.dedup();
        Said::personal(Personal::Phone, phones.join(", "))
    };
    let any_phone = |_: &str, _: &str| {
        let (account, client) = (customer.account.value()?, customer.client.value()?);
        let digits = |contact: &Contact| contact.phone.as_ref().map(|phone| phone.digits().to_owned());
        let theirs = digits(&client.phone)?;
        Some(account.phones.iter().filter_map(digits).any(|ours| ours == theirs))
    };
    let code = |address: &str| Said::personal(Personal::Address, postcode(address).unwrap_or_default());
    vec![
        Known::new(
            "identity-number",
            account(&|it| Said::of(&it.number)),
            client(&|it| Said::Plain(it.id.to_string())),
        ),
        Known::new("identity-record", account(&|it| Said::Plain(it.id.to_string())), Said::NotKept),
        link,
        Known::new(
            "label-name",
            account(&|it| Said::of(&it.name)),
            client(&|it| Said::of(if it.company.is_empty() { &it.name } else { &it.company })),
        )
        .compared(same_name),
        Known::new("identity-kana", account(&|it| Said::of(&it.kana)), Said::NotKept),
        Known::new(
            "identity-romaji",
            account(&|it| {
                let reading = if it.kana.is_empty() { &it.name } else { &it.kana };
                Said::of(name::variants(reading).romaji.first().map_or("", String::as_str))
            }),
            client(&|it| Said::of(if name::has_latin(&it.name) { &it.name } else { "" })),
        )
        .noted("identity-romaji-note"),
        Known::new(
            "label-email",
            account(&|it| Said::personal(Personal::Email, it.email.as_str())),
            client(&|it| Said::personal(Personal::Email, it.email.as_str())),
        )
        .compared(|one, other| Some(one.eq_ignore_ascii_case(other))),
        Known::new("label-phone", account(&phones), client(&|it| Said::personal(Personal::Phone, written(&it.phone))))
            .compared(any_phone),
        Known::new(
            "label-address",
            account(&|it| Said::personal(Personal::Address, it.address.as_str())),
            client(&|it| Said::personal(Personal::Address, it.address.as_str())),
        )
        .noted("identity-address-note"),
        Known::new("identity-postcode", account(&|it| code(&it.address)), client(&|it| code(&it.address)))
            .compared(|one, other| Some(one == other)),
        Known::new(
            "label-birthdate",
            account(&|it| {
                let born = it.birthdate.map(|day| day.to_string()).unwrap_or_default();
                Said::personal(Personal::BirthDate, born)
            }),
            Said::NotKept,
        ),
        Known::new("identity-language", Said::NotKept, client(&|it| Said::of(&it.language))),
        Known::new(
            "label-status",
            Said::NotKept,
            client(&|it| {
                cells::client_status_key(&it.status)
                    .map_or_else(|| Said::of(&it.status), |key| Said::Since(key, String::new()))
            }),
        ),
    ]
}

/// Every place that holds something of the customer, with how much.
fn kept(customer: &Customer) -> Vec<Known> {
    use Said::NotKept;
    let listed = |what, salesforce, whmcs| Known::new(what, salesforce, whmcs);
    let all = customer.all_lines();
    let named = customer.subscriptions.value().is_some() || customer.sim_cards.value().is_some();
    let live = customer.lines.iter().filter_map(|(_, line)| line.value());
    let live = live.filter(|line| !matches!(line.state, LineState::Ended)).count();
    let read = customer.lines.iter().filter(|(_, line)| line.value().is_some()).count();
    let freebit = match (named, all.len()) {
        (true, 0) => Said::Count(Count { n: 0, at_least: false }),
        _ if read == 0 => Said::Unread,
        // Freebit is asked line by line: what was not read may be there or not.
        (_, lines) => Said::Count(Count { n: live as u64, at_least: read < lines }),
    };
    vec![
        Known { freebit, ..listed("identity-lines", Said::listed(&customer.sim_cards), NotKept) }
            .noted("identity-lines-note")
            .at(Place::Line(None)),
        listed("identity-services", NotKept, Said::listed(&customer.subscriptions)).at(Place::Subscription(None)),
        listed("identity-orders", Said::listed(&customer.orders), Said::listed(&customer.whmcs_orders))
            .at(Place::Order(None)),
        listed("identity-opportunities", Said::listed(&customer.opportunities), NotKept),
        listed("identity-matters", Said::listed(&customer.cases), Said::listed(&customer.tickets))
            .at(Place::Case(None)),
        listed("identity-promises", Said::listed(&customer.follow_ups), NotKept).at(Place::FollowUp(None)),
        listed("identity-invoices", NotKept, Said::listed(&customer.invoices))
            .noted("identity-invoices-note")
            .at(Place::Invoice(None)),
        listed("identity-transactions", NotKept, Said::listed(&customer.transactions)).noted("identity-invoices-note"),
        listed(
            "identity-pay-methods",
            NotKept,
            Said::read(&customer.pay_methods, |all| Said::Count(Count { n: all.len() as u64, at_least: false })),
        )
        .at(Place::PayMethods),
        listed("identity-emails", NotKept, Said::listed(&customer.emails)),
        listed("identity-activity", NotKept, Said::listed(&customer.activity)).at(Place::Timeline),
        listed("identity-card", Said::read(&customer.account, identity_card), NotKept).noted("identity-card-note"),
        listed("identity-desk", NotKept, NotKept).noted("identity-desk-note"),
    ]
}

/// When the residence card was last sent in or reviewed, and what came of it.
fn identity_card(account: &Account) -> Said {
    let it = &account.verification;
    let day = it.last().map(|(_, at)| crate::domain::time::date(at));
    let word = match &it.state {
        VerificationState::NotSubmitted => "verification-not-submitted",
        VerificationState::UnderReview => "verification-under-review",
        VerificationState::Verified => "verification-verified",
        VerificationState::Rejected => "verification-rejected",
        VerificationState::Other(word) => return Said::of(&[word.as_str(), &day.unwrap_or_default()].join(" ")),
    };
    Said::Since(word, day.unwrap_or_default())
}

impl Record for Known {
    type Of = Customer;

    const NAME: &'static str = "identity";
    const TITLE: &'static str = "page-identity";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "what",
            title: "column-what",
            width: Width::Min(16),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| Cell::new(scene.say(row.what), Role::Label),
            key: |row| Key::text(row.what),
        },
        Column {
            name: "agree",
            title: "column-agree",
            width: Width::Min(8),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| row.mark(scene),
            key: |row| match row.agree {
                Agree::No => Key::Rank(0, "differ".into()),
                Agree::Incomparable => Key::Missing,
                Agree::Yes => Key::Rank(1, "agree".into()),
            },
        },
        Column {
            name: "salesforce",
            title: "column-salesforce",
            width: Width::Fill(20),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| row.salesforce.cell(scene),
            key: |row| row.salesforce.key(),
        },
        Column {
            name: "whmcs",
            title: "column-whmcs",
            width: Width::Fill(20),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| row.whmcs.cell(scene),
            key: |row| row.whmcs.key(),
        },
        Column {
            name: "freebit",
            title: "column-freebit",
            width: Width::Min(8),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| row.freebit.cell(scene),
            key: |row| row.freebit.key(),
        },
    ];
    const VIEWS: &'static [BuiltIn] = &[BuiltIn { title: "view-differ", sort: "", filter: "agree:differ" }];

    fn collect(customer: &Customer) -> Vec<Self> {
        rows(customer)
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![
            Source::of(System::Salesforce, &customer.account, |_| (1, 1)),
            Source::of(System::Whmcs, &customer.client, |_| (1, 1)),
        ]
    }

    fn list_needs(_: &Customer) -> Vec<Deeper> {
        vec![Deeper::FollowUps, Deeper::Transactions, Deeper::Emails]
    }

    fn detail(&self, _: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        sheet.section(self.what);
        for (key, said) in
            [("column-salesforce", &self.salesforce), ("column-whmcs", &self.whmcs), ("column-freebit", &self.freebit)]
        {
            match said {
                Said::Personal(kind, text) => sheet.personal(key, *kind, text),
                said => {
                    let cell = said.cell(&scene);
                    sheet.styled(key, cell.text, cell.role, None);
                }
            }
        }
        let agree = self.mark(&scene);
        sheet.styled("column-agree", agree.text, agree.role, agree.mark);
        for finding in &self.findings {
            sheet.note(scene.finding(finding), Role::Critical, Some(Mark::Critical));
        }
        if let Some(note) = self.note {
            sheet.note(scene.say(note), Role::Dim, None);
        }
        if let Some(place) = &self.place {
            sheet.link("label-opens", scene.say(super::happened::place_key(place)), place.clone());
        }
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Identity)
    }

    fn identity(&self) -> String {
        self.what.to_owned()
    }

    fn aloud(&self) -> Vec<Aloud> {
        let kind = match self.what {
            "label-name" | "identity-kana" | "identity-romaji" => Spoken::Name,
            "label-email" => Spoken::Email,
            "label-phone" => Spoken::Phone,
            "identity-record" => Spoken::RecordId,
            _ => Spoken::Number,
        };
        let said =
            [("column-salesforce", &self.salesforce), ("column-whmcs", &self.whmcs), ("column-freebit", &self.freebit)];
        let spelled = said.into_iter().filter_map(|(label, said)| {
            let personal = matches!(said, Said::Personal(..));
            Some(Aloud { label, kind, text: said.text()?.to_owned(), personal })
        });
        spelled.collect()
    }

    fn copied(&self) -> Copied {
        let said = [&self.salesforce, &self.whmcs, &self.freebit];
        let personal = said.iter().any(|said| matches!(said, Said::Personal(..)));
        let text: Vec<&str> = said.iter().filter_map(|said| said.text()).collect();
        Copied { text: text.join("\t"), personal }
    }
}
