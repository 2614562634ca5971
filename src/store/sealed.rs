//! A sealed file: one JSON object that holds a secret file encrypted, and tells how.
//!
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) under one 32-byte key, with a nonce of its own each time; everything
//! before the ciphertext is associated data. The key's short name, the length and a check of the header stand in the
//! clear, so that another key, a changed byte and a file that was cut short are told apart.
//!
//! Secret: the key and what is sealed. Public: the key's name (a digest of it) and where the key was when this was sealed.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What every sealed file begins with, and no plain one.
const BEGINNING: &[u8] = b"{\"prusa_cred_sealed\":";
/// What stands between the header and the ciphertext. Inside a JSON text its quotes would be escaped.
const BEFORE_CONTENT: &[u8] = b",\"sealed\":\"";
const BEFORE_CHECK: &[u8] = b",\"check\":\"";
const AFTER_CONTENT: &[u8] = b"\"}";
/// The one version that there is.
const VERSION: u64 = 1;
const NONCE: usize = 24;
const TAG: usize = 16;
/// More than the header of any sealed file: the place of a key file may be a long path.
pub(super) const LONGEST_HEADER: usize = 8 * 1024;
/// As many bytes of `BEGINNING` are not the beginning of some other JSON object.
const LEAST_BEGINNING: usize = 3;

/// Why a sealed file cannot be opened, whatever the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Damage {
    #[error("it is a sealed file that was cut short")]
    CutShort,
    #[error("it is a sealed file, and some of it was changed since it was sealed")]
    Changed,
    #[error("it was sealed by a newer version of prusa-cred (format {0})")]
    UnknownVersion(u64),
}

/// A key, wiped when it is dropped.
pub(crate) struct Key {
    bytes: Zeroizing<[u8; Key::LENGTH]>,
    id: KeyId,
}

/// The short name of a key: a digest of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyId(String);

impl Key {
    pub(crate) const LENGTH: usize = 32;

    /// Takes these bytes for a key.
    pub(crate) fn of(bytes: Zeroizing<[u8; Self::LENGTH]>) -> Self {
        let digest = Sha256::new()
            .chain_update("prusa-cred key")
            .chain_update(bytes.as_slice())
            .finalize();
        let id = KeyId(hex(digest.get(..8).unwrap_or_default()));
        Self { bytes, id }
    }

    /// Makes a new key.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; Self::LENGTH]);
        getrandom::fill(bytes.as_mut_slice())?;
        Ok(Self::of(bytes))
    }

    /// Reads a key: 32 raw bytes, or as many in base64 or hexadecimal digits with white space around them.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        if let Ok(raw) = <[u8; Self::LENGTH]>::try_from(bytes) {
            return Some(Self::of(Zeroizing::new(raw)));
        }
        let text = bytes.trim_ascii();
        let decoded = if text.len() == 2 * Self::LENGTH {
            unhex(text)?
        } else {
            decode(text)?
        };
        let bytes = <[u8; Self::LENGTH]>::try_from(decoded.as_slice()).ok()?;
        Some(Self::of(Zeroizing::new(bytes)))
    }

    /// Writes the key as text that `parse` reads.
    pub(crate) fn render(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(2 * Self::LENGTH));
        STANDARD.encode_string(self.bytes.as_slice(), &mut text);
        text
    }

    /// Returns the key's short name.
    pub(crate) fn id(&self) -> &KeyId {
        &self.id
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Key").field(&self.id).finish()
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands before the ciphertext.
#[derive(Serialize, Deserialize)]
struct Header {
    prusa_cred_sealed: u64,
    /// The key's short name.
    key: String,
    /// Where the key was: a hint, tried first.
    at: String,
    nonce: String,
    /// Of what is sealed, in bytes.
    length: usize,
}

/// Which key a file is sealed under, and where it was then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SealedUnder {
    pub(crate) key: KeyId,
    pub(crate) at: String,
}

/// A sealed file that is whole, as far as that shows without the key.
pub(crate) struct Sealed<'a> {
    /// The associated data.
    header: &'a [u8],
    content: &'a [u8],
    nonce: [u8; NONCE],
    pub(crate) under: SealedUnder,
}

/// Returns whether a file is a sealed one, by its first bytes.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(BEGINNING)
}

/// Returns what is wrong with a file that does not begin as a sealed one and once was one.
pub(crate) fn damage_of(bytes: &[u8]) -> Option<Damage> {
    let head = bytes.get(..LONGEST_HEADER).unwrap_or(bytes);
    if bytes.len() >= LEAST_BEGINNING && BEGINNING.starts_with(bytes) {
        Some(Damage::CutShort)
    } else if [BEFORE_CHECK, BEFORE_CONTENT].map(|mark| find(head, mark).is_some()) == [true, true]
    {
        Some(Damage::Changed)
    } else {
        None
    }
}

/// Returns the key that a file is sealed under, by its first bytes, if they are what they were.
pub(crate) fn under(beginning: &[u8]) -> Option<SealedUnder> {
    let at = find(beginning, BEFORE_CONTENT)?;
    let header = beginning.get(..at + BEFORE_CONTENT.len())?;
    let Header { key, at, .. } = header_of(header)?;
    let key = KeyId(key);
    Some(SealedUnder { key, at })
}

/// Returns how long a file of this length is when it is sealed, at most.
pub(crate) fn sealed_length(length: u64) -> u64 {
    length.div_ceil(3).saturating_mul(4) + 2 * LONGEST_HEADER as u64
}

/// What seals one file. Its nonce is drawn when it is made, so that sealing itself cannot fail.
#[derive(Debug)]
pub(crate) struct Sealer {
    key: Arc<Key>,
    at: String,
    nonce: [u8; NONCE],
}

impl Sealer {
    /// Takes a key, and where it is, for whoever opens the file.
    pub(crate) fn new(key: Arc<Key>, at: &str) -> Result<Self, getrandom::Error> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce)?;
        Ok(Self {
            key,
            at: at.to_owned(),
            nonce,
        })
    }

    /// Returns whether this would seal a file under the key that it is sealed under, told to be where it is told to be.
    pub(crate) fn is_as(&self, sealed: &SealedUnder) -> bool {
        *self.key.id() == sealed.key && self.at == sealed.at
    }

    /// Returns the sealed file.
    pub(crate) fn seal(self, content: &[u8]) -> Vec<u8> {
        let mut file = self.header(content.len());
        let mut secret = Zeroizing::new(Vec::with_capacity(content.len() + TAG));
        secret.extend_from_slice(content);
        let nonce = XNonce::from(self.nonce);
        let buffer = secret.as_mut_slice().into();
        let tag = self
            .key
            .cipher()
            .encrypt_inout_detached(&nonce, &file, buffer);
        debug_assert!(tag.is_ok(), "no file is as long as this cipher's limit");
        secret.extend_from_slice(&tag.unwrap_or_default());
        file.extend_from_slice(STANDARD.encode(&*secret).as_bytes());
        file.extend_from_slice(AFTER_CONTENT);
        file.push(b'\n');
        file
    }

    fn header(&self, length: usize) -> Vec<u8> {
        let header = Header {
            prusa_cred_sealed: VERSION,
            key: self.key.id.0.clone(),
            at: self.at.clone(),
            nonce: STANDARD.encode(self.nonce),
            length,
        };
        // Writing text and numbers into memory cannot fail.
        let mut file = serde_json::to_vec(&header).unwrap_or_default();
        file.pop();
        let check = check_of(&file);
        file.extend_from_slice(BEFORE_CHECK);
        file.extend_from_slice(check.as_bytes());
        file.push(b'"');
        file.extend_from_slice(BEFORE_CONTENT);
        file
    }
}

impl<'a> Sealed<'a> {
    /// Reads the header of a file that begins as a sealed one, and sees that the file is whole.
    pub(crate) fn parse(file: &'a [u8]) -> Result<Self, Damage> {
        let version = version_of(file)?;
        if version != VERSION {
            return Err(Damage::UnknownVersion(version));
        }
        let head = file.get(..LONGEST_HEADER).unwrap_or(file);
        let Some(at) = find(head, BEFORE_CONTENT) else {
            return Err(shorter_or_changed(file));
        };
        let (header, rest) = file.split_at(at + BEFORE_CONTENT.len());
        let Header {
            prusa_cred_sealed: _,
            key,
            at,
            nonce,
            length,
        } = header_of(header).ok_or(Damage::Changed)?;
        let nonce = decode(nonce.as_bytes()).and_then(|nonce| nonce.as_slice().try_into().ok());
        let content = length.checked_add(TAG).ok_or(Damage::Changed)?;
        let content = content.div_ceil(3).saturating_mul(4);
        let rest = rest.trim_ascii_end();
        if rest.len() < content.saturating_add(AFTER_CONTENT.len()) {
            return Err(shorter_or_changed(rest));
        }
        let (content, end) = rest.split_at(content);
        match nonce {
            Some(nonce) if end == AFTER_CONTENT => Ok(Self {
                header,
                content,
                nonce,
                under: SealedUnder {
                    key: KeyId(key),
                    at,
                },
            }),
            _ => Err(Damage::Changed),
        }
    }

    /// Returns what is sealed.
    ///
    /// # Errors
    ///
    /// `Changed` when a byte of the file is not what it was, or the key is another one.
    pub(crate) fn open(&self, key: &Key) -> Result<Zeroizing<Vec<u8>>, Damage> {
        let mut content = decode(self.content).ok_or(Damage::Changed)?;
        let at = content.len().checked_sub(TAG).ok_or(Damage::Changed)?;
        let tag = content.get(at..).and_then(|tag| Tag::try_from(tag).ok());
        let tag = tag.ok_or(Damage::Changed)?;
        content.truncate(at);
        key.cipher()
            .decrypt_inout_detached(
                &XNonce::from(self.nonce),
                self.header,
                content.as_mut_slice().into(),
                &tag,
            )
            .map_err(|_| Damage::Changed)?;
        Ok(content)
    }
}

fn version_of(file: &[u8]) -> Result<u64, Damage> {
    let rest = file.get(BEGINNING.len()..).unwrap_or_default();
    let end = rest.iter().position(|byte| !byte.is_ascii_digit());
    let end = end.ok_or(Damage::CutShort)?;
    let digits = rest.get(..end).and_then(|it| std::str::from_utf8(it).ok());
    let version = digits.and_then(|digits| digits.parse().ok());
    version.ok_or(Damage::Changed)
}

/// Returns the header if it is what it was when the file was sealed.
fn header_of(header: &[u8]) -> Option<Header> {
    let at = find(header, BEFORE_CHECK)?;
    let (checked, check) = header.split_at(at);
    let check = check.strip_prefix(BEFORE_CHECK)?;
    let check = check.strip_suffix(BEFORE_CONTENT)?.strip_suffix(b"\"")?;
    if check_of(checked).as_bytes() != check {
        return None;
    }
    serde_json::from_slice(&[checked, b"}"].concat()).ok()
}

/// What is shorter than it should be and has an end all the same was changed.
fn shorter_or_changed(bytes: &[u8]) -> Damage {
    if bytes.trim_ascii_end().ends_with(AFTER_CONTENT) {
        Damage::Changed
    } else {
        Damage::CutShort
    }
}

fn check_of(header: &[u8]) -> String {
    hex(Sha256::digest(header).get(..4).unwrap_or_default())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    let byte = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(value(*high)? * 16 + value(*low)?).ok(),
        _ => None,
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    for pair in digits.chunks(2) {
        bytes.push(byte(pair)?);
    }
    Some(bytes)
}

/// Decodes base64, in room that is wiped.
fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; text.len().div_ceil(4) * 3]);
    let length = STANDARD.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests;
