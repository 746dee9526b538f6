//! Namespaces and bots as rows of lists.

use portus_core::page::NamespaceRow;

use super::namespaces::stored_name;

/// Namespaces by registry and name, for `NamespaceColumns`.
macro_rules! namespace_rows {
    ($slice:expr) => {{
        use $crate::schema::{accounts, manifests, namespaces, registries, repositories, teams};
        let in_use = manifests::table
            .filter(manifests::repository_id.eq(repositories::id).and(manifests::present));
        let held = repositories::table
            .filter(repositories::namespace_id.eq(namespaces::id).and(exists(in_use)))
            .select(count_star())
            .single_value();
        let mut query = namespaces::table
            .inner_join(registries::table)
            .left_join(teams::table.on(namespaces::team_id.eq(teams::id.nullable())))
            .left_join(accounts::table.on(namespaces::account_id.eq(accounts::id.nullable())))
            .select((
                namespaces::id,
                registries::name,
                namespaces::name,
                KIND,
                (teams::name.nullable(), accounts::name.nullable()),
                held,
            ))
            .order((registries::name, namespaces::name))
            .limit(one_more($slice))
            .into_boxed();
        if let Some((registry, name)) = cursor($slice).as_deref().and_then(place) {
            let after = sql::<Bool>("(registries.name, namespaces.name) > (")
                .bind::<Text, _>(registry)
                .sql(", ")
                .bind::<Text, _>(name)
                .sql(")");
            query = query.filter(after);
        }
        query
    }};
}

/// Bots by name, for `BotColumns`.
macro_rules! bot_rows {
    ($slice:expr) => {{
        use $crate::schema::{accounts, application_tokens, members, teams};
        let membership = members::team_id.eq(teams::id).and(members::account_id.eq(accounts::id));
        let tokens = application_tokens::table
            .filter(application_tokens::account_id.eq(accounts::id))
            .select(count_star())
            .single_value();
        let mut query = accounts::table
            .inner_join(teams::table)
            .inner_join(members::table.on(membership))
            .select((
                accounts::name,
                teams::name,
                members::role,
                accounts::enabled,
                tokens,
                accounts::created_at,
            ))
            .order(accounts::name_key)
            .limit(one_more($slice))
            .into_boxed();
        if let Some(after) = cursor($slice) {
            query = query.filter(accounts::name_key.gt(after));
        }
        query
    }};
}

/// Where a page of namespaces ended.
pub(super) fn namespace_key(row: &NamespaceRow) -> String {
    format!("{}/{}", row.registry, stored_name(row.name.as_ref()))
}

pub(super) use {bot_rows, namespace_rows};
