//! Clients, their users and contacts.

use serde_json::{Map, Value, json};

use super::api::Ask;
use super::db::{Activity, Client, ClientStatus, Contact, Db, Id, InvoiceStatus, Row, ServiceStatus, Table, User};
use super::params::Params;
use super::php::custom_fields;
use super::reply::{Answer, Page, html, joined, lines, moment, money, price, refuse, success};

/// `GetClients`: `search` is a prefix of e-mail, first, last, full or company name; rows carry no phone or address.
pub(super) fn get_clients(db: &Db, ask: &Ask) -> Answer {
    let page = Page::asked(ask.params);
    let status = ask.params.get("status");
    let order = ask.params.text("orderby");
    let descending = descending(ask.params, "sorting");
    let by_id = matches!(order, "" | "id");
    if by_id && status.is_none() && ask.params.get("search").is_none() {
        // The first page of everybody must not cost a look at everybody.
        let total = db.clients.len();
        let rows = if descending {
            page.of(total, db.clients.iter().rev(), client_row)
        } else {
            page.of(total, db.clients.iter(), client_row)
        };
        return rows.envelope("clients", "client");
    }
    let mut clients = found(&db.clients, ask.params);
    if let Some(status) = status {
        clients.retain(|it| it.status.as_str().eq_ignore_ascii_case(status));
    }
    match order {
        "firstname" => clients.sort_by_cached_key(|it| it.firstname.to_lowercase()),
        "lastname" => clients.sort_by_cached_key(|it| it.lastname.to_lowercase()),
        "companyname" => clients.sort_by_cached_key(|it| it.companyname.to_lowercase()),
        "email" => clients.sort_by_cached_key(|it| it.email.to_lowercase()),
        "groupid" => clients.sort_by_key(|it| it.group_id),
        "datecreated" => clients.sort_by_key(|it| it.created),
        "status" => clients.sort_by_key(|it| it.status.as_str()),
        _ => {}
    }
    if descending {
        clients.reverse();
    }
    page.of(clients.len(), clients.into_iter(), client_row).envelope("clients", "client")
}

fn found<'a, T: Row>(table: &'a Table<T>, params: &Params) -> Vec<&'a T> {
    params.get("search").map_or_else(|| table.iter().collect(), |search| table.starting_with(search))
}

pub(super) fn descending(params: &Params, name: &str) -> bool {
    params.text(name).eq_ignore_ascii_case("desc")
}

fn client_row(it: &Client) -> Value {
    json!({
        "id": it.id, "firstname": html(&it.firstname), "lastname": html(&it.lastname),
        "companyname": html(&it.companyname), "email": html(&it.email), "datecreated": it.created.to_string(),
        "groupid": it.group_id, "status": it.status.as_str(),
    })
}

/// `GetClientsDetails`: the fields stand under `client` and, deprecated, once more at the root; `stats` on demand.
pub(super) fn get_clients_details(db: &Db, ask: &Ask) -> Answer {
    let client = match (ask.params.id("clientid"), ask.params.get("email")) {
        (Some(id), _) => db.clients.get(id),
        (None, Some(email)) => db.clients.named(email).find(|it| it.email.eq_ignore_ascii_case(email)),
        (None, None) => return refuse("Either clientid Or email Is Required"),
    };
    let Some(client) = client else { return refuse("Client Not Found") };
    let fields = details(db, client);
    let mut answer = success(Value::Object(fields.clone()))?;
    answer.insert("client".to_owned(), Value::Object(fields));
    if ask.params.flag("stats") {
        answer.insert("stats".to_owned(), stats(db, client, ask));
    }
    Ok(answer)
}

fn details(db: &Db, it: &Client) -> Map<String, Value> {
    let (country, calling_code) = country(&it.country);
    let phone: String = it.phone.chars().filter(char::is_ascii_digit).collect();
    let national = phone.strip_prefix('0').unwrap_or(&phone);
    let formatted = if phone.is_empty() { String::new() } else { format!("+{calling_code}.{national}") };
    let users: Vec<Value> = db
        .users
        .of(it.id)
        .map(|user| {
            let owner = user.clients.contains(&(it.id, true));
            json!({"id": user.id, "name": html(&user_name(user)), "email": html(&user.email), "is_owner": owner})
        })
        .collect();
    let login = it.last_login.as_ref().map_or_else(
        || "No Login Logged".to_owned(),
        |it| format!("Date: {}<br>IP Address: {}<br>Host: {}", it.at.strftime("%d/%m/%Y %H:%M"), it.ip, it.host),
    );
    let custom: Vec<Value> =
        it.custom_fields.iter().map(|(id, value)| json!({"id": id, "value": html(value)})).collect();
    let currency = db.settings.currencies.first();
    let person = json!({
        "client_id": it.id, "owner_user_id": it.owner_user_id, "userid": it.id, "id": it.id, "uuid": it.uuid,
        "firstname": html(&it.firstname), "lastname": html(&it.lastname), "fullname": html(&it.full_name()),
        "companyname": html(&it.companyname), "email": html(&it.email), "address1": html(&it.address1),
        "address2": html(&it.address2), "city": html(&it.city), "fullstate": html(&it.state),
        "state": html(&it.state), "postcode": html(&it.postcode), "countrycode": it.country, "country": it.country,
        "phonenumber": html(&it.phone), "tax_id": "",
    });
    let account = json!({
        "email_preferences": {
            "general": "1", "invoice": "1", "support": "1", "product": "1", "domain": "1", "affiliate": "1",
        },
        "statecode": html(&it.state), "countryname": country, "phonecc": calling_code,
        "phonenumberformatted": formatted, "telephoneNumber": formatted, "billingcid": 0,
        "notes": lines(&it.notes), "currency": currency.map_or(0, |it| it.id), "defaultgateway": it.default_gateway,
        "groupid": it.group_id, "status": it.status.as_str(), "credit": money(it.credit), "taxexempt": it.tax_exempt,
        "latefeeoveride": false, "overideduenotices": false, "separateinvoices": false,
        "disableautocc": it.auto_charge_off, "emailoptout": !it.marketing_opt_in,
        "marketing_emails_opt_in": it.marketing_opt_in, "overrideautoclose": false, "allowSingleSignOn": 1,
        "email_verified": it.email_verified, "language": it.language,
        "isOptedInToMarketingEmails": it.marketing_opt_in, "lastlogin": login,
        "currency_code": currency.map_or("", |it| &it.code), "customfields": custom,
    });
    let mut fields = joined([person, account]);
    for (n, value) in it.custom_fields.values().enumerate() {
        fields.insert(format!("customfields{}", n + 1), html(value).into());
    }
    fields.insert("users".to_owned(), json!({"user": users}));
    fields
}

fn user_name(user: &User) -> String {
    format!("{} {}", user.firstname, user.lastname)
}

/// Countries customers come from: name and calling code by ISO code. An unlisted one shows its code.
fn country(code: &str) -> (&str, &'static str) {
    match code {
        "JP" => ("Japan", "81"),
        "AU" => ("Australia", "61"),
        "BR" => ("Brazil", "55"),
        "CA" => ("Canada", "1"),
        "CN" => ("China", "86"),
        "DE" => ("Germany", "49"),
        "FR" => ("France", "33"),
        "GB" => ("United Kingdom", "44"),
        "ID" => ("Indonesia", "62"),
        "IN" => ("India", "91"),
        "KR" => ("Korea, Republic of", "82"),
        "NP" => ("Nepal", "977"),
        "PH" => ("Philippines", "63"),
        "TH" => ("Thailand", "66"),
        "TW" => ("Taiwan", "886"),
        "US" => ("United States", "1"),
        "VN" => ("Viet Nam", "84"),
        other => (other, ""),
    }
}

/// The `stats` block: counts, and amounts formatted for eyes.
fn stats(db: &Db, client: &Client, ask: &Ask) -> Value {
    let currency = db.settings.currencies.first();
    let price = |yen| price(yen, currency);
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    let today = ask.now.date();
    let balance = |it: &super::db::Invoice| it.total() - db.paid_towards(it);
    let unpaid: Vec<_> = db.invoices.of(client.id).filter(|it| it.status == InvoiceStatus::Unpaid).collect();
    let overdue: Vec<_> = unpaid.iter().filter(|it| it.is_overdue(today)).collect();
    let income: i64 = db.transactions.of(client.id).map(|it| it.amount_in).sum();
    let expenses: i64 = db.transactions.of(client.id).map(|it| it.amount_out + it.fees).sum();
    put("numdueinvoices", unpaid.len().into());
    put("dueinvoicesbalance", price(unpaid.iter().map(|it| balance(it)).sum()).into());
    put("incredit", (client.credit > 0).into());
    put("creditbalance", price(client.credit).into());
    put("grossRevenue", price(income).into());
    put("expenses", price(expenses).into());
    put("income", price(income - expenses).into());
    put("numoverdueinvoices", overdue.len().into());
    put("overdueinvoicesbalance", price(overdue.iter().map(|it| balance(it)).sum()).into());
    for (status, count_key, sum_key) in [
        (InvoiceStatus::Draft, "numDraftInvoices", "draftInvoicesBalance"),
        (InvoiceStatus::Unpaid, "numunpaidinvoices", "unpaidinvoicesamount"),
        (InvoiceStatus::Paid, "numpaidinvoices", "paidinvoicesamount"),
        (InvoiceStatus::Cancelled, "numcancelledinvoices", "cancelledinvoicesamount"),
        (InvoiceStatus::Refunded, "numrefundedinvoices", "refundedinvoicesamount"),
        (InvoiceStatus::Collections, "numcollectionsinvoices", "collectionsinvoicesamount"),
        (InvoiceStatus::PaymentPending, "numpaymentpendinginvoices", "paymentpendinginvoicesamount"),
    ] {
        let totals: Vec<i64> =
            db.invoices.of(client.id).filter(|it| it.status == status).map(super::db::Invoice::total).collect();
        put(count_key, totals.len().into());
        put(sum_key, price(totals.iter().sum()).into());
    }
    let (mut active, mut all) = (0_usize, 0_usize);
    for service in db.services.of(client.id) {
        all += 1;
        active += usize::from(service.status == ServiceStatus::Active);
    }
    for kind in ["hosting", "reseller", "servers"] {
        put(&format!("productsnumactive{kind}"), 0.into());
        put(&format!("productsnum{kind}"), 0.into());
    }
    // A telecom's products are all of type "other".
    put("productsnumactiveother", active.into());
    put("productsnumother", all.into());
    put("productsnumactive", active.into());
    put("productsnumtotal", all.into());
    for key in ["numactivedomains", "numdomains", "numacceptedquotes", "numquotes"] {
        put(key, 0.into());
    }
    put("numtickets", db.tickets.of(client.id).count().into());
    put("numactivetickets", db.tickets.of(client.id).filter(|it| it.is_open()).count().into());
    put("numaffiliatesignups", 0.into());
    put("isAffiliate", false.into());
    Value::Object(out)
}

/// `GetContacts`: every filter is an exact match; the only place a phone number can be searched.
pub(super) fn get_contacts(db: &Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let contacts: Vec<&Contact> = if let Some(client) = params.id("userid") {
        db.contacts.of(client).collect()
    } else if let Some(word) = params.get("email").or_else(|| params.get("phonenumber")) {
        db.contacts.named(word).collect()
    } else {
        db.contacts.iter().collect()
    };
    let wanted = |it: &&Contact| {
        [
            ("firstname", &it.firstname),
            ("lastname", &it.lastname),
            ("companyname", &it.companyname),
            ("email", &it.email),
            ("address1", &it.address1),
            ("address2", &it.address2),
            ("city", &it.city),
            ("state", &it.state),
            ("postcode", &it.postcode),
            ("country", &it.country),
            ("phonenumber", &it.phone),
        ]
        .iter()
        .all(|(key, value)| params.get(key).is_none_or(|asked| asked.eq_ignore_ascii_case(value)))
    };
    Page::asked(params).counted(contacts.into_iter().filter(wanted), contact_row).envelope("contacts", "contact")
}

fn contact_row(it: &Contact) -> Value {
    json!({
        "id": it.id, "userid": it.client_id, "firstname": html(&it.firstname), "lastname": html(&it.lastname),
        "companyname": html(&it.companyname), "email": html(&it.email), "address1": html(&it.address1),
        "address2": html(&it.address2), "city": html(&it.city), "state": html(&it.state),
        "postcode": html(&it.postcode), "country": it.country, "phonenumber": html(&it.phone),
        "domainemails": false, "generalemails": false, "invoiceemails": it.invoice_emails, "productemails": false,
        "supportemails": false, "affiliateemails": false, "created_at": moment(Some(it.created)),
        "updated_at": moment(Some(it.created)),
    })
}

/// `GetUsers`: a flat list of login identities.
pub(super) fn get_users(db: &Db, ask: &Ask) -> Answer {
    let mut users = found(&db.users, ask.params);
    if descending(ask.params, "sorting") {
        users.reverse();
    }
    let rows = Page::asked(ask.params).of(users.len(), users.into_iter(), |it| {
        let clients: Vec<Value> = it.clients.iter().map(|(id, owner)| json!({"id": id, "isOwner": owner})).collect();
        json!({
            "id": it.id, "firstname": html(&it.firstname), "lastname": html(&it.lastname), "email": html(&it.email),
            "datecreated": moment(Some(it.created)), "validationdata": "", "clients": clients,
        })
    });
    success(json!({
        "totalresults": rows.total, "startnumber": rows.start, "numreturned": rows.page.len(), "users": rows.page,
    }))
}

/// `UpdateClient`: overwrites what is sent; answers the client's id as it was sent.
pub(super) fn update_client(db: &mut Db, ask: &Ask) -> Answer {
    let params = ask.params;
    let client = match (params.id("clientid"), params.get("clientemail")) {
        (Some(id), _) => db.clients.get(id),
        (None, Some(email)) => db.clients.named(email).find(|it| it.email.eq_ignore_ascii_case(email)),
        (None, None) => None,
    };
    let Some(id) = client.map(|it| it.id) else { return refuse("Client ID Not Found") };
    if let Some(email) = params.get("email") {
        if !email.contains('@') {
            return refuse("The email address you entered was not valid");
        }
        if db.clients.named(email).any(|it| it.id != id && it.email.eq_ignore_ascii_case(email)) {
            return refuse("Duplicate Email Address");
        }
    }
    let gateway = params.get("paymentmethod").map(str::to_owned);
    db.clients.update(id, |it| {
        for (name, field) in [
            ("firstname", &mut it.firstname),
            ("lastname", &mut it.lastname),
            ("companyname", &mut it.companyname),
            ("email", &mut it.email),
            ("address1", &mut it.address1),
            ("address2", &mut it.address2),
            ("city", &mut it.city),
            ("state", &mut it.state),
            ("postcode", &mut it.postcode),
            ("country", &mut it.country),
            ("phonenumber", &mut it.phone),
            ("language", &mut it.language),
            ("notes", &mut it.notes),
            ("paymentmethod", &mut it.default_gateway),
        ] {
            params.set(name, field);
        }
        it.group_id = params.id("groupid").unwrap_or(it.group_id);
        it.status = ClientStatus::parse(params.text("status")).unwrap_or(it.status);
        if params.raw("taxexempt").is_some() {
            it.tax_exempt = params.flag("taxexempt");
        }
        if params.raw("disableautocc").is_some() {
            it.auto_charge_off = params.flag("disableautocc");
        }
        if params.raw("marketingoptin").is_some() {
            it.marketing_opt_in = params.flag("marketingoptin");
        }
        it.custom_fields.extend(custom_fields(params.text("customfields")));
    });
    if let Some(gateway) = gateway {
        pay_by(db, id, &gateway);
    }
    log(db, ask, id, &format!("Client Profile Modified - User ID: {id}"));
    success(json!({"clientid": params.get("clientid").map_or_else(|| id.to_string(), str::to_owned)}))
}

/// A client's new payment method spreads to services and unpaid invoices.
fn pay_by(db: &mut Db, client_id: Id, gateway: &str) {
    let services: Vec<Id> = db.services.of(client_id).map(|it| it.id).collect();
    for id in services {
        db.services.update(id, |it| gateway.clone_into(&mut it.gateway));
    }
    let unpaid = |it: &&super::db::Invoice| it.status == InvoiceStatus::Unpaid;
    let invoices: Vec<Id> = db.invoices.of(client_id).filter(unpaid).map(|it| it.id).collect();
    for id in invoices {
        db.invoices.update(id, |it| gateway.clone_into(&mut it.gateway));
    }
}

/// `AddClientNote`: answers the note's id as a string. No action reads notes back; the activity log tells of them.
pub(super) fn add_client_note(db: &mut Db, ask: &Ask) -> Answer {
    let Some(client) = ask.params.id("userid").filter(|id| db.clients.get(*id).is_some()) else {
        return refuse("Client ID not found");
    };
    if ask.params.get("notes").is_none() {
        return refuse("Notes can not be empty");
    }
    db.last_note += 1;
    log(db, ask, client, &format!("Note added - User ID: {client}"));
    success(json!({"noteid": db.last_note.to_string()}))
}

/// Writes a line of the activity log in the caller's name.
pub(super) fn log(db: &mut Db, ask: &Ask, client_id: Id, description: &str) {
    db.activity.insert(Activity {
        id: 0,
        client_id,
        user_id: 0,
        admin_id: ask.caller.admin_id,
        date: ask.now,
        description: description.to_owned(),
        username: ask.caller.username.clone(),
        ip: ask.caller.ip.clone(),
    });
}
