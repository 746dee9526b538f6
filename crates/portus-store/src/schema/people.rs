//! Accounts and teams.

diesel::table! {
    teams (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        created_at -> BigInt,
        description -> Text,
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
