//! Words of picklists that the configuration names, held against the lists as the org has them.

use super::NONE;
use super::fields::Object;
use crate::backend::salesforce::names::Names;
use crate::backend::salesforce::{Described, Field};
use crate::domain::nearest;
use crate::domain::office::Office;
use crate::domain::sla::Promises;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::words::{List, Meaning, Words};
use crate::flow::doctor::{Area, Code, Finding};

const AREA: Area = Area::System(System::Salesforce);

/// What words are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    /// The desk writes each of them.
    Writing,
    /// The desk looks for records that have one of them. Others may be for other times.
    Looking,
    /// The desk understands them where they come.
    Knowing,
}

/// Words of one picklist.
struct Wanted {
    /// The key of the configuration.
    key: String,
    object: Object,
    field: String,
    words: Vec<String>,
    what_for: For,
}

impl Wanted {
    fn new(key: &str, object: Object, field: &str, words: Vec<String>, what_for: For) -> Self {
        Self { key: key.to_owned(), object, field: field.to_owned(), words, what_for }
    }
}

/// Where the words of a list are chosen in the org, and which of its meanings the desk writes.
fn places(names: &Names) -> Vec<(List, Object, &str, &'static [&'static str])> {
    use Object::{Account, Card, Case, Opportunity, Order, Task};
    const STATUS: &str = "Status";
    const PRIORITY: &str = "Priority";
    const CASE: &[&str] = &["new", "in_progress", "awaiting_customer", "escalated", "closed"];
    let n = names;
    vec![
        (
            List::OrderStatusWords,
            Order,
            STATUS,
            &["pending_review", "approved", "processed", "cancelled", "reactivate"],
        ),
        (
            List::ActivationWords,
            Order,
            n.order_activation.as_str(),
            &["not_started", "activating", "activated", "failed"],
        ),
        (List::ActivationTypeWords, Order, n.order_activation_type.as_str(), &["immediate", "scheduled"]),
        (List::ProductKindWords, Order, n.order_type.as_str(), &["internet", "sim", "vpn"]),
        (List::SimTypeWords, Order, n.order_sim_type.as_str(), &["physical", "esim"]),
        (List::CardWords, Card, n.sim_status.as_str(), &["stock", "kept", "service"]),
        (List::IdStatusWords, Account, n.id_status.as_str(), &["verified", "rejected"]),
        (List::EligibilityWords, Account, n.eligibility_status.as_str(), &["eligible", "ineligible"]),
        (List::StageWords, Opportunity, "StageName", &[]),
        (List::NoticeWords, Opportunity, n.opportunity_sim_notice.as_str(), &["received"]),
        (List::CaseStatusWords, Case, STATUS, CASE),
        (List::CasePriorityWords, Case, PRIORITY, &["low", "medium", "high"]),
        (List::CaseTypeWords, Case, "Type", &["question", "problem", "billing", "cancellation", "complaint"]),
        (List::CaseOriginWords, Case, "Origin", &["phone", "email", "web"]),
        (List::TaskStatusWords, Task, STATUS, &["not_started", "completed"]),
        (List::TaskPriorityWords, Task, PRIORITY, &["normal", "high"]),
    ]
}

/// The words of the lists: of each meaning the first is written, where the desk writes it at all, and any is understood.
fn of_lists(names: &Names, words: &Words) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for (list, object, field, written) in places(names) {
        for Meaning { key, said, .. } in words.meanings(list) {
            let at = format!("words.{}.{key}", list.key());
            let writes = written.contains(&key);
            let (first, more) = said.all().split_at(usize::from(writes));
            for (words, what_for) in [(first, For::Writing), (more, For::Knowing)] {
                if !words.is_empty() {
                    wanted.push(Wanted::new(&at, object, field, words.to_vec(), what_for));
                }
            }
        }
    }
    wanted
}

fn wanted(names: &Names, office: &Office) -> Vec<Wanted> {
    use For::{Looking, Writing};
    use Object::{Account, Case, Opportunity, Order};
    let (n, sale, reviews, sim) = (names, &office.sale, &office.reviews, &office.sim);
    let one = |word: &String| Some(word.clone()).filter(|it| !it.is_empty()).into_iter().collect::<Vec<_>>();
    let installations = sale.installations.values().map(|it| it.order.clone()).collect();
    let values = |map: &std::collections::BTreeMap<String, String>| map.values().cloned().collect::<Vec<_>>();
    let stages: Vec<String> =
        [&sale.ordered_stage, &reviews.waiting_stage, &reviews.eligible_stage, &reviews.ineligible_stage]
            .into_iter()
            .flat_map(one)
            .collect();
    let promised = office.promises.priorities.iter().map(|(word, _)| word.clone()).collect();
    let mut wanted = of_lists(names, &office.words);
    wanted.extend([
        Wanted::new("sla.minutes", Case, "Priority", promised, Looking),
        Wanted::new("sla.paused", Case, "Status", office.promises.paused.clone(), Looking),
        Wanted::new(
            "orders.delivered_stages",
            Opportunity,
            "StageName",
            office.orders.delivered_stages.clone(),
            Writing,
        ),
        Wanted::new("sale.created_as", Order, "Status", one(&sale.created_as), Writing),
        Wanted::new("sale, reviews", Opportunity, "StageName", stages, Writing),
        Wanted::new("sale.installations", Order, n.order_installation.as_str(), installations, Writing),
        Wanted::new("sale.access", Order, n.order_access.as_str(), values(&sale.access), Writing),
        Wanted::new("reviews.case_status", Case, "Status", one(&reviews.case_status), Writing),
        Wanted::new("reviews.case_origin", Case, "Origin", one(&reviews.case_origin), Writing),
        Wanted::new("reviews.methods", Account, n.id_method.as_str(), values(&reviews.methods), Writing),
        Wanted::new("reviews.offerings", Account, n.eligibility.as_str(), reviews.offerings.clone(), Writing),
        Wanted::new("sim.cancelling_stage", Opportunity, "StageName", one(&sim.cancelling_stage), Writing),
        Wanted::new("sim.suspension_priority", Case, "Priority", one(&sim.suspension_priority), Writing),
    ]);
    wanted
}

/// Holds the words of an object's picklists against them. Answers how many were looked up, and what does not fit.
pub fn check(
    object: Object,
    described: &Described,
    (names, office): (&Names, &Office),
    changes: bool,
) -> (usize, Vec<Finding>) {
    let (mut looked, mut found) = (0, Vec::new());
    for wanted in wanted(names, office).iter().filter(|it| it.object == object) {
        // A desk that only looks writes nothing, and a field that is not there was told.
        if wanted.what_for == For::Writing && !changes {
            continue;
        }
        let Some(there) = described.field(&wanted.field).and_then(Field::words) else { continue };
        looked += wanted.words.len();
        let has = |word: &String| match wanted.what_for {
            For::Writing => there.contains(&word.as_str()),
            For::Looking | For::Knowing => there.iter().any(|it| it.eq_ignore_ascii_case(word)),
        };
        let (known, missing): (Vec<&String>, Vec<&String>) = wanted.words.iter().partition(|word| has(word));
        let place = Text::line(&format!("{}.{}", object.name(names), wanted.field));
        let finding = |code, word: &str| {
            Finding::new(AREA, code).with("about", wanted.key.as_str()).with("field", place.clone()).with("word", word)
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
            let needed = match wanted.what_for {
                For::Writing => true,
                For::Looking => known.is_empty(),
                For::Knowing => false,
            };
            if needed {
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
