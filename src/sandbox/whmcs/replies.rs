//! What staff do to tickets.

use serde_json::json;

use super::api::Ask;
use super::clients::log;
use super::db::{Db, Id, Note, Priority, Reply, Requestor, Ticket};
use super::mail;
use super::params::Params;
use super::reply::{Answer, Refusal, refuse, success};

/// Who writes.
struct Author {
    client_id: Id,
    contact_id: Id,
    name: String,
    email: String,
    admin: String,
    requestor: Requestor,
}

impl Author {
    /// An admin by user name, a client, or somebody with a name and an e-mail address.
    fn asked(db: &Db, params: &Params) -> Result<Self, Refusal> {
        let mut author = Self {
            client_id: 0,
            contact_id: params.id("contactid").unwrap_or(0),
            name: params.text("name").to_owned(),
            email: params.text("email").to_owned(),
            admin: String::new(),
            requestor: Requestor::Guest,
        };
        if let Some(username) = params.get("adminusername") {
            let admin = db.admins.named(username).next();
            author.admin = admin.map_or_else(|| username.to_owned(), super::db::Admin::full_name);
            author.requestor = Requestor::Operator;
        } else if let Some(id) = params.id("clientid") {
            let Some(client) = db.clients.get(id) else { return refuse("Client ID Not Found") };
            author.client_id = id;
            (author.name, author.email) = (client.full_name(), client.email.clone());
            author.requestor = if author.contact_id == 0 { Requestor::Owner } else { Requestor::Contact };
        } else if author.name.is_empty() || author.email.is_empty() {
            return refuse("Name and email address are required if not a client");
        }
        Ok(author)
    }
}

/// `AddTicketReply`: an admin's answer makes the ticket Answered, anybody else's Customer-Reply, unless a status is
/// given. Without `adminusername` it is posted as the customer.
pub(super) fn add_ticket_reply(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(ticket_id) = params.id("ticketid").filter(|id| db.tickets.get(*id).is_some()) else {
        return refuse("Ticket ID not found");
    };
    let author = Author::asked(db, params)?;
    let Some(message) = params.get("message").map(str::to_owned) else { return refuse("Message is required") };
    let fallback = if author.requestor == Requestor::Operator { "Answered" } else { "Customer-Reply" };
    let status = match params.get("status") {
        None => fallback.to_owned(),
        Some(word) => known_status(db, word).ok_or_else(|| Refusal("Invalid Ticket Status".to_owned()))?,
    };
    let date = params.moment("created").unwrap_or(ask.now);
    let mailed = author.requestor == Requestor::Operator && !params.flag("noemail");
    db.last_message += 1;
    let reply = Reply {
        id: db.last_message,
        client_id: author.client_id,
        contact_id: author.contact_id,
        name: author.name,
        email: author.email,
        requestor: author.requestor,
        date,
        message,
        attachments: Vec::new(),
        admin: author.admin,
    };
    change(db, ask, ticket_id, "New Ticket Response", |it| {
        it.replies.push(reply);
        it.status = status;
        it.last_reply = date;
    });
    if let Some(ticket) = db.tickets.get(ticket_id).filter(|it| mailed && it.client_id != 0) {
        let (client_id, subject) = (ticket.client_id, format!("[Ticket ID: {}] {}", ticket.tid, ticket.subject));
        mail::send(db, ask, client_id, &subject, "<p>Support Ticket Response</p>");
    }
    success(json!({}))
}

fn known_status(db: &Db, word: &str) -> Option<String> {
    let statuses = db.settings.ticket_statuses.iter();
    statuses.map(|it| &it.title).find(|it| it.eq_ignore_ascii_case(word)).cloned()
}

fn unknown_status(db: &Db) -> Refusal {
    let titles: Vec<&str> = db.settings.ticket_statuses.iter().map(|it| it.title.as_str()).collect();
    Refusal(format!("Invalid Ticket Status. Valid statuses are: {}", titles.join(",")))
}

fn change(db: &mut Db, ask: &Ask, id: Id, event: &str, change: impl FnOnce(&mut Ticket)) {
    let ticket = db.tickets.update(id, |it| {
        change(it);
        (it.client_id, it.tid.clone())
    });
    if let Some((client_id, tid)) = ticket {
        log(db, ask, client_id, &format!("{event} - Ticket ID: {tid}"));
    }
}

/// `AddTicketNote`: written in the name of the credential's admin.
pub(super) fn add_ticket_note(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let ticket = match (params.id("ticketid"), params.get("ticketnum")) {
        (Some(id), _) => db.tickets.get(id),
        (None, Some(tid)) => db.tickets.named(tid).find(|it| it.tid.eq_ignore_ascii_case(tid)),
        (None, None) => None,
    };
    let Some(ticket_id) = ticket.map(|it| it.id) else { return refuse("Ticket ID not found") };
    let Some(message) = params.get("message").map(str::to_owned) else { return refuse("Message is required") };
    db.last_message += 1;
    let date = params.moment("created").unwrap_or(ask.now);
    let note = Note { id: db.last_message, admin: ask.caller.name.clone(), date, message };
    change(db, ask, ticket_id, "Added Ticket Note", |it| it.notes.push(note));
    success(json!({}))
}

/// `OpenTicket`: answers the internal id, the customer's number and the secret that opens it.
pub(super) fn open_ticket(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(department_id) = params.id("deptid").filter(|id| db.settings.departments.iter().any(|it| it.id == *id))
    else {
        return refuse("Department ID not found");
    };
    let author = Author::asked(db, params)?;
    let Some(subject) = params.get("subject").map(str::to_owned) else { return refuse("Subject is required") };
    let Some(message) = params.get("message").map(str::to_owned) else { return refuse("Message is required") };
    let by_staff = params.flag("admin");
    let (tid, secret) = numbers(db.tickets.next_id());
    let date = params.moment("created").unwrap_or(ask.now);
    let client_id = author.client_id;
    let id = db.add_ticket(Ticket {
        id: 0,
        tid: tid.clone(),
        department_id,
        client_id,
        contact_id: author.contact_id,
        name: author.name,
        email: author.email,
        requestor: if by_staff { Requestor::Operator } else { author.requestor },
        cc: String::new(),
        secret: secret.clone(),
        date,
        subject,
        message,
        status: "Open".to_owned(),
        priority: Priority::parse(params.text("priority")).unwrap_or(Priority::Medium),
        admin: if by_staff { ask.caller.name.clone() } else { String::new() },
        attachments: Vec::new(),
        last_reply: date,
        flag: 0,
        service: params.id("serviceid").map_or_else(String::new, |it| format!("S{it}")),
        replies: Vec::new(),
        notes: Vec::new(),
    });
    log(db, ask, client_id, &format!("New Support Ticket Opened - Ticket ID: {tid}"));
    if client_id != 0 && !params.flag("noemail") {
        let subject = format!("[Ticket ID: {tid}] {}", params.text("subject"));
        mail::send(db, ask, client_id, &subject, "<p>Support Ticket Opened</p>");
    }
    success(json!({"id": id, "tid": tid, "c": secret}))
}

/// A customer's number and a secret that do not follow each other, the same in every run.
fn numbers(id: Id) -> (String, String) {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789";
    let mut mixed = id.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407).rotate_right(23);
    let tid = (100_000 + mixed % 900_000).to_string();
    let mut secret = String::new();
    for _ in 0..8 {
        secret.push(char::from(LETTERS[(mixed % LETTERS.len() as u64) as usize]));
        mixed = mixed.rotate_right(7).wrapping_mul(6_364_136_223_846_793_005);
    }
    (tid, secret)
}

/// `UpdateTicket`: there is no compare-and-set, so that two callers can undo each other.
pub(super) fn update_ticket(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let Some(id) = params.id("ticketid").filter(|id| db.tickets.get(*id).is_some()) else {
        return refuse("Ticket ID Not Found");
    };
    let department = params.id("deptid");
    if department.is_some_and(|id| !db.settings.departments.iter().any(|it| it.id == id)) {
        return refuse("Department ID Not Found");
    }
    let priority = match params.get("priority") {
        None => None,
        Some(word) => match Priority::parse(word) {
            Some(priority) => Some(priority),
            None => return refuse("Invalid Ticket Priority. Valid priorities are: Low,Medium,High"),
        },
    };
    let status =
        params.get("status").map(|word| known_status(db, word).ok_or_else(|| unknown_status(db))).transpose()?;
    change(db, ask, id, "Ticket Updated", |it| {
        it.department_id = department.unwrap_or(it.department_id);
        it.priority = priority.unwrap_or(it.priority);
        it.status = status.unwrap_or_else(|| it.status.clone());
        params.set("subject", &mut it.subject);
        params.set("name", &mut it.name);
        params.set("email", &mut it.email);
        params.set("cc", &mut it.cc);
        params.set("message", &mut it.message);
        it.flag = if params.flag("removeFlag") { 0 } else { params.id("flag").unwrap_or(it.flag) };
    });
    success(json!({"ticketid": id}))
}
