//! The vendor's rules for what changes money, services and orders, one by one.

use super::*;

async fn log_of(desk: &Desk) -> Vec<String> {
    let log = desk.ask("GetActivityLog", &[("limitnum", "200")]).await;
    let entries = log["activity"]["entry"].as_array().unwrap();
    entries.iter().map(|it| it["description"].as_str().unwrap().to_owned()).collect()
}

async fn invoice(desk: &Desk, id: &str) -> Value {
    desk.ask("GetInvoice", &[("invoiceid", id)]).await
}

async fn service(desk: &Desk, id: &str) -> Value {
    desk.ask("GetClientsProducts", &[("serviceid", id)]).await["products"]["product"][0].clone()
}

#[tokio::test]
async fn nothing_guards_against_paying_twice() {
    let desk = Desk::small().await;
    let pay = [("invoiceid", "9001"), ("transid", "ours-1"), ("gateway", "banktransfer"), ("noemail", "1")];
    for _ in 0..2 {
        assert_eq!(desk.ask("AddInvoicePayment", &pay).await, json!({"result": "success"}));
    }
    let found = desk.ask("GetTransactions", &[("transid", "ours-1")]).await;
    assert_eq!(found["totalresults"], 2, "the same transaction id is taken twice");
    assert_eq!(invoice(&desk, "9001").await["status"], "Paid");
    let again = [("invoiceid", "9001"), ("transid", "ours-2"), ("gateway", "banktransfer"), ("amount", "1000")];
    desk.ask("AddInvoicePayment", &again).await;
    let client = desk.ask("GetClientsDetails", &[("clientid", "41")]).await;
    assert_eq!(client["credit"], "1500.00", "what was not owed became credit");
}

#[tokio::test]
async fn a_capture_writes_one_transaction_and_a_failed_one_none() {
    let desk = Desk::small().await;
    let count = async |id: &str| desk.ask("GetTransactions", &[("invoiceid", id)]).await["totalresults"].clone();
    assert_eq!(desk.ask("CapturePayment", &[("invoiceid", "9001")]).await, json!({"result": "success"}));
    assert_eq!(count("9001").await, 1);
    for (id, status) in [("9001", "Paid"), ("9002", "Draft"), ("9002", "Cancelled"), ("9002", "Payment Pending")] {
        desk.world.write().unwrap().whmcs.invoices.update(id.parse().unwrap(), |it| {
            it.status = InvoiceStatus::parse(status).unwrap();
        });
        assert_eq!(desk.refused("CapturePayment", &[("invoiceid", id)]).await, "Invoice Not Found or Not Unpaid");
    }
    assert_eq!((count("9001").await, count("9002").await), (json!(1), json!(0)));
    desk.world.write().unwrap().whmcs.invoices.update(9002, |it| it.status = InvoiceStatus::Unpaid);
    desk.world.write().unwrap().whmcs.pay_methods.update(3, |it| it.last_four = "0002".into());
    assert_eq!(desk.refused("CapturePayment", &[("invoiceid", "9002")]).await, "Payment Attempt Failed");
    assert_eq!((count("9002").await, &invoice(&desk, "9002").await["status"]), (json!(0), &json!("Unpaid")));
}

#[tokio::test]
async fn release_nine_writes_credit_notes_where_eight_did_not() {
    let desk = Desk::small().await;
    let notes = async || log_of(&desk).await.into_iter().filter(|it| it.starts_with("Credit Note")).collect::<Vec<_>>();
    desk.ask("UpdateInvoice", &[("invoiceid", "9001"), ("status", "Cancelled")]).await;
    assert_eq!(notes().await, ["Credit Note #1 Created for Invoice ID: 9001 - Amount: 3300.00"]);
    desk.ask("ApplyCredit", &[("invoiceid", "9002"), ("amount", "100")]).await;
    desk.ask("UpdateInvoice", &[("invoiceid", "9002"), ("status", "Paid")]).await;
    assert_eq!(notes().await.len(), 3, "credit that was applied and a bill that was waved through");
    desk.style(Style { release: Release::V8, ..Style::default() });
    let made = desk.ask("CreateInvoice", &[("userid", "41"), ("itemdescription1", "x"), ("itemamount1", "10")]).await;
    desk.ask("UpdateInvoice", &[("invoiceid", &made["invoiceid"].to_string()), ("status", "Cancelled")]).await;
    assert_eq!(notes().await.len(), 3);
}

#[tokio::test]
async fn an_invoice_is_made_as_it_is_asked_for() {
    let desk = Desk::small().await;
    let client = ("userid", "41");
    let line = [("itemdescription0", "A"), ("itemamount0", "1000"), ("itemdescription1", "B"), ("itemamount1", "200")];
    let form =
        [&[client, ("sendinvoice", "1"), ("notes", "asked by phone"), ("autoapplycredit", "1")], &line[..]].concat();
    let made = desk.ask("CreateInvoice", &form).await;
    holds(&made, &json!({"invoiceid": 9003, "status": "Unpaid"}));
    holds(
        &invoice(&desk, "9003").await,
        &json!({"subtotal": "1200.00", "tax": "0.00", "credit": "500.00", "total": "700.00", "notes": "asked by phone",
                "date": "2026-11-22", "duedate": "2026-11-22", "items": {"item": [{}, {}]}}),
    );
    let mail = desk.ask("GetEmails", &[("clientid", "41")]).await["emails"]["email"][0].clone();
    assert_eq!(mail["subject"], "Customer Invoice");
    let both = [client, ("draft", "1"), ("sendinvoice", "1")];
    assert_eq!(desk.refused("CreateInvoice", &both).await, "Cannot create and send a draft invoice in one request");
    assert_eq!(desk.refused("CreateInvoice", &[client, ("status", "Odd")]).await, "Invalid status Odd");
}

#[tokio::test]
async fn a_billable_item_waits_for_a_bill() {
    let desk = Desk::small().await;
    let client = ("clientid", "41");
    let item = [client, ("description", "SIM exchange"), ("amount", "3000"), ("unit", "quantity"), ("quantity", "1")];
    let next = [&item[..], &[("invoiceaction", "nextcron")]].concat();
    assert_eq!(desk.ask("AddBillableItem", &next).await, json!({"result": "success", "billableid": 1}));
    assert_eq!(desk.ask("GetStats", &[]).await["billableitems_uninvoiced"], 1);
    assert!(log_of(&desk).await[0].starts_with("Billable Item Created - User ID: 41"));
    for (params, words) in [
        (vec![("clientid", "1")], "Client ID not Found"),
        (vec![client], "You must provide a description"),
        (vec![client, ("description", "x")], "You must provide an amount"),
        ([&item[..], &[("invoiceaction", "now")]].concat(), "Invalid Invoice Action"),
        (
            [&item[..], &[("invoiceaction", "duedate")]].concat(),
            "Due date is required when invoice action is set to duedate",
        ),
    ] {
        assert_eq!(desk.refused("AddBillableItem", &params).await, words);
    }
}

#[tokio::test]
async fn a_service_keeps_what_is_written_into_it() {
    let desk = Desk::small().await;
    let promise = [("serviceid", "310"), ("overideautosuspend", "on"), ("overidesuspenduntil", "2026-12-04")];
    desk.ask("UpdateClientProduct", &promise).await;
    holds(&service(&desk, "310").await, &json!({"overideautosuspend": "on", "overidesuspenduntil": "2026-12-04"}));
    desk.ask("UpdateClientProduct", &[("serviceid", "310"), ("overideautosuspend", "off")]).await;
    holds(&service(&desk, "310").await, &json!({"overideautosuspend": "", "overidesuspenduntil": "0000-00-00"}));
    let change =
        [("serviceid", "310"), ("status", "Suspended"), ("nextduedate", "2027-01-01"), ("recurringamount", "1")];
    desk.ask("UpdateClientProduct", &change).await;
    let expected = json!({"status": "Suspended", "nextduedate": "2027-01-01", "recurringamount": "1.00"});
    holds(&service(&desk, "310").await, &expected);
    desk.ask("UpdateClientProduct", &[("serviceid", "310"), ("autorecalc", "1")]).await;
    assert_eq!(service(&desk, "310").await["recurringamount"], "1980.00");
}

#[tokio::test]
async fn one_cancellation_is_asked_for_and_none_is_taken_back() {
    let desk = Desk::small().await;
    let form = [("serviceid", "310"), ("type", "End of Billing Period"), ("reason", "leaves Japan")];
    assert_eq!(desk.ask("AddCancelRequest", &form).await, json!({"result": "success", "serviceid": 310, "userid": 41}));
    assert_eq!(desk.refused("AddCancelRequest", &form).await, "Existing Cancellation Request Exists");
    assert_eq!(desk.refused("AddCancelRequest", &[("serviceid", "1")]).await, "Service ID Not Found");
    let asked = desk.ask("GetCancelledPackages", &[]).await;
    holds(
        &asked["packages"]["package"],
        &json!([{"relid": 310, "type": "End of Billing Period", "reason": "leaves Japan"}]),
    );
    assert!(log_of(&desk).await[0].contains("Cancellation Request - Service ID: 310"));
}

/// A larger plan at three times the price, with the same custom fields under other ids.
fn larger() -> Product {
    let db = small();
    let mut product = db.products.get(22).unwrap().clone();
    (product.id, product.name) = (23, "SIM 30GB".into());
    product.prices = [(BillingCycle::Monthly, (5980, 0)), (BillingCycle::Annually, (60_000, 0))].into();
    product.custom_fields.iter_mut().for_each(|it| it.id += 10);
    product
}

#[tokio::test]
async fn an_upgrade_is_ordered_billed_and_done_when_paid() {
    let desk = Desk::small().await;
    desk.world.write().unwrap().whmcs.products.insert(larger());
    let form = [
        ("serviceid", "310"),
        ("type", "product"),
        ("paymentmethod", "stripe"),
        ("newproductid", "23"),
        ("newproductbillingcycle", "monthly"),
    ];
    let quote = desk.ask("UpgradeProduct", &[&form[..], &[("calconly", "1")]].concat()).await;
    holds(&quote, &json!({"price": "¥1,200 JPY", "daysuntilrenewal": 9, "totaldays": 30, "upgradeinprogress": 0}));
    assert_eq!(desk.ask("GetOrders", &[]).await["totalresults"], 1, "a quote orders nothing");
    let ordered = desk.ask("UpgradeProduct", &form).await;
    holds(&ordered, &json!({"price": "¥1,200 JPY", "id": "1", "orderid": 78, "invoiceid": 9003}));
    let order = desk.ask("GetOrders", &[("id", "78")]).await["orders"]["order"][0].clone();
    let line = json!({"lineitem": [{"type": "upgrade", "relid": 310, "status": "Pending"}]});
    holds(&order, &json!({"status": "Pending", "invoiceid": 9003, "paymentstatus": "Unpaid", "lineitems": line}));
    assert_eq!(service(&desk, "310").await["pid"], "22", "nothing changes before it is paid");
    let words = "You cannot upgrade this product until the previous upgrade invoice has been paid";
    assert_eq!(desk.refused("UpgradeProduct", &form).await, words);
    assert_eq!(desk.ask("UpgradeProduct", &[&form[..], &[("calconly", "1")]].concat()).await["upgradeinprogress"], 1);
    desk.ask("CapturePayment", &[("invoiceid", "9003")]).await;
    let fields = json!({"customfield": [{"id": "41", "value": "8981000000000000009"}, {"value": ""}]});
    let upgraded = json!({"pid": "23", "name": "SIM 30GB", "recurringamount": "5980.00", "nextduedate": "2026-12-01",
                          "customfields": fields});
    holds(&service(&desk, "310").await, &upgraded);
    desk.ask("AcceptOrder", &[("orderid", "78")]).await;
    assert!(log_of(&desk).await.iter().any(|it| it == "Product Upgrade Completed - Service ID: 310"));
}

#[tokio::test]
async fn a_downgrade_gives_credit_and_a_cancelled_upgrade_is_none() {
    let desk = Desk::small().await;
    let mut smaller = larger();
    smaller.prices = [(BillingCycle::Monthly, (980, 0))].into();
    desk.world.write().unwrap().whmcs.products.insert(smaller);
    desk.world.write().unwrap().whmcs.products.insert(Product { id: 24, ..larger() });
    let form = |product| {
        [
            ("serviceid", "310"),
            ("type", "product"),
            ("paymentmethod", "stripe"),
            ("newproductid", product),
            ("newproductbillingcycle", "monthly"),
        ]
    };
    let ordered = desk.ask("UpgradeProduct", &form("24")).await;
    let order = ordered["orderid"].to_string();
    desk.ask("CancelOrder", &[("orderid", &order)]).await;
    assert_eq!(invoice(&desk, &ordered["invoiceid"].to_string()).await["status"], "Cancelled");
    let down = desk.ask("UpgradeProduct", &form("23")).await;
    holds(&down, &json!({"price": "¥-300 JPY", "invoiceid": null}));
    assert_eq!(service(&desk, "310").await["recurringamount"], "980.00", "nothing was to be paid");
    assert_eq!(desk.ask("GetClientsDetails", &[("clientid", "41")]).await["credit"], "800.00");
}

#[tokio::test]
async fn commands_need_a_module() {
    let desk = Desk::small().await;
    for action in ["ModuleCreate", "ModuleSuspend", "ModuleUnsuspend", "ModuleTerminate", "ModuleChangePackage"] {
        assert_eq!(desk.refused(action, &[]).await, "Service ID is required");
        assert_eq!(desk.refused(action, &[("serviceid", "1")]).await, "Service ID not found");
        assert_eq!(desk.refused(action, &[("serviceid", "310")]).await, "Service not assigned to a module");
    }
    let module = |name: &str| {
        desk.world.write().unwrap().whmcs.products.update(22, |it| name.clone_into(&mut it.module));
    };
    module("cpanel");
    assert_eq!(desk.refused("ModuleSuspend", &[("serviceid", "310")]).await, "Module Not Found");
    module("freebit");
    let suspend = [("accountid", "310"), ("suspendreason", "lost phone")];
    assert_eq!(desk.ask("ModuleSuspend", &suspend).await, json!({"result": "success"}));
    holds(&service(&desk, "310").await, &json!({"status": "Suspended", "suspensionreason": "lost phone"}));
    desk.ask("ModuleUnsuspend", &[("serviceid", "310")]).await;
    holds(&service(&desk, "310").await, &json!({"status": "Active", "suspensionreason": ""}));
}

#[tokio::test]
async fn an_order_brings_its_extras_and_is_accepted_with_a_mail() {
    let desk = Desk::small().await;
    desk.world.write().unwrap().whmcs.settings.addons =
        vec![CatalogueAddon { id: 2, name: "Device insurance".into(), setup_fee: 0, recurring: 330 }];
    let form =
        [("clientid", "41"), ("paymentmethod", "stripe"), ("pid[0]", "22"), ("addons[0]", "2,99"), ("noemail", "1")];
    let placed = desk.ask("AddOrder", &form).await;
    holds(&placed, &json!({"orderid": 78, "serviceids": "311", "addonids": "6", "invoiceid": 9003}));
    assert_eq!(invoice(&desk, "9003").await["subtotal"], "3410.00");
    let only = [
        ("clientid", "41"),
        ("paymentmethod", "stripe"),
        ("addonids[0]", "2"),
        ("serviceids[0]", "310"),
        ("noinvoice", "1"),
        ("noemail", "1"),
    ];
    holds(
        &desk.ask("AddOrder", &only).await,
        &json!({"orderid": 79, "serviceids": "", "addonids": "7", "invoiceid": 0}),
    );
    let addon = desk.ask("GetClientsAddons", &[("addonid", "2"), ("serviceid", "310")]).await;
    holds(&addon["addons"]["addon"][1], &json!({"name": "Device insurance", "status": "Pending", "orderid": "79"}));
    let foreign = [("clientid", "42"), ("paymentmethod", "stripe"), ("addonids[0]", "2"), ("serviceids[0]", "310")];
    assert_eq!(desk.refused("AddOrder", &foreign).await, "Service ID not owned by Client ID provided");
    desk.ask("AcceptOrder", &[("orderid", "79"), ("sendemail", "1")]).await;
    let mail = desk.ask("GetEmails", &[("clientid", "41")]).await["emails"]["email"][0].clone();
    assert_eq!(mail["subject"], "New Product Information");
    desk.world.write().unwrap().whmcs.products.update(22, |it| it.module = "gone".into());
    let setup = [("orderid", "78"), ("autosetup", "1")];
    assert_eq!(desk.refused("AcceptOrder", &setup).await, "Module Not Found");
    assert_eq!(desk.ask("GetOrders", &[("id", "78")]).await["orders"]["order"][0]["status"], "Pending");
    assert_eq!(desk.refused("CancelOrder", &[("orderid", "1")]).await, "Order ID not found or Status not Pending");
}

#[tokio::test]
async fn an_order_says_what_was_noted_and_can_be_found_by_it() {
    let desk = Desk::small().await;
    let form = [
        ("clientid", "41"),
        ("paymentmethod", "stripe"),
        ("pid[]", "22"),
        ("notes", "sfOrderId=801X"),
        ("noinvoice", "1"),
    ];
    let first = desk.ask("AddOrder", &form).await["orderid"].clone();
    let second = desk.ask("AddOrder", &form).await["orderid"].clone();
    assert_ne!(first, second, "nothing guards against ordering twice");
    let orders = desk.ask("GetOrders", &[("userid", "41")]).await;
    let marked = orders["orders"]["order"].as_array().unwrap().iter().filter(|it| it["notes"] == "sfOrderId=801X");
    assert_eq!(marked.count(), 2);
}

#[tokio::test]
async fn every_write_leaves_a_line_in_the_log() {
    let desk = Desk::small().await;
    let (client, userid) = (("clientid", "41"), ("userid", "41"));
    for (action, params) in [
        ("CreateInvoice", vec![userid, ("itemdescription1", "x"), ("itemamount1", "1")]),
        ("UpdateInvoice", vec![("invoiceid", "9001"), ("notes", "n")]),
        ("AddInvoicePayment", vec![("invoiceid", "9001"), ("transid", "t"), ("gateway", "stripe"), ("amount", "1")]),
        ("ApplyCredit", vec![("invoiceid", "9002"), ("amount", "1")]),
        ("CapturePayment", vec![("invoiceid", "9002")]),
        ("AddCredit", vec![client, ("amount", "1"), ("description", "d")]),
        ("AddCredit", vec![client, ("amount", "1"), ("type", "remove"), ("description", "d")]),
        ("AddBillableItem", vec![client, ("amount", "1"), ("description", "d")]),
        ("UpdateClientProduct", vec![("serviceid", "310"), ("notes", "n")]),
        ("AddCancelRequest", vec![("serviceid", "310")]),
        ("AddOrder", vec![client, ("paymentmethod", "stripe"), ("pid[]", "22"), ("noemail", "1")]),
        ("AcceptOrder", vec![("orderid", "78")]),
        ("PendingOrder", vec![("orderid", "78")]),
        ("CancelOrder", vec![("orderid", "78"), ("noemail", "1")]),
        ("SendEmail", vec![("messagename", "Invoice Created"), ("id", "9001")]),
        ("AddClientNote", vec![userid, ("notes", "n"), ("sticky", "1")]),
        ("UpdateClient", vec![client, ("city", "Minato-ku")]),
        ("OpenTicket", vec![("deptid", "1"), client, ("subject", "s"), ("message", "m"), ("noemail", "1")]),
        ("AddTicketReply", vec![("ticketid", "812"), ("message", "m"), ("adminusername", "desk"), ("noemail", "1")]),
        ("AddTicketNote", vec![("ticketid", "812"), ("message", "m")]),
        ("UpdateTicket", vec![("ticketid", "812"), ("status", "Closed")]),
        ("LogActivity", vec![client, ("description", "d")]),
    ] {
        let before = desk.ask("GetActivityLog", &[]).await["totalresults"].as_u64().unwrap();
        holds(&desk.ask(action, &params).await, &json!({"result": "success"}));
        let after = desk.ask("GetActivityLog", &[]).await;
        assert!(after["totalresults"].as_u64().unwrap() > before, "{action}");
        holds(&after["activity"]["entry"][0], &json!({"username": "desk", "adminId": 1}));
    }
}
