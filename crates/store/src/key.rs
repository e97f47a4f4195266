//! The key of the sealed values: where it comes from, and sealing with it.
//!
//! The key is 32 random bytes. It is made at the first start and kept in a file that only its owner may
//! read, or the operator gives it, so that a copy of the data folder alone opens nothing. Every session
//! has a key of its own, derived from that one, and a sealed value is bound to its session and its name:
//! moved to another row it does not open.

use crate::StoreError;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

const LENGTH: usize = 32;
const NONCE: usize = 12;
/// First byte of every sealed value: how the rest is to be read.
const FORMAT: u8 = 1;

/// Kept from `{:?}`.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// The key of a data folder and where it came from.
#[derive(Clone)]
pub(crate) struct MasterKey {
    bytes: [u8; LENGTH],
    /// For messages: `AUTHSCOPE_KEY`, or the file's name.
    pub(crate) from: String,
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MasterKey")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl MasterKey {
    /// Reads 64 hexadecimal digits, white space around them ignored.
    pub(crate) fn parse(text: &str, from: String) -> Result<Self, StoreError> {
        let digits = text.trim();
        let Some(bytes) = from_hex(digits) else {
            let found = digits.chars().count();
            return Err(StoreError::BadKey { from, found });
        };
        Ok(Self { bytes, from })
    }

    /// Reads the key file; `None` when there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                keep_private(path)?;
                Self::parse(&text, path.display().to_string()).map(Some)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(io("read the key file", path, source)),
        }
    }

    /// Makes a key and its file.
    pub(crate) fn create(path: &Path) -> Result<Self, StoreError> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).map_err(StoreError::Random)?;
        let write = || {
            let mut file = private_file().open(path)?;
            file.write_all(to_hex(&bytes).as_bytes())?;
            // Lost to a power cut, the key would take every sealed value with it.
            file.sync_all()
        };
        write().map_err(|source| io("write the key file", path, source))?;
        let from = path.display().to_string();
        Ok(Self { bytes, from })
    }

    /// What the database keeps to recognise the key; says nothing about it.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        self.derive("authscope key fingerprint 1", "")
    }

    /// Encrypts a value for its place.
    pub(crate) fn seal(&self, id: &str, name: &str, value: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(StoreError::Random)?;
        let payload = Payload {
            msg: value,
            aad: name.as_bytes(),
        };
        let sealed = self
            .cipher(id)
            .encrypt(Nonce::from_slice(&nonce), payload)
            .map_err(|_| StoreError::Seal(name.to_owned()))?;
        Ok([&[FORMAT], nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what [`MasterKey::seal`] made for the same place.
    pub(crate) fn open(&self, id: &str, name: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let tampered = || StoreError::Tampered(name.to_owned());
        let (format, rest) = sealed.split_first().ok_or_else(tampered)?;
        let (nonce, msg) = rest.split_at_checked(NONCE).ok_or_else(tampered)?;
        if *format != FORMAT {
            return Err(tampered());
        }
        let aad = name.as_bytes();
        self.cipher(id)
            .decrypt(Nonce::from_slice(nonce), Payload { msg, aad })
            .map_err(|_| tampered())
    }

    fn cipher(&self, id: &str) -> ChaCha20Poly1305 {
        // One key per session keeps the number of random nonces under one key small.
        let key = self.derive("authscope session key 1", id);
        ChaCha20Poly1305::new(Key::from_slice(&key))
    }

    fn derive(&self, purpose: &str, id: &str) -> [u8; 32] {
        // HMAC fills a short key up with zeros to the block size; done here, nothing can fail.
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(self.bytes) {
            *to = from;
        }
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(id.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

fn from_hex(digits: &str) -> Option<[u8; LENGTH]> {
    if digits.len() != LENGTH * 2 || !digits.is_ascii() {
        return None;
    }
    let mut bytes = [0; LENGTH];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let pair = digits.get(index * 2..index * 2 + 2)?;
        // `from_str_radix` takes a sign, which is no digit.
        if pair.starts_with('+') {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2 + 1);
    for byte in bytes {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    text
}

fn io(doing: &'static str, path: &Path, source: std::io::Error) -> StoreError {
    let path = path.to_owned();
    StoreError::Io {
        doing,
        path,
        source,
    }
}

#[cfg(unix)]
fn private_file() -> std::fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn private_file() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    options
}

/// Takes rights of others away from a key file that was copied without care.
#[cfg(unix)]
fn keep_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    let tighten = || {
        let mut permissions = std::fs::metadata(path)?.permissions();
        if permissions.mode() & 0o077 == 0 {
            return Ok(());
        }
        tracing::warn!(file = %path.display(), "others could read the key file; now only its owner can");
        permissions.set_mode(0o600);
        std::fs::set_permissions(path, permissions)
    };
    tighten().map_err(|source| io("keep others from reading the key file", path, source))
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(digit: &str) -> MasterKey {
        MasterKey::parse(&digit.repeat(64), "a test".into()).unwrap()
    }

    #[test]
    fn opens_only_at_its_place_and_with_its_key() {
        let sealed = key("a").seal("session", "name", b"secret").unwrap();
        assert_eq!(
            key("a").open("session", "name", &sealed).unwrap(),
            b"secret"
        );
        assert!(key("a").open("session", "other", &sealed).is_err());
        assert!(key("a").open("other", "name", &sealed).is_err());
        assert!(key("b").open("session", "name", &sealed).is_err());
    }

    #[test]
    fn damage_anywhere_is_an_error() {
        let sealed = key("a").seal("session", "name", b"secret").unwrap();
        for index in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[index] ^= 1;
            assert!(key("a").open("session", "name", &damaged).is_err());
            assert!(key("a").open("session", "name", &sealed[..index]).is_err());
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let once = key("a").seal("session", "name", b"secret").unwrap();
        let again = key("a").seal("session", "name", b"secret").unwrap();
        assert_ne!(once, again);
    }

    #[test]
    fn a_bad_key_is_told_without_showing_it() {
        for bad in [
            "",
            "abc",
            &"g".repeat(64),
            &"+1".repeat(32),
            &"ä".repeat(32),
        ] {
            let error = MasterKey::parse(bad, "AUTHSCOPE_KEY".into()).unwrap_err();
            let text = error.to_string();
            assert!(text.contains("AUTHSCOPE_KEY"), "{text}");
            assert!(text.contains("64 hexadecimal digits"), "{text}");
            assert!(bad.is_empty() || !text.contains(bad), "{text}");
        }
    }
}
