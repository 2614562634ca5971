//! The sources of a sign-in's e-mail address, password and one-time code: options, environment, commands, a person.
//!
//! Each is taken from the first source that has it. A person is asked again after a refusal, three times in all; a
//! value from another source would be refused again, so it is not sent twice. Secret: all but the address.

use secrecy::{ExposeSecret, SecretString};

use crate::context::{Context, ContextError, secret_variable};
use crate::deadline::Deadline;
use crate::escape::escape_control;
use crate::profile::{Holds, Profile};
use crate::providers::{Attempt, Credentials, CredentialsError, Needed, TimeoutPolicy};
use crate::shell;
use crate::store::{SavedPassword, attempt_fingerprint};
use crate::terminal::prompt::Person;
use crate::token::UnixTime;
use crate::totp::{ComputedCode, Totp, TotpError};

/// How often a person is asked for the password, and for the code.
const MAX_PROMPTS: u8 = 3;
/// How long a one-time code of a command is taken to be valid, in seconds: the recommendation of RFC 6238 §5.2.
const TOTP_PERIOD_SECS: i64 = 30;

/// Why a configured source cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error(transparent)]
    Context(#[from] ContextError),
    #[error("PRUSA_TOTP_SECRET cannot be used")]
    Totp(#[from] TotpError),
}

/// The sources of one sign-in.
pub(crate) struct Sources<'a> {
    context: &'a Context,
    email: Option<String>,
    password: PasswordFrom,
    code: CodeFrom,
    person: Person,
    timeout_policy: TimeoutPolicy,
    /// How often the person has been asked for the current item.
    prompts: u8,
    /// The password that was returned last.
    last_password: Option<SecretString>,
}

/// Where the password comes from.
enum PasswordFrom {
    /// An option, a variable or the store.
    Value(SecretString),
    Command(String),
    Person,
}

/// Where the one-time code comes from.
enum CodeFrom {
    Computed(ComputedCode),
    Command { command: String, was_retried: bool },
    Person,
}

/// The values of `login`'s options; they take precedence over all other sources.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) email: Option<String>,
    pub(crate) password: Option<SecretString>,
    pub(crate) otp_command: Option<String>,
}

impl<'a> Sources<'a> {
    /// Returns the sources of a profile's sign-in: `options` first, then variables, then the profile, then a person.
    /// Only the environment is read; no command is run.
    ///
    /// # Errors
    ///
    /// When a variable is not Unicode, or holds no valid TOTP secret and no option takes its place.
    pub(crate) fn find(
        context: &'a Context,
        profile: &Profile,
        options: Options,
        timeout_policy: TimeoutPolicy,
    ) -> Result<Self, SourceError> {
        let read_variable = |name: Option<_>| name.map_or(Ok(None), secret_variable);
        let password = options.password.map_or_else(
            || read_variable(profile.variable(Holds::Password)),
            |password| Ok(Some(password)),
        )?;
        let password = match (password, &profile.password_command) {
            (Some(password), _) => PasswordFrom::Value(password),
            (None, Some(command)) => PasswordFrom::Command(command.clone()),
            (None, None) => PasswordFrom::Person,
        };
        let code = match (
            options.otp_command,
            read_variable(profile.variable(Holds::TotpSecret))?,
            &profile.otp_command,
        ) {
            (Some(command), _, _) => CodeFrom::command(command),
            (None, Some(secret), _) => {
                CodeFrom::Computed(ComputedCode::new(Totp::parse(secret.expose_secret())?))
            }
            (None, None, Some(command)) => CodeFrom::command(command.clone()),
            (None, None, None) => CodeFrom::Person,
        };
        Ok(Self {
            context,
            email: options.email.or_else(|| profile.email.clone()),
            password,
            code,
            person: Person::detect(context.may_ask()),
            timeout_policy,
            prompts: 0,
            last_password: None,
        })
    }

    /// Returns whether [`Self::unattended`] would return sources or an error. Runs no command. `saved` returns the
    /// password that is stored with the login.
    pub(crate) fn may_be_unattended(
        context: &'a Context,
        profile: &Profile,
        saved: &dyn Fn() -> Option<SavedPassword>,
    ) -> bool {
        let timeout_policy = TimeoutPolicy::Overall(context.deadline);
        Self::find(context, profile, Options::default(), timeout_policy).map_or(true, |sources| {
            let has_password = !matches!(sources.password, PasswordFrom::Person);
            (has_password && sources.email.is_some()) || saved().is_some()
        })
    }

    /// Returns the sources of a sign-in without a person, if they have an e-mail address and a password, or else
    /// `saved` does, and a fingerprint of both by which a refusal is recorded. Runs `password_command`.
    ///
    /// # Errors
    ///
    /// When a source is configured and cannot be used.
    pub(crate) fn unattended(
        context: &'a Context,
        profile: &Profile,
        saved: &dyn Fn() -> Option<SavedPassword>,
    ) -> Result<Option<(Self, u8)>, UnattendedError> {
        let mut sources = Self::find(
            context,
            profile,
            Options::default(),
            TimeoutPolicy::Overall(context.deadline),
        )?;
        sources.person = Person::detect(false);
        let has_password = !matches!(sources.password, PasswordFrom::Person);
        let email = match sources.email.clone().filter(|_| has_password) {
            Some(email) => email,
            None => match saved() {
                Some(SavedPassword { email, password }) => {
                    sources.password = PasswordFrom::Value(password);
                    sources.email.insert(email).clone()
                }
                None => return Ok(None),
            },
        };
        let password = sources.password(Attempt::First)?;
        let fingerprint = attempt_fingerprint(&email, &password);
        sources.password = PasswordFrom::Value(password);
        Ok(Some((sources, fingerprint)))
    }

    /// Returns the e-mail address and password that were used last: after a successful sign-in, the correct ones.
    /// `None` if none was requested.
    pub(crate) fn into_credentials_used(self) -> Option<SavedPassword> {
        Some(SavedPassword {
            email: self.email?,
            password: self.last_password?,
        })
    }

    /// Shows the person the server's message about the previous attempt, and counts this one.
    ///
    /// # Errors
    ///
    /// `NoMore` after `MAX_PROMPTS` attempts.
    fn count_prompt(&mut self, attempt: Attempt<'_>) -> Result<(), CredentialsError> {
        if let Attempt::AfterRefusal { message } = attempt
            && self.person.is_there()
        {
            // Whoever is asked once more has to know why, whatever else is printed.
            self.context
                .show(&escape_control(&format!("Refused: {message}")));
        }
        self.prompts += 1;
        if self.prompts > MAX_PROMPTS {
            Err(CredentialsError::NoMore)
        } else {
            Ok(())
        }
    }

    /// Waits for `span`, with a warning, until a new code is valid; returns `false` at once, also with a warning, if
    /// the deadline is before that. A time limit for each request is no such deadline.
    fn wait_for_next_code(&self, span: std::time::Duration) -> bool {
        let seconds = span.as_secs();
        let deadline = match self.timeout_policy {
            TimeoutPolicy::Overall(deadline) => deadline,
            TimeoutPolicy::EachRequest(_) => {
                Deadline::after(span + std::time::Duration::from_secs(1))
            }
        };
        if deadline.remaining() < span {
            self.context.warn(&format!(
                "the one-time code was refused, perhaps because it was used already, and the next one comes in {seconds} s, \
                 which is too late"
            ));
            return false;
        }
        self.context.warn(&format!(
            "the one-time code was refused, perhaps because it was used already; waiting {seconds} s for the next one"
        ));
        deadline.sleep(span)
    }
}

/// Why a sign-in without a person could not be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnattendedError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
}

impl CodeFrom {
    /// Returns the source that runs this command, which has not been retried yet.
    fn command(command: String) -> Self {
        Self::Command {
            command,
            was_retried: false,
        }
    }
}

impl Credentials for Sources<'_> {
    /// Asks a person once at most, and returns the same address from then on, whatever `attempt` is.
    fn email(&mut self, _attempt: Attempt<'_>) -> Result<String, CredentialsError> {
        if let Some(email) = &self.email {
            return Ok(email.clone());
        }
        let email = self
            .person
            .ask("e-mail address", "E-mail")
            .map_err(|error| credentials_error(Needed::Email, error))?;
        self.email = Some(email.clone());
        Ok(email)
    }

    fn password(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError> {
        let password = self.read_password(attempt)?;
        self.last_password = Some(password.clone());
        Ok(password)
    }

    /// Fails with `Missing` if only a person could give a code and none can be asked.
    fn one_time_code(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError> {
        if attempt == Attempt::First {
            self.prompts = 0;
        }
        match &mut self.code {
            CodeFrom::Computed(_) | CodeFrom::Command { .. } => self.automatic_code(attempt),
            CodeFrom::Person if !self.person.is_there() => {
                Err(CredentialsError::Missing(Needed::OneTimeCode))
            }
            CodeFrom::Person => {
                self.count_prompt(attempt)?;
                self.person
                    .ask_hidden("one-time code", "One-time code")
                    .map_err(|error| credentials_error(Needed::OneTimeCode, error))
            }
        }
    }
}

impl Sources<'_> {
    /// Returns the password from its source; after a refusal only a person is asked again, and any other source fails
    /// with `NoMore`.
    fn read_password(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError> {
        let is_first = attempt == Attempt::First;
        match &self.password {
            PasswordFrom::Value(password) if is_first => Ok(password.clone()),
            PasswordFrom::Command(command) if is_first => {
                shell::first_line("password_command", command, self.timeout_policy.deadline())
                    .map_err(|error| credentials_error(Needed::Password, error))
            }
            PasswordFrom::Value(_) | PasswordFrom::Command(_) => Err(CredentialsError::NoMore),
            PasswordFrom::Person => {
                self.count_prompt(attempt)?;
                let prompt = match &self.email {
                    Some(email) => format!("Password of {email}"),
                    None => "Password".to_owned(),
                };
                self.person
                    .ask_hidden("password", &prompt)
                    .map_err(|error| credentials_error(Needed::Password, error))
            }
        }
    }

    /// Returns a code that is computed or printed by a command. After a refusal there is one more, from the next
    /// period, for which it waits; then it fails with `NoMore`.
    fn automatic_code(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError> {
        let mut code = std::mem::replace(&mut self.code, CodeFrom::Person);
        let next = match &mut code {
            CodeFrom::Computed(computed) => {
                Ok(computed.next(&UnixTime::now, &|span| self.wait_for_next_code(span)))
            }
            CodeFrom::Command {
                command,
                was_retried,
            } => {
                let is_retry = attempt != Attempt::First;
                let may_run = !is_retry
                    || (!*was_retried
                        && self.wait_for_next_code(until_next_window(UnixTime::now())));
                *was_retried |= is_retry;
                may_run.then(|| self.run_otp_command(command)).transpose()
            }
            CodeFrom::Person => Ok(None),
        };
        self.code = code;
        next?.ok_or(CredentialsError::NoMore)
    }

    /// Runs `command` and returns the first line that it prints, without blanks around it. Fails if the command fails
    /// or the deadline passes.
    fn run_otp_command(&self, command: &str) -> Result<SecretString, CredentialsError> {
        let code = shell::first_line("otp_command", command, self.timeout_policy.deadline())
            .map_err(|error| credentials_error(Needed::OneTimeCode, error))?;
        // Unlike a password, a code neither begins nor ends with a blank.
        Ok(code.expose_secret().trim().into())
    }
}

/// Returns how long it is until a new code is valid.
fn until_next_window(now: UnixTime) -> std::time::Duration {
    let left = TOTP_PERIOD_SECS - now.as_secs().rem_euclid(TOTP_PERIOD_SECS);
    std::time::Duration::from_secs(u64::try_from(left).unwrap_or(0))
}

/// Returns the error for a source of `needed` that failed because of `source`.
fn credentials_error(
    needed: Needed,
    source: impl std::error::Error + Send + Sync + 'static,
) -> CredentialsError {
    CredentialsError::Failed {
        needed,
        source: Box::new(source),
    }
}
