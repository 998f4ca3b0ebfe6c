//! SIM: the customer's lines, and how much data each uses. The lists come from WHMCS and Salesforce; Freebit is asked for
//! one line at a time, when somebody asks.

mod lines;
mod sheet;
mod usage;

pub use lines::LineRow;
pub use sheet::port_in;
pub use usage::UsagePage;

use crate::domain::line::Line;
use crate::flow::{Customer, Known};
use crate::locale::Value;
use crate::scene::Scene;

pub use super::cells::operation;

/// Age of a line's read, and how many more may be read now.
fn freshness(known: Option<&Known<Line>>, customer: &Customer, scene: &Scene<'_>) -> String {
    let age = known.map(|known| scene.age(known.read_at));
    let reads = customer.line_reads.map(|reads| {
        let (left, most) = (reads.left(scene.now), reads.most);
        let values = [("left", Value::Number(left.into())), ("most", Value::Number(most.into()))];
        scene.with("line-reads", &values)
    });
    let said: Vec<String> = age.into_iter().chain(reads).collect();
    said.join(" · ")
}
