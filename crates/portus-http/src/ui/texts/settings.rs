//! What becomes of a namespace.

use super::{About, texts};

texts! {
    /// What becomes of a namespace.
    Settings {
        create = "Make the namespace",
            "Namensraum anlegen";
        give = "Give it away",
            "Weitergeben";
        give_do = "Give it away",
            "Weitergeben";
        give_kept = "This namespace is not given away: it belongs to the registry, or to the person whose name it has.",
            "Dieser Namensraum wird nicht weitergegeben: er gehört der Registry oder der Person, deren Namen er trägt.";
        give_lead = "It stays as open as it was. What is nobody’s becomes private. A person gets only what is nobody’s or has her name.",
            "Er bleibt so offen, wie er war. Was niemandem gehört, wird privat. Eine Person bekommt nur, was niemandem gehört oder ihren Namen trägt.";
        give_orphan = "Only admins see it until it is somebody’s.",
            "Nur Admins sehen ihn, bis er jemandem gehört.";
        give_to = "Who gets it",
            "Wer ihn bekommt";
        give_to_person = "A person",
            "Eine Person";
        give_to_team = "A team",
            "Ein Team";
        lead = "A namespace holds the repositories of a team. Its name is the first part of their paths.",
            "Ein Namensraum enthält die Repositories eines Teams. Sein Name ist der erste Teil ihrer Pfade.";
        may_not = "Who sees this namespace and whose it is are changed by",
            "Wer diesen Namensraum sieht und wem er gehört, ändern";
        may_not_admins = "admins",
            "Admins";
        may_not_own = "whose it is, and admins",
            "wem er gehört, und Admins";
        may_not_owners = "the owners of its team and admins",
            "die Eigner seines Teams und Admins";
        may_not_page = "the page Access says who and why",
            "die Seite Zugriff sagt, wer und warum";
        name_hint = "Lower-case letters and digits, joined by dots, dashes or underscores.",
            "Kleinbuchstaben und Ziffern, verbunden durch Punkte, Striche oder Unterstriche.";
        new = "New namespace",
            "Neuer Namensraum";
        no_registry = "There is no registry yet whose catalog was read. An admin adds registries.",
            "Es gibt noch keine Registry, deren Katalog gelesen ist. Admins fügen Registries hinzu.";
        no_team: About = |who| format!("You may not make a namespace for any team. They are made by {who}."),
            |who| format!("Für kein Team darf hier ein Namensraum angelegt werden. Anlegen dürfen {who}.");
        no_team_admins = "admins",
            "Admins";
        no_team_owners = "the owners of a team and admins",
            "die Eigner eines Teams und Admins";
        of_person: About = |name| format!("{name}’s own"),
            |name| format!("gehört {name}");
        orphans = "Namespaces that are nobody’s",
            "Namensräume, die niemandem gehören";
        orphans_lead = "Found in a registry, or left behind. Only admins see them, until they give them to a team or a person.",
            "In einer Registry gefunden oder zurückgelassen. Nur Admins sehen sie, bis sie sie einem Team oder einer Person geben.";
        orphans_none = "None. Every namespace is somebody’s.",
            "Keine. Jeder Namensraum gehört jemandem.";
        private_means = "nobody but its team",
            "niemand außer dem Team";
        protected_means = "everyone who signed in",
            "alle, die sich anmelden";
        public_means = "everyone, signed in or not",
            "alle, auch ohne Anmeldung";
        repositories = "Repositories",
            "Repositories";
        team = "Team",
            "Team";
        title = "Settings",
            "Einstellungen";
        visibility_do = "Change the visibility",
            "Sichtbarkeit ändern";
        visibility_lead = "Who pulls without being of its team. It holds from the next request on.",
            "Wer pullt, ohne zum Team zu gehören. Es gilt ab der nächsten Anfrage.";
    }
}
