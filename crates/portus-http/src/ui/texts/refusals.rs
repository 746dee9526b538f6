//! Why something was not done. The English sentences are those of the errors themselves.

mod german;
mod invalid;
mod ruled;

use std::fmt::Display;

use portus_core::account::{InvalidEmail, InvalidUsername};
use portus_core::credential::{InvalidTokenActions, InvalidTokenLabel};
use portus_core::deletion_reason::DeletionReason;
use portus_core::namespace::{InvalidNamespaceName, InvalidVisibility};
use portus_core::policy::{Decision, InvalidSwitchChange, Ruling};
use portus_core::port::WeakPassword;
use portus_core::registry::{
    InvalidRegistryHost, InvalidRegistryName, InvalidRegistryUrl, InvalidServiceName,
};
use portus_core::repository::InvalidRepositoryPath;
use portus_core::team::{InvalidRole, InvalidTeamName};
use portus_core::usecase::{
    AddRegistryError, ChangeAccountError, ChangeBotError, ChangeEmailError, ChangeMembersError,
    ChangeNamespaceError, ChangePasswordError, ChangeRegistryError, ChangeTeamError,
    CreateAccountError, CreateBotError, CreateNamespaceError, CreateTeamError, DeleteAccountError,
    DeletionRefusal, ExplainError, Explanation, LinkPasswordError, ManageTokensError, Refused,
    WhatIfError,
};

use super::{Texts, texts};

/// Why something was not done, in the language of a page.
pub(crate) trait Said {
    fn said(&self, t: &Texts) -> String;
}

macro_rules! refusals {
    ($($error:ident = $name:ident $(in $room:ident)?;)*) => {
        texts! {
            /// Why something was not done.
            Refusals {$(
                $name: fn(&$error) -> String = english, refusals!(@ $name $($room)?);
            )*}
        }

        $(impl Said for $error {
            fn said(&self, t: &Texts) -> String {
                (t.refusals.$name)(self)
            }
        })*
    };
    (@ $name:ident $room:ident) => { $room::$name };
    (@ $name:ident) => { german::$name };
}

refusals! {
    AddRegistryError = add_registry;
    ChangeAccountError = change_account;
    ChangeBotError = change_bot;
    ChangeEmailError = change_email;
    ChangeMembersError = change_members;
    ChangeNamespaceError = change_namespace;
    ChangePasswordError = change_password;
    ChangeRegistryError = change_registry;
    ChangeTeamError = change_team;
    CreateAccountError = create_account;
    CreateBotError = create_bot;
    CreateNamespaceError = create_namespace;
    CreateTeamError = create_team;
    DeleteAccountError = delete_account;
    Decision = decision in ruled;
    DeletionReason = deletion;
    DeletionRefusal = deletion_refusal in ruled;
    ExplainError = explain;
    Explanation = explanation;
    LinkPasswordError = link_password;
    ManageTokensError = tokens;
    Refused = refused in ruled;
    Ruling = ruling in ruled;
    WhatIfError = what_if;

    InvalidEmail = email in invalid;
    InvalidNamespaceName = namespace_name in invalid;
    InvalidRegistryHost = registry_host in invalid;
    InvalidRegistryName = registry_name in invalid;
    InvalidRegistryUrl = registry_url in invalid;
    InvalidRepositoryPath = repository_path in invalid;
    InvalidRole = role in invalid;
    InvalidServiceName = service_name in invalid;
    InvalidSwitchChange = switch_change in invalid;
    InvalidTeamName = team_name in invalid;
    InvalidTokenActions = token_actions in invalid;
    InvalidTokenLabel = token_label in invalid;
    InvalidUsername = username in invalid;
    InvalidVisibility = visibility in invalid;
    WeakPassword = weak_password in invalid;
}

/// As the error says it.
fn english<T: Display>(error: &T) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests;
