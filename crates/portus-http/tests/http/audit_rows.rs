//! What the audit keeps of what came over the network: who, from where, with which request.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use portus_core::activity::{Activity, kind};
use portus_core::page::Slice;
use portus_core::port::{ActivityFilter, Browse};

use crate::api_routes::{OPERATIONS, path};
use crate::furnished::{FORMS, Form, Furnished, who_fills};
use crate::world::{Answer, SERVICE, World, from, get, notification};

/// Forms that need another before them.
const AFTER: &[&[Form]] = &[
    &[
        ("/admin/users/bob/admin", &[("admin", "true")]),
        ("/admin/users/bob/admin", &[("admin", "false")]),
    ],
    &[
        ("/admin/users/bob/enabled", &[("enabled", "false")]),
        ("/admin/users/bob/enabled", &[("enabled", "true")]),
    ],
    &[
        ("/teams/qa/bots/ci/enabled", &[("enabled", "false")]),
        ("/teams/qa/bots/ci/enabled", &[("enabled", "true")]),
    ],
    &[
        ("/stars", &[("registry", "main"), ("path", "qa/app"), ("starred", "true")]),
        ("/stars", &[("registry", "main"), ("path", "qa/app"), ("starred", "false")]),
    ],
];

/// Kinds of what no request does: Portus itself, `portusctl`, and registries, which name in a
/// notification who did it.
const NOT_ASKED_FOR: [&str; 10] = [
    kind::DELETION_FINISH,
    kind::INSTALLATION_CREATE,
    kind::KEY_ACTIVATE,
    kind::KEY_RENEW,
    kind::NAMESPACE_DELETE,
    kind::NAMESPACE_RESTORE,
    kind::REGISTRY_SYNC,
    kind::REPOSITORY_DELETE,
    kind::REPOSITORY_PULL,
    kind::REPOSITORY_PUSH,
];

/// All rows, what waited to be written among them.
async fn rows(world: &World) -> Vec<Activity> {
    world.write_notes().await;
    let filter = ActivityFilter::default();
    world.memory.activities(&filter, &Slice::first(1000)).await.unwrap().rows
}

/// Who is known to ask once that is done: whoever shows a password or a link is no stranger.
fn known_by_then<'a>(who: &'a str, what: &str) -> &'a str {
    match (who, what) {
        ("", "/sign-in") => "alice",
        ("", "/sign-up") => "eve",
        ("", "/password/{link}") => "carol",
        _ => who,
    }
}

/// What the rows that are new say, by kind.
struct Audited {
    kinds: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Audited {
    /// Takes in what a request wrote; `who` is empty for a stranger, who has to be somebody then.
    async fn take(
        &mut self,
        world: &World,
        old: usize,
        answer: &Answer,
        (who, what): (&str, &str),
    ) {
        let rows = rows(world).await;
        let asked = answer.header("x-request-id");
        for row in &rows[..rows.len() - old] {
            let is_whose = match &*row.kind {
                // Nobody came in; whom it was tried for is what it was done to.
                kind::ACCOUNT_SIGN_IN_FAILED => {
                    row.actor.is_empty() && ["alice", "root"].contains(&&*row.object)
                }
                // Made by a stranger, who then is somebody.
                kind::ACCOUNT_CREATE if who.is_empty() => row.actor.is_empty(),
                _ => row.actor == known_by_then(who, what),
            };
            let is_from = row.address.as_deref().is_some_and(|at| at.starts_with("192.0.2."));
            if !is_whose || !is_from || row.request.as_deref() != asked {
                self.wrong.push(format!("{what} of {who:?}, asked for by {asked:?}: {row:?}"));
            }
            self.kinds.insert(row.kind.clone());
        }
    }

    async fn form(&mut self, world: &Furnished, (path, fields): Form, who: &str) {
        let browser = world.browser(who).await;
        let fields = world.fields(fields);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
        let guard = browser.guard("/").await;
        let old = rows(world.world()).await.len();
        let fields = [&[("guard", &*guard)], &fields[..]].concat();
        let answer = browser.send_form(&world.fill(path), &fields).await;
        self.take(world.world(), old, &answer, (who, path)).await;
    }
}

/// Every kind of row that a request can cause says who caused it, from where, and by which request.
#[tokio::test]
async fn every_row_of_the_audit_that_a_request_causes_says_whose_it_is() {
    let mut audited = Audited { kinds: BTreeSet::new(), wrong: Vec::new() };
    for form in FORMS {
        audited.form(&Furnished::new().await, *form, who_fills(form.0)).await;
    }
    for forms in AFTER {
        let world = Furnished::new().await;
        for form in *forms {
            audited.form(&world, *form, "root").await;
        }
    }
    // Somebody who may not, and somebody who guesses.
    let world = Furnished::new().await;
    audited.form(&world, ("/admin/keys/rotate", &[]), "bob").await;
    let guess: Form = ("/sign-in", &[("username", "alice"), ("password", "wrong")]);
    audited.form(&world, guess, "").await;
    for (method, template, parts, body) in OPERATIONS.iter().filter(|(one, ..)| *one != "get") {
        for who in ["alice", "root"] {
            let world = Furnished::new().await;
            let old = rows(world.world()).await.len();
            let at = path(&world.tenants, template, parts);
            let answer = world.tenants.ask(who, &method.to_uppercase(), &at, body).await;
            audited.take(world.world(), old, &answer, (who, template)).await;
        }
    }
    registries(&mut audited).await;
    assert!(audited.wrong.is_empty(), "{:#?}", audited.wrong);
    let all = kind::ALL.iter().filter(|kind| !NOT_ASKED_FOR.contains(kind));
    let missing: Vec<_> = all.filter(|kind| !audited.kinds.contains(**kind)).collect();
    assert!(missing.is_empty(), "nothing caused {missing:?}");
}

/// What clients of registries and registries themselves ask for.
async fn registries(audited: &mut Audited) {
    let world = World::new().await;
    let query = format!("/v2/token?service={SERVICE}&scope=repository:qa/app:push");
    let (alice, bob) = (crate::world::alice(), crate::world::alice().replace("alice", "bob"));
    for (basic, who) in [(alice, "alice"), (bob, "bob"), ("alice:wrong".to_owned(), "")] {
        let old = rows(&world).await.len();
        let answer = world.send(from(get(&query, Some(&basic)), "192.0.2.3")).await;
        audited.take(&world, old, &answer, (who, "/v2/token")).await;
    }
    let old = rows(&world).await.len();
    let request = notification("{}", &portus_core::secret::Secret::new("wrong"));
    let answer = world.send(from(request, "192.0.2.4")).await.expect(StatusCode::UNAUTHORIZED);
    audited.take(&world, old, &answer, ("", "/v2/webhooks/events")).await;
}
