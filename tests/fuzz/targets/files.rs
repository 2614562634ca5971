//! Files: our own as somebody may have edited or damaged them, and those of other programs.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::text;
use crate::deadline::Deadline;
use crate::kognic::credentials::CredentialsFile;
use crate::profile::{
    Environment, KognicEnvironments, NewProfile, PracticusRegion, Profiles, Seal, append_profile,
    has_key, with_key,
};
use crate::sealed_files::label::Label;
use crate::sealed_files::sealed::{Key, Sealed, find_damage, is_sealed, key_reference};
use crate::store::{CredentialStore, Keys, SavedCredentials, Sealing};
use crate::token::{TokenSet, UnixTime};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

/// `config.toml`: read, or refused with the line; a key or profile that is added changes nothing else.
pub(super) fn config(data: &[u8]) {
    let Some(text) = text(data) else {
        return;
    };
    let load = |text: &str| {
        let file = (Path::new("config.toml"), text);
        Profiles::load(Some(file), &Environment::default())
    };
    let profiles = load(text);
    if let Ok(profiles) = &profiles {
        let _ = (profiles.default_name(), profiles.key_places());
        for profile in profiles.iter() {
            assert!(!profile.name.is_empty());
            assert!(profiles.named(&profile.name).is_some());
        }
    }
    let new = NewProfile::new("fuzz-new", "prusa").text("username", "a \"quoted\" name");
    if let Ok(longer) = append_profile(text, &new) {
        assert!(
            longer.starts_with(text.trim_end_matches('\n')),
            "{longer:?}"
        );
        assert!(has_key(&longer, Some("fuzz-new"), "username").expect("TOML"));
        if let Ok(before) = &profiles {
            let after = load(&longer).expect("a valid file stays valid");
            assert!(after.named("fuzz-new").is_some());
            assert_eq!(after.iter().count(), before.iter().count() + 1);
        }
    }
    if let Ok(changed) = with_key(text, None, "seal", "none") {
        assert!(has_key(&changed, None, "seal").expect("TOML"));
        if let Ok(before) = &profiles {
            let after = load(&changed).expect("a valid file stays valid");
            assert_eq!(after.iter().count(), before.iter().count());
        }
    }
}

/// A token file, or a seed in a variable: what is written is read back.
pub(super) fn token_set(data: &[u8]) {
    let Ok(set) = TokenSet::parse(data) else {
        return;
    };
    let again = TokenSet::parse(&set.render()).expect("what is written can be read");
    let fields = |set: &TokenSet| {
        (
            set.access_token.as_ref().map(|it| it.expose().to_owned()),
            set.refresh_token.as_ref().map(|it| it.expose().to_owned()),
            set.id_token.as_ref().map(|it| it.expose().to_owned()),
            (set.token_type.clone(), set.scope.clone()),
            (set.expires_in, set.expires_at),
            set.other.as_map().keys().cloned().collect::<Vec<_>>(),
        )
    };
    assert_eq!(fields(&again), fields(&set));
    for now in [UnixTime::from_secs(0), NOW, UnixTime::from_secs(i64::MAX)] {
        let _ = set.access_expires_at(Some(NOW), now);
        let _ = set.is_fresh(Some(NOW), now, Duration::from_secs(60));
        let _ = (
            set.access_lifetime(None, now),
            set.id_lifetime(),
            set.refresh_expires_at(),
        );
    }
}

/// A sealed file: opened whole or not at all.
pub(super) fn sealed(data: &[u8]) {
    let _ = (is_sealed(data), find_damage(data), key_reference(data));
    if let Ok(sealed) = Sealed::parse(data) {
        // Nobody has this key.
        assert!(
            sealed
                .open(
                    &Key::from_bytes([7; Key::LENGTH].into()),
                    &Label::login("farm")
                )
                .is_err()
        );
    }
}

thread_local! {
    static DIRECTORY: OnceCell<tempfile::TempDir> = const { OnceCell::new() };
}

fn file(name: &str) -> PathBuf {
    let directory = || {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        }
    };
    DIRECTORY.with(|cell| {
        cell.get_or_init(|| directory().expect("a directory"))
            .path()
            .join(name)
    })
}

/// Saved credentials: what is read is written, and read back.
pub(super) fn saved(data: &[u8]) {
    // The key of a sealed file would be read from a keyring.
    if is_sealed(data) {
        return;
    }
    let path = file("credentials.json");
    std::fs::write(&path, data).expect("room");
    // Without a setting, a new file would be sealed with a key from a keyring.
    let label = crate::store::Label::saved_credentials();
    let sealing = Sealing::new(Arc::new(Keys::default()), Some(Seal::None), label);
    let store = CredentialStore::new(path, sealing);
    let Ok(saved) = store.load() else {
        return;
    };
    let shown = |saved: &SavedCredentials| {
        let entries = saved.entries().iter();
        let entries =
            entries.map(|entry| (entry.address(), entry.username.clone(), entry.expires_at));
        let registries = saved.registries().iter().map(|it| it.server_url.clone());
        (entries.collect::<Vec<_>>(), registries.collect::<Vec<_>>())
    };
    let deadline = Deadline::after(Duration::from_secs(10));
    store.change(deadline, &mut |_| true).expect("a change");
    let again = store.load().expect("what is written can be read");
    assert_eq!(shown(&again), shown(&saved));
}

/// Files of the providers' own tools: the first byte selects the tool.
pub(super) fn provider_files(data: &[u8]) {
    let Some((which, rest)) = data.split_first() else {
        return;
    };
    let Some(text) = text(rest) else {
        let _ = CredentialsFile::parse(rest, NOW);
        return;
    };
    match which {
        b'c' => {
            let _ = CredentialsFile::parse(rest, NOW);
        }
        b'e' => {
            if let Ok(environments) = KognicEnvironments::parse(text) {
                for environment in environments.iter() {
                    assert!(environments.named(&environment.name).is_ok());
                }
                let _ = environments.default_one();
            }
        }
        _ => {
            for region in PracticusRegion::parse_all(text)
                .into_iter()
                .flatten()
                .flatten()
            {
                let email = region.email.unwrap_or_default();
                super::assert_printable("an e-mail address", &email);
            }
        }
    }
}
