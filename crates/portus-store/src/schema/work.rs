//! What came in, and what is to be done.

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
        claimed -> Bool,
        again_at -> Nullable<BigInt>,
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
    answers (account_id, key) {
        account_id -> BigInt,
        key -> Text,
        request -> Text,
        answer -> Nullable<Binary>,
        begun_at -> BigInt,
    }
}
