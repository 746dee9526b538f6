//! What an installation has once, and its keys.

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
