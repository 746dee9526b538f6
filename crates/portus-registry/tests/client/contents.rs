use portus_core::image::{ManifestKind, MediaType};
use portus_core::port::FetchedManifest;
use serde_json::json;

use crate::distribution::{Distribution, Version};
use crate::images::{
    Content, DOCKER_CONFIG, DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, config, content,
    descriptor, image, index,
};
use crate::served::{API, Heard, Served, answer, serve};
use crate::world::{World, odd};

const SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";

/// Serves one manifest, whatever is asked for.
async fn serving(media_type: &'static str, manifest: &Content) -> Served {
    let bytes = manifest.bytes.clone();
    serve(move |_| answer(200, &[API, ("content-type", media_type)], bytes.clone())).await
}

#[tokio::test]
async fn a_tag_is_resolved_by_its_head() {
    let manifest = image(&config("amd64", None), &content("layer"));
    for version in Version::ALL {
        let mut distribution = Distribution::new(version);
        distribution.tag("qa/app", "v1", OCI_MANIFEST, &manifest);
        let served = distribution.start().await;
        let registry = World::new().open(&served.url());
        let path = "qa/app".parse().unwrap();

        let found = registry.resolve(&path, &"v1".parse().unwrap()).await.unwrap();
        let media_type = MediaType::new(OCI_MANIFEST);
        let digest = manifest.digest.clone();
        assert_eq!(found, Some(FetchedManifest { digest, media_type }));
        assert_eq!(served.asked(), ["HEAD /v2/qa/app/manifests/v1"]);
        assert_eq!(registry.resolve(&path, &"v2".parse().unwrap()).await.unwrap(), None);
        let absent = "qa/absent".parse().unwrap();
        assert_eq!(registry.resolve(&absent, &"v1".parse().unwrap()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn where_the_head_names_no_digest_the_manifest_does() {
    let manifest = image(&config("amd64", None), &content("layer"));
    let served = serving(OCI_MANIFEST, &manifest).await;
    let registry = World::new().open(&served.url());

    let found = registry.resolve(&"qa/app".parse().unwrap(), &"v1".parse().unwrap()).await;
    assert_eq!(found.unwrap().unwrap().digest, manifest.digest);
    let asked = ["HEAD /v2/qa/app/manifests/v1", "GET /v2/qa/app/manifests/v1"];
    assert_eq!(served.asked(), asked);
}

#[tokio::test]
async fn what_is_no_digest_is_not_taken_for_one() {
    let served = serve(|_| answer(200, &[API, ("docker-content-digest", "sha256:beef")], "")).await;
    let registry = World::new().open(&served.url());

    let found = registry.resolve(&"qa/app".parse().unwrap(), &"v1".parse().unwrap()).await;
    assert!(odd(found).contains("`sha256:beef`"));
}

#[tokio::test]
async fn a_missing_page_that_is_no_registrys_does_not_mean_that_a_tag_is_gone() {
    let proxy = serve(|_| answer(404, &[], "nothing here")).await;
    let registry = World::new().open(&proxy.url());
    let path = "qa/app".parse().unwrap();

    assert_eq!(odd(registry.resolve(&path, &"v1".parse().unwrap()).await), "404");
    assert_eq!(odd(registry.manifest(&path, &content("x").digest).await), "404");
}

#[tokio::test]
async fn all_media_types_are_accepted_in_the_first_line_and_one_a_line() {
    let manifest = image(&config("amd64", None), &content("layer"));
    let served = serving(OCI_MANIFEST, &manifest).await;
    let registry = World::new().open(&served.url());
    registry.resolve(&"qa/app".parse().unwrap(), &"v1".parse().unwrap()).await.unwrap();

    let Heard { headers, .. } = served.last();
    let lines: Vec<_> = headers.get_all("accept").iter().collect();
    let types = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST];
    assert_eq!(*lines[0], types.join(", "));
    assert_eq!(lines[1..], types);
}

#[tokio::test]
async fn an_image_is_read_with_its_platform() {
    for version in Version::ALL {
        for (config_of, platform) in
            [(config("amd64", None), "linux/amd64"), (config("arm", Some("v7")), "linux/arm/v7")]
        {
            let layer = content("layer");
            let manifest = image(&config_of, &layer);
            let mut distribution = Distribution::new(version);
            distribution.tag("qa/app", "v1", OCI_MANIFEST, &manifest);
            distribution.store(&config_of);
            let served = distribution.start().await;
            let registry = World::new().open(&served.url());

            let path = "qa/app".parse().unwrap();
            let details = registry.manifest(&path, &manifest.digest).await.unwrap().unwrap();
            assert_eq!(details.media_type.as_str(), OCI_MANIFEST);
            assert_eq!(details.platform.as_ref().unwrap().to_string(), platform);
            assert_eq!(details.size(), Some((config_of.bytes.len() + layer.bytes.len()) as u64));
            assert_eq!(details.layers[0].digest, layer.digest);
            assert_eq!(details.artifact_type, None);
        }
    }
}

#[tokio::test]
async fn a_manifest_that_is_not_there_is_none() {
    for version in Version::ALL {
        let served = Distribution::new(version).start().await;
        let registry = World::new().open(&served.url());
        let found = registry.manifest(&"qa/app".parse().unwrap(), &content("x").digest).await;
        assert_eq!(found.unwrap(), None);
    }
}

#[tokio::test]
async fn an_index_is_read_but_not_what_it_names() {
    let (amd64, arm64) = (config("amd64", None), config("arm64", Some("v8")));
    let (amd64, arm64) = (image(&amd64, &content("a")), image(&arm64, &content("b")));
    let attestation = image(&config("unknown", None), &content("c"));
    for (list, child) in [(OCI_INDEX, OCI_MANIFEST), (DOCKER_LIST, DOCKER_MANIFEST)] {
        let children = [
            (&amd64, json!({ "os": "linux", "architecture": "amd64" })),
            (&arm64, json!({ "os": "linux", "architecture": "arm64", "variant": "v8" })),
            (&attestation, json!({ "os": "unknown", "architecture": "unknown" })),
        ];
        let index = index(list, child, &children);
        let mut distribution = Distribution::new(Version::V3_1);
        distribution.tag("qa/app", "v1", list, &index);
        let served = distribution.start().await;
        let registry = World::new().open(&served.url());

        let found = registry.manifest(&"qa/app".parse().unwrap(), &index.digest).await;
        let details = found.unwrap().unwrap();
        let platforms = details.children.iter().map(|child| child.platform.as_ref());
        let platforms: Vec<_> = platforms.map(|it| it.map(ToString::to_string)).collect();
        assert_eq!(platforms, [Some("linux/amd64".into()), Some("linux/arm64/v8".into()), None]);
        assert_eq!(details.children[1].descriptor.digest, arm64.digest);
        assert_eq!((details.size(), details.platform), (None, None));
        assert_eq!(served.asked().len(), 1, "{:?}", served.asked());
    }
}

#[tokio::test]
async fn an_artifact_has_no_platform_and_its_configuration_is_not_fetched() {
    let chart = content(r#"{"name":"chart"}"#);
    let config_type = "application/vnd.cncf.helm.config.v1+json";
    let body =
        json!({ "schemaVersion": 2, "config": descriptor(config_type, &chart), "layers": [] });
    let manifest = content(body.to_string());
    let served = serving(OCI_MANIFEST, &manifest).await;
    let registry = World::new().open(&served.url());

    let found = registry.manifest(&"qa/chart".parse().unwrap(), &manifest.digest).await;
    let details = found.unwrap().unwrap();
    assert_eq!(details.artifact_type.unwrap().as_str(), config_type);
    assert_eq!(details.platform, None);
    assert_eq!(served.asked().len(), 1);
}

#[tokio::test]
async fn an_image_whose_configuration_cannot_be_read_has_no_platform() {
    let good = config("amd64", None);
    let garbage = content("<garbage>");
    let empty = content(r#"{"os":"","architecture":""}"#);
    let manifest = |config: &Content| {
        let body = json!({ "config": descriptor(DOCKER_CONFIG, config), "layers": [] });
        content(body.to_string())
    };
    for (config, is_stored) in [(&good, false), (&garbage, true), (&empty, true)] {
        let manifest = manifest(config);
        let mut distribution = Distribution::new(Version::V2_8);
        distribution.tag("qa/app", "v1", DOCKER_MANIFEST, &manifest);
        if is_stored {
            distribution.store(config);
        }
        let served = distribution.start().await;
        let registry = World::new().open(&served.url());

        let found = registry.manifest(&"qa/app".parse().unwrap(), &manifest.digest).await;
        let details = found.unwrap().unwrap();
        assert_eq!(details.platform, None);
        assert_eq!(details.config.unwrap().digest, config.digest);
    }
}

#[tokio::test]
async fn a_configuration_that_is_not_what_was_named_is_not_believed() {
    let (named, served_instead) = (config("amd64", None), config("arm64", None));
    let manifest = image(&named, &content("layer"));
    let mut distribution = Distribution::new(Version::V3_0);
    distribution.tag("qa/app", "v1", OCI_MANIFEST, &manifest);
    distribution.blobs.insert(named.digest.to_string(), served_instead);
    let served = distribution.start().await;

    let registry = World::new().open(&served.url());
    let found = registry.manifest(&"qa/app".parse().unwrap(), &manifest.digest).await;
    assert_eq!(found.unwrap().unwrap().platform, None);
}

#[tokio::test]
async fn a_large_configuration_is_not_fetched() {
    let config = config("amd64", None);
    let manifest = image(&config, &content("layer"));
    let mut distribution = Distribution::new(Version::V3_0);
    distribution.tag("qa/app", "v1", OCI_MANIFEST, &manifest);
    distribution.store(&config);
    let served = distribution.start().await;
    let mut world = World::new();
    world.settings.max_config = 10;

    let registry = world.open(&served.url());
    let found = registry.manifest(&"qa/app".parse().unwrap(), &manifest.digest).await;
    assert_eq!(found.unwrap().unwrap().platform, None);
    assert_eq!(served.asked().len(), 1);
}

#[tokio::test]
async fn legacy_and_unknown_manifests_are_known_by_their_media_type_alone() {
    let manifest = content(r#"{"schemaVersion":1,"fsLayers":[{"blobSum":"x"}],"signatures":[]}"#);
    let other = content("not even JSON");
    for (media_type, served_as, asked_as, kind) in [
        (SCHEMA1, &manifest, &other, ManifestKind::Legacy),
        ("application/vnd.example.thing", &other, &other, ManifestKind::Unknown),
    ] {
        let served = serving(media_type, served_as).await;
        let registry = World::new().open(&served.url());
        let found = registry.manifest(&"qa/app".parse().unwrap(), &asked_as.digest).await;
        let details = found.unwrap().unwrap();

        assert_eq!(details.media_type.as_str(), media_type);
        assert_eq!(details.media_type.kind(), kind);
        assert_eq!((details.layers.len(), details.config), (0, None));
    }
}

#[tokio::test]
async fn a_manifest_that_is_served_as_plain_json_is_what_it_says_itself() {
    let manifest = image(&config("amd64", None), &content("layer"));
    for served_as in ["application/json", "application/octet-stream", "text/plain; charset=utf-8"] {
        let served = serving(served_as, &manifest).await;
        let registry = World::new().open(&served.url());
        let found = registry.manifest(&"qa/app".parse().unwrap(), &manifest.digest).await;
        assert_eq!(found.unwrap().unwrap().media_type.as_str(), OCI_MANIFEST);
    }
}
