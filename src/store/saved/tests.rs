use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use proptest::prelude::*;

use super::*;
use crate::credential::Secret;
use crate::profile::Seal;
use crate::protocol::git;
use crate::store::Label;

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const HOST: &str = "protocol=https\nhost=git.example.com\n";

fn read(lines: &str) -> (Request, Offered) {
    let input = git::parse(lines.as_bytes()).expect("well-formed");
    (input.request.expect("a request"), input.offered)
}

/// Saves the credential of each group of lines in git's format.
fn save_all(groups: &[&str]) -> SavedCredentials {
    let mut kept = SavedCredentials::default();
    for lines in groups {
        let (request, offered) = read(&format!("{HOST}{lines}"));
        kept.put(&request, &offered, NOW);
    }
    kept
}

/// Returns the answer to git's request for the host.
fn answer(kept: &SavedCredentials, lines: &str) -> String {
    let (request, _) = read(&format!("{HOST}{lines}"));
    let Some(found) = kept.find(&request, NOW) else {
        return String::new();
    };
    let bytes = git::render(&request, &found.credential).expect("an answer");
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn erase(kept: &mut SavedCredentials, lines: &str) -> usize {
    let (request, refused) = read(&format!("{HOST}{lines}"));
    kept.erase(&request, &refused)
}

fn reread(kept: &SavedCredentials) -> SavedCredentials {
    SavedCredentials::parse(&kept.render()).expect("what was written")
}

#[test]
fn what_a_request_names_must_match_and_the_rest_may_differ() {
    let kept = save_all(&[
        "username=ada\npassword=1\n",
        "username=bob\npassword=2\npath=team/app.git\n",
        "username=\npassword=\n",
    ]);
    for (asked, told) in [
        ("", "username=\npassword=\n"),
        ("username=\n", "username=\npassword=\n"),
        ("username=ada\n", "username=ada\npassword=1\n"),
        ("username=bob\n", ""),
        ("path=team/app.git\n", "username=bob\npassword=2\n"),
        ("path=team/app.git\nusername=ada\n", ""),
        ("path=team\n", ""),
        ("path=team/app.git/\n", "username=bob\npassword=2\n"),
        ("username=Ada\n", ""),
        ("username=carl\n", ""),
    ] {
        assert_eq!(answer(&kept, asked), told, "{asked}");
    }
}

#[test]
fn scheme_host_and_port_must_match() {
    let kept = save_all(&["username=ada\npassword=1\n"]);
    for (scheme, host, is_found) in [
        ("https", "git.example.com", true),
        ("HTTPS", "GIT.example.com:443", true),
        ("http", "git.example.com", false),
        ("https", "git.example.com:8443", false),
        ("https", "example.com", false),
        ("https", "x.git.example.com", false),
        ("https", "git.example.com.evil.tld", false),
        ("smtp", "git.example.com", false),
    ] {
        let (request, _) = read(&format!("protocol={scheme}\nhost={host}\n"));
        assert_eq!(
            kept.find(&request, NOW).is_some(),
            is_found,
            "{scheme} {host}"
        );
    }
}

#[test]
fn mail_server_and_key_passwords_are_saved() {
    let mut kept = SavedCredentials::default();
    for lines in [
        "protocol=smtp\nhost=mail.example.com:587\n",
        "protocol=cert\nhost=\npath=home/ada/key.pem\n",
    ] {
        let (request, offered) = read(&format!("{lines}username=ada\npassword=1\n"));
        assert!(kept.put(&request, &offered, NOW));
        let (request, _) = read(lines);
        assert!(reread(&kept).find(&request, NOW).is_some(), "{lines}");
    }
}

#[test]
fn the_newest_entry_answers_and_replaces_its_predecessor() {
    let mut saved = save_all(&["username=ada\npassword=1\n", "username=bob\npassword=2\n"]);
    assert_eq!(answer(&saved, ""), "username=bob\npassword=2\n");
    let mut put = |lines: &str| {
        let (request, offered) = read(&format!("{HOST}{lines}"));
        (saved.put(&request, &offered, NOW), saved.entries().len())
    };
    assert_eq!(put("username=bob\npassword=2\n"), (false, 2), "as it was");
    assert_eq!(put("username=ada\npassword=1\n"), (true, 2), "newest now");
    assert_eq!(put("username=ada\npassword=3\n"), (true, 2));
    assert_eq!(put("username=ada\npassword=4\npath=x\n"), (true, 3));
    assert_eq!(
        answer(&saved, "username=ada\n"),
        "username=ada\npassword=3\n"
    );
    assert_eq!(
        answer(&saved, "username=bob\n"),
        "username=bob\npassword=2\n"
    );
}

#[test]
fn incomplete_expired_or_ephemeral_offers_are_not_saved() {
    for lines in [
        "",
        "username=ada\n",
        "password=1\n",
        "credential=T\n",
        "authtype=Bearer\n",
        "username=ada\npassword=1\nephemeral=1\n",
        "username=ada\npassword=1\nephemeral=maybe\n",
        "authtype=Bearer\ncredential=T\nephemeral=true\n",
        "username=ada\npassword=1\npassword_expiry_utc=1800000000\n",
        "username=ada\npassword=1\npassword_expiry_utc=2026-01-01\n",
    ] {
        assert!(save_all(&[lines]).entries().is_empty(), "{lines}");
    }
    for lines in [
        "username=ada\npassword=1\nephemeral=0\n",
        "username=ada\npassword=1\nephemeral=\n",
        "username=\npassword=\n",
        "authtype=Bearer\ncredential=T\n",
        "username=ada\npassword=1\npassword_expiry_utc=0\n",
        "username=ada\npassword=1\npassword_expiry_utc=soon\n",
        "username=ada\npassword=1\npassword_expiry_utc=1800000001\n",
    ] {
        assert_eq!(save_all(&[lines]).entries().len(), 1, "{lines}");
    }
}

#[test]
fn an_expired_credential_is_not_returned() {
    let lines = "username=ada\npassword=1\npassword_expiry_utc=1800000060\noauth_refresh_token=R\n";
    let kept = save_all(&["username=bob\npassword=2\n", lines]);
    assert_eq!(answer(&kept, ""), lines);
    let later = NOW.plus(Duration::from_secs(60));
    let (request, _) = read(HOST);
    let found = kept.find(&request, later).expect("the other");
    assert_eq!(found.credential.username(), "bob");
}

#[test]
fn a_header_is_returned_only_to_a_client_that_can_send_it() {
    let saved = save_all(&[
        "username=ada\npassword=1\n",
        "username=ada\nauthtype=Bearer\ncredential=T\npath=x\n",
        "username=eve\nauthtype=Bearer\ncredential=T\n",
    ]);
    assert_eq!(answer(&saved, ""), "username=ada\npassword=1\n");
    assert_eq!(answer(&saved, "path=x\n"), "");
    assert_eq!(
        answer(&saved, "capability[]=authtype\n"),
        "capability[]=authtype\nusername=eve\nauthtype=Bearer\ncredential=T\n"
    );
    let both = save_all(&["username=ada\npassword=1\nauthtype=Bearer\ncredential=T\n"]);
    let (mut request, _) = read(HOST);
    for takes_bearer in [false, true] {
        request.takes_bearer = takes_bearer;
        let found = both.find(&request, NOW).expect("it");
        let is_header = matches!(found.credential.secret, Secret::Header { .. });
        assert_eq!(is_header, takes_bearer);
    }
}

#[test]
fn erase_removes_all_matches_with_the_refused_secret_only() {
    let all = || {
        save_all(&[
            "username=ada\npassword=1\n",
            "username=ada\npassword=1\npath=x\n",
            "username=ada\npassword=2\npath=y\n",
            "username=bob\npassword=1\n",
            "authtype=Bearer\ncredential=1\n",
        ])
    };
    for (lines, count) in [
        ("username=ada\npassword=1\n", 2),
        ("username=ada\npassword=1\npath=x\n", 1),
        ("username=ada\npassword=1\npath=y\n", 0),
        ("username=ada\npassword=3\n", 0),
        ("username=ada\npassword=\n", 0),
        ("username=ada\n", 3),
        ("username=carl\n", 0),
        ("password=1\n", 3),
        ("authtype=Bearer\ncredential=1\n", 1),
        ("authtype=Bearer\ncredential=2\n", 0),
        ("credential=1\n", 1),
        ("username=ada\ncredential=1\n", 0),
        ("", 5),
    ] {
        let mut kept = all();
        assert_eq!(erase(&mut kept, lines), count, "{lines:?}");
        assert_eq!(kept.entries().len(), 5 - count, "{lines:?}");
    }
}

#[test]
fn docker_keys_are_compared_literally() {
    let mut kept = save_all(&["username=ada\npassword=git\n"]);
    let mut put = |key: &str, username: &str, secret: &str| {
        kept.put_registry(key.into(), username.into(), secret.to_owned().into())
    };
    assert!(put("https://index.docker.io/v1/", "ada", "1"));
    assert!(put("https://index.docker.io/v1/access-token", "ada", "2"));
    assert!(put("docker.io", "ada", "3"));
    assert!(!put("docker.io", "ada", "3"));
    assert!(put("docker.io", "bob", "{\n}\n"));
    let mut kept = reread(&kept);
    let found = |kept: &SavedCredentials, key: &str| {
        let found = kept.registry(key)?;
        Some((found.username().to_owned(), found.as_password()?.to_owned()))
    };
    let pair = |username: &str, secret: &str| Some((username.to_owned(), secret.to_owned()));
    assert_eq!(found(&kept, "docker.io"), pair("bob", "{\n}\n"));
    assert_eq!(
        found(&kept, "https://index.docker.io/v1/"),
        pair("ada", "1")
    );
    for other in [
        "index.docker.io",
        "https://index.docker.io/v1",
        "https://docker.io",
        "DOCKER.io",
        "git.example.com",
    ] {
        assert_eq!(found(&kept, other), None, "{other}");
    }
    assert_eq!(kept.erase_registry("docker.io"), 1);
    assert_eq!(kept.erase_registry("docker.io"), 0);
    assert_eq!(kept.registries().len(), 2);
}

#[test]
fn forget_removes_a_whole_host_or_one_path_or_user() {
    let all = || {
        let mut kept = save_all(&[
            "username=ada\npassword=1\n",
            "username=bob\npassword=1\npath=x\n",
        ]);
        for key in ["https://git.example.com/v1/", "git.example.com", "h"] {
            kept.put_registry(key.into(), "ada".into(), "1".to_owned().into());
        }
        kept
    };
    let target = Target::parse("git.example.com").expect("a place");
    for (key, path, username, entries, registries) in [
        ("git.example.com", None, None, 2, 2),
        ("https://git.example.com/v1/", Some("v1"), None, 0, 1),
        ("git.example.com/x", Some("x"), None, 1, 0),
        ("git.example.com", None, Some("bob"), 1, 0),
        ("git.example.com", None, Some("ada"), 1, 2),
    ] {
        let mut kept = all();
        assert_eq!(kept.forget(&target, path, username), entries, "{key}");
        let count = kept.forget_registries(key, &target, path, username);
        assert_eq!(count, registries, "{key}");
    }
    let mut kept = all();
    assert_eq!((kept.forget_all(), kept.forget_all()), (5, 0));
}

#[test]
fn a_damaged_file_is_an_error_that_quotes_nothing() {
    for damage in [
        "",
        "\0\0\0\0",
        "{\"credentials\":[{\"password\":\"sekr",
        "[]",
        "\"sekret\"",
        "{} {}",
        "{\"credentials\":{}}",
        "{\"credentials\":[\"sekret\"]}",
        "{\"credentials\":[{\"host\":\"h\",\"protocol\":\"https\",\"password\":[\"sekret\"]}]}",
        "{\"credentials\":[{\"protocol\":\"https\",\"password\":\"sekret\"}]}",
        "{\"credentials\":[{\"host\":\"h/x\",\"protocol\":\"https\"}]}",
        "{\"credentials\":[{\"host\":\"h\",\"authtype\":\"sekret\"}]}",
        "{\"credentials\":[{\"host\":\"h\",\"password_expiry_utc\":\"sekret\"}]}",
        "{\"registries\":[{\"ServerURL\":\"sekret\"}]}",
    ] {
        let error = SavedCredentials::parse(damage.as_bytes()).expect_err(damage);
        assert!(!format!("{error:?} {error}").contains("sekr"), "{error:?}");
    }
    let nested = "[".repeat(100_000);
    assert!(SavedCredentials::parse(nested.as_bytes()).is_err());
    assert!(SavedCredentials::parse(b"{}").is_ok());
}

#[test]
fn unknown_fields_at_the_top_are_kept() {
    let kept = SavedCredentials::parse(br#"{"credentials":[],"later":{"a":1}}"#).expect("it");
    let text = String::from_utf8(kept.render().to_vec()).expect("text");
    assert!(
        text.contains("\"later\"") && text.ends_with("}\n"),
        "{text}"
    );
    assert!(!format!("{kept:?}").contains("password"));
}

mod file {
    use super::*;
    use crate::testing;

    fn scratch() -> (tempfile::TempDir, CredentialStore) {
        let (directory, path) = testing::scratch("data/prusa-cred/credentials.json");
        let sealing = Sealing::new(Arc::default(), Some(Seal::None), Label::saved_credentials());
        (directory, CredentialStore::new(path, sealing))
    }

    fn put(saved: &CredentialStore, lines: &str) -> Result<Changed, StoreError> {
        let (request, offered) = read(&format!("{HOST}{lines}"));
        let deadline = Deadline::after(Duration::from_secs(5));
        saved.change(deadline, &mut |kept| kept.put(&request, &offered, NOW))
    }

    #[test]
    fn a_change_reports_whether_it_wrote_the_file() {
        let (_directory, saved) = scratch();
        assert!(saved.load().expect("nothing").entries().is_empty());
        let put = |lines: &str| put(&saved, lines).expect("a change");
        assert!(matches!(put("username=ada\n"), Changed::Unchanged));
        assert!(!saved.path().parent().expect("a directory").exists());
        let ada = "username=ada\npassword=1\n";
        assert!(matches!(put(ada), Changed::Written));
        assert!(matches!(put(ada), Changed::Unchanged));
        assert!(matches!(
            put("username=ada\npassword=2\n"),
            Changed::Written
        ));
        let kept = saved.load().expect("it");
        assert_eq!(answer(&kept, ""), "username=ada\npassword=2\n");
        assert!(!kept.world_readable);
        let beside = fs::read_dir(saved.path().parent().expect("it")).expect("it");
        assert_eq!(beside.count(), 2, "the file and its lock");
    }

    #[test]
    fn a_damaged_file_is_never_overwritten() {
        let (_directory, saved) = scratch();
        put(&saved, "username=ada\npassword=1\n").expect("a change");
        let whole = fs::read(saved.path()).expect("the file");
        for length in [1, whole.len() / 2, whole.len() - 3] {
            let file = fs::OpenOptions::new().write(true).open(saved.path());
            let mut file = file.expect("the file");
            io::Write::write_all(&mut file, &whole).expect("space");
            file.set_len(length as u64).expect("a shorter file");
            let refused = put(&saved, "username=bob\npassword=2\n");
            let is_told = matches!(refused, Err(StoreError::NotCredentials { .. }));
            assert!(is_told, "{length}: {refused:?}");
            assert!(saved.load().is_err());
            assert_eq!(fs::read(saved.path()).expect("it"), whole[..length]);
        }
    }

    #[test]
    fn too_large_a_file_is_neither_written_nor_read() {
        let (_directory, saved) = scratch();
        let large = |name: usize| format!("username={name}\npassword={}\n", "x".repeat(1_000_000));
        for name in 0..8 {
            put(&saved, &large(name)).expect("room");
        }
        let refused = put(&saved, &large(8));
        assert!(
            matches!(refused, Err(StoreError::Full { .. })),
            "{refused:?}"
        );
        assert_eq!(saved.load().expect("it").entries().len(), 8);
        let file = fs::OpenOptions::new().write(true).open(saved.path());
        let file = file.expect("the file");
        file.set_len(MAX_BYTES + 1).expect("a sparse file");
        assert!(matches!(saved.load(), Err(StoreError::TooLarge { .. })));
    }

    #[test]
    fn a_directory_in_place_of_the_file_is_refused() {
        let (_directory, saved) = scratch();
        fs::create_dir_all(saved.path()).expect("a directory");
        assert!(matches!(saved.load(), Err(StoreError::NotAFile { .. })));
        let refused = put(&saved, "username=ada\npassword=1\n");
        assert!(matches!(refused, Err(StoreError::NotAFile { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_world_readable_file_is_restricted_and_a_link_stays() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (directory, saved) = scratch();
        put(&saved, "username=ada\npassword=1\n").expect("a change");
        let mode = |path: &Path| fs::metadata(path).expect("it").permissions().mode() & 0o777;
        assert_eq!(mode(saved.path()), 0o600);
        assert_eq!(mode(saved.path().parent().expect("it")), 0o700);

        let elsewhere = directory.path().join("elsewhere.json");
        fs::rename(saved.path(), &elsewhere).expect("a move");
        symlink(&elsewhere, saved.path()).expect("a link");
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o644)).expect("a mode");
        assert!(saved.load().expect("it").world_readable);
        saved.restrict_permissions().expect("a new mode");
        assert!(!saved.load().expect("it").world_readable);
        put(&saved, "username=bob\npassword=1\n").expect("a change");
        assert!(saved.path().is_symlink());
        assert_eq!(mode(&elsewhere), 0o600);
    }
}

proptest! {
    #[test]
    fn no_input_makes_the_reader_panic(bytes: Vec<u8>, text in "\\{(\"credentials\"|\"host\"|[\\[\\]:,\"{}]|.){0,12}") {
        let _ = SavedCredentials::parse(&bytes);
        let _ = SavedCredentials::parse(text.as_bytes());
    }

    #[test]
    fn a_saved_credential_is_returned_unchanged(
        scheme in prop::sample::select(vec!["https", "http", "smtp"]),
        host in "[a-z]{1,5}(\\.[a-z]{1,5})?(:[1-9][0-9]{0,3})?",
        path in prop::option::of("[^\n\r\0]{1,20}"),
        username in "[^\n\r\0]{0,20}",
        password in "[^\n\r\0]{0,200}",
        refresh_token in prop::option::of("[^\n\r\0]{0,20}"),
        expiry in prop::option::of(1_800_000_001_i64..),
        others in prop::collection::vec(("[ab]", "[ab]"), 0..4),
    ) {
        let line = |key: &str, value: &Option<String>| {
            value.as_ref().map_or(String::new(), |value| format!("{key}={value}\n"))
        };
        let target = format!("protocol={scheme}\nhost={host}\n{}", line("path", &path));
        let secrets = format!(
            "username={username}\npassword={password}\n{}{}",
            line("password_expiry_utc", &expiry.map(|it| it.to_string())),
            line("oauth_refresh_token", &refresh_token),
        );
        let mut kept = SavedCredentials::default();
        for (host, username) in &others {
            let (request, offered) = read(&format!("protocol=https\nhost={host}\nusername={username}\npassword=x\n"));
            kept.put(&request, &offered, NOW);
        }
        let count = kept.entries().len();
        let (request, offered) = read(&format!("{target}{secrets}"));
        prop_assert!(kept.put(&request, &offered, NOW));
        let mut kept = reread(&kept);
        let (asked, _) = read(&target);
        for asked in [&request, &asked] {
            let found = kept.find(asked, NOW).expect("what was stored");
            let told = git::render(asked, &found.credential).expect("an answer");
            prop_assert_eq!(std::str::from_utf8(&told).expect("text"), &secrets);
        }
        let (_, other) = read(&format!("{target}password=another{password}\n"));
        prop_assert_eq!(kept.erase(&asked, &other), 0);
        prop_assert!(kept.erase(&request, &offered) >= 1);
        prop_assert!(kept.find(&request, NOW).is_none_or(|it| it.credential.as_password() != Some(&password)));
        prop_assert!(kept.entries().len() <= count);
    }
}

#[test]
fn no_secret_shows_in_debug() {
    let file = r#"{"credentials":[{"protocol":"https","host":"h","password":"sekret"}],"theirs":["sekret"]}"#;
    let kept = SavedCredentials::parse(file.as_bytes()).expect("saved credentials");
    let text = format!("{kept:?}");
    assert!(!text.contains("sekret"), "{text}");
    assert!(String::from_utf8_lossy(&kept.render()).contains("\"theirs\": ["));
}
