//! What is in a repository and in an image: pages and REST, from what pushes brought.

use std::time::Duration;

use axum::http::StatusCode;
use portus_core::configuration::{Configuration, Step};
use portus_core::id::RepositoryId;
use portus_core::image::{
    Child, Descriptor, ManifestDetails, MediaType, OCI_INDEX, OCI_MANIFEST, SeenManifest,
};
use portus_core::port::{Clock, Described, StoreError};
use portus_core::tag::AsOf;

use crate::api::Tenants;
use crate::browser::{Browser, digest};
use crate::world::{World, encoded};

const PAGE: &str = "/repositories/main/public/app";

/// Sets a tag of `public/app` some seconds after everything began, and says what it points at.
async fn set(world: &World, tag: &str, digit: char, second: u64, details: ManifestDetails) {
    let path = "public/app".parse().unwrap();
    let at = world.clock.now() + Duration::from_secs(second);
    let as_of = AsOf { at, event: tag.into() };
    let media_type = details.media_type.clone();
    let seen = SeenManifest { digest: digest(digit), media_type, pushed_at: at };
    let set: Result<RepositoryId, StoreError> = world
        .store
        .write(async |tx| {
            let main = tx.registries().by_name(&"main".parse().unwrap()).await?.unwrap().id;
            let name = "public".parse().unwrap();
            let namespace = tx.namespaces().by_name(main, Some(&name)).await?.unwrap().id;
            let tx = tx.repositories();
            let repository = tx.ensure(namespace, &path, at).await?;
            tx.add_manifest(repository, &seen, &as_of).await?;
            let described = Described::Read(Box::new(details));
            tx.describe(repository, &seen.digest, &described).await?;
            if !tag.is_empty() {
                let by = Some((None, "alice"));
                tx.set_tag(repository, &tag.parse().unwrap(), &seen.digest, &as_of, by).await?;
            }
            Ok(repository)
        })
        .await;
    set.unwrap();
}

fn part(media_type: &str, digit: char, size: u64) -> Descriptor {
    Descriptor { media_type: MediaType::new(media_type), digest: digest(digit), size }
}

/// An image of layers with these digits, each a mebibyte.
fn image(layers: &str, configuration: Configuration) -> ManifestDetails {
    ManifestDetails {
        media_type: MediaType::new(OCI_MANIFEST),
        config: Some(part("application/vnd.oci.image.config.v1+json", '9', 100)),
        layers: layers.chars().map(|digit| part("application/x", digit, 1 << 20)).collect(),
        platform: "linux/amd64".parse().ok(),
        configuration: Some(Box::new(configuration)),
        ..ManifestDetails::default()
    }
}

fn plain(layers: &str) -> ManifestDetails {
    image(layers, Configuration::default())
}

fn texts(text: &str) -> Configuration {
    let one = |name: &str| format!("{name}{text}");
    let step = Step { made_by: one("RUN "), comment: one("comment"), is_empty: false };
    Configuration {
        created: Some(one("created")),
        author: Some(one("author")),
        entrypoint: vec![one("entry")],
        command: vec![one("cmd")],
        environment: vec![format!("E={}", one("env"))],
        working_folder: Some(one("dir")),
        user: Some(one("user")),
        stop_signal: Some(one("stop")),
        ports: vec![one("port")],
        volumes: vec![one("volume")],
        labels: vec![(one("name"), one("label"))],
        history: vec![step],
    }
}

/// The tags of each row of a page, in order.
fn rows(page: &str) -> Vec<String> {
    let lists = page.split(r#"<ul class="tags">"#).skip(1);
    let lists = lists.map(|rest| rest.split("</ul>").next().unwrap());
    let names = lists.map(|list| {
        let links = list.split(r#"/app:"#).skip(1);
        links.map(|link| link.split('"').next().unwrap()).collect::<Vec<_>>().join(" ")
    });
    names.collect()
}

async fn furnished() -> World {
    let world = World::new().await;
    for (tag, digit, second) in
        [("1.9", 'a', 1), ("v1.10", 'b', 2), ("stable", 'b', 3), ("1.10-rc.1", 'c', 4)]
    {
        set(&world, tag, digit, second, plain("1")).await;
    }
    world
}

#[tokio::test]
async fn tags_of_one_digest_are_one_row_in_the_wanted_order() {
    let world = furnished().await;
    let browser = Browser::new(&world);
    for (query, expected) in [
        ("", &["1.10-rc.1", "stable v1.10", "1.9"][..]),
        ("?sort=push", &["1.10-rc.1", "stable v1.10", "1.9"]),
        ("?sort=version", &["v1.10 stable", "1.10-rc.1", "1.9"]),
        ("?sort=name", &["1.10-rc.1", "1.9", "stable v1.10"]),
        ("?sort=odd", &["1.10-rc.1", "stable v1.10", "1.9"]),
        ("?q=1.1&sort=version", &["v1.10", "1.10-rc.1"]),
        ("?q=STAB", &["stable"]),
        ("?q=%25", &[]),
        ("?show=attached", &[]),
    ] {
        let page = browser.get(&format!("{PAGE}{query}")).await.expect(StatusCode::OK);
        assert_eq!(rows(&page.body), expected, "{query}");
        assert_eq!(page.body.contains("nothing here that fits"), expected.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn pages_of_tags_keep_what_was_asked_for() {
    let world = World::new().await;
    for number in 0..51u32 {
        let digit = char::from_digit(number % 16, 16).unwrap();
        let digest = format!("{digit}{}", char::from_digit(number / 16, 16).unwrap());
        let digest = format!("sha256:{}", digest.repeat(32)).parse().unwrap();
        let at = world.clock.now();
        let as_of = AsOf { at, event: "e".into() };
        let seen = SeenManifest { digest, media_type: MediaType::default(), pushed_at: at };
        let set: Result<_, StoreError> = world
            .store
            .write(async |tx| {
                let main = tx.registries().by_name(&"main".parse().unwrap()).await?.unwrap().id;
                let name = "public".parse().unwrap();
                let namespace = tx.namespaces().by_name(main, Some(&name)).await?.unwrap().id;
                let tx = tx.repositories();
                let of = tx.ensure(namespace, &"public/app".parse().unwrap(), at).await?;
                tx.add_manifest(of, &seen, &as_of).await?;
                let tag = format!("1.{number}").parse().unwrap();
                tx.set_tag(of, &tag, &seen.digest, &as_of, None).await
            })
            .await;
        set.unwrap();
    }
    let browser = Browser::new(&world);
    let first = browser.get(&format!("{PAGE}?sort=version&q=1.")).await.expect(StatusCode::OK);
    assert_eq!((rows(&first.body).len(), &*rows(&first.body)[0]), (50, "1.50"));
    let (_, link) = first.body.split_once(r#"<a class="end" href=""#).unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    assert!(link.contains("q=1.") && link.contains("sort=version"), "{link}");
    let second = browser.get(&format!("{PAGE}{link}")).await.expect(StatusCode::OK);
    assert_eq!(rows(&second.body), ["1.0"]);
}

#[tokio::test]
async fn what_is_about_an_image_is_shown_on_it_and_not_among_the_tags() {
    let world = furnished().await;
    let signature = format!("sha256-{}.sig", "b".repeat(64));
    set(&world, &signature, 'd', 5, plain("2")).await;
    let sbom = ManifestDetails {
        artifact_type: Some(MediaType::new("application/spdx+json")),
        subject: Some(digest('b')),
        ..plain("3")
    };
    set(&world, "", 'e', 6, sbom).await;
    let browser = Browser::new(&world);
    let page = browser.get(PAGE).await.expect(StatusCode::OK).body;
    assert_eq!(rows(&page), ["1.10-rc.1", "stable v1.10", "1.9"]);
    assert!(page.contains("SBOM") && page.contains("Signature"));
    let page = browser.get(&format!("{PAGE}?show=attached")).await.expect(StatusCode::OK).body;
    assert_eq!(rows(&page), [&*signature]);
    let page = browser.get(&format!("{PAGE}:stable")).await.expect(StatusCode::OK).body;
    for digit in ['d', 'e'] {
        assert!(page.contains(&format!("{PAGE}@{}\"", digest(digit))), "{page}");
    }
    for query in ["?untagged", "?show=untagged"] {
        let page = browser.get(&format!("{PAGE}{query}")).await.expect(StatusCode::OK).body;
        assert!(page.contains(&format!("{PAGE}@{}\"", digest('e'))), "{page}");
        assert!(!page.contains(&format!("{PAGE}@{}\"", digest('a'))), "{page}");
    }
}

#[tokio::test]
async fn of_an_index_only_what_is_there_is_linked() {
    let world = furnished().await;
    let child = |digit, platform: &str| Child {
        descriptor: part(OCI_MANIFEST, digit, 500),
        platform: platform.parse().ok(),
        attests: None,
    };
    let index = ManifestDetails {
        media_type: MediaType::new(OCI_INDEX),
        children: vec![child('f', "linux/arm64"), child('a', "linux/amd64")],
        ..ManifestDetails::default()
    };
    set(&world, "multi", 'e', 9, index).await;
    let browser = Browser::new(&world);
    let page = browser.get(&format!("{PAGE}:multi")).await.expect(StatusCode::OK).body;
    assert!(page.contains("linux/arm64") && page.contains("not stored here"), "{page}");
    assert!(!page.contains(&format!("href=\"{PAGE}@{}", digest('f'))), "{page}");
    assert!(page.contains(&format!("href=\"{PAGE}@{}", digest('a'))), "{page}");
    assert!(page.contains("Layers of linux/amd64"), "{page}");
    // Every link of the page leads somewhere.
    for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        if link.starts_with("/repositories") {
            browser
                .get(&link.replace("&#38;", "&").replace("&amp;", "&"))
                .await
                .expect(StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn a_tag_tells_what_it_pointed_at_before() {
    let world = furnished().await;
    set(&world, "1.9", 'c', 20, plain("1")).await;
    let browser = Browser::new(&world);
    let page = browser.get(&format!("{PAGE}:1.9")).await.expect(StatusCode::OK).body;
    let compare = format!("{PAGE}?compare={}&amp;with=1.9", digest('a'));
    assert!(page.contains(&compare), "{page}");
    let page = browser.get(&compare.replace("&amp;", "&")).await.expect(StatusCode::OK).body;
    assert!(page.contains("Nothing differs"), "{page}");
}

#[tokio::test]
async fn two_images_are_compared_and_what_is_not_there_is_said() {
    let world = World::new().await;
    let labelled = |value: &str| Configuration {
        labels: vec![("version".into(), value.into())],
        environment: vec![format!("V={value}")],
        ..Configuration::default()
    };
    set(&world, "1", 'a', 1, image("12", labelled("one"))).await;
    set(&world, "2", 'b', 2, image("13", labelled("two"))).await;
    let browser = Browser::new(&world);
    let ask = async |query: &str| {
        browser.get(&format!("{PAGE}?{query}")).await.expect(StatusCode::OK).body
    };
    let page = ask("compare=1&with=2").await;
    for word in ["Shared", "Added", "Removed", "one", "two", "1.0 MiB", "Environment"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    for query in ["compare=1&with=3", "compare=%3Cb%3E&with=1", "compare=1&with=1&platform=%3Cb"] {
        let page = ask(query).await;
        assert!(page.contains("not in this repository") != query.contains("platform"), "{page}");
        assert!(!page.contains("<b>&"), "{page}");
    }
    assert!(ask("compare").await.contains("Name two tags"));
}

/// SR17: whoever builds an image chooses what it says of itself.
#[tokio::test]
async fn sr17_what_images_say_is_text() {
    for text in crate::hostile::CORPUS {
        let world = World::new().await;
        let mut details = image("1", texts(text));
        details.annotations = vec![(format!("annotation{text}"), format!("noted{text}"))];
        set(&world, "1", 'a', 1, details.clone()).await;
        set(&world, "2", 'b', 2, plain("2")).await;
        details.artifact_type = Some(MediaType::new(&text.replace(';', "")));
        details.subject = Some(digest('b'));
        set(&world, "", 'c', 3, details).await;
        let browser = Browser::new(&world);
        let page = browser.get(&format!("{PAGE}:1")).await.expect(StatusCode::OK).body;
        for word in [
            "created",
            "author",
            "entry",
            "cmd",
            "env",
            "dir",
            "user",
            "stop",
            "port",
            "volume",
            "name",
            "label",
            "annotation",
            "noted",
            "RUN</b> ",
        ] {
            let shown = format!("{word}{}", crate::hostile::escaped(text));
            assert!(page.contains(&shown), "{shown} is not on the page: {page}");
        }
        crate::hostile::stays_text(&page, text, "a tag");
        for path in [
            format!("{PAGE}:2"),
            format!("{PAGE}?compare=1&with=2"),
            format!("{PAGE}?show=untagged"),
            format!("{PAGE}?q={}", encoded(text)),
            format!("{PAGE}?compare={0}&with={0}", encoded(text)),
        ] {
            let page = browser.get(&path).await.expect(StatusCode::OK).body;
            // What comes after a semicolon is no part of a media type.
            let is_whole = path.contains("q=") || path.contains("compare=");
            let shown = if is_whole { text.to_owned() } else { text.replace(';', "") };
            crate::hostile::harmless(&page, &shown, &path);
        }
    }
}

#[tokio::test]
async fn programs_read_all_that_pages_show() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    let mut details = image("1", texts("!"));
    details.annotations = vec![("a".into(), "b".into())];
    set(world, "1", 'a', 1, details).await;
    set(world, "1", 'b', 2, plain("12")).await;
    let signature = format!("sha256-{}.sig", "a".repeat(64));
    set(world, &signature, 'd', 5, plain("2")).await;
    let ask = async |path: String| tenants.get("alice", &path).await.expect(StatusCode::OK).json();
    let found = ask(format!("/api/v1/manifests/main/public/app@{}", digest('a'))).await;
    assert_eq!(found["annotations"]["a"], "b");
    let said = &found["configuration"];
    assert_eq!((&said["env"][0], &said["labels"]["name!"]), (&"E=env!".into(), &"label!".into()));
    assert_eq!(said["history"][0]["instruction"], "RUN !");
    assert_eq!(said["history"][0]["size"], 1 << 20);
    assert_eq!(found["referrers"][0]["kind"], "signature");
    assert_eq!(found["referrers"][0]["tag"], signature);

    let past = ask("/api/v1/tags/main/public/app:1/history?per_page=1".into()).await;
    assert_eq!(past[0]["digest"], digest('b').to_string());
    let past = ask("/api/v1/tags/main/public%2Fapp:1/history".into()).await;
    let last = &past[past.as_array().unwrap().len() - 1];
    assert_eq!((&last["present"], &last["author"]), (&true.into(), &"alice".into()));

    let compared = "/api/v1/compare/main/public/app";
    let found = ask(format!("{compared}?from={}&to=1", digest('a'))).await;
    assert_eq!((&found["to"], &found["platform"]), (&digest('b').to_string().into(), &().into()));
    let states: Vec<_> = found["layers"].as_array().unwrap().iter().collect();
    assert_eq!((&states[0]["state"], &states[1]["state"]), (&"shared".into(), &"added".into()));
    assert_eq!(found["env"][0]["from"], "env!");
    for (query, status) in [
        ("?from=1&to=none", StatusCode::NOT_FOUND),
        ("?from=1", StatusCode::BAD_REQUEST),
        ("?from=1&to=-", StatusCode::UNPROCESSABLE_ENTITY),
        ("?from=1&to=1&platform=x", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        tenants.get("alice", &format!("{compared}{query}")).await.expect(status);
    }
    let none = tenants.get("alice", "/api/v1/tags/main/public/app:none/history").await;
    none.expect(StatusCode::NOT_FOUND);
}

/// Layers that several images have count once, and stay while one of them does.
#[tokio::test]
async fn what_a_repository_takes_is_told_and_what_of_it_would_be_freed() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    set(world, "a", 'a', 1, plain("12")).await;
    set(world, "b", 'b', 2, plain("13")).await;
    set(world, "", 'c', 3, ManifestDetails { subject: Some(digest('a')), ..plain("") }).await;
    let mebibyte = 1 << 20;
    let at = "/api/v1/repositories/main/public/app";
    let whole = tenants.get("alice", at).await.expect(StatusCode::OK).json();
    assert_eq!(whole["size"], 3 * mebibyte + 100);
    let browser = Browser::of(world, "alice").await;
    assert!(browser.get(PAGE).await.body.contains(">3.0 MiB<"));

    let one = format!("/api/v1/manifests/main/public/app@{}?dry_run=true", digest('a'));
    let plan = tenants.ask("alice", "DELETE", &one, "").await.expect(StatusCode::OK).json();
    let told = ["size", "shared_layers_count", "shared_layers_size", "freed_size"];
    let told = told.map(|name| plan[name].as_u64().unwrap());
    assert_eq!(told, [2 * mebibyte + 100, 1, mebibyte, mebibyte + 100]);
    assert_eq!(plan["orphaned_referrers"][0]["digest"], digest('c').to_string());
    assert_eq!(plan["referrers"].as_array().map(Vec::len), Some(0));
    let asked = format!("repository=public%2Fapp&digest={}", digest('a'));
    let page = browser.get(&format!("/deletions/new?registry=main&{asked}")).await;
    let page = page.expect(StatusCode::OK).body;
    for said in ["1 layer (1.0 MiB) stays", "Freed at most", "stay without it"] {
        assert!(page.contains(said), "{said} in {page}");
    }

    let all = format!("{at}?dry_run=true");
    let plan = tenants.ask("alice", "DELETE", &all, "").await.expect(StatusCode::OK).json();
    let said = ["descriptions_count", "comments_count", "stars_count", "shared_layers_count"];
    assert!(said.iter().all(|name| plan[name].is_u64()), "{plan}");
    assert_eq!(plan["size"], 3 * mebibyte + 100);
}

#[tokio::test]
async fn manifests_are_listed_with_a_tag_or_without_one() {
    let tenants = Tenants::new().await;
    let world = &tenants.world;
    for (tag, digit, second) in [("a", 'a', 1), ("", 'b', 2), ("", 'c', 3)] {
        set(world, tag, digit, second, plain("1")).await;
    }
    let at = "/api/v1/manifests/main/public/app";
    let list = async |query: &str| {
        let answer = tenants.get("bob", &format!("{at}{query}")).await.expect(StatusCode::OK);
        let next = answer.header("link").map(str::to_owned);
        (answer.json(), next)
    };
    let (all, _) = list("").await;
    let untagged = all.as_array().unwrap().iter().filter(|one| one["tags_count"] == 0).count();
    assert!(untagged >= 2 && all.as_array().unwrap().len() > untagged, "{all}");
    let (first, next) = list("?tagged=false&per_page=1").await;
    assert_eq!(first[0]["digest"], digest('c').to_string());
    let next = next.unwrap();
    let next = next.split_once('<').unwrap().1.split_once('>').unwrap().0.to_owned();
    let next = next.split_once(at).unwrap().1.to_owned();
    let (second, _) = list(&next).await;
    assert_eq!(second[0]["digest"], digest('b').to_string());
    let (without, _) = list("?tagged=false").await;
    assert_eq!(without.as_array().unwrap().len(), untagged);
    let (tagged, _) = list("?tagged=true").await;
    assert!(tagged.as_array().unwrap().iter().all(|one| one["tags_count"] != 0), "{tagged}");
    tenants.get("bob", &format!("{at}?tagged=odd")).await.expect(StatusCode::BAD_REQUEST);
    tenants.ask("alice", "DELETE", at, "").await.expect(StatusCode::METHOD_NOT_ALLOWED);

    let delete = format!("digest={}", digest('b').to_string().replace(':', "%3A"));
    for (who, may) in [("alice", true), ("bob", false)] {
        let browser = Browser::of(world, who).await;
        let page = browser.get(&format!("{PAGE}?show=untagged")).await.expect(StatusCode::OK);
        assert_eq!(page.body.contains(&delete), may, "{who}: {}", page.body);
    }
}
