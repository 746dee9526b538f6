//! Small images and artifacts, made here and always the same for the same seed.

use std::fs;
use std::path::Path;

use openssl::sha::sha256;
use serde_json::{Value, json};

pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
pub const HELM_CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";

/// Some bytes, as a registry keeps them.
#[derive(Clone, Debug)]
pub struct Content {
    /// What they are.
    pub media_type: String,
    /// What they are called by.
    pub digest: String,
    /// They.
    pub bytes: Vec<u8>,
}

impl Content {
    /// Bytes of some type.
    pub fn new(media_type: &str, bytes: Vec<u8>) -> Self {
        Self { media_type: media_type.into(), digest: digest(&bytes), bytes }
    }

    fn descriptor(&self) -> Value {
        json!({
            "mediaType": self.media_type,
            "digest": self.digest,
            "size": self.bytes.len(),
        })
    }
}

/// A manifest with all it names.
#[derive(Clone, Debug)]
pub struct Image {
    /// The manifest itself.
    pub manifest: Content,
    /// The blobs it names, the configuration first.
    pub blobs: Vec<Content>,
    /// The manifests it names.
    pub children: Vec<Image>,
}

impl Image {
    /// An image of two layers for linux/amd64.
    pub fn small(seed: &str) -> Self {
        Self::for_platform(seed, "amd64")
    }

    /// An image for `architecture` or `architecture/variant`.
    pub fn for_platform(seed: &str, platform: &str) -> Self {
        let layers = vec![layer(seed, "one", 900), layer(seed, platform, 2500)];
        Self::of(OCI_MANIFEST, configuration(platform, &layers), layers, json!({}))
    }

    /// An image as docker's own builder made it.
    pub fn docker(seed: &str) -> Self {
        let mut layers = vec![layer(seed, "docker", 1200)];
        layers[0].media_type = "application/vnd.docker.image.rootfs.diff.tar.gzip".into();
        let mut config = configuration("amd64", &layers);
        config.media_type = "application/vnd.docker.container.image.v1+json".into();
        Self::of(DOCKER_MANIFEST, config, layers, json!({}))
    }

    /// An image for each platform, and an index of them.
    pub fn index(seed: &str, platforms: &[&str]) -> Self {
        let children: Vec<_> =
            platforms.iter().map(|platform| Self::for_platform(seed, platform)).collect();
        let named = children.iter().zip(platforms).map(|(child, platform)| {
            let mut descriptor = child.manifest.descriptor();
            descriptor["platform"] = platform_of(platform);
            descriptor
        });
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": OCI_INDEX,
            "manifests": named.collect::<Vec<_>>(),
        });
        let manifest = Content::new(OCI_INDEX, manifest.to_string().into_bytes());
        Self { manifest, blobs: Vec::new(), children }
    }

    /// What `helm push` makes.
    pub fn helm_chart(seed: &str) -> Self {
        let config = format!(r#"{{"name":"{seed}","version":"0.1.0","apiVersion":"v2"}}"#);
        let mut chart = layer(seed, "chart", 600);
        chart.media_type = "application/vnd.cncf.helm.chart.content.v1.tar+gzip".into();
        let config = Content::new(HELM_CONFIG, config.into_bytes());
        Self::of(OCI_MANIFEST, config, vec![chart], json!({}))
    }

    /// Anything else, of the type it says.
    pub fn artifact(seed: &str, artifact_type: &str) -> Self {
        let config = Content::new("application/vnd.oci.empty.v1+json", b"{}".to_vec());
        let thing = Content::new("application/json", format!(r#"{{"{seed}":1}}"#).into_bytes());
        Self::of(OCI_MANIFEST, config, vec![thing], json!({ "artifactType": artifact_type }))
    }

    /// The digest of its manifest.
    pub fn digest(&self) -> &str {
        &self.manifest.digest
    }

    /// Bytes of configuration and layers; for an index, of all its manifests', with what several of
    /// them have counted once.
    pub fn size(&self) -> u64 {
        let mut blobs: Vec<&Content> = self.all().collect();
        blobs.sort_by(|one, other| one.digest.cmp(&other.digest));
        blobs.dedup_by(|one, other| one.digest == other.digest);
        blobs.iter().map(|blob| blob.bytes.len() as u64).sum()
    }

    fn all(&self) -> impl Iterator<Item = &Content> {
        self.blobs.iter().chain(self.children.iter().flat_map(|child| &child.blobs))
    }

    /// Writes it as an image layout with one tag.
    pub fn write_layout(&self, folder: &Path, tag: &str) {
        fs::create_dir_all(folder.join("blobs/sha256")).unwrap();
        fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
        self.write_blobs(folder);
        let mut descriptor = self.manifest.descriptor();
        descriptor["annotations"] = json!({ "org.opencontainers.image.ref.name": tag });
        let index = json!({ "schemaVersion": 2, "manifests": [descriptor] });
        fs::write(folder.join("index.json"), index.to_string()).unwrap();
    }

    fn write_blobs(&self, folder: &Path) {
        for content in self.blobs.iter().chain([&self.manifest]) {
            let name = content.digest.strip_prefix("sha256:").unwrap();
            fs::write(folder.join("blobs/sha256").join(name), &content.bytes).unwrap();
        }
        self.children.iter().for_each(|child| child.write_blobs(folder));
    }

    fn of(media_type: &str, config: Content, layers: Vec<Content>, more: Value) -> Self {
        let mut manifest = json!({
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": config.descriptor(),
            "layers": layers.iter().map(Content::descriptor).collect::<Vec<_>>(),
        });
        manifest.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let manifest = Content::new(media_type, manifest.to_string().into_bytes());
        let blobs = [config].into_iter().chain(layers).collect();
        Self { manifest, blobs, children: Vec::new() }
    }
}

/// What a registry calls some bytes by.
pub fn digest(bytes: &[u8]) -> String {
    let hex: String = sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn platform_of(text: &str) -> Value {
    match text.split_once('/') {
        Some((architecture, variant)) => {
            json!({ "os": "linux", "architecture": architecture, "variant": variant })
        }
        None => json!({ "os": "linux", "architecture": text }),
    }
}

fn configuration(platform: &str, layers: &[Content]) -> Content {
    let mut config = platform_of(platform);
    let uncompressed: Vec<_> = layers.iter().map(|layer| digest(&unzipped(&layer.bytes))).collect();
    config["rootfs"] = json!({ "type": "layers", "diff_ids": uncompressed });
    config["config"] = json!({
        "Cmd": ["/hello"],
        "Env": ["GREETING=hello"],
        "Labels": { "org.opencontainers.image.title": "greeter" },
    });
    let steps = uncompressed.iter().map(|_| json!({ "created_by": "COPY /out /hello # buildkit" }));
    config["history"] = steps.collect();
    Content::new("application/vnd.oci.image.config.v1+json", config.to_string().into_bytes())
}

fn layer(seed: &str, name: &str, size: usize) -> Content {
    let mut bytes = Vec::new();
    let mut state = sha256(format!("{seed} {name}").as_bytes());
    while bytes.len() < size {
        bytes.extend(state);
        state = sha256(&state);
    }
    bytes.truncate(size);
    let tar = tar(&name.replace('/', "-"), &bytes);
    Content::new("application/vnd.oci.image.layer.v1.tar+gzip", zipped(&tar))
}

/// A tape archive of one file.
fn tar(name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = vec![0u8; 512];
    let mut put = |at: usize, text: &str| {
        header[at..at + text.len()].copy_from_slice(text.as_bytes());
    };
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{:011o}\0", content.len()));
    put(136, "14524770400\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let padding = content.len().next_multiple_of(512) - content.len();
    [header, content.to_vec(), vec![0; padding + 1024]].concat()
}

/// The gzip format with stored blocks: nothing to compress, nothing that a library could change.
fn zipped(bytes: &[u8]) -> Vec<u8> {
    assert!(bytes.len() <= usize::from(u16::MAX), "one stored block holds 64 KiB");
    let length = bytes.len() as u16;
    let mut zipped = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    zipped.extend(length.to_le_bytes());
    zipped.extend((!length).to_le_bytes());
    zipped.extend(bytes);
    zipped.extend(crc32(bytes).to_le_bytes());
    zipped.extend(u32::from(length).to_le_bytes());
    zipped
}

fn unzipped(bytes: &[u8]) -> Vec<u8> {
    bytes[15..bytes.len() - 8].to_vec()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
    })
}
