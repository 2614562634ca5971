//! Which profile answers a request: by name, by host, by default.
//!
//! A host is matched exactly or by an explicit `*.` entry; a profile that is named answers for its own hosts only.

use super::{Profile, Profiles};
use crate::credential::Origin;

/// What decides about the profile.
#[derive(Debug, Default)]
pub(crate) struct Asked<'a> {
    /// `--profile`.
    pub(crate) option: Option<&'a str>,
    /// `PRUSA_CRED_PROFILE`.
    pub(crate) variable: Option<&'a str>,
    /// The request's or address's host.
    pub(crate) origin: Option<&'a Origin>,
    /// The request's user name.
    pub(crate) username: Option<&'a str>,
}

/// The rule by which a profile was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Option,
    Variable,
    Host,
    Username,
    Default,
    BuiltIn,
}

/// Who answers.
#[derive(Debug)]
pub(crate) enum Choice<'a> {
    Profile(&'a Profile, Rule),
    /// No profile answers for this host, or not the one that was named.
    NotMine,
}

/// What is known of a profile's login, looked up only where it decides.
#[derive(Debug, Default)]
pub(crate) struct KnownLogin {
    pub(crate) is_signed_in: bool,
    pub(crate) email: Option<String>,
}

/// Why no profile could be chosen.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum ChooseError {
    /// A name that no profile has.
    #[error("there is no profile {name:?}")]
    NoSuchProfile {
        name: String,
        /// What named it.
        rule: Rule,
        known: Vec<String>,
    },
    /// Several profiles name the host, and nothing picks among them.
    #[error("several profiles answer for {host}: {}", .names.join(", "))]
    Ambiguous { host: String, names: Vec<String> },
}

impl Profiles {
    /// Returns who answers: `--profile`, then `PRUSA_CRED_PROFILE`, then the host, then `default`, then `prusa`.
    pub(crate) fn choose(
        &self,
        asked: &Asked<'_>,
        login_of: &dyn Fn(&Profile) -> KnownLogin,
    ) -> Result<Choice<'_>, ChooseError> {
        let named = asked.option.map(|name| (name, Rule::Option));
        let named = named.or_else(|| asked.variable.map(|name| (name, Rule::Variable)));
        if let Some((name, rule)) = named {
            let profile = self
                .named(name)
                .ok_or_else(|| self.no_such_profile(name, rule))?;
            let answers = asked
                .origin
                .is_none_or(|origin| profile.answers_for(origin));
            return Ok(if answers {
                Choice::Profile(profile, rule)
            } else {
                Choice::NotMine
            });
        }
        if let Some(origin) = asked.origin {
            return self.by_host(origin, asked.username, login_of);
        }
        let rule = if self.default.is_some() {
            Rule::Default
        } else {
            Rule::BuiltIn
        };
        let name = self.default_name();
        let profile = self
            .named(name)
            .ok_or_else(|| self.no_such_profile(name, rule))?;
        Ok(Choice::Profile(profile, rule))
    }

    fn no_such_profile(&self, name: &str, rule: Rule) -> ChooseError {
        ChooseError::NoSuchProfile {
            name: name.to_owned(),
            rule,
            known: self.all.iter().map(|it| it.name.clone()).collect(),
        }
    }

    fn by_host(
        &self,
        origin: &Origin,
        username: Option<&str>,
        login_of: &dyn Fn(&Profile) -> KnownLogin,
    ) -> Result<Choice<'_>, ChooseError> {
        let mut candidates: Vec<&Profile> = self
            .all
            .iter()
            .filter(|profile| profile.answers_for(origin))
            .collect();
        if candidates.len() > 1 {
            // The built-in profile is there unasked: it stands back unless somebody uses it.
            candidates.retain(|profile| {
                profile.is_configured
                    || self.default.as_deref() == Some(&profile.name)
                    || username == Some(&profile.name)
                    || login_of(profile).is_signed_in
            });
        }
        match candidates.as_slice() {
            [] => return Ok(Choice::NotMine),
            [only] => return Ok(Choice::Profile(only, Rule::Host)),
            _ => {}
        }
        let by_username = username.map(|username| {
            let is_meant = |profile: &&&Profile| profile.is_called(username, login_of);
            candidates
                .iter()
                .filter(is_meant)
                .copied()
                .collect::<Vec<_>>()
        });
        if let Some([only]) = by_username.as_deref() {
            return Ok(Choice::Profile(only, Rule::Username));
        }
        match candidates
            .iter()
            .find(|profile| self.default.as_deref() == Some(&profile.name))
        {
            Some(default) => Ok(Choice::Profile(default, Rule::Default)),
            None => Err(ChooseError::Ambiguous {
                host: origin.to_string(),
                names: candidates
                    .iter()
                    .map(|profile| profile.name.clone())
                    .collect(),
            }),
        }
    }
}

impl Profile {
    /// Returns whether this profile names the host of `origin`.
    pub(crate) fn answers_for(&self, origin: &Origin) -> bool {
        self.hosts.iter().any(|pattern| pattern.matches(origin))
    }

    /// Returns whether a user name is one of this profile's: its name, its `username`, or whose login it is.
    pub(crate) fn is_called(
        &self,
        username: &str,
        login_of: &dyn Fn(&Profile) -> KnownLogin,
    ) -> bool {
        let is_email = |email: &str| email.eq_ignore_ascii_case(username);
        self.name == username
            || self.username == username
            || self.email.as_deref().is_some_and(is_email)
            || login_of(self).email.as_deref().is_some_and(is_email)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::profile::Environment;

    const TWO: &str = "[profiles.a]\nprovider='prusa'\nemail='a@x.tld'\nhosts=['git.x.tld']\n\
                       [profiles.b]\nprovider='prusa'\nusername='bob'\nhosts=['git.x.tld', '*.b.tld']\n";

    fn pick(
        config: &str,
        option: Option<&str>,
        url: Option<&str>,
        username: Option<&str>,
    ) -> String {
        let profiles = Profiles::load(Some((Path::new("c.toml"), config)), &Environment::default())
            .expect("config");
        let origin = url.map(|url| Origin::parse(url).expect("an origin"));
        let asked = Asked {
            option,
            variable: None,
            origin: origin.as_ref(),
            username,
        };
        match profiles.choose(&asked, &|_| KnownLogin::default()) {
            Ok(Choice::Profile(profile, rule)) => format!("{} {rule:?}", profile.name),
            Ok(Choice::NotMine) => "nobody".into(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn names_hosts_and_defaults_decide_in_that_order() {
        let table = [
            (TWO, Some("a"), None, None, "a Option"),
            (TWO, Some("zz"), None, None, "there is no profile \"zz\""),
            (TWO, Some("a"), Some("https://git.x.tld"), None, "a Option"),
            (TWO, Some("a"), Some("https://x.b.tld"), None, "nobody"),
            (TWO, None, Some("https://x.b.tld"), None, "b Host"),
            (TWO, None, Some("https://b.tld"), None, "nobody"),
            (TWO, None, Some("https://x.y.b.tld"), None, "nobody"),
            (TWO, None, Some("http://x.b.tld"), None, "nobody"),
            (
                TWO,
                None,
                Some("https://git.x.tld"),
                None,
                "several profiles answer for https://git.x.tld: a, b",
            ),
            (
                TWO,
                None,
                Some("https://git.x.tld"),
                Some("b"),
                "b Username",
            ),
            (
                TWO,
                None,
                Some("https://git.x.tld"),
                Some("bob"),
                "b Username",
            ),
            (
                TWO,
                None,
                Some("https://git.x.tld"),
                Some("A@X.tld"),
                "a Username",
            ),
            (
                TWO,
                None,
                Some("https://connect.prusa3d.com"),
                None,
                "prusa Host",
            ),
            (TWO, None, None, None, "prusa BuiltIn"),
        ];
        for (config, option, url, username, wanted) in table {
            assert_eq!(
                pick(config, option, url, username),
                wanted,
                "{option:?} {url:?} {username:?}"
            );
        }
        let with_default = format!("default = 'b'\n{TWO}");
        assert_eq!(
            pick(&with_default, None, Some("https://git.x.tld"), None),
            "b Default"
        );
        assert_eq!(pick(&with_default, None, None, None), "b Default");
    }

    #[test]
    fn the_built_in_profile_stands_back_until_it_is_used() {
        let farm = "[profiles.farm]\nprovider='prusa'";
        assert_eq!(
            pick(farm, None, Some("https://connect.prusa3d.com"), None),
            "farm Host"
        );
        assert_eq!(
            pick(
                farm,
                None,
                Some("https://connect.prusa3d.com"),
                Some("prusa")
            ),
            "prusa Username"
        );
    }
}
