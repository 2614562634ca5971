//! Where the settings of a file in git's configuration stand (git-config(1), "Syntax").
//!
//! Only the places are told here: what a value means is git's to say. The settings of one key come in the order in
//! which git prints their values.

use std::ops::Range;

/// One setting of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The key as git prints it: section and name in lower case, the subsection as it is written.
    pub(crate) key: String,
    /// Its bytes: whole lines with their newline, or the rest of the line of a section's header without it.
    pub(crate) range: Range<usize>,
    /// The byte after its last line.
    pub(crate) end_of_line: usize,
    /// The number of its first line, from 1.
    pub(crate) line: usize,
}

/// A file's settings and the headers of its sections, each in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct ConfigLines {
    pub(crate) settings: Vec<Place>,
    /// The name of each section, as keys begin with it, and the bytes of its line from the bracket.
    headers: Vec<(String, Range<usize>)>,
}

impl ConfigLines {
    /// Reads a file's text; `None` if it has something else than sections, settings and comments.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader {
            text,
            at: text.len() - text.trim_start_matches('\u{feff}').len(),
            section: String::new(),
            lines: Self::default(),
        };
        while reader.skip_to_next() {
            match reader.peek()? {
                '[' => reader.header()?,
                _ => reader.setting()?,
            }
        }
        Some(reader.lines)
    }

    /// Returns the byte after the last line of a section that is there, its header's if it has no settings; `None`
    /// where there is no such section, or a later setting meets `is_in_the_way`.
    pub(crate) fn end_of_section(
        &self,
        section: &str,
        is_in_the_way: impl Fn(&Place) -> bool,
    ) -> Option<usize> {
        let headers = self.headers.iter();
        let mut own = headers.filter(|(name, _)| name == section);
        let header = &own.next_back()?.1;
        let starts = self.headers.iter().map(|(_, line)| line.start);
        let next = starts.filter(|start| *start > header.start).min();
        let is_inside = |place: &&Place| {
            let start = place.range.start;
            start > header.start && next.is_none_or(|next| start < next)
        };
        let last = self.settings.iter().rfind(is_inside);
        let end = last.map_or(header.end, |place| place.end_of_line);
        let mut later = self.settings.iter().filter(|it| it.range.start >= end);
        (!later.any(is_in_the_way)).then_some(end)
    }
}

/// Reads a text from the beginning.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    section: String,
    lines: ConfigLines,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Returns the byte after the newline of the line at a byte.
    fn end_of_line(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.find('\n')
            .map_or(self.text.len(), |newline| at + newline + 1)
    }

    /// Goes to the next character that is neither white space nor in a comment; returns whether there is one.
    fn skip_to_next(&mut self) -> bool {
        while let Some(next) = self.peek() {
            match next {
                '#' | ';' => self.at = self.end_of_line(self.at),
                next if next.is_ascii_whitespace() => self.at += 1,
                _ => return true,
            }
        }
        false
    }

    /// Reads `[section]` or `[section "subsection"]`.
    fn header(&mut self) -> Option<()> {
        let start = self.at;
        self.next();
        let length = self.rest().find([']', ' ', '\t', '\n'])?;
        let mut name = self.rest().get(..length)?.to_ascii_lowercase();
        self.at += length;
        while matches!(self.peek()?, ' ' | '\t') {
            self.at += 1;
        }
        if self.peek()? == '"' {
            self.at += 1;
            name.push('.');
            loop {
                match self.next()? {
                    '"' => break,
                    '\\' => name.push(self.next()?),
                    '\n' => return None,
                    other => name.push(other),
                }
            }
        }
        if self.next()? != ']' {
            return None;
        }
        let end = self.end_of_line(self.at);
        self.lines.headers.push((name.clone(), start..end));
        self.section = name;
        Some(())
    }

    /// Reads `name = value`, or `name` alone.
    fn setting(&mut self) -> Option<()> {
        let start = self.at;
        let is_part = |next: char| next.is_ascii_alphanumeric() || next == '-';
        let rest = self.rest();
        let length = rest.find(|next| !is_part(next)).unwrap_or(rest.len());
        let name = rest.get(..length).filter(|name| !name.is_empty())?;
        let key = format!("{}.{}", self.section, name.to_ascii_lowercase());
        self.at += length;
        self.skip_value();
        let before = self.text.get(..start)?;
        let start_of_line = before.rfind('\n').map_or(0, |newline| newline + 1);
        let is_first = before
            .get(start_of_line..)?
            .trim_start_matches('\u{feff}')
            .trim()
            .is_empty();
        let range = if is_first {
            start_of_line..self.at
        } else {
            let value = self.text.get(start..self.at)?;
            start..start + value.trim_end_matches(['\r', '\n']).len()
        };
        self.lines.settings.push(Place {
            key,
            range,
            end_of_line: self.at,
            line: before.matches('\n').count() + 1,
        });
        Some(())
    }

    /// Goes behind the newline that ends a value: one behind a backslash does not, unless that is in a comment.
    fn skip_value(&mut self) {
        let (mut is_quoted, mut is_comment) = (false, false);
        while let Some(next) = self.next() {
            match next {
                '\n' => return,
                '\\' if !is_comment => self.skip_escaped(),
                '"' if !is_comment => is_quoted = !is_quoted,
                '#' | ';' if !is_quoted => is_comment = true,
                _ => {}
            }
        }
    }

    /// Goes behind the character that a backslash has escaped: CR LF is one.
    fn skip_escaped(&mut self) {
        if self.next() == Some('\r') && self.peek() == Some('\n') {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_found_in_any_layout() {
        let text = "\u{feff}# c [x]\r\n[User]\n\tName = \"a # b\" ; it\\\n; next\n[credential \"https://H/\\\"q\"] helper = x\n\
                    \tHelper = !f() { \\\n\t  y; }; f\n  useHttpPath\n[credential]helper=\n\n[alias]\n\tz = \"[credential]\"\n\thelper=z";
        let lines = ConfigLines::parse(text).expect("a configuration");
        let told: Vec<_> = lines
            .settings
            .iter()
            .map(|it| (it.key.as_str(), it.line, &text[it.range.clone()]))
            .collect();
        let own = "credential.https://H/\"q";
        assert_eq!(
            told,
            [
                ("user.name", 3, "\tName = \"a # b\" ; it\\\n"),
                (&format!("{own}.helper"), 5, "helper = x"),
                (
                    &format!("{own}.helper"),
                    6,
                    "\tHelper = !f() { \\\n\t  y; }; f\n"
                ),
                (&format!("{own}.usehttppath"), 8, "  useHttpPath\n"),
                ("credential.helper", 9, "helper="),
                ("alias.z", 12, "\tz = \"[credential]\"\n"),
                ("alias.helper", 13, "\thelper=z"),
            ]
        );
    }

    #[test]
    fn a_section_ends_behind_its_last_setting() {
        let text = "[a]\n\tx = 1\n[b]\n[a]\n\tx = 2\n\n# of b\n[b]\n\ty = 1\n[c] z = 1\n";
        let lines = ConfigLines::parse(text).expect("a configuration");
        let end = |section: &str| lines.end_of_section(section, |_| false);
        assert_eq!(end("a"), text.find("\n# of b"));
        assert_eq!(end("b"), text.find("[c]"));
        assert_eq!(end("c"), Some(text.len()));
        assert_eq!(end("d"), None);
        assert_eq!(lines.end_of_section("a", |place| place.key == "b.y"), None);
    }

    #[test]
    fn what_git_refuses_has_no_places() {
        for text in [
            "[a\nx = 1\n",
            "[a \"b\nc\"]\n",
            "[a]\n= 1\n",
            "[a]\n\"x\" = 1\n",
            "[a \"b\" c]",
        ] {
            assert!(ConfigLines::parse(text).is_none(), "{text}");
        }
    }
}
