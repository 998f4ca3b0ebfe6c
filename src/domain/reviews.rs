//! What an organisation decides about reviews: the reasons it gives in two languages, how a residence card may be checked,
//! what internet it offers, and what becomes of an opportunity.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::text::Text;

/// A sentence to a customer in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// In English.
    pub en: String,
    /// In Japanese.
    pub ja: String,
}

impl Words {
    fn new(en: &str, ja: &str) -> Self {
        Self { en: en.to_owned(), ja: ja.to_owned() }
    }

    /// Both, the English one first.
    pub fn both(&self) -> Text {
        Text::block(&format!("{}\n{}", self.en, self.ja))
    }
}

/// What is decided in reviews.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Why an order is rejected, by the reason's word: what the customer reads.
    pub order_reasons: BTreeMap<String, Words>,
    /// Why a residence card is rejected, by the reason's word: what the customer reads.
    pub card_reasons: BTreeMap<String, Words>,
    /// What a customer is asked when an address needs knowledge of the building.
    pub building: Words,
    /// A rejected order and a question about a building are told to the customer in a case.
    pub tell_by_case: bool,
    /// Status and origin of such a case: our words, or Salesforce's.
    pub case_status: String,
    /// See `case_status`.
    pub case_origin: String,
    /// How a residence card can have been checked: our word and Salesforce's.
    pub methods: BTreeMap<String, String>,
    /// The methods that are enough for a mobile line.
    pub sim_methods: Vec<String>,
    /// What internet can be offered at an address.
    pub offerings: Vec<String>,
    /// Stage of an opportunity that waits for the eligibility check: our word, or Salesforce's.
    pub waiting_stage: String,
    /// What that stage becomes when internet is available; empty leaves it.
    pub eligible_stage: String,
    /// What it becomes when it is not; empty leaves it.
    pub ineligible_stage: String,
}

impl Default for Rules {
    fn default() -> Self {
        let all = |rows: &[(&str, &str, &str)]| {
            rows.iter().map(|(word, en, ja)| ((*word).to_owned(), Words::new(en, ja))).collect()
        };
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            order_reasons: all(&[
                (
                    "unreachable",
                    "We could not reach you about your order.",
                    "ご連絡が取れなかったため、お申し込みを承れませんでした。",
                ),
                (
                    "duplicate",
                    "We already have an order of yours for the same service.",
                    "同じサービスのお申し込みをすでに承っております。",
                ),
                (
                    "unavailable",
                    "The service you ordered is not available to you.",
                    "お申し込みのサービスはご提供できません。",
                ),
                ("documents", "We did not receive the documents we need.", "必要な書類を確認できませんでした。"),
                ("withdrawn", "Your order was withdrawn as you asked.", "ご希望によりお申し込みを取り消しました。"),
            ]),
            card_reasons: all(&[
                (
                    "unreadable",
                    "The picture cannot be read. Please take it again in good light.",
                    "画像が読み取れません。明るい場所で撮り直してください。",
                ),
                ("one-side", "Please send both sides of the card.", "カードの両面をお送りください。"),
                (
                    "expired",
                    "The card's period of stay is over. Please send your new card.",
                    "在留期間が過ぎています。新しいカードをお送りください。",
                ),
                (
                    "name",
                    "The name on the card is not the one of your account.",
                    "カードのお名前がご登録のお名前と異なります。",
                ),
                (
                    "birth",
                    "The date of birth on the card is not the one of your account.",
                    "カードの生年月日がご登録と異なります。",
                ),
                (
                    "address",
                    "The address on the card is not the one of your account.",
                    "カードのご住所がご登録と異なります。",
                ),
            ]),
            building: Words::new(
                "To check whether internet is available, please tell us the name of your building and your room number.",
                "提供可否の確認のため、建物名と部屋番号をお知らせください。",
            ),
            tell_by_case: true,
            case_status: "awaiting-customer".to_owned(),
            case_origin: "portal".to_owned(),
            methods: [("upload", "Portal upload"), ("in-person", "In person"), ("post", "Post")]
                .map(|(word, theirs)| (word.to_owned(), theirs.to_owned()))
                .into(),
            sim_methods: words(&["upload", "in-person", "post"]),
            offerings: words(&["Home 1G", "Apartment 1G", "Apartment 100M"]),
            waiting_stage: "introduction".to_owned(),
            eligible_stage: "ready".to_owned(),
            ineligible_stage: "void".to_owned(),
        }
    }
}
