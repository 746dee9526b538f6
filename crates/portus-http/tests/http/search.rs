//! Search, on pages and in the REST interface.

use axum::http::StatusCode;
use portus_core::configuration::Configuration;
use portus_core::image::{ManifestDetails, MediaType, OCI_MANIFEST, SeenManifest};
use portus_core::port::{Described, StoreError};
use portus_core::repository::RepositoryPath;
use portus_core::tag::AsOf;
use serde_json::Value;

use crate::api::Tenants;
use crate::browser::{Browser, digest};
use crate::world::World;

fn names(rows: &Value) -> Vec<String> {
    let word = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| {
        let fields = ["kind", "namespace", "repository", "tag", "team"];
        fields.map(|field| word(row, field)).join(" ").trim().to_owned()
    };
    rows.as_array().unwrap().iter().map(row).collect()
}

/// SR9, SR23: nobody finds what she may not see, whatever she looks for.
#[tokio::test]
async fn sr23_everyone_finds_what_she_may_see_and_nothing_else() {
    let tenants = Tenants::new().await;
    let hex = digest('a').to_string();
    for (who, text, expected) in [
        ("", "app", vec!["repository public public/app"]),
        ("bob", "app", vec!["repository public public/app", "repository rivals rivals/app"]),
        ("alice", "qa/a", vec!["repository qa qa/app"]),
        ("bob", "qa/a", vec![]),
        ("bob", "qa", vec![]),
        ("", "rivals", vec![]),
        ("bob", "riv", vec!["repository rivals rivals/app", "namespace rivals", "team    rivals"]),
        ("alice", "rivals", vec![]),
        ("carol", "qa", vec!["repository qa qa/app", "namespace qa", "team    qa"]),
        (
            "root",
            "rivals",
            vec!["repository rivals rivals/app", "namespace rivals", "team    rivals"],
        ),
        ("", "aaaaaa", vec!["digest public public/app"]),
        ("bob", &hex, vec!["digest public public/app", "digest rivals rivals/app"]),
    ] {
        let path = format!("/api/v1/search?q={}", crate::world::encoded(text));
        let answer = tenants.get(who, &path).await.expect(StatusCode::OK);
        let mut found = names(&answer.json());
        found.iter_mut().for_each(|row| *row = row.trim().to_owned());
        found.sort();
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        expected.sort();
        let squeeze = |rows: Vec<String>| {
            rows.iter()
                .map(|row| row.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect::<Vec<_>>()
        };
        assert_eq!(squeeze(found), squeeze(expected), "{who} looks for {text}");
    }
}

/// SR10
#[tokio::test]
async fn sr10_what_is_a_pattern_elsewhere_finds_nothing() {
    let tenants = Tenants::new().await;
    for text in
        ["%25%25", "ap%25", "__", "a_p", "%5C%5C", "a%5Cp", "**", "%00%00", "%27%27", "[a-z]"]
    {
        for kind in
            ["", "&kind=repository", "&kind=tag", "&kind=namespace", "&kind=team", "&kind=digest"]
        {
            let path = format!("/api/v1/search?q={text}{kind}");
            let found = tenants.get("root", &path).await.expect(StatusCode::OK);
            assert_eq!(found.body, "[]", "{path}");
        }
    }
}

#[tokio::test]
async fn a_list_of_one_kind_goes_on_where_its_link_says() {
    let tenants = Tenants::new().await;
    for number in 0..5 {
        tenants.world.push(&format!("qa/app-{number}"), "one", "alice").await;
    }
    let (mut path, mut found) =
        ("/api/v1/search?q=app&kind=repository&per_page=2".to_owned(), vec![]);
    loop {
        let answer = tenants.get("alice", &path).await.expect(StatusCode::OK);
        found.extend(names(&answer.json()));
        let Some(link) = answer.header("link") else { break };
        path = link[1..].split('>').next().unwrap().replace(crate::world::ORIGIN, "");
    }
    let repositories: Vec<&str> = found.iter().map(|row| row.split(' ').nth(2).unwrap()).collect();
    assert_eq!(
        repositories,
        ["qa/app", "public/app", "qa/app-0", "qa/app-1", "qa/app-2", "qa/app-3", "qa/app-4"]
    );
}

#[tokio::test]
async fn what_is_too_short_finds_nothing_and_what_is_too_long_is_refused() {
    let tenants = Tenants::new().await;
    for text in ["", "a", "%20a%20"] {
        let answer = tenants.get("root", &format!("/api/v1/search?q={text}")).await;
        assert_eq!(answer.expect(StatusCode::OK).body, "[]");
        let page = Browser::new(&tenants.world).get(&format!("/search?q={text}")).await;
        assert!(page.expect(StatusCode::OK).body.contains("two characters"));
    }
    let long = "a".repeat(256);
    let answer = tenants.get("root", &format!("/api/v1/search?q={long}")).await;
    assert_eq!(answer.expect(StatusCode::UNPROCESSABLE_ENTITY).json()["code"], "invalid-value");
    let page = Browser::new(&tenants.world).get(&format!("/search?q={long}")).await;
    assert!(page.expect(StatusCode::UNPROCESSABLE_ENTITY).body.contains("at most 255"));
    let path = "/api/v1/search?q=app&kind=everything";
    tenants.get("root", path).await.expect(StatusCode::BAD_REQUEST);
}

/// SR17: what is looked for is shown as it was typed.
#[tokio::test]
async fn sr17_a_search_is_shown_back_as_text() {
    let world = World::new().await;
    let browser = Browser::new(&world);
    let typed = crate::world::encoded("\"><script>alert(1)</script>");
    for path in [format!("/search?q={typed}"), format!("/search/live?q={typed}")] {
        let body = browser.get(&path).await.expect(StatusCode::OK).body;
        assert!(!body.contains("<script>alert") && !body.contains("\"><script"), "{body}");
        assert!(body.contains("alert(1)"));
    }
}

#[tokio::test]
async fn the_list_for_scripts_has_what_the_page_has() {
    let world = World::new().await;
    world.push("qa/app", "app-1", "alice").await;
    let alice = Browser::of(&world, "alice").await;
    let live = alice.get("/search/live?q=app").await.expect(StatusCode::OK).body;
    for link in ["/repositories/main/qa/app\"", "/repositories/main/qa/app:app-1\""] {
        assert!(live.contains(&format!("role=\"option\" tabindex=\"-1\" href=\"{link}")), "{live}");
        let page = alice.get("/search?q=app").await.expect(StatusCode::OK).body;
        assert!(page.contains(&format!("href=\"{link}")), "{page}");
    }
    assert!(live.contains("2 results") && !live.contains("<html"));
    let none = Browser::new(&world).get("/search/live?q=app").await.expect(StatusCode::OK).body;
    assert!(!none.contains("qa/app"));
}

#[tokio::test]
async fn a_team_that_was_found_is_one_click_away() {
    let world = World::new().await;
    let alice = Browser::of(&world, "alice").await;
    for path in ["/search?q=qa", "/search?q=qa&kind=team", "/search/live?q=qa"] {
        let body = alice.get(path).await.expect(StatusCode::OK).body;
        assert!(body.contains("href=\"/teams/qa\""), "{path}: {body}");
    }
    let team = alice.get("/teams/qa").await.expect(StatusCode::OK).body;
    assert!(team.contains("alice"));
    // Bob is not in it: he finds neither the team nor its page.
    let bob = Browser::of(&world, "bob").await;
    let body = bob.get("/search?q=qa").await.expect(StatusCode::OK).body;
    assert!(!body.contains("/teams/qa"), "{body}");
    bob.get("/teams/qa").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn strangers_find_nothing_where_they_may_not_look_around() {
    let world = World::closed().await;
    world.push("public/app", "1", "alice").await;
    let stranger = Browser::new(&world);
    for path in ["/search?q=app", "/search/live?q=app", "/search"] {
        stranger.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    assert!(!stranger.get("/sign-in").await.body.contains("type=\"search\""));
    let bob = Browser::of(&world, "bob").await;
    assert!(bob.get("/search?q=app").await.expect(StatusCode::OK).body.contains("public/app"));
}

/// SR9, SR23: a label finds the images that one may see.
#[tokio::test]
async fn images_are_found_by_a_label() {
    let tenants = Tenants::new().await;
    for (path, vendor) in [("public/app", "Acme Inc"), ("qa/app", "Acme Ltd")] {
        labelled(&tenants.world, path, ("org.opencontainers.image.vendor", vendor)).await;
    }
    let name = "org.opencontainers.image.vendor";
    for (who, text, expected) in [
        ("alice", name.to_owned(), 2),
        ("alice", format!("{name}=Acme"), 2),
        ("alice", format!("{name}=Acme L"), 1),
        ("bob", format!("{name}=Acme"), 1),
        ("", format!("{name}=Acme"), 1),
        ("bob", format!("{name}=Acme L"), 0),
        ("alice", format!("{name}=acme"), 0),
        ("alice", format!("{name}=%"), 0),
        ("alice", "opencontainers".to_owned(), 0),
    ] {
        let path = format!("/api/v1/search?kind=label&q={}", crate::world::encoded(&text));
        let rows = tenants.get(who, &path).await.expect(StatusCode::OK).json();
        assert_eq!(rows.as_array().unwrap().len(), expected, "{who}: {text}");
        let is_right = |row: &Value| row["kind"] == "label" && row["label"]["name"] == name;
        assert!(rows.as_array().unwrap().iter().all(is_right), "{rows}");
    }
    let browser = Browser::of(&tenants.world, "bob").await;
    let page = browser.get(&format!("/search?q={name}%3DAcme")).await.expect(StatusCode::OK).body;
    assert!(page.contains("=Acme Inc") && !page.contains("Acme Ltd"), "{page}");
}

async fn labelled(world: &World, path: &str, (name, value): (&str, &str)) {
    let path: RepositoryPath = path.parse().unwrap();
    let configuration = Configuration {
        labels: vec![(name.to_owned(), value.to_owned())],
        ..Configuration::default()
    };
    let details = ManifestDetails {
        media_type: MediaType::new(OCI_MANIFEST),
        configuration: Some(Box::new(configuration)),
        ..ManifestDetails::default()
    };
    let done = world.store.write::<_, StoreError>(async |tx| {
        let main = tx.registries().by_name(&"main".parse().unwrap()).await?.unwrap().id;
        let found = tx.repositories().by_path(main, &path).await?.unwrap();
        let (media_type, at) = (details.media_type.clone(), std::time::UNIX_EPOCH);
        let seen = SeenManifest { digest: digest('7'), media_type, pushed_at: at };
        let as_of = AsOf { at, event: "e".into() };
        tx.repositories().add_manifest(found, &seen, &as_of).await?;
        let read = Described::Read(Box::new(details));
        tx.repositories().describe(found, &seen.digest, &read).await
    });
    done.await.unwrap();
}
