//! What a login needs to know of a service, from the options or from the person.

use anyhow::Result;

use crate::account::Account;
use crate::cli::Kind;
use crate::cli::Login;
use crate::commands::Problem;
use crate::context::Context;
use crate::context::ContextError;
use crate::context::variable;
use crate::profile::KOGNIC;
use crate::profile::KognicCredentials;
use crate::profile::NewProfile;
use crate::prompt::Person;
use crate::protocol::HostPattern;

const SERVICES: [(&str, Kind); 4] = [
    ("Prusa Account (Prusa Connect)", Kind::Prusa),
    ("Kognic", Kind::Kognic),
    ("Practicus AI", Kind::Practicus),
    ("Another server (OAuth 2.0 or OpenID Connect)", Kind::OAuth),
];

/// Variables that say that Prusa Account is meant.
const PRUSA_VARIABLES: [&str; 6] = [
    "PRUSA_EMAIL",
    "PRUSA_PASSWORD",
    "PRUSA_TOTP_SECRET",
    "PRUSA_TOKEN",
    "PRUSA_TOKENS_JSON",
    "PRUSA_ACCOUNT_URL",
];

/// Variables that say where Kognic's credentials are.
const KOGNIC_VARIABLES: [&str; 2] = ["KOGNIC_CREDENTIALS", "KOGNIC_CLIENT_ID"];

/// The options, and the person who knows the rest.
pub(super) struct Questions<'a, 'o> {
    context: &'a Context,
    options: &'o Login,
    person: Person,
}

impl<'a, 'o> Questions<'a, 'o> {
    pub(super) fn new(context: &'a Context, options: &'o Login) -> Self {
        Self {
            context,
            options,
            person: Person::find(context.may_ask()),
        }
    }

    /// Asks which service, where nothing says it: no profile, no login, no option, no variable. Else `None`.
    pub(super) fn service(&self) -> Result<Option<Kind>> {
        if !self.person.is_there() || self.is_about_prusa()? || self.is_something_known()? {
            return Ok(None);
        }
        let items = SERVICES.map(|(text, _)| text);
        let place = self.person.choose("service", "Sign in to", &items)?;
        Ok(SERVICES.get(place).map(|(_, kind)| *kind))
    }

    /// Returns the keys of a new profile of this kind, under `name`, which may be empty where nobody has named it yet.
    pub(super) fn keys_of(&self, kind: Kind, name: &str) -> Result<NewProfile> {
        let new = NewProfile::new(name, kind.word());
        let new = match kind {
            Kind::Prusa => new,
            Kind::Kognic => self.kognic(new)?,
            Kind::Practicus => self.practicus(new)?,
            Kind::OAuth => self.oauth(new)?,
        };
        let Login {
            email,
            kognic,
            hosts,
            ..
        } = self.options;
        let new = new.maybe("email", email.as_deref());
        let new = match kognic.scopes.as_slice() {
            [] => new,
            scopes => new.texts(
                "scopes",
                scopes.iter().flat_map(|words| words.split_whitespace()),
            ),
        };
        Ok(match hosts.as_slice() {
            [] => new,
            hosts => new.texts("hosts", hosts),
        })
    }

    /// Returns whether the person has to say where Kognic's credentials are.
    pub(super) fn has_kognic_question(&self) -> Result<bool> {
        Ok(self.person.is_there() && !is_any_set(&KOGNIC_VARIABLES)?)
    }

    fn kognic(&self, new: NewProfile) -> Result<NewProfile> {
        let options = &self.options.kognic;
        let new = new.maybe("server", options.server.as_deref());
        let given = match &options.credentials {
            Some(text) => Some((text.clone(), "--credentials")),
            None => variable("KOGNIC_CREDENTIALS")?.map(|text| (text, "KOGNIC_CREDENTIALS")),
        };
        let credentials = match given {
            Some((text, from)) => kognic_credentials(&text).map_err(usage(from))?,
            None => self.ask(
                "credentials file",
                "Credentials file (JSON, or keyring://NAME)",
                "--credentials FILE",
                kognic_credentials,
            )?,
        };
        Ok(new.text("credentials", credentials))
    }

    fn practicus(&self, new: NewProfile) -> Result<NewProfile> {
        let url = match &self.options.url {
            Some(text) => address(text).map_err(usage("--url"))?,
            None => self.ask(
                "address of the region",
                "Address of the region",
                "--url ADDRESS",
                address,
            )?,
        };
        Ok(new.text("url", url))
    }

    fn oauth(&self, new: NewProfile) -> Result<NewProfile> {
        let issuer = match &self.options.issuer {
            Some(text) => address(text).map_err(usage("--issuer"))?,
            None => self.ask(
                "address of the server",
                "Address of the server (issuer)",
                "--issuer ADDRESS",
                address,
            )?,
        };
        let client_id = match &self.options.client_id {
            Some(text) => text.clone(),
            None => self.ask("client id", "Client ID", "--client-id ID", something)?,
        };
        let new = new.text("issuer", issuer).text("client_id", client_id);
        if !self.options.hosts.is_empty() || !self.person.is_there() {
            return Ok(new);
        }
        let prompt = "Hosts that its tokens are for (Enter: none)";
        let hosts = self.person.ask_until("hosts", prompt, hosts)?;
        Ok(match hosts.as_slice() {
            [] => new,
            _ => new.texts("hosts", hosts),
        })
    }

    /// Asks for what an option would have said; where nobody is there, the option is what is missing.
    fn ask<T>(
        &self,
        what: &'static str,
        prompt: &str,
        option: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T> {
        if self.person.is_there() {
            Ok(self.person.ask_until(what, prompt, read)?)
        } else {
            Err(Problem::Usage(format!("it takes the {what}: {option}")).into())
        }
    }

    fn is_about_prusa(&self) -> Result<bool, ContextError> {
        let Login {
            email,
            password_stdin,
            otp_command,
            browser,
            device,
            ..
        } = self.options;
        Ok(email.is_some()
            || *password_stdin
            || otp_command.is_some()
            || *browser
            || *device
            || is_any_set(&PRUSA_VARIABLES)?)
    }

    fn is_something_known(&self) -> Result<bool, ContextError> {
        let profiles = self.context.profiles()?;
        let is_known = |profile| Account::known_login(self.context, profile).is_signed_in;
        Ok(profiles
            .iter()
            .any(|profile| profile.is_configured || is_known(profile)))
    }
}

fn is_any_set(names: &[&'static str]) -> Result<bool, ContextError> {
    for name in names {
        if variable(name)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn usage(option: &'static str) -> impl FnOnce(String) -> Problem {
    move |why| Problem::Usage(format!("{option}: {why}"))
}

/// Reads a path, which may be relative to where somebody is now, or a reference to the keyring.
fn kognic_credentials(text: &str) -> Result<String, String> {
    let text = match text {
        "" => return Err("empty".to_owned()),
        text if text.starts_with("keyring://") || text.starts_with("~/") => text.to_owned(),
        text => {
            let path = std::path::absolute(text).map_err(|error| error.to_string())?;
            let text = path.into_os_string().into_string();
            text.map_err(|_| "not UTF-8".to_owned())?
        }
    };
    match KognicCredentials::parse(&text)? {
        KognicCredentials::File(path) if !path.is_file() => {
            Err(format!("there is no file {}", path.display()))
        }
        _ => Ok(text),
    }
}

/// Reads an address; a bare host is one of https.
fn address(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let text = match text {
        "" => return Err("empty".to_owned()),
        text if text.contains("://") => text.to_owned(),
        text => format!("https://{text}"),
    };
    crate::profile::check_endpoint(&text)?;
    Ok(text)
}

fn something(text: &str) -> Result<String, String> {
    match text {
        "" => Err("empty".to_owned()),
        text => Ok(text.to_owned()),
    }
}

fn hosts(text: &str) -> Result<Vec<String>, String> {
    text.split([' ', ','])
        .filter(|host| !host.is_empty())
        .map(|host| match HostPattern::parse(host) {
            Ok(_) => Ok(host.to_owned()),
            Err(error) => Err(format!("{host}: {error}")),
        })
        .collect()
}
