//! The JSON of manifests and configurations, as it is read.

use portus_core::digest::Digest;
use portus_core::image::{
    Child, DOCKER_MANIFEST, Descriptor, ManifestDetails, ManifestKind, MediaType, Platform,
};
use portus_core::port::RemoteError;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::answer::plain;
use crate::configuration::pairs;

/// Reads a manifest of a known media type; of another, only that.
///
/// Source: OCI image specification 1.1, "manifest" and "image-index"; `distribution`,
/// `docs/content/spec/manifest-v2-2.md`.
pub(crate) fn read(media_type: MediaType, body: &[u8]) -> Result<ManifestDetails, RemoteError> {
    match media_type.kind() {
        ManifestKind::Image => image(media_type, parse(body)?),
        ManifestKind::Index => index(media_type, parse(body)?),
        ManifestKind::Legacy | ManifestKind::Unknown => Ok(bare(media_type)),
    }
}

/// The media type that a manifest gives itself.
pub(crate) fn media_type(body: &[u8]) -> Option<MediaType> {
    let named: SelfNamed = serde_json::from_slice(body).ok()?;
    named.media_type.map(|text| MediaType::new(&text))
}

/// The configuration of a manifest that is an image's.
pub(crate) fn image_config(details: &ManifestDetails) -> Option<&Descriptor> {
    // Docker 1.10 pushed configurations as plain bytes.
    let is_early = || details.media_type.as_str() == DOCKER_MANIFEST;
    details.config.as_ref().filter(|config| match config.media_type.as_str() {
        OCI_CONFIG | DOCKER_CONFIG => true,
        BYTES => is_early(),
        _ => false,
    })
}

/// The platform that an image's configuration says it runs on.
pub(crate) fn config_platform(body: &[u8]) -> Option<Platform> {
    serde_json::from_slice::<WirePlatform>(body).ok()?.known()
}

/// Annotations that are text, as many as are kept.
fn annotations(wire: Option<Value>) -> Vec<(String, String)> {
    wire.as_ref().map(pairs).unwrap_or_default()
}

/// What a manifest is about; what is no digest is left out.
fn subject(wire: Option<WireDescriptor>) -> Option<Digest> {
    wire.and_then(|subject| subject.digest.parse().ok())
}

fn bare(media_type: MediaType) -> ManifestDetails {
    ManifestDetails { media_type, ..ManifestDetails::default() }
}

fn image(media_type: MediaType, wire: WireImage) -> Result<ManifestDetails, RemoteError> {
    let layers = wire.layers.unwrap_or_default();
    let mut details = ManifestDetails {
        config: wire.config.map(WireDescriptor::read).transpose()?,
        layers: layers.into_iter().map(WireDescriptor::read).collect::<Result<_, _>>()?,
        artifact_type: artifact(wire.artifact_type),
        subject: subject(wire.subject),
        annotations: annotations(wire.annotations),
        ..bare(media_type)
    };
    if details.artifact_type.is_none() && image_config(&details).is_none() {
        details.artifact_type = details.config.as_ref().map(|config| config.media_type.clone());
    }
    Ok(details)
}

fn index(media_type: MediaType, wire: WireIndex) -> Result<ManifestDetails, RemoteError> {
    let child = |wire: WireChild| {
        let platform = wire.platform.and_then(WirePlatform::known);
        let attests = wire.annotations.as_ref().and_then(attests);
        Ok(Child { descriptor: wire.descriptor.read()?, platform, attests })
    };
    let children = wire.manifests.unwrap_or_default().into_iter().map(child);
    Ok(ManifestDetails {
        children: children.collect::<Result<_, RemoteError>>()?,
        artifact_type: artifact(wire.artifact_type),
        subject: subject(wire.subject),
        annotations: annotations(wire.annotations),
        ..bare(media_type)
    })
}

/// Which manifest BuildKit's attestation is about.
///
/// Source: BuildKit, `docs/attestations/attestation-storage.md`.
fn attests(annotations: &Value) -> Option<Digest> {
    let said = |name: &str| annotations.get(name).and_then(Value::as_str);
    let is_one = said("vnd.docker.reference.type") == Some("attestation-manifest");
    said("vnd.docker.reference.digest").filter(|_| is_one)?.parse().ok()
}

fn artifact(text: Option<String>) -> Option<MediaType> {
    text.map(|text| MediaType::new(&text)).filter(|named| !named.as_str().is_empty())
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, RemoteError> {
    serde_json::from_slice(body).map_err(|error| {
        RemoteError::Odd(format!("its manifest is none: {}", plain(&error.to_string())))
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SelfNamed {
    media_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireImage {
    artifact_type: Option<String>,
    config: Option<WireDescriptor>,
    layers: Option<Vec<WireDescriptor>>,
    #[serde(default, deserialize_with = "leniently")]
    subject: Option<WireDescriptor>,
    annotations: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireIndex {
    artifact_type: Option<String>,
    manifests: Option<Vec<WireChild>>,
    #[serde(default, deserialize_with = "leniently")]
    subject: Option<WireDescriptor>,
    annotations: Option<Value>,
}

#[derive(Deserialize)]
struct WireChild {
    #[serde(flatten)]
    descriptor: WireDescriptor,
    platform: Option<WirePlatform>,
    annotations: Option<Value>,
}

/// What is not as it should be counts as left out: nothing that is shown without it is lost.
fn leniently<'de, D: Deserializer<'de>>(wire: D) -> Result<Option<WireDescriptor>, D::Error> {
    let value = Value::deserialize(wire)?;
    Ok(serde_json::from_value(value).ok())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDescriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    size: u64,
}

impl WireDescriptor {
    fn read(self) -> Result<Descriptor, RemoteError> {
        let digest = self.digest.parse().map_err(|error| RemoteError::Odd(format!("{error}")))?;
        Ok(Descriptor { media_type: MediaType::new(&self.media_type), digest, size: self.size })
    }
}

#[derive(Deserialize)]
struct WirePlatform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
}

impl WirePlatform {
    /// What is named, unless it is nothing: attestations say `unknown/unknown`.
    fn known(self) -> Option<Platform> {
        let word = |text: Option<String>| text.filter(|text| is_word(text)).map(Box::<str>::from);
        let (os, architecture) = (word(self.os)?, word(self.architecture)?);
        let is_known = &*os != UNKNOWN || &*architecture != UNKNOWN;
        is_known.then(|| Platform { os, architecture, variant: word(self.variant) })
    }
}

fn is_word(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (1..=64).contains(&text.len()) && text.chars().all(plain)
}

const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const BYTES: &str = "application/octet-stream";
const UNKNOWN: &str = "unknown";

#[cfg(test)]
mod tests {
    use portus_core::image::{DOCKER_LIST, OCI_INDEX, OCI_MANIFEST};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn described(media_type: &str, size: u64) -> Value {
        json!({ "mediaType": media_type, "digest": digest(), "size": size })
    }

    fn digest() -> String {
        format!("sha256:{}", "0a".repeat(32))
    }

    fn read_as(media_type: &str, body: &Value) -> Result<ManifestDetails, RemoteError> {
        read(MediaType::new(media_type), body.to_string().as_bytes())
    }

    #[test]
    fn an_image_has_a_configuration_and_layers() {
        let layers = [described("a/b", 3), described("a/b", 4)];
        for (media_type, config) in
            [(OCI_MANIFEST, OCI_CONFIG), (DOCKER_MANIFEST, DOCKER_CONFIG), (DOCKER_MANIFEST, BYTES)]
        {
            let body =
                json!({ "schemaVersion": 2, "config": described(config, 5), "layers": layers });
            let details = read_as(media_type, &body).unwrap();

            assert_eq!(details.size(), Some(12));
            assert_eq!(details.layers.len(), 2);
            assert_eq!(details.artifact_type, None, "{config}");
            assert!(image_config(&details).is_some());
        }
    }

    #[test]
    fn an_artifact_says_what_it_is() {
        for (named, config, artifact) in [
            (
                None,
                "application/vnd.cncf.helm.config.v1+json",
                "application/vnd.cncf.helm.config.v1+json",
            ),
            (
                Some("application/spdx+json"),
                "application/vnd.oci.empty.v1+json",
                "application/spdx+json",
            ),
            (Some(""), "application/vnd.oci.empty.v1+json", "application/vnd.oci.empty.v1+json"),
            (Some("application/x"), OCI_CONFIG, "application/x"),
        ] {
            let body =
                json!({ "artifactType": named, "config": described(config, 2), "layers": null });
            let details = read_as(OCI_MANIFEST, &body).unwrap();
            assert_eq!(details.artifact_type.unwrap().as_str(), artifact);
        }
    }

    #[test]
    fn an_index_names_manifests_and_what_they_run_on() {
        let platforms = [
            (json!({ "os": "linux", "architecture": "amd64" }), Some("linux/amd64")),
            (
                json!({ "os": "linux", "architecture": "arm", "variant": "v7" }),
                Some("linux/arm/v7"),
            ),
            (json!({ "os": "linux", "architecture": "arm64", "variant": "" }), Some("linux/arm64")),
            (json!({ "os": "unknown", "architecture": "unknown" }), None),
            (json!({ "os": "li/nux", "architecture": "amd64" }), None),
            (json!({ "os": "", "architecture": "" }), None),
            (json!(null), None),
        ];
        let children = platforms.each_ref().map(|(platform, _)| {
            json!({ "mediaType": OCI_MANIFEST, "digest": digest(), "size": 7, "platform": platform })
        });
        for media_type in [OCI_INDEX, DOCKER_LIST] {
            let details = read_as(media_type, &json!({ "manifests": children })).unwrap();

            assert_eq!(details.size(), None);
            for (child, (_, platform)) in details.children.iter().zip(&platforms) {
                assert_eq!(child.platform.as_ref().map(ToString::to_string).as_deref(), *platform);
            }
        }
    }

    #[test]
    fn unknown_and_legacy_manifests_are_not_read() {
        for media_type in
            ["application/vnd.docker.distribution.manifest.v1+prettyjws", "text/html", ""]
        {
            let details = read(MediaType::new(media_type), b"<garbage>").unwrap();
            assert_eq!(details, bare(MediaType::new(media_type)));
        }
    }

    #[test]
    fn garbage_is_refused() {
        for body in [
            "",
            "[]",
            "{",
            r#"{"config":7}"#,
            r#"{"layers":[{}]}"#,
            r#"{"layers":[{"digest":"sha256:no","size":1}]}"#,
            r#"{"config":{"digest":"sha256:no","size":-1}}"#,
        ] {
            assert!(read(MediaType::new(OCI_MANIFEST), body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_configuration_says_what_an_image_runs_on() {
        let platform = |body: &str| config_platform(body.as_bytes()).map(|it| it.to_string());

        let body = r#"{"os":"linux","architecture":"arm64","variant":"v8","rootfs":{}}"#;
        assert_eq!(platform(body).as_deref(), Some("linux/arm64/v8"));
        for none in ["", "[]", "{}", r#"{"os":"linux"}"#, r#"{"os":7,"architecture":"a"}"#] {
            assert_eq!(platform(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn any_body_is_read_or_refused_in_a_line(body in ".{0,300}", long in "[a-z]{0,2000}") {
            for body in [body, format!(r#"{{"layers":"{long}"}}"#)] {
                for media_type in [OCI_MANIFEST, OCI_INDEX, DOCKER_LIST] {
                    if let Err(error) = read(MediaType::new(media_type), body.as_bytes()) {
                        let text = error.to_string();
                        prop_assert!(text.len() < 1000 && !text.contains(char::is_control));
                    }
                }
                config_platform(body.as_bytes());
            }
        }
    }
}
