//! A new order, by the rules of the checkout. It waits for review like one that came from the portal.

use serde_json::Value;

use crate::backend::operations::plan::{Draft, Planner};
use crate::backend::salesforce::names::{Names, standard as s};
use crate::backend::salesforce::soql::Name;
use crate::backend::salesforce::{Records, Whose, convert};
use crate::domain::billing::{ProductKind, Subscription};
use crate::domain::catalogue::{self, Entry, ItemClass};
use crate::domain::change::order::Withdrawn;
use crate::domain::change::order::new::{Details, NewOrder};
use crate::domain::change::{What, Wrong};
use crate::domain::customer::Account;
use crate::domain::mask::Personal;
use crate::domain::money::Yen;
use crate::domain::operation::{Check, CheckState, Difference};
use crate::domain::order::{Opportunity, Order, OrderStatus};
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::words::List;
use crate::domain::write::salesforce::{Below, Content, Set};
use crate::domain::write::{Id, Write, salesforce};
use crate::flow::operation::PlanRefused;

use super::{eligible, has_service, identity, passed_if};

/// What is known of whoever orders.
struct Customer {
    account: Account,
    orders: Vec<Order>,
    opportunities: Vec<Opportunity>,
    services: Vec<Subscription>,
}

/// What is ordered: the plan, what comes with it, and products that the catalogue should have and has not.
struct Basket<'a> {
    plan: &'a Entry,
    items: Vec<&'a Entry>,
    lacks: Vec<&'a str>,
    fees: usize,
}

impl Planner<'_> {
    pub(super) async fn create_order(&self, new: &NewOrder) -> Result<Draft, PlanRefused> {
        let account = self.account()?;
        let salesforce = &self.backend.salesforce;
        let (records, sold, billing) = futures_util::join!(
            async { salesforce.customer(&Whose::Account(account)).await },
            salesforce.catalogue(&self.office.sale.price_book),
            self.billing_of_order(),
        );
        let (sold, (methods, services, _)) = (sold?, billing?);
        let customer = self.who_orders(records?, services)?;
        let basket = self.basket(&sold, new)?;
        let name = || basket.plan.name.clone();
        let about = Phrase::new("about-customer").with("number", self.change.who.number.clone());
        let mut draft = Draft::new(Phrase::new("plan-order-create").with("product", name()), about)
            .check("check-pay-method", self.pay_method(&methods));
        draft.checks.extend(customer.checkout(&basket));
        let opportunity = customer.waiting_opportunity(basket.plan.kind, &self.office.reviews.eligible_stage);
        if basket.plan.kind == ProductKind::Internet && opportunity.is_none() {
            let stage = self.office.reviews.eligible_stage.as_str();
            let none = Phrase::new("check-opportunity-not-waiting").with("stage", stage);
            draft = draft.check("check-opportunity", CheckState::Warns(none));
        }
        draft = self.opportunity_ordered(draft, opportunity);
        draft = self.order_made(draft, &customer.account, opportunity, &basket, &new.details);
        draft.differences.extend(basket.items.iter().map(|item| item.priced()));
        draft.differences.push(basket.total());
        draft.differences.extend(new.details.told());
        draft.effective = Some(match new.details.starts {
            Some(at) => Phrase::new("effective-starts").with("at", at),
            None => "effective-after-review".into(),
        });
        draft.warnings.push("warning-order-create".into());
        // Which order it is, is known when it is there.
        let (order, reason) = (Text::default(), Text::line("withdrawn"));
        let moves = opportunity.filter(|_| !self.office.sale.ordered_stage.is_empty());
        let withdrawn = Some(Withdrawn { stage: moves.map(|it| it.stage.clone()) });
        let withdraw = crate::domain::change::order::Order::Reject { order, reason, message: None, withdrawn };
        draft.inverse = Some(self.also(What::Order(withdraw)));
        Ok(draft)
    }

    fn who_orders(&self, records: Records, services: Vec<Subscription>) -> Result<Customer, PlanRefused> {
        let (salesforce, fixtures) = (&self.backend.salesforce, self.backend.fixtures);
        let names = &salesforce.names;
        let (accounts, orders, opportunities) = (records.accounts?, records.orders?, records.opportunities?);
        let account = accounts.records.iter().find_map(|row| convert::account(row, salesforce.called()));
        let account = account.ok_or_else(|| PlanRefused::Blocked("plan-no-account".into()))?;
        let read = |row: &_| convert::order(row, salesforce.called(), fixtures);
        let orders = convert::listing(&orders, &s::ACCOUNT_ID, &account.id, read);
        let opportunities =
            convert::listing(&opportunities, &s::ACCOUNT_ID, &account.id, |row| convert::opportunity(row, names));
        Ok(Customer { orders: orders.rows, opportunities: opportunities.rows, services, account })
    }

    /// The plan, and what comes with it. What the fields say and the plan is no product for is said beside them.
    fn basket<'a>(&'a self, sold: &'a [Entry], new: &NewOrder) -> Result<Basket<'a>, PlanRefused> {
        let wrong = |field, why: Phrase| Wrong { field, why };
        let plans = || sold.iter().filter(|it| it.class == ItemClass::Service);
        let Some(plan) = plans().find(|it| it.is_called(&new.product)) else {
            let words: Vec<&str> = plans().filter(|it| it.sold).map(|it| it.sku.as_str()).collect();
            let why = Phrase::new("wrong-choice").with("words", words.join(", ").as_str());
            return Err(PlanRefused::Wrong(vec![wrong("plan", why)]));
        };
        let details = &new.details;
        let mut all: Vec<Wrong> =
            details.strangers(plan.kind).into_iter().map(|field| wrong(field, "wrong-other-product".into())).collect();
        all.extend(details.missing(plan.kind).into_iter().map(|field| wrong(field, "wrong-missing".into())));
        let voice = [("voice-mail", details.voice_mail), ("call-waiting", details.call_waiting)];
        if plan.kind == ProductKind::Sim && !plan.calls() {
            let told = voice.into_iter().filter(|(_, told)| *told);
            all.extend(told.map(|(field, _)| wrong(field, "wrong-no-calls".into())));
        }
        if !all.is_empty() {
            return Err(PlanRefused::Wrong(all));
        }
        let sale = &self.office.sale;
        let installation = details.installation.as_ref().and_then(|word| sale.installations.get(word.as_str()));
        let more = [
            installation.map(|it| it.sku.as_str()),
            details.weekend.then_some(sale.weekend.as_str()),
            details.home_phone.then_some(sale.home_phone.as_str()),
        ];
        let mut basket = Basket { plan, items: vec![plan], lacks: Vec::new(), fees: 0 };
        for sku in more.into_iter().flatten() {
            match sold.iter().find(|it| it.sku.eq_ignore_ascii_case(sku)) {
                Some(item) => basket.items.push(item),
                None => basket.lacks.push(sku),
            }
        }
        let comes_along =
            |it: &&Entry| it.added && it.sold && it.kind == plan.kind && it.class == ItemClass::Activation;
        basket.items.extend(sold.iter().filter(comes_along));
        basket.fees = sold.iter().filter(comes_along).count();
        Ok(basket)
    }

    /// The opportunity that waited for the order goes on. It can be taken back while there is no order.
    fn opportunity_ordered(&self, draft: Draft, opportunity: Option<&Opportunity>) -> Draft {
        let stage = &self.office.sale.ordered_stage;
        let Some(opportunity) = opportunity.filter(|_| !stage.is_empty()) else { return draft };
        let says = Phrase::new("step-opportunity").with("stage", stage.as_str());
        let back = self::stage(opportunity, stage, &opportunity.stage);
        draft.step(self::stage(opportunity, &opportunity.stage, stage), says, Some(back))
    }

    /// The order with its items, all or none. Where an org has its orders begin as something else than what waits for
    /// review, that comes after it, and an order that does not get there is cancelled.
    fn order_made(
        &self,
        draft: Draft,
        account: &Account,
        opportunity: Option<&Opportunity>,
        basket: &Basket<'_>,
        details: &Details,
    ) -> Draft {
        let names = &self.backend.salesforce.names;
        let first = self.office.sale.created_as.as_str();
        let status = |from: &str, to: &str| {
            Write::Salesforce(salesforce::Write::Update {
                object: s::ORDER.to_string(),
                id: Id::fact("order"),
                fields: vec![Set { field: s::STATUS.to_string(), from: Value::from(from), to: Content::from(to) }],
                stamp: None,
            })
        };
        let mut fields = Fields(Vec::new());
        fields.put(&s::ACCOUNT_ID, account.id.as_str());
        fields.put(&s::STATUS, first);
        fields.put(&s::EFFECTIVE_DATE, &*time::iso(time::today(self.now)));
        fields.put(&s::PRICE_BOOK_ID, basket.plan.book.as_str());
        if let Some(opportunity) = opportunity {
            fields.put(&s::OPPORTUNITY_ID, opportunity.id.as_str());
        }
        let words = &self.office.words;
        let when = &words.activation_type;
        let when = if details.starts.is_some() { &when.scheduled } else { &when.immediate };
        fields.put(&names.order_activation, words.activation.not_started.word());
        fields.put(&names.order_activation_type, when.word());
        if let Some(at) = details.starts {
            fields.put(&names.order_scheduled, &*at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string());
        }
        self.details(&mut fields, basket.plan, details);
        let below = Below {
            relation: s::ORDER_ITEMS.to_string(),
            object: s::ORDER_ITEM.to_string(),
            rows: basket.items.iter().map(|item| item_fields(item, names)).collect(),
        };
        let write = Write::Salesforce(salesforce::Write::Plant {
            object: s::ORDER.to_string(),
            fields: fields.0,
            below,
            mark: names.order_reference.to_string(),
            number: s::ORDER_NUMBER.to_string(),
            fact: "order".to_owned(),
        });
        let says = Phrase::new("step-order-create")
            .with("n", i64::try_from(basket.items.len()).unwrap_or(i64::MAX))
            .with("status", first);
        let statuses = &words.order_status;
        if statuses.pending_review.is(first) {
            return draft.step(write, says, None);
        }
        let waiting = statuses.pending_review.word();
        draft.step(write, says, Some(status(first, statuses.cancelled.word()))).step(
            status(first, waiting),
            Phrase::new("step-new-order-status").with("status", waiting),
            None,
        )
    }

    /// What only some kinds of products have.
    fn details(&self, fields: &mut Fields, plan: &Entry, details: &Details) {
        let (names, sale) = (&self.backend.salesforce.names, &self.office.sale);
        let words = &self.office.words;
        let word = |words: &std::collections::BTreeMap<String, String>, ours: &Option<Text>| {
            ours.as_ref().and_then(|ours| words.get(ours.as_str())).cloned().unwrap_or_default()
        };
        let kind = match plan.kind {
            ProductKind::Internet => {
                let installation = details.installation.as_ref().and_then(|it| sale.installations.get(it.as_str()));
                fields.put(&names.order_tier, plan.tier.as_str());
                fields.put(&names.order_installation, installation.map_or("", |it| it.order.as_str()));
                fields.put(&names.order_weekend, details.weekend);
                fields.put(&names.order_access, word(&sale.access, &details.access));
                fields.put(&names.order_home_phone, details.home_phone);
                &words.product_kind.internet
            }
            ProductKind::Sim => {
                let ours = details.sim_type.as_ref().map(Text::as_str).unwrap_or_default();
                fields.put(&names.order_sim_type, words.typed(List::SimTypeWords, ours).unwrap_or_default());
                if let Some(eid) = &details.eid {
                    fields.put(&names.order_eid, eid.as_str());
                }
                fields.put(&names.order_voice_mail, details.voice_mail);
                fields.put(&names.order_call_waiting, details.call_waiting);
                &words.product_kind.sim
            }
            ProductKind::Vpn => {
                fields.put(&names.order_region, plan.region.as_str());
                &words.product_kind.vpn
            }
            ProductKind::Other => return,
        };
        fields.put(&names.order_type, kind.word());
    }
}

/// An opportunity goes from one stage to another.
pub(super) fn stage(opportunity: &Opportunity, from: &str, to: &str) -> Write {
    Write::Salesforce(salesforce::Write::Update {
        object: s::OPPORTUNITY.to_string(),
        id: Id::Known(opportunity.id.as_str().to_owned()),
        fields: vec![Set { field: s::STAGE.to_string(), from: Value::from(from), to: Content::from(to) }],
        stamp: None,
    })
}

/// Fields of a new record.
struct Fields(Vec<(String, Content)>);

impl Fields {
    fn put(&mut self, field: &Name, value: impl Into<Value>) {
        self.0.push((field.to_string(), Content::Value(value.into())));
    }
}

fn item_fields(item: &Entry, names: &Names) -> Vec<(String, Content)> {
    let mut fields = Fields(Vec::new());
    fields.put(&s::PRICE_BOOK_ENTRY_ID, item.id.as_str());
    fields.put(&s::QUANTITY, 1);
    if let Some(Yen(price)) = item.price {
        fields.put(&s::UNIT_PRICE, price);
    }
    if !item.cycle.is_empty() {
        fields.put(&names.item_cycle, item.cycle.as_str());
    }
    fields.0
}

impl Customer {
    /// What must be so before anybody orders this.
    fn checkout(&self, basket: &Basket<'_>) -> Vec<Check> {
        let Customer { account, services, orders, .. } = self;
        let kind = basket.plan.kind;
        let open = orders.iter().find(|order| order.open() && order.kind == kind);
        let already = open.map(|order| Phrase::new("check-ordered-already").with("order", order.number.clone()));
        let mut checks = vec![("check-sold-here", basket.sold()), ("check-products", basket.mapped())];
        match kind {
            ProductKind::Internet => {
                checks.push(("check-eligible", eligible(account, Some(&basket.plan.offering))));
                let again = has_service(services, ProductKind::Internet);
                checks.push(("check-no-internet", passed_if(!again, "check-internet-already")));
                checks.push(("check-not-ordered", already.map_or(CheckState::Passed, CheckState::Failed)));
            }
            ProductKind::Sim => {
                checks.push(("check-identity", identity(account)));
                checks.push(("check-activation-fee", basket.fee()));
                if basket.plan.family {
                    let has = has_service(services, ProductKind::Sim);
                    checks.push(("check-family", passed_if(has, "check-family-alone")));
                }
                checks.push(("check-not-ordered", already.map_or(CheckState::Passed, CheckState::Warns)));
            }
            ProductKind::Vpn | ProductKind::Other => {
                checks.push(("check-not-ordered", already.map_or(CheckState::Passed, CheckState::Warns)));
            }
        }
        checks.into_iter().map(|(what, state)| Check { what: what.into(), state }).collect()
    }

    /// The one opportunity that waits for an order of internet. Of several nobody can say which is meant.
    fn waiting_opportunity(&self, kind: ProductKind, stage: &str) -> Option<&Opportunity> {
        let stands = |order: &&Order| order.status != OrderStatus::Cancelled;
        let named = |it: &&Opportunity| self.orders.iter().filter(stands).any(|order| order.opportunity == Some(it.id));
        let mut waiting = self.opportunities.iter().filter(|it| *it.stage == *stage && !named(it));
        let first = waiting.next().filter(|_| kind == ProductKind::Internet && !stage.is_empty());
        first.filter(|_| waiting.next().is_none())
    }
}

impl Basket<'_> {
    /// Everything is in the catalogue, can be ordered there, and has a price.
    fn sold(&self) -> CheckState {
        if let Some(sku) = self.lacks.first() {
            return CheckState::Failed(Phrase::new("check-not-in-catalogue").with("sku", *sku));
        }
        let failed = |key, item: &Entry| CheckState::Failed(Phrase::new(key).with("product", item.name.clone()));
        if let Some(item) = self.items.iter().find(|item| !item.sold) {
            return failed("check-not-sold-here", item);
        }
        match self.items.iter().find(|item| item.price.is_none()) {
            Some(item) => failed("check-no-price", item),
            None => CheckState::Passed,
        }
    }

    /// Everything has its WHMCS product: without one the order would stop when its line is live already.
    fn mapped(&self) -> CheckState {
        match self.items.iter().find(|item| item.whmcs_product.is_none()) {
            Some(item) => CheckState::Failed(Phrase::new("check-product-unmapped").with("product", item.name.clone())),
            None => CheckState::Passed,
        }
    }

    fn fee(&self) -> CheckState {
        match self.fees {
            1 => CheckState::Passed,
            0 => CheckState::Failed("check-no-fee-sold".into()),
            _ => CheckState::Failed("check-several-fees-sold".into()),
        }
    }

    fn total(&self) -> Difference {
        let (monthly, once) = catalogue::totals(&self.items);
        let of = |key, amount: Option<Yen>| match amount {
            Some(amount) => Phrase::new(key).with("amount", amount),
            None => "price-unknown".into(),
        };
        Difference {
            what: "order-total".into(),
            from: Phrase::as_it_is(""),
            to: Phrase::new("price-both")
                .with("monthly", of("price-monthly", monthly))
                .with("once", of("price-once", once)),
        }
    }
}

impl Details {
    /// As lines of the plan, named as the form names them.
    fn told(&self) -> Vec<Difference> {
        let line = |field, to| Difference { what: Phrase::new(field), from: Phrase::as_it_is(""), to };
        let choice = |word: &Text| Phrase { key: format!("choice-{}", word.to_lowercase()).into(), with: Vec::new() };
        let words = [
            ("field-installation", &self.installation),
            ("field-access", &self.access),
            ("field-sim-type", &self.sim_type),
        ];
        let words = words.into_iter().filter_map(|(field, word)| Some(line(field, choice(word.as_ref()?))));
        let eid = self
            .eid
            .as_ref()
            .map(|eid| Phrase::new("personal").with("text", Arg::Masked(Personal::Id, Text::line(eid.as_str()))));
        let flags = [
            ("field-weekend", self.weekend),
            ("field-home-phone", self.home_phone),
            ("field-voice-mail", self.voice_mail),
            ("field-call-waiting", self.call_waiting),
        ];
        let flags = flags.into_iter().filter(|(_, told)| *told).map(|(field, _)| line(field, "choice-yes".into()));
        words.chain(eid.map(|eid| line("field-eid", eid))).chain(flags).collect()
    }
}

impl Entry {
    /// As a line of the plan: what it is and what it costs.
    fn priced(&self) -> Difference {
        let key = if self.once { "price-once" } else { "price-monthly" };
        let price = self.price.map_or_else(|| "price-unknown".into(), |price| Phrase::new(key).with("amount", price));
        Difference { what: Phrase::as_it_is(&*self.name), from: Phrase::as_it_is(""), to: price }
    }
}
