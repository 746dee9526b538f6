//! Small images.

use openssl::sha::sha256;
use portus_core::digest::Digest;
use serde_json::{Value, json};

pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub const OCI_LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";

/// Content with its digest.
#[derive(Clone, Debug)]
pub struct Content {
    pub digest: Digest,
    pub bytes: Vec<u8>,
}

pub fn content(bytes: impl Into<Vec<u8>>) -> Content {
    let bytes = bytes.into();
    let hex: String = sha256(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Content { digest: format!("sha256:{hex}").parse().unwrap(), bytes }
}

pub fn descriptor(media_type: &str, of: &Content) -> Value {
    json!({ "mediaType": media_type, "digest": of.digest.as_str(), "size": of.bytes.len() })
}

pub fn config(architecture: &str, variant: Option<&str>) -> Content {
    let rootfs = json!({ "type": "layers", "diff_ids": [] });
    let mut body = json!({ "os": "linux", "architecture": architecture, "rootfs": rootfs });
    if let Some(variant) = variant {
        body["variant"] = variant.into();
    }
    content(body.to_string())
}

/// An OCI image of one layer.
pub fn image(config: &Content, layer: &Content) -> Content {
    let body = json!({
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(OCI_CONFIG, config),
        "layers": [descriptor(OCI_LAYER, layer)],
    });
    content(body.to_string())
}

/// An index or a manifest list of images with their platforms.
pub fn index(media_type: &str, child_type: &str, children: &[(&Content, Value)]) -> Content {
    let manifests: Vec<Value> = children
        .iter()
        .map(|(child, platform)| {
            let mut descriptor = descriptor(child_type, child);
            descriptor["platform"] = platform.clone();
            descriptor
        })
        .collect();
    let body = json!({ "schemaVersion": 2, "mediaType": media_type, "manifests": manifests });
    content(body.to_string())
}
