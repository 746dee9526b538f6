//! Registries and their namespaces.

diesel::table! {
    registries (id) {
        id -> BigInt,
        name -> Text,
        url -> Text,
        trust -> Text,
        token_lifetime -> Nullable<BigInt>,
        read_at -> Nullable<BigInt>,
        last_received_at -> Nullable<BigInt>,
        secret_generation -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    registry_services (registry_id, position) {
        registry_id -> BigInt,
        position -> BigInt,
        service -> Text,
    }
}

diesel::table! {
    registry_hosts (registry_id, position) {
        registry_id -> BigInt,
        position -> BigInt,
        host -> Text,
    }
}

diesel::table! {
    namespaces (id) {
        id -> BigInt,
        registry_id -> BigInt,
        name -> Text,
        kind -> Text,
        team_id -> Nullable<BigInt>,
        account_id -> Nullable<BigInt>,
        visibility -> Nullable<Text>,
        description -> Text,
        created_at -> BigInt,
    }
}
