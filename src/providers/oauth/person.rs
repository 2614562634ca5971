//! Signing in where a person takes part: with a browser that comes back here, or by a code on another device.
//!
//! Nothing is printed here: `Interaction` shows what there is to see and takes what is typed. Every wait ends.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;
use zeroize::Zeroizing;

use super::{Endpoint, OAuth, OAuthError};
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::oauth::GrantError;
use crate::oauth::authorization_code::{AuthorizationRequest, AuthorizationResponseError, Started};
use crate::oauth::device::{self, DeviceAuthorization, DeviceError};
use crate::oauth::loopback::{Arrival, Loopback, Page};
use crate::oauth::token_endpoint::form;
use crate::providers::SignInError;
use crate::token::{TokenSet, UnixTime};

/// How often somebody who waits is told how long that still lasts.
const TICK: Duration = Duration::from_secs(1);

/// A person who signs in.
pub(crate) trait Interaction {
    /// Shows where to sign in, and opens it in a browser where there is one. The browser ends on `redirect_uri`.
    fn show_address(&mut self, address: &Url, redirect_uri: &Url, wait: Duration);

    /// Shows the code, and where to enter it.
    fn show_code(&mut self, code: &DeviceAuthorization);

    /// Is told every second, while a code waits to be entered, how long that still lasts; zero at the end.
    fn waiting(&mut self, left: Duration);

    /// Begins to hand on the lines that are typed, if somebody can type.
    fn listen(&mut self, deliver: Box<dyn Fn(Zeroizing<String>) + Send>);

    /// Says what is wrong with what was typed.
    fn complain(&mut self, why: &str);
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waits {
    pub(crate) request: Duration,
    /// For the browser to come back.
    pub(crate) browser: Duration,
}

impl Waits {
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

enum Event {
    Arrived(Arrival),
    Typed(Zeroizing<String>),
}

impl From<Arrival> for Event {
    fn from(arrival: Arrival) -> Self {
        Self::Arrived(arrival)
    }
}

impl OAuth {
    /// Returns the way that works here: the device flow where no browser is, if the server has it.
    pub(crate) fn way(&self, has_browser: bool, waits: Waits) -> Result<SignInFlow, GrantError> {
        let has = |endpoint| {
            self.endpoint(endpoint, waits.deadline())
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

    /// Signs in by that way.
    pub(crate) fn sign_in_with(
        &self,
        person: &mut dyn Interaction,
        way: SignInFlow,
        profile: &str,
        waits: Waits,
    ) -> Result<TokenSet, SignInError> {
        match way {
            SignInFlow::Browser => self.with_browser(person, profile, waits),
            SignInFlow::Device => self.with_device(person, waits),
        }
    }

    fn with_browser(
        &self,
        person: &mut dyn Interaction,
        profile: &str,
        waits: Waits,
    ) -> Result<TokenSet, SignInError> {
        // A secret that cannot be read is better known before a person has begun.
        self.client(waits.deadline())?;
        self.needed(Endpoint::Token, waits.deadline())?;
        let endpoint = self.needed(Endpoint::Authorization, waits.deadline())?;
        let server = self.server(waits.deadline())?;
        let loopback = Loopback::bind(self.settings.redirect_port).map_err(OAuthError::from)?;
        let redirect_uri = Loopback::redirect_uri(loopback.port()).map_err(OAuthError::from)?;
        let request = AuthorizationRequest {
            client_id: &self.settings.client_id,
            scopes: &self.settings.scopes,
            resource: self.settings.resource.as_deref(),
            audience: self.settings.audience.as_deref(),
        };
        let started = Started::new(endpoint, &request, redirect_uri)?
            .of_issuer(server.issuer.clone(), server.sends_issuer);
        let (sender, events) = channel();
        loopback.listen(sender.clone());
        person.show_address(&started.address, &started.redirect_uri, waits.browser);
        person.listen(Box::new(move |line| {
            // Nobody takes it any more once the sign-in is over.
            let _ = sender.send(Event::Typed(line));
        }));
        self.await_browser(&started, &events, person, profile, waits)
    }

    fn await_browser(
        &self,
        started: &Started,
        events: &Receiver<Event>,
        person: &mut dyn Interaction,
        profile: &str,
        waits: Waits,
    ) -> Result<TokenSet, SignInError> {
        let total = Deadline::after(waits.browser);
        loop {
            match events.recv_timeout(total.remaining()) {
                Ok(Event::Arrived(arrival)) => {
                    let code = started.code_from_query(&arrival.query);
                    let result = code
                        .map_err(SignInError::from)
                        .and_then(|code| self.redeem(started, &code, waits));
                    arrival.show(&match &result {
                        Ok(_) => Page::signed_in(profile),
                        Err(error) => Page::failed(&excerpt(&error.to_string())),
                    });
                    return result;
                }
                Ok(Event::Typed(line)) if line.trim().is_empty() => {}
                Ok(Event::Typed(line)) => match started.code_from_pasted(&line) {
                    Ok(code) => return self.redeem(started, &code, waits),
                    Err(error @ AuthorizationResponseError::WrongAddress { .. }) => {
                        person.complain(&error.to_string());
                    }
                    Err(error) => return Err(error.into()),
                },
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    let after = waits.browser;
                    return Err(OAuthError::NobodyCame { after }.into());
                }
            }
        }
    }

    fn redeem(
        &self,
        started: &Started,
        code: &SecretString,
        waits: Waits,
    ) -> Result<TokenSet, SignInError> {
        let fields = form([
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("code_verifier", started.verifier.expose_secret()),
            ("redirect_uri", started.redirect_uri.as_str()),
        ]);
        let client = self.client(waits.deadline())?;
        let fields = self.add_optional_params(fields, false);
        let set = self.token_request(&client, fields, waits.deadline())?;
        let is_openid = self.settings.scopes.iter().any(|scope| scope == "openid");
        let nonce = is_openid.then_some(started.nonce.as_str());
        self.verify_id_token(set, nonce, waits.deadline())
    }

    fn with_device(
        &self,
        person: &mut dyn Interaction,
        waits: Waits,
    ) -> Result<TokenSet, SignInError> {
        let client = self.client(waits.deadline())?;
        self.needed(Endpoint::Token, waits.deadline())?;
        let endpoint = self.needed(Endpoint::DeviceAuthorization, waits.deadline())?;
        let fields = self.add_optional_params(Vec::new(), true);
        let request = self.with_endpoint(&client, fields, waits.deadline())?;
        let now = UnixTime::now();
        let http = self.http.get()?;
        let code = device::begin(http, endpoint, &request, now, waits.deadline());
        let code = code.map_err(of_device)?;
        person.show_code(&code);
        let total = Deadline::after(code.life);
        let mut poll = |device_code: &str| {
            let fields = form([
                ("grant_type", device::GRANT_TYPE),
                ("device_code", device_code),
            ]);
            self.token_request(
                &client,
                self.add_optional_params(fields, false),
                waits.deadline(),
            )
        };
        let mut wait = |span: Duration| pause(person, total, span);
        let result = code.wait(&mut poll, &mut wait);
        person.waiting(Duration::ZERO);
        self.verify_id_token(result.map_err(of_device)?, None, waits.deadline())
    }
}

/// A refusal of the client is the same whichever endpoint it came from.
fn of_device(error: DeviceError) -> SignInError {
    match error {
        DeviceError::Grant(error) => error.into(),
        error => OAuthError::from(error).into(),
    }
}

/// Waits for `span` with a word every second, and returns whether there is still time after it.
fn pause(person: &mut dyn Interaction, total: Deadline, span: Duration) -> bool {
    let end = Deadline::after(span);
    while !end.is_over() {
        person.waiting(total.remaining());
        if !total.sleep(end.remaining().min(TICK)) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::OAuthSettings;

    /// Somebody who sees everything and does nothing.
    #[derive(Default)]
    struct Idle {
        told: Vec<String>,
    }

    impl Interaction for Idle {
        fn show_address(&mut self, address: &Url, redirect_uri: &Url, _: Duration) {
            self.told.push(format!("{address} {redirect_uri}"));
        }

        fn show_code(&mut self, _: &DeviceAuthorization) {}

        fn waiting(&mut self, _: Duration) {}

        fn listen(&mut self, deliver: Box<dyn Fn(Zeroizing<String>) + Send>) {
            deliver(Zeroizing::new("\n".to_owned()));
            deliver(Zeroizing::new("https://elsewhere.example/\n".to_owned()));
        }

        fn complain(&mut self, why: &str) {
            self.told.push(why.to_owned());
        }
    }

    const WAITS: Waits = Waits {
        request: Duration::from_secs(30),
        browser: Duration::from_millis(50),
    };

    fn oauth(has_authorization: bool, has_device: bool) -> OAuth {
        let url = |path: &str| Url::parse(&format!("http://127.0.0.1:9/{path}")).expect("a URL");
        let mut settings = OAuthSettings::default();
        let endpoints = &mut settings.endpoints;
        endpoints.token_endpoint = Some(url("token"));
        endpoints.authorization_endpoint = has_authorization.then(|| url("authorize"));
        endpoints.device_authorization_endpoint = has_device.then(|| url("device"));
        OAuth::new(settings, None)
    }

    #[test]
    fn a_browser_that_never_comes_back_is_not_waited_for_for_ever() {
        let mut idle = Idle::default();
        let ended = oauth(true, false).sign_in_with(&mut idle, SignInFlow::Browser, "corp", WAITS);
        assert!(matches!(
            ended,
            Err(SignInError::OAuth(OAuthError::NobodyCame { .. }))
        ));
        assert!(idle.told[0].starts_with("http://127.0.0.1:9/authorize?response_type=code"));
        assert!(idle.told[1].starts_with("that is neither an address"));
        assert_eq!(idle.told.len(), 2);
    }

    #[test]
    fn where_no_browser_is_a_code_is_preferred_and_where_one_is_the_browser() {
        let way = |authorization, device, has_browser| {
            oauth(authorization, device)
                .way(has_browser, WAITS)
                .expect("a way")
        };
        assert_eq!(way(true, true, true), SignInFlow::Browser);
        assert_eq!(way(true, true, false), SignInFlow::Device);
        assert_eq!(way(true, false, false), SignInFlow::Browser);
        assert_eq!(way(false, true, true), SignInFlow::Device);
    }
}
