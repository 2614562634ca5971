//! What an authorization endpoint answers a client that it does not know: it tells the person alone (RFC 6749
//! §4.1.2.1), on a page of any kind.

use serde_json::{Map, Value};
use url::Url;

use super::token_endpoint::json_object;
use super::visible_text::visible_text;
use super::{GrantError, refusal, unknown_client};
use crate::escape::excerpt;
use crate::http::{HttpResponse, redacted};

/// The word of RFC 6749 §5.2 for a client that is not known, also for a page without a word of its own.
const INVALID_CLIENT: &str = "invalid_client";

/// Returns the refusal of the client that an authorization endpoint answers a request with, whatever the status: in the
/// address that it redirects to, in an object, or in what a person sees of a page; or without any words, as if there
/// were no such page. `None` for any other answer, as a page to sign in at.
pub(crate) fn client_refusal(endpoint: &Url, response: &HttpResponse) -> Option<GrantError> {
    if (300..400).contains(&response.status) {
        let to = endpoint.join(response.header("location")?).ok()?;
        return told_by(&parameters(&to)).map(|report| report.by(endpoint));
    }
    let report = match json_object(response) {
        Some(object)
            if refusal::word(&object).is_some() || refusal::description(&object).is_some() =>
        {
            told_by(&object)
        }
        _ => told_by_page(response.status, &String::from_utf8_lossy(&response.body)),
    };
    report.map(|report| report.by(endpoint))
}

/// Returns the refusal of the client in the address of a page of the server's own; `None` if it says something else.
pub(super) fn refusal_in_address(page: &Url) -> Option<GrantError> {
    told_by(&parameters(page)).map(|report| report.by(page))
}

/// What a server says of a client that it does not know.
struct Report {
    word: String,
    description: Option<String>,
}

impl Report {
    /// Returns the refusal by this endpoint or page.
    fn by(self, url: &Url) -> GrantError {
        GrantError::Refused {
            endpoint: redacted(url),
            error: excerpt(&self.word),
            description: self.description.map(|text| excerpt(&text)),
        }
    }
}

/// Returns what an error response says of the client, by its word or its description; `None` if it says something else.
fn told_by(object: &Map<String, Value>) -> Option<Report> {
    let (word, description) = (refusal::word(object), refusal::description(object));
    unknown_client::is_told_by(word, description).then(|| Report {
        word: word.unwrap_or(INVALID_CLIENT).to_owned(),
        description: description.map(str::to_owned),
    })
}

/// As `told_by`, of a page.
fn told_by_page(status: u16, page: &str) -> Option<Report> {
    let is_missing = matches!(status, 404 | 410) && page.trim().is_empty();
    // On a page with something to fill in, a text may be about anything.
    let is_form = (200..300).contains(&status) && has_input(page);
    (is_missing || (!is_form && tells_unknown_client(page))).then(|| Report {
        word: INVALID_CLIENT.to_owned(),
        description: is_missing.then(|| format!("status {status}")),
    })
}

/// Returns whether a person reads on a page that the server does not know the client.
pub(crate) fn tells_unknown_client(page: &str) -> bool {
    unknown_client::is_told_in(&visible_text(page))
}

/// Returns whether a page has a form or a field.
fn has_input(page: &str) -> bool {
    let page = page.to_ascii_lowercase();
    page.contains("<form") || page.contains("<input")
}

/// Returns the parameters in an address' query and fragment, as an object; the query's go before those of the fragment.
fn parameters(address: &Url) -> Map<String, Value> {
    let fragment = address.fragment().unwrap_or_default();
    // The fragment may be an address in an application of its own: `#/error?error=invalid_client`.
    let fragment = fragment.rsplit('?').next().unwrap_or_default();
    let parts = [fragment, address.query().unwrap_or_default()];
    let pairs = parts.into_iter().flat_map(|part| {
        let pairs = url::form_urlencoded::parse(part.as_bytes());
        pairs.filter(|(_, value)| !value.is_empty())
    });
    pairs
        .map(|(name, value)| (name.into_owned(), Value::from(value)))
        .collect()
}
