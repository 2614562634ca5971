//! Files that name a command, an endpoint, a key or a client: none is used that another user may have written or put
//! where it is, and the error has the command that mends it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, lchown, symlink};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, raw, signed_in, token_set};
use crate::support::kognic;
use crate::support::sandbox::Sandbox;

const NOBODY: u32 = 65_534;

/// Only root can give files away: elsewhere the owners are not tested, the modes are.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A file that is read, and a run that reads it.
struct Case {
    name: &'static str,
    env: TestEnv,
    file: PathBuf,
    arguments: Vec<String>,
    code: &'static str,
}

/// The error of a run, as a program reads it.
#[derive(Debug)]
struct Refusal {
    code: String,
    message: String,
    hint: String,
}

impl Case {
    /// Makes a home with the file, whose content may name itself as `FILE`.
    fn new(name: &'static str, env: TestEnv, file: &str, text: &str, arguments: &str) -> Self {
        let file = env.home().join(file);
        env.write(&file, text);
        let arguments = arguments.replace("FILE", &file.display().to_string());
        Self {
            name,
            env,
            file,
            arguments: arguments.split_whitespace().map(str::to_owned).collect(),
            code: "config",
        }
    }

    /// Returns the error about a file that is not used, or `None` if that is not the error.
    fn refusal(&self) -> Option<Refusal> {
        let run = self.env.run(&self.arguments).any_stdout().any_stderr();
        let output = run.env("PRUSA_CRED_ERRORS", "json").outcome();
        let last = output.stderr.lines().last()?;
        let error: Value = serde_json::from_str(last).ok()?;
        let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
        let found = Refusal {
            code: text("error"),
            message: text("message"),
            hint: text("hint"),
        };
        let is_it = found.message.contains(" is not used, as ")
            || found.message.contains("others may read");
        is_it.then_some(found)
    }

    fn place(&self, which: Place) -> &Path {
        match which {
            Place::File => &self.file,
            Place::Directory => self.file.parent().unwrap(),
            Place::Above => self.file.parent().unwrap().parent().unwrap(),
        }
    }

    /// Checks that the run refuses the file, and that the command of the hint mends it.
    fn is_refused(&self, fault: &str, at: &Path) {
        let about = format!("{}: {fault}", self.name);
        let refusal = self
            .refusal()
            .unwrap_or_else(|| panic!("{about}: the file was used"));
        assert_eq!(refusal.code, self.code, "{about}: {refusal:?}");
        assert!(
            refusal.message.contains(&at.display().to_string()),
            "{about}: {refusal:?}"
        );
        let command = refusal.hint.split('`').nth(1).unwrap_or_default();
        assert!(
            command.contains("chmod") || command.contains("chown"),
            "{about}: {refusal:?}"
        );
        assert!(
            !is_root() || !command.contains("sudo"),
            "{about}: {command}"
        );
        self.env.run_as("sh", ["-c", command]).success();
        assert!(self.refusal().is_none(), "{about}: not mended by {command}");
    }
}

#[derive(Clone, Copy)]
enum Place {
    File,
    Directory,
    Above,
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Returns a case whose file the profile `corp` names under a key.
fn named_by_client(name: &'static str, key: &str, text: &str) -> Case {
    let env = TestEnv::offline();
    let file = env.home().join("place/below/secret");
    let env = env.config(&format!(
        "[profiles.corp]\nprovider = 'oauth'\nissuer = 'http://127.0.0.1:2'\nclient_id = 'me'\n\
         flow = 'client-credentials'\n{key} = '{}'\n",
        file.display()
    ));
    Case::new(
        name,
        env,
        "place/below/secret",
        text,
        "get --profile corp --timeout 100ms",
    )
}

/// Every file that names a command, an endpoint, a host or a key, or holds what proves who a client is.
fn cases() -> Vec<Case> {
    let environments = json!({
        "default_environment": "a",
        "environments": {
            "a": { "host": "a.example.com", "auth_server": "http://127.0.0.1:2" },
        },
    });
    let environments = environments.to_string();
    let region = "[k8s_config_0]\nhost_url = http://127.0.0.1:2\nrefresh_token = S3NTRY\n";
    let credentials = kognic::credentials().to_string();
    let variable = |path: &str, env: TestEnv| {
        let file = env.home().join(path);
        env.var("KOGNIC_CREDENTIALS", file)
    };
    let configuration = "place/below/mine.toml";
    let by_variable = signed_in();
    let mine = by_variable.home().join(configuration);
    let ca = TestEnv::offline();
    let ca_file = ca.home().join("place/below/ca.pem");
    let ca = ca
        .stored(&json!({ "refresh_token": "S3NTRY-refresh" }))
        .config(&format!(
            "[profiles.prusa]\nca_file = '{}'\n",
            ca_file.display()
        ));
    let sealed = signed_in();
    let key = sealed.home().join("place/below/key");
    let sealed = sealed.config(&format!("[profiles.prusa]\nseal = '{}'\n", key.display()));
    let mut seal = Case::new(
        "the key of sealed files",
        sealed,
        "place/below/key",
        &"7".repeat(64),
        "seal --profile prusa",
    );
    seal.code = "storage";
    vec![
        Case::new(
            "config.toml",
            signed_in(),
            "config/prusa-cred/config.toml",
            "",
            "get",
        ),
        Case::new(
            "PRUSA_CRED_CONFIG",
            by_variable.var("PRUSA_CRED_CONFIG", mine),
            configuration,
            "",
            "get",
        ),
        Case::new(
            "--config",
            signed_in(),
            configuration,
            "",
            "get --config FILE",
        ),
        Case::new(
            "environments.json",
            TestEnv::offline(),
            "config/kognic/environments.json",
            &environments,
            "get --profile kognic --env a --timeout 100ms",
        ),
        Case::new(
            "kognic's credentials, in a variable",
            variable("place/below/kognic.json", TestEnv::offline()),
            "place/below/kognic.json",
            &credentials,
            "get --profile kognic --server http://127.0.0.1:2 --timeout 100ms",
        ),
        Case::new(
            "kognic's credentials, in an option",
            TestEnv::offline(),
            "place/below/kognic.json",
            &credentials,
            "get --profile kognic --server http://127.0.0.1:2 --timeout 100ms --credentials FILE",
        ),
        Case::new(
            "core.conf",
            TestEnv::offline(),
            "home/.practicus/core.conf",
            region,
            "login --import practicus",
        ),
        named_by_client("the private key", "private_key", "no key"),
        named_by_client("the client secret", "client_secret_file", "S3NTRY-secret"),
        Case::new(
            "ca_file",
            ca,
            "place/below/ca.pem",
            "no certificate",
            "get --timeout 100ms",
        ),
        seal,
    ]
}

/// Returns the case with its file below `home`, for the one whose place is fixed there.
fn at_home(mut case: Case) -> Case {
    if case.name == "core.conf" {
        let home = case.env.home().join("home");
        case.env = case.env.var("HOME", home);
    }
    case
}

#[test]
fn files_that_others_may_write_are_refused() {
    for case in cases().into_iter().map(at_home) {
        assert!(
            case.refusal().is_none(),
            "{}: {:?}",
            case.name,
            case.refusal()
        );
        for (place, modes) in [
            (Place::File, [0o620, 0o664]),
            (Place::Directory, [0o770, 0o703]),
            (Place::Above, [0o703, 0o777]),
        ] {
            for wrong in modes {
                let path = case.place(place).to_owned();
                let before = mode(&path);
                set_mode(&path, wrong);
                case.is_refused(&format!("{} {wrong:o}", path.display()), &path);
                set_mode(&path, before);
            }
        }
    }
}

#[test]
fn files_of_other_owners_are_refused() {
    if !is_root() {
        return;
    }
    for case in cases().into_iter().map(at_home) {
        for place in [Place::File, Place::Directory] {
            let path = case.place(place).to_owned();
            chown(&path, Some(NOBODY), None).unwrap();
            case.is_refused(&format!("{} of another", path.display()), &path);
            chown(&path, Some(0), None).unwrap();
        }
        let above = case.place(Place::Above).to_owned();
        chown(&above, Some(NOBODY), None).unwrap();
        match case.refusal() {
            // The directory above is the home, which in a container may be of a user of the host.
            None => assert_eq!(case.name, "core.conf"),
            Some(refusal) => {
                let wanted = "move the file to a directory of your own; `ls -ld ";
                assert!(refusal.hint.starts_with(wanted), "{refusal:?}");
            }
        }
        chown(&above, Some(0), None).unwrap();
        assert!(case.refusal().is_none(), "{}", case.name);
    }
}

#[test]
fn files_behind_links_are_refused_for_each_directory() {
    for case in cases().into_iter().map(at_home) {
        let file = case.file.clone();
        let elsewhere = case.env.home().join("elsewhere/target");
        let target = case.env.home().join("far/off/file");
        case.env.write(&target, fs::read(&file).unwrap());
        case.env.write(&elsewhere, "");
        fs::remove_file(&elsewhere).unwrap();
        fs::remove_file(&file).unwrap();
        symlink(&target, &elsewhere).unwrap();
        symlink("../../elsewhere/target", &file).unwrap();
        assert!(file.exists(), "{}: the link leads nowhere", case.name);
        assert!(
            case.refusal().is_none(),
            "{}: {:?}",
            case.name,
            case.refusal()
        );
        for (path, named) in [
            (target.as_path(), file.as_path()),
            (target.parent().unwrap(), target.parent().unwrap()),
            (elsewhere.parent().unwrap(), elsewhere.parent().unwrap()),
            (file.parent().unwrap(), file.parent().unwrap()),
        ] {
            let before = mode(path);
            set_mode(path, before | 0o022);
            case.is_refused(&format!("{} by a link", path.display()), named);
            set_mode(path, before);
        }
    }
}

#[test]
fn a_relative_path_starts_at_the_working_directory() {
    let env = signed_in();
    env.write(&env.home().join("place/below/mine.toml"), "");
    let run = |path: &str| {
        let run = env.run(["--config", path, "get"]);
        run.any_stdout().any_stderr().outcome()
    };
    for path in ["place/below/mine.toml", "./place/../place/below//mine.toml"] {
        let place = env.home().join("place");
        assert_eq!(run(path).stdout, raw(), "{path}");
        set_mode(&place, 0o757);
        let wanted = format!("others may change {} (mode 0757)", env.shown(&place));
        let told = run(path).stderr;
        assert!(told.contains(&wanted), "{path}: {told}");
        set_mode(&place, 0o755);
    }
}

#[test]
fn honest_places_are_used() {
    let fine = |env: &TestEnv, what: &str| {
        let output = env.run(["get"]).any_stdout().any_stderr().outcome();
        assert_eq!(
            (output.stdout.as_str(), output.stderr.as_str()),
            (raw().as_str(), ""),
            "{what}"
        );
    };
    let env = signed_in().config("");
    let directory = env.config_dir();
    for (path, wanted) in [
        // Home directories and what is in them, where every user has a group of their own.
        (env.home().to_owned(), 0o775),
        (directory.clone(), 0o2775),
        // As /tmp.
        (env.home().to_owned(), 0o1777),
        (directory.join("prusa-cred"), 0o1777),
        (directory.join("prusa-cred"), 0o755),
        (directory.join("prusa-cred/config.toml"), 0o644),
    ] {
        let before = mode(&path);
        set_mode(&path, wanted);
        fine(&env, &format!("{} {wanted:o}", path.display()));
        set_mode(&path, before);
    }
    // The directory itself may be a link, and a file that is not there names nothing.
    let moved = env.home().join("dotfiles");
    fs::rename(&directory, &moved).unwrap();
    symlink("dotfiles", &directory).unwrap();
    fine(&env, "a linked directory");
    fs::remove_file(moved.join("prusa-cred/config.toml")).unwrap();
    set_mode(&moved.join("prusa-cred"), 0o777);
    fine(&env, "no file");
}

#[test]
fn in_a_directory_for_everybody_links_of_others_are_refused() {
    if !is_root() {
        return;
    }
    let env = signed_in().config("");
    let directory = env.config_dir().join("prusa-cred");
    let file = directory.join("config.toml");
    let target = env.home().join("kept/target.toml");
    env.write(&target, "");
    fs::remove_file(&file).unwrap();
    symlink(&target, &file).unwrap();
    let refusal = |env: &TestEnv| {
        let output = env.run(["get"]).any_stdout().any_stderr().outcome();
        output.stderr.contains("not used").then_some(output.stderr)
    };
    lchown(&file, Some(NOBODY), None).unwrap();
    assert_eq!(refusal(&env), None, "nobody else could make it here");
    set_mode(&directory, 0o1777);
    let told = refusal(&env).expect("a refusal");
    let wanted = format!(
        "because: the link {} belongs to user {NOBODY}, not to you\n",
        env.shown(&file)
    );
    assert!(told.contains(&wanted), "{told}");
    let command = told.split('`').nth(1).unwrap();
    env.run_as("sh", ["-c", command]).success();
    assert_eq!(refusal(&env), None, "not mended by {command}");
    lchown(&file, Some(NOBODY), None).unwrap();
    // A directory in the middle of the path likewise.
    set_mode(&directory, 0o700);
    let moved = env.home().join("dotfiles");
    fs::rename(env.config_dir(), &moved).unwrap();
    symlink("dotfiles", env.config_dir()).unwrap();
    lchown(env.config_dir(), Some(NOBODY), None).unwrap();
    assert_eq!(refusal(&env), None);
    chown(env.home(), Some(NOBODY), None).unwrap();
    assert!(refusal(&env).is_some(), "its owner may have made it");
    lchown(env.config_dir(), Some(0), None).unwrap();
    assert_eq!(refusal(&env), None, "a home may be of another user");
    chown(env.home(), Some(0), None).unwrap();
    lchown(env.config_dir(), Some(NOBODY), None).unwrap();
    set_mode(env.home(), 0o775);
    assert!(
        refusal(&env).is_some(),
        "others of the group may have made it"
    );
}

#[test]
fn the_error_names_file_reason_and_command() {
    let env = signed_in().config("[profiles.farm]\nprovider = 'prusa'\n");
    let file = env.config_dir().join("prusa-cred/config.toml");
    set_mode(&file, 0o664);
    let file = file.display();
    env.run(["get"])
        .stderr(format!(
            "prusa-cred: {file} is not used, as it may be another user's\n  because: others may change it (mode 0664)\n  \
             hint: check that nobody has changed the file, then run `chmod go-w {file}`\n"
        ))
        .status(1);
}

/// Nothing of the file counts, also for commands that need no login of it.
#[test]
fn every_command_that_reads_it_refuses_the_whole_configuration() {
    let env = signed_in().config(
        "[profiles.farm]\nprovider = 'prusa'\npassword_command = 'touch ran'\notp_command = 'touch ran'\n\
         on_rotate = 'touch ran'\nhosts = ['evil.example']\n",
    );
    let file = env.config_dir().join("prusa-cred/config.toml");
    set_mode(&file, 0o646);
    let git = "protocol=https\nhost=connect.prusa3d.com\n\n";
    for (line, input) in [
        ("get", ""),
        ("get https://connect.prusa3d.com/", ""),
        ("git get", git),
        ("docker get", "connect.prusa3d.com"),
        ("bazel get", "{\"uri\":\"https://connect.prusa3d.com/\"}"),
        ("terraform get connect.prusa3d.com", ""),
        ("goauth https://connect.prusa3d.com", ""),
        ("kube --profile prusa", ""),
        (
            "store",
            "protocol=https\nhost=h.example\nusername=u\npassword=p\n\n",
        ),
        ("erase", git),
        ("list", ""),
        ("status", ""),
        ("which", ""),
        ("exec -- touch ran", ""),
        ("logout", ""),
        ("forget https://h.example", ""),
        ("seal", ""),
        ("setup git", ""),
        ("login --profile farm --no-input", ""),
        (
            "login --provider kognic --profile new --credentials none.json",
            "",
        ),
        ("login --import", ""),
    ] {
        let run = env.run(line.split(' ')).stdin(input);
        let output = run.any_stdout().any_stderr().outcome();
        let told = output.stdout.clone() + &output.stderr;
        assert!(told.contains("others may change"), "{line}: {told}");
        assert!(told.contains("chmod go-w"), "{line}: {told}");
        assert!(!told.contains(ACCESS), "{line}: {told}");
        assert!(!env.home().join("ran").exists(), "{line}");
    }
    for line in ["help", "completions bash", "man", "inspect --help"] {
        env.run(line.split(' ')).any_stdout().success();
    }
    let report = env
        .run(["doctor", "--json"])
        .any_stdout()
        .no_secret_on_stdout();
    let report = report.status(1).stdout;
    assert!(
        report.contains("chmod go-w") && !report.contains("farm"),
        "{report}"
    );
}

#[test]
fn no_profile_is_added_where_others_may_replace_the_file() {
    let env = TestEnv::offline();
    let directory = env.config_dir().join("prusa-cred");
    fs::create_dir_all(&directory).unwrap();
    set_mode(&directory, 0o777);
    let credentials = env.home().join("kognic.json");
    env.write(&credentials, kognic::credentials().to_string());
    let line = "login --provider kognic --profile new --server http://127.0.0.1:2 --credentials kognic.json";
    env.run(line.split(' '))
        .stderr_contains("others may change")
        .stderr_contains("chmod go-w")
        .status(1);
    assert_eq!(env.configuration(), None);
}

/// Files of this program are made for their owner alone, whatever the mask; and so is what they lie in.
#[test]
fn a_new_configuration_is_used_with_any_umask() {
    let region = crate::support::practicus::start();
    for mask in ["000", "002", "022"] {
        let token = region.state().issue("refresh", 30 * 86_400);
        let env = TestEnv::offline();
        let script = format!(
            "umask {mask}; prusa-cred login --url {} --token-stdin && exec prusa-cred status",
            region.url()
        );
        let run = env.run_as("sh", ["-c", &script]).stdin(token);
        run.any_stdout().any_stderr().success();
        let file = env.config_dir().join("prusa-cred/config.toml");
        assert_eq!(
            (mode(&file), mode(file.parent().unwrap())),
            (0o600, 0o700),
            "{mask}"
        );
    }
}

#[test]
fn a_token_file_of_another_user_is_no_login() {
    if !is_root() {
        return;
    }
    let env = signed_in();
    let file = env.token_file();
    chown(&file, Some(NOBODY), None).unwrap();
    let named = file.display();
    env.run(["get"])
        .stderr(format!(
            "prusa-cred: could not use the stored login of profile prusa\n  because: {named} is not used, as it \
             may be another user's\n  because: it belongs to user {NOBODY}, not to you\n  hint: if it is meant to be theirs, \
             run prusa-cred as user {NOBODY}; if not, read what is in it, then run `chown 0 {named}`\n"
        ))
        .status(1);
    // A new login keeps that file aside.
    let site = Sandbox::start();
    let new = TestEnv::new(&site).with_credentials().stored(&token_set());
    chown(new.token_file(), Some(NOBODY), None).unwrap();
    new.run(["login", "--no-input"])
        .stderr_contains("it is kept as ")
        .success();
    new.run(["get"]).any_stdout().success();
    // In a container into which a user of the host has mounted their directory.
    let directory = file.parent().unwrap();
    chown(directory, Some(NOBODY), None).unwrap();
    env.run(["get"]).stdout(raw()).success();
    chown(directory, Some(0), None).unwrap();
    // Under a `sudo` that keeps HOME.
    chown(env.home(), Some(NOBODY), None).unwrap();
    env.run(["get"]).stdout(raw()).success();

    let env = signed_in();
    let saved = env.data_dir().join("prusa-cred/credentials.json");
    env.write(&saved, "{}");
    chown(&saved, Some(NOBODY), None).unwrap();
    env.run(["git", "get"])
        .stdin("protocol=https\nhost=h.example\n\n")
        .stderr_contains("belongs to user")
        .status(1);
}

#[test]
fn a_volume_that_is_mounted_read_only_is_used() {
    if !is_root() {
        return;
    }
    let env = TestEnv::offline();
    // As Kubernetes mounts a configMap: all of it seems to be writable by everybody.
    let script = "set -e; mount -t tmpfs none \"$HOME/volume\"; cd volume; mkdir ..data; \
                  printf 'default = \"prusa\"\\n' > ..data/config.toml; ln -s ..data/config.toml config.toml; \
                  chmod 777 . ..data; chmod 666 ..data/config.toml; ";
    let show = "exec prusa-cred --config \"$HOME/volume/config.toml\" get";
    fs::create_dir(env.home().join("volume")).unwrap();
    env.store(&token_set());
    let unshared = |end: &str| {
        let script = format!("{script}{end}{show}");
        env.run_as("unshare", ["--mount", "sh", "-c", &script])
            .any_stdout()
            .any_stderr()
            .outcome()
    };
    let writable = unshared("");
    if writable.stderr.contains("unshare") || writable.stderr.contains("mount:") {
        // This container may not mount anything.
        return;
    }
    assert!(
        writable.stderr.contains("others may change"),
        "{}",
        writable.stderr
    );
    let read_only = unshared("mount -o remount,ro \"$HOME/volume\"; ");
    assert_eq!((read_only.stdout, read_only.stderr), (raw(), String::new()));
}
