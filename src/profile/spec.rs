//! What differs from provider to provider and needs no code of its own: one row for each, beside its settings.

/// A kind of provider, as the rest of the program has to know it.
#[derive(Debug)]
pub(crate) struct ProviderSpec {
    /// The value of `provider` in the configuration and of `--provider`, and the name of the built-in profile.
    pub(crate) name: &'static str,
    /// What it is, in the help of `--provider`.
    pub(crate) help: &'static str,
    /// What it is, where a person chooses what to sign in to.
    pub(crate) menu_item: &'static str,
    /// When there is a profile of this name that no configuration file has.
    pub(crate) built_in: BuiltIn,
    /// The variables that are about the built-in profile, those that hold the same in the order of preference.
    pub(crate) variables: &'static [Variable],
    /// The variable that `exec` puts the token in, unless another is named.
    pub(crate) exec_variable: &'static str,
    /// Why `--provider` finds no profile where none is built in, and what to do.
    pub(crate) no_profile: &'static str,
    /// What else a person should know of a token file that has just been sealed; appended to the sentence.
    pub(crate) sealed_note: &'static str,
    /// Whether a person can sign in on a page in a browser.
    pub(crate) has_browser_sign_in: bool,
    /// Whether the server has an endpoint that revokes tokens.
    pub(crate) can_revoke: bool,
    pub(crate) token_files: TokenFiles,
    /// Whether a new profile gets the address that the token names, even where the person gave another.
    pub(crate) token_decides_email: bool,
}

/// How the tokens of a profile are divided among files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenFiles {
    /// One file holds the login.
    OnePerProfile,
    /// One for each server, client and set of scopes that tokens were requested with.
    OnePerRequest,
}

/// When the profile that is named as its provider exists without a configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuiltIn {
    Always,
    /// If this variable, which names the server, is set.
    IfSet(&'static str),
    /// Such a name is like any other.
    Never,
}

/// A variable that this program reads and that no other program has defined.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    /// The built-in profile that it is about; `None` if it is about the whole program.
    pub(crate) profile: Option<&'static str>,
    pub(crate) holds: Holds,
    /// Whether `login` takes it for a sign that this profile is meant, where nothing else says which.
    pub(crate) selects_profile: bool,
    /// What it does, for a person.
    pub(crate) effect: &'static str,
}

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Tokens, which are used before the stored ones.
    Tokens,
    Password,
    /// The secret that one-time codes are computed from (RFC 6238).
    TotpSecret,
    ClientSecret,
    /// An e-mail address, in place of `email` in the configuration.
    Email,
    /// A path, in place of `token_file` in the configuration.
    TokenFile,
    /// Text, in place of another key of the configuration.
    ConfigKey,
    /// A setting that is read where it is needed.
    Setting,
}

impl ProviderSpec {
    /// Returns the name of the first variable that holds this for the built-in profile.
    pub(crate) fn variable(&self, holds: Holds) -> Option<&'static str> {
        self.variables_holding(holds).next()
    }

    /// Returns the names of the variables that hold this for the built-in profile, in the order of preference.
    pub(crate) fn variables_holding(&self, holds: Holds) -> impl Iterator<Item = &'static str> {
        let variables = self.variables.iter();
        variables
            .filter(move |variable| variable.holds == holds)
            .map(|variable| variable.name)
    }
}

impl Variable {
    /// Describes a variable about the built-in profile of that name.
    pub(super) const fn of_profile(
        profile: &'static str,
        holds: Holds,
        name: &'static str,
        effect: &'static str,
    ) -> Self {
        Self {
            name,
            profile: Some(profile),
            holds,
            selects_profile: false,
            effect,
        }
    }

    /// Describes a setting of the whole program.
    pub(crate) const fn of_program(name: &'static str, effect: &'static str) -> Self {
        Self {
            name,
            profile: None,
            holds: Holds::Setting,
            selects_profile: false,
            effect,
        }
    }

    /// Returns the variable marked as one that selects its profile when it is set.
    pub(super) const fn selecting(mut self) -> Self {
        self.selects_profile = true;
        self
    }

    /// Returns whether other programs must not see the value.
    pub(crate) fn is_secret(&self) -> bool {
        match self.holds {
            Holds::Tokens | Holds::Password | Holds::TotpSecret | Holds::ClientSecret => true,
            Holds::Email | Holds::TokenFile | Holds::ConfigKey | Holds::Setting => false,
        }
    }
}
