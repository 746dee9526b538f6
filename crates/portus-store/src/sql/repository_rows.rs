//! Repositories as rows of lists.

/// What `RepositoryColumns` reads.
macro_rules! repository_columns {
    () => {{
        use $crate::schema::{repositories, tags};
        let tag_count = tags::table
            .filter(tags::repository_id.eq(repositories::id).and(tags::present))
            .select(diesel::dsl::count_star())
            .single_value();
        (
            repositories::registry_name,
            repositories::path,
            tag_count,
            repositories::pushed_at,
            repositories::pulls,
            repositories::stars,
        )
    }};
}

/// Repositories with something in them, for `RepositoryColumns`.
macro_rules! repository_rows {
    () => {{
        use $crate::schema::{namespaces, repositories};
        repositories::table
            .inner_join(namespaces::table)
            .filter(repositories::pushed_at.is_not_null())
            .select(repository_columns!())
    }};
}

pub(super) use {repository_columns, repository_rows};
