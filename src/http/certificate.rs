//! What a certificate says (X.509, RFC 5280 §4.1), for naming it in an error and for one that is trusted as it is: its
//! names, dates and key. Of version 1 too, which the TLS library does not read.
//!
//! This is no verification: signatures and extensions are not looked at. A stranger may have written it: what cannot be
//! read is `None`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use crate::escape::excerpt;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// The context-specific tag of the version, which version 1 leaves out.
const VERSION: u8 = 0xa0;

/// The attributes of a name (X.520) that are shown: `commonName`, `organizationName`, `organizationalUnitName`.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANIZATION: &[u8] = &[0x55, 4, 10];
const ORGANIZATIONAL_UNIT: &[u8] = &[0x55, 4, 11];

/// The parts of a certificate, each as it is encoded (DER).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Certificate<'d> {
    issuer: &'d [u8],
    subject: &'d [u8],
    /// In Unix seconds.
    pub(super) not_before: i64,
    /// In Unix seconds.
    pub(super) not_after: i64,
    /// `SubjectPublicKeyInfo`, with its tag.
    pub(super) public_key_info: &'d [u8],
    /// Whether it is of version 1, which has no alternative names.
    pub(super) is_version_1: bool,
}

impl<'d> Certificate<'d> {
    /// Reads a certificate.
    pub(super) fn parse(der: &'d [u8]) -> Option<Self> {
        let whole = Reader(der).value(SEQUENCE)?;
        let mut fields = Reader(Reader(whole).value(SEQUENCE)?);
        let is_version_1 = fields.0.first() != Some(&VERSION);
        if !is_version_1 {
            fields.value(VERSION)?;
        }
        fields.value(INTEGER)?;
        fields.value(SEQUENCE)?;
        let issuer = fields.value(SEQUENCE)?;
        let mut dates = Reader(fields.value(SEQUENCE)?);
        Some(Self {
            is_version_1,
            issuer,
            not_before: dates.time()?,
            not_after: dates.time()?,
            subject: fields.value(SEQUENCE)?,
            public_key_info: fields.element(SEQUENCE)?,
        })
    }

    /// Returns who issued it, for a person: its common name and organization; `None` if it names neither.
    pub(super) fn issuer(&self) -> Option<String> {
        let name = attribute(self.issuer, COMMON_NAME)
            .or_else(|| attribute(self.issuer, ORGANIZATIONAL_UNIT));
        let organization = attribute(self.issuer, ORGANIZATION);
        let text = match (name, organization) {
            (Some(name), Some(organization)) if name != organization => {
                format!("{name} ({organization})")
            }
            (name, organization) => name.or(organization)?,
        };
        Some(excerpt(&text)).filter(|text| !text.is_empty())
    }

    /// Returns whether it says that it was issued by whom it is for.
    pub(super) fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// Returns the common name of whom it is for.
    pub(super) fn common_name(&self) -> Option<String> {
        attribute(self.subject, COMMON_NAME)
    }

    /// Returns the algorithm of its key, without a tag, and the key itself.
    pub(super) fn public_key(&self) -> Option<(&'d [u8], &'d [u8])> {
        let mut fields = Reader(Reader(self.public_key_info).value(SEQUENCE)?);
        let algorithm = fields.value(SEQUENCE)?;
        // The first byte is the number of bits that are left over, of which a key has none.
        let key = fields.value(BIT_STRING)?.strip_prefix(&[0])?;
        Some((algorithm, key))
    }
}

/// Returns whether a certificate can be one of an authority for the TLS library.
pub(super) fn is_authority(certificate: &CertificateDer<'static>) -> bool {
    RootCertStore::empty().add(certificate.clone()).is_ok()
}

/// Returns the certificate that bytes begin with, as it is encoded.
pub(super) fn without_rest(der: &[u8]) -> Option<&[u8]> {
    Reader(der).element(SEQUENCE)
}

/// Returns the first attribute of this kind in a name that can be read.
fn attribute(name: &[u8], kind: &[u8]) -> Option<String> {
    let mut sets = Reader(name);
    while let Some(set) = sets.value(SET) {
        let mut pairs = Reader(set);
        while let Some(pair) = pairs.value(SEQUENCE) {
            let mut pair = Reader(pair);
            if pair.value(OBJECT_IDENTIFIER) == Some(kind) {
                return pair.next().and_then(|(tag, value)| text(tag, value));
            }
        }
    }
    None
}

/// Reads a string of one of the types that names are written in; `None` for any other type.
fn text(tag: u8, value: &[u8]) -> Option<String> {
    const UTF8: u8 = 0x0c;
    const PRINTABLE: u8 = 0x13;
    const TELETEX: u8 = 0x14;
    const IA5: u8 = 0x16;
    const BMP: u8 = 0x1e;
    match tag {
        UTF8 | PRINTABLE | IA5 => Some(String::from_utf8_lossy(value).into_owned()),
        // In practice it is Latin-1.
        TELETEX => Some(value.iter().map(|byte| char::from(*byte)).collect()),
        BMP => {
            let (pairs, _) = value.as_chunks::<2>();
            let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
            Some(
                char::decode_utf16(units)
                    .map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect(),
            )
        }
        _ => None,
    }
}

/// The elements that follow one another in some bytes (DER: tag, length, value).
struct Reader<'d>(&'d [u8]);

impl<'d> Reader<'d> {
    /// Returns the value of the next element if it has this tag.
    fn value(&mut self, tag: u8) -> Option<&'d [u8]> {
        (*self.0.first()? == tag)
            .then(|| self.next())
            .flatten()
            .map(|(_, value)| value)
    }

    /// Returns the next element with its tag and length, if it has this tag.
    fn element(&mut self, tag: u8) -> Option<&'d [u8]> {
        let before = self.0;
        self.value(tag)?;
        before.get(..before.len() - self.0.len())
    }

    /// Returns the tag and the value of the next element.
    fn next(&mut self) -> Option<(u8, &'d [u8])> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(*first - 0x80))?;
                let length = digits
                    .iter()
                    .fold(0, |sum, digit| sum << 8 | usize::from(*digit));
                (length, rest)
            }
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, value))
    }

    /// Returns the next element, a time, in Unix seconds.
    fn time(&mut self) -> Option<i64> {
        let (tag, value) = self.next()?;
        let digits = std::str::from_utf8(value).ok()?.strip_suffix('Z')?;
        let (year, rest) = match tag {
            UTC_TIME => {
                let (year, rest) = digits.split_at_checked(2)?;
                let year: i16 = year.parse().ok()?;
                // RFC 5280 §4.1.2.5.1.
                (if year < 50 { 2000 + year } else { 1900 + year }, rest)
            }
            GENERALIZED_TIME => {
                let (year, rest) = digits.split_at_checked(4)?;
                (year.parse().ok()?, rest)
            }
            _ => return None,
        };
        let part = |at: usize| rest.get(at..at + 2)?.parse::<i8>().ok();
        let time = DateTime::new(year, part(0)?, part(2)?, part(4)?, part(6)?, part(8)?, 0).ok()?;
        let timestamp = TimeZone::UTC.to_timestamp(time).ok()?;
        Some(timestamp.as_second())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn element(tag: u8, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len()).expect("short").to_be_bytes();
        [&[tag, 0x82][..], &length, value].concat()
    }

    fn name(parts: &[(&[u8], u8, &[u8])]) -> Vec<u8> {
        let sets = parts.iter().map(|(kind, tag, value)| {
            let pair = [element(OBJECT_IDENTIFIER, kind), element(*tag, value)].concat();
            element(SET, &element(SEQUENCE, &pair))
        });
        element(SEQUENCE, &sets.collect::<Vec<_>>().concat())
    }

    fn certificate(version: &[u8], issuer: &[u8], dates: [(u8, &[u8]); 2]) -> Vec<u8> {
        let dates = dates.map(|(tag, value)| element(tag, value)).concat();
        let key = [
            element(SEQUENCE, b"\x06\x01\x01"),
            element(BIT_STRING, b"\0key"),
        ]
        .concat();
        let subject = name(&[(COMMON_NAME, 0x0c, b"h.example")]);
        let fields = [
            version.to_vec(),
            element(INTEGER, b"\x01"),
            element(SEQUENCE, b""),
            issuer.to_vec(),
            element(SEQUENCE, &dates),
            subject,
            element(SEQUENCE, &key),
        ];
        element(SEQUENCE, &element(SEQUENCE, &fields.concat()))
    }

    const DATES: [(u8, &[u8]); 2] = [
        (UTC_TIME, b"490102030405Z"),
        (GENERALIZED_TIME, b"20500102030405Z"),
    ];

    #[test]
    fn names_dates_and_key_are_read_of_any_version() {
        let issuer = name(&[
            (ORGANIZATION, 0x13, b"Zscaler Inc."),
            (COMMON_NAME, 0x1e, b"\0Z\0R\0o\0o\0t"),
        ]);
        for version in [&b""[..], &element(VERSION, b"\x02\x01\x02")] {
            let der = certificate(version, &issuer, DATES);
            let read = Certificate::parse(&der).expect("a certificate");
            assert_eq!(read.issuer().as_deref(), Some("ZRoot (Zscaler Inc.)"));
            assert_eq!(read.common_name().as_deref(), Some("h.example"));
            assert_eq!(
                (read.not_before, read.not_after),
                (2_493_169_445, 2_524_705_445)
            );
            assert!(!read.is_self_issued());
            assert_eq!(read.public_key(), Some((&b"\x06\x01\x01"[..], &b"key"[..])));
        }
    }

    #[test]
    fn what_is_none_is_none() {
        let issuer = name(&[]);
        let none = certificate(b"", &issuer, DATES);
        assert_eq!(Certificate::parse(&none).and_then(|it| it.issuer()), None);
        for dates in [
            [(UTC_TIME, &b"491302030405Z"[..]), DATES[1]],
            [(UTC_TIME, b"49"), DATES[1]],
            [(INTEGER, b"490102030405Z"), DATES[1]],
            [(UTC_TIME, "4\u{fc}0102030405Z".as_bytes()), DATES[1]],
        ] {
            assert_eq!(Certificate::parse(&certificate(b"", &issuer, dates)), None);
        }
        for end in 0..none.len() {
            assert_eq!(Certificate::parse(&none[..end]), None, "{end}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in any::<Vec<u8>>(), at in 0usize..60, other in any::<u8>()) {
            Certificate::parse(&bytes);
            let mut der = certificate(b"", &name(&[(COMMON_NAME, 0x14, &bytes)]), DATES);
            if let Some(byte) = der.get_mut(at) {
                *byte = other;
            }
            if let Some(read) = Certificate::parse(&der) {
                let _ = (read.issuer(), read.common_name(), read.public_key());
            }
        }
    }
}
