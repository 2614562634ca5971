//! Who runs what in a kubeconfig, read as text: without kubectl, some builds of which contact a server with every
//! command.
//!
//! The file is YAML as kubectl writes it, or JSON. Of YAML only lists of blocks are read; anything else has no users
//! and no contexts here.

use serde_json::Value;

/// The keys of a user whose value is a login; with one, Kubernetes' clients do not run its command.
pub(crate) const STATIC_LOGINS: [&str; 3] = ["token", "tokenFile", "username"];

/// A user, with what it may sign in with.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    /// The program that it runs; empty if it runs none.
    pub(crate) command: String,
    /// The key of its token or password, if it has one.
    pub(crate) static_login: Option<&'static str>,
}

/// A cluster, by its name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) server: String,
    /// Whether its certificate is not checked: prusa-cred gives it no token.
    pub(crate) is_insecure: bool,
}

/// The users, the clusters and the contexts of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Kubeconfig {
    pub(crate) users: Vec<User>,
    pub(crate) clusters: Vec<Cluster>,
    /// The names of the user and the cluster of each context with a user.
    pub(crate) contexts: Vec<(String, String)>,
}

impl Kubeconfig {
    /// Reads the text of a file; what is not understood is left out.
    pub(crate) fn parse(text: &str) -> Self {
        let mut config = Self::default();
        for item in json_items(text).unwrap_or_else(|| yaml_items(text)) {
            match item.list.as_str() {
                "users" => config.users.push(item.user()),
                "clusters" => config.clusters.push(Cluster {
                    server: item.value("server").unwrap_or_default(),
                    is_insecure: item.value("insecure-skip-tls-verify").as_deref() == Some("true"),
                    name: item.name,
                }),
                "contexts" => {
                    let cluster = item.value("cluster").unwrap_or_default();
                    config
                        .contexts
                        .extend(item.value("user").map(|user| (user, cluster)));
                }
                _ => {}
            }
        }
        config
    }
}

/// An element of one of the lists at the top: its name, and the keys with text values below it, at whatever depth.
#[derive(Default)]
struct Item {
    list: String,
    name: String,
    values: Vec<(String, String)>,
}

impl Item {
    /// Returns the first value of a key; `None` if it has none.
    fn value(&self, wanted: &str) -> Option<String> {
        let mut values = self.values.iter();
        values
            .find(|(key, _)| key == wanted)
            .map(|(_, value)| value.clone())
    }

    /// Returns the element as a user.
    fn user(self) -> User {
        let mut logins = STATIC_LOGINS.into_iter();
        let static_login = logins.find(|key| self.value(key).is_some_and(|it| !it.is_empty()));
        User {
            command: self.value("command").unwrap_or_default(),
            static_login,
            name: self.name,
        }
    }
}

/// Returns the elements of the lists in a JSON text; `None` if it is none.
fn json_items(text: &str) -> Option<Vec<Item>> {
    let config: Value = serde_json::from_str(text).ok()?;
    let mut items = Vec::new();
    for (list, elements) in config.as_object()? {
        for element in elements.as_array().into_iter().flatten() {
            let name = element.get("name").and_then(Value::as_str);
            let mut item = Item {
                list: list.clone(),
                name: name.unwrap_or_default().to_owned(),
                values: Vec::new(),
            };
            add_values(element, &mut item.values);
            items.push(item);
        }
    }
    Some(items)
}

/// Adds every key that has a text or a truth value, at whatever depth of objects.
fn add_values(value: &Value, found: &mut Vec<(String, String)>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        match value {
            Value::String(text) => found.push((key.clone(), text.clone())),
            Value::Bool(is_true) => found.push((key.clone(), is_true.to_string())),
            _ => add_values(value, found),
        }
    }
}

/// Returns the elements of the lists in a YAML text of blocks.
fn yaml_items(text: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let (mut list, mut depth) = ("", None);
    for line in text.lines() {
        let rest = line.trim_start();
        let indent = line.len() - rest.len();
        if rest.is_empty() || rest.starts_with('#') {
            continue;
        }
        if indent == 0 && !rest.starts_with('-') {
            list = rest.trim_end().trim_end_matches(':');
            depth = None;
            continue;
        }
        let (entry, at) = match rest.strip_prefix("- ") {
            Some(inner) => (inner.trim_start(), indent + 2),
            None => (rest, indent),
        };
        if rest.starts_with('-') && *depth.get_or_insert(indent) == indent {
            items.push(Item {
                list: list.to_owned(),
                ..Item::default()
            });
        }
        let (Some(item), Some((key, value))) = (items.last_mut(), entry.split_once(':')) else {
            continue;
        };
        let (key, value) = (unquoted(key), unquoted(value));
        if key == "name" && depth.is_some_and(|depth| at == depth + 2) {
            item.name = value;
        } else if !value.is_empty() {
            item.values.push((key, value));
        }
    }
    items
}

/// Returns a key or value without the quotes and commas around it.
fn unquoted(text: &str) -> String {
    let is_around = |c: char| c.is_whitespace() || "\"',{}".contains(c);
    text.trim_matches(is_around).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_contexts_are_found_in_yaml_and_json() {
        let yaml = "apiVersion: v1\nclusters:\n- cluster:\n    insecure-skip-tls-verify: true\n    server: https://h.tld\n  name: c\ncontexts:\n- context:\n    cluster: c\n    user: corp\n  name: work\n\
                    users:\n- name: corp\n  user:\n    exec:\n      args: [kube]\n      command: \"/opt/prusa-cred\"\n\
                    \x20     env:\n      - name: X\n        value: y\n- name: other\n  user:\n    token: S3NTRY\n";
        let json = r#"{"clusters":[{"name":"c","cluster":{"server":"https://h.tld","insecure-skip-tls-verify":true}}],
            "contexts":[{"name":"work","context":{"user":"corp","cluster":"c"}}],"users":[{"name":"corp","user":{"exec":
            {"command":"/opt/prusa-cred"}}},{"name":"other","user":{"token":"S3NTRY"}}]}"#;
        let indented = yaml.replace("\n  ", "\n    ").replace("\n- ", "\n  - ");
        for text in [yaml, json, &indented] {
            let found = Kubeconfig::parse(text);
            let context = ("corp".to_owned(), "c".to_owned());
            assert_eq!(found.contexts, [context], "{text}");
            let [cluster] = found.clusters.as_slice() else {
                panic!("one cluster: {found:?}");
            };
            assert!(
                cluster.name == "c" && cluster.server == "https://h.tld" && cluster.is_insecure
            );
            let [ours, other] = found.users.as_slice() else {
                panic!("two users: {found:?}");
            };
            assert_eq!(
                (ours.name.as_str(), ours.command.as_str()),
                ("corp", "/opt/prusa-cred")
            );
            assert_eq!(ours.static_login, None);
            assert_eq!(
                (other.name.as_str(), other.static_login),
                ("other", Some("token"))
            );
        }
        assert_eq!(
            Kubeconfig::parse("# prusa-cred\nusers: []\n"),
            Kubeconfig::default()
        );
    }
}
