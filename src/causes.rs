//! An error and its causes in one text.

use std::error::Error;

/// Returns an error and its causes, separated by colons. A cause that the text contains already is left out.
pub(crate) fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Layer(&'static str, #[source] Option<Box<Layer>>);

    #[test]
    fn each_cause_appears_once() {
        let error = ["no file", "cannot read: no file", "no login"]
            .into_iter()
            .fold(None, |cause, text| Some(Box::new(Layer(text, cause))));
        let error = error.expect("an error");
        assert_eq!(with_causes(&*error), "no login: cannot read: no file");
    }
}
