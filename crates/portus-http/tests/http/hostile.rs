//! Texts that people choose, and what they may hold.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use portus_core::usecase::{CreateAccount, NewPerson};

use crate::api::Tenants;
use crate::browser::{Browser, SESSION, form};
use crate::log::Written;
use crate::world::{ORIGIN, PASSWORD, World, encoded, operator, setup_secret};

/// Texts that run as a script where a page does not escape them.
pub const CORPUS: [&str; 12] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "</title><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "\"/onfocus=alert(1)/autofocus=\"",
    "'-alert(1)-'",
    "{{7*7}}${7*7}<%=7*7%>",
    "<!--<script>",
    "&lt;script&gt;&#60;b&#62;",
    "javascript:alert(1)//\"<b>",
];

/// As it may stand in text and in attributes.
pub fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '<' | '>' | '&' | '"' | '\'' => safe += &format!("&#{};", character as u32),
            other => safe.push(other),
        }
    }
    safe
}

/// SR17: it is shown, and does nothing.
#[track_caller]
pub fn harmless(page: &str, text: &str, place: &str) {
    assert!(page.contains(&escaped(text)), "{text} is not on {place}: {page}");
    stays_text(page, text, place);
}

#[track_caller]
pub fn stays_text(page: &str, text: &str, place: &str) {
    // What is the same when it is escaped can do no harm.
    let raw = page.contains(text) && escaped(text) != *text;
    assert!(!raw, "{text} is live on {place}: {page}");
    for word in ["<img", "<svg/", "<!--", "href=\"javascript"] {
        assert!(!page.contains(word), "{word} on {place}, by {text}");
    }
}

/// SR17.
#[tokio::test]
async fn sr17_labels_and_agents_are_text() {
    let world = World::new().await;
    for text in CORPUS {
        let mut alice = Browser::new(&world);
        alice.headers.retain(|(name, _)| *name != "user-agent");
        alice.headers.push(("user-agent", text.into()));
        alice.sign_in("alice", PASSWORD).await.expect(StatusCode::SEE_OTHER);
        let page = alice.get("/sessions").await.expect(StatusCode::OK);
        harmless(&page.body, text, "/sessions");

        let fields = [("label", text), ("may", "pull"), ("days", "30")];
        let made = alice.post("/tokens", &fields).await.expect(StatusCode::OK);
        harmless(&made.body, text, "the page of a new token");
        let page = alice.get("/tokens").await.expect(StatusCode::OK);
        harmless(&page.body, text, "/tokens");
        let again = alice.post("/tokens", &fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        harmless(&again.body, text, "the page of a label that is taken");
        let revoked = alice.post("/tokens/revoke", &[("label", text)]).await;
        revoked.expect(StatusCode::SEE_OTHER);
        assert!(!alice.get("/tokens").await.body.contains(&escaped(text)), "it can be revoked");
        for fields in [
            [("label", "x"), ("may", text), ("days", "30")],
            [("label", "x"), ("may", "pull"), ("days", text)],
        ] {
            let page = alice.post("/tokens", &fields).await;
            stays_text(&page.expect(StatusCode::UNPROCESSABLE_ENTITY).body, text, "/tokens");
        }
    }
}

/// SR17: whoever names herself so is on many pages.
#[tokio::test]
async fn sr17_names_are_text() {
    for (number, text) in CORPUS.into_iter().enumerate() {
        let name = text.replace([':', ' '], "");
        let world = World::new().await;
        let create = CreateAccount {
            store: world.store.clone(),
            policy: Arc::new(portus_core::policy::Policy::new(Default::default())),
            passwords: world.passwords.clone(),
            entropy: Arc::new(portus_core::memory::CountingEntropy::default()),
            clock: Arc::new(world.clock.clone()),
        };
        let person = NewPerson {
            name: name.parse().unwrap(),
            email: None,
            password: Some(portus_core::secret::Secret::new(PASSWORD)),
            admin: true,
        };
        create.create(&operator(), &person).await.unwrap();
        world.push("public/app", "1", &name).await;
        let browser = Browser::of(&world, &name).await;
        for path in [
            "/",
            "/admin",
            "/admin/users",
            "/audit",
            "/profile",
            "/tokens",
            "/sessions",
            "/access",
            "/namespaces",
            "/namespaces/main/none",
        ] {
            harmless(&browser.get(path).await.body, &name, path);
        }
        let made = browser.post("/tokens", &[("label", "x"), ("may", "pull"), ("days", "1")]).await;
        harmless(&made.body, &name, "the page of a new token");
        let stranger = Browser::new(&world);
        for path in ["/repositories/main/public/app", "/repositories/main/public/app:1"] {
            harmless(&stranger.get(path).await.body, &name, path);
        }
        let wrong = stranger.sign_in(text, &format!("canary-{number}")).await;
        harmless(&wrong.body, text, "/sign-in");
        assert!(!wrong.body.contains("canary"));
    }
}

/// SR17: who pushes chooses what a manifest says of itself.
#[tokio::test]
async fn sr17_what_manifests_say_is_text() {
    for text in CORPUS {
        // What comes after a semicolon is no part of a media type.
        let kind = text.replace(';', "");
        let world = World::new().await;
        let platform = format!("{kind}/amd64");
        world.push_odd("public/app", "1", "alice", [&kind, &kind, &platform]).await;
        let stranger = Browser::new(&world);
        for path in ["/repositories/main/public/app", "/repositories/main/public/app:1"] {
            let page = stranger.get(path).await.expect(StatusCode::OK);
            harmless(&page.body, &kind, path);
        }
    }
}

/// In rendered prose a quote is a quote; what could open an element is not there.
#[track_caller]
pub fn does_nothing(page: &str, text: &str, place: &str) {
    if text.contains('<') {
        stays_text(page, text, place);
    }
    for word in ["<img", "<svg/", "<!--", "<script>", "href=\"javascript"] {
        assert!(!page.contains(word), "{word} on {place}, by {text}");
    }
}

/// SR17: descriptions and comments, on every page that shows them.
#[tokio::test]
async fn sr17_what_people_say_of_images_does_nothing() {
    let world = World::new().await;
    world.push("public/app", "1", "alice").await;
    let (alice, stranger) = (Browser::of(&world, "alice").await, Browser::new(&world));
    let place = [("registry", "main"), ("name", "public"), ("path", "public/app")];
    for text in CORPUS {
        let words = [&place[..], &[("text", text)]].concat();
        for form in ["/descriptions/namespace", "/descriptions/repository", "/comments"] {
            alice.post(form, &words).await.expect(StatusCode::SEE_OTHER);
        }
        let team = "/teams/qa/description";
        alice.post(team, &[("text", text)]).await.expect(StatusCode::SEE_OTHER);
        does_nothing(&alice.get("/teams/qa").await.expect(StatusCode::OK).body, text, team);
        let long = [("text", &*format!("{text}{}", "x".repeat(20_000)))];
        let again = alice.post(team, &long).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        does_nothing(&again.body, text, team);
        for form in ["/descriptions/repository", "/descriptions/namespace"] {
            let long = format!("{text}{}", "x".repeat(20_000));
            let words = [&place[..], &[("text", &*long)]].concat();
            let again = alice.post(form, &words).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert!(again.body.contains(&escaped(text)), "{text} is kept in {form}");
            does_nothing(&again.body, text, form);
        }
        for path in [
            "/",
            "/namespaces/main/public",
            "/namespaces/main/public/activity",
            "/repositories/main/public/app",
        ] {
            for browser in [&alice, &stranger] {
                does_nothing(&browser.get(path).await.body, text, path);
            }
        }
        let page = stranger.get("/repositories/main/public/app").await.expect(StatusCode::OK);
        assert!(page.body.contains(&escaped(text)), "{text} is a comment");
        for query in ["/repositories?name=", "/namespaces/main/public?name="] {
            let path = format!("{query}{}", encoded(text));
            let page = stranger.get(&path).await.expect(StatusCode::OK);
            assert!(page.body.contains(&escaped(text)), "{text} is in the filter of {path}");
            does_nothing(&page.body, text, &path);
        }
    }
}

/// SR17: what an address says may be on its page.
#[tokio::test]
async fn sr17_what_addresses_say_is_text() {
    let world = World::new().await;
    world.push("public/app", "1", "alice").await;
    let (stranger, alice) = (Browser::new(&world), Browser::of(&world, "alice").await);
    for text in CORPUS {
        let text_encoded = encoded(text).replace('+', "%20");
        for path in [
            format!("/?after={text_encoded}"),
            format!("/?x={text_encoded}"),
            format!("/namespaces?after={text_encoded}"),
            format!("/namespaces/main/{text_encoded}"),
            format!("/namespaces/{text_encoded}/qa"),
            format!("/repositories/main/{text_encoded}"),
            format!("/repositories/main/public/app:{text_encoded}"),
            format!("/repositories/main/public/app@{text_encoded}"),
            format!("/audit?kind={text_encoded}&actor={text_encoded}&after={text_encoded}"),
            format!("/sign-in?to=/{text_encoded}"),
            format!("/sign-in?to={text_encoded}"),
            format!("/setup/{text_encoded}"),
            format!("/{text_encoded}"),
        ] {
            for browser in [&stranger, &alice] {
                let answer = browser.get(&path).await;
                assert!(!answer.status.is_server_error(), "{path}");
                stays_text(&answer.body, text, &path);
            }
        }
        for field in ["registry", "repository", "action", "who"] {
            let mut fields =
                vec![("registry", "main"), ("repository", "qa/app"), ("action", "pull")];
            fields.retain(|(name, _)| *name != field);
            fields.push((field, text));
            let path = format!("/access?{}", form(&fields));
            let answer = alice.get(&path).await;
            // Of whom one may not ask, nothing is said.
            let is_hidden = field == "who" && answer.status == StatusCode::NOT_FOUND;
            if field == "action" || is_hidden {
                stays_text(&answer.body, text, &path);
            } else {
                harmless(&answer.body, text, &path);
            }
        }
    }
}

/// SR17: registries send what clients chose, and what nobody could read.
#[tokio::test]
async fn sr17_what_registries_send_is_text() {
    let world = World::new().await;
    let name = "alice".parse().unwrap();
    world.change_account().promote(&operator(), &name).await.unwrap();
    let alice = Browser::of(&world, "alice").await;
    for (number, text) in CORPUS.into_iter().enumerate() {
        let event = serde_json::json!({
            "id": format!("event-{number}"),
            "timestamp": "2026-05-28T20:26:40Z",
            "action": text,
            "target": {
                "repository": text, "tag": text, "digest": text, "mediaType": text, "size": 1,
            },
            "actor": { "name": text },
            "request": { "method": "PUT", "useragent": text, "addr": text, "host": text },
        });
        for action in [text, "push"] {
            let mut event = event.clone();
            event["action"] = action.into();
            event["id"] = format!("event-{number}-{}", action.len()).into();
            world.notify(serde_json::json!({ "events": [event] }).to_string()).await;
        }
        world.notify(format!("{{\"{text}")).await;
        for path in ["/admin", "/audit", "/"] {
            stays_text(&alice.get(path).await.expect(StatusCode::OK).body, text, path);
        }
    }
    assert!(world.parked().await.len() >= CORPUS.len());
}

/// SR17: before there is an account.
#[tokio::test]
async fn sr17_what_the_set_up_form_says_is_text() {
    let world = World::bare();
    let browser = Browser::new(&world);
    let link = format!("/setup/{}", setup_secret().expose());
    let guard = browser.guard(&link).await;
    for text in CORPUS {
        let fields =
            [("guard", &*guard), ("username", text), ("email", text), ("password", "weak")];
        let answer = browser.send_form(&link, &fields).await;
        harmless(&answer.expect(StatusCode::UNPROCESSABLE_ENTITY).body, text, "the set-up form");
    }
}

/// SR3 SR21: passwords, sessions, guards, tokens and the set-up link are in no line.
#[tokio::test]
async fn sr21_no_secret_of_a_page_is_in_the_log() {
    let (written, logged) = Written::listen();

    let bare = World::bare();
    let first = Browser::new(&bare);
    let setup = setup_secret();
    let link = format!("/setup/{}", setup.expose());
    let guard = first.guard(&link).await;
    let fill = |password: &'static str| {
        [("guard", &*guard), ("username", "alice"), ("email", ""), ("password", password)]
    };
    first.send_form(&link, &fill("weak")).await;
    first.send_form(&link, &fill("canary-password")).await.expect(StatusCode::SEE_OTHER);
    // As people and programs mistype it, and after it was used.
    for odd in ["/", "/x", "?a=b", "//", "/../x", "%20", "."] {
        first.get(&format!("{link}{odd}")).await;
    }
    for method in [Method::HEAD, Method::PUT, Method::OPTIONS, Method::DELETE] {
        first.send(first.request(method, &link, "")).await;
    }
    first.get(&format!("/SETUP/{}", setup.expose())).await;
    first.get(&format!("//setup/{}", setup.expose())).await;
    first.get(&format!("/sign-in?to={}", encoded(&link))).await;

    let mended = mistype_a_password_link().await;

    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    alice.sign_in("canary-password", "canary-password").await;
    let fields = [("label", "x"), ("may", "pull"), ("days", "30")];
    let made = alice.post("/tokens", &fields).await.expect(StatusCode::OK);
    let token = made.body.split("portus_t_").nth(1).unwrap()[..49].to_owned();
    let (session, guard) = (alice.cookie(SESSION).unwrap(), alice.guard("/").await);
    let seed = first.cookie("__Host-portus_form").unwrap();
    alice.send_form("/tokens", &[("guard", "canary-guard")]).await;
    alice.get("/tokens?canary-query").await;
    alice.post("/sign-out", &[]).await;
    drop(logged);

    let log = written.text();
    assert!(log.contains("path=/setup/***") && log.contains("/tokens"), "{log}");
    assert!(log.contains("path=/password/***"), "{log}");
    let shown = [&*token, &session, &guard, &seed, setup.expose(), "canary", PASSWORD];
    for secret in shown.into_iter().chain(mended.iter().map(|link| &**link)) {
        let lines: Vec<_> = log.lines().filter(|line| line.contains(secret)).collect();
        assert!(lines.is_empty(), "{secret} is in the log:\n{}", lines.join("\n"));
    }
}

/// Links by which people set a password: one made by a page and one by the REST interface, opened,
/// mistyped and used. What they end with is given back.
async fn mistype_a_password_link() -> Vec<String> {
    let tenants = Tenants::new().await;
    let root = Browser::of(&tenants.world, "root").await;
    let page = root.post("/admin/users/bob/password-link", &[]).await.expect(StatusCode::OK);
    let by_page = page.body.split("/password/").nth(1).unwrap().split('<').next().unwrap();
    let at = "/api/v1/users/carol/password_link";
    let made = tenants.ask("root", "POST", at, "").await.expect(StatusCode::CREATED).json();
    let by_rest = made["url"].as_str().unwrap().rsplit('/').next().unwrap();
    for secret in [by_page, by_rest] {
        assert!(secret.starts_with("portus_p_") && secret.len() > 50, "{secret}");
        let (visitor, link) = (Browser::new(&tenants.world), format!("/password/{secret}"));
        visitor.get(&link).await.expect(StatusCode::OK);
        for odd in ["/", "/x", "?a=b", "//", "/../x", "%20", "."] {
            visitor.get(&format!("{link}{odd}")).await;
        }
        for method in [Method::HEAD, Method::PUT, Method::OPTIONS, Method::DELETE] {
            visitor.send(visitor.request(method, &link, "")).await;
        }
        visitor.get(&format!("/PASSWORD/{secret}")).await;
        visitor.get(&format!("//password/{secret}")).await;
        visitor.get(&format!("/sign-in?to={}", encoded(&link))).await;
        visitor.post(&link, &[("password", "weak")]).await;
        let fields = [("password", "canary-password")];
        visitor.post(&link, &fields).await.expect(StatusCode::SEE_OTHER);
        visitor.get(&link).await.expect(StatusCode::NOT_FOUND);
    }
    vec![by_page.to_owned(), by_rest.to_owned()]
}

/// What no browser of today sends.
#[tokio::test]
async fn odd_cookies_are_nobodys() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let session = alice.cookie(SESSION).unwrap();
    for cookie in [
        format!("portus_session={session}"),
        format!("__host-portus_session={session}"),
        format!("__Host-portus_session=\"{session}\""),
        format!("__Host-portus_session={session}x"),
        format!("__Host-portus_session={}", session.to_uppercase()),
        format!("__Host-portus_session=x; __Host-portus_session={session}"),
        "__Host-portus_session".into(),
        "=;;;".into(),
        "__Host-portus_session=".repeat(500),
    ] {
        let mut request = Browser::new(&world).request(Method::GET, "/tokens", "");
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        let answer = world.send(request).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{cookie:.80}");
    }
}

/// SR2: no header signs anyone in at a page, so that no other site's request is hers.
#[tokio::test]
async fn sr2_pages_take_cookies_alone() {
    let world = World::new().await;
    let token = world.application_token("pull,push,delete,api").await;
    let session = Browser::of(&world, "alice").await.cookie(SESSION).unwrap();
    for value in [
        format!("Bearer {}", token.expose()),
        format!("Bearer {session}"),
        "Basic YWxpY2U6Y29ycmVjdCBob3JzZSBiYXR0ZXJ5".into(),
    ] {
        for value_of_cookie in [None, Some(token.expose())] {
            let mut stranger = Browser::new(&world);
            stranger.headers.push(("authorization", value.clone()));
            if let Some(value) = value_of_cookie {
                stranger.cookies.borrow_mut().insert(SESSION.into(), value.into());
            }
            stranger.get("/tokens").await.expect(StatusCode::SEE_OTHER);
        }
    }
    // And a session is none for clients of registries.
    for basic in [format!("alice:{session}"), format!(":{session}")] {
        let answer = world.get("service=registry.test", Some(&basic)).await;
        answer.expect(StatusCode::UNAUTHORIZED);
    }
}

/// SR18.
#[tokio::test]
async fn sr18_a_form_has_a_largest_size() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let guard = alice.guard("/").await;
    let body = form(&[("guard", &guard), ("label", &"x".repeat(70_000)), ("days", "1")]);
    let mut request = alice.request(Method::POST, "/tokens", &body);
    request.headers_mut().insert("origin", ORIGIN.parse().unwrap());
    alice.send(request).await.expect(StatusCode::PAYLOAD_TOO_LARGE);
}
