//! Token sets: what a token endpoint returned (RFC 6749 §5.1), and how long it stays valid.
//!
//! Pure: nothing here accesses a file or the network. Secret: every token, and all fields that a server or another
//! program put beside them. None of it shows in `Debug`, and all of it is wiped on drop.

mod binding;
mod hex;
mod issuer_claim;
mod jwt;
mod kind;
mod lifetime;
mod owner;
mod requested;
mod seconds;
mod secret;
mod set;
mod time;
mod token_type;
mod wire;

pub(crate) use binding::Binding;
pub(crate) use hex::hex;
pub(crate) use jwt::Jwt;
pub(crate) use kind::TokenKind;
pub(crate) use lifetime::Lifetime;
pub(crate) use owner::{OtherIssuer, Owner, WithoutIssuer};
pub(crate) use requested::{RequestChange, Requested};
pub(crate) use seconds::whole_number;
pub(crate) use secret::{AccessToken, Fingerprint, IdToken, RefreshToken};
pub(crate) use set::{OtherFields, TokenSet};
pub(crate) use time::UnixTime;
pub(crate) use wire::TokenSetError;
