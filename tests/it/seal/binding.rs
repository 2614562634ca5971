//! A sealed file is bound to what it is: every kind of file, in the place of every other one, and files of version 1.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{edited, key_file};
use crate::support::env::TestEnv;
use crate::support::process::Output;

/// One kind of sealed file.
struct Kind {
    /// The file of version 1 in `v1/`, and what it holds.
    old: &'static [u8],
    content: &'static str,
    path: PathBuf,
    /// Prints what the file holds.
    read: &'static [&'static str],
    /// The options by which `seal` and `unseal` choose it.
    chosen: &'static [&'static str],
    /// What it is called in an error.
    label: String,
}

const SEED: &str = r#"{"access_token":"x","refresh_token":"seed","expires_at":1}"#;
const REFUSED: &str = "it was sealed as ";

fn home(seal: &str) -> TestEnv {
    let env = TestEnv::offline();
    env.write(&key_file(&env), [7; 32]);
    let secret = tokens(&env).join("corp.client_secret");
    let env = env.config(&format!(
        "{seal}\n[profiles.farm]\nprovider = 'prusa'\n[profiles.corp]\nprovider = 'oauth'\nclient_id = 'x'\n\
         token_endpoint = 'http://127.0.0.1:1/token'\nflow = 'client-credentials'\n\
         client_auth = 'client_secret_basic'\nclient_secret_file = '{}'\nhosts = ['git.example.com']\n",
        secret.display()
    ));
    env.var("KOGNIC_CLIENT_ID", "x")
        .var("KOGNIC_CLIENT_SECRET", "S3NTRY-client")
}

fn tokens(env: &TestEnv) -> PathBuf {
    env.config_dir().join("prusa-cred/tokens")
}

fn stem(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into()
}

fn where_is(env: &TestEnv, args: &[&str]) -> PathBuf {
    let which = env.run(["which", "--json"].iter().chain(args));
    let store = which.any_stdout().success().json()["store"].take();
    store.as_str().expect("a path").into()
}

/// Returns every kind of sealed file.
fn kinds(env: &TestEnv) -> Vec<Kind> {
    let kognic = where_is(env, &["--profile", "kognic"]);
    let with_seed = env.run(["which", "--json", "--profile", "prusa"]);
    let seeded = with_seed.env("PRUSA_TOKENS_JSON", SEED).any_stdout();
    let seeded = seeded.success().json()["store"].take();
    let seeded = PathBuf::from(seeded.as_str().expect("a path"));
    let (kognic_label, seeded_label) = (
        format!("the login {} of profile kognic", stem(&kognic)),
        format!("the environment login {}", stem(&seeded)),
    );
    let kind = |old, content, path, read, chosen, label: &str| Kind {
        old,
        content,
        path,
        read,
        chosen,
        label: label.to_owned(),
    };
    vec![
        kind(
            include_bytes!("v1/prusa.json"),
            "S3NTRY-v1-prusa",
            env.token_file(),
            &["get", "--profile", "prusa"],
            &["--profile", "prusa"],
            "the login of profile prusa",
        ),
        kind(
            include_bytes!("v1/farm.json"),
            "S3NTRY-v1-farm",
            tokens(env).join("farm.json"),
            &["get", "--profile", "farm"],
            &["--profile", "farm"],
            "the login of profile farm",
        ),
        kind(
            include_bytes!("v1/corp.json"),
            "S3NTRY-v1-corp",
            tokens(env).join("corp.json"),
            &["get", "--profile", "corp"],
            &["--profile", "corp"],
            "the login of profile corp",
        ),
        kind(
            include_bytes!("v1/kognic-0123456789abcdef0123456789abcdef.json"),
            "S3NTRY-v1-kognic",
            kognic,
            &["get", "--profile", "kognic"],
            &["--profile", "kognic"],
            &kognic_label,
        ),
        kind(
            include_bytes!("v1/environment-0123456789abcdef0123456789abcdef.json"),
            "S3NTRY-v1-environment",
            seeded,
            &["get"],
            &["--profile", "prusa"],
            &seeded_label,
        ),
        kind(
            include_bytes!("v1/corp.client_secret"),
            "http://127.0.0.1:1/token",
            tokens(env).join("corp.client_secret"),
            &["get", "--profile", "corp", "--refresh"],
            &["--profile", "corp"],
            "the client secret of profile corp",
        ),
        kind(
            include_bytes!("v1/credentials.json"),
            "S3NTRY",
            env.data_dir().join("prusa-cred/credentials.json"),
            &["get", "https://h"],
            &["--saved"],
            "the saved credentials",
        ),
    ]
}

/// Reads the file by the command that needs it. A client secret is sent to a port where nobody listens.
fn read(env: &TestEnv, kind: &Kind) -> Output {
    let mut run = env.run(kind.read);
    if kind.read == ["get"] {
        run = run.env("PRUSA_TOKENS_JSON", SEED);
    }
    run.any_stdout().any_stderr().outcome()
}

fn opens(env: &TestEnv, kind: &Kind) {
    let Output { stdout, stderr, .. } = read(env, kind);
    let said = format!("{stdout}{stderr}");
    assert!(said.contains(kind.content), "{}: {said}", kind.label);
    let is_secret = kind.path.ends_with("corp.client_secret");
    assert_eq!(stderr.is_empty(), !is_secret, "{}: {said}", kind.label);
}

/// Checks that the file is refused for this reason, and neither changed nor shown.
fn is_refused(env: &TestEnv, kind: &Kind, why: &str) -> String {
    let before = fs::read(&kind.path).expect("the file");
    let Output {
        stdout,
        stderr,
        status,
        ..
    } = read(env, kind);
    assert_eq!((status, &*stdout), (1, ""), "{}: {stderr}", kind.label);
    assert!(stderr.contains(why), "{}: {stderr}", kind.label);
    assert_eq!(fs::read(&kind.path).expect("the file"), before);
    stderr
}

fn version(path: &Path) -> u64 {
    let text = fs::read(path).expect("the file");
    let json: Value = serde_json::from_slice(&text).expect("JSON");
    json["prusa_cred_sealed"].as_u64().unwrap_or_default()
}

fn put_old(env: &TestEnv, kinds: &[Kind]) {
    for kind in kinds {
        env.write(&kind.path, kind.old);
    }
}

/// Returns a home with a file of each kind in version 2, which were of version 1.
fn upgraded() -> (TestEnv, Vec<Kind>) {
    let env = home("seal = '~/key'");
    let kinds = kinds(&env);
    put_old(&env, &kinds);
    for kind in &kinds {
        opens(&env, kind);
        assert_eq!(version(&kind.path), 2, "{}", kind.label);
    }
    (env, kinds)
}

#[test]
fn a_file_of_version_1_is_read_and_rewritten() {
    for seal in ["seal = '~/key'", "seal = 'none'\nseal_keys = ['~/key']"] {
        let env = home(seal);
        let kinds = kinds(&env);
        put_old(&env, &kinds);
        for kind in &kinds {
            let written_at = fs::metadata(&kind.path).expect("it").modified().ok();
            opens(&env, kind);
            let bytes = fs::read(&kind.path).expect("it");
            assert_eq!(version(&kind.path), 2, "{}", kind.label);
            let now = fs::metadata(&kind.path).expect("it").modified().ok();
            assert_eq!(now, written_at, "{}", kind.label);
            opens(&env, kind);
            assert_eq!(fs::read(&kind.path).expect("it"), bytes, "once");
        }
    }
}

#[test]
fn a_file_of_version_1_whose_lock_is_held_is_read_all_the_same() {
    let env = home("seal = '~/key'");
    let kinds = kinds(&env);
    put_old(&env, &kinds);
    for kind in &kinds {
        let mut lock = kind.path.clone().into_os_string();
        lock.push(".lock");
        env.write(Path::new(&lock), "");
        let lock = fs::File::open(&lock).expect("it");
        lock.lock().expect("the lock");
        // A renewal waits for the lock.
        if !kind.read.contains(&"--refresh") {
            opens(&env, kind);
            assert_eq!(version(&kind.path), 1, "{}", kind.label);
        }
    }
}

#[test]
fn a_file_of_version_1_is_refused_where_a_newer_one_was() {
    let (env, kinds) = upgraded();
    let why = "it was sealed by an older version of prusa-cred, and a newer file was here before";
    for (number, kind) in kinds.iter().enumerate() {
        // Of this profile, and of another one.
        for other in [number, (number + 1) % kinds.len()] {
            env.write(&kind.path, kinds[other].old);
            is_refused(&env, kind, why);
        }
        env.write(&kind.path, kind.old);
        env.run(["seal"].iter().chain(kind.chosen))
            .any_stderr()
            .success();
        assert_eq!(version(&kind.path), 2, "{}", kind.label);
        opens(&env, kind);
    }
}

#[test]
fn a_login_in_place_of_a_file_of_version_1_is_followed_by_none() {
    let site = crate::support::sandbox::Sandbox::start();
    let env = super::with_key(TestEnv::new(&site)).with_credentials();
    let old = include_bytes!("v1/prusa.json");
    env.write(&env.token_file(), old);
    env.run(["login"]).any_stderr().success();
    super::check(&env.token_file());
    env.write(&env.token_file(), old);
    env.run(["get"])
        .stderr_contains("a newer file was here before")
        .status(1);
    assert_eq!(fs::read(env.token_file()).expect("it"), old);
}

#[test]
fn a_sealed_file_takes_the_place_of_no_other_file() {
    let (env, kinds) = upgraded();
    let files: Vec<_> = kinds
        .iter()
        .map(|kind| fs::read(&kind.path).expect("it"))
        .collect();
    for (number, kind) in kinds.iter().enumerate() {
        for (other, bytes) in files.iter().enumerate() {
            if other != number {
                env.write(&kind.path, bytes);
                let (found, wanted) = (&kinds[other].label, &kind.label);
                let why = format!("{REFUSED}{found}, and this would be {wanted}\n");
                is_refused(&env, kind, &why);
            }
        }
        env.write(&kind.path, &files[number]);
        opens(&env, kind);
    }
    let prusa = &kinds[0];
    env.write(&prusa.path, &files[1]);
    for args in [
        &["seal"][..],
        &["inspect"],
        &["get", "--refresh"],
        &["unseal"],
    ] {
        env.run(args)
            .args(["--profile", "prusa"])
            .stderr_contains(REFUSED)
            .status(1);
    }
    for args in [&["status"][..], &["which", "--profile", "prusa"]] {
        env.run(args).stdout_contains(REFUSED).success();
    }
    assert_eq!(fs::read(&prusa.path).expect("it"), files[1]);
}

#[test]
fn logout_deletes_a_file_that_is_not_accepted_and_revokes_nothing() {
    let site = crate::support::sandbox::Sandbox::start();
    let (_home, kinds) = upgraded();
    let of_another = fs::read(&kinds[1].path).expect("it");
    let plain = site.stored(3600).to_string();
    let warning = "prusa-cred: warning: the login is deleted here, but was not revoked: ";
    for logout in [&["logout"][..], &["logout", "--all"]] {
        for (bytes, note, why) in [
            (
                plain.as_bytes(),
                false,
                "is not sealed, and the configuration says",
            ),
            (
                &of_another,
                false,
                "it was sealed as the login of profile farm",
            ),
            (kinds[0].old, true, "a newer file was here before"),
        ] {
            let env = super::with_key(TestEnv::new(&site).stored(&site.stored(3600)));
            if note {
                env.run(["seal"]).any_stderr().success();
            }
            env.write(&env.token_file(), bytes);
            env.run(["get"]).stderr_contains(why).status(1);
            let said = env.run(logout).any_stderr().success().stderr;
            assert!(said.starts_with(warning), "{said}");
            assert!(said.contains(why), "{said}");
            assert!(said.ends_with("Signed out of profile prusa.\n"), "{said}");
            assert!(!env.token_file().exists());
        }
        // A successor of a login that was in the environment once.
        for bytes in [plain.as_bytes(), &of_another] {
            let env = super::with_key(TestEnv::new(&site));
            let seeded = successor_of_seed(&env);
            env.write(&seeded, bytes);
            env.run(["logout", "--all"])
                .stderr_contains(warning)
                .stderr_contains("Signed out of an earlier login from the environment")
                .success();
            assert!(!seeded.exists());
        }
    }
    assert_eq!((site.requests().len(), site.revoked()), (0, 0));
}

/// Returns where the successor of the token set `SEED` is.
fn successor_of_seed(env: &TestEnv) -> PathBuf {
    let which = env.run(["which", "--json", "--profile", "prusa"]);
    let shown = which.env("PRUSA_TOKENS_JSON", SEED).any_stdout().success();
    shown.json()["store"].as_str().expect("a path").into()
}

#[test]
fn a_logout_that_fails_names_the_profile_in_its_hint() {
    let (env, kinds) = upgraded();
    env.write(&key_file(&env), [8; 32]);
    for (kind, login) in [
        (&kinds[0], "`prusa-cred login`"),
        (&kinds[1], "`prusa-cred login --profile farm`"),
    ] {
        let bytes = fs::read(&kind.path).expect("it");
        env.run(["logout"].iter().chain(kind.chosen))
            .stderr_contains(&format!("{login} starts a new login and keeps that file"))
            .status(1);
        assert_eq!(fs::read(&kind.path).expect("it"), bytes);
    }
}

#[test]
fn a_renamed_profile_is_told_whose_file_it_has() {
    let env = home("seal = '~/key'\n[profiles.new]\nprovider = 'prusa'");
    let kinds = kinds(&env);
    put_old(&env, &kinds);
    opens(&env, &kinds[1]);
    fs::rename(&kinds[1].path, tokens(&env).join("new.json")).expect("another name");
    env.run(["get", "--profile", "new"])
        .stderr_contains(
            "it was sealed as the login of profile farm, and this would be the login of profile new\n",
        )
        .stderr_contains(
            "if you have renamed profile farm, give profile and file the old name again, run `prusa-cred unseal --profile \
             farm`, then rename both and seal again; `prusa-cred login --profile new` starts a new login and keeps that file",
        )
        .status(1);
    // As it says.
    fs::rename(tokens(&env).join("new.json"), &kinds[1].path).expect("the old name");
    env.run(["unseal", "--profile", "farm"])
        .any_stderr()
        .success();
    fs::rename(&kinds[1].path, tokens(&env).join("new.json")).expect("another name");
    env.run(["seal", "--profile", "new"]).any_stderr().success();
    let got = env.run(["get", "--profile", "new"]).any_stdout().success();
    assert!(got.stdout.contains(kinds[1].content), "{got}");
}

#[test]
fn seal_says_what_it_accepted_in_another_form() {
    let (env, kinds_before) = upgraded();
    let plain = kinds_before.iter().map(|kind| {
        env.run(["unseal"].iter().chain(kind.chosen))
            .any_stderr()
            .success();
        fs::read(&kind.path).expect("it")
    });
    let plain: Vec<_> = plain.collect();
    // That a file is plain is news only where the configuration says otherwise.
    for (seal, of_plain) in [("seal = '~/key'", ", which was plain"), ("", "")] {
        let env = home(seal);
        let kinds = kinds(&env);
        let seals = |words: &str| {
            let said = env.run(["seal", "--all", "--key-file", "key"]).any_stderr();
            let said = said.success().stderr;
            for kind in &kinds {
                let start = format!("sealed {} (", env.shown(&kind.path));
                let line = said.lines().find(|line| line.starts_with(&start));
                let (_, end) = line.and_then(|it| it.split_once(')')).expect(&said);
                let end = end.trim_end_matches("; the Python SDK can no longer read it");
                assert_eq!(end, words, "{}: {said}", kind.label);
            }
        };
        for (kind, content) in kinds.iter().zip(&plain) {
            env.write(&kind.path, content);
        }
        seals(of_plain);
        put_old(&env, &kinds);
        seals(", which was in the form of version 0.1");
    }
}

#[test]
fn a_plain_file_is_refused_where_a_sealed_one_is_configured() {
    let (env, kinds) = upgraded();
    for kind in &kinds {
        let options = kind.chosen.join(" ");
        env.run(["unseal"].iter().chain(kind.chosen))
            .any_stderr()
            .success();
        let plain = fs::read(&kind.path).expect("it");
        // As it was before `unseal`, but for the file.
        let env = home("seal = '~/key'");
        env.write(&kind.path, &plain);
        let kind = kinds_at(&env, kind);
        env.write(&kind.path, &plain);
        let said = is_refused(&env, &kind, "is not sealed, and the configuration says");
        // The SDK writes only the login of the built-in account.
        let is_prusa = kind.path == env.token_file();
        assert_eq!(said.contains("the Python SDK"), is_prusa, "{said}");
        for command in ["seal", "unseal"] {
            let command = format!("`prusa-cred {command} {options}`");
            assert!(said.contains(&command), "{}: {said}", kind.label);
        }
        env.run(["seal"].iter().chain(kind.chosen))
            .any_stderr()
            .success();
        assert_eq!(version(&kind.path), 2);
        opens(&env, &kind);
        env.write(&kind.path, &plain);
        env.run(["unseal"].iter().chain(kind.chosen))
            .any_stderr()
            .success();
        opens(&env, &kind);
        assert_eq!(fs::read(&kind.path).expect("it"), plain);
    }
}

/// Returns the same kind of file in another home.
fn kinds_at(env: &TestEnv, kind: &Kind) -> Kind {
    let mut all = kinds(env);
    let at = all.iter().position(|it| it.old == kind.old);
    all.swap_remove(at.expect("it"))
}

#[test]
fn an_empty_file_of_saved_credentials_is_not_a_plain_one() {
    let env = home("seal = '~/key'");
    env.write(&env.data_dir().join("prusa-cred/credentials.json"), "");
    env.run_as("git-credential-prusa-cred", ["get"])
        .stdin("protocol=https\nhost=h\n")
        .success();
}

#[test]
fn a_login_replaces_a_planted_file_and_keeps_it() {
    let site = crate::support::sandbox::Sandbox::start();
    let env = super::sealed(&site, 3600).with_credentials();
    for planted in [site.stored(3600).to_string().into_bytes(), {
        let (_, kinds) = upgraded();
        fs::read(&kinds[1].path).unwrap_or_default()
    }] {
        if planted.is_empty() {
            continue;
        }
        env.write(&env.token_file(), &planted);
        let said = env.run(["login"]).any_stderr().success().stderr;
        let (_, aside) = said.split_once("it is kept as ").expect(&said);
        let aside = aside.lines().next().expect("a path");
        assert_eq!(fs::read(env.meant(aside)).expect(aside), planted);
        super::check(&env.token_file());
    }
}

#[test]
fn a_header_that_was_edited_is_refused() {
    let (env, kinds) = upgraded();
    let label = "\"kind\":\"login\",\"profile\":\"farm\"";
    for (number, kind) in kinds.iter().enumerate() {
        let whole = fs::read(&kind.path).expect("it");
        let header: Value = serde_json::from_slice(&whole).expect("JSON");
        let text = |key: &str| header[key].as_str().unwrap_or_default().to_owned();
        let own = format!("\"kind\":\"{}\"", text("kind"));
        let nonce = text("nonce");
        let other_nonce: String = nonce.chars().rev().collect();
        let id = text("key");
        for (old, new, why) in [
            ("sealed\":2", "sealed\":1", "some of it was changed"),
            (&*own, "\"kind\":\"other\"", "some of it was changed"),
            (
                &*own,
                &*format!("{own},\"kind\":\"x\""),
                "some of it was changed",
            ),
            (&*nonce, &*other_nonce, "some of it was changed"),
            (
                "\"at\":\"~/key\"",
                "\"at\":\"keyring\"",
                "some of it was changed",
            ),
            (&*id, &id[..16], "some of it was changed"),
            (
                &*id,
                &*id.replace(&id[..1], "0").replace('a', "b"),
                "and that key is gone",
            ),
        ] {
            env.write(&kind.path, edited(&whole, old, new));
            is_refused(&env, kind, why);
        }
        if number == 0 {
            let farm = own + ",\"profile\":\"prusa\"";
            env.write(&kind.path, edited(&whole, &farm, label));
            is_refused(&env, kind, "some of it was changed");
            let file = fs::read(&kinds[1].path).expect("it");
            env.write(&kind.path, edited(&file, label, &farm));
            is_refused(&env, kind, "some of it was changed");
        }
        env.write(&kind.path, &whole);
    }
}
