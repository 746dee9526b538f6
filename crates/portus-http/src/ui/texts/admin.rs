//! What admins look after.

use super::texts;

texts! {
    /// What admins look after.
    Admin {
        catalog_read = "Catalog read",
            "Katalog gelesen";
        catalog_unread = "not yet: admins only until then",
            "noch nicht: bis dahin nur für Admins";
        event = "Event",
            "Ereignis";
        parked = "Events that could not be applied",
            "Ereignisse, die nicht anzuwenden waren";
        parked_none = "None. Everything that registries told of was applied.",
            "Keine. Alles, was Registries meldeten, ist angewandt.";
        parked_retry = "Try all again",
            "Alle noch einmal versuchen";
        reason = "Reason",
            "Grund";
        registries_none = "No registry yet. On the command line: portusctl registry add NAME URL",
            "Noch keine Registry. Auf der Kommandozeile: portusctl registry add NAME URL";
    }
}
