//! The audit.

diesel::table! {
    activities (id) {
        id -> BigInt,
        at -> BigInt,
        kind -> Text,
        /// What the kind starts with; the database makes it.
        area -> Text,
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
