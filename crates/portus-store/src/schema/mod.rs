//! The tables, as both databases have them. Times are microseconds since 1970; lengths of time too.

mod audit;
mod credentials;
mod gone;
mod images;
mod people;
mod places;
mod singles;
mod words;
mod work;

pub(crate) use audit::*;
pub(crate) use credentials::*;
pub(crate) use gone::*;
pub(crate) use images::*;
pub(crate) use people::*;
pub(crate) use places::*;
pub(crate) use singles::*;
pub(crate) use words::*;
pub(crate) use work::*;

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
diesel::joinable!(repository_tails -> repositories (repository_id));
diesel::joinable!(manifests -> repositories (repository_id));
diesel::joinable!(manifest_labels -> manifests (manifest_id));
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
diesel::joinable!(deletions -> registries (registry_id));
diesel::joinable!(deletion_items -> deletions (deletion_id));
diesel::joinable!(deleted_names -> registries (registry_id));
diesel::joinable!(password_links -> accounts (account_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(answers -> accounts (account_id));
diesel::joinable!(stars -> accounts (account_id));
diesel::joinable!(stars -> repositories (repository_id));
diesel::joinable!(comments -> repositories (repository_id));
diesel::joinable!(traffic -> namespaces (namespace_id));

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    activities,
    answers,
    application_token_namespaces,
    application_tokens,
    comments,
    deleted_names,
    deletion_items,
    deletions,
    inbox,
    installation,
    jobs,
    login_failures,
    manifest_children,
    manifest_labels,
    manifest_layers,
    manifests,
    members,
    namespaces,
    password_links,
    policy_epoch,
    pulls,
    refresh_tokens,
    registries,
    registry_hosts,
    registry_services,
    repositories,
    repository_tails,
    sessions,
    signing_keys,
    stars,
    sync_runs,
    tag_history,
    tags,
    teams,
    tombstones,
    traffic,
);
