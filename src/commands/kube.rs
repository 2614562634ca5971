//! `kube`: a credential plugin for kubectl and other Kubernetes clients ([`crate::protocol::kube`]).

use std::fmt::Display;

use anyhow::Result;

use crate::account::{Account, TokenRequest};
use crate::answer::audit::Channel;
use crate::answer::choose::{chosen_profile, no_answer_error, no_remedy};
use crate::answer::error::AnswerError;
use crate::answer::{self, Answer, access_token};
use crate::cli::Verb;
use crate::commands::error::CommandError;
use crate::context::{Context, variable};
use crate::credential::Request;
use crate::protocol::Protocol;
use crate::protocol::kube::{self, VARIABLE};
use crate::token::UnixTime;

/// Prints an `ExecCredential` with the credential for the API server in `KUBERNETES_EXEC_INFO` or, if that names none,
/// with the chosen profile's token. Fails if the client would not verify that server's certificate. An argument is a
/// usage error.
pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    if verb.verb.is_some() {
        return Err(CommandError::Usage("`prusa-cred kube` takes no arguments".to_owned()).into());
    }
    let kube_request = kube::parse(variable(VARIABLE)?.as_deref())?;
    let answer = match &kube_request.request {
        Some(request) if kube_request.skips_tls_verify => {
            return Err(AnswerError::Unverified(request.target.to_string()).into());
        }
        Some(request) => for_server(context, request)?,
        None => for_profile(context)?,
    };
    let rendered = kube::render(&kube_request, &answer.credential, UnixTime::now())?;
    let target = kube_request.request.as_ref().map(|request| &request.target);
    let target = target.map(|target| -> &dyn Display { target });
    answer.emit(context, Channel::Protocol(Protocol::Kube), target, rendered)
}

/// Returns the credential for the API server: a profile's token, else a saved one. Fails if there is neither, or if a
/// profile is named that does not name that server.
fn for_server(context: &Context, request: &Request) -> Result<Answer> {
    match (answer::find(context, request)?, request.place()) {
        (Some(answer), _) => Ok(answer),
        (None, Some(place)) => Err(no_answer_error(context, &place, None)?.into()),
        (None, None) => Err(no_remedy(request).into()),
    }
}

/// Returns the token of the profile that is named, else of the default: the kubeconfig does not pass the server.
fn for_profile(context: &Context) -> Result<Answer> {
    let profile = chosen_profile(context)?;
    let missing = || CommandError::TokenMissing {
        what: "an access token",
        profile: profile.name.clone(),
    };
    let account = Account::open(context, profile, TokenRequest::default())?;
    Ok(access_token(context, &account, None)?.ok_or_else(missing)?)
}
