//! Every form, as every kind of caller, and with more than it asks for.

use axum::http::StatusCode;

use crate::expected;
use crate::furnished::{FORMS, Furnished, who_fills};
use crate::pages::faults;
use crate::world::Answer;

const CALLERS: [(&str, &str); 5] = [
    ("stranger", ""),
    ("outsider", "bob"),
    ("member", "carol"),
    ("owner", "alice"),
    ("admin", "root"),
];

/// Someone sends a form in a world of its own, with these fields, too.
async fn sent(
    (path, fields): (&str, &[(&str, &str)]),
    more: &[(&str, &str)],
    who: &str,
) -> (Answer, Furnished) {
    let world = Furnished::new().await;
    let (at, fields) = (world.fill(path), world.fields(fields));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
    let browser = world.browser(who).await;
    let answer = browser.post(&at, &[&fields[..], more].concat()).await;
    drop(browser);
    (answer, world)
}

/// SR9, SR23: the table is reviewed like code.
#[tokio::test]
async fn every_form_answers_every_caller_as_the_reviewed_table_says() {
    let mut text = format!("{:<66}", "");
    for (kind, _) in CALLERS {
        text += &format!("{kind:<10}");
    }
    text = format!("{}\n", text.trim_end());
    for (path, fields) in FORMS {
        let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
        let mut line = format!("{:<66}", format!("{path} {}", names.join(",")));
        for (_, who) in CALLERS {
            let (answer, _) = sent((path, fields), &[], who).await;
            assert!(!answer.status.is_server_error(), "{path} of {who}: {}", answer.body);
            let mut faults = faults(&answer);
            faults.retain(|fault| *fault != "referrer-policy" || !path.starts_with("/password/"));
            assert_eq!(faults, [""; 0], "{path} of {who}");
            let says_why = answer.body.contains("role=\"alert\"");
            assert!(answer.status != 422 || says_why, "{path} of {who}: {}", answer.body);
            line += &format!("{:<10}", answer.status.as_u16());
        }
        text += &format!("{}\n", line.trim_end());
    }
    expected::assert_is("crates/portus-http/tests/http/page_statuses.txt", &text);
}

/// What makes someone more than she is, or something another's, where a form has no field for it.
const PRIVILEGED: [(&str, &str); 12] = [
    ("account", "1"),
    ("admin", "true"),
    ("bot", "true"),
    ("created_at", "0"),
    ("enabled", "true"),
    ("id", "1"),
    ("is_admin", "true"),
    ("kind", "person"),
    ("owner", "bob"),
    ("role", "owner"),
    ("team_id", "1"),
    ("user", "bob"),
];

/// SR20: a form with fields that are not its own does what it does without them, or nothing.
#[tokio::test]
async fn sr20_no_form_takes_a_privileged_field_that_is_not_its_own() {
    for (path, fields) in FORMS {
        // Whoever makes accounts may make an admin: the form has a box for that.
        let own = |name: &str| {
            let box_of_admins = *path == "/admin/users" && name == "admin";
            box_of_admins || fields.iter().any(|(field, _)| *field == name)
        };
        let more: Vec<_> = PRIVILEGED.into_iter().filter(|(name, _)| !own(name)).collect();
        for who in ["carol", who_fills(path)] {
            let (plain, without) = sent((path, fields), &[], who).await;
            let (answer, with) = sent((path, fields), &more, who).await;
            assert_eq!(answer.status, plain.status, "{path} of {who}: {}", answer.body);
            assert!(with.stored() == without.stored(), "{path} of {who} did something else");
        }
    }
}

/// SR20: nor does a form of somebody who may do little do more for naming somebody who may.
#[tokio::test]
async fn sr20_nobody_becomes_an_admin_by_any_form() {
    for (path, fields) in FORMS {
        for who in ["", "alice"] {
            let (answer, world) = sent((path, fields), &PRIVILEGED, who).await;
            assert!(!answer.status.is_server_error(), "{path} of {who}: {}", answer.body);
            let root = world.browser("root").await;
            let page = root.get("/admin/users?kind=admins").await.expect(StatusCode::OK);
            let admins = page.body.matches("href=\"/admin/users/").count();
            assert_eq!(admins, 1, "{path} of {who}: {}", page.body);
            assert!(page.body.contains("href=\"/admin/users/root\""), "{path} of {who}");
        }
    }
}
