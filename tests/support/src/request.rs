//! A request, as the handlers see it and as it is shown.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::fmt;

use axum::body::{Bytes, to_bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

/// The longest body that any request here has.
pub(crate) const LONGEST_BODY: usize = 1 << 20;

/// One request as it may be shown: names, and no values that could be secret.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// Names of the query's parameters, in order.
    pub query: Vec<String>,
    /// Names of the form's fields, in order.
    pub form: Vec<String>,
    /// Names of the cookies that were sent.
    pub cookies: Vec<String>,
    /// `grant_type`, where the form has it.
    pub grant_type: Option<String>,
    /// `scope`, where the query or the form has it.
    pub scope: Option<String>,
    pub user_agent: Option<String>,
}

/// One request as the handlers see it.
#[derive(Clone)]
pub struct Incoming {
    pub(crate) method: String,
    pub path: String,
    /// Path and query as they came.
    pub(crate) address: String,
    pub(crate) query: Fields,
    pub(crate) form: Fields,
    /// Whether the body is JSON, by its content type.
    pub is_json: bool,
    /// The fields of the body, a form or a JSON object of strings.
    pub fields: BTreeMap<String, String>,
    pub(crate) body: Bytes,
    pub(crate) cookies: HashMap<String, String>,
    pub(crate) headers: HeaderMap,
}

/// Named values in the order in which they came.
#[derive(Clone)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// Returns the value of a field that is there exactly once, or an empty string.
    pub(crate) fn get(&self, name: &str) -> &str {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => value,
            _ => "",
        }
    }

    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }
}

impl Incoming {
    pub(crate) async fn read(request: axum::extract::Request) -> Self {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, LONGEST_BODY).await.unwrap_or_default();
        let cookies = parts
            .headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split("; "))
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let content_type = header_text(&parts.headers, "content-type");
        let is_form = content_type.starts_with("application/x-www-form-urlencoded");
        let is_json = content_type == "application/json";
        Self {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            address: parts
                .uri
                .path_and_query()
                .map_or("/", |p| p.as_str())
                .into(),
            query: Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()),
            form: Fields::parse(if is_form { &body } else { &[] }),
            is_json,
            fields: if is_json {
                serde_json::from_slice(&body).unwrap_or_default()
            } else {
                url::form_urlencoded::parse(&body).into_owned().collect()
            },
            body,
            cookies,
            headers: parts.headers,
        }
    }

    /// Returns a field of the body, or an empty string.
    pub fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        header_text(&self.headers, name)
    }

    pub(crate) fn cookie(&self, name: &str) -> &str {
        self.cookies.get(name).map_or("", String::as_str)
    }

    pub(crate) fn logged(&self) -> Request {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut cookies: Vec<_> = self.cookies.keys().cloned().collect();
        cookies.sort();
        Request {
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query.names(),
            form: self.form.names(),
            cookies,
            grant_type: some(self.form.get("grant_type")),
            scope: some(self.query.get("scope")).or_else(|| some(self.form.get("scope"))),
            user_agent: some(self.header("user-agent")),
        }
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.logged().fmt(f)
    }
}

impl<S: Sync> FromRequestParts<S> for Incoming {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .expect("the door has read every request"))
    }
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
