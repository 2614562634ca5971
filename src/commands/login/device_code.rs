//! What a person needs to sign in on another device (RFC 8628 §3.3): an address, a code, and both in one as a QR code.

use super::qr;
use crate::oauth::device::DeviceAuthorization;

/// Rows below the text: how long the code is good for, how much of that is left, and the cursor.
const ROWS_BELOW: usize = 3;

/// Returns the text to show, with a QR code above it if it fits on a `screen` of so many columns and rows together with
/// the text; the text is shorter where only that lets it fit.
pub(super) fn text(code: &DeviceAuthorization, screen: Option<(usize, usize)>) -> String {
    let long = long_text(code);
    let short = format!(
        "On any device with a browser, open\n  {}\nand enter the code  {}\n",
        code.verification_uri, code.user_code
    );
    let address = code
        .verification_uri_complete
        .as_ref()
        .unwrap_or(&code.verification_uri);
    let with_picture = |text: &String| {
        let (columns, rows) = screen?;
        let taken = rows_of(text, columns) + ROWS_BELOW;
        let picture = qr::picture(address, (columns, rows.checked_sub(taken)?))?;
        Some(format!("{picture}\n{text}"))
    };
    with_picture(&long)
        .or_else(|| with_picture(&short))
        .unwrap_or(long)
}

fn long_text(code: &DeviceAuthorization) -> String {
    let mut text = format!(
        "On any device with a browser, open\n\n  {}\n\nand enter the code\n\n  {}\n",
        code.verification_uri, code.user_code
    );
    if let Some(complete) = &code.verification_uri_complete {
        text.push_str(&format!(
            "\nor open this address, which contains the code:\n\n  {complete}\n"
        ));
    }
    text
}

/// Returns how many rows a text takes, with the lines that the terminal breaks.
fn rows_of(text: &str, columns: usize) -> usize {
    let rows = |line: &str| line.chars().count().div_ceil(columns.max(1)).max(1);
    text.lines().map(rows).sum()
}
