//! `status`: the login of each profile, its store, when its tokens expire, and how the last renewal failed. No token is
//! printed. With `--profile` the exit status says whether that profile's login can be used.

use anyhow::Result;
use serde_json::{Value, json};

use crate::account::{
    Account, AccountError, KognicError, LoginState, RefusedLogin, TokenRequest, email_of,
    last_failure,
};
use crate::causes::with_causes;
use crate::commands::error::CommandError;
use crate::context::{Context, is_colourful};
use crate::escape::excerpt;
use crate::profile::Profile;
use crate::store::{Journal, StoreError};
use crate::terminal::output::{print, print_for_people};
use crate::terminal::paint::{BAD, GOOD, Paint, QUIET, TITLE, WARNING};
use crate::terminal::relative_time;
use crate::token::{OtherIssuer, TokenSet, UnixTime};

/// The text for a profile with client credentials whose first token has not been requested yet.
pub(super) const NO_TOKEN_YET: &str = "no token yet: one is requested when it is needed";

/// Prints the state of the profile that `--profile` or its variable names, else of all profiles in use.
///
/// # Errors
///
/// `ReportedOnStdout` when the login of the profile that is named cannot be used.
pub(super) fn run(context: &Context) -> Result<()> {
    let profiles = context.profiles()?;
    let variable = Context::profile_variable()?;
    let named = context.global.profile.as_deref().or(variable.as_deref());
    let rows = match named {
        Some(_) => vec![Row::new(
            context,
            crate::answer::choose::chosen_profile(context)?,
        )?],
        None => crate::answer::choose::profiles_in_use(context)?
            .into_iter()
            .map(|profile| Row::new(context, profile))
            .collect::<Result<_>>()?,
    };
    let default = profiles.default_name();
    if context.global.json {
        let rows: Vec<_> = rows.iter().map(|row| row.json(default)).collect();
        print(format!("{}\n", Value::from(rows)))?;
    } else {
        let paint = Paint::new(is_colourful());
        let texts: Vec<_> = rows.iter().map(|row| row.text(default, paint)).collect();
        print_for_people(&texts.join("\n"))?;
    }
    if named.is_some() && !rows.iter().all(Row::is_signed_in) {
        return Err(CommandError::ReportedOnStdout.into());
    }
    Ok(())
}

/// One profile and the state of its login.
struct Row<'a> {
    profile: &'a Profile,
    /// The token file, or a text that says why there is none.
    path: String,
    /// Whether the token file is sealed; `None` if there is none that can be read.
    is_sealed: Option<bool>,
    now: UnixTime,
    state: State,
    /// How the last renewal failed, if it did and the state does not say so.
    failure: Option<RefusedLogin>,
}

enum State {
    SignedOut,
    /// With how the server refused the refresh token, if it did: the login then ends with its access token.
    SignedIn {
        login: Login,
        refusal: Option<RefusedLogin>,
        advice: String,
    },
    /// The login can no longer be used: how to sign in again, and how the server refused it, if it did.
    Ended {
        login: Login,
        advice: String,
        refusal: Option<RefusedLogin>,
    },
    /// The login belongs to another server or client than the profile names.
    Foreign(OtherIssuer),
    /// The login cannot be used, and why.
    Unusable(String),
    /// No token is stored; one is requested with the client's credentials when it is needed.
    Client,
    Unreadable(String),
}

/// A login's account, and when its tokens expire.
pub(super) struct Login {
    email: Option<String>,
    has_access_token: bool,
    /// When the access token expires, if that is known.
    pub(super) access_until: Option<UnixTime>,
    pub(super) refresh: Refresh,
}

/// A login's refresh token, and when it expires.
pub(super) enum Refresh {
    None,
    Until(UnixTime),
    UntilUnknown,
}

impl<'a> Row<'a> {
    /// Returns a profile's row. A login that cannot be read is a state of the row, not an error; fails if the account
    /// cannot be opened for another reason than its Kognic settings.
    fn new(context: &'a Context, profile: &'a Profile) -> Result<Self> {
        let now = UnixTime::now();
        let account = match Account::open(context, profile, TokenRequest::default()) {
            Ok(account) => account,
            Err(AccountError::Kognic(error)) => {
                return Ok(Self {
                    profile,
                    path: "none, as there are no credentials".to_owned(),
                    is_sealed: None,
                    now,
                    failure: None,
                    state: match error {
                        KognicError::NoCredentials { .. } => State::SignedOut,
                        error => State::Unreadable(with_causes(&error)),
                    },
                });
            }
            Err(error) => return Err(error.into()),
        };
        let mut source = LoginSource {
            path: account.store().path().display().to_string(),
            is_sealed: None,
        };
        let state = match account.state() {
            LoginState::None => State::SignedOut,
            LoginState::ClientCredentials => State::Client,
            LoginState::Foreign(foreign) => State::Foreign(foreign),
            LoginState::KeyBound(bound) => State::Unusable(bound.to_string()),
            LoginState::Changed(changed) => State::Unusable(changed.to_string()),
            LoginState::Unreadable(error) => State::Unreadable(match error {
                StoreError::CannotUnseal { .. }
                | StoreError::Io { .. }
                | StoreError::Untrusted(_) => with_causes(&error),
                error => error.to_string(),
            }),
            state @ (LoginState::Environment | LoginState::Valid | LoginState::Renewable) => {
                let is_stored = matches!(state, LoginState::Valid);
                State::SignedIn {
                    login: Login::used_by(&account, &mut source, now),
                    refusal: is_stored.then(|| account.refusal()).flatten(),
                    advice: renewal_advice(&account),
                }
            }
            LoginState::Expired => State::Ended {
                login: Login::used_by(&account, &mut source, now),
                advice: renewal_advice(&account),
                refusal: None,
            },
            LoginState::Refused(failure) => State::Ended {
                login: Login::used_by(&account, &mut source, now),
                advice: renewal_advice(&account),
                refusal: Some(failure),
            },
        };
        let failure = match &state {
            State::SignedIn { refusal: None, .. }
            | State::Ended { refusal: None, .. }
            | State::Client => last_failure::of_stored_login(account.store()),
            _ => None,
        };
        let failure = match failure {
            Some(Journal::Failed(failure)) => Some(RefusedLogin {
                message: failure.message,
                at: failure.at,
            }),
            Some(Journal::Spending { .. }) | None => None,
        };
        let LoginSource { path, is_sealed } = source;
        Ok(Self {
            profile,
            path,
            is_sealed,
            now,
            state,
            failure,
        })
    }

    /// Returns whether a program that asks for a token can be expected to get one.
    fn is_signed_in(&self) -> bool {
        matches!(self.state, State::SignedIn { .. } | State::Client)
    }

    /// Returns the lines about the login: a name and a value each.
    fn login_lines(&self, paint: Paint) -> Vec<(&'static str, String)> {
        let Self {
            profile,
            now,
            state,
            ..
        } = self;
        let good = |text: &str| paint.text(GOOD, text);
        let warning = |text: &str| paint.text(WARNING, text);
        let bad = |text: &str| paint.text(BAD, text);
        let mut lines = Vec::new();
        let mut line = |name: &'static str, value: &str| lines.push((name, value.to_owned()));
        match state {
            State::SignedOut => {
                let login = profile.login_command();
                line("login", &warning(&format!("none; sign in with `{login}`")));
            }
            State::Foreign(foreign) => {
                let login = profile.login_command();
                line(
                    "login",
                    &bad(&format!(
                        "none for {}; sign in with `{login}`",
                        foreign.profile()
                    )),
                );
                line(
                    "stored",
                    &format!("a login for {}, which is kept", foreign.stored()),
                );
            }
            State::Unusable(why) => line("login", &bad(&format!("cannot be used: {why}"))),
            State::Unreadable(why) => line("login", &bad(&format!("cannot be read: {why}"))),
            State::Client => line("login", NO_TOKEN_YET),
            State::SignedIn {
                login,
                refusal,
                advice,
            } => {
                line(
                    "login",
                    &good(login.email().as_deref().unwrap_or("signed in")),
                );
                match refusal {
                    None => {
                        line("access", &login.describe_access(*now));
                        line("refresh", &login.describe_refresh(profile, *now));
                    }
                    Some(refusal) => {
                        line("access", &expiry(login.access_until, *now, "not renewed"));
                        line("refused", &bad(&describe_refusal(refusal, *now)));
                        line(
                            "refresh",
                            &bad(&format!("the refresh token was refused; {advice}")),
                        );
                    }
                }
            }
            State::Ended {
                login,
                advice,
                refusal,
            } => {
                let email = login
                    .email()
                    .map_or_else(String::new, |email| format!("{email}: "));
                line("login", &bad(&format!("{email}ended; {advice}")));
                line("access", &expiry(login.access_until, *now, "not renewed"));
                if let Some(refusal) = refusal {
                    line("refused", &bad(&describe_refusal(refusal, *now)));
                }
            }
        }
        lines
    }

    /// Returns the row as lines for a person; `default` is the name of the default profile.
    fn text(&self, default: &str, paint: Paint) -> String {
        let Self {
            profile,
            path,
            is_sealed,
            now,
            failure,
            ..
        } = self;
        let default = if profile.name == default {
            ", default"
        } else {
            ""
        };
        let mut text = format!(
            "{} ({}{default})\n",
            paint.text(TITLE, &profile.name),
            profile.issuer.kind().word()
        );
        let mut line = |name: &str, value: &str| {
            let name = paint.text(QUIET, &format!("{name:8}"));
            text += &format!("  {name} {value}\n");
        };
        for (name, value) in self.login_lines(paint) {
            line(name, &value);
        }
        if let Some(failure) = failure {
            line(
                "failed",
                &paint.text(WARNING, &describe_refusal(failure, *now)),
            );
        }
        let hosts: Vec<_> = profile.places().map(ToString::to_string).collect();
        line(
            "hosts",
            match hosts.join(", ").as_str() {
                "" => "none; set `hosts` in the configuration",
                named => named,
            },
        );
        let sealed = if *is_sealed == Some(true) {
            " (sealed)"
        } else {
            ""
        };
        line("store", &format!("{path}{sealed}"));
        text
    }

    /// Returns the row as an object for `--json`; `default` is the name of the default profile. `access_expires_in` is
    /// in seconds, 0 for a token that has expired.
    fn json(&self, default: &str) -> Value {
        let mut object = json!({
            "profile": self.profile.name,
            "provider": self.profile.issuer.kind().word(),
            "is_default": self.profile.name == default,
            "signed_in": self.is_signed_in(),
            "hosts": self.profile.places().map(ToString::to_string).collect::<Vec<_>>(),
            "store": self.path,
            "sealed": self.is_sealed,
        });
        let more = match &self.state {
            State::SignedOut | State::Client => json!({}),
            State::Foreign(foreign) => json!({
                "error": foreign.to_string(),
                "stored_login_is_for": foreign.stored(),
                "profile_says": foreign.profile(),
            }),
            State::Unusable(why) | State::Unreadable(why) => json!({ "error": why }),
            State::SignedIn { login, .. } | State::Ended { login, .. } => json!({
                "email": login.email,
                "access_expires_at": login.access_until.and_then(UnixTime::rfc3339),
                "access_expires_in": login.access_until.map(|at| self.now.until(at).as_secs()),
                "has_refresh_token": !matches!(login.refresh, Refresh::None),
                "refresh_expires_at": match login.refresh {
                    Refresh::Until(at) => at.rfc3339(),
                    Refresh::None | Refresh::UntilUnknown => None,
                },
            }),
        };
        let refused = match &self.state {
            State::SignedIn {
                refusal: Some(RefusedLogin { message, at }),
                ..
            }
            | State::Ended {
                refusal: Some(RefusedLogin { message, at }),
                ..
            } => json!({ "refused": { "message": message, "at": at.to_string() } }),
            _ => json!({}),
        };
        let failed = self.failure.as_ref().map_or_else(|| json!({}), |failure| {
            json!({ "failed": { "message": failure.message, "at": failure.at.to_string() } })
        });
        for more in [more, refused, failed] {
            if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
                object.extend(more);
            }
        }
        object
    }
}

/// Where a login is.
struct LoginSource {
    path: String,
    is_sealed: Option<bool>,
}

impl Login {
    /// Returns the login that an account uses: the one in the environment until it has expired, then the stored one, if
    /// there is one. Records in `source` the environment, or whether the stored one is sealed. Without either it has no
    /// tokens.
    fn used_by(account: &Account<'_>, source: &mut LoginSource, now: UnixTime) -> Self {
        let profile = account.profile();
        let environment_set = account.environment_set();
        let environment_set = environment_set.map(|set| Self::new(set, None, profile, now));
        let stored = account.store().load().ok().flatten();
        match (environment_set, stored) {
            (Some(login), stored) if stored.is_none() || login.has_valid_access_token(now) => {
                "the environment".clone_into(&mut source.path);
                login
            }
            (_, Some(stored)) => {
                source.is_sealed = Some(stored.is_sealed);
                Self::new(&stored.set, stored.written_at, profile, now)
            }
            (_, None) => Self::new(&TokenSet::default(), None, profile, now),
        }
    }

    /// Returns the description of a token set, which was stored at `written_at`. Its e-mail address is the one in the
    /// tokens, else the profile's.
    pub(super) fn new(
        set: &TokenSet,
        written_at: Option<UnixTime>,
        profile: &Profile,
        now: UnixTime,
    ) -> Self {
        Self {
            email: email_of(set).or_else(|| profile.email.clone()),
            has_access_token: set.access_token.is_some(),
            access_until: set
                .access_token
                .as_ref()
                .and_then(|_| set.access_expires_at(written_at, now)),
            refresh: match (&set.refresh_token, set.refresh_expires_at()) {
                (None, _) => Refresh::None,
                (Some(_), Some(at)) => Refresh::Until(at),
                (Some(_), None) => Refresh::UntilUnknown,
            },
        }
    }

    /// Returns the account's e-mail address, escaped for a terminal; `None` if it is not known.
    pub(super) fn email(&self) -> Option<String> {
        self.email.as_deref().map(excerpt)
    }

    /// Returns whether there is an access token that has not expired, as far as its expiry is known.
    pub(super) fn has_valid_access_token(&self, now: UnixTime) -> bool {
        self.has_access_token && self.access_until.is_none_or(|at| at > now)
    }

    /// Returns a text that says when the access token expires, or expired.
    pub(super) fn describe_access(&self, now: UnixTime) -> String {
        expiry(self.access_until, now, "refreshed at the next request")
    }

    /// Returns a text that says whether there is a refresh token and when it expires.
    pub(super) fn describe_refresh(&self, profile: &Profile, now: UnixTime) -> String {
        match self.refresh {
            Refresh::None if profile.issuer.renews_alone() => {
                "not needed: the client requests a new token".to_owned()
            }
            Refresh::None => "no refresh token: the login ends with the access token".to_owned(),
            Refresh::Until(at) => expiry(Some(at), now, "sign in again"),
            Refresh::UntilUnknown => "there is a refresh token; no expiry is given".to_owned(),
        }
    }
}

/// Returns a text that says when and how the server refused the refresh token, or a renewal failed.
fn describe_refusal(refusal: &RefusedLogin, now: UnixTime) -> String {
    let when = relative_time::relative(refusal.at, now);
    format!("{when}: {}", excerpt(&refusal.message))
}

/// Returns the instruction for a new login: the variable to put one in, or the command to sign in with.
fn renewal_advice(account: &Account<'_>) -> String {
    if account.store().has_seed() {
        format!("put another login in {}", account.seed_variable())
    } else {
        format!("sign in with `{}`", account.profile().login_command())
    }
}

/// Returns a text that says when a token expires, or expired and `when_expired`; `None` is an expiry that is not given.
fn expiry(at: Option<UnixTime>, now: UnixTime, when_expired: &str) -> String {
    match at {
        None => "no expiry is given".to_owned(),
        Some(at) if at > now => format!("expires {} ({at})", relative_time::relative(at, now)),
        Some(at) => format!(
            "expired {} ({at}); {when_expired}",
            relative_time::relative(at, now)
        ),
    }
}
