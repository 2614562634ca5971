//! Which profiles somebody has signed in to, and the one that is meant where nothing names one. Told by their files
//! alone: no login is read, and no keyring asked.

use crate::account::has_token_file;
use crate::context::is_set;
use crate::profile::{ChooseError, Holds, Kind, Profile, Profiles};

/// Returns the profiles with a stored login, or a token in a variable: those that a person has signed in to, or if there
/// are none, those of clients that sign in by themselves.
pub(crate) fn with_login(profiles: &Profiles) -> Vec<&Profile> {
    let all: Vec<_> = profiles.iter().filter(|it| has_login(it)).collect();
    let of_people: Vec<_> = all
        .iter()
        .copied()
        .filter(|profile| !profile.issuer.renews_alone())
        .collect();
    if of_people.is_empty() { all } else { of_people }
}

/// Returns the profile that is meant where neither an option, a variable nor `default` names one: the only one with a
/// login, else `prusa`, which is given as `built_in`. A variable with a token or password of `prusa` names it too.
///
/// # Errors
///
/// `SeveralLogins` if there are several.
pub(crate) fn only_login<'a>(
    profiles: &'a Profiles,
    built_in: &'a Profile,
) -> Result<&'a Profile, ChooseError> {
    let is_other = |profile: &&Profile| {
        let needs_no_file = profile.name == Kind::Kognic.word() && !profile.is_configured;
        profile.name != built_in.name && !needs_no_file
    };
    // With one account and no configuration, which is the common case, nothing else is looked at.
    let is_alone = !profiles.iter().any(|it| is_other(&it));
    if (is_alone && has_login(built_in)) || is_selected(built_in) {
        return Ok(built_in);
    }
    match with_login(profiles).as_slice() {
        [] => Ok(built_in),
        [only] => Ok(only),
        several => Err(ChooseError::SeveralLogins {
            names: several.iter().map(|it| it.name.clone()).collect(),
        }),
    }
}

/// Returns whether a profile has a stored login, which may have ended, or a token in a variable.
pub(crate) fn has_login(profile: &Profile) -> bool {
    has_token_file(profile) || profile.token_variables().any(is_set)
}

/// Returns whether a variable holds tokens of the built-in profile, or the password that signs it in.
fn is_selected(built_in: &Profile) -> bool {
    let password = built_in.variable(Holds::Password);
    let mut variables = built_in.token_variables().chain(password);
    variables.any(is_set)
}
