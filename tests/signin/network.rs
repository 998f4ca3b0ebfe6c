//! A profile whose systems are behind a proxy and have certificates of the house's own.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::HOST;
use axum::response::Response;
use axum::serve::Listener;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use madoguchi::sandbox::Credentials;
use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::server::TlsStream;

use super::{Alone, OTHERS, Place, http};

/// Names that no server of names knows: whoever reaches them went through the proxy.
const HOSTS: [&str; 3] = ["org.example.test", "billing.example.test", "lines.example.test"];

/// A proxy, and behind it every host there is, with one certificate.
struct Proxy {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Answers for the hosts with what a sandbox says; its address, its certificate (PEM), and whom it was asked for.
    async fn start(alone: &Alone) -> (String, String, Arc<Mutex<Vec<String>>>) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(HOSTS.map(str::to_owned).to_vec()).unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let pem =
            format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(&certificate));
        let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = builder.with_single_cert(vec![certificate], key).unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let proxy = Self { listener, acceptor: TlsAcceptor::from(Arc::new(config)), asked: Arc::clone(&asked) };
        let behind = [&alone.salesforce, &alone.whmcs, &alone.freebit].map(|url| url::Url::parse(url).unwrap());
        let app = axum::Router::new().fallback(move |request: Request| answered(behind.clone(), request));
        #[expect(clippy::disallowed_methods, reason = "the network of a test is its own program")]
        tokio::spawn(async move { axum::serve(proxy, app).await.unwrap() });
        (address, pem, asked)
    }

    /// A tunnel, with TLS in it; `None` where the caller did not like what it saw.
    async fn tunnel(&self, mut stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut head).await.ok()? == 0 {
                return None;
            }
        }
        let head = String::from_utf8(head).unwrap();
        let whom = head.strip_prefix("CONNECT ")?.split(' ').next()?;
        self.asked.lock().unwrap().push(whom.to_owned());
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
        self.acceptor.accept(stream).await.ok()
    }
}

impl Listener for Proxy {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, from) = self.listener.accept().await.unwrap();
            if let Some(stream) = self.tunnel(stream).await {
                return (stream, from);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// What the host's sandbox says.
async fn answered(behind: [url::Url; 3], request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let host = parts.headers[HOST].to_str().unwrap().to_owned();
    let which = HOSTS.iter().position(|it| *it == host).unwrap();
    let url = behind[which].join(parts.uri.path_and_query().unwrap().as_str()).unwrap();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let call = http().request(parts.method, url).headers(parts.headers).header("x-forwarded-proto", "https").body(body);
    let answer = call.send().await.unwrap();
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers().iter().filter(|(name, _)| *name != "transfer-encoding") {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_systems_are_reached_through_the_proxy_and_believed_by_the_houses_certificate() {
    let alone = Alone::start();
    let (proxy, pem, asked) = Proxy::start(&alone).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.pem");
    std::fs::write(&file, pem).unwrap();
    let urls = HOSTS.map(|host| format!("https://{host}/{}", if host == HOSTS[2] { "emptool/api/" } else { "" }));
    let at = |profile: &str| {
        let lines = ["client_secret_env = \"SF\"", OTHERS[0], OTHERS[1]];
        let place = Place::at(profile, [&urls[0], &urls[1], &urls[2]], lines).with_others();
        place.with("SF", &Credentials::default().salesforce_client_secret).with("HTTPS_PROXY", &proxy)
    };
    let trusting = format!("ca_file = \"{}\"", file.display());
    // No line of the sandbox's is one outside of it, so that a desk of real systems asks Freebit for none.
    at(&trusting).opens_a_customer_with(&["account", "services"]);
    let seen = asked.lock().unwrap().clone();
    for host in &HOSTS[..2] {
        assert!(seen.contains(&format!("{host}:443")), "{seen:?}");
    }

    let said = at("").ends(&["customer", "show", "C-000001"], 7);
    assert!(said.contains("its certificate is not trusted here (ca_file"), "{said}");
    let before = asked.lock().unwrap().len();
    let said = at(&trusting).with("NO_PROXY", "example.test").ends(&["customer", "show", "C-000001"], 7);
    assert_eq!(asked.lock().unwrap().len(), before, "{said}");

    let said = at("ca_file = \"/nonexistent/house.pem\"").ends(&["config", "check"], 2);
    assert!(said.contains("ca_file: the certificates in /nonexistent/house.pem cannot be read"), "{said}");

    // What is on this machine is never asked of a proxy.
    let lines = ["client_secret_env = \"SF\"", OTHERS[0], OTHERS[1]];
    let here = Place::new(&alone, lines).with_others().with("SF", &Credentials::default().salesforce_client_secret);
    here.with("HTTPS_PROXY", &proxy).with("HTTP_PROXY", &proxy).with("ALL_PROXY", &proxy).opens_a_customer();
    assert_eq!(asked.lock().unwrap().len(), before);
}
