//! The words of a command line in a client's configuration, which the client gives to a shell or splits itself.

/// Returns the words of a line that is one command, without the quotes around them; `None` for what only a shell can
/// tell.
pub(crate) fn command_words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match quote {
            Some(open) if c == open => quote = None,
            Some('"') if "$`\\".contains(c) => return None,
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            // One character is as it stands, such as the apostrophe in 'it'\''s'.
            None if c == '\\' && !cfg!(windows) => {
                let escaped = characters.next().filter(|c| *c != '\n')?;
                word.get_or_insert_default().push(escaped);
            }
            None if is_of_shell(c) => return None,
            None if c.is_whitespace() => words.extend(word.take()),
            Some(_) | None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// Returns whether a character stands between the words of a shell's snippet.
pub(crate) fn is_between_words(c: char) -> bool {
    c.is_whitespace() || "'\"=,".contains(c) || is_of_shell(c)
}

/// Returns whether a character makes more of a line than one command with its words.
fn is_of_shell(c: char) -> bool {
    ";|&<>(){}$`*?[]#\n".contains(c) || (c == '\\' && !cfg!(windows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_command_is_split_and_a_snippet_is_not() {
        for (line, wanted) in [
            ("a  b", Some(vec!["a", "b"])),
            ("'a b'/c \"d e\" ''", Some(vec!["a b/c", "d e", ""])),
            ("", Some(vec![])),
            ("a; b", None),
            ("\"$a\"", None),
            ("'$a'", Some(vec!["$a"])),
            ("a 'b", None),
            (r"'it'\''s' a\ b", Some(vec!["it's", "a b"])),
            ("a \\", None),
            ("$(a) b", None),
        ] {
            let wanted = wanted.map(|it| it.into_iter().map(str::to_owned).collect());
            assert_eq!(command_words(line), wanted, "{line}");
        }
    }
}
