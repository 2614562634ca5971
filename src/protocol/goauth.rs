//! Go's `GOAUTH` commands (`go help goauth`): URLs and headers in groups, each part ended by an empty line.
//!
//! Asked twice: before the first fetch without anything, and after a refusal with the URL as an argument and the head
//! of the server's answer on stdin. Secret: every answer.
//!
//! # What go does
//!
//! Sources: `go help goauth`; golang/go (`src/cmd/go/internal/auth`), Go 1.24 and later.
//!
//! - `GOAUTH` is a list with `;` between: `off`, `netrc`, `git DIR`, or a command, whose words may be quoted whole.
//!   There is no shell.
//! - The first call has an empty stdin. The second, after a 4xx, has the URL as its last argument and the answer's head
//!   on stdin: status line, headers in any order, an empty line. There is one second call at most for each fetch.
//! - A group is one URL a line, an empty line, `Name: value` lines, an empty line; both empty lines are needed, line
//!   ends are LF alone, and a space follows the colon. There may be any number of groups. No output means no
//!   credentials.
//! - The headers count for https below the URL, by whole segments of the path; the longest wins. Hosts are compared
//!   letter by letter.
//! - A failure is seen only with `-x`. There is no expiry.
//!
//! ```text
//! https://mod.example.com
//!
//! Authorization: Bearer T0K3N
//!
//! ```

use zeroize::Zeroizing;

use super::{ProtocolError, check_length, check_values, malformed};
use crate::credential::{Credential, Extent, Request, Secret, challenge, without_end_slashes};

/// The request of a second call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GoAuthRequest {
    pub(crate) request: Request,
    /// As Go wrote them in the URL: it compares texts.
    scheme_and_host: String,
    /// The whole URL, if it has a query.
    url_with_query: Option<String>,
}

impl GoAuthRequest {
    /// Returns the addresses for which go is to send the answer: the URL up to and with as much of its path as it is
    /// for. For the path alone also the URL with its query: go before 1.26 compares that too, and would find nothing.
    fn addresses(&self, extent: Extent) -> Vec<String> {
        let with_query = self.url_with_query.iter().cloned();
        let with_query = with_query.filter(|_| extent == Extent::WholePath);
        std::iter::once(self.prefix(extent))
            .chain(with_query)
            .collect()
    }

    /// Returns the URL up to and with as much of its path as an answer is for.
    fn prefix(&self, extent: Extent) -> String {
        let path = self.request.path.as_deref().unwrap_or_default();
        let path = without_end_slashes(path);
        let most = match extent {
            Extent::WholeHost => 0,
            Extent::Segments(count) => count,
            Extent::WholePath => usize::MAX,
        };
        let kept = path.split('/').take(if path.is_empty() { 0 } else { most });
        kept.fold(self.scheme_and_host.clone(), |prefix, segment| {
            format!("{prefix}/{segment}")
        })
    }
}

/// Reads the URL, and the head of the response that Go received.
///
/// # Errors
///
/// When the URL has no scheme or is one that is never served, or the head, which may be empty, is too long or not one
/// of HTTP.
pub(crate) fn parse(url: &str, head: &[u8]) -> Result<GoAuthRequest, ProtocolError> {
    let request = Request::for_url(url)?;
    let Some((scheme, rest)) = url.split_once("://") else {
        return malformed("its URL has no scheme");
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let challenges = challenges(check_length(head)?)?;
    Ok(GoAuthRequest {
        request: Request {
            takes_bearer: true,
            challenges: challenges
                .iter()
                .flat_map(|value| challenge::schemes(value))
                .collect(),
            missing_scopes: challenges
                .iter()
                .flat_map(|value| challenge::missing_scopes(value))
                .collect(),
            ..request
        },
        scheme_and_host: format!("{scheme}://{host}"),
        url_with_query: url.contains('?').then(|| url.to_owned()),
    })
}

/// Returns the values of `WWW-Authenticate` in a head. An empty head, as of a person who runs this by hand, has none.
fn challenges(head: &[u8]) -> Result<Vec<Vec<u8>>, ProtocolError> {
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    if !(head.is_empty() || first.starts_with(b"HTTP/")) {
        return malformed("what is on stdin is no answer of HTTP");
    }
    let value = |line: &[u8]| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        let is_challenge = name.trim_ascii().eq_ignore_ascii_case(b"www-authenticate");
        is_challenge.then(|| value.get(1..).unwrap_or_default().to_vec())
    };
    Ok(lines
        .take_while(|line| !line.trim_ascii().is_empty())
        .filter_map(value)
        .collect())
}

/// Renders the group for the requested URL, up to and with as much of its path as the answer is for: go sends the
/// header for everything below. A profile's token as bearer, or as a password if the server offers Basic and not
/// Bearer; a saved credential as it is, whatever the server offers.
///
/// # Errors
///
/// When `check_values` refuses the credential, the header would contain a control character, or the user name in it a
/// colon.
pub(crate) fn render(
    request: &GoAuthRequest,
    credential: &Credential,
    extent: Extent,
) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    check_values(credential)?;
    let offers = |name| request.request.challenges.iter().any(|it| it == name);
    let header = match credential.secret {
        Secret::Token(_) if offers("basic") && !offers("bearer") => credential.basic()?,
        _ => credential.authorization()?,
    };
    Ok(group(&request.addresses(extent), &header))
}

/// Renders the group of a first call: one token, and all addresses that it is for, each `https://` with a host and
/// perhaps a path. There has to be at least one.
///
/// # Errors
///
/// When `check_values` refuses the credential, the header would contain a control character, or the user name in it a
/// colon.
pub(crate) fn render_first(
    urls: &[String],
    credential: &Credential,
) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    check_values(credential)?;
    Ok(group(urls, &credential.authorization()?))
}

/// Returns the URLs, one a line, and the header `Authorization` for them, in the format of GOAUTH.
fn group(urls: &[String], header: &str) -> Zeroizing<Vec<u8>> {
    let urls = urls.join("\n");
    let parts = [&urls, "\n\nAuthorization: ", header, "\n\n"];
    Zeroizing::new(parts.concat().into_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::credential::GitAuth;
    use crate::credential::OriginError;
    use crate::token::AccessToken;

    const REFUSED: &[u8] = b"HTTP/1.1 401 Unauthorized\nWww-Authenticate: Bearer\n\n";

    fn token(token: &str) -> Credential {
        let token = AccessToken::new(token.to_owned());
        crate::testing::token_credential(token, GitAuth::Auto, "oauth2".to_owned(), None)
    }

    fn text(answer: Result<Zeroizing<Vec<u8>>, ProtocolError>) -> String {
        String::from_utf8(answer.expect("an answer").to_vec()).expect("UTF-8")
    }

    #[test]
    fn the_worked_examples_hold_byte_for_byte() {
        let expected = "https://mod.example.com\n\nAuthorization: Bearer T0K3N\n\n";
        let url = "https://mod.example.com".to_owned();
        assert_eq!(text(render_first(&[url], &token("T0K3N"))), expected);
        let request = parse("https://mod.example.com/x/@v/list", REFUSED).expect("a request");
        assert_eq!(
            text(render(&request, &token("T0K3N"), Extent::WholeHost)),
            expected
        );
    }

    #[test]
    fn one_group_names_all_addresses_of_a_profile() {
        let urls = ["https://a.tld", "https://b.tld:8443/team"].map(str::to_owned);
        assert_eq!(
            text(render_first(&urls, &token("T"))),
            "https://a.tld\nhttps://b.tld:8443/team\n\nAuthorization: Bearer T\n\n"
        );
    }

    #[test]
    fn the_url_is_repeated_as_it_was_written() {
        for (url, host, two, all) in [
            ("https://h", "https://h", "", ""),
            ("https://H:443/x/", "https://H:443", "/x", "/x"),
            (
                "https://h/a/%62/c?go-get=1",
                "https://h",
                "/a/%62",
                "/a/%62/c",
            ),
            ("https://h//a", "https://h", "//a", "//a"),
            ("https://h:8443?go-get=1", "https://h:8443", "", ""),
            ("https://h#x", "https://h", "", ""),
        ] {
            let request = parse(url, b"").expect(url);
            assert_eq!(request.prefix(Extent::WholeHost), host);
            assert_eq!(request.prefix(Extent::Segments(2)), format!("{host}{two}"));
            assert_eq!(request.prefix(Extent::WholePath), format!("{host}{all}"));
        }
        for (url, error) in [
            ("", OriginError::NoHost),
            ("ftp://h", OriginError::Scheme),
            ("https://u:p@h/", OriginError::UserInfo),
            ("https://h\n\nX: y", OriginError::Host),
        ] {
            assert_eq!(parse(url, b""), Err(error.into()), "{url}");
        }
        let lone_host = parse("h", b"");
        assert!(matches!(lone_host, Err(ProtocolError::Malformed { .. })));
    }

    #[test]
    fn the_head_decides_how_the_token_is_sent() {
        let basic = "Basic b2F1dGgyOlQ=";
        for (head, expected) in [
            ("", "Bearer T"),
            ("HTTP/1.1 404 Not Found\n\n", "Bearer T"),
            (
                "HTTP/1.1 401 x\nWWW-Authenticate: Basic realm=\"a, b\"\n\n",
                basic,
            ),
            (
                "HTTP/2 401\nwww-authenticate: Basic realm=\"a\", Bearer\n\n",
                "Bearer T",
            ),
            ("HTTP/1.1 401 x\nX: y\nWww-Authenticate:basic\n", basic),
            ("HTTP/1.1 401 x\n\nWww-Authenticate: Basic\n", "Bearer T"),
        ] {
            let request = parse("https://h/x", head.as_bytes()).expect(head);
            let expected = format!("https://h\n\nAuthorization: {expected}\n\n");
            assert_eq!(
                text(render(&request, &token("T"), Extent::WholeHost)),
                expected,
                "{head}"
            );
        }
        let other = parse("https://h/x", b"{\"uri\":\"https://h\"}");
        assert!(matches!(other, Err(ProtocolError::Malformed { .. })));
        let long = vec![b' '; (1 << 20) + 1];
        assert_eq!(parse("https://h", &long), Err(ProtocolError::TooLong));
    }

    #[test]
    fn a_saved_password_is_sent_as_basic() {
        let request = parse("https://h/x", REFUSED).expect("a request");
        let saved = Credential::password(Some("oauth2".into()), "T".into());
        assert_eq!(
            text(render(&request, &saved, Extent::WholeHost)),
            "https://h\n\nAuthorization: Basic b2F1dGgyOlQ=\n\n"
        );
    }

    fn extents() -> impl Strategy<Value = Extent> {
        let segments = (0..4usize).prop_map(Extent::Segments);
        prop_oneof![Just(Extent::WholeHost), segments, Just(Extent::WholePath)]
    }

    proptest! {
        #[test]
        fn no_input_makes_the_reader_panic(url in ".*|https://.*", head: Vec<u8>, rest in "(.|\n)*") {
            let _ = parse(&url, &head);
            let _ = parse(&url, format!("HTTP/1.1 401\n{rest}").as_bytes());
        }

        #[test]
        fn an_answer_is_one_group(url in "https://[a-z]{1,9}(/.*)?", secret in ".{1,20}|[a-z\n\r]{1,9}", extent in extents()) {
            let Ok(request) = parse(&url, b"") else { return Ok(()) };
            match render(&request, &token(&secret), extent) {
                Ok(answer) => {
                    let answer = String::from_utf8(answer.to_vec()).expect("UTF-8");
                    let mut lines: Vec<_> = answer.split('\n').collect();
                    if extent == Extent::WholePath && url.contains('?') {
                        prop_assert_eq!(lines.remove(1), url.as_str());
                    }
                    prop_assert_eq!(lines.len(), 5);
                    prop_assert!(url.starts_with(lines[0]) && lines[1].is_empty());
                    prop_assert_eq!(lines[2], format!("Authorization: Bearer {secret}"));
                    prop_assert!(lines[3].is_empty() && lines[4].is_empty());
                }
                Err(_) => prop_assert!(secret.bytes().any(|byte| byte.is_ascii_control())),
            }
        }
    }
}
