//! The sandbox itself, by plain HTTP: it must be as strict as the real site, or what passes here proves nothing.

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::support::sandbox::{Answer, CLIENT_ID, EMAIL, MARKER, PASSWORD, Sandbox};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A minimal browser: cookies, no redirects.
struct Visitor<'a> {
    site: &'a Sandbox,
    client: Client,
    runtime: Runtime,
}

impl<'a> Visitor<'a> {
    fn to(site: &'a Sandbox) -> Self {
        // Only the first visitor of the process installs it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .cookie_store(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            site,
            client,
            runtime,
        }
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        form: &[(&str, &str)],
    ) -> Result<(StatusCode, String, String), reqwest::Error> {
        let url = format!("{}{path}", self.site.account_url());
        let request = self
            .client
            .request(method, &url)
            .header("Origin", self.site.account_url())
            .header("Referer", &url);
        let request = if form.is_empty() {
            request
        } else {
            request.form(form)
        };
        self.runtime.block_on(async {
            let response = request.send().await?;
            let location = location(&response);
            Ok((response.status(), location, response.text().await?))
        })
    }

    fn get(&self, path: &str) -> (StatusCode, String, String) {
        self.send(Method::GET, path, &[]).unwrap()
    }

    fn post(&self, path: &str, form: &[(&str, &str)]) -> (StatusCode, String, String) {
        self.send(Method::POST, path, form).unwrap()
    }

    fn token(&self, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let form = [form, &[("client_id", CLIENT_ID)]].concat();
        let (status, _, body) = self.post("/o/token/", &form);
        (status, serde_json::from_str(&body).unwrap())
    }

    fn refresh(&self, set: &Value) -> (StatusCode, Value) {
        let token = set["refresh_token"].as_str().unwrap();
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    fn authorize_path(&self) -> String {
        let redirect_uri: String =
            url::form_urlencoded::byte_serialize(self.site.redirect_uri().as_bytes()).collect();
        format!(
            "/o/authorize/?response_type=code&client_id={CLIENT_ID}&redirect_uri={redirect_uri}\
             &code_challenge_method=S256&code_challenge={CHALLENGE}&state=abc"
        )
    }

    /// Signs in up to the code page, and returns that page's path.
    fn enter_password(&self) -> String {
        let (_, login, _) = self.get(&self.authorize_path());
        let (_, _, page) = self.get(&login);
        let (csrf, request_id) = hidden(&page);
        let main = between(&page, "<main>", "</main>");
        let next = between(main, "name=\"next\" value=\"", "\"").replace("&amp;", "&");
        let (status, location, _) = self.post(
            &login,
            &[
                ("csrfmiddlewaretoken", &csrf),
                ("request_id", &request_id),
                ("next", &next),
                ("email", EMAIL),
                ("password", PASSWORD),
            ],
        );
        assert_eq!(status, StatusCode::FOUND);
        location
    }

    fn enter_code(&self, path: &str, code: &str) -> (StatusCode, String, String) {
        let (_, _, page) = self.get(path);
        let (csrf, request_id) = hidden(&page);
        let field = between(&page, "type=\"text\" name=\"", "\"").to_owned();
        self.post(
            path,
            &[
                ("csrfmiddlewaretoken", &csrf),
                ("request_id", &request_id),
                (&field, code),
            ],
        )
    }
}

fn location(response: &Response) -> String {
    let location = response.headers().get("location");
    location
        .map(|value| value.to_str().unwrap().to_owned())
        .unwrap_or_default()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).expect("the page has it").1;
    rest.split_once(after).expect("the page ends it").0
}

/// Returns the CSRF token and the request id of the form that counts.
fn hidden(page: &str) -> (String, String) {
    let main = between(page, "<main>", "</main>");
    let value = |name: &str| between(main, &format!("name=\"{name}\" value=\""), "\"").to_owned();
    (value("csrfmiddlewaretoken"), value("request_id"))
}

#[test]
fn a_refresh_token_is_accepted_once_and_its_reuse_counted() {
    let site = Sandbox::start();
    let visitor = Visitor::to(&site);
    let first = site.issue(60);
    let (status, second) = visitor.refresh(&first);
    assert_eq!(status, StatusCode::OK);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let (status, error) = visitor.refresh(&first);
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(error["error"], "invalid_grant");
    assert_eq!(visitor.refresh(&second).0, StatusCode::OK);
    assert_eq!(
        (site.refreshes(), site.rotations(), site.reuses()),
        (3, 2, 1)
    );
}

#[test]
fn reuse_protection_kills_the_living_successor() {
    let site = Sandbox::start().with(|site| site.reuse_protection = true);
    let visitor = Visitor::to(&site);
    let first = site.issue(60);
    let second = visitor.refresh(&first).1;
    visitor.refresh(&first);
    assert!(!site.honours(second["refresh_token"].as_str().unwrap()));
    assert_eq!(visitor.refresh(&second).0, StatusCode::BAD_REQUEST);
}

#[test]
fn a_sign_in_needs_the_form_a_fresh_code_and_the_verifier() {
    let site = Sandbox::start().with(|site| site.totp = true);
    let visitor = Visitor::to(&site);
    let code_page = visitor.enter_password();
    assert!(code_page.starts_with("/login/totp/?next="));
    let code = site.one_time_code();
    let (status, next, _) = visitor.enter_code(&code_page, &code);
    assert_eq!(status, StatusCode::FOUND);
    let (_, back, _) = visitor.get(&next);
    assert!(back.starts_with(&site.redirect_uri()));
    let code = between(&back, "code=", "&state=abc").to_owned();
    assert!(code.contains(MARKER));

    let redirect_uri = site.redirect_uri();
    let exchange = |verifier| {
        visitor.token(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", verifier),
        ])
    };
    assert_eq!(exchange("another").1["error"], "invalid_grant");
    assert_eq!(
        exchange(VERIFIER).1["error"],
        "invalid_grant",
        "a code is gone after one try"
    );
    let code = between(&visitor.get(&next).1, "code=", "&").to_owned();
    let (status, set) = visitor.token(&[
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", VERIFIER),
    ]);
    assert_eq!(status, StatusCode::OK);
    for token in ["access_token", "refresh_token", "id_token"] {
        assert!(set[token].as_str().unwrap().contains(MARKER), "{token}");
    }
    assert_eq!((site.sign_ins(), site.callbacks()), (1, 0));
}

#[test]
fn a_one_time_code_is_accepted_once() {
    let site = Sandbox::start().with(|site| site.totp = true);
    let code = site.one_time_code();
    let (first, second) = (Visitor::to(&site), Visitor::to(&site));
    let enter = |visitor: &Visitor<'_>| visitor.enter_code(&visitor.enter_password(), &code);
    assert_eq!(enter(&first).0, StatusCode::FOUND);
    let (status, _, page) = enter(&second);
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("invalid-feedback"));
}

#[test]
fn a_form_with_the_token_of_another_is_refused() {
    let site = Sandbox::start();
    let visitor = Visitor::to(&site);
    let (_, _, page) = visitor.get("/login/");
    let other = between(&page, "name=\"csrfmiddlewaretoken\" value=\"", "\"");
    let (_, request_id) = hidden(&page);
    let form = [
        ("csrfmiddlewaretoken", other),
        ("request_id", &request_id),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    assert_eq!(visitor.post("/login/", &form).0, StatusCode::FORBIDDEN);
}

#[test]
fn another_redirect_uri_and_a_missing_challenge_are_refused() {
    let site = Sandbox::start();
    let visitor = Visitor::to(&site);
    let path = visitor.authorize_path();
    let (status, _, page) = visitor.get(&path.replace("auth-callback", "elsewhere"));
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(page.contains("Mismatching redirect URI"));
    let (_, back, _) = visitor.get(&path.replace("S256", "plain"));
    assert!(back.contains("error=invalid_request"));
}

#[test]
fn a_lost_answer_rotates_and_a_closed_connection_does_not() {
    let site = Sandbox::start();
    let visitor = Visitor::to(&site);
    let set = site.issue(60);
    site.answers("POST /o/token/", [Answer::Close, Answer::LostOnTheWay]);
    let token = set["refresh_token"].as_str().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT_ID),
        ("refresh_token", token),
    ];
    assert!(visitor.send(Method::POST, "/o/token/", &form).is_err());
    assert!(site.honours(token));
    assert!(visitor.send(Method::POST, "/o/token/", &form).is_err());
    assert!(!site.honours(token));
    assert_eq!((site.refreshes(), site.rotations()), (2, 1));
}

#[test]
fn consent_is_asked_for_and_given_by_its_form() {
    let site = Sandbox::start().with(|site| {
        site.consent = true;
        site.encoded_next = true;
    });
    let visitor = Visitor::to(&site);
    let consent = visitor.enter_password();
    assert_eq!(consent, visitor.authorize_path());
    let (_, _, page) = visitor.get(&consent);
    let (csrf, request_id) = hidden(&page);
    let query = consent.split_once('?').unwrap().1;
    let asked: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let mut form = vec![
        ("csrfmiddlewaretoken", csrf.as_str()),
        ("request_id", &request_id),
    ];
    form.extend(
        asked
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    form.push(("allow", "Authorize"));
    let (_, back, _) = visitor.post(&consent, &form);
    assert!(back.starts_with(&format!("{}?code=", site.redirect_uri())));
}

#[test]
fn bodies_can_be_endless_and_answers_can_stay_away() {
    let site = Sandbox::start();
    let visitor = Visitor::to(&site);
    site.answers("GET /", [Answer::Endless, Answer::Drip, Answer::Hang]);
    let url = format!("{}/", site.account_url());
    visitor.runtime.block_on(async {
        let mut endless = visitor.client.get(&url).send().await.unwrap();
        let mut length = 0;
        while length < 3 << 20 {
            length += endless.chunk().await.unwrap().unwrap().len();
        }
        let mut drip = visitor.client.get(&url).send().await.unwrap();
        for _ in 0..2 {
            assert_eq!(drip.chunk().await.unwrap().unwrap().len(), 1);
        }
    });
    // The request arrives, later ones are answered, and it ends with the server.
    let hang = visitor.runtime.spawn(visitor.client.get(&url).send());
    let next = || visitor.get("/login/").0;
    while site.count(|request| request.path == "/") < 3 {
        assert_eq!(next(), StatusCode::OK);
    }
    assert_eq!(next(), StatusCode::OK);
    assert!(!hang.is_finished());
    let Visitor { runtime, .. } = visitor;
    drop(site);
    assert!(runtime.block_on(hang).unwrap().is_err());
}

#[test]
fn refreshes_wait_while_they_are_held() {
    let site = Sandbox::start();
    let set = site.issue(60);
    let held = site.hold_refreshes();
    std::thread::scope(|scope| {
        let answer = scope.spawn(|| Visitor::to(&site).refresh(&set).0);
        held.wait_for(1);
        assert_eq!((site.refreshes(), site.rotations()), (1, 0));
        drop(held);
        site.wait_for_rotations(1);
        assert_eq!(answer.join().unwrap(), StatusCode::OK);
    });
}
