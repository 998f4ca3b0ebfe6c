use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::*;

const REDIRECT: &str = "http://localhost:1717/OauthRedirect";

#[tokio::test]
async fn the_token_answer_is_the_vendors() {
    let org = Org::open().await;
    let (status, body) = org.sign_in(&[("grant_type", "client_credentials")]).await;
    assert_eq!(status, 200);
    let keys: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at"]);
    let token = body["access_token"].as_str().unwrap();
    assert!(token.starts_with(&format!("{}!", setup::org_id().short())) && token.len() > 100, "{token}");
    assert_eq!(body["issued_at"], now().as_millisecond().to_string());
    assert_eq!(body["instance_url"], org.base);
    let (status, identity) = answer(org.http.get(body["id"].as_str().unwrap()).bearer_auth(token)).await;
    assert_eq!((status.as_u16(), &identity["username"]), (200, &json!(setup::USERNAME)));
    let (status, word) = answer(org.http.get(format!("{}/services/oauth2/userinfo", org.base))).await;
    assert_eq!((status.as_u16(), word.as_str().unwrap().contains("Missing_OAuth_Token")), (403, true));
}

#[tokio::test]
async fn basic_and_refused_credentials() {
    let org = Org::open().await;
    let url = format!("{}/services/oauth2/token", org.base);
    let app = Credentials::default();
    let basic = org.http.post(&url).basic_auth(&app.salesforce_client_id, Some(&app.salesforce_client_secret));
    assert_eq!(answer(basic.form(&[("grant_type", "client_credentials")])).await.0, 200);
    let id = app.salesforce_client_id.as_str();
    for (form, status, error) in [
        (vec![("grant_type", "client_credentials"), ("client_id", id), ("client_secret", "no")], 401, "invalid_client"),
        (vec![("grant_type", "client_credentials"), ("client_id", id)], 401, "invalid_client"),
        (vec![("grant_type", "client_credentials"), ("client_id", "x")], 400, "invalid_client_id"),
        (vec![("grant_type", "password"), ("client_id", id)], 400, "unsupported_grant_type"),
        (vec![("client_id", id)], 400, "invalid_request"),
        (vec![("grant_type", "refresh_token"), ("client_id", id), ("refresh_token", "x")], 400, "invalid_grant"),
        (vec![("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", "x")], 400, "invalid_grant"),
    ] {
        let (found, body) = org.token_call(&form).await;
        assert_eq!((found.as_u16(), &body["error"]), (status, &json!(error)), "{form:?}");
    }
}

#[tokio::test]
async fn sessions_end() {
    let mut org = Org::open().await;
    org.get("/limits").await;
    org.wait(SignedDuration::from_hours(3));
    let (status, body) = org.call("GET", "/limits", Value::Null).await;
    assert_eq!(
        (status.as_u16(), body),
        (401, json!([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]))
    );
    let (_, body) = org.sign_in(&[("grant_type", "client_credentials")]).await;
    org.token = body["access_token"].as_str().unwrap().to_owned();
    org.get("/limits").await;
    org.change(|world| world.salesforce.sessions.expire_all());
    assert_eq!(org.call("GET", "/limits", Value::Null).await.0, 401);
}

#[tokio::test]
async fn assertions() {
    let org = Org::open().await;
    let app = Credentials::default();
    let assertion = |claims: Value| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.{}", part(&json!({"alg": "RS256"})), part(&claims), URL_SAFE_NO_PAD.encode("signature"))
    };
    let exp = (now().as_millisecond() + 60_000).to_string();
    let good =
        json!({"iss": app.salesforce_client_id, "sub": setup::USERNAME, "aud": format!("{}/", org.base), "exp": exp});
    for (change, expected) in [
        (json!({}), None),
        (json!({"aud": "https://login.salesforce.com", "exp": 1_795_000_000}), None),
        (json!({"aud": "https://elsewhere.example.com"}), Some("audience is invalid")),
        (json!({"sub": "nobody@example.com"}), Some("user hasn't approved this consumer")),
        (json!({"iss": "other"}), Some("client identifier invalid")),
    ] {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().extend(fields_of(change));
        let assertion = assertion(claims);
        let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.as_str())];
        let (_, body) = org.token_call(&form).await;
        assert_eq!(body["error_description"].as_str(), expected, "{body}");
    }
}

async fn authorize(org: &Org, params: &[(&str, &str)]) -> Url {
    let app = Credentials::default();
    let request = org
        .http
        .get(format!("{}/services/oauth2/authorize", org.base))
        .query(&[("client_id", app.salesforce_client_id.as_str()), ("redirect_uri", REDIRECT)])
        .query(params);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 302);
    Url::parse(response.headers()["location"].to_str().unwrap()).unwrap()
}

fn param(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn the_browser_step_with_proof_of_possession() {
    let org = Org::open().await;
    let verifier = "v".repeat(171);
    let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
    let begin = [("response_type", "code"), ("state", "s&1"), ("code_challenge", challenge.as_str())];
    let app = Credentials::default();
    let id = app.salesforce_client_id.as_str();
    let exchange = |code: String, verifier: Option<String>| {
        let org = &org;
        async move {
            let mut form = vec![
                ("grant_type", "authorization_code"),
                ("client_id", id),
                ("redirect_uri", REDIRECT),
                ("code", &code),
            ];
            if let Some(verifier) = &verifier {
                form.push(("code_verifier", verifier));
            }
            org.token_call(&form).await.1
        }
    };
    let redirect = authorize(&org, &begin).await;
    assert!(redirect.as_str().starts_with(REDIRECT));
    assert_eq!(param(&redirect, "state").as_deref(), Some("s&1"));
    let code = param(&redirect, "code").unwrap();
    assert!(code.ends_with("==") && redirect.as_str().contains("%3D%3D"));
    let granted = exchange(code.clone(), Some(verifier.clone())).await;
    assert!(granted["access_token"].is_string() && granted["refresh_token"].is_string(), "{granted}");
    assert_eq!(exchange(code, Some(verifier.clone())).await["error_description"], "expired authorization code");

    for (given, error) in [(None, "invalid_grant"), (Some("w".repeat(50)), "invalid_request")] {
        let code = param(&authorize(&org, &begin).await, "code").unwrap();
        assert_eq!(exchange(code, given).await["error"], error);
    }
    let code = param(&authorize(&org, &begin).await, "code").unwrap();
    org.wait(SignedDuration::from_mins(16));
    assert_eq!(exchange(code, Some(verifier)).await["error"], "invalid_grant");

    // Rotation: each refresh token is good once.
    let first = granted["refresh_token"].as_str().unwrap();
    let refresh = |token: String| {
        let org = &org;
        async move {
            org.token_call(&[("grant_type", "refresh_token"), ("client_id", id), ("refresh_token", &token)]).await.1
        }
    };
    let second = refresh(first.to_owned()).await;
    assert!(second["access_token"].is_string() && second["refresh_token"] != first);
    assert_eq!(refresh(first.to_owned()).await["error_description"], "expired access/refresh token");

    let token = second["access_token"].as_str().unwrap();
    let introspect = org.http.post(format!("{}/services/oauth2/introspect", org.base));
    let (_, body) = answer(introspect.form(&[("token", token), ("client_id", id)])).await;
    assert_eq!((&body["active"], &body["username"]), (&json!(true), &json!(setup::USERNAME)));
    let revoke = org.http.post(format!("{}/services/oauth2/revoke", org.base));
    assert_eq!(answer(revoke.form(&[("token", token)])).await.0, 200);
    let limits = org.http.get(format!("{}/services/data/v68.0/limits", org.base)).bearer_auth(token);
    assert_eq!(answer(limits).await.0, 401);
}

/// Asked anew, a browser that is signed in gets a page, and whoever signs in on it the code.
#[tokio::test]
async fn the_browser_step_with_a_person_who_is_asked() {
    let org = Org::open().await;
    let app = Credentials::default();
    let id = app.salesforce_client_id.as_str();
    let address = format!("{}/services/oauth2/authorize", org.base);
    let begin = [
        ("client_id", id),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "api id refresh_token"),
        ("prompt", "login"),
    ];
    let page = org.http.get(&address).query(&begin).query(&[("username", setup::USERNAME)]).send().await.unwrap();
    assert_eq!((page.status().as_u16(), page.headers().get("location")), (200, None));
    let sign_in = |who: &str| org.http.post(&address).query(&begin).form(&[("username", who)]).send();
    assert_eq!(sign_in("nobody@sandbox.example.jp").await.unwrap().status(), 200);
    let back = sign_in("naoko@sandbox.example.jp").await.unwrap();
    let back = Url::parse(back.headers()["location"].to_str().unwrap()).unwrap();
    let code = param(&back, "code").unwrap();
    let form =
        [("grant_type", "authorization_code"), ("client_id", id), ("redirect_uri", REDIRECT), ("code", code.as_str())];
    let granted = org.token_call(&form).await.1;
    let refresh = granted["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("client_id", id), ("refresh_token", refresh)];
    let again = org.token_call(&form).await.1;
    for granted in [granted, again] {
        let identity = org.http.get(granted["id"].as_str().unwrap());
        let (_, identity) = answer(identity.bearer_auth(granted["access_token"].as_str().unwrap())).await;
        assert_eq!(identity["username"], "naoko@sandbox.example.jp", "{granted}");
    }
}

#[tokio::test]
async fn the_browser_step_refused() {
    let org = Org::open().await;
    for (params, error) in [
        (vec![("response_type", "token")], "unsupported_response_type"),
        (vec![("response_type", "code"), ("code_challenge", "short")], "invalid_request"),
        (vec![("response_type", "code"), ("code_challenge_method", "plain")], "invalid_request"),
    ] {
        let redirect = authorize(&org, &params).await;
        assert_eq!(param(&redirect, "error").as_deref(), Some(error));
        assert_eq!(param(&redirect, "code"), None);
    }
    let elsewhere = org.http.get(format!("{}/services/oauth2/authorize", org.base)).query(&[
        ("client_id", "sandbox-client"),
        ("response_type", "code"),
        ("redirect_uri", "https://elsewhere.example.com/"),
    ]);
    let response = elsewhere.send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
}
