//! `portusctl team`

use clap::{Args, Subcommand};
use portus::wiring::Portus;
use portus_core::account::Username;
use portus_core::page::TeamRow as Found;
use portus_core::port::StoreError;
use portus_core::team::{Member, Role, Team, TeamName};
use serde::Serialize;

use crate::command_line::Slice;
use crate::failure::Failure;
use crate::listing::{Moment, Row, yes};
use crate::operator::Operator;

/// Teams, which own namespaces together
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a team
    #[command(after_help = "Example:\n  portusctl team create crew --owner alice")]
    Create(Create),
    /// List teams
    #[command(after_help = "Example:\n  portusctl team list")]
    List(Slice),
    /// List who is in a team
    #[command(after_help = "Example:\n  portusctl team show crew")]
    Show(Show),
    /// Change who is in a team, and as what
    #[command(subcommand, arg_required_else_help = false)]
    Member(MemberCommand),
}

/// Change who is in a team, and as what
#[derive(Debug, Subcommand)]
pub enum MemberCommand {
    /// Add a person to a team
    #[command(after_help = "Example:\n  portusctl team member add crew bob --role contributor")]
    Add(Add),
    /// Change what a member may do
    #[command(after_help = "Example:\n  portusctl team member role crew bob owner")]
    Role(Change),
    /// Remove a member
    #[command(after_help = "Example:\n  portusctl team member remove crew bob")]
    Remove(Remove),
}

#[derive(Args, Debug)]
pub struct Create {
    /// What the team is called
    name: TeamName,
    /// Who owns it; without, it is ownerless until someone is made its owner
    #[arg(long, value_name = "USER")]
    owner: Option<Username>,
}

#[derive(Args, Debug)]
pub struct Show {
    /// Which team
    name: TeamName,
}

#[derive(Args, Debug)]
pub struct Add {
    /// Which team
    team: TeamName,
    /// Who
    user: Username,
    /// viewer, contributor or owner
    #[arg(long)]
    role: Role,
}

#[derive(Args, Debug)]
pub struct Change {
    /// Which team
    team: TeamName,
    /// Who
    user: Username,
    /// viewer, contributor or owner
    role: Role,
}

#[derive(Args, Debug)]
pub struct Remove {
    /// Which team
    team: TeamName,
    /// Who
    user: Username,
}

#[derive(Debug, Serialize)]
struct TeamRow {
    name: String,
    members: u64,
    owners: u64,
    namespaces: u64,
    created_at: Moment,
}

#[derive(Debug, Serialize)]
struct MemberRow {
    name: String,
    role: &'static str,
    bot: bool,
    enabled: bool,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(operator).await,
            Self::List(slice) => {
                let portus = operator.portus().await?;
                let page = portus.database.browse.teams(&slice.into()).await?;
                Ok(operator.output.page(&page.map(TeamRow::from))?)
            }
            Self::Show(Show { name }) => {
                let portus = operator.portus().await?;
                let (_, members) = members(&portus, &name).await?;
                Ok(operator.output.all(members.into_iter().map(MemberRow::from).collect())?)
            }
            Self::Member(command) => command.run(operator).await,
        }
    }
}

impl Create {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let portus = operator.portus_or_new().await?;
        let create = portus.create_team();
        create.create(&operator.actor, &self.name, self.owner.as_ref()).await?;
        let (team, members) = members(&portus, &self.name).await?;
        let owners = members.iter().filter(|member| member.role == Role::Owner);
        let row = TeamRow {
            name: team.name.to_string(),
            members: members.len() as u64,
            owners: owners.filter(|owner| owner.enabled).count() as u64,
            namespaces: 0,
            created_at: Moment(team.created_at),
        };
        operator.output.done(&row, &format!("there is a team `{}` now", team.name))?;
        if members.is_empty() {
            operator.hint("nobody owns it: portusctl team member add TEAM USER --role owner");
        }
        Ok(())
    }
}

impl MemberCommand {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let portus = operator.portus().await?;
        let change = portus.change_members();
        let actor = &operator.actor;
        let (team, user) = match self {
            Self::Add(Add { team, user, role }) => {
                change.add(actor, &team, &user, role).await?;
                (team, user)
            }
            Self::Role(Change { team, user, role }) => {
                change.set_role(actor, &team, &user, role).await?;
                (team, user)
            }
            Self::Remove(Remove { team, user }) => {
                change.remove(actor, &team, &user).await?;
                (team, user)
            }
        };
        let (_, members) = members(&portus, &team).await?;
        let member = members.into_iter().find(|member| member.name.key() == user.key());
        let sentence = match &member {
            Some(member) => format!("`{}` is {} in team `{team}`", member.name, member.role),
            None => format!("`{user}` is not in team `{team}` any more"),
        };
        Ok(operator.output.done(&member.map(MemberRow::from), &sentence)?)
    }
}

async fn members(portus: &Portus, name: &TeamName) -> Result<(Team, Vec<Member>), Failure> {
    let found = portus
        .database
        .store
        .read::<_, StoreError>(async |tx| {
            let Some(team) = tx.teams().by_name(name).await? else { return Ok(None) };
            let members = tx.teams().members(team.id).await?;
            Ok(Some((team, members)))
        })
        .await?;
    found.ok_or_else(|| Failure::Failed(format!("there is no team `{name}`")))
}

impl From<Found> for TeamRow {
    fn from(team: Found) -> Self {
        Self {
            name: team.name.to_string(),
            members: team.members,
            owners: team.owners,
            namespaces: team.namespaces,
            created_at: Moment(team.created_at),
        }
    }
}

impl From<Member> for MemberRow {
    fn from(member: Member) -> Self {
        Self {
            name: member.name.to_string(),
            role: member.role.as_str(),
            bot: member.bot,
            enabled: member.enabled,
        }
    }
}

impl Row for TeamRow {
    const HEADINGS: &'static [&'static str] =
        &["NAME", "MEMBERS", "OWNERS", "NAMESPACES", "CREATED"];

    fn cells(&self) -> Vec<String> {
        let owners = match self.owners {
            0 => "none".into(),
            count => count.to_string(),
        };
        vec![
            self.name.clone(),
            self.members.to_string(),
            owners,
            self.namespaces.to_string(),
            self.created_at.short(),
        ]
    }
}

impl Row for MemberRow {
    const HEADINGS: &'static [&'static str] = &["NAME", "ROLE", "KIND", "ENABLED"];

    fn cells(&self) -> Vec<String> {
        let kind = if self.bot { "bot" } else { "person" };
        vec![self.name.clone(), self.role.into(), kind.into(), yes(self.enabled)]
    }
}
