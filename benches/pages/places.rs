//! What is looked at.

/// The pages that someone may see, with lists near their beginning and far into them.
pub fn places(who: &str) -> Vec<String> {
    let anybody = [
        "/",
        "/namespaces",
        "/namespaces/main/open",
        "/repositories/main/open/many",
        "/repositories/main/open/many:v500",
        "/api/v1/repositories?per_page=100",
    ];
    let signed_in = ["/access", "/profile", "/sessions", "/tokens"];
    let admins = ["/admin", "/audit", "/audit?kind=repository", "/audit?actor=u77"];
    let mut places = anybody.to_vec();
    if who != "stranger" {
        places.extend(signed_in);
    }
    if who == "alice" {
        places.extend(admins);
    }
    places.into_iter().map(str::to_owned).collect()
}
