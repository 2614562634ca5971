//! The profile that answers a request: chosen by name, by place, or by default.
//!
//! A host is matched exactly or by an explicit `*.` entry, a path by whole segments, and of several entries the one
//! with the longest path counts; a profile that is named answers for its own places only.

use super::provider::Kind;
use super::{Profile, Profiles};
use crate::credential::{HostPattern, Origin, OriginAndPath};

/// The values by which a profile is chosen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ProfileQuery<'a> {
    /// `--profile`.
    pub(crate) option: Option<&'a str>,
    /// `PRUSA_CRED_PROFILE`.
    pub(crate) variable: Option<&'a str>,
    /// Where the request's or address's credential goes.
    pub(crate) place: Option<&'a OriginAndPath<'a>>,
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
    /// No other has a login.
    OnlyLogin,
    BuiltIn,
}

/// The profiles that a query selects, by the configuration alone.
#[derive(Debug)]
pub(crate) enum Candidates<'a> {
    /// Exactly one.
    One(&'a Profile, Rule),
    /// Several profiles name the place: see [`Profiles::break_tie`].
    Many(Vec<&'a Profile>),
    /// No profile answers for the place, or the one that is named does not.
    None,
}

/// One of several profiles that name a place, and what is known of its login.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) has_login: bool,
    /// The e-mail address of the login, if its tokens hold one.
    pub(crate) email: Option<String>,
}

/// Why no profile could be chosen.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum ChooseError {
    /// No profile has this name.
    #[error("there is no profile {name:?}")]
    NoSuchProfile {
        name: String,
        /// Whether the option, the variable or the configuration names it.
        rule: Rule,
        known: Vec<String>,
    },
    /// No profile has this name of a built-in one, which exists only where something else is set.
    #[error("{why}")]
    NotBuiltIn {
        why: &'static str,
        /// Whether the option, the variable or the configuration names it.
        rule: Rule,
    },
    /// Several profiles have a login, and nothing says which is meant.
    #[error("several profiles are signed in: {}", .names.join(", "))]
    SeveralLogins { names: Vec<String> },
    /// Several profiles name the place, and neither the user name nor the default decides.
    #[error("several profiles answer for {host}: {}", .names.join(", "))]
    Ambiguous {
        /// With the path, if it was by an entry with one.
        host: String,
        names: Vec<String>,
    },
}

impl Profiles {
    /// Returns the profiles that may answer: that of `--profile`, else of `PRUSA_CRED_PROFILE`, else those that name
    /// the place by the longest entry; without a place that of `default`, else `prusa`. A profile that is named and
    /// does not name the place gives `None`, whichever others do. The user name is not considered.
    ///
    /// # Errors
    ///
    /// `NoSuchProfile` or `NotBuiltIn`, if the option, the variable or `default` names a profile that does not exist.
    pub(crate) fn candidates(
        &self,
        query: &ProfileQuery<'_>,
    ) -> Result<Candidates<'_>, ChooseError> {
        let named = query.option.map(|name| (name, Rule::Option));
        let named = named.or_else(|| query.variable.map(|name| (name, Rule::Variable)));
        let (name, rule) = match (named, query.place) {
            (Some(named), _) => named,
            (None, Some(place)) => return Ok(self.candidates_for(place)),
            (None, None) if self.default.is_some() => (self.default_name(), Rule::Default),
            (None, None) => (self.default_name(), Rule::BuiltIn),
        };
        let profile = self
            .named(name)
            .ok_or_else(|| self.no_such_profile(name, rule))?;
        Ok(match query.place {
            Some(place) if !profile.answers_for(place) => Candidates::None,
            _ => Candidates::One(profile, rule),
        })
    }

    /// Returns the profiles that name a place by the longest entry of all.
    fn candidates_for(&self, place: &OriginAndPath<'_>) -> Candidates<'_> {
        let depths = self.all.iter().map(|profile| profile.depth_at(place));
        let Some(longest) = depths.flatten().max() else {
            return Candidates::None;
        };
        let is_longest = |it: &&Profile| it.depth_at(place) == Some(longest);
        let profiles: Vec<_> = self.all.iter().filter(is_longest).collect();
        match profiles.as_slice() {
            [] => Candidates::None,
            [only] => Candidates::One(only, Rule::Host),
            _ => Candidates::Many(profiles),
        }
    }

    /// Returns one of several profiles that name the place of a query: the only one that counts, else the only one that
    /// has the user name, else `default`; `None` if none counts. A built-in profile that is not configured counts only
    /// if it has a login, is `default`, or its name is the user name.
    ///
    /// # Errors
    ///
    /// `Ambiguous`, if several count and neither the user name nor `default` decides.
    pub(crate) fn break_tie<'a>(
        &self,
        query: &ProfileQuery<'_>,
        mut candidates: Vec<Candidate<'a>>,
    ) -> Result<Option<(&'a Profile, Rule)>, ChooseError> {
        candidates.retain(|candidate| {
            let profile = candidate.profile;
            profile.is_configured
                || self.default.as_deref() == Some(&profile.name)
                || query.username == Some(&profile.name)
                || candidate.has_login
        });
        match candidates.as_slice() {
            [] => return Ok(None),
            [only] => return Ok(Some((only.profile, Rule::Host))),
            _ => {}
        }
        if let Some(username) = query.username {
            let mut named = candidates
                .iter()
                .filter(|it| it.profile.has_username(username, it.email.as_deref()));
            if let (Some(only), None) = (named.next(), named.next()) {
                return Ok(Some((only.profile, Rule::Username)));
            }
        }
        let mut profiles = candidates.iter().map(|candidate| candidate.profile);
        match profiles.find(|profile| self.default.as_deref() == Some(&profile.name)) {
            Some(default) => Ok(Some((default, Rule::Default))),
            None => Err(ChooseError::Ambiguous {
                host: query.place.map(|it| self.name_of(it)).unwrap_or_default(),
                names: candidates
                    .iter()
                    .map(|candidate| candidate.profile.name.clone())
                    .collect(),
            }),
        }
    }

    /// Returns whether an entry of any profile for this host has a path, so that it depends on the path who answers.
    pub(crate) fn tells_paths_apart(&self, origin: &Origin) -> bool {
        let has_path = |it: &HostPattern| it.path_text().is_some() && it.matches_host(origin);
        self.any_entry_of_others(None, &has_path)
    }

    /// Returns how a person knows a place: by its host, and by its path too if an entry of any profile for that host
    /// has a path. The rest of an address is left out: nobody decides by it, and it may say more than is to be shown.
    pub(crate) fn name_of(&self, place: &OriginAndPath<'_>) -> String {
        if self.tells_paths_apart(place.origin) {
            place.to_string()
        } else {
            place.origin.to_string()
        }
    }

    /// Returns whether an entry of another profile than the one of this name fulfils a condition. Of several profiles
    /// the longest entry counts, so that what is for all of a place may not be for each part of it.
    pub(crate) fn any_entry_of_others(
        &self,
        name: Option<&str>,
        predicate: &dyn Fn(&HostPattern) -> bool,
    ) -> bool {
        let mut others = self.all.iter().filter(|it| name != Some(&it.name));
        others.any(|profile| profile.any_entry(predicate))
    }

    /// Returns the error for a name that no profile has, with the names that are known.
    fn no_such_profile(&self, name: &str, rule: Rule) -> ChooseError {
        if let Some(kind) = Kind::of_built_in(name) {
            let why = kind.spec().no_profile;
            return ChooseError::NotBuiltIn { why, rule };
        }
        ChooseError::NoSuchProfile {
            name: name.to_owned(),
            rule,
            known: self.all.iter().map(|it| it.name.clone()).collect(),
        }
    }
}

impl Profile {
    /// Returns whether one of this profile's `hosts` covers the place, its scheme and port included.
    pub(crate) fn answers_for(&self, place: &OriginAndPath<'_>) -> bool {
        self.depth_at(place).is_some()
    }

    /// Returns the number of segments in the path of the longest entry by which this profile covers the place, that of
    /// its resource included; `None` if none does.
    pub(crate) fn depth_at(&self, place: &OriginAndPath<'_>) -> Option<usize> {
        let entries = self.hosts.iter().chain(self.issuer.resource_place());
        let depths = entries.map(|entry| place.depth_in(entry));
        depths.flatten().max()
    }

    /// Returns whether a user name belongs to this profile: its name, its `username`, its `email`, or `login_email`,
    /// the address of the stored login. Only e-mail addresses are compared without regard to case.
    pub(crate) fn has_username(&self, username: &str, login_email: Option<&str>) -> bool {
        let is_email = |email: &str| email.eq_ignore_ascii_case(username);
        self.name == username
            || self.username == username
            || self.email.as_deref().is_some_and(is_email)
            || login_email.is_some_and(is_email)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::credential::Request;
    use crate::profile::Environment;

    const TWO: &str = "[profiles.a]\nprovider='prusa'\nemail='a@x.tld'\nhosts=['git.x.tld']\n\
                       [profiles.b]\nprovider='prusa'\nusername='bob'\nhosts=['git.x.tld', '*.b.tld']\n";

    fn choose(
        config: &str,
        option: Option<&str>,
        url: Option<&str>,
        username: Option<&str>,
    ) -> String {
        let profiles = Profiles::load(Some((Path::new("c.toml"), config)), &Environment::default())
            .expect("config");
        let request = url.map(|url| Request::for_url(url).expect("an address"));
        let place = request.as_ref().and_then(Request::place);
        let query = ProfileQuery {
            option,
            variable: None,
            place: place.as_ref(),
            username,
        };
        let without_login = |profile| Candidate {
            profile,
            has_login: false,
            email: None,
        };
        let chosen = profiles
            .candidates(&query)
            .and_then(|candidates| match candidates {
                Candidates::One(profile, rule) => Ok(Some((profile, rule))),
                Candidates::Many(several) => {
                    let several = several.into_iter().map(without_login).collect();
                    profiles.break_tie(&query, several)
                }
                Candidates::None => Ok(None),
            });
        match chosen {
            Ok(Some((profile, rule))) => format!("{} {rule:?}", profile.name),
            Ok(None) => "none".into(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn names_then_hosts_then_defaults_choose_the_profile() {
        let table = [
            (TWO, Some("a"), None, None, "a Option"),
            (TWO, Some("zz"), None, None, "there is no profile \"zz\""),
            (TWO, Some("a"), Some("https://git.x.tld"), None, "a Option"),
            (TWO, Some("a"), Some("https://x.b.tld"), None, "none"),
            (TWO, None, Some("https://x.b.tld"), None, "b Host"),
            (TWO, None, Some("https://b.tld"), None, "none"),
            (TWO, None, Some("https://x.y.b.tld"), None, "none"),
            (TWO, None, Some("http://x.b.tld"), None, "none"),
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
                choose(config, option, url, username),
                wanted,
                "{option:?} {url:?} {username:?}"
            );
        }
        let with_default = format!("default = 'b'\n{TWO}");
        assert_eq!(
            choose(&with_default, None, Some("https://git.x.tld"), None),
            "b Default"
        );
        assert_eq!(choose(&with_default, None, None, None), "b Default");
    }

    #[test]
    fn the_longest_entry_and_then_the_user_name_choose_the_profile() {
        const PATHS: &str = "[profiles.a]\nprovider='prusa'\nhosts=['h', 'h/a/b']\n\
                             [profiles.b]\nprovider='prusa'\nusername='bob'\nhosts=['h/a']\n\
                             [profiles.c]\nprovider='prusa'\nhosts=['h/a/', '*.w/c']\n";
        for (option, url, username, wanted) in [
            (None, "h", None, "a Host"),
            (None, "h/b", None, "a Host"),
            (None, "h/a/b/c", None, "a Host"),
            (None, "h/a/bc", Some("bob"), "b Username"),
            (None, "h/a?x", Some("c"), "c Username"),
            (
                None,
                "h/a/",
                None,
                "several profiles answer for https://h/a: b, c",
            ),
            (None, "h/a/../x", None, "a Host"),
            (Some("a"), "h/a", None, "a Option"),
            (Some("b"), "h", None, "none"),
            (Some("b"), "h/a/../x", None, "none"),
            (None, "x.w/c/d", None, "c Host"),
            (None, "x.w", None, "none"),
        ] {
            assert_eq!(choose(PATHS, option, Some(url), username), wanted, "{url}");
        }
    }

    #[test]
    fn an_unused_built_in_profile_is_not_chosen() {
        let farm = "[profiles.farm]\nprovider='prusa'";
        assert_eq!(
            choose(farm, None, Some("https://connect.prusa3d.com"), None),
            "farm Host"
        );
        assert_eq!(
            choose(
                farm,
                None,
                Some("https://connect.prusa3d.com"),
                Some("prusa")
            ),
            "prusa Username"
        );
    }
}
