//! What pages are like, whoever looks.

use axum::http::{Method, StatusCode};

use crate::browser::{Browser, SESSION};
use crate::furnished::{FORMS, Furnished};
use crate::places::PLACES;
use crate::world::{Answer, PASSWORD, World, encoded, get};

async fn furnished() -> World {
    let world = World::new().await;
    world.push("qa/app", "1", "alice").await;
    world.push("public/app", "1", "alice").await;
    world
}

#[tokio::test]
async fn every_page_says_to_browsers_what_they_must_not_do() {
    let world = Furnished::new().await;
    let mut wrong = Vec::new();
    for who in ["", "alice", "root"] {
        let browser = world.browser(who).await;
        for path in PLACES {
            let path = &world.fill(path);
            for method in [Method::GET, Method::HEAD] {
                let answer = browser.send(browser.request(method.clone(), path, "")).await;
                let mut faults = faults(&answer);
                // Where the address holds a secret, nobody is told of it.
                let hides = path.starts_with("/password/") && answer.status == StatusCode::OK;
                faults.retain(|fault| !hides || *fault != "referrer-policy");
                if hides && answer.header("referrer-policy") != Some("no-referrer") {
                    faults.push("the address is told");
                }
                if !faults.is_empty() {
                    wrong.push(format!("{method} {path} ({}): {faults:?}", answer.status));
                }
            }
        }
        for (path, _) in FORMS {
            let answer = browser.send_form(&world.fill(path), &[("guard", "wrong")]).await;
            let faults = faults(&answer);
            if !faults.is_empty() {
                wrong.push(format!("POST {path} ({}): {faults:?}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What an answer to a browser does not say, or must not.
pub fn faults(answer: &Answer) -> Vec<&'static str> {
    let header = |name| answer.header(name).unwrap_or_default().to_owned();
    let policy = header("content-security-policy");
    let directives: Vec<_> = policy.split(';').map(str::trim).collect();
    let mut faults = Vec::new();
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        if !directives.contains(&part) {
            faults.push(part);
        }
    }
    for word in ["unsafe-inline", "unsafe-eval", "*", "http:", "https:"] {
        if policy.contains(word) {
            faults.push(word);
        }
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        if header(name) != value {
            faults.push(name);
        }
    }
    if answer.header("x-request-id").is_none() {
        faults.push("x-request-id");
    }
    faults
}

/// What a person types wrongly gets a page that she can read, never a programmer's words.
#[tokio::test]
async fn whatever_goes_wrong_is_told_on_a_page() {
    let world = furnished().await;
    let alice = Browser::of(&world, "alice").await;
    let long = "x".repeat(70_000);
    let guard = alice.guard("/").await;
    let mut wrong = Vec::new();
    for path in [
        "/nowhere",
        "/namespaces/main",
        "/namespaces/main/",
        "/namespaces/main/QA",
        "/repositories/main/",
        "/repositories/main/qa/app@sha256:1",
        "/repositories/main/%ff",
        "/?after=a&after=b",
        "/access?who=a&who=b",
        "/sign-in?to=a&to=b",
        "/tokens/revoke",
        "/sign-out",
        "/theme",
    ] {
        let answer = alice.get(path).await;
        if !answer.body.contains("<html") || !answer.status.is_client_error() {
            wrong.push(format!("GET {path}: {} {:.70}", answer.status, answer.body));
        }
    }
    for (path, fields) in [
        ("/sign-in", &[("username", "alice")][..]),
        ("/sessions/end", &[("session", "one")]),
        ("/sessions/end", &[("session", "1"), ("session", "2")]),
        ("/theme", &[]),
        ("/tokens", &[("label", &*long)]),
        ("/nowhere", &[]),
    ] {
        let answer = alice.send_form(path, &[&[("guard", &*guard)], fields].concat()).await;
        if !answer.body.contains("<html") || !answer.status.is_client_error() {
            wrong.push(format!("POST {path}: {} {:.70}", answer.status, answer.body));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_page_of_trouble_has_the_id_that_the_log_has() {
    let world = furnished().await;
    let answer = Browser::new(&world).get("/namespaces/main/none").await;
    let answer = answer.expect(StatusCode::NOT_FOUND);
    assert!(answer.body.contains(answer.header("x-request-id").unwrap()), "{}", answer.body);
}

/// SR14: reading changes nothing, whatever the address says.
#[tokio::test]
async fn sr14_nothing_that_is_only_read_changes_anything() {
    let world = Furnished::new().await;
    let forms = FORMS.iter().map(|(path, _)| *path);
    let places: Vec<_> = PLACES.iter().copied().chain(forms).map(|at| world.fill(at)).collect();
    for who in ["", "alice", "root"] {
        let browser = world.browser(who).await;
        let guard = browser.guard("/").await;
        let before = world.stored();
        for path in &places {
            for fields in [
                String::new(),
                format!("guard={guard}&label=planted&may=push&days=0&theme=dark"),
                format!("guard={guard}&label=pull&session=1"),
                format!("guard={guard}&username=bob&password={}", encoded(PASSWORD)),
            ] {
                let separator = if path.contains('?') { '&' } else { '?' };
                for method in [Method::GET, Method::HEAD] {
                    let path = format!("{path}{separator}{fields}");
                    let answer = browser.send(browser.request(method.clone(), &path, "")).await;
                    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 0, "{path}");
                    assert!(!answer.status.is_server_error(), "{method} {path}: {}", answer.status);
                }
            }
        }
        assert!(world.stored() == before, "something changed for {who}");
        assert!(!before.contains("planted"));
    }
    world.only_refusals_wait().await;
}

/// What a stranger may not know of is answered as what is not there.
#[tokio::test]
async fn private_things_are_as_if_they_were_not_there() {
    let world = furnished().await;
    let digest = crate::browser::digest('a');
    for browser in [Browser::new(&world), Browser::of(&world, "bob").await] {
        for path in [
            "/namespaces/main/qa".to_owned(),
            "/repositories/main/qa/app".into(),
            "/repositories/main/qa/app:1".into(),
            format!("/repositories/main/qa/app@{digest}"),
            "/namespaces/main/_".into(),
            "/namespaces/main/alice".into(),
        ] {
            let seen = same(&browser, &path).await;
            for other in [path.replace("/qa", "/qq"), path.replace("/main", "/none")] {
                assert_eq!(same(&browser, &other).await, seen, "{other} is told from {path}");
            }
            assert_eq!(seen.0, StatusCode::NOT_FOUND);
        }
        for list in ["/", "/namespaces", "/?after=main/o", "/namespaces?after=main/p"] {
            let page = browser.get(list).await.expect(StatusCode::OK);
            assert!(!page.body.contains("/qa"), "{list}: {}", page.body);
        }
        let page = browser.get("/repositories/main/public/app:1").await.expect(StatusCode::OK);
        assert!(page.body.contains("public/app"));
        // It holds the same digest; that tells nothing of where else it is.
        assert!(!page.body.contains("qa/app"));
    }
    let alice = Browser::of(&world, "alice").await;
    for path in ["/namespaces/main/qa", "/repositories/main/qa/app", "/repositories/main/qa/app:1"]
    {
        alice.get(path).await.expect(StatusCode::OK);
    }
    assert!(alice.get("/").await.body.contains("qa/app"));
}

/// What the link to the page Access asks: it is made of the address alone.
fn asked_of(path: &str) -> String {
    let parts: Vec<_> = path.splitn(4, '/').collect();
    let about = match parts[1] {
        "namespaces" => format!("{}/", parts[3]),
        _ => parts[3].split([':', '@']).next().unwrap().to_owned(),
    };
    format!("registry={}&#38;repository={}&#38;", parts[2], crate::world::encoded(&about))
}

/// An answer without what is of the request itself.
async fn same(browser: &Browser<'_>, path: &str) -> (StatusCode, String, Vec<String>) {
    let answer = browser.get(path).await;
    let id = answer.header("x-request-id").unwrap().to_owned();
    let shown = crate::world::encoded(path).replace("%2F", "/");
    let body = answer.body.replace(&id, "ID").replace(path, "PATH").replace(&shown, "PATH");
    let body = body.replace(&asked_of(path), "ASKED");
    let mut headers: Vec<_> =
        answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    headers.retain(|line| !line.contains(&id) && !line.starts_with("content-length"));
    headers.retain(|line| !line.starts_with("set-cookie"));
    (answer.status, body, headers)
}

/// A repository whose tags and manifests are all gone, and one that is there.
#[tokio::test]
async fn what_was_removed_is_not_shown() {
    let world = furnished().await;
    let (repository, digest) = world.push("public/gone", "1", "alice").await;
    let browser = Browser::new(&world);
    let by_digest = format!("/repositories/main/public/gone@{digest}");
    for path in ["/repositories/main/public/gone", "/repositories/main/public/gone:1", &by_digest] {
        browser.get(path).await.expect(StatusCode::OK);
    }
    let at = portus_core::port::Clock::now(&world.clock) + std::time::Duration::from_secs(1);
    let as_of = portus_core::tag::AsOf { at, event: "gone".into() };
    let removed: Result<_, portus_core::port::StoreError> = world
        .store
        .write(async |tx| {
            let tx = tx.repositories();
            tx.remove_manifest(repository, &crate::browser::digest('d'), &as_of).await?;
            tx.remove_manifest(repository, &digest, &as_of).await
        })
        .await;
    assert!(removed.unwrap());
    for path in ["/repositories/main/public/gone", "/repositories/main/public/gone:1", &by_digest] {
        browser.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    assert!(!browser.get("/").await.body.contains("public/gone"));
}

#[tokio::test]
async fn pages_of_ones_own_send_strangers_to_sign_in_and_back() {
    let world = furnished().await;
    for path in [
        "/tokens",
        "/sessions",
        "/access",
        "/access/what-can",
        "/access/what-if",
        "/access/who-can",
        "/profile",
        "/audit",
        "/admin",
        "/admin/users",
        "/admin/users/bob",
        "/namespaces/new",
        "/teams",
        "/teams/qa",
    ] {
        let browser = Browser::new(&world);
        let answer = browser.get(path).await.expect(StatusCode::SEE_OTHER);
        let place = answer.header("location").unwrap().to_owned();
        assert_eq!(place, format!("/sign-in?to={path}"));
        let page = browser.get(&place).await.expect(StatusCode::OK);
        let guard = crate::browser::guard_of(&page.body).unwrap();
        let fields =
            [("guard", &*guard), ("username", "alice"), ("password", PASSWORD), ("to", path)];
        let answer = browser.send_form("/sign-in", &fields).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), Some(path));
    }
}

/// What admins look after is theirs alone, and no link leads others there.
#[tokio::test]
async fn pages_of_admins_are_refused_to_others() {
    let world = furnished().await;
    let change = world.change_account();
    change.promote(&crate::world::operator(), &"alice".parse().unwrap()).await.unwrap();
    let alice = Browser::of(&world, "alice").await;
    let bob = Browser::of(&world, "bob").await;
    for path in ["/admin/users", "/audit"] {
        let link = format!("href=\"{path}\"");
        let page = alice.get(path).await.expect(StatusCode::OK);
        assert!(page.body.contains("bob") && page.body.contains(&link));
        let page = bob.get(path).await.expect(StatusCode::FORBIDDEN);
        assert!(!page.body.contains("alice") && !page.body.contains(&link), "{}", page.body);
    }
    alice.post("/admin/health/retry", &[]).await.expect(StatusCode::SEE_OTHER);
    bob.post("/admin/health/retry", &[]).await.expect(StatusCode::FORBIDDEN);
    let stranger = Browser::new(&world);
    let answer = stranger.post("/admin/health/retry", &[]).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
}

/// The language of a page is one of those that the browser asks for.
#[tokio::test]
async fn pages_speak_german_to_who_asks_for_it() {
    let world = furnished().await;
    for (accepted, language, word) in [
        ("de", "de", "Anmelden"),
        ("de-AT,en;q=0.5", "de", "Anmelden"),
        ("fr,de;q=0.3,en;q=0.2", "de", "Anmelden"),
        ("en,de;q=0.9", "en", "Sign in"),
        ("fr", "en", "Sign in"),
        ("de;q=0", "en", "Sign in"),
        ("*", "en", "Sign in"),
        ("de;q=x", "en", "Sign in"),
        ("", "en", "Sign in"),
        (";;,,q=1", "en", "Sign in"),
    ] {
        let mut browser = Browser::new(&world);
        browser.headers.push(("accept-language", accepted.into()));
        let page = browser.get("/sign-in").await.expect(StatusCode::OK);
        assert!(page.body.contains(&format!(r#"<html lang="{language}""#)), "{accepted:?}");
        assert!(page.body.contains(word), "{accepted:?}");
        assert!(page.header("vary").unwrap().contains("accept-language"));
    }
    let world = Furnished::new().await;
    let mut root = world.browser("root").await;
    root.headers.push(("accept-language", "de".into()));
    for path in PLACES {
        let answer = root.get(&world.fill(path)).await;
        for english in ["Sign in", "Namespaces", "What you can do", "Last push", "nothing here"] {
            let found = answer.body.contains(&format!(">{english}"));
            assert!(!found, "{english:?} on {path}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn assets_may_be_kept_for_ever_and_there_are_no_others() {
    let world = furnished().await;
    let browser = Browser::new(&world);
    let page = browser.get("/").await;
    let mut paths: Vec<_> = page
        .body
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .map(|part| part.split('#').next().unwrap())
        .collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), 3, "{paths:?}");
    for path in paths {
        let asset = browser.get(path).await.expect(StatusCode::OK);
        let kept = asset.header("cache-control").unwrap();
        assert!(kept.contains("immutable") && kept.contains("max-age=31536000"), "{kept}");
        assert_eq!(asset.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(asset.header("set-cookie"), None);
        let kind = asset.header("content-type").unwrap();
        let right = match path.rsplit('.').next().unwrap() {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        assert_eq!(kind, right);
        // Nothing is loaded from anywhere else.
        assert!(!asset.body.contains("//fonts.") && !asset.body.contains("@import"));
        let other = path.replace('-', "-0");
        assert_eq!(browser.get(&other).await.status, StatusCode::NOT_FOUND);
    }
    for path in ["/assets/", "/assets/portus.css", "/assets/..%2f..%2fCargo.toml", "/assets/x"] {
        let answer = browser.get(path).await.expect(StatusCode::NOT_FOUND);
        assert!(
            !answer.header("cache-control").unwrap_or_default().contains("immutable"),
            "{path}"
        );
    }
}

/// Markup has no script or style of its own, which browsers would refuse to run anyhow.
#[tokio::test]
async fn no_page_has_inline_script_or_style_or_another_host() {
    let world = Furnished::new().await;
    for (who, language) in [("", "en"), ("alice", "en"), ("root", "en"), ("root", "de")] {
        let mut browser = world.browser(who).await;
        browser.headers.push(("accept-language", language.into()));
        for path in PLACES {
            let body = browser.get(&world.fill(path)).await.body;
            for word in ["<style", " style=", " onclick=", " onload=", "javascript:", "src=\"http"]
            {
                assert!(!body.contains(word), "{word} on {path}");
            }
            let scripts = body.matches("<script").count();
            assert_eq!(scripts, body.matches("<script src=\"/assets/").count(), "{path}");
        }
    }
}

/// A link of a page leads somewhere.
#[tokio::test]
async fn every_link_leads_to_a_page() {
    let world = furnished().await;
    for browser in [Browser::new(&world), Browser::of(&world, "alice").await] {
        let (mut seen, mut waiting) = (std::collections::BTreeSet::new(), vec!["/".to_owned()]);
        while let Some(path) = waiting.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let answer = browser.get(&path).await;
            let fine = answer.status == StatusCode::OK || answer.status == StatusCode::SEE_OTHER;
            assert!(fine, "{path}: {} {}", answer.status, answer.body);
            for link in answer.body.split("href=\"").skip(1) {
                let link = link.split('"').next().unwrap().replace("&#38;", "&");
                if link.starts_with('/') && !link.starts_with("/assets/") {
                    waiting.push(link);
                }
            }
        }
        assert!(seen.len() > 5, "{seen:?}");
        assert_eq!(browser.cookie(SESSION).is_some(), seen.contains("/tokens"));
    }
}

#[tokio::test]
async fn long_lists_come_a_page_at_a_time() {
    let world = World::new().await;
    for number in 0..120 {
        world.push(&format!("public/app-{number:03}"), "1", "alice").await;
    }
    let browser = Browser::new(&world);
    for start in ["/", "/namespaces/main/public"] {
        let (mut path, mut found, mut pages) = (start.to_owned(), Vec::new(), 0);
        loop {
            let page = browser.get(&path).await.expect(StatusCode::OK);
            let rows = page.body.split("href=\"/repositories/main/").skip(1);
            found.extend(rows.map(|row| row.split('"').next().unwrap().to_owned()));
            pages += 1;
            let next = page.body.split(r#"href="?after="#).nth(1);
            let Some(next) = next else { break };
            path = format!("{start}?after={}", next.split('"').next().unwrap());
        }
        assert_eq!((found.len(), pages), (120, 3), "{start}");
        assert!(found.is_sorted());
    }
}

/// The REST interface is described for people too, from the same document.
#[tokio::test]
async fn the_rest_interface_can_be_read() {
    let world = World::new().await;
    let document = world.send(get("/api/openapi.json", None)).await.json();
    for address in ["/api", "/api/"] {
        let page = world.send(get(address, None)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(page.body.contains(&format!("id=\"{id}\"")), "{method} {path}");
            }
        }
        for (at, _) in page.body.match_indices("href=\"#shape-") {
            let name = page.body[at + 7..].split('"').next().unwrap();
            assert!(page.body.contains(&format!("id=\"{name}\"")), "nothing is at #{name}");
        }
    }
    let closed = World::closed().await.send(get("/api", None)).await;
    assert_eq!(closed.status, StatusCode::NOT_FOUND);
}
