//! Sign-ins by a person: with a browser that is redirected back here, or with a code on another device.
//!
//! Nothing is printed here: `Interaction` shows the address or code and reads what is typed. Every wait has a limit.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;
use zeroize::Zeroizing;

use super::{Endpoint, OAuth, OAuthError};
use crate::causes::with_causes;
use crate::deadline::{Deadline, waiting_for_person};
use crate::escape::excerpt;
use crate::http::{HttpRequest, WebAddress, check_address_to_open, redacted};
use crate::oauth::GrantError;
use crate::oauth::authorization_code::{
    AuthorizationRequest, AuthorizationResponseError, PendingAuthorization,
};
use crate::oauth::client_document;
use crate::oauth::device::{self, DeviceAuthorization, DeviceError};
use crate::oauth::form::form;
use crate::oauth::loopback::{Loopback, LoopbackError, LoopbackEvent, Page};
use crate::oauth::mix_up::{self, Endpoints, MixUpError, TwoOrigins, Verdict};
use crate::oauth::sign_in_page;
use crate::providers::SignInError;
use crate::token::{TokenSet, UnixTime};

/// How long the page of a sign-in may take to say that it does not know the client.
const LOOK_AT_PAGE: Duration = Duration::from_secs(5);
/// How often the remaining time is shown.
const TICK: Duration = Duration::from_secs(1);

/// The terminal of the person who signs in.
pub(crate) trait Interaction {
    /// Shows where to sign in, and opens it in a browser if there is one. The browser is redirected to `redirect_uri`,
    /// which is waited for as long as `wait`.
    fn show_address(&mut self, address: &WebAddress, redirect_uri: &str, wait: Duration);

    /// Asks whether to sign in at one server for another one to get the access.
    fn agrees_to(&mut self, origins: &TwoOrigins) -> Agreement;

    /// Shows that the page to sign in at is on another server than the one that gets the access.
    fn show_other_origin(&mut self, origins: &TwoOrigins);

    /// Shows that something else than the response came to `redirect_uri`, and was ignored.
    fn show_ignored(&mut self, redirect_uri: &str);

    /// Shows the user code, and where to enter it.
    fn show_code(&mut self, code: &DeviceAuthorization);

    /// Shows the time that is left to enter the code: called every second, and with zero at the end, to remove it.
    fn show_time_left(&mut self, left: Duration);

    /// Starts to pass typed lines to `deliver`, each with its line feed, in another thread until the input or this
    /// ends; does nothing if nobody can type. What is pasted may be of any length, and of several lines.
    fn read_lines(&mut self, deliver: Box<dyn Fn(Zeroizing<String>) + Send>);

    /// Shows what is wrong with a typed line.
    fn show_input_error(&mut self, reason: &str);

    /// Warns that the login has no ID token, although the server sent one: why.
    fn warn_of_id_token(&mut self, why: &str);

    /// Stores tokens that are good, so that they are not lost if the person does not sign in once more. A failure is
    /// shown.
    fn keep(&mut self, set: &TokenSet);

    /// Shows why the person is to sign in once more: no refresh token came, which the server may issue after it has
    /// asked for consent.
    fn show_consent_is_needed(&mut self);

    /// Warns that the login has no refresh token, as the sign-in with consent failed: why.
    fn warn_of_refresh_token(&mut self, why: &str);
}

/// How long a request, and the whole sign-in in a browser, may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) request: Duration,
    /// Until the browser is redirected back here.
    pub(crate) browser: Duration,
}

impl Timeouts {
    /// Returns the deadline of a request that is sent now.
    fn deadline(self) -> Deadline {
        Deadline::after(self.request)
    }
}

/// How a person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInFlow {
    Browser,
    Device,
}

/// What a person says to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    Yes,
    No,
    /// No person can be asked.
    NobodyThere,
}

impl Agreement {
    /// Returns nothing if the person agrees to these origins.
    ///
    /// # Errors
    ///
    /// `NotAgreed` or `NobodyToAsk`.
    pub(crate) fn into_result(self, origins: TwoOrigins) -> Result<(), MixUpError> {
        match self {
            Self::Yes => Ok(()),
            Self::No => Err(MixUpError::NotAgreed(origins)),
            Self::NobodyThere => Err(MixUpError::NobodyToAsk(origins)),
        }
    }
}

enum Event {
    Loopback(LoopbackEvent),
    Typed(Zeroizing<String>),
}

impl From<LoopbackEvent> for Event {
    fn from(event: LoopbackEvent) -> Self {
        Self::Loopback(event)
    }
}

impl OAuth {
    /// Returns the flow to use: with a browser the browser's flow, else the device flow; the other one if there is an
    /// endpoint for that only. Fails if the server's metadata is needed and cannot be had.
    pub(crate) fn choose_flow(
        &self,
        has_browser: bool,
        timeouts: Timeouts,
    ) -> Result<SignInFlow, GrantError> {
        let has = |endpoint| {
            self.endpoint(endpoint, timeouts.deadline())
                .map(|url| url.is_some())
        };
        let preferred = if has_browser {
            Endpoint::Authorization
        } else {
            Endpoint::DeviceAuthorization
        };
        let other = if has_browser {
            Endpoint::DeviceAuthorization
        } else {
            Endpoint::Authorization
        };
        let chosen = if !has(preferred)? && has(other)? {
            other
        } else {
            preferred
        };
        Ok(match chosen {
            Endpoint::DeviceAuthorization => SignInFlow::Device,
            _ => SignInFlow::Browser,
        })
    }

    /// Signs in with this flow, and returns the tokens, which are not stored unless `person` kept them. `profile` is
    /// the name to show in the browser.
    ///
    /// # Errors
    ///
    /// When the person refuses or does not finish in time, the server refuses, fails or lacks an endpoint or has one
    /// that cannot be used, the client's secret cannot be read, the redirect port is not free, or the ID token is not
    /// valid.
    pub(crate) fn sign_in_with(
        &self,
        person: &mut dyn Interaction,
        flow: SignInFlow,
        profile: &str,
        timeouts: Timeouts,
    ) -> Result<TokenSet, SignInError> {
        match flow {
            SignInFlow::Browser => self.sign_in_with_browser(person, profile, timeouts),
            SignInFlow::Device => self.sign_in_with_device(person, timeouts),
        }
    }

    /// Checks the endpoints of a server that a resource named, and returns what a sign-in in a browser needs;
    /// `OneOrigin` for any other server, whose address a person wrote.
    fn check_mix_up(&self, timeouts: Timeouts) -> Result<Verdict, SignInError> {
        if self.settings.endpoint_origins.is_none() {
            return Ok(Verdict::OneOrigin);
        }
        let metadata = self.metadata(timeouts.deadline())?;
        let issuer = self.settings.issuer.as_ref();
        let endpoints = Endpoints::of(issuer, &self.settings.endpoints, metadata);
        Ok(mix_up::check(&endpoints).map_err(OAuthError::from)?)
    }

    /// Asks the person about two origins, unless the profile says that somebody has agreed to both. Fails if nobody
    /// agrees.
    fn ask_about(
        &self,
        person: &mut dyn Interaction,
        origins: TwoOrigins,
    ) -> Result<(), OAuthError> {
        let agreed = self.settings.endpoint_origins.as_deref();
        if origins.are_among(agreed.unwrap_or_default()) {
            return Ok(());
        }
        Ok(person.agrees_to(&origins).into_result(origins)?)
    }

    /// Tells the person if the page to enter a code at is on another origin than the token endpoint, of a server that a
    /// resource named, and no origin that somebody has agreed to.
    fn tell_other_page(
        &self,
        person: &mut dyn Interaction,
        code: &DeviceAuthorization,
        timeouts: Timeouts,
    ) -> Result<(), SignInError> {
        let Some(agreed) = &self.settings.endpoint_origins else {
            return Ok(());
        };
        let token = self.token_endpoint(timeouts.deadline())?;
        let mut pages =
            std::iter::once(&code.verification_uri).chain(&code.verification_uri_complete);
        let other = pages.find_map(|page| mix_up::two_origins(page.as_url(), token));
        if let Some(origins) = other.filter(|origins| !origins.are_among(agreed)) {
            person.show_other_origin(&origins);
        }
        Ok(())
    }

    /// Listens where the browser is sent back to: at the port that the client's document names, if its ID is the
    /// address of one and the port is free. Fails if nothing can be listened to.
    fn loopback(&self) -> Result<Loopback, LoopbackError> {
        let configured = &self.settings.redirect_uri;
        match client_document::preferred(&self.settings.client_id, configured) {
            Some(preferred) => match Loopback::bind(&preferred) {
                Err(LoopbackError::PortInUse { .. }) => Loopback::bind(configured),
                bound => bound,
            },
            None => Loopback::bind(configured),
        }
    }

    /// Signs in with a browser: shows the address, waits for the code on a loopback port, and exchanges it for tokens.
    fn sign_in_with_browser(
        &self,
        person: &mut dyn Interaction,
        profile: &str,
        timeouts: Timeouts,
    ) -> Result<TokenSet, SignInError> {
        // A secret that cannot be read is reported before the person starts.
        self.client(timeouts.deadline())?;
        self.token_endpoint(timeouts.deadline())?;
        let endpoint = self.required_endpoint(Endpoint::Authorization, timeouts.deadline())?;
        check_address_to_open(endpoint, timeouts.deadline())?;
        let verdict = self.check_mix_up(timeouts)?;
        if let Verdict::Ask(origins) = &verdict {
            self.ask_about(person, origins.clone())?;
        }
        let loopback = self.loopback().map_err(OAuthError::from)?;
        let redirect_uri = loopback.redirect_uri().as_str();
        self.check_client_is_known(endpoint, redirect_uri, timeouts)?;
        let is_by_iss = matches!(verdict, Verdict::ByIss);
        let begin = |request: &AuthorizationRequest<'_>| -> Result<_, SignInError> {
            self.begin(endpoint, request, redirect_uri, is_by_iss, timeouts)
        };
        let (pending, address) = begin(&self.authorization_request())?;
        let with_consent = match self.request_with_consent() {
            Some(request) => Some(begin(&request)?),
            None => None,
        };
        let (sender, events) = channel();
        let is_response = pending.is_response();
        let is_second = with_consent.as_ref().map(|(it, _)| it.is_response());
        loopback.listen(&sender, move |query| {
            is_response(query) || is_second.as_ref().is_some_and(|is_it| is_it(query))
        });
        // Before the address is shown: what is pasted quickly must not come to a terminal that cuts it.
        person.read_lines(Box::new(move |line| {
            // It fails once the sign-in is over, when the line does not matter.
            let _ = sender.send(Event::Typed(line));
        }));
        person.show_address(&address, &pending.redirect_uri, timeouts.browser);
        let set = self.wait_for_code(&pending, &events, person, profile, timeouts)?;
        let Some((pending, address)) = with_consent.filter(|_| set.refresh_token.is_none()) else {
            return Ok(set);
        };
        person.keep(&set);
        person.show_consent_is_needed();
        person.show_address(&address, &pending.redirect_uri, timeouts.browser);
        let second = self.wait_for_code(&pending, &events, person, profile, timeouts);
        Ok(second.unwrap_or_else(|error| {
            person.warn_of_refresh_token(&with_causes(&error));
            set
        }))
    }

    /// Returns an authorization request with these parameters that waits for its response, and the address to open.
    /// Fails if there are no random bytes, or no program may be given the address.
    fn begin(
        &self,
        endpoint: &Url,
        request: &AuthorizationRequest<'_>,
        redirect_uri: &str,
        requires_address: bool,
        timeouts: Timeouts,
    ) -> Result<(PendingAuthorization, WebAddress), SignInError> {
        let metadata = self.metadata(timeouts.deadline())?;
        let pending = PendingAuthorization::new(endpoint, request, redirect_uri)?.with_issuer(
            metadata.issuer.clone(),
            metadata.authorization_response_iss_parameter_supported,
        );
        let pending = if requires_address {
            pending.requiring_address()
        } else {
            pending
        };
        let address = pending.address().map_err(|why| OAuthError::UnfitEndpoint {
            endpoint: redacted(endpoint),
            why,
        })?;
        Ok((pending, address))
    }

    /// Returns the request with which a server asks for consent that issues a refresh token only then, where the
    /// profile asks for offline access; `None` where it does not, or says itself what the person is asked for.
    ///
    /// OpenID Connect Core §11 has such a server ignore `offline_access` otherwise. Others know the consent already,
    /// and some let only an administrator give it: they are not asked for it unless no refresh token comes.
    fn request_with_consent(&self) -> Option<AuthorizationRequest<'_>> {
        let request = self.authorization_request();
        let is_offline = request.scopes.iter().any(|scope| scope == "offline_access");
        let is_decided = request.params.iter().any(|(name, _)| name == "prompt");
        (is_offline && !is_decided).then_some(AuthorizationRequest {
            prompt: Some("consent"),
            ..request
        })
    }

    /// Returns the parameters of an authorization request.
    fn authorization_request(&self) -> AuthorizationRequest<'_> {
        AuthorizationRequest {
            client_id: &self.settings.client_id,
            scopes: &self.settings.scopes,
            resource: self.settings.resource.as_deref(),
            audience: self.settings.audience.as_deref(),
            prompt: None,
            params: &self.settings.authorize_params,
        }
    }

    /// Returns whether the client registered itself in an earlier run: the server may have forgotten it.
    fn registered_earlier(&self) -> bool {
        self.settings.is_registered && !self.settings.is_fresh_client
    }

    /// Asks the authorization endpoint, as a browser would, whether it still knows a client that registered itself in
    /// an earlier run: it tells the person alone who does not (RFC 6749 §4.1.2.1), on a page that the browser stays on.
    /// The request is never used again.
    ///
    /// # Errors
    ///
    /// `RefusedClient`, if the server says so. Any other answer, or none, says nothing.
    fn check_client_is_known(
        &self,
        endpoint: &Url,
        redirect_uri: &str,
        timeouts: Timeouts,
    ) -> Result<(), SignInError> {
        if !self.registered_earlier() {
            return Ok(());
        }
        let request = self.authorization_request();
        let pending = PendingAuthorization::new(endpoint, &request, redirect_uri)?;
        let deadline = Deadline::after(timeouts.request.min(LOOK_AT_PAGE));
        let request = HttpRequest::get(pending.authorization_url)
            .header("accept", "application/json, text/html;q=0.9");
        let Ok(response) = self.http.get()?.send(request, deadline) else {
            return Ok(());
        };
        match sign_in_page::client_refusal(endpoint, &response) {
            Some(refusal) => {
                let error = GrantError::RegisteredClientRefused(Box::new(refusal));
                Err(OAuthError::RefusedClient(Box::new(error)).into())
            }
            None => Ok(()),
        }
    }

    /// Waits for the redirect or a pasted address or code, whichever comes first, and exchanges its code; the browser
    /// is shown the outcome. What is no response to this request is told to the person, and the wait goes on; any other
    /// error ends it.
    fn wait_for_code(
        &self,
        pending: &PendingAuthorization,
        events: &Receiver<Event>,
        person: &mut dyn Interaction,
        profile: &str,
        timeouts: Timeouts,
    ) -> Result<TokenSet, SignInError> {
        let total = Deadline::after(timeouts.browser);
        loop {
            match waiting_for_person(|| events.recv_timeout(total.remaining())) {
                Ok(Event::Loopback(LoopbackEvent::Ignored)) => {
                    person.show_ignored(&pending.redirect_uri);
                }
                Ok(Event::Loopback(LoopbackEvent::Response(request))) => {
                    let code = pending.code_from_query(&request.query);
                    let result = code
                        .map_err(|error| self.response_error(error))
                        .and_then(|code| self.exchange_code(person, pending, &code, timeouts));
                    request.respond(&match &result {
                        Ok(_) => Page::signed_in(profile),
                        Err(error) => Page::failed(&excerpt(&error.to_string())),
                    });
                    return result;
                }
                Ok(Event::Typed(line)) if line.trim().is_empty() => {}
                Ok(Event::Typed(line)) => match pending.code_from_pasted(&line) {
                    Ok(code) => return self.exchange_code(person, pending, &code, timeouts),
                    Err(AuthorizationResponseError::ServerPage {
                        client_refusal: Some(refusal),
                        ..
                    }) if self.registered_earlier() => {
                        return Err(GrantError::RegisteredClientRefused(refusal).into());
                    }
                    Err(error) if error.allows_another_try() => {
                        person.show_input_error(&error.to_string());
                    }
                    Err(error) => return Err(self.response_error(error)),
                },
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    let after = timeouts.browser;
                    let is_registered = self.registered_earlier();
                    return Err(OAuthError::TimedOut {
                        after,
                        is_registered,
                    }
                    .into());
                }
            }
        }
    }

    /// Returns the error of an authorization response.
    fn response_error(&self, error: AuthorizationResponseError) -> SignInError {
        match error {
            AuthorizationResponseError::Refused(error) => {
                match self.of_registered_client_at_sign_in(error) {
                    error @ GrantError::RegisteredClientRefused(_) => error.into(),
                    error => AuthorizationResponseError::Refused(error).into(),
                }
            }
            error => error.into(),
        }
    }

    /// Exchanges the authorization code for tokens, and checks the ID token if there is one: its nonce only if the
    /// scope `openid` was requested.
    fn exchange_code(
        &self,
        person: &mut dyn Interaction,
        pending: &PendingAuthorization,
        code: &SecretString,
        timeouts: Timeouts,
    ) -> Result<TokenSet, SignInError> {
        let fields = form([
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("code_verifier", pending.code_verifier.expose_secret()),
            ("redirect_uri", pending.redirect_uri.as_str()),
        ]);
        let client = self.client(timeouts.deadline())?;
        let fields = self.add_optional_params(fields, false);
        let set = self
            .request_token(&client, fields, timeouts.deadline())
            .map_err(|error| self.of_registered_client_at_sign_in(error))?;
        let nonce = self.asks_for_id_token().then_some(pending.nonce.as_str());
        self.keep_valid_id_token(person, set, nonce, timeouts)
    }

    /// As `with_checked_id_token`, and warns of an ID token that was left out.
    fn keep_valid_id_token(
        &self,
        person: &mut dyn Interaction,
        set: TokenSet,
        nonce: Option<&str>,
        timeouts: Timeouts,
    ) -> Result<TokenSet, SignInError> {
        let (set, left_out) = self.with_checked_id_token(set, nonce, timeouts.deadline())?;
        if let Some(why) = left_out {
            person.warn_of_id_token(&why);
        }
        Ok(set)
    }

    /// Signs in with the device flow: shows a code, and polls until the person agrees or refuses, or it expires. Then
    /// checks the ID token if there is one.
    fn sign_in_with_device(
        &self,
        person: &mut dyn Interaction,
        timeouts: Timeouts,
    ) -> Result<TokenSet, SignInError> {
        let client = self.client(timeouts.deadline())?;
        self.token_endpoint(timeouts.deadline())?;
        let endpoint =
            self.required_endpoint(Endpoint::DeviceAuthorization, timeouts.deadline())?;
        self.check_mix_up(timeouts)?;
        let fields = self.add_optional_params(Vec::new(), true);
        let request = self.authenticate_for_issuer(&client, fields, timeouts.deadline())?;
        let now = UnixTime::now();
        let http = self.http.get()?;
        let code =
            device::request_authorization(http, endpoint, &request, now, timeouts.deadline());
        let refused = |error| match error {
            DeviceError::Grant(error) => {
                DeviceError::Grant(self.of_registered_client_at_sign_in(error))
            }
            error => error,
        };
        let code = code.map_err(|error| device_error(refused(error)))?;
        for page in std::iter::once(&code.verification_uri).chain(&code.verification_uri_complete) {
            check_address_to_open(page.as_url(), timeouts.deadline())?;
        }
        self.tell_other_page(person, &code, timeouts)?;
        person.show_code(&code);
        let total = Deadline::after(code.expires_in);
        let mut request_token = |device_code: &str| {
            let fields = form([
                ("grant_type", device::GRANT_TYPE),
                ("device_code", device_code),
            ]);
            self.request_token(
                &client,
                self.add_optional_params(fields, false),
                timeouts.deadline(),
            )
        };
        let mut sleep = |pause: Duration| sleep_showing_time(person, total, pause);
        // The code has an expiry of its own.
        let result = waiting_for_person(|| code.poll(&mut request_token, &mut sleep));
        person.show_time_left(Duration::ZERO);
        self.keep_valid_id_token(person, result.map_err(device_error)?, None, timeouts)
    }
}

/// Converts the error: one of a request to `SignInError::Grant`, as a refusal of the client is the same whichever
/// endpoint it came from, and any other to `SignInError::OAuth`; also that of a client that had registered itself, as
/// the sign-in can begin again then without a person.
fn device_error(error: DeviceError) -> SignInError {
    match error {
        DeviceError::Grant(error @ GrantError::RegisteredClientRefused(_)) => {
            OAuthError::RefusedClient(Box::new(error)).into()
        }
        DeviceError::Grant(error) => error.into(),
        error => OAuthError::from(error).into(),
    }
}

/// Sleeps for `pause`, but not beyond `total`, and shows the time left until `total` every second. Returns whether the
/// whole pause passed.
fn sleep_showing_time(person: &mut dyn Interaction, total: Deadline, pause: Duration) -> bool {
    let end = Deadline::after(pause);
    while !end.is_over() {
        person.show_time_left(total.remaining());
        if !total.sleep(end.remaining().min(TICK)) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::profile::OAuthSettings;

    /// A person who pastes a wrong address and does nothing else.
    struct Idle {
        shown: Vec<String>,
        answer: Agreement,
    }

    impl Idle {
        fn who_says(answer: Agreement) -> Self {
            let shown = Vec::new();
            Self { shown, answer }
        }
    }

    impl Interaction for Idle {
        fn show_address(&mut self, address: &WebAddress, redirect_uri: &str, _: Duration) {
            self.shown.push(format!("{address} {redirect_uri}"));
        }

        fn agrees_to(&mut self, origins: &TwoOrigins) -> Agreement {
            self.shown
                .push(format!("{} {}?", origins.sign_in, origins.token));
            self.answer
        }

        fn show_other_origin(&mut self, origins: &TwoOrigins) {
            self.shown
                .push(format!("{} {}", origins.sign_in, origins.token));
        }

        fn show_ignored(&mut self, _: &str) {}

        fn show_code(&mut self, _: &DeviceAuthorization) {}

        fn show_time_left(&mut self, _: Duration) {}

        fn read_lines(&mut self, deliver: Box<dyn Fn(Zeroizing<String>) + Send>) {
            deliver(Zeroizing::new("\n".to_owned()));
            deliver(Zeroizing::new("https://elsewhere.example/\n".to_owned()));
        }

        fn show_input_error(&mut self, reason: &str) {
            self.shown.push(reason.to_owned());
        }

        fn warn_of_id_token(&mut self, why: &str) {
            self.shown.push(why.to_owned());
        }

        fn keep(&mut self, _: &TokenSet) {}

        fn show_consent_is_needed(&mut self) {}

        fn warn_of_refresh_token(&mut self, why: &str) {
            self.shown.push(why.to_owned());
        }
    }

    const TIMEOUTS: Timeouts = Timeouts {
        request: Duration::from_secs(30),
        browser: Duration::from_millis(50),
    };

    fn settings(has_authorization: bool, has_device: bool) -> OAuthSettings {
        let url = |path: &str| Url::parse(&format!("http://127.0.0.1:9/{path}")).expect("a URL");
        let mut settings = OAuthSettings::default();
        let endpoints = &mut settings.endpoints;
        endpoints.token_endpoint = Some(url("token"));
        endpoints.authorization_endpoint = has_authorization.then(|| url("authorize"));
        endpoints.device_authorization_endpoint = has_device.then(|| url("device"));
        settings
    }

    fn oauth(has_authorization: bool, has_device: bool) -> OAuth {
        OAuth::new(settings(has_authorization, has_device), None)
    }

    #[test]
    fn a_browser_that_never_comes_back_times_out() {
        let mut idle = Idle::who_says(Agreement::NobodyThere);
        let result =
            oauth(true, false).sign_in_with(&mut idle, SignInFlow::Browser, "corp", TIMEOUTS);
        assert!(matches!(
            result,
            Err(SignInError::OAuth(OAuthError::TimedOut {
                is_registered: false,
                ..
            }))
        ));
        assert!(idle.shown[0].starts_with("http://127.0.0.1:9/authorize?response_type=code"));
        assert!(idle.shown[1].starts_with("that is neither an address"));
        assert_eq!(idle.shown.len(), 2);
    }

    #[test]
    fn a_time_out_says_whether_the_client_may_be_forgotten() {
        for (is_fresh_client, expected) in [(false, true), (true, false)] {
            let mut settings = settings(true, false);
            settings.is_registered = true;
            settings.is_fresh_client = is_fresh_client;
            let mut idle = Idle::who_says(Agreement::NobodyThere);
            let oauth = OAuth::new(settings, None);
            let result = oauth.sign_in_with(&mut idle, SignInFlow::Browser, "corp", TIMEOUTS);
            assert!(
                matches!(
                    result,
                    Err(SignInError::OAuth(OAuthError::TimedOut { is_registered, .. }))
                        if is_registered == expected
                ),
                "{is_fresh_client}"
            );
        }
    }

    #[test]
    fn two_origins_are_asked_about_where_a_resource_named_the_server() {
        let authorization = "https://a.example";
        let list = |origins: &[&str]| origins.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let asked = format!("{authorization} http://127.0.0.1:9?");
        let both = list(&[authorization, "http://127.0.0.1:9"]);
        for (agreed, answer, is_asked, is_shown) in [
            (None, Agreement::No, false, true),
            (Some(both), Agreement::No, false, true),
            (Some(list(&[authorization])), Agreement::Yes, true, true),
            (Some(list(&[authorization])), Agreement::No, true, false),
            (Some(Vec::new()), Agreement::NobodyThere, true, false),
        ] {
            let mut settings = settings(true, false);
            let endpoints = &mut settings.endpoints;
            endpoints.authorization_endpoint = Url::parse(authorization).ok();
            settings.endpoint_origins = agreed;
            let mut idle = Idle::who_says(answer);
            let result = OAuth::new(settings, None).sign_in_with(
                &mut idle,
                SignInFlow::Browser,
                "corp",
                TIMEOUTS,
            );
            assert_eq!(idle.shown.contains(&asked), is_asked, "{:?}", idle.shown);
            let shown = idle.shown.iter().any(|it| it.contains("response_type"));
            assert_eq!(shown, is_shown, "{:?}", idle.shown);
            assert_eq!(
                matches!(result, Err(SignInError::OAuth(OAuthError::MixUp(_)))),
                !is_shown
            );
        }
    }

    #[test]
    fn the_flow_depends_on_the_browser_and_the_endpoints() {
        let flow = |authorization, device, has_browser| {
            oauth(authorization, device)
                .choose_flow(has_browser, TIMEOUTS)
                .expect("a flow")
        };
        assert_eq!(flow(true, true, true), SignInFlow::Browser);
        assert_eq!(flow(true, true, false), SignInFlow::Device);
        assert_eq!(flow(true, false, false), SignInFlow::Browser);
        assert_eq!(flow(false, true, true), SignInFlow::Device);
    }
}
