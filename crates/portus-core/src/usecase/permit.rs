//! The question every use case asks first that changes something.

use crate::activity::{Actor, Who};
use crate::credential::Limits;
use crate::id::TeamId;
use crate::namespace::NamespaceKind;
use crate::policy::{Deed, DeedFacts, Manager, Policy, Ruling, Standing};
use crate::port::{StoreError, Tx};
use crate::team::Role;

/// Who asked may not do it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub Ruling);

/// What would be handed out outgrows the token that it is asked for with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a token with limits or an end sets no passwords and makes no admins: use one without")]
pub struct Outgrown;

/// Refuses to hand out what has no limits to who came with some: a password, or an admin's right.
pub(super) fn unlimited(actor: &Actor) -> Result<(), Outgrown> {
    match &actor.who {
        Who::Caller(caller) if !caller.limits.cover(&Limits::NONE) => Err(Outgrown),
        Who::Caller(_) | Who::Operator(_) | Who::Portus => Ok(()),
    }
}

/// Refuses what the policy does not allow.
pub(super) fn permit(
    policy: &Policy,
    actor: &Actor,
    deed: Deed,
    facts: &DeedFacts,
) -> Result<(), Refused> {
    let ruling = policy.rule(Manager::of(actor), deed, facts);
    if ruling.allowed { Ok(()) } else { Err(Refused(ruling)) }
}

/// What the actor is in a team, as far as her credential is for managing.
pub(super) async fn role_in(
    tx: &mut Tx,
    actor: &Actor,
    team: TeamId,
) -> Result<Option<Role>, StoreError> {
    match Manager::of(actor) {
        Manager::Account(Standing::Anonymous) => Ok(None),
        Manager::Account(_) | Manager::Operator => membership(tx, actor, team).await,
    }
}

/// What the actor is in a team, whatever her credential is for.
pub(super) async fn membership(
    tx: &mut Tx,
    actor: &Actor,
    team: TeamId,
) -> Result<Option<Role>, StoreError> {
    match (&actor.who, actor.account()) {
        (Who::Caller(_), Some(account)) => tx.teams().role(team, account).await,
        _ => Ok(None),
    }
}

/// How the actor stands to a namespace that she may keep; like everybody to one that is not there.
pub(super) async fn keeping(
    tx: &mut Tx,
    actor: &Actor,
    kind: Option<NamespaceKind>,
) -> Result<DeedFacts, StoreError> {
    let mut facts = DeedFacts::default();
    match kind {
        Some(NamespaceKind::Team { team, .. }) => facts.role = role_in(tx, actor, team).await?,
        Some(NamespaceKind::Personal { account, .. }) => {
            facts.own = actor.account() == Some(account);
        }
        Some(NamespaceKind::Global { .. } | NamespaceKind::Orphan) | None => {}
    }
    Ok(facts)
}
