//! The address of a service, which is parsed when it is first used.

use std::cell::OnceCell;
use std::ops::Deref;

use url::Url;

/// An address from the configuration, or a built-in one.
///
/// Parsing an address takes longer than reading a stored token, and a request that the store answers never needs the
/// built-in ones.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    built_in: &'static str,
    url: OnceCell<Url>,
}

impl Address {
    /// Returns a built-in address. It must be a valid one: another panics when it is first used.
    pub(super) const fn built_in(address: &'static str) -> Self {
        Self {
            built_in: address,
            url: OnceCell::new(),
        }
    }
}

impl Address {
    /// Returns whether this is the address that is built in, and not one that was configured, even if it is the same.
    pub(super) fn is_built_in(&self) -> bool {
        !self.built_in.is_empty()
    }

    /// Returns the address as text without parsing it: a built-in one as it is written here, without a slash after its
    /// host.
    pub(crate) fn as_text(&self) -> &str {
        match self.url.get() {
            Some(url) => url.as_str(),
            None => self.built_in,
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
        reason = "built-in addresses are constants, and a test parses each"
    )]
    fn deref(&self) -> &Url {
        self.url
            .get_or_init(|| Url::parse(self.built_in).expect("an address"))
    }
}
