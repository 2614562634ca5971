//! Addresses as a manual prints them, with a part that stands for a name, such as `https://{tenant}.example.com`.
//!
//! Only what no address has: `your-tenant.example.com` may be a host. Nothing here is secret, but a configuration may
//! have a password where an address should be, so its errors do not quote what is found.

use crate::escape::excerpt;

/// Returns the part of an address that stands for something else: in curly or angle brackets, plain or percent-encoded,
/// in square ones that hold no IPv6 address, or a name such as `YOUR_TENANT`; `None` if there is none.
pub(crate) fn placeholder(address: &str) -> Option<String> {
    let address = without_percent(address);
    let between = |text: &str, open: char, close: char| {
        let rest = text.get(text.find(open)?..)?;
        let (inside, after) = rest.split_at(rest.find(close)?);
        let closing = after.len() - after.trim_start_matches(close).len();
        rest.get(..inside.len() + closing).map(excerpt)
    };
    // A query may have square brackets.
    let before_query = address.split(['?', '#']).next().unwrap_or_default();
    let in_square = between(before_query, '[', ']').filter(|found| is_name(found));
    let mut words = before_query.split(['/', '.', ':', '@']);
    let is_yours = |word: &&str| {
        let rest = word.strip_prefix("YOUR_");
        rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
    };
    between(&address, '{', '}')
        .or_else(|| between(&address, '<', '>'))
        .or(in_square)
        .or_else(|| words.find(is_yours).map(excerpt))
}

/// Returns whether a text in square brackets is a name, which has no colon as addresses do.
fn is_name(bracketed: &str) -> bool {
    let name = bracketed.trim_matches(['[', ']']);
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && !name.contains(':')
}

/// Returns the text with brackets as they are, where they are percent-encoded.
pub(crate) fn without_percent(text: &str) -> String {
    let mut text = text.to_owned();
    for (coded, plain) in [
        ("%7b", "{"),
        ("%7d", "}"),
        ("%3c", "<"),
        ("%3e", ">"),
        ("%5b", "["),
        ("%5d", "]"),
    ] {
        text = text
            .replace(coded, plain)
            .replace(&coded.to_ascii_uppercase(), plain);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_placeholder_is_known_by_its_brackets_or_capitals() {
        for (address, wanted) in [
            ("https://{yourDomain}/oauth2", Some("{yourDomain}")),
            ("https://{{tenant}}.example.com", Some("{{tenant}}")),
            ("https://${TENANT}.example.com", Some("{TENANT}")),
            ("https://<tenant>.example.com", Some("<tenant>")),
            ("https://[tenant].example.com", Some("[tenant]")),
            ("https://a.example/[tenant]/v2.0", Some("[tenant]")),
            ("https://a.example/%7Btenant%7d/v2.0", Some("{tenant}")),
            ("https://YOUR_TENANT.example.com", Some("YOUR_TENANT")),
            ("https://a.example/YOUR_TENANT", Some("YOUR_TENANT")),
            ("https://your-tenant.example.com", None),
            ("https://a.example/YOUR_TENANT_7", None),
            ("https://[::1]:8/", None),
            ("https://[fe80::1%eth0]/", None),
            ("https://a.example/?a[b]=c", None),
            ("https://a.example/a:b", None),
            ("", None),
        ] {
            assert_eq!(placeholder(address).as_deref(), wanted, "{address}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "([{}<>%\\[\\]/?.:]|YOUR_|\\PC)*") {
            let _ = placeholder(&text);
        }
    }
}
