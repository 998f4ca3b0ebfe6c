//! Bills and payments, month by month.

use jiff::civil::Date;

use super::town::{Bill, Customer, Town};
use crate::sandbox::{
    clock,
    freebit::TopUp,
    whmcs::db::{Invoice, InvoiceItem, InvoiceStatus, Transaction},
};

/// One line of a bill: service, words, yen without tax.
pub(super) type Item = (u64, String, i64);

impl Town {
    /// Monthly bills for everything the client subscribes to, from `months` ago to this month; the last `unpaid` of
    /// them were not paid.
    pub(super) fn monthly_bills(&mut self, customer: &Customer, months: u32, unpaid: u32) {
        let services: Vec<_> = self
            .whmcs
            .services
            .of(customer.client)
            .filter(|service| service.recurring > 0 || service.first_payment > 0)
            .map(|service| {
                let name = self.whmcs.products.get(service.product_id).map_or("", |product| product.name.as_str());
                (service.id, name.to_owned(), service.registered, service.recurring, service.first_payment)
            })
            .collect();
        for ago in (0..months as i32).rev() {
            let date = self.month(-ago);
            let end = date.last_of_month();
            let period = format!("{} - {}", slashed(date), slashed(end));
            let items: Vec<Item> = services
                .iter()
                .filter_map(|(id, name, registered, recurring, first)| {
                    let begins = registered.first_of_month() == date;
                    let amount = match *recurring {
                        0 if begins => *first,
                        recurring if *registered <= end => recurring,
                        _ => 0,
                    };
                    (amount > 0).then(|| (*id, format!("{name} ({period})"), amount))
                })
                .collect();
            if !items.is_empty() {
                // Nothing is billed before the customer came.
                let date = date.max(customer.since);
                let paid = ago as u32 >= unpaid && due(date) <= self.today;
                self.bill(customer, date, items, if paid { InvoiceStatus::Paid } else { InvoiceStatus::Unpaid });
            }
        }
    }

    /// A gigabyte that was charged on `day` and reached the line, where it is good for the rest of the month.
    pub(super) fn top_up(&mut self, customer: &Customer, number: &str, day: Date) {
        self.bill(customer, day, vec![top_up_item(number)], InvoiceStatus::Paid);
        if let Some(line) = self.freebit.line_mut(number) {
            let code = format!("topup-{number}-{}", line.top_ups.len() + 1);
            let at = day.at(18, 42, 10, 0);
            line.top_ups.insert(0, TopUp { quota_kb: 1_000_000, at, expires: day.last_of_month(), code: Some(code) });
        }
    }

    /// A bill dated `date` with these lines, in this state.
    pub(super) fn bill(&mut self, customer: &Customer, date: Date, items: Vec<Item>, status: InvoiceStatus) {
        let due = due(date);
        let now = clock::jst(self.now).datetime();
        let created = date.at(0, 5, 11, 0).min(now);
        // Subscriptions are charged on the day they are due, single purchases at once.
        let charged =
            if items.iter().all(|(service, ..)| *service == 0) { date.at(18, 40, 0, 0) } else { due.at(9, 10, 0, 0) };
        let settled = charged.min(now);
        let paid_at = matches!(status, InvoiceStatus::Paid | InvoiceStatus::Refunded).then_some(settled);
        let overdue = status == InvoiceStatus::Unpaid && due < self.today;
        let invoice = Invoice {
            id: 0,
            client_id: customer.client,
            number: String::new(),
            date,
            due,
            paid_at,
            // An overdue bill was tried and refused.
            captured_at: paid_at.or_else(|| overdue.then_some(settled)),
            refunded_at: (status == InvoiceStatus::Refunded).then_some(settled),
            cancelled_at: (status == InvoiceStatus::Cancelled).then_some(settled),
            credit: 0,
            tax_percent: 10,
            status,
            gateway: "stripe".to_owned(),
            notes: String::new(),
            created,
            updated: paid_at.unwrap_or(created),
            items: items
                .into_iter()
                .map(|(service, description, amount)| InvoiceItem {
                    id: 0,
                    kind: if service == 0 { "Item" } else { "Hosting" }.to_owned(),
                    rel_id: service,
                    description,
                    amount,
                    taxed: true,
                })
                .collect(),
        };
        let n = self.bills.len() as u64 + 1;
        let payment = paid_at.map(|date| Transaction {
            id: 0,
            client_id: customer.client,
            invoice_id: 0,
            gateway: "stripe".to_owned(),
            date,
            description: "Invoice Payment".to_owned(),
            amount_in: invoice.total(),
            fees: invoice.total() * 36 / 1000,
            amount_out: 0,
            transid: format!("pi_sandbox_{}_{n}", customer.client),
            refund_id: 0,
        });
        let refund = payment.as_ref().filter(|_| status == InvoiceStatus::Refunded).map(|payment| Transaction {
            description: "Refund of Transaction ID ".to_owned() + &payment.transid,
            amount_in: 0,
            fees: 0,
            amount_out: payment.amount_in,
            transid: format!("re_sandbox_{}_{n}", customer.client),
            ..payment.clone()
        });
        if date >= self.day(-62) {
            self.mail(customer, "Customer Invoice", created, None);
            match (paid_at, overdue) {
                (Some(paid), _) => self.note(customer.client, paid, "Payment Received"),
                (None, true) => {
                    self.mail(customer, "Credit Card Payment Failed", settled, None);
                    self.note(customer.client, settled, "Credit Card Payment Attempt Failed");
                }
                (None, false) => {}
            }
        }
        self.bills.push(Bill { invoice, payment, refund });
    }
}

/// One gigabyte, 500 yen before tax.
pub(super) fn top_up_item(number: &str) -> Item {
    (0, format!("SIM Data Top-up: 1GB for {number}"), 500)
}

/// Bills are due nine days after their date.
fn due(date: Date) -> Date {
    date.saturating_add(jiff::Span::new().days(9))
}

/// `2026/11/01`, as WHMCS writes the days of a period.
fn slashed(day: Date) -> String {
    format!("{:04}/{:02}/{:02}", day.year(), day.month(), day.day())
}
