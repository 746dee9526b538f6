//! The main job: images go in and out through real clients, and Portus knows of each.

use portus_tests::image::{DOCKER_MANIFEST, HELM_CONFIG, OCI_INDEX, OCI_MANIFEST};
use portus_tests::programs::{Podman, Skopeo};
use portus_tests::world::{credentials, password};
use portus_tests::{Image, World, eventually, until};
use serde_json::Value;

everywhere! {
    /// SR3 SR7 SR21
    fn what_people_push_is_listed_and_what_they_may_pull_they_get(world) {
        skopeo_pushes_and_pulls(world);
        podman_pushes_and_pulls(world);
        every_kind_of_content_is_described(world);
        blobs_are_linked_only_from_what_may_be_pulled(world);
        pulls_are_counted_and_questions_are_not(world);
        owners_delete_and_others_do_not(world);
        the_global_namespace_is_for_admins(world);
        no_secret_is_in_a_log_or_in_the_database(world);
    }
}

fn skopeo_pushes_and_pulls(world: &World) {
    let host = &world.registry.host;
    let image = Image::small("app");
    let layout = world.folder("app");
    image.write_layout(&layout, "1");
    let app = format!("{host}/crew/app:1");
    Skopeo::push(&layout, &app, &credentials("bob")).ok();
    let row = listed(world, "crew/app", "1", &image);
    assert_eq!((&row["author"], &row["platforms"][0]), (&"bob".into(), &"linux/amd64".into()));
    assert_eq!(row["pulls"], 0);

    for name in ["alice", "bob", "carol"] {
        Skopeo::pull(&app, &world.folder(&format!("pulled-{name}")), Some(&credentials(name))).ok();
    }
    let ci = format!("ci:{}", world.ci);
    Skopeo::pull(&app, &world.folder("pulled-ci"), Some(&ci)).ok();
    Skopeo::pull(&app, &world.folder("denied"), Some(&credentials("mallory"))).refused();
    Skopeo::pull(&app, &world.folder("denied"), None).refused();
    Skopeo::push(&layout, &format!("{host}/crew/app:2"), &credentials("carol")).refused();
    Skopeo::push(&layout, &format!("{host}/crew/app:2"), &credentials("mallory")).refused();
    Skopeo::push(&layout, &format!("{host}/crew/app:2"), &ci).ok();
    assert_eq!(listed(world, "crew/app", "2", &image)["author"], "ci");

    Skopeo::push(&layout, &format!("{host}/open/app:1"), &credentials("bob")).ok();
    Skopeo::push(&layout, &format!("{host}/shared/app:1"), &credentials("bob")).ok();
    Skopeo::push(&layout, &format!("{host}/bob/app:1"), &credentials("bob")).ok();
    listed(world, "bob/app", "1", &image);
    Skopeo::pull(&format!("{host}/open/app:1"), &world.folder("anonymous"), None).ok();
    let shared = format!("{host}/shared/app:1");
    Skopeo::pull(&shared, &world.folder("stranger"), Some(&credentials("mallory"))).ok();
    Skopeo::pull(&shared, &world.folder("denied"), None).refused();
    Skopeo::pull(
        &format!("{host}/bob/app:1"),
        &world.folder("denied"),
        Some(&credentials("carol")),
    )
    .refused();
}

fn podman_pushes_and_pulls(world: &World) {
    let host = &world.registry.host;
    let layout = world.folder("podman-image");
    Image::small("podman").write_layout(&layout, "1");
    let bob = Podman::new(&world.folder("podman-bob"));
    let loaded = bob.run(&["pull", "--quiet", &format!("oci:{}:1", layout.display())]).ok();
    bob.login(host, "bob", &password("bob")).ok();
    let target = format!("{host}/crew/podman:1");
    bob.run(&["push", "--tls-verify=false", loaded.trim(), &target]).ok();
    let row = eventually("podman's push is in the list with its details", || {
        world.tag("crew/podman", "1").filter(|row| row["details"] == "read")
    });
    assert_eq!((&row["author"], &row["platforms"][0]), (&"bob".into(), &"linux/amd64".into()));
    // A crawl, such as that of a registry that was just added, does not know who was first.
    assert_eq!(row["first_author"], "bob");

    let carol = Podman::new(&world.folder("podman-carol"));
    carol.run(&["pull", "--tls-verify=false", &target]).refused();
    carol.login(host, "carol", &password("carol")).ok();
    carol.run(&["pull", "--quiet", "--tls-verify=false", &target]).ok();
    carol.run(&["push", "--tls-verify=false", &target, &format!("{host}/crew/podman:2")]).refused();
}

fn every_kind_of_content_is_described(world: &World) {
    let bob = world.client("bob");
    let index = Image::index("multi", &["amd64", "arm64/v8"]);
    bob.push(&index, "crew/multi", "1");
    let chart = Image::helm_chart("chart");
    bob.push(&chart, "crew/charts/chart", "0.1.0");
    let sbom = Image::artifact("sbom", "application/spdx+json");
    bob.push(&sbom, "crew/sbom", "1");
    let docker = Image::docker("docker");
    bob.push(&docker, "crew/docker", "1");
    let deep = Image::small("deep");
    bob.push(&deep, "crew/a/b/c/d/e", "1");

    let row = listed(world, "crew/multi", "1", &index);
    let mut platforms: Vec<_> =
        row["platforms"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    platforms.sort_unstable();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64/v8"]);
    assert_eq!(row["media_type"], OCI_INDEX);
    let row = listed(world, "crew/charts/chart", "0.1.0", &chart);
    assert_eq!(
        (&row["artifact_type"], &row["platforms"]),
        (&HELM_CONFIG.into(), &Value::Array(vec![]))
    );
    let row = listed(world, "crew/sbom", "1", &sbom);
    assert_eq!(row["artifact_type"], "application/spdx+json");
    assert_eq!(row["media_type"], OCI_MANIFEST);
    let row = listed(world, "crew/docker", "1", &docker);
    assert_eq!(
        (&row["media_type"], &row["artifact_type"]),
        (&DOCKER_MANIFEST.into(), &Value::Null)
    );
    listed(world, "crew/a/b/c/d/e", "1", &deep);
    let repository = world.portus.row(&["repo", "list"], "path", "crew/a/b/c/d/e").unwrap();
    assert_eq!((&repository["registry"], &repository["tags"]), (&"main".into(), &1.into()));
}

/// SR7
fn blobs_are_linked_only_from_what_may_be_pulled(world: &World) {
    let blob = Image::small("app").blobs.remove(1).digest;
    let mounted = world.client("bob").mount("crew/mounted", &blob, "crew/app");
    assert_eq!(mounted.status, 201, "{}", mounted.text());
    world.client("carol").mount("crew/mounted", &blob, "crew/app").expect(401);
    // Mallory may push to her own namespace, but may not read the source.
    world.client("mallory").push(&Image::small("hers"), "mallory/own", "1");
    world.client("mallory").mount("mallory/own", &blob, "crew/app").expect(401);
}

fn pulls_are_counted_and_questions_are_not(world: &World) {
    let bob = world.client("bob");
    let image = Image::small("counted");
    bob.push(&image, "crew/counted", "1");
    listed(world, "crew/counted", "1", &image);
    bob.ask_with("HEAD", "/v2/crew/counted/manifests/1", |request| {
        request.header("accept", OCI_MANIFEST)
    })
    .expect(200);
    bob.manifest("crew/counted", "1").expect(200);
    bob.manifest("crew/counted", image.digest()).expect(200);
    let path = format!("/v2/crew/counted/blobs/{}", image.blobs[1].digest);
    bob.ask("GET", &path).expect(200);
    let row = eventually("both pulls are counted", || {
        world.tag("crew/counted", "1").filter(|row| row["pulls"].as_u64() >= Some(2))
    });
    assert_eq!(row["pulls"], 2, "Portus' own reads and HEAD are nobody's pulls");
    assert!(row["pulled_at"].is_string(), "{row}");
}

fn owners_delete_and_others_do_not(world: &World) {
    let image = Image::small("app");
    for name in ["bob", "carol", "mallory", "ci", ""] {
        world.client(name).delete("crew/app", image.digest()).expect(401);
    }
    Skopeo::delete(&format!("{}/crew/app:1", world.registry.host), &credentials("carol")).refused();
    let own = world.client("bob").delete("bob/app", image.digest());
    assert_eq!(own.status, 202, "people delete what is their own: {}", own.text());
    Skopeo::delete(&format!("{}/crew/app:1", world.registry.host), &credentials("alice")).ok();
    until("both tags of the deleted digest are gone from the list", || {
        world.tags("crew/app").is_empty()
    });
    until("the deletion is in the audit", || {
        let rows = world.portus.rows(&["activity", "list", "--kind", "repository.delete"]);
        rows.iter().any(|row| row["actor"] == "alice")
    });
}

fn the_global_namespace_is_for_admins(world: &World) {
    let image = Image::small("global");
    world.client("bob").try_push(&image, "global-app", "1").expect(401);
    world.client("alice").push(&image, "global-app", "1");
    listed(world, "global-app", "1", &image);
    assert!(!world.client("").can_pull("global-app", "1"), "it starts private");
    world.portus.ctl(&["namespace", "visibility", "--global", "public"]).ok();
    until("anyone pulls from the global namespace", || {
        world.client("").can_pull("global-app", "1")
    });
}

/// SR3 SR21
fn no_secret_is_in_a_log_or_in_the_database(world: &World) {
    let token = world.asks("bob").with("offline_token", "true").get().expect(200).json();
    let text = |key: &str| token[key].as_str().unwrap().to_owned();
    let secrets = [
        password("alice"),
        password("bob"),
        world.ci.clone(),
        text("refresh_token"),
        text("token"),
        text("token").rsplit('.').next().unwrap().into(),
        world.registry.notification_secret(),
    ];
    let stored = world.stored_bytes();
    let log = world.portus.log();
    assert!(log.lines().count() > 20, "there is a log to look at");
    for secret in secrets {
        assert!(!log.contains(&secret), "a log has {}…", &secret[..12]);
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        for needle in [secret.as_bytes(), hex.as_bytes()] {
            let found = stored.windows(needle.len()).any(|window| window == needle);
            assert!(!found, "the database has {}…", &secret[..12]);
        }
    }
}

/// The row of a tag, once it points at this image and its details were read.
fn listed(world: &World, repository: &str, tag: &str, image: &Image) -> Value {
    let what = format!("{repository}:{tag} is in the list with its details");
    let row = eventually(&what, || {
        let row = world.tag(repository, tag)?;
        (row["digest"] == image.digest() && row["details"] == "read").then_some(row)
    });
    assert_eq!(row["size"], image.size(), "{row}");
    row
}
