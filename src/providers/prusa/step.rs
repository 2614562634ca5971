//! Decides what to do on a page of the sign-in. Nothing is sent here and nobody is asked.

use url::Url;

use super::complaint::is_about_a_lock;
use super::form::PageForm;
use super::page::Page;
use crate::http::{HttpResponse, redacted};
use crate::providers::SignInError;
use crate::token::UnixTime;

/// What was sent last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Nothing,
    Password,
    Code,
    Consent,
    /// The authorization request once more, after the account was signed in to.
    AuthorizeAgain,
}

/// A page, with the response it came in.
pub(super) struct Received {
    pub(super) url: Url,
    status: u16,
    was_redirected: bool,
    page: Page,
}

/// What to do on a page. `refused` is the server's message if a previous attempt was refused.
pub(super) enum Step {
    SignIn {
        form: PageForm,
        email_field: String,
        password_field: String,
        refused: Option<String>,
    },
    EnterCode {
        form: PageForm,
        code_field: String,
        refused: Option<String>,
    },
    Allow(PageForm),
    AuthorizeAgain,
}

/// Returns the page in the response.
///
/// # Errors
///
/// When the status stands for an error: 429, 5xx, or 403 unless the page has a form of a sign-in. A 403 or 429 with a
/// text about a locked account is `AccountLocked`. Any other status is no error here.
pub(super) fn receive(
    response: &HttpResponse,
    was_redirected: bool,
) -> Result<Received, SignInError> {
    let url = redacted(&response.url);
    let status = response.status;
    if status >= 500 {
        return Err(SignInError::Server {
            url,
            status,
            retry_after: response.retry_after(UnixTime::now()),
        });
    }
    let page = Page::read(&response.url, &response.body);
    let locked = match &page {
        Page::Other { locked, .. } => locked.clone(),
        Page::Login { complaint, .. } | Page::Code { complaint, .. } => {
            complaint.clone().filter(|text| is_about_a_lock(text))
        }
        Page::Consent { .. } => None,
    };
    match (status, locked) {
        (403, Some(message)) => Err(SignInError::AccountLocked { message }),
        // With a form this status refuses what was entered, not the access as such.
        (403, None) if matches!(page, Page::Other { .. }) => Err(SignInError::Forbidden { url }),
        // Texts about a rate limit mention too many attempts as well; only those about a lock mention the account.
        (429, Some(message)) if message.to_lowercase().contains("account") => {
            Err(SignInError::AccountLocked { message })
        }
        (429, _) => Err(SignInError::RateLimited {
            url,
            retry_after: response.retry_after(UnixTime::now()),
        }),
        _ => Ok(Received {
            url: response.url.clone(),
            status,
            was_redirected,
            page,
        }),
    }
}

/// Returns what to do on a page, depending on what was sent last.
///
/// # Errors
///
/// When the page is no step of a sign-in, or none that can follow what was sent, or reports a refusal that ends it: a
/// locked account, or a code (`InvalidCode`) after which the login form is shown again.
pub(super) fn decide(received: Received, sent: Sent) -> Result<Step, SignInError> {
    let Received {
        url,
        status,
        was_redirected,
        page,
    } = received;
    let unknown = |title: String| SignInError::UnknownPage {
        url: redacted(&url),
        title,
        status,
    };
    match (page, sent) {
        (
            Page::Login {
                form,
                email_field,
                password_field,
                complaint,
            },
            Sent::Nothing | Sent::Password,
        ) => Ok(Step::SignIn {
            form,
            email_field,
            password_field,
            refused: refusal(complaint, sent == Sent::Password)?,
        }),
        // The code was refused and the sign-in started over: the password is not sent again because of that.
        (Page::Login { complaint, .. }, Sent::Code) => Err(SignInError::InvalidCode {
            message: refusal(complaint, true)?.unwrap_or_default(),
            // Known to whoever gave it.
            given_by: Vec::new(),
            next_in: None,
        }),
        (
            Page::Code {
                form,
                code_field,
                complaint,
            },
            _,
        ) => Ok(Step::EnterCode {
            form,
            code_field,
            refused: refusal(complaint, sent == Sent::Code)?,
        }),
        (
            Page::Consent { form },
            Sent::Nothing | Sent::Password | Sent::Code | Sent::AuthorizeAgain,
        ) => Ok(Step::Allow(form)),
        (Page::Login { .. }, _) => Err(unknown("the login form again".to_owned())),
        (Page::Consent { .. }, _) => Err(unknown("the consent form again".to_owned())),
        (
            Page::Other {
                locked: Some(message),
                ..
            },
            _,
        ) => Err(SignInError::AccountLocked { message }),
        // A page of the account, which need not exist: a redirect there means that the account is signed in.
        (Page::Other { .. }, Sent::Password | Sent::Code)
            if was_redirected && matches!(status, 200..300 | 404) =>
        {
            Ok(Step::AuthorizeAgain)
        }
        (
            Page::Other {
                has_hidden_form: true,
                ..
            },
            _,
        ) => Err(SignInError::HiddenForm {
            url: redacted(&url),
        }),
        (Page::Other { title, .. }, _) => Err(unknown(title)),
    }
}

/// Returns the message of a refusal, a general one if the page has no complaint; `None` if the form was not sent
/// before, whatever complaint it shows. Fails with `AccountLocked` if the message says that.
fn refusal(complaint: Option<String>, was_sent: bool) -> Result<Option<String>, SignInError> {
    if !was_sent {
        return Ok(None);
    }
    let message =
        complaint.unwrap_or_else(|| "the server showed the form again without a reason".to_owned());
    if is_about_a_lock(&message) {
        return Err(SignInError::AccountLocked { message });
    }
    Ok(Some(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: &str = "<form><input name=email><input type=password name=p>COMPLAINT</form>";
    const CODE: &str = "<form><input name=c autocomplete=one-time-code>COMPLAINT</form>";
    const CONSENT: &str = "<form><input type=submit name=allow></form>";
    const OWN: &str = "<title>Profile</title>";

    fn decided(html: &str, status: u16, was_redirected: bool, sent: Sent) -> String {
        let url = Url::parse("https://a.example/x?sekret").expect("a URL");
        let received = Received {
            page: Page::read(&url, html.as_bytes()),
            url,
            status,
            was_redirected,
        };
        match decide(received, sent) {
            Ok(Step::SignIn { refused, .. }) => format!("sign in {refused:?}"),
            Ok(Step::EnterCode { refused, .. }) => format!("code {refused:?}"),
            Ok(Step::Allow(_)) => "allow".into(),
            Ok(Step::AuthorizeAgain) => "again".into(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_step_depends_on_the_page_and_what_was_sent() {
        let none = "the server showed the form again without a reason";
        let complaint = |page: &str, text: &str| {
            page.replace("COMPLAINT", &format!("<p class=errorlist>{text}</p>"))
        };
        let wrong_login = complaint(LOGIN, "Wrong.");
        let wrong_code = complaint(CODE, "Wrong.");
        let locked = complaint(LOGIN, "Account locked.");
        let table = [
            (&*wrong_login, Sent::Nothing, "sign in None".to_owned()),
            (
                &wrong_login,
                Sent::Password,
                "sign in Some(\"Wrong.\")".into(),
            ),
            (LOGIN, Sent::Password, format!("sign in Some({none:?})")),
            (
                &wrong_login,
                Sent::Code,
                "the one-time code was refused: Wrong.".into(),
            ),
            (&locked, Sent::Nothing, "sign in None".into()),
            (
                &locked,
                Sent::Password,
                "the account is locked: Account locked.".into(),
            ),
            (&wrong_code, Sent::Password, "code None".into()),
            (CODE, Sent::Nothing, "code None".into()),
            (CODE, Sent::AuthorizeAgain, "code None".into()),
            (&wrong_code, Sent::Code, "code Some(\"Wrong.\")".into()),
            (CONSENT, Sent::Nothing, "allow".into()),
            (CONSENT, Sent::AuthorizeAgain, "allow".into()),
        ];
        for (html, sent, expected) in table {
            assert_eq!(decided(html, 200, false, sent), expected, "{sent:?} {html}");
        }
        for (html, sent) in [
            (LOGIN, Sent::AuthorizeAgain),
            (LOGIN, Sent::Consent),
            (CONSENT, Sent::Consent),
            (OWN, Sent::Nothing),
        ] {
            let text = decided(html, 200, true, sent);
            assert!(
                text.starts_with("https://a.example/x shows a page that prusa-cred does not know"),
                "{text}"
            );
        }
    }

    #[test]
    fn an_account_page_repeats_the_authorization_only_once() {
        for sent in [Sent::Password, Sent::Code] {
            assert_eq!(decided(OWN, 200, true, sent), "again");
            assert_eq!(decided(OWN, 404, true, sent), "again");
            assert!(
                decided(OWN, 200, false, sent).contains("does not know"),
                "{sent:?}"
            );
            assert!(
                decided(OWN, 400, true, sent).contains("does not know"),
                "{sent:?}"
            );
        }
        let text = decided(OWN, 200, true, Sent::AuthorizeAgain);
        assert!(text.ends_with("\"Profile\" (status 200)"), "{text}");
    }
}
