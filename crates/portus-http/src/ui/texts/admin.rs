//! What admins look after.

use super::{About, texts};

texts! {
    /// What admins look after.
    Admin {
        add_anyway = "Add anyway",
            "Trotzdem hinzufügen";
        add_lead = "Portus asks the registry at its address before it keeps it.",
            "Portus fragt die Registry unter ihrer Adresse, bevor es sie behält.";
        add_registry = "Add a registry",
            "Registry hinzufügen";
        answers = "answers",
            "antwortet";
        authority = "Certificate authority",
            "Zertifizierungsstelle";
        away = "away",
            "weg";
        begun = "Begun",
            "Begonnen";
        catalog = "Catalog",
            "Katalog";
        catalog_read = "Catalog read",
            "Katalog gelesen";
        catalog_unread = "not yet: admins only until then",
            "noch nicht: bis dahin nur für Admins";
        certificate_ends = "Certificate ends",
            "Zertifikat endet";
        change = "Change",
            "Ändern";
        changes = "Tags set",
            "Gesetzte Tags";
        check_again = "Check again",
            "Noch einmal prüfen";
        checked = "Asked",
            "Gefragt";
        checking = "Portus is asking right now. Load the page again for what it found.",
            "Portus fragt gerade nach. Die Seite zeigt beim nächsten Laden, was es fand.";
        checks = "Good checks",
            "Gute Prüfungen";
        comes_from = "Comes from",
            "Kommt von";
        database = "Database",
            "Datenbank";
        discard = "Discard",
            "Verwerfen";
        discard_why = "Why, for the audit",
            "Warum, fürs Protokoll";
        ended = "Ended",
            "Beendet";
        epoch = "policy epoch",
            "Regel-Epoche";
        event = "Event",
            "Ereignis";
        excerpt = "What it said",
            "Was darin stand";
        failing = "Jobs that failed",
            "Aufgaben, die fehlschlugen";
        failing_none = "None. What failed is tried again by itself, and listed here until it is done.",
            "Keine. Was fehlschlägt, wird von selbst wieder versucht und steht bis dahin hier.";
        fingerprint = "SHA-256",
            "SHA-256";
        first_registry = "There is no registry yet. Add one: Portus tests it, then shows what to tell it and how to push.",
            "Es gibt noch keine Registry. Nach dem Hinzufügen prüft Portus sie und zeigt, was sie wissen muss und wie man pusht.";
        good = "good",
            "gut";
        health = "Health",
            "Zustand";
        hosts = "Other hosts",
            "Weitere Hosts";
        hosts_hint = "Names that its notifications may carry besides that of its address, with spaces between them.",
            "Namen, die ihre Meldungen außer dem der Adresse tragen dürfen, mit Leerzeichen dazwischen.";
        job = "Job",
            "Aufgabe";
        jobs = "Jobs",
            "Aufgaben";
        keep = "Keep it",
            "Behalten";
        key = "Key",
            "Schlüssel";
        key_activate = "Activate the key that waits",
            "Wartenden Schlüssel aktivieren";
        key_active = "signs",
            "signiert";
        key_next = "waits",
            "wartet";
        key_retired = "retired",
            "abgelöst";
        key_waits = "A key waits until every registry that uses jwks knows it. Its public part is printed by",
            "Ein Schlüssel wartet, bis jede Registry mit jwks ihn kennt. Seinen öffentlichen Teil druckt";
        keys = "Keys",
            "Schlüssel";
        keys_lead = "What tokens are signed with. What is secret of it is never shown.",
            "Womit Tokens signiert werden. Was davon geheim ist, wird nie gezeigt.";
        last_event = "Last notification",
            "Letzte Meldung";
        last_sync = "Last listing",
            "Zuletzt gelesen";
        lifetime = "Minutes that its tokens live",
            "Minuten, die ihre Tokens leben";
        lifetime_hint = "1 to 60; empty for as long as token.lifetime says.",
            "1 bis 60; leer heißt so lange, wie token.lifetime sagt.";
        made = "Made",
            "Erzeugt";
        more_choices = "More choices",
            "Weitere Angaben";
        name = "Name",
            "Name";
        name_hint = "What Portus calls it: letters, digits, dots, dashes and underscores; its host if left out. It stays.",
            "Wie Portus sie nennt: Buchstaben, Ziffern, Punkte, Striche und Unterstriche; ohne Angabe ihr Host. Er bleibt.";
        next_try = "Next try",
            "Nächster Versuch";
        of = "of",
            "von";
        oldest = "the oldest",
            "das älteste";
        overview = "Overview",
            "Überblick";
        parked = "Events that could not be applied",
            "Ereignisse, die nicht anzuwenden waren";
        parked_count = "Parked events",
            "Geparkte Ereignisse";
        parked_lead = "Portus could not apply these and keeps them. Mend the cause, then try again.",
            "Portus konnte diese nicht anwenden und bewahrt sie auf. Nach Behebung der Ursache versucht man sie noch einmal.";
        parked_none = "None. Everything that registries told of was applied.",
            "Keine. Alles, was Registries meldeten, ist angewandt.";
        parked_retry = "Try all again",
            "Alle noch einmal versuchen";
        reason = "Reason",
            "Grund";
        registries_none = "No registry yet.",
            "Noch keine Registry.";
        remove_named: About = |name| format!("Remove {name} from Portus"),
            |name| format!("{name} aus Portus entfernen");
        remove_registry = "Remove the registry",
            "Registry entfernen";
        retired = "Retired",
            "Abgelöst";
        retry = "Try again",
            "Noch einmal versuchen";
        retry_now = "Try now",
            "Jetzt versuchen";
        rotate = "Make a new key",
            "Neuen Schlüssel erzeugen";
        rotate_lead = "A new key signs at once for registries that trust the authority. The old one stays known until its last token is dead.",
            "Ein neuer Schlüssel signiert sofort für Registries, die der Zertifizierungsstelle trauen. Der alte bleibt bekannt, bis sein letztes Token abgelaufen ist.";
        running = "under way",
            "läuft";
        same_as = "the same as",
            "dasselbe wie";
        save = "Save",
            "Speichern";
        secret = "Notification secret",
            "Geheimnis der Meldungen";
        secret_lead = "A new secret ends the old one at once: the registry’s notifications are refused until its configuration has the new one and it was restarted.",
            "Ein neues Geheimnis beendet das alte sofort: Meldungen der Registry werden abgelehnt, bis ihre Konfiguration das neue hat und sie neu gestartet ist.";
        secret_renew = "Renew the secret",
            "Geheimnis erneuern";
        secret_where = "The secret of its notifications is shown by one command alone, which prints all of this with it:",
            "Das Geheimnis ihrer Meldungen zeigt nur ein Befehl; er druckt all dies samt Geheimnis:";
        service = "Service",
            "Service";
        service_hint = "What the registry calls itself; its host if left out.",
            "Wie die Registry sich nennt; ohne Angabe ihr Host.";
        set_up = "Set-up",
            "Einrichtung";
        setting = "Setting",
            "Einstellung";
        settings = "Settings",
            "Einstellungen";
        settings_lead = "As they hold now. They change in the file, the environment or the command line, with a restart.",
            "Wie sie jetzt gelten. Geändert werden sie in Datei, Umgebung oder Kommandozeile, mit einem Neustart.";
        signing_keys = "Signing keys",
            "Signaturschlüssel";
        source_default = "Default",
            "Vorgabe";
        source_environment = "Environment",
            "Umgebung";
        source_file = "File",
            "Datei";
        source_flag = "Command line",
            "Kommandozeile";
        state = "State",
            "Zustand";
        sync_now = "List it now",
            "Jetzt lesen";
        sync_under_way = "under way",
            "läuft";
        tell_it = "What to tell the registry",
            "Was die Registry wissen muss";
        tell_it_lead = "Sections of its own configuration. It reads the file of keys once, when it starts.",
            "Abschnitte ihrer eigenen Konfiguration. Die Datei der Schlüssel liest sie einmal, beim Start.";
        test_again = "Test again",
            "Noch einmal prüfen";
        test_and_add = "Test and add",
            "Prüfen und hinzufügen";
        then_use = "Once it runs with that:",
            "Läuft sie damit:";
        trial = "What the registry says",
            "Was die Registry sagt";
        trial_answers = "It answers like a registry.",
            "Sie antwortet wie eine Registry.";
        trial_none = "It does not answer like a registry.",
            "Sie antwortet nicht wie eine Registry.";
        trial_then = "A registry that was not told of Portus yet fails some of these. It can be added as it is; what to tell it comes next.",
            "Eine Registry, die noch nichts von Portus weiß, besteht einiges davon nicht. Sie lässt sich so hinzufügen; was sie wissen muss, kommt danach.";
        trust = "How it knows Portus’ keys",
            "Woher sie Portus’ Schlüssel kennt";
        url_hint = "Where Portus calls it, as http:// or https://, with the port where it is needed.",
            "Wo Portus sie anspricht, mit http:// oder https:// und dem Port, wo er nötig ist.";
        value = "Value",
            "Wert";
        waiting = "Waiting events",
            "Wartende Ereignisse";
        warning = "warning",
            "Warnung";
        what_goes = "What goes",
            "Was geht";
        what_goes_too = "Tags, pull counts, waiting events and jobs of these go too, and tokens that are good there alone. Where it takes too long, remove it again: it goes on.",
            "Auch Tags, Pull-Zähler, wartende Ereignisse und Aufgaben davon, und Tokens, die nur dort gelten. Dauert es zu lange, entfernt man sie noch einmal: es geht weiter.";
        what_stays = "What stays",
            "Was bleibt";
        what_stays_lead = "The images stay in the registry, and teams, people and the audit in Portus.",
            "Die Images bleiben in der Registry; Teams, Personen und Protokoll bleiben in Portus.";
        wrong = "wrong",
            "falsch";
    }
}
