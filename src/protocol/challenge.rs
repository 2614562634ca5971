//! The authentication schemes in a `WWW-Authenticate` header (RFC 9110 §11.6.1), by name only.
//!
//! What else the header says (realm, scope, where to fetch a token) was chosen by whoever answered the request, and is
//! not looked at.

/// Returns the names of all challenges in one header value, in lower case.
///
/// Challenges and the parameters within them are both parted by commas: what begins with a token and no `=` after it
/// begins a challenge.
pub(super) fn schemes(header: &[u8]) -> impl Iterator<Item = String> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    header
        .split(move |byte| {
            let was_escaped = is_escaped;
            is_escaped = is_quoted && !was_escaped && *byte == b'\\';
            is_quoted ^= !was_escaped && *byte == b'"';
            *byte == b',' && !is_quoted
        })
        .filter_map(scheme)
}

fn scheme(element: &[u8]) -> Option<String> {
    let element = element.trim_ascii();
    let name: Vec<u8> = element
        .iter()
        .copied()
        .take_while(|byte| is_token(*byte))
        .collect();
    let rest = element.strip_prefix(name.as_slice())?;
    let begins_challenge = rest.is_empty() || (rest.starts_with(b" ") || rest.starts_with(b"\t"));
    if name.is_empty() || !begins_challenge || rest.trim_ascii_start().starts_with(b"=") {
        return None;
    }
    Some(String::from_utf8(name).ok()?.to_ascii_lowercase())
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_challenge_of_a_header_is_named() {
        for (header, expected) in [
            (r#"Bearer realm="x""#, "bearer"),
            (r#"Basic realm="a, b", Bearer"#, "basic bearer"),
            (r#"Bearer realm="Basic, Negotiate", scope="a b""#, "bearer"),
            (
                r#"BEARER realm="say \", Basic x\" now", error=invalid , basic"#,
                "bearer basic",
            ),
            (r#"Digest realm="x\\", Basic realm="y""#, "digest basic"),
            ("Negotiate", "negotiate"),
            ("Negotiate YII+/==, NTLM abc=", "negotiate ntlm"),
            ("Basic", "basic"),
            (
                "Basic realm = \"x\" , charset = \"UTF-8\",Bearer\trealm=\"y\"",
                "basic bearer",
            ),
            (r#", ,Bearer realm="unterminated, Basic"#, "bearer"),
            (
                r#"Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple""#,
                "newauth basic",
            ),
            (r#""Basic", =, @x y, Bearer"#, "bearer"),
            (r#"Negotiate a\"x, y", Basic"#, "negotiate basic"),
            ("Beårer x, Basic", "basic"),
            ("", ""),
        ] {
            let names: Vec<String> = schemes(header.as_bytes()).collect();
            assert_eq!(names.join(" "), expected, "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_the_reader_panic(header: Vec<u8>) {
            for name in schemes(&header) {
                prop_assert!(name.bytes().all(|byte| is_token(byte) && !byte.is_ascii_uppercase()));
            }
        }

        #[test]
        fn nothing_within_quotes_is_a_challenge(realm in "[ -!#-\\[\\]-~]*") {
            let header = format!("Basic realm=\"{realm}\", Bearer realm=\"{realm}\"");
            prop_assert_eq!(schemes(header.as_bytes()).collect::<Vec<_>>(), ["basic", "bearer"]);
        }
    }
}
