//! `config.toml`: text in, profiles out.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::environment::Environment;
use super::error::ConfigError;
use super::foreign_key::unknown_key;
use super::keys::{self, Keys, Source};
use super::profiles::{Profile, Profiles};
use super::provider::{Issuer, Kind};
use super::seal::{KeyPlace, NOT_A_PLACE, Seal};
use super::spec::{Holds, TokenFiles};
use super::unknown_word::unknown;
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
    /// When the file is not TOML, its keys are unknown, missing or not valid, `default` names neither a profile of the
    /// file nor a built-in one, or a variable that is used is not valid: all of that at once.
    pub(crate) fn load(
        file: Option<(&Path, &str)>,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        let mut faults = Vec::new();
        let mut profiles = match file {
            Some((path, text)) => Source { path, text }.profiles(environment, &mut faults)?,
            None => Self::none(),
        };
        for kind in Kind::ALL {
            let name = kind.word();
            if faults.is_empty() && kind.is_built_in(environment) && profiles.named(name).is_none()
            {
                let built_in = profile(Keys::none(name), environment);
                profiles.all.extend(built_in.unwrap_or_else(|found| {
                    faults.extend(found);
                    None
                }));
            }
        }
        if let Some(error) = ConfigError::all(faults) {
            return Err(error);
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

/// The keys at the top of the file.
const TOP_KEYS: [&str; 6] = [
    "default",
    "audit",
    "seal",
    "seal_saved",
    "seal_keys",
    "profiles",
];

impl Source<'_> {
    /// Parses the whole file into its profiles and settings, without those that are not valid: `faults` gets each key
    /// that is unknown, missing or not valid, each variable that is not valid, and `default` if it names neither a
    /// profile of the file nor a built-in one, which need not exist here. Fails if the file is not TOML.
    fn profiles(
        self,
        environment: &Environment,
        faults: &mut Vec<ConfigError>,
    ) -> Result<Profiles, ConfigError> {
        let root = DeTable::parse(self.text).map_err(|error| ConfigError::Syntax {
            file: self.path.to_owned(),
            line: self.line(error.span().map_or(0, |span| span.start)),
            why: error.message().to_owned(),
        })?;
        let mut default = None;
        let mut profiles = Profiles::none();
        let mut names = Vec::new();
        for (key, value) in root.get_ref() {
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            let mut wrong = |why: String| faults.push(self.error(at, name, why));
            match name {
                "default" => match keys::spanned_string(value) {
                    Ok(name) => default = Some((at, name)),
                    Err(why) => wrong(why),
                },
                "audit" => match value.get_ref().as_bool() {
                    Some(is_audited) => profiles.is_audited = is_audited,
                    None => wrong("not true or false".to_owned()),
                },
                "seal" => profiles.seal = self.seal(value, name, at, faults),
                "seal_saved" => profiles.seal_saved = self.seal(value, name, at, faults),
                "seal_keys" => profiles.seal_keys = self.key_places(value, name, at, faults),
                "profiles" => match value.get_ref().as_table() {
                    Some(tables) => {
                        names.extend(tables.keys().map(|name| name.get_ref().as_ref()));
                        profiles.all = self.tables(tables, environment, faults);
                    }
                    None => wrong("not a table".to_owned()),
                },
                _ if is_profile_key(name) => {
                    wrong("unknown key: it belongs below a line [profiles.NAME]".to_owned());
                }
                _ => wrong(unknown(name, &TOP_KEYS)),
            }
        }
        if let Some((at, name)) = default {
            if !is_built_in(&name) && !names.contains(&name.as_str()) {
                faults.push(self.error(at, "default", "no profile has this name"));
            }
            profiles.default = Some(name);
        }
        Ok(profiles)
    }

    /// Returns the profiles in the tables below `profiles` that are valid; `faults` gets what is wrong with the others:
    /// their names, that they are no tables, and as `profile`.
    fn tables(
        self,
        tables: &DeTable<'_>,
        environment: &Environment,
        faults: &mut Vec<ConfigError>,
    ) -> Vec<Profile> {
        let mut all = Vec::new();
        for (name, value) in tables {
            let at = name.span().start;
            let name = name.get_ref();
            if !is_profile_name(name) {
                let why = "a profile's name is 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit";
                faults.push(self.error(at, "profiles", why));
                continue;
            }
            let Some(table) = value.get_ref().as_table() else {
                faults.push(self.error(at, &format!("profiles.{name}"), "not a table"));
                continue;
            };
            match profile(Keys::of(self, name, table, at), environment) {
                Ok(profile) => all.extend(profile),
                Err(found) => faults.extend(found),
            }
        }
        all
    }

    /// Parses the value of a `seal` key; `None`, noted with the key and its position, if it is no string or no valid
    /// setting.
    fn seal(
        self,
        value: &Spanned<DeValue<'_>>,
        key: &str,
        at: usize,
        faults: &mut Vec<ConfigError>,
    ) -> Option<Seal> {
        let seal = keys::spanned_string(value).and_then(|text| Seal::parse(&text));
        seal.map_err(|why| faults.push(self.error(at, key, why)))
            .ok()
    }

    /// Parses a list of places of keys, without those that are not valid, which are noted with their positions, as is
    /// that it is no list.
    fn key_places(
        self,
        value: &Spanned<DeValue<'_>>,
        key: &str,
        at: usize,
        faults: &mut Vec<ConfigError>,
    ) -> Vec<KeyPlace> {
        let Some(list) = value.get_ref().as_array() else {
            faults.push(self.error(at, key, "not a list"));
            return Vec::new();
        };
        let mut places = Vec::new();
        for (number, value) in (1..).zip(list.iter()) {
            let number: usize = number;
            let place = keys::spanned_string(value)
                .and_then(|text| KeyPlace::parse(&text).ok_or_else(|| NOT_A_PLACE.to_owned()));
            match place {
                Ok(place) => places.push(place),
                Err(why) => {
                    let why = format!("entry {number}: {why}");
                    faults.push(self.error(value.span().start, key, why));
                }
            }
        }
        places
    }
}

/// Returns the profile that the keys and the environment describe; for a built-in one the variables take precedence.
/// Fails with everything that is missing, unknown or not valid.
fn profile(
    mut keys: Keys<'_>,
    environment: &Environment,
) -> Result<Option<Profile>, Vec<ConfigError>> {
    let kind = kind(&mut keys);
    let profile = kind.and_then(|kind| profile_of(kind, &mut keys, environment));
    if let Some(kind) = kind {
        keys.note_unknown(|key, known| unknown_key(key, kind, known, &keys_of));
    }
    let faults = keys.finish();
    if faults.is_empty() {
        Ok(profile)
    } else {
        Err(faults)
    }
}

/// Returns the profile of this kind; what is missing or not valid is noted in `keys`, and `None` if there is none
/// without it.
fn profile_of(kind: Kind, keys: &mut Keys<'_>, environment: &Environment) -> Option<Profile> {
    let auths = [
        ("auto", GitAuth::Auto),
        ("bearer", GitAuth::Bearer),
        ("basic", GitAuth::Basic),
    ];
    let spec = Kind::of_built_in(keys.name()).map(Kind::spec);
    let variable = |holds| spec.and_then(|spec| spec.variable(holds));
    let email = variable(Holds::Email).and_then(|name| environment.text(name));
    let token_file = variable(Holds::TokenFile).and_then(|name| environment.path(name));
    let configured_email = keys.line("email");
    let configured_file = match kind.spec().token_files {
        TokenFiles::OnePerProfile => keys.path("token_file"),
        // A single file would mix up tokens for different scopes.
        TokenFiles::OnePerRequest => None,
    };
    let configured_hosts = keys.hosts("hosts");
    let username = keys.line("username");
    let min_ttl = keys.duration("min_ttl");
    let git_auth = keys.word("git_auth", &auths).unwrap_or_default();
    let ca_file = keys.path("ca_file");
    let password_command = keys.string("password_command");
    let otp_command = keys.string("otp_command");
    let on_rotate = keys.string("on_rotate");
    let seal = keys.seal("seal");
    let (issuer, own_hosts) = Issuer::read(kind, keys, environment)?;
    let own_hosts = match &configured_hosts {
        // What is built in stays.
        Some(_) if is_built_in(keys.name()) => own_hosts,
        Some(_) => Vec::new(),
        None => own_hosts,
    };
    let mut hosts = own_hosts.clone();
    for host in configured_hosts.into_iter().flatten() {
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    Some(Profile {
        name: keys.name().to_owned(),
        is_configured: keys.is_configured(),
        hosts,
        own_hosts,
        username: username.unwrap_or_else(|| USERNAME.to_owned()),
        email: email.map(str::to_owned).or(configured_email),
        min_ttl,
        git_auth,
        token_file: token_file.or(configured_file),
        ca_file,
        password_command,
        otp_command,
        on_rotate,
        seal,
        issuer,
    })
}

/// Returns the kind in `provider`, or that of a built-in profile without the key. `None`, noted in `keys`, if it is no
/// kind, or another than that of the built-in profile of this name, or missing for another name.
fn kind(keys: &mut Keys<'_>) -> Option<Kind> {
    let kinds = Kind::ALL.map(|kind| (kind.word(), kind));
    let configured = keys.word("provider", &kinds);
    let name = keys.name().to_owned();
    let built_in = Kind::of_built_in(&name);
    // What is stored under a built-in name, and the variables about it, are for one kind of provider. Neither must be
    // sent to a server of another kind.
    if built_in.is_some() && configured.is_some() && configured != built_in {
        let why =
            || format!("a profile named {name} is of provider {name}; give this one another name");
        return keys.read("provider", |_| Err(why()));
    }
    let words = Kind::ALL.map(Kind::word);
    let why = format!("one of {}", words.join(", "));
    keys.required("provider", configured.or(built_in), &why)
}

/// Returns every key that a profile of this kind may have.
fn keys_of(kind: Kind) -> Vec<&'static str> {
    // Of no built-in name, so that no variable counts.
    let mut keys = Keys::none("");
    profile_of(kind, &mut keys, &Environment::default());
    keys.known()
}

/// Returns whether profiles of some provider have this key.
fn is_profile_key(key: &str) -> bool {
    let has_key = |kind: Kind| keys_of(kind).contains(&key);
    key == "provider" || Kind::ALL.into_iter().any(has_key)
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
                "c.toml:1: defaults: unknown key: did you mean `default`?",
            ),
            (
                "default = 'nobody'",
                "c.toml:1: default: no profile has this name",
            ),
            ("default = 7", "c.toml:1: default: not a string"),
            ("\naudit = 'yes'", "c.toml:2: audit: not true or false"),
            (
                "audits = true",
                "c.toml:1: audits: unknown key: did you mean `audit`?",
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
