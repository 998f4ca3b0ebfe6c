//! The fulfilment of an order from the desk, where no worker does it: the ten steps as one operation.
//!
//! What can be taken back comes first: the card is kept, Salesforce says activating, WHMCS holds the order and has not
//! accepted it. Then the carrier makes the line, and from there the way is forward. Of an order without a line WHMCS's
//! acceptance is that point.

use serde_json::{Map, Value};

use crate::backend::operations::plan::{Draft, Planner};
use crate::backend::salesforce::convert;
use crate::backend::salesforce::names::standard as s;
use crate::backend::salesforce::soql::{Condition, Name, Order as By, Soql};
use crate::domain::billing::ProductKind;
use crate::domain::catalogue::ItemClass;
use crate::domain::change::Wrong;
use crate::domain::change::order::{Gender, worker_fulfils};
use crate::domain::entry::KanaName;
use crate::domain::line::{Network, VoiceOptions};
use crate::domain::mask::Personal;
use crate::domain::operation::CheckState;
use crate::domain::order::{ActivationStatus, OrderStatus, SimCard};
use crate::domain::phone::Msisdn;
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::port_in::Holder;
use crate::domain::service::Cycle;
use crate::domain::sim::Eid;
use crate::domain::text::Text;
use crate::domain::write::freebit::SimKind;
use crate::domain::write::salesforce::{Content, Set};
use crate::domain::write::whmcs::Ordered;
use crate::domain::write::{Id, Write, freebit, salesforce, whmcs};
use crate::flow::operation::PlanRefused;

use super::found::{Found, Item};
use super::passed_if;

/// Under which name the WHMCS order is learned.
const WHMCS_ORDER: &str = "billed-order";

/// The line that an order makes.
struct NewLine {
    card: SimCard,
    /// The card's fields as they stand there.
    row: Map<String, Value>,
    line: Msisdn,
    plan: Text,
    kind: SimKind,
    /// The chip of an eSIM; of a card there is none.
    eid: Option<Eid>,
    voice: VoiceOptions,
    /// Who has it, where the carrier has to be told.
    holder: Option<Holder>,
}

impl Planner<'_> {
    pub(super) async fn fulfil(&self, found: &Found, gender: Option<Gender>) -> Result<Draft, PlanRefused> {
        if let Some(why) = worker_fulfils(self.office) {
            return Err(PlanRefused::Blocked(why));
        }
        let client = self.client()?;
        let mut draft = found
            .draft("plan-fulfil")
            .check("check-order-to-fulfil", self.to_fulfil(found))
            .check("check-pay-method", self.pay_method(&found.methods));
        draft.checks.extend(self.product_checks(found));
        let sim = found.order.kind == ProductKind::Sim;
        let line = if sim { self.new_line(found, gender).await? } else { None };
        if sim {
            draft = draft.check("check-card-at-hand", passed_if(line.is_some(), "check-no-card"));
            let brings = found.order.port_in.is_some();
            draft = draft.check("check-new-number", passed_if(!brings, "check-number-arrives"));
        }
        if let Some(line) = &line {
            draft = self.kept(draft, found, line);
        }
        draft = self.activating(draft, found);
        let gateway = found.methods.iter().map(|it| it.gateway.to_string()).find(|it| !it.is_empty());
        let gateway = gateway.unwrap_or_default();
        draft = draft.check("check-gateway", passed_if(!gateway.is_empty(), "check-no-gateway-kept"));
        let items = found.items.iter().filter_map(|item| ordered(item, line.as_ref())).collect();
        let order = found.order.id.as_str().to_owned();
        let undo = Write::Whmcs(whmcs::Write::CancelOrder { client, order: Id::fact(WHMCS_ORDER) });
        let write = Write::Whmcs(whmcs::Write::OrderOf { client, order, gateway, items });
        let says = Phrase::new("step-add-order").with("order", found.order.number.clone());
        draft = draft.step(write, says, Some(undo));
        if let Some(line) = &line {
            draft = self.says_activated(opened(draft, line), found);
        }
        let accept = Write::Whmcs(whmcs::Write::AcceptOrderOf { client, order: Id::fact(WHMCS_ORDER) });
        draft = draft.step(accept, "step-accept-new-order".into(), None).no_return();
        if line.is_none() {
            draft = self.says_activated(draft, found);
        }
        draft = self.named(draft, found, line.as_ref());
        draft = self.written_back(draft, found);
        draft = self.delivered(draft, found, line.as_ref());
        draft.line = line.map(|it| it.line);
        draft.differences.push(found.difference(self.office.words.order_status.processed.word()));
        draft.warnings.push(if sim { "warning-fulfil-line" } else { "warning-fulfil" }.into());
        Ok(draft)
    }

    /// Approved, and nobody has begun or everything was taken back.
    fn to_fulfil(&self, found: &Found) -> CheckState {
        let order = &found.order;
        if !matches!(order.status, OrderStatus::Approved | OrderStatus::Reactivate) {
            return CheckState::Failed(Phrase::new("check-order-status").with("status", found.status()));
        }
        match (&order.activation, order.scheduled.filter(|at| *at > self.now)) {
            (_, Some(at)) => CheckState::Failed(Phrase::new("check-order-scheduled-at").with("at", at)),
            (ActivationStatus::Activated | ActivationStatus::Activating, None) => {
                CheckState::Failed("check-order-begun".into())
            }
            _ => CheckState::Passed,
        }
    }

    /// The card and what the carrier is told; nothing where no card is kept for the order or in stock.
    async fn new_line(&self, found: &Found, gender: Option<Gender>) -> Result<Option<NewLine>, PlanRefused> {
        let Some(card) = self.card_for(found).await? else { return Ok(None) };
        let Some(item) = found.items.iter().find(|item| item.class == ItemClass::Service) else { return Ok(None) };
        let calls = item.sim_plan == SimKind::Voice;
        let gb = item.size.trim_end_matches("GB").trim().parse::<u32>().ok();
        let plan = self.office.sim.plans.iter().find(|plan| Some(plan.gb) == gb && plan.voice == calls);
        let (Some(plan), Some(line)) = (plan, card.line.clone()) else { return Ok(None) };
        let names = &self.backend.salesforce.names;
        let fields = [&names.sim_status, &names.sim_account, &names.sim_order, &names.sim_reserved].map(Name::as_str);
        let row = self.backend.salesforce.record(names.sim.as_str(), card.id.as_str(), &fields).await?;
        let eid = [&found.order.eid, &card.eid].into_iter().find_map(|it| Eid::parse(it).ok());
        let esim = found.order.esim == Some(true);
        let ticked = |field: &Name| calls.then(|| found.now(field.as_str()) == Value::Bool(true));
        let voice = VoiceOptions {
            voice_mail: ticked(&names.order_voice_mail),
            call_waiting: ticked(&names.order_call_waiting),
            roaming: None,
        };
        let holder = if calls && !esim { Some(self.holder(found, gender).await?) } else { None };
        Ok(Some(NewLine {
            plan: Text::line(&plan.code),
            kind: item.sim_plan,
            eid: eid.filter(|_| esim),
            line,
            voice,
            holder,
            card,
            row,
        }))
    }

    /// The card that is kept for the order, or the first of its kind in stock.
    async fn card_for(&self, found: &Found) -> Result<Option<SimCard>, PlanRefused> {
        if let Some(card) = found.cards.first() {
            return Ok(Some(card.clone()));
        }
        let n = &self.backend.salesforce.names;
        let fields = [&s::ID, &s::NAME, &n.sim_line, &n.sim_iccid, &n.sim_eid, &n.sim_type, &n.sim_status];
        let in_stock = Condition::All(vec![
            Condition::Is(n.sim_status.clone(), self.office.words.card.stock.word().to_owned()),
            Condition::Is(n.sim_type.clone(), found.order.sim_type.to_string()),
        ]);
        let query = Soql::select(fields, &n.sim).filter(&in_stock).ordered(&[(&s::NAME, By::Rising)]).limit(1);
        let rows = self.backend.salesforce.rows("stock", query).await?;
        Ok(rows.iter().find_map(|row| convert::sim_card(row, self.backend.salesforce.called(), self.backend.fixtures)))
    }

    /// Who has the line: with calls, the carrier wants to know.
    async fn holder(&self, found: &Found, gender: Option<Gender>) -> Result<Holder, PlanRefused> {
        let wrong = |why: &'static str| PlanRefused::Wrong(vec![Wrong { field: "gender", why: why.into() }]);
        let gender = gender.ok_or_else(|| wrong("wrong-missing"))?;
        let names = &self.backend.salesforce.names;
        let fields = ["LastName", "FirstName", names.account_last_kana.as_str(), names.account_first_kana.as_str()];
        let row = self.backend.salesforce.record("Account", found.account.id.as_str(), &fields).await?;
        let word = |field: &str| Text::line(row.get(field).and_then(Value::as_str).unwrap_or_default());
        let kana = |field: &str| KanaName::parse(&word(field)).map_err(|_| PlanRefused::Blocked("plan-no-kana".into()));
        let born = found.account.birthdate.filter(|_| gender != Gender::Company);
        if born.is_none() && gender != Gender::Company {
            return Err(PlanRefused::Blocked("plan-no-birthdate".into()));
        }
        Ok(Holder {
            family: word("LastName"),
            given: word("FirstName"),
            family_kana: kana(names.account_last_kana.as_str())?,
            given_kana: kana(names.account_first_kana.as_str())?,
            gender,
            born,
        })
    }

    /// A card from stock is kept for the order.
    fn kept(&self, draft: Draft, found: &Found, line: &NewLine) -> Draft {
        if !found.cards.is_empty() {
            return draft;
        }
        let names = &self.backend.salesforce.names;
        let write = |(from, to): (&str, &str), (held, holds): (Value, Value)| {
            update(
                names.sim.as_str(),
                line.card.id.as_str(),
                vec![
                    set(names.sim_status.as_str(), from.into(), to.into()),
                    set(names.sim_reserved.as_str(), held, holds),
                ],
            )
        };
        let order = || Value::from(found.order.id.as_str());
        let (stock, kept) = (self.office.words.card.stock.word(), self.office.words.card.kept.word());
        let says =
            Phrase::new("step-card-kept").with("card", Arg::Masked(Personal::Id, line.card.product_number.clone()));
        draft.step(
            write((stock, kept), (Value::Null, order())),
            says,
            Some(write((kept, stock), (order(), Value::Null))),
        )
    }

    /// Salesforce says that it is being activated, and no longer what stopped it before.
    fn activating(&self, draft: Draft, found: &Found) -> Draft {
        let (names, words) = (&self.backend.salesforce.names, &self.office.words);
        let activating = words.activation.activating.word();
        let sets = [
            ("Status", Value::from(words.order_status.approved.word())),
            (names.order_activation.as_str(), Value::from(activating)),
            (names.order_error_code.as_str(), Value::Null),
            (names.order_error_message.as_str(), Value::Null),
        ];
        let moved = |(field, to): &(&str, Value)| found.now(field) != *to;
        let forth = sets.iter().filter(|it| moved(it)).map(|(field, to)| set(field, found.now(field), to.clone()));
        let back = sets.iter().filter(|it| moved(it)).map(|(field, to)| set(field, to.clone(), found.now(field)));
        let id = found.order.id.as_str();
        let undo = update("Order", id, back.collect());
        draft.step(found.update(forth.collect()), found.says("step-activation", activating), Some(undo)).first()
    }

    /// Salesforce says that it is in service.
    fn says_activated(&self, draft: Draft, found: &Found) -> Draft {
        let field = self.backend.salesforce.names.order_activation.as_str();
        let words = &self.office.words.activation;
        let (activating, activated) = (words.activating.word(), words.activated.word());
        let sets = vec![set(field, activating.into(), activated.into())];
        draft.step(update("Order", found.order.id.as_str(), sets), found.says("step-activation", activated), None)
    }

    /// The services name the opportunity and the line.
    fn named(&self, mut draft: Draft, found: &Found, line: Option<&NewLine>) -> Draft {
        let Some(client) = self.change.who.key.client else { return draft };
        let names = &self.backend.whmcs.names;
        let mut fields = Vec::new();
        if let Some(opportunity) = found.order.opportunity {
            fields.push((names.opportunity.clone(), opportunity.as_str().to_owned()));
        }
        if let Some(line) = line {
            fields.push((names.sim_number.clone(), line.line.digits().to_owned()));
            fields.push((names.product_number.clone(), line.card.product_number.to_string()));
            fields.extend(line.eid.as_ref().map(|eid| (names.eid.clone(), eid.as_str().to_owned())));
        }
        if fields.is_empty() {
            return draft;
        }
        for (item, n) in found.items.iter().zip(1..).filter(|(item, _)| item.class == ItemClass::Service) {
            let service = Id::fact(&format!("service-{n}"));
            let write = Write::Whmcs(whmcs::Write::NameService { client, service, fields: fields.clone() });
            draft = draft.step(write, Phrase::new("step-name-service").with("product", item.name.clone()), None);
        }
        draft
    }

    /// WHMCS's ids are written into the items and the order, which then is processed.
    fn written_back(&self, mut draft: Draft, found: &Found) -> Draft {
        let names = &self.backend.salesforce.names;
        for (item, n) in found.items.iter().zip(1..) {
            let from = item.whmcs_service.map_or(Value::Null, |id| Value::from(id.to_string()));
            let to = Content::Fact(format!("service-{n}"));
            let write =
                update("OrderItem", item.id.as_str(), vec![Set { field: names.item_whmcs.to_string(), from, to }]);
            draft = draft.step(write, Phrase::new("step-item-named").with("product", item.name.clone()), None);
        }
        let words = &self.office.words.order_status;
        let field = names.order_whmcs.to_string();
        let id = Set { from: found.now(&field), field, to: Content::Fact(WHMCS_ORDER.to_owned()) };
        let sets = vec![id, set(s::STATUS.as_str(), words.approved.word().into(), words.processed.word().into())];
        let write = update("Order", found.order.id.as_str(), sets);
        draft.step(write, found.says("step-order-status", words.processed.word()), None)
    }

    /// The opportunity goes to its last stage, the card is the customer's, and the customer is told.
    fn delivered(&self, mut draft: Draft, found: &Found, line: Option<&NewLine>) -> Draft {
        let names = &self.backend.salesforce.names;
        let (rules, cards) = (&self.office.orders, &self.office.words.card);
        if let (Some(opportunity), Some(last)) = (&found.opportunity, rules.delivered_stages.first()) {
            let last = last.as_str();
            let main = found.items.iter().zip(1..).find(|(item, _)| item.class == ItemClass::Service).map(|(_, n)| n);
            let mut sets = vec![set(s::STAGE.as_str(), opportunity.stage.as_str().into(), last.into())];
            sets.extend(main.map(|n: i32| Set {
                field: names.opportunity_whmcs.to_string(),
                from: opportunity.whmcs_service.map_or(Value::Null, |id| Value::from(id.to_string())),
                to: Content::Fact(format!("service-{n}")),
            }));
            let says = Phrase::new("step-opportunity").with("stage", last);
            draft = draft.step(update("Opportunity", opportunity.id.as_str(), sets), says, None);
        }
        if let Some(line) = line {
            // One from stock was kept for the order by then.
            let order = Value::from(found.order.id.as_str());
            let kept = |field: &Name| match (found.cards.is_empty(), field) {
                (true, field) if *field == names.sim_status => Value::from(cards.kept.word()),
                (true, field) if *field == names.sim_reserved => order.clone(),
                _ => line.row.get(field.as_str()).cloned().unwrap_or(Value::Null),
            };
            let given = [
                (&names.sim_status, Value::from(cards.service.word())),
                (&names.sim_account, found.account.id.as_str().into()),
                (&names.sim_order, order.clone()),
                (&names.sim_reserved, Value::Null),
            ];
            let sets = given.into_iter().map(|(field, to)| set(field.as_str(), kept(field), to)).collect();
            let write = update(names.sim.as_str(), line.card.id.as_str(), sets);
            let says = Phrase::new("step-card-given")
                .with("card", Arg::Masked(Personal::Id, line.card.product_number.clone()));
            draft = draft.step(write, says, None);
        }
        let subject = rules.delivered_subjects.first().filter(|_| !rules.delivered_text.is_empty());
        if let (Some(subject), Some(client)) = (subject, self.change.who.key.client) {
            let (subject, body) = (Text::line(subject), Text::block(&rules.delivered_text));
            let says = Phrase::new("step-told-delivered").with("subject", subject.clone());
            draft = draft.step(Write::Whmcs(whmcs::Write::SendMessage { client, subject, body }), says, None);
        }
        draft
    }
}

/// The carrier makes the line. From here on there is no way back.
fn opened(mut draft: Draft, new: &NewLine) -> Draft {
    let (line, plan) = (new.line.clone(), new.plan.clone());
    let says = Phrase::new("step-line-opened").with("line", line.clone()).with("plan", plan.clone());
    let write = match &new.eid {
        Some(eid) => freebit::Write::OpenEsim {
            line: line.clone(),
            eid: eid.clone(),
            plan,
            kind: new.kind,
            network: Network::FiveG,
        },
        None => freebit::Write::Register { line: line.clone(), card: new.card.product_number.clone(), plan },
    };
    draft = draft.step(Write::Freebit(write), says, None).no_return();
    if let Some(holder) = &new.holder {
        let write = freebit::Write::RegisterVoice { line, options: new.voice, holder: Box::new(holder.clone()) };
        draft = draft.step(Write::Freebit(write), "step-voice-registered".into(), None);
    }
    draft
}

fn ordered(item: &Item, line: Option<&NewLine>) -> Option<Ordered> {
    let main = item.class == ItemClass::Service;
    Some(Ordered {
        product: item.whmcs_product?,
        cycle: if item.once { Cycle::OneTime } else { Cycle::Monthly },
        domain: line.filter(|_| main).map(|it| it.line.digits().to_owned()).unwrap_or_default(),
    })
}

fn set(field: &str, from: Value, to: Value) -> Set {
    Set { field: field.to_owned(), from, to: Content::Value(to) }
}

fn update(object: &str, id: &str, fields: Vec<Set>) -> Write {
    let id = Id::Known(id.to_owned());
    Write::Salesforce(salesforce::Write::Update { object: object.to_owned(), id, fields, stamp: None })
}
