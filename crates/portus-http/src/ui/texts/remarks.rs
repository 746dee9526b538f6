//! What people say of images, and what they see on the way to them.

use super::{About, texts};

/// What comes before and after that to which something was done.
type Around = (&'static str, &'static str);

texts! {
    /// What people say of images, and what they see on the way to them.
    Remarks {
        activity = "Activity",
            "Aktivität";
        activity_all = "All activity",
            "Alle Aktivität";
        activity_done = "Done",
            "Getan";
        activity_none = "Nothing was done here lately.",
            "Hier wurde in letzter Zeit nichts getan.";
        activity_refused = "Refused",
            "Verweigert";
        activity_refused_none = "Nobody was refused a token for anything here.",
            "Niemandem wurde hier ein Token verweigert.";
        changed_members: Around = ("changed the members of", ""),
            ("hat die Mitglieder von", "geändert");
        comment = "Comment",
            "Kommentieren";
        comment_edit = "Edit",
            "Bearbeiten";
        comment_edit_title = "Edit the comment",
            "Kommentar bearbeiten";
        comment_fault = "A comment has 1 to 4,000 characters.",
            "Ein Kommentar hat 1 bis 4.000 Zeichen.";
        comment_hint = "Plain text. Everyone who sees the repository can read it.",
            "Reiner Text. Wer das Repository sieht, kann ihn lesen.";
        comment_of: About = |name| format!("Remove the comment by {name}"),
            |name| format!("Kommentar von {name} entfernen");
        comment_save = "Save the comment",
            "Kommentar speichern";
        comment_your = "Your comment",
            "Kommentar";
        commented: Around = ("commented on", ""),
            ("hat", "kommentiert");
        comments = "Comments",
            "Kommentare";
        comments_none = "Nobody commented on it yet.",
            "Noch hat niemand kommentiert.";
        comments_older = "Older comments",
            "Ältere Kommentare";
        comments_sign_in = "Sign in to comment.",
            "Kommentieren können Angemeldete.";
        created: Around = ("created", ""),
            ("hat", "angelegt");
        day = "Day",
            "Tag";
        deleted: Around = ("deleted from", ""),
            ("hat aus", "gelöscht");
        describe = "Edit the description",
            "Beschreibung bearbeiten";
        described: Around = ("described", ""),
            ("hat", "beschrieben");
        description = "Description",
            "Beschreibung";
        description_fault = "A description has at most 20,000 characters.",
            "Eine Beschreibung hat höchstens 20.000 Zeichen.";
        description_hint = "Markdown: headings, lists, tables, code and links. HTML stays text, and pictures become links.",
            "Markdown: Überschriften, Listen, Tabellen, Code und Verweise. HTML bleibt Text, Bilder werden zu Verweisen.";
        filter_name = "Part of the name",
            "Teil des Namens";
        gave: Around = ("gave away", ""),
            ("hat", "weitergegeben");
        last_days = "Last 30 days",
            "Letzte 30 Tage";
        most_a_day: About = |number| format!("most a day {number}"),
            |number| format!("höchstens {number} am Tag");
        none_named: About = |name| format!("No repository has “{name}” in its name."),
            |name| format!("Kein Repository hat „{name}“ im Namen.");
        opened: Around = ("changed who can see", ""),
            ("hat die Sichtbarkeit von", "geändert");
        plot_as_numbers = "The plot as numbers",
            "Das Diagramm in Zahlen";
        plot_caption = "Pulls and pushes by day, newest first",
            "Pulls und Pushes nach Tagen, die neuesten zuerst";
        pulls_of_30_days = "Pulls in 30 days",
            "Pulls in 30 Tagen";
        pushed: Around = ("pushed", ""),
            ("hat", "gepusht");
        refused: Around = ("was refused", ""),
            ("wurde", "verweigert");
        pushes = "Pushes",
            "Pushes";
        recently = "Recently pushed",
            "Zuletzt gepusht";
        recently_all = "All repositories",
            "Alle Repositories";
        recently_none = "Nothing was pushed yet that you can see. Push something, or ask an admin to add you to a team.",
            "Noch ist nichts Sichtbares gepusht worden. Etwas pushen, oder einen Admin um Aufnahme in ein Team bitten.";
        remove = "Remove",
            "Entfernen";
        save = "Save the description",
            "Beschreibung speichern";
        show_all = "Show all",
            "Alle zeigen";
        someone = "someone unknown",
            "jemand Unbekanntes";
        sort = "Sort by",
            "Sortieren nach";
        star = "Star",
            "Merken";
        starred = "Starred",
            "Gemerkt";
        starred_all = "All that you starred",
            "Alles Gemerkte";
        stars = "Stars",
            "Gemerkt";
        stars_none = "You starred nothing yet. A repository’s page has a button for it.",
            "Noch ist nichts gemerkt. Auf der Seite eines Repositorys gibt es einen Knopf dafür.";
        unstar = "Unstar",
            "Nicht mehr merken";
        why = "Why",
            "Warum";
        why_refused: About = |what| format!("Why {what} was refused"),
            |what| format!("Warum {what} verweigert wurde");
        yours = "Yours",
            "Eigene Namensräume";
        yours_none = "You are in no team with a namespace yet. An owner of a team can add you, or an admin.",
            "Noch in keinem Team mit einem Namensraum. Eigner eines Teams oder Admins können aufnehmen.";
    }
}
