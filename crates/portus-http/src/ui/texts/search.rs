//! Searching, and the list of places and commands.

use super::{About, texts};

texts! {
    /// Searching, and the list of places and commands.
    Search {
        all = "Everything",
            "Alles";
        count: fn(usize) -> String = |count| if count == 1 { "1 result".into() } else { format!("{count} results") },
            |count| if count == 1 { "1 Treffer".into() } else { format!("{count} Treffer") };
        digests = "Digests",
            "Digests";
        field = "Find an image, tag, digest, namespace or team",
            "Image, Tag, Digest, Namensraum oder Team suchen";
        go_to = "Go to or do",
            "Wohin oder was";
        how = "Type two characters or more. Repositories are found by any word of their path, tags, namespaces and teams by how their name begins, images by the first six digits of their digest or more, or by a label: its name, or name=value.",
            "Mindestens zwei Zeichen eingeben. Repositories werden nach jedem Wort ihres Pfades gefunden, Tags, Namensräume und Teams nach dem Anfang ihres Namens, Images nach den ersten sechs oder mehr Ziffern ihres Digests oder nach einem Label: Name oder Name=Wert.";
        kinds = "Kinds of results",
            "Arten von Treffern";
        labels = "Labels",
            "Labels";
        more: About = |kind| format!("More: {kind}"),
            |kind| format!("Mehr: {kind}");
        new_token = "New token",
            "Neues Token";
        none: About = |text| format!("Nothing that you can see is called “{text}”."),
            |text| format!("Nichts Sichtbares heißt „{text}“.");
        placeholder = "Find an image, tag or digest",
            "Image, Tag oder Digest suchen";
        theme_named: About = |name| format!("Theme: {name}"),
            |name| format!("Farben: {name}");
        title = "Search",
            "Suche";
        title_of: About = |text| format!("Search for “{text}”"),
            |text| format!("Suche nach „{text}“");
        too_long = "That is too long: a search has at most 255 characters.",
            "Das ist zu lang: eine Suche hat höchstens 255 Zeichen.";
    }
}
