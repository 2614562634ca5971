//! Whom a client is pointed to, and for which hosts.

use anyhow::Result;

use super::SetupError;
use crate::answer::choose::{Chosen, choose, choose_candidate, chosen_profile, no_answer_error};
use crate::answer::error::AnswerError;
use crate::clients::edit::OURS;
use crate::context::Context;
use crate::credential::{HostPattern, Origin};
use crate::profile::{Profile, ProfileQuery};

/// A profile, and the hosts that it is to answer for.
pub(crate) struct Scope<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) hosts: Vec<Host>,
    /// Whether the profile has to be named, as another would answer for some host by itself.
    pub(crate) is_named: bool,
}

/// A host, or every host with one label more.
pub(crate) struct Host {
    pub(crate) pattern: HostPattern,
    /// The whole address that was given, if that says more than the host.
    pub(crate) address: Option<String>,
}

impl Host {
    fn of(pattern: HostPattern) -> Self {
        Self {
            pattern,
            address: None,
        }
    }

    /// Reads `--host`: a host, an entry as in a profile's `hosts`, or an address.
    fn parse(text: &str) -> Result<Self, AnswerError> {
        let Ok(pattern) = HostPattern::parse(text) else {
            let origin = Origin::parse(text).map_err(AnswerError::BadAddress)?;
            let pattern =
                HostPattern::parse(&origin.to_string()).map_err(AnswerError::BadAddress)?;
            let address = Some(origin.complete_url(text));
            return Ok(Self { pattern, address });
        };
        Ok(Self::of(pattern))
    }

    pub(crate) fn is_wildcard(&self) -> bool {
        self.pattern.exact_origin().is_none()
    }

    /// Returns an origin that the entry stands for.
    fn origin(&self) -> Option<Origin> {
        match self.pattern.exact_origin() {
            Some(origin) => Some(origin.clone()),
            None => Origin::parse(&self.pattern.to_string().replacen('*', "x", 1)).ok(),
        }
    }

    /// Returns the host with its port, if that is not the usual one, and `*.` before it if it stands for many.
    pub(crate) fn name(&self) -> String {
        match self.pattern.exact_origin() {
            Some(origin) => origin.host_and_port(),
            None => self.pattern.to_string(),
        }
    }

    /// Returns its addresses: a host of this machine that is named without a scheme has two.
    pub(crate) fn urls(&self) -> Vec<String> {
        let told = self.pattern.exact_origin().map(Origin::explicit_scheme);
        let schemes = match told {
            Some(None) => vec!["https", "http"],
            Some(Some(scheme)) => vec![scheme],
            None => vec!["https"],
        };
        let name = self.name();
        let urls = schemes.iter().map(|scheme| format!("{scheme}://{name}"));
        urls.collect()
    }
}

impl<'a> Scope<'a> {
    /// Finds the profile and the hosts that options and configuration name.
    ///
    /// # Errors
    ///
    /// When there is no such profile, it does not answer for a host, or it has none.
    pub(crate) fn find(context: &'a Context, hosts: &[String], is_undo: bool) -> Result<Self> {
        let hosts = hosts
            .iter()
            .map(|text| Host::parse(text))
            .collect::<Result<Vec<_>, _>>()?;
        let profile = match hosts.first() {
            None => chosen_profile(context)?,
            Some(first) => match answering(context, first, is_undo)? {
                Some(profile) => profile,
                None => chosen_profile(context)?,
            },
        };
        for host in hosts.iter().skip(1) {
            if let Some(other) = answering(context, host, is_undo)?
                && other.name != profile.name
            {
                return Err(
                    SetupError::TwoProfiles(profile.name.clone(), other.name.clone()).into(),
                );
            }
        }
        Self::of(context, profile, hosts)
    }

    /// Returns a profile with these hosts, or with all of its own.
    pub(crate) fn of(context: &'a Context, profile: &'a Profile, hosts: Vec<Host>) -> Result<Self> {
        let hosts = if hosts.is_empty() {
            profile.hosts.iter().cloned().map(Host::of).collect()
        } else {
            hosts
        };
        if hosts.is_empty() {
            return Err(SetupError::NoHosts(profile.name.clone()).into());
        }
        let is_named = hosts.iter().any(|host| !is_chosen(context, profile, host));
        Ok(Self {
            profile,
            hosts,
            is_named,
        })
    }

    /// Returns the options that a command line of ours needs.
    pub(crate) fn options(&self) -> Vec<String> {
        if self.is_named {
            vec!["--profile".to_owned(), self.profile.name.clone()]
        } else {
            Vec::new()
        }
    }

    /// Returns our command line: options come before the command.
    pub(crate) fn command_line(&self, command: &str) -> String {
        let mut words = vec![OURS.to_owned()];
        words.extend(self.options());
        words.extend(command.split_whitespace().map(str::to_owned));
        words.join(" ")
    }

    /// Returns the address of the profile's MCP server, whose host it answers for.
    pub(crate) fn mcp_server(&self) -> Result<String, SetupError> {
        let given = self.hosts.iter().find_map(|host| host.address.clone());
        let of_profile = || self.profile.issuer.resource().map(str::to_owned);
        let name = || self.profile.name.clone();
        let address = given
            .or_else(of_profile)
            .ok_or_else(|| SetupError::NoAddress(name()))?;
        match Origin::parse(&address) {
            Ok(origin) if !self.profile.answers_for(&origin) => {
                Err(SetupError::NotAnswered(name(), origin.host_and_port()))
            }
            _ => Ok(address),
        }
    }

    /// Returns the hosts, for a sentence.
    pub(crate) fn shown(&self) -> String {
        let names: Vec<_> = self.hosts.iter().map(Host::name).collect();
        names.join(", ")
    }

    /// Returns a warning for a client that cannot name a profile.
    pub(crate) fn cannot_be_named(&self, client: &str) -> Option<String> {
        let name = &self.profile.name;
        self.is_named.then(|| {
            format!("{client} cannot say which profile it means, and without that another than {name} answers: make it `default`, or the only one that names the host")
        })
    }
}

/// Returns who answers for a host; to take something back, nobody needs to.
fn answering<'a>(context: &'a Context, host: &Host, is_undo: bool) -> Result<Option<&'a Profile>> {
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

/// Returns whether the profile answers for the host without being named.
fn is_chosen(context: &Context, profile: &Profile, host: &Host) -> bool {
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
        // Nobody else does.
        Ok(Ok(None)) => true,
        _ => false,
    }
}
