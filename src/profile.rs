//! Profiles: named logins at a provider, with the hosts that each may answer for.
//!
//! Built in, without any configuration: `prusa`, `kognic`, and `practicus` where `PRT_URL` names a region. The
//! configuration file adds others and may set keys of the built-in ones. Pure: the file's text and the environment's
//! variables are arguments. Nothing here is secret.

mod added_to_list;
mod address;
mod append;
mod check;
mod choose;
mod config;
mod duration;
mod environment;
mod error;
mod foreign_key;
mod host_entries;
mod keys;
mod kognic;
mod oauth;
mod owner;
mod practicus;
mod profiles;
mod provider;
mod prusa;
mod redirect_uri;
mod seal;
mod set_key;
mod spec;
mod unknown_word;

pub(crate) use added_to_list::{with_added, without_added};
pub(crate) use append::{AppendError, NewProfile, append_profile, suggested_name};
pub(crate) use check::{check_endpoint, check_name};
pub(crate) use choose::{Candidate, Candidates, ChooseError, ProfileQuery, Rule};
pub(crate) use duration::parse_duration;
pub(crate) use environment::Environment;
pub(crate) use error::ConfigError;
pub(crate) use host_entries::{with_hosts, without_hosts};
pub(crate) use kognic::{
    EnvironmentsError, KOGNIC, KognicCredentials, KognicEnvironment, KognicEnvironments,
    KognicSettings,
};
pub(crate) use oauth::{ClientAuth, Flow, OAuthEndpoints, OAuthSettings, SecretFrom};
pub(crate) use owner::of_built_in_file;
pub(crate) use practicus::{PRACTICUS, PracticusRegion, PracticusSettings};
pub(crate) use profiles::{Profile, Profiles};
pub(crate) use provider::{Issuer, Kind, secret_variables, variable_of};
#[cfg(test)]
pub(crate) use prusa::PrusaVariables;
pub(crate) use prusa::{PRUSA, PrusaSettings, WithheldHost};
pub(crate) use redirect_uri::RedirectUri;
pub(crate) use seal::{KeyPlace, Seal};
pub(crate) use set_key::{SetKeyError, has_key, with_key, with_keys, with_new_profile, with_texts};
pub(crate) use spec::{Holds, TokenFiles, Variable};
pub(crate) use unknown_word::likely as likely_word;
