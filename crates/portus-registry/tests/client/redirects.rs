//! SR15: where a registry may lead us, and with what.

use portus_core::image::Platform;

use crate::distribution::{Distribution, Version};
use crate::images::{Content, OCI_MANIFEST, config, content, image};
use crate::served::{API, Nobody, Served, answer, serve, serve_at};
use crate::world::{World, odd};

/// A registry that keeps its blobs in `storage`, and the platform of the image in it.
async fn platform(world: &World, storage: &str) -> Option<Platform> {
    let manifest = image(&stored(), &content("layer"));
    let mut distribution = Distribution::new(Version::V3_1);
    distribution.tag("qa/app", "v1", OCI_MANIFEST, &manifest);
    distribution.storage = Some(storage.to_owned());
    let served = distribution.start().await;
    let registry = world.open(&served.url());
    let found = registry.manifest(&"qa/app".parse().unwrap(), &manifest.digest).await;
    found.unwrap().unwrap().platform
}

fn stored() -> Content {
    config("amd64", None)
}

async fn storage() -> Served {
    serve(|_| answer(200, &[], stored().bytes)).await
}

fn elsewhere(served: &Served) -> String {
    format!("http://localhost:{}/bucket", served.address.port())
}

/// SR15
#[tokio::test]
async fn a_blob_is_fetched_from_where_the_registry_keeps_it_without_our_token() {
    let storage = storage().await;
    let mut world = World::new();
    world.settings.storage_hosts = vec!["localhost".into()];

    assert_eq!(platform(&world, &elsewhere(&storage)).await, "linux/amd64".parse().ok());
    assert_eq!(storage.asked(), [format!("GET /bucket/{}", stored().digest)]);
    assert_eq!(storage.last().header("authorization"), None);
}

#[tokio::test]
async fn another_port_of_the_registrys_own_host_is_followed_without_our_token() {
    let storage = storage().await;

    assert!(platform(&World::new(), &storage.url()).await.is_some());
    assert_eq!(storage.last().header("authorization"), None);
}

/// SR15
#[tokio::test]
async fn a_redirect_into_the_private_network_is_not_followed() {
    // At every address of this machine, so that only we can be what keeps a request from it.
    let storage = serve_at("0.0.0.0", |_| answer(200, &[], stored().bytes)).await;
    let port = storage.address.port();
    for target in [
        elsewhere(&storage),
        format!("http://127.1.2.3:{port}"),
        format!("http://2130706434:{port}"),
        format!("http://0x7f.2:{port}"),
        format!("http://0.0.0.0:{port}"),
        format!("http://[::1]:{port}"),
        format!("http://[::ffff:127.0.0.2]:{port}"),
        "http://169.254.169.254/latest/meta-data".into(),
        "http://10.0.0.1".into(),
        format!("http://user:password@127.0.0.1:{port}"),
        "file:///etc/passwd".into(),
        "gopher://127.0.0.1".into(),
    ] {
        assert_eq!(platform(&World::new(), &target).await, None, "{target}");
    }
    assert_eq!(storage.asked(), [""; 0]);
}

/// SR15
#[tokio::test]
async fn a_second_redirect_is_not_followed() {
    let last = storage().await;
    let target = last.url();
    let middle = serve(move |_| answer(307, &[("location", &target)], "")).await;

    assert_eq!(platform(&World::new(), &middle.url()).await, None);
    assert_eq!((middle.asked().len(), last.asked().len()), (1, 0));
}

/// SR15
#[tokio::test]
async fn storage_that_serves_something_else_is_not_believed() {
    let storage = serve(|_| answer(200, &[], config("arm64", None).bytes)).await;
    assert_eq!(platform(&World::new(), &storage.url()).await, None);
}

#[tokio::test]
async fn storage_that_is_away_leaves_an_image_without_platform() {
    let nobody = Nobody::home();
    assert_eq!(platform(&World::new(), &nobody.url()).await, None);
}

#[tokio::test]
async fn nothing_but_a_blob_is_redirected() {
    let other = storage().await;
    let url = other.url();
    let served = serve(move |_| answer(302, &[API, ("location", &url)], "")).await;
    let registry = World::new().open(&served.url());
    let path = "qa/app".parse().unwrap();

    for said in [
        odd(registry.catalog(None).await),
        odd(registry.tags(&path, None).await),
        odd(registry.resolve(&path, &"v1".parse().unwrap()).await),
        odd(registry.manifest(&path, &content("x").digest).await),
    ] {
        assert_eq!(said, "302: a redirect, which is not followed");
    }
    assert_eq!(other.asked(), [""; 0]);
}
