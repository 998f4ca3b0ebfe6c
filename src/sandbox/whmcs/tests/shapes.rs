//! The shape of every read: the fields that matter and their JSON types.

use super::*;

#[tokio::test]
async fn clients_are_found_by_the_start_of_a_name_or_address() {
    let desk = Desk::small().await;
    let answer = desk.ask("GetClients", &[]).await;
    holds(
        &answer,
        &json!({"result": "success", "totalresults": 2, "startnumber": 0, "numreturned": 2, "clients": {"client": [
            {"id": 41, "firstname": "Aiko", "lastname": "O&#039;Mori", "email": "aiko@example.jp",
             "datecreated": "2024-05-02", "groupid": 0, "status": "Active"},
            {"id": 42, "companyname": "Acme &amp; Co", "status": "Closed"},
        ]}}),
    );
    for (search, ids) in [
        ("AIK", vec![41, 42]),
        ("aiko o'm", vec![41]),
        ("bob@", vec![42]),
        ("acme", vec![42]),
        ("mori", vec![]),
        ("0900", vec![]),
    ] {
        let answer = desk.ask("getclients", &[("search", search)]).await;
        let rows = answer["clients"]["client"].as_array().unwrap();
        assert_eq!(rows.iter().map(|it| it["id"].as_u64().unwrap()).collect::<Vec<_>>(), ids, "{search}");
    }
    let answer = desk.ask("GetClients", &[("status", "Closed"), ("orderby", "email"), ("sorting", "DESC")]).await;
    holds(&answer, &json!({"totalresults": 1, "clients": {"client": [{"id": 42}]}}));
    let answer = desk.ask("GetClients", &[("limitstart", "1"), ("limitnum", "1")]).await;
    holds(
        &answer,
        &json!({"totalresults": 2, "startnumber": 1, "numreturned": 1, "clients": {"client": [{"id": 42}]}}),
    );
    let answer = desk.ask("GetClients", &[("limitstart", "2")]).await;
    assert_eq!(answer["numreturned"], json!(0));
}

#[tokio::test]
async fn details_stand_twice_and_count_on_demand() {
    let desk = Desk::small().await;
    let answer = desk.ask("GetClientsDetails", &[("clientid", "41")]).await;
    let fields = json!({
        "client_id": 41, "userid": 41, "id": 41, "owner_user_id": 7, "lastname": "O&#039;Mori", "state": "Tokyo",
        "phonenumber": "090-0123-4567", "phonenumberformatted": "+81.9001234567", "credit": "500.00",
        "countryname": "Japan", "currency_code": "JPY", "taxexempt": false, "allowSingleSignOn": 1,
        "customfields": [{"id": 198, "value": "C-000123"}], "customfields1": "C-000123",
        "lastlogin": "Date: 03/10/2026 10:26<br>IP Address: 203.0.113.7<br>Host: h",
        "users": {"user": [{"id": 7, "name": "Aiko O&#039;Mori", "is_owner": true}]},
    });
    holds(&answer, &json!({"result": "success", "client": fields}));
    holds(&answer, &fields);
    assert!(answer.get("stats").is_none());
    let answer = desk.ask("GetClientsDetails", &[("email", "AIKO@example.jp"), ("stats", "1")]).await;
    holds(
        &answer["stats"],
        &json!({"numdueinvoices": 2, "dueinvoicesbalance": "¥6,600 JPY", "incredit": true, "creditbalance": "¥500 JPY",
            "numoverdueinvoices": 1, "overdueinvoicesbalance": "¥3,300 JPY", "numpaidinvoices": 1,
            "productsnumactive": 1, "productsnumtotal": 1, "numtickets": 1, "numactivetickets": 1}),
    );
    assert_eq!(desk.refused("GetClientsDetails", &[("clientid", "1")]).await, "Client Not Found");
    assert_eq!(desk.refused("GetClientsDetails", &[("email", "aik")]).await, "Client Not Found");
    assert_eq!(desk.refused("GetClientsDetails", &[]).await, "Either clientid Or email Is Required");
}

#[tokio::test]
async fn people_around_a_client() {
    let desk = Desk::small().await;
    for by in [("userid", "41"), ("phonenumber", "09007654321"), ("firstname", "Ken")] {
        let answer = desk.ask("GetContacts", &[by]).await;
        let row = json!({"id": 3, "userid": 41, "phonenumber": "09007654321", "invoiceemails": true});
        holds(&answer, &json!({"totalresults": 1, "contacts": {"contact": [row]}}));
    }
    holds(&desk.ask("GetContacts", &[("phonenumber", "0900765")]).await, &json!({"contacts": {"contact": []}}));
    let clients = json!([{"id": 41, "isOwner": true}, {"id": 42, "isOwner": false}]);
    holds(&desk.ask("GetUsers", &[("search", "aiko")]).await, &json!({"users": [{"id": 7, "clients": clients}]}));
}

#[tokio::test]
async fn subscriptions_travel_as_strings() {
    let desk = Desk::small().await;
    let row = json!({
        "id": "310", "qty": "1", "clientid": "41", "orderid": "77", "ordernumber": "4820193375", "pid": "22",
        "name": "SIM 10GB", "groupname": "Mobile", "domain": "09001234567", "recurringamount": "1980.00",
        "paymentmethodname": "Credit Card", "billingcycle": "Monthly", "nextduedate": "2026-12-01",
        "status": "Active", "overidesuspenduntil": "0000-00-00", "lastupdate": "0000-00-00 00:00:00",
        "customfields": {"customfield": [
            {"id": "31", "name": "ICCID", "value": "8981000000000000009"}, {"id": "32", "name": "EID", "value": ""}]},
        "configoptions": {"configoption": [{"id": "4", "option": "Voice mail", "type": "dropdown", "value": "Yes"}]},
    });
    for by in [("clientid", "41"), ("serviceid", "310"), ("domain", "09001234567"), ("pid", "22")] {
        let answer = desk.ask("GetClientsProducts", &[by]).await;
        holds(&answer, &json!({by.0: by.1, "totalresults": "1", "startnumber": 0, "numreturned": 1}));
        holds(&answer["products"]["product"][0], &row);
    }
    let answer = desk.ask("GetClientsProducts", &[("domain", "0900123456")]).await;
    holds(&answer, &json!({"clientid": null, "totalresults": "0", "numreturned": 0, "products": {"product": []}}));
    let addon = json!({"id": "5", "userid": "41", "serviceid": "310", "tax": "on", "recurring": "220.00"});
    let answer = desk.ask("GetClientsAddons", &[("serviceid", "309,310")]).await;
    holds(&answer, &json!({"addons": {"addon": [addon]}}));
    holds(&desk.ask("GetClientsAddons", &[("clientid", "42")]).await, &json!({"addons": {"addon": []}}));
    let answer = desk.ask("GetProducts", &[("pid", "21,22")]).await;
    holds(
        &answer["products"]["product"],
        &json!([{"pid": 22, "gid": 3, "paytype": "recurring", "product-url": "index.php?rp=/store/sim-10gb",
            "pricing": {"JPY": {"prefix": "¥", "msetupfee": "1100.00", "monthly": "1980.00", "annually": "-1.00"}},
            "customfields": {"customfield": [{"required": "on"}, {"required": ""}]}}]),
    );
    let failed = json!({"serviceId": 310, "lastAttemptError": "210 unknown account", "numRetries": 3});
    holds(&desk.ask("GetModuleQueue", &[]).await, &json!({"count": 1, "queue": [failed]}));
    let none = desk.ask("GetModuleQueue", &[("since", "2026-11-22 00:00:00")]).await;
    holds(&none, &json!({"count": 0, "queue": []}));
}

#[tokio::test]
async fn a_cancellation_is_asked_for_once() {
    let desk = Desk::small().await;
    let form = [("serviceid", "310"), ("type", "End of Billing Period"), ("reason", "It's over")];
    let answer = desk.ask("AddCancelRequest", &form).await;
    holds(&answer, &json!({"result": "success", "serviceid": 310, "userid": 41}));
    assert_eq!(desk.refused("AddCancelRequest", &form).await, "Existing Cancellation Request Exists");
    assert_eq!(desk.refused("AddCancelRequest", &[("serviceid", "1")]).await, "Service ID Not Found");
    let row = json!({"relid": 310, "type": "End of Billing Period", "reason": "It&#039;s over",
        "date": "2026-11-22 12:00:00"});
    holds(&desk.ask("GetCancelledPackages", &[]).await, &json!({"packages": {"package": [row]}}));
}

#[tokio::test]
async fn invoices_in_the_list_and_alone() {
    let desk = Desk::small().await;
    let answer = desk.ask("GetInvoices", &[("orderby", "id"), ("order", "desc"), ("limitnum", "2")]).await;
    holds(&answer, &json!({"totalresults": 3, "invoices": {"invoice": [{"id": 9002}, {"id": 9001}]}}));
    let answer = desk.ask("GetInvoices", &[("userid", "41"), ("status", "Overdue")]).await;
    let row = json!({
        "id": 9002, "userid": 41, "lastname": "O&#039;Mori", "invoicenum": "", "duedate": "2026-11-10",
        "datepaid": "0000-00-00 00:00:00", "subtotal": "3000.00", "tax": "300.00", "total": "3300.00",
        "taxrate": "10.000", "status": "Unpaid", "paymethodid": null, "created_at": "2026-11-01 00:05:11",
        "currencycode": "JPY", "currencyprefix": "¥",
    });
    holds(&answer, &json!({"totalresults": 1, "invoices": {"invoice": [row]}}));
    assert!(answer["invoices"]["invoice"][0].get("balance").is_none());
    for (status, ids) in [("Paid", json!([{"id": 9000}])), ("unpaid", json!([{"id": 9002}, {"id": 9001}]))] {
        let answer = desk.ask("GetInvoices", &[("status", status), ("orderby", "duedate")]).await;
        holds(&answer["invoices"]["invoice"], &ids);
    }
    let answer = desk.ask("GetInvoice", &[("invoiceid", "9001")]).await;
    holds(
        &answer,
        &json!({"invoiceid": 9001, "userid": 41, "lastcaptureattempt": "0000-00-00 00:00:00", "balance": "3300.00",
            "ccgateway": true, "transactions": "", "items": {"item": [
                {"id": 2, "type": "Hosting", "relid": 310, "amount": "3000.00", "taxed": 1}]}}),
    );
    let answer = desk.ask("GetInvoice", &[("invoiceid", "9000")]).await;
    let paid = json!({"id": "70", "invoiceid": "9000", "amountin": "3300.00"});
    holds(&answer, &json!({"balance": "0.00", "transactions": {"transaction": [paid]}}));
    assert_eq!(desk.refused("GetInvoice", &[("invoiceid", "zz")]).await, "Invoice ID Not Found");
}

#[tokio::test]
async fn money_around_invoices() {
    let desk = Desk::small().await;
    let answer = desk.ask("GetCredits", &[("clientid", "41")]).await;
    holds(&answer, &json!({"totalresults": 1, "clientid": 41, "credits": {"credit": [{"id": 6, "amount": "500.00"}]}}));
    for by in [("clientid", "41"), ("invoiceid", "9000"), ("transid", "pi_1")] {
        let answer = desk.ask("GetTransactions", &[by]).await;
        let row = json!({"id": "70", "userid": "41", "currency": "0", "rate": "1.00000", "refundid": "0"});
        holds(&answer, &json!({"transactions": {"transaction": [row]}}));
    }
    let answer = desk.ask("GetPayMethods", &[("clientid", "41")]).await;
    holds(
        &answer,
        &json!({"clientid": "41", "paymethods": [
            {"id": 3, "type": "RemoteCreditCard", "contact_id": 41, "card_last_four": "4242", "expiry_date": "02/28",
             "card_type": "Visa", "remote_token": "{\"customer\":\"cus_x\"}", "last_updated": "17/05/2026 10:01"},
            {"id": 4, "type": "BankAccount", "bank_name": "Example Bank"}]}),
    );
    let answer = desk.ask("GetPayMethods", &[("clientid", "41"), ("type", "BankAccount")]).await;
    holds(&answer["paymethods"], &json!([{"id": 4}]));
    holds(&desk.ask("GetPayMethods", &[("clientid", "42")]).await, &json!({"paymethods": []}));
    assert_eq!(desk.refused("GetPayMethods", &[]).await, "Client Not Found");
    let answer = desk.ask("GetPaymentMethods", &[]).await;
    holds(&answer["paymentmethods"]["paymentmethod"][0], &json!({"module": "stripe", "displayname": "Credit Card"}));
    let answer = desk.ask("GetCurrencies", &[]).await;
    holds(&answer, &json!({"currencies": {"currency": [{"id": 1, "code": "JPY", "suffix": " JPY"}]}}));
}

#[tokio::test]
async fn orders_and_what_they_created() {
    let desk = Desk::small().await;
    for by in [("id", "77"), ("userid", "41"), ("status", "Pending"), ("requestor_id", "7"), ("ignored", "x")] {
        let answer = desk.ask("GetOrders", &[by]).await;
        let row = json!({
            "id": 77, "ordernum": 4_820_193_375_u64, "userid": 41, "date": "2026-11-20 13:59:35", "status": "Pending",
            "paymentstatus": "Unpaid", "name": "Aiko O&#039;Mori", "notes": "sfOrderId=801000000000001AAA",
            "renewalsByType": {"services": []}, "lineitems": {"lineitem": [
                {"type": "product", "relid": 310, "product": "Mobile - SIM 10GB", "amount": "3300.00"},
                {"type": "addon", "relid": 5, "product": "Call waiting"}]},
        });
        holds(&answer, &json!({"totalresults": 1, "orders": {"order": [row]}}));
    }
    let answer = desk.ask("GetOrders", &[("id", "4820193375")]).await;
    holds(&answer, &json!({"totalresults": 0, "orders": {"order": []}}));
    let answer = desk.ask("GetOrderStatuses", &[]).await;
    holds(&answer["statuses"]["status"][0], &json!({"title": "Pending", "count": 1}));
}

#[tokio::test]
async fn tickets_hide_other_departments() {
    let desk = Desk::small().await;
    let answer = desk.ask("GetTickets", &[]).await;
    let row = json!({
        "id": "812", "tid": "ABC-516757", "deptid": "2", "userid": "41", "c": "KPqH7yG3", "flag": "0",
        "subject": "SIM &lt;not&gt; connecting", "status": "Customer-Reply", "requestor_type": "Owner",
        "attachments": [{"filename": "a.png", "index": 0}], "lastreply": "2026-11-21 10:02:11", "service": "S310",
    });
    holds(&answer, &json!({"totalresults": "1", "numreturned": 1, "tickets": {"ticket": [row]}}));
    let answer = desk.ask("GetTickets", &[("ignore_dept_assignments", "1")]).await;
    holds(&answer, &json!({"totalresults": "2", "tickets": {"ticket": [{"id": "813", "userid": "0"}, {"id": "812"}]}}));
    for (status, total) in
        [("Awaiting Reply", "1"), ("All Active Tickets", "1"), ("My Flagged Tickets", "0"), ("Closed", "0")]
    {
        assert_eq!(desk.ask("GetTickets", &[("status", status)]).await["totalresults"], total, "{status}");
    }
    let answer = desk.ask("GetTickets", &[("subject", "NOT>"), ("clientid", "41")]).await;
    assert_eq!(answer["totalresults"], "1");
}

#[tokio::test]
async fn a_ticket_opens_with_reply_zero() {
    let desk = Desk::small().await;
    for by in [("ticketid", "812"), ("ticketnum", "abc-516757")] {
        let answer = desk.ask("GetTicket", &[by]).await;
        holds(
            &answer,
            &json!({"ticketid": 812, "id": 812, "tid": "ABC-516757", "deptid": "2", "deptname": "Billing",
                "replies": {"reply": [
                    {"replyid": "0", "message": "Hello,\r\nIt&#039;s down", "admin": "", "userid": "41",
                     "attachments": [{"filename": "a.png", "index": 0}]},
                    {"replyid": "1", "message": "Checking", "admin": "Desk One", "name": "",
                     "requestor_name": "Desk One", "requestor_type": "Operator", "attachments": [[]], "rating": "0"}]},
                "notes": {"note": [{"noteid": "2", "message": "NOC told", "attachments": [[]]}]}}),
        );
        assert!(answer.get("message").is_none());
        let answer = desk.ask("GetTicketNotes", &[by]).await;
        holds(&answer, &json!({"notes": {"note": [{"id": "2", "admin": "Desk One"}]}}));
    }
    assert_eq!(desk.refused("GetTicket", &[("ticketid", "1")]).await, "Ticket ID Not Found");
}

#[tokio::test]
async fn counters_of_the_support_desk() {
    let desk = Desk::small().await;
    let answer = desk.ask("GetTicketCounts", &[]).await;
    holds(&answer, &json!({"filteredDepartments": [1, 2], "allActive": 1, "awaitingReply": 1, "flaggedTickets": 0}));
    assert!(answer.get("status").is_none());
    let all = [("ignoreDepartmentAssignments", "1"), ("includeCountsByStatus", "1")];
    holds(
        &desk.ask("GetTicketCounts", &all).await,
        &json!({"filteredDepartments": [1, 2, 3], "status": {"customerreply": {"title": "Customer-Reply", "count": 1},
            "closed": {"count": 1}, "onhold": {"count": 0}}}),
    );
    desk.style(Style { release: Release::V8, ..Style::default() });
    holds(&desk.ask("GetTicketCounts", &[]).await, &json!({"filteredDepartments": [1, 2, 3]}));
    let answer = desk.ask("GetSupportDepartments", &[]).await;
    let billing = json!({"id": "2", "name": "Billing", "awaitingreply": "1", "opentickets": "1"});
    holds(&answer["departments"]["department"], &json!([{"id": "1"}, billing]));
    let answer = desk.ask("GetSupportStatuses", &[("deptid", "3")]).await;
    holds(&answer["statuses"]["status"][5], &json!({"title": "Closed", "count": 1, "color": "#888888"}));
}

#[tokio::test]
async fn the_activity_log_is_newest_first_and_takes_lines() {
    let desk = Desk::small().await;
    let answer = desk.ask("GetActivityLog", &[("limitnum", "2")]).await;
    assert!(answer.get("numreturned").is_none());
    let entry = json!([{"id": 60, "clientId": 41, "username": "System"}, {"id": 59, "clientId": 0}]);
    holds(&answer, &json!({"totalresults": 60, "startnumber": 0, "activity": {"entry": entry}}));
    for (by, total) in [
        (("clientid", "41"), 30),
        (("userid", "41"), 30),
        (("description", "invoice 6"), 2),
        (("date", "22/11/2026"), 60),
        (("date", "21/11/2026"), 0),
    ] {
        assert_eq!(desk.ask("GetActivityLog", &[by]).await["totalresults"], total, "{by:?}");
    }
    let line = [("clientid", "41"), ("description", "Revealed the address")];
    assert_eq!(desk.ask("LogActivity", &line).await, json!({"result": "success"}));
    let note = [("userid", "41"), ("notes", "Call back")];
    assert_eq!(desk.ask("AddClientNote", &note).await, json!({"result": "success", "noteid": "1"}));
    assert_eq!(desk.refused("AddClientNote", &[("userid", "41")]).await, "Notes can not be empty");
    let answer = desk.ask("GetActivityLog", &[("limitnum", "2")]).await;
    let own = json!({"description": "Revealed the address", "username": "desk", "ipaddress": "127.0.0.1",
        "date": "2026-11-22 12:00:00", "adminId": 1});
    holds(&answer["activity"]["entry"][1], &own);
}

#[tokio::test]
async fn the_installation_tells_of_itself() {
    let desk = Desk::small().await;
    let version = json!({"version": "9.0.1", "canonicalversion": "9.0.1-release.1"});
    holds(&desk.ask("WhmcsDetails", &[]).await, &json!({"whmcs": version}));
    let answer = desk.ask("GetAdminDetails", &[]).await;
    holds(
        &answer,
        &json!({"adminid": 1, "name": "Desk One", "departments": ",1,2,", "whmcs": version,
        "requesttime": "2026-11-22 12:00:00"}),
    );
    let answer = desk.ask("GetAdminUsers", &[]).await;
    assert!(answer.get("result").is_none() && answer.get("status").is_none());
    holds(&answer, &json!({"count": 1, "admin_users": [{"id": 1, "supportDepartmentIds": ["1", "2"]}]}));
    holds(&desk.ask("GetStaffOnline", &[]).await, &json!({"totalresults": 0, "staffonline": {"staff": []}}));
    let answer = desk.ask("GetAutomationLog", &[]).await;
    let times = json!({"currentDatetime": "2026-11-22 12:00:00", "lastDailyCronInvocationTime": "2026-11-22 00:05:00"});
    holds(&answer, &times);
    let answer = desk.ask("GetEmails", &[("clientid", "41"), ("subject", "invoice")]).await;
    let mail = json!({"id": 9, "failed": 1, "failure_reason": "mailbox full", "message": "<p>Dear Aiko</p>"});
    holds(&answer, &json!({"totalresults": 1, "emails": {"email": [mail]}}));
    let answer = desk.ask("GetEmailTemplates", &[("type", "support")]).await;
    holds(&answer["emailtemplates"]["emailtemplate"], &json!([{"name": "Support Ticket Reply", "custom": false}]));
    let answer = desk.ask("GetStats", &[("timeline_days", "7")]).await;
    holds(
        &answer,
        &json!({"income_today": "¥3,300 JPY", "orders_pending": 1, "orders_today_total": 0, "tickets_awaitingreply": 1,
            "tickets_closed": 1, "orders_thismonth_total": 1,
            "timeline_data": {"income": {"2026-11-22": 3300}, "new_orders": {"2026-11-20": 1, "2026-11-15": 0}}}),
    );
}

#[tokio::test]
async fn an_empty_to_do_list_has_no_key() {
    let desk = Desk::small().await;
    let answer = desk.ask("GetToDoItems", &[]).await;
    assert!(answer.get("items").is_none() && answer["totalresults"] == 0);
    let (title, status) = ("Call Aiko".to_owned(), ToDoStatus::InProgress);
    let todo =
        ToDo { id: 0, date: date(2026, 11, 1), title, description: String::new(), admin_id: 1, status, due: None };
    desk.world.write().unwrap().whmcs.todos.insert(todo);
    let row = json!({"title": "Call Aiko", "status": "In Progress", "duedate": "0000-00-00"});
    let answer = desk.ask("GetToDoItems", &[("status", "Incomplete")]).await;
    holds(&answer, &json!({"items": {"item": [row]}}));
    desk.style(Style { release: Release::V8, ..Style::default() });
    holds(&desk.ask("GetToDoItems", &[]).await, &json!({"todoitems": {"todoitem": [row]}}));
}

#[tokio::test]
async fn the_same_answer_in_other_dress() {
    let desk = Desk::small().await;
    let services = async || desk.ask("GetClientsProducts", &[("clientid", "41")]).await;
    desk.style(Style { numbers: Numbers::Native, ..Style::default() });
    holds(
        &services().await,
        &json!({"clientid": "41", "products": {"product": [{"id": 310, "domain": "09001234567"}]}}),
    );
    desk.style(Style { numbers: Numbers::Text, ..Style::default() });
    let answer = desk.ask("GetInvoice", &[("invoiceid", "9001")]).await;
    holds(&answer, &json!({"invoiceid": "9001", "ccgateway": true, "items": {"item": [{"taxed": "1"}]}}));
    let answer = desk.ask("GetClients", &[("limitstart", "9")]).await;
    assert_eq!(answer["numreturned"], json!(0), "pagers stop at the integer");
    desk.style(Style { empty: Empty::Text, lists: Lists::Collapsed, ..Style::default() });
    holds(&services().await, &json!({"products": {"product": {"id": "310"}}}));
    let answer = desk.ask("GetClientsProducts", &[("clientid", "42")]).await;
    holds(&answer, &json!({"products": ""}));
}

#[tokio::test]
async fn a_big_installation_is_searched_by_index() {
    let mut db = Db::installed();
    for n in 1..=100_000_u64 {
        let email = format!("user{n}@example.jp");
        db.clients.insert(Client { lastname: format!("Name{n}"), email, ..samples::client() });
    }
    let found = db.clients.starting_with("user99999@");
    assert_eq!(found.iter().map(|it| it.id).collect::<Vec<_>>(), [99_999]);
    let desk = Desk::open(db).await;
    let answer = desk.ask("GetClients", &[("search", "name5000")]).await;
    holds(&answer, &json!({"totalresults": 11, "numreturned": 11}));
    let answer = desk.ask("GetClients", &[("limitstart", "99999")]).await;
    holds(&answer, &json!({"totalresults": 100_000, "clients": {"client": [{"id": 100_000}]}}));
}

#[tokio::test]
async fn an_upgrade_is_priced_by_the_days_that_are_left_and_nothing_is_written() {
    let desk = Desk::small().await;
    desk.world.write().unwrap().whmcs.products.insert(Product {
        id: 23,
        group_id: 3,
        group: "Mobile".into(),
        name: "SIM 25GB".into(),
        description: String::new(),
        module: String::new(),
        recurring: true,
        prices: [(BillingCycle::Monthly, (2980, 0)), (BillingCycle::Annually, (30_000, 0))].into(),
        custom_fields: Vec::new(),
    });
    let form = |service, product, cycle| {
        [
            ("serviceid", service),
            ("type", "product"),
            ("newproductid", product),
            ("newproductbillingcycle", cycle),
            ("paymentmethod", "stripe"),
            ("calconly", "1"),
        ]
    };
    // Nine of thirty days are left: 894 of the new, 594 of the old.
    let expected = json!({"result": "success", "oldproductid": "22", "oldproductname": "SIM 10GB", "newproductid": "23",
        "newproductname": "SIM 25GB", "daysuntilrenewal": 9, "totaldays": 30, "newproductbillingcycle": "monthly",
        "price": "¥300 JPY", "upgradeinprogress": 0});
    assert_eq!(desk.ask("UpgradeProduct", &form("310", "23", "monthly")).await, expected);
    assert_eq!(desk.ask("UpgradeProduct", &form("310", "23", "annually")).await["price"], "¥29,406 JPY");
    let counts = |desk: &Desk| {
        let db = &desk.world.read().unwrap().whmcs;
        (db.orders.len(), db.invoices.len(), db.services.get(310).unwrap().product_id)
    };
    assert_eq!(counts(&desk), (1, 3, 22));
    let mut unpaid = form("310", "23", "monthly");
    unpaid[4] = ("paymentmethod", "cash");
    let mut kind = form("310", "23", "monthly");
    kind[1] = ("type", "colour");
    for (form, words) in [
        (form("1", "23", "monthly"), "Service ID Not Found"),
        (form("310", "23", "quarterly"), "Invalid Billing Cycle Requested"),
        (unpaid, "Invalid Payment Method. Valid options include stripe,banktransfer"),
        (kind, "Invalid Upgrade Type"),
    ] {
        assert_eq!(desk.refused("UpgradeProduct", &form).await, words);
    }
}
