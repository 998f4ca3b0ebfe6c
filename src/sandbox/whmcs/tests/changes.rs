//! What is changed can be read back, and what may not be changed is refused.

use super::*;

async fn invoice(desk: &Desk, id: &str) -> Value {
    desk.ask("GetInvoice", &[("invoiceid", id)]).await
}

#[tokio::test]
async fn a_bill_is_made_captured_and_not_captured_twice() {
    let desk = Desk::small().await;
    let form = [
        ("userid", "41"),
        ("duedate", "2026-12-10"),
        ("itemdescription1", "Top-up 1 GB"),
        ("itemamount1", "500.00"),
        ("itemtaxed1", "1"),
    ];
    let answer = desk.ask("CreateInvoice", &form).await;
    assert_eq!(answer, json!({"result": "success", "invoiceid": 9003, "status": "Unpaid"}));
    let unpaid = json!({"total": "550.00", "balance": "550.00", "duedate": "2026-12-10", "paymentmethod": "stripe"});
    holds(&invoice(&desk, "9003").await, &unpaid);
    assert_eq!(desk.ask("CapturePayment", &[("invoiceid", "9003")]).await, json!({"result": "success"}));
    let paid = invoice(&desk, "9003").await;
    holds(&paid, &json!({"status": "Paid", "balance": "0.00", "datepaid": "2026-11-22 12:00:00"}));
    holds(&paid["transactions"]["transaction"][0], &json!({"amountin": "550.00", "gateway": "stripe"}));
    assert_eq!(desk.refused("CapturePayment", &[("invoiceid", "9003")]).await, "Invoice Not Found or Not Unpaid");
    assert_eq!(desk.refused("CreateInvoice", &[("userid", "1")]).await, "Client ID Not Found");
}

#[tokio::test]
async fn an_expired_or_declined_card_fails_the_attempt() {
    let desk = Desk::small().await;
    let spoil = |change: fn(&mut PayMethod)| desk.world.write().unwrap().whmcs.pay_methods.update(3, change);
    let capture = async || desk.refused("CapturePayment", &[("invoiceid", "9001")]).await;
    spoil(|it| it.expires = Some(date(2026, 10, 1)));
    assert_eq!(capture().await, "Payment Attempt Failed");
    let tried = json!({"status": "Unpaid", "lastcaptureattempt": "2026-11-22 12:00:00", "transactions": ""});
    holds(&invoice(&desk, "9001").await, &tried);
    spoil(|it| (it.expires, it.last_four) = (Some(date(2026, 11, 1)), "0002".into()));
    assert_eq!(capture().await, "Payment Attempt Failed");
    spoil(|it| it.last_four = "4242".into());
    desk.ask("CapturePayment", &[("invoiceid", "9001")]).await;
    assert_eq!(invoice(&desk, "9001").await["status"], "Paid", "good through the end of its month");
}

#[tokio::test]
async fn credit_comes_goes_and_pays() {
    let desk = Desk::small().await;
    let client = ("clientid", "41");
    let answer = desk.ask("AddCredit", &[client, ("description", "Sorry"), ("amount", "3000.00")]).await;
    assert_eq!(answer, json!({"result": "success", "newbalance": "3500.00"}));
    for (params, words) in [
        (vec![("clientid", "1"), ("amount", "1")], "Client ID Not Found"),
        (vec![client], "No Amount Provided"),
        (vec![client, ("amount", "1,0")], "Amount must be in decimal format: ### or ###.##"),
        (vec![client, ("amount", "1"), ("type", "steal")], "Type can only be add or remove"),
        (vec![client, ("amount", "9999"), ("type", "remove")], "Insufficient Credit Balance"),
    ] {
        assert_eq!(desk.refused("AddCredit", &params).await, words);
    }
    let apply = async |amount| desk.ask("ApplyCredit", &[("invoiceid", "9001"), ("amount", amount)]).await;
    assert_eq!(apply("9000").await["message"], "Amount exceeds customer credit balance");
    assert_eq!(apply("3301").await["message"], "Amount Exceeds Invoice Balance");
    assert_eq!(apply("0").await["message"], "Credit Amount to apply must be greater than zero");
    let part = json!({"result": "success", "invoiceid": "9001", "amount": "300.00", "invoicepaid": "false"});
    assert_eq!(apply("300.00").await, part);
    holds(&invoice(&desk, "9001").await, &json!({"credit": "300.00", "total": "3000.00", "balance": "3000.00"}));
    assert_eq!(apply("full").await["invoicepaid"], "true");
    assert_eq!(apply("1").await["message"], "Invoice Not in Unpaid Status");
    holds(&desk.ask("GetClientsDetails", &[client]).await, &json!({"credit": "200.00"}));
    let credits = desk.ask("GetCredits", &[client]).await;
    let amounts = json!([{"amount": "500.00"}, {"amount": "3000.00"}, {"amount": "-300.00"}, {"amount": "-3000.00"}]);
    holds(&credits["credits"]["credit"], &amounts);
}

#[tokio::test]
async fn a_payment_without_an_amount_pays_all_and_too_much_becomes_credit() {
    let desk = Desk::small().await;
    let pay = async |id, rest: &[(&str, &str)]| {
        let mut form = vec![("invoiceid", id), ("transid", "t1"), ("gateway", "banktransfer")];
        form.extend_from_slice(rest);
        desk.ask("AddInvoicePayment", &form).await
    };
    pay("9001", &[]).await;
    holds(&invoice(&desk, "9001").await, &json!({"status": "Paid", "balance": "0.00"}));
    pay("9002", &[("amount", "4000"), ("date", "2026-11-20 10:00:00")]).await;
    holds(&desk.ask("GetClientsDetails", &[("clientid", "41")]).await, &json!({"credit": "1200.00"}));
    assert_eq!(pay("1", &[]).await["message"], "Invoice ID Not Found");
}

#[tokio::test]
async fn release_nine_keeps_a_sent_bill_as_it_is() {
    let desk = Desk::small().await;
    let edit = [("invoiceid", "9001"), ("itemdescription[2]", "New"), ("itemamount[2]", "100"), ("itemtaxed[2]", "0")];
    let words = "This is an Unpaid Invoice. You cannot modify an Invoice that is Unpaid.";
    assert_eq!(desk.refused("UpdateInvoice", &edit).await, words);
    let cancel = [("invoiceid", "9002"), ("status", "Cancelled")];
    assert_eq!(desk.ask("UpdateInvoice", &cancel).await, json!({"result": "success", "invoiceid": 9002}));
    holds(&invoice(&desk, "9002").await, &json!({"status": "Cancelled", "balance": "0.00"}));
    desk.style(Style { release: Release::V8, ..Style::default() });
    desk.ask("UpdateInvoice", &edit).await;
    holds(&invoice(&desk, "9001").await, &json!({"total": "100.00", "tax": "0.00"}));
    let half = [("invoiceid", "9001"), ("itemdescription[2]", "New")];
    assert!(desk.refused("UpdateInvoice", &half).await.starts_with("Missing Variables"));
}

#[tokio::test]
async fn a_draft_is_shaped_then_published() {
    let desk = Desk::small().await;
    let form = [("userid", "41"), ("draft", "1"), ("itemdescription0", "A"), ("itemamount0", "1000")];
    holds(&desk.ask("CreateInvoice", &form).await, &json!({"invoiceid": 9003, "status": "Draft"}));
    let reshape = [
        ("invoiceid", "9003"),
        ("newitemdescription[0]", "B"),
        ("newitemamount[0]", "200"),
        ("newitemtaxed[0]", "1"),
        ("deletelineids[]", "4"),
        ("publish", "1"),
    ];
    desk.ask("UpdateInvoice", &reshape).await;
    let lines = json!({"item": [{"id": 5, "description": "B", "amount": "200.00"}]});
    holds(&invoice(&desk, "9003").await, &json!({"status": "Unpaid", "total": "220.00", "items": lines}));
    let again = [("invoiceid", "9003"), ("publish", "1")];
    let words = "Invoice must be in Draft status to be published";
    assert_eq!(desk.refused("UpdateInvoice", &again).await, words);
}

#[tokio::test]
async fn an_order_is_placed_accepted_once_and_carries_its_fields() {
    let desk = Desk::small().await;
    let form = [
        ("clientid", "41"),
        ("paymentmethod", "stripe"),
        ("pid[0]", "22"),
        ("billingcycle[0]", "monthly"),
        ("domain[0]", "09005550001"),
        ("customfields[0]", "YToxOntpOjMxO3M6NDoiODk4MSI7fQ=="),
        ("noinvoice", "1"),
        ("notes", "sfOrderId=801x"),
    ];
    let answer = desk.ask("AddOrder", &form).await;
    holds(&answer, &json!({"orderid": 78, "serviceids": "311", "addonids": "", "invoiceid": 0}));
    let order = desk.ask("GetOrders", &[("id", "78")]).await["orders"]["order"][0].clone();
    let line = json!({"relid": 311, "domain": "09005550001", "status": "Pending"});
    let placed = json!({"notes": "sfOrderId=801x", "status": "Pending", "paymentstatus": "No Invoice Due",
        "amount": "3080.00", "lineitems": {"lineitem": [line]}});
    holds(&order, &placed);
    assert_eq!(order["ordernum"].to_string().len(), 10);
    assert_eq!(desk.ask("AcceptOrder", &[("orderid", "78")]).await, json!({"result": "success"}));
    let service = desk.ask("GetClientsProducts", &[("serviceid", "311")]).await["products"]["product"][0].clone();
    let field = json!({"customfield": [{"name": "ICCID", "value": "8981"}, {"value": ""}]});
    holds(&service, &json!({"status": "Active", "customfields": field}));
    let words = "Order ID not found or Status not Pending";
    assert_eq!(desk.refused("AcceptOrder", &[("orderid", "78")]).await, words);
    assert_eq!(desk.refused("CancelOrder", &[("orderid", "78")]).await, words);
    desk.ask("PendingOrder", &[("orderid", "78")]).await;
    desk.ask("CancelOrder", &[("orderid", "78")]).await;
    let orders = desk.ask("GetOrders", &[("id", "78")]).await;
    holds(
        &orders["orders"]["order"][0],
        &json!({"status": "Cancelled", "lineitems": {"lineitem": [{"status": "Cancelled"}]}}),
    );
    let none = [("clientid", "41"), ("paymentmethod", "stripe"), ("pid[]", "9")];
    assert_eq!(desk.refused("AddOrder", &none).await, "No items added to cart so order cannot proceed");
    assert!(desk.refused("AddOrder", &[("clientid", "41")]).await.starts_with("Invalid Payment Method"));
}

#[tokio::test]
async fn records_are_overwritten_field_by_field() {
    let desk = Desk::small().await;
    let fields = "YToxOntpOjMyO3M6OToi5p2x5Lqs6YO9Ijt9";
    let form = [
        ("serviceid", "310"),
        ("domain", ""),
        ("overideautosuspend", "on"),
        ("overidesuspenduntil", "2026-11-27"),
        ("customfields", fields),
        ("unset[]", "notes"),
    ];
    assert_eq!(desk.ask("UpdateClientProduct", &form).await, json!({"result": "success", "serviceid": "310"}));
    let service = desk.ask("GetClientsProducts", &[("serviceid", "310")]).await["products"]["product"][0].clone();
    let custom = json!({"customfield": [{"value": "8981000000000000009"}, {"value": "東京都"}]});
    let expected = json!({"domain": "09001234567", "overideautosuspend": "on", "overidesuspenduntil": "2026-11-27",
        "customfields": custom});
    holds(&service, &expected);
    let form = [("clientid", "41"), ("email", "mori@example.jp"), ("paymentmethod", "banktransfer")];
    assert_eq!(desk.ask("UpdateClient", &form).await, json!({"result": "success", "clientid": "41"}));
    holds(&desk.ask("GetClients", &[("search", "mori@")]).await, &json!({"totalresults": 1}));
    holds(&desk.ask("GetClients", &[("search", "aiko@")]).await, &json!({"totalresults": 0}));
    assert_eq!(invoice(&desk, "9001").await["paymentmethod"], "banktransfer");
    let taken = [("clientid", "41"), ("email", "BOB@example.com")];
    assert_eq!(desk.refused("UpdateClient", &taken).await, "Duplicate Email Address");
    assert_eq!(desk.refused("UpdateClientProduct", &[]).await, "Service ID Not Found");
}

#[tokio::test]
async fn a_ticket_is_opened_answered_noted_and_flagged() {
    let desk = Desk::small().await;
    let form =
        [("deptid", "1"), ("clientid", "41"), ("subject", "Help"), ("message", "Line 1\nLine 2"), ("priority", "High")];
    let opened = desk.ask("OpenTicket", &form).await;
    holds(&opened, &json!({"result": "success", "id": 814}));
    let tid = opened["tid"].as_str().unwrap();
    assert_eq!((tid.len(), opened["c"].as_str().unwrap().len()), (6, 8));
    let reply = [("ticketid", "814"), ("message", "Done"), ("adminusername", "desk")];
    assert_eq!(desk.ask("AddTicketReply", &reply).await, json!({"result": "success"}));
    desk.ask("AddTicketNote", &[("ticketnum", tid), ("message", "Checked")]).await;
    let update = [("ticketid", "814"), ("flag", "1"), ("status", "on hold")];
    assert_eq!(desk.ask("UpdateTicket", &update).await, json!({"result": "success", "ticketid": 814}));
    let ticket = desk.ask("GetTicket", &[("ticketnum", tid)]).await;
    let replies = json!({"reply": [{"message": "Line 1\r\nLine 2"}, {"message": "Done", "admin": "Desk One"}]});
    holds(
        &ticket,
        &json!({"status": "On Hold", "priority": "High", "flag": "1", "replies": replies,
        "notes": {"note": [{"message": "Checked", "admin": "Desk One"}]}}),
    );
    let from_client = [("ticketid", "814"), ("message", "Thanks"), ("clientid", "41")];
    desk.ask("AddTicketReply", &from_client).await;
    assert_eq!(desk.ask("GetTicket", &[("ticketid", "814")]).await["status"], "Customer-Reply");
    for (action, params, words) in [
        ("AddTicketReply", vec![("ticketid", "1")], "Ticket ID not found"),
        ("AddTicketReply", vec![("ticketid", "814")], "Name and email address are required if not a client"),
        ("AddTicketReply", vec![("ticketid", "814"), ("clientid", "41")], "Message is required"),
        ("OpenTicket", vec![("deptid", "9")], "Department ID not found"),
        ("OpenTicket", vec![("deptid", "1"), ("clientid", "41")], "Subject is required"),
        (
            "UpdateTicket",
            vec![("ticketid", "814"), ("priority", "P1")],
            "Invalid Ticket Priority. Valid priorities are: Low,Medium,High",
        ),
    ] {
        assert_eq!(desk.refused(action, &params).await, words);
    }
}

#[tokio::test]
async fn what_is_mailed_can_be_looked_up() {
    let desk = Desk::small().await;
    let newest = async || desk.ask("GetEmails", &[("clientid", "41")]).await["emails"]["email"][0].clone();
    desk.ask("SendEmail", &[("messagename", "Invoice Created"), ("id", "9001")]).await;
    holds(&newest().await, &json!({"subject": "Customer Invoice", "to": "aiko@example.jp", "failed": 0}));
    let own =
        [("customtype", "product"), ("customsubject", "Your line"), ("custommessage", "<p>Hi</p>"), ("id", "310")];
    desk.ask("SendEmail", &own).await;
    holds(&newest().await, &json!({"subject": "Your line", "message": "<p>Hi</p>"}));
    desk.ask("AddTicketReply", &[("ticketid", "812"), ("message", "Done"), ("adminusername", "desk")]).await;
    holds(&newest().await, &json!({"subject": "[Ticket ID: ABC-516757] SIM <not> connecting"}));
    assert_eq!(desk.refused("SendEmail", &[("messagename", "Nothing")]).await, "Email Template not found");
    let nobody = [("messagename", "Invoice Created"), ("id", "1")];
    assert_eq!(desk.refused("SendEmail", &nobody).await, "Sending Failed. Please see documentation.");
}

#[test]
fn everything_survives_the_disk() {
    let before = serde_json::to_string(&small()).unwrap();
    let db: Db = serde_json::from_str(&before).unwrap();
    assert_eq!(db.services.named("09001234567").count(), 1);
    assert_eq!(serde_json::to_string(&db).unwrap(), before);
}

#[tokio::test]
async fn a_to_do_item_is_done() {
    let desk = Desk::small().await;
    let (title, status) = ("Call".to_owned(), ToDoStatus::New);
    let todo =
        ToDo { id: 4, date: date(2026, 11, 1), title, description: String::new(), admin_id: 1, status, due: None };
    desk.world.write().unwrap().whmcs.todos.insert(todo);
    let form = [("itemid", "4"), ("adminid", "1"), ("status", "Completed")];
    holds(&desk.ask("UpdateToDoItem", &form).await, &json!({"result": "success", "itemid": 4}));
    assert_eq!(desk.ask("GetToDoItems", &[("status", "Incomplete")]).await["totalresults"], 0);
}
