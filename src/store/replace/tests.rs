use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::deadline::Deadline;
use crate::profile::{KeyPlace, Seal};
use crate::store::Known;
use crate::store::{KeyLocations, Keys, Label, Store};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const OLD: &str = r#"{"access_token":"old","refresh_token":"spent","theirs":[1]}"#;
const NEW: &str = r#"{"access_token":"new","refresh_token":"next"}"#;

struct Scratch {
    _directory: tempfile::TempDir,
    store: Store,
}

impl Scratch {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::new(directory.path().join("tokens.json"), None);
        Self {
            _directory: directory,
            store,
        }
    }

    fn with(old: &str) -> Self {
        let scratch = Self::new();
        scratch.put("tokens.json", old.as_bytes());
        scratch
    }

    fn path(&self, name: &str) -> PathBuf {
        self.store.path().with_file_name(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        create_anew(&self.path(name))
            .expect("a file")
            .write_all(bytes)
            .expect("space");
    }

    fn lock(&self) -> Locked<'_> {
        self.store
            .lock(Deadline::after(Duration::ZERO))
            .expect("the lock")
    }

    fn has(&self, name: &str) -> bool {
        fs::symlink_metadata(self.path(name)).is_ok()
    }

    fn access_token(&self) -> String {
        let stored = self.store.load().expect("a file").expect("a set");
        stored
            .set
            .access_token
            .expect("a token")
            .expose()
            .to_owned()
    }

    fn write_spending_journal(&self) {
        let journal = Journal::Spending {
            fingerprint: Fingerprint::of("spent"),
            at: NOW,
            pid: 1,
            known: Known::default(),
        };
        journal.save(self.store.path()).expect("a journal");
    }
}

fn set(json: &str) -> TokenSet {
    TokenSet::parse(json.as_bytes()).expect("a token set")
}

fn spent() -> RefreshToken {
    RefreshToken::new("spent".into())
}

#[test]
fn a_commit_replaces_the_file_and_removes_the_journal() {
    let scratch = Scratch::with(OLD);
    let locked = scratch.lock();
    let slot = locked.reserve(Some(&spent()), NOW).expect("a slot");
    assert_eq!(scratch.access_token(), "old");
    let length = fs::metadata(scratch.path(".tokens.json.new"))
        .expect("a file")
        .len();
    assert_eq!(length, MIN_RESERVE);
    let journal = locked.journal().expect("a journal");
    assert!(journal.is_spending(&spent()));
    assert!(!journal.is_spending(&RefreshToken::new("another".into())));

    slot.commit(&set(NEW), RejectionState::None)
        .expect("a commit");
    assert_eq!(scratch.access_token(), "new");
    assert_eq!(
        fs::read(scratch.store.path()).expect("it"),
        *set(NEW).render()
    );
    assert!(!scratch.has(".tokens.json.new") && !scratch.has("tokens.json.journal"));
}

#[test]
fn a_dropped_slot_leaves_the_journal() {
    let scratch = Scratch::with(OLD);
    let locked = scratch.lock();
    drop(locked.reserve(Some(&spent()), NOW).expect("a slot"));
    assert!(!scratch.has(".tokens.json.new") && scratch.has("tokens.json.journal"));
    assert_eq!(scratch.access_token(), "old");
}

#[test]
fn a_read_only_file_fails_before_anything_is_spent() {
    let scratch = Scratch::with(OLD);
    let locked = scratch.lock();
    let mut permissions = fs::metadata(scratch.store.path())
        .expect("it")
        .permissions();
    permissions.set_readonly(true);
    fs::set_permissions(scratch.store.path(), permissions).expect("a mode");
    let refused = locked.reserve(Some(&spent()), NOW);
    assert!(matches!(refused, Err(StoreError::Io { .. })), "{refused:?}");
    assert!(!scratch.has(".tokens.json.new") && !scratch.has("tokens.json.journal"));
}

#[test]
fn a_blocked_name_fails_before_anything_is_spent() {
    for blocked in [
        ".tokens.json.new",
        "tokens.json.journal",
        ".tokens.json.journal.new",
    ] {
        let scratch = Scratch::with(OLD);
        fs::create_dir(scratch.path(blocked)).expect("a directory");
        let locked = scratch.lock();
        let refused = locked.reserve(Some(&spent()), NOW);
        assert!(
            matches!(refused, Err(StoreError::Io { .. })),
            "{blocked}: {refused:?}"
        );
        assert!(locked.journal().is_none());
        assert!(!scratch.path(".tokens.json.new").is_file());
        assert_eq!(scratch.access_token(), "old");
    }
}

#[test]
fn a_directory_in_place_of_the_file_is_refused() {
    let scratch = Scratch::new();
    let locked = scratch.lock();
    fs::create_dir(scratch.store.path()).expect("a directory");
    assert!(matches!(
        locked.reserve(None, NOW),
        Err(StoreError::NotAFile { .. })
    ));
    drop(locked);
    assert!(matches!(
        scratch.store.lock(Deadline::after(Duration::ZERO)),
        Err(StoreError::NotAFile { .. })
    ));
}

#[test]
fn a_token_set_that_cannot_be_renamed_is_adopted_later() {
    let scratch = Scratch::with(OLD);
    let locked = scratch.lock();
    let slot = locked.reserve(Some(&spent()), NOW).expect("a slot");
    fs::remove_file(scratch.store.path()).expect("the file");
    fs::create_dir(scratch.store.path()).expect("a directory");
    match slot.commit(&set(NEW), RejectionState::None) {
        Err(StoreError::NotInPlace { kept_at, .. }) => {
            assert_eq!(kept_at, scratch.path(".tokens.json.new"));
        }
        other => panic!("{other:?}"),
    }
    drop(locked);
    fs::remove_dir(scratch.store.path()).expect("the directory");
    scratch.put("tokens.json", OLD.as_bytes());
    drop(scratch.lock());
    assert_eq!(scratch.access_token(), "new");
    assert!(!scratch.has("tokens.json.journal"));
}

#[test]
fn a_failed_write_to_reserved_space_uses_a_new_file() {
    let scratch = Scratch::with(OLD);
    let locked = scratch.lock();
    let mut slot = locked.reserve(Some(&spent()), NOW).expect("a slot");
    // A file that is open for reading takes as little as a full disk.
    slot.file = File::open(&slot.temporary).expect("it");
    slot.commit(&set(NEW), RejectionState::None)
        .expect("a commit");
    assert_eq!(scratch.access_token(), "new");
    assert!(!scratch.has(".tokens.json.new") && !scratch.has("tokens.json.journal"));
}

#[test]
fn an_answer_that_cannot_be_written_is_reported_as_lost() {
    let scratch = Scratch::with(OLD);
    let locked = scratch.lock();
    let mut slot = locked.reserve(Some(&spent()), NOW).expect("a slot");
    slot.file = File::open(&slot.temporary).expect("it");
    fs::remove_file(&slot.temporary).expect("it");
    fs::create_dir(&slot.temporary).expect("a directory");
    let lost = slot.commit(&set(NEW), RejectionState::None);
    assert!(
        matches!(lost, Err(StoreError::AnswerLost { .. })),
        "{lost:?}"
    );
    assert_eq!(scratch.access_token(), "old");
    assert!(scratch.has("tokens.json.journal"), "nobody knows");
}

#[test]
fn a_complete_leftover_token_set_is_adopted() {
    for rest in [0, 4096] {
        let scratch = Scratch::with(OLD);
        scratch.write_spending_journal();
        let mut bytes = set(NEW).render().to_vec();
        bytes.resize(bytes.len() + rest, 0);
        scratch.put(".tokens.json.new", &bytes);
        assert_eq!(scratch.access_token(), "old");
        drop(scratch.lock());
        assert_eq!(
            fs::read(scratch.store.path()).expect("it"),
            *set(NEW).render()
        );
        assert!(!scratch.has(".tokens.json.new") && !scratch.has("tokens.json.journal"));
    }
}

#[test]
fn a_complete_sealed_leftover_is_adopted() {
    let mut scratch = Scratch::with(OLD);
    scratch.put("key", &[7; 32]);
    let path = scratch.path("key").display().to_string();
    let under_key = || {
        let place = KeyPlace::parse(&path).expect("a path");
        let locations = KeyLocations {
            lock: || None,
            credentials_directory: || None,
            notes: || None,
        };
        let keys = Keys::new(locations, vec![place.clone()], Box::new(|_| ()));
        Sealing::new(
            Arc::new(keys),
            Some(Seal::Under(place)),
            Label::login("farm"),
        )
    };
    let again = |scratch: &Scratch| Store::new(scratch.path("tokens.json"), None);
    fs::remove_file(scratch.store.path()).expect("it");
    scratch.store = again(&scratch).with_sealing(under_key());
    let locked = scratch.lock();
    let slot = locked.reserve(None, NOW).expect("a slot");
    slot.commit(&set(OLD), RejectionState::None)
        .expect("a commit");
    let old = fs::read(scratch.store.path()).expect("it");
    let slot = locked.reserve(None, NOW).expect("a slot");
    let length = fs::metadata(scratch.path(".tokens.json.new"));
    assert!(length.expect("a file").len() > MIN_RESERVE * 4 / 3);
    slot.commit(&set(NEW), RejectionState::None)
        .expect("a commit");
    drop(locked);
    let mut leftover = fs::read(scratch.store.path()).expect("it");
    assert!(sealed::is_sealed(&leftover));
    leftover.resize(leftover.len() + 4096, 0);
    scratch.put("tokens.json", &old);
    scratch.write_spending_journal();
    // Anybody who can write the directory could have put a plain one there, or one of another profile.
    let key = sealed::Key::parse(&[7; 32]).expect("a key");
    let theirs = Sealer::new(Arc::new(key), "", Label::login("other")).expect("random bytes");
    let theirs = theirs.seal(NEW.as_bytes());
    for planted in [NEW.as_bytes(), &theirs] {
        scratch.put(".tokens.json.new", planted);
        scratch.store = again(&scratch).with_sealing(under_key());
        drop(scratch.lock());
        assert_eq!(fs::read(scratch.store.path()).expect("it"), old);
        fs::remove_file(scratch.path(".tokens.json.new")).expect("it");
    }
    scratch.put(".tokens.json.new", &leftover);
    scratch.store = again(&scratch).with_sealing(under_key());
    drop(scratch.lock());
    assert_eq!(scratch.access_token(), "new");
    assert!(!scratch.has(".tokens.json.new") && !scratch.has("tokens.json.journal"));
}

#[test]
fn other_leftovers_are_not_adopted_but_overwritten() {
    let half = NEW.get(..NEW.len() / 2).expect("ASCII").as_bytes();
    for (has_journal, leftover) in [
        (true, &[0; 100][..]),
        (true, b""),
        (true, b"{}"),
        (true, half),
        (false, NEW.as_bytes()),
    ] {
        let scratch = Scratch::with(OLD);
        if has_journal {
            scratch.write_spending_journal();
        }
        scratch.put(".tokens.json.new", leftover);
        scratch.put(".tokens.json.journal.new", b"{");
        let locked = scratch.lock();
        assert_eq!(scratch.access_token(), "old");
        assert_eq!(locked.journal().is_some(), has_journal);
        let slot = locked.reserve(Some(&spent()), NOW).expect("a slot");
        slot.commit(&set(NEW), RejectionState::None)
            .expect("a commit");
        assert_eq!(scratch.access_token(), "new");
        assert!(!scratch.has(".tokens.json.journal.new"));
    }
}

#[test]
fn a_leftover_for_another_stored_token_is_not_adopted() {
    let scratch = Scratch::with(r#"{"access_token":"theirs","refresh_token":"theirs"}"#);
    scratch.write_spending_journal();
    scratch.put(".tokens.json.new", NEW.as_bytes());
    drop(scratch.lock());
    assert_eq!(scratch.access_token(), "theirs");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_stays_and_its_target_is_replaced() {
    use std::os::unix::fs::PermissionsExt;
    for is_dangling in [false, true] {
        let scratch = Scratch::new();
        if !is_dangling {
            scratch.put("real.json", OLD.as_bytes());
            let wide = fs::Permissions::from_mode(0o644);
            fs::set_permissions(scratch.path("real.json"), wide).expect("a mode");
        }
        std::os::unix::fs::symlink("real.json", scratch.store.path()).expect("a link");
        let locked = scratch.lock();
        let slot = locked.reserve(None, NOW).expect("a slot");
        slot.commit(&set(NEW), RejectionState::None)
            .expect("a commit");
        assert!(scratch.store.path().is_symlink());
        let metadata = fs::symlink_metadata(scratch.path("real.json")).expect("it");
        assert!(metadata.is_file());
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert_eq!(scratch.access_token(), "new");
    }
}
