//! The sources of a sign-in's e-mail address, password and one-time code: options, environment, commands, a person.
//!
//! Each is taken from the first source that has it. A person is asked again after a refusal, three times in all, for
//! the address too, as that may be what was mistyped; a value from another source would be refused again, so it is not
//! sent twice. Secret: all but the address.

use std::cell::Cell;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::context::{Context, ContextError, is_set, secret_variable};
use crate::deadline::Deadline;
use crate::escape::escape_control;
use crate::oauth::retry::MIN_ATTEMPT;
use crate::platform::QuietTerminal;
use crate::profile::{Holds, Profile};
use crate::providers::{
    Attempt, Credentials, CredentialsError, GivenBy, Needed, SignInError, TimeoutPolicy,
};
use crate::shell;
use crate::store::{SavedPassword, attempt_fingerprint};
use crate::terminal::prompt::{Person, PromptError};
use crate::token::UnixTime;
use crate::totp::{ComputedCode, Totp, TotpError};

/// What a person is asked for, in errors.
const EMAIL: &str = "e-mail address";
const PASSWORD: &str = "password";
/// How often a person is asked for the password, and for the code.
const MAX_PROMPTS: u8 = 3;
/// How long a one-time code of a command is taken to be valid, in seconds: the recommendation of RFC 6238 §5.2.
const TOTP_PERIOD_SECS: i64 = 30;

/// Why a configured source cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error(transparent)]
    Context(#[from] ContextError),
    #[error("{variable} cannot be used")]
    Totp {
        variable: &'static str,
        source: TotpError,
    },
}

/// The sources of one sign-in.
pub(crate) struct Sources<'a> {
    context: &'a Context,
    email: Option<String>,
    /// `None` if a person gives the address.
    email_by: Option<GivenBy>,
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
    Value(SecretString, GivenBy),
    Command(String),
    Person,
}

/// Where the one-time code comes from.
enum CodeFrom {
    /// From the secret in this variable.
    Computed(ComputedCode, &'static str),
    Command {
        command: String,
        given_by: GivenBy,
        was_retried: bool,
    },
    Person,
}

/// The values of `login`'s options; they take precedence over all other sources.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) email: Option<String>,
    /// The address to offer to a person who is asked for one.
    pub(crate) likely_email: Option<String>,
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
        let (email, email_by) = match (options.email, profile.email.clone()) {
            (Some(email), _) => (Some(email), Some(GivenBy::Option("--email"))),
            (None, Some(email)) => (Some(email), Some(email_given_by(profile))),
            (None, None) => (options.likely_email, None),
        };
        let password_variable = profile.variable(Holds::Password);
        let given = |(name, secret)| PasswordFrom::Value(secret, GivenBy::Variable(name));
        let password = match (options.password, read(password_variable)?) {
            (Some(password), _) => {
                PasswordFrom::Value(password, GivenBy::Option("--password-stdin"))
            }
            (None, Some(variable)) => given(variable),
            (None, None) => match &profile.password_command {
                Some(command) => PasswordFrom::Command(command.clone()),
                None => PasswordFrom::Person,
            },
        };
        let code = match (
            options.otp_command,
            read(profile.variable(Holds::TotpSecret))?,
            &profile.otp_command,
        ) {
            (Some(command), _, _) => CodeFrom::command(command, GivenBy::Option("--otp-command")),
            (None, Some((name, secret)), _) => {
                let totp =
                    Totp::parse(secret.expose_secret()).map_err(|source| SourceError::Totp {
                        variable: name,
                        source,
                    })?;
                CodeFrom::Computed(ComputedCode::new(totp), name)
            }
            (None, None, Some(command)) => {
                CodeFrom::command(command.clone(), GivenBy::Key("otp_command"))
            }
            (None, None, None) => CodeFrom::Person,
        };
        Ok(Self {
            context,
            email,
            email_by,
            password,
            code,
            person: Person::detect(context.may_ask()),
            timeout_policy,
            prompts: 0,
            last_password: None,
        })
    }

    /// Fails if no person can be asked for an address or a password that no source has: before a server is asked for
    /// anything.
    pub(crate) fn check_complete(&self) -> Result<(), CredentialsError> {
        let check = |needed, what| {
            let checked = self.person.check(what);
            checked.map_err(|error| prompt_error(needed, error))
        };
        if self.email_by.is_none() {
            check(Needed::Email, EMAIL)?;
        }
        if matches!(self.password, PasswordFrom::Person) {
            check(Needed::Password, PASSWORD)?;
        }
        Ok(())
    }

    /// Has the terminal show nothing of what is typed ahead, if a person is going to type the password.
    pub(crate) fn hide_what_is_typed_ahead(&self) -> Option<QuietTerminal> {
        let is_typed = matches!(self.password, PasswordFrom::Person);
        is_typed
            .then(|| self.person.hide_what_is_typed_ahead())
            .flatten()
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
            (has_password && sources.email_by.is_some()) || saved().is_some()
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
    ) -> Result<Option<(Self, u8)>, SignInError> {
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
                    sources.password = PasswordFrom::Value(password, GivenBy::Saved);
                    sources.email_by = Some(GivenBy::Saved);
                    sources.email.insert(email).clone()
                }
                None => return Ok(None),
            },
        };
        let password = sources.password(Attempt::First)?;
        let fingerprint = attempt_fingerprint(&email, &password);
        if let Some(given_by) = sources.password.given_by() {
            sources.password = PasswordFrom::Value(password, given_by);
        }
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

    /// Waits for `span`, with a warning, until a new code is valid; returns `false` at once if the deadline leaves no
    /// time to use it then. A time limit for each request is no such deadline.
    fn wait_for_next_code(&self, span: Duration) -> bool {
        let seconds = span.as_secs();
        let deadline = match self.timeout_policy {
            TimeoutPolicy::Overall(deadline) => deadline,
            TimeoutPolicy::EachRequest(_) => Deadline::after(span + 2 * MIN_ATTEMPT),
        };
        if deadline.remaining() < span + MIN_ATTEMPT {
            return false;
        }
        self.context.warn(&format!(
            "the one-time code was refused, perhaps because it was used already; waiting {seconds} s for the next one"
        ));
        deadline.sleep(span)
    }
}

impl From<SourceError> for SignInError {
    fn from(error: SourceError) -> Self {
        let needed = match &error {
            SourceError::Totp { .. } => Needed::OneTimeCode,
            SourceError::Context(_) => Needed::Password,
        };
        credentials_error(needed, error).into()
    }
}

impl CodeFrom {
    /// Returns the source that runs this command, which has not been retried yet.
    fn command(command: String, given_by: GivenBy) -> Self {
        Self::Command {
            command,
            given_by,
            was_retried: false,
        }
    }

    /// Returns what gives the code; `None` if a person does.
    fn given_by(&self) -> Option<GivenBy> {
        match self {
            Self::Computed(_, variable) => Some(GivenBy::Variable(variable)),
            Self::Command { given_by, .. } => Some(*given_by),
            Self::Person => None,
        }
    }
}

impl PasswordFrom {
    /// Returns what gives the password; `None` if a person does.
    fn given_by(&self) -> Option<GivenBy> {
        match self {
            Self::Value(_, given_by) => Some(*given_by),
            Self::Command(_) => Some(GivenBy::Key("password_command")),
            Self::Person => None,
        }
    }
}

/// Returns the variable's name and value; `None` if there is no variable or it is not set.
fn read(
    variable: Option<&'static str>,
) -> Result<Option<(&'static str, SecretString)>, ContextError> {
    let Some(name) = variable else {
        return Ok(None);
    };
    Ok(secret_variable(name)?.map(|secret| (name, secret)))
}

/// Returns what gave the address of a profile that has one.
fn email_given_by(profile: &Profile) -> GivenBy {
    match profile.variable(Holds::Email) {
        Some(variable) if is_set(variable) => GivenBy::Variable(variable),
        _ => GivenBy::Key("email"),
    }
}

impl Credentials for Sources<'_> {
    /// Asks a person, with the last address as the one to keep, if they type the password as well. An address from a
    /// variable or the configuration stays the same.
    fn email(&mut self, attempt: Attempt<'_>) -> Result<String, CredentialsError> {
        let is_typed = matches!(self.password, PasswordFrom::Person);
        if is_typed {
            self.count_prompt(attempt)?;
        }
        let is_correctable = is_typed
            && attempt != Attempt::First
            && self.person.is_there()
            && matches!(self.email_by, Some(GivenBy::Option(_)));
        if is_correctable {
            self.email_by = None;
        }
        match &self.email {
            Some(email) if self.email_by.is_some() || (!is_typed && attempt != Attempt::First) => {
                Ok(email.clone())
            }
            email => {
                let email = self
                    .person
                    .ask_or_keep(EMAIL, "E-mail", email.as_deref())
                    .map_err(|error| prompt_error(Needed::Email, error))?;
                self.email = Some(email.clone());
                Ok(email)
            }
        }
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
            CodeFrom::Computed(..) | CodeFrom::Command { .. } => self.automatic_code(attempt),
            CodeFrom::Person if !self.person.is_there() => {
                Err(CredentialsError::Missing(Needed::OneTimeCode))
            }
            CodeFrom::Person => {
                self.count_prompt(attempt)?;
                self.person
                    .ask_hidden("one-time code", "One-time code")
                    .map_err(|error| prompt_error(Needed::OneTimeCode, error))
            }
        }
    }

    fn given_by(&self, needed: Needed) -> Vec<GivenBy> {
        let sources = match needed {
            Needed::Email => [self.email_by, None],
            Needed::Password => [self.password.given_by(), self.email_by],
            Needed::OneTimeCode => [self.code.given_by(), None],
        };
        sources.into_iter().flatten().collect()
    }
}

impl Sources<'_> {
    /// Returns the password from its source; after a refusal only a person is asked again, and any other source fails
    /// with `NoMore`.
    fn read_password(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError> {
        let is_first = attempt == Attempt::First;
        match &self.password {
            PasswordFrom::Value(password, _) if is_first => Ok(password.clone()),
            PasswordFrom::Command(command) if is_first => {
                shell::first_line("password_command", command, self.timeout_policy.deadline())
                    .map_err(|error| credentials_error(Needed::Password, error))
            }
            PasswordFrom::Value(..) | PasswordFrom::Command(_) => Err(CredentialsError::NoMore),
            PasswordFrom::Person => {
                let prompt = match &self.email {
                    Some(email) => format!("Password of {email}"),
                    None => "Password".to_owned(),
                };
                self.person
                    .ask_hidden(PASSWORD, &prompt)
                    .map_err(|error| prompt_error(Needed::Password, error))
            }
        }
    }

    /// Returns a code that is computed or printed by a command. After a refusal there is one more, from the next
    /// period, for which it waits; then it fails with `NoMore`, or with `TooLate` where the deadline is before that.
    fn automatic_code(&mut self, attempt: Attempt<'_>) -> Result<SecretString, CredentialsError> {
        let mut code = std::mem::replace(&mut self.code, CodeFrom::Person);
        let too_late = Cell::new(None);
        let wait = |span| {
            let has_waited = self.wait_for_next_code(span);
            too_late.set((!has_waited).then_some(span));
            has_waited
        };
        let next = match &mut code {
            CodeFrom::Computed(computed, _) => Ok(computed.next(&UnixTime::now, &wait)),
            CodeFrom::Command {
                command,
                given_by,
                was_retried,
            } => {
                let is_retry = attempt != Attempt::First;
                let may_run =
                    !is_retry || (!*was_retried && wait(until_next_window(UnixTime::now())));
                *was_retried |= is_retry;
                may_run
                    .then(|| self.run_otp_command(command, *given_by))
                    .transpose()
            }
            CodeFrom::Person => Ok(None),
        };
        self.code = code;
        match (next?, too_late.get()) {
            (Some(code), _) => Ok(code),
            (None, Some(wait)) => Err(CredentialsError::TooLate { wait }),
            (None, None) => Err(CredentialsError::NoMore),
        }
    }

    /// Runs `command` and returns the first line that it prints, without blanks around it. Fails if the command fails
    /// or the deadline passes.
    fn run_otp_command(
        &self,
        command: &str,
        given_by: GivenBy,
    ) -> Result<SecretString, CredentialsError> {
        let name = match given_by {
            GivenBy::Option(option) => option,
            _ => "otp_command",
        };
        let code = shell::first_line(name, command, self.timeout_policy.deadline())
            .map_err(|error| credentials_error(Needed::OneTimeCode, error))?;
        // Unlike a password, a code neither begins nor ends with a blank.
        Ok(code.expose_secret().trim().into())
    }
}

/// Returns how long it is until a new code is valid.
fn until_next_window(now: UnixTime) -> Duration {
    let left = TOTP_PERIOD_SECS - now.as_secs().rem_euclid(TOTP_PERIOD_SECS);
    Duration::from_secs(u64::try_from(left).unwrap_or(0))
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

/// Returns the error for a prompt without an answer.
fn prompt_error(needed: Needed, error: PromptError) -> CredentialsError {
    match error {
        PromptError::Cancelled { .. } => CredentialsError::Cancelled,
        error => credentials_error(needed, error),
    }
}
