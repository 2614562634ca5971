//! Whose logins a profile uses: its issuer and client, and whose a token file is that does not say so.

use url::Url;

use super::oauth::OAuthSettings;
use super::practicus::PracticusSettings;
use super::profiles::Profile;
use super::provider::Issuer;
use super::prusa::PrusaSettings;
use crate::token::{Binding, Owner, Requested, WithoutIssuer};

impl Profile {
    /// Returns the server and client whose logins the profile uses. For Kognic the server that its settings name, and
    /// no client: a request may name others.
    ///
    /// A file without the fields is the profile's, as it lies under its name. But what lies under a built-in name may
    /// be another program's or have been stored before a variable was set:
    ///
    /// - `prusa`: it belongs to the built-in account and client. Where the account is on this machine, a stand-in for
    ///   development, it belongs to that, unless `PRUSA_CONNECT_URL` would have its token sent elsewhere.
    /// - `practicus`, if `PRT_URL` names the region: it belongs to the region of the configuration, else to the one
    ///   that its tokens name, else to that of `PRT_URL`. A login in the environment belongs to the one that its tokens
    ///   name, unless the configuration names that of `PRT_URL` too.
    pub(crate) fn owner(&self) -> Owner {
        match &self.issuer {
            Issuer::Prusa(settings) => of_prusa(settings, self.is_prusa()),
            Issuer::Kognic(settings) => Owner::of(Binding::new(settings.server.as_text(), None)),
            Issuer::Practicus(settings) => of_practicus(settings),
            Issuer::OAuth(settings) => Owner {
                requested: Some(requested(settings)),
                ..Owner::of(of_oauth(settings))
            },
        }
    }
}

/// Returns what a file belongs to that lies where the Python SDK and the built-in profile have theirs, and does not say
/// so itself.
pub(crate) fn of_built_in_file() -> WithoutIssuer {
    WithoutIssuer::Other(PrusaSettings::built_in_binding())
}

/// Returns the owner of logins at a Prusa Account.
fn of_prusa(settings: &PrusaSettings, is_built_in: bool) -> Owner {
    let is_stand_in = || settings.is_on_this_machine() && settings.variables.other_host.is_none();
    let without_issuer = if !is_built_in || is_stand_in() {
        WithoutIssuer::Profile
    } else {
        of_built_in_file()
    };
    Owner {
        binding: Binding::new(settings.account_url.as_text(), Some(&settings.client_id)),
        requested: Some(Requested::new(&settings.scopes, None, None)),
        without_issuer,
        given_by_claim: false,
        issuer_variable: settings.variables.account_url,
        client_id_variable: settings.variables.client_id,
    }
}

/// Returns the owner of logins at a region of Practicus AI, which has no clients.
fn of_practicus(settings: &PracticusSettings) -> Owner {
    let binding = |url: &Url| Binding::new(url.as_str(), None);
    let (without_issuer, given_by_claim) = match &settings.variable {
        None => (WithoutIssuer::Profile, false),
        Some(variable) => match variable.configured.as_ref().map(binding) {
            // A region that a person wrote down takes what it is given, as from one that it is federated with.
            Some(configured) => {
                let is_other = configured != binding(&settings.url);
                (WithoutIssuer::Other(configured), is_other)
            }
            None => (WithoutIssuer::ByClaim, true),
        },
    };
    Owner {
        without_issuer,
        given_by_claim,
        issuer_variable: settings.variable.as_ref().map(|variable| variable.name),
        ..Owner::of(binding(&settings.url))
    }
}

/// Returns what a profile of an OAuth server asks for.
fn requested(settings: &OAuthSettings) -> Requested {
    Requested::new(
        &settings.scopes,
        settings.audience.as_deref(),
        settings.resource.as_deref(),
    )
}

/// Returns what logins at an OAuth server are bound to: its issuer, or without one its token endpoint. A token endpoint
/// beside an issuer counts too, as it is what gets the refresh token.
fn of_oauth(settings: &OAuthSettings) -> Binding {
    let token_endpoint = settings.endpoints.token_endpoint.as_ref();
    let client_id = Some(settings.client_id.as_str());
    match (&settings.issuer, token_endpoint) {
        (Some(issuer), token_endpoint) => Binding {
            token_endpoint: token_endpoint.map(Url::to_string),
            ..Binding::new(issuer.as_str(), client_id)
        },
        (None, Some(token_endpoint)) => Binding::new(token_endpoint.as_str(), client_id),
        (None, None) => Binding::default(),
    }
}
