//! From the set-up link to the lines of the first push, and what forms say that they did.

use axum::http::StatusCode;

use crate::api::Tenants;
use crate::browser::Browser;
use crate::world::{World, setup_secret};

const PASSWORD: [(&str, &str); 3] =
    [("username", "alice"), ("email", ""), ("password", "a long password")];

async fn set_up(world: &World) -> Browser<'_> {
    let browser = Browser::new(world);
    let link = format!("/setup/{}", setup_secret().expose());
    let guard = browser.guard(&link).await;
    let fields = [&[("guard", &*guard)], &PASSWORD[..]].concat();
    browser.send_form(&link, &fields).await.leads_to("/admin/connect");
    browser
}

#[tokio::test]
async fn the_set_up_link_leads_by_the_first_registry_to_the_lines_of_a_push() {
    let world = World::bare();
    let alice = set_up(&world).await;
    let page = alice.get("/admin/connect?done=signed_up").await.expect(StatusCode::OK).body;
    assert!(page.contains("Your account is made") && page.contains("Skip for now"), "{page}");
    assert!(alice.get("/admin").await.body.contains(r#"href="/admin/connect""#));

    let at = "/admin/connect";
    let odd = alice.post(at, &[("url", "nowhere"), ("act", "test")]).await;
    let odd = odd.expect(StatusCode::UNPROCESSABLE_ENTITY).body;
    assert!(odd.contains(r#"role="alert""#) && odd.contains(r#"value="nowhere""#), "{odd}");
    let bad = alice.post(at, &[("url", "http://bad.test:5000"), ("act", "test")]).await;
    let bad = bad.expect(StatusCode::OK).body;
    for part in ["+ url = &#34;new&#34;", "Add anyway", "Skip for now", "http://bad.test:5000"] {
        assert!(bad.contains(part), "{part} is not on {bad}");
    }
    // By its address alone: it is called as its host is.
    let added = alice.post(at, &[("url", "http://bad.test:5000"), ("act", "anyway")]).await;
    added.leads_to("/admin/connect/bad.test");
    let told = alice.get("/admin/connect/bad.test?done=registry_added").await;
    let told = told.expect(StatusCode::OK).body;
    for part in [
        "auth: # of bad.test",
        "portusctl registry config bad.test",
        "docker login bad.test:5000",
        "docker push bad.test:5000/",
        "action=\"/admin/connect/bad.test/check\"",
    ] {
        assert!(told.contains(part), "{part} is not on {told}");
    }
    let checked = alice.post("/admin/connect/bad.test/check", &[]).await;
    let place = checked.expect(StatusCode::SEE_OTHER);
    assert_eq!(place.header("location"), Some("/admin/connect/bad.test?done=checked#checks"));
    alice.get("/admin/connect/nowhere").await.expect(StatusCode::NOT_FOUND);

    // There is one now: the step is over.
    let over = alice.get(at).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(over.header("location"), Some("/admin/registries"));
}

#[tokio::test]
async fn a_registry_that_fits_is_added_at_once() {
    let world = World::bare();
    let alice = set_up(&world).await;
    let good = [("url", "https://good.test"), ("name", "hub"), ("act", "test")];
    alice.post("/admin/connect", &good).await.leads_to("/admin/connect/hub");
}

#[tokio::test]
async fn the_first_steps_are_for_admins() {
    let tenants = Tenants::new().await;
    let stranger = Browser::new(&tenants.world);
    let alice = Browser::of(&tenants.world, "alice").await;
    let asked = stranger.get("/admin/connect").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(asked.header("location"), Some("/sign-in?to=/admin/connect"));
    alice.get("/admin/connect").await.expect(StatusCode::FORBIDDEN);
    let form = [("url", "https://good.test"), ("act", "anyway")];
    alice.post("/admin/connect", &form).await.expect(StatusCode::FORBIDDEN);
    alice.post("/admin/connect/main/check", &[]).await.expect(StatusCode::FORBIDDEN);
}

/// Every form whose answer is another page says there what it did, in the reader's language.
#[tokio::test]
async fn forms_say_what_they_did() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let mut root = Browser::of(world, "root").await;
    type Form = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);
    let forms: [Form; 30] = [
        ("/teams", &[("name", "crew")], "The team is made", "angelegt"),
        ("/admin/users", &DORA, "The account is made", "Das Konto ist angelegt"),
        ("/teams/crew/members", &MEMBER, "The member is added", "aufgenommen"),
        ("/teams/crew/members/role", &OWNER, "The role is changed", "Die Rolle ist"),
        ("/teams/crew/description", &[("text", "us")], "The description is saved", "Beschreibung"),
        (
            "/teams/crew/bots",
            &[("username", "cd"), ("role", "viewer")],
            "The bot is made",
            "Bot ist",
        ),
        ("/teams/crew/bots/cd/enabled", &[("enabled", "false")], "The bot is disabled", "gesperrt"),
        ("/teams/crew/bots/cd/enabled", &[("enabled", "true")], "The bot may act", "darf wieder"),
        (
            "/teams/crew/bots/cd/delete",
            &[("name", "cd")],
            "The bot is deleted",
            "Der Bot ist gelöscht",
        ),
        (
            "/teams/crew/members/remove",
            &[("username", "dora")],
            "The member is removed",
            "entfernt",
        ),
        ("/admin/users/dora/enabled", &[("enabled", "false")], "account is disabled", "gesperrt"),
        ("/admin/users/dora/enabled", &[("enabled", "true")], "may act again", "wieder handeln"),
        ("/admin/users/dora/admin", &[("admin", "true")], "administers Portus from", "nächsten"),
        ("/admin/users/dora/admin", &[("admin", "false")], "no longer administers", "nicht mehr"),
        (
            "/admin/users/dora/password",
            &[("password", "a long one!")],
            "password is set",
            "gesetzt",
        ),
        ("/admin/users/dora/sign-out", &[], "is signed out everywhere", "überall abgemeldet"),
        (
            "/admin/users/dora/delete",
            &[("name", "dora")],
            "The account is deleted",
            "Konto ist gelöscht",
        ),
        ("/namespaces", &NAMESPACE, "The namespace is made", "Namensraum ist angelegt"),
        (
            "/namespaces/main/crewspace/settings/visibility",
            &OPEN,
            "visibility is",
            "Sichtbarkeit ist",
        ),
        ("/namespaces/main/crewspace/settings/transfer", &GIVE, "given away", "weitergegeben"),
        ("/teams/crew/rename", &[("name", "crew")], "The team is renamed", "umbenannt"),
        ("/teams/crew/delete", &[("name", "crew")], "The team is deleted", "Das Team ist gelöscht"),
        ("/profile/preferences", &[("times", "exact")], "Saved in this browser", "gespeichert"),
        ("/sessions/end", &[], "Every other session", "Alle anderen"),
        ("/tokens/revoke", &[("label", "x")], "The token is revoked", "Token ist widerrufen"),
        ("/admin/check", &[], "Portus looked again", "noch einmal nachgesehen"),
        ("/admin/registries/main/sync", &[], "as soon as a worker", "sobald ein Worker"),
        ("/admin/keys/activate", &[], "No key waits", "Kein Schlüssel wartet"),
        ("/admin/health/retry", &[("event", "4711")], "waits no more", "wartet nicht mehr"),
        ("/sign-out", &[], "You are signed out", "Die Abmeldung"),
    ];
    for (path, fields, english, german) in forms {
        let sent = root.post(path, fields).await.expect(StatusCode::SEE_OTHER);
        let place = sent.header("location").unwrap();
        for (language, text) in [("en", english), ("de", german)] {
            root.headers.push(("accept-language", language.into()));
            let page = root.get(place).await.expect(StatusCode::OK).body;
            root.headers.pop();
            let notice = page.split(r#"role="status">"#).nth(1).unwrap_or_default();
            let notice = notice.split("</div></div>").next().unwrap();
            assert!(notice.contains(text), "{path}: {place} says {notice:?} in {language}");
        }
        let bare = root.get(place.split("?done").next().unwrap()).await.body;
        assert!(!bare.contains(english), "{path}: it is gone on the next page");
    }
}

const DORA: [(&str, &str); 2] = [("username", "dora"), ("password", "correct horse battery")];
const MEMBER: [(&str, &str); 2] = [("username", "dora"), ("role", "viewer")];
const OWNER: [(&str, &str); 2] = [("username", "dora"), ("role", "contributor")];
const NAMESPACE: [(&str, &str); 3] =
    [("registry", "main"), ("name", "crewspace"), ("team", "crew")];
const OPEN: [(&str, &str); 1] = [("visibility", "public")];
const GIVE: [(&str, &str); 2] = [("kind", "team"), ("to", "qa")];

/// Nobody puts words into Portus' mouth by a link.
#[tokio::test]
async fn only_what_portus_says_is_said() {
    let world = World::new().await;
    let browser = Browser::new(&world);
    for odd in ["/?done=%3Cb%3Eowned", "/?done=", "/sign-in?done=hello", "/nowhere?done=team_made"]
    {
        assert!(!browser.get(odd).await.body.contains("notice ok"), "{odd}");
    }
}
