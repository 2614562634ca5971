//! The profile that a client is to ask prusa-cred for, and the hosts.

use anyhow::Result;

use super::error::SetupError;
use crate::answer::choose::{Chosen, choose, choose_candidate, chosen_profile, no_answer_error};
use crate::answer::error::AnswerError;
use crate::answer::uncovered::Uncovered;
use crate::clients::programs::PROGRAM_NAME;
use crate::context::Context;
use crate::credential::{HostPattern, Origin, OriginAndPath, Request};
use crate::profile::{Profile, ProfileQuery, Profiles};

/// What a client is to ask prusa-cred for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The target's hosts.
    Hosts,
    /// All registries, also those for which no profile answers: prusa-cred saves their logins.
    AllRegistries,
}

/// A profile, and the hosts that the client is to ask it for.
pub(crate) struct SetupTarget<'a> {
    /// The profile that is to answer.
    pub(crate) profile: &'a Profile,
    /// The hosts; never empty.
    pub(crate) hosts: Vec<Host>,
    /// Whether these are all that it is to ask for.
    pub(crate) reach: Reach,
    /// Whether the client has to name the profile, as another one answers for some of the hosts otherwise.
    pub(crate) must_name_profile: bool,
    /// The hosts for which it has to.
    hosts_of_others: Vec<HostPattern>,
    profiles: &'a Profiles,
}

/// A host, or for a wildcard every host with one label in its place; or a part of it, if the profile answers only for
/// that.
pub(crate) struct Host {
    /// The host as in a profile's `hosts`, with the path for which the profile answers.
    pub(crate) pattern: HostPattern,
    /// The whole URL that `--host` gave, if it is more than a host.
    pub(crate) address: Option<String>,
}

impl Host {
    /// Returns the host for a pattern that was named without an address.
    fn from_pattern(pattern: HostPattern) -> Self {
        Self {
            pattern,
            address: None,
        }
    }

    /// Parses `--host`: a host or a wildcard as in a profile's `hosts`, or a URL, which is kept as the address if it is
    /// more than a host. Fails with `BadAddress` if it is none of these, or http to another host than a loopback one.
    fn parse(text: &str) -> Result<Self, AnswerError> {
        let pattern = HostPattern::parse(text);
        match (pattern, Origin::parse(text)) {
            (Ok(pattern), Ok(origin)) if pattern.path_text().is_some() => Ok(Self {
                pattern,
                address: Some(origin.complete_url(text)),
            }),
            (Ok(pattern), _) => Ok(Self::from_pattern(pattern)),
            (Err(_), origin) => {
                let origin = origin.map_err(AnswerError::BadAddress)?;
                let pattern =
                    HostPattern::parse(&origin.to_string()).map_err(AnswerError::BadAddress)?;
                let address = Some(origin.complete_url(text));
                Ok(Self { pattern, address })
            }
        }
    }

    /// Returns the host with the path by which the profile answers for it, in place of the one that was given;
    /// unchanged if the profile does not answer for it.
    fn narrowed_to(self, profile: &Profile) -> Self {
        let request = self.request();
        let place = request.as_ref().and_then(Request::place);
        let entries = profile.places();
        let longest = entries
            .filter_map(|entry| Some((place.as_ref()?.depth_in(entry)?, entry)))
            .max_by_key(|(depth, _)| *depth);
        match longest {
            Some((_, entry)) => Self {
                pattern: self.pattern.with_path_of(entry),
                ..self
            },
            None => self,
        }
    }

    /// Returns whether it is `*.HOST`.
    pub(crate) fn is_wildcard(&self) -> bool {
        self.pattern.exact_origin().is_none()
    }

    /// Returns whether it is only a part of a host.
    pub(crate) fn has_path(&self) -> bool {
        self.pattern.path_text().is_some()
    }

    /// Returns a request for the address or the host, or for one of those that a wildcard matches; `None` if that is
    /// not valid.
    fn request(&self) -> Option<Request> {
        match (&self.address, self.pattern.exact_origin()) {
            (Some(address), _) => Request::for_url(address).ok(),
            (None, Some(origin)) => Some(Request {
                path: self.pattern.path_text().map(str::to_owned),
                ..Request::new(origin.clone())
            }),
            (None, None) => Request::for_url(&self.pattern.to_string().replacen('*', "x", 1)).ok(),
        }
    }

    /// Returns the host, with `*.` before it for a wildcard, with its port unless that is the scheme's default, and
    /// with its path if it has one.
    pub(crate) fn name(&self) -> String {
        let path = self.pattern.path_text().map(|path| format!("/{path}"));
        self.host_name() + &path.unwrap_or_default()
    }

    /// Returns the name without the path.
    pub(crate) fn host_name(&self) -> String {
        if let Some(origin) = self.pattern.exact_origin() {
            return origin.host_and_port();
        }
        let name = self.pattern.to_string();
        name.split('/').next().unwrap_or_default().to_owned()
    }

    /// Returns its URLs, with the path if it has one: two, with http and https, for a loopback host that is named
    /// without a scheme.
    pub(crate) fn urls(&self) -> Vec<String> {
        let named_scheme = self.pattern.exact_origin().map(Origin::explicit_scheme);
        let schemes = match named_scheme {
            Some(None) => vec!["https", "http"],
            Some(Some(scheme)) => vec![scheme],
            None => vec!["https"],
        };
        let name = self.name();
        let urls = schemes.iter().map(|scheme| format!("{scheme}://{name}"));
        urls.collect()
    }
}

impl<'a> SetupTarget<'a> {
    /// Finds the profile and the hosts that options and configuration name; without `hosts` those of the profile. With
    /// `is_undo`, a host that no profile answers for is accepted; if none of them has a profile, it is the one that is
    /// chosen without hosts.
    ///
    /// # Errors
    ///
    /// When there is no such profile, it does not answer for one of the hosts, it has none, they belong to two
    /// profiles, or one is not valid.
    pub(crate) fn find(context: &'a Context, hosts: &[String], is_undo: bool) -> Result<Self> {
        let hosts = hosts
            .iter()
            .map(|text| Host::parse(text))
            .collect::<Result<Vec<_>, _>>()?;
        let mut found: Option<&Profile> = None;
        for host in &hosts {
            let Some(profile) = profile_for_host(context, host, is_undo)? else {
                continue;
            };
            match found {
                Some(first) if first.name != profile.name => {
                    let (one, other) = (first.name.clone(), profile.name.clone());
                    return Err(SetupError::TwoProfiles(one, other).into());
                }
                _ => found = Some(profile),
            }
        }
        let profile = match found {
            Some(profile) => profile,
            None => chosen_profile(context)?,
        };
        let hosts = hosts.into_iter();
        let hosts = hosts.map(|host| host.narrowed_to(profile)).collect();
        Self::for_profile(context, profile, hosts)
    }

    /// Returns a profile with these hosts, or with all of its own if there are none. Whether it answers for these is
    /// not checked. Logins are read where several profiles name a host.
    ///
    /// # Errors
    ///
    /// When the profile has no hosts either.
    pub(crate) fn for_profile(
        context: &'a Context,
        profile: &'a Profile,
        hosts: Vec<Host>,
    ) -> Result<Self> {
        let hosts = if hosts.is_empty() {
            profile
                .hosts
                .iter()
                .cloned()
                .map(Host::from_pattern)
                .collect()
        } else {
            hosts
        };
        if hosts.is_empty() {
            return Err(SetupError::NoHosts(profile.name.clone()).into());
        }
        let hosts_of_others: Vec<_> = hosts
            .iter()
            .filter(|host| !is_chosen_without_name(context, profile, host))
            .map(|host| host.pattern.clone())
            .collect();
        let must_name_profile = !hosts_of_others.is_empty();
        Ok(Self {
            profile,
            hosts,
            reach: Reach::Hosts,
            must_name_profile,
            hosts_of_others,
            profiles: context.profiles()?,
        })
    }

    /// Returns the target with this reach.
    pub(crate) fn reaching(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }

    /// Returns the options that a command line of prusa-cred needs to answer for the profile: `--profile` and its name,
    /// or none if it answers without.
    pub(crate) fn options(&self) -> Vec<String> {
        if self.must_name_profile {
            vec!["--profile".to_owned(), self.profile.name.clone()]
        } else {
            Vec::new()
        }
    }

    /// Returns the command line that runs prusa-cred with this command; options come before the command.
    pub(crate) fn command_line(&self, command: &str) -> String {
        let mut words = vec![PROGRAM_NAME.to_owned()];
        words.extend(self.options());
        words.extend(command.split_whitespace().map(str::to_owned));
        words.join(" ")
    }

    /// Returns the URL of the profile's MCP server: the one that was given, else the profile's `resource`, else the
    /// one that
    /// was written before; unchecked if it is no web address.
    ///
    /// # Errors
    ///
    /// When there is none of them, or the profile does not answer for it.
    pub(crate) fn mcp_server_url(
        &self,
        written: impl FnOnce() -> Option<String>,
    ) -> Result<String, SetupError> {
        let given = self.hosts.iter().find_map(|host| host.address.clone());
        let resource = || self.profile.issuer.resource().map(str::to_owned);
        let name = || self.profile.name.clone();
        let address = given
            .or_else(resource)
            .or_else(written)
            .ok_or_else(|| SetupError::NoServerAddress(name()))?;
        let request = Request::for_url(&address).ok();
        match request.as_ref().and_then(Request::place) {
            Some(place) if !self.profile.answers_for(&place) => {
                let place = place.to_string();
                let place = place.trim_start_matches("https://").to_owned();
                Err(SetupError::ServerHostNotCovered(name(), place))
            }
            _ => Ok(address),
        }
    }

    /// Returns whether there is a profile of this name.
    pub(crate) fn has_profile(&self, name: &str) -> bool {
        self.profiles.named(name).is_some()
    }

    /// Returns whether one of the hosts covers a place.
    pub(crate) fn covers(&self, place: &OriginAndPath<'_>) -> bool {
        let mut hosts = self.hosts.iter();
        hosts.any(|host| place.depth_in(&host.pattern).is_some())
    }

    /// Returns whether a client that can send the path has to do so: the host is only a part of one, or another profile
    /// answers for a part of it. A profile that the client names answers for all of it.
    pub(crate) fn needs_path(&self, host: &Host) -> bool {
        let is_part = |entry: &HostPattern| host.pattern.has_part(entry);
        let name = Some(self.profile.name.as_str());
        host.has_path()
            || (!self.must_name_profile && self.profiles.any_entry_of_others(name, &is_part))
    }

    /// Returns whether the client has to name the profile for this host.
    pub(crate) fn must_name_profile_for(&self, host: &Host) -> bool {
        self.hosts_of_others.contains(&host.pattern)
    }

    /// Returns the names of the hosts for a sentence, separated by commas, or that it is all registries.
    pub(crate) fn host_list(&self) -> String {
        if self.reach == Reach::AllRegistries {
            return "all registries".to_owned();
        }
        let names: Vec<_> = self.hosts.iter().map(Host::name).collect();
        names.join(", ")
    }

    /// Returns the error of a client that asks for whole hosts only, if the profile answers only for parts of hosts.
    pub(crate) fn no_paths(&self, client: &'static str) -> SetupError {
        SetupError::NoPaths {
            client,
            profile: self.profile.name.clone(),
            hosts: self.host_list(),
        }
    }

    /// Returns a warning for a client that cannot name a profile, if the profile has to be named.
    pub(crate) fn unnamed_profile_warning(&self, client: &str) -> Option<String> {
        let name = &self.profile.name;
        self.must_name_profile.then(|| {
            format!("{client} cannot name a profile, and without a name another profile than {name} answers: make {name} the `default`, or the only profile with the host")
        })
    }
}

/// Returns the profile that answers for a host; for a wildcard it has to have the same one in its `hosts`. Without such
/// a profile, or if it cannot be determined, fails, or returns `None` for undo; `None` also for a wildcard that stands
/// for no valid host.
fn profile_for_host<'a>(
    context: &'a Context,
    host: &Host,
    is_undo: bool,
) -> Result<Option<&'a Profile>> {
    let request = host.request();
    let Some(place) = request.as_ref().and_then(Request::place) else {
        return Ok(None);
    };
    match choose(context, Some(&place), None) {
        Ok(Some(Chosen { profile, .. }))
            if !host.is_wildcard() || profile.hosts.contains(&host.pattern) =>
        {
            Ok(Some(profile))
        }
        _ if is_undo => Ok(None),
        Ok(_) => {
            let mut problem = no_answer_error(context, &place, None)?;
            if let AnswerError::HostNotCovered(uncovered) = &mut problem {
                let entry = Some(host.name());
                **uncovered = Uncovered::with_entry(context, host.name(), entry, None);
            }
            Err(problem.into())
        }
        Err(error) => Err(error),
    }
}

/// Returns whether the profile answers for the host without being named, or no profile does; `false` if several tie, or
/// it cannot be determined.
/// `--profile` and the variable are not considered.
fn is_chosen_without_name(context: &Context, profile: &Profile, host: &Host) -> bool {
    let request = host.request();
    let place = request.as_ref().and_then(Request::place);
    let query = ProfileQuery {
        place: place.as_ref(),
        ..ProfileQuery::default()
    };
    let chosen = context
        .profiles()
        .map(|profiles| choose_candidate(context, profiles, &query));
    match chosen {
        Ok(Ok(Some(chosen))) => chosen.profile.name == profile.name,
        // No other profile answers either.
        Ok(Ok(None)) => true,
        _ => false,
    }
}
