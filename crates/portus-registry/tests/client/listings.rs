use std::time::{Duration, SystemTime};

use portus_core::port::RemoteRegistry;
use portus_core::repository::RepositoryPath;

use crate::distribution::{Distribution, Version};
use crate::images::{OCI_MANIFEST, config, content, image};
use crate::served::{API, Served, answer, json, serve};
use crate::world::{START, World, odd};

async fn whole_catalog(registry: &dyn RemoteRegistry) -> (Vec<String>, u64) {
    let (mut names, mut odd, mut from) = (Vec::new(), 0, None);
    loop {
        let page = registry.catalog(from.as_deref()).await.unwrap();
        names.extend(page.repositories.iter().map(ToString::to_string));
        odd += page.odd;
        match page.next {
            Some(next) => from = Some(next),
            None => return (names, odd),
        }
    }
}

async fn all_tags(registry: &dyn RemoteRegistry, path: &RepositoryPath) -> Vec<String> {
    let (mut names, mut from) = (Vec::new(), None);
    loop {
        let page = registry.tags(path, from.as_deref()).await.unwrap();
        names.extend(page.tags.iter().map(ToString::to_string));
        match page.next {
            Some(next) => from = Some(next),
            None => return names,
        }
    }
}

fn sized(page_size: u32) -> World {
    let mut world = World::new();
    world.settings.page_size = page_size;
    world
}

async fn holding(version: Version, repositories: &[&str]) -> Served {
    let mut distribution = Distribution::new(version);
    for name in repositories {
        distribution.repositories.insert((*name).into(), Vec::new());
    }
    distribution.start().await
}

#[tokio::test]
async fn a_catalog_is_read_to_its_end_in_the_registrys_own_order() {
    let names = ["foo-bar", "foo/bar", "foobar", "a/b/c", "a", "qa/app", "zoo"];
    for version in Version::ALL {
        let served = holding(version, &names).await;
        for page_size in [1, 2, 3, 6, 7, 8, 1000] {
            let registry = sized(page_size).open(&served.url());
            let (listed, odd) = whole_catalog(&*registry).await;

            let ordered = ["a", "a/b/c", "foo/bar", "foo-bar", "foobar", "qa/app", "zoo"];
            assert_eq!(listed, ordered, "{version:?}, {page_size} a page");
            assert_eq!(odd, 0);
        }
    }
}

#[tokio::test]
async fn a_registry_that_refuses_our_page_size_chooses_its_own() {
    let mut distribution = Distribution::new(Version::V3_1);
    distribution.max_entries = 2;
    for name in ["a", "b", "c", "d", "e"] {
        distribution.tag("tagged", name, OCI_MANIFEST, &content(name));
        distribution.repositories.insert(name.into(), Vec::new());
    }
    let served = distribution.start().await;
    let registry = World::new().open(&served.url());

    let (listed, _) = whole_catalog(&*registry).await;
    assert_eq!(listed, ["a", "b", "c", "d", "e", "tagged"]);
    let tags = all_tags(&*registry, &"tagged".parse().unwrap()).await;
    assert_eq!(tags, ["a", "b", "c", "d", "e"]);
    let refused = served.asked().iter().filter(|asked| asked.contains("n=1000")).count();
    assert_eq!(refused, 1, "{:?}", served.asked());
}

#[tokio::test]
async fn an_empty_registry_has_an_empty_catalog() {
    let null = serve(|_| json(r#"{"repositories":null}"#)).await;
    let empty = holding(Version::V2_8, &[]).await;
    for served in [null, empty] {
        let page = World::new().open(&served.url()).catalog(None).await.unwrap();
        assert_eq!((page.repositories.len(), page.odd, page.next), (0, 0, None));
    }
}

#[tokio::test]
async fn names_that_are_no_repositories_are_counted() {
    let served = serve(|_| json(r#"{"repositories":["qa/app","QA/app","a..b","","qa:x"]}"#)).await;
    let page = World::new().open(&served.url()).catalog(None).await.unwrap();

    assert_eq!(page.repositories, ["qa/app".parse().unwrap()]);
    assert_eq!(page.odd, 4);
}

#[tokio::test]
async fn a_page_says_what_the_registrys_clock_said() {
    let dated = serve(|_| {
        let date = ("date", "Fri, 02 Jan 2026 03:04:05 GMT");
        answer(200, &[API, date], r#"{"repositories":[]}"#)
    });
    let undated = serve(|_| answer(200, &[API, ("date", "soon")], r#"{"repositories":[]}"#));
    let date =
        async |served: Served| World::new().open(&served.url()).catalog(None).await.unwrap().date;

    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(START);
    assert_eq!(date(dated.await).await, Some(start));
    assert_eq!(date(undated.await).await, None);
}

#[tokio::test]
async fn tags_are_read_to_their_end() {
    let path = "qa/app".parse().unwrap();
    let manifest = image(&config("amd64", None), &content("layer"));
    for version in Version::ALL {
        let mut distribution = Distribution::new(version);
        for tag in ["v2", "latest", "v1", "0.1", "v10"] {
            distribution.tag("qa/app", tag, OCI_MANIFEST, &manifest);
        }
        let served = distribution.start().await;
        for page_size in [1, 2, 5, 6] {
            let registry = sized(page_size).open(&served.url());
            let mut tags = all_tags(&*registry, &path).await;
            tags.sort();

            assert_eq!(tags, ["0.1", "latest", "v1", "v10", "v2"], "{version:?}, {page_size}");
        }
    }
}

#[tokio::test]
async fn a_repository_that_is_empty_or_not_there_has_no_tags() {
    for version in Version::ALL {
        let served = holding(version, &["qa/empty"]).await;
        let registry = World::new().open(&served.url());
        for path in ["qa/empty", "qa/absent"] {
            assert!(all_tags(&*registry, &path.parse().unwrap()).await.is_empty(), "{version:?}");
        }
    }
}

#[tokio::test]
async fn tags_that_are_none_are_left_out() {
    let served = serve(|_| json(r#"{"name":"qa/app","tags":["v1","-x","","a b"]}"#)).await;
    let page = World::new().open(&served.url()).tags(&"qa/app".parse().unwrap(), None).await;

    assert_eq!(page.unwrap().tags, ["v1".parse().unwrap()]);
}

#[tokio::test]
async fn a_page_that_is_no_registrys_does_not_mean_that_there_are_no_tags() {
    let proxy =
        serve(|_| answer(404, &[("content-type", "text/html")], "<h1>Not found</h1>")).await;
    let tags = World::new().open(&proxy.url()).tags(&"qa/app".parse().unwrap(), None).await;

    assert_eq!(odd(tags), "404");
}

#[tokio::test]
async fn a_link_may_be_whole_but_only_of_the_same_registry() {
    let linked = async |link: &'static str| {
        let link = ("link", link);
        let served = serve(move |_| answer(200, &[API, link], r#"{"repositories":["a"]}"#)).await;
        World::new().open(&served.url()).catalog(None).await
    };

    let own = "<https://registry.example.org/v2/_catalog?last=a&n=1>; rel=\"next\"";
    assert_eq!(linked(own).await.unwrap().next.as_deref(), Some("a"));
    let foreign = "<http://elsewhere.test/v2/_catalog?last=a>; rel=\"next\"";
    assert!(odd(linked(foreign).await).contains("another host"));
    let nowhere = "</v2/_catalog?n=1>; rel=\"next\"";
    assert!(odd(linked(nowhere).await).contains("nothing to go on from"));
}

#[tokio::test]
async fn a_cursor_is_sent_back_as_it_was_given() {
    let served = serve(|_| json(r#"{"repositories":[]}"#)).await;
    World::new().open(&served.url()).catalog(Some("foo/bar&n=7 #?")).await.unwrap();

    assert_eq!(served.asked(), ["GET /v2/_catalog?n=1000&last=foo%2Fbar%26n%3D7+%23%3F"]);
}
