//! How one signs in to each kind of provider.

pub(super) mod kognic;
pub(super) mod oauth;
pub(super) mod practicus;
pub(super) mod prusa;
