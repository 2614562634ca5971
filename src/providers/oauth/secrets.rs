//! The client secret or private key, from where the configuration says that it is.
//!
//! A file that others may read is refused, as ssh refuses such a key: it is worth as much as every token.

use std::io::{self, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::Opener;
use crate::deadline::Deadline;
use crate::oauth::client_auth::{AssertionKey, Authentication, ClientAuthError};
use crate::profile::{ClientAuth, SecretFrom};
use crate::{platform, shell};

/// No secret or key is longer than this.
const LONGEST: u64 = 64 * 1024;

/// Returns what the client shows at its requests.
pub(super) fn authentication(
    client_auth: &ClientAuth,
    open: &Opener,
    deadline: Deadline,
) -> Result<Authentication, ClientAuthError> {
    Ok(match client_auth {
        ClientAuth::None => Authentication::None,
        ClientAuth::Basic(from) => Authentication::Basic(client_secret(from, open, deadline)?),
        ClientAuth::Post(from) => Authentication::Post(client_secret(from, open, deadline)?),
        ClientAuth::PrivateKeyJwt { key_file, key_id } => {
            let pem = private_file("private_key", key_file, open)?;
            let name = key_file.display().to_string();
            Authentication::PrivateKeyJwt(AssertionKey::from_pem(&pem, key_id.clone(), &name)?)
        }
    })
}

fn client_secret(
    from: &SecretFrom,
    open: &Opener,
    deadline: Deadline,
) -> Result<secrecy::SecretString, ClientAuthError> {
    match from {
        SecretFrom::Command(command) => {
            let name = "client_secret_command";
            shell::first_line(name, command, deadline).map_err(|error| {
                ClientAuthError::Unreadable {
                    key: name,
                    what: "client secret".to_owned(),
                    source: Box::new(error),
                }
            })
        }
        SecretFrom::File(path) => {
            let key = "client_secret_file";
            let content = private_file(key, path, open)?;
            let text = std::str::from_utf8(&content).unwrap_or_default().trim_end();
            if text.is_empty() || text.contains('\n') {
                return Err(ClientAuthError::NoSecret {
                    key,
                    file: path.display().to_string(),
                });
            }
            Ok(text.into())
        }
    }
}

fn private_file(
    key: &'static str,
    path: &Path,
    open: &Opener,
) -> Result<Zeroizing<Vec<u8>>, ClientAuthError> {
    let file = || path.display().to_string();
    let cannot_use = |source| ClientAuthError::Unreadable {
        key,
        what: format!("secret in {}", file()),
        source,
    };
    let unreadable = |source: io::Error| cannot_use(source.into());
    let opened = platform::open_for_reading(path).map_err(unreadable)?;
    let metadata = opened.metadata().map_err(unreadable)?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return Err(unreadable(io::Error::other(
            "it is not a file of that kind",
        )));
    }
    if platform::is_accessible_by_others(&metadata) {
        return Err(ClientAuthError::Loose { file: file() });
    }
    // Room for all of it, and no more is read: growing would leave copies behind.
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    let mut content = Zeroizing::new(Vec::with_capacity(length));
    opened
        .take(metadata.len())
        .read_to_end(&mut content)
        .map_err(unreadable)?;
    open(path, content).map_err(cannot_use)
}
