//! Who is let in, what topics and schemas there are, and what is refused in which words.

use apache_avro::Schema;
use serde_json::{Value, json};
use tonic::Code;

use super::client::*;
use crate::sandbox::Sandbox;
use crate::sandbox::faults::{Fault, Order, System};

fn name(text: &str) -> Name {
    Name { name: text.to_owned() }
}

async fn topic(client: &mut Client, text: &str) -> Result<TopicAnswer, tonic::Status> {
    client.call("GetTopic", name(text)).await
}

#[tokio::test]
async fn topics_name_schemas_that_any_avro_reader_understands() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let objects = ["Account", "Contact", "Case", "Order", "OrderItem", "Opportunity", "Task"];
    let changes = objects.map(|object| (format!("/data/{object}ChangeEvent"), format!("{object}ChangeEvent"), false));
    let said = ["OrderProvisionRequested__e", "Account_Eligibility_Update__e", "Case_Status_Update__e"];
    let said = said.map(|event| (format!("/event/{event}"), event.to_owned(), true));
    for (path, record, publish) in changes.into_iter().chain(said) {
        let answer = topic(&mut client, &path).await.unwrap();
        assert_eq!((answer.name, answer.subscribe, answer.publish), (path.clone(), true, publish));
        assert!(!answer.tenant.is_empty() && answer.rpc.len() == 36);
        assert_eq!(answer.schema.len(), 22, "sixteen bytes in base64url");
        let text = client.schema(&answer.schema).await;
        let schema: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&schema["name"], &schema["namespace"]), (&json!(record), &json!("com.sforce.eventbus")));
        assert_eq!(schema["uuid"], json!(answer.schema));
        assert!(matches!(Schema::parse_str(&text).unwrap(), Schema::Record(_)), "{path}");
        let (status, rest) = client
            .rest("GET", &format!("/event/eventSchema/{}?payloadFormat=COMPACT", answer.schema), Value::Null)
            .await;
        assert_eq!((status, rest), (200, schema), "REST knows the same schema");
    }
    assert_eq!(topic(&mut client, "/data/ChangeEvents").await.unwrap().schema, "", "its events name theirs");
}

#[tokio::test]
async fn an_accounts_schema_says_what_its_fields_mean() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let id = topic(&mut client, ACCOUNTS).await.unwrap().schema;
    let schema: Value = serde_json::from_str(&client.schema(&id).await).unwrap();
    let fields = schema["fields"].as_array().unwrap();
    let header = &fields[0];
    assert_eq!((&header["name"], &header["doc"]), (&json!("ChangeEventHeader"), &json!("Data:ComplexValueType")));
    let parts: Vec<&str> =
        header["type"]["fields"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(
        parts,
        [
            "entityName",
            "recordIds",
            "changeType",
            "changeOrigin",
            "transactionKey",
            "sequenceNumber",
            "commitTimestamp",
            "commitNumber",
            "commitUser",
            "nulledFields",
            "diffFields",
            "changedFields",
        ]
    );
    let field = |name: &str| fields.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("{name}"));
    let of = |name: &str| (field(name)["type"].clone(), field(name)["doc"].as_str().unwrap().to_owned());
    let optional = |kind: &str| json!(["null", kind]);
    assert_eq!(of("Phone"), (optional("string"), "Data:Phone".to_owned()));
    assert_eq!(of("OwnerId"), (optional("string"), "ForeignKey:EntityId".to_owned()));
    assert_eq!(of("CreatedDate"), (optional("long"), "CreatedDate:DateTime".to_owned()));
    assert_eq!(of("CreatedById"), (optional("string"), "CreatedBy:EntityId".to_owned()));
    assert_eq!(of("PersonBirthdate"), (optional("long"), "Data:DateOnly".to_owned()));
    assert_eq!(of("AnnualRevenue"), (optional("double"), "Data:Currency".to_owned()));
    assert_eq!(of("NumberOfEmployees"), (optional("int"), "Data:Integer".to_owned()));
    assert_eq!(of("PersonDoNotCall"), (optional("boolean"), "Data:Boolean".to_owned()));
    let (_, custom) = of("Internet_Eligibility_Status__c");
    assert!(custom.starts_with("Data:StaticEnum:00N") && custom.len() == "Data:StaticEnum:".len() + 15, "{custom}");
    let (person, doc) = of("Name");
    assert_eq!(
        (&person[0], &person[1], &person[2]["name"]),
        (&json!("null"), &json!("string"), &json!("Switchable_PersonName"))
    );
    assert_eq!(doc, "Data:Switchable_PersonName");
    assert_eq!(of("BillingAddress").0[1]["name"], "Address");
    assert_eq!(of("ShippingAddress").0, json!(["null", "Address"]), "a type is written once and named from then on");
    for gone in ["Id", "IsDeleted", "SystemModstamp", "LastActivityDate", "LastName", "BillingCity"] {
        assert!(fields.iter().all(|it| it["name"] != gone), "{gone}");
    }
    assert!(fields[1..].iter().all(|it| it["default"].is_null() && it["type"][0] == "null"));
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_code() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    for (path, code, word) in [
        ("", Code::InvalidArgument, "topic.validation.empty"),
        ("/data/CaseCommentChangeEvent", Code::NotFound, "topic.not.found"),
        ("/data/casechangeevent", Code::NotFound, "topic.not.found"),
        ("/event/Nothing__e", Code::NotFound, "topic.not.found"),
        ("CaseChangeEvent", Code::NotFound, "topic.not.found"),
    ] {
        refused(&topic(&mut client, path).await.unwrap_err(), code, word);
        let mut stream = client.subscribe(from(path, LATEST, 1)).await;
        refused(&stream.end().await, code, word);
    }
    for id in ["", "K98aAtiNFBjA-PJlcvaQ2g"] {
        let status = client.call::<_, SchemaAnswer>("GetSchema", name(id)).await.unwrap_err();
        refused(&status, Code::InvalidArgument, "schema.validation.failed");
        let (status, _) = client.rest("GET", "/event/eventSchema/none?payloadFormat=COMPACT", Value::Null).await;
        assert_eq!(status, 404);
    }
    for method in ["ManagedSubscribe", "PublishStream", "Whatever"] {
        let status = client.call::<_, Name>(method, name("")).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented);
    }
}

#[tokio::test]
async fn every_call_brings_a_session_of_this_org() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    for missing in 0..3 {
        let mut client = Client::of(&sandbox).await;
        client.headers.remove(missing);
        let status = topic(&mut client, CASES).await.unwrap_err();
        refused(&status, Code::Unauthenticated, "service.auth.headers.invalid");
        let status = client.open().await.err().unwrap();
        refused(&status, Code::Unauthenticated, "service.auth.headers.invalid");
    }
    for (place, value) in [(0, "00DQ80!nonsense"), (1, "not an address"), (2, "00D000000000062EAA")] {
        let mut client = Client::of(&sandbox).await;
        client.headers[place].1 = value.to_owned();
        let status = topic(&mut client, CASES).await.unwrap_err();
        refused(&status, Code::Unauthenticated, "service.auth.error");
    }
    let mut client = Client::of(&sandbox).await;
    client.headers[2].1.truncate(15);
    topic(&mut client, CASES).await.expect("an org id of fifteen characters is one");
}

#[tokio::test]
async fn a_stream_outlives_its_session_and_a_new_call_does_not() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    let mut stream = client.listen(&sandbox, CASES, 5).await;
    sandbox.advance(jiff::SignedDuration::from_hours(3));
    super::changes::case(&sandbox, "after three hours");
    assert_eq!(stream.events(1).await.len(), 1);
    refused(&topic(&mut client, CASES).await.unwrap_err(), Code::Unauthenticated, "service.auth.error");
    stream.ask(Ask { count: 1, token: client.token.clone(), ..Ask::default() });
    refused(&stream.end().await, Code::Unauthenticated, "service.auth.refresh.invalid");
}

#[tokio::test]
async fn calls_suffer_the_faults_that_all_calls_suffer() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    let mut client = Client::of(&sandbox).await;
    for (code, status, word) in [
        ("service.unavailable", Code::Unavailable, "service.unavailable"),
        ("service.protection.triggered", Code::ResourceExhausted, "service.protection.triggered"),
        ("service.tenant.license", Code::PermissionDenied, "service.tenant.license"),
        ("topic.api.unavailable", Code::Unavailable, "topic.api.unavailable"),
        ("schema.meta.permission", Code::PermissionDenied, "schema.meta.permission"),
        ("subscription.internal.error", Code::Internal, "subscription.internal.error"),
        ("sfdc.platform.eventbus.grpc.topic.meta.permission", Code::PermissionDenied, "topic.meta.permission"),
    ] {
        let fault = Fault::VendorError { code: code.to_owned(), message: Some("as ordered".to_owned()) };
        sandbox.misbehave(Order::on(System::Salesforce, fault).matching("PubSub").times(1));
        refused(&topic(&mut client, CASES).await.unwrap_err(), status, word);
    }
    sandbox.misbehave(Order::on(System::Salesforce, Fault::Unavailable503).matching("Subscribe").times(2));
    for _ in 0..2 {
        assert_eq!(client.subscribe(from(CASES, LATEST, 1)).await.end().await.code(), Code::Unavailable);
    }
    sandbox.misbehave(Order::on(System::Salesforce, Fault::DropBefore).matching("GetTopic").times(1));
    topic(&mut client, CASES).await.unwrap_err();
    sandbox.misbehave(Order::on(System::Salesforce, Fault::ExpiredSession));
    refused(&topic(&mut client, CASES).await.unwrap_err(), Code::Unauthenticated, "service.auth.error");
    assert_eq!(sandbox.counts()[&System::Salesforce]["PubSub/Subscribe"], 2);
}

#[tokio::test]
async fn the_same_service_answers_over_tls() {
    let sandbox = Sandbox::for_test(today()).await.unwrap();
    assert_eq!((sandbox.pubsub_tls.scheme(), sandbox.pubsub_tls.host_str()), ("https", Some("127.0.0.1")));
    let mut client = Client::secured(&sandbox).await;
    let mut stream = client.listen(&sandbox, CASES, 5).await;
    super::changes::case(&sandbox, "heard over TLS");
    let events = stream.events(1).await;
    assert_eq!(client.read(&events[0]).await.0["Subject"], "heard over TLS");
    let url = sandbox.control.join("pubsub/certificate").unwrap();
    let told = crate::sandbox::tests::http().get(url).send().await.unwrap().text().await.unwrap();
    assert_eq!(told, sandbox.pubsub_certificate);
}
