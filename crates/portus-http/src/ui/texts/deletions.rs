//! Deletions.

use super::About;
use super::texts;

texts! {
    /// Deletions.
    Deletions {
        all_siblings: About = |names| format!("Delete these tags too: {names}"),
            |names| format!("Auch diese Tags löschen: {names}");
        asked: About = |name| format!("Asked for by {name}"),
            |name| format!("Veranlasst von {name}");
        button_manifest = "Delete manifest…",
            "Manifest löschen…";
        button_namespace = "Delete namespace…",
            "Namensraum löschen…";
        button_repository = "Delete repository…",
            "Repository löschen…";
        button_selected = "Delete selected…",
            "Ausgewählte löschen…";
        button_tag = "Delete tag…",
            "Tag löschen…";
        by_digest = "This registry deletes only whole digests. Every tag on the digest goes with it.",
            "Diese Registry löscht nur ganze Digests. Jeder Tag auf dem Digest geht mit.";
        cancel = "Cancel deletion",
            "Löschung abbrechen";
        cancel_hint = "What is gone stays gone. What was not begun stays.",
            "Was gelöscht ist, bleibt gelöscht. Womit nicht begonnen wurde, bleibt.";
        cancelled = "Cancelled",
            "Abgebrochen";
        cannot = "You may not delete here.",
            "Löschen ist hier nicht erlaubt.";
        cannot_for = "It is for",
            "Das dürfen";
        cannot_namespace = "You may not delete this namespace.",
            "Diesen Namensraum zu löschen ist nicht erlaubt.";
        deleted = "deleted",
            "gelöscht";
        done = "Everything is deleted",
            "Alles ist gelöscht";
        empty = "Nothing was deleted yet. Deletions that you ask for, or that are of your teams, are listed here.",
            "Bisher wurde nichts gelöscht. Hier stehen Löschungen, die von hier veranlasst wurden oder eigene Teams betreffen.";
        failed = "failed",
            "gescheitert";
        freed = "Freed at most",
            "Höchstens frei";
        go = "What goes",
            "Was gelöscht wird";
        how_many = "Deleted",
            "Gelöscht";
        incomplete = "Something is still there",
            "Etwas ist noch da";
        keep = "Keep everything",
            "Alles behalten";
        kept = "kept",
            "behalten";
        last_pull_none = "Nothing of it was ever pulled.",
            "Nichts davon wurde je gepullt.";
        listing = "The namespace is still being listed, so the number grows.",
            "Der Namensraum wird noch aufgelistet, die Zahl wächst also.";
        lost = "Nobody but admins reaches the namespace from then on. The name can be used again when no token from before is good any more.",
            "Ab dann erreichen nur noch Admins den Namensraum. Der Name ist wieder frei, wenn kein Token von vorher mehr gilt.";
        manifests = "Manifests",
            "Manifeste";
        moved = "What you looked at has changed since. Nothing was deleted; this is how it is now.",
            "Seit dem Ansehen hat sich etwas geändert. Nichts wurde gelöscht; so ist es jetzt.";
        name_hint = "This cannot be undone. Type the name to confirm.",
            "Das lässt sich nicht rückgängig machen. Zum Bestätigen den Namen eingeben.";
        name_wrong: About = |name| format!("Type exactly “{name}”"),
            |name| format!("Genau „{name}“ eingeben");
        named_by = "An index still names this manifest. Delete the index instead:",
            "Ein Index verweist noch auf dieses Manifest. Stattdessen den Index löschen:";
        never_global = "A global namespace is never deleted.",
            "Ein globaler Namensraum wird nie gelöscht.";
        never_personal = "A person’s own namespace goes with the account.",
            "Der eigene Namensraum einer Person geht mit dem Konto.";
        not_begun = "not begun",
            "nicht begonnen";
        progress = "Progress",
            "Fortschritt";
        quiet = "The registry does not say now whether and how it deletes. What it would take along besides is kept.",
            "Die Registry sagt gerade nicht, ob und wie sie löscht. Was sie sonst mitnähme, bleibt.";
        question: About = |name| format!("Delete {name}?"),
            |name| format!("{name} löschen?");
        result = "Result",
            "Ergebnis";
        select: About = |name| format!("Select {name}"),
            |name| format!("{name} auswählen");
        selected_hint = "You see what would go before anything does.",
            "Vorher ist zu sehen, was gelöscht würde.";
        described = "Description",
            "Beschreibung";
        shared_layers: fn(u64, &str) -> String = |count, size| match count { 1 => format!("1 layer ({size}) stays, since another image that you can see has it."), _ => format!("{count} layers ({size}) stay, since other images that you can see have them.") },
            |count, size| match count { 1 => format!("1 Schicht ({size}) bleibt, da ein anderes sichtbares Image sie hat."), _ => format!("{count} Schichten ({size}) bleiben, da andere sichtbare Images sie haben.") };
        stays = "What stays",
            "Was bleibt";
        stays_index = "The platform manifests of an index stay, untagged, when only its tag goes.",
            "Die Plattform-Manifeste eines Index bleiben ohne Tag, wenn nur sein Tag geht.";
        stays_layers = "Layers stay in the registry’s storage until its garbage collection runs.",
            "Schichten bleiben im Speicher der Registry, bis deren Garbage Collection läuft.";
        stays_later = "What is pushed after you confirm stays, even what is pushed again.",
            "Was nach der Bestätigung gepusht wird, bleibt – auch erneut Gepushtes.";
        stays_tag = "The manifest stays, untagged, until the registry’s garbage collection removes it.",
            "Das Manifest bleibt ohne Tag, bis die Garbage Collection der Registry es entfernt.";
        stopped = "Stopped",
            "Angehalten";
        submit_manifest = "Delete manifest",
            "Manifest löschen";
        submit_namespace = "Delete namespace",
            "Namensraum löschen";
        submit_repository = "Delete repository",
            "Repository löschen";
        submit_tags: fn(u64) -> String = |count| if count == 1 { "Delete 1 tag".to_owned() } else { format!("Delete {count} tags") },
            |count| if count == 1 { "1 Tag löschen".to_owned() } else { format!("{count} Tags löschen") };
        switched_off_here = "Deleting is switched off here.",
            "Löschen ist hier abgeschaltet.";
        switched_off = "The registry deletes nothing until its configuration says so:",
            "Die Registry löscht nichts, bis ihre Konfiguration es erlaubt:";
        taken_along = "Belonging to it, and deleted too:",
            "Gehört dazu und wird mitgelöscht:";
        left_alone = "These belong to what goes, and stay without it. Delete them too if nobody needs them:",
            "Das gehört zu dem, was gelöscht wird, und bleibt ohne es zurück. Wenn es niemand braucht, ebenfalls löschen:";
        and_more: fn(u64) -> String = |count| format!("and {count} more"),
            |count| format!("und {count} weitere");
        title = "Deletions",
            "Löschungen";
        under_way = "Under way",
            "Läuft";
        waiting = "waiting",
            "wartet";
        waits: About = |why| format!("It goes on by itself. Last trouble: {why}"),
            |why| format!("Es geht von selbst weiter. Letztes Problem: {why}");
        why = "Why",
            "Warum";
    }
}
