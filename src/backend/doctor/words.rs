//! Words of picklists that the configuration names, or that the desk itself writes, held against the lists as the org has them.

use super::NONE;
use super::fields::Object;
use crate::backend::salesforce::names::Names;
use crate::backend::salesforce::queues::Rules as Waiting;
use crate::backend::salesforce::{Described, Field};
use crate::domain::nearest;
use crate::domain::office::Office;
use crate::domain::sla::Promises;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::doctor::{Area, Code, Finding};

const AREA: Area = Area::System(System::Salesforce);

/// What words are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    /// The desk writes each of them.
    Writing,
    /// The desk looks for records that have one of them. Others may be for other times.
    Looking,
}

/// Words of one picklist.
struct Wanted {
    /// The key of the configuration, or `madoguchi` for words that the desk is made with.
    key: &'static str,
    object: Object,
    field: String,
    words: Vec<String>,
    what_for: For,
}

/// What words that nobody configures are told by.
const OWN: &str = "madoguchi";

fn wanted(names: &Names, waiting: &Waiting, office: &Office) -> Vec<Wanted> {
    use For::{Looking, Writing};
    use Object::{Account, Card, Case, Opportunity, Order, Task};
    let (n, sale, reviews, sim) = (names, &office.sale, &office.reviews, &office.sim);
    let one = |word: &String| Some(word.clone()).filter(|it| !it.is_empty()).into_iter().collect::<Vec<_>>();
    let fixed = |words: &[&str]| words.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
    let entry =
        |key, object, field: &str, words, what_for| Wanted { key, object, field: field.to_owned(), words, what_for };
    let (activation, id, eligible) = (n.order_activation.as_str(), n.id_status.as_str(), n.eligibility_status.as_str());
    let installations = sale.installations.values().map(|it| it.order.clone()).collect();
    let values = |map: &std::collections::BTreeMap<String, String>| map.values().cloned().collect::<Vec<_>>();
    let cards = [&office.orders.card_states.stock, &office.orders.card_states.kept, &office.orders.card_states.service];
    let cards = cards.into_iter().flat_map(one).collect();
    let stages: Vec<String> =
        [&sale.ordered_stage, &reviews.waiting_stage, &reviews.eligible_stage, &reviews.ineligible_stage]
            .into_iter()
            .flat_map(one)
            .collect();
    let promised = office.promises.priorities.iter().map(|(word, _)| word.clone()).collect();
    vec![
        entry("board.review", Order, "Status", waiting.review.clone(), Looking),
        entry("board.approved", Order, "Status", waiting.approved.clone(), Looking),
        entry("board.finished", Order, "Status", waiting.finished.clone(), Looking),
        entry("board.not_started", Order, activation, waiting.not_started.clone(), Looking),
        entry("board.activating", Order, activation, waiting.activating.clone(), Looking),
        entry("board.failed", Order, activation, waiting.failed.clone(), Looking),
        entry("board.id_waiting", Account, id, waiting.id_waiting.clone(), Looking),
        entry("board.eligibility_waiting", Account, eligible, waiting.eligibility_waiting.clone(), Looking),
        entry("sla.minutes", Case, "Priority", promised, Looking),
        entry("sla.paused", Case, "Status", office.promises.paused.clone(), Looking),
        entry("orders.delivered_stages", Opportunity, "StageName", office.orders.delivered_stages.clone(), Writing),
        entry("orders.card_states", Card, n.sim_status.as_str(), cards, Writing),
        entry("sale.created_as", Order, "Status", one(&sale.created_as), Writing),
        entry("sale, reviews", Opportunity, "StageName", stages, Writing),
        entry("sale.installations", Order, n.order_installation.as_str(), installations, Writing),
        entry("sale.access", Order, n.order_access.as_str(), values(&sale.access), Writing),
        entry("sale.sim_types", Order, n.order_sim_type.as_str(), values(&sale.sim_types), Writing),
        entry("reviews.case_status", Case, "Status", one(&reviews.case_status), Writing),
        entry("reviews.case_origin", Case, "Origin", one(&reviews.case_origin), Writing),
        entry("reviews.methods", Account, n.id_method.as_str(), values(&reviews.methods), Writing),
        entry("reviews.offerings", Account, n.eligibility.as_str(), reviews.offerings.clone(), Writing),
        entry("sim.cancelling_stage", Opportunity, "StageName", one(&sim.cancelling_stage), Writing),
        entry(
            "sim.notice_received",
            Opportunity,
            n.opportunity_sim_notice.as_str(),
            one(&sim.notice_received),
            Writing,
        ),
        entry("sim.suspension_priority", Case, "Priority", one(&sim.suspension_priority), Writing),
        entry(
            OWN,
            Order,
            "Status",
            fixed(&["Pending Review", "Approved", "Processed", "Cancelled", "Reactivate"]),
            Writing,
        ),
        entry(OWN, Order, activation, fixed(&["Not Started", "Activating", "Activated", "Failed"]), Writing),
        entry(OWN, Order, n.order_activation_type.as_str(), fixed(&["Immediate", "Scheduled"]), Writing),
        entry(OWN, Order, n.order_type.as_str(), fixed(&["Internet", "SIM", "VPN"]), Writing),
        entry(OWN, Account, id, fixed(&["Verified", "Rejected"]), Writing),
        entry(OWN, Account, eligible, fixed(&["Eligible", "Ineligible"]), Writing),
        entry(OWN, Task, "Status", fixed(&["Not Started", "Completed"]), Writing),
        entry(OWN, Task, "Priority", fixed(&["Normal", "High"]), Writing),
    ]
}

/// Holds the words of an object's picklists against them. Answers how many were looked up, and what does not fit.
pub fn check(
    object: Object,
    described: &Described,
    (names, waiting, office): (&Names, &Waiting, &Office),
    changes: bool,
) -> (usize, Vec<Finding>) {
    let (mut looked, mut found) = (0, Vec::new());
    for wanted in wanted(names, waiting, office).iter().filter(|it| it.object == object) {
        // A desk that only looks writes nothing, and a field that is not there was told.
        if wanted.what_for == For::Writing && !changes {
            continue;
        }
        let Some(there) = described.field(&wanted.field).and_then(Field::words) else { continue };
        looked += wanted.words.len();
        let has = |word: &String| match wanted.what_for {
            For::Writing => there.contains(&word.as_str()),
            For::Looking => there.iter().any(|it| it.eq_ignore_ascii_case(word)),
        };
        let (known, missing): (Vec<&String>, Vec<&String>) = wanted.words.iter().partition(|word| has(word));
        let place = Text::line(&format!("{}.{}", object.name(names), wanted.field));
        let finding = |code, word: &str| {
            Finding::new(AREA, code).with("about", wanted.key).with("field", place.clone()).with("word", word)
        };
        let near = |word: &str| {
            let other: Vec<&str> =
                there.iter().copied().filter(|it| !wanted.words.iter().any(|word| word == it)).collect();
            nearest::of(word, &other).unwrap_or_default().to_owned()
        };
        let list = Text::line(&there.join(", "));
        let mut unused = Vec::new();
        for word in missing {
            let near = near(word);
            if wanted.what_for == For::Writing || known.is_empty() {
                let near = if near.is_empty() { NONE } else { &near };
                found.push(finding(Code::WordMissing, word).with("near", near).with("there", list.clone()));
            } else if near.is_empty() {
                unused.push(word.as_str());
            } else {
                found.push(finding(Code::WordMistyped, word).with("near", near.as_str()));
            }
        }
        if !unused.is_empty() {
            found.push(finding(Code::WordUnused, &unused.join(", ")));
        }
    }
    if object == Object::Case
        && let Some(there) = described.field("Priority").and_then(Field::words)
    {
        found.extend(unpromised(&there, &office.promises));
    }
    (looked, found)
}

/// Priorities of which no answer is promised.
fn unpromised(there: &[&str], promises: &Promises) -> Option<Finding> {
    let without: Vec<&str> = there.iter().copied().filter(|word| promises.promise(word).is_none()).collect();
    let without = Text::line(&without.join(", "));
    (!without.is_empty())
        .then(|| Finding::new(AREA, Code::PriorityUnpromised).with("about", "sla.minutes").with("word", without))
}
