//! What is still to be mended.

/// The circles that are known, each with its files in alphabetical order. One that is mended is taken off.
pub(super) const CIRCLES: &[&str] = &[
    "account, account::environment",
    "account::files, account::kognic, account::pointers",
    "broker, broker::unrenewable",
    "cli, cli::helper",
    "commands, commands::answer, commands::audit, commands::bazel, commands::cargo, \
     commands::completions, commands::docker, commands::doctor, commands::doctor::clients, \
     commands::doctor::clients::docker, commands::doctor::clients::git, \
     commands::doctor::clients::kubectl, commands::doctor::config, commands::doctor::environment, \
     commands::doctor::files, commands::doctor::keyring, commands::doctor::login, \
     commands::doctor::names, commands::doctor::network, commands::doctor::refresh, \
     commands::doctor::saved, commands::doctor::server, commands::erase, commands::exec, \
     commands::forget, commands::get, commands::get::kept, commands::git, commands::goauth, \
     commands::google, commands::inspect, commands::keyring, commands::kube, commands::list, \
     commands::log, commands::login, commands::login::import, commands::login::import::kognic, \
     commands::login::import::practicus, commands::login::import::prusa, commands::login::kognic, \
     commands::login::oauth, commands::login::password, commands::login::practicus, \
     commands::login::prusa, commands::login::questions, commands::login::resource, \
     commands::login::target, commands::logout, commands::man, commands::saved, commands::seal, \
     commands::setup, commands::setup::bazel, commands::setup::cargo, commands::setup::claude_code, \
     commands::setup::docker, commands::setup::engine, commands::setup::entry, \
     commands::setup::entry::block, commands::setup::entry::go_env, commands::setup::entry::ini, \
     commands::setup::entry::json, commands::setup::entry::rc, commands::setup::entry::toml, \
     commands::setup::git, commands::setup::git::others, commands::setup::go, commands::setup::kubectl, \
     commands::setup::overview, commands::setup::pip, commands::setup::plan, commands::setup::podman, \
     commands::setup::scope, commands::setup::state, commands::setup::terraform, commands::setup::told, \
     commands::setup::tool, commands::setup::uv, commands::setup::vscode, commands::status, \
     commands::store, commands::terraform, commands::waiting, commands::which",
    "context, context::environment",
    "grants, grants::client_auth, grants::pkce, grants::token_endpoint",
    "platform, platform::other, platform::unix",
    "platform::keyring, platform::keyring::native, platform::keyring::secret_service",
    "profile, profile::append, profile::config, profile::keys, profile::kognic, profile::oauth, \
     profile::practicus, profile::prusa",
    "protocol::credential, protocol::git",
    "providers::oauth, providers::oauth::secrets",
    "report::broker, report::class, report::commands, report::grants, report::keyring, report::kognic, \
     report::oauth, report::sealed, report::sign_in, report::store",
    "store, store::form, store::journal, store::keys, store::lock, store::read, store::record, \
     store::replace, store::saved, store::saved::wire",
    "token, token::jwt, token::life, token::wire",
];
