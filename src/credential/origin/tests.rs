use proptest::prelude::*;

use super::*;

fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn pattern(text: &str) -> HostPattern {
    HostPattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn an_origin_is_the_part_before_the_path() {
    for (text, shown) in [
        ("h", "https://h"),
        ("h:5000", "https://h:5000"),
        ("h:443", "https://h"),
        ("https://h:443/", "https://h"),
        (
            "HTTPS://Connect.Prusa3D.com/app?x=1#y",
            "https://connect.prusa3d.com",
        ),
        ("https://h:8443/path?x", "https://h:8443"),
        ("https://h?x=@evil.tld", "https://h"),
        ("https://h#@evil.tld", "https://h"),
        ("https://h/\\@evil.tld", "https://h"),
        ("h/team/app.git", "https://h"),
        ("http://h:80", "http://h"),
        ("http://h:443", "http://h:443"),
        ("https://h:80", "https://h:80"),
        ("http://[::1]:80/x", "http://[::1]"),
        (
            "https://[2001:DB8:0:0::1]:8443",
            "https://[2001:db8::1]:8443",
        ),
        ("10.0.0.1", "https://10.0.0.1"),
        ("my_host-1.example", "https://my_host-1.example"),
        ("xn--prusa-9ja.example", "https://xn--prusa-9ja.example"),
        ("localhost:5000", "localhost:5000"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:8080", "[::1]:8080"),
    ] {
        assert_eq!(origin(text).to_string(), shown, "{text}");
        assert_eq!(origin(shown), origin(text), "{text}");
    }
}

#[test]
fn a_complete_url_has_the_host_of_its_origin() {
    for (text, url) in [
        ("h", "https://h"),
        ("Example.com/mcp", "https://example.com/mcp"),
        ("Example.COM:443/Mcp?A=b", "https://example.com/Mcp?A=b"),
        ("h:8443?x=/y#z", "https://h:8443?x=/y#z"),
        ("h#@evil.tld", "https://h#@evil.tld"),
        ("h.tld/h.tld/x", "https://h.tld/h.tld/x"),
        ("localhost:3000/mcp", "https://localhost:3000/mcp"),
        ("127.0.0.1/mcp", "https://127.0.0.1/mcp"),
        ("[2001:DB8:0:0::1]:443/a", "https://[2001:db8::1]/a"),
        ("[::1]:8080/a", "https://[::1]:8080/a"),
        ("HTTP://LocalHost:3000/a:b", "http://localhost:3000/a:b"),
        ("https://h:443/?u=v", "https://h/?u=v"),
    ] {
        assert_eq!(origin(text).complete_url(text), url, "{text}");
        let read = url::Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(read.host_str(), Some(origin(text).host()), "{text}");
    }
}

#[test]
fn a_text_that_names_no_single_host_is_refused() {
    for (text, error) in [
        ("", OriginError::NoHost),
        ("https://", OriginError::NoHost),
        ("https:///h", OriginError::NoHost),
        (":443", OriginError::NoHost),
        ("ftp://h", OriginError::Scheme),
        ("ssh://h", OriginError::Scheme),
        ("httpſ://h", OriginError::Scheme),
        ("h/?next=https://h", OriginError::Scheme),
        ("https:/h", OriginError::Port),
        ("https:h", OriginError::Port),
        ("h:", OriginError::Port),
        ("h:0", OriginError::Port),
        ("h:0443", OriginError::Port),
        ("h:+443", OriginError::Port),
        ("h:65536", OriginError::Port),
        ("h:1:2", OriginError::Port),
        ("::1", OriginError::NoHost),
        (
            "https://connect.prusa3d.com@evil.tld",
            OriginError::UserInfo,
        ),
        (
            "https://connect.prusa3d.com:443@evil.tld/",
            OriginError::UserInfo,
        ),
        (
            "https://evil.tld\\@connect.prusa3d.com",
            OriginError::UserInfo,
        ),
        ("https://evil.tld\\connect.prusa3d.com", OriginError::Host),
        ("connect.prusa3d.com.", OriginError::Host),
        (".prusa3d.com", OriginError::Host),
        ("connect..prusa3d.com", OriginError::Host),
        ("connect%2eprusa3d.com", OriginError::Host),
        ("connect.prusa3d.com%00.evil.tld", OriginError::Host),
        ("connect.prusa3d。com", OriginError::Host),
        ("cоnnect.prusa3d.com", OriginError::Host),
        ("connect.prusa\u{212A}.com", OriginError::Host),
        ("connect.pru\u{AD}sa3d.com", OriginError::Host),
        ("connect.prusa3d.com\n.evil.tld", OriginError::Host),
        ("con\tnect.prusa3d.com", OriginError::Host),
        ("https://h/\r\nhost=evil", OriginError::Host),
        ("https://h/a\tb", OriginError::Host),
        (" h", OriginError::Host),
        ("https://h /x", OriginError::Host),
        ("*.h", OriginError::Host),
        ("127.1", OriginError::Host),
        ("0x7f.1", OriginError::Host),
        ("0X7F000001", OriginError::Host),
        ("h.0x", OriginError::Host),
        ("2130706433", OriginError::Host),
        ("127.0.0.01", OriginError::Host),
        ("127.0.0.1.1", OriginError::Host),
        ("[::1", OriginError::Host),
        ("[::1]x", OriginError::Host),
        ("[::1%25lo]", OriginError::Host),
        ("[127.0.0.1]", OriginError::Host),
        ("[]", OriginError::Host),
        ("h[::1]", OriginError::Host),
    ] {
        assert_eq!(Origin::parse(text), Err(error), "{text}");
    }
    assert_eq!(Origin::parse(&"a".repeat(254)), Err(OriginError::Host));
    assert_eq!(Origin::from_parts("https", "h/x"), Err(OriginError::Host));
    assert_eq!(Origin::from_parts("", "h"), Err(OriginError::Scheme));
}

#[test]
fn a_token_may_go_over_https_or_to_this_machine() {
    for (text, loopback, token) in [
        ("https://h", false, true),
        ("http://h", false, false),
        ("http://localhost:80", true, true),
        ("localhost", true, true),
        ("http://LOCALHOST:8080", true, true),
        ("http://127.255.0.3", true, true),
        ("http://[::1]", true, true),
        ("http://[0:0::1]", true, true),
        ("http://[::ffff:127.0.0.1]", false, false),
        ("http://a.localhost", false, false),
        ("http://localhost.evil.tld", false, false),
        ("http://127.0.0.1.evil.tld", false, false),
        ("http://128.0.0.1", false, false),
        ("http://0.0.0.0", false, false),
    ] {
        assert_eq!(origin(text).is_loopback(), loopback, "{text}");
        assert_eq!(origin(text).may_receive_token(), token, "{text}");
    }
}

#[test]
fn a_pattern_matches_only_its_host_scheme_and_port() {
    for (entry, text, expected) in [
        ("connect.prusa3d.com", "https://connect.prusa3d.com/x", true),
        ("connect.prusa3d.com", "CONNECT.prusa3d.COM:443", true),
        ("Connect.Prusa3D.com:443", "connect.prusa3d.com", true),
        ("connect.prusa3d.com", "connect.prusa3d.com.evil.tld", false),
        ("connect.prusa3d.com", "evilconnect.prusa3d.com", false),
        ("connect.prusa3d.com", "x.connect.prusa3d.com", false),
        ("connect.prusa3d.com", "prusa3d.com", false),
        ("connect.prusa3d.com", "connect-prusa3d.com", false),
        ("connect.prusa3d.com", "connect.prusa3d.com:8443", false),
        ("connect.prusa3d.com", "connect.prusa3d.com:80", false),
        ("connect.prusa3d.com", "http://connect.prusa3d.com", false),
        (
            "connect.prusa3d.com",
            "http://connect.prusa3d.com:443",
            false,
        ),
        ("h:5000", "h:5000", true),
        ("h:5000", "h", false),
        ("https://h", "h", true),
        ("*.app.kognic.com", "eu.app.kognic.com", true),
        ("*.app.kognic.com", "app.kognic.com", false),
        ("*.app.kognic.com", "a.b.app.kognic.com", false),
        ("*.app.kognic.com", "evilapp.kognic.com", false),
        ("*.app.kognic.com", "eu.app.kognic.com.evil.tld", false),
        ("*.app.kognic.com", "eu.app.kognic.com:8443", false),
        ("*.h:5000", "a.h:5000", true),
        ("*.localhost", "http://a.localhost", false),
        ("*.localhost", "https://a.localhost", true),
        ("127.0.0.1:8080", "http://127.0.0.1:8080", true),
        ("127.0.0.1:8080", "https://127.0.0.1:8080", true),
        ("127.0.0.1:8080", "127.0.0.1:8080", true),
        ("127.0.0.1:8080", "http://127.0.0.2:8080", false),
        ("127.0.0.1:8080", "http://127.0.0.1", false),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", true),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", true),
        ("http://127.0.0.1:8080", "https://127.0.0.1:8080", false),
        ("https://127.0.0.1:8080", "http://127.0.0.1:8080", false),
        ("localhost", "http://localhost:80", true),
        ("localhost", "https://localhost:443", true),
        ("localhost", "http://localhost:443", false),
        ("localhost", "https://localhost:80", false),
        ("localhost", "localhost", true),
        ("http://localhost", "localhost:80", true),
        ("http://localhost", "localhost:443", false),
        ("[::1]:8080", "http://[::1]:8080", true),
    ] {
        assert_eq!(
            pattern(entry).matches_host(&origin(text)),
            expected,
            "{entry} {text}"
        );
    }
}

#[test]
fn a_part_of_a_pattern_is_below_its_path_on_its_host() {
    for (entry, other, expected) in [
        ("h", "h/team", true),
        ("h/team", "h/team/part", true),
        ("*.h", "a.h/team", true),
        ("a.h", "*.h/team", true),
        ("*.h", "*.h/team", true),
        ("localhost:8080", "http://localhost:8080/x", true),
        ("h", "h", false),
        ("h/team", "h/team/", false),
        ("h/team", "h", false),
        ("h/team", "h/team2", false),
        ("h", "i/team", false),
        ("h", "h:8443/team", false),
        ("*.h", "h/team", false),
        ("*.h", "a.b.h/team", false),
        ("*.h", "*.a.h/team", false),
    ] {
        let has_part = pattern(entry).has_part(&pattern(other));
        assert_eq!(has_part, expected, "{entry} {other}");
    }
}

#[test]
fn a_pattern_is_displayed_as_it_is_parsed() {
    for entry in [
        "h",
        "h:5000",
        "*.h",
        "*.h:5000",
        "localhost:5000",
        "http://127.0.0.1:8080",
        "https://localhost",
        "[::1]",
        "h/team-a",
        "*.h:5000/Team/b.c",
        "http://127.0.0.1:8080/mcp",
        "h/%7Ex",
    ] {
        assert_eq!(pattern(entry).to_string(), entry);
    }
    for (entry, expected) in [("h/", "h"), ("https://H/Mcp/", "h/Mcp")] {
        assert_eq!(pattern(entry).to_string(), expected);
    }
    assert_eq!(pattern("https://H:443").to_string(), "h");
    assert!(pattern("*.h").exact_origin().is_none() && pattern("h").exact_origin().is_some());
}

#[test]
fn a_resource_has_the_place_that_its_address_names() {
    for (resource, expected) in [
        ("https://h/mcp", Some("h/mcp")),
        ("https://H:443/mcp/?a=b/c#d", Some("h/mcp")),
        ("https://h", Some("h")),
        ("https://h/", Some("h")),
        ("https://h?a=/b", Some("h")),
        ("http://127.0.0.1:80/mcp", Some("http://127.0.0.1/mcp")),
        ("https://localhost/mcp", Some("https://localhost/mcp")),
        ("http://h/mcp", None),
        ("urn:x:y", None),
        ("h:443", None),
        ("api://h/mcp", None),
        ("https://u@h/mcp", None),
        ("https://h/a//mcp", None),
        ("https://h/a/../mcp", None),
        ("https://*.h/mcp", None),
    ] {
        let place = HostPattern::of_resource(resource).map(|it| it.to_string());
        assert_eq!(place.as_deref(), expected, "{resource}");
    }
}

#[test]
fn an_invalid_or_insecure_pattern_is_refused() {
    for (entry, error) in [
        ("", OriginError::NoHost),
        ("*", OriginError::Host),
        ("*.", OriginError::NoHost),
        ("*.*.h", OriginError::Host),
        ("a.*.h", OriginError::Host),
        ("*h", OriginError::Host),
        ("h:*", OriginError::Port),
        ("*.127.0.0.1", OriginError::Wildcard),
        ("*.[::1]", OriginError::Wildcard),
        ("http://h", OriginError::Insecure),
        ("http://*.localhost", OriginError::Insecure),
        ("h/a?b", OriginError::Path),
        ("h/?b", OriginError::Path),
        ("h//x", OriginError::Path),
        ("h/a#b", OriginError::Path),
        ("h/a//b", OriginError::Path),
        ("h/../a", OriginError::Path),
        ("*.h/a/.", OriginError::Path),
        ("h/a%2Fb", OriginError::Path),
        ("h/%2e%2e", OriginError::Path),
        ("h/a\\b", OriginError::Path),
        ("h?b/a", OriginError::Host),
        ("u@h", OriginError::UserInfo),
        ("h.", OriginError::Host),
    ] {
        assert_eq!(HostPattern::parse(entry), Err(error), "{entry}");
    }
}

proptest! {
    #[test]
    fn no_input_makes_the_readers_panic(text in ".*") {
        let _ = Origin::parse(&text);
        let _ = Origin::from_parts("https", &text);
        let _ = HostPattern::parse(&text);
    }

    #[test]
    fn a_displayed_origin_parses_to_the_same(text in "(https?://)?([a-zA-Z0-9._-]{1,12}|localhost|\\[::1\\])(:[0-9]{1,5})?(/.{0,4})?") {
        if let Ok(origin) = Origin::parse(&text) {
            prop_assert_eq!(Origin::parse(&origin.to_string()), Ok(origin));
        }
        if let Ok(entry) = HostPattern::parse(&text) {
            prop_assert_eq!(HostPattern::parse(&entry.to_string()), Ok(entry));
        }
    }

    #[test]
    fn an_exact_pattern_never_matches_another_host(
        entry in "[aA.]{0,3}[a-b]{1,2}(\\.[a-b]{1,2}){0,2}(:[1-2])?",
        text in "(https?://)?[aA.]{0,3}[a-b]{1,2}(\\.[a-b]{1,2}){0,2}[.@%\\\\/a]{0,2}(:[1-2])?",
    ) {
        if let (Ok(entry), Ok(origin)) = (HostPattern::parse(&entry), Origin::parse(&text)) {
            prop_assert_eq!(
                entry.matches_host(&origin),
                entry.to_string() == origin.host_and_port() && origin.scheme() == Scheme::Https
            );
        }
    }

    #[test]
    fn the_host_is_the_one_that_a_url_parser_finds(text in "(https?://)[a-zA-Z0-9.@:%\\\\\\[\\]*_-]{1,16}(/.{0,4})?") {
        if let (Ok(origin), Ok(url)) = (Origin::parse(&text), url::Url::parse(&text)) {
            prop_assert_eq!(url.host_str(), Some(origin.host()));
            prop_assert_eq!(url.port(), origin.port);
            prop_assert_eq!(url.scheme(), origin.scheme().as_str());
        }
    }
}
