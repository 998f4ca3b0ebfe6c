//! Changes of invoices, payments and credit.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Field, FieldKind, Harm, Part, Reader, Source, Spec, SubjectKind, Verbs};
use crate::domain::access::{CallerLevel, Role};
use crate::domain::money::Yen;
use crate::domain::operation_id::OperationId;
use crate::domain::phrase::Phrase;
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::write::whmcs::Billed;

/// A change of invoices, payments or credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verb")]
pub enum Billing {
    /// Charges the card on file for what an invoice leaves to pay.
    Capture {
        /// Which.
        invoice: u64,
    },
    /// Books money that came in some other way.
    MarkPaid {
        /// On which invoice.
        invoice: u64,
        /// The bank's id of it.
        transaction: Text,
        /// How much; all that is left to pay when not told.
        amount: Option<Yen>,
        /// When it came in.
        on: Date,
    },
    /// Pays an invoice from the client's credit.
    ApplyCredit {
        /// Which.
        invoice: u64,
        /// How much; as much as can be when not told.
        amount: Option<Yen>,
    },
    /// Gives credit.
    AddCredit {
        /// How much.
        amount: Yen,
        /// What for; the customer sees it.
        reason: Text,
        /// The operation that is settled by it: what that promised was paid and did not come.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<OperationId>,
    },
    /// A new invoice.
    CreateInvoice {
        /// What is billed.
        items: Vec<(Text, Yen)>,
        /// Until when it is to be paid.
        due: Date,
        /// What becomes of it.
        then: Publish,
    },
    /// Something for a later invoice.
    BillableItem {
        /// What it says on the bill.
        item: Text,
        /// How much.
        amount: Yen,
        /// When it is billed.
        billed: Billed,
    },
    /// Withdraws an invoice.
    CancelInvoice {
        /// Which.
        invoice: u64,
    },
    /// Holds suspension off until a day, because the customer promised to pay.
    PromiseToPay {
        /// Which invoice.
        invoice: u64,
        /// Until when.
        until: Date,
    },
    /// Has WHMCS send an e-mail from one of its templates.
    SendEmail {
        /// The template's name.
        template: Text,
        /// The invoice it is about, for templates about invoices.
        invoice: Option<u64>,
        /// The service it is about, for templates about services.
        service: Option<u64>,
    },
    /// Sends the address of the client area, where the customer signs in.
    ClientAreaLink {
        /// Which page.
        page: Page,
        /// The invoice, for its page.
        invoice: Option<u64>,
    },
}

impl Billing {
    /// The invoice that it ends: paid or withdrawn.
    pub const fn settles(&self) -> Option<u64> {
        match self {
            Self::Capture { invoice }
            | Self::MarkPaid { invoice, .. }
            | Self::ApplyCredit { invoice, .. }
            | Self::CancelInvoice { invoice } => Some(*invoice),
            _ => None,
        }
    }
}

/// What becomes of a new invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publish {
    /// Nobody but staff sees it.
    Draft,
    /// The customer sees it in the client area.
    Publish,
    /// WHMCS sends it, too.
    Send,
}

/// A page of the client area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// Where it begins.
    Home,
    /// Pay methods.
    PayMethods,
    /// One invoice.
    Invoice,
}

const INVOICE: Field = Field::required("invoice", FieldKind::Subject(SubjectKind::Invoice));
const THEN: &[(&str, Publish)] = &[("send", Publish::Send), ("publish", Publish::Publish), ("draft", Publish::Draft)];
const PAGES: &[(&str, Page)] = &[("pay-methods", Page::PayMethods), ("home", Page::Home), ("invoice", Page::Invoice)];
/// A day further away is a mistyped year.
const FURTHEST: i64 = 366;

#[derive(Clone, Copy)]
enum When {
    Held,
    NextRun,
    NextInvoice,
    OnDate,
}

const fn verb(
    name: &'static str,
    key: &'static str,
    harm: Harm,
    (role, level): (Role, CallerLevel),
    fields: &'static [Field],
) -> Spec {
    Spec { name, part: Part::Billing, key, harm, role, level, fields, bulk: false }
}

impl Verbs for Billing {
    const SPECS: &'static [Spec] = &[
        verb("capture", "p", Harm::Money, (Role::Operator, CallerLevel::V1), &[INVOICE]),
        verb(
            "mark-paid",
            "m",
            Harm::Money,
            (Role::Operator, CallerLevel::V0),
            &[
                INVOICE,
                Field::required("transaction", FieldKind::Line),
                Field::optional("amount", FieldKind::Yen),
                Field::default("received", FieldKind::Date, "today"),
            ],
        ),
        verb(
            "apply-credit",
            "C",
            Harm::Money,
            (Role::Operator, CallerLevel::V1),
            &[INVOICE, Field::optional("amount", FieldKind::Yen)],
        ),
        verb(
            "add-credit",
            "$",
            Harm::Money,
            (Role::Operator, CallerLevel::V1),
            &[Field::required("amount", FieldKind::Yen), Field::required("reason", FieldKind::Line)],
        ),
        verb(
            "create-invoice",
            "I",
            Harm::Money,
            (Role::Operator, CallerLevel::V1),
            &[
                Field::required("items", FieldKind::Block),
                Field::optional("due", FieldKind::Date),
                Field::default("then", FieldKind::Choice(&["send", "publish", "draft"]), "send"),
            ],
        ),
        verb(
            "billable-item",
            "B",
            Harm::Money,
            (Role::Operator, CallerLevel::V1),
            &[
                Field::required("item", FieldKind::Line),
                Field::required("amount", FieldKind::Yen),
                Field::default(
                    "billed",
                    FieldKind::Choice(&["next-invoice", "next-run", "on-date", "held"]),
                    "next-invoice",
                ),
                Field::optional("due", FieldKind::Date),
            ],
        ),
        verb("cancel-invoice", "D", Harm::Money, (Role::Supervisor, CallerLevel::V0), &[INVOICE]),
        verb(
            "promise-to-pay",
            "P",
            Harm::Harmless,
            (Role::Operator, CallerLevel::V1),
            &[INVOICE, Field::required("until", FieldKind::Date)],
        ),
        verb(
            "send-email",
            "E",
            Harm::Harmless,
            (Role::Operator, CallerLevel::V0),
            &[
                Field::required("template", FieldKind::OneOf(Source::EmailTemplates)),
                Field::optional("invoice", FieldKind::Subject(SubjectKind::Invoice)),
                Field::optional("service", FieldKind::Subject(SubjectKind::Service)),
            ],
        )
        .for_many(),
        verb(
            "client-area-link",
            "W",
            Harm::Harmless,
            (Role::Operator, CallerLevel::V0),
            &[
                Field::default("page", FieldKind::Choice(&["pay-methods", "home", "invoice"]), "pay-methods"),
                Field::optional("invoice", FieldKind::Subject(SubjectKind::Invoice)),
            ],
        ),
    ];

    fn read(verb: &str, reader: &mut Reader<'_>) -> Option<Self> {
        match verb {
            "capture" => reader.id("invoice").map(|invoice| Self::Capture { invoice }),
            "mark-paid" => {
                let (invoice, transaction) = (reader.id("invoice"), transaction(reader));
                let (amount, on) = (reader.optional("amount", |it| it.yen("amount")), received(reader));
                Some(Self::MarkPaid { invoice: invoice?, transaction: transaction?, amount: amount?, on: on? })
            }
            "apply-credit" => {
                let (invoice, amount) = (reader.id("invoice"), reader.optional("amount", |it| it.yen("amount")));
                Some(Self::ApplyCredit { invoice: invoice?, amount: amount? })
            }
            "add-credit" => {
                let (amount, reason) = (reader.yen("amount"), reader.text("reason"));
                Some(Self::AddCredit { amount: amount?, reason: reason?, instead_of: None })
            }
            "create-invoice" => {
                let (items, due, then) = (items(reader), due(reader), reader.choice("then", THEN));
                Some(Self::CreateInvoice { items: items?, due: due?, then: then? })
            }
            "billable-item" => {
                let (item, amount, billed) = (reader.text("item"), reader.yen("amount"), billed(reader));
                Some(Self::BillableItem { item: item?, amount: amount?, billed: billed? })
            }
            "cancel-invoice" => reader.id("invoice").map(|invoice| Self::CancelInvoice { invoice }),
            "promise-to-pay" => {
                let (invoice, until) = (reader.id("invoice"), promised(reader));
                Some(Self::PromiseToPay { invoice: invoice?, until: until? })
            }
            "send-email" => {
                let template = reader.text("template");
                let invoice = reader.optional("invoice", |it| it.id("invoice"));
                let service = reader.optional("service", |it| it.id("service"));
                Some(Self::SendEmail { template: template?, invoice: invoice?, service: service? })
            }
            "client-area-link" => {
                let page = reader.choice("page", PAGES);
                let invoice = match page {
                    Some(Page::Invoice) => reader.id("invoice").map(Some),
                    _ => reader.optional("invoice", |it| it.id("invoice")),
                };
                Some(Self::ClientAreaLink { page: page?, invoice: invoice? })
            }
            _ => None,
        }
    }

    fn verb(&self) -> &'static str {
        match self {
            Self::Capture { .. } => "capture",
            Self::MarkPaid { .. } => "mark-paid",
            Self::ApplyCredit { .. } => "apply-credit",
            Self::AddCredit { .. } => "add-credit",
            Self::CreateInvoice { .. } => "create-invoice",
            Self::BillableItem { .. } => "billable-item",
            Self::CancelInvoice { .. } => "cancel-invoice",
            Self::PromiseToPay { .. } => "promise-to-pay",
            Self::SendEmail { .. } => "send-email",
            Self::ClientAreaLink { .. } => "client-area-link",
        }
    }
}

/// An id that a bank or gateway gave: short, and of letters that find it again.
fn transaction(reader: &mut Reader<'_>) -> Option<Text> {
    let written = reader.required("transaction")?;
    let known = |c: char| c.is_ascii_alphanumeric() || "-_.:/#".contains(c);
    if written.len() > 100 || !written.chars().all(known) {
        return reader.refuse("transaction", "wrong-transaction");
    }
    Some(Text::line(written))
}

fn received(reader: &mut Reader<'_>) -> Option<Date> {
    let (day, today) = (reader.date("received")?, time::today(reader.now));
    if day > today { reader.refuse("received", "wrong-future") } else { Some(day) }
}

/// One item a line or between semicolons, its amount behind the last blank, colon or equals sign: `Router rental 1,100`.
/// What is left of an item must not hold a sum itself: then two items ran together, and one of them would not be billed.
fn items(reader: &mut Reader<'_>) -> Option<Vec<(Text, Yen)>> {
    let written = reader.required("items")?;
    let mut items = Vec::new();
    let parted = written.split(['\n', ';', '；']).map(str::trim).filter(|it| !it.is_empty());
    for (line, n) in parted.zip(1_i64..) {
        let parts = line.rsplit_once([' ', '\u{3000}', '\t', '=', ':', '：']);
        let item = parts.and_then(|(what, amount)| {
            let what = Text::line(what.trim().trim_end_matches([':', '：', '=']));
            let amount = Yen::parse(amount).ok().filter(|amount| !amount.is_zero())?;
            (!what.is_empty()).then_some((what, amount))
        });
        match item {
            Some((what, _)) if what.as_str().split_whitespace().any(is_sum) => {
                return reader.refuse("items", Phrase::new("wrong-item-two").with("item", what));
            }
            Some(item) => items.push(item),
            None => return reader.refuse("items", Phrase::new("wrong-item").with("line", n)),
        }
    }
    let total: Yen = items.iter().map(|(_, amount)| *amount).sum();
    if total.0 > 0 { Some(items) } else { reader.refuse("items", "wrong-amount") }
}

/// A word that can only be meant as a sum: with a yen sign, or of three to seven digits. `2 pcs`, `1GB` and the number of a
/// line are none.
fn is_sum(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let marked = word.contains(['¥', '￥', '円']) && digits > 0;
    marked || (3..=7).contains(&digits) && !word.starts_with('0') && Yen::parse(word).is_ok()
}

fn due(reader: &mut Reader<'_>) -> Option<Date> {
    let today = time::today(reader.now);
    match reader.optional("due", |it| ahead(it, "due", FURTHEST))? {
        Some(day) => Some(day),
        None => Some(today.saturating_add(reader.office.billing.due_days.days())),
    }
}

fn promised(reader: &mut Reader<'_>) -> Option<Date> {
    ahead(reader, "until", reader.office.billing.promise_days)
}

/// A day from today on, at most so many days ahead.
fn ahead(reader: &mut Reader<'_>, field: &'static str, most: i64) -> Option<Date> {
    let (day, today) = (reader.date(field)?, time::today(reader.now));
    if (0..=most).contains(&time::days_between(today, day)) {
        return Some(day);
    }
    let last = today.saturating_add(most.days());
    reader.refuse(field, Phrase::new("wrong-day-range").with("first", today).with("last", last))
}

fn billed(reader: &mut Reader<'_>) -> Option<Billed> {
    let words = [
        ("next-invoice", When::NextInvoice),
        ("next-run", When::NextRun),
        ("on-date", When::OnDate),
        ("held", When::Held),
    ];
    Some(match reader.choice("billed", &words)? {
        When::Held => Billed::Held,
        When::NextRun => Billed::NextRun,
        When::NextInvoice => Billed::NextInvoice,
        When::OnDate => Billed::On(ahead(reader, "due", FURTHEST)?),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Values, What, spec};
    use super::*;
    use crate::domain::office::Office;
    use crate::domain::phone::Fixtures;

    #[track_caller]
    fn read(verb: &str, fields: &[(&str, &str)]) -> Result<Billing, Vec<(&'static str, String)>> {
        let values: Values = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let (spec, office) = (spec(verb).unwrap(), Office::default());
        let now = "2026-11-22T01:00:00Z".parse().unwrap();
        let mut reader = Reader::new(spec, &values, &office, now, Fixtures::Allowed);
        match What::read(spec, &mut reader) {
            Some(What::Billing(it)) => Ok(it),
            _ => Err(reader.wrong().into_iter().map(|it| (it.field, it.why.key.into_owned())).collect()),
        }
    }

    fn wrong(verb: &str, fields: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        read(verb, fields).unwrap_err()
    }

    #[test]
    fn items_are_a_text_and_an_amount_a_line() {
        let written = "Router rental 1,100\n\n工事費：¥22,000\nDiscount = -500";
        let Ok(Billing::CreateInvoice { items, due, then }) = read("create-invoice", &[("items", written)]) else {
            panic!("an invoice")
        };
        let items: Vec<_> = items.iter().map(|(what, amount)| (what.as_str(), amount.0)).collect();
        assert_eq!(items, [("Router rental", 1_100), ("工事費", 22_000), ("Discount", -500)]);
        assert_eq!((due.to_string().as_str(), then), ("2026-12-06", Publish::Send));
        let says = |items| wrong("create-invoice", &[("items", items)]);
        assert_eq!(says("Router"), [("items", "wrong-item".to_owned())]);
        assert_eq!(says("Router 0"), [("items", "wrong-item".to_owned())]);
        assert_eq!(says("Discount -500"), [("items", "wrong-amount".to_owned())]);
        // Two that ran together, however the first one's sum is written.
        for two in ["Router 1000 Cable 500", "Router 1,000 Cable 500", "工事費 ¥80 部品 500", "工事費 80円 部品 500"]
        {
            assert_eq!(says(two), [("items", "wrong-item-two".to_owned())], "{two}");
        }
        for one in
            ["SIM 1GB for 09002000002 1100", "Cable 2 pcs 500", "Router 1000; Cable 500;", "部品 1,000；工事 500"]
        {
            assert!(read("create-invoice", &[("items", one)]).is_ok(), "{one}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let fields = [("invoice", "x"), ("transaction", "bank & co"), ("received", "2026-12-01"), ("amount", "0")];
        let fields = wrong("mark-paid", &fields).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
        assert_eq!(fields, ["invoice", "transaction", "amount", "received"]);
    }

    #[test]
    fn a_promise_is_kept_within_the_days_of_the_house() {
        let until = |day| read("promise-to-pay", &[("invoice", "9001"), ("until", day)]);
        assert!(until("2026-12-06").is_ok() && until("today").is_ok());
        assert!(until("2026-12-07").is_err() && until("2026-11-21").is_err());
    }

    #[test]
    fn a_billable_item_names_its_day_where_it_needs_one() {
        let item = |more: &[(&str, &str)]| {
            let mut fields = vec![("item", "Router"), ("amount", "1100")];
            fields.extend(more);
            read("billable-item", &fields)
        };
        assert!(matches!(item(&[]), Ok(Billing::BillableItem { billed: Billed::NextInvoice, .. })));
        assert!(item(&[("billed", "on-date")]).is_err());
        let on = item(&[("billed", "on-date"), ("due", "2026-12-01")]);
        assert!(matches!(on, Ok(Billing::BillableItem { billed: Billed::On(_), .. })));
    }
}
