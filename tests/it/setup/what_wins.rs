//! What a client follows before the entries of `setup`: said by `setup`, and no client that is told otherwise is called
//! fine by `doctor` or the overview.

use super::Desk;

/// One place in which something else is said.
struct Case {
    client: &'static str,
    /// Files that are there before, each with its text; one below `XDG` is one of the machine.
    files: &'static [(&'static str, &'static str)],
    variables: &'static [(&'static str, &'static str)],
    /// What `setup` and `doctor` name.
    named: &'static str,
}

const fn file(
    client: &'static str,
    files: &'static [(&'static str, &'static str)],
    named: &'static str,
) -> Case {
    Case {
        client,
        files,
        variables: &[],
        named,
    }
}

const fn variable(
    client: &'static str,
    variables: &'static [(&'static str, &'static str)],
    named: &'static str,
) -> Case {
    Case {
        client,
        files: &[],
        variables,
        named,
    }
}

const REGISTRY: (&str, &str) = (
    ".cargo/config.toml",
    "[registries.my-corp]\nindex = 'sparse+https://git.example.com/'\n",
);

/// Returns every kind of place, for every client.
#[rustfmt::skip]
fn table() -> Vec<Case> {
    let cargo = |variables, files, named| Case { client: "cargo", files, variables, named };
    vec![
        variable("pip", &[("PIP_KEYRING_PROVIDER", "disabled")], "PIP_KEYRING_PROVIDER"),
        variable("pip", &[("PIP_KEYRING_PROVIDER", "auto")], "PIP_KEYRING_PROVIDER"),
        variable("pip", &[("PIP_CONFIG_FILE", "/dev/null")], "PIP_CONFIG_FILE"),
        file("pip", &[("config/pip/pip.conf", "[install]\nkeyring-provider = disabled\n")], "[install] in ~/config/pip/pip.conf"),
        file("pip", &[("config/pip/pip.conf", "[global]\n[download]\nKeyring_Provider: import\n")], "[download]"),
        file("pip", &[(".pip/pip.conf", "[wheel]\nkeyring-provider = auto\n")], "[wheel] in ~/.pip/pip.conf, line 2"),
        file("pip", &[("XDG/pip/pip.conf", "[install]\nkeyring-provider = import\n")], "[install] in ~/XDG/pip/pip.conf"),
        file("pip", &[(".netrc", "machine git.example.com login me password S3NTRY\n")], "the login for git.example.com in ~/.netrc"),
        Case {
            client: "pip", variables: &[("VIRTUAL_ENV", "HOME/venv")], named: "[global] in ~/venv/pip.conf",
            files: &[("venv/pip.conf", "[global]\nkeyring-provider = disabled\n")],
        },
        file("pip", &[("config/pip/pip.conf", "[install]\n--keyring-provider = disabled\n")], "[install] in ~/config/pip/pip.conf, line 2"),
        file("pip", &[("config/pip/pip.conf", "[install]\nkeyring-provider =\n   disabled\n")], "[install] in ~/config/pip/pip.conf, line 2"),
        file("pip", &[("config/pip/pip.conf", "[DEFAULT]\nkeyring-provider = disabled\n[install]\n  user = false\n")], "[install] in ~/config/pip/pip.conf, line 2"),
        file("pip", &[("config/pip/pip.conf", "[global]\n  index-url = https://me:S3NTRY@git.example.com/simple/\n")], "the password in index-url of [global] in ~/config/pip/pip.conf"),
        file("pip", &[("config/pip/pip.conf", "[install]\nextra-index-url = https://a.example.com/\n  https://me:S3NTRY@git.example.com/simple/\n")], "the password in extra-index-url of [install]"),
        variable("pip", &[("PIP_INDEX_URL", "https://me:S3NTRY@git.example.com/simple/")], "PIP_INDEX_URL"),
        variable("uv", &[("UV_KEYRING_PROVIDER", "")], "UV_KEYRING_PROVIDER"),
        variable("uv", &[("UV_NO_CONFIG", "")], "UV_NO_CONFIG"),
        variable("uv", &[("UV_DEFAULT_INDEX", "corp=https://me:S3NTRY@git.example.com/simple/")], "UV_DEFAULT_INDEX"),
        file("uv", &[("uv.toml", "[[index]]\nurl = 'https://me:S3NTRY@git.example.com/simple/'\n")], "the password in an index's address in ~/uv.toml"),
        file("uv", &[("pyproject.toml", "[tool.uv.pip]\nextra-index-url = ['https://me:S3NTRY@git.example.com/simple/']\n")], "the password in an index's address in ~/pyproject.toml"),
        file("uv", &[("uv.toml", "[[index]]\nurl = 'https://git.example.com/simple/'\nauthenticate = 'never'\n")], "`authenticate = \"never\"` of an index in ~/uv.toml"),
        Case {
            client: "uv", variables: &[("UV_CREDENTIALS_DIR", "HOME/store")], named: "the login of `uv auth` in ~/store/credentials.toml",
            files: &[("store/credentials.toml", "[[credential]]\nservice = 'https://git.example.com/simple/'\nusername = 'me'\npassword = 'S3NTRY'\n")],
        },
        cargo(&[("CARGO_REGISTRIES_MY_CORP_CREDENTIAL_PROVIDER", "")], &[REGISTRY], "CARGO_REGISTRIES_MY_CORP_CREDENTIAL_PROVIDER"),
        variable("uv", &[("UV_KEYRING_PROVIDER", "disabled")], "UV_KEYRING_PROVIDER"),
        variable("uv", &[("UV_NO_CONFIG", "1")], "UV_NO_CONFIG"),
        file("uv", &[("uv.toml", "keyring-provider = 'disabled'\n")], "keyring-provider in ~/uv.toml"),
        file("uv", &[("pyproject.toml", "[tool.uv]\nkeyring-provider = 'disabled'\n")], "~/pyproject.toml"),
        file("uv", &[("pyproject.toml", "[tool.uv.pip]\nkeyring-provider = 'disabled'\n")], "[pip] in ~/pyproject.toml"),
        file("uv", &[("config/uv/uv.toml", "[pip]\nkeyring-provider = 'disabled'\n")], "[pip] in ~/config/uv/uv.toml"),
        file("uv", &[("XDG/uv/uv.toml", "[pip]\nkeyring-provider = 'disabled'\n")], "[pip] in ~/XDG/uv/uv.toml"),
        Case {
            client: "uv", variables: &[("UV_INDEX_MY_CORP_PASSWORD", "S3NTRY")], named: "UV_INDEX_MY_CORP_PASSWORD",
            files: &[("pyproject.toml", "[[tool.uv.index]]\nname = 'my-corp'\nurl = 'https://git.example.com/simple/'\n")],
        },
        Case {
            client: "uv", variables: &[("UV_CONFIG_FILE", "HOME/mine.toml")], named: "[pip] in ~/mine.toml",
            files: &[("mine.toml", "pip.keyring-provider = 'disabled'\n"), ("uv.toml", "keyring-provider = 'disabled'\n")],
        },
        cargo(&[("CARGO_REGISTRIES_MY_CORP_CREDENTIAL_PROVIDER", "cargo:token")], &[REGISTRY], "CARGO_REGISTRIES_MY_CORP_CREDENTIAL_PROVIDER"),
        cargo(&[("CARGO_REGISTRIES_MY_CORP_INDEX", "sparse+https://other.example.com/")], &[REGISTRY], "CARGO_REGISTRIES_MY_CORP_INDEX"),
        cargo(&[("CARGO_CREDENTIAL_ALIAS_PRUSA_CRED", "cargo:token")], &[REGISTRY], "CARGO_CREDENTIAL_ALIAS_PRUSA_CRED"),
        cargo(&[], &[(".cargo/config.toml", "[registries.c]\nindex = 'sparse+https://git.example.com/'\n[credential-alias]\nprusa-cred = ['/x']\n")], "credential-alias in ~/.cargo/config.toml"),
        cargo(&[], &[REGISTRY, (".cargo/credentials.toml", "[registries.my-corp]\ncredential-provider = ['cargo:token']\n")], "~/.cargo/credentials.toml"),
        cargo(&[("CARGO_HOME", "HOME/elsewhere")], &[("elsewhere/config.toml", REGISTRY.1), (".cargo/config", "[registries.my-corp]\ncredential-provider = ['/x']\n")], "credential-provider in ~/.cargo/config"),
        cargo(&[], &[(".cargo/config.toml", "include = ['x.toml']\n[registries.c]\nindex = 'sparse+https://git.example.com/'\n[credential-alias]\n"), (".cargo/x.toml", "[credential-alias]\nprusa-cred = ['/x']\n")], "credential-alias in ~/.cargo/x.toml"),
        cargo(&[("CARGO_HOME", "HOME/elsewhere")], &[("elsewhere/config.toml", REGISTRY.1), (".cargo/config.toml", "include = { path = 'x.toml', optional = true }\n"), (".cargo/x.toml", "[registries.my-corp]\ncredential-provider = ['/x']\n")], "credential-provider in ~/.cargo/x.toml"),
        cargo(&[("CARGO_HOME", "HOME/elsewhere")], &[("elsewhere/config.toml", REGISTRY.1), (".cargo/config.toml", "[registries.my-corp]\nindex = 'sparse+https://other.example.com/'\n")], "another index of my-corp in ~/.cargo/config.toml"),
        file("terraform", &[(".terraformrc", "credentials \"git.example.com:443\" {\n  token = \"S3NTRY\"\n}\n")], "credentials \"git.example.com:443\" in ~/.terraformrc"),
        file("terraform", &[(".terraformrc", "\"credentials\" \"git.example.com\" {\n  token = \"S3NTRY\"\n}\n")], "credentials \"git.example.com\" in ~/.terraformrc"),
        file("terraform", &[(".terraformrc", "credentials = {\n  \"git.example.com\" = { token = \"S3NTRY\" }\n}\n")], "credentials \"git.example.com\" in ~/.terraformrc"),
        variable("terraform", &[("TF_TOKEN_git_example_com", "S3NTRY")], "TF_TOKEN_git_example_com"),
        variable("terraform", &[("TF_TOKEN_mcp.example.com", "")], "TF_TOKEN_mcp.example.com"),
        file("terraform", &[(".terraformrc", "credentials \"git.example.com\" {\n  token = \"S3NTRY\"\n}\n")], "credentials \"git.example.com\" in ~/.terraformrc"),
        file("terraform", &[(".terraform.d/credentials.tfrc.json", "{\"credentials\":{\"git.example.com\":{\"token\":\"S3NTRY\"}}}")], "~/.terraform.d/credentials.tfrc.json"),
        file("terraform", &[(".terraform.d/x.tfrc", "credentials_helper \"vault\" {}\n")], "a second credentials_helper"),
        variable("docker", &[("DOCKER_AUTH_CONFIG", "{\"auths\":{\"git.example.com\":{\"auth\":\"UzNOVFJZ\"}}}")], "DOCKER_AUTH_CONFIG"),
        file("podman", &[("run/containers/auth.json", "{\"auths\":{\"git.example.com/team\":{\"auth\":\"UzNOVFJZ\"}}}")], "this session's login for git.example.com"),
        file("podman", &[("run/containers/auth.json", "{\"credHelpers\":{\"git.example.com\":\"pass\"}}")], "this session's helper for git.example.com"),
        file("podman", &[("config/containers/registries.conf", "credential-helpers = ['pass', 'containers-auth.json']\n")], "credential-helpers in ~/config/containers/registries.conf"),
        file("podman", &[("config/containers/registries.conf.d/x.conf", "credential-helpers = ['secretservice']\n")], "registries.conf.d/x.conf"),
        variable("go", &[("GOAUTH", "netrc")], "the environment variable GOAUTH"),
        variable("go", &[("GOAUTH", "off")], "GOAUTH"),
        variable("go", &[("GOAUTH", "git /d;prusa-cred goauth")], "GOAUTH"),
        file("bazel", &[("MODULE.bazel", ""), ("workspace.bazelrc", "build --credential_helper=git.example.com=/x\n"), (".bazelrc", "import %workspace%/workspace.bazelrc\n")], "`build --credential_helper=git.example.com=…` in ~/workspace.bazelrc, line 1"),
        file("bazel", &[(".bazelrc", "fetch -k --credential_helper git.example.com=/x.sh # old\n")], "`fetch --credential_helper=git.example.com=…` in ~/.bazelrc, line 1"),
        file("claude-code", &[(".mcp.json", "{\"mcpServers\":{\"corp\":{\"headers\":{\"A\":\"S3NTRY\"}}}}")], "the server corp in ~/.mcp.json"),
    ]
}

impl Case {
    /// Returns a home with all of it.
    fn desk(&self) -> Desk {
        let mut desk = Desk::new().alone_with(&[]);
        let home = desk.path("").display().to_string();
        let home = home.trim_end_matches('/');
        for (name, text) in self.files {
            desk.write(name, text);
        }
        let variables = self.variables.iter();
        desk.env = desk.env.var("XDG_CONFIG_DIRS", format!("{home}/XDG"));
        desk.env = desk.env.var("XDG_RUNTIME_DIR", format!("{home}/run"));
        for (name, value) in variables {
            desk.env = desk.env.var(name, value.replace("HOME", home));
        }
        desk
    }
}

/// Returns the states and messages of a client's checks, and its line of the overview.
fn state(desk: &Desk, client: &str) -> (Vec<(String, String)>, String) {
    let ran = desk.env.run(["doctor", "--json", "--profile", "corp"]);
    let ran = ran
        .any_stdout()
        .no_secret_on_stdout()
        .any_stderr()
        .outcome();
    let checks = ran.json()["checks"].as_array().expect("checks").clone();
    let id = format!("client.{}", client.replace('-', "_"));
    let text = |check: &serde_json::Value, key: &str| check[key].as_str().unwrap_or("").to_owned();
    let own = checks.iter().filter(|check| check["id"] == id.as_str());
    let states = own.map(|check| (text(check, "state"), text(check, "message")));
    let shown = desk.env.run(["setup", "--profile", "corp"]).any_stdout();
    let shown = shown.no_secret_on_stdout().success().stdout;
    let line = shown
        .lines()
        .find(|line| line.trim_start().starts_with(client));
    (states.collect(), line.expect("a line").to_owned())
}

#[test]
fn what_goes_first_is_named_and_nobody_is_called_fine() {
    for case in table() {
        let (client, named) = (case.client, case.named);
        let desk = case.desk();
        let shown = desk.setup(client, &[]).any_stdout().success().stdout;
        assert!(shown.contains(named), "{client} {named}: {shown}");
        let applied = desk.apply(client).stdout;
        assert!(applied.contains(named), "{client} {named}: {applied}");
        let again = desk.apply(client).stdout;
        assert!(
            again.starts_with("Nothing to change: "),
            "{client} {named}: {again}"
        );
        assert!(again.contains(named), "{client} {named}: {again}");

        let (states, line) = state(&desk, client);
        // docker is checked host by host.
        let named_by_doctor = named.trim_start_matches("the environment variable ");
        let is_warned = |(state, message): &(String, String)| {
            state == "warning" && message.contains(named_by_doctor)
        };
        assert!(states.iter().any(is_warned), "{client} {named}: {states:?}");
        if client != "docker" {
            assert!(
                states.iter().all(|(state, _)| state != "ok"),
                "{client} {named}: {states:?}"
            );
        }
        assert!(
            line.contains(named) && !line.contains("asks prusa-cred"),
            "{client} {named}: {line}"
        );
    }
}

/// Says the same as `setup` would, or concerns other hosts: nothing of it makes the client ask anybody else.
#[rustfmt::skip]
fn harmless() -> Vec<Case> {
    let cargo = |variables, files| Case { client: "cargo", files, variables, named: "" };
    vec![
        variable("pip", &[("PIP_KEYRING_PROVIDER", "subprocess")], ""),
        variable("pip", &[("PIP_KEYRING_PROVIDER", "")], ""),
        file("pip", &[("config/pip/pip.conf", "[install]\nkeyring-provider = subprocess\n")], ""),
        file("pip", &[("config/pip/pip.conf", "[install]\nkeyring-provider =\n[freeze]\nkeyring-provider = disabled\n")], ""),
        file("pip", &[(".pip/pip.conf", "[global]\nkeyring-provider = disabled\n"), (".netrc", "machine other.example.com login a password b\n")], ""),
        file("pip", &[("config/pip/pip.conf", "[DEFAULT]\ntimeout = 3\n[global]\nindex-url = https://me@git.example.com/\n[cache]\nindex-url = https://me:S3NTRY@git.example.com/\n")], ""),
        variable("pip", &[("PIP_INDEX_URL", "https://me:S3NTRY@other.example.com/ https://me@git.example.com/")], ""),
        variable("uv", &[("UV_INDEX", "a=https://me@git.example.com/ b=https://me:S3NTRY@other.example.com/")], ""),
        variable("uv", &[("UV_NO_CONFIG", "0")], ""),
        Case {
            client: "uv", variables: &[("UV_INDEX_X_PASSWORD", "S3NTRY"), ("UV_INDEX_Y_PASSWORD", "S3NTRY")], named: "",
            files: &[("uv.toml", "[[index]]\nname = 'x'\nurl = 'https://other.example.com/simple/'\n")],
        },
        file("uv", &[("pyproject.toml", "[project]\nname = 'x'\n[tool.uv]\nindex-strategy = 'x'\n"), ("XDG/uv/uv.toml", "keyring-provider = 'disabled'\n")], ""),
        cargo(&[("CARGO_REGISTRIES_MY_CORP_TOKEN", "S3NTRY")], &[REGISTRY, (".cargo/credentials.toml", "[registries.my-corp]\ntoken = 'S3NTRY'\n")]),
        cargo(&[("CARGO_REGISTRIES_OTHER_CREDENTIAL_PROVIDER", "cargo:token")], &[REGISTRY]),
        cargo(&[], &[(".cargo/config.toml", "[registries.c]\nindex = 'sparse+https://git.example.com/'\n[registry]\nglobal-credential-providers = ['cargo:token']\n")]),
        variable("terraform", &[("TF_TOKEN_other_example_com", "S3NTRY")], ""),
        file("terraform", &[(".terraformrc", "credentials \"other.example.com\" {\n  token = \"S3NTRY\"\n}\n"), (".terraform.d/a.txt", "credentials_helper \"x\" {}")], ""),
        Case {
            client: "terraform", variables: &[("TF_CLI_CONFIG_FILE", "HOME/tf.rc")], named: "",
            files: &[(".terraform.d/credentials.tfrc.json", "{\"credentials\":{\"git.example.com\":{\"token\":\"S3NTRY\"}}}")],
        },
        variable("docker", &[("DOCKER_AUTH_CONFIG", "{\"auths\":{\"other.example.com\":{\"auth\":\"UzNOVFJZ\"}}}")], ""),
        file("docker", &[(".docker/config.json", "{\"auths\":{},\"credHelpers\":null,\"credsStore\":null}")], ""),
        file("docker", &[(".docker/config.json", "{\n  \"credHelpers\": null\n}\n")], ""),
        file("docker", &[(".docker/config.json", "{\"credHelpers\":{\"git.example.com\":null}}")], ""),
        file("podman", &[("run/containers/auth.json", "{\"auths\":{\"other.example.com\":{\"auth\":\"UzNOVFJZ\"}},\"credHelpers\":null}")], ""),
        file("podman", &[("config/containers/registries.conf", "credential-helpers = ['containers-auth.json', 'pass']\n")], ""),
        Case {
            client: "podman", variables: &[("REGISTRY_AUTH_FILE", "HOME/mine.json")], named: "",
            files: &[("run/containers/auth.json", "{\"auths\":{\"git.example.com\":{\"auth\":\"UzNOVFJZ\"}}}")],
        },
        variable("go", &[("GOAUTH", "prusa-cred goauth;netrc")], ""),
        variable("go", &[("GOAUTH", "netrc; prusa-cred goauth")], ""),
        file("bazel", &[(".bazelrc", "build --credential_helper=other.example.com=/x\nbuild:ci --credential_helper=git.example.com=/x\nbuild --credential_helper=/x\n")], ""),
        file("claude-code", &[(".mcp.json", "{\"mcpServers\":{\"other\":{\"type\":\"http\"}}}")], ""),
    ]
}

#[test]
fn what_says_the_same_or_is_of_others_is_fine() {
    for case in harmless() {
        let client = case.client;
        let desk = case.desk();
        let applied = desk.apply(client).stdout;
        assert!(!applied.contains("goes before this"), "{client}: {applied}");
        let again = desk.apply(client).stdout;
        assert!(again.starts_with("Nothing to do: "), "{client}: {again}");
        let (states, line) = state(&desk, client);
        let is_fine = |(state, _): &(String, String)| state == "ok";
        assert!(
            states.iter().all(is_fine),
            "{client} {:?}: {states:?}",
            case.files
        );
        assert!(line.contains("asks prusa-cred ("), "{client}: {line}");
    }
}

#[test]
fn what_cargo_could_not_merge_is_refused_before_it_is_written() {
    let desk = Desk::new().alone_with(&[]);
    let own = "[registries.c]\nindex = 'sparse+https://git.example.com/'\n";
    desk.write(".cargo/config.toml", own);
    desk.write(
        "p/.cargo/config.toml",
        "[registries.c]\ncredential-provider = 'cargo:token'\n",
    );
    for words in [&[][..], &["--apply"]] {
        let run = desk.setup("cargo", words).directory(desk.path("p"));
        run.stderr_contains("cannot stand together")
            .stderr_contains("~/p/.cargo/config.toml")
            .status(1);
        assert_eq!(desk.read(".cargo/config.toml").as_deref(), Some(own));
    }
    desk.apply("cargo");
    desk.undo("cargo");
    assert_eq!(desk.read(".cargo/config.toml").as_deref(), Some(own));
}

#[test]
fn go_sees_the_setting_and_does_not_refuse_it() {
    let desk = Desk::new().alone_with(&[]);
    let line = "GOAUTH=prusa-cred goauth;netrc\n";
    for text in ["\u{feff}", &format!("\u{feff}{line}")] {
        desk.write("config/go/env", text);
        desk.apply("go");
        assert_eq!(desk.read("config/go/env").as_deref(), Some(line));
        desk.undo("go");
        assert_eq!(desk.read("config/go/env").as_deref(), Some(text));
    }
    for value in ["prusa-cred goauth;off", "prusa-cred goauth;"] {
        desk.write("config/go/env", &format!("GOAUTH={value}\n"));
        desk.setup("go", &["--apply"])
            .stderr_contains("which go refuses")
            .status(1);
        let told = desk.env.run(["setup"]).any_stdout().any_stderr().success();
        assert!(told.stdout.contains("which go refuses"), "{told}");
    }
}

#[test]
fn a_client_that_asks_because_of_something_else_is_fine() {
    let mine = "[registries.c]\nindex = 'sparse+https://git.example.com/'\n";
    let alias =
        format!("{mine}credential-provider = 'mine'\n[credential-alias]\nmine = ['prusa-cred']\n");
    let global =
        format!("{mine}[registry]\nglobal-credential-providers = ['cargo:token', 'prusa-cred']\n");
    let nearer = "[registries.c]\ncredential-provider = ['prusa-cred']\n";
    for (client, variable, files, place) in [
        (
            "go",
            ("GOAUTH", "prusa-cred goauth"),
            vec![],
            "the environment variable GOAUTH",
        ),
        (
            "cargo",
            ("X", "x"),
            vec![(".cargo/config.toml", alias.as_str())],
            ".cargo/config.toml",
        ),
        (
            "cargo",
            ("X", "x"),
            vec![(".cargo/config.toml", global.as_str())],
            ".cargo/config.toml",
        ),
        (
            "cargo",
            ("CARGO_HOME", "HOME/elsewhere"),
            vec![("elsewhere/config.toml", mine), (".cargo/config", nearer)],
            "~/.cargo/config",
        ),
        (
            "terraform",
            ("TERRAFORM_CONFIG", "HOME/x.json"),
            vec![(
                "x.json",
                "{\"credentials_helper\":{\"prusa-cred\":{\"args\":[]}}}",
            )],
            "x.json",
        ),
        (
            "podman",
            ("X", "x"),
            vec![(
                "config/containers/registries.conf",
                "credential-helpers = ['prusa-cred']\n",
            )],
            "registries.conf",
        ),
    ] {
        let mut desk = Desk::new().alone_with(&[]);
        let home = desk.path("").display().to_string();
        desk.env = desk.env.var(variable.0, variable.1.replace("HOME/", &home));
        for (name, text) in files {
            desk.write(name, text);
        }
        let helper = desk.bin().join("docker-credential-prusa-cred");
        std::os::unix::fs::symlink("prusa-cred", helper).expect("a link");
        let plugin = desk.path(".terraform.d/plugins/terraform-credentials-prusa-cred");
        std::fs::create_dir_all(plugin.parent().expect("a directory")).expect("it");
        std::os::unix::fs::symlink(desk.bin().join("prusa-cred"), plugin).expect("a link");
        let (states, line) = state(&desk, client);
        let [(state, message)] = states.as_slice() else {
            panic!("{client}: {states:?}");
        };
        assert_eq!(state, "ok", "{client}: {message}");
        assert!(message.contains(place), "{client}: {message}");
        assert!(line.contains(place), "{client}: {line}");
    }
}

#[test]
fn another_helper_among_ours_is_named() {
    let desk = Desk::new().alone_with(&[]);
    let both =
        "{\"credHelpers\":{\"git.example.com\":\"ecr-login\",\"mcp.example.com\":\"prusa-cred\"}}";
    desk.write("config/containers/auth.json", both);
    let (states, line) = state(&desk, "podman");
    assert_eq!(states[0].0, "warning", "{states:?}");
    assert!(
        line.ends_with("asks git.example.com: ecr-login first"),
        "{line}"
    );
    // An own setting with an own program is no broken one of ours.
    let desk = Desk::new().alone_with(&[]);
    desk.script("keyring", "exit 1\n");
    desk.write(
        "config/pip/pip.conf",
        "[global]\nkeyring-provider = subprocess\n",
    );
    let (states, line) = state(&desk, "pip");
    assert_eq!(states[0].0, "warning", "{states:?}");
    assert!(line.ends_with("asks ~/bin/keyring first"), "{line}");
}

#[test]
fn podman_reads_docker_s_file_alone_where_that_is_named() {
    let mut desk = Desk::new().alone_with(&[]);
    let directory = desk.path("docker");
    desk.env = desk.env.var("DOCKER_CONFIG", directory);
    desk.apply("podman");
    let text = desk.read("docker/config.json").expect("the file");
    assert!(
        text.contains("\"git.example.com\": \"prusa-cred\""),
        "{text}"
    );
    assert_eq!(desk.read("config/containers/auth.json"), None);
}

#[test]
fn a_helper_block_in_quotes_is_found() {
    let desk = Desk::new().alone_with(&[]);
    desk.write(".terraformrc", "\"credentials_helper\" \"prusa-cred\" {}\n");
    desk.apply("terraform");
    let (states, line) = state(&desk, "terraform");
    assert_eq!(
        states.first().map(|it| it.0.as_str()),
        Some("ok"),
        "{states:?}"
    );
    assert!(line.contains("asks prusa-cred (~/.terraformrc)"), "{line}");
}
