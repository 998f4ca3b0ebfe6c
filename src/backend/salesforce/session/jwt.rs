//! Signing in by a signature (JWT bearer): the org knows the certificate of an app and approved a user for it, and the desk
//! signs that it is the app and speaks for the user. No password and no refresh token are anywhere; the private key is a
//! secret like the others. An assertion is good for `LIFE` and made anew for every sign-in.
//!
//! An assertion is two pieces of JSON and a signature by the library that all of the desk's cryptography comes from, so there
//! is no crate for it.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::refused;
use crate::flow::fault::Fault;
use crate::flow::said::{self, Message};

/// How long an assertion is good, the vendor's own limit.
const LIFE: SignedDuration = SignedDuration::from_mins(3);

/// What signs in by a signature.
#[derive(Clone)]
pub struct Jwt {
    /// Consumer key.
    pub client_id: SecretString,
    /// What signs.
    pub key: SigningKey,
    /// User name of whom it signs in.
    pub username: String,
    /// For whom the assertion is: the vendor's login host.
    pub audience: String,
}

impl std::fmt::Debug for Jwt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Jwt(…)")
    }
}

/// An RSA private key.
#[derive(Clone)]
pub struct SigningKey(Arc<RsaKeyPair>);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// Why a text is no key that can sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no private key in it.
    #[error(
        "it holds no RSA private key as PEM without a passphrase (-----BEGIN PRIVATE KEY-----); a certificate is the other half"
    )]
    Absent,
    /// There is one, and it cannot sign.
    #[error("its private key is no RSA key of 2048 to 8192 bits")]
    Unfit,
}

impl SigningKey {
    /// Reads a private key in PEM (PKCS#8 or PKCS#1), without a passphrase.
    ///
    /// # Errors
    /// It is none. Nothing of it is repeated.
    pub fn from_pem(pem: &SecretString) -> Result<Self, KeyError> {
        let key = PrivateKeyDer::from_pem_slice(pem.expose_secret().as_bytes()).map_err(|_| KeyError::Absent)?;
        let pair = match &key {
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(KeyError::Unfit),
        };
        pair.map(|pair| Self(Arc::new(pair))).map_err(|_| KeyError::Unfit)
    }

    /// The public half, DER (PKCS#1).
    pub fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }
}

impl Jwt {
    /// An assertion by this machine's clock.
    #[expect(
        clippy::disallowed_methods,
        reason = "an assertion is good for minutes by the vendor's clock, not by the desk's"
    )]
    pub(super) fn assertion_now(&self) -> Result<SecretString, Fault> {
        self.assertion(Timestamp::now())
    }

    /// An assertion that was made at `now`.
    ///
    /// # Errors
    /// The key does not sign, which no key that was read does.
    pub fn assertion(&self, now: Timestamp) -> Result<SecretString, Fault> {
        let claims = json!({
            "iss": self.client_id.expose_secret(),
            "sub": self.username,
            "aud": self.audience,
            "exp": now.as_second() + LIFE.as_secs(),
        });
        let part = |json: &serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "RS256", "typ": "JWT"})), part(&claims));
        let pair = &self.key.0;
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| refused(Message::ours(said::NO_SIGNATURE)))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use base64::engine::general_purpose::STANDARD;
    use serde_json::Value;

    use super::*;

    fn pem(kind: &str, der: &[u8]) -> SecretString {
        format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", STANDARD.encode(der)).into()
    }

    #[test]
    fn an_assertion_says_who_for_whom_and_for_how_long_and_is_signed() {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let key = SigningKey::from_pem(&pem("PRIVATE KEY", der.as_ref())).unwrap();
        let public = key.public().to_vec();
        let login = Jwt {
            client_id: "consumer".into(),
            key,
            username: "desk@example.jp".to_owned(),
            audience: "https://login.salesforce.com".to_owned(),
        };
        let now: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        let assertion = login.assertion(now).unwrap();
        let (signed, signature) = assertion.expose_secret().rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let verifier = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &public);
        verifier.verify(signed.as_bytes(), &signature).unwrap();
        let parts: Vec<Value> = signed
            .split('.')
            .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
            .collect();
        assert_eq!(parts[0], json!({"alg": "RS256", "typ": "JWT"}));
        let expected = json!({"iss": "consumer", "sub": "desk@example.jp", "aud": "https://login.salesforce.com",
            "exp": now.as_second() + 180});
        assert_eq!(parts[1], expected);
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_repeated() {
        let not = |text: SecretString| SigningKey::from_pem(&text).unwrap_err();
        assert_eq!(not("hush".into()), KeyError::Absent);
        assert_eq!(not(pem("ENCRYPTED PRIVATE KEY", b"hush")), KeyError::Absent);
        assert_eq!(not(pem("CERTIFICATE", b"hush")), KeyError::Absent);
        assert_eq!(not(pem("PRIVATE KEY", b"hush")), KeyError::Unfit);
    }
}
