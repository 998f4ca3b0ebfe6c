//! Whether a system can be reached at all, and where the way to it ends. A call tells only that there was no connection; whoever
//! has to set it right needs to know whether it is the name, the port, or which part of the certificate.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use reqwest::header::DATE;
use reqwest::tls::TlsInfo;
use tokio::time::Instant;
use tokio_rustls::rustls::{CertificateError, Error as TlsError};
use url::Url;

use super::Http;

/// Bytes that are read of the answer.
const READ: usize = 64 << 10;

/// What a system said to somebody who only came by.
#[derive(Debug, Clone)]
pub struct Reached {
    /// How long it took.
    pub took: Duration,
    /// Its clock, where it told.
    pub date: Option<Timestamp>,
    /// Until when its certificate is good, where there is one that says so.
    pub certificate: Option<Timestamp>,
    /// What it said, at most the beginning.
    pub body: Vec<u8>,
}

/// Where the way to a system ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreached {
    /// Nobody knows the name of its host.
    Name,
    /// Its host refuses the connection.
    Refused,
    /// Its host does not answer.
    NoConnection,
    /// The certificate is of nobody that is trusted.
    Untrusted,
    /// The certificate is over, or not valid yet.
    Expired,
    /// The certificate is for another host.
    OtherHost,
    /// TLS could not be agreed on.
    Tls,
    /// It took the connection and gave no whole answer.
    NoAnswer,
}

impl Http {
    /// Asks for an address once, outside of budget and breaker, and without anything that opens a system.
    ///
    /// # Errors
    /// Where the way ends.
    pub async fn probe(&self, address: &Url) -> Result<Reached, Unreached> {
        let start = Instant::now();
        let mut response = match self.client.get(address.clone()).send().await {
            Ok(response) => response,
            Err(error) => return Err(ended(&error, address, self.rules.connect).await),
        };
        let took = start.elapsed();
        let date = response.headers().get(DATE).and_then(|date| date.to_str().ok()).and_then(moment);
        let certificate = response.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate).and_then(ends);
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > READ {
                break;
            }
        }
        Ok(Reached { took, date, certificate, body })
    }
}

/// The form that every HTTP server writes its clock in: `Sun, 29 Nov 2026 23:58:49 GMT`.
fn moment(written: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(written).ok()
}

async fn ended(error: &reqwest::Error, address: &Url, limit: Duration) -> Unreached {
    if let Some(why) = cause(error) {
        return why;
    }
    if !error.is_connect() {
        return Unreached::NoAnswer;
    }
    // The client does not say whether it was the name: so it is asked for.
    let Some(host) = address.host_str() else { return Unreached::Name };
    let looked = tokio::net::lookup_host((host, address.port_or_known_default().unwrap_or(443)));
    match tokio::time::timeout(limit, looked).await {
        Ok(Ok(_)) => Unreached::NoConnection,
        Ok(Err(_)) | Err(_) => Unreached::Name,
    }
}

/// What the errors below an error say.
fn cause(error: &(dyn StdError + 'static)) -> Option<Unreached> {
    let mut at = Some(error);
    while let Some(error) = at {
        let own = match (error.downcast_ref::<TlsError>(), error.downcast_ref::<io::Error>()) {
            (Some(tls), _) => Some(of_tls(tls)),
            (_, Some(io)) if io.kind() == io::ErrorKind::ConnectionRefused => Some(Unreached::Refused),
            // What an error of the system's holds is not among those below it.
            (_, Some(io)) => io.get_ref().and_then(|inner| cause(inner)),
            _ => None,
        };
        if own.is_some() {
            return own;
        }
        at = error.source();
    }
    None
}

fn of_tls(error: &TlsError) -> Unreached {
    use CertificateError as Bad;
    match error {
        TlsError::InvalidCertificate(bad) => match bad {
            Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                Unreached::Expired
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => Unreached::OtherHost,
            _ => Unreached::Untrusted,
        },
        TlsError::NoCertificatesPresented => Unreached::Untrusted,
        _ => Unreached::Tls,
    }
}

/// When a certificate (X.509, DER) ends.
fn ends(der: &[u8]) -> Option<Timestamp> {
    const VERSION: u8 = 0xa0;
    const SHORT_YEAR: u8 = 0x17;
    const LONG_YEAR: u8 = 0x18;
    let (_, certificate, _) = element(der)?;
    let (_, mut body, _) = element(certificate)?;
    let (tag, _, rest) = element(body)?;
    if tag == VERSION {
        body = rest;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        (_, _, body) = element(body)?;
    }
    let (_, validity, _) = element(body)?;
    let (_, _, after) = element(validity)?;
    let (tag, written, _) = element(after)?;
    let written = std::str::from_utf8(written).ok()?;
    let written = match tag {
        SHORT_YEAR if written < "50" => format!("20{written}"),
        SHORT_YEAR => format!("19{written}"),
        LONG_YEAR => written.to_owned(),
        _ => return None,
    };
    let at = DateTime::strptime("%Y%m%d%H%M%SZ", &written).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// The first element of a DER text: its tag, its content, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let bytes = usize::from(first & 0x7f);
        let length = rest.get(..bytes).filter(|_| (1..=4).contains(&bytes))?;
        (length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest.get(bytes..)?)
    };
    Some((tag, rest.get(..length)?, rest.get(length..)?))
}

#[cfg(test)]
mod tests {
    use tokio_rustls::rustls::PeerIncompatible;

    use super::*;

    #[test]
    fn a_servers_clock_is_read() {
        let at = moment("Sun, 29 Nov 2026 23:58:49 GMT").unwrap();
        assert_eq!(at.to_string(), "2026-11-29T23:58:49Z");
        assert_eq!(moment("yesterday"), None);
    }

    #[test]
    fn a_certificate_says_until_when_it_is_good() {
        let until = |year| {
            let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            params.not_after = rcgen::date_time_ymd(year, 3, 14);
            let key = rcgen::KeyPair::generate().unwrap();
            ends(params.self_signed(&key).unwrap().der()).map(|at| at.to_string())
        };
        // The year has two digits before 2050, and four after.
        assert_eq!(until(2031).as_deref(), Some("2031-03-14T00:00:00Z"));
        assert_eq!(until(2061).as_deref(), Some("2061-03-14T00:00:00Z"));
        for broken in [&b""[..], b"\x30", b"\x30\x85\x01\x01\x01\x01\x01", b"\x30\x02\x30\x00", b"no certificate"] {
            assert_eq!(ends(broken), None);
        }
    }

    #[test]
    fn errors_are_told_apart_however_deep_they_lie() {
        let within = |error: io::Error| io::Error::other(error);
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(cause(&within(refused)), Some(Unreached::Refused));
        for (bad, expected) in [
            (CertificateError::Expired, Unreached::Expired),
            (CertificateError::NotValidYet, Unreached::Expired),
            (CertificateError::NotValidForName, Unreached::OtherHost),
            (CertificateError::UnknownIssuer, Unreached::Untrusted),
            (CertificateError::Revoked, Unreached::Untrusted),
        ] {
            let error = io::Error::other(TlsError::InvalidCertificate(bad));
            assert_eq!(cause(&within(error)), Some(expected));
        }
        let error = TlsError::PeerIncompatible(PeerIncompatible::Tls12NotOffered);
        assert_eq!(cause(&io::Error::other(error)), Some(Unreached::Tls));
        assert_eq!(cause(&io::Error::from(io::ErrorKind::TimedOut)), None);
    }
}
