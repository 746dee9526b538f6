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
        "/repositories/main/open/many:v500",
        "/search?q=app-777",
        "/search?q=v7",
        "/search?q=sha256:00000000000000000000000000000000000000000000000000000000000002",
        "/search/live?q=many",
        "/api/v1/repositories?per_page=100",
    ];
    let signed_in = [
        "/access/what-can",
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
        "/admin/users",
        "/admin/users?prefix=u77",
        "/audit",
        "/audit?kind=repository",
        "/audit?actor=u77",
        "/audit?outcome=refused",
        "/audit?object=n5/app-4",
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
