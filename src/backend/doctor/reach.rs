//! The way to a system, its certificate and its clock.

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{Over, Visit};
use crate::backend::http::{Http, Reached, Unreached};
use crate::domain::system::System;
use crate::domain::text::Text;
use crate::domain::time;
use crate::flow::doctor::{Area, Code, Finding};

/// What a signed request is good for is counted in minutes: from this far apart sign-ins with a key are refused.
const OFF: SignedDuration = SignedDuration::from_mins(3);
/// Nothing is refused yet, but no machine that sets its clock by the network is this far off.
const DRIFTS: SignedDuration = SignedDuration::from_secs(30);
/// A certificate that is renewed by itself is renewed before; for one that is not it is time.
const ENDS_SOON: i64 = 21;

impl Visit<'_> {
    /// Comes by at an address, and answers what was said there.
    pub(super) async fn reach(&self, system: System, http: &Http, address: &Url) -> Result<Reached, Over> {
        let area = Area::System(system);
        let host = Text::line(address.host_str().unwrap_or_default());
        let finding = |code| Finding::new(area, code).with("host", host.clone());
        match http.probe(address).await {
            Ok(reached) => {
                let took = i64::try_from(reached.took.as_millis()).unwrap_or(i64::MAX);
                self.say(finding(Code::Reached).with("ms", took)).await;
                let now = (self.backend.now.0)();
                self.say_all(reached.certificate.map(|until| certificate(area, until, now))).await;
                self.say(clock(area, reached.date, now)).await;
                Ok(reached)
            }
            Err(why) => {
                let port = i64::from(address.port_or_known_default().unwrap_or_default());
                let code = match why {
                    Unreached::Name => Code::NameUnknown,
                    Unreached::Refused => Code::ConnectionRefused,
                    Unreached::NoConnection => Code::NoConnection,
                    Unreached::Untrusted => Code::CertificateUntrusted,
                    Unreached::Expired => Code::CertificateExpired,
                    Unreached::OtherHost => Code::CertificateName,
                    Unreached::Tls => Code::TlsFailed,
                    Unreached::NoAnswer => Code::NoAnswer,
                };
                // A number is written as one and not with separators.
                self.say(finding(code).with("port", port.to_string().as_str())).await;
                Err(Over)
            }
        }
    }
}

fn certificate(area: Area, until: Timestamp, now: Timestamp) -> Finding {
    let days = until.duration_since(now).as_hours() / 24;
    let code = if days < ENDS_SOON { Code::CertificateEnds } else { Code::Certificate };
    Finding::new(area, code).with("day", time::today(until)).with("n", days.max(0))
}

/// By its own clock it is that time now, to the second.
fn clock(area: Area, theirs: Option<Timestamp>, now: Timestamp) -> Finding {
    let Some(theirs) = theirs else { return Finding::new(area, Code::ClockUntold) };
    let ahead = theirs.duration_since(now);
    let code = match ahead.abs() {
        apart if apart >= OFF => Code::ClockOff,
        apart if apart >= DRIFTS => Code::ClockDrifts,
        _ => return Finding::new(area, Code::Clock),
    };
    let way = if ahead.is_negative() { "doctor-clock-behind" } else { "doctor-clock-ahead" };
    let apart = crate::domain::phrase::Phrase::new(way).with("n", ahead.abs().as_secs());
    Finding::new(area, code).with("apart", apart)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::system::System;

    const AREA: Area = Area::System(System::Whmcs);

    #[test]
    fn clocks_are_told_apart_by_what_their_difference_breaks() {
        let now: Timestamp = "2026-11-30T00:00:00Z".parse().unwrap();
        let at = |seconds| clock(AREA, Some(now + SignedDuration::from_secs(seconds)), now).code;
        for (seconds, code) in [
            (0, Code::Clock),
            (-29, Code::Clock),
            (30, Code::ClockDrifts),
            (-179, Code::ClockDrifts),
            (180, Code::ClockOff),
            (-86_400, Code::ClockOff),
        ] {
            assert_eq!(at(seconds), code, "{seconds}");
        }
        assert_eq!(clock(AREA, None, now).code, Code::ClockUntold);
    }

    #[test]
    fn a_certificate_that_ends_soon_is_told() {
        let now: Timestamp = "2026-11-30T00:00:00Z".parse().unwrap();
        let days = |days: i64| certificate(AREA, now + SignedDuration::from_hours(24 * days), now).code;
        assert_eq!((days(20), days(21)), (Code::CertificateEnds, Code::Certificate));
    }
}
