//! A client that is created just before the first request, and kept.

use std::cell::OnceCell;
use std::path::PathBuf;

use super::{Http, HttpError, HttpSettings};

/// The client of a provider: most runs answer from the store and never create it.
pub(crate) struct LazyHttp {
    settings: HttpSettings,
    client: OnceCell<Http>,
}

impl LazyHttp {
    /// Returns a client that is not created yet. `ca_file` holds certificates, in PEM, that are trusted in addition to
    /// the platform's.
    pub(crate) fn new(ca_file: Option<PathBuf>) -> Self {
        let settings = HttpSettings {
            ca_file,
            cookies: false,
        };
        Self {
            settings,
            client: OnceCell::new(),
        }
    }

    /// Returns the client, created by the first call.
    ///
    /// # Errors
    ///
    /// As `Http::new`.
    pub(crate) fn get(&self) -> Result<&Http, HttpError> {
        if let Some(http) = self.client.get() {
            return Ok(http);
        }
        let http = Http::new(self.settings.clone())?;
        Ok(self.client.get_or_init(|| http))
    }

    /// Returns another, new client, which keeps cookies as a browser does.
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
