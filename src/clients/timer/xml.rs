//! Text in XML, as launchd and the Task Scheduler read it.

/// Returns a text as the content of an element. What is not ASCII is written by its number, so that the encoding of the
/// file does not matter.
pub(super) fn escaped(text: &str) -> String {
    let mut new = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => new.push_str("&amp;"),
            '<' => new.push_str("&lt;"),
            '>' => new.push_str("&gt;"),
            c if c.is_ascii() => new.push(c),
            c => new.push_str(&format!("&#{};", u32::from(c))),
        }
    }
    new
}

/// Returns the text of the first element of this name after `start`; `None` if there is none.
pub(super) fn first(text: &str, start: &str, name: &str) -> Option<String> {
    let rest = text.split_once(start)?.1;
    let rest = rest.split_once(&format!("<{name}>"))?.1;
    let content = rest.split_once(&format!("</{name}>"))?.0;
    let mut parts = content.split('&');
    let mut new = parts.next()?.to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';')?;
        new.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            number => char::from_u32(number.strip_prefix('#')?.parse().ok()?)?,
        });
        new.push_str(rest);
    }
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_escaped_is_read_again() {
        for text in ["", "/a & b/<é>/\"x\"'"] {
            let element = format!("<k>Program</k><string>{}</string>", escaped(text));
            assert!(element.is_ascii());
            assert_eq!(first(&element, "Program", "string").as_deref(), Some(text));
        }
        assert_eq!(first("<a>&x</a>", "", "a"), None);
    }
}
