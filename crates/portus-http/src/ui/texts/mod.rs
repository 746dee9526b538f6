//! What pages say, in each language. A language that lacks a text does not compile.

mod english;
mod german;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

pub(crate) use english::ENGLISH;
pub(crate) use german::GERMAN;

/// Every language, the default first.
static LANGUAGES: [&Texts; 2] = [&ENGLISH, &GERMAN];

/// The language that a browser likes best of those there are.
///
/// Source: RFC 9110, section 12.5.4.
pub(super) fn wanted(headers: &HeaderMap) -> &'static Texts {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut best = (0.0_f32, LANGUAGES[0]);
    for range in header.unwrap_or_default().split(',').take(20) {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse);
        let language = tag.split('-').next().unwrap_or_default();
        let known = LANGUAGES.iter().find(|texts| language.eq_ignore_ascii_case(texts.language));
        if let (Some(texts), Ok(weight)) = (known, weight)
            && weight > best.0
        {
            best = (weight, texts);
        }
    }
    best.1
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $kind:ty,)*) => {
        /// What pages say.
        pub(crate) struct Texts { $($(#[$doc])* pub(crate) $name: $kind,)* }
    };
}

type Text = &'static str;
/// A text about one name.
type About = fn(&str) -> String;

texts! {
    /// As in `lang`.
    accounts: Text,
    address: Text,
    administration: Text,
    anyone: Text,
    audit: Text,
    audit_empty: Text,
    audit_lead: Text,
    catalog_read: Text,
    catalog_unread: Text,
    disabled: Text,
    event: Text,
    filter: Text,
    kind_of: Text,
    language: Text,
    /// Of the year, short.
    months: [Text; 12],
    /// A number of `s`, `min`, `h` or `d`.
    ago: fn(u64, &str) -> String,

    access: Text,
    access_ask: Text,
    access_denied: Text,
    access_allowed: Text,
    access_hint_path: Text,
    access_lead: Text,
    access_path: Text,
    access_registry: Text,
    access_who: Text,
    access_whom_hint: Text,
    action: Text,
    again_later: Text,
    all_namespaces: Text,
    artifact: Text,
    broken: Text,
    broken_do: Text,
    by: About,
    config: Text,
    copy: Text,
    dark: Text,
    delete: Text,
    details_failed: Text,
    details_pending: Text,
    digest: Text,
    docker_hint: Text,
    email: Text,
    empty_namespace: Text,
    empty_namespaces: Text,
    empty_public: Text,
    empty_repositories: Text,
    expires: Text,
    expires_days: About,
    expires_never: Text,
    expired: Text,
    facts: Text,
    failed_name_password: Text,
    failed_try_again: Text,
    failed_wait: About,
    form_stale: Text,
    form_stale_do: Text,
    global: Text,
    home: Text,
    label: Text,
    label_hint: Text,
    last_pull: Text,
    last_push: Text,
    last_use: Text,
    layers: Text,
    light: Text,
    may: Text,
    media_type: Text,
    members: Text,
    menu: Text,
    namespace: Text,
    namespaces: Text,
    never: Text,
    new_token: Text,
    newer: Text,
    next: Text,
    no_permission: Text,
    no_permission_do: Text,
    not_found: Text,
    not_found_do: Text,
    not_found_sign_in: Text,
    object: Text,
    odd: Text,
    odd_do: Text,
    one_use: Text,
    orphan: Text,
    outcome: Text,
    outcome_done: Text,
    outcome_refused: Text,
    owner: Text,
    owners: Text,
    parked: Text,
    parked_none: Text,
    parked_retry: Text,
    password: Text,
    password_change: Text,
    password_current: Text,
    password_hint: Text,
    password_lead: Text,
    password_new: Text,
    password_wrong: Text,
    places: Text,
    platforms: Text,
    private: Text,
    profile: Text,
    protected: Text,
    public: Text,
    pull: Text,
    pull_with: Text,
    pulls: Text,
    push: Text,
    pushed: Text,
    reason: Text,
    recently: Text,
    registries: Text,
    registries_none: Text,
    repositories: Text,
    repository: Text,
    request: Text,
    revoke: Text,
    revoke_named: About,
    role_admin: Text,
    role_person: Text,
    session_began: Text,
    session_end: Text,
    session_end_others: Text,
    session_this: Text,
    sessions: Text,
    sessions_lead: Text,
    setup: Text,
    setup_lead: Text,
    setup_make: Text,
    sign_in: Text,
    sign_in_to: About,
    sign_out: Text,
    size: Text,
    skip: Text,
    system: Text,
    tag: Text,
    tags: Text,
    tags_none: Text,
    teams: Text,
    theme: Text,
    tls_needed: Text,
    tls_needed_do: Text,
    token_made: About,
    token_once: Text,
    token_use: Text,
    tokens: Text,
    tokens_empty: Text,
    tokens_lead: Text,
    too_many: Text,
    username: Text,
    username_hint: Text,
    visibility: Text,
    what: Text,
    what_you_can_do: Text,
    when: Text,
    you_may: Text,
    you_may_not: Text,
    your_tokens: Text,
}
