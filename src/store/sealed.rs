//! The format of a sealed file: one JSON object that holds an encrypted file and says how to decrypt it.
//!
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) with a 32-byte key and a fresh nonce each time; everything before the
//! ciphertext is associated data, byte for byte: the version, the [`Label`], the key's digest, where the key was, the
//! nonce and the length. They are not encrypted, and a checksum of them is there too, so that a wrong key, a modified
//! byte and a truncated file can be distinguished.
//!
//! The cipher alone would let a file be made that opens under two keys. The whole digest of the key is in the header
//! and compared first, and no two keys with the same digest can be found.
//!
//! Version 1 had no label and 8 bytes of that digest. It is still read: see `sealing.rs`.
//!
//! Secret: the key and the content. Public: everything in the header.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::label::Label;
use crate::byte_order_mark;
use crate::token::hex;

/// The first bytes of every sealed file, and of no plain one.
const PREFIX: &[u8] = b"{\"prusa_cred_sealed\":";
/// Separates the header from the ciphertext. It cannot occur inside a JSON string, where its quotes would be escaped.
const BEFORE_CONTENT: &[u8] = b",\"sealed\":\"";
const BEFORE_CHECK: &[u8] = b",\"check\":\"";
const AFTER_CONTENT: &[u8] = b"\"}";
/// The version that is written.
const VERSION: u64 = 2;
/// The version without a label, which is only read.
const OLD_VERSION: u64 = 1;
const NONCE_LENGTH: usize = 24;
const TAG_LENGTH: usize = 16;
/// More than the length of any header, in bytes: the path of a key file may be long.
pub(super) const MAX_HEADER: usize = 8 * 1024;
/// The length of `PREFIX` from which on it is not the start of some other JSON object.
const MIN_PREFIX: usize = 3;

/// Why a sealed file cannot be opened with any key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Damage {
    #[error("it is a sealed file that was cut short")]
    Truncated,
    #[error("it is a sealed file, and some of it was changed since it was sealed")]
    Modified,
    #[error("it was sealed by a newer version of prusa-cred (format {0})")]
    UnknownVersion(u64),
    /// The file is whole, and lies in the place of another one.
    #[error("it was sealed as {found}, and this would be {wanted}")]
    OtherFile {
        found: Box<Label>,
        wanted: Box<Label>,
    },
    /// Version 1 in the place of a file that had been written in version 2.
    #[error("it was sealed by an older version of prusa-cred, and a newer file was here before")]
    OldVersion,
}

/// A key, wiped when it is dropped.
pub(crate) struct Key {
    bytes: Zeroizing<[u8; Key::LENGTH]>,
    id: KeyId,
}

/// The id of a key: a SHA-256 digest of it, as lower-case hexadecimal digits; of version 1 the first 16 of them. People
/// are shown that many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyId(String);

/// How many digits of a key's id version 1 has, and people are shown.
const SHORT_ID: usize = 16;
const LONG_ID: usize = 64;

impl Key {
    pub(crate) const LENGTH: usize = 32;

    /// Returns the key that consists of these bytes.
    pub(crate) fn from_bytes(bytes: Zeroizing<[u8; Self::LENGTH]>) -> Self {
        let digest = Sha256::new()
            .chain_update("prusa-cred key")
            .chain_update(bytes.as_slice())
            .finalize();
        let id = KeyId(hex(&digest));
        Self { bytes, id }
    }

    /// Returns a new random key. Fails if the system gives no random bytes.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; Self::LENGTH]);
        getrandom::fill(bytes.as_mut_slice())?;
        Ok(Self::from_bytes(bytes))
    }

    /// Reads a key: 32 raw bytes, or their base64 (standard, padded) or hexadecimal form with white space around it.
    /// `None` is anything else.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        if let Ok(raw) = <[u8; Self::LENGTH]>::try_from(bytes) {
            return Some(Self::from_bytes(Zeroizing::new(raw)));
        }
        let text = byte_order_mark::utf8(Zeroizing::new(bytes.to_vec()));
        let text = text.trim_ascii();
        let decoded = if text.len() == 2 * Self::LENGTH {
            decode_hex(text)?
        } else {
            decode_base64(text)?
        };
        let bytes = <[u8; Self::LENGTH]>::try_from(decoded.as_slice()).ok()?;
        Some(Self::from_bytes(Zeroizing::new(bytes)))
    }

    /// Returns the key as base64 text, which `parse` reads.
    pub(crate) fn render(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(2 * Self::LENGTH));
        STANDARD.encode_string(self.bytes.as_slice(), &mut text);
        text
    }

    /// Returns the key's id.
    pub(crate) fn id(&self) -> &KeyId {
        &self.id
    }

    /// Returns the XChaCha20-Poly1305 cipher with this key.
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

/// Shows the key's id only.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Key").field(&self.id).finish()
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.short())
    }
}

impl KeyId {
    /// Returns the first digits.
    fn short(&self) -> &str {
        self.0.get(..SHORT_ID).unwrap_or(&self.0)
    }
}

/// The part of a sealed file before the ciphertext.
#[derive(Serialize, Deserialize)]
struct Header {
    prusa_cred_sealed: u64,
    /// The parts of the label, which version 1 does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The key's id.
    key: String,
    /// Where the key was stored: for people, as it is no reason to read that place.
    at: String,
    nonce: String,
    /// The length of the content, in bytes.
    length: usize,
}

/// Which key a file is sealed with, and where that key was stored at the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyReference {
    pub(crate) id: KeyId,
    /// As in the configuration: `keyring`, or the path of a key file. Whoever wrote the file wrote this.
    pub(crate) place: String,
    /// Whether the file is of version 1.
    pub(crate) is_old: bool,
}

impl KeyReference {
    /// Returns whether this names the key. Of version 1 only the first digits of the id are compared.
    pub(crate) fn names(&self, key: &Key) -> bool {
        if self.is_old {
            self.id.0 == key.id.short()
        } else {
            self.id == key.id
        }
    }
}

/// A sealed file that is complete, as far as can be checked without the key.
pub(crate) struct Sealed<'a> {
    /// The associated data.
    header: &'a [u8],
    content: &'a [u8],
    nonce: [u8; NONCE_LENGTH],
    pub(crate) key: KeyReference,
    /// What the file says it is; `None` for version 1.
    label: Option<Label>,
}

/// Returns whether a file is sealed, by its first bytes.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(PREFIX)
}

/// Returns whether a file is a sealed one of version 1, by its first bytes.
pub(crate) fn is_old(bytes: &[u8]) -> bool {
    is_sealed(bytes) && parse_version(bytes) == Ok(OLD_VERSION)
}

/// Returns what happened to a sealed file that no longer starts like one: `Truncated` if at least 3 of its first bytes
/// are left and nothing else, `Modified` if the header's last two keys are there. `None` for other files. Not to be
/// called for a file that `is_sealed`.
pub(crate) fn find_damage(bytes: &[u8]) -> Option<Damage> {
    let start = bytes.get(..MAX_HEADER).unwrap_or(bytes);
    if bytes.len() >= MIN_PREFIX && PREFIX.starts_with(bytes) {
        Some(Damage::Truncated)
    } else if [BEFORE_CHECK, BEFORE_CONTENT].map(|mark| position_of(start, mark).is_some())
        == [true, true]
    {
        Some(Damage::Modified)
    } else {
        None
    }
}

/// Returns the key that a file is sealed with, by its first bytes; `None` if they were modified or are not the whole
/// header.
pub(crate) fn key_reference(start: &[u8]) -> Option<KeyReference> {
    let end = position_of(start, BEFORE_CONTENT)?;
    let header = start.get(..end + BEFORE_CONTENT.len())?;
    let Header {
        prusa_cred_sealed,
        key,
        at,
        ..
    } = parse_header(header)?;
    Some(KeyReference {
        id: KeyId(key),
        place: at,
        is_old: prusa_cred_sealed == OLD_VERSION,
    })
}

/// Returns the most bytes that a file of `length` bytes has when it is sealed.
pub(crate) fn sealed_length(length: u64) -> u64 {
    length.div_ceil(3).saturating_mul(4) + 2 * MAX_HEADER as u64
}

/// Seals one file. Its nonce is drawn when it is created, so that sealing itself cannot fail.
#[derive(Debug)]
pub(crate) struct Sealer {
    key: Arc<Key>,
    place: String,
    label: Label,
    nonce: [u8; NONCE_LENGTH],
}

impl Sealer {
    /// Returns a sealer with a key and a random nonce; `place` is where the key is stored, and is written into the
    /// file, as is `label`. Fails if the system gives no random bytes.
    pub(crate) fn new(key: Arc<Key>, place: &str, label: Label) -> Result<Self, getrandom::Error> {
        let mut nonce = [0; NONCE_LENGTH];
        getrandom::fill(&mut nonce)?;
        Ok(Self {
            key,
            place: place.to_owned(),
            label,
            nonce,
        })
    }

    /// Returns whether a file with this key reference is as this sealer would write it: with the same key from the same
    /// place, in the present version.
    pub(crate) fn uses(&self, key: &KeyReference) -> bool {
        !key.is_old && key.names(&self.key) && self.place == key.place
    }

    /// Returns the bytes of a sealed file with this content.
    pub(crate) fn seal(self, content: &[u8]) -> Vec<u8> {
        let mut file = self.header(content.len());
        let mut secret = Zeroizing::new(Vec::with_capacity(content.len() + TAG_LENGTH));
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

    /// Returns the part of a sealed file before the ciphertext, with its checksum; `length` is that of the plain
    /// content in bytes.
    fn header(&self, length: usize) -> Vec<u8> {
        let header = Header {
            prusa_cred_sealed: VERSION,
            kind: Some(self.label.kind.clone()),
            profile: self.label.profile.clone(),
            file: self.label.file.clone(),
            key: self.key.id.0.clone(),
            at: self.place.clone(),
            nonce: STANDARD.encode(self.nonce),
            length,
        };
        // Writing strings and numbers into memory cannot fail.
        let mut file = serde_json::to_vec(&header).unwrap_or_default();
        file.pop();
        let check = header_checksum(&file);
        file.extend_from_slice(BEFORE_CHECK);
        file.extend_from_slice(check.as_bytes());
        file.push(b'"');
        file.extend_from_slice(BEFORE_CONTENT);
        file
    }
}

impl<'a> Sealed<'a> {
    /// Reads the header of a file that starts like a sealed one, and checks that the file is complete. Nothing but
    /// white space may follow it.
    pub(crate) fn parse(file: &'a [u8]) -> Result<Self, Damage> {
        let version = parse_version(file)?;
        if ![VERSION, OLD_VERSION].contains(&version) {
            return Err(Damage::UnknownVersion(version));
        }
        let start = file.get(..MAX_HEADER).unwrap_or(file);
        let Some(end) = position_of(start, BEFORE_CONTENT) else {
            return Err(truncated_or_modified(file));
        };
        let (header, rest) = file.split_at(end + BEFORE_CONTENT.len());
        let Header {
            prusa_cred_sealed: _,
            kind,
            profile,
            file: name,
            key,
            at,
            nonce,
            length,
        } = parse_header(header).ok_or(Damage::Modified)?;
        let is_old = version == OLD_VERSION;
        if key.len() != if is_old { SHORT_ID } else { LONG_ID } {
            return Err(Damage::Modified);
        }
        let label = match kind {
            _ if is_old => None,
            Some(kind) => Some(Label {
                kind,
                profile,
                file: name,
                also_of: Vec::new(),
            }),
            None => return Err(Damage::Modified),
        };
        let nonce =
            decode_base64(nonce.as_bytes()).and_then(|nonce| nonce.as_slice().try_into().ok());
        Ok(Self {
            header,
            content: parse_content(rest, length)?,
            nonce: nonce.ok_or(Damage::Modified)?,
            key: KeyReference {
                id: KeyId(key),
                place: at,
                is_old,
            },
            label,
        })
    }

    /// Returns the content of the file in a place where `wanted` belongs. A file of version 1 has no label, and is
    /// taken for what is wanted.
    ///
    /// # Errors
    ///
    /// `Modified` when a byte of the file was modified, or the key is another one; `OtherFile` for a whole file that
    /// was sealed as something else.
    pub(crate) fn open(&self, key: &Key, wanted: &Label) -> Result<Zeroizing<Vec<u8>>, Damage> {
        if !self.key.names(key) {
            return Err(Damage::Modified);
        }
        let content = self.decrypt(key)?;
        match &self.label {
            Some(found) if !wanted.accepts(found) => Err(Damage::OtherFile {
                found: Box::new(found.clone()),
                wanted: Box::new(wanted.clone()),
            }),
            _ => Ok(content),
        }
    }

    /// Returns the decrypted content. Fails with `Modified` if it or the header was modified, or the key is another
    /// one.
    fn decrypt(&self, key: &Key) -> Result<Zeroizing<Vec<u8>>, Damage> {
        let mut content = decode_base64(self.content).ok_or(Damage::Modified)?;
        let at = content
            .len()
            .checked_sub(TAG_LENGTH)
            .ok_or(Damage::Modified)?;
        let tag = content.get(at..).and_then(|tag| Tag::try_from(tag).ok());
        let tag = tag.ok_or(Damage::Modified)?;
        content.truncate(at);
        key.cipher()
            .decrypt_inout_detached(
                &XNonce::from(self.nonce),
                self.header,
                content.as_mut_slice().into(),
                &tag,
            )
            .map_err(|_| Damage::Modified)?;
        Ok(content)
    }
}

/// Returns the format version, the digits after `PREFIX`. Fails with `Truncated` if nothing follows the digits, and
/// with `Modified` if there are none or their number does not fit.
fn parse_version(file: &[u8]) -> Result<u64, Damage> {
    let rest = file.get(PREFIX.len()..).unwrap_or_default();
    let end = rest.iter().position(|byte| !byte.is_ascii_digit());
    let end = end.ok_or(Damage::Truncated)?;
    let digits = rest.get(..end).and_then(|it| std::str::from_utf8(it).ok());
    let version = digits.and_then(|digits| digits.parse().ok());
    version.ok_or(Damage::Modified)
}

/// Returns the parsed header; `None` if its checksum is wrong or it cannot be parsed. `header` ends with
/// `BEFORE_CONTENT`.
fn parse_header(header: &[u8]) -> Option<Header> {
    let at = position_of(header, BEFORE_CHECK)?;
    let (checked, check) = header.split_at(at);
    let check = check.strip_prefix(BEFORE_CHECK)?;
    let check = check.strip_suffix(BEFORE_CONTENT)?.strip_suffix(b"\"")?;
    if header_checksum(checked).as_bytes() != check {
        return None;
    }
    serde_json::from_slice(&[checked, b"}"].concat()).ok()
}

/// Returns the ciphertext that follows a header, still in base64. Fails if it is not complete, or more than white space
/// follows the end of the file's JSON. `length` is that of the plain content, in bytes.
fn parse_content(rest: &[u8], length: usize) -> Result<&[u8], Damage> {
    let length = length.checked_add(TAG_LENGTH).ok_or(Damage::Modified)?;
    let length = length.div_ceil(3).saturating_mul(4);
    let rest = rest.trim_ascii_end();
    if rest.len() < length.saturating_add(AFTER_CONTENT.len()) {
        return Err(truncated_or_modified(rest));
    }
    match rest.split_at(length) {
        (content, AFTER_CONTENT) => Ok(content),
        _ => Err(Damage::Modified),
    }
}

/// Returns what happened to a file that is too short: `Modified` if it has the proper end, else `Truncated`.
fn truncated_or_modified(bytes: &[u8]) -> Damage {
    if bytes.trim_ascii_end().ends_with(AFTER_CONTENT) {
        Damage::Modified
    } else {
        Damage::Truncated
    }
}

/// Returns the first 4 bytes of the SHA-256 digest of these bytes, as 8 hexadecimal digits in lower case.
fn header_checksum(header: &[u8]) -> String {
    hex(Sha256::digest(header).get(..4).unwrap_or_default())
}

/// Returns the index of the first occurrence of `wanted`, which must not be empty; `None` if it does not occur.
fn position_of(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}

/// Decodes hexadecimal digits into memory that is wiped on drop; `None` if their number is odd or one is not a digit.
fn decode_hex(digits: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
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

/// Decodes base64 into memory that is wiped on drop; `None` if the text is not base64 with padding and no white space.
fn decode_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; text.len().div_ceil(4) * 3]);
    let length = STANDARD.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests;
