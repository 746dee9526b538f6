//! Makes Portus and the registry beside it known to each other.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use portus::registry_config::{RegistryConfig, TrustedKeys};
use portus::wiring::Portus;
use portus_core::activity::Actor;
use portus_core::namespace::Visibility;
use portus_core::port::Vault;
use portus_core::registry::{KeyTrust, NewRegistry, Registry, RegistryName};

use super::configuration::{Configuration, private_file};
use super::{Prepared, local};

/// A registry that Portus knows, and whose configuration is written.
pub struct Enrolment {
    /// `host:port`, as people type it.
    pub host: String,
}

impl Enrolment {
    /// Adds the registry where it is not there yet, and writes its configuration.
    ///
    /// # Errors
    ///
    /// Where the registry of an earlier start was somewhere else.
    pub async fn make(portus: &Portus, prepared: &Prepared) -> anyhow::Result<Self> {
        let url = &portus.settings.server.url;
        let host = format!("{}:{}", url.host(), prepared.listen.port());
        let registry = registry(portus, prepared, &host).await?;
        let service = registry.services.first().context("the registry has no service")?;
        let bundle = prepared.folder.join("ca.pem");
        std::fs::write(&bundle, &portus.installation.ca_certificate)
            .with_context(|| format!("`{}` cannot be written", bundle.display()))?;
        let configuration = Configuration {
            listen: prepared.listen,
            storage: prepared.folder.join("storage"),
            upload_secret: upload_secret(portus, prepared)?,
            portus: RegistryConfig {
                realm: url.realm(),
                service: service.to_string(),
                issuer: portus.settings.keys.issuer.clone(),
                keys: TrustedKeys::Bundle(text(bundle)?),
                events: events(portus),
                secret: portus.vault.notification_secret(registry.id, registry.secret_generation),
            },
        };
        configuration.write(&prepared.folder.join("config.yml"))?;
        Ok(Self { host })
    }
}

async fn registry(portus: &Portus, prepared: &Prepared, host: &str) -> anyhow::Result<Registry> {
    let name: RegistryName = NAME.parse()?;
    let url = format!("http://{}", prepared.local_address()).parse()?;
    if let Some(registry) = find(portus, &name).await? {
        ensure!(
            registry.url == url,
            "the registry `{name}` of this database is at {}, not at {url}: say \
             `--registry-listen` with that place, or start with another database",
            registry.url
        );
        return Ok(registry);
    }
    let port = prepared.listen.port();
    let mut hosts = vec![host.to_owned(), format!("localhost:{port}"), format!("127.0.0.1:{port}")];
    hosts.sort();
    hosts.dedup();
    let new = NewRegistry {
        name: name.clone(),
        url,
        services: vec![host.parse()?],
        hosts: hosts.iter().map(|host| host.parse()).collect::<Result<_, _>>()?,
        trust: KeyTrust::Bundle,
        token_lifetime: None,
        created_at: portus.clock.now(),
    };
    let add = portus.add_registry();
    add.add(&Actor::PORTUS, &new, Visibility::Private).await?;
    find(portus, &name).await?.context("the registry that was just added is not there")
}

async fn find(portus: &Portus, name: &RegistryName) -> anyhow::Result<Option<Registry>> {
    Ok(portus.database.store.read(async |tx| tx.registries().by_name(name).await).await?)
}

/// Where the registry beside us reaches us: directly, unless a certificate for the public name
/// would not fit then.
fn events(portus: &Portus) -> String {
    let server = &portus.settings.server;
    match server.tls {
        Some(_) => server.url.events(),
        None => format!("http://{}/v2/webhooks/events", local(server.listen)),
    }
}

/// What the registry signs the state of uploads with: kept, so that an upload survives a restart.
fn upload_secret(portus: &Portus, prepared: &Prepared) -> anyhow::Result<String> {
    let path = prepared.folder.join("upload-secret");
    if let Ok(secret) = std::fs::read_to_string(&path) {
        return Ok(secret);
    }
    let random = portus.entropy.bytes();
    let secret: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    private_file(&path, secret.as_bytes())?;
    Ok(secret)
}

fn text(path: PathBuf) -> anyhow::Result<String> {
    let shown = path.display().to_string();
    path.into_os_string().into_string().ok().with_context(|| format!("`{shown}` is not UTF-8"))
}

const NAME: &str = "local";
