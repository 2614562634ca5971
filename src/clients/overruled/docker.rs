//! Docker (docker/cli, `configfile`): the logins in `DOCKER_AUTH_CONFIG` go before all helpers. `credHelpers` goes
//! before `credsStore`, also with an empty value, and the logins in the file count only where neither names a helper.

use serde_json::{Map, Value};

use super::precedence::{Overruling, Precedence};
use crate::clients::registry_logins::holds_login;
use crate::context::path_variable;

const VARIABLE: &str = "DOCKER_AUTH_CONFIG";

/// Returns what docker follows for these registries before the helpers in its file.
pub(crate) fn precedence<'k>(keys: impl IntoIterator<Item = &'k str>) -> Precedence {
    let mut found = Precedence::default();
    for key in keys {
        found.overruled_by.extend(login_in_variable(key));
    }
    found.overruled_by.dedup();
    found
}

/// Returns the variable if it holds a login for a registry.
pub(crate) fn login_in_variable(key: &str) -> Option<Overruling> {
    let text = path_variable(VARIABLE)?;
    let config: Map<String, Value> = serde_json::from_str(&text.to_string_lossy()).ok()?;
    holds_login(config.get("auths"), key).then(|| Overruling::variable(VARIABLE))
}
