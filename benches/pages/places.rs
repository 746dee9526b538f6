//! What is looked at.

/// The pages that someone may see, with lists near their beginning and far into them.
pub fn places(who: &str) -> Vec<String> {
    let anybody = [
        "/",
        "/namespaces",
        "/namespaces/main/open",
        "/namespaces/main/n4",
        "/repositories",
        "/repositories?sort=pulls",
        "/repositories?sort=name&after=main/n77/app-1076",
        "/repositories?name=app-777",
        "/repositories/main/open/many",
        "/repositories/main/open/many?sort=version",
        "/repositories/main/open/many?sort=name",
        "/repositories/main/open/many?q=v77",
        "/repositories/main/open/many?show=untagged",
        "/repositories/main/open/many?show=attached",
        "/repositories/main/open/many:v500",
        "/search?q=app-777",
        "/search?q=v7",
        "/search?q=sha256:00000000000000000000000000000000000000000000000000000000000002",
        "/search?q=app&kind=repository",
        "/search?q=v7&kind=tag",
        "/search?q=n7&kind=namespace",
        "/search/live?q=many",
        "/api/v1/comments/main/open/many",
        "/api/v1/images/main/open/many?sort=version",
        "/api/v1/manifests/main/open/many",
        "/api/v1/manifests/main/open/many?tagged=false",
        "/api/v1/namespaces",
        "/api/v1/repositories?per_page=100",
        "/api/v1/search?q=app-777",
        "/api/v1/tags/main/open/many",
        "/api/v1/tags/main/open/many:v500/history",
    ];
    let signed_in = [
        "/access/what-can",
        "/api/v1/activities/main/open/many",
        "/api/v1/deletions",
        "/api/v1/namespaces/main/open/activities",
        "/api/v1/self/stars",
        "/api/v1/teams",
        "/api/v1/what-can",
        "/deletions",
        "/namespaces/main/crew/activity",
        "/profile",
        "/sessions",
        "/stars",
        "/teams",
        "/tokens",
    ];
    let admins = [
        "/access/who-can?registry=main&namespace=n5&action=push",
        "/admin",
        "/admin/health",
        "/admin/registries",
        "/admin/users",
        "/admin/users?prefix=u77",
        "/api/v1/activities",
        "/api/v1/deletions/1000001/items",
        "/api/v1/jobs",
        "/api/v1/parked-events",
        "/api/v1/registries",
        "/api/v1/users",
        "/api/v1/who-can?registry=main&namespace=n5&action=push",
        "/audit",
        "/audit?kind=repository",
        "/audit?actor=u77",
        "/audit?outcome=refused",
        "/audit?object=n5/app-4",
        "/audit?kind=repository.push&outcome=refused",
        "/audit?kind=account&outcome=refused",
        "/audit?actor=U77&kind=account.sign_in",
        "/audit?actor=u77&outcome=refused",
        "/audit?address=192.0.2.7&since=2023-11-14T22:13&until=2023-11-14T22:14",
        "/deletions/1000001",
        "/namespaces?kind=orphan",
        "/namespaces/main/crew/activity?only=refused",
        "/teams/t77",
    ];
    let mut places = anybody.to_vec();
    if who != "stranger" {
        places.extend(signed_in);
    }
    if who == "alice" {
        places.extend(admins);
    }
    places.into_iter().map(str::to_owned).collect()
}
