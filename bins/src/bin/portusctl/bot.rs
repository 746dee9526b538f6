//! `portusctl bot`

use clap::{Args, Subcommand};
use portus_core::account::Username;
use portus_core::page::BotRow as Found;
use portus_core::port::StoreError;
use portus_core::team::{Role, TeamName};
use portus_core::usecase::CreateBot;
use serde::Serialize;

use crate::command_line::Slice;
use crate::failure::Failure;
use crate::listing::{Moment, Row, yes};
use crate::operator::Operator;

/// Programs' accounts, which have tokens only
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a bot of a team
    #[command(after_help = CREATE_EXAMPLES)]
    Create(Create),
    /// List bots
    #[command(after_help = "Example:\n  portusctl bot list")]
    List(Slice),
}

#[derive(Args, Debug)]
pub struct Create {
    /// What it is called; bots and people share one name space
    name: Username,
    /// The team it belongs to
    #[arg(long)]
    team: TeamName,
    /// viewer or contributor
    #[arg(long, value_parser = bots_role)]
    role: Role,
}

#[derive(Debug, Serialize)]
struct BotRow {
    name: String,
    team: String,
    role: &'static str,
    enabled: bool,
    tokens: u64,
    created_at: Moment,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(operator).await,
            Self::List(slice) => {
                let portus = operator.portus().await?;
                let page = portus.database.browse.bots(&slice.into()).await?;
                Ok(operator.output.page(&page.map(BotRow::from))?)
            }
        }
    }
}

impl Create {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let Self { name, team, role } = self;
        let portus = operator.portus().await?;
        let store = &portus.database.store;
        let create = CreateBot {
            store: store.clone(),
            policy: portus.policy.clone(),
            clock: portus.clock.clone(),
        };
        let id = create.create(&operator.actor, &name, &team, role).await?;
        let made = store.read::<_, StoreError>(async |tx| tx.accounts().by_id(id).await).await?;
        let row = BotRow {
            created_at: Moment(made.map_or_else(|| portus.clock.now(), |bot| bot.created_at)),
            name: name.to_string(),
            team: team.to_string(),
            role: role.as_str(),
            enabled: true,
            tokens: 0,
        };
        operator.output.done(&row, &format!("there is a bot `{name}` in team `{team}` now"))?;
        operator.hint(&format!("next: portusctl token create {name} --label LABEL"));
        Ok(())
    }
}

fn bots_role(text: &str) -> Result<Role, String> {
    match text.parse() {
        Ok(Role::Owner) => Err("a bot is a viewer or a contributor, never an owner".into()),
        Ok(role) => Ok(role),
        Err(_) => Err(format!("`{text}` is not a role of a bot: `viewer` or `contributor`")),
    }
}

impl From<Found> for BotRow {
    fn from(bot: Found) -> Self {
        Self {
            name: bot.name.to_string(),
            team: bot.team.to_string(),
            role: bot.role.as_str(),
            enabled: bot.enabled,
            tokens: bot.tokens,
            created_at: Moment(bot.created_at),
        }
    }
}

impl Row for BotRow {
    const HEADINGS: &'static [&'static str] =
        &["NAME", "TEAM", "ROLE", "ENABLED", "TOKENS", "CREATED"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.team.clone(),
            self.role.into(),
            yes(self.enabled),
            self.tokens.to_string(),
            self.created_at.short(),
        ]
    }
}

const CREATE_EXAMPLES: &str = "\
Examples:
  portusctl bot create ci --team crew --role contributor
  portusctl token create ci --label pipeline --actions pull,push";
