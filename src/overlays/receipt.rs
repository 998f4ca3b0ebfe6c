//! What is left of a change: one line to copy.

use crate::domain::operation::Ending;
use crate::domain::receipt::Receipt;
use crate::domain::time;
use crate::scene::Scene;

/// The receipt in one line. Personal data in it stays masked: it is made to be pasted elsewhere.
pub fn line(receipt: &Receipt, scene: &Scene<'_>) -> String {
    let ending = match receipt.ending {
        Ending::Done => "ending-done",
        Ending::Undone => "ending-undone",
        Ending::Closed => "ending-closed",
    };
    let mut parts = vec![
        format!("{} JST", time::date_time(receipt.at)),
        scene.say(ending).into_owned(),
        scene.words.phrase(&receipt.title, false),
        scene.words.phrase(&receipt.about, false),
        receipt.customer.to_string(),
    ];
    parts.extend(receipt.facts.iter().map(|(name, value)| format!("{} {value}", fact(name, scene))));
    parts.push(receipt.actor.name.to_string());
    parts.push(receipt.id.to_string());
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// What a fact is called; its own name where nobody gave it words.
pub fn fact(name: &str, scene: &Scene<'_>) -> String {
    let key = format!("fact-{name}");
    let words = scene.words.say(&key);
    if words == key { name.replace('_', " ") } else { words.into_owned() }
}
