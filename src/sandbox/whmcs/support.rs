//! Tickets, their notes, and how many wait.

use serde_json::{Map, Value, json};

use super::api::Ask;
use super::db::{Db, Id, Note, Reply, Requestor, Row, Ticket, TicketStatus};
use super::reply::{Answer, Page, html, lines, moment, refuse, success, text};
use super::style::Release;

/// `GetTickets`: hides departments the caller's admin is not assigned to unless `ignore_dept_assignments` is set;
/// last answered first, whatever sorting is asked for. The total is a string.
pub(super) fn get_tickets(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let (department, client, email) = (params.id("deptid"), params.id("clientid"), params.get("email"));
    let subject = params.get("subject").map(str::to_lowercase);
    let status = params.get("status");
    let tickets: Vec<&Ticket> = match (client, email, status) {
        (Some(id), ..) => db.tickets.of(id).collect(),
        (None, Some(word), _) => db.tickets.named(word).collect(),
        (None, None, Some("Awaiting Reply" | "All Active Tickets" | "My Flagged Tickets")) => {
            db.tickets.open().collect()
        }
        (None, None, _) => db.tickets.iter().collect(),
    };
    let mut tickets: Vec<&Ticket> = tickets
        .into_iter()
        .filter(|it| visible(ask, "ignore_dept_assignments", it.department_id))
        .filter(|it| department.is_none_or(|id| it.department_id == id))
        .filter(|it| email.is_none_or(|word| it.email.eq_ignore_ascii_case(word)))
        .filter(|it| subject.as_ref().is_none_or(|part| it.subject.to_lowercase().contains(part)))
        .filter(|it| status.is_none_or(|word| has_status(db, ask, it, word)))
        .collect();
    tickets.sort_by_key(|it| std::cmp::Reverse((it.last_reply, it.id)));
    Page::asked(params)
        .of(tickets.len(), tickets.into_iter(), |it| ticket_row(db, it))
        .envelope_with_text_total("tickets", "ticket")
}

fn visible(ask: &Ask, switch: &str, department: Id) -> bool {
    ask.params.flag(switch) || ask.caller.departments.contains(&department)
}

fn has_status(db: &Db, ask: &Ask, it: &Ticket, word: &str) -> bool {
    let status = |wanted: fn(&TicketStatus) -> bool| {
        db.settings.ticket_statuses.iter().any(|status| status.title == it.status && wanted(status))
    };
    match word {
        "Awaiting Reply" => status(|it| it.awaiting),
        "All Active Tickets" => status(|it| it.active),
        "My Flagged Tickets" => it.is_open() && it.flag == ask.caller.admin_id,
        word => it.status.eq_ignore_ascii_case(word),
    }
}

fn ticket_row(db: &Db, it: &Ticket) -> Value {
    let owner = db.clients.get(it.client_id).map_or_else(String::new, |it| html(&it.full_name()));
    json!({
        "id": text(it.id), "tid": it.tid, "deptid": text(it.department_id), "userid": text(it.client_id),
        "name": html(&it.name), "owner_name": owner, "email": html(&it.email), "requestor_name": html(&it.name),
        "requestor_email": html(&it.email), "requestor_type": it.requestor.as_str(), "cc": html(&it.cc),
        "c": it.secret, "date": moment(Some(it.date)), "subject": html(&it.subject), "status": it.status,
        "priority": it.priority.as_str(), "admin": html(&it.admin), "attachment": stored_names(it.id, &it.attachments),
        "attachments": attachments(&it.attachments), "attachments_removed": false,
        "lastreply": moment(Some(it.last_reply)), "flag": text(it.flag), "service": it.service,
    })
}

/// File names as stored, each behind a number: `123_a.png|987_b.pdf`.
fn stored_names(id: Id, names: &[String]) -> String {
    let names: Vec<String> =
        names.iter().enumerate().map(|(n, name)| format!("{}_{}", id * 10 + n as u64, html(name))).collect();
    names.join("|")
}

fn attachments(names: &[String]) -> Vec<Value> {
    names.iter().enumerate().map(|(n, name)| json!({"filename": html(name), "index": n})).collect()
}

/// Replies without a file carry a list that holds an empty list.
fn attachments_or_nested_nothing(names: &[String]) -> Value {
    if names.is_empty() { json!([[]]) } else { attachments(names).into() }
}

fn asked_ticket<'a>(db: &'a Db, ask: &Ask) -> Option<&'a Ticket> {
    match (ask.params.id("ticketid"), ask.params.get("ticketnum")) {
        (Some(id), _) => db.tickets.get(id),
        (None, Some(tid)) => db.tickets.named(tid).find(|it| it.tid.eq_ignore_ascii_case(tid)),
        (None, None) => None,
    }
}

/// `GetTicket`: by id or by the customer's number. The opening post is the reply numbered 0.
pub(super) fn get_ticket(db: &Db, ask: &Ask) -> Answer {
    let Some(it) = asked_ticket(db, ask) else { return refuse("Ticket ID Not Found") };
    let department = db.settings.departments.iter().find(|row| row.id == it.department_id);
    let mut replies = vec![opening(it)];
    replies.extend(it.replies.iter().map(reply_row));
    if ask.params.text("repliessort").eq_ignore_ascii_case("desc") {
        replies.reverse();
    }
    let notes: Vec<Value> = it.notes.iter().map(|note| note_row(note, "noteid")).collect();
    success(json!({
        "ticketid": it.id, "id": it.id, "tid": it.tid, "c": it.secret, "deptid": text(it.department_id),
        "deptname": department.map_or_else(String::new, |it| html(&it.name)), "userid": text(it.client_id),
        "contactid": text(it.contact_id), "name": html(&it.name), "email": html(&it.email),
        "requestor_name": html(&it.name), "requestor_email": html(&it.email),
        "requestor_type": it.requestor.as_str(), "cc": html(&it.cc), "date": moment(Some(it.date)),
        "subject": html(&it.subject), "status": it.status, "priority": it.priority.as_str(), "admin": html(&it.admin),
        "lastreply": moment(Some(it.last_reply)), "flag": text(it.flag), "service": it.service,
        "replies": {"reply": replies}, "notes": {"note": notes},
    }))
}

fn opening(it: &Ticket) -> Value {
    json!({
        "replyid": "0", "userid": text(it.client_id), "contactid": text(it.contact_id), "name": html(&it.name),
        "email": html(&it.email), "requestor_name": html(&it.name), "requestor_email": html(&it.email),
        "requestor_type": it.requestor.as_str(), "date": moment(Some(it.date)), "message": lines(&it.message),
        "attachment": stored_names(it.id, &it.attachments),
        "attachments": attachments_or_nested_nothing(&it.attachments), "attachments_removed": false,
        "admin": html(&it.admin),
    })
}

/// An answer; one by staff has an admin, and no name or e-mail of its own.
fn reply_row(it: &Reply) -> Value {
    let staff = it.requestor == Requestor::Operator;
    let (name, email) = if staff { (String::new(), String::new()) } else { (html(&it.name), html(&it.email)) };
    let requestor = if staff { html(&it.admin) } else { name.clone() };
    json!({
        "replyid": text(it.id), "userid": text(it.client_id), "contactid": text(it.contact_id), "name": name,
        "email": email, "requestor_name": requestor, "requestor_email": email,
        "requestor_type": it.requestor.as_str(), "date": moment(Some(it.date)), "message": lines(&it.message),
        "attachment": stored_names(it.id, &it.attachments),
        "attachments": attachments_or_nested_nothing(&it.attachments), "attachments_removed": false,
        "admin": html(&it.admin), "rating": "0",
    })
}

fn note_row(it: &Note, key: &str) -> Value {
    json!({
        key: text(it.id), "date": moment(Some(it.date)), "message": lines(&it.message), "attachment": "",
        "attachments": [[]], "attachments_removed": false, "admin": html(&it.admin),
    })
}

/// `GetTicketNotes`: here a note's key is `id`.
pub(super) fn get_ticket_notes(db: &Db, ask: &Ask) -> Answer {
    let Some(it) = asked_ticket(db, ask) else { return refuse("Ticket ID not found") };
    let notes: Vec<Value> = it.notes.iter().map(|note| note_row(note, "id")).collect();
    success(json!({"totalresults": notes.len(), "notes": {"note": notes}}))
}

/// `GetTicketCounts`: open tickets, since release 9 of the caller's departments only unless
/// `ignoreDepartmentAssignments` is set.
pub(super) fn get_ticket_counts(db: &Db, ask: &Ask) -> Answer {
    let departments: Vec<Id> = db
        .settings
        .departments
        .iter()
        .map(|it| it.id)
        .filter(|id| ask.style.release == Release::V8 || visible(ask, "ignoreDepartmentAssignments", *id))
        .collect();
    let counted = |it: &&Ticket| departments.contains(&it.department_id);
    let open: Vec<&Ticket> = db.tickets.open().filter(counted).collect();
    let having = |word| open.iter().filter(|it| has_status(db, ask, it, word)).count();
    let mut answer = success(json!({
        "filteredDepartments": departments, "allActive": having("All Active Tickets"),
        "awaitingReply": having("Awaiting Reply"), "flaggedTickets": having("My Flagged Tickets"),
    }))?;
    if ask.params.flag("includeCountsByStatus") {
        let statuses: Map<String, Value> = db
            .settings
            .ticket_statuses
            .iter()
            .map(|status| {
                let key = status.title.to_lowercase().replace([' ', '-'], "");
                let count = db.tickets.iter().filter(counted).filter(|it| it.status == status.title).count();
                (key, json!({"title": status.title, "count": count}))
            })
            .collect();
        answer.insert("status".to_owned(), statuses.into());
    }
    Ok(answer)
}

/// `GetSupportDepartments`: all values are strings.
pub(super) fn get_support_departments(db: &Db, ask: &Ask) -> Answer {
    let rows: Vec<Value> = db
        .settings
        .departments
        .iter()
        .filter(|it| visible(ask, "ignore_dept_assignments", it.id))
        .map(|department| {
            let of = |word| {
                let mine = db.tickets.open().filter(|it| it.department_id == department.id);
                mine.filter(|it| has_status(db, ask, it, word)).count().to_string()
            };
            json!({
                "id": text(department.id), "name": html(&department.name), "awaitingreply": of("Awaiting Reply"),
                "opentickets": of("All Active Tickets"),
            })
        })
        .collect();
    success(json!({"totalresults": rows.len(), "departments": {"department": rows}}))
}

/// `GetSupportStatuses`
pub(super) fn get_support_statuses(db: &Db, ask: &Ask) -> Answer {
    let department = ask.params.id("deptid");
    let rows: Vec<Value> = db
        .settings
        .ticket_statuses
        .iter()
        .map(|status| {
            let tickets = db.tickets.iter().filter(|it| department.is_none_or(|id| it.department_id == id));
            let count = tickets.filter(|it| it.status == status.title).count();
            json!({"title": status.title, "count": count, "color": status.color})
        })
        .collect();
    success(json!({"totalresults": rows.len(), "statuses": {"status": rows}}))
}
