//! A client that is made when the first request is near, and kept.

use std::cell::OnceCell;
use std::path::PathBuf;

use super::{Http, HttpError, HttpSettings};

/// What a provider holds: most runs are answered from the store and never need the client.
pub(crate) struct LazyHttp {
    settings: HttpSettings,
    made: OnceCell<Http>,
}

impl LazyHttp {
    /// Names the certificates, in PEM, that are trusted beside the platform's.
    pub(crate) fn new(ca_file: Option<PathBuf>) -> Self {
        let settings = HttpSettings {
            ca_file,
            cookies: false,
        };
        Self {
            settings,
            made: OnceCell::new(),
        }
    }

    /// Returns the client.
    ///
    /// # Errors
    ///
    /// As `Http::new`.
    pub(crate) fn get(&self) -> Result<&Http, HttpError> {
        if let Some(http) = self.made.get() {
            return Ok(http);
        }
        let http = Http::new(self.settings.clone())?;
        Ok(self.made.get_or_init(|| http))
    }

    /// Returns a client of its own that keeps cookies, as a browser does.
    ///
    /// # Errors
    ///
    /// As `Http::new`.
    pub(crate) fn with_cookies(&self) -> Result<Http, HttpError> {
        Http::new(HttpSettings {
            cookies: true,
            ..self.settings.clone()
        })
    }
}
