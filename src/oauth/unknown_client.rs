//! Whether a text for people says that the server does not know the client. RFC 6749 §4.1.2.1 has a server tell that to
//! the person alone, and says nothing about the words.
//!
//! The words are those of servers that are in use: Keycloak's "Client not found.", Doorkeeper's "unknown client", Ory's
//! "does not match", Salesforce's "client identifier invalid", and the like.

use super::refusal::{INVALID_GRANT, Refusal, is_same_word};

/// What this program is to a server.
const CLIENT: [&str; 4] = ["client", "client_id", "clientid", "application"];
/// What a server says of a client that it does not know, before the word or after it.
const UNKNOWN: [&str; 6] = [
    "deleted",
    "invalid",
    "unknown",
    "unrecognised",
    "unrecognized",
    "unregistered",
];
/// What a client that it knows would be or do, after "not" or "no longer".
const KNOWN: [&str; 10] = [
    "exist",
    "exists",
    "found",
    "known",
    "match",
    "recognised",
    "recognized",
    "registered",
    "valid",
    "retrieved",
];
/// What a server fails to do with such a client, after "not" or "unable to".
const FIND: [&str; 5] = ["find", "locate", "recognise", "recognize", "retrieve"];
/// What may stand just before "invalid", if that is said of a client.
const OF_CLIENT: [&str; 6] = ["credentials", "id", "identifier", "is", "or", "was"];
/// What another thing of a client is, which may be invalid too.
const ELSE: [&str; 10] = [
    "address",
    "browser",
    "cert",
    "certificate",
    "error",
    "ip",
    "request",
    "session",
    "type",
    "version",
];
/// How many words may stand between a client and what is said of it.
const NEAR: usize = 8;

/// Returns whether an error response refuses a client whose sign-in has just begun (RFC 6749 §4.1.2.1, §5.2): by its
/// word or by what it says. For a refresh `unauthorized_client` is about the login, and so is what comes with
/// `invalid_grant`.
pub(super) fn is_told_by(word: Option<&str>, description: Option<&str>) -> bool {
    let description = description.unwrap_or_default();
    let is_of_grant = word.is_some_and(|word| is_same_word(word, INVALID_GRANT));
    let is_word = word.is_some_and(is_word) && !is_about_redirect(description);
    is_word || (!is_of_grant && is_told_in(description))
}

/// Returns whether a text says that the client is not known, or has the word of a refusal for that. `false` for one
/// that speaks of the redirect URI: then that may be what is not accepted.
pub(super) fn is_told_in(text: &str) -> bool {
    !is_about_redirect(text)
        && sentences(&text.to_ascii_lowercase()).any(|sentence| {
            let sentence = sentence.replace("n't", " not").replace("n’t", " not");
            is_told_by_words(&words(&sentence).collect::<Vec<_>>())
        })
}

/// Returns whether a text speaks of the redirect URI, however that is written.
fn is_about_redirect(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let words: Vec<&str> = words(&text).collect();
    let is_joined = |word: &&str| {
        let letters: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        letters.contains("redirecturi") || letters.contains("redirecturl")
    };
    let is_pair = |pair: &[&str]| match pair {
        ["redirect" | "redirection" | "callback", uri] => {
            uri.starts_with("uri") || uri.starts_with("url")
        }
        _ => false,
    };
    words.iter().any(is_joined) || words.windows(2).any(is_pair)
}

/// Returns whether the word is one with which a server refuses a client.
fn is_word(word: &str) -> bool {
    Refusal::of(word) == Refusal::Client || is_same_word(word, "unauthorized_client")
}

/// Returns the sentences of a text, each of which ends with its line, or with a mark and white space.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split(['\n', '!', '?']);
    lines.flat_map(|line| line.split(". "))
}

/// Returns the words of a sentence, which may be names and addresses.
fn words(sentence: &str) -> impl Iterator<Item = &str> {
    let is_between = |c: char| c.is_whitespace() || "\"'`“”‘’„«»,;:()[]{}<>=|&".contains(c);
    sentence
        .split(is_between)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

/// Returns whether the words of a sentence say that the client is not known.
fn is_told_by_words(words: &[&str]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let is_refusal = word.contains(['_', '-']) && is_word(word);
        is_refusal || (CLIENT.contains(word) && is_said_of_client(words, at))
    })
}

/// Returns whether the words around the one at this place, which is a client, say that it is not known.
fn is_said_of_client(words: &[&str], at: usize) -> bool {
    let (before, rest) = words.split_at(at);
    let after = rest.get(1..).unwrap_or_default();
    if after.first().is_some_and(|word| ELSE.contains(word)) {
        return false;
    }
    let before: Vec<&str> = before.iter().rev().take(NEAR).copied().collect();
    let after = after.get(..NEAR).unwrap_or(after);
    is_said_before(&before) || is_said_after(after)
}

/// Returns whether these words before a client, the nearest first, say that it is not known: "unknown OAuth client",
/// "no such client", "could not find a client".
fn is_said_before(before: &[&str]) -> bool {
    let nearest = before.get(..2).unwrap_or(before);
    let is_unknown = |word: &&str| UNKNOWN.contains(word);
    let is_else = nearest.iter().any(|word| ELSE.contains(word));
    let is_none = nearest.first() == Some(&"such") && nearest.get(1) == Some(&"no");
    let finds = before.iter().take(4).position(|word| FIND.contains(word));
    let is_not_found = finds.is_some_and(|at| {
        let earlier = before.iter().skip(at.saturating_add(1)).take(2);
        let mut earlier = earlier.copied();
        earlier.any(|word| ["not", "cannot", "unable", "failed"].contains(&word))
    });
    is_none || is_not_found || (!is_else && nearest.iter().any(is_unknown))
}

/// Returns whether these words after a client say that it is not known: "ID abc was not found", "identifier is
/// missing or invalid".
fn is_said_after(after: &[&str]) -> bool {
    let is_adjective = |at: usize| {
        let earlier = at.checked_sub(1).and_then(|at| after.get(at));
        earlier.is_none_or(|word| OF_CLIENT.contains(word) || CLIENT.contains(word))
    };
    after.iter().enumerate().any(|(at, word)| {
        let is_denied = || {
            let next = after.iter().skip(at.saturating_add(1)).take(2);
            next.copied().any(|word| KNOWN.contains(&word))
        };
        let is_negation = ["not", "longer", "cannot"].contains(word);
        (is_negation && is_denied()) || (UNKNOWN.contains(word) && is_adjective(at))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_servers_say_of_a_client_that_they_do_not_know() {
        for text in [
            "We are sorry...\nClient not found.",
            "Client authentication failed due to unknown client, no client authentication included, or unsupported \
             authentication method.",
            "Unknown client",
            "Invalid client. The clientId provided does not match to this client.",
            "Bad Request\nInvalid client_id (\"4f1c-9a.b\").",
            "client identifier invalid",
            "The client identifier (client_id) is missing or invalid.",
            "Client ID '0a2b4c6d-1111-2222-3333-444455556666' not found",
            "A valid OAuth client could not be found for client_id: x",
            "Application with identifier 'x' was not found in the directory 'y'.",
            "The client doesn’t exist.",
            "This application is no longer registered",
            "unable to retrieve client by id",
            "No such client",
            "Client Not Registered",
            "error: invalid_client, who is that?",
            "UNAUTHORIZED_CLIENT",
            "Error\nUnregistered application",
        ] {
            assert!(is_told_in(text), "{text}");
        }
    }

    #[test]
    fn what_is_about_something_else_says_nothing_of_the_client() {
        for text in [
            "",
            "Sign in",
            "Page not found. Is your client up to date?",
            "Your client sent an invalid request",
            "Your client has issued a malformed or illegal request.",
            "Invalid client certificate",
            "invalid request from this client",
            "The application encountered an invalid state",
            "The client could not be authorized",
            "Invalid client_id or redirect_uri",
            "The redirection URI does not belong to this client, or unknown client",
            "Client not found\nThe redirect URI http://127.0.0.1/ is not registered.",
            "The redirectUri is not registered for this client. Unknown client",
            "Are you a human? Your application is waiting",
        ] {
            assert!(!is_told_in(text), "{text}");
        }
    }

    #[test]
    fn a_refusal_of_the_client_is_told_by_its_word_or_its_text() {
        for (word, description, expected) in [
            (Some("Invalid Client"), None, true),
            (Some("bad_client_secret"), Some("no"), true),
            (Some("unauthorized_client"), None, true),
            (Some("invalid_request"), Some("Unknown client"), true),
            (None, Some("Client not found"), true),
            (Some("invalid_client"), Some("redirect_uri mismatch"), false),
            (Some("invalid_grant"), Some("Client not found"), false),
            (Some("invalid_request"), Some("missing state"), false),
            (None, None, false),
        ] {
            assert_eq!(
                is_told_by(word, description),
                expected,
                "{word:?} {description:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(client|unknown|not|found|[ .\\n_é!]|.){0,60}") {
            let _ = is_told_in(&text);
        }
    }
}
