//! Every page there is, in a world where each has something to show, held against the routes.

use axum::http::StatusCode;

use crate::furnished::{Furnished, fits, routes};

/// Places with something for someone, at least one for each route.
pub const PLACES: &[&str] = &[
    "/",
    "/?after=main/a",
    "/access",
    "/access?registry=main&repository=qa/app&action=push&who=carol",
    "/access?registry=%00&repository=%2e%2e&action=x",
    "/access/what-can",
    "/access/what-can?who=carol&after=main/a",
    "/access/what-if",
    "/access/what-if?registry=main&namespace=qa&visibility=public",
    "/access/what-if?team=qa&who=carol&role=owner",
    "/access/who-can",
    "/access/who-can?registry=main&namespace=qa&action=push",
    "/activities/main/qa/app",
    "/admin",
    "/admin/connect",
    "/admin/connect/main",
    "/admin/health",
    "/admin/health?after=1",
    "/admin/keys",
    "/admin/registries",
    "/admin/registries/main",
    "/admin/registries/main/remove",
    "/admin/registries/main/secret",
    "/admin/registries/new",
    "/admin/settings",
    "/admin/users",
    "/admin/users?prefix=a&kind=disabled&after=a",
    "/admin/users/bob",
    "/admin/users/alice/tokens/revoke?label=all",
    "/admin/users/root/admin",
    "/admin/users/bob/delete",
    "/admin/users/bob/enabled",
    "/api",
    "/api/",
    "/audit",
    "/audit.csv",
    "/audit.jsonl",
    "/audit?kind=account&actor=alice&after=1.1",
    "/audit?kind=account&actor=alice&address=192.0.2.1&object=a&request=x&since=2020-01-01T00:00",
    "/comments/edit?registry=main&path=qa/app&comment={comment}",
    "/comments/remove?registry=main&path=qa/app&comment={comment}",
    "/deletions",
    "/deletions/new?registry=main&namespace=qa",
    "/deletions/new?registry=main&repository=qa/app&tag=1",
    "/deletions/{deletion}",
    "/namespaces",
    "/namespaces/main/_",
    "/namespaces/main/public?name=a&sort=name",
    "/namespaces/main/qa",
    "/namespaces/main/qa/activity",
    "/namespaces/main/qa/activity?only=pushes&after=1.1",
    "/namespaces/main/qa/settings",
    "/namespaces/new",
    "/namespaces/new?team=qa",
    "/namespaces?kind=orphan",
    "/password/wrong",
    "/password/{link}",
    "/profile",
    "/repositories",
    "/repositories?name=app&sort=pulls",
    "/repositories/main/public/app",
    "/repositories/main/public/app:1",
    "/repositories/main/public/app?compare=1&with=1",
    "/repositories/main/public/app?compare=nowhere&with=1",
    "/repositories/main/public/app?show=attached",
    "/repositories/main/public/app?sort=version&q=1&untagged",
    "/repositories/main/qa/app",
    "/repositories/main/qa/app:1",
    "/repositories/main/qa/app:nowhere",
    "/search",
    "/search/live?q=app",
    "/search?q=%00%25_&kind=tag",
    "/search?q=app",
    "/search?q=app&kind=repository&after=0/1/a",
    "/sessions",
    "/setup/wrong",
    "/sign-in",
    "/sign-in?to=/tokens",
    "/sign-up",
    "/stars",
    "/teams",
    "/teams/qa",
    "/teams/qa/activity",
    "/teams/qa/bots/ci",
    "/teams/qa/bots/ci/delete",
    "/teams/qa/bots/ci/enabled",
    "/teams/qa/bots/ci/tokens/revoke?label=all",
    "/teams/qa/delete",
    "/teams/qa/hand-over?to=carol&then=viewer",
    "/teams/qa/leave",
    "/teams/qa/members/remove?username=carol",
    "/tokens",
    "/tokens/revoke?label=all",
];

/// What is no page: its headers are others.
pub const ASSETS: &str = "/assets/{name}";
/// Routes whose places are somewhere else in a world that is furnished: before there is anyone, or
/// any registry.
const BEFORE: [&str; 2] = ["/admin/connect", "/setup/{secret}"];

/// SR14: nor what is held against every page.
#[tokio::test]
async fn no_page_is_missing_from_the_list() {
    let world = Furnished::new().await;
    let mut browsers = Vec::new();
    for who in ["", "alice", "bob", "carol", "root"] {
        browsers.push(world.browser(who).await);
    }
    for route in routes().iter().filter(|route| route.is_page && route.path != ASSETS) {
        let places: Vec<_> = PLACES.iter().filter(|place| fits(route.path, place)).collect();
        assert!(!places.is_empty(), "the page {} is not among PLACES", route.path);
        let mut found = BEFORE.contains(&route.path);
        for place in places {
            for browser in &browsers {
                found |= browser.get(&world.fill(place)).await.status == StatusCode::OK;
            }
        }
        assert!(found, "nobody finds {}", route.path);
    }
}
