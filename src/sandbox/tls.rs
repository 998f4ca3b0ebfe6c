//! TLS for the port that the vendor offers over TLS alone: a certificate made at the start, signed by itself.

use std::{io, net::SocketAddr, sync::Arc};

use axum::serve::Listener;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use rcgen::{CertificateParams, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
    server::TlsStream,
};

/// A certificate for this machine's own names, and the key to it.
pub(super) struct Identity {
    /// What a client must trust.
    pub(super) pem: String,
    config: Arc<ServerConfig>,
}

impl Identity {
    /// A new one, good for 127.0.0.1 and localhost.
    pub(super) fn new() -> io::Result<Self> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let names = ["localhost", "127.0.0.1"].map(str::to_owned).to_vec();
        let certificate =
            CertificateParams::new(names).and_then(|it| it.self_signed(&key)).map_err(io::Error::other)?;
        let pem = pem(certificate.der());
        let config = config(certificate.der().clone(), &key).map_err(io::Error::other)?;
        Ok(Self { pem, config: Arc::new(config) })
    }

    /// Speaks TLS, and HTTP/2 within it, on a port.
    pub(super) fn guard(&self, port: TcpListener) -> TlsListener {
        TlsListener { port, acceptor: TlsAcceptor::from(Arc::clone(&self.config)), greeting: FuturesUnordered::new() }
    }
}

fn config(certificate: CertificateDer<'static>, key: &KeyPair) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|says| rustls::Error::General(says.to_owned()))?;
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.with_no_client_auth().with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

fn pem(der: &[u8]) -> String {
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for line in STANDARD.encode(der).as_bytes().chunks(64) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    text + "-----END CERTIFICATE-----\n"
}

/// A connection whose handshake is done, and where it comes from.
type Greeted = (TlsStream<TcpStream>, SocketAddr);

/// A port whose connections are handed on once their handshake is done. One that dawdles holds up nobody else.
pub(super) struct TlsListener {
    port: TcpListener,
    acceptor: TlsAcceptor,
    greeting: FuturesUnordered<BoxFuture<'static, io::Result<Greeted>>>,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                // The trait's own way of accepting waits where the system has no room for more connections.
                (connection, from) = Listener::accept(&mut self.port) => {
                    let _ = connection.set_nodelay(true);
                    let handshake = self.acceptor.accept(connection);
                    self.greeting.push(Box::pin(async move { Ok((handshake.await?, from)) }));
                }
                Some(greeted) = self.greeting.next() => {
                    if let Ok(connection) = greeted {
                        return connection;
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.port.local_addr()
    }
}
