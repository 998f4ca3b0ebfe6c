//! The portal's catalogue: what is sold, at which price, and what an order takes along without being asked for.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::billing::ProductKind;
use super::money::Yen;
use super::salesforce_id::SalesforceId;
use super::text::Text;
use super::write::freebit::SimKind;

/// A product with its price: an entry of the portal's price book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The entry's record id, which an order's item names.
    pub id: SalesforceId,
    /// The price book's record id, which the order names.
    pub book: SalesforceId,
    /// How the catalogue calls it.
    pub sku: Text,
    /// How people call it.
    pub name: Text,
    /// What it is.
    pub kind: ProductKind,
    /// What it is for.
    pub class: ItemClass,
    /// How often it is paid, as written.
    pub cycle: Text,
    /// It is paid once.
    pub once: bool,
    /// Price; `None` when it is no whole amount.
    pub price: Option<Yen>,
    /// Customers of the portal can order it.
    pub sold: bool,
    /// It comes with every order of its kind.
    pub added: bool,
    /// The WHMCS product it is billed as.
    pub whmcs_product: Option<u64>,
    /// Tier of an internet plan.
    pub tier: Text,
    /// The kind of line an internet plan needs.
    pub offering: Text,
    /// What a SIM plan can do.
    pub sim_plan: SimKind,
    /// Region of a VPN.
    pub region: Text,
    /// A plan for a second line of a family.
    pub family: bool,
}

/// What a product is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemClass {
    /// It is ordered for itself.
    Service,
    /// The fee that every SIM order carries once.
    Activation,
    /// What comes beside it: an installation, an add-on.
    Other,
}

impl Entry {
    /// It can be ordered for itself, and customers can order it.
    pub fn is_plan(&self) -> bool {
        self.sold && self.class == ItemClass::Service
    }

    /// Its line can make calls.
    pub fn calls(&self) -> bool {
        self.sim_plan == SimKind::Voice
    }

    /// Whether somebody wrote this one: its SKU or its name, in any case of letters.
    pub fn is_called(&self, written: &str) -> bool {
        [&self.sku, &self.name].into_iter().any(|name| name.eq_ignore_ascii_case(written.trim()))
    }
}

/// What items come to: each month, and once. `None` where the price of one is not known.
pub fn totals(items: &[&Entry]) -> (Option<Yen>, Option<Yen>) {
    let of = |once: bool| items.iter().filter(|item| item.once == once).map(|item| item.price).sum::<Option<Yen>>();
    (of(false), of(true))
}

/// What is decided about selling.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Name of the price book with the portal's prices.
    pub price_book: String,
    /// Status in which an order is made: our word, or Salesforce's. Another one than that of a review is followed by that one.
    pub created_as: String,
    /// What the opportunity that waits for an order of internet becomes; empty leaves it.
    pub ordered_stage: String,
    /// How internet is installed, by our word.
    pub installations: BTreeMap<String, Installation>,
    /// SKU of an installation at the weekend.
    pub weekend: String,
    /// SKU of the home phone.
    pub home_phone: String,
    /// How internet is reached: our word and Salesforce's.
    pub access: BTreeMap<String, String>,
}

/// A way to install internet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installation {
    /// As the order has it.
    pub order: String,
    /// SKU of what it costs.
    pub sku: String,
}

impl Default for Rules {
    fn default() -> Self {
        let installation = |order: &str, sku: &str| Installation { order: order.to_owned(), sku: sku.to_owned() };
        let words = |words: &[(&str, &str)]| {
            words.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned())).collect()
        };
        Self {
            price_book: "Portal".to_owned(),
            created_as: "pending-review".to_owned(),
            ordered_stage: "post-processing".to_owned(),
            installations: [
                ("single", installation("Single Installment", "INTERNET-INSTALL-SINGLE")),
                ("12-months", installation("12-Month Installment", "INTERNET-INSTALL-12M")),
                ("24-months", installation("24-Month Installment", "INTERNET-INSTALL-24M")),
            ]
            .map(|(word, it)| (word.to_owned(), it))
            .into(),
            weekend: "INTERNET-INSTALL-WEEKEND".to_owned(),
            home_phone: "INTERNET-HOME-PHONE".to_owned(),
            access: words(&[("ipoe-byor", "IPoE-BYOR"), ("ipoe-hgw", "IPoE-HGW"), ("pppoe", "PPPoE")]),
        }
    }
}
