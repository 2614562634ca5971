//! What to say about a word that is not known: a key of the configuration, or a value that has to be one of a few.
//!
//! The known words are quoted, and those that were written only if they are keys: a value may be a misplaced password.

/// How alike two words have to be, from 0 to 1, for one to be taken for a slip of the other; as the parser of the command
/// line has it.
const ALIKE: f64 = 0.7;

/// Returns the message about an unknown key: with the known one that is likely meant, else with all of them.
pub(super) fn unknown(key: &str, known: &[&str]) -> String {
    match likely(key, known) {
        Some(likely) => format!("unknown key: did you mean `{likely}`?"),
        None => format!("unknown key (known: {})", known.join(", ")),
    }
}

/// Returns the message about a value that is none of these words, with the one that is likely meant.
pub(super) fn not_one_of(value: &str, words: &[&str]) -> String {
    let all = words.join(", ");
    match likely(value, words) {
        Some(likely) => format!("not one of {all}: did you mean `{likely}`?"),
        None => format!("not one of {all}"),
    }
}

/// Returns the known word that is likely meant: the same but for case and the signs between its parts, else one that the
/// other begins with or is the beginning of, else the most alike.
pub(crate) fn likely<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = |word: &str| {
        let letters = word.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_ascii_lowercase()
    };
    let wanted = plain(word);
    let is_long = |word: &str| word.len() > 2;
    let is_same = |it: &&&str| plain(it) == wanted;
    let begins = |it: &&&str| {
        let it = plain(it);
        is_long(&wanted)
            && is_long(&it)
            && (it.starts_with(&wanted) || wanted.starts_with(it.as_str()))
    };
    let all = || known.iter();
    if let Some(likely) = all().find(is_same).or_else(|| all().find(begins)) {
        return Some(likely);
    }
    let scored = all().map(|it| (strsim::jaro(&plain(it), &wanted), *it));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(score, _)| *score > ALIKE).map(|(_, it)| it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likely_word_is_named() {
        let known = [
            "provider",
            "hosts",
            "client_id",
            "client_auth",
            "on_rotate",
            "ca_file",
            "email",
        ];
        for (word, wanted) in [
            ("client-id", Some("client_id")),
            ("clientId", Some("client_id")),
            ("CLIENT_ID", Some("client_id")),
            ("client_identifier", Some("client_id")),
            ("host", Some("hosts")),
            ("providr", Some("provider")),
            ("e-mail", Some("email")),
            ("cafile", Some("ca_file")),
            ("xyz", None),
            ("", None),
        ] {
            assert_eq!(likely(word, &known), wanted, "{word}");
        }
    }
}
