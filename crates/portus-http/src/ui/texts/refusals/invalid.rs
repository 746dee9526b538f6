//! What was typed and is not what it should be, in German.

use portus_core::account::{InvalidEmail, InvalidUsername};
use portus_core::credential::{InvalidTokenActions, InvalidTokenLabel};
use portus_core::namespace::{InvalidNamespaceName, InvalidVisibility};
use portus_core::policy::InvalidSwitchChange;
use portus_core::port::WeakPassword;
use portus_core::registry::{
    InvalidRegistryHost, InvalidRegistryName, InvalidRegistryUrl, InvalidServiceName,
};
use portus_core::repository::InvalidRepositoryPath;
use portus_core::team::{InvalidRole, InvalidTeamName};

pub(super) fn email(_: &InvalidEmail) -> String {
    "eine E-Mail-Adresse sieht aus wie `name@example.org`".into()
}

pub(super) fn namespace_name(InvalidNamespaceName(text): &InvalidNamespaceName) -> String {
    format!(
        "`{text}` ist kein Name eines Namensraums: Kleinbuchstaben und Ziffern, verbunden durch `.`, `_`, `__` oder Striche"
    )
}

pub(super) fn registry_host(InvalidRegistryHost(text): &InvalidRegistryHost) -> String {
    format!("`{text}` ist kein Host und kein Host:Port")
}

pub(super) fn registry_name(InvalidRegistryName(text): &InvalidRegistryName) -> String {
    format!(
        "`{text}` ist kein Name einer Registry: 1 bis 100 Buchstaben, Ziffern, `.`, `_` und `-`"
    )
}

pub(super) fn registry_url(InvalidRegistryUrl(text): &InvalidRegistryUrl) -> String {
    format!("`{text}` ist keine Adresse einer Registry wie `https://registry.example.org:5000`")
}

pub(super) fn repository_path(error: &InvalidRepositoryPath) -> String {
    match error {
        InvalidRepositoryPath::Component(text) => {
            format!("`{text}` ist kein Teil des Pfads eines Repositorys")
        }
        InvalidRepositoryPath::Namespace(error) => namespace_name(error),
        InvalidRepositoryPath::TooLong { bytes } => {
            format!("der Pfad eines Repositorys hat höchstens 255 Bytes, dieser hat {bytes}")
        }
        _ => "das ist kein Pfad eines Repositorys".into(),
    }
}

pub(super) fn role(InvalidRole(text): &InvalidRole) -> String {
    format!("`{text}` ist keine Rolle: `viewer`, `contributor` oder `owner`")
}

pub(super) fn service_name(_: &InvalidServiceName) -> String {
    "ein Dienstname hat 1 bis 255 Bytes, keine Anführungszeichen, Backslashes oder Steuerzeichen"
        .into()
}

pub(super) fn switch_change(_: &InvalidSwitchChange) -> String {
    "diesen Schalter gibt es nicht, oder er hat keinen solchen Wert".into()
}

pub(super) fn team_name(_: &InvalidTeamName) -> String {
    "der Name eines Teams hat 1 bis 255 Bytes, keine Steuerzeichen und am Anfang und Ende kein Leerzeichen"
        .into()
}

pub(super) fn token_actions(InvalidTokenActions(text): &InvalidTokenActions) -> String {
    format!("`{text}` ist keine Aktion eines Tokens: `pull`, `push`, `delete` oder `api`")
}

pub(super) fn token_label(_: &InvalidTokenLabel) -> String {
    "eine Bezeichnung hat 1 bis 100 Zeichen, keine Steuerzeichen und am Anfang und Ende kein Leerzeichen"
        .into()
}

pub(super) fn username(error: &InvalidUsername) -> String {
    match error {
        InvalidUsername::Character(character) => {
            format!("ein Benutzername enthält kein {character:?}")
        }
        InvalidUsername::Length { bytes } => {
            format!("ein Benutzername hat 1 bis 255 Bytes, dieser hat {bytes}")
        }
    }
}

pub(super) fn visibility(InvalidVisibility(text): &InvalidVisibility) -> String {
    format!("`{text}` ist keine Sichtbarkeit: `private`, `protected` oder `public`")
}

pub(super) fn weak_password(weak: &WeakPassword) -> String {
    match weak {
        WeakPassword::Common => {
            "dieses Passwort ist eines der häufigsten: alle versuchen es zuerst".into()
        }
        WeakPassword::TooLong { bytes } => {
            format!("ein Passwort hat höchstens 72 Bytes, und dieses hat {bytes}")
        }
        WeakPassword::TooShort => "ein Passwort hat mindestens 8 Zeichen".into(),
        WeakPassword::ZeroByte => "ein Passwort hat kein Null-Byte".into(),
    }
}
