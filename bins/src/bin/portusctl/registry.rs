//! `portusctl registry`

mod config;

use clap::{Args, Subcommand};
use portus::wiring::Portus;
use portus_core::namespace::Visibility;
use portus_core::port::StoreError;
use portus_core::registry::{
    KeyTrust, NewRegistry, Registry, RegistryHost, RegistryName, RegistryUrl, ServiceName,
};
use serde::Serialize;

use crate::failure::Failure;
use crate::listing::{Moment, Row, moment};
use crate::operator::Operator;
use crate::span::{Span, token_lifetime};

/// Registries: where the images are
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Tell Portus of a registry
    ///
    /// Its catalog is listed at once; until that is done only admins get tokens for it.
    #[command(after_help = ADD_EXAMPLES)]
    Add(Add),
    /// The hosts that a registry's notifications may name
    #[command(subcommand)]
    Host(Host),
    /// List registries
    #[command(after_help = "Example:\n  portusctl registry list")]
    List,
    /// Print what a registry is to be told so that it trusts Portus
    ///
    /// What is printed are sections of the registry's own configuration; they hold the secret that
    /// it sends its notifications with.
    #[command(after_help = config::EXAMPLES)]
    Config(config::Config),
}

#[derive(Args, Debug)]
pub struct Add {
    /// What it is called here
    name: RegistryName,
    /// Where Portus calls it: http://HOST or https://HOST, with :PORT behind it where needed
    url: RegistryUrl,
    /// What it announces itself as; may be repeated; its host if left out
    #[arg(long)]
    service: Vec<ServiceName>,
    /// Another host, or host:port, that its notifications may name; may be repeated
    #[arg(long)]
    host: Vec<RegistryHost>,
    /// bundle: it trusts Portus' CA; jwks: it knows Portus' keys (distribution 3 and later)
    #[arg(long, default_value = "bundle", value_parser = trust)]
    trust: KeyTrust,
    /// How long its tokens are good for, 1m to 1h, where that is not token.lifetime
    #[arg(long, value_name = "TIME", value_parser = token_lifetime)]
    token_lifetime: Option<Span>,
    /// How open its global namespace is: private, protected or public
    #[arg(long, value_name = "VISIBILITY", default_value_t = Visibility::Private)]
    global: Visibility,
}

#[derive(Debug, Subcommand)]
pub enum Host {
    /// Let a registry's notifications name another host
    #[command(after_help = HOST_EXAMPLES)]
    Add(NamedHost),
    /// Let a registry's notifications name a host no more
    #[command(after_help = HOST_EXAMPLES)]
    Remove(NamedHost),
}

#[derive(Args, Debug)]
pub struct NamedHost {
    /// Which registry
    registry: RegistryName,
    /// A host, or host:port
    host: RegistryHost,
}

#[derive(Debug, Serialize)]
struct RegistryRow {
    name: String,
    url: String,
    services: Vec<String>,
    hosts: Vec<String>,
    trust: &'static str,
    token_lifetime: Option<String>,
    read_at: Option<Moment>,
    created_at: Moment,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        match self {
            Self::Add(command) => command.run(operator).await,
            Self::Host(command) => command.run(operator).await,
            Self::List => {
                let portus = operator.portus().await?;
                let rows = all(&portus).await?.into_iter().map(RegistryRow::from).collect();
                Ok(operator.output.all(rows)?)
            }
            Self::Config(command) => command.run(operator).await,
        }
    }
}

impl Add {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let global = self.global;
        let portus = operator.portus_or_new().await?;
        let new = self.registry(portus.clock.now())?;
        let add = portus.add_registry();
        let id = add.add(&operator.actor, &new, global).await?;
        let added = all(&portus).await?.into_iter().find(|registry| registry.id == id);
        let name = &new.name;
        let sentence = format!("registry `{name}` is known now");
        operator.output.done(&added.map(RegistryRow::from), &sentence)?;
        operator.hint(&format!("what to tell it: portusctl registry config {name}"));
        Ok(())
    }

    fn registry(self, now: std::time::SystemTime) -> Result<NewRegistry, Failure> {
        let mut services = self.service;
        if services.is_empty() {
            let host = self.url.host().as_str().parse();
            services.push(host.map_err(|error| Failure::Input(format!("--service: {error}")))?);
        }
        services.dedup();
        let mut hosts = self.host;
        hosts.dedup();
        Ok(NewRegistry {
            name: self.name,
            url: self.url,
            services,
            hosts,
            trust: self.trust,
            token_lifetime: self.token_lifetime.map(|span| span.0),
            created_at: now,
        })
    }
}

impl Host {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let portus = operator.portus().await?;
        let change = portus.change_registry();
        let (place, sentence) = match self {
            Self::Add(NamedHost { registry, host }) => {
                change.add_host(&operator.actor, &registry, &host).await?;
                operator.hint("put back what was parked: portusctl events retry --all");
                let sentence = format!("notifications of `{registry}` may name `{host}` now");
                (registry, sentence)
            }
            Self::Remove(NamedHost { registry, host }) => {
                change.remove_host(&operator.actor, &registry, &host).await?;
                let sentence = format!("notifications of `{registry}` may not name `{host}` now");
                (registry, sentence)
            }
        };
        let changed = all(&portus).await?.into_iter().find(|registry| registry.name == place);
        operator.output.done(&changed.map(RegistryRow::from), &sentence)?;
        Ok(())
    }
}

async fn all(portus: &Portus) -> Result<Vec<Registry>, StoreError> {
    portus.database.store.read(async |tx| tx.registries().all().await).await
}

fn trust(text: &str) -> Result<KeyTrust, String> {
    match text {
        "bundle" => Ok(KeyTrust::Bundle),
        "jwks" => Ok(KeyTrust::Jwks),
        _ => Err(format!("`{text}` is not a way to trust keys: `bundle` or `jwks`")),
    }
}

impl From<Registry> for RegistryRow {
    fn from(registry: Registry) -> Self {
        Self {
            name: registry.name.to_string(),
            url: registry.url.to_string(),
            services: registry.services.iter().map(ToString::to_string).collect(),
            hosts: registry.hosts.iter().map(ToString::to_string).collect(),
            trust: registry.trust.as_str(),
            token_lifetime: registry.token_lifetime.map(|time| Span(time).to_string()),
            read_at: registry.read_at.map(Moment),
            created_at: Moment(registry.created_at),
        }
    }
}

impl Row for RegistryRow {
    const HEADINGS: &'static [&'static str] =
        &["NAME", "URL", "SERVICES", "TRUST", "TOKENS LIVE", "READ", "ADDED"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.url.clone(),
            self.services.join(","),
            self.trust.into(),
            self.token_lifetime.clone().unwrap_or_else(|| "–".into()),
            moment(self.read_at),
            self.created_at.short(),
        ]
    }
}

const ADD_EXAMPLES: &str = "\
Examples:
  portusctl registry add hub http://registry:5000
  portusctl registry add hub https://registry.example.org --service registry.example.org
  portusctl registry add lab http://10.0.0.7:5000 --service lab --host lab.example.org \\
      --trust jwks --token-lifetime 15m --global public";

const HOST_EXAMPLES: &str = "\
Examples:
  portusctl registry host add hub registry.example.org:5000
  portusctl events retry --all
  portusctl registry host remove hub old.example.org";
