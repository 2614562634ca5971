//! `kube`: a credential plugin for kubectl and other Kubernetes clients (`reference/protocols.md` 6).

use anyhow::Result;

use crate::answer::audit::By;
use crate::answer::choose::{chosen_profile, not_mine};
use crate::answer::error::AnswerError;
use crate::answer::{Found, answer, token};
use crate::cli::Verb;
use crate::commands::error::CommandError;
use crate::context::{Context, variable};
use crate::credential::Request;
use crate::protocol::Protocol;
use crate::protocol::kube::{self, VARIABLE};
use crate::token::UnixTime;

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    if verb.verb.is_some() {
        return Err(
            CommandError::Usage("`prusa-cred kube` takes no words after it".to_owned()).into(),
        );
    }
    let asked = kube::parse(variable(VARIABLE)?.as_deref())?;
    let found = match &asked.request {
        Some(request) => for_server(context, request)?,
        None => of_profile(context)?,
    };
    let answer = kube::render(&asked, &found.credential, UnixTime::now())?;
    let target = asked.request.as_ref().map(|request| &request.target);
    found.emit(context, By::Protocol(Protocol::Kube), target, answer)
}

/// Returns what the API server may be given: a profile that is named must name that server, too.
fn for_server<'a>(context: &'a Context, request: &Request) -> Result<Found<'a>> {
    match (answer(context, request)?, request.origin()) {
        (Some(found), _) => Ok(found),
        (None, Some(origin)) => Err(not_mine(context, origin, None)?.into()),
        (None, None) => Err(AnswerError::HostNotCovered(request.target.to_string()).into()),
    }
}

/// Returns the token of the profile that is named, where the kubeconfig does not tell the server.
fn of_profile(context: &Context) -> Result<Found<'_>> {
    let profile = chosen_profile(context)?;
    let missing = || CommandError::TokenMissing {
        what: "an access token",
        profile: profile.name.clone(),
    };
    Ok(token(context, profile, None)?.ok_or_else(missing)?)
}
