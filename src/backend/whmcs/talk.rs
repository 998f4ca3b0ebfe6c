//! What was said in a ticket.

use serde::{Deserialize, Deserializer};

use super::convert::Names;
use super::{Whmcs, unreadable};
use crate::backend::lenient::{self, id, text};
use crate::domain::billing::Listing;
use crate::domain::history::{Message, MessageKind, Side};
use crate::domain::text::Text;
use crate::flow::fault::Fault;

impl Whmcs {
    /// Everything said in one ticket, newest first: its opening post, the replies, and the notes that only staff see.
    pub async fn ticket_messages(&self, id: u64) -> Result<Listing<Message>, Fault> {
        let action = "GetTicket";
        let answer = self.read(action, &[("ticketid", &id.to_string())]).await?;
        let ticket: TicketRow = serde_json::from_value(answer).map_err(|_| unreadable(action))?;
        if ticket.ticketid.or(ticket.id) != Some(id) {
            return Err(unreadable(action));
        }
        let replies = ticket.replies.iter().map(|row| row.message(MessageKind::Reply, &self.names));
        let notes = ticket.notes.iter().map(|row| row.message(MessageKind::Note, &self.names));
        // Reversed first, so that of two said in the same second the later one still comes first.
        let mut rows: Vec<Message> = replies.chain(notes).collect();
        rows.reverse();
        rows.sort_by_key(|message| std::cmp::Reverse(message.at));
        Ok(Listing { total: rows.len() as u64, rows })
    }
}

/// `GetTicket`. Its `c` opens the ticket without a password and is not read.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct TicketRow {
    #[serde(deserialize_with = "id")]
    ticketid: Option<u64>,
    #[serde(deserialize_with = "id")]
    id: Option<u64>,
    /// The opening post is the one numbered 0.
    #[serde(deserialize_with = "replies")]
    replies: Vec<PostRow>,
    #[serde(deserialize_with = "notes")]
    notes: Vec<PostRow>,
}

/// A reply or a note; notes have fewer fields.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct PostRow {
    #[serde(deserialize_with = "text")]
    date: String,
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    requestor_name: String,
    #[serde(deserialize_with = "text")]
    message: String,
    /// Stored names, each behind a number: `123_a.png|987_b.pdf`.
    #[serde(deserialize_with = "text")]
    attachment: String,
    /// `[[]]` when there are none.
    #[serde(deserialize_with = "files")]
    attachments: Vec<FileRow>,
    /// Who of the staff wrote it; empty when a customer did.
    #[serde(deserialize_with = "text")]
    admin: String,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct FileRow {
    #[serde(deserialize_with = "text")]
    filename: String,
}

fn replies<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PostRow>, D::Error> {
    lenient::rows(deserializer, "reply")
}

fn notes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PostRow>, D::Error> {
    lenient::rows(deserializer, "note")
}

fn files<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<FileRow>, D::Error> {
    lenient::rows(deserializer, "attachment")
}

impl PostRow {
    fn message(&self, kind: MessageKind, names: &Names) -> Message {
        let staff = kind == MessageKind::Note || !self.admin.is_empty();
        let who = [&self.admin, &self.name, &self.requestor_name].into_iter().find(|name| !name.is_empty());
        Message {
            at: names.moment(&self.date),
            who: who.map(|name| Text::html(name)).unwrap_or_default(),
            side: if staff { Side::Staff } else { Side::Customer },
            kind,
            public: kind != MessageKind::Note,
            subject: Text::default(),
            body: Text::html_block(&self.message),
            files: self.files(),
        }
    }

    fn files(&self) -> Vec<Text> {
        let named: Vec<Text> = self.attachments.iter().map(|file| Text::html(&file.filename)).collect();
        if !named.is_empty() {
            return named;
        }
        let stored = self.attachment.split('|').filter(|name| !name.is_empty());
        let unnumbered = |name: &str| match name.split_once('_') {
            Some((number, name)) if number.bytes().all(|byte| byte.is_ascii_digit()) => Text::html(name),
            _ => Text::html(name),
        };
        stored.map(unnumbered).collect()
    }
}
