//! Accounts, as admins look after them.

use super::About;
use super::texts;

texts! {
    /// Accounts, as admins look after them.
    Users {
        admins = "Admins",
            "Admins";
        all = "All",
            "Alle";
        bot = "Bot",
            "Bot";
        bot_of = "Bots are looked after in their team:",
            "Bots werden in ihrem Team verwaltet:";
        bots = "Bots",
            "Bots";
        create = "New person",
            "Neue Person";
        create_admin = "Administers Portus",
            "Verwaltet Portus";
        create_do = "Make the account",
            "Konto anlegen";
        create_hint = "Leave it empty, and make a link by which the person sets one.",
            "Leer lassen und danach einen Link anlegen, mit dem die Person eines setzt.";
        delete = "Delete this account…",
            "Dieses Konto löschen…";
        delete_do: About = |name| format!("Delete account {name}"),
            |name| format!("Konto {name} löschen");
        delete_goes = "Memberships, application tokens, sessions and what docker keeps: all of it is refused at once.",
            "Mitgliedschaften, Anwendungstoken, Sitzungen und was docker behält: alles wird sofort abgewiesen.";
        delete_last_admin = "This is the last enabled admin. Make another one first.",
            "Das ist der letzte freigegebene Admin. Zuerst einen anderen machen.";
        delete_last_owner = "Nobody else owns these teams. Make another owner first:",
            "Diese Teams gehören sonst niemandem. Zuerst andere Eigner machen:";
        delete_stays = "What was pushed, and the audit, with the name.",
            "Was gepusht wurde, und das Protokoll, mit dem Namen.";
        demote = "Take the right to administer",
            "Das Recht zu verwalten nehmen";
        disabled = "Disabled",
            "Gesperrte";
        empty = "Nobody fits. Look for the start of a name, or for all.",
            "Niemand passt. Nach dem Anfang eines Namens suchen, oder nach allen.";
        end_all = "Sign out everywhere",
            "Überall abmelden";
        heir = "Who gets the namespaces",
            "Wer die Namensräume bekommt";
        heir_name = "Name of the team or person",
            "Name des Teams oder der Person";
        heir_nobody = "Nobody: only admins see them, until they give them away",
            "Niemand: nur Admins sehen sie, bis sie sie vergeben";
        heir_person = "A person",
            "Eine Person";
        heir_team = "A team",
            "Ein Team";
        kind = "Kind",
            "Art";
        lead = "People and bots, by name.",
            "Menschen und Bots, nach Namen.";
        made = "Made",
            "Angelegt";
        password = "Set a password",
            "Passwort setzen";
        password_do = "Set the password",
            "Passwort setzen";
        password_lead = "Signs the person out everywhere. Application tokens go on.",
            "Meldet die Person überall ab. Anwendungstoken gelten weiter.";
        people = "People",
            "Menschen";
        personal = "Own namespaces",
            "Eigene Namensräume";
        prefix = "Name starts with",
            "Name beginnt mit";
        promote = "Let this person administer Portus",
            "Diese Person Portus verwalten lassen";
        sessions_none = "Signed in nowhere.",
            "Nirgends angemeldet.";
        teams_none = "In no team.",
            "In keinem Team.";
        tokens_none = "No application tokens.",
            "Keine Anwendungstoken.";
    }
}
