//! Whom the desk believes on the network: the machine's own roots, those compiled in (so that a machine without any works),
//! and the certificates that a profile adds. Nothing can be told to be believed without one.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reqwest::Certificate;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

/// Certificates that are believed besides the usual ones, PEM.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Trust(Arc<[u8]>);

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Trust({} bytes)", self.0.len())
    }
}

/// A file that holds no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// It cannot be read.
    #[error("the certificates in {0} cannot be read: {1}")]
    Unreadable(PathBuf, io::Error),
    /// It holds none.
    #[error("{0} holds no certificate as PEM (-----BEGIN CERTIFICATE-----)")]
    None(PathBuf),
    /// One in it is broken.
    #[error("{0} holds a certificate that cannot be read")]
    Broken(PathBuf),
}

impl Trust {
    /// The certificates in a file, one or more, PEM.
    ///
    /// # Errors
    /// There are none.
    pub fn read(path: &Path) -> Result<Self, TrustError> {
        let pem = std::fs::read(path).map_err(|why| TrustError::Unreadable(path.to_path_buf(), why))?;
        let mut some = false;
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|_| TrustError::Broken(path.to_path_buf()))?;
            Certificate::from_der(&certificate).map_err(|_| TrustError::Broken(path.to_path_buf()))?;
            some = true;
        }
        if some { Ok(Self(pem.into())) } else { Err(TrustError::None(path.to_path_buf())) }
    }

    /// As they were read.
    pub fn pem(&self) -> &[u8] {
        &self.0
    }

    /// For the client of an HTTP interface.
    pub(super) fn certificates(&self) -> impl Iterator<Item = Certificate> {
        CertificateDer::pem_slice_iter(&self.0).filter_map(|der| Certificate::from_der(&der.ok()?).ok())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use base64::Engine as _;

    use super::*;

    #[test]
    fn certificates_are_read_or_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = |kind: &str, der: &[u8]| {
            let text = base64::engine::general_purpose::STANDARD.encode(der);
            format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n")
        };
        let own = |name: &str| {
            let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
            pem("CERTIFICATE", params.self_signed(&key).unwrap().der())
        };
        fs::write(&path, format!("of the office\n{}{}", own("a.example"), own("b.example"))).unwrap();
        assert_eq!(Trust::read(&path).unwrap().certificates().count(), 2);

        fs::write(&path, pem("PRIVATE KEY", &key.serialize_der())).unwrap();
        assert!(Trust::read(&path).unwrap_err().to_string().contains("holds no certificate"));
        assert!(Trust::read(&folder.path().join("none")).unwrap_err().to_string().contains("cannot be read"));
        assert_eq!(Trust::default().certificates().count(), 0);
    }
}
