//! What changes about a line that stays: plan, voice options, network.

use crate::domain::billing::Subscription;
use crate::domain::change::Change;
use crate::domain::change::Harm;
use crate::domain::change::Verbs as _;
use crate::domain::change::What;
use crate::domain::change::sim::Sim;
use crate::domain::effective::EffectiveDate;
use crate::domain::line::{Line, Network, VoiceOptions};
use crate::domain::money::Yen;
use crate::domain::operation::{CheckState, Difference};
use crate::domain::phone::Msisdn;
use crate::domain::phrase::{Arg, Phrase};
use crate::domain::sim_rules::Plan;
use crate::domain::text::Text;
use crate::domain::time;
use crate::domain::write::{Write, freebit};
use crate::flow::operation::PlanRefused;

use serde_json::Value;

use super::super::{Draft, Planner};
use super::{about, line_active, line_free, nothing_planned, services_of};

/// Changes that keep their distance.
const SPACED: &[&str] = &["plan-change", "voice-options", "network"];
/// Operations of the customer's that are looked at for it.
const RECENT: u32 = 30;
/// How the journal calls one of which nothing was done.
const UNDONE: &str = "undone";

impl Planner<'_> {
    /// Another plan: at Freebit. What WHMCS bills is told, and left to its own verb.
    pub(super) async fn plan_change(
        &self,
        line: &Msisdn,
        code: &Text,
        on: EffectiveDate,
    ) -> Result<Draft, PlanRefused> {
        let found = self.backend.freebit.detail(line, self.now).await?;
        let rules = &self.office.sim;
        let (old, new) = (rules.plan(&found.plan), rules.plan(code));
        let name = |plan: Option<&Plan>, code: &Text| plan.map_or_else(|| code.clone(), |plan| Text::line(&plan.name));
        let write = freebit::Write::ChangePlan { line: line.clone(), from: found.plan.clone(), to: code.clone(), on };
        let mut draft = Draft::new(Phrase::new("plan-plan-change").with("plan", name(new, code)), about(line))
            .step(
                Write::Freebit(write),
                Phrase::new("step-change-plan").with("plan", name(new, code)).with("when", on.begins()),
                None,
            )
            .no_return()
            .check("check-line-active", line_active(&found))
            .check("check-line-free", line_free(&found))
            .check("check-nothing-planned", nothing_planned(&found))
            .check("check-spacing", self.spacing(line).await)
            .check("check-plan-fits", plan_fits(&found, code, new))
            .check("check-day", self.day_for_plan(on));
        draft.effective = Some(on.begins());
        draft.line = Some(line.clone());
        draft.differences.push(Difference {
            what: "field-plan".into(),
            from: Phrase::as_it_is(name(old, &found.plan)),
            to: Phrase::as_it_is(name(new, code)),
        });
        if let (Some(old), Some(new)) = (old, new) {
            let data = |plan: &Plan| Phrase::new("megabytes").with("data", Arg::Megabytes(i64::from(plan.gb) * 1_000));
            let price = |plan: &Plan| Phrase::new("yen-a-month").with("amount", plan.price());
            draft.differences.push(Difference { what: "plan-data".into(), from: data(old), to: data(new) });
            draft.differences.push(Difference { what: "plan-price".into(), from: price(old), to: price(new) });
        }
        if on == EffectiveDate::Now {
            // It cannot be called back, so one key is not enough.
            draft.harm = Some(Harm::Moving);
            draft.warnings.push("warning-plan-now".into());
        } else {
            draft.warnings.push("warning-plan-planned".into());
        }
        for (product, amount) in self.billed_otherwise(line, new).await {
            draft.warnings.push(Phrase::new("warning-plan-billed").with("product", product).with("amount", amount));
        }
        Ok(draft)
    }

    /// A plan begins with a month, and has to be asked for by the cut-off day.
    fn day_for_plan(&self, on: EffectiveDate) -> CheckState {
        let EffectiveDate::On(day) = on else { return CheckState::Warns("check-day-now".into()) };
        let cut_off = self.office.sim.cut_off();
        let first = cut_off.first_begin(self.now);
        if day < first && day.day() == 1 && cut_off.is_over(self.now) {
            let asked = cut_off.of(time::today(self.now));
            CheckState::Failed(Phrase::new("check-cut-off-over").with("last", asked).with("first", first))
        } else if day.day() == 1 {
            CheckState::Passed
        } else {
            CheckState::Warns(Phrase::new("check-day-no-first").with("first", first))
        }
    }

    /// What WHMCS bills for the line, when it is not the product of the new plan. Not a reason to stop: it is told.
    async fn billed_otherwise(&self, line: &Msisdn, new: Option<&Plan>) -> Vec<(Text, Yen)> {
        let Some(client) = self.change.who.key.client else { return Vec::new() };
        let Ok(services) = self.backend.whmcs.subscriptions(client).await else { return Vec::new() };
        let same =
            |service: &Subscription| new.is_some_and(|plan| plan.product != 0 && service.product == Some(plan.product));
        let others = services_of(line, &services.rows).filter(|service| !same(service));
        others.map(|service| (service.name.clone(), service.amount.unwrap_or(Yen::ZERO))).collect()
    }

    /// Voice options: only what is another than before is sent.
    pub(super) async fn voice_options(&self, line: &Msisdn, set: VoiceOptions) -> Result<Draft, PlanRefused> {
        let found = self.backend.freebit.detail(line, self.now).await?;
        let now = VoiceOptions::of(&found);
        let to = set.beyond(now);
        let from = to.before(now);
        let changes =
            if to.is_empty() { CheckState::Failed("check-options-are-so".into()) } else { CheckState::Passed };
        let voice =
            if found.is_data_only() { CheckState::Failed("check-data-only".into()) } else { CheckState::Passed };
        let mut draft = Draft::new("plan-voice-options".into(), about(line))
            .step(
                Write::Freebit(freebit::Write::SetVoice { line: line.clone(), from, to }),
                Phrase::new("step-set-voice").with("line", line.clone()),
                None,
            )
            .no_return()
            .check("check-line-active", line_active(&found))
            .check("check-line-free", line_free(&found))
            .check("check-spacing", self.spacing(line).await)
            .check("check-voice", voice)
            .check("check-options", changes);
        let word = |on: Option<bool>| {
            Phrase::new(match on {
                Some(true) => "choice-on",
                Some(false) => "choice-off",
                None => "unknown",
            })
        };
        for ((what, to), (_, from)) in to.all().into_iter().zip(from.all()) {
            if to.is_some() {
                draft.differences.push(Difference { what: what.into(), from: word(from), to: word(to) });
            }
        }
        draft.line = Some(line.clone());
        draft.effective = Some(self.done_by());
        draft.warnings.push("warning-voice".into());
        draft.deadline = Some(self.overdue());
        if !from.is_empty() {
            draft.inverse = Some(self.instead_of(Sim::VoiceOptions { line: line.clone(), set: from }));
        }
        Ok(draft)
    }

    /// 4G or 5G.
    pub(super) async fn network(&self, line: &Msisdn, to: Network) -> Result<Draft, PlanRefused> {
        let found = self.backend.freebit.detail(line, self.now).await?;
        let another = if found.network == to.word() {
            CheckState::Failed(Phrase::new("check-network-is-so").with("network", to.word()))
        } else {
            CheckState::Passed
        };
        let mut draft = Draft::new(Phrase::new("plan-network").with("network", to.word()), about(line))
            .step(
                Write::Freebit(freebit::Write::ChangeNetwork { line: line.clone(), to }),
                Phrase::new("step-change-network").with("network", to.word()).with("line", line.clone()),
                None,
            )
            .no_return()
            .check("check-line-active", line_active(&found))
            .check("check-line-free", line_free(&found))
            .check("check-spacing", self.spacing(line).await)
            .check("check-network", another);
        draft.differences.push(Difference {
            what: "field-network".into(),
            from: Phrase::as_it_is(&found.network),
            to: Phrase::as_it_is(to.word()),
        });
        draft.line = Some(line.clone());
        draft.effective = Some(self.done_by());
        draft.warnings.push(Phrase::new("warning-network").with("minutes", self.office.sim.spacing_minutes));
        draft.deadline = Some(self.overdue());
        draft.inverse = Some(self.instead_of(Sim::Network { line: line.clone(), to: to.other() }));
        Ok(draft)
    }

    /// Changes of plan, options and network of one line keep their distance: Freebit tells of the one that runs, and the
    /// journal of the one that was made a moment ago and is over.
    async fn spacing(&self, line: &Msisdn) -> CheckState {
        let Ok(engine) = &self.backend.engine else { return CheckState::Passed };
        let customer = self.change.who.number.to_string();
        // What cannot be read here is no reason to stop: the carrier refuses what it does not take.
        let recent = engine.journal.of_customer(customer, RECENT).await.unwrap_or_default();
        let of_line = |change: &Value| {
            serde_json::from_value::<Change>(change.clone()).is_ok_and(|it| match it.what {
                What::Sim(sim) => SPACED.contains(&sim.verb()) && sim.line() == line,
                _ => false,
            })
        };
        let spaced = recent.iter().filter(|it| it.standing.state != UNDONE && of_line(&it.confirmed.change));
        let minutes = jiff::SignedDuration::from_mins(self.office.sim.spacing_minutes);
        let free = spaced.filter_map(|it| it.created_at.checked_add(minutes).ok()).max();
        match free.filter(|free| *free > self.now) {
            Some(until) => CheckState::Failed(Phrase::new("check-too-soon").with("until", until)),
            None => CheckState::Passed,
        }
    }

    /// By when such a change is usually done, in words.
    fn done_by(&self) -> Phrase {
        Phrase::new("effective-about").with("at", self.after(self.office.sim.spacing_minutes))
    }

    /// When somebody should ask why it is not.
    fn overdue(&self) -> jiff::Timestamp {
        self.after(2 * self.office.sim.spacing_minutes)
    }

    /// Another change of the same customer's.
    pub(super) fn instead_of(&self, sim: Sim) -> Change {
        Change { who: self.change.who.clone(), what: What::Sim(sim) }
    }

    pub(super) fn after(&self, minutes: i64) -> jiff::Timestamp {
        self.now.saturating_add(jiff::SignedDuration::from_mins(minutes)).unwrap_or(jiff::Timestamp::MAX)
    }
}

/// The plan is in the catalogue, is another one, and leaves the line the calls it has.
fn plan_fits(line: &Line, code: &Text, new: Option<&Plan>) -> CheckState {
    match new {
        _ if line.plan == *code => CheckState::Failed("check-plan-is-so".into()),
        None => CheckState::Failed("check-plan-unknown".into()),
        Some(new) if line.voice.is_some_and(|voice| voice != new.voice) => {
            CheckState::Failed("check-plan-other-kind".into())
        }
        Some(_) => CheckState::Passed,
    }
}
