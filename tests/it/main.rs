//! Tests of the real binary against a loopback server, on Unix.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod addresses;
mod audit;
mod bazel;
mod bound;
mod broker;
mod chains;
mod child_environment;
mod client_auth;
mod config;
mod config_mistakes;
mod control_characters;
mod crash;
mod docker;
mod doctor;
mod environment;
mod errors;
mod exec;
mod generated;
mod get;
mod git;
mod harness;
mod helpers;
mod hints;
mod hosts;
mod hot_path;
mod id_token;
mod import;
mod kognic;
mod layers;
mod lifetime;
mod localhost;
mod login;
mod logout;
mod making_profiles;
mod metadata;
mod named_paths;
mod new_profile;
mod oauth;
mod odd_answers;
mod pasted_commands;
mod people;
mod places;
mod practicus;
mod redirect_uri;
mod refresh;
mod refusals;
mod registration;
mod sandbox;
mod saved;
mod saved_by_editors;
mod schemes;
mod scopes;
mod seal;
mod server;
mod setup;
mod status;
mod stdin;
mod storage;
mod streams;
mod support;
mod tls;
mod token_file;
mod trusted_files;
mod two_accounts;
mod unattended;
mod unrenewable;
mod verbs;
mod waiting;
mod words;
