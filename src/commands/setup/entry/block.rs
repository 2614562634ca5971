//! Terraform's `credentials_helper` block in its own configuration language, on a line of its own.

use super::lines::{appended, lines};
use super::{Found, OURS, Why};

const KIND: &str = "credentials_helper";

/// The block, of which a file may have one.
pub(in super::super) struct Block {
    /// Options that stand before Terraform's own arguments.
    pub(in super::super) arguments: Vec<String>,
}

impl Block {
    fn line(&self) -> String {
        if self.arguments.is_empty() {
            return format!("{KIND} \"{OURS}\" {{}}");
        }
        let arguments: Vec<_> = self.arguments.iter().map(|it| format!("{it:?}")).collect();
        format!("{KIND} \"{OURS}\" {{ args = [{}] }}", arguments.join(", "))
    }

    fn is_ours(&self, line: &str) -> bool {
        line.trim_end_matches(['\r', '\n']) == self.line()
    }

    pub(super) fn found(&self, text: &str) -> Result<Found, Why> {
        check(text)?;
        let is_helper = |line: &&str| {
            let rest = line.trim_start().strip_prefix(KIND);
            rest.is_some_and(|rest| rest.starts_with([' ', '\t', '"', '{']))
        };
        Ok(match lines(text).into_iter().find(is_helper) {
            None => Found::Absent,
            Some(line) if self.is_ours(line) => Found::Ours,
            Some(line) if is_same(line, &self.line()) => Found::AsGood,
            Some(line) if line.contains(OURS) => Found::Changed(line.trim().to_owned()),
            Some(line) => Found::Theirs(line.trim().to_owned()),
        })
    }

    pub(super) fn put(&self, text: &str) -> Result<String, Why> {
        match self.found(text)? {
            Found::Absent => Ok(appended(text, &self.line())),
            Found::Changed(old) if old.starts_with(KIND) && old.ends_with('}') => {
                let new = lines(text).into_iter().map(|line| match line.trim() {
                    trimmed if trimmed == old => line.replace(trimmed, &self.line()),
                    _ => line.to_owned(),
                });
                Ok(new.collect())
            }
            // What may be spread over lines is not for us to cut.
            _ => Err(format!("it has another {KIND} block")),
        }
    }

    pub(super) fn take(&self, text: &str) -> Result<String, Why> {
        check(text)?;
        let others = lines(text).into_iter().filter(|line| !self.is_ours(line));
        Ok(others.collect())
    }
}

fn is_same(one: &str, other: &str) -> bool {
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    dense(one) == dense(other)
}

/// Refuses what is no text of this language: brackets that do not pair, or its JSON form.
fn check(text: &str) -> Result<(), Why> {
    if text.trim_start().starts_with('{') {
        return Err("it is JSON, and only the other form can be edited".to_owned());
    }
    let mut depth = 0_usize;
    for (number, line) in text.lines().enumerate() {
        let odd = |what: &str| Err(format!("line {}: {what}", number + 1));
        let mut in_quotes = false;
        let mut characters = line.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' if in_quotes => drop(characters.next()),
                '"' => in_quotes = !in_quotes,
                _ if in_quotes => {}
                '#' => break,
                '/' if characters.peek() == Some(&'/') => break,
                '{' | '[' => depth += 1,
                '}' | ']' => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return odd("a bracket too many"),
                },
                _ => {}
            }
        }
        if in_quotes {
            return odd("a quotation mark is missing");
        }
    }
    if depth == 0 {
        Ok(())
    } else {
        Err("a closing bracket is missing".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_comes_and_goes() {
        for arguments in [vec![], vec!["--profile".to_owned(), "corp".to_owned()]] {
            let block = Block { arguments };
            for text in [
                "",
                "# mine\nplugin_cache_dir = \"$HOME/.cache\" // here\r\n",
                "credentials \"app.terraform.io\" {\n  token = \"x{\"\n}\n",
            ] {
                assert_eq!(block.found(text), Ok(Found::Absent));
                let with = block.put(text).expect("a text");
                assert_eq!(block.found(&with), Ok(Found::Ours), "{with}");
                assert_eq!(block.take(&with).as_deref(), Ok(text));
            }
        }
    }

    #[test]
    fn another_helper_stays_and_what_cannot_be_read_is_refused() {
        let block = Block {
            arguments: Vec::new(),
        };
        let theirs = "credentials_helper \"vault\" {\n  args = []\n}\n";
        assert!(matches!(block.found(theirs), Ok(Found::Theirs(_))));
        assert!(block.put(theirs).is_err());
        let named =
            "a = 1\r\ncredentials_helper \"prusa-cred\" { args = [\"--profile\", \"x\"] }\r\n";
        let plain = "a = 1\r\ncredentials_helper \"prusa-cred\" {}\r\n";
        assert_eq!(block.put(named).as_deref(), Ok(plain));
        let by_hand = "credentials_helper \"prusa-cred\"   { }\n";
        assert_eq!(block.found(by_hand), Ok(Found::AsGood));
        for broken in ["x {\n", "}\n", "x = \"y\n", "{\"credentials_helper\": {}}"] {
            assert!(block.found(broken).is_err(), "{broken}");
        }
    }
}
