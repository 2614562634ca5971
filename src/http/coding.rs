//! Decompressing a response's body (RFC 9110 §8.4): gzip, deflate and brotli.
//!
//! Requests ask for no compression, and some servers, and proxies in front of them, compress all the same. A body that
//! is cut off gives what can be decompressed of it. Secret: every body. The decompressors' own buffers, the last 32
//! KiB or so, are not wiped.

use std::io::{ErrorKind, Read};

use brotli_decompressor::Decompressor;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use zeroize::Zeroizing;

/// In bytes: what is read at once.
const CHUNK: usize = 8 * 1024;

/// How every gzip stream begins (RFC 1952 §2.3.1).
const GZIP_MAGIC: &[u8] = b"\x1f\x8b";

/// More layers than any server has: so that a body cannot keep the decompressor busy.
const MAX_LAYERS: usize = 3;

/// A body after decoding.
pub(super) enum Decoded {
    /// There was nothing to decode, or it could not be.
    Unchanged(Zeroizing<Vec<u8>>),
    Whole(Zeroizing<Vec<u8>>),
    /// The beginning of a body that is cut off, damaged or too large.
    Part {
        body: Zeroizing<Vec<u8>>,
        is_too_large: bool,
    },
}

/// Decodes a body by its codings, in the order of the header (lower case, the last one was applied last). A coding
/// that is not known ends the decoding, and a body that is not in the coding that is named, but is text, stays as it
/// is. One that begins as gzip does is decoded without being named. At most `limit` bytes come back.
pub(super) fn decode(codings: &[String], body: Zeroizing<Vec<u8>>, limit: usize) -> Decoded {
    let mut decoded = Decoded::Unchanged(body);
    let named = codings.iter().rev().take(MAX_LAYERS).map(String::as_str);
    for coding in named.chain(["gzip"]) {
        let body = match decoded {
            Decoded::Unchanged(body) | Decoded::Whole(body) => body,
            part @ Decoded::Part { .. } => return part,
        };
        let was_named = !codings.is_empty();
        decoded = match decode_layer(coding, &body, limit) {
            Layer::Whole(layer) => Decoded::Whole(layer),
            Layer::Part { body, is_too_large } => Decoded::Part { body, is_too_large },
            // What is text already is not compressed, whatever its header says.
            Layer::None if was_named && std::str::from_utf8(&body).is_ok() => Decoded::Whole(body),
            Layer::None => Decoded::Unchanged(body),
        };
    }
    decoded
}

/// One layer of a body, decoded.
enum Layer {
    /// It is not in this coding.
    None,
    Whole(Zeroizing<Vec<u8>>),
    Part {
        body: Zeroizing<Vec<u8>>,
        is_too_large: bool,
    },
}

/// Decodes one layer. `None` also for a coding that is not known and an empty body.
fn decode_layer(coding: &str, body: &[u8], limit: usize) -> Layer {
    let read = match coding {
        _ if body.is_empty() => return Layer::None,
        "gzip" | "x-gzip" if body.starts_with(GZIP_MAGIC) => read_all(GzDecoder::new(body), limit),
        "deflate" if is_zlib(body) => read_all(ZlibDecoder::new(body), limit),
        // What RFC 9110 §8.4.1.2 notes that some servers send: without the zlib header.
        "deflate" => read_all(DeflateDecoder::new(body), limit),
        "br" => read_all(Decompressor::new(body, CHUNK), limit),
        _ => return Layer::None,
    };
    match read {
        (decoded, _) if decoded.is_empty() => Layer::None,
        (decoded, Ended::Whole) => Layer::Whole(decoded),
        // Not compressed at all: what was made of the text is nothing.
        (_, Ended::CutOff) if std::str::from_utf8(body).is_ok() => Layer::None,
        (body, end) => Layer::Part {
            body,
            is_too_large: end == Ended::TooLarge,
        },
    }
}

/// Returns whether the bytes begin with a zlib header (RFC 1950 §2.2).
fn is_zlib(body: &[u8]) -> bool {
    match *body {
        [method, flags, ..] => {
            method & 0x0f == 8 && u16::from_be_bytes([method, flags]).is_multiple_of(31)
        }
        _ => false,
    }
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Whole,
    CutOff,
    TooLarge,
}

/// Reads a stream to its end, at most `limit` bytes of it. What came before an error is returned.
fn read_all(mut stream: impl Read, limit: usize) -> (Zeroizing<Vec<u8>>, Ended) {
    // Allocated for all of it at once: growing would leave unwiped copies behind.
    let mut decoded = Zeroizing::new(Vec::with_capacity(limit));
    let mut chunk = Zeroizing::new([0; CHUNK]);
    loop {
        let read = match stream.read(&mut *chunk) {
            Ok(0) => return (decoded, Ended::Whole),
            Ok(length) => chunk.get(..length).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return (decoded, Ended::CutOff),
        };
        let fitting = read.get(..limit - decoded.len()).unwrap_or(read);
        decoded.extend_from_slice(fitting);
        if fitting.len() < read.len() {
            return (decoded, Ended::TooLarge);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const LIMIT: usize = 1024 * 1024;
    const TEXT: &[u8] = br#"{"access_token":"a","refresh_token":"r"}"#;
    /// `TEXT` as a brotli encoder writes it.
    const BROTLI: &[u8] = b"\x8b\x13\x80{\"access_token\":\"a\",\"refresh_token\":\"r\"}\x03";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    /// Returns the state in a word, and the body.
    fn decoded(codings: &[&str], body: &[u8]) -> (&'static str, Vec<u8>) {
        let codings: Vec<String> = codings.iter().map(|&coding| coding.to_owned()).collect();
        match decode(&codings, Zeroizing::new(body.to_vec()), LIMIT) {
            Decoded::Unchanged(body) => ("unchanged", body.to_vec()),
            Decoded::Whole(body) => ("whole", body.to_vec()),
            Decoded::Part { body, is_too_large } => {
                let word = if is_too_large { "too large" } else { "part" };
                (word, body.to_vec())
            }
        }
    }

    #[test]
    fn each_coding_is_decoded_also_where_it_is_not_named() {
        let twice = gzip(&zlib(TEXT));
        let trailed = [gzip(TEXT), b"garbage".to_vec()].concat();
        let table: [(&[&str], Vec<u8>); 9] = [
            (&["gzip"], gzip(TEXT)),
            (&["x-gzip"], gzip(TEXT)),
            (&[], gzip(TEXT)),
            (&["identity"], gzip(TEXT)),
            (&["deflate"], zlib(TEXT)),
            (&["deflate"], raw_deflate(TEXT)),
            (&["br"], BROTLI.to_vec()),
            (&["deflate", "gzip"], twice),
            (&["gzip"], trailed),
        ];
        for (codings, body) in table {
            let expected = ("whole", TEXT.to_vec());
            assert_eq!(decoded(codings, &body), expected, "{codings:?}");
        }
    }

    #[test]
    fn text_that_is_said_to_be_compressed_stays() {
        for coding in ["gzip", "deflate", "br", "zstd", "utf-8", "x-gzip"] {
            let expected = ("whole", TEXT.to_vec());
            assert_eq!(decoded(&[coding], TEXT), expected, "{coding}");
        }
        assert_eq!(decoded(&[], TEXT), ("unchanged", TEXT.to_vec()));
        assert_eq!(decoded(&["gzip"], b""), ("whole", Vec::new()));
        let unknown = b"\x28\xb5\x2f\xfd\x04";
        assert_eq!(decoded(&["zstd"], unknown), ("unchanged", unknown.to_vec()));
    }

    #[test]
    fn what_is_cut_off_is_decoded_as_far_as_it_goes() {
        let padding = " ".repeat(100) + &(0..2000).map(|n| n.to_string()).collect::<String>();
        let long = [TEXT, padding.as_bytes()].concat();
        let shortened = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
        for (coding, body) in [
            ("gzip", shortened(&gzip(&long))),
            ("deflate", shortened(&zlib(&long))),
            ("gzip", gzip(TEXT)[..gzip(TEXT).len() - 8].to_vec()),
        ] {
            let (_, decoded) = decoded(&[coding], &body);
            assert!(decoded.starts_with(TEXT), "{coding}");
        }
    }

    #[test]
    fn a_small_body_that_decompresses_to_a_large_one_is_bounded() {
        let large = [TEXT, &vec![b' '; 8 * LIMIT]].concat();
        let bomb = gzip(&large);
        assert!(bomb.len() < LIMIT / 8);
        let (word, body) = decoded(&["gzip"], &bomb);
        assert_eq!((word, body.len()), ("too large", LIMIT));
        assert!(body.starts_with(TEXT));
    }
}
