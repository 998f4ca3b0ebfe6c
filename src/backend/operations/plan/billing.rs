//! Plans for invoices, payments and credit.

mod bills;
mod mail;

use jiff::SignedDuration;
use jiff::civil::Date;

use crate::backend::whmcs::convert;
use crate::domain::billing::{Activity, CardExpiry, Invoice, InvoiceStatus, PayMethod};
use crate::domain::change::billing::{Billing, Page};
use crate::domain::change::{Change, Harm, What};
use crate::domain::ledger::InvoiceDetail;
use crate::domain::money::Yen;
use crate::domain::operation::{CheckState, Difference, OperationId};
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::write::whmcs::Write as Whmcs;
use crate::domain::write::{Id, Write, desk};
use crate::flow::operation::PlanRefused;

use super::{Draft, Planner};

/// After this long a payment that is on its way at the gateway is somebody's to look after.
const GATEWAY: SignedDuration = SignedDuration::from_hours(24);

/// An invoice of this customer, with what it is for.
struct Bill {
    invoice: Invoice,
    detail: InvoiceDetail,
}

impl Bill {
    /// What is left to pay. Nothing where WHMCS does not tell.
    fn balance(&self) -> Yen {
        self.detail.balance.unwrap_or_default()
    }

    fn about(&self) -> Phrase {
        Phrase::new("about-invoice")
            .with("invoice", Text::line(&self.invoice.spoken_number()))
            .with("total", self.invoice.total)
    }

    fn id(&self) -> Id {
        Id::number(self.invoice.id)
    }

    /// It is published, not paid, and something is left to pay.
    fn is_owed(&self) -> CheckState {
        match (&self.detail.status, self.detail.balance) {
            (InvoiceStatus::Unpaid, None) => CheckState::Failed("check-balance-unknown".into()),
            (InvoiceStatus::Unpaid, Some(balance)) if balance > Yen::ZERO => CheckState::Passed,
            (InvoiceStatus::Unpaid, Some(_)) => CheckState::Failed("check-nothing-owed".into()),
            _ => CheckState::Failed("capture-not-unpaid".into()),
        }
    }

    fn owes(&self, afterwards: Yen) -> Difference {
        Difference { what: "owed".into(), from: yen(self.balance()), to: yen(afterwards) }
    }
}

impl Planner<'_> {
    pub(super) async fn billing(&self, billing: &Billing) -> Result<Draft, PlanRefused> {
        match billing {
            Billing::Capture { invoice } => self.capture(*invoice).await,
            Billing::MarkPaid { invoice, transaction, amount, on } => {
                self.mark_paid(*invoice, transaction, *amount, *on).await
            }
            Billing::ApplyCredit { invoice, amount } => self.apply_credit(*invoice, *amount).await,
            Billing::AddCredit { amount, reason, instead_of } => self.add_credit(*amount, reason, *instead_of).await,
            Billing::CreateInvoice { items, due, then } => self.create_invoice(items, *due, *then).await,
            Billing::BillableItem { item, amount, billed } => self.billable_item(item, *amount, *billed),
            Billing::CancelInvoice { invoice } => self.cancel_invoice(*invoice).await,
            Billing::PromiseToPay { invoice, until } => self.promise_to_pay(*invoice, *until).await,
            Billing::SendEmail { template, invoice, service } => self.send_email(template, *invoice, *service).await,
            Billing::ClientAreaLink { page, invoice } => self.client_area_link(*page, *invoice).await,
        }
    }

    /// An invoice, if it is this customer's: its number may have been typed.
    async fn bill(&self, id: u64) -> Result<Bill, PlanRefused> {
        let (client, whmcs) = (self.client()?, &self.backend.whmcs);
        let (row, detail) = futures_util::join!(whmcs.invoice(id), whmcs.invoice_detail(id));
        let (row, detail) = (row?, detail?);
        if row.userid != Some(client.0) {
            return Err(PlanRefused::Blocked("plan-other-invoice".into()));
        }
        let invoice = convert::invoice(&row, &whmcs.names);
        let invoice = invoice.ok_or_else(|| PlanRefused::Blocked("check-balance-unknown".into()))?;
        Ok(Bill { invoice, detail })
    }

    fn change(&self, what: Billing) -> Change {
        Change { who: self.change.who.clone(), what: What::Billing(what) }
    }

    async fn capture(&self, id: u64) -> Result<Draft, PlanRefused> {
        let (client, whmcs) = (self.client()?, &self.backend.whmcs);
        let (bill, methods, log) =
            futures_util::join!(self.bill(id), whmcs.pay_methods(client), whmcs.activity(client));
        let (bill, methods, log) = (bill?, methods?, log?);
        let (price, today) = (bill.balance(), time::today(self.now));
        let write = Whmcs::Capture { invoice: bill.id(), amount: price };
        let says = Phrase::new("step-capture").with("amount", price).with("card", card_name(&methods));
        let mut draft = Draft::new(Phrase::new("plan-capture").with("amount", price), bill.about())
            .step(Write::Whmcs(write), says, None)
            .no_return()
            .check("check-invoice-owed", bill.is_owed())
            .check("check-pay-method", card(&methods, today))
            .check("check-tries", self.tries(&bill.invoice, &log.rows, today));
        draft.differences.push(bill.owes(Yen::ZERO));
        draft.price = Some(price);
        draft.deadline = self.now.saturating_add(GATEWAY).ok();
        draft.warnings.push("warning-capture".into());
        draft.instead.push(self.change(Billing::ClientAreaLink { page: Page::PayMethods, invoice: None }));
        Ok(draft)
    }

    /// How often the card was declined today for this invoice. WHMCS keeps the last attempt's time, and its log the others.
    fn tries(&self, invoice: &Invoice, log: &[Activity], today: Date) -> CheckState {
        let rules = &self.office.billing;
        let id = invoice.id.to_string();
        let declined = |it: &&Activity| {
            let what = it.what.to_lowercase();
            it.at.is_some_and(|at| time::today(at) == today)
                && rules.declined_words.iter().any(|word| what.contains(&word.to_lowercase()))
                && what.split(|c: char| !c.is_ascii_digit()).any(|number| number == id)
        };
        let last = invoice.last_capture.is_some_and(|at| time::today(at) == today);
        let tries = log.iter().filter(declined).count().max(usize::from(last));
        let says = |key| Phrase::new(key).with("tries", i64::try_from(tries).unwrap_or(i64::MAX));
        match tries {
            0 => CheckState::Passed,
            n if n < rules.captures_per_day => CheckState::Warns(says("check-tried-today")),
            _ => CheckState::Failed(says("check-tried-enough")),
        }
    }

    async fn mark_paid(
        &self,
        id: u64,
        transaction: &Text,
        amount: Option<Yen>,
        date: Date,
    ) -> Result<Draft, PlanRefused> {
        let (bill, known) = futures_util::join!(self.bill(id), self.backend.whmcs.payment(transaction));
        let (bill, known) = (bill?, known?);
        let owed = bill.balance();
        let amount = amount.unwrap_or(owed);
        let gateway = self.office.billing.other_gateway.clone();
        let says = Phrase::new("step-add-payment")
            .with("amount", amount)
            .with("gateway", gateway.as_str())
            .with("transaction", transaction.clone());
        let write = Whmcs::AddPayment { invoice: bill.id(), transaction: transaction.clone(), gateway, amount, date };
        let fits = if amount > owed { CheckState::Failed("payment-more-than-owed".into()) } else { CheckState::Passed };
        let unused = if known.is_some() { CheckState::Failed("payment-id-used".into()) } else { CheckState::Passed };
        let mut draft = Draft::new(Phrase::new("plan-mark-paid").with("amount", amount), bill.about())
            .step(Write::Whmcs(write), says, None)
            .no_return()
            .check("check-invoice-owed", bill.is_owed())
            .check("check-amount-owed", fits)
            .check("check-transaction-new", unused);
        draft.differences.push(bill.owes(owed - amount));
        draft.price = Some(amount);
        draft.effective = Some(Phrase::new("effective-on").with("day", date));
        draft.warnings.push("warning-mark-paid".into());
        Ok(draft)
    }

    async fn apply_credit(&self, id: u64, amount: Option<Yen>) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let (bill, known) = futures_util::join!(self.bill(id), self.backend.whmcs.client(client));
        let (bill, credit) = (bill?, known?.credit.unwrap_or_default());
        let balance = bill.balance();
        let amount = amount.unwrap_or(credit.min(balance));
        let write = Whmcs::ApplyCredit { client, invoice: bill.id(), amount, credit, balance };
        let enough = if credit.0 <= 0 {
            CheckState::Failed("check-no-credit".into())
        } else if amount > credit || amount > balance {
            CheckState::Failed("credit-too-much".into())
        } else {
            CheckState::Passed
        };
        let mut draft = Draft::new(Phrase::new("plan-apply-credit").with("amount", amount), bill.about())
            .step(Write::Whmcs(write), Phrase::new("step-apply-credit").with("amount", amount), None)
            .no_return()
            .check("check-invoice-owed", bill.is_owed())
            .check("check-credit", enough);
        draft.differences.push(Difference { what: "credit".into(), from: yen(credit), to: yen(credit - amount) });
        draft.differences.push(bill.owes(balance - amount));
        draft.price = Some(amount);
        draft.warnings.push("warning-apply-credit".into());
        Ok(draft)
    }

    /// One person gives a little; more takes a second one, and what is beyond is not given at a desk.
    async fn add_credit(
        &self,
        amount: Yen,
        reason: &Text,
        instead_of: Option<OperationId>,
    ) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let known = self.backend.whmcs.client(client).await?;
        let credit = known.credit.unwrap_or_default();
        let (alone, most) = (Yen(self.office.billing.credit_alone_yen), Yen(self.office.billing.credit_most_yen));
        let limit = if amount <= alone {
            CheckState::Passed
        } else if amount <= most {
            CheckState::Warns(Phrase::new("credit-needs-second").with("limit", alone))
        } else {
            CheckState::Failed(Phrase::new("credit-beyond").with("limit", most))
        };
        let write = Whmcs::AddCredit { client, amount, reason: reason.clone() };
        let says = Phrase::new("step-add-credit").with("amount", amount).with("reason", Arg::Free(reason.clone()));
        let mut draft = Draft::new(Phrase::new("plan-add-credit").with("amount", amount), about_client(&known));
        if let Some(operation) = instead_of {
            let set_aside = Write::Desk(desk::Write::SetAside { operation });
            draft = draft.step(set_aside, "step-set-aside".into(), None).check(
                "check-instead",
                match self.backend.sets_aside(operation).await {
                    Ok(()) => CheckState::Passed,
                    Err(why) => CheckState::Failed(why),
                },
            );
        }
        draft = draft.step(Write::Whmcs(write), says, None).no_return().check("check-credit-limit", limit);
        if let Some(operation) = instead_of {
            let reason =
                Text::line(&format!("{amount} of credit given instead / 代わりに{amount}をクレジットとして付与"));
            draft = draft.step(Write::Desk(desk::Write::Settle { operation, reason }), "step-settle".into(), None);
        }
        draft.differences.push(Difference { what: "credit".into(), from: yen(credit), to: yen(credit + amount) });
        draft.price = Some(amount);
        draft.harm = (amount > alone).then_some(Harm::Irreversible);
        draft.warnings.push("warning-add-credit".into());
        Ok(draft)
    }
}

fn yen(amount: Yen) -> Phrase {
    Phrase::new("yen").with("amount", amount)
}

fn about_client(client: &crate::domain::customer::Client) -> Phrase {
    Phrase::new("about-client").with("client", client.id.0.to_string().as_str())
}

fn card(methods: &[PayMethod], today: Date) -> CheckState {
    match methods.first() {
        None => CheckState::Failed("check-no-pay-method".into()),
        Some(card) if card.expiry(today) == CardExpiry::Expired => CheckState::Failed("check-card-expired".into()),
        Some(_) => CheckState::Passed,
    }
}

fn card_name(methods: &[PayMethod]) -> Text {
    let name = |card: &PayMethod| Text::line(&format!("{} {}", card.brand, card.last_four));
    methods.first().map_or_else(Text::default, name)
}
