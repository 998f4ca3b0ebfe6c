//! The documented customers: one for each thing that goes wrong at a telecom's desk.
//!
//! They come first and use their own dice, so that their numbers, names and ids are the same in every world. The page
//! that lists them tells what to type; a test holds it to this.

mod extras;
mod lines;
mod links;
mod many;
mod money;
mod orders;
mod reviews;
mod scripts;
mod shift;

use jiff::civil::Date;

use super::{
    catalogue::{ACTIVATION, HOME_SILVER, INSTALLATION, Plan},
    person::{Address, Person},
    sale::{NewLine, Sale, Sold},
    town::{Customer, Town},
};
use crate::sandbox::freebit::Change;

/// Writes all documented customers, in the order of their customer numbers.
pub(super) fn fill(town: &mut Town) {
    money::fill(town);
    lines::fill(town);
    orders::fill(town);
    reviews::fill(town);
    links::fill(town);
    scripts::fill(town);
    let several_lines = many::fill(town);
    // Who came later to this page gets later numbers: those of the customers above are known by heart.
    town.enter_books();
    shift::fill(town);
    top_ups(town, &several_lines);
    town.enter_books();
    extras::fill(town);
}

/// Top-ups on two of several lines, and a smaller plan from the first of the month on a third.
fn top_ups(town: &mut Town, customer: &Customer) {
    for (place, days) in [(0, 70), (0, 33), (1, 15), (0, 4)] {
        let day = town.day(-days);
        town.top_up(customer, &Town::line_of(customer, place), day);
    }
    let first = town.month(1);
    town.begin_on(&Town::line_of(customer, 0), Change::Plan("PNEW_10GB_V".to_owned()), first);
}

impl Town {
    /// The number of the customer about to be written.
    fn coming(&self) -> u64 {
        self.customers() as u64 + 1
    }

    /// Somebody with these names (family and given as in Salesforce, in kana, in letters), a phone and an address of
    /// their own.
    fn somebody(&self, names: [&str; 6]) -> Person {
        let n = self.coming();
        let mut person = Person::named(names);
        person.phone = format!("0900100{n:04}");
        person.address = Address::numbered(n as usize, n as usize * 3, n as usize);
        person
    }

    /// A customer of `months` with a good card.
    fn regular(&mut self, names: [&str; 6], months: i32) -> Customer {
        let person = self.somebody(names);
        let since = self.since(months);
        let customer = self.enrol(person, since);
        self.card_on_file(customer.client, "Visa", "4242", 20);
        customer
    }

    fn since(&self, months: i32) -> Date {
        self.month(-months).saturating_add(jiff::Span::new().days(2)).min(self.day(-8))
    }

    /// The customer's own line number; `place` tells several apart.
    fn line_of(customer: &Customer, place: u64) -> String {
        // The last four digits differ too: they are all that a masked number shows.
        format!("090020{place}{:04}", 1000 * place + customer.number)
    }

    /// A voice line that works, sold when the customer came, with the residence card verified.
    fn with_line(&mut self, customer: &Customer, plan: &Plan) -> Sold {
        self.identity_verified(customer, customer.since);
        let line = NewLine::physical(&Self::line_of(customer, 0));
        self.sell(customer, &Sale::done(plan, &[&ACTIVATION], Some(line), customer.since))
    }

    /// Fibre that works, sold when the customer came.
    fn with_internet(&mut self, customer: &Customer) -> Sold {
        self.eligible(customer, "Home 1G", customer.since);
        self.sell(customer, &Sale::done(&HOME_SILVER, &[&INSTALLATION], None, customer.since))
    }
}
