use diesel::prelude::*;
use diesel::sql_types::Bool;
use portus_core::policy::NamespaceFilter;
use portus_core::team::Role;

use super::super::Backend;
use crate::schema::{members, namespaces, registries};

/// The numbers of namespaces, as a query within a query.
pub(super) type NamespaceIds = diesel::dsl::IntoBoxed<
    'static,
    diesel::dsl::Select<
        diesel::dsl::InnerJoin<namespaces::table, registries::table>,
        namespaces::id,
    >,
    Backend,
>;

/// The namespaces that a filter admits; `None` where that is every one.
///
/// The same as [`NamespaceFilter::admits`], in the database's words.
pub(super) fn readable(filter: &NamespaceFilter) -> Option<NamespaceIds> {
    if filter.every && filter.within.is_none() && !filter.read_registries_only {
        return None;
    }
    let visibilities: Vec<&str> = filter.visibilities.iter().map(|one| one.as_str()).collect();
    let roles =
        Role::ALL.into_iter().filter(|role| filter.role.is_some_and(|least| *role >= least));
    let roles: Vec<&str> = roles.map(Role::as_str).collect();
    let account = filter.account.map(|account| account.0);
    let teams = members::table
        .filter(members::account_id.nullable().eq(account))
        .filter(members::role.eq_any(roles))
        .select(members::team_id.nullable());
    let covered = filter
        .every
        .into_sql::<Bool>()
        .nullable()
        .or(namespaces::visibility.eq_any(visibilities))
        .or(namespaces::account_id.eq(account.filter(|_| filter.own)))
        .or(namespaces::team_id.eq_any(teams));
    let mut query = namespaces::table
        .inner_join(registries::table)
        .select(namespaces::id)
        .filter(covered)
        .into_boxed();
    if let Some(within) = &filter.within {
        let within: Vec<i64> = within.iter().map(|namespace| namespace.0).collect();
        query = query.filter(namespaces::id.eq_any(within));
    }
    if filter.read_registries_only {
        query = query.filter(registries::read_at.is_not_null());
    }
    Some(query)
}
