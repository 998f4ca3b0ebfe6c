//! What an organisation decides for itself and the screens have to know: its promises, its words, its prices.

use super::access;
use super::bill_rules;
use super::catalogue;
use super::delivery;
use super::macros::Macros;
use super::pack;
use super::quota::TopUpOffer;
use super::reviews;
use super::sim_rules;
use super::sla::Promises;
use super::template::Templates;
use super::xray;

/// The rules of the house, from the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Office {
    /// By when customers are answered.
    pub promises: Promises,
    /// What an order's steps are told by.
    pub orders: xray::Rules,
    /// What a top-up costs, and how long it may take.
    pub top_ups: delivery::Rules,
    /// What of data is sold.
    pub offer: TopUpOffer,
    /// What is sold and decided about lines.
    pub sim: sim_rules::Rules,
    /// What is decided about money.
    pub billing: bill_rules::Rules,
    /// What is decided in reviews of orders, cards and addresses.
    pub reviews: reviews::Rules,
    /// What is decided about selling.
    pub sale: catalogue::Rules,
    /// What is taken along on the road.
    pub pack: pack::Rules,
    /// Replies that are written once.
    pub templates: Templates,
    /// What is done with a case in one go.
    pub macros: Macros,
    /// Who may change what.
    pub access: access::Rules,
}
