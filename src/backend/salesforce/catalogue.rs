//! The portal's catalogue: products with their prices in the portal's price book.

use super::Salesforce;
use super::convert::{id, reference, text, yen};
use super::names::standard as s;
use super::soql::{Condition, Name, Order, Soql};
use super::wire::Record;
use crate::domain::catalogue::Entry;
use crate::flow::fault::Fault;

/// A catalogue is looked through by people.
const ENTRIES: u32 = 500;

impl Salesforce {
    /// What is sold by this price book, in the catalogue's order. One call.
    pub async fn catalogue(&self, price_book: &str) -> Result<Vec<Entry>, Fault> {
        let n = &self.names;
        let product = |field: &Name| s::PRODUCT.dot(field);
        let fields = [
            s::ID,
            s::PRICE_BOOK_ID,
            s::UNIT_PRICE,
            product(&s::NAME),
            product(&s::SKU),
            product(&n.product_category),
            product(&n.product_class),
            product(&n.product_cycle),
            product(&n.product_sold),
            product(&n.product_added),
            product(&n.product_whmcs),
            product(&n.product_tier),
            product(&n.product_offering),
            product(&n.product_sim_plan),
            product(&n.product_region),
            product(&n.product_family),
        ];
        let sold = Condition::All(vec![
            Condition::Is(s::PRICE_BOOK.dot(&s::NAME), price_book.to_owned()),
            Condition::Flag(s::PRICE_BOOK.dot(&s::IS_ACTIVE), true),
            Condition::Flag(s::IS_ACTIVE, true),
            Condition::Flag(product(&s::IS_ACTIVE), true),
            Condition::Flag(product(&n.product_catalogue), true),
        ]);
        let query = Soql::select(&fields, &s::PRICE_BOOK_ENTRY)
            .filter(&sold)
            .ordered(&[(&product(&n.product_place), Order::Rising), (&product(&s::NAME), Order::Rising)])
            .limit(ENTRIES);
        Ok(self.rows("catalogue", query).await?.iter().filter_map(|row| self.entry(row)).collect())
    }

    fn entry(&self, row: &Record) -> Option<Entry> {
        let (n, words) = (&self.names, &self.words);
        let word = |field: &Name| text(row, &s::PRODUCT.dot(field));
        let flag = |field: &Name| row.flag(&s::PRODUCT.dot(field));
        let cycle = word(&n.product_cycle);
        Some(Entry {
            id: id(row)?,
            book: reference(row, &s::PRICE_BOOK_ID)?,
            sku: word(&s::SKU),
            name: word(&s::NAME),
            kind: words.product_kind(&word(&n.product_category)),
            class: words.item_class(&word(&n.product_class)),
            once: words.cycle.once.is(&cycle),
            cycle,
            price: yen(row, &s::UNIT_PRICE),
            sold: flag(&n.product_sold),
            added: flag(&n.product_added),
            whmcs_product: row.foreign_id(&s::PRODUCT.dot(&n.product_whmcs)).filter(|id| *id > 0),
            tier: word(&n.product_tier),
            offering: word(&n.product_offering),
            sim_plan: words.sim_plan(&word(&n.product_sim_plan)),
            region: word(&n.product_region),
            family: flag(&n.product_family),
        })
    }
}
