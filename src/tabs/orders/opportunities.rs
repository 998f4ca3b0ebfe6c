//! Opportunities: the life of a contract in sales' words.

use jiff::Timestamp;
use madoguchi_ui::glyphs::Mark;
use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;
use madoguchi_ui::written::Written;

use crate::domain::agreement;
use crate::domain::order::Opportunity;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::time;
use crate::domain::web::WebRecord;
use crate::domain::words::List;
use crate::flow::Customer;
use crate::scene::Scene;
use crate::tabs::cells::chosen;
use crate::tabs::days;
use crate::tabs::records::{Column, Key, Record, Source};
use crate::tabs::sheet::Sheet;
use crate::tabs::{Copied, cells};

/// An opportunity with what belongs to it.
#[derive(Debug, Clone)]
pub struct OpportunityRow {
    it: Opportunity,
    /// How far its stage is on the way to an active contract, in percent, where the operator's scale has it.
    percent: Option<u8>,
}

impl OpportunityRow {
    /// The first thing that ends, if an end is planned.
    fn ends(&self) -> Option<Timestamp> {
        self.it.cancels.into_iter().chain(self.it.sim_cancels).min()
    }
}

/// The stage, with its percentage where the operator's scale has one.
fn stage(row: &OpportunityRow, scene: &Scene<'_>) -> String {
    let stage = chosen(List::StageWords, &row.it.stage, scene);
    row.percent.map_or_else(|| stage.to_string(), |n| format!("{stage} {n}%"))
}

impl Record for OpportunityRow {
    type Of = Customer;

    const NAME: &'static str = "opportunities";
    const TITLE: &'static str = "page-opportunities";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "name",
            title: "column-name",
            width: Width::Fill(16),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(row.it.name.as_str()),
            key: |row| Key::text(&row.it.name),
        },
        Column {
            name: "stage",
            title: "column-stage",
            width: Width::Fixed(19),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| Cell::from(stage(row, scene)),
            key: |row| Key::text(&row.it.stage),
        },
        Column {
            name: "ends",
            title: "column-ends",
            width: Width::Fixed(12),
            align: Align::Left,
            priority: 1,
            cell: |row, _| match row.ends() {
                Some(at) => Cell::marked(Mark::Warning, time::date(at)),
                None => Cell::new("-", Role::Dim),
            },
            key: |row| row.ends().into(),
        },
        Column {
            name: "service",
            title: "column-service",
            width: Width::Fixed(9),
            align: Align::Right,
            priority: 2,
            cell: |row, _| Cell::from(row.it.whmcs_service.map_or("-".into(), Written::of)),
            key: |row| Key::or_missing(row.it.whmcs_service, Key::count),
        },
        Column {
            name: "notice",
            title: "column-notice",
            width: Width::Fixed(12),
            align: Align::Left,
            priority: 3,
            cell: |row, scene| Cell::new(cells::chosen(List::NoticeWords, &row.it.notice, scene), Role::Text),
            key: |row| Key::text(&row.it.notice),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let all = customer.opportunities.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let percent = &customer.office.orders.stage_percent;
        all.iter().map(|it| Self { percent: percent.get(it.stage.as_str()).copied(), it: it.clone() }).collect()
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![Source::of(System::Salesforce, &customer.opportunities, |list| (list.rows.len() as u64, list.total))]
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        let it = &self.it;
        sheet.section("section-opportunity");
        sheet.field("column-name", it.name.to_string());
        sheet.field("column-id", it.id.to_string());
        sheet.field("label-stage", stage(self, &scene));
        ending("section-cancel-internet", it.cancels, &it.notice, sheet);
        if !it.line_return.is_empty() {
            sheet.field("label-line-return", it.line_return.to_string());
        }
        ending("section-cancel-sim", it.sim_cancels, &it.sim_notice, sheet);
        let services = customer.subscriptions.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let mut named = it.whmcs_service.into_iter().collect::<Vec<u64>>();
        let all = customer.opportunities.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let belongs = |service: &&_| agreement::opportunity_of(service, all).is_some_and(|of| of.id == it.id);
        named.extend(services.iter().filter(belongs).map(|service| service.id));
        named.sort_unstable();
        named.dedup();
        if !named.is_empty() {
            sheet.section("section-services");
        }
        for id in named {
            let service = services.iter().find(|service| service.id == id);
            let words = match service {
                Some(service) => format!("{id} {}", service.name),
                None if customer.subscriptions.value().is_some() => format!("{id} {}", scene.say("not-at-whmcs")),
                None => id.to_string(),
            };
            sheet.link("label-service", words, Place::Subscription(Some(id)));
            if let Some(line) = service.and_then(|service| service.line.as_ref()) {
                let place = Place::Line(Some(line.clone()));
                let number = line.to_string();
                sheet.leading(place, |sheet| {
                    sheet.personal("label-line", crate::domain::mask::Personal::Phone, &number);
                });
            }
        }
        let orders = customer.orders.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        for order in orders.iter().filter(|order| order.opportunity == Some(it.id)) {
            let place = Place::Order(Some(order.number.clone()));
            sheet.link("label-salesforce-order", order.number.to_string(), place);
        }
    }

    fn page(&self) -> Option<WebRecord> {
        Some(WebRecord::Salesforce(self.it.id))
    }

    fn identity(&self) -> String {
        self.it.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.it.id.to_string())
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Opportunity(_))
    }

    fn is_at(&self, place: &Place) -> bool {
        *place == Place::Opportunity(self.it.id)
    }
}

/// One planned end: when in words, and whether the notice came. Nothing is written where neither is set.
fn ending(section: &'static str, at: Option<Timestamp>, written: &str, sheet: &mut Sheet<'_>) {
    if at.is_none() && written.is_empty() {
        return;
    }
    let scene = sheet.scene();
    sheet.section(section);
    if let Some(at) = at {
        let words = format!("{} · {}", scene.moment(Some(at)), days::distance(time::today(at), &scene));
        sheet.styled("label-ends", words, Role::Warning, Some(Mark::Warning));
    }
    sheet.field("label-notice", cells::chosen(List::NoticeWords, written, &scene));
}
