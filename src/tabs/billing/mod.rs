//! Billing: what the customer was asked for, what was paid, how, and what WHMCS wrote about it.

mod credits;
mod emails;
mod invoices;
mod months;
mod pay_methods;
mod transactions;

use crate::flow::Customer;

use super::list;
use super::page::Page;
use super::records::headed::Headed;

/// The pages, from left to right.
pub fn pages() -> Vec<Box<dyn Page<Of = Customer>>> {
    vec![
        list::<invoices::InvoiceRow>(),
        list::<transactions::TransactionRow>(),
        Box::<Headed<credits::CreditRow>>::default(),
        list::<pay_methods::PayMethodRow>(),
        list::<emails::EmailRow>(),
        Box::<Headed<months::MonthRow>>::default(),
    ]
}
