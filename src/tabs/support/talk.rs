//! What was said in a case or a ticket, newest first: who, how, and whether the customer can read it.

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::theme::Role;

use crate::domain::billing::Listing;
use crate::domain::history::Message;
use crate::flow::Remote;
use crate::locale::Value;
use crate::tabs::cells;
use crate::tabs::sheet::Sheet;

/// Writes the conversation, or why there is none to show.
pub fn write(said: Option<&Remote<Listing<Message>>>, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    sheet.section("support-talk");
    let Some(said) = said else {
        sheet.note(scene.say("support-talk-unread"), Role::Dim, Some(Mark::Off));
        return;
    };
    if let Some(fault) = &said.fault {
        sheet.note(scene.fault(fault), Role::Critical, Some(Mark::Critical));
    }
    match &said.known {
        None if said.loading => sheet.note(scene.say("loading"), Role::Dim, Some(Mark::Pending)),
        None if said.fault.is_none() => sheet.note(scene.unknown(), Role::Unknown, Some(Mark::Unknown)),
        None => {}
        Some(known) if known.value.rows.is_empty() => sheet.note(scene.say("support-talk-empty"), Role::Dim, None),
        Some(known) => {
            for message in &known.value.rows {
                one(message, sheet);
            }
            if !known.value.complete() {
                let values = [
                    ("shown", Value::Number(known.value.rows.len() as i64)),
                    ("total", Value::Number(known.value.total as i64)),
                ];
                sheet.note(scene.with("records-partial", &values), Role::Dim, None);
            }
        }
    }
}

fn one(message: &Message, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    let (key, mark) = cells::told_apart(message.kind, message.side, message.public);
    let head = format!("{} · {} · {}", scene.moment(message.at), scene.say(key), message.who);
    let role = if message.public { Role::Heading } else { Role::Warning };
    sheet.note(head, role, Some(mark));
    if !message.subject.is_empty() {
        sheet.free_note(&message.subject, Role::Label, None);
    }
    sheet.free_note(&message.body, if message.public { Role::Text } else { Role::Dim }, None);
    if !message.files.is_empty() {
        let names: Vec<&str> = message.files.iter().map(crate::domain::text::Text::as_str).collect();
        let files = names.join(", ");
        sheet.free_note(&scene.with("support-files", &[("names", Value::Text(&files))]), Role::Dim, None);
    }
    sheet.note("", Role::Dim, None);
}

/// What was said, where it was read.
pub fn words(said: Option<&Remote<Listing<Message>>>) -> Option<&[Message]> {
    said.and_then(|said| said.value()).map(|listing| listing.rows.as_slice())
}
