//! Orders: both systems' orders in one list, the look through one of them, and the opportunities they belong to.

mod list;
mod opportunities;
mod words;
mod xray;

use crate::flow::Customer;

use super::page::Page;
use super::records::Records;

use list::OrderRow;
use opportunities::OpportunityRow;
use xray::XrayPage;

/// The tab's pages, from left to right.
pub fn pages() -> Vec<Box<dyn Page<Of = Customer>>> {
    vec![Box::<Records<OrderRow>>::default(), Box::<XrayPage>::default(), Box::<Records<OpportunityRow>>::default()]
}
