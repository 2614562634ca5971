//! Help texts out of comments.

/// Joins the lines of a comment: those of a paragraph into one line, with an empty line for each empty one, which
/// there should be between paragraphs only.
pub(super) fn paragraphs(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines.iter().map(|line| line.trim()) {
        if line.is_empty() {
            text.push_str("\n\n");
        } else {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push(' ');
            }
            text.push_str(line);
        }
    }
    text
}
