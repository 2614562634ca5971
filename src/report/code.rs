//! The code words of errors, which programs read.

/// The kind of an error, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    LoginRequired,
    InvalidCredentials,
    OtpRequired,
    Network,
    RateLimited,
    Server,
    Config,
    Storage,
    Locked,
    Denied,
    Usage,
}

impl Code {
    /// Returns the word as it is printed.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::LoginRequired => "login_required",
            Self::InvalidCredentials => "invalid_credentials",
            Self::OtpRequired => "otp_required",
            Self::Network => "network",
            Self::RateLimited => "rate_limited",
            Self::Server => "server",
            Self::Config => "config",
            Self::Storage => "storage",
            Self::Locked => "locked",
            Self::Denied => "denied",
            Self::Usage => "usage",
        }
    }
}

/// The kind of an error, and a hint for a person: a command to run, or another thing to do.
pub(super) type CodeAndHint = (Code, Option<String>);
