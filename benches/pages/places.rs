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
        "/audit?kind=repository.push&outcome=refused",
        "/audit?kind=account&outcome=refused",
        "/audit?actor=U77&kind=account.sign_in",
        "/audit?actor=u77&outcome=refused",
        "/audit?address=192.0.2.7&since=2023-11-14T22:13&until=2023-11-14T22:14",
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
