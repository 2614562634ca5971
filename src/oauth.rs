//! OAuth 2.0's exchanges (RFC 6749 and its extensions), with any server.
//!
//! Secret: codes, verifiers, tokens, client secrets. An error names the endpoint and the server's error code, never a
//! field of the request.

pub(crate) mod authorization_code;
pub(crate) mod client_auth;
pub(crate) mod client_document;
pub(crate) mod device;
pub(crate) mod discovery;
mod error;
pub(crate) mod form;
pub(crate) mod id_token;
mod jose;
mod lenient;
pub(crate) mod loopback;
pub(crate) mod mix_up;
mod pem;
mod pkce;
mod random;
pub(crate) mod refusal;
pub(crate) mod registration;
pub(crate) mod resource;
pub(crate) mod retry;
pub(crate) mod sign_in_page;
pub(crate) mod token_endpoint;
mod token_names;
mod unknown_client;
mod visible_text;

pub(crate) use error::GrantError;
