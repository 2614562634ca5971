//! The profile that a client is to ask prusa-cred for, and the hosts.

use anyhow::Result;

use super::error::SetupError;
use crate::answer::choose::{Chosen, choose, choose_candidate, chosen_profile, no_answer_error};
use crate::answer::error::AnswerError;
use crate::clients::programs::PROGRAM_NAME;
use crate::context::Context;
use crate::credential::{HostPattern, Origin};
use crate::profile::{Profile, ProfileQuery};

/// A profile, and the hosts that the client is to ask it for.
pub(crate) struct SetupTarget<'a> {
    /// The profile that is to answer.
    pub(crate) profile: &'a Profile,
    /// The hosts; never empty.
    pub(crate) hosts: Vec<Host>,
    /// Whether the client has to name the profile, as another one answers for some of the hosts otherwise.
    pub(crate) must_name_profile: bool,
}

/// A host, or for a wildcard every host with one label in its place.
pub(crate) struct Host {
    /// The host as in a profile's `hosts`.
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
        let Ok(pattern) = HostPattern::parse(text) else {
            let origin = Origin::parse(text).map_err(AnswerError::BadAddress)?;
            let pattern =
                HostPattern::parse(&origin.to_string()).map_err(AnswerError::BadAddress)?;
            let address = Some(origin.complete_url(text));
            return Ok(Self { pattern, address });
        };
        Ok(Self::from_pattern(pattern))
    }

    /// Returns whether it is `*.HOST`.
    pub(crate) fn is_wildcard(&self) -> bool {
        self.pattern.exact_origin().is_none()
    }

    /// Returns the host's origin, or one of those that a wildcard matches; `None` if that is not valid.
    fn origin(&self) -> Option<Origin> {
        match self.pattern.exact_origin() {
            Some(origin) => Some(origin.clone()),
            None => Origin::parse(&self.pattern.to_string().replacen('*', "x", 1)).ok(),
        }
    }

    /// Returns the host, with `*.` before it for a wildcard, and with its port unless that is the scheme's default.
    pub(crate) fn name(&self) -> String {
        match self.pattern.exact_origin() {
            Some(origin) => origin.host_and_port(),
            None => self.pattern.to_string(),
        }
    }

    /// Returns its URLs without a path: two, with http and https, for a loopback host that is named without a scheme.
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
        let must_name_profile = hosts
            .iter()
            .any(|host| !is_chosen_without_name(context, profile, host));
        Ok(Self {
            profile,
            hosts,
            must_name_profile,
        })
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

    /// Returns the URL of the profile's MCP server: the one that was given, else the profile's `resource`, unchecked if
    /// it is no web address.
    ///
    /// # Errors
    ///
    /// When there is neither, or the profile does not answer for its host.
    pub(crate) fn mcp_server_url(&self) -> Result<String, SetupError> {
        let given = self.hosts.iter().find_map(|host| host.address.clone());
        let resource = || self.profile.issuer.resource().map(str::to_owned);
        let name = || self.profile.name.clone();
        let address = given
            .or_else(resource)
            .ok_or_else(|| SetupError::NoServerAddress(name()))?;
        match Origin::parse(&address) {
            Ok(origin) if !self.profile.answers_for(&origin) => Err(
                SetupError::ServerHostNotCovered(name(), origin.host_and_port()),
            ),
            _ => Ok(address),
        }
    }

    /// Returns the names of the hosts for a sentence, separated by commas.
    pub(crate) fn host_list(&self) -> String {
        let names: Vec<_> = self.hosts.iter().map(Host::name).collect();
        names.join(", ")
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
    let Some(origin) = host.origin() else {
        return Ok(None);
    };
    match choose(context, Some(&origin), None) {
        Ok(Some(Chosen { profile, .. }))
            if !host.is_wildcard() || profile.hosts.contains(&host.pattern) =>
        {
            Ok(Some(profile))
        }
        _ if is_undo => Ok(None),
        Ok(_) => {
            let mut problem = no_answer_error(context, &origin, None)?;
            if let AnswerError::HostNotCovered(name) = &mut problem {
                *name = host.name();
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
    let origin = host.origin();
    let query = ProfileQuery {
        origin: origin.as_ref(),
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
