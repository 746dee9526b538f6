//! What strangers see where they are to see nothing.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::world::World;

/// The routes as they are registered, with whether each takes forms.
fn routes() -> Vec<(String, bool)> {
    let pages = [include_str!("../../src/ui/mod.rs"), include_str!("../../src/ui/admin.rs")];
    let mut routes = Vec::new();
    for text in pages {
        for route in text.split(".route(").skip(1) {
            let path = route.split('"').nth(1).unwrap();
            let names = [
                ("/admin/users/{name}", "/admin/users/bob"),
                ("/admin/registries/{name}", "/admin/registries/main"),
                ("{registry}", "main"),
                ("{*path}", "public/app"),
                ("{name}", "public"),
                ("{team}", "qa"),
                ("{bot}", "ci"),
                ("{deletion}", "01890a5d-ac96-774b-bcce-b302099a8057"),
            ];
            let path =
                names.iter().fold(path.to_owned(), |path, (gap, name)| path.replace(gap, name));
            routes.push((path, route.contains("post(")));
        }
    }
    routes
}

/// What leads in, and how pages look.
const DOORS: [&str; 5] = ["/password/", "/setup/", "/sign-", "/theme", "/assets/"];

/// What a page says, without its address and the number of the request.
fn said(page: &str) -> String {
    let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    main.split("href=\"")
        .map(|part| part.split_once('"').map_or(part, |part| part.1))
        .collect::<String>()
        .split("<code>")
        .next()
        .unwrap()
        .to_owned()
}

/// SR9: a form is no way around it, whatever it names.
#[tokio::test]
async fn no_form_tells_a_stranger_anything_where_strangers_see_nothing() {
    let world = World::closed().await;
    world.push("public/app", "1", "alice").await;
    let stranger = Browser::new(&world);
    let guard = stranger.guard("/sign-in").await;
    let absent = stranger.get("/repositories/main/nobody/knows").await.body;
    let before = world.whole_state().await;
    let mut forms = 0;
    for (path, _) in routes().iter().filter(|(_, forms)| *forms) {
        if DOORS.iter().any(|door| path.starts_with(door)) {
            continue;
        }
        forms += 1;
        for (repository, text) in [("public/app", "planted"), ("public/app", ""), ("no/app", "")] {
            let fields = [
                ("guard", &*guard),
                ("registry", "main"),
                ("repository", repository),
                ("path", repository),
                ("name", repository.split('/').next().unwrap()),
                ("text", text),
                ("comment", "1"),
                ("starred", "true"),
                ("username", "bob"),
                ("label", "pull"),
            ];
            let answer = stranger.send_form(path, &fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.body);
            let told = said(&answer.body);
            assert_eq!(told, said(&absent), "{path}");
            assert!(!["public/app", "alice", "planted"].iter().any(|name| told.contains(name)));
        }
    }
    assert!(forms > 40, "{forms} forms were found");
    assert_eq!(world.whole_state().await, before);
}

/// SR9: nor is an address.
#[tokio::test]
async fn no_address_tells_a_stranger_anything_where_strangers_see_nothing() {
    let world = World::closed().await;
    world.push("public/app", "1", "alice").await;
    let stranger = Browser::new(&world);
    for (path, _) in routes() {
        if path == "/" || DOORS.iter().any(|door| path.starts_with(door)) {
            continue;
        }
        let answer = stranger.get(&path).await;
        let is_shut = matches!(
            answer.status,
            StatusCode::BAD_REQUEST
                | StatusCode::METHOD_NOT_ALLOWED
                | StatusCode::NOT_FOUND
                | StatusCode::SEE_OTHER
        );
        assert!(is_shut && !answer.body.contains("alice"), "{path}: {}", answer.status);
    }
}

/// What is not there leads to Access like what may not be seen, and only who signed in has that.
#[tokio::test]
async fn what_is_not_there_can_be_asked_about() {
    let world = World::new().await;
    let (bob, stranger) = (Browser::of(&world, "bob").await, Browser::new(&world));
    for (path, asked) in [
        ("/namespaces/main/qa", "repository=qa%2F&#38;action=pull&#38;who=bob"),
        ("/namespaces/main/no/settings", "repository=no%2F&#38;action=pull&#38;who=bob"),
        ("/repositories/main/qa/app:1", "repository=qa%2Fapp&#38;action=pull&#38;who=bob"),
        ("/repositories/main/no/app", "repository=no%2Fapp&#38;action=pull&#38;who=bob"),
    ] {
        let link = format!("<a href=\"/access?registry=main&#38;{asked}\">");
        let page = bob.get(path).await.expect(StatusCode::NOT_FOUND).body;
        assert!(page.contains(&link), "{path}: {page}");
        let link = link.split('"').nth(1).unwrap().replace("&#38;", "&");
        bob.get(&link).await.expect(StatusCode::OK);
        assert!(!stranger.get(path).await.body.contains("/access?"), "{path}");
    }
    for path in ["/teams/none", "/namespaces/<b>/x", "/repositories/main/Q%22x", "/nowhere"] {
        let path = path.replace('<', "%3C").replace('>', "%3E");
        let page = bob.get(&path).await.expect(StatusCode::NOT_FOUND).body;
        assert!(!page.contains("/access?"), "{path}: {page}");
    }
}

#[tokio::test]
async fn strangers_are_told_that_they_may_look_around_where_they_may() {
    for (world, may) in [(World::new().await, true), (World::closed().await, false)] {
        let page = Browser::new(&world).get("/sign-in").await.body;
        assert_eq!(page.contains("Look around"), may, "{page}");
    }
}
