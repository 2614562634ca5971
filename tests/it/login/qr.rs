//! The QR code of a sign-in on another device, read off the screen as a camera reads it.

use rqrr::PreparedImage;
use vt100::{Color, Screen};

use crate::oauth::{env, with_device};
use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;
use crate::support::pty::Terminal;

/// Side of a module in pixels: a cell is two of them high.
const MODULE: usize = 6;

/// The brightness of a terminal's own colours.
#[derive(Clone, Copy)]
struct Ground {
    text: u8,
    background: u8,
    black: u8,
    bright_white: u8,
}

const DARK: Ground = Ground {
    text: 200,
    background: 20,
    black: 40,
    bright_white: 240,
};
const LIGHT: Ground = Ground {
    text: 30,
    background: 250,
    black: 0,
    bright_white: 235,
};

impl Ground {
    fn brightness(self, color: Color, usual: u8) -> u8 {
        match color {
            Color::Default => usual,
            Color::Idx(0) => self.black,
            Color::Idx(15) => self.bright_white,
            other => panic!("another colour on the screen: {other:?}"),
        }
    }
}

/// Paints the cells of a screen and returns what a scanner reads there.
fn scanned(screen: &Screen, ground: Ground) -> Option<String> {
    let (rows, columns) = screen.size();
    let pixel = |x: usize, y: usize| {
        let row = u16::try_from(y / (2 * MODULE)).expect("a row");
        let column = u16::try_from(x / MODULE).expect("a column");
        let cell = screen.cell(row, column).expect("a cell");
        let is_upper = (y / MODULE).is_multiple_of(2);
        let is_ink = match cell.contents() {
            "█" => true,
            "▀" => is_upper,
            "▄" => !is_upper,
            " " | "" => false,
            // A letter: some ink, nowhere near a module's shape.
            _ => (x + y).is_multiple_of(3),
        };
        if is_ink {
            ground.brightness(cell.fgcolor(), ground.text)
        } else {
            ground.brightness(cell.bgcolor(), ground.background)
        }
    };
    let (width, height) = (
        usize::from(columns.get()) * MODULE,
        usize::from(rows.get()) * 2 * MODULE,
    );
    let mut image = PreparedImage::prepare_from_greyscale(width, height, pixel);
    let grids = image.detect_grids();
    let (_, content) = grids.first()?.decode().ok()?;
    Some(content)
}

/// Starts a sign-in with a device code and waits until everything that it shows is on the screen.
fn shown(env: &TestEnv, size: (u16, u16)) -> Terminal {
    let mut terminal = env.terminal_sized(size, ["login", "--device"]);
    terminal.expect("ABCD-EFGH").expect("Waiting up to");
    terminal.expect(" left");
    terminal
}

fn site() -> OAuthSite {
    let site = OAuthSite::start();
    with_device(&site);
    site.polls(&["authorization_pending"; 1000]);
    site
}

#[test]
fn the_code_is_read_off_five_screens() {
    let site = site();
    let env = || env(&site, "scopes = ['openid']");
    let no_color = || env().var("NO_COLOR", "1");
    for (env, size, ground) in [
        (env(), (80, 24), DARK),
        (env(), (80, 24), LIGHT),
        (env(), (60, 24), DARK),
        (no_color(), (60, 24), LIGHT),
        (no_color(), (80, 40), DARK),
    ] {
        let screen = shown(&env, size).picture();
        let content = screen.contents();
        assert!(!content.contains("u{1b}"), "{content}");
        let address = format!("{}/enter?code=ABCD-EFGH", site.origin());
        assert_eq!(scanned(&screen, ground), Some(address), "{content}");
        // The address and the code are there too, for somebody without a camera.
        assert!(content.contains("/enter\n"), "{content}");
        assert!(content.contains("ABCD-EFGH\n"), "{content}");
    }
}

#[test]
fn a_terminal_that_cannot_draw_shows_the_address_alone() {
    let site = site();
    let env = || env(&site, "scopes = ['openid']");
    for (env, size) in [
        (env().var("TERM", "dumb"), (80, 40)),
        (env().var("LC_ALL", "en_US.ISO-8859-1"), (80, 40)),
        (env(), (80, 16)),
        (env(), (25, 40)),
    ] {
        let content = shown(&env, size).picture().contents();
        assert!(!content.contains(['█', '▀', '▄']), "{content}");
        assert!(content.contains("ABCD-EFGH"), "{content}");
    }
}
