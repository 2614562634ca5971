//! The private key in a text with PEM (RFC 7468), which may hold more: certificates before it, and what `openssl
//! pkcs12` writes about each of them.
//!
//! Secret: the text of the key. An error quotes nothing.

use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// A block with a private key.
pub(super) struct PrivateKeyBlock<'t> {
    /// What stands after `BEGIN`, such as `RSA PRIVATE KEY`.
    pub(super) label: &'t str,
    /// Whether a passphrase is needed for it: by PKCS #8, or by the older header of OpenSSL.
    pub(super) is_encrypted: bool,
    /// The block alone, with nothing around its lines.
    pub(super) pem: Zeroizing<String>,
}

/// Why there is no private key in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPrivateKey {
    /// There is nothing in PEM, or its end is missing.
    NoBlock,
    /// There are blocks, such as certificates or public keys.
    OtherBlocks,
}

/// Returns the first block that holds a private key. What stands between the blocks, a byte order mark, white space
/// around a line and whatever ends it do not count.
pub(super) fn private_key_block(text: &str) -> Result<PrivateKeyBlock<'_>, NoPrivateKey> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let mut other = NoPrivateKey::NoBlock;
    while let Some(label) = next_label(&mut lines) {
        let end = format!("{END}{label}{DASHES}");
        // Allocated for all of it: growing would leave unwiped copies behind.
        let mut pem = Zeroizing::new(String::with_capacity(text.len().saturating_add(1)));
        push_line(&mut pem, &format!("{BEGIN}{label}{DASHES}"));
        let mut is_encrypted = label.starts_with("ENCRYPTED ");
        let mut is_complete = false;
        for line in lines.by_ref() {
            if line.contains(':') {
                is_encrypted |= line.starts_with("Proc-Type:") && line.ends_with("ENCRYPTED");
                continue;
            }
            if line.is_empty() {
                continue;
            }
            push_line(&mut pem, line);
            is_complete = line == end;
            if is_complete {
                break;
            }
        }
        if !is_complete {
            return Err(other);
        }
        if label.ends_with("PRIVATE KEY") {
            return Ok(PrivateKeyBlock {
                label,
                is_encrypted,
                pem,
            });
        }
        other = NoPrivateKey::OtherBlocks;
    }
    Err(other)
}

/// Returns the label of the next block, and leaves its other lines in `lines`; `None` if there is no other block.
fn next_label<'t>(lines: &mut impl Iterator<Item = &'t str>) -> Option<&'t str> {
    lines.find_map(|line| line.strip_prefix(BEGIN)?.strip_suffix(DASHES))
}

/// Adds a line and its end.
fn push_line(pem: &mut String, line: &str) {
    pem.push_str(line);
    pem.push('\n');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nAAAA\nBBBB\n-----END PRIVATE KEY-----\n";
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nCCCC\n-----END CERTIFICATE-----\n";
    const BAG: &str = "Bag Attributes\n    friendlyName: ENCRYPTED PRIVATE KEY\n    localKeyID: 01 02 \nKey Attributes: <No Attributes>\n";

    #[test]
    fn the_key_is_found_wherever_it_stands() {
        for text in [
            KEY.to_owned(),
            format!("\u{feff}{KEY}"),
            KEY.replace('\n', "\r\n"),
            KEY.trim_end().to_owned(),
            KEY.replace('\n', "  \n  "),
            format!("{CERTIFICATE}{KEY}"),
            format!("{KEY}{CERTIFICATE}"),
            format!("{BAG}{CERTIFICATE}{BAG}{CERTIFICATE}{BAG}{KEY}"),
            format!("{BAG}{KEY}{BAG}{CERTIFICATE}").replace('\n', "\r\n"),
            format!("-----BEGIN EC PARAMETERS-----\nDDDD\n-----END EC PARAMETERS-----\n{KEY}"),
        ] {
            let block = private_key_block(&text).map_err(|_| &text).expect("a key");
            assert_eq!(
                (block.label, block.is_encrypted),
                ("PRIVATE KEY", false),
                "{text}"
            );
            assert_eq!(*block.pem, KEY, "{text}");
        }
    }

    #[test]
    fn an_encrypted_key_is_known_by_its_label_or_header() {
        let pkcs8 = KEY.replace("PRIVATE", "ENCRYPTED PRIVATE");
        let old = KEY.replace("PRIVATE", "RSA PRIVATE").replace(
            "AAAA",
            "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0011\n\nAAAA",
        );
        for text in [
            pkcs8.clone(),
            old.clone(),
            format!("{BAG}{CERTIFICATE}{pkcs8}"),
            old.replace('\n', "\r\n"),
        ] {
            assert!(
                private_key_block(&text).is_ok_and(|block| block.is_encrypted),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        let public = KEY.replace("PRIVATE", "PUBLIC");
        for (text, why) in [
            ("", NoPrivateKey::NoBlock),
            ("AAAA", NoPrivateKey::NoBlock),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n", NoPrivateKey::NoBlock),
            (CERTIFICATE, NoPrivateKey::OtherBlocks),
            (&public, NoPrivateKey::OtherBlocks),
        ] {
            assert_eq!(private_key_block(text).map(|_| ()), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(-----BEGIN |-----END |-----|PRIVATE KEY|:|\\PC|\n)*") {
            let _ = private_key_block(&text);
        }
    }
}
