//! Repositories and what is in them.

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
        description -> Text,
        stars -> BigInt,
        pushed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    repository_tails (repository_id, tail) {
        repository_id -> BigInt,
        tail -> Text,
        whole -> Bool,
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
        subject -> Nullable<Text>,
        about -> Nullable<Text>,
        heard_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    manifest_labels (manifest_id, name) {
        manifest_id -> BigInt,
        name -> Text,
        value -> Text,
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
        attests -> Nullable<Text>,
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
        version -> Text,
        companion -> Bool,
        heard_at -> Nullable<BigInt>,
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
