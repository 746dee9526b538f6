//! Deletions, and names that are not used again yet.

diesel::table! {
    deletions (id) {
        id -> BigInt,
        registry_id -> BigInt,
        namespace_id -> BigInt,
        namespace_name -> Text,
        kind -> Text,
        team_id -> Nullable<BigInt>,
        owner_id -> Nullable<BigInt>,
        visibility -> Nullable<Text>,
        scope -> Text,
        object -> Text,
        account_id -> Nullable<BigInt>,
        token_id -> Nullable<BigInt>,
        actor -> Text,
        asked_at -> BigInt,
        state -> Text,
        reason -> Text,
        listed_to -> Nullable<Text>,
        total -> BigInt,
        done -> BigInt,
        failed -> BigInt,
        kept -> BigInt,
        cancelled -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    deletion_items (id) {
        id -> BigInt,
        deletion_id -> BigInt,
        repository -> Text,
        tag -> Text,
        digest -> Text,
        state -> Text,
        reason -> Text,
    }
}

diesel::table! {
    deleted_names (registry_id, name) {
        registry_id -> BigInt,
        name -> Text,
        held_until -> BigInt,
    }
}

diesel::table! {
    held_services (service) {
        service -> Text,
        held_until -> BigInt,
    }
}
