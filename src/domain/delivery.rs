//! Data that was paid for and never came. A top-up is an invoice first and a change of the line second; when the second step
//! is lost, only the two histories side by side show it.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::billing::{Invoice, InvoiceStatus};
use super::ledger::{InvoiceDetail, InvoiceItem};
use super::line::Line;
use super::money::Yen;
use super::time;

/// What a top-up costs, and how long it may take.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// The price of one gigabyte in yen, without and with tax: multiples that an ordinary monthly bill rarely is.
    pub yen_per_gb: Vec<i64>,
    /// Gigabytes a customer can buy at once.
    pub most_gb: i64,
    /// Days after which somebody has noticed.
    pub days: i64,
    /// Minutes after the payment in which nothing is said: the line is changed after it.
    pub grace_minutes: i64,
    /// Words of an invoice's item, in any case of letters, that tell of a top-up.
    pub words: Vec<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { yen_per_gb: vec![500, 550], most_gb: 51, days: 7, grace_minutes: 15, words: vec!["top-up".to_owned()] }
    }
}

/// Invoices looked into, because each costs a call.
const MOST: usize = 2;

/// The newest paid invoices that may be for data, by their date and total alone: at most two, so that opening a customer
/// costs at most two calls more, and none for most.
pub fn candidates<'a>(invoices: &'a [Invoice], rules: &Rules, today: Date) -> Vec<&'a Invoice> {
    let mut found: Vec<&'a Invoice> = invoices
        .iter()
        .filter(|invoice| invoice.status == InvoiceStatus::Paid && looks_like_data(invoice.total, rules))
        .filter(|invoice| {
            day_paid(invoice).is_some_and(|day| (0..=rules.days).contains(&time::days_between(day, today)))
        })
        .collect();
    found.sort_by_key(|invoice| std::cmp::Reverse(day_paid(invoice)));
    found.truncate(MOST);
    found
}

fn looks_like_data(total: Yen, rules: &Rules) -> bool {
    let of_price = |price: &&i64| **price > 0 && total.0 % **price == 0 && total.0 / **price <= rules.most_gb;
    total.0 > 0 && rules.yen_per_gb.iter().any(|price| of_price(&price))
}

fn day_paid(invoice: &Invoice) -> Option<Date> {
    invoice.paid.map(time::today).or(invoice.date)
}

/// Whether the items of a paid invoice are data for this line that its history does not know. `None` for the line's history
/// is not read, and nothing is said of it.
pub fn undelivered(invoice: &Invoice, detail: &InvoiceDetail, line: &Line, rules: &Rules, now: Timestamp) -> bool {
    let grace = SignedDuration::from_mins(rules.grace_minutes);
    let Some(top_ups) = &line.top_ups else { return false };
    let Some(paid) = day_paid(invoice) else { return false };
    if invoice.paid.is_some_and(|at| now.duration_since(at) < grace) {
        return false;
    }
    let is_bought = |item: &InvoiceItem| {
        let (words, number) = (item.description.to_ascii_lowercase(), line.msisdn.digits());
        let bought = rules.words.iter().any(|word| words.contains(&word.to_ascii_lowercase()));
        bought && words.chars().filter(char::is_ascii_digit).collect::<String>().ends_with(number)
    };
    let bought = detail.items.iter().filter(|item| is_bought(item)).count();
    // A top-up that carries no date may be this one.
    let came = top_ups.iter().filter(|it| it.at.is_none_or(|at| time::today(at) >= paid)).count();
    bought > came
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::line::{LineState, TopUp};
    use crate::domain::phone::{Fixtures, Msisdn};
    use crate::domain::text::Text;

    const TODAY: &str = "2026-11-22";

    fn day(written: &str) -> Date {
        written.parse().unwrap()
    }

    fn invoice(id: u64, total: i64, date: &str, status: InvoiceStatus) -> Invoice {
        Invoice {
            id,
            number: Text::line(""),
            date: Some(day(date)),
            due: None,
            paid: time::from_jst(day(date).at(12, 0, 0, 0)),
            last_capture: None,
            total: Yen(total),
            credit: Yen(0),
            status,
            gateway: Text::line(""),
        }
    }

    fn detail(description: &str) -> InvoiceDetail {
        let item = InvoiceItem {
            description: Text::line(description),
            amount: Some(Yen(500)),
            taxed: Some(true),
            kind: Text::line(""),
            service: None,
        };
        InvoiceDetail {
            status: InvoiceStatus::Paid,
            items: vec![item],
            transactions: Vec::new(),
            subtotal: None,
            tax: None,
            balance: None,
            notes: Text::line(""),
        }
    }

    fn line(top_ups: Option<Vec<TopUp>>) -> Line {
        Line {
            msisdn: Msisdn::parse("09002000005", Fixtures::Allowed).unwrap(),
            state: LineState::Active,
            plan: Text::line(""),
            network: Text::line(""),
            started: None,
            product_number: Text::line(""),
            iccid: Text::line(""),
            eid: Text::line(""),
            size: Text::line(""),
            voice: None,
            sms: None,
            voice_mail: None,
            call_waiting: None,
            roaming: None,
            quota_left_mb: None,
            lock: None,
            usage: None,
            top_ups,
            planned: None,
        }
    }

    fn top_up(date: &str) -> TopUp {
        let at = time::from_jst(day(date).at(12, 1, 0, 0));
        TopUp { mb: Some(1000), at, expires: None, code: Text::line("") }
    }

    #[test]
    fn only_the_two_newest_paid_invoices_of_a_matching_total_are_looked_into() {
        let all = [
            invoice(1, 550, "2026-11-16", InvoiceStatus::Paid),
            invoice(2, 550, "2026-11-21", InvoiceStatus::Unpaid),
            invoice(3, 1_100, "2026-11-20", InvoiceStatus::Paid),
            invoice(4, 7_458, "2026-11-21", InvoiceStatus::Paid),
            invoice(5, 550, "2026-11-01", InvoiceStatus::Paid),
            invoice(6, 500, "2026-11-22", InvoiceStatus::Paid),
        ];
        let ids: Vec<u64> = candidates(&all, &Rules::default(), day(TODAY)).iter().map(|invoice| invoice.id).collect();
        assert_eq!(ids, [6, 3]);
    }

    #[test]
    fn what_was_paid_and_never_came_is_found() {
        let paid = invoice(1, 550, "2026-11-21", InvoiceStatus::Paid);
        let item = detail("SIM Data Top-up: 1GB for 09002000005");
        let noon = time::from_jst(day(TODAY).at(12, 0, 0, 0)).unwrap();
        let found =
            |detail: &InvoiceDetail, top_ups| undelivered(&paid, detail, &line(top_ups), &Rules::default(), noon);
        assert!(found(&item, Some(Vec::new())));
        assert!(found(&item, Some(vec![top_up("2026-11-14")])), "an older one is not this one");
        assert!(!found(&item, Some(vec![top_up("2026-11-21")])));
        assert!(!found(&item, None), "a history that was not read says nothing");
        assert!(!found(&detail("SIM Data Top-up: 1GB for 09002000006"), Some(Vec::new())), "another line's");
        assert!(!found(&detail("SIM Voice 10GB"), Some(Vec::new())));
        let just_now = paid.paid.unwrap().checked_add(SignedDuration::from_mins(5)).unwrap();
        assert!(
            !undelivered(&paid, &item, &line(Some(Vec::new())), &Rules::default(), just_now),
            "it may be on its way"
        );
    }
}
