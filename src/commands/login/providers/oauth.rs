//! Signing in to any OAuth server: by the client itself, or with what is shown in the terminal, on stderr.

mod target;

use std::time::Duration;

use anyhow::Result;
use zeroize::Zeroizing;

use super::super::agree_to_origins;
use super::super::device_code;
use super::super::provider_login::{Keep, ProviderLogin};
use super::super::shared::{browser_env, check_may_ask, request_timeout};
use super::super::target::LoginTarget;
use crate::account::{Account, client_secret_unsealer};
use crate::browser::BrowserEnv;
use crate::causes::with_causes;
use crate::cli::Login;
use crate::context::{Context, can_draw};
use crate::http::WebAddress;
use crate::oauth::device::DeviceAuthorization;
use crate::oauth::mix_up::TwoOrigins;
use crate::profile::Flow;
use crate::providers::oauth::{Agreement, Interaction, OAuth, SignInFlow, Timeouts};
use crate::providers::{NoCredentials, Provider, SignInBy, TimeoutPolicy};
use crate::store::SavedPassword;
use crate::terminal::prompt::{Listening, Person};
use crate::terminal::{relative_time, screen};
use crate::token::TokenSet;
use target::settings_of;

/// How long to wait for the browser to come back.
const BROWSER_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// Signing in to any OAuth server.
pub(super) struct OAuthLogin;

impl ProviderLogin for OAuthLogin {
    /// Returns `--issuer`, `--client-id`, `--redirect-uri` and `--new-client`.
    fn own_options(&self, options: &Login) -> Vec<(&'static str, bool)> {
        vec![
            ("--issuer", options.issuer.is_some()),
            ("--client-id", options.client_id.is_some()),
            ("--redirect-uri", options.redirect_uri.is_some()),
            ("--new-client", options.new_client),
        ]
    }

    fn ask_for_missing(
        &self,
        context: &Context,
        person: Person,
        options: &mut Login,
    ) -> Result<()> {
        target::ask_for_missing(context, person, options)
    }

    fn target<'a>(&self, context: &'a Context, options: &Login) -> Result<LoginTarget<'a>> {
        target::target(context, options)
    }

    fn sign_in(
        &self,
        context: &Context,
        account: &Account<'_>,
        options: &Login,
        keep: Keep<'_>,
    ) -> Result<(TokenSet, Option<SavedPassword>)> {
        Ok((sign_in(context, account, options, keep)?, None))
    }
}

/// Signs in as the client itself if the profile's flow needs no person and the options ask for no browser or device
/// code, else with one of these.
fn sign_in(
    context: &Context,
    account: &Account<'_>,
    options: &Login,
    keep: Keep<'_>,
) -> Result<TokenSet> {
    let profile = account.profile();
    let settings = settings_of(profile)?;
    let oauth = OAuth::new(settings.clone(), profile.ca_file.clone())
        .with_unsealer(client_secret_unsealer(context));
    let timeouts = Timeouts {
        request: request_timeout(context),
        browser: BROWSER_TIMEOUT,
    };
    let wants_person = options.browser || options.device;
    if oauth.sign_in_by() == SignInBy::Client && !wants_person {
        let timeout_policy = TimeoutPolicy::EachRequest(timeouts.request);
        return Ok(oauth.sign_in(&mut NoCredentials, timeout_policy)?);
    }
    check_may_ask(context)?;
    let browser_env = browser_env()?;
    let has_browser = browser_env.has_browser();
    let flow = match settings.flow {
        _ if options.browser => SignInFlow::Browser,
        _ if options.device => SignInFlow::Device,
        Some(Flow::Browser) => SignInFlow::Browser,
        Some(Flow::Device) => SignInFlow::Device,
        Some(Flow::ClientCredentials) | None => oauth.choose_flow(has_browser, timeouts)?,
    };
    let mut terminal = Terminal {
        context,
        person: Person::detect(true),
        browser_env: has_browser.then_some(browser_env),
        listening: None,
        keep,
    };
    Ok(oauth.sign_in_with(&mut terminal, flow, &profile.name, timeouts)?)
}

/// The terminal, and the browser if one can be opened.
struct Terminal<'a> {
    context: &'a Context,
    person: Person,
    browser_env: Option<BrowserEnv>,
    /// While what is typed is read.
    listening: Option<Listening>,
    keep: Keep<'a>,
}

impl Terminal<'_> {
    /// Shows text that a person needs to sign in, also with `--quiet` and `--json`.
    fn show(&self, text: &str) {
        self.context.show(text);
    }
}

impl Interaction for Terminal<'_> {
    /// Opens the address in a browser if there is one, and shows it. A person at the terminal is told to paste the
    /// address that the browser ends on, if it does not come back.
    fn show_address(&mut self, address: &WebAddress, redirect_uri: &str, wait: Duration) {
        let is_open = self
            .browser_env
            .as_ref()
            .is_some_and(|browser_env| browser_env.open(address));
        let instruction = if is_open {
            "Your browser opens this address; if it does not, open it yourself and sign in:"
        } else {
            "Open this address in a browser and sign in:"
        };
        self.show(&format!("{instruction}\n\n  {address}\n"));
        let wait = relative_time::span(wait);
        if !self.person.is_there() {
            self.context.say(&format!(
                "Waiting up to {wait} for the browser to come back."
            ));
            return;
        }
        let note = if is_open {
            ""
        } else {
            "\nIf the browser is on another machine, that last page does not load; its address is what is needed."
        };
        self.show(&format!(
            "Waiting up to {wait} for the browser to come back to {redirect_uri}\nOr copy the address that it ends \
             on, paste it here and press Enter.{note}"
        ));
    }

    fn agrees_to(&mut self, origins: &TwoOrigins) -> Agreement {
        agree_to_origins::ask(self.context, self.person, origins)
    }

    fn show_other_origin(&mut self, origins: &TwoOrigins) {
        self.show(&format!(
            "{} sends you to a page of {}: go on only if the two belong together.\n",
            origins.token, origins.sign_in
        ));
    }

    fn show_ignored(&mut self, redirect_uri: &str) {
        self.show(&format!(
            "Something else than the answer to this sign-in came to {redirect_uri} and was ignored. Still waiting."
        ));
    }

    /// Shows the address and the code to enter there, with a QR code if a person is at a terminal with room for it.
    fn show_code(&mut self, code: &DeviceAuthorization) {
        let screen = screen::of_stderr().filter(|_| self.person.is_there() && can_draw());
        self.context.show(&device_code::text(code, screen));
        let lifetime = relative_time::span(code.expires_in);
        self.context.say(&format!(
            "Waiting up to {lifetime} for the code to be entered."
        ));
    }

    /// Shows the time left in place of the one before, nothing for zero; not with `--quiet` or `--json`.
    fn show_time_left(&mut self, left: Duration) {
        if self.context.global.quiet || self.context.is_json() {
            return;
        }
        Person::show_status(&match left.as_secs() {
            0 => String::new(),
            seconds => format!("{}:{:02} left", seconds / 60, seconds % 60),
        });
    }

    fn read_lines(&mut self, deliver: Box<dyn Fn(Zeroizing<String>) + Send>) {
        self.listening = self.person.listen(deliver);
    }

    fn show_input_error(&mut self, reason: &str) {
        self.show(&format!("Not accepted: {reason}. Still waiting."));
    }

    fn warn_of_id_token(&mut self, why: &str) {
        self.context.warn(&format!(
            "the sign-in returned an ID token that could not be verified and is left out: {why}"
        ));
    }

    fn keep(&mut self, set: &TokenSet) {
        if let Err(error) = (self.keep)(set) {
            let why = with_causes(error.as_ref());
            self.context
                .warn(&format!("the login is not stored yet: {why}"));
        }
    }

    fn show_consent_is_needed(&mut self) {
        self.show(
            "The server issued no refresh token, so that this login would end with its access token. It may issue one when \
             it has asked for your consent: sign in once more.\n",
        );
    }

    fn warn_of_refresh_token(&mut self, why: &str) {
        self.context.warn(&format!(
            "the login has no refresh token and ends with its access token: {why}"
        ));
    }
}
