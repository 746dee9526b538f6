//! `portusctl namespace`

mod of_registry;

use std::collections::BTreeSet;
use std::sync::Arc;

use clap::{Args, Subcommand};
use portus::wiring::Portus;
use portus_core::account::Username;
use portus_core::namespace::{NamespaceName, Visibility};
use portus_core::page::{NamespaceRow as Found, Slice as Wanted};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{NamespaceKey, StoreError};
use portus_core::registry::RegistryName;
use portus_core::team::TeamName;
use portus_core::usecase::Owner;
use serde::Serialize;

use crate::command_line::Slice;
use crate::failure::Failure;
use crate::listing::{Row, or_dash};
use crate::operator::{Operator, registry};

use of_registry::of_registry;

/// Namespaces: the first part of repositories' names
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a namespace for a team
    #[command(after_help = CREATE_EXAMPLES)]
    Create(Create),
    /// List namespaces
    #[command(
        after_help = "Examples:\n  portusctl namespace list\n  portusctl namespace list --registry hub --json"
    )]
    List(List),
    /// Open a namespace, or close it
    #[command(after_help = VISIBILITY_EXAMPLES, allow_missing_positional = true)]
    Visibility(SetVisibility),
    /// Give a namespace to a team or a person
    #[command(after_help = GIVE_EXAMPLES)]
    Give(Give),
}

#[derive(Args, Debug)]
pub struct Create {
    /// What it is called
    name: NamespaceName,
    /// Whose it is
    #[arg(long)]
    team: TeamName,
    /// Where; may be left out where there is one registry
    #[arg(long)]
    registry: Option<RegistryName>,
    /// private, protected (any account pulls) or public (anyone pulls)
    #[arg(long, default_value_t = Visibility::Private)]
    visibility: Visibility,
}

#[derive(Args, Debug)]
pub struct List {
    /// Only those of this registry
    #[arg(long)]
    registry: Option<RegistryName>,
    #[command(flatten)]
    slice: Slice,
}

#[derive(Args, Debug)]
pub struct SetVisibility {
    /// Which namespace
    #[arg(required_unless_present = "global", conflicts_with = "global")]
    name: Option<NamespaceName>,
    /// private, protected (any account pulls) or public (anyone pulls)
    #[arg(required = true)]
    visibility: Visibility,
    /// The registry's global namespace, whose repositories have no slash in their names
    #[arg(long)]
    global: bool,
    /// Where; may be left out where there is one registry
    #[arg(long)]
    registry: Option<RegistryName>,
}

#[derive(Args, Debug)]
pub struct Give {
    /// Which namespace
    name: NamespaceName,
    #[command(flatten)]
    to: To,
    /// Where; may be left out where there is one registry
    #[arg(long)]
    registry: Option<RegistryName>,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct To {
    /// To this team
    #[arg(long)]
    team: Option<TeamName>,
    /// To this person
    #[arg(long)]
    user: Option<Username>,
}

#[derive(Clone, Debug, Serialize)]
struct NamespaceRow {
    registry: String,
    name: String,
    kind: &'static str,
    visibility: Option<&'static str>,
    owner: Option<String>,
    repositories: u64,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(operator).await,
            Self::List(command) => command.run(operator).await,
            Self::Visibility(command) => command.run(operator).await,
            Self::Give(command) => command.run(operator).await,
        }
    }
}

impl Create {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let Self { name, team, registry: place, visibility } = self;
        let portus = operator.portus().await?;
        let place = registry(&portus, place.as_ref()).await?.name;
        let create = portus.create_namespace();
        create.create(&operator.actor, (&place, &name), &team, visibility).await?;
        let sentence = format!("team `{team}` has the {visibility} namespace `{name}` now");
        tell(operator, &portus, &place, &Some(name), &sentence).await
    }
}

impl List {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let portus = operator.portus().await?;
        let browse = portus.database.browse.as_ref();
        let wanted = self.slice.into();
        let page = match self.registry {
            None => browse.namespaces(&NamespaceFilter::EVERY, &wanted).await?,
            Some(name) => {
                let place = registry(&portus, Some(&name)).await?.name;
                of_registry(browse, &place, wanted).await?
            }
        };
        Ok(operator.output.page(&page.map(NamespaceRow::from))?)
    }
}

impl SetVisibility {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let Self { name, visibility, registry: place, .. } = self;
        let portus = operator.portus().await?;
        let place = registry(&portus, place.as_ref()).await?.name;
        let key: NamespaceKey = name;
        let change = portus.change_namespace();
        change.set_visibility(&operator.actor, (&place, &key), visibility).await?;
        let sentence = match &key {
            Some(name) => format!("namespace `{name}` is {visibility}"),
            None => format!("the global namespace of `{place}` is {visibility}"),
        };
        tell(operator, &portus, &place, &key, &sentence).await
    }
}

impl Give {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let Self { name, to, registry: place } = self;
        let owner = match (to.team, to.user) {
            (Some(team), _) => Owner::Team(team),
            (None, Some(user)) => Owner::Person(user),
            (None, None) => return Err(Failure::Input("name a team or a user".into())),
        };
        let portus = operator.portus().await?;
        let place = registry(&portus, place.as_ref()).await?.name;
        portus.change_namespace().give(&operator.actor, (&place, &name), &owner).await?;
        let sentence = match owner {
            Owner::Team(team) => format!("namespace `{name}` belongs to team `{team}` now"),
            Owner::Person(user) => format!("namespace `{name}` belongs to `{user}` now"),
        };
        tell(operator, &portus, &place, &Some(name), &sentence).await
    }
}

/// Prints one namespace as it is now.
async fn tell(
    operator: &Operator,
    portus: &Portus,
    place: &RegistryName,
    key: &NamespaceKey,
    sentence: &str,
) -> Result<(), Failure> {
    let id = portus
        .database
        .store
        .read::<_, StoreError>(async |tx| {
            let Some(place) = tx.registries().by_name(place).await? else { return Ok(None) };
            let found = tx.namespaces().by_name(place.id, key.as_ref()).await?;
            Ok(found.map(|found| found.id))
        })
        .await?;
    let only = NamespaceFilter {
        within: Some(Arc::new(BTreeSet::from_iter(id))),
        ..NamespaceFilter::EVERY
    };
    let page = portus.database.browse.namespaces(&only, &Wanted::first(1)).await?;
    let row = page.rows.into_iter().next().map(NamespaceRow::from);
    Ok(operator.output.done(&row, sentence)?)
}

impl From<Found> for NamespaceRow {
    fn from(row: Found) -> Self {
        Self {
            registry: row.registry.to_string(),
            name: row.name.map(|name| name.to_string()).unwrap_or_default(),
            kind: row.kind.as_str(),
            visibility: row.kind.visibility().map(Visibility::as_str),
            owner: row.owner,
            repositories: row.repositories,
        }
    }
}

impl Row for NamespaceRow {
    const HEADINGS: &'static [&'static str] =
        &["REGISTRY", "NAMESPACE", "KIND", "OWNER", "VISIBILITY", "REPOSITORIES"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.registry.clone(),
            if self.name.is_empty() { "(global)".into() } else { self.name.clone() },
            self.kind.into(),
            or_dash(self.owner.as_deref()),
            or_dash(self.visibility),
            self.repositories.to_string(),
        ]
    }
}

const CREATE_EXAMPLES: &str = "\
Examples:
  portusctl namespace create crew --team crew
  portusctl namespace create tools --team crew --visibility public --registry hub";

const GIVE_EXAMPLES: &str = "\
Examples:
  portusctl namespace give found-by-sync --team crew
  portusctl namespace give bobs-things --user bob --registry hub";

const VISIBILITY_EXAMPLES: &str = "\
Examples:
  portusctl namespace visibility crew public
  portusctl namespace visibility --global protected --registry hub";
