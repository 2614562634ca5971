//! The address of a service, which is parsed when somebody is going to talk to it.

use std::cell::OnceCell;
use std::ops::Deref;

use url::Url;

/// An address that was read from the configuration, or one that is built in.
///
/// Reading an address takes longer than reading a stored token, and who is answered from the store never needs the
/// built-in ones.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    built_in: &'static str,
    url: OnceCell<Url>,
}

impl Address {
    /// Names an address that is known to be one.
    pub(super) const fn built_in(address: &'static str) -> Self {
        Self {
            built_in: address,
            url: OnceCell::new(),
        }
    }
}

impl From<Url> for Address {
    fn from(url: Url) -> Self {
        Self {
            built_in: "",
            url: url.into(),
        }
    }
}

impl Deref for Address {
    type Target = Url;

    #[expect(
        clippy::expect_used,
        reason = "what is built in is a constant, and a test reads every one"
    )]
    fn deref(&self) -> &Url {
        self.url
            .get_or_init(|| Url::parse(self.built_in).expect("an address"))
    }
}
