//! The pages of those who look after people, teams and namespaces.

use axum::http::StatusCode;
use portus_core::account::{AccountKind, NewAccount, Username};
use portus_core::page::Slice;
use portus_core::port::{Browse, Clock, StoreError};
use portus_core::team::Role;

use crate::browser::Browser;
use crate::world::{PASSWORD, SERVICE, World, alice as basic, operator};

async fn promoted(world: &World) -> Browser<'_> {
    world.change_account().promote(&operator(), &"alice".parse().unwrap()).await.unwrap();
    Browser::of(world, "alice").await
}

async fn is_there(world: &World, name: &str) -> bool {
    let name: Username = name.parse().unwrap();
    let found: Result<_, StoreError> =
        world.store.read(async |tx| tx.accounts().by_name(&name).await).await;
    found.unwrap().is_some()
}

#[tokio::test]
async fn an_owner_manages_members_and_bots_and_their_tokens() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let sent = async |path: &str, fields: &[(&str, &str)], status| {
        alice.post(path, fields).await.expect(status)
    };
    let (see, again) = (StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY);
    sent("/teams/qa/members", &[("username", "bob"), ("role", "viewer")], see).await;
    let told =
        sent("/teams/qa/members", &[("username", "nobody"), ("role", "viewer")], again).await;
    assert!(told.body.contains(r#"role="alert""#) && told.body.contains(r#"value="nobody""#));
    sent("/teams/qa/members/role", &[("username", "bob"), ("role", "contributor")], see).await;
    // Asking what it would do does nothing.
    let ask = [("username", "bob"), ("role", "viewer"), ("act", "ask")];
    for path in ["/teams/qa/members/role", "/teams/qa/members"] {
        let asked = sent(path, &ask, see).await;
        assert_eq!(asked.header("location"), Some("/access/what-if?team=qa&who=bob&role=viewer"));
    }
    let page = alice.get("/access/what-if?team=qa&who=bob&role=viewer").await.body;
    assert!(page.contains("<dt>Now</dt><dd>Contributor</dd>"), "{page}");
    assert!(page.contains("<dt>Then</dt><dd>Viewer</dd>") && page.contains("loses"), "{page}");
    let told = sent("/teams/qa/members/remove", &[("username", "alice")], again).await;
    assert!(told.body.contains("last owner"), "{}", told.body);
    sent("/teams/qa/leave", &[], again).await;

    sent("/teams/qa/bots", &[("username", "ci"), ("role", "contributor")], see).await;
    sent("/teams/qa/bots", &[("username", "cd"), ("role", "owner")], again).await;
    let fields = [("label", "build"), ("may", "push"), ("days", "30"), ("namespaces", "main/qa")];
    let made = sent("/teams/qa/bots/ci/tokens", &fields, StatusCode::OK).await;
    let secret = format!("portus_t_{}", &made.body.split("portus_t_").nth(1).unwrap()[..49]);
    let asked = format!("service={SERVICE}&scope=repository:qa/app:push");
    let token = format!("ci:{secret}");
    world.get(&asked, Some(&token)).await.expect(StatusCode::OK);
    sent("/teams/qa/bots/ci/enabled", &[("enabled", "false")], see).await;
    world.get(&asked, Some(&token)).await.expect(StatusCode::UNAUTHORIZED);
    sent("/teams/qa/bots/ci/enabled", &[("enabled", "true")], see).await;
    let page = alice.get("/teams/qa/bots/ci/delete").await.expect(StatusCode::OK);
    assert!(page.body.contains("build") && page.body.contains("Delete bot ci"));
    sent("/teams/qa/bots/ci/tokens/revoke", &[("label", "build")], see).await;
    world.get(&asked, Some(&token)).await.expect(StatusCode::UNAUTHORIZED);
    for name in ["", "cd"] {
        let told = sent("/teams/qa/bots/ci/delete", &[("name", name)], again).await;
        assert!(told.body.contains("Type exactly “ci”") && is_there(&world, "ci").await, "{name}");
    }
    sent("/teams/qa/bots/ci/delete", &[("name", "ci")], see).await;
    assert!(!is_there(&world, "ci").await);

    sent("/teams/qa/rename", &[("name", "Crew & co")], see).await;
    sent("/teams/Crew%20%26%20co/hand-over", &[("to", "bob"), ("then", "viewer")], see).await;
    let page = alice.get("/teams/Crew%20%26%20co").await.expect(StatusCode::OK);
    assert!(page.body.contains("Owners: bob.") && !page.body.contains("/rename"));
    sent("/teams/Crew%20%26%20co/leave", &[], see).await;
    alice.get("/teams/Crew%20%26%20co").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_large_team_is_shown_a_part_at_a_time() {
    let world = World::new().await;
    let created_at = world.clock.now();
    let add = world.store.write::<_, StoreError>(async |tx| {
        let team = tx.teams().by_name(&"qa".parse().unwrap()).await?.unwrap().id;
        for number in 100..160 {
            let (person, bot) = (format!("p{number}"), format!("b{number}"));
            let personal = person.parse().unwrap();
            for (name, kind) in [
                (person, AccountKind::Person { admin: false, personal }),
                (bot, AccountKind::Bot { team }),
            ] {
                let (name, email, password) = (name.parse().unwrap(), None, None);
                let new = NewAccount { name, email, kind, password, created_at };
                let id = tx.accounts().add(&new).await?;
                tx.teams().set_role(team, id, Role::Viewer, created_at).await?;
            }
        }
        Ok(())
    });
    add.await.unwrap();
    let alice = Browser::of(&world, "alice").await;
    let page = async |path: &str| alice.get(path).await.expect(StatusCode::OK).body;
    let first = page("/teams/qa").await;
    for (there, text) in [
        (true, "Members 61"),
        (true, "Bots 60"),
        (true, ">p148<"),
        (false, ">p149<"),
        (true, ">b149<"),
        (false, ">b150<"),
        (true, r##"href="?members=p148#members""##),
        (true, r##"href="?bots=b149#bots""##),
    ] {
        assert_eq!(first.contains(text), there, "{text} in {first}");
    }
    let second = page("/teams/qa?members=p148").await;
    assert!(second.contains(">p159<") && !second.contains(">p148<"), "{second}");
    // The others start anew.
    assert!(second.contains(r##"href="?#members""##) && second.contains(">b100<"), "{second}");
    let second = page("/teams/qa?bots=b149").await;
    assert!(second.contains(">b159<") && !second.contains(r#"href="?bots="#), "{second}");
    let alice = promoted(&world).await;
    let goes = alice.get("/teams/qa/delete").await.expect(StatusCode::OK).body;
    assert!(goes.contains("alice, p100") && goes.contains("p108 and 51 more"), "{goes}");
    assert!(goes.contains("b109 and 50 more") && !goes.contains("b110"), "{goes}");
}

/// SR9: a team that one may not know of, and a bot of another team, are as if nobody had them.
#[tokio::test]
async fn sr9_teams_and_bots_of_others_are_as_if_they_were_not_there() {
    let world = World::new().await;
    let (alice, bob) = (Browser::of(&world, "alice").await, Browser::of(&world, "bob").await);
    alice.post("/teams/qa/bots", &[("username", "ci"), ("role", "viewer")]).await;
    bob.post("/teams", &[("name", "rivals")]).await.expect(StatusCode::SEE_OTHER);
    let before = world.whole_state().await;
    for team in ["qa", "zz"] {
        for path in ["", "/delete", "/bots/ci", "/bots/ci/delete"] {
            bob.get(&format!("/teams/{team}{path}")).await.expect(StatusCode::NOT_FOUND);
        }
        for (path, fields) in [
            ("/members", &[("username", "bob"), ("role", "owner")][..]),
            ("/members/role", &[("username", "alice"), ("role", "viewer")]),
            ("/members/remove", &[("username", "alice")]),
            ("/leave", &[]),
            ("/hand-over", &[("to", "bob"), ("then", "")]),
            ("/rename", &[("name", "mine")]),
            ("/delete", &[]),
            ("/bots", &[("username", "mine"), ("role", "viewer")]),
            ("/bots/ci/enabled", &[("enabled", "false")]),
            ("/bots/ci/delete", &[]),
            ("/bots/ci/tokens", &[("label", "x"), ("may", "pull"), ("days", "1")]),
            ("/bots/ci/tokens/revoke", &[("label", "x")]),
        ] {
            let answer = bob.post(&format!("/teams/{team}{path}"), fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{team}{path}");
        }
    }
    for path in ["", "/delete"] {
        bob.get(&format!("/teams/rivals/bots/ci{path}")).await.expect(StatusCode::NOT_FOUND);
        alice.get(&format!("/teams/qa/bots/bob{path}")).await.expect(StatusCode::NOT_FOUND);
    }
    bob.post("/teams/rivals/bots/ci/delete", &[]).await.expect(StatusCode::NOT_FOUND);
    // Nor does making a namespace, or giving one away, tell of teams.
    let mut told = Vec::new();
    for team in ["qa", "zz"] {
        let fields = [("registry", "main"), ("name", "new"), ("team", team)];
        let answer = bob.post("/namespaces", &fields).await;
        told.push((answer.status, answer.body.replace(&format!("`{team}`"), "")));
    }
    assert_eq!(
        (told[0].0, told[0].1.contains("There is no team")),
        (StatusCode::UNPROCESSABLE_ENTITY, true)
    );
    assert_eq!(told[0].1.contains("There is no team"), told[1].1.contains("There is no team"));
    assert_eq!(world.whole_state().await, before);
}

#[tokio::test]
async fn a_member_who_does_not_own_sees_her_team_and_changes_nothing() {
    let world = World::new().await;
    let (alice, bob) = (Browser::of(&world, "alice").await, Browser::of(&world, "bob").await);
    alice.post("/teams/qa/members", &[("username", "bob"), ("role", "viewer")]).await;
    let page = bob.get("/teams/qa").await.expect(StatusCode::OK);
    assert!(page.body.contains("Owners: alice.") && page.body.contains("/teams/qa/leave"));
    for form in ["/members", "/bots", "/rename", "/hand-over", "/delete"] {
        assert!(!page.body.contains(&format!("/teams/qa{form}\"")), "{form}");
    }
    bob.get("/teams/qa/delete").await.expect(StatusCode::FORBIDDEN);
    for (path, fields) in [
        ("/members", &[("username", "bob"), ("role", "owner")][..]),
        ("/members/role", &[("username", "bob"), ("role", "owner")]),
        ("/rename", &[("name", "mine")]),
        ("/delete", &[("abandon", "true")]),
        ("/bots", &[("username", "mine"), ("role", "viewer")]),
    ] {
        let answer = bob.post(&format!("/teams/qa{path}"), fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let place = bob.get("/namespaces/main/qa").await.expect(StatusCode::OK);
    assert!(!place.body.contains("/settings") && place.body.contains("/access?registry=main"));
    bob.get("/namespaces/main/qa/settings").await.expect(StatusCode::FORBIDDEN);
    bob.post("/teams/qa/leave", &[]).await.expect(StatusCode::SEE_OTHER);
    bob.get("/teams/qa").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_namespace_is_made_opened_and_given_away() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let page = alice.get("/namespaces/new?team=qa").await.expect(StatusCode::OK);
    assert!(page.body.contains("<option selected>qa</option>"), "{}", page.body);
    let bob = Browser::of(&world, "bob").await;
    let page = bob.get("/namespaces/new").await.expect(StatusCode::OK);
    assert!(
        page.body.contains("made by the owners of a team")
            && !page.body.contains("name=\"registry\"")
    );

    let fields = [("registry", "main"), ("name", "new"), ("team", "qa"), ("visibility", "private")];
    let made = alice.post("/namespaces", &fields).await.expect(StatusCode::SEE_OTHER);
    made.leads_to("/namespaces/main/new");
    let again = alice.post("/namespaces", &fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("already") && again.body.contains(r#"value="new""#));
    let settings = "/namespaces/main/new/settings";
    bob.get("/namespaces/main/new").await.expect(StatusCode::NOT_FOUND);
    bob.get(settings).await.expect(StatusCode::NOT_FOUND);
    let open = [("visibility", "protected")];
    let refused = bob.post(&format!("{settings}/visibility"), &open).await;
    refused.expect(StatusCode::NOT_FOUND);
    alice.post(&format!("{settings}/visibility"), &open).await.expect(StatusCode::SEE_OTHER);
    bob.get("/namespaces/main/new").await.expect(StatusCode::OK);
    let refused = bob.post(&format!("{settings}/visibility"), &[("visibility", "public")]).await;
    refused.expect(StatusCode::FORBIDDEN);
    let ask = [("visibility", "public"), ("act", "ask")];
    let asked = alice.post(&format!("{settings}/visibility"), &ask).await;
    let what_if = "/access/what-if?registry=main&namespace=new&visibility=public";
    assert_eq!(asked.header("location"), Some(what_if));
    let page = alice.get(what_if).await.expect(StatusCode::OK).body;
    assert!(page.contains("<dd>Protected</dd><dt>Then</dt><dd>Public</dd>"), "{page}");
    let odd = alice.post(&format!("{settings}/visibility"), &[("visibility", "secret")]).await;
    odd.expect(StatusCode::UNPROCESSABLE_ENTITY);

    let give = async |kind, to| {
        alice.post(&format!("{settings}/transfer"), &[("kind", kind), ("to", to)]).await
    };
    for (kind, to) in [("person", "bob"), ("team", "zz"), ("person", "nobody")] {
        let answer = give(kind, to).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("is no team or person that you may give it to"), "{to}");
    }
    alice.post("/teams", &[("name", "Second")]).await.expect(StatusCode::SEE_OTHER);
    give("team", "Second").await.expect(StatusCode::SEE_OTHER);
    assert!(alice.get("/teams/Second").await.body.contains("/namespaces/main/new"));
}

#[tokio::test]
async fn a_team_is_deleted_after_its_namespaces_and_orphans_are_given_away() {
    let world = World::new().await;
    let owner = Browser::of(&world, "alice").await;
    let page = owner.get("/teams/qa/delete").await.expect(StatusCode::OK);
    assert!(page.body.contains("/namespaces/main/qa/settings") && !page.body.contains("abandon"));
    let kept = owner.post("/teams/qa/delete", &[("name", "qa")]).await;
    assert!(kept.expect(StatusCode::UNPROCESSABLE_ENTITY).body.contains(r#"role="alert""#));
    let all = [("name", "qa"), ("abandon", "true")];
    owner.post("/teams/qa/delete", &all).await.expect(StatusCode::FORBIDDEN);
    owner.get("/namespaces?kind=orphan").await.expect(StatusCode::FORBIDDEN);

    let root = promoted(&world).await;
    assert!(root.get("/teams/qa/delete").await.body.contains("abandon"));
    let told = root.post("/teams/qa/delete", &[("name", "QA"), ("abandon", "true")]).await;
    let told = told.expect(StatusCode::UNPROCESSABLE_ENTITY).body;
    assert!(
        told.contains("Type exactly “qa”") && told.contains(r#"value="true" checked"#),
        "{told}"
    );
    root.get("/teams/qa").await.expect(StatusCode::OK);
    root.post("/teams/qa/delete", &all).await.expect(StatusCode::SEE_OTHER);
    let page = root.get("/namespaces?kind=orphan").await.expect(StatusCode::OK);
    assert!(page.body.contains("/namespaces/main/qa/settings"), "{}", page.body);
    let give = [("kind", "person"), ("to", "bob")];
    let given = root.post("/namespaces/main/qa/settings/transfer", &give).await;
    given.expect(StatusCode::SEE_OTHER);
    let bob = Browser::of(&world, "bob").await;
    bob.get("/namespaces/main/qa").await.expect(StatusCode::OK);
    root.get("/namespaces?kind=nonsense").await.expect(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_admin_looks_after_accounts() {
    let world = World::new().await;
    let root = promoted(&world).await;
    let sent = async |path: &str, fields: &[(&str, &str)], status| {
        root.post(path, fields).await.expect(status)
    };
    let (see, again) = (StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY);
    let carol = [("username", "carol"), ("email", "c@example.org"), ("password", PASSWORD)];
    sent("/admin/users", &carol, see).await;
    let told = sent("/admin/users", &carol, again).await;
    assert!(told.body.contains("taken") && !told.body.contains(PASSWORD));
    for (query, there, gone) in [
        ("prefix=CA", "/carol\"", "/bob\""),
        ("kind=admins", "/alice\"", "/bob\""),
        ("prefix=%25", "Nobody fits", "/bob\""),
    ] {
        let page = root.get(&format!("/admin/users?{query}")).await.expect(StatusCode::OK);
        assert!(page.body.contains(there) && !page.body.contains(gone), "{query}");
    }
    let bob = Browser::of(&world, "bob").await;
    bob.post("/tokens", &[("label", "his"), ("may", "pull"), ("days", "1")]).await;
    let page = root.get("/admin/users/bob").await.expect(StatusCode::OK);
    assert!(page.body.contains("his") && page.body.contains("Firefox"));
    sent("/admin/users/bob/tokens/revoke", &[("label", "his")], see).await;
    assert!(!root.get("/admin/users/bob").await.body.contains("his<"));
    sent("/admin/users/bob/sign-out", &[], see).await;
    bob.get("/tokens").await.expect(see);
    sent("/admin/users/bob/password", &[("password", "weak")], again).await;
    sent("/admin/users/bob/password", &[("password", "a brand new password")], see).await;
    bob.sign_in("bob", "a brand new password").await.expect(see);
    sent("/admin/users/bob/enabled", &[("enabled", "false")], see).await;
    assert!(root.get("/admin/users?kind=disabled").await.body.contains("/bob\""));
    sent("/admin/users/bob/enabled", &[("enabled", "true")], see).await;

    let told = sent("/admin/users/alice/enabled", &[("enabled", "false")], again).await;
    assert!(told.body.contains("last enabled admin"));
    sent("/admin/users/alice/admin", &[("admin", "false")], again).await;
    let page = root.get("/admin/users/alice/delete").await.expect(StatusCode::OK);
    assert!(page.body.contains("last enabled admin") && !page.body.contains("name=\"heir\""));
    sent("/admin/users/alice/delete", &[("name", "alice")], again).await;

    let page = root.get("/admin/users/bob/delete").await.expect(StatusCode::OK);
    assert!(page.body.contains("/namespaces/main/bob"));
    let to = |name, heir| [("name", name), ("heir", "team"), ("to", heir)];
    let told = sent("/admin/users/bob/delete", &to("", "qa"), again).await;
    assert!(told.body.contains("Type exactly “bob”") && told.body.contains(r#"value="qa""#));
    sent("/admin/users/bob/delete", &to("bob", "zz"), again).await;
    assert!(is_there(&world, "bob").await);
    sent("/admin/users/bob/delete", &to("bob", "qa"), see).await;
    assert!(!is_there(&world, "bob").await);
    assert!(root.get("/teams/qa").await.body.contains("/namespaces/main/bob"));
    root.get("/admin/users/bob").await.expect(StatusCode::NOT_FOUND);
    root.get("/admin/users/%00").await.expect(StatusCode::NOT_FOUND);
    sent("/admin/users/carol/admin", &[("admin", "true")], see).await;
    assert!(root.get("/admin/users?kind=admins").await.body.contains("/carol\""));
}

/// SR20: no form that others send makes anyone more than she is.
#[tokio::test]
async fn sr20_no_form_of_others_changes_accounts() {
    let world = World::new().await;
    let bob = Browser::of(&world, "bob").await;
    let before = world.state().await;
    for (path, fields) in [
        ("/admin/users", &[("username", "eve"), ("password", PASSWORD), ("admin", "true")][..]),
        ("/admin/users/bob/admin", &[("admin", "true")]),
        ("/admin/users/alice/enabled", &[("enabled", "false")]),
        ("/admin/users/alice/password", &[("password", "a planted password")]),
        ("/admin/users/alice/sign-out", &[]),
        ("/admin/users/alice/tokens/revoke", &[("label", "x")]),
        ("/admin/users/alice/delete", &[]),
    ] {
        let answer = bob.post(path, fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        let stranger = Browser::new(&world);
        assert_ne!(stranger.post(path, fields).await.status, StatusCode::OK, "{path}");
    }
    for path in ["/admin/users", "/admin/users/alice", "/admin/users/zz", "/admin/users/zz/delete"]
    {
        bob.get(path).await.expect(StatusCode::FORBIDDEN);
    }
    let more = [("admin", "true"), ("bot", "true"), ("enabled", "true"), ("kind", "person")];
    for path in ["/profile/preferences", "/sessions/revoke", "/tokens"] {
        bob.post(path, &[&[("token", "1"), ("label", "x")], &more[..]].concat()).await;
    }
    // What is revoked twice raises the epoch, and nothing else.
    let state = world.state().await;
    assert!(state.lines().skip(1).eq(before.lines().skip(1)), "{state}");
}

/// SR18 SR20
#[tokio::test]
async fn sr20_strangers_sign_up_where_they_may_and_become_nobody_special() {
    let closed = World::new().await;
    let fields = [("username", "eve"), ("email", ""), ("password", PASSWORD), ("admin", "true")];
    let stranger = Browser::new(&closed);
    stranger.get("/sign-up").await.expect(StatusCode::NOT_FOUND);
    stranger.post("/sign-up", &fields).await.expect(StatusCode::NOT_FOUND);
    assert!(!stranger.get("/sign-in").await.body.contains("/sign-up"));
    assert!(!is_there(&closed, "eve").await);

    let world = World::open().await;
    let eve = Browser::new(&world);
    assert!(eve.get("/sign-in").await.body.contains("href=\"/sign-up\""));
    for (name, password) in
        [("e:e", PASSWORD), ("!!!", PASSWORD), ("eve", "weak"), ("BOB", PASSWORD)]
    {
        let fields = [("username", name), ("password", password)];
        let told = eve.post("/sign-up", &fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.body.contains(r#"role="alert""#) && !told.body.contains(PASSWORD), "{name}");
    }
    eve.post("/sign-up", &fields).await.expect(StatusCode::SEE_OTHER);
    eve.get("/tokens").await.expect(StatusCode::OK);
    eve.get("/admin").await.expect(StatusCode::FORBIDDEN);
    let all = world.memory.accounts(Default::default(), &Slice::first(9)).await.unwrap();
    assert!(all.rows.iter().all(|account| !account.is_admin()));
    let mut waits = 0;
    for number in 0..62 {
        let name = format!("name-{number}");
        let fields = [("username", &*name), ("password", "weak")];
        let answer = Browser::new(&world).post("/sign-up", &fields).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.body.contains("Too many accounts were asked for"), "{}", answer.body);
            waits += 1;
        }
    }
    assert!(waits > 0);
}

#[tokio::test]
async fn language_and_times_are_chosen_kept_and_given_up() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let choose = async |fields: &[(&str, &str)]| {
        alice.post("/profile/preferences", fields).await.expect(StatusCode::SEE_OTHER);
        alice.get("/sessions").await.expect(StatusCode::OK).body
    };
    let page = choose(&[("language", "de"), ("times", "exact"), ("theme", "dark")]).await;
    assert!(page.contains(r#"<html lang="de" data-theme="dark""#), "{page}");
    assert!(page.contains("UTC</time>"));
    let page = choose(&[("language", "xx"), ("times", "never")]).await;
    assert!(page.contains(r#"<html lang="en">"#) && !page.contains("UTC</time>"), "{page}");
    alice.cookies.borrow_mut().insert("__Host-portus_language".into(), "\"><b>".into());
    assert!(alice.get("/").await.body.contains(r#"<html lang="en">"#));
}

#[tokio::test]
async fn what_docker_keeps_is_listed_and_revoked() {
    let world = World::new().await;
    let (alice, bob) = (Browser::of(&world, "alice").await, Browser::of(&world, "bob").await);
    let asked = format!("service={SERVICE}&offline_token=true&client_id=docker");
    let given = world.get(&asked, Some(&basic())).await.expect(StatusCode::OK);
    let refresh = given.text("refresh_token").unwrap();
    let page = alice.get("/sessions").await.expect(StatusCode::OK);
    let (_, rest) = page.body.split_once(r#"name="token" value=""#).unwrap();
    let number = rest.split('"').next().unwrap();
    assert!(!bob.get("/sessions").await.body.contains(r#"name="token""#));
    let form = format!("grant_type=refresh_token&service={SERVICE}&refresh_token={refresh}");
    bob.post("/sessions/revoke", &[("token", number)]).await.expect(StatusCode::SEE_OTHER);
    world.post(&form).await.expect(StatusCode::OK);
    alice.post("/sessions/revoke", &[("token", number)]).await.expect(StatusCode::SEE_OTHER);
    world.post(&form).await.expect(StatusCode::BAD_REQUEST);
}

/// Whoever clicks twice gets the second answer: it says what happened, and makes it good.
#[tokio::test]
async fn a_token_that_was_asked_for_twice_is_not_lost() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    let fields = [("label", "laptop"), ("may", "pull"), ("days", "on"), ("until", "2099-01-31")];
    let first = alice.post("/tokens", &fields).await.expect(StatusCode::OK);
    let secret = |page: &str| page.split("portus_t_").nth(1).unwrap()[..49].to_owned();
    let told = alice.post("/tokens", &fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.body.contains("pressed the button twice"), "{}", told.body);
    assert!(told.body.contains(r#"name="again""#) && told.body.contains("2099-01-31"));
    let again = [&fields[..], &[("again", "1")]].concat();
    let second = alice.post("/tokens", &again).await.expect(StatusCode::OK);
    let asked = format!("service={SERVICE}");
    for (page, status) in [(first, StatusCode::UNAUTHORIZED), (second, StatusCode::OK)] {
        let basic = format!("alice:portus_t_{}", secret(&page.body));
        assert_eq!(world.get(&asked, Some(&basic)).await.status, status);
    }
    for odd in [("until", "never"), ("namespaces", "nowhere"), ("namespaces", "main/zz")] {
        let fields = [("label", "x"), ("may", "pull"), ("days", "on"), ("until", "2099-01-31")];
        let fields: Vec<_> = fields.into_iter().filter(|(name, _)| *name != odd.0).collect();
        let told = alice.post("/tokens", &[&fields[..], &[odd]].concat()).await;
        told.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

/// What core refuses is said in the language of the page.
#[tokio::test]
async fn refusals_are_said_in_the_language_of_the_page() {
    let tenants = crate::api::Tenants::new().await;
    let mut root = Browser::of(&tenants.world, "root").await;
    let bad = [("name", ""), ("url", "nowhere")];
    let weak = [("current", PASSWORD), ("new", "weak")];
    let role = [("username", "bob"), ("role", "x")];
    for (path, fields, english, german) in [
        ("/teams", &[("name", " ")] as &[(&str, &str)], "team’s name", "er Name eines Teams"),
        ("/teams/qa/members", &role, "is not a role", "ist keine Rolle"),
        ("/tokens", &[("label", "")], "label has", "ine Bezeichnung hat"),
        ("/admin/registries/new", &bad, "is not a registry’s address", "ist keine Adresse"),
        ("/profile/password", &weak, "his password is", "ieses Passwort ist"),
        (
            "/admin/users",
            &[("username", "e:e"), ("password", "x")],
            "username has",
            "in Benutzername enth",
        ),
    ] {
        for (language, text) in [("en", english), ("de", german)] {
            root.headers.push(("accept-language", language.into()));
            let told = root.post(path, fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY).body;
            root.headers.pop();
            let told = told.replace("&#39;", "’").replace("&#x27;", "’");
            assert!(told.contains(text), "{path}: {text} is not on {told}");
        }
    }
}

/// The page says when guessing ends as it is set up.
#[tokio::test]
async fn who_guesses_wrong_reads_the_numbers_in_force() {
    let world = World::new().await;
    let told = Browser::new(&world).sign_in("alice", "wrong").await.body;
    assert!(told.contains("After 10 wrong passwords from here, this name has to wait 10 minutes"));
}

/// A token may be for the global namespace too, which is written `_`.
#[tokio::test]
async fn a_token_tells_where_it_is_good() {
    let tenants = crate::api::Tenants::new().await;
    let at = &format!("/api/v1/users/{}/application_tokens", "root");
    let body = r#"{"application": "narrow", "actions": ["pull"], "namespaces":
        [{"registry": "main", "namespace": "_"}, {"registry": "main", "namespace": "qa"}]}"#;
    tenants.ask("root", "POST", at, body).await.expect(StatusCode::CREATED);
    let rows = tenants.get("root", at).await.expect(StatusCode::OK).json();
    let narrow = rows.as_array().unwrap().iter().find(|row| row["application"] == "narrow");
    let names = narrow.unwrap()["namespace_names"].as_array().unwrap();
    assert_eq!(names, &["main/_", "main/qa"]);
    let page = Browser::of(&tenants.world, "root").await.get("/tokens").await;
    assert!(page.expect(StatusCode::OK).body.contains("main/_, main/qa"));
}
