//! Worked examples for the pages of commands that other programs run.
//!
//! Tests run them as they stand here: they take them from the pages, replace `*.example.com` by an address of their
//! own, write the files and run the commands, with the real client where it is available.

/// An example: what it is for, and what to type or to write into a file.
pub(super) struct Recipe {
    /// If it begins with `In FILE`, the code is the content of that file.
    pub(super) about: &'static str,
    pub(super) code: &'static str,
}

/// Returns the examples of a command's page; none for a command without examples.
pub(super) fn of(command: &str) -> &'static [Recipe] {
    match command {
        "get" => &GET,
        "exec" => &EXEC,
        "hosts" => &HOSTS,
        "git" => &GIT,
        "docker" => &DOCKER,
        "bazel" => &BAZEL,
        "cargo" => &CARGO,
        "kube" => &KUBE,
        "terraform" => &TERRAFORM,
        "goauth" => &GOAUTH,
        "google" => &GOOGLE,
        "keyring" => &KEYRING,
        _ => &[],
    }
}

const GET: [Recipe; 10] = [
    Recipe {
        about: "curl, with the token out of sight of other users of this machine:",
        code: r"prusa-cred get --format curl https://api.example.com |
  curl -K - https://api.example.com/hello",
    },
    Recipe {
        about: "curl, with the token among its arguments:",
        code: r#"curl -H "$(prusa-cred get --format header https://api.example.com)" \
  https://api.example.com/hello"#,
    },
    Recipe {
        about: "Programs that read netrc, for as long as the token lasts:",
        code: "(umask 077; prusa-cred get --format netrc https://api.example.com > ~/api.netrc)
curl --netrc-file ~/api.netrc https://api.example.com/hello",
    },
    Recipe {
        about: "In ~/.claude/settings.json, for Claude Code's own requests:",
        code: r#"{ "apiKeyHelper": "prusa-cred get --profile corp" }"#,
    },
    Recipe {
        about: "In .mcp.json of a project, for an MCP server of Claude Code's:",
        code: r#"{
  "mcpServers": {
    "corp": {
      "type": "http",
      "url": "https://api.example.com/mcp",
      "headersHelper": "prusa-cred get --format headers https://api.example.com"
    }
  }
}"#,
    },
    Recipe {
        about: "In ~/.config/rclone/rclone.conf, for WebDAV:",
        code: "[dav]
type = webdav
url = https://api.example.com/dav
bearer_token_command = prusa-cred get --profile corp",
    },
    Recipe {
        about: "In ~/.codex/config.toml, for a model provider of Codex CLI's:",
        code: r#"[model_providers.corp]
name = "corp"
base_url = "https://api.example.com/v1"

[model_providers.corp.auth]
command = "prusa-cred"
args = ["get", "--profile", "corp"]"#,
    },
    Recipe {
        about: "In ~/.local/bin/npm-token, for pnpm, which adds no Bearer by itself:",
        code: "#!/bin/sh
exec prusa-cred get --format bearer https://npm.example.com",
    },
    Recipe {
        about: "Then, as pnpm's setting of the user for that registry:",
        code: r#"chmod +x ~/.local/bin/npm-token
echo "//npm.example.com/npm/:tokenHelper=$HOME/.local/bin/npm-token" >> ~/.npmrc"#,
    },
    Recipe {
        about: "A loop that reads its own list from stdin:",
        code: r#"while read -r path; do
  prusa-cred get --format curl https://api.example.com |
    curl -K - "https://api.example.com/$path"
done < list"#,
    },
];

const EXEC: [Recipe; 2] = [
    Recipe {
        about: "Run a program that takes its token from a variable:",
        code: "prusa-cred exec --profile corp --env GITLAB_TOKEN -- glab issue list",
    },
    Recipe {
        about: "In .mcp.json of a project, for an MCP server that the client starts:",
        code: r#"{
  "mcpServers": {
    "corp": {
      "command": "prusa-cred",
      "args": ["exec", "--profile", "corp", "--env", "API_TOKEN", "--", "my-mcp-server"]
    }
  }
}"#,
    },
];

const HOSTS: [Recipe; 4] = [
    Recipe {
        about: "Give the token to a git server and a registry too:",
        code: "prusa-cred hosts add git.example.com registry.example.com:5000",
    },
    Recipe {
        about: "Only for a part of a host, by its address; * stands for one name:",
        code: "prusa-cred hosts add https://git.example.com/team-a '*.ci.example.com' --profile corp",
    },
    Recipe {
        about: "See which hosts each profile answers for, and which are built in:",
        code: "prusa-cred hosts",
    },
    Recipe {
        about: "Take a host back:",
        code: "prusa-cred hosts remove git.example.com",
    },
];

const GIT: [Recipe; 3] = [
    Recipe {
        about: "Let git ask for every host; hosts of profiles get a token, others what is saved for them:",
        code: "ln -s \"$(command -v prusa-cred)\" ~/.local/bin/git-credential-prusa-cred
git config --global credential.helper prusa-cred
git clone https://git.example.com/models.git",
    },
    Recipe {
        about: "Let it ask for one host alone, and no other helper for that host:",
        code: "git config --global credential.https://git.example.com.helper ''
git config --global --add credential.https://git.example.com.helper prusa-cred",
    },
    Recipe {
        about: "See which profile answers, and why:",
        code: "prusa-cred which https://git.example.com",
    },
];

const DOCKER: [Recipe; 3] = [
    Recipe {
        about: "Docker, Podman, Buildah and Skopeo find the helper by its name:",
        code: "ln -s \"$(command -v prusa-cred)\" ~/.local/bin/docker-credential-prusa-cred",
    },
    Recipe {
        about: "In ~/.docker/config.json, for the registries of a profile:",
        code: r#"{ "credHelpers": { "registry.example.com": "prusa-cred" } }"#,
    },
    Recipe {
        about: "In ~/.docker/config.json, for every registry; docker login then keeps passwords here:",
        code: r#"{ "credsStore": "prusa-cred" }"#,
    },
];

const BAZEL: [Recipe; 2] = [
    Recipe {
        about: "In ~/.local/bin/bazel-prusa-cred, as Bazel adds only the word get:",
        code: "#!/bin/sh
exec prusa-cred bazel \"$@\"",
    },
    Recipe {
        about: "Then, or by a line build --credential_helper=… in .bazelrc:",
        code: "chmod +x ~/.local/bin/bazel-prusa-cred
bazel build --credential_helper=cache.example.com=\"$HOME/.local/bin/bazel-prusa-cred\" //...",
    },
];

const CARGO: [Recipe; 3] = [
    Recipe {
        about: "In ~/.cargo/config.toml, for a registry on a host of a profile; cargo login keeps a token for any other:",
        code: r#"[registries.corp]
index = "sparse+https://registry.example.com/cargo/"
credential-provider = ["prusa-cred"]"#,
    },
    Recipe {
        about: "Then:",
        code: "cargo add --registry corp demo
cargo fetch",
    },
    Recipe {
        about: "In ~/.cargo/config.toml, the same by cargo's provider for commands that print a token:",
        code: r#"[registries.corp]
index = "sparse+https://registry.example.com/cargo/"
credential-provider = ["cargo:token-from-stdout", "prusa-cred", "get", "--format", "bearer", "{index_url}"]"#,
    },
];

const KUBE: [Recipe; 2] = [
    Recipe {
        about: "For the current context; the API server picks the profile, which must name its host:",
        code: r"kubectl config set-credentials me --exec-api-version=client.authentication.k8s.io/v1 \
  --exec-command=prusa-cred --exec-arg=kube --exec-interactive-mode=Never --exec-provide-cluster-info
kubectl config set-context --current --user=me
kubectl get namespaces",
    },
    Recipe {
        about: "With a profile that is named, for clients that do not tell the server:",
        code: r"kubectl config set-credentials corp --exec-api-version=client.authentication.k8s.io/v1 \
  --exec-command=prusa-cred --exec-arg=kube --exec-arg=--profile=corp --exec-interactive-mode=Never
kubectl get namespaces --user=corp",
    },
];

const TERRAFORM: [Recipe; 3] = [
    Recipe {
        about: "Terraform and OpenTofu find the helper by its name:",
        code: "mkdir -p ~/.terraform.d/plugins
ln -s \"$(command -v prusa-cred)\" ~/.terraform.d/plugins/terraform-credentials-prusa-cred",
    },
    Recipe {
        about: "In ~/.terraformrc (args = [\"--profile\", \"corp\"] between the braces names a profile):",
        code: r#"credentials_helper "prusa-cred" {}"#,
    },
    Recipe {
        about: "Then modules, providers and state of hosts of a profile are at hand; terraform login keeps tokens of others:",
        code: "terraform init",
    },
];

const GOAUTH: [Recipe; 1] = [Recipe {
    about: "Go 1.24 and newer, with a module proxy on a host of a profile:",
    code: "go env -w GOAUTH='prusa-cred goauth'
go env -w GOPROXY=https://go.example.com/go GONOSUMDB='corp.example/*'
go mod download corp.example/demo@v1.0.0",
}];

const GOOGLE: [Recipe; 2] = [
    Recipe {
        about: "In ~/corp-credentials.json, with the audience of your workload identity pool:",
        code: r#"{
  "type": "external_account",
  "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/POOL/providers/PROVIDER",
  "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
  "token_url": "https://sts.googleapis.com/v1/token",
  "credential_source": { "executable": { "command": "prusa-cred --profile corp google", "timeout_millis": 30000 } }
}"#,
    },
    Recipe {
        about: "Then, for a program that uses Google's library:",
        code: "export GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1
export GOOGLE_APPLICATION_CREDENTIALS=~/corp-credentials.json
python my_script.py",
    },
];

const KEYRING: [Recipe; 3] = [
    Recipe {
        about: "pip and uv find the command by its name, which must come first on PATH:",
        code: "ln -s \"$(command -v prusa-cred)\" ~/.local/bin/keyring",
    },
    Recipe {
        about: "pip:",
        code: r"pip install --keyring-provider subprocess \
  --index-url https://oauth2@index.example.com/simple/ demo",
    },
    Recipe {
        about: "uv, which asks only for an index with a user name in its address:",
        code: r"uv pip install --keyring-provider subprocess \
  --default-index https://oauth2@index.example.com/simple/ demo",
    },
];
