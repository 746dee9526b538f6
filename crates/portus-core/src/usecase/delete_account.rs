use std::sync::Arc;
use std::time::SystemTime;

use super::change_account::is_last_admin;
use super::change_namespace::Owner;
use super::change_team::{called, placed};
use super::permit::{Refused, permit};
use crate::account::{Account, Username};
use crate::activity::{Actor, NewActivity, Who, kind};
use crate::namespace::{Namespace, NamespaceKind, NamespaceName, Visibility};
use crate::policy::{Deed, DeedFacts, Policy};
use crate::port::{Clock, Holder, Store, StoreError, Tx};
use crate::registry::RegistryName;
use crate::team::{Role, Team, TeamName};

/// Removes people's accounts for good.
pub struct DeleteAccount {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What goes with an account, and what stands in the way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AccountRemains {
    /// The account.
    pub account: Account,
    /// Her own namespaces, which somebody gets, or nobody.
    pub namespaces: Vec<(RegistryName, NamespaceName)>,
    /// The teams she is in.
    pub teams: Vec<(Team, Role)>,
    /// Those of them that nobody else owns: they stand in the way.
    pub owned_alone: Vec<TeamName>,
    /// How many application tokens end.
    pub tokens: usize,
    /// Whether nobody else administers Portus, which stands in the way.
    pub is_last_admin: bool,
}

/// Why an account stays.
#[derive(Debug, thiserror::Error)]
pub enum DeleteAccountError {
    /// Bots own no namespaces, and are removed in their teams.
    #[error("`{0}` is a bot")]
    Bot(Username),
    /// She would be her own heir.
    #[error("`{0}` is the account that goes: name someone else")]
    Heir(Username),
    /// Nobody would administer Portus any more.
    #[error("`{0}` is the last enabled admin: make another one first")]
    LastAdmin(Username),
    /// Teams would have no owner any more.
    #[error("`{0}` is the last owner of team `{1}`: make another owner first")]
    LastOwner(Username, TeamName),
    /// The one who asks may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    Unknown(Username),
    /// There is no such account to get the namespaces.
    #[error("there is no account `{0}` to get the namespaces")]
    UnknownHeir(Username),
    /// There is no such team to get the namespaces.
    #[error("there is no team `{0}` to get the namespaces")]
    UnknownTeam(TeamName),
}

use DeleteAccountError as Error;

impl DeleteAccount {
    /// What would go with an account.
    pub async fn remains(&self, actor: &Actor, name: &Username) -> Result<AccountRemains, Error> {
        permit(&self.policy, actor, Deed::ManageAccounts, &DeedFacts::default())?;
        self.store
            .read(async |tx| {
                let account = find(tx, name).await?;
                let held = tx.namespaces().held_by(Holder::Account(account.id)).await?;
                let alone = tx.teams().owned_alone(account.id).await?;
                Ok(AccountRemains {
                    namespaces: placed(tx, &held).await?,
                    teams: tx.teams().of(account.id).await?,
                    owned_alone: alone.into_iter().map(|team| team.name).collect(),
                    tokens: tx.tokens().applications(account.id).await?.len(),
                    is_last_admin: is_last_admin(tx, &account).await?,
                    account,
                })
            })
            .await
    }

    /// Removes an account with its memberships, tokens and sessions. Her own namespaces go to the
    /// heir, or become nobody's. The last owner of a team stays; so does the last enabled admin,
    /// unless an operator asks. The audit keeps her name.
    pub async fn delete(
        &self,
        actor: &Actor,
        name: &Username,
        heir: Option<&Owner>,
    ) -> Result<(), Error> {
        permit(&self.policy, actor, Deed::ManageAccounts, &DeedFacts::default())?;
        let now = self.clock.now();
        self.store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let account = find(tx, name).await?;
                let by_operator = matches!(actor.who, Who::Operator(_));
                if !by_operator && is_last_admin(tx, &account).await? {
                    return Err(Error::LastAdmin(account.name));
                }
                if let Some(team) = tx.teams().owned_alone(account.id).await?.into_iter().next() {
                    return Err(Error::LastOwner(account.name, team.name));
                }
                let mut rows = inherit(tx, actor, &account, heir, now).await?;
                tx.accounts().delete(account.id).await?;
                rows.push(NewActivity::done(
                    kind::ACCOUNT_DELETE,
                    actor,
                    now,
                    account.name.as_str(),
                ));
                tx.audit().append(&rows).await?;
                Ok(())
            })
            .await
    }
}

async fn find(tx: &mut Tx, name: &Username) -> Result<Account, Error> {
    let account = tx.accounts().by_name(name).await?;
    let account = account.ok_or_else(|| Error::Unknown(name.clone()))?;
    if account.is_bot() { Err(Error::Bot(account.name)) } else { Ok(account) }
}

/// Gives away what was hers, and says so.
async fn inherit(
    tx: &mut Tx,
    actor: &Actor,
    account: &Account,
    heir: Option<&Owner>,
    now: SystemTime,
) -> Result<Vec<NewActivity>, Error> {
    let held = tx.namespaces().held_by(Holder::Account(account.id)).await?;
    let heir = heir_of(tx, account, heir).await?;
    let mut rows = Vec::new();
    for namespace in &held {
        let (kind, what, detail) = match &heir {
            Some((holder, called)) => {
                let detail = format!("from {} to {called}", account.name);
                (owned(*holder, namespace), kind::NAMESPACE_GIVE, detail)
            }
            None => {
                let detail = format!("was {}’s", account.name);
                (NamespaceKind::Orphan, kind::NAMESPACE_ORPHAN, detail)
            }
        };
        tx.namespaces().set_kind(namespace.id, kind).await?;
        let row = NewActivity::done(what, actor, now, called(namespace));
        rows.push(row.detail(detail).in_namespace(namespace.id));
    }
    Ok(rows)
}

async fn heir_of(
    tx: &mut Tx,
    account: &Account,
    heir: Option<&Owner>,
) -> Result<Option<(Holder, String)>, Error> {
    match heir {
        None => Ok(None),
        Some(Owner::Person(name)) => {
            let found = tx.accounts().by_name(name).await?;
            let found = found.ok_or_else(|| Error::UnknownHeir(name.clone()))?;
            if found.is_bot() {
                return Err(Error::Bot(found.name));
            }
            if found.id == account.id {
                return Err(Error::Heir(found.name));
            }
            Ok(Some((Holder::Account(found.id), found.name.to_string())))
        }
        Some(Owner::Team(name)) => {
            let found = tx.teams().by_name(name).await?;
            let found = found.ok_or_else(|| Error::UnknownTeam(name.clone()))?;
            Ok(Some((Holder::Team(found.id), format!("team {}", found.name))))
        }
    }
}

/// As open as it was.
fn owned(holder: Holder, namespace: &Namespace) -> NamespaceKind {
    let visibility = namespace.kind.visibility().unwrap_or(Visibility::Private);
    match holder {
        Holder::Account(account) => NamespaceKind::Personal { account, visibility },
        Holder::Team(team) => NamespaceKind::Team { team, visibility },
    }
}
