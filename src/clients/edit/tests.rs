//! What holds of every entry, whatever text it meets.

use proptest::prelude::*;

use super::*;

fn entries() -> Vec<Entry> {
    vec![
        Entry::Toml(Key {
            table: vec!["registries".to_owned(), "a".to_owned()],
            name: "credential-provider",
            value: toml_edit::Value::from_iter([OURS]),
        }),
        Entry::Toml(Key {
            table: Vec::new(),
            name: "keyring-provider",
            value: "subprocess".into(),
        }),
        Entry::Ini(Setting {
            section: "global",
            key: "keyring-provider",
            value: "subprocess",
        }),
        Entry::Flag(Flag {
            command: "common",
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
            shape: Shape::Text(OURS.to_owned()),
        }),
    ]
}

/// Pieces of all these languages, in any order.
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
        MARK,
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
    fn what_is_put_is_found_and_can_be_taken(text in text()) {
        for entry in entries() {
            let Ok(found) = entry.found(&text) else {
                prop_assert!(entry.put(&text).is_err(), "a broken text is not written");
                continue;
            };
            let Ok(with) = entry.put(&text) else { continue };
            let is_there = matches!(entry.found(&with), Ok(Found::Ours | Found::AsGood));
            prop_assert!(is_there || matches!(found, Found::Theirs(_)), "{:?} {:?}", text, with);
            if found == Found::Absent {
                let without = entry.take(&with);
                let without = without.map_err(TestCaseError::fail)?;
                prop_assert_eq!(entry.found(&without), Ok(Found::Absent), "{:?} {:?}", text, with);
            }
        }
    }
}
