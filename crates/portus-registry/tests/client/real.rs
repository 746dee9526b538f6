//! Debian's docker-registry, with an image pushed over plain HTTP.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use portus_core::port::{RemoteError, RemoteRegistries};
use portus_core::repository::RepositoryPath;
use portus_registry::probe::{Generation, Greeting, Probe, TokenTrouble};
use portus_registry::{ClientSettings, HttpRegistries};
use reqwest::{Client, StatusCode};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::images::{Content, OCI_INDEX, OCI_MANIFEST, config, content, image, index};
use crate::jwt::{ISSUER, JwtSigner, RealClock};
use crate::world::{SERVICE, SUBJECT, World, registry};

struct Debian {
    url: String,
    client: Client,
    process: Child,
    folder: TempDir,
}

/// What of the registry's configuration a test chooses.
#[derive(Clone, Copy)]
struct Setup<'a> {
    deletes: bool,
    /// Who signs the tokens it wants, if any.
    signer: Option<&'a JwtSigner>,
}

impl Debian {
    async fn start(setup: Setup<'_>) -> Self {
        let mut folder = tempfile::tempdir().unwrap();
        // The port may be taken by another in between; then the registry says so, and we try on.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let url = format!("http://127.0.0.1:{port}");
            let process = Command::new("docker-registry")
                .arg("serve")
                .arg(write_settings(folder.path(), port, setup))
                .stdout(Stdio::null())
                .stderr(fs::File::create(folder.path().join("log")).unwrap())
                .kill_on_drop(true)
                .spawn()
                .expect("docker-registry is on the PATH: apt-get install docker-registry");
            let client = Client::builder().no_proxy().build().unwrap();
            let mut registry = Self { url, client, process, folder };
            if registry.is_up().await {
                return registry;
            }
            folder = registry.folder;
        }
        panic!("docker-registry did not start");
    }

    /// Waits until it answers or has ended.
    async fn is_up(&mut self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            if self.client.get(format!("{}/v2/", self.url)).send().await.is_ok() {
                return true;
            }
            if self.process.try_wait().unwrap().is_some() {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    async fn push_blob(&self, repository: &str, blob: &Content) {
        let begin = format!("{}/v2/{repository}/blobs/uploads/", self.url);
        let begun = self.client.post(begin).send().await.unwrap();
        let location = begun.headers()["location"].to_str().unwrap().to_owned();
        let separator = if location.contains('?') { '&' } else { '?' };
        let put = format!("{location}{separator}digest={}", blob.digest);
        let done = self.client.put(put).body(blob.bytes.clone()).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::CREATED);
    }

    async fn push_manifest(&self, name: &str, reference: &str, media_type: &str, of: &Content) {
        let url = format!("{}/v2/{name}/manifests/{reference}", self.url);
        let put = self.client.put(url).header("content-type", media_type).body(of.bytes.clone());
        let done = put.send().await.unwrap();
        assert_eq!(done.status(), StatusCode::CREATED, "{:?}", done.text().await);
    }
}

fn write_settings(folder: &Path, port: u16, setup: Setup<'_>) -> PathBuf {
    let (root, deletes) = (folder.join("storage"), setup.deletes);
    let mut text = format!(
        "version: 0.1\n\
         storage:\n  filesystem: {{ rootdirectory: {} }}\n  delete: {{ enabled: {deletes} }}\n\
         http: {{ addr: '127.0.0.1:{port}' }}\n",
        root.display()
    );
    if let Some(signer) = setup.signer {
        let bundle = folder.join("bundle.pem");
        fs::write(&bundle, signer.certificate.to_pem().unwrap()).unwrap();
        text.push_str(&format!(
            "auth: {{ token: {{ realm: 'https://portus.test/v2/token', service: {SERVICE}, \
             issuer: {ISSUER}, rootcertbundle: {} }} }}\n",
            bundle.display()
        ));
    }
    let path = folder.join("config.yml");
    fs::write(&path, text).unwrap();
    path
}

fn registries_of(signer: &Arc<JwtSigner>) -> HttpRegistries {
    let settings = ClientSettings::new(SUBJECT);
    HttpRegistries::new(signer.clone(), Arc::new(RealClock), settings).unwrap()
}

#[tokio::test]
async fn what_was_pushed_to_a_real_registry_is_read_back() {
    let debian = Debian::start(Setup { deletes: true, signer: None }).await;
    let (layer, config) = (content("a layer"), config("arm64", Some("v8")));
    let image = image(&config, &layer);
    let platform = serde_json::json!({ "os": "linux", "architecture": "arm64", "variant": "v8" });
    let index = index(OCI_INDEX, OCI_MANIFEST, &[(&image, platform)]);
    for name in ["foo-bar", "foo/bar", "foobar"] {
        debian.push_blob(name, &layer).await;
        debian.push_blob(name, &config).await;
        debian.push_manifest(name, "v1", OCI_MANIFEST, &image).await;
    }
    debian.push_manifest("foobar", "multi", OCI_INDEX, &index).await;
    let mut world = World::new();
    world.settings.page_size = 2;
    let remote = world.open(&debian.url);

    let first = remote.catalog(None).await.unwrap();
    let second = remote.catalog(first.next.as_deref()).await.unwrap();
    let listed: Vec<_> = first.repositories.iter().chain(&second.repositories).collect();
    assert_eq!(
        listed.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["foo/bar", "foo-bar", "foobar"]
    );
    assert!(first.date.is_some() && second.next.is_none());

    let path: RepositoryPath = "foobar".parse().unwrap();
    let mut tags = remote.tags(&path, None).await.unwrap().tags;
    tags.sort();
    assert_eq!(tags, ["multi".parse().unwrap(), "v1".parse().unwrap()]);
    assert!(remote.tags(&"absent".parse().unwrap(), None).await.unwrap().tags.is_empty());

    let found = remote.resolve(&path, &tags[1]).await.unwrap().unwrap();
    assert_eq!((&found.digest, found.media_type.as_str()), (&image.digest, OCI_MANIFEST));
    assert_eq!(remote.resolve(&path, &"absent".parse().unwrap()).await.unwrap(), None);
    let details = remote.manifest(&path, &image.digest).await.unwrap().unwrap();
    assert_eq!(details.platform.unwrap().to_string(), "linux/arm64/v8");
    assert_eq!(details.layers[0].size, layer.bytes.len() as u64);
    let found = remote.resolve(&path, &tags[0]).await.unwrap().unwrap();
    let details = remote.manifest(&path, &found.digest).await.unwrap().unwrap();
    assert_eq!(details.children[0].descriptor.digest, image.digest);
    assert_eq!(remote.manifest(&path, &content("absent").digest).await.unwrap(), None);
    assert!(world.registries().touch(&registry(&debian.url), &path, &image.digest).await.unwrap());
}

#[tokio::test]
async fn a_real_registry_shows_how_it_is_set_up() {
    for deletes in [true, false] {
        let debian = Debian::start(Setup { deletes, signer: None }).await;
        let probe = World::new().registries().probe(&registry(&debian.url)).await;

        let Probe::Answered(greeting) = probe else { panic!("{probe:?}") };
        assert_eq!((greeting.status, greeting.token), (200, Ok(())));
        assert_eq!(greeting.deletes, Some(deletes));
        assert_eq!(greeting.generation, Some(Generation::Two));
        assert_eq!(greeting.api_version.as_deref(), Some("registry/2.0"));
    }
}

async fn greeting(signer: &Arc<JwtSigner>, debian: &Debian) -> Greeting {
    match registries_of(signer).probe(&registry(&debian.url)).await {
        Probe::Answered(greeting) => greeting,
        Probe::Unreached(why) => panic!("{why}"),
    }
}

#[tokio::test]
async fn a_real_registry_takes_our_tokens_for_all_that_we_ask() {
    let signer = Arc::new(JwtSigner::new());
    let debian = Debian::start(Setup { deletes: true, signer: Some(&signer) }).await;
    let remote = registries_of(&signer).open(&registry(&debian.url));
    let path = "qa/app".parse().unwrap();

    assert_eq!(remote.catalog(None).await.unwrap().repositories, []);
    assert_eq!(remote.tags(&path, None).await.unwrap().tags, []);
    assert_eq!(remote.resolve(&path, &"v1".parse().unwrap()).await.unwrap(), None);
    assert_eq!(remote.manifest(&path, &content("absent").digest).await.unwrap(), None);
    let greeting = greeting(&signer, &debian).await;
    assert_eq!((greeting.status, greeting.token), (401, Ok(())));
    assert_eq!((greeting.deletes, greeting.generation), (Some(true), Some(Generation::Two)));
    assert_eq!(greeting.challenge.unwrap().service.as_deref(), Some(SERVICE));
    assert!((-5..=5).contains(&greeting.clock_ahead.unwrap()));
}

#[tokio::test]
async fn a_real_registry_that_trusts_another_key_says_so() {
    let (signer, other) = (Arc::new(JwtSigner::new()), JwtSigner::new());
    let debian = Debian::start(Setup { deletes: true, signer: Some(&other) }).await;

    let remote = registries_of(&signer).open(&registry(&debian.url));
    let refused = remote.catalog(None).await.unwrap_err();
    let RemoteError::Refused(said) = refused else { panic!("{refused:?}") };
    assert_eq!(said, "401 UNAUTHORIZED: authentication required (invalid_token)");
    let greeting = greeting(&signer, &debian).await;
    let Err(TokenTrouble::Refused { error, .. }) = greeting.token else { panic!("{greeting:?}") };
    assert_eq!((error.as_deref(), greeting.deletes), (Some("invalid_token"), None));
}
