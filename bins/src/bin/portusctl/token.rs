//! `portusctl token`

use std::collections::BTreeMap;
use std::str::FromStr;

use clap::{Args, Subcommand};
use portus::wiring::Portus;
use portus_core::account::Username;
use portus_core::credential::{ApplicationToken, TokenActions, TokenLabel};
use portus_core::id::{NamespaceId, RegistryId};
use portus_core::port::{NamespaceKey, StoreError};
use portus_core::registry::RegistryName;
use portus_core::usecase::NewToken;
use serde::Serialize;

use crate::failure::Failure;
use crate::listing::{self, Moment, Row, moment};
use crate::operator::{Operator, registry};
use crate::span::Span;

/// Application tokens: what programs sign in with instead of a password
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token, and print its secret this once
    #[command(after_help = CREATE_EXAMPLES)]
    Create(Create),
    /// List an account's tokens, newest first
    #[command(after_help = "Example:\n  portusctl token list ci")]
    List(List),
    /// End a token
    #[command(after_help = "Example:\n  portusctl token revoke ci pipeline")]
    Revoke(Revoke),
}

#[derive(Args, Debug)]
pub struct Create {
    /// Whose token: a person or a bot
    user: Username,
    /// What it is for
    #[arg(long)]
    label: TokenLabel,
    /// What it may be used for: some of pull,push,delete,api
    #[arg(long, default_value = "pull")]
    actions: TokenActions,
    /// Only here; may be repeated, and be written REGISTRY/NAME; _ is the global namespace
    #[arg(long, value_name = "NAME")]
    namespace: Vec<Place>,
    /// Where the namespaces are; may be left out where there is one registry
    #[arg(long)]
    registry: Option<RegistryName>,
    /// How long it is good for: 90d; for good, if left out
    #[arg(long, value_name = "TIME")]
    expires: Option<Span>,
}

#[derive(Args, Debug)]
pub struct List {
    /// Whose
    user: Username,
}

#[derive(Args, Debug)]
pub struct Revoke {
    /// Whose
    user: Username,
    /// Which
    label: TokenLabel,
}

/// A namespace, perhaps with its registry.
#[derive(Clone, Debug)]
struct Place {
    registry: Option<RegistryName>,
    name: NamespaceKey,
}

impl FromStr for Place {
    type Err = Box<dyn std::error::Error + Send + Sync>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (registry, name) = match text.split_once('/') {
            Some((registry, name)) => (Some(registry.parse()?), name),
            None => (None, text),
        };
        let name = if name == "_" { None } else { Some(name.parse()?) };
        Ok(Self { registry, name })
    }
}

#[derive(Debug, Serialize)]
struct TokenRow {
    label: String,
    actions: Vec<&'static str>,
    namespaces: Option<Vec<String>>,
    expires_at: Option<Moment>,
    created_at: Moment,
    last_used_at: Option<Moment>,
}

/// The one time that a secret is shown.
#[derive(Serialize)]
struct Made<'a> {
    secret: &'a str,
    #[serde(flatten)]
    row: Option<TokenRow>,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(operator).await,
            Self::List(List { user }) => {
                let portus = operator.portus().await?;
                Ok(operator.output.all(rows(operator, &portus, &user).await?)?)
            }
            Self::Revoke(Revoke { user, label }) => {
                let portus = operator.portus().await?;
                portus.manage_tokens().revoke(&operator.actor, &user, &label).await?;
                let sentence = format!("token `{label}` of `{user}` is revoked");
                Ok(operator
                    .output
                    .done(&serde_json::json!({ "revoked": label.as_str() }), &sentence)?)
            }
        }
    }
}

impl Create {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let portus = operator.portus().await?;
        let now = portus.clock.now();
        let expires_at = self.expires.map(|span| {
            now.checked_add(span.0)
                .ok_or_else(|| Failure::Input("--expires is too far away".into()))
        });
        let token = NewToken {
            label: self.label,
            actions: self.actions,
            namespaces: named(&portus, self.namespace, self.registry.as_ref()).await?,
            expires_at: expires_at.transpose()?,
        };
        let secret = portus.manage_tokens().create(&operator.actor, &self.user, &token).await?;
        if !operator.output.json {
            // Alone, for `$(…)`.
            listing::print(&format!("{}\n", secret.expose()))?;
            let (label, user) = (&token.label, &self.user);
            operator.hint(&format!("this is token `{label}` of `{user}`: it is not shown again"));
            return Ok(());
        }
        let rows = rows(operator, &portus, &self.user).await?;
        let row = rows.into_iter().find(|row| row.label == token.label.as_str());
        Ok(operator.output.object(&Made { secret: secret.expose(), row })?)
    }
}

async fn named(
    portus: &Portus,
    places: Vec<Place>,
    fallback: Option<&RegistryName>,
) -> Result<Option<Vec<(RegistryName, NamespaceKey)>>, Failure> {
    if places.is_empty() {
        return Ok(None);
    }
    let mut named = Vec::new();
    for Place { registry: own, name } in places {
        let found = registry(portus, own.as_ref().or(fallback)).await?;
        named.push((found.name, name));
    }
    Ok(Some(named))
}

async fn rows(
    operator: &Operator,
    portus: &Portus,
    user: &Username,
) -> Result<Vec<TokenRow>, Failure> {
    let tokens = portus.manage_tokens().list(&operator.actor, user).await?;
    let names = names(portus, &tokens).await?;
    Ok(tokens.into_iter().map(|token| row(token, &names)).collect())
}

/// What the namespaces are called that tokens are limited to.
async fn names(
    portus: &Portus,
    tokens: &[ApplicationToken],
) -> Result<BTreeMap<NamespaceId, String>, StoreError> {
    let ids = tokens.iter().filter_map(|token| token.limits.namespaces.as_deref()).flatten();
    let ids: Vec<NamespaceId> = ids.copied().collect();
    portus
        .database
        .store
        .read(async |tx| {
            let registries = tx.registries().all().await?;
            let called = |id: RegistryId, name: String| match registries.as_slice() {
                [_] => name,
                several => match several.iter().find(|registry| registry.id == id) {
                    Some(registry) => format!("{}/{name}", registry.name),
                    None => name,
                },
            };
            let mut names = BTreeMap::new();
            for id in ids {
                if let Some(found) = tx.namespaces().by_id(id).await? {
                    let name = found.name.map_or_else(|| "_".to_owned(), |name| name.to_string());
                    names.insert(id, called(found.registry, name));
                }
            }
            Ok(names)
        })
        .await
}

fn row(token: ApplicationToken, names: &BTreeMap<NamespaceId, String>) -> TokenRow {
    let limits = token.limits;
    let called = |ids: &std::collections::BTreeSet<NamespaceId>| {
        ids.iter().filter_map(|id| names.get(id).cloned()).collect()
    };
    TokenRow {
        label: token.label.to_string(),
        actions: limits.actions.words(),
        namespaces: limits.namespaces.as_deref().map(called),
        expires_at: limits.expires_at.map(Moment),
        created_at: Moment(token.created_at),
        last_used_at: token.last_used_at.map(Moment),
    }
}

impl Row for TokenRow {
    const HEADINGS: &'static [&'static str] =
        &["LABEL", "ACTIONS", "NAMESPACES", "EXPIRES", "CREATED", "LAST USED"];

    fn cells(&self) -> Vec<String> {
        let namespaces = match &self.namespaces {
            None => "all".into(),
            Some(names) => names.join(","),
        };
        let expires = self.expires_at.map_or_else(|| "never".into(), Moment::short);
        vec![
            self.label.clone(),
            self.actions.join(","),
            namespaces,
            expires,
            self.created_at.short(),
            moment(self.last_used_at),
        ]
    }
}

const CREATE_EXAMPLES: &str = "\
Examples:
  portusctl token create ci --label pipeline --actions pull,push
  portusctl token create bob --label laptop --namespace crew --expires 90d
  docker login -u ci -p \"$(portusctl token create ci --label docker)\" registry:5000";
