//! Who or what gave a credential, so that an error about it can name what is to be corrected.

/// What gave a credential that is not asked for. A person who typed one gets no such word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GivenBy {
    /// An option of the command line, such as `--password-stdin`.
    Option(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// A key of the profile in the configuration.
    Key(&'static str),
    /// The password that is stored with the login, or its e-mail address.
    Saved,
}
