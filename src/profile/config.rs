//! `config.toml`: text in, profiles out.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::environment::Environment;
use super::error::ConfigError;
use super::keys::{self, Keys, Source};
use super::profiles::{Profile, Profiles};
use super::provider::{Issuer, Kind};
use super::seal::{KeyPlace, NOT_A_PLACE, Seal};
use super::spec::{Holds, TokenFiles};
use crate::credential::GitAuth;

/// The user name that clients of basic authentication get, unless the profile sets another.
const USERNAME: &str = "oauth2";
/// The longest name that a profile may have, in bytes.
pub(super) const LONGEST_NAME: usize = 64;

impl Profiles {
    /// Parses the configuration file, if there is one, and adds the built-in profiles. A profile that does not set
    /// `seal` gets that of the file's top level.
    ///
    /// # Errors
    ///
    /// When the file is not TOML, one of its keys is unknown, missing or not valid, `default` names neither a profile
    /// of the file nor a built-in one, or a variable that is used is not valid.
    pub(crate) fn load(
        file: Option<(&Path, &str)>,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        let mut profiles = match file {
            Some((path, text)) => Source { path, text }.profiles(environment)?,
            None => Self::none(),
        };
        for kind in Kind::ALL {
            let name = kind.word();
            if kind.is_built_in(environment) && profiles.named(name).is_none() {
                profiles.all.push(profile(Keys::none(name), environment)?);
            }
        }
        profiles.all.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(seal) = &profiles.seal {
            for profile in &mut profiles.all {
                profile.seal.get_or_insert_with(|| seal.clone());
            }
        }
        Ok(profiles)
    }
}

impl Source<'_> {
    /// Parses the whole file into its profiles and settings. Fails if it is not TOML, a key is unknown, missing or not
    /// valid, a variable is not valid, or `default` names neither a profile of the file nor a built-in one, which need
    /// not exist here.
    fn profiles(self, environment: &Environment) -> Result<Profiles, ConfigError> {
        let root = DeTable::parse(self.text).map_err(|error| ConfigError::Syntax {
            file: self.path.to_owned(),
            line: self.line(error.span().map_or(0, |span| span.start)),
            why: error.message().to_owned(),
        })?;
        let mut default = None;
        let mut profiles = Profiles::none();
        for (key, value) in root.get_ref() {
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            let wrong = |why| self.error(at, name, why);
            match name {
                "default" => default = Some((at, keys::spanned_string(value).map_err(wrong)?)),
                "audit" => {
                    let value = value.get_ref().as_bool();
                    profiles.is_audited =
                        value.ok_or_else(|| self.error(at, name, "not true or false"))?;
                }
                "seal" => profiles.seal = Some(self.seal(value, name, at)?),
                "seal_saved" => profiles.seal_saved = Some(self.seal(value, name, at)?),
                "seal_keys" => profiles.seal_keys = self.key_places(value, name, at)?,
                "profiles" => profiles.all = self.tables(value, name, at, environment)?,
                _ => {
                    let known = [
                        "default",
                        "audit",
                        "seal",
                        "seal_saved",
                        "seal_keys",
                        "profiles",
                    ];
                    return Err(self.error(at, name, keys::unknown(name, &known)));
                }
            }
        }
        if let Some((at, name)) = default {
            if !is_built_in(&name) && profiles.named(&name).is_none() {
                return Err(self.error(at, "default", "no profile has this name"));
            }
            profiles.default = Some(name);
        }
        Ok(profiles)
    }

    /// Returns the profiles in the tables below `profiles`. Fails if that or one of them is not a table, a name is not
    /// valid, or as `profile`.
    fn tables(
        self,
        value: &Spanned<DeValue<'_>>,
        key: &str,
        at: usize,
        environment: &Environment,
    ) -> Result<Vec<Profile>, ConfigError> {
        let not_a_table = |at, key: &str| self.error(at, key, "not a table");
        let tables = value.get_ref().as_table();
        let tables = tables.ok_or_else(|| not_a_table(at, key))?;
        let mut all = Vec::new();
        for (name, value) in tables {
            let at = name.span().start;
            let name = self.profile_name(name.get_ref(), at)?;
            let table = value.get_ref().as_table();
            let table = table.ok_or_else(|| not_a_table(at, &format!("profiles.{name}")))?;
            all.push(profile(Keys::of(self, name, table, at), environment)?);
        }
        Ok(all)
    }

    /// Parses the value of a `seal` key. Fails with the key and its position if it is no string or no valid setting.
    fn seal(self, value: &Spanned<DeValue<'_>>, key: &str, at: usize) -> Result<Seal, ConfigError> {
        let seal = keys::spanned_string(value).and_then(|text| Seal::parse(&text));
        seal.map_err(|why| self.error(at, key, why))
    }

    /// Parses a list of places of keys. Fails with the key and its position if it is no list, or one of it is no valid
    /// place.
    fn key_places(
        self,
        value: &Spanned<DeValue<'_>>,
        key: &str,
        at: usize,
    ) -> Result<Vec<KeyPlace>, ConfigError> {
        let list = value.get_ref().as_array();
        let list = list.ok_or_else(|| self.error(at, key, "not a list"))?;
        let place = |value| {
            let text = keys::spanned_string(value)?;
            KeyPlace::parse(&text).ok_or_else(|| NOT_A_PLACE.to_owned())
        };
        let places = list.iter().map(place).collect::<Result<_, String>>();
        places.map_err(|why| self.error(at, key, why))
    }

    /// Returns the name if it is valid for a profile; otherwise fails with its position.
    fn profile_name(self, name: &str, at: usize) -> Result<&str, ConfigError> {
        if is_profile_name(name) {
            return Ok(name);
        }
        let why = "a profile's name is 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit";
        Err(self.error(at, "profiles", why))
    }
}

/// Returns the profile that the keys and the environment describe; for a built-in one the variables take precedence.
/// Fails if a key is missing, unknown or not valid, or a variable is not valid.
fn profile(mut keys: Keys<'_>, environment: &Environment) -> Result<Profile, ConfigError> {
    let kind = kind(&mut keys)?;
    let hosts = keys.hosts("hosts")?;
    let (mut issuer, own_hosts) = Issuer::read(kind, &mut keys, environment)?;
    if let Issuer::Kognic(settings) = &mut issuer {
        // `hosts` names all of them: environments.json adds none.
        settings.uses_environments &= hosts.is_none();
    }
    let auths = [
        ("auto", GitAuth::Auto),
        ("bearer", GitAuth::Bearer),
        ("basic", GitAuth::Basic),
    ];
    let spec = Kind::of_built_in(keys.name()).map(Kind::spec);
    let variable = |holds| spec.and_then(|spec| spec.variable(holds));
    let email = variable(Holds::Email).and_then(|name| environment.text(name));
    let token_file = variable(Holds::TokenFile).and_then(|name| environment.path(name));
    let configured_email = keys.line("email")?;
    let configured_file = match kind.spec().token_files {
        TokenFiles::OnePerProfile => keys.path("token_file")?,
        // A single file would mix up tokens for different scopes.
        TokenFiles::OnePerRequest => None,
    };
    let username = keys.line("username")?;
    let profile = Profile {
        name: keys.name().to_owned(),
        is_configured: keys.is_configured(),
        hosts: hosts.unwrap_or(own_hosts),
        username: username.unwrap_or_else(|| USERNAME.to_owned()),
        email: email.map(str::to_owned).or(configured_email),
        min_ttl: keys.duration("min_ttl")?,
        git_auth: keys.word("git_auth", &auths)?.unwrap_or_default(),
        token_file: token_file.or(configured_file),
        ca_file: keys.path("ca_file")?,
        password_command: keys.string("password_command")?,
        otp_command: keys.string("otp_command")?,
        on_rotate: keys.string("on_rotate")?,
        seal: keys.seal("seal")?,
        issuer,
    };
    keys.finish()?;
    Ok(profile)
}

/// Returns the kind in `provider`, or that of a built-in profile without the key. Fails if it is no kind, or another
/// than that of the built-in profile of this name, or missing for another name.
fn kind(keys: &mut Keys<'_>) -> Result<Kind, ConfigError> {
    let kinds = Kind::ALL.map(|kind| (kind.word(), kind));
    let configured = keys.word("provider", &kinds)?;
    let name = keys.name().to_owned();
    let built_in = Kind::of_built_in(&name);
    // What is stored under a built-in name, and the variables about it, are for one kind of provider. Neither must be
    // sent to a server of another kind.
    if built_in.is_some() && configured.is_some() && configured != built_in {
        let why =
            || format!("a profile named {name} is of provider {name}; give this one another name");
        keys.read::<()>("provider", |_| Err(why()))?;
    }
    configured.or(built_in).ok_or_else(|| {
        let words = Kind::ALL.map(Kind::word);
        keys.missing("provider", &format!("one of {}", words.join(", ")))
    })
}

/// Returns whether this is the name of a built-in profile, and so that of its provider, whether or not the profile
/// exists here. `oauth` is not.
pub(super) fn is_built_in(name: &str) -> bool {
    Kind::of_built_in(name).is_some()
}

/// Returns whether a profile may have this name, which becomes part of a file name: 1 to 64 of `a-z 0-9 . _ -`,
/// beginning with a letter or digit.
pub(super) fn is_profile_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.len() <= LONGEST_NAME
        && name.bytes().next().is_some_and(is_plain)
        && name
            .bytes()
            .all(|byte| is_plain(byte) || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn load(text: &str) -> Result<Profiles, String> {
        let environment = Environment::default();
        Profiles::load(Some((Path::new("c.toml"), text)), &environment)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn without_a_file_prusa_has_its_defaults() {
        let profiles = Profiles::load(None, &Environment::default()).expect("profiles");
        let prusa = profiles.named("prusa").expect("prusa");
        let hosts: Vec<_> = prusa.hosts.iter().map(ToString::to_string).collect();
        assert_eq!(hosts, ["connect.prusa3d.com"]);
        let Issuer::Prusa(settings) = &prusa.issuer else {
            panic!("prusa")
        };
        assert_eq!(
            settings.redirect_uri.as_str(),
            "https://connect.prusa3d.com/login/auth-callback"
        );
        assert_eq!(profiles.default_name(), "prusa");
    }

    #[test]
    fn errors_name_file_line_and_key_and_no_value() {
        let table = [
            ("x", "c.toml:1: "),
            (
                "defaults = 'prusa'",
                "c.toml:1: defaults: unknown key (did you mean default?)",
            ),
            (
                "default = 'nobody'",
                "c.toml:1: default: no profile has this name",
            ),
            ("default = 7", "c.toml:1: default: not a string"),
            ("\naudit = 'yes'", "c.toml:2: audit: not true or false"),
            (
                "audits = true",
                "c.toml:1: audits: unknown key (did you mean audit?)",
            ),
            (
                "\n[profiles.farm]\nprovider='prusa'\npassword = 'hunter2'",
                "c.toml:4: profiles.farm.password: unknown key",
            ),
            (
                "[profiles.farm]\nhosts = []",
                "c.toml:1: profiles.farm.provider: missing",
            ),
            (
                "[profiles.farm]\nprovider = 'hunter2'",
                "c.toml:2: profiles.farm.provider: not one of prusa",
            ),
            (
                "[profiles.farm]\nprovider='prusa'\nhosts = ['h', 'x y']",
                "c.toml:3: profiles.farm.hosts: entry 2: ",
            ),
            (
                "[profiles.farm]\nprovider='prusa'\nhosts = [\n  'h',\n  'g',\n  7,\n]",
                "c.toml:6: profiles.farm.hosts: entry 3: not a string",
            ),
            (
                "[profiles.farm]\nprovider='prusa'\nmin_ttl = 'soon'",
                "c.toml:3: profiles.farm.min_ttl: not a duration",
            ),
            (
                "[profiles.farm]\nprovider='prusa'\naccount_url = 'http://h.tld'",
                "c.toml:3: profiles.farm.account_url: neither",
            ),
            (
                "[profiles.farm]\nprovider='prusa'\ntoken_file = 'x.json'",
                "c.toml:3: profiles.farm.token_file: not an absolute",
            ),
            (
                "[profiles.'../x']\nprovider='prusa'",
                "c.toml:1: profiles: a profile's name is 1 to 64",
            ),
            (
                "[profiles.Farm]\nprovider='prusa'",
                "c.toml:1: profiles: a profile's name is 1 to 64",
            ),
        ];
        for (text, wanted) in table {
            let error = load(text).map(|_| ()).expect_err(text);
            assert!(error.starts_with(wanted), "{text:?}: {error:?}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_second_account_has_settings_of_its_own() {
        let profiles = load("default = 'farm'\n[profiles.farm]\nprovider = 'prusa'\nemail = 'f@x.tld'\nmin_ttl = '2m'\nscopes = ['a']")
            .expect("profiles");
        let farm = profiles.named("farm").expect("farm");
        assert_eq!(
            (farm.email.as_deref(), farm.min_ttl),
            (Some("f@x.tld"), Some(Duration::from_secs(120)))
        );
        assert_eq!(profiles.default_name(), "farm");
        assert_eq!(profiles.iter().count(), 3);
    }

    #[test]
    fn the_environment_changes_the_built_in_profile_only() {
        let mut environment = Environment::default();
        environment.set("PRUSA_ACCOUNT_URL", "http://127.0.0.1:1");
        environment.set("PRUSA_CONNECT_URL", "http://127.0.0.1:2/app");
        let text = "[profiles.farm]\nprovider = 'prusa'";
        let profiles =
            Profiles::load(Some((Path::new("c.toml"), text)), &environment).expect("profiles");
        let of = |name: &str| {
            let profile = profiles.named(name).expect("a profile");
            let Issuer::Prusa(settings) = &profile.issuer else {
                panic!("prusa")
            };
            (
                profile.hosts[0].to_string(),
                settings.account_url.to_string(),
                settings.redirect_uri.to_string(),
            )
        };
        assert_eq!(
            of("prusa"),
            (
                "http://127.0.0.1:2".into(),
                "http://127.0.0.1:1/".into(),
                "http://127.0.0.1:2/login/auth-callback".into()
            )
        );
        assert_eq!(of("farm").1, "https://account.prusa3d.com/");
    }
}
