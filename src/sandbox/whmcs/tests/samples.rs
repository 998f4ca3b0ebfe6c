//! One of each row, and a small installation of them. Today is 22 November 2026.

use super::*;

pub(super) fn client() -> Client {
    Client {
        id: 0,
        uuid: "0a7c0000-0000-4000-8000-000000000041".into(),
        owner_user_id: 7,
        firstname: "Aiko".into(),
        lastname: "O'Mori".into(),
        companyname: String::new(),
        email: "aiko@example.jp".into(),
        address1: "1-2-3 Shiba".into(),
        address2: String::new(),
        city: "Minato-ku".into(),
        state: "Tokyo".into(),
        postcode: "105-0014".into(),
        country: "JP".into(),
        phone: "090-0123-4567".into(),
        status: ClientStatus::Active,
        credit: 500,
        created: date(2024, 5, 2),
        group_id: 0,
        default_gateway: "stripe".into(),
        notes: String::new(),
        language: String::new(),
        tax_exempt: false,
        auto_charge_off: false,
        marketing_opt_in: true,
        email_verified: true,
        last_login: Some(Login { at: datetime(2026, 10, 3, 10, 26, 0, 0), ip: "203.0.113.7".into(), host: "h".into() }),
        custom_fields: [(198, "C-000123".into())].into(),
    }
}

pub(super) fn service() -> Service {
    Service {
        id: 0,
        client_id: 41,
        order_id: 77,
        product_id: 22,
        registered: date(2024, 5, 2),
        domain: "09001234567".into(),
        first_payment: 3300,
        recurring: 1980,
        gateway: "stripe".into(),
        cycle: BillingCycle::Monthly,
        next_due: Some(date(2026, 12, 1)),
        status: ServiceStatus::Active,
        suspension_reason: String::new(),
        username: String::new(),
        password: "clear".into(),
        notes: String::new(),
        no_suspend_until: None,
        terminated: None,
        custom_fields: [(31, "8981000000000000009".into())].into(),
        options: vec![ConfigOption { id: 4, name: "Voice mail".into(), kind: "dropdown".into(), value: "Yes".into() }],
    }
}

pub(super) fn invoice() -> Invoice {
    Invoice {
        id: 0,
        client_id: 41,
        number: String::new(),
        date: date(2026, 11, 1),
        due: date(2026, 11, 25),
        paid_at: None,
        captured_at: None,
        refunded_at: None,
        cancelled_at: None,
        credit: 0,
        tax_percent: 10,
        status: InvoiceStatus::Unpaid,
        gateway: "stripe".into(),
        notes: String::new(),
        created: datetime(2026, 11, 1, 0, 5, 11, 0),
        updated: datetime(2026, 11, 1, 0, 5, 11, 0),
        items: vec![InvoiceItem {
            id: 0,
            kind: "Hosting".into(),
            rel_id: 310,
            description: "SIM 10GB".into(),
            amount: 3000,
            taxed: true,
        }],
    }
}

pub(super) fn order() -> Order {
    Order {
        id: 0,
        number: 4_820_193_375,
        client_id: 41,
        contact_id: 0,
        requestor_id: 7,
        admin_id: 0,
        date: datetime(2026, 11, 20, 13, 59, 35, 0),
        amount: 3300,
        gateway: "stripe".into(),
        invoice_id: 9001,
        status: "Pending".into(),
        ip: "203.0.113.7".into(),
        promo_code: String::new(),
        notes: "sfOrderId=801000000000001AAA".into(),
        lines: vec![OrderLine::Service(310), OrderLine::Addon(5)],
    }
}

pub(super) fn ticket() -> Ticket {
    Ticket {
        id: 0,
        tid: "ABC-516757".into(),
        department_id: 2,
        client_id: 41,
        contact_id: 0,
        name: "Aiko O'Mori".into(),
        email: "aiko@example.jp".into(),
        requestor: Requestor::Owner,
        cc: String::new(),
        secret: "KPqH7yG3".into(),
        date: datetime(2026, 11, 21, 9, 12, 0, 0),
        subject: "SIM <not> connecting".into(),
        message: "Hello,\nIt's down".into(),
        status: "Customer-Reply".into(),
        priority: Priority::Medium,
        admin: String::new(),
        attachments: vec!["a.png".into()],
        last_reply: datetime(2026, 11, 21, 10, 2, 11, 0),
        flag: 0,
        service: "S310".into(),
        replies: vec![Reply {
            id: 0,
            client_id: 0,
            contact_id: 0,
            name: String::new(),
            email: String::new(),
            requestor: Requestor::Operator,
            date: datetime(2026, 11, 21, 9, 40, 0, 0),
            message: "Checking".into(),
            attachments: Vec::new(),
            admin: "Desk One".into(),
        }],
        notes: vec![Note {
            id: 0,
            admin: "Desk One".into(),
            date: datetime(2026, 11, 21, 9, 41, 0, 0),
            message: "NOC told".into(),
        }],
    }
}

fn pay_method(id: Id, kind: PayMethodKind) -> PayMethod {
    PayMethod {
        id,
        client_id: 41,
        kind,
        description: "Main".into(),
        gateway: "stripe".into(),
        last_four: "4242".into(),
        expires: Some(date(2028, 2, 29)),
        brand: "Visa".into(),
        bank_name: "Example Bank".into(),
        remote_token: "{\"customer\":\"cus_x\"}".into(),
        updated: datetime(2026, 5, 17, 10, 1, 0, 0),
    }
}

fn product() -> Product {
    Product {
        id: 22,
        group_id: 3,
        group: "Mobile".into(),
        name: "SIM 10GB".into(),
        description: "<b>10 GB</b>".into(),
        module: String::new(),
        recurring: true,
        prices: [(BillingCycle::Monthly, (1980, 1100))].into(),
        custom_fields: vec![
            CustomField { id: 31, name: "ICCID".into(), required: true },
            CustomField { id: 32, name: "EID".into(), required: false },
        ],
    }
}

/// Client 41 with one of everything, client 42 with nothing.
pub(super) fn small() -> Db {
    let mut db = Db::installed();
    db.clients.insert(Client { id: 41, ..client() });
    db.clients.insert(Client {
        id: 42,
        firstname: "Bob".into(),
        lastname: "Aikawa".into(),
        companyname: "Acme & Co".into(),
        email: "bob@example.com".into(),
        status: ClientStatus::Closed,
        credit: 0,
        last_login: None,
        custom_fields: [].into(),
        ..client()
    });
    db.users.insert(User {
        id: 7,
        firstname: "Aiko".into(),
        lastname: "O'Mori".into(),
        email: "aiko@example.jp".into(),
        created: datetime(2024, 5, 2, 9, 0, 0, 0),
        clients: vec![(41, true), (42, false)],
    });
    db.contacts.insert(Contact {
        id: 3,
        client_id: 41,
        firstname: "Ken".into(),
        lastname: "Mori".into(),
        companyname: String::new(),
        email: "ken@example.jp".into(),
        address1: String::new(),
        address2: String::new(),
        city: String::new(),
        state: String::new(),
        postcode: String::new(),
        country: "JP".into(),
        phone: "09007654321".into(),
        invoice_emails: true,
        created: datetime(2024, 5, 2, 9, 0, 0, 0),
    });
    db.products.insert(product());
    db.services.insert(Service { id: 310, ..service() });
    db.addons.insert(Addon {
        id: 5,
        service_id: 310,
        client_id: 41,
        order_id: 77,
        addon_id: 2,
        name: "Call waiting".into(),
        setup_fee: 0,
        recurring: 220,
        cycle: BillingCycle::Monthly,
        taxed: true,
        status: ServiceStatus::Active,
        registered: date(2024, 5, 2),
        next_due: Some(date(2026, 12, 1)),
        gateway: "stripe".into(),
        notes: String::new(),
    });
    let paid_at = Some(datetime(2026, 10, 2, 3, 0, 0, 0));
    db.add_invoice(Invoice { id: 9000, status: InvoiceStatus::Paid, due: date(2026, 10, 25), paid_at, ..invoice() });
    db.add_invoice(Invoice { id: 9001, ..invoice() });
    db.add_invoice(Invoice { id: 9002, due: date(2026, 11, 10), ..invoice() });
    db.transactions.insert(Transaction {
        id: 70,
        client_id: 41,
        invoice_id: 9000,
        gateway: "stripe".into(),
        date: datetime(2026, 11, 22, 3, 0, 0, 0),
        description: "Invoice Payment".into(),
        amount_in: 3300,
        fees: 0,
        amount_out: 0,
        transid: "pi_1".into(),
        refund_id: 0,
    });
    let description = "Add Funds".to_owned();
    db.credits.insert(Credit { id: 6, client_id: 41, date: date(2026, 9, 1), description, amount: 500, rel_id: 0 });
    db.pay_methods.insert(pay_method(3, PayMethodKind::RemoteCreditCard));
    db.pay_methods.insert(pay_method(4, PayMethodKind::BankAccount));
    db.orders.insert(Order { id: 77, ..order() });
    db.add_ticket(Ticket { id: 812, ..ticket() });
    let closed = ("Closed".to_owned(), "77".to_owned());
    db.add_ticket(Ticket { id: 813, status: closed.0, tid: closed.1, client_id: 0, department_id: 3, ..ticket() });
    db.emails.insert(Email {
        id: 9,
        client_id: 41,
        subject: "Customer Invoice".into(),
        message: "<p>Dear Aiko</p>".into(),
        date: datetime(2026, 11, 1, 0, 6, 0, 0),
        to: "aiko@example.jp".into(),
        pending: false,
        failure: Some("mailbox full".into()),
        retries: 1,
    });
    for n in 1..=60 {
        db.activity.insert(Activity {
            id: 0,
            client_id: if n % 2 == 0 { 41 } else { 0 },
            user_id: 0,
            admin_id: 0,
            date: datetime(2026, 11, 22, 1, 0, 0, 0),
            description: format!("Invoice {n} created"),
            username: "System".into(),
            ip: String::new(),
        });
    }
    db.module_queue.insert(ModuleQueueEntry {
        id: 2,
        service_type: "service".into(),
        service_id: 310,
        module: "freebit".into(),
        action: "CreateAccount".into(),
        last_attempt: datetime(2026, 11, 21, 1, 0, 0, 0),
        last_error: "210 unknown account".into(),
        retries: 3,
        completed: false,
        created: datetime(2026, 11, 20, 1, 0, 0, 0),
    });
    db
}
