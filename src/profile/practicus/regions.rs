//! The Practicus SDK's own file, `core.conf`: text in, regions out.
//!
//! An INI file as Python's `configparser` writes it, with a section `[k8s_config_N]` for each region. It also holds an
//! encrypted password, which is not read. Secret: the refresh tokens.

use url::Url;

use super::PracticusSettings;
use crate::token::RefreshToken;

/// The section of what is no region's alone.
const SDK: &str = "k8s";

/// What the name of a region's section begins with.
const REGION: &str = "k8s_config_";

/// A region that the SDK has a login for, or had one.
#[derive(Clone, Debug)]
pub(crate) struct PracticusRegion {
    pub(crate) url: Url,
    pub(crate) email: Option<String>,
    /// `None` after a logout.
    pub(crate) refresh_token: Option<RefreshToken>,
    /// Whether `default_region_key` names it.
    pub(crate) is_default: bool,
}

/// What is wrong with the file, and where. No value is quoted.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {why}")]
pub(crate) struct RegionsError {
    pub(crate) line: usize,
    pub(crate) why: String,
}

/// A section and its keys, each with its line number.
struct Section<'a> {
    name: &'a str,
    line: usize,
    keys: Vec<(String, &'a str, usize)>,
}

impl PracticusRegion {
    /// Parses every region in the file, in its order, or what is wrong with that region. Unknown keys and sections are
    /// ignored.
    ///
    /// # Errors
    ///
    /// When the file as a whole is not well-formed.
    pub(crate) fn parse_all(text: &str) -> Result<Vec<Result<Self, RegionsError>>, RegionsError> {
        let sections = sections(text)?;
        let regions = sections.iter().filter(|section| {
            let number = section.name.strip_prefix(REGION);
            number.is_some_and(|number| !number.is_empty())
        });
        let mut regions: Vec<_> = regions.map(Section::region).collect();
        let default = sections.iter().find(|section| section.name == SDK);
        if let Some((key, _)) = default.and_then(|section| section.get("default_region_key")) {
            let mut named: Vec<_> = regions.iter_mut().flatten().collect();
            named.retain(|(_, keys)| keys.iter().any(|one| one.eq_ignore_ascii_case(key)));
            if let [(region, _)] = named.as_mut_slice() {
                region.is_default = true;
            }
        }
        let without_keys = |region: Result<(Self, _), _>| region.map(|(region, _)| region);
        Ok(regions.into_iter().map(without_keys).collect())
    }
}

impl Section<'_> {
    /// Returns the region that the section describes, and by which keys `default_region_key` may name it. Fails if its
    /// `host_url` is missing or not valid; an e-mail address with a control character is left out.
    fn region(&self) -> Result<(PracticusRegion, Vec<String>), RegionsError> {
        let name = self.name;
        let (host_url, line) = self.get("host_url").ok_or_else(|| RegionsError {
            line: self.line,
            why: format!("[{name}] has no host_url"),
        })?;
        let url = PracticusSettings::parse_url(host_url).map_err(|why| RegionsError {
            line,
            why: format!("the host_url of [{name}]: {why}"),
        })?;
        let text = |key| self.get(key).map(|(text, _)| text.to_owned());
        let keys = self.keys(&url);
        let region = PracticusRegion {
            url,
            email: text("email").filter(|email| !email.chars().any(char::is_control)),
            refresh_token: text("refresh_token").map(RefreshToken::new),
            is_default: false,
        };
        Ok((region, keys))
    }

    /// Returns the keys of a region: its address, its host and its section, the first two also after a user's name or
    /// e-mail address.
    fn keys(&self, url: &Url) -> Vec<String> {
        let address = url.as_str().trim_end_matches('/');
        let host = address.split_once("://").map_or(address, |(_, host)| host);
        let email = self.get("email").map(|(email, _)| email);
        let local_part = email.and_then(|email| Some(email.split_once('@')?.0));
        let users = [
            self.get("username").map(|(name, _)| name),
            email,
            local_part,
        ];
        let places = [address, host];
        let of_user = |user: &str| places.map(|place| format!("{user}@{place}"));
        let mut keys: Vec<_> = users.into_iter().flatten().flat_map(of_user).collect();
        keys.extend(places.map(str::to_owned));
        keys.push(self.name.to_owned());
        keys
    }

    /// Returns the value of a key, and its line, unless it is empty or Python's `None`.
    fn get(&self, key: &str) -> Option<(&str, usize)> {
        let (_, value, line) = self.keys.iter().find(|(name, _, _)| name == key)?;
        Some((*value, *line)).filter(|(value, _)| !value.is_empty() && *value != "None")
    }
}

/// Parses the sections of an INI file, in its order; keys are in lower case, and the further lines of a continued value
/// are left out. Fails, with the line, at a malformed line, one before the first section, or a section or key that
/// comes twice.
fn sections(text: &str) -> Result<Vec<Section<'_>>, RegionsError> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, content) in (1..).zip(text.lines()) {
        let wrong = |why: &str| RegionsError {
            line,
            why: why.to_owned(),
        };
        let trimmed = content.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        let is_continued = content.starts_with([' ', '\t']);
        if let Some(name) = trimmed.strip_prefix('[').filter(|_| !is_continued) {
            let name = name
                .strip_suffix(']')
                .ok_or_else(|| wrong("a section without its ]"))?;
            if sections.iter().any(|section| section.name == name) {
                return Err(wrong("a section for the second time"));
            }
            let keys = Vec::new();
            sections.push(Section { name, line, keys });
            continue;
        }
        let section = sections
            .last_mut()
            .ok_or_else(|| wrong("a line before the first section"))?;
        if is_continued && !section.keys.is_empty() {
            // The values that are read here are never continued on another line.
            continue;
        }
        let (key, value) = trimmed
            .split_once(['=', ':'])
            .ok_or_else(|| wrong("neither a section nor KEY = VALUE"))?;
        let key = key.trim().to_lowercase();
        if section.keys.iter().any(|(known, _, _)| *known == key) {
            return Err(wrong("a key for the second time"));
        }
        section.keys.push((key, value.trim(), line));
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TWO: &str = "# written by the SDK\n[k8s]\ndefault_region_key = ada@one.tld\n\n[k8s_config_0]\n\
        Host_URL = https://one.tld/\nemail: ada@one.tld\nusername = ada\nrefresh_token = a.b.c\npassword = gAAA\n\
        \x20 continued\ncluster_name =\n\n[k8s_config_1]\nhost_url=http://127.0.0.1:8080\nrefresh_token =\n\n\
        [k8s_config_]\n[other]\nx = 1\n";

    fn wrong(text: &str) -> String {
        let parsed = PracticusRegion::parse_all(text);
        let regions = parsed.and_then(|regions| regions.into_iter().collect::<Result<Vec<_>, _>>());
        regions.expect_err(text).to_string()
    }

    #[test]
    fn each_region_is_read_and_the_rest_ignored() {
        for text in [
            TWO.to_owned(),
            TWO.replace('\n', "\r\n"),
            format!("\u{feff}{TWO}"),
        ] {
            let regions = PracticusRegion::parse_all(&text).expect("regions");
            let [Ok(one), Ok(two)] = regions.as_slice() else {
                panic!("{regions:?}")
            };
            assert_eq!(one.url.as_str(), "https://one.tld/");
            assert_eq!(one.email.as_deref(), Some("ada@one.tld"));
            let token = one.refresh_token.as_ref().map(RefreshToken::expose);
            assert_eq!(token, Some("a.b.c"));
            assert_eq!(two.url.as_str(), "http://127.0.0.1:8080/");
            assert!(two.email.is_none() && two.refresh_token.is_none());
            assert!(one.is_default && !two.is_default);
        }
        assert!(PracticusRegion::parse_all("").expect("nothing").is_empty());
    }

    #[test]
    fn the_default_region_is_the_one_that_its_key_names() {
        for (key, expected) in [
            ("ada@one.tld", [true, false]),
            ("Ada@one.tld@ONE.tld", [true, false]),
            ("one.tld", [true, false]),
            ("https://one.tld", [true, false]),
            ("127.0.0.1:8080", [false, true]),
            ("k8s_config_1", [false, true]),
            ("bob@one.tld", [false, false]),
            ("None", [false, false]),
            ("", [false, false]),
        ] {
            let text = TWO.replace(
                "default_region_key = ada@one.tld",
                &format!("default_region_key = {key}"),
            );
            let regions = PracticusRegion::parse_all(&text).expect("regions");
            let found: Vec<_> = regions.iter().flatten().map(|it| it.is_default).collect();
            assert_eq!(found, expected, "{key}");
        }
        let twice = format!("{TWO}[k8s_config_2]\nhost_url = https://one.tld\nusername = ada\n");
        let regions = PracticusRegion::parse_all(&twice).expect("regions");
        assert!(regions.iter().flatten().all(|it| !it.is_default));
    }

    #[test]
    fn an_error_names_the_line_and_quotes_nothing() {
        let table = [
            (
                "refresh_token = hunter2",
                "line 1: a line before the first section",
            ),
            ("\n[k8s_config_0", "line 2: a section without its ]"),
            (
                "[k8s_config_0]\nhunter2",
                "line 2: neither a section nor KEY = VALUE",
            ),
            (
                "[k8s_config_0]\nemail = hunter2",
                "line 1: [k8s_config_0] has no host_url",
            ),
            (
                "[k8s_config_0]\nhost_url = http://hunter2.tld",
                "line 2: the host_url of [k8s_config_0]: neither an https",
            ),
            (
                "[k8s_config_0]\nhost_url = https://a:hunter2@h.tld",
                "line 2: the host_url of [k8s_config_0]: holds a user",
            ),
            ("[a]\n[a]", "line 2: a section for the second time"),
            (
                "[a]\nx = 1\nX = hunter2",
                "line 3: a key for the second time",
            ),
            (
                "{\"refresh_token\": \"hunter2\"}",
                "line 1: a line before the first section",
            ),
        ];
        for (text, wanted) in table {
            let error = wrong(text);
            assert!(error.starts_with(wanted), "{text:?}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in any::<String>(), lines in "(\\[[a-z_0-9\\]]*\n|[ a-z=:]*\n){0,8}") {
            let _ = PracticusRegion::parse_all(&text);
            let _ = PracticusRegion::parse_all(&lines);
        }
    }
}
