//! What the organisation decides about lines: its plans and their prices, what it adds data for, until when it can be asked.

use std::path::PathBuf;

use serde::Deserialize;

use super::effective::CutOff;
use super::line::Line;
use super::money::Yen;
use super::quota::TopUpOffer;

/// The rules for lines.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Smallest top-up, in GB.
    pub top_up_least_gb: u32,
    /// Largest top-up, in GB.
    pub top_up_most_gb: u32,
    /// Price of each GB begun, in yen, with tax.
    pub top_up_yen_per_gb: i64,
    /// The last day of a month on which a plan can be changed or a line ended with effect from the month's end (JST).
    pub cut_off_day: i8,
    /// Minutes that should lie between two changes of voice options, network and plan of one line.
    pub spacing_minutes: i64,
    /// Minutes after which somebody should ask the carrier why an eSIM is not ready.
    pub notice_minutes: i64,
    /// The folder in which the carrier's completion notices arrive (CSV); empty for none.
    pub notice_folder: PathBuf,
    /// Days that a number's reservation should still be good for.
    pub reservation_days: i64,
    /// The account that stands for the reseller when a card is queued for a number that comes from another carrier.
    pub representative: String,
    /// Every line is protected from being ended until that is lifted, not only those that somebody protected.
    pub protect_all: bool,
    /// Minutes for which a lifted protection stays lifted.
    pub lifted_minutes: i64,
    /// Stage of an opportunity whose line is going to end: our word, or Salesforce's.
    pub cancelling_stage: String,
    /// Days after which somebody asks again about a line that was to be suspended.
    pub suspension_reminder_days: i64,
    /// User or queue (record id) that gets requests to suspend a line; empty leaves it to the org's assignment.
    pub suspension_owner: String,
    /// Priority of such a request: our word, or Salesforce's.
    pub suspension_priority: String,
    /// The plans, as Freebit names them.
    pub plans: Vec<Plan>,
}

/// A plan that a line can be on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Freebit's code, at most 32 characters.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Data a month, in GB.
    pub gb: u32,
    /// Price a month in yen, with tax.
    pub yen: i64,
    /// With calls: a line with calls stays with calls, one without stays without.
    pub voice: bool,
    /// WHMCS's product id; 0 where it has none.
    #[serde(default)]
    pub product: u64,
    /// Offered first.
    #[serde(default)]
    pub default: bool,
}

impl Plan {
    /// Price a month.
    pub const fn price(&self) -> Yen {
        Yen(self.yen)
    }
}

impl Default for Rules {
    fn default() -> Self {
        let plan = |gb: u32, yen, product, voice: bool| Plan {
            code: format!("PNEW_{gb}GB{}", if voice { "_V" } else { "" }),
            name: format!("SIM {} {gb}GB", if voice { "Voice" } else { "Data" }),
            gb,
            yen,
            voice,
            product,
            default: gb == 10 && voice,
        };
        let offer = TopUpOffer::default();
        Self {
            top_up_least_gb: offer.least,
            top_up_most_gb: offer.most,
            top_up_yen_per_gb: offer.per_gb.0,
            cut_off_day: 25,
            spacing_minutes: 30,
            notice_minutes: 30,
            notice_folder: PathBuf::new(),
            reservation_days: 10,
            representative: String::new(),
            protect_all: false,
            lifted_minutes: 10,
            cancelling_stage: "cancelling".to_owned(),
            suspension_reminder_days: 3,
            suspension_owner: String::new(),
            suspension_priority: "high".to_owned(),
            plans: vec![
                plan(5, 980, 30, false),
                plan(10, 1_480, 0, false),
                plan(25, 2_480, 0, false),
                plan(5, 1_480, 0, true),
                plan(10, 1_980, 32, true),
                plan(25, 2_980, 33, true),
                plan(100, 4_980, 0, true),
            ],
        }
    }
}

impl Rules {
    /// What of data is sold.
    pub const fn offer(&self) -> TopUpOffer {
        TopUpOffer { least: self.top_up_least_gb, most: self.top_up_most_gb, per_gb: Yen(self.top_up_yen_per_gb) }
    }

    /// Until when one can ask.
    pub const fn cut_off(&self) -> CutOff {
        CutOff(self.cut_off_day)
    }

    /// The plan with this code.
    pub fn plan(&self, code: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.code == code)
    }

    /// The plan that somebody wrote by its code or its name.
    pub fn named(&self, written: &str) -> Option<&Plan> {
        let written = written.trim();
        self.plan(written).or_else(|| {
            let same = |text: &str| text.eq_ignore_ascii_case(written);
            self.plans.iter().find(|plan| same(&plan.code) || same(&plan.name))
        })
    }

    /// The plans that this line can change to, the ones offered first at the front.
    pub fn plans_for<'a>(&'a self, line: &'a Line) -> impl Iterator<Item = &'a Plan> {
        let fits = move |plan: &&Plan| plan.code != *line.plan && line.voice.is_none_or(|voice| voice == plan.voice);
        self.offered().filter(fits)
    }

    /// Every plan, the ones offered first at the front.
    pub fn offered(&self) -> impl Iterator<Item = &Plan> {
        let first = self.plans.iter().filter(|plan| plan.default);
        first.chain(self.plans.iter().filter(|plan| !plan.default))
    }
}
