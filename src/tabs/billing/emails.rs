//! E-mails that WHMCS sent, waits to send, or could not send.

use std::borrow::Cow;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::ledger::{Email, EmailState};
use crate::domain::mask::Personal;
use crate::domain::system::System;
use crate::flow::{Action, Customer, Deeper};
use crate::locale::Value;

use super::super::Copied;
use super::super::records::{Column, Key, Record, Source};
use super::super::sheet::Sheet;

/// A row of the list.
#[derive(Debug)]
pub struct EmailRow(Email);

/// Rows before the last one read at which older ones are asked for.
const NEAR_END: usize = 20;

impl EmailRow {
    /// Its state's word and mark. Handed over is all WHMCS can know, so even a sent one is not marked as good news.
    const fn state(&self) -> (&'static str, Mark) {
        match self.0.state {
            EmailState::Sent => ("email-sent", Mark::Off),
            EmailState::Pending => ("email-pending", Mark::Pending),
            EmailState::Failed(_) => ("email-failed", Mark::Critical),
        }
    }

    const fn rank(&self) -> u8 {
        match self.0.state {
            EmailState::Failed(_) => 0,
            EmailState::Pending => 1,
            EmailState::Sent => 2,
        }
    }
}

impl Record for EmailRow {
    type Of = Customer;

    const NAME: &'static str = "emails";
    const TITLE: &'static str = "page-emails";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "date",
            title: "column-date",
            width: Width::Fixed(16),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| Cell::new(scene.moment(row.0.at), Role::Text),
            key: |row| row.0.at.into(),
        },
        Column {
            name: "state",
            title: "column-status",
            width: Width::Fixed(12),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| {
                let (key, mark) = row.state();
                match mark {
                    Mark::Off => Cell { mark: Some(mark), ..Cell::new(scene.say(key), Role::Text) },
                    _ => Cell::marked(mark, scene.say(key)),
                }
            },
            key: |row| Key::Rank(row.rank(), Cow::Borrowed(row.state().0)),
        },
        Column {
            name: "subject",
            title: "column-subject",
            width: Width::Fill(24),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| Cell::new(scene.free_text(&row.0.subject), Role::Text),
            key: |row| Key::text(&row.0.subject),
        },
        Column {
            name: "to",
            title: "column-to",
            width: Width::Min(18),
            align: Align::Left,
            priority: 3,
            cell: |row, scene| Cell::new(scene.personal(Personal::Email, &row.0.to), Role::Dim),
            key: |row| Key::text(&row.0.to),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let rows = customer.emails.value().map(|list| list.rows.clone()).unwrap_or_default();
        rows.into_iter().map(Self).collect()
    }

    fn version(_: &Customer) -> Option<u64> {
        // The source tells all.
        Some(0)
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![Source::of(System::Whmcs, &customer.emails, |list| (list.rows.len() as u64, list.total))]
    }

    fn list_needs(_: &Customer) -> Vec<Deeper> {
        vec![Deeper::Emails]
    }

    fn needs(&self, customer: &Customer) -> Option<Deeper> {
        let list = customer.emails.value().filter(|list| !list.complete())?;
        let near_end = list.rows.iter().rev().take(NEAR_END).any(|email| email.id == self.0.id);
        near_end.then_some(Deeper::OlderEmails(list.rows.len() as u64))
    }

    fn detail(&self, _: &Customer, sheet: &mut Sheet<'_>) {
        let (it, scene) = (&self.0, sheet.scene());
        sheet.section("section-email");
        sheet.free_text("label-subject", &it.subject);
        let (key, mark) = self.state();
        let role = if mark == Mark::Off { Role::Text } else { mark.role() };
        sheet.styled("column-status", scene.say(key), role, Some(mark).filter(|mark| *mark != Mark::Off));
        if let EmailState::Failed(reason) = &it.state {
            let reason = if reason.is_empty() { scene.say("email-no-reason") } else { reason.as_str().into() };
            sheet.styled("label-reason", reason, Role::Critical, None);
        }
        sheet.field("label-date", scene.moment(it.at));
        sheet.personal("column-to", Personal::Email, &it.to);
        sheet.field("column-id", it.id.to_string());
        sheet.section("section-email-body");
        if it.body.is_empty() {
            sheet.note(scene.say("email-no-body"), Role::Dim, None);
        } else if scene.revealed {
            sheet.private(|sheet| sheet.note(scene.free_text(&it.body), Role::Text, None));
        } else {
            // It may hold a link that signs in, or a password.
            let key = scene.key(Action::Reveal);
            sheet.note(scene.with("email-body-masked", &[("key", Value::Text(&key))]), Role::Masked, None);
        }
    }

    fn identity(&self) -> String {
        self.0.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.0.id.to_string())
    }
}
