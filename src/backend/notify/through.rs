//! The way to the event bus through a proxy: a tunnel (`CONNECT`), with the bus's own TLS inside, so that the proxy sees a
//! host's name and nothing else. Which proxy is what the environment says (`HTTPS_PROXY`, `NO_PROXY`, `ALL_PROXY`), as for
//! the other calls, whose client looks there by itself.

use std::time::Duration;

use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use tonic::transport::{Channel, Endpoint, Uri};

use super::refused::Refused;

/// How long the proxy may take until the tunnel stands.
const PATIENCE: Duration = Duration::from_secs(20);

/// A proxy that is gone through.
#[derive(Clone)]
pub(super) struct Through(Tunnel<HttpConnector>);

impl std::fmt::Debug for Through {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Its address may hold a password.
        f.write_str("Through(…)")
    }
}

/// Why a proxy cannot be gone through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfit;

impl Through {
    /// The proxy that the environment names for an address; `None` where it names none.
    pub(super) fn of_environment(address: &Uri, connect: Duration) -> Result<Option<Self>, Unfit> {
        Self::of(&Matcher::from_system(), address, connect)
    }

    fn of(proxies: &Matcher, address: &Uri, connect: Duration) -> Result<Option<Self>, Unfit> {
        let Some(proxy) = proxies.intercept(address) else { return Ok(None) };
        // Proxies behind TLS and SOCKS are for the other calls alone.
        if proxy.uri().scheme_str() != Some("http") {
            return Err(Unfit);
        }
        let mut http = HttpConnector::new();
        http.set_connect_timeout(Some(connect));
        http.set_nodelay(true);
        let tunnel = Tunnel::new(proxy.uri().clone(), http);
        let tunnel = match proxy.basic_auth() {
            Some(auth) => tunnel.with_auth(auth.clone()),
            None => tunnel,
        };
        Ok(Some(Self(tunnel)))
    }

    /// Connects.
    pub(super) async fn connect(&self, endpoint: &Endpoint) -> Result<Channel, Refused> {
        let connecting = endpoint.connect_with_connector(self.0.clone());
        match tokio::time::timeout(PATIENCE, connecting).await {
            Ok(Ok(channel)) => Ok(channel),
            Ok(Err(_)) | Err(_) => Err(Refused::unreachable()),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tonic::transport::ClientTlsConfig;

    use super::*;

    const BUS: &str = "https://api.pubsub.example.test:7443/";

    fn through(proxies: &Matcher) -> Result<Option<Through>, Unfit> {
        Through::of(proxies, &Uri::from_static(BUS), Duration::from_secs(10))
    }

    #[test]
    fn a_proxy_is_gone_through_where_the_environment_says_so() {
        let proxy = || Matcher::builder().https("http://127.0.0.1:3128");
        assert!(through(&proxy().build()).unwrap().is_some());
        assert!(through(&proxy().no("example.test").build()).unwrap().is_none());
        assert!(through(&Matcher::builder().build()).unwrap().is_none());
        for unfit in ["https://127.0.0.1:3128", "socks5://127.0.0.1:1080"] {
            assert_eq!(through(&Matcher::builder().https(unfit).build()).map(drop), Err(Unfit), "{unfit}");
        }
    }

    /// What a proxy sees: the host's name, who we are to the proxy, and then TLS.
    #[tokio::test]
    async fn the_proxy_is_asked_for_a_tunnel_and_gets_tls_through_it() {
        let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://desk:hush@{}", proxy.local_addr().unwrap());
        let through = through(&Matcher::builder().https(address).build()).unwrap().unwrap();
        assert!(!format!("{through:?}").contains("hush"));
        let endpoint = Endpoint::from_static(BUS).tls_config(ClientTlsConfig::new().with_webpki_roots()).unwrap();
        let seen = async {
            let (mut stream, _) = proxy.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                assert_ne!(stream.read_buf(&mut head).await.unwrap(), 0);
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let hello = stream.read_u8().await.unwrap();
            (String::from_utf8(head).unwrap(), hello)
        };
        let (connected, (head, hello)) = tokio::join!(through.connect(&endpoint), seen);
        assert!(connected.is_err(), "the proxy went away");
        assert!(head.starts_with("CONNECT api.pubsub.example.test:7443 HTTP/1.1\r\n"), "{head}");
        assert!(head.to_lowercase().contains("proxy-authorization: basic "), "{head}");
        assert_eq!(hello, 0x16, "a TLS handshake");
    }
}
