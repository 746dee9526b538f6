//! What use cases refuse, in German.

use portus_core::deletion_reason::{DeletionReason, named};
use portus_core::port::PasswordError;
use portus_core::usecase::{
    AddRegistryError, ChangeAccountError, ChangeBotError, ChangeEmailError, ChangeMembersError,
    ChangeNamespaceError, ChangePasswordError, ChangeRegistryError, ChangeTeamError,
    CreateAccountError, CreateBotError, CreateNamespaceError, CreateTeamError, DeleteAccountError,
    ExplainError, Explanation, LinkPasswordError, ManageTokensError, WhatIfError,
};

use super::invalid::weak_password;
use super::ruled::{decision, refused};

const AWAY: &str = "die Datenbank antwortet nicht";
const OUTGROWN: &str = "ein Token mit Einschränkungen oder Ablauf setzt keine Passwörter und ernennt keine Admins: dafür eines ohne nehmen";
const WRONG_PASSWORD: &str = "das ist nicht das jetzige Passwort";
const ORPHAN: &str =
    "einen Namensraum ohne Eigner sehen nur Admins: ihn zuerst einem Team oder einer Person geben";

pub(super) fn add_registry(error: &AddRegistryError) -> String {
    use AddRegistryError as Error;
    match error {
        Error::Held(service, seconds) => format!(
            "`{service}` war der Dienst einer entfernten Registry: Token dafür gelten vielleicht noch {seconds} Sekunden; danach erneut hinzufügen"
        ),
        Error::NoService => "eine Registry braucht einen Dienstnamen".into(),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::Taken(name) => {
            format!("eine andere Registry hat den Namen `{name}`, die Adresse oder den Dienst")
        }
    }
}

pub(super) fn change_account(error: &ChangeAccountError) -> String {
    use ChangeAccountError as Error;
    match error {
        Error::Bot(name) => format!("`{name}` ist ein Bot: er hat nur Token"),
        Error::LastAdmin(name) => last_admin(name),
        Error::Outgrown(_) => OUTGROWN.into(),
        Error::Password(error) => password(error),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::Unknown(name) => no_account(name),
    }
}

pub(super) fn change_bot(error: &ChangeBotError) -> String {
    match error {
        ChangeBotError::Refused(why) => refused(why),
        ChangeBotError::Store(_) => AWAY.into(),
        ChangeBotError::Unknown(name) => format!("es gibt keinen Bot `{name}`"),
    }
}

pub(super) fn change_email(error: &ChangeEmailError) -> String {
    match error {
        ChangeEmailError::Authenticate(_) => WRONG_PASSWORD.into(),
        ChangeEmailError::Store(_) => AWAY.into(),
        ChangeEmailError::Taken => "diese E-Mail-Adresse ist nicht frei".into(),
    }
}

pub(super) fn change_members(error: &ChangeMembersError) -> String {
    use ChangeMembersError as Error;
    match error {
        Error::Bot(name) => {
            format!("`{name}` ist ein Bot: er bleibt im eigenen Team, als viewer oder contributor")
        }
        Error::Disabled(name) => owner_disabled(name),
        Error::LastOwner(name, team) => last_owner(name, team),
        Error::Member(name, team) => {
            format!("`{name}` ist schon im Team `{team}`: stattdessen die Rolle ändern")
        }
        Error::NoMember(name, team) => format!("`{name}` ist nicht im Team `{team}`"),
        Error::NoOwner(team) => {
            format!("das Team `{team}` gehört anderen: stattdessen die Rollen ändern")
        }
        Error::Oneself(name) => format!("`{name}` ist das eigene Konto: jemand anderen nennen"),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::UnknownAccount(name) => no_account(name),
        Error::UnknownTeam(team) => no_team(team),
    }
}

pub(super) fn change_namespace(error: &ChangeNamespaceError) -> String {
    use ChangeNamespaceError as Error;
    match error {
        Error::Bot(name) => {
            format!("`{name}` ist ein Bot: Namensräume gehören Teams und Personen")
        }
        Error::Kept("global") => "der globale Namensraum wird nicht weitergegeben".into(),
        Error::Kept(_) => "ein persönlicher Namensraum wird nicht weitergegeben".into(),
        Error::Orphan => ORPHAN.into(),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::Teams(name) => format!(
            "`{name}` bekommt nur, was niemandem gehört oder genauso heißt: den Namensraum einem Team geben"
        ),
        Error::Unknown(name, registry) => no_namespace(name, registry),
        Error::UnknownAccount(name) => no_account(name),
        Error::UnknownRegistry(name) => no_registry(name),
        Error::UnknownTeam(team) => no_team(team),
    }
}

pub(super) fn change_password(error: &ChangePasswordError) -> String {
    match error {
        ChangePasswordError::Authenticate(_) => WRONG_PASSWORD.into(),
        ChangePasswordError::Password(error) => password(error),
        ChangePasswordError::Same => "das neue Passwort ist das jetzige".into(),
        ChangePasswordError::Store(_) => AWAY.into(),
    }
}

pub(super) fn change_registry(error: &ChangeRegistryError) -> String {
    match error {
        ChangeRegistryError::Refused(why) => refused(why),
        ChangeRegistryError::Store(_) => AWAY.into(),
        ChangeRegistryError::Taken(url) => format!("eine andere Registry hat die Adresse `{url}`"),
        ChangeRegistryError::Unknown(name) => no_registry(name),
    }
}

pub(super) fn change_team(error: &ChangeTeamError) -> String {
    use ChangeTeamError as Error;
    match error {
        Error::Deleting(team, namespace) => format!(
            "der Namensraum `{namespace}` des Teams `{team}` wird gerade gelöscht: warten, bis das getan ist, oder es abbrechen"
        ),
        Error::Owns(team, count) => format!(
            "dem Team `{team}` gehören {count} Namensräume: sie zuerst einem anderen Team geben oder löschen"
        ),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::Taken(team) => team_taken(team),
        Error::Unknown(team) => no_team(team),
    }
}

pub(super) fn create_account(error: &CreateAccountError) -> String {
    use CreateAccountError as Error;
    match error {
        Error::NotFirst => "Portus ist schon eingerichtet: es gibt ein Konto".into(),
        Error::NoNamespace(name) => format!(
            "nach `{name}` lässt sich kein Namensraum benennen: ein Benutzername braucht einen Buchstaben oder eine Ziffer"
        ),
        Error::Outgrown(_) => OUTGROWN.into(),
        Error::Password(error) => password(error),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::Taken(name) => format!("der Name `{name}` oder die E-Mail-Adresse ist vergeben"),
    }
}

pub(super) fn create_bot(error: &CreateBotError) -> String {
    use CreateBotError as Error;
    match error {
        Error::Owner => "ein Bot ist viewer oder contributor, niemals owner".into(),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::Taken(name) => format!("der Name `{name}` ist vergeben"),
        Error::UnknownTeam(team) => no_team(team),
    }
}

pub(super) fn create_namespace(error: &CreateNamespaceError) -> String {
    use CreateNamespaceError as Error;
    match error {
        Error::Held(name, minutes) => {
            format!(
                "`{name}` wurde vor kurzem gelöscht; in {minutes} Minuten ist der Name wieder frei"
            )
        }
        Error::Refused(why) => refused(why),
        Error::Reserved(name) => {
            format!("`{name}` ist für den eigenen Namensraum einer Person vorgesehen")
        }
        Error::Store(_) => AWAY.into(),
        Error::Taken(name, registry) => {
            format!("die Registry `{registry}` hat schon einen Namensraum `{name}`")
        }
        Error::Unavailable(name) => format!(
            "`{name}` ist nicht frei: in Gebrauch, für jemanden vorgesehen oder vor kurzem gelöscht"
        ),
        Error::UnknownRegistry(name) => no_registry(name),
        Error::UnknownTeam(team) => no_team(team),
    }
}

pub(super) fn create_team(error: &CreateTeamError) -> String {
    use CreateTeamError as Error;
    match error {
        Error::Bot(name) => format!("`{name}` ist ein Bot: ein Team gehört Menschen"),
        Error::Disabled(name) => owner_disabled(name),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::Taken(team) => team_taken(team),
        Error::UnknownOwner(name) => no_account(name),
    }
}

pub(super) fn delete_account(error: &DeleteAccountError) -> String {
    use DeleteAccountError as Error;
    match error {
        Error::Bot(name) => format!("`{name}` ist ein Bot und kein Mensch"),
        Error::Heir(name) => {
            format!("`{name}` ist das Konto, das gelöscht wird: jemand anderen nennen")
        }
        Error::LastAdmin(name) => last_admin(name),
        Error::LastOwner(name, team) => last_owner(name, team),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::Unknown(name) => no_account(name),
        Error::UnknownHeir(name) => {
            format!("es gibt kein Konto `{name}`, das die Namensräume bekommen könnte")
        }
        Error::UnknownTeam(team) => {
            format!("es gibt kein Team `{team}`, das die Namensräume bekommen könnte")
        }
    }
}

pub(super) fn deletion(reason: &DeletionReason) -> String {
    use DeletionReason as Reason;
    match reason {
        Reason::CalledOff(name) => format!("abgebrochen von {name}"),
        Reason::Given => "der Namensraum hat inzwischen einen anderen Eigner".into(),
        Reason::NoAsker => "wer das veranlasst hat, hat kein Konto mehr, oder es ist gesperrt".into(),
        Reason::NoNamespace => "den Namensraum gibt es nicht mehr".into(),
        Reason::NotAllowed(_) => "wer das veranlasst hat, darf dort nicht mehr löschen".into(),
        Reason::PushedAgain(digest) => {
            format!("seitdem erneut gepusht: zeigt jetzt auf `{digest}`")
        }
        Reason::PushedLater => "nach der Veranlassung erneut gepusht".into(),
        Reason::Said(text) => format!("die Registry meldet: {text}"),
        Reason::Siblings(tags) => {
            let named = named(tags);
            format!("die Registry löscht nur ganze Digests, und auf diesem liegt auch {named}")
        }
        Reason::SomethingLeft => "etwas ist noch da, darum bleibt der Namensraum".into(),
        Reason::SwitchedOff => "die Registry löscht nichts: in ihrer Konfiguration `storage.delete.enabled: true` setzen (`REGISTRY_STORAGE_DELETE_ENABLED=true`) und sie neu starten".into(),
        Reason::TokenEnded => "das Anwendungstoken, mit dem es verlangt wurde, ist abgelaufen".into(),
        Reason::TokenRevoked => "das Anwendungstoken, mit dem es verlangt wurde, wurde widerrufen".into(),
        Reason::Wanted(index) => format!("der Index `{index}` verweist noch darauf"),
    }
}

pub(super) fn explanation(found: &Explanation) -> String {
    match found.disabled {
        true => "verweigert: das Konto ist gesperrt".into(),
        false => decision(&found.decision),
    }
}

pub(super) fn explain(error: &ExplainError) -> String {
    match error {
        ExplainError::Refused(why) => refused(why),
        ExplainError::Store(_) => AWAY.into(),
        ExplainError::UnknownAccount(name) => no_account(name),
        ExplainError::UnknownRegistry(name) => no_registry(name),
    }
}

pub(super) fn link_password(error: &LinkPasswordError) -> String {
    use LinkPasswordError as Error;
    match error {
        Error::Bot(name) => format!("`{name}` ist ein Bot: er hat nur Token"),
        Error::Disabled(name) => format!("`{name}` ist gesperrt: zuerst das Konto freigeben"),
        Error::Gone => "der Link gilt nicht mehr".into(),
        Error::Outgrown(_) => OUTGROWN.into(),
        Error::Password(error) => password(error),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::Unknown(name) => no_account(name),
    }
}

pub(super) fn tokens(error: &ManageTokensError) -> String {
    use ManageTokensError as Error;
    match error {
        Error::Exceeds => {
            "ein Token darf nicht mehr und gilt nicht länger als das, womit es angelegt wird".into()
        }
        Error::Expired => "das Token wäre schon abgelaufen".into(),
        Error::Limit(name, limit) => {
            format!("`{name}` hat schon {limit} Token, mehr geht nicht: zuerst eines widerrufen")
        }
        Error::Many => "ein Token gilt für höchstens 100 Namensräume oder für alle".into(),
        Error::NoActions => "ein Token braucht mindestens eine Aktion".into(),
        Error::Refused(why) => refused(why),
        Error::Store(_) => AWAY.into(),
        Error::Taken(name, label) => format!("`{name}` hat schon ein Token `{label}`"),
        Error::Unknown(name) => no_account(name),
        Error::UnknownNamespace(Some(name), registry) => no_namespace(name, registry),
        Error::UnknownNamespace(None, registry) => no_namespace("_", registry),
        Error::UnknownRegistry(name) => no_registry(name),
        Error::UnknownToken(name, label) => format!("`{name}` hat kein Token `{label}`"),
    }
}

pub(super) fn what_if(error: &WhatIfError) -> String {
    match error {
        WhatIfError::Orphan => ORPHAN.into(),
        WhatIfError::Refused(why) => refused(why),
        WhatIfError::Store(_) => AWAY.into(),
        WhatIfError::UnknownAccount(name) => no_account(name),
        WhatIfError::Unknown => "es gibt keinen solchen Namensraum und kein solches Team".into(),
    }
}

fn password(error: &PasswordError) -> String {
    match error {
        PasswordError::Busy => "gerade werden zu viele Passwörter geprüft".into(),
        PasswordError::Hash(_) => "das gespeicherte Passwort ist nicht zu lesen".into(),
        PasswordError::Weak(weak) => weak_password(weak),
    }
}

fn last_admin(name: impl std::fmt::Display) -> String {
    format!("`{name}` ist der letzte aktive Admin: zuerst einen weiteren ernennen")
}

fn last_owner(name: impl std::fmt::Display, team: impl std::fmt::Display) -> String {
    format!("`{name}` ist der letzte Eigner des Teams `{team}`: zuerst einen weiteren ernennen")
}

fn owner_disabled(name: impl std::fmt::Display) -> String {
    format!("`{name}` ist gesperrt und kann kein Team haben: jemand anderen nennen")
}

fn no_account(name: impl std::fmt::Display) -> String {
    format!("es gibt kein Konto `{name}`")
}

fn no_namespace(name: impl std::fmt::Display, registry: impl std::fmt::Display) -> String {
    format!("die Registry `{registry}` hat keinen Namensraum `{name}`")
}

fn no_registry(name: impl std::fmt::Display) -> String {
    format!("es gibt keine Registry `{name}`")
}

fn no_team(name: impl std::fmt::Display) -> String {
    format!("es gibt kein Team `{name}`")
}

fn team_taken(name: impl std::fmt::Display) -> String {
    format!("es gibt schon ein Team `{name}`")
}
