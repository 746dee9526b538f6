//! What the policy says, in German.

use portus_core::policy::{Decision, Deed, Keeper, Ruling};
use portus_core::usecase::{DeletionRefusal, Refused};

use crate::ui::texts::outlook::Outlook;

pub(super) fn decision(decision: &Decision) -> String {
    match decision {
        Decision::Allow { by } => format!("erlaubt durch {}", by.id),
        Decision::Limited(why) => format!("verweigert: {}", Outlook::GERMAN.miss(*why)),
        Decision::Deny { missed } if missed.is_empty() => "verweigert: abgeschaltet".into(),
        Decision::Deny { missed } => {
            let each = missed
                .iter()
                .map(|(grant, why)| format!("{} {}", grant.id, Outlook::GERMAN.miss(*why)));
            format!("verweigert: {}", each.collect::<Vec<_>>().join("; "))
        }
    }
}

pub(super) fn deletion_refusal(refusal: &DeletionRefusal) -> String {
    match refusal {
        DeletionRefusal::Decided(made) => decision(made),
        DeletionRefusal::Global => "verweigert: ein globaler Namensraum wird nie gelöscht".into(),
        DeletionRefusal::Personal => {
            "verweigert: ein persönlicher Namensraum geht mit dem Konto".into()
        }
        DeletionRefusal::Ruled(made) => ruling(made),
    }
}

pub(super) fn refused(Refused(made): &Refused) -> String {
    ruling(made)
}

pub(super) fn ruling(ruling: &Ruling) -> String {
    let deed = deed(ruling.deed);
    if ruling.allowed {
        return format!("erlaubt: {deed}");
    }
    let keeper = match ruling.keeper {
        Keeper::Admins => "dürfen nur Admins".to_owned(),
        Keeper::Anyone => "dürfen alle".to_owned(),
        Keeper::Members(role) => format!("dürfen nur Mitglieder des Teams ab {role}"),
        Keeper::Oneself => "darf nur, wem es gehört".to_owned(),
        Keeper::OneselfAlone => "darf nur, wem es gehört, auch kein Admin".to_owned(),
        Keeper::People => "darf nur, wer angemeldet ist".to_owned(),
    };
    format!("verweigert: {deed} {keeper}")
}

const fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::AbandonNamespaces => "Namensräume niemandem lassen",
        Deed::CancelDeletion => "eine Löschung abbrechen",
        Deed::ChangeVisibility => "die Sichtbarkeit eines Namensraums ändern",
        Deed::CreateNamespace => "einen Namensraum anlegen",
        Deed::CreateOwnTokens => "eigene Token anlegen",
        Deed::CreateTeam => "ein Team anlegen",
        Deed::DeleteNamespace => "einen Namensraum löschen",
        Deed::Describe => "Namensräume und Teams beschreiben",
        Deed::EditComment => "einen Kommentar bearbeiten",
        Deed::ExplainOthers => "nach den Rechten anderer fragen",
        Deed::GiveNamespace => "einen Namensraum weitergeben",
        Deed::LeaveTeam => "ein Team verlassen",
        Deed::ManageAccounts => "Konten verwalten",
        Deed::ManageBots => "die Bots eines Teams verwalten",
        Deed::ManageEvents => "zurückgestellte Ereignisse verwalten",
        Deed::ManageKeys => "Signaturschlüssel verwalten",
        Deed::ManageMembers => "die Mitglieder eines Teams verwalten",
        Deed::ManageOwnTokens => "eigene Token verwalten",
        Deed::ManageRegistries => "Registrys verwalten",
        Deed::ManageTeam => "ein Team umbenennen oder löschen",
        Deed::Oversee => "den Zustand von Portus einsehen",
        Deed::ReadAudit => "das Audit lesen",
        Deed::Remark => "Sterne und Kommentare vergeben",
        Deed::RemoveComment => "einen Kommentar entfernen",
        Deed::SignUp => "sich registrieren",
    }
}
