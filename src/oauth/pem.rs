//! The private key in a text with PEM (RFC 7468), which may hold more: certificates before it, and what `openssl
//! pkcs12` writes about each of them.
//!
//! Secret: the text of the key. An error quotes nothing.

use zeroize::Zeroizing;

use crate::byte_order_mark::without_utf8_mark;

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

/// Returns the first whole block that holds a private key. What stands between the blocks, in whatever encoding, blocks
/// that are cut off, a byte order mark, white space around a line and whatever ends it do not count.
pub(super) fn private_key_block(pem: &[u8]) -> Result<PrivateKeyBlock<'_>, NoPrivateKey> {
    let size = pem.len().saturating_add(1);
    let mut lines = lines(without_utf8_mark(pem));
    let mut other = NoPrivateKey::NoBlock;
    let mut begun = lines.find_map(label);
    while let Some(label_here) = begun {
        let end = format!("{END}{label_here}{DASHES}");
        // Allocated for all of it: growing would leave unwiped copies behind.
        let mut pem = Zeroizing::new(String::with_capacity(size));
        push_line(&mut pem, &format!("{BEGIN}{label_here}{DASHES}"));
        let mut is_encrypted = label_here.starts_with("ENCRYPTED ");
        let mut is_complete = false;
        begun = None;
        for line in lines.by_ref() {
            begun = label(line);
            if begun.is_some() {
                break;
            }
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
        if is_complete {
            if label_here.ends_with("PRIVATE KEY") {
                return Ok(PrivateKeyBlock {
                    label: label_here,
                    is_encrypted,
                    pem,
                });
            }
            other = NoPrivateKey::OtherBlocks;
            begun = lines.find_map(label);
        }
    }
    Err(other)
}

/// Returns the lines without white space around them. One that is not UTF-8, as in a name that `openssl` prints, is
/// empty; two blocks that were joined without a line break are on lines of their own.
fn lines(pem: &[u8]) -> impl Iterator<Item = &str> {
    const JOINED: &str = "----------BEGIN ";
    pem.split(|byte| matches!(byte, b'\n' | b'\r'))
        .flat_map(|line| {
            let line = std::str::from_utf8(line).unwrap_or_default();
            let joined = line.find(JOINED).map(|at| at + DASHES.len());
            let (before, after) = line.split_at(joined.unwrap_or(line.len()));
            [before.trim(), after.trim()]
        })
}

/// Returns the label of the block that a line begins; `None` for any other line.
fn label(line: &str) -> Option<&str> {
    line.strip_prefix(BEGIN)?.strip_suffix(DASHES)
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
            let block = private_key_block(text.as_bytes())
                .map_err(|_| &text)
                .expect("a key");
            assert_eq!(
                (block.label, block.is_encrypted),
                ("PRIVATE KEY", false),
                "{text}"
            );
            assert_eq!(*block.pem, KEY, "{text}");
        }
    }

    #[test]
    fn the_first_whole_key_counts_whatever_stands_before_it() {
        let cut_off = CERTIFICATE
            .split_once("CCCC")
            .map_or("", |(begin, _)| begin);
        let other = KEY.replace("AAAA", "EEEE");
        for before in [
            "    friendlyName: Schl\u{fc}ssel\n".as_bytes(),
            b"    friendlyName: Schl\xfcssel\n",
            b"\xff\xfe\x00\n",
            cut_off.as_bytes(),
            format!("{cut_off}CCCC\n").as_bytes(),
            KEY.replace("-----END PRIVATE KEY-----\n", "").as_bytes(),
            CERTIFICATE.trim_end().as_bytes(),
        ] {
            let pem = [before, KEY.as_bytes(), other.as_bytes()].concat();
            let shown = pem.escape_ascii().to_string();
            let block = private_key_block(&pem).map_err(|_| &shown).expect("a key");
            assert_eq!(*block.pem, KEY, "{shown}");
            let old = pem
                .iter()
                .map(|byte| if *byte == b'\n' { b'\r' } else { *byte });
            let old: Vec<u8> = old.collect();
            assert!(private_key_block(&old).is_ok(), "{shown}");
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
                private_key_block(text.as_bytes()).is_ok_and(|block| block.is_encrypted),
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
            assert_eq!(
                private_key_block(text.as_bytes()).map(|_| ()),
                Err(why),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(-----BEGIN |-----END |-----|PRIVATE KEY|:|\\PC|\n)*") {
            let _ = private_key_block(text.as_bytes());
        }

        #[test]
        fn no_bytes_panic(pem in any::<Vec<u8>>()) {
            let _ = private_key_block(&pem);
        }
    }
}
