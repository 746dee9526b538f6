//! `portusctl user`

use clap::{Args, Subcommand};
use portus::wiring::Portus;
use portus_core::account::{Account, Email, Username};
use portus_core::port::{AccountFilter, StoreError};
use portus_core::usecase::NewPerson;
use serde::Serialize;

use crate::command_line::Slice;
use crate::failure::Failure;
use crate::listing::{Moment, Row, or_dash, yes};
use crate::operator::Operator;
use crate::password::PasswordSource;

/// People's accounts
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an account for a person
    #[command(after_help = CREATE_EXAMPLES)]
    Create(Create),
    /// List people and bots
    #[command(
        after_help = "Examples:\n  portusctl user list\n  portusctl user list --limit 1000 --json"
    )]
    List(Slice),
    /// Let an account do nothing any more
    ///
    /// Its sessions and refresh tokens are gone for good; application tokens rest until it is
    /// enabled again.
    #[command(after_help = "Example:\n  portusctl user disable bob")]
    Disable(Named),
    /// Let a disabled account do things again
    #[command(after_help = "Example:\n  portusctl user enable bob")]
    Enable(Named),
    /// Make a person an admin
    #[command(after_help = "Example:\n  portusctl user promote bob")]
    Promote(Named),
    /// Make an admin an ordinary person
    #[command(after_help = "Example:\n  portusctl user demote bob")]
    Demote(Named),
    /// Set a person's password, which ends her sessions and refresh tokens
    #[command(after_help = PASSWORD_EXAMPLES)]
    Password(Password),
    /// Make a link by which a person sets a password, once and within an hour
    ///
    /// A link that was made before is no good any more, and neither is this one once the person has
    /// a new password.
    #[command(after_help = "Example:\n  portusctl user password-link bob")]
    PasswordLink(Named),
}

#[derive(Args, Debug)]
pub struct Create {
    /// The name to sign in with
    name: Username,
    /// Where mail goes
    #[arg(long)]
    email: Option<Email>,
    /// Let her administer Portus
    #[arg(long)]
    admin: bool,
    /// Without one: a link lets her set it
    #[arg(long, conflicts_with_all = ["password_stdin", "password_file"])]
    without_password: bool,
    #[command(flatten)]
    password: PasswordSource,
}

#[derive(Args, Debug)]
pub struct Named {
    /// Whose account
    name: Username,
}

#[derive(Args, Debug)]
pub struct Password {
    /// Whose password
    name: Username,
    #[command(flatten)]
    password: PasswordSource,
}

/// A person or a bot, as it is printed.
#[derive(Debug, Serialize)]
pub struct UserRow {
    name: String,
    email: Option<String>,
    admin: bool,
    bot: bool,
    enabled: bool,
    created_at: Moment,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(operator).await,
            Self::List(slice) => list(operator, slice).await,
            Self::Disable(named) => named.change(operator, Change::Disable).await,
            Self::Enable(named) => named.change(operator, Change::Enable).await,
            Self::Promote(named) => named.change(operator, Change::Promote).await,
            Self::Demote(named) => named.change(operator, Change::Demote).await,
            Self::Password(command) => command.run(operator).await,
            Self::PasswordLink(named) => named.link(operator).await,
        }
    }
}

/// What takes nothing but a name.
#[derive(Clone, Copy)]
enum Change {
    Demote,
    Disable,
    Enable,
    Promote,
}

impl Named {
    async fn change(self, operator: &Operator, what: Change) -> Result<(), Failure> {
        let portus = operator.portus().await?;
        let (accounts, actor) = (portus.change_account(), &operator.actor);
        let (changed, done) = match what {
            Change::Demote => (accounts.demote(actor, &self.name).await, "is no admin any more"),
            Change::Disable => (accounts.disable(actor, &self.name).await, "is disabled"),
            Change::Enable => (accounts.enable(actor, &self.name).await, "is enabled"),
            Change::Promote => (accounts.promote(actor, &self.name).await, "is an admin now"),
        };
        changed?;
        tell(operator, &portus, &self.name, done).await
    }
}

/// A link, as it is printed.
#[derive(Debug, Serialize)]
struct LinkRow {
    url: String,
    expires_at: Moment,
}

impl Named {
    async fn link(self, operator: &Operator) -> Result<(), Failure> {
        let portus = operator.portus().await?;
        let link = portus.link_password().make(&operator.actor, &self.name).await?;
        let origin = portus.settings.server.url.origin();
        let url = format!("{origin}/password/{}", link.secret.expose());
        let row = LinkRow { url: url.clone(), expires_at: Moment(link.ends) };
        operator.output.done(&row, &url)?;
        operator.hint("give it to her on a safe way: it works once, for an hour");
        Ok(())
    }
}

impl Create {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let Self { name, email, admin, without_password, password } = self;
        let password = match without_password {
            true => None,
            false => Some(password.read(name.as_str())?),
        };
        let person = NewPerson { name, email, password, admin };
        let portus = operator.portus_or_new().await?;
        portus.create_account().create(&operator.actor, &person).await?;
        tell(operator, &portus, &person.name, "has an account now").await
    }
}

impl Password {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let password = self.password.read(self.name.as_str())?;
        let portus = operator.portus().await?;
        portus.change_account().set_password(&operator.actor, &self.name, &password).await?;
        tell(operator, &portus, &self.name, "has a new password").await
    }
}

async fn list(operator: &Operator, slice: Slice) -> Result<(), Failure> {
    let portus = operator.portus().await?;
    let page = portus.database.browse.accounts(AccountFilter::default(), &slice.into()).await?;
    Ok(operator.output.page(&page.map(UserRow::from))?)
}

async fn tell(
    operator: &Operator,
    portus: &Portus,
    name: &Username,
    done: &str,
) -> Result<(), Failure> {
    let row = row(portus, name).await?;
    Ok(operator.output.done(&row, &format!("`{}` {done}", row.name))?)
}

/// The account of this name, as it is printed.
pub async fn row(portus: &Portus, name: &Username) -> Result<UserRow, Failure> {
    let found = portus
        .database
        .store
        .read::<_, StoreError>(async |tx| tx.accounts().by_name(name).await)
        .await?;
    let found = found.map(UserRow::from);
    found.ok_or_else(|| Failure::Failed(format!("there is no account `{name}`")))
}

/// Makes accounts.
impl From<Account> for UserRow {
    fn from(account: Account) -> Self {
        Self {
            admin: account.is_admin(),
            bot: account.is_bot(),
            name: account.name.to_string(),
            email: account.email.map(|email| email.to_string()),
            enabled: account.enabled,
            created_at: Moment(account.created_at),
        }
    }
}

impl Row for UserRow {
    const HEADINGS: &'static [&'static str] = &["NAME", "EMAIL", "KIND", "ENABLED", "CREATED"];

    fn cells(&self) -> Vec<String> {
        let kind = match (self.bot, self.admin) {
            (true, _) => "bot",
            (false, true) => "admin",
            (false, false) => "person",
        };
        vec![
            self.name.clone(),
            or_dash(self.email.as_deref()),
            kind.into(),
            yes(self.enabled),
            self.created_at.short(),
        ]
    }
}

const CREATE_EXAMPLES: &str = "\
Examples:
  portusctl user create bob --email bob@example.org
  portusctl user create carol --admin --password-file /run/secrets/carol
  portusctl user create dora --without-password
  pwgen -s 24 1 | tee bob.password | portusctl user create bob --password-stdin";

const PASSWORD_EXAMPLES: &str = "\
Examples:
  portusctl user password bob
  portusctl user password bob --password-file /run/secrets/bob";
