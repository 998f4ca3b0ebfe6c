//! The embedded sandbox speaks the words that are configured, so that a desk made for another organisation can practise.

use crate::domain::words::{List, Words};
use crate::sandbox::salesforce::wordbook::Wordbook;

/// Where the sandbox's Salesforce has the words of a list: object and field.
const fn places(list: List) -> &'static [(&'static str, &'static str)] {
    match list {
        List::OrderStatusWords => &[("Order", "Status")],
        List::ActivationWords => &[("Order", "Activation_Status__c")],
        List::ActivationTypeWords => &[("Order", "Activation_Type__c")],
        List::ProductKindWords => {
            &[("Order", "Order_Type__c"), ("Order", "Type"), ("Product2", "Product2Categories1__c")]
        }
        List::ItemClassWords => &[("Product2", "Item_Class__c")],
        List::CycleWords => &[("Product2", "Billing_Cycle__c"), ("OrderItem", "Billing_Cycle__c")],
        // A part of a word is no word.
        List::SimPlanWords => &[],
        List::SimTypeWords => &[("Order", "SIM_Type__c"), ("SIM_Inventory__c", "SIM_Type__c")],
        List::CardWords => &[("SIM_Inventory__c", "Status__c")],
        List::IdStatusWords => &[("Account", "Id_Verification_Status__c")],
        List::EligibilityWords => &[("Account", "Internet_Eligibility_Status__c")],
        List::StageWords => &[("Opportunity", "StageName")],
        List::NoticeWords => &[("Opportunity", "CancellationNotice__c"), ("Opportunity", "SIMCancellationNotice__c")],
        List::CaseStatusWords => &[("Case", "Status")],
        List::CasePriorityWords => &[("Case", "Priority")],
        List::CaseTypeWords => &[("Case", "Type")],
        List::CaseOriginWords => &[("Case", "Origin")],
        List::TaskStatusWords => &[("Task", "Status")],
        List::TaskPriorityWords => &[("Task", "Priority")],
    }
}

/// What the sandbox calls its words for a desk that knows these.
pub fn wordbook(words: &Words) -> Wordbook {
    let mut book = Wordbook::default();
    let own = Words::default();
    for list in List::ALL {
        for (inside, outside) in own.meanings(*list).into_iter().zip(words.meanings(*list)) {
            for (word, n) in inside.said.all().iter().zip(0..) {
                let outside = outside.said.all().get(n).map_or_else(|| outside.said.word(), String::as_str);
                for (object, field) in places(*list) {
                    book.rename(object, field, word, outside);
                }
            }
        }
    }
    book
}
