//! What has to be known of an order before it is changed.

use serde_json::{Map, Value};

use crate::backend::salesforce::names::standard as s;
use crate::backend::salesforce::soql::{Condition, Soql};
use crate::backend::salesforce::wire::Record;
use crate::backend::salesforce::{Whose, convert};
use crate::domain::billing::{Listing, PayMethod, Subscription, WhmcsOrder};
use crate::domain::catalogue::ItemClass;
use crate::domain::change::Wrong;
use crate::domain::customer::Account;
use crate::domain::line::LineState;
use crate::domain::order::{Opportunity, Order, SimCard};
use crate::domain::phone::Msisdn;
use crate::domain::salesforce_id::SalesforceId;
use crate::domain::text::Text;
use crate::domain::write::freebit::SimKind;
use crate::flow::fault::{Fault, FaultKind};
use crate::flow::operation::PlanRefused;

use super::super::Planner;

/// An order and what belongs to it.
pub(super) struct Found {
    pub account: Account,
    pub order: Order,
    pub opportunity: Option<Opportunity>,
    pub items: Vec<Item>,
    /// Cards kept for the order or given to it.
    pub cards: Vec<SimCard>,
    pub methods: Vec<PayMethod>,
    pub services: Vec<Subscription>,
    pub whmcs_orders: Listing<WhmcsOrder>,
    /// The order's fields as they stand there, with its stamp.
    row: Map<String, Value>,
}

/// An item with what its product says.
pub(super) struct Item {
    pub id: SalesforceId,
    pub name: Text,
    pub class: ItemClass,
    pub whmcs_product: Option<u64>,
    pub whmcs_service: Option<u64>,
    pub offering: Text,
    pub family: bool,
    /// It is paid once.
    pub once: bool,
    /// Data a month of a SIM plan, as written: `10GB`.
    pub size: Text,
    /// What a SIM plan can do.
    pub sim_plan: SimKind,
}

impl Found {
    /// What stands in a field of the order.
    pub fn now(&self, field: &str) -> Value {
        self.row.get(field).cloned().unwrap_or(Value::Null)
    }

    pub fn stamp(&self) -> Option<String> {
        self.row.get("SystemModstamp").and_then(Value::as_str).map(str::to_owned)
    }

    /// The status as it is written.
    pub fn status(&self) -> Text {
        Text::line(self.row.get("Status").and_then(Value::as_str).unwrap_or_default())
    }

    /// The WHMCS order that carries this order's id; one that was ended there is none.
    pub fn billed(&self) -> Option<&WhmcsOrder> {
        let ended = |it: &WhmcsOrder| ["cancelled", "fraud"].contains(&&*it.status.to_ascii_lowercase());
        self.whmcs_orders.rows.iter().find(|it| it.salesforce_order == Some(self.order.id) && !ended(it))
    }

    /// The line that the order brings or makes, as far as Salesforce knows it.
    pub fn line(&self) -> Option<&Msisdn> {
        let arriving = self.order.port_in.as_ref().and_then(|it| it.line.as_ref());
        arriving.or_else(|| self.cards.iter().find_map(|card| card.line.as_ref()))
    }
}

impl Planner<'_> {
    /// Reads the order of that number, which must be this customer's.
    pub(super) async fn find_order(&self, number: &Text) -> Result<Found, PlanRefused> {
        let account = self.account()?;
        let (salesforce, fixtures) = (&self.backend.salesforce, self.backend.fixtures);
        let names = &salesforce.names;
        let records = salesforce.customer(&Whose::Account(account)).await?;
        let (accounts, orders, opportunities) = (records.accounts?, records.orders?, records.opportunities?);
        let gone = || PlanRefused::Blocked("plan-no-account".into());
        let account =
            accounts.records.iter().find_map(|row| convert::account(row, salesforce.called())).ok_or_else(gone)?;
        let of_account = convert::listing(&orders, &s::ACCOUNT_ID, &account.id, |row| {
            convert::order(row, salesforce.called(), fixtures)
        });
        let plain = |number: &str| number.trim().trim_start_matches(['#', '0']).to_owned();
        let order = of_account.rows.into_iter().find(|it| plain(&it.number) == plain(number));
        let order =
            order.ok_or_else(|| PlanRefused::Wrong(vec![Wrong { field: "order", why: "wrong-order".into() }]))?;
        let theirs =
            convert::listing(&opportunities, &s::ACCOUNT_ID, &account.id, |row| convert::opportunity(row, names));
        let opportunity = theirs.rows.into_iter().find(|it| Some(it.id) == order.opportunity);
        let fields = [
            "Status",
            names.order_activation.as_str(),
            names.order_error_code.as_str(),
            names.order_error_message.as_str(),
            names.order_whmcs.as_str(),
            names.order_voice_mail.as_str(),
            names.order_call_waiting.as_str(),
        ];
        let (row, items, cards, billing) = futures_util::join!(
            salesforce.record("Order", order.id.as_str(), &fields),
            salesforce.rows("items", self.items_of(order.id)),
            salesforce.rows("cards", self.cards_of(order.id)),
            self.billing_of_order(),
        );
        let (methods, services, whmcs_orders) = billing?;
        Ok(Found {
            items: items?.iter().filter_map(|row| self.item(row)).collect(),
            cards: cards?.iter().filter_map(|row| convert::sim_card(row, salesforce.called(), fixtures)).collect(),
            row: row?,
            account,
            order,
            opportunity,
            methods,
            services,
            whmcs_orders,
        })
    }

    /// What WHMCS knows; nothing of a customer without a client.
    pub(super) async fn billing_of_order(
        &self,
    ) -> Result<(Vec<PayMethod>, Vec<Subscription>, Listing<WhmcsOrder>), Fault> {
        let Some(client) = self.change.who.key.client else {
            return Ok((Vec::new(), Vec::new(), Listing { rows: Vec::new(), total: 0 }));
        };
        let whmcs = &self.backend.whmcs;
        let (methods, services, orders) =
            futures_util::join!(whmcs.pay_methods(client), whmcs.subscriptions(client), whmcs.orders(client));
        Ok((methods?, services?.rows, orders?))
    }

    fn items_of(&self, order: SalesforceId) -> Soql {
        let n = &self.backend.salesforce.names;
        let product = |field| s::PRODUCT.dot(field);
        let fields = [
            s::ID,
            n.item_whmcs.clone(),
            product(&s::NAME),
            product(&n.product_class),
            product(&n.product_whmcs),
            product(&n.product_offering),
            product(&n.product_family),
            product(&n.product_cycle),
            product(&n.product_size),
            product(&n.product_sim_plan),
        ];
        Soql::select(&fields, &s::ORDER_ITEM).filter(&Condition::Is(s::ORDER_ID, order.as_str().to_owned()))
    }

    fn item(&self, row: &Record) -> Option<Item> {
        let (n, words) = self.backend.salesforce.called();
        let text = |field| Text::line(&row.text(&s::PRODUCT.dot(field)));
        Some(Item {
            id: convert::id(row)?,
            name: text(&s::NAME),
            class: words.item_class(&text(&n.product_class)),
            whmcs_product: row.foreign_id(&s::PRODUCT.dot(&n.product_whmcs)).filter(|id| *id > 0),
            whmcs_service: row.foreign_id(&n.item_whmcs),
            offering: text(&n.product_offering),
            family: row.flag(&s::PRODUCT.dot(&n.product_family)),
            once: words.cycle.once.is(&text(&n.product_cycle)),
            size: text(&n.product_size),
            sim_plan: words.sim_plan(&text(&n.product_sim_plan)),
        })
    }

    fn cards_of(&self, order: SalesforceId) -> Soql {
        let n = &self.backend.salesforce.names;
        let of = |field: &_| Condition::Is(Clone::clone(field), order.as_str().to_owned());
        Soql::select([&s::ID, &s::NAME, &n.sim_line, &n.sim_iccid, &n.sim_eid, &n.sim_type, &n.sim_status], &n.sim)
            .filter(&Condition::Any(vec![of(&n.sim_reserved), of(&n.sim_order)]))
            .limit(10)
    }

    /// The order's line, where Freebit has it in service.
    pub(super) async fn live_line(&self, found: &Found) -> Result<Option<Msisdn>, PlanRefused> {
        let Some(line) = found.line() else { return Ok(None) };
        match self.backend.freebit.line(line, self.now).await {
            Ok(read) => Ok((read.state == LineState::Active).then(|| line.clone())),
            Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }
}
