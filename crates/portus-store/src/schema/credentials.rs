//! What people and programs sign in with.

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
    login_failures (name_key, address, password) {
        name_key -> Text,
        address -> Text,
        password -> BigInt,
        at -> BigInt,
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
    password_links (account_id) {
        account_id -> BigInt,
        digest -> Binary,
        ends_at -> BigInt,
    }
}
