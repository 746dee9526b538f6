use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::id::{AccountId, NamespaceId, RegistryId, TeamId};
use portus_core::namespace::{Namespace, NamespaceKind, NamespaceName, NewNamespace, Visibility};
use portus_core::port::{Holder, Namespaces, StoreError};

use super::unit_of_work::SqlUnitOfWork;
use crate::error::{corrupt, store_error};
use crate::schema::{accounts, namespaces};
use crate::values::{micros, parsed, time};

#[async_trait]
impl Namespaces for SqlUnitOfWork {
    async fn add(&mut self, namespace: &NewNamespace) -> Result<NamespaceId, StoreError> {
        let added: Option<i64> = diesel::insert_into(namespaces::table)
            .values((
                namespaces::registry_id.eq(namespace.registry.0),
                namespaces::name.eq(stored_name(namespace.name.as_ref())),
                stored_kind(namespace.kind),
                namespaces::description.eq(""),
                namespaces::created_at.eq(micros(namespace.created_at)),
            ))
            .on_conflict_do_nothing()
            .returning(namespaces::id)
            .get_result(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        added.map(NamespaceId).ok_or(StoreError::Taken)
    }

    async fn set_kind(
        &mut self,
        namespace: NamespaceId,
        kind: NamespaceKind,
    ) -> Result<(), StoreError> {
        diesel::update(namespaces::table.find(namespace.0))
            .set(stored_kind(kind))
            .execute(self.conn())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn by_name(
        &mut self,
        registry: RegistryId,
        name: Option<&NamespaceName>,
    ) -> Result<Option<Namespace>, StoreError> {
        let row: Option<NamespaceRow> = namespaces::table
            .filter(namespaces::registry_id.eq(registry.0))
            .filter(namespaces::name.eq(stored_name(name)))
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        row.map(namespace).transpose()
    }

    async fn by_id(&mut self, id: NamespaceId) -> Result<Option<Namespace>, StoreError> {
        let row: Option<NamespaceRow> = namespaces::table
            .find(id.0)
            .first(self.conn())
            .await
            .optional()
            .map_err(store_error)?;
        row.map(namespace).transpose()
    }

    async fn held_by(&mut self, holder: Holder) -> Result<Vec<Namespace>, StoreError> {
        let (team, account) = match holder {
            Holder::Account(account) => (None, Some(account.0)),
            Holder::Team(team) => (Some(team.0), None),
        };
        // What is null is equal to nothing.
        let held = namespaces::team_id.eq(team).or(namespaces::account_id.eq(account));
        let rows: Vec<NamespaceRow> = namespaces::table
            .filter(held)
            .order(namespaces::id)
            .load(self.conn())
            .await
            .map_err(store_error)?;
        rows.into_iter().map(namespace).collect()
    }

    async fn is_reserved(
        &mut self,
        name: &NamespaceName,
        other_than: Option<AccountId>,
    ) -> Result<bool, StoreError> {
        // No account has the number 0.
        let others = accounts::table
            .filter(accounts::personal_name.eq(name.as_str()))
            .filter(accounts::id.ne(other_than.map_or(0, |account| account.0)));
        diesel::select(exists(others)).get_result(self.conn()).await.map_err(store_error)
    }
}

/// The global namespace's name is empty.
pub(super) fn stored_name(name: Option<&NamespaceName>) -> &str {
    name.map(NamespaceName::as_str).unwrap_or_default()
}

pub(super) fn namespace_name(stored: &str) -> Result<Option<NamespaceName>, StoreError> {
    match stored {
        "" => Ok(None),
        name => parsed("namespaces.name", name).map(Some),
    }
}

type StoredKind = (
    diesel::dsl::Eq<namespaces::kind, &'static str>,
    diesel::dsl::Eq<namespaces::team_id, Option<i64>>,
    diesel::dsl::Eq<namespaces::account_id, Option<i64>>,
    diesel::dsl::Eq<namespaces::visibility, Option<&'static str>>,
);

fn stored_kind(kind: NamespaceKind) -> StoredKind {
    let (team, account) = match kind {
        NamespaceKind::Global { .. } | NamespaceKind::Orphan => (None, None),
        NamespaceKind::Personal { account, .. } => (None, Some(account.0)),
        NamespaceKind::Team { team, .. } => (Some(team.0), None),
    };
    (
        namespaces::kind.eq(kind.as_str()),
        namespaces::team_id.eq(team),
        namespaces::account_id.eq(account),
        namespaces::visibility.eq(kind.visibility().map(Visibility::as_str)),
    )
}

/// `kind`, `team_id`, `account_id`, `visibility`
pub(super) type KindColumns =
    (namespaces::kind, namespaces::team_id, namespaces::account_id, namespaces::visibility);

/// The columns that [`namespace_kind`] reads.
pub(super) const KIND: KindColumns =
    (namespaces::kind, namespaces::team_id, namespaces::account_id, namespaces::visibility);

pub(super) type KindRow = (String, Option<i64>, Option<i64>, Option<String>);

pub(super) fn namespace_kind(row: KindRow) -> Result<NamespaceKind, StoreError> {
    let (kind, team, account, visibility) = row;
    let visibility: Option<Visibility> =
        visibility.map(|text| parsed("namespaces.visibility", &text)).transpose()?;
    Ok(match (kind.as_str(), team, account, visibility) {
        ("global", None, None, Some(visibility)) => NamespaceKind::Global { visibility },
        ("orphan", None, None, None) => NamespaceKind::Orphan,
        ("personal", None, Some(account), Some(visibility)) => {
            NamespaceKind::Personal { account: AccountId(account), visibility }
        }
        ("team", Some(team), None, Some(visibility)) => {
            NamespaceKind::Team { team: TeamId(team), visibility }
        }
        _ => return Err(corrupt("namespaces.kind", kind)),
    })
}

#[derive(Queryable)]
struct NamespaceRow {
    id: i64,
    registry_id: i64,
    name: String,
    kind: String,
    team_id: Option<i64>,
    account_id: Option<i64>,
    visibility: Option<String>,
    description: String,
    created_at: i64,
}

fn namespace(row: NamespaceRow) -> Result<Namespace, StoreError> {
    Ok(Namespace {
        id: NamespaceId(row.id),
        registry: RegistryId(row.registry_id),
        name: namespace_name(&row.name)?,
        kind: namespace_kind((row.kind, row.team_id, row.account_id, row.visibility))?,
        description: row.description,
        created_at: time(row.created_at),
    })
}
