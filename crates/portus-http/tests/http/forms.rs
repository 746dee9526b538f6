//! Signing in and out, and what forms change.

use axum::http::{Method, StatusCode};
use portus_core::secret::SecretKind;

use crate::browser::{Browser, FORM, SESSION, form, guard_of};
use crate::furnished::{FORMS, Furnished};
use crate::world::{ORIGIN, PASSWORD, SERVICE, World, setup_secret};

#[tokio::test]
async fn signing_in_sets_a_cookie_that_is_for_this_host_alone() {
    let world = World::new().await;
    let browser = Browser::new(&world);
    let answer = browser.sign_in("alice", PASSWORD).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), Some("/"));
    let set: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(set.len(), 1, "{set:?}");
    let set = set[0].to_str().unwrap();
    let (pair, attributes) = set.split_once("; ").unwrap();
    let value = pair.strip_prefix("__Host-portus_session=portus_s_").unwrap();
    assert_eq!(value.len(), 49);
    let mut attributes: Vec<_> = attributes.split("; ").collect();
    attributes.sort_unstable();
    // With none of Domain and Max-Age: it ends with the browser.
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
    assert!(browser.get("/tokens").await.expect(StatusCode::OK).body.contains("alice"));
}

/// Over plain HTTP browsers drop the cookie of a session, so that nobody would get in.
#[tokio::test]
async fn where_tls_is_missing_the_sign_in_page_says_so() {
    for (origin, insecure, told) in [
        ("http://portus.test", false, true),
        ("http://192.0.2.1:8080", false, true),
        ("http://localhost.evil.test", false, true),
        ("http://localhost:8080", false, false),
        ("http://127.0.0.1:8080", false, false),
        ("http://[::1]:8080", false, false),
        ("http://portus.test", true, false),
        (ORIGIN, false, false),
    ] {
        let world = World::at(origin, insecure).await;
        for (language, text) in [("en", "needs TLS"), ("de", "braucht TLS")] {
            let mut browser = Browser::new(&world);
            browser.headers.push(("accept-language", language.into()));
            let page = browser.get("/sign-in").await.expect(StatusCode::OK).body;
            assert_eq!(page.contains(text), told, "{origin} {insecure} {language}: {page}");
            assert_eq!(page.contains(r#"class="notice warn" role="alert""#), told);
        }
    }
}

/// A cookie that someone planted is worth nothing once its victim signed in.
#[tokio::test]
async fn no_session_of_before_survives_a_sign_in() {
    let world = World::new().await;
    let attacker = Browser::of(&world, "bob").await;
    let planted = attacker.cookie(SESSION).unwrap();
    let unknown = SecretKind::Session.secret(&[99; 32]).expose().to_owned();
    for old in [planted, unknown, "nonsense".into()] {
        let victim = Browser::new(&world);
        victim.cookies.borrow_mut().insert(SESSION.into(), old.clone());
        victim.sign_in("alice", PASSWORD).await.expect(StatusCode::SEE_OTHER);
        assert_ne!(victim.cookie(SESSION).unwrap(), old);
        let planter = Browser::new(&world);
        planter.cookies.borrow_mut().insert(SESSION.into(), old);
        planter.get("/tokens").await.expect(StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn a_wrong_password_changes_nothing_and_is_not_shown_again() {
    let world = World::new().await;
    let before = world.whole_state().await;
    let browser = Browser::new(&world);
    let answer = browser.sign_in("alice", "canary-of-a-password").await;
    let answer = answer.expect(StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains(r#"value="alice""#), "the name is kept");
    assert!(answer.body.contains(r#"role="alert""#));
    assert!(!answer.body.contains("canary"));
    // A challenge would have browsers ask for a password of their own.
    assert_eq!(answer.header("www-authenticate"), None);
    assert_eq!(browser.cookie(SESSION), None);
    assert_eq!(world.whole_state().await, before);
}

/// SR13: of all that can be wrong, nobody learns which it was.
#[tokio::test]
async fn sr13_unknown_wrong_disabled_and_locked_get_the_same_page() {
    let world = World::new().await;
    world.disable("bob").await;
    for guess in 0..10 {
        Browser::new(&world).sign_in("alice", &format!("guess {guess}")).await;
    }
    let mut pages = Vec::new();
    for (name, password) in
        [("nobody", "wrong"), ("alice", "wrong"), ("alice", PASSWORD), ("bob", PASSWORD)]
    {
        let browser = Browser::new(&world);
        let guard = browser.guard("/sign-in").await;
        let fields = [("guard", &*guard), ("username", name), ("password", password)];
        let answer = browser.send_form("/sign-in", &fields).await;
        let answer = answer.expect(StatusCode::UNAUTHORIZED);
        let named = format!(r#"value="{name}""#);
        pages.push(answer.body.replace(&named, "").replace(&guard, ""));
    }
    for page in &pages {
        assert_eq!(page, &pages[0]);
    }
}

/// SR18.
#[tokio::test]
async fn sr18_who_guesses_on_has_to_wait() {
    let world = World::new().await;
    let browser = Browser::new(&world);
    for guess in 0..60 {
        let answer = browser.sign_in(&format!("name-{guess}"), "wrong").await;
        answer.expect(StatusCode::UNAUTHORIZED);
    }
    let answer = browser.sign_in("one-more", "wrong").await;
    let answer = answer.expect(StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(answer.body.contains("Too many wrong passwords"), "{}", answer.body);
    let elsewhere = Browser { address: "192.0.2.2", ..Browser::new(&world) };
    elsewhere.sign_in("alice", PASSWORD).await.expect(StatusCode::SEE_OTHER);
}

/// SR16: after a sign-in nobody is sent to another site.
#[tokio::test]
async fn sr16_a_sign_in_leads_to_a_path_of_this_site() {
    let world = World::new().await;
    for (to, place) in [
        ("/tokens", "/tokens"),
        ("/access?registry=main&repository=qa%2Fapp", "/access?registry=main&repository=qa%2Fapp"),
        ("", "/"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("/\t/evil.test", "/"),
        ("\\\\evil.test", "/"),
        ("https://evil.test", "/"),
        ("https:evil.test", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nset-cookie: a=b", "/"),
        ("@evil.test", "/"),
        (".evil.test", "/"),
    ] {
        let browser = Browser::new(&world);
        let page = browser.get(&format!("/sign-in?to={}", crate::world::encoded(to))).await;
        let shown = page.body.split(r#"name="to" value=""#).nth(1).unwrap();
        let shown = shown.split('"').next().unwrap().replace("&#38;", "&");
        assert_eq!(shown, place, "in the form, for {to:?}");
        let guard = guard_of(&page.body).unwrap();
        let fields =
            [("guard", &*guard), ("username", "alice"), ("password", PASSWORD), ("to", to)];
        let answer = browser.send_form("/sign-in", &fields).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), Some(place), "{to:?}");
        // Who is signed in already goes on at once.
        let again = browser.get(&format!("/sign-in?to={}", crate::world::encoded(to))).await;
        assert_eq!(again.expect(StatusCode::SEE_OTHER).header("location"), Some(place), "{to:?}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_and_forgets_the_cookie() {
    let world = World::new().await;
    let browser = Browser::of(&world, "alice").await;
    let other = Browser::of(&world, "alice").await;
    let secret = browser.cookie(SESSION).unwrap();
    browser.post("/sign-out", &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(browser.cookie(SESSION), None);
    browser.cookies.borrow_mut().insert(SESSION.into(), secret);
    browser.get("/tokens").await.expect(StatusCode::SEE_OTHER);
    other.get("/tokens").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_mail_address_is_changed_with_the_password_and_nobodys_else() {
    let world = World::new().await;
    let (alice, bob) = (Browser::of(&world, "alice").await, Browser::of(&world, "bob").await);
    let send = async |browser: &Browser<'_>, email: &str, password: &str, status| {
        let fields = [("email", email), ("password", password)];
        browser.post("/profile/email", &fields).await.expect(status)
    };
    let (see, again) = (StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY);
    send(&alice, "a@example.org", PASSWORD, see).await.leads_to("/profile");
    assert!(alice.get("/profile").await.body.contains(r#"value="a@example.org""#));
    assert!(!bob.get("/profile").await.body.contains("a@example.org"));
    for (browser, email, password, why) in [
        (&bob, "A@Example.org", PASSWORD, "That mail address is not free."),
        (&alice, "no address", PASSWORD, "A mail address looks like"),
        (&alice, "b@example.org", "a wrong password", "not your current password"),
        (&alice, "b@example.org", "", "not your current password"),
    ] {
        let told = send(browser, email, password, again).await.body;
        assert!(told.contains(why) && told.contains(&format!("value=\"{email}\"")), "{told}");
        assert!(password.is_empty() || !told.contains(password), "no page has a password");
    }
    assert!(alice.get("/profile").await.body.contains(r#"value="a@example.org""#));
    send(&alice, "", PASSWORD, see).await;
    assert!(!alice.get("/profile").await.body.contains("a@example.org"));
    send(&bob, "a@example.org", PASSWORD, see).await;
    Browser::new(&world).post("/profile/email", &[]).await.expect(StatusCode::BAD_REQUEST);
}

/// SR14: whichever form it is.
#[tokio::test]
async fn a_form_without_its_own_guard_is_refused_and_changes_nothing() {
    let world = Furnished::new().await;
    let (root, bob) = (world.browser("root").await, world.browser("bob").await);
    let elsewhere = world.browser("root").await;
    let stranger = world.browser("").await;
    let before_sign_in = stranger.guard("/").await;
    let right = root.guard("/").await;
    let guards = [
        None,
        Some(String::new()),
        Some("0".repeat(64)),
        Some(right[..63].to_owned()),
        Some(right.to_uppercase() + "x"),
        Some(bob.guard("/").await),
        Some(elsewhere.guard("/").await),
        Some(before_sign_in),
        root.cookie(SESSION),
        root.cookie(FORM),
    ];
    let before = world.stored();
    let mut wrong = Vec::new();
    for (path, fields) in FORMS {
        let (path, fields) = (world.fill(path), world.fields(fields));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
        for guard in &guards {
            let guard: Vec<_> = guard.iter().map(|guard| ("guard", &**guard)).collect();
            let answer = root.send_form(&path, &[&guard[..], &fields].concat()).await;
            if answer.status != StatusCode::FORBIDDEN || !answer.body.contains("<html") {
                wrong.push(format!("{path} {guard:?}: {} {:.60}", answer.status, answer.body));
            }
            assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 0);
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(world.stored() == before, "something changed");
    root.get("/tokens").await.expect(StatusCode::OK);
}

/// SR14: whichever form it is.
#[tokio::test]
async fn a_form_of_another_site_is_refused_and_changes_nothing() {
    let world = Furnished::new().await;
    let root = world.browser("root").await;
    let guard = root.guard("/").await;
    let before = world.stored();
    for (path, fields) in FORMS {
        let (path, fields) = (world.fill(path), world.fields(fields));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
        let body = form(&[&[("guard", &*guard)], &fields[..]].concat());
        for headers in [
            &[][..],
            &[("origin", "https://evil.test")],
            &[("origin", "null")],
            &[("origin", "http://portus.test")],
            &[("origin", "https://portus.test:444")],
            &[("origin", "https://portus.test.evil.test")],
            &[("origin", "https://sub.portus.test")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
            &[("referer", "https://portus.test/")],
        ] {
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                let mut request = root.request(Method::POST, &path, &body);
                *request.method_mut() = method.clone();
                for (name, value) in headers {
                    request.headers_mut().insert(*name, value.parse().unwrap());
                }
                let answer = root.send(request).await;
                let refused = match method {
                    Method::POST => answer.status == StatusCode::FORBIDDEN,
                    _ => answer.status.is_client_error(),
                };
                assert!(refused, "{method} {path} {headers:?}: {}", answer.status);
            }
        }
    }
    assert!(world.stored() == before, "something changed");
    root.get("/tokens").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn an_older_browser_is_known_by_the_origin_alone() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let guard = alice.guard("/").await;
    let body = form(&[("guard", &guard), ("theme", "dark")]);
    let mut request = alice.request(Method::POST, "/theme", &body);
    request.headers_mut().insert("origin", ORIGIN.parse().unwrap());
    alice.send(request).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_token_of_the_page_is_shown_once_and_works() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let fields = [("label", "laptop"), ("may", "pull"), ("may", "push"), ("days", "30")];
    let made = alice.post("/tokens", &fields).await.expect(StatusCode::OK);
    let secret = format!("portus_t_{}", made.body.split("portus_t_").nth(1).unwrap());
    let secret = &secret[..58];
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let asked = format!("service={SERVICE}&scope=repository:qa/app:pull,push,delete");
    world.get(&asked, Some(&format!("alice:{secret}"))).await.expect(StatusCode::OK);
    assert_eq!(crate::world::words(&world.signer.last().access), "qa/app:pull,push");

    let listed = alice.get("/tokens").await.expect(StatusCode::OK);
    assert!(listed.body.contains("laptop") && !listed.body.contains("portus_t_"));
    // Sent once more, as after going back: there is one with this label, and it is told.
    let again = alice.post("/tokens", &fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("laptop") && !again.body.contains("portus_t_"), "{}", again.body);

    for _ in 0..2 {
        let revoked = alice.post("/tokens/revoke", &[("label", "laptop")]).await;
        revoked.leads_to("/tokens");
    }
    let refused = world.get(&asked, Some(&format!("alice:{secret}"))).await;
    refused.expect(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_form_with_something_wrong_says_what_and_keeps_the_rest() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let before = world.whole_state().await;
    for (fields, kept) in [
        (&[("label", " "), ("may", "push"), ("days", "30")][..], r#"value="push" checked"#),
        (&[("label", "kept"), ("may", "everything"), ("days", "30")], r#"value="kept""#),
        (&[("label", "kept"), ("may", "pull"), ("days", "many")], r#"value="kept""#),
        (&[("label", "kept"), ("may", "pull"), ("days", "-1")], r#"value="kept""#),
        (&[("label", "kept"), ("may", "pull")], r#"value="kept""#),
    ] {
        let answer = alice.post("/tokens", fields).await;
        let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(r#"role="alert""#), "{fields:?}");
        assert!(answer.body.contains(kept), "{fields:?}: {}", answer.body);
    }
    assert_eq!(world.whole_state().await, before);
}

#[tokio::test]
async fn sessions_are_ended_one_by_one_or_all_but_this_and_only_ones_own() {
    let world = World::new().await;
    let (alice, other) = (Browser::of(&world, "alice").await, Browser::of(&world, "alice").await);
    let bob = Browser::of(&world, "bob").await;
    let hers = async |name: &str| {
        let account = world.account(name).await;
        let found: Result<_, portus_core::port::StoreError> =
            world.store.read(async |tx| tx.sessions().of(account).await).await;
        found.unwrap().into_iter().map(|one| one.id.to_string()).collect::<Vec<_>>()
    };
    let page = alice.get("/sessions").await.expect(StatusCode::OK);
    assert_eq!(page.body.matches("Firefox").count(), 2, "not bob's: {}", page.body);
    assert_eq!(page.body.matches("this browser").count(), 1);

    let his = hers("bob").await;
    let answer = alice.post("/sessions/end", &[("session", &his[0])]).await;
    answer.expect(StatusCode::SEE_OTHER);
    bob.get("/sessions").await.expect(StatusCode::OK);

    alice.post("/sessions/end", &[]).await.expect(StatusCode::SEE_OTHER);
    alice.get("/sessions").await.expect(StatusCode::OK);
    other.get("/sessions").await.expect(StatusCode::SEE_OTHER);

    let own = hers("alice").await;
    let answer = alice.post("/sessions/end", &[("session", &own[0])]).await;
    answer.leads_to("/");
    assert_eq!(alice.cookie(SESSION), None, "the cookie is gone with it");
    bob.get("/sessions").await.expect(StatusCode::OK);
}

/// SR4: everywhere, this browser among them.
#[tokio::test]
async fn a_new_password_signs_out_everywhere() {
    let world = World::new().await;
    let (alice, other) = (Browser::of(&world, "alice").await, Browser::of(&world, "alice").await);
    let bob = Browser::of(&world, "bob").await;
    let before = world.whole_state().await;
    for (current, new) in [("wrong", "a new password"), ("", "a new password"), (PASSWORD, "weak")]
    {
        let answer = alice.post("/profile/password", &[("current", current), ("new", new)]).await;
        let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(r#"role="alert""#));
        assert!(!answer.body.contains("a new password") && !answer.body.contains(PASSWORD));
    }
    assert_eq!(world.whole_state().await, before);
    alice.get("/tokens").await.expect(StatusCode::OK);
    let session = alice.cookie(SESSION).unwrap();
    // The account is that of the session, whatever the form says.
    let fields = [("username", "bob"), ("current", PASSWORD), ("new", "a new password")];
    alice.post("/profile/password", &fields).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(alice.cookie(SESSION), None);
    alice.cookies.borrow_mut().insert(SESSION.into(), session);
    for browser in [&alice, &other] {
        browser.get("/tokens").await.expect(StatusCode::SEE_OTHER);
    }
    bob.get("/tokens").await.expect(StatusCode::OK);
    let again = Browser::new(&world);
    again.sign_in("alice", PASSWORD).await.expect(StatusCode::UNAUTHORIZED);
    again.sign_in("alice", "a new password").await.expect(StatusCode::SEE_OTHER);
    again.sign_in("bob", PASSWORD).await.expect(StatusCode::SEE_OTHER);
}

/// SR18: who found a browser open guesses her password no faster there.
#[tokio::test]
async fn sr18_the_current_password_is_not_to_be_guessed() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let mut waits = 0;
    for guess in 0..62 {
        let guess = format!("guess {guess}");
        let fields = [("current", &*guess), ("new", "a new password")];
        let answer = alice.post("/profile/password", &fields).await;
        waits += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(waits > 0);
}

#[tokio::test]
async fn a_session_that_ended_elsewhere_is_over_at_the_next_click() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let guard = alice.guard("/").await;
    world.disable("alice").await;
    alice.get("/tokens").await.expect(StatusCode::SEE_OTHER);
    let fields = [("guard", &*guard), ("label", "late"), ("may", "pull"), ("days", "30")];
    alice.send_form("/tokens", &fields).await.expect(StatusCode::FORBIDDEN);
}

/// SR11.
#[tokio::test]
async fn sr11_the_set_up_link_makes_the_first_admin_once() {
    let world = World::bare();
    let link = format!("/setup/{}", setup_secret().expose());
    let browser = Browser::new(&world);
    let mut wrong = setup_secret().expose().to_owned();
    wrong.pop();
    for other in [&*wrong, "", "x", &setup_secret().expose().to_lowercase()] {
        browser.get(&format!("/setup/{other}")).await.expect(StatusCode::NOT_FOUND);
    }
    let guard = browser.guard(&link).await;
    let fill = |name: &'static str, password: &'static str| {
        [("username", name), ("email", "a@example.org"), ("password", password)]
    };
    for (name, email, password) in [
        ("not a name", "", "a long password"),
        ("alice", "no address", "a long password"),
        ("alice", "", "weak"),
    ] {
        let fields =
            [("guard", &*guard), ("username", name), ("email", email), ("password", password)];
        let answer = browser.send_form(&link, &fields).await;
        let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer.body.contains(r#"role="alert""#) && !answer.body.contains("a long password")
        );
    }
    let send = async |path: &str, name, password| {
        let fields = fill(name, password);
        browser.send_form(path, &[&[("guard", &*guard)], &fields[..]].concat()).await
    };
    let other = format!("/setup/{wrong}");
    send(&other, "eve", "a long password").await.expect(StatusCode::NOT_FOUND);
    send(&link, "alice", "a long password").await.leads_to("/admin/connect");
    browser.get("/tokens").await.expect(StatusCode::OK);

    // From now on it is as if it never was, for everyone.
    let stranger = Browser::new(&world);
    let never = stranger.get("/setup/x").await.expect(StatusCode::NOT_FOUND);
    for (path, who) in [(&*link, &stranger), (&*link, &browser)] {
        let answer = who.get(path).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(
            answer.body.contains("There is nothing here"),
            never.body.contains("There is nothing here")
        );
    }
    let guard = stranger.guard("/sign-in").await;
    let fields = fill("eve", "a long password");
    let again = stranger.send_form(&link, &[&[("guard", &*guard)], &fields[..]].concat()).await;
    again.expect(StatusCode::NOT_FOUND);
    assert_eq!(world.state().await.matches("eve").count(), 0);
}

#[tokio::test]
async fn of_two_who_use_the_set_up_link_at_once_one_becomes_admin() {
    let world = World::bare();
    let link = format!("/setup/{}", setup_secret().expose());
    let (one, two) = (Browser::new(&world), Browser::new(&world));
    let (first, second) = (one.guard(&link).await, two.guard(&link).await);
    let fill = |guard, name| {
        [("guard", guard), ("username", name), ("email", ""), ("password", "a long password")]
    };
    let (a, b) = (fill(&*first, "one"), fill(&*second, "two"));
    let (a, b) = tokio::join!(one.send_form(&link, &a), two.send_form(&link, &b));
    let made = [&a, &b].iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    assert_eq!(made, 1, "{} {}", a.status, b.status);
}

#[tokio::test]
async fn a_theme_is_chosen_kept_and_given_up() {
    let world = World::new().await;
    let browser = Browser::new(&world);
    assert!(!browser.get("/").await.body.contains("data-theme"));
    for theme in ["dark", "light"] {
        let fields = [("theme", theme), ("back", "/sign-in?to=/tokens")];
        let answer = browser.post("/theme", &fields).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), Some("/sign-in?to=/tokens"));
        let page = browser.get("/").await;
        assert!(page.body.contains(&format!(r#"<html lang="en" data-theme="{theme}""#)));
        let pressed = format!(r#"value="{theme}" aria-pressed="true""#);
        assert!(page.body.contains(&pressed));
    }
    for theme in ["system", "\"><script>", ""] {
        browser.post("/theme", &[("theme", "dark")]).await.expect(StatusCode::SEE_OTHER);
        let answer = browser.post("/theme", &[("theme", theme), ("back", "//evil.test")]).await;
        assert_eq!(answer.expect(StatusCode::SEE_OTHER).header("location"), Some("/"));
        assert!(!browser.get("/").await.body.contains("data-theme"), "{theme}");
    }
    browser.cookies.borrow_mut().insert("__Host-portus_theme".into(), "\"><script>".into());
    assert!(!browser.get("/").await.body.contains("\"><script>"));
}
