//! What a list of tags shows of each.

/// The tags of a repository that are there, for `TagColumns`; or for those behind another column.
macro_rules! tag_rows {
    ($of:expr, by $key:expr) => {
        tag_rows!($of => |columns| ($key, columns))
    };
    ($of:expr) => {
        tag_rows!($of => |columns| columns)
    };
    ($of:expr => |$columns:ident| $selected:expr) => {{
        use diesel::sql_types::{BigInt, Nullable};

        let $columns = (
            (tags::name, tags::digest, tags::author, tags::first_author, tags::pushed_at),
            (
                manifests::media_type.nullable(),
                manifests::artifact_type.nullable(),
                manifests::platforms.nullable(),
                manifests::details.nullable(),
            ),
            diesel::dsl::sql::<Nullable<BigInt>>(super::tag_rows::SIZE),
            diesel::dsl::sql::<Nullable<BigInt>>(super::tag_rows::PULLS),
            diesel::dsl::sql::<Nullable<BigInt>>(super::tag_rows::PULLED_AT),
        );
        let manifest = manifests::repository_id
            .eq(tags::repository_id)
            .and(manifests::digest.eq(tags::digest));
        tags::table
            .left_join(manifests::table.on(manifest))
            .filter(tags::repository_id.eq($of.0).and(tags::present))
            .select($selected)
    }};
}
pub(super) use tag_rows;

/// Bytes; of an index those of the manifests it names, as far as they were read, with what several
/// of them have counted once.
pub(super) const SIZE: &str = "COALESCE(manifests.size, (
    SELECT CAST(SUM(blob.size) AS BIGINT) FROM (
        SELECT layer.digest, layer.size
        FROM manifest_children AS child
        JOIN manifests AS part
            ON part.repository_id = manifests.repository_id AND part.digest = child.digest
        JOIN manifest_layers AS layer ON layer.manifest_id = part.id
        WHERE child.manifest_id = manifests.id
        UNION
        SELECT part.config_digest, part.config_size
        FROM manifest_children AS child
        JOIN manifests AS part
            ON part.repository_id = manifests.repository_id AND part.digest = child.digest
        WHERE child.manifest_id = manifests.id AND part.config_digest IS NOT NULL
    ) AS blob))";

pub(super) const PULLS: &str = "(
    SELECT CAST(SUM(pulls.count) AS BIGINT) FROM pulls
    WHERE pulls.repository_id = tags.repository_id AND pulls.digest = tags.digest)";

pub(super) const PULLED_AT: &str = "(
    SELECT MAX(pulls.last) FROM pulls
    WHERE pulls.repository_id = tags.repository_id AND pulls.digest = tags.digest)";
