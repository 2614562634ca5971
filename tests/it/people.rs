//! Text as people read it: paths below the home with `~`, lines broken between words, colours where they are wanted.

use serde_json::Value;

use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

/// Returns the lines of the screen after a command at a terminal of so many columns.
fn screen(env: &TestEnv, columns: u16, arguments: &[&str]) -> Vec<String> {
    let terminal = env.terminal_sized((columns, 100), arguments);
    let (_, transcript) = terminal.wait();
    let mut parser = vt100::Parser::default();
    parser.screen_mut().set_size(
        100.try_into().expect("rows"),
        columns.try_into().expect("columns"),
    );
    parser.process(transcript.replace('\n', "\r\n").as_bytes());
    let rows = parser.screen().rows(0, columns);
    let rows: Vec<_> = rows.map(|row| row.trim_end().to_owned()).collect();
    let end = rows.iter().rposition(|row| !row.is_empty());
    rows[..end.map_or(0, |end| end + 1)].to_vec()
}

/// What each command prints when nothing is as it should be: long lines.
fn with_trouble(site: &Sandbox) -> TestEnv {
    let config = "[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'me'\n\
                  hosts = ['git.example.com', 'registry.example.com:5000', '*.pages.example.com']\n";
    TestEnv::new(site).stored(&site.stored(600)).config(config)
}

#[test]
fn no_line_breaks_inside_a_word_at_60_columns() {
    let site = Sandbox::start();
    let env = with_trouble(&site);
    for arguments in [
        &["status"][..],
        &["doctor"],
        &["setup"],
        &["which"],
        &["list"],
        &["get", "https://nobody.example.org/some/path"],
        &["get", "--profile", "corp"],
        &["setup", "git"],
    ] {
        let piped = env.run(arguments).any_stdout().any_stderr().outcome();
        let piped = format!("{}{}", piped.stdout, piped.stderr);
        let words: Vec<_> = piped.split_whitespace().collect();
        let rows = screen(&env, 60, arguments);
        // A word that does not fit on a row (a path, a command) is continued on the next by the terminal itself.
        let mut rest = words.iter();
        let mut pending = String::new();
        for row in &rows {
            for word in row.split_whitespace() {
                pending.push_str(word);
                let Some(expected) = rest.clone().next() else {
                    panic!("{arguments:?}: {word} is too much\n{}", rows.join("\n"));
                };
                if pending == **expected {
                    rest.next();
                    pending.clear();
                } else {
                    assert!(
                        expected.starts_with(&pending) && row.chars().count() == 60,
                        "{arguments:?}: {expected} is broken\n{}",
                        rows.join("\n")
                    );
                    assert!(
                        expected.contains('/') || expected.chars().count() > 40,
                        "{arguments:?}: {expected} is broken\n{}",
                        rows.join("\n")
                    );
                }
            }
        }
    }
}

#[test]
fn paths_in_the_home_begin_with_a_tilde_but_not_in_json() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    let run = env.run(["login"]).with_credentials().any_stderr();
    let said = run.success().stderr;
    let file = env.token_file();
    assert!(
        said.contains(&format!("Stored in {}\n", env.shown(&file))),
        "{said}"
    );
    let text = env.run(["status"]).any_stdout().success().stdout;
    assert!(
        text.contains(&format!("store    {}\n", env.shown(&file))),
        "{text}"
    );
    let home = env.home().to_str().expect("UTF-8");
    assert!(!text.contains(home), "{text}");
    let rows = env.run(["status", "--json"]).any_stdout().success().json();
    assert_eq!(rows[0]["store"], Value::from(file.to_str()));
}

#[test]
fn status_is_coloured_at_a_terminal_and_only_there() {
    let site = Sandbox::start();
    let env = || with_trouble(&site);
    let (status, coloured) = env().terminal(["status"]).wait();
    assert_eq!(status, 0, "{coloured}");
    // Bold, green for the one who is signed in, yellow for the one who is not.
    for part in [
        "\u{1b}[1mprusa\u{1b}[0m",
        "\u{1b}[32mada@example.com",
        "\u{1b}[33mnone; sign in",
    ] {
        assert!(coloured.contains(part), "{coloured}");
    }
    let (_, plain) = env().var("NO_COLOR", "1").terminal(["status"]).wait();
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let piped = env().run(["status"]).any_stdout().success().stdout;
    assert!(!piped.contains('\u{1b}'), "{piped}");
}
