//! The path of an address, read so that it means one place to every server, or else as ambiguous.
//!
//! Servers and the programs before them disagree about `..`, `//`, `%2F`, `\`, `..;` and text that is encoded twice
//! (RFC 3986 §6.2.2.3 and §7.3): where one of them stands, what the server takes for the path may lie elsewhere. Such a
//! path is below no other. Letters, digits, `-`, `_` and `~` are the same as their escapes, any other escape is the
//! same in upper and lower case (§6.2.2.1 and §6.2.2.2), and the case of a path counts. Nothing here is secret.

use std::fmt;

/// The characters that end a path (RFC 3986 §3.3).
const AFTER_PATH: [char; 2] = ['?', '#'];

/// The path of an address, in segments.
#[derive(Clone, Debug, Eq)]
pub(crate) struct UrlPath {
    /// Each with the escapes that it needs; none for the whole host. `None` if the path is ambiguous.
    segments: Option<Vec<String>>,
    /// As it was written, without the slash at its end; empty for the whole host.
    text: String,
}

impl UrlPath {
    /// Returns the path of a whole host, which is the same as no path.
    pub(crate) const fn whole_host() -> Self {
        Self {
            segments: Some(Vec::new()),
            text: String::new(),
        }
    }

    /// Reads what follows the slash after the host. One slash at the end, a query and a fragment do not count; several
    /// slashes make it ambiguous.
    pub(crate) fn parse(path: &str) -> Self {
        let path = without_query(path);
        match path.strip_suffix('/').unwrap_or(path) {
            "" => Self::whole_host(),
            path => Self {
                segments: path.split('/').map(normal_segment).collect(),
                text: path.to_owned(),
            },
        }
    }

    /// Returns the path as it was written, without the slash at its end; `None` for the whole host.
    pub(crate) fn text(&self) -> Option<&str> {
        Some(self.text.as_str()).filter(|text| !text.is_empty())
    }

    /// Returns whether it means the same place to every server.
    pub(crate) fn is_clear(&self) -> bool {
        self.segments.is_some()
    }

    /// Returns the number of segments; 0 for the whole host and for an ambiguous path.
    pub(crate) fn depth(&self) -> usize {
        self.segments.as_ref().map_or(0, Vec::len)
    }

    /// Returns whether both begin with the same `depth` segments; an ambiguous path begins with none.
    pub(crate) fn has_same_first(&self, other: &Self, depth: usize) -> bool {
        let first = |path: &Self| Some(path.segments.as_ref()?.get(..depth)?.to_vec());
        depth == 0 || first(self).is_some_and(|own| first(other) == Some(own))
    }

    /// Returns whether this path is `parent` or lies below it, by whole segments. Everything lies below the whole host;
    /// otherwise an ambiguous path is below nothing, and nothing is below it.
    pub(crate) fn is_within(&self, parent: &Self) -> bool {
        match (&self.segments, &parent.segments) {
            (_, Some(parent)) if parent.is_empty() => true,
            (Some(own), Some(parent)) => own.starts_with(parent),
            _ => false,
        }
    }
}

/// Compares what the paths mean: two ambiguous ones are the same.
impl PartialEq for UrlPath {
    fn eq(&self, other: &Self) -> bool {
        self.segments == other.segments
    }
}

/// Writes the segments, each after a slash; `/…` for an ambiguous path, whose text may mislead.
impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(segments) = &self.segments else {
            return f.write_str("/…");
        };
        segments.iter().try_for_each(|it| write!(f, "/{it}"))
    }
}

/// Returns what follows the slash after the host of a URL or of a host with a path, without the query and the fragment;
/// `None` if that is nothing.
pub(crate) fn path_in(url_or_host: &str) -> Option<&str> {
    let rest = url_or_host.split_once("://");
    let rest = rest.map_or(url_or_host, |(_, rest)| rest);
    let (_, path) = without_query(rest).split_once('/')?;
    Some(path).filter(|path| !path.is_empty())
}

/// Returns a path without the slashes at its end, which make no difference to what is saved and found. One at its
/// beginning makes it another path: it follows the slash after the host.
pub(crate) fn without_end_slashes(path: &str) -> &str {
    path.trim_end_matches('/')
}

/// Returns a path without slashes at its end, which do not count; `None` for an empty one, which is the whole host. One
/// of slashes alone is a path of its own, `/`.
pub(crate) fn without_end(path: &str) -> Option<&str> {
    match path.trim_end_matches('/') {
        "" => path.get(..1),
        path => Some(path),
    }
}

/// Returns a path that was percent-decoded as it stands in an address, so that nothing in it is read as the end of the
/// path or decoded again. What was `%2F` cannot be told from `/` any more.
pub(crate) fn encoded(decoded: &str) -> String {
    with_escapes(decoded, false)
}

/// Returns the one form in which paths are compared of which one must be exactly the other, each after the slash that
/// follows the host: with the escapes that it needs and no others, or as it is where servers read it in two ways. White
/// space, a `?` or a `%` in it stand for themselves: it was written down decoded. `None` for the whole host.
pub(crate) fn comparable(path: &str) -> Option<String> {
    let text = with_escapes(without_end(path)?, true);
    let path = UrlPath::parse(&text);
    let is_read_alike = path.is_clear() && path.depth() > 0;
    Some(if is_read_alike {
        path.to_string()
    } else {
        format!("/{text}")
    })
}

/// Returns a path with an escape for everything that may not stand in one as it is (RFC 3986 §3.3). A `%` that begins
/// an escape stays if `keeps_escapes`.
fn with_escapes(path: &str, keeps_escapes: bool) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let is_escape = keeps_escapes && *byte == b'%' && escaped_byte(after).is_some();
        if is_escape || *byte == b'/' || is_unreserved(*byte) || is_delimiter(*byte) {
            text.push(char::from(*byte));
        } else {
            text += &format!("%{byte:02X}");
        }
        rest = after;
    }
    text
}

/// Returns the text before a query or a fragment.
fn without_query(text: &str) -> &str {
    text.split(AFTER_PATH).next().unwrap_or_default()
}

/// Returns a segment with the escapes that it needs and no others; `None` if it is ambiguous.
fn normal_segment(segment: &str) -> Option<String> {
    let mut normal = String::with_capacity(segment.len());
    let mut decoded = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let (byte, is_escaped, after) = match first {
            b'%' => (escaped_byte(after)?, true, after.get(2..)?),
            byte => (*byte, false, after),
        };
        let is_misread = match byte {
            b'\\' => true,
            b' ' => !is_escaped,
            b'/' | b'.' => is_escaped,
            // Encoded twice: some servers decode twice.
            b'%' => escaped_byte(after).is_some(),
            byte => byte.is_ascii_control(),
        };
        if is_misread {
            return None;
        }
        if is_unreserved(byte) || (!is_escaped && is_delimiter(byte)) {
            normal.push(char::from(byte));
        } else {
            normal += &format!("%{byte:02X}");
        }
        decoded.push(byte);
        rest = after;
    }
    // Bytes that are not UTF-8 are how `.` and `/` are hidden from whoever compares only the shortest form (RFC 3629
    // §10).
    std::str::from_utf8(&decoded).ok()?;
    // Some servers take what follows `;` for no part of the name: `..;x` is `..` to them.
    let name = decoded.split(|byte| *byte == b';').next();
    let is_name = !matches!(name, None | Some(b"" | b"." | b".."));
    is_name.then_some(normal)
}

/// Returns the byte that the two hexadecimal digits at the beginning stand for; `None` if there are none.
fn escaped_byte(digits: &[u8]) -> Option<u8> {
    let digits = digits.get(..2)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Returns whether a character means the same with and without an escape (RFC 3986 §2.3).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Returns whether a segment may hold this character as it is, besides the unreserved ones (RFC 3986 §3.3).
fn is_delimiter(byte: u8) -> bool {
    b"!$&'()*+,;=:@".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_within_itself_and_its_parents_by_whole_segments() {
        for (path, parent, expected) in [
            ("mcp", "mcp", true),
            ("mcp/", "mcp", true),
            ("mcp", "mcp/", true),
            ("mcp/x/y", "mcp", true),
            ("mcp?a=/../b", "mcp", true),
            ("mcp#x", "mcp", true),
            ("%6Dcp/x", "mcp", true),
            ("mcp", "m%63p", true),
            ("a%2db%7Ec%5f", "a-b~c_", true),
            ("a%40b", "a%40b", true),
            ("a%c3%bcb", "a\u{fc}b", true),
            ("a%C3%BCb", "a%c3%bcb", true),
            ("a%20b", "a%20b", true),
            ("a{b", "a%7Bb", true),
            ("100%25", "100%25", true),
            ("a.b/...", "a.b", true),
            ("", "", true),
            ("anything", "", true),
            ("a/../b", "", true),
            ("mcp2", "mcp", false),
            ("mcp.", "mcp", false),
            ("mcp;x", "mcp", false),
            ("mc", "mcp", false),
            ("MCP", "mcp", false),
            ("tenant/mcp", "mcp", false),
            ("", "mcp", false),
            ("?x=mcp", "mcp", false),
            ("a@b", "a%40b", false),
        ] {
            let (one, other) = (UrlPath::parse(path), UrlPath::parse(parent));
            assert_eq!(one.is_within(&other), expected, "{path} {parent}");
        }
    }

    #[test]
    fn what_servers_read_in_two_ways_is_within_nothing() {
        let parent = UrlPath::parse("mcp");
        for path in [
            "mcp/..",
            "mcp/../x",
            "mcp/./x",
            "./mcp",
            "/mcp",
            "mcp//x",
            "mcp//",
            "mcp/%2e%2e/x",
            "mcp/.%2E/x",
            "mcp/%2e",
            "mcp/a%2eb",
            "mcp%2Fx",
            "mcp%2fx",
            "mcp%5Cx",
            "mcp\\x",
            "mcp/..\\x",
            "mcp/..;/x",
            "mcp/..;a=b/x",
            "mcp/..%3Bx/x",
            "mcp/;/x",
            "mcp/;x",
            "mcp/%252e%252e/x",
            "mcp/%252Fx",
            "mcp/%25252e",
            "mcp/%c0%ae%c0%ae/x",
            "mcp/%c0%af",
            "mcp/%ff",
            "mcp/%00",
            "mcp/%0a",
            "mcp/\t.",
            "mcp/.\t./x",
            "mcp/.. ",
            "mcp/%",
            "mcp/%2",
            "mcp/%zz",
            "mcp/%+1",
            "mcp/%e2%80",
        ] {
            let path = UrlPath::parse(path);
            assert!(!path.is_clear() && !path.is_within(&parent), "{path:?}");
            assert_eq!((path.depth(), path.to_string()), (0, "/…".to_owned()));
        }
    }

    #[test]
    fn the_path_of_an_address_ends_at_its_query() {
        for (text, expected) in [
            ("h", None),
            ("https://h", None),
            ("https://h/", None),
            ("https://h/a/b?c#d", Some("a/b")),
            ("h:8443/a/", Some("a/")),
            ("https://h//a", Some("/a")),
            ("https://h?next=https://evil.tld/mcp", None),
            ("https://h#/mcp", None),
            ("https://h/?x", None),
        ] {
            assert_eq!(path_in(text), expected, "{text}");
        }
    }

    #[test]
    fn a_decoded_path_is_encoded_so_that_it_stays_what_it_is() {
        for (decoded, expected) in [
            ("team/app.git", "team/app.git"),
            ("a b/~c", "a%20b/~c"),
            ("team?/r.git", "team%3F/r.git"),
            ("team#/r.git", "team%23/r.git"),
            ("%74eam", "%2574eam"),
            ("100%", "100%25"),
            ("\u{fc}\u{1}\\\u{7f}", "%C3%BC%01%5C%7F"),
            ("a@b:c+d=e", "a@b:c+d=e"),
            ("", ""),
        ] {
            assert_eq!(encoded(decoded), expected);
        }
        let team = UrlPath::parse("team");
        for path in [
            "team?/../x",
            "team#x",
            "team?x",
            "%74eam",
            "te%61m",
            "team/%2e%2e/x",
        ] {
            assert!(!UrlPath::parse(&encoded(path)).is_within(&team), "{path}");
        }
        assert!(UrlPath::parse(&encoded("team/a b?c")).is_within(&team));
    }

    #[test]
    fn paths_are_compared_in_one_form() {
        for (path, expected) in [
            ("", None),
            ("/", Some("//")),
            ("//", Some("//")),
            ("a/b/", Some("/a/b")),
            ("a//", Some("/a")),
            ("/a", Some("//a")),
            ("%61%2db", Some("/a-b")),
            ("a b", Some("/a%20b")),
            ("a%20b", Some("/a%20b")),
            ("\u{fc}", Some("/%C3%BC")),
            ("a%c3%bc", Some("/a%C3%BC")),
            ("a?b", Some("/a%3Fb")),
            ("100%", Some("/100%25")),
            ("a%2fb", Some("/a%2fb")),
            ("a/../b", Some("/a/../b")),
            ("a%252Fb", Some("/a%252Fb")),
        ] {
            assert_eq!(comparable(path).as_deref(), expected, "{path}");
        }
    }

    proptest! {
        #[test]
        fn an_encoded_path_is_compared_as_it_was_decoded(path in "[a-c/ ?#%25\\\\\u{fc}.]{0,12}", other in "[a-c/ ?#%25.]{0,12}") {
            let (one, two) = (encoded(&path), encoded(&other));
            let same_text = without_end(&path) == without_end(&other);
            prop_assert_eq!(comparable(&one) == comparable(&two), same_text);
        }

        #[test]
        fn what_is_within_begins_with_the_same_segments(
            path in "([a-cA-C%./;\\\\0-9]|%2[eEfF]|%6[1-3]|[^a]){0,12}",
            parent in "([a-cA-C%./;0-9]|%6[1-3]){0,6}",
        ) {
            let (one, other) = (UrlPath::parse(&path), UrlPath::parse(&parent));
            let shown = format!("{one}/");
            prop_assert_eq!(
                one.is_within(&other),
                other == UrlPath::whole_host()
                    || (one.is_clear() && other.is_clear() && shown.starts_with(&format!("{other}/")))
            );
            if one.is_clear() {
                prop_assert_eq!(UrlPath::parse(&shown[1..]), one);
            }
        }

        /// A URL parser that resolves dots finds the same place.
        #[test]
        fn a_clear_path_stays_what_it_is_when_dots_are_resolved(path in "([a-c./\\\\;]|%2[eE]|%5[cC]){1,12}") {
            let own = UrlPath::parse(&path);
            if own.is_clear() {
                let url = url::Url::parse(&format!("https://h/{path}")).expect("a URL");
                prop_assert_eq!(UrlPath::parse(&url.path()[1..]), own);
            }
        }

        #[test]
        fn no_path_makes_the_reader_panic(path in any::<String>(), parent in any::<String>()) {
            let _ = UrlPath::parse(&path).is_within(&UrlPath::parse(&parent));
            let _ = path_in(&path);
        }
    }
}
