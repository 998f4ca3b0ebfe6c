//! The key that a client of the sandbox signs its assertions with, in a file that only its owner can read.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// The public half (DER, PKCS#1) of the key in a file. A key that is there stays, so that whoever uses it goes on; else one is
/// made.
pub(super) fn public_of(path: &Path) -> io::Result<Vec<u8>> {
    let pair = match fs::read_to_string(path) {
        Ok(text) => read(&text).ok_or_else(|| io::Error::other("it holds no RSA private key (PKCS#8, PEM)"))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => made(path)?,
        Err(error) => return Err(error),
    };
    Ok(pair.public_key().as_ref().to_vec())
}

fn read(text: &str) -> Option<KeyPair> {
    let inside = text.split_once(BEGIN)?.1.split_once(END)?.0;
    let der = STANDARD.decode(inside.split_whitespace().collect::<String>()).ok()?;
    KeyPair::from_pkcs8(&der).ok()
}

fn made(path: &Path) -> io::Result<KeyPair> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(io::Error::other)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(io::Error::other)?;
    let mut text = format!("{BEGIN}\n");
    for line in STANDARD.encode(der.as_ref()).as_bytes().chunks(64) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(format!("{text}{END}\n").as_bytes())?;
    Ok(pair)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.pem");
        let public = public_of(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(public_of(&path).unwrap(), public);
        fs::write(&path, "my shopping list").unwrap();
        assert!(public_of(&path).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "my shopping list", "what is not ours is left alone");
    }
}
