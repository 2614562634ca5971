//! `kube`: a credential plugin for kubectl and other Kubernetes clients ([`crate::protocol::kube`]).

use anyhow::Result;

use super::answer::{Found, answer, token};
use super::audit::By;
use super::{Problem, chosen_profile, not_mine};
use crate::cli::Verb;
use crate::context::Context;
use crate::context::variable;
use crate::protocol::Protocol;
use crate::protocol::Request;
use crate::protocol::kube;
use crate::protocol::kube::VARIABLE;
use crate::token::UnixTime;

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    if verb.verb.is_some() {
        return Err(Problem::Usage("`prusa-cred kube` takes no words after it".to_owned()).into());
    }
    let asked = kube::parse(variable(VARIABLE)?.as_deref())?;
    let found = match &asked.request {
        Some(request) => for_server(context, request)?,
        None => of_profile(context)?,
    };
    let answer = kube::render(&asked, &found.credential, UnixTime::now())?;
    let place = asked.request.as_ref().map(|request| &request.place);
    found.hand_out(context, By::Protocol(Protocol::Kube), place, answer)
}

/// Returns what the API server may be given: a profile that is named must name that server, too.
fn for_server<'a>(context: &'a Context, request: &Request) -> Result<Found<'a>> {
    match (answer(context, request)?, request.origin()) {
        (Some(found), _) => Ok(found),
        (None, Some(origin)) => Err(not_mine(context, origin, None)?.into()),
        (None, None) => Err(Problem::NotMine(request.place.to_string()).into()),
    }
}

/// Returns the token of the profile that is named, where the kubeconfig does not tell the server.
fn of_profile(context: &Context) -> Result<Found<'_>> {
    let profile = chosen_profile(context)?;
    let missing = || Problem::NotThere {
        what: "an access token",
        profile: profile.name.clone(),
    };
    Ok(token(context, profile, None)?.ok_or_else(missing)?)
}
