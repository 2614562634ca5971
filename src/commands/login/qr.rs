//! An address as a QR code in the terminal, for the camera of a phone.

use anstyle::{AnsiColor, Color, Style};
use qrcode::{EcLevel, QrCode};

use crate::http::WebAddress;

/// Width of the light margin (quiet zone) in modules: half of the standard's four, which is enough on a screen.
const MARGIN: usize = 2;

/// Black on white.
const INK: Style = AnsiColor::Black
    .on_default()
    .bg_color(Some(Color::Ansi(AnsiColor::BrightWhite)));

/// Returns the code in half-block characters, dark on light whatever the terminal's colours are; `None` if it does not
/// fit into `columns` and `rows`, with four rows left for text, or if the address is too long for a code.
pub(super) fn picture(address: &WebAddress, (columns, rows): (usize, usize)) -> Option<String> {
    let code = QrCode::with_error_correction_level(address.as_str(), EcLevel::L).ok()?;
    let width = code.width();
    let side = width + 2 * MARGIN;
    // A few rows stay free for the text below it.
    if side > columns || side.div_ceil(2) + 4 > rows {
        return None;
    }
    let is_dark = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(MARGIN).filter(|at| *at < width);
        match (inside(x), inside(y)) {
            (Some(x), Some(y)) => code[(x, y)] == qrcode::Color::Dark,
            _ => false,
        }
    };
    let lines = (0..side).step_by(2).map(|y| {
        let cells = (0..side).map(|x| match (is_dark(x, y), is_dark(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        });
        format!("{INK}{}{INK:#}", cells.collect::<String>())
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn address(text: &str) -> WebAddress {
        WebAddress::new(&Url::parse(text).expect("a URL")).expect("an address")
    }

    #[test]
    fn a_code_is_returned_only_if_the_terminal_has_room_for_it() {
        let code = address("https://login.example.com/device?user_code=ABCD-EFGH");
        let picture = picture(&code, (80, 40)).expect("room");
        let lines: Vec<&str> = picture.lines().collect();
        assert_eq!(lines.len(), 17);
        for line in lines {
            let cells = line.strip_prefix(&INK.to_string()).expect("its colours");
            let cells = cells.strip_suffix(&format!("{INK:#}")).expect("and back");
            assert_eq!(cells.chars().count(), 33);
            assert!(cells.starts_with("  ") && cells.ends_with("  "));
        }
        assert_eq!(super::picture(&code, (32, 40)), None);
        assert_eq!(super::picture(&code, (80, 20)), None);
        let long = address(&format!("https://login.example.com/{}", "x".repeat(9000)));
        assert_eq!(super::picture(&long, (10_000, 10_000)), None);
    }
}
