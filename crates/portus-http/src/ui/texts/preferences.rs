//! How someone likes her pages.

use super::texts;

texts! {
    /// How someone likes her pages.
    Preferences {
        browser = "As the browser says",
            "Wie der Browser sagt";
        keep = "Keep",
            "Behalten";
        language = "Language",
            "Sprache";
        lead = "Kept in this browser.",
            "Wird in diesem Browser behalten.";
        times = "Times",
            "Zeiten";
        times_exact = "exact, in UTC",
            "genau, in UTC";
        times_relative = "relative, such as “2 h ago”",
            "relativ, etwa „vor 2 Std.“";
        title = "Preferences",
            "Vorlieben";
    }
}
