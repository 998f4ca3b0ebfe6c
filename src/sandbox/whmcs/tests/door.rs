//! Who may pass, and what is said to those who may not.

use super::*;

#[track_caller]
fn denied(answer: &(u16, String), status: u16, words: &str) {
    let body: Value = serde_json::from_str(&answer.1).unwrap();
    assert_eq!((answer.0, body), (status, json!({"result": "error", "message": words})));
}

const OWN: [(&str, &str); 2] = [("identifier", "sandbox-identifier"), ("secret", "sandbox-secret")];

#[tokio::test]
async fn every_way_to_sign_in() {
    let desk = Desk::small().await;
    let md5 = "93bc63e0b4f48fbbff568d9fc0dc3def";
    let ways: [&[(&str, &str)]; 4] = [
        &OWN,
        &[("username", "sandbox-identifier"), ("password", "sandbox-secret")],
        &[("username", "desk"), ("password", md5)],
        &[("identifier", ""), ("secret", ""), ("username", "sandbox-identifier"), ("password", "sandbox-secret")],
    ];
    for way in ways {
        let (status, text) = desk.post("?action=whmcsDETAILS&left=over", way).await;
        assert!(status == 200 && text.contains("9.0.1"), "{text}");
    }
    let url = format!("{}?action=WhmcsDetails&identifier=sandbox-identifier&secret=sandbox-secret", desk.url);
    let answer = desk.http.get(url).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert!(answer.text().await.unwrap().contains("9.0.1"));
}

#[tokio::test]
async fn each_refusal_has_its_own_words() {
    let desk = Desk::small().await;
    let who = |user: &'static str, word: &'static str| [("username", user), ("password", word), ("action", "GetStats")];
    denied(&desk.post("?action=GetStats", &[]).await, 403, "Invalid or missing credentials");
    denied(&desk.post("", &who("sandbox-identifier", "wrong")).await, 403, "Authentication Failed");
    denied(&desk.post("", &who("nobody", "wrong")).await, 403, "Authentication Failed");
    denied(&desk.post("", &who("desk", "wrong")).await, 403, "Invalid password provided");
    denied(&desk.post("", &OWN).await, 400, "Empty action request");
    let unknown = desk.post("?action=GetNonsense", &OWN).await;
    denied(&unknown, 200, "The requested API Action could not be found.");
    desk.style(Style { release: Release::V8, ..Style::default() });
    denied(&desk.post("?action=GetNonsense", &OWN).await, 200, "Command Not Found");
    desk.world.write().unwrap().whmcs.admins.update(1, |it| it.api_access = false);
    denied(&desk.post("?action=GetStats", &OWN).await, 403, "Access Denied");
    desk.world.write().unwrap().whmcs.admins.update(1, |it| it.disabled = true);
    denied(&desk.post("?action=GetStats", &OWN).await, 403, "Administrator Account Disabled");
    desk.style(Style { refusals: Refusals::Nvp, ..Style::default() });
    let answer = desk.post("?action=GetStats&responsetype=json", &[]).await;
    assert_eq!(answer, (403, "result=error;message=Invalid or missing credentials;".to_owned()));
}

#[tokio::test]
async fn a_role_allows_some_actions_only() {
    let desk = Desk::small().await;
    desk.world.write().unwrap().whmcs.settings.credentials.push(ApiCredential {
        identifier: "junior".into(),
        secret: "s".into(),
        admin_id: 1,
        actions: Actions::Only(["getclients".to_owned()].into()),
    });
    let junior = [("identifier", "junior"), ("secret", "s")];
    assert_eq!(desk.post("?action=GetClients", &junior).await.0, 200);
    let words = "Invalid Permissions: API action \"getinvoices\" is not allowed";
    denied(&desk.post("?action=GetInvoices", &junior).await, 403, words);
}

#[tokio::test]
async fn the_address_list_is_passed_with_the_access_key() {
    let desk = Desk::small().await;
    {
        let settings = &mut desk.world.write().unwrap().whmcs.settings;
        settings.allowed_ips = Some(["203.0.113.9".parse().unwrap()].into());
        settings.access_key = Some("k3y!".into());
    }
    denied(&desk.post("?action=GetClients", &OWN).await, 403, "Invalid IP 127.0.0.1");
    assert_eq!(desk.post("?action=GetClients&accesskey=k3y!", &OWN).await.0, 200);
}

#[tokio::test]
async fn other_bodies_other_paths_and_xml() {
    let desk = Desk::small().await;
    let answer = desk.http.post(&desk.url).json(&json!({"action": "GetClients"})).send().await.unwrap();
    assert_eq!(answer.status(), 403, "PHP does not read a JSON body");
    let answer = desk.http.get(desk.url.replace("api", "nothing")).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    let (_, text) = desk.post("?action=GetClients&responsetype=xml&search=aiko", &OWN).await;
    assert!(
        text.contains("<action>getclients</action>") && text.contains("<clients>\n<client>\n<id>41</id>"),
        "{text}"
    );
}

#[tokio::test]
async fn a_multipart_form_is_a_form() {
    let desk = Desk::small().await;
    let fields = [OWN[0], OWN[1], ("action", "GetClients"), ("limitnum", "1")];
    let parts = fields
        .map(|(name, value)| format!("--b1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    let request = desk.http.post(&desk.url).header("Content-Type", "multipart/form-data; boundary=b1");
    let answer = request.body(parts.concat() + "--b1--\r\n").send().await.unwrap();
    assert!(answer.text().await.unwrap().contains("\"numreturned\":1"));
    let json = desk.http.post(&desk.url).json(&fields).send().await.unwrap();
    assert_eq!(json.status(), 403, "PHP does not read JSON into its variables");
}
