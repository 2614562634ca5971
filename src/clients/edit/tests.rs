//! What is true of every entry in any text.

use proptest::prelude::*;

use super::entry_state::KEYRING_MARK;
use super::*;
use crate::clients::programs::PROGRAM_NAME;

fn entries() -> Vec<Entry> {
    vec![
        Entry::Toml(Key {
            table: vec!["registries".to_owned(), "a".to_owned()],
            makes_table: false,
            name: "credential-provider".into(),
            value: toml_edit::Value::from_iter([PROGRAM_NAME]),
        }),
        Entry::Toml(Key {
            table: vec!["registries".to_owned(), "b".to_owned()],
            makes_table: true,
            name: "credential-provider".into(),
            value: toml_edit::Value::from_iter([PROGRAM_NAME]),
        }),
        Entry::Toml(Key {
            table: Vec::new(),
            makes_table: false,
            name: "keyring-provider".into(),
            value: "subprocess".into(),
        }),
        Entry::Ini(Setting {
            section: "global".into(),
            key: "keyring-provider".into(),
            value: "subprocess".into(),
        }),
        Entry::Flag(Flag {
            command: "common".into(),
            key: "--credential_helper=h=".to_owned(),
            value: "bazel-credential-prusa-cred".to_owned(),
        }),
        Entry::Block(Block {
            arguments: Vec::new(),
            profile: "corp".to_owned(),
        }),
        Entry::Go(GoAuth {
            command: "prusa-cred goauth".to_owned(),
            profile: "corp".to_owned(),
            go: None,
        }),
        Entry::Json(Member {
            dialect: Dialect::WithComments,
            names: vec!["a".to_owned(), "b".to_owned()],
            shape: Shape::Text(PROGRAM_NAME.to_owned()),
            replaces: None,
        }),
    ]
}

/// Returns texts of pieces of all these languages, in any order.
fn text() -> impl Strategy<Value = String> {
    let pieces = [
        "\n",
        "\r\n",
        " ",
        "\t",
        "[global]",
        "[registries.a]",
        "[registries]",
        "[[x]]",
        "a = { index = \"i\" }",
        "a.index = 'i'",
        "index = \"i\"",
        "x = [\n1,\n]",
        "# c",
        "; c",
        "// c",
        "/* c */",
        "key = value",
        "é = 1",
        "keyring-provider = 'subprocess'",
        "keyring-provider = subprocess",
        KEYRING_MARK,
        "GOAUTH=netrc;prusa-cred goauth",
        "GOAUTH=off",
        "build --credential_helper=h=x",
        "credentials_helper \"x\" {",
        "}",
        "{",
        "\"a\": ",
        "{\"b\": 1}",
        "credential-provider = ['prusa-cred']",
        "\"",
        ",",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..12)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn an_inserted_entry_is_recognised_and_removed(text in text()) {
        for entry in entries() {
            let Ok(state) = entry.state(&text) else {
                prop_assert!(entry.insert_into(&text).is_err(), "an invalid text is not changed");
                continue;
            };
            let Ok(with) = entry.insert_into(&text) else { continue };
            let is_there = matches!(entry.state(&with), Ok(EntryState::AsWritten | EntryState::Equivalent));
            prop_assert!(is_there || matches!(state, EntryState::OtherProgram(_)), "{:?} {:?}", text, with);
            if state == EntryState::Absent {
                let without = entry.remove_from(&with);
                let without = without.map_err(TestCaseError::fail)?;
                prop_assert_eq!(entry.state(&without), Ok(EntryState::Absent), "{:?} {:?}", text, with);
            }
        }
    }
}
