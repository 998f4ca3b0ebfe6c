//! Completion notices: Freebit tells by CSV files, not by calls, that a change it accepted is done.
//!
//! The layout of the real files is not public. These have a line of names, one row each, and say `OK` or `NG`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::{Change, Profile};
use crate::sandbox::clock;

/// Names of the columns, in their order.
pub const COLUMNS: [&str; 8] = ["account", "func", "result", "date", "productNumber", "iccid", "eid", "activationCode"];

/// What one file tells.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Number of the file, from 1.
    pub number: u64,
    /// When it appears, in world time.
    pub at: Timestamp,
    /// When the change was done.
    pub done: Timestamp,
    /// Phone number.
    pub account: String,
    /// The vendor's name of the function.
    pub func: String,
    /// Whether the carrier did it.
    pub ok: bool,
    /// What the line is reached by now; only for an eSIM.
    pub profile: Option<Profile>,
    /// The eSIM's activation code (`LPA:1$…`): whoever has it can take the line once.
    pub activation_code: Option<String>,
    /// It was written into a folder.
    #[serde(default)]
    pub filed: bool,
}

impl std::fmt::Debug for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notice").field("name", &self.name()).field("ok", &self.ok).finish_non_exhaustive()
    }
}

impl Notice {
    /// Name of the file: function, time, number.
    pub fn name(&self) -> String {
        format!("{}_{}_{:06}.csv", self.func, clock::jst(self.at).strftime("%Y%m%d%H%M%S"), self.number)
    }

    /// The file: UTF-8, two lines ended as Windows ends them.
    pub fn csv(&self) -> String {
        let date = clock::jst(self.done).strftime("%Y%m%d%H%M%S").to_string();
        let (profile, code) = if self.ok { (self.profile.as_ref(), &self.activation_code) } else { (None, &None) };
        let of = |field: fn(&Profile) -> &String| profile.map(field).map_or("", String::as_str);
        let row = [
            self.account.as_str(),
            &self.func,
            if self.ok { "OK" } else { "NG" },
            &date,
            of(|it| &it.product_number),
            of(|it| &it.iccid),
            of(|it| &it.eid),
            code.as_deref().unwrap_or_default(),
        ];
        // No value can hold a comma or a quote: numbers, fixed words, and codes of our own making.
        format!("{}\r\n{}\r\n", COLUMNS.join(","), row.join(","))
    }
}

/// Whether a change ends with a notice. A plan does not: its day is known beforehand.
pub(super) fn is_told(change: &Change) -> bool {
    !matches!(change, Change::Plan(_))
}
