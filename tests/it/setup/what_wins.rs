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
        variable("uv", &[("UV_KEYRING_PROVIDER", "disabled")], "UV_KEYRING_PROVIDER"),
        variable("uv", &[("UV_NO_CONFIG", "1")], "UV_NO_CONFIG"),
        file("uv", &[("uv.toml", "keyring-provider = 'disabled'\n")], "keyring-provider in ~/uv.toml"),
        file("uv", &[("pyproject.toml", "[tool.uv]\nkeyring-provider = 'disabled'\n")], "~/pyproject.toml"),
        file("uv", &[("pyproject.toml", "[tool.uv.pip]\nkeyring-provider = 'disabled'\n")], "[pip] in ~/pyproject.toml"),
        file("uv", &[("config/uv/uv.toml", "[pip]\nkeyring-provider = 'disabled'\n")], "[pip] in ~/config/uv/uv.toml"),
        file("uv", &[("XDG/uv/uv.toml", "[pip]\nkeyring-provider = 'disabled'\n")], "[pip] in ~/XDG/uv/uv.toml"),
        Case {
            client: "uv", variables: &[("UV_CONFIG_FILE", "HOME/mine.toml")], named: "[pip] in ~/mine.toml",
            files: &[("mine.toml", "pip.keyring-provider = 'disabled'\n"), ("uv.toml", "keyring-provider = 'disabled'\n")],
        },
        cargo(&[("CARGO_REGISTRIES_MY_CORP_CREDENTIAL_PROVIDER", "cargo:token")], &[REGISTRY], "CARGO_REGISTRIES_MY_CORP_CREDENTIAL_PROVIDER"),
        cargo(&[("CARGO_REGISTRIES_MY_CORP_INDEX", "sparse+https://other.example.com/")], &[REGISTRY], "CARGO_REGISTRIES_MY_CORP_INDEX"),
        cargo(&[("CARGO_CREDENTIAL_ALIAS_PRUSA_CRED", "cargo:token")], &[REGISTRY], "CARGO_CREDENTIAL_ALIAS_PRUSA_CRED"),
        cargo(&[], &[(".cargo/config.toml", "[registries.c]\nindex = 'sparse+https://git.example.com/'\n[credential-alias]\nprusa-cred = ['/x']\n")], "credential-alias in ~/.cargo/config.toml"),
        cargo(&[], &[REGISTRY, (".cargo/credentials.toml", "[registries.my-corp]\ncredential-provider = ['cargo:token']\n")], "~/.cargo/credentials.toml"),
        cargo(&[("CARGO_HOME", "HOME/elsewhere")], &[("elsewhere/config.toml", REGISTRY.1), (".cargo/config", "[registries.my-corp]\ncredential-provider = '/x'\n")], "credential-provider in ~/.cargo/config"),
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
