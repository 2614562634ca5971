//! The question before a sign-in at one server that gives another one the access.
//!
//! A resource that a person has only just met named both. They may belong together, as Google's do, or the second may
//! be posing as a part of the first, to get what that issues.

use crate::context::Context;
use crate::oauth::mix_up::TwoOrigins;
use crate::providers::oauth::Agreement;
use crate::terminal::prompt::Person;

/// Asks whether to sign in at one server for another one to get the access. Anything but a yes is a no.
pub(super) fn ask(context: &Context, person: Person, origins: &TwoOrigins) -> Agreement {
    if !person.is_there() {
        return Agreement::NobodyThere;
    }
    let TwoOrigins { sign_in, token, .. } = origins;
    context.show(&format!(
        "The sign-in is on the pages of\n\n  {sign_in}\n\nbut what it gives goes to\n\n  {token}\n\nIf these two do not \
         belong together, the second gets access to your account at the first."
    ));
    let answer = person.ask_until("answer", "Sign in? (yes/no)", read_answer);
    answer.unwrap_or(Agreement::No)
}

/// Reads an answer; an error text if it is neither a yes nor a no. An empty one is a no.
fn read_answer(line: &str) -> Result<Agreement, String> {
    match line.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(Agreement::Yes),
        "" | "n" | "no" => Ok(Agreement::No),
        _ => Err("neither yes nor no".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_agrees() {
        for (line, answer) in [
            ("y", Some(Agreement::Yes)),
            ("YES", Some(Agreement::Yes)),
            ("", Some(Agreement::No)),
            ("no", Some(Agreement::No)),
            ("yess", None),
            ("https://a.example", None),
        ] {
            assert_eq!(read_answer(line).ok(), answer, "{line}");
        }
    }
}
