//! A world in which every page has something to show and every form something to change, and the
//! lists of both, which are held against the routes.

use axum::http::StatusCode;
use portus_core::activity::kind;
use portus_core::page::Slice;
use portus_core::port::{ActivityFilter, Browse};

use crate::api::Tenants;
use crate::browser::Browser;
use crate::world::{PASSWORD, World, setup_secret};

/// The world of [`Tenants`], where strangers may sign up, too.
pub struct Furnished {
    pub tenants: Tenants,
    /// What stands for a word in braces.
    known: Vec<(&'static str, String)>,
}

impl Furnished {
    pub async fn new() -> Self {
        let tenants = Tenants::of(World::open().await).await;
        let root = Browser::of(&tenants.world, "root").await;
        let page = root.post("/admin/users/carol/password-link", &[]).await.expect(StatusCode::OK);
        let link = page.body.split("/password/").nth(1).unwrap().split('<').next().unwrap();
        let jobs = tenants.get("root", "/api/v1/jobs").await.json();
        let [session, event, refresh, deletion] = tenants.numbers.clone();
        let known = vec![
            ("{comment}", tenants.comment.clone()),
            ("{deletion}", deletion),
            ("{event}", event),
            ("{job}", jobs[0]["id"].to_string()),
            ("{link}", link.to_owned()),
            ("{refresh}", refresh),
            ("{session}", session),
            ("{setup}", setup_secret().expose().to_owned()),
        ];
        assert!(known.iter().all(|(_, value)| value != "null"), "{known:?}");
        tenants.world.write_notes().await;
        Self { tenants, known }
    }

    pub fn world(&self) -> &World {
        &self.tenants.world
    }

    /// A browser of someone; of a stranger where the name is empty.
    pub async fn browser(&self, who: &str) -> Browser<'_> {
        match who {
            "" => Browser::new(self.world()),
            name => Browser::of(self.world(), name).await,
        }
    }

    /// A text of the lists, with what its words in braces stand for.
    pub fn fill(&self, text: &str) -> String {
        let replace = |text: String, (word, value): &(&str, String)| text.replace(word, value);
        self.known.iter().fold(text.to_owned(), replace)
    }

    /// A form's fields.
    pub fn fields<'a>(&self, fields: &[(&'a str, &str)]) -> Vec<(&'a str, String)> {
        fields.iter().map(|(name, value)| (*name, self.fill(value))).collect()
    }

    /// What waits to be written down is that something was refused, and nothing else.
    pub async fn only_refusals_wait(&self) {
        let world = self.world();
        let filter = ActivityFilter::default();
        let rows =
            async || world.memory.activities(&filter, &Slice::first(1000)).await.unwrap().rows;
        let before = rows().await.len();
        world.write_notes().await;
        let after = rows().await;
        for row in &after[..after.len() - before] {
            assert_eq!(row.kind, kind::ACCESS_REFUSED, "{row:?}");
        }
    }

    /// All that is stored, without what differs from one such world to the next.
    pub fn stored(&self) -> String {
        let stored = self.world().memory.everything().unwrap();
        let is_request = |line: &str| {
            let text = line.trim().trim_matches(['"', ',']);
            line.trim().starts_with('"') && text.len() == 16 && !text.contains(' ')
        };
        let kept = stored.lines().filter(|line| !line.contains("ca_certificate: "));
        kept.filter(|line| !is_request(line)).collect::<Vec<_>>().join("\n")
    }
}

/// A route of the pages.
pub struct Route {
    pub path: &'static str,
    pub is_page: bool,
    pub is_form: bool,
}

/// All of them, as the program has them.
pub fn routes() -> Vec<Route> {
    let texts = [include_str!("../../src/ui/mod.rs"), include_str!("../../src/ui/admin.rs")];
    let parts = texts.into_iter().flat_map(|text| text.split(".route(").skip(1));
    let routes: Vec<_> = parts
        .map(|part| {
            let mut parts = part.splitn(3, '"').skip(1);
            let (path, rest) = (parts.next().unwrap(), parts.next().unwrap());
            let rest = rest.split("\n}").next().unwrap();
            Route { path, is_page: rest.contains("get("), is_form: rest.contains("post(") }
        })
        .collect();
    assert!(routes.len() > 80, "only {} routes were found", routes.len());
    assert!(routes.iter().all(|route| route.is_page || route.is_form));
    routes
}

/// Whether an address of the lists is one of a route.
pub fn fits(route: &str, address: &str) -> bool {
    let address = address.split('?').next().unwrap();
    let (mut parts, mut given) = (route.split('/'), address.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(_)) if part.starts_with("{*") => return true,
            (Some(part), Some(_)) if part.starts_with('{') => {}
            (Some(part), Some(other)) if part == other => {}
            _ => return false,
        }
    }
}

/// Who fills a form in: whoever gets furthest.
pub fn who_fills(path: &str) -> &'static str {
    let is_strangers =
        ["/password/", "/setup/", "/sign-in", "/sign-up"].iter().any(|at| path.starts_with(at));
    let is_owners = [
        "/comments/edit",
        "/comments/remove",
        "/sessions/end",
        "/sessions/revoke",
        "/teams/qa/hand-over",
    ];
    match path {
        "/teams/qa/leave" => "carol",
        _ if is_strangers => "",
        _ if is_owners.contains(&path) => "alice",
        _ => "root",
    }
}

pub type Form = (&'static str, &'static [(&'static str, &'static str)]);

/// Every form that there is, with what would be right to send.
pub const FORMS: &[Form] = &[
    ("/access/change", &[("team", "qa"), ("who", "bob"), ("role", "viewer")]),
    ("/access/change", &[("registry", "main"), ("namespace", "qa"), ("visibility", "protected")]),
    ("/admin/check", &[]),
    (
        "/admin/connect",
        &[
            ("name", "hub"),
            ("url", "https://hub.test"),
            ("service", ""),
            ("hosts", ""),
            ("trust", "bundle"),
            ("visibility", "private"),
            ("act", "anyway"),
        ],
    ),
    ("/admin/connect/main/check", &[]),
    ("/admin/health/discard", &[("event", "{event}"), ("reason", "odd")]),
    ("/admin/health/job", &[("job", "{job}")]),
    ("/admin/health/retry", &[]),
    ("/admin/health/retry", &[("event", "{event}")]),
    ("/admin/keys/activate", &[]),
    ("/admin/keys/rotate", &[]),
    (
        "/admin/registries/main",
        &[("url", "https://moved.test"), ("hosts", "a.test"), ("minutes", "10")],
    ),
    ("/admin/registries/main/remove", &[("name", "main")]),
    ("/admin/registries/main/secret", &[]),
    ("/admin/registries/main/sync", &[]),
    (
        "/admin/registries/new",
        &[
            ("name", "hub"),
            ("url", "https://hub.test"),
            ("service", ""),
            ("hosts", ""),
            ("trust", "bundle"),
            ("visibility", "private"),
            ("act", "anyway"),
        ],
    ),
    (
        "/admin/users",
        &[("username", "eve"), ("email", "eve@example.org"), ("password", "a long password")],
    ),
    ("/admin/users/bob/admin", &[("admin", "true")]),
    ("/admin/users/carol/delete", &[("name", "carol"), ("heir", "team"), ("to", "qa")]),
    ("/admin/users/bob/enabled", &[("enabled", "false")]),
    ("/admin/users/bob/password", &[("password", "a planted password")]),
    ("/admin/users/bob/password-link", &[]),
    ("/admin/users/bob/sign-out", &[]),
    ("/admin/users/bob/tokens/revoke", &[("label", "all")]),
    ("/comments", &[("registry", "main"), ("path", "qa/app"), ("text", "planted")]),
    (
        "/comments/edit",
        &[("registry", "main"), ("path", "qa/app"), ("comment", "{comment}"), ("text", "planted")],
    ),
    ("/comments/remove", &[("registry", "main"), ("path", "qa/app"), ("comment", "{comment}")]),
    ("/deletions", &[("registry", "main"), ("repository", "qa/app"), ("tag", "1")]),
    (
        "/deletions",
        &[("registry", "main"), ("repository", "qa/app"), ("name", "qa/app"), ("siblings", "none")],
    ),
    ("/deletions", &[("registry", "main"), ("namespace", "qa"), ("name", "qa")]),
    ("/deletions/{deletion}/cancel", &[]),
    ("/descriptions/namespace", &[("registry", "main"), ("name", "qa"), ("text", "planted")]),
    ("/descriptions/repository", &[("registry", "main"), ("path", "qa/app"), ("text", "planted")]),
    (
        "/namespaces",
        &[("registry", "main"), ("name", "planted"), ("team", "qa"), ("visibility", "private")],
    ),
    ("/namespaces/main/qa/settings/transfer", &[("kind", "team"), ("to", "qa")]),
    ("/namespaces/main/qa/settings/visibility", &[("visibility", "public")]),
    ("/password/{link}", &[("password", "a planted password")]),
    ("/profile/email", &[("email", "planted@example.org"), ("password", PASSWORD)]),
    ("/profile/password", &[("current", PASSWORD), ("new", "a planted password")]),
    ("/profile/preferences", &[("language", "de"), ("times", "exact"), ("theme", "dark")]),
    ("/sessions/end", &[]),
    ("/sessions/end", &[("session", "{session}")]),
    ("/sessions/revoke", &[("token", "{refresh}")]),
    ("/setup/{setup}", &[("username", "eve"), ("email", ""), ("password", "a long password")]),
    ("/sign-in", &[("username", "alice"), ("password", PASSWORD), ("to", "/tokens")]),
    ("/sign-out", &[]),
    (
        "/sign-up",
        &[("username", "eve"), ("email", "eve@example.org"), ("password", "a long password")],
    ),
    ("/stars", &[("registry", "main"), ("path", "qa/app"), ("starred", "true")]),
    ("/teams", &[("name", "planted")]),
    ("/teams/qa/bots", &[("username", "planted"), ("role", "viewer")]),
    ("/teams/qa/bots/ci/delete", &[("name", "ci")]),
    ("/teams/qa/bots/ci/enabled", &[("enabled", "false")]),
    (
        "/teams/qa/bots/ci/tokens",
        &[
            ("label", "planted"),
            ("may", "push"),
            ("days", "on"),
            ("until", "2099-01-31"),
            ("namespaces", "main/qa"),
        ],
    ),
    ("/teams/qa/bots/ci/tokens/revoke", &[("label", "all")]),
    ("/teams/qa/delete", &[("name", "qa"), ("abandon", "true")]),
    ("/teams/qa/description", &[("text", "planted")]),
    ("/teams/qa/hand-over", &[("to", "carol"), ("then", "viewer")]),
    ("/teams/qa/leave", &[]),
    ("/teams/qa/members", &[("username", "bob"), ("role", "viewer"), ("act", "do")]),
    ("/teams/qa/members/remove", &[("username", "carol")]),
    ("/teams/qa/members/role", &[("username", "carol"), ("role", "contributor"), ("act", "do")]),
    ("/teams/qa/rename", &[("name", "renamed")]),
    ("/theme", &[("theme", "dark"), ("back", "/tokens")]),
    (
        "/tokens",
        &[
            ("label", "planted"),
            ("may", "push"),
            ("days", "on"),
            ("until", "2099-01-31"),
            ("namespaces", "main/qa"),
        ],
    ),
    ("/tokens/revoke", &[("label", "all")]),
];

/// SR14: what is held against every form leaves none out.
#[test]
fn no_form_is_missing_from_the_list() {
    let routes = routes();
    for route in routes.iter().filter(|route| route.is_form) {
        let found = FORMS.iter().any(|(path, _)| fits(route.path, path));
        assert!(found, "the form {} is not among FORMS", route.path);
    }
    for (path, _) in FORMS {
        let found = routes.iter().any(|route| route.is_form && fits(route.path, path));
        assert!(found, "{path} is no form");
    }
}
