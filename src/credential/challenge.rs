//! The challenges in a `WWW-Authenticate` header (RFC 9110 §11.6.1): their schemes, and their parameters.
//!
//! Parameters (realm, scope, where to fetch a token) were chosen by the server that answered: credential helpers ignore
//! them, and a login uses only those that it can verify as RFC 9728 requires.

/// Returns the names of all challenges in one header value, in lower case.
pub(crate) fn schemes(header: &[u8]) -> impl Iterator<Item = String> {
    elements(header).filter_map(|element| scheme(element).map(|(name, _)| name))
}

/// Returns a parameter of the first challenge of this scheme that has it; names are compared without regard to ASCII
/// case.
pub(crate) fn parameter(header: &[u8], wanted_scheme: &str, wanted: &str) -> Option<String> {
    let mut is_within = false;
    for element in elements(header) {
        let rest = match scheme(element) {
            Some((name, rest)) => {
                is_within = name.eq_ignore_ascii_case(wanted_scheme);
                rest
            }
            None => element,
        };
        let mut found = parameters(rest).filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        if let (true, Some((_, value))) = (is_within, found.next()) {
            return Some(value);
        }
    }
    None
}

/// Returns the scopes that a Bearer challenge says the token lacks (`insufficient_scope`, RFC 6750 §3.1); none if it
/// says something else, or what it names are no scopes (RFC 6749 §3.3).
pub(crate) fn missing_scopes(header: &[u8]) -> Vec<String> {
    let of_bearer = |name| parameter(header, "bearer", name);
    if of_bearer("error").as_deref() != Some("insufficient_scope") {
        return Vec::new();
    }
    let is_scope = |scope: &str| {
        scope
            .bytes()
            .all(|it| it.is_ascii_graphic() && it != b'"' && it != b'\\')
    };
    let scope = of_bearer("scope").unwrap_or_default();
    let scopes = scope.split_ascii_whitespace();
    scopes
        .filter(|scope| is_scope(scope))
        .map(str::to_owned)
        .collect()
}

/// Splits a header at its commas outside quotes, which separate challenges and also the parameters of one.
fn elements(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    header.split(move |byte| {
        let was_escaped = is_escaped;
        is_escaped = is_quoted && !was_escaped && *byte == b'\\';
        is_quoted ^= !was_escaped && *byte == b'"';
        *byte == b',' && !is_quoted
    })
}

/// Returns the scheme that the element begins with, and the rest; `None` if the element continues a challenge.
///
/// A token without `=` after it begins a challenge.
fn scheme(element: &[u8]) -> Option<(String, &[u8])> {
    let (name, rest) = token(element.trim_ascii());
    let begins_challenge = rest.is_empty() || (rest.starts_with(b" ") || rest.starts_with(b"\t"));
    if name.is_empty() || !begins_challenge || rest.trim_ascii_start().starts_with(b"=") {
        return None;
    }
    Some((text(name)?.to_ascii_lowercase(), rest))
}

/// Returns the name, as it is written, and the value of each parameter, up to the first thing that is none. A token68
/// ends them, or is read as one if it ends in `=`. Some servers separate parameters with spaces only, or semicolons.
fn parameters(mut rest: &[u8]) -> impl Iterator<Item = (String, String)> {
    std::iter::from_fn(move || {
        let separates = |byte: &u8| byte.is_ascii_whitespace() || *byte == b';';
        let begin = rest.iter().position(|byte| !separates(byte))?;
        let (name, after) = token(rest.get(begin..)?);
        let after = after.trim_ascii_start().strip_prefix(b"=")?;
        let (value, after) = value(after.trim_ascii_start())?;
        rest = after;
        Some((text(name).filter(|name| !name.is_empty())?, value))
    })
}

/// Returns a quoted value, unescaped, or a bare one up to the next white space, and the rest; `None` if the closing
/// quote is missing or it is not UTF-8.
fn value(rest: &[u8]) -> Option<(String, &[u8])> {
    let Some(quoted) = rest.strip_prefix(b"\"") else {
        let end = rest.iter().position(u8::is_ascii_whitespace);
        let (value, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        return Some((text(value)?, after));
    };
    let mut value = Vec::new();
    let mut bytes = quoted.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some((text(&value)?, quoted.get(at + 1..)?)),
            b'\\' => value.push(*bytes.next()?.1),
            byte => value.push(*byte),
        }
    }
    None
}

/// Splits off the token characters (RFC 9110 §5.6.2) that `rest` begins with; there may be none.
fn token(rest: &[u8]) -> (&[u8], &[u8]) {
    let end = rest.iter().position(|byte| !is_token(*byte));
    rest.split_at(end.unwrap_or(rest.len()))
}

/// Returns the bytes as text; `None` if they are not UTF-8.
fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

/// Returns whether a token (RFC 9110 §5.6.2) may contain this byte.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_schemes_of_all_challenges_are_found() {
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

    #[test]
    fn a_parameter_is_unquoted_and_read_from_its_challenge() {
        let metadata = |header: &str| parameter(header.as_bytes(), "bearer", "resource_metadata");
        for header in [
            r#"Bearer resource_metadata="https://m.example/x""#,
            r#"bearer error="invalid_token", error_description="a, \"b\" c=d", resource_metadata="https://m.example/x""#,
            r#"Basic realm="a b", Bearer realm=x , Resource_Metadata = "https://m.example/x""#,
            "Bearer resource_metadata=https://m.example/x, scope=a",
            r#"Bearer error="x" resource_metadata="https://m.example/x""#,
            r#"Bearer realm="x"; resource_metadata="https://m.example/x""#,
            r#"Bearer, Bearer resource_metadata="https://m.example/x", Basic"#,
            r#"Negotiate a/b==, Bearer resource_metadata="https://m.example/x""#,
            r#"Negotiate abc=,Bearer scope="a",resource_metadata="https://m.example/x""#,
            r#"@, =x, Bearer resource_metadata="https://m.example/x""#,
        ] {
            assert_eq!(
                metadata(header).as_deref(),
                Some("https://m.example/x"),
                "{header}"
            );
        }
        for header in [
            "",
            "Bearer",
            r#"Basic resource_metadata="https://m.example/x""#,
            r#"Bearer scope=a, Basic realm="x", resource_metadata="https://m.example/x""#,
            r#"Bearer error="resource_metadata=x""#,
            r#"Bearer resource_metadata="https://m.example/x"#,
            r#""Bearer" resource_metadata="https://m.example/x""#,
            r#"resource_metadata="https://m.example/x""#,
        ] {
            assert_eq!(metadata(header), None, "{header}");
        }
    }

    #[test]
    fn missing_scopes_are_those_of_insufficient_scope() {
        for (header, wanted) in [
            (
                r#"Bearer error="insufficient_scope", scope="a b:c""#,
                "a b:c",
            ),
            ("Basic, bearer scope=a, error=insufficient_scope", "a"),
            (r#"Bearer error="invalid_token", scope="a""#, ""),
            (r#"Bearer scope="a""#, ""),
            (r#"Bearer error="insufficient_scope""#, ""),
            (
                "Bearer error=\"insufficient_scope\", scope=\"a \u{1b}[2J b\u{e9}\"",
                "a",
            ),
        ] {
            assert_eq!(
                missing_scopes(header.as_bytes()).join(" "),
                wanted,
                "{header}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_quoted_value_is_read_back(value in "[ -~]*") {
            let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
            let header = format!("Bearer a=b, x=\"{escaped}\", y=z");
            prop_assert_eq!(parameter(header.as_bytes(), "bearer", "x"), Some(value));
        }

        #[test]
        fn no_input_makes_the_reader_panic(header: Vec<u8>) {
            let _ = parameter(&header, "bearer", "x");
            for name in schemes(&header) {
                prop_assert!(name.bytes().all(|byte| is_token(byte) && !byte.is_ascii_uppercase()));
            }
        }

        #[test]
        fn quoted_text_never_begins_a_challenge(realm in "[ -!#-\\[\\]-~]*") {
            let header = format!("Basic realm=\"{realm}\", Bearer realm=\"{realm}\"");
            prop_assert_eq!(schemes(header.as_bytes()).collect::<Vec<_>>(), ["basic", "bearer"]);
        }
    }
}
