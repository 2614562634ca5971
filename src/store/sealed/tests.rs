use proptest::prelude::*;

use super::*;

const AT: &str = "keyring";
const SECRET: &[u8] = b"{\"access_token\": \"S3NTRY\"}\n";

fn key(byte: u8) -> Key {
    Key::from_bytes(Zeroizing::new([byte; Key::LENGTH]))
}

fn label() -> Label {
    Label::login("farm")
}

fn seal(content: &[u8], key: Key, at: &str) -> Vec<u8> {
    let sealer = Sealer::new(Arc::new(key), at, label()).expect("random bytes");
    sealer.seal(content)
}

fn sealed(content: &[u8]) -> Vec<u8> {
    seal(content, key(1), AT)
}

fn open(file: &[u8]) -> Result<Vec<u8>, Damage> {
    if !is_sealed(file) {
        return Err(find_damage(file).expect("a file that was a sealed one"));
    }
    Ok(Sealed::parse(file)?.open(&key(1), &label())?.to_vec())
}

#[test]
fn a_sealed_file_opens_to_its_content_and_hides_it() {
    let file = sealed(SECRET);
    let text = String::from_utf8(file.clone()).expect("text");
    assert!(
        !text.contains("S3NTRY") && text.ends_with("\"}\n"),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&json["at"], &json["length"]), (&AT.into(), &27.into()));
    assert_eq!(
        (&json["kind"], &json["profile"]),
        (&"login".into(), &"farm".into())
    );
    assert_eq!(json["key"].as_str().map(str::len), Some(64));
    assert_eq!(open(&file).as_deref(), Ok(SECRET));
    assert_eq!(open(file.trim_ascii_end()).as_deref(), Ok(SECRET));
    assert_ne!(sealed(SECRET), file, "each file has a nonce of its own");
}

/// The vector of draft-irtf-cfrg-xchacha-03, A.3.1, checks that this is really that cipher.
#[test]
fn the_cipher_matches_the_test_vector_of_the_draft() {
    let key: Vec<u8> = (0x80..0xa0).collect();
    let key = Key::parse(&key).expect("a key");
    let nonce: Vec<u8> = (0x40..0x58).collect();
    let nonce = XNonce::try_from(nonce.as_slice()).expect("a nonce");
    let aad = decode_hex(b"50515253c0c1c2c3c4c5c6c7").expect("digits");
    let mut text =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the \
                     future, sunscreen would be it."
            .to_vec();
    let tag = key
        .cipher()
        .encrypt_inout_detached(&nonce, &aad, text.as_mut_slice().into())
        .expect("a tag");
    assert_eq!(hex(&text[..8]), "bd6d179d3e83d43b");
    assert_eq!(hex(&tag), "c0875924c1c7987947deafd8780acf49");
}

#[test]
fn another_key_has_another_id_and_cannot_open_the_file() {
    let file = sealed(SECRET);
    let parsed = Sealed::parse(&file).expect("whole");
    assert_eq!(parsed.key.id, *key(1).id());
    assert_eq!(parsed.key.place, AT);
    assert_ne!(parsed.key.id, *key(2).id());
    assert_eq!(parsed.open(&key(2), &label()).err(), Some(Damage::Modified));
    assert!(!format!("{:?}", key(1)).contains("1, 1"));
}

#[test]
fn a_sealed_file_is_no_other_file() {
    let file = sealed(SECRET);
    let parsed = Sealed::parse(&file).expect("whole");
    for wanted in [
        Label::login("farm2"),
        Label::login_in("farm", std::path::Path::new("farm")),
        Label::client_secret(std::path::Path::new("farm.client_secret")),
        Label::saved_credentials(),
        Label::default(),
    ] {
        let refused = parsed.open(&key(1), &wanted).expect_err("another file");
        assert_eq!(
            refused,
            Damage::OtherFile {
                found: Box::new(label()),
                wanted: Box::new(wanted),
            }
        );
    }
}

/// Replaces a part of the header and corrects the checksum, as anybody can.
fn edited(file: &[u8], old: &str, new: &str) -> Vec<u8> {
    let end = position_of(file, BEFORE_CHECK).expect("a header");
    let header = std::str::from_utf8(&file[..end]).expect("text");
    assert!(header.contains(old), "{old} in {header}");
    let header = header.replacen(old, new, 1);
    let check = header_checksum(header.as_bytes());
    let rest = position_of(file, BEFORE_CONTENT).expect("a content");
    let start = [header.as_bytes(), BEFORE_CHECK, check.as_bytes(), b"\""].concat();
    [&start, &file[rest..]].concat()
}

#[test]
fn every_field_of_the_header_is_authenticated() {
    let file = sealed(SECRET);
    assert_eq!(open(&edited(&file, "farm", "farm")).as_deref(), Ok(SECRET));
    let id = key(1).id.0;
    for (old, new) in [
        ("sealed\":2", "sealed\":1"),
        ("\"kind\":\"login\"", "\"kind\":\"client secret\""),
        ("\"kind\":\"login\",", ""),
        ("\"profile\":\"farm\"", "\"profile\":\"prusa\""),
        ("\"profile\":\"farm\",", ""),
        (
            "\"profile\":\"farm\"",
            "\"profile\":\"farm\",\"file\":\"farm\"",
        ),
        (
            "\"profile\":\"farm\"",
            "\"profile\":\"farm\",\"profile\":\"farm\"",
        ),
        (&*id, &*key(2).id.0),
        (&*id, &id[..SHORT_ID]),
        (AT, "/etc/passwd"),
        ("\"nonce\":\"", "\"nonce\":\"/"),
        ("\"length\":27", "\"length\":26"),
        ("\"length\":27", "\"length\":27,\"later\":1"),
        ("\"length\":27", " \"length\":27"),
    ] {
        assert_eq!(
            open(&edited(&file, old, new)),
            Err(Damage::Modified),
            "{old} {new}"
        );
    }
    // Another key is not tried on a file that names this one, and the other way round.
    let other = edited(&file, &id, &key(2).id.0);
    let parsed = Sealed::parse(&other).expect("whole");
    assert_eq!(parsed.open(&key(2), &label()), Err(Damage::Modified));
}

/// A file that the first version of this program wrote, under the key of 32 bytes 7.
const OLD: &[u8] = include_bytes!("../../../tests/it/seal/v1/farm.json");

#[test]
fn a_file_of_version_1_opens_as_anything_and_keeps_its_header() {
    let parsed = Sealed::parse(OLD).expect("whole");
    assert!(is_old(OLD) && !is_old(&sealed(SECRET)) && parsed.key.is_old);
    assert!(parsed.key.names(&key(7)) && !parsed.key.names(&key(1)));
    for wanted in [label(), Label::saved_credentials()] {
        let content = parsed.open(&key(7), &wanted).expect("the key");
        assert!(content.starts_with(b"{\"access_token\":\"S3NTRY-v1-farm\""));
    }
    for (old, new) in [
        ("sealed\":1", "sealed\":2"),
        ("sealed\":1", "sealed\":1,\"kind\":\"login\""),
        (
            "sealed\":1",
            "sealed\":2,\"kind\":\"login\",\"profile\":\"farm\"",
        ),
        ("~/key", "/key"),
    ] {
        let file = edited(OLD, old, new);
        let opened = Sealed::parse(&file).and_then(|it| it.open(&key(7), &label()));
        assert_eq!(opened, Err(Damage::Modified), "{new}");
    }
}

#[test]
fn a_file_cut_at_any_byte_is_reported_as_truncated() {
    let file = sealed(SECRET);
    let file = file.trim_ascii_end();
    for length in MIN_PREFIX..file.len() {
        assert_eq!(open(&file[..length]), Err(Damage::Truncated), "{length}");
    }
}

#[test]
fn a_file_with_any_byte_changed_is_reported_as_modified() {
    let file = sealed(SECRET);
    let version = PREFIX.len();
    for at in 0..file.len() - 1 {
        for bit in [1, 2, 16] {
            let mut file = file.clone();
            file[at] ^= bit;
            match open(&file).err() {
                Some(Damage::Modified) => {}
                Some(Damage::UnknownVersion(_)) if at == version => {}
                other => panic!("byte {at}, bit {bit}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_newer_version_is_reported_as_unknown() {
    for rest in ["3,\"anything\":1}", "0,", "99}", "18446744073709551615,"] {
        let file = [PREFIX, rest.as_bytes()].concat();
        assert!(matches!(open(&file), Err(Damage::UnknownVersion(_))));
    }
    let file = [PREFIX, b"18446744073709551616,"].concat();
    assert_eq!(open(&file), Err(Damage::Modified));
}

#[test]
fn a_plain_file_is_not_taken_for_a_damaged_sealed_one() {
    for plain in [&b""[..], b"{", b"{\"", b"{\n", SECRET, b"[]", b"\0\0\0"] {
        assert!(!is_sealed(plain));
        assert_eq!(find_damage(plain), None);
    }
}

#[test]
fn a_key_is_read_from_raw_base64_and_hexadecimal() {
    let key = key(0xa5);
    let digits = "a5".repeat(Key::LENGTH);
    for text in [
        format!("{}\n", *key.render()),
        format!("\r\n{digits} \n"),
        digits.to_uppercase(),
    ] {
        let read = Key::parse(text.as_bytes()).expect(&text);
        assert_eq!(read.id(), key.id(), "{text}");
    }
    let raw = Key::parse(&[0xa5; Key::LENGTH]).expect("raw bytes");
    assert_eq!(raw.id(), key.id());
    for wrong in [
        &b""[..],
        &[0xa5; 31],
        &[0xa5; 33],
        &b"a5".repeat(31),
        &b"x5".repeat(32),
        b"AAAA",
    ] {
        assert!(Key::parse(wrong).is_none(), "{wrong:?}");
    }
}

proptest! {
    #[test]
    fn sealing_and_opening_gives_back_the_content(content: Vec<u8>, at in "\\PC{0,40}", bytes: [u8; Key::LENGTH]) {
        let key = Key::from_bytes(Zeroizing::new(bytes));
        let file = seal(&content, Key::from_bytes(Zeroizing::new(bytes)), &at);
        prop_assert!(file.len() as u64 <= sealed_length(content.len() as u64));
        let parsed = Sealed::parse(&file).expect("whole");
        prop_assert_eq!(&parsed.key.place, &at);
        let opened = parsed.open(&key, &label()).expect("the same key");
        prop_assert_eq!(opened.as_slice(), content.as_slice());
        prop_assert!(serde_json::from_slice::<serde_json::Value>(&file).is_ok());
    }

    #[test]
    fn no_input_makes_the_reader_panic(rest: Vec<u8>, text in "[0-9]{0,3}(,\"(key|at|nonce|length|check|sealed)\":(\"|[0-9]{1,30}|\\PC)){0,6}\\PC{0,9}") {
        for rest in [rest.as_slice(), text.as_bytes()] {
            let file = [PREFIX, rest].concat();
            let opened = Sealed::parse(&file).and_then(|sealed| sealed.open(&key(1), &label()));
            prop_assert!(opened.is_err());
            let _ = (find_damage(rest), Key::parse(rest));
        }
    }
}
