//! Requests to end a service.

use std::borrow::Cow;

use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::agreement;
use crate::domain::service::{CancelEffect, CancelRequest};
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::words::List;
use crate::flow::{Customer, Deeper};
use crate::scene::Scene;

use super::super::Copied;
use super::super::cells::chosen;
use super::super::records::{Column, Key, Record, Source};
use super::super::sheet::Sheet;
use super::{name_of, service_name};

/// A row of the list.
#[derive(Debug)]
pub struct CancelRow {
    request: CancelRequest,
    /// The service's name. Empty when the service was not read.
    service: Text,
}

fn effect<'a>(effect: &'a CancelEffect, scene: &Scene<'a>) -> Cow<'a, str> {
    match effect {
        CancelEffect::Immediate => scene.say("cancel-immediate"),
        CancelEffect::EndOfPeriod => scene.say("cancel-end-of-period"),
        CancelEffect::Other(word) => Cow::Borrowed(word.as_str()),
    }
}

impl Record for CancelRow {
    type Of = Customer;

    const NAME: &'static str = "cancellations";
    const TITLE: &'static str = "page-cancellations";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "asked",
            title: "column-asked",
            width: Width::Fixed(16),
            align: Align::Left,
            priority: 1,
            cell: |row, scene| Cell::new(scene.moment(row.request.at), Role::Text),
            key: |row| row.request.at.into(),
        },
        Column {
            name: "service",
            title: "column-service",
            width: Width::Fill(16),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(service_name(row.request.service, &row.service)),
            key: |row| Key::count(row.request.service),
        },
        Column {
            name: "effect",
            title: "column-effect",
            width: Width::Min(21),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| Cell::new(effect(&row.request.effect, scene), Role::Warning),
            key: |row| match &row.request.effect {
                CancelEffect::Immediate => Key::Rank(0, Cow::Borrowed("")),
                CancelEffect::EndOfPeriod => Key::Rank(1, Cow::Borrowed("")),
                CancelEffect::Other(word) => Key::Rank(2, Cow::Borrowed(word)),
            },
        },
        Column {
            name: "reason",
            title: "label-reason",
            width: Width::Fill(14),
            align: Align::Left,
            priority: 2,
            cell: |row, _| Cell::new(row.request.reason.as_str(), Role::Dim),
            key: |row| Key::text(&row.request.reason),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let rows = customer.cancel_requests.value().map(|list| list.rows.clone()).unwrap_or_default();
        let named = |request: CancelRequest| Self { service: name_of(request.service, customer), request };
        rows.into_iter().map(named).collect()
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![Source::of(System::Whmcs, &customer.cancel_requests, |list| (list.rows.len() as u64, list.total))]
    }

    fn version(customer: &Customer) -> Option<u64> {
        Some(customer.subscriptions.version())
    }

    fn list_needs(_: &Customer) -> Vec<Deeper> {
        vec![Deeper::CancelRequests]
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let (it, scene) = (&self.request, sheet.scene());
        sheet.section("section-cancellation");
        let place = Place::Subscription(Some(it.service));
        sheet.link("column-service", service_name(it.service, &self.service), place);
        sheet.styled("column-effect", effect(&it.effect, &scene), Role::Warning, None);
        sheet.field("column-asked", scene.moment(it.at));
        sheet.field("label-reason", it.reason.as_str());
        sheet.field("column-id", it.id.to_string());
        let services = customer.subscriptions.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        if let Some(service) = services.iter().find(|service| service.id == it.service) {
            sheet.field("label-next-due", scene.date(service.next_due));
            if let Some(list) = sheet.part("section-opportunity", Some(&customer.opportunities)) {
                match agreement::opportunity_of(service, &list.rows) {
                    None => sheet.note(scene.say("opportunity-none"), Role::Dim, None),
                    Some(it) => {
                        sheet.link("column-name", it.name.as_str(), Place::Opportunity(it.id));
                        sheet.field("label-stage", chosen(List::StageWords, &it.stage, &scene));
                        sheet.field("label-sim-cancels", it.sim_cancels.map_or("".into(), |at| scene.moment(Some(at))));
                        sheet.field("label-cancels", it.cancels.map_or("".into(), |at| scene.moment(Some(at))));
                    }
                }
            }
        }
        sheet.note(scene.say("cancel-no-way-back"), Role::Dim, Some(Mark::Info));
    }

    fn identity(&self) -> String {
        self.request.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.request.id.to_string())
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Cancellations)
    }
}

/// What somebody asked for about one service, for its sheet. Says so where it is not known.
pub fn of_service(service: u64, customer: &Customer, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    match customer.cancel_requests.value() {
        None if customer.cancel_requests.loading => {}
        None => sheet.styled("section-cancellation", scene.unknown(), Role::Unknown, Some(Mark::Unknown)),
        Some(list) => {
            for request in list.rows.iter().filter(|request| request.service == service) {
                let words = format!("{} · {}", effect(&request.effect, &scene), scene.moment(request.at));
                sheet.styled("section-cancellation", words, Role::Warning, Some(Mark::Warning));
                sheet.field("label-reason", request.reason.as_str());
            }
        }
    }
}
