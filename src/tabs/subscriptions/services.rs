//! Subscriptions: the WHMCS services.

use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::billing::{ProductKind, Subscription};
use crate::domain::mask::Personal;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::flow::Customer;

use super::super::Copied;
use super::super::cells::{kind_key, service_status};
use super::super::records::{BuiltIn, Column, Key, Record, Source};
use super::super::sheet::Sheet;

impl Record for Subscription {
    type Of = Customer;

    const NAME: &'static str = "subscriptions";
    const TITLE: &'static str = "page-subscriptions";
    const VIEWS: &'static [BuiltIn] = &[BuiltIn { title: "view-active", sort: "due", filter: "status:active" }];
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "id",
            title: "column-id",
            width: Width::Fixed(7),
            align: Align::Right,
            priority: 2,
            cell: |row, _| Cell::from(row.id.to_string()),
            key: |row| Key::count(row.id),
        },
        Column {
            name: "name",
            title: "column-name",
            width: Width::Fill(16),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(row.name.as_str()),
            key: |row| Key::text(&row.name),
        },
        Column {
            name: "kind",
            title: "column-kind",
            width: Width::Fixed(9),
            align: Align::Left,
            priority: 5,
            cell: |row, scene| Cell::new(scene.say(kind_key(row.kind)), Role::Dim),
            key: |row| Key::Rank(row.kind as u8, "".into()),
        },
        Column {
            name: "status",
            title: "column-status",
            width: Width::Fixed(13),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| service_status(&row.status).cell(scene),
            key: |row| service_status(&row.status).key(),
        },
        Column {
            name: "line",
            title: "column-line",
            width: Width::Fixed(14),
            align: Align::Left,
            priority: 3,
            cell: |row, scene| match &row.line {
                Some(line) => Cell::from(scene.personal(Personal::Phone, &line.to_string())),
                None => Cell::from(""),
            },
            key: |row| Key::or_missing(row.line.as_ref(), |line| Key::Text(line.to_string().into())),
        },
        Column {
            name: "price",
            title: "column-price",
            width: Width::Fixed(9),
            align: Align::Right,
            priority: 1,
            cell: |row, scene| Cell::from(scene.yen(row.amount)),
            key: |row| row.amount.into(),
        },
        Column {
            name: "cycle",
            title: "column-cycle",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 6,
            cell: |row, _| Cell::new(row.cycle.as_str(), Role::Dim),
            key: |row| Key::text(&row.cycle),
        },
        Column {
            name: "due",
            title: "column-next-due",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| Cell::from(scene.date(row.next_due).into_owned()),
            key: |row| row.next_due.into(),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        customer.subscriptions.value().map(|list| list.rows.clone()).unwrap_or_default()
    }

    fn version(_: &Customer) -> Option<u64> {
        // The source tells all.
        Some(0)
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![Source::of(System::Whmcs, &customer.subscriptions, |list| (list.rows.len() as u64, list.total))]
    }

    fn detail(&self, customer: &Customer, sheet: &mut Sheet<'_>) {
        let scene = sheet.scene();
        sheet.section("section-service");
        sheet.field("column-id", self.id.to_string());
        sheet.field("label-name", self.name.to_string());
        sheet.field("label-group", self.group.to_string());
        sheet.field("label-kind", scene.say(kind_key(self.kind)));
        let status = service_status(&self.status);
        sheet.styled("label-status", status.say(&scene).into_owned(), status.role(), None);
        sheet.field("label-suspension", self.suspension_reason.to_string());
        sheet.field("label-no-suspend", self.no_suspend_until.map(|day| day.to_string()).unwrap_or_default());
        sheet.field("label-price", scene.yen(self.amount));
        sheet.field("label-cycle", self.cycle.to_string());
        sheet.field("label-next-due", scene.date(self.next_due));
        sheet.field("label-registered", scene.date(self.registered));
        sheet.link(
            "label-whmcs-order",
            self.order.map(|id| id.to_string()).unwrap_or_default(),
            Place::WhmcsOrder(self.order),
        );
        match &self.line {
            Some(line) => sheet.leading(Place::Line(Some(line.clone())), |sheet| {
                sheet.personal("label-line", Personal::Phone, &line.to_string());
            }),
            None => sheet.field("label-label", self.label.to_string()),
        }
        sheet.personal("label-product-number", Personal::Id, &self.product_number);
        sheet.personal("label-eid", Personal::Id, &self.eid);
        if !self.fields.is_empty() {
            sheet.section("section-fields");
            for (name, value) in &self.fields {
                sheet.named(name, value);
            }
        }
        let opportunities = customer.opportunities.value().map(|list| list.rows.as_slice()).unwrap_or_default();
        let belongs = |id| self.opportunity.as_ref() == Some(id);
        for it in opportunities.iter().filter(|it| belongs(&it.id) || it.whmcs_service == Some(self.id)) {
            sheet.section("section-opportunity");
            sheet.field("label-name", it.name.to_string());
            sheet.field("label-stage", it.stage.to_string());
            let cancels = if self.kind == ProductKind::Sim { it.sim_cancels } else { it.cancels.or(it.sim_cancels) };
            if cancels.is_some() {
                let key = if self.kind == ProductKind::Sim { "label-sim-cancels" } else { "label-cancels" };
                sheet.styled(key, scene.moment(cancels), Role::Warning, None);
            }
            sheet.field("label-notice", it.notice.to_string());
        }
    }

    fn identity(&self) -> String {
        self.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.id.to_string())
    }

    fn holds(place: &Place) -> bool {
        matches!(place, Place::Subscription(_))
    }

    fn is_at(&self, place: &Place) -> bool {
        *place == Place::Subscription(Some(self.id))
    }
}
