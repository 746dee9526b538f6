//! What people say of repositories, and what is counted for the home page.

diesel::table! {
    stars (account_id, repository_id) {
        account_id -> BigInt,
        repository_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    comments (id) {
        id -> BigInt,
        repository_id -> BigInt,
        account_id -> Nullable<BigInt>,
        author -> Text,
        body -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    traffic (namespace_id, day) {
        namespace_id -> BigInt,
        day -> BigInt,
        pushes -> BigInt,
        pulls -> BigInt,
    }
}
