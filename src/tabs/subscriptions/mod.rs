//! Subscriptions: the WHMCS services, what belongs to each, and what else each could be.

mod services;

use crate::domain::billing::Subscription;
use crate::flow::Customer;

use super::list;
use super::page::Page;

/// The pages, from left to right.
pub fn pages() -> Vec<Box<dyn Page<Of = Customer>>> {
    vec![list::<Subscription>()]
}
