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
use super::words::{List, Words};
use super::xray;

/// The rules of the house, from the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// What Salesforce calls what the desk means.
    pub words: Words,
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

impl Default for Office {
    fn default() -> Self {
        let house = Self {
            words: Words::default(),
            promises: Promises::default(),
            orders: xray::Rules::default(),
            top_ups: delivery::Rules::default(),
            offer: TopUpOffer::default(),
            sim: sim_rules::Rules::default(),
            billing: bill_rules::Rules::default(),
            reviews: reviews::Rules::default(),
            sale: catalogue::Rules::default(),
            pack: pack::Rules::default(),
            templates: Templates::default(),
            macros: Macros::default(),
            access: access::Rules::default(),
        };
        house.in_their_words()
    }
}

impl Office {
    /// The same with Salesforce's words wherever a rule names a stage or a status by ours. What is empty stays so.
    #[must_use]
    pub fn in_their_words(mut self) -> Self {
        let words = &self.words;
        let one = |list, rule: &mut String| {
            if let Some(word) = words.typed(list, rule) {
                *rule = word.to_owned();
            }
        };
        let reviews = &mut self.reviews;
        let stages = [&mut reviews.waiting_stage, &mut reviews.eligible_stage, &mut reviews.ineligible_stage];
        for stage in stages.into_iter().chain([&mut self.sale.ordered_stage, &mut self.sim.cancelling_stage]) {
            one(List::StageWords, stage);
        }
        one(List::OrderStatusWords, &mut self.sale.created_as);
        one(List::CaseStatusWords, &mut reviews.case_status);
        one(List::CaseOriginWords, &mut reviews.case_origin);
        one(List::CasePriorityWords, &mut self.sim.suspension_priority);
        let delivered = &mut self.orders.delivered_stages;
        *delivered = delivered.iter().flat_map(|stage| words.theirs(List::StageWords, stage)).collect();
        let percent = std::mem::take(&mut self.orders.stage_percent).into_iter();
        let percent =
            percent.flat_map(|(stage, n)| words.theirs(List::StageWords, &stage).into_iter().map(move |it| (it, n)));
        self.orders.stage_percent = percent.collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_name_stages_by_our_words_or_by_salesforces() {
        let words: Words = toml::from_str(
            "stage.active = [\"提供中\", \"Active\"]\nstage.ready = \"準備完了\"\ncase_status.awaiting_customer = \"お客様待ち\"",
        )
        .unwrap();
        let mut house = Office { words, ..Office::default() };
        house.orders = xray::Rules::default();
        house.reviews = reviews::Rules { waiting_stage: "見込み".to_owned(), ..reviews::Rules::default() };
        let house = house.in_their_words();
        let reviews = &house.reviews;
        assert_eq!((&*reviews.waiting_stage, &*reviews.eligible_stage), ("見込み", "準備完了"));
        assert_eq!(reviews.case_status, "お客様待ち");
        assert_eq!(house.orders.delivered_stages, ["提供中", "Active", "△Cancelling", "〇Cancelled", "Completed"]);
        assert_eq!(house.orders.stage_percent.get("提供中"), Some(&90));
    }
}
