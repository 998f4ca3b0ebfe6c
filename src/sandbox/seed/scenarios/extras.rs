//! What is written when all documented customers and their bills are there: extras, options, credit that was used, and
//! commands that failed.

use jiff::Span;

use super::super::town::Town;
use crate::sandbox::{
    clock,
    whmcs::db::{
        Addon, BillingCycle, CatalogueAddon, ConfigOption, Credit, Id, InvoiceStatus, ModuleQueueEntry, ServiceStatus,
    },
};

pub(super) fn fill(town: &mut Town) {
    options(town);
    addons(town);
    credit(town);
    failed_commands(town);
}

/// The `place`-th customer's first service that is billed every month.
fn service(town: &Town, client: u64) -> Option<Id> {
    town.whmcs.services.of(client).find(|it| it.recurring > 0).map(|it| it.id)
}

/// Fibre was ordered with a kind of access, voice lines with or without voice mail.
fn options(town: &mut Town) {
    let chosen: Vec<(Id, ConfigOption)> = town
        .whmcs
        .services
        .iter()
        .filter_map(|it| {
            let option = |id, name: &str, kind: &str, value: &str| {
                Some((it.id, ConfigOption { id, name: name.into(), kind: kind.into(), value: value.into() }))
            };
            match it.product_id {
                10..=15 => option(1, "Access", "dropdown", "IPoE, own router"),
                32..=34 => option(2, "Voice mail", "yesno", "Yes"),
                _ => None,
            }
        })
        .collect();
    for (id, option) in chosen {
        town.whmcs.services.update(id, |it| it.options.push(option));
    }
}

/// The extras on sale: id, name, yen a month.
const ADDONS: [(Id, &str, i64); 3] =
    [(1, "Roaming data pass", 980), (2, "Device insurance", 330), (3, "Fixed IP address", 1100)];

fn addons(town: &mut Town) {
    let on_sale =
        |(id, name, recurring): (Id, &str, i64)| CatalogueAddon { id, name: name.into(), setup_fee: 0, recurring };
    town.whmcs.settings.addons = ADDONS.map(on_sale).into();
    for (client, (addon_id, name, recurring), status) in [
        (1009, ADDONS[1], ServiceStatus::Active),
        (1010, ADDONS[1], ServiceStatus::Active),
        (1010, ADDONS[0], ServiceStatus::Cancelled),
        (1036, ADDONS[2], ServiceStatus::Active),
        (1053, ADDONS[0], ServiceStatus::Active),
        (1056, ADDONS[2], ServiceStatus::Pending),
    ] {
        let Some(it) = service(town, client).and_then(|id| town.whmcs.services.get(id)) else { continue };
        let addon = Addon {
            id: 0,
            service_id: it.id,
            client_id: client,
            order_id: it.order_id,
            addon_id,
            name: name.to_owned(),
            setup_fee: 0,
            recurring,
            cycle: BillingCycle::Monthly,
            taxed: true,
            status,
            registered: it.registered,
            next_due: (status != ServiceStatus::Cancelled).then(|| town.month(1)),
            gateway: "stripe".to_owned(),
            notes: String::new(),
        };
        town.whmcs.addons.insert(addon);
    }
}

/// Two thousand yen were given to one customer, and five hundred of them paid for part of a bill.
fn credit(town: &mut Town) {
    const CLIENT: Id = 1007;
    const USED: i64 = 500;
    let paid = town.whmcs.invoices.of(CLIENT).rfind(|it| it.status == InvoiceStatus::Paid);
    let Some((invoice, date)) = paid.map(|it| (it.id, it.due)) else { return };
    let Some(given) = town.whmcs.credits.of(CLIENT).next().map(|it| it.id) else { return };
    town.whmcs.credits.update(given, |it| {
        it.amount += USED;
        // It was there before it was used.
        it.date = it.date.min(date.saturating_sub(Span::new().days(1)));
    });
    town.whmcs.invoices.update(invoice, |it| it.credit = USED);
    let payment = town.whmcs.transactions.of(CLIENT).find(|it| it.invoice_id == invoice).map(|it| it.id);
    if let Some(payment) = payment {
        town.whmcs.transactions.update(payment, |it| it.amount_in -= USED);
    }
    town.whmcs.credits.insert(Credit {
        id: 0,
        client_id: CLIENT,
        date,
        description: format!("Credit Applied to Invoice #{invoice}"),
        amount: -USED,
        rel_id: invoice,
    });
}

/// Provisioning commands that WHMCS could not carry out and will try again.
fn failed_commands(town: &mut Town) {
    for (client, action, error, hours, retries) in [
        (1025, "CreateAccount", "Module Command Error: 500 from the provisioning host", 9, 3),
        (1006, "SuspendAccount", "Module Command Error: connection timed out", 30, 5),
        (1018, "ChangePackage", "210 アカウント不在エラー", 52, 8),
    ] {
        let of_client = town.whmcs.services.of(client).map(|it| it.id).next();
        let Some(service_id) = of_client else { continue };
        let at = |hours: i64| clock::jst(town.moment(-60 * hours)).datetime();
        let (created, last_attempt) = (at(hours), at(hours.min(2)));
        town.whmcs.module_queue.insert(ModuleQueueEntry {
            id: 0,
            service_type: "service".to_owned(),
            service_id,
            module: "freebit".to_owned(),
            action: action.to_owned(),
            last_attempt,
            last_error: error.to_owned(),
            retries,
            completed: false,
            created,
        });
    }
}
