//! The tables, as both databases have them. Times are microseconds since 1970; lengths of time too.

diesel::table! {
    installation (one) {
        one -> BigInt,
        id -> Text,
        seal_check -> Binary,
        ca_certificate -> Text,
        ca_sealed -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    policy_epoch (one) {
        one -> BigInt,
        epoch -> BigInt,
    }
}

diesel::table! {
    signing_keys (id) {
        id -> BigInt,
        key_id -> Text,
        algorithm -> Text,
        sealed -> Binary,
        certificate -> Text,
        certificate_ends -> BigInt,
        state -> Text,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    teams (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    accounts (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        kind -> Text,
        admin -> Bool,
        enabled -> Bool,
        password_hash -> Nullable<Text>,
        team_id -> Nullable<BigInt>,
        personal_name -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    members (team_id, account_id) {
        team_id -> BigInt,
        account_id -> BigInt,
        role -> Text,
        since -> BigInt,
    }
}

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

diesel::table! {
    repositories (id) {
        id -> BigInt,
        registry_id -> BigInt,
        namespace_id -> BigInt,
        registry_name -> Text,
        path -> Text,
        name -> Text,
        pulls -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    manifests (id) {
        id -> BigInt,
        repository_id -> BigInt,
        digest -> Text,
        present -> Bool,
        media_type -> Text,
        artifact_type -> Nullable<Text>,
        config_digest -> Nullable<Text>,
        config_type -> Nullable<Text>,
        config_size -> Nullable<BigInt>,
        size -> Nullable<BigInt>,
        platforms -> Text,
        details -> Text,
        pushed_at -> BigInt,
        as_of -> BigInt,
        as_of_event -> Text,
    }
}

diesel::table! {
    manifest_layers (manifest_id, position) {
        manifest_id -> BigInt,
        position -> BigInt,
        digest -> Text,
        media_type -> Text,
        size -> BigInt,
    }
}

diesel::table! {
    manifest_children (manifest_id, position) {
        manifest_id -> BigInt,
        position -> BigInt,
        digest -> Text,
        media_type -> Text,
        size -> BigInt,
        platform -> Nullable<Text>,
    }
}

diesel::table! {
    tags (repository_id, name) {
        repository_id -> BigInt,
        name -> Text,
        digest -> Text,
        present -> Bool,
        as_of -> BigInt,
        as_of_event -> Text,
        author -> Nullable<Text>,
        pushed_at -> BigInt,
        first_author -> Nullable<Text>,
        first_at -> BigInt,
        first_event -> Text,
    }
}

diesel::table! {
    tag_history (repository_id, tag, as_of, as_of_event) {
        repository_id -> BigInt,
        tag -> Text,
        as_of -> BigInt,
        as_of_event -> Text,
        digest -> Text,
        account_id -> Nullable<BigInt>,
        author -> Nullable<Text>,
    }
}

diesel::table! {
    tombstones (repository_id, what) {
        repository_id -> BigInt,
        what -> Text,
        as_of -> BigInt,
        as_of_event -> Text,
    }
}

diesel::table! {
    pulls (repository_id, digest, day) {
        repository_id -> BigInt,
        digest -> Text,
        day -> BigInt,
        count -> BigInt,
        last -> BigInt,
    }
}

diesel::table! {
    inbox (id) {
        id -> BigInt,
        registry_id -> BigInt,
        event_id -> Text,
        state -> Text,
        tries -> BigInt,
        received_at -> BigInt,
        next_try_at -> BigInt,
        finished_at -> Nullable<BigInt>,
        error -> Nullable<Text>,
        raw -> Nullable<Text>,
        at -> Nullable<BigInt>,
        action -> Nullable<Text>,
        repository -> Nullable<Text>,
        digest -> Nullable<Text>,
        tag -> Nullable<Text>,
        media_type -> Nullable<Text>,
        actor -> Nullable<Text>,
        host -> Nullable<Text>,
        method -> Nullable<Text>,
        address -> Nullable<Text>,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        registry_id -> BigInt,
        repository -> Text,
        digest -> Text,
        run_at -> BigInt,
        tries -> BigInt,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    sync_runs (id) {
        id -> BigInt,
        registry_id -> BigInt,
        as_of -> BigInt,
        cursor -> Nullable<Text>,
        repositories -> BigInt,
        changes -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    application_tokens (id) {
        id -> BigInt,
        account_id -> BigInt,
        label -> Text,
        digest -> Binary,
        can_pull -> Bool,
        can_push -> Bool,
        can_delete -> Bool,
        can_api -> Bool,
        everywhere -> Bool,
        expires_at -> Nullable<BigInt>,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    application_token_namespaces (token_id, namespace_id) {
        token_id -> BigInt,
        namespace_id -> BigInt,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> BigInt,
        account_id -> BigInt,
        registry_id -> BigInt,
        digest -> Binary,
        client -> Text,
        address -> Text,
        created_at -> BigInt,
        last_used_at -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        account_id -> BigInt,
        digest -> Binary,
        agent -> Text,
        address -> Text,
        created_at -> BigInt,
        last_used_at -> BigInt,
    }
}

diesel::table! {
    login_failures (name_key, address, password) {
        name_key -> Text,
        address -> Text,
        password -> BigInt,
        at -> BigInt,
    }
}

diesel::table! {
    activities (id) {
        id -> BigInt,
        at -> BigInt,
        kind -> Text,
        account_id -> Nullable<BigInt>,
        actor -> Text,
        address -> Nullable<Text>,
        request -> Nullable<Text>,
        object -> Text,
        detail -> Text,
        outcome -> Text,
        namespace_id -> Nullable<BigInt>,
        repository_id -> Nullable<BigInt>,
        team_id -> Nullable<BigInt>,
        count -> BigInt,
    }
}

diesel::joinable!(accounts -> teams (team_id));
diesel::joinable!(members -> teams (team_id));
diesel::joinable!(members -> accounts (account_id));
diesel::joinable!(registry_services -> registries (registry_id));
diesel::joinable!(registry_hosts -> registries (registry_id));
diesel::joinable!(namespaces -> registries (registry_id));
diesel::joinable!(namespaces -> teams (team_id));
diesel::joinable!(namespaces -> accounts (account_id));
diesel::joinable!(repositories -> registries (registry_id));
diesel::joinable!(repositories -> namespaces (namespace_id));
diesel::joinable!(manifests -> repositories (repository_id));
diesel::joinable!(manifest_layers -> manifests (manifest_id));
diesel::joinable!(manifest_children -> manifests (manifest_id));
diesel::joinable!(tags -> repositories (repository_id));
diesel::joinable!(tag_history -> repositories (repository_id));
diesel::joinable!(tag_history -> accounts (account_id));
diesel::joinable!(tombstones -> repositories (repository_id));
diesel::joinable!(pulls -> repositories (repository_id));
diesel::joinable!(inbox -> registries (registry_id));
diesel::joinable!(jobs -> registries (registry_id));
diesel::joinable!(sync_runs -> registries (registry_id));
diesel::joinable!(application_tokens -> accounts (account_id));
diesel::joinable!(application_token_namespaces -> application_tokens (token_id));
diesel::joinable!(application_token_namespaces -> namespaces (namespace_id));
diesel::joinable!(refresh_tokens -> accounts (account_id));
diesel::joinable!(refresh_tokens -> registries (registry_id));
diesel::joinable!(sessions -> accounts (account_id));

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    activities,
    application_token_namespaces,
    application_tokens,
    inbox,
    installation,
    jobs,
    login_failures,
    manifest_children,
    manifest_layers,
    manifests,
    members,
    namespaces,
    policy_epoch,
    pulls,
    refresh_tokens,
    registries,
    registry_hosts,
    registry_services,
    repositories,
    sessions,
    signing_keys,
    sync_runs,
    tag_history,
    tags,
    teams,
    tombstones,
);
