//! Mix-up (RFC 9700 §4.4): an authorization server that names another one's endpoints beside its own token endpoint,
//! and so is sent the code or the device code that the other one issued.
//!
//! A server whose address a person wrote is trusted to name its endpoints. One that a resource named is not: its token
//! endpoint has to share an origin with the device authorization endpoint, and with the authorization endpoint unless a
//! person agrees to both, or the authorization response says who issued it (RFC 9207). Later, tokens are renewed and
//! revoked on that origin only. Nothing here is secret.

use url::Url;

use super::discovery::ServerMetadata;
use crate::http::WebAddress;
use crate::profile::OAuthEndpoints;

/// Parameters that an authorization endpoint on another origin must not have in its own query, in any case of letters:
/// a server that finds one twice may take the first, which would decide where the code goes, for whom, and which issuer
/// the response names.
const NOT_PRESET: [&str; 10] = [
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "iss",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_type",
    "state",
];

/// The endpoints of an authorization server that a resource named; `None` for one that it does not have.
#[derive(Clone, Copy)]
pub(crate) struct Endpoints<'a> {
    pub(crate) issuer: Option<&'a Url>,
    pub(crate) authorization: Option<&'a Url>,
    pub(crate) device_authorization: Option<&'a Url>,
    pub(crate) token: Option<&'a Url>,
    /// Whether the server says that every authorization response has `iss`.
    pub(crate) sends_iss: bool,
}

/// Two origins: where a person signs in, and where what that gives is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TwoOrigins {
    pub(crate) sign_in: String,
    pub(crate) token: String,
    /// The server that names both, as one word of a shell command.
    pub(crate) issuer: Option<String>,
}

/// What has to be known before a sign-in in a browser begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Whoever issues the code also receives it.
    OneOrigin,
    /// The response has to have `iss`, which tells.
    ByIss,
    /// Only a person can say whether both belong together.
    Ask(TwoOrigins),
}

/// Why a sign-in at a server that a resource named does not begin.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum MixUpError {
    #[error(
        "the server takes requests for device codes at {} and sends the tokens from {}, so that one of them may be \
         posing as a part of the other", .0.sign_in, .0.token
    )]
    DeviceElsewhere(TwoOrigins),
    #[error("the server's authorization_endpoint holds the parameter {parameter} already")]
    PresetParameter { parameter: &'static str },
    /// A token that the profile has may be another server's.
    #[error(
        "the server takes tokens at {token} now, and what the profile has is for {}", .agreed.join(" and ")
    )]
    TokenElsewhere { token: String, agreed: Vec<String> },
    #[error(
        "the server revokes tokens at {revocation} and sends them from {token}, so that one of them may be posing as a \
         part of the other"
    )]
    RevocationElsewhere { revocation: String, token: String },
    /// No person can be asked.
    #[error(
        "the sign-in would be at {} and give {} the access, which a person has to agree to", .0.sign_in, .0.token
    )]
    NobodyToAsk(TwoOrigins),
    /// The person said no.
    #[error("you did not agree to sign in at {} and give {} the access", .0.sign_in, .0.token)]
    NotAgreed(TwoOrigins),
}

/// Checks the endpoints, and returns what a sign-in in a browser needs.
///
/// # Errors
///
/// `DeviceElsewhere` and `PresetParameter`, whichever way of signing in follows.
pub(crate) fn check(endpoints: &Endpoints<'_>) -> Result<Verdict, MixUpError> {
    let issuer = endpoints
        .issuer
        .and_then(|issuer| WebAddress::new(issuer).ok());
    let with_token = |sign_in: Option<&Url>| {
        let origins = two_origins(sign_in?, endpoints.token?)?;
        let issuer = issuer.as_ref().map(WebAddress::shell_word);
        Some(TwoOrigins { issuer, ..origins })
    };
    if let Some(both) = with_token(endpoints.device_authorization) {
        return Err(MixUpError::DeviceElsewhere(both));
    }
    let Some(both) = with_token(endpoints.authorization) else {
        return Ok(Verdict::OneOrigin);
    };
    if let Some(parameter) = endpoints.authorization.and_then(preset_parameter) {
        return Err(MixUpError::PresetParameter { parameter });
    }
    Ok(if endpoints.sends_iss {
        Verdict::ByIss
    } else {
        Verdict::Ask(both)
    })
}

/// Checks that a token endpoint is on one of the origins that were agreed to when the profile was made: a server may
/// name another one's endpoints for the sign-in, and its own when there is a token to be had.
///
/// # Errors
///
/// `TokenElsewhere`.
pub(crate) fn check_token_endpoint(token: &Url, agreed: &[String]) -> Result<(), MixUpError> {
    let token = origin(token);
    if agreed.contains(&token) {
        return Ok(());
    }
    let agreed = agreed.to_vec();
    Err(MixUpError::TokenElsewhere { token, agreed })
}

/// Checks that tokens are revoked where they come from.
///
/// # Errors
///
/// `RevocationElsewhere`.
pub(crate) fn check_revocation_endpoint(revocation: &Url, token: &Url) -> Result<(), MixUpError> {
    match two_origins(revocation, token) {
        None => Ok(()),
        Some(TwoOrigins { sign_in, token, .. }) => Err(MixUpError::RevocationElsewhere {
            revocation: sign_in,
            token,
        }),
    }
}

/// Returns the origins of two addresses, without an issuer; `None` if they share one.
pub(crate) fn two_origins(sign_in: &Url, token: &Url) -> Option<TwoOrigins> {
    (sign_in.origin() != token.origin()).then(|| TwoOrigins {
        sign_in: origin(sign_in),
        token: origin(token),
        issuer: None,
    })
}

/// Returns the origin of an address, as a profile's `endpoint_origins` names it.
pub(crate) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Returns a parameter of `NOT_PRESET` that the endpoint's query has.
fn preset_parameter(endpoint: &Url) -> Option<&'static str> {
    let has = |name: &&str| {
        endpoint
            .query_pairs()
            .any(|(key, _)| key.eq_ignore_ascii_case(name))
    };
    NOT_PRESET.into_iter().find(has)
}

impl<'a> Endpoints<'a> {
    /// Returns the endpoints that are configured, and those of the metadata in place of the others.
    pub(crate) fn of(
        issuer: Option<&'a Url>,
        configured: &'a OAuthEndpoints,
        metadata: &'a ServerMetadata,
    ) -> Self {
        let either = |one: &'a Option<Url>, other: &'a Option<Url>| one.as_ref().or(other.as_ref());
        Self {
            issuer,
            authorization: either(
                &configured.authorization_endpoint,
                &metadata.authorization_endpoint,
            ),
            device_authorization: either(
                &configured.device_authorization_endpoint,
                &metadata.device_authorization_endpoint,
            ),
            token: either(&configured.token_endpoint, &metadata.token_endpoint),
            sends_iss: metadata.authorization_response_iss_parameter_supported,
        }
    }
}

impl TwoOrigins {
    /// Returns whether both are in a list of origins.
    pub(crate) fn are_among(&self, origins: &[String]) -> bool {
        origins.contains(&self.sign_in) && origins.contains(&self.token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(authorization: &str, device: &str, token: &str, sends_iss: bool) -> String {
        let url = |text: &str| (!text.is_empty()).then(|| Url::parse(text).expect("a URL"));
        let (authorization, device, token) = (url(authorization), url(device), url(token));
        let verdict = check(&Endpoints {
            issuer: None,
            authorization: authorization.as_ref(),
            device_authorization: device.as_ref(),
            token: token.as_ref(),
            sends_iss,
        });
        match verdict {
            Ok(Verdict::OneOrigin) => "one".to_owned(),
            Ok(Verdict::ByIss) => "iss".to_owned(),
            Ok(Verdict::Ask(both)) => format!("ask {} {}", both.sign_in, both.token),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn code_and_token_share_an_origin_or_it_is_told() {
        let (a, b) = ("https://a.example/x", "https://b.example/x");
        let device = "the server takes requests for device codes at https://b.example and sends the tokens from \
                      https://a.example, so that one of them may be posing as a part of the other";
        for (authorization, device_authorization, token, sends_iss, expected) in [
            (a, a, a, false, "one"),
            (a, "", a, false, "one"),
            ("https://A.example:443/y", "", a, false, "one"),
            ("", a, a, false, "one"),
            (a, b, "", false, "one"),
            (b, "", a, false, "ask https://b.example https://a.example"),
            (b, a, a, false, "ask https://b.example https://a.example"),
            (b, a, a, true, "iss"),
            (
                "https://a.example:8443/",
                "",
                a,
                false,
                "ask https://a.example:8443 https://a.example",
            ),
            (a, b, a, false, device),
            (a, b, a, true, device),
            ("", b, a, true, device),
            (
                "https://b.example/?tenant=1&Redirect%5Furi=x",
                "",
                a,
                true,
                "the server's authorization_endpoint holds the parameter redirect_uri already",
            ),
            ("https://b.example/?tenant=1", "", a, true, "iss"),
            ("https://a.example/?response_type=code", "", a, false, "one"),
        ] {
            let got = checked(authorization, device_authorization, token, sends_iss);
            assert_eq!(
                got, expected,
                "{authorization} {device_authorization} {token}"
            );
        }
    }

    #[test]
    fn tokens_go_where_they_come_from() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let (a, other_a, b) = (
            url("https://a.example/token"),
            url("https://A.example:443/revoke"),
            url("https://b.example/revoke"),
        );
        let agreed = ["https://c.example", "https://a.example"].map(str::to_owned);
        assert_eq!(check_token_endpoint(&a, &agreed), Ok(()));
        assert!(check_token_endpoint(&b, &agreed).is_err());
        assert!(check_token_endpoint(&a, &[]).is_err());
        assert_eq!(check_revocation_endpoint(&other_a, &a), Ok(()));
        assert!(check_revocation_endpoint(&b, &a).is_err());
    }

    #[test]
    fn both_origins_have_to_be_agreed_to() {
        let both = TwoOrigins {
            sign_in: "https://a.example".to_owned(),
            token: "https://b.example".to_owned(),
            issuer: None,
        };
        let list = |origins: &[&str]| {
            origins
                .iter()
                .map(|&origin| origin.to_owned())
                .collect::<Vec<_>>()
        };
        assert!(both.are_among(&list(&["https://b.example", "https://a.example"])));
        assert!(!both.are_among(&list(&["https://a.example"])));
        assert!(!both.are_among(&list(&["https://b.example"])));
        assert!(!both.are_among(&[]));
    }
}
