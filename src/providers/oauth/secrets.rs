//! The client secret or private key, read from the command or file that the configuration names.
//!
//! A file that others may read is refused, as ssh refuses such a key: whoever has it can get any token of the client.
//! So is one that others may have written, or put there.

use std::io::{self, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::deadline::Deadline;
use crate::oauth::client_auth::{AssertionKey, Authentication, ClientAuthError};
use crate::profile::{ClientAuth, SecretFrom};
use crate::{byte_order_mark, platform, shell, trusted_file};

/// Decrypts the content of the file at a path if it is sealed, and returns other content unchanged.
pub(crate) type Unsealer =
    Box<dyn Fn(&Path, Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, UnsealError>>;

/// Why a sealed file could not be decrypted.
pub(crate) type UnsealError = Box<dyn std::error::Error + Send + Sync>;

/// In bytes: larger than any secret or key.
const MAX_FILE: u64 = 64 * 1024;

/// Returns how the client authenticates, with its secret or key, which each call reads from its command or file: in the
/// header where the configuration does not say how a secret is sent.
///
/// # Errors
///
/// When the secret or key cannot be read, is empty or not usable, or others may read its file.
pub(super) fn authentication(
    client_auth: &ClientAuth,
    unseal: &Unsealer,
    deadline: Deadline,
) -> Result<Authentication, ClientAuthError> {
    Ok(match client_auth {
        ClientAuth::None => Authentication::None,
        ClientAuth::Secret(from) | ClientAuth::Basic(from) => {
            Authentication::Basic(client_secret(from, unseal, deadline)?)
        }
        ClientAuth::Post(from) => Authentication::Post(client_secret(from, unseal, deadline)?),
        ClientAuth::PrivateKeyJwt { key_file, key_id } => {
            let pem = read_private_file("private_key", key_file, unseal)?;
            let name = key_file.display().to_string();
            Authentication::PrivateKeyJwt(AssertionKey::from_pem(&pem, key_id.clone(), &name)?)
        }
    })
}

/// Returns the client secret: the first line that a command prints, with its white space, or a file's only line,
/// without white space and empty lines around it. Fails if it is unreadable or empty, or the file has several lines.
fn client_secret(
    from: &SecretFrom,
    unseal: &Unsealer,
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
        SecretFrom::Given(secret) => Ok(secret.clone()),
        SecretFrom::File(path) => {
            let key = "client_secret_file";
            let content = read_private_file(key, path, unseal)?;
            let text = std::str::from_utf8(&content).unwrap_or_default().trim();
            if text.is_empty() || text.contains(['\n', '\r']) {
                return Err(ClientAuthError::NoSecret {
                    key,
                    file: path.display().to_string(),
                });
            }
            Ok(text.into())
        }
    }
}

/// Reads and unseals a regular file of at most 64 KiB that others have no access to and can not have put there; fails
/// for any other. `key` is the configuration's key that names it, for errors.
fn read_private_file(
    key: &'static str,
    path: &Path,
    unseal: &Unsealer,
) -> Result<Zeroizing<Vec<u8>>, ClientAuthError> {
    let name = || path.display().to_string();
    let unreadable = |source| ClientAuthError::Unreadable {
        key,
        what: format!("secret in {}", name()),
        source,
    };
    let io_error = |source: io::Error| unreadable(source.into());
    let (file, metadata) = platform::open_regular(path).map_err(io_error)?;
    if metadata.len() > MAX_FILE {
        return Err(io_error(io::Error::other("it is larger than 64 KiB")));
    }
    if platform::is_accessible_by_others(&metadata) {
        return Err(ClientAuthError::ReadableByOthers { file: name() });
    }
    trusted_file::check(path, &file, &metadata)?;
    // Allocated for all of it, and no more is read: growing would leave unwiped copies behind.
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    let mut content = Zeroizing::new(Vec::with_capacity(length));
    file.take(metadata.len())
        .read_to_end(&mut content)
        .map_err(io_error)?;
    unseal(path, byte_order_mark::utf8(content)).map_err(unreadable)
}
