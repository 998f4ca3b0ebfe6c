//! Plans for lines and cards.

mod care;
mod end;
mod esim;
mod line;
mod port_in;
mod whose;

use jiff::ToSpan as _;

use crate::backend::operations::engine::Refused;
use crate::domain::billing::{CardExpiry, Invoice, Subscription};
use crate::domain::change::What;
use crate::domain::change::billing::{Billing, Page};
use crate::domain::change::sim::Sim;
use crate::domain::customer::ClientId;
use crate::domain::delivery;
use crate::domain::ledger::CreditEntry;
use crate::domain::line::{Line, LineState, Operation};
use crate::domain::operation::{Check, CheckState, Difference};
use crate::domain::phone::Msisdn;
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::quota::Quota;
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::write::{Id, Write, freebit, whmcs};
use crate::flow::operation::PlanRefused;

use super::{Draft, Planner};

/// Days a customer has to pay an invoice the desk made, when the card is not charged.
const DUE_DAYS: i64 = 7;

impl Planner<'_> {
    pub(super) async fn sim(&self, sim: &Sim) -> Result<Draft, PlanRefused> {
        let (draft, theirs) = futures_util::join!(Box::pin(self.of_line(sim)), Box::pin(self.theirs(sim)));
        let mut draft = draft?;
        // Whose the line is comes before everything else that is said of it.
        draft.checks.insert(0, Check { what: "check-line-theirs".into(), state: theirs });
        Ok(draft)
    }

    async fn of_line(&self, sim: &Sim) -> Result<Draft, PlanRefused> {
        match sim {
            Sim::TopUp { line, quota } => self.top_up(line, *quota).await,
            Sim::PlanChange { line, plan, on } => self.plan_change(line, plan, *on).await,
            Sim::VoiceOptions { line, set } => self.voice_options(line, *set).await,
            Sim::Network { line, to } => self.network(line, *to).await,
            Sim::EsimReissue { line, eid } => self.esim_reissue(line, eid).await,
            Sim::SimCancel { line, on, reason } => self.sim_cancel(line, *on, reason).await,
            Sim::PortIn(port_in) => self.port_in(port_in).await,
            Sim::SuspendRequest { line, reason, note } => self.suspend_request(line, *reason, note.as_ref()).await,
            Sim::Protect { line, reason } => self.protect(line, reason).await,
            Sim::Unprotect { line, reason } => self.unprotect(line, reason).await,
        }
    }

    /// Invoice, payment, data: money first, because data cannot be taken back.
    async fn top_up(&self, line: &Msisdn, quota: Quota) -> Result<Draft, PlanRefused> {
        let client = self.client()?;
        let backend = self.backend;
        let (found, methods) =
            futures_util::join!(backend.freebit.line(line, self.now), backend.whmcs.pay_methods(client));
        let (found, methods) = (found?, methods?);
        let alone = if found.usage.is_none() && backend.freebit.shares_data(line).await? {
            CheckState::Failed("check-share-group".into())
        } else {
            CheckState::Passed
        };
        let free = match &found.lock {
            Some(lock) if lock.leaves_data() => CheckState::Passed,
            _ => line_free(&found),
        };
        let sold = if self.office.offer.check(quota).is_ok() {
            CheckState::Passed
        } else {
            let (least, most) = (i64::from(self.office.offer.least), i64::from(self.office.offer.most));
            CheckState::Failed(Phrase::new("wrong-number").with("least", least).with("most", most))
        };
        let lost = self.undelivered(client, &found).await?;
        let delivered = match &lost {
            None => CheckState::Passed,
            Some((invoice, ours)) => {
                let why = if *ours { "check-top-up-ours" } else { "check-top-up-lost" };
                let number = invoice.spoken_number();
                CheckState::Failed(Phrase::new(why).with("number", &*number).with("sum", invoice.total))
            }
        };
        let price = self.office.offer.price(quota);
        let mb = Arg::Megabytes(i64::from(quota.mb()));
        let today = time::today(self.now);
        let item = Text::line(&format!("SIM Data Top-up: {}GB for {}", quota.mb() / 1_000, line.digits()));
        let title = Phrase::new("plan-top-up").with("data", mb.clone());
        let card = match methods.first() {
            None => CheckState::Failed("check-no-pay-method".into()),
            Some(card) if card.expiry(today) == CardExpiry::Expired => CheckState::Failed("check-card-expired".into()),
            Some(_) => CheckState::Passed,
        };
        let charged = card == CheckState::Passed;
        let card_name = methods
            .first()
            .map_or_else(Text::default, |card| Text::line(&format!("{} {}", card.brand, card.last_four)));
        let invoice = || Id::fact("invoice");
        let mut draft = Draft::new(title, about(line))
            .step(
                Write::Whmcs(whmcs::Write::CreateInvoice {
                    client,
                    items: vec![(item, price)],
                    due: today.saturating_add(DUE_DAYS.days()),
                    send: false,
                }),
                Phrase::new("step-create-invoice").with("amount", price),
                Some(Write::Whmcs(whmcs::Write::CancelInvoice { invoice: invoice() })),
            )
            .step(
                Write::Whmcs(whmcs::Write::Capture { invoice: invoice(), amount: price }),
                Phrase::new("step-capture").with("amount", price).with("card", card_name),
                None,
            )
            .no_return()
            .step(
                Write::Freebit(freebit::Write::AddQuota { line: line.clone(), quota }),
                Phrase::new("step-add-quota").with("data", mb.clone()).with("line", line.clone()),
                None,
            )
            .check("check-line-active", line_active(&found))
            .check("check-line-free", free)
            .check("check-own-data", alone)
            .check("check-sold", sold)
            .check("check-top-up-came", delivered)
            .check("check-pay-method", card);
        let left = |mb: Option<i64>| {
            mb.map_or_else(|| Phrase::new("unknown"), |mb| Phrase::new("megabytes").with("data", Arg::Megabytes(mb)))
        };
        draft.differences.push(Difference {
            what: "quota-left".into(),
            from: left(found.quota_left_mb),
            to: left(found.quota_left_mb.map(|left| left + i64::from(quota.mb()))),
        });
        draft.price = Some(price);
        draft.line = Some(line.clone());
        draft.warnings.push("warning-top-up".into());
        let instead = match lost {
            // One of the desk's own waits for somebody, who drives it on or gives the credit there.
            Some((_, true)) => None,
            // Data that were paid for before are given back first; nobody pays twice for what came once.
            Some((invoice, false)) => {
                let reason = Text::line(&format!("Paid data for {} could not be added", line.digits()));
                Some(Billing::AddCredit { amount: invoice.total, reason, instead_of: None })
            }
            // Without a card nothing is begun, and the customer is asked for one.
            None if !charged => Some(Billing::ClientAreaLink { page: Page::PayMethods, invoice: None }),
            None if draft.is_stopped() => None,
            // Where the data never come, what was paid for them is given back as credit. The customer reads the reason.
            None => {
                let gb = quota.mb() / 1_000;
                let reason = Text::line(&format!("{gb}GB of data for {} could not be added", line.digits()));
                Some(Billing::AddCredit { amount: price, reason, instead_of: None })
            }
        };
        draft.instead.extend(instead.map(|what| self.also(What::Billing(what))));
        Ok(draft)
    }

    /// An invoice of data for this line that was paid and never came, and whether one of the desk's own operations still
    /// owes it. What was given back as credit since then is settled.
    async fn undelivered(&self, client: ClientId, line: &Line) -> Result<Option<(Invoice, bool)>, PlanRefused> {
        let whmcs = &self.backend.whmcs;
        let rules = &self.office.top_ups;
        let invoices = whmcs.invoices(client).await?.rows;
        for invoice in delivery::candidates(&invoices, rules, time::today(self.now)) {
            let detail = whmcs.invoice_detail(invoice.id).await?;
            if !delivery::undelivered(invoice, &detail, line, rules, self.now) {
                continue;
            }
            let since = invoice.paid.map(time::today).or(invoice.date);
            let given = |it: &CreditEntry| it.amount >= Some(invoice.total) && it.date >= since;
            if !whmcs.credits(client).await?.rows.iter().any(given) {
                let ours = self.backend.tops_up(&line.msisdn).await;
                let ours = ours.map_err(|Refused(why)| PlanRefused::Blocked(why))?;
                return Ok(Some((invoice.clone(), ours)));
            }
        }
        Ok(None)
    }
}

fn about(line: &Msisdn) -> Phrase {
    Phrase::new("about-line").with("line", line.clone())
}

/// What WHMCS bills for a line today. A line may have had other services before: those that have ended are none of it.
fn services_of<'a>(line: &Msisdn, services: &'a [Subscription]) -> impl Iterator<Item = &'a Subscription> {
    services.iter().filter(move |service| service.line.as_ref() == Some(line) && service.status.is_current())
}

/// A change that was accepted for a later day keeps others away until then, and nothing takes it back.
fn nothing_planned(line: &Line) -> CheckState {
    let Some(planned) = &line.planned else { return CheckState::Passed };
    CheckState::Failed(match (&planned.what, planned.on) {
        (Operation::Cancellation, Some(day)) => Phrase::new("line-ends-on").with("day", day),
        (Operation::Cancellation, None) => "line-ends".into(),
        (_, Some(day)) => Phrase::new("line-has-plans-on").with("day", day),
        (_, None) => "line-has-plans".into(),
    })
}

fn line_active(line: &Line) -> CheckState {
    match line.state {
        LineState::Active => CheckState::Passed,
        _ => CheckState::Failed("check-line-not-active".into()),
    }
}

fn line_free(line: &Line) -> CheckState {
    match &line.lock {
        None => CheckState::Passed,
        Some(lock) => CheckState::Failed(match lock.until {
            Some(until) => Phrase::new("line-locked-until").with("until", until),
            None => "line-locked".into(),
        }),
    }
}
