//! A number from another carrier: its data go to the order that waits for it, and its card into Freebit's queue.

use serde_json::{Value, json};

use crate::backend::salesforce::names::standard as s;
use crate::backend::salesforce::{Whose, convert};
use crate::domain::operation::{CheckState, Difference};
use crate::domain::order::Order;
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::port_in::PortIn;
use crate::domain::sim::{MnpReservation, ReservationStanding};
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::write::salesforce::{Content, Set};
use crate::domain::write::{Id, Write, freebit, salesforce};
use crate::flow::fault::FaultKind;
use crate::flow::operation::PlanRefused;

use super::super::{Draft, Planner};
use super::about;

impl Planner<'_> {
    pub(super) async fn port_in(&self, port_in: &PortIn) -> Result<Draft, PlanRefused> {
        let rules = &self.office.sim;
        let line = match self.backend.freebit.detail(&port_in.line, self.now).await {
            Ok(_) => CheckState::Failed("port-in-line-exists".into()),
            Err(fault) if fault.kind == FaultKind::NotFound => CheckState::Passed,
            Err(fault) => return Err(fault.into()),
        };
        let good = match MnpReservation::standing(port_in.expires, time::today(self.now), rules.reservation_days) {
            ReservationStanding::Good { .. } => CheckState::Passed,
            ReservationStanding::Short { left } => {
                CheckState::Warns(Phrase::new("check-reservation-short").with("left", left))
            }
            ReservationStanding::Expired => CheckState::Failed("check-reservation-over".into()),
        };
        let reseller = if rules.representative.is_empty() {
            CheckState::Failed("check-no-representative".into())
        } else {
            CheckState::Passed
        };
        let mut draft =
            Draft::new(Phrase::new("plan-port-in").with("line", port_in.line.clone()), about(&port_in.line));
        if let Some(number) = &port_in.order {
            let order = self.order(number).await?;
            match order {
                Some(order) => {
                    let (write, undo) = self.order_port_in(&order, port_in).await?;
                    let says = Phrase::new("step-order-port-in").with("order", number.clone());
                    draft = draft.step(write, says, Some(undo)).check("check-order", CheckState::Passed);
                }
                None => draft = draft.check("check-order", CheckState::Failed("check-no-order".into())),
            }
        }
        let mut draft = draft
            .step(
                Write::Freebit(freebit::Write::QueueCard(Box::new(port_in.clone()))),
                Phrase::new("step-queue-card").with("card", port_in.card.as_str()).with("line", port_in.line.clone()),
                None,
            )
            .no_return()
            .check("check-number-free", line)
            .check("check-reservation", good)
            .check("check-representative", reseller);
        let private = |text: &str| Phrase::new("as-it-is").with("text", Arg::Personal(Text::line(text)));
        let holder = &port_in.holder;
        for (what, to) in [
            ("field-reservation", private(&port_in.reservation.to_string())),
            ("field-expires", Phrase::new("on-day").with("day", port_in.expires)),
            ("field-family", private(&format!("{} {}", holder.family, holder.given))),
            ("field-family-kana", private(&format!("{} {}", holder.family_kana.as_str(), holder.given_kana.as_str()))),
        ] {
            draft.differences.push(Difference { what: what.into(), from: "nothing".into(), to });
        }
        draft.line = Some(port_in.line.clone());
        draft.warnings.push("warning-port-in-names".into());
        draft.warnings.push("warning-port-in-queued".into());
        Ok(draft)
    }

    async fn order(&self, number: &str) -> Result<Option<Order>, PlanRefused> {
        let account = self.change.who.key.account.ok_or_else(|| PlanRefused::Blocked("plan-no-account".into()))?;
        let salesforce = &self.backend.salesforce;
        let rows = salesforce.customer(&Whose::Account(account)).await?.orders?;
        let read = |row: &_| convert::order(row, salesforce.called(), self.backend.fixtures);
        let listing = convert::listing(&rows, &s::ACCOUNT_ID, &account, read);
        Ok(listing.rows.into_iter().find(|order| *order.number == *number))
    }

    /// The order knows what number is coming, and until when.
    async fn order_port_in(&self, order: &Order, port_in: &PortIn) -> Result<(Write, Write), PlanRefused> {
        let names = &self.backend.salesforce.names;
        let to = [
            (names.order_mnp.as_str(), json!(true)),
            (names.order_mnp_number.as_str(), json!(port_in.line.digits())),
            (names.order_mnp_reservation.as_str(), json!(port_in.reservation.as_str())),
            (names.order_mnp_expires.as_str(), json!(time::iso(port_in.expires))),
        ];
        let fields: Vec<&str> = to.iter().map(|(field, _)| *field).collect();
        let now = self.backend.salesforce.record("Order", order.id.as_str(), &fields).await?;
        let was = |field: &str| now.get(field).cloned().unwrap_or(Value::Null);
        let set = |field: &str, from: Value, to: Value| Set { field: field.to_owned(), from, to: Content::Value(to) };
        let forth = to.iter().map(|(field, value)| set(field, was(field), value.clone())).collect();
        let back = to.iter().map(|(field, value)| set(field, value.clone(), was(field))).collect();
        let update = |fields: Vec<Set>, stamp: Option<String>| {
            let (object, id) = ("Order".to_owned(), Id::Known(order.id.as_str().to_owned()));
            Write::Salesforce(salesforce::Write::Update { object, id, fields, stamp })
        };
        let stamp = now.get("SystemModstamp").and_then(Value::as_str).map(str::to_owned);
        Ok((update(forth, stamp), update(back, None)))
    }
}
