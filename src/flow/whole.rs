//! What the parts of an open customer say together. The rules are the domain's; here is what was read for them.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::delivery;
use crate::domain::office::Office;
use crate::domain::order::{Case, Order};
use crate::domain::phone::Msisdn;
use crate::domain::status::{Place, Task, TaskKind, Tone};
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::timeline::{self, Timeline};
use crate::domain::xray::{self, LineSeen, Xray};

use super::customer::Customer;
use super::deeper::Deeper;
use super::fault::FaultKind;
use super::remote::Remote;

impl Customer {
    /// Looks through one of the customer's orders, as of `now`, with what was read so far. Changes, mails and the order's line
    /// are read when somebody looks.
    pub fn xray(&self, order: &Order, office: &Office, now: Timestamp) -> Xray {
        let all = self.all_lines();
        let lines: Vec<_> = all.iter().map(|msisdn| (msisdn.clone(), self.line_seen(msisdn))).collect();
        let parts = xray::Parts {
            order,
            whmcs_orders: self.whmcs_orders.value(),
            services: self.subscriptions.value(),
            invoices: self.invoices.value(),
            pay_methods: self.pay_methods.value().map(Vec::as_slice),
            verification: self.account.value().map(|account| &account.verification),
            opportunities: self.opportunities.value(),
            lines: &lines,
            cards: self.sim_cards.value(),
            changes: self.changes.value(),
            emails: self.emails.value(),
        };
        xray::xray(&parts, office, now)
    }

    /// A line as far as Freebit was asked. That it does not know the line any more counts more than what it said before.
    fn line_seen(&self, msisdn: &Msisdn) -> LineSeen<'_> {
        let Some(remote) = self.line(msisdn) else { return LineSeen::NotRead };
        match (&remote.fault, remote.value()) {
            (Some(fault), _) if fault.kind == FaultKind::NotFound => LineSeen::Missing,
            (_, Some(line)) => LineSeen::Read(line),
            (_, None) => LineSeen::NotRead,
        }
    }

    /// The next invoice to look into for data that was paid and never came: one at a time, two at most, and only where the
    /// history of a line was read to compare with.
    pub fn top_up_to_read(&self, today: Date) -> Option<Deeper> {
        let mut read = self.lines.iter().filter_map(|(_, line)| line.value());
        read.find(|line| line.top_ups.is_some())?;
        let invoices = &self.invoices.value()?.rows;
        let candidates = delivery::candidates(invoices, &self.office.top_ups, today);
        let next = candidates.into_iter().find(|it| {
            self.invoice_details.get(&it.id).is_none_or(|detail| detail.value().is_none() && detail.fault.is_none())
        });
        next.map(|invoice| Deeper::Invoice(invoice.id))
    }

    /// Data that was paid for and never came, as far as invoices and lines were read.
    pub fn undelivered(&self, now: Timestamp) -> Vec<Task> {
        let invoices = self.invoices.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let read = self.lines.iter().filter_map(|(_, line)| line.value());
        let lost =
            delivery::candidates(invoices, &self.office.top_ups, time::today(now)).into_iter().filter_map(|invoice| {
                let detail = self.invoice_details.get(&invoice.id).and_then(Remote::value);
                let line = detail.and_then(|detail| {
                    read.clone().find(|line| delivery::undelivered(invoice, detail, line, &self.office.top_ups, now))
                });
                line.map(|line| Task {
                    tone: Tone::Critical,
                    kind: TaskKind::TopUpNotDelivered {
                        number: Text::line(&invoice.spoken_number()),
                        line: line.msisdn.clone(),
                        sum: invoice.total,
                    },
                    opens: Place::Invoice(Some(invoice.id)),
                })
            });
        lost.collect()
    }

    /// Everything that happened to the customer, in one column, with what was read so far.
    pub fn timeline(&self) -> Timeline {
        let all = self.all_lines();
        let known = |msisdn: &Msisdn| self.line(msisdn).and_then(Remote::value);
        let lines: Vec<_> = all.iter().map(|msisdn| (msisdn.clone(), known(msisdn))).collect();
        let cases = self.cases.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let said_in_case = |case: &Case| self.case_messages.get(&case.id)?.value();
        let case_messages: Vec<_> =
            cases.iter().filter_map(|case| Some((case.number.as_str(), said_in_case(case)?))).collect();
        let ticket_messages: Vec<_> =
            self.ticket_messages.iter().filter_map(|(id, remote)| Some((*id, remote.value()?))).collect();
        timeline::timeline(&timeline::Parts {
            account: self.account.value(),
            activity: self.activity.value(),
            invoices: self.invoices.value(),
            transactions: self.transactions.value(),
            credits: self.credits.value(),
            emails: self.emails.value(),
            whmcs_orders: self.whmcs_orders.value(),
            services: self.subscriptions.value(),
            cancel_requests: self.cancel_requests.value(),
            tickets: self.tickets.value(),
            ticket_messages: &ticket_messages,
            cases: self.cases.value(),
            case_messages: &case_messages,
            orders: self.orders.value(),
            changes: self.changes.value(),
            follow_ups: self.follow_ups.value(),
            lines: &lines,
        })
    }
}
