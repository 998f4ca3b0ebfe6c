//! Add-ons of the services.

use madoguchi_ui::table::{Cell, Width};
use madoguchi_ui::text::Align;
use madoguchi_ui::theme::Role;

use crate::domain::service::Addon;
use crate::domain::status::Place;
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::flow::{Customer, Deeper};

use super::super::Copied;
use super::super::cells::{cycle, service_status};
use super::super::records::{Column, Key, Record, Source};
use super::super::sheet::Sheet;
use super::service_name;

/// A row of the list.
#[derive(Debug)]
pub struct AddonRow {
    addon: Addon,
    /// The service's name. Empty when the service was not read.
    service: Text,
}

impl Record for AddonRow {
    type Of = Customer;

    const NAME: &'static str = "addons";
    const TITLE: &'static str = "page-addons";
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            name: "name",
            title: "column-name",
            width: Width::Fill(16),
            align: Align::Left,
            priority: 0,
            cell: |row, _| Cell::from(row.addon.name.as_str()),
            key: |row| Key::text(&row.addon.name),
        },
        Column {
            name: "status",
            title: "column-status",
            width: Width::Fixed(12),
            align: Align::Left,
            priority: 0,
            cell: |row, scene| service_status(&row.addon.status).cell(scene),
            key: |row| service_status(&row.addon.status).key(),
        },
        Column {
            name: "service",
            title: "column-service",
            width: Width::Fill(14),
            align: Align::Left,
            priority: 1,
            cell: |row, _| Cell::new(service_name(row.addon.service, &row.service), Role::Dim),
            key: |row| Key::count(row.addon.service),
        },
        Column {
            name: "price",
            title: "column-price",
            width: Width::Fixed(9),
            align: Align::Right,
            priority: 0,
            cell: |row, scene| Cell::from(scene.yen(row.addon.amount)),
            key: |row| row.addon.amount.into(),
        },
        Column {
            name: "due",
            title: "column-next-due",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 2,
            cell: |row, scene| Cell::from(scene.date(row.addon.next_due)),
            key: |row| row.addon.next_due.into(),
        },
        Column {
            name: "cycle",
            title: "column-cycle",
            width: Width::Fixed(10),
            align: Align::Left,
            priority: 3,
            cell: |row, scene| Cell::new(cycle(&row.addon.cycle, scene), Role::Dim),
            key: |row| Key::text(&row.addon.cycle),
        },
    ];

    fn collect(customer: &Customer) -> Vec<Self> {
        let rows = customer.addons.value().map(|list| list.rows.clone()).unwrap_or_default();
        let named = |addon: Addon| Self { service: super::name_of(addon.service, customer), addon };
        rows.into_iter().map(named).collect()
    }

    fn sources(customer: &Customer) -> Vec<Source<'_>> {
        vec![Source::of(System::Whmcs, &customer.addons, |list| (list.rows.len() as u64, list.total))]
    }

    fn version(customer: &Customer) -> Option<u64> {
        Some(customer.subscriptions.version())
    }

    fn list_needs(_: &Customer) -> Vec<Deeper> {
        vec![Deeper::Addons]
    }

    fn detail(&self, _: &Customer, sheet: &mut Sheet<'_>) {
        let (it, scene) = (&self.addon, sheet.scene());
        sheet.section("section-addon");
        sheet.field("column-name", it.name.as_str());
        let status = service_status(&it.status);
        sheet.styled("label-status", status.say(&scene).into_owned(), status.role(), None);
        let place = Place::Subscription(Some(it.service));
        sheet.link("column-service", service_name(it.service, &self.service), place);
        sheet.field("label-price", scene.yen(it.amount));
        if let Some(fee) = it.setup_fee.filter(|fee| !fee.is_zero()) {
            sheet.field("label-setup-fee", fee.to_string());
        }
        sheet.field("label-cycle", cycle(&it.cycle, &scene));
        sheet.field("label-next-due", scene.date(it.next_due));
        sheet.field("label-registered", scene.date(it.registered));
        sheet.field("column-id", it.id.to_string());
    }

    fn identity(&self) -> String {
        self.addon.id.to_string()
    }

    fn copied(&self) -> Copied {
        Copied::plain(self.addon.id.to_string())
    }
}

/// The add-ons of one service, for its sheet.
pub fn of_service(service: u64, customer: &Customer, sheet: &mut Sheet<'_>) {
    let scene = sheet.scene();
    let Some(list) = sheet.part("page-addons", Some(&customer.addons)) else { return };
    let mut own = list.rows.iter().filter(|addon| addon.service == service).peekable();
    if own.peek().is_none() {
        sheet.note(scene.say("addons-none"), Role::Dim, None);
    }
    for addon in own {
        let status = service_status(&addon.status);
        let words = format!("{} · {}", addon.name, status.say(&scene));
        sheet.named(&scene.yen(addon.amount), &words);
    }
}
