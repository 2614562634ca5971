//! Decompressing a response's body (RFC 9110 §8.4): gzip, deflate and brotli.
//!
//! Requests ask for no compression, and some servers, and proxies in front of them, compress all the same, name another
//! coding than they use, or none. So the bytes decide where they can: gzip and zlib are known by how they begin. The
//! header is asked only about what shows nothing, brotli and deflate without the zlib header. A body that is cut off
//! gives what can be decompressed of it. Secret: every body. The decompressors' own buffers, the last 32 KiB or so, are
//! not wiped.

use std::io::{ErrorKind, Read};

use brotli_decompressor::Decompressor;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use zeroize::Zeroizing;

/// In bytes: what is read at once.
const CHUNK: usize = 8 * 1024;

/// How every member of a gzip stream begins (RFC 1952 §2.3.1).
const GZIP_MAGIC: &[u8] = b"\x1f\x8b";

/// One compression over another is a mistake that happens to server and proxy together. More would only keep the
/// decompressor busy.
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

/// Decodes a body whose header names these codings (lower case, the last one was applied last). A body that is text
/// stays as it is, whatever its header says. At most `limit` bytes come back.
pub(super) fn decode(codings: &[String], body: Zeroizing<Vec<u8>>, limit: usize) -> Decoded {
    let mut decoded = if codings.is_empty() || !is_text(&body) {
        Decoded::Unchanged(body)
    } else {
        Decoded::Whole(body)
    };
    let mut named = codings.iter().rev();
    for _ in 0..MAX_LAYERS {
        let (Decoded::Unchanged(body) | Decoded::Whole(body)) = &decoded else {
            break;
        };
        let layer = match Coding::shown_by(body) {
            Some(coding) => coding.decode(body, limit),
            None if is_text(body) => None,
            None => named.find_map(|name| Coding::named(name)?.decode(body, limit)),
        };
        let Some((body, end)) = layer else { break };
        decoded = match end {
            End::Whole => Decoded::Whole(body),
            End::CutOff | End::TooLarge => Decoded::Part {
                body,
                is_too_large: end == End::TooLarge,
            },
        };
    }
    decoded
}

/// One layer of compression.
#[derive(Clone, Copy)]
enum Coding {
    Gzip,
    Zlib,
    /// What RFC 9110 §8.4.1.2 notes that some servers send as `deflate`: without the zlib header.
    RawDeflate,
    Brotli,
}

impl Coding {
    /// Returns the coding that the bytes show: gzip, and zlib (RFC 1950 §2.2) unless they are text.
    fn shown_by(body: &[u8]) -> Option<Self> {
        match *body {
            _ if body.starts_with(GZIP_MAGIC) => Some(Self::Gzip),
            [method, flags, ..]
                if method & 0x0f == 8
                    && u16::from_be_bytes([method, flags]).is_multiple_of(31)
                    && !is_text(body) =>
            {
                Some(Self::Zlib)
            }
            _ => None,
        }
    }

    /// Returns the coding of this name that bytes do not show.
    fn named(name: &str) -> Option<Self> {
        match name {
            "deflate" => Some(Self::RawDeflate),
            "br" => Some(Self::Brotli),
            _ => None,
        }
    }

    /// Decodes one layer; `None` if not a byte of it can be.
    fn decode(self, body: &[u8], limit: usize) -> Option<(Zeroizing<Vec<u8>>, End)> {
        // Allocated for all of it at once: growing would leave unwiped copies behind.
        let mut decoded = Zeroizing::new(Vec::with_capacity(limit));
        let end = match self {
            Self::Gzip => read_gzip(body, &mut decoded, limit),
            Self::Zlib => read(&mut ZlibDecoder::new(body), &mut decoded, limit),
            Self::RawDeflate => read(&mut DeflateDecoder::new(body), &mut decoded, limit),
            Self::Brotli => read(&mut Decompressor::new(body, CHUNK), &mut decoded, limit),
        };
        (!decoded.is_empty()).then_some((decoded, end))
    }
}

/// Returns whether a body is text as it is, and not compressed: UTF-8 without control characters, or JSON in whatever
/// encoding. No stream of deflate or brotli begins as JSON does and is of text.
fn is_text(body: &[u8]) -> bool {
    const WHITE_SPACE: [char; 3] = ['\t', '\n', '\r'];
    let is_plain = |c: char| !c.is_control() || WHITE_SPACE.contains(&c);
    body.starts_with(b"{")
        || body.starts_with(b"[")
        || std::str::from_utf8(body).is_ok_and(|text| text.chars().all(is_plain))
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    CutOff,
    TooLarge,
}

/// Reads all members of a gzip stream (RFC 1952 §2.2). Other bytes after a member are not looked at.
fn read_gzip(mut body: &[u8], decoded: &mut Vec<u8>, limit: usize) -> End {
    loop {
        let mut member = GzDecoder::new(body);
        let end = read(&mut member, decoded, limit);
        body = member.into_inner();
        if end != End::Whole || !body.starts_with(GZIP_MAGIC) {
            return end;
        }
    }
}

/// Appends a stream to what is decoded, which becomes at most `limit` bytes. What came before an error stays.
fn read(stream: &mut impl Read, decoded: &mut Vec<u8>, limit: usize) -> End {
    let mut chunk = Zeroizing::new([0; CHUNK]);
    loop {
        let read = match stream.read(&mut *chunk) {
            Ok(0) => return End::Whole,
            Ok(length) => chunk.get(..length).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return End::CutOff,
        };
        let fitting = read.get(..limit - decoded.len()).unwrap_or(read);
        decoded.extend_from_slice(fitting);
        if fitting.len() < read.len() {
            return End::TooLarge;
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
    fn the_bytes_decide_whatever_the_header_says() {
        let members = [gzip(&TEXT[..10]), gzip(b""), gzip(&TEXT[10..])].concat();
        let trailed = [gzip(TEXT), b"garbage".to_vec()].concat();
        let table: [(&[&str], Vec<u8>); 17] = [
            (&["gzip"], gzip(TEXT)),
            (&["x-gzip"], gzip(TEXT)),
            (&[], gzip(TEXT)),
            (&["identity"], gzip(TEXT)),
            (&["deflate"], gzip(TEXT)),
            (&["gzip"], members),
            (&["gzip"], trailed),
            (&["deflate"], zlib(TEXT)),
            (&["gzip"], zlib(TEXT)),
            (&[], zlib(TEXT)),
            (&["deflate"], raw_deflate(TEXT)),
            (&["br"], BROTLI.to_vec()),
            (&["gzip", "br"], BROTLI.to_vec()),
            (&["deflate", "gzip"], gzip(&zlib(TEXT))),
            (&["deflate", "gzip"], gzip(&raw_deflate(TEXT))),
            (&["gzip"], gzip(&gzip(TEXT))),
            (&[], gzip(&gzip(TEXT))),
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
        // Some texts are streams of deflate by chance.
        let texts = [
            &b"{\n  \"scope\": \"\xe9\"}"[..],
            b"\r\n{\r\n  \"a\": 1\r\n}",
            b"a=b",
            b"x\x01",
        ];
        for (text, coding) in texts
            .iter()
            .flat_map(|text| [(text, "deflate"), (text, "br")])
        {
            assert_eq!(decoded(&[coding], text).1, *text, "{text:?}");
        }
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
            let (word, decoded) = decoded(&[coding], &body);
            assert!(word == "part" && decoded.starts_with(TEXT), "{coding}");
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
