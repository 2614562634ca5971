//! An origin and a path on the web: where a request or an address says that a credential goes.

use std::fmt;

use super::path::UrlPath;
use super::{HostPattern, Origin};

/// An origin and a path.
#[derive(Clone, Debug)]
pub(crate) struct OriginAndPath<'a> {
    pub(crate) origin: &'a Origin,
    path: UrlPath,
}

impl<'a> OriginAndPath<'a> {
    /// Returns the place on an origin with this path, which follows the slash after the host; the whole host without
    /// one.
    pub(crate) fn new(origin: &'a Origin, path: Option<&str>) -> Self {
        let path = path.map_or_else(UrlPath::whole_host, UrlPath::parse);
        Self { origin, path }
    }

    /// Returns how many segments the path of an entry of `hosts` has, if the entry covers this place: the same host,
    /// and the same path or one above it. `None` if it does not.
    pub(crate) fn depth_in(&self, entry: &HostPattern) -> Option<usize> {
        let is_covered = entry.matches_host(self.origin) && self.path.is_within(entry.path());
        is_covered.then(|| entry.path().depth())
    }

    /// Returns whether an entry of `hosts` is for a part of what lies at and below the first `depth` segments of this
    /// path, and not for all of it.
    pub(crate) fn has_part(&self, depth: usize, entry: &HostPattern) -> bool {
        let path = entry.path();
        path.depth() > depth
            && entry.matches_host(self.origin)
            && path.has_same_first(&self.path, depth)
    }

    /// Returns whether the path, if there is one, means the same place to every server.
    pub(crate) fn is_clear(&self) -> bool {
        self.path.is_clear()
    }
}

/// Writes the address, without the query; `/…` for a path that servers may read in two ways.
impl fmt::Display for OriginAndPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}
