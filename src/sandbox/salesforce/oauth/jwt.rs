//! Signed assertions, read as the vendor's token endpoint reads them.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// What an assertion claims.
#[derive(Debug, PartialEq)]
pub struct Claims {
    /// The app's client id.
    pub issuer: String,
    /// The user's name.
    pub subject: String,
    /// The token endpoint's host.
    pub audience: String,
}

/// Reads an assertion, and checks its signature where a key is known. `None` for anything that is not one.
///
/// The expiry must be there in one of the spellings in use (seconds, milliseconds, a string of either) but is not
/// compared: clients take it from their own clock, and the sandbox's may be set to any day.
pub fn read(assertion: &str, key: Option<&[u8]>) -> Option<Claims> {
    let (signed, signature) = assertion.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let part = |text: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?).ok()
    };
    if part(header)?["alg"] != "RS256" {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature.trim_end_matches('=')).ok()?;
    if let Some(key) = key {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(signed.as_bytes(), &signature).ok()?;
    }
    let claims = part(payload)?;
    let text = |name: &str| claims[name].as_str().map(str::to_owned);
    let expiry = match &claims["exp"] {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    expiry.filter(|at| *at > 0.0)?;
    Some(Claims { issuer: text("iss")?, subject: text("sub")?, audience: text("aud")? })
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
    use serde_json::json;

    use super::*;

    fn sign(key: &KeyPair, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "RS256", "typ": "JWT"})), part(claims));
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    #[test]
    fn expiries_in_use_and_signatures() {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = key.public_key().as_ref().to_vec();
        let claims = |exp: Value| json!({"iss": "app", "sub": "user@example.jp", "aud": "https://x/", "exp": exp});
        for exp in [json!(1_795_000_000), json!(1_795_000_000_000_i64), json!("1795000000")] {
            assert!(read(&sign(&key, &claims(exp.clone())), Some(&public)).is_some(), "{exp}");
        }
        for exp in [json!(null), json!("soon"), json!(0)] {
            assert_eq!(read(&sign(&key, &claims(exp.clone())), Some(&public)), None, "{exp}");
        }
        let assertion = sign(&key, &claims(json!(1_795_000_000)));
        let other = KeyPair::generate(KeySize::Rsa2048).unwrap().public_key().as_ref().to_vec();
        assert_eq!(read(&assertion, Some(&other)), None);
        assert!(read(&assertion, None).is_some());
        assert_eq!(read("a.b", None), None);
        assert_eq!(read("not a token", None), None);
    }
}
