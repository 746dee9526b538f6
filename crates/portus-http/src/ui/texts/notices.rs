//! What a form did.

use super::texts;

texts! {
    /// What a form did.
    Notices {
        account_deleted = "The account is deleted.",
            "Das Konto ist gelöscht.";
        account_demoted = "The person no longer administers Portus.",
            "Die Person verwaltet Portus nicht mehr.";
        account_disabled = "The account is disabled. Its sessions have ended; its tokens rest.",
            "Das Konto ist gesperrt. Seine Sitzungen sind beendet, seine Token ruhen.";
        account_enabled = "The account may act again.",
            "Das Konto darf wieder handeln.";
        account_made = "The account is made.",
            "Das Konto ist angelegt.";
        account_promoted = "The person administers Portus from the next sign-in on.",
            "Die Person verwaltet Portus ab der nächsten Anmeldung.";
        account_signed_out = "The person is signed out everywhere.",
            "Die Person ist überall abgemeldet.";
        bot_deleted = "The bot is deleted, and its tokens with it.",
            "Der Bot ist gelöscht, und seine Token mit ihm.";
        bot_disabled = "The bot is disabled. Its tokens rest.",
            "Der Bot ist gesperrt. Seine Token ruhen.";
        bot_enabled = "The bot may act again.",
            "Der Bot darf wieder handeln.";
        bot_made = "The bot is made. It signs in with a token; make one here.",
            "Der Bot ist angelegt. Er meldet sich mit einem Token an, das sich hier anlegen lässt.";
        changed = "The change is made: this is how it is now.",
            "Die Änderung ist gemacht: so ist es jetzt.";
        checked = "Portus looked again.",
            "Portus hat noch einmal nachgesehen.";
        comment_edited = "The comment is changed.",
            "Der Kommentar ist geändert.";
        comment_made = "Your comment is there.",
            "Der Kommentar steht da.";
        comment_removed = "The comment is gone.",
            "Der Kommentar ist weg.";
        deletion_asked = "The deletion is under way. This page shows how far it is.",
            "Die Löschung läuft. Diese Seite zeigt, wie weit sie ist.";
        described = "The description is saved.",
            "Die Beschreibung ist gespeichert.";
        email_changed = "The mail address is saved.",
            "Die Mailadresse ist gespeichert.";
        event_discarded = "The event was thrown away.",
            "Das Ereignis wurde verworfen.";
        event_gone = "That event waits no more: someone dealt with it a moment ago.",
            "Dieses Ereignis wartet nicht mehr: Jemand hat sich gerade darum gekümmert.";
        events_retried = "Put back. They are applied within seconds.",
            "Zurückgelegt. Sie werden in wenigen Sekunden angewandt.";
        handed_over = "The team is handed over.",
            "Das Team ist übergeben.";
        job_hastened = "The job is done as soon as a worker can.",
            "Die Aufgabe wird erledigt, sobald ein Worker kann.";
        key_activated = "The new key signs for every registry now.",
            "Der neue Schlüssel signiert jetzt für jede Registry.";
        key_made = "There is a new key.",
            "Es gibt einen neuen Schlüssel.";
        key_none_waits = "No key waits: someone activated it a moment ago.",
            "Kein Schlüssel wartet: Jemand hat ihn gerade aktiviert.";
        key_waits = "A new key waits already. Activate it before you make another.",
            "Ein neuer Schlüssel wartet schon. Er wird aktiviert, bevor es noch einen gibt.";
        member_added = "The member is added.",
            "Das Mitglied ist aufgenommen.";
        member_removed = "The member is removed.",
            "Das Mitglied ist entfernt.";
        member_role = "The role is changed. It holds from the next request on.",
            "Die Rolle ist geändert. Sie gilt ab der nächsten Anfrage.";
        namespace_given = "The namespace is given away.",
            "Der Namensraum ist weitergegeben.";
        namespace_made = "The namespace is made.",
            "Der Namensraum ist angelegt.";
        namespace_opened = "The visibility is changed. It holds from the next request on.",
            "Die Sichtbarkeit ist geändert. Sie gilt ab der nächsten Anfrage.";
        no_reason = "Say why the event is thrown away: the audit keeps that.",
            "Es fehlt, warum das Ereignis verworfen wird: das Protokoll bewahrt es auf.";
        password_changed = "Your password is changed. Sign in with the new one.",
            "Das Passwort ist geändert. Mit dem neuen anmelden.";
        password_set = "The password is set, and the person is signed out everywhere.",
            "Das Passwort ist gesetzt, und die Person ist überall abgemeldet.";
        preferences_kept = "Saved in this browser.",
            "In diesem Browser gespeichert.";
        refresh_revoked = "That client has to sign in again.",
            "Dieses Programm muss sich neu anmelden.";
        registry_added = "The registry is known now. Its catalog is being listed. Next, tell it of Portus:",
            "Die Registry ist jetzt bekannt. Ihr Katalog wird gelesen. Als Nächstes erfährt sie von Portus:";
        registry_removed = "The registry was removed. Its images are where they were.",
            "Die Registry wurde entfernt. Ihre Images sind, wo sie waren.";
        registry_saved = "Saved.",
            "Gespeichert.";
        secret_renewed = "The old secret is refused from now on. Put the new one into the registry’s configuration and restart it.",
            "Das alte Geheimnis wird ab jetzt abgelehnt. Das neue gehört in die Konfiguration der Registry; danach startet man sie neu.";
        session_ended = "That session has ended.",
            "Diese Sitzung ist beendet.";
        sessions_ended = "Every other session has ended.",
            "Alle anderen Sitzungen sind beendet.";
        signed_out = "You are signed out.",
            "Die Abmeldung ist vollzogen.";
        signed_up = "Your account is made, and you are signed in.",
            "Das Konto ist angelegt und die Anmeldung erledigt.";
        starred = "Starred.",
            "Mit Stern gemerkt.";
        sync_asked = "The catalog is listed as soon as a worker can.",
            "Der Katalog wird gelesen, sobald ein Worker kann.";
        team_deleted = "The team is deleted.",
            "Das Team ist gelöscht.";
        team_left = "You left the team.",
            "Das Team ist verlassen.";
        team_made = "The team is made, and you own it.",
            "Das Team ist angelegt; Eigner ist, wer es angelegt hat.";
        team_renamed = "The team is renamed.",
            "Das Team ist umbenannt.";
        token_revoked = "The token is revoked: whoever signs in with it is refused.",
            "Das Token ist widerrufen: Wer sich damit anmeldet, wird abgewiesen.";
        unstarred = "The star is gone.",
            "Der Stern ist weg.";
    }
}
