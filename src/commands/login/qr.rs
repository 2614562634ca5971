//! An address as a QR code in the terminal, for the camera of a phone.

use anstyle::{AnsiColor, Color, Style};
use qrcode::{EcLevel, QrCode};

use crate::http::WebAddress;

/// Widths of the light margin (quiet zone) in modules, the first that fits: the standard's four (ISO/IEC 18004, 9.1), or
/// what cameras still read on a screen.
const MARGINS: [usize; 3] = [4, 2, 1];

/// Black on white, also with `NO_COLOR`: here the colours are what is said. A code in the terminal's own colours would be
/// light on dark in most of them, which many scanners do not read.
const INK: Style = AnsiColor::Black
    .on_default()
    .bg_color(Some(Color::Ansi(AnsiColor::BrightWhite)));

/// Returns the code in half-block characters, dark on light whatever the terminal's colours are; `None` if it does not
/// fit into `columns` and `rows`, or if the address is too long for a code.
pub(super) fn picture(address: &WebAddress, (columns, rows): (usize, usize)) -> Option<String> {
    let code = QrCode::with_error_correction_level(address.as_str(), EcLevel::L).ok()?;
    let width = code.width();
    let margin = MARGINS.into_iter().find(|margin| {
        let side = width + 2 * margin;
        side <= columns && side.div_ceil(2) <= rows
    })?;
    let side = width + 2 * margin;
    let is_dark = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(margin).filter(|at| *at < width);
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
    fn the_margin_is_as_wide_as_the_terminal_allows() {
        let code = address("https://login.example.com/device?user_code=ABCD-EFGH");
        for (size, side) in [
            ((80, 40), 37),
            ((37, 19), 37),
            ((36, 19), 33),
            ((80, 18), 33),
            ((31, 40), 31),
        ] {
            let picture = picture(&code, size).expect("room");
            let lines: Vec<&str> = picture.lines().collect();
            assert_eq!(lines.len(), usize::div_ceil(side, 2));
            for line in lines {
                let cells = line.strip_prefix(&INK.to_string()).expect("its colours");
                let cells = cells.strip_suffix(&format!("{INK:#}")).expect("and back");
                assert_eq!(cells.chars().count(), side);
            }
        }
        assert_eq!(super::picture(&code, (30, 40)), None);
        assert_eq!(super::picture(&code, (80, 15)), None);
        let long = address(&format!("https://login.example.com/{}", "x".repeat(9000)));
        assert_eq!(super::picture(&long, (10_000, 10_000)), None);
    }
}
