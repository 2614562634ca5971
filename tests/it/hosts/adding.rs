//! `hosts add`: what is written, and what stays as it was.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::support::env::TestEnv;
use crate::support::known::{raw, sign_in_to, signed_in};

const FILE: &str = "~/config/prusa-cred/config.toml";

fn file(env: &TestEnv) -> std::path::PathBuf {
    env.config_dir().join("prusa-cred/config.toml")
}

#[test]
fn a_host_is_added_to_what_is_built_in() {
    let env = signed_in();
    env.run(["hosts", "add", "git.example.com"])
        .stdout(format!(
            "Profile prusa answers for git.example.com now.\nWritten to {FILE}\n"
        ))
        .success();
    let text = "[profiles.prusa]\nprovider = \"prusa\"\nhosts = [\"git.example.com\"]\n";
    assert_eq!(env.configuration().as_deref(), Some(text));
    let mode = fs::metadata(file(&env)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for url in ["https://git.example.com/x", "https://connect.prusa3d.com"] {
        env.run(["get", url]).stdout(raw()).success();
    }
}

#[test]
fn what_a_person_wrote_stays() {
    let before = "# mine\ndefault = 'farm'   # why\n\n[profiles.farm] # two\nprovider = 'prusa'\nhosts = [\n  \
                  'a.example.com', # one\n  'b.example.com' # two\n  # end\n]\nemail = 'f@example.com'\n";
    let env = signed_in().config(before);
    fs::set_permissions(file(&env), fs::Permissions::from_mode(0o640)).unwrap();
    env.run(["hosts", "add", "c.example.com", "*.d.example.com"])
        .any_stdout()
        .success();
    let after = before.replace(
        "  'b.example.com' # two\n",
        "  'b.example.com', # two\n  \"c.example.com\",\n  \"*.d.example.com\",\n",
    );
    assert_eq!(env.configuration(), Some(after.clone()));
    let mode = fs::metadata(file(&env)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    env.run(["hosts", "add", "C.Example.com:443"])
        .stdout("Nothing to do: profile farm answers for c.example.com already.\n")
        .success();
    assert_eq!(env.configuration(), Some(after));
}

#[test]
fn a_symbolic_link_stays_and_its_target_is_changed() {
    let env = signed_in();
    let target = env.home().join("dotfiles/config.toml");
    env.write(&target, "# mine\n");
    fs::create_dir_all(file(&env).parent().unwrap()).unwrap();
    symlink(&target, file(&env)).unwrap();
    env.run(["hosts", "add", "git.example.com"])
        .any_stdout()
        .success();
    assert!(file(&env).is_symlink());
    let text = fs::read_to_string(target).unwrap();
    assert!(text.starts_with("# mine\n\n[profiles.prusa]\n"), "{text}");
}

#[test]
fn a_file_that_others_may_write_is_not_used() {
    let env = signed_in().config("# mine\n");
    fs::set_permissions(file(&env), fs::Permissions::from_mode(0o666)).unwrap();
    env.run(["hosts", "add", "git.example.com"])
        .stderr_contains("hint: check that nobody has changed the file, then run `chmod go-w")
        .status(1);
    assert_eq!(env.configuration().as_deref(), Some("# mine\n"));
}

#[test]
fn a_named_file_that_is_missing_is_made() {
    let env = signed_in();
    env.run(["hosts", "add", "git.example.com", "--config", "mine.toml"])
        .any_stdout()
        .success();
    let text = fs::read_to_string(env.home().join("mine.toml")).unwrap();
    assert!(text.contains("git.example.com"), "{text}");
    assert_eq!(env.configuration(), None);
}

#[test]
fn a_whole_address_is_taken_with_its_path() {
    let env = signed_in();
    env.run([
        "hosts",
        "add",
        "https://ada@git.example.com:443/team-a/?x=y",
        "http://127.0.0.1:8080/x",
    ])
    .any_stdout()
    .success();
    let text = env.configuration().unwrap();
    assert!(
        text.contains("[\"git.example.com/team-a\", \"127.0.0.1:8080/x\"]"),
        "{text}"
    );
    env.run(["get", "https://git.example.com/team-a/b.git"])
        .stdout(raw())
        .success();
    env.run(["get", "https://git.example.com/team-b"])
        .stderr_contains("no profile answers for https://git.example.com/team-b\n")
        .status(1);
}

#[test]
fn what_is_no_host_is_a_usage_error_and_nothing_is_written() {
    let env = signed_in();
    for (text, why) in [
        (
            "http://git.example.com",
            "http://git.example.com would never be answered: a token is for https only, or http on this machine",
        ),
        (
            "ssh://git.example.com",
            "ssh://git.example.com is not a host: its scheme is neither https nor http",
        ),
        (
            "https://ada:S3NTRY@git.example.com",
            "not a host: it holds a user name or password",
        ),
        (
            "a b",
            "a b is not a host: its host is not a plain host name or address",
        ),
        (
            "https://YOUR_NAME.example.com",
            "https://YOUR_NAME.example.com has a placeholder in it: write your own name in its place",
        ),
    ] {
        env.run(["hosts", "add", "good.example.com", text])
            .stderr(format!("prusa-cred: {why}\n"))
            .status(2);
    }
    env.run(["hosts", "add"]).any_stderr().status(2);
    assert_eq!(env.configuration(), None);
}

#[test]
fn an_unknown_profile_is_an_error_with_the_names_there_are() {
    signed_in()
        .run(["hosts", "add", "git.example.com", "--profile", "corp"])
        .stderr(
            "prusa-cred: there is no profile \"corp\"\n  hint: the profiles are kognic, prusa; `prusa-cred status` lists \
             them\n",
        )
        .status(1);
}

#[test]
fn a_place_of_two_profiles_is_told_with_how_a_request_picks() {
    let env = signed_in().config(
        "[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'x'\n\
         hosts = ['git.example.com']\n",
    );
    let add = ["hosts", "add", "git.example.com", "--profile", "prusa"];
    let told = env.run(add).any_stdout().success().stdout;
    let wanted = "Profile prusa answers for git.example.com now.\nProfile corp has git.example.com too. A request \
                  picks one by\n  --profile, or the user name in its address: https://corp@git.example.com\n  else the \
                  request is refused, as none of them is the `default`\n";
    assert!(told.starts_with(wanted), "{told}");
    env.run(["get", "https://git.example.com"])
        .stderr_contains("several profiles answer for https://git.example.com: corp, prusa")
        .status(1);
    let text = format!("default = 'prusa'\n{}", env.configuration().unwrap());
    env.write(&file(&env), text);
    let told = env.run(add).any_stdout().success().stdout;
    assert!(
        told.contains("\n  else profile prusa answers, as it is the `default`\n"),
        "{told}"
    );
    env.run(["get", "https://git.example.com"])
        .stdout(raw())
        .success();
}

#[test]
fn a_profile_keeps_the_hosts_that_it_has_from_its_provider() {
    let env = signed_in().config("[profiles.farm] # two\nprovider = 'prusa'\n");
    sign_in_to(&env, "farm");
    env.run(["hosts", "add", "git.example.com", "--profile", "farm"])
        .any_stdout()
        .success();
    assert_eq!(
        env.configuration().as_deref(),
        Some(
            "[profiles.farm] # two\nprovider = 'prusa'\nhosts = [\"connect.prusa3d.com\", \"git.example.com\"]\n"
        )
    );
}

#[test]
fn a_region_of_a_variable_is_written_with_its_address() {
    let env = signed_in().var("PRT_URL", "https://region.example.com");
    env.run(["hosts", "add", "other.example.com", "-p", "practicus"])
        .any_stdout()
        .success();
    let text = "[profiles.practicus]\nprovider = \"practicus\"\nurl = \"https://region.example.com\"\n\
                hosts = [\"other.example.com\"]\n";
    assert_eq!(env.configuration().as_deref(), Some(text));
    for host in ["region.example.com", "other.example.com"] {
        let told = env.run(["which", host]).any_stdout().success().stdout;
        assert!(told.starts_with("profile       practicus\n"), "{told}");
    }
}

#[test]
fn programs_get_an_array() {
    let env = signed_in();
    let add = [
        "hosts",
        "add",
        "git.example.com",
        "connect.prusa3d.com",
        "--json",
    ];
    let printed = env.run(add).any_stdout().success().stdout;
    let rows: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let file = file(&env);
    assert_eq!(
        rows,
        serde_json::json!([
            {
                "host": "git.example.com", "profile": "prusa", "state": "added", "also_in": [],
                "file": file.to_str().unwrap(),
            },
            {
                "host": "connect.prusa3d.com", "profile": "prusa", "state": "unchanged", "also_in": [],
                "file": file.to_str().unwrap(),
            },
        ])
    );
}

#[test]
fn several_at_once_lose_nothing() {
    let env = signed_in();
    let running: Vec<_> = (0..6)
        .map(|number| {
            let host = format!("host-{number}.example.com");
            env.run(["hosts", "add", &host]).any_stdout().spawn()
        })
        .collect();
    for run in running {
        run.success();
    }
    let text = env.configuration().unwrap();
    for number in 0..6 {
        assert!(
            text.contains(&format!("\"host-{number}.example.com\"")),
            "{text}"
        );
    }
}

#[test]
fn login_with_a_host_takes_none_away() {
    use crate::support::sandbox::Sandbox;
    let site = Sandbox::start();
    let env = TestEnv::new(&site).with_credentials();
    env.run(["login", "--provider", "prusa", "--host", "farm.example.com"])
        .any_stderr()
        .success();
    for url in ["https://farm.example.com", site.connect_url()] {
        env.run(["get", url]).any_stdout().success();
    }
    env.run(["login", "--host", "more.example.com"])
        .any_stderr()
        .success();
    env.run(["hosts", "--profile", "prusa"])
        .stdout_contains("  farm.example.com\n  more.example.com\n")
        .success();
}
