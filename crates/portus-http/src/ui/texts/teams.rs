//! Teams, who is in them, and their bots.

use super::About;
use super::texts;

texts! {
    /// Teams, who is in them, and their bots.
    Teams {
        add = "Add",
            "Aufnehmen";
        add_member = "Add a member",
            "Mitglied aufnehmen";
        bot_delete = "Delete this bot…",
            "Diesen Bot löschen…";
        bot_delete_do: About = |name| format!("Delete bot {name}"),
            |name| format!("Bot {name} löschen");
        bot_goes_tokens = "Its application tokens: programs that use them are refused at once.",
            "Seine Anwendungstoken: Programme, die sie benutzen, werden sofort abgewiesen.";
        bot_lead = "A program’s account: it has tokens only, and rights in this team only.",
            "Das Konto eines Programms: Es hat nur Token, und Rechte nur in diesem Team.";
        bot_new = "New bot",
            "Neuer Bot";
        bot_new_do = "Make the bot",
            "Bot anlegen";
        bot_stays_images = "What it pushed, and the audit, with its name.",
            "Was er gepusht hat, und das Protokoll, mit seinem Namen.";
        bot_tokens_none = "This bot has no tokens yet, so that it cannot sign in. Make one below.",
            "Dieser Bot hat noch keine Token und kann sich nicht anmelden. Unten lässt sich eines anlegen.";
        bots = "Bots",
            "Bots";
        bots_none = "No bots. A bot signs in for a program, such as a build, so that nobody’s own token has to.",
            "Keine Bots. Ein Bot meldet sich für ein Programm an, etwa einen Build, damit niemand ein eigenes Token dafür hergeben muss.";
        change = "Change",
            "Ändern";
        contributor = "Contributor",
            "Mitwirkende";
        contributor_may = "pulls and pushes",
            "pullt und pusht";
        create = "Make the team",
            "Team anlegen";
        delete = "Delete this team…",
            "Dieses Team löschen…";
        delete_abandon = "Leave its namespaces to nobody. Only admins see them then, until they give them away.",
            "Die Namensräume niemandem lassen. Dann sehen sie nur Admins, bis sie sie vergeben.";
        delete_blocked = "The team owns namespaces. Give them to another team or delete them first:",
            "Das Team hat Namensräume. Sie zuerst einem anderen Team geben oder löschen:";
        delete_do: About = |name| format!("Delete team {name}"),
            |name| format!("Team {name} löschen");
        delete_stays = "The accounts of its people, and the audit with the team’s name.",
            "Die Konten der Mitglieder, und das Protokoll mit dem Namen des Teams.";
        disable = "Disable",
            "Sperren";
        disabled = "Disabled",
            "Gesperrt";
        empty = "You are in no team. Make one here, or ask an owner of a team to add you.",
            "Noch in keinem Team. Hier eines anlegen, oder sich von Eignern eines Teams aufnehmen lassen.";
        empty_ask = "You are in no team. Ask an owner of a team, or an admin, to add you.",
            "Noch in keinem Team. Eigner eines Teams oder Admins können aufnehmen.";
        enable = "Enable",
            "Freigeben";
        goes = "What goes",
            "Was wegfällt";
        goes_bots = "Its bots, with their tokens:",
            "Seine Bots, mit ihren Token:";
        goes_members = "The memberships of:",
            "Die Mitgliedschaften von:";
        hand_over = "Hand the team over",
            "Team übergeben";
        hand_over_lead = "Makes someone else an owner in your place.",
            "Macht jemand anderen an der eigenen Stelle zur Eignerin oder zum Eigner.";
        hand_over_leave = "no member",
            "kein Mitglied mehr";
        hand_over_then = "And I become",
            "Und ich werde";
        hand_over_to = "New owner",
            "Wer übernimmt";
        lead = "People and bots who own namespaces together.",
            "Menschen und Bots, denen Namensräume gemeinsam gehören.";
        leave = "Leave this team",
            "Dieses Team verlassen";
        managed_by: About = |name| format!("Members, bots and the name are for the team’s owners and admins to change. Owners: {name}."),
            |name| format!("Mitglieder, Bots und Namen ändern die Eigner des Teams und Admins. Eigner: {name}.");
        name = "Name",
            "Name";
        namespaces_none = "The team has no namespace that you can see.",
            "Das Team hat keinen sichtbaren Namensraum.";
        new = "New team",
            "Neues Team";
        new_for_admins = "Only admins make teams here.",
            "Teams legen hier nur Admins an.";
        owner = "Owner",
            "Eigner";
        owner_may = "pulls, pushes, deletes and manages",
            "pullt, pusht, löscht und verwaltet";
        ownerless = "Nobody who may act owns this team. An admin can make someone an owner.",
            "Niemand, der handeln darf, ist Eigner dieses Teams. Ein Admin kann jemanden dazu machen.";
        remove = "Remove",
            "Entfernen";
        remove_named: About = |name| format!("Remove {name}"),
            |name| format!("{name} entfernen");
        rename = "Rename",
            "Umbenennen";
        rename_hint = "Namespaces keep their names.",
            "Namensräume behalten ihre Namen.";
        role = "Role",
            "Rolle";
        role_of: About = |name| format!("Role of {name}"),
            |name| format!("Rolle von {name}");
        settings = "Settings",
            "Einstellungen";
        stays = "What stays",
            "Was bleibt";
        viewer = "Viewer",
            "Lesende";
        viewer_may = "pulls",
            "pullt";
        your_role = "Your role",
            "Eigene Rolle";
    }
}
